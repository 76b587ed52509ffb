/* module.c - the module `weir`: generic over the engine's tables of verbs,
 * parameters and metrics; nothing here knows a verb by name. */
#include "config.h"
#include "lua/bind.h"

#include "base/clock.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char prelude[] =
#include "lua/prelude.inc"
    ;

#define FRAME "weir.frame"
#define MODEL "weir.model"
#define METRICS "weir.metrics"
#define JOB "weir.job"
#define HOLD "weir.value"
#define ERROR "weir.error"

static const char binding_key = 0, funcs_key = 0, null_key = 0;

binding *bind_of(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &binding_key);
    binding *b = lua_touserdata(L, -1);
    lua_pop(L, 1);
    return b;
}

/* Errors ------------------------------------------------------------------------------- */

int bind_raise(lua_State *L, const weir_error *err)
{
    luaL_where(L, 1);
    const char *where = lua_tostring(L, -1);
    lua_createtable(L, 0, 5);
    lua_pushstring(L, err->message);
    lua_setfield(L, -2, "message");
    lua_pushstring(L, err->parameter);
    lua_setfield(L, -2, "parameter");
    lua_pushstring(L, err->hint);
    lua_setfield(L, -2, "hint");
    lua_pushstring(L, where);
    lua_setfield(L, -2, "where");
    lua_pushstring(L, weir_status_name(err->status));
    lua_setfield(L, -2, "status");
    luaL_setmetatable(L, ERROR);
    return lua_error(L);
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
    luaL_setmetatable(L, HOLD);
    return v;
}

typedef struct box { void *object; } box;

static void push_object(lua_State *L, void *object, const char *type)
{
    box *b = lua_newuserdatauv(L, sizeof *b, 0);
    b->object = object;
    luaL_setmetatable(L, type);
}

void bind_push_frame(lua_State *L, weir_frame *f)
{
    push_object(L, f, FRAME);
}

void bind_push_job(lua_State *L, weir_job *j)
{
    push_object(L, j, JOB);
}

weir_frame *bind_frame(lua_State *L, int at)
{
    return ((box *)luaL_checkudata(L, at, FRAME))->object;
}

static weir_model *to_model(lua_State *L, int at)
{
    return ((box *)luaL_checkudata(L, at, MODEL))->object;
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
    case WEIR_FRAME: push_object(L, weir_frame_ref(v->as.frame), FRAME); break;
    case WEIR_MODEL: push_object(L, weir_model_ref(v->as.model), MODEL); break;
    case WEIR_METRICS: push_object(L, weir_metrics_ref(v->as.metrics), METRICS); break;
    case WEIR_FUNC:
        lua_rawgetp(L, LUA_REGISTRYINDEX, &funcs_key);
        lua_rawgeti(L, -1, v->as.i);
        lua_remove(L, -2);
        break;
    }
}

static bool is_null(lua_State *L, int at)
{
    return lua_islightuserdata(L, at) && lua_touserdata(L, at) == (void *)(uintptr_t)&null_key;
}

static void add_or_raise(lua_State *L, weir_status st, const weir_error *err)
{
    if (st)
        bind_raise(L, err);
}

/* An estimator stands for its model. */
static bool unwrap_estimator(lua_State *L, int at)
{
    lua_pushliteral(L, "model");
    lua_rawget(L, at);
    if (luaL_testudata(L, -1, MODEL))
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
            weir_value v;
            lua_geti(L, at, i);
            bind_value(L, lua_gettop(L), &v);
            lua_pop(L, 1);
            add_or_raise(L, weir_list_add(out, v, &err), &err);
        }
        return;
    }
    for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1)) {
        weir_value v;
        if (lua_type(L, -2) != LUA_TSTRING)
            luaL_error(L, "a table must have names or positions, not a %s as key", luaL_typename(L, -2));
        bind_value(L, lua_gettop(L), &v);
        add_or_raise(L, weir_dict_set(out, lua_tostring(L, -2), v, &err), &err);
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
    box *b;

    *out = weir_nil();
    at = lua_absindex(L, at);
    luaL_checkstack(L, 12, "a table is nested too deeply");
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
    if (is_null(L, at))
        return;
    if ((b = luaL_testudata(L, at, FRAME)))
        *out = weir_of_frame(b->object);
    else if ((b = luaL_testudata(L, at, MODEL)))
        *out = weir_of_model(b->object);
    else if ((b = luaL_testudata(L, at, METRICS)))
        *out = weir_of_metrics(b->object);
    else
        luaL_error(L, "a %s cannot be given to weir", luaL_typename(L, at));
}

/* Waiting ---------------------------------------------------------------------------------- */

