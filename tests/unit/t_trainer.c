/* t_trainer.c - the learner against definitions of its own: gradients by finite
 * differences, optimisers and trajectories against a few lines of double arithmetic. */
#include "tests/tap.h"

#include "base/rng.h"
#include "train/trainer_impl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { INPUTS = 5, HIDDEN1 = 6, HIDDEN2 = 4, ROWS = 40 };

/* An independent forward pass in double: z of every layer's units. */
static double act_of(activation_kind a, double z0, double z1)
{
    switch (a) {
    case ACT_TANH: return tanh(z0);
    case ACT_RECTIFIER: return z0 > 0 ? z0 : 0;
    case ACT_EXP_RECTIFIER: return z0 >= 0 ? z0 : exp(z0) - 1;
    case ACT_MAXOUT: return z0 > z1 ? z0 : z1;
    default: return z0;
    }
}

static void forward(const network *net, const double *x, double *out)
{
    double a[2][64];
    memcpy(a[0], x, net->layer[0].inputs * sizeof *x);
    for (size_t i = 0; i < net->layers; i++) {
        const network_layer *l = &net->layer[i];
        for (size_t u = 0; u < l->units; u++) {
            double z[2] = {0, 0};
            for (size_t c = 0; c < (size_t)l->channels; c++) {
                z[c] = l->b[u * (size_t)l->channels + c];
                for (size_t k = 0; k < l->inputs; k++)
                    z[c] += (double)l->w[(u * (size_t)l->channels + c) * l->inputs + k] * a[i % 2][k];
            }
            a[(i + 1) % 2][u] = act_of(l->act, z[0], z[1]);
        }
    }
    memcpy(out, a[net->layers % 2], net->layer[net->layers - 1].units * sizeof *out);
}

/* The loss of one row that the trainer is to minimise, regularisation included. */
static double loss_of(const network *net, const trainer_spec *s, const double *x, double y)
{
    double f[64], sum = 0, most = -1e300, lse = 0, q = 0;
    size_t n = net->layer[net->layers - 1].units;

    forward(net, x, f);
    if (s->autoencoder) {
        for (size_t k = 0; k < n; k++)
            sum += loss_value(&s->loss, x[k], f[k]);
    } else if (s->loss.family == FAMILY_MULTINOMIAL) {
        double e = s->loss.label_smoothing;
        for (size_t k = 0; k < n; k++)
            most = fmax(most, f[k]);
        for (size_t k = 0; k < n; k++)
            lse += exp(f[k] - most);
        lse = log(lse) + most;
        for (size_t k = 0; k < n; k++) {
            double t = e / (double)n + (k == (size_t)y ? 1 - e : 0), p = exp(f[k] - lse);
            sum -= t * (f[k] - lse);
            q += 0.5 * (p - t) * (p - t);
        }
        if (s->loss.loss == LOSS_QUADRATIC)
            sum = q;
    } else {
        sum = loss_value(&s->loss, y, f[0]);
    }
    for (size_t i = 0; i < net->layers; i++)
        for (size_t k = 0; k < network_rows(&net->layer[i]) * net->layer[i].inputs; k++) {
            double w = (double)net->layer[i].w[k];
            sum += s->l1 * fabs(w) + s->l2 / 2 * w * w;
        }
    for (size_t i = 0; i < net->layers; i++)
        for (size_t k = 0; k < network_rows(&net->layer[i]); k++)
            sum += s->l1 * fabs(net->layer[i].b[k]) + s->l2 / 2 * net->layer[i].b[k] * net->layer[i].b[k];
    return sum;
}

static trainer_spec plain(void)
{
    return (trainer_spec){.loss = {.family = FAMILY_GAUSSIAN, .loss = LOSS_QUADRATIC, .quantile_alpha = 0.3,
                                   .tweedie_power = 1.5, .huber_delta = 1},
                          .optimizer = OPT_SGD, .schedule = RATE_CONSTANT, .rate = 1.0 / 1024, .rate_decay = 1,
                          .rho = 0.99, .epsilon = 1e-8, .adam_beta1 = 0.9, .adam_beta2 = 0.999,
                          .max_w2 = INFINITY, .mini_batch = 1, .seed = 7, .threads = 1, .total_samples = 1000};
}

