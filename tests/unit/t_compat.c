/* t_compat.c - compat="h2o" against numbers of H2O 3.46 itself: its generator, its rough roots, masks,
 * orders of rows, first weights, and eighteen small trainings bit by bit.
 *
 * The trainings (compat_vectors.h) learn 12 rows of 3 numbers, used as they are. A different exp() may
 * change the last bits of a bias, so doubles may differ by 4 units in the last place; floats may not. */
#include "tests/tap.h"

#include "base/mem.h"
#include "base/pcg.h"
#include "compat/compat.h"
#include "compat/fit.h"
#include "compat/learn.h"
#include "compat/looks.h"
#include "compat/rows.h"
#include "compat/sample.h"
#include "compat/stop.h"
#include "data/h2o_streams.h"
#include "model/h2o.h"
#include "tests/unit/compat_vectors.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The generator ------------------------------------------------------------------------------- */

static void compat_PCG_gives_the_published_numbers(void)
{
    static const struct {
        int64_t seed;
        int32_t ints[4];
        int64_t longs[2];
        float f[3];
        double d[3], g[3];
        uint32_t ten[8];
        uint8_t bytes[7];
    } want[] = {
        {0, {257813417, 407017181, 896943092, -118993871}, {1107300194892027613, 3852341250689092657},
         {0.2601145f, 0.9074126f, 0.33569354f},
         {0.06502862443665525, 0.3339233959035144, 0.3762297436910448},
         {-0.49886134351879663, -0.19047045966947035, -0.2964790377167026},
         {7, 1, 2, 5, 7, 7, 2, 0}, {0xa9, 0xeb, 0x5d, 0x0f, 0xdd, 0x96, 0x42}},
        {1234, {503080832, -2017752621, 1830394263, 1537654607}, {2160715722961684947, 7861483499908677455},
         {0.7325718f, 0.65135664f, 0.21673071f},
         {0.9331429519715843, 0.8041826851460145, 0.7707996653387883},
         {0.6388098603619708, -0.6949576153146655, -0.03081484622922319},
         {2, 5, 3, 7, 8, 8, 6, 8}, {0x80, 0x67, 0xfc, 0x1d, 0xd3, 0x89, 0xbb}},
        {-1, {-499568559, -722560346, 1916827069, -607719109}, {-2145630619442439514, 8232709577129783611},
         {0.93204725f, 0.7771184f, 0.1765979f},
         {0.23301181900709567, 0.7941494820956735, 0.6488722985234432},
         {-0.6447125799080007, 0.7103006237026798, 1.3937586122986432},
         {7, 0, 9, 7, 5, 9, 7, 9}, {0x51, 0x30, 0x39, 0xe2, 0xa6, 0x9a, 0xee}}};

    for (size_t k = 0; k < sizeof want / sizeof *want; k++) {
        uint8_t bytes[7];
        pcg a = pcg_seed((uint64_t)want[k].seed), b = a, c = a, d = a, e = a, f = a;
        for (int i = 0; i < 4; i++)
            CHECK((int32_t)pcg_u32(&a) == want[k].ints[i]);
        for (int i = 0; i < 2; i++)
            CHECK((int64_t)pcg_u64(&b) == want[k].longs[i]);
        for (int i = 0; i < 3; i++) {
            CHECK(pcg_float(&c) == want[k].f[i]);
            CHECK(pcg_double(&d) == want[k].d[i]);
        }
        for (int i = 0; i < 3; i++)
            NEAR(pcg_gaussian(&e), want[k].g[i], 1e-15);
        for (int i = 0; i < 8; i++)
            CHECK(pcg_below(&f, 10) == want[k].ten[i]);
        pcg h = pcg_seed((uint64_t)want[k].seed);
        pcg_bytes(&h, bytes, 7);
        CHECK(!memcmp(bytes, want[k].bytes, 7));
    }
}

