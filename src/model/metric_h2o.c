/* metric_h2o.c - sums, confusion matrices, hit ratios, gains and lift in H2O's way (data-and-metrics 5). */
#include "model/metric_impl.h"

#include "base/mem.h"
#include "base/status.h"

#include <math.h>
#include <string.h>

static double weight_at(const double *w, size_t i)
{
    return w ? w[i] : 1;
}

/* Mean and spread of the response, as sums of y and of its square. */
typedef struct spread { double w, y, yy; size_t n; } spread;

static double variance(const spread *s)
{
    if (s->n <= 1)
        return 0;
    double sigma = sqrt(s->yy / s->w - s->y * s->y / (s->w * s->w));
    return sigma * sigma;
}

/* Regression ---------------------------------------------------------------------------- */

/* Responses count in single precision, but for the huber threshold and deviance. */
static weir_status huber(weir_metrics *m, size_t n, const double *p, const double *y, const double *w,
                         const metric_options *opt, weir_error *err)
{
    double *r = mem_array(n + 1, sizeof *r), dev = 0, sum = 0;
    loss_spec loss = opt->loss;

    if (!r)
        return weir_no_memory(err, "finding the huber threshold");
    for (size_t i = 0; i < n; i++)
        r[i] = fabs(y[i] - (weight_at(w, i) > 0 ? p[i] : 0));
    weir_status st = h2o_quantile(n, r, w, opt->huber_alpha, &loss.huber_delta, err);
    mem_free(r);
    for (size_t i = 0; i < n && !st; i++) {
        double wi = weight_at(w, i);
        if (isnan(y[i]) || isnan(p[i]) || !(wi > 0))
            continue;
        sum += wi;
        dev += wi * loss_deviance(&loss, y[i], p[i]);
    }
    m->number[METRIC_DEVIANCE] = dev / sum;
    return st;
}

weir_status h2o_regression(weir_metrics *m, size_t n, const double *p, const double *y, const double *w,
                           const metric_options *opt, weir_error *err)
{
    spread s = {0};
    double se = 0, ae = 0, le = 0, dev = 0;

    for (size_t i = 0; i < n; i++) {
        double wi = weight_at(w, i), t = (double)(float)y[i], e = t - p[i];
        if (isnan(t) || isnan(p[i]) || !(wi > 0))
            continue;
        s.n++;
        s.w += wi;
        s.y += wi * t;
        s.yy += wi * t * t;
        se += wi * e * e;
        ae += wi * fabs(e);
        double l = log1p(p[i]) - log1p(t);
        le += wi * l * l;
        if (opt->loss.family != FAMILY_HUBER)
            dev += wi * loss_deviance(&opt->loss, t, p[i]);
    }
    m->nobs = s.n;
    m->weight = s.w;
    m->number[METRIC_MSE] = se / s.w;
    m->number[METRIC_RMSE] = sqrt(se / s.w);
    m->number[METRIC_MAE] = ae / s.w;
    m->number[METRIC_RMSLE] = sqrt(le / s.w);
    m->number[METRIC_R2] = 1 - se / s.w / variance(&s);
    m->number[METRIC_DEVIANCE] = dev / s.w;
    return opt->loss.family == FAMILY_HUBER ? huber(m, n, p, y, w, opt, err) : WEIR_OK;
}

/* Labels ----------------------------------------------------------------------------------- */

/* First number of java.util.Random(seed).nextDouble(). */
static double java_double(uint64_t seed)
{
    const uint64_t mask = (1ull << 48) - 1;
    uint64_t s = (seed ^ 0x5DEECE66Dull) & mask;

    s = (s * 0x5DEECE66Dull + 0xB) & mask;
    uint64_t high = s >> 22; /* 26 bits */
    s = (s * 0x5DEECE66Dull + 0xB) & mask;
    return (double)((high << 27) + (s >> 21)) / (double)(1ull << 53);
}

static uint64_t hash_of(const double *x, size_t n)
{
    uint64_t h = 0;

    for (size_t i = 0; i < n; i++) {
        int64_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        h ^= (uint64_t)(bits >> 6); /* keeps the sign */
    }
    return h;
}

