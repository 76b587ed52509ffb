/* run.c - cells and jobs as the app drives them. */
#include "config.h"
#include "ui/run.h"

#include "base/clock.h"
#include "ui/configure.h"
#include "ui/deps.h"
#include "ui/jobs.h"
#include "ui/sidecar.h"

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
    c->job = c->waits = c->told = 0;
    c->stale = false;
    c->state = CELL_RUNNING;
    c->started = clock_wall();
    c->progress = NAN;
    if (code)
        interp_submit(a->interp, c->id, a->nb.path ? a->nb.path : "notebook", nb_line(&a->nb, i), code);
    free(code);
}

/* The cell executes, or waits for something short, rather than for a training. */
static bool is_busy(app *a, const nb_cell *c)
{
    return c->state == CELL_RUNNING && !(c->job && interp_waits(a->interp, c->id));
}

static bool lua_busy(app *a)
{
    for (size_t i = 0; i < a->nb.n; i++)
        if (is_busy(a, &a->nb.cell[i]))
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
    if (queue_add(&a->queue, c->id, batch)) {
        c->was = c->state;
        c->state = CELL_QUEUED;
    }
    start_next(a);
}

/* The cells that are stale, and those that read what these will change. */
static void mark_stale(app *a, bool *wanted)
{
    deps *d = calloc(a->nb.n, sizeof *d);

    for (size_t i = 0; d && i < a->nb.n; i++) {
        nb_cell *c = &a->nb.cell[i];
        if (c->kind != CELL_CODE)
            continue;
        deps_read(&d[i], text_str(&c->body), c->body.n);
        wanted[i] = c->stale;
        for (size_t k = 0; k < i && !wanted[i]; k++)
            wanted[i] = wanted[k] && nb_ended(c->state) && deps_feed(&d[k], &d[i]);
    }
    free(d);
}

size_t run_range(app *a, size_t from, size_t to, bool stale_only)
{
    int64_t batch = ++a->queue.last_batch;
    bool *wanted = calloc(a->nb.n + 1, 1);
    size_t n = 0;
    char frozen[8];

    if (wanted && stale_only)
        mark_stale(a, wanted);
    for (size_t i = from; wanted && i <= to && i < a->nb.n; i++) {
        nb_cell *c = &a->nb.cell[i];
        if (c->kind != CELL_CODE || c->state == CELL_RUNNING || c->state == CELL_QUEUED || (stale_only && !wanted[i]))
            continue;
        if (from < to && nb_attribute(c, "frozen", frozen, sizeof frozen) && !strcmp(frozen, "true"))
            continue;
        if (queue_add(&a->queue, c->id, batch)) {
            c->was = c->state;
            c->state = CELL_QUEUED;
            n++;
        }
    }
    free(wanted);
    start_next(a);
    return n;
}

/* A cell that ran before one above it changed what it reads is stale. */
static void find_stale(app *a, size_t changed)
{
    deps *w = calloc(2, sizeof *w);
    nb_cell *from = &a->nb.cell[changed];

    if (!w)
        return;
    deps_read(&w[0], text_str(&from->body), from->body.n);
    for (size_t i = changed + 1; i < a->nb.n; i++) {
        nb_cell *c = &a->nb.cell[i];
        if (c->kind != CELL_CODE || c->stale || !nb_ended(c->state) || c->started > from->ended)
            continue;
        deps_read(&w[1], text_str(&c->body), c->body.n);
        c->stale = deps_feed(&w[0], &w[1]);
    }
    free(w);
}

/* News ------------------------------------------------------------------------------------------ */

