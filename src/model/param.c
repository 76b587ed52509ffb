/* param.c - the table of parameters, and setting one.
 *
 * weir_params_set is the only checker of type, range and spelling: scripts,
 * forms, command line and model files all come through it. Rules between
 * parameters are in param_check.c. */
#include "config.h"
#include "model/param.h"

#include "base/mem.h"
#include "base/status.h"
#include "base/text.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIXED = 1, GRID = 2, OURS = 4, COMPAT = 8, LATER = 16, MIN_OPEN = 32, MAX_OPEN = 64 };

typedef struct entry {
    const char *name;
    weir_param_type type;
    double number;       /* default of BOOL, INT, REAL, ENUM */
    const char *text;    /* default of lists; spellings of ENUM, split by '|' */
    double min, max;
    const char *group;
    int level, flags;
    const char *help;
    size_t offset;
} entry;

#define AT(name) offsetof(weir_params, name)
#define BOOL(n, d, g, l, f, h) {#n, WEIR_PARAM_BOOL, d, NULL, 0, 1, g, l, f, h, AT(n)},
#define INT(n, d, lo, hi, g, l, f, h) {#n, WEIR_PARAM_INT, (double)(d), NULL, (double)(lo), (double)(hi), g, l, f, h, AT(n)},
#define REAL(n, d, lo, hi, g, l, f, h) {#n, WEIR_PARAM_REAL, d, NULL, lo, hi, g, l, f, h, AT(n)},
#define ENUM(n, d, v, g, l, f, h) {#n, WEIR_PARAM_ENUM, d, v, 0, 0, g, l, f, h, AT(n)},
#define SIZES(n, d, lo, hi, g, l, f, h) {#n, WEIR_PARAM_SIZES, 0, d, lo, hi, g, l, f, h, AT(n)},
#define REALS(n, d, lo, hi, g, l, f, h) {#n, WEIR_PARAM_REALS, 0, d, lo, hi, g, l, f, h, AT(n)},
#define PLAIN(n, t, g, l, f, h) {#n, t, 0, NULL, 0, 0, g, l, f, h, AT(n)},
#define TEXT(n, g, l, f, h) PLAIN(n, WEIR_PARAM_TEXT, g, l, f, h)
#define COLUMN(n, g, l, f, h) PLAIN(n, WEIR_PARAM_COLUMN, g, l, f, h)
#define COLUMNS(n, g, l, f, h) PLAIN(n, WEIR_PARAM_COLUMNS, g, l, f, h)
#define FRAME(n, g, l, f, h) PLAIN(n, WEIR_PARAM_FRAME, g, l, f, h)
#define FRAMES(n, g, l, f, h) PLAIN(n, WEIR_PARAM_FRAMES, g, l, f, h)
#define MODEL(n, g, l, f, h) PLAIN(n, WEIR_PARAM_MODEL, g, l, f, h)
#define FUNC(n, g, l, f, h) PLAIN(n, WEIR_PARAM_FUNC, g, l, f, h)
static const entry entries[PARAM_COUNT] = {
#include "model/param.def"
};

/* Other names that people know. */
static const struct {
    const char *alias;
    param_id id;
} aliases[] = {
    {"y", PARAM_response_column},
    {"predictors", PARAM_x},
};

/* What a client sees, filled once from the entries. */
static struct {
    weir_param_info info[PARAM_COUNT];
    char def[PARAM_COUNT][48], range[PARAM_COUNT][96];
    const char *values[PARAM_COUNT][16];
    char spellings[PARAM_COUNT][256];
} table;

static bool is_number(weir_param_type t)
{
    return t == WEIR_PARAM_INT || t == WEIR_PARAM_REAL || t == WEIR_PARAM_SIZES ||
           t == WEIR_PARAM_REALS;
}

static void put_number(char *buf, size_t cap, double x)
{
    char s[32];

    text_put_number(x, s);
    snprintf(buf, cap, "%s", isinf(x) ? (x < 0 ? "-inf" : "inf") : s);
}