/* Calls the client's functions that a job asks for. */
static void serve(lua_State *L, weir_job *j)
{
    weir_request q;

    while (weir_job_request(j, &q)) {
        weir_value *result = bind_hold(L);
        weir_error err = {.status = WEIR_EINVAL};
        int top = lua_gettop(L), n = 0;
        lua_rawgetp(L, LUA_REGISTRYINDEX, &funcs_key);
        lua_rawgeti(L, -1, q.func);
        lua_remove(L, -2);
        for (size_t i = 0; i < q.args.as.list.n; i++, n++)
            bind_push(L, &q.args.as.list.v[i]);
        weir_value_clear(&q.args);
        if (lua_pcall(L, n, 1, 0) != LUA_OK) {
            snprintf(err.message, sizeof err.message, "the function failed: %s", luaL_tolstring(L, -1, NULL));
            weir_job_reply(j, q.number, NULL, &err);
        } else if (!lua_isnumber(L, -1)) {
            snprintf(err.message, sizeof err.message, "the function must give a number, not %s", luaL_typename(L, -1));
            weir_job_reply(j, q.number, NULL, &err);
        } else {
            *result = weir_real(lua_tonumber(L, -1));
            weir_job_reply(j, q.number, result, NULL);
        }
        lua_settop(L, top - 1);
    }
}

static int push_result(lua_State *L, weir_job *j)
{
    weir_error err = {0};
    weir_value *v = bind_hold(L);
    bool spread = true;

    if (weir_job_result(j, v, &err))
        return bind_raise(L, &err);
    if (v->kind != WEIR_LIST || v->as.list.n == 0)
        spread = false;
    for (size_t i = 0; spread && i < v->as.list.n; i++)
        spread = v->as.list.v[i].kind == WEIR_FRAME;
    if (!spread) {
        bind_push(L, v);
        return 1;
    }
    int n = (int)v->as.list.n;
    for (int i = 0; i < n; i++)
        bind_push(L, &v->as.list.v[i]);
    return n;
}

/* Continues a cell whose job has ended or asks for something; the job's box is at `ctx`. */
static int resumed(lua_State *L, int status, lua_KContext ctx)
{
    weir_job *j = ((box *)lua_touserdata(L, (int)ctx))->object;
    binding *b = bind_of(L);

    (void)status;
    for (;;) {
        serve(L, j);
        if (!weir_job_wait(j, 0, NULL))
            return push_result(L, j);
        if (b->await && b->await(b->user, L, j, resumed, ctx))
            continue;
        if (b->interrupted && b->interrupted(b->user))
            return luaL_error(L, "interrupted");
        weir_job_wait(j, 0.1, NULL);
    }
}

int bind_finish(lua_State *L, weir_job *j)
{
    bind_push_job(L, j);
    return resumed(L, LUA_OK, lua_gettop(L));
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

/* A table {positional..., name = value...} into args. */
static void named_args(lua_State *L, const weir_verb_info *v, weir_value *args, int at)
{
    lua_Integer n = luaL_len(L, at);

    if (n > 0 && v->n_args && takes(&v->args[0], "list")) { /* split{0.75, seed = 1} */
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
                luaL_error(L, "%s takes at most %d arguments", v->name, (int)v->n_args);
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

static int call_verb(lua_State *L, const weir_verb_info *v, int first)
{
    binding *b = bind_of(L);
    int top = lua_gettop(L), given = top - first + 1;
    weir_value *args = bind_hold(L);
    weir_error err = {0};

    *args = weir_dict();
    if (*v->on)
        set_arg(L, args, "self", 1);
    for (int i = 0; i < given; i++) {
        int at = first + i;
        bool first_dict = i == 0 && v->n_args && takes(&v->args[0], "dict") && !takes(&v->args[0], "list");
        if (plain_table(L, at) && !first_dict && (has_names(L, at) || (i == 0 && given == 1 && v->n_args && !takes(&v->args[0], "list")))) {
            named_args(L, v, args, at);
            continue;
        }
        if (i >= (int)v->n_args)
            return luaL_error(L, "%s takes at most %d arguments", v->name, (int)v->n_args);
        set_arg(L, args, v->args[i].name, at);
    }
    if (v->job) {
        weir_job *j;
        if (weir_call_start(b->session, v->on, v->name, args, &j, &err))
            return bind_raise(L, &err);
        return bind_finish(L, j);
    }
    weir_value *out = bind_hold(L);
    if (weir_call(b->session, v->on, v->name, args, out, &err))
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

static int verb_call(lua_State *L)
{
    const weir_verb_info *v = lua_touserdata(L, lua_upvalueindex(1));
    return call_verb(L, v, *v->on ? 2 : 1);
}

static void push_verb(lua_State *L, const weir_verb_info *v)
{
    lua_pushlightuserdata(L, (void *)(uintptr_t)v);
    lua_pushcclosure(L, verb_call, 1);
}

/* Calls verb `name` of a frame with the n arguments on top; they are replaced by the result. */
static int frame_verb(lua_State *L, const char *name)
{
    return call_verb(L, weir_verb_find("frame", name), 2);
}

/* Frames -------------------------------------------------------------------------------------- */

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
            lua_pushlightuserdata(L, (void *)(uintptr_t)&null_key);
        }
        lua_rawseti(L, -2, (lua_Integer)r + 1);
    }
}

static int frame_to_list(lua_State *L)
{
    weir_frame *f = bind_frame(L, 1);

    if (weir_frame_cols(f) != 1)
        return luaL_error(L, "to_list is for one column; this frame has %d: to_table gives all", (int)weir_frame_cols(f));
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
        return luaL_error(L, "row %I: the frame has rows 1 to %I", row, (lua_Integer)weir_frame_rows(f));
    if (col < 0 || col >= (ptrdiff_t)weir_frame_cols(f))
        return luaL_error(L, "the frame has no such column");
    push_cell(L, f, (size_t)col, (size_t)row - 1);
    return 1;
}

static int frame_col(lua_State *L)
{
    lua_settop(L, 2);
    return frame_verb(L, "select");
}

static int frame_plot(lua_State *L)
{
    binding *b = bind_of(L);
    text t = {0};

    if (b->plot) {
        b->plot(b->user, bind_frame(L, 1), luaL_optstring(L, 2, "line"));
        return 0;
    }
    show_frame(&t, bind_frame(L, 1), 10, b->columns);
    fputs(text_str(&t), stdout);
    text_free(&t);
    return 0;
}

static int frame_bytes(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)weir_frame_bytes(bind_frame(L, 1)));
    return 1;
}

