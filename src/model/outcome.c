/* outcome.c - see outcome.h. */
#include "model/outcome.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/status.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Dead units --------------------------------------------------------------------------------------- */

enum { LOOKED_AT = 256 }; /* training rows */

/* Share of each hidden layer's units that give the same whatever the row: share[layers], NaN for the
 * output. x, a: room for the rows' inputs and for the widest layer. */
static weir_status find_dead(const outcome *o, size_t rows, float *x, double *a, double *share, weir_error *err)
{
    const network *net = o->net;
    size_t step = o->view->frame->rows / rows;
    weir_status st = WEIR_OK;

    for (size_t i = 0; i < rows; i++)
        encode_dense(o->view, i * step, 1, x + i * o->view->e->inputs);
    for (size_t i = 0; i + 1 < net->layers && !st; i++) {
        size_t units = net->layer[i].units, dead = 0;
        st = network_forward(net, x, rows, i + 1, a, o->lookers, err);
        for (size_t u = 0; u < units && !st; u++) {
            size_t same = 1;
            while (same < rows && a[same * units + u] == a[u])
                same++;
            dead += same == rows;
        }
        share[i] = (double)dead / (double)units;
    }
    return st;
}

/* share[layers] is NaN where nothing can be said: the output layer, fewer than two rows, no diagnostics. */
static weir_status dead_units(const outcome *o, double *share, weir_error *err)
{
    size_t widest = 1, all = o->view->frame->rows, rows = all < LOOKED_AT ? all : LOOKED_AT;

    for (size_t i = 0; i < o->net->layers; i++) {
        share[i] = o->look ? o->look[i].dead : (double)NAN;
        widest = o->net->layer[i].units > widest ? o->net->layer[i].units : widest;
    }
    if (o->look || !o->layer || rows < 2)
        return WEIR_OK;
    float *x = mem_slab(rows * o->view->e->inputs + 16, sizeof *x);
    double *a = mem_array(rows * widest, sizeof *a);
    weir_status st = x && a ? find_dead(o, rows, x, a, share, err) : weir_no_memory(err, "looking at layers");
    mem_slab_free(x);
    mem_free(a);
    return st;
}

/* The table of layers ------------------------------------------------------------------------------ */

static weir_status put(weir_value *d, const char *key, weir_value v, weir_status st, weir_error *err)
{
    if (!st)
        return weir_dict_set(d, key, v, err);
    weir_value_clear(&v);
    return st;
}

