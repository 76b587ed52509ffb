/* t_batch.c - mini-batches, reproducible training, checkpoints of the learner, and what
 * stands around a step: against definitions and against one another. */
#include "tests/tap.h"

#include "base/mem.h"
#include "base/progress.h"
#include "base/rng.h"
#include "kernel/dispatch.h"
#include "train/trainer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 90, INPUTS = 37, LABELS = 3 };

static float x[ROWS * INPUTS];
static double y[ROWS], weight[ROWS];

static void make_data(void)
{
    for (size_t i = 0; i < ROWS; i++) {
        y[i] = (double)rng_below(1, 700, i, LABELS);
        weight[i] = 0.5 + rng_unit(1, 701, i);
        for (size_t k = 0; k < INPUTS; k++)
            x[i * INPUTS + k] = rng_below(1, 702, i * INPUTS + k, 3) == 0
                                    ? 0 : (float)(rng_normal(1, 703, i * INPUTS + k) + 0.3 * y[i]);
    }
}

static trainer_spec plain(void)
{
    return (trainer_spec){.loss = {.family = FAMILY_MULTINOMIAL, .loss = LOSS_CROSS_ENTROPY},
                          .optimizer = OPT_ADADELTA, .schedule = RATE_CONSTANT, .rate = 0.01, .rate_decay = 1,
                          .rho = 0.99, .epsilon = 1e-8, .adam_beta1 = 0.9, .adam_beta2 = 0.999,
                          .max_w2 = INFINITY, .fast_mode = true, .mini_batch = 1, .seed = 7, .threads = 1,
                          .total_samples = 1000};
}

static network *make_net(activation_kind a, size_t hidden, bool autoencoder)
{
    size_t sizes[] = {INPUTS, hidden, hidden / 2, autoencoder ? INPUTS : LABELS};
    network *net = NULL;

    if (network_new(&net, sizes, 4, a, autoencoder ? ACT_LINEAR : ACT_SOFTMAX, NULL))
        abort();
    network_init(net, WEIGHTS_UNIFORM_ADAPTIVE, 1, !autoencoder, 5);
    for (size_t i = 0; i + 1 < net->layers; i++)
        for (size_t r = 0; r < network_rows(&net->layer[i]); r++)
            net->layer[i].b[r] = 0.25;
    return net;
}

static dataset *make_set(bool autoencoder, bool sparse, bool weighted)
{
    dataset *d = NULL;
    if (dataset_of_dense(&d, ROWS, INPUTS, x, autoencoder ? NULL : y, weighted ? weight : NULL, sparse, NULL))
        abort();
    return d;
}

/* Largest difference of two networks' weights and biases; 0 only for the same bits. */
static double apart(const network *a, const network *b)
{
    double worst = 0;

    for (size_t i = 0; i < a->layers; i++) {
        size_t rows = network_rows(&a->layer[i]), n = rows * a->layer[i].inputs;
        for (size_t k = 0; k < n; k++)
            worst = fmax(worst, fabs((double)a->layer[i].w[k] - (double)b->layer[i].w[k]));
        for (size_t r = 0; r < rows; r++)
            worst = fmax(worst, fabs(a->layer[i].b[r] - b->layer[i].b[r]));
        if (!isfinite(worst))
            return INFINITY;
    }
    return worst;
}

/* Trains a copy of net on rows 0..n-1, `passes` times; the result. */
static network *trained(const network *net, trainer_spec s, const dataset *d, size_t n, size_t passes)
{
    trainer *t = NULL;
    network *after = NULL;
    size_t done;

    if (network_copy(&after, net, NULL) || trainer_new(&t, &s, net, d, NULL))
        abort();
    for (size_t p = 0; p < passes; p++)
        if (trainer_run(t, NULL, n, p * n, NULL, &done, NULL) || done != n)
            abort();
    trainer_export(t, after);
    trainer_free(t);
    return after;
}

