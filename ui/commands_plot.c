/* commands_plot.c - what the keys of the scoring history do. */
#include "config.h"
#include "ui/app.h"
#include "ui/pane_jobs.h"
#include "ui/pane_live.h"
#include "ui/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool has_plot(app *a)
{
    curves_view *v = live_view(a);
    return v && v->n && v->source[0].n;
}

static void metric(app *a)
{
    curves_view *v = live_view(a);
    if (v)
        curves_next_metric(v);
}

static void next_x(app *a)
{
    curves_view *v = live_view(a);

    v->x = (curves_x)((v->x + 1) % CURVES_XS);
    v->zoomed = false;
    curves_fresh(v);
}

static void log_y(app *a)
{
    curves_view *v = live_view(a);

    v->log_y = !v->log_y;
    curves_fresh(v);
}

static void log_x(app *a)
{
    curves_view *v = live_view(a);

    v->log_x = !v->log_x;
    v->zoomed = false;
    curves_fresh(v);
}

static void move(app *a, int rows)
{
    curves_move(live_view(a), rows);
}

static void left(app *a) { move(a, -1); }
static void right(app *a) { move(a, 1); }
static void left_10(app *a) { move(a, -10); }
static void right_10(app *a) { move(a, 10); }
static void first(app *a) { move(a, -1000000000); }
static void last(app *a) { move(a, 1000000000); }

static void zoom_in(app *a)
{
    curves_zoom(live_view(a), 0.5);
}

static void zoom_out(app *a)
{
    curves_zoom(live_view(a), 2);
}

static void zoom_all(app *a)
{
    curves_view *v = live_view(a);

    v->zoomed = v->cursor_on = false;
    curves_fresh(v);
}

static void pan_left(app *a)
{
    curves_pan(live_view(a), -0.25);
}

static void pan_right(app *a)
{
    curves_pan(live_view(a), 0.25);
}

static void smooth(app *a)
{
    curves_view *v = live_view(a);

    v->smooth = (v->smooth + 1) % 3;
    curves_fresh(v);
}

static void panels(app *a)
{
    curves_view *v = live_view(a);

    v->panels = !v->panels;
    curves_fresh(v);
}

static void words(app *a)
{
    text t = {0};

    curves_words(live_view(a), &t);
    app_say(a, SAY_NOTE, "%s", text_str(&t));
    text_free(&t);
}

/* Series on and off -------------------------------------------------------------------------- */

static void flip(app *a, int nth)
{
    curves_view *v = live_view(a);

    v->hidden ^= 1u << nth;
    curves_fresh(v);
}

static void series_1(app *a) { flip(a, 0); }
static void series_2(app *a) { flip(a, 1); }
static void series_3(app *a) { flip(a, 2); }
static void series_4(app *a) { flip(a, 3); }
static void series_5(app *a) { flip(a, 4); }
static void series_6(app *a) { flip(a, 5); }
static void series_7(app *a) { flip(a, 6); }

/* Models laid over ---------------------------------------------------------------------------- */

static void chosen(app *a, int64_t id, const char *model)
{
    (void)id;
    live_overlay(a, model);
}

static void overlay_models(app *a)
{
    curves_view *v = live_view(a);
    picker *p = picker_new("Lay a model over the plot, or take it away", chosen);
    weir_value list;

    if (!p || weir_session_list(a->session, &list, NULL)) {
        picker_show(a, p);
        return;
    }
    for (size_t i = list.as.list.n; i-- > 0;) {
        const weir_value *d = &list.as.list.v[i], *id = weir_dict_get(d, "id");
        if (strcmp(weir_dict_get(d, "kind")->as.text.s, "model") || (v->n && !strcmp(v->source[0].name, id->as.text.s)))
            continue;
        picker_add(p, (int64_t)i, false, "", id->as.text.s, curves_is_over(v, id->as.text.s) ? "on the plot" : "");
    }
    weir_value_clear(&list);
    picker_show(a, p);
}

/* Out of the plot ------------------------------------------------------------------------------ */

static void save_to(app *a, const char *path)
{
    weir_error err = {0};

    if (!path || !*path)
        return;
    if (curves_save(live_view(a), path, &err))
        app_say(a, SAY_ERROR, "%s", err.message);
    else
        app_say(a, SAY_GOOD, "the plot is in %s", path);
}

static void save(app *a)
{
    prompt_open(a, "Write the plot to (.svg, .png, .txt, .csv):", "history.svg", save_to, NULL);
}

static void go_to_row(app *a, int64_t row, const char *line)
{
    curves_view *v = live_view(a);

    (void)line;
    if (v && v->n && (size_t)row < v->source[0].n) {
        v->cursor_on = true;
        v->at = (size_t)row;
        curves_move(v, 0);
    }
}

