/* verbs_random.c - what is drawn by lot: splits, folds, holes, random columns and frames.
 *
 * Every number is a function of the seed and the row (rng.h), so a seed decides
 * whatever the number of threads. With compat = "h2o" the numbers are H2O's own. */
#include "data/frame_tools.h"
#include "data/frame_verbs.h"

#include "base/mem.h"
#include "base/pcg.h"
#include "base/rng.h"
#include "base/status.h"
#include "data/h2o_streams.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* [0, 1), of row i. */
static double unit(uint64_t seed, rng_stream stream, bool h2o, size_t i)
{
    if (!h2o)
        return rng_unit(seed, stream, i);
    pcg g = pcg_seed(seed + i);
    return (double)pcg_float(&g);
}

static weir_status run_runif(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    uint64_t seed = tool_seed(c);
    bool h2o;
    weir_status st = tool_compat(c, &h2o, err);

    if (st)
        return st;
    double *x = mem_array(f->rows + 1, sizeof *x);
    int threads = tool_threads(c, f->rows);
#pragma omp parallel for num_threads(threads) if (threads > 1)
    for (size_t i = 0; i < (x ? f->rows : 0); i++)
        x[i] = unit(seed, RNG_RUNIF, h2o, i);
    column *made = x ? column_of_numbers(WEIR_TYPE_NUMERIC, x, f->rows) : NULL;
    mem_free(x);
    return tool_give_column(made, "rnd", "drawing random numbers", out, err);
}

/* Splitting ---------------------------------------------------------------------------- */

enum { PARTS = 64 };

/* Upper ends of the parts in [0, 1]; the last is 1. */
static weir_status cuts(const weir_value *ratios, double cut[PARTS], size_t *parts, weir_error *err)
{
    size_t n = ratios->kind == WEIR_LIST ? ratios->as.list.n : 1;
    double sum = 0;

    if (n + 1 > PARTS || n == 0)
        return weir_fail_at(err, WEIR_EINVAL, "ratios", "split: %zu ratios are outside 1 to %d", n, PARTS - 1);
    for (size_t k = 0; k < n; k++) {
        double r = tool_real(ratios->kind == WEIR_LIST ? &ratios->as.list.v[k] : ratios);
        if (!(r > 0))
            return weir_fail_at(err, WEIR_EINVAL, "ratios", "split: ratio %zu must be a number above 0", k + 1);
        cut[k] = sum += r;
    }
    if (sum >= 1)
        return weir_fail_at(err, WEIR_EINVAL, "ratios", "split: the ratios sum to %g; what is left for the last part must be above 0", sum);
    cut[n] = 1;
    *parts = n + 1;
    return WEIR_OK;
}

static weir_status run_split(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    uint64_t seed = tool_seed(c);
    double cut[PARTS];
    size_t parts;
    bool h2o;
    weir_value list = weir_list();
    weir_status st = tool_compat(c, &h2o, err);

    if (!st)
        st = cuts(verb_value(c, "ratios"), cut, &parts, err);
    if (st)
        return st;
    uint8_t *part = mem_array(f->rows + 1, 1);
    uint64_t *rows = mem_array(f->rows + 1, sizeof *rows);
    if (!part || !rows)
        st = weir_no_memory(err, "splitting a frame");
    int threads = tool_threads(c, f->rows);
#pragma omp parallel for num_threads(threads) if (threads > 1)
    for (size_t i = 0; i < (st ? 0 : f->rows); i++) {
        double u = unit(seed, RNG_SPLIT, h2o, i);
        uint8_t k = 0;
        while (k + 1u < parts && (h2o ? u > cut[k] : u >= cut[k]))
            k++;
        part[i] = k;
    }
    for (size_t k = 0; k < parts && !st; k++) {
        size_t n = 0;
        weir_frame *g = NULL;
        for (size_t i = 0; i < f->rows; i++)
            if (part[i] == k)
                rows[n++] = i;
        st = frame_pick_on(&g, f, rows, n, threads, err);
        if (!st)
            st = weir_list_add(&list, (weir_value){.kind = WEIR_FRAME, .as.frame = g}, err);
    }
    mem_free(rows), mem_free(part);
    if (st)
        weir_value_clear(&list);
    else
        *out = list;
    return st;
}

