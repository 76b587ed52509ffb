/* host.h - where the workbench's terminal comes from, and who else may speak to it.
 *
 * In a session, clients come over a socket and lend their terminal: one at a time, the newest wins.
 * Without one (--no-session) the terminal is the process's own. The workbench sees no difference: it
 * polls host_fd, calls host_act, and is told through host_ops. One per process, as signals are: TERM ends in order and, the second time, at once; HUP takes the terminal away; USR1 asks
 * for a line about what runs. All calls from the one thread that draws. */
#ifndef UI_HOST_H
#define UI_HOST_H

#include "ui/wire.h"

#include <stdint.h>

typedef struct host host;

typedef struct host_terminal { /* open as long as it is lent */
    int in, out;
    const char *type;   /* TERM, or "" */
    const char *locale; /* for LC_CTYPE */
    const char *from;   /* the client's own words about where it runs, or "" */
    const char *command; /* of the workbench, to perform when it is drawn; or "" */
    bool no_color;
    bool linear;        /* it wants lines, not a screen */
    bool entered;       /* another session has left its screen as it is drawn on */
    const char *previous; /* the session that the client comes from, or "" */
    const char *note;   /* why it is here again, or "" */
    /* Filled by the workbench: what puts this terminal right after a crash; valid until it is taken back. */
    const char *rescue;
    size_t rescue_n;
} host_terminal;

typedef struct host_ops {
    /* A terminal is here to draw on. false: refused, with a sentence in note; else note may tell something. */
    bool (*lend)(void *user, host_terminal *t, char *note, size_t cap);
    /* It is taken back and must be as it was on return; gone: nobody is there, nothing is written. */
    void (*take_back)(void *user, bool gone);
    void (*left)(void *user); /* the client has gone without a word: its line dropped, or it was killed */
    void (*resized)(void *user);
    void (*ran)(void *user, int status); /* host_run's command ended; the terminal is lent again */
    /* Fields for `weir ls`: file, state, unsaved, ... */
    void (*describe)(void *user, wire_message *info);
    /* Runs code, or the cell of that number or title, and answers with host_reply and host_finish.
     * false: why says why not. */
    bool (*submit)(void *user, int64_t ticket, bool cell, const char *text, char *why, size_t cap);
    /* ticket 0: whatever runs. gone: who sent it has left. */
    void (*interrupt)(void *user, int64_t ticket, bool gone);
    void (*end)(void *user, bool now); /* finish what can be finished, keep what can be kept, and leave */
    void (*report)(void *user);        /* USR1 */
    /* Something was printed past the interpreter: by a library, by a program that a cell started. */
    void (*printed)(void *user, const char *s, size_t n);
} host_ops;

/* Takes descriptors 0, 1, 2 away: cells have an empty input, and what anything prints there comes by
 * host_ops.printed. NULL with a sentence. */
host *host_local(const host_ops *ops, void *user, char *why, size_t cap);
host *host_session(const host_ops *ops, void *user, int listener, const char *name, char *why, size_t cap);
void host_free(host *h);
bool host_is_session(const host *h);
const char *host_name(const host *h); /* of the session; "" without one */
/* Locally: lends the terminal, which so far nobody drew on. */
bool host_begin(host *h, bool linear, char *why, size_t cap);

int host_fd(const host *h);  /* readable when host_act has something to do */
void host_act(host *h);
void host_lost(host *h); /* the drawing side found the terminal gone */
void host_detach(host *h, const char *why); /* the session goes on without a terminal */
/* The client leaves, and enters the session of that name, or that of the file, or, with neither, one of a new notebook.
 * false: there is no client. The screen has to be kept as it is. */
bool host_enter(host *h, const char *session, const char *file);
void host_pause(host *h);                   /* Ctrl-Z: the client stops, the session does not */
bool host_run(host *h, const char *command); /* an editor, a shell command: on the terminal */
void host_reply(host *h, int64_t ticket, const char *stream, const char *s, size_t n);
void host_finish(host *h, int64_t ticket, int status);
void host_leave(host *h);                    /* a session can be found no longer */
void host_goodbye(host *h, const char *why); /* the process ends: clients are told */

#endif
