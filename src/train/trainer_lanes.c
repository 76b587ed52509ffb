/* trainer_lanes.c - one row at a time on several threads, the same bits on any number of them.
 *
 * The units of each layer are dealt to lanes, a few ranges that the sizes of the network alone
 * decide. A lane has its columns of the weights to itself, forward and backward, so they stay in
 * one processor's cache; threads share out the lanes and meet once per layer to exchange
 * activations and errors. What several lanes contribute to one number is summed in the order of
 * the lanes. Rows follow one another as on one thread: nothing is averaged, nothing is late, so a
 * reproducible training learns exactly what row-by-row descent learns.
 *
 * Copies of the network that learn different rows and are averaged in a fixed order would have
 * been simpler and faster for small networks; but how many copies there are changes what is
 * learnt, and with few rows much less is. Networks too small for the meetings stay on one thread.
 *
 * How many threads work on a block of rows has no influence on the result, so it is settled by
 * the clock: on a busy machine one thread alone may be the fastest. */
#include "config.h"
#include "train/trainer_impl.h"

#include "base/mem.h"
#include "base/status.h"
#include "base/thread.h"

#include <math.h>
#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#endif

enum {
    LANES = 8,           /* most per layer */
    SMALL = 24000,       /* weights per row below which meetings cost more than they bring */
    NARROW = 64,         /* outputs up to here are summed lane by lane */
    AVERAGE_EVERY = 32   /* rows */
};

typedef struct lane_layer {
    size_t n;                 /* lanes */
    size_t from[LANES + 1];   /* their units */
    struct { size_t n; char apart[CACHE_LINE - sizeof(size_t)]; } active[LANES]; /* writer: the lane's thread */
    float *sent;              /* [n][units of the layer below]: errors of its active units, lane by lane */
    size_t wide;              /* floats from one lane's errors to the next */
} lane_layer;

struct lanes {
    lane_layer *layer;
    bool narrow;              /* the output layer is split by its inputs' lanes, not by its own columns */
    float *part;              /* narrow: [2][lanes below][outputs, padded]: shares of the outputs, by turns */
    size_t wide;
    float *slope;             /* [lanes of the first layer][wide_x]: their shares of the loss by the inputs; NULL = not asked for */
    size_t wide_x;
    worker *helper;           /* [threads] one thread's copy of the row */
    float **out;              /* [threads]: z and g of the outputs, then room for the widest layer's rows */
    int threads;
    pace pace;
    meeting meeting;
};

typedef struct seat { /* one thread at one row */
    const trainer *t;
    lanes *m;
    worker *w;
    float *z, *g, *room;      /* of the outputs; for max_w2 */
    size_t me, all;
    uint64_t number, step;
    size_t turn;              /* passes forward so far */
} seat;

/* Life ----------------------------------------------------------------------------------- */

static void helper_free(worker *w)
{
    mem_slab_free(w->x);
    mem_slab_free(w->target);
    mem_free(w->index);
    mem_slab_free(w->value);
    mem_slab_free(w->error);
    mem_free(w->prob);
}

void lanes_free(lanes *m, size_t layers)
{
    if (!m)
        return;
    for (size_t i = 0; m->layer && i < layers; i++)
        mem_slab_free(m->layer[i].sent);
    for (int i = 0; i < m->threads; i++) {
        if (m->helper)
            helper_free(&m->helper[i]);
        if (m->out)
            mem_slab_free(m->out[i]);
    }
    mem_free(m->layer);
    mem_free(m->helper);
    mem_free(m->out);
    mem_slab_free(m->part);
    mem_slab_free(m->slope);
    mem_free(m);
}

/* Weights that a row touches, about. */
static double work_of(const trainer *t)
{
    double sum = 0;

    for (size_t i = 0; i < t->layers; i++) {
        const work_layer *l = &t->main.layer[i];
        sum += (double)l->lines * (double)l->ld * (i ? 1 : dataset_density(t->data));
    }
    return sum;
}

