/* heap.h - the memory of Lua's values: counted, bounded, and a place where an interrupt is heard.
 *
 * A script that hoards would otherwise take the machine's memory, and the session with its models would go down with
 * it. Lua may hold half of the session's budget; beyond that the script fails, and everything else goes on. */
#ifndef LUA_HEAP_H
#define LUA_HEAP_H

#include "weir.h"

#include <lua.h>

typedef struct heap {
    weir_session *session; /* its budget; borrowed */
    size_t used, limit;    /* bytes; limit: as it was looked up last */
    size_t since, looks;   /* bytes asked for since `heard` was called last; how often it was */
    bool bounded;          /* a script runs, which can be told; off it, Lua is given what there is */
    void (*heard)(void *user); /* called once for each megabyte or so that is asked for */
    void *user;
} heap;

/* Takes over a state that luaL_newstate has made; h: of zeros, or of a state before this one, which may still be there. */
void heap_take(heap *h, lua_State *L, weir_session *s, void (*heard)(void *user), void *user);
/* What a script is told that found no memory. */
void heap_words(const heap *h, char *buf, size_t cap);

#endif
