/* sgr.h - fewer bytes for the same screen: attributes are set when a glyph needs them, once.
 *
 * curses resets everything and sets it again at each change of attributes, also around blanks that look the
 * same either way. The bytes it made for a terminal of ANSI's kind pass through here; what they show stays
 * the same, cell by cell. Sequences that are not known pass as they are. */
#ifndef UI_SGR_H
#define UI_SGR_H

#include "base/text.h"

typedef struct sgr_look {
    unsigned bits;           /* 1 << parameter of ECMA-48: bold 1, dim 2, italic 3, underline 4, blink 5, reverse 7, hidden 8 */
    char fg[28], bg[28];     /* the parameters that set them, as they came; "" = the terminal's own */
} sgr_look;

typedef struct sgr_state {
    bool off;                /* something came that this does not understand: all passes */
    bool known, has_default; /* now is what the terminal has; 39 and 49 are understood */
    sgr_look now, wanted;
    char g0, shift;          /* character set of G0, 'B' or 'A' ..., and 'i' or 'o' for shifted in or out; 0 = not known */
} sgr_state;

/* sgr0 and op: the capabilities of the terminal. Others than of ANSI's kind pass unchanged. */
void sgr_begin(sgr_state *t, const char *sgr0, const char *op);
/* Adds to out what shows the same as s; whole sequences only. */
void sgr_pass(sgr_state *t, const char *s, size_t n, text *out);
/* What was put off comes now: before somebody else writes. */
void sgr_settle(sgr_state *t, text *out);

#endif
