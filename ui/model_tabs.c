/* model_tabs.c - what the tabs of a model show. */
#include "config.h"
#include "ui/pane_model_impl.h"

#include "draw/sheet.h"
#include "ui/view.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double number(const weir_frame *f, const char *column, size_t row)
{
    ptrdiff_t k = weir_frame_find(f, column);
    double x = NAN;

    if (k >= 0)
        weir_frame_read(f, (size_t)k, row, 1, &x);
    return x;
}

static double at(const weir_frame *f, size_t column, size_t row)
{
    double x = NAN;

    weir_frame_read(f, column, row, 1, &x);
    return x;
}

static void mark(canvas *c, int x, int y, spot *cursor)
{
    canvas_print(c, x, y, 1, STYLE_SELECTED, "%s", c->ascii ? "#" : "\u258c");
    *cursor = (spot){x, y, false};
}

/* Summary ----------------------------------------------------------------------------------------- */

/* Lines that are scrolled: where the next one stands, -1 = beyond the box. */
typedef struct lines { box b; int top, n; } lines;

static int next_line(lines *l)
{
    int y = l->n++ - l->top;

    return y >= 0 && y < l->b.h ? l->b.y + y : -1;
}

/* A column for each set that was measured; the names have what is left, and the numbers less digits where that is little. */
static void summary_metrics(canvas *c, lines *l, const weir_model *model)
{
    static const char *const which[] = {"train", "valid", "xval"}, *const heads[] = {"train", "valid", "cross-val"};
    weir_metrics *m[3];
    int n = 0;

    for (int i = 0; i < 3; i++)
        n += (m[i] = weir_model_metrics(model, which[i])) != NULL;
    int wide = 24 + 13 * n <= l->b.w ? 13 : 10, label = l->b.w - n * wide < 24 ? l->b.w - n * wide : 24;
    for (size_t k = 0; k <= weir_metric_count(); k++) {
        const weir_metric_info *info = k ? weir_metric_at(k - 1) : NULL;
        double x[3];
        bool any = !k;
        for (int i = 0; i < 3; i++) {
            x[i] = k && m[i] ? weir_metrics_number(m[i], info->name) : (double)NAN;
            any |= !isnan(x[i]);
        }
        int y = any ? next_line(l) : -1, at_x = l->b.x + label;
        if (y < 0)
            continue;
        canvas_print(c, l->b.x, y, label, STYLE_PLAIN, "%s", k ? info->label : "");
        for (int i = 0; i < 3; i++)
            if (m[i]) {
                if (isnan(x[i]))
                    canvas_print(c, at_x, y, wide, STYLE_DIM, "%*s", wide, k ? "-" : heads[i]);
                else
                    canvas_print(c, at_x, y, wide, STYLE_PLAIN, "%*.*g", wide, wide > 10 ? 5 : 4, x[i]);
                at_x += wide;
            }
    }
    for (int i = 0; i < 3; i++)
        weir_metrics_unref(m[i]);
}

static void summary_layers(canvas *c, lines *l, const weir_frame *f)
{
    int y = next_line(l);

    if (y >= 0)
        canvas_print(c, l->b.x, y, l->b.w, STYLE_DIM, "layer  units  type                 dropout  rate      momentum  weight rms  dead");
    for (size_t i = 0; f && i < weir_frame_rows(f); i++) {
        char type[40];
        if ((y = next_line(l)) < 0)
            continue;
        weir_frame_text(f, 2, i, type, sizeof type);
        int used = canvas_print(c, l->b.x, y, l->b.w, STYLE_PLAIN, "%5zu %6.0f  %-20s %7.2g", i + 1, number(f, "units", i), type, fmax(0, number(f, "dropout", i)));
        if (i) {
            double dead = number(f, "dead_units", i);
            used += canvas_print(c, l->b.x + used, y, l->b.w - used, STYLE_PLAIN, "  %-8.3g  %-8.3g  %-10.3g", number(f, "mean_rate", i), number(f, "momentum", i), number(f, "weight_rms", i));
            if (!isnan(dead))
                canvas_print(c, l->b.x + used, y, l->b.w - used, dead > 0.5 ? STYLE_ERROR : STYLE_PLAIN, "  %.0f %%", 100 * dead);
        }
    }
}