bool lanes_pay(const trainer *t)
{
    return t->spec.reproducible && t->spec.mini_batch <= 1 && t->layers > 1 && work_of(t) >= SMALL;
}

/* Whole cache lines of columns each, about alike. */
static void deal_units(lane_layer *own, const work_layer *l)
{
    size_t blocks = padded(l->rows) / 16, unit = 16 / (size_t)l->channels;
    size_t least = l->output_major ? 2 : 3; /* blocks: a lane's columns should fill vectors */

    own->n = blocks / least < 1 ? 1 : blocks / least > LANES ? LANES : blocks / least;
    for (size_t k = 0; k <= own->n; k++) {
        size_t u = blocks * k / own->n * unit;
        own->from[k] = u < l->units ? u : l->units;
    }
}

static weir_status helper_new(worker *w, float **out, const trainer *t, weir_error *err)
{
    size_t inputs = padded(t->inputs), widest = 0;

    for (size_t i = 0; i < t->layers; i++)
        widest = padded(t->main.layer[i].rows) > widest ? padded(t->main.layer[i].rows) : widest;
    w->x = mem_slab(inputs, sizeof *w->x);
    w->target = mem_slab(inputs, sizeof *w->target);
    w->index = mem_array(inputs, sizeof *w->index);
    w->value = mem_slab(inputs, sizeof *w->value);
    w->error = mem_slab(inputs, sizeof *w->error);
    w->prob = mem_array(t->outputs + 1, sizeof *w->prob);
    *out = mem_slab(2 * padded(t->outputs) + widest, sizeof **out);
    return w->x && w->target && w->index && w->value && w->error && w->prob && *out ? WEIR_OK
                                                                        : weir_no_memory(err, "preparing the training");
}

void lanes_fix_team(lanes *m, int threads)
{
    pace_fix(&m->pace, threads < m->threads ? threads : m->threads);
}

weir_status lanes_new(lanes **out, const trainer *t, weir_error *err)
{
    lanes *m = MEM_NEW(lanes);
    weir_status st = WEIR_OK;

    if (!m)
        return weir_no_memory(err, "preparing the training");
    m->threads = t->spec.threads < 1 ? 1 : t->spec.threads > LANES ? LANES : t->spec.threads;
    m->narrow = !t->spec.autoencoder && t->outputs <= NARROW;
    m->wide = padded(t->outputs);
    m->layer = mem_zero(t->layers, sizeof *m->layer);
    m->helper = mem_zero((size_t)m->threads, sizeof *m->helper);
    m->out = mem_zero((size_t)m->threads, sizeof *m->out);
    m->part = mem_slab(2 * LANES * m->wide, sizeof *m->part);
    m->wide_x = padded(t->inputs);
    m->slope = t->spec.adversarial_epsilon > 0 ? mem_slab(LANES * m->wide_x, sizeof *m->slope) : NULL;
    if (!m->layer || !m->helper || !m->out || !m->part || (t->spec.adversarial_epsilon > 0 && !m->slope))
        st = weir_no_memory(err, "preparing the training");
    for (size_t i = 0; i < t->layers && !st; i++) {
        lane_layer *own = &m->layer[i];
        deal_units(own, &t->main.layer[i]);
        own->wide = i ? padded(t->main.layer[i - 1].units) : 0;
        if (i && !(own->sent = mem_slab(own->n * own->wide, sizeof *own->sent)))
            st = weir_no_memory(err, "preparing the training");
    }
    for (int i = 0; i < m->threads && !st; i++)
        st = helper_new(&m->helper[i], &m->out[i], t, err);
    pace_new(&m->pace, m->threads);
    if (st)
        lanes_free(m, t->layers);
    else
        *out = m;
    return st;
}

/* Lanes ------------------------------------------------------------------------------------ */

/* This thread's lanes of a layer: [first, last). */
static size_t first_lane(const seat *s, size_t layer)
{
    return s->m->layer[layer].n * s->me / s->all;
}

static size_t last_lane(const seat *s, size_t layer)
{
    return s->m->layer[layer].n * (s->me + 1) / s->all;
}

