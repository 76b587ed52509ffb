/* train.h - one training from parameters to model: encode, build or continue
 * the network, iterate, score, stop, keep the best.
 *
 * Knows nothing of jobs or sessions: whoever runs it hands in a watch, whose
 * functions are called in the training's own thread. */
#ifndef TRAIN_TRAIN_H
#define TRAIN_TRAIN_H

#include "train/input.h"

/* Gives a model also when it was cancelled with something kept (cancel = 1), or
 * ended unstable; WEIR_ECANCEL when cancelled and discarded. */
weir_status train_run(const train_input *in, weir_model **out, weir_error *err);

typedef struct train_size { size_t inputs, rows; uint64_t weights, memory, data /* of memory: grows with the rows */, samples; int threads; } train_size;

/* What train_run would take; nothing is packed or learnt. A network beyond the limits is an error here too. */
weir_status train_measure(const train_input *in, train_size *out, weir_error *err);

#endif