void model_draw_summary(canvas *c, box b, model_view *v)
{
    const weir_value *stopped = weir_dict_get(&v->info, "stopped"), *weights = weir_dict_get(&v->info, "weights");
    lines l = {.b = b};

    for (int pass = 0; pass < 2; pass++) { /* first only counted, so that the end is not scrolled past */
        char words[300];
        int y;
        l = (lines){.b = b, .top = pass ? (int)v->top : INT_MAX / 2};
        summary_metrics(c, &l, v->model);
        next_line(&l);
        summary_layers(c, &l, v->summary);
        snprintf(words, sizeof words, "%lld weights and biases   %s", weights ? (long long)weights->as.i : 0, stopped ? stopped->as.text.s : "");
        int tall = view_rows(words, b.w);
        if ((y = next_line(&l)) >= 0)
            view_sentence(c, (box){b.x, y, b.w, tall < b.y + b.h - y ? tall : b.y + b.h - y}, STYLE_PLAIN, words);
        l.n += tall - 1;
        size_t over = l.n > b.h ? (size_t)(l.n - b.h) : 0;
        v->top = v->at = v->at < over ? v->at : over;
        v->lines = over + 1;
    }
}

/* Confusion ----------------------------------------------------------------------------------------- */

static canvas_style heat(double share, bool hit, const char **glyph, bool ascii)
{
    static const char *const fine[] = {" ", "\u2591", "\u2592", "\u2593", "\u2588"}, *const plain[] = {" ", ".", "+", "#", "@"};
    int shade = hit ? 4 : share <= 0.001 ? 0 : share < 0.005 ? 1 : share < 0.02 ? 2 : 3;

    *glyph = (ascii ? plain : fine)[shade];
    return hit ? STYLE_GOOD : shade == 3 ? STYLE_ERROR : shade == 2 ? STYLE_SECOND : shade == 1 ? STYLE_PLAIN : STYLE_DIM;
}

/* The worst confusions of a class in words. */
static void draw_class(canvas *c, box b, const weir_frame *f, size_t k, size_t row)
{
    char own[40], other[40];
    size_t worst[3] = {0};
    int x = b.x;

    weir_frame_text(f, 0, row, own, sizeof own);
    x += canvas_print(c, x, b.y, b.w, STYLE_BOLD, "%s", own);
    x += canvas_print(c, x, b.y, b.x + b.w - x, STYLE_PLAIN, ": %.0f right", at(f, 1 + row, row));
    for (int rank = 0; rank < 3; rank++) {
        double most = 0;
        for (size_t q = 0; q < k; q++) {
            bool taken = q == row;
            for (int i = 0; i < rank; i++)
                taken |= worst[i] == q + 1;
            if (!taken && at(f, 1 + q, row) > most)
                most = at(f, 1 + q, row), worst[rank] = q + 1;
        }
        if (!worst[rank])
            break;
        weir_frame_text(f, 0, worst[rank] - 1, other, sizeof other);
        x += canvas_print(c, x, b.y, b.x + b.w - x, STYLE_PLAIN, "%s%s (%.0f)", rank ? ", " : "; taken for ", other, most);
    }
}

