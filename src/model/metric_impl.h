/* metric_impl.h - what a set of metrics holds; for metric*.c only. */
#ifndef MODEL_METRIC_IMPL_H
#define MODEL_METRIC_IMPL_H

#include "model/metric.h"

typedef struct gain_group {
    double lower, observations, events, score; /* score: mean predicted probability */
} gain_group;

struct weir_metrics {
    object o;
    model_category category;
    double number[WEIR_METRIC_MAX]; /* by metric_id; NaN = none */
    size_t nobs;
    double weight;             /* sum of weights */
    char **labels;             /* [n_labels] or NULL */
    size_t n_labels;
    double *confusion;         /* [actual][predicted] weights, or NULL */
    double *hits;              /* [n_hits] cumulative hit ratios */
    size_t n_hits;
    double *threshold, *tp, *fp; /* [n_thresholds], thresholds falling; two-class */
    size_t n_thresholds;
    double positives, negatives;
    double best_threshold;     /* of F1 */
    gain_group *gain;
    size_t n_gain;
    double *class_auc, *class_aucpr, *class_weight; /* [n_labels] one against the rest */
    double macro_auc[4], macro_aucpr[4];            /* macro ovr, weighted ovr, macro ovo, weighted ovo */
    char *custom_name;
    double custom_value;
    char *description;
};

weir_metrics *metrics_new(model_category c, const metric_options *opt); /* or NULL */

/* Two-class curve over scores p[n], truth positive[n], weights w[n] (never NULL).
 * Thresholds are the distinct scores, thinned to at most 400 for tables; the areas
 * are of all of them. Arrays are handed over in *m's fields. */
weir_status curve_of(weir_metrics *m, size_t n, const double *p, const bool *positive,
                     const double *w, weir_error *err);
/* The two areas alone. */
weir_status areas_of(size_t n, const double *p, const bool *positive, const double *w, double *auc,
                     double *aucpr, weir_error *err);
/* Criterion k of the threshold table at counts tp, fp of positives, negatives. */
enum { CRITERIA = 18 };
extern const char *const criterion_names[CRITERIA];
double criterion(int k, double tp, double fp, double positives, double negatives);

#endif
