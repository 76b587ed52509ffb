/* plot_pen.c - a scene with a pen: the same layout, ticks and names as in cells. */
#include "draw/plot_pen.h"

#include "base/mem.h"
#include "draw/reduce.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Okabe and Ito's colours in the order of the styles; cividis in nine steps; ink. */
static const uint32_t series_colours[PLOT_LOOKS] = {0x56b4e9, 0xe69f00, 0x009e73, 0xf0e442, 0x0072b2, 0xd55e00, 0xcc79a7};
static const uint32_t heat_colours[9] = {0x00204d, 0x00336f, 0x39486b, 0x575c6d, 0x707173, 0x8a8779, 0xa69d75, 0xc4b56c, 0xffea46};
enum { INK = 0x202020, PALE = 0x808080, GRID = 0xe4e4e4, MARK = 0xaa3377, WRONG = 0xd55e00 };

typedef struct desk {
    const pen *to;
    const layout *l;
    double x, y, w, h; /* of the plotting area in units */
} desk;

static uint32_t colour_of(const plot_series *s)
{
    return s->dim ? 0xb0b0b0 : series_colours[s->look % PLOT_LOOKS];
}

static double unit_x(const desk *d, double v)
{
    return d->x + scale_place(&d->l->sx, v) * d->w;
}

static double unit_y(const desk *d, double v)
{
    return d->y + (1 - scale_place(&d->l->sy, v)) * d->h;
}

