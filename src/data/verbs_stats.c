/* verbs_stats.c - quantiles, covariances and correlations, scaling, distances. */
#include "data/frame_tools.h"
#include "data/frame_verbs.h"

#include "base/mem.h"
#include "base/status.h"
#include "data/order.h"
#include "data/quantile.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Quantiles ---------------------------------------------------------------------------- */

static weir_status check_probs(const double *p, size_t n, weir_error *err)
{
    for (size_t i = 0; i < n; i++)
        if (!(p[i] >= 0 && p[i] <= 1))
            return weir_fail_at(err, WEIR_EINVAL, "probs", "quantile: probability %zu = %g is outside [0, 1]", i + 1, p[i]);
    return WEIR_OK;
}

static weir_status weights_of(const verb_context *c, const weir_frame *f, ptrdiff_t *at, weir_error *err)
{
    const weir_value *v = verb_value(c, "weights");

    *at = -1;
    if (!v)
        return WEIR_OK;
    *at = verb_column(f, v, "weights", err);
    if (*at < 0)
        return WEIR_EINVAL;
    if (!tool_is_number(f->col[*at]->type))
        return tool_not_number("quantile", f, (size_t)*at, err);
    if (f->col[*at]->stats.min < 0)
        return weir_fail_at(err, WEIR_EINVAL, "weights", "quantile: column '%s' has a negative weight", f->name[*at]);
    return WEIR_OK;
}

static weir_status quantile_frame(const verb_context *c, const weir_frame *f, ptrdiff_t weights, const quantile_spec *q,
                                  weir_value *out, weir_error *err)
{
    column **cols = mem_zero(f->cols + 1, sizeof *cols);
    char (*names)[TOOL_NAME] = mem_array(f->cols + 1, sizeof *names);
    const char **name = mem_array(f->cols + 1, sizeof *name);
    double *x = mem_array(q->n + 1, sizeof *x);
    size_t n = 0;
    weir_status st = cols && names && name && x ? WEIR_OK : weir_no_memory(err, "quantile");

    if (!st) {
        cols[0] = column_of_numbers(WEIR_TYPE_NUMERIC, q->p, q->n);
        name[n++] = "probs";
    }
    for (size_t i = 0; i < f->cols && !st; i++) {
        if ((ptrdiff_t)i == weights)
            continue;
        st = tool_is_number(f->col[i]->type) ? quantile_of(f->col[i], weights < 0 ? NULL : f->col[weights], q, tool_threads(c, f->rows), x, err)
                                             : tool_not_number("quantile", f, i, err);
        if (st)
            break;
        cols[n] = column_of_numbers(f->col[i]->type == WEIR_TYPE_TIME ? WEIR_TYPE_TIME : WEIR_TYPE_NUMERIC, x, q->n);
        snprintf(names[n], sizeof names[n], "%.200sQuantiles", f->name[i]);
        name[n] = names[n];
        n++;
    }
    if (!st)
        st = tool_give_columns(cols, name, n, q->n, "quantile", out, err);
    else
        tool_unref_all(cols, n);
    mem_free(cols), mem_free(names), mem_free(name), mem_free(x);
    return st;
}

static weir_status run_quantile(const verb_context *c, weir_value *out, weir_error *err)
{
    static const double usual[] = {0.01, 0.1, 0.25, 0.333, 0.5, 0.667, 0.75, 0.9, 0.99};
    static const char *const ways[] = {"interpolate", "average", "low", "high"};
    const weir_frame *f = verb_frame(c, "self");
    const weir_value *v = verb_value(c, "probs");
    double *given = NULL;
    ptrdiff_t weights;
    int how = tool_word(c, "combine", ways, 4, err);
    quantile_spec q = {.p = usual, .n = sizeof usual / sizeof *usual, .type = (int)verb_int(c, "type", 7), .how = (quantile_combine)how};
    weir_status st = how < 0 ? WEIR_EINVAL : weights_of(c, f, &weights, err);

    if (!st && v)
        st = tool_reals(v, "quantile", "probs", &given, &q.n, err);
    if (!st && v)
        q.p = given;
    if (!st)
        st = check_probs(q.p, q.n, err);
    if (!st && (q.type < 1 || q.type > 9))
        st = weir_fail_at(err, WEIR_EINVAL, "type", "quantile: type = %d is outside 1 to 9 (Hyndman and Fan)", q.type);
    if (!st && q.type != 7 && how != QUANTILE_INTERPOLATE)
        st = weir_fail_at(err, WEIR_EINVAL, "combine", "quantile: combine is for type 7");
    if (!st)
        st = quantile_frame(c, f, weights, &q, out, err);
    mem_free(given);
    return st;
}