void model_draw_confusion(canvas *c, box b, model_view *v, spot *cursor)
{
    const weir_frame *f = v->confusion;
    size_t k = f ? weir_frame_rows(f) - 1 : 0;
    int label = 10, cell = 7, rows = b.h - 4;

    if (!f) {
        canvas_print(c, b.x, b.y, b.w, STYLE_DIM, "Only a model of classes has a confusion matrix.");
        return;
    }
    while (cell > 5 && label + (int)(k + 1) * cell > b.w)
        cell--;
    v->lines = k;
    v->page = rows;
    v->top = view_top(v->top, v->at, rows > 0 ? (size_t)rows : 1);
    size_t room = b.w > label + 8 + cell ? (size_t)((b.w - label - 8) / cell) : 1, first = v->column >= room ? v->column - room + 1 : 0;
    canvas_print(c, b.x, b.y, b.w, STYLE_DIM, "actual, predicted %s  %s", c->ascii ? "->" : "\u2192", v->percent ? "percent of the row" : "rows");
    for (size_t q = first; q < k && q - first < room; q++) {
        char name[40];
        weir_frame_text(f, 0, q, name, sizeof name);
        canvas_print(c, b.x + label + (int)(q - first) * cell, b.y + 1, cell, q == v->column ? STYLE_BOLD : STYLE_DIM, "%*.*s", cell - 1, cell - 1, name);
    }
    canvas_print(c, b.x + label + (int)(k - first < room ? k - first : room) * cell, b.y + 1, 8, STYLE_DIM, "%7s", "error");
    for (size_t r = v->top; r < k && (int)(r - v->top) < rows; r++) {
        int y = b.y + 2 + (int)(r - v->top), x = b.x + label;
        char name[40];
        double sum = 0;
        weir_frame_text(f, 0, r, name, sizeof name);
        canvas_print(c, b.x + 2, y, label - 3, r == v->at ? STYLE_BOLD : STYLE_PLAIN, "%s", name);
        for (size_t q = 0; q < k; q++)
            sum += at(f, 1 + q, r);
        for (size_t q = first; q < k && q - first < room; q++, x += cell) {
            double n = at(f, 1 + q, r), share = sum > 0 ? n / sum : 0;
            const char *glyph;
            canvas_style s = heat(share, r == q && n > 0, &glyph, c->ascii);
            if (v->percent)
                canvas_print(c, x, y, cell, s, "%*.1f%s", cell - 2, 100 * share, glyph);
            else
                canvas_print(c, x, y, cell, s, "%*.0f%s", cell - 2, n, glyph);
            if (r == v->at && q == v->column) {
                canvas_restyle(c, x, y, cell - 1, STYLE_SELECTED);
                *cursor = (spot){x, y, false};
            }
        }
        canvas_print(c, x, y, 8, STYLE_PLAIN, "%7.4f", sum > 0 ? 1 - at(f, 1 + r, r) / sum : 0);
        if (r == v->at)
            canvas_print(c, b.x, y, 1, STYLE_SELECTED, "%s", c->ascii ? "#" : "\u258c");
    }
    int below = b.y + 2 + (k < (size_t)rows ? (int)k : rows);
    canvas_print(c, b.x + 2, below, b.w, STYLE_PLAIN, "error %.4f over all classes%s", weir_metrics_number(v->metrics, "error"), v->work && v->asked ? "   looking for the rows ..." : *v->trouble ? "   " : "");
    if (*v->trouble)
        canvas_print(c, b.x + 2, below, b.w - 2, STYLE_ERROR, "%s", v->trouble);
    if (v->at < k && below + 1 < b.y + b.h)
        draw_class(c, (box){b.x + 2, below + 1, b.w - 2, 1}, f, k, v->at);
}

/* Importances ------------------------------------------------------------------------------------------ */

static bool holds(const char *s, const char *words)
{
    for (; *s && *words; s++)
        if (!strncasecmp(s, words, strlen(words)))
            return true;
    return !*words;
}

/* Number at the end of a name such as "C407"; 0: none. */
static size_t number_of(const char *name)
{
    size_t n = strlen(name);

    while (n && name[n - 1] >= '0' && name[n - 1] <= '9')
        n--;
    return (size_t)atoll(name + n);
}

/* Columns whose names end in numbers are pixels in that order, dropped ones dark. */
static bool draw_map(canvas *c, box b, const weir_frame *f)
{
    size_t n = weir_frame_rows(f), most = 0, side = 1;
    char name[160];

    for (size_t i = 0; i < n; i++) {
        weir_frame_text(f, 0, i, name, sizeof name);
        size_t k = number_of(name);
        if (!k)
            return false;
        most = k > most ? k : most;
    }
    while (side * side < most)
        side++;
    if (side < 4 || side > 128)
        return false;
    float *shade = calloc(side * side, sizeof *shade);
    for (size_t i = 0; shade && i < n; i++) {
        weir_frame_text(f, 0, i, name, sizeof name);
        shade[number_of(name) - 1] = (float)number(f, "scaled_importance", i);
    }
    sheet s = {.width = side, .height = side, .n = 1, .across = 1, .shade = shade};
    if (shade)
        sheet_draw(c, b.x, b.y, &s);
    free(shade);
    return true;
}

