/* reference.h - the plain way to train, that the fast one is measured against:
 * row-major weights, one scalar loop per unit, double activations. */
#ifndef BENCH_REFERENCE_H
#define BENCH_REFERENCE_H

#include "model/network.h"
#include "train/dataset.h"

typedef struct reference reference;

/* Rectifier layers, softmax output, ADADELTA; drop: input 0.2, hidden 0.5. NULL = out of memory. */
reference *reference_new(const network *net, const dataset *d, bool drop);
void reference_free(reference *r);
void reference_row(reference *r, size_t row);
double reference_density(const reference *r, size_t layer); /* share of active units, lately */

#endif
