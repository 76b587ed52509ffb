/* cells.c - loops over the numbers of columns.
 *
 * The same lines are compiled for wider vectors too and chosen at run time; every cell is
 * worked out by itself, in IEEE steps, so that no bit depends on the choice. */
#include "config.h"
#include "kernel/cells.h"

#include "kernel/level.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

static const double MOST = 9e15; /* integers up to here are exact, and so are their neighbours */

/* nearbyint() in plain arithmetic, so that loops become vectors on every machine. */
INLINE double nearest(double v)
{
    double big = copysign(4503599627370496.0, v); /* 2^52: what is above is whole already */
    return fabs(v) < 4503599627370496.0 ? (v + big) - big : v;
}

INLINE int64_t bits_of(double v)
{
    int64_t bits;

    memcpy(&bits, &v, sizeof bits);
    return bits;
}

INLINE void look_body(const double *x, size_t n, double first, cells_looks *out)
{
    int64_t missing = 0, wide = 0, other = 0, same = bits_of(first); /* equal numbers have equal bits, but for the zeros */

#pragma omp simd reduction(+ : missing) reduction(| : wide, other)
    for (size_t i = 0; i < n; i++) {
        int64_t there = x[i] == x[i];
        missing += 1 - there;
        wide |= (double)(float)x[i] == x[i] ? 0 : there;
        other |= bits_of(x[i]) == same ? 0 : there;
    }
    *out = (cells_looks){.missing = (size_t)missing, .other = other != 0, .wide = wide != 0};
}

INLINE bool decimal_body(const double *x, size_t n, double p, double *lo, double *hi)
{
    int64_t bad = 0;
    double low = *lo, high = *hi;

#pragma omp simd reduction(+ : bad) reduction(min : low) reduction(max : high)
    for (size_t i = 0; i < n; i++) {
        double v = x[i], k = nearest(v * p), size = k / p == v ? fabs(k) : INFINITY;
        double least = v == v ? k : INFINITY, most = v == v ? k : -INFINITY;
        size = v == v ? size : 0;
        bad += size < MOST ? 0 : 1;
        bad += bits_of(v) == INT64_MIN ? 1 : 0; /* -0 */
        low = least < low ? least : low;
        high = most > high ? most : high;
    }
    *lo = low;
    *hi = high;
    return !bad;
}

/* NaN to an integer is nobody's promise: it is not converted. */
#define PACK(type)                                                                      \
    _Pragma("omp simd") for (size_t i = 0; i < n; i++) {                                \
        double k = nearest((x[i] == x[i] ? x[i] : 0) * p) - (double)offset;             \
        type v = (type)k;                                                               \
        ((type *)to)[i] = x[i] == x[i] ? v : (type)hole;                                \
    }

INLINE void pack_body(const double *x, size_t n, double p, int64_t offset, int64_t hole, cells_kind kind, void *to)
{
    if (kind == CELLS_U8)
        PACK(uint8_t)
    else if (kind == CELLS_I16)
        PACK(int16_t)
    else if (kind == CELLS_I32)
        PACK(int32_t)
    else
        PACK(int64_t)
}

#define UNPACK(type)                                                                    \
    {                                                                                   \
        const type *v = cells;                                                          \
        _Pragma("omp simd") for (size_t i = 0; i < n; i++) {                            \
            double k = (offset + (double)v[i]) / divisor;                               \
            out[i] = (holes & ((int64_t)v[i] == hole)) ? (double)NAN : k;               \
        }                                                                               \
    }

INLINE void unpack_body(const void *cells, cells_kind kind, size_t n, double offset, double divisor, bool holes, int64_t hole, double *out)
{
    if (kind == CELLS_U8)
        UNPACK(uint8_t)
    else if (kind == CELLS_I16)
        UNPACK(int16_t)
    else if (kind == CELLS_I32)
        UNPACK(int32_t)
    else
        UNPACK(int64_t)
}

