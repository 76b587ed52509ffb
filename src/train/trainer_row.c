/* trainer_row.c - one row through the network and back.
 *
 * Forward, each layer leaves the list of its active units (a != 0); backward,
 * only those are visited: a rectifier that is off and a unit that was dropped
 * have no gradient, so nothing is lost. Error propagation, optimiser state and
 * weight move in one pass over a line of weights. */
#include "train/trainer_impl.h"

#include "base/rng.h"

#include <math.h>
#include <string.h>

/* Dropout -------------------------------------------------------------------------- */

/* x[from .. from + n) stay each with probability `keep`, else 0; the row's number, the purpose, the
 * layer and the place decide. One 16-bit random number each; from is a multiple of 8. */
static void drop(const trainer *t, float *x, size_t from, size_t n, double keep, rng_stream purpose, size_t layer,
                 uint64_t number)
{
    uint32_t threshold = (uint32_t)(keep * 65536 + 0.5), word[4] = {0};
    uint32_t stream = (uint32_t)purpose | (uint32_t)layer << 8;
    uint64_t block = (number << 20) + from / 8; /* a row has up to 2^23 numbers */

    x += from;
    if (n > 16) {
        t->kernel->drop(x, n, threshold, t->spec.seed, stream, block);
        return;
    }
    for (size_t i = 0; i < n; i++) { /* too few to fill vectors */
        if (i % 8 == 0)
            rng_block(t->spec.seed, stream, block++, word);
        uint32_t r = word[i % 8 / 2] >> (i % 2 * 16) & 0xffff;
        x[i] = r < threshold ? x[i] : 0;
    }
}

size_t trainer_kept_units(const trainer *t, size_t layer, uint64_t number, float *room, uint32_t *kept)
{
    size_t units = t->main.layer[layer].units, n = 0;

    for (size_t k = 0; k < units; k++)
        room[k] = 1;
    if (t->keep[layer] < 1)
        drop(t, room, 0, units, t->keep[layer], RNG_HIDDEN_DROPOUT, layer, number);
    for (size_t k = 0; k < units; k++)
        if (room[k] != 0)
            kept[n++] = (uint32_t)k;
    return n;
}

void trainer_drop_inputs(const trainer *t, float *x, uint64_t number)
{
    drop(t, x, 0, t->inputs, 1 - t->spec.input_dropout, RNG_INPUT_DROPOUT, 0, number);
}

/* Input ------------------------------------------------------------------------------ */

static void drop_inputs(const trainer *t, worker *w, uint64_t number)
{
    if (!t->data->sparse) {
        trainer_drop_inputs(t, w->x, number);
        return;
    }
    memcpy(w->value, w->given, w->n_inputs * sizeof *w->value);
    drop(t, w->value, 0, w->n_inputs, 1 - t->spec.input_dropout, RNG_INPUT_DROPOUT, 0, number);
    w->n_inputs = t->kernel->list(w->value, w->input, 0, w->n_inputs, w->index, w->value);
    w->input = w->index;
    w->given = w->value;
}

static void copy_row(const trainer *t, worker *w, size_t row)
{
    const dataset *d = t->data;

    if (d->sparse) {
        w->input = d->index + d->start[row];
        w->given = d->value + d->start[row];
        w->n_inputs = d->start[row + 1] - d->start[row];
    } else {
        dataset_row(d, row, w->x);
    }
    if (!t->spec.autoencoder)
        return;
    if (!d->sparse) {
        memcpy(w->target, w->x, t->inputs * sizeof *w->x);
        return;
    }
    memset(w->target, 0, t->inputs * sizeof *w->target);
    for (size_t k = 0; k < w->n_inputs; k++)
        w->target[w->input[k]] = w->given[k];
}

void trainer_load_row(const trainer *t, worker *w, size_t row, uint64_t number)
{
    copy_row(t, w, row);
    if (t->spec.input_dropout > 0)
        drop_inputs(t, w, number);
}

/* Forward ---------------------------------------------------------------------------- */

