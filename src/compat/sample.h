/* sample.h - H2O's class balancing and its samples of rows for scoring. */
#ifndef COMPAT_SAMPLE_H
#define COMPAT_SAMPLE_H

#include "model/param.h"

/* Rows of a frame that a sample holds, in its order; row NULL = all rows as they stand. */
typedef struct row_list { uint32_t *row; size_t n; } row_list;

/* About `want` of n rows (0 or at least n: all). */
weir_status sample_uniform(row_list *out, size_t n, int64_t want, uint64_t seed, weir_error *err);

typedef struct balance_spec {
    size_t rows, classes;
    const uint32_t *label;    /* [rows]; UINT32_MAX = missing */
    const double *weight;     /* [rows] or NULL */
    const double *factor;     /* [classes] or NULL: make classes equal */
    double most;              /* rows after, relative to before */
    int64_t want;             /* > 0: sample so many rows instead, without copies */
    uint64_t seed;
} balance_spec;
/* share[classes]: of the rows chosen (weighted). */
weir_status sample_balanced(row_list *out, double *share, const balance_spec *s, weir_error *err);
/* Class shares of all rows with a label. */
void sample_shares(const balance_spec *s, double *share);

#endif
