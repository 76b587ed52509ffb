/* verbs_describe.c - tables that sum a frame up: statistics, counts, histograms, classes. */
#include "data/frame_tools.h"
#include "data/frame_verbs.h"

#include "base/mem.h"
#include "base/status.h"
#include "base/text.h"
#include "data/order.h"
#include "data/quantile.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Statistics --------------------------------------------------------------------------- */

enum { SKETCH = 10 };

/* Eight heights of bars from empty to full, in UTF-8. */
static const char *const bar[] = {" ", "\xe2\x96\x81", "\xe2\x96\x82", "\xe2\x96\x83", "\xe2\x96\x84", "\xe2\x96\x85", "\xe2\x96\x86", "\xe2\x96\x87", "\xe2\x96\x88"};

/* A small histogram: of numbers in ten classes, of factors the first ten levels. */
static void sketch(const column *c, text *out)
{
    size_t count[SKETCH] = {0}, most = 0, n = SKETCH;
    double lo = c->stats.min, hi = c->stats.max, x[1024];

    if (c->type == WEIR_TYPE_FACTOR)
        n = c->n_levels < SKETCH ? c->n_levels : SKETCH;
    if (c->type == WEIR_TYPE_STRING || !(c->type == WEIR_TYPE_FACTOR ? n > 0 : hi > lo))
        return;
    for (size_t at = 0; at < c->rows; at += 1024) {
        size_t m = c->rows - at < 1024 ? c->rows - at : 1024;
        column_read(c, at, m, x);
        for (size_t i = 0; i < m; i++) {
            if (!isfinite(x[i]) || (c->type == WEIR_TYPE_FACTOR && column_code_at(c, at + i) == COLUMN_MISSING))
                continue;
            double k = c->type == WEIR_TYPE_FACTOR ? x[i] : (x[i] - lo) / (hi - lo) * SKETCH;
            size_t b = k >= SKETCH ? SKETCH - 1 : (size_t)k;
            if (c->type != WEIR_TYPE_FACTOR || x[i] < SKETCH)
                count[b]++;
        }
    }
    for (size_t b = 0; b < n; b++)
        most = count[b] > most ? count[b] : most;
    for (size_t b = 0; b < n && most; b++)
        text_add(out, bar[count[b] ? 1 + count[b] * 7 / most : 0]);
}

enum { NUMBERS = 7, MOST_PERCENTILES = 100 };

/* The columns of the table that describes a frame: one cell per column of the frame. */
typedef struct description {
    double *x; /* [NUMBERS + 1 + probabilities][columns] */
    const char **types, **stores, **shapes;
    text *drawn;
    double p[MOST_PERCENTILES];
    char percent[MOST_PERCENTILES][32];
    size_t n_p;
    bool sizes;
} description;

static void description_free(description *d, size_t n)
{
    for (size_t i = 0; d->drawn && i < n; i++)
        text_free(&d->drawn[i]);
    mem_free(d->x), mem_free(d->types), mem_free(d->stores), mem_free(d->shapes), mem_free(d->drawn);
}

/* Probabilities as they were given, or the usual ones; named by per cents. */
static weir_status read_percentiles(const verb_context *c, const char *who, bool usual, description *d, weir_error *err)
{
    static const double quartiles[] = {0.25, 0.5, 0.75};
    const weir_value *v = verb_value(c, "percentiles");
    double *p = NULL;
    weir_status st = WEIR_OK;

    if (v)
        st = tool_reals(v, who, "percentiles", &p, &d->n_p, err);
    else
        d->n_p = usual ? 3 : 0;
    if (!st && d->n_p > MOST_PERCENTILES)
        st = weir_fail_at(err, WEIR_EINVAL, "percentiles", "%s: %zu percentiles; %d are the most", who, d->n_p, MOST_PERCENTILES);
    for (size_t k = 0; k < d->n_p && !st; k++) {
        d->p[k] = v ? p[k] : quartiles[k];
        if (!(d->p[k] >= 0 && d->p[k] <= 1))
            st = weir_fail_at(err, WEIR_EINVAL, "percentiles", "%s: percentile %zu = %g is outside [0, 1]", who, k + 1, d->p[k]);
        snprintf(d->percent[k], sizeof d->percent[k], "%g%%", 100 * d->p[k]);
    }
    mem_free(p);
    return st;
}

