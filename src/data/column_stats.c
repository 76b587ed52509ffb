/* column_stats.c - statistics of columns whose cells stand already.
 *
 * The moments are the running update over the rows in order, one division a
 * cell, because its last bit is what H2O's numbers have (see column.c). A
 * division takes long but many can be under way: eight columns go side by side.
 * Columns of mostly zeros skip them, columns of 0 and 1 have a closed form. */
#include "config.h"
#include "data/column_stats.h"

#include "data/column_shape.h"
#include "kernel/scan.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { BLOCK = 512, LANES = 8 };

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
    uint8_t lo = UINT8_MAX, hi = 0;

    for (size_t i = 0; i < c->rows; i++) {
        lo = x[i] < lo ? x[i] : lo;
        hi = x[i] > hi ? x[i] : hi;
    }
    c->stats.min = lo;
    c->stats.max = hi;
    c->stats.zeros = lo ? 0 : scan_count(c->cells, c->rows, 0);
    return (counts){.n = c->rows, .ones = lo > 1 ? 0 : scan_count(c->cells, c->rows, 1)};
}

static counts count_cells(column *c)
{
    weir_column_stats *s = &c->stats;
    double x[BLOCK];
    counts k = {0};

    s->min = INFINITY;
    s->max = -INFINITY;
    for (size_t at = 0; at < c->rows; at += BLOCK) {
        size_t n = c->rows - at < BLOCK ? c->rows - at : BLOCK, finite = 0, zeros = 0, ones = 0, holes = 0, up = 0, down = 0;
        column_read(c, at, n, x);
        for (size_t i = 0; i < n; i++) {
            bool there = fabs(x[i]) <= DBL_MAX;
            finite += there;
            zeros += x[i] == 0;
            ones += x[i] == 1;
            holes += x[i] != x[i];
            up += x[i] == INFINITY;
            down += x[i] == -INFINITY;
            s->min = there && x[i] < s->min ? x[i] : s->min;
            s->max = there && x[i] > s->max ? x[i] : s->max;
        }
        k.n += finite, k.ones += ones;
        s->zeros += zeros, s->missing += holes;
        c->pos_inf += up, c->neg_inf += down;
    }
    return k;
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

typedef double lanes __attribute__((vector_size(LANES * 8)));

/* Up to LANES columns of equal length without missing or infinite cells, side by side. */
static void moments_together(column *const *c, size_t n)
{
    lanes x[BLOCK], mean = {0}, m2 = {0};
    double one[BLOCK];
    size_t rows = c[0]->rows, k = 0;

    memset(x, 0, sizeof x);
    for (size_t at = 0; at < rows; at += BLOCK) {
        size_t m = rows - at < BLOCK ? rows - at : BLOCK;
        for (size_t j = 0; j < n; j++) {
            if (plain_bytes(c[j])) {
                const uint8_t *cell = (const uint8_t *)c[j]->cells + at;
                for (size_t i = 0; i < m; i++)
                    x[i][j] = cell[i];
                continue;
            }
            column_read(c[j], at, m, one);
            for (size_t i = 0; i < m; i++)
                x[i][j] = one[i];
        }
        for (size_t i = 0; i < m; i++) {
            lanes delta = x[i] - mean;
            mean += delta / (double)++k;
            m2 += delta * (x[i] - mean);
        }
    }
    for (size_t j = 0; j < n; j++)
        finish(c[j], rows, mean[j], m2[j]);
}

static void count_codes(column *c)
{
    column_code_moments(c);
    column_account(c);
}

/* Everything but the moments of dense columns, for which it returns true. */
static bool count_one(column *c)
{
    weir_column_stats *s = &c->stats;

    if (c->store == STORE_TEXT) {
        s->min = s->max = s->mean = s->sd = NAN;
        column_account(c);
        return false;
    }
    if (c->type == WEIR_TYPE_FACTOR)
        return count_codes(c), false;
    if (c->store == STORE_CONST && isfinite(c->offset) && c->rows) {
        s->min = s->max = c->offset;
        s->zeros = c->offset == 0 ? c->rows : 0;
        return finish(c, c->rows, c->offset == 0 ? 0 : c->offset, 0), false;
    }
    counts k = plain_bytes(c) && c->rows ? count_bytes(c) : count_cells(c);
    bool binary = k.n > 0 && s->zeros + k.ones == k.n;
    bool sparse = !binary && 8 * (c->rows - s->zeros) < c->rows;
    if (binary) {
        double mean = (double)k.ones / (double)k.n;
        double m2 = (double)s->zeros * (0 - mean) * (0 - mean) + (double)k.ones * (1 - mean) * (1 - mean);
        return finish(c, k.n, mean, m2), false;
    }
    if (sparse && plain_bytes(c))
        return moments_sparse_bytes(c), false;
    if (sparse || k.n < c->rows || !c->rows)
        return moments_alone(c, k.n, sparse), false;
    return true;
}

void column_count_stats(column *const *c, size_t n, int threads)
{
    enum { GROUP = 32 };

#pragma omp parallel for num_threads(threads) schedule(dynamic) if (threads > 1)
    for (size_t from = 0; from < n; from += GROUP) {
        column *dense[LANES];
        size_t k = 0;
        for (size_t i = from; i < n && i < from + GROUP; i++) {
            if (count_one(c[i]))
                dense[k++] = c[i];
            if (k == LANES || (k && (i + 1 == n || i + 1 == from + GROUP))) {
                moments_together(dense, k);
                k = 0;
            }
        }
    }
}
