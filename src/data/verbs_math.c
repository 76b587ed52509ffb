/* verbs_math.c - cell by cell: arithmetic, comparison, functions, choices,
 * running sums. One table line per operation; a missing operand gives missing. */
#include "config.h"
#include "data/frame_tools.h"
#include "data/frame_verbs.h"

#include "base/mem.h"
#include "base/status.h"
#include "data/number.h"
#include "data/when.h"

#include <math.h>
#include <string.h>

/* Operations ------------------------------------------------------------------------- */

typedef double binary_fn(double a, double b);

static double add(double a, double b) { return a + b; }
static double sub(double a, double b) { return a - b; }
static double mul(double a, double b) { return a * b; }
static double over(double a, double b) { return a / b; }
static double power(double a, double b) { return pow(a, b); }
static double whole(double a, double b) { return floor(a / b); }
/* Remainders with the divisor's sign (as in Lua and R), or with the dividend's (as in C). */
static double modulo(double a, double b)
{
    double r = fmod(a, b);
    return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}
static double eq(double a, double b) { return a == b; }
static double ne(double a, double b) { return a != b; }
static double lt(double a, double b) { return a < b; }
static double le(double a, double b) { return a <= b; }
static double gt(double a, double b) { return a > b; }
static double ge(double a, double b) { return a >= b; }
/* Three-valued: what is decided by one side does not need the other. */
static double both(double a, double b)
{
    if (a == 0 || b == 0)
        return 0;
    return isnan(a) || isnan(b) ? (double)NAN : 1;
}
static double either(double a, double b)
{
    if ((!isnan(a) && a != 0) || (!isnan(b) && b != 0))
        return 1;
    return isnan(a) || isnan(b) ? (double)NAN : 0;
}

/* Of pi times x, exact where that is a multiple of a quarter turn. */
static double sin_pi(double x)
{
    double r = fmod(x, 2);

    r = r > 1 ? r - 2 : r <= -1 ? r + 2 : r;
    return r == 1 || r == 0 ? 0 : fabs(r) == 0.5 ? 2 * r : sin(3.14159265358979323846 * r);
}

static double cos_pi(double x)
{
    double r = fmod(fabs(x), 2);

    return r == 0.5 || r == 1.5 ? 0 : cos(3.14159265358979323846 * r);
}

static double tan_pi(double x) { return sin_pi(x) / cos_pi(x); }
static double negate(double x) { return -x; }
static double is_zero(double x) { return x == 0; }
static double sign_of(double x) { return (x > 0) - (x < 0); }

/* Derivatives of ln gamma: upwards by recurrence, then the asymptotic series
 * (Abramowitz and Stegun 6.3.5, 6.3.18, 6.4.6, 6.4.12); below 0 by reflection. */
static double digamma(double x)
{
    double sum = 0;

    if (x <= 0 && x == floor(x))
        return NAN;
    if (x < 0)
        return digamma(1 - x) - M_PI / tan(M_PI * x);
    for (; x < 12; x++)
        sum -= 1 / x;
    double y = 1 / (x * x);
    return sum + log(x) - 0.5 / x -
           y * (1.0 / 12 - y * (1.0 / 120 - y * (1.0 / 252 - y * (1.0 / 240 - y * (1.0 / 132 - y * (691.0 / 32760))))));
}

static double trigamma(double x)
{
    double sum = 0;

    if (x <= 0 && x == floor(x))
        return NAN;
    if (x < 0) {
        double s = sin(M_PI * x);
        return M_PI * M_PI / (s * s) - trigamma(1 - x);
    }
    for (; x < 12; x++)
        sum += 1 / (x * x);
    double y = 1 / (x * x);
    return sum + 1 / x + y / 2 +
           y / x * (1.0 / 6 - y * (1.0 / 30 - y * (1.0 / 42 - y * (1.0 / 30 - y * (5.0 / 66 - y * (691.0 / 2730))))));
}

/* Two operands -------------------------------------------------------------------------- */

typedef enum op_kind { ARITHMETIC, COMPARISON, LOGIC } op_kind;

typedef struct operation {
    const char *name;
    binary_fn *fn;
    op_kind kind;
    bool swapped;     /* the other stands on the left */
    double if_missing; /* COMPARISON: result where an operand is missing */
} operation;

