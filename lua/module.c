/* module.c - the module `weir`: generic over the engine's tables of verbs,
 * parameters and metrics; nothing here knows a verb by name. */
#include "config.h"
#include "lua/api.h"
#include "lua/bind.h"

#include "base/clock.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define CLUSTER "weir.cluster"

static const char prelude[] =
#include "lua/prelude.inc"
    ;

#define BIND_FRAME "weir.frame"
#define BIND_MODEL "weir.model"
#define BIND_METRICS "weir.metrics"
#define BIND_JOB "weir.job"
#define BIND_HOLD "weir.value"
#define ERROR "weir.error"


/* Module functions ------------------------------------------------------------------------------------- */

static int fn_clock(lua_State *L)
{
    lua_pushnumber(L, clock_now());
    return 1;
}

static int fn_help(lua_State *L)
{
    text t = {0};

    show_help(&t, luaL_optstring(L, 1, ""));
    bind_say(L, &t);
    return 0;
}

/* The lines, and whether anything is known. */
static int fn_help_text(lua_State *L)
{
    text t = {0};
    bool known = show_help(&t, luaL_optstring(L, 1, ""));

    bind_push_text(L, &t);
    lua_pushboolean(L, known);
    return 2;
}

static void push_objects(lua_State *L, const char *kind, bool ids)
{
    weir_value *list = bind_hold(L);
    weir_error err = {0};
    lua_Integer n = 0;

    if (weir_session_list(bind_session(L), list, &err))
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

static int get_object(lua_State *L, weir_kind kind)
{
    const char *id = luaL_checkstring(L, 1);
    weir_value *v = bind_hold(L);
    weir_error err = {0};

    if (weir_session_get(bind_session(L), id, v, &err))
        return bind_raise(L, &err);
    if (v->kind != kind)
        return bind_fail(L, NULL, "'%s' is a %s, not a %s", id, weir_kind_name(v->kind),
                         weir_kind_name(kind));
    bind_push(L, v);
    return 1;
}

static int fn_get_frame(lua_State *L)
{
    return get_object(L, WEIR_FRAME);
}

static int fn_get_model(lua_State *L)
{
    return get_object(L, WEIR_MODEL);
}

static int fn_remove(lua_State *L)
{
    weir_error err = {0};
    const char *id;

    if (luaL_testudata(L, 1, BIND_FRAME))
        id = weir_frame_id(bind_frame(L, 1));
    else if (luaL_testudata(L, 1, BIND_MODEL))
        id = weir_model_id(bind_model(L, 1));
    else
        id = luaL_checkstring(L, 1);
    if (weir_session_remove(bind_session(L), id, &err))
        return bind_raise(L, &err);
    return 0;
}

static int fn_jobs(lua_State *L)
{
    size_t n = weir_session_jobs(bind_session(L), NULL, 0);
    weir_job **jobs = lua_newuserdatauv(L, (n + 1) * sizeof(weir_job *), 0);
    size_t now = weir_session_jobs(bind_session(L), jobs, n);

    lua_createtable(L, (int)n, 0);
    for (size_t i = 0; i < now && i < n; i++) {
        bind_push_job(L, jobs[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static int fn_job(lua_State *L)
{
    lua_Integer id = luaL_checkinteger(L, 1);
    weir_job *found = weir_session_job(bind_session(L), id);

    if (!found)
        return bind_fail(L, NULL, "there is no job %I", id);
    bind_push_job(L, found);
    return 1;
}

static int fn_cluster(lua_State *L)
{
    weir_value *v = bind_hold(L);
    weir_error err = {0};

    if (weir_session_info(bind_session(L), v, &err))
        return bind_raise(L, &err);
    bind_push(L, v);
    luaL_setmetatable(L, CLUSTER);
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
        bind_fail(L, NULL, "memory = \"%s\" is not a size such as \"8G\" or \"512M\"", s);
    return (uint64_t)(x * unit);
}

/* Drawing starts anew at a seed; weir.null or -1: every call draws its own again. */
static void init_seed(lua_State *L, binding *b)
{
    lua_Integer seed = bind_is_null(L, -1) ? -1 : luaL_checkinteger(L, -1);

    if (seed < -1)
        bind_fail(L, NULL, "seed = %I is outside [-1, 9223372036854775807]; -1 draws one", seed);
    b->seeded = seed >= 0;
    b->seed = (uint64_t)seed;
    b->draws = 0;
}

static void init_option(lua_State *L, binding *b, const char *k, weir_limits *lim)
{
    static const char *const options[] = {"threads", "memory", "parameters", "seed", "log"};
    weir_error err = {0};

    if (!strcmp(k, "threads") || !strcmp(k, "nthreads"))
        lim->threads = (int)luaL_checkinteger(L, -1);
    else if (!strcmp(k, "memory") || !strcmp(k, "max_mem_size"))
        lim->memory = bytes_of(L, -1);
    else if (!strcmp(k, "parameters"))
        lim->parameters = (uint64_t)luaL_checknumber(L, -1);
    else if (!strcmp(k, "seed"))
        init_seed(L, b);
    else if (!strcmp(k, "log")) {
        if (weir_session_log_file(b->session, bind_is_null(L, -1) ? NULL : luaL_checkstring(L, -1), &err))
            bind_raise(L, &err);
    } else if (!strcmp(k, "ip") || !strcmp(k, "port") || !strcmp(k, "url"))
        bind_fail(L, NULL, "weir has no server: log in with ssh and use weir attach instead of %s", k);
    else
        bind_unknown(L, "options of init are threads, memory, parameters, seed and log, not", k, options, sizeof options / sizeof *options);
}

static int fn_init(lua_State *L)
{
    binding *b = bind_of(L);
    weir_limits lim = {0};
    weir_error err = {0};

    b->closed = false;
    if (lua_istable(L, 1)) {
        for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1))
            init_option(L, b, luaL_checkstring(L, -2), &lim);
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

/* weir.check(holds, text): the value, or an error that a run without a screen ends with status 3 for. */
static int fn_check(lua_State *L)
{
    luaL_checkany(L, 1);
    if (lua_toboolean(L, 1))
        return lua_gettop(L);
    lua_pushfstring(L, "check failed%s%s", lua_isstring(L, 2) ? ": " : "", lua_isstring(L, 2) ? lua_tostring(L, 2) : "");
    return bind_fail_kind(L, "check failed");
}

static int fn_dataset(lua_State *L)
{
    binding *b = bind_of(L);
    const char *name = luaL_checkstring(L, 1);
    char path[1024];

    if (strchr(name, '/'))
        return bind_fail(L, NULL, "a bundled data set has a plain name, not '%s'", name);
    snprintf(path, sizeof path, "%s/%s.csv", b->sample_dir, name);
    if (access(path, R_OK) != 0)
        return bind_fail(L, NULL, "there is no bundled data set '%s' in %s: digits, iris, prostate, heartbeats_train, heartbeats_test", name, b->sample_dir);
    lua_settop(L, 0);
    lua_pushstring(L, path);
    return bind_call(L, weir_verb_find("", "import_file"), 1);
}

/* Also what gzip packed, as it was before. */
static int fn_read_file(lua_State *L)
{
    const char *path = luaL_checkstring(L, 1);
    char why[128] = "it is cut off";
    gzFile f = gzopen(path, "rb");
    luaL_Buffer b;
    int n, state = Z_OK;

    if (!f)
        return bind_fail(L, NULL, "cannot open '%s'", path);
    luaL_buffinit(L, &b);
    do {
        n = gzread(f, luaL_prepbuffsize(&b, 65536), 65536);
        luaL_addsize(&b, n > 0 ? (size_t)n : 0);
    } while (n > 0);
    if (n < 0)
        snprintf(why, sizeof why, "%s", gzerror(f, &state));
    if (gzclose(f) != Z_OK || n < 0)
        return bind_fail(L, NULL, "cannot read '%s': %s", path, why);
    luaL_pushresult(&b);
    return 1;
}

/* Ends the jobs, drops frames and models, and refuses what comes later until weir.init. */
static int fn_shutdown(lua_State *L)
{
    binding *b = bind_of(L);
    weir_error err = {0};

    if (b->closed)
        return 0;
    job_cancel_all(L);
    weir_value *args = bind_hold(L), *out = bind_hold(L);
    *args = weir_dict();
    if (weir_call(b->session, "", "remove_all", args, out, &err))
        return bind_raise(L, &err);
    b->closed = true;
    return 0;
}

/* The program that opens notebooks: this one, else the one that the shell finds; and whether there is a terminal for it. Nothing
 * inside the workbench. */
static int fn_workbench(lua_State *L)
{
    const binding *b = bind_of(L);
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);

    if (b->workbench)
        return 0;
    path[n > 0 ? n : 0] = '\0';
    const char *name = strrchr(path, '/');
    lua_pushstring(L, name && !strcmp(name, "/weir") ? path : "weir");
    lua_pushboolean(L, isatty(0) && isatty(1));
    return 2;
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
    if (len > 1 && s[len - 2] == '\n' && lua_type(L, n) != LUA_TSTRING)
        len--; /* a table or a model ends its own line; a text is printed as it is */
    if (b->emit)
        b->emit(b->user, s, len);
    else
        fwrite(s, 1, len, stdout);
    return 0;
}

/* (on, name): the names of that call's arguments as a set. */
static int fn_arguments_of(lua_State *L)
{
    const char *on = luaL_checkstring(L, 1), *name = luaL_checkstring(L, 2);

    lua_newtable(L);
    for (size_t i = 0; i < api_count(); i++) {
        const weir_verb_info *v = api_at(i);
        for (size_t k = 0; k < v->n_args && !strcmp(v->on, on) && !strcmp(v->name, name); k++) {
            lua_pushboolean(L, true);
            lua_setfield(L, -2, v->args[k].name);
        }
    }
    return 1;
}

static const luaL_Reg functions[] = {
    {"deeplearning", job_train}, {"start_deeplearning", job_train_start}, {"estimate", job_estimate}, {"estimate_memory", job_estimate_memory}, {"clock", fn_clock}, {"help", fn_help}, {"help_text", fn_help_text}, {"ls", fn_ls},
    {"frames", fn_frames}, {"models", fn_models}, {"get_frame", fn_get_frame}, {"get_model", fn_get_model}, {"remove", fn_remove},
    {"jobs", fn_jobs}, {"job", fn_job}, {"cluster", fn_cluster}, {"init", fn_init}, {"progress", fn_progress},
    {"report", fn_report}, {"check", fn_check}, {"log", log_say}, {"save_logs", log_save}, {"dataset", fn_dataset}, {"read_file", fn_read_file}, {"frame", make_frame},
    {"scene", plot_new}, {"draw_image", draw_image}, {"shutdown", fn_shutdown}, {"print", fn_print}, {"workbench", fn_workbench}, {"arguments_of", fn_arguments_of}, {NULL, NULL}};

static int module_index(lua_State *L)
{
    enum { MOST = 200 };
    const char *names[MOST];
    size_t n = 0;

    for (lua_pushnil(L); lua_next(L, 1) && n < MOST; lua_pop(L, 1))
        if (lua_type(L, -2) == LUA_TSTRING)
            names[n++] = lua_tostring(L, -2); /* the table keeps them */
    return bind_no_member(L, "weir has no", "", luaL_checkstring(L, 2), names, n);
}

void bind_open(lua_State *L, binding *b)
{
    bind_setup(L, b);
    frame_setup(L);
    plot_setup(L);
    model_setup(L);
    job_setup(L);
    bind_meta(L, CLUSTER, NULL, cluster_tostring, NULL);
    luaL_newlib(L, functions);
    for (size_t i = 0; i < weir_verb_count(); i++)
        if (!*weir_verb_at(i)->on) {
            bind_push_verb(L, weir_verb_at(i));
            lua_setfield(L, -2, weir_verb_at(i)->name);
        }
    lua_pushstring(L, weir_version());
    lua_setfield(L, -2, "version");
    bind_push_null(L);
    lua_setfield(L, -2, "null");
    json_open(L);
    lua_setfield(L, -2, "json");
    if (luaL_loadbuffer(L, prelude, sizeof prelude - 1, "=weir") != LUA_OK)
        lua_error(L);
    lua_pushvalue(L, -2);
    bind_push_extras(L);
    lua_pushboolean(L, bind_of(L)->keyboard);
    lua_setfield(L, -2, "keyboard");
    lua_call(L, 2, 0);
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

    *b = (binding){.sample_dir = WEIR_DATADIR "/samples", .progress = true, .columns = 80};
    lua_newtable(L);
    lua_pushcfunction(L, own_gc);
    lua_setfield(L, -2, "__gc");
    lua_setmetatable(L, -2);
    lua_pushvalue(L, -1);
    lua_setfield(L, LUA_REGISTRYINDEX, "weir.binding");
    if (weir_session_new(&b->session, NULL, &err))
        return bind_fail(L, NULL, "%s", err.message);
    bind_open(L, b);
    return 1;
}
