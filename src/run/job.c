/* job.c - something that runs on a thread of its own.
 *
 * The state is an atomic that only the job's thread advances; what a client
 * copies (result, snapshot, request) is behind the job's own mutex, held for
 * nanoseconds and never across a call into another module. */
#include "config.h"
#include "run/job.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/status.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Budget ------------------------------------------------------------------ */

static void cond_init_monotonic(pthread_cond_t *c)
{
    pthread_condattr_t a;

    pthread_condattr_init(&a);
    pthread_condattr_setclock(&a, CLOCK_MONOTONIC);
    pthread_cond_init(c, &a);
    pthread_condattr_destroy(&a);
}

static struct timespec after(double seconds)
{
    double t = clock_now() + seconds;
    struct timespec ts = {.tv_sec = (time_t)t};

    ts.tv_nsec = (int64_t)((t - (double)ts.tv_sec) * 1e9) % 1000000000;
    return ts;
}

void budget_init(budget *b, int total)
{
    pthread_mutex_init(&b->lock, NULL);
    cond_init_monotonic(&b->freed);
    b->total = total;
    b->used = 0;
}

void budget_destroy(budget *b)
{
    pthread_cond_destroy(&b->freed);
    pthread_mutex_destroy(&b->lock);
}

void budget_resize(budget *b, int total)
{
    pthread_mutex_lock(&b->lock);
    b->total = total;
    pthread_cond_broadcast(&b->freed);
    pthread_mutex_unlock(&b->lock);
}

int budget_take(budget *b, int want, bool wait, const progress *p)
{
    pthread_mutex_lock(&b->lock);
    while (wait && b->used >= b->total && !progress_cancelled(p)) {
        struct timespec ts = after(0.05); /* cancel is a flag, so look now and then */
        pthread_cond_timedwait(&b->freed, &b->lock, &ts);
    }
    int got = b->total - b->used;
    if (want > 0 && got > want)
        got = want;
    if (got < 1)
        got = 1;
    b->used += got;
    pthread_mutex_unlock(&b->lock);
    return got;
}

void budget_give(budget *b, int threads)
{
    pthread_mutex_lock(&b->lock);
    b->used -= threads;
    pthread_cond_broadcast(&b->freed);
    pthread_mutex_unlock(&b->lock);
}

/* Life -------------------------------------------------------------------- */

static void job_destroy(object *o)
{
    weir_job *j = (weir_job *)o;

    if (j->free_work)
        j->free_work(j->work);
    history_free(j->hist);
    weir_model_unref(j->snapshot);
    weir_value_clear(&j->result);
    weir_value_clear(&j->ask.args);
    weir_value_clear(&j->ask.result);
    pthread_cond_destroy(&j->moved);
    pthread_mutex_destroy(&j->lock);
    mem_free(j);
}

weir_job *job_new(const char *kind, const char *title, budget *b, bool heavy, int want, job_fn *run,
                  void *work, void (*free_work)(void *work))
{
    weir_job *j = MEM_NEW(weir_job);

    if (!j)
        return NULL;
    object_init(&j->o, job_destroy);
    snprintf(j->kind, sizeof j->kind, "%s", kind);
    snprintf(j->title, sizeof j->title, "%s", title);
    j->budget = b;
    j->heavy = heavy;
    j->want = want;
    j->run = run;
    j->work = work;
    j->free_work = free_work;
    pthread_mutex_init(&j->lock, NULL);
    cond_init_monotonic(&j->moved);
    return j;
}

weir_job *weir_job_ref(const weir_job *j)
{
    return object_ref(j ? &j->o : NULL);
}

void weir_job_unref(weir_job *j)
{
    object_unref(j ? &j->o : NULL);
}

void job_wake(weir_job *j)
{
    if (j->wake)
        j->wake(j->wake_user);
}

bool job_ended(const weir_job *j)
{
    return atomic_load_explicit(&((weir_job *)(uintptr_t)j)->state, memory_order_acquire) >=
           WEIR_JOB_DONE;
}

static void finish(weir_job *j, weir_status st, weir_value result, const weir_error *error)
{
    int cancel = atomic_load(&j->progress.cancel);
    weir_job_state state = cancel          ? WEIR_JOB_CANCELLED
                           : st == WEIR_OK ? WEIR_JOB_DONE
                                           : WEIR_JOB_FAILED;

    if (st && st != WEIR_ECANCEL)
        state = WEIR_JOB_FAILED;
    pthread_mutex_lock(&j->lock);
    j->result = result;
    if (st)
        j->error = *error;
    atomic_store_explicit(&j->ended, clock_now(), memory_order_relaxed);
    atomic_store_explicit(&j->state, state, memory_order_release);
    pthread_cond_broadcast(&j->moved);
    pthread_mutex_unlock(&j->lock);
}

