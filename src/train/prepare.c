/* prepare.c - before the first row: frames bound to the encoder, the network built, loaded or
 * continued, rows packed. */
#include "train/train_impl.h"

#include "base/mem.h"
#include "base/status.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The rows that a training goes on with have the columns and levels that it began with. */
static weir_status check_columns(const run *r, weir_error *err)
{
    if (r->view->absent)
        return weir_fail_at(err, WEIR_EINVAL, "training_frame", "training_frame lacks the column '%s'%s that model '%s' learned from",
                            r->view->lacks, r->view->absent > 1 ? " and others" : "", r->from->id);
    for (size_t i = 0; i < r->enc->n_factors; i++) {
        const encode_factor *f = &r->enc->factor[i];
        const column *c = r->view->factor_col[i];
        for (size_t k = 0; c && c->type == WEIR_TYPE_FACTOR && k < c->n_levels; k++) {
            uint32_t level;
            if (!map_get(f->by_level, c->levels[k], strlen(c->levels[k]), &level))
                return weir_fail_at(err, WEIR_EINVAL, "training_frame", "column '%s' of training_frame has the level '%s', which model '%s' has not learned from",
                                    f->name, c->levels[k], r->from->id);
        }
    }
    return WEIR_OK;
}

static weir_status bind_frames(run *r, weir_error *err)
{
    weir_status st = r->from ? encoder_copy(&r->enc, r->from->enc, err)
                             : encoder_fit(&r->enc, r->p, r->frame, &r->warnings, r->watch->progress, err);

    if (!st)
        r->enc->skip_missing = r->p->missing_values_handling == MISSING_SKIP; /* may change from one training to the next */
    if (!st)
        st = encode_view_new(&r->view, r->enc, r->frame, r->watch->log, err);
    if (!st && r->from)
        st = check_columns(r, err);
    if (!st && r->valid_frame)
        st = encode_view_validation(&r->valid_view, r->enc, r->valid_frame, r->watch->log, err);
    if (!st && r->valid_view && r->valid_view->absent && !r->enc->h2o)
        st = weir_fail_at(err, WEIR_EINVAL, "validation_frame", "validation_frame lacks the column '%s'%s that the model learns from",
                          r->valid_view->lacks, r->valid_view->absent > 1 ? " and others" : "");
    for (size_t i = 0; !st && r->valid_view && i < r->valid_view->warnings.as.list.n; i++) {
        char s[320];
        snprintf(s, sizeof s, "validation frame: %.280s", r->valid_view->warnings.as.list.v[i].as.text.s);
        st = run_warn(r, s, err);
    }
    if (!st && r->valid_view && !r->p->autoencoder && !r->valid_view->response)
        st = weir_fail_at(err, WEIR_EINVAL, "validation_frame", "the response '%s' of the validation frame is missing in every row",
                          r->enc->response);
    return st;
}

/* What would make the network smaller: the factor that gives most of the inputs, or the layers. */
/* Hidden layers halved until so many weights are not exceeded; false: not even one unit each would do. */
static bool fit(const run *r, size_t *sizes, size_t n, uint64_t limit)
{
    while (network_count(sizes, n, run_activation(r->p)) > limit) {
        bool smaller = false;
        for (size_t i = 1; i + 1 < n; i++) {
            smaller |= sizes[i] > 1;
            sizes[i] = sizes[i] > 1 ? sizes[i] / 2 : 1;
        }
        if (!smaller)
            return false;
    }
    return true;
}

static const char *words_of(const size_t *sizes, size_t n, char *buf, size_t cap)
{
    size_t used = 0;

    buf[0] = '\0';
    for (size_t i = 1; i + 1 < n && used < cap; i++)
        used += (size_t)snprintf(buf + used, cap - used, "%s%zu", i > 1 ? "," : "", sizes[i]);
    return buf;
}

static void advise(const run *r, size_t *sizes, size_t n, uint64_t limit, weir_error *err)
{
    const encoder *e = r->enc;
    const encode_factor *widest = e->n_factors ? &e->factor[0] : NULL;
    char words[100];

    if (widest && e->hashed == e->slots && widest->slots > e->inputs / 2)
        weir_hint(err, "column '%.80s' alone gives %zu inputs; max_categorical_features or categorical_encoding=\"EnumLimited\" "
                  "makes them fewer", widest->name, widest->slots);
    else if (fit(r, sizes, n, limit))
        weir_hint(err, "try hidden = {%s}, fewer columns, or a higher limit: weir.init{%s}", words_of(sizes, n, words, sizeof words),
                  r->in->memory && limit < r->in->max_parameters ? "memory=..." : "parameters=...");
    else
        weir_hint(err, "fewer columns, or a higher limit: weir.init{parameters=...}");
}

