/* words.c - a plot in words. */
#include "draw/words.h"

#include "draw/plot_impl.h"

#include <math.h>
#include <string.h>

/* The course of one line within [x0, x1]. */
typedef struct course {
    size_t n;
    double first, last, least, most, least_x, most_x, from_x, to_x;
    double flat_from; /* NaN: it is not flat at its end */
    double lately;    /* change over the last third, in parts of most - least */
} course;

static bool inside(const plot_series *s, size_t i, double x0, double x1)
{
    return isfinite(s->x[i]) && isfinite(s->y[i]) && s->x[i] >= x0 && s->x[i] <= x1;
}

/* The mean of y where x lies in [a, b]; NaN: none. */
static double mean(const plot_series *s, double a, double b)
{
    double sum = 0;
    size_t n = 0;

    for (size_t i = 0; i < s->n; i++)
        if (inside(s, i, a, b))
            sum += s->y[i], n++;
    return n ? sum / (double)n : (double)NAN;
}

static course course_of(const plot_series *s, double x0, double x1)
{
    course c = {.least = INFINITY, .most = -INFINITY, .flat_from = NAN, .lately = NAN};

    for (size_t i = 0; i < s->n; i++) {
        if (!inside(s, i, x0, x1))
            continue;
        if (!c.n++)
            c.first = s->y[i], c.from_x = s->x[i];
        c.last = s->y[i], c.to_x = s->x[i];
        if (s->y[i] < c.least)
            c.least = s->y[i], c.least_x = s->x[i];
        if (s->y[i] > c.most)
            c.most = s->y[i], c.most_x = s->x[i];
    }
    double range = c.most - c.least, span = c.to_x - c.from_x;
    if (c.n < 4 || !(range > 0) || !(span > 0))
        return c;
    double end = mean(s, c.to_x - span / 6, c.to_x), before = mean(s, c.to_x - span / 3, c.to_x - span / 6 - 1e-12 * span);
    c.lately = (end - (isnan(before) ? c.first : before)) / range;
    double from = c.to_x; /* the longest end that stays within a twentieth of the whole range */
    for (size_t i = s->n; i-- > 0;) {
        if (!inside(s, i, x0, x1))
            continue;
        if (fabs(s->y[i] - end) > 0.05 * range)
            break;
        from = s->x[i];
    }
    if (c.to_x - from >= 0.2 * span && fabs(c.lately) < 0.02)
        c.flat_from = from;
    return c;
}

static void number(text *out, double v)
{
    char s[32];

    text_short_number(v, 3, s);
    text_add(out, s);
}

static void at_x(text *out, const scale *sx, const char *x_word, double x)
{
    char s[SCALE_LABEL];

    text_fmt(out, "%s%s%s", x_word, *x_word ? " " : "", scale_write(sx, x, s));
}

static void tell(text *out, const scale *sx, const char *x_word, const course *c)
{
    double scale_of = fmax(fabs(c->first), fabs(c->last)), change = c->last - c->first;

    if (c->n < 2) {
        text_add(out, "is ");
        number(out, c->last);
        return;
    }
    if (fabs(change) <= 0.02 * scale_of && c->most - c->least <= 0.1 * scale_of) {
        text_add(out, "stays near ");
        number(out, c->last);
        return;
    }
    text_add(out, fabs(change) <= 0.02 * (c->most - c->least) ? "goes from " : change < 0 ? "fell from " : "rose from ");
    number(out, c->first);
    text_add(out, " to ");
    number(out, c->last);
    double range = c->most - c->least;
    if (!isnan(c->flat_from)) {
        text_add(out, ", flat since ");
        at_x(out, sx, x_word, c->flat_from);
    } else if (change < 0 && c->last > c->least + 0.1 * range) {
        text_add(out, ", least ");
        number(out, c->least);
        text_add(out, " at ");
        at_x(out, sx, x_word, c->least_x);
        text_add(out, c->lately > 0.02 ? ", rising since" : "");
    } else if (change > 0 && c->last < c->most - 0.1 * range) {
        text_add(out, ", most ");
        number(out, c->most);
        text_add(out, " at ");
        at_x(out, sx, x_word, c->most_x);
        text_add(out, c->lately < -0.02 ? ", falling since" : "");
    } else if (c->lately < -0.02) {
        text_add(out, ", still falling");
    } else if (c->lately > 0.02) {
        text_add(out, ", still rising");
    }
}

/* Points and bars have no course. */
static void tell_all(text *out, const plot_series *s, const course *c)
{
    text_fmt(out, "%zu %s from ", c->n, s->kind == PLOT_BARS ? "bars" : "points");
    number(out, c->least);
    text_add(out, " to ");
    number(out, c->most);
}

void plot_words(const plot_panel *p, const char *x_word, text *out)
{
    double x0 = p->x.set ? p->x.lo : -INFINITY, x1 = p->x.set ? p->x.hi : INFINITY;
    const char *what = p->title ? p->title : p->y_label ? p->y_label : "";
    char gap[48];
    double at;
    size_t told = 0;
    scale sx = p->x;

    if (!sx.set) {
        double lo, hi;
        plot_range_x(p, &lo, &hi);
        scale_fit(&sx, lo, hi, 6);
    }
    for (size_t k = p->n_series; k-- > 0;) { /* validation before training */
        const plot_series *s = &p->series[k];
        if (s->hidden || s->dim || s->kind == PLOT_BAND || s->kind == PLOT_HEAT)
            continue;
        course c = course_of(s, x0, x1);
        if (!c.n)
            continue;
        text_add(out, told ? "; " : "");
        text_add(out, s->name ? s->name : "");
        if (!told++ && *what)
            text_fmt(out, "%s%s", s->name ? " " : "", what);
        text_char(out, ' ');
        if (s->kind == PLOT_LINE)
            tell(out, &sx, x_word, &c);
        else
            tell_all(out, s, &c);
    }
    if (!told)
        text_fmt(out, "%s%snothing to see yet", what, *what ? ": " : "");
    if (plot_gap(p, &sx, gap, sizeof gap, &at))
        text_fmt(out, "; %s", gap);
    for (size_t i = 0; i < p->n_marks; i++)
        if (p->mark[i].label)
            text_fmt(out, "; %s", p->mark[i].label);
}