/* Columns (or rows, when output-major) of a lane. */
static size_t columns_from(const seat *s, size_t layer, size_t lane)
{
    return s->m->layer[layer].from[lane] * (size_t)s->t->main.layer[layer].channels;
}

static size_t columns_of(const seat *s, size_t layer, size_t lane)
{
    return columns_from(s, layer, lane + 1) - columns_from(s, layer, lane);
}

static unit_layer *units_of(const seat *s, size_t layer)
{
    return &s->t->worker[0].unit[layer];
}

/* What feeds a layer from one lane below; layer 0 is fed by the row, as by one lane. */
typedef struct feed {
    const uint32_t *index;
    const float *value;
    size_t at, n; /* at: where its units lie among the active ones */
} feed;

static size_t feeds_of(const seat *s, size_t layer)
{
    return layer ? s->m->layer[layer - 1].n : 1;
}

static feed feed_from(const seat *s, size_t layer, size_t lane)
{
    if (!layer)
        return (feed){s->w->input, s->w->given, 0, s->w->n_inputs};
    const unit_layer *u = units_of(s, layer - 1);
    const lane_layer *below = &s->m->layer[layer - 1];
    size_t at = below->from[lane];
    return (feed){u->active + at, u->value + at, at, below->active[lane].n};
}

/* Forward ---------------------------------------------------------------------------------- */

static void sum_columns(const seat *s, size_t i, size_t lane)
{
    const work_layer *l = &s->t->main.layer[i];
    size_t from = columns_from(s, i, lane), n = columns_of(s, i, lane);
    float *z = units_of(s, i)->z + from;

    if (l->output_major) {
        s->t->kernel->gemv(l->w + from * l->ld, l->ld, n, s->w->x, l->ld, z);
        for (size_t r = 0; r < n; r++)
            z[r] += l->b[from + r];
        return;
    }
    memcpy(z, l->b + from, n * sizeof *z);
    for (size_t k = 0; k < feeds_of(s, i); k++) {
        feed f = feed_from(s, i, k);
        s->t->kernel->sum_rows(z, l->w + from, l->ld, f.index, f.value, f.n, n);
    }
}

static void forward_lane(const seat *s, size_t i, size_t lane)
{
    const work_layer *l = &s->t->main.layer[i];
    unit_layer *u = units_of(s, i);
    lane_layer *own = &s->m->layer[i];
    size_t from = own->from[lane], to = own->from[lane + 1];

    sum_columns(s, i, lane);
    trainer_activate(s->t, l, u, from, to);
    own->active[lane].n = trainer_list_active(s->t, u, i, s->number, from, to);
    if (s->t->spec.sparsity_beta > 0)
        s->t->kernel->lerp(l->mean + from, u->a + from, 0.001f, to - from);
}

/* A lane's share of the outputs; the first one's begins with the bias. */
static float *part_of(const seat *s, size_t lane)
{
    return s->m->part + ((s->turn & 1) * LANES + lane) * s->m->wide;
}

static void sum_narrow(const seat *s, size_t i)
{
    const work_layer *l = &s->t->main.layer[i];

    for (size_t k = first_lane(s, i - 1); k < last_lane(s, i - 1); k++) {
        feed f = feed_from(s, i, k);
        float *z = part_of(s, k);
        memset(z, 0, l->ld * sizeof *z);
        if (!k)
            memcpy(z, l->b, l->rows * sizeof *z);
        s->t->kernel->sum_rows(z, l->w, l->ld, f.index, f.value, f.n, l->ld);
    }
}

static void meet(const seat *s)
{
    meeting_wait(&s->m->meeting, s->all);
}