/* The same bits on 1, 2, 3 and 8 threads and after a repeat. */
static void reproducible(void)
{
    static const struct { activation_kind a; const char *name; } acts[] = {
        {ACT_TANH, "Tanh"}, {ACT_RECTIFIER, "Rectifier"}, {ACT_MAXOUT, "Maxout"}, {ACT_EXP_RECTIFIER, "ExpRectifier"}};
    static const double half[] = {0.5, 0.5};

    for (size_t a = 0; a < 4; a++)
        for (int v = 0; v < 8; v++) {
            trainer_spec s = plain();
            bool autoencoder = v == 3 || v == 7, sparse = v & 1;
            s.reproducible = true;
            s.mini_batch = v >= 4 ? 16 : 1;
            s.optimizer = v % 3 == 0 ? OPT_ADADELTA : v % 3 == 1 ? OPT_ADAM : OPT_SGD;
            if (v & 2)
                s.hidden_dropout = half, s.input_dropout = 0.2;
            if (v == 5)
                s.l1 = 1e-4, s.l2 = 1e-4, s.max_w2 = 2, s.weight_average = 0.9;
            s.autoencoder = autoencoder;
            if (autoencoder)
                s.loss = (loss_spec){.family = FAMILY_GAUSSIAN, .loss = LOSS_QUADRATIC};
            /* wide enough that a batch is worth several threads */
            network *net = make_net(acts[a].a, v >= 4 ? 180 : 12, autoencoder);
            dataset *d = make_set(autoencoder, sparse, v == 2 || v == 6);
            network *one = trained(net, s, d, v >= 4 ? 40 : ROWS, 1);
            static const int teams[] = {1, 2, 3, 8};
            double worst = 0;
            for (size_t k = 0; k < 4; k++) {
                s.threads = teams[k];
                network *other = trained(net, s, d, v >= 4 ? 40 : ROWS, 1);
                worst = fmax(worst, apart(one, other));
                network_free(other);
            }
            CLAIM(worst == 0 && apart(one, net) > 0, "T003 F374 reproducible: same bits on 1, 2, 3, 8 threads: %s, variant %d",
                  acts[a].name, v);
            network_free(net);
            network_free(one);
            dataset_free(d);
        }
}

/* One SGD step on a batch = the mean of the steps that its rows would take alone. */
static void mean_of_rows(void)
{
    static const activation_kind acts[] = {ACT_TANH, ACT_RECTIFIER, ACT_MAXOUT, ACT_EXP_RECTIFIER};

    for (size_t a = 0; a < 4; a++)
        for (int v = 0; v < 4; v++) {
            trainer_spec s = plain();
            bool autoencoder = v & 2;
            size_t n = 33; /* the batch is larger than what is there: still one step */
            s.optimizer = OPT_SGD;
            s.rate = 1.0 / 64;
            s.autoencoder = autoencoder;
            if (autoencoder)
                s.loss = (loss_spec){.family = FAMILY_GAUSSIAN, .loss = LOSS_QUADRATIC};
            network *net = make_net(acts[a], 12, autoencoder), *sum = NULL;
            dataset *d = make_set(autoencoder, v & 1, true);
            network_copy(&sum, net, NULL);
            for (size_t r = 0; r < n; r++) {
                trainer *t = NULL;
                network *one = NULL;
                uint32_t row = (uint32_t)r;
                size_t done;
                network_copy(&one, net, NULL);
                if (trainer_new(&t, &s, net, d, NULL) || trainer_run(t, &row, 1, 0, NULL, &done, NULL))
                    abort();
                trainer_export(t, one);
                for (size_t i = 0; i < net->layers; i++) {
                    size_t rows = network_rows(&net->layer[i]);
                    for (size_t k = 0; k < rows * net->layer[i].inputs; k++)
                        sum->layer[i].w[k] += (one->layer[i].w[k] - net->layer[i].w[k]) / (float)n;
                    for (size_t k = 0; k < rows; k++)
                        sum->layer[i].b[k] += (one->layer[i].b[k] - net->layer[i].b[k]) / (double)n;
                }
                trainer_free(t);
                network_free(one);
            }
            s.mini_batch = 50;
            network *batch = trained(net, s, d, n, 1);
            double e = apart(batch, sum);
            CLAIM(e < 1e-6 && apart(batch, net) > 1e-4,
                  "T016 F403 a batch's step is the mean of its rows' steps, activation %zu, variant %d (%.1e)", a, v, e);
            network_free(net);
            network_free(sum);
            network_free(batch);
            dataset_free(d);
        }
}

