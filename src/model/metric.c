/* metric.c - the table of metrics; making a set from predictions. All sums in double. */
#include "model/metric_impl.h"

#include "base/mem.h"
#include "base/status.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const weir_metric_info infos[METRIC_COUNT] = {
#define METRIC(id, name, label, less, models, help) {name, label, less, models, help},
#include "model/metric.def"
#undef METRIC
};

size_t weir_metric_count(void)
{
    return METRIC_COUNT;
}

const weir_metric_info *weir_metric_at(size_t i)
{
    return i < METRIC_COUNT ? &infos[i] : NULL;
}

ptrdiff_t weir_metric_find(const char *name)
{
    static const struct { const char *alias; metric_id id; } aliases[] = {
        {"deviance", METRIC_DEVIANCE}, {"misclassification", METRIC_ERROR}, {"classification_error", METRIC_ERROR},
        {"pr_auc", METRIC_AUCPR}, {"residual_deviance", METRIC_DEVIANCE}, {"kolmogorov_smirnov", METRIC_KS}};

    for (size_t i = 0; i < METRIC_COUNT; i++)
        if (!strcmp(infos[i].name, name))
            return (ptrdiff_t)i;
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (!strcmp(aliases[i].alias, name))
            return (ptrdiff_t)aliases[i].id;
    return -1;
}

/* Life ------------------------------------------------------------------------------ */

static void destroy(object *o)
{
    weir_metrics *m = (weir_metrics *)o;

    for (size_t i = 0; m->labels && i < m->n_labels; i++)
        mem_free(m->labels[i]);
    mem_free(m->labels);
    mem_free(m->confusion);
    mem_free(m->hits);
    mem_free(m->threshold);
    mem_free(m->tp);
    mem_free(m->fp);
    mem_free(m->gain);
    mem_free(m->class_auc);
    mem_free(m->custom_name);
    mem_free(m->description);
    mem_free(m);
}

weir_metrics *metrics_new(model_category c, const metric_options *opt)
{
    weir_metrics *m = MEM_NEW(weir_metrics);

    if (!m)
        return NULL;
    object_init(&m->o, destroy);
    m->category = c;
    for (size_t i = 0; i < WEIR_METRIC_MAX; i++)
        m->number[i] = NAN;
    m->best_threshold = m->custom_value = NAN;
    for (size_t i = 0; i < 4; i++)
        m->macro_auc[i] = m->macro_aucpr[i] = NAN;
    m->description = mem_text(opt->description ? opt->description : "");
    bool good = m->description != NULL;
    if (good && opt->labels) {
        m->labels = mem_zero(opt->n_labels, sizeof *m->labels);
        m->n_labels = opt->n_labels;
        good = m->labels != NULL;
        for (size_t i = 0; good && i < opt->n_labels; i++)
            good = (m->labels[i] = mem_text(opt->labels[i])) != NULL;
    }
    if (!good) {
        weir_metrics_unref(m);
        return NULL;
    }
    return m;
}

weir_metrics *weir_metrics_ref(const weir_metrics *m)
{
    return object_ref(m ? &m->o : NULL);
}

void weir_metrics_unref(weir_metrics *m)
{
    object_unref(m ? &m->o : NULL);
}

double metrics_get(const weir_metrics *m, metric_id id)
{
    return m->number[id];
}

double weir_metrics_number(const weir_metrics *m, const char *name)
{
    ptrdiff_t i = weir_metric_find(name);
    return i < 0 ? (double)NAN : m->number[i];
}

double metrics_max_f1_threshold(const weir_metrics *m)
{
    return m->best_threshold;
}

weir_status metrics_set_custom(weir_metrics *m, const char *name, double value, weir_error *err)
{
    char *copy = mem_text(name);

    if (!copy)
        return weir_no_memory(err, "keeping a custom metric");
    mem_free(m->custom_name);
    m->custom_name = copy;
    m->custom_value = value;
    m->number[METRIC_CUSTOM] = m->number[METRIC_CUSTOM_INCREASING] = value;
    return WEIR_OK;
}

/* Regression and reconstruction ------------------------------------------------------- */

static double weight_at(const double *w, size_t i)
{
    return w ? w[i] : 1;
}

typedef struct by_size { double x, w; } by_size;

static int smaller_first(const void *a, const void *b)
{
    double x = ((const by_size *)a)->x, y = ((const by_size *)b)->x;
    return (x > y) - (x < y);
}

