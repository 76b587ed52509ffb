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
    bool closed;           /* by weir.shutdown */
    const char *sample_dir;
    _Atomic bool progress; /* weir.progress; the front end reads it */
    bool quiet;
    bool reproducible;     /* the default of the parameter; seeds are then printed */
    bool seeded;           /* by weir.init{seed =}: a call that is given no seed draws the next of that row */
    uint64_t seed, draws;
    int columns;           /* width of printed tables */
    bool workbench;        /* the code runs in a notebook that is open */
    bool keyboard;         /* a person at a terminal reads what is printed and may answer */
    bool ascii;            /* plots that are printed keep to ASCII */
    lua_Integer last_func;
    uint64_t settled;      /* bytes of frames and models after the last collection that bind_room made */
    void *user;            /* the interpreter, or NULL in a stock lua5.4 */
    /* Text of print and io.write; NULL: standard output. */
    void (*emit)(void *user, const char *s, size_t n);
    void (*emit_error)(void *user, const char *s, size_t n); /* NULL: standard error */
    /* A job that the running code waits for. May yield (does not return then) when the running
     * code is a cell; `k` then continues. NULL or false: the caller blocks. */
    bool (*await)(void *user, lua_State *L, weir_job *j, lua_KFunction k, lua_KContext ctx);
    void (*tell_job)(void *user, weir_job *j); /* of a training that ended before anybody could wait for it */
    bool (*interrupted)(void *user);
    void (*show_progress)(void *user, double done, const char *text);
    void (*plot)(void *user, const char *scene, size_t n); /* as plot_write wrote it; NULL: it is printed */
};

binding *bind_of(lua_State *L);
weir_session *bind_session(lua_State *L); /* raises after weir.shutdown */
/* Opens the module on the stack; b must outlive L. */
void bind_open(lua_State *L, binding *b);
int luaopen_weir(lua_State *L);

#define BIND_FRAME "weir.frame"
#define BIND_MODEL "weir.model"
#define BIND_METRICS "weir.metrics"
#define BIND_JOB "weir.job"
#define BIND_PLOT "weir.plot"
#define BIND_HOLD "weir.value"

typedef struct bind_box { /* every object's userdata */
    void *object; /* one reference */
    bool verbose; /* of jobs: new rows of the history are told, from row `shown` on */
    size_t shown;
    bool once;    /* of jobs: no variable stands for it, so its result is asked for once */
} bind_box;

void bind_setup(lua_State *L, binding *b);
/* A metatable; functions that are NULL are left out. */
void bind_meta(lua_State *L, const char *name, lua_CFunction index, lua_CFunction tostring,
               lua_CFunction gc);

/* Errors are raised as tables {message, parameter, hint, status, where} with a __tostring. */
int bind_raise(lua_State *L, const weir_error *err);
/* A sentence in the form of lua_pushfstring; hint may be NULL. */
int bind_fail(lua_State *L, const char *hint, const char *format, ...);
/* The same with the message on top of the stack and a kind of its own, "check failed". */
int bind_fail_kind(lua_State *L, const char *kind);
/* "<what> '<name>'", with the nearest of names as the hint. */
int bind_unknown(lua_State *L, const char *what, const char *name, const char *const *names,
                 size_t n);

/* bind_unknown among the verbs on `on`, the metrics of models and metrics, and `more`. */
int bind_no_member(lua_State *L, const char *what, const char *on, const char *name,
                   const char *const *more, size_t n_more);

/* Value on the stack from an engine value, and back (raises on what has no counterpart).
 * *out must be owned by a holder: it is filled in place, so that nothing leaks when this raises. */
void bind_push(lua_State *L, const weir_value *v);
void bind_value(lua_State *L, int at, weir_value *out);
/* A holder for a value while Lua may raise: cleared by the collector. Pushes it. */
weir_value *bind_hold(lua_State *L);
void bind_push_null(lua_State *L); /* weir.null */
bool bind_is_null(lua_State *L, int at);

/* Borrowed; raise when there is something else, or nothing any more. */
void *bind_object(lua_State *L, int at, const char *type);
weir_frame *bind_frame(lua_State *L, int at);
weir_model *bind_model(lua_State *L, int at);
weir_metrics *bind_metrics(lua_State *L, int at);
weir_job *bind_job(lua_State *L, int at);
/* These take the reference over. */
void bind_push_object(lua_State *L, void *object, const char *type);
void bind_push_frame(lua_State *L, weir_frame *f);
void bind_push_job(lua_State *L, weir_job *j);

void bind_say(lua_State *L, text *t);          /* prints it and frees it */
int bind_push_text(lua_State *L, text *t); /* and frees it */

/* What a call that was given no seed begins with, after weir.init{seed =}. */
int64_t bind_seed(binding *b);
/* Calls v with the arguments from position `first` to the top; its results are pushed. What takes long is a job, for
 * which a cell yields: a C function returns what this returns and does nothing after it. */
int bind_call(lua_State *L, const weir_verb_info *v, int first);
/* The same without a job, for C functions that go on with the result. */
int bind_call_now(lua_State *L, const weir_verb_info *v, int first);
void bind_push_verb(lua_State *L, const weir_verb_info *v); /* as a function */
/* Waits for j and pushes its result(s); j's reference is taken over. A C function returns what
 * this returns and does nothing after it: a cell may have yielded meanwhile. */
int bind_finish(lua_State *L, weir_job *j, bool verbose);
int bind_join(lua_State *L, weir_job *j); /* of one that a variable stands for: its result may be asked for again */
/* Lua's collector does not know how large frames and models are: collects what scripts have dropped when those have
 * doubled since the last time, or `now`. Before whatever makes frames or models. */
void bind_room(lua_State *L, bool now);
/* Methods written in Lua: the table {type = {name = function}} that the prelude fills. The first
 * pushes nothing when there is none. */
bool bind_push_extra(lua_State *L, const char *type, const char *key);
void bind_push_extras(lua_State *L);
/* Whether the table at `at`, if there is one, has a true field `key`. */
bool bind_option(lua_State *L, int at, const char *key);

void frame_setup(lua_State *L);
void model_setup(lua_State *L);
void job_setup(lua_State *L);
int plot_new(lua_State *L);       /* (description) */
void plot_setup(lua_State *L);
/* Whether there is a plot at `at`; out gets its scene unless it has just been shown. */
bool plot_value(lua_State *L, int at, text *out);
void job_cancel_all(lua_State *L);
void json_open(lua_State *L);    /* pushes the table weir.json */
int make_frame(lua_State *L);     /* weir.frame */
int draw_image(lua_State *L);     /* (frame, options) */
int log_say(lua_State *L);       /* weir.log */
int log_save(lua_State *L);      /* weir.save_logs */
int job_train(lua_State *L);      /* weir.deeplearning */
int job_train_start(lua_State *L);
int job_estimate(lua_State *L);
int job_estimate_memory(lua_State *L);

/* Printing (show.c): for people, in `columns` columns. */
void show_frame(text *out, const weir_frame *f, size_t rows, int columns);
void show_model(text *out, const weir_model *m, int columns);
void show_metrics(text *out, const weir_metrics *m, int columns);
void show_params(text *out, const weir_value *params, int columns);
bool show_help(text *out, const char *topic); /* false: nothing is known of it, and out says what may have been meant */

#endif