static const luaL_Reg frame_methods[] = {
    {"names", frame_names}, {"columns", frame_names}, {"types", frame_types}, {"columns_by_type", frame_columns_by_type},
    {"to_list", frame_to_list}, {"to_table", frame_to_table}, {"cell", frame_cell}, {"col", frame_col}, {"plot", frame_plot},
    {"bytes", frame_bytes}, {NULL, NULL}};

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
                lua_pushcfunction(L, m->func);
                return 1;
            }
        const weir_verb_info *v = weir_verb_find("frame", key);
        if (v) {
            push_verb(L, v);
            return 1;
        }
    }
    return frame_col(L); /* a column, or an error that names a near one */
}

/* frame["c"] = value: the variable now stands for a frame with that column. */
static int frame_newindex(lua_State *L)
{
    box *b = luaL_checkudata(L, 1, FRAME);

    if (lua_isinteger(L, 2)) {
        lua_Integer i = lua_tointeger(L, 2);
        if (i < 1 || i > (lua_Integer)weir_frame_cols(b->object))
            return luaL_error(L, "the frame has columns 1 to %d", (int)weir_frame_cols(b->object));
        lua_pushstring(L, weir_frame_name(b->object, (size_t)i - 1));
        lua_replace(L, 2);
    }
    luaL_checkstring(L, 2);
    if (lua_isnil(L, 3)) {
        lua_settop(L, 2);
        frame_verb(L, "drop");
    } else {
        frame_verb(L, "with");
    }
    weir_frame *f = weir_frame_ref(bind_frame(L, -1));
    weir_frame_unref(b->object);
    b->object = f;
    return 0;
}

static int frame_gc(lua_State *L)
{
    box *b = luaL_checkudata(L, 1, FRAME);
    weir_frame_unref(b->object);
    b->object = NULL;
    return 0;
}

static int frame_len(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)weir_frame_rows(bind_frame(L, 1)));
    return 1;
}

static int push_text(lua_State *L, text *t)
{
    lua_pushlstring(L, text_str(t), t->n);
    text_free(t);
    return 1;
}

static int frame_tostring(lua_State *L)
{
    text t = {0};
    show_frame(&t, bind_frame(L, 1), 10, bind_of(L)->columns);
    return push_text(L, &t);
}

/* Operators: either side may be the number. */
static int frame_operator(lua_State *L)
{
    const char *name = lua_tostring(L, lua_upvalueindex(1));

    if (luaL_testudata(L, 1, FRAME)) {
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

/* Metrics ----------------------------------------------------------------------------------------- */

static weir_metrics *to_metrics(lua_State *L, int at)
{
    return ((box *)luaL_checkudata(L, at, METRICS))->object;
}

static int push_table(lua_State *L, const weir_metrics *m, const char *name)
{
    weir_frame *f;
    weir_error err = {0};

    if (weir_metrics_table(m, name, &f, &err))
        return bind_raise(L, &err);
    bind_push_frame(L, f);
    return 1;
}

static const char *const tables[] = {"confusion_matrix", "thresholds_and_metric_scores", "max_criteria_and_metric_scores",
                                     "gains_lift_table", "hit_ratio_table", "multinomial_auc_table", "multinomial_aucpr_table", NULL};
static const struct { const char *alias, *name; } table_aliases[] = {
    {"gains_lift", "gains_lift_table"}, {"hit_ratios", "hit_ratio_table"}, {"hit_ratio", "hit_ratio_table"},
    {"thresholds", "thresholds_and_metric_scores"}, {"max_criteria", "max_criteria_and_metric_scores"}};

static const char *table_name(const char *key)
{
    for (size_t i = 0; tables[i]; i++)
        if (!strcmp(tables[i], key))
            return tables[i];
    for (size_t i = 0; i < sizeof table_aliases / sizeof *table_aliases; i++)
        if (!strcmp(table_aliases[i].alias, key))
            return table_aliases[i].name;
    return NULL;
}

static int metrics_number(lua_State *L)
{
    lua_pushnumber(L, weir_metrics_number(to_metrics(L, 1), lua_tostring(L, lua_upvalueindex(1))));
    return 1;
}

static int metrics_table(lua_State *L)
{
    return push_table(L, to_metrics(L, 1), lua_tostring(L, lua_upvalueindex(1)));
}

static int metrics_index(lua_State *L)
{
    weir_metrics *m = to_metrics(L, 1);
    const char *key = luaL_checkstring(L, 2), *table = table_name(key);
    weir_value *info;

    if (weir_metric_find(key) >= 0 || table) {
        lua_pushstring(L, table ? table : key);
        lua_pushcclosure(L, table ? metrics_table : metrics_number, 1);
        return 1;
    }
    info = bind_hold(L);
    if (weir_metrics_info(m, info, NULL))
        return 0;
    const weir_value *v = weir_dict_get(info, key);
    if (!v)
        return luaL_error(L, "metrics have no '%s'", key);
    bind_push(L, v);
    return 1;
}

static int metrics_tostring(lua_State *L)
{
    text t = {0};
    show_metrics(&t, to_metrics(L, 1), bind_of(L)->columns);
    return push_text(L, &t);
}

static int metrics_gc(lua_State *L)
{
    box *b = luaL_checkudata(L, 1, METRICS);
    weir_metrics_unref(b->object);
    b->object = NULL;
    return 0;
}

/* Models -------------------------------------------------------------------------------------------- */

static const char *const sets[] = {"train", "valid", "xval"};

static bool option(lua_State *L, int at, const char *key)
{
    if (!lua_istable(L, at))
        return false;
    lua_getfield(L, at, key);
    bool yes = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return yes;
}

static void check_options(lua_State *L, int at)
{
    if (!lua_istable(L, at))
        return;
    for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1)) {
        const char *k = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
        if (strcmp(k, "train") != 0 && strcmp(k, "valid") != 0 && strcmp(k, "xval") != 0)
            luaL_error(L, "unknown option '%s': train, valid, xval", k);
    }
}