static void make_data(float *x, double *y, size_t outputs, bool holes)
{
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t k = 0; k < INPUTS; k++)
            x[i * INPUTS + k] = holes && rng_below(3, 90, i * INPUTS + k, 3) == 0
                                    ? 0 : (float)rng_normal(3, 91, i * INPUTS + k);
        y[i] = outputs > 1 ? (double)rng_below(3, 92, i, outputs) : 0.5 + rng_unit(3, 93, i);
    }
}

static network *make_net(activation_kind a, size_t outputs, activation_kind out)
{
    size_t sizes[] = {INPUTS, HIDDEN1, HIDDEN2, outputs};
    network *net = NULL;
    if (network_new(&net, sizes, 4, a, out, NULL))
        abort();
    network_init(net, WEIGHTS_NORMAL, 0.7, false, 11);
    for (size_t i = 0; i < net->layers; i++)
        for (size_t r = 0; r < network_rows(&net->layer[i]); r++)
            net->layer[i].b[r] = (double)(float)(0.1 * rng_normal(5, 94, i * 100 + r));
    return net;
}

/* Largest error of the step's gradient against central differences, relative to the largest gradient. */
static double gradient_error(activation_kind a, trainer_spec s, size_t outputs, bool sparse)
{
    float x[ROWS * INPUTS];
    double y[ROWS], worst = 0, largest = 0;
    size_t units = s.autoencoder ? INPUTS : outputs;
    network *net = make_net(a, units, units > 1 && !s.autoencoder ? ACT_SOFTMAX : ACT_LINEAR), *after = NULL;
    dataset *d = NULL;
    trainer *t = NULL;
    size_t done, n = s.mini_batch;

    make_data(x, y, outputs, true);
    dataset_of_dense(&d, ROWS, INPUTS, x, s.autoencoder ? NULL : y, NULL, sparse, NULL);
    network_copy(&after, net, NULL);
    if (trainer_new(&t, &s, net, d, NULL))
        abort();
    trainer_run(t, NULL, n, 0, NULL, &done, NULL);
    trainer_export(t, after);
    for (size_t i = 0; i < net->layers; i++) {
        network_layer *l = &net->layer[i];
        for (size_t k = 0; k < network_rows(l) * l->inputs; k++) {
            double sum = 0, h = 1.0 / 16384;
            float w = l->w[k];
            for (size_t r = 0; r < n; r++) {
                double row[INPUTS];
                for (size_t q = 0; q < INPUTS; q++)
                    row[q] = (double)x[r * INPUTS + q];
                l->w[k] = (float)((double)w + h);
                double up = loss_of(net, &s, row, y[r]), dw = (double)l->w[k];
                l->w[k] = (float)((double)w - h);
                sum += (up - loss_of(net, &s, row, y[r])) / (dw - (double)l->w[k]);
                l->w[k] = w;
            }
            double expected = sum / (double)n, got = ((double)w - (double)after->layer[i].w[k]) / s.rate;
            worst = fmax(worst, fabs(got - expected));
            largest = fmax(largest, fabs(expected));
        }
        for (size_t k = 0; k < network_rows(l); k++) {
            double sum = 0, h = 1.0 / 16384, b = l->b[k];
            for (size_t r = 0; r < n; r++) {
                double row[INPUTS];
                for (size_t q = 0; q < INPUTS; q++)
                    row[q] = (double)x[r * INPUTS + q];
                l->b[k] = b + h;
                double up = loss_of(net, &s, row, y[r]);
                l->b[k] = b - h;
                sum += (up - loss_of(net, &s, row, y[r])) / (2 * h);
                l->b[k] = b;
            }
            worst = fmax(worst, fabs((b - after->layer[i].b[k]) / s.rate - sum / (double)n));
        }
    }
    trainer_free(t);
    dataset_free(d);
    network_free(net);
    network_free(after);
    return worst / largest;
}

