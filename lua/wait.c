/* wait.c - waiting for jobs: a cell that may yield meanwhile, the functions that a job asks for, what its result is
 * in Lua, and room in memory before the next one begins. */
#include "config.h"
#include "lua/bind.h"

#include <stdio.h>
#include <string.h>

/* The two values on top, a number and perhaps its name: the number, or {number, name}. */
static weir_status answer(lua_State *L, weir_value *out, weir_error *err)
{
    weir_value x = weir_real(lua_tonumber(L, -2));
    weir_status st = WEIR_OK;

    *out = x;
    if (lua_type(L, -1) != LUA_TSTRING)
        return WEIR_OK;
    *out = weir_list();
    st = weir_list_add(out, x, err);
    return st ? st : weir_list_add(out, weir_text(lua_tostring(L, -1)), err);
}

/* Calls the client's functions that a job asks for. */
static void serve(lua_State *L, weir_job *j)
{
    weir_request q;

    while (weir_job_request(j, &q)) {
        weir_value *result = bind_hold(L);
        weir_error err = {.status = WEIR_EINVAL};
        int top = lua_gettop(L), n = 0;
        bind_push(L, &(weir_value){.kind = WEIR_FUNC, .as.i = q.func});
        for (size_t i = 0; i < q.args.as.list.n; i++, n++)
            bind_push(L, &q.args.as.list.v[i]);
        weir_value_clear(&q.args);
        if (lua_pcall(L, n, 2, 0) != LUA_OK) {
            snprintf(err.message, sizeof err.message, "the function failed: %s", luaL_tolstring(L, -1, NULL));
            weir_job_reply(j, q.number, NULL, &err);
        } else if (!lua_isnumber(L, -2)) {
            snprintf(err.message, sizeof err.message, "the function must give a number, not %s", luaL_typename(L, -2));
            weir_job_reply(j, q.number, NULL, &err);
        } else if (answer(L, result, &err)) {
            weir_job_reply(j, q.number, NULL, &err);
        } else {
            weir_job_reply(j, q.number, result, NULL);
        }
        lua_settop(L, top - 1);
    }
}

static void say(lua_State *L, const char *line)
{
    binding *b = bind_of(L);

    if (b->emit_error)
        b->emit_error(b->user, line, strlen(line));
    else
        fputs(line, stderr);
}

static bool quiet_mode(const weir_value *info)
{
    const weir_value *p = weir_dict_get(info, "params"), *q = p ? weir_dict_get(p, "quiet_mode") : NULL;
    const weir_value *actual = q ? weir_dict_get(q, "actual") : NULL;
    return actual && actual->kind == WEIR_BOOL && actual->as.b;
}

/* A model's warnings go to standard error as well. */
static void say_warnings(lua_State *L, const weir_model *m)
{
    weir_value *info = bind_hold(L);
    const weir_value *w = NULL, *id = NULL;
    char line[512];

    if (!bind_of(L)->quiet && weir_model_info(m, info, NULL) == WEIR_OK) {
        w = weir_dict_get(info, "warnings");
        id = weir_dict_get(info, "id");
    }
    for (size_t i = 0; w && id && !quiet_mode(info) && i < w->as.list.n; i++) {
        snprintf(line, sizeof line, "weir: %s: %s\n", id->as.text.s, w->as.list.v[i].as.text.s);
        say(L, line);
    }
    lua_pop(L, 1);
}

/* New rows of the history, when the training was asked to be verbose. */
static void say_history(lua_State *L, bind_box *box)
{
    static const char *const names[] = {"logloss", "mean_residual_deviance", "mse", "error", "auc"};
    weir_score_row row;

    for (; box->verbose && weir_job_history(box->object, box->shown, &row, 1) == 1; box->shown++) {
        char line[512];
        int n = snprintf(line, sizeof line, "weir: %.1f s, epoch %.3g:", row.duration, row.epochs);
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            ptrdiff_t at = weir_metric_find(names[i]);
            if (at < 0 || row.train[at] != row.train[at])
                continue;
            n += snprintf(line + n, sizeof line - (size_t)n, " %s %.5g", weir_metric_at((size_t)at)->label, row.train[at]);
            if (row.valid[at] == row.valid[at])
                n += snprintf(line + n, sizeof line - (size_t)n, " (validation %.5g)", row.valid[at]);
        }
        snprintf(line + n, sizeof line - (size_t)n, "\n");
        say(L, line);
    }
}

static int push_result(lua_State *L, weir_job *j, bool once)
{
    weir_error err = {0};
    weir_value *v = bind_hold(L);
    bool spread = true;

    weir_job_info info;
    weir_job_get(j, &info);
    weir_status st = weir_job_result(j, v, &err);
    binding *b = bind_of(L);
    if (strcmp(info.kind, "train")) /* the list of jobs shall not keep what a script has dropped */
        weir_job_release(j);
    else if (b->tell_job)
        b->tell_job(b->user, j);
    if (st == WEIR_ECANCEL && b->interrupted && b->interrupted(b->user)) /* who stops a cell cancels its job, which may end first */
        return bind_fail(L, NULL, "interrupted");
    if (st)
        return bind_raise(L, &err);
    if (once)
        weir_job_taken(j);
    if (v->kind == WEIR_MODEL && !strcmp(info.kind, "train"))
        say_warnings(L, v->as.model);
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

void bind_room(lua_State *L, bool now)
{
    enum { FEW = 256 << 20 };
    binding *b = bind_of(L);
    weir_session *s = bind_session(L);
    uint64_t budget, used = weir_session_memory(s, &budget), few = budget / 8 < FEW ? budget / 8 : FEW;
    uint64_t most = b->settled + (b->settled > few ? b->settled : few), near = budget / 4 * 3;

    if (most > near) /* close to the budget more often, but not each time */
        most = near > b->settled + b->settled / 16 ? near : b->settled + b->settled / 16;
    if (!now && used <= most)
        return;
    lua_gc(L, LUA_GCCOLLECT);
    weir_session_tidy(s);
    b->settled = weir_session_memory(s, NULL);
}

/* A training outlives the cell that waits for it; of anything else nobody would ever take the result. */
static void stop_short(weir_job *j)
{
    weir_job_info info;

    weir_job_get(j, &info);
    if (!strcmp(info.kind, "train"))
        return;
    weir_job_cancel(j, false);
    weir_job_release(j);
}

/* Continues a cell whose job has ended or asks for something; the job's bind_box is at `ctx`. */
static int resumed(lua_State *L, int status, lua_KContext ctx)
{
    bind_box *box = lua_touserdata(L, (int)ctx);
    weir_job *j = box->object;
    binding *b = bind_of(L);

    (void)status;
    for (;;) {
        serve(L, j);
        bool ended = !weir_job_wait(j, 0, NULL);
        say_history(L, box);
        if (ended)
            return push_result(L, j, box->once);
        if (b->interrupted && b->interrupted(b->user)) {
            stop_short(j);
            return bind_fail(L, NULL, "interrupted");
        }
        if (b->await && b->await(b->user, L, j, resumed, ctx))
            continue;
        weir_job_wait(j, 0.1, NULL);
    }
}

static int wait_for(lua_State *L, weir_job *j, bool verbose, bool once)
{
    bind_push_job(L, j);
    bind_box *box = lua_touserdata(L, -1);
    box->verbose = verbose;
    box->once = once;
    return resumed(L, LUA_OK, lua_gettop(L));
}

int bind_finish(lua_State *L, weir_job *j, bool verbose)
{
    return wait_for(L, j, verbose, true);
}

int bind_join(lua_State *L, weir_job *j)
{
    return wait_for(L, j, false, false);
}
