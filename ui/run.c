/* run.c - cells and jobs as the app drives them. */
#include "config.h"
#include "ui/run.h"

#include "base/clock.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Starting ------------------------------------------------------------------------------------ */

static size_t index_of(app *a, int64_t id)
{
    for (size_t i = 0; i < a->nb.n; i++)
        if (a->nb.cell[i].id == id)
            return i;
    return SIZE_MAX;
}

static void submit(app *a, size_t i)
{
    nb_cell *c = &a->nb.cell[i];
    char *code = strdup(text_str(&c->body));

    nb_clear_output(c);
    c->job = 0;
    c->stale = false;
    c->state = CELL_RUNNING;
    c->started = clock_wall();
    c->progress = NAN;
    if (code)
        interp_submit(a->interp, c->id, a->nb.path ? a->nb.path : "notebook", nb_line(&a->nb, i), code);
    free(code);
}

/* Lua executes a cell, rather than waiting for a job in one. */
static bool lua_busy(app *a)
{
    for (size_t i = 0; i < a->nb.n; i++)
        if (a->nb.cell[i].state == CELL_RUNNING && !a->nb.cell[i].job)
            return true;
    return false;
}

static void start_next(app *a)
{
    int64_t id;

    while ((id = queue_next(&a->queue, lua_busy(a))) != 0) {
        size_t i = index_of(a, id);
        if (i == SIZE_MAX) { /* deleted meanwhile */
            a->queue.busy_batch = 0;
            continue;
        }
        submit(a, i);
    }
}

void run_cell(app *a, size_t i, int64_t batch)
{
    nb_cell *c = &a->nb.cell[i];

    if (c->kind != CELL_CODE || c->state == CELL_RUNNING || c->state == CELL_QUEUED)
        return;
    if (queue_add(&a->queue, c->id, batch))
        c->state = CELL_QUEUED;
    start_next(a);
}

size_t run_range(app *a, size_t from, size_t to, bool stale_only)
{
    int64_t batch = ++a->queue.last_batch;
    size_t n = 0;

    for (size_t i = from; i <= to && i < a->nb.n; i++) {
        nb_cell *c = &a->nb.cell[i];
        if (c->kind != CELL_CODE || c->state == CELL_RUNNING || c->state == CELL_QUEUED || (stale_only && !c->stale))
            continue;
        if (queue_add(&a->queue, c->id, batch)) {
            c->state = CELL_QUEUED;
            n++;
        }
    }
    start_next(a);
    return n;
}

/* News ------------------------------------------------------------------------------------------ */

static void add_plot(app *a, nb_cell *c, weir_frame *f)
{
    canvas pic = {.ascii = a->canvas.ascii};
    size_t n = weir_frame_rows(f);
    double *x = malloc((n + 1) * sizeof *x), *y = malloc((n + 1) * sizeof *y);
    text t = {0};

    if (x && y && canvas_resize(&pic, 60, 12)) {
        for (size_t i = 0; i < n; i++)
            x[i] = (double)i + 1;
        weir_frame_read(f, 0, 0, n, y);
        canvas_curve v = {weir_frame_name(f, 0), x, y, n, STYLE_FIRST};
        canvas_plot(&pic, 0, 0, 60, 12, &v, 1, "row", (double)NAN, NULL);
        canvas_to_text(&pic, &t);
        nb_add_output(c, false, text_str(&t), t.n);
    }
    text_free(&t);
    canvas_free(&pic);
    free(x);
    free(y);
}

static void finished(app *a, nb_cell *c, const interp_event *e)
{
    queue *q = &a->queue;

    c->state = e->ok ? CELL_DONE : CELL_FAILED;
    c->seconds = e->seconds;
    c->ended = clock_wall();
    c->progress = NAN;
    if (q->busy_batch && q->busy_cell == c->id) {
        int64_t batch = q->busy_batch;
        q->busy_batch = 0;
        if (!e->ok) {
            size_t at = index_of(a, c->id), total = a->nb.n;
            for (size_t i = 0; i < total; i++) {
                nb_cell *d = &a->nb.cell[i];
                size_t place = queue_place(q, d->id);
                if (place && q->v[place - 1].batch == batch)
                    d->state = d->n_out ? CELL_DONE : CELL_IDLE;
            }
            size_t left = queue_drop_batch(q, batch);
            if (left || a->selected != at) {
                app_say(a, SAY_ERROR, "Run stopped at cell %zu of %zu (error). %zu cell%s not run.", at + 1, total, left, left == 1 ? "" : "s");
                if (a->mode == MODE_COMMAND) {
                    a->selected = at;
                    a->follow = true;
                }
            }
        }
    }
    start_next(a);
}

