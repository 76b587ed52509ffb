/* verbs_metrics.c - weir.make_metrics: predictions from anywhere, judged as those of a model are. */
#include "model/score.h"

#include "base/mem.h"
#include "base/status.h"
#include "data/frame.h"
#include "model/metric_impl.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What is compared: whole columns, and the labels of classes (owned copies of pointers into the frames). */
typedef struct outside {
    size_t rows, labels;
    const char **label;
    double *p, *y, *w; /* p[rows][labels or 1] */
    family_kind family; /* of a numeric actual; AUTO or gaussian: any prediction will do */
} outside;

static void outside_free(outside *o)
{
    mem_free(o->label), mem_free(o->p), mem_free(o->y), mem_free(o->w);
}

/* Options are parameters of a training: the same names, ranges and spellings. */
static weir_status options_of(const verb_context *c, weir_params *p, weir_error *err)
{
    static const char *const names[] = {"distribution", "auc_type", "quantile_alpha", "tweedie_power", "huber_alpha",
                                        "gainslift_bins", "max_hit_ratio_k", "compat"};
    weir_status st = WEIR_OK;

    for (size_t i = 0; i < sizeof names / sizeof *names && !st; i++)
        if (verb_has(c, names[i]))
            st = weir_params_set(p, names[i], verb_value(c, names[i]), err);
    return st;
}

static weir_status one_column(const weir_frame *f, const char *name, size_t rows, const column **out, weir_error *err)
{
    if (f->cols != 1)
        return weir_fail_at(err, WEIR_EINVAL, name, "%s has %zu columns; it must be one", name, f->cols);
    if (f->rows != rows)
        return weir_fail_at(err, WEIR_EINVAL, name, "%s has %zu rows, predicted %zu: one each is needed", name, f->rows, rows);
    *out = f->col[0];
    return WEIR_OK;
}

static weir_status read_weights(const verb_context *c, outside *o, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "weights");
    const column *col;
    weir_status st = f ? one_column(f, "weights", o->rows, &col, err) : WEIR_OK;

    if (st || !f)
        return st;
    if (col->type != WEIR_TYPE_NUMERIC)
        return weir_fail_at(err, WEIR_EINVAL, "weights", "weights must be a column of numbers");
    if (col->stats.missing || col->stats.min < 0)
        return weir_fail_at(err, WEIR_EINVAL, "weights", "weights has %s values; weights are at least 0",
                            col->stats.missing ? "missing" : "negative");
    o->w = mem_array(o->rows + 1, sizeof *o->w);
    if (!o->w)
        return weir_no_memory(err, "computing metrics");
    weir_frame_read(f, 0, 0, o->rows, o->w);
    return WEIR_OK;
}

/* Labels: domain, or the levels of the truth. */
static weir_status read_labels(const verb_context *c, const column *truth, outside *o, weir_error *err)
{
    const weir_value *d = verb_value(c, "domain");

    if (!d && truth->type != WEIR_TYPE_FACTOR)
        return WEIR_OK;
    o->labels = d ? d->as.list.n : truth->n_levels;
    if (o->labels < 2)
        return weir_fail_at(err, WEIR_EINVAL, d ? "domain" : "actual", "%s has %zu %s; classes are at least 2",
                            d ? "domain" : "actual", o->labels, d ? "entries" : "levels");
    o->label = mem_array(o->labels, sizeof *o->label);
    if (!o->label)
        return weir_no_memory(err, "computing metrics");
    for (size_t k = 0; k < o->labels; k++) {
        if (d && d->as.list.v[k].kind != WEIR_TEXT)
            return weir_fail_at(err, WEIR_EINVAL, "domain", "domain must be a list of labels, such as {\"no\", \"yes\"}");
        o->label[k] = d ? d->as.list.v[k].as.text.s : truth->levels[k];
        for (size_t j = 0; j < k; j++)
            if (!strcmp(o->label[j], o->label[k]))
                return weir_fail_at(err, WEIR_EINVAL, "domain", "domain holds '%s' twice", o->label[k]);
    }
    return WEIR_OK;
}

