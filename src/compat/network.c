/* network.c - the first network: drawn, then perhaps given, pretrained or continued. */
#include "base/mem.h"
#include "base/status.h"
#include "compat/compat_impl.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static activation_kind hidden_activation(const weir_params *p)
{
    static const activation_kind by_value[] = {ACT_TANH, ACT_TANH, ACT_RECTIFIER, ACT_RECTIFIER, ACT_MAXOUT,
                                               ACT_MAXOUT, ACT_EXP_RECTIFIER, ACT_EXP_RECTIFIER};
    return by_value[p->activation];
}

static weir_status check_size(const run *r, const size_t *sizes, size_t n, weir_error *err)
{
    uint64_t limit = r->in->max_parameters ? r->in->max_parameters : 100000000;
    uint64_t count = network_count(sizes, n, hidden_activation(r->p));

    if (count <= limit)
        return WEIR_OK;
    return weir_fail_at(err, WEIR_EINVAL, "hidden",
                        "the network would have %llu weights and biases (%zu inputs, %zu outputs); the limit is %llu",
                        (unsigned long long)count, sizes[0], sizes[n - 1], (unsigned long long)limit);
}

static weir_status shape(run *r, weir_error *err)
{
    const weir_params *p = r->p;
    size_t n = p->hidden.n + 2, *sizes = mem_array(n, sizeof *sizes);

    if (!sizes)
        return weir_no_memory(err, "building the network");
    sizes[0] = r->enc->inputs;
    for (size_t i = 0; i < p->hidden.n; i++)
        sizes[i + 1] = (size_t)p->hidden.v[i];
    sizes[n - 1] = p->autoencoder ? r->enc->inputs : compat_of_classes(r) ? r->enc->n_labels : 1;
    state_shape s = {.sizes = sizes, .n_sizes = n, .hidden = hidden_activation(p),
                     .output = p->autoencoder ? hidden_activation(p) : compat_of_classes(r) ? ACT_SOFTMAX : ACT_LINEAR,
                     .adaptive = p->adaptive_rate, .momentum = learn_has_momentum(&r->spec),
                     .sparsity = p->autoencoder && p->sparsity_beta > 0, .dropout = r->spec.dropout};
    weir_status st = check_size(r, sizes, n, err);
    if (!st)
        st = state_new(&r->net, &s, err);
    mem_free(sizes);
    return st;
}

static weir_status pretrain(run *r, const weir_model *m, weir_error *err)
{
    for (size_t i = 0; i + 1 < r->net->net->layers; i++) {
        network_layer *to = &r->net->net->layer[i];
        const network_layer *l = i + 1 < m->net->layers ? &m->net->layer[i] : NULL;
        if (!l || l->inputs != to->inputs || network_rows(l) != network_rows(to))
            return weir_fail_at(err, WEIR_EINVAL, "pretrained_autoencoder",
                                "pretrained_autoencoder '%s' has other sizes than layer %zu of this network (%zu x %zu)",
                                m->id, i + 1, network_rows(to), to->inputs);
        memcpy(to->w, l->w, network_rows(l) * l->inputs * sizeof *l->w);
        memcpy(to->b, l->b, network_rows(l) * sizeof *l->b);
    }
    return WEIR_OK;
}

static const weir_frame *frame_at(const weir_value *list, size_t i)
{
    bool there = list->kind == WEIR_LIST && i < list->as.list.n && list->as.list.v[i].kind == WEIR_FRAME;
    return there ? list->as.list.v[i].as.frame : NULL;
}

static weir_status check_list(const run *r, const weir_value *list, const char *name, weir_error *err)
{
    size_t n = r->net->net->layers;

    if (list->kind != WEIR_LIST || list->as.list.n == n)
        return WEIR_OK;
    return weir_fail_at(err, WEIR_EINVAL, name, "%s has %zu entries; the network has %zu layers", name, list->as.list.n, n);
}

static weir_status check_frame(const weir_frame *f, size_t rows, size_t cols, size_t i, const char *name, weir_error *err)
{
    if (f->rows == rows && f->cols == cols)
        return WEIR_OK;
    return weir_fail_at(err, WEIR_EINVAL, name, "%s[%zu] is %zu x %zu; layer %zu needs %zu x %zu", name, i + 1, f->rows,
                        f->cols, i + 1, rows, cols);
}

