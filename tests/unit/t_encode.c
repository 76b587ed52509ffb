/* t_encode.c - columns become inputs: every encoding against a definition of its own. */
#include "tests/tap.h"

#include "base/mem.h"
#include "base/rng.h"
#include "model/encode.h"

enum { ROWS = 240, LEVELS = 14 };

typedef struct table { /* what the frame holds, kept beside it */
    const char *wide[ROWS], *size[ROWS], *label[ROWS];
    double x[ROWS], y[ROWS], w[ROWS];
    weir_frame *f;
} table;

static const char *const wide_levels[LEVELS] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "m", "n", "o"};
static const char *const sizes[] = {"10", "2", "30"};

/* wide: 14 levels, the later the rarer, and holes; size: labels that are whole numbers. */
static void fill(table *t)
{
    for (size_t i = 0; i < ROWS; i++) {
        uint64_t a = rng_below(3, 1, i, LEVELS), b = rng_below(3, 2, i, LEVELS);
        t->wide[i] = i % 19 == 4 ? NULL : wide_levels[a < b ? a : b];
        t->size[i] = i % 23 == 6 ? NULL : sizes[rng_below(3, 3, i, 3)];
        t->x[i] = i % 29 == 7 ? (double)NAN : rng_normal(3, 4, i);
        t->y[i] = (double)rng_below(3, 5, i, 100) + (t->wide[i] ? 20 * cos(7.0 * t->wide[i][0]) : 0);
        t->w[i] = (double)rng_below(3, 6, i, 3);
        t->label[i] = t->y[i] > 50 ? "high" : "low";
    }
    t->wide[0] = "o"; /* the rarest occurs once */
    for (size_t i = 1; i < ROWS; i++)
        if (t->wide[i] && t->wide[i][0] == 'o')
            t->wide[i] = "a";
    weir_column_init cols[] = {{.name = "size", .type = WEIR_TYPE_FACTOR, .labels = t->size}, {.name = "x", .numbers = t->x},
                               {.name = "wide", .type = WEIR_TYPE_FACTOR, .labels = t->wide}, {.name = "y", .numbers = t->y},
                               {.name = "w", .numbers = t->w}, {.name = "label", .type = WEIR_TYPE_FACTOR, .labels = t->label}};
    CHECK(!weir_frame_build(&t->f, cols, 6, ROWS, NULL));
}

static weir_params *params(const char *encoding, const char *y, const char *weights)
{
    weir_params *p = weir_params_new();
    weir_value v = weir_text(encoding), ign = weir_list(), r = weir_text(y), w = weights ? weir_text(weights) : weir_nil();
    static const char *const others[] = {"y", "w", "label"};

    for (size_t i = 0; i < 3; i++)
        if (strcmp(others[i], y) != 0 && (!weights || strcmp(others[i], weights) != 0))
            weir_list_add(&ign, weir_text(others[i]), NULL);
    CHECK(!weir_params_set(p, "categorical_encoding", &v, NULL) && !weir_params_set(p, "y", &r, NULL));
    CHECK(!weir_params_set(p, "ignored_columns", &ign, NULL) && !weir_params_set(p, "weights_column", &w, NULL));
    weir_value_clear(&v), weir_value_clear(&ign), weir_value_clear(&r), weir_value_clear(&w);
    return p;
}

static encoder *fitted(weir_params *p, const weir_frame *f, int threads)
{
    encoder *e = NULL;
    weir_value warnings = weir_list();
    progress pr = {.threads = threads};
    weir_error err;

    if (!CHECK(!encoder_fit(&e, p, f, &warnings, &pr, &err)))
        printf("# %s\n", err.message);
    weir_value_clear(&warnings);
    weir_params_free(p);
    return e;
}

static encode_view *viewed(const encoder *e, const weir_frame *f)
{
    encode_view *v = NULL;
    weir_error err;

    if (!CHECK(!encode_view_new(&v, e, f, NULL, &err)))
        printf("# %s\n", err.message);
    return v;
}

