/* kernel_impl.c - the primitives, compiled once per instruction set.
 *
 * Vectors are gcc's own (VL floats wide), so one source serves every table; lengths
 * that are no multiple of VL end in a vector that is copied in and out. */
#include "kernel/kernel.h"

#include <math.h>
#include <string.h>
#if defined __AVX2__
#include <immintrin.h>
#elif defined __SSE2__
#include <emmintrin.h>
#endif

extern const kernel_ops KERNEL_TABLE;

#if defined __AVX512F__
enum { VL = 16, MR = 12 /* rows of a tile of a product */ };
#elif defined __AVX2__
enum { VL = 8, MR = 6 };
#else
enum { VL = 4, MR = 4 };
#endif
enum { NR = 2 * VL };

#define INLINE static inline __attribute__((always_inline))

typedef float vf __attribute__((vector_size(VL * 4), may_alias));
typedef int32_t vi __attribute__((vector_size(VL * 4), may_alias));
typedef float vf_any __attribute__((vector_size(VL * 4), aligned(4), may_alias)); /* unaligned */

INLINE vf load(const float *p)
{
    return *(const vf_any *)p;
}

INLINE void store(float *p, vf v)
{
    *(vf_any *)p = v;
}

INLINE vf all(float x)
{
    return x - (vf){0};
}

/* The first n < VL floats; the rest 0. */
INLINE vf load_part(const float *p, size_t n)
{
#if defined __AVX512F__
    return (vf)_mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p);
#else
    vf v = {0};
    memcpy(&v, p, n * sizeof *p);
    return v;
#endif
}

INLINE void store_part(float *p, vf v, size_t n)
{
#if defined __AVX512F__
    _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), (__m512)v);
#else
    memcpy(p, &v, n * sizeof *p);
#endif
}

INLINE vf pick(vi mask, vf yes, vf no)
{
    return (vf)((mask & (vi)yes) | (~mask & (vi)no));
}

/* The sum of all lanes, halves folded onto halves. */
INLINE float total(vf v)
{
#if defined __AVX512F__
    return _mm512_reduce_add_ps((__m512)v);
#else
    float s[VL];
    memcpy(s, &v, sizeof s);
#pragma GCC unroll 3
    for (size_t half = VL / 2; half; half /= 2)
#pragma GCC unroll 8
        for (size_t i = 0; i < half; i++)
            s[i] += s[i + half];
    return s[0];
#endif
}

static float dot(const float *a, const float *b, size_t n)
{
    vf s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
    size_t i = 0;

    for (; i + 4 * VL <= n; i += 4 * VL) {
        s0 += load(a + i) * load(b + i);
        s1 += load(a + i + VL) * load(b + i + VL);
        s2 += load(a + i + 2 * VL) * load(b + i + 2 * VL);
        s3 += load(a + i + 3 * VL) * load(b + i + 3 * VL);
    }
    for (; i + VL <= n; i += VL)
        s0 += load(a + i) * load(b + i);
    if (i < n)
        s1 += load_part(a + i, n - i) * load_part(b + i, n - i);
    return total((s0 + s1) + (s2 + s3));
}

static void axpy(float *restrict z, const float *restrict w, float c, size_t n)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        z[i] += c * w[i];
}

INLINE size_t row_of(const uint32_t *idx, size_t i)
{
    return idx ? idx[i] : i;
}

#if defined __AVX512F__
enum { STAY = 16 }; /* vectors that stay in registers */
#else
enum { STAY = 8 };
#endif

