/* markdown.h - text cells as they are read: comment lines to headings, paragraphs, lists, quotes, tables and
 * code, laid out for a width. What cannot be shown in a terminal is shown in words: a link as its text and
 * its address. */
#ifndef UI_MARKDOWN_H
#define UI_MARKDOWN_H

#include "draw/canvas.h"

/* Characters with a look for each of their bytes. */
typedef struct markdown_text { text s, style; } markdown_text;

typedef struct markdown {
    markdown_text t;                          /* of all rows, one after the other */
    struct markdown_row { size_t at, n; } *row; /* bytes of t */
    size_t n, cap;
} markdown;

/* Lays out a cell's text of n bytes for `width` columns; m is zeroed. Free it by markdown_free. Without memory rows are missing. */
void markdown_lay(markdown *m, const char *s, size_t n, int width, bool ascii);
void markdown_draw(const markdown *m, size_t k, canvas *c, int x, int y, int width); /* row k */
void markdown_free(markdown *m);
/* The first heading of a text: level 1 to 6 into *level, its words into buf; false: none. */
bool markdown_heading(const char *s, size_t n, int *level, char *buf, size_t cap);

/* Emphasis, code, links and the like of one stretch of text added to out; base is the look of what is none of these. */
void markdown_inline(const char *s, size_t n, canvas_style base, bool ascii, markdown_text *out);
void markdown_put(markdown_text *out, canvas_style style, const char *s, size_t n);
void markdown_text_free(markdown_text *t);

#endif
