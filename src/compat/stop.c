/* stop.c - see stop.h. */
#include "compat/stop.h"

#include <math.h>

static metric_id automatic(model_category c)
{
    return c == CATEGORY_REGRESSION    ? METRIC_DEVIANCE
           : c == CATEGORY_AUTOENCODER ? METRIC_MSE
                                       : METRIC_LOGLOSS;
}

stop_rule stop_rule_of(const weir_params *p, model_category c)
{
    static const stop_rule rules[] = {
        [STOP_DEVIANCE] = {METRIC_DEVIANCE, true, false},
        [STOP_LOGLOSS] = {METRIC_LOGLOSS, true, true},
        [STOP_MSE] = {METRIC_MSE, true, true},
        [STOP_RMSE] = {METRIC_RMSE, true, true},
        [STOP_MAE] = {METRIC_MAE, true, true},
        [STOP_RMSLE] = {METRIC_RMSLE, true, true},
        [STOP_AUC] = {METRIC_AUC, false, true},
        [STOP_AUCPR] = {METRIC_AUCPR, false, true},
        [STOP_LIFT_TOP_GROUP] = {METRIC_LIFT_TOP_GROUP, false, false},
        [STOP_MISCLASSIFICATION] = {METRIC_ERROR, true, true},
        [STOP_MEAN_PER_CLASS_ERROR] = {METRIC_MEAN_PER_CLASS_ERROR, true, true},
        [STOP_CUSTOM] = {METRIC_CUSTOM, true, false},
        [STOP_CUSTOM_INCREASING] = {METRIC_CUSTOM_INCREASING, false, false}};

    if (p->stopping_metric != STOP_AUTO)
        return rules[p->stopping_metric];
    return (stop_rule){automatic(c), true, c != CATEGORY_REGRESSION};
}

static double mean(const double *v, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += v[i];
    return sum / (double)n;
}

static int sign_of(double x)
{
    return (x > 0) - (x < 0);
}

bool stop_due(const double *v, size_t n, size_t k, double tolerance, const stop_rule *rule)
{
    if (k == 0 || n < 2 * k + 1)
        return false;
    v += n - 2 * k;
    double ref = mean(v, k), low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i <= k; i++) {
        double a = mean(v + i, k);
        if (isnan(a))
            return false;
        if (i > 0) {
            low = fmin(low, a);
            high = fmax(high, a);
        }
    }
    if (rule->zero_bound && ref == 0)
        return true;
    double best = rule->less ? low : high;
    if (sign_of(fmax(high, ref)) != sign_of(fmin(low, ref)) || sign_of(best) != sign_of(ref))
        return false;
    return rule->less ? low / ref >= 1 - tolerance : high / ref <= 1 + tolerance;
}

float stop_loss(const weir_params *p, model_category c, const weir_metrics *m)
{
    switch (p->stopping_metric) {
    case STOP_AUC:
    case STOP_AUCPR: return (float)(1 - metrics_get(m, stop_rule_of(p, c).metric));
    case STOP_AUTO:
    case STOP_RMSE:
    case STOP_CUSTOM:
    case STOP_CUSTOM_INCREASING: return (float)metrics_get(m, automatic(c));
    default: return (float)metrics_get(m, stop_rule_of(p, c).metric);
    }
}
