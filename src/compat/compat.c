/* compat.c - the loop: iterations of one chunk, a scoring after each, the end.
 *
 * Everything here follows H2O's reproducible mode on one node: one thread, one
 * chunk, a scoring after every iteration, counts in place of clocks. */
#include "compat/compat.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/status.h"
#include "base/text.h"
#include "compat/compat_impl.h"
#include "model/h2o.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

weir_status compat_warn(run *r, const char *sentence, weir_error *err)
{
    log_at(r->watch->log, WEIR_LOG_INFO, "train", "%s", sentence);
    return weir_list_add(&r->warnings, weir_text(sentence), err);
}

double compat_seconds(const run *r)
{
    return r->earlier + clock_now() - r->began;
}

double compat_epochs(const run *r)
{
    return (double)r->samples / r->epoch_rows;
}

/* Learning rows ---------------------------------------------------------------------------- */

/* Inputs of a training row: missing numbers take the mean, and without the first level a missing
 * one takes the last level's slot. */
static void training_inputs(run *r, size_t row, double *x)
{
    const encoder *e = r->enc;

    memset(x, 0, e->hashed * sizeof *x);
    for (size_t i = 0; i < e->n_factors; i++) {
        uint32_t code = h2o_level(r->view, i, row);
        if (code == COLUMN_MISSING && !e->all_levels) {
            code = (uint32_t)e->factor[i].n_levels - 1;
        } else if (code == COLUMN_MISSING) {
            e->factor[i].missing_seen = true;
        }
        size_t s = h2o_slot(e, i, code);
        if (s != SIZE_MAX)
            x[s] += 1;
    }
    for (size_t i = 0; i < e->n_numbers; i++) {
        const encode_number *n = &e->number[i];
        double v;
        encode_values(r->view, i, row, 1, &v);
        if (isnan(v))
            v = n->fill;
        x[e->hashed + i] = r->p->sparse ? v * n->mul : (v - n->sub) * n->mul;
    }
}

/* Sparse rows come in arrays that are larger than needed; what is left over names input 0. */
static void sparse_leftover(const encoder *e, double *x)
{
    size_t used = 0, room = e->n_numbers < 16 ? e->n_numbers : 16;

    for (size_t i = 0; i < e->n_numbers; i++)
        used += x[e->hashed + i] != 0;
    while (room < used)
        room += room / 2 > 1 ? room / 2 : 1;
    if (used < room)
        x[0] = 0;
}

static bool learn_one(void *user, size_t position, uint64_t seed)
{
    run *r = user;
    size_t row = r->rows.row ? r->rows.row[position] : position;
    double *x = learner_inputs(r->learner), y = 0, offset = 0;

    training_inputs(r, row, x);
    if (r->p->sparse)
        sparse_leftover(r->enc, x);
    if (compat_of_classes(r)) {
        encode_response(r->view, row, 1, &y);
    } else if (!r->p->autoencoder) {
        y = (column_at(r->view->response, row) - r->enc->resp_sub) * r->enc->resp_mul;
        offset = h2o_offset(r->view, row);
    }
    learner_row(r->learner, y, offset, seed);
    return !progress_cancelled(r->watch->progress);
}

static void tell(const run *r, double speed)
{
    const train_watch *w = r->watch;

    if (w->progress) {
        atomic_store_explicit(&w->progress->done, r->samples, memory_order_relaxed);
        atomic_store_explicit(&w->progress->total, (uint64_t)(r->p->epochs * r->epoch_rows), memory_order_relaxed);
    }
    if (w->moved)
        w->moved(w->user, compat_epochs(r), r->p->epochs, (int64_t)r->samples, (int64_t)r->iterations, speed);
}

/* Local and consensus network drift together: local shrinks by the moving rate each time. */
static void average(run *r)
{
    float share = (float)r->p->elastic_averaging_moving_rate;

    if (share == 1) {
        state_assign(r->consensus, r->net);
        return;
    }
    state_scale(r->net, (double)share);
    state_scale(r->consensus, (double)(1 - share));
    state_add(r->consensus, r->net);
}

static weir_status iterate(run *r, weir_error *err)
{
    bool elastic = r->p->elastic_averaging;
    double from = clock_now();
    uint64_t learnt = 0;
    bool pulled = elastic && r->consensus;

    learner_begin(r->learner, pulled ? r->consensus->net : NULL, r->p->elastic_averaging_regularization);
    weir_status st = rows_visit(&r->visit, r->iterations, r->samples, learn_one, r, &learnt, err);
    r->samples += learnt;
    r->net->samples = r->samples;
    if (!st && pulled)
        average(r);
    else if (!st && elastic)
        st = state_copy(&r->consensus, r->net, err);
    if (r->consensus)
        r->consensus->samples = r->samples;
    double took = clock_now() - from;
    tell(r, took > 0 ? (double)learnt / took : 0);
    return st;
}

/* The loop --------------------------------------------------------------------------------- */

