/* verbs_reduce.c - one number of each column (or of each row).
 *
 * Missing values are left out unless na_rm is false. Infinite values take part,
 * as they do in arithmetic. A single column gives a number, several a list. */
#include "data/frame_tools.h"
#include "data/frame_verbs.h"

#include "base/mem.h"
#include "base/status.h"
#include "data/order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 1024 };

/* Sums fn of the cells that are there, without the rounding errors adding up (Neumaier 1974). */
static double summed(const column *c, double (*fn)(double x, double with), double with)
{
    double sum = 0, lost = 0, x[BLOCK];

    for (size_t at = 0; at < c->rows; at += BLOCK) {
        size_t n = c->rows - at < BLOCK ? c->rows - at : BLOCK;
        column_read(c, at, n, x);
        for (size_t i = 0; i < n; i++) {
            if (isnan(x[i]))
                continue;
            double v = fn(x[i], with), t = sum + v;
            if (isfinite(t))
                lost += fabs(sum) >= fabs(v) ? (sum - t) + v : (v - t) + sum;
            sum = t;
        }
    }
    return sum + lost;
}

static double itself(double x, double with) { (void)with; return x; }
static double cubed(double x, double mean) { return (x - mean) * (x - mean) * (x - mean); }
static double fourth(double x, double mean) { return (x - mean) * (x - mean) * (x - mean) * (x - mean); }

static size_t there(const column *c)
{
    return c->rows - c->stats.missing;
}

static double sum_of(const column *c)
{
    return summed(c, itself, 0);
}

static double prod_of(const column *c)
{
    double p = 1, x[BLOCK];

    for (size_t at = 0; at < c->rows; at += BLOCK) {
        size_t n = c->rows - at < BLOCK ? c->rows - at : BLOCK;
        column_read(c, at, n, x);
        for (size_t i = 0; i < n; i++)
            p *= isnan(x[i]) ? 1 : x[i];
    }
    return p;
}

static double min_of(const column *c)
{
    return c->neg_inf ? -INFINITY : isnan(c->stats.min) && c->pos_inf ? INFINITY : c->stats.min;
}

static double max_of(const column *c)
{
    return c->pos_inf ? INFINITY : isnan(c->stats.max) && c->neg_inf ? -INFINITY : c->stats.max;
}

static double mean_of(const column *c)
{
    if (c->pos_inf || c->neg_inf)
        return c->pos_inf && c->neg_inf ? (double)NAN : c->pos_inf ? INFINITY : -INFINITY;
    return c->stats.mean;
}

static double var_of(const column *c)
{
    size_t n = there(c);

    if (c->pos_inf || c->neg_inf || n < 2)
        return NAN;
    return c->sum_squares_dev / (double)(n - 1);
}

static double sd_of(const column *c)
{
    return sqrt(var_of(c));
}

/* Standardized moments m3 / m2^1.5 and m4 / m2^2, all over n. */
static double skewness_of(const column *c)
{
    double n = (double)there(c), m2 = c->sum_squares_dev / n;
    return c->pos_inf || c->neg_inf || !(m2 > 0) ? (double)NAN : summed(c, cubed, c->stats.mean) / n / (m2 * sqrt(m2));
}

static double kurtosis_of(const column *c)
{
    double n = (double)there(c), m2 = c->sum_squares_dev / n;
    return c->pos_inf || c->neg_inf || !(m2 > 0) ? (double)NAN : summed(c, fourth, c->stats.mean) / n / (m2 * m2);
}

typedef double number_fn(const column *c);

static weir_status numbers(const verb_context *c, const char *name, number_fn *fn, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    bool na_rm = verb_bool(c, "na_rm", true);
    int threads = tool_threads(c, f->rows);
    weir_status st = tool_need_numbers(name, f, err);

    if (st)
        return st;
    double *x = mem_array(f->cols + 1, sizeof *x);
    if (!x)
        return weir_no_memory(err, name);
#pragma omp parallel for num_threads(threads) schedule(dynamic) if (threads > 1 && f->cols > 1)
    for (size_t i = 0; i < f->cols; i++)
        x[i] = !na_rm && f->col[i]->stats.missing ? (double)NAN : fn(f->col[i]);
    st = tool_give_numbers(x, f->cols, out, err);
    mem_free(x);
    return st;
}

static weir_status run_nacnt(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    double *x = mem_array(f->cols + 1, sizeof *x);

    if (!x)
        return weir_no_memory(err, "nacnt");
    for (size_t i = 0; i < f->cols; i++)
        x[i] = (double)f->col[i]->stats.missing;
    weir_status st = tool_give_numbers(x, f->cols, out, err);
    mem_free(x);
    return st;
}