/* Weighted quantile by linear interpolation at position alpha * (W - 1). */
static double quantile_of(by_size *v, size_t n, double alpha)
{
    double total = 0, sum = 0;

    qsort(v, n, sizeof *v, smaller_first);
    for (size_t i = 0; i < n; i++)
        total += v[i].w;
    double at = alpha * (total - 1);
    for (size_t i = 0; i < n; i++) {
        double next = sum + v[i].w; /* positions [sum, next - 1] hold this value */
        if (at <= next - 1 || i + 1 == n)
            return v[i].x;
        if (at < next)
            return v[i].x + (v[i + 1].x - v[i].x) * (at - (next - 1));
        sum = next;
    }
    return NAN;
}

weir_status metric_huber_delta(size_t n, const double *p, const double *y, const double *w,
                               double alpha, double *delta, weir_error *err)
{
    by_size *v = mem_array(n + 1, sizeof *v);
    size_t k = 0;

    if (!v)
        return weir_no_memory(err, "finding the huber threshold");
    for (size_t i = 0; i < n; i++)
        if (!isnan(y[i]) && !isnan(p[i]) && weight_at(w, i) > 0)
            v[k++] = (by_size){fabs(y[i] - p[i]), weight_at(w, i)};
    *delta = k ? quantile_of(v, k, alpha) : 1;
    mem_free(v);
    return WEIR_OK;
}

weir_status metrics_of_regression(weir_metrics **out, size_t n, const double *p, const double *y,
                                  const double *w, const metric_options *opt, weir_error *err)
{
    weir_metrics *m = metrics_new(CATEGORY_REGRESSION, opt);
    double sum = 0, se = 0, ae = 0, le = 0, dev = 0, mean = 0, m2 = 0;
    loss_spec loss = opt->loss;

    if (!m)
        return weir_no_memory(err, "computing metrics");
    if (opt->h2o) {
        weir_status st = h2o_regression(m, n, p, y, w, opt, err);
        if (st)
            weir_metrics_unref(m);
        else
            *out = m;
        return st;
    }
    if (loss.family == FAMILY_HUBER) {
        weir_status st = metric_huber_delta(n, p, y, w, opt->huber_alpha, &loss.huber_delta, err);
        if (st) {
            weir_metrics_unref(m);
            return st;
        }
    }
    for (size_t i = 0; i < n; i++) {
        double wi = weight_at(w, i), e = y[i] - p[i];
        if (isnan(e) || !(wi > 0))
            continue;
        m->nobs++;
        sum += wi;
        se += wi * e * e;
        ae += wi * fabs(e);
        double l = p[i] < -1 || y[i] < -1 ? (double)NAN : log1p(p[i]) - log1p(y[i]);
        le += wi * l * l;
        dev += wi * loss_deviance(&loss, y[i], p[i]);
        double d = y[i] - mean;
        mean += d * wi / sum;
        m2 += wi * d * (y[i] - mean);
    }
    m->weight = sum;
    m->number[METRIC_MSE] = se / sum;
    m->number[METRIC_RMSE] = sqrt(se / sum);
    m->number[METRIC_MAE] = ae / sum;
    m->number[METRIC_RMSLE] = sqrt(le / sum);
    m->number[METRIC_DEVIANCE] = dev / sum;
    m->number[METRIC_R2] = 1 - se / m2;
    *out = m;
    return WEIR_OK;
}

weir_status metrics_of_reconstruction(weir_metrics **out, size_t n, const double *e, const double *w,
                                      const metric_options *opt, weir_error *err)
{
    weir_metrics *m = metrics_new(CATEGORY_AUTOENCODER, opt);
    double sum = 0, se = 0;

    if (!m)
        return weir_no_memory(err, "computing metrics");
    for (size_t i = 0; i < n; i++) {
        double wi = weight_at(w, i);
        if (isnan(e[i]) || !(wi > 0))
            continue;
        m->nobs++;
        sum += wi;
        se += wi * e[i];
    }
    m->weight = sum;
    m->number[METRIC_MSE] = se / sum;
    m->number[METRIC_RMSE] = sqrt(se / sum);
    *out = m;
    return WEIR_OK;
}

/* Classification ------------------------------------------------------------------------ */

static size_t best_class(const double *p, size_t k)
{
    size_t best = 0;

    for (size_t c = 1; c < k; c++)
        if (p[c] > p[best])
            best = c;
    return best;
}