/* What stands on the right: a number, a text (label or date), or a frame. */
typedef struct operand {
    const weir_frame *f; /* or NULL */
    double x;
    const char *s;
} operand;

static operand operand_of(const weir_value *v)
{
    operand o = {.x = NAN};

    if (v->kind == WEIR_FRAME)
        o.f = v->as.frame;
    else if (v->kind == WEIR_TEXT)
        o.s = v->as.text.s;
    else
        o.x = tool_real(v);
    return o;
}

static const column *right_column(const operand *o, size_t col)
{
    return o->f ? o->f->col[o->f->cols == 1 ? 0 : col] : NULL;
}

static weir_status check_column(const operation *op, const weir_frame *f, size_t i, const operand *o, weir_error *err)
{
    weir_type t = f->col[i]->type;
    const column *r = right_column(o, i);
    double ms;

    if (op->kind != COMPARISON) {
        if (!tool_is_number(t))
            return tool_not_number(op->name, f, i, err);
        if (o->s)
            return weir_fail(err, WEIR_EINVAL, "%s: column '%s' and the text \"%s\"; numbers are needed", op->name, f->name[i], o->s);
        if (r && !tool_is_number(r->type))
            return tool_not_number(op->name, o->f, o->f->cols == 1 ? 0 : i, err);
        return WEIR_OK;
    }
    if (o->s && tool_is_number(t) && !(t == WEIR_TYPE_TIME && when_parse(o->s, strlen(o->s), WHEN_ANY, &ms)))
        return weir_fail(err, WEIR_EINVAL, "%s: column '%s' is %s and is compared with the text \"%s\"", op->name, f->name[i],
                         weir_type_name(t), o->s);
    bool words = t == WEIR_TYPE_STRING, right_words = r ? r->type == WEIR_TYPE_STRING : o->s != NULL;
    if (words && !right_words)
        return weir_fail(err, WEIR_EINVAL, "%s: column '%s' is string; it is compared with texts", op->name, f->name[i]);
    if (r && ((r->type == WEIR_TYPE_STRING && !words) || ((r->type == WEIR_TYPE_FACTOR) != (t == WEIR_TYPE_FACTOR))))
        return weir_fail(err, WEIR_EINVAL, "%s: column '%s' is %s and '%s' is %s", op->name, f->name[i], weir_type_name(t),
                         o->f->name[o->f->cols == 1 ? 0 : i], weir_type_name(r->type));
    return WEIR_OK;
}

static weir_status check_operand(const operation *op, const weir_frame *f, const operand *o, weir_error *err)
{
    weir_status st = WEIR_OK;

    if (o->f && o->f->rows != f->rows && o->f->rows != 1)
        return weir_fail(err, WEIR_EINVAL, "%s: %zu rows against %zu rows", op->name, f->rows, o->f->rows);
    if (o->f && o->f->cols != f->cols && o->f->cols != 1)
        return weir_fail(err, WEIR_EINVAL, "%s: %zu columns against %zu columns", op->name, f->cols, o->f->cols);
    for (size_t i = 0; i < f->cols && !st; i++)
        st = check_column(op, f, i, o, err);
    return st;
}

/* Code of a label in a factor; -1, which no row has, when it is no level. */
static double code_of(const column *c, const char *label)
{
    for (size_t k = 0; k < c->n_levels; k++)
        if (!strcmp(c->levels[k], label))
            return (double)k;
    return -1;
}

/* The one value on the right, as column c sees it. */
static double right_scalar(const operand *o, const column *c)
{
    double v;

    if (o->s && c->type == WEIR_TYPE_TIME)
        return when_parse(o->s, strlen(o->s), WHEN_ANY, &v) ? v : (double)NAN;
    if (o->s)
        return code_of(c, o->s);
    if (c->type != WEIR_TYPE_FACTOR || isnan(o->x))
        return o->x;
    for (size_t k = 0; k < c->n_levels; k++) /* a number against labels */
        if (number_parse(c->levels[k], strlen(c->levels[k]), &v) && v == o->x)
            return (double)k;
    return -1;
}