/* A frame that a cell shows: its first rows as fields, so that they fit any width. */
static void add_table(nb_cell *c, weir_frame *f)
{
    enum { ROWS = 10, COLUMNS = 60 };
    size_t rows = weir_frame_rows(f), cols = weir_frame_cols(f);
    char buf[256];
    text t = {0};

    for (size_t k = 0; k < cols && k < COLUMNS; k++)
        text_fmt(&t, "%s%s", k ? "\t" : "", weir_frame_name(f, k));
    text_char(&t, '\n');
    for (size_t i = 0; i < rows && i < ROWS; i++) {
        for (size_t k = 0; k < cols && k < COLUMNS; k++) {
            double x;
            if (weir_frame_type(f, k) == WEIR_TYPE_NUMERIC && !weir_frame_missing(f, k, i) && weir_frame_read(f, k, i, 1, &x) == 1)
                text_short_number(x, 6, buf);
            else
                weir_frame_text(f, k, i, buf, sizeof buf);
            for (char *s = buf; *s; s++)
                if ((unsigned char)*s < ' ' || *s == 127)
                    *s = '?';
            text_fmt(&t, "%s%s", k ? "\t" : "", buf);
        }
        text_char(&t, '\n');
    }
    if (!t.failed)
        output_add_table(&c->out, text_str(&t));
    text_clear(&t);
    text_fmt(&t, "%zu rows, %zu columns%s\n", rows, cols, rows > ROWS ? "; the first ones are shown" : "");
    output_add(&c->out, OUT_TEXT, text_str(&t), t.n, NULL);
    text_free(&t);
}

/* A stream; what no longer fits goes to a log beside the notebook. */
static void add_stream(app *a, nb_cell *c, output_kind kind, const char *s, size_t n)
{
    text spill = {0};
    char path[4300], name[40];

    output_add(&c->out, kind, s, n, &spill);
    snprintf(name, sizeof name, "cell-%lld.log", (long long)c->id);
    if (spill.n && sidecar_path(&a->nb, name, true, path, sizeof path)) {
        FILE *f = fopen(path, "ab");
        if (f) {
            fwrite(text_str(&spill), 1, spill.n, f);
            fclose(f);
        }
    }
    text_free(&spill);
}

/* What a training came to stands where the cell's output goes on after it. */
static void tell_training(app *a, nb_cell *c)
{
    char words[600];

    if (!c->job || c->told == c->job)
        return;
    jobs_summary(a, c->job, words, sizeof words);
    if (!*words)
        return;
    c->told = c->job;
    output_add(&c->out, OUT_TEXT, words, strlen(words), NULL);
}