/* How many classes are rated above the true one (ties count for it). */
static size_t rank_of(const double *p, size_t k, size_t truth)
{
    size_t above = 0;

    for (size_t c = 0; c < k; c++)
        above += p[c] > p[truth] || (p[c] == p[truth] && c < truth);
    return above;
}

static bool counts(const double *p, size_t k, double y, double w)
{
    if (isnan(y) || !(w > 0) || !(y < (double)k))
        return false;
    for (size_t c = 0; c < k; c++)
        if (isnan(p[c]))
            return false;
    return true;
}

static void sums_of_classes(weir_metrics *m, size_t n, const double *p, const double *y,
                            const double *w, const double *predicted)
{
    size_t k = m->n_labels;
    double sum = 0, se = 0, ll = 0, mean = 0, m2 = 0;

    for (size_t i = 0; i < n; i++) {
        const double *pi = p + i * k;
        double wi = weight_at(w, i);
        if (!counts(pi, k, y[i], wi))
            continue;
        size_t truth = (size_t)y[i], label = predicted ? (size_t)predicted[i] : best_class(pi, k);
        double err = 1 - pi[truth];
        m->nobs++;
        sum += wi;
        se += wi * err * err;
        ll -= wi * log(fmax(pi[truth], 1e-15));
        if (m->confusion)
            m->confusion[truth * k + label] += wi;
        size_t rank = rank_of(pi, k, truth);
        if (rank < m->n_hits)
            m->hits[rank] += wi;
        double d = y[i] - mean;
        mean += d * wi / sum;
        m2 += wi * d * (y[i] - mean);
    }
    m->weight = sum;
    m->number[METRIC_MSE] = se / sum;
    m->number[METRIC_RMSE] = sqrt(se / sum);
    m->number[METRIC_LOGLOSS] = ll / sum;
    m->number[METRIC_LOGLIK] = -ll;
    m->number[METRIC_R2] = 1 - se / m2;
    for (size_t c = 0; c < m->n_hits; c++)
        m->hits[c] = m->hits[c] / sum + (c ? m->hits[c - 1] : 0);
}

void metrics_rates(weir_metrics *m)
{
    size_t k = m->n_labels, seen = 0;
    double all = 0, right = 0, per_class = 0;

    for (size_t a = 0; a < k; a++) {
        double row = 0;
        for (size_t b = 0; b < k; b++)
            row += m->confusion[a * k + b];
        all += row;
        right += m->confusion[a * k + a];
        seen += row > 0 || m->h2o;
        per_class += row > 0 ? (row - m->confusion[a * k + a]) / row : 0;
    }
    m->number[METRIC_ERROR] = (all - right) / all;
    m->number[METRIC_MEAN_PER_CLASS_ERROR] = per_class / (double)seen;
}

size_t gain_shares(int bins, const double **shares)
{
    static const double tuned[] = {.99, .98, .97, .96, .95, .9, .85, .8, .7, .6, .5, .4, .3, .2, .1, 0};

    *shares = bins < 0 ? tuned : NULL;
    return bins < 0 ? sizeof tuned / sizeof *tuned : (size_t)bins;
}

/* Gains and lift: groups of rows by falling score. */
static weir_status gains_of(weir_metrics *m, size_t n, const double *p1, const bool *positive,
                            const double *w, int bins, weir_error *err)
{
    const double *shares;
    size_t groups = gain_shares(bins, &shares);
    by_size *v = mem_array(n + 1, sizeof *v);
    double last = INFINITY;

    m->gain = mem_zero(groups + 1, sizeof *m->gain);
    if (!v || !m->gain) {
        mem_free(v);
        return weir_no_memory(err, "computing gains and lift");
    }
    for (size_t g = 0; g < groups && n; g++) {
        for (size_t i = 0; i < n; i++)
            v[i] = (by_size){p1[i], w[i]};
        double q = quantile_of(v, n, shares ? shares[g] : (double)(groups - g - 1) / (double)groups);
        if (q < last)
            m->gain[m->n_gain++].lower = last = q;
    }
    mem_free(v);
    for (size_t i = 0; i < n; i++) {
        size_t g = 0;
        while (g + 1 < m->n_gain && p1[i] < m->gain[g].lower)
            g++;
        gain_group *x = &m->gain[g];
        x->observations += w[i];
        x->events += positive[i] ? w[i] : 0;
        x->score += w[i] * p1[i];
    }
    m->gain_positives = m->positives;
    m->gain_all = m->positives + m->negatives;
    m->gain_rate = m->gain_positives / m->gain_all;
    return WEIR_OK;
}

