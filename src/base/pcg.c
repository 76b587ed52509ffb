/* pcg.c - see pcg.h. */
#include "base/pcg.h"

#include <math.h>

uint32_t pcg_u32(pcg *g)
{
    uint64_t old = g->s;
    uint32_t x = (uint32_t)((old >> 18 ^ old) >> 27), rot = (uint32_t)(old >> 59);

    g->s = old * 6364136223846793005u + 3;
    return x >> rot | x << (-rot & 31);
}

pcg pcg_seed(uint64_t seed)
{
    pcg g = {0, NAN};

    pcg_u32(&g);
    g.s += seed;
    pcg_u32(&g);
    return g;
}

uint64_t pcg_u64(pcg *g)
{
    uint64_t high = pcg_u32(g);
    return high << 32 | pcg_u32(g);
}

static uint32_t low_bits(pcg *g, int bits)
{
    return (uint32_t)(pcg_u64(g) & ((UINT64_C(1) << bits) - 1));
}

uint32_t pcg_below(pcg *g, uint32_t n)
{
    return pcg_u32(g) % n;
}

float pcg_float(pcg *g)
{
    return (float)low_bits(g, 24) * 0x1p-24f;
}

double pcg_double(pcg *g)
{
    uint64_t high = low_bits(g, 26);
    return (double)((high << 27) + low_bits(g, 27)) * 0x1p-53;
}

double pcg_gaussian(pcg *g)
{
    if (!isnan(g->spare)) {
        double x = g->spare;
        g->spare = NAN;
        return x;
    }
    double a, b, q;
    do {
        a = 2 * pcg_double(g) - 1;
        b = 2 * pcg_double(g) - 1;
        q = a * a + b * b;
    } while (q >= 1 || q == 0);
    double m = sqrt(-2 * log(q) / q);
    g->spare = b * m;
    return a * m;
}

void pcg_bytes(pcg *g, uint8_t *out, size_t n)
{
    for (size_t i = 0; i < n;) {
        uint32_t x = pcg_u32(g);
        for (int k = 0; k < 4 && i < n; k++, x >>= 8)
            out[i++] = (uint8_t)x;
    }
}

void pcg_shuffle(pcg *g, uint32_t *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t j = i + pcg_below(g, (uint32_t)(n - i));
        uint32_t t = v[i];
        v[i] = v[j];
        v[j] = t;
    }
}

uint32_t pcg_fold(uint64_t seed, uint32_t n)
{
    pcg g = pcg_seed(seed);
    int32_t x = (int32_t)pcg_u32(&g);

    if (x == INT32_MIN)
        return 0; /* its abs is itself; the remainder would be negative */
    return (uint32_t)(x < 0 ? -x : x) % n;
}