/* Truth as codes of the labels; a label that domain lacks is an error that names it. */
static weir_status read_classes(const weir_frame *f, outside *o, weir_error *err)
{
    char cell[256];

    for (size_t i = 0; i < o->rows; i++) {
        o->y[i] = NAN;
        if (weir_frame_missing(f, 0, i))
            continue;
        weir_frame_text(f, 0, i, cell, sizeof cell);
        for (size_t k = 0; k < o->labels && isnan(o->y[i]); k++)
            if (!strcmp(cell, o->label[k]))
                o->y[i] = (double)k;
        if (isnan(o->y[i]))
            return weir_fail_at(err, WEIR_EINVAL, "domain", "row %zu of actual is '%s', which domain does not hold", i + 1, cell);
    }
    return WEIR_OK;
}

static weir_status read_truth(const verb_context *c, outside *o, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "actual");
    const column *truth;
    weir_status st = one_column(f, "actual", o->rows, &truth, err);

    if (!st)
        st = read_labels(c, truth, o, err);
    if (st)
        return st;
    o->y = mem_array(o->rows + 1, sizeof *o->y);
    if (!o->y)
        return weir_no_memory(err, "computing metrics");
    if (o->labels)
        return read_classes(f, o, err);
    if (truth->type != WEIR_TYPE_NUMERIC)
        return weir_fail_at(err, WEIR_EINVAL, "actual", "actual must be a column of numbers, or a factor for classes");
    weir_frame_read(f, 0, 0, o->rows, o->y);
    return WEIR_OK;
}

/* One column, or one per label; a first column `predict` (as m:predict gives it) is left out. */
static weir_status read_predictions(const weir_frame *f, outside *o, weir_error *err)
{
    size_t first = f->cols > 1 && !strcmp(f->name[0], "predict") ? 1 : 0, cols = f->cols - first;
    size_t width = o->labels ? o->labels : 1;

    if (cols != width && !(o->labels == 2 && cols == 1))
        return weir_fail_at(err, WEIR_EINVAL, "predicted", "predicted has %zu columns; %s%zu %s", cols,
                            o->labels == 2 ? "1 or " : "", width, o->labels ? "are needed, one per class" : "is needed for a numeric actual");
    double *x = mem_array(o->rows + 1, sizeof *x);
    o->p = mem_array(o->rows * width + 1, sizeof *o->p);
    if (!x || !o->p) {
        mem_free(x);
        return weir_no_memory(err, "computing metrics");
    }
    for (size_t k = 0; k < cols; k++) {
        const char *name = f->name[first + k];
        const column *c = f->col[first + k];
        if (c->type != WEIR_TYPE_NUMERIC) {
            mem_free(x);
            return weir_fail_at(err, WEIR_EINVAL, "predicted", "column '%s' of predicted must hold numbers", name);
        }
        if (o->labels && (c->stats.min < 0 || c->stats.max > 1)) {
            mem_free(x);
            return weir_fail_at(err, WEIR_EINVAL, "predicted", "column '%s' of predicted goes from %g to %g; probabilities are in [0, 1]",
                                name, c->stats.min, c->stats.max);
        }
        if (!o->labels && family_is_log_link(o->family) && c->stats.min < 0) {
            mem_free(x);
            return weir_fail_at(err, WEIR_EINVAL, "predicted", "column '%s' of predicted has %g; predictions of distribution \"%s\" are at least 0",
                                name, c->stats.min, family_names[o->family]);
        }
        weir_frame_read(f, first + k, 0, o->rows, x);
        for (size_t i = 0; i < o->rows; i++) {
            o->p[i * width + (cols < width ? 1 : k)] = x[i];
            if (cols < width)
                o->p[i * width] = 1 - x[i];
        }
    }
    mem_free(x);
    return WEIR_OK;
}

static weir_status check_family(const weir_params *p, size_t labels, weir_error *err)
{
    problem_kind problem = labels ? PROBLEM_CLASSES : PROBLEM_REGRESSION;

    if (loss_legal((family_kind)p->distribution, LOSS_AUTOMATIC, problem))
        return WEIR_OK;
    return weir_fail_at(err, WEIR_EINVAL, "distribution", "distribution = \"%s\" cannot be used for %s",
                        param_spelling(PARAM_distribution, p->distribution), labels ? "classes" : "a numeric actual");
}

