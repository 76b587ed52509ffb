/* canvas.c - a grid of cells: text, bars, curves. */
#include "draw/canvas.h"

#include "base/mem.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool canvas_resize(canvas *c, int width, int height)
{
    canvas_cell *cell = mem_resize(c->cell, (size_t)width * (size_t)height + 1, sizeof *cell);

    if (!cell)
        return false;
    c->cell = cell;
    c->width = width;
    c->height = height;
    canvas_clear(c);
    return true;
}

void canvas_free(canvas *c)
{
    mem_free(c->cell);
    c->cell = NULL;
}

void canvas_clear(canvas *c)
{
    for (size_t i = 0; i < (size_t)c->width * (size_t)c->height; i++)
        c->cell[i] = (canvas_cell){.ch = ' ', .style = STYLE_PLAIN};
}

static canvas_cell *at(canvas *c, int x, int y)
{
    return x < 0 || y < 0 || x >= c->width || y >= c->height ? NULL : &c->cell[(size_t)y * (size_t)c->width + (size_t)x];
}

static void put(canvas *c, int x, int y, canvas_style style, uint32_t ch)
{
    canvas_cell *cell = at(c, x, y), *left = at(c, x - 1, y), *right = at(c, x + 1, y);

    if (!cell)
        return;
    if (!cell->ch && ch && left) /* half of a wide one is overwritten: the other half goes */
        left->ch = ' ';
    if (right && !right->ch)
        right->ch = ' ';
    *cell = (canvas_cell){.ch = ch, .style = (uint8_t)style};
}

/* The nearest that plain ASCII has. */
static uint32_t plain(uint32_t cp)
{
    switch (cp) {
    case 0x2500: case 0x2501: case 0x2574: case 0x2013: case 0x2014: return '-';
    case 0x2502: case 0x2503: return '|';
    case 0x2022: case 0x25cf: case 0x25b6: return '*';
    case 0x2026: return '.';
    case 0x2588: case 0x2593: return '#';
    case 0x2592: return '+';
    case 0x2591: return '.';
    case 0x00d7: return 'x';
    default: return cp >= 0x2500 && cp < 0x2580 ? '+' : '?';
    }
}

/* A mark goes upon the character left of x. What joins or turns characters, rather than stands on them, is left out. */
static void put_mark(canvas *c, int x, int y, uint32_t cp)
{
    canvas_cell *cell = at(c, x - 1, y);

    if (cell && !cell->ch)
        cell = at(c, x - 2, y);
    bool joins = (cp >= 0x200b && cp <= 0x2064) || (cp >= 0xfe00 && cp <= 0xfe0f) || cp >= 0xfeff;
    if (!cell || c->ascii || joins)
        return;
    if (!cell->mark[0])
        cell->mark[0] = (uint16_t)cp;
    else if (!cell->mark[1])
        cell->mark[1] = (uint16_t)cp;
}

int canvas_text(canvas *c, int x, int y, int max, canvas_style style, const char *s, size_t n)
{
    int from = x, edge = max < 0 || x + max > c->width ? c->width : x + max;

    for (size_t i = 0; i < n && s[i] != '\n';) {
        uint32_t cp;
        i += text_next(s + i, n - i, &cp);
        if (cp == '\t')
            cp = ' ';
        if (cp < 32 || cp == 127 || (cp >= 0x80 && cp < 0xa0))
            continue;
        int w = text_width(cp);
        if (w == 0) {
            if (x > from)
                put_mark(c, x, y, cp);
            continue;
        }
        if (c->ascii && cp > 126)
            cp = plain(cp), w = 1;
        if (x + w > edge)
            break;
        put(c, x, y, style, cp);
        if (w == 2)
            put(c, x + 1, y, style, 0);
        x += w;
    }
    return x - from;
}

int canvas_print(canvas *c, int x, int y, int max, canvas_style style, const char *format, ...)
{
    char buf[1024];
    va_list ap;

    va_start(ap, format);
    vsnprintf(buf, sizeof buf, format, ap);
    va_end(ap);
    return canvas_text(c, x, y, max, style, buf, strlen(buf));
}

void canvas_fill(canvas *c, int x, int y, int width, canvas_style style, uint32_t ch)
{
    if (c->ascii && ch > 126)
        ch = plain(ch);
    for (int i = 0; i < width; i++)
        put(c, x + i, y, style, ch);
}

