/* job.c - jobs and trainings in Lua. */
#include "config.h"
#include "lua/bind.h"
#include "lua/forecast.h"

#include "base/clock.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PARAMS "weir.params"

/* Jobs ----------------------------------------------------------------------------------------------- */

weir_job *bind_job(lua_State *L, int at)
{
    return bind_object(L, at, BIND_JOB);
}

static int job_join(lua_State *L)
{
    return bind_join(L, weir_job_ref(bind_job(L, 1)));
}

static int job_cancel(lua_State *L)
{
    bool discard = bind_option(L, 2, "discard");
    weir_job_cancel(bind_job(L, 1), !discard);
    return 0;
}

void job_cancel_all(lua_State *L)
{
    enum { MOST = 256 };
    weir_job *jobs[MOST];
    size_t n = weir_session_jobs(bind_of(L)->session, jobs, MOST);

    for (size_t i = 0; i < n && i < MOST; i++) {
        weir_job_cancel(jobs[i], false);
        weir_job_unref(jobs[i]);
    }
}

static const char *state_name(weir_job_state s)
{
    static const char *const names[] = {"queued", "running", "done", "cancelled", "failed"};
    return names[s];
}

static int job_status(lua_State *L)
{
    weir_job_info i;
    weir_job_get(bind_job(L, 1), &i);
    lua_pushstring(L, state_name(i.state));
    return 1;
}

static int job_progress(lua_State *L)
{
    weir_job_info i;
    weir_job_get(bind_job(L, 1), &i);
    lua_pushnumber(L, i.done);
    return 1;
}

static int job_model(lua_State *L)
{
    weir_model *m = weir_job_model(bind_job(L, 1));
    if (m)
        bind_push_object(L, m, BIND_MODEL);
    else
        lua_pushnil(L);
    return 1;
}

static int job_threads(lua_State *L)
{
    weir_job_info i;
    weir_job *j = bind_job(L, 1);

    if (!lua_isnoneornil(L, 2)) {
        lua_Integer n = luaL_checkinteger(L, 2);
        if (n < 0 || n > 1024)
            return bind_fail(L, NULL, "threads = %I is outside [0, 1024]; 0 = all that are free", n);
        weir_job_set_threads(j, (int)n);
    }
    weir_job_get(j, &i);
    lua_pushinteger(L, i.threads);
    return 1;
}

/* job:limit{ seconds =, rows = }: nothing or 0 takes a limit away. */
static int job_limit(lua_State *L)
{
    static const char *const names[] = {"seconds", "rows"};
    double seconds = 0, rows = 0;

    if (!lua_isnoneornil(L, 2)) {
        luaL_checktype(L, 2, LUA_TTABLE);
        for (lua_pushnil(L); lua_next(L, 2); lua_pop(L, 1)) {
            const char *k = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "";
            double *to = !strcmp(k, "seconds") ? &seconds : !strcmp(k, "rows") ? &rows : NULL;
            if (!to)
                return bind_unknown(L, "limits are seconds and rows, not", k, names, 2);
            *to = luaL_checknumber(L, -1);
        }
    }
    weir_job_set_limits(bind_job(L, 1), seconds, (int64_t)rows);
    return 0;
}

static int job_checkpoint(lua_State *L)
{
    weir_job_checkpoint(bind_job(L, 1));
    return 0;
}

/* Places in the queue for threads, negative = earlier; gives whether it moved. */
static int job_move(lua_State *L)
{
    lua_pushboolean(L, weir_job_move(bind_job(L, 1), (int)luaL_checkinteger(L, 2)));
    return 1;
}

/* The job's log as lines; job:log("pattern") those that hold the words. */
static int job_log(lua_State *L)
{
    enum { AT_ONCE = 16 };
    const char *words = luaL_optstring(L, 2, "");
    weir_job *j = bind_job(L, 1);
    weir_log_line line[AT_ONCE];
    lua_Integer n = 0;

    lua_newtable(L);
    for (size_t from = 0, got; (got = weir_job_log(j, from, line, AT_ONCE)) > 0; from = line[got - 1].number + 1)
        for (size_t i = 0; i < got; i++)
            if (strstr(line[i].text, words)) {
                lua_pushstring(L, line[i].text);
                lua_rawseti(L, -2, ++n);
            }
    return 1;
}