/* `wide` vectors of z stay in registers while all rows pass; wide is a constant of the caller. */
INLINE void add_block(float *restrict z, const float *w, size_t ld, const uint32_t *idx, const float *val,
                      size_t count, size_t wide)
{
    vf s[STAY];

#pragma GCC unroll 16
    for (size_t k = 0; k < wide; k++)
        s[k] = load(z + k * VL);
    for (size_t j = 0; j < count; j++) {
        const float *row = w + row_of(idx, j) * ld;
        vf c = all(val[j]);
        __asm__("" : "+r"(row)); /* one base: gcc would carry `wide` offsets about */
#pragma GCC unroll 16
        for (size_t k = 0; k < wide; k++)
            s[k] += c * load(row + k * VL);
    }
#pragma GCC unroll 16
    for (size_t k = 0; k < wide; k++)
        store(z + k * VL, s[k]);
}

/* One pass over the rows per STAY vectors, and one over what remains: half a line of weights
 * that waits for a second pass has left the cache by then. */
static void add_rows(float *restrict z, const float *w, size_t ld, const uint32_t *idx,
                     const float *val, size_t count, size_t n)
{
    size_t i = 0;

    for (; i + STAY * VL <= n; i += STAY * VL)
        add_block(z + i, w + i, ld, idx, val, count, STAY);
    size_t left = (n - i) / VL;
#define CASE(wide)                                                       \
    case wide:                                                           \
        if ((wide) < STAY)                                               \
            add_block(z + i, w + i, ld, idx, val, count, (wide) % STAY); \
        break;
    switch (left) {
        CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8)
        CASE(9) CASE(10) CASE(11) CASE(12) CASE(13) CASE(14) CASE(15)
    default: break;
    }
#undef CASE
    i += left * VL;
    if (i < n) {
        vf s = load_part(z + i, n - i);
        for (size_t j = 0; j < count; j++)
            s += val[j] * load_part(w + row_of(idx, j) * ld + i, n - i);
        store_part(z + i, s, n - i);
    }
}

/* As add_block, every `sets`-th row into sums of its own: one row after the other would wait for each addition. */
INLINE void add_sets(float *restrict z, const float *w, size_t ld, const uint32_t *idx, const float *val,
                     size_t count, size_t wide, size_t sets)
{
    vf s[STAY];
    size_t j = 0;

#pragma GCC unroll 16
    for (size_t k = 0; k < wide * sets; k++)
        s[k] = k < wide ? load(z + k * VL) : all(0);
    for (; j + sets <= count; j += sets)
#pragma GCC unroll 16
        for (size_t k = 0; k < wide * sets; k++)
            s[k] += val[j + k / wide] * load(w + row_of(idx, j + k / wide) * ld + k % wide * VL);
    for (; j < count; j++)
#pragma GCC unroll 16
        for (size_t k = 0; k < wide; k++)
            s[k] += val[j] * load(w + row_of(idx, j) * ld + k * VL);
#pragma GCC unroll 4
    for (size_t half = sets / 2; half; half /= 2)
#pragma GCC unroll 16
        for (size_t k = 0; k < wide * half; k++)
            s[k] += s[k + wide * half];
#pragma GCC unroll 16
    for (size_t k = 0; k < wide; k++)
        store(z + k * VL, s[k]);
}

static void sum_rows(float *restrict z, const float *w, size_t ld, const uint32_t *idx, const float *val,
                     size_t count, size_t n)
{
    switch (n % VL ? 0 : n / VL) {
    case 1: add_sets(z, w, ld, idx, val, count, 1, 8); break;
    case 2: add_sets(z, w, ld, idx, val, count, 2, 4); break;
    case 3: add_sets(z, w, ld, idx, val, count, 3, 2); break;
    case 4: add_sets(z, w, ld, idx, val, count, 4, 2); break;
    default: add_rows(z, w, ld, idx, val, count, n); break;
    }
}

