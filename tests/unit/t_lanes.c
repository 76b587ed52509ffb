/* t_lanes.c - one row on several threads: the same bits on any number of them, and what one
 * thread that goes through the rows in the plain way learns. */
#include "tests/tap.h"

#include "base/mem.h"
#include "base/rng.h"
#include "train/trainer_impl.h"

enum { ROWS = 40, ALIKE = 12, INPUTS = 61, WIDE = 150, CLASSES = 5 };

static float x[ROWS * INPUTS];
static double y[ROWS], number[ROWS], weight[ROWS];

static void make_data(void)
{
    for (size_t i = 0; i < ROWS * INPUTS; i++)
        x[i] = rng_below(4, 1, i, 3) ? (float)rng_normal(4, 2, i) : 0;
    for (size_t i = 0; i < ROWS; i++) {
        y[i] = (double)rng_below(4, 3, i, CLASSES);
        number[i] = rng_normal(4, 4, i);
        weight[i] = 0.5 + (double)(i % 3);
    }
}

typedef struct variant {
    const char *name;
    activation_kind act;
    bool autoencoder, sparse, drop, manual, adam, quadratic, weighted, slow, average, bounded, penalty, sparsity, one_layer, many, against;
} variant;

static const variant variants[] = {
    {.name = "rectifier", .act = ACT_RECTIFIER}, {.name = "tanh", .act = ACT_TANH}, {.name = "maxout", .act = ACT_MAXOUT},
    {.name = "exp rectifier", .act = ACT_EXP_RECTIFIER}, {.name = "dropout", .act = ACT_RECTIFIER, .drop = true},
    {.name = "maxout with dropout", .act = ACT_MAXOUT, .drop = true}, {.name = "sparse rows", .act = ACT_RECTIFIER, .sparse = true},
    {.name = "sparse rows with dropout", .act = ACT_TANH, .sparse = true, .drop = true},
    {.name = "momentum", .act = ACT_TANH, .manual = true}, {.name = "adam", .act = ACT_RECTIFIER, .adam = true},
    {.name = "quadratic loss", .act = ACT_RECTIFIER, .quadratic = true}, {.name = "row weights", .act = ACT_TANH, .weighted = true},
    {.name = "without fast_mode", .act = ACT_RECTIFIER, .slow = true, .penalty = true, .sparse = true},
    {.name = "moving average", .act = ACT_RECTIFIER, .average = true}, {.name = "max_w2", .act = ACT_RECTIFIER, .bounded = true},
    {.name = "l1 and l2", .act = ACT_MAXOUT, .penalty = true}, {.name = "one hidden layer", .act = ACT_RECTIFIER, .one_layer = true},
    {.name = "autoencoder", .act = ACT_TANH, .autoencoder = true},
    {.name = "sparse autoencoder with dropout", .act = ACT_TANH, .autoencoder = true, .sparsity = true, .drop = true},
    {.name = "autoencoder of sparse rows, bounded", .act = ACT_RECTIFIER, .autoencoder = true, .sparse = true, .bounded = true},
    {.name = "adversarial examples", .act = ACT_RECTIFIER, .against = true},
    {.name = "adversarial examples of sparse rows, one hidden layer", .act = ACT_TANH, .against = true, .sparse = true, .one_layer = true},
    {.name = "adversarial examples of sparse rows with dropout", .act = ACT_TANH, .against = true, .sparse = true, .drop = true},
    {.name = "adversarial examples with dropout", .act = ACT_TANH, .against = true, .drop = true, .many = true},
    {.name = "adversarial examples of an autoencoder", .act = ACT_TANH, .against = true, .autoencoder = true},
    {.name = "many classes", .act = ACT_RECTIFIER, .many = true}, {.name = "many classes, bounded", .act = ACT_TANH, .many = true, .bounded = true}};

