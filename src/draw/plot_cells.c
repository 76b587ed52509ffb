/* plot_cells.c - a scene into terminal cells: braille of 2 x 4 dots, half blocks, ASCII.
 *
 * Each series first makes dots of its own; then the dots of all are laid over
 * each other, and a cell takes the look of the series that has most dots in it. */
#include "draw/plot_impl.h"

#include "base/mem.h"
#include "draw/reduce.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct dots {
    canvas *c;
    int left, top;      /* of the whole plot on the canvas */
    const layout *l;
    plot_charset set;
    int dx, dy;         /* dots of a cell */
    int w, h;           /* dots of the area */
    uint8_t *bits;      /* [height][width] of the area, the present series */
    uint8_t *all;       /* the same of all series */
    uint8_t *most;      /* dots of the series that has most there */
    uint8_t *style, *mark; /* of that series; the ASCII glyph, with MARKED where it is shown in every set */
} dots;

enum { MARKED = 0x80 };

static canvas_cell *cell_at(dots *d, int col, int row)
{
    int x = d->left + d->l->area.x + col, y = d->top + d->l->area.y + row;

    return x < 0 || y < 0 || x >= d->c->width || y >= d->c->height ? NULL : &d->c->cell[(size_t)y * (size_t)d->c->width + (size_t)x];
}

static bool blank(dots *d, int col, int row)
{
    canvas_cell *k = cell_at(d, col, row);
    return k && k->ch == ' ';
}

static void put(dots *d, int col, int row, canvas_style style, uint32_t ch)
{
    if (col >= 0 && row >= 0 && col < d->l->area.width + d->l->margin && row < d->l->area.height)
        canvas_fill(d->c, d->left + d->l->area.x + col, d->top + d->l->area.y + row, 1, style, ch);
}

static void dot(dots *d, int px, int py)
{
    static const uint8_t braille[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};

    if (px < 0 || py < 0 || px >= d->w || py >= d->h)
        return;
    uint8_t bit = d->set == PLOT_BRAILLE ? braille[py % 4][px % 2] : (uint8_t)(1 << py % d->dy);
    d->bits[(size_t)(py / d->dy) * (size_t)d->l->area.width + (size_t)(px / d->dx)] |= bit;
}

static double dot_x(const dots *d, double x)
{
    return scale_place(&d->l->sx, x) * (d->w - 1);
}

static double dot_y(const dots *d, double y)
{
    return (1 - scale_place(&d->l->sy, y)) * (d->h - 1);
}

static int nearest(double v)
{
    return (int)floor(fmax(-1e6, fmin(1e6, v)) + 0.5);
}

/* Lines ---------------------------------------------------------------------------------------- */

/* An upright run of dots in one column, dashed: flat parts by their column, steep ones by their rows. */
static void run(dots *d, int px, int from, int to, const plot_dash *dash)
{
    int a = from < to ? from : to, b = from < to ? to : from, period = dash->on + dash->off;

    a = a < 0 ? 0 : a;
    b = b > d->h - 1 ? d->h - 1 : b;
    if (d->set == PLOT_ASCII || !dash->off)
        period = 1;
    bool flat = b - a < 2;
    for (int py = a; py <= b; py++)
        if (period == 1 || (flat ? px : py) % period < dash->on)
            dot(d, px, py);
}

static void segment(dots *d, double x0, double y0, double x1, double y1, const plot_dash *dash)
{
    int from = nearest(x0), to = nearest(x1);

    if (from == to) {
        run(d, from, nearest(y0), nearest(y1), dash);
        return;
    }
    for (int px = from < 0 ? 0 : from; px <= to && px < d->w; px++) {
        double t = (fmax(x0, fmin(x1, px)) - x0) / (x1 - x0), before = (fmax(x0, fmin(x1, px - 1)) - x0) / (x1 - x0);
        int row = nearest(y0 + t * (y1 - y0)), last = px == from ? nearest(y0) : nearest(y0 + before * (y1 - y0));
        run(d, px, px == from || last == row ? last : last + (row > last ? 1 : -1), row, dash); /* from the row after the last column's */
    }
}

