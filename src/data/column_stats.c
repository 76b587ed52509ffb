/* column_stats.c - statistics of columns whose cells stand already.
 *
 * The moments are the running update over the rows in order, one division a
 * cell, because its last bit is what H2O's numbers have (see column.c). A
 * division takes long but many can be under way: sixteen columns go side by side (column_moments.c).
 * Columns of mostly zeros skip them, columns of 0 and 1 have a closed form. */
#include "config.h"
#include "data/column_stats.h"

#include "data/column_moments.h"
#include "data/column_shape.h"
#include "kernel/cells.h"
#include "kernel/scan.h"
#include "kernel/small.h"

#include <math.h>
#include <string.h>

enum { BLOCK = 512 };

typedef struct counts {
    size_t n, ones; /* finite cells; those equal to 1 */
} counts;

static bool plain_bytes(const column *c)
{
    return c->store == STORE_U8 && !c->has_missing && c->divisor == 1 && c->offset == 0;
}

static counts count_bytes(column *c)
{
    const uint8_t *x = c->cells;
    uint8_t lo, hi;

    small_range(x, c->rows, &lo, &hi);
    c->stats.min = lo;
    c->stats.max = hi;
    c->stats.zeros = lo ? 0 : scan_count(c->cells, c->rows, 0);
    return (counts){.n = c->rows, .ones = lo > 1 ? 0 : scan_count(c->cells, c->rows, 1)};
}

static counts take_counts(column *c, const cells_counts *k)
{
    weir_column_stats *s = &c->stats;

    s->min = k->min, s->max = k->max;
    s->zeros = k->zeros, s->missing = k->missing;
    c->pos_inf = k->up, c->neg_inf = k->down;
    return (counts){k->finite, k->ones};
}

static void finish(column *c, size_t n, double mean, double m2)
{
    weir_column_stats *s = &c->stats;

    c->sum_squares_dev = m2;
    s->mean = n ? mean : (double)NAN;
    s->sd = n > 1 ? sqrt(m2 / (double)(n - 1)) : n ? 0 : (double)NAN;
    if (!n)
        s->min = s->max = NAN;
    column_account(c);
}

/* The update over the cells that are finite and, when sparse, not zero. */
static void moments_alone(column *c, size_t n, bool sparse)
{
    double x[BLOCK], mean = 0, m2 = 0;
    size_t k = 0;

    for (size_t at = 0; at < c->rows; at += BLOCK) {
        size_t m = c->rows - at < BLOCK ? c->rows - at : BLOCK;
        column_read(c, at, m, x);
        for (size_t i = 0; i < m; i++) {
            if (!isfinite(x[i]) || (sparse && x[i] == 0))
                continue;
            double delta = x[i] - mean;
            mean += delta / (double)++k;
            m2 += delta * (x[i] - mean);
        }
    }
    if (sparse && n) {
        double delta = mean, z = (double)c->stats.zeros, all = (double)n;
        mean = mean * (double)k / all;
        m2 += delta * delta * (double)k * z / all;
    }
    finish(c, n, mean, m2);
}

/* The same for sparse bytes, eight zeros at a glance. */
static void moments_sparse_bytes(column *c)
{
    const uint8_t *x = c->cells;
    double mean = 0, m2 = 0;
    size_t k = 0;

    for (size_t at = 0; at < c->rows;) {
        uint64_t w = 1;
        size_t m = c->rows - at < 8 ? c->rows - at : 8;
        if (m == 8)
            memcpy(&w, x + at, 8);
        for (size_t i = 0; w && i < m; i++) {
            if (!x[at + i])
                continue;
            double delta = x[at + i] - mean;
            mean += delta / (double)++k;
            m2 += delta * (x[at + i] - mean);
        }
        at += m;
    }
    double delta = mean, z = (double)c->stats.zeros, all = (double)c->rows;
    mean = mean * (double)k / all;
    m2 += delta * delta * (double)k * z / all;
    finish(c, c->rows, mean, m2);
}

