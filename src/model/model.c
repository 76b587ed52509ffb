/* model.c - looking at a finished model: facts, tables, metrics. */
#include "model/model.h"

#include "base/mem.h"
#include "base/status.h"
#include "base/text.h"
#include "data/frame.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

weir_model *weir_model_ref(const weir_model *m)
{
    return object_ref(m ? &m->o : NULL);
}

void weir_model_unref(weir_model *m)
{
    object_unref(m ? &m->o : NULL);
}

const char *weir_model_id(const weir_model *m)
{
    return m->id;
}

uint64_t weir_model_bytes(const weir_model *m)
{
    uint64_t bytes = sizeof *m + network_bytes(m->net);

    if (m->state)
        bytes += sizeof *m->state + network_bytes(m->state->last) + m->state->n_optimizer * sizeof *m->state->optimizer;
    return bytes;
}

static void state_free(train_state *s)
{
    if (!s)
        return;
    mem_free(s->optimizer);
    mem_free(s->values);
    network_free(s->last);
    weir_value_clear(&s->more);
    mem_free(s);
}

void model_free_parts(weir_model *m)
{
    weir_params_free(m->params);
    weir_params_free(m->actual);
    encoder_free(m->enc);
    network_free(m->net);
    history_free(m->hist);
    weir_metrics_unref(m->train);
    weir_metrics_unref(m->valid);
    weir_metrics_unref(m->xval);
    mem_free(m->importance);
    mem_free(m->layers);
    weir_value_clear(&m->summary);
    weir_value_clear(&m->warnings);
    mem_free(m->stopped);
    mem_free(m->prior);
    mem_free(m->balanced);
    state_free(m->state);
}

static void destroy(object *o)
{
    weir_model *m = (weir_model *)o;

    model_free_parts(m);
    mem_free(m);
}

weir_model *model_new(void)
{
    weir_model *m = MEM_NEW(weir_model);

    if (!m)
        return NULL;
    object_init(&m->o, destroy);
    m->summary = weir_list();
    m->warnings = weir_list();
    m->threshold = NAN;
    return m;
}

const char *category_name(model_category c)
{
    static const char *const names[] = {"binomial", "multinomial", "regression", "autoencoder"};
    return names[c];
}

weir_metrics *weir_model_metrics(const weir_model *m, const char *which)
{
    return weir_metrics_ref(!strcmp(which, "train")   ? m->train
                            : !strcmp(which, "valid") ? m->valid
                            : !strcmp(which, "xval")  ? m->xval
                                                      : NULL);
}

size_t weir_model_history(const weir_model *m, size_t from, weir_score_row *out, size_t cap)
{
    return m->hist ? history_read(m->hist, from, out, cap) : 0;
}

/* Facts ------------------------------------------------------------------------------- */

static weir_status put(weir_value *d, const char *key, weir_value v, weir_status st, weir_error *err)
{
    if (!st)
        return weir_dict_set(d, key, v, err);
    weir_value_clear(&v);
    return st;
}

static weir_status predictors_of(const encoder *e, weir_value *out, weir_error *err)
{
    weir_status st = WEIR_OK;

    *out = weir_list();
    for (size_t i = 0; i < e->n_factors && !st; i++)
        st = weir_list_add(out, weir_text(e->factor[i].name), err);
    for (size_t i = 0; i < e->n_codes && !st; i++)
        st = weir_list_add(out, weir_text(e->code[i].name), err);
    for (size_t i = 0; i < e->n_numbers && !st; i++)
        if (!e->number[i].code)
            st = weir_list_add(out, weir_text(e->number[i].name), err);
    return st;
}

static weir_status labels_of(const encoder *e, weir_value *out, weir_error *err)
{
    weir_status st = WEIR_OK;

    *out = weir_list();
    for (size_t i = 0; e->labels && i < e->n_labels && !st; i++)
        st = weir_list_add(out, weir_text(e->labels[i]), err);
    return st;
}