static weir_status describe_column(const verb_context *c, const weir_frame *f, size_t i, description *d, weir_error *err)
{
    const column *col = f->col[i];
    size_t n = f->cols;
    double q[MOST_PERCENTILES];
    weir_column_stats s;
    bool number = col->type == WEIR_TYPE_NUMERIC || col->type == WEIR_TYPE_TIME;
    weir_status st = WEIR_OK;

    weir_frame_stats(f, i, &s);
    d->types[i] = weir_type_name(col->type);
    d->stores[i] = s.storage;
    const double row[NUMBERS + 1] = {(double)s.missing, number ? s.min : (double)NAN, number ? s.mean : (double)NAN,
                                     number ? s.max : (double)NAN, number ? s.sd : (double)NAN, (double)s.zeros,
                                     col->type == WEIR_TYPE_FACTOR ? (double)s.levels : (double)NAN, (double)col->bytes};
    for (size_t k = 0; k <= NUMBERS; k++)
        d->x[k * n + i] = row[k];
    if (number && d->n_p)
        st = quantile_of(col, NULL, &(quantile_spec){.p = d->p, .n = d->n_p, .type = 7}, tool_threads(c, f->rows), q, err);
    for (size_t k = 0; k < d->n_p && !st; k++)
        d->x[(NUMBERS + 1 + k) * n + i] = number ? q[k] : (double)NAN;
    sketch(col, &d->drawn[i]);
    d->shapes[i] = text_str(&d->drawn[i]);
    return st ? st : d->drawn[i].failed ? weir_no_memory(err, "describing a frame") : WEIR_OK;
}

static weir_status description_frame(const weir_frame *f, const description *d, weir_frame **out, weir_error *err)
{
    static const char *const numbers[] = {"missing", "min", "mean", "max", "sd", "zeros", "levels"};
    weir_column_init cols[5 + NUMBERS + MOST_PERCENTILES];
    size_t n = f->cols, m = 0;

    cols[m++] = (weir_column_init){.name = "column", .type = WEIR_TYPE_STRING, .labels = (const char *const *)f->name};
    cols[m++] = (weir_column_init){.name = "type", .type = WEIR_TYPE_STRING, .labels = d->types};
    cols[m++] = (weir_column_init){.name = "shape", .type = WEIR_TYPE_STRING, .labels = d->shapes};
    for (size_t k = 0; k < NUMBERS; k++)
        cols[m++] = (weir_column_init){.name = numbers[k], .numbers = d->x + k * n};
    cols[m++] = (weir_column_init){.name = "storage", .type = WEIR_TYPE_STRING, .labels = d->stores};
    if (d->sizes)
        cols[m++] = (weir_column_init){.name = "bytes", .numbers = d->x + NUMBERS * n};
    for (size_t k = 0; k < d->n_p; k++)
        cols[m++] = (weir_column_init){.name = d->percent[k], .numbers = d->x + (NUMBERS + 1 + k) * n};
    return weir_frame_build(out, cols, m, n, err);
}

static weir_status describe(const verb_context *c, const char *who, bool usual, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    size_t n = f->cols;
    description d = {.sizes = verb_bool(c, "chunks", false)};
    weir_frame *g = NULL;
    weir_status st = read_percentiles(c, who, usual, &d, err);

    if (st)
        return st;
    d.x = mem_array((NUMBERS + 1 + d.n_p) * n + 1, sizeof *d.x);
    d.types = mem_array(n + 1, sizeof *d.types), d.stores = mem_array(n + 1, sizeof *d.stores);
    d.shapes = mem_array(n + 1, sizeof *d.shapes), d.drawn = mem_zero(n + 1, sizeof *d.drawn);
    if (!d.x || !d.types || !d.stores || !d.shapes || !d.drawn)
        st = weir_no_memory(err, "describing a frame");
    for (size_t i = 0; i < n && !st; i++)
        st = describe_column(c, f, i, &d, err);
    if (!st)
        st = description_frame(f, &d, &g, err);
    description_free(&d, n);
    return tool_give(st, &g, out);
}

