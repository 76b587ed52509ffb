/* verbs_model.c - what a person asks of a finished model. */
#include "model/score.h"

#include "base/mem.h"
#include "base/status.h"
#include "data/frame.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A frame, bound; warnings go to the log. */
static weir_status bind(const verb_context *c, const weir_model *m, const weir_frame *f, encode_view **v,
                        weir_error *err)
{
    if (m->unstable)
        return weir_fail(err, WEIR_ESTATE, "model '%s' is unstable (%s): it cannot score rows", m->id,
                         m->stopped ? m->stopped : "its weights have exploded");
    weir_status st = encode_view_new(v, m->enc, f, c->log, err);

    for (size_t i = 0; !st && i < (*v)->warnings.as.list.n; i++)
        log_at(c->log, WEIR_LOG_WARN, "score", "%s", (*v)->warnings.as.list.v[i].as.text.s);
    return st;
}

/* f by reference: it is set by the call that gives st, in the same expression. */
static weir_status give_frame(weir_status st, weir_frame *const *f, weir_value *out)
{
    if (!st)
        *out = (weir_value){.kind = WEIR_FRAME, .as.frame = *f};
    return st;
}

static size_t best_of(const double *p, size_t k)
{
    size_t best = 0;
    for (size_t c = 1; c < k; c++)
        if (p[c] > p[best])
            best = c;
    return best;
}

/* predict (label), then one column per class; or predict alone. */
static weir_status frame_of_predictions(const weir_model *m, const double *p, size_t n, weir_frame **out,
                                        weir_error *err)
{
    size_t k = m->enc->n_labels;
    double *x = mem_array(n * (k + 1) + 1, sizeof *x);
    weir_column_init *cols = mem_zero(k + 1, sizeof *cols);
    char (*names)[160] = mem_array(k + 1, sizeof *names);
    weir_status st;

    if (!x || !cols || !names) {
        mem_free(x), mem_free(cols), mem_free(names);
        return weir_no_memory(err, "predicting");
    }
    double t = isnan(m->threshold) ? 0.5 : m->threshold;
    for (size_t i = 0; i < n; i++) {
        const double *pi = p + i * k;
        x[i] = k == 2 ? pi[1] >= t : (double)best_of(pi, k);
        for (size_t c = 0; c < k; c++)
            x[(c + 1) * n + i] = pi[c];
    }
    cols[0] = (weir_column_init){.name = "predict", .type = WEIR_TYPE_FACTOR, .numbers = x,
                                 .levels = (const char *const *)m->enc->labels, .n_levels = k};
    for (size_t c = 0; c < k; c++) {
        bool taken = !strcmp(m->enc->labels[c], "predict");
        snprintf(names[c], sizeof names[c], taken ? "p_%s" : "%s", m->enc->labels[c]);
        cols[c + 1] = (weir_column_init){.name = names[c], .numbers = x + (c + 1) * n};
    }
    st = weir_frame_build(out, cols, k + 1, n, err);
    mem_free(x), mem_free(cols), mem_free(names);
    return st;
}

/* The reconstruction in the columns' own units: inputs unscaled, slots as they are. */
static weir_status reconstruct(const weir_model *m, const encode_view *v, size_t n, bool errors,
                               weir_frame **out, progress *p, weir_error *err)
{
    const encoder *e = m->enc;
    size_t k = e->inputs;
    scorer s = scorer_of(m);
    double *x = mem_array(n * k + 1, sizeof *x);
    double *r = mem_array(n * k + 1, sizeof *r), *col = mem_array(n * k + 1, sizeof *col);
    weir_column_init *cols = mem_zero(k + 1, sizeof *cols);
    char (*names)[200] = mem_array(k + 1, sizeof *names);
    weir_status st = x && r && col && cols && names ? WEIR_OK : weir_no_memory(err, "reconstructing");

    if (!st)
        st = score_layers(&s, v, n, m->net->layers, r, x, p, err);
    for (size_t j = 0; j < k && !st; j++) {
        char name[160];
        const encode_number *num = j >= e->hashed ? &e->number[j - e->hashed] : NULL;
        encoder_input_name(e, j, name, sizeof name);
        snprintf(names[j], sizeof names[j], "reconstr_%s%s", name, errors ? ".SE" : "");
        for (size_t i = 0; i < n; i++) {
            double d = r[i * k + j] - x[i * k + j];
            col[j * n + i] = errors ? d * d : num ? r[i * k + j] / num->mul + num->sub : r[i * k + j];
        }
        cols[j] = (weir_column_init){.name = names[j], .numbers = col + j * n};
    }
    if (!st)
        st = weir_frame_build(out, cols, k, n, err);
    mem_free(x);
    mem_free(r), mem_free(col), mem_free(cols), mem_free(names);
    return st;
}

