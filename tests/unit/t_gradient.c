/* t_gradient.c - the gradient of every step against central differences of a loss of the test's own, over the
 * product activation x distribution x loss x regulariser x (per row, mini-batch) x dropout. */
#include "tests/tap.h"

#include "base/rng.h"
#include "train/trainer_impl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { INPUTS = 5, HIDDEN1 = 6, HIDDEN2 = 4, CLASSES = 3, ROWS = 8, WIDEST = 8 };

/* Which inputs of a row and which units of a batch stay, worked out from the trainer's own draws. */
typedef struct masks { double input[INPUTS], unit[2][WIDEST]; } masks;

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

static double loss_of_classes(const trainer_spec *s, const double *f, size_t truth)
{
    double sum = 0, loss = 0, e = s->loss.label_smoothing;

    for (size_t k = 0; k < CLASSES; k++)
        sum += exp(f[k]);
    for (size_t k = 0; k < CLASSES; k++) {
        double t = e / CLASSES + (k == truth ? 1 - e : 0), p = exp(f[k]) / sum;
        loss += s->loss.loss == LOSS_QUADRATIC ? 0.5 * (p - t) * (p - t) : -t * log(p);
    }
    return loss;
}

static double penalty(const trainer_spec *s, double w)
{
    return s->l1 * fabs(w) + s->l2 / 2 * w * w;
}

/* A batch's mean loss, and once the penalties. */
static double loss_of(const network *net, const trainer_spec *s, const masks *m, const float *x, const double *y)
{
    double loss = 0;

    for (size_t r = 0; r < s->mini_batch; r++) {
        double row[INPUTS], f[WIDEST], part = 0;
        for (size_t k = 0; k < INPUTS; k++)
            row[k] = (double)x[r * INPUTS + k];
        forward(net, &m[r], row, f);
        for (size_t k = 0; k < INPUTS && s->autoencoder; k++)
            part += deviance(s->loss.family, row[k], f[k]);
        if (!s->autoencoder)
            part = s->loss.family == FAMILY_MULTINOMIAL ? loss_of_classes(s, f, (size_t)y[r]) : deviance(s->loss.family, y[r], f[0]);
        loss += part / (double)s->mini_batch;
    }
    for (size_t i = 0; i < net->layers; i++)
        for (size_t k = 0; k < network_rows(&net->layer[i]); k++) {
            loss += penalty(s, net->layer[i].b[k]);
            for (size_t j = 0; j < net->layer[i].inputs; j++)
                loss += penalty(s, (double)net->layer[i].w[k * net->layer[i].inputs + j]);
        }
    return loss;
}

static void find_masks(const trainer *t, masks *m)
{
    for (size_t r = 0; r < ROWS; r++) {
        float x[64], room[64];
        uint32_t kept[64];
        for (size_t k = 0; k < 64; k++)
            x[k] = 1;
        memset(&m[r], 0, sizeof m[r]);
        if (t->spec.input_dropout > 0)
            trainer_drop_inputs(t, x, r);
        for (size_t k = 0; k < INPUTS; k++)
            m[r].input[k] = x[k] != 0;
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

static void make_data(float *x, double *y, bool classes)
{
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t k = 0; k < INPUTS; k++)
            x[i * INPUTS + k] = rng_below(3, 90, i * INPUTS + k, 4) == 0 ? 0 : (float)rng_normal(3, 91, i * INPUTS + k);
        y[i] = classes ? (double)rng_below(3, 92, i, CLASSES) : 0.5 + rng_unit(3, 93, i);
    }
}

/* d loss / d *w by central differences. */
static double slope(network *net, const trainer_spec *s, const masks *m, const float *x, const double *y, float *w, double *b)
{
    const double h = 1.0 / 16384;
    double at = w ? (double)*w : *b, up, down, from, to;

    if (w)
        *w = (float)(at + h), to = (double)*w;
    else
        *b = to = at + h;
    up = loss_of(net, s, m, x, y);
    if (w)
        *w = (float)(at - h), from = (double)*w;
    else
        *b = from = at - h;
    down = loss_of(net, s, m, x, y);
    if (w)
        *w = (float)at;
    else
        *b = at;
    return (up - down) / (to - from);
}

