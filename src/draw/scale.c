/* scale.c - limits, ticks and labels of axes. */
#include "draw/scale.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double EPS = 1e-9; /* of a step: what rounding may have moved a multiple by */

/* Steps ------------------------------------------------------------------------------------- */

/* The number of multiples of step in [lo, hi]. */
static double multiples(double lo, double hi, double step)
{
    return floor(hi / step + EPS) - ceil(lo / step - EPS) + 1;
}

static double loose(double lo, double hi, double step)
{
    return ceil(hi / step - EPS) - floor(lo / step + EPS) + 1;
}

/* The step after `step` in 1, 2, 5, 10, 20 ...; k counts them, 0 is 1. */
static double round_step(int k)
{
    static const double of[] = {1, 2, 5};
    int decade = k >= 0 ? k / 3 : -((2 - k) / 3);

    return of[k - 3 * decade] * pow(10, decade);
}

/* The smallest round step by which `count` of [lo, hi] is at most `most`. */
static double linear_step(double lo, double hi, int most, double (*count)(double, double, double))
{
    int k = 3 * (int)floor(log10((hi - lo) / most)) - 3;

    while (count(lo, hi, round_step(k)) > most)
        k++;
    return round_step(k);
}

enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };

/* Steps of time: seconds below a minute as numbers, then what clocks and calendars count in. */
static double time_step(double lo, double hi, int most, double (*count)(double, double, double))
{
    static const double steps[] = {1, 2, 5, 10, 15, 30, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE,
                                   HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY};
    double small = linear_step(lo, hi, most, count);

    if (small < 1)
        return small;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (count(lo, hi, steps[i]) <= most)
            return steps[i];
    return DAY * linear_step(lo / DAY, hi / DAY, most, count);
}

/* Dates: from 28 days on by months from January of year 0, which are not all of one length. */

typedef struct date { double year, month, day, ms; } date; /* month and day from 0; ms of the day */

/* Days from 1970 to the first of a month; the year is reckoned from March, so that February is last. */
static double days_to(double year, double month)
{
    double y = month < 2 ? year - 1 : year, m = month < 2 ? month + 10 : month - 2;

    return 365 * y + floor(y / 4) - floor(y / 100) + floor(y / 400) + floor((153 * m + 2) / 5) - 719468;
}

static date date_of(double ms)
{
    double days = floor(ms / (1000.0 * DAY) + 1e-12);
    date d = {.year = floor(1970 + days / 365.2425), .ms = ms - days * 1000.0 * DAY};

    while (days_to(d.year, 0) > days)
        d.year--;
    while (days_to(d.year + 1, 0) <= days)
        d.year++;
    while (d.month < 11 && days_to(d.year, d.month + 1) <= days)
        d.month++;
    d.day = days - days_to(d.year, d.month);
    return d;
}

static double month_of(double ms)
{
    date d = date_of(ms);

    return d.year * 12 + d.month + (d.day + d.ms / (1000.0 * DAY)) / 31;
}

static double month_begin(double month)
{
    double year = floor(month / 12);

    return days_to(year, floor(month - 12 * year)) * 1000.0 * DAY;
}

/* In months; 0: days or less. */
static double month_step(double lo, double hi, int most, double (*count)(double, double, double))
{
    static const double steps[] = {1, 2, 3, 6, 12};
    double a = month_of(lo), b = month_of(hi);

    if (time_step(lo / 1000, hi / 1000, most, count) < 20 * DAY)
        return 0;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (count(a, b, steps[i]) <= most)
            return steps[i];
    return 12 * fmax(1, linear_step(a / 12, b / 12, most, count));
}

/* In the scale's own unit; not for logs, nor for dates that count in months. */
static double step_of(const scale *s, int most, double (*count)(double, double, double))
{
    if (s->kind == SCALE_DURATION)
        return time_step(s->lo, s->hi, most, count);
    if (s->kind == SCALE_DATE)
        return 1000 * time_step(s->lo / 1000, s->hi / 1000, most, count);
    return linear_step(s->lo, s->hi, most, count);
}