static weir_status run_describe(const verb_context *c, weir_value *out, weir_error *err)
{
    return describe(c, "describe", false, out, err);
}

static weir_status run_summary(const verb_context *c, weir_value *out, weir_error *err)
{
    return describe(c, "summary", true, out, err);
}

/* Counts ------------------------------------------------------------------------------------- */

/* The first rows of groups without a missing cell: their positions and sizes. */
static weir_status count_groups(const verb_context *c, const weir_frame *f, uint64_t **rows, double **count, size_t *n,
                                weir_error *err)
{
    grouping g;
    const size_t all[] = {0, 1};
    weir_status st = order_group(f, all, f->cols, tool_threads(c, f->rows), &g, err);

    if (st)
        return st;
    *rows = mem_array(g.groups + 1, sizeof **rows);
    *count = mem_array(g.groups + 1, sizeof **count);
    *n = 0;
    if (!*rows || !*count)
        st = weir_no_memory(err, "counting");
    for (size_t k = 0; k < g.groups && !st; k++) {
        uint64_t row = g.rows[g.start[k]];
        bool hole = false;
        for (size_t j = 0; j < f->cols; j++)
            hole = hole || column_missing(f->col[j], row);
        if (hole)
            continue;
        (*rows)[*n] = row;
        (*count)[(*n)++] = (double)(g.start[k + 1] - g.start[k]);
    }
    grouping_free(&g);
    if (st)
        mem_free(*rows), mem_free(*count);
    return st;
}

static weir_status give_counts(const weir_frame *f, const uint64_t *rows, const double *count, size_t n, weir_value *out,
                               weir_error *err)
{
    column *cols[3] = {NULL};
    const char *names[3];
    char name[TOOL_NAME];

    for (size_t j = 0; j < f->cols; j++) {
        cols[j] = column_pick(f->col[j], rows, n);
        names[j] = f->name[j];
    }
    cols[f->cols] = column_of_numbers(WEIR_TYPE_NUMERIC, count, n);
    tool_new_name("Count", names, f->cols, name, sizeof name);
    names[f->cols] = name;
    return tool_give_columns(cols, names, f->cols + 1, n, "counting", out, err);
}

/* Distinct values of one column of the frame, in order: first rows; at[row of f] = its place. */
static weir_status distinct(const weir_frame *f, size_t col, const uint64_t *rows, size_t n, uint64_t **first, size_t *k,
                            size_t **place, weir_error *err)
{
    column *picked = column_pick(f->col[col], rows, n);
    grouping g = {0};
    weir_status st = picked ? order_group_column(picked, 1, &g, err) : weir_no_memory(err, "counting");

    *first = mem_array(n + 1, sizeof **first);
    *place = mem_array(n + 1, sizeof **place);
    if (!st && (!*first || !*place))
        st = weir_no_memory(err, "counting");
    for (size_t j = 0; j < g.groups && !st; j++) {
        (*first)[j] = rows[g.rows[g.start[j]]];
        for (size_t i = g.start[j]; i < g.start[j + 1]; i++)
            (*place)[g.rows[i]] = j;
    }
    *k = g.groups;
    grouping_free(&g);
    column_unref(picked);
    return st;
}

