/* decimal.c - short decimal numbers one behind the other.
 *
 * The sixteen characters that end where the number ends are taken at once: what stands before it becomes
 * zeros, the point is taken out, and pairs, fours and eights of digits are multiplied together.
 * A whole number below 2^53 divided by a power of ten up to 10^22 is rounded once, and so is right
 * (Clinger, "How to read floating point numbers accurately", 1990). No step depends on the digits, so that
 * the next number is begun while this one is divided; with wide vectors four numbers take each step together. */
#include "config.h"
#include "kernel/decimal.h"

#include "kernel/level.h"

#include <stdatomic.h>
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

/* Four at a time ---------------------------------------------------------------------------------------- */

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512cd")))

/* What sixteen bits for each of four numbers say: in the lower half of a register. */
AVX512 static inline __m128i four(uint64_t bits)
{
    return _mm_cvtsi64_si128((long long)bits);
}

/* The sixteen characters before each end. */
AVX512 static inline __m512i before(const char *base, __m128i ends)
{
    const char *e = base - WIDE;
    __m128i a = _mm_loadu_si128((const __m128i *)(const void *)(e + (uint32_t)_mm_extract_epi32(ends, 0)));
    __m128i b = _mm_loadu_si128((const __m128i *)(const void *)(e + (uint32_t)_mm_extract_epi32(ends, 1)));
    __m128i c = _mm_loadu_si128((const __m128i *)(const void *)(e + (uint32_t)_mm_extract_epi32(ends, 2)));
    __m128i d = _mm_loadu_si128((const __m128i *)(const void *)(e + (uint32_t)_mm_extract_epi32(ends, 3)));
    __m256i low = _mm256_inserti128_si256(_mm256_castsi128_si256(a), b, 1), high = _mm256_inserti128_si256(_mm256_castsi128_si256(c), d, 1);

    return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}

/* The digits of sixteen places each as one number, four of them. */
AVX512 static inline __m256i joined(__m512i d)
{
    __m512i pairs = _mm512_maddubs_epi16(d, _mm512_set1_epi16(10 | 1 << 8)), fours = _mm512_madd_epi16(pairs, _mm512_set1_epi32(100 | 1 << 16));
    __m512i eights = _mm512_madd_epi16(_mm512_packus_epi32(fours, fours), _mm512_set1_epi32(10000 | 1 << 16));
    __m512i w = _mm512_add_epi64(_mm512_mul_epu32(eights, _mm512_set1_epi64(100000000)), _mm512_srli_epi64(eights, 32));

    return _mm512_castsi512_si256(_mm512_maskz_compress_epi64(0x55, w));
}

/* Numbers that end at `ends` and begin behind `starts`, those of `live`; false: one of them is something else. */
AVX512 static inline bool decimals_at(const char *base, __m128i starts, __m128i ends, __mmask8 live, char *to)
{
    const __m512i order = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
    const __m512d low = _mm512_loadu_pd(powers), high = _mm512_loadu_pd(powers + 8);
    const __m128i one = _mm_set1_epi16(1), none = _mm_setzero_si128();
    __m128i n32 = _mm_sub_epi32(_mm_sub_epi32(ends, starts), _mm_set1_epi32(1)), n = _mm_packus_epi32(n32, n32);
    __mmask8 bad = _mm_cmpgt_epu32_mask(_mm_sub_epi32(n32, _mm_set1_epi32(1)), _mm_set1_epi32(WIDE - 1));

    __m128i all = _mm_sllv_epi16(_mm_set1_epi16(-1), _mm_sub_epi16(_mm_set1_epi16(WIDE), n)), first = _mm_and_si128(all, _mm_sub_epi16(none, all));
    __m512i v = before(base, ends), d = _mm512_sub_epi8(v, _mm512_set1_epi8('0'));
    uint64_t firsts = (uint64_t)_mm_cvtsi128_si64(first), minus = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('-')) & firsts;
    uint64_t sign = minus | (_mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('+')) & firsts), inside = (uint64_t)_mm_cvtsi128_si64(all) & ~sign;
    uint64_t digits = _mm512_mask_cmple_epu8_mask(inside, d, _mm512_set1_epi8(9)), points = _mm512_mask_cmpeq_epi8_mask(inside, v, _mm512_set1_epi8('.'));
    __m128i point = four(points), below = _mm_sub_epi16(point, one); /* below: ones beneath the point; everywhere without one */

    bad |= _mm_test_epi16_mask(four(inside & ~(digits | points)), _mm_set1_epi16(-1)) | _mm_testn_epi16_mask(four(digits), _mm_set1_epi16(-1)) |
           _mm_test_epi16_mask(point, below);
    __mmask8 pointed = _mm_test_epi16_mask(point, point);
    uint64_t upto = (uint64_t)_mm_cvtsi128_si64(_mm_maskz_mov_epi16(pointed, _mm_xor_si128(point, below))); /* places up to the point */
    d = _mm512_shuffle_epi8(_mm512_maskz_mov_epi8(digits, d), _mm512_mask_sub_epi8(order, upto, order, _mm512_set1_epi8(1)));
    __m256i w = joined(d);
    bad |= _mm256_cmpgt_epu64_mask(w, _mm256_set1_epi64x(((long long)1 << 53) - 1));
    if (bad & live)
        return false;
    /* places behind the point: 15 less its own; 16 leading zeros more where there is none, which is none too */
    __m128i behind_it = _mm_and_si128(_mm_sub_epi32(_mm_lzcnt_epi32(_mm_cvtepu16_epi32(point)), _mm_set1_epi32(16)), _mm_set1_epi32(15));
    __m512d power = _mm512_permutex2var_pd(low, _mm512_castsi256_si512(_mm256_cvtepu32_epi64(behind_it)), high);
    __m256d x = _mm256_div_pd(_mm256_cvtepi64_pd(w), _mm512_castpd512_pd256(power));
    __mmask8 negative = _mm_test_epi16_mask(four(minus), _mm_set1_epi16(-1));
    x = _mm256_mask_xor_pd(x, negative, x, _mm256_set1_pd(-0.0));
    _mm256_mask_storeu_pd(to, live, x);
    return true;
}

