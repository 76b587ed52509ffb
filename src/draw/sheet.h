/* sheet.h - small grey pictures side by side: rows of a frame seen as images.
 *
 * Shades run from 0 (nothing) to 1 (full); NaN is nothing. */
#ifndef DRAW_SHEET_H
#define DRAW_SHEET_H

#include "base/text.h"
#include "draw/canvas.h"
#include "weir.h"

typedef struct sheet {
    size_t width, height; /* pixels of one picture */
    size_t n, across;     /* pictures, and how many in a row */
    const float *shade;   /* [n][height][width] */
} sheet;

/* Cells that the sheet takes: a picture is width x (height + 1) / 2 cells, one blank between two. */
void sheet_cells(const sheet *s, int *width, int *height);
/* Draws with the corner at (x, y): two pixels to a cell, one above the other, as blocks and
 * shades; in ASCII as letters of growing weight. */
void sheet_draw(canvas *c, int x, int y, const sheet *s);
void sheet_to_text(const sheet *s, bool ascii, text *out); /* out->failed: no memory */
/* A PNG of scale x scale pixels for each; dark is full, as ink on paper, unless on_black. */
weir_status sheet_to_png(const sheet *s, const char *path, size_t scale, bool on_black, weir_error *err);

#endif
