/* t_tiles.c - products on matrix units: the product's own lines, with tiles worked out in C, against plain double
 * arithmetic; and with the processor's own tiles, where it has some, the same bits. */
#ifndef TILES_IN_C
#define TILES_IN_C
#endif
#include "config.h"
#include "tests/unit/by_products.h"

#include "kernel/dispatch.h"
#include "kernel/tiles.h"

extern const kernel_products kernel_tiles_plain;
#ifdef HAVE_AMX
extern const kernel_products kernel_tiles_wide, kernel_amx;
#endif

/* How tiles multiply ---------------------------------------------------------------------- */

static void put(uint8_t *line, size_t i, float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    uint16_t half = (uint16_t)(bits >> 16);
    memcpy(line + 2 * i, &half, sizeof half);
}

/* One element of c: `old` plus pairs x[i] times y[i]. */
static float dot_of(float old, const float *x, const float *y, size_t n)
{
    static tiles t;
    static const tile_config c = {.palette = 1, .line_bytes = {64, 64, 64}, .lines = {16, 16, 16}};
    uint8_t a[16][64] = {{0}}, b[16][64] = {{0}};
    float sum[16][16] = {{0}};

    for (size_t i = 0; i < n; i++) {
        put(a[2], i, x[i]);
        put(b[i / 2], 2 * 5 + i % 2, y[i]);
    }
    sum[2][5] = old;
    tiles_begin(&t, &c);
    tile_load(&t, 0, sum, 64);
    tile_load(&t, 1, a, 64);
    tile_load(&t, 2, b, 64);
    tile_dot(&t, 0, 1, 2);
    tile_store(&t, 0, sum, 64);
    tiles_end(&t);
    return sum[2][5];
}

static void definition(void)
{
    const float big = 0x1p24f, x1[] = {big, 1, 1, 1}, ones[] = {1, 1, 1, 1}, x2[] = {big, 1, -big, 1};
    const float small[] = {0x1p-100f, 3}, smaller[] = {0x1p-100f, 2}, denormal[] = {0x1p-130f, 3}, large[] = {0x1p100f, 2};

    CLAIM(dot_of(0.5f, x1 + 1, ones, 3) == 3.5f, "tiles: a sum of pairs");
    /* 2^24 + 1 is 2^24; firsts come to 2^24, seconds to 2, both to 2^24 + 2 */
    CLAIM(dot_of(0, x1, ones, 4) == big + 2, "tiles: firsts and seconds are summed apart");
    CLAIM(dot_of(big, x2, ones, 4) == big + 2 && dot_of(1, x1, ones, 1) == big, "tiles: what was there comes last");
    CLAIM(dot_of(1, small, smaller, 2) == 7 && dot_of(1, denormal, large, 2) == 7, "tiles: denormals count as zero");
    CLAIM(isnan(dot_of(NAN, x1, ones, 1)) && isinf(dot_of(0, (const float[]){INFINITY}, ones, 1)), "tiles: NaN and infinity stay");
}

/* Products ---------------------------------------------------------------------------------- */

enum { M = 77, IN = 83, OUT = 71, LDX = 96, LDZ = 80, APART = IN * 32 + 16, PAIRS = 48 };

typedef struct results {
    float z[M * LDZ], e[M * LDX], d[IN * LDZ];
} results;

