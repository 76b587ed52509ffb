/* bind.c - what the binding is made of: errors, values both ways, calling verbs.
 * Generic over the engine's tables; nothing here knows a verb by name. */
#include "config.h"
#include "lua/bind.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char binding_key = 0, funcs_key = 0, null_key = 0, extras_key = 0;

#define ERROR "weir.error"

enum { DEEPEST = 1000 }; /* stack slots while a nested table is read */

binding *bind_of(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &binding_key);
    binding *b = lua_touserdata(L, -1);
    lua_pop(L, 1);
    return b;
}

weir_session *bind_session(lua_State *L)
{
    binding *b = bind_of(L);

    if (b->closed)
        bind_fail(L, "weir.init{} opens it again", "the session is closed");
    return b->session;
}

/* Errors ------------------------------------------------------------------------------- */

/* "script:line: " of the innermost line that is the client's, not the module's. */
static void push_where(lua_State *L)
{
    lua_Debug d;

    for (int level = 1; lua_getstack(L, level, &d); level++) {
        lua_getinfo(L, "Sl", &d);
        if (d.currentline > 0 && strcmp(d.source, "=weir") != 0) {
            lua_pushfstring(L, "%s:%d: ", d.short_src, d.currentline);
            return;
        }
    }
    lua_pushliteral(L, "");
}

/* Raises {message = top of the stack, parameter, hint, status, where}. */
static int raise_message(lua_State *L, const char *parameter, const char *hint, const char *status)
{
    lua_createtable(L, 0, 5);
    lua_insert(L, -2);
    lua_setfield(L, -2, "message");
    lua_pushstring(L, parameter);
    lua_setfield(L, -2, "parameter");
    lua_pushstring(L, hint);
    lua_setfield(L, -2, "hint");
    lua_pushstring(L, status);
    lua_setfield(L, -2, "status");
    push_where(L);
    lua_setfield(L, -2, "where");
    luaL_setmetatable(L, ERROR);
    return lua_error(L);
}

int bind_raise(lua_State *L, const weir_error *err)
{
    lua_pushstring(L, err->message);
    return raise_message(L, err->parameter, err->hint, weir_status_name(err->status));
}

int bind_fail_kind(lua_State *L, const char *kind)
{
    return raise_message(L, "", "", kind);
}

int bind_no_member(lua_State *L, const char *what, const char *on, const char *name,
                   const char *const *more, size_t n_more)
{
    enum { EXTRAS = 200 };
    size_t most = weir_verb_count() + weir_metric_count() + n_more + EXTRAS, n = 0;
    const char **names = lua_newuserdatauv(L, most * sizeof *names, 0);

    bind_push_extras(L);
    lua_pushstring(L, on);
    if (lua_rawget(L, -2) == LUA_TTABLE)
        for (lua_pushnil(L); lua_next(L, -2) && n < EXTRAS; lua_pop(L, 1))
            if (lua_type(L, -2) == LUA_TSTRING)
                names[n++] = lua_tostring(L, -2); /* the table keeps them */

    for (size_t i = 0; i < weir_verb_count(); i++)
        if (!strcmp(weir_verb_at(i)->on, on))
            names[n++] = weir_verb_at(i)->name;
    for (size_t i = 0; i < weir_metric_count() && on[0] == 'm'; i++)
        names[n++] = weir_metric_at(i)->name;
    for (size_t i = 0; i < n_more; i++)
        names[n++] = more[i];
    return bind_unknown(L, what, name, names, n);
}

int bind_fail(lua_State *L, const char *hint, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    lua_pushvfstring(L, format, ap);
    va_end(ap);
    return raise_message(L, "", hint ? hint : "", weir_status_name(WEIR_EINVAL));
}

int bind_unknown(lua_State *L, const char *what, const char *name, const char *const *names,
                 size_t n)
{
    const char *near = text_nearest(name, names, n);
    const char *hint = near ? lua_pushfstring(L, "did you mean '%s'?", near) : "";

    lua_pushfstring(L, "%s '%s'", what, name);
    return raise_message(L, name, hint, weir_status_name(WEIR_EINVAL));
}

