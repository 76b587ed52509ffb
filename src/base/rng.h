/* rng.h - random numbers by counter: value = f(seed, stream, index).
 *
 * Nothing is carried along, so any thread can draw the number of any row and
 * the result does not depend on how rows are dealt to threads. The function is
 * Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy
 * as 1, 2, 3", SC 2011), whose published test vectors are checked. */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

/* What a number is drawn for. Two purposes never share numbers; a new purpose
 * gets a new entry at the end. */
typedef enum rng_stream {
    RNG_WEIGHTS = 1, /* index: layer << 40 | position */
    RNG_SHUFFLE,
    RNG_INPUT_DROPOUT,
    RNG_HIDDEN_DROPOUT,
    RNG_SCORE_SAMPLE,
    RNG_BALANCE,
    RNG_SPLIT,
    RNG_RUNIF,
    RNG_FOLD,
    RNG_CREATE,
    RNG_MISSING,
    RNG_PERMUTE,
    RNG_SAMPLE,
    RNG_ROWS,
    RNG_GRID
} rng_stream;

/* Four independent words of block `index`. */
void rng_block(uint64_t seed, uint32_t stream, uint64_t index, uint32_t out[4]);

uint64_t rng_u64(uint64_t seed, uint32_t stream, uint64_t index);
double rng_unit(uint64_t seed, uint32_t stream, uint64_t index);   /* [0, 1), 53 bits */
double rng_normal(uint64_t seed, uint32_t stream, uint64_t index); /* mean 0, sd 1 (Box-Muller) */
uint64_t rng_below(uint64_t seed, uint32_t stream, uint64_t index, uint64_t n); /* [0, n), n > 0 */

/* A random permutation of 0..n-1 that needs no memory: where position i goes.
 * A cycle-walking Feistel network over the smallest even power of two >= n. */
uint64_t rng_permute(uint64_t seed, uint32_t stream, uint64_t i, uint64_t n);

/* A fresh seed from the system, for seed = -1; never -1. */
int64_t rng_fresh_seed(void);

#endif