static const encode_number *number_named(const encoder *e, const char *name, size_t *at)
{
    for (size_t i = 0; i < e->n_numbers; i++)
        if (!strcmp(e->number[i].name, name)) {
            *at = i;
            return &e->number[i];
        }
    return NULL;
}

/* Mean 0 and variance 1 of what the input is before missing cells are filled in. */
static bool standard(const encode_view *v, size_t i)
{
    double x[ROWS], sum = 0, squares = 0;
    size_t n = 0;

    encode_values(v, i, 0, ROWS, x);
    for (size_t r = 0; r < ROWS; r++)
        if (!isnan(x[r])) {
            double z = (x[r] - v->e->number[i].sub) * v->e->number[i].mul;
            sum += z, squares += z * z, n++;
        }
    return fabs(sum / (double)n) < 1e-12 && fabs(squares / (double)(n - 1) - 1) < 1e-12;
}

static void F340_F343_F104_one_input_per_level_and_one_for_missing(void)
{
    table t;
    fill(&t);
    encoder *e = fitted(params("AUTO", "y", NULL), t.f, 1);
    encode_view *v = viewed(e, t.f);
    float *x = malloc(e->inputs * ROWS * sizeof *x);

    CHECK(e->inputs == LEVELS + 1 + 3 + 1 + 1 && e->encoding == ENCODING_ONE_HOT);
    encode_dense(v, 0, ROWS, x);
    for (size_t r = 0; r < ROWS; r++) {
        float sum = 0;
        for (size_t k = 0; k < LEVELS; k++) {
            CHECK((x[r * e->inputs + k] == 1) == (t.wide[r] && !strcmp(t.wide[r], wide_levels[k])));
            sum += x[r * e->inputs + k];
        }
        CHECK(x[r * e->inputs + LEVELS] == 1 - sum); /* the missing slot */
    }
    free(x);
    encode_view_free(v);
    encoder_free(e);
    weir_frame_unref(t.f);
}

static void F310_without_all_levels_one_input_less_per_factor(void)
{
    table t;
    fill(&t);
    weir_params *p = params("OneHotInternal", "y", NULL);
    weir_value no = weir_bool(false);
    CHECK(!weir_params_set(p, "use_all_factor_levels", &no, NULL));
    encoder *e = fitted(p, t.f, 1), *all = fitted(params("OneHotInternal", "y", NULL), t.f, 1);
    encode_view *v = viewed(e, t.f);
    float x[64];

    CHECK(e->inputs + 2 == all->inputs);
    for (size_t r = 0; r < ROWS; r++) {
        encode_dense(v, r, 1, x);
        float sum = 0;
        for (size_t k = 0; k < LEVELS; k++)
            sum += x[k];
        CHECK(sum == (t.wide[r] && !strcmp(t.wide[r], "a") ? 0 : 1)); /* the first level has no input */
        CHECK(x[LEVELS - 1] == (t.wide[r] ? 0 : 1));
    }
    encode_view_free(v);
    encoder_free(e), encoder_free(all);
    weir_frame_unref(t.f);
}

static void F341_T018_binary_is_the_bits_of_the_level(void)
{
    table t;
    fill(&t);
    encoder *e = fitted(params("Binary", "y", NULL), t.f, 1);
    encode_view *v = viewed(e, t.f);
    double x[ROWS];
    size_t at = 0;
    char name[16];

    /* 14 levels + 1 take 4 bits, 3 levels 2; numeric columns stand first */
    CHECK(e->n_factors == 0 && e->inputs == 1 + 2 + 4);
    TEXT_EQ(e->number[0].name, "x");
    for (unsigned b = 0; b < 4; b++) {
        snprintf(name, sizeof name, "wide:%u", b);
        if (!CHECK(number_named(e, name, &at)))
            continue;
        encode_values(v, at, 0, ROWS, x);
        for (size_t r = 0; r < ROWS; r++) {
            unsigned code = 0;
            for (unsigned k = 0; t.wide[r] && k < LEVELS; k++)
                code = strcmp(t.wide[r], wide_levels[k]) ? code : k + 1;
            CHECK(x[r] == (code >> b & 1));
        }
        CHECK(standard(v, at));
    }
    encode_view_free(v);
    encoder_free(e);
    weir_frame_unref(t.f);
}

