/* scoring.c - one scoring event: how good the network is now, for the history, for whoever
 * looks on, and for the decision to go on. */
#include "train/train_impl.h"
#include "train/stopping.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/status.h"

#include <math.h>
#include <stdio.h>

static scorer scorer_now(const run *r, const network *net)
{
    return (scorer){.net = net, .enc = r->enc, .category = r->category, .loss = r->loss,
                    .prior = r->prior, .balanced = r->balanced};
}

static void describe(char *buf, size_t cap, const char *which, size_t n, size_t all)
{
    if (n == all)
        snprintf(buf, cap, "full %s frame, %zu rows", which, all);
    else
        snprintf(buf, cap, "sample of %zu of the %s frame's %zu rows", n, which, all);
}

static weir_status judge(run *r, const network *net, bool valid, weir_metrics **out, weir_error *err)
{
    const encode_view *v = valid ? r->valid_view : r->view;
    const uint32_t *rows = valid ? r->valid_rows : r->train_rows;
    size_t n = valid ? r->n_valid_rows : r->n_train_rows;
    scorer s = scorer_now(r, net);
    char description[128];

    describe(description, sizeof description, valid ? "validation" : "training", n, v->frame->rows);
    metric_options opt = score_options(r->p, &s, description);
    if (r->p->custom_metric_func.kind == WEIR_FUNC) {
        opt.ask = r->watch->ask;
        opt.ask_user = r->watch->user;
        opt.ask_func = r->p->custom_metric_func.as.i;
    }
    return score_metrics(&s, v, rows, n, &opt, out, r->watch->progress, err);
}

double run_seconds(const run *r)
{
    return r->at.seconds + clock_now() - r->began;
}

double run_epochs(const run *r)
{
    return (double)r->at.samples / (double)r->epoch_rows;
}

static bool better(const run *r, double a, double b)
{
    return isnan(b) ? !isnan(a) : r->less ? a < b : a > b;
}

/* huber: the threshold follows the residuals, in the units that the network is trained in. */
static weir_status follow_huber(run *r, weir_error *err)
{
    scorer s = scorer_now(r, r->net);
    size_t n = r->n_train_rows;
    double *p = mem_array(n + 1, sizeof *p), *y = mem_array(n + 1, sizeof *y), *w = mem_array(n + 1, sizeof *w), delta = 1;
    weir_status st = p && y && w ? WEIR_OK : weir_no_memory(err, "scoring");

    if (!st)
        st = score_rows(&s, r->view, r->train_rows, n, p, r->watch->progress, err);
    if (!st) {
        score_truth(&s, r->view, r->train_rows, n, y, w);
        st = metric_huber_delta(n, p, y, w, r->p->huber_alpha, &delta, err);
    }
    if (!st && delta > 0) {
        r->loss.huber_delta = delta * r->enc->resp_mul;
        trainer_set_huber_delta(r->trainer, r->loss.huber_delta);
    }
    mem_free(p), mem_free(y), mem_free(w);
    return st;
}

/* Metrics of the network as it is, on the rows chosen for scoring. */
static weir_status judge_both(run *r, weir_error *err)
{
    weir_metrics *train = NULL, *valid = NULL;
    weir_status st = judge(r, r->net, false, &train, err);

    if (!st && r->valid_view)
        st = judge(r, r->net, true, &valid, err);
    if (!st && r->loss.family == FAMILY_HUBER)
        st = follow_huber(r, err);
    if (st) {
        weir_metrics_unref(train), weir_metrics_unref(valid);
        return st;
    }
    weir_metrics_unref(r->train), weir_metrics_unref(r->valid);
    r->train = train;
    r->valid = valid;
    return WEIR_OK;
}

static weir_status keep_best(run *r, double value, weir_error *err)
{
    r->at.best = value;
    weir_metrics_unref(r->best_train), weir_metrics_unref(r->best_valid);
    r->best_train = weir_metrics_ref(r->train);
    r->best_valid = weir_metrics_ref(r->valid);
    weir_status st = look_copy(&r->best_look, &r->look, r->enc->inputs, r->net->layers, err);
    if (!r->best)
        return st ? st : network_copy(&r->best, r->net, err);
    network_assign(r->best, r->net);
    return st;
}

