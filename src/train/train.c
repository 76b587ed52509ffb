/* train.c - one training from parameters to model.
 *
 * Iterations of the learner alternate with scoring; a scoring gives a row of
 * the history, a snapshot for whoever looks on, perhaps a new best network,
 * and the decision to go on. All randomness comes from the seed and from
 * counters of rows, so a continued training repeats an uninterrupted one. */
#include "config.h"
#include "train/train.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/rng.h"
#include "base/status.h"
#include "base/text.h"
#include "kernel/dispatch.h"
#include "model/importance.h"
#include "model/score.h"
#include "train/stopping.h"
#include "train/trainer.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct run { /* one training under way */
    const train_input *in;
    const train_watch *watch;
    const weir_params *asked;
    weir_params *p;         /* as resolved */
    const weir_frame *frame, *valid_frame;
    const weir_model *from; /* checkpoint, or NULL */
    encoder *enc;
    encode_view *view, *valid_view;
    dataset *data;
    network *net;           /* last exported weights */
    network *best;          /* best by the stopping metric, or NULL */
    trainer *trainer;
    history *own;           /* when nobody gave one */
    history *hist;
    model_category category;
    loss_spec loss;
    metric_id metric;
    bool less;              /* less is better */
    uint32_t *train_rows, *valid_rows; /* sampled for scoring; NULL = all */
    size_t n_train_rows, n_valid_rows;
    double *prior, *balanced;
    uint32_t *order;        /* rows of one iteration */
    size_t epoch_rows;      /* rows of one epoch: after balancing */
    uint32_t *balanced_rows; /* [epoch_rows] dataset positions, or NULL */
    weir_value warnings;
    uint64_t samples, target, iterations;
    double began, earlier;  /* monotonic seconds; seconds of trainings before */
    double last_score, score_time, best_value;
    double *values;         /* stopping metric at every scoring */
    size_t n_values, cap_values;
    weir_metrics *train, *valid, *best_train, *best_valid;
    char stopped[160];
    bool unstable;
} run;

static bool of_classes(const run *r)
{
    return r->category == CATEGORY_BINOMIAL || r->category == CATEGORY_MULTINOMIAL;
}

static weir_status warn(run *r, const char *sentence, weir_error *err)
{
    log_at(r->watch->log, WEIR_LOG_INFO, "train", "%s", sentence); /* the model carries it to the front end */
    return weir_list_add(&r->warnings, weir_text(sentence), err);
}

/* Preparing --------------------------------------------------------------------------- */

static activation_kind hidden_activation(const weir_params *p)
{
    static const activation_kind by_value[] = {ACT_TANH, ACT_TANH, ACT_RECTIFIER, ACT_RECTIFIER, ACT_MAXOUT,
                                               ACT_MAXOUT, ACT_EXP_RECTIFIER, ACT_EXP_RECTIFIER};
    return by_value[p->activation];
}

/* F080: parameters that the client gave and the optimizer does not look at. */
static weir_status warn_ignored(run *r, weir_error *err)
{
    static const struct { param_id id; const char *name; unsigned used_by; } rules[] = {
        {PARAM_rate, "rate", 1u << OPTIMIZER_SGD | 1u << OPTIMIZER_ADAM},
        {PARAM_rate_annealing, "rate_annealing", 1u << OPTIMIZER_SGD | 1u << OPTIMIZER_ADAM},
        {PARAM_rate_decay, "rate_decay", 1u << OPTIMIZER_SGD | 1u << OPTIMIZER_ADAM},
        {PARAM_momentum_start, "momentum_start", 1u << OPTIMIZER_SGD},
        {PARAM_momentum_ramp, "momentum_ramp", 1u << OPTIMIZER_SGD},
        {PARAM_momentum_stable, "momentum_stable", 1u << OPTIMIZER_SGD},
        {PARAM_rho, "rho", 1u << OPTIMIZER_ADADELTA},
        {PARAM_epsilon, "epsilon", 1u << OPTIMIZER_ADADELTA | 1u << OPTIMIZER_ADAM}};
    const weir_params *p = r->p;
    text t = {0};
    weir_status st = WEIR_OK;

    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (p->given[rules[i].id] && !(rules[i].used_by >> p->optimizer & 1))
            text_fmt(&t, "%s%s", t.n ? ", " : "", rules[i].name);
    if (t.n) {
        char s[320];
        snprintf(s, sizeof s, "ignored because the %s: %.240s",
                 p->optimizer == OPTIMIZER_ADADELTA ? "rate is adaptive" : "optimizer has no use for them", text_str(&t));
        st = warn(r, s, err);
    }
    text_free(&t);
    return st;
}