/* With hidden dropout a batch trains the network of the units that stayed, and no other. */
static void dropped_units(void)
{
    static const double ratios[] = {0.5, 0.3};

    for (int fast = 0; fast < 2; fast++) {
        trainer_spec s = plain();
        network *net = make_net(ACT_TANH, 20, false), *small = NULL;
        dataset *d = make_set(false, false, false);
        size_t kept[2][20], n[2] = {0, 0};

        s.optimizer = OPT_SGD;
        s.rate = 1.0 / 64;
        s.mini_batch = 32;
        s.hidden_dropout = ratios;
        s.fast_mode = fast;
        network *after = trained(net, s, d, 32, 1);
        for (size_t i = 0; i < 2; i++)
            for (size_t u = 0; u < net->layer[i].units; u++)
                if (after->layer[i].b[u] != net->layer[i].b[u])
                    kept[i][n[i]++] = u;
        size_t sizes[] = {INPUTS, n[0], n[1], LABELS};
        network_new(&small, sizes, 4, ACT_TANH, ACT_SOFTMAX, NULL);
        for (size_t u = 0; u < n[0]; u++) {
            memcpy(small->layer[0].w + u * INPUTS, net->layer[0].w + kept[0][u] * INPUTS, INPUTS * sizeof(float));
            small->layer[0].b[u] = small->layer[1].b[u < n[1] ? u : 0] = 0.25;
        }
        for (size_t u = 0; u < n[1]; u++)
            for (size_t k = 0; k < n[0]; k++)
                small->layer[1].w[u * n[0] + k] = net->layer[1].w[kept[1][u] * 20 + kept[0][k]];
        for (size_t u = 0; u < LABELS; u++)
            for (size_t k = 0; k < n[1]; k++)
                small->layer[2].w[u * n[1] + k] = net->layer[2].w[u * 10 + kept[1][k]];
        s.hidden_dropout = NULL;
        network *want = trained(small, s, d, 32, 1);
        double e = 0;
        bool others = false;
        for (size_t u = 0, at = 0; u < 20; u++) {
            bool in = at < n[0] && kept[0][at] == u;
            for (size_t k = 0; k < INPUTS; k++) {
                float w = after->layer[0].w[u * INPUTS + k];
                if (in)
                    e = fmax(e, fabs((double)w - (double)want->layer[0].w[at * INPUTS + k]));
                else
                    others |= w != net->layer[0].w[u * INPUTS + k];
            }
            at += in;
        }
        for (size_t u = 0; u < n[1]; u++)
            for (size_t k = 0; k < n[0]; k++)
                e = fmax(e, fabs((double)after->layer[1].w[kept[1][u] * 20 + kept[0][k]] -
                                 (double)want->layer[1].w[u * n[0] + k]));
        CLAIM(n[0] > 3 && n[0] < 17 && n[1] > 2 && e < 1e-6, "F030 F073 a batch with dropout trains the units that stay (%zu of 20, %zu of 10, %.1e)",
              n[0], n[1], e);
        CLAIM(!others, "F030 dropped units keep their weights");
        network_free(net);
        network_free(small);
        network_free(after);
        network_free(want);
        dataset_free(d);
    }
}