static weir_status run_median(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    bool na_rm = verb_bool(c, "na_rm", true);
    quantile_spec q = {.p = (const double[]){0.5}, .n = 1, .type = 7, .how = QUANTILE_INTERPOLATE};
    weir_status st = tool_need_numbers("median", f, err);
    double *x = mem_array(f->cols + 1, sizeof *x);

    if (!st && !x)
        st = weir_no_memory(err, "median");
    for (size_t i = 0; i < f->cols && !st; i++) {
        st = quantile_of(f->col[i], NULL, &q, tool_threads(c, f->rows), &x[i], err);
        if (!na_rm && f->col[i]->stats.missing)
            x[i] = NAN;
    }
    if (!st)
        st = tool_give_numbers(x, f->cols, out, err);
    mem_free(x);
    return st;
}

/* Covariance and correlation ---------------------------------------------------------------- */

typedef enum use { EVERYTHING, ALL_OBS, COMPLETE_OBS } use;

/* Average ranks, from 1, of a column without holes; missing cells stay missing. */
static column *ranks(const void *with, const column *c, size_t col)
{
    grouping g;
    double *x = mem_array(c->rows + 1, sizeof *x);
    column *made = NULL;
    size_t before = 0;

    (void)with, (void)col;
    if (!x || order_group_column(c, 1, &g, NULL)) {
        mem_free(x);
        return NULL;
    }
    for (size_t k = 0; k < g.groups; k++) {
        size_t n = g.start[k + 1] - g.start[k];
        bool missing = column_missing(c, g.rows[g.start[k]]);
        for (size_t i = g.start[k]; i < g.start[k + 1]; i++)
            x[g.rows[i]] = missing ? (double)NAN : (double)before + ((double)n + 1) / 2;
        before += missing ? 0 : n;
    }
    made = column_of_numbers(WEIR_TYPE_NUMERIC, x, c->rows);
    grouping_free(&g);
    mem_free(x);
    return made;
}

enum { SLAB = 2048 };

/* s[i][j] = sum of the products of the deviations of columns i and j, which have no holes.
 * Rows are taken slab by slab in order, so the threads have no say in the sums. */
static weir_status products(const weir_frame *f, int threads, double *s, weir_error *err)
{
    size_t k = f->cols;
    double *x = mem_array(k * SLAB + 1, sizeof *x);

    if (!x)
        return weir_no_memory(err, "correlating");
    for (size_t at = 0; at < f->rows; at += SLAB) {
        size_t n = f->rows - at < SLAB ? f->rows - at : SLAB;
#pragma omp parallel num_threads(threads) if (threads > 1)
        {
#pragma omp for schedule(dynamic)
            for (size_t i = 0; i < k; i++) {
                column_read(f->col[i], at, n, x + i * SLAB);
                for (size_t r = 0; r < n; r++)
                    x[i * SLAB + r] -= f->col[i]->stats.mean;
            }
#pragma omp for schedule(dynamic)
            for (size_t i = 0; i < k; i++)
                for (size_t j = 0; j <= i; j++) {
                    double sum = 0;
                    for (size_t r = 0; r < n; r++)
                        sum += x[i * SLAB + r] * x[j * SLAB + r];
                    s[i * k + j] += sum;
                }
        }
    }
    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j < i; j++)
            s[j * k + i] = s[i * k + j];
    mem_free(x);
    return WEIR_OK;
}

