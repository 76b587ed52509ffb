/* highlight.h - Lua in styles, line by line; strings and comments that span lines are followed. */
#ifndef UI_HIGHLIGHT_H
#define UI_HIGHLIGHT_H

#include "draw/canvas.h"

typedef struct highlighter {
    int level;    /* inside [==[ of this level; -1: not */
    bool comment; /* that is a comment */
    char quote;   /* inside a string that a backslash takes to the next line */
} highlighter;

#define HIGHLIGHT_START {.level = -1}

/* One line (no line break in it): a canvas_style for each byte; style may be NULL. */
void highlight(highlighter *h, const char *s, size_t n, uint8_t *style);

#endif
