/* verbs_missing.c - holes: finding them, leaving them out, filling them. */
#include "data/frame_tools.h"
#include "data/frame_verbs.h"

#include "base/mem.h"
#include "base/status.h"
#include "data/order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Finding ------------------------------------------------------------------------------ */

static column *holes_of(const void *with, const column *c, size_t col)
{
    double *x = mem_array(c->rows + 1, sizeof *x);

    (void)with, (void)col;
    for (size_t i = 0; x && i < c->rows; i++)
        x[i] = c->stats.missing && (c->type == WEIR_TYPE_FACTOR ? column_code_at(c, i) == COLUMN_MISSING : column_missing(c, i));
    column *made = x ? column_of_numbers(WEIR_TYPE_NUMERIC, x, c->rows) : NULL;
    mem_free(x);
    return made;
}

static weir_status run_isna(const verb_context *c, weir_value *out, weir_error *err)
{
    return tool_map(c, verb_frame(c, "self"), holes_of, NULL, NULL, "isna", out, err);
}

static weir_status run_na_omit(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    bool *hole = mem_zero(f->rows + 1, sizeof *hole);
    uint64_t *rows = mem_array(f->rows + 1, sizeof *rows);
    weir_frame *g = NULL;
    weir_status st = hole && rows ? WEIR_OK : weir_no_memory(err, "na_omit");
    size_t n = 0;

    for (size_t k = 0; !st && k < f->cols; k++)
        for (size_t i = 0; f->col[k]->stats.missing && i < f->rows; i++)
            hole[i] = hole[i] || column_missing(f->col[k], i);
    for (size_t i = 0; !st && i < f->rows; i++)
        if (!hole[i])
            rows[n++] = i;
    if (!st && n == f->rows)
        g = weir_frame_ref(f);
    else if (!st)
        st = frame_pick_on(&g, f, rows, n, tool_threads(c, n), err);
    mem_free(hole), mem_free(rows);
    return tool_give(st, &g, out);
}

static weir_status run_filter_na_cols(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    double most = verb_real(c, "frac", 0.2);
    weir_value list = weir_list();
    weir_status st = WEIR_OK;

    if (!(most >= 0 && most <= 1))
        return weir_fail_at(err, WEIR_EINVAL, "frac", "filter_na_cols: frac = %g is outside [0, 1]", most);
    for (size_t i = 0; i < f->cols && !st; i++)
        if ((double)f->col[i]->stats.missing < most * (double)f->rows || f->col[i]->stats.missing == 0)
            st = weir_list_add(&list, weir_int((int64_t)i + 1), err);
    if (st)
        weir_value_clear(&list);
    else
        *out = list;
    return st;
}

/* Filling ------------------------------------------------------------------------------------ */

typedef enum method { MEAN, MEDIAN, MODE } method;

