/* plot.c - where the parts of a scene stand; what its series share; small pictures without axes. */
#include "draw/plot_impl.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *const plot_charset_names[PLOT_CHARSETS] = {"braille", "blocks", "ascii"};
const char plot_markers[PLOT_LOOKS + 1] = "*o+x#@%";
const plot_dash plot_dashes[PLOT_LOOKS] = {{1, 0}, {3, 2}, {1, 1}, {5, 3}, {1, 3}, {2, 4}, {6, 2}};

canvas_style plot_style(int look)
{
    return (canvas_style)(STYLE_FIRST + (look % PLOT_LOOKS + PLOT_LOOKS) % PLOT_LOOKS);
}

/* Series ------------------------------------------------------------------------------------- */

double series_last(const plot_series *s, size_t *at)
{
    for (size_t i = s->n; i-- > 0;)
        if (isfinite(s->x[i]) && isfinite(s->y[i])) {
            if (at)
                *at = i;
            return s->y[i];
        }
    return NAN;
}

bool series_shown(const plot_series *s)
{
    return !s->hidden && s->n && !isnan(series_last(s, NULL));
}

double half_step(const double *v, size_t n)
{
    double least = INFINITY;

    for (size_t i = 1; i < n; i++)
        if (v[i] > v[i - 1])
            least = fmin(least, v[i] - v[i - 1]);
    return isfinite(least) ? least / 2 : 0.5;
}

void plot_bar(const plot_panel *p, size_t k, size_t i, double *x0, double *x1)
{
    size_t all = 0, mine = 0;
    const plot_series *s = &p->series[k];
    double half = half_step(s->x, s->n) * (s->n > 1 && !p->names ? 1 : 0.8);

    for (size_t q = 0; q < p->n_series; q++)
        if (p->series[q].kind == PLOT_BARS && series_shown(&p->series[q])) {
            mine += q < k;
            all++;
        }
    *x0 = s->x[i] - half + 2 * half * (double)mine / (double)(all ? all : 1);
    *x1 = s->x[i] - half + 2 * half * (double)(mine + 1) / (double)(all ? all : 1);
}

bool series_range_z(const plot_series *s, double *lo, double *hi)
{
    *lo = INFINITY;
    *hi = -INFINITY;
    for (size_t i = 0; i < s->n; i++)
        if (isfinite(s->z[i]))
            *lo = fmin(*lo, s->z[i]), *hi = fmax(*hi, s->z[i]);
    return *lo <= *hi;
}

static void take(double v, double *lo, double *hi)
{
    if (isfinite(v))
        *lo = fmin(*lo, v), *hi = fmax(*hi, v);
}

bool plot_range_x(const plot_panel *p, double *lo, double *hi)
{
    *lo = INFINITY;
    *hi = -INFINITY;
    for (size_t k = 0; k < p->n_series; k++) {
        const plot_series *s = &p->series[k];
        double half = s->kind == PLOT_BARS || s->kind == PLOT_HEAT ? half_step(s->x, s->n) : 0;
        for (size_t i = 0; i < s->n && !s->hidden; i++)
            if (isfinite(s->y[i]) && !(p->x.kind == SCALE_LOG && s->x[i] - half <= 0)) {
                take(s->x[i] - half, lo, hi);
                take(s->x[i] + half, lo, hi);
            }
    }
    return *lo <= *hi;
}

bool plot_range_y(const plot_panel *p, double *lo, double *hi)
{
    double x0 = p->x.set ? p->x.lo : -INFINITY, x1 = p->x.set ? p->x.hi : INFINITY;
    bool positive = p->y.kind == SCALE_LOG;

    *lo = INFINITY;
    *hi = -INFINITY;
    for (size_t k = 0; k < p->n_series; k++) {
        const plot_series *s = &p->series[k];
        double half = s->kind == PLOT_HEAT ? half_step(s->y, s->n) : 0;
        for (size_t i = 0; i < s->n && !s->hidden; i++) {
            if (!(s->x[i] >= x0 && s->x[i] <= x1))
                continue;
            if (!positive || s->y[i] - half > 0) {
                take(s->y[i] - half, lo, hi);
                take(s->y[i] + half, lo, hi);
            }
            if (s->y2 && (!positive || s->y2[i] > 0))
                take(s->y2[i], lo, hi);
        }
        if (s->kind == PLOT_BARS && !s->hidden && s->n && !positive)
            take(0, lo, hi);
    }
    return *lo <= *hi;
}