static void gemv(const float *w, size_t ld, size_t rows, const float *x, size_t n, float *out)
{
    size_t r = 0;

    for (; r + 4 <= rows; r += 4) {
        const float *w0 = w + r * ld, *w1 = w0 + ld, *w2 = w1 + ld, *w3 = w2 + ld;
        vf s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
        size_t i = 0;
        for (; i + VL <= n; i += VL) {
            vf xi = load(x + i);
            s0 += load(w0 + i) * xi;
            s1 += load(w1 + i) * xi;
            s2 += load(w2 + i) * xi;
            s3 += load(w3 + i) * xi;
        }
        if (i < n) {
            vf xi = load_part(x + i, n - i);
            s0 += load_part(w0 + i, n - i) * xi;
            s1 += load_part(w1 + i, n - i) * xi;
            s2 += load_part(w2 + i, n - i) * xi;
            s3 += load_part(w3 + i, n - i) * xi;
        }
        out[r] = total(s0);
        out[r + 1] = total(s1);
        out[r + 2] = total(s2);
        out[r + 3] = total(s3);
    }
    for (; r < rows; r++)
        out[r] = dot(w + r * ld, x, n);
}

#include "kernel/kernel_product.h"
#include "kernel/kernel_half.h"

/* What takes part ------------------------------------------------------------------------ */

static size_t squeeze(float *restrict to, const float *from, size_t apart, const uint32_t *kept, size_t panels)
{
    size_t n = 0;

    for (size_t p = 0; p < panels; p++, from += apart) {
        enum { AHEAD = 4 * KERNEL_PANEL }; /* lines that will be asked for next: short pieces, which nobody foresees */
        __builtin_prefetch(from + AHEAD);
        __builtin_prefetch(from + AHEAD + 16);
#if defined __AVX512F__
        uint32_t bits = kept[p];
        _mm512_storeu_ps(to + n, _mm512_maskz_compress_ps((__mmask16)bits, (__m512)load(from)));
        n += (size_t)__builtin_popcount(bits & 0xffff);
        _mm512_storeu_ps(to + n, _mm512_maskz_compress_ps((__mmask16)(bits >> 16), (__m512)load(from + VL)));
        n += (size_t)__builtin_popcount(bits >> 16);
#else
        for (uint32_t i = 0; i < KERNEL_PANEL; i++) { /* without branches: they would be guesses */
            to[n] = from[i];
            n += kept[p] >> i & 1;
        }
#endif
    }
    return n;
}

static void spread(float *restrict to, const float *restrict from, const uint32_t *kept, size_t panels)
{
    for (size_t p = 0; p < panels; p++, to += KERNEL_PANEL) {
#if defined __AVX512F__
        uint32_t bits = kept[p];
        store(to, (vf)_mm512_maskz_expandloadu_ps((__mmask16)bits, from));
        from += __builtin_popcount(bits & 0xffff);
        store(to + VL, (vf)_mm512_maskz_expandloadu_ps((__mmask16)(bits >> 16), from));
        from += __builtin_popcount(bits >> 16);
#else
        for (uint32_t i = 0; i < KERNEL_PANEL; i++) {
            uint32_t on = kept[p] >> i & 1;
            to[i] = on ? *from : 0;
            from += on;
        }
#endif
    }
}

static void fetch(const float *p, size_t n)
{
    for (size_t i = 0; i < n; i += 16)
        __builtin_prefetch(p + i, 1, 2);
}

static double sum_squares(const float *w, size_t n)
{
    double sum = 0;

#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++)
        sum += (double)w[i] * (double)w[i];
    return sum;
}

static void add_squares(float *restrict acc, const float *restrict w, size_t n)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        acc[i] += w[i] * w[i];
}

static void scale(float *restrict w, const float *restrict f, size_t n)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        w[i] *= f[i];
}

static void rectify(float *restrict a, const float *restrict z, const float *restrict b, size_t n)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        float x = z[i] + b[i];
        a[i] = x > 0 ? x : 0;
    }
}

static void positive(float *restrict a, const float *restrict z, size_t n)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        a[i] = z[i] > 0 ? z[i] : 0;
}