static void F405_label_encoder_takes_whole_labels_else_positions(void)
{
    table t;
    fill(&t);
    encoder *e = fitted(params("LabelEncoder", "y", NULL), t.f, 1);
    encode_view *v = viewed(e, t.f);
    double x[ROWS];
    size_t at = 0;

    CHECK(e->inputs == 3);
    TEXT_EQ(e->number[0].name, "size"); /* columns keep their places */
    TEXT_EQ(e->number[1].name, "x");
    TEXT_EQ(e->number[2].name, "wide");
    CHECK(number_named(e, "size", &at) != NULL);
    encode_values(v, at, 0, ROWS, x);
    for (size_t r = 0; r < ROWS; r++)
        CHECK(t.size[r] ? x[r] == strtod(t.size[r], NULL) : isnan(x[r]));
    CHECK(standard(v, at));
    CHECK(number_named(e, "wide", &at) != NULL);
    encode_values(v, at, 0, ROWS, x);
    for (size_t r = 0; r < ROWS; r++)
        CHECK(t.wide[r] ? !strcmp(wide_levels[(size_t)x[r]], t.wide[r]) : isnan(x[r]));
    encode_view_free(v);
    encoder_free(e);
    weir_frame_unref(t.f);
}

static void F342_eigen_of_two_levels_by_hand(void)
{
    /* Shares p, q: the matrix is I - u u' with u = (sqrt p, sqrt q); its eigenvector of value 1 is
     * (sqrt q, -sqrt p) up to sign. Of the matrix of both vectors as columns the second row counts. */
    size_t count[] = {30, 10};
    double v[2];

    CHECK(!encode_eigen(count, 2, 40, v, NULL));
    NEAR(fabs(v[0]), sqrt(0.25), 1e-6);
    NEAR(fabs(v[1]), sqrt(0.75), 1e-6);
}

static void F342_eigen_vectors_are_orthonormal(void)
{
    size_t count[40], rows = 0;
    double v[40], norm = 0, distinct = 0;

    for (size_t k = 0; k < 40; k++)
        rows += count[k] = 5 + rng_below(8, 8, k, 90);
    CHECK(!encode_eigen(count, 40, rows, v, NULL));
    for (size_t k = 0; k < 40; k++)
        norm += v[k] * v[k];
    for (size_t k = 1; k < 40; k++)
        distinct += v[k] != v[0];
    NEAR(norm, 1, 1e-6);
    CHECK(distinct > 30);
}

static void F342_T018d_eigen_gives_one_number_which_new_frames_reuse(void)
{
    table t;
    fill(&t);
    encoder *e = fitted(params("Eigen", "y", NULL), t.f, 1);
    encode_view *v = viewed(e, t.f), *w;
    double all[ROWS], some[ROWS];
    uint64_t rows[ROWS / 3];
    weir_frame *part = NULL;
    size_t at = 0;

    CHECK(e->inputs == 3 && number_named(e, "wide.Eigen", &at) && standard(v, at));
    for (size_t i = 0; i < ROWS / 3; i++) /* other counts of the levels */
        rows[i] = i * 3 + (i < 20);
    CHECK(!frame_pick(&part, t.f, rows, ROWS / 3, NULL));
    w = viewed(e, part);
    encode_values(v, at, 0, ROWS, all);
    encode_values(w, at, 0, ROWS / 3, some);
    for (size_t i = 0; i < ROWS / 3; i++)
        CHECK(some[i] == all[rows[i]] || (isnan(some[i]) && !t.wide[rows[i]]));
    encode_view_free(v), encode_view_free(w);
    encoder_free(e);
    weir_frame_unref(t.f), weir_frame_unref(part);
}