static const luaL_Reg job_methods[] = {{"join", job_join}, {"wait", job_join}, {"cancel", job_cancel}, {"status", job_status},
                                       {"progress", job_progress}, {"model", job_model}, {"threads", job_threads}, {"limit", job_limit},
                                       {"checkpoint", job_checkpoint}, {"move", job_move}, {"log", job_log}, {NULL, NULL}};

static int no_member(lua_State *L, const char *key)
{
    static const char *const names[] = {"join", "wait", "cancel", "status", "progress", "model", "threads", "limit",
                                        "checkpoint", "move", "log", "id", "kind", "epochs", "samples", "speed", "elapsed"};
    return bind_unknown(L, "a job has no", key, names, sizeof names / sizeof *names);
}

static int job_index(lua_State *L)
{
    const char *key = luaL_checkstring(L, 2);
    weir_job_info i;

    for (const luaL_Reg *m = job_methods; m->name; m++)
        if (!strcmp(m->name, key)) {
            lua_pushcfunction(L, m->func);
            return 1;
        }
    weir_job_get(bind_job(L, 1), &i);
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
        return no_member(L, key);
    return 1;
}

static int job_tostring(lua_State *L)
{
    weir_job_info i;
    weir_job_get(bind_job(L, 1), &i);
    if (isnan(i.done))
        lua_pushfstring(L, "job %I (%s): %s, %s", (lua_Integer)i.id, i.kind, i.title, state_name(i.state));
    else
        lua_pushfstring(L, "job %I (%s): %s, %s, %d %%", (lua_Integer)i.id, i.kind, i.title, state_name(i.state), (int)(100 * i.done));
    return 1;
}

static int job_gc(lua_State *L)
{
    bind_box *b = luaL_checkudata(L, 1, BIND_JOB);
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

/* A parameter may have a spelling that is only Lua's: a function of the prelude turns the value on top. */
static void rewrite(lua_State *L, const char *name)
{
    if (!bind_push_extra(L, "parameter", name))
        return;
    lua_insert(L, -2);
    lua_call(L, 1, 1);
}

/* The run was asked to be repeatable: what the call leaves open is settled, and the seed told. */
static void make_reproducible(lua_State *L, weir_params *p)
{
    binding *b = bind_of(L);
    weir_value yes = weir_bool(true), seed = weir_int((int64_t)(clock_wall() * 1e6) & 0x7fffffff);
    weir_error err;
    char words[64];

    if (!weir_params_given(p, "reproducible") && weir_params_set(p, "reproducible", &yes, &err))
        bind_raise(L, &err);
    if (weir_params_given(p, "seed"))
        return;
    if (weir_params_set(p, "seed", &seed, &err))
        bind_raise(L, &err);
    snprintf(words, sizeof words, "weir: seed = %lld\n", (long long)seed.as.i);
    if (b->emit_error)
        b->emit_error(b->user, words, strlen(words));
    else
        fputs(words, stderr);
}

/* The parameters of the table at 1, left on the stack. */
static weir_params **read_params(lua_State *L)
{
    weir_error err = {0};

    luaL_checktype(L, 1, LUA_TTABLE);
    if (bind_of(L)->interrupted && bind_of(L)->interrupted(bind_of(L)->user))
        bind_fail(L, NULL, "interrupted");
    weir_params **p = lua_newuserdatauv(L, sizeof(weir_params *), 0);
    *p = NULL;
    luaL_setmetatable(L, PARAMS);
    *p = weir_params_new();
    if (!*p)
        bind_fail(L, NULL, "out of memory");
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            bind_fail(L, NULL, "parameters are given by name: weir.deeplearning{ training_frame = ..., y = ... }");
        rewrite(L, lua_tostring(L, -2));
        weir_value *v = bind_hold(L);
        bind_value(L, -2, v);
        if (weir_params_set(*p, lua_tostring(L, -3), v, &err))
            bind_raise(L, &err);
        lua_pop(L, 1);
    }
    return p;
}

static weir_job *start_training(lua_State *L)
{
    weir_params **p = read_params(L);
    weir_error err = {0};
    weir_job *j;

    binding *b = bind_of(L);

    if (b->seeded && !weir_params_given(*p, "seed")) {
        weir_value seed = weir_int(bind_seed(b));
        if (weir_params_set(*p, "seed", &seed, &err))
            bind_raise(L, &err);
    }
    if (b->reproducible)
        make_reproducible(L, *p);
    bind_room(L, false);
    if (weir_train_start(bind_session(L), *p, &j, &err))
        bind_raise(L, &err);
    return j;
}