static int error_tostring(lua_State *L)
{
    static const char *const fields[] = {"where", "message", "hint"};

    for (int i = 0; i < 3; i++) {
        lua_getfield(L, 1, fields[i]);
        if (!lua_tostring(L, -1)) {
            lua_pop(L, 1);
            lua_pushstring(L, "");
        }
    }
    const char *hint = lua_tostring(L, -1);
    if (*hint)
        lua_pushfstring(L, "%s%s (%s)", lua_tostring(L, -3), lua_tostring(L, -2), hint);
    else
        lua_pushfstring(L, "%s%s", lua_tostring(L, -3), lua_tostring(L, -2));
    return 1;
}

/* Values -------------------------------------------------------------------------------- */

static int hold_gc(lua_State *L)
{
    weir_value_clear(lua_touserdata(L, 1));
    return 0;
}

weir_value *bind_hold(lua_State *L)
{
    weir_value *v = lua_newuserdatauv(L, sizeof *v, 0);
    *v = weir_nil();
    luaL_setmetatable(L, BIND_HOLD);
    return v;
}


void bind_push_object(lua_State *L, void *object, const char *type)
{
    bind_box *b = lua_newuserdatauv(L, sizeof *b, 0);
    *b = (bind_box){.object = object};
    luaL_setmetatable(L, type);
}

void bind_push_frame(lua_State *L, weir_frame *f)
{
    bind_push_object(L, f, BIND_FRAME);
}

void bind_push_job(lua_State *L, weir_job *j)
{
    bind_push_object(L, j, BIND_JOB);
}

void *bind_object(lua_State *L, int at, const char *type)
{
    bind_box *b = luaL_checkudata(L, at, type);

    if (!b->object) /* a script called its finalizer, or uses it in one */
        bind_fail(L, NULL, "this %s has been released", type);
    return b->object;
}

weir_frame *bind_frame(lua_State *L, int at)
{
    return bind_object(L, at, BIND_FRAME);
}

weir_model *bind_model(lua_State *L, int at)
{
    return bind_object(L, at, BIND_MODEL);
}

void bind_push(lua_State *L, const weir_value *v)
{
    luaL_checkstack(L, 8, "too many values");
    switch (v->kind) {
    case WEIR_NIL: lua_pushnil(L); break;
    case WEIR_BOOL: lua_pushboolean(L, v->as.b); break;
    case WEIR_INT: lua_pushinteger(L, v->as.i); break;
    case WEIR_REAL: lua_pushnumber(L, v->as.r); break;
    case WEIR_TEXT: lua_pushlstring(L, v->as.text.s, v->as.text.n); break;
    case WEIR_LIST:
        lua_createtable(L, (int)v->as.list.n, 0);
        for (size_t i = 0; i < v->as.list.n; i++) {
            bind_push(L, &v->as.list.v[i]);
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
        break;
    case WEIR_DICT:
        lua_createtable(L, 0, (int)v->as.list.n);
        for (size_t i = 0; i < v->as.list.n; i++) {
            bind_push(L, &v->as.list.v[i]);
            lua_setfield(L, -2, v->as.list.key[i]);
        }
        break;
    case WEIR_FRAME: bind_push_object(L, weir_frame_ref(v->as.frame), BIND_FRAME); break;
    case WEIR_MODEL: bind_push_object(L, weir_model_ref(v->as.model), BIND_MODEL); break;
    case WEIR_METRICS: bind_push_object(L, weir_metrics_ref(v->as.metrics), BIND_METRICS); break;
    case WEIR_FUNC:
        lua_rawgetp(L, LUA_REGISTRYINDEX, &funcs_key);
        lua_rawgeti(L, -1, v->as.i);
        lua_remove(L, -2);
        break;
    }
}

void bind_push_null(lua_State *L)
{
    lua_pushlightuserdata(L, (void *)(uintptr_t)&null_key);
}

bool bind_is_null(lua_State *L, int at)
{
    return lua_islightuserdata(L, at) && lua_touserdata(L, at) == (void *)(uintptr_t)&null_key;
}

static void add_or_raise(lua_State *L, weir_status st, const weir_error *err)
{
    if (st)
        bind_raise(L, err);
}

/* An estimator stands for its model; a plain table with an entry of that name does not. */
static bool unwrap_estimator(lua_State *L, int at)
{
    if (!lua_getmetatable(L, at))
        return false;
    lua_pop(L, 1);
    lua_pushliteral(L, "model");
    lua_rawget(L, at);
    if (luaL_testudata(L, -1, BIND_MODEL))
        return true;
    lua_pop(L, 1);
    return false;
}

static void table_value(lua_State *L, int at, weir_value *out)
{
    weir_error err;
    lua_Integer n = luaL_len(L, at);
    bool list = n > 0;

    if (!list) { /* empty, or with names */
        lua_pushnil(L);
        list = !lua_next(L, at);
        if (!list)
            lua_pop(L, 2);
    }
    *out = list ? weir_list() : weir_dict();
    if (list) {
        for (lua_Integer i = 1; i <= n; i++) {
            add_or_raise(L, weir_list_add(out, weir_nil(), &err), &err);
            lua_geti(L, at, i);
            bind_value(L, lua_gettop(L), &out->as.list.v[i - 1]);
            lua_pop(L, 1);
        }
        return;
    }
    for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            bind_fail(L, NULL, "a table must have names or positions, not a %s as key", luaL_typename(L, -2));
        add_or_raise(L, weir_dict_set(out, lua_tostring(L, -2), weir_nil(), &err), &err);
        bind_value(L, lua_gettop(L), &out->as.list.v[out->as.list.n - 1]);
    }
}