static weir_status resolve(run *r, weir_error *err)
{
    weir_params *p = r->p;
    bool factor = false;

    if (p->seed == -1)
        p->seed = rng_fresh_seed();
    if (p->optimizer == OPTIMIZER_AUTO)
        p->optimizer = p->adaptive_rate ? OPTIMIZER_ADADELTA : OPTIMIZER_SGD;
    p->adaptive_rate = p->optimizer == OPTIMIZER_ADADELTA;
    if (p->optimizer == OPTIMIZER_ADAM && !p->given[PARAM_rate])
        p->rate = 0.001;
    if (p->categorical_encoding == ENCODING_AUTO)
        p->categorical_encoding = ENCODING_ONE_HOT;
    if (!p->autoencoder)
        factor = frame_column(r->frame, param_text(&p->response_column), err)->type == WEIR_TYPE_FACTOR;
    size_t labels = factor ? frame_column(r->frame, param_text(&p->response_column), err)->n_levels : 0;
    r->category = p->autoencoder ? CATEGORY_AUTOENCODER
                  : !factor      ? CATEGORY_REGRESSION
                  : labels == 2  ? CATEGORY_BINOMIAL
                                 : CATEGORY_MULTINOMIAL;
    r->loss = (loss_spec){.family = (family_kind)p->distribution, .loss = (loss_kind)p->loss,
                          .quantile_alpha = p->quantile_alpha, .tweedie_power = p->tweedie_power,
                          .huber_delta = 1, .label_smoothing = factor ? p->label_smoothing : 0};
    loss_resolve(&r->loss, p->autoencoder ? PROBLEM_AUTOENCODER : factor ? PROBLEM_CLASSES : PROBLEM_REGRESSION, labels);
    p->distribution = (int)r->loss.family;
    p->loss = (int)r->loss.loss;
    r->metric = stopping_metric(p, r->category);
    r->less = weir_metric_at(r->metric)->less_is_better;
    if (param_dropout(p) && !p->hidden_dropout_ratios.n && p->hidden.n) {
        double *v = mem_array(p->hidden.n, sizeof *v);
        if (!v)
            return weir_no_memory(err, "preparing the training");
        for (size_t i = 0; i < p->hidden.n; i++)
            v[i] = 0.5;
        mem_free(p->hidden_dropout_ratios.v);
        p->hidden_dropout_ratios = (param_reals){v, p->hidden.n};
    }
    return warn_ignored(r, err);
}

static weir_status bind_frames(run *r, weir_error *err)
{
    weir_status st = r->from ? encoder_copy(&r->enc, r->from->enc, err)
                             : encoder_fit(&r->enc, r->p, r->frame, &r->warnings, err);

    if (!st)
        st = encode_view_new(&r->view, r->enc, r->frame, r->watch->log, err);
    if (!st && r->valid_frame)
        st = encode_view_new(&r->valid_view, r->enc, r->valid_frame, r->watch->log, err);
    for (size_t i = 0; !st && r->valid_view && i < r->valid_view->warnings.as.list.n; i++) {
        char s[320];
        snprintf(s, sizeof s, "validation frame: %.280s", r->valid_view->warnings.as.list.v[i].as.text.s);
        st = warn(r, s, err);
    }
    if (!st && r->valid_view && !r->p->autoencoder && !r->valid_view->response)
        st = weir_fail_at(err, WEIR_EINVAL, "validation_frame", "the response '%s' of the validation frame is missing in every row",
                          r->enc->response);
    return st;
}

/* Guards against a network that could never fit, before anything is allocated. */
static weir_status check_size(const run *r, const size_t *sizes, size_t n, weir_error *err)
{
    uint64_t limit = r->in->max_parameters ? r->in->max_parameters : 100000000;
    uint64_t count = network_count(sizes, n, hidden_activation(r->p));

    if (count <= limit)
        return WEIR_OK;
    return weir_fail_at(err, WEIR_EINVAL, "hidden",
                        "the network would have %llu weights and biases (%zu inputs, %zu outputs); the limit is %llu",
                        (unsigned long long)count, sizes[0], sizes[n - 1], (unsigned long long)limit);
}

/* A matrix or vector of the client in place of drawn weights. */
static weir_status take_frame(const weir_value *list, size_t i, const char *name, float *w, double *b,
                              size_t rows, size_t cols, weir_error *err)
{
    const weir_frame *f = i < list->as.list.n && list->as.list.v[i].kind == WEIR_FRAME ? list->as.list.v[i].as.frame : NULL;

    if (!f)
        return WEIR_OK;
    if (f->rows != rows || f->cols != cols)
        return weir_fail_at(err, WEIR_EINVAL, name, "%s[%zu] is %zu x %zu; layer %zu needs %zu x %zu", name, i + 1,
                            f->rows, f->cols, i + 1, rows, cols);
    for (size_t k = 0; k < cols; k++)
        for (size_t q = 0; q < rows; q++) {
            double v = column_at(f->col[k], q);
            if (!isfinite(v))
                return weir_fail_at(err, WEIR_EINVAL, name, "%s[%zu] holds %g in row %zu of column %zu", name, i + 1, v, q + 1, k + 1);
            if (w)
                w[q * cols + k] = (float)v;
            else
                b[q] = v;
        }
    return WEIR_OK;
}

