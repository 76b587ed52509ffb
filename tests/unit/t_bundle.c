/* t_bundle.c - several rows at once through a network that the caches do not hold, against the same rows one by one. */
#include "tests/tap.h"

#include "base/rng.h"
#include "train/trainer_impl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { INPUTS = 40, ROWS = 300, CLASSES = 3, HALF = ROWS / 2 + 1, GROWN = 20000 /* rows after which bundles are full */ };

static const double some[] = {0.5, 0.3, 0.4};

typedef struct layers_state { /* sums over a layer's weights */
    double squares[4], off_squares[4], steps[4], off_steps[4];
} layers_state;

static dataset *rows_of(bool sparse)
{
    float *x = malloc(ROWS * INPUTS * sizeof *x);
    double *y = malloc(ROWS * sizeof *y);
    dataset *d = NULL;

    for (size_t i = 0; x && y && i < ROWS; i++) {
        y[i] = (double)rng_below(3, 92, i, CLASSES);
        for (size_t k = 0; k < INPUTS; k++)
            x[i * INPUTS + k] = sparse && rng_below(3, 90, i * INPUTS + k, 3) ? 0 :
                                (float)(rng_normal(3, 91, i * INPUTS + k) + (k % CLASSES == (size_t)y[i] ? 1.5 : 0));
    }
    if (!x || !y || dataset_of_dense(&d, ROWS, INPUTS, x, y, NULL, sparse, NULL))
        abort();
    free(x), free(y);
    return d;
}

static network *large_net(activation_kind a, bool rebuilds)
{
    size_t wide = a == ACT_MAXOUT ? 2 : 1, sizes[] = {INPUTS, 1280 / wide, 1160, 1280 / wide, rebuilds ? INPUTS : CLASSES};
    network *net = NULL;

    if (network_new(&net, sizes, 5, a, rebuilds ? ACT_LINEAR : ACT_SOFTMAX, NULL))
        abort();
    network_init(net, WEIGHTS_UNIFORM_ADAPTIVE, 1, false, 11);
    return net;
}

static trainer_spec spec_for(bool drop)
{
    return (trainer_spec){.loss = {.family = FAMILY_MULTINOMIAL, .loss = LOSS_CROSS_ENTROPY}, .optimizer = OPT_ADADELTA,
                          .rho = 0.99, .epsilon = 1e-16, .rate = 0.005, .rate_decay = 1, .schedule = RATE_CONSTANT,
                          .max_w2 = INFINITY, .mini_batch = 1, .fast_mode = true, .seed = 7, .threads = 1, .total_samples = 1000,
                          .input_dropout = drop ? 0.2 : 0, .hidden_dropout = drop ? some : NULL};
}

static trainer *trained(const trainer_spec *s, const network *net, const dataset *d, size_t size)
{
    trainer *t = NULL;
    size_t one = 0, two = 0;

    if (trainer_new(&t, s, net, d, NULL) || t->bundle_rows != size || trainer_run(t, NULL, HALF, GROWN, NULL, &one, NULL))
        abort();
    uint32_t rest[ROWS - HALF];
    for (size_t i = 0; i < ROWS - HALF; i++)
        rest[i] = (uint32_t)(ROWS - 1 - i);
    if (trainer_run(t, rest, ROWS - HALF, GROWN + HALF, NULL, &two, NULL) || one + two != ROWS)
        abort();
    return t;
}

/* What the averages of the squares differ by, layer by layer. */
static void compare(const trainer *a, const trainer *b, layers_state *out)
{
    size_t n = trainer_state_size(a), at = 0;
    float *x = malloc(n * sizeof *x), *y = malloc(n * sizeof *y);

    if (!x || !y || trainer_state_size(b) != n)
        abort();
    trainer_state_get(a, x);
    trainer_state_get(b, y);
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < a->layers; i++) {
        const work_layer *l = &a->main.layer[i];
        for (size_t k = 0; k < l->rows * (l->inputs + 1); k++, at += 2) {
            out->squares[i] += (double)x[at];
            out->off_squares[i] += fabs((double)x[at] - (double)y[at]);
            out->steps[i] += (double)x[at + 1];
            out->off_steps[i] += fabs((double)x[at + 1] - (double)y[at + 1]);
        }
        at += l->units;
    }
    free(x), free(y);
}

/* Steps so small that it hardly matters whether a row knows of the last ones: bundles must then do what single rows do. */
static void as_one_by_one(bool sparse, bool drop, activation_kind act, double l1, bool rebuilds)
{
    dataset *d = rows_of(sparse);
    network *net = large_net(act, rebuilds);
    trainer_spec s = spec_for(drop);
    layers_state off;
    double worst = 0;

    s.l1 = l1;
    s.autoencoder = rebuilds;
    if (rebuilds)
        s.loss = (loss_spec){.family = FAMILY_GAUSSIAN, .loss = LOSS_QUADRATIC};
    trainer *many = trained(&s, net, d, 8);
    s.reproducible = true;
    trainer *one = trained(&s, net, d, 0);
    compare(one, many, &off);
    for (size_t i = 0; i < one->layers; i++) {
        worst = fmax(worst, off.off_squares[i] / off.squares[i]);
        worst = fmax(worst, off.off_steps[i] / off.steps[i]);
    }
    CLAIM(worst < 2e-2, "bundles take the steps that rows take one by one: %s, %s, %s%s%s (%.1e)", sparse ? "sparse" : "dense",
          drop ? "with dropout" : "plain", act == ACT_MAXOUT ? "Maxout" : act == ACT_TANH ? "Tanh" : "Rectifier",
          l1 > 0 ? ", L1" : "", rebuilds ? ", autoencoder" : "", worst);
    trainer_free(many), trainer_free(one);
    network_free(net);
    dataset_free(d);
}

