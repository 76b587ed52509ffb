/* small.c - rows of small whole numbers to bytes, 64 characters at a time.
 *
 * Behind every cell stands a separator, a line end or a return: a mark. The number of each cell is worked
 * out for all places at once, from the three characters before it, and the bytes at the marks are drawn together.
 * Masks of 64 places say whether the text is nothing but such cells: digits or marks everywhere, a digit before
 * each mark, never four in a row, no number above 255, as many marks before a line end as there are columns. One
 * of three ways to do that is chosen at run time; all give the same. */
#include "config.h"
#include "kernel/small.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#ifdef HAVE_SIMD_X86
#include <immintrin.h>
#elif defined __SSE2__
#include <emmintrin.h>
#endif

enum { WIDE = 64 };

/* What 64 characters are, one bit each. */
typedef struct places {
    uint64_t digit, sep, line, back; /* back: returns */
} places;

/* What the characters before leave behind. */
typedef struct carry {
    uint64_t digit, back; /* of the last 64 */
} carry;

/* The rows so far. */
typedef struct rows {
    size_t columns, cells, rows, used; /* cells of the row under way */
} rows;

/* The marks; *bad: places that cells of one to three digits do not have. valid: the characters that count. */
static inline uint64_t marks_of(const places *p, uint64_t valid, carry *c, uint64_t *bad)
{
    uint64_t behind_back = p->back << 1 | c->back >> 63, mark = p->sep | p->back | (p->line & ~behind_back);
    uint64_t one = p->digit << 1 | c->digit >> 63, two = p->digit << 2 | c->digit >> 62, three = p->digit << 3 | c->digit >> 61;

    *bad = (~(p->digit | p->sep | p->line | p->back) | (behind_back & ~p->line) | (mark & ~one) | (p->digit & one & two & three)) & valid;
    c->digit = p->digit;
    c->back = p->back;
    return mark & valid;
}

/* The characters up to the last line end before the first bad place. */
static inline uint64_t whole_lines(uint64_t line, uint64_t bad)
{
    line &= (bad & -bad) - 1;
    return line ? UINT64_MAX >> __builtin_clzll(line) : 0;
}

/* Line ends among the marks from text position `at` on; false: a row has too few or too many cells. */
static inline bool end_rows(rows *r, uint64_t mark, uint64_t line, size_t at)
{
    size_t before = 0;

    for (; line; line &= line - 1) {
        size_t upto = (size_t)__builtin_popcountll(mark & (line ^ (line - 1)));
        if (r->cells + upto - before != r->columns)
            return false;
        before = upto;
        r->cells = 0;
        r->rows++;
        r->used = at + (size_t)__builtin_ctzll(line) + 1;
    }
    r->cells += (size_t)__builtin_popcountll(mark) - before;
    return r->cells <= r->columns;
}

static inline uint64_t first_bits(size_t n)
{
    return n >= WIDE ? UINT64_MAX : ((uint64_t)1 << n) - 1;
}

/* Character by character ------------------------------------------------------------------------------- */

static size_t rows_generic(const char *s, size_t n, char sep, char eol, size_t columns, uint8_t *to, size_t *used)
{
    size_t i = 0, rows_so_far = 0, cells = 0;

    *used = 0;
    while (i < n) {
        size_t digits = 0;
        unsigned v = 0;
        for (; i < n && digits < 4 && (unsigned)(s[i] - '0') <= 9; i++, digits++)
            v = 10 * v + (unsigned)(s[i] - '0');
        if (i == n || digits == 0 || digits > 3 || v > UINT8_MAX || cells == columns)
            break;
        *to++ = (uint8_t)v;
        cells++;
        if (s[i] == sep) {
            i++;
            continue;
        }
        i += eol == '\n' && s[i] == '\r' && i + 1 < n;
        if (s[i] != eol || cells != columns)
            break;
        *used = ++i;
        rows_so_far++;
        cells = 0;
    }
    return rows_so_far;
}

/* With vectors ------------------------------------------------------------------------------------------- */

#ifdef HAVE_SIMD_X86
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi2,popcnt,bmi")))
#define AVX2 __attribute__((target("avx2,popcnt,bmi")))

