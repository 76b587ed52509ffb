/* verb.c - checking a verb's arguments against its declaration; getters. */
#include "data/verb.h"

#include "base/mem.h"
#include "base/status.h"
#include "base/text.h"
#include "data/frame.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Getters ------------------------------------------------------------------------- */

const weir_value *verb_value(const verb_context *c, const char *name)
{
    const weir_value *v = weir_dict_get(c->args, name);
    return v && v->kind != WEIR_NIL ? v : NULL;
}

bool verb_has(const verb_context *c, const char *name)
{
    return verb_value(c, name) != NULL;
}

const weir_frame *verb_frame(const verb_context *c, const char *name)
{
    const weir_value *v = verb_value(c, name);
    return v && v->kind == WEIR_FRAME ? v->as.frame : NULL;
}

const weir_model *verb_model(const verb_context *c, const char *name)
{
    const weir_value *v = verb_value(c, name);
    return v && v->kind == WEIR_MODEL ? v->as.model : NULL;
}

const weir_metrics *verb_metrics(const verb_context *c, const char *name)
{
    const weir_value *v = verb_value(c, name);
    return v && v->kind == WEIR_METRICS ? v->as.metrics : NULL;
}

const char *verb_text(const verb_context *c, const char *name)
{
    const weir_value *v = verb_value(c, name);
    return v && v->kind == WEIR_TEXT ? v->as.text.s : NULL;
}

int64_t verb_int(const verb_context *c, const char *name, int64_t absent)
{
    const weir_value *v = verb_value(c, name);
    return v && v->kind == WEIR_INT ? v->as.i : v && v->kind == WEIR_REAL ? (int64_t)v->as.r : absent;
}

double verb_real(const verb_context *c, const char *name, double absent)
{
    const weir_value *v = verb_value(c, name);
    return v && v->kind == WEIR_INT ? (double)v->as.i : v && v->kind == WEIR_REAL ? v->as.r : absent;
}

bool verb_bool(const verb_context *c, const char *name, bool absent)
{
    const weir_value *v = verb_value(c, name);
    return v && v->kind == WEIR_BOOL ? v->as.b : absent;
}

/* Columns --------------------------------------------------------------------------- */

ptrdiff_t verb_column(const weir_frame *f, const weir_value *v, const char *what, weir_error *err)
{
    if (v->kind == WEIR_TEXT) {
        if (!frame_column(f, v->as.text.s, err))
            return -1;
        return weir_frame_find(f, v->as.text.s);
    }
    double at = v->kind == WEIR_INT ? (double)v->as.i : v->kind == WEIR_REAL ? v->as.r : (double)NAN;
    if (!(at >= 1 && at <= (double)f->cols && at == floor(at))) {
        if (isnan(at))
            weir_fail_at(err, WEIR_EINVAL, what, "%s: a column is a name or a position, not a %s", what,
                         weir_kind_name(v->kind));
        else
            weir_fail_at(err, WEIR_EINVAL, what, "%s: column %g is outside 1 to %zu", what, at, f->cols);
        return -1;
    }
    return (ptrdiff_t)at - 1;
}

weir_status verb_columns(const weir_frame *f, const weir_value *v, const char *what, size_t **cols,
                         size_t *n, weir_error *err)
{
    size_t count = v->kind == WEIR_LIST ? v->as.list.n : 1;
    size_t *c = mem_array(count, sizeof *c);

    if (!c)
        return weir_no_memory(err, "selecting columns");
    for (size_t i = 0; i < count; i++) {
        ptrdiff_t at = verb_column(f, v->kind == WEIR_LIST ? &v->as.list.v[i] : v, what, err);
        if (at < 0) {
            mem_free(c);
            return WEIR_EINVAL;
        }
        c[i] = (size_t)at;
    }
    *cols = c;
    *n = count;
    return WEIR_OK;
}

/* Checking ---------------------------------------------------------------------------- */

/* One alternative of a type such as "int|list", as a word of length n. */
static bool fits_word(const char *word, size_t n, const weir_value *v)
{
    static const struct { const char *word; weir_kind kind; } kinds[] = {
        {"bool", WEIR_BOOL}, {"int", WEIR_INT},     {"real", WEIR_REAL},       {"text", WEIR_TEXT},
        {"list", WEIR_LIST}, {"dict", WEIR_DICT},   {"frame", WEIR_FRAME},     {"model", WEIR_MODEL},
        {"func", WEIR_FUNC}, {"metrics", WEIR_METRICS},
    };

    if (n == 3 && !strncmp(word, "any", 3))
        return true;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strlen(kinds[i].word) == n && !strncmp(word, kinds[i].word, n)) {
            if (kinds[i].kind == WEIR_REAL && v->kind == WEIR_INT)
                return true;
            if (kinds[i].kind == WEIR_INT && v->kind == WEIR_REAL)
                return v->as.r == floor(v->as.r) && fabs(v->as.r) < 9e15;
            return kinds[i].kind == v->kind;
        }
    return false;
}