static size_t list(const float *a, const uint32_t *name, size_t first, size_t n, uint32_t *index, float *value)
{
    size_t k = 0;

#if defined __AVX512F__
    __m512i step = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    for (size_t i = 0; i < n; i += VL) {
        __mmask16 there = (__mmask16)(n - i < VL ? (1u << (n - i)) - 1 : 0xffff);
        __m512 x = _mm512_maskz_loadu_ps(there, a + i);
        __m512i who = name ? _mm512_maskz_loadu_epi32(there, name + i) : _mm512_add_epi32(step, _mm512_set1_epi32((int)(first + i)));
        __mmask16 on = _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_NEQ_UQ);
        unsigned many = (unsigned)__builtin_popcount(on);
        __mmask16 room = (__mmask16)((1u << many) - 1); /* no more than is listed: others may write behind it */
        _mm512_mask_storeu_ps(value + k, room, _mm512_maskz_compress_ps(on, x));
        _mm512_mask_storeu_epi32(index + k, room, _mm512_maskz_compress_epi32(on, who));
        k += many;
    }
#else
    for (size_t i = 0; i < n; i++) { /* without branches: they would be guesses */
        float x = a[i];
        index[k] = name ? name[i] : (uint32_t)(first + i);
        value[k] = x;
        k += x != 0;
    }
#endif
    return k;
}

static void gate(float *g, const float *e, const float *restrict a, size_t n)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        float x = e[i];
        g[i] = a[i] != 0 ? x : 0;
    }
}

static void push(float *restrict x, const float *restrict e, float by, size_t n)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        x[i] += (e[i] > 0 ? by : 0) - (e[i] < 0 ? by : 0);
}

static void lerp(float *restrict a, const float *restrict b, float share, size_t n)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        a[i] += share * (b[i] - a[i]);
}

static void moves(const float *base, const float *a, const float *b, size_t n, double dots[3])
{
    enum { RUN = 4096 }; /* floats that are summed in floats */

    dots[0] = dots[1] = dots[2] = 0;
    for (size_t at = 0; at < n; at += RUN) {
        size_t upto = n - at < RUN ? n : at + RUN;
        vf aa = {0}, bb = {0}, ab = {0};
        for (size_t i = at; i < upto; i += VL) {
            size_t m = upto - i;
            vf o = m < VL ? load_part(base + i, m) : load(base + i);
            vf x = (m < VL ? load_part(a + i, m) : load(a + i)) - o;
            vf y = (m < VL ? load_part(b + i, m) : load(b + i)) - o;
            aa += x * x;
            bb += y * y;
            ab += x * y;
        }
        dots[0] += (double)total(aa);
        dots[1] += (double)total(bb);
        dots[2] += (double)total(ab);
    }
}

static void join(float *restrict a, const float *restrict base, const float *restrict b, float ca, float cb,
                 size_t n)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        a[i] = base[i] + ca * (a[i] - base[i]) + cb * (b[i] - base[i]);
}

static void expand(float *restrict x, const uint8_t *restrict code, const float *restrict base,
                   const float *restrict step, size_t n)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        x[i] = base[i] + step[i] * (float)code[i];
}

/* exp(x) for |x| <= 40: 2^k times a polynomial of the rest; relative error about 1e-7. */
INLINE float exp_small(float x)
{
    float k = x * 1.44269504f;
    k = (float)(int32_t)(k + (k < 0 ? -0.5f : 0.5f));
    float r = x - k * 0.693359375f + k * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1;
    union { int32_t i; float f; } two = {.i = ((int32_t)k + 127) << 23};
    return p * two.f;
}

static void tanh_of(float *z, size_t n)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        float x = z[i], a = x < 0 ? -x : x, a2 = x * x;
        float e = exp_small(a < 9.5f ? 2 * a : 19.0f);
        float big = 1 - 2 / (e + 1);
        /* below 0.3 the difference from 1 would cancel: a series instead */
        float small = a * (1 + a2 * (-0.333333333f + a2 * (0.133333333f + a2 * (-0.0539682540f +
                      a2 * (0.0218694885f + a2 * (-0.0088632355f + a2 * 0.0035921280f))))));
        float t = a < 0.3f ? small : big;
        t = x < 0 ? -t : t;
        z[i] = x == x ? t : x; /* NaN stays */
    }
}

