/* frame.c - frames in Lua: methods, columns by name, operators. */
#include "config.h"
#include "lua/bind.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Calls verb `name` of a frame with the n arguments on top; they are replaced by the result. */
static int frame_verb(lua_State *L, const char *name)
{
    return bind_call(L, weir_verb_find("frame", name), 2);
}

/* The same for a method that goes on with the result. */
static int frame_verb_now(lua_State *L, const char *name)
{
    return bind_call_now(L, weir_verb_find("frame", name), 2);
}

static int frame_names(lua_State *L)
{
    weir_frame *f = bind_frame(L, 1);

    lua_createtable(L, (int)weir_frame_cols(f), 0);
    for (size_t i = 0; i < weir_frame_cols(f); i++) {
        lua_pushstring(L, weir_frame_name(f, i));
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static const char *type_word(const weir_frame *f, size_t i)
{
    return weir_type_name(weir_frame_type(f, i));
}

static int frame_types(lua_State *L)
{
    weir_frame *f = bind_frame(L, 1);

    lua_createtable(L, 0, (int)weir_frame_cols(f));
    for (size_t i = 0; i < weir_frame_cols(f); i++) {
        lua_pushstring(L, type_word(f, i));
        lua_setfield(L, -2, weir_frame_name(f, i));
    }
    return 1;
}

static int frame_columns_by_type(lua_State *L)
{
    weir_frame *f = bind_frame(L, 1);
    const char *want = luaL_optstring(L, 2, "numeric");
    lua_Integer n = 0;

    lua_newtable(L);
    for (size_t i = 0; i < weir_frame_cols(f); i++) {
        weir_type t = weir_frame_type(f, i);
        bool fits = !strcmp(want, "categorical") ? t == WEIR_TYPE_FACTOR : !strcmp(want, "numeric") ? t == WEIR_TYPE_NUMERIC : !strcmp(want, type_word(f, i));
        if (fits) {
            lua_pushinteger(L, (lua_Integer)i + 1);
            lua_rawseti(L, -2, ++n);
        }
    }
    return 1;
}

static void push_cell(lua_State *L, const weir_frame *f, size_t col, size_t row)
{
    weir_type t = weir_frame_type(f, col);
    double x;

    if (weir_frame_missing(f, col, row)) {
        lua_pushnil(L);
    } else if (t == WEIR_TYPE_FACTOR) {
        weir_frame_read(f, col, row, 1, &x);
        lua_pushstring(L, weir_frame_level(f, col, (size_t)x));
    } else if (t == WEIR_TYPE_STRING) {
        size_t n = weir_frame_text(f, col, row, NULL, 0);
        luaL_Buffer b;
        char *s = luaL_buffinitsize(L, &b, n + 1);
        weir_frame_text(f, col, row, s, n + 1);
        luaL_pushresultsize(&b, n);
    } else {
        weir_frame_read(f, col, row, 1, &x);
        if (x == floor(x) && fabs(x) < 9e15)
            lua_pushinteger(L, (lua_Integer)x);
        else
            lua_pushnumber(L, x);
    }
}

/* A column as a list; missing cells are weir.null. */
static void push_column(lua_State *L, const weir_frame *f, size_t col)
{
    size_t n = weir_frame_rows(f);

    lua_createtable(L, (int)n, 0);
    for (size_t r = 0; r < n; r++) {
        push_cell(L, f, col, r);
        if (lua_isnil(L, -1)) {
            lua_pop(L, 1);
            bind_push_null(L);
        }
        lua_rawseti(L, -2, (lua_Integer)r + 1);
    }
}

static int frame_to_list(lua_State *L)
{
    weir_frame *f = bind_frame(L, 1);

    if (weir_frame_cols(f) != 1)
        return bind_fail(L, NULL, "to_list is for one column; this frame has %d: to_table gives all", (int)weir_frame_cols(f));
    push_column(L, f, 0);
    return 1;
}

static int frame_to_table(lua_State *L)
{
    weir_frame *f = bind_frame(L, 1);

    lua_createtable(L, 0, (int)weir_frame_cols(f));
    for (size_t i = 0; i < weir_frame_cols(f); i++) {
        push_column(L, f, i);
        lua_setfield(L, -2, weir_frame_name(f, i));
    }
    return 1;
}

static int frame_cell(lua_State *L)
{
    weir_frame *f = bind_frame(L, 1);
    lua_Integer row = luaL_checkinteger(L, 2);
    ptrdiff_t col = lua_isinteger(L, 3) ? (ptrdiff_t)lua_tointeger(L, 3) - 1 : weir_frame_find(f, luaL_checkstring(L, 3));

    if (row < 1 || row > (lua_Integer)weir_frame_rows(f))
        return bind_fail(L, NULL, "row %I: the frame has rows 1 to %I", row, (lua_Integer)weir_frame_rows(f));
    if (col < 0 || col >= (ptrdiff_t)weir_frame_cols(f))
        return bind_fail(L, NULL, "the frame has no such column");
    push_cell(L, f, (size_t)col, (size_t)row - 1);
    return 1;
}

static int frame_col(lua_State *L)
{
    lua_settop(L, 2);
    return frame_verb(L, "select");
}

static int frame_bytes(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)weir_frame_bytes(bind_frame(L, 1)));
    return 1;
}