static weir_status layer_row(const outcome *o, size_t i, double dead, weir_value *d, weir_error *err)
{
    static const char *const types[] = {"Tanh", "Rectifier", "Maxout", "ExpRectifier", "Linear", "Softmax"};
    const weir_params *p = o->acting;
    const network_layer *l = &o->net->layer[i];
    bool last = i + 1 == o->net->layers, drops = param_dropout(p) && !last;
    layer_stats none = {NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    const layer_look *seen = o->look ? &o->look[i] : NULL;
    layer_stats looked = none;
    const layer_stats *s = seen ? &looked : o->layer ? &o->layer[i] : &none;
    char type[40];
    weir_status st;

    if (seen)
        looked = (layer_stats){seen->rate_mean, seen->rate_rms, seen->momentum, seen->weight_mean, seen->weight_rms, seen->bias_mean, seen->bias_rms};
    const struct { const char *key; double value; } numbers[] = {
        {"l1", p->l1}, {"l2", p->l2}, {"mean_rate", s->rate_mean}, {"rate_rms", s->rate_rms}, {"momentum", s->momentum},
        {"mean_weight", s->weight_mean}, {"weight_rms", s->weight_rms}, {"mean_bias", s->bias_mean},
        {"bias_rms", s->bias_rms}, {"dead_units", dead}};

    snprintf(type, sizeof type, "%s%s", types[l->act], drops ? "Dropout" : "");
    st = put(d, "units", weir_real((double)l->units), WEIR_OK, err);
    st = put(d, "type", weir_text(type), st, err);
    if (!last)
        st = put(d, "dropout", weir_real(drops ? p->hidden_dropout_ratios.v[i] : 0), st, err);
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
        st = put(d, numbers[k].key, weir_real(numbers[k].value), st, err);
    return st;
}

static weir_status input_row(const outcome *o, weir_value *d, weir_error *err)
{
    weir_status st = put(d, "units", weir_real((double)o->view->e->inputs), WEIR_OK, err);

    st = put(d, "type", weir_text("Input"), st, err);
    return put(d, "dropout", weir_real(o->acting->input_dropout_ratio), st, err);
}

static weir_status summarize(const outcome *o, weir_value *out, weir_error *err)
{
    double *dead = mem_array(o->net->layers, sizeof *dead);
    weir_status st = dead ? dead_units(o, dead, err) : weir_no_memory(err, "looking at layers");

    *out = weir_list();
    for (size_t i = 0; i <= o->net->layers && !st; i++) {
        weir_value d = weir_dict();
        st = put(&d, "layer", weir_real((double)i + 1), st, err);
        if (!st)
            st = i ? layer_row(o, i - 1, dead[i - 1], &d, err) : input_row(o, &d, err);
        if (!st)
            st = weir_list_add(out, d, err);
        else
            weir_value_clear(&d);
    }
    mem_free(dead);
    return st;
}

/* The model ---------------------------------------------------------------------------------------- */

static weir_status importances(const outcome *o, weir_model *m, weir_error *err)
{
    const encoder *e = m->enc;

    if (!o->acting->variable_importances)
        return WEIR_OK;
    m->importance = mem_array(e->inputs + 1, sizeof *m->importance);
    if (m->importance && o->known) {
        memcpy(m->importance, o->known, e->inputs * sizeof *m->importance);
        return WEIR_OK;
    }
    weir_status st = m->importance ? o->importance(o->net, m->importance, err)
                                   : weir_no_memory(err, "working out variable importances");
    for (size_t i = 0; !st && i < e->n_factors && e->hashed == e->slots; i++)
        if (!e->factor[i].missing_seen) /* its missing slot was never fed */
            m->importance[e->factor[i].offset + e->factor[i].slots - 1] = 0;
    return st;
}

static weir_status copy_shares(const outcome *o, weir_model *m, weir_error *err)
{
    size_t n = m->enc->n_labels;

    if (!o->prior)
        return WEIR_OK;
    m->prior = mem_array(n, sizeof *m->prior);
    m->balanced = mem_array(n, sizeof *m->balanced);
    if (!m->prior || !m->balanced)
        return weir_no_memory(err, "finishing the model");
    memcpy(m->prior, o->prior, n * sizeof *m->prior);
    memcpy(m->balanced, o->balanced, n * sizeof *m->balanced);
    return WEIR_OK;
}

static weir_status copy_looks(const outcome *o, weir_model *m, weir_error *err)
{
    size_t n = o->n_layers * LAYER_COLUMNS;

    if (!n)
        return WEIR_OK;
    m->layers = mem_array(n, sizeof *m->layers);
    if (!m->layers)
        return weir_no_memory(err, "finishing the model");
    memcpy(m->layers, o->layers, n * sizeof *m->layers);
    m->n_layers = o->n_layers;
    return WEIR_OK;
}

static weir_status fill(const outcome *o, weir_model *m, weir_error *err)
{
    weir_status st = encoder_copy(&m->enc, o->view->e, err);

    if (!st)
        st = network_copy(&m->net, o->net, err);
    if (!st)
        st = history_copy(m->hist, o->hist, err);
    if (!st)
        st = importances(o, m, err);
    if (!st)
        st = summarize(o, &m->summary, err);
    if (!st)
        st = copy_looks(o, m, err);
    if (!st)
        st = weir_value_copy(&m->warnings, o->warnings, err);
    return st ? st : copy_shares(o, m, err);
}

static void tell(const outcome *o, weir_model *m)
{
    const weir_metrics *decides = o->valid ? o->valid : o->train;
    const char *id = param_text(&o->acting->model_id);

    m->category = o->category;
    m->loss = o->loss;
    m->h2o = o->h2o;
    m->train = weir_metrics_ref(o->train);
    m->valid = weir_metrics_ref(o->valid);
    m->unstable = o->unstable;
    if (o->category == CATEGORY_BINOMIAL && decides)
        m->threshold = metrics_max_f1_threshold(decides);
    m->end_time = clock_wall();
    m->run_time = o->seconds;
    m->start_time = m->end_time - (clock_now() - o->began);
    m->epochs = o->epochs;
    m->samples = o->samples;
    m->rows = o->rows;
    m->seed = (uint64_t)o->acting->seed;
    m->threads = o->threads;
    snprintf(m->kernel, sizeof m->kernel, "%s", o->kernel);
    snprintf(m->id, sizeof m->id, "%s", id ? id : "");
}

weir_model *outcome_model(const outcome *o, weir_error *err)
{
    weir_model *m = model_new();

    if (m) {
        m->params = weir_params_copy(o->asked);
        m->actual = weir_params_copy(o->acting);
        m->hist = history_new();
        m->stopped = mem_text(o->stopped);
    }
    if (!m || !m->params || !m->actual || !m->hist || !m->stopped) {
        weir_model_unref(m);
        weir_no_memory(err, "finishing the model");
        return NULL;
    }
    tell(o, m);
    if (fill(o, m, err)) {
        weir_model_unref(m);
        return NULL;
    }
    return m;
}
