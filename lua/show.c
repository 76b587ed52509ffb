/* show.c - frames, models and metrics as text for people. */
#include "lua/api.h"
#include "lua/bind.h"

#include "base/clock.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { CELL = 28, MOST_COLS = 64, MOST_ROWS = 200 };

static void pad(text *out, const char *s, size_t width, bool right)
{
    size_t w = text_columns(s, strlen(s));

    for (size_t i = w; right && i < width; i++)
        text_char(out, ' ');
    text_add(out, s);
    for (size_t i = w; !right && i < width; i++)
        text_char(out, ' ');
}

/* Bytes that would move the cursor or break the line become blanks, other control bytes '?'. */
static void tame(char *s)
{
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c == '\n' || c == '\r' || c == '\t')
            *s = ' ';
        else if (c < 32 || c == 127)
            *s = '?';
        else if (c == 0xC2 && (unsigned char)s[1] >= 0x80 && (unsigned char)s[1] < 0xA0)
            s[0] = s[1] = '?'; /* C1 controls */
    }
}

static void cell_of(const weir_frame *f, size_t col, size_t row, char buf[CELL * 4 + 4])
{
    if (weir_frame_missing(f, col, row)) {
        strcpy(buf, "NA");
        return;
    }
    if (weir_frame_type(f, col) == WEIR_TYPE_NUMERIC) {
        double x;
        weir_frame_read(f, col, row, 1, &x);
        text_short_number(x, 6, buf);
        return;
    }
    weir_frame_text(f, col, row, buf, CELL * 4);
    tame(buf);
    buf[text_fit(buf, strlen(buf), CELL)] = '\0';
}

void show_frame(text *out, const weir_frame *f, size_t rows, int columns)
{
    size_t n = weir_frame_rows(f), cols = weir_frame_cols(f), used = 0, shown = 0, width[MOST_COLS];
    char buf[CELL * 4 + 4];

    if (rows > n)
        rows = n;
    if (rows > MOST_ROWS)
        rows = MOST_ROWS;
    for (; shown < cols && shown < MOST_COLS; shown++) {
        const char *name = weir_frame_name(f, shown);
        size_t w = text_columns(name, strlen(name));
        for (size_t r = 0; r < rows; r++) {
            cell_of(f, shown, r, buf);
            size_t c = text_columns(buf, strlen(buf));
            w = c > w ? c : w;
        }
        if (shown && used + w + 2 > (size_t)columns)
            break;
        width[shown] = w;
        used += w + 2;
    }
    for (size_t c = 0; c < shown; c++) {
        weir_type t = weir_frame_type(f, c);
        text_add(out, c ? "  " : "");
        pad(out, weir_frame_name(f, c), width[c], t == WEIR_TYPE_NUMERIC);
    }
    text_add(out, shown < cols ? "  ...\n" : "\n");
    for (size_t r = 0; r < rows; r++) {
        for (size_t c = 0; c < shown; c++) {
            cell_of(f, c, r, buf);
            text_add(out, c ? "  " : "");
            pad(out, buf, width[c], weir_frame_type(f, c) == WEIR_TYPE_NUMERIC);
        }
        text_char(out, '\n');
    }
    if (rows < n || shown < cols)
        text_fmt(out, "[%zu rows x %zu columns]\n", n, cols);
}

static void show_table(text *out, const weir_frame *f, const char *title, size_t rows, int columns)
{
    text_fmt(out, "\n%s\n", title);
    show_frame(out, f, rows, columns);
}

