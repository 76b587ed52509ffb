/* merge.c - diff3 over cells: the cells of base are anchors where both sides still have them. */
#include "ui/merge.h"

#include "base/text.h"
#include "lua/cells.h"

#include <stdlib.h>
#include <string.h>

typedef struct side { const char *s; cell_span *v; size_t n; size_t *of; } side; /* of[b]: where cell b of base stands, SIZE_MAX: nowhere */

static bool split(side *x, const char *s)
{
    size_t n = strlen(s), cap = 2;

    for (const char *p = s; (p = strchr(p, '\n')) != NULL; p++)
        cap++;
    x->s = s;
    x->v = malloc(cap * sizeof *x->v);
    x->n = x->v ? cells_split(s, n, x->v, cap) : 0;
    return x->v != NULL;
}

static bool same(const side *a, size_t i, const side *b, size_t k)
{
    size_t n = a->v[i].end - a->v[i].start, m = b->v[k].end - b->v[k].start;

    while (n && strchr(" \n", a->s[a->v[i].start + n - 1])) /* blank lines at the end tell nothing */
        n--;
    while (m && strchr(" \n", b->s[b->v[k].start + m - 1]))
        m--;
    return n == m && !memcmp(a->s + a->v[i].start, b->s + b->v[k].start, n);
}

/* 2: the same text; 1: the same title, so that one is the other edited; 0: two cells. */
static unsigned alike(const side *a, size_t i, const side *b, size_t k)
{
    const cell_span *x = &a->v[i], *y = &b->v[k];
    size_t n = x->body - x->start;

    if (same(a, i, b, k))
        return 2;
    return x->title_n && n == y->body - y->start && !memcmp(a->s + x->start, b->s + y->start, n);
}

/* The sequence of cells that both have, with as much alike as can be. */
static bool align(const side *base, side *x)
{
    size_t w = x->n + 1;
    unsigned *t = calloc((base->n + 1) * w, sizeof *t);

    x->of = malloc((base->n + 1) * sizeof *x->of);
    if (!t || !x->of) {
        free(t);
        return false;
    }
    for (size_t i = base->n; i-- > 0;)
        for (size_t k = x->n; k-- > 0;) {
            unsigned down = t[(i + 1) * w + k], right = t[i * w + k + 1], score = alike(base, i, x, k), both = score ? t[(i + 1) * w + k + 1] + score : 0;
            t[i * w + k] = both > down ? (both > right ? both : right) : down > right ? down : right;
        }
    for (size_t i = 0, k = 0; i < base->n; i++) {
        x->of[i] = SIZE_MAX;
        while (k < x->n && t[i * w + k] == t[i * w + k + 1])
            k++;
        unsigned score = k < x->n ? alike(base, i, x, k) : 0;
        if (score && t[i * w + k] == t[(i + 1) * w + k + 1] + score)
            x->of[i] = k++;
    }
    free(t);
    return true;
}

static void put(text *out, const side *x, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        if (out->n && out->s[out->n - 1] != '\n')
            text_char(out, '\n');
        text_add_n(out, x->s + x->v[i].start, x->v[i].end - x->v[i].start);
    }
}

static bool equal(const side *a, size_t a0, size_t a1, const side *b, size_t b0, size_t b1)
{
    if (a1 - a0 != b1 - b0)
        return false;
    for (size_t i = 0; i < a1 - a0; i++)
        if (!same(a, a0 + i, b, b0 + i))
            return false;
    return true;
}

/* Between two anchors: one side's cells, or both where both differ from base. */
static void part(text *out, const side *base, size_t b0, size_t b1, const side *o, size_t o0, size_t o1, const side *t, size_t t0, size_t t1, size_t *conflicts)
{
    if (equal(base, b0, b1, t, t0, t1) || equal(o, o0, o1, t, t0, t1)) {
        put(out, o, o0, o1);
    } else if (equal(base, b0, b1, o, o0, o1)) {
        put(out, t, t0, t1);
    } else if (b1 - b0 == o1 - o0 && b1 - b0 == t1 - t0 && b1 - b0 > 1) { /* cell by cell */
        for (size_t i = 0; i < b1 - b0; i++)
            part(out, base, b0 + i, b0 + i + 1, o, o0 + i, o0 + i + 1, t, t0 + i, t0 + i + 1, conflicts);
    } else {
        put(out, o, o0, o1);
        put(out, t, t0, t1);
        *conflicts += b1 > b0 || (o1 > o0 && t1 > t0);
    }
}

char *merge_texts(const char *base, const char *ours, const char *theirs, size_t *conflicts)
{
    side b = {0}, o = {0}, t = {0};
    text out = {0};
    char *s = NULL;

    *conflicts = 0;
    if (split(&b, base) && split(&o, ours) && split(&t, theirs) && align(&b, &o) && align(&b, &t)) {
        size_t b0 = 0, o0 = 0, t0 = 0;
        for (size_t i = 0; i < b.n; i++) {
            if (o.of[i] == SIZE_MAX || t.of[i] == SIZE_MAX)
                continue;
            part(&out, &b, b0, i, &o, o0, o.of[i], &t, t0, t.of[i], conflicts);
            part(&out, &b, i, i + 1, &o, o.of[i], o.of[i] + 1, &t, t.of[i], t.of[i] + 1, conflicts);
            b0 = i + 1, o0 = o.of[i] + 1, t0 = t.of[i] + 1;
        }
        part(&out, &b, b0, b.n, &o, o0, o.n, &t, t0, t.n, conflicts);
        s = out.failed ? NULL : strdup(text_str(&out));
    }
    text_free(&out);
    free(b.v), free(o.v), free(t.v);
    free(o.of), free(t.of);
    return s;
}