/* All three products, with arrays that start `off` floats behind a cache line; odd values among them when asked. */
static void work_out(const kernel_products *p, size_t off, bool odd, results *r)
{
    float *mem[8];

    for (size_t i = 0; i < 8; i++)
        mem[i] = (float *)mem_slab(20000, sizeof(float)) + (off * (i + 1)) % 16;
    fill(mem[0], IN * OUT, 6), fill(mem[2], M * LDX, 7);
    for (size_t i = 0; odd && i < 40; i++) {
        static const float values[] = {1e-40f, -1e-44f, 1e-38f, 0, -0.0f, 3e38f, INFINITY, NAN};
        mem[2][i * 97] = values[i % 6];
        mem[0][i * 41] = values[(i * 5 + 1) % 6];
        mem[2][(i * 331 + 50) % (5 * LDX)] = values[i % 8];
    }
    into_panels(mem[0], IN, OUT, mem[1], APART);
    p->multiply(M, OUT, IN, mem[2], LDX, mem[1], APART, mem[3], LDZ, room_of_products);
    for (size_t i = 0; i < M; i++) {
        memset(mem[3] + i * LDZ + OUT, 0, (LDZ - OUT) * sizeof(float));
        memcpy(r->z + i * LDZ, mem[3] + i * LDZ, LDZ * sizeof(float));
    }
    p->error(M, IN, OUT, mem[3], LDZ, mem[1], APART, mem[4], LDX, room_of_products);
    memcpy(r->e, mem[4], sizeof r->e);
    p->pair_turned(M, IN, mem[2], LDX, mem[5], PAIRS);
    p->pair(M, LDZ, mem[3], LDZ, mem[6]);
    for (int add = 0; add < 2; add++)
        p->gradient(M, IN, OUT, mem[5], PAIRS, mem[6], LDZ, mem[7], LDZ, add);
    memcpy(r->d, mem[7], sizeof r->d);
    for (size_t i = 0; i < 8; i++)
        mem_slab_free(mem[i] - (off * (i + 1)) % 16);
}

/* Bits, but one NaN is like another: which of two is handed on is nowhere said. */
static bool alike(const results *a, const results *b)
{
    const float *x = (const float *)(const void *)a, *y = (const float *)(const void *)b;
    bool same = true;

    for (size_t i = 0; i < sizeof *a / sizeof *x; i++)
        same &= memcmp(&x[i], &y[i], sizeof *x) == 0 || (isnan(x[i]) && isnan(y[i]));
    return same;
}

static bool same_bits(const kernel_products *p, const kernel_products *q)
{
    static results a, b;
    bool same = true;

    for (int odd = 0; odd < 2; odd++) {
        work_out(p, 0, odd, &a);
        work_out(q, 3, odd, &b);
        same &= alike(&a, &b);
    }
    return same;
}

static void anywhere(const kernel_products *p, const char *how)
{
    static results first, other;
    bool same = true;

    work_out(p, 0, true, &first);
    for (size_t off = 1; off < 16; off += 4) {
        work_out(p, off, true, &other);
        same &= alike(&first, &other);
    }
    CLAIM(same, "amx: results do not depend on addresses%s", how);
}

static bool processor_has_bf16(void)
{
#ifdef HAVE_AMX
    return kernel_by_name("avx512") && __builtin_cpu_supports("avx512bf16");
#else
    return false;
#endif
}

int main(void)
{
    room_of_products = mem_slab(KERNEL_GEMM_ROOM, sizeof *room_of_products);
    definition();
    claim_products(&kernel_tiles_plain, true, ", tiles in C");
    anywhere(&kernel_tiles_plain, ", tiles in C");
    if (!processor_has_bf16()) {
        CLAIM(true, "amx: tiles in C among wide instructions # SKIP not built or not on this processor");
        CLAIM(true, "amx: matrix units # SKIP not built or not on this processor");
    } else {
#ifdef HAVE_AMX
        const kernel_products *here = kernel_halves(kernel_by_name("avx512"));
        claim_products(&kernel_tiles_wide, true, ", tiles in C among wide instructions");
        anywhere(&kernel_tiles_wide, ", tiles in C among wide instructions");
        CLAIM(same_bits(&kernel_tiles_plain, &kernel_tiles_wide), "amx: wide instructions round to the bits of the definition");
        if (here == &kernel_amx) {
            claim_products(here, true, ", on matrix units");
            CLAIM(same_bits(here, &kernel_tiles_plain), "amx: matrix units give the bits of tiles in C");
        } else {
            CLAIM(!strcmp(here->name, "avx512_bf16"), "amx: matrix units # SKIP not on this processor");
        }
#endif
    }
    mem_slab_free(room_of_products);
    return tap_done();
}