static double within(double v, double lo, double hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

static void stroke(const desk *d, double x0, double y0, double x1, double y1, uint32_t colour, double width, plot_dash dash)
{
    double xy[] = {x0, y0, x1, y1};

    d->to->line(d->to->user, xy, 2, &(pen_stroke){colour, width, dash, 1});
}

static void write(const desk *d, double x, double y, pen_anchor anchor, bool bold, uint32_t colour, const char *s)
{
    d->to->text(d->to->user, x, y, anchor, bold, colour, s);
}

/* The part of a segment within the area, false: none. Liang and Barsky's clipping, 1984. */
static bool clip(const desk *d, double *a, double *b)
{
    double dx = b[0] - a[0], dy = b[1] - a[1], t0 = 0, t1 = 1;
    double p[] = {-dx, dx, -dy, dy}, q[] = {a[0] - d->x, d->x + d->w - a[0], a[1] - d->y, d->y + d->h - a[1]};

    for (int i = 0; i < 4; i++) {
        if (p[i] == 0 && q[i] < 0)
            return false;
        if (p[i] < 0)
            t0 = fmax(t0, q[i] / p[i]);
        else if (p[i] > 0)
            t1 = fmin(t1, q[i] / p[i]);
    }
    if (t0 > t1)
        return false;
    double x = a[0], y = a[1];
    a[0] = x + t0 * dx, a[1] = y + t0 * dy;
    b[0] = x + t1 * dx, b[1] = y + t1 * dy;
    return true;
}

/* One polyline for each stretch of numbers within the area. */
static void draw_line(const desk *d, const plot_series *s)
{
    size_t *keep = mem_array(s->n + 1, sizeof *keep), n, run = 0;
    double *xy = mem_array(2 * s->n + 2, sizeof *xy);
    plot_dash dash = plot_dashes[s->look % PLOT_LOOKS];
    pen_stroke how = {colour_of(s), s->dim ? 1 : 2, {3 * dash.on, 3 * dash.off}, 1};

    n = keep && xy ? reduce_line(s->n, s->x, s->y, &d->l->sx, (int)d->w, keep) : 0;
    if (keep && s->n <= 2 * (size_t)d->w) { /* few enough: all of them */
        n = s->n;
        for (size_t i = 0; i < n; i++)
            keep[i] = i;
    }
    for (size_t i = 0; i < n; i++) {
        double at[2] = {unit_x(d, s->x[keep[i]]), unit_y(d, s->y[keep[i]])};
        double from[2] = {run ? xy[2 * run - 2] : at[0], run ? xy[2 * run - 1] : at[1]}, to[2] = {at[0], at[1]};
        bool good = isfinite(at[0]) && isfinite(at[1]), seen = good && clip(d, from, to);
        if (run && (!seen || from[0] != xy[2 * run - 2] || from[1] != xy[2 * run - 1] || to[0] != at[0] || to[1] != at[1])) {
            if (seen)
                xy[2 * run] = to[0], xy[2 * run + 1] = to[1], run++;
            if (run > 1)
                d->to->line(d->to->user, xy, run, &how);
            else
                d->to->disc(d->to->user, xy[0], xy[1], 1.5, how.colour, 1);
            run = 0;
        }
        if (good && (run || (at[0] >= d->x && at[0] <= d->x + d->w && at[1] >= d->y && at[1] <= d->y + d->h))) {
            if (!run && i && isfinite(s->y[keep[i - 1]]) && isfinite(unit_y(d, s->y[keep[i - 1]]))) { /* it comes in from outside */
                double a[2] = {unit_x(d, s->x[keep[i - 1]]), unit_y(d, s->y[keep[i - 1]])}, b[2] = {at[0], at[1]};
                if ((a[0] < d->x || a[1] < d->y || a[0] > d->x + d->w || a[1] > d->y + d->h) && clip(d, a, b))
                    xy[0] = a[0], xy[1] = a[1], run = 1;
            }
            xy[2 * run] = at[0], xy[2 * run + 1] = at[1], run++;
        }
    }
    if (run > 1)
        d->to->line(d->to->user, xy, run, &how);
    else if (run)
        d->to->disc(d->to->user, xy[0], xy[1], 1.5, how.colour, 1);
    mem_free(keep);
    mem_free(xy);
}

static void draw_points(const desk *d, const plot_series *s)
{
    double opacity = s->n > PLOT_MANY_POINTS ? 0.1 : s->n > 1000 ? 0.4 : 0.8;

    for (size_t i = 0; i < s->n; i++) {
        double x = unit_x(d, s->x[i]), y = unit_y(d, s->y[i]);
        if (isfinite(x) && isfinite(y) && x >= d->x && x <= d->x + d->w && y >= d->y && y <= d->y + d->h)
            d->to->disc(d->to->user, x, y, 2, colour_of(s), opacity);
    }
}

static void draw_band(const desk *d, const plot_series *s)
{
    double *xy = mem_array(4 * s->n + 4, sizeof *xy);
    size_t from = 0, n = 0;

    for (size_t i = 0; i <= s->n && xy; i++) {
        double a = i < s->n ? unit_y(d, s->y[i]) : NAN, b = i < s->n ? unit_y(d, s->y2[i]) : NAN;
        if (isfinite(a) && isfinite(b))
            continue;
        n = 0;
        for (size_t k = from; k < i; k++, n++)
            xy[2 * n] = within(unit_x(d, s->x[k]), d->x, d->x + d->w), xy[2 * n + 1] = within(unit_y(d, s->y[k]), d->y, d->y + d->h);
        for (size_t k = i; k-- > from; n++)
            xy[2 * n] = within(unit_x(d, s->x[k]), d->x, d->x + d->w), xy[2 * n + 1] = within(unit_y(d, s->y2[k]), d->y, d->y + d->h);
        if (n > 2)
            d->to->area(d->to->user, xy, n, colour_of(s), 0.25);
        from = i + 1;
    }
    mem_free(xy);
}

/* A box between two corners, cut at the area's edges. */
static void cut_box(const desk *d, double x0, double y0, double x1, double y1, uint32_t colour)
{
    x0 = within(x0, d->x, d->x + d->w), x1 = within(x1, d->x, d->x + d->w);
    y0 = within(y0, d->y, d->y + d->h), y1 = within(y1, d->y, d->y + d->h);
    if (x1 > x0 && fabs(y1 - y0) > 0)
        d->to->box(d->to->user, x0, fmin(y0, y1), x1 - x0, fabs(y1 - y0), colour, 1);
}

static void draw_bars(const desk *d, const plot_panel *p, size_t k)
{
    const plot_series *s = &p->series[k];

    for (size_t i = 0; i < s->n; i++) {
        double x0, x1, zero = unit_y(d, 0);
        plot_bar(p, k, i, &x0, &x1);
        if (isfinite(s->y[i]))
            cut_box(d, unit_x(d, x0) + 0.5, isnan(zero) ? d->y + d->h : zero, unit_x(d, x1) - 0.5, unit_y(d, s->y[i]), colour_of(s));
    }
}

static void draw_heat(const desk *d, const plot_series *s)
{
    double lo, hi, hx = half_step(s->x, s->n), hy = half_step(s->y, s->n);

    if (!series_range_z(s, &lo, &hi))
        return;
    for (size_t i = 0; i < s->n; i++)
        if (isfinite(s->z[i])) {
            double share = hi > lo ? (s->z[i] - lo) / (hi - lo) : 0.5;
            cut_box(d, unit_x(d, s->x[i] - hx), unit_y(d, s->y[i] - hy), unit_x(d, s->x[i] + hx), unit_y(d, s->y[i] + hy),
                    heat_colours[plot_heat_style(share) - STYLE_HEAT1]);
        }
}

static void draw_series(const desk *d, const plot_panel *p, size_t k)
{
    const plot_series *s = &p->series[k];

    d->to->begin(d->to->user, s->dim ? "series dim" : "series", s->name);
    switch (s->kind) {
    case PLOT_LINE: draw_line(d, s); break;
    case PLOT_POINTS: draw_points(d, s); break;
    case PLOT_BARS: draw_bars(d, p, k); break;
    case PLOT_BAND: draw_band(d, s); break;
    case PLOT_HEAT: draw_heat(d, s); break;
    }
    d->to->end(d->to->user);
}

static void draw_axes(const desk *d, const plot_panel *p)
{
    const layout *l = d->l;
    double bottom = d->y + d->h;

    d->to->begin(d->to->user, "axes", NULL);
    for (size_t i = 0; i < l->n_ty; i++) {
        double y = unit_y(d, l->ty[i].at);
        stroke(d, d->x, y, d->x + d->w, y, GRID, 1, (plot_dash){1, 0});
        stroke(d, d->x - 5, y, d->x, y, PALE, 1, (plot_dash){1, 0});
        write(d, d->x - 8, y + 5, PEN_RIGHT, false, INK, l->ty[i].label);
    }
    stroke(d, d->x, d->y, d->x, bottom, PALE, 1, (plot_dash){1, 0});
    stroke(d, d->x, bottom, d->x + d->w, bottom, PALE, 1, (plot_dash){1, 0});
    for (size_t i = 0; i < (p->names ? p->n_names : l->n_tx); i++) {
        double x = unit_x(d, p->names ? (double)i + 1 : l->tx[i].at);
        stroke(d, x, bottom, x, bottom + 5, PALE, 1, (plot_dash){1, 0});
        write(d, x, bottom + 19, PEN_MIDDLE, false, INK, p->names ? p->names[i] : l->tx[i].label);
    }
    if (p->x_label)
        write(d, d->x + d->w / 2, bottom + 36, PEN_MIDDLE, false, PALE, p->x_label);
    d->to->end(d->to->user);
}

static bool has_name(const plot_series *s)
{
    return s->name && s->kind == PLOT_LINE && series_shown(s);
}

/* Names right of the lines' ends from top to bottom, each below the one before. */
static void draw_names(const desk *d, const plot_panel *p)
{
    double taken = -INFINITY, below = d->y;

    for (size_t done = 0; done < p->n_series && d->l->margin > 1; done++) {
        const plot_series *next = NULL;
        double top = INFINITY;
        size_t at;
        for (size_t k = 0; k < p->n_series; k++) {
            double y = has_name(&p->series[k]) ? unit_y(d, series_last(&p->series[k], NULL)) + 1e-6 * (double)k : (double)NAN;
            if (y > taken && y < top)
                top = y, next = &p->series[k];
        }
        if (!next)
            return;
        double y = within(unit_y(d, series_last(next, &at)), d->y, d->y + d->h), x = within(unit_x(d, next->x[at]), d->x, d->x + d->w);
        d->to->disc(d->to->user, x, y, 3.5, colour_of(next), 1);
        below = fmax(y + 5, below);
        write(d, x + 8, below, PEN_LEFT, false, INK, next->name);
        below += 16;
        taken = top;
    }
}

static double legend_text(const desk *d, double x, double y, bool bold, uint32_t colour, const char *s)
{
    write(d, x, y, PEN_LEFT, bold, colour, s);
    return x + PEN_CELL_W * ((double)text_columns(s, strlen(s)) + 1);
}

static void draw_legend(const desk *d, const plot_panel *p)
{
    double x = PEN_CELL_W * d->l->x + 2, y = PEN_CELL_H * d->l->y + 15, at;
    char number[32], gap[48], entry[160];

    if (p->title || p->y_label)
        x = legend_text(d, x, y, true, INK, p->title ? p->title : p->y_label) + PEN_CELL_W;
    for (size_t k = 0; k < p->n_series && !p->legend_off; k++) {
        const plot_series *s = &p->series[k];
        plot_dash dash = plot_dashes[s->look % PLOT_LOOKS];
        if (!s->name || s->hidden)
            continue;
        if (s->kind == PLOT_POINTS)
            d->to->disc(d->to->user, x + PEN_CELL_W, y - 5, 4, colour_of(s), 1);
        else
            stroke(d, x, y - 5, x + 2 * PEN_CELL_W, y - 5, colour_of(s), 3, (plot_dash){3 * dash.on, 3 * dash.off});
        text_short_number(series_last(s, NULL), 4, number);
        snprintf(entry, sizeof entry, "%s%s%s", s->name, s->kind == PLOT_LINE && series_shown(s) ? " " : "", s->kind == PLOT_LINE && series_shown(s) ? number : "");
        x = legend_text(d, x + 2.5 * PEN_CELL_W, y, false, INK, entry) + PEN_CELL_W;
    }
    for (size_t i = 0; i < p->n_marks; i++)
        if (p->mark[i].label)
            x = legend_text(d, x, y, false, MARK, p->mark[i].label) + PEN_CELL_W;
    if (plot_gap(p, &d->l->sx, gap, sizeof gap, &at)) {
        legend_text(d, x, y, false, WRONG, gap);
        write(d, unit_x(d, at), d->y + d->h - 3, PEN_MIDDLE, true, WRONG, "!");
    }
}

/* Bars that lie: name, bar, number in a row each, as many as there is room for. */
static void draw_lying(const desk *d, const plot_panel *p)
{
    double most = 0, name = 0, top = d->y + 10;
    const plot_series *s = p->n_series ? &p->series[0] : NULL;
    size_t rows = s && s->n < p->n_names ? s->n : s ? p->n_names : 0;

    for (size_t i = 0; i < rows; i++) {
        most = fmax(most, isfinite(s->y[i]) ? s->y[i] : 0);
        name = fmax(name, PEN_CELL_W * (double)text_columns(p->names[i], strlen(p->names[i])));
    }
    double row = fmax(4, fmin(20, (PEN_CELL_H * d->l->area.height - 12) / (double)(rows ? rows : 1))), left = PEN_CELL_W * d->l->x + fmin(name, PEN_CELL_W * d->l->width / 3.0) + 16;
    double room = PEN_CELL_W * (d->l->x + d->l->width) - left - 70;
    d->to->begin(d->to->user, "series", s ? s->name : NULL);
    for (size_t i = 0; i < rows; i++) {
        double y = top + row * (double)i, length = most > 0 && isfinite(s->y[i]) ? fmax(0, s->y[i]) / most * room : 0;
        char number[32];
        text_short_number(s->y[i], 4, number);
        if (row >= 12)
            write(d, left - 8, y + row - 5, PEN_RIGHT, false, INK, p->names[i]);
        if (length > 0)
            d->to->box(d->to->user, left, y + 1, length, row - 2, colour_of(s), 1);
        if (row >= 12)
            write(d, left + length + 6, y + row - 5, PEN_LEFT, false, PALE, number);
    }
    d->to->end(d->to->user);
}

static void draw_panel(const pen *to, const plot_panel *p, const layout *l)
{
    desk d = {to, l, PEN_CELL_W * l->area.x, PEN_CELL_H * l->area.y + 4, PEN_CELL_W * l->area.width, PEN_CELL_H * l->area.height - 4};

    to->begin(to->user, "panel", p->title);
    if (p->lying) {
        draw_lying(&d, p);
        if (l->title)
            draw_legend(&d, p);
        to->end(to->user);
        return;
    }
    if (l->axes)
        draw_axes(&d, p);
    for (int front = 0; front < 2; front++) /* what is filled or stands back first */
        for (size_t k = 0; k < p->n_series; k++)
            if (series_shown(&p->series[k]) && ((p->series[k].kind == PLOT_LINE && !p->series[k].dim) || p->series[k].kind == PLOT_POINTS) == (bool)front)
                draw_series(&d, p, k);
    for (size_t i = 0; i < p->n_marks; i++)
        if (p->mark[i].x >= l->sx.lo && p->mark[i].x <= l->sx.hi)
            stroke(&d, unit_x(&d, p->mark[i].x), d.y, unit_x(&d, p->mark[i].x), d.y + d.h, MARK, 1, (plot_dash){4, 4});
    draw_names(&d, p);
    if (l->title)
        draw_legend(&d, p);
    to->end(to->user);
}

void pen_plot(const pen *to, const plot *p, int width, int height)
{
    if (p->title)
        to->text(to->user, 2, 15, PEN_LEFT, true, INK, p->title);
    for (size_t i = 0; i < p->n; i++) {
        layout l;
        layout_panel(p, i, width, height, &l);
        draw_panel(to, &p->panel[i], &l);
    }
}
