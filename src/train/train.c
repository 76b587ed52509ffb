/* train.c - one training from parameters to model.
 *
 * Iterations of the learner alternate with scoring; a scoring gives a row of
 * the history, a snapshot for whoever looks on, perhaps a new best network,
 * and the decision to go on. All randomness comes from the seed and from
 * counters of rows, so a continued training repeats an uninterrupted one. */
#include "train/train_impl.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/rng.h"
#include "base/status.h"
#include "base/text.h"
#include "compat/compat.h"
#include "train/stopping.h"

#include <math.h>
#include <stdio.h>

/* Mini-batches begin anew with every epoch. Row number `end` of the training, moved up to where
 * its batch ends. */
static uint64_t whole_batches(const run *r, uint64_t end)
{
    uint64_t batch = (uint64_t)r->p->mini_batch_size, n = r->epoch_rows, at = end % n;

    at = (at + batch - 1) / batch * batch;
    return end / n * n + (at < n ? at : n);
}

/* Rows of the next iteration. -2: short enough to look lively, long enough to cost nothing. */
static uint64_t iteration_rows(const run *r, double speed)
{
    int64_t asked = r->p->train_samples_per_iteration;
    int64_t limit = r->watch->control ? atomic_load(&r->watch->control->samples) : 0;
    uint64_t n = (uint64_t)r->epoch_rows, end = limit > 0 && (uint64_t)limit < r->target ? (uint64_t)limit : r->target;
    uint64_t left = end > r->at.samples ? end - r->at.samples : 1;

    if (asked == -2) {
        uint64_t share = r->target / 20 + 1;
        if (!r->p->reproducible) { /* else an epoch: no clock, and nothing that a later training asks differently */
            n = speed > 0 ? (uint64_t)(speed * 0.25) + 1 : 1024; /* the first tells the speed */
            n = n > share ? share : n;
        }
    } else if (asked > 0) {
        n = (uint64_t)asked;
    }
    if (r->p->reproducible) /* the same ends for a training that goes on as for one that was never cut */
        n -= r->at.samples % n;
    n = whole_batches(r, r->at.samples + n) - r->at.samples;
    return n < left ? n : left;
}

/* Position in the dataset of row number `number` of the training: a fixed random order
 * per training, or a new one per epoch when shuffling. */
static uint32_t row_of(const run *r, uint64_t number)
{
    uint64_t n = r->epoch_rows, epoch = number / n;
    uint64_t seed = (uint64_t)r->p->seed + (r->p->shuffle_training_data ? epoch * 0x9e3779b97f4a7c15u : 0);
    uint64_t at = rng_permute(seed, RNG_SHUFFLE, number % n, n);

    return r->balanced_rows ? r->balanced_rows[at] : (uint32_t)at;
}

static void tell(const run *r, double speed)
{
    const train_watch *w = r->watch;

    if (w->progress) {
        atomic_store_explicit(&w->progress->done, r->at.samples, memory_order_relaxed);
        atomic_store_explicit(&w->progress->total, r->target, memory_order_relaxed);
    }
    if (w->moved)
        w->moved(w->user, run_epochs(r), r->p->epochs, (int64_t)r->at.samples, (int64_t)r->at.iterations, speed);
}

/* Long iterations run in pieces, so that limits of time are kept. */
enum { PIECE = 1 << 15 };

/* A piece holds whole batches, at least one. */
static size_t order_room(const weir_params *p)
{
    size_t batch = (size_t)p->mini_batch_size;
    return batch > PIECE ? batch : PIECE / batch * batch;
}

/* What -2 chose, whenever it chooses otherwise than before. */
static void log_choice(run *r, uint64_t rows, double speed)
{
    if (r->p->train_samples_per_iteration != -2 || rows == r->chosen)
        return;
    r->chosen = rows;
    log_at(r->watch->log, WEIR_LOG_INFO, "train", "iteration %llu: %llu rows at %.0f rows/s, 0 s of communication (one machine)",
           (unsigned long long)r->at.iterations + 1, (unsigned long long)rows, speed);
}

/* Seconds of this training after which it is to end; 0 = no limit. */
static double time_limit(const run *r)
{
    double soft = r->watch->control ? atomic_load(&r->watch->control->seconds) : 0, hard = r->p->max_runtime_secs;

    return soft > 0 && (hard <= 0 || soft < hard) ? soft : hard;
}

/* Rows of a piece: half a second's, when limits of time could be missed and no bits depend on it. */
static size_t piece_rows(const run *r, double speed)
{
    size_t all = order_room(r->p), batch = (size_t)r->p->mini_batch_size, some = (size_t)(speed * 0.5);

    if (r->p->reproducible || speed <= 0 || some >= all)
        return all;
    some = some < 1024 ? 1024 : some;
    some = (some + batch - 1) / batch * batch;
    return some < all ? some : all;
}

