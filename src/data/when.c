/* when.c - dates and times of day in text.
 *
 * Each form is tried from the start of the text with a cursor that is copied, so a
 * failed form leaves nothing behind. Fractions of a second count as fractions. */
#include "data/when.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

typedef struct cursor {
    const char *p, *end;
} cursor;

static bool at_end(const cursor *c)
{
    return c->p == c->end;
}

static bool take_char(cursor *c, char ch)
{
    if (c->p < c->end && *c->p == ch)
        return c->p++, true;
    return false;
}

static size_t blanks(cursor *c)
{
    const char *from = c->p;

    while (c->p < c->end && (*c->p == ' ' || *c->p == '\t'))
        c->p++;
    return (size_t)(c->p - from);
}

/* From lo to hi digits; how many there were, or 0. */
static int take_digits(cursor *c, int lo, int hi, int *out)
{
    int k = 0, v = 0;

    while (k < hi && c->p + k < c->end && (unsigned)(c->p[k] - '0') < 10) {
        v = v * 10 + (c->p[k] - '0');
        k++;
    }
    if (k < lo)
        return 0;
    c->p += k;
    *out = v;
    return k;
}

static bool is_digit(const cursor *c)
{
    return c->p < c->end && (unsigned)(*c->p - '0') < 10;
}

