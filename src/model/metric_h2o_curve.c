/* metric_h2o_curve.c - a two-class curve of at most 400 scores: neighbours are merged as rows come
 * (data-and-metrics 5.5). With more distinct scores the result depends on the order of rows and on
 * the chunks of a file, so both are followed exactly. */
#include "model/metric_impl.h"

#include "base/mem.h"
#include "base/status.h"

#include <math.h>
#include <string.h>

enum { MOST = 400 };

/* Scores rise. sq: squared error of the merged scores; cheapest: pair (i, i + 1) that costs least, or -1. */
typedef struct bins {
    double t[MOST + 2], sq[MOST + 2], tp[MOST + 2], fp[MOST + 2];
    size_t n;
    ptrdiff_t cheapest;
} bins;

static double weight_of(const bins *b, size_t i)
{
    return b->tp[i] + b->fp[i];
}

/* What merging two scores adds to the squared error; the distance is in single precision. */
static double cost(double t1, double n1, double t0, double n0)
{
    double d = (double)((float)t1 - (float)t0);
    return d == 0 ? 0 : d * d * n0 * n1 / (n0 + n1);
}

static double pair_cost(const bins *b, size_t i)
{
    return cost(b->t[i + 1], weight_of(b, i + 1), b->t[i], weight_of(b, i));
}

static double centre(double t1, double n1, double t0, double n0)
{
    double c = (t0 * n0 + t1 * n1) / (n0 + n1);
    return isfinite(c) ? c : (t0 + t1) / 2;
}

static size_t cheapest(bins *b)
{
    double least = INFINITY, nearest = INFINITY;
    ptrdiff_t at = -1, near_at = 0;

    if (b->cheapest >= 0)
        return (size_t)b->cheapest;
    if (b->n == 1)
        return 0;
    for (size_t i = 0; i + 1 < b->n; i++) {
        double d = pair_cost(b, i), c = b->sq[i] + b->sq[i + 1] + d;
        if (d == 0)
            return i;
        if (c < least) {
            least = c;
            at = (ptrdiff_t)i;
        }
        if (b->t[i + 1] - b->t[i] < nearest) {
            nearest = b->t[i + 1] - b->t[i];
            near_at = (ptrdiff_t)i;
        }
    }
    b->cheapest = at >= 0 ? at : near_at;
    return (size_t)b->cheapest;
}

static void shift(bins *b, size_t to, size_t from)
{
    size_t k = b->n - from;

    memmove(b->t + to, b->t + from, k * sizeof *b->t);
    memmove(b->sq + to, b->sq + from, k * sizeof *b->sq);
    memmove(b->tp + to, b->tp + from, k * sizeof *b->tp);
    memmove(b->fp + to, b->fp + from, k * sizeof *b->fp);
}

static void merge(bins *b, size_t i)
{
    double k0 = weight_of(b, i), k1 = weight_of(b, i + 1);

    b->sq[i] = b->sq[i] + b->sq[i + 1] + cost(b->t[i + 1], k1, b->t[i], k0);
    b->t[i] = centre(b->t[i], k0, b->t[i + 1], k1);
    b->tp[i] += b->tp[i + 1];
    b->fp[i] += b->fp[i + 1];
    shift(b, i + 1, i + 2);
    b->n--;
    b->cheapest = -1;
}

static void count(bins *b, size_t i, bool positive, double w)
{
    if (positive)
        b->tp[i] += w;
    else
        b->fp[i] += w;
}

/* A full list takes the score into a neighbour when that is cheaper than any merge. */
static bool absorb(bins *b, size_t at, double p, bool positive, double w)
{
    size_t s = cheapest(b);
    double d = b->sq[s] + b->sq[s + 1] + pair_cost(b, s);
    double d0 = b->sq[at - 1] + cost(p, w, b->t[at - 1], weight_of(b, at - 1));
    double d1 = b->sq[at] + cost(b->t[at], weight_of(b, at), p, w);

    if (!(d0 < d || d1 < d))
        return false;
    size_t j = d0 <= d1 ? at - 1 : at;
    if (s == j || s + 1 == j)
        b->cheapest = -1;
    double k = weight_of(b, j);
    count(b, j, positive, w);
    b->sq[j] += cost(p, w, b->t[j], k);
    b->t[j] = centre(b->t[j], k, p, w);
    return true;
}

static void insert(bins *b, double p, bool positive, double w)
{
    size_t lo = 0, hi = b->n;

    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (b->t[mid] < p)
            lo = mid + 1;
        else
            hi = mid;
    }
    if (lo < b->n && b->t[lo] == p) {
        count(b, lo, positive, w);
        b->cheapest = -1;
        return;
    }
    if (b->n == MOST && lo > 0 && lo < b->n && b->t[lo - 1] != b->t[lo] && absorb(b, lo, p, positive, w))
        return;
    shift(b, lo + 1, lo);
    b->t[lo] = p;
    b->sq[lo] = b->tp[lo] = b->fp[lo] = 0;
    count(b, lo, positive, w);
    if (lo == 0 || lo == b->n || (ptrdiff_t)lo == b->cheapest)
        b->cheapest = -1;
    else if ((ptrdiff_t)lo < b->cheapest)
        b->cheapest++;
    b->n++;
    if (b->n > MOST)
        merge(b, cheapest(b));
}

