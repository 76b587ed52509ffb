/* bench_verbs.c - how fast verbs on large frames are, on one thread and two, by the clock on the wall.
 *
 * BENCH_ROWS: how many rows (5 million). */
#include "config.h"
#include "tests/bench/bench.h"

#include "base/mem.h"
#include "base/rng.h"
#include "data/frame.h"
#include "run/verbs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A number of 1000 values, a real one, a whole one, a factor of 20 levels. */
static weir_frame *made(size_t rows, uint64_t seed)
{
    static const char *const levels[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t"};
    double *key = malloc(rows * sizeof *key), *x = malloc(rows * sizeof *x), *id = malloc(rows * sizeof *id), *f = malloc(rows * sizeof *f);
    weir_frame *out = NULL;

    for (size_t i = 0; key && x && id && f && i < rows; i++) {
        key[i] = (double)rng_below(seed, RNG_ROWS, i, 1000);
        x[i] = rng_unit(seed, RNG_RUNIF, i);
        id[i] = (double)rng_permute(seed, RNG_ROWS, i, rows);
        f[i] = (double)rng_below(seed, RNG_SAMPLE, i, 20);
    }
    const weir_column_init cols[] = {{.name = "key", .numbers = key}, {.name = "x", .numbers = x}, {.name = "id", .numbers = id},
                                     {.name = "f", .type = WEIR_TYPE_FACTOR, .numbers = f, .levels = levels, .n_levels = 20}};
    if (key && x && id && f)
        weir_frame_build(&out, cols, 4, rows, NULL);
    free(key), free(x), free(id), free(f);
    need(out != NULL);
    return out;
}

static weir_value text_list(const char *a, const char *b)
{
    weir_value v = weir_list();
    weir_list_add(&v, weir_text(a), NULL);
    if (b)
        weir_list_add(&v, weir_text(b), NULL);
    return v;
}

/* Seconds, the best of three. */
static double verb_seconds(const verb *v, const weir_value *args, int threads)
{
    double best = INFINITY;

    for (int round = 0; round < 3; round++) {
        progress p = {.threads = threads};
        verb_context c = {.progress = &p, .args = args};
        weir_value out;
        weir_error err = {0};
        double start = now();
        if (v->run(&c, &out, &err) != WEIR_OK)
            fprintf(stderr, "bench: %s\n", err.message);
        need(!err.status);
        best = fmin(best, now() - start);
        weir_value_clear(&out);
    }
    return best;
}

/* The lines of a verb on one thread and two; args are taken over. */
static void run(const char *line, const char *name, weir_value args, size_t rows)
{
    const verb *v = verbs_all_find("frame", name);
    weir_value checked;
    char full[96];

    snprintf(full, sizeof full, "verbs.%s", line);
    if (wanted(full)) {
        double took[3];
        need(v && verb_check(v, &args, &checked, NULL) == WEIR_OK);
        for (int threads = 1; threads <= 2; threads++) {
            took[threads] = verb_seconds(v, &checked, threads);
            snprintf(full, sizeof full, "verbs.%s.%dt", line, threads);
            print_with(full, (double)rows / took[threads], "rows/s", (facts){.threads = threads});
        }
        snprintf(full, sizeof full, "verbs.%s.scaling", line);
        print_with(full, took[1] / took[2], "x", (facts){.threads = 2});
        weir_value_clear(&checked);
    }
    weir_value_clear(&args);
}

static weir_value with_self(const weir_frame *f)
{
    weir_value d = weir_dict();
    weir_dict_set(&d, "self", weir_of_frame(f), NULL);
    return d;
}

static void sorts(const weir_frame *f, size_t rows)
{
    static const struct { const char *line, *first, *second; } by[] = {
        {"sort.whole", "key", NULL}, {"sort.real", "x", NULL}, {"sort.two", "f", "x"}};

    for (size_t k = 0; k < sizeof by / sizeof *by; k++) {
        weir_value a = with_self(f);
        weir_dict_set(&a, "by", text_list(by[k].first, by[k].second), NULL);
        run(by[k].line, "sort", a, rows);
    }
}

static void groups(const weir_frame *f, size_t rows)
{
    static const char *const what[] = {"count", "mean", "sd", "median"};
    weir_value a = with_self(f), aggregates = weir_list();

    for (size_t k = 0; k < 4; k++) {
        weir_value d = weir_dict();
        weir_dict_set(&d, "what", weir_text(what[k]), NULL);
        weir_dict_set(&d, "column", weir_text("x"), NULL);
        weir_list_add(&aggregates, d, NULL);
    }
    weir_dict_set(&a, "by", text_list("f", "key"), NULL);
    weir_dict_set(&a, "aggregates", aggregates, NULL);
    run("group.two", "group", a, rows);
}

static void merges(const weir_frame *f, const weir_frame *small, size_t rows)
{
    weir_value a = with_self(f);

    weir_dict_set(&a, "other", weir_of_frame(small), NULL);
    weir_dict_set(&a, "by", weir_text("id"), NULL);
    weir_dict_set(&a, "all_x", weir_bool(true), NULL);
    run("merge.left", "merge", a, rows);
}

/* Verbs of one column or of all, cell by cell. */
static void columns(const weir_frame *f, size_t rows)
{
    weir_frame *key = NULL;
    weir_value a = with_self(f), b;

    need(frame_select(&key, f, (size_t[]){0}, 1, NULL) == WEIR_OK);
    weir_dict_set(&a, "mask", weir_of_frame(key), NULL);
    run("where", "where", a, rows);
    b = with_self(key);
    weir_dict_set(&b, "other", weir_real(2.5), NULL);
    run("mul", "mul", b, rows);
    run("quantile", "quantile", with_self(key), rows);
    run("unique", "unique", with_self(key), rows);
    weir_frame_unref(key);
    need(frame_select(&key, f, (size_t[]){0, 1, 2}, 3, NULL) == WEIR_OK);
    run("quantile.all", "quantile", with_self(key), rows);
    weir_frame_unref(key);
}

static bool any_wanted(void)
{
    static const char *const lines[] = {"sort.whole", "sort.real", "sort.two", "group.two", "merge.left", "where", "mul", "quantile",
                                        "quantile.all", "unique"};
    char full[96];
    bool any = false;

    for (size_t k = 0; k < sizeof lines / sizeof *lines; k++) {
        snprintf(full, sizeof full, "verbs.%s", lines[k]);
        any = any || wanted(full);
    }
    return any;
}

void bench_verbs(void)
{
    const char *n = getenv("BENCH_ROWS");
    size_t rows = n && atoll(n) > 0 ? (size_t)atoll(n) : 5000000;

    if (!any_wanted())
        return;
    weir_frame *f = made(rows, 1), *small = made(rows / 10, 2);
    sorts(f, rows);
    groups(f, rows);
    merges(f, small, rows);
    columns(f, rows);
    weir_frame_unref(f);
    weir_frame_unref(small);
}