/* Pushes one number or table per set asked for: several come as a table by set. */
static int of_sets(lua_State *L, const char *name, bool table)
{
    weir_model *m = to_model(L, 1);
    int asked = 0;

    check_options(L, 2);
    for (int i = 0; i < 3; i++)
        asked += option(L, 2, sets[i]);
    if (asked > 1)
        lua_newtable(L);
    for (int i = 0; i < 3; i++) {
        if (asked ? !option(L, 2, sets[i]) : i > 0)
            continue;
        weir_metrics *x = weir_model_metrics(m, sets[i]);
        if (!x)
            return luaL_error(L, "the model has no %s metrics", i == 1 ? "validation" : i == 2 ? "cross-validation" : "training");
        push_object(L, x, METRICS);
        if (table)
            push_table(L, x, name);
        else
            lua_pushnumber(L, weir_metrics_number(x, name));
        lua_remove(L, -2);
        if (asked > 1)
            lua_setfield(L, -2, sets[i]);
    }
    return 1;
}

static int model_number(lua_State *L)
{
    return of_sets(L, lua_tostring(L, lua_upvalueindex(1)), false);
}

static int model_metrics_table(lua_State *L)
{
    return of_sets(L, lua_tostring(L, lua_upvalueindex(1)), true);
}

static int model_table(lua_State *L)
{
    weir_frame *f;
    weir_error err = {0};

    if (weir_model_table(to_model(L, 1), lua_tostring(L, lua_upvalueindex(1)), &f, &err))
        return bind_raise(L, &err);
    bind_push_frame(L, f);
    return 1;
}

static int model_show(lua_State *L)
{
    binding *b = bind_of(L);
    text t = {0};

    show_model(&t, to_model(L, 1), b->columns);
    if (b->emit)
        b->emit(b->user, text_str(&t), t.n);
    else
        fputs(text_str(&t), stdout);
    text_free(&t);
    return 0;
}

static int params_tostring(lua_State *L)
{
    text t = {0};
    weir_value *v;

    lua_getmetatable(L, 1);
    lua_getfield(L, -1, "value");
    v = luaL_checkudata(L, -1, HOLD);
    show_params(&t, v, 80);
    return push_text(L, &t);
}

