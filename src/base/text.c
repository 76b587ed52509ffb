/* text.c - growable byte strings, near names, UTF-8 widths. */
#include "config.h"
#include "base/text.h"

#include "base/mem.h"

#include <ctype.h>
#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void text_free(text *t)
{
    mem_free(t->s);
    *t = (text){0};
}

void text_clear(text *t)
{
    t->n = 0;
    if (t->s)
        t->s[0] = 0;
}

static bool reserve(text *t, size_t more)
{
    if (t->failed)
        return false;
    if (t->n + more + 1 > t->cap) {
        size_t cap = 2 * (t->n + more) + 32;
        char *s = mem_resize(t->s, cap, 1);
        if (!s) {
            t->failed = true;
            return false;
        }
        t->s = s;
        t->cap = cap;
    }
    return true;
}

void text_add_n(text *t, const char *s, size_t n)
{
    if (!reserve(t, n))
        return;
    if (n)
        memcpy(t->s + t->n, s, n);
    t->n += n;
    t->s[t->n] = 0;
}

void text_add(text *t, const char *s)
{
    text_add_n(t, s, strlen(s));
}

void text_char(text *t, char c)
{
    text_add_n(t, &c, 1);
}

void text_fmt(text *t, const char *format, ...)
{
    va_list ap, again;

    va_start(ap, format);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, format, ap);
    if (n > 0 && reserve(t, (size_t)n)) {
        vsnprintf(t->s + t->n, (size_t)n + 1, format, again);
        t->n += (size_t)n;
    }
    va_end(again);
    va_end(ap);
}

const char *text_str(const text *t)
{
    return t->s ? t->s : "";
}

/* A host program may have set a locale with a decimal comma. */
static void point(char *s)
{
    for (; *s; s++)
        if (*s == ',')
            *s = '.';
}

size_t text_put_number(double x, char buf[32])
{
    if (isnan(x))
        return (size_t)snprintf(buf, 32, "NaN");
    if (isinf(x))
        return (size_t)snprintf(buf, 32, x < 0 ? "-Infinity" : "Infinity");
    if (x == floor(x) && fabs(x) < 1e15)
        return (size_t)snprintf(buf, 32, signbit(x) && x == 0 ? "-0" : "%.0f", x);
    int n = 0;
    for (int digits = fabs(x) < DBL_MIN ? 1 : 15; digits <= 17; digits++) { /* subnormals have fewer */
        n = snprintf(buf, 32, "%.*g", digits, x);
        if (strtod(buf, NULL) == x)
            break;
    }
    point(buf);
    return (size_t)n;
}

size_t text_short_number(double x, int digits, char buf[32])
{
    double a = fabs(x);

    if (!isfinite(x))
        return text_put_number(x, buf);
    if (x == floor(x) && a < 1e10)
        return (size_t)snprintf(buf, 32, "%.0f", x == 0 ? 0 : x);
    int n;
    if (a >= 1e-4 && a < pow(10, digits)) {
        int whole = (int)floor(log10(a)) + 1;
        int after = digits - whole;
        n = snprintf(buf, 32, "%.*f", after < 0 ? 0 : after > 15 ? 15 : after, x);
    } else {
        n = snprintf(buf, 32, "%.*g", digits, x);
    }
    point(buf);
    return (size_t)n;
}

void text_number(text *t, double x)
{
    char buf[32];
    size_t n = text_put_number(x, buf);
    text_add_n(t, buf, n);
}

static int lower(char c)
{
    return tolower((unsigned char)c);
}

/* Optimal string alignment distance, case ignored; names over 63 bytes count as far. */
static int distance(const char *a, const char *b)
{
    enum { MAX = 64 };
    int rows[3][MAX], n = (int)strlen(a), m = (int)strlen(b);

    if (n >= MAX || m >= MAX)
        return MAX;
    for (int j = 0; j <= m; j++)
        rows[0][j] = j;
    for (int i = 1; i <= n; i++) {
        int *now = rows[i % 3], *up = rows[(i + 2) % 3], *up2 = rows[(i + 1) % 3];
        now[0] = i;
        for (int j = 1; j <= m; j++) {
            int cost = lower(a[i - 1]) != lower(b[j - 1]);
            int best = up[j - 1] + cost;
            if (up[j] + 1 < best)
                best = up[j] + 1;
            if (now[j - 1] + 1 < best)
                best = now[j - 1] + 1;
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                lower(a[i - 2]) == lower(b[j - 1]) && up2[j - 2] + 1 < best)
                best = up2[j - 2] + 1;
            now[j] = best;
        }
    }
    return rows[n % 3][m];
}

