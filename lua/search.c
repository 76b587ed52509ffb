/* search.c - Lua's patterns for others: finding and replacing with string.find and string.gsub in a
 * state of its own, so that they mean what Lua means. */
#include "config.h"
#include "lua/interp.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* string.NAME on the stack of a fresh state; NULL: no memory. */
static lua_State *with_function(const char *name)
{
    lua_State *L = luaL_newstate();

    if (!L)
        return NULL;
    luaL_requiref(L, "string", luaopen_string, 0);
    lua_getfield(L, -1, name);
    return L;
}

static void reason(lua_State *L, char *why, size_t cap)
{
    const char *s = L ? lua_tostring(L, -1) : NULL;

    snprintf(why, cap, "no pattern: %.200s", s ? s : "out of memory");
}

bool interp_find(const char *s, size_t n, size_t from, const char *pattern, bool plain, size_t *start, size_t *end, char *why, size_t cap)
{
    lua_State *L = with_function("find");
    bool found = false;

    *why = '\0';
    if (!L) {
        reason(NULL, why, cap);
        return false;
    }
    lua_pushlstring(L, s, n);
    lua_pushstring(L, pattern);
    lua_pushinteger(L, (lua_Integer)from + 1);
    lua_pushboolean(L, plain);
    if (lua_pcall(L, 4, 2, 0) != LUA_OK) {
        reason(L, why, cap);
    } else if (lua_isinteger(L, -2)) {
        *start = (size_t)lua_tointeger(L, -2) - 1;
        *end = (size_t)lua_tointeger(L, -1);
        found = true;
    }
    lua_close(L);
    return found;
}

/* Plain text as a pattern: every byte that is not a letter or digit is escaped. */
static void push_plain(lua_State *L, const char *s, const char *magic)
{
    luaL_Buffer b;

    luaL_buffinit(L, &b);
    for (; *s; s++) {
        if (strchr(magic, *s))
            luaL_addchar(&b, '%');
        luaL_addchar(&b, *s);
    }
    luaL_pushresult(&b);
}

char *interp_replace(const char *s, const char *pattern, bool plain, const char *with, size_t *count, char *why, size_t cap)
{
    lua_State *L = with_function("gsub");
    char *out = NULL;

    *why = '\0';
    if (!L) {
        reason(NULL, why, cap);
        return NULL;
    }
    lua_pushstring(L, s);
    push_plain(L, pattern, plain ? "^$()%.[]*+-?" : "");
    push_plain(L, with, plain ? "%" : "");
    if (lua_pcall(L, 3, 2, 0) != LUA_OK) {
        reason(L, why, cap);
    } else {
        out = strdup(lua_tostring(L, -2));
        *count = (size_t)lua_tointeger(L, -1);
    }
    lua_close(L);
    return out;
}