/* A small mark on the line for each point, where there is room. */
static void knots(dots *d, const plot_series *s)
{
    size_t in = 0;
    double first = INFINITY, last = -INFINITY;

    for (size_t i = 0; i < s->n; i++)
        if (s->x[i] >= d->l->sx.lo && s->x[i] <= d->l->sx.hi && isfinite(s->y[i])) {
            in++;
            first = fmin(first, dot_x(d, s->x[i]));
            last = fmax(last, dot_x(d, s->x[i]));
        }
    if (d->set != PLOT_BRAILLE || s->dim || !in || 3 * (double)(in - 1) > (last - first) / d->dx)
        return;
    for (size_t i = 0; i < s->n; i++) {
        double px = dot_x(d, s->x[i]), py = dot_y(d, s->y[i]);
        if (isfinite(px) && isfinite(py))
            for (int k = 0; k < 4; k++)
                dot(d, (nearest(px) & ~1) + k % 2, (nearest(py) & ~1) + k / 2);
    }
}

static void draw_line(dots *d, const plot_series *s)
{
    size_t *keep = mem_array(s->n + 1, sizeof *keep);
    double lx = NAN, ly = NAN;
    plot_dash dash = s->dim ? (plot_dash){1, 1} : plot_dashes[s->look % PLOT_LOOKS];

    if (!keep)
        return;
    size_t n = reduce_line(s->n, s->x, s->y, &d->l->sx, d->w, keep);
    for (size_t i = 0; i < n; i++) {
        double px = dot_x(d, s->x[keep[i]]), py = dot_y(d, s->y[keep[i]]);
        bool good = isfinite(px) && isfinite(py);
        if (good && isfinite(lx))
            segment(d, lx, ly, px, py, &dash);
        else if (good)
            run(d, nearest(px), nearest(py), nearest(py), &(plot_dash){1, 0});
        lx = good ? px : (double)NAN;
        ly = py;
    }
    knots(d, s);
    mem_free(keep);
}

static int count_bits(unsigned b)
{
    int n = 0;

    for (; b; b &= b - 1)
        n++;
    return n;
}

/* The present series' dots over those of the others, in place of what lies behind all lines (`most` is 0 there); then none are left. */
static void lay_over(dots *d, canvas_style style, int mark)
{
    size_t n = (size_t)d->l->area.width * (size_t)d->l->area.height;

    for (size_t i = 0; i < n; i++) {
        int dots_here = count_bits(d->bits[i]);
        d->all[i] = (uint8_t)(dots_here && !d->most[i] ? d->bits[i] : d->all[i] | d->bits[i]);
        if (dots_here > d->most[i]) {
            d->most[i] = (uint8_t)dots_here;
            d->style[i] = (uint8_t)style;
            d->mark[i] = (uint8_t)mark;
        }
        d->bits[i] = 0;
    }
}

static void show_dots(dots *d)
{
    static const uint32_t halves[] = {' ', 0x2580, 0x2584, 0x2588};

    for (int row = 0; row < d->l->area.height; row++)
        for (int col = 0; col < d->l->area.width; col++) {
            size_t i = (size_t)row * (size_t)d->l->area.width + (size_t)col;
            if (d->all[i])
                put(d, col, row, (canvas_style)d->style[i],
                    d->set == PLOT_ASCII || d->mark[i] & MARKED ? d->mark[i] & ~(uint32_t)MARKED : d->set == PLOT_BRAILLE ? 0x2800u + d->all[i] : halves[d->all[i] & 3]);
        }
}

/* '^' and 'v' where a point lies beyond the limits. */
static void show_beyond(dots *d, const plot_series *s)
{
    for (size_t i = 0; i < s->n; i++) {
        double py = scale_place(&d->l->sy, s->y[i]);
        int col = reduce_column(&d->l->sx, s->x[i], d->l->area.width);
        if (col < 0 || col >= d->l->area.width || !isfinite(s->y[i]) || isnan(py))
            continue;
        if (py > 1 + 1e-9 || py < -1e-9)
            put(d, col, py > 1 ? 0 : d->l->area.height - 1, plot_style(s->look), py > 1 ? '^' : 'v');
    }
}

/* Points, bands, bars, heat --------------------------------------------------------------------- */

