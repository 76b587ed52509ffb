/* trainer.c - working copies, threads, and conversion from and to the canonical network. */
#include "config.h"
#include "train/trainer_impl.h"

#include "base/mem.h"
#include "base/status.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#endif
#ifdef __SSE__
#include <xmmintrin.h>
#endif

/* Working copies ------------------------------------------------------------------ */

/* Weights and states at the same place within a page would be taken for one another by
 * the processor's look at loads behind stores: each array starts some lines off. */
enum { APART = 5 * 16 };

/* Floats of an array of n that keeps the next one off the page's beat. */
static size_t room_of(size_t n)
{
    return (n + 1023) / 1024 * 1024 + APART;
}

static size_t layer_floats(const work_layer *l, bool states)
{
    size_t weights = room_of(weights_of(l)), biases = padded(l->rows);
    return (weights + biases) * (states ? 3 : 1) + padded(l->units);
}

weir_status copy_new(copy *c, const work_layer *shape, size_t layers, bool states, weir_error *err)
{
    size_t sum = 0;

    for (size_t i = 0; i < layers; i++)
        sum += layer_floats(&shape[i], states);
    c->layer = mem_array(layers, sizeof *c->layer);
    c->slab = mem_slab(sum, sizeof *c->slab);
    c->floats = sum;
    if (!c->layer || !c->slab)
        return weir_no_memory(err, "preparing the training");
    float *at = c->slab;
    for (size_t i = 0; i < layers; i++) {
        work_layer *l = &c->layer[i];
        *l = shape[i];
        size_t weights = room_of(weights_of(l)), biases = padded(l->rows);
        l->w = at, at += weights;
        l->s = states ? at : NULL, at += states ? weights : 0;
        l->t = states ? at : NULL, at += states ? weights : 0;
        l->b = at, at += biases;
        l->bs = states ? at : NULL, at += states ? biases : 0;
        l->bt = states ? at : NULL, at += states ? biases : 0;
        l->mean = at, at += padded(l->units);
    }
    return WEIR_OK;
}

void copy_free(copy *c)
{
    mem_slab_free(c->slab);
    mem_free(c->layer);
}

enum { TILE = 16 };

/* Where weight (row, input) of the canonical matrix lies. */
static size_t place(const work_layer *l, size_t row, size_t input)
{
    if (l->panels)
        return row / KERNEL_PANEL * l->apart + input * KERNEL_PANEL + row % KERNEL_PANEL;
    return l->output_major ? row * l->ld + input : input * l->ld + row;
}

static void copy_import(copy *c, const network *net)
{
    for (size_t i = 0; i < net->layers; i++) {
        const network_layer *n = &net->layer[i];
        work_layer *l = &c->layer[i];
        for (size_t r = 0; r < l->rows; r++) {
            for (size_t k = 0; k < l->inputs; k++)
                l->w[place(l, r, k)] = n->w[r * l->inputs + k];
            l->b[r] = (float)n->b[r];
        }
    }
}

void trainer_export(const trainer *t, network *net)
{
    const copy *c = t->average.slab ? &t->average : &t->main;

    for (size_t i = 0; i < net->layers; i++) {
        network_layer *n = &net->layer[i];
        const work_layer *l = &c->layer[i];
        for (size_t from = 0; from < l->rows; from += TILE) { /* so many rows lie in one cache line */
            size_t to = from + TILE < l->rows ? from + TILE : l->rows;
            for (size_t k = 0; k < l->inputs; k++)
                for (size_t r = from; r < to; r++)
                    n->w[r * l->inputs + k] = l->w[place(l, r, k)];
        }
        for (size_t r = 0; r < l->rows; r++)
            n->b[r] = (double)l->b[r];
        n->keep = t->keep[i];
    }
}

static void look_for_trouble(trainer *t)
{
    for (size_t i = 0; i < t->layers && !t->unstable[0]; i++) {
        const work_layer *l = &t->main.layer[i];
        double sum = t->kernel->sum_squares(l->w, weights_of(l));
        double most = 1e10 * 1e10;
        for (size_t r = 0; r < l->rows; r++)
            if (!(fabs((double)l->b[r]) < 1e10))
                snprintf(t->unstable, sizeof t->unstable, "bias %zu of layer %zu is %g", r + 1, i + 1,
                         (double)l->b[r]);
        if (isnan(sum))
            snprintf(t->unstable, sizeof t->unstable, "weights of layer %zu are no longer numbers", i + 1);
        else if (!(sum < most))
            snprintf(t->unstable, sizeof t->unstable,
                     "the weights of layer %zu have exploded (sum of squares %g)", i + 1, sum);
    }
}

