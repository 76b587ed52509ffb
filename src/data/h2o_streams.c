/* h2o_streams.c - see h2o_streams.h. */
#include "data/h2o_streams.h"

#include "base/pcg.h"

#include <math.h>
#include <string.h>

static double uniform(uint64_t seed)
{
    pcg g = pcg_seed(seed);
    return (double)pcg_float(&g);
}

void h2o_runif(double *x, size_t n, uint64_t seed)
{
    for (size_t r = 0; r < n; r++)
        x[r] = uniform(seed + r);
}

void h2o_split(uint32_t *part, size_t n, const double *cut, size_t n_cuts, uint64_t seed)
{
    for (size_t r = 0; r < n; r++) {
        double u = uniform(seed + r);
        uint32_t k = 0;
        while (k < n_cuts && u > cut[k])
            k++;
        part[r] = k;
    }
}

void h2o_folds(uint32_t *fold, size_t n, uint32_t k, uint64_t seed)
{
    for (size_t r = 0; r < n; r++)
        fold[r] = pcg_fold(seed + r, k);
}

void h2o_stratified_folds(uint32_t *fold, size_t n, uint32_t k, const uint32_t *class_of, uint64_t seed)
{
    for (size_t r = 0; r < n; r++) {
        pcg g = pcg_seed(seed + class_of[r]);
        fold[r] = class_of[r] == UINT32_MAX ? (uint32_t)(r % k) : pcg_fold(r + pcg_u64(&g), k);
    }
}

void h2o_stratified_pick(uint8_t *picked, size_t count, double test_share, uint64_t seed)
{
    size_t want = (size_t)floor((double)count * test_share + 0.5);

    memset(picked, 0, count);
    if (want < 1)
        want = 1;
    for (uint64_t tried = 0; want > 0 && count > 0; tried++) {
        pcg g = pcg_seed(seed + tried);
        size_t j = (size_t)(pcg_double(&g) * (double)count);
        want -= !picked[j];
        picked[j] = 1;
    }
}