static void draw_points(dots *d, const plot_series *s)
{
    for (size_t i = 0; i < s->n; i++) {
        double px = dot_x(d, s->x[i]), py = dot_y(d, s->y[i]);
        if (isfinite(px) && isfinite(py))
            dot(d, nearest(px), nearest(py));
    }
}

/* Many points: cells shaded by the logarithm of how many there are. */
static void draw_density(dots *d, const plot_series *s)
{
    size_t n = (size_t)d->l->area.width * (size_t)d->l->area.height;
    uint32_t *count = mem_array(n, sizeof *count), most = 1;

    if (!count)
        return;
    memset(count, 0, n * sizeof *count);
    for (size_t i = 0; i < s->n; i++) {
        double px = scale_place(&d->l->sx, s->x[i]) * (d->l->area.width - 1), py = (1 - scale_place(&d->l->sy, s->y[i])) * (d->l->area.height - 1);
        if (px >= -0.5 && py >= -0.5 && px < d->l->area.width - 0.5 && py < d->l->area.height - 0.5) {
            uint32_t *k = &count[(size_t)nearest(py) * (size_t)d->l->area.width + (size_t)nearest(px)];
            most = ++*k > most ? *k : most;
        }
    }
    for (size_t i = 0; i < n; i++)
        if (count[i]) {
            double share = most > 1 ? log((double)count[i]) / log((double)most) : 0;
            put(d, (int)(i % (size_t)d->l->area.width), (int)(i / (size_t)d->l->area.width), plot_heat_style(share), plot_heat_glyph(share, d->c->ascii || d->set == PLOT_ASCII));
        }
    mem_free(count);
}

/* Rows from a to b of one column, thinly: every other dot of every other row. */
static void band_column(dots *d, int px, double a, double b)
{
    int from = nearest(fmax(0, fmin(a, b))), to = nearest(fmin(d->h - 1, fmax(a, b)));

    for (int py = from; py <= to; py++)
        if (d->set != PLOT_BRAILLE)
            put(d, px, py / d->dy, STYLE_DIM, d->set == PLOT_ASCII ? '.' : 0x2591);
        else if (px % 2 == 0 && py % 2 == 0)
            dot(d, px, py);
}

static void draw_band(dots *d, const plot_series *s)
{
    for (size_t i = 0; i < s->n; i++) {
        double x1 = dot_x(d, s->x[i]), low1 = dot_y(d, s->y[i]), high1 = dot_y(d, s->y2[i]);
        double x0 = i ? dot_x(d, s->x[i - 1]) : x1, low0 = i ? dot_y(d, s->y[i - 1]) : low1, high0 = i ? dot_y(d, s->y2[i - 1]) : high1;
        if (isnan(x0) || isnan(x1) || isnan(low0 + high0 + low1 + high1))
            continue;
        for (int px = nearest(fmax(0, x0)); px <= nearest(x1) && px < d->w; px++) {
            double t = x1 > x0 ? fmax(0, fmin(1, (px - x0) / (x1 - x0))) : 1;
            band_column(d, px, low0 + t * (low1 - low0), high0 + t * (high1 - high0));
        }
    }
}

/* The columns of a bar: which of the bars at one x it is, and of how many. */
static void bar_columns(const dots *d, const plot_panel *p, size_t k, size_t i, int *from, int *to)
{
    double x0, x1;

    plot_bar(p, k, i, &x0, &x1);
    *from = nearest(scale_place(&d->l->sx, x0) * d->l->area.width);
    *to = nearest(scale_place(&d->l->sx, x1) * d->l->area.width);
    if (*to <= *from)
        *to = *from + 1;
}