/* Dropout ----------------------------------------------------------------------------- */

typedef uint32_t vu __attribute__((vector_size(VL * 4), may_alias));
typedef uint64_t vl __attribute__((vector_size(VL * 4), may_alias));

/* Full products of the low halves of each 64 bits. */
INLINE vl product(vl a, uint32_t m)
{
#if defined __AVX512F__
    return (vl)_mm512_mul_epu32((__m512i)a, _mm512_set1_epi32((int)m));
#elif defined __AVX2__
    return (vl)_mm256_mul_epu32((__m256i)a, _mm256_set1_epi32((int)m));
#elif defined __SSE2__
    return (vl)_mm_mul_epu32((__m128i)a, _mm_set1_epi32((int)m));
#else
    return (a & 0xffffffffu) * m;
#endif
}

INLINE void multiply(vu a, uint32_t m, vu *high, vu *low)
{
    vl even = product((vl)a, m), odd = product((vl)a >> 32, m), mask = {0};

    mask = ~mask >> 32;
    *high = (vu)(even >> 32 | (odd & ~mask));
    *low = (vu)((even & mask) | odd << 32);
}

/* Philox4x32-10 of base/rng.c for the blocks index .. index + VL - 1. */
INLINE void random_blocks(uint64_t seed, uint32_t stream, uint64_t index, vu out[4])
{
    vu c0, c1, c2 = (vu){0} + stream, c3 = {0};
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);

    for (uint32_t i = 0; i < VL; i++) {
        c0[i] = (uint32_t)(index + i);
        c1[i] = (uint32_t)((index + i) >> 32);
    }
    for (int round = 0; round < 10; round++) {
        vu high0, low0, high1, low1;
        multiply(c0, 0xD2511F53u, &high0, &low0);
        multiply(c2, 0xCD9E8D57u, &high1, &low1);
        c0 = high1 ^ c1 ^ k0;
        c2 = high0 ^ c3 ^ k1;
        c1 = low1;
        c3 = low0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    out[0] = c0, out[1] = c1, out[2] = c2, out[3] = c3;
}