static void *job_thread(void *arg)
{
    weir_job *j = arg;
    weir_error error = {0};
    weir_value result = weir_nil();

    int threads = budget_take(j->budget, j->want, j->heavy, &j->progress);
    j->progress.threads = threads;
    atomic_store(&j->began, clock_now());
    atomic_store_explicit(&j->state, WEIR_JOB_RUNNING, memory_order_release);
    job_wake(j);
    weir_status st = j->run(j, &result, &error);
    budget_give(j->budget, threads);
    finish(j, st, result, &error);
    job_wake(j);
    weir_job_unref(j);
    return NULL;
}

weir_status job_start(weir_job *j, weir_error *err)
{
    j->began_wall = clock_wall();
    weir_job_ref(j); /* the thread's */
    int e = pthread_create(&j->thread, NULL, job_thread, j);
    if (e) {
        weir_job_unref(j);
        return weir_fail(err, WEIR_ENOMEM, "cannot start a thread: %s", strerror(e));
    }
    j->started = true;
    return WEIR_OK;
}

void job_join(weir_job *j)
{
    if (j->started)
        pthread_join(j->thread, NULL);
    j->started = false;
}

/* Looking ------------------------------------------------------------------- */

void weir_job_get(const weir_job *cj, weir_job_info *out)
{
    weir_job *j = (weir_job *)(uintptr_t)cj; /* atomics are read, nothing changes */
    const char *phase = atomic_load_explicit(&j->progress.phase, memory_order_relaxed);
    uint64_t done = atomic_load_explicit(&j->progress.done, memory_order_relaxed);
    uint64_t total = atomic_load_explicit(&j->progress.total, memory_order_relaxed);
    double began = atomic_load(&j->began), ended = atomic_load(&j->ended);

    memset(out, 0, sizeof *out);
    out->id = j->id;
    memcpy(out->kind, j->kind, sizeof out->kind);
    memcpy(out->title, j->title, sizeof out->title);
    snprintf(out->phase, sizeof out->phase, "%s", phase ? phase : "");
    out->state = (weir_job_state)atomic_load_explicit(&j->state, memory_order_acquire);
    out->started = j->began_wall;
    out->quiet = j->quiet;
    out->elapsed = began > 0 ? (ended > 0 ? ended : clock_now()) - began : 0;
    out->speed = atomic_load_explicit(&j->live.speed, memory_order_relaxed);
    out->epochs = atomic_load_explicit(&j->live.epochs, memory_order_relaxed);
    out->epochs_total = atomic_load_explicit(&j->live.epochs_total, memory_order_relaxed);
    out->samples = atomic_load_explicit(&j->live.samples, memory_order_relaxed);
    out->iterations = atomic_load_explicit(&j->live.iterations, memory_order_relaxed);
    out->bytes = atomic_load_explicit(&j->progress.bytes, memory_order_relaxed);
    out->scored = j->hist ? history_count(j->hist) : 0;
    out->version = atomic_load_explicit(&j->version, memory_order_acquire);
    if (out->epochs_total > 0)
        out->done = out->epochs / out->epochs_total;
    else
        out->done = total ? (double)done / (double)total : (double)NAN;
    if (out->done > 1)
        out->done = 1;
    if (out->state == WEIR_JOB_DONE)
        out->done = 1;
    out->left = out->state == WEIR_JOB_RUNNING && out->done > 0.001
                    ? out->elapsed * (1 - out->done) / out->done
                    : (double)NAN;
}

size_t weir_job_history(const weir_job *j, size_t from, weir_score_row *out, size_t cap)
{
    return j->hist ? history_read(j->hist, from, out, cap) : 0;
}

weir_model *weir_job_model(const weir_job *cj)
{
    weir_job *j = (weir_job *)(uintptr_t)cj;

    pthread_mutex_lock(&j->lock);
    weir_model *m = weir_model_ref(j->snapshot);
    pthread_mutex_unlock(&j->lock);
    return m;
}

void job_publish(weir_job *j, weir_model *snapshot)
{
    pthread_mutex_lock(&j->lock);
    weir_model *old = j->snapshot;
    j->snapshot = snapshot;
    atomic_fetch_add_explicit(&j->version, 1, memory_order_release);
    pthread_mutex_unlock(&j->lock);
    weir_model_unref(old);
    job_wake(j);
}

