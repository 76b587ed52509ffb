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

/* Log ---------------------------------------------------------------------- */

/* A sink: the line enters the job's own log, then the session's. */
static void note_line(void *user, weir_log_level level, const char *module, const char *words)
{
    weir_job *j = user;
    size_t scored = j->hist ? history_count(j->hist) : 0;
    struct job_line line = {.time = clock_wall(), .epochs = atomic_load_explicit(&j->live.epochs, memory_order_relaxed),
                            .level = level, .scored = scored, .text = mem_text(words)};

    pthread_mutex_lock(&j->lock);
    struct job_line *v = line.text ? mem_grow(j->line, j->n_lines, &j->cap_lines, sizeof *v) : NULL;
    if (v) {
        j->line = v;
        if (j->n_lines == JOB_LINES) {
            mem_free(v[0].text);
            memmove(v, v + 1, (JOB_LINES - 1) * sizeof *v);
            j->n_lines--;
            j->lost_lines++;
        }
        v[j->n_lines++] = line;
    }
    pthread_mutex_unlock(&j->lock);
    if (!v)
        mem_free(line.text);
    log_at(j->above, level, module, "%s", words);
}

size_t weir_job_log(const weir_job *cj, size_t from, weir_log_line *out, size_t cap)
{
    weir_job *j = (weir_job *)(uintptr_t)cj; /* only the lock changes */
    size_t n = 0;

    pthread_mutex_lock(&j->lock);
    from = from < j->lost_lines ? j->lost_lines : from;
    for (size_t i = from - j->lost_lines; i < j->n_lines && n < cap; i++, n++) {
        const struct job_line *l = &j->line[i];
        out[n] = (weir_log_line){.number = i + j->lost_lines, .time = l->time, .epochs = l->epochs, .level = l->level, .scored = l->scored};
        snprintf(out[n].text, sizeof out[n].text, "%s", l->text);
    }
    pthread_mutex_unlock(&j->lock);
    return n;
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
    for (size_t i = 0; i < j->n_lines; i++)
        mem_free(j->line[i].text);
    mem_free(j->line);
    logger_free(j->log);
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
    atomic_init(&j->want, want);
    j->seen = want;
    j->run = run;
    j->work = work;
    j->free_work = free_work;
    pthread_mutex_init(&j->lock, NULL);
    clock_cond_init(&j->moved);
    j->log = logger_new();
    if (!j->log) { /* the work stays the caller's */
        j->free_work = NULL;
        weir_job_unref(j);
        return NULL;
    }
    logger_set(j->log, note_line, j);
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

static weir_job_state end_of(weir_job *j, weir_status st)
{
    if (st && st != WEIR_ECANCEL)
        return WEIR_JOB_FAILED;
    return atomic_load(&j->progress.cancel) ? WEIR_JOB_CANCELLED : st == WEIR_OK ? WEIR_JOB_DONE : WEIR_JOB_FAILED;
}

/* How it ended, for its log: before anybody can see that it has. */
static void say_end(weir_job *j, weir_job_state state, const weir_value *result, const weir_error *error)
{
    double took = clock_now() - atomic_load(&j->began);

    if (state == WEIR_JOB_FAILED)
        log_at(j->log, WEIR_LOG_INFO, "job", "failed: %s%s%s", error->message, *error->hint ? "; " : "", error->hint); /* whoever waits gets the error itself */
    else
        log_at(j->log, WEIR_LOG_INFO, "job", "%s after %.3g s",
               state == WEIR_JOB_DONE ? "done" : result->kind ? "stopped, what it learned is kept," : "stopped, nothing is kept,", took);
}

typedef struct leftovers { /* to be let go once the lock is not held */
    weir_value result;
    weir_model *snapshot;
} leftovers;

/* With the lock held, of a job that has ended: what came out, if it is nobody's. */
static leftovers take_leftovers(weir_job *j)
{
    leftovers l = {.result = weir_nil()};

    if (j->released) {
        l = (leftovers){j->result, j->snapshot};
        j->result = weir_nil();
        j->snapshot = NULL;
    }
    return l;
}

static void let_go(leftovers *l)
{
    weir_value_clear(&l->result);
    weir_model_unref(l->snapshot);
}

void weir_job_release(weir_job *j)
{
    leftovers l = {.result = weir_nil()};

    pthread_mutex_lock(&j->lock);
    j->released = true;
    if (job_ended(j))
        l = take_leftovers(j);
    pthread_mutex_unlock(&j->lock);
    let_go(&l);
}

void weir_job_taken(weir_job *j)
{
    atomic_store(&j->taken, true);
}

static void finish(weir_job *j, weir_status st, weir_value result, const weir_error *error)
{
    weir_job_state state = end_of(j, st);

    say_end(j, state, &result, error);
    if (j->free_work) /* before anybody can see the end: what it was given is not held any longer */
        j->free_work(j->work);
    j->free_work = NULL;
    pthread_mutex_lock(&j->lock);
    j->result = result;
    if (st)
        j->error = *error;
    atomic_store_explicit(&j->ended, clock_now(), memory_order_relaxed);
    atomic_store_explicit(&j->state, state, memory_order_release);
    leftovers l = take_leftovers(j);
    pthread_cond_broadcast(&j->moved);
    pthread_mutex_unlock(&j->lock);
    let_go(&l);
}

int job_settle_threads(weir_job *j)
{
    int want = atomic_load(&j->want);

    if (want != j->seen) {
        j->seen = want;
        j->progress.threads = budget_change(j->budget, j->progress.threads, want);
        atomic_store(&j->live.threads, j->progress.threads);
        log_at(j->log, WEIR_LOG_INFO, "job", "%d thread%s from now on", j->progress.threads, j->progress.threads == 1 ? "" : "s");
    }
    return j->progress.threads;
}

static void *job_thread(void *arg)
{
    weir_job *j = arg;
    weir_error error = {0};
    weir_value result = weir_nil();

    j->progress.threads = budget_take(j->budget, atomic_load(&j->want), j->heavy, &j->progress, j->id);
    atomic_store(&j->live.threads, j->progress.threads);
    atomic_store(&j->began, clock_now());
    atomic_store_explicit(&j->state, WEIR_JOB_RUNNING, memory_order_release);
    job_wake(j);
    weir_status st = j->run(j, &result, &error);
    budget_give(j->budget, j->progress.threads);
    finish(j, st, result, &error);
    job_wake(j);
    weir_job_unref(j);
    return NULL;
}

weir_status job_start(weir_job *j, weir_error *err)
{
    j->began_wall = clock_wall();
    weir_job_ref(j); /* the thread's */
    if (j->heavy)
        budget_queue(j->budget, j->id); /* by who starts them, not by whose thread is first */
    int e = pthread_create(&j->thread, NULL, job_thread, j);
    if (e) {
        budget_leave(j->budget, j->id);
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

static void get_course(weir_job *j, weir_job_info *out);

void weir_job_get(const weir_job *cj, weir_job_info *out)
{
    weir_job *j = (weir_job *)(uintptr_t)cj; /* atomics are read, nothing changes */
    const char *phase = atomic_load_explicit(&j->progress.phase, memory_order_relaxed);
    uint64_t done = atomic_load_explicit(&j->progress.done, memory_order_relaxed);
    uint64_t total = atomic_load_explicit(&j->progress.total, memory_order_relaxed);
    uint64_t all_bytes = atomic_load_explicit(&j->progress.all_bytes, memory_order_relaxed);
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
    if (j->hist && total > 0 && done > (uint64_t)out->samples && phase && !strcmp(phase, "training")) { /* within an iteration */
        out->epochs += (double)(done - (uint64_t)out->samples) / (double)total * out->epochs_total;
        out->samples = (int64_t)done;
    }
    out->scored = j->hist ? history_count(j->hist) : 0;
    out->version = atomic_load_explicit(&j->version, memory_order_acquire);
    if (out->epochs_total > 0)
        out->done = out->epochs / out->epochs_total;
    else
        out->done = total ? (double)done / (double)total : all_bytes ? (double)out->bytes / (double)all_bytes : (double)NAN;
    if (!j->hist && (total || all_bytes) && out->elapsed > 0) /* rows of an import, a prediction */
        out->speed = (double)done / out->elapsed;
    if (out->done > 1)
        out->done = 1;
    if (out->state == WEIR_JOB_DONE)
        out->done = 1;
    out->left = out->state == WEIR_JOB_RUNNING && out->done > 0.001
                    ? out->elapsed * (1 - out->done) / out->done
                    : (double)NAN;
    get_course(j, out);
}

static double positive(double x)
{
    return x > 0 ? x : (double)NAN;
}

/* What may change while it runs, and how near early stopping is. */
static void get_course(weir_job *j, weir_job_info *out)
{
    double next = atomic_load_explicit(&j->live.next_score, memory_order_relaxed);

    out->threads = atomic_load(&j->live.threads);
    out->threads_wanted = atomic_load(&j->want);
    out->place = out->state == WEIR_JOB_QUEUED && j->heavy ? budget_place(j->budget, j->id) : 0;
    out->held = atomic_load_explicit(&j->live.bytes, memory_order_relaxed);
    out->stop_rounds = atomic_load_explicit(&j->live.stop_rounds, memory_order_relaxed);
    out->stop_waited = atomic_load_explicit(&j->live.stop_waited, memory_order_relaxed);
    out->stop_metric = atomic_load_explicit(&j->live.stop_metric, memory_order_relaxed) - 1;
    out->stop_tolerance = atomic_load_explicit(&j->live.stop_tolerance, memory_order_relaxed);
    out->next_score = next > 0 && out->state == WEIR_JOB_RUNNING ? fmax(0, next - clock_now()) : (double)NAN;
    out->limit_seconds = positive(atomic_load(&j->control.seconds));
    out->limit_samples = atomic_load(&j->control.samples);
}

void weir_job_set_threads(weir_job *j, int threads)
{
    atomic_store(&j->want, threads);
}

void weir_job_set_limits(weir_job *j, double seconds, int64_t samples)
{
    char words[120] = "no limits";

    atomic_store(&j->control.seconds, seconds > 0 ? seconds : 0);
    atomic_store(&j->control.samples, samples > 0 ? samples : 0);
    if (seconds > 0 && samples > 0)
        snprintf(words, sizeof words, "to stop after %.6g s or %lld rows", seconds, (long long)samples);
    else if (seconds > 0)
        snprintf(words, sizeof words, "to stop after %.6g s", seconds);
    else if (samples > 0)
        snprintf(words, sizeof words, "to stop after %lld rows", (long long)samples);
    log_at(j->log, WEIR_LOG_INFO, "job", "%s", words);
}

void weir_job_checkpoint(weir_job *j)
{
    atomic_store(&j->control.checkpoint, 1);
}

bool weir_job_move(weir_job *j, int by)
{
    return j->heavy && budget_move(j->budget, j->id, by);
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
    struct timespec ts = clock_after(seconds < 0 ? 0 : seconds > 1e8 ? 1e8 : seconds);
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
    } else if (j->released) {
        st = weir_fail(err, WEIR_ESTATE, "what job %lld gave has been let go", (long long)j->id);
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
