/* sampling.c - class balance, and the rows that scoring looks at. */
#include "train/train_impl.h"

#include "base/mem.h"
#include "base/rng.h"
#include "base/status.h"

#include <math.h>
#include <stdio.h>

/* Class balance -------------------------------------------------------------------------- */

typedef struct class_share { /* one class before and after balancing */
    size_t rows, want;      /* dataset rows; rows to draw */
    size_t left, extra;     /* while drawing: rows to come, of which so many get a copy more */
    double before, after;   /* sums of weights */
} class_share;

/* How many rows of each class make all classes weigh the same, or follow the factors given. */
static void want_rows(const run *r, class_share *c)
{
    size_t k = r->enc->n_labels, n = r->data->rows;
    const param_reals *factors = &r->p->class_sampling_factors;
    double most = 0, sum = 0, cap = r->p->max_after_balance_size * (double)n;

    for (size_t i = 0; i < n; i++) {
        c[dataset_label(r->data, i)].rows++;
        c[dataset_label(r->data, i)].before += dataset_weight(r->data, i);
    }
    for (size_t i = 0; i < k; i++)
        most = fmax(most, c[i].before);
    for (int pass = 0; pass < 2; pass++) { /* first their sum, then what the cap leaves of it */
        double shrink = pass && sum > cap ? cap / sum : 1;
        for (size_t i = 0; i < k; i++) {
            double ratio = factors->n ? factors->v[i] : c[i].before > 0 ? most / c[i].before : 0;
            sum += pass ? 0 : (double)c[i].rows * ratio;
            c[i].want = (size_t)llround((double)c[i].rows * ratio * shrink);
            if (!c[i].want && c[i].rows && ratio > 0)
                c[i].want = 1;
            c[i].left = c[i].rows;
            c[i].extra = c[i].rows ? c[i].want % c[i].rows : 0;
        }
    }
}

/* Every row of a class as often as all, those that get one more by lot (selection sampling). */
static void draw_rows(run *r, class_share *c)
{
    size_t m = 0;

    for (size_t i = 0; i < r->data->rows; i++) {
        class_share *own = &c[dataset_label(r->data, i)];
        size_t copies = own->want / own->rows;
        if (rng_unit((uint64_t)r->p->seed, RNG_BALANCE, i) * (double)own->left < (double)own->extra) {
            copies++;
            own->extra--;
        }
        own->left--;
        own->after += (double)copies * dataset_weight(r->data, i);
        for (size_t q = 0; q < copies; q++)
            r->balanced_rows[m++] = (uint32_t)i;
    }
    r->epoch_rows = m;
}

/* Shares of the classes, by which probabilities are corrected; a class that lost rows is named. */
static weir_status note_shares(run *r, const class_share *c, weir_error *err)
{
    size_t k = r->enc->n_labels;
    double before = 0, after = 0;
    weir_status st = WEIR_OK;

    for (size_t i = 0; i < k; i++) {
        before += c[i].before;
        after += c[i].after;
    }
    for (size_t i = 0; i < k && !st; i++) {
        char s[320];
        r->prior[i] = c[i].before / before;
        r->balanced[i] = c[i].after / after;
        if (c[i].want >= c[i].rows)
            continue;
        snprintf(s, sizeof s, "balance_classes: %zu of the %zu rows of class '%.200s' are used", c[i].want, c[i].rows,
                 r->enc->labels[i]);
        st = run_warn(r, s, err);
    }
    return st;
}

weir_status run_balance(run *r, weir_error *err)
{
    size_t k = r->enc->n_labels, all = 0;
    class_share *c = mem_zero(k, sizeof *c);
    weir_status st = c ? WEIR_OK : weir_no_memory(err, "balancing classes");

    if (!st)
        want_rows(r, c);
    for (size_t i = 0; i < k && !st; i++)
        all += c[i].want;
    if (!st && !all)
        st = weir_fail_at(err, WEIR_EINVAL, "class_sampling_factors", "class balancing leaves no row");
    if (!st && all > UINT32_MAX)
        st = weir_fail_at(err, WEIR_EINVAL, "class_sampling_factors", "class balancing gives %zu rows; 4294967295 are possible", all);
    if (!st) {
        r->balanced_rows = mem_array(all + 1, sizeof *r->balanced_rows);
        r->prior = mem_array(k, sizeof *r->prior);
        r->balanced = mem_array(k, sizeof *r->balanced);
        if (!r->balanced_rows || !r->prior || !r->balanced)
            st = weir_no_memory(err, "balancing classes");
    }
    if (!st) {
        draw_rows(r, c);
        st = note_shares(r, c, err);
    }
    mem_free(c);
    return st;
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