/* Among the classes listed as ties - class 0, and each that met the largest so far - by shares. */
static size_t tie_by_prior(const double *p, size_t k, const double *prior, uint64_t h)
{
    double sum = prior[0], part = 0, u = java_double(h);
    size_t best = 0;

    for (size_t c = 1; c < k; c++)
        if (p[c] > p[best])
            best = c;
        else if (p[c] == p[best])
            sum += prior[c];
    best = 0;
    part = prior[0] / sum;
    if (u <= part)
        return 0;
    for (size_t c = 1; c < k; c++)
        if (p[c] > p[best]) {
            best = c;
        } else if (p[c] == p[best]) {
            part += prior[c] / sum;
            if (u <= part)
                return c;
        }
    return best;
}

size_t h2o_label(const double *p, size_t k, const double *prior, const double *data, size_t n_data)
{
    size_t best = 0, ties = 0;

    for (size_t c = 1; c < k; c++)
        if (p[c] > p[best]) {
            best = c;
            ties = 0;
        } else if (p[c] == p[best]) {
            ties++;
        }
    if (!ties)
        return best;
    uint64_t h = hash_of(data, n_data);
    if (prior)
        return tie_by_prior(p, k, prior, h);
    int at = (int)(int32_t)(uint32_t)h % (int)(ties + 1);
    for (size_t c = 0; c < k; c++)
        if (p[c] == p[best] && --at < 0)
            return c;
    return best;
}

/* Classes -------------------------------------------------------------------------------------- */

static bool counts(const double *p, size_t k, double y, double w)
{
    if (isnan(y) || !(w > 0))
        return false;
    for (size_t c = 0; c < k; c++)
        if (isnan(p[c]))
            return false;
    return true;
}

/* At which try the true class is met when the label is taken first and then the largest of the rest;
 * n_hits: never among the tries. ds: {label, p...}, room[k]. */
static size_t tries(const double *ds, size_t k, size_t truth, size_t n_hits, const double *prior, double *room)
{
    size_t label = (size_t)ds[0];

    if (label == truth)
        return 0;
    memcpy(room, ds + 1, k * sizeof *room);
    room[label] = 0;
    for (size_t t = 1; t < n_hits; t++) {
        label = h2o_label(room, k, prior, ds, k + 1);
        room[label] = 0;
        if (label == truth)
            return t;
    }
    return n_hits == k ? k - 1 : n_hits;
}

static weir_status sums(weir_metrics *m, size_t n, const double *p, const double *y, const double *w,
                        const double *predicted, const metric_options *opt, weir_error *err)
{
    size_t k = m->n_labels;
    double se = 0, ll = 0, *ds = mem_zero(2 * k + 1, sizeof *ds);
    const double most = -log(1e-15);
    spread s = {0};

    if (!ds)
        return weir_no_memory(err, "computing metrics");
    for (size_t i = 0; i < n; i++) {
        const double *pi = p + i * k;
        double wi = weight_at(w, i);
        if (!counts(pi, k, y[i], wi) || (k == 2 && y[i] >= 2))
            continue;
        bool known = y[i] < (double)k;
        double e = known ? 1 - pi[(size_t)y[i]] : 1;
        s.n++;
        s.w += wi;
        s.y += wi * y[i];
        s.yy += wi * y[i] * y[i];
        se += wi * e * e;
        ll += wi * fmin(most, -log(1 - e));
        if (k == 2 || !known)
            continue;
        size_t truth = (size_t)y[i];
        memcpy(ds + 1, pi, k * sizeof *ds); /* ds[0]: still the label of the row before */
        ds[0] = predicted ? predicted[i] : (double)h2o_label(pi, k, opt->prior, ds, k + 1);
        m->confusion[truth * k + (size_t)ds[0]] += 1;
        size_t t = tries(ds, k, truth, m->n_hits, opt->prior, ds + k + 1);
        if (t < m->n_hits)
            m->hits[t] += t ? wi : 1;
    }
    mem_free(ds);
    m->nobs = s.n;
    m->weight = s.w;
    m->number[METRIC_MSE] = se / s.w;
    m->number[METRIC_RMSE] = sqrt(se / s.w);
    m->number[METRIC_LOGLOSS] = ll / s.w;
    m->number[METRIC_R2] = 1 - se / s.w / variance(&s);
    float all = 0;
    for (size_t c = 0; c < m->n_hits; c++)
        m->hits[c] = (double)(all += (float)(m->hits[c] / s.w));
    return WEIR_OK;
}