static weir_status initial_network(run *r, weir_error *err)
{
    const weir_params *p = r->p;
    const weir_model *pre = param_model(&p->pretrained_autoencoder);
    weir_status st = WEIR_OK;

    network_init(r->net, (weight_distribution)p->initial_weight_distribution, p->initial_weight_scale, of_classes(r),
                 (uint64_t)p->seed);
    if (pre && pre->enc->inputs != r->enc->inputs)
        return weir_fail_at(err, WEIR_EINVAL, "pretrained_autoencoder", "pretrained_autoencoder '%s' has %zu inputs, this network %zu",
                            pre->id, pre->enc->inputs, r->enc->inputs);
    for (size_t i = 0; pre && i + 1 < r->net->layers; i++) {
        network_layer *to = &r->net->layer[i];
        const network_layer *l = &pre->net->layer[i];
        if (l->act != to->act)
            return weir_fail_at(err, WEIR_EINVAL, "pretrained_autoencoder", "pretrained_autoencoder '%s' has another activation", pre->id);
        memcpy(to->w, l->w, network_rows(l) * l->inputs * sizeof *l->w);
        memcpy(to->b, l->b, network_rows(l) * sizeof *l->b);
    }
    const weir_value *lists[] = {&p->initial_weights, &p->initial_biases};
    static const char *const names[] = {"initial_weights", "initial_biases"};
    for (size_t k = 0; k < 2 && !st; k++) {
        if (lists[k]->kind != WEIR_LIST)
            continue;
        if (lists[k]->as.list.n != r->net->layers)
            return weir_fail_at(err, WEIR_EINVAL, names[k], "%s has %zu entries; the network has %zu layers", names[k],
                                lists[k]->as.list.n, r->net->layers);
        for (size_t i = 0; i < r->net->layers && !st; i++) {
            network_layer *l = &r->net->layer[i];
            st = take_frame(lists[k], i, names[k], k ? NULL : l->w, l->b, network_rows(l), k ? 1 : l->inputs, err);
        }
    }
    return st;
}

static weir_status build_network(run *r, weir_error *err)
{
    const weir_params *p = r->p;
    size_t n = p->hidden.n + 2, *sizes = mem_array(n, sizeof *sizes);
    activation_kind output = of_classes(r) ? ACT_SOFTMAX : ACT_LINEAR;

    if (!sizes)
        return weir_no_memory(err, "building the network");
    sizes[0] = r->enc->inputs;
    for (size_t i = 0; i < p->hidden.n; i++)
        sizes[i + 1] = (size_t)p->hidden.v[i];
    sizes[n - 1] = p->autoencoder ? r->enc->inputs : of_classes(r) ? r->enc->n_labels : 1;
    weir_status st = check_size(r, sizes, n, err);
    if (!st)
        st = network_new(&r->net, sizes, n, hidden_activation(p), output, err);
    mem_free(sizes);
    if (!st && !r->from)
        st = initial_network(r, err);
    if (!st && r->from)
        network_assign(r->net, r->from->state->last ? r->from->state->last : r->from->net);
    return st;
}

static weir_status build_trainer(run *r, weir_error *err)
{
    const weir_params *p = r->p;
    static const optimizer_kind optimizers[] = {OPT_ADADELTA, OPT_ADADELTA, OPT_SGD, OPT_ADAM};
    trainer_spec s = {
        .loss = r->loss, .autoencoder = p->autoencoder, .optimizer = optimizers[p->optimizer], .rho = p->rho,
        .epsilon = p->epsilon, .rate = p->rate, .rate_annealing = p->rate_annealing, .rate_decay = p->rate_decay,
        .schedule = (schedule_kind)p->rate_schedule, .warmup = p->rate_warmup, .momentum_start = p->momentum_start,
        .momentum_ramp = p->momentum_ramp, .momentum_stable = p->momentum_stable,
        .nesterov = p->nesterov_accelerated_gradient, .adam_beta1 = p->adam_beta1, .adam_beta2 = p->adam_beta2,
        .weight_decay = p->weight_decay, .l1 = p->l1, .l2 = p->l2, .max_w2 = p->max_w2,
        .input_dropout = p->input_dropout_ratio,
        .hidden_dropout = param_dropout(p) ? p->hidden_dropout_ratios.v : NULL,
        .average_activation = p->average_activation, .sparsity_beta = p->sparsity_beta, .fast_mode = p->fast_mode,
        .mini_batch = (size_t)p->mini_batch_size, .weight_average = p->weight_average,
        .adversarial_epsilon = p->adversarial_epsilon, .reproducible = p->reproducible, .seed = (uint64_t)p->seed,
        .total_samples = p->epochs * (double)r->epoch_rows, .threads = progress_threads(r->watch->progress)};
    weir_status st = trainer_new(&r->trainer, &s, r->net, r->data, err);

    if (!st && r->from && r->from->state->optimizer)
        st = trainer_state_set(r->trainer, r->from->state->optimizer, r->from->state->n_optimizer, err);
    if (!st)
        trainer_export(r->trainer, r->net); /* sets the keep factors, for the scoring of epoch 0 */
    return st;
}

