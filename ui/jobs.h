/* jobs.h - the jobs of a session as the workbench knows them: who owns them, how they stand, how
 * they ended. What has ended stays, beside the notebook, until it is cleared. */
#ifndef UI_JOBS_H
#define UI_JOBS_H

#include "ui/app.h"

enum { JOBS_SHOWN = 300 };

typedef struct job_row {
    weir_job *job;      /* owned; NULL: of a process before this one */
    weir_job_info info;
    int cell;           /* number of the cell that started it, from 1; 0 = none */
    char metric[64];    /* "valid logloss 0.0865", "60000 rows" */
    char why[700];      /* of a failure, what to change; of a model that was kept, where it stopped */
    bool bad;           /* done, but its model is unstable */
    bool tell;          /* when it is done */
    bool kept;          /* stopped, and something is there */
} job_row;

typedef struct jobs jobs;

void jobs_open(app *a);  /* with the notebook: brings back what was kept */
void jobs_close(app *a);
/* A cell waits for this job or has started it. */
void jobs_own(app *a, int64_t job, int64_t cell);
/* After each turn of the loop: what has ended is told and kept. */
void jobs_tick(app *a);
bool jobs_running(const app *a); /* something did at the last look */
/* Newest first; gives how many. Release them by jobs_release. */
size_t jobs_list(app *a, job_row *row, size_t cap);
void jobs_release(job_row *row, size_t n);
/* A training that has ended and left a model in a line, for its cell; "" for any other. */
void jobs_summary(app *a, int64_t job, char *buf, size_t cap);
void jobs_clear(app *a, const job_row *row); /* an ended one: forgotten for good */
size_t jobs_clear_all(app *a);               /* all that have ended; gives how many */
void jobs_tell(app *a, int64_t job, bool tell);
/* The log of a job, old ones too: lines from number `from` on into out[cap]. */
size_t jobs_log(app *a, const job_row *row, size_t from, weir_log_line *out, size_t cap);
const char *jobs_word(const job_row *row);   /* "running", "unstable", ... */
const char *jobs_glyph(const job_row *row, bool ascii);

#endif