/* Folds ------------------------------------------------------------------------------------ */

/* Class of each row of a column that is a factor or has whole numbers, from 0; the last is "missing". */
static weir_status classes(const weir_frame *f, size_t col, const char *who, column **out, weir_error *err)
{
    const column *c = f->col[col];

    if (c->type != WEIR_TYPE_FACTOR && !(tool_is_number(c->type) && c->divisor == 1 && c->store <= STORE_I64))
        return weir_fail(err, WEIR_EINVAL, "%s: column '%s' is %s and holds no classes; a factor or whole numbers are needed",
                         who, f->name[col], weir_type_name(c->type));
    *out = tool_as_factor(c);
    return *out ? WEIR_OK : weir_no_memory(err, who);
}

/* The rows class after class, each in a random order of its own; start[classes + 1]. */
static weir_status shuffled_classes(const column *k, uint64_t seed, rng_stream stream, uint64_t **rows, size_t **start,
                                    size_t *n_classes, weir_error *err)
{
    size_t n = k->n_levels + 1, sum = 0;
    size_t *at = mem_zero(n + 1, sizeof *at), *place = mem_zero(n + 1, sizeof *place);
    uint64_t *in_order = mem_array(k->rows + 1, sizeof *in_order), *mixed = mem_array(k->rows + 1, sizeof *mixed);
    weir_status st = at && place && in_order && mixed ? WEIR_OK : weir_no_memory(err, "drawing rows");

    for (size_t i = 0; i < k->rows && !st; i++) {
        uint32_t code = column_code_at(k, i);
        at[code == COLUMN_MISSING ? k->n_levels : code]++;
    }
    for (size_t j = 0; j <= n && !st; j++) {
        size_t m = at[j];
        at[j] = place[j] = sum;
        sum += m;
    }
    for (size_t i = 0; i < k->rows && !st; i++) {
        uint32_t code = column_code_at(k, i);
        in_order[place[code == COLUMN_MISSING ? k->n_levels : code]++] = i;
    }
    for (size_t j = 0; j < n && !st; j++)
        for (size_t i = at[j]; i < at[j + 1]; i++)
            mixed[at[j] + rng_permute(seed + j * UINT64_C(0x9e3779b97f4a7c15), (uint32_t)stream, i - at[j], at[j + 1] - at[j])] = in_order[i];
    mem_free(place), mem_free(in_order);
    if (st) {
        mem_free(at), mem_free(mixed);
        return st;
    }
    *rows = mixed;
    *start = at;
    *n_classes = n;
    return WEIR_OK;
}

/* Each class dealt to the folds in turn, as evenly as can be. */
static weir_status dealt(const column *k, uint64_t seed, size_t n, double *x, weir_error *err)
{
    uint64_t *rows;
    size_t *start, n_classes, turn = 0;
    weir_status st = shuffled_classes(k, seed, RNG_FOLD, &rows, &start, &n_classes, err);

    if (st)
        return st;
    for (size_t i = 0; i < start[n_classes]; i++)
        x[rows[i]] = (double)(turn++ % n);
    mem_free(rows), mem_free(start);
    return WEIR_OK;
}

/* H2O's folds into x. codes: the class of each row, or NULL. */
static weir_status h2o_drawn(const column *k, size_t rows, uint64_t seed, uint32_t n, double *x, weir_error *err)
{
    uint32_t *fold = mem_array(rows + 1, sizeof *fold), *codes = k ? mem_array(rows + 1, sizeof *codes) : NULL;
    bool good = fold && (codes || !k);

    if (good && k) {
        column_codes(k, 0, rows, codes);
        h2o_stratified_folds(fold, rows, n, codes, seed);
    } else if (good) {
        h2o_folds(fold, rows, n, seed);
    }
    for (size_t i = 0; good && i < rows; i++)
        x[i] = (double)fold[i];
    mem_free(fold), mem_free(codes);
    return good ? WEIR_OK : weir_no_memory(err, "kfold_column");
}