void trainer_affine(const trainer *t, const work_layer *l, worker *w, size_t i)
{
    unit_layer *u = &w->unit[i];

    if (l->output_major) {
        t->kernel->gemv(l->w, l->ld, l->rows, w->x, l->ld, u->z);
        for (size_t r = 0; r < l->rows; r++)
            u->z[r] += l->b[r];
        return;
    }
    memcpy(u->z, l->b, padded(l->rows) * sizeof *u->z);
    if (i == 0)
        t->kernel->sum_rows(u->z, l->w, l->ld, w->input, w->given, w->n_inputs, line_width(l));
    else
        t->kernel->sum_rows(u->z, l->w, l->ld, w->unit[i - 1].active, w->unit[i - 1].value,
                            w->unit[i - 1].n_active, line_width(l));
}

void trainer_activate(const trainer *t, const work_layer *l, unit_layer *u, size_t from, size_t to)
{
    switch (l->act) {
    case ACT_TANH:
        memcpy(u->a + from, u->z + from, (to - from) * sizeof *u->a);
        t->kernel->tanh_of(u->a + from, to - from);
        break;
    case ACT_RECTIFIER:
        t->kernel->positive(u->a + from, u->z + from, to - from);
        break;
    case ACT_EXP_RECTIFIER:
        for (size_t k = from; k < to; k++)
            u->a[k] = u->z[k] >= 0 ? u->z[k] : expm1f(u->z[k]);
        break;
    case ACT_MAXOUT:
        for (size_t k = from; k < to; k++)
            u->a[k] = u->z[2 * k] >= u->z[2 * k + 1] ? u->z[2 * k] : u->z[2 * k + 1];
        break;
    default: memcpy(u->a + from, u->z + from, (to - from) * sizeof *u->a); break;
    }
}

size_t trainer_list_active(const trainer *t, unit_layer *u, size_t i, uint64_t number, size_t from, size_t to)
{
    if (t->keep[i] < 1)
        drop(t, u->a, from, to - from, t->keep[i], RNG_HIDDEN_DROPOUT, i, number);
    return t->kernel->list(u->a + from, NULL, from, to - from, u->active + from, u->value + from);
}

static void forward(const trainer *t, worker *w, uint64_t number)
{
    for (size_t i = 0; i < t->layers; i++) {
        const work_layer *l = &w->weights->layer[i];
        unit_layer *u = &w->unit[i];
        trainer_affine(t, l, w, i);
        if (i + 1 == t->layers)
            break;
        trainer_activate(t, l, u, 0, l->units);
        u->n_active = trainer_list_active(t, u, i, number, 0, l->units);
        if (t->spec.sparsity_beta > 0)
            t->kernel->lerp(l->mean, u->a, 0.001f, l->units);
    }
}

/* Error at the output ------------------------------------------------------------------ */

/* The same for columns [from, to) of an autoencoder's. */
void trainer_rebuilt_error(const trainer *t, size_t row, const float *z, const float *target, float *g, size_t from,
                           size_t to)
{
    double weight = t->data->weight ? (double)t->data->weight[row] : 1;

    for (size_t k = from; k < to; k++)
        g[k] = (float)(weight * loss_gradient(&t->spec.loss, (double)target[k], (double)z[k]));
}

/* g = derivative of the row's loss with respect to the output layer's z. */
void trainer_output_error(const trainer *t, size_t row, const float *z, const float *target, double *p,
                          float *g)
{
    const loss_spec *s = &t->spec.loss;
    size_t n = t->outputs;
    double weight = t->data->weight ? (double)t->data->weight[row] : 1;

    if (t->spec.autoencoder) {
        trainer_rebuilt_error(t, row, z, target, g, 0, n);
        return;
    }
    double y = (double)t->data->target[row];
    if (s->family != FAMILY_BERNOULLI && s->family != FAMILY_MULTINOMIAL) {
        double f = (double)z[0] + (t->data->offset ? (double)t->data->offset[row] : 0);
        g[0] = (float)(weight * loss_gradient(s, y, f));
        return;
    }
    double spread = s->label_smoothing / (double)n, inner = 0;
    loss_softmax(z, n, p);
    for (size_t k = 0; k < n; k++)
        g[k] = (float)(p[k] - spread - (k == (size_t)y ? 1 - s->label_smoothing : 0));
    if (s->loss == LOSS_QUADRATIC) { /* half the squared distance of p from the target, through softmax */
        for (size_t k = 0; k < n; k++)
            inner += (double)g[k] * p[k];
        for (size_t k = 0; k < n; k++)
            g[k] = (float)(p[k] * ((double)g[k] - inner));
    }
    for (size_t k = 0; k < n && weight != 1; k++)
        g[k] *= (float)weight;
}