/* Rows without a missing cell; the frame itself when that is all. */
static weir_status complete_rows(const verb_context *c, const weir_frame *f, weir_frame **out, weir_error *err)
{
    uint64_t *rows = mem_array(f->rows + 1, sizeof *rows);
    size_t n = 0;

    if (!rows)
        return weir_no_memory(err, "correlating");
    for (size_t i = 0; i < f->rows; i++) {
        bool complete = true;
        for (size_t k = 0; k < f->cols && complete; k++)
            complete = !f->col[k]->stats.missing || !column_missing(f->col[k], i);
        if (complete)
            rows[n++] = i;
    }
    weir_status st = WEIR_OK;
    if (n == f->rows)
        *out = weir_frame_ref(f);
    else
        st = frame_pick_on(out, f, rows, n, tool_threads(c, n), err);
    mem_free(rows);
    return st;
}

/* Columns of self, and of other behind them. */
static weir_status side_by_side(const char *name, const weir_frame *f, const weir_frame *o, weir_frame **out, weir_error *err)
{
    size_t n = f->cols + (o ? o->cols : 0);
    weir_status st = tool_need_numbers(name, f, err);

    if (!st && o)
        st = tool_need_numbers(name, o, err);
    if (!st && o && o->rows != f->rows)
        st = weir_fail(err, WEIR_EINVAL, "%s: %zu rows against %zu rows", name, f->rows, o->rows);
    if (st)
        return st;
    column **cols = mem_array(n + 1, sizeof *cols);
    char (*names)[24] = mem_array(n + 1, sizeof *names);
    const char **ptr = mem_array(n + 1, sizeof *ptr);
    if (!cols || !names || !ptr)
        st = weir_no_memory(err, name);
    for (size_t i = 0; i < n && !st; i++) {
        cols[i] = column_ref(i < f->cols ? f->col[i] : o->col[i - f->cols]);
        snprintf(names[i], sizeof names[i], "%zu", i);
        ptr[i] = names[i];
    }
    if (!st)
        st = frame_new(out, cols, ptr, n, f->rows, err);
    mem_free(cols), mem_free(names), mem_free(ptr);
    return st;
}

/* Covariances from sums of products; correlations when cor. */
static double moment(const weir_frame *f, const double *s, size_t i, size_t j, bool cor)
{
    size_t k = f->cols;

    if (f->col[i]->stats.missing || f->col[j]->stats.missing || f->rows < 2 || f->col[i]->pos_inf || f->col[i]->neg_inf ||
        f->col[j]->pos_inf || f->col[j]->neg_inf)
        return NAN;
    if (!cor)
        return s[i * k + j] / (double)(f->rows - 1);
    return i == j && s[i * k + i] > 0 ? 1 : s[i * k + j] / (sqrt(s[i * k + i]) * sqrt(s[j * k + j]));
}

static weir_status give_matrix(const weir_frame *f, const weir_frame *o, const weir_frame *all, const double *s, bool cor,
                               weir_value *out, weir_error *err)
{
    size_t rows = f->cols, cols = o ? o->cols : f->cols, off = o ? f->cols : 0;
    const char *doing = "correlating";

    if (rows == 1 && cols == 1) {
        *out = weir_real(moment(all, s, 0, off, cor));
        return WEIR_OK;
    }
    column **made = mem_zero(cols + 1, sizeof *made);
    double *x = mem_array(rows + 1, sizeof *x);
    weir_status st = made && x ? WEIR_OK : weir_no_memory(err, doing);
    for (size_t j = 0; j < cols && !st; j++) {
        for (size_t i = 0; i < rows; i++)
            x[i] = moment(all, s, i, off + j, cor);
        made[j] = column_of_numbers(WEIR_TYPE_NUMERIC, x, rows);
    }
    if (!st)
        st = tool_give_columns(made, (const char *const *)(o ? o : f)->name, cols, rows, doing, out, err);
    mem_free(made), mem_free(x);
    return st;
}

