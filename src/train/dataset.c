/* dataset.c - training rows packed for speed. */
#include "train/dataset.h"

#include "base/mem.h"
#include "base/status.h"
#include "kernel/dispatch.h"

#include <math.h>
#include <string.h>

void dataset_free(dataset *d)
{
    if (!d)
        return;
    mem_slab_free(d->dense);
    mem_slab_free(d->code);
    mem_slab_free(d->base);
    mem_slab_free(d->step);
    mem_free(d->start);
    mem_free(d->index);
    mem_free(d->value);
    mem_free(d->target);
    mem_free(d->weight);
    mem_free(d->offset);
    mem_free(d->frame_row);
    mem_free(d);
}

size_t dataset_rows(const dataset *d)
{
    return d->rows;
}

size_t dataset_frame_row(const dataset *d, size_t i)
{
    return d->frame_row ? d->frame_row[i] : i;
}

uint64_t dataset_bytes(const dataset *d)
{
    return d->sparse ? d->start[d->rows] * 8 + d->rows * 8
                     : (uint64_t)d->rows * d->inputs * (d->code ? 1 : 4);
}

double dataset_density(const dataset *d)
{
    return d->sparse && d->rows ? (double)d->start[d->rows] / ((double)d->rows * (double)d->inputs) : 1;
}

uint32_t dataset_label(const dataset *d, size_t i)
{
    return (uint32_t)d->target[i];
}

double dataset_weight(const dataset *d, size_t i)
{
    return d->weight ? (double)d->weight[i] : 1;
}

enum { BLOCK = 1024 };

/* Which frame rows can be trained on, their targets and weights. */
static weir_status choose_rows(dataset *d, const encode_view *v, const dataset_spec *spec,
                               weir_error *err)
{
    size_t all = v->frame->rows, n = 0;
    double y[BLOCK], w[BLOCK], o[BLOCK];

    if (all > UINT32_MAX)
        return weir_fail(err, WEIR_EINVAL, "%zu rows are more than the 4294967295 that one training takes", all);
    d->frame_row = mem_array(all + 1, sizeof *d->frame_row);
    if (!spec->autoencoder)
        d->target = mem_array(all + 1, sizeof *d->target);
    if (v->weights)
        d->weight = mem_array(all + 1, sizeof *d->weight);
    if (v->offset)
        d->offset = mem_array(all + 1, sizeof *d->offset);
    if (!d->frame_row || (!spec->autoencoder && !d->target) || (v->weights && !d->weight) ||
        (v->offset && !d->offset))
        return weir_no_memory(err, "packing the training rows");
    for (size_t row = 0; row < all; row += BLOCK) {
        size_t k = all - row < BLOCK ? all - row : BLOCK;
        encode_response(v, row, k, y);
        encode_weights(v, row, k, w);
        encode_offsets(v, row, k, o);
        for (size_t i = 0; i < k; i++) {
            if (!(w[i] > 0) || (!spec->autoencoder && isnan(y[i])) ||
                (v->e->skip_missing && encode_has_missing(v, row + i)))
                continue;
            d->frame_row[n] = (uint32_t)(row + i);
            if (d->target)
                d->target[n] = (float)y[i];
            if (d->weight)
                d->weight[n] = (float)w[i];
            if (d->offset)
                d->offset[n] = (float)o[i];
            n++;
        }
    }
    d->rows = n;
    if (!n)
        return weir_fail(err, WEIR_EINVAL,
                         v->e->skip_missing
                             ? "no row is left to train on: every row misses a predictor; "
                               "missing_values_handling=\"MeanImputation\" would keep them"
                             : "no row is left to train on: the response is missing or the weight 0 in all of them");
    return WEIR_OK;
}

/* Share of inputs that are not zero, on a sample of rows. */
static double density_of(const encode_view *v, const dataset *d, uint32_t *idx, float *val)
{
    size_t step = d->rows / 512 + 1, rows = 0;
    uint64_t sum = 0;

    for (size_t i = 0; i < d->rows; i += step, rows++)
        sum += encode_sparse(v, d->frame_row[i], idx, val);
    return (double)sum / ((double)rows * (double)d->inputs);
}

