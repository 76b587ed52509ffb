/* control.c - see control.h. */
#include "config.h"
#include "ui/control.h"

#include "base/clock.h"
#include "ui/launch.h"
#include "ui/paths.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { MOST_SESSIONS = 256, HELD_UP = 5 }; /* seconds for a session that is held up to tell about itself */

typedef struct listing { place_entry *v; size_t n; } listing;

static listing list_all(void)
{
    listing l = {.v = calloc(MOST_SESSIONS, sizeof *l.v)};

    l.n = l.v ? place_list(l.v, MOST_SESSIONS, NULL, HELD_UP) : 0;
    return l;
}

static void list_clear(listing *l)
{
    if (l->v)
        place_list_clear(l->v, l->n);
    free(l->v);
}

static bool is_number(const char *s)
{
    return *s && strspn(s, "0123456789") == strlen(s);
}

static const place_entry *pick(const listing *l, const char *wanted)
{
    const place_entry *best = NULL;
    char *path = wanted ? launch_path(wanted) : NULL;

    for (size_t i = 0; i < l->n && wanted && !best; i++)
        if (!strcmp(l->v[i].name, wanted))
            best = &l->v[i];
    for (size_t i = 0; i < l->n && path && !best; i++)
        if (!strcmp(wire_get(&l->v[i].info, "path"), path))
            best = &l->v[i];
    free(path);
    if (!best && wanted && is_number(wanted) && strtoul(wanted, NULL, 10) - 1 < l->n)
        best = &l->v[strtoul(wanted, NULL, 10) - 1];
    for (size_t i = 0; i < l->n && !wanted; i++) /* the one used last; a free one before one in use */
        if (!best || strcmp(wire_get(&l->v[i].info, "attached"), wire_get(&best->info, "attached")) < 0 ||
            (!strcmp(wire_get(&l->v[i].info, "attached"), wire_get(&best->info, "attached")) &&
             strtod(wire_get(&l->v[i].info, "used"), NULL) > strtod(wire_get(&best->info, "used"), NULL)))
            best = &l->v[i];
    return best;
}

bool control_find(const char *wanted, char *name, char *why, size_t cap)
{
    char folder[PLACE_PATH];
    listing l;

    if (!place_folder(folder, why, cap))
        return false;
    l = list_all();
    const place_entry *e = pick(&l, wanted);
    if (e) {
        snprintf(name, PLACE_NAME, "%s", e->name);
    } else if (!l.n) {
        snprintf(why, cap, "no session runs; weir NOTEBOOK starts one");
    } else {
        const char *names[MOST_SESSIONS];
        for (size_t i = 0; i < l.n; i++)
            names[i] = l.v[i].name;
        const char *near = text_nearest(wanted, names, l.n);
        snprintf(why, cap, "there is no session '%.60s'%s%s%s", wanted, near ? "; did you mean '" : "; weir ls shows those that run", near ? near : "", near ? "'?" : "");
    }
    list_clear(&l);
    return e != NULL;
}

static void json_text(const char *s)
{
    putchar('"');
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c == '"' || c == '\\')
            printf("\\%c", c);
        else if (c < 0x20)
            printf("\\u%04x", c);
        else
            putchar(c);
    }
    putchar('"');
}

static void print_json(const place_entry *e)
{
    static const char *const fields[] = {"path", "state", "attached", "from", "unsaved", "version", "started", "used"};

    printf("{\"name\":");
    json_text(e->name);
    printf(",\"pid\":%ld", (long)e->pid);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const char *s = wire_get(&e->info, fields[i]);
        printf(",\"%s\":", fields[i]);
        if (!strcmp(fields[i], "started") || !strcmp(fields[i], "used"))
            printf("%.3f", strtod(s, NULL));
        else if (!strcmp(fields[i], "attached") || !strcmp(fields[i], "unsaved"))
            fputs(!strcmp(s, "yes") ? "true" : "false", stdout);
        else
            json_text(s);
    }
    puts("}");
}

/* Columns as wide as what stands in them. */
static void print_cell(const char *s, size_t width)
{
    size_t n = text_columns(s, strlen(s));

    fputs(s, stdout);
    for (size_t i = n; i < width + 2; i++)
        putchar(' ');
}

