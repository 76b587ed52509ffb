/* host.c - see host.h. Descriptors that come over a socket, signals, and the clients that speak. */
#include "config.h"
#include "ui/host.h"

#include "ui/place.h"
#include "ui/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

extern char **environ;

enum { MOST_CLIENTS = 32, MOST_QUEUED = 4096 };

typedef struct packet { struct packet *next; wire_message m; } packet;

typedef struct client {
    int fd;
    int64_t ticket;         /* of what it has sent to run, 0 = none */
    text code;              /* parts of it so far */
    packet *first, *last;   /* not yet taken by the socket */
    int queued;
    bool waits;             /* for room: epoll tells when there is */
} client;

struct host {
    const host_ops *ops;
    void *user;
    bool session;
    char name[PLACE_NAME];
    int all;                /* epoll: everything below that may speak */
    int listener, printed, signals;
    client clients[MOST_CLIENTS];
    size_t n;
    int tenant;             /* descriptor of the client whose terminal it is, -1 = none */
    int in, out;            /* the terminal's, also while it is given back for a while; -1 = none */
    bool lent;              /* the workbench draws on it */
    bool running;           /* a command has the terminal */
    pid_t child;            /* it, when it is this process's */
    char type[64], locale[64], from[128], command[64], previous[PLACE_NAME], note[600];
    bool no_color, linear, entered;
    int64_t last_ticket;
    int ended;              /* how often it was told to end */
    int keep[3];            /* descriptors 0, 1, 2 as they were, locally */
};

/* Signals ------------------------------------------------------------------------------------ */

/* Handlers, not SIG_IGN: a program that a cell starts has the usual ones. */
static void on_nothing(int sig)
{
    (void)sig;
}

/* What a crash leaves behind is a usable terminal and one sentence on it. */
static struct {
    volatile int fd;
    struct termios modes;
    size_t n;
    char bytes[512];
} crash = {.fd = -1};

static void on_crash(int sig)
{
    static const char words[] = "weir: crashed; what was typed is kept and comes back when the notebook is opened\r\n";

    if (crash.fd >= 0) {
        ssize_t n = write(crash.fd, crash.bytes, crash.n);
        n = write(crash.fd, words, sizeof words - 1);
        (void)n;
        tcsetattr(crash.fd, TCSANOW, &crash.modes);
    }
    raise(sig); /* SA_RESETHAND: the usual end */
}