/* A frame or model among the parameters stands there by its id: facts hold no data. */
static weir_value by_id(weir_value v)
{
    weir_value id;

    if (v.kind != WEIR_FRAME && v.kind != WEIR_MODEL)
        return v;
    id = weir_text(v.kind == WEIR_FRAME ? weir_frame_id(v.as.frame) : weir_model_id(v.as.model));
    weir_value_clear(&v);
    return id;
}

static weir_status params_of(const weir_model *m, weir_value *out, weir_error *err)
{
    weir_params *fresh = weir_params_new();
    const weir_params *from[] = {fresh, m->params, m->actual};
    static const char *const keys[] = {"default", "input", "actual"};
    weir_status st = fresh ? WEIR_OK : weir_no_memory(err, "describing a model");

    *out = weir_dict();
    for (size_t i = 0; i < weir_param_count() && !st; i++) {
        const char *name = weir_param_at(i)->name;
        weir_value d = weir_dict();
        for (size_t k = 0; k < 3 && !st; k++) {
            weir_value v = weir_nil();
            st = weir_params_get(from[k], name, &v, err);
            if (!st)
                st = weir_dict_set(&d, keys[k], by_id(v), err);
        }
        st = put(out, name, d, st, err);
    }
    weir_params_free(fresh);
    return st;
}

static uint64_t count_weights(const network *net)
{
    uint64_t n = 0;

    for (size_t i = 0; i < net->layers; i++)
        n += network_rows(&net->layer[i]) * (net->layer[i].inputs + 1);
    return n;
}

weir_status weir_model_info(const weir_model *m, weir_value *out, weir_error *err)
{
    weir_value d = weir_dict(), v = weir_nil();
    weir_status st = WEIR_OK;

    st = put(&d, "id", weir_text(m->id), st, err);
    st = put(&d, "algorithm", weir_text("deeplearning"), st, err);
    st = put(&d, "category", weir_text(category_name(m->category)), st, err);
    st = put(&d, "response", m->enc->response ? weir_text(m->enc->response) : weir_nil(), st, err);
    if (!st && !(st = predictors_of(m->enc, &v, err)))
        st = put(&d, "predictors", v, st, err);
    if (!st && !(st = labels_of(m->enc, &v, err)))
        st = put(&d, "labels", v, st, err);
    st = put(&d, "epochs", weir_real(m->epochs), st, err);
    st = put(&d, "samples", weir_int((int64_t)m->samples), st, err);
    st = put(&d, "rows", weir_int((int64_t)m->rows), st, err);
    st = put(&d, "weights", weir_int((int64_t)count_weights(m->net)), st, err);
    st = put(&d, "inputs", weir_int((int64_t)m->enc->inputs), st, err);
    st = put(&d, "distribution", weir_text(family_names[m->loss.family]), st, err);
    st = put(&d, "loss", weir_text(loss_names[m->loss.loss]), st, err);
    st = put(&d, "start_time", weir_real(m->start_time * 1000), st, err);
    st = put(&d, "end_time", weir_real(m->end_time * 1000), st, err);
    st = put(&d, "run_time", weir_real(m->run_time * 1000), st, err);
    st = put(&d, "threads", weir_int(m->threads), st, err);
    st = put(&d, "seed", weir_int((int64_t)m->seed), st, err);
    st = put(&d, "kernel", weir_text(m->kernel), st, err);
    st = put(&d, "threshold", weir_real(m->threshold), st, err);
    st = put(&d, "stopped", weir_text(m->stopped ? m->stopped : ""), st, err);
    st = put(&d, "unstable", weir_bool(m->unstable), st, err);
    if (!st && !(st = weir_value_copy(&v, &m->warnings, err)))
        st = put(&d, "warnings", v, st, err);
    if (!st && !(st = params_of(m, &v, err)))
        st = put(&d, "params", v, st, err);
    if (st)
        weir_value_clear(&d);
    else
        *out = d;
    return st;
}

/* Tables ------------------------------------------------------------------------------- */

