/* plot_svg.c - scenes as SVG, and into files by their endings. */
#include "draw/plot_file.h"

#include "base/outfile.h"
#include "base/status.h"
#include "draw/plot_pen.h"
#include "draw/plot_raster.h"

#include <stdio.h>
#include <string.h>

/* Text between tags or in an attribute. XML knows no control characters but the tab, and no bytes that are no UTF-8: a
 * stand-in takes their place. */
static void escape(text *t, const char *s)
{
    size_t n = strlen(s);
    uint32_t cp;

    for (size_t i = 0, k; i < n; i += k) {
        k = text_next(s + i, n - i, &cp);
        bool wrong = (cp < ' ' && cp != '\t') || (cp >= 0x7F && cp < 0xA0) || (cp & 0xFFFE) == 0xFFFE || cp == 0xFFFD;
        switch (cp) {
        case '&': text_add(t, "&amp;"); break;
        case '<': text_add(t, "&lt;"); break;
        case '>': text_add(t, "&gt;"); break;
        case '"': text_add(t, "&quot;"); break;
        default:
            if (wrong)
                text_add(t, "\xEF\xBF\xBD");
            else
                text_add_n(t, s + i, k);
        }
    }
}

/* Two digits are enough for units that are tenths of cells. */
static void number(text *t, double v)
{
    char s[48];
    int n = snprintf(s, sizeof s, "%.2f", v);

    for (char *c = s; *c; c++) /* whatever the locale */
        if (*c == ',')
            *c = '.';
    while (n > 0 && s[n - 1] == '0')
        n--;
    text_add_n(t, s, (size_t)(n > 0 && s[n - 1] == '.' ? n - 1 : n));
}

static void begin(void *user, const char *what, const char *name)
{
    text_fmt(user, "<g class=\"%s\">", what);
    if (name) {
        text_add(user, "<title>");
        escape(user, name);
        text_add(user, "</title>");
    }
    text_char(user, '\n');
}

static void end(void *user)
{
    text_add(user, "</g>\n");
}

static void points(text *t, const double *xy, size_t n)
{
    text_add(t, " points=\"");
    for (size_t i = 0; i < n; i++) {
        if (i)
            text_char(t, ' ');
        number(t, xy[2 * i]);
        text_char(t, ',');
        number(t, xy[2 * i + 1]);
    }
    text_char(t, '"');
}

static void line(void *user, const double *xy, size_t n, const pen_stroke *s)
{
    text_add(user, "<polyline");
    points(user, xy, n);
    text_fmt(user, " stroke=\"#%06x\" stroke-width=\"", (unsigned)s->colour);
    number(user, s->width);
    text_char(user, '"');
    if (s->dash.off)
        text_fmt(user, " stroke-dasharray=\"%d %d\"", s->dash.on, s->dash.off);
    text_add(user, "/>\n");
}

static void area(void *user, const double *xy, size_t n, uint32_t colour, double opacity)
{
    text_add(user, "<polygon");
    points(user, xy, n);
    text_fmt(user, " fill=\"#%06x\" fill-opacity=\"", (unsigned)colour);
    number(user, opacity);
    text_add(user, "\"/>\n");
}

static void box(void *user, double x, double y, double w, double h, uint32_t colour, double opacity)
{
    (void)opacity;
    text_add(user, "<rect x=\"");
    number(user, x);
    text_add(user, "\" y=\"");
    number(user, y);
    text_add(user, "\" width=\"");
    number(user, w);
    text_add(user, "\" height=\"");
    number(user, h);
    text_fmt(user, "\" fill=\"#%06x\"/>\n", (unsigned)colour);
}

static void disc(void *user, double x, double y, double r, uint32_t colour, double opacity)
{
    text_add(user, "<circle cx=\"");
    number(user, x);
    text_add(user, "\" cy=\"");
    number(user, y);
    text_add(user, "\" r=\"");
    number(user, r);
    text_fmt(user, "\" fill=\"#%06x\"", (unsigned)colour);
    if (opacity < 1) {
        text_add(user, " fill-opacity=\"");
        number(user, opacity);
        text_char(user, '"');
    }
    text_add(user, "/>\n");
}

static void letters(void *user, double x, double y, pen_anchor anchor, bool bold, uint32_t colour, const char *s)
{
    static const char *const anchors[] = {"start", "middle", "end"};

    text_add(user, "<text x=\"");
    number(user, x);
    text_add(user, "\" y=\"");
    number(user, y);
    text_fmt(user, "\" fill=\"#%06x\" stroke=\"none\" text-anchor=\"%s\"%s>", (unsigned)colour, anchors[anchor], bold ? " font-weight=\"bold\"" : "");
    escape(user, s);
    text_add(user, "</text>\n");
}

void plot_to_svg(const plot *p, int width, int height, text *out)
{
    pen to = {out, begin, end, line, area, box, disc, letters};

    text_fmt(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
             "fill=\"none\" font-family=\"sans-serif\" font-size=\"15\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n",
             PEN_CELL_W * width, PEN_CELL_H * height, PEN_CELL_W * width, PEN_CELL_H * height);
    pen_plot(&to, p, width, height);
    text_add(out, "</svg>\n");
}

weir_status plot_save(const plot *p, const char *path, int width, int height, plot_charset set, weir_error *err)
{
    const char *dot = strrchr(path, '.');
    text t = {0};

    width = width > 0 ? width : 80;
    height = height > 0 ? height : 24;
    if (width > 1000 || height > 1000)
        return weir_fail(err, WEIR_EINVAL, "a plot of %d x %d cells is too large; 1000 are the most", width, height);
    if (dot && !strcmp(dot, ".png"))
        return plot_to_png(p, path, width, height, err);
    if (dot && !strcmp(dot, ".svg"))
        plot_to_svg(p, width, height, &t);
    else if (dot && !strcmp(dot, ".txt"))
        plot_to_text(p, width, height, set, &t);
    else
        return weir_fail(err, WEIR_EINVAL, "a plot is written to a file that ends with .svg, .png or .txt, not to '%s'", path);
    weir_status st = t.failed ? weir_no_memory(err, "writing a plot") : outfile_put(path, t.s, t.n, err);
    text_free(&t);
    return st;
}
