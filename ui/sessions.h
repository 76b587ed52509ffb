/* sessions.h - from this notebook to another. */
#ifndef UI_SESSIONS_H
#define UI_SESSIONS_H

#include "ui/app.h"

/* To the session of that name, or with NULL to a new notebook; says why not. */
void sessions_enter(app *a, const char *session);
/* To the notebook in the file, in its own session; in the place of this one where there are none and nothing is lost. */
void sessions_open(app *a, const char *file);
/* A notebook without a name into which nothing was typed and of which nothing ran. */
bool sessions_bare(const app *a);

#endif