static void gradients(void)
{
    static const struct { activation_kind a; const char *name; } acts[] = {
        {ACT_TANH, "Tanh"}, {ACT_RECTIFIER, "Rectifier"}, {ACT_MAXOUT, "Maxout"}, {ACT_EXP_RECTIFIER, "ExpRectifier"}};
    static const struct { family_kind f; loss_kind l; const char *name; } losses[] = {
        {FAMILY_GAUSSIAN, LOSS_QUADRATIC, "gaussian"}, {FAMILY_MULTINOMIAL, LOSS_CROSS_ENTROPY, "cross-entropy"},
        {FAMILY_MULTINOMIAL, LOSS_QUADRATIC, "quadratic classes"}, {FAMILY_POISSON, LOSS_AUTOMATIC, "poisson"},
        {FAMILY_GAMMA, LOSS_AUTOMATIC, "gamma"}, {FAMILY_TWEEDIE, LOSS_AUTOMATIC, "tweedie"},
        {FAMILY_HUBER, LOSS_HUBER, "huber"}, {FAMILY_QUANTILE, LOSS_QUANTILE, "quantile"},
        {FAMILY_LAPLACE, LOSS_ABSOLUTE, "laplace"}};

    for (size_t a = 0; a < 4; a++)
        for (size_t l = 0; l < 9; l++) {
            double worst = 0;
            for (int variant = 0; variant < 16; variant++) {
                trainer_spec s = plain();
                s.loss.family = losses[l].f;
                s.loss.loss = losses[l].l;
                s.fast_mode = !(variant & 1);
                if (variant & 1)
                    s.l1 = 0.02, s.l2 = 0.05;
                if (variant & 2)
                    s.mini_batch = 8;
                s.autoencoder = (variant & 8) && losses[l].f == FAMILY_GAUSSIAN;
                s.loss.label_smoothing = (variant & 8) && losses[l].f == FAMILY_MULTINOMIAL ? 0.1 : 0;
                worst = fmax(worst, gradient_error(acts[a].a, s, losses[l].f == FAMILY_MULTINOMIAL ? 3 : 1, variant & 4));
            }
            CLAIM(worst < 4e-3, "T002 F027-F029 F043 F070 F071 gradient of %s x %s, per row and mini-batch, L1/L2 on and off (%.1e)",
               acts[a].name, losses[l].name, worst);
        }
}

/* T001: one hidden layer, ADADELTA, against plain double arithmetic over 200 rows: to roundings where the bits are to
 * be the same everywhere, else as well as the processor estimates a root (4e-4 of each step at worst). */