static int push_params(lua_State *L, const weir_value *params)
{
    weir_value *keep;

    bind_push(L, params);
    lua_newtable(L);
    keep = bind_hold(L);
    if (weir_value_copy(keep, params, NULL))
        *keep = weir_dict();
    lua_setfield(L, -2, "value");
    lua_pushcfunction(L, params_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_setmetatable(L, -2);
    return 1;
}

static int model_index(lua_State *L)
{
    weir_model *m = to_model(L, 1);
    const char *key = luaL_checkstring(L, 2), *table = table_name(key);
    static const struct { const char *key, *name; } aliases[] = {
        {"model_performance", "performance"}, {"model_id", "id"}, {"type", "category"}, {"score_history", "scoring_history"}};

    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (!strcmp(aliases[i].key, key))
            key = aliases[i].name;
    const weir_verb_info *v = weir_verb_find("model", key);
    if (v) {
        push_verb(L, v);
        return 1;
    }
    if (weir_metric_find(key) >= 0 || table) {
        lua_pushstring(L, table ? table : key);
        lua_pushcclosure(L, table ? model_metrics_table : model_number, 1);
        return 1;
    }
    if (!strcmp(key, "scoring_history") || !strcmp(key, "varimp") || !strcmp(key, "summary")) {
        lua_pushstring(L, key);
        lua_pushcclosure(L, model_table, 1);
        return 1;
    }
    if (!strcmp(key, "show")) {
        lua_pushcfunction(L, model_show);
        return 1;
    }
    weir_value *info = bind_hold(L);
    weir_error err = {0};
    if (weir_model_info(m, info, &err))
        return bind_raise(L, &err);
    const weir_value *x = weir_dict_get(info, key);
    if (!x && strcmp(key, "plot") != 0)
        return luaL_error(L, "a model has no '%s'", key);
    if (!strcmp(key, "params"))
        return push_params(L, x);
    bind_push(L, x);
    return 1;
}

static int model_tostring(lua_State *L)
{
    text t = {0};
    show_model(&t, to_model(L, 1), bind_of(L)->columns);
    return push_text(L, &t);
}

static int model_gc(lua_State *L)
{
    box *b = luaL_checkudata(L, 1, MODEL);
    weir_model_unref(b->object);
    b->object = NULL;
    return 0;
}

/* Jobs ----------------------------------------------------------------------------------------------- */

static weir_job *to_job(lua_State *L, int at)
{
    return ((box *)luaL_checkudata(L, at, JOB))->object;
}

static int job_join(lua_State *L)
{
    return bind_finish(L, weir_job_ref(to_job(L, 1)));
}

static int job_cancel(lua_State *L)
{
    bool discard = option(L, 2, "discard");
    weir_job_cancel(to_job(L, 1), !discard);
    return 0;
}

static const char *state_name(weir_job_state s)
{
    static const char *const names[] = {"queued", "running", "done", "cancelled", "failed"};
    return names[s];
}

static int job_status(lua_State *L)
{
    weir_job_info i;
    weir_job_get(to_job(L, 1), &i);
    lua_pushstring(L, state_name(i.state));
    return 1;
}

static int job_progress(lua_State *L)
{
    weir_job_info i;
    weir_job_get(to_job(L, 1), &i);
    lua_pushnumber(L, i.done);
    return 1;
}

static int job_model(lua_State *L)
{
    weir_model *m = weir_job_model(to_job(L, 1));
    if (m)
        push_object(L, m, MODEL);
    else
        lua_pushnil(L);
    return 1;
}

static const luaL_Reg job_methods[] = {{"join", job_join}, {"wait", job_join}, {"cancel", job_cancel}, {"status", job_status},
                                       {"progress", job_progress}, {"model", job_model}, {NULL, NULL}};

static int job_index(lua_State *L)
{
    const char *key = luaL_checkstring(L, 2);
    weir_job_info i;

    for (const luaL_Reg *m = job_methods; m->name; m++)
        if (!strcmp(m->name, key)) {
            lua_pushcfunction(L, m->func);
            return 1;
        }
    weir_job_get(to_job(L, 1), &i);
    if (!strcmp(key, "id"))
        lua_pushinteger(L, i.id);
    else if (!strcmp(key, "kind"))
        lua_pushstring(L, i.kind);
    else if (!strcmp(key, "epochs"))
        lua_pushnumber(L, i.epochs);
    else if (!strcmp(key, "samples"))
        lua_pushinteger(L, i.samples);
    else if (!strcmp(key, "speed"))
        lua_pushnumber(L, i.speed);
    else if (!strcmp(key, "elapsed"))
        lua_pushnumber(L, i.elapsed);
    else
        return luaL_error(L, "a job has no '%s'", key);
    return 1;
}

static int job_tostring(lua_State *L)
{
    weir_job_info i;
    weir_job_get(to_job(L, 1), &i);
    if (isnan(i.done))
        lua_pushfstring(L, "job %I (%s): %s, %s", (lua_Integer)i.id, i.kind, i.title, state_name(i.state));
    else
        lua_pushfstring(L, "job %I (%s): %s, %s, %d %%", (lua_Integer)i.id, i.kind, i.title, state_name(i.state), (int)(100 * i.done));
    return 1;
}

static int job_gc(lua_State *L)
{
    box *b = luaL_checkudata(L, 1, JOB);
    weir_job_unref(b->object);
    b->object = NULL;
    return 0;
}

/* Training ------------------------------------------------------------------------------------------- */

static int params_gc(lua_State *L)
{
    weir_params **p = lua_touserdata(L, 1);
    weir_params_free(*p);
    *p = NULL;
    return 0;
}

static weir_job *start_training(lua_State *L)
{
    binding *b = bind_of(L);
    weir_error err = {0};
    weir_job *j;

    luaL_checktype(L, 1, LUA_TTABLE);
    weir_params **p = lua_newuserdatauv(L, sizeof(weir_params *), 0);
    *p = NULL;
    luaL_setmetatable(L, "weir.params");
    *p = weir_params_new();
    if (!*p)
        luaL_error(L, "out of memory");
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            luaL_error(L, "parameters are given by name: weir.deeplearning{ training_frame = ..., y = ... }");
        weir_value *v = bind_hold(L);
        bind_value(L, -2, v);
        if (weir_params_set(*p, lua_tostring(L, -3), v, &err))
            bind_raise(L, &err);
        lua_pop(L, 1);
    }
    if (weir_train_start(b->session, *p, &j, &err))
        bind_raise(L, &err);
    return j;
}