/* Rows that count, with the ends of their chunks. */
typedef struct picked {
    double *p, *w;
    bool *positive;
    size_t *end, n, chunks;
} picked;

static void picked_free(picked *x)
{
    mem_free(x->p), mem_free(x->w), mem_free(x->positive), mem_free(x->end);
}

static weir_status picked_new(picked *x, size_t n, const metric_options *opt, weir_error *err)
{
    *x = (picked){mem_array(n + 1, sizeof(double)), mem_array(n + 1, sizeof(double)), mem_array(n + 1, sizeof(bool)),
                  mem_array(opt->chunks + 1, sizeof(size_t)), 0, opt->chunks};
    if (x->p && x->w && x->positive && x->end)
        return WEIR_OK;
    picked_free(x);
    return weir_no_memory(err, "computing metrics");
}

static void pick(picked *x, size_t n, size_t k, const double *p, const double *y, const double *w,
                 size_t score_of, size_t positive, size_t other, const metric_options *opt)
{
    size_t chunk = 0;

    x->n = 0;
    for (size_t i = 0; i < n; i++) {
        for (; chunk < x->chunks && i == opt->chunk_end[chunk]; chunk++)
            x->end[chunk] = x->n;
        if (!counts(p + i * k, k, y[i], weight_at(w, i)) || !(y[i] < (double)k))
            continue;
        size_t truth = (size_t)y[i];
        if (other != SIZE_MAX && truth != positive && truth != other)
            continue;
        x->p[x->n] = p[i * k + score_of];
        x->w[x->n] = weight_at(w, i);
        x->positive[x->n++] = truth == positive;
    }
    for (; chunk < x->chunks; chunk++)
        x->end[chunk] = x->n;
}

static weir_status areas(const picked *x, double *auc, double *aucpr, double *positives, weir_error *err)
{
    steps s;
    weir_status st = h2o_steps(&s, x->n, x->p, x->positive, x->w, x->end, x->chunks, err);

    if (st)
        return st;
    *auc = steps_roc_area(&s);
    *aucpr = steps_pr_area(&s);
    *positives = s.n ? s.tp[s.n - 1] : 0;
    steps_free(&s);
    return WEIR_OK;
}

/* One class against another: both ways round, averaged; an undefined average counts as 0. */
static weir_status pair_areas(weir_metrics *m, size_t pair, size_t a, size_t b, picked *x, size_t n, const double *p,
                              const double *y, const double *w, const metric_options *opt, weir_error *err)
{
    double auc[2], pr[2], positives[2];
    weir_status st = WEIR_OK;

    for (size_t side = 0; side < 2 && !st; side++) {
        size_t i = side ? a : b, other = side ? b : a;
        pick(x, n, m->n_labels, p, y, w, i, i, other, opt);
        st = areas(x, &auc[side], &pr[side], &positives[side], err);
    }
    if (st)
        return st;
    double mean = (auc[0] + auc[1]) / 2, mean_pr = (pr[0] + pr[1]) / 2;
    m->pair_auc[pair] = isnan(mean) ? 0 : mean;
    m->pair_aucpr[pair] = isnan(mean_pr) ? 0 : mean_pr;
    m->pair_weight[pair] = positives[0] + positives[1];
    return WEIR_OK;
}

static weir_status many_areas(weir_metrics *m, size_t n, const double *p, const double *y, const double *w,
                              const metric_options *opt, weir_error *err)
{
    picked x;
    size_t k = m->n_labels, pair = 0;
    weir_status st = picked_new(&x, n, opt, err);

    if (st)
        return st;
    st = metrics_class_areas_new(m, err);
    for (size_t c = 0; c < k && !st; c++) {
        pick(&x, n, k, p, y, w, c, c, SIZE_MAX, opt);
        st = areas(&x, &m->class_auc[c], &m->class_aucpr[c], &m->class_weight[c], err);
    }
    for (size_t a = 0; a < k && !st; a++)
        for (size_t b = a + 1; b < k && !st; b++)
            st = pair_areas(m, pair++, a, b, &x, n, p, y, w, opt, err);
    picked_free(&x);
    if (!st)
        metrics_average_areas(m, opt->auc_type);
    return st;
}

/* Two classes ------------------------------------------------------------------------------------- */

