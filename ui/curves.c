/* curves.c - what a plot of scoring histories knows: the rows, the models, the keys. */
#include "config.h"
#include "ui/curves.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 64 };

/* Rows -------------------------------------------------------------------------------------- */

static void source_clear(curves_source *s)
{
    free(s->rows);
    *s = (curves_source){0};
}

void curves_free(curves_view *v)
{
    for (size_t i = 0; i < CURVES_SOURCES; i++)
        source_clear(&v->source[i]);
    for (size_t i = 0; i < CURVES_FOLDS; i++)
        source_clear(&v->fold[i]);
}

static bool room_for(curves_source *s, size_t n)
{
    if (n <= s->cap)
        return true;
    weir_score_row *rows = realloc(s->rows, 2 * n * sizeof *rows);
    if (!rows)
        return false;
    s->rows = rows;
    s->cap = 2 * n;
    return true;
}

/* The rows from s->n on, of a job or else a model. */
static void more_rows(curves_source *s, const weir_job *j, const weir_model *m)
{
    size_t got = CHUNK;

    while (got == CHUNK && room_for(s, s->n + CHUNK)) {
        got = j ? weir_job_history(j, s->n, s->rows + s->n, CHUNK) : weir_model_history(m, s->n, s->rows + s->n, CHUNK);
        got = got > CHUNK ? CHUNK : got;
        s->n += got;
    }
}

static void why_stopped(curves_source *s, const weir_model *m)
{
    weir_value info = {0};

    if (weir_model_info(m, &info, NULL))
        return;
    const weir_value *why = weir_dict_get(&info, "stopped");
    if (why && why->kind == WEIR_TEXT)
        snprintf(s->stopped, sizeof s->stopped, "%s", why->as.text.s);
    weir_value_clear(&info);
}

static void follow_job(curves_source *s, const weir_job *j)
{
    weir_job_info info;

    weir_job_get(j, &info);
    if (s->job != info.id || info.scored < s->n) {
        source_clear(s);
        s->job = info.id;
    }
    more_rows(s, j, NULL);
    bool was = s->running;
    s->running = info.state == WEIR_JOB_RUNNING || info.state == WEIR_JOB_QUEUED;
    s->planned[CURVES_EPOCHS] = info.epochs_total > 0 ? info.epochs_total : (double)NAN;
    s->planned[CURVES_SAMPLES] = info.epochs > 0 && info.epochs_total > 0 ? (double)info.samples / info.epochs * info.epochs_total : (double)NAN;
    s->planned[CURVES_TIME] = s->planned[CURVES_ITERATIONS] = NAN;
    if (*s->name && (s->running || !was))
        return;
    snprintf(s->name, sizeof s->name, "%.63s", info.title);
    weir_model *m = weir_job_model(j);
    if (m) {
        snprintf(s->name, sizeof s->name, "%.63s", weir_model_id(m) ? weir_model_id(m) : info.title);
        if (!s->running)
            why_stopped(s, m);
    }
    weir_model_unref(m);
}

/* A model by its id; false: there is none any more. */
static bool follow_model(curves_source *s, weir_session *session, const char *id)
{
    weir_value v = {0};

    if (strcmp(s->name, id)) {
        source_clear(s);
        snprintf(s->name, sizeof s->name, "%s", id);
    }
    if (weir_session_get(session, id, &v, NULL))
        return false;
    bool is = v.kind == WEIR_MODEL;
    if (is && !s->n) {
        more_rows(s, NULL, v.as.model);
        why_stopped(s, v.as.model);
    }
    weir_value_clear(&v);
    return is;
}

weir_job *curves_job(const curves_view *v, weir_session *s)
{
    weir_job *j = v->job && v->job != CURVES_NO_JOB ? weir_session_job(s, v->job) : NULL;
    return j || v->job == CURVES_NO_JOB ? j : pane_training(s);
}

static void follow_folds(curves_view *v, weir_session *s)
{
    size_t n = 0;

    for (int k = 1; k <= CURVES_FOLDS && *v->source[0].name; k++) {
        char id[CURVES_NAME + 16];
        snprintf(id, sizeof id, "%s_cv_%d", v->source[0].name, k);
        if (strlen(id) >= CURVES_NAME || !follow_model(&v->fold[n], s, id))
            break;
        n++;
    }
    v->n_fold = n;
}

void curves_follow(curves_view *v, weir_session *s)
{
    weir_job *newest = v->job ? pane_training(s) : NULL;
    weir_job_info info;
    size_t n = 0;

    if (newest) {
        weir_job_get(newest, &info);
        if (info.id > v->newest)
            v->job = 0;
        weir_job_unref(newest);
    }
    weir_job *j = curves_job(v, s);

    if (j)
        follow_job(&v->source[n++], j);
    weir_job_unref(j);
    for (size_t i = 0; i < v->n_over; i++)
        if (n < CURVES_SOURCES && (!n || strcmp(v->over[i], v->source[0].name)) && follow_model(&v->source[n], s, v->over[i]))
            n++;
    if (n != v->n || (n && (v->source[0].job != v->shown_job || v->source[0].running != v->shown_running)))
        curves_fresh(v);
    v->n = n;
    if (n && v->source[0].job != v->shown_job)
        v->zoomed = v->cursor_on = false;
    v->shown_job = n ? v->source[0].job : 0;
    v->shown_running = n && v->source[0].running;
    follow_folds(v, s);
}