AVX512 static size_t run_avx512(const char *base, const uint32_t *mark, size_t n, const char *lowest, char eol, const char **from, char *to)
{
    __m128i starts = _mm_set1_epi32((int)(uint32_t)(*from - base - 1));
    bool last = false;
    size_t k = 0;

    while (k < n && !last) {
        size_t m = n - k < 4 ? n - k : 4;
        for (size_t i = 0; i < m && !last; i++)
            if (base[mark[k + i]] == eol)
                m = i + 1, last = true;
        __mmask8 live = (__mmask8)((1u << m) - 1);
        __m128i ends = _mm_mask_loadu_epi32(_mm_set1_epi32((int)mark[k]), live, mark + k);
        if ((ptrdiff_t)mark[k] < lowest + DECIMAL_LEAD - base ||
            !decimals_at(base, _mm_alignr_epi8(ends, starts, 12), ends, live, to + k * sizeof(double))) {
            size_t some = run_sse4(base, mark + k, m, lowest, eol, from, to + k * sizeof(double));
            if (some < m)
                return k + some;
        }
        k += m;
        *from = base + mark[k - 1] + 1;
        starts = _mm_set1_epi32((int)mark[k - 1]);
    }
    return k;
}

/* Choosing ----------------------------------------------------------------------------------------------- */

typedef size_t runner(const char *base, const uint32_t *mark, size_t n, const char *lowest, char eol, const char **from, char *to);

static size_t run_generic(const char *base, const uint32_t *mark, size_t n, const char *lowest, char eol, const char **from, char *to)
{
    (void)base, (void)mark, (void)n, (void)lowest, (void)eol, (void)from, (void)to;
    return 0;
}

static runner *by_name(const char *name)
{
    if ((!name || !strcmp(name, "avx512")) && cpu_level_here() == LEVEL_AVX512 && __builtin_cpu_supports("avx512cd"))
        return run_avx512;
    if ((!name || !strcmp(name, "sse4")) && __builtin_cpu_supports("sse4.1"))
        return run_sse4;
    return !name || !strcmp(name, "generic") ? run_generic : NULL;
}

static _Atomic(runner *) chosen;

bool decimal_choose(const char *name)
{
    runner *f = by_name(name);

    if (f)
        atomic_store_explicit(&chosen, f, memory_order_relaxed);
    return f != NULL;
}

size_t decimal_run(const char *base, const uint32_t *mark, size_t n, const char *lowest, char eol, const char **from, char *to)
{
    runner *f = atomic_load_explicit(&chosen, memory_order_relaxed);

    if (!f)
        atomic_store_explicit(&chosen, f = by_name(NULL), memory_order_relaxed);
    return f(base, mark, n, lowest, eol, from, to);
}
#else
size_t decimal_run(const char *base, const uint32_t *mark, size_t n, const char *lowest, char eol, const char **from, char *to)
{
    (void)base, (void)mark, (void)n, (void)lowest, (void)eol, (void)from, (void)to;
    return 0;
}

bool decimal_choose(const char *name)
{
    return !name || !strcmp(name, "generic");
}
#endif
