/* session.h - what everything hangs from: budget, registry, jobs, log.
 * Two sessions in one process do not know of each other. */
#ifndef RUN_SESSION_H
#define RUN_SESSION_H

#include "base/log.h"
#include "run/job.h"
#include "run/registry.h"

enum { SESSION_JOBS = 256 }; /* ended jobs beyond this many are forgotten, oldest first */

struct weir_session {
    weir_limits limits; /* resolved; under lock */
    double began;       /* monotonic seconds */
    logger *log;
    registry *objects;
    budget threads;
    int64_t last_func;

    pthread_mutex_t lock; /* guards what follows and limits */
    char *checkpoint_dir; /* of trainings without their own, or NULL */
    double checkpoint_interval;
    double pace[2];       /* weights times rows a second and thread, of the last training by rows [0] and by batches [1]; 0 = none yet */
    weir_job **job;       /* owned, oldest first */
    size_t n_jobs, cap_jobs;
    int64_t last_job;

    pthread_mutex_t wake_lock;
    weir_wake_fn *wake;
    void *wake_user;
};

weir_limits session_limits(weir_session *s); /* any thread */
/* Enters a job into the session's list and starts it; the caller keeps its reference. */
weir_status session_start(weir_session *s, weir_job *j, weir_error *err);
/* Makes the folder of checkpoints if need be (NULL is fine); refuses one that cannot be written to. */
weir_status session_checkpoint_folder(const char *folder, weir_error *err);

#endif