/* The descriptor to poll, or -1. */
static int catch_signals(void)
{
    static const int bad[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    struct sigaction end = {.sa_handler = on_crash, .sa_flags = (int)(SA_RESETHAND | SA_NODEFER)};
    static const int told[] = {SIGWINCH, SIGHUP, SIGTERM, SIGUSR1, SIGTSTP, SIGINT, SIGCHLD};
    struct sigaction none = {.sa_handler = on_nothing, .sa_flags = SA_RESTART};
    int fd = signals_take(told, sizeof told / sizeof *told);

    if (fd < 0)
        return -1;
    sigaction(SIGPIPE, &none, NULL);
    sigaction(SIGXFSZ, &none, NULL); /* a file that may not grow is an error like a full disk */
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        sigaction(bad[i], &end, NULL);
    return fd;
}

/* The terminal --------------------------------------------------------------------------------- */

static void remember_crash(int fd, const struct termios *modes, const host_terminal *t)
{
    crash.fd = -1;
    if (!t->rescue || t->rescue_n > sizeof crash.bytes)
        return;
    memcpy(crash.bytes, t->rescue, t->rescue_n);
    crash.n = t->rescue_n;
    crash.modes = *modes;
    crash.fd = fd;
}

static bool lend(host *h, char *note, size_t cap)
{
    host_terminal t = {.in = h->in, .out = h->out, .type = h->type, .locale = h->locale, .from = h->from,
                       .command = h->command, .no_color = h->no_color, .linear = h->linear,
                       .entered = h->entered, .previous = h->previous, .note = h->note};
    struct termios modes;
    bool has_modes = tcgetattr(h->in, &modes) == 0;

    h->lent = h->ops->lend(h->user, &t, note, cap);
    h->command[0] = h->note[0] = '\0';
    h->entered = false;
    if (h->lent && has_modes)
        remember_crash(h->out, &modes, &t);
    return h->lent;
}

static void take_back(host *h, bool gone)
{
    crash.fd = -1;
    if (h->lent)
        h->ops->take_back(h->user, gone);
    h->lent = false;
}

static bool hung_up(int fd)
{
    struct pollfd p = {.fd = fd, .events = 0};
    return poll(&p, 1, 0) > 0 && (p.revents & (POLLHUP | POLLERR | POLLNVAL));
}

static void drop_terminal(host *h)
{
    if (h->in >= 0)
        take_back(h, hung_up(h->in));
    if (h->session) {
        if (h->in >= 0)
            close(h->in);
        if (h->out >= 0)
            close(h->out);
    }
    h->in = h->out = -1;
    h->tenant = -1;
    h->running = false;
}

/* Clients ---------------------------------------------------------------------------------------- */

static void client_clear(client *c)
{
    while (c->first) {
        packet *p = c->first;
        c->first = p->next;
        wire_clear(&p->m);
        free(p);
    }
    text_free(&c->code);
    close(c->fd);
}

static bool watch(host *h, int op, int fd, uint32_t events)
{
    struct epoll_event e = {.events = events, .data.fd = fd};
    return epoll_ctl(h->all, op, fd, &e) == 0;
}

/* Everything that waits for the client's socket, as far as it takes it. false: it is gone. */
static bool client_flush(host *h, client *c)
{
    while (c->first) {
        packet *p = c->first;
        wire_result r = wire_send(c->fd, &p->m);
        if (r == WIRE_LATER) {
            c->waits = c->waits || watch(h, EPOLL_CTL_MOD, c->fd, EPOLLIN | EPOLLOUT);
            return true;
        }
        if (r == WIRE_CLOSED)
            return false;
        c->first = p->next;
        if (!c->first)
            c->last = NULL;
        c->queued--;
        wire_clear(&p->m);
        free(p);
    }
    c->waits = c->waits && !watch(h, EPOLL_CTL_MOD, c->fd, EPOLLIN);
    return true;
}

/* The message is taken over. A client that reads nothing loses what goes beyond the queue. */
static void client_tell(host *h, client *c, wire_message *m)
{
    packet *p = c->queued < MOST_QUEUED ? malloc(sizeof *p) : NULL;

    if (!p) {
        wire_clear(m);
        return;
    }
    *p = (packet){.m = *m};
    if (c->last)
        c->last->next = p;
    else
        c->first = p;
    c->last = p;
    c->queued++;
    client_flush(h, c);
}

static void client_say(host *h, client *c, wire_kind kind, const char *name, const char *value)
{
    wire_message m;

    wire_begin(&m, kind);
    if (name)
        wire_add(&m, name, value);
    client_tell(h, c, &m);
}

static client *find_fd(host *h, int fd)
{
    for (size_t i = 0; i < h->n; i++)
        if (h->clients[i].fd == fd)
            return &h->clients[i];
    return NULL;
}

static client *find_ticket(host *h, int64_t ticket)
{
    for (size_t i = 0; i < h->n; i++)
        if (h->clients[i].ticket == ticket)
            return &h->clients[i];
    return NULL;
}

static void remove_client(host *h, client *c)
{
    if (c->fd == h->tenant) {
        drop_terminal(h);
        h->ops->left(h->user);
    }
    if (c->ticket)
        h->ops->interrupt(h->user, c->ticket, true);
    client_clear(c);
    *c = h->clients[--h->n];
}

static client *tenant(host *h)
{
    return h->tenant < 0 ? NULL : find_fd(h, h->tenant);
}

static void send_away(host *h, const char *why)
{
    client *c = tenant(h);

    drop_terminal(h);
    if (c)
        client_say(h, c, WIRE_BYE, "why", why);
}

static void attach(host *h, client *c, wire_message *m)
{
    char note[600] = "", why[200];

    if (m->n_fd != 2) {
        client_say(h, c, WIRE_REFUSED, "why", "no terminal came with the request");
        return;
    }
    snprintf(why, sizeof why, "[another terminal%s%.80s has taken this session]", *wire_get(m, "from") ? ", " : "", wire_get(m, "from"));
    send_away(h, why);
    snprintf(h->type, sizeof h->type, "%s", wire_get(m, "term"));
    snprintf(h->locale, sizeof h->locale, "%s", wire_get(m, "locale"));
    snprintf(h->from, sizeof h->from, "%s", wire_get(m, "from"));
    snprintf(h->command, sizeof h->command, "%s", wire_get(m, "command"));
    h->no_color = *wire_get(m, "no_color") != '\0';
    h->linear = *wire_get(m, "linear") != '\0';
    h->entered = *wire_get(m, "entered") != '\0';
    snprintf(h->previous, sizeof h->previous, "%s", wire_get(m, "previous"));
    snprintf(h->note, sizeof h->note, "%s", wire_get(m, "note"));
    const char *info = wire_get(m, "terminfo"), *now = getenv("TERMINFO");
    if (*info && (!now || strcmp(now, info)))
        setenv("TERMINFO", info, 1);
    h->in = m->fd[0];
    h->out = m->fd[1];
    m->n_fd = 0;
    h->tenant = c->fd;
    if (!lend(h, note, sizeof note)) {
        drop_terminal(h);
        client_say(h, c, WIRE_REFUSED, "why", note);
        return;
    }
    wire_message reply;
    wire_begin(&reply, WIRE_ATTACHED);
    wire_add(&reply, "name", h->name);
    wire_add_n(&reply, "rescue", crash.bytes, crash.n);
    client_tell(h, c, &reply);
}

static void describe(host *h, client *c)
{
    wire_message m;
    char pid[32];

    wire_begin(&m, WIRE_INFO);
    snprintf(pid, sizeof pid, "%ld", (long)getpid());
    wire_add(&m, "name", h->name);
    wire_add(&m, "pid", pid);
    wire_add(&m, "version", PACKAGE_VERSION);
    wire_add(&m, "attached", h->tenant >= 0 ? "yes" : "no");
    wire_add(&m, "from", h->tenant >= 0 ? h->from : "");
    h->ops->describe(h->user, &m);
    client_tell(h, c, &m);
}

static void submit(host *h, client *c, const wire_message *m)
{
    char why[600] = "";
    bool cell = wire_has(m, "cell");

    if (c->ticket) {
        client_say(h, c, WIRE_REFUSED, "why", "this connection runs something already");
        return;
    }
    text_add(&c->code, wire_get(m, cell ? "cell" : "code"));
    if (wire_has(m, "more"))
        return;
    c->ticket = ++h->last_ticket;
    bool good = !c->code.failed && h->ops->submit(h->user, c->ticket, cell, text_str(&c->code), why, sizeof why);
    text_free(&c->code);
    if (!good) {
        c->ticket = 0;
        client_say(h, c, WIRE_REFUSED, "why", *why ? why : "out of memory");
    }
}

static void end(host *h)
{
    h->ops->end(h->user, h->ended++ > 0);
}

static void hear(host *h, client *c, wire_message *m)
{
    bool own = c->fd == h->tenant;
    char note[600];

    switch (m->kind) {
    case WIRE_ATTACH: attach(h, c, m); break;
    case WIRE_SIZE:
        if (own && h->lent)
            h->ops->resized(h->user);
        break;
    case WIRE_PAUSE:
        if (own && h->lent)
            host_pause(h);
        break;
    case WIRE_RESUME:
        if (own && !h->lent && !h->running && !lend(h, note, sizeof note))
            send_away(h, note);
        break;
    case WIRE_RAN:
        if (own && h->running) {
            h->running = false;
            if (lend(h, note, sizeof note))
                h->ops->ran(h->user, atoi(wire_get(m, "status")));
            else
                send_away(h, note);
        }
        break;
    case WIRE_DETACH:
        if (own)
            send_away(h, "");
        else if (wire_has(m, "all"))
            send_away(h, "[detached from outside]");
        break;
    case WIRE_STATUS: describe(h, c); break;
    case WIRE_SEND: submit(h, c, m); break;
    case WIRE_BREAK:
        if (c->ticket || own)
            h->ops->interrupt(h->user, c->ticket, false);
        break;
    case WIRE_KILL: end(h); break;
    default: break;
    }
}

/* A message may end its client: it is looked up again each time. */
static void listen_to(host *h, int fd, uint32_t events)
{
    wire_message m;

    for (;;) {
        client *c = find_fd(h, fd);
        if (!c)
            return;
        if ((events & EPOLLOUT) && !client_flush(h, c)) {
            remove_client(h, c);
            return;
        }
        switch (wire_receive(fd, &m)) {
        case WIRE_LATER: return;
        case WIRE_CLOSED: remove_client(h, c); return;
        case WIRE_OK: break;
        }
        hear(h, c, &m);
        wire_clear(&m);
    }
}

static void welcome(host *h)
{
    for (int fd; (fd = place_accept(h->listener)) >= 0;) {
        if (h->n == MOST_CLIENTS || !watch(h, EPOLL_CTL_ADD, fd, EPOLLIN)) {
            close(fd);
            continue;
        }
        h->clients[h->n++] = (client){.fd = fd};
    }
}

/* Without a session: host_run's command. */
static void child_ended(host *h)
{
    char note[600];
    int status;

    if (!h->child || waitpid(h->child, &status, WNOHANG) != h->child)
        return;
    h->child = 0;
    h->running = false;
    if (lend(h, note, sizeof note))
        h->ops->ran(h->user, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    else
        end(h);
}

static void act_on_signal(host *h, int sig)
{
    switch (sig) {
    case SIGWINCH:
        if (h->lent)
            h->ops->resized(h->user);
        break;
    case SIGHUP:
        if (!h->session) {
            take_back(h, true);
            h->in = h->out = -1;
            end(h);
        }
        break;
    case SIGTSTP:
        if (!h->session && h->lent)
            host_pause(h);
        break;
    case SIGINT:
        if (h->session || h->lent)
            h->ops->interrupt(h->user, 0, false);
        break;
    case SIGTERM: end(h); break;
    case SIGCHLD: child_ended(h); break;
    case SIGUSR1: h->ops->report(h->user); break;
    default: break;
    }
}

/* The loop's side ----------------------------------------------------------------------------------- */

int host_fd(const host *h)
{
    return h->all;
}

static void read_printed(host *h)
{
    char buf[16384];

    for (ssize_t n; (n = read(h->printed, buf, sizeof buf)) > 0;) {
        h->ops->printed(h->user, buf, (size_t)n);
        if ((size_t)n < sizeof buf)
            break;
    }
}

void host_act(host *h)
{
    struct epoll_event e[16];
    int n = epoll_wait(h->all, e, sizeof e / sizeof *e, 0);

    for (int i = 0; i < n; i++) {
        int fd = e[i].data.fd;
        if (fd == h->signals)
            for (int sig; (sig = signals_next()) != 0;)
                act_on_signal(h, sig);
        else if (fd == h->printed)
            read_printed(h);
        else if (fd == h->listener)
            welcome(h);
        else
            listen_to(h, fd, e[i].events);
    }
}

void host_lost(host *h)
{
    if (h->session) {
        client *c = tenant(h);
        if (c)
            remove_client(h, c);
        else
            drop_terminal(h);
    } else {
        act_on_signal(h, SIGHUP);
    }
}

void host_detach(host *h, const char *why)
{
    if (h->session)
        send_away(h, why);
}

bool host_enter(host *h, const char *session, const char *file)
{
    client *c = tenant(h);
    char folder[4096];
    wire_message m;

    if (!h->lent || !c)
        return false;
    drop_terminal(h);
    wire_begin(&m, WIRE_BYE);
    wire_add(&m, "next", session ? "session" : file ? "file" : "new");
    wire_add(&m, "session", session);
    wire_add(&m, "file", file);
    wire_add(&m, "folder", getcwd(folder, sizeof folder));
    client_tell(h, c, &m);
    return true;
}

void host_pause(host *h)
{
    char note[600];

    if (!h->lent)
        return;
    take_back(h, false);
    client *c = tenant(h);
    if (c) {
        client_say(h, c, WIRE_STOP, NULL, NULL);
        return;
    }
    signals_stop_job();
    if (!lend(h, note, sizeof note))
        end(h);
}

/* Without a session: a child of this process, on the terminal's descriptors. */
static bool run_here(host *h, const char *command)
{
    char *argv[] = {(char *)(uintptr_t)"sh", (char *)(uintptr_t)"-c", (char *)(uintptr_t)command, NULL};
    posix_spawn_file_actions_t files;

    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, h->in, 0);
    posix_spawn_file_actions_adddup2(&files, h->out, 1);
    posix_spawn_file_actions_adddup2(&files, h->out, 2);
    bool good = posix_spawn(&h->child, "/bin/sh", &files, NULL, argv, environ) == 0;
    posix_spawn_file_actions_destroy(&files);
    if (!good)
        h->child = 0;
    return good;
}

bool host_run(host *h, const char *command)
{
    char note[600], folder[4096];

    if (!h->lent)
        return false;
    take_back(h, false);
    client *c = tenant(h);
    if (c) {
        wire_message m;
        wire_begin(&m, WIRE_RUN);
        wire_add(&m, "command", command);
        wire_add(&m, "folder", getcwd(folder, sizeof folder));
        client_tell(h, c, &m);
        h->running = true;
        return true;
    }
    h->running = run_here(h, command);
    if (!h->running && !lend(h, note, sizeof note))
        end(h);
    return h->running;
}

void host_reply(host *h, int64_t ticket, const char *stream, const char *s, size_t n)
{
    client *c = ticket ? find_ticket(h, ticket) : NULL;

    while (c && n) {
        size_t k = n > WIRE_MOST / 2 ? WIRE_MOST / 2 : n;
        wire_message m;
        wire_begin(&m, WIRE_OUTPUT);
        wire_add(&m, "stream", stream);
        wire_add_n(&m, "text", s, k);
        client_tell(h, c, &m);
        s += k;
        n -= k;
    }
}

void host_finish(host *h, int64_t ticket, int status)
{
    client *c = ticket ? find_ticket(h, ticket) : NULL;
    char s[16];

    if (!c)
        return;
    snprintf(s, sizeof s, "%d", status);
    c->ticket = 0;
    client_say(h, c, WIRE_ENDED, "status", s);
}

/* Beginning and end -------------------------------------------------------------------------------- */

/* Descriptors 1 and 2 become a pipe that the workbench reads, 0 is empty. */
static bool take_streams(host *h, char *why, size_t cap)
{
    int p[2], null = open("/dev/null", O_RDONLY | O_CLOEXEC);

    for (int i = 0; i < 3; i++)
        h->keep[i] = h->session ? -1 : fcntl(i, F_DUPFD_CLOEXEC, 3);
    if (null < 0 || pipe2(p, O_CLOEXEC | O_NONBLOCK) != 0) {
        snprintf(why, cap, "cannot open a pipe: %s", strerror(errno));
        return false;
    }
    fcntl(p[1], F_SETFL, 0); /* who prints may wait; who reads may not */
    dup2(null, 0);
    dup2(p[1], 1);
    dup2(p[1], 2);
    setvbuf(stdout, NULL, _IOLBF, 0);
    close(null);
    close(p[1]);
    h->printed = p[0];
    return true;
}

static host *new_host(const host_ops *ops, void *user, bool session, char *why, size_t cap)
{
    host *h = calloc(1, sizeof *h);

    if (!h || (h->signals = catch_signals()) < 0) {
        snprintf(why, cap, "out of memory or descriptors");
        free(h);
        return NULL;
    }
    h->ops = ops;
    h->user = user;
    h->session = session;
    h->listener = h->tenant = h->in = h->out = h->printed = -1;
    h->all = epoll_create1(EPOLL_CLOEXEC);
    if (h->all < 0 || !take_streams(h, why, cap)) {
        free(h);
        return NULL;
    }
    watch(h, EPOLL_CTL_ADD, h->signals, EPOLLIN);
    watch(h, EPOLL_CTL_ADD, h->printed, EPOLLIN);
    return h;
}

host *host_local(const host_ops *ops, void *user, char *why, size_t cap)
{
    return new_host(ops, user, false, why, cap);
}

host *host_session(const host_ops *ops, void *user, int listener, const char *name, char *why, size_t cap)
{
    host *h = new_host(ops, user, true, why, cap);

    if (h) {
        h->listener = listener;
        watch(h, EPOLL_CTL_ADD, listener, EPOLLIN);
        snprintf(h->name, sizeof h->name, "%s", name);
    }
    return h;
}

bool host_begin(host *h, bool linear, char *why, size_t cap)
{
    const char *term = getenv("TERM");

    snprintf(h->locale, sizeof h->locale, "%s", place_locale());
    h->in = h->keep[0];
    h->out = h->keep[1];
    snprintf(h->type, sizeof h->type, "%s", term ? term : "");
    h->no_color = getenv("NO_COLOR") != NULL;
    h->linear = linear;
    return lend(h, why, cap);
}

void host_goodbye(host *h, const char *why)
{
    if (h->session)
        send_away(h, why);
    else
        take_back(h, h->in < 0 || hung_up(h->in));
}

void host_leave(host *h)
{
    if (h->session)
        place_leave(h->name);
}

void host_free(host *h)
{
    if (!h)
        return;
    for (int i = 0; !h->session && i < 3; i++)
        if (h->keep[i] >= 0) {
            dup2(h->keep[i], i);
            close(h->keep[i]);
        }
    for (size_t i = 0; i < h->n; i++)
        client_clear(&h->clients[i]);
    if (h->listener >= 0)
        close(h->listener);
    close(h->printed);
    close(h->all);
    free(h);
}

bool host_is_session(const host *h)
{
    return h->session;
}

const char *host_name(const host *h)
{
    return h->name;
}