static weir_status run_kfold_column(const verb_context *c, weir_value *out, weir_error *err)
{
    static const char *const ways[] = {"random", "modulo", "stratified"};
    const weir_frame *f = verb_frame(c, "self");
    int64_t n = verb_int(c, "n", 3);
    uint64_t seed = tool_seed(c);
    bool h2o;
    ptrdiff_t at = 0;
    column *k = NULL;
    int how = tool_word(c, "how", ways, 3, err);
    weir_status st = how < 0 ? WEIR_EINVAL : tool_compat(c, &h2o, err);

    if (!st && (n < 2 || n > UINT32_MAX))
        st = weir_fail_at(err, WEIR_EINVAL, "n", "kfold_column: n = %lld is below 2", (long long)n);
    if (!st && how == 2 && verb_has(c, "column"))
        at = verb_column(f, verb_value(c, "column"), "column", err);
    else if (!st && how == 2 && f->cols != 1)
        st = weir_fail_at(err, WEIR_EINVAL, "column", "kfold_column: stratified folds need a column of classes; the frame has %zu columns", f->cols);
    if (!st && at < 0)
        st = WEIR_EINVAL;
    if (!st && how == 2)
        st = classes(f, (size_t)at, "kfold_column", &k, err);
    double *x = st ? NULL : mem_array(f->rows + 1, sizeof *x);
    if (!st && !x)
        st = weir_no_memory(err, "kfold_column");
    if (!st && how != 1 && h2o)
        st = h2o_drawn(k, f->rows, seed, (uint32_t)n, x, err);
    else if (!st && how == 2)
        st = dealt(k, seed, (size_t)n, x, err);
    else if (!st)
        for (size_t i = 0; i < f->rows; i++)
            x[i] = how == 1 ? (double)(i % (size_t)n) : (double)rng_below(seed, RNG_FOLD, i, (uint64_t)n);
    column *made = st ? NULL : column_of_numbers(WEIR_TYPE_NUMERIC, x, f->rows);
    mem_free(x);
    column_unref(k);
    return st ? st : tool_give_column(made, "fold", "kfold_column", out, err);
}

/* H2O's choice within each class, in row order; missing ones stay with the training part. */
static weir_status h2o_stratified(const column *k, double share, uint64_t seed, uint32_t *test, weir_error *err)
{
    uint8_t *picked = mem_zero(k->rows + 1, 1);
    size_t *member = mem_array(k->rows + 1, sizeof *member);
    bool good = picked && member;

    for (size_t j = 0; good && j < k->n_levels; j++) {
        size_t m = 0;
        for (size_t i = 0; i < k->rows; i++)
            if (column_code_at(k, i) == j) {
                picked[m] = 0;
                member[m++] = i;
            }
        if (m)
            h2o_stratified_pick(picked, m, share, seed);
        for (size_t i = 0; i < m; i++)
            test[member[i]] = picked[i];
    }
    mem_free(picked), mem_free(member);
    return good ? WEIR_OK : weir_no_memory(err, "stratified_split");
}

static weir_status stratified(const column *k, double share, uint64_t seed, uint32_t *test, weir_error *err)
{
    uint64_t *rows;
    size_t *start, n_classes;
    weir_status st = shuffled_classes(k, seed, RNG_SPLIT, &rows, &start, &n_classes, err);

    if (st)
        return st;
    for (size_t j = 0; j < n_classes; j++) {
        size_t m = start[j + 1] - start[j], t = (size_t)floor((double)m * share + 0.5);
        if (m == 0)
            continue;
        t = t < 1 ? 1 : t;
        for (size_t i = 0; i < t; i++)
            test[rows[start[j] + i]] = 1;
    }
    mem_free(rows), mem_free(start);
    return WEIR_OK;
}