/* Right-hand codes as codes of the left factor. */
static double *codes_in(const column *r, const column *c)
{
    double *to = mem_array(r->n_levels + 1, sizeof *to);

    for (size_t k = 0; to && k < r->n_levels; k++)
        to[k] = code_of(c, r->levels[k]);
    return to;
}

static void read_codes(const column *c, size_t at, size_t n, double *out)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t code = column_code_at(c, at + i);
        out[i] = code == COLUMN_MISSING ? (double)NAN : code;
    }
}

enum { BLOCK = 1024 };

static void apply(const operation *op, const double *a, const double *b, size_t n, double *out)
{
    for (size_t i = 0; i < n; i++) {
        double x = op->swapped ? b[i] : a[i], y = op->swapped ? a[i] : b[i];
        bool missing = isnan(x) || isnan(y);
        out[i] = op->kind == COMPARISON && missing ? op->if_missing : op->kind == ARITHMETIC && missing ? (double)NAN : op->fn(x, y);
    }
}

static column *texts_compared(const operation *op, const column *c, const column *r, const char *s)
{
    double *x = mem_array(c->rows + 1, sizeof *x);

    for (size_t i = 0; x && i < c->rows; i++) {
        const char *a = column_text_at(c, i, NULL), *b = r ? column_text_at(r, r->rows == 1 ? 0 : i, NULL) : s;
        double sign = a && b ? strcmp(a, b) : (double)NAN;
        apply(op, &sign, &(double){0}, 1, &x[i]);
    }
    column *made = x ? column_of_numbers(WEIR_TYPE_NUMERIC, x, c->rows) : NULL;
    mem_free(x);
    return made;
}

static column *combined(const verb_context *ctx, const operation *op, const column *c, const operand *o, size_t col)
{
    const column *r = right_column(o, col);
    if (c->type == WEIR_TYPE_STRING)
        return texts_compared(op, c, r, o->s);
    double *x = mem_array(c->rows + 1, sizeof *x);
    double *to = r && r->type == WEIR_TYPE_FACTOR ? codes_in(r, c) : NULL;
    if (!x || (r && r->type == WEIR_TYPE_FACTOR && !to)) {
        mem_free(x);
        return NULL;
    }
    double scalar = r ? 0 : right_scalar(o, c);
    int threads = tool_threads(ctx, c->rows);
    size_t blocks = (c->rows + BLOCK - 1) / BLOCK;
#pragma omp parallel for num_threads(threads) if (threads > 1)
    for (size_t k = 0; k < blocks; k++) {
        double a[BLOCK], b[BLOCK];
        size_t at = k * BLOCK, n = c->rows - at < BLOCK ? c->rows - at : BLOCK;
        if (c->type == WEIR_TYPE_FACTOR)
            read_codes(c, at, n, a);
        else
            column_read(c, at, n, a);
        if (r && r->rows == c->rows) {
            (r->type == WEIR_TYPE_FACTOR ? read_codes : column_read)(r, at, n, b);
        } else {
            double one = scalar;
            if (r)
                (r->type == WEIR_TYPE_FACTOR ? read_codes : column_read)(r, 0, 1, &one);
            for (size_t i = 0; i < n; i++)
                b[i] = one;
        }
        for (size_t i = 0; to && i < n; i++)
            b[i] = isnan(b[i]) ? b[i] : to[(size_t)b[i]];
        apply(op, a, b, n, x + at);
    }
    column *made = column_of_numbers(WEIR_TYPE_NUMERIC, x, c->rows);
    mem_free(x), mem_free(to);
    return made;
}

static weir_status binary(const verb_context *c, operation op, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    operand o = operand_of(verb_value(c, "other"));
    const weir_value *missing = verb_value(c, "missing");

    op.swapped = verb_bool(c, "swapped", false);
    op.if_missing = missing ? tool_real(missing) : (double)NAN;
    weir_status st = check_operand(&op, f, &o, err);
    if (st)
        return st;
    column **cols = mem_zero(f->cols + 1, sizeof *cols);
    if (!cols)
        return weir_no_memory(err, op.name);
    for (size_t i = 0; i < f->cols; i++)
        cols[i] = combined(c, &op, f->col[i], &o, i);
    st = tool_give_columns(cols, (const char *const *)f->name, f->cols, f->rows, op.name, out, err);
    mem_free(cols);
    return st;
}

