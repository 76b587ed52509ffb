/* column_moments.c - the running update over many columns side by side.
 *
 * A column's update waits for its division each time; with sixteen columns under way the
 * divider is never idle. The same lines are compiled for wider vectors too, and chosen at run time: each lane
 * does what one column alone would, so that no bit depends on the choice. */
#include "config.h"
#include "data/column_moments.h"

#include "kernel/level.h"
#include "kernel/small.h"

#include <math.h>
#include <string.h>

enum { TILE = 16, BLOCK = 128 };

typedef double lanes __attribute__((vector_size(64)));
typedef uint8_t bytes8 __attribute__((vector_size(8)));

typedef struct moments {
    lanes mean[2], m2[2];
} moments;

static inline __attribute__((always_inline)) void add_row(moments *m, const lanes x[2], double k)
{
    for (int g = 0; g < 2; g++) {
        lanes delta = x[g] - m->mean[g];
        m->mean[g] += delta / k;
        m->m2[g] += delta * (x[g] - m->mean[g]);
    }
}

static inline __attribute__((always_inline)) void bytes_body(const uint8_t *const x[MOMENTS], size_t rows, moments *out)
{
    moments m = {0};
    uint8_t tile[TILE][MOMENTS];
    lanes v[2];
    size_t k = 0;

    for (size_t at = 0; at < rows; at += TILE) {
        size_t n = rows - at < TILE ? rows - at : TILE;
        if (n == TILE)
            small_tile(x, at, tile);
        else
            for (size_t i = 0; i < n; i++)
                for (size_t j = 0; j < MOMENTS; j++)
                    tile[i][j] = x[j][at + i];
        for (size_t i = 0; i < n; i++) {
            for (int g = 0; g < 2; g++) {
                bytes8 b;
                memcpy(&b, tile[i] + 8 * g, sizeof b);
                v[g] = __builtin_convertvector(b, lanes);
            }
            add_row(&m, v, (double)++k);
        }
    }
    *out = m;
}

static inline __attribute__((always_inline)) void rows_body(const lanes (*x)[2], size_t n, size_t k, moments *m)
{
    moments own = *m;

    for (size_t i = 0; i < n; i++)
        add_row(&own, x[i], (double)(k + i + 1));
    *m = own;
}

typedef struct ways {
    void (*bytes)(const uint8_t *const x[MOMENTS], size_t rows, moments *out);
    void (*rows)(const lanes (*x)[2], size_t n, size_t k, moments *m);
} ways;

#define WAY(name, attribute)                                                                       \
    attribute static void bytes_##name(const uint8_t *const x[MOMENTS], size_t rows, moments *out) \
    {                                                                                              \
        bytes_body(x, rows, out);                                                                  \
    }                                                                                              \
    attribute static void rows_##name(const lanes (*x)[2], size_t n, size_t k, moments *m)         \
    {                                                                                              \
        rows_body(x, n, k, m);                                                                     \
    }                                                                                              \
    static const ways name = {bytes_##name, rows_##name}

WAYS(WAY);

static void give(const moments *m, double mean[MOMENTS], double m2[MOMENTS])
{
    memcpy(mean, m->mean, MOMENTS * sizeof *mean);
    memcpy(m2, m->m2, MOMENTS * sizeof *m2);
}

void moments_of_bytes(const uint8_t *const x[MOMENTS], size_t rows, double mean[MOMENTS], double m2[MOMENTS])
{
    moments m;

    WAYS_BEST->bytes(x, rows, &m);
    give(&m, mean, m2);
}

void moments_of_columns(column *const *c, size_t n, cells_counts counts[MOMENTS], double mean[MOMENTS], double m2[MOMENTS])
{
    const ways *w = WAYS_BEST;
    moments m = {0};
    lanes x[BLOCK][2];
    double one[BLOCK];

    memset(x, 0, sizeof x);
    for (size_t j = 0; j < n; j++)
        counts[j] = (cells_counts){.min = INFINITY, .max = -INFINITY};
    for (size_t at = 0; at < c[0]->rows; at += BLOCK) {
        size_t k = c[0]->rows - at < BLOCK ? c[0]->rows - at : BLOCK;
        for (size_t j = 0; j < n; j++) {
            column_read(c[j], at, k, one);
            cells_count(one, k, &counts[j]);
            for (size_t i = 0; i < k; i++)
                x[i][j / 8][j % 8] = one[i];
        }
        w->rows((const lanes (*)[2])x, k, at, &m);
    }
    give(&m, mean, m2);
}
