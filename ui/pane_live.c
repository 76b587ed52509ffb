/* pane_live.c - the newest training: progress, history, importances, confusion. */
#include "config.h"
#include "ui/pane_live.h"

#include "base/clock.h"
#include "ui/curves.h"
#include "ui/view.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

weir_job *pane_training(weir_session *s)
{
    return weir_session_newest(s, "train");
}

static const char *state_word(weir_job_state s)
{
    static const char *const words[] = {"queued", "running", "done", "cancelled", "failed"};
    return words[s];
}

void pane_progress(canvas *c, int x, int y, int w, const weir_job_info *i, bool with_bar)
{
    char left[32], speed[32], epochs[32];

    clock_duration(i->state == WEIR_JOB_RUNNING ? i->left : i->elapsed, left, sizeof left);
    text_count(i->speed, speed, sizeof speed);
    int used = canvas_print(c, x, y, w, i->state == WEIR_JOB_FAILED ? STYLE_ERROR : STYLE_BOLD, "%s ", state_word(i->state));
    if (i->epochs_total > 0)
        used += canvas_print(c, x + used, y, w - used, STYLE_PLAIN, "epoch %s/%.10g ", text_epochs(i->epochs, epochs, sizeof epochs), i->epochs_total);
    int bar = with_bar ? w - used - 34 : 0;
    if (bar > 4) {
        canvas_fill(c, x + used, y, bar, STYLE_DIM, c->ascii ? '.' : 0x2591);
        canvas_bar(c, x + used, y, bar, i->done, STYLE_BAR);
        used += bar + 1;
    }
    canvas_print(c, x + used, y, w - used, STYLE_PLAIN, "%3.0f%% %s rows/s %s%s", isnan(i->done) ? 0 : 100 * i->done, speed, left,
                 i->state == WEIR_JOB_RUNNING ? " left" : "");
}

static void draw_importances(canvas *c, box b, const weir_model *m)
{
    weir_frame *f;
    char name[128];

    canvas_print(c, b.x, b.y, b.w, STYLE_BOLD, "variable importances");
    if (weir_model_table(m, "varimp", &f, NULL))
        return;
    int label = b.w / 3 < 18 ? b.w / 3 : 18;
    for (int i = 0; i + 1 < b.h && (size_t)i < weir_frame_rows(f); i++) {
        double share;
        weir_frame_text(f, 0, (size_t)i, name, sizeof name);
        weir_frame_read(f, 2, (size_t)i, 1, &share);
        canvas_print(c, b.x, b.y + 1 + i, label, STYLE_PLAIN, "%s", name);
        canvas_bar(c, b.x + label + 1, b.y + 1 + i, b.w - label - 7, share, STYLE_BAR);
        canvas_print(c, b.x + b.w - 5, b.y + 1 + i, 5, STYLE_DIM, "%.2f", share);
    }
    weir_frame_unref(f);
}

/* Classes by classes: the share of each actual class as a shade, the diagonal marked. */
static void draw_confusion(canvas *c, box b, const weir_model *m)
{
    weir_metrics *x = weir_model_metrics(m, "valid");
    weir_frame *f = NULL;

    if (!x)
        x = weir_model_metrics(m, "train");
    if (!x || weir_metrics_table(x, "confusion_matrix", &f, NULL)) {
        weir_metrics_unref(x);
        return;
    }
    size_t k = weir_frame_rows(f) - 1;
    int cell = 5, label = 8;
    while (cell > 3 && label + (int)k * cell > b.w)
        cell--;
    canvas_print(c, b.x, b.y, b.w, STYLE_BOLD, "confusion (rows actual)  error %.2f%%", 100 * weir_metrics_number(x, "error"));
    for (size_t a = 0; a < k && (int)a + 1 < b.h; a++) {
        char name[64];
        double sum = 0, v;
        weir_frame_text(f, 0, a, name, sizeof name);
        canvas_print(c, b.x, b.y + 1 + (int)a, label - 1, STYLE_PLAIN, "%s", name);
        for (size_t q = 0; q < k; q++)
            sum += weir_frame_read(f, 1 + q, a, 1, &v) ? v : 0;
        for (size_t q = 0; q < k && label + (int)(q + 1) * cell <= b.w; q++) {
            weir_frame_read(f, 1 + q, a, 1, &v);
            double share = sum > 0 ? v / sum : 0;
            canvas_style s = v == 0 ? STYLE_DIM : a == q ? STYLE_GOOD : share > 0.1 ? STYLE_ERROR : STYLE_SECOND;
            canvas_print(c, b.x + label + (int)q * cell, b.y + 1 + (int)a, cell, s, "%*.0f", cell - 1, v);
        }
    }
    weir_frame_unref(f);
    weir_metrics_unref(x);
}

