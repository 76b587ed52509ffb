/* registry.c - id -> frame or model. */
#include "config.h"
#include "run/registry.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/object.h"
#include "base/status.h"
#include "base/text.h"
#include "data/frame.h"
#include "model/model.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ID_MAX = 128 };

typedef struct entry {
    char id[ID_MAX];
    weir_value object; /* FRAME or MODEL, owned */
    bool named;
    double created; /* seconds since 1970 */
    uint64_t bytes; /* what is entered does not change */
} entry;

struct registry {
    pthread_mutex_t lock; /* guards everything below; never held across a call into another module
                             but unref */
    entry *e;
    size_t n, cap;
    uint64_t serial; /* of made-up ids */
    uint64_t bytes;  /* sum of the entries' */
};

registry *registry_new(void)
{
    registry *r = MEM_NEW(registry);
    if (r)
        pthread_mutex_init(&r->lock, NULL);
    return r;
}

void registry_free(registry *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->n; i++)
        weir_value_clear(&r->e[i].object);
    mem_free(r->e);
    pthread_mutex_destroy(&r->lock);
    mem_free(r);
}

static object *object_of(const weir_value *v)
{
    return v->kind == WEIR_FRAME ? (object *)v->as.frame : (object *)v->as.model;
}

/* The object's own field for its id. */
static char *id_of(const weir_value *v)
{
    return v->kind == WEIR_FRAME ? v->as.frame->id : v->as.model->id;
}

static uint64_t bytes_of(const weir_value *v)
{
    return v->kind == WEIR_FRAME ? weir_frame_bytes(v->as.frame) : weir_model_bytes(v->as.model);
}

static ptrdiff_t find(const registry *r, const char *id)
{
    for (size_t i = 0; i < r->n; i++)
        if (!strcmp(r->e[i].id, id))
            return (ptrdiff_t)i;
    return -1;
}

static void fresh_id(registry *r, const char *stem, char *buf, size_t cap)
{
    do
        snprintf(buf, cap, "%.100s_%llu", stem, (unsigned long long)++r->serial);
    while (find(r, buf) >= 0);
}

void registry_fresh_id(registry *r, const char *stem, char *buf, size_t cap)
{
    pthread_mutex_lock(&r->lock);
    fresh_id(r, stem, buf, cap);
    pthread_mutex_unlock(&r->lock);
}

void registry_count_from(registry *r, uint64_t serial)
{
    pthread_mutex_lock(&r->lock);
    r->serial = serial > r->serial ? serial : r->serial;
    pthread_mutex_unlock(&r->lock);
}

static weir_status check_id(const char *id, weir_error *err)
{
    size_t n = strlen(id);

    if (n == 0 || n >= ID_MAX)
        return weir_fail(err, WEIR_EINVAL, "id '%.40s%s' has %zu bytes; 1 to %d are allowed", id,
                         n > 40 ? "..." : "", n, ID_MAX - 1);
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)id[i] < 0x20)
            return weir_fail(err, WEIR_EINVAL, "an id may not hold control characters");
    return WEIR_OK;
}

weir_status registry_put(registry *r, const char *id, const char *stem, const weir_value *obj,
                         weir_error *err)
{
    weir_value old = weir_nil(), mine;
    weir_status st = id ? check_id(id, err) : WEIR_OK;

    if (st)
        return st;
    if (obj->kind != WEIR_FRAME && obj->kind != WEIR_MODEL)
        return weir_fail(err, WEIR_EINVAL, "only frames and models have ids, not a %s",
                         weir_kind_name(obj->kind));
    pthread_mutex_lock(&r->lock);
    char *own = id_of(obj), key[ID_MAX];
    if (id)
        snprintf(key, sizeof key, "%s", id);
    else if (own[0])
        snprintf(key, sizeof key, "%s", own);
    else
        fresh_id(r, stem, key, sizeof key);
    ptrdiff_t at = find(r, key);
    entry *e = at >= 0 ? r->e : mem_grow(r->e, r->n, &r->cap, sizeof *e);
    if (!e) {
        pthread_mutex_unlock(&r->lock);
        return weir_no_memory(err, "entering an object");
    }
    r->e = e;
    weir_value_copy(&mine, obj, NULL); /* a reference; cannot fail */
    if (!own[0])
        memcpy(own, key, sizeof key);
    if (at >= 0) {
        old = r->e[at].object;
        r->bytes -= r->e[at].bytes;
        r->e[at].object = mine;
        r->e[at].bytes = bytes_of(obj);
        r->e[at].named |= id != NULL;
        r->e[at].created = clock_wall();
    } else {
        entry *n = &r->e[r->n++];
        *n = (entry){.object = mine, .named = id != NULL, .created = clock_wall(), .bytes = bytes_of(obj)};
        memcpy(n->id, key, sizeof key);
        at = n - r->e;
    }
    r->bytes += r->e[at].bytes;
    pthread_mutex_unlock(&r->lock);
    weir_value_clear(&old);
    return WEIR_OK;
}