/* Leaves g of the outputs: all of them in s->g when narrow, else own columns in the units'. */
static void outputs(const seat *s, size_t row)
{
    size_t i = s->t->layers - 1;
    const work_layer *l = &s->t->main.layer[i];
    unit_layer *u = units_of(s, i);

    if (s->m->narrow) {
        sum_narrow(s, i);
        meet(s);
        memcpy(s->z, part_of(s, 0), l->ld * sizeof *s->z);
        for (size_t k = 1; k < feeds_of(s, i); k++)
            s->t->kernel->axpy(s->z, part_of(s, k), 1, l->ld);
        trainer_output_error(s->t, row, s->z, s->w->target, s->w->prob, s->g);
        return;
    }
    for (size_t k = first_lane(s, i); k < last_lane(s, i); k++)
        sum_columns(s, i, k);
    if (s->t->spec.autoencoder) {
        for (size_t k = first_lane(s, i); k < last_lane(s, i); k++)
            trainer_rebuilt_error(s->t, row, u->z, s->w->target, u->g, columns_from(s, i, k), columns_from(s, i, k + 1));
        return;
    }
    meet(s); /* a softmax needs all of them; each thread works it out for itself */
    trainer_output_error(s->t, row, u->z, s->w->target, s->w->prob, s->g);
    for (size_t k = first_lane(s, i); k < last_lane(s, i); k++)
        memcpy(u->g + columns_from(s, i, k), s->g + columns_from(s, i, k), columns_of(s, i, k) * sizeof *u->g);
}

/* Backward ----------------------------------------------------------------------------------- */

static void step_biases(const seat *s, const work_layer *l, const kernel_step *given, size_t from, size_t n, const float *g)
{
    kernel_step k = *given;
    float one = 1;

    k.decay = 0; /* L1 and L2 hold for biases too */
    trainer_rule(s->t)(l->b + from, l->bs + from, l->bt + from, 0, NULL, &one, 1, g, n, &k, NULL);
}

/* Lines [j, to) that no active unit feeds, up to the next that one does. */
static void step_idle(const seat *s, const work_layer *l, const kernel_step *k, size_t from, size_t n, const float *g,
                      size_t j, size_t to)
{
    float zero = 0;

    for (; j < to; j++) {
        uint32_t line = (uint32_t)j;
        trainer_rule(s->t)(l->w + from, l->s + from, l->t + from, l->ld, &line, &zero, 1, g, n, k, NULL);
    }
}

/* The gaps between the lines of f within [begin, end). */
static void step_gaps(const seat *s, const work_layer *l, const kernel_step *k, size_t from, size_t n, const float *g,
                      const feed *f, size_t begin, size_t end)
{
    for (size_t q = 0; q < f->n; q++) {
        step_idle(s, l, k, from, n, g, begin, f->index[q]);
        begin = f->index[q] + 1;
    }
    step_idle(s, l, k, from, n, g, begin, end);
}

/* Columns of one lane, for all that feeds them; the errors go to the lane's own place. */
static void step_columns(const seat *s, size_t i, size_t lane)
{
    const work_layer *l = &s->t->main.layer[i];
    const lane_layer *own = &s->m->layer[i];
    size_t from = columns_from(s, i, lane), n = columns_of(s, i, lane);
    kernel_step k = trainer_constants(s->t, i, s->number, s->step);
    float *g = units_of(s, i)->g + from, *sent = i ? own->sent + lane * own->wide : NULL;

    for (size_t q = 0; q < feeds_of(s, i); q++) {
        feed f = feed_from(s, i, q);
        size_t begin = i ? s->m->layer[i - 1].from[q] : 0, end = i ? s->m->layer[i - 1].from[q + 1] : l->inputs;
        trainer_rule(s->t)(l->w + from, l->s + from, l->t + from, l->ld, f.index, f.value, f.n, g, n, &k,
                           i ? sent + f.at : NULL);
        if (k.all)
            step_gaps(s, l, &k, from, n, g, &f, begin, end);
    }
    step_biases(s, l, &k, from, n, g);
    if (isfinite(s->t->spec.max_w2))
        trainer_bound_columns(s->t, l, s->room, from, n);
}

