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

typedef struct metric_options {
    const char *const *labels; /* response levels */
    size_t n_labels;
    loss_spec loss;            /* deviance of regression */
    double huber_alpha;
    int hit_ratio_k;           /* max_hit_ratio_k */
    int auc_type;              /* 0 auto/none, macro/weighted ovr/ovo as in param.def */
    int gainslift_bins;        /* -1 auto, 0 off */
    bool h2o;                  /* compat: H2O's orders of summation and clips */
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
double metrics_get(const weir_metrics *m, metric_id id);
double metrics_max_f1_threshold(const weir_metrics *m); /* NaN unless two-class */
/* For model files: the whole object as a value and back. */
weir_status metrics_to_value(const weir_metrics *m, weir_value *out, weir_error *err);
weir_status metrics_from_value(weir_metrics **out, const weir_value *v, weir_error *err);

#endif