/* Logs: positions 3 * decade + {0, 1, 2} for 1, 2 and 5 times it. */

static double log_below(double v)
{
    double k = 3 * floor(log10(v) + EPS);

    while (round_step((int)k + 1) <= v * (1 + EPS))
        k++;
    return k;
}

/* How many positions there are from one tick to the next: 1 (1, 2, 5), 3 (decades), 6, 9 ... */
static int log_stride(double lo, double hi, int most)
{
    double from = ceil(log_below(lo) + (round_step((int)log_below(lo)) < lo * (1 - EPS))), to = log_below(hi);

    if (to - from + 1 <= most)
        return 1;
    for (int stride = 3;; stride += 3)
        if (multiples(from, to, stride) <= most)
            return stride;
}

/* Limits ------------------------------------------------------------------------------------ */

static void widen(scale *s)
{
    double by = s->kind == SCALE_DATE ? 1000 : s->lo != 0 ? fabs(s->lo) * 0.1 : 1;

    if (s->lo >= 0 && s->lo - by < 0)
        by = s->lo > 0 ? s->lo : by;
    s->hi += by;
    s->lo -= s->lo >= by ? by : s->lo < 0 ? by : 0;
}

static void fit_log(scale *s)
{
    double k = log_below(s->hi);

    s->lo = round_step((int)log_below(s->lo));
    s->hi = round_step((int)k) >= s->hi * (1 - EPS) ? round_step((int)k) : round_step((int)k + 1);
    if (s->lo >= s->hi)
        s->hi = round_step((int)log_below(s->lo) + 1);
}

void scale_fit(scale *s, double lo, double hi, int most)
{
    most = most < 3 ? 3 : most;
    bool known = isfinite(lo) && isfinite(hi) && lo <= hi;
    if (s->kind == SCALE_LOG) {
        known = known && hi > 0;
        s->lo = known ? (lo > 0 ? lo : hi / 1000) : 1;
        s->hi = known ? hi : 10;
        if (s->lo < 1e-300 || s->hi > 1e300) /* the next decade shall exist */
            s->lo = fmax(s->lo, 1e-300), s->hi = fmin(s->hi, 1e300);
        fit_log(s);
        return;
    }
    s->lo = known ? fmax(lo, -1e300) : 0;
    s->hi = known ? fmin(hi, 1e300) : 1;
    if (s->from_zero && s->lo > 0 && s->lo < 0.5 * s->hi)
        s->lo = 0;
    if (s->hi - s->lo <= 1e-12 * fmax(fabs(s->lo), fabs(s->hi)))
        widen(s);
    double months = s->kind == SCALE_DATE ? month_step(s->lo, s->hi, most, loose) : 0;
    if (months > 0) {
        s->lo = month_begin(floor(month_of(s->lo) / months + EPS) * months);
        s->hi = month_begin(ceil(month_of(s->hi) / months - EPS) * months);
        return;
    }
    double step = step_of(s, most, loose);
    s->lo = floor(s->lo / step + EPS) * step;
    s->hi = ceil(s->hi / step - EPS) * step;
}

bool scale_hold(scale *s, double lo, double hi, int most, double now)
{
    scale next = *s;

    scale_fit(&next, lo, hi, most);
    if (s->set && next.kind == s->kind) {
        bool out = next.lo < s->lo || next.hi > s->hi;
        double fill = s->kind == SCALE_LOG ? log(next.hi / next.lo) / log(s->hi / s->lo) : (next.hi - next.lo) / (s->hi - s->lo);
        if ((!out && !(fill < 0.45)) || now - s->moved < 2)
            return false;
    }
    next.set = true;
    next.moved = now;
    *s = next;
    return true;
}

void scale_end(scale *s, double lo, double hi, int most)
{
    scale_fit(s, lo, hi, most);
    if (s->lo < hi)
        s->hi = hi;
    s->set = true;
}

double scale_place(const scale *s, double v)
{
    if (s->kind != SCALE_LOG)
        return (v - s->lo) / (s->hi - s->lo);
    return v > 0 ? log(v / s->lo) / log(s->hi / s->lo) : (double)NAN;
}