/* The event enters the history, the stopping metric its list; a new best network is kept. */
static weir_status note(run *r, weir_error *err)
{
    double *values = mem_grow(r->at.values, r->at.n_values, &r->cap_values, sizeof *values);
    double value = metrics_get(r->valid ? r->valid : r->train, r->metric);
    weir_score_row row = {.time = clock_wall(), .duration = run_seconds(r), .epochs = run_epochs(r),
                          .samples = (int64_t)r->at.samples, .iterations = (int64_t)r->at.iterations,
                          .best = better(r, value, r->at.best)};

    if (!values)
        return weir_no_memory(err, "scoring");
    r->at.values = values;
    r->at.values[r->at.n_values++] = value;
    double busy = row.duration - r->score_time;
    row.speed = busy > 0 ? (double)r->at.samples / busy : 0;
    for (size_t k = 0; k < WEIR_METRIC_MAX; k++) {
        row.train[k] = k < METRIC_COUNT ? metrics_get(r->train, (metric_id)k) : (double)NAN;
        row.valid[k] = k < METRIC_COUNT && r->valid ? metrics_get(r->valid, (metric_id)k) : (double)NAN;
    }
    weir_status st = row.best ? keep_best(r, value, err) : WEIR_OK;
    if (!st)
        st = history_add(r->hist, &row, err);
    if (!st)
        log_at(r->watch->log, WEIR_LOG_INFO, "train", "epoch %.4g: %s %s %.6g%s", row.epochs, r->valid ? "valid" : "train",
               weir_metric_at(r->metric)->name, value, row.best ? ", the best so far" : "");
    return st;
}

/* Bytes that the training holds: rows, and the network as the trainer and the scorings keep it. */
static uint64_t bytes_held(const run *r)
{
    uint64_t weights = 0;

    for (size_t i = 0; i < r->net->layers; i++)
        weights += network_rows(&r->net->layer[i]) * (r->net->layer[i].inputs + 1);
    return dataset_bytes(r->data) + weights * sizeof(float) * 2 + trainer_state_size(r->trainer) * sizeof(float) * (uint64_t)run_threads(r) +
           weights * sizeof(float) * (uint64_t)run_threads(r);
}

/* Tells how near early stopping is, and when the next scoring comes. */
static void tell_pace(const run *r)
{
    const weir_params *p = r->p;
    train_pace t = {.rounds = (int)p->stopping_rounds, .metric = (int)r->metric, .tolerance = p->stopping_tolerance, .bytes = bytes_held(r)};
    double due = r->began + (p->score_duty_cycle > 0 ? r->score_time / p->score_duty_cycle : 0);

    t.waited = (int)stopping_waited(r->at.values, r->at.n_values, (size_t)p->stopping_rounds, p->stopping_tolerance, r->less);
    if (!p->score_each_iteration && !p->reproducible)
        t.next_score = fmax(due, r->last_score + p->score_interval);
    r->watch->paced(r->watch->user, &t);
}

weir_status run_score(run *r, bool again, weir_error *err)
{
    double from = clock_now();

    progress_phase(r->watch->progress, "scoring");
    trainer_export(r->trainer, r->net);
    weir_status st = judge_both(r, err);
    if (!st)
        st = look_take(r, r->net, &r->look, false, err);
    if (!st && !again)
        st = note(r, err);
    if (!st && !again)
        st = look_remember(r, err);
    if (!st && r->watch->publish) {
        weir_model *m = run_model(r, r->net, r->train, r->valid, err);
        if (m)
            r->watch->publish(r->watch->user, m);
        else
            st = WEIR_ENOMEM;
    }
    if (!st)
        r->scored = r->at.samples;
    r->last_score = clock_now();
    r->last_took = r->last_score - from;
    r->score_time += r->last_took;
    progress_reach(r->watch->progress, r->at.samples); /* scoring has counted its own rows */
    if (!st && r->watch->paced)
        tell_pace(r);
    progress_phase(r->watch->progress, "training");
    return st;
}