void trainer_import(trainer *t, const network *net)
{
    copy_import(&t->main, net);
    if (t->average.slab)
        copy_import(&t->average, net);
    team_changed(t->team);
    t->unstable[0] = '\0';
    look_for_trouble(t);
}

/* Workers --------------------------------------------------------------------------- */

static weir_status unit_layer_new(unit_layer *u, const work_layer *l, weir_error *err)
{
    size_t rows = padded(l->rows), units = padded(l->units);

    u->z = mem_slab(rows, sizeof *u->z);
    u->g = mem_slab(rows, sizeof *u->g);
    u->a = mem_slab(units, sizeof *u->a);
    u->value = mem_slab(units, sizeof *u->value);
    u->error = mem_slab(units, sizeof *u->error);
    u->active = mem_array(units, sizeof *u->active);
    return u->z && u->g && u->a && u->value && u->error && u->active
               ? WEIR_OK
               : weir_no_memory(err, "preparing the training");
}

/* Very sparse rows are summed one by one instead: a matrix of them would be nearly all zeros. */
static bool as_matrices(const trainer *t)
{
    return t->spec.mini_batch > 1 && dataset_density(t->data) > 0.05;
}

weir_status worker_new(worker *w, trainer *t, weir_error *err)
{
    size_t inputs = padded(t->inputs);
    weir_status st = WEIR_OK;

    w->unit = mem_zero(t->layers, sizeof *w->unit);
    w->x = mem_slab(inputs, sizeof *w->x);
    w->target = mem_slab(inputs, sizeof *w->target);
    w->index = mem_array(inputs, sizeof *w->index);
    w->value = mem_slab(inputs, sizeof *w->value);
    w->error = mem_slab(inputs, sizeof *w->error);
    w->prob = mem_array(t->outputs + 1, sizeof *w->prob);
    if (!w->unit || !w->x || !w->target || !w->index || !w->value || !w->error || !w->prob)
        return weir_no_memory(err, "preparing the training");
    for (size_t i = 0; i < t->layers && !st; i++)
        st = unit_layer_new(&w->unit[i], &t->main.layer[i], err);
    if (!st && t->spec.mini_batch > 1 && !as_matrices(t))
        st = copy_new(&w->sums, t->main.layer, t->layers, false, err);
    w->weights = &t->main;
    return st;
}

void worker_free(worker *w, size_t layers)
{
    for (size_t i = 0; w->unit && i < layers; i++) {
        unit_layer *u = &w->unit[i];
        mem_slab_free(u->z);
        mem_slab_free(u->g);
        mem_slab_free(u->a);
        mem_slab_free(u->value);
        mem_slab_free(u->error);
        mem_free(u->active);
    }
    mem_free(w->unit);
    mem_slab_free(w->x);
    mem_slab_free(w->target);
    mem_free(w->index);
    mem_slab_free(w->value);
    mem_slab_free(w->error);
    mem_free(w->prob);
    copy_free(&w->replica);
    copy_free(&w->sums);
}

/* Life -------------------------------------------------------------------------------- */

static weir_status shape_layers(trainer *t, const network *net, weir_error *err)
{
    work_layer *shape = mem_zero(net->layers, sizeof *shape);

    t->keep = mem_array(net->layers, sizeof *t->keep);
    if (!shape || !t->keep) {
        mem_free(shape);
        return weir_no_memory(err, "preparing the training");
    }
    for (size_t i = 0; i < net->layers; i++) {
        const network_layer *n = &net->layer[i];
        bool output_major = i == 0 && !t->data->sparse && t->spec.mini_batch <= 1;
        size_t rows = network_rows(n);
        shape[i] = (work_layer){.inputs = n->inputs, .rows = rows, .units = n->units,
                                .channels = n->channels, .act = n->act, .output_major = output_major,
                                .ld = padded(output_major ? n->inputs : rows),
                                .lines = output_major ? rows : n->inputs};
        if (as_matrices(t)) {
            shape[i].ld = padded_panels(rows);
            shape[i].panels = shape[i].ld / KERNEL_PANEL;
            shape[i].apart = n->inputs * KERNEL_PANEL + PANEL_SKEW;
        }
        bool drops = t->spec.hidden_dropout && i + 1 < net->layers;
        t->keep[i] = drops ? 1 - t->spec.hidden_dropout[i] : 1;
    }
    t->bundle_rows = bundle_size(&t->spec, shape, net->layers, dataset_density(t->data));
    for (size_t i = 0; i < net->layers && t->bundle_rows; i++) /* lines a power of two apart would share few places of a cache */
        shape[i].ld += shape[i].output_major || shape[i].ld % 128 ? 0 : BUNDLE_SKEW;
    weir_status st = copy_new(&t->main, shape, net->layers, true, err);
    if (!st && t->spec.weight_average > 0)
        st = copy_new(&t->average, shape, net->layers, false, err);
    mem_free(shape);
    return st;
}

