/* pane_model.c - what is inside a model, by tabs: metrics, confusion, history, importances, layers,
 * parameters, hit ratios, errors of rows. Of a training it shows the latest state while it runs. */
#include "config.h"
#include "ui/pane_model_impl.h"

#include "ui/view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const tab_names[TABS] = {"summary", "confusion", "history", "varimp", "layers", "params", "hit ratio", "errors"};

model_view *model_here(app *a)
{
    return app_state(a, &pane_model);
}

/* Reading ------------------------------------------------------------------------------------------- */

static void forget_tables(model_view *v)
{
    weir_frame_unref(v->varimp), weir_frame_unref(v->layers), weir_frame_unref(v->confusion), weir_frame_unref(v->hits), weir_frame_unref(v->summary);
    weir_metrics_unref(v->metrics);
    v->varimp = v->layers = v->confusion = v->hits = v->summary = NULL;
    v->metrics = NULL;
    weir_value_clear(&v->info);
}

static void read_tables(model_view *v)
{
    forget_tables(v);
    weir_model_info(v->model, &v->info, NULL);
    weir_model_table(v->model, "varimp", &v->varimp, NULL);
    weir_model_table(v->model, "layer_history", &v->layers, NULL);
    weir_model_table(v->model, "summary", &v->summary, NULL);
    v->metrics = weir_model_metrics(v->model, v->which);
    if (v->metrics) {
        weir_metrics_table(v->metrics, "confusion_matrix", &v->confusion, NULL);
        weir_metrics_table(v->metrics, "hit_ratio_table", &v->hits, NULL);
    }
}

/* The latest model of a training that runs. */
static void follow(model_view *v)
{
    weir_job_info i;

    if (!v->job)
        return;
    weir_job_get(v->job, &i);
    if (i.version == v->version)
        return;
    weir_model *m = weir_job_model(v->job);
    if (!m)
        return;
    weir_model_unref(v->model);
    v->model = m;
    v->version = i.version;
    read_tables(v);
}

static void show(app *a, weir_job *job, weir_model *m, size_t version)
{
    model_view *v = model_here(a);

    if (!v) {
        weir_model_unref(m);
        return;
    }
    weir_job_ref(job);
    weir_job_unref(v->job);
    weir_model_unref(v->model);
    model_forget_rows(v);
    v->job = job;
    v->model = m;
    v->version = version;
    v->at = v->top = v->column = 0;
    v->threshold = 0; /* that of another model says nothing of this one */
    v->curves.zoomed = v->curves.cursor_on = false;
    v->filter[0] = '\0';
    weir_metrics *valid = weir_model_metrics(m, "valid");
    snprintf(v->which, sizeof v->which, "%s", valid ? "valid" : "train");
    weir_metrics_unref(valid);
    read_tables(v);
    view_open(a, &pane_model);
}

bool model_open_job(app *a, const job_row *r)
{
    weir_model *m = r->job && !strcmp(r->info.kind, "train") ? weir_job_model(r->job) : NULL;

    if (!m)
        return false;
    show(a, r->job, m, r->info.version);
    return true;
}

void model_open(app *a, const weir_model *m)
{
    show(a, NULL, weir_model_ref(m), 0);
}

static void picked(app *a, int64_t id, const char *name)
{
    weir_value v = weir_nil();
    weir_error err = {0};

    (void)id;
    if (weir_session_get(a->session, name, &v, &err))
        app_say(a, SAY_ERROR, "%s", err.message);
    else if (v.kind == WEIR_MODEL)
        model_open(a, v.as.model);
    weir_value_clear(&v);
}