static void describe_range(const entry *e, char *buf, size_t cap)
{
    char lo[32], hi[32];
    bool low = e->min > -9e18, high = e->max < 9e18 && !isinf(e->max);

    put_number(lo, sizeof lo, e->min);
    put_number(hi, sizeof hi, e->max);
    if (low && high)
        snprintf(buf, cap, "%c%s, %s%c", e->flags & MIN_OPEN ? '(' : '[', lo, hi,
                 e->flags & MAX_OPEN ? ')' : ']');
    else if (low)
        snprintf(buf, cap, e->flags & MIN_OPEN ? "above %s" : "at least %s", lo);
    else
        buf[0] = '\0';
}

static void describe_default(const entry *e, size_t i, char *buf, size_t cap)
{
    if (e->type == WEIR_PARAM_BOOL)
        snprintf(buf, cap, "%s", e->number != 0 ? "true" : "false");
    else if (e->type == WEIR_PARAM_INT || e->type == WEIR_PARAM_REAL)
        put_number(buf, cap, e->number);
    else if (e->type == WEIR_PARAM_ENUM)
        snprintf(buf, cap, "%s", table.values[i][(int)e->number]);
    else
        snprintf(buf, cap, "%s", e->text ? e->text : "");
}

/* Runs before main, so that every thread sees a finished table. */
__attribute__((constructor)) static void fill_table(void)
{
    for (size_t i = 0; i < PARAM_COUNT; i++) {
        const entry *e = &entries[i];
        weir_param_info *out = &table.info[i];

        if (e->type == WEIR_PARAM_ENUM) {
            size_t n = 0;
            snprintf(table.spellings[i], sizeof table.spellings[i], "%s", e->text);
            for (char *s = table.spellings[i]; s && n < 15;) {
                table.values[i][n++] = s;
                if ((s = strchr(s, '|')))
                    *s++ = '\0';
            }
        }
        if (is_number(e->type))
            describe_range(e, table.range[i], sizeof table.range[i]);
        describe_default(e, i, table.def[i], sizeof table.def[i]);
        *out = (weir_param_info){
            .name = e->name, .type = e->type, .def = table.def[i], .range = table.range[i],
            .min = e->min, .max = e->max, .min_open = (e->flags & MIN_OPEN) != 0,
            .max_open = (e->flags & MAX_OPEN) != 0,
            .values = e->type == WEIR_PARAM_ENUM ? table.values[i] : NULL, .group = e->group,
            .level = e->level, .ours = (e->flags & OURS) != 0, .grid = (e->flags & GRID) != 0,
            .fixed = (e->flags & FIXED) != 0, .compat_only = (e->flags & COMPAT) != 0,
            .acts = !(e->flags & LATER), .help = e->help};
    }
}

size_t weir_param_count(void)
{
    return PARAM_COUNT;
}

const weir_param_info *weir_param_at(size_t i)
{
    return i < PARAM_COUNT ? &table.info[i] : NULL;
}

const weir_param_info *weir_param_find(const char *name)
{
    for (size_t i = 0; i < PARAM_COUNT; i++)
        if (!strcmp(entries[i].name, name))
            return &table.info[i];
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (!strcmp(aliases[i].alias, name))
            return &table.info[aliases[i].id];
    return NULL;
}

const char *param_spelling(param_id id, int value)
{
    return table.values[id][value];
}

/* Life ---------------------------------------------------------------------- */

static void *field(const weir_params *p, size_t i)
{
    return (char *)(uintptr_t)p + entries[i].offset;
}

static weir_status set_list(void *at, weir_param_type type, const double *x, size_t n, weir_error *err)
{
    param_sizes sizes = {.n = n};
    param_reals reals = {.n = n};

    if (type == WEIR_PARAM_SIZES && (sizes.v = mem_array(n, sizeof *sizes.v))) {
        for (size_t i = 0; i < n; i++)
            sizes.v[i] = (int64_t)x[i];
        mem_free(((param_sizes *)at)->v);
        *(param_sizes *)at = sizes;
    } else if (type == WEIR_PARAM_REALS && (reals.v = mem_array(n, sizeof *reals.v))) {
        memcpy(reals.v, x, n * sizeof *x);
        mem_free(((param_reals *)at)->v);
        *(param_reals *)at = reals;
    } else {
        return weir_no_memory(err, "setting a parameter");
    }
    return WEIR_OK;
}

