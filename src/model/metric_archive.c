/* metric_archive.c - a set of metrics as fields of an archive: each once, written and read. */
#include "model/archive.h"
#include "model/metric_impl.h"

#include "base/mem.h"

#include <math.h>
#include <string.h>

/* By name, so that a table of metrics that grew still reads old files. */
static void archive_numbers(archive *a, weir_metrics *m)
{
    weir_value d = weir_dict();

    for (size_t i = 0; !a->reading && i < METRIC_COUNT; i++)
        weir_dict_set(&d, weir_metric_at(i)->name, weir_real(m->number[i]), &a->error);
    if (a->reading)
        weir_value_clear(&d);
    archive_value(a, "number", &d);
    for (size_t i = 0; a->reading && archive_ok(a) && d.kind == WEIR_DICT && i < d.as.list.n; i++) {
        ptrdiff_t at = weir_metric_find(d.as.list.key[i]);
        if (at >= 0 && d.as.list.v[i].kind == WEIR_REAL)
            m->number[at] = d.as.list.v[i].as.r;
    }
    weir_value_clear(&d);
}

static void archive_gain(archive *a, weir_metrics *m)
{
    archive_count(a, "n_gain", &m->n_gain, 8);
    if (a->reading && archive_ok(a) && m->n_gain && !(m->gain = mem_zero(m->n_gain, sizeof *m->gain)))
        archive_fail(a, "out of memory");
    for (size_t i = 0; i < m->n_gain && archive_ok(a); i++) {
        gain_group *g = &m->gain[i];
        archive_real(a, "lower", &g->lower);
        archive_real(a, "observations", &g->observations);
        archive_real(a, "events", &g->events);
        archive_real(a, "score", &g->score);
    }
    archive_real(a, "gain_all", &m->gain_all);
    archive_real(a, "gain_positives", &m->gain_positives);
    archive_real(a, "gain_rate", &m->gain_rate);
}

/* Areas of classes and pairs: one block. */
static void archive_areas(archive *a, weir_metrics *m)
{
    bool there = m->class_auc != NULL;
    size_t k = m->n_labels;

    archive_bool(a, "areas", &there);
    if (!archive_ok(a) || !there)
        return;
    if (a->reading && (k < 2 || k > 5000))
        archive_fail(a, "areas of %zu classes", k);
    else if (!a->reading || metrics_class_areas_new(m, &a->error) == WEIR_OK)
        archive_fill_reals(a, "class_auc", m->class_auc, 3 * k + 3 * (k * (k - 1) / 2));
}

static void fields(archive *a, weir_metrics *m)
{
    uint64_t nobs = m->nobs;

    archive_count(a, "n_labels", &m->n_labels, 8);
    archive_texts(a, "labels", &m->labels, m->n_labels);
    archive_numbers(a, m);
    archive_u64(a, "nobs", &nobs);
    if (a->reading)
        m->nobs = (size_t)nobs;
    archive_real(a, "weight", &m->weight);
    archive_reals(a, "confusion", &m->confusion, m->n_labels * m->n_labels);
    archive_count(a, "n_hits", &m->n_hits, 8);
    archive_reals(a, "hits", &m->hits, m->n_hits);
    archive_count(a, "n_thresholds", &m->n_thresholds, 8);
    archive_reals(a, "threshold", &m->threshold, m->n_thresholds);
    archive_reals(a, "tp", &m->tp, m->n_thresholds);
    archive_reals(a, "fp", &m->fp, m->n_thresholds);
    archive_real(a, "positives", &m->positives);
    archive_real(a, "negatives", &m->negatives);
    archive_real(a, "best_threshold", &m->best_threshold);
    archive_gain(a, m);
    archive_areas(a, m);
    archive_fill_reals(a, "macro_auc", m->macro_auc, 4);
    archive_fill_reals(a, "macro_aucpr", m->macro_aucpr, 4);
    archive_text(a, "custom_name", &m->custom_name);
    archive_real(a, "custom_value", &m->custom_value);
    archive_text(a, "description", &m->description);
    archive_bool(a, "h2o", &m->h2o);
}

/* Arrays whose length is not 0 are there, and classes have labels. */
static bool complete(const weir_metrics *m)
{
    bool classes = m->category == CATEGORY_BINOMIAL || m->category == CATEGORY_MULTINOMIAL;

    return m->description && !m->labels == !m->n_labels && (m->hits || !m->n_hits) &&
           ((m->threshold && m->tp && m->fp) || !m->n_thresholds) &&
           (!classes || (m->confusion && m->n_labels >= (m->category == CATEGORY_BINOMIAL ? 2u : 1u))) &&
           m->n_labels < 1u << 16;
}

void metrics_archive(archive *a, weir_metrics **x)
{
    static const metric_options none = {.description = NULL};
    int category = a->reading ? 0 : (int)(*x)->category;
    weir_metrics *m = *x;

    archive_choice(a, "category", &category, CATEGORY_AUTOENCODER + 1);
    if (!archive_ok(a))
        return;
    if (a->reading) {
        m = metrics_new((model_category)category, &none);
        if (!m) {
            archive_fail(a, "out of memory");
            return;
        }
        mem_free(m->description);
        m->description = NULL;
    }
    fields(a, m);
    if (!a->reading)
        return;
    if (archive_ok(a) && !complete(m))
        archive_fail(a, "the metrics do not fit together");
    if (archive_ok(a))
        *x = m;
    else
        weir_metrics_unref(m);
}