int job_train(lua_State *L)
{
    weir_job *j = start_training(L);
    return bind_finish(L, j, bind_option(L, 1, "verbose"));
}

int job_train_start(lua_State *L)
{
    bind_push_job(L, start_training(L));
    return 1;
}

/* The file that the training frame of the table at 1 is given by, NULL: it is a frame, or the id of one. */
static const char *file_given(lua_State *L)
{
    weir_value v = weir_nil();
    const char *path = lua_getfield(L, 1, "training_frame") == LUA_TSTRING ? lua_tostring(L, -1) : NULL;

    if (path && (weir_session_get(bind_session(L), path, &v, NULL) == WEIR_OK || access(path, R_OK) != 0))
        path = NULL;
    weir_value_clear(&v);
    return path; /* its text stays on the stack */
}

/* Before anything is loaded: in a session of its own, which leaves nothing here. */
static int estimate_file(lua_State *L, weir_params *p, const char *path)
{
    weir_session *own = NULL;
    weir_value none = weir_nil();
    forecast f;
    char why[300] = "out of memory";

    weir_params_set(p, "training_frame", &none, NULL);
    weir_params_set(p, "validation_frame", &none, NULL);
    bool good = weir_session_new(&own, NULL, NULL) == WEIR_OK && forecast_training(own, p, path, 1, NULL, &f, why, sizeof why);
    weir_session_free(own);
    if (!good)
        return bind_fail(L, NULL, "estimate: %s", why);
    const struct { const char *key; double v; } numbers[] = {{"rows", f.rows}, {"inputs", f.inputs}, {"weights", f.weights}, {"memory", f.memory}, {"frame", f.frame},
                                                             {"samples", f.samples}, {"threads", f.threads}};
    lua_newtable(L);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        lua_pushinteger(L, (lua_Integer)floor(numbers[i].v + 0.5));
        lua_setfield(L, -2, numbers[i].key);
    }
    if (!isnan(f.seconds)) {
        lua_pushnumber(L, f.seconds);
        lua_setfield(L, -2, "seconds");
    }
    lua_pushboolean(L, f.exact);
    lua_setfield(L, -2, "exact");
    return 1;
}

/* weir.estimate{ parameters of a training }: what it would take. The training frame may be a file that is not loaded yet: then
 * a sample of it is looked at, and `frame` says what it would take as a frame, `exact` whether the sample was all of it. */
int job_estimate(lua_State *L)
{
    weir_params **p = read_params(L);
    const char *path = file_given(L);
    weir_value *v = bind_hold(L);
    weir_error err = {0};

    if (path)
        return estimate_file(L, *p, path);
    if (weir_train_estimate(bind_session(L), *p, v, &err))
        return bind_raise(L, &err);
    bind_push(L, v);
    return 1;
}

/* weir.estimate_memory{ rows =, cols =, bytes = }: bytes that a table takes as a frame; bytes: of a cell, 8 when
 * nothing is known of the columns (small integers take 1, decimals of a few digits 4). */
int job_estimate_memory(lua_State *L)
{
    static const char *const names[] = {"rows", "cols", "bytes"};
    double x[3] = {0, 0, 8};

    luaL_checktype(L, 1, LUA_TTABLE);
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
        const char *k = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "";
        size_t i = 0;
        while (i < 3 && strcmp(k, names[i]))
            i++;
        if (i == 3)
            return bind_unknown(L, "estimate_memory takes rows, cols and bytes, not", k, names, 3);
        x[i] = luaL_checknumber(L, -1);
        if (!(x[i] > 0))
            return bind_fail(L, NULL, "%s = %f is not above 0", names[i], x[i]);
    }
    if (!(x[0] > 0 && x[1] > 0))
        return bind_fail(L, NULL, "estimate_memory needs rows and cols");
    lua_pushinteger(L, (lua_Integer)(x[0] * x[1] * x[2]));
    return 1;
}

void job_setup(lua_State *L)
{
    bind_meta(L, BIND_JOB, job_index, job_tostring, job_gc);
    bind_meta(L, PARAMS, NULL, NULL, params_gc);
}