/* Guards against a network that could never fit, before anything is allocated. */
static weir_status check_size(const run *r, size_t *sizes, size_t n, weir_error *err)
{
    enum { COPIES = 7 }; /* the trainer's weights and two states, its average, the last, the best, a snapshot */
    uint64_t limit = r->in->max_parameters ? r->in->max_parameters : 100000000, most = 0;
    uint64_t count = network_count(sizes, n, run_activation(r->p));
    double bytes = (double)count * sizeof(float) * COPIES;
    size_t largest = 0;

    for (size_t i = 0; i + 1 < n; i++) {
        uint64_t own = network_count(sizes + i, 2, run_activation(r->p));
        largest = own > most ? i : largest;
        most = own > most ? own : most;
    }
    if (count > limit)
        weir_fail_at(err, WEIR_EINVAL, "hidden",
                     "the network would have %llu weights and biases, the limit is %llu; layer %zu is the largest (%zu inputs, %zu units)",
                     (unsigned long long)count, (unsigned long long)limit, largest + 1, sizes[largest], sizes[largest + 1]);
    else if (r->in->memory && bytes > (double)r->in->memory)
        weir_fail_at(err, WEIR_EINVAL, "hidden",
                     "a network of %llu weights and biases takes about %.0f MB to train, the memory budget is %.0f MB; "
                     "layer %zu is the largest (%zu inputs, %zu units)", (unsigned long long)count, bytes / 1e6,
                     (double)r->in->memory / 1e6, largest + 1, sizes[largest], sizes[largest + 1]);
    else
        return WEIR_OK;
    uint64_t room = r->in->memory ? r->in->memory / (sizeof(float) * COPIES) : UINT64_MAX;
    advise(r, sizes, n, limit < room ? limit : room, err);
    return WEIR_EINVAL;
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

/* The pretrained layers read the same inputs in the same order, or the first that differs is named. */
static weir_status same_inputs(const run *r, const weir_model *pre, weir_error *err)
{
    const encoder *a = r->enc, *b = pre->enc;

    for (size_t i = 0; i < a->inputs || i < b->inputs; i++) {
        char own[256] = "nothing", other[256] = "nothing";
        if (i < a->inputs)
            encoder_input_name(a, i, own, sizeof own);
        if (i < b->inputs)
            encoder_input_name(b, i, other, sizeof other);
        if (strcmp(own, other) != 0)
            return weir_fail_at(err, WEIR_EINVAL, "pretrained_autoencoder",
                                "pretrained_autoencoder '%s' has %zu inputs, this network %zu: input %zu is '%s' there and '%s' here",
                                pre->id, b->inputs, a->inputs, i + 1, other, own);
    }
    return WEIR_OK;
}

static weir_status initial_network(run *r, weir_error *err)
{
    const weir_params *p = r->p;
    const weir_model *pre = param_model(&p->pretrained_autoencoder);
    weir_status st = WEIR_OK;

    network_init(r->net, (weight_distribution)p->initial_weight_distribution, p->initial_weight_scale, run_of_classes(r),
                 (uint64_t)p->seed);
    if (pre && (st = same_inputs(r, pre, err)))
        return st;
    for (size_t i = 0; pre && i + 1 < r->net->layers; i++) {
        network_layer *to = &r->net->layer[i];
        const network_layer *l = &pre->net->layer[i];
        if (l->act != to->act)
            return weir_fail_at(err, WEIR_EINVAL, "pretrained_autoencoder", "pretrained_autoencoder '%s' has activation = \"%s\", this network \"%s\"", pre->id,
                                param_spelling(PARAM_activation, pre->actual->activation), param_spelling(PARAM_activation, p->activation));
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
    activation_kind output = run_of_classes(r) ? ACT_SOFTMAX : ACT_LINEAR;

    if (!sizes)
        return weir_no_memory(err, "building the network");
    sizes[0] = r->enc->inputs;
    for (size_t i = 0; i < p->hidden.n; i++)
        sizes[i + 1] = (size_t)p->hidden.v[i];
    sizes[n - 1] = p->autoencoder ? r->enc->inputs : run_of_classes(r) ? r->enc->n_labels : 1;
    weir_status st = check_size(r, sizes, n, err);
    if (!st)
        st = network_new(&r->net, sizes, n, run_activation(p), output, err);
    mem_free(sizes);
    if (!st && !r->from)
        st = initial_network(r, err);
    if (!st && r->from)
        network_assign(r->net, r->from->state->last ? r->from->state->last : r->from->net);
    return st;
}

/* Threads that have work: without force_load_balance none gets less than a block of rows. */
int run_threads(const run *r)
{
    enum { BLOCK = 4096 };
    size_t blocks = (r->epoch_rows + BLOCK - 1) / BLOCK;
    int threads = progress_threads(r->watch->progress);

    return r->p->force_load_balance || blocks >= (size_t)threads ? threads : blocks > 1 ? (int)blocks : 1;
}

/* A trainer for the network as it is. */
static weir_status make_trainer(run *r, const network *net, trainer **out, weir_error *err)
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
        .adversarial_epsilon = p->adversarial_epsilon, .bf16 = p->precision == 1, .reproducible = p->reproducible,
        .seed = (uint64_t)p->seed, .total_samples = p->epochs * (double)r->epoch_rows, .threads = run_threads(r)};
    return trainer_new(out, &s, net, r->data, err);
}