/* The most frequent value; of several the smallest. Labels and texts as such. */
static weir_status mode_of(const column *c, weir_value *out, weir_error *err)
{
    grouping g;
    size_t best = 0, row = 0;
    char buf[64];
    weir_status st = order_group_column(c, 1, &g, err);

    if (st)
        return st;
    for (size_t k = 0; k < g.groups; k++)
        if (g.start[k + 1] - g.start[k] > best && !column_missing(c, g.rows[g.start[k]])) {
            best = g.start[k + 1] - g.start[k];
            row = g.rows[g.start[k]];
        }
    grouping_free(&g);
    if (!best)
        *out = weir_real(NAN);
    else if (c->type == WEIR_TYPE_STRING)
        *out = weir_text(column_text_at(c, row, NULL));
    else if (c->type == WEIR_TYPE_FACTOR)
        *out = weir_text(c->levels[column_code_at(c, row)]);
    else if (c->type == WEIR_TYPE_TIME) {
        tool_cell_text(c, row, buf, sizeof buf);
        *out = weir_text(buf);
    } else
        *out = weir_real(column_at(c, row));
    return out->kind == WEIR_NIL ? weir_no_memory(err, "mode") : WEIR_OK;
}

static weir_status run_mode(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    weir_value list = weir_list();
    weir_status st = WEIR_OK;

    if (f->cols == 1)
        return mode_of(f->col[0], out, err);
    for (size_t i = 0; i < f->cols && !st; i++) {
        weir_value v;
        st = mode_of(f->col[i], &v, err);
        if (!st)
            st = weir_list_add(&list, v, err);
    }
    if (st)
        weir_value_clear(&list);
    else
        *out = list;
    return st;
}

/* Masks -------------------------------------------------------------------------------- */

static weir_status mask_number(const verb_context *c, const char *name, bool all, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    weir_status st = tool_need_numbers(name, f, err);

    if (st)
        return st;
    for (size_t i = 0; i < f->cols; i++) {
        const weir_column_stats *s = &f->col[i]->stats;
        size_t true_ones = f->rows - s->missing - s->zeros;
        if (all ? s->zeros > 0 : true_ones > 0) {
            *out = weir_bool(!all);
            return WEIR_OK;
        }
    }
    *out = weir_bool(all);
    return WEIR_OK;
}

static weir_status run_any(const verb_context *c, weir_value *out, weir_error *err)
{
    return mask_number(c, "any", false, out, err);
}

static weir_status run_all(const verb_context *c, weir_value *out, weir_error *err)
{
    return mask_number(c, "all", true, out, err);
}

static weir_status run_any_na(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    size_t missing = 0;

    (void)err;
    for (size_t i = 0; i < f->cols; i++)
        missing += f->col[i]->stats.missing;
    *out = weir_bool(missing > 0);
    return WEIR_OK;
}

/* Places --------------------------------------------------------------------------------- */

/* The row, from 1, of a column's first extreme value; NaN when there is none. */
static double row_of_extreme(const column *c, bool largest)
{
    double want = largest ? max_of(c) : min_of(c), x[BLOCK];

    for (size_t at = 0; at < c->rows; at += BLOCK) {
        size_t n = c->rows - at < BLOCK ? c->rows - at : BLOCK;
        column_read(c, at, n, x);
        for (size_t i = 0; i < n; i++)
            if (x[i] == want)
                return (double)(at + i + 1);
    }
    return NAN;
}

/* The column, from 1, of each row's first extreme value. */
static column *column_of_extreme(const weir_frame *f, bool largest)
{
    double *best = mem_array(f->rows + 1, sizeof *best), *at = mem_array(f->rows + 1, sizeof *at), x[BLOCK];
    column *made = NULL;

    for (size_t i = 0; best && at && i < f->rows; i++)
        best[i] = at[i] = NAN;
    for (size_t k = 0; best && at && k < f->cols; k++)
        for (size_t from = 0; from < f->rows; from += BLOCK) {
            size_t n = f->rows - from < BLOCK ? f->rows - from : BLOCK;
            column_read(f->col[k], from, n, x);
            for (size_t i = 0; i < n; i++)
                if (!isnan(x[i]) && (isnan(best[from + i]) || (largest ? x[i] > best[from + i] : x[i] < best[from + i]))) {
                    best[from + i] = x[i];
                    at[from + i] = (double)k + 1;
                }
        }
    if (best && at)
        made = column_of_numbers(WEIR_TYPE_NUMERIC, at, f->rows);
    mem_free(best), mem_free(at);
    return made;
}