/* classes: most of a confusion matrix that is printed. */
static void show_metrics_of(text *out, const weir_metrics *m, size_t classes, int columns)
{
    weir_value info;
    weir_frame *f;

    if (weir_metrics_info(m, &info, NULL))
        return;
    const weir_value *kind = weir_dict_get(&info, "kind"), *about = weir_dict_get(&info, "description");
    text_fmt(out, "%s metrics", kind->as.text.s);
    if (about && about->as.text.n)
        text_fmt(out, " (%s)", about->as.text.s);
    text_char(out, '\n');
    for (size_t i = 0; i < weir_metric_count(); i++) {
        const weir_metric_info *mi = weir_metric_at(i);
        double x = weir_metrics_number(m, mi->name);
        char s[32];
        if (isnan(x) || !strncmp(mi->name, "custom_", 7))
            continue;
        text_short_number(x, 6, s);
        text_fmt(out, "  %-24s %s\n", mi->label, s);
    }
    weir_value_clear(&info);
    if (!weir_metrics_table(m, "confusion_matrix", &f, NULL)) {
        if (weir_frame_rows(f) <= classes + 1) /* the last row holds totals */
            show_table(out, f, "Confusion matrix (rows: actual, columns: predicted)", MOST_ROWS, columns);
        else
            text_fmt(out, "\nConfusion matrix of %zu classes, not printed (max_confusion_matrix_size = %zu): "
                     "confusion_matrix() gives it\n", weir_frame_rows(f) - 1, classes);
        weir_frame_unref(f);
    }
    if (!weir_metrics_table(m, "hit_ratio_table", &f, NULL)) {
        show_table(out, f, "Hit ratios", 10, columns);
        weir_frame_unref(f);
    }
    if (!weir_metrics_table(m, "max_criteria_and_metric_scores", &f, NULL)) {
        show_table(out, f, "Best thresholds", 10, columns);
        weir_frame_unref(f);
    }
}

void show_metrics(text *out, const weir_metrics *m, int columns)
{
    show_metrics_of(out, m, MOST_ROWS, columns);
}

/* max_confusion_matrix_size of a model. */
static size_t printed_classes(const weir_value *info)
{
    const weir_value *p = weir_dict_get(info, "params"), *q = p ? weir_dict_get(p, "max_confusion_matrix_size") : NULL;
    const weir_value *v = q ? weir_dict_get(q, "actual") : NULL;

    return v && v->kind == WEIR_INT ? (size_t)v->as.i : MOST_ROWS;
}

static double real_of(const weir_value *info, const char *key)
{
    const weir_value *v = weir_dict_get(info, key);
    return !v ? (double)NAN : v->kind == WEIR_INT ? (double)v->as.i : v->kind == WEIR_REAL ? v->as.r : (double)NAN;
}

void show_model(text *out, const weir_model *m, int columns)
{
    static const struct { const char *name, *title; size_t rows; } tables[] = {
        {"summary", "Layers", 50}, {"scoring_history", "Scoring history (first rows)", 10}, {"varimp", "Variable importances", 10}};
    weir_value info;
    char seconds[32];

    if (weir_model_info(m, &info, NULL))
        return;
    text_fmt(out, "Deep learning model '%s': %s", weir_model_id(m), weir_dict_get(&info, "category")->as.text.s);
    const weir_value *y = weir_dict_get(&info, "response");
    if (y && y->kind == WEIR_TEXT)
        text_fmt(out, " of '%s'", y->as.text.s);
    text_fmt(out, "\n%.0f inputs, %.0f weights and biases, %s loss, %.3g epochs (%.0f samples) in %s on %.0f threads\n",
             real_of(&info, "inputs"), real_of(&info, "weights"), weir_dict_get(&info, "loss")->as.text.s, real_of(&info, "epochs"),
             real_of(&info, "samples"), clock_duration(real_of(&info, "run_time") / 1000, seconds, sizeof seconds), real_of(&info, "threads"));
    text_fmt(out, "stopped: %s\n", weir_dict_get(&info, "stopped")->as.text.s);
    const weir_value *w = weir_dict_get(&info, "warnings");
    for (size_t i = 0; i < w->as.list.n; i++)
        text_fmt(out, "warning: %s\n", w->as.list.v[i].as.text.s);
    static const char *const which[] = {"train", "valid", "xval"};
    for (size_t i = 0; i < 3; i++) {
        weir_metrics *x = weir_model_metrics(m, which[i]);
        if (!x)
            continue;
        text_char(out, '\n');
        show_metrics_of(out, x, printed_classes(&info), columns);
        weir_metrics_unref(x);
    }
    for (size_t i = 0; i < 3; i++) {
        weir_frame *f;
        if (weir_model_table(m, tables[i].name, &f, NULL))
            continue;
        show_table(out, f, tables[i].title, tables[i].rows, columns);
        weir_frame_unref(f);
    }
    weir_value_clear(&info);
}