/* Workers on one copy write to each other's cache lines at every row and wait for them: each gets
 * a copy of its own unless that many bytes of weights and states were too much. */
enum { REPLICA_BYTES = 512 << 20 };

weir_status trainer_new(trainer **out, const trainer_spec *spec, const network *net,
                        const dataset *d, weir_error *err)
{
    weir_status st;

    if (spec->bf16 && !kernel_halves(kernel_get()))
        return weir_fail_at(err, WEIR_EINVAL, "precision",
                            "precision = bf16 needs a processor with bf16 products (AVX512_BF16, AMX); the kernels here are %s",
                            kernel_get()->name);
    trainer *t = MEM_NEW(trainer);
    if (!t)
        return weir_no_memory(err, "preparing the training");
    t->spec = *spec;
    t->data = d;
    t->layers = net->layers;
    t->inputs = net->layer[0].inputs;
    t->outputs = net->layer[net->layers - 1].units;
    t->kernel = kernel_get();
    t->product = spec->bf16 ? kernel_halves(t->kernel) : &t->kernel->full;
    st = shape_layers(t, net, err);
    t->workers = spec->reproducible || spec->threads < 1 || as_matrices(t) || t->bundle_rows ? 1 : spec->threads;
    t->worker = mem_zero((size_t)t->workers, sizeof *t->worker);
    if (!st && !t->worker)
        st = weir_no_memory(err, "preparing the training");
    for (int i = 0; i < t->workers && !st; i++)
        st = worker_new(&t->worker[i], t, err);
    if (!st && t->bundle_rows)
        st = bundle_new(&t->bundle, t, err);
    if (!st && as_matrices(t))
        st = batch_new(&t->batch, t, err);
    if (!st && t->workers > 1 && t->main.floats * sizeof(float) <= REPLICA_BYTES)
        st = team_new(&t->team, t, err);
    if (!st && lanes_pay(t))
        st = lanes_new(&t->lanes, t, err);
    if (st) {
        trainer_free(t);
        return st;
    }
    trainer_import(t, net);
    *out = t;
    return WEIR_OK;
}

void trainer_free(trainer *t)
{
    if (!t)
        return;
    for (int i = 0; t->worker && i < t->workers; i++)
        worker_free(&t->worker[i], t->layers);
    mem_free(t->worker);
    batch_free(t->batch);
    team_free(t->team);
    lanes_free(t->lanes, t->layers);
    bundle_free(t->bundle, t->layers);
    copy_free(&t->main);
    copy_free(&t->average);
    mem_free(t->keep);
    mem_free(t);
}

void trainer_set_huber_delta(trainer *t, double delta)
{
    t->spec.loss.huber_delta = delta;
}

/* Running ------------------------------------------------------------------------------ */

unsigned trainer_flush_denormals(void)
{
#ifdef __SSE__
    unsigned old = _mm_getcsr();
    _mm_setcsr(old | 0x8040);
    return old;
#else
    return 0;
#endif
}

void trainer_restore_denormals(unsigned old)
{
#ifdef __SSE__
    _mm_setcsr(old);
#else
    (void)old;
#endif
}

/* Rows between two looks at the cancel flag: about 10 ms of work. */
static size_t look_every(const trainer *t)
{
    double n = 2e7 / ((double)t->main.floats + 1000);
    return n < 1 ? 1 : n > 1000 ? 1000 : (size_t)n;
}

void trainer_average_part(const trainer *t, uint64_t steps, size_t me, size_t all)
{
    float share = (float)(1 - pow(t->spec.weight_average, (double)steps));

    for (size_t i = 0; i < t->layers; i++) {
        const work_layer *a = &t->average.layer[i], *l = &t->main.layer[i];
        float *to[2] = {a->w, a->b};
        const float *from[2] = {l->w, l->b};
        size_t n[2] = {weights_of(l), l->rows};
        for (size_t q = 0; q < 2; q++) {
            range mine = range_of(n[q], 16, me, all);
            t->kernel->lerp(to[q] + mine.from, from[q] + mine.from, share, mine.to - mine.from);
        }
    }
}

