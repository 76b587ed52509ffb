/* pane.h - what stands beside the notebook: a training as it goes, lists. */
#ifndef UI_PANE_H
#define UI_PANE_H

#include "draw/canvas.h"
#include "weir.h"

/* A rectangle of the screen. */
typedef struct box { int x, y, w, h; } box;

/* The newest training of the session (owned), or NULL. */
weir_job *pane_training(weir_session *s);
/* History, importances, confusion matrix, progress of a job. metric: position in the metric table, -1 = by the model. */
void pane_live(canvas *c, box b, weir_job *j, ptrdiff_t metric);
/* Frames, models, jobs. */
void pane_lists(canvas *c, box b, weir_session *s);
void pane_help(canvas *c, box b);
/* One line: "training 42 %  epoch ...". */
void pane_progress(canvas *c, int x, int y, int w, const weir_job_info *i);

#endif