static void finished(app *a, nb_cell *c, const interp_event *e)
{
    queue *q = &a->queue;

    c->state = e->ok ? CELL_DONE : e->stopped ? CELL_STOPPED : CELL_FAILED;
    c->seconds = e->seconds;
    c->ended = clock_wall();
    c->progress = NAN;
    find_stale(a, index_of(a, c->id));
    run_changed(a);
    a->ended = true;
    if (q->busy_batch && q->busy_cell == c->id) {
        int64_t batch = q->busy_batch;
        q->busy_batch = 0;
        if (!e->ok) {
            size_t at = index_of(a, c->id), total = a->nb.n;
            for (size_t i = 0; i < total; i++) {
                nb_cell *d = &a->nb.cell[i];
                size_t at_place = queue_place(q, d->id);
                if (at_place && q->v[at_place - 1].batch == batch)
                    d->state = d->was;
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
    if (a->stopping > 0) {
        a->stopping = 0;
        app_say(a, SAY_NOTE, "cell %zu has stopped", index_of(a, c->id) + 1);
    } else if (!e->ok && c->error_line && !messages_last(&a->messages))
        app_say(a, SAY_ERROR, "cell %zu failed: g e goes to the line, g k shows how it came there", index_of(a, c->id) + 1);
    start_next(a);
}

static bool is_training(app *a, int64_t job)
{
    weir_job *j = pane_training(a->session);
    weir_job_info info = {0};

    if (j)
        weir_job_get(j, &info);
    weir_job_unref(j);
    return j && info.id == job;
}

/* What commands and hooks of the configuration say. */
static void own_news(app *a, const interp_event *e)
{
    if (e->cell != OWN_CELL || !e->text || !e->n)
        return;
    int n = (int)(e->n - (e->text[e->n - 1] == '\n'));
    if (e->kind == INTERP_ERROR || e->kind == INTERP_STDERR)
        app_say(a, SAY_ERROR, "%.*s", n, e->text);
    else if (e->kind == INTERP_STDOUT || e->kind == INTERP_VALUE)
        app_say(a, SAY_NOTE, "%.*s", n, e->text);
}

/* A training scored: once for each turn of the loop. */
static void score_hook(app *a)
{
    weir_job *j = a->n_hook ? pane_training(a->session) : NULL;
    weir_job_info info;

    if (!j)
        return;
    weir_job_get(j, &info);
    weir_job_unref(j);
    if (info.id == a->scored_job && info.scored > a->scored)
        configure_hook(a, "score");
    a->scored_job = info.id;
    a->scored = info.scored;
}

/* The cell that a line of the file lies in. */
static size_t cell_at_line(const notebook *nb, int64_t line)
{
    size_t i = 0;

    while (i + 1 < nb->n && nb_line(nb, i + 1) <= line)
        i++;
    return i;
}

void run_places(app *a, const char *s, text *out)
{
    const char *path = a->nb.path ? a->nb.path : "notebook", *at;
    size_t n = strlen(path);

    for (; (at = strstr(s, path)) != NULL; s = at) {
        char *end = NULL;
        int64_t line = at[n] == ':' ? strtoll(at + n + 1, &end, 10) : 0;
        text_add_n(out, s, (size_t)(at - s));
        if (line > 0 && *end == ':') {
            size_t i = cell_at_line(&a->nb, line);
            line -= nb_line(&a->nb, i) - 1;
            text_fmt(out, "cell %zu, line %lld", i + 1, (long long)(line > 0 ? line : 1));
            at = end;
        } else {
            text_add_n(out, at, n);
            at += n;
        }
    }
    text_add(out, s);
}

/* What went wrong and where, as the screen counts lines; how to go there is said once. */
static void show_error(app *a, nb_cell *c, const interp_event *e)
{
    text t = {0};

    run_places(a, e->text, &t);
    text_char(&t, '\n');
    if (e->hint && *e->hint && !strstr(e->text, e->hint))
        text_fmt(&t, "%s\n", e->hint);
    add_stream(a, c, OUT_ERROR, text_str(&t), t.n);
    text_free(&t);
    c->error_line = e->line;
    free(c->trace);
    c->trace = e->trace ? strdup(e->trace) : NULL;
}

static void handle(app *a, const interp_event *e)
{
    nb_cell *c = nb_find(&a->nb, e->cell);

    if (!c) {
        own_news(a, e);
        return;
    }
    if (e->kind != INTERP_STARTED && e->kind != INTERP_PROGRESS && e->kind != INTERP_TABLE)
        tell_training(a, c);
    switch (e->kind) {
    case INTERP_STARTED: c->state = CELL_RUNNING; break;
    case INTERP_STDOUT: add_stream(a, c, OUT_TEXT, e->text, e->n); break;
    case INTERP_STDERR: add_stream(a, c, OUT_ERROR, e->text, e->n); break;
    case INTERP_VALUE:
        if (e->frame) {
            add_table(c, e->frame);
            break;
        }
        add_stream(a, c, OUT_TEXT, e->text, e->n);
        if (e->n && e->text[e->n - 1] != '\n')
            add_stream(a, c, OUT_TEXT, "\n", 1);
        break;
    case INTERP_ERROR:
        show_error(a, c, e);
        break;
    case INTERP_JOB:
        jobs_own(a, e->job, c->id);
        c->waits = e->job;
        c->job = is_training(a, e->job) ? e->job : 0; /* an import and the like: what is queued waits for it */
        if (!c->job)
            break;
        if (!a->chosen) { /* the first training opens the pane, unless the person has chosen another */
            a->side = &pane_live;
            a->side_shown = true;
        }
        start_next(a);
        break;
    case INTERP_PROGRESS:
        c->progress = e->done;
        snprintf(c->progress_text, sizeof c->progress_text, "%s", e->text);
        break;
    case INTERP_PLOT: output_add_plot(&c->out, e->text, e->n); break;
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

/* Chores ------------------------------------------------------------------------------------------ */

enum { KEEP_AFTER = 2 }; /* seconds */

void run_changed(app *a)
{
    if (!a->outputs_since)
        a->outputs_since = clock_now();
}

void run_keep(app *a)
{
    char why[400];

    a->outputs_since = 0;
    if (a->nb.path && !a->opt.read_only && !sidecar_save_outputs(&a->nb, why, sizeof why))
        app_say(a, SAY_WARNING, "outputs are not kept: %s", why);
}

enum { CHECK_AFTER = 300, STOP_WITHIN = 1 }; /* ms without a key; seconds */

void run_check(app *a)
{
    char *s = a->checked == a->nb.version ? NULL : nb_file(&a->nb);

    if (!s)
        return;
    if (!a->checker)
        a->checker = check_new(a->opt.sample_dir);
    a->n_problem = a->checker ? check_text(a->checker, s, strlen(s), a->problem, PROBLEMS) : 0;
    if (a->n_problem > PROBLEMS)
        a->n_problem = PROBLEMS;
    a->checked = a->nb.version;
    a->dirty = true;
    free(s);
}

/* What is wrong with the cell that is edited is said in a sentence, unless something else is. */
static void check_cell(app *a)
{
    run_check(a);
    for (size_t i = 0; i < a->n_problem && a->mode == MODE_EDIT && !messages_last(&a->messages); i++)
        if (a->problem[i].cell == a->selected + 1) {
            snprintf(a->remark, sizeof a->remark, "line %lld: %.400s", (long long)(a->problem[i].line - nb_line(&a->nb, a->selected) + 1), a->problem[i].message);
            return;
        }
    a->remark[0] = '\0';
}

void run_chores(app *a)
{
    score_hook(a);
    jobs_tick(a);
    if (a->typed > 0 && (clock_now() - a->typed) * 1000 >= CHECK_AFTER) {
        a->typed = 0;
        check_cell(a);
    }
    if (a->stopping > 0 && clock_now() - a->stopping >= STOP_WITHIN) {
        a->stopping = 0;
        if (lua_busy(a))
            app_say(a, SAY_WARNING, "it is inside a library function of Lua, which ends by itself: it stops as soon as that returns");
    }
    if (a->outputs_since && clock_now() - a->outputs_since >= KEEP_AFTER)
        run_keep(a);
}

double run_patience(app *a)
{
    double wait = -1, now = clock_now();

    if (a->outputs_since)
        wait = fmax(0, a->outputs_since + KEEP_AFTER - now);
    if (a->stopping > 0) {
        double stop = fmax(0, a->stopping + STOP_WITHIN - now);
        wait = wait < 0 || stop < wait ? stop : wait;
    }
    if (a->typed > 0) {
        double check = fmax(0, a->typed + CHECK_AFTER / 1000.0 - now);
        wait = wait < 0 || check < wait ? check : wait;
    }
    return wait;
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
            c->state = c->was;
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

/* An import, a prediction: nobody else waits for it. */
static void stop_short(app *a, int64_t id)
{
    weir_job *j = id ? weir_session_job(a->session, id) : NULL;
    weir_job_info info;

    if (!j)
        return;
    weir_job_get(j, &info);
    if (strcmp(info.kind, "train"))
        weir_job_cancel(j, false);
    weir_job_unref(j);
}

void run_interrupt(app *a)
{
    nb_cell *c = app_cell(a);
    weir_job *j = running_training(a);

    if (c->state == CELL_QUEUED && queue_remove(&a->queue, c->id)) {
        c->state = c->was;
        app_say(a, SAY_NOTE, "cell %zu is out of the queue", a->selected + 1);
    } else if (lua_busy(a)) {
        for (size_t i = 0; i < a->nb.n; i++)
            if (is_busy(a, &a->nb.cell[i])) {
                interp_interrupt(a->interp, a->nb.cell[i].id);
                stop_short(a, a->nb.cell[i].waits);
            }
        a->stopping = clock_now();
        drop_queue(a);
        app_say(a, SAY_NOTE, "stopping");
    } else if (interp_stop_current(a->interp)) { /* a command of the configuration, code from outside */
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
