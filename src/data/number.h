/* number.h - decimal text to double, correctly rounded, no locale. */
#ifndef DATA_NUMBER_H
#define DATA_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { NUMBER_SLACK = 8 }; /* readable bytes behind the text of number_parse_padded */

/* The whole of s[0..n) as a number: optional sign, digits, fraction, exponent; blanks around are
 * fine; "inf", "infinity", "nan" in any case. false: it is not a number. Equal to strtod bit for bit. */
bool number_parse(const char *s, size_t n, double *out);
/* The same where NUMBER_SLACK bytes behind s[n-1] may be read and s[n] is no digit. */
bool number_parse_padded(const char *s, size_t n, double *out);

/* s[0..n), 1 <= n <= 8, all digits? Their value into *out. Reads 8 bytes from s. */
static inline bool number_short(const char *s, size_t n, uint32_t *out)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    uint64_t w;

    memcpy(&w, s, 8);
    unsigned shift = (unsigned)(64 - 8 * n);
    w = (w ^ 0x3030303030303030u) << shift; /* leading digits that are not there count as 0 */
    if (((w + 0x7676767676767676u) | w) & 0x8080808080808080u)
        return false;
    w = w * 10 + (w >> 8);
    w = ((w & 0x000000FF000000FFu) * (100 + (1000000ull << 32)) + ((w >> 16 & 0x000000FF000000FFu) * (1 + (10000ull << 32)))) >> 32;
    *out = (uint32_t)w;
    return true;
#else
    uint32_t v = 0;
    for (size_t i = 0; i < n; i++) {
        if ((unsigned)(s[i] - '0') > 9)
            return false;
        v = v * 10 + (unsigned)(s[i] - '0');
    }
    *out = v;
    return true;
#endif
}

/* The same for at most three digits; reads 4 bytes. The most frequent cell of all deserves its own. */
static inline bool number_tiny(const char *s, size_t n, uint32_t *out)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    uint32_t w;

    memcpy(&w, s, 4);
    w = (w ^ 0x30303030u) << (32 - 8 * n);
    *out = (w >> 24) + 10 * (w >> 16 & 255) + 100 * (w >> 8 & 255);
    return !(((w + 0x76767676u) | w) & 0x80808080u);
#else
    return number_short(s, n, out);
#endif
}

#endif