static weir_status build_trainer(run *r, weir_error *err)
{
    weir_status st = make_trainer(r, r->net, &r->trainer, err);

    r->team = run_threads(r);
    if (!st && r->from && r->from->state->optimizer)
        st = trainer_state_set(r->trainer, r->from->state->optimizer, r->from->state->n_optimizer, err);
    if (!st)
        trainer_export(r->trainer, r->net); /* sets the keep factors, for the scoring of epoch 0 */
    return st;
}

/* Weights and the optimiser's state move into a trainer of the new size; where it cannot be had, the old one goes on. */
weir_status run_follow_threads(run *r, weir_error *err)
{
    network *now = NULL;
    trainer *t = NULL;

    if (r->watch->threads)
        r->watch->threads(r->watch->user);
    if (run_threads(r) == r->team)
        return WEIR_OK;
    size_t n = trainer_state_size(r->trainer);
    float *state = mem_array(n, sizeof *state);
    weir_status st = state ? network_copy(&now, r->net, err) : weir_no_memory(err, "changing the number of threads");
    if (!st) {
        trainer_export(r->trainer, now); /* or their moving average: then the state has the weights */
        trainer_state_get(r->trainer, state);
        st = make_trainer(r, now, &t, err);
    }
    if (!st)
        st = trainer_state_set(t, state, n, err);
    if (!st && r->loss.family == FAMILY_HUBER)
        trainer_set_huber_delta(t, r->loss.huber_delta);
    r->team = run_threads(r);
    if (st) {
        log_at(r->watch->log, WEIR_LOG_WARN, "train", "the number of threads stays: %s", err ? err->message : "out of memory");
        trainer_free(t);
    } else {
        trainer_free(r->trainer);
        r->trainer = t;
    }
    network_free(now);
    mem_free(state);
    return WEIR_OK;
}

/* Iterations of whole epochs in a fixed order would show the network the same sequence again and
 * again: then shuffling comes on by itself, unless it was asked not to. */
static void settle_shuffling(run *r)
{
    weir_params *p = r->p;
    int64_t n = p->train_samples_per_iteration;
    bool whole = n == 0 || n == -1 || (n > 0 && (uint64_t)n == r->epoch_rows) || (n == -2 && p->reproducible);

    if (p->shuffle_training_data || p->given[PARAM_shuffle_training_data] || !whole)
        return;
    p->shuffle_training_data = true;
    log_at(r->watch->log, WEIR_LOG_INFO, "train", "shuffle_training_data is on: an iteration is an epoch");
}

weir_status run_prepare(run *r, weir_error *err)
{
    dataset_spec spec = {.autoencoder = r->p->autoencoder, .budget = r->in->memory};
    weir_status st;

    progress_phase(r->watch->progress, "preparing");
    st = run_resolve(r, err);
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
        st = run_balance(r, err);
    settle_shuffling(r);
    if (!st)
        st = run_choose_scored(r, err);
    if (!st)
        st = build_trainer(r, err);
    r->target = (uint64_t)llround(r->p->epochs * (double)r->epoch_rows);
    if (!st && r->from)
        st = run_take_state(r, err);
    return st;
}

weir_status run_measure(run *r, train_size *out, weir_error *err)
{
    enum { KEPT = 7 /* as check_size counts them */, OF_WORKER = 4 };
    weir_status st = run_resolve(r, err);

    if (!st)
        st = bind_frames(r, err);
    if (!st)
        st = build_network(r, err);
    if (st)
        return st;
    const network *net = r->net;
    uint64_t weights = 0, cells = (uint64_t)r->frame->rows * r->enc->inputs;
    bool small = weir_frame_bytes(r->frame) < 2 * cells; /* small integers stay bytes */
    for (size_t i = 0; i < net->layers; i++)
        weights += network_rows(&net->layer[i]) * (net->layer[i].inputs + 1);
    r->epoch_rows = r->frame->rows;
    *out = (train_size){.inputs = r->enc->inputs, .rows = r->frame->rows, .weights = weights, .threads = run_threads(r),
                        .samples = (uint64_t)(r->p->epochs * (double)r->frame->rows)};
    out->data = cells * (small ? 1 : sizeof(float));
    out->memory = weights * sizeof(float) * (uint64_t)(KEPT + OF_WORKER * (out->threads - 1)) + out->data;
    return WEIR_OK;
}
