/* theme.h - what a style looks like, for each theme and depth of colour. */
#ifndef UI_THEME_H
#define UI_THEME_H

#include "draw/canvas.h"

enum { LOOK_BOLD = 1, LOOK_DIM = 2, LOOK_REVERSE = 4, LOOK_UNDERLINE = 8 };

/* Colours are numbers of the 256 table, -1 the terminal's own. Where there is no colour, or the colour is
 * not enough alone, the attributes say the same. */
typedef struct look { int16_t fg, bg; uint8_t attributes; } look;

/* The names of all themes, NULL at the end. */
extern const char *const theme_names[];
/* NULL: no such theme. One entry for each canvas_style. */
const look *theme_find(const char *name);
/* The look at that depth: 0, 8, 16, 256 or more colours; colours are then below the depth. */
look theme_look(const look *theme, canvas_style style, int colours);
/* Red, green and blue of an entry of the 256 table as 0xRRGGBB. */
int theme_rgb(int index);

#endif
