/* encode_view.c - a frame bound to an encoder: rows become network inputs. */
#include "model/encode.h"

#include "base/mem.h"
#include "base/status.h"
#include "data/number.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((format(printf, 3, 4))) static weir_status warn(encode_view *v, weir_error *err,
                                                              const char *format, ...)
{
    char s[256];
    va_list ap;

    va_start(ap, format);
    vsnprintf(s, sizeof s, format, ap);
    va_end(ap);
    return weir_list_add(&v->warnings, weir_text(s), err);
}

static weir_status warn_absent(encode_view *v, const char *name, weir_error *err)
{
    if (!v->absent++)
        v->lacks = name;
    return warn(v, err, "column '%s' is not there; taken as missing", name);
}

static const column *find(const weir_frame *f, const char *name)
{
    ptrdiff_t i = name ? weir_frame_find(f, name) : -1;
    return i < 0 ? NULL : f->col[i];
}

/* Levels ---------------------------------------------------------------------------- */

typedef struct target { /* labels that a frame's column is matched with */
    const char *name;
    char *const *labels; /* label k is code k, when the column spells the same ones in the same order */
    size_t n;
    const map *by_label;
    uint32_t unseen;     /* code of a label that is not there */
    bool renumbered;     /* codes are not positions of labels: always map */
} target;

/* Frame codes -> the target's; *map stays NULL when they are the same. */
static weir_status match_levels(const column *c, const target *t, uint32_t **out, size_t *unseen, weir_error *err)
{
    bool same = c->n_levels <= t->n && !t->renumbered;

    for (size_t k = 0; same && k < c->n_levels; k++)
        same = !strcmp(c->levels[k], t->labels[k]);
    *unseen = 0;
    if (same)
        return WEIR_OK;
    uint32_t *m = mem_array(c->n_levels + 1, sizeof *m);
    if (!m)
        return weir_no_memory(err, "matching levels");
    for (size_t k = 0; k < c->n_levels; k++)
        if (!map_get(t->by_label, c->levels[k], strlen(c->levels[k]), &m[k])) {
            m[k] = t->unseen;
            ++*unseen;
        }
    *out = m;
    return WEIR_OK;
}

typedef struct value_label { double value; uint32_t code; } value_label;

static int by_value(const void *a, const void *b)
{
    const value_label *x = a, *y = b;
    return x->value < y->value ? -1 : x->value > y->value;
}

/* Numbers as levels: each takes the label that spells it. */
static bool codes_of_numbers(const column *c, const target *t, uint32_t *code)
{
    value_label *label = mem_array(t->n + 1, sizeof *label);
    size_t n = 0;

    for (size_t k = 0; label && k < t->n; k++)
        if (number_parse(t->labels[k], strlen(t->labels[k]), &label[n].value) && !isnan(label[n].value))
            label[n++].code = (uint32_t)k;
    if (label)
        qsort(label, n, sizeof *label, by_value);
    for (size_t i = 0; label && i < c->rows; i++) {
        value_label key = {.value = column_at(c, i)};
        const value_label *at = isnan(key.value) ? NULL : bsearch(&key, label, n, sizeof key, by_value);
        code[i] = at ? at->code : isnan(key.value) ? COLUMN_MISSING : (uint32_t)t->n;
    }
    mem_free(label);
    return label != NULL;
}

static void codes_of_texts(const column *c, const target *t, uint32_t *code)
{
    for (size_t i = 0; i < c->rows; i++) {
        size_t n;
        const char *s = column_text_at(c, i, &n);
        code[i] = COLUMN_MISSING;
        if (s && !map_get(t->by_label, s, n, &code[i]))
            code[i] = (uint32_t)t->n;
    }
}