/* a takes in b: both lists in order (of equals a's stands higher), then merged down. room: 2 * MOST. */
static void reduce(bins *a, const bins *b, double *t, double *sq, double *tp, double *fp)
{
    size_t i = 0, j = 0, n = 0;

    while (i < a->n || j < b->n) {
        bool mine = j == b->n || (i < a->n && a->t[i] < b->t[j]);
        const bins *from = mine ? a : b;
        size_t at = mine ? i++ : j++;
        t[n] = from->t[at], sq[n] = from->sq[at], tp[n] = from->tp[at], fp[n++] = from->fp[at];
    }
    /* Merging works on the long list in place: one that may hold more than MOST. */
    for (;;) {
        double least = INFINITY, nearest = INFINITY;
        size_t best = SIZE_MAX, near_at = 0, same = SIZE_MAX;
        for (size_t k = 0; k + 1 < n && same == SIZE_MAX; k++) {
            double d = cost(t[k + 1], tp[k + 1] + fp[k + 1], t[k], tp[k] + fp[k]), c = sq[k] + sq[k + 1] + d;
            if (d == 0)
                same = k;
            else if (c < least)
                least = c, best = k;
            if (t[k + 1] - t[k] < nearest)
                nearest = t[k + 1] - t[k], near_at = k;
        }
        if (same == SIZE_MAX && n <= MOST)
            break;
        size_t k = same != SIZE_MAX ? same : best != SIZE_MAX ? best : near_at;
        double k0 = tp[k] + fp[k], k1 = tp[k + 1] + fp[k + 1];
        sq[k] = sq[k] + sq[k + 1] + cost(t[k + 1], k1, t[k], k0);
        t[k] = centre(t[k], k0, t[k + 1], k1);
        tp[k] += tp[k + 1], fp[k] += fp[k + 1];
        size_t rest = n - k - 2;
        memmove(t + k + 1, t + k + 2, rest * sizeof *t), memmove(sq + k + 1, sq + k + 2, rest * sizeof *sq);
        memmove(tp + k + 1, tp + k + 2, rest * sizeof *tp), memmove(fp + k + 1, fp + k + 2, rest * sizeof *fp);
        n--;
    }
    memcpy(a->t, t, n * sizeof *t), memcpy(a->sq, sq, n * sizeof *sq);
    memcpy(a->tp, tp, n * sizeof *tp), memcpy(a->fp, fp, n * sizeof *fp);
    a->n = n;
    a->cheapest = -1;
}

typedef struct rows {
    const double *p, *w;
    const bool *positive;
    const size_t *end; /* [chunks] one past each chunk's last row */
} rows;

/* The list of chunks [lo, hi), combined as a binary tree. */
static weir_status tree(bins **out, const rows *r, size_t lo, size_t hi, weir_error *err)
{
    if (hi - lo == 1) {
        bins *b = MEM_NEW(bins);
        if (!b)
            return weir_no_memory(err, "computing the ROC curve");
        b->cheapest = -1;
        for (size_t i = lo ? r->end[lo - 1] : 0; i < r->end[lo]; i++)
            insert(b, r->p[i], r->positive[i], r->w[i]);
        *out = b;
        return WEIR_OK;
    }
    bins *left = NULL, *right = NULL;
    double *room = mem_array(8 * (MOST + 2), sizeof *room);
    size_t mid = (lo + hi) / 2, k = 2 * (MOST + 2);
    weir_status st = room ? tree(&left, r, lo, mid, err) : weir_no_memory(err, "computing the ROC curve");
    if (!st)
        st = tree(&right, r, mid, hi, err);
    if (!st)
        reduce(left, right, room, room + k, room + 2 * k, room + 3 * k);
    mem_free(room);
    mem_free(right);
    if (st)
        mem_free(left);
    else
        *out = left;
    return st;
}

weir_status h2o_steps(steps *out, size_t n, const double *p, const bool *positive, const double *w,
                      const size_t *chunk_end, size_t chunks, weir_error *err)
{
    bins *b = NULL;
    double tp = 0, fp = 0;
    rows r = {p, w, positive, chunks ? chunk_end : &n};
    weir_status st = tree(&b, &r, 0, chunks ? chunks : 1, err);

    if (st)
        return st;
    *out = (steps){mem_array(b->n + 1, sizeof(double)), mem_array(b->n + 1, sizeof(double)),
                   mem_array(b->n + 1, sizeof(double)), 0};
    if (!out->t || !out->tp || !out->fp) {
        steps_free(out);
        st = weir_no_memory(err, "computing the ROC curve");
    }
    for (size_t i = b->n; i-- > 0 && !st;) {
        out->t[out->n] = b->t[i];
        out->tp[out->n] = tp += b->tp[i];
        out->fp[out->n++] = fp += b->fp[i];
    }
    mem_free(b);
    return st;
}
