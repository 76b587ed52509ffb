/* interp.c - the interpreter thread: cells as coroutines, events out, interrupts in.
 *
 * The thread owns the only lua_State. A cell that waits for a job yields, and
 * the scheduler resumes it when the job has ended or asks for something;
 * meanwhile other cells run. Events are a list behind one mutex. */
#include "config.h"
#include "lua/interp.h"

#include "lua/bind.h"
#include "lua/chunk.h"
#include "lua/complete.h"
#include "lua/heap.h"
#include "lua/state.h"
#include "lua/value.h"

#include "base/clock.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct run {
    struct run *next;
    int64_t number, cell, line;
    char *name, *code;
    lua_State *co;          /* NULL until it starts */
    int ref;                /* keeps co alive */
    weir_job *waits;        /* borrowed: the cell's stack holds it; NULL while it runs */
    int64_t job;            /* the last job it waited for */
    double looked;          /* when it was last resumed */
    atomic_bool interrupt, asleep; /* asleep: the job it waits for has not ended */
    double began;
    chunk_value value;      /* what its return gives */
} run;

typedef struct node { interp_event event; struct node *next; } node;

struct interp {
    interp_options opt;
    char *script; /* opt's, a copy */
    binding bind;
    heap heap;
    lua_State *L;           /* the thread's own */
    pthread_t thread;
    pthread_mutex_t lock;   /* guards what follows */
    pthread_cond_t work, news;
    run *first;             /* queued and started, oldest first */
    node *events, *last_event;
    bool ending;            /* what ran is taken off, its end not told yet */
    int64_t last_run;
    symbols *names;         /* as the last run left them */
    bool quit, restart;
    int64_t restart_upto;   /* runs up to this number end with the old state */
    _Atomic(run *) current; /* the run whose code executes */
};

/* Events ------------------------------------------------------------------------------ */

static char *copy_text(const char *s, size_t n)
{
    char *c = malloc(n + 1);

    if (c) {
        if (n)
            memcpy(c, s, n);
        c[n] = 0;
    }
    return c;
}

static void post(interp *i, interp_event e)
{
    run *r = atomic_load(&i->current);
    node *n = malloc(sizeof *n);

    if (r && !e.run) {
        e.run = r->number;
        e.cell = r->cell;
    }
    pthread_mutex_lock(&i->lock);
    i->ending &= e.kind != INTERP_FINISHED;
    if (n) {
        *n = (node){.event = e};
        if (i->last_event)
            i->last_event->next = n;
        else
            i->events = n;
        i->last_event = n;
        pthread_cond_broadcast(&i->news);
    }
    pthread_mutex_unlock(&i->lock);
    if (!n)
        interp_event_clear(&e);
    else if (i->opt.wake)
        i->opt.wake(i->opt.user);
}

static void post_text(interp *i, interp_event_kind kind, const char *s, size_t n)
{
    post(i, (interp_event){.kind = kind, .text = copy_text(s, n), .n = n});
}

bool interp_next(interp *i, interp_event *out)
{
    pthread_mutex_lock(&i->lock);
    node *n = i->events;
    if (n) {
        i->events = n->next;
        if (!i->events)
            i->last_event = NULL;
        *out = n->event;
    }
    pthread_mutex_unlock(&i->lock);
    free(n);
    return n != NULL;
}

bool interp_wait(interp *i, double seconds)
{
    struct timespec ts;
    double t = clock_wall() + seconds;

    ts.tv_sec = (time_t)t;
    ts.tv_nsec = (int64_t)((t - (double)ts.tv_sec) * 1e9) % 1000000000;
    pthread_mutex_lock(&i->lock);
    if (!i->events)
        pthread_cond_timedwait(&i->news, &i->lock, &ts);
    bool some = i->events != NULL;
    pthread_mutex_unlock(&i->lock);
    return some;
}

void interp_event_clear(interp_event *e)
{
    free(e->text);
    free(e->trace);
    free(e->hint);
    weir_frame_unref(e->frame);
    memset(e, 0, sizeof *e);
}

/* What the binding asks of us ------------------------------------------------------------ */

static void emit(void *user, const char *s, size_t n)
{
    post_text(user, INTERP_STDOUT, s, n);
}

