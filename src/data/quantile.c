/* quantile.c - quantiles of a column, exact: the cells are put in order. */
#include "data/quantile.h"

#include "base/mem.h"
#include "base/status.h"
#include "data/frame_tools.h"
#include "data/order.h"

#include <math.h>

/* The values that are there in ascending order, with their weights when w is given. */
typedef struct sorted {
    double *x, *w; /* w: sums of the weights up to each value; NULL = every value weighs 1 */
    size_t n;
} sorted;

static void sorted_free(sorted *s)
{
    mem_free(s->x);
    mem_free(s->w);
}

/* Without weights: missing cells come first in the order and are left out. */
static void take_values(const double *cells, const uint64_t *rows, size_t n, int threads, sorted *s)
{
    size_t holes = 0;

    while (holes < n && isnan(cells[rows[holes]]))
        holes++;
    s->n = n - holes;
#pragma omp parallel for num_threads(threads) if (threads > 1)
    for (size_t i = holes; i < n; i++)
        s->x[i - holes] = cells[rows[i]];
}

/* Values of a weight above 0 and the sums of the weights. Weights that are not whole are shares: brought to as many
 * as there are values. */
static void take_weighted(const double *cells, const uint64_t *rows, const column *weights, sorted *s)
{
    double sum = 0;
    bool shares = false;

    for (size_t i = 0; i < weights->rows; i++) {
        double x = cells[rows[i]], w = column_at(weights, rows[i]);
        if (isnan(x) || !(w > 0))
            continue;
        sum += w;
        shares = shares || w != floor(w);
        s->x[s->n] = x;
        s->w[s->n++] = sum;
    }
    for (size_t i = 0; shares && i < s->n; i++)
        s->w[i] *= (double)s->n / sum;
}

static weir_status sort_values(const column *c, const column *weights, int threads, sorted *out, weir_error *err)
{
    uint64_t *key = mem_array(c->rows + 1, sizeof *key), *rows = mem_array(c->rows + 1, sizeof *rows);
    sorted s = {.x = mem_array(c->rows + 1, sizeof *s.x), .w = weights ? mem_array(c->rows + 1, sizeof *s.w) : NULL};
    weir_status st = key && rows && s.x && (s.w || !weights) ? order_key(c, false, threads, key, err) : weir_no_memory(err, "quantile");
    double *cells = st ? NULL : tool_read_on(c, threads);

    if (!st && !cells)
        st = weir_no_memory(err, "quantile");
    if (!st)
        st = order_rows((const uint64_t *const[]){key}, 1, c->rows, threads, rows, err);
    if (!st && weights)
        take_weighted(cells, rows, weights, &s);
    else if (!st)
        take_values(cells, rows, c->rows, threads, &s);
    mem_free(key), mem_free(rows), mem_free(cells);
    if (st)
        sorted_free(&s);
    else
        *out = s;
    return st;
}

static double weight_of(const sorted *s)
{
    return s->w && s->n ? s->w[s->n - 1] : (double)s->n;
}

/* The value at position r (from 1) of the values repeated by their weights; the ends hold beyond. */
static double value_at(const sorted *s, double r)
{
    if (!s->w)
        return s->x[r < 1 ? 0 : r > (double)s->n ? s->n - 1 : (size_t)r - 1];
    size_t lo = 0, hi = s->n - 1;
    while (lo < hi) { /* the first whose sum reaches r */
        size_t mid = (lo + hi) / 2;
        if (s->w[mid] >= r)
            hi = mid;
        else
            lo = mid + 1;
    }
    return s->x[lo];
}

/* Hyndman and Fan (1996), definitions 1 to 9; 7, the default, has the ways to combine two
 * neighbours. Weights repeat a value; n is their sum. */
static double quantile_at(const sorted *s, double p, int type, quantile_combine how)
{
    double n = weight_of(s), at, low, g;

    if (!s->n)
        return NAN;
    switch (type) {
    case 1:
    case 2:
    case 3:
        at = n * p + (type == 3 ? -0.5 : 0);
        low = floor(at);
        g = at - low;
        if (type == 1)
            return value_at(s, g > 0 ? low + 1 : low);
        if (type == 2)
            return g > 0 ? value_at(s, low + 1) : (value_at(s, low) + value_at(s, low + 1)) / 2;
        return value_at(s, g == 0 && fmod(low, 2) == 0 ? low : low + 1);
    case 4:
        at = n * p;
        break;
    case 5:
        at = n * p + 0.5;
        break;
    case 6:
        at = (n + 1) * p;
        break;
    case 8:
        at = (n + 1.0 / 3) * p + 1.0 / 3;
        break;
    case 9:
        at = (n + 0.25) * p + 0.375;
        break;
    default: { /* by quotients of positions, so that the rounding is H2O's too */
        double t = p * (n - 1), r = floor(t);
        double lo = value_at(s, r + 1), hi = value_at(s, r + 2);
        if (t == r || lo == hi || how == QUANTILE_LOW)
            return lo;
        if (how == QUANTILE_HIGH)
            return hi;
        if (how == QUANTILE_AVERAGE)
            return (lo + hi) / 2;
        double below = r / (n - 1), above = (r + 1) / (n - 1);
        return n > 1 ? lo + (hi - lo) * ((p - below) / (above - below)) : lo;
    }
    }
    low = floor(at + 4e-16 * n); /* what rounding took from a whole position */
    g = at - low > 1e-15 * n ? at - low : 0;
    double x = value_at(s, low);
    return g > 0 ? x + g * (value_at(s, low + 1) - x) : x;
}

weir_status quantile_of(const column *c, const column *weights, const quantile_spec *q, int threads, double *out, weir_error *err)
{
    sorted s;
    weir_status st = sort_values(c, weights, threads, &s, err);

    if (st)
        return st;
    for (size_t k = 0; k < q->n; k++)
        out[k] = quantile_at(&s, q->p[k], q->type, q->how);
    sorted_free(&s);
    return WEIR_OK;
}