static void compat_shuffles_folds_and_samples_follow_H2O(void)
{
    static const uint32_t shuffled[] = {0, 2, 1, 6, 7, 3, 9, 4, 5, 8}, folds[] = {2, 0, 0, 1, 3, 3, 4, 0, 3, 1};
    static const float draws[] = {0.7325718f, 0.27102518f, 0.6313394f, 0.9877932f, 0.09666681f};
    uint32_t v[10];
    pcg g = pcg_seed(7);

    for (uint32_t i = 0; i < 10; i++)
        v[i] = i;
    pcg_shuffle(&g, v, 10);
    CHECK(!memcmp(v, shuffled, sizeof v));
    for (uint32_t i = 0; i < 10; i++)
        CHECK(pcg_fold(1234 + i, 5) == folds[i]);
    for (uint32_t i = 0; i < 5; i++) {
        pcg r = pcg_seed(1234 + i);
        CHECK(pcg_float(&r) == draws[i]);
    }
    row_list s;
    sample_uniform(&s, 10, 5, 1234, NULL); /* the draws below 0.5 */
    CHECK(s.n == 6 && s.row[0] == 1 && s.row[1] == 4 && s.row[5] == 8);
    mem_free(s.row);
}

static void A061_frames_split_by_H2Os_numbers(void)
{
    static const double want[] = {0.5137835741043091, 0.6984807252883911, 0.25572890043258667, 0.26042991876602173,
                                  0.2594503164291382, 0.3579362630844116};
    static const uint32_t parts[] = {1, 2, 0, 0, 0, 1}, strata[] = {0, 2, 4, 0, 3, 3, 2, 2, 2, 3},
                          random[] = {1, 2, 1, 2, 1, 3, 0, 4, 1, 4};
    const double cut[] = {0.3, 0.6};
    uint32_t part[10], classes[10];
    double x[6];

    h2o_runif(x, 6, 42);
    CHECK(!memcmp(x, want, sizeof want));
    h2o_split(part, 6, cut, 2, 42);
    CHECK(!memcmp(part, parts, sizeof parts));
    for (uint32_t r = 0; r < 10; r++)
        classes[r] = r % 2;
    h2o_stratified_folds(part, 10, 5, classes, 42);
    CHECK(!memcmp(part, strata, sizeof strata));
    h2o_folds(part, 10, 5, 42);
    CHECK(!memcmp(part, random, sizeof random));
}

static void compat_hidden_masks_follow_H2O(void)
{
    static const struct { double ratio; uint64_t seed; const char *mask; } want[] = {
        {0.5, 42, "00110101100100110000"},
        {0.5, 0x123456789ABCDEF, "10001101001100001110"},
        {0.3, 42, "10110110111110011110"},
        {0.3, 0x123456789ABCDEF, "10010111110011010011"}};

    for (size_t k = 0; k < 4; k++) {
        uint8_t mask[3];
        char got[21] = "";
        dropout_mask(mask, 20, want[k].ratio, want[k].seed);
        for (int r = 0; r < 20; r++)
            got[r] = mask[r / 8] >> r % 8 & 1 ? '1' : '0';
        TEXT_EQ(got, want[k].mask);
    }
}

static uint32_t bits32(float x)
{
    uint32_t b;
    memcpy(&b, &x, sizeof b);
    return b;
}

static uint64_t bits64(double x)
{
    uint64_t b;
    memcpy(&b, &x, sizeof b);
    return b;
}

static void compat_rough_roots_have_H2Os_bits(void)
{
    CHECK(bits32(rough_sqrt32(1)) == 0x3f7d0e66 && bits64(rough_sqrt64(1)) == 0x3fef894000000000);
    CHECK(bits32(rough_sqrt32(2)) == 0x3fbd0e66 && bits64(rough_sqrt64(2)) == 0x3ff7894000000000);
    CHECK(bits32(rough_sqrt32(0.5f)) == 0x3f3d0e66 && bits64(rough_sqrt64(0.5)) == 0x3fe7894000000000);
    CHECK(bits32(rough_sqrt32(1e-8f)) == 0x38d2f4a1 && bits64(rough_sqrt64(1e-8)) == 0x3f1a460700000000);
    CHECK(bits32(rough_sqrt32(1e10f)) == 0x47c78fe2 && bits64(rough_sqrt64(1e10)) == 0x40f8d96f80000000);
    CHECK(rough_sqrt32(0) == 8.0068434e-20f && rough_sqrt64(0) == 1.0971281125650402e-154);
    CHECK(rough_invsqrt32(1) == 0.99830717f && rough_invsqrt32(2) == 0.70693004f);
    CHECK(rough_invsqrt32(1e-8f) == 9983.191f && rough_invsqrt32(0) == 1.9817754e19f);
}