bool plot_gap(const plot_panel *p, const scale *sx, char *out, size_t cap, double *x)
{
    for (size_t k = 0; k < p->n_series; k++) {
        const plot_series *s = &p->series[k];
        if (s->kind != PLOT_LINE || !series_shown(s) || s->dim)
            continue;
        for (size_t i = 0; i < s->n; i++)
            if (!isfinite(s->y[i]) && isfinite(s->x[i]) && s->x[i] >= sx->lo && s->x[i] <= sx->hi) {
                char at[SCALE_LABEL];
                *x = s->x[i];
                snprintf(out, cap, "%s at %s", isnan(s->y[i]) ? "NaN" : s->y[i] > 0 ? "Inf" : "-Inf", scale_write(sx, *x, at));
                return true;
            }
    }
    return false;
}

/* Layout ------------------------------------------------------------------------------------- */

int plot_ticks_x(int width)
{
    return width / 10 < 3 ? 3 : width / 10;
}

int plot_ticks_y(int height)
{
    return height < 6 ? 3 : 1 + height / 3;
}

enum { PANEL_LEAST = 24, PANEL_ROWS = 8 };

static void grid_of(size_t n, int width, int height, int *across, int *down)
{
    *across = width / PANEL_LEAST < 1 ? 1 : width / PANEL_LEAST;
    *across = (size_t)*across > n ? (int)n : *across;
    *down = (int)((n + (size_t)*across - 1) / (size_t)*across);
    while (*across > 1) { /* fewer in a row while there is room below */
        int rows = (int)((n + (size_t)*across - 2) / (size_t)(*across - 1));
        if (height / rows < PANEL_ROWS || (rows > *down && width / *across > 2 * height / *down))
            break;
        --*across;
        *down = rows;
    }
}

/* Columns for the names at the lines' ends: only where there is more than one name. */
static int name_margin(const plot_panel *p, int width)
{
    size_t longest = 0, names = 0;

    for (size_t k = 0; k < p->n_series; k++)
        if (p->series[k].name && p->series[k].kind == PLOT_LINE && series_shown(&p->series[k])) {
            size_t n = text_columns(p->series[k].name, strlen(p->series[k].name));
            longest = n > longest ? n : longest;
            names++;
        }
    return names < 2 || width < 40 ? 1 : longest > 10 ? 11 : (int)longest + 1;
}

static int label_columns(const scale_tick *t, size_t n)
{
    size_t most = 0;

    for (size_t i = 0; i < n; i++)
        most = strlen(t[i].label) > most ? strlen(t[i].label) : most;
    return (int)most;
}

/* Bars and heat fill their axis to the edge. */
static bool is_tight(const plot_panel *p, bool y)
{
    for (size_t k = 0; k < p->n_series; k++)
        if (series_shown(&p->series[k]) && (p->series[k].kind == PLOT_HEAT || (!y && p->series[k].kind == PLOT_BARS)))
            return true;
    return false;
}

static bool all_lines(const plot_panel *p)
{
    for (size_t k = 0; k < p->n_series; k++)
        if (series_shown(&p->series[k]) && p->series[k].kind != PLOT_LINE && p->series[k].kind != PLOT_BAND)
            return false;
    return true;
}

enum fit { FIT_LOOSE, FIT_SNUG /* no end wastes more than a tenth */, FIT_TIGHT };

static void fit_axis(scale *s, double lo, double hi, int most, enum fit how)
{
    if (s->set)
        return;
    scale_fit(s, lo, hi, most);
    if (how == FIT_LOOSE || !(lo < hi) || s->kind == SCALE_LOG)
        return;
    double spare = how == FIT_SNUG ? 0.1 * (hi - lo) : 0;
    if (lo - s->lo > spare)
        s->lo = lo;
    if (s->hi - hi > spare)
        s->hi = hi;
}

static void fit_axes(const plot_panel *p, layout *l)
{
    double lo, hi;

    l->sx = p->x;
    l->sy = p->y;
    plot_range_x(p, &lo, &hi);
    if (!l->sx.set && p->n_names && p->names) {
        l->sx.lo = fmin(0.5, lo);
        l->sx.hi = fmax((double)p->n_names + 0.5, hi);
    }
    plot_range_y(p, &lo, &hi);
    fit_axis(&l->sy, lo, hi, plot_ticks_y(l->area.height), is_tight(p, true) ? FIT_TIGHT : FIT_LOOSE);
    l->n_ty = scale_ticks(&l->sy, plot_ticks_y(l->area.height), l->ty);
}

