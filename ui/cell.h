/* cell.h - what a person does to cells and their text; used by the tables of commands. */
#ifndef UI_CELL_H
#define UI_CELL_H

#include "base/clock.h"
#include "ui/app.h"

/* Every state in words: "running 1:07", "queued 2", "stale", "error 0.2 s". buf is returned. */
char *cell_state_words(app *a, const nb_cell *c, char *buf, size_t cap);
void cell_select(app *a, size_t i);  /* alone */
void cell_begin_edit(app *a, size_t at); /* edit mode, cursor at that byte */
void cell_end_edit(app *a);
/* Before a change of structure: undo comes back to here. */
void cell_remember(app *a);
/* Before a change of text: undo goes back in bursts; apart: this one begins another. */
void cell_touch(app *a, bool apart);
void cell_undo(app *a, bool forward);
/* Another text of the whole file: one step of undo; the selected cell stays selected. */
void cell_set_text(app *a, const char *s);
/* Whether the notebook stands on the screen: what changes it alone would otherwise change it unseen. */
bool cell_in_sight(app *a);
/* A new cell of code below the selected one, which it becomes: one step of undo. */
bool cell_write(app *a, const char *code);
bool cell_type(app *a, int key);     /* a key that no binding takes, in the notebook */
void cell_paste(app *a, const char *s, size_t n); /* text, never commands; one step of undo */
void cell_edit_command(app *a, const char *name); /* a command of edit.h */
bool cell_complete(app *a, bool anywhere);          /* false: nothing to complete here */

bool popup_open(app *a);             /* candidates at the cursor; false: none */
void popup_lines(app *a, const char *title, const char *lines);

#endif