static weir_status reset(weir_params *p, size_t i, weir_error *err)
{
    const entry *e = &entries[i];
    void *at = field(p, i);

    p->given[i] = false;
    switch (e->type) {
    case WEIR_PARAM_BOOL: *(bool *)at = e->number != 0; return WEIR_OK;
    case WEIR_PARAM_INT: *(int64_t *)at = (int64_t)e->number; return WEIR_OK;
    case WEIR_PARAM_REAL: *(double *)at = e->number; return WEIR_OK;
    case WEIR_PARAM_ENUM: *(int *)at = (int)e->number; return WEIR_OK;
    case WEIR_PARAM_SIZES:
    case WEIR_PARAM_REALS: {
        double x[16];
        size_t n = 0;
        for (const char *s = e->text; *s && n < 16; s += *s == ',') {
            char *end;
            x[n++] = strtod(s, &end);
            s = end;
        }
        return set_list(at, e->type, x, n, err);
    }
    default: weir_value_clear(at); return WEIR_OK;
    }
}

weir_params *weir_params_new(void)
{
    weir_params *p = MEM_NEW(weir_params);

    for (size_t i = 0; p && i < PARAM_COUNT; i++)
        if (reset(p, i, NULL)) {
            weir_params_free(p);
            return NULL;
        }
    return p;
}

void weir_params_free(weir_params *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < PARAM_COUNT; i++)
        switch (entries[i].type) {
        case WEIR_PARAM_SIZES: mem_free(((param_sizes *)field(p, i))->v); break;
        case WEIR_PARAM_REALS: mem_free(((param_reals *)field(p, i))->v); break;
        case WEIR_PARAM_BOOL:
        case WEIR_PARAM_INT:
        case WEIR_PARAM_REAL:
        case WEIR_PARAM_ENUM: break;
        default: weir_value_clear(field(p, i));
        }
    mem_free(p);
}

weir_params *weir_params_copy(const weir_params *p)
{
    weir_params *q = weir_params_new();

    for (size_t i = 0; q && i < PARAM_COUNT; i++) {
        weir_value v = weir_nil();
        bool ok = !weir_params_get(p, entries[i].name, &v, NULL);
        if (ok && v.kind != WEIR_NIL)
            ok = !weir_params_set(q, entries[i].name, &v, NULL);
        weir_value_clear(&v);
        if (!ok) {
            weir_params_free(q);
            return NULL;
        }
        q->given[i] = p->given[i];
    }
    return q;
}

/* Setting -------------------------------------------------------------------- */

static weir_status wrong_type(const entry *e, const weir_value *v, const char *wanted,
                              weir_error *err)
{
    return weir_fail_at(err, WEIR_EINVAL, e->name, "%s must be %s, not %s", e->name, wanted,
                        v->kind == WEIR_TEXT ? "a text" : weir_kind_name(v->kind));
}

static bool in_range(const entry *e, double x)
{
    if (isnan(x))
        return false;
    if (e->flags & MIN_OPEN ? x <= e->min : x < e->min)
        return false;
    return e->flags & MAX_OPEN ? x < e->max : x <= e->max;
}

static weir_status number_of(const entry *e, const weir_value *v, double *x, weir_error *err)
{
    bool whole = e->type == WEIR_PARAM_INT || e->type == WEIR_PARAM_SIZES;
    char s[32];

    if (v->kind == WEIR_INT)
        *x = (double)v->as.i;
    else if (v->kind == WEIR_REAL)
        *x = v->as.r;
    else
        return wrong_type(e, v, whole ? "a whole number" : "a number", err);
    put_number(s, sizeof s, *x);
    if (whole && *x != floor(*x))
        return weir_fail_at(err, WEIR_EINVAL, e->name, "%s = %s is not a whole number", e->name, s);
    if (!in_range(e, *x))
        return weir_fail_at(err, WEIR_EINVAL, e->name, "%s = %s is outside its range: %s", e->name,
                            s, table.range[e - entries][0] ? table.range[e - entries] : "a number");
    return WEIR_OK;
}