/* Class balance -------------------------------------------------------------------------- */

/* Sampling ratios per class, then a list of rows that follows them: whole copies first,
 * the fraction by lot. */
static weir_status balance(run *r, weir_error *err)
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

static weir_status choose_scored(run *r, weir_error *err)
{
    weir_status st = sample_rows(r, r->frame->rows, r->p->score_training_samples, 0, &r->train_rows, &r->n_train_rows, err);
    bool strata = r->p->score_validation_sampling == SAMPLING_STRATIFIED && of_classes(r);

    if (st || !r->valid_frame)
        return st;
    return strata ? stratified_rows(r, r->valid_view, r->p->score_validation_samples, &r->valid_rows, &r->n_valid_rows, err)
                  : sample_rows(r, r->valid_frame->rows, r->p->score_validation_samples, 1, &r->valid_rows, &r->n_valid_rows, err);
}

static weir_status prepare(run *r, weir_error *err)
{
    dataset_spec spec = {.autoencoder = r->p->autoencoder, .budget = r->in->memory};
    weir_status st;

    progress_phase(r->watch->progress, "preparing");
    st = resolve(r, err);
    if (!st)
        st = bind_frames(r, err);
    if (!st)
        st = build_network(r, err); /* first: its guard must come before large allocations */
    if (!st)
        st = dataset_new(&r->data, r->view, &spec, r->watch->progress, err);
    if (st)
        return st;
    r->epoch_rows = r->data->rows;
    if (r->p->balance_classes)
        st = balance(r, err);
    if (!st)
        st = choose_scored(r, err);
    if (!st)
        st = build_trainer(r, err);
    r->target = (uint64_t)llround(r->p->epochs * (double)r->epoch_rows);
    if (!st && r->from) {
        r->samples = r->from->state->samples;
        r->iterations = r->from->state->iterations;
        r->earlier = r->from->state->seconds;
    }
    return st;
}

/* Scoring ----------------------------------------------------------------------------------- */

static scorer scorer_now(const run *r, const network *net)
{
    return (scorer){.net = net, .enc = r->enc, .category = r->category, .loss = r->loss,
                    .prior = r->prior, .balanced = r->balanced};
}

static void describe(char *buf, size_t cap, const char *which, size_t n, size_t all)
{
    if (n == all)
        snprintf(buf, cap, "full %s frame, %zu rows", which, all);
    else
        snprintf(buf, cap, "sample of %zu of the %s frame's %zu rows", n, which, all);
}

/* The client's own metric over whole columns: one call per scoring and frame. */
static weir_status ask_custom(run *r, const scorer *s, const encode_view *v, const uint32_t *rows, size_t n,
                              weir_metrics *m, weir_error *err)
{
    size_t width = scorer_width(s);
    double *p = mem_array(n * width + 1, sizeof *p), *y = mem_array(n + 1, sizeof *y), *w = mem_array(n + 1, sizeof *w);
    weir_status st = p && y && w ? WEIR_OK : weir_no_memory(err, "scoring");
    weir_value args = weir_list(), result = weir_nil();
    const double *cols[] = {p, y, w};

    if (!st)
        st = score_rows(s, v, rows, n, p, r->watch->progress, err);
    if (!st)
        score_truth(s, v, rows, n, y, w);
    for (size_t k = 0; k < 3 && !st; k++) {
        size_t len = k ? n : n * width;
        weir_value list = weir_list();
        for (size_t i = 0; i < len && !st; i++)
            st = weir_list_add(&list, weir_real(cols[k][i]), err);
        if (!st)
            st = weir_list_add(&args, list, err);
        else
            weir_value_clear(&list);
    }
    mem_free(p), mem_free(y), mem_free(w);
    if (st) {
        weir_value_clear(&args);
        return st;
    }
    st = weir_list_add(&args, weir_int((int64_t)width), err);
    if (!st)
        st = r->watch->ask(r->watch->user, r->p->custom_metric_func.as.i, args, &result, err);
    if (!st && result.kind != WEIR_REAL && result.kind != WEIR_INT)
        st = weir_fail_at(err, WEIR_EINVAL, "custom_metric_func", "custom_metric_func must give a number, not %s", weir_kind_name(result.kind));
    if (!st)
        st = metrics_set_custom(m, "custom", result.kind == WEIR_INT ? (double)result.as.i : result.as.r, err);
    weir_value_clear(&result);
    return st;
}

static weir_status judge(run *r, const network *net, bool valid, weir_metrics **out, weir_error *err)
{
    const encode_view *v = valid ? r->valid_view : r->view;
    const uint32_t *rows = valid ? r->valid_rows : r->train_rows;
    size_t n = valid ? r->n_valid_rows : r->n_train_rows;
    scorer s = scorer_now(r, net);
    char description[128];

    describe(description, sizeof description, valid ? "validation" : "training", n, v->frame->rows);
    metric_options opt = score_options(r->p, &s, description);
    weir_status st = score_metrics(&s, v, rows, n, &opt, out, r->watch->progress, err);
    if (!st && r->p->custom_metric_func.kind == WEIR_FUNC && r->watch->ask)
        st = ask_custom(r, &s, v, rows, n, *out, err);
    return st;
}