static void F376_only_positive_offsets_count_under_compat(void)
{
    double v[] = {0.5, -0.5, 0};
    column *c = column_of_numbers(WEIR_TYPE_NUMERIC, v, 3);
    encoder e = {.resp_sub = 0.25, .resp_mul = 2};
    encode_view view = {.e = &e, .offset = c};

    CHECK(h2o_offset(&view, 0) == 0.5 && h2o_offset(&view, 1) == 0 && h2o_offset(&view, 2) == 0);
    column_unref(c);
}

static void F075_the_ramp_of_momentum_stands_still_under_compat(void)
{
    learn_spec s = {.momentum_start = 0.5, .momentum_stable = 0.99, .momentum_ramp = 100};

    CHECK(learn_momentum(&s) == 0.4951f);
    NEAR(learn_momentum_shown(&s, 50), 0.745, 1e-15);
    NEAR(learn_momentum_shown(&s, 1000), 0.99, 1e-15);
}

static void F042_huber_bends_at_one_under_compat_whatever_alpha(void)
{
    loss_spec s = {.family = FAMILY_HUBER, .huber_delta = 0.3};

    CHECK(learn_gradient(&s, 0, 0.9) == 1.8 && learn_gradient(&s, 0, 3) == 2 && learn_gradient(&s, 3, 0) == -2);
}

static void F373_hashed_slots_follow_H2O(void)
{
    encode_factor f = {.n_levels = 4, .slots = 5};
    encoder e = {.n_factors = 1, .factor = &f, .all_levels = true, .slots = 5, .hashed = 3, .hash_seed = 1234};
    static const size_t want[] = {2, 2, 0, 0, 1};

    for (uint32_t k = 0; k < 5; k++)
        CHECK(h2o_slot(&e, 0, k) == want[k]);
}

/* Order of rows --------------------------------------------------------------------------------- */

typedef struct seen { size_t row[64], n; } seen;

static bool note(void *user, size_t row, uint64_t seed)
{
    seen *s = user;

    (void)seed;
    s->row[s->n++] = row;
    return true;
}

static void F059_rows_of_an_iteration_come_in_H2Os_order(void)
{
    static const size_t first[] = {9, 8, 7, 10, 5, 1, 0, 6, 11, 3, 2, 4}, second[] = {1, 9, 5, 4, 11, 6, 10, 2, 7, 8, 0, 3};
    rows_spec s = {.rows = 12, .shuffle = true, .samples = 12, .seed = 1234, .mean_weight = 1};
    uint64_t n = 0;
    seen a = {0}, b = {0};

    rows_visit(&s, 1, 0, note, &a, &n, NULL);
    rows_visit(&s, 2, 12, note, &b, &n, NULL);
    CHECK(n == 12 && !memcmp(a.row, first, sizeof first) && !memcmp(b.row, second, sizeof second));
}

/* First weights ----------------------------------------------------------------------------------- */

static void F024_first_weights_have_H2Os_bits(void)
{
    static const struct { weight_distribution d; float w0[6], w1[4]; } want[] = {
        {WEIGHTS_UNIFORM_ADAPTIVE, {0.2262719f, -0.16301127f, -0.49490824f, 0.092590004f, -0.134517f, -0.25316998f},
         {1.7731601f, -4.337952f, 1.2707533f, 1.9434539f}},
        {WEIGHTS_UNIFORM, {0.10327852f, -0.07440412f, -0.22589368f, 0.042261362f, -0.061398327f, -0.11555576f},
         {0.1809724f, -0.44274038f, 0.12969571f, 0.19835293f}},
        {WEIGHTS_NORMAL, {-0.45060438f, -0.8244849f, -0.022820558f, -0.07747948f, 0.2948132f, -0.015227229f},
         {-0.13447724f, -0.5776139f, 0.1308516f, -0.8230485f}}};
    const size_t sizes[] = {3, 2, 2};
    state_shape shape = {.sizes = sizes, .n_sizes = 3, .hidden = ACT_RECTIFIER, .output = ACT_SOFTMAX};

    for (size_t k = 0; k < 3; k++) {
        state *s = NULL;
        state_new(&s, &shape, NULL);
        state_init(s, want[k].d, 0.5, true, 42);
        CHECK(!memcmp(s->net->layer[0].w, want[k].w0, sizeof want[k].w0));
        CHECK(!memcmp(s->net->layer[1].w, want[k].w1, sizeof want[k].w1));
        state_free(s);
    }
}

/* Eighteen trainings ------------------------------------------------------------------------------- */

enum { ROWS = 12, NUMBERS = 3 };