/* Rows that are nearly empty are summed one by one: the same mathematics. */
static void nearly_empty(void)
{
    enum { WIDE = 200, N = 40 };
    static float wide[N * WIDE];
    double label[N];
    size_t sizes[] = {WIDE, 10, LABELS};
    network *net = NULL, *both[2];

    for (size_t i = 0; i < N; i++) {
        label[i] = (double)(i % LABELS);
        for (size_t k = 0; k < 4; k++)
            wide[i * WIDE + rng_below(1, 710, i * 4 + k, WIDE)] = 1;
    }
    network_new(&net, sizes, 3, ACT_RECTIFIER, ACT_SOFTMAX, NULL);
    network_init(net, WEIGHTS_UNIFORM_ADAPTIVE, 1, true, 5);
    for (int sparse = 0; sparse < 2; sparse++) {
        trainer_spec s = plain();
        dataset *d = NULL;
        s.mini_batch = 8;
        s.optimizer = OPT_SGD;
        dataset_of_dense(&d, N, WIDE, wide, label, NULL, sparse, NULL);
        both[sparse] = trained(net, s, d, N, 3);
        dataset_free(d);
    }
    double e = apart(both[0], both[1]);
    CLAIM(e < 1e-6 && apart(both[0], net) > 1e-3, "nearly empty rows: sparse and dense batches agree (%.1e)", e);
    network_free(net);
    network_free(both[0]);
    network_free(both[1]);
}

/* Training interrupted, its state carried to a new trainer, equals one that went through. */
static void carried_on(void)
{
    for (int v = 0; v < 8; v++) {
        trainer_spec s = plain();
        size_t done, half = 48;
        s.reproducible = true;
        s.optimizer = v % 4 == 0 ? OPT_ADADELTA : v % 4 == 1 ? OPT_ADAM : OPT_SGD;
        s.momentum_start = s.momentum_stable = v % 4 == 3 ? 0.9 : 0;
        s.mini_batch = v >= 4 ? 8 : 1;
        s.input_dropout = 0.1;
        s.weight_average = v == 6 ? 0.8 : 0;
        network *net = make_net(ACT_RECTIFIER, 12, false), *through = NULL, *again = NULL;
        dataset *d = make_set(false, v & 1, false);
        trainer *t = NULL, *u = NULL;
        network_copy(&through, net, NULL);
        network_copy(&again, net, NULL);
        trainer_new(&t, &s, net, d, NULL);
        trainer_run(t, NULL, half, 0, NULL, &done, NULL);
        size_t n = trainer_state_size(t);
        float *state = malloc(n * sizeof *state);
        trainer_state_get(t, state);
        trainer_export(t, again);
        trainer_run(t, NULL, half, half, NULL, &done, NULL);
        trainer_export(t, through);
        trainer_new(&u, &s, again, d, NULL);
        CLAIM(trainer_state_set(u, state, n - 1, NULL) != WEIR_OK, "a state of another size is refused, variant %d", v);
        if (trainer_state_set(u, state, n, NULL))
            abort();
        trainer_run(u, NULL, half, half, NULL, &done, NULL);
        trainer_export(u, again);
        CLAIM(apart(through, again) == 0, "F180 F307 a training carried on equals one that went through, variant %d", v);
        free(state);
        trainer_free(t);
        trainer_free(u);
        network_free(net);
        network_free(through);
        network_free(again);
        dataset_free(d);
    }
}