void model_pick(app *a)
{
    weir_value list = weir_nil();
    picker *p = picker_new("Models", picked);
    size_t n = 0;

    if (!p || weir_session_list(a->session, &list, NULL))
        return;
    for (size_t i = list.as.list.n; i-- > 0;) {
        const weir_value *d = &list.as.list.v[i];
        if (!strcmp(weir_dict_get(d, "kind")->as.text.s, "model"))
            picker_add(p, (int64_t)n++, false, "", weir_dict_get(d, "id")->as.text.s, "");
    }
    weir_value_clear(&list);
    if (n) {
        picker_show(a, p);
        return;
    }
    p->o.ops->close(a, &p->o);
    app_say(a, SAY_NOTE, "there is no model yet: run a cell that trains; of one that trains now, Enter in the jobs (g j) shows how far it is");
}

/* Keys ---------------------------------------------------------------------------------------------------- */

void model_tab(app *a, model_tab_kind tab)
{
    model_view *v = model_here(a);

    if (!v)
        return;
    v->tab = tab;
    v->at = v->top = v->column = 0;
}

void model_tab_by(app *a, int by)
{
    model_view *v = model_here(a);

    if (v)
        model_tab(a, (model_tab_kind)(((int)v->tab + by + TABS) % TABS));
}

void model_metrics_of(app *a, const char *which)
{
    model_view *v = model_here(a);
    weir_metrics *m = v && v->model ? weir_model_metrics(v->model, which) : NULL;

    if (!m) {
        app_say(a, SAY_NOTE, "this model has no %s metrics", !strcmp(which, "xval") ? "cross-validation" : which);
        return;
    }
    weir_metrics_unref(m);
    snprintf(v->which, sizeof v->which, "%s", which);
    model_forget_rows(v);
    read_tables(v);
}

void model_sideways(app *a, int by)
{
    model_view *v = model_here(a);

    if (a->focus == &pane_rows)
        rows_sideways(a, by);
    else if (v && v->confusion && (by > 0 ? v->column + 2 < weir_frame_rows(v->confusion) : v->column > 0))
        v->column = by > 0 ? v->column + 1 : v->column - 1;
}

void model_percent(app *a)
{
    model_view *v = model_here(a);

    if (v)
        v->percent = !v->percent;
}

void model_image(app *a)
{
    model_view *v = model_here(a);

    if (a->focus == &pane_rows)
        rows_image(a);
    else if (v)
        v->image = !v->image;
}

static void narrow(app *a, const char *words)
{
    model_view *v = model_here(a);

    if (v)
        snprintf(v->filter, sizeof v->filter, "%s", words ? words : "");
    if (v)
        v->at = v->top = 0;
}

void model_filter(app *a)
{
    model_view *v = model_here(a);

    if (v)
        prompt_open(a, "Lines that hold:", v->filter, narrow, narrow);
}

void model_open_item(app *a)
{
    model_view *v = model_here(a);

    if (a->focus == &pane_rows)
        rows_open_item(a);
    else if (v && v->model && (v->tab == TAB_CONFUSION || v->tab == TAB_ERRORS))
        model_want_rows(a, v, true);
}

static void model_move(app *a, void *state, item_move how)
{
    model_view *v = state;

    (void)a;
    if (v)
        v->at = view_moved(v->at, v->lines, (size_t)(v->page > 1 ? v->page : 1), how);
}

/* Drawing ------------------------------------------------------------------------------------------------- */

/* Where all names do not fit, only the number of some: those far from the chosen one first. */
static void draw_tabs(canvas *c, box b, const model_view *v)
{
    int x = b.x, need = 0, here = (int)v->tab, near = TABS;

    for (; near >= 0; near--) { /* names this far from the chosen one are written out */
        need = 0;
        for (int t = 0; t < TABS; t++)
            need += 3 + (t == here || abs(t - here) < near ? (int)strlen(tab_names[t]) + 1 : 0);
        if (need + 1 <= b.w)
            break;
    }
    for (int t = 0; t < TABS; t++) {
        bool named = t == here || abs(t - here) < near;
        x += canvas_print(c, x, b.y, b.x + b.w - x, t == here ? STYLE_SELECTED : STYLE_DIM, t == here ? "[%d%s%s] " : "%d%s%s  ", t + 1, named ? " " : "",
                          named ? tab_names[t] : "");
    }
}

