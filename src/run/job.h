/* job.h - something that runs on a thread of its own: states, progress,
 * cancel, result, its log, requests to the client, what may change meanwhile.
 *
 * A job asks the budget for threads before it starts, so the teams of all
 * trainings together never exceed what the session may use. Verbs that run as
 * jobs always get one thread, so that a look at data never waits for a
 * training. */
#ifndef RUN_JOB_H
#define RUN_JOB_H

#include "base/object.h"
#include "base/progress.h"
#include "model/history.h"
#include "model/model.h"
#include "run/budget.h"
#include "train/input.h"
#include "weir.h"

#include <pthread.h>

typedef struct job_live { /* writer: the job's thread; readers: anyone */
    _Atomic double speed, epochs, epochs_total;
    _Atomic int64_t samples, iterations;
    atomic_int threads;     /* granted now */
    _Atomic uint64_t bytes; /* that a training holds */
    atomic_int stop_rounds, stop_waited, stop_metric;
    _Atomic double stop_tolerance;
    _Atomic double next_score; /* monotonic seconds; 0 = not known */
} job_live;

/* Runs in the job's thread; gives its result. */
typedef weir_status job_fn(weir_job *j, weir_value *result, weir_error *err);

struct weir_job {
    object o;
    int64_t id;
    char kind[16], title[96];
    progress progress;
    job_live live;
    history *hist;          /* of a training; else NULL */
    budget *budget;         /* the session's; outlives the thread */
    bool heavy;             /* waits for free threads */
    atomic_int want;        /* threads asked for, <= 0 = all; writer: anyone */
    int seen;               /* `want` as the job's thread saw it last */
    train_control control;  /* of a training; writer: anyone */
    bool released;          /* under the lock: the result is nobody's */
    atomic_bool taken;      /* somebody has the result: it is kept for display alone */
    bool quiet;             /* quiet_mode; set before the start */
    job_fn *run;
    void *work;             /* what run needs; freed by free_work */
    void (*free_work)(void *work);
    logger *log;            /* what is said of this job; writes lines below, passes on to above */
    logger *above;          /* the session's; outlives the thread */
    void (*wake)(void *user); /* the session's; any thread */
    void *wake_user;

    pthread_t thread;
    bool started;           /* the thread exists; session's thread only */
    double began_wall;
    _Atomic double began, ended; /* monotonic seconds; 0 = not yet */
    _Atomic int state;      /* weir_job_state; writer: the job's thread */
    _Atomic size_t version; /* of the snapshot */

    pthread_mutex_t lock;   /* guards what follows */
    pthread_cond_t moved;   /* ended, or a request came or was answered */
    weir_model *snapshot;   /* owned */
    weir_value result;
    weir_error error;
    struct job_line { double time, epochs; weir_log_level level; size_t scored; char *text; } *line;
    size_t n_lines, cap_lines, lost_lines; /* lost: older ones that were dropped */
    struct {
        int64_t number, func;
        weir_value args, result;
        weir_error error;
        enum { ASK_NONE, ASK_WAITS, ASK_TAKEN, ASK_ANSWERED, ASK_FAILED } state;
    } ask;
};

/* One reference; NULL = out of memory. The job does not run yet. */
weir_job *job_new(const char *kind, const char *title, budget *b, bool heavy, int want, job_fn *run,
                  void *work, void (*free_work)(void *work));
weir_status job_start(weir_job *j, weir_error *err);
void job_join(weir_job *j); /* the session, once, after the job was started */
bool job_ended(const weir_job *j);
void job_publish(weir_job *j, weir_model *snapshot); /* takes the reference over */
void job_wake(weir_job *j);
/* Threads for what comes next, after the wish may have changed: the job's thread, between two pieces of
 * work. Takes what is free at once, gives back what is too much. */
int job_settle_threads(weir_job *j);
enum { JOB_LINES = 1000 }; /* of its log; older ones go */
/* Asks the client to call its function; blocks the job's thread. args is taken over. */
weir_status job_ask(weir_job *j, int64_t func, weir_value args, weir_value *result, weir_error *err);

#endif
