/* prepare.c - parameters as they act, scaled frames, rows and weights. */
#include "base/mem.h"
#include "base/rng.h"
#include "base/status.h"
#include "compat/fit.h"
#include "compat/compat_impl.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Parameters ------------------------------------------------------------------------------- */

static void resolve_loss(run *r, const column *response)
{
    weir_params *p = r->p;
    bool factor = response && response->type == WEIR_TYPE_FACTOR;
    size_t labels = factor ? response->n_levels : 0;

    if (r->from && response) { /* the frame's response is matched with the model's */
        factor = r->from->enc->labels != NULL;
        labels = r->from->enc->n_labels;
    }

    r->category = p->autoencoder ? CATEGORY_AUTOENCODER
                  : !factor      ? CATEGORY_REGRESSION
                  : labels == 2  ? CATEGORY_BINOMIAL
                                 : CATEGORY_MULTINOMIAL;
    r->loss = (loss_spec){.family = (family_kind)p->distribution, .loss = (loss_kind)p->loss,
                          .quantile_alpha = p->quantile_alpha, .tweedie_power = p->tweedie_power, .huber_delta = 1};
    loss_resolve(&r->loss, p->autoencoder ? PROBLEM_AUTOENCODER : factor ? PROBLEM_CLASSES : PROBLEM_REGRESSION, labels);
    p->distribution = (int)r->loss.family;
    p->loss = (int)r->loss.loss;
}

static void resolve_cap(weir_params *p)
{
    bool rectifier = p->activation == ACTIVATION_RECTIFIER || p->activation == ACTIVATION_RECTIFIER_DROPOUT;

    if (!p->given[PARAM_max_w2])
        p->max_w2 = (double)FLT_MAX;
    else if (isinf(p->max_w2) && rectifier)
        p->max_w2 = 1000;
}

static weir_status resolve(run *r, weir_error *err)
{
    weir_params *p = r->p;

    if (p->seed == -1)
        p->seed = rng_fresh_seed();
    p->optimizer = p->adaptive_rate ? OPTIMIZER_ADADELTA : OPTIMIZER_SGD;
    if (p->categorical_encoding == ENCODING_AUTO)
        p->categorical_encoding = ENCODING_ONE_HOT;
    p->mini_batch_size = 1;
    p->score_each_iteration = true;
    p->replicate_training_data = false;
    if (p->train_samples_per_iteration == -2)
        p->train_samples_per_iteration = -1;
    if (p->autoencoder)
        p->use_all_factor_levels = true;
    resolve_cap(p);
    resolve_loss(r, p->autoencoder ? NULL : frame_column(r->frame, param_text(&p->response_column), err));
    r->rule = stop_rule_of(p, r->category);
    return param_default_dropout(p, err);
}

static void learn_spec_of(run *r)
{
    const weir_params *p = r->p;

    r->spec = (learn_spec){
        .loss = r->loss, .autoencoder = p->autoencoder, .fast_mode = p->fast_mode, .adaptive = p->adaptive_rate,
        .nesterov = p->nesterov_accelerated_gradient, .rho = p->rho, .epsilon = p->epsilon, .l1 = p->l1, .l2 = p->l2,
        .max_w2 = (float)p->max_w2, .rate = p->rate, .rate_annealing = p->rate_annealing, .rate_decay = p->rate_decay,
        .momentum_start = p->momentum_start, .momentum_ramp = p->momentum_ramp, .momentum_stable = p->momentum_stable,
        .input_dropout = p->input_dropout_ratio,
        .dropout = param_dropout(p) ? p->hidden_dropout_ratios.v : NULL, .sparsity_beta = p->sparsity_beta,
        .average_activation = p->average_activation, .seed = (uint64_t)p->seed};
}

/* Frames ------------------------------------------------------------------------------------ */

static weir_status note_warnings(run *r, const encode_view *v, weir_error *err)
{
    weir_status st = WEIR_OK;

    for (size_t i = 0; !st && i < v->warnings.as.list.n; i++) {
        char s[320];
        snprintf(s, sizeof s, "validation frame: %.280s", v->warnings.as.list.v[i].as.text.s);
        st = compat_warn(r, s, err);
    }
    return st;
}

