/* sha256.c - SHA-256 and HMAC. */
#include "base/sha256.h"

#include <string.h>

enum { BLOCK = 64 };

typedef struct state {
    uint32_t h[8];
    uint8_t block[BLOCK];
    size_t n;       /* bytes in the block */
    uint64_t total; /* bytes in all */
} state;

/* First 32 bits of the fractions of the square roots of the first 8 primes, of the cube roots of 64. */
static const uint32_t first[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
static const uint32_t k[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t turn(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
}

static void mix(state *s)
{
    uint32_t w[64], v[8];

    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)s->block[4 * i] << 24 | (uint32_t)s->block[4 * i + 1] << 16 | (uint32_t)s->block[4 * i + 2] << 8 | s->block[4 * i + 3];
    for (int i = 16; i < 64; i++) {
        uint32_t a = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ w[i - 15] >> 3;
        uint32_t b = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ w[i - 2] >> 10;
        w[i] = w[i - 16] + a + w[i - 7] + b;
    }
    memcpy(v, s->h, sizeof v);
    for (int i = 0; i < 64; i++) {
        uint32_t a = turn(v[4], 6) ^ turn(v[4], 11) ^ turn(v[4], 25), choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
        uint32_t t = v[7] + a + choice + k[i] + w[i];
        uint32_t b = turn(v[0], 2) ^ turn(v[0], 13) ^ turn(v[0], 22), most = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
        memmove(v + 1, v, 7 * sizeof *v);
        v[4] += t;
        v[0] = t + b + most;
    }
    for (int i = 0; i < 8; i++)
        s->h[i] += v[i];
    s->n = 0;
}

static void begin(state *s)
{
    *s = (state){.n = 0};
    memcpy(s->h, first, sizeof first);
}

static void add(state *s, const void *data, size_t n)
{
    const uint8_t *p = data;

    s->total += n;
    while (n) {
        size_t m = BLOCK - s->n < n ? BLOCK - s->n : n;
        memcpy(s->block + s->n, p, m);
        s->n += m, p += m, n -= m;
        if (s->n == BLOCK)
            mix(s);
    }
}

static void end(state *s, uint8_t out[SHA256_BYTES])
{
    uint64_t bits = s->total * 8;
    static const uint8_t pad[BLOCK] = {0x80};
    uint8_t length[8];

    add(s, pad, (s->n < 56 ? 56 : 120) - s->n);
    for (int i = 0; i < 8; i++)
        length[i] = (uint8_t)(bits >> (56 - 8 * i));
    add(s, length, 8);
    for (int i = 0; i < 32; i++)
        out[i] = (uint8_t)(s->h[i / 4] >> (24 - 8 * (i % 4)));
}

void sha256(const void *data, size_t n, uint8_t out[SHA256_BYTES])
{
    state s;

    begin(&s);
    add(&s, data, n);
    end(&s, out);
}

void sha256_hmac(const void *key, size_t key_n, const void *data, size_t n, uint8_t out[SHA256_BYTES])
{
    uint8_t pad[BLOCK] = {0}, inner[SHA256_BYTES];
    state s;

    if (key_n > BLOCK)
        sha256(key, key_n, pad);
    else if (key_n)
        memcpy(pad, key, key_n);
    for (int i = 0; i < BLOCK; i++)
        pad[i] ^= 0x36;
    begin(&s);
    add(&s, pad, BLOCK);
    add(&s, data, n);
    end(&s, inner);
    for (int i = 0; i < BLOCK; i++)
        pad[i] ^= 0x36 ^ 0x5c;
    begin(&s);
    add(&s, pad, BLOCK);
    add(&s, inner, sizeof inner);
    end(&s, out);
}

void sha256_hex(const uint8_t hash[SHA256_BYTES], char out[SHA256_HEX])
{
    for (int i = 0; i < SHA256_BYTES; i++) {
        out[2 * i] = "0123456789abcdef"[hash[i] >> 4];
        out[2 * i + 1] = "0123456789abcdef"[hash[i] & 15];
    }
    out[2 * SHA256_BYTES] = 0;
}
