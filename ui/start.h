/* start.h - the page that weir begins with: what one can do, the running sessions, the recent notebooks, and
 * what this terminal and machine are. */
#ifndef UI_START_H
#define UI_START_H

#include "ui/app.h"

/* What one can do there: commands, as many as work here; into out[], gives how many. */
enum { START_ACTIONS = 7 };
typedef struct start_action { const char *command, *name, *words; } start_action;
size_t start_actions(const app *a, start_action out[START_ACTIONS]);
/* Enter on the page. */
void start_open_item(app *a);
/* Looks anew at sessions and notebooks when the page is drawn next. */
void start_look(app *a);

#endif