static lua_Integer keep_function(lua_State *L, int at)
{
    binding *b = bind_of(L);

    lua_rawgetp(L, LUA_REGISTRYINDEX, &funcs_key);
    lua_pushvalue(L, at);
    lua_rawseti(L, -2, ++b->last_func);
    lua_pop(L, 1);
    return b->last_func;
}

/* *out is owned by a holder of the caller whenever this may raise. */
void bind_value(lua_State *L, int at, weir_value *out)
{
    size_t n;
    const char *s;

    *out = weir_nil();
    at = lua_absindex(L, at);
    luaL_checkstack(L, 12, "a table is nested too deeply");
    if (lua_gettop(L) > DEEPEST)
        bind_fail(L, NULL, "a table is nested too deeply, or holds itself");
    switch (lua_type(L, at)) {
    case LUA_TNIL: return;
    case LUA_TBOOLEAN: *out = weir_bool(lua_toboolean(L, at)); return;
    case LUA_TNUMBER: *out = lua_isinteger(L, at) ? weir_int(lua_tointeger(L, at)) : weir_real(lua_tonumber(L, at)); return;
    case LUA_TSTRING: s = lua_tolstring(L, at, &n), *out = weir_text_n(s, n); return;
    case LUA_TFUNCTION: *out = weir_func(keep_function(L, at)); return;
    case LUA_TTABLE:
        if (unwrap_estimator(L, at)) {
            bind_value(L, -1, out);
            lua_pop(L, 1);
        } else {
            table_value(L, at, out);
        }
        return;
    default: break;
    }
    if (bind_is_null(L, at))
        return;
    if (luaL_testudata(L, at, BIND_FRAME))
        *out = weir_of_frame(bind_frame(L, at));
    else if (luaL_testudata(L, at, BIND_MODEL))
        *out = weir_of_model(bind_model(L, at));
    else if (luaL_testudata(L, at, BIND_METRICS))
        *out = weir_of_metrics(bind_metrics(L, at));
    else
        bind_fail(L, NULL, "a %s cannot be given to weir", luaL_typename(L, at));
}

bool bind_push_extra(lua_State *L, const char *type, const char *key)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &extras_key);
    lua_pushstring(L, type);
    lua_rawget(L, -2);
    lua_pushstring(L, key);
    bool there = lua_istable(L, -2) && lua_rawget(L, -2) != LUA_TNIL;
    lua_replace(L, -3);
    lua_pop(L, 1);
    if (!there)
        lua_pop(L, 1);
    return there;
}

int bind_push_text(lua_State *L, text *t)
{
    lua_pushlstring(L, text_str(t), t->n);
    text_free(t);
    return 1;
}

void bind_say(lua_State *L, text *t)
{
    binding *b = bind_of(L);

    if (b->emit)
        b->emit(b->user, text_str(t), t->n);
    else
        fwrite(text_str(t), 1, t->n, stdout);
    text_free(t);
}

/* Verbs ------------------------------------------------------------------------------------- */

static bool takes(const weir_arg_info *a, const char *type)
{
    return strstr(a->type, type) != NULL || !strcmp(a->type, "any");
}