/* Weighted mean response of a label over the rows that have it. */
static double mean_of(const table *t, const char *label, bool weighted)
{
    double sum = 0, weight = 0;

    for (size_t r = 0; r < ROWS; r++)
        if (t->wide[r] && !strcmp(t->wide[r], label)) {
            sum += (weighted ? t->w[r] : 1) * t->y[r];
            weight += weighted ? t->w[r] : 1;
        }
    return weight > 0 ? sum / weight : 0;
}

static void F405_sort_by_response_orders_levels_weights_included(void)
{
    table t;
    fill(&t);
    for (int weighted = 0; weighted < 2; weighted++) {
        encoder *e = fitted(params("SortByResponse", "y", weighted ? "w" : NULL), t.f, 1);
        encode_view *v = viewed(e, t.f);
        float x[64];
        CHECK(e->n_factors == 2 && e->factor[0].n_levels == LEVELS);
        for (size_t k = 1; k < LEVELS; k++)
            CHECK(mean_of(&t, e->factor[0].levels[k - 1], weighted) <= mean_of(&t, e->factor[0].levels[k], weighted) + 1e-9);
        for (size_t r = 0; r < ROWS; r++) {
            encode_dense(v, r, 1, x);
            for (size_t k = 0; k < LEVELS; k++)
                CHECK((x[k] == 1) == (t.wide[r] && !strcmp(t.wide[r], e->factor[0].levels[k])));
        }
        encode_view_free(v);
        encoder_free(e);
    }
    weir_frame_unref(t.f);
}

static size_t rows_of(const table *t, const char *label)
{
    size_t n = 0;
    for (size_t r = 0; r < ROWS; r++)
        n += t->wide[r] && !strcmp(t->wide[r], label);
    return n;
}

static void F405_enum_limited_keeps_the_frequent_levels(void)
{
    table t;
    fill(&t);
    encoder *e = fitted(params("EnumLimited", "y", NULL), t.f, 1);
    encode_view *v = viewed(e, t.f);
    const encode_factor *f = &e->factor[0];
    float x[64];
    char name[64];

    CHECK(f->n_levels == ENCODE_TOP + 1 && e->factor[1].n_levels == 3);
    TEXT_EQ(f->levels[ENCODE_TOP], "other");
    encoder_input_name(e, ENCODE_TOP, name, sizeof name);
    TEXT_EQ(name, "wide.top_10_levels.other");
    size_t fewest = ROWS;
    for (size_t k = 0; k < ENCODE_TOP; k++)
        fewest = rows_of(&t, f->levels[k]) < fewest ? rows_of(&t, f->levels[k]) : fewest;
    for (size_t k = 0; k < LEVELS; k++) {
        bool kept = false;
        for (size_t q = 0; q < ENCODE_TOP; q++)
            kept |= !strcmp(f->levels[q], wide_levels[k]);
        CHECK(kept || rows_of(&t, wide_levels[k]) <= fewest);
    }
    for (size_t r = 0; r < ROWS; r++) {
        encode_dense(v, r, 1, x);
        size_t on = SIZE_MAX;
        for (size_t k = 0; k < f->slots; k++)
            on = x[k] == 1 ? k : on;
        bool kept = on < ENCODE_TOP && t.wide[r] && !strcmp(t.wide[r], f->levels[on]);
        CHECK(t.wide[r] ? kept || on == ENCODE_TOP : on == ENCODE_TOP + 1);
    }
    encode_view_free(v);
    encoder_free(e);
    weir_frame_unref(t.f);
}