static void emit_error(void *user, const char *s, size_t n)
{
    post_text(user, INTERP_STDERR, s, n);
}

static bool interrupted(void *user)
{
    interp *i = user;
    run *r = atomic_load(&i->current);
    return r && atomic_load(&r->interrupt);
}

static void tell_job(void *user, weir_job *j)
{
    interp *i = user;
    run *r = atomic_load(&i->current);
    weir_job_info info;

    weir_job_get(j, &info);
    if (!r || r->job == info.id)
        return;
    post(i, (interp_event){.kind = INTERP_JOB, .job = info.id});
    r->job = info.id;
}

static bool await(void *user, lua_State *L, weir_job *j, lua_KFunction k, lua_KContext ctx)
{
    interp *i = user;
    run *r = atomic_load(&i->current);
    bool sleeps = r && L == r->co && lua_isyieldable(L);

    if (sleeps) /* before anybody hears of the job: others may run from now on */
        atomic_store(&r->asleep, true);
    tell_job(i, j);
    if (!sleeps)
        return false;
    r->waits = j;
    lua_yieldk(L, 0, ctx, k);
    return true; /* not reached */
}

static void show_progress(void *user, double done, const char *words)
{
    post(user, (interp_event){.kind = INTERP_PROGRESS, .done = done, .text = copy_text(words, strlen(words)), .n = strlen(words)});
}

static void plot(void *user, const char *scene, size_t n)
{
    post(user, (interp_event){.kind = INTERP_PLOT, .text = copy_text(scene, n), .n = n});
}

/* A plot as the value of a cell; false: it is something else. */
static bool post_plot(interp *i, lua_State *co, int at)
{
    text t = {0};

    if (!plot_value(co, at, &t))
        return false;
    if (t.n && !t.failed)
        plot(i, t.s, t.n);
    text_free(&t);
    return true;
}

/* Running ----------------------------------------------------------------------------------- */

static void hook(lua_State *L, lua_Debug *d)
{
    binding *b = bind_of(L);

    (void)d;
    if (!b->interrupted(b->user))
        return;
    /* A pcall of the script may swallow the error: from here on every instruction raises it. */
    interp *i = b->user;
    run *r = atomic_load(&i->current);
    lua_sethook(L, hook, LUA_MASKCOUNT, 1);
    lua_sethook(r->co, hook, LUA_MASKCOUNT, 1);
    luaL_error(L, "interrupted");
}

/* Few instructions may ask for much memory: then an interrupt does not wait for ten thousand of them. */
static void much_memory(void *user)
{
    interp *i = user;
    run *r = atomic_load(&i->current);

    if (r && r->co && atomic_load(&r->interrupt))
        lua_sethook(r->co, hook, LUA_MASKCOUNT, 1);
}

static lua_State *new_state(interp *i)
{
    lua_State *L = luaL_newstate();

    if (!L)
        return NULL;
    heap_take(&i->heap, L, i->opt.session, much_memory, i);
    lua_pushcfunction(L, state_open);
    lua_pushlightuserdata(L, &i->opt);
    lua_pushlightuserdata(L, &i->bind);
    if (lua_pcall(L, 2, 0, 0) != LUA_OK) {
        fprintf(stderr, "weir: %s\n", lua_tostring(L, -1));
        lua_close(L);
        return NULL;
    }
    lua_sethook(L, hook, LUA_MASKCOUNT, 10000);
    return L;
}

/* The line of the cell in an error text "name:LINE: ...", 0 = none. */
static int64_t line_in(const char *s, const char *name)
{
    size_t n = strlen(name);
    const char *at = strstr(s, name);

    return at && at[n] == ':' ? strtoll(at + n + 1, NULL, 10) : 0;
}

static int to_text(lua_State *L)
{
    luaL_tolstring(L, 1, NULL);
    return 1;
}

static int to_shown(lua_State *L)
{
    text t = {0};

    value_show(L, 1, &t);
    lua_pushlstring(L, text_str(&t), t.n);
    text_free(&t);
    return 1;
}

static int status_of(lua_State *L)
{
    lua_getfield(L, 1, "status");
    if (!lua_isstring(L, -1))
        lua_pushliteral(L, "");
    return 1;
}

