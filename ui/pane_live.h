/* pane_live.h - the training as it goes: what others ask of that pane. */
#ifndef UI_PANE_LIVE_H
#define UI_PANE_LIVE_H

#include "ui/app.h"

void live_next_metric(app *a);

#endif
