/* bench_digits.c - what is trained on and imported: real digits when BENCH_DATA names a file of them
 * (CSV or its gzip without a header, 0 ... 255, the class last), else made-up ones. */
#include "config.h"
#include "tests/bench/bench.h"

#include "base/mem.h"
#include "base/rng.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { SIDE = 28, PIXELS = SIDE * SIDE, LINES = 60000, MOST_SCRATCH = 8, CHUNK = 1 << 16 };

static dataset *made[2];
static char folder[512];
static bool stays; /* the files, for the next bench */
static struct { char name[MOST_SCRATCH][600]; size_t n; } kept;

static const char *real_digits(void)
{
    const char *file = getenv("BENCH_DATA");
    return file && *file ? file : NULL;
}

/* Brightness of a pixel of row i, 0 ... 1: one of ten prototypes of blurred strokes, moved a little. */
static double brightness(size_t i, size_t side, size_t k, size_t *class)
{
    size_t c = (size_t)rng_below(1, 900, i, CLASSES);
    int dx = (int)rng_below(1, 901, i, 5), dy = (int)rng_below(1, 902, i, 5);
    double px = (double)((int)(k % side) + dx), py = (double)((int)(k / side) + dy), v = 0;

    for (uint64_t s = 0; s < 5; s++) { /* strokes */
        double ax = 5 + 20 * rng_unit(2, 903, c * 16 + s), ay = 5 + 20 * rng_unit(2, 904, c * 16 + s);
        double q = ((px - ax) * (px - ax) + (py - ay) * (py - ay)) / 11;
        v += q < 1.05 ? 1.2 - q : 0;
    }
    v += v > 0 ? 0.3 * rng_unit(1, 905, i * INPUTS + k) - 0.1 : 0;
    *class = c;
    return v > 0 ? fmin(v, 1) : 0;
}

/* dense = centred and scaled, so that no input is zero. */
static dataset *made_up(bool dense)
{
    float *x = malloc((size_t)ROWS * INPUTS * sizeof *x);
    double *y = malloc(ROWS * sizeof *y);
    dataset *d = NULL;

    need(x && y);
    for (size_t i = 0; i < ROWS; i++) {
        size_t c = 0;
        for (size_t k = 0; k < INPUTS; k++) {
            double v = brightness(i, SIDE - 1, k, &c);
            x[i * INPUTS + k] = (float)(dense ? (v - 0.17) * 2.8 : v * 2.8);
        }
        y[i] = (double)c;
    }
    need(dataset_of_dense(&d, ROWS, INPUTS, x, y, NULL, !dense, NULL) == WEIR_OK);
    free(x);
    free(y);
    return d;
}

/* Real digits ------------------------------------------------------------------------ */

/* The next whole number of a line of text; *at moves behind the comma that follows. */
static unsigned number(char **at)
{
    unsigned v = (unsigned)strtoul(*at, at, 10);
    *at += **at == ',';
    return v;
}

/* Scales of the bytes [ROWS][all] as a training scales them; constant columns go. kept: [all]. */
static size_t scales_of(const uint8_t *byte, size_t all, bool dense, size_t *stay, float *base, float *step)
{
    size_t n = 0;

    for (size_t k = 0; k < all; k++) {
        double sum = 0, squares = 0;
        for (size_t i = 0; i < ROWS; i++) {
            double v = byte[i * all + k];
            sum += v;
            squares += v * v;
        }
        double mean = sum / ROWS, var = squares / ROWS - mean * mean;
        if (!(var > 0))
            continue;
        stay[n] = k;
        step[n] = (float)(1 / sqrt(var));
        base[n++] = dense ? (float)(-mean / sqrt(var)) : 0;
    }
    return n;
}

/* The first ROWS lines: bytes [ROWS][*all], classes in y[ROWS]. */
static uint8_t *first_rows(const char *name, size_t *all, double *y)
{
    enum { LINE = 1 << 20 };
    gzFile f = gzopen(name, "r");
    char *line = malloc(LINE);
    uint8_t *byte = NULL;
    size_t rows = 0;

    need(line != NULL);
    if (!f) {
        fprintf(stderr, "bench: cannot read %s\n", name);
        exit(1);
    }
    for (*all = 0; rows < ROWS && gzgets(f, line, LINE); rows++) {
        char *at = line;
        for (const char *c = line; rows == 0 && *c; c++)
            *all += *c == ',';
        byte = byte ? byte : malloc(ROWS * *all);
        need(byte != NULL);
        for (size_t k = 0; k < *all; k++)
            byte[rows * *all + k] = (uint8_t)number(&at);
        y[rows] = number(&at);
    }
    gzclose(f);
    free(line);
    if (rows < ROWS) {
        fprintf(stderr, "bench: %s has %zu rows; %d are needed\n", name, rows, ROWS);
        exit(1);
    }
    return byte;
}