static const char *const encodings[] = {"OneHotInternal", "Binary", "Eigen", "LabelEncoder", "SortByResponse", "EnumLimited"};

/* Levels that training never saw, a column less, one more. */
static void F443_F306_T038_unseen_levels_and_absent_columns_are_warned_of(void)
{
    table t;
    fill(&t);
    for (size_t k = 0; k < 6; k++) {
        encoder *e = fitted(params(encodings[k], "y", NULL), t.f, 1);
        static const char *const seen[] = {"a", "zebra", NULL, "yak"};
        weir_column_init cols[] = {{.name = "wide", .type = WEIR_TYPE_FACTOR, .labels = seen}, {.name = "more", .numbers = t.x},
                                   {.name = "x", .numbers = t.x}};
        weir_frame *f = NULL;
        float got[4][64];
        CHECK(!weir_frame_build(&f, cols, 3, 4, NULL));
        encode_view *v = viewed(e, f);
        CHECK(v->warnings.as.list.n == 2 && v->absent == 1); /* unseen levels, no size; `more` is no matter */
        CHECK(strstr(v->warnings.as.list.v[0].as.text.s, "wide") || strstr(v->warnings.as.list.v[1].as.text.s, "wide"));
        for (size_t r = 0; r < 4; r++)
            encode_dense(v, r, 1, got[r]);
        bool other = k == 5; /* what is not among the frequent levels is "other" */
        for (size_t i = 0; i < e->inputs; i++) {
            char name[64];
            encoder_input_name(e, i, name, sizeof name);
            if (strncmp(name, "wide", 4) != 0)
                continue;
            CHECK(got[1][i] == got[3][i]);
            CHECK(got[1][i] == (other ? (strstr(name, ".other") != NULL) : got[2][i])); /* as if missing */
        }
        encode_view_free(v);
        encoder_free(e);
        weir_frame_unref(f);
    }
    weir_frame_unref(t.f);
}

static void T038_numbers_and_texts_are_matched_with_labels(void)
{
    table t;
    fill(&t);
    encoder *e = fitted(params("OneHotInternal", "y", NULL), t.f, 1);
    static const double number[] = {10, 2, (double)NAN, 7};
    static const char *const word[] = {"b", NULL, "zz", "a"};
    weir_column_init cols[] = {{.name = "size", .numbers = number}, {.name = "wide", .type = WEIR_TYPE_STRING, .labels = word},
                               {.name = "x", .numbers = t.x}};
    weir_frame *f = NULL;
    float x[64];
    static const size_t want_wide[] = {1, LEVELS, LEVELS, 0}, want_size[] = {1, 0, 3, 3}; /* levels 2, 10, 30 */

    CHECK(!weir_frame_build(&f, cols, 3, 4, NULL));
    encode_view *v = viewed(e, f);
    for (size_t r = 0; r < 4; r++) {
        encode_dense(v, r, 1, x);
        CHECK(x[want_wide[r]] == 1 && x[e->factor[1].offset + want_size[r]] == 1);
    }
    CHECK(v->warnings.as.list.n == 2);
    encode_view_free(v);
    weir_frame_unref(f);
    cols[1] = (weir_column_init){.name = "wide", .numbers = number}; /* labels are no numbers */
    CHECK(!weir_frame_build(&f, cols, 3, 4, NULL));
    weir_error err;
    CHECK(encode_view_new(&v, e, f, NULL, &err) == WEIR_EINVAL && strstr(err.message, "wide"));
    weir_frame_unref(f);
    encoder_free(e);
    weir_frame_unref(t.f);
}

/* All inputs of all rows, dense. */
static float *inputs_of(const encoder *e, const weir_frame *f)
{
    encode_view *v = viewed(e, f);
    float *x = calloc(ROWS * e->inputs, sizeof *x);
    encode_dense(v, 0, ROWS, x);
    encode_view_free(v);
    return x;
}