/* Rows of an output-major layer. */
static void step_rows(const seat *s, size_t lane)
{
    const work_layer *l = &s->t->main.layer[0];
    size_t from = columns_from(s, 0, lane), n = columns_of(s, 0, lane);
    kernel_step k = trainer_constants(s->t, 0, s->number, s->step);
    float *g = units_of(s, 0)->g;

    for (size_t r = from; r < from + n; r++) {
        uint32_t line = (uint32_t)r;
        if (g[r] != 0 || k.all)
            trainer_rule(s->t)(l->w, l->s, l->t, l->ld, &line, &g[r], 1, s->w->x, l->ld, &k, NULL);
    }
    step_biases(s, l, &k, from, n, g + from);
    if (isfinite(s->t->spec.max_w2))
        trainer_bound_columns(s->t, l, s->room, from, n);
}

static void step_layer(const seat *s, size_t i)
{
    for (size_t k = first_lane(s, i); k < last_lane(s, i); k++)
        if (s->t->main.layer[i].output_major)
            step_rows(s, k);
        else
            step_columns(s, i, k);
}

/* Lines of the output layer that own units feed; their errors are whole at once. */
static void step_narrow(const seat *s)
{
    size_t i = s->t->layers - 1;
    const work_layer *l = &s->t->main.layer[i];
    unit_layer *below = units_of(s, i - 1);
    kernel_step k = trainer_constants(s->t, i, s->number, s->step);

    for (size_t q = first_lane(s, i - 1); q < last_lane(s, i - 1); q++) {
        feed f = feed_from(s, i, q);
        trainer_rule(s->t)(l->w, l->s, l->t, l->ld, f.index, f.value, f.n, s->g, l->ld, &k, below->error + f.at);
        if (k.all)
            step_gaps(s, l, &k, 0, l->ld, s->g, &f, s->m->layer[i - 1].from[q], s->m->layer[i - 1].from[q + 1]);
        if (!q)
            step_biases(s, l, &k, 0, l->rows, s->g);
    }
    if (!isfinite(s->t->spec.max_w2))
        return;
    meet(s);
    if (s->me == 0)
        trainer_bound_weights(s->t, l, s->room);
    meet(s);
}

/* Errors of own units: what every lane above sent, in their order. */
static void gather_errors(const seat *s, size_t below)
{
    const lane_layer *above = &s->m->layer[below + 1];
    float *error = units_of(s, below)->error;

    for (size_t k = first_lane(s, below); k < last_lane(s, below); k++) {
        size_t at = s->m->layer[below].from[k], n = s->m->layer[below].active[k].n;
        memcpy(error + at, above->sent + at, n * sizeof *error);
        for (size_t q = 1; q < above->n; q++)
            s->t->kernel->axpy(error + at, above->sent + q * above->wide + at, 1, n);
    }
}

static void hand_down(const seat *s, size_t below)
{
    for (size_t k = first_lane(s, below); k < last_lane(s, below); k++)
        trainer_hand_down(s->t, &s->t->main.layer[below], units_of(s, below), s->m->layer[below].from[k],
                          s->m->layer[below].from[k + 1], s->m->layer[below].active[k].n);
}

/* Adversarial examples ------------------------------------------------------------------------- */

/* Errors that own columns, or own lines of a narrow output layer, hand down; nothing moves. */
static void probe_layer(const seat *s, size_t i)
{
    const work_layer *l = &s->t->main.layer[i];
    bool narrow = i + 1 == s->t->layers && s->m->narrow;
    size_t whose = narrow ? i - 1 : i;

    for (size_t lane = first_lane(s, whose); lane < last_lane(s, whose); lane++) {
        size_t from = narrow ? 0 : columns_from(s, i, lane), n = narrow ? l->ld : columns_of(s, i, lane);
        size_t q = narrow ? lane : 0, to = narrow ? lane + 1 : feeds_of(s, i);
        const float *g = narrow ? s->g : units_of(s, i)->g + from;
        float *error = narrow ? units_of(s, i - 1)->error : s->m->layer[i].sent + lane * s->m->layer[i].wide;
        for (; q < to; q++) {
            feed f = feed_from(s, i, q);
            for (size_t k = 0; k < f.n; k++)
                error[f.at + k] = s->t->kernel->dot(l->w + f.index[k] * l->ld + from, g, n);
        }
    }
}

