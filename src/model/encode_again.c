/* encode_again.c - a frame encoded as H2O encodes it: Eigen's values and EnumLimited's levels are those of
 * this frame's own counts, not of the training frame's. */
#include "model/encode.h"

#include "base/mem.h"
#include "base/status.h"

#include <math.h>
#include <string.h>

/* A frame's levels among the labels of training, new ones behind them in the frame's own order. */
typedef struct adapted {
    uint32_t *place; /* [levels of the column] */
    size_t *count;   /* [n] rows of each */
    size_t n, missing;
} adapted;

static void adapted_free(adapted *a)
{
    mem_free(a->place);
    mem_free(a->count);
}

static bool places_of(const column *c, char *const *labels, size_t n, adapted *a)
{
    map *m = map_new();
    bool ok = m != NULL;

    a->n = n;
    for (size_t k = 0; k < n && ok; k++) {
        uint32_t code = (uint32_t)k;
        ok = map_add(m, labels[k], strlen(labels[k]), &code, NULL);
    }
    for (size_t k = 0; k < c->n_levels && ok; k++)
        if (!map_get(m, c->levels[k], strlen(c->levels[k]), &a->place[k]))
            a->place[k] = (uint32_t)a->n++;
    map_free(m);
    return ok;
}

static weir_status adapt(const column *c, char *const *labels, size_t n, adapted *a, weir_error *err)
{
    a->place = mem_array(c->n_levels + 1, sizeof *a->place);
    a->count = mem_zero(n + c->n_levels + 1, sizeof *a->count);
    if (!a->place || !a->count || !places_of(c, labels, n, a))
        return weir_no_memory(err, "encoding a frame");
    for (size_t i = 0; i < c->rows; i++) {
        uint32_t k = column_code_at(c, i);
        if (k == COLUMN_MISSING)
            a->missing++;
        else
            a->count[a->place[k]]++;
    }
    return WEIR_OK;
}

static weir_status project_again(encode_view *v, size_t i, weir_error *err)
{
    const encode_code *x = &v->e->code[i];
    adapted a = {0};
    weir_status st = adapt(v->code_col[i], x->levels, x->n_levels, &a, err);
    double *table = st ? NULL : mem_array(a.n + 1, sizeof *table);

    if (!st && !table)
        st = weir_no_memory(err, "encoding a frame");
    if (!st)
        st = encode_projection(a.count, a.n, a.missing, true, table, err);
    if (!st) {
        table[a.n] = NAN;
        mem_free(v->code_map[i]);
        v->code_map[i] = a.place;
        v->code_levels[i] = a.n;
        a.place = NULL;
    }
    v->code_table[i] = table;
    adapted_free(&a);
    return st;
}

/* Level of a label among those of training, or missing. */
static uint32_t level_of(const encode_factor *f, const char *label)
{
    for (size_t k = 0; k < f->n_levels; k++)
        if (!strcmp(f->levels[k], label))
            return (uint32_t)k;
    return COLUMN_MISSING;
}

static weir_status limit_again(encode_view *v, size_t i, weir_error *err)
{
    const encode_factor *f = &v->e->factor[i];
    const column *c = v->factor_col[i];
    adapted a = {0};
    uint32_t pick[ENCODE_TOP];
    size_t kept = 0;
    bool rest = false;
    weir_status st = adapt(c, f->domain, f->n_domain, &a, err);

    if (!st)
        st = encode_top_levels(a.count, a.n, ENCODE_TOP, pick, &kept, &rest, err);
    for (size_t k = 0; k < c->n_levels && !st; k++) {
        uint32_t to = rest ? level_of(f, "other") : COLUMN_MISSING;
        for (size_t q = 0; q < kept; q++)
            if (pick[q] == a.place[k])
                to = level_of(f, c->levels[k]);
        a.place[k] = to;
    }
    if (!st) {
        mem_free(v->level_map[i]);
        v->level_map[i] = a.place;
        a.place = NULL;
    }
    adapted_free(&a);
    return st;
}

weir_status encode_view_again(encode_view *v, weir_error *err)
{
    const encoder *e = v->e;
    weir_status st = WEIR_OK;

    if (e->encoding == ENCODING_EIGEN) {
        v->code_table = mem_zero(e->n_codes + 1, sizeof *v->code_table);
        v->code_levels = mem_zero(e->n_codes + 1, sizeof *v->code_levels);
        if (!v->code_table || !v->code_levels)
            return weir_no_memory(err, "encoding a frame");
    }
    for (size_t i = 0; e->encoding == ENCODING_EIGEN && i < e->n_codes && !st; i++)
        if (v->code_col[i])
            st = project_again(v, i, err);
    for (size_t i = 0; i < e->n_factors && !st; i++)
        if (v->factor_col[i] && e->factor[i].domain)
            st = limit_again(v, i, err);
    return st;
}