static weir_status run_stratified_split(const verb_context *c, weir_value *out, weir_error *err)
{
    static const char *const levels[] = {"train", "test"};
    const weir_frame *f = verb_frame(c, "self");
    double share = verb_real(c, "test_frac", 0.2);
    uint64_t seed = tool_seed(c);
    bool h2o;
    column *k = NULL;
    weir_status st = tool_compat(c, &h2o, err);

    if (!st && !tool_one(f, "stratified_split", err))
        st = WEIR_EINVAL;
    if (!st && !(share > 0 && share < 1))
        st = weir_fail_at(err, WEIR_EINVAL, "test_frac", "stratified_split: test_frac = %g is outside (0, 1)", share);
    if (!st)
        st = classes(f, 0, "stratified_split", &k, err);
    uint32_t *test = st ? NULL : mem_zero(f->rows + 1, sizeof *test);
    if (!st && !test)
        st = weir_no_memory(err, "stratified_split");
    if (!st)
        st = h2o ? h2o_stratified(k, share, seed, test, err) : stratified(k, share, seed, test, err);
    column *made = st ? NULL : column_of_codes(test, f->rows, levels, 2);
    mem_free(test);
    column_unref(k);
    return st ? st : tool_give_column(made, "test_train_split", "stratified_split", out, err);
}

/* Holes ---------------------------------------------------------------------------------------- */

typedef struct holes {
    double fraction;
    uint64_t seed;
    bool h2o;
} holes;

static bool hole_at(const holes *h, size_t col, size_t row)
{
    if (!h->h2o)
        return rng_unit(h->seed, RNG_MISSING, (uint64_t)col << 40 ^ row) < h->fraction;
    pcg g = pcg_seed((h->seed + 1234 * (uint64_t)col) ^ (1723 * (uint64_t)row));
    return pcg_double(&g) < h->fraction;
}

static column *with_holes(const void *with, const column *c, size_t col)
{
    const holes *h = with;
    column *made = NULL;

    if (c->type == WEIR_TYPE_FACTOR) {
        uint32_t *codes = mem_array(c->rows + 1, sizeof *codes);
        for (size_t i = 0; codes && i < c->rows; i++)
            codes[i] = hole_at(h, col, i) ? COLUMN_MISSING : column_code_at(c, i);
        made = codes ? column_of_codes(codes, c->rows, (const char *const *)c->levels, c->n_levels) : NULL;
        mem_free(codes);
    } else if (c->type == WEIR_TYPE_STRING) {
        const char **s = mem_array(c->rows + 1, sizeof *s);
        for (size_t i = 0; s && i < c->rows; i++)
            s[i] = hole_at(h, col, i) ? NULL : column_text_at(c, i, NULL);
        made = s ? column_of_texts(s, c->rows) : NULL;
        mem_free(s);
    } else {
        double *x = tool_read(c);
        for (size_t i = 0; x && i < c->rows; i++)
            x[i] = hole_at(h, col, i) ? (double)NAN : x[i];
        made = x ? column_of_numbers(c->type == WEIR_TYPE_TIME ? c->type : WEIR_TYPE_NUMERIC, x, c->rows) : NULL;
        mem_free(x);
    }
    return made;
}

static weir_status run_insert_missing(const verb_context *c, weir_value *out, weir_error *err)
{
    holes h = {.fraction = verb_real(c, "fraction", 0.1), .seed = tool_seed(c)};
    weir_status st = tool_compat(c, &h.h2o, err);

    if (!st && !(h.fraction >= 0 && h.fraction <= 1))
        st = weir_fail_at(err, WEIR_EINVAL, "fraction", "insert_missing: fraction = %g is outside [0, 1]", h.fraction);
    return st ? st : tool_map(c, verb_frame(c, "self"), with_holes, &h, NULL, "inserting holes", out, err);
}

/* Frames made up -------------------------------------------------------------------------------- */

typedef enum made_kind { MADE_REAL, MADE_INTEGER, MADE_FACTOR, MADE_BINARY, MADE_TIME, MADE_STRING, MADE_KINDS } made_kind;

typedef struct recipe {
    size_t rows, cols, count[MADE_KINDS];
    int64_t factors, response_factors;
    double real_range, integer_range, ones, missing, value;
    bool randomize, has_response, positive;
    uint64_t seed;
} recipe;

static bool is_hole(const recipe *r, size_t col, size_t row)
{
    return r->missing > 0 && rng_unit(r->seed, RNG_MISSING, (uint64_t)col << 40 ^ row) < r->missing;
}

