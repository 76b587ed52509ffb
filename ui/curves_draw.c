/* curves_draw.c - scoring histories as a scene: series, band of the folds, marks, axes that hold still. */
#include "config.h"
#include "ui/curves.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/outfile.h"
#include "base/status.h"
#include "draw/plot_file.h"
#include "draw/reduce.h"
#include "draw/words.h"
#include "ui/view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const curves_x_names[CURVES_XS] = {"epochs", "samples", "time", "iterations"};
const char *const curves_x_words[CURVES_XS] = {"epoch", "sample", "time", "iteration"};

enum { SERIES = 2 * CURVES_SOURCES + 4, ARRAYS = 1024, CV = 6 /* look of the folds */ };

/* A scene that lives for one drawing. */
typedef struct scene {
    plot p;
    plot_panel panel[CURVES_PANELS + CURVES_SOURCES];
    plot_series series[CURVES_PANELS + CURVES_SOURCES][SERIES];
    char name[CURVES_PANELS + CURVES_SOURCES][SERIES][CURVES_NAME + 8];
    char best[64], stop[64];
    double *array[ARRAYS]; /* owned */
    size_t n_arrays;
} scene;

double curves_at(const weir_score_row *r, curves_x x)
{
    switch (x) {
    case CURVES_SAMPLES: return (double)r->samples;
    case CURVES_TIME: return r->duration;
    case CURVES_ITERATIONS: return (double)r->iterations;
    default: return r->epochs;
    }
}

bool curves_recorded(const curves_source *s, size_t m)
{
    for (size_t i = s->n; i-- > 0 && i + 3 > s->n;) /* the last may be no numbers */
        if (!isnan(s->rows[i].train[m]) || !isnan(s->rows[i].valid[m]))
            return true;
    return false;
}

ptrdiff_t curves_metric(const curves_view *v)
{
    static const char *const usual[] = {"logloss", "mean_residual_deviance", "mse"};
    const curves_source *s = &v->source[0];

    if (v->metric && (!v->n || !s->n || curves_recorded(s, (size_t)v->metric - 1)))
        return v->metric - 1;
    for (size_t i = 0; v->n && i < 3; i++) {
        ptrdiff_t m = weir_metric_find(usual[i]);
        if (m >= 0 && curves_recorded(s, (size_t)m))
            return m;
    }
    return weir_metric_find("mse");
}

/* Series ------------------------------------------------------------------------------------ */

static double *array(scene *s, size_t n)
{
    double *v = s->n_arrays < ARRAYS ? mem_array(n + 1, sizeof *v) : NULL;

    if (v)
        s->array[s->n_arrays++] = v;
    return v;
}

static double value(const weir_score_row *r, size_t m, bool valid)
{
    return valid ? r->valid[m] : r->train[m];
}

static bool has(const curves_source *s, size_t m, bool valid)
{
    for (size_t i = 0; i < s->n; i++)
        if (!isnan(value(&s->rows[i], m, valid)))
            return true;
    return false;
}

static void add(scene *s, size_t panel, plot_series it, const char *name)
{
    plot_panel *p = &s->panel[panel];

    if (p->n_series == SERIES)
        return;
    if (name) {
        snprintf(s->name[panel][p->n_series], sizeof s->name[0][0], "%s", name);
        it.name = s->name[panel][p->n_series];
    }
    s->series[panel][p->n_series++] = it;
}

/* One line, with a smoothed one before it when that is wanted. Digits hide series by their place in the legend. */
static void add_line(scene *s, const curves_view *v, size_t panel, const curves_source *from, size_t m, bool valid, int nth, const char *name)
{
    static const double smooth[] = {0, 0.6, 0.9};
    double *x = array(s, from->n), *y = array(s, from->n);
    unsigned bit = 1u << (nth & 15);

    if (!x || !y || !has(from, m, valid))
        return;
    for (size_t i = 0; i < from->n; i++)
        x[i] = curves_at(&from->rows[i], v->x), y[i] = value(&from->rows[i], m, valid);
    plot_series line = {.kind = PLOT_LINE, .x = x, .y = y, .n = from->n, .look = nth, .hidden = v->hidden & bit};
    double *soft = v->smooth ? array(s, from->n) : NULL;
    if (soft) {
        plot_series raw = line;
        raw.dim = true;
        add(s, panel, raw, NULL);
        reduce_smooth(from->n, y, smooth[v->smooth], soft);
        line.y = soft;
    }
    add(s, panel, line, name);
}

