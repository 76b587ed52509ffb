/* encode_view.c - a frame bound to an encoder: rows become network inputs. */
#include "model/encode.h"

#include "base/mem.h"
#include "base/status.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
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

static const column *find(const weir_frame *f, const char *name)
{
    ptrdiff_t i = name ? weir_frame_find(f, name) : -1;
    return i < 0 ? NULL : f->col[i];
}

/* Frame codes -> the encoder's codes; *map stays NULL when they are the same. */
static weir_status match_levels(const column *c, const encode_factor *f, uint32_t **out, size_t *unseen,
                                weir_error *err)
{
    bool same = c->n_levels <= f->n_levels;

    for (size_t k = 0; same && k < c->n_levels; k++)
        same = !strcmp(c->levels[k], f->levels[k]);
    *unseen = 0;
    if (same)
        return WEIR_OK;
    uint32_t *m = mem_array(c->n_levels, sizeof *m);
    if (!m)
        return weir_no_memory(err, "matching levels");
    for (size_t k = 0; k < c->n_levels; k++)
        if (!map_get(f->by_level, c->levels[k], strlen(c->levels[k]), &m[k])) {
            m[k] = COLUMN_MISSING;
            ++*unseen;
        }
    *out = m;
    return WEIR_OK;
}

static weir_status bind_factor(encode_view *v, size_t i, weir_error *err)
{
    const encode_factor *f = &v->e->factor[i];
    const column *c = find(v->frame, f->name);
    size_t unseen = 0;

    if (!c)
        return warn(v, err, "column '%s' is not there; taken as missing", f->name);
    if (c->type != WEIR_TYPE_FACTOR && c->type != WEIR_TYPE_MISSING)
        return weir_fail(err, WEIR_EINVAL, "column '%s' was a factor in training and is %s here",
                         f->name, weir_type_name(c->type));
    if (c->type == WEIR_TYPE_MISSING)
        return WEIR_OK;
    v->factor_col[i] = c;
    weir_status st = match_levels(c, f, &v->level_map[i], &unseen, err);
    if (!st && unseen)
        st = warn(v, err, "column '%s' has %zu levels that training did not see; taken as missing",
                  f->name, unseen);
    return st;
}

static weir_status bind_number(encode_view *v, size_t i, weir_error *err)
{
    const char *name = v->e->number[i].name;
    const column *c = find(v->frame, name);

    if (!c)
        return warn(v, err, "column '%s' is not there; taken as missing", name);
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

    if (!c || c->type == WEIR_TYPE_MISSING || c->type == WEIR_TYPE_STRING)
        return WEIR_OK;
    if ((c->type == WEIR_TYPE_FACTOR) != (e->labels != NULL))
        return weir_fail(err, WEIR_EINVAL, "response '%s' was %s in training and is %s here", e->response,
                         e->labels ? "a factor" : "numeric", weir_type_name(c->type));
    v->response = c;
    if (!e->labels)
        return WEIR_OK;
    encode_factor labels = {.levels = e->labels, .n_levels = e->n_labels, .by_level = map_new()};
    weir_status st = labels.by_level ? WEIR_OK : weir_no_memory(err, "matching levels");
    for (size_t k = 0; k < e->n_labels && !st; k++) {
        uint32_t code = (uint32_t)k;
        if (!map_add(labels.by_level, e->labels[k], strlen(e->labels[k]), &code, NULL))
            st = weir_no_memory(err, "matching levels");
    }
    size_t unseen = 0;
    if (!st)
        st = match_levels(c, &labels, &v->response_map, &unseen, err);
    if (!st && unseen)
        st = warn(v, err, "response '%s' has %zu labels that training did not see", e->response, unseen);
    map_free(labels.by_level);
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
    v->number_col = mem_zero(e->n_numbers + 1, sizeof *v->number_col);
    if (!v->factor_col || !v->level_map || !v->number_col)
        st = weir_no_memory(err, "reading a frame");
    for (size_t i = 0; i < e->n_factors && !st; i++)
        st = bind_factor(v, i, err);
    for (size_t i = 0; i < e->n_numbers && !st; i++)
        st = bind_number(v, i, err);
    size_t bound = 0;
    for (size_t i = 0; i < e->n_factors && !st; i++)
        bound += v->factor_col[i] != NULL;
    for (size_t i = 0; i < e->n_numbers && !st; i++)
        bound += v->number_col[i] != NULL;
    if (!st && !bound && e->n_factors + e->n_numbers > 0)
        st = weir_fail(err, WEIR_EINVAL, "the frame has none of the model's %zu predictors",
                       e->n_factors + e->n_numbers);
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
    mem_free(v->factor_col);
    mem_free(v->level_map);
    mem_free(v->number_col);
    mem_free(v->response_map);
    weir_frame_unref(v->owned);
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
        if (v->number_col[i])
            column_read(v->number_col[i], row, n, value);
        for (size_t r = 0; r < n; r++)
            x[r * e->inputs + e->hashed + i] = number_of(num, v->number_col[i] ? value[r] : (double)NAN);
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
        float x = number_of(&e->number[i], v->number_col[i] ? column_at(v->number_col[i], row) : (double)NAN);
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
    for (size_t i = 0; i < v->e->n_numbers; i++)
        if (!v->number_col[i] || !isfinite(column_at(v->number_col[i], row)))
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