static weir_status pack_sparse(dataset *d, const encode_view *v, uint32_t *idx, float *val,
                               progress *p, weir_error *err)
{
    size_t cap = 0, n = 0;

    d->start = mem_array(d->rows + 1, sizeof *d->start);
    if (!d->start)
        return weir_no_memory(err, "packing the training rows");
    for (size_t i = 0; i < d->rows; i++) {
        if (i % BLOCK == 0 && progress_cancelled(p))
            return weir_fail(err, WEIR_ECANCEL, "cancelled");
        size_t k = encode_sparse(v, d->frame_row[i], idx, val);
        if (n + k > cap) {
            cap = (n + k) * 2;
            uint32_t *index = mem_resize(d->index, cap, sizeof *index);
            if (index)
                d->index = index;
            float *value = index ? mem_resize(d->value, cap, sizeof *value) : NULL;
            if (!value)
                return weir_no_memory(err, "packing the training rows");
            d->value = value;
        }
        d->start[i] = n;
        memcpy(d->index + n, idx, k * sizeof *idx);
        memcpy(d->value + n, val, k * sizeof *val);
        n += k;
    }
    d->start[d->rows] = n;
    return WEIR_OK;
}

void dataset_row(const dataset *d, size_t i, float *x)
{
    if (d->code)
        kernel_get()->expand(x, d->code + i * d->inputs, d->base, d->step, d->inputs);
    else
        memcpy(x, d->dense + i * d->inputs, d->inputs * sizeof *x);
}

/* The input of a column's value 0, and what 1 more adds. */
static void scales(dataset *d, const encoder *e)
{
    for (size_t i = 0; i < d->inputs; i++)
        d->step[i] = 1; /* one-hot slots */
    for (size_t i = 0; i < e->n_numbers; i++) {
        size_t at = d->inputs - e->n_numbers + i;
        d->base[at] = (float)(-e->number[i].sub * e->number[i].mul);
        d->step[at] = (float)e->number[i].mul;
    }
}

/* x[n][inputs] as codes, if base + step * code gives every one back to the last bits. */
static bool coded(const dataset *d, const float *x, size_t n, uint8_t *code)
{
    for (size_t r = 0; r < n; r++)
        for (size_t i = 0; i < d->inputs; i++) {
            float v = x[r * d->inputs + i], c = (v - d->base[i]) / d->step[i] + 0.5f;
            if (!(c >= 0 && c < 256))
                return false;
            uint8_t k = (uint8_t)c;
            float off = d->base[i] + d->step[i] * (float)k - v, slack = 3e-7f * (fabsf(d->base[i]) + fabsf(v));
            if (!(fabsf(off) <= slack))
                return false;
            code[r * d->inputs + i] = k;
        }
    return true;
}

/* Tries to keep a byte per input; *fits = false when the columns are no small integers. */
static weir_status pack_codes(dataset *d, const encode_view *v, progress *p, bool *fits, weir_error *err)
{
    size_t most = 4000000 / d->inputs + 1 < BLOCK ? 4000000 / d->inputs + 1 : BLOCK;
    float *x = mem_slab(most * d->inputs, sizeof *x);

    d->code = mem_slab(d->rows * d->inputs, 1);
    d->base = mem_slab(d->inputs, sizeof *d->base);
    d->step = mem_slab(d->inputs, sizeof *d->step);
    weir_status st = x && d->code && d->base && d->step ? WEIR_OK
                                                        : weir_no_memory(err, "packing the training rows");
    if (!st)
        scales(d, v->e);
    *fits = true;
    for (size_t i = 0, n; !st && *fits && i < d->rows; i += n) {
        n = 1;
        while (i + n < d->rows && n < most && d->frame_row[i + n] == d->frame_row[i] + n)
            n++;
        encode_dense(v, d->frame_row[i], n, x);
        *fits = coded(d, x, n, d->code + i * d->inputs);
        if (progress_cancelled(p))
            st = weir_fail(err, WEIR_ECANCEL, "cancelled");
    }
    mem_slab_free(x);
    if (!*fits) {
        mem_slab_free(d->code);
        d->code = NULL;
    }
    return st;
}

enum { WORTH_CODES = 1000000 }; /* inputs; below it four bytes each do no harm */