static void draw_bars(dots *d, const plot_panel *p, size_t k)
{
    static const char letters[] = " .:-=+*##";
    const plot_series *s = &p->series[k];
    int height = d->l->area.height;
    double zero = scale_place(&d->l->sy, 0), base = isnan(zero) ? 0 : fmax(0, fmin(1, zero));

    for (size_t i = 0; i < s->n; i++) {
        double v = scale_place(&d->l->sy, s->y[i]);
        int from, to, eighths_per_cell = d->set == PLOT_BLOCKS ? 2 : 8;
        if (!isfinite(v) || !isfinite(s->x[i]))
            continue;
        bar_columns(d, p, k, i, &from, &to);
        int a = nearest(fmin(v, base) * height * eighths_per_cell), b = nearest(fmax(v, base) * height * eighths_per_cell);
        for (int row = 0; row < height; row++) {
            int below = (height - 1 - row) * eighths_per_cell, fill = b - below, empty = a - below;
            if (fill <= 0 || empty >= eighths_per_cell)
                continue;
            int part = (fill > eighths_per_cell ? eighths_per_cell : fill) * (8 / eighths_per_cell);
            for (int col = from; col < to; col++)
                put(d, col, row, plot_style(s->look), d->set == PLOT_ASCII ? (uint32_t)(unsigned char)(part == 8 && s->look ? plot_markers[s->look % PLOT_LOOKS] : letters[part]) : 0x2580u + (uint32_t)part);
        }
    }
}

static void draw_heat(dots *d, const plot_series *s)
{
    double lo, hi, hx = half_step(s->x, s->n), hy = half_step(s->y, s->n);

    if (!series_range_z(s, &lo, &hi))
        return;
    for (size_t i = 0; i < s->n; i++) {
        if (!isfinite(s->z[i]))
            continue;
        int x0 = nearest(scale_place(&d->l->sx, s->x[i] - hx) * d->l->area.width), x1 = nearest(scale_place(&d->l->sx, s->x[i] + hx) * d->l->area.width);
        int y0 = nearest((1 - scale_place(&d->l->sy, s->y[i] + hy)) * d->l->area.height), y1 = nearest((1 - scale_place(&d->l->sy, s->y[i] - hy)) * d->l->area.height);
        double share = hi > lo ? (s->z[i] - lo) / (hi - lo) : 0.5;
        for (int row = y0; row < y1 || row == y0; row++)
            for (int col = x0; col < x1 || col == x0; col++)
                put(d, col, row, plot_heat_style(share), plot_heat_glyph(share, d->set == PLOT_ASCII));
    }
}

/* Around the series ------------------------------------------------------------------------------ */

/* The row of the area that holds v. */
static int row_of(const dots *d, double v)
{
    return nearest(dot_y(d, v)) / d->dy;
}

static int col_of(const dots *d, double v)
{
    return nearest(dot_x(d, v)) / d->dx;
}

static void draw_y_axis(dots *d)
{
    const layout *l = d->l;
    canvas *c = d->c;
    int left = d->left + l->area.x - 1, top = d->top + l->area.y;

    for (int i = 0; i < l->area.height; i++)
        canvas_fill(c, left, top + i, 1, STYLE_DIM, 0x2502);
    for (size_t i = 0; i < l->n_ty; i++) {
        int room = l->area.x - l->x - 1, row = top + row_of(d, l->ty[i].at);
        canvas_print(c, left - room, row, room, STYLE_DIM, "%*s", room, l->ty[i].label);
        canvas_fill(c, left, row, 1, STYLE_DIM, 0x2524);
    }
}

/* A label in the middle under a column, when it does not touch the one before; gives where it ends. */
static int x_label(dots *d, int y, int col, const char *s, int used, int edge)
{
    int n = (int)text_columns(s, strlen(s)), at = d->left + d->l->area.x + col - n / 2;

    at = at + n > edge ? edge - n : at;
    at = at < d->left + d->l->x ? d->left + d->l->x : at;
    if (at < used)
        return used;
    canvas_text(d->c, at, y, -1, STYLE_DIM, s, strlen(s));
    return at + n + 1;
}

static void draw_x_name(dots *d, int y, const char *s, int from, int to)
{
    int n = (int)text_columns(s, strlen(s)), best = -1, best_room = n + 1;

    for (int x = from; x < to;) { /* in the widest gap between the labels, the last of equal ones */
        int end = x;
        while (end < to && d->c->cell[(size_t)y * (size_t)d->c->width + (size_t)end].ch == ' ')
            end++;
        if (end - x >= best_room)
            best_room = end - x, best = x;
        x = end + 1;
    }
    if (best >= 0)
        canvas_text(d->c, best + (best_room - n) / 2, y, -1, STYLE_DIM, s, strlen(s));
}

