/* map.h - text -> integer: column names, levels of a factor, ids.
 * Open addressing, keys copied into one pool. Not for several threads. */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct map map;

map *map_new(void);
void map_free(map *m);
size_t map_count(const map *m);
/* Adds key -> value unless the key is there; *value is what stands there then.
 * *added may be NULL. false = out of memory. */
bool map_add(map *m, const char *key, size_t n, uint32_t *value, bool *added);
bool map_get(const map *m, const char *key, size_t n, uint32_t *value);
/* Keys in the order they were added; borrowed until the next map_add. */
const char *map_key(const map *m, size_t i, size_t *n);
/* The bytes of all keys one behind the other, each with a NUL, in the order they were added, for the caller to
 * mem_free; the map is empty afterwards. NULL: it was. */
char *map_take_keys(map *m);
uint64_t map_hash(const char *key, size_t n);

#endif