void model_draw_varimp(canvas *c, box b, model_view *v, spot *cursor)
{
    size_t n = v->varimp ? weir_frame_rows(v->varimp) : 0, shown = 0;
    char name[160];

    if (!n) {
        canvas_print(c, b.x, b.y, b.w, STYLE_DIM, "No importances: the model was trained with variable_importances = false.");
        return;
    }
    if (v->image) {
        canvas_print(c, b.x, b.y, b.w, STYLE_DIM, "importance of each pixel; m: back to the bars");
        if (!draw_map(c, (box){b.x, b.y + 1, b.w, b.h - 1}, v->varimp))
            canvas_print(c, b.x, b.y + 1, b.w, STYLE_DIM, "The columns are not numbered as pixels are.");
        return;
    }
    size_t *line = calloc(n, sizeof *line);
    for (size_t i = 0; line && i < n; i++) {
        weir_frame_text(v->varimp, 0, i, name, sizeof name);
        if (holds(name, v->filter))
            line[shown++] = i;
    }
    v->lines = shown;
    v->at = v->at < shown ? v->at : shown ? shown - 1 : 0;
    v->top = view_top(v->top, v->at, b.h > 1 ? (size_t)b.h - 1 : 1);
    canvas_print(c, b.x, b.y, b.w, STYLE_DIM, "%zu of %zu variables%s%s%s", shown, n, *v->filter ? " with \"" : "", v->filter, *v->filter ? "\"" : "");
    int label = b.w / 4 < 24 ? b.w / 4 : 24;
    for (size_t i = v->top; line && i < shown && (int)(i - v->top) < b.h - 1; i++) {
        int y = b.y + 1 + (int)(i - v->top);
        double share = number(v->varimp, "scaled_importance", line[i]);
        weir_frame_text(v->varimp, 0, line[i], name, sizeof name);
        if (i == v->at)
            mark(c, b.x, y, cursor);
        canvas_print(c, b.x + 2, y, 6, STYLE_DIM, "%5zu", line[i] + 1);
        canvas_print(c, b.x + 8, y, label, STYLE_PLAIN, "%s", name);
        canvas_bar(c, b.x + 9 + label, y, b.w - label - 25, share, STYLE_BAR);
        canvas_print(c, b.x + b.w - 15, y, 15, STYLE_PLAIN, "%7.4f %6.2f%%", share, 100 * number(v->varimp, "percentage", line[i]));
    }
    free(line);
}

/* Layers -------------------------------------------------------------------------------------------------- */

enum { BINS = 20 };

static void draw_spark(canvas *c, int x, int y, const double *share, size_t n, canvas_style style)
{
    static const char *const fine[] = {" ", "\u2581", "\u2582", "\u2583", "\u2584", "\u2585", "\u2586", "\u2587", "\u2588"};
    static const char plain[] = " .:-=+*#@";
    double most = 0;

    for (size_t i = 0; i < n; i++)
        most = share[i] > most ? share[i] : most;
    for (size_t i = 0; i < n; i++) {
        int k = most > 0 ? (int)ceil(8 * share[i] / most) : 0;
        if (c->ascii)
            canvas_fill(c, x + (int)i, y, 1, style, (uint32_t)plain[k]);
        else
            canvas_text(c, x + (int)i, y, 1, style, fine[k], strlen(fine[k]));
    }
}

static void draw_ridge(canvas *c, box b, const weir_frame *f, size_t row, const char *what, double lo, double hi)
{
    double share[BINS];
    char name[32];

    for (size_t k = 0; k < BINS; k++) {
        snprintf(name, sizeof name, "%s_%zu", what, k + 1);
        share[k] = number(f, name, row);
    }
    draw_spark(c, b.x, b.y, share, BINS, STYLE_FIRST);
    if (b.w >= BINS + 20)
        canvas_print(c, b.x + BINS + 1, b.y, b.w - BINS - 1, STYLE_DIM, "%.3g .. %.3g", lo, hi);
}

/* One figure of a layer over all scoring events, in as many columns as there is room. */
static void draw_course(canvas *c, int x, int y, int w, const weir_frame *f, size_t layer, size_t layers, const char *what)
{
    size_t events = weir_frame_rows(f) / layers;
    double v[64], lo = INFINITY;
    int n = w < 64 ? w : 64;

    n = (size_t)n < events ? n : (int)events;
    for (int i = 0; i < n; i++) {
        v[i] = number(f, what, (size_t)(n > 1 ? (double)i * (double)(events - 1) / (n - 1) : (double)(events - 1)) * layers + layer);
        lo = v[i] < lo ? v[i] : lo;
    }
    for (int i = 0; i < n; i++)
        v[i] = isnan(v[i]) ? 0 : lo >= 0 ? v[i] : v[i] - lo;
    draw_spark(c, x, y, v, (size_t)n, STYLE_SECOND);
}