static weir_status covariance(const verb_context *c, const char *name, bool cor, bool spearman, weir_value *out, weir_error *err)
{
    static const char *const uses[] = {"everything", "all.obs", "complete.obs"};
    const weir_frame *f = verb_frame(c, "self"), *o = verb_frame(c, "other");
    weir_frame *all = NULL, *next = NULL;
    int how = tool_word(c, "use", uses, 3, err);
    weir_status st = how < 0 ? WEIR_EINVAL : side_by_side(name, f, o, &all, err);

    for (size_t i = 0; !st && how == ALL_OBS && i < all->cols; i++)
        if (all->col[i]->stats.missing)
            st = weir_fail_at(err, WEIR_EINVAL, "use", "%s: use = \"all.obs\" and column '%s' has %zu missing values", name,
                              i < f->cols ? f->name[i] : o->name[i - f->cols], all->col[i]->stats.missing);
    if (!st && how == COMPLETE_OBS) {
        st = complete_rows(c, all, &next, err);
        weir_frame_unref(all);
        all = next;
    }
    if (!st && spearman) {
        weir_value ranked;
        st = tool_map(c, all, ranks, NULL, NULL, "ranking", &ranked, err);
        weir_frame_unref(all);
        all = st ? NULL : ranked.as.frame;
    }
    double *s = st ? NULL : mem_zero(all->cols * all->cols + 1, sizeof *s);
    if (!st && !s)
        st = weir_no_memory(err, name);
    if (!st)
        st = products(all, tool_threads(c, all->rows * all->cols), s, err);
    if (!st)
        st = give_matrix(f, o, all, s, cor, out, err);
    mem_free(s);
    weir_frame_unref(all);
    return st;
}

static weir_status run_var(const verb_context *c, weir_value *out, weir_error *err)
{
    return covariance(c, "var", false, false, out, err);
}

static weir_status run_cor(const verb_context *c, weir_value *out, weir_error *err)
{
    static const char *const methods[] = {"pearson", "spearman"};
    int method = tool_word(c, "method", methods, 2, err);

    return method < 0 ? WEIR_EINVAL : covariance(c, "cor", true, method == 1, out, err);
}

/* Scaling -------------------------------------------------------------------------------------- */

typedef struct scaling {
    double *center, *scale; /* [columns]; NULL = do not */
    bool own_center, own_scale;
    const weir_frame *f;
} scaling;

static column *scaled(const void *with, const column *c, size_t col)
{
    const scaling *s = with;

    if (c->type != WEIR_TYPE_NUMERIC)
        return column_ref(c);
    double shift = s->center ? s->center[col] : 0, by = s->scale ? s->scale[col] : 1;
    double *x = tool_read(c);
    for (size_t i = 0; x && i < c->rows; i++)
        x[i] = (x[i] - shift) / by;
    column *made = x ? column_of_numbers(WEIR_TYPE_NUMERIC, x, c->rows) : NULL;
    mem_free(x);
    return made;
}

/* true: a number of each column's own; a list: one per numeric column; false: none. */
static weir_status scale_numbers(const verb_context *c, const char *arg, const weir_frame *f, bool sd, double **out, weir_error *err)
{
    const weir_value *v = verb_value(c, arg);
    double *x = NULL;
    size_t n = f->cols, k = 0;

    *out = NULL;
    if (v && v->kind == WEIR_BOOL && !v->as.b)
        return WEIR_OK;
    if (!v || v->kind == WEIR_BOOL) {
        if (!(x = mem_array(n + 1, sizeof *x)))
            return weir_no_memory(err, "scaling");
        for (size_t i = 0; i < n; i++) /* a constant column is only shifted */
            x[i] = !sd ? f->col[i]->stats.mean : f->col[i]->stats.sd > 0 ? f->col[i]->stats.sd : 1;
        *out = x;
        return WEIR_OK;
    }
    weir_status st = tool_reals(v, "scale", arg, &x, &n, err);
    if (st)
        return st;
    double *all = mem_array(f->cols + 1, sizeof *all);
    for (size_t i = 0; all && i < f->cols; i++)
        all[i] = f->col[i]->type == WEIR_TYPE_NUMERIC && k < n ? x[k] : sd, k += f->col[i]->type == WEIR_TYPE_NUMERIC;
    if (!all)
        st = weir_no_memory(err, "scaling");
    else if (k != n)
        st = weir_fail_at(err, WEIR_EINVAL, arg, "scale: %s has %zu numbers for %zu numeric columns", arg, n, k);
    for (size_t i = 0; sd && !st && i < n; i++)
        if (x[i] == 0)
            st = weir_fail_at(err, WEIR_EINVAL, arg, "scale: %s holds a 0, by which nothing can be divided", arg);
    mem_free(x);
    if (st)
        mem_free(all);
    else
        *out = all;
    return st;
}

