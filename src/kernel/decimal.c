/* decimal.c - short decimal numbers one behind the other.
 *
 * The sixteen characters that end where the number ends are taken at once: what stands before it becomes
 * zeros, the point is taken out, and pairs, fours and eights of digits are multiplied together.
 * A whole number below 2^53 divided by a power of ten up to 10^22 is rounded once, and so is right
 * (Clinger, "How to read floating point numbers accurately", 1990). No step depends on the digits, so that
 * the next number is begun while this one is divided. */
#include "config.h"
#include "kernel/decimal.h"

#include <stdbool.h>
#include <string.h>

#ifdef HAVE_SIMD_X86
#include <immintrin.h>

enum { WIDE = 16 };

static const double powers[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16};

/* 16 - k bytes of zeros, then ones, from behind + 16 - k on: the last k of sixteen. */
static const uint8_t behind[2 * WIDE] = {0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,
                                         255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
/* From steps + 15 - p on: -1 for places up to p, where the point is, 0 behind: each looks one place down, over it. Place
 * 0 looks at -1, which is nothing. From steps + 16 on: 0, there is no point. */
static const int8_t steps[2 * WIDE] = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};

__attribute__((target("sse4.1"))) static inline bool decimal_at(const char *end, size_t n, char *to)
{
    const __m128i order = _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    bool minus = end[-(ptrdiff_t)n] == '-', sign = minus || end[-(ptrdiff_t)n] == '+';
    __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(end - WIDE)), d = _mm_sub_epi8(v, _mm_set1_epi8('0'));
    unsigned digits = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(d, _mm_set1_epi8(9)), d));
    unsigned body = (unsigned)(n - sign), inside = (0xFFFFu << (WIDE - body)) & 0xFFFFu, other = ~digits & inside;
    unsigned point = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8('.'))) & inside;
    unsigned has = other != 0, place = (unsigned)__builtin_ctz(other | 1u << WIDE); /* 16: no point */

    if (body <= has || (other & (other - 1)) || other != point)
        return false;
    d = _mm_and_si128(d, _mm_loadu_si128((const __m128i *)(const void *)(behind + body)));
    const int8_t *step = has ? steps + WIDE - 1 - place : steps + WIDE;
    d = _mm_shuffle_epi8(d, _mm_add_epi8(order, _mm_loadu_si128((const __m128i *)(const void *)step)));
    __m128i pairs = _mm_maddubs_epi16(d, _mm_set1_epi16(10 | 1 << 8)), fours = _mm_madd_epi16(pairs, _mm_set1_epi32(100 | 1 << 16));
    __m128i eights = _mm_madd_epi16(_mm_packus_epi32(fours, fours), _mm_set1_epi32(10000 | 1 << 16));
    uint64_t halves = (uint64_t)_mm_cvtsi128_si64(eights), w = (halves & 0xFFFFFFFFu) * 100000000u + (halves >> 32);
    if (w >> 53)
        return false;
    double x = (double)(int64_t)w / powers[has ? WIDE - 1 - place : 0];
    x = minus ? -x : x;
    memcpy(to, &x, sizeof x);
    return true;
}

__attribute__((target("sse4.1"))) static size_t run_sse4(const char *base, const uint32_t *mark, size_t n, const char *lowest, char eol,
                                                         const char **from, char *to)
{
    const char *s = *from;
    size_t k = 0;

    for (; k < n; k++) {
        const char *e = base + mark[k];
        size_t length = (size_t)(e - s);
        if (length - 1 >= WIDE || e - lowest < DECIMAL_LEAD || !decimal_at(e, length, to + k * sizeof(double)))
            break;
        s = e + 1;
        if (*e == eol) {
            k++;
            break;
        }
    }
    *from = s;
    return k;
}

size_t decimal_run(const char *base, const uint32_t *mark, size_t n, const char *lowest, char eol, const char **from, char *to)
{
    return __builtin_cpu_supports("sse4.1") ? run_sse4(base, mark, n, lowest, eol, from, to) : 0;
}
#else
size_t decimal_run(const char *base, const uint32_t *mark, size_t n, const char *lowest, char eol, const char **from, char *to)
{
    (void)base, (void)mark, (void)n, (void)lowest, (void)eol, (void)from, (void)to;
    return 0;
}
#endif
