/* score.c - rows through a network to predictions. */
#include "model/score.h"

#include "base/mem.h"
#include "base/status.h"
#include "kernel/kernel.h"

#include <math.h>
#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#endif

/* The frame whose rows with missing cells have no weight under H2O's Skip: its own weights were set to 0 in training,
 * unless the training was on a copy, of columns encoded anew or of several chunks made one. */
static const weir_frame *skipped_frame(const weir_model *m)
{
    const encoder *e = m->enc;
    const weir_frame *f = m->h2o && e->skip_missing && e->weights_column ? param_frame(&m->params->training_frame) : NULL;

    return f && e->encoding == ENCODING_ONE_HOT && !frame_chunks(f) ? f : NULL;
}

scorer scorer_of(const weir_model *m)
{
    return (scorer){.net = m->net, .enc = m->enc, .category = m->category, .loss = m->loss,
                    .prior = m->prior, .balanced = m->balanced, .h2o = m->h2o, .lasting = true,
                    .skipped = skipped_frame(m)};
}

static bool of_classes(const scorer *s)
{
    return s->category == CATEGORY_BINOMIAL || s->category == CATEGORY_MULTINOMIAL;
}

size_t scorer_width(const scorer *s)
{
    return of_classes(s) ? s->enc->n_labels : 1;
}

/* Probabilities that were learnt on balanced classes go back to the classes' own shares. */
static void unbalance(const scorer *s, double *p)
{
    size_t k = s->enc->n_labels;
    double sum = 0;

    for (size_t c = 0; c < k; c++) {
        p[c] *= s->balanced[c] > 0 ? s->prior[c] / s->balanced[c] : 1;
        sum += p[c];
    }
    for (size_t c = 0; c < k && sum > 0; c++)
        p[c] /= sum;
}

static void encode_rows(const encode_view *v, const uint32_t *rows, size_t from, size_t n, float *x)
{
    size_t inputs = v->e->inputs;

    if (!rows) {
        encode_dense(v, from, n, x);
        return;
    }
    for (size_t i = 0; i < n;) { /* neighbours are decoded together */
        size_t k = 1;
        while (i + k < n && rows[from + i + k] == rows[from + i] + k)
            k++;
        encode_dense(v, rows[from + i], k, x + i * inputs);
        i += k;
    }
}

static double offset_of(const encode_view *v, size_t row)
{
    double o;

    if (!v->offset)
        return 0;
    encode_offsets(v, row, 1, &o);
    return o;
}

/* out[n][outputs] of the network -> what a person sees. */
static void finish(const scorer *s, const encode_view *v, const uint32_t *rows, size_t from, size_t n,
                   const float *x, double *out, double *p)
{
    size_t width = scorer_width(s), inputs = s->enc->inputs;

    for (size_t i = 0; i < n; i++) {
        if (of_classes(s)) {
            memcpy(p + i * width, out + i * width, width * sizeof *p);
            if (s->balanced)
                unbalance(s, p + i * width);
        } else if (s->category == CATEGORY_AUTOENCODER) {
            double sum = 0;
            for (size_t k = 0; k < inputs; k++) {
                double d = out[i * inputs + k] - (double)x[i * inputs + k];
                sum += d * d;
            }
            p[i] = sum / (double)inputs;
        } else {
            double f = out[i] + offset_of(v, rows ? rows[from + i] : from + i);
            p[i] = family_link_inverse(s->loss.family, f / s->enc->resp_mul + s->enc->resp_sub);
        }
    }
}

enum { BLOCK = 256 };

weir_status score_rows(const scorer *s, const encode_view *v, const uint32_t *rows, size_t n,
                       double *p, progress *pr, weir_error *err)
{
    size_t inputs = s->enc->inputs, outputs = s->net->layer[s->net->layers - 1].units;
    size_t width = scorer_width(s);
    int team = progress_threads(pr), failed = 0, skipped = 0;

    if (s->h2o)
        return score_rows_h2o(s, v, rows, n, p, pr, err);
    if (n <= BLOCK)
        team = 1;
    if (n == 1 && s->lasting)
        network_single(s->net);
    float *panels = n > KERNEL_THIN ? network_panels(s->net, team) : NULL;
    if (n > KERNEL_THIN && !panels)
        return weir_no_memory(err, "scoring");
#pragma omp parallel num_threads(team) if (team > 1)
    {
        size_t most = n < BLOCK ? n : BLOCK;
        float *x = mem_slab(most * inputs + 16, sizeof *x);
        double *out = mem_array(most * outputs + 1, sizeof *out);
        int mine = !x || !out;
#pragma omp for schedule(dynamic)
        for (size_t from = 0; from < n; from += BLOCK) {
            size_t k = n - from < BLOCK ? n - from : BLOCK;
            if (progress_cancelled(pr)) {
#pragma omp atomic write
                skipped = 1;
                continue;
            }
            if (mine)
                continue;
            encode_rows(v, rows, from, k, x);
            mine |= network_forward_by(s->net, panels, x, k, s->net->layers, out, 1, NULL) != WEIR_OK;
            finish(s, v, rows, from, k, x, out, p + from * width);
            progress_add(pr, k);
        }
        if (mine) {
#pragma omp atomic write
            failed = 1;
        }
        mem_slab_free(x);
        mem_free(out);
    }
    mem_slab_free(panels);
    if (failed)
        return weir_no_memory(err, "scoring");
    return skipped ? weir_fail(err, WEIR_ECANCEL, "scoring was cancelled") : WEIR_OK;
}