static column *made_factor(const recipe *r, size_t col, int64_t levels, const char *prefix)
{
    uint32_t *codes = mem_array(r->rows + 1, sizeof *codes);
    char (*names)[48] = mem_array((size_t)levels + 1, sizeof *names);
    const char **name = mem_array((size_t)levels + 1, sizeof *name);
    column *made = NULL;

    for (int64_t k = 0; names && name && k < levels; k++) {
        snprintf(names[k], sizeof names[k], "%s.l%lld", prefix, (long long)k);
        name[k] = names[k];
    }
    for (size_t i = 0; codes && i < r->rows; i++)
        codes[i] = is_hole(r, col, i) ? COLUMN_MISSING : r->randomize ? (uint32_t)rng_below(r->seed, RNG_CREATE, (uint64_t)col << 40 ^ i, (uint64_t)levels) : 0;
    if (codes && names && name)
        made = column_of_codes(codes, r->rows, name, (size_t)levels);
    mem_free(codes), mem_free(names), mem_free(name);
    return made;
}

static column *made_text(const recipe *r, size_t col)
{
    char (*words)[9] = mem_array(r->rows + 1, sizeof *words);
    const char **s = mem_array(r->rows + 1, sizeof *s);
    column *made = NULL;

    for (size_t i = 0; words && s && i < r->rows; i++) {
        uint64_t u = rng_u64(r->seed, RNG_CREATE, (uint64_t)col << 40 ^ i);
        for (int k = 0; k < 8; k++, u >>= 8)
            words[i][k] = (char)('A' + (u & 255) % 26);
        words[i][8] = 0;
        s[i] = is_hole(r, col, i) ? NULL : words[i];
    }
    if (words && s)
        made = column_of_texts(s, r->rows);
    mem_free(words), mem_free(s);
    return made;
}

static double made_number(const recipe *r, made_kind kind, double u)
{
    switch (kind) {
    case MADE_INTEGER:
        return floor(u * (2 * r->integer_range + 1)) - r->integer_range;
    case MADE_BINARY:
        return u < r->ones;
    case MADE_TIME: /* 1970 to 2020 */
        return floor(u * 1577836800.0) * 1000;
    default:
        return (2 * u - 1) * r->real_range;
    }
}

static column *made_numbers(const recipe *r, size_t col, made_kind kind, bool positive)
{
    double *x = mem_array(r->rows + 1, sizeof *x);

    for (size_t i = 0; x && i < r->rows; i++) {
        double v = r->randomize ? made_number(r, kind, rng_unit(r->seed, RNG_CREATE, (uint64_t)col << 40 ^ i)) : r->value;
        x[i] = is_hole(r, col, i) ? (double)NAN : positive ? fabs(v) : v;
    }
    column *made = x ? column_of_numbers(kind == MADE_TIME ? WEIR_TYPE_TIME : WEIR_TYPE_NUMERIC, x, r->rows) : NULL;
    mem_free(x);
    return made;
}

static column *made_column(const recipe *r, size_t col, made_kind kind, const char *name)
{
    return kind == MADE_FACTOR   ? made_factor(r, col, r->factors, name)
           : kind == MADE_STRING ? made_text(r, col)
                                 : made_numbers(r, col, kind, false);
}