typedef struct training {
    const char *name;
    char target;         /* c: classes, y: any number, p: positive number, a: autoencoder */
    size_t hidden[2];
    activation_kind act;
    family_kind family;
    double dropout[2];   /* used when the first is not 0 */
    learn_spec spec;     /* what differs from the defaults */
    double use;          /* share of the rows per iteration */
    int iterations;
    bool no_shuffle, manual, category, weights;
    weight_distribution draw;
    double scale;
    bool slow;           /* fast_mode off */
} training;

static const training trainings[] = {
    {.name = "A", .target = 'c', .hidden = {5, 4}, .act = ACT_RECTIFIER},
    {.name = "B", .target = 'y', .hidden = {4}, .act = ACT_TANH, .manual = true, .slow = true, .iterations = 3,
     .spec = {.rate = 0.01, .rate_decay = 0.5, .rate_annealing = 1e-3, .momentum_start = 0.5, .momentum_stable = 0.9,
              .momentum_ramp = 100, .nesterov = true, .l1 = 1e-4, .l2 = 1e-3}},
    {.name = "C", .target = 'y', .hidden = {4}, .act = ACT_TANH, .manual = true, .use = 0.6, .no_shuffle = true,
     .draw = WEIGHTS_NORMAL, .scale = 0.3,
     .spec = {.rate = 0.01, .rate_annealing = 1e-6, .rate_decay = 1, .momentum_start = 0.5, .momentum_stable = 0.5}},
    {.name = "M", .target = 'c', .hidden = {3, 3}, .act = ACT_MAXOUT, .spec = {.max_w2 = 0.8f}},
    {.name = "D", .target = 'c', .hidden = {9, 6}, .act = ACT_RECTIFIER, .dropout = {0.5, 0.2},
     .spec = {.input_dropout = 0.2, .l2 = 1e-3}},
    {.name = "N", .target = 'c', .hidden = {5}, .act = ACT_MAXOUT, .dropout = {0.5}},
    {.name = "E", .target = 'y', .hidden = {5}, .act = ACT_EXP_RECTIFIER, .family = FAMILY_HUBER, .dropout = {0.5},
     .draw = WEIGHTS_UNIFORM, .scale = 0.7},
    {.name = "AE", .target = 'a', .hidden = {2}, .act = ACT_TANH, .spec = {.sparsity_beta = 0.1, .average_activation = 0.2}},
    {.name = "K", .target = 'c', .hidden = {4}, .act = ACT_RECTIFIER, .category = true},
    {.name = "Llaplace", .target = 'p', .hidden = {3}, .act = ACT_RECTIFIER, .family = FAMILY_LAPLACE},
    {.name = "Lquantile", .target = 'p', .hidden = {3}, .act = ACT_RECTIFIER, .family = FAMILY_QUANTILE},
    {.name = "Lpoisson", .target = 'p', .hidden = {3}, .act = ACT_RECTIFIER, .family = FAMILY_POISSON},
    {.name = "Lgamma", .target = 'p', .hidden = {3}, .act = ACT_RECTIFIER, .family = FAMILY_GAMMA},
    {.name = "Ltweedie", .target = 'p', .hidden = {3}, .act = ACT_RECTIFIER, .family = FAMILY_TWEEDIE},
    {.name = "Q", .target = 'c', .hidden = {4}, .act = ACT_RECTIFIER, .use = 2.1, .no_shuffle = true,
     .spec = {.loss = {.loss = LOSS_QUADRATIC}}},
    {.name = "W", .target = 'y', .hidden = {4}, .act = ACT_RECTIFIER, .no_shuffle = true, .weights = true},
    {.name = "Z", .target = 'c', .act = ACT_RECTIFIER},
    {.name = "R", .target = 'c', .hidden = {9, 4}, .act = ACT_RECTIFIER, .slow = true, .spec = {.max_w2 = 0.5f, .l1 = 1e-4}},
};

static void inputs_of(const training *t, int i, double *x)
{
    int at = 0;

    for (int k = 0; t->category && k < 5; k++)
        x[at++] = i % 4 == k;
    for (int j = 0; j < NUMBERS; j++) {
        bool zero = (i == 3 && j == 1) || (i == 5 && j == 0);
        x[at++] = zero ? 0 : ((7 * i + 5 * j) % 11 - 5) / 4.0;
    }
}