/* y of a history at x, between its rows; NaN outside. */
static double between(const curves_source *s, curves_x kind, size_t m, double x)
{
    bool valid = has(s, m, true);

    for (size_t i = 0; i < s->n; i++) {
        double b = curves_at(&s->rows[i], kind), a = i ? curves_at(&s->rows[i - 1], kind) : b;
        double yb = value(&s->rows[i], m, valid), ya = i ? value(&s->rows[i - 1], m, valid) : yb;
        if (x <= b)
            return x < a ? (double)NAN : b > a ? ya + (x - a) / (b - a) * (yb - ya) : yb;
    }
    return NAN;
}

/* Least, mean and greatest of the folds over the x of the first of them. */
static void add_band(scene *s, const curves_view *v, size_t panel, size_t m)
{
    const curves_source *f = &v->fold[0];
    double *x = array(s, f->n), *low = array(s, f->n), *high = array(s, f->n), *middle = array(s, f->n);

    if (v->n_fold < 2 || !x || !low || !high || !middle)
        return;
    for (size_t i = 0; i < f->n; i++) {
        double sum = 0, n = 0;
        x[i] = curves_at(&f->rows[i], v->x);
        low[i] = INFINITY, high[i] = -INFINITY;
        for (size_t k = 0; k < v->n_fold; k++) {
            double y = between(&v->fold[k], v->x, m, x[i]);
            if (isnan(y))
                continue;
            low[i] = fmin(low[i], y), high[i] = fmax(high[i], y);
            sum += y, n++;
        }
        middle[i] = n > 0 ? sum / n : (double)NAN;
        low[i] = n > 0 ? low[i] : (double)NAN, high[i] = n > 0 ? high[i] : (double)NAN;
    }
    add(s, panel, (plot_series){.kind = PLOT_BAND, .x = x, .y = low, .y2 = high, .n = f->n, .look = CV, .hidden = v->hidden & 1u << CV}, "folds");
    add(s, panel, (plot_series){.kind = PLOT_LINE, .x = x, .y = middle, .n = f->n, .look = CV, .hidden = v->hidden & 1u << CV}, "cv mean");
}

/* The last twelve letters of a long name say more than the first. */
static const char *short_name(const curves_source *s)
{
    size_t n = strlen(s->name);
    return n <= 16 ? s->name : s->name + n - 14;
}

static void add_source(scene *s, const curves_view *v, size_t panel, size_t k, size_t m, int *nth, bool alone)
{
    const curves_source *from = &v->source[k];
    char name[CURVES_NAME + 8];

    bool valid = has(from, m, true);
    if (k == 0 || alone || !valid) {
        snprintf(name, sizeof name, "%s%strain", alone ? "" : short_name(from), alone ? "" : " ");
        add_line(s, v, panel, from, m, false, (*nth)++, name);
    }
    if (valid) {
        snprintf(name, sizeof name, "%s", alone ? "valid" : short_name(from));
        add_line(s, v, panel, from, m, true, (*nth)++, name);
    }
}

/* The best row; false: none. */
static bool best_row(const curves_source *s, size_t *at)
{
    for (size_t i = s->n; i-- > 0;)
        if (s->rows[i].best) {
            *at = i;
            return true;
        }
    return false;
}

static char *place_text(const curves_view *v, const weir_score_row *r, char out[48])
{
    double x = curves_at(r, v->x);

    if (v->x == CURVES_TIME && x < 10)
        snprintf(out, 48, "%.3g s", x);
    else if (v->x == CURVES_TIME)
        clock_duration(x, out, 48);
    else
        v->x == CURVES_EPOCHS ? (void)text_epochs(x, out, 48) : (void)snprintf(out, 48, "%.0f", x);
    return out;
}

