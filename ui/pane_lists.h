/* pane_lists.h - the frames and models of the session as a list: what the table of commands asks. */
#ifndef UI_PANE_LISTS_H
#define UI_PANE_LISTS_H

#include "ui/app.h"

/* The selected one: its id, and how a cell's code names it ("train", else weir.get_frame("frame_3")). false: there is none. */
typedef struct list_item { bool frame; char id[160], code[200]; } list_item;
bool lists_here(app *a, list_item *out);
void lists_open_item(app *a); /* a model's page, a frame's rows */

#endif
