/* loss.c - families, links, deviances and gradients: one table entry each. */
#include "model/loss.h"

#include <math.h>
#include <stddef.h>

const char *const family_names[] = {"AUTO",    "bernoulli", "multinomial", "gaussian",
                                    "poisson", "gamma",     "tweedie",     "laplace",
                                    "quantile", "huber",    NULL};
const char *const loss_names[] = {"Automatic", "CrossEntropy", "Quadratic", "Huber",
                                  "Absolute",  "Quantile",     NULL};

/* exp and log that stay finite: the network's output may be anything early in training. */
static double safe_exp(double x)
{
    return fmin(1e19, exp(x));
}

static double safe_log(double x)
{
    return x <= 0 ? -19 : fmax(-19, log(x));
}

typedef struct family_ops {
    bool log_link;
    double (*gradient)(const loss_spec *s, double y, double f);
    double (*deviance)(const loss_spec *s, double y, double mu);
} family_ops;

static double gaussian_gradient(const loss_spec *s, double y, double f)
{
    (void)s;
    return 2 * (f - y);
}

static double gaussian_deviance(const loss_spec *s, double y, double mu)
{
    (void)s;
    return (y - mu) * (y - mu);
}

static double bernoulli_deviance(const loss_spec *s, double y, double mu)
{
    (void)s;
    return -2 * (y * safe_log(mu) + (1 - y) * safe_log(1 - mu));
}

static double bernoulli_gradient(const loss_spec *s, double y, double f)
{
    (void)s;
    return 2 * (1 / (1 + safe_exp(-f)) - y);
}

static double poisson_gradient(const loss_spec *s, double y, double f)
{
    (void)s;
    return 2 * (safe_exp(f) - y);
}

static double poisson_deviance(const loss_spec *s, double y, double mu)
{
    (void)s;
    double part = y == 0 ? 0 : y * safe_log(y / mu);
    return 2 * (part - y + mu);
}

static double gamma_gradient(const loss_spec *s, double y, double f)
{
    (void)s;
    return 2 * (1 - y * safe_exp(-f));
}

static double gamma_deviance(const loss_spec *s, double y, double mu)
{
    (void)s;
    double ratio = y == 0 && mu == 0 ? 1 : y / mu;
    return 2 * (safe_log(mu / y) + ratio - 1);
}

static double tweedie_gradient(const loss_spec *s, double y, double f)
{
    double p = s->tweedie_power;
    return 2 * (safe_exp(f * (2 - p)) - y * safe_exp(f * (1 - p)));
}

static double tweedie_deviance(const loss_spec *s, double y, double mu)
{
    double p = s->tweedie_power, g = safe_log(mu);
    return 2 * (pow(y, 2 - p) / ((1 - p) * (2 - p)) - y * safe_exp(g * (1 - p)) / (1 - p) +
                safe_exp(g * (2 - p)) / (2 - p));
}

static double laplace_gradient(const loss_spec *s, double y, double f)
{
    (void)s;
    return f > y ? 1 : f < y ? -1 : 0;
}

static double laplace_deviance(const loss_spec *s, double y, double mu)
{
    (void)s;
    return fabs(y - mu);
}

static double quantile_gradient(const loss_spec *s, double y, double f)
{
    return y > f ? -s->quantile_alpha : y < f ? 1 - s->quantile_alpha : 0;
}

static double quantile_deviance(const loss_spec *s, double y, double mu)
{
    return y > mu ? s->quantile_alpha * (y - mu) : (1 - s->quantile_alpha) * (mu - y);
}

static double huber_gradient(const loss_spec *s, double y, double f)
{
    double d = s->huber_delta, r = f - y;
    return 2 * (r > d ? d : r < -d ? -d : r);
}

static double huber_deviance(const loss_spec *s, double y, double mu)
{
    double d = s->huber_delta, r = fabs(y - mu);
    return r <= d ? r * r : (2 * r - d) * d;
}

static const family_ops families[FAMILY_COUNT] = {
    [FAMILY_BERNOULLI] = {false, bernoulli_gradient, bernoulli_deviance},
    [FAMILY_MULTINOMIAL] = {false, bernoulli_gradient, bernoulli_deviance},
    [FAMILY_GAUSSIAN] = {false, gaussian_gradient, gaussian_deviance},
    [FAMILY_POISSON] = {true, poisson_gradient, poisson_deviance},
    [FAMILY_GAMMA] = {true, gamma_gradient, gamma_deviance},
    [FAMILY_TWEEDIE] = {true, tweedie_gradient, tweedie_deviance},
    [FAMILY_LAPLACE] = {false, laplace_gradient, laplace_deviance},
    [FAMILY_QUANTILE] = {false, quantile_gradient, quantile_deviance},
    [FAMILY_HUBER] = {false, huber_gradient, huber_deviance},
};

