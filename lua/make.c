/* make.c - weir.frame: a frame from Lua tables. */
#include "config.h"
#include "lua/bind.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* weir.frame{ name = {values}, ... } or a list of rows; second argument {names=, types=}. */
static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

typedef struct made_column { const char *name; size_t rows; double *x; const char **s; bool text, numbers, factor, string; } made_column;

static void *scratch(lua_State *L, size_t n, size_t size)
{
    return lua_newuserdatauv(L, n * size + 1, 0);
}

/* Reads the list at the top of the stack into c. */
static void read_list(lua_State *L, made_column *c, size_t rows)
{
    int at = lua_gettop(L);

    c->rows = rows;
    c->x = scratch(L, rows, sizeof *c->x);
    c->s = scratch(L, rows, sizeof *c->s);
    for (size_t i = 0; i < rows; i++) {
        lua_geti(L, at, (lua_Integer)i + 1);
        c->x[i] = NAN;
        c->s[i] = NULL;
        if (lua_type(L, -1) == LUA_TNUMBER) {
            c->x[i] = lua_tonumber(L, -1);
            c->numbers = true;
        } else if (lua_type(L, -1) == LUA_TBOOLEAN) {
            c->x[i] = lua_toboolean(L, -1);
            c->numbers = true;
        } else if (lua_type(L, -1) == LUA_TSTRING) {
            c->s[i] = lua_tostring(L, -1); /* stays alive: its table is on the stack */
            c->text = true;
        } else if (!lua_isnil(L, -1) && !bind_is_null(L, -1)) {
            bind_fail(L, NULL, "column '%s', row %d is a %s; numbers, texts and nil can be told apart", c->name, (int)i + 1, luaL_typename(L, -1));
        }
        lua_pop(L, 1);
    }
    if (c->text && c->numbers)
        bind_fail(L, NULL, "column '%s' mixes numbers and texts", c->name);
}

int make_frame(lua_State *L)
{
    enum { MOST = 4096 };
    weir_error err = {0};
    weir_frame *f = NULL;
    size_t n = 0, rows = 0;

    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    const char **names = scratch(L, MOST, sizeof *names);
    made_column *cols = scratch(L, MOST, sizeof *cols);
    weir_column_init *init = scratch(L, MOST, sizeof *init);
    memset(cols, 0, MOST * sizeof *cols);
    memset(init, 0, MOST * sizeof *init);
    bool by_rows = luaL_len(L, 1) > 0;
    if (by_rows) { /* turned into columns first */
        rows = (size_t)luaL_len(L, 1);
        lua_geti(L, 1, 1);
        luaL_checktype(L, -1, LUA_TTABLE);
        n = (size_t)luaL_len(L, -1);
        lua_pop(L, 1);
    } else {
        for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
            if (lua_type(L, -2) != LUA_TSTRING || !lua_istable(L, -1))
                return bind_fail(L, NULL, "weir.frame takes columns by name, { x = {1, 2}, ... }, or a list of rows");
            if (n == MOST)
                return bind_fail(L, NULL, "weir.frame takes at most %d columns", MOST);
            names[n++] = lua_tostring(L, -2);
            size_t k = (size_t)luaL_len(L, -1);
            rows = k > rows ? k : rows;
        }
        qsort(names, n, sizeof *names, compare_names);
    }
    /* names= gives names (rows) or the order (columns). */
    if (lua_istable(L, 2)) {
        lua_getfield(L, 2, "names");
        for (size_t i = 0; lua_istable(L, -1) && i < n; i++) {
            lua_geti(L, -1, (lua_Integer)i + 1);
            names[i] = lua_tostring(L, -1);
            if (!names[i])
                return bind_fail(L, NULL, "names must hold %d texts", (int)n);
            lua_pop(L, 1);
        }
        if (!lua_istable(L, -1))
            lua_pop(L, 1);
    }
    luaL_checkstack(L, (int)(4 * n + 20), "too many columns");
    for (size_t i = 0; i < n; i++) {
        if (by_rows) {
            if (!names[i] || !lua_istable(L, 2))
                names[i] = lua_pushfstring(L, "C%d", (int)i + 1);
            lua_createtable(L, (int)rows, 0);
            for (size_t r = 0; r < rows; r++) {
                lua_geti(L, 1, (lua_Integer)r + 1);
                lua_geti(L, -1, (lua_Integer)i + 1);
                lua_seti(L, -3, (lua_Integer)r + 1);
                lua_pop(L, 1);
            }
        } else {
            lua_getfield(L, 1, names[i]);
            if (!lua_istable(L, -1))
                return bind_fail(L, NULL, "there is no column '%s'", names[i]);
        }
        cols[i].name = names[i];
        read_list(L, &cols[i], rows);
        if (lua_istable(L, 2)) {
            lua_getfield(L, 2, "types");
            if (lua_istable(L, -1)) {
                lua_getfield(L, -1, names[i]);
                if (lua_isnil(L, -1)) {
                    lua_pop(L, 1);
                    lua_geti(L, -1, (lua_Integer)i + 1);
                }
                const char *t = lua_tostring(L, -1);
                cols[i].string = t && text_same_word(t, "string");
                lua_pop(L, 1);
            }
            lua_pop(L, 1);
        }
        init[i] = (weir_column_init){.name = names[i], .type = !cols[i].text ? WEIR_TYPE_NUMERIC : cols[i].string ? WEIR_TYPE_STRING : WEIR_TYPE_FACTOR,
                                     .numbers = cols[i].text ? NULL : cols[i].x, .labels = cols[i].text ? cols[i].s : NULL};
    }
    bind_room(L, false);
    if (weir_frame_build(&f, init, n, rows, &err))
        return bind_raise(L, &err);
    bind_push_frame(L, f);
    weir_value v = {.kind = WEIR_FRAME, .as.frame = f};
    if (weir_session_put(bind_session(L), NULL, &v, &err))
        return bind_raise(L, &err);
    return 1;
}
