/* state.h - what H2O's learner knows: the network in H2O's flat order (see
 * model/h2o.h), the optimiser's memory beside it, and the count of samples. */
#ifndef COMPAT_STATE_H
#define COMPAT_STATE_H

#include "model/network.h"
#include "model/param.h"

typedef struct state_layer { /* one matrix; NULL where the parameters need none */
    float *w_momentum;       /* as w */
    double *b_momentum;      /* as b */
    float *w_ada;            /* pairs (mean squared step, mean squared gradient) per weight */
    double *b_ada;           /* the same per bias */
    double *mean_act;        /* [units] running mean activation of a hidden layer (sparse autoencoders) */
} state_layer;

typedef struct state {
    network *net;
    state_layer *layer;
    uint64_t samples; /* processed before the current iteration */
    bool unstable;
    void *slab;
    size_t slab_bytes;
} state;

typedef struct state_shape {
    const size_t *sizes; /* inputs, hidden..., outputs */
    size_t n_sizes;
    activation_kind hidden, output;
    bool adaptive, momentum, sparsity;
    const double *dropout; /* [hidden layers] ratios or NULL: sets the keep factors */
} state_shape;

weir_status state_new(state **out, const state_shape *s, weir_error *err);
weir_status state_copy(state **out, const state *s, weir_error *err);
void state_assign(state *to, const state *from); /* the same shape */
void state_free(state *s);

/* First weights and biases (deep-learning 2.2 and 2.3 of the specification). */
void state_init(state *s, weight_distribution d, double scale, bool classifier, uint64_t seed);

/* Optimiser memory as numbers for a checkpoint: floats in the order of layers, and doubles. */
size_t state_floats(const state *s);
size_t state_doubles(const state *s);
void state_get(const state *s, float *f, double *d);
void state_set(state *s, const float *f, const double *d);

/* Elastic averaging: every number divided by d = 1 / share. ADADELTA pairs of biases stay. */
void state_scale(state *s, double share);
void state_add(state *to, const state *from);

/* The rough square roots that H2O's updates use. */
float rough_sqrt32(float x);
double rough_sqrt64(double x);
float rough_invsqrt32(float x);

#endif
