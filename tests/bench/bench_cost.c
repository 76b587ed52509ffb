/* bench_cost.c - what a row costs, against rows, columns, hidden units and threads.
 *
 * One of the four is varied, the others stay. Lines in microseconds per row (processor time over threads), then a Markdown
 * table with the arithmetic of the row beside it: where a column "ns / multiply-add" stays the same, cost grows
 * as the arithmetic does. */
#include "config.h"
#include "tests/bench/bench_train.h"

#include "base/rng.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 400, UNITS = 200, SOME_ROWS = 4000, MOST = 48 };

typedef struct point {
    size_t rows, columns, units;
} point;

typedef struct result {
    const char *way, *varied;
    size_t value;
    rate r[3]; /* by threads */
} result;

static struct { result of[MOST]; size_t n; } table;

/* Random rows of ten random classes. */
static dataset *random_rows(const point *p)
{
    float *x = malloc(p->rows * p->columns * sizeof *x);
    double *y = malloc(p->rows * sizeof *y);
    dataset *d = NULL;

    need(x && y);
    for (size_t i = 0; i < p->rows * p->columns; i++)
        x[i] = (float)(3.4 * (rng_unit(7, 910, i) - 0.5));
    for (size_t i = 0; i < p->rows; i++)
        y[i] = (double)rng_below(7, 911, i, CLASSES);
    need(dataset_of_dense(&d, p->rows, p->columns, x, y, NULL, false, NULL) == WEIR_OK);
    free(x);
    free(y);
    return d;
}

/* Rows of a run: some 0.1 s of work. */
static size_t run_rows(const point *p, bool batch)
{
    double work = 3 * (double)(p->columns * p->units + p->units * p->units), n = (batch ? 3e9 : 2e8) / work;
    size_t whole = p->rows > SOME_ROWS ? p->rows : 0; /* all rows must pass by, to leave the cache */

    n = fmax(n, (double)whole);
    return batch ? ((size_t)n / 128 + 2) * 128 : (size_t)n + 100;
}

static void measure(const char *way, const char *varied, size_t value, const point *p)
{
    bool batch = !strcmp(way, "batch");
    result *to = &table.of[table.n];
    dataset *d = NULL;
    char shape[64];

    snprintf(shape, sizeof shape, "%zu-%zu", p->units, p->units);
    for (int threads = 1; threads <= 2; threads++) {
        char name[96];
        snprintf(name, sizeof name, "cost.%s.%s.%zu.%dt", way, varied, value, threads);
        if (!wanted(name))
            continue;
        d = d ? d : random_rows(p);
        trainer_spec s = spec_of(false, threads, batch ? 128 : 1);
        rate r = spec_rate(d, shape, &s, run_rows(p, batch) * (batch ? 1 : (size_t)threads));
        print_with(name, 1e6 / r.cpu, "us/row", facts_of(&r));
        to->way = way, to->varied = varied, to->value = value;
        to->r[threads] = r;
    }
    if (d)
        table.n++;
    dataset_free(d);
}

static void print_table(void)
{
    const rate *first = NULL;

    if (!table.n)
        return;
    puts("\n| way | varied | | us/row, 1 thread | multiply-adds | ns / multiply-add | 2 threads, us/row | gain |");
    puts("|---|---|---|---|---|---|---|---|");
    for (size_t k = 0; k < table.n; k++) {
        const result *t = &table.of[k];
        first = &t->r[1];
        if (first->cpu > 0)
            printf("| %s | %s | %zu | %.2f | %.0f | %.4f |", t->way, t->varied, t->value, 1e6 / first->cpu, first->needed,
                   1e9 / first->cpu / first->needed);
        else
            printf("| %s | %s | %zu | | | |", t->way, t->varied, t->value);
        if (t->r[2].cpu > 0)
            printf(" %.2f | %.2f |\n", 1e6 / t->r[2].cpu, first->cpu > 0 ? t->r[2].cpu / first->cpu : 0);
        else
            puts(" | |");
    }
    putchar('\n');
}

void bench_cost(void)
{
    static const char *const ways[] = {"row", "batch"};
    static const size_t rows[] = {1000, 4000, 16000, 64000}, columns[] = {50, 100, 200, 400, 800, 1600, 3200},
                        units[] = {25, 50, 100, 200, 400, 800, 1600};

    for (size_t w = 0; w < 2; w++) {
        for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
            measure(ways[w], "rows", rows[k], &(point){rows[k], COLUMNS, UNITS});
        for (size_t k = 0; k < sizeof columns / sizeof *columns; k++)
            measure(ways[w], "columns", columns[k], &(point){SOME_ROWS, columns[k], UNITS});
        for (size_t k = 0; k < sizeof units / sizeof *units; k++)
            measure(ways[w], "units", units[k], &(point){SOME_ROWS, COLUMNS, units[k]});
    }
    print_table();
}
