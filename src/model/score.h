/* score.h - rows through a network to predictions, in blocks, and what a
 * person asks of a finished model. */
#ifndef MODEL_SCORE_H
#define MODEL_SCORE_H

#include "base/progress.h"
#include "data/verb.h"
#include "model/model.h"

/* What scoring needs of a model, so that a training can score before there is one. */
typedef struct scorer {
    const network *net;
    const encoder *enc;
    model_category category;
    loss_spec loss;
    const double *prior, *balanced; /* class shares before and after balancing, or NULL */
    bool lasting;                   /* a finished model's: its weights no longer change */
    bool h2o;                       /* by H2O's arithmetic and habits (score_h2o.c) */
    const weir_frame *skipped;      /* h2o: training frame whose rows Skip gave weight 0, or NULL */
    void (*before)(void *user, size_t layer, const double *a); /* h2o: sees hidden activations; or NULL */
    void *user;
} scorer;

scorer scorer_of(const weir_model *m);
/* Numbers per row: classes: their probabilities; else 1 (prediction, or reconstruction error). */
size_t scorer_width(const scorer *s);
/* Predictions of rows[0..n) (NULL: rows 0..n-1) into p[n][width]. */
weir_status score_rows(const scorer *s, const encode_view *v, const uint32_t *rows, size_t n,
                       double *p, progress *pr, weir_error *err);
/* Truths (label codes or response in its own units) and weights of the same rows. */
void score_truth(const scorer *s, const encode_view *v, const uint32_t *rows, size_t n, double *y,
                 double *w);
/* Score and judge. opt->description says which rows. custom: NULL or called with
 * (prediction columns, truth, weights) to add the client's metric. */
weir_status score_metrics(const scorer *s, const encode_view *v, const uint32_t *rows, size_t n,
                          const metric_options *opt, weir_metrics **out, progress *pr, weir_error *err);
/* Activations a[n][units] of the first `upto` layers' last one, for rows 0..n-1, and the inputs x[n][inputs] or NULL. */
weir_status score_layers(const scorer *s, const encode_view *v, size_t n, size_t upto, double *a, double *x,
                         progress *pr, weir_error *err);
/* For h2o: does the row have weight 0? */
bool score_leaves_out(const scorer *s, const encode_view *v, size_t row);
weir_status score_rows_h2o(const scorer *s, const encode_view *v, const uint32_t *rows, size_t n, double *p,
                           progress *pr, weir_error *err);
weir_status score_layers_h2o(const scorer *s, const encode_view *v, size_t n, size_t upto, double *a, double *x,
                            weir_error *err);
/* Options of a model's metrics, from its parameters. */
metric_options score_options(const weir_params *p, const scorer *s, const char *description);

/* Matrix of a layer (from 0): one row per unit and channel, one column per input; and its biases. */
weir_status model_weights(const weir_model *m, size_t layer, weir_frame **out, weir_error *err);
weir_status model_biases(const weir_model *m, size_t layer, weir_frame **out, weir_error *err);

extern const verb verbs_model[], verbs_metrics[], verbs_encoder[];
extern const size_t verbs_model_count, verbs_metrics_count, verbs_encoder_count;

#endif
