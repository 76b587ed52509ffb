/* finish.c - a network with all that is known of it becomes a model. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/status.h"
#include "compat/looks.h"
#include "compat/compat_impl.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static weir_status put(weir_value *d, const char *key, weir_value v, weir_status st, weir_error *err)
{
    if (!st)
        return weir_dict_set(d, key, v, err);
    weir_value_clear(&v);
    return st;
}

static weir_status put_number(weir_value *d, const char *key, double x, weir_status st, weir_error *err)
{
    return put(d, key, weir_real(x), st, err);
}

static weir_status layer_row(const run *r, const state *s, size_t i, weir_value *d, weir_error *err)
{
    static const char *const types[] = {"Tanh", "Rectifier", "Maxout", "ExpRectifier", "Linear", "Softmax"};
    const network_layer *l = &s->net->layer[i];
    bool last = i + 1 == s->net->layers, drops = r->spec.dropout && !last;
    layer_looks look;
    char type[40];
    weir_status st;

    looks_of_layer(s, i, r->spec.epsilon, &look);
    if (!r->spec.adaptive)
        look.mean_rate = (double)learn_rate(&r->spec, i, r->samples);
    snprintf(type, sizeof type, "%s%s", types[l->act], drops ? "Dropout" : "");
    st = put_number(d, "units", (double)l->units, WEIR_OK, err);
    st = put(d, "type", weir_text(type), st, err);
    if (!last)
        st = put_number(d, "dropout", drops ? r->spec.dropout[i] : 0, st, err);
    st = put_number(d, "l1", r->p->l1, st, err);
    st = put_number(d, "l2", r->p->l2, st, err);
    st = put_number(d, "mean_rate", look.mean_rate, st, err);
    st = put_number(d, "rate_rms", look.rms_rate, st, err);
    st = put_number(d, "momentum", learn_momentum_shown(&r->spec, r->samples), st, err);
    st = put_number(d, "mean_weight", look.mean_weight, st, err);
    st = put_number(d, "weight_rms", look.rms_weight, st, err);
    st = put_number(d, "mean_bias", look.mean_bias, st, err);
    return put_number(d, "bias_rms", look.rms_bias, st, err);
}

static weir_status summarize(const run *r, const state *s, weir_value *out, weir_error *err)
{
    weir_status st = WEIR_OK;

    *out = weir_list();
    for (size_t i = 0; i <= s->net->layers && !st; i++) {
        weir_value d = weir_dict();
        st = put_number(&d, "layer", (double)i + 1, st, err);
        if (i == 0) {
            st = put_number(&d, "units", (double)r->enc->inputs, st, err);
            st = put(&d, "type", weir_text("Input"), st, err);
            st = put_number(&d, "dropout", r->p->input_dropout_ratio, st, err);
        } else if (!st) {
            st = layer_row(r, s, i - 1, &d, err);
        }
        if (!st)
            st = weir_list_add(out, d, err);
        else
            weir_value_clear(&d);
    }
    return st;
}

static weir_status importances(const run *r, const state *s, weir_model *m, weir_error *err)
{
    const encoder *e = r->enc;

    if (!r->p->variable_importances)
        return WEIR_OK;
    m->importance = mem_array(e->inputs + 1, sizeof *m->importance);
    weir_status st = m->importance ? looks_importance(s->net, m->importance, err)
                                   : weir_no_memory(err, "working out variable importances");
    for (size_t i = 0; !st && i < e->n_factors && e->hashed == e->slots; i++)
        if (!r->missing_seen[i]) /* its missing slot was never fed */
            m->importance[e->factor[i].offset + e->factor[i].slots - 1] = 0;
    return st;
}

static double *copy_of(const double *v, size_t n)
{
    double *c = v ? mem_array(n, sizeof *c) : NULL;
    if (c)
        memcpy(c, v, n * sizeof *c);
    return c;
}

