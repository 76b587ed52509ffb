/* output.h - what a cell gave: lines of text, and plots and tables as data that are laid out for the
 * width there is. */
#ifndef UI_OUTPUT_H
#define UI_OUTPUT_H

#include "draw/canvas.h"

enum { OUTPUT_LINES = 100000 }; /* kept; older ones are spilled */

typedef enum output_kind { OUT_TEXT, OUT_ERROR, OUT_PLOT, OUT_TABLE } output_kind;

typedef struct output_item {
    output_kind kind;
    char *line;        /* text; of a plot its scene as text; of a table its fields: rows apart by \n, fields by \t */
    struct plot_own *scene; /* of a plot */
} output_item;

typedef struct output {
    output_item *v;
    size_t n, cap;
    size_t spilled;    /* lines that are no more here */
    bool open_line;    /* the last line has no end yet */
    uint64_t version;  /* grows with every change */
} output;

void output_free(output *o);
void output_clear(output *o);
/* A stream: lines may come in parts; control bytes but \t are left out. A carriage return begins the line anew.
 * spill, if any, gets the lines that no longer fit. */
void output_add(output *o, output_kind kind, const char *s, size_t n, text *spill);
/* A scene as plot_write wrote it. false: it is none, or no memory. */
bool output_add_plot(output *o, const char *scene, size_t n);
bool output_add_table(output *o, const char *fields);
/* Rows that an item takes at a width. */
int output_rows(const output_item *it, int width);
/* Draws row `row` of an item. */
void output_draw(const output_item *it, canvas *c, int x, int y, int width, int row);
/* As text without styles, e.g. for copying. */
void output_text(const output *o, int width, bool ascii, text *out);

#endif
