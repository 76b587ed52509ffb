/* idle.c - parameters that the client gave and that have no effect on this training are named, with the reason:
 * what is accepted without use is never passed over in silence (F080). */
#include "train/train_impl.h"

#include "base/status.h"
#include "base/text.h"
#include "data/frame.h"

#include <stdio.h>
#include <string.h>

typedef bool idle_when(const run *r);

static bool not_quantile(const run *r) { return r->loss.family != FAMILY_QUANTILE; }
static bool not_tweedie(const run *r) { return r->loss.family != FAMILY_TWEEDIE; }
static bool not_huber(const run *r) { return r->loss.family != FAMILY_HUBER; }
static bool not_balanced(const run *r) { return !r->p->balance_classes; }
static bool not_many(const run *r) { return r->category != CATEGORY_MULTINOMIAL; }
static bool not_two(const run *r) { return r->category != CATEGORY_BINOMIAL; }
static bool not_classes(const run *r) { return !run_of_classes(r); }
static bool not_numbers(const run *r) { return r->category != CATEGORY_REGRESSION; }
static bool no_validation(const run *r) { return !r->valid_frame; }
static bool no_rounds(const run *r) { return !r->p->stopping_rounds; }
static bool not_adam(const run *r) { return r->p->optimizer != OPTIMIZER_ADAM; }
static bool no_epochs(const run *r) { return r->p->epochs == 0; }
static bool column_major(const run *r) { return r->p->col_major; }
static bool no_diagnostics(const run *r) { return !r->p->diagnostics; }
static bool one_machine(const run *r) { return r->in->comm->size == 1; }
static bool own_range(const run *r) { return r->p->initial_weight_distribution == WEIGHTS_UNIFORM_ADAPTIVE; }
static bool row_by_row(const run *r) { return r->p->mini_batch_size <= 1 && r->p->precision; }
static bool no_folder(const run *r) { return r->p->export_checkpoints_dir.kind == WEIR_NIL; }
static bool no_sparsity(const run *r) { return !(r->p->sparsity_beta > 0); }

static const struct { param_id id; idle_when *when; const char *why; } rules[] = {
    {PARAM_quantile_alpha, not_quantile, "it is for distribution quantile"},
    {PARAM_tweedie_power, not_tweedie, "it is for distribution tweedie"},
    {PARAM_huber_alpha, not_huber, "it is for distribution huber"},
    {PARAM_max_after_balance_size, not_balanced, "it needs balance_classes"},
    {PARAM_auc_type, not_many, "it is for more than two classes"},
    {PARAM_gainslift_bins, not_two, "it is for two classes"},
    {PARAM_max_hit_ratio_k, not_many, "it is for more than two classes"},
    {PARAM_max_confusion_matrix_size, not_classes, "it is for classes"},
    {PARAM_label_smoothing, not_classes, "it is for classes"},
    {PARAM_classification_stop, not_classes, "it is for classes"},
    {PARAM_regression_stop, not_numbers, "it is for a numeric response"},
    {PARAM_score_validation_samples, no_validation, "there is no validation_frame"},
    {PARAM_score_validation_sampling, no_validation, "there is no validation_frame"},
    {PARAM_stopping_tolerance, no_rounds, "stopping_rounds is 0"},
    {PARAM_adam_beta1, not_adam, "it is for optimizer adam"},
    {PARAM_adam_beta2, not_adam, "it is for optimizer adam"},
    {PARAM_mini_batch_size, no_epochs, "epochs is 0"},
    {PARAM_col_major, column_major, "data are laid out as training needs them"},
    {PARAM_diagnostics, no_diagnostics, "scores are the same; only the statistics of the layers are left out"},
    {PARAM_replicate_training_data, one_machine, "there is one machine"},
    {PARAM_single_node_mode, one_machine, "there is one machine"},
    {PARAM_target_ratio_comm_to_comp, one_machine, "there is one machine"},
    {PARAM_initial_weight_scale, own_range, "UniformAdaptive takes its range from the sizes of the layers"},
    {PARAM_average_activation, no_sparsity, "sparsity_beta is 0"},
    {PARAM_precision, row_by_row, "only mini-batches are computed as matrix products"},
    {PARAM_checkpoint_interval, no_folder, "there is no export_checkpoints_dir"},
};

static weir_status note_idle(run *r, weir_error *err)
{
    char s[200];
    weir_status st = WEIR_OK;

    for (size_t i = 0; i < sizeof rules / sizeof *rules && !st; i++)
        if (r->p->given[rules[i].id] && rules[i].when(r)) {
            snprintf(s, sizeof s, "%s has no effect: %s", weir_param_at(rules[i].id)->name, rules[i].why);
            st = run_warn(r, s, err);
        }
    return st;
}

/* A numeric response of two values is probably one of classes. */
static weir_status note_two_values(run *r, weir_error *err)
{
    enum { BLOCK = 1024 };
    double y[BLOCK];
    const char *name = param_text(&r->p->response_column);
    ptrdiff_t at = r->category == CATEGORY_REGRESSION ? weir_frame_find(r->frame, name) : -1;
    char s[300];

    if (at < 0)
        return WEIR_OK;
    const column *c = r->frame->col[at];
    for (size_t row = 0; row < c->rows; row += BLOCK) {
        size_t n = weir_frame_read(r->frame, (size_t)at, row, BLOCK, y);
        for (size_t i = 0; i < n; i++)
            if (y[i] == y[i] && y[i] != c->stats.min && y[i] != c->stats.max)
                return WEIR_OK;
    }
    snprintf(s, sizeof s, "the response '%.100s' holds two values, %g and %g, and is learnt as a number; asfactor makes classes of it",
             name, c->stats.min, c->stats.max);
    return run_warn(r, s, err);
}

static weir_status note_columns(run *r, weir_error *err)
{
    const char *y = param_text(&r->p->response_column);
    const weir_value *out = &r->p->ignored_columns;
    char s[300];

    for (size_t i = 0; y && !r->p->autoencoder && out->kind == WEIR_LIST && i < out->as.list.n; i++)
        if (!strcmp(out->as.list.v[i].as.text.s, y)) {
            snprintf(s, sizeof s, "'%.100s' stands among ignored_columns and is the response all the same", y);
            return run_warn(r, s, err);
        }
    return WEIR_OK;
}

weir_status run_note_idle(run *r, weir_error *err)
{
    weir_status st = note_idle(r, err);

    if (!st && r->asked->distribution == FAMILY_BERNOULLI && r->category == CATEGORY_MULTINOMIAL)
        st = run_warn(r, "distribution = \"bernoulli\" is for two classes; the response has more, so multinomial is used", err);
    if (!st)
        st = note_two_values(r, err);
    if (!st)
        st = note_columns(r, err);
    return st;
}