static weir_status varimp_table(const weir_model *m, weir_frame **out, weir_error *err)
{
    size_t n = m->enc->inputs;

    if (!m->importance)
        return weir_fail(err, WEIR_ESTATE, "model '%s' was trained with variable_importances=false", m->id);
    size_t *order = mem_array(n, sizeof *order);
    double *v = mem_array(n * 3, sizeof *v), sum = 0;
    char (*names)[160] = mem_array(n, sizeof *names);
    const char **labels = mem_array(n, sizeof *labels);
    if (!order || !v || !names || !labels) {
        mem_free(order), mem_free(v), mem_free(names), mem_free(labels);
        return weir_no_memory(err, "listing variable importances");
    }
    for (size_t i = 0; i < n; i++) {
        size_t at = i;
        for (; at > 0 && m->importance[order[at - 1]] < m->importance[i]; at--)
            order[at] = order[at - 1];
        order[at] = i;
        sum += m->importance[i];
    }
    double most = n && m->importance[order[0]] > 0 ? m->importance[order[0]] : 1;
    for (size_t i = 0; i < n; i++) {
        encoder_input_name(m->enc, order[i], names[i], sizeof names[i]);
        labels[i] = names[i];
        v[i] = m->importance[order[i]];
        v[n + i] = v[i] / most;
        v[2 * n + i] = sum > 0 ? v[i] / sum : 0;
    }
    weir_column_init cols[] = {
        {.name = "variable", .type = WEIR_TYPE_STRING, .labels = labels},
        {.name = "relative_importance", .numbers = v},
        {.name = "scaled_importance", .numbers = v + n},
        {.name = "percentage", .numbers = v + 2 * n},
    };
    weir_status st = weir_frame_build(out, cols, 4, n, err);
    mem_free(order), mem_free(v), mem_free(names), mem_free(labels);
    return st;
}

enum { HISTORY_FIXED = 6 };

static double fixed_cell(const weir_score_row *r, size_t k)
{
    const double v[HISTORY_FIXED] = {r->time * 1000, r->duration, r->speed, r->epochs,
                                     (double)r->iterations, (double)r->samples};
    return v[k];
}

/* One column per metric that any row has, training then validation. */
static weir_status history_table(const weir_model *m, weir_frame **out, weir_error *err)
{
    static const char *const fixed[] = {"timestamp", "duration", "training_speed", "epochs", "iterations", "samples"};
    size_t n = weir_model_history(m, 0, NULL, 0), cap = m->hist ? history_count(m->hist) : 0, used = 0;
    enum { MOST = HISTORY_FIXED + 2 * WEIR_METRIC_MAX };
    weir_column_init cols[MOST];
    char names[MOST][64];
    weir_score_row *rows = mem_array(cap + 1, sizeof *rows);
    double *x = mem_array(MOST * (cap + 1), sizeof *x);

    if (!rows || !x) {
        mem_free(rows), mem_free(x);
        return weir_no_memory(err, "listing the scoring history");
    }
    n = weir_model_history(m, 0, rows, cap);
    memset(cols, 0, sizeof cols);
    for (size_t k = 0; k < HISTORY_FIXED; k++, used++) {
        for (size_t r = 0; r < n; r++)
            x[used * (cap + 1) + r] = fixed_cell(&rows[r], k);
        cols[used] = (weir_column_init){.name = fixed[k], .type = k ? WEIR_TYPE_NUMERIC : WEIR_TYPE_TIME,
                                        .numbers = x + used * (cap + 1)};
    }
    for (size_t k = 0; k < 2 * weir_metric_count(); k++) {
        size_t id = k % weir_metric_count();
        bool valid = k >= weir_metric_count(), any = false;
        double *to = x + used * (cap + 1);
        for (size_t r = 0; r < n; r++) {
            to[r] = valid ? rows[r].valid[id] : rows[r].train[id];
            any |= !isnan(to[r]);
        }
        if (!any)
            continue;
        snprintf(names[used], sizeof names[used], "%s_%s", valid ? "validation" : "training", weir_metric_at(id)->name);
        cols[used] = (weir_column_init){.name = names[used], .numbers = to};
        used++;
    }
    weir_status st = weir_frame_build(out, cols, used, n, err);
    mem_free(rows), mem_free(x);
    return st;
}