/* Days since 1970-01-01 of the proleptic Gregorian calendar. */
static int64_t days_of(int y, int m, int d)
{
    int64_t a = y - (m <= 2), era = (a >= 0 ? a : a - 399) / 400, yoe = a - era * 400;
    int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1, doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

static bool date_ms(int y, int m, int d, double *ms)
{
    static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

    if (m < 1 || m > 12 || d < 1 || d > days[m - 1] || (m == 2 && d == 29 && !leap))
        return false;
    *ms = (double)days_of(y, m, d) * 86400000.0;
    return true;
}

static int full_year(int y, int digits)
{
    return digits > 2 ? y : y >= 69 ? 1900 + y : 2000 + y;
}

/* Z, UTC, GMT, +hh:mm, +hhmm, +hh at the end. */
static bool take_zone(cursor *c, double *ms)
{
    int h, m = 0;

    if (c->end - c->p == 3 && (!strncasecmp(c->p, "UTC", 3) || !strncasecmp(c->p, "GMT", 3))) {
        c->p += 3;
        return true;
    }
    if (take_char(c, 'Z'))
        return at_end(c);
    bool east = c->p < c->end && *c->p == '+';
    if (!take_char(c, '+') && !take_char(c, '-'))
        return false;
    if (take_digits(c, 2, 2, &h) == 0)
        return false;
    take_char(c, ':');
    if (!at_end(c) && take_digits(c, 2, 2, &m) == 0)
        return false;
    if (h > 14 || m > 59)
        return false;
    *ms += (east ? -1 : 1) * (h * 60.0 + m) * 60000.0;
    return at_end(c);
}

static bool take_half(cursor *c, int *h, bool *found)
{
    cursor t = *c;

    blanks(&t);
    *found = t.end - t.p >= 2 && (t.p[0] == 'A' || t.p[0] == 'P') && t.p[1] == 'M';
    if (!*found)
        return true;
    if (*h < 1 || *h > 12)
        return false;
    *h = *h % 12 + (t.p[0] == 'P' ? 12 : 0);
    t.p += 2;
    *c = t;
    return true;
}

/* A time of day up to the end of the text, added to *ms. */
static bool take_time(cursor *c, when_style style, double *ms)
{
    int h, m, s = 0, digit;
    double fraction = 0, unit = 100;
    bool half;

    if (take_digits(c, 1, 2, &h) == 0 || at_end(c) || (*c->p != ':' && *c->p != '.'))
        return false;
    char first = *c->p++, second = 0;
    if (take_digits(c, 1, 2, &m) == 0)
        return false;
    if (!at_end(c) && (*c->p == ':' || *c->p == '.')) {
        second = *c->p++;
        if (take_digits(c, 1, 2, &s) == 0)
            return false;
        if (!at_end(c) && (*c->p == '.' || *c->p == ':')) {
            if (first == '.' && second == '.' && *c->p == '.')
                return false; /* an address of the Internet */
            c->p++;
            if (!is_digit(c))
                return false;
            for (; take_digits(c, 1, 1, &digit); unit /= 10)
                fraction += unit >= 1 ? unit * digit : 0; /* whole milliseconds */
        }
    } else if (style == WHEN_H2O || first == '.') {
        return false;
    }
    if (!take_half(c, &h, &half) || h > 23 || m > 59 || s > 59)
        return false;
    *ms += ((h * 60.0 + m) * 60.0 + s) * 1000.0 + fraction;
    if (at_end(c))
        return true;
    if (style == WHEN_H2O)
        return false;
    blanks(c);
    return take_zone(c, ms);
}

/* What may stand behind a date: nothing, or blanks (a colon, a T) and a time. */
static bool take_rest(cursor *c, when_style style, bool colon, double *ms)
{
    if (at_end(c))
        return true;
    if (blanks(c) == 0 && !(colon && take_char(c, ':')) && !(style == WHEN_ANY && take_char(c, 'T')))
        return false;
    return take_time(c, style, ms);
}

static bool year_first(cursor c, when_style style, double *ms)
{
    int y, m, d = 1;

    if (take_digits(&c, 4, 4, &y) == 0)
        return false;
    if (is_digit(&c)) { /* 20140102-03:04:05 */
        if (take_digits(&c, 2, 2, &m) == 0 || take_digits(&c, 2, 2, &d) == 0 || !take_char(&c, '-') || at_end(&c))
            return false;
        return date_ms(y, m, d, ms) && take_time(&c, style, ms);
    }
    if (!take_char(&c, '-') || take_digits(&c, 1, 2, &m) == 0)
        return false;
    if (at_end(&c))
        return date_ms(y, m, 1, ms);
    if (!take_char(&c, '-') || take_digits(&c, 1, 2, &d) == 0)
        return false;
    return date_ms(y, m, d, ms) && take_rest(&c, style, false, ms);
}

static bool take_month(cursor *c, int *m)
{
    static const char *const names[] = {"january", "february", "march",     "april",   "may",      "june",
                                        "july",    "august",   "september", "october", "november", "december"};
    size_t n = 0;

    while (c->p + n < c->end && ((c->p[n] | 32) >= 'a' && (c->p[n] | 32) <= 'z'))
        n++;
    for (int i = 0; i < 12; i++)
        if ((n == 3 || n == strlen(names[i])) && !strncasecmp(c->p, names[i], n)) {
            c->p += n;
            *m = i + 1;
            return true;
        }
    return false;
}

static bool month_name(cursor c, when_style style, double *ms)
{
    int d = 1, m, y, k;

    if (is_digit(&c)) {
        take_digits(&c, 1, 2, &d);
        take_char(&c, '-');
    }
    if (!take_month(&c, &m))
        return false;
    take_char(&c, '-');
    k = take_digits(&c, 2, 4, &y);
    if (k != 2 && k != 4)
        return false;
    return date_ms(full_year(y, k), m, d, ms) && take_rest(&c, style, true, ms);
}

static bool year_month_name(cursor c, double *ms)
{
    int y, m;

    return take_digits(&c, 2, 2, &y) && take_char(&c, '-') && take_month(&c, &m) && at_end(&c) &&
           date_ms(full_year(y, 2), m, 1, ms);
}

static bool month_first(cursor c, when_style style, double *ms)
{
    int m, d, y, k;

    if (take_digits(&c, 1, 2, &m) == 0 || at_end(&c) || (*c.p != '/' && *c.p != '-'))
        return false;
    char sep = *c.p++;
    if (take_digits(&c, 1, 2, &d) == 0 || !take_char(&c, sep))
        return false;
    k = take_digits(&c, 2, 4, &y);
    if (k != 2 && k != 4)
        return false;
    return date_ms(full_year(y, k), m, d, ms) && take_rest(&c, style, true, ms);
}

bool when_parse(const char *s, size_t n, when_style style, double *ms)
{
    while (n && (*s == ' ' || *s == '\t'))
        s++, n--;
    while (n && (s[n - 1] == ' ' || s[n - 1] == '\t'))
        n--;
    if (n < 5 || n > 40)
        return false;
    cursor c = {s, s + n};
    if (is_digit(&c)) {
        if (n >= 6 && (year_first(c, style, ms) || month_first(c, style, ms) || month_name(c, style, ms) || year_month_name(c, ms)))
            return true;
        *ms = 0;
        return take_time(&c, style, ms);
    }
    return month_name(c, style, ms);
}
