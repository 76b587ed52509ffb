/* plain.c - the workbench in one process: signals, Ctrl-Z, the editor in its terminal. */
#include "config.h"
#include "ui/plain.h"

#include "ui/app.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

typedef struct plain {
    app *a;
    term_options terminal;
    int signals[2]; /* a pipe: one byte for each signal */
    pid_t child;    /* runs in our terminal; 0 = none */
    int ended_by;
} plain;

static int signal_pipe = -1; /* for the handler */

static void on_signal(int sig)
{
    int e = errno;
    unsigned char c = (unsigned char)sig;
    ssize_t n = write(signal_pipe, &c, 1);

    (void)n;
    errno = e;
}

static void attach(plain *p)
{
    char why[300];

    if (!app_attach(p->a, &p->terminal, why, sizeof why)) {
        fprintf(stderr, "weir: %s\n", why);
        p->a->quit = true;
    }
}

static void child_ended(plain *p)
{
    int status;

    if (!p->child || waitpid(p->child, &status, WNOHANG) != p->child)
        return;
    p->child = 0;
    attach(p);
    app_returned(p->a, WIFEXITED(status) ? WEXITSTATUS(status) : 128);
}

static void take_signals(app *a, void *user, short events)
{
    plain *p = user;
    unsigned char c;

    (void)events;
    while (read(p->signals[0], &c, 1) == 1) {
        if (c == SIGCHLD) {
            child_ended(p);
        } else if (c == SIGWINCH) {
            a->dirty = true;
            a->drawn = 0;
        } else if (c == SIGCONT) {
            if (!p->child && !a->term)
                attach(p);
        } else {
            p->ended_by = c;
            a->quit = true;
        }
    }
}

static bool run_in_terminal(void *user, app *a, char *const argv[])
{
    plain *p = user;
    posix_spawnattr_t attr;
    sigset_t defaults;
    pid_t pid;

    app_detach(a, false);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGHUP);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setsigdefault(&attr, &defaults);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
    int e = posix_spawnp(&pid, argv[0], NULL, &attr, argv, environ);
    posix_spawnattr_destroy(&attr);
    if (e) {
        attach(p);
        app_say(a, SAY_ERROR, "cannot run %s: %s", argv[0], strerror(e));
        return false;
    }
    p->child = pid;
    return true;
}

static void suspend(void *user, app *a)
{
    (void)user;
    app_detach(a, false);
    kill(0, SIGSTOP); /* the whole job: a shell notices; SIGCONT attaches again */
}

/* The terminal is gone: what was typed is kept beside the file. */
static void rescue(app *a)
{
    char path[4200], why[512];

    if (!a->nb.modified)
        return;
    snprintf(path, sizeof path, "%.4000s.rescued", a->nb.path ? a->nb.path : "notebook.lua");
    nb_save(&a->nb, path, why, sizeof why);
}

static bool catch_signals(plain *p)
{
    static const int signals[] = {SIGHUP, SIGTERM, SIGWINCH, SIGCHLD, SIGCONT};
    struct sigaction sa = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

    if (pipe(p->signals) != 0)
        return false;
    for (int i = 0; i < 2; i++) {
        fcntl(p->signals[i], F_SETFL, O_NONBLOCK);
        fcntl(p->signals[i], F_SETFD, FD_CLOEXEC);
    }
    signal_pipe = p->signals[1];
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        sigaction(signals[i], &sa, NULL);
    signal(SIGPIPE, SIG_IGN);
    return app_watch(p->a, p->signals[0], POLLIN, take_signals, p);
}

int plain_run(const plain_options *opt)
{
    plain p = {.terminal = {.in = 0, .out = 1, .type = getenv("TERM"), .colours = opt->colours, .shapes = true}};
    app_options ao = {.file = opt->file, .sample_dir = opt->sample_dir, .host = {&p, run_in_terminal, suspend, NULL}};
    char why[600];

    setlocale(LC_CTYPE, "");
    p.a = app_new(&ao, why, sizeof why);
    if (!p.a) {
        fprintf(stderr, "weir: %s\n", why);
        return 1;
    }
    if (!catch_signals(&p)) {
        fprintf(stderr, "weir: cannot catch signals: %s\n", strerror(errno));
        app_free(p.a);
        return 1;
    }
    attach(&p);
    if (opt->run_all)
        app_command(p.a, "run-all");
    while (!p.a->quit) {
        app_turn(p.a, -1);
        if (!p.a->term && !p.child && !p.a->quit) { /* the terminal has hung up, and there is no session to stay in */
            p.ended_by = SIGHUP;
            p.a->quit = true;
        }
    }
    app_detach(p.a, p.ended_by == SIGHUP);
    if (p.ended_by)
        rescue(p.a);
    app_free(p.a);
    return p.ended_by ? 128 + p.ended_by : 0;
}