static double seconds_so_far(const run *r)
{
    return r->earlier + clock_now() - r->began;
}

static double epochs_now(const run *r)
{
    return (double)r->samples / (double)r->epoch_rows;
}

static weir_model *snapshot(run *r, const network *net, weir_metrics *train, weir_metrics *valid, weir_error *err);

static bool better(const run *r, double a, double b)
{
    return isnan(b) ? !isnan(a) : r->less ? a < b : a > b;
}

/* huber: the threshold follows the residuals, in the units that the network is trained in. */
static weir_status follow_huber(run *r, weir_error *err)
{
    scorer s = scorer_now(r, r->net);
    size_t n = r->n_train_rows;
    double *p = mem_array(n + 1, sizeof *p), *y = mem_array(n + 1, sizeof *y), *w = mem_array(n + 1, sizeof *w), delta = 1;
    weir_status st = p && y && w ? WEIR_OK : weir_no_memory(err, "scoring");

    if (!st)
        st = score_rows(&s, r->view, r->train_rows, n, p, r->watch->progress, err);
    if (!st) {
        score_truth(&s, r->view, r->train_rows, n, y, w);
        st = metric_huber_delta(n, p, y, w, r->p->huber_alpha, &delta, err);
    }
    if (!st && delta > 0) {
        r->loss.huber_delta = delta * r->enc->resp_mul;
        trainer_set_huber_delta(r->trainer, r->loss.huber_delta);
    }
    mem_free(p), mem_free(y), mem_free(w);
    return st;
}

static weir_status score(run *r, weir_error *err)
{
    double from = clock_now();
    weir_metrics *train = NULL, *valid = NULL;
    weir_score_row row;
    weir_status st;

    progress_phase(r->watch->progress, "scoring");
    trainer_export(r->trainer, r->net);
    st = judge(r, r->net, false, &train, err);
    if (!st && r->valid_view)
        st = judge(r, r->net, true, &valid, err);
    if (!st && r->loss.family == FAMILY_HUBER)
        st = follow_huber(r, err);
    double *values = st ? NULL : mem_grow(r->values, r->n_values, &r->cap_values, sizeof *values);
    if (!st && !values)
        st = weir_no_memory(err, "scoring");
    if (st) {
        weir_metrics_unref(train), weir_metrics_unref(valid);
        return st;
    }
    r->values = values;
    double value = metrics_get(valid ? valid : train, r->metric);
    r->values[r->n_values++] = value;
    bool best = better(r, value, r->best_value);
    memset(&row, 0, sizeof row);
    row.time = clock_wall();
    row.duration = seconds_so_far(r);
    row.epochs = epochs_now(r);
    row.samples = (int64_t)r->samples;
    row.iterations = (int64_t)r->iterations;
    double busy = row.duration - r->score_time;
    row.speed = busy > 0 ? (double)r->samples / busy : 0;
    row.best = best;
    for (size_t k = 0; k < WEIR_METRIC_MAX; k++) {
        row.train[k] = k < METRIC_COUNT ? metrics_get(train, (metric_id)k) : (double)NAN;
        row.valid[k] = k < METRIC_COUNT && valid ? metrics_get(valid, (metric_id)k) : (double)NAN;
    }
    weir_metrics_unref(r->train), weir_metrics_unref(r->valid);
    r->train = train;
    r->valid = valid;
    if (best) {
        r->best_value = value;
        weir_metrics_unref(r->best_train), weir_metrics_unref(r->best_valid);
        r->best_train = weir_metrics_ref(train);
        r->best_valid = weir_metrics_ref(valid);
        if (r->best)
            network_assign(r->best, r->net);
        else
            st = network_copy(&r->best, r->net, err);
    }
    if (!st)
        st = history_add(r->hist, &row, err);
    if (!st && r->watch->publish) {
        weir_model *m = snapshot(r, r->net, r->train, r->valid, err);
        if (m)
            r->watch->publish(r->watch->user, m);
        else
            st = WEIR_ENOMEM;
    }
    r->last_score = clock_now();
    r->score_time += r->last_score - from;
    progress_phase(r->watch->progress, "training");
    return st;
}

/* The model -------------------------------------------------------------------------------------- */

static weir_status put(weir_value *d, const char *key, weir_value v, weir_status st, weir_error *err)
{
    if (!st)
        return weir_dict_set(d, key, v, err);
    weir_value_clear(&v);
    return st;
}

