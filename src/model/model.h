/* model.h - the finished, immutable model: parameters, encoder, network,
 * history, metrics, importances, and what a checkpoint continues from. */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include "model/encode.h"
#include "model/history.h"
#include "model/metric.h"
#include "model/network.h"
#include "model/param.h"

/* Everything that a continued training needs beyond the weights: a training keeps where it
 * stands in one value of this type, the model takes it along. */
typedef struct train_state {
    float *optimizer;      /* trainer_state_get; NULL when it was not kept */
    size_t n_optimizer;
    uint64_t samples;      /* rows processed: shuffles, dropout, ramps and schedules follow from it */
    uint64_t iterations;
    double epochs;
    double seconds;        /* of training so far */
    double best;           /* best stopping metric so far; NaN = none */
    double *values;        /* [n_values] stopping metric at every scoring so far */
    size_t n_values;
    double huber_delta;    /* threshold in the units of training; 0 = as at the beginning */
    network *last;         /* the weights to go on from when `net` holds the best ones; or NULL */
    weir_value more;       /* DICT: what else (tuner, stopping, huber delta, compat's doubles) */
} train_state;

enum { LAYER_BINS = 20, LAYER_COLUMNS = 2 + 12 + 2 * LAYER_BINS };

/* A layer at one scoring event. Shares of its weights, and of what it gave for some training rows (hidden
 * layers alone), in equal bins from lo to hi. */
typedef struct layer_look {
    double rate_mean, rate_rms, momentum, weight_mean, weight_rms, bias_mean, bias_rms;
    double dead; /* share of units that give the same whatever the row; NaN = not looked at */
    double weights_lo, weights_hi, activations_lo, activations_hi;
    double weights[LAYER_BINS], activations[LAYER_BINS];
} layer_look;
_Static_assert(sizeof(layer_look) == (LAYER_COLUMNS - 2) * sizeof(double), "a layer's row is an epoch, a layer, a look");

struct weir_model {
    object o;
    char id[128];
    model_category category;
    weir_params *params;        /* as asked */
    weir_params *actual;        /* as resolved */
    encoder *enc;
    network *net;
    loss_spec loss;
    bool h2o;                   /* trained under compat="h2o": score as H2O does */
    history *hist;
    weir_metrics *train, *valid, *xval; /* or NULL */
    double *importance;         /* [enc->inputs] relative Gedeon sums, or NULL */
    double *layers;             /* [n_layers][LAYER_COLUMNS]: epochs, layer from 1, layer_look; or NULL */
    size_t n_layers;
    weir_value summary;         /* layer table as LIST of DICT */
    weir_value warnings;        /* LIST of text */
    char *stopped;              /* why training ended */
    bool unstable;
    _Atomic double threshold;   /* of the two-class label; NaN otherwise; reset_threshold may set it while others predict */
    double *prior, *balanced;   /* class shares before and after balancing, [n_labels], or NULL */
    double start_time, end_time, run_time; /* seconds since 1970; run_time in seconds of training */
    double epochs;
    uint64_t samples, rows, seed;
    int threads;
    char kernel[16];
    train_state *state;         /* or NULL */
};

weir_model *model_new(void); /* one reference, everything empty; NULL = out of memory */
void model_free_parts(struct weir_model *m);

#endif
