/* number.c - decimal text to double.
 *
 * Digits are read eight at a time. Up to 19 of them fit a word w, and the text
 * means w * 10^q. When w < 2^53 and |q| <= 22 both are exact doubles and one
 * multiplication or division rounds correctly (Clinger, "How to read floating
 * point numbers accurately", 1990). Otherwise w times a 128-bit power decides
 * (Lemire, "Number parsing at a gigabyte per second", 2021), but for texts
 * that lie on a tie as far as those bits reach: they are settled in whole numbers
 * of any length (number_settle). */
#include "data/number.h"

#include "data/number_impl.h"

#include <float.h>
#include <math.h>
#include <strings.h>

static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

typedef struct decimal { /* what the text says */
    uint64_t w;          /* the first 19 significant digits */
    int64_t q;           /* value = w * 10^q, if nothing was dropped */
    bool negative, dropped;
    const char *first, *stop; /* the digits, a point among them */
} decimal;

static double double_of(uint64_t mantissa, uint64_t exponent)
{
    uint64_t bits = exponent << 52 | mantissa;
    double x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

/* w * 10^q to the nearest double; false: a tie as far as 128 bits can tell. */
static bool product(uint64_t w, int64_t q, double *out)
{
    if (w == 0 || q < NUMBER_LOWEST)
        return *out = 0, true;
    if (q > NUMBER_HIGHEST)
        return *out = INFINITY, true;
    int zeros = __builtin_clzll(w);
    const uint64_t *power = number_powers[q - NUMBER_LOWEST];
    w <<= zeros;
    unsigned __int128 wide = (unsigned __int128)w * power[0];
    uint64_t hi = (uint64_t)(wide >> 64), lo = (uint64_t)wide;
    if ((hi & 0x1FF) == 0x1FF) { /* the lower half of the power may carry into what counts */
        uint64_t more = (uint64_t)(((unsigned __int128)w * power[1]) >> 64);
        lo += more;
        hi += lo < more;
    }
    if (lo == UINT64_MAX && (q < -27 || q > 55))
        return false;
    int upper = (int)(hi >> 63), shift = upper + 64 - 52 - 3;
    uint64_t m = hi >> shift;
    int64_t e = (217706 * q >> 16) + 63 + upper - zeros + 1023;
    if (e <= 0) { /* subnormal */
        if (1 - e >= 64)
            return *out = 0, true;
        m >>= 1 - e;
        m = (m + (m & 1)) >> 1;
        return *out = double_of(m & ~((uint64_t)1 << 52), m >> 52), true;
    }
    if (lo <= 1 && q >= -4 && q <= 23 && (m & 3) == 1 && m << shift == hi)
        m &= ~(uint64_t)1; /* exactly half: to even */
    m = (m + (m & 1)) >> 1;
    if (m >> 53)
        m >>= 1, e++;
    if (e >= 0x7FF)
        return *out = INFINITY, true;
    *out = double_of(m & ~((uint64_t)1 << 52), (uint64_t)e);
    return true;
}

/* Significant digits without the point, at most CAP; *q becomes the exponent of the last. */
static size_t all_digits(const decimal *d, char *digits, size_t cap, int64_t *q)
{
    size_t n = 0, dropped = 0, nonzero = 0, after = 0;
    bool point = false;

    for (const char *p = d->first; p < d->stop; p++) {
        if (*p == '.') {
            point = true;
            continue;
        }
        after += point;
        if (n == 0 && *p == '0')
            continue;
        if (n < cap)
            digits[n++] = *p;
        else
            dropped++, nonzero |= *p != '0';
    }
    *q += (int64_t)dropped - (int64_t)after;
    if (nonzero) /* only that there is something more matters */
        digits[n++] = '1', *q -= 1;
    return n;
}

/* explicit: the exponent that stands behind the e. */
static double slowly(const decimal *d, int64_t explicit_exponent)
{
    enum { CAP = 800 }; /* no tie has more than 767 significant digits */
    char digits[CAP + 1];
    int64_t q = explicit_exponent;
    size_t n = all_digits(d, digits, CAP, &q);
    double low;
    uint64_t w = 0;
    size_t k = n < 19 ? n : 19;

    for (size_t i = 0; i < k; i++)
        w = w * 10 + (unsigned)(digits[i] - '0');
    int64_t scale = q + (int64_t)(n - k);
    if (scale < NUMBER_LOWEST - 20 || scale > NUMBER_HIGHEST)
        return scale < 0 ? 0 : INFINITY;
    while (!product(w, scale, &low)) /* the last digits weigh little: one step is enough */
        w--;
    return number_settle(digits, n, q, low > 0 ? nextafter(fmin(low, DBL_MAX), 0) : 0);
}

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
/* Digits from p on into *w; stops at the first other byte, or after 19 with *left < 0. */
static inline const char *take(const char *p, uint64_t *w, int *left)
{
    for (;;) {
        uint64_t x;
        memcpy(&x, p, 8);
        x ^= 0x3030303030303030u;
        uint64_t other = ((x + 0x7676767676767676u) | x) & 0x8080808080808080u;
        unsigned k = other ? (unsigned)__builtin_ctzll(other) / 8 : 8;
        if (k == 0)
            return p;
        static const uint32_t ten[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};
        *left -= (int)k;
        if (*left < 0) {
            while ((unsigned)(*p - '0') < 10)
                p++;
            return p;
        }
        x <<= 64 - 8 * k;
        x = x * 10 + (x >> 8);
        x = ((x & 0x000000FF000000FFu) * (100 + (1000000ull << 32)) + ((x >> 16 & 0x000000FF000000FFu) * (1 + (10000ull << 32)))) >> 32;
        *w = *w * ten[k] + (uint32_t)x;
        p += k;
        if (k < 8)
            return p;
    }
}
#else
static inline const char *take(const char *p, uint64_t *w, int *left)
{
    for (; (unsigned)(*p - '0') < 10; p++)
        if (--*left >= 0)
            *w = *w * 10 + (unsigned)(*p - '0');
    return p;
}
#endif

/* The first 19 digits again, one by one, for texts that have more. */
static void first_digits(decimal *d, const char *point)
{
    int seen = 0;

    d->w = 0;
    d->q = 0;
    for (const char *p = d->first; p < d->stop; p++) {
        if (*p == '.')
            continue;
        if (seen == 0 && *p == '0') {
            d->q -= point && p > point;
        } else if (seen < 19) {
            d->w = d->w * 10 + (unsigned)(*p - '0');
            seen++;
            d->q -= point && p > point;
        } else {
            d->dropped |= *p != '0';
            d->q += !(point && p > point);
        }
    }
}

static bool word(const char *s, size_t n, double *out)
{
    bool negative = n && *s == '-';

    if (n && (*s == '-' || *s == '+'))
        s++, n--;
    if ((n == 3 && !strncasecmp(s, "inf", 3)) || (n == 8 && !strncasecmp(s, "infinity", 8)))
        *out = negative ? -INFINITY : INFINITY;
    else if (n == 3 && !strncasecmp(s, "nan", 3))
        *out = NAN;
    else
        return false;
    return true;
}

/* Behind an 'e': sign and digits up to end; false: something else. */
static bool exponent_of(const char *p, const char *end, int64_t *out)
{
    bool negative = p < end && *p == '-';
    int64_t e = 0;

    if (p < end && (*p == '-' || *p == '+'))
        p++;
    if (p == end)
        return false;
    for (; p < end; p++) {
        if ((unsigned)(*p - '0') > 9)
            return false;
        if (e < 1000000)
            e = e * 10 + (*p - '0');
    }
    *out = negative ? -e : e;
    return true;
}

bool number_parse_padded(const char *s, size_t n, double *out)
{
    while (n && (*s == ' ' || *s == '\t'))
        s++, n--;
    while (n && (s[n - 1] == ' ' || s[n - 1] == '\t'))
        n--;
    const char *p = s, *end = s + n, *point = NULL;
    decimal d = {0};
    int left = 19;
    int64_t e = 0;

    if (p < end && (*p == '-' || *p == '+'))
        d.negative = *p++ == '-';
    d.first = p;
    p = take(p, &d.w, &left);
    if (p < end && *p == '.') {
        point = p++;
        p = take(p, &d.w, &left);
        d.q = point + 1 - p;
    }
    d.stop = p;
    if (d.stop - d.first <= (point != NULL))
        return word(s, n, out);
    if (p < end) {
        if ((*p != 'e' && *p != 'E') || !exponent_of(p + 1, end, &e))
            return false;
        p = end;
    }
    if (p != end)
        return false;
    if (left < 0)
        first_digits(&d, point);
    d.q += e;
    double x;
    if (!(d.w >> 53) && d.q >= -22 && d.q <= 22 && !d.dropped) {
        x = (double)d.w;
        x = d.q < 0 ? x / powers[-d.q] : x * powers[d.q];
    } else {
        double above;
        bool sure = product(d.w, d.q, &x);
        if (sure && d.dropped) /* between w and w + 1: the same when both round alike */
            sure = product(d.w + 1, d.q, &above) && x == above;
        if (!sure)
            x = slowly(&d, e);
    }
    *out = d.negative ? -x : x;
    return true;
}

bool number_parse(const char *s, size_t n, double *out)
{
    char room[64 + NUMBER_SLACK + 1];

    while (n && (*s == ' ' || *s == '\t'))
        s++, n--;
    if (n <= 64) {
        if (n)
            memcpy(room, s, n);
        memset(room + n, 0, NUMBER_SLACK + 1);
        return number_parse_padded(room, n, out);
    }
    if (n > 4096)
        return false; /* nobody writes this; a value that long is text */
    char more[4096 + NUMBER_SLACK + 1];
    memcpy(more, s, n);
    memset(more + n, 0, NUMBER_SLACK + 1);
    return number_parse_padded(more, n, out);
}
