/* canvas.h - a grid of terminal cells that anything can be drawn on: text and
 * bars; plots are drawn onto it by plot_cells. No terminal is needed: the
 * workbench shows a canvas, a script prints it. */
#ifndef DRAW_CANVAS_H
#define DRAW_CANVAS_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum canvas_style { /* what a cell means; the terminal decides on its colours */
    STYLE_PLAIN,
    STYLE_DIM,
    STYLE_BOLD,
    STYLE_EMPHASIS, /* words that are stressed, the words of a link */
    STYLE_TITLE,
    STYLE_CURSOR,
    STYLE_SELECTED,
    STYLE_ERROR,
    STYLE_GOOD,
    STYLE_KEY,
    STYLE_FIRST,   /* first curve */
    STYLE_SECOND,  /* second curve */
    STYLE_THIRD, STYLE_FOURTH, STYLE_FIFTH, STYLE_SIXTH, STYLE_SEVENTH,
    STYLE_MARK,
    STYLE_BAR,
    STYLE_COMMENT,
    STYLE_STRING,
    STYLE_NUMBER,
    STYLE_SHADE1, STYLE_SHADE2, STYLE_SHADE3, STYLE_SHADE4,
    STYLE_HEAT1, STYLE_HEAT2, STYLE_HEAT3, STYLE_HEAT4, STYLE_HEAT5, STYLE_HEAT6, STYLE_HEAT7, STYLE_HEAT8, STYLE_HEAT9, /* from little to much */
    STYLE_COUNT
} canvas_style;

typedef struct canvas_cell {
    uint32_t ch;  /* code point; 0 = right half of a wide one */
    uint16_t mark[2]; /* combining marks upon it, 0 = none */
    uint8_t style;
} canvas_cell;

typedef struct canvas {
    int width, height;
    canvas_cell *cell; /* [height][width] */
    bool ascii;        /* nothing beyond ASCII */
    bool blocks;       /* plots in half blocks: no braille */
    bool console;      /* signs that the font of the Linux console lacks stand as the nearest that it has */
} canvas;

bool canvas_resize(canvas *c, int width, int height); /* clears; false = out of memory */
void canvas_free(canvas *c);
void canvas_clear(canvas *c);
/* Text at (x, y), cut at column x + max (max < 0: at the edge). Invalid bytes show as '?'.
 * Control characters are left out, tabs become blanks, marks stay with their letter. Gives the columns used. */
int canvas_text(canvas *c, int x, int y, int max, canvas_style style, const char *s, size_t n);
int canvas_print(canvas *c, int x, int y, int max, canvas_style style, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
/* A field of a table: s cut or filled with blanks to w columns, at its right end when `right`. Gives w, or what the edge leaves of it. */
int canvas_field(canvas *c, int x, int y, int w, canvas_style style, const char *s, bool right);
void canvas_fill(canvas *c, int x, int y, int width, canvas_style style, uint32_t ch);
/* Changes the style of a stretch that is already drawn. */
void canvas_restyle(canvas *c, int x, int y, int width, canvas_style style);

/* A horizontal bar of share in [0, 1]. */
void canvas_bar(canvas *c, int x, int y, int width, double share, canvas_style style);
/* The canvas as lines of UTF-8 without trailing blanks. */
void canvas_to_text(const canvas *c, text *out);

#endif