static double error_of(const network *net, const dataset *d)
{
    size_t wrong = 0;

    for (size_t i = 0; i < ROWS; i++) {
        float x[INPUTS];
        double p[CLASSES];
        dataset_row(d, i, x);
        if (network_forward(net, x, 1, net->layers, p, 1, NULL))
            abort();
        size_t best = p[1] > p[0] ? 1 : 0;
        best = p[2] > p[best] ? 2 : best;
        wrong += best != (size_t)d->target[i];
    }
    return (double)wrong / ROWS;
}

/* The default steps, epoch after epoch: one by one, then more and more at a time. */
static void learns(int threads, double max_w2)
{
    dataset *d = rows_of(false);
    network *net = large_net(ACT_RECTIFIER, false);
    trainer_spec s = spec_for(true);
    trainer *t = NULL;
    char why[160] = "";
    size_t done;

    s.epsilon = 1e-8;
    s.threads = threads;
    s.max_w2 = max_w2;
    if (trainer_new(&t, &s, net, d, NULL))
        abort();
    for (uint64_t epoch = 0; epoch < 5; epoch++)
        if (trainer_run(t, NULL, ROWS, 3900 << epoch / 2, NULL, &done, NULL) || done != ROWS)
            abort();
    trainer_export(t, net);
    bool sound = !trainer_unstable(t, why, sizeof why);
    double error = error_of(net, d), most = 0;
    for (size_t i = 0; i < net->layers; i++)
        for (size_t r = 0; r < net->layer[i].units; r++) {
            double sum = 0;
            for (size_t k = 0; k < net->layer[i].inputs; k++)
                sum += pow((double)net->layer[i].w[r * net->layer[i].inputs + k], 2);
            most = fmax(most, sum);
        }
    CLAIM(sound && error < 0.05, "bundles on %d %s learn (%.3f wrong) %s", threads, threads > 1 ? "threads" : "thread", error, why);
    if (isfinite(max_w2))
        CLAIM(most <= max_w2 * 1.0001, "F080 bundles keep to max_w2 (%.4f of %.4f)", most, max_w2);
    trainer_free(t);
    network_free(net);
    dataset_free(d);
}

/* What an odd number of rows, in two runs of blocks that end anywhere, leaves behind: the same bits whoever did the work. */
static void same_bits(bool sparse, bool drop, activation_kind act, double max_w2, double average)
{
    dataset *d = rows_of(sparse);
    network *net = large_net(act, false);
    trainer_spec s = spec_for(drop);
    bool same = true;
    float *first = NULL;
    size_t n = 0;

    s.max_w2 = max_w2;
    s.weight_average = average;
    s.weight_decay = 1e-4;
    s.epsilon = 1e-8;
    s.threads = 8;
    for (int threads = 0; threads < 9; threads += threads < 4 ? 1 : 4) { /* 0: as the clock has it */
        trainer *t = NULL;
        size_t done;
        if (trainer_new(&t, &s, net, d, NULL) || !t->bundle)
            abort();
        if (threads)
            bundle_fix_team(t->bundle, threads);
        if (trainer_run(t, NULL, 37, 4080, NULL, &done, NULL) || trainer_run(t, NULL, ROWS, 16300, NULL, &done, NULL))
            abort();
        n = trainer_state_size(t);
        float *state = malloc(n * sizeof *state);
        if (!state)
            abort();
        trainer_state_get(t, state);
        same &= !first || !memcmp(first, state, n * sizeof *state);
        if (first)
            free(state);
        else
            first = state;
        trainer_free(t);
    }
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)first[i];
    CLAIM(same && isfinite(sum), "bundles leave the same bits on 1, 2, 3, 4 and 8 threads, and on as many as the clock chooses: %s, %s, %s%s%s",
          sparse ? "sparse" : "dense", drop ? "with dropout" : "plain", act == ACT_MAXOUT ? "Maxout" : "Rectifier",
          isfinite(max_w2) ? ", bounded" : "", average > 0 ? ", averaged" : "");
    free(first);
    network_free(net);
    dataset_free(d);
}

static void sizes(void)
{
    work_layer shape[] = {{.lines = 1000, .ld = 1000}, {.lines = 1000, .ld = 2000}, {.lines = 2000, .ld = 16}};
    trainer_spec s = spec_for(true), plain = spec_for(false), other;
    bool right = bundle_size(&s, shape, 3, 1) == 8 && bundle_size(&plain, shape, 3, 1) == 8;

    right &= bundle_size(&s, shape, 3, 0.01) == 0; /* what a row touches decides, not what there is */
    other = s, other.reproducible = true, right &= bundle_size(&other, shape, 3, 1) == 0;
    other = s, other.optimizer = OPT_SGD, right &= bundle_size(&other, shape, 3, 1) == 0;
    other = s, other.mini_batch = 32, right &= bundle_size(&other, shape, 3, 1) == 0;
    other = s, other.fast_mode = false, right &= bundle_size(&other, shape, 3, 1) == 0;
    CLAIM(right, "bundles: large networks by ADADELTA in fast mode only");
}

int main(void)
{
    sizes();
    as_one_by_one(true, true, ACT_RECTIFIER, 0, false);
    as_one_by_one(false, true, ACT_RECTIFIER, 1e-5, false);
    as_one_by_one(true, false, ACT_TANH, 0, true);
    as_one_by_one(false, false, ACT_MAXOUT, 0, false);
    same_bits(true, true, ACT_RECTIFIER, INFINITY, 0.9);
    same_bits(false, false, ACT_MAXOUT, 1.5, 0);
    learns(1, 1.5);
    learns(2, INFINITY);
    return tap_done();
}