void layout_panel(const plot *p, size_t i, int width, int height, layout *l)
{
    const plot_panel *q = &p->panel[i];
    int across, down, top = p->title ? 1 : 0;

    grid_of(p->n, width, height - top, &across, &down);
    *l = (layout){.width = width / across, .height = (height - top) / down};
    l->x = (int)i % across * l->width;
    l->y = top + (int)i / across * l->height;
    if ((int)i % across == across - 1)
        l->width = width - l->x;
    l->title = l->height >= (q->lying ? 2 : 5) && (!q->legend_off || q->title);
    l->axes = l->height >= 6 && l->width >= 20 && !q->lying;
    l->margin = l->axes ? name_margin(q, l->width) : 0;
    l->area.y = l->y + l->title;
    l->area.height = l->height - l->title - (l->axes ? 2 : 0);
    l->area.width = l->width - (l->axes ? 8 + l->margin : 0);
    fit_axes(q, l);
    int left = l->axes ? label_columns(l->ty, l->n_ty) + 2 : 0;
    left = l->axes && left < 7 ? 7 : left > l->width / 2 ? l->width / 2 : left;
    l->area.x = l->x + left;
    l->area.width = l->width - left - l->margin;
    if (l->area.width < 1)
        l->area.width = 1;
    if (!q->names) {
        double lo, hi;
        plot_range_x(q, &lo, &hi);
        fit_axis(&l->sx, lo, hi, plot_ticks_x(l->area.width), is_tight(q, false) ? FIT_TIGHT : all_lines(q) ? FIT_SNUG : FIT_LOOSE);
        l->n_tx = scale_ticks(&l->sx, plot_ticks_x(l->area.width), l->tx);
    }
}

int plot_rows(const plot *p, int width)
{
    int across, down, rows = 14;

    for (size_t i = 0; i < p->n; i++)
        if (p->panel[i].lying)
            rows = p->panel[i].n_names + 1 < 40 ? (int)p->panel[i].n_names + 1 : 40;
    grid_of(p->n, width, 10 * (int)p->n, &across, &down);
    return (p->title ? 1 : 0) + (down > 1 ? 11 * down : rows);
}

bool plot_place(const plot *p, size_t i, int width, int height, plot_area *out)
{
    layout l;

    layout_panel(p, i, width, height, &l);
    *out = l.area;
    return l.area.width >= 4 && l.area.height >= 2;
}

/* Shades and small pictures -------------------------------------------------------------------- */

static int ninth(double share)
{
    return !(share > 0) ? 0 : share >= 1 ? 8 : (int)(share * 9);
}

canvas_style plot_heat_style(double share)
{
    return (canvas_style)(STYLE_HEAT1 + ninth(share));
}

uint32_t plot_heat_glyph(double share, bool ascii)
{
    static const uint32_t shades[] = {0x2591, 0x2591, 0x2592, 0x2592, 0x2592, 0x2593, 0x2593, 0x2588, 0x2588};
    static const char letters[] = ".:-=+*#%@";

    return ascii ? (uint32_t)(unsigned char)letters[ninth(share)] : shades[ninth(share)];
}

/* The glyph for a bar that fills so many eighths of a cell from below. */
static uint32_t eighth(int n, bool ascii)
{
    static const char letters[] = " .:-=+*##";

    n = n < 0 ? 0 : n > 8 ? 8 : n;
    return ascii ? (uint32_t)(unsigned char)letters[n] : n ? 0x2580u + (uint32_t)n : ' ';
}

void plot_spark(canvas *c, int x, int y, int width, const double *v, size_t n, double lo, double hi, canvas_style style)
{
    size_t from = n > (size_t)width ? n - (size_t)width : 0;

    for (size_t i = from; i < n && width > 0; i++) {
        double share = hi > lo ? (v[i] - lo) / (hi - lo) : 0.5;
        if (isfinite(share))
            canvas_fill(c, x + width - (int)(n - i), y, 1, style, eighth(1 + (int)floor(share * 7 + 0.5), c->ascii));
    }
}

void plot_histogram(canvas *c, int x, int y, int width, int height, const double *count, size_t n, canvas_style style)
{
    double most = 0;
    int each = n && width / (int)n > 1 ? width / (int)n : 1;

    for (size_t i = 0; i < n; i++)
        most = fmax(most, count[i]);
    for (size_t i = 0; i < n && (int)i < width && most > 0; i++) {
        int eighths = (int)ceil(count[i] / most * height * 8 - 1e-9);
        for (int row = 0; row < height && eighths > 8 * row; row++)
            canvas_fill(c, x + (int)i * each, y + height - 1 - row, each, style, eighth(eighths - 8 * row, c->ascii));
    }
}