static void draw_x_axis(dots *d, const plot_panel *p)
{
    const layout *l = d->l;
    int left = d->left + l->area.x, y = d->top + l->area.y + l->area.height, used = 0, edge = d->left + l->x + l->width;

    if (y + 1 >= d->c->height)
        return;
    canvas_fill(d->c, left - 1, y, 1, STYLE_DIM, 0x2514);
    canvas_fill(d->c, left, y, l->area.width, STYLE_DIM, 0x2500);
    for (size_t i = 0; i < (p->names ? p->n_names : l->n_tx); i++) {
        double at = p->names ? (double)i + 1 : l->tx[i].at;
        int col = p->names ? nearest(scale_place(&l->sx, at) * l->area.width - 0.5) : col_of(d, at);
        if (col < 0 || col >= l->area.width)
            continue;
        canvas_fill(d->c, left + col, y, 1, STYLE_DIM, 0x252c);
        used = x_label(d, y + 1, col, p->names ? p->names[i] : l->tx[i].label, used, edge);
    }
    if (p->x_label)
        draw_x_name(d, y + 1, p->x_label, left, edge < d->c->width ? edge : d->c->width);
}

static void upright(dots *d, double x, canvas_style style, uint32_t ch)
{
    int col = reduce_column(&d->l->sx, x, d->l->area.width);

    for (int row = 0; row < d->l->area.height && col >= 0 && col < d->l->area.width; row++)
        if (blank(d, col, row))
            put(d, col, row, style, d->set == PLOT_ASCII ? ':' : ch);
}

static void draw_cursor(dots *d, double x)
{
    int col = col_of(d, x);

    if (scale_place(&d->l->sx, x) < 0 || scale_place(&d->l->sx, x) > 1)
        return;
    for (int row = 0; row < d->l->area.height; row++) {
        canvas_cell *k = cell_at(d, col, row);
        if (k && (k->ch == ' ' || k->ch == 0x250a || k->ch == ':'))
            put(d, col, row, STYLE_MARK, d->set == PLOT_ASCII ? '|' : 0x2502);
        else if (k)
            k->style = STYLE_CURSOR;
    }
}

static bool free_row(dots *d, int col, int row, int n)
{
    for (int i = -1; i < n; i++)
        if (col + i >= 0 && (col + i >= d->l->area.width + d->l->margin || !blank(d, col + i, row)) && i >= 0)
            return false;
    return true;
}

/* The name right of the last point: there when nothing is in the way, else in the margin. */
static void draw_name(dots *d, const plot_series *s)
{
    size_t at;
    double last = series_last(s, &at);
    int n = (int)text_columns(s->name, strlen(s->name)), room = d->l->margin - 1;

    if (room < 1 || isnan(scale_place(&d->l->sy, last)))
        return;
    int row = row_of(d, last), col = col_of(d, s->x[at]) + 2, edge = d->l->area.width + 1;
    row = row < 0 ? 0 : row >= d->l->area.height ? d->l->area.height - 1 : row;
    col = col < 0 ? 0 : col > edge ? edge : col;
    n = n > room ? room : n;
    for (int pass = 0; pass < 2; pass++, col = edge)
        for (int off = 0; off <= (pass ? d->l->area.height : 2); off++)
            for (int side = -1; side <= 1; side += 2) {
                int y = row - side * off; /* below first */
                y = side < 0 ? row + off : row - off;
                if (y < 0 || y >= d->l->area.height || !free_row(d, col, y, n))
                    continue;
                canvas_text(d->c, d->left + d->l->area.x + col, d->top + d->l->area.y + y, n, s->dim ? STYLE_DIM : plot_style(s->look), s->name, strlen(s->name));
                return;
            }
}

static size_t lines_in(const plot_panel *p)
{
    size_t n = 0;

    for (size_t k = 0; k < p->n_series; k++)
        n += p->series[k].kind == PLOT_LINE && !p->series[k].dim && series_shown(&p->series[k]);
    return n;
}