static weir_status one_column(const char *name, const double *x, size_t n, weir_frame **out, weir_error *err)
{
    weir_column_init col = {.name = name, .numbers = x};
    return weir_frame_build(out, &col, 1, n, err);
}

static void plan(const verb_context *c, size_t rows, const char *phase)
{
    if (c->progress)
        atomic_store_explicit(&c->progress->total, rows, memory_order_relaxed);
    progress_phase(c->progress, phase);
}

static weir_status run_predict(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_model *m = verb_model(c, "self");
    const weir_frame *f = verb_frame(c, "frame");
    scorer s = scorer_of(m);
    size_t n = weir_frame_rows(f);
    encode_view *v;
    weir_frame *given = NULL;
    weir_status st = bind(c, m, f, &v, err);

    if (st)
        return st;
    plan(c, n, "predicting");
    if (m->category == CATEGORY_AUTOENCODER) {
        st = reconstruct(m, v, n, false, &given, c->progress, err);
    } else {
        double *p = mem_array(n * scorer_width(&s) + 1, sizeof *p);
        st = p ? score_rows(&s, v, NULL, n, p, c->progress, err) : weir_no_memory(err, "predicting");
        if (!st)
            st = m->category == CATEGORY_REGRESSION ? one_column("predict", p, n, &given, err)
                                                    : frame_of_predictions(m, p, n, &given, err);
        mem_free(p);
    }
    encode_view_free(v);
    return give_frame(st, &given, out);
}

static weir_status run_performance(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_model *m = verb_model(c, "self");
    const weir_frame *f = verb_frame(c, "frame");
    scorer s = scorer_of(m);
    encode_view *v;
    weir_metrics *given = NULL;

    if (!f) {
        bool xval = verb_bool(c, "xval", false), valid = verb_bool(c, "valid", false);
        given = weir_metrics_ref(xval ? m->xval : valid ? m->valid : m->train);
        if (!given)
            return weir_fail(err, WEIR_ESTATE, "model '%s' has no %s metrics; give a frame", m->id,
                             xval ? "cross-validation" : valid ? "validation" : "training");
        *out = (weir_value){.kind = WEIR_METRICS, .as.metrics = given};
        return WEIR_OK;
    }
    weir_status st = bind(c, m, f, &v, err);
    if (st)
        return st;
    if (m->category != CATEGORY_AUTOENCODER && !v->response)
        st = weir_fail(err, WEIR_EINVAL, "the frame has no response column '%s' to compare with", m->enc->response);
    metric_options opt = score_options(m->actual, &s, "frame given by the user");
    const row_chunks *chunks = m->h2o ? frame_chunks(f) : NULL;
    if (chunks) {
        opt.chunk_end = chunks->end;
        opt.chunks = chunks->n;
    }
    if (m->actual->custom_metric_func.kind == WEIR_FUNC) {
        opt.ask = c->ask;
        opt.ask_user = c->ask_user;
        opt.ask_func = m->actual->custom_metric_func.as.i;
    }
    plan(c, weir_frame_rows(f), "scoring");
    if (!st)
        st = score_metrics(&s, v, NULL, weir_frame_rows(f), &opt, &given, c->progress, err);
    encode_view_free(v);
    if (!st)
        *out = (weir_value){.kind = WEIR_METRICS, .as.metrics = given};
    return st;
}

static weir_status run_anomaly(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_model *m = verb_model(c, "self");
    const weir_frame *f = verb_frame(c, "frame");
    scorer s = scorer_of(m);
    size_t n = weir_frame_rows(f);
    encode_view *v;
    weir_frame *given = NULL;

    if (m->category != CATEGORY_AUTOENCODER)
        return weir_fail(err, WEIR_ESTATE, "anomaly needs an autoencoder; model '%s' is a %s model", m->id,
                         category_name(m->category));
    weir_status st = bind(c, m, f, &v, err);
    if (st)
        return st;
    plan(c, n, "scoring");
    if (verb_bool(c, "per_feature", false)) {
        st = reconstruct(m, v, n, true, &given, c->progress, err);
    } else {
        double *p = mem_array(n + 1, sizeof *p);
        st = p ? score_rows(&s, v, NULL, n, p, c->progress, err) : weir_no_memory(err, "scoring");
        if (!st)
            st = one_column("Reconstruction.MSE", p, n, &given, err);
        mem_free(p);
    }
    encode_view_free(v);
    return give_frame(st, &given, out);
}

