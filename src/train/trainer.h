/* trainer.h - the fast learner: rows in, weights changed.
 *
 * A trainer owns a working copy of the network in its own layouts, optimiser
 * state, and per-worker scratch. It knows nothing of scoring, stopping, jobs
 * or files: train.c calls it for one iteration at a time.
 *
 * Fast mode: each worker on a copy of the network, what they learn joined every
 * hundred rows or so; all on one without locks when the copies were too large. Rows of a network that the
 * caches do not hold go a few at a time, on all threads together (trainer_bundle.c). Reproducible mode:
 * fixed blocks of work and fixed orders of summation, so that the bits do not
 * depend on the number of threads. */
#ifndef TRAIN_TRAINER_H
#define TRAIN_TRAINER_H

#include "model/loss.h"
#include "model/network.h"
#include "train/dataset.h"

typedef enum optimizer_kind { OPT_ADADELTA, OPT_SGD, OPT_ADAM } optimizer_kind;
typedef enum schedule_kind { RATE_ANNEALING, RATE_CONSTANT, RATE_LINEAR, RATE_COSINE } schedule_kind;

typedef struct trainer_spec {
    loss_spec loss;
    bool autoencoder;
    optimizer_kind optimizer;
    double rho, epsilon;
    double rate, rate_annealing, rate_decay;
    schedule_kind schedule;
    double warmup;       /* share of total_samples */
    double momentum_start, momentum_ramp, momentum_stable;
    bool nesterov;
    double adam_beta1, adam_beta2, weight_decay;
    double l1, l2, max_w2; /* max_w2 infinity = off */
    double input_dropout;
    const double *hidden_dropout; /* [hidden layers] or NULL = none */
    double average_activation, sparsity_beta;
    bool fast_mode;
    size_t mini_batch;     /* 1 = per row */
    double weight_average; /* decay of the moving average; 0 = off */
    double adversarial_epsilon;
    bool bf16;             /* products of mini-batches in bf16, all else in float; refused where there are none */
    bool reproducible;
    uint64_t seed;
    double total_samples;  /* of the whole run, for schedules */
    int threads;
} trainer_spec;

typedef struct trainer trainer;

/* Learning rate of a layer (0 = first) and momentum after that many rows. */
double trainer_rate(const trainer_spec *s, size_t layer, uint64_t samples);
double trainer_momentum(const trainer_spec *s, uint64_t samples);

/* net: the initial weights (copied). d: the rows; must outlive the trainer. */
weir_status trainer_new(trainer **out, const trainer_spec *spec, const network *net,
                        const dataset *d, weir_error *err);
void trainer_free(trainer *t);

/* Trains on rows order[0..n) of the dataset (positions; repeats allowed), NULL
 * = 0..n-1 in order. `samples` = rows already processed before this call:
 * random streams, annealing, ramps count from it. Cancel is looked at every
 * 50 ms of work; *done = rows really processed (== n unless cancelled). */
weir_status trainer_run(trainer *t, const uint32_t *order, size_t n, uint64_t samples, progress *p,
                        size_t *done, weir_error *err);

/* The weights as they are (or their moving average when on) into net, which has
 * the same topology; keep factors are set. Only between runs. */
void trainer_export(const trainer *t, network *net);
/* Replaces the weights (averaging over processes, best-model restore). */
void trainer_import(trainer *t, const network *net);
void trainer_set_huber_delta(trainer *t, double delta);

/* Any non-finite or exploding weight, bias or activation seen? Says where. */
bool trainer_unstable(const trainer *t, char *why, size_t cap);

/* Between runs. */
void trainer_layer_stats(const trainer *t, size_t layer, uint64_t samples, layer_stats *out);

/* Optimiser state for checkpoints: a flat array of floats, layout by name.
 * trainer_state_size gives the count; get and set copy. In canonical order, so
 * that it does not depend on layouts or kernels. */
size_t trainer_state_size(const trainer *t);
void trainer_state_get(const trainer *t, float *state);
weir_status trainer_state_set(trainer *t, const float *state, size_t n, weir_error *err);

#endif
