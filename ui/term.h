/* term.h - a terminal that is lent to us: keys in, a canvas out. The only file that knows curses.
 *
 * Everything about a terminal can be made anew at any time: it is opened on two
 * descriptors with a type, and closed when it goes. What is drawn is written
 * by term_flush as far as the terminal takes it; nothing here blocks. */
#ifndef UI_TERM_H
#define UI_TERM_H

#include "draw/canvas.h"
#include "ui/theme.h"
#include "ui/input.h"

typedef struct terminal terminal;

typedef struct term_options {
    int in, out;          /* borrowed; must stay open until term_close */
    const char *type;     /* TERM; NULL or unknown: the nearest that is known */
    int colours;          /* -1: as many as the type has; 0, 8, 16, 256: no more than that */
    bool shapes;          /* tell the modes apart by the cursor's shape as well */
    bool entered;         /* another session's term_keep has left it in the state that is drawn in */
} term_options;

/* NULL with a sentence in why: not a terminal, no usable type. why also says when another type was taken. */
terminal *term_open(const term_options *o, char *why, size_t cap);
/* Gives the terminal back as it was. gone: it has hung up, nothing is written. */
void term_close(terminal *t, bool gone);
/* The next term_close leaves screen and modes as they are: another session draws there at once. */
void term_keep(terminal *t);
void term_theme(terminal *t, const look *theme);
int term_colours(const terminal *t);
const char *term_type(const terminal *t);
/* Looks at the size; true when it has changed. */
bool term_measure(terminal *t, int *width, int *height);
int term_in(const terminal *t);
int term_out(const terminal *t);
/* Reads what waits, false: the terminal is gone. */
bool term_read(terminal *t);
/* The next key, or K_NONE. */
int term_key(terminal *t, bool late);
input *term_input(terminal *t);

typedef enum cursor_shape { CURSOR_HIDDEN, CURSOR_BLOCK, CURSOR_BAR } cursor_shape;
/* The canvas becomes the screen, the cursor stands at (x, y). Call term_flush then. */
void term_show(terminal *t, const canvas *c, int x, int y, cursor_shape shape);
const canvas_cell *term_shown(const terminal *t); /* the cells it shows, as wide as its size; NULL: it has to be drawn whole */
void term_redraw(terminal *t); /* the next screen is sent whole */
void term_ask_status(terminal *t); /* K_STATUS comes back when everything so far has arrived */
void term_ring(terminal *t);
/* Bytes for the terminal itself (clipboard, title). */
void term_write(terminal *t, const char *s, size_t n);
/* Writes what it takes now. false: it is gone. */
bool term_flush(terminal *t);
size_t term_waiting(const terminal *t); /* bytes not written yet */
uint64_t term_written(const terminal *t);
/* The bytes that put a terminal right after a crash, for a signal handler; valid until term_close. */
const char *term_rescue(const terminal *t, size_t *n);

#endif