/* The row moves against the network; each thread moves its own copy of it. */
static void disturb(const seat *s, size_t row)
{
    float *sum = s->w->error;

    for (size_t lane = first_lane(s, 0); lane < last_lane(s, 0); lane++)
        trainer_slope(s->t, &s->t->main.layer[0], units_of(s, 0)->g, columns_from(s, 0, lane), columns_of(s, 0, lane),
                      s->m->slope + lane * s->m->wide_x);
    meet(s);
    memcpy(sum, s->m->slope, s->t->inputs * sizeof *sum);
    for (size_t lane = 1; lane < s->m->layer[0].n; lane++)
        s->t->kernel->axpy(sum, s->m->slope + lane * s->m->wide_x, 1, s->t->inputs);
    trainer_push_row(s->t, s->w, row, s->number, sum);
}

/* A row's way ---------------------------------------------------------------------------------- */

static void lanes_forward(seat *s, size_t row)
{
    size_t top = s->t->layers - 1;

    s->turn++;
    for (size_t i = 0; i < top; i++) {
        for (size_t k = first_lane(s, i); k < last_lane(s, i); k++)
            forward_lane(s, i, k);
        if (i + 1 < top || !s->m->narrow)
            meet(s);
    }
    outputs(s, row);
}

static void lanes_backward(const seat *s, bool learn)
{
    size_t top = s->t->layers - 1;

    for (size_t i = top; i > 0; i--) {
        bool narrow = i == top && s->m->narrow;
        if (!learn)
            probe_layer(s, i);
        else if (narrow)
            step_narrow(s);
        else
            step_layer(s, i);
        if (!narrow) {
            meet(s);
            gather_errors(s, i - 1);
        }
        hand_down(s, i - 1);
    }
    if (learn)
        step_layer(s, 0);
}

static void lane_row(seat *s, size_t row)
{
    trainer_load_row(s->t, s->w, row, s->number);
    if (s->m->slope) {
        lanes_forward(s, row);
        lanes_backward(s, false);
        disturb(s, row);
        lanes_forward(s, row);
        lanes_backward(s, true);
        trainer_load_row(s->t, s->w, row, s->number); /* and the clean row */
    }
    lanes_forward(s, row);
    lanes_backward(s, true);
}

/* Running ------------------------------------------------------------------------------------ */

static void update_average(const seat *s)
{
    meet(s);
    trainer_average_part(s->t, AVERAGE_EVERY, s->me, s->all);
    meet(s);
}

/* Rows [from, to) of the run, on a team. */
static size_t run_block(trainer *t, const uint32_t *order, size_t from, size_t to, uint64_t samples, int team, progress *p)
{
    (void)p; /* a block is short */
    lanes *m = t->lanes;
    uint64_t steps = t->steps;

#pragma omp parallel num_threads(team) if (team > 1)
    {
        seat s = {.t = t, .m = m, .all = 1};
#ifdef _OPENMP
        s.me = (size_t)omp_get_thread_num();
        s.all = (size_t)omp_get_num_threads();
#endif
        s.w = &m->helper[s.me];
        s.z = m->out[s.me];
        s.g = s.z + padded(t->outputs);
        s.room = s.g + padded(t->outputs);
        unsigned old = trainer_flush_denormals();
        for (size_t i = from; i < to; i++) {
            s.number = samples + i;
            s.step = steps + i + 1;
            lane_row(&s, order ? order[i] : i);
            if (t->average.slab && (i + 1) % AVERAGE_EVERY == 0)
                update_average(&s);
        }
        trainer_restore_denormals(old);
    }
    return to - from;
}

size_t lanes_run(trainer *t, const uint32_t *order, size_t n, uint64_t samples, size_t look, progress *p)
{
    return pace_run(t, &t->lanes->pace, run_block, order, n, samples, look, p);
}