static weir_status extreme(const verb_context *c, const char *name, bool largest, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    int64_t axis = verb_int(c, "axis", 0);
    weir_status st = tool_need_numbers(name, f, err);

    if (st)
        return st;
    if (axis != 0 && axis != 1)
        return weir_fail_at(err, WEIR_EINVAL, "axis", "%s: axis = %lld is neither 0 (columns) nor 1 (rows)", name, (long long)axis);
    if (axis == 1)
        return tool_give_column(column_of_extreme(f, largest), name, name, out, err);
    double *x = mem_array(f->cols + 1, sizeof *x);
    if (!x)
        return weir_no_memory(err, name);
    for (size_t i = 0; i < f->cols; i++)
        x[i] = row_of_extreme(f->col[i], largest);
    st = tool_give_numbers(x, f->cols, out, err);
    mem_free(x);
    return st;
}

static weir_status run_idxmax(const verb_context *c, weir_value *out, weir_error *err)
{
    return extreme(c, "idxmax", true, out, err);
}

static weir_status run_idxmin(const verb_context *c, weir_value *out, weir_error *err)
{
    return extreme(c, "idxmin", false, out, err);
}

/* Sums and means of rows -------------------------------------------------------------------- */

static weir_status of_rows(const verb_context *c, const char *name, bool mean, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    bool na_rm = verb_bool(c, "na_rm", true);
    double *sum = mem_zero(f->rows + 1, sizeof *sum), x[BLOCK];
    uint32_t *n_there = mem_zero(f->rows + 1, sizeof *n_there);
    weir_status st = tool_need_numbers(name, f, err);
    column *made = NULL;

    for (size_t k = 0; !st && sum && n_there && k < f->cols; k++)
        for (size_t at = 0; at < f->rows; at += BLOCK) {
            size_t n = f->rows - at < BLOCK ? f->rows - at : BLOCK;
            column_read(f->col[k], at, n, x);
            for (size_t i = 0; i < n; i++)
                if (!na_rm || !isnan(x[i])) {
                    sum[at + i] += x[i];
                    n_there[at + i]++;
                }
        }
    for (size_t i = 0; !st && sum && n_there && mean && i < f->rows; i++)
        sum[i] /= n_there[i];
    if (!st && sum && n_there)
        made = column_of_numbers(WEIR_TYPE_NUMERIC, sum, f->rows);
    mem_free(sum), mem_free(n_there);
    return st ? st : tool_give_column(made, name, name, out, err);
}

/* The table ----------------------------------------------------------------------------------- */

#define NUMBER(X)                                                        \
    X(min, min_of, "Smallest value of each column")                      \
    X(max, max_of, "Largest value of each column")                       \
    X(mean, mean_of, "Mean of each column")                              \
    X(sum, sum_of, "Sum of each column")                                 \
    X(prod, prod_of, "Product of each column")                           \
    X(sd, sd_of, "Standard deviation of each column (over n - 1)")       \
    X(skewness, skewness_of, "Third standardized moment of each column") \
    X(kurtosis, kurtosis_of, "Fourth standardized moment of each column (3 for a normal)")

#define X(word, fn, text)                                                                  \
    static weir_status run_##word(const verb_context *c, weir_value *out, weir_error *err) \
    {                                                                                      \
        return numbers(c, #word, fn, out, err);                                            \
    }
NUMBER(X)
#undef X

static weir_status run_row_sums(const verb_context *c, weir_value *out, weir_error *err)
{
    return of_rows(c, "row_sums", false, out, err);
}

static weir_status run_row_means(const verb_context *c, weir_value *out, weir_error *err)
{
    return of_rows(c, "row_means", true, out, err);
}

static const weir_arg_info na_args[] = {
    {.name = "na_rm", .type = "bool", .def = "true", .optional = true, .help = "Leave missing values out."}};
static const weir_arg_info axis_args[] = {
    {.name = "axis", .type = "int", .def = "0", .optional = true, .help = "0: the row in each column; 1: the column in each row."}};

const verb verbs_reduce[] = {
#define X(word, fn, text) VERB(#word, "numbers", "number", text ".", na_args, run_##word),
    NUMBER(X)
#undef X
    VERB0("nacnt", "numbers", "number", "Number of missing values of each column.", run_nacnt),
    VERB0("mode", "numbers", "value", "Most frequent value of each column.", run_mode),
    VERB0("any", "numbers", "value", "Whether a value is neither 0 nor missing.", run_any),
    VERB0("all", "numbers", "value", "Whether no value is 0.", run_all),
    VERB0("any_na", "numbers", "value", "Whether a value is missing.", run_any_na),
    VERB("idxmax", "numbers", "value", "Where the first largest value stands, from 1.", axis_args, run_idxmax),
    VERB("idxmin", "numbers", "value", "Where the first smallest value stands, from 1.", axis_args, run_idxmin),
    VERB("row_sums", "numbers", "frame", "Sum of each row.", na_args, run_row_sums),
    VERB("row_means", "numbers", "frame", "Mean of each row.", na_args, run_row_means),
};
const size_t verbs_reduce_count = sizeof verbs_reduce / sizeof *verbs_reduce;
