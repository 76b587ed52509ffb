/* t_gradient.c - the gradient of every step against central differences of a loss of the test's own, over the
 * product activation x distribution x loss x regulariser x (per row, mini-batch) x dropout.
 *
 * Built twice: as it is, in float, and as t_gradient_real, where the trainer's sources and this file are compiled
 * with float meaning double (tests/real). There the two agree to eight digits, and no term can hide. */
#include "tests/tap.h"

#include "base/mem.h"
#include "base/rng.h"
#include "train/trainer_impl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { INPUTS = 5, HIDDEN1 = 6, HIDDEN2 = 4, CLASSES = 3, ROWS = 8, WIDEST = 8 };

#ifdef REAL_IS_DOUBLE
enum { EXACT = 1 };
static const double step_of_differences = 1e-5, allowed = 1e-7; /* their own error is about step squared */
#else
enum { EXACT = 0 };
static const double step_of_differences = 1.0 / 16384, allowed = 5e-3;
#endif

/* Which inputs of a row and which units of a batch stay, worked out from the trainer's own draws. */
typedef struct masks { double input[INPUTS], unit[2][WIDEST]; } masks;

/* What is learnt from. */
typedef struct sample {
    float x[ROWS * INPUTS];
    double y[ROWS], weight[ROWS], offset[ROWS];
    bool sparse, weighted, shifted; /* weighted: weight counts; shifted: offset counts */
} sample;

static double act_of(activation_kind a, const double *z)
{
    switch (a) {
    case ACT_TANH: return tanh(z[0]);
    case ACT_RECTIFIER: return z[0] > 0 ? z[0] : 0;
    case ACT_EXP_RECTIFIER: return z[0] >= 0 ? z[0] : exp(z[0]) - 1;
    case ACT_MAXOUT: return fmax(z[0], z[1]);
    default: return z[0];
    }
}

static void forward(const network *net, const masks *m, const double *x, double *out)
{
    double a[WIDEST], next[WIDEST];

    for (size_t k = 0; k < INPUTS; k++)
        a[k] = x[k] * m->input[k];
    for (size_t i = 0; i < net->layers; i++) {
        const network_layer *l = &net->layer[i];
        for (size_t u = 0; u < l->units; u++) {
            double z[2] = {0, 0};
            for (size_t c = 0; c < (size_t)l->channels; c++) {
                size_t row = u * (size_t)l->channels + c;
                z[c] = l->b[row];
                for (size_t k = 0; k < l->inputs; k++)
                    z[c] += (double)l->w[row * l->inputs + k] * a[k];
            }
            next[u] = act_of(l->act, z) * (i + 1 < net->layers ? m->unit[i][u] : 1);
        }
        memcpy(a, next, l->units * sizeof *a);
    }
    memcpy(out, a, net->layer[net->layers - 1].units * sizeof *out);
}

/* Deviances as the textbooks have them, in the network's output f (before the link's inverse). */
static double deviance(family_kind family, double y, double f)
{
    double r = fabs(y - f), mu = exp(f);

    switch (family) {
    case FAMILY_GAUSSIAN: return r * r;
    case FAMILY_LAPLACE: return r;
    case FAMILY_QUANTILE: return y > f ? 0.3 * r : 0.7 * r;
    case FAMILY_HUBER: return r <= 0.8 ? r * r : 1.6 * r - 0.64;
    case FAMILY_POISSON: return 2 * (y * log(y / mu) - y + mu);
    case FAMILY_GAMMA: return 2 * (log(mu / y) + y / mu - 1);
    case FAMILY_TWEEDIE: /* power 1.5 */
        return 2 * (sqrt(y) / -0.25 + y / (0.5 * sqrt(mu)) + sqrt(mu) / 0.5);
    default: return NAN;
    }
}

static size_t classes_of(const trainer_spec *s)
{
    return s->loss.family == FAMILY_MULTINOMIAL ? CLASSES : s->loss.family == FAMILY_BERNOULLI ? 2 : 0;
}

