/* cell_verbs.c - cell by cell: arithmetic, comparison, functions, and numbers
 * of columns. One table entry per operation; a missing operand gives missing. */
#include "data/frame_verbs.h"

#include "base/mem.h"
#include "base/status.h"
#include "data/frame.h"
#include "data/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a binary operation may take on the right: a number, a text (levels), or a frame. */
typedef struct operand {
    const weir_frame *f; /* or NULL: x */
    double x;
    const char *s;       /* a label to compare with */
} operand;

static operand operand_of(const weir_value *v)
{
    operand o = {.x = NAN};

    if (v->kind == WEIR_FRAME)
        o.f = v->as.frame;
    else if (v->kind == WEIR_TEXT)
        o.s = v->as.text.s;
    else
        o.x = v->kind == WEIR_INT ? (double)v->as.i : v->kind == WEIR_REAL ? v->as.r : (double)v->as.b;
    return o;
}

typedef double binary_fn(double a, double b);
static double add(double a, double b) { return a + b; }
static double sub(double a, double b) { return a - b; }
static double mul(double a, double b) { return a * b; }
static double over(double a, double b) { return a / b; }
static double power(double a, double b) { return pow(a, b); }
static double modulo(double a, double b) { return a - floor(a / b) * b; }
static double whole(double a, double b) { return floor(a / b); }
static double eq(double a, double b) { return a == b; }
static double ne(double a, double b) { return a != b; }
static double lt(double a, double b) { return a < b; }
static double le(double a, double b) { return a <= b; }
static double gt(double a, double b) { return a > b; }
static double ge(double a, double b) { return a >= b; }
static double both(double a, double b) { return a != 0 && b != 0; }
static double either(double a, double b) { return a != 0 || b != 0; }

/* Number of one cell on the right, against column c on the left. A label is compared as the
 * level's code; one that c does not have equals nothing. */
static double right_of(const operand *o, const column *c, size_t col, size_t row)
{
    if (o->f) {
        const column *r = o->f->col[o->f->cols == 1 ? 0 : col];
        size_t at = o->f->rows == 1 ? 0 : row;
        if (r->type == WEIR_TYPE_FACTOR) {
            uint32_t code = column_code_at(r, at);
            if (code == COLUMN_MISSING)
                return NAN;
            if (c->type == WEIR_TYPE_FACTOR) {
                for (size_t k = 0; k < c->n_levels; k++)
                    if (!strcmp(c->levels[k], r->levels[code]))
                        return (double)k;
                return -1;
            }
        }
        return column_at(r, at);
    }
    return o->x;
}

static weir_status check_operand(const char *name, const weir_frame *f, const operand *o, bool comparison, weir_error *err)
{
    if (o->f && o->f->rows != f->rows && o->f->rows != 1)
        return weir_fail(err, WEIR_EINVAL, "%s: %zu rows against %zu rows", name, f->rows, o->f->rows);
    if (o->f && o->f->cols != f->cols && o->f->cols != 1)
        return weir_fail(err, WEIR_EINVAL, "%s: %zu columns against %zu columns", name, f->cols, o->f->cols);
    for (size_t i = 0; i < f->cols; i++) {
        weir_type t = f->col[i]->type;
        if (t == WEIR_TYPE_STRING ? !(comparison && o->s) : t == WEIR_TYPE_FACTOR && !comparison)
            return weir_fail(err, WEIR_EINVAL, "%s: column '%s' is %s; numbers are needed", name, f->name[i], weir_type_name(t));
        if (o->s && t != WEIR_TYPE_FACTOR && t != WEIR_TYPE_STRING)
            return weir_fail(err, WEIR_EINVAL, "%s: column '%s' is %s and is compared with the text \"%s\"", name, f->name[i], weir_type_name(t), o->s);
    }
    return WEIR_OK;
}

