/* cuts.h - the ring of cut cells, kept beside the notebook; the register, and the terminal's clipboard. */
#ifndef UI_CUTS_H
#define UI_CUTS_H

#include "ui/app.h"

void cuts_load(app *a);
void cuts_free(app *a);
void cuts_push(app *a, const char *cells); /* the newest */
/* Copies a text: to the register always, else where the settings say. what: for the message. */
void cuts_copy(app *a, const char *s, const char *what);

#endif