void trainer_row_error(const trainer *t, worker *w, size_t row)
{
    unit_layer *u = &w->unit[t->layers - 1];
    trainer_output_error(t, row, u->z, w->target, w->prob, u->g);
}

/* Backward ------------------------------------------------------------------------------- */

/* The optimiser's constants for one layer at this point of the training. */
kernel_step trainer_constants(const trainer *t, size_t layer, uint64_t number, uint64_t step)
{
    const trainer_spec *s = &t->spec;
    kernel_step k = {.l1 = (float)s->l1, .l2 = (float)s->l2, .all = !s->fast_mode,
                     .rho = (float)s->rho, .epsilon = (float)s->epsilon, .nesterov = s->nesterov,
                     .quick = !s->reproducible};

    if (s->optimizer == OPT_ADADELTA) {
        k.decay = (float)s->weight_decay;
        return k;
    }
    double rate = trainer_rate(s, layer, number), momentum = 0;
    if (s->optimizer == OPT_SGD) {
        momentum = trainer_momentum(s, number);
    } else {
        k.beta1 = (float)s->adam_beta1;
        k.beta2 = (float)s->adam_beta2;
        k.correct1 = (float)(1 / (1 - pow(s->adam_beta1, (double)step)));
        k.correct2 = (float)(1 / (1 - pow(s->adam_beta2, (double)step)));
    }
    k.decay = (float)(rate * s->weight_decay);
    k.rate = (float)(rate * (1 - momentum));
    k.momentum = (float)momentum;
    return k;
}

kernel_step_fn *trainer_rule(const trainer *t)
{
    return t->spec.optimizer == OPT_ADADELTA ? t->kernel->adadelta
           : t->spec.optimizer == OPT_SGD    ? t->kernel->sgd
                                             : t->kernel->adam;
}

/* error[] of the n active units among [from, to) -> g of their pre-activations; the rest stays 0. */
void trainer_hand_down(const trainer *t, const work_layer *l, unit_layer *u, size_t from, size_t to, size_t n)
{
    double beta = t->spec.sparsity_beta;
    size_t channels = (size_t)l->channels;

    memset(u->g + from * channels, 0, (to - from) * channels * sizeof *u->g);
    for (size_t i = from; i < from + n; i++) {
        size_t k = u->active[i];
        float g = u->error[i] * activation_slope(l->act, u->value[i]);
        if (beta > 0)
            g += (float)(beta * ((double)l->mean[k] - t->spec.average_activation));
        if (l->act == ACT_MAXOUT)
            u->g[2 * k + (u->z[2 * k] < u->z[2 * k + 1])] = g;
        else
            u->g[k] = g;
    }
}

void trainer_step_biases(const trainer *t, worker *w, size_t i, uint64_t number)
{
    const work_layer *l = &w->weights->layer[i];
    kernel_step k = trainer_constants(t, i, number, t->steps + w->steps + 1);
    float one = 1;

    k.decay = 0; /* L1 and L2 hold for biases too */
    trainer_rule(t)(l->b, l->bs, l->bt, 0, NULL, &one, 1, w->unit[i].g, padded(l->rows), &k, NULL);
}

void trainer_step_layer(const trainer *t, worker *w, size_t i, uint64_t number)
{
    const work_layer *l = &w->weights->layer[i];
    kernel_step k = trainer_constants(t, i, number, t->steps + w->steps + 1);
    float *g = w->unit[i].g;

    if (l->output_major) {
        for (size_t r = 0; r < l->rows; r++)
            if (g[r] != 0 || k.all) {
                uint32_t line = (uint32_t)r;
                trainer_rule(t)(l->w, l->s, l->t, l->ld, &line, &g[r], 1, w->x, l->ld, &k, NULL);
            }
    } else {
        row_feed f = row_feed_of(w, i);
        trainer_rule(t)(l->w, l->s, l->t, l->ld, f.index, f.value, f.n, g, line_width(l), &k, i ? f.error : NULL);
    }
    trainer_step_biases(t, w, i, number);
}

/* Without fast_mode every weight decays and is regularised, also under inactive inputs:
 * the lines that step_layer did not visit take a step with gradient 0. */
