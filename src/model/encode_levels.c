/* encode_levels.c - levels of a factor counted, ordered, projected.
 *
 * The matrix of correlations between the levels' indicators, in the metric of
 * their frequencies, has the eigenvalue 1 in every direction but one, so which
 * eigenvector is "the leading one" is decided by the solver's last bits. To give
 * the numbers that users of H2O know, the solver is theirs: Householder's
 * reduction to tridiagonal form and implicit QL, in EISPACK's order of operations
 * (Bowdler, Martin, Reinsch, Wilkinson 1968, as in JAMA). */
#include "model/encode.h"

#include "base/mem.h"
#include "base/status.h"

#include <math.h>
#include <stdlib.h>

/* Most frequent levels ------------------------------------------------------------------- */

typedef struct ranked {
    size_t count;
    uint32_t place, level;
} ranked;

static int by_count(const void *a, const void *b)
{
    const ranked *x = a, *y = b;

    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    return x->level < y->level ? -1 : x->level > y->level;
}

/* Where H2O's hash table of 2^bits places keeps a level: its order of equal counts. */
static uint32_t place_of(uint32_t level, uint32_t places)
{
    uint32_t h = level;

    h ^= (h >> 20) ^ (h >> 12);
    h ^= (h >> 7) ^ (h >> 4);
    h += h << 7;
    return h & (places - 1);
}

weir_status encode_top_levels(const size_t *count, size_t n, size_t most, uint32_t *pick, size_t *picked,
                              bool *rest, weir_error *err)
{
    ranked *r = mem_array(n + 1, sizeof *r);
    size_t seen = 0;
    uint32_t places = 8;

    if (!r)
        return weir_no_memory(err, "counting levels");
    for (size_t k = 0; k < n; k++)
        if (count[k])
            r[seen++] = (ranked){count[k], 0, (uint32_t)k};
    while (places < 2 * seen)
        places *= 2;
    for (size_t i = 0; i < seen; i++)
        r[i].place = place_of(r[i].level, places);
    qsort(r, seen, sizeof *r, by_count);
    *picked = 0;
    while (*picked < seen && *picked < most && r[*picked].count > 1) {
        pick[*picked] = r[*picked].level;
        ++*picked;
    }
    *rest = *picked < seen;
    mem_free(r);
    return WEIR_OK;
}

/* Order by response ------------------------------------------------------------------------ */

typedef struct level_mean {
    double mean;
    uint32_t level;
} level_mean;

static int by_mean(const void *a, const void *b)
{
    const level_mean *x = a, *y = b;

    if (x->mean != y->mean)
        return x->mean < y->mean ? -1 : 1;
    return x->level < y->level ? -1 : x->level > y->level;
}

weir_status encode_response_order(const double *sum, const double *weight, size_t n, uint32_t *order, weir_error *err)
{
    level_mean *m = mem_array(n + 1, sizeof *m);

    if (!m)
        return weir_no_memory(err, "ordering levels");
    for (size_t k = 0; k < n; k++)
        m[k] = (level_mean){weight[k] > 0 ? sum[k] / weight[k] : 0, (uint32_t)k};
    qsort(m, n, sizeof *m, by_mean);
    for (size_t k = 0; k < n; k++)
        order[k] = m[k].level;
    mem_free(m);
    return WEIR_OK;
}

/* Eigenvectors ----------------------------------------------------------------------------- */

typedef struct problem {
    size_t n;
    double *v, *d, *e;
} problem;

#define V(i, j) p->v[(j) * p->n + (i)] /* columns lie together: the loops run down them */

static double hypotenuse(double a, double b)
{
    if (fabs(a) > fabs(b)) {
        double r = b / a;
        return fabs(a) * sqrt(1 + r * r);
    }
    if (b != 0) {
        double r = a / b;
        return fabs(b) * sqrt(1 + r * r);
    }
    return 0;
}

/* Row i of the matrix becomes tridiagonal; gives h. */
static double reduce_row(problem *p, size_t i)
{
    double scale = 0, h = 0, *d = p->d, *e = p->e;

    for (size_t k = 0; k < i; k++)
        scale += fabs(d[k]);
    if (scale == 0) {
        e[i] = d[i - 1];
        for (size_t j = 0; j < i; j++) {
            d[j] = V(i - 1, j);
            V(i, j) = 0;
            V(j, i) = 0;
        }
        return 0;
    }
    for (size_t k = 0; k < i; k++) {
        d[k] /= scale;
        h += d[k] * d[k];
    }
    double f = d[i - 1], g = sqrt(h);
    if (f > 0)
        g = -g;
    e[i] = scale * g;
    h -= f * g;
    d[i - 1] = f - g;
    for (size_t j = 0; j < i; j++)
        e[j] = 0;
    for (size_t j = 0; j < i; j++) {
        f = d[j];
        V(j, i) = f;
        g = e[j] + V(j, j) * f;
        for (size_t k = j + 1; k < i; k++) {
            g += V(k, j) * d[k];
            e[k] += V(k, j) * f;
        }
        e[j] = g;
    }
    f = 0;
    for (size_t j = 0; j < i; j++) {
        e[j] /= h;
        f += e[j] * d[j];
    }
    double hh = f / (h + h);
    for (size_t j = 0; j < i; j++)
        e[j] -= hh * d[j];
    for (size_t j = 0; j < i; j++) {
        f = d[j];
        g = e[j];
        for (size_t k = j; k < i; k++)
            V(k, j) -= (f * e[k] + g * d[k]);
        d[j] = V(i - 1, j);
        V(i, j) = 0;
    }
    return h;
}