static double loss_of_classes(const trainer_spec *s, const double *f, size_t truth)
{
    double sum = 0, loss = 0, e = s->loss.label_smoothing;
    size_t n = classes_of(s);

    for (size_t k = 0; k < n; k++)
        sum += exp(f[k]);
    for (size_t k = 0; k < n; k++) {
        double t = e / (double)n + (k == truth ? 1 - e : 0), p = exp(f[k]) / sum;
        loss += s->loss.loss == LOSS_QUADRATIC ? 0.5 * (p - t) * (p - t) : -t * log(p);
    }
    return loss;
}

static double penalty(const trainer_spec *s, double w)
{
    return s->l1 * fabs(w) + s->l2 / 2 * w * w;
}

/* The mean of a batch's weighted losses, and once the penalties. */
static double loss_of(const network *net, const trainer_spec *s, const masks *m, const sample *d)
{
    double loss = 0;

    for (size_t r = 0; r < s->mini_batch; r++) {
        double row[INPUTS], f[WIDEST], part = 0;
        for (size_t k = 0; k < INPUTS; k++)
            row[k] = (double)d->x[r * INPUTS + k];
        forward(net, &m[r], row, f);
        for (size_t k = 0; k < INPUTS && s->autoencoder; k++)
            part += deviance(s->loss.family, row[k], f[k]);
        if (!s->autoencoder)
            part = classes_of(s) ? loss_of_classes(s, f, (size_t)d->y[r])
                                 : deviance(s->loss.family, d->y[r], f[0] + (d->shifted ? d->offset[r] : 0));
        loss += part * (d->weighted ? d->weight[r] : 1) / (double)s->mini_batch;
    }
    for (size_t i = 0; i < net->layers; i++)
        for (size_t k = 0; k < network_rows(&net->layer[i]); k++) {
            loss += penalty(s, net->layer[i].b[k]);
            for (size_t j = 0; j < net->layer[i].inputs; j++)
                loss += penalty(s, (double)net->layer[i].w[k * net->layer[i].inputs + j]);
        }
    return loss;
}

/* Row by row the numbers of a sparse row fall to what is not zero, in order; a batch's rows are laid out in full. */
static void find_masks(const trainer *t, const sample *d, masks *m)
{
    for (size_t r = 0; r < ROWS; r++) {
        float x[64], room[64];
        uint32_t kept[64];
        for (size_t k = 0; k < 64; k++)
            x[k] = 1;
        memset(&m[r], 0, sizeof m[r]);
        if (t->spec.input_dropout > 0)
            trainer_drop_inputs(t, x, r);
        for (size_t k = 0, at = 0; k < INPUTS; k++)
            if (!d->sparse || t->spec.mini_batch > 1 || d->x[r * INPUTS + k] != 0)
                m[r].input[k] = x[at++] != 0;
        for (size_t i = 0; i < 2; i++) {
            size_t n = trainer_kept_units(t, i, 0, room, kept);
            for (size_t k = 0; k < n; k++)
                m[r].unit[i][kept[k]] = 1;
        }
    }
}

static network *make_net(activation_kind a, size_t outputs, activation_kind out)
{
    size_t sizes[] = {INPUTS, HIDDEN1, HIDDEN2, outputs};
    network *net = NULL;

    if (network_new(&net, sizes, 4, a, out, NULL))
        abort();
    network_init(net, WEIGHTS_NORMAL, 0.6, false, 17);
    for (size_t i = 0; i < net->layers; i++)
        for (size_t r = 0; r < network_rows(&net->layer[i]); r++)
            net->layer[i].b[r] = (double)(float)(0.1 * rng_normal(5, 94, i * 100 + r));
    return net;
}

