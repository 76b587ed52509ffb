/* commands_jobs.c - lists in general, jobs and their logs. */
#include "config.h"
#include "ui/cell.h"
#include "ui/pane_jobs.h"
#include "ui/pane_lists.h"
#include "ui/pane_live.h"
#include "ui/pane_model.h"
#include "ui/start.h"
#include "ui/view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Lists ------------------------------------------------------------------------------------------ */

static bool in_list(app *a)
{
    return a->focus->move != NULL;
}

static void move(app *a, item_move how)
{
    if (a->focus->move)
        a->focus->move(a, app_state(a, a->focus), how);
}

static void item_up(app *a) { move(a, MOVE_UP); }
static void item_down(app *a) { move(a, MOVE_DOWN); }
static void item_first(app *a) { move(a, MOVE_FIRST); }
static void item_last(app *a) { move(a, MOVE_LAST); }
static void item_page_up(app *a) { move(a, MOVE_PAGE_UP); }
static void item_page_down(app *a) { move(a, MOVE_PAGE_DOWN); }

/* Jobs ------------------------------------------------------------------------------------------------ */

static void go_jobs(app *a)
{
    view_open(a, &pane_jobs);
}

static bool at_job(app *a)
{
    return a->focus == &pane_jobs || a->focus == &pane_job_log;
}

/* The job that is meant: selected in the list, else the newest training. Release it. */
static bool meant(app *a, job_row *r)
{
    if (pane_jobs_here(a, r))
        return true;
    app_say(a, SAY_NOTE, "there is no job");
    return false;
}

/* The one that was asked about (owned), if it still runs. */
static weir_job *asked(app *a)
{
    weir_job *list[JOBS_SHOWN], *found = NULL;
    size_t n = weir_session_jobs(a->session, list, JOBS_SHOWN);

    for (size_t i = 0; i < n && i < JOBS_SHOWN; i++) {
        weir_job_info info;
        weir_job_get(list[i], &info);
        if (!found && info.id == a->asked_job && info.state < WEIR_JOB_DONE)
            found = list[i];
        else
            weir_job_unref(list[i]);
    }
    if (!found)
        app_say(a, SAY_NOTE, "J%lld has ended", (long long)a->asked_job);
    return found;
}

static bool runs(const job_row *r)
{
    return r->job && r->info.state < WEIR_JOB_DONE;
}

static void answer_cancel(app *a, int letter)
{
    if (letter == 3) /* Ctrl-C again: keep */
        letter = 'k';
    weir_job *j = letter ? asked(a) : NULL;

    if (!j)
        return;
    weir_job_cancel(j, letter == 'k');
    app_say(a, SAY_NOTE, "J%lld: stopping; %s", (long long)a->asked_job, letter == 'k' ? "the best model so far is kept" : "what it did is thrown away");
    weir_job_unref(j);
}

static void cancel_job(app *a)
{
    job_row r;
    char question[200];

    if (!meant(a, &r))
        return;
    a->asked_job = r.info.id;
    if (!runs(&r)) {
        app_say(a, SAY_NOTE, "J%lld has ended; x clears it from the list", (long long)r.info.id);
    } else if (!strcmp(r.info.kind, "train")) {
        snprintf(question, sizeof question, "J%lld %.30s:  k keep the best so far   d discard   Esc go on", (long long)r.info.id, r.info.title);
        ask_open(a, question, "kd\003", answer_cancel);
    } else {
        snprintf(question, sizeof question, "J%lld %.30s:  d stop it   Esc go on", (long long)r.info.id, r.info.title);
        ask_open(a, question, "d", answer_cancel);
    }
    jobs_release(&r, 1);
}

static void queue_by(app *a, int by)
{
    job_row r;

    if (!meant(a, &r))
        return;
    if (!r.job || !weir_job_move(r.job, by))
        app_say(a, SAY_NOTE, r.info.state == WEIR_JOB_QUEUED ? "J%lld cannot move further" : "J%lld does not wait", (long long)r.info.id);
    else
        app_say(a, SAY_NOTE, "J%lld: place %d in the queue", (long long)r.info.id, r.info.place + by);
    jobs_release(&r, 1);
}

static void earlier(app *a) { queue_by(a, -1); }
static void later(app *a) { queue_by(a, 1); }

static void set_threads(app *a, const char *s)
{
    char *end;
    long n = s ? strtol(s, &end, 10) : 0;
    weir_job *j = s && *s ? asked(a) : NULL;

    if (!j)
        return;
    if (*end || n < 0 || n > 1024)
        app_say(a, SAY_ERROR, "threads = %s is outside [0, 1024]; 0 = all that are free", s);
    else {
        weir_job_set_threads(j, (int)n);
        app_say(a, SAY_NOTE, n ? "J%lld goes on with %ld thread%s after this iteration" : "J%lld goes on with all free threads after this iteration",
                (long long)a->asked_job, n, n == 1 ? "" : "s");
    }
    weir_job_unref(j);
}

