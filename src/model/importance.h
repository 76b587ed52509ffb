/* importance.h - how much each input matters, from the weights alone (Gedeon:
 * "Data mining of inputs: analysing magnitude and functional measures", 1997). */
#ifndef MODEL_IMPORTANCE_H
#define MODEL_IMPORTANCE_H

#include "model/network.h"

/* v[inputs]: importance relative to the largest, in [0, 1]. Uses the first two
 * layers; of Maxout both channels of a unit count together. */
weir_status importance_of(const network *net, double *v, weir_error *err);

#endif