static double target_of(const training *t, int i)
{
    return t->target == 'c' ? (i * i + 1) % 3 : t->target == 'p' ? 1 + 5 * i % 4 : (5 * i % 7 - 3) / 2.0;
}

typedef struct pupil { const training *t; learner *w; } pupil;

static bool learn(void *user, size_t row, uint64_t seed)
{
    pupil *p = user;

    inputs_of(p->t, (int)row, learner_inputs(p->w));
    learner_row(p->w, target_of(p->t, (int)row), 0, seed);
    return true;
}

static state *first_state(const training *t, learn_spec *spec)
{
    size_t n = 0, sizes[4], inputs = t->category ? NUMBERS + 5 : NUMBERS;
    state *s = NULL;

    sizes[n++] = inputs;
    for (size_t k = 0; k < 2 && t->hidden[k]; k++)
        sizes[n++] = t->hidden[k];
    sizes[n++] = t->target == 'c' ? 3 : t->target == 'a' ? inputs : 1;
    *spec = t->spec;
    spec->adaptive = !t->manual;
    spec->fast_mode = !t->slow;
    spec->autoencoder = t->target == 'a';
    spec->seed = 1234;
    spec->loss.family = t->family ? t->family : t->target == 'c' ? FAMILY_MULTINOMIAL : FAMILY_GAUSSIAN;
    spec->loss.quantile_alpha = 0.8;
    spec->loss.tweedie_power = 1.5;
    if (!t->manual) {
        spec->rho = 0.99;
        spec->epsilon = 1e-8;
        spec->nesterov = true;
    }
    if (spec->max_w2 == 0)
        spec->max_w2 = FLT_MAX;
    spec->dropout = t->dropout[0] > 0 ? t->dropout : NULL;
    state_shape shape = {.sizes = sizes, .n_sizes = n, .hidden = t->act,
                         .output = t->target == 'c' ? ACT_SOFTMAX : t->target == 'a' ? t->act : ACT_LINEAR,
                         .adaptive = spec->adaptive, .momentum = learn_has_momentum(spec),
                         .sparsity = spec->sparsity_beta > 0, .dropout = spec->dropout};
    state_new(&s, &shape, NULL);
    state_init(s, t->draw, t->scale, t->target == 'c', 1234);
    return s;
}

static uint64_t train(const training *t, state *s, const learn_spec *spec)
{
    double weight[ROWS];
    uint64_t total = 0;
    pupil p = {.t = t};

    for (int i = 0; i < ROWS; i++)
        weight[i] = 0.5 * (i % 4);
    rows_spec rows = {.rows = ROWS, .weight = t->weights ? weight : NULL, .importance = t->weights,
                      .shuffle = !t->no_shuffle, .samples = (t->use > 0 ? t->use : 1) * ROWS,
                      .mean_weight = t->weights ? 0.75 : 1, .seed = 1234};
    learner_new(&p.w, spec, s, NULL);
    for (int it = 1; it <= (t->iterations ? t->iterations : 2); it++) {
        uint64_t n = 0;
        learner_begin(p.w, NULL, 0);
        rows_visit(&rows, (uint64_t)it, total, learn, &p, &n, NULL);
        s->samples = total += n;
    }
    learner_free(p.w);
    return total;
}

static bool same_double(double got, const char **hex)
{
    char *end;
    uint64_t want = strtoull(*hex, &end, 16);
    int64_t apart = (int64_t)(bits64(got) - want);

    *hex = end;
    return apart >= -4 && apart <= 4;
}

/* All weights and biases against the hexadecimal list. */
static bool same_network(const network *net, const char *hex)
{
    bool same = true;

    for (size_t i = 0; i < net->layers; i++) {
        const network_layer *l = &net->layer[i];
        for (size_t k = 0; k < network_rows(l) * l->inputs; k++) {
            char *end;
            same &= bits32(l->w[k]) == strtoul(hex, &end, 16);
            hex = end;
        }
        for (size_t k = 0; k < network_rows(l); k++)
            same &= same_double(l->b[k], &hex);
    }
    return same && *hex == '\0';
}

static bool same_output(const training *t, const state *s, const char *hex)
{
    double x[8] = {0}, room[64];
    bool same = true;

    if (t->category)
        x[2] = 1;
    x[t->category ? 5 : 0] = 0.25, x[t->category ? 6 : 1] = -0.75, x[t->category ? 7 : 2] = 1;
    const double *out = h2o_forward(s->net, x, s->net->layers, room, NULL, NULL);
    for (size_t k = 0; k < s->net->layer[s->net->layers - 1].units; k++)
        same &= same_double(out[k], &hex);
    return same;
}