void curves_fresh(curves_view *v)
{
    v->shown_x.set = false;
    v->below = 0;
    for (size_t i = 0; i < sizeof v->held_y / sizeof *v->held_y; i++)
        v->held_y[i].set = false;
}

/* Keys -------------------------------------------------------------------------------------- */

void curves_next_metric(curves_view *v)
{
    size_t n = weir_metric_count();
    const curves_source *s = &v->source[0];

    if (!v->n || !s->n)
        return;
    size_t now = (size_t)curves_metric(v);
    for (size_t k = 1; k <= n; k++) {
        size_t m = (now + k) % n;
        if (curves_recorded(s, m)) {
            v->metric = (ptrdiff_t)m + 1;
            break;
        }
    }
    curves_fresh(v);
}

/* Where x begins and ends when all is shown; false: nothing is there. */
static bool whole(const curves_view *v, double *lo, double *hi)
{
    *lo = INFINITY, *hi = -INFINITY;
    for (size_t k = 0; k < v->n; k++)
        for (size_t i = 0; i < v->source[k].n; i++) {
            double x = curves_at(&v->source[k].rows[i], v->x);
            if (v->log_x && x <= 0)
                continue;
            *lo = fmin(*lo, x), *hi = fmax(*hi, x);
        }
    if (!v->log_x)
        *lo = fmin(*lo, 0);
    return *lo < *hi;
}

/* The limits of x become those at the places a and b of what is shown, within what there is. */
static void window(curves_view *v, double a, double b)
{
    scale *s = &v->shown_x;
    double lo, hi;

    if (!(s->lo < s->hi) || !whole(v, &lo, &hi))
        return;
    double first = fmin(0, scale_place(s, lo)), last = fmax(1, scale_place(s, hi)); /* no further than either */
    if (a < first)
        b += first - a, a = first;
    if (b > last)
        a -= b - last, b = last;
    a = fmax(a, first);
    double from = scale_value(s, a), to = scale_value(s, b);
    if (!isfinite(from) || !isfinite(to) || to - from < 1e-6 * (hi - lo)) /* closer there is nothing to see */
        return;
    v->zoomed = from > lo || to < hi;
    v->lo = s->lo = from;
    v->hi = s->hi = to;
    for (size_t i = 0; i < sizeof v->held_y / sizeof *v->held_y; i++)
        v->held_y[i].set = false;
    if (!v->zoomed)
        curves_fresh(v);
}

void curves_zoom(curves_view *v, double factor)
{
    double middle = 0.5;

    if (v->cursor_on && v->at < v->source[0].n)
        middle = scale_place(&v->shown_x, curves_at(&v->source[0].rows[v->at], v->x));
    if (!(middle >= 0 && middle <= 1))
        middle = 0.5;
    window(v, middle - factor / 2, middle + factor / 2);
}

void curves_pan(curves_view *v, double share)
{
    window(v, share, 1 + share);
}

void curves_move(curves_view *v, int rows)
{
    const curves_source *s = &v->source[0];

    if (!v->n || !s->n)
        return;
    if (!v->cursor_on) {
        v->cursor_on = true;
        v->at = s->n - 1;
        if (rows == -1 || rows == 1) /* the first key shows it */
            rows = 0;
    }
    ptrdiff_t at = (ptrdiff_t)v->at + rows;
    v->at = at < 0 ? 0 : (size_t)at >= s->n ? s->n - 1 : (size_t)at;
    if (!v->zoomed)
        return;
    double p = scale_place(&v->shown_x, curves_at(&s->rows[v->at], v->x)); /* the window goes with it */
    if (p < 0)
        window(v, p - 0.1, p + 0.9);
    else if (p > 1)
        window(v, p - 0.9, p + 0.1);
}

bool curves_is_over(const curves_view *v, const char *model)
{
    for (size_t i = 0; i < v->n_over; i++)
        if (!strcmp(v->over[i], model))
            return true;
    return false;
}

bool curves_overlay(curves_view *v, const char *model)
{
    curves_fresh(v);
    for (size_t i = 0; i < v->n_over; i++)
        if (!strcmp(v->over[i], model)) {
            memmove(v->over[i], v->over[i + 1], (v->n_over - i - 1) * sizeof v->over[0]);
            v->n_over--;
            return true;
        }
    if (v->n_over == CURVES_SOURCES - 1 || strlen(model) >= CURVES_NAME)
        return false;
    snprintf(v->over[v->n_over++], CURVES_NAME, "%s", model);
    return true;
}