static weir_status bind_frames(run *r, weir_error *err)
{
    weir_status st = r->from ? encoder_copy(&r->enc, r->from->enc, err)
                             : encoder_fit(&r->enc, r->p, r->frame, &r->warnings, r->watch->progress, err);

    if (!st)
        st = encode_view_new(&r->view, r->enc, r->frame, r->watch->log, err);
    if (!st && r->valid_frame)
        st = encode_view_validation(&r->valid_view, r->enc, r->valid_frame, r->watch->log, err);
    if (!st && r->valid_view)
        st = note_warnings(r, r->valid_view, err);
    if (!st && r->valid_view && !r->p->autoencoder && !r->valid_view->response)
        st = weir_fail_at(err, WEIR_EINVAL, "validation_frame",
                          "the response '%s' of the validation frame is missing in every row", r->enc->response);
    return st;
}

/* Rows --------------------------------------------------------------------------------------- */

static bool no_target(const run *r, size_t row)
{
    double y = 0;

    if (r->p->autoencoder)
        return false;
    if (!compat_of_classes(r))
        return isnan(column_at(r->view->response, row));
    encode_response(r->view, row, 1, &y);
    return isnan(y);
}

/* Which rows cannot be learnt from, and weights: Skip takes the weight of the rows it leaves out. */
static weir_status judge_rows(run *r, weir_error *err)
{
    size_t n = r->frame->rows;
    bool skip = r->p->missing_values_handling == MISSING_SKIP, any = false;

    r->bad = mem_zero(n + 1, sizeof *r->bad);
    r->weight = r->view->weights ? mem_array(n + 1, sizeof *r->weight) : NULL;
    if (!r->bad || (r->view->weights && !r->weight))
        return weir_no_memory(err, "preparing the training");
    if (r->weight)
        column_read(r->view->weights, 0, n, r->weight);
    for (size_t i = 0; i < n; i++) {
        r->bad[i] = no_target(r, i) || (skip && encode_has_missing(r->view, i));
        any |= !r->bad[i] && (!r->weight || r->weight[i] > 0);
    }
    if (!any)
        return weir_fail_at(err, WEIR_EINVAL, skip ? "missing_values_handling" : "training_frame",
                            "no row is left to learn from%s", skip ? " once rows with missing values are left out" : "");
    return WEIR_OK;
}

static void drop_skipped_weights(run *r)
{
    for (size_t i = 0; r->weight && r->p->missing_values_handling == MISSING_SKIP && i < r->frame->rows; i++)
        if (r->bad[i])
            r->weight[i] = 0;
}

static weir_status balance(run *r, weir_error *err)
{
    size_t n = r->frame->rows, k = r->enc->n_labels;
    uint32_t *label = mem_array(n + 1, sizeof *label);
    double *raw = r->weight ? mem_array(n + 1, sizeof *raw) : NULL;

    r->prior = mem_array(k, sizeof *r->prior);
    r->balanced = mem_array(k, sizeof *r->balanced);
    weir_status st = label && r->prior && r->balanced && (raw || !r->weight) ? WEIR_OK
                                                                             : weir_no_memory(err, "balancing classes");
    for (size_t i = 0; i < n && !st; i++) {
        double y;
        encode_response(r->view, i, 1, &y);
        label[i] = isnan(y) ? UINT32_MAX : (uint32_t)y;
    }
    if (!st && raw)
        column_read(r->view->weights, 0, n, raw);
    balance_spec s = {.rows = n, .classes = k, .label = label, .weight = raw, .seed = (uint64_t)r->p->seed,
                      .factor = r->p->class_sampling_factors.n ? r->p->class_sampling_factors.v : NULL,
                      .most = r->p->max_after_balance_size};
    if (!st) {
        sample_shares(&s, r->prior); /* before Skip takes weights away, the ratios after */
        s.weight = r->weight;
        st = sample_balanced(&r->rows, r->balanced, &s, err);
    }
    if (!st && !r->rows.n)
        st = weir_fail_at(err, WEIR_EINVAL, "class_sampling_factors", "class balancing leaves no row");
    mem_free(label), mem_free(raw);
    return st;
}

/* The rows as the visits of an iteration see them: by position. */
static weir_status arrange(run *r, weir_error *err)
{
    size_t n = r->rows.n;

    r->visit_bad = mem_array(n + 1, sizeof *r->visit_bad);
    r->visit_weight = r->weight ? mem_array(n + 1, sizeof *r->visit_weight) : NULL;
    if (!r->visit_bad || (r->weight && !r->visit_weight))
        return weir_no_memory(err, "preparing the training");
    for (size_t i = 0; i < n; i++) {
        size_t row = r->rows.row ? r->rows.row[i] : i;
        r->visit_bad[i] = r->bad[row];
        if (r->weight)
            r->visit_weight[i] = r->weight[row];
    }
    r->visit = (rows_spec){.rows = n, .weight = r->visit_weight, .bad = r->visit_bad, .seed = (uint64_t)r->p->seed,
                           .importance = r->weight && rows_importance(r->visit_weight, n)};
    return WEIR_OK;
}