/* For a label: its code in column c, or -1. */
static operand in_column(operand o, const column *c)
{
    double v;

    if (!o.f && !o.s && c->type == WEIR_TYPE_FACTOR && !isnan(o.x)) { /* a number against labels */
        double want = o.x;
        o.x = -1;
        for (size_t k = 0; k < c->n_levels; k++)
            if (number_parse(c->levels[k], strlen(c->levels[k]), &v) && v == want)
                o.x = (double)k;
    }
    if (!o.s || c->type != WEIR_TYPE_FACTOR)
        return o;
    o.x = -1;
    for (size_t k = 0; k < c->n_levels; k++)
        if (!strcmp(c->levels[k], o.s))
            o.x = (double)k;
    return o;
}

static double left_of(const column *c, const operand *o, size_t row)
{
    if (c->type == WEIR_TYPE_STRING) {
        size_t n;
        const char *s = column_text_at(c, row, &n);
        return s ? strcmp(s, o->s) : (double)NAN;
    }
    if (c->type == WEIR_TYPE_FACTOR && column_missing(c, row))
        return NAN;
    return column_at(c, row);
}

static weir_status binary(const char *name, const weir_frame *f, operand o, binary_fn *fn, bool comparison, bool swapped,
                          weir_value *out, weir_error *err)
{
    double *x = mem_array(f->rows + 1, sizeof *x);
    column **cols = mem_zero(f->cols + 1, sizeof *cols);
    weir_status st = x && cols ? check_operand(name, f, &o, comparison, err) : weir_no_memory(err, name);
    weir_frame *g = NULL;

    for (size_t i = 0; i < f->cols && !st; i++) {
        const column *c = f->col[i];
        operand r = in_column(o, c);
        if (c->type == WEIR_TYPE_STRING)
            r.x = 0; /* left_of gives the comparison's sign */
        for (size_t k = 0; k < f->rows; k++) {
            double a = left_of(c, &o, k), b = right_of(&r, c, i, k);
            x[k] = isnan(a) || isnan(b) ? (double)NAN : swapped ? fn(b, a) : fn(a, b);
        }
        if (!(cols[i] = column_of_numbers(WEIR_TYPE_NUMERIC, x, f->rows)))
            st = weir_no_memory(err, name);
    }
    if (!st)
        st = frame_new(&g, cols, (const char *const *)f->name, f->cols, f->rows, err);
    else
        for (size_t i = 0; cols && i < f->cols; i++)
            column_unref(cols[i]);
    mem_free(x), mem_free(cols);
    if (!st)
        *out = (weir_value){.kind = WEIR_FRAME, .as.frame = g};
    return st;
}

typedef double unary_fn(double x);
static double negate(double x) { return -x; }
static double is_na(double x) { return isnan(x); }
static double not_zero(double x) { return x == 0; }

static weir_status unary(const char *name, const weir_frame *f, unary_fn *fn, bool keep_na, weir_value *out, weir_error *err)
{
    double *x = mem_array(f->rows + 1, sizeof *x);
    column **cols = mem_zero(f->cols + 1, sizeof *cols);
    weir_status st = x && cols ? WEIR_OK : weir_no_memory(err, name);
    weir_frame *g = NULL;

    for (size_t i = 0; i < f->cols && !st; i++) {
        const column *c = f->col[i];
        if (keep_na && (c->type == WEIR_TYPE_STRING || c->type == WEIR_TYPE_FACTOR)) {
            st = weir_fail(err, WEIR_EINVAL, "%s: column '%s' is %s; numbers are needed", name, f->name[i], weir_type_name(c->type));
            break;
        }
        for (size_t k = 0; k < f->rows; k++) {
            double v = column_missing(c, k) ? (double)NAN : c->type == WEIR_TYPE_STRING ? 0 : column_at(c, k);
            x[k] = keep_na && isnan(v) ? v : fn(v);
        }
        if (!(cols[i] = column_of_numbers(WEIR_TYPE_NUMERIC, x, f->rows)))
            st = weir_no_memory(err, name);
    }
    if (!st)
        st = frame_new(&g, cols, (const char *const *)f->name, f->cols, f->rows, err);
    else
        for (size_t i = 0; cols && i < f->cols; i++)
            column_unref(cols[i]);
    mem_free(x), mem_free(cols);
    if (!st)
        *out = (weir_value){.kind = WEIR_FRAME, .as.frame = g};
    return st;
}

/* Numbers of columns --------------------------------------------------------------------- */

