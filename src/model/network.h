/* network.h - topology and parameters in canonical form.
 *
 * The canonical network is what is scored, saved, exported and explained. The
 * trainer keeps its own working layouts and converts when it publishes.
 * Layer i (0 = first hidden) has units[i+1] units fed by units[i] inputs;
 * weights row-major: w[(unit * channels + channel) * inputs + input], float32;
 * biases b[unit * channels + channel], double. channels = 2 for Maxout hidden
 * layers, else 1. */
#ifndef MODEL_NETWORK_H
#define MODEL_NETWORK_H

#include "weir.h"

#include <stdatomic.h>

typedef enum activation_kind { /* dropout is a property of the training, not of the function */
    ACT_TANH,
    ACT_RECTIFIER,
    ACT_MAXOUT,
    ACT_EXP_RECTIFIER,
    ACT_LINEAR,
    ACT_SOFTMAX
} activation_kind;

typedef struct network_layer {
    size_t inputs, units;
    int channels;           /* 2 for Maxout */
    activation_kind act;
    float *w;               /* [units * channels][inputs] */
    double *b;              /* [units * channels] */
    double keep;            /* scoring factor on the activations: 1 - hidden dropout ratio; 1 = none */
} network_layer;

typedef struct network {
    size_t layers; /* hidden layers + 1 */
    network_layer *layer;
    void *slab; /* all weights and biases */
    _Atomic(float *) turned; /* a copy of all weights, input by input; NULL until network_turn; writer: any thread */
    atomic_uint singles;     /* rows asked one at a time; writer: any thread */
} network;

/* Figures of a layer for those who look at a training: mean and RMS of rates, weights and biases. */
typedef struct layer_stats {
    double rate_mean, rate_rms, momentum, weight_mean, weight_rms, bias_mean, bias_rms;
} layer_stats;

/* sizes[n_sizes]: inputs, hidden..., outputs. Everything zero, keep = 1. */
weir_status network_new(network **out, const size_t *sizes, size_t n_sizes, activation_kind hidden,
                        activation_kind output, weir_error *err);
weir_status network_copy(network **out, const network *net, weir_error *err);
/* Copies weights, biases and keep factors; the same topology. */
void network_assign(network *to, const network *from);
void network_free(network *net);
uint64_t network_bytes(const network *net); /* of its weights and biases; 0 of NULL */
size_t network_rows(const network_layer *l); /* of the weight matrix: units * channels */
/* Weights and biases, Maxout channels counted; UINT64_MAX on overflow. Allocates nothing. */
uint64_t network_count(const size_t *sizes, size_t n_sizes, activation_kind hidden);

typedef enum weight_distribution { WEIGHTS_UNIFORM_ADAPTIVE, WEIGHTS_UNIFORM, WEIGHTS_NORMAL } weight_distribution;
/* Initial weights by the booklet's rules (features F024-F026) from weir's generator. */
void network_init(network *net, weight_distribution d, double scale, bool classifier, uint64_t seed);

/* Makes single rows fast: a copy of the weights in which inputs that are zero can be left out.
 * Only for a network whose weights no longer change; any thread, any time. Without memory for it
 * nothing happens. */
void network_turn(const network *net);
/* The same once it is known to pay: when single rows have been asked for some times. */
void network_single(const network *net);

/* Forward pass, no dropout (layer->keep applied), for n rows of dense scaled
 * inputs x[n][inputs]; out[n][outputs]: softmax or linear or activation, in
 * double precision at the output. `upto` = number of layers to run (deep
 * features: out gets that layer's activations); layers = all. Uses up to
 * `threads` OpenMP threads; result does not depend on their number, nor a row's on its neighbours. */
weir_status network_forward(const network *net, const float *x, size_t n, size_t upto, double *out,
                            int threads, weir_error *err);

/* For many blocks of rows: the weights as products want them, made once by up to `threads` threads.
 * NULL = no memory. Freed by mem_slab_free; good while the weights stay as they are. */
float *network_panels(const network *net, int threads);
/* network_forward with them. */
weir_status network_forward_by(const network *net, const float *panels, const float *x, size_t n, size_t upto,
                               double *out, int threads, weir_error *err);

#endif
