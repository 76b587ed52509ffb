/* row_chunks.c - see row_chunks.h. */
#include "data/row_chunks.h"

#include "base/mem.h"

static void destroy(object *o)
{
    mem_free(o);
}

row_chunks *row_chunks_new(size_t n)
{
    row_chunks *c = mem_zero(1, sizeof *c + n * sizeof *c->end);

    if (c) {
        object_init(&c->o, destroy);
        c->n = n;
    }
    return c;
}

row_chunks *row_chunks_ref(const row_chunks *c)
{
    return object_ref(c ? &c->o : NULL);
}

void row_chunks_unref(row_chunks *c)
{
    object_unref(c ? &c->o : NULL);
}

row_chunks *row_chunks_pick(const row_chunks *c, const uint64_t *rows, size_t n)
{
    row_chunks *left = row_chunks_new(c->n);
    size_t chunk = 0;

    for (size_t i = 0; left && i < n; i++) {
        if (i && rows[i] <= rows[i - 1]) {
            row_chunks_unref(left);
            return NULL;
        }
        while (chunk < c->n && rows[i] >= c->end[chunk])
            left->end[chunk++] = i;
    }
    while (left && chunk < c->n)
        left->end[chunk++] = n;
    return left;
}
