/* outside.h - changes of the notebook's file by others, and what an editor made of it. */
#ifndef UI_OUTSIDE_H
#define UI_OUTSIDE_H

#include "ui/app.h"

void outside_watch(app *a);   /* the folder of the file, from now on; again when the name changes */
void outside_forget(app *a);
void outside_returned(app *a, int status); /* the editor has ended */

#endif