void trainer_update_average(const trainer *t, uint64_t steps)
{
    trainer_average_part(t, steps, 0, 1);
}

size_t trainer_work(trainer *t, int me, const uint32_t *order, size_t from, size_t to, uint64_t samples,
                    progress *p)
{
    enum { AVERAGE_EVERY = 32 }; /* rows; a pass over all weights per row would cost more than the row */
    worker *w = &t->worker[me];
    size_t look = look_every(t), size = t->spec.mini_batch > 1 ? t->spec.mini_batch : 1, i = from;
    bool average = t->average.slab && me == 0 && !t->team;

    for (size_t done = 0; i < to;) {
        if (size > 1) {
            size_t n = to - i < size ? to - i : size;
            for (size_t k = 0; k < n; k++)
                trainer_sum_row(t, w, order ? order[i + k] : i + k, samples + i + k, samples + i);
            trainer_batch_step(t, w, n, samples + i);
            w->steps++;
            i += n;
            if (average)
                trainer_update_average(t, (uint64_t)t->workers);
        } else {
            trainer_row(t, w, order ? order[i] : i, samples + i);
            w->steps++;
            i++;
            if (average && w->steps % AVERAGE_EVERY == 0)
                trainer_update_average(t, AVERAGE_EVERY * (uint64_t)t->workers);
        }
        if (++done % look == 0) {
            if (me == 0 && !t->team) /* the others are about as far */
                progress_reach(p, samples + (i - from) * (uint64_t)t->workers);
            if (progress_cancelled(p))
                break;
        }
    }
    return i - from;
}

static size_t run_shared(trainer *t, const uint32_t *order, size_t n, uint64_t samples, progress *p)
{
    size_t done = 0, team = (size_t)t->workers;

#pragma omp parallel num_threads(t->workers) reduction(+ : done) if (team > 1)
    {
#ifdef _OPENMP
        size_t me = (size_t)omp_get_thread_num(), all = (size_t)omp_get_num_threads();
#else
        size_t me = 0, all = 1;
#endif
        unsigned old = trainer_flush_denormals();
        done += trainer_work(t, (int)me, order, n * me / all, n * (me + 1) / all, samples, p);
        trainer_restore_denormals(old);
    }
    return done;
}

weir_status trainer_run(trainer *t, const uint32_t *order, size_t n, uint64_t samples, progress *p,
                        size_t *done, weir_error *err)
{
    (void)err;
    for (int i = 0; i < t->workers; i++)
        t->worker[i].steps = 0;
    *done = t->batch      ? batch_run(t, order, n, samples, p)
            : t->bundle   ? bundle_run(t, order, n, samples, p)
            : t->lanes    ? lanes_run(t, order, n, samples, look_every(t), p)
            : t->team     ? team_run(t, order, n, samples, p)
                          : run_shared(t, order, n, samples, p);
    for (int i = 0; i < t->workers; i++)
        t->steps += t->worker[i].steps;
    t->steps += t->lanes || t->bundle ? *done : 0;
    look_for_trouble(t);
    return WEIR_OK;
}

bool trainer_unstable(const trainer *t, char *why, size_t cap)
{
    if (t->unstable[0])
        snprintf(why, cap, "%s", t->unstable);
    return t->unstable[0] != '\0';
}

/* Figures and state --------------------------------------------------------------------- */

typedef struct sums { double sum, squares; size_t n; } sums;

static void add(sums *s, double x)
{
    s->sum += x;
    s->squares += x * x;
    s->n++;
}

static double mean_of(const sums *s)
{
    return s->n ? s->sum / (double)s->n : 0;
}

static double rms_of(const sums *s)
{
    double m = mean_of(s), v = s->n ? s->squares / (double)s->n - m * m : 0;
    return v > 0 ? sqrt(v) : 0;
}

double trainer_momentum(const trainer_spec *s, uint64_t samples)
{
    double x = s->momentum_ramp > 0 ? (double)samples / s->momentum_ramp : 1;
    return s->momentum_start + (s->momentum_stable - s->momentum_start) * (x < 1 ? x : 1);
}