static weir_status run_mod(const verb_context *c, weir_value *out, weir_error *err)
{
    static const char *const signs[] = {"divisor", "dividend"};
    int sign = tool_word(c, "sign", signs, 2, err);

    if (sign < 0)
        return WEIR_EINVAL;
    return binary(c, (operation){.name = "mod", .fn = sign ? fmod : modulo}, out, err);
}

/* One operand --------------------------------------------------------------------------------- */

typedef double unary_fn(double x);

typedef struct rounding {
    double scale; /* 10^digits */
    bool away;    /* ties go away from zero */
    bool signif;
    int digits;
} rounding;

/* The integer nearest to x * 10^digits; a tie is one only when the product is exact. */
static double round_to(const rounding *r, double x)
{
    double s = r->scale, p, e;

    if (!isfinite(x))
        return x;
    if (r->signif) {
        if (x == 0)
            return x;
        int d = r->digits - 1 - (int)floor(log10(fabs(x)));
        if (d > 300)
            return x;
        rounding same = {.scale = pow(10, d < 0 ? -d : d), .away = r->away, .digits = d};
        return round_to(&same, x);
    }
    if (r->digits >= 0) {
        p = x * s;
        e = fma(x, s, -p);
    } else {
        p = x / s;
        e = -fma(p, s, -x);
    }
    if (!isfinite(p))
        return x;
    double low = floor(p), part = p - low, n;
    if (part == 0.5 && e != 0)
        n = e > 0 ? low + 1 : low;
    else if (part == 0.5)
        n = r->away ? (p < 0 ? low : low + 1) : fmod(low, 2) == 0 ? low : low + 1;
    else
        n = part < 0.5 ? low : low + 1;
    return r->digits >= 0 ? n / s : n * s;
}

typedef struct unary_op {
    unary_fn *fn;
    const rounding *round; /* instead of fn */
    int threads;
} unary_op;

static column *mapped(const void *with, const column *c, size_t col)
{
    const unary_op *op = with;
    double *x = mem_array(c->rows + 1, sizeof *x);
    size_t blocks = (c->rows + BLOCK - 1) / BLOCK;

    (void)col;
    if (!x)
        return NULL;
#pragma omp parallel for num_threads(op->threads) if (op->threads > 1)
    for (size_t k = 0; k < blocks; k++) {
        size_t at = k * BLOCK, n = c->rows - at < BLOCK ? c->rows - at : BLOCK;
        column_read(c, at, n, x + at);
        for (size_t i = at; i < at + n; i++)
            x[i] = isnan(x[i]) ? x[i] : op->round ? round_to(op->round, x[i]) : op->fn(x[i]);
    }
    column *made = column_of_numbers(WEIR_TYPE_NUMERIC, x, c->rows);
    mem_free(x);
    return made;
}

static weir_status unary(const verb_context *c, const char *name, unary_fn *fn, const rounding *round, weir_value *out,
                         weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    unary_op op = {.fn = fn, .round = round, .threads = f->cols > 1 ? 1 : tool_threads(c, f->rows)};
    weir_status st = tool_need_numbers(name, f, err);

    return st ? st : tool_map(c, f, mapped, &op, NULL, name, out, err);
}

static weir_status rounded(const verb_context *c, const char *name, bool signif, weir_value *out, weir_error *err)
{
    static const char *const ties[] = {"even", "away"};
    int64_t digits = verb_int(c, "digits", signif ? 6 : 0);
    int away = tool_word(c, "ties", ties, 2, err);

    if (away < 0)
        return WEIR_EINVAL;
    if (digits < (signif ? 1 : -300) || digits > 300)
        return weir_fail_at(err, WEIR_EINVAL, "digits", "%s: digits = %lld is outside [%d, 300]", name, (long long)digits,
                            signif ? 1 : -300);
    rounding r = {.scale = pow(10, fabs((double)digits)), .away = away == 1, .signif = signif, .digits = (int)digits};
    return unary(c, name, NULL, &r, out, err);
}

static weir_status run_round(const verb_context *c, weir_value *out, weir_error *err)
{
    return rounded(c, "round", false, out, err);
}

static weir_status run_signif(const verb_context *c, weir_value *out, weir_error *err)
{
    return rounded(c, "signif", true, out, err);
}