/* All scoring events with the numbers of the metric that is shown. */
static void table(app *a)
{
    curves_view *v = live_view(a);
    const curves_source *s = &v->source[0];
    size_t m = (size_t)curves_metric(v);
    char title[80], line[160], train[32], valid[32];

    snprintf(title, sizeof title, "%s by %s", weir_metric_at(m)->label, curves_x_names[v->x]);
    picker *p = picker_new(title, go_to_row);
    for (size_t i = s->n; p && i-- > 0;) { /* the newest first */
        text_short_number(s->rows[i].train[m], 5, train);
        text_short_number(s->rows[i].valid[m], 5, valid);
        snprintf(line, sizeof line, "%-12.6g train %-10s valid %s", curves_at(&s->rows[i], v->x), train, valid);
        picker_add(p, (int64_t)i, false, "", line, s->rows[i].best ? "best so far" : "");
    }
    picker_show(a, p);
}

/* Between a point and what the log said of it --------------------------------------------------- */

/* Without a cursor: the newest event. */
static void point_log(app *a)
{
    curves_view *v = live_view(a);
    job_row r = {.job = curves_job(v, a->session)};

    if (r.job && v->source[0].job) {
        weir_job_get(r.job, &r.info);
        curves_move(v, 0);
        job_log_open(a, &r, (ptrdiff_t)v->at);
    } else {
        app_say(a, SAY_NOTE, "no log is kept of this history");
    }
    jobs_release(&r, 1);
}

static void log_point(app *a)
{
    int64_t job;
    size_t event;

    if (!job_log_event(a, &job, &event)) {
        app_say(a, SAY_NOTE, "nothing was scored before this line");
        return;
    }
    live_show(a, job);
    curves_view *v = live_view(a);
    if (v && v->n && v->source[0].job == job && event < v->source[0].n) {
        v->cursor_on = true;
        v->at = event;
        curves_move(v, 0);
        if (a->n_under && a->under[a->n_under - 1] == &pane_live) /* the log was opened from it */
            view_back(a);
        else
            view_open(a, &pane_live);
    } else {
        app_say(a, SAY_NOTE, "J%lld has no plot any more", (long long)job);
    }
}

static bool in_log(app *a)
{
    return a->focus == &pane_job_log;
}

static void charset(app *a)
{
    static const char *const order[] = {"auto", "braille", "blocks", "ascii", NULL};
    size_t i = 0;

    while (order[i] && strcmp(order[i], a->set.charset))
        i++;
    snprintf(a->set.charset, sizeof a->set.charset, "%s", order[i] && order[i + 1] ? order[i + 1] : order[0]);
    app_say(a, SAY_NOTE, "charset = %s", a->set.charset);
}

const command commands_plot[] = {
    {"metric", "metric", "The next metric of the plot.", metric, NULL},
    {"plot-x", "x axis", "The next horizontal axis: epochs, samples, time, iterations.", next_x, has_plot},
    {"plot-log", "log", "The vertical axis logarithmic, and back.", log_y, has_plot},
    {"plot-log-x", "log x", "The horizontal axis logarithmic, and back.", log_x, has_plot},
    {"cursor-left", "cursor", "The cursor to the scoring event before.", left, has_plot},
    {"cursor-right", "cursor", "The cursor to the next scoring event.", right, has_plot},
    {"cursor-left-10", "ten left", "The cursor ten scoring events back.", left_10, has_plot},
    {"cursor-right-10", "ten right", "The cursor ten scoring events on.", right_10, has_plot},
    {"cursor-first", "first", "The cursor to the first scoring event.", first, has_plot},
    {"cursor-last", "last", "The cursor to the last scoring event.", last, has_plot},
    {"zoom-in", "zoom", "Show half as much of the horizontal axis, around the cursor.", zoom_in, has_plot},
    {"zoom-out", "zoom out", "Show twice as much of the horizontal axis.", zoom_out, has_plot},
    {"zoom-all", "all", "Show everything; the cursor goes.", zoom_all, has_plot},
    {"pan-left", "pan left", "Move what is shown a quarter to the left.", pan_left, has_plot},
    {"pan-right", "pan right", "Move what is shown a quarter to the right.", pan_right, has_plot},
    {"smooth", "smooth", "Smooth the lines: a little, much, not at all.", smooth, has_plot},
    {"overlay", "add model", "Lay another model over the plot, or take it away.", overlay_models, NULL},
    {"panels", "panels", "A panel for each metric or model, and back.", panels, has_plot},
    {"plot-words", "in words", "Say the plot in words.", words, has_plot},
    {"plot-save", "export", "Write the plot to a file: SVG, PNG, text or CSV.", save, has_plot},
    {"plot-table", "table", "The points of the plot as a table.", table, has_plot},
    {"series-1", "1st line", "The first line on or off.", series_1, has_plot},
    {"series-2", "2nd line", "The second line on or off.", series_2, has_plot},
    {"series-3", "3rd line", "The third line on or off.", series_3, has_plot},
    {"series-4", "4th line", "The fourth line on or off.", series_4, has_plot},
    {"series-5", "5th line", "The fifth line on or off.", series_5, has_plot},
    {"series-6", "6th line", "The sixth line on or off.", series_6, has_plot},
    {"series-7", "7th line", "The seventh line, or the folds, on or off.", series_7, has_plot},
    {"plot-log-line", "log line", "What the log said at the cursor's point.", point_log, has_plot},
    {"log-point", "on the plot", "The point of the plot that this line of the log belongs to.", log_point, in_log},
    {"charset", "charset", "Plots in braille, half blocks or ASCII, or as the terminal can.", charset, NULL},
    {0},
};
