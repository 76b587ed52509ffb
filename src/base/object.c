/* object.c - reference counts. */
#include "base/object.h"

#include <stddef.h>
#include <stdint.h>

void object_init(object *o, void (*destroy)(object *o))
{
    atomic_init(&o->refs, 1);
    o->destroy = destroy;
}

void *object_ref(const object *o)
{
    if (!o)
        return NULL;
    object *m = (object *)(uintptr_t)o; /* the count is not part of what const promises */
    atomic_fetch_add_explicit(&m->refs, 1, memory_order_relaxed);
    return m;
}

void object_unref(object *o)
{
    if (o && atomic_fetch_sub_explicit(&o->refs, 1, memory_order_acq_rel) == 1)
        o->destroy(o);
}

unsigned object_refs(const object *o)
{
    return atomic_load_explicit(&((object *)(uintptr_t)o)->refs, memory_order_acquire);
}
