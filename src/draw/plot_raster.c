/* plot_raster.c - a scene as pixels with soft edges, and a small font of dots for its words. */
#include "draw/plot_raster.h"

#include "base/mem.h"
#include "base/status.h"
#include "draw/plot_pen.h"
#include "draw/png.h"

#include <math.h>
#include <string.h>

enum { PER_UNIT = 2, DOT = 3, GLYPH_W = 5, GLYPH_H = 7 };

typedef struct raster {
    uint8_t *rgb; /* [h][w][3] */
    int w, h;
} raster;

/* Letters from ' ' to '~': seven rows from the top, each five dots as a digit of base 32 (0 ... V), the left dot
 * weighs 16. */
static const char font[] =
    "0000000" "4444404" "AA00000" "AAVAVAA" "4FKE5U4" "OP248J3" "CIK8LID" "4400000" "2488842" "8422248" "04LEL40" "044V440"
    "0000448" "000V000" "00000CC" "01248G0" "EHJLPHE" "4C4444E" "EH1248V" "V2421HE" "26AIV22" "VGU11HE" "68GUHHE" "V124888"
    "EHHEHHE" "EHHF12C" "0CC0CC0" "0CC0C48" "248G842" "00V0V00" "8421248" "EH12404" "EH1DLLE" "EHHVHHH" "UHHUHHU" "EHGGGHE"
    "SIHHHIS" "VGGUGGV" "VGGUGGG" "EHGNHHF" "HHHVHHH" "E44444E" "72222IC" "HIKOKIH" "GGGGGGV" "HRLLHHH" "HHPLJHH" "EHHHHHE"
    "UHHUGGG" "EHHHLID" "UHHUKIH" "FGGE11U" "V444444" "HHHHHHE" "HHHHHA4" "HHHLLLA" "HHA4AHH" "HHHA444" "V1248GV" "E88888E"
    "0G84210" "E22222E" "4AH0000" "000000V" "8420000" "00E1FHF" "GGMPHHU" "00EGGHE" "11DJHHF" "00EHVGE" "698S888" "0FHHF1E"
    "GGMPHHH" "40C444E" "20622IC" "GGIKOKI" "C44444E" "00QLLHH" "00MPHHH" "00EHHHE" "00UHUGG" "00DJF11" "00MPGGG" "00EGE1U"
    "88S8896" "00HHHJD" "00HHHA4" "00HHLLA" "00HA4AH" "00HHF1E" "00V248V" "2448442" "4444444" "8442448" "008L200";

static void blend(raster *r, int x, int y, uint32_t colour, double alpha)
{
    if (x < 0 || y < 0 || x >= r->w || y >= r->h || !(alpha > 0))
        return;
    uint8_t *p = &r->rgb[3 * ((size_t)y * (size_t)r->w + (size_t)x)];
    alpha = alpha > 1 ? 1 : alpha;
    for (int k = 0; k < 3; k++)
        p[k] = (uint8_t)floor(p[k] * (1 - alpha) + (double)(colour >> (16 - 8 * k) & 255) * alpha + 0.5);
}

static int clamp(double v, int hi)
{
    return v < 0 ? 0 : v > hi ? hi : (int)v;
}

/* A stroke with round ends, `along` units after the line's beginning. */
static void segment(raster *r, const double *a, const double *b, double along, const pen_stroke *s)
{
    double half = s->width * PER_UNIT / 2, ax = a[0] * PER_UNIT, ay = a[1] * PER_UNIT, dx = b[0] * PER_UNIT - ax, dy = b[1] * PER_UNIT - ay;
    double length = hypot(dx, dy), period = PER_UNIT * (s->dash.on + s->dash.off);
    int y0 = clamp(fmin(ay, ay + dy) - half - 1, r->h - 1), y1 = clamp(fmax(ay, ay + dy) + half + 1, r->h - 1);
    int x0 = clamp(fmin(ax, ax + dx) - half - 1, r->w - 1), x1 = clamp(fmax(ax, ax + dx) + half + 1, r->w - 1);

    for (int y = y0; y <= y1; y++)
        for (int x = x0; x <= x1; x++) {
            double px = x + 0.5 - ax, py = y + 0.5 - ay, t = length > 0 ? (px * dx + py * dy) / (length * length) : 0;
            t = t < 0 ? 0 : t > 1 ? 1 : t;
            if (s->dash.off && fmod(along * PER_UNIT + t * length, period) >= PER_UNIT * s->dash.on)
                continue;
            blend(r, x, y, s->colour, s->opacity * (half + 0.5 - hypot(px - t * dx, py - t * dy)));
        }
}

