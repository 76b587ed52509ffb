/* object.h - the first field of every shared object: a reference count.
 *
 * An object is immutable once published, so references may be taken and
 * dropped from any thread. */
#ifndef BASE_OBJECT_H
#define BASE_OBJECT_H

#include <stdatomic.h>

typedef struct object object;
struct object {
    atomic_uint refs;
    void (*destroy)(object *o); /* frees the object; runs in the thread that drops the last reference */
};

void object_init(object *o, void (*destroy)(object *o)); /* one reference */
void *object_ref(const object *o);                       /* returns o; NULL gives NULL */
void object_unref(object *o);                            /* NULL is fine */
unsigned object_refs(const object *o); /* for the registry's sweep */

#endif
