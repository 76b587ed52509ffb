/* tiles.h - matrix units (AMX): eight tiles of 16 lines of 64 bytes, and the product of two of them in bf16.
 *
 * Instructions of the processor, or with TILES_IN_C the same by definition, for tests where there are none.
 * Numbers of tiles are constants. */
#ifndef KERNEL_TILES_H
#define KERNEL_TILES_H

#include <stddef.h>
#include <stdint.h>

/* What LDTILECFG reads. */
typedef struct tile_config {
    uint8_t palette, start_row, reserved[14];
    uint16_t line_bytes[16];
    uint8_t lines[16];
} tile_config;

_Static_assert(sizeof(tile_config) == 64, "as the processor has it");

#ifdef TILES_IN_C

#include <float.h>
#include <math.h>
#include <string.h>

typedef struct tiles {
    tile_config config;
    uint8_t tile[8][16][64];
} tiles;

static inline void tiles_begin(tiles *t, const tile_config *c)
{
    memset(t, 0, sizeof *t);
    t->config = *c;
}

static inline void tiles_end(tiles *t)
{
    memset(t, 0xff, sizeof *t); /* nothing stays */
}

static inline void tile_zero(tiles *t, int k)
{
    memset(t->tile[k], 0, sizeof t->tile[k]);
}

static inline void tile_load(tiles *t, int k, const void *from, size_t apart)
{
    tile_zero(t, k);
    for (size_t r = 0; r < t->config.lines[k]; r++)
        memcpy(t->tile[k][r], (const char *)from + r * apart, t->config.line_bytes[k]);
}

static inline void tile_store(const tiles *t, int k, void *to, size_t apart)
{
    for (size_t r = 0; r < t->config.lines[k]; r++)
        memcpy((char *)to + r * apart, t->tile[k][r], t->config.line_bytes[k]);
}

/* A denormal number counts as 0, as a factor and as a result. */
static inline float tile_flush(float x)
{
    return fabsf(x) < FLT_MIN ? copysignf(0, x) : x;
}

static inline float tile_factor(const uint8_t *line, size_t i)
{
    uint16_t half;
    memcpy(&half, line + 2 * i, sizeof half);
    uint32_t bits = (uint32_t)half << 16;
    float x;
    memcpy(&x, &bits, sizeof x);
    return tile_flush(x);
}

/* c += a times b, as TDPBF16PS is defined: first and second factors of the pairs are summed apart, from 0, each by fused
 * multiply-adds that round to nearest even; then both sums are added, and their sum to c. */
static inline void tile_dot(tiles *t, int c, int a, int b)
{
    size_t pairs = t->config.line_bytes[a] / 4, columns = t->config.line_bytes[c] / 4;

    for (size_t m = 0; m < t->config.lines[c]; m++)
        for (size_t n = 0; n < columns; n++) {
            float sum[2] = {0, 0}, old;
            for (size_t k = 0; k < pairs; k++)
                for (size_t h = 0; h < 2; h++)
                    sum[h] = tile_flush(fmaf(tile_factor(t->tile[a][m], 2 * k + h), tile_factor(t->tile[b][k], 2 * n + h), sum[h]));
            memcpy(&old, t->tile[c][m] + 4 * n, sizeof old);
            float both = tile_flush(sum[0] + sum[1]), out = tile_flush(tile_flush(old) + both);
            memcpy(t->tile[c][m] + 4 * n, &out, sizeof out);
        }
}

#else

typedef struct tiles { /* the processor's own */
    char none;
} tiles;

/* The compiler's intrinsics do not say that they read and write memory. */
#define tiles_begin(t, c) ((void)(t), ({ __asm__ volatile("ldtilecfg %0" : : "m"(*(c)) : "memory"); }))
#define tiles_end(t) ((void)(t), ({ __asm__ volatile("tilerelease" : : : "memory"); }))
#define tile_zero(t, k) ((void)(t), ({ __asm__ volatile("tilezero %%tmm%c0" : : "i"(k) : "memory"); }))
#define tile_load(t, k, from, apart)                                                             \
    ((void)(t), ({ __asm__ volatile("tileloadd (%1,%2,1), %%tmm%c0" : : "i"(k), "r"(from), "r"((size_t)(apart)) : "memory"); }))
#define tile_store(t, k, to, apart)                                                              \
    ((void)(t), ({ __asm__ volatile("tilestored %%tmm%c0, (%1,%2,1)" : : "i"(k), "r"(to), "r"((size_t)(apart)) : "memory"); }))
#define tile_dot(t, c, a, b)                                                                     \
    ((void)(t), ({ __asm__ volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(c), "i"(a), "i"(b) : "memory"); }))

#endif

#endif