/* The first training opens the pane, unless the person has chosen another. */
static void show_training(app *a, int64_t job)
{
    weir_job *j = a->chosen ? NULL : pane_training(a->session);
    weir_job_info info;

    if (!j)
        return;
    weir_job_get(j, &info);
    if (info.id == job) {
        a->side = &pane_live;
        a->side_shown = true;
    }
    weir_job_unref(j);
}

static void handle(app *a, const interp_event *e)
{
    nb_cell *c = nb_find(&a->nb, e->cell);

    if (!c)
        return;
    switch (e->kind) {
    case INTERP_STARTED: c->state = CELL_RUNNING; break;
    case INTERP_STDOUT: nb_add_output(c, false, e->text, e->n); break;
    case INTERP_STDERR: nb_add_output(c, true, e->text, e->n); break;
    case INTERP_VALUE:
        nb_add_output(c, false, e->text, e->n);
        if (e->n && e->text[e->n - 1] != '\n')
            nb_add_output(c, false, "\n", 1);
        break;
    case INTERP_ERROR:
        nb_add_output(c, true, e->text, e->n);
        nb_add_output(c, true, "\n", 1);
        c->error_line = e->line;
        break;
    case INTERP_JOB:
        c->job = e->job;
        show_training(a, e->job);
        start_next(a);
        break;
    case INTERP_PROGRESS:
        c->progress = e->done;
        snprintf(c->progress_text, sizeof c->progress_text, "%s", e->text);
        break;
    case INTERP_PLOT: add_plot(a, c, e->frame); break;
    case INTERP_FINISHED: finished(a, c, e); break;
    case INTERP_TABLE: break;
    }
}

void run_events(app *a)
{
    interp_event e;

    while (interp_next(a->interp, &e)) {
        if (a->opt.host.heard)
            a->opt.host.heard(a->opt.host.user, a, &e);
        handle(a, &e);
        interp_event_clear(&e);
        a->dirty = true;
    }
}

void run_chores(app *a)
{
    (void)a;
}

double run_patience(app *a)
{
    (void)a;
    return -1;
}

/* Stopping ------------------------------------------------------------------------------------------ */

static weir_job *running_training(app *a)
{
    weir_job *j = pane_training(a->session);
    weir_job_info info;

    if (!j)
        return NULL;
    weir_job_get(j, &info);
    if (info.state != WEIR_JOB_RUNNING && info.state != WEIR_JOB_QUEUED) {
        weir_job_unref(j);
        return NULL;
    }
    return j;
}

static void drop_queue(app *a)
{
    for (size_t i = 0; i < a->nb.n; i++) {
        nb_cell *c = &a->nb.cell[i];
        if (c->state == CELL_QUEUED)
            c->state = c->n_out ? CELL_DONE : CELL_IDLE;
    }
    a->queue.n = 0;
    a->queue.busy_batch = 0;
}

static void answer_stop(app *a, int letter)
{
    weir_job *j = running_training(a);

    if (letter == 3) /* Ctrl-C again: keep */
        letter = 'k';
    if (j && (letter == 'k' || letter == 'd')) {
        weir_job_cancel(j, letter == 'k');
        app_say(a, SAY_NOTE, letter == 'k' ? "stopping; the best model so far is kept" : "stopping; what it learned is thrown away");
    }
    weir_job_unref(j);
}

void run_interrupt(app *a)
{
    nb_cell *c = app_cell(a);
    weir_job *j = running_training(a);

    if (c->state == CELL_QUEUED && queue_remove(&a->queue, c->id)) {
        c->state = c->n_out ? CELL_DONE : CELL_IDLE;
        app_say(a, SAY_NOTE, "cell %zu is out of the queue", a->selected + 1);
    } else if (lua_busy(a)) {
        for (size_t i = 0; i < a->nb.n; i++)
            if (a->nb.cell[i].state == CELL_RUNNING && !a->nb.cell[i].job)
                interp_interrupt(a->interp, a->nb.cell[i].id);
        drop_queue(a);
        app_say(a, SAY_NOTE, "stopping");
    } else if (j) {
        ask_open(a, "A training runs:  k keep the best so far   d discard   Esc go on", "kd\003", answer_stop);
    } else {
        app_say(a, SAY_NOTE, "nothing runs; q leaves");
    }
    weir_job_unref(j);
}

void run_stop_all(app *a, bool keep)
{
    weir_job *j;

    drop_queue(a);
    while ((j = running_training(a)) != NULL) {
        weir_job_cancel(j, keep);
        weir_job_wait(j, 5, NULL);
        weir_job_unref(j);
    }
}

void run_editor_ended(app *a, int status)
{
    (void)a;
    (void)status;
}

bool run_own_command(app *a, const char *name)
{
    app_say(a, SAY_ERROR, "there is no command '%s'", name);
    return false;
}