const char *text_nearest(const char *name, const char *const *candidates, size_t n)
{
    const char *best = NULL;
    int limit = (int)strlen(name) / 3 + 1, best_distance = limit > 4 ? 5 : limit + 1;

    for (size_t i = 0; i < n; i++) {
        int d = text_same_word(name, candidates[i]) ? 0 : distance(name, candidates[i]);
        if (d < best_distance) {
            best_distance = d;
            best = candidates[i];
        }
    }
    return best;
}

bool text_same_word(const char *a, const char *b)
{
    for (;;) {
        while (*a == '_' || *a == '-' || *a == ' ')
            a++;
        while (*b == '_' || *b == '-' || *b == ' ')
            b++;
        if (lower(*a) != lower(*b))
            return false;
        if (!*a)
            return true;
        a++;
        b++;
    }
}

size_t text_next(const char *s, size_t n, uint32_t *cp)
{
    const unsigned char *u = (const unsigned char *)s;
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t len = u[0] < 0x80 ? 1 : u[0] >> 5 == 6 ? 2 : u[0] >> 4 == 14 ? 3 : u[0] >> 3 == 30 ? 4 : 0;

    *cp = 0xFFFD;
    if (len == 1)
        *cp = u[0];
    if (len < 2 || len > n)
        return 1;
    uint32_t c = u[0] & (0x7F >> len);
    for (size_t i = 1; i < len; i++) {
        if (u[i] >> 6 != 2)
            return 1;
        c = c << 6 | (u[i] & 0x3F);
    }
    if (c < least[len] || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
        return 1;
    *cp = c;
    return len;
}

size_t text_put_utf8(uint32_t cp, char out[4])
{
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        out[0] = (char)(0xC0 | cp >> 6);
        out[1] = (char)(0x80 | (cp & 0x3F));
        return 2;
    }
    if (cp < 0x10000) {
        out[0] = (char)(0xE0 | cp >> 12);
        out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
        out[2] = (char)(0x80 | (cp & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | cp >> 18);
    out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
    out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
    out[3] = (char)(0x80 | (cp & 0x3F));
    return 4;
}

size_t text_columns(const char *s, size_t n)
{
    size_t columns = 0;
    uint32_t cp;

    for (size_t i = 0; i < n;) {
        i += text_next(s + i, n - i, &cp);
        columns += (size_t)text_width(cp);
    }
    return columns;
}

size_t text_fit(const char *s, size_t n, size_t columns)
{
    size_t i = 0, used = 0;

    while (i < n) {
        uint32_t cp;
        size_t len = text_next(s + i, n - i, &cp);
        used += (size_t)text_width(cp);
        if (used > columns)
            break;
        i += len;
    }
    return i;
}

size_t text_row(const char *s, size_t n, size_t columns)
{
    size_t k = text_fit(s, n, columns);
    uint32_t cp;

    if (k >= n)
        return n;
    if (!k)
        return text_next(s, n, &cp);
    for (size_t q = k; q > k / 2; q--)
        if (s[q] == ' ')
            return q + 1;
    return k;
}

char *text_epochs(double x, char *buf, size_t cap)
{
    snprintf(buf, cap, fabs(x) >= 999.5 ? "%.0f" : "%.3g", x);
    return buf;
}

char *text_count(double x, char *buf, size_t cap)
{
    static const char units[] = "kMGT";
    int u = -1;

    while (fabs(x) >= 999.5 && u < 3)
        x /= 1000, u++;
    if (u < 0)
        snprintf(buf, cap, fabs(x) < 9.95 && x != floor(x) ? "%.1f" : "%.0f", x);
    else
        snprintf(buf, cap, fabs(x) < 9.95 ? "%.1f%c" : "%.0f%c", x, units[u]);
    return buf;
}
