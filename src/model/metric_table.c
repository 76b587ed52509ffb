/* metric_table.c - metrics as frames and as one value. */
#include "model/metric_impl.h"

#include "base/mem.h"
#include "base/status.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A frame of up to MOST numeric columns that is filled cell by cell. */
enum { MOST = 24 };
typedef struct sheet {
    size_t rows, cols;
    double *x;
    weir_column_init col[MOST];
} sheet;

static double *sheet_column(sheet *s, const char *name)
{
    double *x = s->x + s->cols * s->rows;
    s->col[s->cols++] = (weir_column_init){.name = name, .numbers = x};
    return x;
}

static bool sheet_new(sheet *s, size_t rows)
{
    memset(s, 0, sizeof *s);
    s->rows = rows;
    s->x = mem_array(rows * MOST + 1, sizeof *s->x);
    return s->x != NULL;
}

static weir_status sheet_frame(sheet *s, weir_frame **out, weir_error *err)
{
    weir_status st = weir_frame_build(out, s->col, s->cols, s->rows, err);
    mem_free(s->x);
    return st;
}

static weir_status thresholds(const weir_metrics *m, weir_frame **out, weir_error *err)
{
    sheet s;

    if (!sheet_new(&s, m->n_thresholds))
        return weir_no_memory(err, "making a table");
    double *t = sheet_column(&s, "threshold");
    memcpy(t, m->threshold, m->n_thresholds * sizeof *t);
    for (int k = 0; k < CRITERIA; k++) {
        double *x = sheet_column(&s, criterion_names[k]);
        for (size_t i = 0; i < s.rows; i++)
            x[i] = criterion(k, m->tp[i], m->fp[i], m->positives, m->negatives);
        if (m->h2o && k >= CRITERION_TNS && k <= CRITERION_TPS)
            for (size_t i = 0; i < s.rows; i++)
                x[i] = trunc(x[i]);
    }
    double *idx = sheet_column(&s, "idx");
    for (size_t i = 0; i < s.rows; i++)
        idx[i] = (double)i;
    return sheet_frame(&s, out, err);
}

static weir_status maxima(const weir_metrics *m, weir_frame **out, weir_error *err)
{
    sheet s;
    char names[CRITERIA][40];
    const char *labels[CRITERIA];

    if (!sheet_new(&s, CRITERIA))
        return weir_no_memory(err, "making a table");
    s.col[s.cols++] = (weir_column_init){.name = "metric", .type = WEIR_TYPE_STRING, .labels = labels};
    double *t = sheet_column(&s, "threshold"), *v = sheet_column(&s, "value"), *idx = sheet_column(&s, "idx");
    for (int k = 0; k < CRITERIA; k++) {
        snprintf(names[k], sizeof names[k], "max %s", criterion_names[k]);
        labels[k] = names[k];
        t[k] = v[k] = NAN;
        idx[k] = -1;
        for (size_t i = 0; i < m->n_thresholds; i++) {
            double x = criterion(k, m->tp[i], m->fp[i], m->positives, m->negatives);
            if (x > v[k] || (isnan(v[k]) && !isnan(x))) {
                v[k] = x;
                t[k] = m->threshold[i];
                idx[k] = (double)i;
            }
        }
    }
    return sheet_frame(&s, out, err);
}

static weir_status gains(const weir_metrics *m, weir_frame **out, weir_error *err)
{
    sheet s;
    double e = 0, o = 0, sc = 0, all = m->gain_all, avg = m->gain_rate;

    if (!sheet_new(&s, m->n_gain))
        return weir_no_memory(err, "making a table");
    static const char *const names[] = {
        "group", "cumulative_data_fraction", "lower_threshold", "lift", "cumulative_lift", "response_rate", "score",
        "cumulative_response_rate", "cumulative_score", "capture_rate", "cumulative_capture_rate", "gain",
        "cumulative_gain", "kolmogorov_smirnov"};
    double *c[14];
    for (size_t k = 0; k < 14; k++)
        c[k] = sheet_column(&s, names[k]);
    for (size_t g = 0; g < m->n_gain; g++) {
        const gain_group *x = &m->gain[g];
        double rr = x->observations > 0 ? x->events / x->observations : 0;
        e += x->events;
        o += x->observations;
        sc += x->score;
        const double row[14] = {(double)g + 1, o / all, x->lower, rr / avg, e / o / avg, rr,
                                x->observations > 0 ? x->score / x->observations : 0, e / o, sc / o,
                                x->events / m->gain_positives, e / m->gain_positives, 100 * (rr / avg - 1),
                                100 * (e / o / avg - 1), gain_distance(m, e, o)};
        for (size_t k = 0; k < 14; k++)
            c[k][g] = row[k];
    }
    return sheet_frame(&s, out, err);
}