static bool has_names(lua_State *L, int at)
{
    for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1))
        if (lua_type(L, -2) == LUA_TSTRING) {
            lua_pop(L, 2);
            return true;
        }
    return false;
}

/* {}, which says nothing. */
static bool is_empty(lua_State *L, int at)
{
    if (!lua_istable(L, at))
        return false;
    lua_pushnil(L);
    if (!lua_next(L, at))
        return true;
    lua_pop(L, 2);
    return false;
}

static bool plain_table(lua_State *L, int at)
{
    if (!lua_istable(L, at))
        return false;
    bool est = unwrap_estimator(L, at);
    if (est)
        lua_pop(L, 1);
    return !est;
}

static void set_arg(lua_State *L, weir_value *args, const char *name, int at)
{
    weir_error err;
    weir_value *v = bind_hold(L);

    bind_value(L, at, v);
    weir_value moved = *v;
    *v = weir_nil();
    if (moved.kind != WEIR_NIL)
        add_or_raise(L, weir_dict_set(args, name, moved, &err), &err);
    lua_pop(L, 1);
}

/* { {1, 2} }: one list, as in cut{ {1, 2}, right = false }. */
static bool is_nested(lua_State *L, int at)
{
    if (!lua_istable(L, at) || luaL_len(L, at) != 1)
        return false;
    lua_geti(L, at, 1);
    bool nested = plain_table(L, lua_gettop(L));
    lua_pop(L, 1);
    return nested;
}

/* A table without names as the only thing given: all arguments, or the first one? */
static bool is_call(lua_State *L, const weir_verb_info *v, int at)
{
    return !takes(&v->args[0], "list") || is_nested(L, at) || (v->args[0].optional && is_empty(L, at));
}

/* A table {positional..., name = value...} into args. */
static void named_args(lua_State *L, const weir_verb_info *v, weir_value *args, int at)
{
    lua_Integer n = luaL_len(L, at);

    if (n > 0 && !is_nested(L, at) && v->n_args && takes(&v->args[0], "list")) { /* split{0.75, seed = 1} */
        lua_createtable(L, (int)n, 0);
        for (lua_Integer i = 1; i <= n; i++) {
            lua_geti(L, at, i);
            lua_seti(L, -2, i);
        }
        set_arg(L, args, v->args[0].name, lua_gettop(L));
        lua_pop(L, 1);
    } else {
        for (lua_Integer i = 1; i <= n; i++) {
            if (i > (lua_Integer)v->n_args)
                bind_fail(L, NULL, "%s takes at most %d arguments", v->name, (int)v->n_args);
            lua_geti(L, at, i);
            set_arg(L, args, v->args[i - 1].name, lua_gettop(L));
            lua_pop(L, 1);
        }
    }
    for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1))
        if (lua_type(L, -2) == LUA_TSTRING) {
            lua_pushvalue(L, -2);
            set_arg(L, args, lua_tostring(L, -1), lua_gettop(L) - 1);
            lua_pop(L, 1);
        }
}

static double cells_of(const weir_value *v)
{
    return v && v->kind == WEIR_FRAME ? (double)weir_frame_rows(v->as.frame) * (double)weir_frame_cols(v->as.frame) : 0;
}

/* Work of more than a few hundredths of a second is a job of its own, so that an interrupt need not wait for its end. */
static bool takes_long(const binding *b, const weir_verb_info *v, const weir_value *args)
{
    enum { MANY = 500000 };
    double cells = b->interrupted ? cells_of(weir_dict_get(args, "self")) : 0;

    for (size_t i = 0; i < v->n_args && b->interrupted; i++)
        cells += cells_of(weir_dict_get(args, v->args[i].name));
    return v->job || cells > MANY;
}

/* An empty table where argument i, from 0, is neither a list nor a dict: options of which none is given. */
static bool no_options(lua_State *L, const weir_verb_info *v, int i, int at)
{
    bool table = i < (int)v->n_args && (takes(&v->args[i], "list") || takes(&v->args[i], "dict"));

    return !table && !has_names(L, at) && lua_rawlen(L, at) == 0;
}

int64_t bind_seed(binding *b)
{
    uint64_t z = b->seed + ++b->draws * UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (int64_t)((z ^ z >> 31) & 0x7fffffff);
}

