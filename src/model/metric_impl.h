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
    double gain_all, gain_positives, gain_rate; /* rows in the groups, positives among them, their share */
    double *class_auc, *class_aucpr, *class_weight; /* [n_labels] one against the rest; one block with: */
    double *pair_auc, *pair_aucpr, *pair_weight;    /* [n_labels * (n_labels - 1) / 2], (0,1), (0,2), ... */
    double macro_auc[4], macro_aucpr[4];            /* macro ovr, weighted ovr, macro ovo, weighted ovo */
    char *custom_name;
    double custom_value;
    char *description;
    bool h2o; /* made under compat: counts of thresholds are cut to whole numbers */
};

weir_metrics *metrics_new(model_category c, const metric_options *opt); /* or NULL */
/* Error rates from the confusion matrix; classes without actual rows do not count, but as ones without errors under compat. */
void metrics_rates(weir_metrics *m);

/* Distinct scores, falling, with cumulative weights of positives and negatives at or above. */
typedef struct steps { double *t, *tp, *fp; size_t n; } steps;

void steps_free(steps *s);
weir_status steps_of(steps *s, size_t n, const double *p, const bool *positive, const double *w, weir_error *err);
/* The same, merged to at most 400 as H2O does: chunk_end[chunks] one past each chunk's last row; chunks = 0: one. */
weir_status h2o_steps(steps *out, size_t n, const double *p, const bool *positive, const double *w,
                      const size_t *chunk_end, size_t chunks, weir_error *err);
double steps_roc_area(const steps *s); /* NaN without rows */
double steps_pr_area(const steps *s);
/* Areas, best threshold and threshold table of a two-class m; s is taken over. Thresholds are thinned to at
 * most 400 and the best for tables; the areas are of all of them. */
void curve_take(weir_metrics *m, steps *s);
/* The two areas alone; w[n] is never NULL. */
weir_status areas_of(size_t n, const double *p, const bool *positive, const double *w, double *auc,
                     double *aucpr, weir_error *err);
/* Room for the areas of classes and pairs; their averages, of which auc_type becomes AUC and PR AUC. */
weir_status metrics_class_areas_new(weir_metrics *m, weir_error *err);
void metrics_average_areas(weir_metrics *m, int auc_type);
/* Groups of a gains/lift table: their number, and the shares of rows below each when bins < 0 (else NULL). */
size_t gain_shares(int bins, const double **shares);
double gain_distance(const weir_metrics *m, double events, double observations);
void gain_numbers(weir_metrics *m); /* KS and lift of the top group, from the groups */
/* Criterion k of the threshold table at counts tp, fp of positives, negatives. */
enum { CRITERIA = 18, CRITERION_TNS = 10, CRITERION_TPS = 13 };
extern const char *const criterion_names[CRITERIA];
double criterion(int k, double tp, double fp, double positives, double negatives);

/* As H2O 3.46 computes them, under compat only (data-and-metrics 5), into an empty m. What differs from
 * metric.c, which follows the definitions: a curve of at most 400 merged scores, confusion matrices and first
 * hits of many classes that ignore row weights, whole-number counts in gains and lift, responses rounded to
 * single precision. Arguments as of the functions in metric.h. */
weir_status h2o_classes(weir_metrics *m, size_t n, const double *p, const double *y, const double *w,
                        const double *predicted, const metric_options *opt, weir_error *err);
weir_status h2o_regression(weir_metrics *m, size_t n, const double *p, const double *y, const double *w,
                           const metric_options *opt, weir_error *err);

#endif
