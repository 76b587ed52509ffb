/* pane_live.h - the training as it goes: what others ask of that pane. */
#ifndef UI_PANE_LIVE_H
#define UI_PANE_LIVE_H

#include "ui/app.h"
#include "ui/curves.h"

/* The pane's plot, up to date; NULL: no memory. */
curves_view *live_view(app *a);
/* The plot of a training inside a cell. */
void live_in_cell(app *a, canvas *c, box b, int64_t job);
/* Which training it shows; 0: always the newest. */
void live_show(app *a, int64_t job);
/* Lays a model over the plot by its id, or takes it away, and says so. */
void live_overlay(app *a, const char *model);
bool live_is_over(app *a, const char *model);

#endif
