/* encode.c - an encoder's life: copying, indexing, naming. Fitting: encode_fit.c; reading rows: encode_view.c. */
#include "model/encode.h"

#include "base/mem.h"
#include "base/status.h"

#include <stdio.h>
#include <string.h>

static void texts_free(char **v, size_t n)
{
    for (size_t i = 0; v && i < n; i++)
        mem_free(v[i]);
    mem_free(v);
}

static void factor_free(encode_factor *f)
{
    mem_free(f->name);
    mem_free(f->shown);
    texts_free(f->levels, f->n_levels);
    texts_free(f->domain, f->n_domain);
    mem_free(f->to);
    map_free(f->by_level);
}

static void code_free(encode_code *c)
{
    mem_free(c->name);
    texts_free(c->levels, c->n_levels);
    mem_free(c->table);
    map_free(c->by_level);
}

void encoder_free(encoder *e)
{
    if (!e)
        return;
    for (size_t i = 0; e->factor && i < e->n_factors; i++)
        factor_free(&e->factor[i]);
    for (size_t i = 0; e->code && i < e->n_codes; i++)
        code_free(&e->code[i]);
    for (size_t i = 0; e->number && i < e->n_numbers; i++)
        mem_free(e->number[i].name);
    mem_free(e->factor);
    mem_free(e->code);
    mem_free(e->number);
    mem_free(e->response);
    texts_free(e->labels, e->n_labels);
    mem_free(e->weights_column);
    mem_free(e->offset_column);
    mem_free(e);
}

/* Indexing ----------------------------------------------------------------------------- */

/* label k -> to[k] (NULL: k) */
static map *index_of(char *const *labels, size_t n, const uint32_t *to)
{
    map *m = map_new();

    for (size_t k = 0; m && k < n; k++) {
        uint32_t level = to ? to[k] : (uint32_t)k;
        if (!map_add(m, labels[k], strlen(labels[k]), &level, NULL)) {
            map_free(m);
            return NULL;
        }
    }
    return m;
}

weir_status encoder_index(encoder *e, weir_error *err)
{
    for (size_t i = 0; i < e->n_factors; i++) {
        encode_factor *f = &e->factor[i];
        map_free(f->by_level);
        f->by_level = f->domain ? index_of(f->domain, f->n_domain, f->to) : index_of(f->levels, f->n_levels, NULL);
        if (!f->by_level)
            return weir_no_memory(err, "indexing levels");
    }
    for (size_t i = 0; i < e->n_codes; i++) {
        encode_code *c = &e->code[i];
        map_free(c->by_level);
        c->by_level = index_of(c->levels, c->n_levels, NULL);
        if (!c->by_level)
            return weir_no_memory(err, "indexing levels");
    }
    return WEIR_OK;
}

/* Copying ------------------------------------------------------------------------------ */

/* Each copies and says whether there was memory; NULL gives NULL. */
static bool copy_text(char **to, const char *from)
{
    *to = mem_text(from);
    return !*to == !from;
}

static bool copy_texts(char ***to, char *const *v, size_t n)
{
    char **copy = v ? mem_zero(n + 1, sizeof *copy) : NULL;

    *to = copy;
    for (size_t i = 0; copy && i < n; i++)
        if (!(copy[i] = mem_text(v[i])))
            return false;
    return !copy == !v;
}

static bool copy_bytes(void *to, const void *from, size_t n, size_t size)
{
    void *copy = from ? mem_array(n + 1, size) : NULL;

    if (copy)
        memcpy(copy, from, n * size);
    memcpy(to, &copy, sizeof copy);
    return !copy == !from;
}

static bool copy_factor(encode_factor *to, const encode_factor *from)
{
    *to = *from;
    to->shown = NULL;
    to->levels = to->domain = NULL;
    to->to = NULL;
    to->by_level = NULL;
    return copy_text(&to->name, from->name) && copy_text(&to->shown, from->shown) &&
           copy_texts(&to->levels, from->levels, from->n_levels) &&
           copy_texts(&to->domain, from->domain, from->n_domain) &&
           copy_bytes(&to->to, from->to, from->n_domain, sizeof *from->to);
}

static bool copy_code(encode_code *to, const encode_code *from)
{
    *to = *from;
    to->levels = NULL;
    to->table = NULL;
    to->by_level = NULL;
    return copy_text(&to->name, from->name) && copy_texts(&to->levels, from->levels, from->n_levels) &&
           copy_bytes(&to->table, from->table, (from->n_levels + 1) * from->columns, sizeof *from->table);
}

static bool copy_parts(encoder *c, const encoder *e)
{
    bool ok = copy_text(&c->response, e->response) && copy_text(&c->weights_column, e->weights_column) &&
              copy_text(&c->offset_column, e->offset_column) && copy_texts(&c->labels, e->labels, e->n_labels);

    for (size_t i = 0; ok && i < e->n_factors; i++)
        ok = copy_factor(&c->factor[i], &e->factor[i]);
    for (size_t i = 0; ok && i < e->n_codes; i++)
        ok = copy_code(&c->code[i], &e->code[i]);
    for (size_t i = 0; ok && i < e->n_numbers; i++) {
        c->number[i] = e->number[i];
        ok = copy_text(&c->number[i].name, e->number[i].name);
    }
    return ok;
}

weir_status encoder_copy(encoder **out, const encoder *e, weir_error *err)
{
    encoder *c = MEM_NEW(encoder);

    if (!c)
        return weir_no_memory(err, "copying an encoder");
    *c = *e;
    c->response = c->weights_column = c->offset_column = NULL;
    c->labels = NULL;
    c->factor = mem_zero(e->n_factors + 1, sizeof *c->factor);
    c->code = mem_zero(e->n_codes + 1, sizeof *c->code);
    c->number = mem_zero(e->n_numbers + 1, sizeof *c->number);
    if (!c->factor || !c->code || !c->number || !copy_parts(c, e) || encoder_index(c, NULL)) {
        encoder_free(c);
        return weir_no_memory(err, "copying an encoder");
    }
    *out = c;
    return WEIR_OK;
}

/* Names -------------------------------------------------------------------------------- */

void encoder_input_name(const encoder *e, size_t i, char *buf, size_t cap)
{
    if (i >= e->hashed) {
        snprintf(buf, cap, "%s", e->number[i - e->hashed].name);
        return;
    }
    if (e->hashed < e->slots) {
        snprintf(buf, cap, "hashed.%zu", i + 1);
        return;
    }
    for (size_t k = 0; k < e->n_factors; k++) {
        const encode_factor *f = &e->factor[k];
        size_t slot = i - f->offset, first = e->all_levels ? 0 : 1;
        const char *name = f->shown ? f->shown : f->name;
        if (i < f->offset || slot >= f->slots)
            continue;
        if (slot + 1 == f->slots)
            snprintf(buf, cap, "%s.missing(NA)", name);
        else
            snprintf(buf, cap, "%s.%s", name, f->levels[slot + first]);
        return;
    }
}
