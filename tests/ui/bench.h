/* bench.h - what the programs of `make bench-ui` share: reports beside budgets, a slow line, waiting for text. */
#ifndef TESTS_UI_BENCH_H
#define TESTS_UI_BENCH_H

#include "tests/ui/pty.h"

/* Name, figure, unit, budget, and ok or MISS. */
void bench_report(const char *name, double value, const char *unit, double budget);
double bench_share(double *v, size_t n, double share); /* sorts; the value that this share is not above */
double bench_median(double *v, size_t n);

/* A line between the program and its terminal: bytes leave at a rate, and arrive a while later. */
typedef struct bench_line {
    double rate, delay;      /* bytes per second, seconds there and back, all of it on the way back; rate 0: no line */
    struct { char *s; size_t n; double at; } part[4096];
    size_t first, n;
    double free_at;          /* when the line has sent what it has */
} bench_line;

/* Takes what the program has written, as far as the line takes it, and shows what has arrived. */
void bench_pump(pty *p, bench_line *l);
void bench_run(pty *p, bench_line *l, double seconds);
/* Pumps until the screen holds the text; the milliseconds since `from`, or -1 after so many seconds. */
double bench_until(pty *p, bench_line *l, const char *text, double from, double seconds);

#endif