/* Do the weights only say which rows count? */
static bool filter_weights(const double *w, size_t n)
{
    bool zero = false, one = false;

    for (size_t i = 0; i < n; i++) {
        if (w[i] != 0 && w[i] != 1)
            return false;
        zero |= w[i] == 0;
        one |= w[i] == 1;
    }
    return zero && one;
}

static void count_rows(run *r)
{
    size_t n = r->rows.n;
    double mean = 1, sd;
    int64_t asked = r->p->train_samples_per_iteration;

    r->epoch_rows = (double)n;
    if (r->weight) {
        fit_moments(r->weight, r->frame->rows, &mean, &sd);
        if (filter_weights(r->weight, r->frame->rows))
            r->epoch_rows = floor((double)n * mean + 0.5);
        fit_moments(r->visit_weight, n, &mean, &sd);
    }
    r->visit.mean_weight = mean;
    double limit = floor(r->p->epochs * r->epoch_rows);
    r->visit.samples = asked == 0 || asked == -1 ? r->epoch_rows : fmax(1, fmin((double)asked, limit));
    r->visit.shuffle = r->p->shuffle_training_data || r->visit.samples == r->epoch_rows;
}

/* Rows of the training and the validation frame for scoring ------------------------------------ */

static weir_status choose_scored(run *r, weir_error *err)
{
    row_list s;
    uint64_t seed = (uint64_t)r->p->seed;
    weir_status st = sample_uniform(&s, r->rows.n, r->p->score_training_samples, seed, err);

    if (st)
        return st;
    r->scored = s;
    if (r->rows.row) { /* positions become rows of the frame */
        uint32_t *v = mem_array(s.n + 1, sizeof *v);
        if (!v)
            return weir_no_memory(err, "sampling rows for scoring");
        for (size_t i = 0; i < s.n; i++)
            v[i] = r->rows.row[s.row ? s.row[i] : i];
        mem_free(s.row);
        r->scored.row = v;
    }
    return WEIR_OK;
}

static weir_status choose_strata(run *r, size_t n, weir_error *err)
{
    size_t k = r->enc->n_labels;
    uint32_t *label = mem_array(n + 1, sizeof *label);
    double *share = mem_array(k, sizeof *share);
    weir_status st = label && share ? WEIR_OK : weir_no_memory(err, "sampling rows for scoring");

    for (size_t i = 0; i < n && !st; i++) {
        double y;
        encode_response(r->valid_view, i, 1, &y);
        label[i] = isnan(y) || !(y < (double)k) ? UINT32_MAX : (uint32_t)y;
    }
    balance_spec s = {.rows = n, .classes = k, .label = label, .want = r->p->score_validation_samples,
                      .seed = (uint64_t)r->p->seed + 1};
    if (!st)
        st = sample_balanced(&r->valid_scored, share, &s, err);
    mem_free(label), mem_free(share);
    return st;
}

static weir_status choose_valid(run *r, weir_error *err)
{
    size_t n = r->valid_frame->rows;
    bool all = !r->p->score_validation_samples || (uint64_t)r->p->score_validation_samples >= n;

    if (!all && r->p->score_validation_sampling == SAMPLING_STRATIFIED && compat_of_classes(r) && r->p->balance_classes)
        return choose_strata(r, n, err);
    return sample_uniform(&r->valid_scored, n, r->p->score_validation_samples, (uint64_t)r->p->seed + 1, err);
}

weir_status compat_prepare(run *r, weir_error *err)
{
    weir_status st;

    progress_phase(r->watch->progress, "preparing");
    st = resolve(r, err);
    if (!st)
        st = bind_frames(r, err);
    if (!st)
        st = judge_rows(r, err);
    if (st)
        return st;
    drop_skipped_weights(r);
    r->rows.n = r->frame->rows;
    learn_spec_of(r);
    st = fit_scaling(r->enc, r->view, r->p, r->weight, err);
    if (!st)
        st = compat_build(r, err);
    if (!st && r->p->balance_classes)
        st = balance(r, err);
    if (!st)
        st = arrange(r, err);
    if (st)
        return st;
    count_rows(r);
    st = choose_scored(r, err);
    if (!st && r->valid_frame)
        st = choose_valid(r, err);
    return st;
}
