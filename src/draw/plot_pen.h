/* plot_pen.h - a scene drawn with a pen on paper: lines, boxes, letters at places of real numbers. SVG and PNG
 * are two kinds of paper. Places are in units, a cell is 10 x 20 of them, y grows downwards. */
#ifndef DRAW_PLOT_PEN_H
#define DRAW_PLOT_PEN_H

#include "draw/plot_impl.h"

enum { PEN_CELL_W = 10, PEN_CELL_H = 20 };

typedef struct pen_stroke {
    uint32_t colour;   /* 0xRRGGBB */
    double width;
    plot_dash dash;    /* in units; off = 0: solid */
    double opacity;    /* 0 ... 1 */
} pen_stroke;

typedef enum pen_anchor { PEN_LEFT, PEN_MIDDLE, PEN_RIGHT } pen_anchor;

typedef struct pen {
    void *user;
    void (*begin)(void *user, const char *what, const char *name); /* a group: "series", its name or NULL */
    void (*end)(void *user);
    void (*line)(void *user, const double *xy, size_t n, const pen_stroke *s); /* n points */
    void (*area)(void *user, const double *xy, size_t n, uint32_t colour, double opacity);
    void (*box)(void *user, double x, double y, double w, double h, uint32_t colour, double opacity);
    void (*disc)(void *user, double x, double y, double r, uint32_t colour, double opacity);
    void (*text)(void *user, double x, double y, pen_anchor anchor, bool bold, uint32_t colour, const char *s);
} pen;

/* The scene on paper of width x height cells. */
void pen_plot(const pen *to, const plot *p, int width, int height);

#endif
