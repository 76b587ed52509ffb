/* screen.h - the whole screen: where what stands. */
#ifndef UI_SCREEN_H
#define UI_SCREEN_H

#include "ui/app.h"

void screen_draw(app *a);
/* Names of the commands that the footer shows now, the most wanted first. */
const char *screen_footer(const app *a);
/* Whether the side pane has room beside the notebook. */
bool screen_has_side(const app *a);
int screen_side_x(const app *a); /* its first column; 0: there is none */

#endif
