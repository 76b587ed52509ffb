/* echo.c - what the workbench costs: `make bench-ui`. Each figure beside its budget.
 *
 * The echo of a key is the typed character in the cell of the screen where it belongs, as an emulator keeps
 * it; frames drawn at the same time are not mistaken for it. With a number of bytes per second as second
 * argument the bytes go through a slow line of that speed and 300 ms of round trip, all of it on the way back. */
#include "config.h"
#include "tests/ui/pty.h"

#include "base/clock.h"

#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A slow line: bytes leave at a rate, and arrive a while later. */
typedef struct line {
    double rate, delay;      /* bytes per second, seconds one way; rate 0: none */
    struct { char *s; size_t n; double at; } part[4096];
    size_t first, n;
    double free_at;          /* when the line has sent what it has */
} line;

static int up(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void report(const char *name, double value, const char *unit, double budget)
{
    printf("%s\t%.2f\t%s\tbudget %g%s\n", name, value, unit, budget, value > budget ? "\tOVER" : "");
}

/* Takes what the program has written, as far as the line takes it, and shows what has arrived. */
static void pump(pty *p, line *l)
{
    double now = clock_now();

    if (l->rate <= 0) {
        pty_read(p, 2);
        return;
    }
    while (l->n < 4000 && l->free_at - now < 1) { /* what does not fit waits in the pty, as it would in a socket */
        char buf[512];
        struct pollfd f = {.fd = p->fd, .events = POLLIN};
        if (poll(&f, 1, 1) <= 0)
            break;
        ssize_t n = read(p->fd, buf, sizeof buf);
        if (n <= 0)
            break;
        l->free_at = (l->free_at > now ? l->free_at : now) + (double)n / l->rate;
        size_t k = (l->first + l->n++) % 4096;
        l->part[k].s = malloc((size_t)n);
        memcpy(l->part[k].s, buf, (size_t)n);
        l->part[k].n = (size_t)n;
        l->part[k].at = l->free_at + l->delay;
    }
    while (l->n && l->part[l->first].at <= clock_now()) {
        size_t k = l->first, n = l->part[k].n;
        for (size_t i = 0; i + 4 <= n; i++) /* the terminal answers when it has read so far; the answer takes its time */
            if (!memcmp(l->part[k].s + i, "\033[5n", 4))
                pty_send(p, "\033[0n");
        vterm_input_write(p->vt, l->part[k].s, n);
        p->bytes += n;
        free(l->part[k].s);
        l->first = (l->first + 1) % 4096;
        l->n--;
    }
}

static char at(const pty *p, int row, int col)
{
    VTermScreenCell cell;

    vterm_screen_get_cell(p->screen, (VTermPos){row, col}, &cell);
    return cell.chars[0] > 0 && cell.chars[0] < 127 ? (char)cell.chars[0] : ' ';
}

static void cursor(const pty *p, int *row, int *col)
{
    VTermPos pos;

    vterm_state_get_cursorpos(vterm_obtain_state(p->vt), &pos);
    *row = pos.row;
    *col = pos.col;
}

static void run_for(pty *p, line *l, double seconds)
{
    double until = clock_now() + seconds;

    while (clock_now() < until)
        pump(p, l);
}

int main(int argc, char **argv)
{
    enum { KEYS = 200 };
    char *args[] = {(char *)(uintptr_t)"./weir", (char *)(uintptr_t)"--no-session", argc > 1 ? argv[1] : NULL, NULL};
    double ms[KEYS], from = clock_now();
    line l = {.rate = argc > 2 ? atof(argv[2]) : 0, .delay = 0.3};
    int keys = l.rate > 0 ? 30 : KEYS, lost = 0;
    pty p;

    if (!args[2] || !pty_start(&p, args, 40, 120, "xterm-256color", "C.UTF-8") || !pty_expect(&p, "Enter edit", 5)) {
        fprintf(stderr, "usage: echo NOTEBOOK [BYTES_PER_SECOND] (its last cell trains for long)\n");
        return 1;
    }
    report("ui.first_screen", (clock_now() - from) * 1000, "ms", 150);
    report("ui.first_screen_bytes", (double)p.bytes, "bytes", 4096);
    size_t before = p.bytes;
    pty_settle(&p, 500);
    from = clock_now();
    before = p.bytes;
    while (clock_now() - from < 2)
        pty_read(&p, 50);
    report("ui.idle_bytes", (double)(p.bytes - before) / 2, "bytes/s", 0);
    pty_send(&p, "j\024");
    pty_expect(&p, "150 5", 10);
    pty_send(&p, "G\024");
    if (!pty_expect(&p, "rows/s", 10)) {
        fprintf(stderr, "the training did not start\n");
        return 1;
    }
    run_for(&p, &l, 2);
    before = p.bytes;
    from = clock_now();
    run_for(&p, &l, 4);
    report("ui.live_bytes", (double)(p.bytes - before) / (clock_now() - from), "bytes/s", l.rate > 0 ? l.rate : 2500);
    pty_send(&p, "b");
    run_for(&p, &l, l.rate > 0 ? 3 : 0.3);
    for (int i = 0; i < keys; i++) {
        char word[2] = {(char)('a' + i % 26), '\0'};
        int row, col;
        if (i % 40 == 39) { /* a new line before it gets too long */
            pty_send(&p, "\r");
            run_for(&p, &l, l.rate > 0 ? 1 : 0.05);
        }
        cursor(&p, &row, &col);
        from = clock_now();
        pty_send(&p, word);
        while (at(&p, row, col) != *word && clock_now() - from < 5)
            pump(&p, &l);
        lost += at(&p, row, col) != *word;
        ms[i] = (clock_now() - from) * 1000;
        run_for(&p, &l, l.rate > 0 ? 0.3 : 0.01);
    }
    qsort(ms, (size_t)keys, sizeof *ms, up);
    report("ui.echo_median", ms[keys / 2], "ms", l.rate > 0 ? 400 : 5);
    report("ui.echo_p95", ms[keys * 95 / 100], "ms", l.rate > 0 ? 400 : 20);
    report("ui.echo_p99", ms[keys * 99 / 100], "ms", l.rate > 0 ? 400 : 50);
    report("ui.echo_lost", lost, "keys", 0);
    from = clock_now();
    pty_send(&p, "\033");
    run_for(&p, &l, 1);
    from = clock_now();
    pty_send(&p, "\003");
    while (clock_now() - from < 5) {
        pump(&p, &l);
        char *s = pty_text(&p);
        bool there = s && strstr(s, "keep the best");
        free(s);
        if (there)
            break;
    }
    report("ui.interrupt_answer", (clock_now() - from) * 1000, "ms", l.rate > 0 ? 600 : 100);
    pty_free(&p);
    return 0;
}