static void step_idle_lines(const trainer *t, worker *w, size_t i, uint64_t number)
{
    const work_layer *l = &w->weights->layer[i];
    kernel_step k = trainer_constants(t, i, number, t->steps + w->steps + 1);
    row_feed f = row_feed_of(w, i);
    size_t next = 0;
    float zero = 0;

    for (size_t j = 0; j < l->inputs && !l->output_major; j++) {
        uint32_t line = (uint32_t)j;
        if (next < f.n && f.index[next] == j)
            next++;
        else
            trainer_rule(t)(l->w, l->s, l->t, l->ld, &line, &zero, 1, w->unit[i].g, l->ld, &k, NULL);
    }
}

static void sum_layer(const trainer *t, worker *w, size_t i)
{
    const work_layer *l = &w->weights->layer[i], *sum = &w->sums.layer[i];
    float *g = w->unit[i].g;

    if (l->output_major) {
        for (size_t r = 0; r < l->rows; r++)
            if (g[r] != 0)
                t->kernel->axpy(sum->w + r * l->ld, w->x, g[r], l->inputs);
    } else {
        row_feed f = row_feed_of(w, i);
        for (size_t k = 0; k < f.n; k++) {
            if (i)
                f.error[k] = t->kernel->dot(l->w + f.index[k] * l->ld, g, l->ld);
            t->kernel->axpy(sum->w + f.index[k] * l->ld, g, f.value[k], l->ld);
        }
    }
    t->kernel->axpy(sum->b, g, 1, l->rows);
}

static void probe_layer(const trainer *t, worker *w, size_t i)
{
    const work_layer *l = &w->weights->layer[i];
    row_feed f = row_feed_of(w, i);

    for (size_t k = 0; k < f.n && i; k++)
        f.error[k] = t->kernel->dot(l->w + f.index[k] * l->ld, w->unit[i].g, l->ld);
}

/* max_w2 (sum: room for [n]): scales the weights into units back when their squares sum to more, for n of the
 * matrix's rows. What is beyond numbers stays as it is, for the look at trouble to find. */
void trainer_bound_columns(const trainer *t, const work_layer *l, float *sum, size_t from, size_t n)
{
    float most = (float)t->spec.max_w2;

    if (l->output_major) {
        for (size_t r = from; r < from + n; r++) {
            float s = (float)t->kernel->sum_squares(l->w + r * l->ld, l->inputs), f = sqrtf(most / s);
            for (size_t k = 0; s > most && isfinite(s) && k < l->inputs; k++)
                l->w[r * l->ld + k] *= f;
        }
        return;
    }
    memset(sum, 0, n * sizeof *sum);
    for (size_t j = 0; j < l->inputs; j++)
        t->kernel->add_squares(sum, l->w + j * l->ld + from, n);
    bool any = false;
    for (size_t r = 0; r < n; r++) {
        any |= sum[r] > most;
        sum[r] = sum[r] > most && isfinite(sum[r]) ? sqrtf(most / sum[r]) : 1;
    }
    for (size_t j = 0; any && j < l->inputs; j++)
        t->kernel->scale(l->w + j * l->ld + from, sum, n);
}

void trainer_bound_weights(const trainer *t, const work_layer *l, float *sum)
{
    trainer_bound_columns(t, l, sum, 0, l->rows);
}

static void backward(const trainer *t, worker *w, pass_kind pass, uint64_t number)
{
    for (size_t i = t->layers; i-- > 0;) {
        if (pass == PASS_STEP)
            trainer_step_layer(t, w, i, number);
        else if (pass == PASS_SUM)
            sum_layer(t, w, i);
        else
            probe_layer(t, w, i);
        if (pass == PASS_STEP && !t->spec.fast_mode)
            step_idle_lines(t, w, i, number);
        if (i)
            trainer_hand_down(t, &w->weights->layer[i - 1], &w->unit[i - 1], 0, w->weights->layer[i - 1].units,
                              w->unit[i - 1].n_active);
        if (pass == PASS_STEP && isfinite(t->spec.max_w2))
            trainer_bound_weights(t, &w->weights->layer[i], w->unit[i].z); /* z is no longer needed */
    }
}

/* Rows -------------------------------------------------------------------------------------- */

/* Inputs that are zero take the step too. Which of them are dropped, numbers of their own say: dropout
 * of the row itself has drawn for the others only. What was dropped of these stays dropped. */
