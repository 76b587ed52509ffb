/* client.c - see client.h. */
#include "config.h"
#include "ui/client.h"

#include "ui/control.h"
#include "ui/launch.h"
#include "ui/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

extern char **environ;

typedef struct lender {
    int socket, signals;   /* signals: to poll */
    pid_t session;         /* when it is this process's child, else 0 */
    char name[PLACE_NAME];
    struct termios modes;  /* the terminal's, before */
    char rescue[512];      /* what puts it right after the session's crash */
    bool lent;
    bool linear;
    bool entered;          /* a session has left the screen for the next one to draw on */
    char previous[PLACE_NAME]; /* the session before this one, or "" */
    enum { NEXT_NONE, NEXT_SESSION, NEXT_FILE, NEXT_NEW } next;
    char refused[600];     /* why the session did not take the terminal, or "" */
    char next_session[PLACE_NAME], next_file[4096], next_folder[4096];
} lender;

/* Where the person sits, for the message that another terminal has taken over. */
static void whereabouts(char *s, size_t cap)
{
    const char *ssh = getenv("SSH_CONNECTION"), *tty = ttyname(0);
    int n = ssh ? (int)strcspn(ssh, " ") : 0;

    snprintf(s, cap, "%s%s%.*s", tty ? tty : "", n ? " from " : "", n > 60 ? 60 : n, ssh ? ssh : "");
}

/* Between two sessions the terminal stays as they draw on it: it is put right when it is nobody's, or the shell's. */
static void own_modes(lender *l)
{
    struct termios now;

    if (tcgetattr(0, &now) == 0 && memcmp(&now, &l->modes, sizeof now))
        tcsetattr(0, TCSADRAIN, &l->modes);
}

/* note: to be shown there, or "". */
static bool attach(lender *l, const char *command, const char *note)
{
    char from[128];
    wire_message m;

    whereabouts(from, sizeof from);
    wire_begin(&m, WIRE_ATTACH);
    wire_add(&m, "version", PACKAGE_VERSION);
    wire_add(&m, "term", getenv("TERM"));
    wire_add(&m, "locale", place_locale());
    wire_add(&m, "no_color", getenv("NO_COLOR") ? "yes" : NULL);
    wire_add(&m, "terminfo", getenv("TERMINFO"));
    wire_add(&m, "from", from);
    wire_add(&m, "command", command);
    wire_add(&m, "linear", l->linear ? "yes" : NULL);
    wire_add(&m, "entered", l->entered ? "yes" : NULL);
    wire_add(&m, "previous", l->previous);
    wire_add(&m, "note", note);
    m.fd[0] = 0;
    m.fd[1] = 1;
    m.n_fd = 2;
    wire_result r = wire_send(l->socket, &m);
    m.n_fd = 0; /* they are not received ones */
    wire_clear(&m);
    return r == WIRE_OK;
}