double scale_value(const scale *s, double place)
{
    if (s->kind != SCALE_LOG)
        return s->lo + place * (s->hi - s->lo);
    return s->lo * exp(place * log(s->hi / s->lo));
}

/* Labels ------------------------------------------------------------------------------------ */

/* Without a locale's comma, without "-0", without zeros behind the point of an exponent's mantissa. */
static void number(double v, int decimals, double unit, const char *suffix, char out[SCALE_LABEL])
{
    snprintf(out, SCALE_LABEL, "%.*f%s", decimals, v / unit, suffix);
    for (char *c = out; *c; c++)
        if (*c == ',')
            *c = '.';
    if (out[0] == '-' && strspn(out + 1, "0.") == strlen(out + 1) - strlen(suffix))
        memmove(out, out + 1, strlen(out));
}

static void exponent(double v, int digits, char out[SCALE_LABEL])
{
    int e = (int)floor(log10(fabs(v)) + EPS), decimals = digits;
    double m = v / pow(10, e);
    char mantissa[SCALE_LABEL], buf[2 * SCALE_LABEL];

    while (decimals > 0 && fabs(m * pow(10, decimals - 1) - floor(m * pow(10, decimals - 1) + 0.5)) < 1e-9 * pow(10, decimals - 1))
        decimals--;
    number(m, decimals, 1, "", mantissa);
    snprintf(buf, sizeof buf, "%se%d", mantissa, e);
    snprintf(out, SCALE_LABEL, "%.*s", SCALE_LABEL - 1, buf);
}

/* v among numbers up to `most` that are `step` apart. */
static void plain_label(double v, double step, double most, char out[SCALE_LABEL])
{
    static const struct { double from, unit; const char *suffix; } sizes[] = {{1e9, 1e9, "G"}, {1e6, 1e6, "M"}, {1e4, 1e3, "k"}, {0, 1, ""}};
    size_t i = 0;

    if (fabs(v) < step * 1e-6) {
        snprintf(out, SCALE_LABEL, "0");
        return;
    }
    while (most < sizes[i].from)
        i++;
    int decimals = (int)fmax(0, ceil(-log10(step / sizes[i].unit) - EPS));
    if (decimals > 4 && i < 3) { /* close numbers far from 0: no suffix helps */
        i = 3;
        decimals = (int)fmax(0, ceil(-log10(step) - EPS));
    }
    if (most >= 1e13 || most < 1e-3 || decimals > 9) {
        int digits = (int)(floor(log10(fabs(v)) + EPS) - floor(log10(step) + EPS));
        exponent(v, digits < 0 ? 0 : digits > 15 ? 15 : digits, out);
        return;
    }
    number(v, decimals, sizes[i].unit, sizes[i].suffix, out);
}

static void duration_label(double v, double step, double most, char out[SCALE_LABEL])
{
    if (v == 0)
        snprintf(out, SCALE_LABEL, "0");
    else if (step >= DAY || (most >= 2 * DAY && fmod(v, DAY) == 0))
        snprintf(out, SCALE_LABEL, "%.0fd", v / DAY);
    else if (most >= HOUR)
        snprintf(out, SCALE_LABEL, "%.0f:%02.0fh", floor(v / HOUR + EPS), floor(fmod(v, HOUR) / MINUTE + EPS));
    else if (most > 2 * MINUTE && step >= 1)
        snprintf(out, SCALE_LABEL, "%.0f:%02.0f", floor(v / MINUTE + EPS), floor(fmod(v, MINUTE) + EPS));
    else {
        number(v, (int)fmax(0, ceil(-log10(step) - EPS)), 1, "s", out);
    }
}