/* The moving average of the weights, batch by batch. */
static void averaged(void)
{
    trainer_spec s = plain();
    network *net = make_net(ACT_TANH, 12, false), *mean = NULL, *step = NULL;
    dataset *d = make_set(false, false, false);
    trainer *t = NULL;
    size_t done;

    s.mini_batch = 10;
    s.optimizer = OPT_SGD;
    network_copy(&mean, net, NULL);
    network_copy(&step, net, NULL);
    trainer_new(&t, &s, net, d, NULL);
    for (uint32_t b = 0; b < 9; b++) {
        uint32_t order[10];
        for (uint32_t i = 0; i < 10; i++)
            order[i] = b * 10 + i;
        trainer_run(t, order, 10, b * 10, NULL, &done, NULL);
        trainer_export(t, step);
        for (size_t i = 0; i < net->layers; i++)
            for (size_t k = 0; k < network_rows(&net->layer[i]) * net->layer[i].inputs; k++)
                mean->layer[i].w[k] += 0.25f * (step->layer[i].w[k] - mean->layer[i].w[k]);
    }
    trainer_free(t);
    s.weight_average = 0.75;
    network *got = trained(net, s, d, 90, 1);
    double e = 0;
    for (size_t i = 0; i < net->layers; i++)
        for (size_t k = 0; k < network_rows(&net->layer[i]) * net->layer[i].inputs; k++)
            e = fmax(e, fabs((double)got->layer[i].w[k] - (double)mean->layer[i].w[k]));
    CLAIM(e < 1e-6, "the moving average of the weights follows its definition (%.1e)", e);
    network_free(net);
    network_free(mean);
    network_free(step);
    network_free(got);
    dataset_free(d);
}

/* Mean cross-entropy of rows [0, n) under a network. */
static double loss(const network *net, const float *rows, size_t n)
{
    static double p[ROWS * LABELS];
    double sum = 0;

    if (network_forward(net, rows, n, net->layers, p, 1, NULL))
        abort();
    for (size_t i = 0; i < n; i++)
        sum -= log(p[i * LABELS + (size_t)y[i]]);
    return sum / (double)n;
}

/* Adversarial batches: a step on the rows moved by epsilon along the sign of the loss's slope. */
static void adversaries(void)
{
    static float moved[ROWS * INPUTS];
    trainer_spec s = plain();
    network *net = make_net(ACT_TANH, 12, false);
    dataset *d = make_set(false, false, false), *other = NULL;
    size_t n = 20, unsure = 0;

    memcpy(moved, x, sizeof moved);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < INPUTS; k++) {
            float *row = x + i * INPUTS, old = row[k]; /* put back below */
            double p[LABELS], up, down;
            row[k] = old + 0.004f;
            network_forward(net, row, 1, net->layers, p, 1, NULL);
            up = -log(p[(size_t)y[i]]);
            row[k] = old - 0.004f;
            network_forward(net, row, 1, net->layers, p, 1, NULL);
            down = -log(p[(size_t)y[i]]);
            row[k] = old;
            unsure += fabs(up - down) < 1e-6;
            moved[i * INPUTS + k] = old + (up > down ? 0.05f : -0.05f);
        }
    s.optimizer = OPT_SGD;
    s.mini_batch = n;
    dataset_of_dense(&other, ROWS, INPUTS, moved, y, NULL, false, NULL);
    network *want = trained(net, s, other, n, 1);
    s.adversarial_epsilon = 0.05;
    network *got = trained(net, s, d, n, 1);
    double e = apart(got, want);
    CLAIM(e < (unsure ? 1e-4 : 1e-6), "adversarial examples: rows moved along the sign of the slope (%.1e, %zu near zero)", e, unsure);
    CLAIM(loss(net, moved, n) > loss(net, x, n), "and they are harder");
    network_free(net);
    network_free(want);
    network_free(got);
    dataset_free(d);
    dataset_free(other);
}

/* Every optimiser and both ways of batching lower the loss; on several threads too. */
static void learns(void)
{
    for (int v = 0; v < 6; v++) {
        trainer_spec s = plain();
        s.threads = v & 1 ? 2 : 1;
        s.optimizer = v < 2 ? OPT_ADADELTA : v < 4 ? OPT_SGD : OPT_ADAM;
        s.mini_batch = v == 3 || v == 4 ? 8 : 1;
        network *net = make_net(ACT_RECTIFIER, 16, false);
        dataset *d = make_set(false, v & 1, false);
        network *after = trained(net, s, d, ROWS, 40);
        CLAIM(loss(after, x, ROWS) < 0.5 * loss(net, x, ROWS), "F403 the loss falls, variant %d (%.3f to %.3f)", v,
              loss(net, x, ROWS), loss(after, x, ROWS));
        network_free(net);
        network_free(after);
        dataset_free(d);
    }
}

