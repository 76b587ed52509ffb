/* kernel_tiles.c - products of mini-batches in bf16 on matrix units (tiles.h), compiled for processors that have them;
 * once more for the tests, with tiles worked out in C.
 *
 * Two by two tiles are summed at once: 32 lines by 32 columns, 16 pairs of terms a step. Operands are rounded to nearest
 * even, denormals count as 0. An element's sum goes on in steps of 32 terms from the first: what is put away in between is
 * put away whole, so neither the other sizes nor the blocks change its bits. They are not those of the table without
 * matrix units, which adds a pair after the other to one sum: here 32 terms come to two sums of their own first. */
#include "kernel/kernel.h"
#include "kernel/tiles.h"

#include <stdbool.h>
#include <string.h>
#if defined __AVX512BF16__
#include <immintrin.h>
#endif

extern const kernel_products TILES_TABLE;

#define INLINE static inline __attribute__((always_inline))

enum {
    SIDE = 16,                 /* lines of a tile, 32-bit columns of it: floats, or pairs of bf16 */
    BLOCK = 2 * SIDE,
    RUN = 128,                 /* pairs that are packed at once in `multiply` */
    ROW = RUN + SIDE,          /* packed rows lie an odd number of cache lines apart */
    RUN_BACK = 256,            /* the same of `error` */
    ROW_BACK = RUN_BACK + SIDE,
    MOST_ROWS = 512
};

_Static_assert(MOST_ROWS * RUN_BACK <= KERNEL_GEMM_ROOM && MOST_ROWS * ROW <= KERNEL_GEMM_ROOM, "a run fits the room");
_Static_assert((int)BLOCK == (int)KERNEL_PANEL, "a panel is a block wide");

INLINE size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

INLINE size_t whole(size_t n)
{
    return (n + SIDE - 1) / SIDE * SIDE;
}

/* Pairs ---------------------------------------------------------------------------------- */

#if defined __AVX512BF16__

INLINE __m512 part(const float *x, size_t n)
{
    return n < SIDE ? _mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), x) : _mm512_loadu_ps(x);
}

/* 16 pairs (a[i], b[i]) of n <= 16 of each; b NULL: zeros. */
INLINE void pair_lines(const float *a, const float *b, size_t n, uint32_t *out)
{
    const __m512i order = _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8,
                                           23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
    __m512 second = b ? part(b, n) : _mm512_setzero_ps();
    _mm512_storeu_si512(out, _mm512_permutexvar_epi16(order, (__m512i)_mm512_cvtne2ps_pbh(second, part(a, n))));
}

/* 16 pairs (x[2i], x[2i + 1]) of n <= 32. */
INLINE void pair_neighbours(const float *x, size_t n, uint32_t *out)
{
    __m512 second = n > SIDE ? part(x + SIDE, n - SIDE) : _mm512_setzero_ps();
    _mm512_storeu_si512(out, (__m512i)_mm512_cvtne2ps_pbh(second, part(x, n)));
}