void gain_numbers(weir_metrics *m)
{
    double e = 0, o = 0, ks = -INFINITY;

    for (size_t g = 0; g < m->n_gain; g++) {
        e += m->gain[g].events;
        o += m->gain[g].observations;
        ks = fmax(ks, gain_distance(m, e, o));
    }
    if (m->n_gain && m->gain_positives > 0 && m->gain_all > m->gain_positives) {
        m->number[METRIC_KS] = ks;
        m->number[METRIC_LIFT_TOP_GROUP] =
            m->gain[0].observations > 0 ? m->gain[0].events / m->gain[0].observations / m->gain_rate : 0;
    }
}

/* Of the shares of positives and of negatives in the groups so far. */
double gain_distance(const weir_metrics *m, double events, double observations)
{
    double others = m->gain_all - m->gain_positives;
    return events / m->gain_positives - (others > 0 ? (observations - events) / others : 0);
}

/* Rows that count, for one class against others: score, truth, weight. */
typedef struct picked {
    double *p, *w;
    bool *positive;
    size_t n;
} picked;

static void pick(picked *out, size_t n, size_t k, const double *p, const double *y, const double *w,
                 size_t score_of, size_t positive, size_t other)
{
    out->n = 0;
    for (size_t i = 0; i < n; i++) {
        if (!counts(p + i * k, k, y[i], weight_at(w, i)))
            continue;
        size_t truth = (size_t)y[i];
        if (other != SIZE_MAX && truth != positive && truth != other)
            continue;
        out->p[out->n] = p[i * k + score_of];
        out->w[out->n] = weight_at(w, i);
        out->positive[out->n++] = truth == positive;
    }
}

static weir_status picked_new(picked *out, size_t n, weir_error *err)
{
    *out = (picked){mem_array(n + 1, sizeof(double)), mem_array(n + 1, sizeof(double)),
                    mem_array(n + 1, sizeof(bool)), 0};
    return out->p && out->w && out->positive ? WEIR_OK : weir_no_memory(err, "computing metrics");
}

static void picked_free(picked *x)
{
    mem_free(x->p);
    mem_free(x->w);
    mem_free(x->positive);
}

weir_status metrics_class_areas_new(weir_metrics *m, weir_error *err)
{
    size_t k = m->n_labels, pairs = k * (k - 1) / 2;

    m->class_auc = mem_zero(3 * k + 3 * pairs, sizeof *m->class_auc);
    if (!m->class_auc)
        return weir_no_memory(err, "computing metrics");
    m->class_aucpr = m->class_auc + k;
    m->class_weight = m->class_aucpr + k;
    m->pair_auc = m->class_weight + k;
    m->pair_aucpr = m->pair_auc + pairs;
    m->pair_weight = m->pair_aucpr + pairs;
    return WEIR_OK;
}

/* Plain and weighted mean of the areas x[n] that are defined. */
static void two_means(const double *x, const double *w, size_t n, double *plain, double *weighted)
{
    double sum = 0, by_weight = 0, all = 0, k = 0;

    for (size_t i = 0; i < n; i++) {
        if (isnan(x[i]))
            continue;
        k++;
        sum += x[i];
        by_weight += x[i] * w[i];
        all += w[i];
    }
    *plain = sum / k;
    *weighted = by_weight / all;
}

void metrics_average_areas(weir_metrics *m, int auc_type)
{
    size_t k = m->n_labels, pairs = k * (k - 1) / 2;

    two_means(m->class_auc, m->class_weight, k, &m->macro_auc[0], &m->macro_auc[1]);
    two_means(m->class_aucpr, m->class_weight, k, &m->macro_aucpr[0], &m->macro_aucpr[1]);
    two_means(m->pair_auc, m->pair_weight, pairs, &m->macro_auc[2], &m->macro_auc[3]);
    two_means(m->pair_aucpr, m->pair_weight, pairs, &m->macro_aucpr[2], &m->macro_aucpr[3]);
    m->number[METRIC_AUC] = m->macro_auc[auc_type - 2];
    m->number[METRIC_AUCPR] = m->macro_aucpr[auc_type - 2];
}