/* Cells that show how a series looks: how its line ends, then a piece of it. Gives how many, with a blank. */
static int sample(dots *d, int x, int y, const plot_series *s, bool many)
{
    canvas_style style = s->dim || s->kind == PLOT_BAND ? STYLE_DIM : plot_style(s->look);
    plot_dash dash = plot_dashes[s->look % PLOT_LOOKS];
    uint32_t marker = (uint32_t)(unsigned char)plot_markers[s->look % PLOT_LOOKS], ch[3] = {marker, marker, 0};

    if (s->kind == PLOT_BAND)
        ch[0] = ch[1] = d->set == PLOT_ASCII ? '.' : 0x2591;
    else if (s->kind == PLOT_BARS)
        ch[0] = ch[1] = d->set != PLOT_ASCII ? 0x2588 : s->look ? marker : '#';
    else if (s->kind == PLOT_LINE && d->set == PLOT_BLOCKS)
        ch[1] = 0x2580;
    else if (s->kind == PLOT_LINE && d->set == PLOT_BRAILLE) { /* four dots do not tell all dashes apart */
        uint32_t *piece = many ? ch + 1 : ch;
        piece[0] = piece[1] = 0x2800;
        for (int k = 0; k < 4; k++)
            if (k % (dash.on + dash.off) < dash.on)
                piece[k / 2] |= k % 2 ? 0x10 : 0x02;
    }
    int n = ch[2] ? 3 : 2;
    for (int i = 0; i < n; i++)
        canvas_fill(d->c, x + i, y, 1, style, ch[i]);
    return n + 1;
}

static void draw_legend(dots *d, const plot_panel *p, bool heavy)
{
    const layout *l = d->l;
    int x = d->left + l->x, y = d->top + l->y, edge = x + l->width;
    const char *title = p->title ? p->title : p->y_label;
    char gap[48], number[32];
    double at;
    bool many = lines_in(p) > 2;

    if (title)
        x += canvas_print(d->c, x, y, edge - x, heavy ? STYLE_SELECTED : STYLE_BOLD, "%s", title) + 2;
    for (size_t k = 0; k < p->n_series && !p->legend_off; k++) {
        const plot_series *s = &p->series[k];
        if (!s->name || s->hidden)
            continue;
        bool number_too = s->kind == PLOT_LINE && series_shown(s);
        int need = 4 + many + (int)text_columns(s->name, strlen(s->name));
        if (x + need > edge)
            break;
        x += sample(d, x, y, s, many);
        x += canvas_print(d->c, x, y, edge - x, s->dim ? STYLE_DIM : STYLE_PLAIN, "%s", s->name) + 1;
        text_short_number(series_last(s, NULL), 4, number);
        if (number_too && x + (int)strlen(number) <= edge)
            x += canvas_print(d->c, x, y, edge - x, STYLE_PLAIN, "%s", number) + 1;
        x++;
    }
    for (size_t i = 0; i < p->n_marks; i++)
        if (p->mark[i].label && x + (int)strlen(p->mark[i].label) <= edge)
            x += canvas_print(d->c, x, y, edge - x, STYLE_MARK, "%s", p->mark[i].label) + 2;
    if (plot_gap(p, &l->sx, gap, sizeof gap, &at) && x < edge)
        canvas_print(d->c, x, y, edge - x, STYLE_ERROR, "%s", gap);
}

/* A panel ------------------------------------------------------------------------------------------ */

static bool make_dots(dots *d)
{
    size_t n = (size_t)d->l->area.width * (size_t)d->l->area.height;
    uint8_t *v = mem_array(n, 5);

    if (!v)
        return false;
    memset(v, 0, 5 * n);
    d->bits = v;
    d->all = v + n;
    d->most = v + 2 * n;
    d->style = v + 3 * n;
    d->mark = v + 4 * n;
    return true;
}

static void draw_filled(dots *d, const plot_panel *p)
{
    for (size_t k = 0; k < p->n_series; k++) {
        const plot_series *s = &p->series[k];
        if (!series_shown(s))
            continue;
        if (s->kind == PLOT_HEAT)
            draw_heat(d, s);
        else if (s->kind == PLOT_BARS)
            draw_bars(d, p, k);
        else if (s->kind == PLOT_POINTS && s->n > PLOT_MANY_POINTS)
            draw_density(d, s);
        else if (s->kind == PLOT_BAND) {
            draw_band(d, s);
            lay_over(d, STYLE_DIM, '.');
            memset(d->most, 0, (size_t)d->l->area.width * (size_t)d->l->area.height); /* any line wins */
        }
    }
}

