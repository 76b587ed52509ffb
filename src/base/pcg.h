/* pcg.h - the random generator of H2O: PCG XSH-RR 64/32 on stream 1 (O'Neill,
 * "PCG: a family of simple fast space-efficient statistically good algorithms",
 * 2014), with H2O's way to make floats, doubles and bounded numbers of it.
 *
 * For compat="h2o" only; everything else draws from rng.h. */
#ifndef BASE_PCG_H
#define BASE_PCG_H

#include <stddef.h>
#include <stdint.h>

typedef struct pcg {
    uint64_t s;
    double spare; /* second value of a Gaussian pair; NaN = none */
} pcg;

pcg pcg_seed(uint64_t seed); /* seeds wrap modulo 2^64 */
uint32_t pcg_u32(pcg *g);
uint64_t pcg_u64(pcg *g);                /* two steps, the first is the high half */
uint32_t pcg_below(pcg *g, uint32_t n);  /* one step modulo n, n > 0 */
float pcg_float(pcg *g);                 /* [0, 1), 24 bits; two steps */
double pcg_double(pcg *g);               /* [0, 1), 53 bits; four steps */
double pcg_gaussian(pcg *g);             /* mean 0, sd 1 (Marsaglia's polar method) */
void pcg_bytes(pcg *g, uint8_t *out, size_t n); /* one step for four bytes, least significant first */
/* Forward Fisher-Yates: swaps v[i] with v[i + below(n - i)]. */
void pcg_shuffle(pcg *g, uint32_t *v, size_t n);
/* Fold of a row: |first number of the generator seeded with seed| modulo n, as Java's abs has it. */
uint32_t pcg_fold(uint64_t seed, uint32_t n);

#endif