/* AUC and PR AUC of many classes: one against the rest, and pairs (the mean of both ways round). Classes without
 * rows have none. */
static weir_status many_class_areas(weir_metrics *m, size_t n, const double *p, const double *y,
                                    const double *w, int auc_type, weir_error *err)
{
    size_t k = m->n_labels, pair = 0;
    picked x;
    weir_status st = picked_new(&x, n, err);

    if (!st)
        st = metrics_class_areas_new(m, err);
    for (size_t c = 0; c < k && !st; c++) {
        pick(&x, n, k, p, y, w, c, c, SIZE_MAX);
        for (size_t i = 0; i < x.n; i++)
            m->class_weight[c] += x.positive[i] ? x.w[i] : 0;
        st = areas_of(x.n, x.p, x.positive, x.w, &m->class_auc[c], &m->class_aucpr[c], err);
    }
    for (size_t a = 0; a < k && !st; a++)
        for (size_t b = a + 1; b < k && !st; b++, pair++) {
            double auc[2], pr[2];
            pick(&x, n, k, p, y, w, a, a, b);
            st = areas_of(x.n, x.p, x.positive, x.w, &auc[0], &pr[0], err);
            if (!st) {
                pick(&x, n, k, p, y, w, b, b, a);
                st = areas_of(x.n, x.p, x.positive, x.w, &auc[1], &pr[1], err);
            }
            m->pair_auc[pair] = (auc[0] + auc[1]) / 2;
            m->pair_aucpr[pair] = (pr[0] + pr[1]) / 2;
            m->pair_weight[pair] = m->class_weight[a] + m->class_weight[b];
        }
    picked_free(&x);
    if (!st)
        metrics_average_areas(m, auc_type);
    return st;
}

/* Two classes: the curve decides the label, so the confusion matrix comes after it. */
static weir_status two_classes(weir_metrics *m, size_t n, const double *p, const double *y,
                               const double *w, const metric_options *opt, weir_error *err)
{
    picked x;
    steps s;
    weir_status st = picked_new(&x, n, err);

    if (!st) {
        pick(&x, n, 2, p, y, w, 1, 1, SIZE_MAX);
        st = steps_of(&s, x.n, x.p, x.positive, x.w, err);
    }
    if (!st)
        curve_take(m, &s);
    if (!st && opt->gainslift_bins != 0)
        st = gains_of(m, x.n, x.p, x.positive, x.w, opt->gainslift_bins, err);
    if (!st) {
        double t = isnan(m->best_threshold) ? 0.5 : m->best_threshold;
        memset(m->confusion, 0, 4 * sizeof *m->confusion);
        for (size_t i = 0; i < x.n; i++)
            m->confusion[x.positive[i] * 2 + (x.p[i] >= t)] += x.w[i];
        gain_numbers(m);
    }
    picked_free(&x);
    return st;
}

weir_status metrics_of_classes(weir_metrics **out, size_t n, const double *p, const double *y,
                               const double *w, const double *predicted, const metric_options *opt,
                               weir_error *err)
{
    size_t k = opt->n_labels;
    weir_metrics *m = metrics_new(k == 2 ? CATEGORY_BINOMIAL : CATEGORY_MULTINOMIAL, opt);
    weir_status st = WEIR_OK;

    if (!m)
        return weir_no_memory(err, "computing metrics");
    m->n_hits = k == 2 ? 0 : (size_t)opt->hit_ratio_k < k ? (size_t)opt->hit_ratio_k : k;
    m->hits = mem_zero(m->n_hits + 1, sizeof *m->hits);
    m->confusion = mem_zero(k * k, sizeof *m->confusion);
    if (!m->hits || !m->confusion)
        st = weir_no_memory(err, "computing metrics");
    if (!st && opt->h2o) {
        st = h2o_classes(m, n, p, y, w, predicted, opt, err);
    } else if (!st) {
        sums_of_classes(m, n, p, y, w, predicted);
        if (k == 2)
            st = two_classes(m, n, p, y, w, opt, err);
        else if (opt->auc_type >= 2 && k <= 50)
            st = many_class_areas(m, n, p, y, w, opt->auc_type, err);
    }
    if (st) {
        weir_metrics_unref(m);
        return st;
    }
    if (!opt->h2o)
        metrics_rates(m);
    *out = m;
    return WEIR_OK;
}
