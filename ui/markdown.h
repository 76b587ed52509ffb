/* markdown.h - text cells as they are read: comment lines to headings, lists, tables, bold. */
#ifndef UI_MARKDOWN_H
#define UI_MARKDOWN_H

#include "draw/canvas.h"

typedef struct markdown_view {
    canvas *c;
    int x, width;
} markdown_view;

/* Rows that the text takes at that width. */
size_t markdown_rows(const char *s, size_t n, int width);
/* Draws row k at canvas row y. */
void markdown_draw_row(const markdown_view *v, const char *s, size_t n, size_t k, int y);
/* The heading of a text: level 1 to 6 into *level, its text into buf; false: none. */
bool markdown_heading(const char *s, size_t n, int *level, char *buf, size_t cap);

#endif