void canvas_restyle(canvas *c, int x, int y, int width, canvas_style style)
{
    for (int i = 0; i < width; i++) {
        canvas_cell *cell = at(c, x + i, y);
        if (cell)
            cell->style = (uint8_t)style;
    }
}

void canvas_bar(canvas *c, int x, int y, int width, double share, canvas_style style)
{
    static const uint32_t eighths[] = {' ', 0x258f, 0x258e, 0x258d, 0x258c, 0x258b, 0x258a, 0x2589};
    double full = (share < 0 || isnan(share) ? 0 : share > 1 ? 1 : share) * width;
    int whole = (int)full, rest = (int)((full - whole) * 8);

    canvas_fill(c, x, y, whole, style, c->ascii ? '#' : 0x2588);
    if (whole < width && rest && !c->ascii)
        put(c, x + whole, y, style, eighths[rest]);
}

void canvas_to_text(const canvas *c, text *out)
{
    for (int y = 0; y < c->height; y++) {
        int last = c->width;
        while (last > 0 && c->cell[(size_t)y * (size_t)c->width + (size_t)last - 1].ch == ' ')
            last--;
        for (int x = 0; x < last; x++) {
            char buf[4];
            uint32_t ch = c->cell[(size_t)y * (size_t)c->width + (size_t)x].ch;
            const uint16_t *mark = c->cell[(size_t)y * (size_t)c->width + (size_t)x].mark;
            if (ch)
                text_add_n(out, buf, text_put_utf8(ch, buf));
            for (int k = 0; ch && k < 2 && mark[k]; k++)
                text_add_n(out, buf, text_put_utf8(mark[k], buf));
        }
        text_char(out, '\n');
    }
}

/* Curves ------------------------------------------------------------------------------------ */

typedef struct axes {
    double x0, x1, y0, y1;
    int left, top, width, height; /* of the plotting area, in cells */
} axes;

/* 1, 2 or 5 times a power of ten, at least x. */
static double nice_step(double x)
{
    double p = pow(10, floor(log10(x))), m = x / p;
    return (m <= 1 ? 1 : m <= 2 ? 2 : m <= 5 ? 5 : 10) * p;
}

static void range_of(const canvas_curve *v, size_t n, axes *a)
{
    a->x0 = a->y0 = INFINITY;
    a->x1 = a->y1 = -INFINITY;
    for (size_t k = 0; k < n; k++)
        for (size_t i = 0; i < v[k].n; i++) {
            if (!isfinite(v[k].x[i]) || !isfinite(v[k].y[i]))
                continue;
            a->x0 = fmin(a->x0, v[k].x[i]), a->x1 = fmax(a->x1, v[k].x[i]);
            a->y0 = fmin(a->y0, v[k].y[i]), a->y1 = fmax(a->y1, v[k].y[i]);
        }
    if (!(a->x0 <= a->x1))
        a->x0 = a->y0 = 0, a->x1 = a->y1 = 1;
    if (a->x0 == a->x1)
        a->x1 = a->x0 + 1;
    if (a->y0 >= 0 && a->y0 < 0.5 * a->y1)
        a->y0 = 0; /* losses read best from zero */
    if (a->y0 == a->y1)
        a->y1 = a->y0 + 1;
    double step = nice_step((a->y1 - a->y0) / 4); /* ends on round numbers, so that the axis holds still */
    a->y0 = floor(a->y0 / step) * step;
    a->y1 = ceil(a->y1 / step) * step;
}

