/* model_rows.c - the rows behind a model's figures: it judges its frame in a job of its own, and what
 * comes out is sorted, drawn as bars, and opened as a list of rows. */
#include "config.h"
#include "ui/pane_model_impl.h"

#include "ui/view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_SHOWN = 5000 };
static const double model_quantiles[MODEL_QUANTILES] = {0.05, 0.25, 0.5, 0.75, 0.95};

void model_forget_rows(model_view *v)
{
    if (v->work)
        weir_job_cancel(v->work, false);
    weir_job_unref(v->work);
    weir_frame_unref(v->frame), weir_frame_unref(v->given);
    free(v->error);
    free(v->order);
    v->work = NULL;
    v->frame = v->given = NULL;
    v->error = NULL;
    v->order = NULL;
    v->n_error = 0;
    v->asked = false;
    v->trouble[0] = '\0';
}

static const char *fact(const model_view *v, const char *name)
{
    const weir_value *x = weir_dict_get(&v->info, name);
    return x && x->kind == WEIR_TEXT ? x->as.text.s : "";
}

static bool is_autoencoder(const model_view *v)
{
    return !strcmp(fact(v, "category"), "autoencoder");
}

/* The frame that the shown metrics are of (owned); NULL: it is gone. */
static weir_frame *frame_of(app *a, const model_view *v)
{
    const weir_value *params = weir_dict_get(&v->info, "params");
    const weir_value *p = params ? weir_dict_get(params, !strcmp(v->which, "valid") ? "validation_frame" : "training_frame") : NULL;
    const weir_value *id = p ? weir_dict_get(p, "actual") : NULL;
    weir_value f = weir_nil();

    if (!id || id->kind != WEIR_TEXT || !*id->as.text.s || weir_session_get(a->session, id->as.text.s, &f, NULL))
        return NULL;
    if (f.kind == WEIR_FRAME)
        return f.as.frame;
    weir_value_clear(&f);
    return NULL;
}

void model_want_rows(app *a, model_view *v, bool asked)
{
    weir_value args = weir_dict();
    weir_error err = {0};

    v->asked |= asked;
    if (v->work || v->given)
        return;
    v->frame = frame_of(a, v);
    if (!v->frame) {
        snprintf(v->trouble, sizeof v->trouble, "the frame that it was judged by is no longer in the session");
        v->asked = false;
        return;
    }
    v->trouble[0] = '\0';
    weir_dict_set(&args, "self", weir_of_model(v->model), NULL);
    weir_dict_set(&args, "frame", weir_of_frame(v->frame), NULL);
    if (weir_call_start(a->session, "model", is_autoencoder(v) ? "anomaly" : "predict", &args, &v->work, &err)) {
        snprintf(v->trouble, sizeof v->trouble, "%.290s", err.message);
        v->asked = false;
    }
    weir_value_clear(&args);
}

/* Errors by row ---------------------------------------------------------------------------------------- */

typedef struct sized { double error; size_t row; } sized;

static int by_size(const void *x, const void *y)
{
    double a = fabs(((const sized *)x)->error), b = fabs(((const sized *)y)->error);
    return a < b ? 1 : a > b ? -1 : 0;
}

static int by_value(const void *x, const void *y)
{
    double a = ((const sized *)x)->error, b = ((const sized *)y)->error;
    return a < b ? -1 : a > b ? 1 : 0;
}

static void sort_errors(model_view *v)
{
    size_t n = weir_frame_rows(v->given), rows = 0;
    ptrdiff_t y = is_autoencoder(v) ? 0 : weir_frame_find(v->frame, fact(v, "response"));
    double *actual = calloc(n + 1, sizeof *actual);
    sized *s = calloc(n + 1, sizeof *s);

    v->error = calloc(n + 1, sizeof *v->error);
    v->order = calloc(n + 1, sizeof *v->order);
    if (!v->error || !v->order || !actual || !s || y < 0) {
        free(actual), free(s);
        return;
    }
    weir_frame_read(v->given, 0, 0, n, v->error);
    if (!is_autoencoder(v)) {
        weir_frame_read(v->frame, (size_t)y, 0, n, actual);
        for (size_t i = 0; i < n; i++)
            v->error[i] = actual[i] - v->error[i];
    }
    for (size_t i = 0; i < n; i++)
        if (!isnan(v->error[i]))
            s[rows++] = (sized){v->error[i], i};
    qsort(s, rows, sizeof *s, by_value);
    for (size_t i = 0; i < MODEL_QUANTILES && rows; i++)
        v->quantile[i] = s[(size_t)(model_quantiles[i] * (double)(rows - 1))].error;
    qsort(s, rows, sizeof *s, by_size);
    for (size_t i = 0; i < rows; i++)
        v->order[i] = s[i].row;
    v->n_error = rows;
    if (!(v->threshold > 0) && rows)
        v->threshold = fabs(v->error[v->order[rows / 100]]);
    free(actual), free(s);
}