/* Waiting ------------------------------------------------------------------- */

weir_status weir_job_wait(weir_job *j, double seconds, weir_error *err)
{
    struct timespec ts = after(seconds < 0 ? 0 : seconds > 1e8 ? 1e8 : seconds);
    weir_status st = WEIR_OK;

    pthread_mutex_lock(&j->lock);
    while (!job_ended(j) && j->ask.state != ASK_WAITS) {
        int e = seconds < 0 ? pthread_cond_wait(&j->moved, &j->lock)
                            : pthread_cond_timedwait(&j->moved, &j->lock, &ts);
        if (e == ETIMEDOUT)
            break;
    }
    if (!job_ended(j))
        st = weir_fail(err, WEIR_ESTATE, "job %lld still runs", (long long)j->id);
    pthread_mutex_unlock(&j->lock);
    return st;
}

weir_status weir_job_result(weir_job *j, weir_value *out, weir_error *err)
{
    weir_status st;

    if (!job_ended(j))
        return weir_fail(err, WEIR_ESTATE, "job %lld has not ended", (long long)j->id);
    pthread_mutex_lock(&j->lock);
    if (j->result.kind != WEIR_NIL)
        st = weir_value_copy(out, &j->result, err);
    else if (j->error.status) {
        if (err)
            *err = j->error;
        st = j->error.status;
    } else if (atomic_load(&j->progress.cancel)) {
        st = weir_fail(err, WEIR_ECANCEL, "%s was cancelled", j->title);
    } else {
        *out = weir_nil();
        st = WEIR_OK;
    }
    pthread_mutex_unlock(&j->lock);
    return st;
}

void weir_job_cancel(weir_job *j, bool keep)
{
    if (job_ended(j))
        return;
    atomic_store(&j->progress.cancel, keep ? 1 : 2);
    pthread_mutex_lock(&j->lock);
    pthread_cond_broadcast(&j->moved);
    pthread_mutex_unlock(&j->lock);
}

/* Requests -------------------------------------------------------------------- */

weir_status job_ask(weir_job *j, int64_t func, weir_value args, weir_value *result, weir_error *err)
{
    weir_status st = WEIR_OK;

    pthread_mutex_lock(&j->lock);
    j->ask.number++;
    j->ask.func = func;
    j->ask.args = args;
    j->ask.state = ASK_WAITS;
    pthread_cond_broadcast(&j->moved);
    pthread_mutex_unlock(&j->lock);
    job_wake(j);

    pthread_mutex_lock(&j->lock);
    while (j->ask.state < ASK_ANSWERED && atomic_load(&j->progress.cancel) != 2)
        pthread_cond_wait(&j->moved, &j->lock);
    if (j->ask.state == ASK_ANSWERED) {
        *result = j->ask.result;
        j->ask.result = weir_nil();
    } else if (j->ask.state == ASK_FAILED) {
        st = j->ask.error.status ? j->ask.error.status : WEIR_EINVAL;
        if (err)
            *err = j->ask.error;
    } else {
        st = weir_fail(err, WEIR_ECANCEL, "%s was cancelled", j->title);
    }
    weir_value_clear(&j->ask.args);
    j->ask.state = ASK_NONE;
    pthread_mutex_unlock(&j->lock);
    return st;
}

bool weir_job_request(weir_job *j, weir_request *out)
{
    pthread_mutex_lock(&j->lock);
    bool waits = j->ask.state == ASK_WAITS;
    if (waits) {
        *out = (weir_request){.number = j->ask.number, .func = j->ask.func, .args = j->ask.args};
        j->ask.args = weir_nil(); /* handed over */
        j->ask.state = ASK_TAKEN;
    }
    pthread_mutex_unlock(&j->lock);
    return waits;
}

void weir_job_reply(weir_job *j, int64_t number, const weir_value *result, const weir_error *failed)
{
    weir_value copy = weir_nil();
    weir_error error = {0};
    weir_status st = WEIR_OK;

    if (failed) {
        error = *failed;
        st = WEIR_EINVAL;
    } else if (result) {
        st = weir_value_copy(&copy, result, &error);
    }
    pthread_mutex_lock(&j->lock);
    if (j->ask.state == ASK_TAKEN && j->ask.number == number) {
        j->ask.result = copy;
        j->ask.error = error;
        j->ask.state = st ? ASK_FAILED : ASK_ANSWERED;
        copy = weir_nil();
        pthread_cond_broadcast(&j->moved);
    }
    pthread_mutex_unlock(&j->lock);
    weir_value_clear(&copy);
}
