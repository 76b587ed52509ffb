/* rng.c - random numbers by counter (Philox4x32-10). */
#include "base/rng.h"

#include <math.h>
#include <sys/random.h>
#include <time.h>

void rng_block(uint64_t seed, uint32_t stream, uint64_t index, uint32_t out[4])
{
    uint32_t c0 = (uint32_t)index, c1 = (uint32_t)(index >> 32), c2 = stream, c3 = 0;
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);

    for (int round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)0xD2511F53u * c0;
        uint64_t p1 = (uint64_t)0xCD9E8D57u * c2;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)p1;
        c3 = (uint32_t)p0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

uint64_t rng_u64(uint64_t seed, uint32_t stream, uint64_t index)
{
    uint32_t w[4];
    rng_block(seed, stream, index, w);
    return (uint64_t)w[0] << 32 | w[1];
}

double rng_unit(uint64_t seed, uint32_t stream, uint64_t index)
{
    return (double)(rng_u64(seed, stream, index) >> 11) * 0x1p-53;
}

double rng_normal(uint64_t seed, uint32_t stream, uint64_t index)
{
    uint32_t w[4];
    rng_block(seed, stream, index, w);
    double u = ((double)w[0] * 0x1p32 + w[1] + 1) * 0x1p-64; /* (0, 1] */
    double v = (double)w[2] * 0x1p-32;
    return sqrt(-2 * log(u)) * cos(6.283185307179586 * v);
}

uint64_t rng_below(uint64_t seed, uint32_t stream, uint64_t index, uint64_t n)
{
    /* Multiply-shift; the bias is below n / 2^64. */
    return (uint64_t)(((unsigned __int128)rng_u64(seed, stream, index) * n) >> 64);
}

uint64_t rng_permute(uint64_t seed, uint32_t stream, uint64_t i, uint64_t n)
{
    unsigned half = 1;
    while (half < 32 && (uint64_t)1 << (2 * half) < n)
        half++;
    uint64_t mask = ((uint64_t)1 << half) - 1;
    do {
        uint64_t left = i >> half & mask, right = i & mask;
        for (uint64_t round = 0; round < 4; round++) {
            uint64_t f = rng_u64(seed, stream, round << 32 | right) & mask;
            uint64_t next = left ^ f;
            left = right;
            right = next;
        }
        i = left << half | right;
    } while (i >= n);
    return i;
}

int64_t rng_fresh_seed(void)
{
    uint64_t seed = 0;
    if (getrandom(&seed, sizeof seed, 0) != sizeof seed) {
        struct timespec t;
        clock_gettime(CLOCK_REALTIME, &t);
        seed = (uint64_t)t.tv_sec * 1000000007u + (uint64_t)t.tv_nsec;
    }
    seed >>= 11; /* exact as a double, so that a script can pass it on */
    return (int64_t)seed;
}