static int run(const char *command, const char *folder)
{
    char *argv[] = {(char *)(uintptr_t)"sh", (char *)(uintptr_t)"-c", (char *)(uintptr_t)command, NULL};
    posix_spawn_file_actions_t files;
    int status = 127 << 8;
    pid_t pid;

    posix_spawn_file_actions_init(&files);
    if (*folder)
        posix_spawn_file_actions_addchdir_np(&files, folder);
    if (posix_spawn(&pid, "/bin/sh", &files, NULL, argv, environ) == 0)
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
            ;
    posix_spawn_file_actions_destroy(&files);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void stop(lender *l)
{
    l->lent = false;
    own_modes(l);
    signals_stop_job();
    tcgetattr(0, &l->modes);
    wire_say(l->socket, WIRE_RESUME, NULL, NULL);
    l->lent = true;
}

/* The session is gone without a word. */
static int after_crash(lender *l)
{
    int status = 0;
    struct termios now;

    /* A session that crashed may have put the terminal right itself. */
    if ((l->lent || l->entered) && tcgetattr(0, &now) == 0 && memcmp(&now, &l->modes, sizeof now)) {
        ssize_t n = write(1, l->rescue, strlen(l->rescue));
        (void)n;
        tcsetattr(0, TCSANOW, &l->modes);
    }
    bool mine = l->session > 0 && waitpid(l->session, &status, 0) == l->session;
    fprintf(stderr, "weir: the session '%s' has ended unexpectedly", l->name);
    if (mine && WIFSIGNALED(status))
        fprintf(stderr, " (signal %d)", WTERMSIG(status));
    fprintf(stderr, "; what was typed is kept and comes back when the notebook is opened\n");
    return 1;
}

/* Where the client goes now, if the session says so. */
static bool note_next(lender *l, const wire_message *m)
{
    const char *next = wire_get(m, "next");

    l->next = !*next ? NEXT_NONE : !strcmp(next, "session") ? NEXT_SESSION : !strcmp(next, "file") ? NEXT_FILE : NEXT_NEW;
    if (l->next == NEXT_NONE)
        return false;
    snprintf(l->next_session, sizeof l->next_session, "%s", wire_get(m, "session"));
    snprintf(l->next_file, sizeof l->next_file, "%s", wire_get(m, "file"));
    snprintf(l->next_folder, sizeof l->next_folder, "%s", wire_get(m, "folder"));
    l->lent = false;
    l->entered = !l->linear;
    return true;
}

/* true: the client ends with *status. */
static bool obey(lender *l, const wire_message *m, int *status)
{
    char s[32];

    switch (m->kind) {
    case WIRE_ATTACHED:
        snprintf(l->name, sizeof l->name, "%s", wire_get(m, "name"));
        snprintf(l->rescue, sizeof l->rescue, "%s", wire_get(m, "rescue"));
        l->lent = true;
        l->entered = false;
        return false;
    case WIRE_STOP: stop(l); return false;
    case WIRE_RUN:
        l->lent = false;
        own_modes(l);
        snprintf(s, sizeof s, "%d", run(wire_get(m, "command"), wire_get(m, "folder")));
        wire_say(l->socket, WIRE_RAN, "status", s);
        l->lent = true;
        return false;
    case WIRE_BYE:
        *status = 0;
        if (note_next(l, m))
            return true;
        own_modes(l);
        if (*wire_get(m, "why"))
            printf("%s\n", wire_get(m, "why"));
        return true;
    case WIRE_REFUSED:
        snprintf(l->refused, sizeof l->refused, "%s", wire_get(m, "why"));
        *status = 1;
        return true;
    default: return false;
    }
}

/* true: the client ends with *status. */
static bool on_signals(lender *l, int *status)
{
    for (int sig; (sig = signals_next()) != 0;)
        switch (sig) {
        case SIGWINCH: wire_say(l->socket, WIRE_SIZE, NULL, NULL); break;
        case SIGTSTP: wire_say(l->socket, WIRE_PAUSE, NULL, NULL); break;
        case SIGHUP: *status = 128 + SIGHUP; return true; /* the session sees the socket close */
        case SIGTERM: case SIGQUIT:
            wire_say(l->socket, WIRE_DETACH, NULL, NULL);
            *status = 128 + sig;
            break;
        case SIGINT: wire_say(l->socket, WIRE_BREAK, NULL, NULL); break; /* only a terminal that edits lines itself makes one of Ctrl-C */
        default: break;
        }
    return false;
}

static int serve(lender *l)
{
    int status = 0;

    for (;;) {
        /* No events of the terminal but its end: the session reads it. */
        struct pollfd p[3] = {{.fd = l->socket, .events = POLLIN}, {.fd = l->signals, .events = POLLIN}, {.fd = 0, .events = 0}};
        if (poll(p, 3, -1) < 0 && errno != EINTR)
            return 1;
        if (p[1].revents && on_signals(l, &status))
            return status;
        if (p[2].revents & (POLLHUP | POLLERR | POLLNVAL))
            return 128 + SIGHUP;
        if (!p[0].revents)
            continue;
        wire_message m;
        wire_result r = wire_receive(l->socket, &m);
        if (r == WIRE_CLOSED)
            return after_crash(l);
        if (r == WIRE_LATER)
            continue;
        int told = status;
        bool ends = obey(l, &m, &told);
        wire_clear(&m);
        if (ends)
            return status ? status : told;
    }
}

/* Nobody takes the terminal: it is put right as after a crash. */
static int leave_with(lender *l, const char *why)
{
    if (l->entered) {
        ssize_t n = write(1, l->rescue, strlen(l->rescue));
        (void)n;
    }
    own_modes(l);
    fprintf(stderr, "weir: %s\n", why);
    return 1;
}

static void connected(lender *l, int socket, pid_t child, const char *name)
{
    if (l->socket >= 0)
        close(l->socket);
    l->socket = socket;
    l->session = child;
    snprintf(l->name, sizeof l->name, "%s", name);
}

/* To the session that was asked for. false with a sentence. */
static bool enter_next(lender *l, char *why, size_t cap)
{
    const char *file = l->next == NEXT_FILE ? l->next_file : NULL;
    char name[PLACE_NAME];
    pid_t child = 0;
    int s;

    if (l->next == NEXT_SESSION) {
        snprintf(name, sizeof name, "%s", l->next_session);
        s = place_connect(name, why, cap);
    } else {
        place_name(file, name);
        s = launch_session(file, NULL, l->next_folder, &child, why, cap);
    }
    if (s < 0)
        return false;
    memcpy(l->previous, l->name, sizeof l->previous);
    connected(l, s, child, name);
    return true;
}

/* Back to the one that has sent the client on. */
static bool go_back(lender *l, const char *from)
{
    char ignored[300];
    int s = place_connect(from, ignored, sizeof ignored);

    if (s >= 0)
        connected(l, s, 0, from);
    return s >= 0;
}

/* Serves one session after the other, as they send the client on; one that cannot be entered leads back, with the reason. */
static int lend_terminal(int socket, pid_t child, const char *name, const char *command, bool linear)
{
    static const int told[] = {SIGWINCH, SIGHUP, SIGTERM, SIGTSTP, SIGINT, SIGQUIT, SIGUSR1};
    lender l = {.socket = -1, .linear = linear};
    char why[1200] = "", from[PLACE_NAME] = "";
    int status;

    connected(&l, socket, child, name);
    if (tcgetattr(0, &l.modes) != 0 || (l.signals = signals_take(told, sizeof told / sizeof *told)) < 0) {
        fprintf(stderr, "weir: standard input is not a terminal\n");
        return 2;
    }
    do {
        l.next = NEXT_NONE;
        l.refused[0] = '\0';
        if (!attach(&l, command, why))
            return after_crash(&l);
        status = serve(&l);
        command = NULL;
        snprintf(why, sizeof why, "%s", l.refused);
        if (l.next != NEXT_NONE) {
            memcpy(from, l.name, sizeof from);
            if (!enter_next(&l, why, sizeof why) && !go_back(&l, from))
                return leave_with(&l, why);
        } else {
            if (*l.refused && (!*from || !go_back(&l, from)))
                return leave_with(&l, why);
            from[0] = '\0'; /* back once, not to and fro */
        }
    } while (l.next != NEXT_NONE || *l.refused);
    close(l.socket);
    return status;
}

int client_open(const client_options *o)
{
    char why[1200] = "", name[PLACE_NAME];
    pid_t child;
    int s = launch_session(o->file, o->options, NULL, &child, why, sizeof why);

    if (s < 0) {
        fprintf(stderr, "weir: %s\n", why);
        return 1;
    }
    place_name(o->file, name);
    return lend_terminal(s, child, name, o->shows ? o->shows : child ? NULL : o->command, o->linear);
}

int client_attach(const char *wanted, bool linear)
{
    char name[PLACE_NAME], why[600];

    if (!isatty(0) || !isatty(1)) {
        fprintf(stderr, "weir: attach needs a terminal on standard input and output\n");
        return 2;
    }
    if (!control_find(wanted, name, why, sizeof why)) {
        fprintf(stderr, "weir: %s\n", why);
        return 1;
    }
    int s = place_connect(name, why, sizeof why);
    if (s < 0) {
        fprintf(stderr, "weir: %s\n", why);
        return 1;
    }
    return lend_terminal(s, 0, name, NULL, linear);
}