static void threads(app *a)
{
    job_row r;
    char label[120], now[16];

    if (!meant(a, &r))
        return;
    a->asked_job = r.info.id;
    if (!runs(&r)) {
        app_say(a, SAY_NOTE, "J%lld has ended", (long long)r.info.id);
    } else {
        snprintf(label, sizeof label, "Threads of J%lld from its next iteration (0 = all that are free):", (long long)r.info.id);
        snprintf(now, sizeof now, "%d", r.info.threads);
        prompt_open(a, label, now, set_threads, NULL);
    }
    jobs_release(&r, 1);
}

/* "90 s", "10 m", "1.5 h", "5 epochs", "20000 rows", all from now on. false: none of them. */
static bool read_limit(const char *s, const weir_job_info *i, double *seconds, int64_t *samples)
{
    char *unit;
    double x = strtod(s, &unit);

    unit += strspn(unit, " ");
    if (unit == s || !(x > 0) || !isfinite(x))
        return false;
    *seconds = *unit == 's' || !*unit ? x : *unit == 'm' ? 60 * x : *unit == 'h' ? 3600 * x : 0;
    if (*seconds > 0) {
        *seconds += i->elapsed;
        return true;
    }
    double rows = *unit == 'r' ? x : *unit == 'e' && i->epochs > 0 ? x * (double)i->samples / i->epochs : 0;
    *samples = i->samples + (int64_t)rows;
    return rows >= 1;
}

static void set_limit(app *a, const char *s)
{
    weir_job *j = s ? asked(a) : NULL;
    weir_job_info i;
    double seconds = 0;
    int64_t samples = 0;

    if (!j)
        return;
    weir_job_get(j, &i);
    if (!*s) {
        weir_job_set_limits(j, 0, 0);
        app_say(a, SAY_NOTE, "J%lld has no limits of its own any more", (long long)i.id);
    } else if (strstr(s, "model")) { /* before its m is taken for minutes */
        app_say(a, SAY_ERROR, "a training makes one model: a number of models limits a grid, not this");
    } else if (read_limit(s, &i, &seconds, &samples)) {
        weir_job_set_limits(j, seconds, samples);
        app_say(a, SAY_NOTE, "J%lld ends, and keeps its best, %s%s from now", (long long)i.id, s, strspn(s, "0123456789. ") == strlen(s) ? " s" : "");
    } else {
        app_say(a, SAY_ERROR, "\"%s\" is no limit such as 90 s, 10 m, 2 h, 5 epochs or 20000 rows", s);
    }
    weir_job_unref(j);
}

static void limit(app *a)
{
    job_row r;
    char label[120];

    if (!meant(a, &r))
        return;
    a->asked_job = r.info.id;
    if (!runs(&r) || strcmp(r.info.kind, "train")) {
        app_say(a, SAY_NOTE, "J%lld is no training that runs", (long long)r.info.id);
    } else {
        snprintf(label, sizeof label, "End J%lld after (90 s, 10 m, 5 epochs, 20000 rows; empty: no limit):", (long long)r.info.id);
        prompt_open(a, label, "", set_limit, NULL);
    }
    jobs_release(&r, 1);
}

static void job_log(app *a)
{
    job_row r;

    if (!meant(a, &r))
        return;
    job_log_open(a, &r, -1);
    jobs_release(&r, 1);
}

static void notify(app *a)
{
    job_row r;

    if (!meant(a, &r))
        return;
    jobs_tell(a, r.info.id, !r.tell);
    app_say(a, SAY_NOTE, r.tell ? "J%lld ends without a word" : "J%lld: you will be told when it is done", (long long)r.info.id);
    jobs_release(&r, 1);
}

static void clear(app *a)
{
    job_row r;

    if (!meant(a, &r))
        return;
    if (runs(&r))
        app_say(a, SAY_NOTE, "J%lld has not ended; Ctrl-C stops it", (long long)r.info.id);
    else
        jobs_clear(a, &r);
    jobs_release(&r, 1);
}

static void clear_all(app *a)
{
    size_t n = jobs_clear_all(a);
    app_say(a, SAY_NOTE, "%zu job%s cleared", n, n == 1 ? "" : "s");
}