static weir_status run_scale(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    scaling s = {.f = f};
    weir_status st = scale_numbers(c, "center", f, false, &s.center, err);

    if (!st)
        st = scale_numbers(c, "scale", f, true, &s.scale, err);
    if (!st)
        st = tool_map(c, f, scaled, &s, NULL, "scaling", out, err);
    mem_free(s.center), mem_free(s.scale);
    return st;
}

/* Distances ---------------------------------------------------------------------------------------- */

typedef enum measure { L1, L2, COSINE, COSINE_SQ } measure;

static double distance(measure m, const double *a, const double *b, size_t n)
{
    double sum = 0, aa = 0, bb = 0;

    for (size_t k = 0; k < n; k++) {
        double d = a[k] - b[k];
        sum += m == L1 ? fabs(d) : m == L2 ? d * d : a[k] * b[k];
        aa += a[k] * a[k];
        bb += b[k] * b[k];
    }
    switch (m) {
    case L1:
        return sum;
    case L2:
        return sqrt(sum);
    case COSINE:
        return sum / (sqrt(aa) * sqrt(bb));
    default:
        return sum * sum / (aa * bb);
    }
}

/* Rows as stretches of numbers. */
static double *by_rows(const weir_frame *f)
{
    double *x = mem_array(f->rows * f->cols + 1, sizeof *x);

    for (size_t k = 0; x && k < f->cols; k++) {
        double *col = tool_read(f->col[k]);
        for (size_t i = 0; col && i < f->rows; i++)
            x[i * f->cols + k] = col[i];
        if (!col) {
            mem_free(x);
            x = NULL;
        }
        mem_free(col);
    }
    return x;
}

static weir_status run_distance(const verb_context *c, weir_value *out, weir_error *err)
{
    static const char *const measures[] = {"l1", "l2", "cosine", "cosine_sq"};
    const weir_frame *f = verb_frame(c, "self"), *o = verb_frame(c, "other");
    int m = tool_word(c, "measure", measures, 4, err), good = 1;
    weir_status st = m < 0 ? WEIR_EINVAL : tool_need_numbers("distance", f, err);

    if (!st)
        st = tool_need_numbers("distance", o, err);
    if (!st && f->cols != o->cols)
        st = weir_fail(err, WEIR_EINVAL, "distance: %zu columns against %zu columns", f->cols, o->cols);
    if (st)
        return st;
    double *a = by_rows(f), *b = by_rows(o);
    column **cols = mem_zero(o->rows + 1, sizeof *cols);
    char (*names)[24] = mem_array(o->rows + 1, sizeof *names);
    const char **name = mem_array(o->rows + 1, sizeof *name);
    if (!a || !b || !cols || !names || !name)
        st = weir_no_memory(err, "distance");
    int threads = tool_threads(c, f->rows * o->rows);
#pragma omp parallel for num_threads(threads) schedule(dynamic) reduction(&& : good) if (threads > 1)
    for (size_t j = 0; j < (st ? 0 : o->rows); j++) {
        double *x = mem_array(f->rows + 1, sizeof *x);
        for (size_t i = 0; x && i < f->rows; i++)
            x[i] = distance((measure)m, a + i * f->cols, b + j * f->cols, f->cols);
        cols[j] = x ? column_of_numbers(WEIR_TYPE_NUMERIC, x, f->rows) : NULL;
        good = good && cols[j];
        mem_free(x);
        snprintf(names[j], sizeof names[j], "C%zu", j + 1);
        name[j] = names[j];
    }
    if (!st)
        st = tool_give_columns(cols, name, o->rows, f->rows, "distance", out, err);
    mem_free(a), mem_free(b), mem_free(cols), mem_free(names), mem_free(name);
    return st;
}