static double whole(double x) { return trunc(x); }

/* p1, w: the scores and weights of all rows, x those that count: the range of the weighted quantiles' first
 * histogram is that of all; without weights the quantiles themselves are. */
static weir_status gains(weir_metrics *m, const picked *x, const double *p1, const double *w, size_t n, int bins,
                         weir_error *err)
{
    size_t n_groups;
    double last = INFINITY, positives = 0, all = 0;
    const double *shares = NULL;
    weir_status st = WEIR_OK;

    n_groups = gain_shares(bins, &shares);
    m->gain = mem_zero(n_groups + 1, sizeof *m->gain);
    if (!m->gain)
        return weir_no_memory(err, "computing gains and lift");
    for (size_t g = 0; g < n_groups && x->n && !st; g++) {
        double q, share = shares ? shares[g] : (double)(n_groups - g - 1) / (double)n_groups;
        st = h2o_quantile(n, p1, w, share, &q, err);
        if (q < last)
            m->gain[m->n_gain++].lower = last = q;
    }
    for (size_t i = 0; i < x->n && m->n_gain && !st; i++) {
        size_t g = 0;
        if (x->p[i] < m->gain[m->n_gain - 1].lower)
            continue;
        while (x->p[i] < m->gain[g].lower)
            g++;
        gain_group *to = &m->gain[g];
        to->observations = whole(to->observations + x->w[i]);
        if (x->positive[i])
            to->events = whole(to->events + x->w[i]);
        to->score += x->w[i] * x->p[i];
    }
    for (size_t g = 0; g < m->n_gain; g++) {
        all += m->gain[g].observations;
        positives += m->gain[g].events;
    }
    m->gain_rate = positives / all;
    m->gain_all = all;
    m->gain_positives = round(all * m->gain_rate);
    if (isnan(m->gain_rate))
        m->n_gain = 0;
    return st;
}

static weir_status all_gains(weir_metrics *m, const picked *x, size_t n, const double *p, const double *w,
                             int bins, weir_error *err)
{
    double *p1 = mem_array(n + 1, sizeof *p1);

    if (!p1)
        return weir_no_memory(err, "computing gains and lift");
    for (size_t i = 0; i < n; i++)
        p1[i] = p[2 * i + 1];
    weir_status st = gains(m, x, p1, w, n, bins, err);
    mem_free(p1);
    return st;
}

static weir_status two_classes(weir_metrics *m, size_t n, const double *p, const double *y, const double *w,
                               const metric_options *opt, weir_error *err)
{
    picked x;
    steps s;
    weir_status st = picked_new(&x, n, opt, err);

    if (st)
        return st;
    pick(&x, n, 2, p, y, w, 1, 1, SIZE_MAX, opt);
    st = h2o_steps(&s, x.n, x.p, x.positive, x.w, x.end, x.chunks, err);
    if (!st) {
        curve_take(m, &s);
        if (opt->gainslift_bins != 0)
            st = all_gains(m, &x, n, p, w, opt->gainslift_bins, err);
        gain_numbers(m);
    }
    picked_free(&x);
    if (st)
        return st;
    size_t at = m->n_thresholds;
    for (size_t i = 0; i < m->n_thresholds; i++)
        if (m->threshold[i] == m->best_threshold)
            at = i;
    if (at == m->n_thresholds) { /* no threshold has an F1: there is no matrix */
        for (size_t i = 0; i < 4; i++)
            m->confusion[i] = NAN;
        return WEIR_OK;
    }
    const double cm[4] = {m->negatives - m->fp[at], m->fp[at], m->positives - m->tp[at], m->tp[at]};
    memcpy(m->confusion, cm, sizeof cm);
    return WEIR_OK;
}

weir_status h2o_classes(weir_metrics *m, size_t n, const double *p, const double *y, const double *w,
                        const double *predicted, const metric_options *opt, weir_error *err)
{
    m->h2o = true;
    weir_status st = sums(m, n, p, y, w, predicted, opt, err);

    if (!st && m->n_labels == 2)
        st = two_classes(m, n, p, y, w, opt, err);
    else if (!st && opt->auc_type >= 2 && m->n_labels <= 50)
        st = many_areas(m, n, p, y, w, opt, err);
    if (!st && !isnan(m->confusion[0]))
        metrics_rates(m);
    return st;
}
