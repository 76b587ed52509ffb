/* map.c - text -> integer, open addressing with linear probing. */
#include "base/map.h"

#include "base/mem.h"

#include <string.h>

enum { LONG_TABLE = 1 << 18 }; /* slots: worth giving their pages back at once */

typedef struct entry {
    size_t at, n; /* key: pool[at .. at+n), NUL after it */
    uint32_t hash, value;
} entry;

struct map {
    entry *entries;
    size_t n, cap;
    uint32_t *slots; /* entry + 1, or 0 */
    size_t n_slots;  /* power of two, at least 4/3 n */
    char *pool;
    size_t used, pool_cap;
};

uint64_t map_hash(const char *key, size_t n)
{
    uint64_t h = 0x9E3779B97F4A7C15u ^ n, w;

    for (; n >= 8; key += 8, n -= 8) {
        memcpy(&w, key, 8);
        h = (h ^ w) * 0xD6E8FEB86659FD93u;
        h ^= h >> 32;
    }
    w = 0;
    if (n)
        memcpy(&w, key, n);
    h = (h ^ w) * 0xD6E8FEB86659FD93u;
    h ^= h >> 32;
    h *= 0xD6E8FEB86659FD93u;
    return h ^ h >> 32;
}

map *map_new(void)
{
    return MEM_NEW(map);
}

void map_free(map *m)
{
    if (!m)
        return;
    mem_free(m->entries);
    mem_free(m->slots);
    mem_free(m->pool);
    mem_free(m);
}

size_t map_count(const map *m)
{
    return m->n;
}

/* The slot of the key, or the empty slot where it would stand. */
static size_t slot_of(const map *m, const char *key, size_t n, uint32_t hash)
{
    size_t mask = m->n_slots - 1, s = hash & mask;

    for (; m->slots[s]; s = (s + 1) & mask) {
        const entry *e = &m->entries[m->slots[s] - 1];
        if (e->hash == hash && e->n == n && (n == 0 || !memcmp(m->pool + e->at, key, n)))
            break;
    }
    return s;
}

static bool grow_slots(map *m)
{
    size_t n_slots = m->n_slots ? 2 * m->n_slots : 16;
    uint32_t *slots = mem_zero(n_slots, sizeof *slots);

    if (!slots)
        return false;
    for (size_t i = 0; i < m->n; i++) {
        size_t s = m->entries[i].hash & (n_slots - 1);
        while (slots[s])
            s = (s + 1) & (n_slots - 1);
        slots[s] = (uint32_t)i + 1;
    }
    if (m->n_slots >= LONG_TABLE)
        mem_forget(m->slots, 0, m->n_slots * sizeof *m->slots);
    mem_free(m->slots);
    m->slots = slots;
    m->n_slots = n_slots;
    return true;
}

static bool grow_pool(map *m, size_t n)
{
    if (m->used + n + 1 <= m->pool_cap)
        return true;
    size_t cap = 2 * (m->used + n + 1) + 64;
    char *pool = mem_enlarge(m->pool, m->used, cap);
    if (!pool)
        return false;
    m->pool = pool;
    m->pool_cap = cap;
    return true;
}

bool map_add(map *m, const char *key, size_t n, uint32_t *value, bool *added)
{
    uint32_t hash = (uint32_t)map_hash(key, n);

    if (4 * (m->n + 1) > 3 * m->n_slots && !grow_slots(m))
        return false;
    size_t s = slot_of(m, key, n, hash);
    if (added)
        *added = !m->slots[s];
    if (m->slots[s]) {
        *value = m->entries[m->slots[s] - 1].value;
        return true;
    }
    entry *e = mem_grow(m->entries, m->n, &m->cap, sizeof *e);
    if (!e)
        return false;
    m->entries = e;
    if (!grow_pool(m, n))
        return false;
    e += m->n;
    *e = (entry){.at = m->used, .n = n, .hash = hash, .value = *value};
    if (n)
        memcpy(m->pool + m->used, key, n);
    m->pool[m->used + n] = 0;
    m->used += n + 1;
    m->slots[s] = (uint32_t)++m->n;
    return true;
}

bool map_get(const map *m, const char *key, size_t n, uint32_t *value)
{
    if (!m->n)
        return false;
    size_t s = slot_of(m, key, n, (uint32_t)map_hash(key, n));
    if (!m->slots[s])
        return false;
    *value = m->entries[m->slots[s] - 1].value;
    return true;
}

const char *map_key(const map *m, size_t i, size_t *n)
{
    if (n)
        *n = m->entries[i].n;
    return m->pool + m->entries[i].at;
}

char *map_take_keys(map *m)
{
    char *pool = m->n ? mem_resize(m->pool, m->used, 1) : NULL;

    if (m->n && !pool)
        pool = m->pool; /* shrinking may fail; then it stays as large as it is */
    if (!m->n)
        mem_free(m->pool);
    mem_free(m->entries);
    mem_free(m->slots);
    *m = (map){0};
    return pool;
}