static weir_status hit_ratios(const weir_metrics *m, weir_frame **out, weir_error *err)
{
    sheet s;

    if (!sheet_new(&s, m->n_hits))
        return weir_no_memory(err, "making a table");
    double *k = sheet_column(&s, "k"), *h = sheet_column(&s, "hit_ratio");
    for (size_t i = 0; i < m->n_hits; i++) {
        k[i] = (double)i + 1;
        h[i] = m->hits[i];
    }
    return sheet_frame(&s, out, err);
}

/* One row per actual class and a last one of totals; columns: predicted classes, error, rate. */
static weir_status confusion(const weir_metrics *m, weir_frame **out, weir_error *err)
{
    size_t k = m->n_labels, rows = k + 1;
    double *x = mem_zero(rows * (k + 1), sizeof *x), wrong = 0, all = 0;
    const char **label = mem_array(rows, sizeof *label), **rate = mem_array(rows, sizeof *rate);
    char (*text)[64] = mem_array(rows, sizeof *text);
    weir_column_init *cols = mem_zero(k + 3, sizeof *cols);
    weir_status st;

    if (!x || !label || !rate || !text || !cols) {
        st = weir_no_memory(err, "making a table");
    } else {
        cols[0] = (weir_column_init){.name = "actual", .type = WEIR_TYPE_STRING, .labels = label};
        for (size_t b = 0; b < k; b++)
            cols[1 + b] = (weir_column_init){.name = m->labels[b], .numbers = x + b * rows};
        cols[k + 1] = (weir_column_init){.name = "error", .numbers = x + k * rows};
        cols[k + 2] = (weir_column_init){.name = "rate", .type = WEIR_TYPE_STRING, .labels = rate};
        for (size_t a = 0; a < rows; a++) {
            double row = 0, right = 0;
            for (size_t b = 0; a < k && b < k; b++) {
                double v = m->confusion[a * k + b];
                x[b * rows + a] = v;
                x[b * rows + k] += v;
                row += v;
                right += a == b ? v : 0;
            }
            wrong += row - right;
            all += row;
            double bad = a < k ? row - right : wrong, of = a < k ? row : all;
            x[k * rows + a] = bad / of;
            snprintf(text[a], sizeof *text, "%.10g / %.10g", bad, of);
            rate[a] = text[a];
            label[a] = a < k ? m->labels[a] : "Totals";
        }
        st = weir_frame_build(out, cols, k + 3, rows, err);
    }
    mem_free(x), mem_free(label), mem_free(rate), mem_free(text), mem_free(cols);
    return st;
}