/* The column as a factor with the target's labels and one more for what is none of them. */
static weir_status made_factor(encode_view *v, const column **c, const target *t, weir_error *err)
{
    uint32_t *code = mem_array((*c)->rows + 1, sizeof *code);
    const char **labels = mem_array(t->n + 1, sizeof *labels);
    column *made = NULL, **all = mem_resize(v->made, v->n_made + 1, sizeof *all);

    if (all)
        v->made = all;
    if (code && labels && all) {
        for (size_t k = 0; k < t->n; k++)
            labels[k] = t->labels[k];
        labels[t->n] = "(none of the labels)";
        bool ok = true;
        if ((*c)->type == WEIR_TYPE_STRING)
            codes_of_texts(*c, t, code);
        else
            ok = codes_of_numbers(*c, t, code);
        made = ok ? column_of_codes(code, (*c)->rows, labels, t->n + 1) : NULL;
    }
    mem_free(code);
    mem_free(labels);
    if (!made)
        return weir_no_memory(err, "matching levels");
    *c = v->made[v->n_made++] = made;
    return WEIR_OK;
}

static bool spells_a_number(const target *t)
{
    double x;

    for (size_t k = 0; k < t->n; k++)
        if (number_parse(t->labels[k], strlen(t->labels[k]), &x))
            return true;
    return false;
}

/* Finds the factor's column in the frame and matches its levels; *col NULL: missing throughout. */
static weir_status bind_levels(encode_view *v, const target *t, const column **col, uint32_t **out, weir_error *err)
{
    const column *c = find(v->frame, t->name);
    size_t unseen = 0;
    weir_status st = WEIR_OK;

    if (!c)
        return warn_absent(v, t->name, err);
    if (c->type == WEIR_TYPE_MISSING)
        return WEIR_OK;
    if (c->type == WEIR_TYPE_TIME || (c->type == WEIR_TYPE_NUMERIC && !spells_a_number(t)))
        return weir_fail(err, WEIR_EINVAL, "column '%s' was a factor in training and is %s here", t->name,
                         weir_type_name(c->type));
    bool made = c->type != WEIR_TYPE_FACTOR;
    if (made)
        st = made_factor(v, &c, t, err);
    *col = c;
    if (!st)
        st = match_levels(c, t, out, &unseen, err);
    if (!st && made) /* one of its levels is made up, whether or not a cell has it */
        unseen = c->stats.max >= (double)t->n;
    if (!st && unseen && made)
        st = warn(v, err, "column '%s' has values that training did not see as levels; taken as %s", t->name,
                  t->unseen == COLUMN_MISSING ? "missing" : "other");
    else if (!st && unseen)
        st = warn(v, err, "column '%s' has %zu level%s that training did not see; taken as %s", t->name, unseen,
                  unseen > 1 ? "s" : "", t->unseen == COLUMN_MISSING ? "missing" : "other");
    return st;
}

static weir_status bind_factor(encode_view *v, size_t i, weir_error *err)
{
    const encode_factor *f = &v->e->factor[i];
    target t = {.name = f->name, .labels = f->domain ? f->domain : f->levels, .n = f->domain ? f->n_domain : f->n_levels,
                .by_label = f->by_level, .unseen = f->unseen, .renumbered = f->domain != NULL};

    return bind_levels(v, &t, &v->factor_col[i], &v->level_map[i], err);
}

static weir_status bind_code(encode_view *v, size_t i, weir_error *err)
{
    const encode_code *x = &v->e->code[i];
    target t = {.name = x->name, .labels = x->levels, .n = x->n_levels, .by_label = x->by_level, .unseen = COLUMN_MISSING};

    return bind_levels(v, &t, &v->code_col[i], &v->code_map[i], err);
}

static weir_status bind_number(encode_view *v, size_t i, weir_error *err)
{
    const char *name = v->e->number[i].name;
    const column *c = v->e->number[i].code ? NULL : find(v->frame, name);

    if (v->e->number[i].code)
        return WEIR_OK;
    if (!c)
        return warn_absent(v, name, err);
    if (c->type == WEIR_TYPE_MISSING)
        return WEIR_OK;
    if (c->type != WEIR_TYPE_NUMERIC && c->type != WEIR_TYPE_TIME)
        return weir_fail(err, WEIR_EINVAL, "column '%s' was numeric in training and is %s here",
                         name, weir_type_name(c->type));
    v->number_col[i] = c;
    return WEIR_OK;
}

