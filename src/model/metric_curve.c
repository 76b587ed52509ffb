/* metric_curve.c - what a two-class score is worth at every threshold: ROC and
 * precision-recall areas, and the criteria people choose thresholds by. */
#include "model/metric_impl.h"

#include "base/mem.h"
#include "base/status.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const criterion_names[CRITERIA] = {
    "f1", "f2", "f0point5", "accuracy", "precision", "recall", "specificity", "absolute_mcc",
    "min_per_class_accuracy", "mean_per_class_accuracy", "tns", "fns", "fps", "tps", "tnr", "fnr", "fpr", "tpr"};

double criterion(int k, double tp, double fp, double positives, double negatives)
{
    double fn = positives - tp, tn = negatives - fp, p = tp / (tp + fp), r = tp / positives;
    double spec = tn / negatives, mcc;

    switch (k) {
    case 0: return 2 * p * r / (p + r);
    case 1: return 5 * (p * r) / (4 * p + r);
    case 2: return 1.25 * (p * r) / (0.25 * p + r);
    case 3: return (tp + tn) / (positives + negatives);
    case 4: return p;
    case 5: return r;
    case 6: return spec;
    case 7:
        mcc = tp * tn - fp * fn;
        return mcc == 0 ? 0 : fmin(1, fabs(mcc) / sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)));
    case 8: return isnan(r) || isnan(spec) ? (double)NAN : fmin(r, spec); /* a class without rows has no accuracy */
    case 9: return (r + spec) / 2;
    case 10: return tn;
    case 11: return fn;
    case 12: return fp;
    case 13: return tp;
    case 14: return spec;
    case 15: return fn / positives;
    case 16: return fp / negatives;
    default: return r;
    }
}

typedef struct scored { double p, w; bool positive; } scored;

static int higher_first(const void *a, const void *b)
{
    double x = ((const scored *)a)->p, y = ((const scored *)b)->p;
    return (x < y) - (x > y);
}

void steps_free(steps *s)
{
    mem_free(s->t);
    mem_free(s->tp);
    mem_free(s->fp);
}

weir_status steps_of(steps *s, size_t n, const double *p, const bool *positive,
                     const double *w, weir_error *err)
{
    scored *v = mem_array(n + 1, sizeof *v);
    double tp = 0, fp = 0;

    *s = (steps){mem_array(n + 1, sizeof(double)), mem_array(n + 1, sizeof(double)),
                 mem_array(n + 1, sizeof(double)), 0};
    if (!v || !s->t || !s->tp || !s->fp) {
        mem_free(v);
        steps_free(s);
        return weir_no_memory(err, "computing the ROC curve");
    }
    for (size_t i = 0; i < n; i++)
        v[i] = (scored){p[i], w[i], positive[i]};
    qsort(v, n, sizeof *v, higher_first);
    for (size_t i = 0; i < n; i++) {
        tp += v[i].positive ? v[i].w : 0;
        fp += v[i].positive ? 0 : v[i].w;
        if (i + 1 < n && v[i + 1].p == v[i].p)
            continue;
        s->t[s->n] = v[i].p;
        s->tp[s->n] = tp;
        s->fp[s->n++] = fp;
    }
    mem_free(v);
    return WEIR_OK;
}

double steps_roc_area(const steps *s)
{
    double area = 0, tp = 0, fp = 0, all_p = s->n ? s->tp[s->n - 1] : 0, all_n = s->n ? s->fp[s->n - 1] : 0;

    if (!s->n)
        return NAN;
    if (all_n == 0)
        return 1;
    if (all_p == 0)
        return 0;
    for (size_t i = 0; i < s->n; i++) {
        area += (s->fp[i] - fp) * (s->tp[i] + tp) / 2;
        tp = s->tp[i];
        fp = s->fp[i];
    }
    return area / all_p / all_n;
}

/* Precision-recall area with the interpolation of Davis and Goadrich ("The relationship
 * between precision-recall and ROC curves", ICML 2006), integrated exactly. */
double steps_pr_area(const steps *s)
{
    double area = 0, tp = 0, fp = 0, all = s->n ? s->tp[s->n - 1] : 0;

    if (!s->n)
        return NAN;
    if (s->fp[s->n - 1] == 0)
        return 1;
    if (all == 0)
        return 0;
    for (size_t i = 0; i < s->n; i++) {
        double dt = s->tp[i] - tp, a = 1, b = 0, x = s->tp[i] / all, x0 = tp / all;
        if (dt > 0) {
            double h = (s->fp[i] - fp) / dt;
            a = 1 + h;
            b = (fp - h * tp) / all;
        }
        area += b != 0 ? (x - x0 - b / a * (log(a * x + b) - log(a * x0 + b))) / a : (x - x0) / a;
        tp = s->tp[i];
        fp = s->fp[i];
    }
    return area;
}

/* Do both classes have rows? Areas are defined only then; H2O says 1 or 0. */
static bool steps_both(const steps *s)
{
    return s->n && s->tp[s->n - 1] > 0 && s->fp[s->n - 1] > 0;
}

weir_status areas_of(size_t n, const double *p, const bool *positive, const double *w, double *auc,
                     double *aucpr, weir_error *err)
{
    steps s;
    weir_status st = steps_of(&s, n, p, positive, w, err);

    if (st)
        return st;
    bool both = steps_both(&s);
    *auc = both ? steps_roc_area(&s) : (double)NAN;
    *aucpr = both ? steps_pr_area(&s) : (double)NAN;
    steps_free(&s);
    return WEIR_OK;
}

void curve_take(weir_metrics *m, steps *s)
{
    enum { MOST = 400 };
    double best = -1;
    size_t best_at = 0, keep = 0, every = (s->n + MOST - 1) / MOST;

    if (m->h2o || steps_both(s)) {
        m->number[METRIC_AUC] = steps_roc_area(s);
        m->number[METRIC_GINI] = 2 * m->number[METRIC_AUC] - 1;
        m->number[METRIC_AUCPR] = steps_pr_area(s);
    }
    m->positives = s->n ? s->tp[s->n - 1] : 0;
    m->negatives = s->n ? s->fp[s->n - 1] : 0;
    for (size_t i = 0; i < s->n; i++) {
        double f1 = criterion(0, s->tp[i], s->fp[i], m->positives, m->negatives);
        if (f1 > best) {
            best = f1;
            best_at = i;
            m->best_threshold = s->t[i];
        }
    }
    /* The table keeps every k-th step, the last, and the best. */
    for (size_t i = 0; i < s->n; i++)
        if (i % every == 0 || i + 1 == s->n || i == best_at) {
            s->t[keep] = s->t[i];
            s->tp[keep] = s->tp[i];
            s->fp[keep++] = s->fp[i];
        }
    m->threshold = s->t;
    m->tp = s->tp;
    m->fp = s->fp;
    m->n_thresholds = keep;
}
