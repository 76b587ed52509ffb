/* fit.c - see fit.h. */
#include "compat/fit.h"

#include "base/mem.h"
#include "base/status.h"
#include "model/loss.h"

#include <math.h>

typedef struct counts { size_t zeros, ones, others, missing; } counts;

static counts count(const double *x, size_t n)
{
    counts c = {0};

    for (size_t i = 0; i < n; i++)
        if (isnan(x[i]))
            c.missing++;
        else if (x[i] == 0)
            c.zeros++;
        else if (x[i] == 1)
            c.ones++;
        else
            c.others++;
    return c;
}

/* A chunk that H2O stores as a list of what is not zero. */
static bool is_sparse(const counts *c, size_t n)
{
    return 8 * (n - c->zeros) < n;
}

void fit_moments(const double *x, size_t n, double *mean, double *sd)
{
    counts c = count(x, n);
    bool sparse = is_sparse(&c, n);
    double m = 0, m2 = 0, k = 0;

    if (!c.others && !sparse) {
        double z = (double)c.zeros, o = (double)c.ones;
        k = z + o;
        m = k > 0 ? o / k : 0;
        m2 = z * (0 - m) * (0 - m) + o * (1 - m) * (1 - m);
    } else {
        for (size_t i = 0; i < n; i++) {
            if (!isfinite(x[i]) || (sparse && x[i] == 0))
                continue;
            double d = x[i] - m;
            k++;
            m += d / k;
            m2 += d * (x[i] - m);
        }
        if (sparse) {
            double z = (double)c.zeros, d = m;
            m = m * k / (k + z);
            m2 += d * d * k * z / (k + z);
            k += z;
        }
    }
    *mean = m;
    *sd = k > 1 ? sqrt(m2 / (k - 1)) : 0;
}

void fit_weighted(const double *x, const double *w, size_t n, double *mean, double *sd)
{
    counts c = count(x, n);
    bool sparse = is_sparse(&c, n);
    double sum = 0, m = 0, m2 = 0, all = 0, gone = 0, rows = 0;

    for (size_t i = 0; i < n; i++) {
        if (w[i] == 0)
            continue;
        all += w[i];
        if (isnan(x[i])) {
            gone += w[i];
            continue;
        }
        rows++;
        if (sparse && x[i] == 0)
            continue;
        double next = sum + w[i], d = x[i] - m, r = d * w[i] / next;
        m += r;
        m2 += sum * d * r;
        sum = next;
    }
    double z = all - sum - gone; /* the weight of zeros that were left out */
    if (z != 0) {
        double share = 1 / (all - gone), d = m;
        m *= sum * share;
        m2 += d * d * sum * z * share;
        sum += z;
    }
    *mean = m;
    *sd = rows > 1 ? sqrt(rows / (rows - 1) * m2 / sum) : 0;
}

static double inverse(double x)
{
    return x == 0 ? 1 : 1 / x;
}

static void scale_number(encode_number *num, encode_transform t, const double *x, const double *w, size_t n)
{
    double mean, sd;

    fit_moments(x, n, &num->mean, &num->sd);
    num->fill = mean = num->mean;
    sd = num->sd;
    if (w && t != ENC_NORMALIZE)
        fit_weighted(x, w, n, &mean, &sd);
    num->sub = t == ENC_STANDARDIZE || t == ENC_NORMALIZE ? mean : 0;
    num->mul = t == ENC_STANDARDIZE || t == ENC_DESCALE ? inverse(sd) : 1;
    if (t == ENC_NORMALIZE) {
        num->min = INFINITY, num->max = -INFINITY;
        for (size_t i = 0; i < n; i++)
            if (isfinite(x[i])) {
                num->min = fmin(num->min, x[i]);
                num->max = fmax(num->max, x[i]);
            }
        num->mul = inverse(num->max - num->min);
    }
}

weir_status fit_scaling(encoder *e, const encode_view *v, const weir_params *p, const double *w, weir_error *err)
{
    size_t n = v->frame->rows;
    double *x = mem_array(n + 1, sizeof *x);

    if (!x)
        return weir_no_memory(err, "scaling columns");
    if (v->offset)
        w = NULL; /* weights and an offset together: the plain constants stay */
    for (size_t i = 0; i < e->n_numbers; i++) {
        encode_values(v, i, 0, n, x);
        scale_number(&e->number[i], e->transform, x, w, n);
    }
    e->resp_sub = 0;
    e->resp_mul = 1;
    if (v->response && !e->labels && p->standardize && !family_is_log_link((family_kind)p->distribution)) {
        encode_number r = {0};
        column_read(v->response, 0, n, x);
        scale_number(&r, ENC_STANDARDIZE, x, w, n);
        e->resp_sub = r.sub;
        e->resp_mul = r.mul;
    }
    mem_free(x);
    return WEIR_OK;
}