/* A verb that would draw a seed of its own gets the next. */
static void settle_seed(lua_State *L, const weir_verb_info *v, weir_value *args)
{
    binding *b = bind_of(L);
    weir_error err = {0};

    for (size_t i = 0; i < v->n_args && b->seeded; i++)
        if (!strcmp(v->args[i].name, "seed") && v->args[i].def && !strcmp(v->args[i].def, "-1") && !weir_dict_get(args, "seed"))
            add_or_raise(L, weir_dict_set(args, "seed", weir_int(bind_seed(b)), &err), &err);
}

/* wait: the caller returns what this gives at once, so that it may wait for a job. */
static int call(lua_State *L, const weir_verb_info *v, int first, bool wait)
{
    int top = lua_gettop(L), given = top - first + 1;
    weir_value *args = bind_hold(L);
    weir_error err = {0};

    *args = weir_dict();
    if (*v->on)
        set_arg(L, args, "self", 1);
    for (int i = 0; i < given; i++) {
        int at = first + i;
        bool first_dict = i == 0 && v->n_args && takes(&v->args[0], "dict") && !takes(&v->args[0], "list");
        bool alone = i == 0 && given == 1 && v->n_args;
        if (plain_table(L, at) && !first_dict && (has_names(L, at) || (alone && is_call(L, v, at)) || (i && no_options(L, v, i, at)))) {
            named_args(L, v, args, at);
            continue;
        }
        if (i >= (int)v->n_args)
            return bind_fail(L, NULL, "%s takes at most %d arguments", v->name, (int)v->n_args);
        set_arg(L, args, v->args[i].name, at);
    }
    settle_seed(L, v, args);
    bind_room(L, false);
    if (wait && takes_long(bind_of(L), v, args)) {
        weir_job *j;
        binding *b = bind_of(L);
        if (b->interrupted && b->interrupted(b->user)) /* a pcall has swallowed it: no job after another */
            return bind_fail(L, NULL, "interrupted");
        if (weir_call_start(bind_session(L), v->on, v->name, args, &j, &err))
            return bind_raise(L, &err);
        return bind_finish(L, j, false);
    }
    weir_value *out = bind_hold(L);
    weir_status st = weir_call(bind_session(L), v->on, v->name, args, out, &err);
    if (st == WEIR_ENOMEM) {
        bind_room(L, true);
        st = weir_call(bind_session(L), v->on, v->name, args, out, &err);
    }
    if (st)
        return bind_raise(L, &err);
    if (!strcmp(v->gives, "frames")) {
        int n = (int)out->as.list.n;
        luaL_checkstack(L, n, "too many frames");
        for (int i = 0; i < n; i++)
            bind_push(L, &out->as.list.v[i]);
        return n;
    }
    bind_push(L, out);
    return 1;
}

int bind_call(lua_State *L, const weir_verb_info *v, int first)
{
    return call(L, v, first, true);
}

int bind_call_now(lua_State *L, const weir_verb_info *v, int first)
{
    return call(L, v, first, false);
}

static int verb_call(lua_State *L)
{
    const weir_verb_info *v = lua_touserdata(L, lua_upvalueindex(1));
    return bind_call(L, v, *v->on ? 2 : 1);
}

void bind_push_verb(lua_State *L, const weir_verb_info *v)
{
    lua_pushlightuserdata(L, (void *)(uintptr_t)v);
    lua_pushcclosure(L, verb_call, 1);
}

void bind_meta(lua_State *L, const char *name, lua_CFunction index, lua_CFunction tostring, lua_CFunction gc)
{
    luaL_newmetatable(L, name);
    if (index) {
        lua_pushcfunction(L, index);
        lua_setfield(L, -2, "__index");
    }
    if (tostring) {
        lua_pushcfunction(L, tostring);
        lua_setfield(L, -2, "__tostring");
    }
    if (gc) {
        lua_pushcfunction(L, gc);
        lua_setfield(L, -2, "__gc");
    }
    lua_pushstring(L, name); /* what getmetatable gives: scripts have no business inside */
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}

void bind_push_extras(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &extras_key);
}

void bind_setup(lua_State *L, binding *b)
{
    lua_pushlightuserdata(L, b);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &binding_key);
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &funcs_key);
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &extras_key);
    bind_meta(L, BIND_HOLD, NULL, NULL, hold_gc);
    bind_meta(L, ERROR, NULL, error_tostring, NULL);
}