static void trajectory(bool reproducible)
{
    enum { H = 4 };
    float x[ROWS * INPUTS];
    double y[ROWS], w1[H][INPUTS], b1[H], w2[H], b2, S[H * INPUTS + 2 * H + 1] = {0}, D[H * INPUTS + 2 * H + 1] = {0};
    size_t sizes[] = {INPUTS, H, 1}, done;
    network *net = NULL;
    dataset *d = NULL;
    trainer *t = NULL;
    trainer_spec s = plain();

    make_data(x, y, 1, false);
    network_new(&net, sizes, 3, ACT_TANH, ACT_LINEAR, NULL);
    network_init(net, WEIGHTS_UNIFORM_ADAPTIVE, 1, false, 3);
    for (size_t j = 0; j < H; j++) {
        for (size_t k = 0; k < INPUTS; k++)
            w1[j][k] = (double)net->layer[0].w[j * INPUTS + k];
        b1[j] = net->layer[0].b[j];
        w2[j] = (double)net->layer[1].w[j];
    }
    b2 = net->layer[1].b[0];
    s.optimizer = OPT_ADADELTA;
    s.epsilon = 1e-6;
    s.reproducible = reproducible;
    dataset_of_dense(&d, ROWS, INPUTS, x, y, NULL, false, NULL);
    trainer_new(&t, &s, net, d, NULL);
    for (size_t pass = 0; pass < 5; pass++)
        trainer_run(t, NULL, ROWS, pass * ROWS, NULL, &done, NULL);
    for (size_t n = 0; n < 5 * ROWS; n++) {
        const float *xr = x + n % ROWS * INPUTS;
        double a[H], f = b2, g[H * INPUTS + 2 * H + 1];
        for (size_t j = 0; j < H; j++) {
            double z = b1[j];
            for (size_t k = 0; k < INPUTS; k++)
                z += w1[j][k] * (double)xr[k];
            a[j] = tanh(z);
            f += w2[j] * a[j];
        }
        double e = 2 * (f - y[n % ROWS]);
        for (size_t j = 0; j < H; j++) {
            double gj = e * w2[j] * (1 - a[j] * a[j]);
            for (size_t k = 0; k < INPUTS; k++)
                g[j * INPUTS + k] = gj * (double)xr[k];
            g[H * INPUTS + j] = gj;
            g[H * INPUTS + H + j] = e * a[j];
        }
        g[H * INPUTS + 2 * H] = e;
        for (size_t k = 0; k < H * INPUTS + 2 * H + 1; k++) {
            S[k] = 0.99 * S[k] + 0.01 * g[k] * g[k];
            double step = sqrt((D[k] + 1e-6) / (S[k] + 1e-6)) * g[k];
            D[k] = 0.99 * D[k] + 0.01 * step * step;
            double *w = k < H * INPUTS ? &w1[k / INPUTS][k % INPUTS] : k < H * INPUTS + H ? &b1[k - H * INPUTS]
                        : k < H * INPUTS + 2 * H ? &w2[k - H * INPUTS - H] : &b2;
            *w -= step;
        }
    }
    trainer_export(t, net);
    double worst = fabs(net->layer[1].b[0] - b2);
    for (size_t j = 0; j < H; j++) {
        for (size_t k = 0; k < INPUTS; k++)
            worst = fmax(worst, fabs((double)net->layer[0].w[j * INPUTS + k] - w1[j][k]));
        worst = fmax(worst, fabs((double)net->layer[1].w[j] - w2[j]));
    }
    CLAIM(worst < (reproducible ? 3e-6 : 1e-4), "T001 F050 F079 one-hidden-layer ADADELTA trajectory equals double arithmetic%s (%.1e)",
          reproducible ? "" : ", roots estimated", worst);
    trainer_free(t);
    dataset_free(d);
    network_free(net);
}