/* Rows: each class against the rest, two means, each pair, two means. */
static weir_status class_areas(const weir_metrics *m, bool pr, weir_frame **out, weir_error *err)
{
    size_t k = m->n_labels, pairs = k * (k - 1) / 2, rows = k + pairs + 4, at = 0;
    const double *one = pr ? m->class_aucpr : m->class_auc, *two = pr ? m->pair_aucpr : m->pair_auc;
    const double *macro = pr ? m->macro_aucpr : m->macro_auc;
    double *x = mem_array(rows, sizeof *x);
    const char **label = mem_zero(rows, sizeof *label), **first = mem_zero(rows, sizeof *first);
    const char **second = mem_zero(rows, sizeof *second);
    char (*text)[200] = mem_array(rows, sizeof *text);
    weir_status st;

    if (!x || !label || !first || !second || !text) {
        st = weir_no_memory(err, "making a table");
    } else {
        for (size_t a = 0; a < k; a++, at++) {
            x[at] = one[a];
            first[at] = m->labels[a];
            snprintf(text[at], sizeof *text, "%.90s vs Rest", m->labels[a]);
        }
        x[at] = macro[0], strcpy(text[at++], "Macro OVR");
        x[at] = macro[1], strcpy(text[at++], "Weighted OVR");
        for (size_t a = 0; a < k; a++)
            for (size_t b = a + 1; b < k; b++, at++) {
                x[at] = *two++;
                first[at] = m->labels[a];
                second[at] = m->labels[b];
                snprintf(text[at], sizeof *text, "Class %.90s vs. %.90s", m->labels[a], m->labels[b]);
            }
        x[at] = macro[2], strcpy(text[at++], "Macro OVO");
        x[at] = macro[3], strcpy(text[at], "Weighted OVO");
        for (size_t i = 0; i < rows; i++)
            label[i] = text[i];
        weir_column_init cols[] = {{.name = "type", .type = WEIR_TYPE_STRING, .labels = label},
                                   {.name = "first_class_domain", .type = WEIR_TYPE_STRING, .labels = first},
                                   {.name = "second_class_domain", .type = WEIR_TYPE_STRING, .labels = second},
                                   {.name = pr ? "auc_pr" : "auc", .numbers = x}};
        st = weir_frame_build(out, cols, 4, rows, err);
    }
    mem_free(x), mem_free(label), mem_free(first), mem_free(second), mem_free(text);
    return st;
}

weir_status weir_metrics_table(const weir_metrics *m, const char *name, weir_frame **out, weir_error *err)
{
    const struct { const char *name; bool there; } all[] = {
        {"confusion_matrix", m->confusion != NULL},
        {"thresholds_and_metric_scores", m->threshold != NULL},
        {"max_criteria_and_metric_scores", m->threshold != NULL},
        {"gains_lift_table", m->n_gain > 0},
        {"hit_ratio_table", m->n_hits > 0},
        {"multinomial_auc_table", m->class_auc != NULL},
        {"multinomial_aucpr_table", m->class_auc != NULL}};
    char list[256] = "";
    size_t at = 7;

    for (size_t i = 0; i < 7; i++) {
        if (all[i].there && !strcmp(all[i].name, name))
            at = i;
        if (all[i].there)
            snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", *list ? ", " : "", all[i].name);
    }
    switch (at) {
    case 0: return confusion(m, out, err);
    case 1: return thresholds(m, out, err);
    case 2: return maxima(m, out, err);
    case 3: return gains(m, out, err);
    case 4: return hit_ratios(m, out, err);
    case 5: return class_areas(m, false, out, err);
    case 6: return class_areas(m, true, out, err);
    default:
        return weir_fail(err, WEIR_EINVAL, "these metrics have no table '%s'; there is: %s", name,
                         *list ? list : "none");
    }
}

weir_status weir_metrics_info(const weir_metrics *m, weir_value *out, weir_error *err)
{
    weir_value d = weir_dict();
    weir_status st = weir_dict_set(&d, "kind", weir_text(category_name(m->category)), err);

    if (!st)
        st = weir_dict_set(&d, "nobs", weir_int((int64_t)m->nobs), err);
    if (!st)
        st = weir_dict_set(&d, "description", weir_text(m->description), err);
    for (size_t i = 0; i < METRIC_COUNT && !st; i++)
        if (!isnan(m->number[i]))
            st = weir_dict_set(&d, weir_metric_at(i)->name, weir_real(m->number[i]), err);
    if (!st && !isnan(m->best_threshold))
        st = weir_dict_set(&d, "threshold", weir_real(m->best_threshold), err);
    if (!st && m->custom_name)
        st = weir_dict_set(&d, "custom_name", weir_text(m->custom_name), err);
    if (st)
        weir_value_clear(&d);
    else
        *out = d;
    return st;
}
