/* palette.h - one list of all that can be gone to or done: commands, cells, models, frames, jobs, options, help. */
#ifndef UI_PALETTE_H
#define UI_PALETTE_H

#include "ui/app.h"

/* Opens it. A first character narrows it to a group: > commands, @ models, # frames, $ jobs, / text of cells,
 * = options, ? help. */
void palette_open(app *a);

/* What it leads to, of other tables. */
void options_ask(app *a, size_t setting);      /* another value of an option */
/* Every command with its keys in these places, the most wanted first; bound: only those that have some. Items have the
 * commands' numbers. */
void commands_list(app *a, picker *p, const context *where, size_t n, bool bound);
void topic_show(app *a, const char *name);     /* help on a parameter, function or metric */

#endif