static void push_sparse(const trainer *t, worker *w, size_t row, uint64_t number, const float *slope)
{
    const dataset *d = t->data;
    float eps = (float)t->spec.adversarial_epsilon;

    memset(w->x, 0, t->inputs * sizeof *w->x);
    t->kernel->push(w->x, slope, eps, t->inputs);
    for (size_t k = 0; k < w->n_inputs; k++)
        w->value[k] = w->given[k] + w->x[w->input[k]];
    if (t->spec.input_dropout > 0) {
        drop(t, w->x, 0, t->inputs, 1 - t->spec.input_dropout, RNG_INPUT_DROPOUT, 1, number);
        for (uint64_t k = d->start[row]; k < d->start[row + 1]; k++)
            w->x[d->index[k]] = 0;
    }
    for (size_t k = 0; k < w->n_inputs; k++)
        w->x[w->input[k]] = w->value[k];
    w->n_inputs = t->kernel->list(w->x, NULL, 0, t->inputs, w->index, w->value);
    w->input = w->index;
    w->given = w->value;
}

void trainer_push_row(const trainer *t, worker *w, size_t row, uint64_t number, const float *slope)
{
    if (t->data->sparse) {
        push_sparse(t, w, row, number, slope);
        return;
    }
    t->kernel->push(w->x, slope, (float)t->spec.adversarial_epsilon, t->inputs);
    if (t->spec.input_dropout > 0) /* the same numbers are drawn again */
        trainer_drop_inputs(t, w->x, number);
}

void trainer_slope(const trainer *t, const work_layer *l, const float *g, size_t from, size_t n, float *slope)
{
    if (!l->output_major) {
        for (size_t j = 0; j < t->inputs; j++)
            slope[j] = t->kernel->dot(l->w + j * l->ld + from, g + from, n);
        return;
    }
    memset(slope, 0, t->inputs * sizeof *slope);
    for (size_t r = from; r < from + n; r++)
        if (g[r] != 0)
            t->kernel->axpy(slope, l->w + r * l->ld, g[r], t->inputs);
}

/* masks: the number that hidden dropout is drawn by; the rows of a mini-batch share one. */
static void one_row(const trainer *t, worker *w, size_t row, uint64_t number, uint64_t masks,
                    pass_kind pass)
{
    trainer_load_row(t, w, row, number);
    forward(t, w, masks);
    trainer_row_error(t, w, row);
    if (t->spec.adversarial_epsilon > 0) {
        backward(t, w, PASS_PROBE, number);
        trainer_slope(t, &w->weights->layer[0], w->unit[0].g, 0, w->weights->layer[0].rows, w->error);
        trainer_push_row(t, w, row, number, w->error);
        forward(t, w, masks);
        trainer_row_error(t, w, row);
    }
    backward(t, w, pass, number);
}

void trainer_row(const trainer *t, worker *w, size_t row, uint64_t number)
{
    one_row(t, w, row, number, number, PASS_STEP);
    if (t->spec.adversarial_epsilon <= 0)
        return;
    trainer_load_row(t, w, row, number); /* and the clean row */
    forward(t, w, number);
    trainer_row_error(t, w, row);
    backward(t, w, PASS_STEP, number);
}

void trainer_sum_row(const trainer *t, worker *w, size_t row, uint64_t number, uint64_t first)
{
    one_row(t, w, row, number, first, PASS_SUM);
}

void trainer_batch_step(const trainer *t, worker *w, size_t rows, uint64_t number)
{
    float share = 1 / (float)rows;

    for (size_t i = 0; i < t->layers; i++) {
        const work_layer *l = &w->weights->layer[i], *sum = &w->sums.layer[i];
        kernel_step k = trainer_constants(t, i, number, t->steps + w->steps + 1);
        for (size_t j = 0; j < l->lines; j++) {
            uint32_t zero = 0;
            size_t at = j * l->ld;
            trainer_rule(t)(l->w + at, l->s + at, l->t + at, 0, &zero, &share, 1, sum->w + at, l->ld, &k, NULL);
        }
        k.decay = 0; /* L1 and L2 hold for biases too */
        trainer_rule(t)(l->b, l->bs, l->bt, 0, NULL, &share, 1, sum->b, l->rows, &k, NULL);
        if (isfinite(t->spec.max_w2))
            trainer_bound_weights(t, &w->weights->layer[i], w->unit[i].z); /* z is no longer needed */
    }
    memset(w->sums.slab, 0, w->sums.floats * sizeof(float));
}