/* The figures of every layer now and over time; below, the selected layer's histograms, the newest last. */
void model_draw_layers(canvas *c, box b, model_view *v, spot *cursor)
{
    const weir_frame *f = v->layers;
    size_t rows = f ? weir_frame_rows(f) : 0, layers = rows ? (size_t)number(f, "layer", rows - 1) : 0;

    if (!layers) {
        canvas_print(c, b.x, b.y, b.w, STYLE_DIM, "Nothing was recorded of the layers: diagnostics = false, or a model of an older file.");
        return;
    }
    size_t last = rows - layers, events = rows / layers;
    v->lines = layers;
    v->at = v->at < layers ? v->at : layers - 1;
    bool wide = b.w >= 100;
    canvas_print(c, b.x, b.y, b.w, STYLE_DIM, wide ? "  layer  rate mean (spread)               momentum  weight rms                     bias mean   dead"
                                                   : "  layer  rate mean (spread)   momentum  weight rms  dead");
    for (size_t i = 0; i < layers && (int)i + 1 < b.h; i++) {
        int y = b.y + 1 + (int)i, x = b.x + 2;
        double dead = number(f, "dead_units", last + i);
        if (i == v->at)
            mark(c, b.x, y, cursor);
        x += canvas_print(c, x, y, 7, i == v->at ? STYLE_BOLD : STYLE_PLAIN, "%5zu  ", i + 1);
        char spread[32];
        snprintf(spread, sizeof spread, "(%.3g)", number(f, "rate_rms", last + i));
        x += canvas_print(c, x, y, 21, STYLE_PLAIN, "%-9.3g %-11s", number(f, "mean_rate", last + i), spread);
        if (wide) {
            draw_course(c, x, y, 12, f, i, layers, "mean_rate");
            x += 13;
        }
        x += canvas_print(c, x, y, 10, STYLE_PLAIN, "%-9.3g ", number(f, "momentum", last + i));
        x += canvas_print(c, x, y, 12, STYLE_PLAIN, "%-10.3g  ", number(f, "weight_rms", last + i));
        if (wide) {
            draw_course(c, x, y, 18, f, i, layers, "weight_rms");
            x += 19;
            x += canvas_print(c, x, y, 12, STYLE_PLAIN, "%-11.3g ", number(f, "mean_bias", last + i));
        }
        if (isnan(dead))
            canvas_print(c, x, y, 6, STYLE_DIM, "-");
        else
            x += canvas_print(c, x, y, 8, dead > 0.5 ? STYLE_ERROR : STYLE_PLAIN, "%.1f %%", 100 * dead);
        if (wide && !isnan(dead) && x + 12 < b.x + b.w)
            draw_course(c, x + 1, y, 10, f, i, layers, "dead_units");
    }
    int y = b.y + 2 + (int)layers, room = b.y + b.h - y - 1, half = b.w / 2;
    if (room < 2)
        return;
    canvas_print(c, b.x, y, half, STYLE_BOLD, "weights of layer %zu", v->at + 1);
    if (v->at + 1 < layers)
        canvas_print(c, b.x + half, y, half, STYLE_BOLD, "activations of layer %zu", v->at + 1);
    for (int i = 0; i < room && (size_t)i < events; i++) {
        size_t shown = events < (size_t)room ? events : (size_t)room;
        size_t event = shown > 1 ? (size_t)((double)i * (double)(events - 1) / (double)(shown - 1)) : events - 1, row = event * layers + v->at;
        canvas_print(c, b.x, y + 1 + i, 9, STYLE_DIM, "%8.3g", number(f, "epochs", row));
        draw_ridge(c, (box){b.x + 10, y + 1 + i, half - 11, 1}, f, row, "weights", number(f, "weights_lo", row), number(f, "weights_hi", row));
        if (v->at + 1 < layers)
            draw_ridge(c, (box){b.x + half, y + 1 + i, half - 1, 1}, f, row, "activations", number(f, "activations_lo", row), number(f, "activations_hi", row));
    }
}

