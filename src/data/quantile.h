/* quantile.h - quantiles of a column, exact. */
#ifndef DATA_QUANTILE_H
#define DATA_QUANTILE_H

#include "data/frame.h"

/* What definition 7 does between two neighbours. */
typedef enum quantile_combine { QUANTILE_INTERPOLATE, QUANTILE_AVERAGE, QUANTILE_LOW, QUANTILE_HIGH } quantile_combine;

typedef struct quantile_spec {
    const double *p; /* [n] probabilities, 0 ... 1 */
    size_t n;
    int type; /* definitions 1 to 9 of Hyndman and Fan (1996) */
    quantile_combine how;
} quantile_spec;

/* out[q->n]; NaN where no cell is there. weights: a column as long, whose cells are not negative, or NULL: a cell counts as
 * often as its weight says. The result does not depend on the number of threads. WEIR_ENOMEM only. */
weir_status quantile_of(const column *c, const column *weights, const quantile_spec *q, int threads, double *out, weir_error *err);

#endif