static void importances_and_statistics(const training *t, const state *s)
{
    double v[NUMBERS];
    layer_stats l;

    if (!strcmp(t->name, "A") || !strcmp(t->name, "M"))
        looks_importance(s->net, v, NULL);
    if (!strcmp(t->name, "M")) {
        CLAIM((float)v[0] == 0.57366693f && v[1] == 1 && (float)v[2] == 0.40626967f,
              "F137 importances of a Maxout network count mixed channels, as H2O's do");
    } else if (!strcmp(t->name, "A")) {
        CLAIM((float)v[0] == 0.52608174f && v[1] == 1 && (float)v[2] == 0.56273574f,
              "F137 importances have H2O's bits");
        looks_of_layer(s, 0, 1e-8, &l);
        CLAIM(fabs(l.rate_mean - 0.013790137910594543) < 1e-15 && fabs(l.rate_rms - 0.04772995412349701) < 1e-15 &&
                  fabs(l.weight_mean + 0.2335208162665367) < 1e-15 && fabs(l.weight_rms - 0.4253445863723755) < 1e-15 &&
                  fabs(l.bias_mean - 0.5029376354801545) < 1e-15 && fabs(l.bias_rms - 0.002323281019926071) < 1e-15,
              "statistics of a layer are H2O's");
    }
}

static void trainings_repeat_bit_by_bit(void)
{
    for (size_t k = 0; k < sizeof trainings / sizeof *trainings; k++) {
        const training *t = &trainings[k];
        const vector *v = &vectors[k];
        learn_spec spec;
        state *s = first_state(t, &spec);
        CLAIM(!strcmp(t->name, v->name) && same_network(s->net, v->first), "training %s begins with H2O's weights", t->name);
        uint64_t n = train(t, s, &spec);
        CLAIM((int)n == v->learnt, "training %s learns %d rows", t->name, v->learnt);
        CLAIM(same_network(s->net, v->last), "training %s ends with H2O's weights", t->name);
        CLAIM(same_output(t, s, v->out), "training %s scores a row as H2O does", t->name);
        importances_and_statistics(t, s);
        state_free(s);
    }
}

/* Which units of a hidden layer learn from one row, and which were active in it; bit r = unit r. */
static void learning_units(activation_kind act, unsigned *moved, unsigned *active)
{
    static const double half[] = {0.5};
    training t = {.name = "one row", .target = 'y', .hidden = {8}, .act = act, .dropout = {0.5}};
    learn_spec spec;
    state *s = first_state(&t, &spec), *before = NULL;
    learner *w = NULL;
    uint8_t mask[1];

    spec.dropout = half;
    state_copy(&before, s, NULL);
    learner_new(&w, &spec, s, NULL);
    learner_begin(w, NULL, 0);
    inputs_of(&t, 1, learner_inputs(w));
    learner_row(w, 2, 0, 1);
    dropout_mask(mask, 8, 0.5, 1 + spec.seed + (act == ACT_RECTIFIER ? UINT64_C(0x3C71F1ED) : UINT64_C(0xFFFFFFFFDA7A6000)));
    *active = mask[0];
    *moved = 0;
    for (size_t r = 0; r < 8; r++)
        if (memcmp(s->net->layer[0].w + r * NUMBERS, before->net->layer[0].w + r * NUMBERS, NUMBERS * sizeof(float)))
            *moved |= 1u << r;
    learner_free(w);
    state_free(s), state_free(before);
}

static void F073_dropped_Tanh_units_learn_under_compat_and_Rectifier_units_do_not(void)
{
    unsigned moved, active;

    learning_units(ACT_TANH, &moved, &active);
    CHECK(active != 0xFF && moved == 0xFF);
    learning_units(ACT_RECTIFIER, &moved, &active);
    CHECK(active != 0xFF && (moved & ~active) == 0);
}

static void F073_layers_share_one_mask_under_compat(void)
{
    uint8_t four[1], twenty[3];

    dropout_mask(four, 4, 0.3, 99);
    dropout_mask(twenty, 20, 0.3, 99);
    CHECK((four[0] & 15) == (twenty[0] & 15));
}

