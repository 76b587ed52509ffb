/* pane_jobs.h - the jobs pane and the views it opens: what the tables of commands ask of them. */
#ifndef UI_PANE_JOBS_H
#define UI_PANE_JOBS_H

#include "ui/jobs.h"

/* The selected job; false: there is none. Release it by jobs_release. */
bool pane_jobs_here(app *a, job_row *row);
void pane_jobs_select(app *a, int64_t id, double started);
/* The log of a job on the screen; event: the line said at that scoring, from 0, or -1. */
void job_log_open(app *a, const job_row *row, ptrdiff_t event);
/* The scoring event that the line under the cursor belongs to and its job; false: it was said before any. */
bool job_log_event(app *a, int64_t *job, size_t *event);
void job_log_follow(app *a);
void job_log_filter(app *a);
void job_log_level(app *a);
/* "0:41", "4.8 s", "2 h 10". */
char *jobs_time(double seconds, char *buf, size_t cap);
/* "early stop: 1 of 5 rounds without gain in logloss (0.1 %), next score in 3 s"; "" when there is nothing to say. */
char *jobs_stop_line(const weir_job_info *i, char *buf, size_t cap);

#endif