/* A single weight, target 0: each optimiser's sequence against its definition. */
static void optimizers(void)
{
    static const char *const names[] = {"ADADELTA F079", "SGD F081", "momentum F075", "Nesterov F076", "Adam", "Adam with decay"};
    for (int o = 0; o < 6; o++) {
        size_t sizes[] = {1, 1}, done;
        float one = 1;
        double target = 0, w = 0.75, b = 0.5, sw = 0, dw = 0, sb = 0, db = 0;
        network *net = NULL;
        dataset *d = NULL;
        trainer *t = NULL;
        trainer_spec s = plain();
        s.optimizer = o == 0 ? OPT_ADADELTA : o < 4 ? OPT_SGD : OPT_ADAM;
        s.rate = 0.01;
        s.momentum_start = o == 2 || o == 3 ? 0.3 : 0;
        s.momentum_stable = o == 2 || o == 3 ? 0.9 : 0;
        s.momentum_ramp = 20;
        s.nesterov = o == 3;
        s.weight_decay = o == 5 ? 0.1 : 0;
        network_new(&net, sizes, 2, ACT_TANH, ACT_LINEAR, NULL);
        net->layer[0].w[0] = (float)w;
        net->layer[0].b[0] = b;
        dataset_of_dense(&d, 1, 1, &one, &target, NULL, false, NULL);
        trainer_new(&t, &s, net, d, NULL);
        for (uint64_t n = 0; n < 50; n++) {
            trainer_run(t, NULL, 1, n, NULL, &done, NULL);
            double g = 2 * (w + b), m = n < 20 ? 0.3 + 0.6 * (double)n / 20 : 0.9, rate = 0.01 * (1 - m);
            double *v[] = {&w, &b}, *S[] = {&sw, &sb}, *D[] = {&dw, &db};
            for (int k = 0; k < 2; k++) {
                if (o == 0) {
                    *S[k] = 0.99 * *S[k] + 0.01 * g * g;
                    double step = sqrt((*D[k] + 1e-8) / (*S[k] + 1e-8)) * g;
                    *D[k] = 0.99 * *D[k] + 0.01 * step * step;
                    *v[k] -= step;
                } else if (o == 1) {
                    *v[k] -= 0.01 * g;
                } else if (o < 4) {
                    *S[k] = m * *S[k] + g;
                    *v[k] -= rate * (o == 3 ? g + m * *S[k] : *S[k]);
                } else {
                    double t1 = (double)n + 1;
                    *S[k] = 0.9 * *S[k] + 0.1 * g;
                    *D[k] = 0.999 * *D[k] + 0.001 * g * g;
                    double old = *v[k];
                    *v[k] -= 0.01 * (*S[k] / (1 - pow(0.9, t1))) / (sqrt(*D[k] / (1 - pow(0.999, t1))) + 1e-8);
                    if (o == 5 && k == 0)
                        *v[k] -= 0.01 * 0.1 * old;
                }
            }
        }
        trainer_export(t, net);
        double e = fmax(fabs((double)net->layer[0].w[0] - w), fabs(net->layer[0].b[0] - b));
        CLAIM(e < 5e-6, "%s follows its definition over 50 steps (%.1e)", names[o], e);
        trainer_free(t);
        dataset_free(d);
        network_free(net);
    }
}

static trainer *xor_trainer(trainer_spec s, dataset **d, network **net, activation_kind a)
{
    static const float x[] = {0, 0, 0, 1, 1, 0, 1, 1};
    static const double y[] = {0, 1, 1, 0};
    size_t sizes[] = {2, 8, 2};
    trainer *t = NULL;

    s.loss.family = FAMILY_MULTINOMIAL;
    s.loss.loss = LOSS_CROSS_ENTROPY;
    network_new(net, sizes, 3, a, ACT_SOFTMAX, NULL);
    network_init(*net, WEIGHTS_UNIFORM_ADAPTIVE, 1, true, 5);
    dataset_of_dense(d, 4, 2, x, y, NULL, false, NULL);
    if (trainer_new(&t, &s, *net, *d, NULL))
        abort();
    return t;
}

static void learns_xor(void)
{
    network *net = NULL;
    dataset *d = NULL;
    trainer_spec s = plain();
    size_t done, right = 0;
    static const float x[] = {0, 0, 0, 1, 1, 0, 1, 1};
    double p[8];

    s.optimizer = OPT_ADADELTA;
    trainer *t = xor_trainer(s, &d, &net, ACT_TANH);
    for (uint64_t n = 0; n < 3000; n++)
        trainer_run(t, NULL, 4, n * 4, NULL, &done, NULL);
    trainer_export(t, net);
    network_forward(net, x, 4, net->layers, p, 1, NULL);
    for (size_t i = 0; i < 4; i++)
        right += (p[2 * i + 1] > 0.5) == (i == 1 || i == 2);
    CLAIM(right == 4, "F020 F023 exclusive or is learnt");
    CLAIM(fabs(p[0] + p[1] - 1) < 1e-12, "F022 probabilities sum to 1");
    char why[64];
    CLAIM(!trainer_unstable(t, why, sizeof why), "a sound training is not called unstable");
    float *state = malloc(trainer_state_size(t) * sizeof *state);
    trainer_state_get(t, state);
    trainer *u = NULL;
    trainer_new(&u, &s, net, d, NULL);
    (void)u;
    trainer_free(u);
    free(state);
    trainer_free(t);
    dataset_free(d);
    network_free(net);
}

