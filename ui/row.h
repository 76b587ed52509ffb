/* row.h - one line of a text that is edited, as it stands on the screen: tabs, control characters, marks that
 * belong to a letter, wide characters. Whoever asks where the cursor is asks here, and so does who draws. */
#ifndef UI_ROW_H
#define UI_ROW_H

#include "draw/canvas.h"

/* One step of a line: the bytes [at, at + n) stand together in columns [column, column + width). */
typedef struct row_step { size_t at, n; int column, width; } row_step;

/* The next step of s[0..len), which has no line break; begin with {0}. false: the line has ended. */
bool row_next(const char *s, size_t len, row_step *step);
int row_column(const char *s, size_t len, size_t at);   /* where byte `at` begins */
size_t row_at(const char *s, size_t len, int column);   /* the byte whose step covers the column; len behind the end */
int row_width(const char *s, size_t len);
/* Columns [shift, shift + w) of the line at (x, y). style: of each byte, n_style of them; the rest is plain. */
void row_draw(canvas *c, int x, int y, int w, int shift, const char *s, size_t len, const uint8_t *style, size_t n_style);

#endif
