/* sampling.c - class balance, and the rows that scoring looks at. */
#include "train/train_impl.h"

#include "base/mem.h"
#include "base/rng.h"
#include "base/status.h"

#include <math.h>

/* Class balance -------------------------------------------------------------------------- */

/* Sampling ratios per class, then a list of rows that follows them: whole copies first,
 * the fraction by lot. */
weir_status run_balance(run *r, weir_error *err)
{
    size_t k = r->enc->n_labels, n = r->data->rows;
    double *count = mem_zero(3 * k, sizeof *count), *ratio = count + k, sum = 0, most = 0, after = 0;

    if (!count)
        return weir_no_memory(err, "balancing classes");
    for (size_t i = 0; i < n; i++)
        count[dataset_label(r->data, i)]++;
    for (size_t c = 0; c < k; c++)
        most = fmax(most, count[c]);
    for (size_t c = 0; c < k; c++) {
        ratio[c] = r->p->class_sampling_factors.n ? r->p->class_sampling_factors.v[c] : count[c] > 0 ? most / count[c] : 1;
        sum += count[c] * ratio[c];
    }
    double cap = r->p->max_after_balance_size * (double)n, shrink = sum > cap ? cap / sum : 1;
    size_t room = (size_t)(sum * shrink) + n + k + 1, m = 0;
    r->balanced_rows = mem_array(room, sizeof *r->balanced_rows);
    r->prior = mem_array(k, sizeof *r->prior);
    r->balanced = mem_zero(k, sizeof *r->balanced);
    if (!r->balanced_rows || !r->prior || !r->balanced) {
        mem_free(count);
        return weir_no_memory(err, "balancing classes");
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t c = dataset_label(r->data, i);
        double want = ratio[c] * shrink, whole = floor(want);
        size_t copies = (size_t)whole + (rng_unit((uint64_t)r->p->seed, RNG_BALANCE, i) < want - whole);
        for (size_t q = 0; q < copies && m < room; q++)
            r->balanced_rows[m++] = (uint32_t)i;
        after += (double)copies;
        r->balanced[c] += (double)copies;
    }
    for (size_t c = 0; c < k; c++) {
        r->prior[c] = count[c] / (double)n;
        r->balanced[c] /= after;
    }
    mem_free(count);
    r->epoch_rows = m;
    return m ? WEIR_OK : weir_fail_at(err, WEIR_EINVAL, "class_sampling_factors", "class balancing leaves no row");
}

/* Rows of frame that scoring looks at, ascending; NULL = all. */
static weir_status sample_rows(const run *r, size_t rows, int64_t want, uint64_t stream, uint32_t **out, size_t *n,
                               weir_error *err)
{
    *out = NULL;
    *n = rows;
    if (want == 0 || (uint64_t)want >= rows)
        return WEIR_OK;
    uint32_t *v = mem_array((size_t)want + 1, sizeof *v);
    if (!v)
        return weir_no_memory(err, "sampling rows for scoring");
    size_t k = 0, need = (size_t)want;
    for (size_t i = 0; i < rows && k < need; i++) /* selection sampling: each subset is equally likely */
        if (rng_unit((uint64_t)r->p->seed, RNG_SCORE_SAMPLE, stream << 40 | i) * (double)(rows - i) < (double)(need - k))
            v[k++] = (uint32_t)i;
    *out = v;
    *n = k;
    return WEIR_OK;
}

/* Stratified: every class keeps its share, and at least one row. */
static weir_status stratified_rows(const run *r, const encode_view *v, int64_t want, uint32_t **out, size_t *n, weir_error *err)
{
    size_t rows = v->frame->rows, k = r->enc->n_labels;

    if (want == 0 || (uint64_t)want >= rows)
        return sample_rows(r, rows, want, 1, out, n, err);
    double *count = mem_zero(2 * k, sizeof *count), *need = count + k;
    uint32_t *pick = mem_array(rows + 1, sizeof *pick);
    if (!count || !pick) {
        mem_free(count), mem_free(pick);
        return weir_no_memory(err, "sampling rows for scoring");
    }
    double y;
    for (size_t i = 0; i < rows; i++) {
        encode_response(v, i, 1, &y);
        if (!isnan(y))
            count[(size_t)y]++;
    }
    for (size_t c = 0; c < k; c++)
        need[c] = count[c] > 0 ? fmax(1, round(count[c] * (double)want / (double)rows)) : 0;
    *n = 0;
    for (size_t i = 0; i < rows; i++) {
        encode_response(v, i, 1, &y);
        if (isnan(y))
            continue;
        size_t c = (size_t)y;
        if (rng_unit((uint64_t)r->p->seed, RNG_SCORE_SAMPLE, (uint64_t)1 << 40 | i) * count[c]-- < need[c]) {
            need[c]--;
            pick[(*n)++] = (uint32_t)i;
        }
    }
    mem_free(count);
    *out = pick;
    return WEIR_OK;
}

weir_status run_choose_scored(run *r, weir_error *err)
{
    weir_status st = sample_rows(r, r->frame->rows, r->p->score_training_samples, 0, &r->train_rows, &r->n_train_rows, err);
    bool strata = r->p->score_validation_sampling == SAMPLING_STRATIFIED && run_of_classes(r);

    if (st || !r->valid_frame)
        return st;
    return strata ? stratified_rows(r, r->valid_view, r->p->score_validation_samples, &r->valid_rows, &r->n_valid_rows, err)
                  : sample_rows(r, r->valid_frame->rows, r->p->score_validation_samples, 1, &r->valid_rows, &r->n_valid_rows, err);
}