weir_status score_layers(const scorer *s, const encode_view *v, size_t n, size_t upto, double *a, double *x,
                         progress *pr, weir_error *err)
{
    enum { SOME = 2048 }; /* rows between two looks at the cancel flag */
    size_t inputs = s->enc->inputs, units = s->net->layer[upto - 1].units;

    if (s->h2o)
        return score_layers_h2o(s, v, n, upto, a, x, err);
    float *in = mem_slab((n < SOME ? n : SOME) * inputs + 16, sizeof *in);
    weir_status st = in ? WEIR_OK : weir_no_memory(err, "scoring");
    for (size_t from = 0; from < n && !st; from += SOME) {
        size_t k = n - from < SOME ? n - from : SOME;
        if (progress_cancelled(pr)) {
            st = weir_fail(err, WEIR_ECANCEL, "scoring was cancelled");
            break;
        }
        encode_dense(v, from, k, in);
        for (size_t i = 0; x && i < k * inputs; i++)
            x[from * inputs + i] = (double)in[i];
        st = network_forward(s->net, in, k, upto, a + from * units, progress_threads(pr), err);
        progress_add(pr, k);
    }
    mem_slab_free(in);
    return st;
}

/* Labels that the training did not know count as further classes, in the order of the frame's levels. */
static double unknown_label(const encode_view *v, size_t row)
{
    const column *c = v->response;
    double k = (double)v->e->n_labels;

    if (!c || !v->response_map || c->type != WEIR_TYPE_FACTOR || column_missing(c, row))
        return NAN;
    for (uint32_t before = 0; before < column_code_at(c, row); before++)
        k += v->response_map[before] == COLUMN_MISSING;
    return k;
}

void score_truth(const scorer *s, const encode_view *v, const uint32_t *rows, size_t n, double *y,
                 double *w)
{
    const encoder *e = s->enc;

    for (size_t i = 0; i < n; i++) {
        size_t row = rows ? rows[i] : i;
        encode_response(v, row, 1, &y[i]);
        encode_weights(v, row, 1, &w[i]);
        if (!e->labels && !isnan(y[i]))
            y[i] = column_at(v->response, row); /* not by way of the scaled one: that would round */
        if (s->h2o && e->labels && isnan(y[i]))
            y[i] = unknown_label(v, row);
        if (s->h2o && s->category == CATEGORY_AUTOENCODER)
            w[i] = 1;
        else if (s->h2o && score_leaves_out(s, v, row))
            w[i] = 0;
    }
}

metric_options score_options(const weir_params *p, const scorer *s, const char *description)
{
    return (metric_options){.labels = (const char *const *)s->enc->labels, .n_labels = s->enc->n_labels,
                            .loss = s->loss, .huber_alpha = p->huber_alpha,
                            .hit_ratio_k = (int)p->max_hit_ratio_k, .auc_type = p->auc_type,
                            .gainslift_bins = (int)p->gainslift_bins, .h2o = s->h2o, .description = description};
}

weir_status score_metrics(const scorer *s, const encode_view *v, const uint32_t *rows, size_t n,
                          const metric_options *opt, weir_metrics **out, progress *pr, weir_error *err)
{
    size_t width = scorer_width(s);
    double *p = mem_array(n * width + 1, sizeof *p), *y = mem_array(n + 1, sizeof *y);
    double *w = mem_array(n + 1, sizeof *w);
    weir_status st = p && y && w ? WEIR_OK : weir_no_memory(err, "scoring");

    if (!st)
        st = score_rows(s, v, rows, n, p, pr, err);
    if (!st) {
        score_truth(s, v, rows, n, y, w);
        st = s->category == CATEGORY_AUTOENCODER ? metrics_of_reconstruction(out, n, p, w, opt, err)
             : of_classes(s) ? metrics_of_classes(out, n, p, y, w, NULL, opt, err)
                             : metrics_of_regression(out, n, p, y, w, opt, err);
    }
    if (!st && opt->ask) {
        st = metrics_ask_custom(*out, n, width, p, y, w, opt, err);
        if (st) {
            weir_metrics_unref(*out);
            *out = NULL;
        }
    }
    mem_free(p), mem_free(y), mem_free(w);
    return st;
}
