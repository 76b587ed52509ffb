/* h2o.h - scoring a model that was trained under compat="h2o": H2O's inputs,
 * its forward pass in double and its orders of summation.
 *
 * The network of such a model holds H2O's flat arrays: a Maxout weight from
 * input c to channel k of unit r lies at 2 * (r * inputs + c) + k, its bias at
 * 2 * r + k; all other layers are as in network.h. */
#ifndef MODEL_H2O_H
#define MODEL_H2O_H

#include "model/encode.h"
#include "model/network.h"

/* Scaled inputs x[inputs] of a row, by the rules of scoring: a missing number
 * is 0, a missing or unseen level takes the column's missing slot. */
void h2o_inputs(const encode_view *v, size_t row, double *x);
/* Slot of a level code (COLUMN_MISSING: the missing slot), after hashing; SIZE_MAX = none. */
size_t h2o_slot(const encoder *e, size_t factor, uint32_t code);
/* Index of the training's level of a cell; COLUMN_MISSING = missing or unseen. */
uint32_t h2o_level(const encode_view *v, size_t factor, size_t row);
/* Offset of a row in the network's output space: 0 unless the row's offset is positive. */
double h2o_offset(const encode_view *v, size_t row);

/* w[n] . x[n] in eight lanes, as every layer but a Maxout one sums. */
double h2o_dot(const float *w, const double *x, size_t n);
/* s[k] = sums of a Maxout unit's two channels, without bias. w = the unit's 2 * n weights. */
void h2o_dot_pair(const float *w, const double *x, size_t n, double s[2]);
/* The hidden functions but Maxout. */
double h2o_activation(activation_kind act, double z);
void h2o_softmax(double *z, size_t n); /* in place */

/* Doubles of scratch for h2o_forward. */
size_t h2o_room(const network *net);
/* Layers 0..upto-1 in test mode (keep factors applied) on x; returns where in
 * room (or x, when upto = 0) the last activations lie. before(user, layer, a),
 * unless NULL, sees each hidden layer's activations before its keep factor. */
const double *h2o_forward(const network *net, const double *x, size_t upto, double *room,
                          void (*before)(void *user, size_t layer, const double *a), void *user);

#endif