static void every_encoding_survives_copying_and_any_number_of_threads(void)
{
    table t;
    fill(&t);
    for (size_t k = 0; k < 6; k++) {
        encoder *e = fitted(params(encodings[k], "label", "w"), t.f, 1), *many = fitted(params(encodings[k], "label", "w"), t.f, 3), *copy = NULL;
        CHECK(!encoder_copy(&copy, e, NULL));
        float *a = inputs_of(e, t.f), *b = inputs_of(many, t.f), *c = inputs_of(copy, t.f);
        CHECK(e->inputs == many->inputs && !memcmp(a, b, ROWS * e->inputs * sizeof *a));
        CHECK(!memcmp(a, c, ROWS * e->inputs * sizeof *a));
        free(a), free(b), free(c);
        encoder_free(e), encoder_free(many), encoder_free(copy);
    }
    weir_frame_unref(t.f);
}

static void sparse_rows_are_the_dense_ones_without_zeros(void)
{
    table t;
    fill(&t);
    for (size_t k = 0; k < 6; k++) {
        encoder *e = fitted(params(encodings[k], "y", NULL), t.f, 1);
        encode_view *v = viewed(e, t.f);
        float x[64], val[64];
        uint32_t idx[64];
        for (size_t r = 0; r < ROWS; r++) {
            encode_dense(v, r, 1, x);
            size_t n = encode_sparse(v, r, idx, val), next = 0;
            for (size_t i = 0; i < e->inputs; i++) {
                bool on = next < n && idx[next] == i;
                CHECK((on ? val[next] : 0) == x[i]);
                next += on;
            }
            CHECK(next == n);
        }
        encode_view_free(v);
        encoder_free(e);
    }
    weir_frame_unref(t.f);
}

static void F373_wide_factors_are_hashed_to_so_many_inputs(void)
{
    table t;
    fill(&t);
    weir_params *p = params("AUTO", "y", NULL);
    weir_value six = weir_int(6);
    CHECK(!weir_params_set(p, "max_categorical_features", &six, NULL));
    encoder *e = fitted(p, t.f, 1);
    float *x = inputs_of(e, t.f);
    size_t used[6] = {0}, busy = 0;

    CHECK(e->inputs == 6 + 1);
    for (size_t r = 0; r < ROWS; r++) {
        float sum = 0;
        for (size_t k = 0; k < 6; k++) {
            sum += x[r * 7 + k];
            used[k] += x[r * 7 + k] > 0;
        }
        CHECK(sum == 2); /* both factors are in it, collisions add up */
    }
    for (size_t k = 0; k < 6; k++)
        busy += used[k] > 0;
    CHECK(busy >= 4);
    free(x);
    encoder_free(e);
    weir_frame_unref(t.f);
}

static void F377_rows_of_weight_0_count_for_nothing(void)
{
    table t;
    fill(&t);
    uint64_t rows[ROWS];
    size_t n = 0;
    weir_frame *part = NULL;

    for (size_t r = 0; r < ROWS; r++)
        if (t.w[r] > 0)
            rows[n++] = r;
    CHECK(!frame_pick(&part, t.f, rows, n, NULL));
    encoder *a = fitted(params("LabelEncoder", "y", "w"), t.f, 1), *b = fitted(params("LabelEncoder", "y", "w"), part, 1);
    for (size_t i = 0; i < a->n_numbers; i++) {
        NEAR(a->number[i].mean, b->number[i].mean, 1e-12);
        NEAR(a->number[i].sd, b->number[i].sd, 1e-12);
        NEAR(a->number[i].max, b->number[i].max, 0);
    }
    NEAR(a->resp_mul, b->resp_mul, 1e-12);
    /* and a weight is a repetition, up to the n/(n-1) of a sample: by definition */
    double sum = 0, weight = 0;
    for (size_t r = 0; r < ROWS; r++)
        if (!isnan(t.x[r]))
            sum += t.w[r] * t.x[r], weight += t.w[r];
    NEAR(a->number[1].mean, sum / weight, 1e-12);
    encoder_free(a), encoder_free(b);
    weir_frame_unref(t.f), weir_frame_unref(part);
}