static double number_of_column(const weir_frame *f, size_t i, const char *what)
{
    weir_column_stats s;

    weir_frame_stats(f, i, &s);
    size_t n = f->rows - s.missing;
    if (!strcmp(what, "min"))
        return s.min;
    if (!strcmp(what, "max"))
        return s.max;
    if (!strcmp(what, "mean"))
        return s.mean;
    if (!strcmp(what, "sd"))
        return s.sd;
    if (!strcmp(what, "var"))
        return s.sd * s.sd;
    if (!strcmp(what, "sum"))
        return n ? s.mean * (double)n : 0;
    return (double)s.missing; /* nacnt */
}

/* One number for one column, a list for several. */
static weir_status give_numbers(const double *x, size_t n, weir_value *out, weir_error *err)
{
    weir_value list = weir_list();
    weir_status st = WEIR_OK;

    if (n == 1) {
        *out = weir_real(x[0]);
        return WEIR_OK;
    }
    for (size_t i = 0; i < n && !st; i++)
        st = weir_list_add(&list, weir_real(x[i]), err);
    if (st)
        weir_value_clear(&list);
    else
        *out = list;
    return st;
}

static weir_status numbers(const char *what, const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    double *x = mem_array(f->cols + 1, sizeof *x);
    weir_status st = x ? WEIR_OK : weir_no_memory(err, what);

    for (size_t i = 0; i < f->cols && !st; i++) {
        weir_type t = f->col[i]->type;
        if (strcmp(what, "nacnt") != 0 && (t == WEIR_TYPE_STRING || t == WEIR_TYPE_FACTOR))
            st = weir_fail(err, WEIR_EINVAL, "%s: column '%s' is %s; numbers are needed", what, f->name[i], weir_type_name(t));
        else
            x[i] = number_of_column(f, i, what);
    }
    if (!st)
        st = give_numbers(x, f->cols, out, err);
    mem_free(x);
    return st;
}

