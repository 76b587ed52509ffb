/* outcome.h - a network with all that is known of its training becomes a model. */
#ifndef MODEL_OUTCOME_H
#define MODEL_OUTCOME_H

#include "model/model.h"

/* What a training knows when it hands over a model, at its end or on the way. Nothing is taken
 * over: the model gets copies, and references of its own to the metrics. */
typedef struct outcome {
    const weir_params *asked, *acting;
    model_category category;
    loss_spec loss;
    bool h2o;                   /* scores as H2O does */
    const encode_view *view;    /* training rows, bound to the encoder */
    const network *net;
    const layer_stats *layer;   /* [net->layers]; NULL = not worked out */
    const layer_look *look;     /* [net->layers]: more than that is known; or NULL */
    const double *known;        /* importances [inputs] that are known already; NULL = by `importance` */
    const double *layers;       /* [n_layers][LAYER_COLUMNS] looks at layers so far */
    size_t n_layers;
    weir_status (*importance)(const network *net, double *v, weir_error *err);
    const history *hist;
    weir_metrics *train, *valid; /* or NULL */
    const weir_value *warnings; /* LIST of text */
    const double *prior, *balanced; /* class shares [n_labels], or NULL */
    const char *stopped;        /* why the training ended */
    bool unstable;
    double began;               /* monotonic seconds */
    double seconds;             /* of training, earlier ones included */
    double epochs;
    uint64_t samples, rows;
    int threads;                /* that learn */
    int lookers;                /* threads for what is worked out here */
    const char *kernel;
} outcome;

/* One reference; NULL = an error, which err names. */
weir_model *outcome_model(const outcome *o, weir_error *err);

#endif