/* Running values ---------------------------------------------------------------------------------- */

static double larger(double a, double b) { return a > b ? a : b; }
static double smaller(double a, double b) { return a < b ? a : b; }

/* Each row with those above it; missing from the first hole on. */
static column *running(const void *with, const column *c, size_t col)
{
    binary_fn *const *fn = with;
    double *x = tool_read(c);

    (void)col;
    for (size_t i = 1; x && i < c->rows; i++)
        x[i] = isnan(x[i - 1]) || isnan(x[i]) ? (double)NAN : (*fn)(x[i - 1], x[i]);
    column *made = x ? column_of_numbers(WEIR_TYPE_NUMERIC, x, c->rows) : NULL;
    mem_free(x);
    return made;
}

static weir_status cumulated(const verb_context *c, const char *name, binary_fn *fn, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    weir_status st = tool_need_numbers(name, f, err);

    return st ? st : tool_map(c, f, running, &fn, NULL, name, out, err);
}

static column *differences(const void *with, const column *c, size_t col)
{
    const int64_t *lag = with;
    size_t k = (size_t)*lag;
    double *x = tool_read(c);

    (void)col;
    for (size_t i = c->rows; x && i-- > 0;)
        x[i] = i >= k ? x[i] - x[i - k] : (double)NAN;
    column *made = x ? column_of_numbers(WEIR_TYPE_NUMERIC, x, c->rows) : NULL;
    mem_free(x);
    return made;
}

static weir_status run_difflag1(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    int64_t lag = verb_int(c, "lag", 1);
    weir_status st = tool_need_numbers("difflag1", f, err);

    if (!st && lag < 1)
        st = weir_fail_at(err, WEIR_EINVAL, "lag", "difflag1: lag = %lld is below 1", (long long)lag);
    return st ? st : tool_map(c, f, differences, &lag, NULL, "difflag1", out, err);
}

/* Choices ----------------------------------------------------------------------------------------- */

static weir_status check_choice(const char *which, const weir_frame *mask, const operand *o, weir_error *err)
{
    if (o->f && (o->f->cols != 1 || (o->f->rows != mask->rows && o->f->rows != 1)))
        return weir_fail_at(err, WEIR_EINVAL, which, "ifelse: %s is %zu x %zu; one column of %zu rows is needed", which,
                            o->f->rows, o->f->cols, mask->rows);
    return WEIR_OK;
}

static bool is_words(const operand *o)
{
    return o->s || (o->f && (o->f->col[0]->type == WEIR_TYPE_FACTOR || o->f->col[0]->type == WEIR_TYPE_STRING));
}

static const char *word_at(const operand *o, size_t row)
{
    if (!o->f)
        return o->s;
    const column *c = o->f->col[0];
    size_t at = c->rows == 1 ? 0 : row;
    if (c->type == WEIR_TYPE_STRING)
        return column_text_at(c, at, NULL);
    uint32_t code = c->type == WEIR_TYPE_FACTOR ? column_code_at(c, at) : COLUMN_MISSING;
    return code == COLUMN_MISSING ? NULL : c->levels[code];
}

static column *chosen_words(const column *mask, const operand *yes, const operand *no)
{
    bool string = (yes->f && yes->f->col[0]->type == WEIR_TYPE_STRING) || (no->f && no->f->col[0]->type == WEIR_TYPE_STRING);
    const char **s = mem_array(mask->rows + 1, sizeof *s);

    for (size_t i = 0; s && i < mask->rows; i++) {
        double m = column_at(mask, i);
        s[i] = isnan(m) ? NULL : word_at(m != 0 ? yes : no, i);
    }
    column *made = !s ? NULL : string ? column_of_texts(s, mask->rows) : tool_factor_of(s, mask->rows);
    mem_free(s);
    return made;
}

static column *chosen_numbers(const column *mask, const operand *yes, const operand *no)
{
    double *x = mem_array(mask->rows + 1, sizeof *x);
    const column *a = yes->f ? yes->f->col[0] : NULL, *b = no->f ? no->f->col[0] : NULL;
    bool time = a && b && a->type == WEIR_TYPE_TIME && b->type == WEIR_TYPE_TIME;

    for (size_t i = 0; x && i < mask->rows; i++) {
        double m = column_at(mask, i);
        const operand *o = m != 0 ? yes : no;
        x[i] = isnan(m) ? m : o->f ? column_at(o->f->col[0], o->f->rows == 1 ? 0 : i) : o->x;
    }
    column *made = x ? column_of_numbers(time ? WEIR_TYPE_TIME : WEIR_TYPE_NUMERIC, x, mask->rows) : NULL;
    mem_free(x);
    return made;
}

