/* finish.c - the model as things stand, and what a later training continues from. */
#include "train/train_impl.h"

#include "base/mem.h"
#include "base/status.h"
#include "kernel/dispatch.h"
#include "model/importance.h"
#include "model/outcome.h"

#include <math.h>
#include <string.h>

weir_model *run_model(const run *r, const network *net, weir_metrics *train, weir_metrics *valid, weir_error *err)
{
    const look *seen = net == r->best ? &r->best_look : &r->look;
    look own = {0};
    outcome o = {.asked = r->asked, .acting = r->p, .category = r->category, .loss = r->loss, .view = r->view, .net = net,
                 .importance = importance_of, .hist = r->hist, .layers = r->layers, .n_layers = r->n_layers,
                 .train = train, .valid = valid, .warnings = &r->warnings, .prior = r->prior, .balanced = r->balanced,
                 .stopped = r->stopped, .unstable = r->unstable, .began = r->began, .seconds = run_seconds(r),
                 .epochs = run_epochs(r), .samples = r->at.samples, .rows = r->data->rows, .threads = run_threads(r),
                 .lookers = progress_threads(r->watch->progress), .kernel = kernel_get()->name};
    weir_model *m = NULL;

    if ((r->p->variable_importances && !seen->importance) || (r->p->diagnostics && !seen->layer)) {
        if (look_take(r, net, &own, true, err)) /* the best network of an earlier training, or a scoring cut short */
            return NULL;
        seen = &own;
    }
    o.look = seen->layer;
    o.known = seen->importance;
    m = outcome_model(&o, err);
    look_free(&own);
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
    size_t n = r->from->n_layers;
    r->layers = n ? mem_array(n * LAYER_COLUMNS, sizeof *r->layers) : NULL;
    if (n && !r->layers)
        return weir_no_memory(err, "continuing the training");
    if (n)
        memcpy(r->layers, r->from->layers, n * LAYER_COLUMNS * sizeof *r->layers);
    r->n_layers = r->cap_layers = n;
    weir_status st = history_copy(r->hist, r->from->hist, err);
    return st ? st : take_best(r, err);
}

/* The model that would be given if the training ended here, with what it needs to go on. */
weir_status run_checkpoint(run *r, weir_error *err)
{
    bool best = r->p->overwrite_with_best_model && r->best;
    char why[400];

    if (!r->train || !checkpoint_due(r->in, &r->written))
        return WEIR_OK;
    weir_model *m = run_model(r, best ? r->best : r->net, best ? r->best_train : r->train,
                              best ? r->best_valid : r->valid, err);
    weir_status st = m ? run_keep_state(r, m, err) : WEIR_ENOMEM;
    if (!st) {
        checkpoint_write(r->in, &r->written, m, why, sizeof why);
        st = why[0] ? run_warn(r, why, err) : WEIR_OK;
    }
    weir_model_unref(m);
    return st;
}
