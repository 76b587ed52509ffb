/* view.h - views over one another: Enter goes in, q comes back to where one was; moving in lists. */
#ifndef UI_VIEW_H
#define UI_VIEW_H

#include "ui/app.h"

/* The pane gets the whole screen and the focus; `back` returns to the one before. */
void view_open(app *a, const pane_ops *p);
/* To the view before, at the end to the notebook. */
void view_back(app *a);
/* Forgets what lies below: the person goes somewhere else. */
void view_leave(app *a);
/* Where one is after a move among n lines, `page` of which are on the screen. */
size_t view_moved(size_t at, size_t n, size_t page, item_move how);
/* The first line shown, so that `at` is among the `rows` that are. */
size_t view_top(size_t top, size_t at, size_t rows);
/* The same where items take several rows: tall gives how many item i takes. No rows stay empty below while there is more above. */
size_t view_top_of(size_t top, size_t at, size_t n, int rows, int (*tall)(void *user, size_t i), void *user);
/* How many rows a sentence takes in so many columns, words whole; and the sentence there, b.h rows of it at the most. */
int view_rows(const char *s, int columns);
void view_sentence(canvas *c, box b, canvas_style style, const char *s);
/* "14:03:59", or with the date when it was another day. */
char *view_clock(double seconds, char *buf, size_t cap);

#endif
