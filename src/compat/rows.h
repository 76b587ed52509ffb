/* rows.h - which rows an iteration learns from, in which order (one chunk). */
#ifndef COMPAT_ROWS_H
#define COMPAT_ROWS_H

#include "weir.h"

typedef struct rows_spec {
    size_t rows;
    const double *weight; /* [rows] or NULL */
    const bool *bad;      /* [rows] never learnt from (missing response, Skip), or NULL */
    bool importance;      /* weights are neither constant nor just 0 and 1: rows are drawn by weight */
    bool shuffle;
    double samples;       /* train_samples_per_iteration as it acts */
    double mean_weight;
    uint64_t seed;
} rows_spec;

/* Calls learn(user, row, seed) for every row of iteration `iteration` (from 1) that begins after
 * `before` samples; stops early when learn gives false. Gives the number of rows learnt. */
typedef bool rows_learn(void *user, size_t row, uint64_t seed);
weir_status rows_visit(const rows_spec *s, uint64_t iteration, uint64_t before, rows_learn *learn, void *user,
                       uint64_t *learnt, weir_error *err);
/* Are weights w[n] importance weights, not just a filter? */
bool rows_importance(const double *w, size_t n);

#endif