AVX512 static size_t rows_avx512(const char *s, size_t n, char sep, char eol, size_t columns, uint8_t *to, size_t *used)
{
    const __m512i tens = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 0, 0, 0, 0, 0, 0));
    const __m512i hundreds = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 100, (char)200, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    const __m512i seps = _mm512_set1_epi8(sep), eols = _mm512_set1_epi8(eol), returns = _mm512_set1_epi8('\r');
    __m512i before = _mm512_setzero_si512();
    carry c = {0, 0};
    rows r = {.columns = columns};

    for (size_t at = 0; at < n; at += WIDE) {
        uint64_t valid = first_bits(n - at);
        __m512i v = _mm512_loadu_si512(s + at), d = _mm512_sub_epi8(v, _mm512_set1_epi8('0'));
        places p = {.digit = _mm512_cmple_epu8_mask(d, _mm512_set1_epi8(9)), .sep = _mm512_cmpeq_epi8_mask(v, seps),
                    .line = _mm512_cmpeq_epi8_mask(v, eols), .back = eol == '\r' ? 0 : _mm512_cmpeq_epi8_mask(v, returns)};
        uint64_t two = p.digit << 2 | c.digit >> 62, three = two & (p.digit << 3 | c.digit >> 61);
        uint64_t bad, mark = marks_of(&p, valid, &c, &bad);
        __m512i lane = _mm512_alignr_epi32(d, before, 12); /* each lane's neighbour below */
        __m512i d1 = _mm512_alignr_epi8(d, lane, 15), d2 = _mm512_alignr_epi8(d, lane, 14), d3 = _mm512_alignr_epi8(d, lane, 13);
        __m512i ten = _mm512_maskz_shuffle_epi8(two, tens, d2), hundred = _mm512_maskz_shuffle_epi8(three, hundreds, d3);
        __m512i upper = _mm512_add_epi8(ten, hundred), low = _mm512_add_epi8(upper, d1);
        /* above 255: the hundreds are more than two, or adding wrapped around */
        bad |= _mm512_mask_cmpgt_epu8_mask(mark & three, d3, _mm512_set1_epi8(2)) | _mm512_mask_cmplt_epu8_mask(mark, low, upper) |
               _mm512_mask_cmplt_epu8_mask(mark, upper, hundred);
        if (bad)
            mark &= valid = whole_lines(p.line & valid, bad);
        _mm512_storeu_si512(to, _mm512_maskz_compress_epi8(mark, low));
        to += (size_t)__builtin_popcountll(mark);
        if (!end_rows(&r, mark, p.line & valid, at) || bad)
            break;
        before = d;
    }
    *used = r.used;
    return r.rows;
}

/* For each set of eight places: which of them, in order. */
static uint8_t packing[256][8];
static pthread_once_t packing_made = PTHREAD_ONCE_INIT;

static void make_packing(void)
{
    for (unsigned m = 0; m < 256; m++) {
        size_t n = 0;
        for (uint8_t k = 0; k < 8; k++)
            if (m >> k & 1)
                packing[m][n++] = k;
    }
}