static weir_status summarize(const run *r, weir_value *out, weir_error *err)
{
    static const char *const types[] = {"Tanh", "Rectifier", "Maxout", "ExpRectifier", "Linear", "Softmax"};
    const weir_params *p = r->p;
    weir_status st = WEIR_OK;

    *out = weir_list();
    for (size_t i = 0; i <= r->net->layers && !st; i++) {
        weir_value d = weir_dict();
        st = put(&d, "layer", weir_real((double)i + 1), st, err);
        if (i == 0) {
            st = put(&d, "units", weir_real((double)r->enc->inputs), st, err);
            st = put(&d, "type", weir_text("Input"), st, err);
            st = put(&d, "dropout", weir_real(p->input_dropout_ratio), st, err);
        } else {
            const network_layer *l = &r->net->layer[i - 1];
            layer_stats s;
            char type[40];
            bool drops = param_dropout(p) && i < r->net->layers;
            trainer_layer_stats(r->trainer, i - 1, r->samples, &s);
            snprintf(type, sizeof type, "%s%s", types[l->act], drops ? "Dropout" : "");
            st = put(&d, "units", weir_real((double)l->units), st, err);
            st = put(&d, "type", weir_text(type), st, err);
            st = put(&d, "dropout", weir_real(drops ? p->hidden_dropout_ratios.v[i - 1] : 0), st, err);
            st = put(&d, "l1", weir_real(p->l1), st, err);
            st = put(&d, "l2", weir_real(p->l2), st, err);
            st = put(&d, "mean_rate", weir_real(s.rate_mean), st, err);
            st = put(&d, "rate_rms", weir_real(s.rate_rms), st, err);
            st = put(&d, "momentum", weir_real(s.momentum), st, err);
            st = put(&d, "mean_weight", weir_real(s.weight_mean), st, err);
            st = put(&d, "weight_rms", weir_real(s.weight_rms), st, err);
            st = put(&d, "mean_bias", weir_real(s.bias_mean), st, err);
            st = put(&d, "bias_rms", weir_real(s.bias_rms), st, err);
        }
        if (!st)
            st = weir_list_add(out, d, err);
        else
            weir_value_clear(&d);
    }
    return st;
}

static weir_status copy_history(history *to, const history *from, weir_error *err)
{
    weir_status st = WEIR_OK;
    weir_score_row row;

    for (size_t i = 0; i < history_count(from) && !st; i++) {
        history_read(from, i, &row, 1);
        st = history_add(to, &row, err);
    }
    return st;
}

static double *copy_doubles(const double *v, size_t n)
{
    double *c = v ? mem_array(n, sizeof *c) : NULL;
    if (c)
        memcpy(c, v, n * sizeof *c);
    return c;
}

static weir_status fill_model(run *r, weir_model *m, const network *net, weir_error *err)
{
    weir_status st = encoder_copy(&m->enc, r->enc, err);

    if (!st)
        st = network_copy(&m->net, net, err);
    if (!st)
        st = copy_history(m->hist, r->hist, err);
    if (!st && r->p->variable_importances) {
        m->importance = mem_array(r->enc->inputs + 1, sizeof *m->importance);
        st = m->importance ? importance_of(net, m->importance, err) : weir_no_memory(err, "working out importances");
        for (size_t i = 0; !st && i < r->enc->n_factors && r->enc->hashed == r->enc->slots; i++) {
            const encode_factor *f = &r->enc->factor[i];
            if (!f->missing_seen) /* its missing slot was never fed */
                m->importance[f->offset + f->slots - 1] = 0;
        }
    }
    if (!st)
        st = summarize(r, &m->summary, err);
    if (!st)
        st = weir_value_copy(&m->warnings, &r->warnings, err);
    if (!st && r->prior) {
        m->prior = copy_doubles(r->prior, r->enc->n_labels);
        m->balanced = copy_doubles(r->balanced, r->enc->n_labels);
        if (!m->prior || !m->balanced)
            st = weir_no_memory(err, "finishing the model");
    }
    return st;
}

static weir_model *snapshot(run *r, const network *net, weir_metrics *train, weir_metrics *valid, weir_error *err)
{
    weir_model *m = model_new();

    if (m) {
        m->params = weir_params_copy(r->asked);
        m->actual = weir_params_copy(r->p);
        m->hist = history_new();
        m->stopped = mem_text(r->stopped);
    }
    if (!m || !m->params || !m->actual || !m->hist || !m->stopped) {
        weir_model_unref(m);
        weir_no_memory(err, "finishing the model");
        return NULL;
    }
    m->category = r->category;
    m->loss = r->loss;
    if (fill_model(r, m, net, err)) {
        weir_model_unref(m);
        return NULL;
    }
    m->train = weir_metrics_ref(train);
    m->valid = weir_metrics_ref(valid);
    m->unstable = r->unstable;
    if (r->category == CATEGORY_BINOMIAL)
        m->threshold = metrics_max_f1_threshold(valid ? valid : train);
    m->end_time = clock_wall();
    m->run_time = seconds_so_far(r);
    m->start_time = m->end_time - (clock_now() - r->began);
    m->epochs = epochs_now(r);
    m->samples = r->samples;
    m->rows = r->data->rows;
    m->seed = (uint64_t)r->p->seed;
    m->threads = progress_threads(r->watch->progress);
    snprintf(m->kernel, sizeof m->kernel, "%s", kernel_get()->name);
    const char *id = param_text(&r->p->model_id);
    snprintf(m->id, sizeof m->id, "%s", id ? id : "");
    return m;
}

