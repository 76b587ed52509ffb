/* run.h - cells and jobs as the app drives them: starting, news, stopping. */
#ifndef UI_RUN_H
#define UI_RUN_H

#include "ui/app.h"

/* Queues a cell; batch as in queue.h. */
void run_cell(app *a, size_t i, int64_t batch);
/* Queues cells [from, to] as one batch; stale_only: those whose input changed. Gives how many. */
size_t run_range(app *a, size_t from, size_t to, bool stale_only);
void run_events(app *a);   /* takes what the interpreter has sent */
void run_chores(app *a);   /* what is due: the swap file, the syntax check */
double run_patience(app *a); /* seconds until run_chores has something to do; -1: never */
void run_changed(app *a); /* outputs or folds have changed: they are kept before long */
void run_keep(app *a);    /* now */
void run_interrupt(app *a); /* Ctrl-C */
void run_stop_all(app *a, bool keep); /* cancels the trainings, drops the queue */
/* A message or traceback, with "cell 5, line 2:" for "nb.lua:13:", as the screen counts. */
void run_places(app *a, const char *s, text *out);
void run_check(app *a); /* looks for what is wrong before it runs, unless that is known */

#endif
