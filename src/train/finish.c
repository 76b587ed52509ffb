/* finish.c - the model as things stand, and what a later training continues from. */
#include "train/train_impl.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/status.h"
#include "kernel/dispatch.h"
#include "model/importance.h"

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

enum { LOOKED_AT = 256 }; /* training rows */

/* Share of each hidden layer's units that give the same whatever the row: share[layers]. x, a: rows of
 * the widest layer and of the inputs. */
static weir_status find_dead(const run *r, const network *net, float *x, double *a, double *share, weir_error *err)
{
    size_t rows = r->frame->rows < LOOKED_AT ? r->frame->rows : LOOKED_AT;
    weir_status st = WEIR_OK;

    for (size_t i = 0; i < rows; i++)
        encode_dense(r->view, i * (r->frame->rows / rows), 1, x + i * r->enc->inputs);
    for (size_t i = 0; i < net->layers && !st; i++) {
        size_t units = net->layer[i].units, dead = 0;
        share[i] = NAN;
        if (i + 1 == net->layers)
            break;
        st = network_forward(net, x, rows, i + 1, a, progress_threads(r->watch->progress), err);
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

static weir_status dead_units(const run *r, const network *net, double **out, weir_error *err)
{
    size_t widest = 1;

    for (size_t i = 0; i < net->layers; i++)
        widest = net->layer[i].units > widest ? net->layer[i].units : widest;
    float *x = mem_slab(LOOKED_AT * r->enc->inputs + 16, sizeof *x);
    double *a = mem_array(LOOKED_AT * widest, sizeof *a), *share = mem_array(net->layers, sizeof *share);
    weir_status st = x && a && share ? find_dead(r, net, x, a, share, err) : weir_no_memory(err, "looking at layers");
    mem_slab_free(x);
    mem_free(a);
    if (st)
        mem_free(share);
    else
        *out = share;
    return st;
}

/* dead[layers]: see dead_units; NULL = not worked out. */
static weir_status summarize(const run *r, const double *dead, weir_value *out, weir_error *err)
{
    static const char *const types[] = {"Tanh", "Rectifier", "Maxout", "ExpRectifier", "Linear", "Softmax"};
    const weir_params *p = r->p;
    weir_status st = WEIR_OK;

    *out = weir_list();
    for (size_t i = 0; i <= r->net->layers && !st; i++) {
        weir_value d = weir_dict();
        st = put(&d, "layer", weir_real((double)i + 1), st, err);
        if (i == 0) {
            st = put(&d, "units", weir_real((double)r->enc->inputs), st, err);
            st = put(&d, "type", weir_text("Input"), st, err);
            st = put(&d, "dropout", weir_real(p->input_dropout_ratio), st, err);
        } else {
            const network_layer *l = &r->net->layer[i - 1];
            layer_stats s;
            char type[40];
            bool drops = param_dropout(p) && i < r->net->layers;
            if (r->p->diagnostics)
                trainer_layer_stats(r->trainer, i - 1, r->at.samples, &s);
            else
                s = (layer_stats){NAN, NAN, NAN, NAN, NAN, NAN, NAN};
            snprintf(type, sizeof type, "%s%s", types[l->act], drops ? "Dropout" : "");
            st = put(&d, "units", weir_real((double)l->units), st, err);
            st = put(&d, "type", weir_text(type), st, err);
            st = put(&d, "dropout", weir_real(drops ? p->hidden_dropout_ratios.v[i - 1] : 0), st, err);
            st = put(&d, "l1", weir_real(p->l1), st, err);
            st = put(&d, "l2", weir_real(p->l2), st, err);
            st = put(&d, "mean_rate", weir_real(s.rate_mean), st, err);
            st = put(&d, "rate_rms", weir_real(s.rate_rms), st, err);
            st = put(&d, "momentum", weir_real(s.momentum), st, err);
            st = put(&d, "mean_weight", weir_real(s.weight_mean), st, err);
            st = put(&d, "weight_rms", weir_real(s.weight_rms), st, err);
            st = put(&d, "mean_bias", weir_real(s.bias_mean), st, err);
            st = put(&d, "bias_rms", weir_real(s.bias_rms), st, err);
            st = put(&d, "dead_units", weir_real(dead ? dead[i - 1] : (double)NAN), st, err);
        }
        if (!st)
            st = weir_list_add(out, d, err);
        else
            weir_value_clear(&d);
    }
    return st;
}

static weir_status copy_history(history *to, const history *from, weir_error *err)
{
    weir_status st = WEIR_OK;
    weir_score_row row;

    for (size_t i = 0; i < history_count(from) && !st; i++) {
        history_read(from, i, &row, 1);
        st = history_add(to, &row, err);
    }
    return st;
}

static double *copy_doubles(const double *v, size_t n)
{
    double *c = v ? mem_array(n, sizeof *c) : NULL;
    if (c)
        memcpy(c, v, n * sizeof *c);
    return c;
}

static weir_status fill_model(run *r, weir_model *m, const network *net, weir_error *err)
{
    weir_status st = encoder_copy(&m->enc, r->enc, err);

    if (!st)
        st = network_copy(&m->net, net, err);
    if (!st)
        st = copy_history(m->hist, r->hist, err);
    if (!st && r->p->variable_importances) {
        m->importance = mem_array(r->enc->inputs + 1, sizeof *m->importance);
        st = m->importance ? importance_of(net, m->importance, err) : weir_no_memory(err, "working out importances");
        for (size_t i = 0; !st && i < r->enc->n_factors && r->enc->hashed == r->enc->slots; i++) {
            const encode_factor *f = &r->enc->factor[i];
            if (!f->missing_seen) /* its missing slot was never fed */
                m->importance[f->offset + f->slots - 1] = 0;
        }
    }
    double *dead = NULL;
    if (!st && r->p->diagnostics && r->frame->rows)
        st = dead_units(r, net, &dead, err);
    if (!st)
        st = summarize(r, dead, &m->summary, err);
    mem_free(dead);
    if (!st)
        st = weir_value_copy(&m->warnings, &r->warnings, err);
    if (!st && r->prior) {
        m->prior = copy_doubles(r->prior, r->enc->n_labels);
        m->balanced = copy_doubles(r->balanced, r->enc->n_labels);
        if (!m->prior || !m->balanced)
            st = weir_no_memory(err, "finishing the model");
    }
    return st;
}

weir_model *run_model(run *r, const network *net, weir_metrics *train, weir_metrics *valid, weir_error *err)
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
    if (fill_model(r, m, net, err)) {
        weir_model_unref(m);
        return NULL;
    }
    m->train = weir_metrics_ref(train);
    m->valid = weir_metrics_ref(valid);
    m->unstable = r->unstable;
    if (r->category == CATEGORY_BINOMIAL)
        m->threshold = metrics_max_f1_threshold(valid ? valid : train);
    m->end_time = clock_wall();
    m->run_time = run_seconds(r);
    m->start_time = m->end_time - (clock_now() - r->began);
    m->epochs = run_epochs(r);
    m->samples = r->at.samples;
    m->rows = r->data->rows;
    m->seed = (uint64_t)r->p->seed;
    m->threads = run_threads(r);
    snprintf(m->kernel, sizeof m->kernel, "%s", kernel_get()->name);
    const char *id = param_text(&r->p->model_id);
    snprintf(m->id, sizeof m->id, "%s", id ? id : "");
    return m;
}

/* What a continued training needs. */
weir_status run_keep_state(run *r, weir_model *m, weir_error *err)
{
    size_t n = trainer_state_size(r->trainer);
    train_state *s = MEM_NEW(train_state);

    if (!s)
        return weir_no_memory(err, "keeping the training's state");
    m->state = s;
    s->more = weir_dict();
    s->optimizer = mem_array(n, sizeof *s->optimizer);
    if (!s->optimizer)
        return weir_no_memory(err, "keeping the training's state");
    trainer_state_get(r->trainer, s->optimizer);
    s->n_optimizer = n;
    s->samples = r->at.samples;
    s->iterations = r->at.iterations;
    s->epochs = run_epochs(r);
    s->seconds = run_seconds(r);
    s->best = r->at.best;
    s->huber_delta = r->loss.huber_delta;
    s->n_values = r->at.n_values;
    s->values = mem_array(s->n_values + 1, sizeof *s->values);
    if (!s->values)
        return weir_no_memory(err, "keeping the training's state");
    for (size_t i = 0; i < s->n_values; i++)
        s->values[i] = r->at.values[i];
    trainer_export(r->trainer, r->net);
    return network_copy(&s->last, r->net, err);
}

/* Iterating ----------------------------------------------------------------------------------------- */

/* The best network of before is what the checkpoint predicts with, when it kept another to go on from. */
static weir_status take_best(run *r, weir_error *err)
{
    const weir_model *from = r->from;

    if (!from->state->last || !from->train || !from->actual->overwrite_with_best_model)
        return WEIR_OK;
    r->at.best = from->state->best;
    r->best_train = weir_metrics_ref(from->train);
    r->best_valid = weir_metrics_ref(from->valid);
    return network_copy(&r->best, from->net, err);
}

weir_status run_take_state(run *r, weir_error *err)
{
    const train_state *s = r->from->state;

    r->at.samples = s->samples;
    r->at.iterations = s->iterations;
    r->at.seconds = s->seconds;
    double *values = mem_array(s->n_values + 1, sizeof *values);
    if (!values)
        return weir_no_memory(err, "continuing the training");
    for (size_t i = 0; i < s->n_values; i++)
        values[i] = s->values[i];
    r->at.values = values;
    r->at.n_values = r->cap_values = s->n_values;
    if (r->loss.family == FAMILY_HUBER && s->huber_delta > 0) {
        r->loss.huber_delta = s->huber_delta;
        trainer_set_huber_delta(r->trainer, s->huber_delta);
    }
    weir_status st = copy_history(r->hist, r->from->hist, err);
    return st ? st : take_best(r, err);
}
