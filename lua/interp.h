/* interp.h - the interpreter thread, as ui/ and the command line see it.
 *
 * One thread owns the only lua_State. Cells are coroutines of it: one that
 * waits for a training yields, and other cells run meanwhile. The caller
 * submits text, takes events (append-only, in order), interrupts. No lua_State
 * crosses this header. */
#ifndef LUA_INTERP_H
#define LUA_INTERP_H

#include "weir.h"

typedef struct interp interp;

typedef struct interp_options {
    weir_session *session;     /* borrowed; must outlive the interpreter */
    void (*wake)(void *user);  /* an event waits; called from any thread; write one byte to a pipe */
    void *user;
    int argc;                  /* arg[1..argc] of the script */
    char **argv;               /* borrowed, as sample_dir is; must outlive the interpreter */
    const char *script;        /* arg[0], or NULL; copied */
    const char *sample_dir;    /* where weir.dataset() looks, or NULL: the configured place */
    bool headless;             /* progress goes to stderr, no rich events */
    bool reproducible;         /* trainings are, unless they say otherwise; their seeds are printed */
    bool quiet;
    int columns;               /* width for printed tables; 0 = 80 */
    bool ascii;                /* plots that are printed keep to ASCII */
} interp_options;

typedef enum interp_event_kind {
    INTERP_STARTED,
    INTERP_STDOUT,   /* text */
    INTERP_STDERR,   /* text */
    INTERP_VALUE,    /* the cell's last expression, printed: text; table or plot or object beside it */
    INTERP_TABLE,    /* frame to show with scrolling (text = its print) */
    INTERP_PLOT,     /* text = a scene as plot_write wrote it */
    INTERP_JOB,      /* a job that this cell waits for or started */
    INTERP_PROGRESS, /* weir.report: done in [0,1], text */
    INTERP_ERROR,    /* text = sentence, line in the cell (from 1, 0 = none), trace */
    INTERP_FINISHED  /* seconds; ok = no error; line = status of os.exit, or -1 */
} interp_event_kind;

typedef struct interp_event { /* owned by the taker: interp_event_clear */
    interp_event_kind kind;
    int64_t cell;    /* the submitter's number */
    int64_t run;     /* what interp_submit returned */
    char *text, *trace, *hint;
    size_t n;        /* bytes of text */
    int64_t line, job;
    double done, seconds;
    bool ok;
    bool stopped;    /* of INTERP_FINISHED: not ok because it was interrupted */
    weir_frame *frame;   /* owned reference or NULL */
    char object[128];    /* id of a frame or model the value is, or "" */
    char status[24];     /* of an INTERP_ERROR: what kind, as the engine says; "" = Lua's own */
} interp_event;

weir_status interp_new(interp **out, const interp_options *opt, weir_error *err);
void interp_free(interp *i); /* interrupts, joins the thread */

/* Queues a cell. name is for messages ("digits.lua"), line the cell's first line in it. */
int64_t interp_submit(interp *i, int64_t cell, const char *name, int64_t line, const char *text);
/* Takes the next event; false = none now. */
bool interp_next(interp *i, interp_event *out);
/* Waits until an event is there, at most so many seconds; false = none came. */
bool interp_wait(interp *i, double seconds);
void interp_event_clear(interp_event *e);
/* Stops a running or queued cell within 100 ms; cell 0 = all. A training it
 * waits for is left alone: cancel the job. */
void interp_interrupt(interp *i, int64_t cell);
bool interp_stop_current(interp *i); /* the run whose code executes now; false: none does */
bool interp_waits(interp *i, int64_t cell); /* the cell has begun, and waits for a job */
bool interp_busy(const interp *i);           /* something runs or is queued */
bool interp_has_news(const interp *i);       /* events wait for interp_next; looked at after interp_busy, none of what ran is missed */
bool interp_complete_chunk(const char *code); /* false: more lines are needed */
/* What could stand where byte `at` of code is: into out[cap], returns how many. The candidates
 * replace code[*start, at). Any thread, at once, also while a cell runs. */
typedef struct interp_candidate {
    char text[128], note[160]; /* note: a sentence about it, or "" */
} interp_candidate;
size_t interp_complete(interp *i, const char *code, size_t at, size_t *start,
                       interp_candidate *out, size_t cap);
/* Help on what stands at byte `at` of code, as lines into buf; false: nothing is known. */
bool interp_help(interp *i, const char *code, size_t at, char *buf, size_t cap);
/* Help on a name: a parameter, a verb, a metric. */
bool interp_topic(const char *name, char *buf, size_t cap);
/* Names that scripts have made global: text = the name, note = what it is. */
size_t interp_globals(interp *i, interp_candidate *out, size_t cap);
/* The name of a global that holds the frame or model of that id; false: none does. */
bool interp_variable(interp *i, const char *id, char *buf, size_t cap);
/* A Lua pattern (or plain text) in s[0..n) from byte `from`: its first and last byte and one. false: none,
 * or, with a sentence in why, no pattern. */
bool interp_find(const char *s, size_t n, size_t from, const char *pattern, bool plain, size_t *start, size_t *end, char *why, size_t cap);
/* s with every match replaced, as string.gsub does; free(). NULL: why says why not. */
char *interp_replace(const char *s, const char *pattern, bool plain, const char *with, size_t *count, char *why, size_t cap);
/* Whether weir.progress(false) has turned the bars off. */
bool interp_progress(const interp *i);
void interp_restart(interp *i);              /* fresh Lua state; frames and models stay */
const char *interp_language(void); /* "Lua 5.4" */

#endif