/* The userdata b now stands for the frame on top. */
static void becomes_top(lua_State *L, bind_box *b)
{
    weir_frame *f = weir_frame_ref(bind_frame(L, -1));

    weir_frame_unref(b->object);
    b->object = f;
}

/* frame["c"] = value: the variable now stands for a frame with that column. */
static int frame_newindex(lua_State *L)
{
    bind_box *b = luaL_checkudata(L, 1, BIND_FRAME);

    bind_frame(L, 1); /* not a released one */
    if (lua_isinteger(L, 2)) {
        lua_Integer i = lua_tointeger(L, 2);
        if (i < 1 || i > (lua_Integer)weir_frame_cols(b->object))
            return bind_fail(L, NULL, "the frame has columns 1 to %d", (int)weir_frame_cols(b->object));
        lua_pushstring(L, weir_frame_name(b->object, (size_t)i - 1));
        lua_replace(L, 2);
    }
    luaL_checkstring(L, 2);
    if (lua_isnil(L, 3)) {
        lua_settop(L, 2);
        frame_verb_now(L, "drop");
    } else {
        frame_verb_now(L, "with");
    }
    becomes_top(L, b);
    return 0;
}

/* Gives the column and takes it out of the frame. */
static int frame_pop(lua_State *L)
{
    bind_box *b = luaL_checkudata(L, 1, BIND_FRAME);

    luaL_checkany(L, 2);
    lua_settop(L, 2);
    lua_pushcfunction(L, frame_col);
    lua_pushvalue(L, 1);
    lua_pushvalue(L, 2);
    lua_call(L, 2, 1);
    lua_replace(L, lua_upvalueindex(1));
    frame_verb_now(L, "drop");
    becomes_top(L, b);
    lua_pushvalue(L, lua_upvalueindex(1));
    return 1;
}

static const luaL_Reg frame_methods[] = {
    {"names", frame_names}, {"columns", frame_names}, {"types", frame_types}, {"columns_by_type", frame_columns_by_type},
    {"to_list", frame_to_list}, {"to_table", frame_to_table}, {"cell", frame_cell}, {"col", frame_col},
    {"bytes", frame_bytes}, {"pop", frame_pop}, {NULL, NULL}};

/* Neither a column nor a method: names what is near of both. */
static int no_column(lua_State *L, const weir_frame *f, const char *key)
{
    enum { MOST = 1000, METHODS = sizeof frame_methods / sizeof *frame_methods };
    size_t n = 0, cols = weir_frame_cols(f);
    const char **names = lua_newuserdatauv(L, (MOST + METHODS) * sizeof *names, 0);

    for (; n < cols && n < MOST; n++)
        names[n] = weir_frame_name(f, n);
    for (const luaL_Reg *m = frame_methods; m->name; m++)
        names[n++] = m->name;
    const char *what = lua_pushfstring(L, "the frame %s has no column or method", weir_frame_id(f));
    return bind_no_member(L, what, "frame", key, names, n);
}