static weir_status summary_table(const weir_model *m, weir_frame **out, weir_error *err)
{
    static const char *const number_keys[] = {"layer", "units", "dropout", "l1", "l2", "mean_rate", "rate_rms",
                                              "momentum", "mean_weight", "weight_rms", "mean_bias", "bias_rms", "dead_units"};
    enum { NUMBERS = sizeof number_keys / sizeof *number_keys };
    size_t n = m->summary.as.list.n;
    double *x = mem_array(NUMBERS * (n + 1), sizeof *x);
    const char **type = mem_array(n + 1, sizeof *type);
    weir_column_init cols[NUMBERS + 1];

    if (!x || !type) {
        mem_free(x), mem_free(type);
        return weir_no_memory(err, "listing the layers");
    }
    for (size_t i = 0; i < n; i++) {
        const weir_value *row = &m->summary.as.list.v[i], *t = weir_dict_get(row, "type");
        type[i] = t && t->kind == WEIR_TEXT ? t->as.text.s : "";
        for (size_t k = 0; k < NUMBERS; k++) {
            const weir_value *v = weir_dict_get(row, number_keys[k]);
            x[k * (n + 1) + i] = v && v->kind == WEIR_REAL ? v->as.r : (double)NAN;
        }
    }
    for (size_t k = 0; k < NUMBERS; k++)
        cols[k < 2 ? k : k + 1] = (weir_column_init){.name = number_keys[k], .numbers = x + k * (n + 1)};
    cols[2] = (weir_column_init){.name = "type", .type = WEIR_TYPE_STRING, .labels = type};
    weir_status st = weir_frame_build(out, cols, NUMBERS + 1, n, err);
    mem_free(x), mem_free(type);
    return st;
}

/* One row for each layer and scoring event. */
static weir_status layer_table(const weir_model *m, weir_frame **out, weir_error *err)
{
    static const char *const named[] = {"epochs", "layer", "mean_rate", "rate_rms", "momentum", "mean_weight", "weight_rms", "mean_bias",
                                        "bias_rms", "dead_units", "weights_lo", "weights_hi", "activations_lo", "activations_hi"};
    enum { NAMED = sizeof named / sizeof *named };
    size_t n = m->n_layers;
    double *x = mem_array(LAYER_COLUMNS * (n + 1), sizeof *x);
    weir_column_init cols[LAYER_COLUMNS];
    char names[LAYER_COLUMNS][24];

    if (!x)
        return weir_no_memory(err, "listing the layers");
    for (size_t k = 0; k < LAYER_COLUMNS; k++) {
        size_t bin = k >= NAMED ? (k - NAMED) % LAYER_BINS + 1 : 0;
        if (k < NAMED)
            snprintf(names[k], sizeof names[k], "%s", named[k]);
        else
            snprintf(names[k], sizeof names[k], "%s_%zu", k - NAMED < LAYER_BINS ? "weights" : "activations", bin);
        for (size_t i = 0; i < n; i++)
            x[k * (n + 1) + i] = m->layers[i * LAYER_COLUMNS + k];
        cols[k] = (weir_column_init){.name = names[k], .numbers = x + k * (n + 1)};
    }
    weir_status st = weir_frame_build(out, cols, LAYER_COLUMNS, n, err);
    mem_free(x);
    return st;
}

weir_status weir_model_table(const weir_model *m, const char *name, weir_frame **out, weir_error *err)
{
    if (!strcmp(name, "scoring_history"))
        return history_table(m, out, err);
    if (!strcmp(name, "varimp"))
        return varimp_table(m, out, err);
    if (!strcmp(name, "summary"))
        return summary_table(m, out, err);
    if (!strcmp(name, "layer_history"))
        return layer_table(m, out, err);
    return weir_fail(err, WEIR_EINVAL, "a model has no table '%s': scoring_history, varimp, summary, layer_history", name);
}
