/* kernel_impl.c - the primitives, compiled once per instruction set. */
#include "kernel/kernel.h"

#include <math.h>
#include <string.h>

extern const kernel_ops KERNEL_TABLE;

static float dot(const float *a, const float *b, size_t n)
{
    float sum = 0;

#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

static void axpy(float *restrict z, const float *restrict w, float c, size_t n)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        z[i] += c * w[i];
}

static inline size_t row_of(const uint32_t *idx, size_t i)
{
    return idx ? idx[i] : i;
}

static void add_rows(float *restrict z, const float *w, size_t ld, const uint32_t *idx,
                     const float *val, size_t count, size_t n)
{
    size_t j = 0;

    for (; j + 4 <= count; j += 4) {
        const float *w0 = w + row_of(idx, j) * ld, *w1 = w + row_of(idx, j + 1) * ld;
        const float *w2 = w + row_of(idx, j + 2) * ld, *w3 = w + row_of(idx, j + 3) * ld;
        float c0 = val[j], c1 = val[j + 1], c2 = val[j + 2], c3 = val[j + 3];
#pragma omp simd
        for (size_t i = 0; i < n; i++)
            z[i] += (c0 * w0[i] + c1 * w1[i]) + (c2 * w2[i] + c3 * w3[i]);
    }
    for (; j < count; j++)
        axpy(z, w + row_of(idx, j) * ld, val[j], n);
}

static void gemv(const float *w, size_t ld, size_t rows, const float *x, size_t n, float *out)
{
    size_t r = 0;

    for (; r + 4 <= rows; r += 4) {
        const float *w0 = w + r * ld, *w1 = w0 + ld, *w2 = w1 + ld, *w3 = w2 + ld;
        float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
#pragma omp simd reduction(+ : s0, s1, s2, s3)
        for (size_t i = 0; i < n; i++) {
            s0 += w0[i] * x[i];
            s1 += w1[i] * x[i];
            s2 += w2[i] * x[i];
            s3 += w3[i] * x[i];
        }
        out[r] = s0;
        out[r + 1] = s1;
        out[r + 2] = s2;
        out[r + 3] = s3;
    }
    for (; r < rows; r++)
        out[r] = dot(w + r * ld, x, n);
}

/* Four rows of a by two of b, sums in vectors along k. */
static void tile4x2(size_t k, const float *a, size_t lda, const float *b, size_t ldb, float *c,
                    size_t ldc)
{
    const float *a0 = a, *a1 = a + lda, *a2 = a1 + lda, *a3 = a2 + lda, *b0 = b, *b1 = b + ldb;
    float s00 = 0, s01 = 0, s10 = 0, s11 = 0, s20 = 0, s21 = 0, s30 = 0, s31 = 0;

#pragma omp simd reduction(+ : s00, s01, s10, s11, s20, s21, s30, s31)
    for (size_t i = 0; i < k; i++) {
        s00 += a0[i] * b0[i];
        s01 += a0[i] * b1[i];
        s10 += a1[i] * b0[i];
        s11 += a1[i] * b1[i];
        s20 += a2[i] * b0[i];
        s21 += a2[i] * b1[i];
        s30 += a3[i] * b0[i];
        s31 += a3[i] * b1[i];
    }
    c[0] = s00, c[1] = s01;
    c[ldc] = s10, c[ldc + 1] = s11;
    c[2 * ldc] = s20, c[2 * ldc + 1] = s21;
    c[3 * ldc] = s30, c[3 * ldc + 1] = s31;
}

/* The same sums for what is left over, in the same order as a tile takes them. */
static float tile1(size_t k, const float *a, const float *b)
{
    return dot(a, b, k);
}

static void gemm_nt(size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b,
                    size_t ldb, float *c, size_t ldc)
{
    for (size_t j = 0; j < n; j += 2)
        for (size_t i = 0; i < m; i += 4) {
            if (j + 2 <= n && i + 4 <= m) {
                tile4x2(k, a + i * lda, lda, b + j * ldb, ldb, c + i * ldc + j, ldc);
                continue;
            }
            for (size_t r = i; r < m && r < i + 4; r++)
                for (size_t q = j; q < n && q < j + 2; q++)
                    c[r * ldc + q] = tile1(k, a + r * lda, b + q * ldb);
        }
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

static void lerp(float *restrict a, const float *restrict b, float share, size_t n)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        a[i] += share * (b[i] - a[i]);
}

/* exp(x) for |x| <= 40: 2^k times a polynomial of the rest; relative error about 1e-7. */
static inline float exp_small(float x)
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