static weir_status pack_dense(dataset *d, const encode_view *v, progress *p, weir_error *err)
{
    if (d->rows * d->inputs >= WORTH_CODES) {
        bool fits;
        weir_status st = pack_codes(d, v, p, &fits, err);
        if (st || fits)
            return st;
    }
    d->dense = mem_slab(d->rows * d->inputs + 16, sizeof *d->dense);
    if (!d->dense)
        return weir_no_memory(err, "packing the training rows");
    for (size_t i = 0; i < d->rows;) {
        size_t n = 1; /* neighbours are decoded together */
        while (i + n < d->rows && n < BLOCK && d->frame_row[i + n] == d->frame_row[i] + n)
            n++;
        if (progress_cancelled(p))
            return weir_fail(err, WEIR_ECANCEL, "cancelled");
        encode_dense(v, d->frame_row[i], n, d->dense + i * d->inputs);
        i += n;
    }
    return WEIR_OK;
}

weir_status dataset_new(dataset **out, const encode_view *v, const dataset_spec *spec, progress *p,
                        weir_error *err)
{
    size_t most = v->e->n_factors + v->e->n_numbers + 1;
    dataset *d = MEM_NEW(dataset);
    uint32_t *idx = mem_array(most, sizeof *idx);
    float *val = mem_array(most, sizeof *val);
    weir_status st = d && idx && val ? WEIR_OK : weir_no_memory(err, "packing the training rows");

    if (!st) {
        d->inputs = v->e->inputs;
        st = choose_rows(d, v, spec, err);
    }
    if (!st) {
        double density = density_of(v, d, idx, val);
        d->sparse = density < 0.4;
        double bytes = (double)d->rows * (double)d->inputs * (d->sparse ? 8 * density : 4);
        if (spec->budget && bytes > (double)spec->budget)
            st = weir_fail(err, WEIR_ENOMEM,
                           "packing %zu rows of %zu inputs takes %.0f MB; the memory budget leaves %.0f MB",
                           d->rows, d->inputs, bytes / 1e6, (double)spec->budget / 1e6);
        else
            st = d->sparse ? pack_sparse(d, v, idx, val, p, err) : pack_dense(d, v, p, err);
    }
    mem_free(idx);
    mem_free(val);
    if (st)
        dataset_free(d);
    else
        *out = d;
    return st;
}

/* From a matrix -------------------------------------------------------------------- */

static weir_status fill(dataset *d, const float *x, const double *y, const double *w, weir_error *err)
{
    size_t n = d->rows, cells = n * d->inputs, filled = 0;

    if (y && !(d->target = mem_array(n + 1, sizeof *d->target)))
        return weir_no_memory(err, "packing the training rows");
    if (w && !(d->weight = mem_array(n + 1, sizeof *d->weight)))
        return weir_no_memory(err, "packing the training rows");
    for (size_t i = 0; i < n; i++) {
        if (y)
            d->target[i] = (float)y[i];
        if (w)
            d->weight[i] = (float)w[i];
    }
    if (!d->sparse) {
        d->dense = mem_slab(cells + 16, sizeof *d->dense);
        if (!d->dense)
            return weir_no_memory(err, "packing the training rows");
        memcpy(d->dense, x, cells * sizeof *x);
        return WEIR_OK;
    }
    d->start = mem_array(n + 1, sizeof *d->start);
    d->index = mem_array(cells + 1, sizeof *d->index);
    d->value = mem_array(cells + 1, sizeof *d->value);
    if (!d->start || !d->index || !d->value)
        return weir_no_memory(err, "packing the training rows");
    for (size_t i = 0; i < n; i++) {
        d->start[i] = filled;
        for (size_t k = 0; k < d->inputs; k++)
            if (x[i * d->inputs + k] != 0) {
                d->index[filled] = (uint32_t)k;
                d->value[filled++] = x[i * d->inputs + k];
            }
    }
    d->start[n] = filled;
    return WEIR_OK;
}

weir_status dataset_of_dense(dataset **out, size_t rows, size_t inputs, const float *x,
                             const double *y, const double *w, bool sparse, weir_error *err)
{
    dataset *d = MEM_NEW(dataset);

    if (!d)
        return weir_no_memory(err, "packing the training rows");
    d->rows = rows;
    d->inputs = inputs;
    d->sparse = sparse;
    weir_status st = fill(d, x, y, w, err);
    if (st)
        dataset_free(d);
    else
        *out = d;
    return st;
}