/* Rows of their own inputs move weights of their own: two workers must together learn what one
 * does. Plain steps at a small rate, so that what one row does to the next hardly counts. */
static void workers_add_up(void)
{
    enum { N = 512, CLASSES = 200 }; /* enough work for a row that both take part */
    static float x[N * 64];
    static double y[N];
    trainer_spec s = plain();
    dataset *d = NULL;
    network *net[2] = {NULL, NULL};
    double moved = 0, off = 0;
    size_t sizes[] = {64, CLASSES}, done;

    for (size_t i = 0; i < N; i++) {
        memset(x + i * 64, 0, 64 * sizeof *x);
        x[i * 64 + i % 64] = 1;
        y[i] = (double)(i * 7 % CLASSES); /* neighbours differ: so do the moves of the biases */
    }
    s.loss = (loss_spec){.family = FAMILY_MULTINOMIAL, .loss = LOSS_CROSS_ENTROPY};
    s.rate = 1e-3;
    dataset_of_dense(&d, N, 64, x, y, NULL, true, NULL);
    for (int k = 0; k < 2; k++) {
        trainer *t = NULL;
        s.threads = k + 1;
        network_new(&net[k], sizes, 2, ACT_TANH, ACT_SOFTMAX, NULL);
        trainer_new(&t, &s, net[k], d, NULL);
        for (uint64_t run = 0; run < 4; run++)
            trainer_run(t, NULL, N, run * N, NULL, &done, NULL);
        trainer_export(t, net[k]);
        trainer_free(t);
    }
    for (size_t i = 0; i < 64 * CLASSES; i++) {
        moved += fabs((double)net[0]->layer[0].w[i]);
        off += fabs((double)(net[0]->layer[0].w[i] - net[1]->layer[0].w[i]));
    }
    CLAIM(moved > 0 && off < 0.01 * moved, "two workers on rows of different inputs learn what one does (%.1e)", off / moved);
    network_free(net[0]), network_free(net[1]);
    dataset_free(d);
}

static void workers_join(void)
{
    static const struct { double dots[3]; float ca, cb; const char *what; } cases[] = {
        {{4, 9, 0}, 1, 1, "unlike moves add up"}, {{4, 4, 4}, 0.5f, 0.5f, "the same move twice counts once"},
        {{4, 16, 8}, 0, 0.75f, "of two moves in one direction the mean stays"}, {{4, 4, -4}, 1, 1, "opposite moves add up, no more"},
        {{0, 4, 0}, 1, 1, "who has not moved leaves the other alone"}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        float ca, cb;
        team_shares(cases[i].dots, &ca, &cb);
        CLAIM(ca == cases[i].ca && cb == cases[i].cb, "workers: %s", cases[i].what);
    }
}