/* Reciprocal square root by Newton from a bit guess: the same bits on every machine,
 * unlike the processors' own estimates. Relative error below 5e-6, x in [1e-30, 1e30]. */
static inline float inverse_root(float x)
{
    union { float f; int32_t i; } u = {.f = x};
    u.i = 0x5f375a86 - (u.i >> 1);
    float y = u.f, h = 0.5f * x;
    y = y * (1.5f - h * y * y);
    y = y * (1.5f - h * y * y);
    return y;
}

static inline float sign(float w)
{
    return w > 0 ? 1.0f : w < 0 ? -1.0f : 0.0f;
}

static inline float adadelta_row(float *restrict w, float *restrict s, float *restrict t,
                      const float *restrict v, float c, size_t n, const kernel_step *k)
{
    float sum = 0, rho = k->rho, fresh = 1 - rho, eps = k->epsilon, l1 = k->l1, l2 = k->l2;
    float decay = k->decay;
    bool all = k->all;

#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++) {
        float vi = v[i], wi = w[i], g2 = s[i], d2 = t[i];
        sum += vi * wi;
        float g = c * vi + l1 * sign(wi) + l2 * wi;
        float g2n = rho * g2 + fresh * g * g;
        float a = d2 + eps, b = g2n + eps;
        float step = a * inverse_root(a * b); /* sqrt(a / b) */
        float d = step * g;
        float d2n = rho * d2 + fresh * d * d;
        float wn = wi - d - decay * wi;
        bool go = all || vi != 0;
        w[i] = go ? wn : wi;
        s[i] = go ? g2n : g2;
        t[i] = go ? d2n : d2;
    }
    return sum;
}

static inline float sgd_row(float *restrict w, float *restrict s, float *restrict t, const float *restrict v,
                 float c, size_t n, const kernel_step *k)
{
    float sum = 0, rate = k->rate, m = k->momentum, l1 = k->l1, l2 = k->l2, decay = k->decay;
    float now = k->nesterov ? 1 : 0, past = k->nesterov ? m : 1;
    bool all = k->all;

    (void)t;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++) {
        float vi = v[i], wi = w[i], old = s[i];
        sum += vi * wi;
        float g = c * vi + l1 * sign(wi) + l2 * wi;
        float speed = m * old + g;
        float wn = wi - rate * (now * g + past * speed) - decay * wi;
        bool go = all || vi != 0;
        w[i] = go ? wn : wi;
        s[i] = go ? speed : old;
    }
    return sum;
}

static inline float adam_row(float *restrict w, float *restrict s, float *restrict t, const float *restrict v,
                  float c, size_t n, const kernel_step *k)
{
    float sum = 0, b1 = k->beta1, b2 = k->beta2, rate = k->rate * k->correct1, fix = k->correct2;
    float l1 = k->l1, l2 = k->l2, decay = k->decay;
    bool all = k->all;

#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++) {
        float vi = v[i], wi = w[i], m = s[i], u = t[i];
        sum += vi * wi;
        float g = c * vi + l1 * sign(wi) + l2 * wi;
        float mn = b1 * m + (1 - b1) * g, un = b2 * u + (1 - b2) * g * g;
        float wn = wi - rate * mn / (sqrtf(un * fix) + 1e-8f) - decay * wi;
        bool go = all || vi != 0;
        w[i] = go ? wn : wi;
        s[i] = go ? mn : m;
        t[i] = go ? un : u;
    }
    return sum;
}

/* The list versions: one call per layer and row of data. */
#define ROWS(rule)                                                                               \
    static void rule(float *w, float *s, float *t, size_t ld, const uint32_t *idx,               \
                     const float *val, size_t count, const float *v, size_t n,                   \
                     const kernel_step *k, float *e)                                             \
    {                                                                                            \
        for (size_t i = 0; i < count; i++) {                                                     \
            size_t at = row_of(idx, i) * ld;                                                     \
            float sum = rule##_row(w + at, s + at, t + at, v, val[i], n, k);                     \
            if (e)                                                                               \
                e[i] = sum;                                                                      \
        }                                                                                        \
    }
ROWS(adadelta)
ROWS(sgd)
ROWS(adam)

#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)
const kernel_ops KERNEL_TABLE = {
    .name = TEXT(KERNEL_TABLE) + 7,
    .dot = dot,
    .axpy = axpy,
    .add_rows = add_rows,
    .gemv = gemv,
    .gemm_nt = gemm_nt,
    .sum_squares = sum_squares,
    .add_squares = add_squares,
    .scale = scale,
    .lerp = lerp,
    .tanh_of = tanh_of,
    .adadelta = adadelta,
    .sgd = sgd,
    .adam = adam,
};
