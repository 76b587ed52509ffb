/* past.c - steps as replacements of bytes. */
#include "ui/past.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void drop(past *h, size_t from)
{
    for (size_t i = from; i < h->n; i++)
        free(h->v[i].bytes);
    h->n = from;
}

void past_free(past *h)
{
    drop(h, 0);
    free(h->v);
    free(h->base);
    memset(h, 0, sizeof *h);
}

bool past_begin(past *h, const char *now)
{
    char *base = strdup(now);

    if (!base)
        return false;
    past_free(h);
    h->base = base;
    return true;
}

static step *add(past *h)
{
    if (h->n == h->cap) {
        size_t cap = h->cap ? h->cap * 2 : 64;
        step *v = realloc(h->v, cap * sizeof *v);
        if (!v)
            return NULL;
        h->v = v;
        h->cap = cap;
    }
    return &h->v[h->n];
}

bool past_mark(past *h, const char *now, nb_place here)
{
    if (!h->base)
        return past_begin(h, now);
    size_t a = strlen(h->base), b = strlen(now), at = 0, end = 0;
    while (at < a && at < b && h->base[at] == now[at])
        at++;
    if (at == a && at == b) {
        h->opened = here;
        return true;
    }
    while (end < a - at && end < b - at && h->base[a - end - 1] == now[b - end - 1])
        end++;
    drop(h, h->done);
    step *s = add(h);
    char *bytes = malloc(a - at - end + b - at - end + 1), *base = strdup(now);
    if (!s || !bytes || !base) {
        free(bytes);
        free(base);
        return false;
    }
    *s = (step){.at = at, .old_n = a - at - end, .new_n = b - at - end, .bytes = bytes, .before = h->opened, .after = here};
    memcpy(bytes, h->base + at, s->old_n);
    memcpy(bytes + s->old_n, now + at, s->new_n);
    free(h->base);
    h->base = base;
    h->done = ++h->n;
    h->opened = here;
    return true;
}

static char *apply(past *h, size_t at, size_t gone, const char *s, size_t n)
{
    size_t old = strlen(h->base);
    char *t = malloc(old - gone + n + 1), *copy;

    if (!t)
        return NULL;
    memcpy(t, h->base, at);
    memcpy(t + at, s, n);
    memcpy(t + at + n, h->base + at + gone, old - at - gone + 1);
    copy = strdup(t);
    if (!copy) {
        free(t);
        return NULL;
    }
    free(h->base);
    h->base = t;
    return copy;
}

char *past_back(past *h, nb_place *here)
{
    if (!h->done)
        return NULL;
    const step *s = &h->v[h->done - 1];
    char *t = apply(h, s->at, s->new_n, s->bytes, s->old_n);
    if (t) {
        h->done--;
        h->opened = *here = s->before;
    }
    return t;
}

char *past_forward(past *h, nb_place *here)
{
    if (h->done == h->n)
        return NULL;
    const step *s = &h->v[h->done];
    char *t = apply(h, s->at, s->old_n, s->bytes + s->old_n, s->new_n);
    if (t) {
        h->done++;
        h->opened = *here = s->after;
    }
    return t;
}

void past_write(const past *h, text *out, size_t most)
{
    size_t first = h->n, size = 0;

    while (first && size < most) {
        const step *s = &h->v[first - 1];
        size += s->old_n + s->new_n + 64;
        first--;
    }
    text_fmt(out, "weir-history 1 %zu %zu\n", h->n - first, h->done > first ? h->done - first : 0);
    for (size_t i = first; i < h->n; i++) {
        const step *s = &h->v[i];
        text_fmt(out, "%zu %zu %zu %zu %zu %zu %zu\n", s->at, s->old_n, s->new_n, s->before.cell, s->before.cursor, s->after.cell, s->after.cursor);
        text_add_n(out, s->bytes, s->old_n + s->new_n);
        text_char(out, '\n');
    }
}

/* The steps must lead from here to a text and back: each is tried backwards, then forwards, on a copy. */
static bool fits(const past *h)
{
    past t = {.v = h->v, .n = h->n, .done = h->done, .base = strdup(h->base)};
    bool good = t.base != NULL;

    for (size_t i = h->done; good && i-- > 0;) {
        const step *s = &h->v[i];
        size_t n = strlen(t.base);
        good = s->at <= n && s->new_n <= n - s->at && !memcmp(t.base + s->at, s->bytes + s->old_n, s->new_n);
        free(good ? apply(&t, s->at, s->new_n, s->bytes, s->old_n) : NULL);
    }
    if (good) {
        free(t.base);
        t.base = strdup(h->base);
        good = t.base != NULL;
    }
    for (size_t i = h->done; good && i < h->n; i++) {
        const step *s = &h->v[i];
        size_t n = strlen(t.base);
        good = s->at <= n && s->old_n <= n - s->at && !memcmp(t.base + s->at, s->bytes, s->old_n);
        free(good ? apply(&t, s->at, s->old_n, s->bytes + s->old_n, s->new_n) : NULL);
    }
    free(t.base);
    return good;
}

bool past_read(past *h, const char *s, size_t n, const char *now)
{
    size_t count, done;
    int used = 0;
    past in = {0};

    if (sscanf(s, "weir-history 1 %zu %zu%n", &count, &done, &used) != 2 || s[used] != '\n' || done > count)
        return false;
    const char *at = s + used + 1, *end = s + n;
    bool good = past_begin(&in, now);
    for (size_t i = 0; good && i < count; i++) {
        step x = {0};
        good = at < end && sscanf(at, "%zu %zu %zu %zu %zu %zu %zu%n", &x.at, &x.old_n, &x.new_n, &x.before.cell, &x.before.cursor, &x.after.cell, &x.after.cursor, &used) == 7 &&
               at[used] == '\n';
        at += good ? used + 1 : 0;
        size_t room = good ? (size_t)(end - at) : 0;
        good = good && x.old_n < room && x.new_n < room - x.old_n && at[x.old_n + x.new_n] == '\n';
        step *to = good ? add(&in) : NULL;
        good = to && (x.bytes = malloc(x.old_n + x.new_n + 1));
        if (good) {
            memcpy(x.bytes, at, x.old_n + x.new_n);
            *to = x;
            in.n++;
            at += x.old_n + x.new_n + 1;
        }
    }
    in.done = done;
    if (good && in.n == count && fits(&in)) {
        past_free(h);
        *h = in;
        return true;
    }
    past_free(&in);
    return false;
}