/* Gives when it wants to be drawn again. */
static double draw_training(app *a, curves_view *v, canvas *c, box b, weir_job *j, spot *cursor)
{
    double again = 0;
    weir_job_info info;

    if (!j) {
        view_sentence(c, b, STYLE_DIM, "No training yet. Run a cell with weir.deeplearning{...}");
        return 0;
    }
    weir_job_get(j, &info);
    canvas_print(c, b.x, b.y, b.w, STYLE_BOLD, "%s  %s", info.title, info.state == WEIR_JOB_RUNNING ? info.phase : "");
    pane_progress(c, b.x, b.y + 1, b.w, &info, !a->set.calm);
    weir_model *m = weir_job_model(j);
    int top = b.y + 2, room = b.h - 2;
    if (b.w >= 100 || room < 14) { /* plot left, the rest beside it */
        int half = b.w >= 60 ? b.w * 3 / 5 : b.w;
        again = curves_draw(v, c, (box){b.x, top, half - 1, room}, a->set.calm, cursor);
        if (m && half < b.w)
            draw_importances(c, (box){b.x + half, top, b.w - half, room}, m);
    } else {
        int tall = room / 2 < 12 ? (room < 12 ? room : 12) : room / 2, rest = room - tall;
        again = curves_draw(v, c, (box){b.x, top, b.w, tall}, a->set.calm, cursor);
        if (m && rest > 3) {
            draw_importances(c, (box){b.x, top + tall, b.w, rest / 2}, m);
            draw_confusion(c, (box){b.x, top + tall + rest / 2, b.w, rest - rest / 2}, m);
        }
    }
    weir_model_unref(m);
    return again;
}

/* The pane's plot, and the one inside a running cell, which has another size. */
typedef struct live { curves_view pane, cell; } live;

static void draw_again(app *a, double when)
{
    if (when > 0 && (a->redraw_at <= 0 || when < a->redraw_at))
        a->redraw_at = when;
}

static void live_draw(app *a, void *state, canvas *c, box area, spot *cursor)
{
    curves_view *v = &((live *)state)->pane;

    *cursor = (spot){area.x, area.y, false};
    curves_follow(v, a->session);
    weir_job *j = curves_job(v, a->session);
    draw_again(a, draw_training(a, v, c, area, j, cursor));
    weir_job_unref(j);
}

void live_in_cell(app *a, canvas *c, box b, int64_t job)
{
    live *l = app_state(a, &pane_live);
    spot nowhere;

    if (!l)
        return;
    l->cell.metric = l->pane.metric;
    l->cell.job = job;
    l->cell.newest = INT64_MAX;
    curves_follow(&l->cell, a->session);
    draw_again(a, curves_draw(&l->cell, c, b, false, &nowhere));
}

static void live_close(void *state)
{
    live *l = state;

    curves_free(&l->pane);
    curves_free(&l->cell);
}

curves_view *live_view(app *a)
{
    live *l = app_state(a, &pane_live);

    if (l)
        curves_follow(&l->pane, a->session);
    return l ? &l->pane : NULL;
}

void live_show(app *a, int64_t job)
{
    live *l = app_state(a, &pane_live);

    weir_job *j = pane_training(a->session);
    weir_job_info info = {0};

    if (j)
        weir_job_get(j, &info);
    weir_job_unref(j);
    if (!l)
        return;
    l->pane.job = job;
    l->pane.newest = info.id;
}

void live_overlay(app *a, const char *model)
{
    curves_view *v = live_view(a);

    if (!v)
        return;
    if (!curves_overlay(v, model))
        app_say(a, SAY_WARNING, "%d models are laid over already; take one away first", CURVES_SOURCES - 1);
    else
        app_say(a, SAY_NOTE, curves_is_over(v, model) ? "%s is laid over the plot" : "%s is taken away from the plot", model);
}

bool live_is_over(app *a, const char *model)
{
    live *l = app_state(a, &pane_live);
    return l && curves_is_over(&l->pane, model);
}

const pane_ops pane_live = {
    .name = "live",
    .title = "training",
    .keys = IN_LIVE,
    .footer = "metric plot-x back plot-log cursor-left zoom-in overlay plot-words plot-log-line palette help",
    .state_size = sizeof(live),
    .draw = live_draw,
    .close = live_close,
};
