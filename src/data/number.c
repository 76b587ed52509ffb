/* number.c - decimal text to double.
 *
 * Up to 15 digits with a power of ten up to 22 are exact in two doubles, so one
 * multiplication or division rounds correctly (Clinger: "How to read floating
 * point numbers accurately", 1990). The rest goes to strtod. */
#include "data/number.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static bool slow(const char *s, size_t n, double *out)
{
    char buf[512], *end;

    if (n >= sizeof buf) { /* nobody writes this; a value that long is text */
        return false;
    }
    memcpy(buf, s, n);
    buf[n] = '\0';
    for (size_t i = 0; i < n; i++) /* strtod would take hexadecimal, and nan(...) */
        if (buf[i] == 'x' || buf[i] == 'X' || buf[i] == '(')
            return false;
    *out = strtod(buf, &end);
    return end == buf + n && n > 0;
}

bool number_parse(const char *s, size_t n, double *out)
{
    while (n && (*s == ' ' || *s == '\t'))
        s++, n--;
    while (n && (s[n - 1] == ' ' || s[n - 1] == '\t'))
        n--;
    const char *p = s, *end = s + n;
    bool negative = false;
    uint64_t m = 0;
    int digits = 0, exponent = 0, seen = 0;

    if (p < end && (*p == '-' || *p == '+'))
        negative = *p++ == '-';
    for (; p < end && (unsigned)(*p - '0') < 10; p++, seen++) {
        m = m * 10 + (unsigned)(*p - '0');
        digits += m != 0;
        if (digits > 18)
            return slow(s, n, out);
    }
    if (p < end && *p == '.') {
        p++;
        for (; p < end && (unsigned)(*p - '0') < 10; p++, seen++) {
            m = m * 10 + (unsigned)(*p - '0');
            digits += m != 0;
            exponent--;
            if (digits > 18)
                return slow(s, n, out);
        }
    }
    if (!seen)
        return n && isalpha((unsigned char)*p) && slow(s, n, out); /* inf, nan */
    if (p < end && (*p == 'e' || *p == 'E')) {
        int e = 0, sign = 1, some = 0;
        p++;
        if (p < end && (*p == '-' || *p == '+'))
            sign = *p++ == '-' ? -1 : 1;
        for (; p < end && (unsigned)(*p - '0') < 10 && e < 100000; p++, some++)
            e = e * 10 + (*p - '0');
        if (!some)
            return false;
        exponent += sign * e;
    }
    if (p != end)
        return false;
    if (m >> 53 || exponent < -22 || exponent > 22)
        return m == 0 ? (*out = negative ? -0.0 : 0.0, true) : slow(s, n, out);
    double x = (double)m;
    x = exponent < 0 ? x / powers[-exponent] : x * powers[exponent];
    *out = negative ? -x : x;
    return true;
}

static bool digits_at(const char *s, size_t k, int *out)
{
    *out = 0;
    for (size_t i = 0; i < k; i++) {
        if ((unsigned)(s[i] - '0') > 9)
            return false;
        *out = *out * 10 + (s[i] - '0');
    }
    return true;
}

/* Days since 1970-01-01 of the proleptic Gregorian calendar. */
static int64_t days_of(int y, int m, int d)
{
    int64_t a = y - (m <= 2), era = (a >= 0 ? a : a - 399) / 400, yoe = a - era * 400;
    int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1, doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

bool number_time(const char *s, size_t n, double *out)
{
    int y, mo, d, h = 0, mi = 0, se = 0, ms = 0;

    if (n < 10 || s[4] != '-' || s[7] != '-' || !digits_at(s, 4, &y) || !digits_at(s + 5, 2, &mo) || !digits_at(s + 8, 2, &d))
        return false;
    if (mo < 1 || mo > 12 || d < 1 || d > 31)
        return false;
    s += 10, n -= 10;
    if (n && s[n - 1] == 'Z')
        n--;
    if (n) {
        if (n < 6 || (s[0] != ' ' && s[0] != 'T') || s[3] != ':' || !digits_at(s + 1, 2, &h) || !digits_at(s + 4, 2, &mi))
            return false;
        if (n >= 9 && (s[6] != ':' || !digits_at(s + 7, 2, &se)))
            return false;
        if (n > 9 && (n != 13 || s[9] != '.' || !digits_at(s + 10, 3, &ms)))
            return false;
        if (n != 6 && n != 9 && n != 13)
            return false;
        if (h > 23 || mi > 59 || se > 60)
            return false;
    }
    *out = (((double)days_of(y, mo, d) * 24 + h) * 60 + mi) * 60000.0 + se * 1000.0 + ms;
    return true;
}