/* Sets a dot of the 2 x 4 (braille) or 1 x 1 (ASCII) raster. */
static void dot(canvas *c, const axes *a, double px, double py, canvas_style style)
{
    static const uint8_t bit[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    int cx = a->left + (int)px / 2, cy = a->top + (int)py / 4;
    canvas_cell *cell;

    if (px < 0 || py < 0 || (int)px / 2 >= a->width || (int)py / 4 >= a->height || !(cell = at(c, cx, cy)))
        return;
    if (c->ascii) {
        put(c, cx, cy, style, style == STYLE_FIRST ? '*' : style == STYLE_SECOND ? 'o' : '+');
        return;
    }
    uint32_t old = cell->ch >= 0x2800 && cell->ch < 0x2900 ? cell->ch - 0x2800 : 0;
    put(c, cx, cy, style, 0x2800 + (old | bit[(int)py % 4][(int)px % 2]));
}

static void segment(canvas *c, const axes *a, double x0, double y0, double x1, double y1, canvas_style style)
{
    double steps = fmax(fabs(x1 - x0), fabs(y1 - y0));
    int n = (int)ceil(steps) + 1;

    for (int i = 0; i <= n && n < 100000; i++)
        dot(c, a, x0 + (x1 - x0) * i / n, y0 + (y1 - y0) * i / n, style);
}

static void curve(canvas *c, const axes *a, const canvas_curve *v)
{
    double lx = NAN, ly = NAN, w = a->width * 2 - 1, h = a->height * 4 - 1;

    for (size_t i = 0; i < v->n; i++) {
        double px = (v->x[i] - a->x0) / (a->x1 - a->x0) * w, py = (a->y1 - v->y[i]) / (a->y1 - a->y0) * h;
        if (isfinite(px) && isfinite(py)) {
            if (isfinite(lx))
                segment(c, a, lx, ly, px, py, v->style);
            else
                dot(c, a, px, py, v->style);
        }
        lx = px;
        ly = py;
    }
}

static void frame_axes(canvas *c, const axes *a, int x, const char *x_label)
{
    char s[32];
    int bottom = a->top + a->height, ticks = a->height > 7 ? 4 : 2;

    for (int i = 0; i < a->height; i++)
        put(c, a->left - 1, a->top + i, STYLE_DIM, c->ascii ? '|' : 0x2502);
    for (int i = 0; i <= ticks; i++) {
        int row = a->top + (a->height - 1) * i / ticks;
        text_short_number(a->y1 - (a->y1 - a->y0) * i / ticks, 3, s);
        canvas_print(c, x, row, a->left - 1 - x, STYLE_DIM, "%*s", a->left - 2 - x, s);
        put(c, a->left - 1, row, STYLE_DIM, c->ascii ? '+' : 0x2524);
    }
    put(c, a->left - 1, bottom, STYLE_DIM, c->ascii ? '+' : 0x2514);
    canvas_fill(c, a->left, bottom, a->width, STYLE_DIM, 0x2500);
    text_short_number(a->x0, 3, s);
    canvas_print(c, a->left, bottom + 1, 10, STYLE_DIM, "%s", s);
    text_short_number(a->x1, 3, s);
    canvas_print(c, a->left + a->width - (int)strlen(s), bottom + 1, 12, STYLE_DIM, "%s", s);
    canvas_print(c, a->left + (a->width - (int)strlen(x_label)) / 2, bottom + 1, -1, STYLE_DIM, "%s", x_label);
}

void canvas_plot(canvas *c, int x, int y, int width, int height, const canvas_curve *curves, size_t n,
                 const char *x_label, double mark, const char *mark_label)
{
    axes a = {.left = x + 9, .top = y + 1, .width = width - 10, .height = height - 3};
    int legend = a.left;

    if (a.width < 8 || a.height < 2) {
        canvas_print(c, x, y, width, STYLE_DIM, "(too small for a plot)");
        return;
    }
    range_of(curves, n, &a);
    frame_axes(c, &a, x, x_label);
    if (isfinite(mark) && mark >= a.x0 && mark <= a.x1) {
        int col = a.left + (int)((mark - a.x0) / (a.x1 - a.x0) * (a.width - 1));
        for (int i = 0; i < a.height; i++)
            put(c, col, a.top + i, STYLE_MARK, c->ascii ? ':' : 0x250a);
    }
    for (size_t k = 0; k < n; k++)
        curve(c, &a, &curves[k]);
    for (size_t k = 0; k < n; k++) {
        char s[32];
        double last = curves[k].n ? curves[k].y[curves[k].n - 1] : (double)NAN;
        text_short_number(last, 4, s);
        put(c, legend, y, curves[k].style, c->ascii ? (curves[k].style == STYLE_FIRST ? '*' : 'o') : 0x2501);
        legend += 2 + canvas_print(c, legend + 2, y, x + width - legend - 2, STYLE_PLAIN, "%s %s", curves[k].name, curves[k].n ? s : "-") + 2;
    }
    if (mark_label && isfinite(mark) && legend < x + width)
        canvas_print(c, legend, y, x + width - legend, STYLE_MARK, "%s", mark_label);
}