static int up(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double sorted_values(const column *c, double *x, size_t *n)
{
    *n = 0;
    for (size_t i = 0; i < c->rows; i++) {
        double v = column_at(c, i);
        if (!isnan(v))
            x[(*n)++] = v;
    }
    qsort(x, *n, sizeof *x, up);
    return 0;
}

/* Linear interpolation at position p (n - 1): type 7 of Hyndman and Fan (1996). */
static double quantile_at(const double *x, size_t n, double p)
{
    double at = p * (double)(n - 1), low = floor(at);
    size_t i = (size_t)low;

    if (!n)
        return NAN;
    return i + 1 < n ? x[i] + (x[i + 1] - x[i]) * (at - low) : x[n - 1];
}

static weir_status run_quantile(const verb_context *c, weir_value *out, weir_error *err)
{
    static const double usual[] = {0.01, 0.1, 0.25, 0.333, 0.5, 0.667, 0.75, 0.9, 0.99};
    const weir_frame *f = verb_frame(c, "self");
    const weir_value *v = verb_value(c, "probs");
    size_t k = v ? (v->kind == WEIR_LIST ? v->as.list.n : 1) : 9, n;
    double *x = mem_array(f->rows + 1, sizeof *x), *q = mem_array((f->cols + 1) * (k + 1), sizeof *q);
    char (*names)[160] = mem_array(f->cols + 1, sizeof *names);
    weir_column_init *cols = mem_zero(f->cols + 2, sizeof *cols);
    weir_frame *g = NULL;
    weir_status st = x && q && cols && names ? WEIR_OK : weir_no_memory(err, "quantile");

    for (size_t i = 0; i < k && !st; i++) {
        const weir_value *p = v && v->kind == WEIR_LIST ? &v->as.list.v[i] : v;
        q[i] = !p ? usual[i] : p->kind == WEIR_REAL ? p->as.r : p->kind == WEIR_INT ? (double)p->as.i : (double)NAN;
        if (!(q[i] >= 0 && q[i] <= 1))
            st = weir_fail_at(err, WEIR_EINVAL, "probs", "quantile: probability %zu must be a number in [0, 1]", i + 1);
    }
    if (!st)
        cols[0] = (weir_column_init){.name = "probs", .numbers = q};
    for (size_t i = 0; i < f->cols && !st; i++) {
        if (f->col[i]->type == WEIR_TYPE_STRING || f->col[i]->type == WEIR_TYPE_FACTOR) {
            st = weir_fail(err, WEIR_EINVAL, "quantile: column '%s' is %s; numbers are needed", f->name[i], weir_type_name(f->col[i]->type));
            break;
        }
        double *to = q + (i + 1) * k;
        sorted_values(f->col[i], x, &n);
        for (size_t j = 0; j < k; j++)
            to[j] = quantile_at(x, n, q[j]);
        snprintf(names[i], sizeof names[i], "%.120sQuantiles", f->name[i]);
        cols[i + 1] = (weir_column_init){.name = names[i], .numbers = to};
    }
    if (!st)
        st = weir_frame_build(&g, cols, f->cols + 1, k, err);
    mem_free(x), mem_free(q), mem_free(cols), mem_free(names);
    if (!st)
        *out = (weir_value){.kind = WEIR_FRAME, .as.frame = g};
    return st;
}

static weir_status run_median(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    double *x = mem_array(f->rows + 1, sizeof *x), *m = mem_array(f->cols + 1, sizeof *m);
    weir_status st = x && m ? WEIR_OK : weir_no_memory(err, "median");

    for (size_t i = 0; i < f->cols && !st; i++) {
        size_t n;
        if (f->col[i]->type == WEIR_TYPE_STRING || f->col[i]->type == WEIR_TYPE_FACTOR) {
            st = weir_fail(err, WEIR_EINVAL, "median: column '%s' is %s; numbers are needed", f->name[i], weir_type_name(f->col[i]->type));
            break;
        }
        sorted_values(f->col[i], x, &n);
        m[i] = quantile_at(x, n, 0.5);
    }
    if (!st)
        st = give_numbers(m, f->cols, out, err);
    mem_free(x), mem_free(m);
    return st;
}

/* Numbers where the mask is true, from one of two operands. */
static weir_status run_ifelse(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *mask = verb_frame(c, "self");
    operand yes = operand_of(verb_value(c, "yes")), no = operand_of(verb_value(c, "no"));
    double *x = mem_array(mask->rows + 1, sizeof *x);
    const char **s = mem_array(mask->rows + 1, sizeof *s);
    weir_frame *g = NULL;
    weir_status st = x && s ? WEIR_OK : weir_no_memory(err, "ifelse");
    bool text = yes.s && no.s;

    if (!st && (mask->cols != 1 || (yes.f && yes.f->rows != mask->rows) || (no.f && no.f->rows != mask->rows) || (yes.s != NULL) != (no.s != NULL)))
        st = weir_fail(err, WEIR_EINVAL, "ifelse: the mask must be one column, and both choices numbers, columns of its length, or texts");
    for (size_t i = 0; i < mask->rows && !st; i++) {
        double m = column_at(mask->col[0], i);
        const operand *o = m != 0 ? &yes : &no;
        x[i] = isnan(m) ? (double)NAN : o->f ? column_at(o->f->col[0], i) : o->x;
        s[i] = isnan(m) ? NULL : o->s;
    }
    if (!st) {
        weir_column_init col = {.name = mask->name[0], .type = text ? WEIR_TYPE_FACTOR : WEIR_TYPE_NUMERIC,
                                .numbers = text ? NULL : x, .labels = text ? s : NULL};
        st = weir_frame_build(&g, &col, 1, mask->rows, err);
    }
    mem_free(x), mem_free(s);
    if (!st)
        *out = (weir_value){.kind = WEIR_FRAME, .as.frame = g};
    return st;
}

/* The table: every line becomes a function and an entry. */
#define BINARY(X)                                                                                      \
    X(add, add, false, "Sum, cell by cell.") X(sub, sub, false, "Difference, cell by cell.")            \
    X(mul, mul, false, "Product, cell by cell.") X(div, over, false, "Quotient, cell by cell.")         \
    X(pow, power, false, "Power, cell by cell.") X(mod, modulo, false, "Remainder with the divisor's sign.") \
    X(idiv, whole, false, "Quotient rounded down.") X(eq, eq, true, "1 where equal, else 0.")           \
    X(ne, ne, true, "1 where different, else 0.") X(lt, lt, true, "1 where less, else 0.")              \
    X(le, le, true, "1 where less or equal, else 0.") X(gt, gt, true, "1 where greater, else 0.")       \
    X(ge, ge, true, "1 where greater or equal, else 0.") X(land, both, false, "1 where both are true.") \
    X(lor, either, false, "1 where one is true.")
#define UNARY(X)                                                                                      \
    X(abs, fabs, true) X(sqrt, sqrt, true) X(exp, exp, true) X(log, log, true) X(log10, log10, true)     \
    X(log2, log2, true) X(log1p, log1p, true) X(expm1, expm1, true) X(floor, floor, true)              \
    X(ceil, ceil, true) X(round, nearbyint, true) X(sin, sin, true) X(cos, cos, true) X(tan, tan, true) \
    X(tanh, tanh, true) X(neg, negate, true) X(lnot, not_zero, true) X(isna, is_na, false)
#define NUMBER(X) X(min) X(max) X(mean) X(sd) X(var) X(sum) X(nacnt)

#define X(name, fn, cmp, help)                                                                            \
    static weir_status run_##name(const verb_context *c, weir_value *out, weir_error *err)                \
    {                                                                                                     \
        return binary(#name, verb_frame(c, "self"), operand_of(verb_value(c, "other")), fn, cmp,            \
                      verb_bool(c, "swapped", false), out, err);                                          \
    }
BINARY(X)
#undef X
#define X(name, fn, keep)                                                                                 \
    static weir_status run_##name(const verb_context *c, weir_value *out, weir_error *err)                \
    {                                                                                                     \
        return unary(#name, verb_frame(c, "self"), fn, keep, out, err);                                   \
    }
UNARY(X)
#undef X
#define X(name)                                                                                           \
    static weir_status run_##name(const verb_context *c, weir_value *out, weir_error *err)                \
    {                                                                                                     \
        return numbers(#name, c, out, err);                                                               \
    }
NUMBER(X)
#undef X

static const weir_arg_info other_args[] = {
    {.name = "other", .type = "frame|real|int|bool|text", .help = "A number, a label, or a frame of as many rows."},
    {.name = "swapped", .type = "bool", .def = "false", .optional = true, .help = "The other stands on the left."},
};
static const weir_arg_info probs_args[] = {
    {.name = "probs", .type = "list|real", .optional = true, .help = "Probabilities in [0, 1]."},
};
static const weir_arg_info ifelse_args[] = {
    {.name = "yes", .type = "frame|real|int|text", .help = "Where the mask is true."},
    {.name = "no", .type = "frame|real|int|text", .help = "Where it is not."},
};

const verb verbs_cells[] = {
#define X(verb_name, fn, cmp, text) {{.name = #verb_name, .on = "frame", .group = "cells", .gives = "frame", .help = text, .args = other_args, .n_args = 2}, run_##verb_name},
    BINARY(X)
#undef X
#define X(verb_name, fn, keep) {{.name = #verb_name, .on = "frame", .group = "cells", .gives = "frame", .help = "Cell by cell: " #verb_name "."}, run_##verb_name},
    UNARY(X)
#undef X
#define X(verb_name) {{.name = #verb_name, .on = "frame", .group = "numbers", .gives = "number", .help = "Per column: " #verb_name "; missing values left out."}, run_##verb_name},
    NUMBER(X)
#undef X
    {{.name = "median", .on = "frame", .group = "numbers", .gives = "number", .help = "Per column: median."}, run_median},
    {{.name = "quantile", .on = "frame", .group = "numbers", .gives = "frame", .help = "Quantiles of every column, by linear interpolation.", .args = probs_args, .n_args = 1}, run_quantile},
    {{.name = "ifelse", .on = "frame", .group = "cells", .gives = "frame", .help = "One choice where the mask is true, the other where not.", .args = ifelse_args, .n_args = 2}, run_ifelse},
};
const size_t verbs_cells_count = sizeof verbs_cells / sizeof *verbs_cells;