static void stops(void)
{
    for (int batch = 0; batch < 2; batch++) {
        trainer_spec s = plain();
        network *net = make_net(ACT_RECTIFIER, 200, false);
        dataset *d = make_set(false, false, false);
        trainer *t = NULL;
        progress p = {.threads = 1};
        enum { N = 100000 };
        uint32_t *order = malloc(N * sizeof *order);
        size_t done;
        char why[200];

        for (size_t i = 0; i < N; i++)
            order[i] = (uint32_t)(i % ROWS);
        s.mini_batch = batch ? 16 : 1;
        s.threads = 2;
        trainer_new(&t, &s, net, d, NULL);
        p.cancel = 1;
        trainer_run(t, order, N, 0, &p, &done, NULL);
        CLAIM(done > 0 && done < N / 20, "F436 a cancelled training stops within a look (%zu rows)", done);
        trainer_free(t);
        s.optimizer = OPT_SGD;
        s.rate = 1e12;
        trainer_new(&t, &s, net, d, NULL);
        trainer_run(t, NULL, ROWS, 0, NULL, &done, NULL);
        CLAIM(trainer_unstable(t, why, sizeof why), "T006 F450 exploding weights are noticed: %s", why);
        trainer_free(t);
        free(order);
        network_free(net);
        dataset_free(d);
    }
}

/* Columns of small integers stay bytes; what is read back is what the encoder gives. */
static void bytes(void)
{
    enum { N = 40000, COLS = 25 };
    double *v = malloc((COLS + 1) * N * sizeof *v);
    float *want = malloc(COLS * sizeof *want), *got = malloc(COLS * sizeof *got);
    static char names[COLS + 1][8];
    weir_column_init cols[COLS + 1];
    encode_number number[COLS];

    for (size_t k = 0; k < (COLS + 1) * N; k++)
        v[k] = (double)((k * 2654435761u >> 13) % (k / N % 2 ? 256 : 2));
    for (int kind = 0; kind < 3; kind++) { /* 2: one cell is no integer */
        for (size_t c = 0; c <= COLS; c++) {
            snprintf(names[c], sizeof names[c], "c%zu", c);
            if (c < COLS)
                number[c] = (encode_number){.name = names[c], .sub = kind ? 33.318421449829934 : 0,
                                            .mul = kind ? 1 / 78.567489983099 : 1, .max = 255};
            cols[c] = (weir_column_init){.name = names[c], .type = WEIR_TYPE_NUMERIC, .numbers = v + c * N};
        }
        v[7 * N + 39999] += kind == 2 ? 0.25 : 0;
        encoder e = {.n_numbers = COLS, .number = number, .inputs = COLS, .response = names[COLS],
                     .transform = kind ? ENC_STANDARDIZE : ENC_NONE, .resp_mul = 1};
        weir_frame *f = NULL;
        encode_view *view = NULL;
        dataset *d = NULL;
        dataset_spec spec = {0};
        if (weir_frame_build(&f, cols, COLS + 1, N, NULL) || encode_view_new(&view, &e, f, NULL, NULL) ||
            dataset_new(&d, view, &spec, NULL, NULL))
            abort();
        double worst = 0;
        bool zeros = true;
        for (size_t i = 0; i < N; i += 997) {
            encode_dense(view, i, 1, want);
            dataset_row(d, i, got);
            for (size_t c = 0; c < COLS; c++) {
                worst = fmax(worst, fabs((double)(got[c] - want[c])));
                zeros &= want[c] != 0 || got[c] == 0;
            }
        }
        CLAIM(worst < 1e-6 && zeros, "packed rows are what the encoder gives, kind %d (%.1e)", kind, worst);
        CLAIM(dataset_bytes(d) == (uint64_t)N * COLS * (kind == 2 ? 4 : 1), "small integers take a byte each, kind %d", kind);
        dataset_free(d);
        encode_view_free(view);
        weir_frame_unref(f);
    }
    free(v);
    free(want);
    free(got);
}

