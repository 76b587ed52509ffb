/* setup.c - see setup.h. A state of its own, which ends with the file. */
#include "config.h"
#include "lua/setup.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const config_sink *sink_of(lua_State *L)
{
    return lua_touserdata(L, lua_upvalueindex(1));
}

static int refuse(lua_State *L, const char *why)
{
    return luaL_error(L, "%s", why);
}

/* An assignment to a global: text, number, true or false is an option; anything else is the file's own. */
static int assign(lua_State *L)
{
    const config_sink *s = sink_of(L);
    const char *name = luaL_checkstring(L, 2);
    char why[400];

    if (lua_type(L, 3) != LUA_TSTRING && lua_type(L, 3) != LUA_TNUMBER && lua_type(L, 3) != LUA_TBOOLEAN) {
        lua_rawset(L, 1);
        return 0;
    }
    const char *value = lua_type(L, 3) == LUA_TBOOLEAN ? lua_toboolean(L, 3) ? "yes" : "no" : lua_tostring(L, 3);
    return s->set(s->user, name, value, why, sizeof why) ? 0 : refuse(L, why);
}

static int bind_keys(lua_State *L)
{
    const config_sink *s = sink_of(L);
    char why[400];

    return s->bind(s->user, luaL_checkstring(L, 1), luaL_checkstring(L, 2), luaL_checkstring(L, 3), why, sizeof why) ? 0 : refuse(L, why);
}

static int name_command(lua_State *L)
{
    const config_sink *s = sink_of(L);
    char why[400];

    return s->command(s->user, luaL_checkstring(L, 1), luaL_checkstring(L, 2), luaL_checkstring(L, 3), why, sizeof why) ? 0 : refuse(L, why);
}

static int name_hook(lua_State *L)
{
    const config_sink *s = sink_of(L);
    char why[400];

    return s->hook(s->user, luaL_checkstring(L, 1), luaL_checkstring(L, 2), why, sizeof why) ? 0 : refuse(L, why);
}

static void add_function(lua_State *L, const char *name, lua_CFunction f, const config_sink *sink)
{
    lua_pushlightuserdata(L, (void *)(uintptr_t)sink);
    lua_pushcclosure(L, f, 1);
    lua_setglobal(L, name);
}

static int too_long(lua_State *L)
{
    return luaL_error(L, "the configuration does not end");
}

static void stop(lua_State *L, lua_Debug *d)
{
    (void)d;
    too_long(L);
}

typedef struct source { const char *path, *s; size_t n; } source; /* s NULL: the file of that path */

static int run_source(lua_State *L)
{
    const source *from = lua_touserdata(L, 1);
    const config_sink *sink = lua_touserdata(L, 2);

    luaL_openlibs(L);
    add_function(L, "bind", bind_keys, sink);
    add_function(L, "command", name_command, sink);
    add_function(L, "hook", name_hook, sink);
    lua_pushglobaltable(L);
    lua_createtable(L, 0, 1);
    lua_pushlightuserdata(L, (void *)(uintptr_t)sink);
    lua_pushcclosure(L, assign, 1);
    lua_setfield(L, -2, "__newindex");
    lua_setmetatable(L, -2);
    lua_sethook(L, stop, LUA_MASKCOUNT, 50000000);
    lua_pushfstring(L, "@%s", from->path);
    if ((from->s ? luaL_loadbufferx(L, from->s, from->n, lua_tostring(L, -1), "t") : luaL_loadfile(L, from->path)) != LUA_OK)
        return lua_error(L);
    lua_call(L, 0, 0);
    return 0;
}

static bool run(const source *from, const config_sink *sink, char *why, size_t cap)
{
    lua_State *L = luaL_newstate();

    if (!L) {
        snprintf(why, cap, "out of memory for the configuration");
        return false;
    }
    lua_pushcfunction(L, run_source);
    lua_pushlightuserdata(L, (void *)(uintptr_t)from);
    lua_pushlightuserdata(L, (void *)(uintptr_t)sink);
    bool good = lua_pcall(L, 2, 0, 0) == LUA_OK;
    if (!good) {
        const char *s = lua_tostring(L, -1);
        snprintf(why, cap, "%s", s ? s : "the configuration failed");
    }
    lua_close(L);
    return good;
}

bool config_run(const char *path, const config_sink *sink, char *why, size_t cap)
{
    return access(path, R_OK) != 0 || run(&(source){.path = path}, sink, why, cap);
}

bool config_run_text(const char *name, const char *s, size_t n, const config_sink *sink, char *why, size_t cap)
{
    return run(&(source){.path = name, .s = s, .n = n}, sink, why, cap);
}
