/* plot_impl.h - what those who draw a scene share: where everything stands, in cells. */
#ifndef DRAW_PLOT_IMPL_H
#define DRAW_PLOT_IMPL_H

#include "draw/plot.h"

typedef struct layout { /* of one panel */
    int x, y, width, height;  /* all of it */
    plot_area area;           /* where series are drawn */
    bool axes, title;         /* whether there is room for them */
    scale sx, sy;
    scale_tick tx[SCALE_TICKS], ty[SCALE_TICKS];
    size_t n_tx, n_ty;
    int margin;               /* columns right of the area, for names at the lines' ends */
} layout;

/* Panel i of a plot in a rectangle of cells. */
void layout_panel(const plot *p, size_t i, int width, int height, layout *out);

/* The markers of looks: "*o+x#@%". In ASCII lines are made of them; in half blocks, which know no dashes as fine as
 * braille's, one stands on the line every so many columns; they end the lines in all sets, and begin the legend's entries. */
enum { PLOT_MARKER_EVERY = 12 };
extern const char plot_markers[PLOT_LOOKS + 1];
/* Dashes in dots: on, off; off = 0 is a solid line. */
typedef struct plot_dash { int on, off; } plot_dash;
extern const plot_dash plot_dashes[PLOT_LOOKS];
/* The last number of a series, NaN when there is none. */
double series_last(const plot_series *s, size_t *at);
bool series_shown(const plot_series *s); /* not hidden, something finite in it */
/* The first value that is no number between numbers, or Inf: "NaN at 3.2"; false: there is none. */
bool plot_gap(const plot_panel *p, const scale *sx, char *out, size_t cap, double *x);
/* Half the smallest distance of neighbours that rise, 0.5 when none do. */
double half_step(const double *v, size_t n);
/* From where to where bar i of series k goes along x, in units of x: bars of several series stand side by side. */
void plot_bar(const plot_panel *p, size_t k, size_t i, double *x0, double *x1);
/* Least and most z of heat. */
bool series_range_z(const plot_series *s, double *lo, double *hi);
enum { PLOT_MANY_POINTS = 10000 }; /* more than these are shaded by how many there are */

#endif