/* Whichever allocation fails, a new trainer says so and leaves nothing behind. */
static void out_of_memory(void)
{
    static const double half[] = {0.5, 0.5};

    for (int batch = 0; batch < 2; batch++) {
        trainer_spec s = plain();
        network *net = make_net(ACT_MAXOUT, 12, false);
        dataset *d = make_set(false, false, false);
        trainer *t = NULL;
        weir_error err = {0};
        uint64_t n = 0;
        weir_status st;
        bool told = true;

        s.mini_batch = batch ? 8 : 1;
        s.hidden_dropout = half;
        s.threads = 2;
        s.weight_average = 0.9;
        s.adversarial_epsilon = 0.1;
        do {
            mem_fail_nth(++n);
            st = trainer_new(&t, &s, net, d, &err);
            told &= !st || st == WEIR_ENOMEM;
        } while (st && n < 500);
        mem_fail_nth(0);
        CLAIM(!st && told && n > 20, "each of %d allocations may fail, batch %d", (int)n - 1, batch);
        trainer_free(t);
        network_free(net);
        dataset_free(d);
    }
}

/* Products in bf16: nearly the same training, the same bits on two threads; refused by tables
 * without them. */
static void halved(void)
{
    const char *before = kernel_get()->name;
    trainer_spec s = plain();
    network *net = make_net(ACT_RECTIFIER, 32, false);
    dataset *d = make_set(false, false, false);
    trainer *t = NULL;
    weir_error err = {0};

    s.optimizer = OPT_ADAM;
    s.mini_batch = 16;
    s.bf16 = true;
    kernel_choose("generic");
    CLAIM(trainer_new(&t, &s, net, d, &err) == WEIR_EINVAL && !strcmp(err.parameter, "precision"),
          "bf16 without such products is refused: %s", err.message);
    kernel_choose(before);
    if (!kernel_halves(kernel_get())) {
        CLAIM(true, "bf16 trains like f32 # SKIP not on this processor");
    } else {
        static const double third[] = {0.3, 0.3};
        for (int drop = 0; drop < 2; drop++) {
            const char *how = drop ? ", with dropout" : "";
            s.hidden_dropout = drop ? third : NULL;
            s.bf16 = true;
            s.threads = 1;
            network *one = trained(net, s, d, ROWS, 20);
            s.threads = 2;
            network *two = trained(net, s, d, ROWS, 20);
            s.bf16 = false;
            network *whole = trained(net, s, d, ROWS, 20);
            double l16 = loss(one, x, ROWS), l32 = loss(whole, x, ROWS), l0 = loss(net, x, ROWS);
            CLAIM(apart(one, two) == 0, "bf16: the same bits on two threads%s", how);
            CLAIM(apart(one, whole) > 0 && l32 < 0.8 * l0 && fabs(l16 - l32) < 0.1 * l32,
                  "bf16 trains like f32%s (loss %.3f to %.4f and %.4f)", how, l0, l16, l32);
            network_free(one), network_free(two), network_free(whole);
        }
    }
    network_free(net);
    dataset_free(d);
}

int main(void)
{
    make_data();
    halved();
    reproducible();
    mean_of_rows();
    dropped_units();
    nearly_empty();
    carried_on();
    averaged();
    adversaries();
    learns();
    stops();
    bytes();
    out_of_memory();
    return tap_done();
}