static int hint_of(lua_State *L)
{
    lua_getfield(L, 1, "hint");
    if (!lua_isstring(L, -1))
        lua_pushliteral(L, "");
    return 1;
}

/* Pushes what f, which may raise or yield as it likes, makes of the value at `at`; "" when it fails. */
static const char *push_safely(lua_State *co, lua_CFunction f, int at, size_t *n)
{
    at = lua_absindex(co, at);
    lua_pushcfunction(co, f);
    lua_pushvalue(co, at);
    if (lua_pcall(co, 1, 1, 0) != LUA_OK || !lua_isstring(co, -1)) {
        lua_pop(co, 1);
        lua_pushfstring(co, "(a %s without a text)", luaL_typename(co, at));
    }
    return lua_tolstring(co, -1, n);
}

static void post_error(interp *i, run *r, lua_State *co)
{
    bool dead = lua_status(co) != LUA_OK;
    lua_State *L = dead ? i->L : co;
    size_t n;

    if (dead) /* a coroutine that failed calls nothing more: the error moves to one that can */
        lua_xmove(co, L, 1);
    const char *s = push_safely(L, to_text, -1, &n);
    interp_event e = {.kind = INTERP_ERROR, .text = copy_text(s, n), .n = n, .line = line_in(s, r->name)};

    bool full = !strcmp(s, "not enough memory");
    if (full)
        snprintf(e.status, sizeof e.status, "%s", weir_status_name(WEIR_ENOMEM));
    luaL_traceback(i->L, co, NULL, 0);
    const char *trace = lua_tolstring(i->L, -1, &n);
    e.trace = copy_text(trace, n);
    lua_pop(i->L, 1);
    lua_pop(L, 1);
    if (full) {
        char words[200];
        heap_words(&i->heap, words, sizeof words);
        e.hint = copy_text(words, strlen(words));
    } else if (lua_istable(L, -1)) {
        s = push_safely(L, hint_of, -1, &n);
        e.hint = copy_text(s, n);
        lua_pop(L, 1);
        snprintf(e.status, sizeof e.status, "%s", push_safely(L, status_of, -1, &n));
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    post(i, e);
}

/* io.write gives its file, which nobody wants to see. */
static bool is_shown(const run *r, lua_State *co, int at, int n)
{
    if (lua_isnil(co, at) && n == 1)
        return false;
    if (r->value != CHUNK_CALL || luaL_getmetafield(co, at, "__name") == LUA_TNIL)
        return true;
    bool file = lua_isstring(co, -1) && !strcmp(lua_tostring(co, -1), LUA_FILEHANDLE);
    lua_pop(co, 1);
    return !file;
}

/* The value of a cell's last expression. */
static void post_value(interp *i, const run *r, lua_State *co, int n)
{
    for (int k = 0; k < n; k++) {
        int at = lua_gettop(co) - n + 1 + k;
        interp_event e = {.kind = INTERP_VALUE};
        if (!is_shown(r, co, at, n) || post_plot(i, co, at))
            continue;
        const bind_box *b = luaL_testudata(co, at, BIND_FRAME);
        if (b && b->object)
            e.frame = weir_frame_ref(b->object);
        size_t len;
        const char *s = push_safely(co, to_shown, at, &len);
        e.text = copy_text(s, len);
        e.n = len;
        lua_pop(co, 1);
        post(i, e);
    }
}

static void unlink_run(interp *i, run *r)
{
    pthread_mutex_lock(&i->lock);
    run **at = &i->first;
    while (*at && *at != r)
        at = &(*at)->next;
    if (*at)
        *at = r->next;
    i->ending = true;
    pthread_mutex_unlock(&i->lock);
}

static void take_names(interp *i)
{
    symbols *fresh = symbols_take(i->L);

    if (!fresh)
        return;
    pthread_mutex_lock(&i->lock);
    symbols *old = i->names;
    i->names = fresh;
    pthread_mutex_unlock(&i->lock);
    symbols_free(old);
}

static void end_run(interp *i, run *r, bool good, int64_t exit_status)
{
    if (r->co)
        luaL_unref(i->L, LUA_REGISTRYINDEX, r->ref);
    unlink_run(i, r);
    if (!i->opt.headless)
        take_names(i);
    post(i, (interp_event){.kind = INTERP_FINISHED, .run = r->number, .cell = r->cell, .ok = good, .stopped = !good && atomic_load(&r->interrupt),
                           .seconds = clock_now() - r->began, .line = exit_status});
    free(r->name);
    free(r->code);
    free(r);
}

/* A script has its arguments as ... too. */
static int push_args(interp *i, lua_State *co)
{
    if (!lua_checkstack(co, i->opt.argc))
        return 0;
    for (int k = 0; k < i->opt.argc; k++)
        lua_pushstring(co, i->opt.argv[k]);
    return i->opt.argc;
}

static void step(interp *i, run *r)
{
    int n = 0, st;
    int64_t status = -1;

    atomic_store(&i->current, r);
    if (r->waits && (atomic_load(&r->interrupt) || weir_job_wait(r->waits, 0, NULL) == WEIR_OK))
        atomic_store(&r->asleep, false);
    r->waits = NULL;
    r->looked = clock_now();
    if (!r->co && atomic_load(&r->interrupt)) { /* it never began */
        r->began = r->looked;
        post_text(i, INTERP_ERROR, "interrupted before it began", 27);
        atomic_store(&i->current, NULL);
        end_run(i, r, false, -1);
        return;
    }
    if (!r->co) {
        r->began = clock_now();
        r->co = lua_newthread(i->L);
        r->ref = luaL_ref(i->L, LUA_REGISTRYINDEX);
        lua_sethook(r->co, hook, LUA_MASKCOUNT, 10000);
        post(i, (interp_event){.kind = INTERP_STARTED});
        st = chunk_load(r->co, r->code, r->name, r->line, &r->value);
        if (st == LUA_OK) {
            int args = push_args(i, r->co);
            i->heap.bounded = true;
            st = lua_resume(r->co, i->L, args, &n);
        }
    } else {
        i->heap.bounded = true;
        st = lua_resume(r->co, i->L, 0, &n);
    }
    i->heap.bounded = false;
    if (st == LUA_YIELD && r->waits) {
        atomic_store(&r->asleep, true);
        lua_pop(r->co, n);
        atomic_store(&i->current, NULL);
        return;
    }
    bool good = st == LUA_OK;
    if (good)
        post_value(i, r, r->co, r->value == CHUNK_SILENT ? 0 : n);
    else if (st == LUA_YIELD)
        post_text(i, INTERP_STDERR, "the cell yielded outside a coroutine\n", 37);
    else if (state_exit(r->co, lua_gettop(r->co), &status))
        good = status == 0;
    else
        post_error(i, r, r->co);
    if (st != LUA_OK)
        lua_resetthread(r->co);
    atomic_store(&i->current, NULL);
    end_run(i, r, good, status);
}

#define LOOK 0.02 /* seconds */

/* A run that can go on now: its job moved, it was interrupted, or it has not begun. In order of
 * submission; one that has not begun waits while another runs, unless that one waits for a job. */
static run *runnable(interp *i)
{
    pthread_mutex_lock(&i->lock);
    run *r = i->first;
    for (; r; r = r->next) {
        if (!r->waits)
            break;
        /* Every LOOK it is resumed anyway, to serve requests of the job. */
        if (atomic_load(&r->interrupt) || weir_job_wait(r->waits, 0, NULL) == WEIR_OK ||
            clock_now() - r->looked > LOOK)
            break;
    }
    pthread_mutex_unlock(&i->lock);
    return r;
}

static void idle(interp *i)
{
    struct timespec ts;
    double t = clock_wall() + LOOK;

    ts.tv_sec = (time_t)t;
    ts.tv_nsec = (int64_t)((t - (double)ts.tv_sec) * 1e9) % 1000000000;
    pthread_mutex_lock(&i->lock);
    bool waiting = i->first != NULL;
    if (!i->quit && !i->restart) {
        if (waiting)
            pthread_cond_timedwait(&i->work, &i->lock, &ts);
        else
            pthread_cond_wait(&i->work, &i->lock);
    }
    pthread_mutex_unlock(&i->lock);
}

/* Ends the runs up to this number. Only this thread takes runs away, at any place; others append. */
static void drop_runs(interp *i, int64_t upto)
{
    for (;;) {
        pthread_mutex_lock(&i->lock);
        run *r = i->first;
        pthread_mutex_unlock(&i->lock);
        if (!r || r->number > upto)
            break;
        end_run(i, r, false, -1);
    }
}

static void *interp_thread(void *arg)
{
    interp *i = arg;

    for (;;) {
        pthread_mutex_lock(&i->lock);
        bool quit = i->quit, restart = i->restart;
        i->restart = false;
        int64_t upto = i->restart_upto;
        pthread_mutex_unlock(&i->lock);
        if (quit)
            break;
        if (restart) {
            drop_runs(i, upto);
            lua_State *fresh = new_state(i);
            if (fresh) {
                state_keep(i->L, i->opt.session);
                lua_close(i->L);
                i->L = fresh;
            }
        }
        run *r = runnable(i);
        if (r)
            step(i, r);
        else
            idle(i);
    }
    drop_runs(i, INT64_MAX);
    lua_close(i->L);
    return NULL;
}

/* Doors ---------------------------------------------------------------------------------------- */

weir_status interp_new(interp **out, const interp_options *opt, weir_error *err)
{
    interp *i = calloc(1, sizeof *i);

    if (!i)
        goto no_memory;
    i->opt = *opt;
    i->script = opt->script ? copy_text(opt->script, strlen(opt->script)) : NULL; /* a new start of Lua reads it again */
    i->opt.script = i->script;
    if (opt->script && !i->script) {
        free(i);
        goto no_memory;
    }
    i->bind = (binding){.session = opt->session, .sample_dir = opt->sample_dir ? opt->sample_dir : WEIR_DATADIR "/samples",
                        .progress = true, .quiet = opt->quiet, .reproducible = opt->reproducible, .ascii = opt->ascii, .columns = opt->columns > 0 ? opt->columns : 80, .user = i,
                        .emit = emit, .emit_error = emit_error, .await = await, .tell_job = tell_job, .interrupted = interrupted, .show_progress = show_progress,
                        .plot = plot,
                        .workbench = !opt->headless, .keyboard = opt->headless && isatty(0) && isatty(1)};
    pthread_mutex_init(&i->lock, NULL);
    pthread_cond_init(&i->work, NULL);
    pthread_cond_init(&i->news, NULL);
    i->L = new_state(i);
    if (i->L && !opt->headless)
        take_names(i);
    if (!i->L || pthread_create(&i->thread, NULL, interp_thread, i) != 0) {
        free(i->script);
        free(i);
        goto no_memory;
    }
    *out = i;
    return WEIR_OK;
no_memory:
    if (err) {
        *err = (weir_error){.status = WEIR_ENOMEM};
        snprintf(err->message, sizeof err->message, "out of memory while starting Lua");
    }
    return WEIR_ENOMEM;
}

void interp_free(interp *i)
{
    interp_event e;

    if (!i)
        return;
    interp_interrupt(i, 0);
    pthread_mutex_lock(&i->lock);
    i->quit = true;
    pthread_cond_broadcast(&i->work);
    pthread_mutex_unlock(&i->lock);
    pthread_join(i->thread, NULL);
    while (interp_next(i, &e))
        interp_event_clear(&e);
    symbols_free(i->names);
    pthread_mutex_destroy(&i->lock);
    pthread_cond_destroy(&i->work);
    pthread_cond_destroy(&i->news);
    free(i->script);
    free(i);
}

int64_t interp_submit(interp *i, int64_t cell, const char *name, int64_t line, const char *code)
{
    run *r = calloc(1, sizeof *r);

    if (!r)
        return 0;
    r->cell = cell;
    r->line = line;
    r->name = copy_text(name, strlen(name));
    r->code = copy_text(code, strlen(code));
    if (!r->name || !r->code) {
        free(r->name);
        free(r->code);
        free(r);
        return 0;
    }
    pthread_mutex_lock(&i->lock);
    int64_t number = r->number = ++i->last_run;
    run **at = &i->first;
    while (*at)
        at = &(*at)->next;
    *at = r;
    pthread_cond_broadcast(&i->work);
    pthread_mutex_unlock(&i->lock);
    return number;
}

void interp_interrupt(interp *i, int64_t cell)
{
    pthread_mutex_lock(&i->lock);
    for (run *r = i->first; r; r = r->next)
        if (!cell || r->cell == cell)
            atomic_store(&r->interrupt, true);
    pthread_cond_broadcast(&i->work);
    pthread_mutex_unlock(&i->lock);
}

bool interp_waits(interp *i, int64_t cell)
{
    bool some = false;

    pthread_mutex_lock(&i->lock);
    for (run *r = i->first; r; r = r->next)
        some |= r->cell == cell && atomic_load(&r->asleep);
    pthread_mutex_unlock(&i->lock);
    return some;
}

bool interp_stop_current(interp *i)
{
    bool some = false;

    pthread_mutex_lock(&i->lock);
    for (run *r = i->first; r; r = r->next)
        if (r == atomic_load(&i->current) && !atomic_load(&r->asleep)) {
            atomic_store(&r->interrupt, true);
            some = true;
        }
    pthread_mutex_unlock(&i->lock);
    return some;
}

bool interp_busy(const interp *ci)
{
    interp *i = (interp *)(uintptr_t)ci;

    pthread_mutex_lock(&i->lock);
    bool busy = i->first || i->ending;
    pthread_mutex_unlock(&i->lock);
    return busy;
}

bool interp_has_news(const interp *ci)
{
    interp *i = (interp *)(uintptr_t)ci;

    pthread_mutex_lock(&i->lock);
    bool some = i->events != NULL;
    pthread_mutex_unlock(&i->lock);
    return some;
}

size_t interp_complete(interp *i, const char *code, size_t at, size_t *start,
                       interp_candidate *out, size_t cap)
{
    pthread_mutex_lock(&i->lock);
    size_t n = complete_at(i->names, code, at, start, out, cap);
    pthread_mutex_unlock(&i->lock);
    return n;
}

static bool to_buffer(bool known, text *t, char *buf, size_t cap)
{
    snprintf(buf, cap, "%s", text_str(t));
    text_free(t);
    return known;
}

bool interp_help(interp *i, const char *code, size_t at, char *buf, size_t cap)
{
    text t = {0};

    pthread_mutex_lock(&i->lock);
    bool known = complete_help(i->names, code, strlen(code), at, &t);
    pthread_mutex_unlock(&i->lock);

    return to_buffer(known, &t, buf, cap);
}

bool interp_topic(const char *name, char *buf, size_t cap)
{
    text t = {0};
    bool known = complete_topic(name, &t);

    return to_buffer(known, &t, buf, cap);
}

size_t interp_globals(interp *i, interp_candidate *out, size_t cap)
{
    pthread_mutex_lock(&i->lock);
    size_t n = symbols_made(i->names, out, cap);
    pthread_mutex_unlock(&i->lock);
    return n;
}

bool interp_variable(interp *i, const char *id, char *buf, size_t cap)
{
    pthread_mutex_lock(&i->lock);
    bool found = symbols_variable(i->names, id, buf, cap);
    pthread_mutex_unlock(&i->lock);
    return found;
}

bool interp_progress(const interp *i)
{
    return i->bind.progress;
}

bool interp_complete_chunk(const char *code)
{
    lua_State *L = luaL_newstate();
    bool whole = true;

    if (!L)
        return true;
    text t = {0};
    text_add(&t, "return ");
    text_add(&t, code);
    if (luaL_loadstring(L, text_str(&t)) != LUA_OK && luaL_loadstring(L, code) != LUA_OK) {
        const char *s = lua_tostring(L, -1);
        size_t n = strlen(s);
        whole = n < 5 || strcmp(s + n - 5, "<eof>") != 0;
    }
    text_free(&t);
    lua_close(L);
    return whole;
}

void interp_restart(interp *i)
{
    interp_interrupt(i, 0);
    pthread_mutex_lock(&i->lock);
    i->restart = true;
    i->restart_upto = i->last_run;
    pthread_cond_broadcast(&i->work);
    pthread_mutex_unlock(&i->lock);
}

const char *interp_language(void)
{
    return LUA_VERSION;
}
