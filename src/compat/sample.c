/* sample.c - see sample.h. All ratios are floats, as are H2O's. */
#include "compat/sample.h"

#include "base/mem.h"
#include "base/pcg.h"
#include "base/status.h"

#include <math.h>
#include <string.h>

weir_status sample_uniform(row_list *out, size_t n, int64_t want, uint64_t seed, weir_error *err)
{
    *out = (row_list){NULL, n};
    if (want <= 0 || (uint64_t)want >= n)
        return WEIR_OK;
    uint32_t *v = mem_array(n + 1, sizeof *v);
    if (!v)
        return weir_no_memory(err, "sampling rows for scoring");
    float fraction = (float)((double)want / (double)n);
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        pcg g = pcg_seed(seed + i);
        if (pcg_float(&g) < fraction || (k == 0 && i + 1 == n))
            v[k++] = (uint32_t)i;
    }
    *out = (row_list){v, k};
    return WEIR_OK;
}

static double weight_of(const balance_spec *s, size_t i)
{
    return s->weight ? s->weight[i] : 1;
}

static double counts(const balance_spec *s, double *count)
{
    double all = 0;

    memset(count, 0, s->classes * sizeof *count);
    for (size_t i = 0; i < s->rows; i++)
        if (s->label[i] != UINT32_MAX) {
            count[s->label[i]] += weight_of(s, i);
            all += weight_of(s, i);
        }
    return all;
}

void sample_shares(const balance_spec *s, double *share)
{
    double all = counts(s, share);

    for (size_t c = 0; c < s->classes; c++)
        share[c] /= all;
}

static void equal_ratios(const balance_spec *s, const double *count, float *ratio)
{
    float least = INFINITY;

    for (size_t c = 0; c < s->classes; c++) {
        ratio[c] = (float)s->rows / (float)s->classes / (float)count[c];
        if (ratio[c] < least)
            least = ratio[c];
    }
    for (size_t c = 0; c < s->classes; c++)
        ratio[c] /= least;
}

/* Ratios scaled so that the expected number of rows is whole and within bounds. */
static void bound_ratios(const balance_spec *s, const double *count, float *ratio)
{
    float expected = 0;

    for (size_t c = 0; c < s->classes; c++)
        if (count[c] > 0) /* a level without rows has no ratio */
            expected = (float)((double)expected + (double)ratio[c] * count[c]);
    float limit = floorf((float)s->most * (float)s->rows);
    double most = s->want > 0 ? (double)s->want : fmax((double)limit, (double)s->classes);
    double target = fmin(most, floor((double)expected + 0.5));
    if ((float)target != expected)
        for (size_t c = 0; c < s->classes; c++)
            ratio[c] *= (float)target / expected;
}

static weir_status draw(row_list *out, const balance_spec *s, const float *ratio, uint64_t seed, weir_error *err)
{
    size_t cap = s->rows + 16, n = 0;
    uint32_t *v = mem_array(cap, sizeof *v);

    for (size_t i = 0; v && i < s->rows; i++) {
        if (s->label[i] == UINT32_MAX)
            continue;
        float r = ratio[s->label[i]], whole = floorf(r);
        pcg g = pcg_seed(seed + i);
        size_t copies = (size_t)whole + (pcg_float(&g) < r - whole);
        for (size_t k = 0; k < copies && v; k++) {
            if (n == cap) {
                uint32_t *more = mem_resize(v, cap * 2, sizeof *v);
                if (!more)
                    mem_free(v);
                v = more;
                cap *= 2;
            }
            if (v)
                v[n++] = (uint32_t)i;
        }
    }
    *out = (row_list){v, n};
    return v ? WEIR_OK : weir_no_memory(err, "balancing classes");
}

static bool all_there(const balance_spec *s, const row_list *rows, double *share)
{
    double all = 0;
    bool there = true;

    memset(share, 0, s->classes * sizeof *share);
    for (size_t i = 0; i < rows->n; i++) {
        share[s->label[rows->row[i]]] += weight_of(s, rows->row[i]);
        all += weight_of(s, rows->row[i]);
    }
    for (size_t c = 0; c < s->classes; c++) {
        there &= share[c] > 0;
        share[c] /= all;
    }
    return there;
}

static weir_status shuffled(row_list *rows, uint64_t seed, weir_error *err)
{
    uint32_t *v = mem_array(rows->n + 1, sizeof *v);
    pcg g = pcg_seed(seed);

    if (!v)
        return weir_no_memory(err, "balancing classes");
    memcpy(v, rows->row, rows->n * sizeof *v);
    pcg_shuffle(&g, v, rows->n);
    mem_free(rows->row);
    rows->row = v;
    return WEIR_OK;
}

weir_status sample_balanced(row_list *out, double *share, const balance_spec *s, weir_error *err)
{
    double *count = mem_array(s->classes, sizeof *count);
    float *ratio = mem_array(s->classes, sizeof *ratio);
    row_list rows = {NULL, 0};
    weir_status st = count && ratio ? WEIR_OK : weir_no_memory(err, "balancing classes");
    uint64_t seed = s->seed;

    if (!st) {
        counts(s, count);
        bool given = false;
        for (size_t c = 0; s->factor && c < s->classes; c++)
            given |= s->factor[c] != 0;
        if (given)
            for (size_t c = 0; c < s->classes; c++)
                ratio[c] = (float)s->factor[c];
        else
            equal_ratios(s, count, ratio);
        for (size_t c = 0; s->want > 0 && c < s->classes; c++)
            ratio[c] = fminf(ratio[c], 1);
        bound_ratios(s, count, ratio);
    }
    for (int again = 0; !st && again <= 10; again++, seed++) {
        mem_free(rows.row);
        st = draw(&rows, s, ratio, seed, err);
        if (st || all_there(s, &rows, share) || again == 10)
            break;
    }
    if (!st)
        st = shuffled(&rows, seed + 0x580FF13, err);
    mem_free(count), mem_free(ratio);
    if (st)
        mem_free(rows.row);
    else
        *out = rows;
    return st;
}
