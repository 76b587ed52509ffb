/* trust.h - the project's file in the workbench: asked about once, read when it is trusted. */
#ifndef UI_TRUST_H
#define UI_TRUST_H

#include "ui/app.h"

/* Looks for the file, anew. */
void trust_find(app *a);
/* Asks about one that is not known. */
void trust_settle(app *a);
/* At the start: both, and reads one that is trusted. */
void trust_look(app *a);
/* The command: says how it stands, and asks again. */
void trust_ask(app *a);
void trust_forget(app *a);

#endif