/* A square turned over: interleaving halves four times. */
INLINE void turn(const uint32_t *in, size_t in_apart, uint32_t *out, size_t out_apart)
{
    const __m512i low = _mm512_set_epi32(23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
    const __m512i high = _mm512_set_epi32(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8);
    __m512i v[SIDE], t[SIDE];

#pragma GCC unroll 16
    for (size_t i = 0; i < SIDE; i++)
        v[i] = _mm512_loadu_si512(in + i * in_apart);
#pragma GCC unroll 4
    for (int round = 0; round < 4; round++) {
#pragma GCC unroll 8
        for (size_t i = 0; i < SIDE / 2; i++) {
            t[2 * i] = _mm512_permutex2var_epi32(v[i], low, v[i + SIDE / 2]);
            t[2 * i + 1] = _mm512_permutex2var_epi32(v[i], high, v[i + SIDE / 2]);
        }
#pragma GCC unroll 16
        for (size_t i = 0; i < SIDE; i++)
            v[i] = t[i];
    }
#pragma GCC unroll 16
    for (size_t i = 0; i < SIDE; i++)
        _mm512_storeu_si512(out + i * out_apart, v[i]);
}

#else

/* Rounded to nearest even; denormals become 0, NaN stays NaN. */
INLINE uint32_t half_of(float x)
{
    uint32_t u;

    memcpy(&u, &x, sizeof u);
    if ((u & 0x7fffffff) > 0x7f800000)
        return u >> 16 | 0x40;
    if (!(u & 0x7f800000))
        return (u & 0x80000000) >> 16;
    return (u + 0x7fff + (u >> 16 & 1)) >> 16;
}

INLINE void pair_lines(const float *a, const float *b, size_t n, uint32_t *out)
{
    for (size_t i = 0; i < SIDE; i++)
        out[i] = i < n ? half_of(a[i]) | (b ? half_of(b[i]) << 16 : 0) : 0;
}

INLINE void pair_neighbours(const float *x, size_t n, uint32_t *out)
{
    for (size_t i = 0; i < SIDE; i++)
        out[i] = (2 * i < n ? half_of(x[2 * i]) : 0) | (2 * i + 1 < n ? half_of(x[2 * i + 1]) << 16 : 0);
}

INLINE void turn(const uint32_t *in, size_t in_apart, uint32_t *out, size_t out_apart)
{
    for (size_t i = 0; i < SIDE; i++)
        for (size_t k = 0; k < SIDE; k++)
            out[k * out_apart + i] = in[i * in_apart + k];
}

#endif

/* n floats as pairs of neighbours, up to a whole tile's line of them. */
INLINE void pair_run(const float *x, size_t n, uint32_t *out)
{
    for (size_t i = 0; i < n; i += BLOCK, out += SIDE)
        pair_neighbours(x + i, least(n - i, BLOCK), out);
}

/* Tiles ---------------------------------------------------------------------------------- */

INLINE void begin(tiles *t)
{
    tile_config c = {.palette = 1};

    for (size_t i = 0; i < 8; i++) {
        c.line_bytes[i] = 4 * SIDE;
        c.lines[i] = SIDE;
    }
    tiles_begin(t, &c);
}

/* Sums 0 and 1 (high: and 2 and 3, of 16 more lines; wide: 1 and 3 are of 16 more columns) += over `steps` of 16 pairs
 * of a's lines, la apart, times b, lb from a pair to the next. */
INLINE void sum(tiles *t, bool high, bool wide, size_t steps, const uint32_t *a, size_t la, const uint32_t *b, size_t lb)
{
    for (size_t s = 0; s < steps; s++, a += SIDE, b += SIDE * lb) {
        tile_load(t, 4, a, 4 * la);
        tile_load(t, 6, b, 4 * lb);
        tile_dot(t, 0, 4, 6);
        if (wide) {
            tile_load(t, 7, b + SIDE, 4 * lb);
            tile_dot(t, 1, 4, 7);
        }
        if (high) {
            tile_load(t, 5, a + SIDE * la, 4 * la);
            tile_dot(t, 2, 5, 6);
        }
        if (high && wide)
            tile_dot(t, 3, 5, 7);
    }
}

/* DO(which, line, column) for the tiles of a block. */
#define EACH_SUM(high, wide, DO) \
    do {                         \
        DO(0, 0, 0);             \
        if (wide)                \
            DO(1, 0, SIDE);      \
        if (high)                \
            DO(2, SIDE, 0);      \
        if ((high) && (wide))    \
            DO(3, SIDE, SIDE);   \
    } while (0)

/* What c has is where the sums begin, in its first n lines; whole lines of 16. */
INLINE const float *lines_of(const float *c, size_t *apart, size_t n, float room[SIDE * SIDE])
{
    if (n >= SIDE)
        return c;
    memset(room, 0, SIDE * SIDE * sizeof *room);
    for (size_t r = 0; r < n; r++)
        memcpy(room + r * SIDE, c + r * *apart, SIDE * sizeof *room);
    *apart = SIDE;
    return room;
}

/* A block of c, of n lines and one or two times 16 columns: c = or += the sum. */
INLINE void straight(tiles *t, size_t n, bool wide, size_t steps, const uint32_t *a, size_t la, const uint32_t *b, size_t lb,
                     float *c, size_t ldc, bool add)
{
    bool high = n > SIDE;
    float room[SIDE * SIDE] __attribute__((aligned(64)));

#define START(k, line, column)                                                                   \
    do {                                                                                         \
        size_t apart = ldc;                                                                      \
        if (add) {                                                                               \
            const float *from = lines_of(c + (line) * ldc + (column), &apart, n - (line), room); \
            tile_load(t, k, from, 4 * apart);                                                    \
        } else {                                                                                 \
            tile_zero(t, k);                                                                     \
        }                                                                                        \
    } while (0)
    EACH_SUM(high, wide, START);
    sum(t, high, wide, steps, a, la, b, lb);
#define PUT(k, line, column)                                                                     \
    do {                                                                                         \
        float *to = c + (line) * ldc + (column);                                                 \
        if (n - (line) >= SIDE) {                                                                \
            tile_store(t, k, to, 4 * ldc);                                                       \
        } else {                                                                                 \
            tile_store(t, k, room, 4 * SIDE);                                                    \
            for (size_t r = 0; r < n - (line); r++)                                              \
                memcpy(to + r * ldc, room + r * SIDE, SIDE * sizeof *to);                        \
        }                                                                                        \
    } while (0)
    EACH_SUM(high, wide, PUT);
}

/* Forward -------------------------------------------------------------------------------- */

/* A run of terms of up to MOST_ROWS rows. */
static void multiply_run(tiles *t, size_t m, size_t n, size_t k, const float *x, size_t ldx, const float *w, size_t apart,
                         float *z, size_t ldz, uint32_t *rows, bool add)
{
    uint32_t panel[RUN * KERNEL_PANEL] __attribute__((aligned(64)));
    size_t pairs = whole((k + 1) / 2);

    for (size_t i = 0; i < whole(m); i++)
        if (i < m)
            pair_run(x + i * ldx, k, rows + i * ROW);
        else
            memset(rows + i * ROW, 0, pairs * sizeof *rows);
    for (size_t j = 0; j < n; j += KERNEL_PANEL, w += apart) {
        for (size_t i = 0; i < pairs; i++) {
            const float *a = w + 2 * i * KERNEL_PANEL, *b = 2 * i + 1 < k ? a + KERNEL_PANEL : NULL;
            size_t columns = 2 * i < k ? SIDE : 0;
            pair_lines(a, b, columns, panel + i * KERNEL_PANEL);
            pair_lines(columns ? a + SIDE : a, b ? b + SIDE : NULL, columns, panel + i * KERNEL_PANEL + SIDE);
        }
        for (size_t i = 0; i < m; i += BLOCK)
            straight(t, least(m - i, BLOCK), n - j > SIDE, pairs / SIDE, rows + i * ROW, ROW, panel, KERNEL_PANEL,
                     z + i * ldz + j, ldz, add);
    }
}

static void multiply(size_t m, size_t n, size_t k, const float *x, size_t ldx, const float *w, size_t apart, float *z,
                     size_t ldz, float *room)
{
    tiles t;

    for (size_t i = 0; !k && i < m; i++)
        memset(z + i * ldz, 0, whole(n) * sizeof *z);
    if (!k)
        return;
    begin(&t);
    for (size_t i = 0; i < m; i += MOST_ROWS)
        for (size_t q = 0; q < k; q += 2 * RUN)
            multiply_run(&t, least(m - i, MOST_ROWS), n, least(k - q, 2 * RUN), x + i * ldx + q, ldx, w + q * KERNEL_PANEL,
                         apart, z + i * ldz, ldz, (uint32_t *)(void *)room, q != 0);
    tiles_end(&t);
}

/* Back ----------------------------------------------------------------------------------- */

/* A square of sums lies turned over: n columns of e by m lines. */
INLINE void take(float *to, const float *e, size_t lde, size_t m, size_t n)
{
    float room[SIDE * SIDE];

    memset(room, 0, sizeof room);
    for (size_t i = 0; i < m; i++)
        memcpy(room + i * SIDE, e + i * lde, n * sizeof *e);
    turn((const uint32_t *)(const void *)room, SIDE, (uint32_t *)(void *)to, SIDE);
}

INLINE void give(const float *from, float *e, size_t lde, size_t m, size_t n)
{
    float room[SIDE * SIDE];

    if (m == SIDE && n == SIDE) {
        turn((const uint32_t *)(const void *)from, SIDE, (uint32_t *)(void *)e, lde);
        return;
    }
    turn((const uint32_t *)(const void *)from, SIDE, (uint32_t *)(void *)room, SIDE);
    for (size_t i = 0; i < m; i++)
        memcpy(e + i * lde, room + i * SIDE, n * sizeof *e);
}

/* n <= 32 columns of e by m <= 32 lines: the columns' weights times the lines' g. */
INLINE void error_block(tiles *t, size_t m, size_t n, size_t steps, const uint32_t *lines, const uint32_t *g, float *e,
                        size_t lde, bool add)
{
    bool high = n > SIDE, wide = m > SIDE;
    float room[SIDE * SIDE] __attribute__((aligned(64)));

#define TAKE(k, column, line)                                                                                      \
    do {                                                                                                           \
        if (add) {                                                                                                 \
            take(room, e + (line) * lde + (column), lde, least(m - (line), SIDE), least(n - (column), SIDE));      \
            tile_load(t, k, room, 4 * SIDE);                                                                       \
        } else {                                                                                                   \
            tile_zero(t, k);                                                                                       \
        }                                                                                                          \
    } while (0)
    EACH_SUM(high, wide, TAKE);
    sum(t, high, wide, steps, lines, ROW_BACK, g, BLOCK);
#define GIVE(k, column, line)                                                                                      \
    do {                                                                                                           \
        tile_store(t, k, room, 4 * SIDE);                                                                          \
        give(room, e + (line) * lde + (column), lde, least(m - (line), SIDE), least(n - (column), SIDE));          \
    } while (0)
    EACH_SUM(high, wide, GIVE);
}

/* Pairs of k terms of g's m rows, turned over: blocks of 32 rows, [pairs][32] each. */
INLINE void pack_rows(size_t m, size_t k, const float *g, size_t ldg, uint32_t *out)
{
    uint32_t square[SIDE * SIDE] __attribute__((aligned(64)));
    size_t pairs = whole((k + 1) / 2);

    for (size_t i = 0; i < m; i += SIDE)
        for (size_t p = 0; p < pairs; p += SIDE) {
            for (size_t r = 0; r < SIDE; r++)
                pair_neighbours(i + r < m ? g + (i + r) * ldg + 2 * p : g, i + r < m ? least(k - 2 * p, BLOCK) : 0,
                                square + r * SIDE);
            turn(square, SIDE, out + (i / BLOCK * pairs + p) * BLOCK + i % BLOCK, BLOCK);
        }
}

static void error_run(tiles *t, size_t m, size_t n, size_t k, const float *g, size_t ldg, const float *w, size_t apart,
                      float *e, size_t lde, uint32_t *rows, bool add)
{
    uint32_t lines[BLOCK * ROW_BACK] __attribute__((aligned(64)));
    size_t pairs = whole((k + 1) / 2);

    pack_rows(m, k, g, ldg, rows);
    for (size_t c = 0; c < n; c += BLOCK) {
        for (size_t r = 0; r < BLOCK; r++)
            for (size_t p = 0; p < k; p += KERNEL_PANEL)
                pair_neighbours(c + r < n ? w + p / KERNEL_PANEL * apart + (c + r) * KERNEL_PANEL : w,
                                c + r < n ? least(k - p, KERNEL_PANEL) : 0, lines + r * ROW_BACK + p / 2);
        for (size_t i = 0; i < m; i += BLOCK)
            error_block(t, least(m - i, BLOCK), least(n - c, BLOCK), pairs / SIDE, lines, rows + i * pairs,
                        e + i * lde + c, lde, add);
    }
}

static void error(size_t m, size_t n, size_t k, const float *g, size_t ldg, const float *w, size_t apart, float *e,
                  size_t lde, float *room)
{
    tiles t;

    for (size_t i = 0; !k && i < m; i++)
        memset(e + i * lde, 0, n * sizeof *e);
    if (!k)
        return;
    begin(&t);
    for (size_t q = 0; q < k; q += 2 * RUN_BACK)
        error_run(&t, m, n, least(k - q, 2 * RUN_BACK), g + q, ldg, w + q / KERNEL_PANEL * apart, apart, e, lde,
                  (uint32_t *)(void *)room, q != 0);
    tiles_end(&t);
}

/* Gradient ------------------------------------------------------------------------------- */

static void pair(size_t m, size_t n, const float *g, size_t ldg, float *out)
{
    uint32_t *to = (uint32_t *)(void *)out;

    for (size_t i = 0; i < 2 * whole((m + 1) / 2); i += 2, g += 2 * ldg, to += ldg)
        for (size_t c = 0; c < n; c += SIDE)
            if (i < m)
                pair_lines(g + c, i + 1 < m ? g + ldg + c : NULL, SIDE, to + c);
            else
                memset(to + c, 0, SIDE * sizeof *to);
}

static void pair_turned(size_t m, size_t n, const float *x, size_t ldx, float *out, size_t ldo)
{
    uint32_t *to = (uint32_t *)(void *)out, square[SIDE * SIDE] __attribute__((aligned(64)));

    for (size_t i = 0; i < m; i += 2 * SIDE)
        for (size_t c = 0; c < n; c += SIDE) {
            size_t columns = least(n - c, SIDE);
            for (size_t p = 0; p < SIDE; p++) {
                size_t r = i + 2 * p;
                const float *from = r < m ? x + r * ldx + c : x;
                pair_lines(from, r + 1 < m ? from + ldx : NULL, r < m ? columns : 0, square + p * SIDE);
            }
            turn(square, SIDE, to + c * ldo + i / 2, ldo);
        }
}

static void gradient(size_t m, size_t n, size_t k, const float *x, size_t ldx, const float *g, size_t ldg, float *d,
                     size_t ldd, bool add)
{
    const uint32_t *px = (const uint32_t *)(const void *)x, *pg = (const uint32_t *)(const void *)g;
    size_t steps = whole((m + 1) / 2) / SIDE;
    tiles t;

    for (size_t c = 0; !m && !add && c < n; c++)
        memset(d + c * ldd, 0, whole(k) * sizeof *d);
    if (!m)
        return;
    begin(&t);
    for (size_t c = 0; c < n; c += BLOCK)
        for (size_t j = 0; j < k; j += BLOCK)
            straight(&t, least(n - c, BLOCK), k - j > SIDE, steps, px + c * ldx, ldx, pg + j, ldg, d + c * ldd + j, ldd, add);
    tiles_end(&t);
}

const kernel_products TILES_TABLE = {.name = "amx", .strip = BLOCK, .multiply = multiply, .error = error, .gradient = gradient,
                                     .pair = pair, .pair_turned = pair_turned};
