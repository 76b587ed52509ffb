/* pty.c - see pty.h. */
#include "config.h"
#include "tests/ui/pty.h"

#include "base/clock.h"
#include "tests/patience.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

bool pty_start(pty *p, char *const *argv, int rows, int cols, const char *term, const char *locale)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};

    memset(p, 0, sizeof *p);
    p->pid = forkpty(&p->fd, NULL, NULL, &size);
    if (p->pid < 0)
        return false;
    if (p->pid == 0) {
        setenv("TERM", term, 1);
        setenv("LC_ALL", locale, 1);
        setenv("XDG_CONFIG_HOME", "/nonexistent", 1); /* a person's own configuration is no part of a test */
        unsetenv("NO_COLOR");
        execv(argv[0], argv);
        _exit(127);
    }
    p->rows = rows;
    p->cols = cols;
    p->vt = vterm_new(rows, cols);
    vterm_set_utf8(p->vt, 1);
    p->screen = vterm_obtain_screen(p->vt);
    vterm_screen_enable_altscreen(p->screen, 1);
    vterm_screen_reset(p->screen, 1);
    return true;
}

/* Whole characters alone: libvterm has a decoder for each of its sets and may go on with another one. */
static void show(pty *p, char *buf, size_t n)
{
    size_t k = n, bytes = 0;

    while (k > 0 && n - k < 3 && ((unsigned char)buf[k - 1] & 0xc0) == 0x80)
        k--;
    if (k > 0 && (unsigned char)buf[k - 1] >= 0xc0) {
        unsigned char lead = (unsigned char)buf[--k];
        bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    }
    if (bytes <= n - k)
        k = n; /* it is whole */
    vterm_input_write(p->vt, buf, k);
    p->n_part = n - k;
    memcpy(p->part, buf + k, p->n_part);
}

/* Bells, and what is told to the terminal rather than shown on it. */
static void hear(pty *p, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool ends = p->string == 2 && (s[i] == '\a' || s[i] == '\033');
        if (p->string == 2 && !ends) {
            if (p->n_told + 2 > sizeof p->told) { /* the later half */
                memmove(p->told, p->told + sizeof p->told / 2, sizeof p->told / 2);
                p->n_told -= sizeof p->told / 2;
            }
            p->told[p->n_told++] = s[i];
            p->told[p->n_told] = '\0';
            continue;
        }
        p->bells += s[i] == '\a' && !ends;
        bool begins = p->string == 1 && s[i] == ']';
        p->string = begins ? 2 : s[i] == '\033' ? 1 : 0;
        if (begins && p->n_told + 2 < sizeof p->told) {
            p->told[p->n_told++] = ']';
            p->told[p->n_told] = '\0';
        }
    }
}

bool pty_read(pty *p, int ms)
{
    struct pollfd f = {.fd = p->fd, .events = POLLIN};
    char buf[65536];
    size_t answer;

    if (poll(&f, 1, ms) <= 0)
        return false;
    memcpy(buf, p->part, p->n_part);
    size_t held = p->n_part;
    ssize_t n = read(p->fd, buf + held, sizeof buf - held);
    if (n <= 0) {
        p->closed = n == 0 || errno == EIO;
        return false;
    }
    p->bytes += (size_t)n;
    hear(p, buf + held, (size_t)n);
    n += (ssize_t)held;
    for (ssize_t i = 0; i + 4 <= n; i++)
        p->asked += !memcmp(buf + i, "\033[5n", 4);
    for (ssize_t i = 0; i + 8 <= n; i++)
        p->left += !memcmp(buf + i, "\033[?1049l", 8);
    show(p, buf, (size_t)n);
    while ((answer = vterm_output_read(p->vt, buf, sizeof buf)) > 0) /* to questions, as a terminal does */
        if (write(p->fd, buf, answer) < 0)
            break;
    return true;
}

void pty_send(pty *p, const char *keys)
{
    ssize_t n = write(p->fd, keys, strlen(keys));
    (void)n;
}

void pty_resize(pty *p, int rows, int cols)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};

    ioctl(p->fd, TIOCSWINSZ, &size);
    vterm_set_size(p->vt, rows, cols);
    p->rows = rows;
    p->cols = cols;
}

static size_t put_utf8(uint32_t c, char *s)
{
    if (c < 0x80)
        return s[0] = (char)c, 1;
    if (c < 0x800)
        return s[0] = (char)(0xc0 | c >> 6), s[1] = (char)(0x80 | (c & 63)), 2;
    if (c < 0x10000)
        return s[0] = (char)(0xe0 | c >> 12), s[1] = (char)(0x80 | (c >> 6 & 63)), s[2] = (char)(0x80 | (c & 63)), 3;
    return s[0] = (char)(0xf0 | c >> 18), s[1] = (char)(0x80 | (c >> 12 & 63)), s[2] = (char)(0x80 | (c >> 6 & 63)),
           s[3] = (char)(0x80 | (c & 63)), 4;
}

char *pty_text(const pty *p)
{
    char *s = malloc((size_t)p->rows * ((size_t)p->cols * 4 + 1) + 1);
    size_t n = 0;

    for (int r = 0; s && r < p->rows; r++) {
        size_t start = n;
        for (int c = 0; c < p->cols; c++) {
            VTermScreenCell cell;
            vterm_screen_get_cell(p->screen, (VTermPos){r, c}, &cell);
            if (cell.chars[0] == (uint32_t)-1)
                continue;
            n += put_utf8(cell.chars[0] ? cell.chars[0] : ' ', s + n);
        }
        while (n > start && s[n - 1] == ' ')
            n--;
        s[n++] = '\n';
    }
    if (s)
        s[n] = '\0';
    return s;
}