/* Dots of several sorts look alike without colour: then they are letters. */
static bool points_differ(const plot_panel *p)
{
    size_t n = 0;

    for (size_t k = 0; k < p->n_series; k++)
        n += p->series[k].kind == PLOT_POINTS && p->series[k].n <= PLOT_MANY_POINTS && series_shown(&p->series[k]);
    return n > 1;
}

static void draw_strokes(dots *d, const plot_panel *p)
{
    int letters = points_differ(p) ? MARKED : 0;

    for (int dim = 1; dim >= 0; dim--) {
        for (size_t k = 0; k < p->n_series; k++) {
            const plot_series *s = &p->series[k];
            if (!series_shown(s) || s->dim != (bool)dim)
                continue;
            if (s->kind == PLOT_LINE)
                draw_line(d, s);
            else if (s->kind == PLOT_POINTS && s->n <= PLOT_MANY_POINTS)
                draw_points(d, s);
            lay_over(d, s->dim ? STYLE_DIM : plot_style(s->look), (s->dim ? '.' : plot_markers[s->look % PLOT_LOOKS]) | (s->kind == PLOT_POINTS ? letters : 0));
        }
        if (dim) /* a line in front wins over one behind */
            memset(d->most, 0, (size_t)d->l->area.width * (size_t)d->l->area.height);
    }
}

/* In half blocks: markers along the lines, those of the others between them. */
static void draw_markers(dots *d, const plot_panel *p)
{
    for (size_t k = 0; k < p->n_series && d->set == PLOT_BLOCKS && lines_in(p) > 1; k++) {
        const plot_series *s = &p->series[k];
        int look = s->look % PLOT_LOOKS;
        if (s->kind != PLOT_LINE || !series_shown(s) || s->dim)
            continue;
        size_t i = 1;
        for (int col = 2 + look * PLOT_MARKER_EVERY / PLOT_LOOKS; col < d->l->area.width; col += PLOT_MARKER_EVERY) {
            double x = scale_value(&d->l->sx, d->w > 1 ? (double)col / (d->w - 1) : 0);
            while (i < s->n && s->x[i] < x)
                i++;
            if (i >= s->n || !(s->x[i - 1] <= x))
                continue;
            double x0 = dot_x(d, s->x[i - 1]), y0 = dot_y(d, s->y[i - 1]), x1 = dot_x(d, s->x[i]), y1 = dot_y(d, s->y[i]);
            double y = x1 > x0 ? y0 + (col - x0) / (x1 - x0) * (y1 - y0) : y1;
            if (isfinite(y) && y > -0.5 && y < d->h - 0.5)
                put(d, col, nearest(y) / d->dy, plot_style(s->look), (uint32_t)(unsigned char)plot_markers[look]);
        }
    }
}

/* The marker on each line's last point. */
static void draw_ends(dots *d, const plot_panel *p)
{
    for (size_t k = 0; k < p->n_series; k++) {
        const plot_series *s = &p->series[k];
        size_t at;
        if (s->kind != PLOT_LINE || !series_shown(s) || s->dim)
            continue;
        double last = series_last(s, &at), px = scale_place(&d->l->sx, s->x[at]), py = scale_place(&d->l->sy, last);
        if (px >= 0 && px <= 1 && py >= 0 && py <= 1)
            put(d, col_of(d, s->x[at]), row_of(d, last), plot_style(s->look), (uint32_t)(unsigned char)plot_markers[s->look % PLOT_LOOKS]);
    }
}