static weir_status empty_row(run *r, weir_error *err)
{
    weir_score_row row = {.time = clock_wall()};

    for (size_t i = 0; i < WEIR_METRIC_MAX; i++)
        row.train[i] = row.valid[i] = NAN;
    return history_add(r->hist, &row, err);
}

static weir_status interrupted(run *r, weir_error *err)
{
    progress *p = r->watch->progress;

    if (atomic_load(&p->cancel) == 2)
        return weir_fail(err, WEIR_ECANCEL, "the training was cancelled");
    r->cancelled = true;
    snprintf(r->stopped, sizeof r->stopped, "cancelled");
    atomic_store(&p->cancel, 0); /* the last scoring must not be cut short */
    weir_status st = compat_score(r, true, err);
    atomic_store(&p->cancel, 1);
    return st;
}

/* Time is up before the epochs are done. */
static weir_status cut_short(run *r, weir_error *err)
{
    char s[320], epochs[32];

    snprintf(r->stopped, sizeof r->stopped, "max_runtime_secs = %g reached", r->p->max_runtime_secs);
    snprintf(s, sizeof s, "cut after %s of %.10g epochs: %s", text_epochs(compat_epochs(r), epochs, sizeof epochs), r->p->epochs, r->stopped);
    return compat_warn(r, s, err);
}

static weir_status loop(run *r, weir_error *err)
{
    bool going = true;
    weir_status st = WEIR_OK;

    if (r->p->autoencoder)
        st = compat_score(r, false, err);
    else if (!r->from)
        st = empty_row(r, err);
    while (!st && going && !r->unstable && !r->stopped[0]) {
        r->iterations++;
        if (r->p->epochs > 0)
            st = iterate(r, err);
        if (st)
            break;
        if (progress_cancelled(r->watch->progress))
            return interrupted(r, err);
        going = compat_epochs(r) < r->p->epochs;
        st = compat_score(r, !going, err);
        if (st == WEIR_ECANCEL)
            return interrupted(r, err);
        if (!st && going && !r->unstable)
            st = compat_checkpoint(r, err);
        r->out_of_time = r->p->max_runtime_secs > 0 && clock_now() - r->began >= r->p->max_runtime_secs;
        if (!st && going && !r->stopped[0] && r->out_of_time)
            st = cut_short(r, err);
    }
    if (!st && !r->stopped[0])
        snprintf(r->stopped, sizeof r->stopped, "all %g epochs done", r->p->epochs);
    return st;
}

/* The best network comes back, with the counters of the whole training, and is scored once more. */
static weir_status restore(run *r, weir_error *err)
{
    state *s = compat_result(r);

    if (r->cancelled || r->out_of_time || r->unstable || !r->p->overwrite_with_best_model || !r->best || !r->train)
        return WEIR_OK;
    if (!(r->best_loss < stop_loss(r->p, r->category, r->valid ? r->valid : r->train)))
        return WEIR_OK;
    state_assign(s, r->best);
    s->samples = r->samples;
    return compat_score(r, true, err);
}

static weir_status finish(run *r, weir_model **out, weir_error *err)
{
    const state *s = compat_result(r);
    weir_model *m = compat_model(r, s, r->train, r->valid, err);
    weir_status st = m ? compat_keep_state(r, s, m, err) : WEIR_ENOMEM;

    if (st)
        weir_model_unref(m);
    else
        *out = m;
    return st;
}

static void clean(run *r)
{
    learner_free(r->learner);
    state_free(r->net), state_free(r->consensus), state_free(r->best);
    encode_view_free(r->view), encode_view_free(r->valid_view);
    encoder_free(r->enc);
    history_free(r->own);
    weir_params_free(r->p);
    weir_value_clear(&r->warnings);
    weir_metrics_unref(r->train), weir_metrics_unref(r->valid);
    weir_metrics_unref(r->best_train), weir_metrics_unref(r->best_valid);
    mem_free(r->weight), mem_free(r->bad), mem_free(r->rows.row);
    mem_free(r->visit_weight), mem_free(r->visit_bad);
    mem_free(r->scored.row), mem_free(r->valid_scored.row);
    mem_free(r->prior), mem_free(r->balanced);
}

weir_status compat_run(const train_input *in, weir_model **out, weir_error *err)
{
    run r = {.in = in, .watch = in->watch, .asked = in->params, .began = clock_now(), .best_loss = INFINITY};
    weir_status st = WEIR_OK;

    r.frame = param_frame(&in->params->training_frame);
    r.valid_frame = param_frame(&in->params->validation_frame);
    r.from = param_model(&in->params->checkpoint);
    r.warnings = weir_list();
    r.written.last = r.began;
    r.p = weir_params_copy(in->params);
    r.own = in->watch->hist ? NULL : history_new();
    r.hist = in->watch->hist ? in->watch->hist : r.own;
    if (!r.p || !r.hist)
        st = weir_no_memory(err, "preparing the training");
    if (!st)
        st = compat_prepare(&r, err);
    if (!st)
        st = loop(&r, err);
    if (!st)
        st = restore(&r, err);
    if (!st)
        st = finish(&r, out, err);
    clean(&r);
    return st;
}