static void go_cell(app *a)
{
    job_row r;

    if (!meant(a, &r))
        return;
    if (r.cell && (size_t)r.cell <= a->nb.n) {
        view_leave(a);
        a->focus = &pane_notebook;
        cell_select(a, (size_t)r.cell - 1);
    } else {
        app_say(a, SAY_NOTE, "no cell of this notebook has started J%lld", (long long)r.info.id);
    }
    jobs_release(&r, 1);
}

static void checkpoint(app *a)
{
    job_row r;

    if (!meant(a, &r))
        return;
    if (runs(&r)) {
        weir_job_checkpoint(r.job);
        if (a->opt.host.checkpoint)
            a->opt.host.checkpoint(a->opt.host.user);
        app_say(a, SAY_NOTE, "J%lld: its checkpoint is written after this iteration", (long long)r.info.id);
    } else {
        app_say(a, SAY_NOTE, "J%lld has ended", (long long)r.info.id);
    }
    jobs_release(&r, 1);
}

/* Enter: the model of a training, else the log. */
static void open_item(app *a)
{
    job_row r;

    if (a->focus == &pane_model || a->focus == &pane_rows) {
        model_open_item(a);
        return;
    }
    if (a->focus == &pane_start) {
        start_open_item(a);
        return;
    }
    if (a->focus == &pane_lists) {
        lists_open_item(a);
        return;
    }
    if (a->focus != &pane_jobs || !meant(a, &r))
        return;
    if (!model_open_job(a, &r))
        job_log_open(a, &r, -1);
    jobs_release(&r, 1);
}

static bool in_log(app *a)
{
    return a->focus == &pane_job_log;
}

/* Plots of trainings ------------------------------------------------------------------------------- */

static void overlay_job(app *a)
{
    job_row r;

    if (!meant(a, &r))
        return;
    weir_model *m = r.job ? weir_job_model(r.job) : NULL;
    const char *id = m ? weir_model_id(m) : NULL;
    if (id && *id)
        live_overlay(a, id);
    else
        app_say(a, SAY_NOTE, "%s has no model to lay over the plot", r.info.title);
    weir_model_unref(m);
    jobs_release(&r, 1);
}

static void plot_job(app *a)
{
    job_row r;

    if (!meant(a, &r))
        return;
    if (r.job && !strcmp(r.info.kind, "train")) {
        live_show(a, r.info.id);
        view_open(a, &pane_live);
    } else {
        app_say(a, SAY_NOTE, "%s has no plot", r.info.title);
    }
    jobs_release(&r, 1);
}

const command commands_jobs[] = {
    {"item-up", "up", "The line above.", item_up, in_list},
    {"item-down", "down", "The line below.", item_down, in_list},
    {"item-first", "first", "The first line.", item_first, in_list},
    {"item-last", "last", "The last line; a log follows its end.", item_last, in_list},
    {"item-page-up", "page up", "A page up.", item_page_up, in_list},
    {"item-page-down", "page down", "A page down.", item_page_down, in_list},
    {"item-open", "open", "What lies behind this line: a model, a log, the rows of a cell or frame, a notebook.", open_item, in_list},
    {"jobs", "jobs", "Go to the jobs: what runs, waits and has ended.", go_jobs, NULL},
    {"job-cancel", "stop", "Stop the job; a training can keep its best so far.", cancel_job, at_job},
    {"job-earlier", "earlier", "A place earlier in the queue for threads.", earlier, at_job},
    {"job-later", "later", "A place later in the queue for threads.", later, at_job},
    {"job-threads", "threads", "Other threads from the next iteration on.", threads, at_job},
    {"job-limit", "limit", "A limit in seconds, epochs or rows, set while it runs.", limit, at_job},
    {"job-log", "log", "The log of the job.", job_log, at_job},
    {"job-notify", "notify", "Tell, or do not tell, when it is done.", notify, at_job},
    {"job-clear", "clear", "Forget this job, which has ended.", clear, at_job},
    {"job-clear-all", "clear all", "Forget all jobs that have ended.", clear_all, at_job},
    {"job-cell", "cell", "Go to the cell that started it.", go_cell, at_job},
    {"job-overlay", "overlay", "Lay the model of this training over the plot, or take it away.", overlay_job, at_job},
    {"job-plot", "plot", "The plot of this training.", plot_job, at_job},
    {"job-checkpoint", "checkpoint", "Write its checkpoint now.", checkpoint, at_job},
    {"log-follow", "follow", "Stay at the end of the log, or not.", job_log_follow, in_log},
    {"log-filter", "filter", "Only the lines that hold some words.", job_log_filter, in_log},
    {"log-level", "level", "Errors, warnings, all.", job_log_level, in_log},
    {0},
};