static void F402_the_slope_of_ExpRectifier_is_exp_of_its_output_under_compat(void)
{
    /* One hidden unit below 0, rate 1: its bias moves by -(dE/da) * slope. */
    training t = {.name = "slope", .target = 'y', .hidden = {1}, .act = ACT_EXP_RECTIFIER, .manual = true, .slow = true};
    learn_spec spec;
    state *s = first_state(&t, &spec);
    learner *w = NULL;

    spec.rate = spec.rate_decay = 1;
    for (size_t c = 0; c < NUMBERS; c++)
        s->net->layer[0].w[c] = 0;
    s->net->layer[0].b[0] = -1;
    s->net->layer[1].w[0] = 1;
    learner_new(&w, &spec, s, NULL);
    learner_begin(w, NULL, 0);
    memset(learner_inputs(w), 0, NUMBERS * sizeof(double));
    learner_row(w, 0, 0, 1);
    double a = exp(-1) - 1, error = 2 * a;
    NEAR(s->net->layer[0].b[0], -1 - error * exp(a), 1e-6);
    CHECK(fabs(s->net->layer[0].b[0] - (-1 - error * (a + 1))) > 0.05);
    learner_free(w);
    state_free(s);
}

/* Statistics of columns, stopping -------------------------------------------------------------------- */

static void compat_columns_of_0_and_1_have_closed_moments(void)
{
    double x[] = {0, 1, 1, 0, NAN, 1, 0}, mean, sd;

    fit_moments(x, 7, &mean, &sd);
    CHECK(mean == 0.5 && sd == sqrt(1.5 / 5));
}

static void compat_weighted_moments_ignore_rows_of_weight_0(void)
{
    double x[] = {1, 2, 100, 4, NAN}, w[] = {1, 2, 0, 1, 3}, mean, sd;

    fit_weighted(x, w, 5, &mean, &sd);
    NEAR(mean, 9.0 / 4, 1e-15);
    NEAR(sd, sqrt((1.25 * 1.25 + 2 * 0.25 * 0.25 + 1.75 * 1.75) / 4 * 3 / 2), 1e-15);
}

static void F351_stopping_leaves_one_row_of_the_history_out(void)
{
    const double flat[] = {NAN, 1, 1, 1, 1}, falling[] = {NAN, 5, 4, 3, 2};
    stop_rule less = {METRIC_LOGLOSS, true, true}, more = {METRIC_AUC, false, true};

    CHECK(!stop_due(flat, 4, 2, 0, &less));
    CHECK(stop_due(flat, 5, 2, 0, &less));
    CHECK(!stop_due(falling, 5, 2, 0, &less));
    CHECK(stop_due(falling, 5, 2, 0, &more));
    CHECK(!stop_due(flat, 5, 0, 0, &less));
    const double zero[] = {NAN, 0, 0, 1, 2};
    CHECK(stop_due(zero, 5, 2, 0, &more)); /* even where more is better */
}

/* Whole trainings -------------------------------------------------------------------------------------- */

static weir_frame *small_frame(void)
{
    static const char *const words[] = {"red", "green", "blue"}, *const classes[] = {"no", "yes"};
    const char *colour[ROWS], *label[ROWS];
    double x[ROWS], w[ROWS];
    weir_frame *f = NULL;

    for (int i = 0; i < ROWS; i++) {
        x[i] = i == 4 ? (double)NAN : (7 * i % 11) / 4.0;
        w[i] = i % 3;
        colour[i] = i == 7 ? NULL : words[i % 3];
        label[i] = classes[i % 4 == 1];
    }
    weir_column_init cols[] = {{.name = "x", .numbers = x},
                               {.name = "w", .numbers = w},
                               {.name = "colour", .type = WEIR_TYPE_FACTOR, .labels = colour},
                               {.name = "y", .type = WEIR_TYPE_FACTOR, .labels = label}};
    weir_frame_build(&f, cols, 4, ROWS, NULL);
    return f;
}

typedef struct setting { const char *name; weir_value v; } setting;

static weir_params *small_params(weir_frame *f, const setting *more, size_t n)
{
    weir_params *p = weir_params_new();
    weir_value hidden = weir_list();
    setting all[] = {{"training_frame", weir_of_frame(f)}, {"validation_frame", weir_of_frame(f)}, {"seed", weir_int(3)},
                     {"epochs", weir_real(2)}, {"reproducible", weir_bool(true)}, {"compat", weir_text("h2o")}};

    weir_list_add(&hidden, weir_int(3), NULL);
    weir_params_set(p, "hidden", &hidden, NULL);
    weir_value_clear(&hidden);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        weir_params_set(p, all[i].name, &all[i].v, NULL);
        weir_value_clear(&all[i].v);
    }
    for (size_t i = 0; i < n; i++)
        weir_params_set(p, more[i].name, &more[i].v, NULL);
    return p;
}