AVX2 static inline uint64_t bits_avx2(__m256i low, __m256i high)
{
    return (uint64_t)(uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

/* The byte where a mask has ones, nothing elsewhere. */
AVX2 static inline __m256i where(uint32_t mask)
{
    const __m256i byte = _mm256_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3);
    const __m256i bit = _mm256_set1_epi64x((long long)0x8040201008040201u);
    __m256i v = _mm256_and_si256(_mm256_shuffle_epi8(_mm256_set1_epi32((int)mask), byte), bit);
    return _mm256_cmpeq_epi8(v, bit);
}

/* Numbers that would end at each of 32 places; *above: places where they are more than 255. */
AVX2 static inline __m256i numbers_avx2(__m256i d, __m256i before, uint32_t two, uint32_t three, uint32_t *above)
{
    const __m256i tens = _mm256_setr_epi8(0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 0, 0, 0, 0, 0, 0, 0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 0, 0, 0, 0, 0, 0);
    const __m256i hundreds = _mm256_setr_epi8(0, 100, (char)200, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 100, (char)200, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    __m256i lane = _mm256_permute2x128_si256(before, d, 0x21);
    __m256i d1 = _mm256_alignr_epi8(d, lane, 15), d2 = _mm256_alignr_epi8(d, lane, 14), d3 = _mm256_alignr_epi8(d, lane, 13);
    __m256i is3 = where(three);
    __m256i ten = _mm256_and_si256(_mm256_shuffle_epi8(tens, d2), where(two)), hundred = _mm256_and_si256(_mm256_shuffle_epi8(hundreds, d3), is3);
    __m256i sum = _mm256_add_epi8(_mm256_add_epi8(ten, hundred), d1);
    __m256i most = _mm256_adds_epu8(_mm256_adds_epu8(ten, hundred), d1); /* stays at 255 where the sum wraps around */
    __m256i many = _mm256_and_si256(is3, _mm256_cmpgt_epi8(d3, _mm256_set1_epi8(2)));
    *above = (uint32_t)_mm256_movemask_epi8(many) | ~(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(sum, most));
    return sum;
}

AVX2 static size_t rows_avx2(const char *s, size_t n, char sep, char eol, size_t columns, uint8_t *to, size_t *used)
{
    const __m256i seps = _mm256_set1_epi8(sep), eols = _mm256_set1_epi8(eol), returns = _mm256_set1_epi8('\r');
    const __m256i zero = _mm256_set1_epi8('0'), nine = _mm256_set1_epi8(9);
    __m256i before = _mm256_setzero_si256();
    carry c = {0, 0};
    rows r = {.columns = columns};

    for (size_t at = 0; at < n; at += WIDE) {
        uint64_t valid = first_bits(n - at);
        __m256i v[2], d[2], x[2];
        uint32_t above[2];
        for (int k = 0; k < 2; k++) {
            v[k] = _mm256_loadu_si256((const __m256i *)(const void *)(s + at + 32 * k));
            d[k] = _mm256_sub_epi8(v[k], zero);
        }
        places p = {.digit = bits_avx2(_mm256_cmpeq_epi8(_mm256_min_epu8(d[0], nine), d[0]), _mm256_cmpeq_epi8(_mm256_min_epu8(d[1], nine), d[1])),
                    .sep = bits_avx2(_mm256_cmpeq_epi8(v[0], seps), _mm256_cmpeq_epi8(v[1], seps)),
                    .line = bits_avx2(_mm256_cmpeq_epi8(v[0], eols), _mm256_cmpeq_epi8(v[1], eols)),
                    .back = eol == '\r' ? 0 : bits_avx2(_mm256_cmpeq_epi8(v[0], returns), _mm256_cmpeq_epi8(v[1], returns))};
        uint64_t two = p.digit << 2 | c.digit >> 62, three = two & (p.digit << 3 | c.digit >> 61);
        uint64_t bad, mark = marks_of(&p, valid, &c, &bad);
        x[0] = numbers_avx2(d[0], before, (uint32_t)two, (uint32_t)three, &above[0]);
        x[1] = numbers_avx2(d[1], d[0], (uint32_t)(two >> 32), (uint32_t)(three >> 32), &above[1]);
        bad |= ((uint64_t)above[0] | (uint64_t)above[1] << 32) & mark;
        if (bad)
            mark &= valid = whole_lines(p.line & valid, bad);
        uint64_t part[8];
        memcpy(part, x, sizeof part);
        for (int k = 0; k < 8; k++) {
            unsigned m = mark >> (8 * k) & 255;
            __m128i pack = _mm_loadl_epi64((const __m128i *)(const void *)packing[m]);
            _mm_storel_epi64((__m128i *)(void *)to, _mm_shuffle_epi8(_mm_cvtsi64_si128((long long)part[k]), pack));
            to += (size_t)__builtin_popcount(m);
        }
        if (!end_rows(&r, mark, p.line & valid, at) || bad)
            break;
        before = d[1];
    }
    *used = r.used;
    return r.rows;
}
#endif

/* Choosing --------------------------------------------------------------------------------------------- */

typedef size_t row_reader(const char *s, size_t n, char sep, char eol, size_t columns, uint8_t *to, size_t *used);

static _Atomic(row_reader *) chosen;

static row_reader *by_name(const char *name)
{
#ifdef HAVE_SIMD_X86
    __builtin_cpu_init();
    if ((!name || !strcmp(name, "avx512")) && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi2"))
        return rows_avx512;
    if ((!name || !strcmp(name, "avx2")) && __builtin_cpu_supports("avx2") && !pthread_once(&packing_made, make_packing))
        return rows_avx2;
#endif
    return !name || !strcmp(name, "generic") ? rows_generic : NULL;
}

bool small_choose(const char *name)
{
    row_reader *f = by_name(name);

    if (f)
        atomic_store_explicit(&chosen, f, memory_order_release);
    return f != NULL;
}

size_t small_rows(const char *s, size_t n, char sep, char eol, size_t columns, uint8_t *to, size_t *used)
{
    row_reader *f = atomic_load_explicit(&chosen, memory_order_acquire);

    if (!f) {
        f = by_name(NULL);
        atomic_store_explicit(&chosen, f, memory_order_release);
    }
    return f(s, n, sep, eol, columns, to, used);
}

void small_range(const uint8_t *x, size_t n, uint8_t *lo, uint8_t *hi)
{
    uint8_t least = x[0], most = x[0];
    size_t i = 0;

#ifdef __SSE2__
    if (n >= 16) {
        __m128i a = _mm_loadu_si128((const __m128i *)(const void *)x), b = a;
        uint8_t few[2][16];
        for (i = 16; i < n; i += 16) { /* the last sixteen may be seen twice */
            __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(x + (i + 16 <= n ? i : n - 16)));
            a = _mm_min_epu8(a, v);
            b = _mm_max_epu8(b, v);
        }
        memcpy(few[0], &a, 16);
        memcpy(few[1], &b, 16);
        for (size_t k = 0; k < 16; k++) {
            least = few[0][k] < least ? few[0][k] : least;
            most = few[1][k] > most ? few[1][k] : most;
        }
        i = n;
    }
#endif
    for (; i < n; i++) {
        least = x[i] < least ? x[i] : least;
        most = x[i] > most ? x[i] : most;
    }
    *lo = least;
    *hi = most;
}

/* Turning ------------------------------------------------------------------------------------------------ */

#ifdef __SSE2__
/* Four times, neighbours eight apart are interleaved: a[i][k] becomes a[k][i]. */
static inline void turn16(__m128i a[16])
{
    __m128i b[16];

    for (int round = 0; round < 4; round++) {
        for (size_t k = 0; k < 8; k++) {
            b[2 * k] = _mm_unpacklo_epi8(a[k], a[k + 8]);
            b[2 * k + 1] = _mm_unpackhi_epi8(a[k], a[k + 8]);
        }
        memcpy(a, b, sizeof b);
    }
}
#endif

void small_tile(const uint8_t *const *column, size_t at, uint8_t to[16][16])
{
#ifdef __SSE2__
    __m128i a[16];

    for (size_t k = 0; k < 16; k++)
        a[k] = _mm_loadu_si128((const __m128i *)(const void *)(column[k] + at));
    turn16(a);
    memcpy(to, a, sizeof a);
#else
    for (size_t k = 0; k < 16; k++)
        for (size_t i = 0; i < 16; i++)
            to[i][k] = column[k][at + i];
#endif
}

void small_turn(const uint8_t *bytes, size_t rows_n, size_t stride, size_t columns, uint8_t *const *to)
{
    size_t c = 0;

#ifdef __SSE2__
    for (; c + 16 <= columns; c += 16) {
        size_t at = 0;
        for (; at + 16 <= rows_n; at += 16) {
            __m128i a[16];
            for (size_t k = 0; k < 16; k++)
                a[k] = _mm_loadu_si128((const __m128i *)(const void *)(bytes + (at + k) * stride + c));
            turn16(a);
            for (size_t k = 0; k < 16; k++)
                _mm_storeu_si128((__m128i *)(void *)(to[c + k] + at), a[k]);
        }
        for (; at < rows_n; at++)
            for (size_t k = c; k < c + 16; k++)
                to[k][at] = bytes[at * stride + k];
    }
#endif
    for (; c < columns; c++)
        for (size_t at = 0; at < rows_n; at++)
            to[c][at] = bytes[at * stride + c];
}