/* The product of two matrices. */
static weir_status run_mult(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self"), *o = verb_frame(c, "other");
    weir_status st = tool_need_numbers("mult", f, err);

    if (!st)
        st = tool_need_numbers("mult", o, err);
    if (!st && f->cols != o->rows)
        st = weir_fail_at(err, WEIR_EINVAL, "other", "mult: %zu columns against %zu rows; they must be as many", f->cols, o->rows);
    if (st)
        return st;
    double *a = by_rows(f), *b = by_rows(o);
    column **cols = mem_zero(o->cols + 1, sizeof *cols);
    char (*names)[24] = mem_array(o->cols + 1, sizeof *names);
    const char **name = mem_array(o->cols + 1, sizeof *name);
    bool good = a && b && cols && names && name;
    int threads = tool_threads(c, f->rows * o->cols);
#pragma omp parallel for num_threads(threads) schedule(dynamic) reduction(&& : good) if (threads > 1)
    for (size_t j = 0; j < (good ? o->cols : 0); j++) {
        double *x = mem_zero(f->rows + 1, sizeof *x);
        for (size_t i = 0; x && i < f->rows; i++)
            for (size_t k = 0; k < f->cols; k++)
                x[i] += a[i * f->cols + k] * b[k * o->cols + j];
        cols[j] = x ? column_of_numbers(WEIR_TYPE_NUMERIC, x, f->rows) : NULL;
        good = good && cols[j];
        mem_free(x);
        snprintf(names[j], sizeof names[j], "C%zu", j + 1);
        name[j] = names[j];
    }
    if (a && b && cols && names && name)
        st = tool_give_columns(cols, name, o->cols, f->rows, "mult", out, err);
    else
        st = weir_no_memory(err, "mult");
    mem_free(a), mem_free(b), mem_free(cols), mem_free(names), mem_free(name);
    return st;
}

#define USE {.name = "use", .type = "text", .def = "complete.obs", .optional = true, .help = "Missing values: \"complete.obs\" leaves such rows out, \"everything\" gives missing, \"all.obs\" refuses them."}
static const weir_arg_info quantile_args[] = {
    {.name = "probs", .type = "list|real", .optional = true, .help = "Probabilities in [0, 1]; nine usual ones by default."},
    {.name = "combine", .type = "text", .def = "interpolate", .optional = true, .help = "Between two values: \"interpolate\", \"average\", \"low\", \"high\"."},
    {.name = "weights", .type = "text|int", .optional = true, .help = "Column of weights: how often a value counts, or shares when they are not whole."},
    {.name = "type", .type = "int", .def = "7", .optional = true, .help = "Definition 1 to 9 of Hyndman and Fan."}};
static const weir_arg_info mult_args[] = {{.name = "other", .type = "frame", .help = "As many rows as this frame has columns."}};
static const weir_arg_info median_args[] = {
    {.name = "na_rm", .type = "bool", .def = "true", .optional = true, .help = "Leave missing values out."}};
static const weir_arg_info var_args[] = {
    {.name = "other", .type = "frame", .optional = true, .help = "Columns to pair with; by default the frame's own."}, USE};
static const weir_arg_info cor_args[] = {
    {.name = "other", .type = "frame", .optional = true, .help = "Columns to pair with; by default the frame's own."}, USE,
    {.name = "method", .type = "text", .def = "pearson", .optional = true, .help = "\"pearson\", or \"spearman\" (of the ranks)."}};
static const weir_arg_info scale_args[] = {
    {.name = "center", .type = "bool|list", .def = "true", .optional = true, .help = "Take the mean off, or these numbers."},
    {.name = "scale", .type = "bool|list", .def = "true", .optional = true, .help = "Divide by the standard deviation, or by these numbers."}};
static const weir_arg_info distance_args[] = {
    {.name = "other", .type = "frame", .help = "Rows to measure to; as many columns."},
    {.name = "measure", .type = "text", .def = "l2", .optional = true, .help = "\"l1\", \"l2\", \"cosine\" (similarity), \"cosine_sq\"."}};

const verb verbs_stats[] = {
    VERB("median", "numbers", "number", "Median of each column.", median_args, run_median),
    VERB("quantile", "numbers", "frame", "Quantiles of every column.", quantile_args, run_quantile),
    VERB("var", "numbers", "value", "Variance of a column; covariances of several.", var_args, run_var),
    VERB("cor", "numbers", "value", "Correlations of columns.", cor_args, run_cor),
    VERB("scale", "shaping", "frame", "Numeric columns less their mean, over their standard deviation.", scale_args, run_scale),
    VERB("mult", "numbers", "frame", "Product of two matrices: each row times each column of another frame.", mult_args, run_mult),
    VERB("distance", "numbers", "frame", "Distance of each row to each row of another frame.", distance_args, run_distance),
};
const size_t verbs_stats_count = sizeof verbs_stats / sizeof *verbs_stats;
