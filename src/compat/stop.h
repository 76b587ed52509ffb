/* stop.h - H2O's rules for ending early and for the best model. */
#ifndef COMPAT_STOP_H
#define COMPAT_STOP_H

#include "model/metric.h"
#include "model/param.h"

typedef struct stop_rule {
    metric_id metric;
    bool less;        /* less is better */
    bool zero_bound;  /* a reference of 0 ends training */
} stop_rule;

stop_rule stop_rule_of(const weir_params *p, model_category c);
/* v[n]: the metric at every row of the history, a supervised model's empty first row included. */
bool stop_due(const double *v, size_t n, size_t rounds, double tolerance, const stop_rule *rule);
/* What the best model is chosen by; less is better, always. */
float stop_loss(const weir_params *p, model_category c, const weir_metrics *m);

#endif