/* Columns of the terminal it is printed on; 0: none, nothing is cut then. */
static size_t terminal_width(void)
{
    struct winsize w;

    return isatty(1) && ioctl(1, TIOCGWINSZ, &w) == 0 ? w.ws_col : 0;
}

enum { COLUMNS = 4 }; /* beside the notebook's path, which is last */

static void fill_cells(const place_entry *e, char cell[COLUMNS][256])
{
    bool dumb = e->info.kind != WIRE_INFO, unsaved = !strcmp(wire_get(&e->info, "unsaved"), "yes");

    snprintf(cell[0], sizeof cell[0], "%s", e->name);
    snprintf(cell[1], sizeof cell[1], "%s%s", dumb ? "does not answer" : wire_get(&e->info, "state"), unsaved ? ", not saved" : "");
    snprintf(cell[2], sizeof cell[2], "%.60s", !strcmp(wire_get(&e->info, "attached"), "yes") ? wire_get(&e->info, "from") : "no");
    cell[3][0] = '\0';
    if (!dumb)
        clock_duration(clock_wall() - strtod(wire_get(&e->info, "started"), NULL), cell[3], sizeof cell[3]);
}

/* On a terminal that is too narrow a path loses its middle, never the file's name. */
static void print_path(const place_entry *e, size_t room)
{
    const char *path = e->info.kind != WIRE_INFO ? "" : *wire_get(&e->info, "path") ? wire_get(&e->info, "path") : "(unnamed)";
    char cut[1024];

    if (room)
        paths_cut(path, room, cut, sizeof cut);
    puts(room ? cut : path);
}

static void print_table(const listing *l)
{
    enum { LEAST = 24 };
    static const char *const heads[COLUMNS] = {"name", "state", "attached", "up"};
    size_t width[COLUMNS], used = 4, all = terminal_width();
    char (*cell)[COLUMNS][256] = calloc(l->n, sizeof *cell);

    for (int k = 0; k < COLUMNS; k++)
        width[k] = strlen(heads[k]);
    for (size_t i = 0; i < l->n && cell; i++) {
        fill_cells(&l->v[i], cell[i]);
        for (int k = 0; k < COLUMNS; k++) {
            size_t n = text_columns(cell[i][k], strlen(cell[i][k]));
            width[k] = n > width[k] ? n : width[k];
        }
    }
    printf("    ");
    for (int k = 0; k < COLUMNS; k++) {
        print_cell(heads[k], width[k]);
        used += width[k] + 2;
    }
    puts("notebook");
    for (size_t i = 0; i < l->n && cell; i++) {
        printf("%2zu  ", i + 1);
        for (int k = 0; k < COLUMNS; k++)
            print_cell(cell[i][k], width[k]);
        print_path(&l->v[i], !all ? 0 : all > used + LEAST ? all - used : LEAST);
    }
    free(cell);
}

int control_list(bool json)
{
    char folder[PLACE_PATH], why[300];

    if (!place_folder(folder, why, sizeof why)) {
        fprintf(stderr, "weir: %s\n", why);
        return 1;
    }
    listing l = list_all();
    if (json)
        for (size_t i = 0; i < l.n; i++)
            print_json(&l.v[i]);
    else if (l.n)
        print_table(&l);
    else
        puts("no session runs");
    list_clear(&l);
    return 0;
}

static int open_session(const char *wanted, char *name)
{
    char why[600];

    if (control_find(wanted, name, why, sizeof why)) {
        int s = place_connect(name, why, sizeof why);
        if (s >= 0)
            return s;
    }
    fprintf(stderr, "weir: %s\n", why);
    return -1;
}

int control_detach(const char *wanted)
{
    char name[PLACE_NAME];
    int s = open_session(wanted, name);

    if (s < 0)
        return 1;
    wire_result r = wire_say(s, WIRE_DETACH, "all", "yes");
    close(s);
    if (r == WIRE_OK)
        printf("detached %s; weir attach %s comes back\n", name, name);
    return r == WIRE_OK ? 0 : 1;
}