static weir_status run_deepfeatures(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_model *m = verb_model(c, "self");
    const weir_frame *f = verb_frame(c, "frame");
    int64_t layer = verb_int(c, "layer", 1), hidden = (int64_t)m->net->layers - 1;
    size_t n = weir_frame_rows(f);
    encode_view *v;
    weir_frame *given = NULL;

    if (layer < 1 || layer > hidden)
        return weir_fail_at(err, WEIR_EINVAL, "layer", "layer = %lld: model '%s' has hidden layers 1 to %lld",
                            (long long)layer, m->id, (long long)hidden);
    weir_status st = bind(c, m, f, &v, err);
    if (st)
        return st;
    plan(c, n, "scoring");
    size_t units = m->net->layer[layer - 1].units;
    scorer s = scorer_of(m);
    double *a = mem_array(n * units + 1, sizeof *a), *t = mem_array(n * units + 1, sizeof *t);
    weir_column_init *cols = mem_zero(units + 1, sizeof *cols);
    char (*names)[64] = mem_array(units + 1, sizeof *names);
    if (!a || !t || !cols || !names)
        st = weir_no_memory(err, "extracting deep features");
    if (!st)
        st = score_layers(&s, v, n, (size_t)layer, a, NULL, c->progress, err);
    for (size_t u = 0; u < units && !st; u++) {
        snprintf(names[u], sizeof names[u], "DF.L%lld.C%zu", (long long)layer, u + 1);
        for (size_t i = 0; i < n; i++)
            t[u * n + i] = a[i * units + u];
        cols[u] = (weir_column_init){.name = names[u], .numbers = t + u * n};
    }
    if (!st)
        st = weir_frame_build(&given, cols, units, n, err);
    mem_free(a), mem_free(t), mem_free(cols), mem_free(names);
    encode_view_free(v);
    return give_frame(st, &given, out);
}

weir_status model_weights(const weir_model *m, size_t layer, weir_frame **out, weir_error *err)
{
    const network_layer *l = &m->net->layer[layer];
    size_t rows = network_rows(l);
    double *x = mem_array(rows * l->inputs + 1, sizeof *x);
    weir_column_init *cols = mem_zero(l->inputs + 1, sizeof *cols);
    char (*names)[160] = mem_array(l->inputs + 1, sizeof *names);
    weir_status st = x && cols && names ? WEIR_OK : weir_no_memory(err, "exporting weights");

    for (size_t k = 0; k < l->inputs && !st; k++) {
        if (layer == 0)
            encoder_input_name(m->enc, k, names[k], sizeof names[k]);
        else
            snprintf(names[k], sizeof names[k], "C%zu", k + 1);
        for (size_t r = 0; r < rows; r++)
            x[k * rows + r] = (double)l->w[r * l->inputs + k];
        cols[k] = (weir_column_init){.name = names[k], .numbers = x + k * rows};
    }
    if (!st)
        st = weir_frame_build(out, cols, l->inputs, rows, err);
    mem_free(x), mem_free(cols), mem_free(names);
    return st;
}

weir_status model_biases(const weir_model *m, size_t layer, weir_frame **out, weir_error *err)
{
    return one_column("C1", m->net->layer[layer].b, network_rows(&m->net->layer[layer]), out, err);
}

/* id counts from 1. */
static weir_status layer_frame(const verb_context *c, weir_value *out, const char *what,
                               weir_status (*make)(const weir_model *m, size_t layer, weir_frame **out, weir_error *err),
                               weir_error *err)
{
    const weir_model *m = verb_model(c, "self");
    int64_t id = verb_int(c, "id", 1);
    weir_frame *given = NULL;

    if (id < 1 || id > (int64_t)m->net->layers)
        return weir_fail_at(err, WEIR_EINVAL, "id", "id = %lld: model '%s' has %s 1 to %zu", (long long)id, m->id, what,
                            m->net->layers);
    weir_status st = make(m, (size_t)id - 1, &given, err);
    return give_frame(st, &given, out);
}