/* A row per value of the first column, a column per value of the second. */
static weir_status give_wide(const weir_frame *f, const uint64_t *rows, const double *count, size_t n, weir_value *out,
                             weir_error *err)
{
    uint64_t *first[2] = {NULL, NULL};
    size_t *place[2] = {NULL, NULL}, k[2] = {0, 0};
    weir_status st = distinct(f, 0, rows, n, &first[0], &k[0], &place[0], err);

    if (!st)
        st = distinct(f, 1, rows, n, &first[1], &k[1], &place[1], err);
    double *x = st ? NULL : mem_zero(k[0] * k[1] + 1, sizeof *x);
    column **cols = mem_zero(k[1] + 2, sizeof *cols);
    char (*names)[TOOL_NAME] = mem_array(k[1] + 2, sizeof *names);
    const char **name = mem_array(k[1] + 2, sizeof *name);
    if (!st && (!x || !cols || !names || !name))
        st = weir_no_memory(err, "counting");
    for (size_t i = 0; i < n && !st; i++)
        x[place[1][i] * k[0] + place[0][i]] += count[i];
    if (!st) {
        cols[0] = column_pick(f->col[0], first[0], k[0]);
        name[0] = f->name[0];
    }
    for (size_t j = 0; j < k[1] && !st; j++) {
        cols[j + 1] = column_of_numbers(WEIR_TYPE_NUMERIC, x + j * k[0], k[0]);
        tool_cell_text(f->col[1], first[1][j], names[j], sizeof names[j]);
        name[j + 1] = names[j];
    }
    if (!st)
        st = tool_give_columns(cols, name, k[1] + 1, k[0], "counting", out, err);
    for (int i = 0; i < 2; i++)
        mem_free(first[i]), mem_free(place[i]);
    mem_free(x), mem_free(cols), mem_free(names), mem_free(name);
    return st;
}

static weir_status run_table(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    uint64_t *rows;
    double *count;
    size_t n;

    if (f->cols < 1 || f->cols > 2)
        return weir_fail(err, WEIR_EINVAL, "table counts one column or two; the frame has %zu", f->cols);
    weir_status st = count_groups(c, f, &rows, &count, &n, err);
    if (st)
        return st;
    st = f->cols == 2 && !verb_bool(c, "dense", true) ? give_wide(f, rows, count, n, out, err)
                                                      : give_counts(f, rows, count, n, out, err);
    mem_free(rows), mem_free(count);
    return st;
}

/* Histograms ---------------------------------------------------------------------------------------- */

enum { MOST_BINS = 100000 };

static double quartile(const double *x, size_t n, double p)
{
    double at = p * (double)(n - 1), low = floor(at);
    size_t i = (size_t)low;
    return i + 1 < n ? x[i] + (x[i + 1] - x[i]) * (at - low) : x[i];
}

