/* state.h - a Lua state made ready for scripts and cells. */
#ifndef LUA_STATE_H
#define LUA_STATE_H

#include "lua/bind.h"
#include "lua/interp.h"

/* A C function of Lua: (interp_options *, binding *) as light userdata; opens everything. */
int state_open(lua_State *L);
/* Whether the error at `at` is os.exit's; then its status. */
bool state_exit(lua_State *L, int at, int64_t *status);

/* Before a state ends: frames and models of its global variables are registered under the variables' names (or
 * keep their own where a name is taken), so that they outlive it. */
void state_keep(lua_State *L, weir_session *s);

#endif