double loss_gradient(const loss_spec *s, double y, double f)
{
    return families[s->family].gradient(s, y, f);
}

double loss_deviance(const loss_spec *s, double y, double mu)
{
    return families[s->family].deviance(s, y, mu);
}

double loss_value(const loss_spec *s, double y, double f)
{
    return families[s->family].deviance(s, y, family_link_inverse(s->family, f));
}

bool family_is_log_link(family_kind k)
{
    return families[k].log_link;
}

double family_link(family_kind k, double mu)
{
    if (k == FAMILY_BERNOULLI)
        return safe_log(mu / (1 - mu));
    return families[k].log_link ? safe_log(mu) : mu;
}

double family_link_inverse(family_kind k, double f)
{
    if (k == FAMILY_BERNOULLI)
        return 1 / (1 + safe_exp(-f));
    return families[k].log_link ? safe_exp(f) : f;
}

/* Losses that a family may be asked with; AUTO takes what the problem allows. */
static unsigned allowed(family_kind f)
{
    enum { A = 1 << LOSS_AUTOMATIC, C = 1 << LOSS_CROSS_ENTROPY, Q = 1 << LOSS_QUADRATIC,
           H = 1 << LOSS_HUBER, B = 1 << LOSS_ABSOLUTE, N = 1 << LOSS_QUANTILE };
    switch (f) {
    case FAMILY_AUTO: return A | C | Q | H | B | N;
    case FAMILY_BERNOULLI:
    case FAMILY_MULTINOMIAL: return A | C | Q;
    case FAMILY_GAUSSIAN: return A | Q;
    case FAMILY_LAPLACE: return A | B;
    case FAMILY_QUANTILE: return A | N;
    case FAMILY_HUBER: return A | H;
    default: return A;
    }
}

bool loss_legal(family_kind f, loss_kind l, problem_kind p)
{
    bool of_classes = f == FAMILY_BERNOULLI || f == FAMILY_MULTINOMIAL;

    if (!(allowed(f) >> l & 1))
        return false;
    if (p == PROBLEM_CLASSES)
        return (f == FAMILY_AUTO || of_classes) &&
               (l == LOSS_AUTOMATIC || l == LOSS_CROSS_ENTROPY || l == LOSS_QUADRATIC);
    if (of_classes || l == LOSS_CROSS_ENTROPY)
        return false;
    return p == PROBLEM_REGRESSION || !family_is_log_link(f);
}

void loss_resolve(loss_spec *s, problem_kind p, size_t n_labels)
{
    static const family_kind by_loss[LOSS_COUNT] = {
        FAMILY_GAUSSIAN, FAMILY_GAUSSIAN, FAMILY_GAUSSIAN, FAMILY_HUBER, FAMILY_LAPLACE, FAMILY_QUANTILE};
    static const loss_kind by_family[FAMILY_COUNT] = {
        [FAMILY_BERNOULLI] = LOSS_CROSS_ENTROPY, [FAMILY_MULTINOMIAL] = LOSS_CROSS_ENTROPY,
        [FAMILY_GAUSSIAN] = LOSS_QUADRATIC, [FAMILY_LAPLACE] = LOSS_ABSOLUTE,
        [FAMILY_QUANTILE] = LOSS_QUANTILE, [FAMILY_HUBER] = LOSS_HUBER};

    if (s->family == FAMILY_AUTO)
        s->family = p != PROBLEM_CLASSES ? by_loss[s->loss]
                    : n_labels == 2      ? FAMILY_BERNOULLI
                                         : FAMILY_MULTINOMIAL;
    if (s->family == FAMILY_BERNOULLI && n_labels > 2)
        s->family = FAMILY_MULTINOMIAL;
    if (s->loss == LOSS_AUTOMATIC)
        s->loss = by_family[s->family];
}

void loss_softmax(const float *z, size_t n, double *p)
{
    double most = (double)z[0], sum = 0;

    for (size_t k = 1; k < n; k++)
        most = fmax(most, (double)z[k]);
    for (size_t k = 0; k < n; k++)
        sum += p[k] = exp((double)z[k] - most);
    for (size_t k = 0; k < n; k++)
        p[k] /= sum;
}
