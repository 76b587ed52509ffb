/* app.h - the workbench: what it knows, its loop, its doors.
 *
 * The app lives as long as its session. A terminal is lent to it and may go at
 * any time: cells and jobs run on, and another terminal of another size and
 * type may come. Without one the app draws nothing and sleeps in poll. One
 * thread. */
#ifndef UI_APP_H
#define UI_APP_H

#include "lua/check.h"
#include "lua/interp.h"
#include "ui/command.h"
#include "ui/edit.h"
#include "ui/keymap.h"
#include "ui/messages.h"
#include "ui/notebook.h"
#include "ui/overlay.h"
#include "ui/pane.h"
#include "ui/project.h"
#include "ui/queue.h"
#include "ui/settings.h"
#include "ui/term.h"

/* What the process around the app does for it. Any may be NULL. */
enum { HINT_MS = 400 }; /* from a key that others may follow to the list of them */

typedef struct app_host {
    void *user;
    /* Runs a command in the person's terminal, which is given back for the time: the app detaches, and the
     * host attaches again when the command has ended and calls app_returned. false: cannot. argv ends with NULL. */
    bool (*run)(void *user, app *a, char *const argv[]);
    void (*suspend)(void *user, app *a); /* Ctrl-Z */
    bool (*detach)(void *user, app *a);  /* the person leaves, the session stays; false: there is no session */
    /* The person goes to another session: of that name, or of that file, or, with neither, of a new notebook. NULL: there are no sessions. */
    bool (*enter)(void *user, app *a, const char *session, const char *file);
    /* Without sessions: the process goes on with that file's notebook in the place of this one. NULL: there are sessions. */
    bool (*replace)(void *user, app *a, const char *file);
    const char *(*session)(void *user, bool previous); /* this session's name, or of the one before it; "" = none */
    void (*checkpoint)(void *user); /* writes the checkpoints of trainings now */
    void (*heard)(void *user, app *a, const interp_event *e); /* each event of the interpreter, before the app acts on it */
} app_host;

typedef struct app_options {
    const char *file;       /* NULL: an unnamed notebook */
    const char *sample_dir;
    const char *charset;    /* "utf-8" or "ascii"; NULL: by the locale */
    const char *config;     /* the configuration's file; NULL: none is read */
    bool read_only;         /* another session writes the file */
    bool project;           /* a file .weir.lua near the notebook is asked about, and read when it is trusted */
    const char *const *set; /* "name=value" of the settings, which win over configurations; NULL-terminated, or NULL */
    app_host host;
} app_options;

typedef enum mode { MODE_COMMAND, MODE_EDIT } mode;

enum { PANES = 9, VIEWS = 8, CUTS = 50, PROBLEMS = 32, PENDING = SEQUENCE, WATCHES = 16 };

enum { OWN_COMMANDS = 64, OWN_HOOKS = 32 };
#define OWN_CELL (-1000000) /* what commands and hooks of the configuration run as */
typedef struct own_command { char *name, *help, *code; } own_command;
typedef struct own_hook { const char *event; char *code; } own_hook;

typedef void app_watch_fn(app *a, void *user, short events);

struct app {
    app_options opt;
    settings set;
    weir_session *session;
    interp *interp;
    int wake[2];
    bool quit;

    notebook nb;
    size_t selected, anchor;   /* the selected cell; with `many` the cells from anchor to it */
    bool many;
    mode mode, mode_drawn;     /* now; on the last picture that was shown */
    bool normal;               /* vim's normal mode inside a cell */
    int vim_op, vim_count;     /* of an unfinished command of the normal mode */
    edit ed;                   /* of the selected cell's text, in edit mode */
    double last_edit;          /* undo goes back in bursts */
    queue queue;
    char *cut[CUTS];           /* texts of cells that were cut or copied, the newest first */
    size_t n_cut;
    char *copied;              /* the register: text that y copied; NULL: none */
    char find[256];            /* what was searched last */
    bool find_pattern;         /* as a Lua pattern */
    char replace[256];
    const char *setting;       /* that is being asked for */
    char wanted[4200];         /* a file's name that is being asked about */
    bool moves;                /* the notebook goes there, and leaves nothing behind */
    size_t replaced;
    char outside[4200], *outside_base; /* the file that an editor has, and what it began with */
    int64_t outside_cell;      /* 0: the whole notebook */
    int inotify;               /* 0: nothing is watched */
    checker *checker;
    check_problem problem[PROBLEMS]; /* found before running */
    size_t n_problem;
    uint64_t checked;          /* the notebook's version that was looked at */
    char remark[512];          /* about the text being edited, in the message row */
    double typed;              /* when the text last changed */
    double stopping;           /* when Ctrl-C was heard; 0: it has acted */
    messages messages;