static int train(lua_State *L)
{
    return bind_finish(L, start_training(L));
}

static int start(lua_State *L)
{
    bind_push_job(L, start_training(L));
    return 1;
}

/* Module functions ------------------------------------------------------------------------------------- */

static int fn_clock(lua_State *L)
{
    lua_pushnumber(L, clock_now());
    return 1;
}

static int fn_help(lua_State *L)
{
    text t = {0};
    binding *b = bind_of(L);

    show_help(&t, luaL_optstring(L, 1, ""));
    if (b->emit)
        b->emit(b->user, text_str(&t), t.n);
    else
        fputs(text_str(&t), stdout);
    text_free(&t);
    return 0;
}

static void push_objects(lua_State *L, const char *kind, bool ids)
{
    weir_value *list = bind_hold(L);
    weir_error err = {0};
    lua_Integer n = 0;

    if (weir_session_list(bind_of(L)->session, list, &err))
        bind_raise(L, &err);
    lua_newtable(L);
    for (size_t i = 0; i < list->as.list.n; i++) {
        const weir_value *d = &list->as.list.v[i];
        if (kind && strcmp(weir_dict_get(d, "kind")->as.text.s, kind) != 0)
            continue;
        if (ids)
            lua_pushstring(L, weir_dict_get(d, "id")->as.text.s);
        else
            bind_push(L, d);
        lua_rawseti(L, -2, ++n);
    }
}

static int fn_ls(lua_State *L)
{
    push_objects(L, NULL, false);
    return 1;
}

static int fn_frames(lua_State *L)
{
    push_objects(L, "frame", true);
    return 1;
}

static int fn_models(lua_State *L)
{
    push_objects(L, "model", true);
    return 1;
}

static int fn_get(lua_State *L)
{
    weir_value *v = bind_hold(L);
    weir_error err = {0};

    if (weir_session_get(bind_of(L)->session, luaL_checkstring(L, 1), v, &err))
        return bind_raise(L, &err);
    bind_push(L, v);
    return 1;
}

static int fn_remove(lua_State *L)
{
    weir_error err = {0};
    const char *id;

    if (luaL_testudata(L, 1, FRAME))
        id = weir_frame_id(bind_frame(L, 1));
    else if (luaL_testudata(L, 1, MODEL))
        id = weir_model_id(to_model(L, 1));
    else
        id = luaL_checkstring(L, 1);
    if (weir_session_remove(bind_of(L)->session, id, &err))
        return bind_raise(L, &err);
    return 0;
}

enum { JOBS = 64 };