static trainer_spec spec_of(const variant *v)
{
    static const double half[] = {0.4, 0.3};
    trainer_spec s = {.optimizer = v->manual ? OPT_SGD : v->adam ? OPT_ADAM : OPT_ADADELTA, .rho = 0.95, .epsilon = 1e-6,
                      .rate = v->adam ? 0.001 : 0.002, .rate_decay = 1, .schedule = RATE_CONSTANT, .momentum_start = 0.5, .momentum_stable = 0.5,
                      .momentum_ramp = 1, .nesterov = true, .adam_beta1 = 0.9, .adam_beta2 = 0.999, .max_w2 = v->bounded ? 1.5 : (double)INFINITY,
                      .fast_mode = !v->slow, .mini_batch = 1, .seed = 5, .total_samples = 1000, .threads = 8, .reproducible = true,
                      
                      .adversarial_epsilon = v->against ? 0.05 : 0, .autoencoder = v->autoencoder, .weight_average = v->average ? 0.99 : 0};

    s.loss = (loss_spec){.family = v->autoencoder ? FAMILY_GAUSSIAN : FAMILY_MULTINOMIAL, .loss = v->quadratic || v->autoencoder ? LOSS_QUADRATIC : LOSS_CROSS_ENTROPY,
                         .huber_delta = 1};
    s.l1 = s.l2 = v->penalty ? 1e-4 : 0;
    s.hidden_dropout = v->drop ? half : NULL;
    s.input_dropout = v->drop ? 0.2 : 0;
    s.average_activation = v->sparsity ? 0.1 : 0;
    s.sparsity_beta = v->sparsity ? 0.05 : 0;
    return s;
}

static network *net_of(const variant *v)
{
    size_t outputs = v->autoencoder ? INPUTS : v->many ? 192 : CLASSES;
    size_t sizes[] = {INPUTS, v->one_layer ? 420 : WIDE, v->one_layer ? outputs : WIDE, outputs};
    network *net = NULL;

    CHECK(!network_new(&net, sizes, v->one_layer ? 3 : 4, v->act, v->autoencoder ? ACT_LINEAR : ACT_SOFTMAX, NULL));
    network_init(net, WEIGHTS_UNIFORM_ADAPTIVE, 1, !v->autoencoder, 3);
    return net;
}

/* Trains two runs of the first rows; the weights end in net. */
static bool learn(const variant *v, const trainer_spec *s, int team, network *net, bool split, size_t rows)
{
    dataset *d = NULL;
    trainer *t = NULL;
    size_t done;
    bool ok = !dataset_of_dense(&d, ROWS, INPUTS, x, v->autoencoder ? NULL : y, v->weighted ? weight : NULL, v->sparse, NULL) &&
              !trainer_new(&t, s, net, d, NULL) && (t->lanes != NULL) == split;

    if (ok && split)
        lanes_fix_team(t->lanes, team);
    if (ok)
        t->spec.reproducible = true; /* the same arithmetic; what is one row at a time stays so */
    for (uint64_t k = 0; ok && k < 2; k++)
        ok = !trainer_run(t, NULL, rows, k * rows, NULL, &done, NULL) && done == rows;
    if (ok)
        trainer_export(t, net);
    trainer_free(t);
    dataset_free(d);
    return ok;
}

static double distance(const network *a, const network *b)
{
    double most = 0;

    for (size_t i = 0; i < a->layers; i++) {
        const network_layer *p = &a->layer[i], *q = &b->layer[i];
        for (size_t k = 0; k < network_rows(p) * p->inputs; k++)
            most = fmax(most, fabs((double)(p->w[k] - q->w[k])));
        for (size_t k = 0; k < network_rows(p); k++)
            most = fmax(most, fabs(p->b[k] - q->b[k]));
    }
    return most;
}

static void F374_any_number_of_threads(const variant *v)
{
    static const int teams[] = {1, 2, 3, 8};
    trainer_spec s = spec_of(v), plain = s;
    network *first = net_of(v), *start = net_of(v), *few = net_of(v), *seq = net_of(v);
    size_t rows = v->average ? ROWS : 16, alike = v->average ? ROWS : ALIKE; /* averages come every 32 rows */
    bool same = true, ok = learn(v, &s, 1, first, true, rows);

    for (size_t k = 1; k < sizeof teams / sizeof *teams; k++) {
        network *net = net_of(v);
        ok &= learn(v, &s, teams[k], net, true, rows);
        same &= distance(first, net) == 0;
        network_free(net);
    }
    CLAIM(ok && same, "F374 T003 the same bits on 1, 2, 3 and 8 threads: %s", v->name);
    /* Row by row on one thread, in the code of the fast mode: apart by roundings only, as long as none
     * of them has turned a unit on or off. */
    plain.reproducible = false;
    plain.threads = 1;
    ok = learn(v, &s, 2, few, true, alike) && learn(v, &plain, 1, seq, false, alike);
    double moved = distance(start, seq), off = distance(few, seq);
    CLAIM(ok && moved > 1e-3 && off < 0.003 * moved, "F050 lanes learn what plain rows do: %s (%.1e of %.1e)", v->name, off, moved);
    network_free(first), network_free(start), network_free(few), network_free(seq);
}