static weir_status run_training(const weir_params *p, int cancel, weir_model **m)
{
    progress pr = {0};
    train_watch watch = {.progress = &pr};
    train_input in = {.params = p, .watch = &watch};

    pr.cancel = cancel;
    return compat_run(&in, m, NULL);
}

/* Every allocation fails once; then, as likely, a clean error or the whole model. */
static void out_of_memory_is_a_clean_error(const weir_params *p)
{
    uint64_t n = 0;
    bool pending = false;

    do {
        weir_model *m = NULL;
        mem_fail_nth(++n);
        weir_status st = run_training(p, 0, &m);
        pending = mem_fail_pending();
        mem_fail_nth(0);
        if (!CHECK(pending ? st == WEIR_OK && m : st == WEIR_OK ? m != NULL : st == WEIR_ENOMEM && !m))
            pending = true;
        weir_model_unref(m);
    } while (!pending && n < 20000);
    CHECK(n > 50 && n < 20000);
}

static void compat_trainings_survive_a_lack_of_memory(void)
{
    weir_frame *f = small_frame();
    const setting classes[] = {{"response_column", weir_text("y")}, {"balance_classes", weir_bool(true)},
                               {"score_training_samples", weir_int(6)}, {"activation", weir_text("MaxoutWithDropout")}},
                  coder[] = {{"autoencoder", weir_bool(true)}, {"activation", weir_text("Tanh")}, {"sparsity_beta", weir_real(0.1)},
                             {"weights_column", weir_text("w")}};
    weir_params *a = small_params(f, classes, 4), *b = small_params(f, coder, 4);

    out_of_memory_is_a_clean_error(a);
    out_of_memory_is_a_clean_error(b);
    weir_params_free(a), weir_params_free(b);
    for (size_t i = 0; i < 4; i++) {
        setting c = classes[i], d = coder[i];
        weir_value_clear(&c.v), weir_value_clear(&d.v);
    }
    weir_frame_unref(f);
}

static void compat_trainings_can_be_cancelled(void)
{
    weir_frame *f = small_frame();
    setting y = {"response_column", weir_text("y")};
    weir_params *p = small_params(f, &y, 1);
    weir_model *kept = NULL, *none = NULL;

    CHECK(run_training(p, 1, &kept) == WEIR_OK && kept);
    CHECK(run_training(p, 2, &none) == WEIR_ECANCEL && !none);
    if (kept)
        TEXT_EQ(kept->stopped, "cancelled");
    weir_model_unref(kept);
    weir_params_free(p);
    weir_value_clear(&y.v);
    weir_frame_unref(f);
}

int main(void)
{
    TEST(compat_PCG_gives_the_published_numbers);
    TEST(compat_shuffles_folds_and_samples_follow_H2O);
    TEST(A061_frames_split_by_H2Os_numbers);
    TEST(compat_hidden_masks_follow_H2O);
    TEST(compat_rough_roots_have_H2Os_bits);
    TEST(F376_only_positive_offsets_count_under_compat);
    TEST(F075_the_ramp_of_momentum_stands_still_under_compat);
    TEST(F042_huber_bends_at_one_under_compat_whatever_alpha);
    TEST(F373_hashed_slots_follow_H2O);
    TEST(F059_rows_of_an_iteration_come_in_H2Os_order);
    TEST(F024_first_weights_have_H2Os_bits);
    trainings_repeat_bit_by_bit();
    TEST(F073_dropped_Tanh_units_learn_under_compat_and_Rectifier_units_do_not);
    TEST(F073_layers_share_one_mask_under_compat);
    TEST(F402_the_slope_of_ExpRectifier_is_exp_of_its_output_under_compat);
    TEST(compat_columns_of_0_and_1_have_closed_moments);
    TEST(compat_weighted_moments_ignore_rows_of_weight_0);
    TEST(F351_stopping_leaves_one_row_of_the_history_out);
    TEST(compat_trainings_survive_a_lack_of_memory);
    TEST(compat_trainings_can_be_cancelled);
    return tap_done();
}