static void short_value(const weir_value *v, char *buf, size_t cap)
{
    char s[32];

    buf[0] = '\0';
    if (v->kind == WEIR_BOOL)
        snprintf(buf, cap, "%s", v->as.b ? "true" : "false");
    else if (v->kind == WEIR_INT)
        snprintf(buf, cap, "%lld", (long long)v->as.i);
    else if (v->kind == WEIR_REAL)
        text_put_number(v->as.r, s), snprintf(buf, cap, "%s", s);
    else if (v->kind == WEIR_TEXT)
        snprintf(buf, cap, "%s", v->as.text.s);
    else if (v->kind == WEIR_LIST)
        for (size_t i = 0; i < v->as.list.n && strlen(buf) + 8 < cap; i++) {
            char one[64];
            short_value(&v->as.list.v[i], one, sizeof one);
            snprintf(buf + strlen(buf), cap - strlen(buf), "%s%s", i ? "," : "", one);
        }
}

void show_params(text *out, const weir_value *params, int columns)
{
    (void)columns;
    text_fmt(out, "%-34s %-16s %-16s %s\n", "parameter", "default", "given", "used");
    for (size_t i = 0; i < params->as.list.n; i++) {
        char v[3][40];
        static const char *const keys[] = {"default", "input", "actual"};
        for (size_t k = 0; k < 3; k++) {
            const weir_value *x = weir_dict_get(&params->as.list.v[i], keys[k]);
            short_value(x ? x : &(weir_value){0}, v[k], sizeof v[k]);
        }
        bool same = !strcmp(v[0], v[1]);
        text_fmt(out, "%-34s ", params->as.list.key[i]);
        for (size_t k = 0; k < 2; k++) {
            char *s = k && same ? v[k] + strlen(v[k]) : v[k];
            s[text_fit(s, strlen(s), 16)] = '\0';
            pad(out, s, 17, false);
        }
        text_fmt(out, "%s\n", v[2]);
    }
}

static const char *type_of(const weir_param_info *p)
{
    static const char *const words[] = {
        [WEIR_PARAM_BOOL] = "true or false", [WEIR_PARAM_INT] = "whole number", [WEIR_PARAM_REAL] = "number",
        [WEIR_PARAM_ENUM] = "name", [WEIR_PARAM_TEXT] = "text", [WEIR_PARAM_COLUMN] = "column",
        [WEIR_PARAM_COLUMNS] = "list of columns", [WEIR_PARAM_SIZES] = "list of whole numbers",
        [WEIR_PARAM_REALS] = "list of numbers", [WEIR_PARAM_FRAME] = "frame", [WEIR_PARAM_FRAMES] = "list of frames",
        [WEIR_PARAM_MODEL] = "model", [WEIR_PARAM_FUNC] = "function"};
    return words[p->type];
}

static void help_param(text *out, const weir_param_info *p)
{
    text_fmt(out, "%s", p->name);
    if (*p->def)
        text_fmt(out, " = %s", p->def);
    text_fmt(out, "  (%s%s%s)\n    %s%s%s\n", type_of(p), *p->range ? " in " : "", p->range, p->help,
             p->ours ? " Not in H2O." : "", p->acts ? "" : " Does not act yet.");
    if (p->values) {
        text_add(out, "    one of:");
        for (size_t i = 0; p->values[i]; i++)
            text_fmt(out, "%s %s", i ? "," : "", p->values[i]);
        text_char(out, '\n');
    }
}