static void make_data(sample *d, size_t classes)
{
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t k = 0; k < INPUTS; k++)
            d->x[i * INPUTS + k] = rng_below(3, 90, i * INPUTS + k, 4) == 0 ? 0 : (float)rng_normal(3, 91, i * INPUTS + k);
        d->y[i] = (double)(float)(classes ? (double)rng_below(3, 92, i, classes) : 0.5 + rng_unit(3, 93, i));
        d->weight[i] = (double)(1 + rng_below(3, 95, i, 4)) / 2;
        d->offset[i] = (double)rng_below(3, 96, i, 9) / 8 - 0.5;
    }
}

/* d loss / d *w by central differences. */
static double slope(network *net, const trainer_spec *s, const masks *m, const sample *d, float *w, double *b)
{
    const double h = step_of_differences;
    double at = w ? (double)*w : *b, up, down, from, to;

    if (w)
        *w = (float)(at + h), to = (double)*w;
    else
        *b = to = at + h;
    up = loss_of(net, s, m, d);
    if (w)
        *w = (float)(at - h), from = (double)*w;
    else
        *b = from = at - h;
    down = loss_of(net, s, m, d);
    if (w)
        *w = (float)at;
    else
        *b = at;
    return (up - down) / (to - from);
}

/* Largest difference of a step's gradient, relative to the largest gradient. */
static double error_of(activation_kind a, const trainer_spec *s, sample *of)
{
    double worst = 0, largest = 0;
    size_t done, classes = classes_of(s);
    network *net = make_net(a, s->autoencoder ? INPUTS : classes ? classes : 1, classes ? ACT_SOFTMAX : ACT_LINEAR), *after = NULL;
    dataset *d = NULL;
    trainer *t = NULL;
    masks m[ROWS];

    make_data(of, classes);
    if (dataset_of_dense(&d, ROWS, INPUTS, of->x, s->autoencoder ? NULL : of->y, of->weighted ? of->weight : NULL, of->sparse, NULL))
        abort();
    if (of->shifted) {
        d->offset = mem_array(ROWS, sizeof *d->offset);
        for (size_t r = 0; r < ROWS; r++)
            d->offset[r] = (float)of->offset[r];
    }
    if (network_copy(&after, net, NULL) || trainer_new(&t, s, net, d, NULL))
        abort();
    find_masks(t, of, m);
    trainer_run(t, NULL, s->mini_batch, 0, NULL, &done, NULL);
    trainer_export(t, after);
    for (size_t i = 0; i < net->layers; i++) {
        network_layer *l = &net->layer[i];
        for (size_t k = 0; k < network_rows(l) * l->inputs; k++) {
            double want = slope(net, s, m, of, &l->w[k], NULL);
            worst = fmax(worst, fabs(((double)l->w[k] - (double)after->layer[i].w[k]) / s->rate - want));
            largest = fmax(largest, fabs(want));
        }
        for (size_t k = 0; k < network_rows(l); k++) {
            double want = slope(net, s, m, of, NULL, &l->b[k]);
            worst = fmax(worst, fabs((l->b[k] - after->layer[i].b[k]) / s->rate - want));
            largest = fmax(largest, fabs(want));
        }
    }
    trainer_free(t);
    dataset_free(d);
    network_free(net);
    network_free(after);
    return worst / largest;
}

static const struct { activation_kind a; const char *name; } acts[] = {
    {ACT_TANH, "Tanh"}, {ACT_RECTIFIER, "Rectifier"}, {ACT_MAXOUT, "Maxout"}, {ACT_EXP_RECTIFIER, "ExpRectifier"}};