static weir_status judge(const outside *o, const weir_params *p, const row_chunks *chunks, weir_metrics **out, weir_error *err)
{
    loss_spec loss = {.family = (family_kind)p->distribution, .quantile_alpha = p->quantile_alpha,
                      .tweedie_power = p->tweedie_power, .huber_delta = 1};
    metric_options opt = {.labels = o->label, .n_labels = o->labels, .huber_alpha = p->huber_alpha,
                          .hit_ratio_k = (int)p->max_hit_ratio_k, .auc_type = p->auc_type,
                          .gainslift_bins = (int)p->gainslift_bins, .h2o = p->compat == COMPAT_H2O,
                          .description = "predictions given by the user"};

    loss_resolve(&loss, o->labels ? PROBLEM_CLASSES : PROBLEM_REGRESSION, o->labels);
    opt.loss = loss;
    if (opt.h2o && chunks) {
        opt.chunk_end = chunks->end;
        opt.chunks = chunks->n;
    }
    return o->labels ? metrics_of_classes(out, o->rows, o->p, o->y, o->w, NULL, &opt, err)
                     : metrics_of_regression(out, o->rows, o->p, o->y, o->w, &opt, err);
}

static weir_status run_make_metrics(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *predicted = verb_frame(c, "predicted"), *actual = verb_frame(c, "actual");
    const row_chunks *chunks = frame_chunks(predicted); /* predictions are dealt as the frame that was scored */
    outside o = {.rows = predicted->rows};
    weir_metrics *m = NULL;
    weir_params *p = weir_params_new();
    weir_status st = p ? options_of(c, p, err) : weir_no_memory(err, "computing metrics");

    if (!st && !o.rows)
        st = weir_fail_at(err, WEIR_EINVAL, "predicted", "predicted has no rows");
    if (!st)
        st = read_truth(c, &o, err);
    if (!st)
        st = check_family(p, o.labels, err);
    o.family = p ? (family_kind)p->distribution : FAMILY_AUTO;
    if (!st)
        st = read_predictions(predicted, &o, err);
    if (!st)
        st = read_weights(c, &o, err);
    if (!st)
        st = judge(&o, p, chunks || !actual ? chunks : frame_chunks(actual), &m, err);
    if (!st && !m->nobs) {
        st = weir_fail_at(err, WEIR_EINVAL, "predicted", "no row has a prediction, an actual value and a weight above 0");
        weir_metrics_unref(m);
    }
    if (!st)
        *out = (weir_value){.kind = WEIR_METRICS, .as.metrics = m};
    weir_params_free(p);
    outside_free(&o);
    return st;
}

static const weir_arg_info make_metrics_args[] = {
    {.name = "predicted", .type = "frame", .help = "Predictions: one column, or one of probabilities per class (what m:predict gives will do)."},
    {.name = "actual", .type = "frame", .help = "Truth: one column, a factor for classes."},
    {.name = "domain", .type = "list", .optional = true, .help = "Labels in the order of the probabilities; the levels of actual by default."},
    {.name = "distribution", .type = "text", .def = "AUTO", .optional = true, .help = "Distribution whose deviance is computed."},
    {.name = "weights", .type = "frame", .optional = true, .help = "Weights of the rows: one column."},
    {.name = "auc_type", .type = "text", .def = "AUTO", .optional = true, .help = "How a many-class AUC is averaged."},
    {.name = "quantile_alpha", .type = "real", .optional = true, .help = "Of distribution quantile."},
    {.name = "tweedie_power", .type = "real", .optional = true, .help = "Of distribution tweedie."},
    {.name = "huber_alpha", .type = "real", .optional = true, .help = "Of distribution huber."},
    {.name = "gainslift_bins", .type = "int", .optional = true, .help = "Groups of the gains/lift table; -1 tuned, 0 none."},
    {.name = "max_hit_ratio_k", .type = "int", .optional = true, .help = "Largest k of the hit ratios."},
    {.name = "compat", .type = "text", .def = "none", .optional = true, .help = "\"h2o\": H2O's own arithmetic."},
};

const verb verbs_metrics[] = {
    {{.name = "make_metrics", .on = "", .group = "scoring", .gives = "metrics", .job = true,
      .help = "Metrics of predictions that were made anywhere.", .args = make_metrics_args,
      .n_args = sizeof make_metrics_args / sizeof *make_metrics_args}, run_make_metrics},
};
const size_t verbs_metrics_count = sizeof verbs_metrics / sizeof *verbs_metrics;
