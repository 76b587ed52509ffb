/* stopping.h - when a training has learnt what it can: the moving average of a
 * metric that no longer improves, and absolute goals. */
#ifndef TRAIN_STOPPING_H
#define TRAIN_STOPPING_H

#include "model/metric.h"
#include "model/param.h"

/* Position in the metric table of the metric that stopping and the best model go by. */
metric_id stopping_metric(const weir_params *p, model_category c);

/* v[0..n): the metric at every scoring so far. Compares the best of the last `rounds` moving
 * averages (of `rounds` scorings each) with the one before them: true when it is not
 * better by more than `tolerance`, relatively. Needs 2 * rounds scorings. */
bool stopping_due(const double *v, size_t n, size_t rounds, double tolerance, bool less_is_better);

/* So many of the `rounds` latest scorings went by without gain, in that sense: `rounds` exactly when stopping_due. */
size_t stopping_waited(const double *v, size_t n, size_t rounds, double tolerance, bool less_is_better);

#endif