static weir_status iterate(run *r, uint64_t rows, double *speed, weir_error *err)
{
    double from = clock_now();
    uint64_t start = r->at.samples, done = 0;
    weir_status st = WEIR_OK;

    log_choice(r, rows, *speed);
    while (done < rows && !st && !progress_cancelled(r->watch->progress)) {
        size_t piece = piece_rows(r, *speed);
        uint64_t left = rows - done, epoch = r->epoch_rows - (start + done) % r->epoch_rows;
        if (r->p->mini_batch_size > 1 && epoch < left)
            left = epoch;
        size_t n = left < piece ? (size_t)left : piece, did = 0;
        for (size_t i = 0; i < n; i++)
            r->order[i] = row_of(r, start + done + i);
        st = trainer_run(r->trainer, r->order, n, start + done, r->watch->progress, &did, err);
        done += did;
        r->at.samples = start + done;
        double t = clock_now() - from;
        *speed = t > 0 ? (double)done / t : 0;
        tell(r, *speed);
        if (did < n)
            break;
        if (time_limit(r) > 0 && clock_now() - r->began > time_limit(r))
            break;
    }
    r->at.iterations++;
    return st;
}

/* Scoring keeps to its share of the time when this scoring and the last one, which must come, are counted in. */
static bool score_due(const run *r)
{
    double now = clock_now(), since = now - r->last_score, all = now - r->began, share = r->p->score_duty_cycle;

    if (r->p->score_each_iteration || r->p->reproducible)
        return true;
    return since >= r->p->score_interval && (share >= 1 || r->score_time + 2 * r->last_took <= share * all);
}

/* Why training should end now, into r->stopped. */
static bool goal_reached(run *r)
{
    double error = metrics_get(r->train, METRIC_ERROR), mse = metrics_get(r->train, METRIC_MSE);
    const weir_params *p = r->p;

    if (run_of_classes(r) && p->classification_stop >= 0 && error <= p->classification_stop)
        snprintf(r->stopped, sizeof r->stopped, "the training error %g reached classification_stop", error);
    else if (!run_of_classes(r) && p->regression_stop >= 0 && mse <= p->regression_stop)
        snprintf(r->stopped, sizeof r->stopped, "the training MSE %g reached regression_stop", mse);
    else if (stopping_due(r->at.values, r->at.n_values, (size_t)p->stopping_rounds, p->stopping_tolerance, r->less))
        snprintf(r->stopped, sizeof r->stopped, "%s no longer improves (stopping_rounds = %lld)",
                 weir_metric_at(r->metric)->name, (long long)p->stopping_rounds);
    return r->stopped[0] != '\0';
}

static weir_status note_unstable(run *r, const char *why, weir_error *err)
{
    char s[512];

    r->unstable = true;
    snprintf(r->stopped, sizeof r->stopped, "unstable: %.140s", why);
    log_at(r->watch->log, WEIR_LOG_INFO, "train", "unstable: %s", why); /* the warning comes with the remedies */
    snprintf(s, sizeof s,
             "training became unstable: %.160s. Remedies: a smaller rate (or adaptive_rate=true), a bound such as "
             "max_w2=10 or l1=1e-5, or activation=\"Tanh\"", why);
    return run_warn(r, s, err);
}

/* A continued training stands where the last scoring of the one before was. */
static bool scored_before(const run *r)
{
    weir_score_row row;
    size_t n = r->from ? history_count(r->from->hist) : 0;

    return n && history_read(r->from->hist, n - 1, &row, 1) && row.samples == (int64_t)r->at.samples;
}

/* What ends the training whatever it has learnt, into r->stopped. */
static bool limit_reached(run *r)
{
    int64_t rows = r->watch->control ? atomic_load(&r->watch->control->samples) : 0;
    double seconds = time_limit(r);

    if (seconds > 0 && clock_now() - r->began >= seconds && seconds >= r->p->max_runtime_secs && r->p->max_runtime_secs > 0)
        snprintf(r->stopped, sizeof r->stopped, "max_runtime_secs = %g reached", seconds);
    else if (seconds > 0 && clock_now() - r->began >= seconds)
        snprintf(r->stopped, sizeof r->stopped, "the limit of %.3g s that was set while it ran is reached", seconds);
    else if (rows > 0 && r->at.samples >= (uint64_t)rows && r->at.samples < r->target)
        snprintf(r->stopped, sizeof r->stopped, "the limit of %lld rows that was set while it ran is reached", (long long)rows);
    return r->stopped[0] != '\0';
}

enum { LAST_SCORING_MS = 100 };

/* Whoever cancels shall not wait for a long scoring: then the model is the best one scored so far, or the last. */
static weir_status cancelled(run *r, weir_error *err)
{
    progress *p = r->watch->progress;
    weir_status st = WEIR_OK;

    if (atomic_load(&p->cancel) == 2)
        return weir_fail(err, WEIR_ECANCEL, "the training was cancelled");
    snprintf(r->stopped, sizeof r->stopped, "cancelled");
    if (r->train && r->last_took * 1000 < LAST_SCORING_MS && r->scored < r->at.samples) {
        atomic_store(&p->cancel, 0); /* the last scoring must not be cut short */
        st = run_score(r, false, err);
        atomic_store(&p->cancel, 1);
    }
    if (!st && !r->train)
        st = weir_fail(err, WEIR_ECANCEL, "the training was cancelled before its first scoring: there is nothing to keep");
    return st;
}

