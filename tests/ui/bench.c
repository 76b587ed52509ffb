/* bench.c - see bench.h. */
#include "config.h"
#include "tests/ui/bench.h"

#include "base/clock.h"

#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void bench_report(const char *name, double value, const char *unit, double budget)
{
    printf("%-26s %10.2f %-8s budget %-6g %s\n", name, value, unit, budget, value >= 0 && value <= budget ? "ok" : "MISS");
    fflush(stdout);
}

static int up(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_share(double *v, size_t n, double share)
{
    qsort(v, n, sizeof *v, up);
    return v[(size_t)((double)(n - 1) * share)];
}

double bench_median(double *v, size_t n)
{
    return bench_share(v, n, 0.5);
}

/* What the program has written goes onto the line; what does not fit waits in the pty, as it would in a socket. */
static void load(pty *p, bench_line *l)
{
    char buf[512];

    while (l->n < 4000 && l->free_at - clock_now() < 1) {
        struct pollfd f = {.fd = p->fd, .events = POLLIN};
        if (poll(&f, 1, 1) <= 0)
            return;
        ssize_t n = read(p->fd, buf, sizeof buf);
        if (n <= 0)
            return;
        double now = clock_now();
        l->free_at = (l->free_at > now ? l->free_at : now) + (double)n / l->rate;
        size_t k = (l->first + l->n++) % 4096;
        l->part[k].s = malloc((size_t)n);
        memcpy(l->part[k].s, buf, (size_t)n);
        l->part[k].n = (size_t)n;
        l->part[k].at = l->free_at + l->delay;
    }
}

void bench_pump(pty *p, bench_line *l)
{
    if (l->rate <= 0) {
        pty_read(p, 2);
        return;
    }
    load(p, l);
    while (l->n && l->part[l->first].at <= clock_now()) {
        size_t k = l->first, n = l->part[k].n;
        for (size_t i = 0; i + 4 <= n; i++) /* the terminal answers when it has read so far */
            if (!memcmp(l->part[k].s + i, "\033[5n", 4))
                pty_send(p, "\033[0n");
        vterm_input_write(p->vt, l->part[k].s, n);
        p->bytes += n;
        free(l->part[k].s);
        l->first = (l->first + 1) % 4096;
        l->n--;
    }
}

void bench_run(pty *p, bench_line *l, double seconds)
{
    double until = clock_now() + seconds;

    while (clock_now() < until)
        bench_pump(p, l);
}

double bench_until(pty *p, bench_line *l, const char *text, double from, double seconds)
{
    do {
        char *s = pty_text(p);
        bool there = s && strstr(s, text);
        free(s);
        if (there)
            return (clock_now() - from) * 1000;
        bench_pump(p, l);
    } while (clock_now() - from < seconds);
    return -1;
}