static void draw_head(canvas *c, box b, const model_view *v)
{
    const weir_value *category = weir_dict_get(&v->info, "category"), *epochs = weir_dict_get(&v->info, "epochs");
    weir_job_info i = {.state = WEIR_JOB_DONE};
    char many[32];

    if (v->job)
        weir_job_get(v->job, &i);
    const char *by = !strcmp(v->which, "valid") ? "validation" : !strcmp(v->which, "xval") ? "held-out" : "training";
    int used = canvas_print(c, b.x, b.y, b.w, STYLE_BOLD, "%s", *weir_model_id(v->model) ? weir_model_id(v->model) : i.title);
    text_epochs(epochs ? epochs->as.r : 0, many, sizeof many);
    if (b.w >= 70)
        canvas_print(c, b.x + used, b.y, b.w - used, STYLE_DIM, "  %s%s  epoch %s  by %s rows%s", category ? category->as.text.s : "", i.state == WEIR_JOB_RUNNING ? "  in training" : "",
                     many, by, *v->filter ? "  filtered" : "");
    else
        canvas_print(c, b.x + used, b.y, b.w - used, STYLE_DIM, "  epoch %s  by %s%s", many, by, *v->filter ? "  filtered" : "");
}

/* Of its training, or of the finished model alone: as a model laid over a training that never was. */
static void follow_history(app *a, model_view *v)
{
    weir_job_info i = {.id = CURVES_NO_JOB};

    if (v->job)
        weir_job_get(v->job, &i);
    v->curves.job = v->curves.newest = i.id;
    v->curves.n_over = v->job ? 0 : 1;
    snprintf(v->curves.over[0], sizeof v->curves.over[0], "%s", weir_model_id(v->model));
    curves_follow(&v->curves, a->session);
}

static void model_draw(app *a, void *state, canvas *c, box area, spot *cursor)
{
    model_view *v = state;
    box b = {area.x, area.y + 2, area.w, area.h - 2};

    *cursor = (spot){area.x, area.y, false};
    if (!v || !v->model) {
        view_sentence(c, area, STYLE_DIM, "No model: Enter on a training in the jobs, or g m.");
        return;
    }
    follow(v);
    draw_head(c, area, v);
    draw_tabs(c, (box){area.x, area.y + 1, area.w, 1}, v);
    v->lines = 0;
    v->page = b.h - 1;
    switch (v->tab) {
    case TAB_SUMMARY: model_draw_summary(c, b, v); break;
    case TAB_CONFUSION: model_draw_confusion(c, b, v, cursor); break;
    case TAB_HISTORY:
        follow_history(a, v);
        curves_draw(&v->curves, c, b, a->set.calm, cursor);
        break;
    case TAB_VARIMP: model_draw_varimp(c, b, v, cursor); break;
    case TAB_LAYERS: model_draw_layers(c, b, v, cursor); break;
    case TAB_PARAMS: model_draw_params(c, b, v, cursor); break;
    case TAB_HITS: model_draw_hits(c, b, v); break;
    case TAB_ERRORS: model_draw_errors(a, c, b, v, cursor); break;
    case TABS: break;
    }
    model_rows_ready(a, v);
}

static void model_close(void *state)
{
    model_view *v = state;

    forget_tables(v);
    model_forget_rows(v);
    weir_job_unref(v->job);
    weir_model_unref(v->model);
    curves_free(&v->curves);
}

const pane_ops pane_model = {
    .name = "model",
    .title = "model",
    .keys = IN_MODEL,
    .footer = "tab-next item-open back model-filter percent metrics-train metrics-valid pixel-map help",
    .state_size = sizeof(model_view),
    .draw = model_draw,
    .move = model_move,
    .close = model_close,
};
