/* bench.c - how fast: a line of each measurement (bench.h says what its columns are), and the parts' order.
 *
 * bench [PATTERN]: only the lines whose name contains PATTERN, or begins with what follows its ^. BENCH_DATA names a file of real digits in place of
 * made-up ones; with BENCH_QUICK the plain reference does not run. The machine may be shared: rows/s are by the
 * process's processor time, divided by its threads (so that waiting for each other counts, waiting for a processor
 * does not; threads that take turns on one processor do not get in each other's way, so on a busy machine two
 * look better than they are); `.wall`, and scoring on two, go by the clock on the wall.
 * Each figure is the best of a few short rounds. */
#include "config.h"
#include "tests/bench/bench.h"
#include "tests/bench/bench_train.h"
#include "tests/bench/reference.h"

#include "base/mem.h"
#include "kernel/dispatch.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *pattern = "";
static bool quick; /* without the reference */

bool wanted(const char *name)
{
    return *pattern == '^' ? !strncmp(name, pattern + 1, strlen(pattern + 1)) : strstr(name, pattern) != NULL;
}

static double reference_rate(const dataset *d, const char *shape, bool drop, size_t rows)
{
    network *net = net_of(shape, d->inputs);
    reference *r = reference_new(net, d, drop);
    double best = 0;

    need(r != NULL);
    for (int round = 0; round < 3; round++) {
        double from = seconds(CLOCK_THREAD_CPUTIME_ID);
        for (size_t i = 0; i < rows; i++)
            reference_row(r, ((size_t)round * rows + i) % ROWS);
        best = fmax(best, (double)rows / (seconds(CLOCK_THREAD_CPUTIME_ID) - from));
    }
    reference_free(r);
    network_free(net);
    return best;
}

/* The lines of one thread and two: rates, and what the second brings. */
static void print_pair(const char *name, const rate *one, const rate *two)
{
    char line[128];

    snprintf(line, sizeof line, "%s.1t", name), print_with(line, one->cpu, "rows/s", facts_of(one));
    snprintf(line, sizeof line, "%s.1t.wall", name), print_with(line, one->wall, "rows/s", facts_by_clock(one));
    snprintf(line, sizeof line, "%s.2t", name), print_with(line, two->cpu, "rows/s", facts_of(two));
    snprintf(line, sizeof line, "%s.2t.wall", name), print_with(line, two->wall, "rows/s", facts_by_clock(two));
    facts both = {.density = facts_of(two).density, .threads = 2, .table = two->table};
    snprintf(line, sizeof line, "%s.scaling", name), print_with(line, two->cpu / one->cpu, "x", both);
    snprintf(line, sizeof line, "%s.scaling.wall", name), print_with(line, two->wall / one->wall, "x", both);
}

/* Row by row: three nets, beside the plain reference. */
static void rows(bool dense)
{
    static const struct { const char *shape; size_t rows, plain; } nets[] = {
        {"32-32-32", 4000, 1500}, {"200-200", 2000, 300}, {"1024-1024-2048", 150, 12}};

    for (size_t k = 0; k < 3; k++)
        for (int drop = 0; drop < 2; drop++) {
            char name[96], line[128];
            snprintf(name, sizeof name, "row.%s.%s.%s", nets[k].shape, dense ? "dense" : "sparse", drop ? "dropout" : "plain");
            if (!wanted(name))
                continue;
            const dataset *d = digits(dense);
            rate one = train_rate(d, nets[k].shape, drop, 1, 1, nets[k].rows);
            rate two = train_rate(d, nets[k].shape, drop, 2, 1, 2 * nets[k].rows);
            print_pair(name, &one, &two);
            if (quick)
                continue;
            double plain = reference_rate(d, nets[k].shape, drop, nets[k].plain);
            snprintf(line, sizeof line, "%s.reference", name), print_with(line, plain, "rows/s", (facts){.threads = 1});
            snprintf(line, sizeof line, "%s.ratio", name), print_with(line, one.cpu / plain, "x", (facts){.threads = 1});
        }
}