static weir_status run_ifelse(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    operand yes = operand_of(verb_value(c, "yes")), no = operand_of(verb_value(c, "no"));
    const column *mask = tool_one(f, "ifelse", err);
    weir_status st = mask ? check_choice("yes", f, &yes, err) : WEIR_EINVAL;

    if (!st)
        st = check_choice("no", f, &no, err);
    if (!st && !tool_is_number(mask->type))
        st = tool_not_number("ifelse", f, 0, err);
    if (!st && is_words(&yes) != is_words(&no))
        st = weir_fail(err, WEIR_EINVAL, "ifelse: %s is numbers and %s is not; both choices must be numbers, or both texts and labels",
                       is_words(&yes) ? "no" : "yes", is_words(&yes) ? "yes" : "no");
    if (st)
        return st;
    column *made = is_words(&yes) ? chosen_words(mask, &yes, &no) : chosen_numbers(mask, &yes, &no);
    return tool_give_column(made, f->name[0], "ifelse", out, err);
}

/* The table: every line becomes a function and an entry. ------------------------------------------------ */

#define BINARY(X)                                                                    \
    X(add, add, ARITHMETIC, math_args, "Sum, cell by cell.")                         \
    X(minus, sub, ARITHMETIC, math_args, "Difference, cell by cell.")                  \
    X(mul, mul, ARITHMETIC, math_args, "Product, cell by cell.")                     \
    X(div, over, ARITHMETIC, math_args, "Quotient, cell by cell.")                   \
    X(pow, power, ARITHMETIC, math_args, "Power, cell by cell.")                     \
    X(idiv, whole, ARITHMETIC, math_args, "Quotient rounded down.")                  \
    X(eq, eq, COMPARISON, compare_args, "1 where equal, else 0.")                    \
    X(ne, ne, COMPARISON, compare_args, "1 where different, else 0.")                \
    X(lt, lt, COMPARISON, compare_args, "1 where less, else 0.")                     \
    X(le, le, COMPARISON, compare_args, "1 where less or equal, else 0.")            \
    X(gt, gt, COMPARISON, compare_args, "1 where greater, else 0.")                  \
    X(ge, ge, COMPARISON, compare_args, "1 where greater or equal, else 0.")         \
    X(land, both, LOGIC, math_args, "1 where both are true, 0 where one is false.")  \
    X(lor, either, LOGIC, math_args, "1 where one is true, 0 where both are false.")
#define UNARY(X)                                                                         \
    X(abs, fabs, "Absolute value") X(sqrt, sqrt, "Square root") X(exp, exp, "e to the power") \
    X(expm1, expm1, "e to the power, less 1") X(log, log, "Natural logarithm")           \
    X(log10, log10, "Logarithm to base 10") X(log2, log2, "Logarithm to base 2")         \
    X(log1p, log1p, "Natural logarithm of 1 more") X(floor, floor, "Rounded down")       \
    X(ceil, ceil, "Rounded up") X(trunc, trunc, "Without its fraction")                  \
    X(sign, sign_of, "-1, 0 or 1") X(sin, sin, "Sine") X(cos, cos, "Cosine") X(tan, tan, "Tangent") \
    X(asin, asin, "Arc sine") X(acos, acos, "Arc cosine") X(atan, atan, "Arc tangent")   \
    X(sinh, sinh, "Hyperbolic sine") X(cosh, cosh, "Hyperbolic cosine")                  \
    X(tanh, tanh, "Hyperbolic tangent") X(asinh, asinh, "Inverse hyperbolic sine")       \
    X(acosh, acosh, "Inverse hyperbolic cosine") X(atanh, atanh, "Inverse hyperbolic tangent") \
    X(gamma, tgamma, "Gamma function") X(lgamma, lgamma, "Logarithm of the gamma function") \
    X(digamma, digamma, "Derivative of lgamma") X(trigamma, trigamma, "Second derivative of lgamma") \
    X(sinpi, sin_pi, "Sine of pi times it") X(cospi, cos_pi, "Cosine of pi times it") X(tanpi, tan_pi, "Tangent of pi times it") \
    X(neg, negate, "Negative") X(lnot, is_zero, "1 where 0, else 0")