static weir_status bind_response(encode_view *v, weir_error *err)
{
    const encoder *e = v->e;
    const column *c = find(v->frame, e->response);

    if (!c || c->type == WEIR_TYPE_MISSING || (c->type == WEIR_TYPE_STRING && !e->labels))
        return WEIR_OK;
    if (!e->labels) {
        if (c->type == WEIR_TYPE_FACTOR)
            return weir_fail(err, WEIR_EINVAL, "response '%s' was numeric in training and is a factor here", e->response);
        v->response = c;
        return WEIR_OK;
    }
    map *labels = map_new();
    weir_status st = labels ? WEIR_OK : weir_no_memory(err, "matching levels");
    for (size_t k = 0; k < e->n_labels && !st; k++) {
        uint32_t code = (uint32_t)k;
        if (!map_add(labels, e->labels[k], strlen(e->labels[k]), &code, NULL))
            st = weir_no_memory(err, "matching levels");
    }
    target t = {.name = e->response, .labels = e->labels, .n = e->n_labels, .by_label = labels, .unseen = COLUMN_MISSING};
    if (!st)
        st = bind_levels(v, &t, &v->response, &v->response_map, err);
    map_free(labels);
    return st;
}

/* Life ------------------------------------------------------------------------------------ */

static weir_status bind_columns(encode_view *v, weir_error *err)
{
    const encoder *e = v->e;
    weir_status st = WEIR_OK;
    size_t all = e->n_factors + e->n_codes;

    for (size_t i = 0; i < e->n_factors && !st; i++)
        st = bind_factor(v, i, err);
    for (size_t i = 0; i < e->n_codes && !st; i++)
        st = bind_code(v, i, err);
    for (size_t i = 0; i < e->n_numbers && !st; i++) {
        all += !e->number[i].code;
        st = bind_number(v, i, err);
    }
    if (!st && all && v->absent == all)
        st = weir_fail(err, WEIR_EINVAL, "the frame has none of the model's %zu predictors", all);
    return st;
}

weir_status encode_view_new(encode_view **out, const encoder *e, const weir_frame *f, logger *log,
                            weir_error *err)
{
    encode_view *v = MEM_NEW(encode_view);
    weir_status st = WEIR_OK;

    (void)log;
    if (!v)
        return weir_no_memory(err, "reading a frame");
    v->e = e;
    v->frame = f;
    v->warnings = weir_list();
    v->factor_col = mem_zero(e->n_factors + 1, sizeof *v->factor_col);
    v->level_map = mem_zero(e->n_factors + 1, sizeof *v->level_map);
    v->code_col = mem_zero(e->n_codes + 1, sizeof *v->code_col);
    v->code_map = mem_zero(e->n_codes + 1, sizeof *v->code_map);
    v->number_col = mem_zero(e->n_numbers + 1, sizeof *v->number_col);
    if (!v->factor_col || !v->level_map || !v->code_col || !v->code_map || !v->number_col)
        st = weir_no_memory(err, "reading a frame");
    if (!st)
        st = bind_columns(v, err);
    if (!st && e->h2o)
        st = encode_view_again(v, err);
    if (!st)
        st = bind_response(v, err);
    if (st) {
        encode_view_free(v);
        return st;
    }
    v->weights = find(f, e->weights_column);
    v->offset = find(f, e->offset_column);
    if (e->offset_column && !v->offset) {
        encode_view_free(v);
        return weir_fail(err, WEIR_EINVAL, "the frame lacks the offset column '%s'", e->offset_column);
    }
    *out = v;
    return WEIR_OK;
}

void encode_view_free(encode_view *v)
{
    if (!v)
        return;
    for (size_t i = 0; v->level_map && i < v->e->n_factors; i++)
        mem_free(v->level_map[i]);
    for (size_t i = 0; i < v->e->n_codes; i++) {
        if (v->code_map)
            mem_free(v->code_map[i]);
        if (v->code_table)
            mem_free(v->code_table[i]);
    }
    for (size_t i = 0; i < v->n_made; i++)
        column_unref(v->made[i]);
    mem_free(v->factor_col);
    mem_free(v->level_map);
    mem_free(v->code_col);
    mem_free(v->code_map);
    mem_free(v->code_table);
    mem_free(v->code_levels);
    mem_free(v->number_col);
    mem_free(v->response_map);
    mem_free(v->made);
    weir_value_clear(&v->warnings);
    mem_free(v);
}