static int up(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The rules of Sturges, Rice, Doane, Scott, Freedman and Diaconis, and the square root. */
static double bins_by_rule(int rule, const column *c, const double *x, size_t n)
{
    double m = (double)n, cube = cbrt(m), range = c->stats.max - c->stats.min, skew = 0;

    switch (rule) {
    case 0:
        return ceil(log2(m)) + 1;
    case 1:
        return ceil(2 * cube);
    case 2:
        return floor(sqrt(m));
    case 3: {
        double sd = sqrt(c->sum_squares_dev / m), se = sqrt(6 * (m - 2) / ((m + 1) * (m + 3)));
        for (size_t i = 0; i < n; i++)
            skew += pow((x[i] - c->stats.mean) / sd, 3) / m;
        return n > 2 && sd > 0 ? ceil(1 + log2(m) + log2(1 + fabs(skew) / se)) : 1;
    }
    case 4:
        return c->stats.sd > 0 ? ceil(range * cube / (3.5 * c->stats.sd)) : 1;
    default: {
        double iqr = quartile(x, n, 0.75) - quartile(x, n, 0.25);
        return iqr > 0 ? ceil(range * cube / (2 * iqr)) : 1;
    }
    }
}

/* Edges of classes: a rule, a number of equal ones, or given. */
static weir_status edges(const verb_context *c, const column *col, const double *x, size_t n, double **out, size_t *k,
                         weir_error *err)
{
    static const char *const rules[] = {"sturges", "rice", "sqrt", "doane", "scott", "fd"};
    const weir_value *v = verb_value(c, "breaks");
    double bins;

    if (v->kind == WEIR_LIST) {
        weir_status st = tool_reals(v, "hist", "breaks", out, k, err);
        if (!st)
            qsort(*out, *k, sizeof **out, up);
        if (!st && *k < 2) {
            mem_free(*out);
            st = weir_fail_at(err, WEIR_EINVAL, "breaks", "hist: %zu breaks make no class; two at least are needed", *k);
        }
        return st;
    }
    if (v->kind == WEIR_TEXT) {
        int rule = tool_word(c, "breaks", rules, 6, err);
        if (rule < 0)
            return WEIR_EINVAL;
        bins = bins_by_rule(rule, col, x, n);
    } else {
        bins = tool_real(v);
    }
    if (!(bins >= 1 && bins <= MOST_BINS && bins == floor(bins)))
        return weir_fail_at(err, WEIR_EINVAL, "breaks", "hist: %g classes are outside 1 to %d", bins, MOST_BINS);
    *k = (size_t)bins + 1;
    if (!(*out = mem_array(*k, sizeof **out)))
        return weir_no_memory(err, "hist");
    double lo = col->stats.min, step = (col->stats.max - lo) / bins;
    for (size_t i = 0; i < *k; i++)
        (*out)[i] = i + 1 < *k ? lo + (double)i * step : col->stats.max;
    return WEIR_OK;
}

/* Counts of the classes (edge[i-1], edge[i]], the first with its lower edge; row 0 is that edge. */
static weir_status run_hist(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    const column *col = tool_one(f, "hist", err);
    double *edge = NULL, *cells;
    size_t n = 0, k = 0;

    if (!col)
        return WEIR_EINVAL;
    if (!tool_is_number(col->type))
        return tool_not_number("hist", f, 0, err);
    if (!(cells = tool_read(col)))
        return weir_no_memory(err, "hist");
    for (size_t i = 0; i < col->rows; i++)
        if (isfinite(cells[i]))
            cells[n++] = cells[i];
    qsort(cells, n, sizeof *cells, up);
    weir_status st = n ? edges(c, col, cells, n, &edge, &k, err)
                       : weir_fail(err, WEIR_EINVAL, "hist: column '%s' has no value", f->name[0]);
    double *x = st ? NULL : mem_array(5 * k, sizeof *x);
    if (!st && !x)
        st = weir_no_memory(err, "hist");
    for (size_t i = 0, at = 0; i < k && !st; i++) {
        size_t from;
        while (i == 0 && at < n && cells[at] < edge[0])
            at++;
        for (from = at; i && at < n && cells[at] <= edge[i];)
            at++;
        double width = i ? edge[i] - edge[i - 1] : 0, count = (double)(at - from);
        x[i] = edge[i];
        x[k + i] = i ? count : (double)NAN;
        x[2 * k + i] = i && count > 0 ? (cells[from] + cells[at - 1]) / 2 : (double)NAN;
        x[3 * k + i] = i ? (edge[i] + edge[i - 1]) / 2 : (double)NAN;
        x[4 * k + i] = i ? count / (double)n / width : (double)NAN;
    }
    if (!st) {
        weir_frame *g = NULL;
        weir_column_init cols[] = {{.name = "breaks", .numbers = x}, {.name = "counts", .numbers = x + k},
                                   {.name = "mids_true", .numbers = x + 2 * k}, {.name = "mids", .numbers = x + 3 * k},
                                   {.name = "density", .numbers = x + 4 * k}};
        st = tool_give(weir_frame_build(&g, cols, 5, k, err), &g, out);
    }
    mem_free(cells), mem_free(edge), mem_free(x);
    return st;
}

/* Classes -------------------------------------------------------------------------------------------- */

/* breaks as they are given, sorted; one number makes that many equal classes that hold all values. */
static weir_status class_edges(const verb_context *c, const column *col, double **out, size_t *k, weir_error *err)
{
    const weir_value *v = verb_value(c, "breaks");
    double n = tool_real(v), lo = col->stats.min, hi = col->stats.max;

    if (v->kind == WEIR_LIST) {
        weir_status st = tool_reals(v, "cut", "breaks", out, k, err);
        if (!st && *k < 2) {
            mem_free(*out);
            return weir_fail_at(err, WEIR_EINVAL, "breaks", "cut: %zu breaks make no class; two at least are needed", *k);
        }
        if (!st)
            qsort(*out, *k, sizeof **out, up);
        for (size_t i = 1; !st && i < *k; i++)
            if (!((*out)[i] > (*out)[i - 1])) {
                st = weir_fail_at(err, WEIR_EINVAL, "breaks", "cut: the break %g stands twice", (*out)[i]);
                mem_free(*out);
            }
        return st;
    }
    if (!(n >= 2 && n <= MOST_BINS && n == floor(n)))
        return weir_fail_at(err, WEIR_EINVAL, "breaks", "cut: %g classes are outside 2 to %d", n, MOST_BINS);
    if (isnan(lo))
        return weir_fail(err, WEIR_EINVAL, "cut: the column has no value");
    *k = (size_t)n + 1;
    if (!(*out = mem_array(*k, sizeof **out)))
        return weir_no_memory(err, "cut");
    double span = hi > lo ? hi - lo : fabs(lo) > 0 ? fabs(lo) : 1;
    for (size_t i = 0; i < *k; i++)
        (*out)[i] = lo + (double)i * (hi - lo) / n;
    if (hi == lo) /* as R has it: around the only value */
        for (size_t i = 0; i < *k; i++)
            (*out)[i] = lo - span / 1000 + (double)i * (2 * span / 1000) / n;
    else
        (*out)[0] -= span / 1000, (*out)[*k - 1] = hi + span / 1000;
    return WEIR_OK;
}

static void put_break(text *t, double x, int64_t digits)
{
    double power = pow(10, (double)digits), r = floor(x * power + 0.5) / power;
    text_number(t, isfinite(r) ? r : x);
}

static weir_status class_labels(const verb_context *c, const double *edge, size_t k, text *out, const char **label, weir_error *err)
{
    const weir_value *v = verb_value(c, "labels");
    bool right = verb_bool(c, "right", true), lowest = verb_bool(c, "include_lowest", false);
    int64_t digits = verb_int(c, "dig_lab", 3);

    if (digits < 0 || digits > 12)
        return weir_fail_at(err, WEIR_EINVAL, "dig_lab", "cut: dig_lab = %lld is outside [0, 12]", (long long)digits);
    if (v && v->as.list.n != k - 1)
        return weir_fail_at(err, WEIR_EINVAL, "labels", "cut: %zu labels for %zu classes", v->as.list.n, k - 1);
    for (size_t i = 0; i + 1 < k; i++) {
        const weir_value *one = v ? &v->as.list.v[i] : NULL;
        if (one && one->kind != WEIR_TEXT)
            return weir_fail_at(err, WEIR_EINVAL, "labels", "cut: label %zu is a %s, not text", i + 1, weir_kind_name(one->kind));
        if (one) {
            text_add(&out[i], one->as.text.s);
        } else {
            text_char(&out[i], right && !(lowest && i == 0) ? '(' : '[');
            put_break(&out[i], edge[i], digits);
            text_char(&out[i], ',');
            put_break(&out[i], edge[i + 1], digits);
            text_char(&out[i], right || (lowest && i + 2 == k) ? ']' : ')');
        }
        if (out[i].failed)
            return weir_no_memory(err, "cut");
        label[i] = text_str(&out[i]);
    }
    for (size_t i = 1; i + 1 < k; i++)
        if (!strcmp(label[i], label[i - 1]))
            return weir_fail_at(err, WEIR_EINVAL, "dig_lab", "cut: with %lld digits two classes are called %s", (long long)digits, label[i]);
    return WEIR_OK;
}

/* Class of x, from 0; -1 = none. */
static ptrdiff_t class_of(double x, const double *edge, size_t k, bool right, bool lowest)
{
    size_t lo = 0, hi = k - 1;

    if (isnan(x) || x < edge[0] || x > edge[k - 1])
        return -1;
    if (right ? x == edge[0] : x == edge[k - 1])
        return lowest ? right ? 0 : (ptrdiff_t)k - 2 : -1;
    while (hi - lo > 1) {
        size_t mid = (lo + hi) / 2;
        if (right ? x > edge[mid] : x >= edge[mid])
            lo = mid;
        else
            hi = mid;
    }
    return (ptrdiff_t)lo;
}

static weir_status run_cut(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    const column *col = tool_one(f, "cut", err);
    bool right = verb_bool(c, "right", true), lowest = verb_bool(c, "include_lowest", false);
    double *edge = NULL;
    size_t k = 0;

    if (!col)
        return WEIR_EINVAL;
    if (!tool_is_number(col->type))
        return tool_not_number("cut", f, 0, err);
    weir_status st = class_edges(c, col, &edge, &k, err);
    if (st)
        return st;
    uint32_t *codes = mem_array(col->rows + 1, sizeof *codes);
    double *x = tool_read(col);
    text *t = mem_zero(k, sizeof *t);
    const char **label = mem_array(k, sizeof *label);
    st = codes && x && t && label ? class_labels(c, edge, k, t, label, err) : weir_no_memory(err, "cut");
    for (size_t i = 0; i < col->rows && !st; i++) {
        ptrdiff_t at = class_of(x[i], edge, k, right, lowest);
        codes[i] = at < 0 ? COLUMN_MISSING : (uint32_t)at;
    }
    if (!st)
        st = tool_give_column(column_of_codes(codes, col->rows, label, k - 1), f->name[0], "cut", out, err);
    for (size_t i = 0; t && i < k; i++)
        text_free(&t[i]);
    mem_free(codes), mem_free(x), mem_free(t), mem_free(label), mem_free(edge);
    return st;
}

static const weir_arg_info table_args[] = {
    {.name = "dense", .type = "bool", .def = "true", .optional = true, .help = "Of two columns: a row per pair that occurs; false: a column per value of the second."}};
static const weir_arg_info hist_args[] = {
    {.name = "breaks", .type = "list|int|text", .def = "sturges", .optional = true, .help = "Edges, a number of classes, or a rule: \"sturges\", \"rice\", \"sqrt\", \"doane\", \"scott\", \"fd\"."}};
static const weir_arg_info cut_args[] = {
    {.name = "breaks", .type = "list|int", .help = "Edges of the classes, or their number."},
    {.name = "labels", .type = "list", .optional = true, .help = "One per class; by default as (a,b]."},
    {.name = "include_lowest", .type = "bool", .def = "false", .optional = true, .help = "The outermost edge that is left out belongs to its class."},
    {.name = "right", .type = "bool", .def = "true", .optional = true, .help = "Classes hold their right edge, not their left one."},
    {.name = "dig_lab", .type = "int", .def = "3", .optional = true, .help = "Decimal places in labels."}};

#define PERCENTILES(usual) {.name = "percentiles", .type = "list|real", .optional = true, .help = "Probabilities of exact quantiles, a column each; " usual "."}
#define CHUNKS {.name = "chunks", .type = "bool", .def = "false", .optional = true, .help = "The bytes that each column takes, too."}
static const weir_arg_info describe_args[] = {CHUNKS, PERCENTILES("none")};
static const weir_arg_info summary_args[] = {CHUNKS, PERCENTILES("the quartiles")};

const verb verbs_describe[] = {
    VERB("describe", "looking", "frame", "One row of statistics per column.", describe_args, run_describe),
    VERB("summary", "looking", "frame", "One row of statistics per column, with its quartiles.", summary_args, run_summary),
    VERB("table", "looking", "frame", "How often each value of a column occurs, or each pair of two.", table_args, run_table),
    VERB("hist", "looking", "frame", "Counts of a column in classes.", hist_args, run_hist),
    VERB("cut", "shaping", "frame", "Numbers as a factor of classes.", cut_args, run_cut),
};
const size_t verbs_describe_count = sizeof verbs_describe / sizeof *verbs_describe;