static void date_label(double ms, double step, char out[SCALE_LABEL])
{
    date d = date_of(ms);
    double second = d.ms / 1000;
    int year = (int)fmax(-99999, fmin(99999, d.year)), month = (int)d.month + 1, day = (int)d.day + 1;
    int h = (int)(second / HOUR), m = (int)(fmod(second, HOUR) / MINUTE), sec = (int)fmod(second, MINUTE);

    if (step >= 360 * 1000.0 * DAY)
        snprintf(out, SCALE_LABEL, "%d", year);
    else if (step >= 28 * 1000.0 * DAY)
        snprintf(out, SCALE_LABEL, "%d-%02d", year, month);
    else if (step >= 1000.0 * DAY || d.ms == 0)
        snprintf(out, SCALE_LABEL, "%02d-%02d", month, day);
    else if (step >= 1000.0 * MINUTE)
        snprintf(out, SCALE_LABEL, "%02d:%02d", h, m);
    else if (step >= 1000)
        snprintf(out, SCALE_LABEL, "%02d:%02d:%02d", h, m, sec);
    else
        snprintf(out, SCALE_LABEL, "%02d.%03ds", sec, (int)fmod(d.ms, 1000));
}

static void label(const scale *s, double v, double step, char out[SCALE_LABEL])
{
    double most = fmax(fabs(s->lo), fabs(s->hi));

    if (s->kind == SCALE_DURATION)
        duration_label(v, step, most, out);
    else if (s->kind == SCALE_DATE)
        date_label(v, step, out);
    else
        plain_label(v, step, most, out);
}

static size_t log_ticks(const scale *s, int most, scale_tick *out)
{
    int stride = log_stride(s->lo, s->hi, most);
    double k = log_below(s->lo);
    size_t n = 0;

    if (round_step((int)k) < s->lo * (1 - EPS))
        k++;
    for (k = ceil(k / stride) * stride; round_step((int)k) <= s->hi * (1 + EPS) && n < (size_t)most; k += stride) {
        double v = round_step((int)k);
        out[n].at = v;
        plain_label(v, v, v < 1 && v >= 1e-3 ? 1 : v, out[n++].label);
    }
    return n;
}

static bool is_multiple(double v, double step)
{
    return fabs(v / step - floor(v / step + 0.5)) < 1e-6;
}

/* The smallest step with at most `most` ticks that has ticks on both limits, else the smallest. */
static double tick_step(const scale *s, int most)
{
    for (int m = most; m >= 2; m--) {
        double step = step_of(s, m, multiples);
        if (is_multiple(s->lo, step) && is_multiple(s->hi, step))
            return step;
    }
    return step_of(s, most, multiples);
}

size_t scale_ticks(const scale *s, int most, scale_tick out[SCALE_TICKS])
{
    size_t n = 0;

    most = most < 3 ? 3 : most > SCALE_TICKS ? SCALE_TICKS : most;
    if (!(s->lo < s->hi))
        return 0;
    if (s->kind == SCALE_LOG)
        return log_ticks(s, most, out);
    double months = s->kind == SCALE_DATE ? month_step(s->lo, s->hi, most, multiples) : 0;
    if (months > 0) {
        for (double m = ceil(month_of(s->lo) / months - EPS) * months; month_begin(m) <= s->hi && n < (size_t)most; m += months) {
            out[n].at = month_begin(m);
            date_label(out[n].at, months * 30 * DAY * 1000, out[n].label);
            n++;
        }
        return n;
    }
    double step = tick_step(s, most);
    for (double k = ceil(s->lo / step - EPS); k * step <= s->hi + EPS * step && n < (size_t)most; k++) {
        out[n].at = k * step;
        label(s, out[n].at, step, out[n].label);
        n++;
    }
    return n;
}

char *scale_write(const scale *s, double v, char out[SCALE_LABEL])
{
    if (!isfinite(v))
        snprintf(out, SCALE_LABEL, "%s", isnan(v) ? "NaN" : v > 0 ? "Inf" : "-Inf");
    else if (s->kind == SCALE_LOG)
        plain_label(v, pow(10, floor(log10(fabs(v) > 0 ? fabs(v) : 1)) - 2), fabs(v) < 1 ? 1 : fabs(v), out);
    else
        label(s, v, pow(10, floor(log10((s->hi - s->lo) / 4)) - 1), out);
    return out;
}