static void tridiagonalize(problem *p)
{
    size_t n = p->n;
    double *d = p->d;

    for (size_t j = 0; j < n; j++)
        d[j] = V(n - 1, j);
    for (size_t i = n - 1; i > 0; i--)
        d[i] = reduce_row(p, i);
    for (size_t i = 0; i + 1 < n; i++) {
        V(n - 1, i) = V(i, i);
        V(i, i) = 1;
        double h = d[i + 1];
        if (h != 0) {
            for (size_t k = 0; k <= i; k++)
                d[k] = V(k, i + 1) / h;
            for (size_t j = 0; j <= i; j++) {
                double g = 0;
                for (size_t k = 0; k <= i; k++)
                    g += V(k, i + 1) * V(k, j);
                for (size_t k = 0; k <= i; k++)
                    V(k, j) -= g * d[k];
            }
        }
        for (size_t k = 0; k <= i; k++)
            V(k, i + 1) = 0;
    }
    for (size_t j = 0; j < n; j++) {
        d[j] = V(n - 1, j);
        V(n - 1, j) = 0;
    }
    V(n - 1, n - 1) = 1;
    p->e[0] = 0;
}

/* One implicit QL sweep over [at, m]; *shift gathers what was taken off the diagonal. */
static void sweep(problem *p, size_t at, size_t m, double *shift)
{
    size_t n = p->n;
    double *d = p->d, *e = p->e, g = d[at], q = (d[at + 1] - g) / (2 * e[at]), r = hypotenuse(q, 1);

    if (q < 0)
        r = -r;
    d[at] = e[at] / (q + r);
    d[at + 1] = e[at] * (q + r);
    double next = d[at + 1], h = g - d[at];
    for (size_t i = at + 2; i < n; i++)
        d[i] -= h;
    *shift += h;
    q = d[m];
    double c = 1, c2 = 1, c3 = 1, below = e[at + 1], s = 0, s2 = 0;
    for (size_t i = m; i-- > at;) {
        c3 = c2;
        c2 = c;
        s2 = s;
        g = c * e[i];
        h = c * q;
        r = hypotenuse(q, e[i]);
        e[i + 1] = s * r;
        s = e[i] / r;
        c = q / r;
        q = c * d[i] - s * g;
        d[i + 1] = h + s * (c * g + s * d[i]);
        for (size_t k = 0; k < n; k++) {
            h = V(k, i + 1);
            V(k, i + 1) = s * V(k, i) + c * h;
            V(k, i) = c * V(k, i) - s * h;
        }
    }
    q = -s * s2 * c3 * below * e[at] / next;
    e[at] = s * q;
    d[at] = c * q;
}

static void diagonalize(problem *p)
{
    enum { SWEEPS = 200 }; /* each eigenvalue takes two or three */
    size_t n = p->n;
    double *d = p->d, *e = p->e, shift = 0, most = 0;

    for (size_t i = 1; i < n; i++)
        e[i - 1] = e[i];
    e[n - 1] = 0;
    for (size_t at = 0; at < n; at++) {
        size_t m = at;
        most = fmax(most, fabs(d[at]) + fabs(e[at]));
        while (m < n && fabs(e[m]) > 0x1p-52 * most)
            m++;
        for (int k = 0; m > at && k < SWEEPS; k++) {
            sweep(p, at, m, &shift);
            if (!(fabs(e[at]) > 0x1p-52 * most))
                break;
        }
        d[at] += shift;
        e[at] = 0;
    }
}

/* Ascending eigenvalues, their vectors along. */
static void sort_values(problem *p)
{
    for (size_t i = 0; i + 1 < p->n; i++) {
        size_t k = i;
        for (size_t j = i + 1; j < p->n; j++)
            if (p->d[j] < p->d[k])
                k = j;
        if (k == i)
            continue;
        double t = p->d[k];
        p->d[k] = p->d[i];
        p->d[i] = t;
        for (size_t j = 0; j < p->n; j++) {
            t = V(j, i);
            V(j, i) = V(j, k);
            V(j, k) = t;
        }
    }
}

weir_status encode_eigen(const size_t *count, size_t n, size_t rows, double *out, weir_error *err)
{
    problem q = {.n = n, .v = mem_array(n * n + 1, sizeof(double)), .d = mem_zero(n + 1, sizeof(double)),
                 .e = mem_zero(n + 1, sizeof(double))}, *p = &q;
    double *size = mem_array(n + 1, sizeof *size), total = (double)rows;
    weir_status st = p->v && p->d && p->e && size ? WEIR_OK : weir_no_memory(err, "projecting levels");

    if (!st && n) {
        for (size_t i = 0; i < n; i++)
            size[i] = (double)(float)((double)count[i] * (1 / total)) * total;
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++) {
                double x = ((i == j ? size[i] : 0) - size[i] * size[j] / total) / sqrt(size[i] * size[j]);
                V(i, j) = isnan(x) ? 0 : x;
            }
        tridiagonalize(p);
        diagonalize(p);
        sort_values(p);
        size_t best = 0;
        for (size_t i = 1; i < n; i++)
            if (p->d[i] > p->d[best])
                best = i;
        for (size_t k = 0; k < n; k++) /* the row, not the column: as theirs */
            out[k] = (double)(float)V(best, k);
    }
    mem_free(p->v), mem_free(p->d), mem_free(p->e), mem_free(size);
    return st;
}
