/* crc.c - the checksum of gzip, zip and weir's own files.
 *
 * zlib's, which takes about a third of what unpacking itself takes; where the processor multiplies polynomials, four lanes
 * of 128 bits are folded forward at a time instead (Gopal and others, "Fast CRC computation for generic polynomials using
 * PCLMULQDQ", 2009). What is left at the end, sixteen bytes and a rest, is zlib's again. */
#include "config.h"
#include "kernel/crc.h"

#include <zlib.h>

static uint32_t crc_zlib(uint32_t crc, const unsigned char *s, size_t n)
{
    enum { MOST = 1 << 30 }; /* zlib counts in unsigned int */

    for (; n; s += n < MOST ? n : MOST, n -= n < MOST ? n : MOST)
        crc = (uint32_t)crc32(crc, s, (uInt)(n < MOST ? n : MOST));
    return crc;
}

#ifdef HAVE_SIMD_X86
#include <immintrin.h>

#define FOLDS __attribute__((target("pclmul,sse4.1")))

/* x moved forward by the distance of the two powers in k, y beneath it. */
FOLDS static inline __m128i fold(__m128i x, __m128i y, __m128i k)
{
    return _mm_xor_si128(y, _mm_xor_si128(_mm_clmulepi64_si128(x, k, 0x00), _mm_clmulepi64_si128(x, k, 0x11)));
}

/* n: 64 or more, a multiple of 16. */
FOLDS static uint32_t crc_folded(uint32_t crc, const unsigned char *s, size_t n)
{
    /* x^(d + 32) and x^(d - 32) modulo the polynomial, bits reversed, for a distance d of 512 bits and of 128 */
    const __m128i by512 = _mm_set_epi64x(0x01c6e41596, 0x0154442bd4), by128 = _mm_set_epi64x(0x00ccaa009e, 0x01751997d0);
    const __m128i *v = (const __m128i *)(const void *)s;
    __m128i a = _mm_xor_si128(_mm_loadu_si128(v), _mm_cvtsi32_si128((int)~crc));
    __m128i b = _mm_loadu_si128(v + 1), c = _mm_loadu_si128(v + 2), d = _mm_loadu_si128(v + 3);
    unsigned char last[16];

    for (v += 4, n -= 64; n >= 64; v += 4, n -= 64) {
        a = fold(a, _mm_loadu_si128(v), by512);
        b = fold(b, _mm_loadu_si128(v + 1), by512);
        c = fold(c, _mm_loadu_si128(v + 2), by512);
        d = fold(d, _mm_loadu_si128(v + 3), by512);
    }
    a = fold(fold(fold(a, b, by128), c, by128), d, by128);
    for (; n; v++, n -= 16)
        a = fold(a, _mm_loadu_si128(v), by128);
    _mm_storeu_si128((__m128i *)(void *)last, a);
    return crc_zlib(UINT32_MAX, last, sizeof last); /* which begins with no bits set */
}

uint32_t crc_add(uint32_t crc, const void *s, size_t n)
{
    const unsigned char *p = s;
    size_t k = n / 16 * 16;

    if (n < 64 || !__builtin_cpu_supports("pclmul") || !__builtin_cpu_supports("sse4.1"))
        return crc_zlib(crc, p, n);
    crc = crc_folded(crc, p, k);
    return crc_zlib(crc, p + k, n - k);
}
#else
uint32_t crc_add(uint32_t crc, const void *s, size_t n)
{
    return crc_zlib(crc, s, n);
}
#endif