/* Asks, waits for the end, and after `patience` seconds does not ask any more. */
static bool end_session(const char *name)
{
    enum { PATIENCE = 30 };
    char why[300];
    wire_message m;
    int s = place_connect(name, why, sizeof why);

    if (s < 0)
        return true; /* gone already */
    pid_t pid = place_peer(s);
    wire_say(s, WIRE_KILL, NULL, NULL);
    double until = clock_now() + PATIENCE;
    bool ended = false;
    while (!ended && clock_now() < until) {
        wire_result r = wire_wait(s, &m, until - clock_now());
        ended = r == WIRE_CLOSED;
        if (r == WIRE_OK)
            wire_clear(&m);
    }
    close(s);
    if (!ended && pid > 0) {
        kill(pid, SIGKILL);
        place_leave(name);
        printf("%s did not answer: killed; what was typed is kept and comes back with the notebook\n", name);
    } else {
        printf("ended %s\n", name);
    }
    return true;
}

int control_kill(const char *wanted, bool all)
{
    char name[PLACE_NAME], why[600];

    if (!all) {
        if (!wanted) {
            fprintf(stderr, "weir: kill which session? A name, a number of weir ls, or --all\n");
            return 2;
        }
        if (!control_find(wanted, name, why, sizeof why)) {
            fprintf(stderr, "weir: %s\n", why);
            return 1;
        }
        return end_session(name) ? 0 : 1;
    }
    listing l = list_all();
    bool good = true;
    for (size_t i = 0; i < l.n; i++)
        good &= end_session(l.v[i].name);
    if (!l.n)
        puts("no session runs");
    list_clear(&l);
    return good ? 0 : 1;
}

/* weir send ------------------------------------------------------------------------------------------ */

static volatile sig_atomic_t interrupted;

static void on_interrupt(int sig)
{
    (void)sig;
    interrupted++;
}

static bool read_all(text *t)
{
    char buf[65536];
    size_t n;

    while ((n = fread(buf, 1, sizeof buf, stdin)) > 0)
        text_add_n(t, buf, n);
    return !t->failed && !ferror(stdin);
}

/* Long code goes in parts. */
static bool send_code(int s, const char *name, const char *code)
{
    size_t n = strlen(code), at = 0;

    do {
        size_t k = n - at > WIRE_MOST / 2 ? WIRE_MOST / 2 : n - at;
        wire_message m;
        wire_begin(&m, WIRE_SEND);
        wire_add_n(&m, name, code + at, k);
        if (at + k < n)
            wire_add(&m, "more", "yes");
        wire_result r;
        while ((r = wire_send(s, &m)) == WIRE_LATER)
            poll(&(struct pollfd){.fd = s, .events = POLLOUT}, 1, 1000);
        wire_clear(&m);
        if (r != WIRE_OK)
            return false;
        at += k;
    } while (at < n);
    return true;
}

static int follow(int s, const char *name)
{
    int told = 0, status = -1;
    wire_message m;

    while (status < 0) {
        if (interrupted != told) {
            told = interrupted;
            wire_say(s, WIRE_BREAK, NULL, NULL);
        }
        wire_result r = wire_wait(s, &m, 0.2);
        if (r == WIRE_LATER)
            continue;
        if (r == WIRE_CLOSED) {
            fprintf(stderr, "weir: the session '%s' has ended\n", name);
            return 1;
        }
        if (m.kind == WIRE_OUTPUT) {
            bool error = !strcmp(wire_get(&m, "stream"), "stderr");
            fputs(wire_get(&m, "text"), error ? stderr : stdout);
            fflush(stdout);
        } else if (m.kind == WIRE_ENDED) {
            status = atoi(wire_get(&m, "status"));
        } else if (m.kind == WIRE_REFUSED) {
            fprintf(stderr, "weir: %s\n", wire_get(&m, "why"));
            status = 1;
        }
        wire_clear(&m);
    }
    return told && status ? 130 : status;
}

int control_send(const char *wanted, const char *cell, const char *code)
{
    char name[PLACE_NAME];
    text t = {0};
    int status = 1;

    if (code && !strcmp(code, "-")) {
        if (!read_all(&t)) {
            fprintf(stderr, "weir: cannot read standard input: %s\n", strerror(errno));
            return 2;
        }
        code = text_str(&t);
    }
    int s = open_session(wanted, name);
    if (s >= 0) {
        sigaction(SIGINT, &(struct sigaction){.sa_handler = on_interrupt}, NULL);
        if (send_code(s, cell ? "cell" : "code", cell ? cell : code))
            status = follow(s, name);
        close(s);
    }
    text_free(&t);
    return status;
}
