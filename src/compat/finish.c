/* finish.c - the network as a model, with what a later training continues from. */
#include "base/mem.h"
#include "base/status.h"
#include "compat/looks.h"
#include "compat/compat_impl.h"
#include "model/outcome.h"

static void look_at_layers(const run *r, const state *s, layer_stats *out)
{
    for (size_t i = 0; i < s->net->layers; i++) {
        looks_of_layer(s, i, r->spec.epsilon, &out[i]);
        if (!r->spec.adaptive)
            out[i].rate_mean = (double)learn_rate(&r->spec, i, r->samples);
        out[i].momentum = learn_momentum_shown(&r->spec, r->samples);
    }
}

weir_model *compat_model(const run *r, const state *s, weir_metrics *train, weir_metrics *valid, weir_error *err)
{
    layer_stats *looks = mem_array(s->net->layers, sizeof *looks);
    outcome o = {.asked = r->asked, .acting = r->p, .category = r->category, .loss = r->loss, .h2o = true, .view = r->view,
                 .net = s->net, .layer = looks, .importance = looks_importance, .hist = r->hist, .train = train,
                 .valid = valid, .warnings = &r->warnings, .prior = r->prior, .balanced = r->balanced,
                 .stopped = r->stopped, .unstable = r->unstable, .began = r->began, .seconds = compat_seconds(r),
                 .epochs = compat_epochs(r), .samples = r->samples, .rows = r->rows.n, .threads = 1,
                 .lookers = progress_threads(r->watch->progress), .kernel = "h2o"};
    weir_model *m = NULL;

    if (looks) {
        look_at_layers(r, s, looks);
        m = outcome_model(&o, err);
    } else {
        weir_no_memory(err, "finishing the model");
    }
    mem_free(looks);
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
        if (!st)
            st = weir_dict_set(&t->more, "doubles", list, err);
        else
            weir_value_clear(&list);
        t->samples = r->samples;
        t->iterations = r->iterations;
        t->epochs = compat_epochs(r);
        t->seconds = compat_seconds(r);
        t->best = (double)r->best_loss;
    }
    mem_free(d);
    return st;
}

/* The model that would be given if the training ended here, with what it needs to go on. */
weir_status compat_checkpoint(run *r, weir_error *err)
{
    bool best = r->p->overwrite_with_best_model && r->best;
    const state *s = best ? r->best : compat_result(r);
    char why[400];

    if (!checkpoint_due(r->in, &r->written))
        return WEIR_OK;
    weir_model *m = compat_model(r, s, best ? r->best_train : r->train, best ? r->best_valid : r->valid, err);
    weir_status st = m ? compat_keep_state(r, s, m, err) : WEIR_ENOMEM;
    if (!st) {
        checkpoint_write(r->in, &r->written, m, why, sizeof why);
        st = why[0] ? compat_warn(r, why, err) : WEIR_OK;
    }
    weir_model_unref(m);
    return st;
}