/* Reading -------------------------------------------------------------------------- */

/* Slot of a level code (of the encoder), or SIZE_MAX when the level has none. */
static size_t slot_of(const encoder *e, const encode_factor *f, uint32_t code)
{
    if (code == COLUMN_MISSING || code >= f->n_levels)
        return f->offset + f->slots - 1;
    if (e->all_levels)
        return f->offset + code;
    return code ? f->offset + code - 1 : SIZE_MAX;
}

static size_t hashed_slot(const encoder *e, size_t slot)
{
    uint64_t x = (slot + 1) * 0x9e3779b97f4a7c15u ^ e->hash_seed;

    if (e->hashed == e->slots)
        return slot;
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93u;
    x ^= x >> 32;
    return (size_t)(x % e->hashed);
}

static uint32_t code_of(const encode_view *v, size_t i, uint32_t frame_code)
{
    if (frame_code == COLUMN_MISSING || !v->level_map[i])
        return frame_code;
    return v->level_map[i][frame_code];
}

static float number_of(const encode_number *x, double value)
{
    return (float)(((isfinite(value) ? value : x->fill) - x->sub) * x->mul);
}

enum { STRIDE = 256 };

static const double *table_of(const encode_view *v, size_t code)
{
    return v->code_table && v->code_table[code] ? v->code_table[code] : v->e->code[code].table;
}

/* Row of a code's table: the level, or the last row for what has none. */
static size_t line_of(const encode_view *v, size_t code, uint32_t frame_code)
{
    size_t n = v->code_levels && v->code_table[code] ? v->code_levels[code] : v->e->code[code].n_levels;
    uint32_t k = frame_code;

    if (k != COLUMN_MISSING && v->code_map[code])
        k = v->code_map[code][k];
    return k < n ? k : n;
}

static void coded_values(const encode_view *v, const encode_number *num, size_t row, size_t n, double *x)
{
    size_t at = num->code - 1, columns = v->e->code[at].columns;
    const double *table = table_of(v, at);
    uint32_t code[STRIDE];

    for (size_t i = 0; i < n; i++) {
        if (i % STRIDE == 0 && v->code_col[at])
            column_codes(v->code_col[at], row + i, n - i < STRIDE ? n - i : STRIDE, code);
        x[i] = table[line_of(v, at, v->code_col[at] ? code[i % STRIDE] : COLUMN_MISSING) * columns + num->part];
    }
}

void encode_values(const encode_view *v, size_t i, size_t row, size_t n, double *x)
{
    const encode_number *num = &v->e->number[i];

    if (num->code)
        coded_values(v, num, row, n, x);
    else if (v->number_col[i])
        column_read(v->number_col[i], row, n, x);
    else
        for (size_t k = 0; k < n; k++)
            x[k] = NAN;
}

static double value_at(const encode_view *v, size_t i, size_t row)
{
    double x;

    encode_values(v, i, row, 1, &x);
    return x;
}

static void dense_block(const encode_view *v, size_t row, size_t n, float *x)
{
    const encoder *e = v->e;
    uint32_t code[STRIDE];
    double value[STRIDE];

    memset(x, 0, n * e->inputs * sizeof *x);
    for (size_t i = 0; i < e->n_factors; i++) {
        if (v->factor_col[i])
            column_codes(v->factor_col[i], row, n, code);
        for (size_t r = 0; r < n; r++) {
            size_t s = slot_of(e, &e->factor[i], v->factor_col[i] ? code_of(v, i, code[r]) : COLUMN_MISSING);
            if (s != SIZE_MAX)
                x[r * e->inputs + hashed_slot(e, s)] += 1;
        }
    }
    for (size_t i = 0; i < e->n_numbers; i++) {
        const encode_number *num = &e->number[i];
        encode_values(v, i, row, n, value);
        for (size_t r = 0; r < n; r++)
            x[r * e->inputs + e->hashed + i] = number_of(num, value[r]);
    }
}