/* What needs no look at the order of rows: true = that was all. */
static bool by_counts(column *c, counts k, bool *sparse)
{
    const weir_column_stats *s = &c->stats;
    bool binary = k.n > 0 && s->zeros + k.ones == k.n;

    *sparse = !binary && 8 * (c->rows - s->zeros) < c->rows;
    if (binary) {
        double mean = (double)k.ones / (double)k.n;
        double m2 = (double)s->zeros * (0 - mean) * (0 - mean) + (double)k.ones * (1 - mean) * (1 - mean);
        finish(c, k.n, mean, m2);
    }
    return binary;
}

/* Up to MOMENTS columns of bytes, dense ones, of equal length. */
static void dense_bytes(column *const *c, size_t n)
{
    const uint8_t *cells[MOMENTS];
    double mean[MOMENTS], m2[MOMENTS];

    for (size_t j = 0; j < MOMENTS; j++)
        cells[j] = c[j < n ? j : 0]->cells;
    moments_of_bytes(cells, c[0]->rows, mean, m2);
    for (size_t j = 0; j < n; j++)
        finish(c[j], c[0]->rows, mean[j], m2[j]);
}

/* Up to MOMENTS other columns of numbers: counted and, as if they were dense, taken the moments of in one go. */
static void other_numbers(column *const *c, size_t n)
{
    double mean[MOMENTS], m2[MOMENTS];
    cells_counts k[MOMENTS];
    bool sparse;

    moments_of_columns(c, n, k, mean, m2);
    for (size_t j = 0; j < n; j++) {
        counts of = take_counts(c[j], &k[j]);
        if (by_counts(c[j], of, &sparse))
            continue;
        if (sparse || of.n < c[j]->rows || !of.n)
            moments_alone(c[j], of.n, sparse);
        else
            finish(c[j], of.n, mean[j], m2[j]);
    }
}

static void count_codes(column *c)
{
    column_code_moments(c);
    column_account(c);
}

typedef enum rest { REST_NONE, REST_DENSE_BYTES, REST_NUMBERS, N_RESTS } rest;

/* What a column needs no others beside it for; returns what is left to do. */
static rest count_one(column *c)
{
    weir_column_stats *s = &c->stats;
    bool sparse;

    if (c->store == STORE_TEXT) {
        s->min = s->max = s->mean = s->sd = NAN;
        column_account(c);
        return REST_NONE;
    }
    if (c->type == WEIR_TYPE_FACTOR)
        return count_codes(c), REST_NONE;
    if (c->store == STORE_CONST && isfinite(c->offset) && c->rows) {
        s->min = s->max = c->offset;
        s->zeros = c->offset == 0 ? c->rows : 0;
        return finish(c, c->rows, c->offset == 0 ? 0 : c->offset, 0), REST_NONE;
    }
    if (!plain_bytes(c) || !c->rows)
        return REST_NUMBERS;
    if (by_counts(c, count_bytes(c), &sparse))
        return REST_NONE;
    return sparse ? moments_sparse_bytes(c), REST_NONE : REST_DENSE_BYTES;
}

void column_count_stats(column *const *c, size_t n, int threads)
{
    static void (*const ways[N_RESTS])(column *const *, size_t) = {[REST_DENSE_BYTES] = dense_bytes, [REST_NUMBERS] = other_numbers};
    size_t each = threads > 1 ? n / (size_t)threads + 1 : n + 1, group = each < 2 * MOMENTS ? each : 2 * MOMENTS;

#pragma omp parallel for num_threads(threads) schedule(dynamic) if (threads > 1)
    for (size_t from = 0; from < n; from += group) {
        column *left[N_RESTS][MOMENTS];
        size_t k[N_RESTS] = {0};
        for (size_t i = from; i < n && i < from + group; i++) {
            rest what = count_one(c[i]);
            if (what != REST_NONE)
                left[what][k[what]++] = c[i];
            for (int w = REST_DENSE_BYTES; w < N_RESTS; w++)
                if (k[w] == MOMENTS || (k[w] && (i + 1 == n || i + 1 == from + group))) {
                    ways[w](left[w], k[w]);
                    k[w] = 0;
                }
        }
    }
}
