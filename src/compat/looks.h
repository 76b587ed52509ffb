/* looks.h - what is told of a network: statistics of its layers and the importance of its inputs. */
#ifndef COMPAT_LOOKS_H
#define COMPAT_LOOKS_H

#include "compat/state.h"

/* epsilon as given; rates are 0 without ADADELTA, and so is the momentum. */
void looks_of_layer(const state *s, size_t i, double epsilon, layer_stats *out);
bool looks_unstable(const layer_stats *l);
/* Gedeon's importances v[inputs] in float, relative to the largest. Maxout matrices count as if
 * their first rows were units, which mixes channels; H2O's do. */
weir_status looks_importance(const network *net, double *v, weir_error *err);

#endif