static bool of_classes(const model_view *v)
{
    return !strcmp(fact(v, "category"), "binomial") || !strcmp(fact(v, "category"), "multinomial");
}

/* Code of each level of a column that has this label; SIZE_MAX: none. */
static size_t code_of(const weir_frame *f, size_t column, const char *label)
{
    for (size_t k = 0; k < weir_frame_levels(f, column); k++)
        if (!strcmp(weir_frame_level(f, column, k), label))
            return k;
    return SIZE_MAX;
}

/* The rows of one class that were taken for another. */
static void open_cell(app *a, model_view *v)
{
    char own[100], other[100], title[160];
    ptrdiff_t y = weir_frame_find(v->frame, fact(v, "response"));
    size_t n = weir_frame_rows(v->given), rows = 0, *row = calloc(ROWS_SHOWN, sizeof *row);
    char **note = calloc(ROWS_SHOWN, sizeof *note);
    double *actual = calloc(n + 1, sizeof *actual), *taken = calloc(n + 1, sizeof *taken), p;

    weir_frame_text(v->confusion, 0, v->at, own, sizeof own);
    weir_frame_text(v->confusion, 0, v->column, other, sizeof other);
    size_t c = y < 0 ? SIZE_MAX : code_of(v->frame, (size_t)y, own), q = code_of(v->given, 0, other);
    if (!row || !note || !actual || !taken || c == SIZE_MAX || q == SIZE_MAX) {
        snprintf(v->trouble, sizeof v->trouble, "the frame has no column '%.60s' with a level '%.60s'", fact(v, "response"), own);
        free(row), free(note), free(actual), free(taken);
        return;
    }
    weir_frame_read(v->frame, (size_t)y, 0, n, actual);
    weir_frame_read(v->given, 0, 0, n, taken);
    for (size_t i = 0; i < n && rows < ROWS_SHOWN; i++) {
        if (actual[i] != (double)c || taken[i] != (double)q)
            continue;
        char words[200];
        weir_frame_read(v->given, 1 + q, i, 1, &p);
        snprintf(words, sizeof words, "%.12s taken for %.12s, p %.3f", own, other, p);
        note[rows] = strdup(words);
        row[rows++] = i;
    }
    snprintf(title, sizeof title, "%.40s: %zu row%s of class %.30s, predicted %.30s", weir_frame_id(v->frame), rows, rows == 1 ? "" : "s", own, other);
    free(actual), free(taken);
    rows_open(a, title, v->frame, row, note, rows);
}

static void open_errors(app *a, model_view *v)
{
    size_t n = v->n_error < ROWS_SHOWN ? v->n_error : ROWS_SHOWN, *row = calloc(n + 1, sizeof *row);
    char **note = calloc(n + 1, sizeof *note), words[100], title[160];
    size_t at = v->at;

    if (!row || !note) {
        free(row), free(note);
        return;
    }
    n = n > at ? n - at : 0; /* from the selected one on */
    for (size_t i = 0; i < n; i++) {
        row[i] = v->order[at + i];
        snprintf(words, sizeof words, is_autoencoder(v) ? "error %.6g" : "residual %.6g", v->error[row[i]]);
        note[i] = strdup(words);
    }
    snprintf(title, sizeof title, "%.60s: rows by %s, the largest first", weir_frame_id(v->frame), is_autoencoder(v) ? "reconstruction error" : "residual");
    rows_open(a, title, v->frame, row, note, n);
}