static void add_marks(scene *s, const curves_view *v, size_t panel, const curves_source *from, size_t m)
{
    plot_panel *p = &s->panel[panel];
    char number[32], at[48];
    size_t i;

    if (best_row(from, &i)) {
        double y = value(&from->rows[i], m, has(from, m, true));
        text_short_number(y, 4, number);
        if (panel == 0)
            snprintf(s->best, sizeof s->best, "best %s @ %s%s%s", number, v->x == CURVES_TIME ? "" : curves_x_words[v->x], v->x == CURVES_TIME ? "" : " ", place_text(v, &from->rows[i], at));
        p->mark[p->n_marks++] = (plot_mark){curves_at(&from->rows[i], v->x), panel == 0 ? s->best : NULL};
    }
}

/* Axes -------------------------------------------------------------------------------------- */

static scale_kind x_kind(const curves_view *v)
{
    return v->log_x ? SCALE_LOG : v->x == CURVES_TIME ? SCALE_DURATION : SCALE_LINEAR;
}

/* Gives when the axis may move next, 0: it need not. */
static double hold(scale *s, double lo, double hi, int most, double now)
{
    if (scale_hold(s, lo, hi, most, now) || (lo >= s->lo && hi <= s->hi))
        return 0;
    return s->moved + 2;
}

static double set_x(scene *s, curves_view *v, int width, double now)
{
    double lo = INFINITY, hi = -INFINITY, again = 0;
    scale *x = &v->shown_x;

    for (size_t i = 0; i < s->p.n; i++) {
        double a, b;
        s->panel[i].x.kind = x_kind(v);
        if (plot_range_x(&s->panel[i], &a, &b))
            lo = fmin(lo, a), hi = fmax(hi, b);
    }
    if (x->kind != x_kind(v))
        *x = (scale){.kind = x_kind(v)};
    if (v->zoomed) {
        *x = (scale){.kind = x_kind(v), .lo = v->lo, .hi = v->hi, .set = true};
    } else {
        bool running = v->n && v->source[0].running;
        double planned = running ? v->source[0].planned[v->x] : (double)NAN;
        hi = planned > hi || !(lo <= hi) ? (isnan(planned) ? 1 : planned) : hi;
        lo = x->kind != SCALE_LOG ? 0 : lo <= hi ? lo : hi / 10;
        if (running && isnan(planned)) /* nobody knows where it will end */
            again = hold(x, lo, hi, plot_ticks_x(width), now);
        else
            scale_end(x, lo, hi, plot_ticks_x(width));
    }
    for (size_t i = 0; i < s->p.n; i++)
        s->panel[i].x = *x;
    return again;
}

/* It has just begun: what falls will fall far, and the axis shall not have to run after it. */
static bool is_young(const curves_view *v)
{
    const curves_source *s = &v->source[0];
    return v->n && s->running && (s->n < 5 || s->rows[s->n - 1].duration < 4);
}

static double set_y(scene *s, curves_view *v, size_t panel, bool from_zero, int height, double now)
{
    plot_panel *p = &s->panel[panel];
    scale *y = &v->held_y[panel];
    double lo, hi, again = 0;

    p->y.kind = v->log_y ? SCALE_LOG : SCALE_LINEAR;
    if (y->kind != p->y.kind)
        *y = (scale){.kind = p->y.kind};
    y->from_zero = from_zero && !v->zoomed;
    bool any = plot_range_y(p, &lo, &hi);
    if (any && y->from_zero && lo > 0 && y->kind != SCALE_LOG && is_young(v))
        lo = 0;
    if (any)
        again = hold(y, lo, hi, plot_ticks_y(height), now);
    p->y = *y;
    return again;
}

/* The scene --------------------------------------------------------------------------------- */

static void build_panel(scene *s, const curves_view *v, size_t panel, size_t from, size_t to, size_t m, const char *title)
{
    int nth = 0;
    bool alone = to - from == 1;

    s->panel[panel] = (plot_panel){.title = title, .x_label = curves_x_names[v->x], .series = s->series[panel]};
    for (size_t k = from; k < to; k++)
        add_source(s, v, panel, k, m, &nth, alone);
    if (from == 0 && to > 0)
        add_band(s, v, panel, m); /* drawn behind them, named after them */
    if (to > from)
        add_marks(s, v, panel, &v->source[from], m);
    if (v->cursor_on && v->n && v->at < v->source[0].n) {
        s->panel[panel].cursor_on = true;
        s->panel[panel].cursor = curves_at(&v->source[0].rows[v->at], v->x);
    }
}

