/* complete.h - what could stand at the cursor: from the engine's tables and the names that scripts made. */
#ifndef LUA_COMPLETE_H
#define LUA_COMPLETE_H

#include "lua/interp.h"

#include <lua.h>

/* The global names of a state, their kinds and members: a copy that any thread may read. */
typedef struct symbols symbols;
symbols *symbols_take(lua_State *L); /* NULL when out of memory */
void symbols_free(symbols *s);

/* See interp_complete. s may be NULL. */
size_t complete_at(const symbols *s, const char *code, size_t at, size_t *start,
                   interp_candidate *out, size_t cap);

#endif