/* F072 F073 T030: the share of units that a row drops. */
static void dropout_rate(void)
{
    enum { N = 200, R = 500 };
    size_t sizes[] = {N, N, 1}, done;
    float *x = malloc(R * N * sizeof *x);
    double y[R];
    network *net = NULL;
    dataset *d = NULL;
    trainer *t = NULL;
    trainer_spec s = plain();
    double ratios[] = {0.3};

    /* One linear path per unit with weight 1: after a step with rate r and no gradient
     * elsewhere, the output weight of a unit moves iff the unit was kept. */
    for (size_t i = 0; i < R * N; i++)
        x[i] = 1;
    for (size_t i = 0; i < R; i++)
        y[i] = 1e4;
    network_new(&net, sizes, 3, ACT_RECTIFIER, ACT_LINEAR, NULL);
    for (size_t k = 0; k < N; k++)
        net->layer[0].b[k] = 1;
    s.hidden_dropout = ratios;
    s.rate = 1e-9;
    size_t moved = 0;
    dataset_of_dense(&d, R, N, x, y, NULL, false, NULL);
    trainer_new(&t, &s, net, d, NULL);
    float *before = calloc(N, sizeof *before);
    for (size_t i = 0; i < R; i++) {
        uint32_t row = (uint32_t)i;
        trainer_run(t, &row, 1, i, NULL, &done, NULL);
        trainer_export(t, net);
        for (size_t k = 0; k < N; k++) {
            moved += net->layer[1].w[k] != before[k];
            before[k] = net->layer[1].w[k];
        }
    }
    double dropped = 1 - (double)moved / ((double)R * N);
    CLAIM(fabs(dropped - 0.3) < 0.01, "T030 F030 F031 F073 30 %% of hidden units are dropped (%.4f)", dropped);
    CLAIM(net->layer[0].keep == 0.7 && net->layer[1].keep == 1, "F030 scoring scales by 1 - ratio");
    free(before);
    free(x);
    trainer_free(t);
    dataset_free(d);
    network_free(net);
}

static void bounds(void)
{
    for (int sparse = 0; sparse < 2; sparse++) {
        float x[ROWS * INPUTS];
        double y[ROWS], worst = 0;
        size_t done;
        network *net = make_net(ACT_RECTIFIER, 1, ACT_LINEAR);
        dataset *d = NULL;
        trainer *t = NULL;
        trainer_spec s = plain();

        make_data(x, y, 1, true);
        s.max_w2 = 0.25;
        s.rate = 0.01;
        dataset_of_dense(&d, ROWS, INPUTS, x, y, NULL, sparse, NULL);
        trainer_new(&t, &s, net, d, NULL);
        trainer_run(t, NULL, ROWS, 0, NULL, &done, NULL);
        trainer_export(t, net);
        for (size_t i = 0; i < net->layers; i++)
            for (size_t r = 0; r < network_rows(&net->layer[i]); r++) {
                double sum = 0;
                for (size_t k = 0; k < net->layer[i].inputs; k++)
                    sum += pow((double)net->layer[i].w[r * net->layer[i].inputs + k], 2);
                worst = fmax(worst, sum);
            }
        CLAIM(worst <= 0.25 * (1 + 1e-5), "F074 max_w2 bounds the squares into each unit, %s rows (%.6f)",
           sparse ? "sparse" : "dense", worst);
        trainer_free(t);
        dataset_free(d);
        network_free(net);
    }
}

static void schedules(void)
{
    trainer_spec s = plain();
    s.rate = 0.1;
    s.rate_decay = 0.5;
    s.rate_annealing = 0.01;
    s.schedule = RATE_ANNEALING;
    CLAIM(fabs(trainer_rate(&s, 2, 100) - 0.1 * 0.25 / 2) < 1e-12, "F077 F078 annealing and decay per layer");
    s.schedule = RATE_LINEAR;
    CLAIM(fabs(trainer_rate(&s, 0, 250) - 0.075) < 1e-12, "linear schedule");
    s.schedule = RATE_COSINE;
    CLAIM(fabs(trainer_rate(&s, 0, 500) - 0.05) < 1e-12, "cosine schedule");
    s.schedule = RATE_CONSTANT;
    s.warmup = 0.1;
    CLAIM(trainer_rate(&s, 0, 10) < 0.02 && trainer_rate(&s, 0, 100) == 0.1, "warm-up rises to the rate");
}

int main(void)
{
    gradients();
    trajectory(true);
    trajectory(false);
    optimizers();
    learns_xor();
    workers_add_up();
    workers_join();
    dropout_rate();
    bounds();
    schedules();
    return tap_done();
}