static scene *build(const curves_view *v)
{
    scene *s = calloc(1, sizeof *s);
    size_t m = (size_t)curves_metric(v), n = 0;

    if (!s)
        return NULL;
    if (v->panels && v->n > 1) { /* one for each model */
        for (size_t k = 0; k < v->n; k++)
            build_panel(s, v, n++, k, k + 1, m, short_name(&v->source[k]));
    } else if (v->panels && v->n) { /* one for each metric */
        for (size_t k = 0; k < weir_metric_count() && n < CURVES_PANELS; k++) {
            size_t q = (m + k) % weir_metric_count();
            if (curves_recorded(&v->source[0], q))
                build_panel(s, v, n++, 0, 1, q, weir_metric_at(q)->label);
        }
    }
    if (!n)
        build_panel(s, v, n++, 0, v->n, m, weir_metric_at(m)->label);
    s->p = (plot){.panel = s->panel, .n = n};
    if (v->panels && v->n > 1)
        s->p.title = weir_metric_at(m)->label;
    return s;
}

static void scene_free(scene *s)
{
    for (size_t i = 0; s && i < s->n_arrays; i++)
        mem_free(s->array[i]);
    free(s);
}

/* Sets all axes for a rectangle; gives when they want to move. */
static double set_axes(scene *s, curves_view *v, int width, int height, double now)
{
    plot_area area = {0};
    double again = 0, next;
    size_t m = (size_t)curves_metric(v);

    plot_place(&s->p, 0, width, height, &area);
    again = set_x(s, v, area.width, now);
    for (size_t i = 0; i < s->p.n; i++) {
        bool zero = v->panels && v->n < 2 ? true : weir_metric_at(m)->less_is_better;
        next = set_y(s, v, i, zero, area.height, now);
        again = next > 0 && (again <= 0 || next < again) ? next : again;
    }
    return again;
}

/* Text below -------------------------------------------------------------------------------- */

static void readout(const curves_view *v, const scene *s, text *t)
{
    const weir_score_row *r = &v->source[0].rows[v->at];
    const plot_panel *p = &s->panel[0];
    char number[32], at[48];

    text_fmt(t, "%s %s", curves_x_words[v->x], place_text(v, r, at));
    for (size_t k = 0; k < p->n_series; k++) {
        const plot_series *q = &p->series[k];
        double best = INFINITY, y = NAN, x = curves_at(r, v->x);
        if (q->hidden || !q->name || q->kind == PLOT_BAND)
            continue;
        for (size_t i = 0; i < q->n; i++)
            if (fabs(q->x[i] - x) < best)
                best = fabs(q->x[i] - x), y = q->y[i];
        if (isfinite(y))
            text_short_number(y, 4, number);
        else
            snprintf(number, sizeof number, "%s", isnan(y) ? "NaN" : "Inf");
        text_fmt(t, "  %s %s", q->name, number);
    }
    clock_duration(r->duration, at, sizeof at);
    text_fmt(t, "  %s  row %zu of %zu%s", at, v->at + 1, v->source[0].n, r->best ? "  best" : "");
}

/* The best and why it ended, in a line. */
static void summary(const curves_view *v, text *t)
{
    const curves_source *s = &v->source[0];
    size_t i, m = (size_t)curves_metric(v);
    char number[32], at[48];

    if (!v->n || !s->n)
        return;
    if (best_row(s, &i)) {
        bool valid = has(s, m, true);
        text_short_number(value(&s->rows[i], m, valid), 4, number);
        text_fmt(t, "best %s %s at %s %s", valid ? "valid" : "train", number, curves_x_words[v->x], place_text(v, &s->rows[i], at));
        if (s->running && i + 1 < s->n)
            text_fmt(t, ", %zu scoring%s ago", s->n - 1 - i, s->n - i > 2 ? "s" : "");
    }
    if (*s->stopped && !s->running)
        text_fmt(t, "%sstopped: %s", t->n ? "; " : "", s->stopped);
    if (v->smooth)
        text_fmt(t, "%ssmoothed %s", t->n ? "; " : "", v->smooth == 1 ? "0.6" : "0.9");
    if (v->zoomed)
        text_fmt(t, "%szoomed, 0 shows all", t->n ? "; " : "");
}