/* How many columns of each kind: shares of `cols`, rounded; numbers get what is left. */
static weir_status read_recipe(const verb_context *c, recipe *r, weir_error *err)
{
    static const char *const names[MADE_KINDS] = {"real_fraction", "integer_fraction", "categorical_fraction", "binary_fraction", "time_fraction", "string_fraction"};
    double share[MADE_KINDS], sum = 0;
    size_t taken = 0;

    for (int k = 1; k < MADE_KINDS; k++) {
        share[k] = verb_real(c, names[k], 0);
        if (!(share[k] >= 0 && share[k] <= 1))
            return weir_fail_at(err, WEIR_EINVAL, names[k], "create_frame: %s = %g is outside [0, 1]", names[k], share[k]);
        sum += share[k];
    }
    share[0] = verb_real(c, names[0], sum < 1 ? 1 - sum : 0);
    if (!(share[0] >= 0) || fabs(sum + share[0] - 1) > 1e-9)
        return weir_fail(err, WEIR_EINVAL, "create_frame: the fractions sum to %g, not to 1", sum + share[0]);
    for (int k = 1; k < MADE_KINDS; k++) {
        r->count[k] = (size_t)floor(share[k] * (double)r->cols + 0.5);
        r->count[k] = r->count[k] > r->cols - taken ? r->cols - taken : r->count[k];
        taken += r->count[k];
    }
    r->count[0] = r->cols - taken;
    if (r->factors < 1 || r->factors > 10000000)
        return weir_fail_at(err, WEIR_EINVAL, "factors", "create_frame: factors = %lld is outside 1 to 10000000", (long long)r->factors);
    if (!(r->missing >= 0 && r->missing <= 1))
        return weir_fail_at(err, WEIR_EINVAL, "missing_fraction", "create_frame: missing_fraction = %g is outside [0, 1]", r->missing);
    if (!(r->ones >= 0 && r->ones <= 1))
        return weir_fail_at(err, WEIR_EINVAL, "binary_ones_fraction", "create_frame: binary_ones_fraction = %g is outside [0, 1]", r->ones);
    return WEIR_OK;
}

static weir_status run_create_frame(const verb_context *c, weir_value *out, weir_error *err)
{
    int64_t rows = verb_int(c, "rows", 10000), cols = verb_int(c, "cols", 10);
    recipe r = {.rows = (size_t)rows, .cols = (size_t)cols, .factors = verb_int(c, "factors", 100),
                .response_factors = verb_int(c, "response_factors", 2), .real_range = verb_real(c, "real_range", 100),
                .integer_range = floor(verb_real(c, "integer_range", 100)), .ones = verb_real(c, "binary_ones_fraction", 0.02),
                .missing = verb_real(c, "missing_fraction", 0), .value = verb_real(c, "value", 0),
                .randomize = verb_bool(c, "randomize", true), .has_response = verb_bool(c, "has_response", false),
                .positive = verb_bool(c, "positive_response", false), .seed = tool_seed(c)};

    if (rows < 1 || cols < 1 || cols > 1000000 || rows > INT64_C(1) << 40)
        return weir_fail(err, WEIR_EINVAL, "create_frame: %lld rows and %lld columns; one of each is needed at least", (long long)rows, (long long)cols);
    weir_status st = read_recipe(c, &r, err);
    if (!st && r.has_response && (r.response_factors < 1 || r.response_factors > 10000000))
        st = weir_fail_at(err, WEIR_EINVAL, "response_factors", "create_frame: response_factors = %lld is outside 1 to 10000000", (long long)r.response_factors);
    if (st)
        return st;
    size_t off = r.has_response, n = r.cols + off;
    column **made = mem_zero(n + 1, sizeof *made);
    char (*names)[24] = mem_array(n + 1, sizeof *names);
    const char **name = mem_array(n + 1, sizeof *name);
    if (!made || !names || !name) {
        mem_free(made), mem_free(names), mem_free(name);
        return weir_no_memory(err, "creating a frame");
    }
    for (size_t i = 0; i < n; i++) {
        snprintf(names[i], sizeof names[i], "C%zu", i + 1 - off);
        name[i] = off && i == 0 ? "response" : names[i];
    }
    int threads = tool_threads(c, r.rows);
#pragma omp parallel for num_threads(threads) schedule(dynamic) if (threads > 1)
    for (size_t i = 0; i < n; i++) {
        if (off && i == 0) {
            made[i] = r.response_factors > 1 ? made_factor(&r, 0, r.response_factors, "response") : made_numbers(&r, 0, MADE_REAL, r.positive);
            continue;
        }
        size_t at = rng_permute(r.seed, RNG_CREATE, i - off, r.cols), kind = 0; /* kinds in a random order */
        while (at >= r.count[kind])
            at -= r.count[kind++];
        made[i] = made_column(&r, i + 1 - off, (made_kind)kind, name[i]);
    }
    st = tool_give_columns(made, name, n, r.rows, "creating a frame", out, err);
    mem_free(made), mem_free(names), mem_free(name);
    return st;
}

