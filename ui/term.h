/* term.h - the terminal: keys in, a canvas out. The only file that knows curses. */
#ifndef UI_TERM_H
#define UI_TERM_H

#include "draw/canvas.h"

enum { /* keys beyond code points; Ctrl-A is 1 */
    TK_NONE = -1, TK_UP = 0x200000, TK_DOWN, TK_LEFT, TK_RIGHT, TK_HOME, TK_END, TK_PGUP, TK_PGDN, TK_DELETE,
    TK_BACKSPACE, TK_ENTER, TK_TAB, TK_BACKTAB, TK_ESC, TK_F1, TK_F5, TK_RESIZE, TK_PASTE_BEGIN, TK_PASTE_END
};

/* false with a sentence in why: no terminal, unknown TERM. */
bool term_open(char *why, size_t cap);
void term_close(void);
void term_size(int *width, int *height);
bool term_unicode(void); /* the locale shows more than ASCII */
/* The next key, or TK_NONE when none waits. */
int term_key(void);
/* Shows the canvas; the cursor stands at (x, y), or is hidden when x < 0. */
void term_show(const canvas *c, int x, int y);
void term_redraw(void); /* everything anew, whatever the terminal shows */
void term_suspend(void); /* Ctrl-Z */

#endif