static void F105_T020_missing_numbers_become_the_mean(void)
{
    table t;
    fill(&t);
    encoder *e = fitted(params("AUTO", "y", NULL), t.f, 1);
    float *x = inputs_of(e, t.f);
    size_t holes = 0;

    for (size_t r = 0; r < ROWS; r++)
        if (isnan(t.x[r])) {
            holes++;
            CHECK(fabs((double)x[(r + 1) * e->inputs - 1]) < 1e-7); /* 0 after scaling */
        }
    CHECK(holes > 3);
    encode_view *v = viewed(e, t.f);
    for (size_t r = 0; r < ROWS; r++)
        CHECK(encode_has_missing(v, r) == (isnan(t.x[r]) || !t.wide[r] || !t.size[r]));
    encode_view_free(v);
    free(x);
    encoder_free(e);
    weir_frame_unref(t.f);
}

/* Whichever allocation fails, fitting, copying and binding say so and leave nothing behind. */
static void each_allocation_may_fail(void)
{
    table t;
    fill(&t);
    for (size_t k = 0; k < 6; k++) {
        encoder *e = NULL, *copy = NULL;
        encode_view *v = NULL;
        weir_params *p = params(encodings[k], "y", NULL);
        weir_value warnings = weir_list();
        weir_status st;
        uint64_t n = 0;
        do {
            mem_fail_nth(++n);
            st = encoder_fit(&e, p, t.f, &warnings, NULL, NULL);
            CHECK(!st || st == WEIR_ENOMEM);
        } while (st && n < 2000);
        mem_fail_nth(0);
        if (!CHECK(!st && n > 20))
            break;
        n = 0;
        do {
            mem_fail_nth(++n);
            st = encoder_copy(&copy, e, NULL);
        } while (st == WEIR_ENOMEM && n < 2000);
        mem_fail_nth(0);
        CHECK(!st && n > 10);
        e->h2o = true;
        n = 0;
        do {
            mem_fail_nth(++n);
            st = encode_view_new(&v, e, t.f, NULL, NULL);
        } while (st == WEIR_ENOMEM && n < 2000);
        mem_fail_nth(0);
        CHECK(!st && n > 5);
        encode_view_free(v);
        encoder_free(e), encoder_free(copy);
        weir_params_free(p);
        weir_value_clear(&warnings);
    }
    weir_frame_unref(t.f);
}

int main(void)
{
    TEST(F340_F343_F104_one_input_per_level_and_one_for_missing);
    TEST(F310_without_all_levels_one_input_less_per_factor);
    TEST(F341_T018_binary_is_the_bits_of_the_level);
    TEST(F405_label_encoder_takes_whole_labels_else_positions);
    TEST(F342_eigen_of_two_levels_by_hand);
    TEST(F342_eigen_vectors_are_orthonormal);
    TEST(F342_T018d_eigen_gives_one_number_which_new_frames_reuse);
    TEST(F405_sort_by_response_orders_levels_weights_included);
    TEST(F405_enum_limited_keeps_the_frequent_levels);
    TEST(F443_F306_T038_unseen_levels_and_absent_columns_are_warned_of);
    TEST(T038_numbers_and_texts_are_matched_with_labels);
    TEST(every_encoding_survives_copying_and_any_number_of_threads);
    TEST(sparse_rows_are_the_dense_ones_without_zeros);
    TEST(F373_wide_factors_are_hashed_to_so_many_inputs);
    TEST(F377_rows_of_weight_0_count_for_nothing);
    TEST(F105_T020_missing_numbers_become_the_mean);
    TEST(each_allocation_may_fail);
    return tap_done();
}