static weir_status set_enum(const entry *e, int *at, const weir_value *v, weir_error *err)
{
    const char *const *values = table.values[e - entries];
    text all = {0};
    size_t n = 0;

    if (v->kind != WEIR_TEXT)
        return wrong_type(e, v, "one of its names", err);
    for (; values[n]; n++) {
        if (text_same_word(values[n], v->as.text.s)) {
            *at = (int)n;
            text_free(&all);
            return WEIR_OK;
        }
        text_fmt(&all, "%s%s", n ? ", " : "", values[n]);
    }
    weir_fail_at(err, WEIR_EINVAL, e->name, "%s = \"%s\" is not one of: %s", e->name,
                 v->as.text.s, text_str(&all));
    text_free(&all);
    const char *near = text_nearest(v->as.text.s, values, n);
    if (near)
        weir_hint(err, "did you mean \"%s\"?", near);
    return WEIR_EINVAL;
}

static weir_status set_numbers(const entry *e, void *at, const weir_value *v, weir_error *err)
{
    bool one = v->kind == WEIR_INT || v->kind == WEIR_REAL;
    size_t n = one ? 1 : v->as.list.n;

    if (!one && v->kind != WEIR_LIST && !(v->kind == WEIR_DICT && n == 0))
        return wrong_type(e, v, "a list of numbers", err);
    double *x = mem_array(n, sizeof *x);
    weir_status st = x ? WEIR_OK : weir_no_memory(err, "setting a parameter");
    for (size_t i = 0; i < n && !st; i++)
        st = number_of(e, one ? v : &v->as.list.v[i], &x[i], err);
    if (!st)
        st = set_list(at, e->type, x, n, err);
    mem_free(x);
    return st;
}

/* Is v one of the kinds that this parameter takes? */
static bool kind_fits(weir_param_type t, weir_kind k)
{
    switch (t) {
    case WEIR_PARAM_TEXT: return k == WEIR_TEXT;
    case WEIR_PARAM_COLUMN: return k == WEIR_TEXT || k == WEIR_INT;
    case WEIR_PARAM_COLUMNS: return k == WEIR_TEXT || k == WEIR_INT || k == WEIR_LIST;
    case WEIR_PARAM_FRAME: return k == WEIR_FRAME || k == WEIR_TEXT;
    case WEIR_PARAM_FRAMES: return k == WEIR_LIST;
    case WEIR_PARAM_MODEL: return k == WEIR_MODEL || k == WEIR_TEXT;
    case WEIR_PARAM_FUNC: return k == WEIR_FUNC || k == WEIR_TEXT || k == WEIR_DICT;
    default: return false;
    }
}

static const char *wanted(weir_param_type t)
{
    switch (t) {
    case WEIR_PARAM_TEXT: return "a text";
    case WEIR_PARAM_COLUMN: return "a column's name or position";
    case WEIR_PARAM_COLUMNS: return "a list of columns";
    case WEIR_PARAM_FRAME: return "a frame or its id";
    case WEIR_PARAM_FRAMES: return "a list of frames";
    case WEIR_PARAM_MODEL: return "a model or its id";
    default: return "a function";
    }
}

static weir_status unknown(const char *name, weir_error *err)
{
    const char *names[PARAM_COUNT];

    for (size_t i = 0; i < PARAM_COUNT; i++)
        names[i] = entries[i].name;
    weir_fail_at(err, WEIR_EINVAL, name, "there is no parameter '%s'", name);
    const char *near = text_nearest(name, names, PARAM_COUNT);
    if (near)
        weir_hint(err, "did you mean '%s'?", near);
    return WEIR_EINVAL;
}