static int fn_jobs(lua_State *L)
{
    weir_job *jobs[JOBS];
    size_t n = weir_session_jobs(bind_of(L)->session, jobs, JOBS);

    lua_newtable(L);
    for (size_t i = 0; i < n && i < JOBS; i++) {
        bind_push_job(L, jobs[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static int fn_job(lua_State *L)
{
    weir_job *jobs[JOBS], *found = NULL;
    lua_Integer id = luaL_checkinteger(L, 1);
    size_t n = weir_session_jobs(bind_of(L)->session, jobs, JOBS);

    for (size_t i = 0; i < n && i < JOBS; i++) {
        weir_job_info info;
        weir_job_get(jobs[i], &info);
        if (info.id == id)
            found = jobs[i];
        else
            weir_job_unref(jobs[i]);
    }
    if (!found)
        return luaL_error(L, "there is no job %I", id);
    bind_push_job(L, found);
    return 1;
}

static int fn_cluster(lua_State *L)
{
    weir_value *v = bind_hold(L);
    weir_error err = {0};

    if (weir_session_info(bind_of(L)->session, v, &err))
        return bind_raise(L, &err);
    bind_push(L, v);
    luaL_setmetatable(L, "weir.cluster");
    return 1;
}

static int cluster_tostring(lua_State *L)
{
    static const char *const keys[] = {"version", "nodes", "threads", "cores", "kernel", "memory", "memory_used", "uptime", "pid"};
    luaL_Buffer b;

    luaL_buffinit(L, &b);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        char line[128];
        lua_getfield(L, 1, keys[i]);
        const char *s = luaL_tolstring(L, -1, NULL);
        snprintf(line, sizeof line, "%-12s %.80s\n", keys[i], s);
        lua_pop(L, 2);
        luaL_addstring(&b, line);
    }
    luaL_pushresult(&b);
    return 1;
}

/* "8G", "512M" or bytes. */
static uint64_t bytes_of(lua_State *L, int at)
{
    if (lua_isnumber(L, at) && lua_type(L, at) == LUA_TNUMBER)
        return (uint64_t)lua_tonumber(L, at);
    const char *s = luaL_checkstring(L, at);
    char *end;
    double x = strtod(s, &end);
    double unit = *end == 'G' || *end == 'g' ? 1e9 : *end == 'M' || *end == 'm' ? 1e6 : *end == 'k' || *end == 'K' ? 1e3 : *end == 0 ? 1 : 0;
    if (end == s || unit == 0 || !(x > 0))
        luaL_error(L, "memory = \"%s\" is not a size such as \"8G\" or \"512M\"", s);
    return (uint64_t)(x * unit);
}

static int fn_init(lua_State *L)
{
    binding *b = bind_of(L);
    weir_limits lim = {0};
    weir_error err = {0};

    if (lua_istable(L, 1)) {
        for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
            const char *k = luaL_checkstring(L, -2);
            if (!strcmp(k, "threads") || !strcmp(k, "nthreads"))
                lim.threads = (int)luaL_checkinteger(L, -1);
            else if (!strcmp(k, "memory") || !strcmp(k, "max_mem_size"))
                lim.memory = bytes_of(L, -1);
            else if (!strcmp(k, "ip") || !strcmp(k, "port") || !strcmp(k, "url"))
                return luaL_error(L, "weir has no server: log in with ssh and use weir attach instead of %s", k);
            else if (strcmp(k, "name") != 0 && strcmp(k, "log") != 0 && strcmp(k, "seed") != 0)
                return luaL_error(L, "unknown option '%s': threads, memory, name, log, seed", k);
        }
        if (weir_session_set_limits(b->session, &lim, &err))
            return bind_raise(L, &err);
    }
    return fn_cluster(L);
}

static int fn_progress(lua_State *L)
{
    bind_of(L)->progress = lua_toboolean(L, 1);
    return 0;
}

static int fn_report(lua_State *L)
{
    binding *b = bind_of(L);
    double i = luaL_checknumber(L, 1), n = luaL_checknumber(L, 2);

    if (b->show_progress && b->progress)
        b->show_progress(b->user, n > 0 ? i / n : 0, luaL_optstring(L, 3, ""));
    return 0;
}

static int fn_log(lua_State *L)
{
    weir_session_log(bind_of(L)->session, WEIR_LOG_INFO, luaL_checkstring(L, 1));
    return 0;
}

static int fn_dataset(lua_State *L)
{
    binding *b = bind_of(L);
    const char *name = luaL_checkstring(L, 1);
    char path[1024];

    if (strchr(name, '/'))
        return luaL_error(L, "a bundled data set has a plain name, not '%s'", name);
    snprintf(path, sizeof path, "%s/%s.csv", b->sample_dir, name);
    if (access(path, R_OK) != 0)
        return luaL_error(L, "there is no bundled data set '%s' in %s: digits, iris, prostate, heartbeats_train, heartbeats_test", name, b->sample_dir);
    lua_settop(L, 0);
    lua_pushstring(L, path);
    return call_verb(L, weir_verb_find("", "import_file"), 1);
}

static int fn_read_file(lua_State *L)
{
    const char *path = luaL_checkstring(L, 1);
    FILE *f = fopen(path, "rb");
    luaL_Buffer b;
    size_t n;

    if (!f)
        return luaL_error(L, "cannot open '%s'", path);
    luaL_buffinit(L, &b);
    do {
        char *p = luaL_prepbuffsize(&b, 65536);
        n = fread(p, 1, 65536, f);
        luaL_addsize(&b, n);
    } while (n);
    fclose(f);
    luaL_pushresult(&b);
    return 1;
}

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
        } else if (!lua_isnil(L, -1) && !is_null(L, -1)) {
            luaL_error(L, "column '%s', row %d is a %s; numbers, texts and nil can be told apart", c->name, (int)i + 1, luaL_typename(L, -1));
        }
        lua_pop(L, 1);
    }
    if (c->text && c->numbers)
        luaL_error(L, "column '%s' mixes numbers and texts", c->name);
}

static int fn_frame(lua_State *L)
{
    enum { MOST = 4096 };
    binding *b = bind_of(L);
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
                return luaL_error(L, "weir.frame takes columns by name, { x = {1, 2}, ... }, or a list of rows");
            if (n == MOST)
                return luaL_error(L, "weir.frame takes at most %d columns", MOST);
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
                return luaL_error(L, "names must hold %d texts", (int)n);
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
                return luaL_error(L, "there is no column '%s'", names[i]);
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
    if (weir_frame_build(&f, init, n, rows, &err))
        return bind_raise(L, &err);
    bind_push_frame(L, f);
    weir_value v = {.kind = WEIR_FRAME, .as.frame = f};
    if (weir_session_put(b->session, NULL, &v, &err))
        return bind_raise(L, &err);
    return 1;
}

static int fn_plot(lua_State *L)
{
    return frame_plot(L);
}

static int fn_shutdown(lua_State *L)
{
    (void)L;
    return 0; /* the session ends with the program */
}

static int fn_print(lua_State *L)
{
    binding *b = bind_of(L);
    int n = lua_gettop(L);
    luaL_Buffer buf;

    luaL_buffinit(L, &buf);
    for (int i = 1; i <= n; i++) {
        if (i > 1)
            luaL_addchar(&buf, '\t');
        luaL_tolstring(L, i, NULL);
        luaL_addvalue(&buf);
    }
    luaL_addchar(&buf, '\n');
    luaL_pushresult(&buf);
    size_t len;
    const char *s = lua_tolstring(L, -1, &len);
    if (len > 1 && s[len - 2] == '\n')
        len--; /* what ends its own line needs no second end */
    if (b->emit)
        b->emit(b->user, s, len);
    else
        fwrite(s, 1, len, stdout);
    return 0;
}

