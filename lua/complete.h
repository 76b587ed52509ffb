/* complete.h - what could stand at the cursor: from the engine's tables and the names that scripts made. */
#ifndef LUA_COMPLETE_H
#define LUA_COMPLETE_H

#include "base/text.h"
#include "lua/interp.h"

#include <lua.h>

/* The global names of a state, their kinds and members: a copy that any thread may read. */
typedef struct symbols symbols;
symbols *symbols_take(lua_State *L); /* NULL when out of memory */
void symbols_free(symbols *s);
/* The names that are not Lua's or weir's own, with what they are. */
size_t symbols_made(const symbols *s, interp_candidate *out, size_t cap);
/* See interp_variable. */
bool symbols_variable(const symbols *s, const char *id, char *buf, size_t cap);

/* See interp_complete. s may be NULL. */
size_t complete_at(const symbols *s, const char *code, size_t at, size_t *start,
                   interp_candidate *out, size_t cap);

/* What is known about the word at the cursor, or about the call it stands in: a line for the form, then
 * sentences. false: nothing. out gets lines; free it. */
bool complete_help(const symbols *s, const char *code, size_t n, size_t at, text *out);
/* About one name: a parameter, a verb, a metric. */
bool complete_topic(const char *name, text *out);

#endif