/* Largest difference of a step's gradient, relative to the largest gradient. */
static double error_of(activation_kind a, const trainer_spec *s)
{
    float x[ROWS * INPUTS];
    double y[ROWS], worst = 0, largest = 0;
    bool classes = s->loss.family == FAMILY_MULTINOMIAL;
    size_t done;
    network *net = make_net(a, s->autoencoder ? INPUTS : classes ? CLASSES : 1, classes ? ACT_SOFTMAX : ACT_LINEAR), *after = NULL;
    dataset *d = NULL;
    trainer *t = NULL;
    masks m[ROWS];

    make_data(x, y, classes);
    if (dataset_of_dense(&d, ROWS, INPUTS, x, s->autoencoder ? NULL : y, NULL, false, NULL) || network_copy(&after, net, NULL) ||
        trainer_new(&t, s, net, d, NULL))
        abort();
    find_masks(t, m);
    trainer_run(t, NULL, s->mini_batch, 0, NULL, &done, NULL);
    trainer_export(t, after);
    for (size_t i = 0; i < net->layers; i++) {
        network_layer *l = &net->layer[i];
        for (size_t k = 0; k < network_rows(l) * l->inputs; k++) {
            double want = slope(net, s, m, x, y, &l->w[k], NULL);
            worst = fmax(worst, fabs(((double)l->w[k] - (double)after->layer[i].w[k]) / s->rate - want));
            largest = fmax(largest, fabs(want));
        }
        for (size_t k = 0; k < network_rows(l); k++) {
            double want = slope(net, s, m, x, y, NULL, &l->b[k]);
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
    {FAMILY_MULTINOMIAL, LOSS_CROSS_ENTROPY, false, 0.2, "cross-entropy with label smoothing"},
    {FAMILY_GAUSSIAN, LOSS_QUADRATIC, true, 0, "autoencoder, gaussian"}, {FAMILY_LAPLACE, LOSS_ABSOLUTE, true, 0, "autoencoder, laplace"},
    {FAMILY_QUANTILE, LOSS_QUANTILE, true, 0, "autoencoder, quantile"}, {FAMILY_HUBER, LOSS_HUBER, true, 0, "autoencoder, huber"}};
static const struct { double l1, l2; } penalties[] = {{0, 0}, {0.02, 0}, {0, 0.05}, {0.02, 0.05}};

int main(void)
{
    static const double ratios[] = {0.5, 0.3};

    for (size_t a = 0; a < sizeof acts / sizeof *acts; a++)
        for (size_t l = 0; l < sizeof losses / sizeof *losses; l++) {
            double worst = 0;
            int cases = 0;
            for (size_t p = 0; p < 4; p++)
                for (size_t rows = 1; rows <= ROWS; rows += ROWS - 1)
                    for (int drop = 0; drop < 4; drop++)
                        for (int fast = 0; fast < 2; fast++, cases++) {
                            trainer_spec s = {.loss = {.family = losses[l].f, .loss = losses[l].l, .quantile_alpha = 0.3, .tweedie_power = 1.5,
                                                       .huber_delta = 0.8, .label_smoothing = losses[l].smoothing},
                                              .autoencoder = losses[l].autoencoder, .optimizer = OPT_SGD, .schedule = RATE_CONSTANT,
                                              .rate = 1.0 / 1024, .rate_decay = 1, .max_w2 = INFINITY, .mini_batch = rows, .seed = 7,
                                              .threads = 1, .total_samples = 1000, .l1 = penalties[p].l1, .l2 = penalties[p].l2,
                                              .input_dropout = drop & 1 ? 0.4 : 0, .hidden_dropout = drop & 2 ? ratios : NULL,
                                              .fast_mode = fast && p == 0};
                            worst = fmax(worst, error_of(acts[a].a, &s));
                        }
            CLAIM(worst < 5e-3, "T002 F027 F028 F029 F030 F031 F032 F402 gradient of %s x %s in %d cases: L1, L2, rows and batches, dropout (%.1e)",
                  acts[a].name, losses[l].name, cases, worst);
        }
    return tap_done();
}