static const luaL_Reg functions[] = {
    {"deeplearning", train}, {"start_deeplearning", start}, {"clock", fn_clock}, {"help", fn_help}, {"ls", fn_ls},
    {"frames", fn_frames}, {"models", fn_models}, {"get_frame", fn_get}, {"get_model", fn_get}, {"remove", fn_remove},
    {"jobs", fn_jobs}, {"job", fn_job}, {"cluster", fn_cluster}, {"init", fn_init}, {"progress", fn_progress},
    {"report", fn_report}, {"log", fn_log}, {"dataset", fn_dataset}, {"read_file", fn_read_file}, {"frame", fn_frame},
    {"plot", fn_plot}, {"shutdown", fn_shutdown}, {"print", fn_print}, {NULL, NULL}};

static int module_index(lua_State *L)
{
    const char *key = luaL_checkstring(L, 2), *near;
    const char *names[256];
    size_t n = 0;

    for (const luaL_Reg *f = functions; f->name; f++)
        names[n++] = f->name;
    for (size_t i = 0; i < weir_verb_count() && n < 256; i++)
        if (!*weir_verb_at(i)->on)
            names[n++] = weir_verb_at(i)->name;
    near = text_nearest(key, names, n);
    if (near)
        return luaL_error(L, "weir has no '%s': did you mean '%s'?", key, near);
    return luaL_error(L, "weir has no '%s'", key);
}

static void meta(lua_State *L, const char *name, lua_CFunction index, lua_CFunction tostring, lua_CFunction gc)
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
    lua_pop(L, 1);
}

static void frame_meta(lua_State *L)
{
    static const char *const ops[][2] = {{"__add", "add"}, {"__sub", "sub"}, {"__mul", "mul"}, {"__div", "div"}, {"__pow", "pow"},
                                         {"__mod", "mod"}, {"__idiv", "idiv"}, {"__band", "land"}, {"__bor", "lor"}};

    meta(L, FRAME, frame_index, frame_tostring, frame_gc);
    luaL_getmetatable(L, FRAME);
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        lua_pushstring(L, ops[i][1]);
        lua_pushcclosure(L, frame_operator, 1);
        lua_setfield(L, -2, ops[i][0]);
    }
    lua_pushcfunction(L, frame_negate);
    lua_setfield(L, -2, "__unm");
    lua_pushcfunction(L, frame_not);
    lua_setfield(L, -2, "__bnot");
    lua_pushcfunction(L, frame_len);
    lua_setfield(L, -2, "__len");
    lua_pushcfunction(L, frame_newindex);
    lua_setfield(L, -2, "__newindex");
    lua_pop(L, 1);
}

void bind_open(lua_State *L, binding *b)
{
    lua_pushlightuserdata(L, b);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &binding_key);
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &funcs_key);
    frame_meta(L);
    meta(L, MODEL, model_index, model_tostring, model_gc);
    meta(L, METRICS, metrics_index, metrics_tostring, metrics_gc);
    meta(L, JOB, job_index, job_tostring, job_gc);
    meta(L, HOLD, NULL, NULL, hold_gc);
    meta(L, ERROR, NULL, error_tostring, NULL);
    meta(L, "weir.params", NULL, NULL, params_gc);
    meta(L, "weir.cluster", NULL, cluster_tostring, NULL);
    luaL_newlib(L, functions);
    for (size_t i = 0; i < weir_verb_count(); i++)
        if (!*weir_verb_at(i)->on) {
            push_verb(L, weir_verb_at(i));
            lua_setfield(L, -2, weir_verb_at(i)->name);
        }
    lua_pushstring(L, weir_version());
    lua_setfield(L, -2, "version");
    lua_pushlightuserdata(L, (void *)(uintptr_t)&null_key);
    lua_setfield(L, -2, "null");
    if (luaL_loadbuffer(L, prelude, sizeof prelude - 1, "=weir") != LUA_OK)
        lua_error(L);
    lua_pushvalue(L, -2);
    lua_call(L, 1, 0);
    lua_newtable(L);
    lua_pushcfunction(L, module_index);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
}

/* In a stock lua5.4 the module owns its session. */
static int own_gc(lua_State *L)
{
    binding *b = lua_touserdata(L, 1);
    weir_session_free(b->session);
    b->session = NULL;
    return 0;
}

WEIR_API int luaopen_weir(lua_State *L)
{
    weir_error err = {0};
    binding *b = lua_newuserdatauv(L, sizeof *b, 0);

    *b = (binding){.own_session = true, .sample_dir = WEIR_DATADIR "/samples", .progress = true, .columns = 80};
    lua_newtable(L);
    lua_pushcfunction(L, own_gc);
    lua_setfield(L, -2, "__gc");
    lua_setmetatable(L, -2);
    lua_pushvalue(L, -1);
    lua_setfield(L, LUA_REGISTRYINDEX, "weir.binding");
    if (weir_session_new(&b->session, NULL, &err))
        return luaL_error(L, "%s", err.message);
    bind_open(L, b);
    return 1;
}