/* The error names a near id. The lock is held. */
static weir_status unknown(const registry *r, const char *id, weir_error *err)
{
    const char **names = mem_array(r->n + 1, sizeof *names);
    const char *near = NULL;

    if (names) {
        for (size_t i = 0; i < r->n; i++)
            names[i] = r->e[i].id;
        near = text_nearest(id, names, r->n);
    }
    weir_fail(err, WEIR_EINVAL, "no frame or model has the id '%.100s'", id);
    if (near)
        weir_hint(err, "did you mean '%.100s'?", near);
    mem_free(names);
    return WEIR_EINVAL;
}

weir_status registry_get(registry *r, const char *id, weir_value *out, weir_error *err)
{
    weir_status st = WEIR_OK;

    pthread_mutex_lock(&r->lock);
    ptrdiff_t at = find(r, id);
    if (at >= 0)
        weir_value_copy(out, &r->e[at].object, NULL);
    else
        st = unknown(r, id, err);
    pthread_mutex_unlock(&r->lock);
    return st;
}

weir_status registry_remove(registry *r, const char *id, weir_error *err)
{
    weir_value old = weir_nil();
    weir_status st = WEIR_OK;

    pthread_mutex_lock(&r->lock);
    ptrdiff_t at = find(r, id);
    if (at >= 0) {
        old = r->e[at].object;
        r->bytes -= r->e[at].bytes;
        memmove(&r->e[at], &r->e[at + 1], (r->n - (size_t)at - 1) * sizeof *r->e);
        r->n--;
    } else {
        st = unknown(r, id, err);
    }
    pthread_mutex_unlock(&r->lock);
    weir_value_clear(&old);
    return st;
}

void registry_sweep(registry *r)
{
    pthread_mutex_lock(&r->lock);
    size_t kept = 0;
    for (size_t i = 0; i < r->n; i++) {
        entry *e = &r->e[i];
        /* Under the lock nobody can take a new reference through us. */
        if (e->named || object_refs(object_of(&e->object)) > 1) {
            r->e[kept++] = *e;
            continue;
        }
        r->bytes -= e->bytes;
        weir_value_clear(&e->object);
    }
    r->n = kept;
    pthread_mutex_unlock(&r->lock);
}

static weir_status describe(const entry *e, weir_value *out, weir_error *err)
{
    weir_value d = weir_dict();
    bool frame = e->object.kind == WEIR_FRAME;
    const weir_frame *f = frame ? e->object.as.frame : NULL;
    const struct { const char *key; weir_value v; } field[] = {
        {"id", weir_text(e->id)},
        {"kind", weir_text(frame ? "frame" : "model")},
        {"rows", weir_int(frame ? (int64_t)weir_frame_rows(f) : 0)},
        {"cols", weir_int(frame ? (int64_t)weir_frame_cols(f) : 0)},
        {"bytes", weir_int((int64_t)e->bytes)},
        {"named", weir_bool(e->named)},
        {"created", weir_real(e->created)},
    };
    weir_status st = WEIR_OK;

    for (size_t i = 0; i < sizeof field / sizeof *field; i++) {
        weir_value v = field[i].v;
        if (st)
            weir_value_clear(&v);
        else
            st = weir_dict_set(&d, field[i].key, v, err);
    }
    if (st)
        weir_value_clear(&d);
    else
        *out = d;
    return st;
}

weir_status registry_list(registry *r, weir_value *out, weir_error *err)
{
    weir_value l = weir_list();
    weir_status st = WEIR_OK;

    pthread_mutex_lock(&r->lock);
    for (size_t i = 0; i < r->n && !st; i++) {
        weir_value d;
        st = describe(&r->e[i], &d, err);
        if (!st)
            st = weir_list_add(&l, d, err);
    }
    pthread_mutex_unlock(&r->lock);
    if (st)
        weir_value_clear(&l);
    else
        *out = l;
    return st;
}

uint64_t registry_bytes_at_most(registry *r)
{
    pthread_mutex_lock(&r->lock);
    uint64_t bytes = r->bytes;
    pthread_mutex_unlock(&r->lock);
    return bytes;
}

static int by_address(const void *a, const void *b)
{
    const column *x = *(const column *const *)a, *y = *(const column *const *)b;
    return (x > y) - (x < y);
}

uint64_t registry_bytes(registry *r)
{
    size_t n = 0, cols = 0;

    pthread_mutex_lock(&r->lock);
    uint64_t bytes = r->bytes;
    for (size_t i = 0; i < r->n; i++)
        cols += r->e[i].object.kind == WEIR_FRAME ? weir_frame_cols(r->e[i].object.as.frame) : 0;
    const column **all = mem_array(cols + 1, sizeof *all);
    for (size_t i = 0; i < r->n && all; i++) {
        const weir_frame *f = r->e[i].object.kind == WEIR_FRAME ? r->e[i].object.as.frame : NULL;
        for (size_t k = 0; f && k < f->cols; k++)
            all[n++] = f->col[k];
    }
    if (all)
        qsort(all, n, sizeof *all, by_address);
    for (size_t i = 1; i < n; i++)
        bytes -= all[i] == all[i - 1] ? column_size(all[i]) : 0;
    pthread_mutex_unlock(&r->lock);
    mem_free(all);
    return bytes;
}