static void batches(void)
{
    static const struct { const char *shape; size_t batch, rows; } nets[] = {
        {"200-200", 128, 4000}, {"1024-1024-2048", 128, 640}, {"1024-1024-2048", 512, 1024}};

    for (size_t k = 0; k < 6; k++)
        for (int drop = 0; drop < 2; drop++) {
            const char *shape = nets[k % 3].shape;
            size_t size = nets[k % 3].batch;
            rate r[3] = {{0}};
            char name[96];
            snprintf(name, sizeof name, "%sbatch%zu.%s.%s", k >= 3 ? "bf16." : "", size, shape, drop ? "dropout" : "plain");
            if (!wanted(name) || (k >= 3 && !kernel_halves(kernel_get())))
                continue;
            for (int threads = 1; threads <= 2; threads++) {
                trainer_spec s = spec_of(drop, threads, size);
                s.bf16 = k >= 3;
                r[threads] = spec_rate(digits(true), shape, &s, nets[k % 3].rows);
            }
            print_pair(name, &r[1], &r[2]);
        }
}

/* The trainings of samples/mnist: batches of 64 against adversarial examples, or with dropout. */
static void recipes(void)
{
    static const double fifth[] = {0.2, 0.2}, half[] = {0.5, 0.5};

    for (int against = 0; against < 2; against++) {
        rate r[3] = {{0}};
        char name[96];
        snprintf(name, sizeof name, "batch64.1024-1024.%s", against ? "adversarial" : "dropout");
        if (!wanted(name))
            continue;
        for (int threads = 1; threads <= 2; threads++) {
            trainer_spec s = spec_of(true, threads, 64);
            s.input_dropout = against ? 0 : 0.1;
            s.hidden_dropout = against ? fifth : half;
            s.adversarial_epsilon = against ? 0.1 : 0;
            r[threads] = spec_rate(digits(true), "1024-1024", &s, 1280);
        }
        print_pair(name, &r[1], &r[2]);
    }
}

/* Rows per second of a network's forward pass: threads = 0: one row at a time. */
static double forward_rate(const network *net, const float *x, double *out, size_t n, int threads)
{
    double best = 0;

    for (int round = 0; round < 5; round++) {
        clockid_t id = threads > 1 ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID;
        double from = seconds(id);
        if (threads)
            need(network_forward(net, x, n, net->layers, out, threads, NULL) == WEIR_OK);
        for (size_t i = 0; !threads && i < n; i++)
            need(network_forward(net, x + i * net->layer[0].inputs, 1, net->layers, out, 1, NULL) == WEIR_OK);
        best = fmax(best, (double)n / (seconds(id) - from));
    }
    return best;
}

/* What of a model's predicting is the network's. */
static void score(const char *name, const char *shape, size_t n, int threads)
{
    const dataset *d = digits(true);
    network *net = net_of(shape, d->inputs);
    float *x = malloc(n * d->inputs * sizeof *x);
    double *out = malloc(n * CLASSES * sizeof *out), share[8], flops = 0, dense = 0;

    need(x && out);
    for (size_t i = 0; i < n; i++)
        dataset_row(d, i % d->rows, x + i * d->inputs);
    if (!threads)
        network_turn(net); /* as a model does that is asked row by row */
    active_shares(net, d, share);
    for (size_t i = 0; i < net->layers; i++) {
        double all = 2.0 * (double)(net->layer[i].units * net->layer[i].inputs);
        dense += all;
        flops += threads ? all : all * share[i]; /* what is zero is left out of a single row */
    }
    double r = forward_rate(net, x, out, n, threads);
    print_with(name, r, "rows/s", (facts){.density = flops / dense, .threads = threads ? threads : 1, .gflops = 1e-9 * r * flops});
    network_free(net);
    free(x);
    free(out);
}

static void scoring(void)
{
    static const struct { const char *shape; size_t rows; } nets[] = {
        {"32-32-32", 10000}, {"200-200", 10000}, {"1024-1024-2048", 10000}};

    for (size_t k = 0; k < 3; k++)
        for (int threads = 0; threads <= 2; threads++) {
            char name[96];
            snprintf(name, sizeof name, threads ? "score.%s.%dt" : "score.%s.one_row", nets[k].shape, threads);
            if (wanted(name))
                score(name, nets[k].shape, threads ? nets[k].rows : 200, threads);
        }
}

int main(int argc, char **argv)
{
    if (argc > 1)
        pattern = argv[1];
    quick = getenv("BENCH_QUICK") != NULL;
    puts("name\tvalue\tunit\tdensity\tthreads\ttable\tpeak");
    bench_kernels();
    if (wanted("data.density"))
        print_with("data.density", dataset_density(digits(false)), "share", (facts){0});
    rows(false);
    rows(true);
    batches();
    recipes();
    scoring();
    bench_cost();
    bench_import();
    bench_jobs();
    bench_verbs();
    digits_end();
    return 0;
}