/* A limit comes before the epochs are done: the model says so. */
static weir_status note_cut(run *r, weir_error *err)
{
    char s[320], epochs[32];

    snprintf(s, sizeof s, "cut after %s of %.10g epochs: %s", text_epochs(run_epochs(r), epochs, sizeof epochs), r->p->epochs, r->stopped);
    return run_warn(r, s, err);
}

/* One iteration and what follows from it. */
static weir_status advance(run *r, double *speed, weir_error *err)
{
    char why[160];
    weir_status st = run_follow_threads(r, err);

    if (!st)
        st = iterate(r, iteration_rows(r, *speed), speed, err);
    if (st)
        return st;
    if (trainer_unstable(r->trainer, why, sizeof why))
        return note_unstable(r, why, err);
    if (progress_cancelled(r->watch->progress))
        return WEIR_OK;
    bool over = limit_reached(r), asked = r->watch->control && atomic_load(&r->watch->control->checkpoint);
    bool due = over || r->at.samples >= r->target || score_due(r);
    if (over && r->at.samples < r->target)
        st = note_cut(r, err);
    if (!st && due)
        st = run_score(r, false, err);
    if (!st && due && !over)
        goal_reached(r);
    if (!st && (due || asked) && !r->stopped[0] && r->at.samples < r->target)
        st = run_checkpoint(r, err);
    return st;
}

static weir_status loop(run *r, weir_error *err)
{
    progress *p = r->watch->progress;
    double speed = 0;
    char why[160];
    weir_status st = run_score(r, scored_before(r), err);

    if (!st && trainer_unstable(r->trainer, why, sizeof why)) /* already before the first row */
        st = note_unstable(r, why, err);
    while (!st && r->at.samples < r->target && !r->stopped[0] && !progress_cancelled(p))
        st = advance(r, &speed, err);
    if ((!st || st == WEIR_ECANCEL) && progress_cancelled(p) && !(r->stopped[0] && !st))
        return cancelled(r, err);
    if (!st && !r->stopped[0])
        snprintf(r->stopped, sizeof r->stopped, "all %g epochs done", r->p->epochs);
    return st;
}

static weir_status finish(run *r, weir_model **out, weir_error *err)
{
    bool best = r->p->overwrite_with_best_model && r->best && !isnan(r->at.best);
    weir_model *m = run_model(r, best ? r->best : r->net, best ? r->best_train : r->train,
                             best ? r->best_valid : r->valid, err);
    weir_status st = m ? run_keep_state(r, m, err) : WEIR_ENOMEM;

    if (st)
        weir_model_unref(m);
    else
        *out = m;
    return st;
}

static void clean(run *r)
{
    trainer_free(r->trainer);
    dataset_free(r->data);
    network_free(r->net);
    network_free(r->best);
    encode_view_free(r->view);
    encode_view_free(r->valid_view);
    encoder_free(r->enc);
    history_free(r->own);
    weir_params_free(r->p);
    weir_value_clear(&r->warnings);
    weir_metrics_unref(r->train), weir_metrics_unref(r->valid);
    weir_metrics_unref(r->best_train), weir_metrics_unref(r->best_valid);
    mem_free(r->train_rows), mem_free(r->valid_rows), mem_free(r->prior), mem_free(r->balanced);
    look_free(&r->look), look_free(&r->best_look);
    mem_free(r->order), mem_free(r->balanced_rows), mem_free(r->at.values), mem_free(r->layers);
}

static void begin(run *r, const train_input *in)
{
    r->frame = param_frame(&in->params->training_frame);
    r->valid_frame = param_frame(&in->params->validation_frame);
    r->from = param_model(&in->params->checkpoint);
    r->warnings = weir_list();
    r->p = weir_params_copy(in->params);
}

weir_status train_measure(const train_input *in, train_size *out, weir_error *err)
{
    run r = {.in = in, .watch = in->watch, .asked = in->params, .began = clock_now(), .at.best = NAN};

    begin(&r, in);
    weir_status st = r.p ? run_measure(&r, out, err) : weir_no_memory(err, "estimating a training");
    clean(&r);
    return st;
}

weir_status train_run(const train_input *in, weir_model **out, weir_error *err)
{
    run r = {.in = in, .watch = in->watch, .asked = in->params, .began = clock_now(), .at.best = NAN};
    weir_status st = WEIR_OK;

    if (in->params->compat == COMPAT_H2O)
        return compat_run(in, out, err);
    begin(&r, in);
    r.own = in->watch->hist ? NULL : history_new();
    r.hist = in->watch->hist ? in->watch->hist : r.own;

    r.last_score = r.written.last = r.began;
    if (r.p)
        r.order = mem_array(order_room(r.p), sizeof *r.order);
    if (!r.p || !r.hist || !r.order)
        st = weir_no_memory(err, "preparing the training");
    if (!st)
        st = run_prepare(&r, err);
    if (!st)
        st = loop(&r, err);
    if (!st)
        st = finish(&r, out, err);
    clean(&r);
    return st;
}