static int up(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Of x[n], which has no holes and may be put in order. combine: interpolate or average, low, high. */
static double median_of(double *x, size_t n, int combine)
{
    if (!n)
        return NAN;
    qsort(x, n, sizeof *x, up);
    double lo = x[(n - 1) / 2], hi = x[n / 2];
    return combine == 2 ? lo : combine == 3 ? hi : lo + (hi - lo) / 2;
}

static double mean_of(const double *x, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += x[i];
    return n ? sum / (double)n : (double)NAN;
}

/* The most frequent; of several the smallest. */
static double mode_of(double *x, size_t n)
{
    double best = NAN;
    size_t most = 0;

    qsort(x, n, sizeof *x, up);
    for (size_t i = 0, k; i < n; i = k) {
        for (k = i; k < n && x[k] == x[i];)
            k++;
        if (k - i > most) {
            most = k - i;
            best = x[i];
        }
    }
    return best;
}

static double middle(method m, int combine, double *x, size_t n)
{
    return m == MEAN ? mean_of(x, n) : m == MEDIAN ? median_of(x, n, combine) : mode_of(x, n);
}

typedef struct filling {
    method how;
    int combine;
    const grouping *groups; /* NULL: all rows are one */
} filling;

/* Fills the holes of x[rows] group by group. */
static bool fill_groups(const filling *fill, double *x, size_t rows)
{
    double *some = mem_array(rows + 1, sizeof *some);
    size_t n_groups = fill->groups ? fill->groups->groups : 1;

    for (size_t g = 0; some && g < n_groups; g++) {
        size_t from = fill->groups ? fill->groups->start[g] : 0, to = fill->groups ? fill->groups->start[g + 1] : rows, n = 0;
        for (size_t i = from; i < to; i++) {
            double v = x[fill->groups ? fill->groups->rows[i] : i];
            if (!isnan(v))
                some[n++] = v;
        }
        if (n == to - from)
            continue;
        double by = middle(fill->how, fill->combine, some, n);
        for (size_t i = from; i < to; i++) {
            double *v = &x[fill->groups ? fill->groups->rows[i] : i];
            *v = isnan(*v) ? by : *v;
        }
    }
    mem_free(some);
    return some != NULL;
}

static column *of_cells(const column *like, const double *x)
{
    if (like->type != WEIR_TYPE_FACTOR)
        return column_of_numbers(like->type == WEIR_TYPE_TIME ? WEIR_TYPE_TIME : WEIR_TYPE_NUMERIC, x, like->rows);
    uint32_t *codes = mem_array(like->rows + 1, sizeof *codes);
    for (size_t i = 0; codes && i < like->rows; i++)
        codes[i] = isnan(x[i]) ? COLUMN_MISSING : (uint32_t)x[i];
    column *made = codes ? column_of_codes(codes, like->rows, (const char *const *)like->levels, like->n_levels) : NULL;
    mem_free(codes);
    return made;
}

/* The value that fills column i's holes: a number, or a label of a factor as its code. */
static weir_status given_value(const weir_frame *f, size_t i, const weir_value *v, double *out, weir_error *err)
{
    const column *c = f->col[i];

    if (c->type == WEIR_TYPE_FACTOR && v->kind == WEIR_TEXT)
        for (size_t k = 0; k < c->n_levels; k++)
            if (!strcmp(c->levels[k], v->as.text.s)) {
                *out = (double)k;
                return WEIR_OK;
            }
    *out = tool_real(v);
    if (c->type == WEIR_TYPE_FACTOR || c->type == WEIR_TYPE_STRING || isnan(*out))
        return weir_fail_at(err, WEIR_EINVAL, "value", "impute: column '%s' is %s and cannot take the %s%s%s%s", f->name[i],
                            weir_type_name(c->type), weir_kind_name(v->kind), v->kind == WEIR_TEXT ? " \"" : "",
                            v->kind == WEIR_TEXT ? v->as.text.s : "", v->kind == WEIR_TEXT ? "\"" : "");
    return WEIR_OK;
}

static weir_status imputed(const weir_frame *f, size_t i, const filling *fill, const weir_value *value, column **out, weir_error *err)
{
    const column *c = f->col[i];
    double by = NAN;
    weir_status st = value ? given_value(f, i, value, &by, err) : WEIR_OK;

    if (st)
        return st;
    if (!c->stats.missing) {
        *out = column_ref(c);
        return WEIR_OK;
    }
    double *x = tool_read(c);
    bool good = x != NULL;
    for (size_t k = 0; good && value && k < c->rows; k++)
        x[k] = isnan(x[k]) ? by : x[k];
    if (good && !value)
        good = fill_groups(fill, x, c->rows);
    *out = good ? of_cells(c, x) : NULL;
    mem_free(x);
    return *out ? WEIR_OK : weir_no_memory(err, "imputing");
}

/* What the method can be used on: means and medians of numbers, modes of factors. */
static weir_status check_method(const weir_frame *f, size_t i, method how, weir_error *err)
{
    weir_type t = f->col[i]->type;

    if (how == MODE ? t == WEIR_TYPE_STRING : t != WEIR_TYPE_NUMERIC && t != WEIR_TYPE_TIME && t != WEIR_TYPE_MISSING)
        return weir_fail(err, WEIR_EINVAL, "impute: column '%s' is %s, which has no %s", f->name[i], weir_type_name(t),
                         how == MODE ? "mode to fill in" : how == MEAN ? "mean; method = \"mode\" fills factors" : "median; method = \"mode\" fills factors");
    return WEIR_OK;
}

/* Columns to fill, with the group columns taken out. Without a column named: all that the method
 * (or, without one, a mean for numbers and a mode for factors) fits. */
static weir_status run_impute(const verb_context *c, weir_value *out, weir_error *err)
{
    static const char *const methods[] = {"mean", "median", "mode"};
    static const char *const ways[] = {"interpolate", "average", "low", "high"};
    const weir_frame *f = verb_frame(c, "self");
    const weir_value *value = verb_value(c, "value");
    bool named = verb_has(c, "column"), method_named = verb_has(c, "method");
    int how = method_named ? tool_word(c, "method", methods, 3, err) : MEAN, combine = tool_word(c, "combine", ways, 4, err);
    size_t *cols = NULL, *by = NULL, n = 0, n_by = 0, made = 0;
    grouping g = {0};
    weir_frame *done = NULL;
    weir_status st = how < 0 || combine < 0 ? WEIR_EINVAL : tool_columns_or(c, "column", NULL, &cols, &n, err);

    if (!st && verb_has(c, "by"))
        st = verb_columns(f, verb_value(c, "by"), "by", &by, &n_by, err);
    if (!st && by)
        st = order_group(f, by, n_by, tool_threads(c, f->rows), &g, err);
    column **with = mem_zero(n + 1, sizeof *with);
    const char **names = mem_array(n + 1, sizeof *names);
    if (!st && (!with || !names))
        st = weir_no_memory(err, "imputing");
    for (size_t k = 0; k < n && !st; k++) {
        weir_type t = f->col[cols[k]]->type;
        filling fill = {.how = (method)how, .combine = combine, .groups = by ? &g : NULL};
        if (!named && !method_named && t == WEIR_TYPE_FACTOR)
            fill.how = MODE;
        if (named && !value)
            st = check_method(f, cols[k], fill.how, err);
        bool fits = value ? tool_is_number(t) == (tool_real(value) == tool_real(value)) && t != WEIR_TYPE_STRING
                          : !check_method(f, cols[k], fill.how, NULL);
        if (st || (!named && !fits))
            continue;
        names[made] = f->name[cols[k]];
        st = imputed(f, cols[k], &fill, value, &with[made], err);
        made += !st;
    }
    if (!st && made)
        st = tool_rebuild(f, with, names, made, &done, err);
    else
        tool_unref_all(with, made);
    if (!st && !made)
        done = weir_frame_ref(f);
    grouping_free(&g);
    mem_free(cols), mem_free(by), mem_free(with), mem_free(names);
    return tool_give(st, &done, out);
}

/* The last (next) cell that is there, at most maxlen rows away. */
typedef struct carry {
    bool backward;
    size_t most;
} carry;

static void carry_over(double *x, size_t n, ptrdiff_t step, const carry *how)
{
    size_t since = SIZE_MAX;
    double last = NAN;

    for (size_t k = 0; k < n; k++) {
        double *v = x + (ptrdiff_t)(how->backward ? n - 1 - k : k) * step;
        if (!isnan(*v)) {
            last = *v;
            since = 0;
        } else if (since < how->most) {
            since++;
            *v = last;
        }
    }
}

static column *carried(const void *with, const column *c, size_t col)
{
    (void)col;
    if (!c->stats.missing)
        return column_ref(c);
    if (c->type == WEIR_TYPE_STRING) {
        const carry *how = with;
        const char **s = mem_array(c->rows + 1, sizeof *s), *last = NULL;
        size_t since = SIZE_MAX;
        for (size_t k = 0; s && k < c->rows; k++) {
            size_t i = how->backward ? c->rows - 1 - k : k;
            s[i] = column_text_at(c, i, NULL);
            if (s[i])
                last = s[i], since = 0;
            else if (since < how->most)
                since++, s[i] = last;
        }
        column *made = s ? column_of_texts(s, c->rows) : NULL;
        mem_free(s);
        return made;
    }
    double *x = tool_read(c);
    if (x)
        carry_over(x, c->rows, 1, with);
    column *made = x ? of_cells(c, x) : NULL;
    mem_free(x);
    return made;
}

/* Along the rows: from column to column. */
static weir_status carried_across(const weir_frame *f, const carry *how, weir_value *out, weir_error *err)
{
    double *x = mem_array(f->rows * f->cols + 1, sizeof *x);
    column **cols = mem_zero(f->cols + 1, sizeof *cols);
    weir_status st = x && cols ? tool_need_numbers("fillna", f, err) : weir_no_memory(err, "fillna");

    for (size_t k = 0; !st && k < f->cols; k++)
        column_read(f->col[k], 0, f->rows, x + k * f->rows);
    for (size_t i = 0; !st && i < f->rows; i++)
        carry_over(x + i, f->cols, (ptrdiff_t)f->rows, how);
    for (size_t k = 0; !st && k < f->cols; k++)
        cols[k] = column_of_numbers(WEIR_TYPE_NUMERIC, x + k * f->rows, f->rows);
    if (!st)
        st = tool_give_columns(cols, (const char *const *)f->name, f->cols, f->rows, "fillna", out, err);
    mem_free(x), mem_free(cols);
    return st;
}

static column *filled(const void *with, const column *c, size_t col)
{
    const double *value = with;

    (void)col;
    if (!c->stats.missing || !tool_is_number(c->type))
        return column_ref(c);
    double *x = tool_read(c);
    for (size_t i = 0; x && i < c->rows; i++)
        x[i] = isnan(x[i]) ? *value : x[i];
    column *made = x ? of_cells(c, x) : NULL;
    mem_free(x);
    return made;
}

static weir_status run_fillna(const verb_context *c, weir_value *out, weir_error *err)
{
    static const char *const methods[] = {"forward", "backward"};
    const weir_frame *f = verb_frame(c, "self");
    int64_t axis = verb_int(c, "axis", 0), most = verb_int(c, "maxlen", INT64_MAX);
    double value = verb_real(c, "value", NAN);

    if (verb_has(c, "value") && verb_has(c, "method"))
        return weir_fail_at(err, WEIR_EINVAL, "method", "fillna takes a value or a method, not both");
    if (verb_has(c, "value"))
        return tool_map(c, f, filled, &value, NULL, "fillna", out, err);
    int way = verb_has(c, "method") ? tool_word(c, "method", methods, 2, err) : 0;
    if (way < 0)
        return WEIR_EINVAL;
    if (axis != 0 && axis != 1)
        return weir_fail_at(err, WEIR_EINVAL, "axis", "fillna: axis = %lld is neither 0 (down the columns) nor 1 (along the rows)", (long long)axis);
    if (most < 1)
        return weir_fail_at(err, WEIR_EINVAL, "maxlen", "fillna: maxlen = %lld is below 1", (long long)most);
    carry how = {.backward = way == 1, .most = (size_t)most};
    return axis ? carried_across(f, &how, out, err) : tool_map(c, f, carried, &how, NULL, "fillna", out, err);
}

static const weir_arg_info frac_args[] = {
    {.name = "frac", .type = "real", .def = "0.2", .optional = true, .help = "Share of missing cells from which on a column is left out."}};
static const weir_arg_info impute_args[] = {
    {.name = "column", .type = "list|text|int", .optional = true, .help = "Columns to fill; all that can be filled by default."},
    {.name = "method", .type = "text", .optional = true, .help = "\"mean\", \"median\" or \"mode\"; the mean by default, and the mode of factors when no column is named."},
    {.name = "combine", .type = "text", .def = "interpolate", .optional = true, .help = "Median of an even number: \"interpolate\", \"average\", \"low\", \"high\"."},
    {.name = "by", .type = "list|text|int", .optional = true, .help = "Fill from rows that are equal in these columns."},
    {.name = "value", .type = "real|text", .optional = true, .help = "Fill with this number or label."}};
static const weir_arg_info fillna_args[] = {
    {.name = "value", .type = "real", .optional = true, .help = "Fill numbers with this."},
    {.name = "method", .type = "text", .optional = true, .help = "\"forward\": with the last cell that is there; \"backward\": with the next."},
    {.name = "axis", .type = "int", .def = "0", .optional = true, .help = "0: down the columns; 1: along the rows."},
    {.name = "maxlen", .type = "int", .optional = true, .help = "How many holes in a row at most."}};

const verb verbs_missing[] = {
    VERB0("isna", "missing", "frame", "1 where a cell is missing, else 0.", run_isna),
    VERB0("na_omit", "missing", "frame", "Rows without missing cells.", run_na_omit),
    VERB("filter_na_cols", "missing", "value", "Positions of the columns with few missing cells.", frac_args, run_filter_na_cols),
    VERB("impute", "missing", "frame", "Holes filled with the mean, the median or the mode.", impute_args, run_impute),
    VERB("fillna", "missing", "frame", "Holes filled with a value or with a neighbour.", fillna_args, run_fillna),
};
const size_t verbs_missing_count = sizeof verbs_missing / sizeof *verbs_missing;
