/* scan.c - where certain bytes stand in a text.
 *
 * Sixteen bytes at a time where the baseline of the machine has vectors (every
 * x86-64 does), one by one elsewhere; both give a mask of 64 bits whose ones are then
 * listed, which costs more than finding them. */
#include "config.h"
#include "kernel/scan.h"

#include <string.h>

#if defined __SSE2__
#include <emmintrin.h>

static inline uint64_t marks64(const char *s, char a, char b)
{
    const __m128i x = _mm_set1_epi8(a), y = _mm_set1_epi8(b);
    uint64_t mask = 0;

    for (int k = 0; k < 4; k++) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(s + 16 * k));
        __m128i hit = _mm_or_si128(_mm_cmpeq_epi8(v, x), _mm_cmpeq_epi8(v, y));
        mask |= (uint64_t)(uint32_t)_mm_movemask_epi8(hit) << (16 * k);
    }
    return mask;
}
#else
static inline uint64_t marks64(const char *s, char a, char b)
{
    uint64_t mask = 0;

    for (int k = 0; k < 64; k++)
        mask |= (uint64_t)(s[k] == a || s[k] == b) << k;
    return mask;
}
#endif

size_t scan_marks(const char *s, size_t n, char a, char b, uint32_t *at)
{
    uint32_t *out = at;

    for (size_t i = 0; i < n; i += 64) {
        uint64_t m = marks64(s + i, a, b);
        if (n - i < 64)
            m &= ((uint64_t)1 << (n - i)) - 1;
        for (; m; m &= m - 1)
            *out++ = (uint32_t)i + (uint32_t)__builtin_ctzll(m);
    }
    return (size_t)(out - at);
}

size_t scan_count(const char *s, size_t n, char c)
{
    size_t count = 0, i = 0;

    while (i < n) { /* bytes add up at most 255 times before they are summed */
        uint8_t part[16] = {0};
        size_t stop = n - i < 16 * 255 ? i + (n - i) / 16 * 16 : i + 16 * 255;
        if (stop == i)
            break;
        for (; i < stop; i += 16)
            for (size_t k = 0; k < 16; k++)
                part[k] = (uint8_t)(part[k] + (s[i + k] == c));
        for (size_t k = 0; k < 16; k++)
            count += part[k];
    }
    for (; i < n; i++)
        count += s[i] == c;
    return count;
}
