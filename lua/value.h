/* value.h - a value of Lua as text for people: what a cell's last expression gives. */
#ifndef LUA_VALUE_H
#define LUA_VALUE_H

#include "base/text.h"

#include <lua.h>

/* Adds the value at `at`: text as it is, a table without a __tostring of its own with its members (the list first,
 * then keys in order), on one line where it fits, anything else as tostring says. Long and deep tables are cut, in
 * words. Raises only when memory runs out. */
void value_show(lua_State *L, int at, text *out);

#endif
