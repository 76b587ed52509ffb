/* fit.h - the constants that scale predictors and response, to H2O's last bit. */
#ifndef COMPAT_FIT_H
#define COMPAT_FIT_H

#include "model/encode.h"

/* Mean and sample standard deviation of the finite values of x[n], by H2O's running update over
 * one chunk: mostly-zero columns over their non-zeros first, other columns of 0 and 1 in closed form. */
void fit_moments(const double *x, size_t n, double *mean, double *sd);
/* The same with weights w[n]: rows of weight 0 and missing values do not count. */
void fit_weighted(const double *x, const double *w, size_t n, double *mean, double *sd);
/* Sets sub, mul, fill of all numbers and of the response of *e, to which v is bound. w[rows]:
 * observation weights, or NULL. */
weir_status fit_scaling(encoder *e, const encode_view *v, const weir_params *p, const double *w, weir_error *err);

#endif