void encode_dense(const encode_view *v, size_t row, size_t n, float *x)
{
    for (size_t k = 0; k < n; k += STRIDE)
        dense_block(v, row + k, n - k < STRIDE ? n - k : STRIDE, x + k * v->e->inputs);
}

static size_t add_slot(uint32_t *idx, float *val, size_t n, size_t slot)
{
    for (size_t k = 0; k < n; k++)
        if (idx[k] == slot) { /* only hashing makes two meet */
            val[k] += 1;
            return n;
        }
    size_t at = n;
    for (; at > 0 && idx[at - 1] > slot; at--) {
        idx[at] = idx[at - 1];
        val[at] = val[at - 1];
    }
    idx[at] = (uint32_t)slot;
    val[at] = 1;
    return n + 1;
}

size_t encode_sparse(const encode_view *v, size_t row, uint32_t *idx, float *val)
{
    const encoder *e = v->e;
    size_t n = 0;

    for (size_t i = 0; i < e->n_factors; i++) {
        uint32_t code = v->factor_col[i] ? code_of(v, i, column_code_at(v->factor_col[i], row)) : COLUMN_MISSING;
        size_t s = slot_of(e, &e->factor[i], code);
        if (s != SIZE_MAX)
            n = add_slot(idx, val, n, hashed_slot(e, s));
    }
    for (size_t i = 0; i < e->n_numbers; i++) {
        float x = number_of(&e->number[i], value_at(v, i, row));
        if (x != 0) {
            idx[n] = (uint32_t)(e->hashed + i);
            val[n++] = x;
        }
    }
    return n;
}

void encode_response(const encode_view *v, size_t row, size_t n, double *y)
{
    const encoder *e = v->e;

    if (!v->response) {
        for (size_t i = 0; i < n; i++)
            y[i] = NAN;
        return;
    }
    column_read(v->response, row, n, y);
    for (size_t i = 0; i < n; i++)
        if (!e->labels) {
            y[i] = isfinite(y[i]) ? (y[i] - e->resp_sub) * e->resp_mul : (double)NAN;
        } else if (v->response_map && !isnan(y[i])) {
            uint32_t code = v->response_map[(size_t)y[i]];
            y[i] = code == COLUMN_MISSING ? (double)NAN : code;
        }
}

bool encode_has_missing(const encode_view *v, size_t row)
{
    for (size_t i = 0; i < v->e->n_factors; i++)
        if (!v->factor_col[i] || column_missing(v->factor_col[i], row))
            return true;
    bool bits = v->e->h2o && v->e->encoding == ENCODING_BINARY; /* of which theirs has none missing */
    for (size_t i = 0; i < v->e->n_codes && !bits; i++)
        if (!v->code_col[i] || column_missing(v->code_col[i], row))
            return true;
    for (size_t i = 0; i < v->e->n_numbers; i++)
        if (!v->e->number[i].code && !isfinite(value_at(v, i, row)))
            return true;
    return false;
}

void encode_weights(const encode_view *v, size_t row, size_t n, double *w)
{
    if (v->weights)
        column_read(v->weights, row, n, w);
    for (size_t i = 0; i < n; i++)
        if (!v->weights || !(w[i] >= 0))
            w[i] = v->weights ? 0 : 1;
}

void encode_offsets(const encode_view *v, size_t row, size_t n, double *o)
{
    if (v->offset)
        column_read(v->offset, row, n, o);
    for (size_t i = 0; i < n; i++)
        o[i] = v->offset && isfinite(o[i]) ? o[i] * v->e->resp_mul : 0;
}

weir_status encode_view_validation(encode_view **out, const encoder *e, const weir_frame *f, logger *log,
                                   weir_error *err)
{
    weir_error why = {0};
    weir_status st = encode_view_new(out, e, f, log, &why);

    return st ? weir_fail_at(err, st, "validation_frame", "validation_frame: %.900s", why.message) : WEIR_OK;
}