weir_status weir_params_set(weir_params *p, const char *name, const weir_value *v, weir_error *err)
{
    const weir_param_info *info = weir_param_find(name);
    weir_status st = WEIR_OK;
    weir_value copy;
    double x;

    if (!info)
        return unknown(name, err);
    size_t i = (size_t)(info - table.info);
    const entry *e = &entries[i];
    void *at = field(p, i);
    if (v->kind == WEIR_NIL)
        return reset(p, i, err);
    switch (e->type) {
    case WEIR_PARAM_BOOL:
        if (v->kind != WEIR_BOOL)
            return wrong_type(e, v, "true or false", err);
        *(bool *)at = v->as.b;
        break;
    case WEIR_PARAM_INT:
        st = number_of(e, v, &x, err);
        if (!st)
            *(int64_t *)at = v->kind == WEIR_INT ? v->as.i : (int64_t)x;
        break;
    case WEIR_PARAM_REAL:
        st = number_of(e, v, &x, err);
        if (!st)
            *(double *)at = x;
        break;
    case WEIR_PARAM_ENUM: st = set_enum(e, at, v, err); break;
    case WEIR_PARAM_SIZES:
    case WEIR_PARAM_REALS: st = set_numbers(e, at, v, err); break;
    default:
        if (v->kind == WEIR_DICT && v->as.list.n == 0 && kind_fits(e->type, WEIR_LIST))
            copy = weir_list(); /* an empty table of the client */
        else if (!kind_fits(e->type, v->kind))
            return wrong_type(e, v, wanted(e->type), err);
        else if ((st = weir_value_copy(&copy, v, err)))
            return st;
        weir_value_clear(at);
        *(weir_value *)at = copy;
    }
    if (!st)
        p->given[i] = true;
    return st;
}

static weir_status get_list(const entry *e, const void *at, weir_value *out, weir_error *err)
{
    const param_sizes *s = at;
    const param_reals *r = at;
    weir_value list = weir_list();
    weir_status st = WEIR_OK;

    for (size_t i = 0; i < s->n && !st; i++)
        st = weir_list_add(&list, e->type == WEIR_PARAM_SIZES ? weir_int(s->v[i]) : weir_real(r->v[i]), err);
    if (st)
        weir_value_clear(&list);
    else
        *out = list;
    return st;
}

weir_status weir_params_get(const weir_params *p, const char *name, weir_value *out, weir_error *err)
{
    const weir_param_info *info = weir_param_find(name);

    if (!info)
        return unknown(name, err);
    const entry *e = &entries[info - table.info];
    const void *at = field(p, (size_t)(info - table.info));
    switch (e->type) {
    case WEIR_PARAM_BOOL: *out = weir_bool(*(const bool *)at); return WEIR_OK;
    case WEIR_PARAM_INT: *out = weir_int(*(const int64_t *)at); return WEIR_OK;
    case WEIR_PARAM_REAL: *out = weir_real(*(const double *)at); return WEIR_OK;
    case WEIR_PARAM_ENUM:
        *out = weir_text(table.values[e - entries][*(const int *)at]);
        return out->kind == WEIR_NIL ? weir_no_memory(err, "reading a parameter") : WEIR_OK;
    case WEIR_PARAM_SIZES:
    case WEIR_PARAM_REALS: return get_list(e, at, out, err);
    default: return weir_value_copy(out, at, err);
    }
}

bool weir_params_given(const weir_params *p, const char *name)
{
    const weir_param_info *info = weir_param_find(name);
    return info && p->given[info - table.info];
}

weir_status param_default_dropout(weir_params *p, weir_error *err)
{
    if (!param_dropout(p) || p->hidden_dropout_ratios.n || !p->hidden.n)
        return WEIR_OK;
    double *v = mem_array(p->hidden.n, sizeof *v);
    if (!v)
        return weir_no_memory(err, "preparing the training");
    for (size_t i = 0; i < p->hidden.n; i++)
        v[i] = 0.5;
    mem_free(p->hidden_dropout_ratios.v);
    p->hidden_dropout_ratios = (param_reals){v, p->hidden.n};
    return WEIR_OK;
}