static patience patience_for(const pty *p, double seconds)
{
    return patience_of(p->missed || seconds > PATIENCE ? seconds : PATIENCE);
}

/* A test that fails says what was there instead. */
static void tell_screen(const pty *p, const char *text, bool there)
{
    char *s = pty_text(p), *line = s;

    printf("# %s: %s\n", there ? "not shown" : "shown all the time", text);
    for (char *end; line && (end = strchr(line, '\n')) != NULL; line = end + 1)
        if (end > line)
            printf("# |%.*s\n", (int)(end - line), line);
    free(s);
}

static bool becomes(pty *p, const char *text, bool there, double seconds)
{
    patience wait = patience_for(p, seconds);

    for (;;) {
        char *s = pty_text(p);
        bool is = s && strstr(s, text);
        free(s);
        if (is == there)
            return true;
        if (p->closed || !patience_left(&wait)) {
            p->missed = true;
            tell_screen(p, text, there);
            return false;
        }
        pty_read(p, 20);
    }
}

bool pty_expect(pty *p, const char *text, double seconds)
{
    return becomes(p, text, true, seconds);
}

bool pty_lacks(pty *p, const char *text, double seconds)
{
    return becomes(p, text, false, seconds);
}

/* At rest -------------------------------------------------------------------------------------------- */

enum { MOST_LOOKED_AT = 64, LOOK_MS = 10 };

typedef struct seen { pid_t pid; unsigned long turns; bool asleep; } seen;

/* How often the process's first thread, which takes keys and draws, has given up the processor, and whether it waits now. */
static seen look_at(pid_t pid)
{
    seen s = {.pid = pid, .asleep = true};
    char path[64], line[256];

    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof line, f)) {
        if (!strncmp(line, "State:", 6)) /* sleeping, or a zombie */
            s.asleep = line[6 + strspn(line + 6, " \t")] == 'S' || line[6 + strspn(line + 6, " \t")] == 'Z';
        else if (!strncmp(line, "voluntary_ctxt_switches:", 24) || !strncmp(line, "nonvoluntary_ctxt_switches:", 27))
            s.turns += strtoul(strchr(line, ':') + 1, NULL, 10);
    }
    if (f)
        fclose(f);
    return s;
}

/* A process that was begun with sessions kept where this test's are: a workbench, a session. */
static bool is_ours(pid_t pid, const char *place)
{
    char path[64], s[8192];
    size_t n = 0, k = strlen(place);

    snprintf(path, sizeof path, "/proc/%d/environ", (int)pid);
    FILE *f = fopen(path, "r");
    if (f) {
        n = fread(s, 1, sizeof s - 1, f);
        fclose(f);
    }
    s[n] = '\0';
    for (char *at = s; at < s + n; at += strlen(at) + 1)
        if (!strncmp(at, "WEIR_TMPDIR=", 12) && !strncmp(at + 12, place, k) && !at[12 + k])
            return true;
    return false;
}

/* The program, and the sessions of this test with all who look at them. */
static size_t look_at_all(const pty *p, seen *out)
{
    const char *place = getenv("WEIR_TMPDIR");
    DIR *d = place && *place ? opendir("/proc") : NULL;
    size_t n = 0;

    if (p && p->pid > 0)
        out[n++] = look_at(p->pid);
    for (struct dirent *e; d && n < MOST_LOOKED_AT && (e = readdir(d));) {
        pid_t pid = isdigit((unsigned char)e->d_name[0]) ? (pid_t)strtol(e->d_name, NULL, 10) : 0;
        if (pid > 0 && pid != getpid() && (!p || pid != p->pid) && is_ours(pid, place))
            out[n++] = look_at(pid);
    }
    if (d)
        closedir(d);
    return n;
}

static bool still(const seen *before, size_t n)
{
    bool same = true;

    for (size_t i = 0; i < n && same; i++) {
        seen now = look_at(before[i].pid);
        same = now.asleep && before[i].asleep && now.turns == before[i].turns;
    }
    return same;
}

static void settle(pty *p, int quiet)
{
    patience wait = patience_of(30);
    seen all[MOST_LOOKED_AT];
    bool rests = false;

    while (!rests && patience_left(&wait)) {
        size_t n = look_at_all(p, all);
        rests = true;
        for (int at = 0; at < quiet && rests; at += LOOK_MS)
            rests = (p ? !pty_read(p, LOOK_MS) : poll(NULL, 0, LOOK_MS) == 0) && still(all, n);
    }
}

void pty_settle(pty *p, int quiet)
{
    settle(p, quiet);
}

void sessions_settle(int quiet)
{
    settle(NULL, quiet);
}

int pty_end(pty *p, double seconds)
{
    patience wait = patience_for(p, seconds);
    int status;

    while (patience_left(&wait)) {
        pid_t done = waitpid(p->pid, &status, WNOHANG);
        if (done == p->pid) {
            p->pid = 0;
            while (pty_read(p, 20)) /* its last words */
                ;
            return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        }
        pty_read(p, 10);
    }
    p->missed = true;
    return -1;
}

void pty_free(pty *p)
{
    if (p->pid > 0) {
        kill(p->pid, SIGKILL);
        waitpid(p->pid, NULL, 0);
    }
    if (p->fd > 0)
        close(p->fd);
    if (p->vt)
        vterm_free(p->vt);
    memset(p, 0, sizeof *p);
}