void trainer_layer_stats(const trainer *t, size_t layer, uint64_t samples, layer_stats *out)
{
    const work_layer *l = &t->main.layer[layer];
    sums rate = {0}, weight = {0}, bias = {0};

    for (size_t r = 0; r < l->rows; r++) {
        for (size_t k = 0; k < l->inputs; k++) {
            size_t at = place(l, r, k);
            add(&weight, (double)l->w[at]);
            if (t->spec.optimizer == OPT_ADADELTA)
                add(&rate, sqrt(((double)l->t[at] + t->spec.epsilon) / ((double)l->s[at] + t->spec.epsilon)));
        }
        add(&bias, (double)l->b[r]);
    }
    *out = (layer_stats){.weight_mean = mean_of(&weight), .weight_rms = rms_of(&weight),
                         .bias_mean = mean_of(&bias), .bias_rms = rms_of(&bias),
                         .rate_mean = mean_of(&rate), .rate_rms = rms_of(&rate),
                         .momentum = trainer_momentum(&t->spec, samples)};
    if (t->spec.optimizer != OPT_ADADELTA)
        out->rate_mean = trainer_rate(&t->spec, layer, samples);
}

double trainer_rate(const trainer_spec *s, size_t layer, uint64_t samples)
{
    double rate = s->rate * pow(s->rate_decay, (double)layer);
    double at = s->total_samples > 0 ? (double)samples / s->total_samples : 0;

    if (at > 1)
        at = 1;
    if (s->warmup > 0 && at < s->warmup)
        rate *= (at * s->total_samples + 1) / (s->warmup * s->total_samples + 1);
    switch (s->schedule) {
    case RATE_ANNEALING: return rate / (1 + s->rate_annealing * (double)samples);
    case RATE_CONSTANT: return rate;
    case RATE_LINEAR: return rate * (1 - at);
    default: return rate * 0.5 * (1 + cos(3.14159265358979323846 * at));
    }
}

/* Calls f on every float of the state, in canonical order. */
static size_t each_state(const trainer *t, float *state, bool set)
{
    size_t n = 0;

#define VISIT(at, x)              \
    do {                          \
        if (state && set)         \
            (x) = state[at];      \
        else if (state)           \
            state[at] = (x);      \
    } while (0)
    for (size_t i = 0; i < t->layers; i++) {
        const work_layer *l = &t->main.layer[i];
        size_t line = 2 * l->inputs + 2;
        for (size_t from = 0; from < l->rows && state; from += TILE) {
            size_t to = from + TILE < l->rows ? from + TILE : l->rows;
            for (size_t k = 0; k < l->inputs; k++)
                for (size_t r = from; r < to; r++) {
                    VISIT(n + r * line + 2 * k, l->s[place(l, r, k)]);
                    VISIT(n + r * line + 2 * k + 1, l->t[place(l, r, k)]);
                }
        }
        for (size_t r = 0; r < l->rows; r++) {
            VISIT(n + r * line + 2 * l->inputs, l->bs[r]);
            VISIT(n + r * line + 2 * l->inputs + 1, l->bt[r]);
        }
        n += l->rows * line;
        for (size_t u = 0; u < l->units; u++, n++)
            VISIT(n, l->mean[u]);
    }
    if (t->average.slab)
        for (size_t i = 0; i < t->layers; i++) { /* the weights themselves; the model has their average */
            const work_layer *l = &t->main.layer[i];
            for (size_t r = 0; r < l->rows; r++) {
                for (size_t k = 0; k < l->inputs; k++, n++)
                    VISIT(n, l->w[place(l, r, k)]);
                VISIT(n, l->b[r]);
                n++;
            }
        }
#undef VISIT
    return n;
}

size_t trainer_state_size(const trainer *t)
{
    return each_state(t, NULL, false) + 2;
}

void trainer_state_get(const trainer *t, float *state)
{
    size_t n = each_state(t, state, false);

    state[n] = (float)(t->steps & 0xffffff); /* two exact halves: a float holds 24 bits */
    state[n + 1] = (float)(t->steps >> 24);
}

weir_status trainer_state_set(trainer *t, const float *state, size_t n, weir_error *err)
{
    size_t want = trainer_state_size(t);

    if (n != want)
        return weir_fail(err, WEIR_EFORMAT, "the optimiser's state has %zu numbers, the network needs %zu", n, want);
    each_state(t, (float *)(uintptr_t)state, true);
    team_changed(t->team);
    t->steps = (uint64_t)state[n - 2] | (uint64_t)state[n - 1] << 24;
    return WEIR_OK;
}