/* One row; its weights end in net. */
static bool learn_one(const variant *v, const trainer_spec *s, network *net, bool split)
{
    dataset *d = NULL;
    trainer *t = NULL;
    size_t done = 0;
    bool ok = !dataset_of_dense(&d, ROWS, INPUTS, x, y, NULL, v->sparse, NULL) && !trainer_new(&t, s, net, d, NULL) &&
              (t->lanes != NULL) == split && !trainer_run(t, NULL, 1, 0, NULL, &done, NULL) && done == 1;

    if (ok)
        trainer_export(t, net);
    trainer_free(t);
    dataset_free(d);
    return ok;
}

/* Has any weight of an input moved? */
static bool moved_by(const network *net, const network *start, size_t input)
{
    for (size_t u = 0; u < net->layer[0].units; u++)
        if (fabsf(net->layer[0].w[u * INPUTS + input] - start->layer[0].w[u * INPUTS + input]) > 0)
            return true;
    return false;
}

/* A dropped input leaves its weights as they are, also where the step of an adversarial example would have made it one
 * that is not zero: counted over many seeds, of inputs that are zero in the row (still[1]) and of others. */
static void adversaries_keep_dropout(bool sparse, bool split)
{
    const variant v = {.act = ACT_TANH, .against = true, .drop = true, .sparse = sparse};
    trainer_spec s = spec_of(&v);
    size_t still[2] = {0, 0}, all[2] = {0, 0};
    bool ok = true;

    s.optimizer = OPT_SGD;
    s.reproducible = split;
    s.threads = 1;
    for (uint64_t seed = 0; ok && seed < 100; seed++) {
        network *net = net_of(&v), *start = net_of(&v);
        s.seed = seed + 1;
        ok = learn_one(&v, &s, net, split);
        for (size_t k = 0; k < INPUTS; k++) {
            bool zero = !(fabsf(x[k]) > 0);
            all[zero]++;
            still[zero] += !moved_by(net, start, k);
        }
        network_free(net), network_free(start);
    }
    double some = (double)still[0] / (double)all[0], none = (double)still[1] / (double)all[1];
    CLAIM(ok && fabs(some - 0.2) < 0.03 && fabs(none - 0.2) < 0.05,
          "of adversarial examples 20 %% of the inputs stay dropped, zero or not: %s rows, %s (%.3f, %.3f)",
          sparse ? "sparse" : "dense", split ? "lanes" : "one by one", some, none);
}

/* Whichever allocation fails, a new trainer says so and leaves nothing behind. */
static void out_of_memory(void)
{
    trainer_spec s = spec_of(&variants[0]);
    network *net = net_of(&variants[0]);
    dataset *d = NULL;
    trainer *t = NULL;
    uint64_t n = 0;
    weir_status st;

    CHECK(!dataset_of_dense(&d, ROWS, INPUTS, x, y, NULL, false, NULL));
    do {
        mem_fail_nth(++n);
        st = trainer_new(&t, &s, net, d, NULL);
    } while (st == WEIR_ENOMEM && n < 500);
    mem_fail_nth(0);
    CLAIM(!st && n > 60, "each of %d allocations may fail", (int)n - 1);
    trainer_free(t);
    dataset_free(d);
    network_free(net);
}

int main(void)
{
    make_data();
    for (size_t k = 0; k < sizeof variants / sizeof *variants; k++)
        F374_any_number_of_threads(&variants[k]);
    for (int k = 0; k < 4; k++)
        adversaries_keep_dropout(k & 1, k & 2);
    out_of_memory();
    return tap_done();
}
