/* metric.h - the table of metrics and the quality of a set of predictions.
 *
 * A weir_metrics is made from whole columns of predictions and truths (double),
 * with optional row weights; it is immutable. Numbers by metric.def, tables as
 * frames. Exact definitions: data-and-metrics 5. */
#ifndef MODEL_METRIC_H
#define MODEL_METRIC_H

#include "base/object.h"
#include "model/loss.h"

typedef enum metric_id { /* one line of metric.def each */
#define METRIC(id, name, label, less, models, help) METRIC_##id,
#include "model/metric.def"
#undef METRIC
    METRIC_COUNT
} metric_id;

typedef enum model_category { CATEGORY_BINOMIAL, CATEGORY_MULTINOMIAL, CATEGORY_REGRESSION, CATEGORY_AUTOENCODER } model_category;
const char *category_name(model_category c);

/* Calls function `func` of the client with args (a LIST, taken over). */
typedef weir_status metric_ask(void *user, int64_t func, weir_value args, weir_value *result, weir_error *err);

typedef struct metric_options {
    const char *const *labels; /* response levels */
    size_t n_labels;
    loss_spec loss;            /* deviance of regression */
    double huber_alpha;
    int hit_ratio_k;           /* max_hit_ratio_k */
    int auc_type;              /* 0 auto/none, macro/weighted ovr/ovo as in param.def */
    int gainslift_bins;        /* -1 auto, 0 off */
    bool h2o;                  /* compat: as H2O computes them (metric_h2o.h) */
    const double *prior;       /* [n_labels] classes' shares by which h2o breaks ties of labels, or NULL */
    const size_t *chunk_end;   /* [chunks] h2o: one past the last row of each chunk of the file; 0 chunks: one */
    size_t chunks;
    metric_ask *ask;           /* the client's own metric: score_metrics adds it; NULL = none */
    void *ask_user;
    int64_t ask_func;
    const char *description;   /* "sample of 10,000 of 60,000 rows" or NULL; copied */
} metric_options;

/* p[n][n_labels] class probabilities (regression: predictions p[n]),
 * y[n] label code or response, NaN = missing (row left out); w[n] weights or NULL;
 * predicted[n] label decided elsewhere, or NULL: largest probability. */
weir_status metrics_of_classes(weir_metrics **out, size_t n, const double *p, const double *y,
                               const double *w, const double *predicted, const metric_options *opt,
                               weir_error *err);
/* The huber threshold: the weighted alpha-quantile of |y - p|. */
weir_status metric_huber_delta(size_t n, const double *p, const double *y, const double *w,
                               double alpha, double *delta, weir_error *err);
weir_status metrics_of_regression(weir_metrics **out, size_t n, const double *p, const double *y,
                                  const double *w, const metric_options *opt, weir_error *err);
/* e[n]: mean squared reconstruction error of each row. */
weir_status metrics_of_reconstruction(weir_metrics **out, size_t n, const double *e, const double *w,
                                      const metric_options *opt, weir_error *err);
/* A custom metric's result, before the object is shared. */
weir_status metrics_set_custom(weir_metrics *m, const char *name, double value, weir_error *err);
/* Asks for it: predictions p[n][width] as one column, or one per class; y[n] as it is, or the class's position
 * from 1; weights w[n], or NULL for 1. The answer is a number, or {number, name}. */
weir_status metrics_ask_custom(weir_metrics *m, size_t n, size_t width, const double *p, const double *y,
                               const double *w, const metric_options *opt, weir_error *err);
double metrics_get(const weir_metrics *m, metric_id id);
double metrics_max_f1_threshold(const weir_metrics *m); /* NaN unless two-class */

/* Under compat: label of class probabilities p[k] (k > 2): the largest; of equals one by a hash of data[n_data]
 * and, if given, the classes' shares prior[k]. */
size_t h2o_label(const double *p, size_t k, const double *prior, const double *data, size_t n_data);
/* Under compat: the `share`-quantile of x[n] (NaN left out), interpolated; w[n] weights or NULL. With fractional
 * weights it follows the histogram that H2O refines, which cuts each bin's weight to whole numbers: the result
 * can lie beyond the largest x. NaN when nothing is there. */
weir_status h2o_quantile(size_t n, const double *x, const double *w, double share, double *out, weir_error *err);

#endif
