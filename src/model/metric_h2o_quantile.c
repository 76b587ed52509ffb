/* metric_h2o_quantile.c - quantiles by a histogram of 1024 bins that is refined until the rows asked for
 * stand alone (data-and-metrics 2.4). */
#include "model/metric_impl.h"

#include "base/mem.h"
#include "base/status.h"

#include <math.h>
#include <stdlib.h>

enum { BINS = 1024 };

static int smaller_first(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Between the values of rows r and r + 1 of `rows`. */
static double between(double lo, double hi, double r, double rows, double share)
{
    double below = r / (rows - 1), above = (r + 1) / (rows - 1);
    return lo == hi ? lo : lo + (hi - lo) * (share - below) / (above - below);
}

static double of_sorted(const double *x, size_t n, double share)
{
    double t = share * (double)(n - 1), r = floor(t);
    size_t at = (size_t)r;

    return t == r || at + 1 >= n ? x[at] : between(x[at], x[at + 1], r, (double)n, share);
}

typedef struct histogram {
    double from, step;
    int bins;
    int64_t before; /* whole rows below `from` */
    double weight[BINS], least[BINS], most[BINS];
} histogram;

static void fill(histogram *h, size_t n, const double *x, const double *w, double from, double to, bool whole)
{
    double size = fmax(fabs(from), fabs(to)), ulp = nextafter(size, INFINITY) - size;
    bool unit = whole && to - from < BINS;

    h->from = from;
    h->step = unit ? 1 : (to + ulp - from) / BINS;
    h->bins = unit ? (int)(to - from + 1.5) : BINS;
    for (int b = 0; b < h->bins; b++) {
        h->weight[b] = 0;
        h->least[b] = INFINITY;
        h->most[b] = -INFINITY;
    }
    for (size_t i = 0; i < n; i++) {
        double at = (x[i] - from) / h->step;
        if (isnan(x[i]) || !(w[i] > 0) || !(at > -1 && at < h->bins))
            continue;
        int b = (int)at;
        h->weight[b] += w[i];
        h->least[b] = fmin(h->least[b], x[i]);
        h->most[b] = fmax(h->most[b], x[i]);
    }
}

/* The bin of a row; *before gets the whole rows of the bins below it. */
static int find(const histogram *h, int64_t row, int64_t *before)
{
    int64_t sum = h->before;

    for (int b = 0; b < h->bins; b++) {
        *before = sum;
        sum = (int64_t)((double)sum + h->weight[b]);
        if (row < sum)
            return b;
    }
    *before = sum;
    return h->bins;
}

static double refine(histogram *h, size_t n, const double *x, const double *w, double rows, double share, bool whole)
{
    double t = share * (rows - 1);
    int64_t r = (int64_t)t, low_before, high_before;

    for (int pass = 0; pass < 64; pass++) {
        int low = find(h, r, &low_before), high = find(h, r + 1, &high_before);
        double edge = h->from + h->step * h->bins;
        double lo = low == h->bins ? edge : h->most[low];
        if (low < h->bins && (double)r == t && h->least[low] == lo)
            return lo;
        double hi = high == h->bins ? edge : h->least[high];
        if (low != high) /* also when t is a whole row: rows of half a weight may stand behind it in its bin */
            return (double)r == t ? lo : between(lo, hi, (double)r, rows, share);
        if (low == h->bins || lo == hi)
            return lo;
        double from = h->least[low], to = h->most[high == h->bins ? low : high];
        h->before = low_before;
        fill(h, n, x, w, from, to, whole);
    }
    return NAN;
}

weir_status h2o_quantile(size_t n, const double *x, const double *w, double share, double *out, weir_error *err)
{
    double *copy = mem_array(n + 1, sizeof *copy), rows = 0, least = INFINITY, most = -INFINITY;
    histogram *h = w ? MEM_NEW(histogram) : NULL;
    bool whole = true;
    size_t k = 0;

    if (!copy || (w && !h)) {
        mem_free(copy);
        mem_free(h);
        return weir_no_memory(err, "finding a quantile");
    }
    for (size_t i = 0; i < n; i++) {
        if (isnan(x[i]))
            continue;
        copy[k++] = x[i];
        rows += w ? w[i] : 1;
        least = fmin(least, x[i]);
        most = fmax(most, x[i]);
        whole = whole && x[i] == floor(x[i]);
    }
    if (!k || !(rows > 0)) {
        *out = NAN;
    } else if (!w) {
        qsort(copy, k, sizeof *copy, smaller_first);
        *out = of_sorted(copy, k, share);
    } else {
        fill(h, n, x, w, least, most, whole);
        *out = refine(h, n, x, w, rows, share, whole);
    }
    mem_free(copy);
    mem_free(h);
    return WEIR_OK;
}