/* Parameters ------------------------------------------------------------------------------------------------ */

static void words_of(const weir_value *v, char *buf, size_t cap)
{
    size_t n = 0;

    buf[0] = '\0';
    if (!v || v->kind == WEIR_NIL)
        return;
    switch (v->kind) {
    case WEIR_BOOL: snprintf(buf, cap, "%s", v->as.b ? "true" : "false"); break;
    case WEIR_INT: snprintf(buf, cap, "%lld", (long long)v->as.i); break;
    case WEIR_REAL: snprintf(buf, cap, "%.6g", v->as.r); break;
    case WEIR_TEXT: snprintf(buf, cap, "%s", v->as.text.s); break;
    case WEIR_LIST:
        for (size_t i = 0; i < v->as.list.n && n + 2 < cap; i++) {
            char one[64];
            words_of(&v->as.list.v[i], one, sizeof one);
            n += (size_t)snprintf(buf + n, cap - n, "%s%s", i ? ", " : "", one);
        }
        break;
    default: snprintf(buf, cap, "(%s)", weir_kind_name(v->kind)); break;
    }
}

/* The changed ones first. */
/* Columns for s: at least `least`, no more than there are. */
static int field_room(const char *s, int least, int room)
{
    int w = (int)text_columns(s, strlen(s));

    w = w < least ? least : w;
    return w < room ? w : room;
}

void model_draw_params(canvas *c, box b, model_view *v, spot *cursor)
{
    const weir_value *all = weir_dict_get(&v->info, "params");
    size_t n = all ? all->as.list.n : 0, seen = 0;

    v->lines = 0;
    for (size_t i = 0; i < n; i++)
        v->lines += holds(all->as.list.key[i], v->filter);
    v->at = v->at < v->lines ? v->at : v->lines ? v->lines - 1 : 0;
    v->top = view_top(v->top, v->at, b.h > 1 ? (size_t)b.h - 1 : 1);
    canvas_print(c, b.x, b.y, b.w, STYLE_DIM, "  %-32s %-24s %s", "parameter", "value", "default");
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < n; i++) {
            const weir_value *d = &all->as.list.v[i], *def = weir_dict_get(d, "default"), *actual = weir_dict_get(d, "actual");
            bool changed = !(def && actual && weir_value_equal(def, actual));
            char now[120], was[120];
            if (changed == (pass == 1) || !holds(all->as.list.key[i], v->filter))
                continue;
            size_t here = seen++;
            if (here < v->top || (int)(here - v->top) >= b.h - 1)
                continue;
            int y = b.y + 1 + (int)(here - v->top);
            words_of(actual, now, sizeof now);
            words_of(def, was, sizeof was);
            if (here == v->at)
                mark(c, b.x, y, cursor);
            canvas_style style = changed ? STYLE_BOLD : STYLE_PLAIN;
            int x = b.x + 2, edge = b.x + b.w;
            x += canvas_print(c, x, y, edge - x, style, "%s %-30s ", changed ? "*" : " ", all->as.list.key[i]);
            if (x < edge)
                x += canvas_field(c, x, y, field_room(now, 24, edge - x), style, now, false) + 1;
            if (x < edge && changed)
                canvas_print(c, x, y, edge - x, style, "%s", was);
        }
}

/* Hit ratios --------------------------------------------------------------------------------------------------- */

void model_draw_hits(canvas *c, box b, model_view *v)
{
    size_t n = v->hits ? weir_frame_rows(v->hits) : 0;

    if (!n) {
        canvas_print(c, b.x, b.y, b.w, STYLE_DIM, "Only a model of many classes has hit ratios.");
        return;
    }
    canvas_print(c, b.x, b.y, b.w, STYLE_DIM, b.w < 48 ? "right class among the first k" : "how often the right class is among the first k");
    for (size_t i = 0; i < n && (int)i + 1 < b.h; i++) {
        int y = b.y + 1 + (int)i;
        double share = at(v->hits, 1, i);
        canvas_print(c, b.x, y, 6, STYLE_PLAIN, "%4.0f", at(v->hits, 0, i));
        canvas_bar(c, b.x + 6, y, b.w - 18, share, STYLE_BAR);
        canvas_print(c, b.x + b.w - 11, y, 11, STYLE_PLAIN, "%9.5f", share);
    }
}