void model_rows_ready(app *a, model_view *v)
{
    weir_value out = weir_nil();
    weir_error err = {0};
    weir_job_info i;

    if (v->work) {
        weir_job_get(v->work, &i);
        if (i.state < WEIR_JOB_DONE)
            return;
        if (weir_job_result(v->work, &out, &err) || out.kind != WEIR_FRAME) {
            snprintf(v->trouble, sizeof v->trouble, "%.290s", err.message);
            weir_value_clear(&out);
            v->asked = false;
        } else {
            v->given = out.as.frame;
            if (!of_classes(v))
                sort_errors(v);
        }
        weir_job_unref(v->work);
        v->work = NULL;
        a->dirty = true;
    }
    if (!v->given || !v->asked)
        return;
    v->asked = false;
    if (v->tab == TAB_CONFUSION && v->confusion)
        open_cell(a, v);
    else if (v->tab == TAB_ERRORS && v->n_error)
        open_errors(a, v);
}

/* The tab of errors ------------------------------------------------------------------------------------------ */

static void set_threshold(app *a, const char *s)
{
    model_view *v = model_here(a);
    char *end;
    double x = s ? strtod(s, &end) : 0;

    if (!s || !v)
        return;
    if (end == s || *end || !(x > 0))
        app_say(a, SAY_ERROR, "\"%s\" is no threshold above 0", s);
    else
        v->threshold = x;
}

void model_threshold(app *a)
{
    model_view *v = model_here(a);
    char now[40];

    if (!v || v->tab != TAB_ERRORS)
        return;
    snprintf(now, sizeof now, "%.6g", v->threshold);
    prompt_open(a, "Threshold of the error:", now, set_threshold, NULL);
}

/* By these a person sees whether the residuals are centred. */
static void draw_quantiles(canvas *c, box b, const model_view *v)
{
    int used = canvas_print(c, b.x, b.y, b.w, STYLE_DIM, "residuals ");

    for (size_t i = 0; i < MODEL_QUANTILES; i++)
        used += canvas_print(c, b.x + used, b.y, b.w - used, STYLE_PLAIN, " %.0f %%: %.4g ", 100 * model_quantiles[i], v->quantile[i]);
}

void model_draw_errors(app *a, canvas *c, box b, model_view *v, spot *cursor)
{
    size_t above = 0;
    bool coded = is_autoencoder(v);

    if (of_classes(v)) {
        view_sentence(c, b, STYLE_DIM, "A model of classes: its errors are in the confusion matrix (2).");
        return;
    }
    model_want_rows(a, v, false);
    if (*v->trouble || !v->n_error) {
        canvas_print(c, b.x, b.y, b.w, *v->trouble ? STYLE_ERROR : STYLE_DIM, "%s", *v->trouble ? v->trouble : "judging the rows ...");
        return;
    }
    while (above < v->n_error && fabs(v->error[v->order[above]]) > v->threshold)
        above++;
    v->lines = v->n_error;
    v->page = b.h - 2;
    v->top = view_top(v->top, v->at, b.h > 2 ? (size_t)b.h - 2 : 1);
    canvas_print(c, b.x, b.y, b.w, STYLE_PLAIN, "%zu of %zu rows above the threshold %.6g (e: another)", above, v->n_error, v->threshold);
    if (!coded)
        draw_quantiles(c, (box){b.x, b.y + 1, b.w, 1}, v);
    double most = fabs(v->error[v->order[0]]), line = most > 0 ? v->threshold / most : 1;
    int bar = b.w - 40, y = b.y + 2;
    for (size_t i = v->top; i < v->n_error && y < b.y + b.h; i++, y++) {
        size_t r = v->order[i];
        double e = v->error[r], share = most > 0 ? fabs(e) / most : 0;
        if (i == v->at) {
            canvas_print(c, b.x, y, 1, STYLE_SELECTED, "%s", c->ascii ? "#" : "\u258c");
            *cursor = (spot){b.x, y, false};
        }
        canvas_print(c, b.x + 2, y, 12, STYLE_PLAIN, "row %zu", r + 1);
        canvas_bar(c, b.x + 14, y, bar, share, i < above ? STYLE_ERROR : STYLE_BAR);
        if (line > 0 && line <= 1)
            canvas_fill(c, b.x + 14 + (int)(line * (bar - 1)), y, 1, STYLE_MARK, c->ascii ? '|' : 0x250a);
        if (coded) {
            canvas_print(c, b.x + 15 + bar, y, b.w - 15 - bar, STYLE_PLAIN, "%.6g", e);
        } else {
            double predicted = NAN;
            weir_frame_read(v->given, 0, r, 1, &predicted);
            canvas_print(c, b.x + 15 + bar, y, b.w - 15 - bar, STYLE_PLAIN, "%.4g for %.4g", predicted, predicted + e);
        }
    }
}