/* What a continued training needs. */
static weir_status keep_state(run *r, weir_model *m, weir_error *err)
{
    size_t n = trainer_state_size(r->trainer);
    train_state *s = MEM_NEW(train_state);

    if (!s)
        return weir_no_memory(err, "keeping the training's state");
    m->state = s;
    s->more = weir_dict();
    s->optimizer = mem_array(n, sizeof *s->optimizer);
    if (!s->optimizer)
        return weir_no_memory(err, "keeping the training's state");
    trainer_state_get(r->trainer, s->optimizer);
    s->n_optimizer = n;
    s->samples = r->samples;
    s->iterations = r->iterations;
    s->epochs = epochs_now(r);
    s->seconds = seconds_so_far(r);
    s->best = r->best_value;
    trainer_export(r->trainer, r->net);
    return network_copy(&s->last, r->net, err);
}

/* Iterating ----------------------------------------------------------------------------------------- */

/* Rows of the next iteration. -2: short enough to look lively, long enough to cost nothing. */
static uint64_t iteration_rows(const run *r, double speed)
{
    int64_t asked = r->p->train_samples_per_iteration;
    uint64_t n = (uint64_t)r->epoch_rows, left = r->target - r->samples;

    if (asked == -2) {
        uint64_t share = r->target / 20 + 1;
        if (!r->p->reproducible)
            n = speed > 0 ? (uint64_t)(speed * 0.25) + 1 : 1024; /* the first tells the speed */
        if (n > share)
            n = share;
    } else if (asked > 0) {
        n = (uint64_t)asked;
    }
    uint64_t batch = (uint64_t)r->p->mini_batch_size; /* an iteration does not cut a batch in two */
    n = (n + batch - 1) / batch * batch;
    return n < left ? n : left;
}

/* Position in the dataset of row number `number` of the training: a fixed random order
 * per training, or a new one per epoch when shuffling. */
static uint32_t row_of(const run *r, uint64_t number)
{
    uint64_t n = r->epoch_rows, epoch = number / n;
    uint64_t seed = (uint64_t)r->p->seed + (r->p->shuffle_training_data ? epoch * 0x9e3779b97f4a7c15u : 0);
    uint64_t at = rng_permute(seed, RNG_SHUFFLE, number % n, n);

    return r->balanced_rows ? r->balanced_rows[at] : (uint32_t)at;
}

static void tell(const run *r, double speed)
{
    const train_watch *w = r->watch;

    if (w->progress) {
        atomic_store_explicit(&w->progress->done, r->samples, memory_order_relaxed);
        atomic_store_explicit(&w->progress->total, r->target, memory_order_relaxed);
    }
    if (w->moved)
        w->moved(w->user, epochs_now(r), r->p->epochs, (int64_t)r->samples, (int64_t)r->iterations, speed);
}

/* Long iterations run in pieces, so that whoever watches sees them move. */
enum { PIECE = 1 << 15 };

/* A piece holds whole batches, at least one. */
static size_t order_room(const weir_params *p)
{
    size_t batch = (size_t)p->mini_batch_size;
    return batch > PIECE ? batch : PIECE / batch * batch;
}

static weir_status iterate(run *r, uint64_t rows, double *speed, weir_error *err)
{
    double from = clock_now();
    uint64_t start = r->samples, done = 0;
    weir_status st = WEIR_OK;

    while (done < rows && !st && !progress_cancelled(r->watch->progress)) {
        size_t piece = order_room(r->p);
        size_t n = rows - done < piece ? (size_t)(rows - done) : piece, did = 0;
        for (size_t i = 0; i < n; i++)
            r->order[i] = row_of(r, start + done + i);
        st = trainer_run(r->trainer, r->order, n, start + done, r->watch->progress, &did, err);
        done += did;
        r->samples = start + done;
        double t = clock_now() - from;
        *speed = t > 0 ? (double)done / t : 0;
        tell(r, *speed);
        if (did < n)
            break;
        if (r->p->max_runtime_secs > 0 && clock_now() - r->began > r->p->max_runtime_secs)
            break;
    }
    r->iterations++;
    return st;
}

static bool score_due(const run *r)
{
    double now = clock_now(), since = now - r->last_score, all = now - r->began;

    if (r->p->score_each_iteration || r->p->reproducible)
        return true;
    return since >= r->p->score_interval && r->score_time <= r->p->score_duty_cycle * all;
}

