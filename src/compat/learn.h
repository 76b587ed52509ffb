/* learn.h - H2O's stochastic gradient descent, one row at a time: forward with
 * dropout, the gradient at the output, and updates of each layer on the way back. */
#ifndef COMPAT_LEARN_H
#define COMPAT_LEARN_H

#include "compat/state.h"
#include "model/loss.h"

typedef struct learn_spec {
    loss_spec loss;
    bool autoencoder, fast_mode, adaptive, nesterov;
    double rho, epsilon, l1, l2; /* act rounded to float */
    float max_w2;                /* INFINITY: no cap */
    double rate, rate_annealing, rate_decay;
    double momentum_start, momentum_ramp, momentum_stable;
    double input_dropout;
    const double *dropout; /* [hidden layers], or NULL */
    double sparsity_beta, average_activation;
    uint64_t seed;
} learn_spec;

typedef struct learner learner;

/* Learns on *s, which stays the caller's. Every iteration begins with learner_begin. */
weir_status learner_new(learner **out, const learn_spec *spec, state *s, weir_error *err);
void learner_free(learner *w);
/* A new iteration: all remembered winners of Maxout units are the first channel. pull: consensus
 * network and strength of elastic averaging, or NULL. */
void learner_begin(learner *w, const network *pull, double strength);
double *learner_inputs(learner *w); /* where the next row's inputs go */
/* One row: y = label code or target in the network's space; offset in that space too;
 * seed = the row's own, for dropout. */
void learner_row(learner *w, double y, double offset, uint64_t seed);

/* Annealed rate of layer i (0 = first hidden) after `samples` rows. */
float learn_rate(const learn_spec *s, size_t i, uint64_t samples);
/* Momentum as training uses it: the ramp stands still one sample before its start. */
float learn_momentum(const learn_spec *s);
/* The ramp as the layer table shows it. */
double learn_momentum_shown(const learn_spec *s, uint64_t samples);
bool learn_has_momentum(const learn_spec *s);
/* Bit r of mask[(n + 7) / 8] = unit r is active. */
void dropout_mask(uint8_t *mask, size_t n, double ratio, uint64_t seed);
/* Derivative of the deviance with respect to the output f; huber's threshold is always 1. */
double learn_gradient(const loss_spec *s, double y, double f);

#endif
