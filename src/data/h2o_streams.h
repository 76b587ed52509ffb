/* h2o_streams.h - what H2O draws by the row under compat="h2o": uniform numbers, parts of a
 * split, folds. Each depends on the seed and the row's number alone. */
#ifndef DATA_H2O_STREAMS_H
#define DATA_H2O_STREAMS_H

#include <stddef.h>
#include <stdint.h>

/* x[n] in [0, 1), 24 bits each. */
void h2o_runif(double *x, size_t n, uint64_t seed);
/* part[n] from 0: row r is in the first part whose cut (rising, n_cuts of them) is at least its number. */
void h2o_split(uint32_t *part, size_t n, const double *cut, size_t n_cuts, uint64_t seed);
/* fold[n] from 0 of k. Stratified: by class of each row (UINT32_MAX = missing: row modulo k). */
void h2o_folds(uint32_t *fold, size_t n, uint32_t k, uint64_t seed);
void h2o_stratified_folds(uint32_t *fold, size_t n, uint32_t k, const uint32_t *class_of, uint64_t seed);
/* picked[i] for members i of one class (count of them): those that go to the test part. */
void h2o_stratified_pick(uint8_t *picked, size_t count, double test_share, uint64_t seed);

#endif
