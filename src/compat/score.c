/* score.c - a scoring event: metrics, a row of the history, the best so far, the decision to go on. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/status.h"
#include "compat/looks.h"
#include "compat/compat_impl.h"
#include "model/score.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Scoring, too, moves the running activations of a sparse autoencoder. */
static void follow(void *user, size_t layer, const double *a)
{
    state *s = user;
    double *mean = s->layer[layer].mean_act;

    for (size_t r = 0; mean && r < s->net->layer[layer].units; r++)
        mean[r] = 0.999 * mean[r] + 0.001 * a[r];
}

static void describe(char *buf, size_t cap, const char *which, size_t n, double all)
{
    if ((double)n == all)
        snprintf(buf, cap, "full %s frame, %zu rows", which, n);
    else
        snprintf(buf, cap, "sample of %zu of the %s frame's %.0f rows", n, which, all);
}

static weir_status judge(run *r, bool valid, weir_metrics **out, weir_error *err)
{
    const encode_view *v = valid ? r->valid_view : r->view;
    const row_list *rows = valid ? &r->valid_scored : &r->scored;
    state *s = compat_result(r);
    scorer sc = {.net = s->net, .enc = r->enc, .category = r->category, .loss = r->loss, .prior = r->prior,
                 .balanced = r->balanced, .h2o = true,
                 .skipped = r->weight && r->p->missing_values_handling == MISSING_SKIP ? r->frame : NULL};
    char description[128];

    if (s->layer[0].mean_act) {
        sc.before = follow;
        sc.user = s;
    }
    describe(description, sizeof description, valid ? "validation" : "training", rows->n,
             valid ? (double)r->valid_frame->rows : r->epoch_rows);
    metric_options opt = score_options(r->p, &sc, description);
    const row_chunks *chunks = valid && rows->n == r->valid_frame->rows ? frame_chunks(r->valid_frame) : NULL;
    if (chunks) { /* the validation frame keeps its chunks, the training frame becomes one */
        opt.chunk_end = chunks->end;
        opt.chunks = chunks->n;
    }
    if (r->p->custom_metric_func.kind == WEIR_FUNC) {
        opt.ask = r->watch->ask;
        opt.ask_user = r->watch->user;
        opt.ask_func = r->p->custom_metric_func.as.i;
    }
    return score_metrics(&sc, v, rows->row, rows->n, &opt, out, r->watch->progress, err);
}

static void fill(double *to, const weir_metrics *m)
{
    for (size_t k = 0; k < WEIR_METRIC_MAX; k++)
        to[k] = m && k < METRIC_COUNT ? metrics_get(m, (metric_id)k) : (double)NAN;
}

static weir_status add_row(run *r, bool best, weir_error *err)
{
    double seconds = compat_seconds(r);
    weir_score_row row = {.time = clock_wall(), .duration = seconds, .epochs = compat_epochs(r),
                          .speed = seconds > 0 ? (double)r->samples / seconds : 0,
                          .iterations = (int64_t)r->iterations, .samples = (int64_t)r->samples, .best = best};

    fill(row.train, r->train);
    fill(row.valid, r->valid);
    return history_add(r->hist, &row, err);
}

static weir_status keep_best(run *r, bool *better, weir_error *err)
{
    float loss = stop_loss(r->p, r->category, r->valid ? r->valid : r->train);

    *better = !r->best ? loss < INFINITY : !(loss >= r->best_loss);
    if (!*better)
        return WEIR_OK;
    r->best_loss = loss;
    weir_metrics_unref(r->best_train), weir_metrics_unref(r->best_valid);
    r->best_train = weir_metrics_ref(r->train);
    r->best_valid = weir_metrics_ref(r->valid);
    if (!r->best)
        return state_copy(&r->best, compat_result(r), err);
    state_assign(r->best, compat_result(r));
    return WEIR_OK;
}

static weir_status converged(run *r, bool *out, weir_error *err)
{
    size_t n = history_count(r->hist);
    double *v = mem_array(n + 1, sizeof *v);
    weir_score_row row;

    if (!v)
        return weir_no_memory(err, "looking at the history");
    for (size_t i = 0; i < n; i++) {
        history_read(r->hist, i, &row, 1);
        v[i] = r->valid ? row.valid[r->rule.metric] : row.train[r->rule.metric];
    }
    *out = stop_due(v, n, (size_t)r->p->stopping_rounds, r->p->stopping_tolerance, &r->rule);
    mem_free(v);
    return WEIR_OK;
}

static weir_status look_for_end(run *r, weir_error *err)
{
    const weir_params *p = r->p;
    double error = metrics_get(r->train, METRIC_ERROR), mse = metrics_get(r->train, METRIC_MSE);
    bool due = false;
    weir_status st = converged(r, &due, err);

    if (st)
        return st;
    if (compat_of_classes(r) && p->classification_stop != -1 && error <= p->classification_stop)
        snprintf(r->stopped, sizeof r->stopped, "the training error %g reached classification_stop", error);
    else if (!compat_of_classes(r) && p->regression_stop != -1 && mse <= p->regression_stop)
        snprintf(r->stopped, sizeof r->stopped, "the training MSE %g reached regression_stop", mse);
    else if (due)
        snprintf(r->stopped, sizeof r->stopped, "%s no longer improves (stopping_rounds = %lld)",
                 weir_metric_at(r->rule.metric)->name, (long long)p->stopping_rounds);
    return WEIR_OK;
}

static bool unstable(const run *r)
{
    const state *s = compat_result(r);
    bool bad = s->unstable;

    for (size_t i = 0; i < s->net->layers && !bad; i++) {
        layer_stats l;
        looks_of_layer(s, i, r->spec.epsilon, &l);
        bad = looks_unstable(&l);
    }
    return bad;
}

static weir_status note_unstable(run *r, weir_error *err)
{
    r->unstable = true;
    snprintf(r->stopped, sizeof r->stopped, "unstable: weights or biases grew out of bounds");
    return compat_warn(r, "training became unstable: weights or biases grew out of bounds. Remedies: a smaller rate (or "
                       "adaptive_rate=true), a bound such as max_w2=10 or l1=1e-5, or activation=\"Tanh\"", err);
}

weir_status compat_score(run *r, bool final, weir_error *err)
{
    weir_metrics *train = NULL, *valid = NULL;
    bool better = false;
    weir_status st;

    if (unstable(r))
        return note_unstable(r, err);
    progress_phase(r->watch->progress, "scoring");
    st = judge(r, false, &train, err);
    if (!st && r->valid_view)
        st = judge(r, true, &valid, err);
    if (st) {
        weir_metrics_unref(train);
        return st;
    }
    weir_metrics_unref(r->train), weir_metrics_unref(r->valid);
    r->train = train;
    r->valid = valid;
    if (!final && r->p->overwrite_with_best_model)
        st = keep_best(r, &better, err);
    if (!st)
        st = add_row(r, better, err);
    if (!st && !final)
        st = look_for_end(r, err);
    if (!st && r->watch->publish) {
        weir_model *m = compat_model(r, compat_result(r), r->train, r->valid, err);
        if (m)
            r->watch->publish(r->watch->user, m);
        else
            st = WEIR_ENOMEM;
    }
    progress_phase(r->watch->progress, "training");
    return st;
}
