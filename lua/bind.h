/* bind.h - what the binding's files share: the session behind a lua_State, values
 * both ways, errors, waiting for jobs. No engine header is included but weir.h. */
#ifndef LUA_BIND_H
#define LUA_BIND_H

#include "base/text.h"
#include "weir.h"

#include <lauxlib.h>
#include <lua.h>

typedef struct binding binding;
struct binding {
    weir_session *session;
    bool own_session;      /* a stock lua5.4 owns its session */
    const char *sample_dir;
    bool progress, quiet;
    int columns;           /* width of printed tables */
    lua_Integer last_func;
    void *user;            /* the interpreter, or NULL in a stock lua5.4 */
    /* Text of print and io.write; NULL: standard output. */
    void (*emit)(void *user, const char *s, size_t n);
    /* A job that the running code waits for. May yield (does not return then) when the running
     * code is a cell; `k` then continues. NULL or false: the caller blocks. */
    bool (*await)(void *user, lua_State *L, weir_job *j, lua_KFunction k, lua_KContext ctx);
    bool (*interrupted)(void *user);
    void (*show_progress)(void *user, double done, const char *text);
    void (*plot)(void *user, weir_frame *f, const char *kind);
};

binding *bind_of(lua_State *L);
/* Opens the module on the stack; b must outlive L. */
void bind_open(lua_State *L, binding *b);
int luaopen_weir(lua_State *L);

/* Raises err as a table {message, parameter, hint} with a __tostring. */
int bind_raise(lua_State *L, const weir_error *err);
/* Value on the stack from an engine value, and back (raises on what has no counterpart). */
void bind_push(lua_State *L, const weir_value *v);
void bind_value(lua_State *L, int at, weir_value *out);
weir_frame *bind_frame(lua_State *L, int at); /* borrowed; raises */
void bind_push_frame(lua_State *L, weir_frame *f); /* takes the reference over */
void bind_push_job(lua_State *L, weir_job *j);     /* takes the reference over */
/* Waits for j and pushes its result(s); j's reference is taken over. */
int bind_finish(lua_State *L, weir_job *j);
/* A holder for a value while Lua may raise: cleared by the collector. Pushes it. */
weir_value *bind_hold(lua_State *L);

/* Printing (show.c): for people, in `columns` columns. */
void show_frame(text *out, const weir_frame *f, size_t rows, int columns);
void show_model(text *out, const weir_model *m, int columns);
void show_metrics(text *out, const weir_metrics *m, int columns);
void show_params(text *out, const weir_value *params, int columns);
void show_help(text *out, const char *topic);

#endif
