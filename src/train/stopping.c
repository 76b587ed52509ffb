/* stopping.c - see stopping.h. */
#include "train/stopping.h"

#include <math.h>

metric_id stopping_metric(const weir_params *p, model_category c)
{
    static const metric_id by_value[] = {
        [STOP_DEVIANCE] = METRIC_DEVIANCE, [STOP_LOGLOSS] = METRIC_LOGLOSS, [STOP_MSE] = METRIC_MSE,
        [STOP_RMSE] = METRIC_RMSE, [STOP_MAE] = METRIC_MAE, [STOP_RMSLE] = METRIC_RMSLE, [STOP_AUC] = METRIC_AUC,
        [STOP_AUCPR] = METRIC_AUCPR, [STOP_LIFT_TOP_GROUP] = METRIC_LIFT_TOP_GROUP,
        [STOP_MISCLASSIFICATION] = METRIC_ERROR, [STOP_MEAN_PER_CLASS_ERROR] = METRIC_MEAN_PER_CLASS_ERROR,
        [STOP_CUSTOM] = METRIC_CUSTOM, [STOP_CUSTOM_INCREASING] = METRIC_CUSTOM_INCREASING};

    if (p->stopping_metric != STOP_AUTO)
        return by_value[p->stopping_metric];
    return c == CATEGORY_REGRESSION    ? METRIC_DEVIANCE
           : c == CATEGORY_AUTOENCODER ? METRIC_MSE
                                       : METRIC_LOGLOSS;
}

static double mean(const double *v, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += v[i];
    return sum / (double)n;
}

static bool same_sign(double a, double b)
{
    return (a > 0) == (b > 0) && (a < 0) == (b < 0);
}

/* None of the last `late` moving averages (of k scorings each) is better than the one before them. */
static bool no_gain(const double *v, size_t n, size_t k, size_t late, double tolerance, bool less_is_better)
{
    const double *from = v + n - k - late;
    double ref = mean(from, k), best = less_is_better ? (double)INFINITY : -(double)INFINITY;

    for (size_t i = 1; i <= late; i++) {
        double a = mean(from + i, k);
        if (isnan(a))
            return false;
        best = less_is_better ? fmin(best, a) : fmax(best, a);
    }
    if (isnan(ref))
        return false;
    if (less_is_better && ref == 0)
        return true;
    if (!same_sign(ref, best))
        return false;
    return less_is_better ? best / ref >= 1 - tolerance : best / ref <= 1 + tolerance;
}

bool stopping_due(const double *v, size_t n, size_t k, double tolerance, bool less_is_better)
{
    return k > 0 && n >= 2 * k + 1 && no_gain(v, n, k, k, tolerance, less_is_better);
}

size_t stopping_waited(const double *v, size_t n, size_t k, double tolerance, bool less_is_better)
{
    size_t late = k == 0 || n < k + 1 ? 0 : n - k < k ? n - k : k;

    if (late == k && !stopping_due(v, n, k, tolerance, less_is_better)) /* it takes one scoring more */
        late = k ? k - 1 : 0;
    while (late && !no_gain(v, n, k, late, tolerance, less_is_better))
        late--;
    return late;
}