#define SEED {.name = "seed", .type = "int", .def = "-1", .optional = true, .help = "Seed; -1 draws one."}
#define COMPAT {.name = "compat", .type = "text", .def = "none", .optional = true, .help = "\"h2o\": H2O's own random numbers."}
static const weir_arg_info seed_args[] = {SEED, COMPAT};
static const weir_arg_info split_args[] = {
    {.name = "ratios", .type = "list|real", .help = "Shares of the first parts; the last gets the rest."}, SEED, COMPAT};
static const weir_arg_info kfold_args[] = {
    {.name = "n", .type = "int", .def = "3", .optional = true, .help = "Number of folds."},
    {.name = "how", .type = "text", .def = "random", .optional = true, .help = "\"random\", \"modulo\" (of the row), \"stratified\" (every class evenly)."},
    SEED, {.name = "column", .type = "text|int", .optional = true, .help = "Column of classes, when the frame has several columns."}, COMPAT};
static const weir_arg_info stratified_args[] = {
    {.name = "test_frac", .type = "real", .def = "0.2", .optional = true, .help = "Share of each class that is for testing."}, SEED, COMPAT};
static const weir_arg_info missing_args[] = {
    {.name = "fraction", .type = "real", .def = "0.1", .optional = true, .help = "Share of the cells that becomes missing."}, SEED, COMPAT};
#define FRACTION(word, value, text) {.name = word, .type = "real", .def = value, .optional = true, .help = text}
static const weir_arg_info create_args[] = {
    {.name = "rows", .type = "int", .def = "10000", .optional = true, .help = "Number of rows."},
    {.name = "cols", .type = "int", .def = "10", .optional = true, .help = "Number of columns, the response aside."},
    {.name = "real_fraction", .type = "real", .optional = true, .help = "Share of real columns; by default what the others leave."},
    FRACTION("integer_fraction", "0.2", "Share of whole-number columns."),
    FRACTION("categorical_fraction", "0.2", "Share of factors."),
    FRACTION("binary_fraction", "0.1", "Share of 0/1 columns."),
    FRACTION("time_fraction", "0", "Share of dates."),
    FRACTION("string_fraction", "0", "Share of texts."),
    {.name = "factors", .type = "int", .def = "100", .optional = true, .help = "Levels of each factor."},
    FRACTION("real_range", "100", "Real numbers lie within this on both sides of 0."),
    FRACTION("integer_range", "100", "Whole numbers lie within this on both sides of 0."),
    FRACTION("binary_ones_fraction", "0.02", "Share of ones in 0/1 columns."),
    FRACTION("missing_fraction", "0", "Share of missing cells."),
    {.name = "has_response", .type = "bool", .def = "false", .optional = true, .help = "Begin with a column response."},
    {.name = "response_factors", .type = "int", .def = "2", .optional = true, .help = "Classes of the response; 1: a number."},
    {.name = "positive_response", .type = "bool", .def = "false", .optional = true, .help = "A numeric response has no negative values."},
    {.name = "randomize", .type = "bool", .def = "true", .optional = true, .help = "Random cells; false: all are `value`."},
    FRACTION("value", "0", "What cells hold without randomize."),
    SEED};

const verb verbs_random[] = {
    VERB("runif", "shaping", "frame", "A column of random numbers in [0, 1).", seed_args, run_runif),
    VERB("split", "shaping", "frames", "Random parts of a frame.", split_args, run_split),
    VERB("kfold_column", "shaping", "frame", "A column of fold numbers from 0.", kfold_args, run_kfold_column),
    VERB("stratified_split", "shaping", "frame", "A column of \"train\" and \"test\", the same share of each class.", stratified_args, run_stratified_split),
    VERB("insert_missing", "shaping", "frame", "The frame with random holes.", missing_args, run_insert_missing),
    {{.name = "create_frame", .on = "", .group = "data", .gives = "frame", .help = "A random frame.", .args = create_args,
      .n_args = sizeof create_args / sizeof *create_args}, run_create_frame},
};
const size_t verbs_random_count = sizeof verbs_random / sizeof *verbs_random;
