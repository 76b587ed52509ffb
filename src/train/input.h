/* input.h - what a training is given, and who watches it. */
#ifndef TRAIN_INPUT_H
#define TRAIN_INPUT_H

#include "base/log.h"
#include "base/progress.h"
#include "model/history.h"
#include "model/model.h"
#include "train/comm.h"

/* What may change while a training runs. Writers: anyone; the training looks between iterations. */
typedef struct train_control {
    _Atomic double seconds;  /* of this training, after which it ends and keeps; 0 = no limit */
    _Atomic int64_t samples; /* the same in rows */
    atomic_int checkpoint;   /* 1: write one soon; the training sets it back */
} train_control;

/* Where a training stands after a scoring event. */
typedef struct train_pace {
    int rounds, waited; /* early stopping: rounds without gain that end it (0 = off), and that went by */
    int metric;         /* that stopping goes by: position in the table of metrics */
    double tolerance;
    double next_score;  /* monotonic seconds, at the earliest; 0 = after the next iteration */
    uint64_t bytes;     /* that the training holds */
} train_pace;

typedef struct train_watch {
    progress *progress; /* cancel, phase, granted threads; never NULL */
    history *hist;      /* scoring rows go here too as they come; NULL = only into the model */
    logger *log;        /* NULL = silence */
    void *user;
    /* After every iteration and every scoring event. */
    void (*moved)(void *user, double epochs, double epochs_total, int64_t samples,
                  int64_t iterations, double samples_per_second);
    /* A snapshot to look at while training goes on; the reference is handed over. NULL = no one looks. */
    void (*publish)(void *user, weir_model *snapshot);
    /* Calls the client's function `func` (custom metrics). args is taken over. NULL = cannot. */
    weir_status (*ask)(void *user, int64_t func, weir_value args, weir_value *result,
                       weir_error *err);
    train_control *control; /* NULL = nothing changes */
    /* Before every iteration: how many threads from now on; also in progress->threads. NULL = as they are. */
    int (*threads)(void *user);
    void (*paced)(void *user, const train_pace *pace); /* after every scoring event; NULL = nobody asks */
} train_watch;

typedef struct train_input {
    const weir_params *params;   /* checked by param_check; frames and models resolved to objects */
    weir_session *session;       /* only handed on to lookups; may be NULL */
    const train_watch *watch;
    comm *comm;                  /* comm_self() for one process */
    uint64_t max_parameters;     /* guard before allocation; 0 = 1e8 */
    uint64_t memory;             /* bytes the training may take; 0 = no limit */
    const char *checkpoint_dir;  /* folder for models as they stand; NULL = none */
    double checkpoint_interval;  /* least seconds between two of them */
} train_input;

#endif