INLINE void count_body(const double *x, size_t n, cells_counts *c)
{
    uint64_t finite = 0, zeros = 0, ones = 0, missing = 0, up = 0, down = 0;
    double low = c->min, high = c->max;

#pragma omp simd reduction(+ : finite, zeros, ones, missing, up, down) reduction(min : low) reduction(max : high)
    for (size_t i = 0; i < n; i++) {
        bool there = fabs(x[i]) <= DBL_MAX;
        double least = there ? x[i] : INFINITY, most = there ? x[i] : -INFINITY;
        finite += there;
        zeros += x[i] == 0;
        ones += x[i] == 1;
        missing += x[i] != x[i];
        up += x[i] == INFINITY;
        down += x[i] == -INFINITY;
        low = least < low ? least : low;
        high = most > high ? most : high;
    }
    c->finite += finite, c->zeros += zeros, c->ones += ones;
    c->missing += missing, c->up += up, c->down += down;
    c->min = low + 0.0, c->max = high + 0.0; /* which of the two zeros is nobody's business */
}

typedef struct ways {
    void (*look)(const double *x, size_t n, double first, cells_looks *out);
    bool (*decimal)(const double *x, size_t n, double p, double *lo, double *hi);
    void (*pack)(const double *x, size_t n, double p, int64_t offset, int64_t hole, cells_kind kind, void *to);
    void (*unpack)(const void *cells, cells_kind kind, size_t n, double offset, double divisor, bool holes, int64_t hole, double *out);
    void (*count)(const double *x, size_t n, cells_counts *c);
} ways;

#define WAY(name, attribute)                                                                                                  \
    attribute static void look_##name(const double *x, size_t n, double first, cells_looks *out)                             \
    {                                                                                                                         \
        look_body(x, n, first, out);                                                                                          \
    }                                                                                                                         \
    attribute static bool decimal_##name(const double *x, size_t n, double p, double *lo, double *hi)                        \
    {                                                                                                                         \
        return decimal_body(x, n, p, lo, hi);                                                                                 \
    }                                                                                                                         \
    attribute static void pack_##name(const double *x, size_t n, double p, int64_t offset, int64_t hole, cells_kind kind,    \
                                      void *to)                                                                               \
    {                                                                                                                         \
        pack_body(x, n, p, offset, hole, kind, to);                                                                           \
    }                                                                                                                         \
    attribute static void unpack_##name(const void *cells, cells_kind kind, size_t n, double offset, double divisor,         \
                                        bool holes, int64_t hole, double *out)                                                \
    {                                                                                                                         \
        unpack_body(cells, kind, n, offset, divisor, holes, hole, out);                                                       \
    }                                                                                                                         \
    attribute static void count_##name(const double *x, size_t n, cells_counts *c)                                           \
    {                                                                                                                         \
        count_body(x, n, c);                                                                                                  \
    }                                                                                                                         \
    static const ways name = {look_##name, decimal_##name, pack_##name, unpack_##name, count_##name}

WAYS(WAY);

void cells_look(const double *x, size_t n, double first, cells_looks *out)
{
    WAYS_BEST->look(x, n, first, out);
}

bool cells_decimal(const double *x, size_t n, double p, double *lo, double *hi)
{
    return WAYS_BEST->decimal(x, n, p, lo, hi);
}

void cells_pack(const double *x, size_t n, double p, int64_t offset, int64_t hole, cells_kind kind, void *to)
{
    WAYS_BEST->pack(x, n, p, offset, hole, kind, to);
}

void cells_unpack(const void *cells, cells_kind kind, size_t n, double offset, double divisor, bool holes, int64_t hole, double *out)
{
    WAYS_BEST->unpack(cells, kind, n, offset, divisor, holes, hole, out);
}

void cells_count(const double *x, size_t n, cells_counts *c)
{
    WAYS_BEST->count(x, n, c);
}