#define RUNNING(X)                                                                 \
    X(cumsum, add, "Sum of each row and those above.")                             \
    X(cumprod, mul, "Product of each row and those above.")                        \
    X(cummax, larger, "Largest of each row and those above.")                      \
    X(cummin, smaller, "Smallest of each row and those above.")

#define X(word, op, what, list, text)                                                         \
    static weir_status run_##word(const verb_context *c, weir_value *out, weir_error *err)    \
    {                                                                                         \
        return binary(c, (operation){.name = #word, .fn = op, .kind = what}, out, err);       \
    }
BINARY(X)
#undef X
#define X(word, op, text)                                                                     \
    static weir_status run_##word(const verb_context *c, weir_value *out, weir_error *err)    \
    {                                                                                         \
        return unary(c, #word, op, NULL, out, err);                                           \
    }
UNARY(X)
#undef X
#define X(word, op, text)                                                                     \
    static weir_status run_##word(const verb_context *c, weir_value *out, weir_error *err)    \
    {                                                                                         \
        return cumulated(c, #word, op, out, err);                                             \
    }
RUNNING(X)
#undef X

#define OTHER {.name = "other", .type = "frame|real|int|bool|text", .help = "A number, a label, or a frame of as many rows."}
#define SWAPPED {.name = "swapped", .type = "bool", .def = "false", .optional = true, .help = "The other stands on the left."}
static const weir_arg_info math_args[] = {OTHER, SWAPPED};
static const weir_arg_info compare_args[] = {
    OTHER, SWAPPED,
    {.name = "missing", .type = "real|bool", .optional = true, .help = "Result where a value is missing; missing by default."}};
static const weir_arg_info mod_args[] = {
    OTHER, SWAPPED,
    {.name = "sign", .type = "text", .def = "divisor", .optional = true, .help = "Whose sign the remainder has: \"divisor\" or \"dividend\"."}};
static const weir_arg_info round_args[] = {
    {.name = "digits", .type = "int", .def = "0", .optional = true, .help = "Decimal places; negative ones round to tens, hundreds."},
    {.name = "ties", .type = "text", .def = "even", .optional = true, .help = "Where halves go: \"even\" or \"away\" from zero."}};
static const weir_arg_info signif_args[] = {
    {.name = "digits", .type = "int", .def = "6", .optional = true, .help = "Significant digits."},
    {.name = "ties", .type = "text", .def = "even", .optional = true, .help = "Where halves go: \"even\" or \"away\" from zero."}};
static const weir_arg_info lag_args[] = {
    {.name = "lag", .type = "int", .def = "1", .optional = true, .help = "How many rows above."}};
static const weir_arg_info ifelse_args[] = {
    {.name = "yes", .type = "frame|real|int|bool|text", .help = "Where the mask is true."},
    {.name = "no", .type = "frame|real|int|bool|text", .help = "Where it is not."}};

const verb verbs_math[] = {
#define X(word, op, what, list, text) VERB(#word, "cells", "frame", text, list, run_##word),
    BINARY(X)
#undef X
    VERB("mod", "cells", "frame", "Remainder, cell by cell.", mod_args, run_mod),
#define X(word, op, text) VERB0(#word, "cells", "frame", text ", cell by cell.", run_##word),
    UNARY(X)
#undef X
    VERB("round", "cells", "frame", "Rounded to so many decimal places.", round_args, run_round),
    VERB("signif", "cells", "frame", "Rounded to so many significant digits.", signif_args, run_signif),
#define X(word, op, text) VERB0(#word, "cells", "frame", text, run_##word),
    RUNNING(X)
#undef X
    VERB("difflag1", "cells", "frame", "Difference to the row above.", lag_args, run_difflag1),
    VERB("ifelse", "cells", "frame", "One choice where the mask is true, the other where not.", ifelse_args, run_ifelse),
};
const size_t verbs_math_count = sizeof verbs_math / sizeof *verbs_math;