static weir_status fill(run *r, const state *s, weir_model *m, weir_error *err)
{
    weir_status st = encoder_copy(&m->enc, r->enc, err);
    weir_score_row row;

    for (size_t i = 0; !st && i < m->enc->n_factors; i++)
        m->enc->factor[i].missing_seen = r->missing_seen[i];
    if (!st)
        st = network_copy(&m->net, s->net, err);
    for (size_t i = 0; !st && history_read(r->hist, i, &row, 1); i++)
        st = history_add(m->hist, &row, err);
    if (!st)
        st = importances(r, s, m, err);
    if (!st)
        st = summarize(r, s, &m->summary, err);
    if (!st)
        st = weir_value_copy(&m->warnings, &r->warnings, err);
    if (!st && r->prior) {
        m->prior = copy_of(r->prior, r->enc->n_labels);
        m->balanced = copy_of(r->balanced, r->enc->n_labels);
        if (!m->prior || !m->balanced)
            st = weir_no_memory(err, "finishing the model");
    }
    return st;
}

weir_model *compat_model(run *r, const state *s, weir_error *err)
{
    weir_model *m = model_new();

    if (m) {
        m->params = weir_params_copy(r->asked);
        m->actual = weir_params_copy(r->p);
        m->hist = history_new();
        m->stopped = mem_text(r->stopped);
    }
    if (!m || !m->params || !m->actual || !m->hist || !m->stopped) {
        weir_model_unref(m);
        weir_no_memory(err, "finishing the model");
        return NULL;
    }
    m->category = r->category;
    m->loss = r->loss;
    m->h2o = true;
    if (fill(r, s, m, err)) {
        weir_model_unref(m);
        return NULL;
    }
    m->train = weir_metrics_ref(r->train);
    m->valid = weir_metrics_ref(r->valid);
    m->unstable = r->unstable;
    const weir_metrics *decides = r->valid ? r->valid : r->train;
    if (r->category == CATEGORY_BINOMIAL && decides)
        m->threshold = metrics_max_f1_threshold(decides);
    m->end_time = clock_wall();
    m->run_time = compat_seconds(r);
    m->start_time = m->end_time - (clock_now() - r->began);
    m->epochs = compat_epochs(r);
    m->samples = r->samples;
    m->rows = r->rows.n;
    m->seed = (uint64_t)r->p->seed;
    m->threads = 1;
    snprintf(m->kernel, sizeof m->kernel, "h2o");
    const char *id = param_text(&r->p->model_id);
    snprintf(m->id, sizeof m->id, "%s", id ? id : "");
    return m;
}

static weir_status doubles(const double *v, size_t n, weir_value *out, weir_error *err)
{
    weir_status st = WEIR_OK;

    *out = weir_list();
    for (size_t i = 0; i < n && !st; i++)
        st = weir_list_add(out, weir_real(v[i]), err);
    return st;
}

weir_status compat_keep_state(const run *r, const state *s, weir_model *m, weir_error *err)
{
    train_state *t = MEM_NEW(train_state);
    size_t n = state_doubles(s);
    double *d = mem_array(n + 1, sizeof *d);
    weir_value list = weir_nil();
    weir_status st = WEIR_OK;

    m->state = t;
    if (t) {
        t->more = weir_dict();
        t->n_optimizer = state_floats(s);
        t->optimizer = mem_array(t->n_optimizer + 1, sizeof *t->optimizer);
    }
    if (!t || !t->optimizer || !d)
        st = weir_no_memory(err, "keeping the training's state");
    if (!st) {
        state_get(s, t->optimizer, d);
        st = doubles(d, n, &list, err);
        st = put(&t->more, "doubles", list, st, err);
        t->samples = r->samples;
        t->iterations = r->iterations;
        t->epochs = compat_epochs(r);
        t->seconds = compat_seconds(r);
        t->best = (double)r->best_loss;
    }
    mem_free(d);
    return st;
}