/* Bars that lie: name, bar, number in a row each. */
static void draw_lying(dots *d, const plot_panel *p)
{
    const layout *l = d->l;
    size_t longest = 0, rows = p->n_names;
    double most = 0;
    int x = d->left + l->x, y = d->top + l->area.y;

    for (size_t i = 0; i < p->n_names; i++) {
        size_t n = text_columns(p->names[i], strlen(p->names[i]));
        longest = n > longest ? n : longest;
    }
    int name = (int)longest > l->width / 3 ? l->width / 3 : (int)longest, room = l->width - name - 10;
    for (size_t k = 0; k < p->n_series; k++)
        for (size_t i = 0; i < p->series[k].n; i++)
            most = fmax(most, isfinite(p->series[k].y[i]) ? p->series[k].y[i] : 0);
    if ((int)rows > l->area.height)
        rows = (size_t)(l->area.height > 1 ? l->area.height - 1 : 1);
    for (size_t i = 0; i < rows; i++) {
        const plot_series *s = p->n_series ? &p->series[0] : NULL;
        char number[32];
        canvas_print(d->c, x, y + (int)i, name, STYLE_PLAIN, "%s", p->names[i]);
        if (!s || i >= s->n || !isfinite(s->y[i]))
            continue;
        if (room > 0 && most > 0)
            canvas_bar(d->c, x + name + 1, y + (int)i, room, s->y[i] / most, plot_style(s->look));
        text_short_number(s->y[i], 4, number);
        int at = room > 0 && most > 0 ? (int)ceil(room * fmax(0, s->y[i]) / most) : 0;
        canvas_print(d->c, x + name + 2 + at, y + (int)i, 9, STYLE_DIM, "%s", number);
    }
    if (rows < p->n_names)
        canvas_print(d->c, x, y + (int)rows, l->width, STYLE_DIM, "%zu more", p->n_names - rows);
}

static void draw_panel(dots *d, const plot_panel *p, bool heavy)
{
    char gap[48];
    double at;

    if (p->lying) {
        draw_lying(d, p);
        if (d->l->title)
            draw_legend(d, p, heavy);
        return;
    }
    d->dx = d->set == PLOT_BRAILLE ? 2 : 1;
    d->dy = d->set == PLOT_BRAILLE ? 4 : d->set == PLOT_BLOCKS ? 2 : 1;
    d->w = d->l->area.width * d->dx;
    d->h = d->l->area.height * d->dy;
    if (!make_dots(d))
        return;
    if (d->l->axes) {
        draw_y_axis(d);
        draw_x_axis(d, p);
    }
    draw_filled(d, p);
    draw_strokes(d, p);
    show_dots(d);
    for (size_t k = 0; k < p->n_series; k++)
        if (p->series[k].kind == PLOT_LINE && series_shown(&p->series[k]))
            show_beyond(d, &p->series[k]);
    draw_markers(d, p);
    draw_ends(d, p);
    for (size_t k = 0; k < p->n_series; k++)
        if (p->series[k].kind == PLOT_LINE && p->series[k].name && series_shown(&p->series[k]))
            draw_name(d, &p->series[k]);
    for (size_t i = 0; i < p->n_marks; i++)
        upright(d, p->mark[i].x, STYLE_MARK, 0x250a);
    if (plot_gap(p, &d->l->sx, gap, sizeof gap, &at))
        put(d, col_of(d, at), d->l->area.height - 1, STYLE_ERROR, '!');
    if (p->cursor_on)
        draw_cursor(d, p->cursor);
    if (d->l->title)
        draw_legend(d, p, heavy);
    mem_free(d->bits);
}

void plot_draw(canvas *c, int x, int y, int width, int height, const plot *p, plot_charset set)
{
    if (width < 8 || height < 2) {
        canvas_print(c, x, y, width, STYLE_DIM, "(plot)");
        return;
    }
    if (p->title)
        canvas_print(c, x, y, width, STYLE_BOLD, "%s", p->title);
    for (size_t i = 0; i < p->n; i++) {
        layout l;
        dots d = {.c = c, .left = x, .top = y, .l = &l, .set = c->ascii ? PLOT_ASCII : c->blocks && set == PLOT_BRAILLE ? PLOT_BLOCKS : set};
        layout_panel(p, i, width, height, &l);
        if (l.height >= 2)
            draw_panel(&d, &p->panel[i], p->n > 1 && i == p->focused);
    }
}

void plot_to_text(const plot *p, int width, int height, plot_charset set, text *out)
{
    canvas c = {.ascii = set == PLOT_ASCII};

    if (!canvas_resize(&c, width, height)) {
        out->failed = true;
        return;
    }
    plot_draw(&c, 0, 0, width, height, p, set);
    canvas_to_text(&c, out);
    canvas_free(&c);
}