static int frame_index(lua_State *L)
{
    weir_frame *f = bind_frame(L, 1);

    if (lua_type(L, 2) == LUA_TSTRING) {
        const char *key = lua_tostring(L, 2);
        if (!strcmp(key, "nrow") || !strcmp(key, "nrows") || !strcmp(key, "ncol") || !strcmp(key, "ncols")) {
            lua_pushinteger(L, (lua_Integer)(key[1] == 'r' ? weir_frame_rows(f) : weir_frame_cols(f)));
            return 1;
        }
        if (!strcmp(key, "id") || !strcmp(key, "frame_id")) {
            lua_pushstring(L, weir_frame_id(f));
            return 1;
        }
        for (const luaL_Reg *m = frame_methods; m->name; m++)
            if (!strcmp(m->name, key)) {
                lua_pushnil(L); /* room of pop for the column */
                lua_pushcclosure(L, m->func, 1);
                return 1;
            }
        if (bind_push_extra(L, "frame", key))
            return 1;
        const weir_verb_info *v = weir_verb_find("frame", key);
        if (v) {
            bind_push_verb(L, v);
            return 1;
        }
    }
    if (lua_type(L, 2) == LUA_TSTRING && weir_frame_find(f, lua_tostring(L, 2)) < 0)
        return no_column(L, f, lua_tostring(L, 2));
    return frame_col(L);
}

static int frame_gc(lua_State *L)
{
    bind_box *b = luaL_checkudata(L, 1, BIND_FRAME);
    weir_frame_unref(b->object);
    b->object = NULL;
    return 0;
}

/* Lua makes true or false of whatever its own comparisons give. */
static int frame_compare(lua_State *L)
{
    return bind_fail(L, "f.x:lt(3) gives a column of 0 and 1", "frames are compared by :lt, :le, :gt, :ge, :eq and :ne, not by < and >");
}

static int frame_len(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)weir_frame_rows(bind_frame(L, 1)));
    return 1;
}

static int frame_tostring(lua_State *L)
{
    text t = {0};
    show_frame(&t, bind_frame(L, 1), 10, bind_of(L)->columns);
    return bind_push_text(L, &t);
}

/* Operators: either side may be the number. */
static int frame_operator(lua_State *L)
{
    const char *name = lua_tostring(L, lua_upvalueindex(1));

    if (luaL_testudata(L, 1, BIND_FRAME)) {
        lua_settop(L, 2);
        return frame_verb(L, name);
    }
    lua_settop(L, 2);
    lua_insert(L, 1);
    lua_newtable(L);
    lua_pushboolean(L, 1);
    lua_setfield(L, -2, "swapped");
    return frame_verb(L, name);
}

static int frame_negate(lua_State *L)
{
    lua_settop(L, 1);
    return frame_verb(L, "neg");
}

static int frame_not(lua_State *L)
{
    lua_settop(L, 1);
    return frame_verb(L, "lnot");
}

void frame_setup(lua_State *L)
{
    static const char *const ops[][2] = {{"__add", "add"}, {"__sub", "minus"}, {"__mul", "mul"}, {"__div", "div"}, {"__pow", "pow"},
                                         {"__mod", "mod"}, {"__idiv", "idiv"}, {"__band", "land"}, {"__bor", "lor"}};

    bind_meta(L, BIND_FRAME, frame_index, frame_tostring, frame_gc);
    luaL_getmetatable(L, BIND_FRAME);
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        lua_pushstring(L, ops[i][1]);
        lua_pushcclosure(L, frame_operator, 1);
        lua_setfield(L, -2, ops[i][0]);
    }
    lua_pushcfunction(L, frame_negate);
    lua_setfield(L, -2, "__unm");
    lua_pushcfunction(L, frame_not);
    lua_setfield(L, -2, "__bnot");
    lua_pushcfunction(L, frame_compare);
    lua_setfield(L, -2, "__lt");
    lua_pushcfunction(L, frame_compare);
    lua_setfield(L, -2, "__le");
    lua_pushcfunction(L, frame_len);
    lua_setfield(L, -2, "__len");
    lua_pushcfunction(L, frame_newindex);
    lua_setfield(L, -2, "__newindex");
    lua_pop(L, 1);
}
