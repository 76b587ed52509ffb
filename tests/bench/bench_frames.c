/* bench_frames.c - how fast verbs on large frames are: rows per second by the clock, one line each.
 *
 * bench_frames [PATTERN]. BENCH_ROWS: how many rows (10 million). */
#include "config.h"

#include "base/mem.h"
#include "base/rng.h"
#include "base/thread.h"
#include "data/frame.h"
#include "run/verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *pattern = "";

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

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
    if (!out) {
        fprintf(stderr, "bench_frames: out of memory\n");
        exit(1);
    }
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

/* Runs a verb on one thread and on all; args are taken over. */
static void run(const char *line, const char *name, weir_value args, size_t rows)
{
    const verb *v = verbs_all_find("frame", name);
    weir_value checked, out;

    if (strstr(line, pattern) && v && verb_check(v, &args, &checked, NULL) == WEIR_OK) {
        for (int threads = 1; threads <= thread_usable_cpus(); threads += thread_usable_cpus() - 1 ? thread_usable_cpus() - 1 : 1) {
            progress p = {.threads = threads};
            verb_context c = {.progress = &p, .args = &checked};
            double start = now();
            if (v->run(&c, &out, NULL) == WEIR_OK)
                printf("frames.%s.%d\t%.3g\ts\nframes.%s.%d.rows\t%.4g\trows/s\n", line, threads, now() - start, line, threads, (double)rows / (now() - start));
            fflush(stdout);
            weir_value_clear(&out);
        }
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

int main(int argc, char **argv)
{
    const char *n = getenv("BENCH_ROWS");
    size_t rows = n && atoll(n) > 0 ? (size_t)atoll(n) : 10000000;
    weir_frame *f = made(rows, 1), *small = made(rows / 10, 2);

    if (argc > 1)
        pattern = argv[1];
    weir_value a = with_self(f);
    weir_dict_set(&a, "by", weir_text("key"), NULL);
    run("sort.whole", "sort", a, rows);
    a = with_self(f);
    weir_dict_set(&a, "by", weir_text("x"), NULL);
    run("sort.real", "sort", a, rows);
    a = with_self(f);
    weir_dict_set(&a, "by", text_list("f", "x"), NULL);
    run("sort.two", "sort", a, rows);
    static const char *const what[] = {"count", "mean", "sd", "median"};
    weir_value aggregates = weir_list();
    for (size_t k = 0; k < 4; k++) {
        weir_value d = weir_dict();
        weir_dict_set(&d, "what", weir_text(what[k]), NULL);
        weir_dict_set(&d, "column", weir_text("x"), NULL);
        weir_list_add(&aggregates, d, NULL);
    }
    a = with_self(f);
    weir_dict_set(&a, "by", text_list("f", "key"), NULL);
    weir_dict_set(&a, "aggregates", aggregates, NULL);
    run("group.two", "group", a, rows);
    a = with_self(f);
    weir_dict_set(&a, "other", weir_of_frame(small), NULL);
    weir_dict_set(&a, "by", weir_text("id"), NULL);
    weir_dict_set(&a, "all_x", weir_bool(true), NULL);
    run("merge.left", "merge", a, rows);
    a = with_self(f);
    weir_dict_set(&a, "mask", weir_nil(), NULL);
    weir_frame *mask = NULL;
    if (frame_select(&mask, f, (size_t[]){0}, 1, NULL) == WEIR_OK)
        weir_dict_set(&a, "mask", weir_of_frame(mask), NULL);
    run("where", "where", a, rows);
    a = with_self(mask);
    weir_dict_set(&a, "other", weir_real(2.5), NULL);
    run("mul", "mul", a, rows);
    run("quantile", "quantile", with_self(mask), rows);
    run("unique", "unique", with_self(mask), rows);
    weir_frame_unref(mask);
    weir_frame_unref(f);
    weir_frame_unref(small);
    return 0;
}