static const struct { family_kind f; loss_kind l; bool autoencoder; double smoothing; const char *name; } losses[] = {
    {FAMILY_GAUSSIAN, LOSS_QUADRATIC, false, 0, "gaussian"}, {FAMILY_POISSON, LOSS_AUTOMATIC, false, 0, "poisson"},
    {FAMILY_GAMMA, LOSS_AUTOMATIC, false, 0, "gamma"}, {FAMILY_TWEEDIE, LOSS_AUTOMATIC, false, 0, "tweedie"},
    {FAMILY_LAPLACE, LOSS_ABSOLUTE, false, 0, "laplace"}, {FAMILY_QUANTILE, LOSS_QUANTILE, false, 0, "quantile"},
    {FAMILY_HUBER, LOSS_HUBER, false, 0, "huber"}, {FAMILY_MULTINOMIAL, LOSS_CROSS_ENTROPY, false, 0, "cross-entropy"},
    {FAMILY_MULTINOMIAL, LOSS_QUADRATIC, false, 0, "quadratic of classes"},
    {FAMILY_BERNOULLI, LOSS_CROSS_ENTROPY, false, 0, "bernoulli"}, {FAMILY_BERNOULLI, LOSS_QUADRATIC, false, 0, "quadratic of two classes"},
    {FAMILY_MULTINOMIAL, LOSS_CROSS_ENTROPY, false, 0.2, "cross-entropy with label smoothing"},
    {FAMILY_GAUSSIAN, LOSS_QUADRATIC, true, 0, "autoencoder, gaussian"}, {FAMILY_LAPLACE, LOSS_ABSOLUTE, true, 0, "autoencoder, laplace"},
    {FAMILY_QUANTILE, LOSS_QUANTILE, true, 0, "autoencoder, quantile"}, {FAMILY_HUBER, LOSS_HUBER, true, 0, "autoencoder, huber"}};
static const struct { double l1, l2; } penalties[] = {{0, 0}, {0.02, 0}, {0, 0.05}, {0.02, 0.05}};

static const double ratios[] = {0.5, 0.3};

/* One cell of the product: over penalties, rows and batches, dropout, fast mode, and how the rows are laid and weigh. */
static double worst_of(activation_kind a, size_t l, int *cases)
{
    double worst = 0;
    bool shifts = !losses[l].autoencoder && losses[l].f != FAMILY_BERNOULLI && losses[l].f != FAMILY_MULTINOMIAL;

    for (int of = 0; of < 4 * 2 * 4 * 2 * 3; of++) {
        int p = of % 4, many = of / 4 % 2, drop = of / 8 % 4, fast = of / 32 % 2, form = of / 64;
        trainer_spec s = {.loss = {.family = losses[l].f, .loss = losses[l].l, .quantile_alpha = 0.3, .tweedie_power = 1.5,
                                   .huber_delta = 0.8, .label_smoothing = losses[l].smoothing},
                          .autoencoder = losses[l].autoencoder, .optimizer = OPT_SGD, .schedule = RATE_CONSTANT,
                          .rate = 1.0 / 1024, .rate_decay = 1, .max_w2 = INFINITY, .mini_batch = many ? ROWS : 1, .seed = 7,
                          .threads = 1, .total_samples = 1000, .l1 = penalties[p].l1, .l2 = penalties[p].l2,
                          .input_dropout = drop & 1 ? 0.4 : 0, .hidden_dropout = drop & 2 ? ratios : NULL,
                          .fast_mode = fast && p == 0};
        sample d = {.sparse = form == 1, .weighted = form == 2, .shifted = form == 2 && shifts};
        worst = fmax(worst, error_of(a, &s, &d));
        ++*cases;
    }
    return worst;
}

int main(void)
{
    for (size_t a = 0; a < sizeof acts / sizeof *acts; a++)
        for (size_t l = 0; l < sizeof losses / sizeof *losses; l++) {
            int cases = 0;
            double worst = worst_of(acts[a].a, l, &cases);
            CLAIM(worst < allowed, "T002 F027 F028 F029 F030 F031 F032 F054 F402 gradient%s of %s x %s in %d cases: L1, L2, rows and batches, "
                  "dropout, sparse rows, weights, offsets (%.1e)", EXACT ? " in double" : "", acts[a].name, losses[l].name, cases, worst);
        }
    return tap_done();
}