    keymap keys;
    project *project;              /* the file .weir.lua; NULL: not looked for */
    own_command own[OWN_COMMANDS]; /* of the configuration */
    size_t n_own;
    own_hook hook[OWN_HOOKS];
    size_t n_hook;
    size_t scored;             /* of the newest training, when hooks last ran */
    int64_t scored_job;
    int pending[PENDING];      /* keys of an unfinished sequence */
    size_t n_pending;
    double pending_since;      /* of the last of them; after HINT_MS the keys that may follow are shown */

    terminal *term;                /* NULL: nobody looks */
    canvas canvas;
    overlay *top;              /* the open overlay, or NULL */
    const pane_ops *focus, *side; /* side: beside or instead of the notebook; NULL: none */
    bool side_shown, maximised, chosen; /* chosen: the person picked the pane */
    void *pane_state[PANES];
    bool ended;                /* a cell has: the next frame does not wait for the calm mode's pause */
    const pane_ops *under[VIEWS]; /* views below the one with the focus: `back` goes there */
    size_t n_under;
    const pane_ops *side_before; /* as it was before the first view */
    bool maximised_before;
    struct jobs *jobs;
    int64_t fresh;             /* a new cell nothing was typed into: Enter, as in other notebooks, begins it; 0: none */
    int64_t asked_job;         /* that a question is about */
    char window_title[160];    /* as the terminal was told last; "": never */
    int scroll;                /* first row of the document that is shown */
    bool follow;               /* keep the selected cell in view */
    spot cursor;
    double drawn;              /* when the last screen was made */
    bool dirty, live_waits;    /* live_waits: the last frame has not arrived yet */
    bool urgent;               /* another size, a hint that is due: the next frame does not wait for the last one */
    double asked, ack, keyed;  /* ack: seconds until a frame had arrived, lately; keyed: when a key came last */
    double redraw_at;          /* a pane wants to be drawn then although nothing happens; 0: none does */
    double outputs_since;      /* when what the sidecar keeps first changed; 0: it has not */
    struct { int fd; short events; app_watch_fn *fn; void *user; } watch[WATCHES];
    size_t n_watch;
};

/* NULL with a sentence in why. */
app *app_new(const app_options *opt, char *why, size_t cap);
void app_free(app *a);
void app_keep(app *a); /* what the sidecar keeps, now: before the process ends */

/* Lends a terminal; another one that was there is given back. */
bool app_attach(app *a, const term_options *t, char *why, size_t cap);
/* Gives the terminal back; gone: it has hung up, nothing is written to it. */
void app_detach(app *a, bool gone);
void app_returned(app *a, int status); /* host.run's command has ended; the terminal is attached again */

/* More descriptors for the loop; their functions are called in it. */
bool app_watch(app *a, int fd, short events, app_watch_fn *fn, void *user);
void app_unwatch(app *a, int fd);
void app_wake(app *a); /* from any thread or signal handler: the loop looks again */

void app_loop(app *a); /* until app.quit */
/* One turn: sleeps at most so many ms (-1: until something happens). */
void app_turn(app *a, int ms);
void app_key(app *a, int key);
void app_resize(app *a, int width, int height); /* without a terminal: tests */
void app_resized(app *a); /* the terminal has another size; a storm of these is drawn once */
void app_draw(app *a); /* into app.canvas */
/* Performs a command by name; false: there is none. */
bool app_command(app *a, const char *name);
/* The contexts in which keys are looked up now; gives how many. */
size_t app_contexts(app *a, context out[4]);

void app_say(app *a, message_kind kind, const char *format, ...) __attribute__((format(printf, 3, 4)));
void *app_state(app *a, const pane_ops *p); /* the pane's state */
void app_push(app *a, overlay *o);
void app_pop(app *a); /* closes the top overlay */
nb_cell *app_cell(app *a); /* the selected cell */

#endif
