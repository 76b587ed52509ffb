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
    weir_value summary;         /* layer table as LIST of DICT */
    weir_value warnings;        /* LIST of text */
    char *stopped;              /* why training ended */
    bool unstable;
    double threshold;           /* of the two-class label; NaN otherwise */
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