/* Dense rows stay bytes, sparse ones become lists, as in a training. */
static dataset *of_file(const char *name, bool dense)
{
    size_t all;
    double *y = malloc(ROWS * sizeof *y);
    dataset *d = NULL;

    need(y != NULL);
    uint8_t *byte = first_rows(name, &all, y);
    size_t *stay = malloc(all * sizeof *stay);
    float *base = mem_slab(all, sizeof *base), *step = mem_slab(all, sizeof *step);
    need(stay && base && step);
    size_t n = scales_of(byte, all, dense, stay, base, step);
    float *x = malloc(ROWS * n * sizeof *x);
    uint8_t *code = mem_slab(ROWS * n, 1);
    need(x && code);
    for (size_t i = 0; i < ROWS; i++)
        for (size_t k = 0; k < n; k++) {
            code[i * n + k] = byte[i * all + stay[k]];
            x[i * n + k] = base[k] + step[k] * (float)code[i * n + k];
        }
    need(dataset_of_dense(&d, ROWS, n, x, y, NULL, !dense, NULL) == WEIR_OK);
    if (dense) {
        mem_slab_free(d->dense);
        d->dense = NULL;
        d->code = code, d->base = base, d->step = step;
    } else {
        mem_slab_free(code), mem_slab_free(base), mem_slab_free(step);
    }
    free(x), free(y), free(stay), free(byte);
    return d;
}

dataset *digits(bool dense)
{
    if (!made[dense])
        made[dense] = real_digits() ? of_file(real_digits(), dense) : made_up(dense);
    return made[dense];
}

/* Files -------------------------------------------------------------------------------- */

const char *scratch(const char *name)
{
    const char *tmp = getenv("TMPDIR"), *keep = getenv("BENCH_KEEP");

    if (keep && *keep) {
        snprintf(folder, sizeof folder, "%s", keep);
        stays = true;
    } else if (!folder[0]) {
        snprintf(folder, sizeof folder, "%.400s/weir-bench-XXXXXX", tmp && *tmp ? tmp : "/tmp");
        need(mkdtemp(folder) != NULL);
    }
    need(kept.n < MOST_SCRATCH);
    snprintf(kept.name[kept.n], sizeof kept.name[0], "%.511s/%.40s", folder, name);
    return kept.name[kept.n++];
}

void digits_end(void)
{
    for (size_t k = 0; k < kept.n && !stays; k++)
        unlink(kept.name[k]);
    if (folder[0] && !stays)
        rmdir(folder);
    for (int k = 0; k < 2; k++)
        dataset_free(made[k]);
}

/* Made-up digits: ROWS of them, over and over. */
static void write_made_up(FILE *to)
{
    uint8_t *byte = malloc((size_t)ROWS * (PIXELS + 1));

    need(byte != NULL);
    for (size_t i = 0; i < ROWS; i++) {
        size_t c = 0;
        for (size_t k = 0; k < PIXELS; k++)
            byte[i * (PIXELS + 1) + k] = (uint8_t)lrint(255 * brightness(i, SIDE, k, &c));
        byte[i * (PIXELS + 1) + PIXELS] = (uint8_t)c;
    }
    for (size_t i = 0; i < LINES; i++)
        for (size_t k = 0; k <= PIXELS; k++)
            fprintf(to, "%d%c", byte[i % ROWS * (PIXELS + 1) + k], k < PIXELS ? ',' : '\n');
    free(byte);
}

bool scratch_is_there(const char *name)
{
    return stays && access(name, R_OK) == 0;
}

const char *digits_csv(void)
{
    static const char *name;
    static char bytes[CHUNK];

    if (name)
        return name;
    name = scratch("digits.csv");
    if (scratch_is_there(name))
        return name;
    FILE *to = fopen(name, "w");
    need(to != NULL);
    gzFile from = real_digits() ? gzopen(real_digits(), "r") : NULL;
    if (real_digits() && !from)
        fprintf(stderr, "bench: cannot read %s\n", real_digits());
    need(from || !real_digits());
    for (int n; from && (n = gzread(from, bytes, CHUNK)) > 0;)
        need(fwrite(bytes, 1, (size_t)n, to) == (size_t)n);
    if (from)
        gzclose(from);
    else
        write_made_up(to);
    need(fclose(to) == 0);
    return name;
}

const char *digits_gzip(void)
{
    static const char *name;
    static char bytes[CHUNK];

    if (name)
        return name;
    name = scratch("digits.csv.gz");
    if (scratch_is_there(name))
        return name;
    FILE *from = fopen(digits_csv(), "r");
    gzFile to = gzopen(name, "w6");
    need(from && to);
    for (size_t n; (n = fread(bytes, 1, CHUNK, from)) > 0;)
        need(gzwrite(to, bytes, (unsigned)n) == (int)n);
    fclose(from);
    need(gzclose(to) == Z_OK);
    return name;
}