/* A layer takes the frames only when both are there; biases round to float as the weights do. */
static weir_status take_frames(run *r, weir_error *err)
{
    const weir_value *w = &r->p->initial_weights, *b = &r->p->initial_biases;
    weir_status st = check_list(r, w, "initial_weights", err);

    if (!st)
        st = check_list(r, b, "initial_biases", err);
    if (!st && (w->kind == WEIR_LIST) != (b->kind == WEIR_LIST))
        st = weir_fail_at(err, WEIR_EINVAL, w->kind == WEIR_LIST ? "initial_biases" : "initial_weights",
                          "initial_weights and initial_biases must both be given with compat=\"h2o\"");
    for (size_t i = 0; !st && i < r->net->net->layers; i++) {
        network_layer *l = &r->net->net->layer[i];
        const weir_frame *fw = frame_at(w, i), *fb = frame_at(b, i);
        size_t rows = network_rows(l);
        if (!fw != !fb) {
            char s[128];
            snprintf(s, sizeof s, "layer %zu keeps its drawn weights: initial_weights and initial_biases need both", i + 1);
            st = compat_warn(r, s, err);
        }
        if (!fw || !fb)
            continue;
        st = check_frame(fw, rows, l->inputs, i, "initial_weights", err);
        if (!st)
            st = check_frame(fb, rows, 1, i, "initial_biases", err);
        for (size_t k = 0; !st && k < rows; k++) {
            for (size_t c = 0; c < l->inputs; c++)
                l->w[k * l->inputs + c] = (float)column_at(fw->col[c], k);
            l->b[k] = (double)(float)column_at(fb->col[0], k);
        }
    }
    return st;
}

/* Goes on from a model of compat: weights, optimiser, counters, history. */
static weir_status resume(run *r, weir_error *err)
{
    const weir_model *m = r->from;
    const train_state *s = m->state;
    const weir_value *d = s ? weir_dict_get(&s->more, "doubles") : NULL;
    size_t n = state_doubles(r->net);
    weir_score_row row;

    if (!m->h2o || !d || d->kind != WEIR_LIST || d->as.list.n != n || s->n_optimizer != state_floats(r->net))
        return weir_fail_at(err, WEIR_EINVAL, "checkpoint",
                            "model '%s' does not hold what compat=\"h2o\" needs to go on: train it with compat=\"h2o\" and the same optimizer",
                            m->id);
    double *v = mem_array(n + 1, sizeof *v);
    if (!v)
        return weir_no_memory(err, "continuing a training");
    for (size_t i = 0; i < n; i++)
        v[i] = d->as.list.v[i].as.r;
    state_set(r->net, s->optimizer, v);
    mem_free(v);
    for (size_t i = 0; i < r->net->net->layers; i++) { /* not the keep factors: dropout may change */
        network_layer *l = &r->net->net->layer[i];
        memcpy(l->w, m->net->layer[i].w, network_rows(l) * l->inputs * sizeof *l->w);
        memcpy(l->b, m->net->layer[i].b, network_rows(l) * sizeof *l->b);
    }
    r->samples = r->net->samples = s->samples;
    r->iterations = s->iterations;
    r->earlier = s->seconds;
    weir_status st = WEIR_OK;
    for (size_t i = 0; !st && history_read(m->hist, i, &row, 1); i++)
        st = history_add(r->hist, &row, err);
    if (!st)
        st = state_copy(&r->best, r->net, err);
    r->best_loss = stop_loss(r->p, r->category, m->valid ? m->valid : m->train);
    r->best_train = weir_metrics_ref(m->train);
    r->best_valid = weir_metrics_ref(m->valid);
    return st;
}

weir_status compat_build(run *r, weir_error *err)
{
    const weir_model *pre = param_model(&r->p->pretrained_autoencoder);
    weir_status st = shape(r, err);

    if (!st && r->from) {
        st = resume(r, err);
    } else if (!st) {
        for (size_t i = 0; i < r->enc->n_factors; i++)
            r->enc->factor[i].missing_seen = false; /* only once a row without level was learnt */
        state_init(r->net, (weight_distribution)r->p->initial_weight_distribution, r->p->initial_weight_scale,
                   compat_of_classes(r), (uint64_t)r->p->seed);
        st = pre ? pretrain(r, pre, err) : take_frames(r, err);
    }
    if (!st)
        st = learner_new(&r->learner, &r->spec, r->net, err);
    return st;
}
