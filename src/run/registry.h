/* registry.h - id -> frame or model: the one shared mutable index, one mutex.
 *
 * Named entries stay until they are removed. Objects that verbs gave without a
 * name are listed too, so that a person sees them, but go when nobody else
 * holds them. */
#ifndef RUN_REGISTRY_H
#define RUN_REGISTRY_H

#include "weir.h"

typedef struct registry registry;

registry *registry_new(void); /* NULL = out of memory */
void registry_free(registry *r);

/* Enters a frame or model under id (named), replacing what stood there; with id
 * NULL under the object's own id, made up from `stem` if it has none ("frame_3"). */
weir_status registry_put(registry *r, const char *id, const char *stem, const weir_value *object,
                         weir_error *err);
weir_status registry_get(registry *r, const char *id, weir_value *out, weir_error *err);
weir_status registry_remove(registry *r, const char *id, weir_error *err);
weir_status registry_list(registry *r, weir_value *out, weir_error *err);
/* Drops unnamed entries that nobody else holds. */
void registry_sweep(registry *r);
/* Bytes of all frames and models, a column that several frames share once. */
uint64_t registry_bytes(registry *r);
/* No more than that many, at once: shared columns count for each frame. */
uint64_t registry_bytes_at_most(registry *r);
/* A free id "stem_N" into buf. */
void registry_fresh_id(registry *r, const char *stem, char *buf, size_t cap);
void registry_count_from(registry *r, uint64_t serial); /* N is above this from now on */

#endif
