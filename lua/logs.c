/* logs.c - weir.log and weir.save_logs: what a script says for the record, and all records in one file. */
#include "config.h"
#include "lua/bind.h"

#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MOST_SAID = 10000, MOST_JOBS = 256 };

static const char said_key = 0;

/* Pushes the table of what weir.log was told: "time text". */
static void push_said(lua_State *L)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &said_key) == LUA_TTABLE)
        return;
    lua_pop(L, 1);
    lua_newtable(L);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &said_key);
}

static void stamp(double when, char *s, size_t cap)
{
    time_t t = (time_t)when;
    struct tm tm;

    if (!localtime_r(&t, &tm) || !strftime(s, cap, "%Y-%m-%d %H:%M:%S", &tm))
        *s = '\0';
}

/* Into the log, which the front end also shows. */
int log_say(lua_State *L)
{
    const char *words = luaL_tolstring(L, 1, NULL);
    char when[32];

    luaL_checkany(L, 1);
    weir_session_log(bind_session(L), WEIR_LOG_INFO, words);
    stamp(clock_wall(), when, sizeof when);
    push_said(L);
    if (luaL_len(L, -1) < MOST_SAID) {
        lua_pushfstring(L, "%s %s", when, words);
        lua_rawseti(L, -2, luaL_len(L, -2) + 1);
    }
    return 0;
}

static void write_job(FILE *f, weir_job *j)
{
    enum { AT_ONCE = 16 };
    static const char *const states[] = {"queued", "running", "done", "stopped", "failed"};
    static const char *const levels[] = {"error ", "warning ", "", ""};
    weir_job_info i;
    weir_log_line line[AT_ONCE];
    char when[32];

    weir_job_get(j, &i);
    stamp(i.started, when, sizeof when);
    fprintf(f, "\nJ%lld %s, began %s, %s after %.3f s\n", (long long)i.id, i.title, when, states[i.state], i.elapsed);
    for (size_t from = 0, got; (got = weir_job_log(j, from, line, AT_ONCE)) > 0; from = line[got - 1].number + 1)
        for (size_t k = 0; k < got; k++) {
            stamp(line[k].time, when, sizeof when);
            fprintf(f, "%s %s%s\n", when, levels[line[k].level], line[k].text);
        }
}

static void write_all(lua_State *L, FILE *f)
{
    weir_session *s = bind_session(L);
    weir_job *jobs[MOST_JOBS];
    char when[32];

    stamp(clock_wall(), when, sizeof when);
    fprintf(f, "weir %s, process %ld, logs of %s\n", weir_version(), (long)getpid(), when);
    push_said(L);
    for (lua_Integer i = 1, n = luaL_len(L, -1); i <= n; i++) {
        lua_rawgeti(L, -1, i);
        fprintf(f, "%s%s\n", i == 1 ? "\nweir.log\n" : "", lua_tostring(L, -1));
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    size_t n = weir_session_jobs(s, jobs, MOST_JOBS);
    n = n < MOST_JOBS ? n : MOST_JOBS;
    for (size_t i = n; i-- > 0;) { /* the oldest first */
        write_job(f, jobs[i]);
        weir_job_unref(jobs[i]);
    }
}

/* weir.save_logs{dir = "."}: one text file; gives its path. */
int log_save(lua_State *L)
{
    const char *dir = ".";
    char name[64];
    time_t now = time(NULL);
    struct tm tm;

    if (lua_type(L, 1) == LUA_TSTRING) {
        dir = lua_tostring(L, 1);
    } else if (!lua_isnoneornil(L, 1)) {
        static const char *const options[] = {"dir"};
        luaL_checktype(L, 1, LUA_TTABLE);
        for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
            const char *k = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "";
            if (strcmp(k, "dir"))
                return bind_unknown(L, "the option of save_logs is dir, not", k, options, 1);
            luaL_checkstring(L, -1);
        }
        lua_getfield(L, 1, "dir");
        dir = luaL_optstring(L, -1, ".");
    }
    if (mkdir(dir, 0777) != 0 && errno != EEXIST)
        return bind_fail(L, NULL, "cannot make the folder '%s': %s", dir, strerror(errno));
    strftime(name, sizeof name, "weir-%Y%m%d-%H%M%S.log", localtime_r(&now, &tm));
    const char *path = lua_pushfstring(L, "%s%s%s", dir, *dir && dir[strlen(dir) - 1] == '/' ? "" : "/", name);
    FILE *f = fopen(path, "we");
    if (!f)
        return bind_fail(L, NULL, "cannot write '%s': %s", path, strerror(errno));
    write_all(L, f);
    bool good = !ferror(f);
    if (fclose(f) != 0 || !good)
        return bind_fail(L, NULL, "cannot write '%s': %s", path, strerror(errno));
    return 1;
}