static void line(void *user, const double *xy, size_t n, const pen_stroke *s)
{
    double along = 0;

    for (size_t i = 1; i < n; i++) {
        segment(user, xy + 2 * i - 2, xy + 2 * i, along, s);
        along += hypot(xy[2 * i] - xy[2 * i - 2], xy[2 * i + 1] - xy[2 * i - 1]);
    }
}

/* Pixels whose middles have an odd number of edges to their left. */
static void area(void *user, const double *xy, size_t n, uint32_t colour, double opacity)
{
    raster *r = user;
    double *at = mem_array(n + 1, sizeof *at);

    for (int y = 0; y < r->h && at; y++) {
        double py = (y + 0.5) / PER_UNIT;
        size_t hits = 0;
        for (size_t i = 0; i < n; i++) {
            const double *a = xy + 2 * i, *b = xy + 2 * ((i + 1) % n);
            if ((a[1] <= py) != (b[1] <= py))
                at[hits++] = a[0] + (py - a[1]) / (b[1] - a[1]) * (b[0] - a[0]);
        }
        for (size_t i = 1; i < hits; i++) /* few: by insertion */
            for (size_t k = i; k > 0 && at[k] < at[k - 1]; k--) {
                double t = at[k];
                at[k] = at[k - 1], at[k - 1] = t;
            }
        for (size_t i = 0; i + 1 < hits; i += 2)
            for (int x = clamp(ceil(at[i] * PER_UNIT - 0.5), r->w); x < r->w && x + 0.5 < at[i + 1] * PER_UNIT; x++)
                blend(r, x, y, colour, opacity);
    }
    mem_free(at);
}

static void box(void *user, double x, double y, double w, double h, uint32_t colour, double opacity)
{
    raster *r = user;

    for (int py = clamp(floor(y * PER_UNIT + 0.5), r->h); py < r->h && py + 0.5 < (y + h) * PER_UNIT; py++)
        for (int px = clamp(floor(x * PER_UNIT + 0.5), r->w); px < r->w && px + 0.5 < (x + w) * PER_UNIT; px++)
            blend(r, px, py, colour, opacity);
}

static void disc(void *user, double x, double y, double radius, uint32_t colour, double opacity)
{
    double at[2] = {x, y};

    segment(user, at, at, 0, &(pen_stroke){colour, 2 * radius, {1, 0}, opacity});
}

static void glyph(raster *r, int left, int top, uint32_t cp, uint32_t colour)
{
    const char *rows = font + (cp >= ' ' && cp <= '~' ? cp - ' ' : '?' - ' ') * GLYPH_H;

    for (int y = 0; y < GLYPH_H * DOT; y++)
        for (int x = 0; x < GLYPH_W * DOT; x++) {
            char c = rows[y / DOT];
            int bits = c <= '9' ? c - '0' : c - 'A' + 10;
            if (bits >> (GLYPH_W - 1 - x / DOT) & 1)
                blend(r, left + x, top + y, colour, 1);
        }
}

/* y is where the letters stand. */
static void letters(void *user, double x, double y, pen_anchor anchor, bool bold, uint32_t colour, const char *s)
{
    raster *r = user;
    size_t n = strlen(s);
    int advance = (GLYPH_W + 1) * DOT, width = (int)text_columns(s, n) * advance - DOT;
    int left = (int)floor(x * PER_UNIT) - (anchor == PEN_RIGHT ? width : anchor == PEN_MIDDLE ? width / 2 : 0);

    for (size_t i = 0; i < n; left += advance) {
        uint32_t cp;
        i += text_next(s + i, n - i, &cp);
        for (int k = 0; k <= (bold ? 1 : 0); k++)
            glyph(r, left + k, (int)floor(y * PER_UNIT) - GLYPH_H * DOT, cp, colour);
    }
}

static void begin(void *user, const char *what, const char *name)
{
    (void)user, (void)what, (void)name;
}

static void end(void *user)
{
    (void)user;
}

weir_status plot_to_png(const plot *p, const char *path, int width, int height, weir_error *err)
{
    raster r = {.w = PER_UNIT * PEN_CELL_W * width, .h = PER_UNIT * PEN_CELL_H * height};
    pen to = {&r, begin, end, line, area, box, disc, letters};

    r.rgb = mem_array((size_t)r.w * (size_t)r.h, 3);
    if (!r.rgb)
        return weir_no_memory(err, "drawing a plot");
    memset(r.rgb, 255, 3 * (size_t)r.w * (size_t)r.h);
    pen_plot(&to, p, width, height);
    weir_status st = png_write(path, r.rgb, (size_t)r.w, (size_t)r.h, 3, err);
    mem_free(r.rgb);
    return st;
}