static bool fits(const char *type, const weir_value *v)
{
    while (*type) {
        size_t n = strcspn(type, "|");
        if (fits_word(type, n, v))
            return true;
        type += n + (type[n] == '|');
    }
    return false;
}

static weir_status unknown(const verb *v, const char *name, weir_error *err)
{
    const char *names[64];
    size_t n = 0;

    for (; n < v->info.n_args && n < 64; n++)
        names[n] = v->info.args[n].name;
    weir_fail_at(err, WEIR_EINVAL, name, "%s: there is no argument '%s'", v->info.name, name);
    const char *near = text_nearest(name, names, n);
    if (near)
        weir_hint(err, "did you mean '%s'?", near);
    return WEIR_EINVAL;
}

/* A default such as "10", "0.5", "true", "mean". */
static weir_value default_of(const weir_arg_info *a)
{
    char *end;

    if (!strcmp(a->def, "true") || !strcmp(a->def, "false"))
        return weir_bool(a->def[0] == 't');
    if (strstr(a->type, "int") || strstr(a->type, "real")) {
        double x = strtod(a->def, &end);
        if (*a->def && !*end)
            return x == floor(x) && fabs(x) < 9e15 && strstr(a->type, "int") ? weir_int((int64_t)x)
                                                                             : weir_real(x);
    }
    return weir_text(a->def);
}

static const weir_arg_info *find_arg(const verb *v, const char *name)
{
    for (size_t i = 0; i < v->info.n_args; i++)
        if (!strcmp(v->info.args[i].name, name))
            return &v->info.args[i];
    return NULL;
}

static weir_status check_self(const verb *v, const weir_value *self, weir_error *err)
{
    if (!*v->info.on)
        return WEIR_OK;
    if (!self || strcmp(weir_kind_name(self->kind), v->info.on))
        return weir_fail_at(err, WEIR_EINVAL, "self", "%s works on a %s, not on a %s", v->info.name,
                            v->info.on, weir_kind_name(self ? self->kind : WEIR_NIL));
    return WEIR_OK;
}

static weir_status check_given(const verb *v, const weir_value *args, weir_value *out, weir_error *err)
{
    weir_status st = WEIR_OK;

    for (size_t i = 0; !st && i < args->as.list.n; i++) {
        const char *name = args->as.list.key[i];
        const weir_value *given = &args->as.list.v[i];
        const weir_arg_info *a = find_arg(v, name);
        weir_value copy;
        if (given->kind == WEIR_NIL)
            continue;
        if (!a && !(!strcmp(name, "self") && *v->info.on))
            return unknown(v, name, err);
        if (a && !fits(a->type, given))
            return weir_fail_at(err, WEIR_EINVAL, name, "%s: %s is a %s; it takes %s", v->info.name, name,
                                weir_kind_name(given->kind), a->type);
        st = weir_value_copy(&copy, given, err);
        if (!st)
            st = weir_dict_set(out, name, copy, err);
    }
    return st;
}

weir_status verb_check(const verb *v, const weir_value *args, weir_value *checked, weir_error *err)
{
    static const weir_value none = {.kind = WEIR_DICT};
    weir_value out = weir_dict();

    if (!args || args->kind == WEIR_NIL)
        args = &none;
    if (args->kind != WEIR_DICT)
        return weir_fail(err, WEIR_EINVAL, "%s: arguments are a table of names", v->info.name);
    weir_status st = check_self(v, weir_dict_get(args, "self"), err);
    if (!st)
        st = check_given(v, args, &out, err);
    for (size_t i = 0; !st && i < v->info.n_args; i++) {
        const weir_arg_info *a = &v->info.args[i];
        if (weir_dict_get(&out, a->name))
            continue;
        weir_value def = a->def ? default_of(a) : weir_nil();
        if (a->def && def.kind == WEIR_NIL)
            st = weir_no_memory(err, v->info.name);
        else if (a->def)
            st = weir_dict_set(&out, a->name, def, err);
        else if (!a->optional)
            st = weir_fail_at(err, WEIR_EINVAL, a->name, "%s: %s is missing (%s)", v->info.name, a->name,
                              a->type);
    }
    if (st)
        weir_value_clear(&out);
    else
        *checked = out;
    return st;
}