static void help_verb(text *out, const weir_verb_info *v)
{
    text_fmt(out, "%s%s%s(", *v->on ? v->on : "weir", *v->on ? ":" : ".", v->name);
    for (size_t i = 0; i < v->n_args; i++)
        text_fmt(out, "%s%s%s", i ? ", " : "", v->args[i].name, v->args[i].optional ? "?" : "");
    text_fmt(out, ")\n  %s\n", v->help);
    for (size_t i = 0; i < v->n_args; i++) {
        const char *const *values = api_values(v, v->args[i].name);
        text_fmt(out, "  %-14s %s: %s", v->args[i].name, v->args[i].type, v->args[i].help);
        if (v->args[i].def)
            text_fmt(out, " (default %s)", v->args[i].def);
        for (size_t k = 0; values && values[k]; k++)
            text_fmt(out, "%s%s", k ? ", " : " One of: ", values[k]);
        text_char(out, '\n');
    }
}

static void no_help(text *out, const char *name)
{
    size_t n = 0, most = weir_param_count() + api_count() + weir_metric_count();
    const char **names = malloc(most * sizeof *names), *near = NULL;

    for (size_t i = 0; names && i < weir_param_count(); i++)
        names[n++] = weir_param_at(i)->name;
    for (size_t i = 0; names && i < api_count(); i++)
        names[n++] = api_at(i)->name;
    for (size_t i = 0; names && i < weir_metric_count(); i++)
        names[n++] = weir_metric_at(i)->name;
    if (names)
        near = text_nearest(name, names, n);
    free(names);
    if (near)
        text_fmt(out, "no help on '%s': did you mean '%s'?\n", name, near);
    else
        text_fmt(out, "no help on '%s'; weir.help() lists what there is\n", name);
}

bool show_help(text *out, const char *topic)
{
    size_t found = 0;

    if (!topic || !*topic) {
        text_add(out, "weir.help(\"deeplearning\")       all parameters of a training\n"
                      "weir.help(\"deeplearning.rho\")   one parameter\n"
                      "weir.help(\"split\")              one function or method\n\nFunctions and methods:\n");
        for (size_t i = 0; i < api_count(); i++) {
            const weir_verb_info *v = api_at(i);
            text_fmt(out, "  %-8s %-14s %s\n", *v->on ? v->on : "weir", v->name, v->help);
        }
        return true;
    }
    const char *own = topic + strcspn(topic, ".:"), *name = *own && own[1] ? own + 1 : topic; /* weir.split, frame:split, deeplearning.rho */
    if (!strcasecmp(name, "deeplearning") || !strcasecmp(name, "autoencoder")) {
        const char *group = "";
        text_fmt(out, "weir.%s{...}: %s\n", name, *name >= 'a' ? "trains a network and gives the model." : "a network that train{...} of it trains; it is the model then.");
        for (size_t i = 0; i < weir_param_count(); i++) {
            const weir_param_info *p = weir_param_at(i);
            if (strcmp(group, p->group) != 0)
                text_fmt(out, "\n%s\n\n", group = p->group);
            help_param(out, p);
        }
        return true;
    }
    const weir_param_info *p = weir_param_find(name);
    if (p)
        help_param(out, p), found++;
    for (size_t i = 0; i < api_count(); i++)
        if (!strcmp(api_at(i)->name, name))
            help_verb(out, api_at(i)), found++;
    ptrdiff_t m = weir_metric_find(name);
    if (m >= 0)
        text_fmt(out, "%s: %s\n", weir_metric_at((size_t)m)->label, weir_metric_at((size_t)m)->help), found++;
    if (!found)
        no_help(out, name);
    return found > 0;
}