/* 8 * VL numbers of 16 bits in order: word 0 ... 3 of block 0, of block 1 ..., the low half of a word first. */
INLINE void in_order(const vu word[4], vu out[4])
{
#if defined __AVX512F__
    __m512i a = (__m512i)word[0], b = (__m512i)word[1], c = (__m512i)word[2], d = (__m512i)word[3];
    __m512i ab = _mm512_unpacklo_epi32(a, b), ab2 = _mm512_unpackhi_epi32(a, b);
    __m512i cd = _mm512_unpacklo_epi32(c, d), cd2 = _mm512_unpackhi_epi32(c, d);
    __m512i p = _mm512_unpacklo_epi64(ab, cd), q = _mm512_unpackhi_epi64(ab, cd); /* blocks 0 4 8 12; 1 5 9 13 */
    __m512i r = _mm512_unpacklo_epi64(ab2, cd2), s = _mm512_unpackhi_epi64(ab2, cd2);
    __m512i lo = _mm512_shuffle_i32x4(p, q, 0x44), hi = _mm512_shuffle_i32x4(p, q, 0xee); /* 0 4 1 5; 8 12 9 13 */
    __m512i lo2 = _mm512_shuffle_i32x4(r, s, 0x44), hi2 = _mm512_shuffle_i32x4(r, s, 0xee);
    out[0] = (vu)_mm512_shuffle_i32x4(lo, lo2, 0x88); /* 0 1 2 3 */
    out[1] = (vu)_mm512_shuffle_i32x4(lo, lo2, 0xdd); /* 4 5 6 7 */
    out[2] = (vu)_mm512_shuffle_i32x4(hi, hi2, 0x88);
    out[3] = (vu)_mm512_shuffle_i32x4(hi, hi2, 0xdd);
#elif defined __AVX2__
    __m256i a = (__m256i)word[0], b = (__m256i)word[1], c = (__m256i)word[2], d = (__m256i)word[3];
    __m256i ab = _mm256_unpacklo_epi32(a, b), ab2 = _mm256_unpackhi_epi32(a, b);
    __m256i cd = _mm256_unpacklo_epi32(c, d), cd2 = _mm256_unpackhi_epi32(c, d);
    __m256i p = _mm256_unpacklo_epi64(ab, cd), q = _mm256_unpackhi_epi64(ab, cd); /* blocks 0 4; 1 5 */
    __m256i r = _mm256_unpacklo_epi64(ab2, cd2), s = _mm256_unpackhi_epi64(ab2, cd2);
    out[0] = (vu)_mm256_permute2x128_si256(p, q, 0x20);
    out[1] = (vu)_mm256_permute2x128_si256(r, s, 0x20);
    out[2] = (vu)_mm256_permute2x128_si256(p, q, 0x31);
    out[3] = (vu)_mm256_permute2x128_si256(r, s, 0x31);
#else
    for (size_t b = 0; b < VL; b++)
        for (size_t w = 0; w < 4; w++)
            out[(4 * b + w) / VL][(4 * b + w) % VL] = word[w][b];
#endif
}

static void drop(float *x, size_t n, uint32_t keep, uint64_t seed, uint32_t stream, uint64_t index)
{
    for (size_t i = 0; i < n; i += 8 * VL, index += VL) {
        uint16_t number[8 * VL];
        vu word[4], ordered[4];
        size_t m = n - i < 8 * VL ? n - i : 8 * VL;
        random_blocks(seed, stream, index, word);
        in_order(word, ordered);
        memcpy(number, ordered, sizeof number);
        if (m == 8 * VL) {
#pragma omp simd
            for (size_t k = 0; k < 8 * VL; k++)
                x[i + k] = number[k] < keep ? x[i + k] : 0;
        } else {
#pragma omp simd
            for (size_t k = 0; k < m; k++)
                x[i + k] = number[k] < keep ? x[i + k] : 0;
        }
    }
}

#include "kernel/kernel_step.h"

#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)
#define TABLE_NAME &TEXT(KERNEL_TABLE)[7]
const kernel_ops KERNEL_TABLE = {
    .name = TABLE_NAME,
    .dot = dot,
    .axpy = axpy,
    .add_rows = add_rows,
    .sum_rows = sum_rows,
    .gemv = gemv,
    .gemm = gemm,
    .full = {.name = TABLE_NAME, .strip = KERNEL_STRIP, .multiply = panel_multiply, .error = panel_error, .gradient = panel_gradient},
#ifdef HAVE_HALF
    .half = {.name = "avx512_bf16", .strip = KERNEL_STRIP, .multiply = multiply_half, .error = error_half,
             .gradient = gradient_half, .pair = pair_half},
#endif
    .list_terms = list_terms,
    .gradient_terms = gradient_terms,
    .into_panel = into_panel,
    .squeeze = squeeze,
    .spread = spread,
    .fetch = fetch,
    .sum_squares = sum_squares,
    .add_squares = add_squares,
    .scale = scale,
    .rectify = rectify,
    .positive = positive,
    .list = list,
    .gate = gate,
    .push = push,
    .lerp = lerp,
    .moves = moves,
    .join = join,
    .expand = expand,
    .tanh_of = tanh_of,
    .drop = drop,
    .adadelta = adadelta,
    .sgd = sgd,
    .adam = adam,
    .adadelta_turns = adadelta_turns,
    .prepare_turns = prepare_turns,
};