static void scene_words(const curves_view *v, const scene *s, text *out)
{
    plot_words(&s->panel[0], curves_x_words[v->x], out);
    if (v->n && *v->source[0].stopped && !v->source[0].running)
        text_fmt(out, "; stopped: %s", v->source[0].stopped);
}

void curves_words(curves_view *v, text *out)
{
    scene *s = build(v);

    if (!s) {
        out->failed = true;
        return;
    }
    set_axes(s, v, v->shown_w > 0 ? v->shown_w : 80, v->shown_h > 0 ? v->shown_h : 20, clock_now());
    scene_words(v, s, out);
    scene_free(s);
}

double curves_draw(curves_view *v, canvas *c, box b, bool calm, spot *cursor)
{
    scene *s = build(v);
    text below = {0};
    int most = b.h < 8 ? 0 : b.h < 10 ? 1 : b.h < 14 && !calm ? 2 : 3, rows = 0; /* of words below it */

    *cursor = (spot){b.x, b.y, false};
    if (!s || b.w < 8 || b.h < 3) {
        scene_free(s);
        return 0;
    }
    if (b.w != v->shown_w || b.h != v->shown_h)
        curves_fresh(v);
    v->shown_w = b.w, v->shown_h = b.h;
    bool reads = v->cursor_on && v->n && v->at < v->source[0].n;
    if (reads)
        readout(v, s, &below);
    else if (calm)
        scene_words(v, s, &below);
    else
        summary(v, &below);
    if (most) { /* as many as it took before, so that the plot above holds still */
        rows = view_rows(text_str(&below), b.w);
        rows = rows > v->below ? rows : v->below;
        v->below = rows = rows < most ? rows : most;
    }
    double again = set_axes(s, v, b.w, b.h - rows, clock_now());
    plot_draw(c, b.x, b.y, b.w, b.h - rows, &s->p, PLOT_BRAILLE);
    v->set = c->ascii ? PLOT_ASCII : c->blocks ? PLOT_BLOCKS : PLOT_BRAILLE;
    view_sentence(c, (box){b.x, b.y + b.h - rows, b.w, rows}, reads ? STYLE_BOLD : STYLE_PLAIN, text_str(&below));
    if (reads)
        cursor->y = b.y + b.h - rows;
    text_free(&below);
    scene_free(s);
    return again;
}

/* Files ------------------------------------------------------------------------------------- */

/* All rows of all histories with all metrics that were recorded. */
static void to_csv(const curves_view *v, text *t)
{
    text_add(t, "model,epochs,samples,iterations,duration");
    for (size_t m = 0; m < weir_metric_count(); m++)
        text_fmt(t, ",training_%s,validation_%s", weir_metric_at(m)->name, weir_metric_at(m)->name);
    text_char(t, '\n');
    for (size_t k = 0; k < v->n; k++)
        for (size_t i = 0; i < v->source[k].n; i++) {
            const weir_score_row *r = &v->source[k].rows[i];
            text_fmt(t, "%s,", v->source[k].name);
            text_number(t, r->epochs);
            text_fmt(t, ",%lld,%lld,", (long long)r->samples, (long long)r->iterations);
            text_number(t, r->duration);
            for (size_t m = 0; m < weir_metric_count(); m++)
                for (int valid = 0; valid < 2; valid++) {
                    text_char(t, ',');
                    if (!isnan(value(r, m, valid)))
                        text_number(t, value(r, m, valid));
                }
            text_char(t, '\n');
        }
}

weir_status curves_save(curves_view *v, const char *path, weir_error *err)
{
    const char *dot = strrchr(path, '.');

    if (dot && !strcmp(dot, ".csv")) {
        text t = {0};
        to_csv(v, &t);
        weir_status st = t.failed ? weir_no_memory(err, "writing a plot") : outfile_put(path, t.s, t.n, err);
        text_free(&t);
        return st;
    }
    scene *s = build(v);
    if (!s)
        return weir_no_memory(err, "writing a plot");
    set_axes(s, v, v->shown_w > 0 ? v->shown_w : 80, v->shown_h > 0 ? v->shown_h : 20, clock_now());
    for (size_t i = 0; i < s->p.n; i++)
        s->panel[i].cursor_on = false;
    weir_status st = plot_save(&s->p, path, 0, 0, v->set, err);
    scene_free(s);
    return st;
}