/* Why training should end now, into r->stopped. */
static bool goal_reached(run *r)
{
    double error = metrics_get(r->train, METRIC_ERROR), mse = metrics_get(r->train, METRIC_MSE);
    const weir_params *p = r->p;

    if (of_classes(r) && p->classification_stop >= 0 && error <= p->classification_stop)
        snprintf(r->stopped, sizeof r->stopped, "the training error %g reached classification_stop", error);
    else if (!of_classes(r) && p->regression_stop >= 0 && mse <= p->regression_stop)
        snprintf(r->stopped, sizeof r->stopped, "the training MSE %g reached regression_stop", mse);
    else if (stopping_due(r->values, r->n_values, (size_t)p->stopping_rounds, p->stopping_tolerance, r->less))
        snprintf(r->stopped, sizeof r->stopped, "%s no longer improves (stopping_rounds = %lld)",
                 weir_metric_at(r->metric)->name, (long long)p->stopping_rounds);
    return r->stopped[0] != '\0';
}

static weir_status note_unstable(run *r, const char *why, weir_error *err)
{
    char s[512];

    r->unstable = true;
    snprintf(r->stopped, sizeof r->stopped, "unstable: %.140s", why);
    snprintf(s, sizeof s,
             "training became unstable: %.160s. Remedies: a smaller rate (or adaptive_rate=true), a bound such as "
             "max_w2=10 or l1=1e-5, or activation=\"Tanh\"", why);
    return warn(r, s, err);
}

static weir_status loop(run *r, weir_error *err)
{
    double speed = 0;
    char why[160];
    weir_status st = score(r, err);

    while (!st && r->samples < r->target && !r->stopped[0]) {
        st = iterate(r, iteration_rows(r, speed), &speed, err);
        if (st)
            break;
        if (trainer_unstable(r->trainer, why, sizeof why)) {
            st = note_unstable(r, why, err);
            break;
        }
        bool cancelled = progress_cancelled(r->watch->progress);
        bool out_of_time = r->p->max_runtime_secs > 0 && clock_now() - r->began >= r->p->max_runtime_secs;
        if (cancelled)
            snprintf(r->stopped, sizeof r->stopped, "cancelled");
        else if (out_of_time)
            snprintf(r->stopped, sizeof r->stopped, "max_runtime_secs = %g reached", r->p->max_runtime_secs);
        if (cancelled && atomic_load(&r->watch->progress->cancel) == 2)
            return weir_fail(err, WEIR_ECANCEL, "the training was cancelled");
        if (cancelled) { /* the last scoring must not be cut short */
            atomic_store(&r->watch->progress->cancel, 0);
            st = score(r, err);
            atomic_store(&r->watch->progress->cancel, 1);
            break;
        }
        if (out_of_time || r->samples >= r->target || score_due(r)) {
            st = score(r, err);
            if (!st && !out_of_time)
                goal_reached(r);
        }
    }
    if (!st && !r->stopped[0])
        snprintf(r->stopped, sizeof r->stopped, "all %g epochs done", r->p->epochs);
    return st;
}

static weir_status finish(run *r, weir_model **out, weir_error *err)
{
    bool best = r->p->overwrite_with_best_model && r->best && !isnan(r->best_value);
    weir_model *m = snapshot(r, best ? r->best : r->net, best ? r->best_train : r->train,
                             best ? r->best_valid : r->valid, err);
    weir_status st = m ? keep_state(r, m, err) : WEIR_ENOMEM;

    if (st)
        weir_model_unref(m);
    else
        *out = m;
    return st;
}

static void clean(run *r)
{
    trainer_free(r->trainer);
    dataset_free(r->data);
    network_free(r->net);
    network_free(r->best);
    encode_view_free(r->view);
    encode_view_free(r->valid_view);
    encoder_free(r->enc);
    history_free(r->own);
    weir_params_free(r->p);
    weir_value_clear(&r->warnings);
    weir_metrics_unref(r->train), weir_metrics_unref(r->valid);
    weir_metrics_unref(r->best_train), weir_metrics_unref(r->best_valid);
    mem_free(r->train_rows), mem_free(r->valid_rows), mem_free(r->prior), mem_free(r->balanced);
    mem_free(r->order), mem_free(r->balanced_rows), mem_free(r->values);
}

weir_status train_run(const train_input *in, weir_model **out, weir_error *err)
{
    run r = {.in = in, .watch = in->watch, .asked = in->params, .began = clock_now(), .best_value = NAN};
    weir_status st = WEIR_OK;

    r.frame = param_frame(&in->params->training_frame);
    r.valid_frame = param_frame(&in->params->validation_frame);
    r.from = param_model(&in->params->checkpoint);
    r.warnings = weir_list();
    r.p = weir_params_copy(in->params);
    r.own = in->watch->hist ? NULL : history_new();
    r.hist = in->watch->hist ? in->watch->hist : r.own;

    r.last_score = r.began;
    if (r.p)
        r.order = mem_array(order_room(r.p), sizeof *r.order);
    if (!r.p || !r.hist || !r.order)
        st = weir_no_memory(err, "preparing the training");
    if (!st)
        st = prepare(&r, err);
    if (!st)
        st = loop(&r, err);
    if (!st)
        st = finish(&r, out, err);
    clean(&r);
    return st;
}