static weir_status run_weights(const verb_context *c, weir_value *out, weir_error *err)
{
    return layer_frame(c, out, "matrices", model_weights, err);
}

static weir_status run_biases(const verb_context *c, weir_value *out, weir_error *err)
{
    return layer_frame(c, out, "bias vectors", model_biases, err);
}

/* Of the label alone: metrics stay as they were measured. */
static weir_status run_reset_threshold(const verb_context *c, weir_value *out, weir_error *err)
{
    weir_model *m = (weir_model *)(uintptr_t)verb_model(c, "self");
    double t = verb_real(c, "threshold", NAN), before = m->threshold;

    if (isnan(before))
        return weir_fail(err, WEIR_EINVAL, "model '%s' has no threshold: it does not tell two classes apart", m->id);
    if (!(t >= 0 && t <= 1))
        return weir_fail_at(err, WEIR_EINVAL, "threshold", "threshold = %g is outside [0, 1]", t);
    m->threshold = t;
    *out = weir_real(before);
    return WEIR_OK;
}

static const weir_arg_info reset_args[] = {
    {.name = "threshold", .type = "real", .help = "From 0 to 1: from where on the second of the two classes is predicted."},
};
static const weir_arg_info frame_args[] = {
    {.name = "frame", .type = "frame", .help = "Rows to score; columns are matched by name."},
};
static const weir_arg_info performance_args[] = {
    {.name = "frame", .type = "frame", .optional = true, .help = "Rows with the response; training metrics without."},
    {.name = "train", .type = "bool", .def = "false", .optional = true, .help = "Metrics of the training rows."},
    {.name = "valid", .type = "bool", .def = "false", .optional = true, .help = "Metrics of the validation frame."},
    {.name = "xval", .type = "bool", .def = "false", .optional = true, .help = "Metrics of cross-validation."},
};
static const weir_arg_info anomaly_args[] = {
    {.name = "frame", .type = "frame", .help = "Rows to judge."},
    {.name = "per_feature", .type = "bool", .def = "false", .optional = true, .help = "Give the error of every input."},
};
static const weir_arg_info deepfeatures_args[] = {
    {.name = "frame", .type = "frame", .help = "Rows to transform."},
    {.name = "layer", .type = "int", .def = "1", .optional = true, .help = "Hidden layer, from 1."},
};
static const weir_arg_info matrix_args[] = {
    {.name = "id", .type = "int", .def = "1", .optional = true, .help = "Layer, from 1."},
};

const verb verbs_model[] = {
    {{.name = "predict", .on = "model", .group = "scoring", .gives = "frame", .job = true,
      .help = "Predictions of a frame's rows: the label and each class's probability, a number, or a reconstruction.",
      .args = frame_args, .n_args = 1}, run_predict},
    {{.name = "performance", .on = "model", .group = "scoring", .gives = "metrics", .job = true,
      .help = "Metrics of the model on a frame, or those of its training.",
      .args = performance_args, .n_args = 4}, run_performance},
    {{.name = "anomaly", .on = "model", .group = "scoring", .gives = "frame", .job = true,
      .help = "Reconstruction error of every row (autoencoders).", .args = anomaly_args, .n_args = 2}, run_anomaly},
    {{.name = "deepfeatures", .on = "model", .group = "scoring", .gives = "frame", .job = true,
      .help = "Activations of a hidden layer as columns.", .args = deepfeatures_args, .n_args = 2}, run_deepfeatures},
    {{.name = "weights", .on = "model", .group = "inside", .gives = "frame",
      .help = "Weight matrix of a layer: one row per unit, one column per input.", .args = matrix_args, .n_args = 1},
     run_weights},
    {{.name = "biases", .on = "model", .group = "inside", .gives = "frame",
      .help = "Bias vector of a layer.", .args = matrix_args, .n_args = 1}, run_biases},
    {{.name = "reset_threshold", .on = "model", .group = "scoring", .gives = "number",
      .help = "Another threshold of the predicted label from now on; gives the one before. Metrics stay as they are.", .args = reset_args, .n_args = 1},
     run_reset_threshold},
};
const size_t verbs_model_count = sizeof verbs_model / sizeof *verbs_model;
