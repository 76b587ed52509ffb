/* looks.h - what is told of a network: statistics of its layers and the importance of its inputs. */
#ifndef COMPAT_LOOKS_H
#define COMPAT_LOOKS_H

#include "compat/state.h"

typedef struct layer_looks {
    double mean_bias, rms_bias, mean_weight, rms_weight, mean_rate, rms_rate;
} layer_looks;

/* rho and epsilon as given; mean_rate is 0 without ADADELTA. */
void looks_of_layer(const state *s, size_t i, double epsilon, layer_looks *out);
bool looks_unstable(const layer_looks *l);
/* Gedeon's importances v[inputs] in float, relative to the largest. Maxout matrices count as if
 * their first rows were units, which mixes channels; H2O's do. */
weir_status looks_importance(const network *net, double *v, weir_error *err);

#endif
