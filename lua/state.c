/* state.c - what a cell's Lua state has beyond stock Lua: the module, print and io as events,
 * os.exit as an error, the arguments. */
#include "config.h"
#include "lua/state.h"

#include <lualib.h>

/* os.exit(n) is an error with this key: the run ends, and headless the program. */
static const char exit_key = 0;

static int os_exit(lua_State *L)
{
    lua_newtable(L);
    if (lua_isboolean(L, 1))
        lua_pushinteger(L, lua_toboolean(L, 1) ? 0 : 1);
    else
        lua_pushinteger(L, luaL_optinteger(L, 1, 0));
    lua_rawsetp(L, -2, &exit_key);
    return lua_error(L);
}

bool state_exit(lua_State *L, int at, int64_t *status)
{
    if (!lua_istable(L, at))
        return false;
    lua_rawgetp(L, at, &exit_key);
    bool yes = lua_isinteger(L, -1);
    if (yes)
        *status = lua_tointeger(L, -1);
    lua_pop(L, 1);
    return yes;
}

/* io.stdout and io.stderr are ours, so that nothing writes over the screen. Upvalue 1: whether
 * it is io.stderr; 2: whether the file itself is the first argument. */
static int io_write(lua_State *L)
{
    binding *b = bind_of(L);
    int first = lua_toboolean(L, lua_upvalueindex(2)) ? 2 : 1, n = lua_gettop(L);

    for (int k = first; k <= n; k++) {
        size_t len;
        const char *s = luaL_checklstring(L, k, &len);
        if (lua_toboolean(L, lua_upvalueindex(1)))
            b->emit_error(b->user, s, len);
        else
            b->emit(b->user, s, len);
    }
    if (first == 2) {
        lua_settop(L, 1);
        return 1;
    }
    lua_getglobal(L, "io");
    lua_getfield(L, -1, "stdout");
    return 1;
}

static int io_nothing(lua_State *L)
{
    lua_settop(L, 1);
    return 1;
}

static void push_write(lua_State *L, bool to_stderr, bool method)
{
    lua_pushboolean(L, to_stderr);
    lua_pushboolean(L, method);
    lua_pushcclosure(L, io_write, 2);
}

static void set_file(lua_State *L, const char *name, bool to_stderr)
{
    static const char *const nothing[] = {"flush", "setvbuf", "close"};

    lua_newtable(L);
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, LUA_FILEHANDLE);
    lua_setfield(L, -2, "__name");
    lua_setmetatable(L, -2);
    push_write(L, to_stderr, true);
    lua_setfield(L, -2, "write");
    for (size_t k = 0; k < sizeof nothing / sizeof *nothing; k++) {
        lua_pushcfunction(L, io_nothing);
        lua_setfield(L, -2, nothing[k]);
    }
    lua_setfield(L, -2, name);
}

static void open_io(lua_State *L)
{
    lua_getglobal(L, "io");
    push_write(L, false, false);
    lua_setfield(L, -2, "write");
    set_file(L, "stdout", false);
    set_file(L, "stderr", true);
    lua_pop(L, 1);
}

static int preload(lua_State *L)
{
    bind_open(L, bind_of(L));
    return 1;
}

int state_open(lua_State *L)
{
    const interp_options *opt = lua_touserdata(L, 1);
    binding *b = lua_touserdata(L, 2);

    luaL_openlibs(L);
    bind_open(L, b);
    lua_setglobal(L, "weir");
    lua_getglobal(L, "package");
    lua_getfield(L, -1, "loaded");
    lua_getglobal(L, "weir");
    lua_setfield(L, -2, "weir");
    lua_getfield(L, -2, "preload");
    lua_pushcfunction(L, preload);
    lua_setfield(L, -2, "weir");
    lua_settop(L, 0);
    lua_getglobal(L, "weir");
    lua_getfield(L, -1, "print");
    lua_setglobal(L, "print");
    lua_getglobal(L, "os");
    lua_pushcfunction(L, os_exit);
    lua_setfield(L, -2, "exit");
    open_io(L);
    lua_createtable(L, opt->argc, 1);
    for (int k = 0; k < opt->argc; k++) {
        lua_pushstring(L, opt->argv[k]);
        lua_rawseti(L, -2, k + 1);
    }
    if (opt->script) {
        lua_pushstring(L, opt->script);
        lua_rawseti(L, -2, 0);
    }
    lua_setglobal(L, "arg");
    lua_settop(L, 0);
    return 0;
}

static void keep_object(lua_State *L, weir_session *s, const char *name)
{
    const bind_box *f = luaL_testudata(L, -1, BIND_FRAME), *m = luaL_testudata(L, -1, BIND_MODEL);
    weir_value v = {0};
    weir_error err;

    if (f && f->object) {
        v.kind = WEIR_FRAME;
        v.as.frame = f->object;
    } else if (m && m->object) {
        v.kind = WEIR_MODEL;
        v.as.model = m->object;
    } else {
        return;
    }
    weir_value taken;
    if (weir_session_get(s, name, &taken, &err) == WEIR_OK) { /* another has the name */
        weir_value_clear(&taken);
        name = f ? weir_frame_id(f->object) : weir_model_id(m->object);
    }
    if (*name)
        weir_session_put(s, name, &v, &err);
}

static int keep_globals(lua_State *L)
{
    weir_session *s = lua_touserdata(L, 1);

    lua_pushglobaltable(L);
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1))
        if (lua_type(L, -2) == LUA_TSTRING)
            keep_object(L, s, lua_tostring(L, -2));
    return 0;
}

void state_keep(lua_State *L, weir_session *s)
{
    lua_pushcfunction(L, keep_globals);
    lua_pushlightuserdata(L, s);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK)
        lua_pop(L, 1);
}
