/* plot.h - a picture of numbers, told apart from where it is shown: a scene of
 * panels, axes, series, marks and names that goes to terminal cells, SVG, PNG,
 * text and words alike.
 *
 * Everything in a scene is borrowed: numbers and names must live until it has
 * been drawn. Layout is in cells for all (a cell is 10 x 20 units of SVG and
 * PNG), so that the same ticks stand at the same places everywhere. Series
 * differ by colour, dash pattern, marker, and by their names at the lines' ends. */
#ifndef DRAW_PLOT_H
#define DRAW_PLOT_H

#include "base/text.h"
#include "draw/canvas.h"
#include "draw/scale.h"
#include "weir.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum plot_kind {
    PLOT_LINE,   /* through (x, y) in order of x; NaN leaves a gap, NaN and Inf a mark */
    PLOT_POINTS, /* above 10,000: shaded by how many meet in a cell */
    PLOT_BARS,   /* upright from 0 at each x, as wide as the nearest neighbours allow */
    PLOT_BAND,   /* between low = y and high = y2 */
    PLOT_HEAT    /* z at the grid points (x, y), shaded from the least to the most */
} plot_kind;

enum { PLOT_LOOKS = 7 }; /* colours, dashes and markers before they begin again */

typedef struct plot_series {
    const char *name;    /* NULL: without an entry in the legend and at the end */
    plot_kind kind;
    const double *x, *y; /* [n]; x ascending for lines and bands */
    const double *y2;    /* [n] of a band */
    const double *z;     /* [n] of heat */
    size_t n;
    int look;            /* 0, 1, 2 ...: which colour, dash and marker */
    bool dim;            /* stands back: the raw line behind a smoothed one */
    bool hidden;         /* neither drawn nor fitted */
} plot_series;

typedef struct plot_mark { /* an upright line */
    double x;
    const char *label;     /* NULL: none */
} plot_mark;

enum { PLOT_MARKS = 8 };

typedef struct plot_panel {
    const char *title;         /* NULL: none */
    const char *x_label, *y_label;
    const plot_series *series; /* [n_series] */
    size_t n_series;
    scale x, y;                /* fitted when drawn unless .set */
    const char *const *names;  /* NULL, or what stands under x = 1, 2 ... n_names instead of ticks */
    size_t n_names;
    plot_mark mark[PLOT_MARKS];
    size_t n_marks;
    bool cursor_on;            /* a cursor at x */
    double cursor;
    bool legend_off;
    bool lying;                /* bars lie, a row each, names at their left and numbers at their ends; no axes */
} plot_panel;

typedef struct plot {
    const char *title;
    const plot_panel *panel;   /* [n]; shown side by side and below each other, of one size */
    size_t n;
    size_t focused;            /* panel with the heavy title, when n > 1 */
} plot;

typedef enum plot_charset { PLOT_BRAILLE, PLOT_BLOCKS, PLOT_ASCII, PLOT_CHARSETS } plot_charset;
extern const char *const plot_charset_names[PLOT_CHARSETS]; /* "braille", "blocks", "ascii" */

/* Into the rectangle; c->ascii and c->blocks win over the charset. Too small for axes: the lines alone, at last a word.
 * Without memory it draws what it can. */
void plot_draw(canvas *c, int x, int y, int width, int height, const plot *p, plot_charset set);
/* As lines of text. out->failed: no memory. */
void plot_to_text(const plot *p, int width, int height, plot_charset set, text *out);

/* Rows that show it well at a width in cells. */
int plot_rows(const plot *p, int width);

/* The values that a panel's axis has to hold; false: there is none. */
bool plot_range_x(const plot_panel *p, double *lo, double *hi);
bool plot_range_y(const plot_panel *p, double *lo, double *hi);
/* The most ticks that fit axes of a panel so many cells wide and high. */
int plot_ticks_x(int width);
int plot_ticks_y(int height);
/* The cells of the plotting area of panel i; false: too small for one. */
typedef struct plot_area { int x, y, width, height; } plot_area;
bool plot_place(const plot *p, size_t i, int width, int height, plot_area *out);

/* Small things that need no axes ------------------------------------------------------------- */

/* One row of height by eighths, v[n] from lo to hi, the newest at the right end; n > width: the last ones. */
void plot_spark(canvas *c, int x, int y, int width, const double *v, size_t n, double lo, double hi, canvas_style style);
/* Upright bars over `height` rows: count[n] from 0 to the largest, each `width / n` columns at least 1. */
void plot_histogram(canvas *c, int x, int y, int width, int height, const double *count, size_t n, canvas_style style);
/* The shade 0 ... 8 of a share in [0, 1], as glyph and style for a cell. */
canvas_style plot_heat_style(double share);
uint32_t plot_heat_glyph(double share, bool ascii);
/* The colour of a series in cells. */
canvas_style plot_style(int look);

#endif
