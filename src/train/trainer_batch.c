/* trainer_batch.c - mini-batches as matrix products.
 *
 * One batch at a time, split among the threads by what they write: a block of a
 * product, a range of lines to step. Every number is summed by one thread in a
 * fixed order, so the bits do not depend on how many there are.
 *
 * Hidden dropout draws one mask per layer and batch; dropped units are left out
 * of the matrices altogether. Input dropout is drawn per row. */
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

enum { CHUNK = 512 }; /* rows in flight; a larger batch sums over several chunks */

typedef struct matrix_layer {
    size_t in, out, units; /* of this batch: inputs, rows and units that take part */
    bool gathered;         /* w is a copy of what takes part; else the layer's own weights */
    const float *w;
    size_t ld;
    float *copy, *dw;      /* [inputs][ld of the layer]; dw packed as w is */
    float *db;             /* [rows] sums of g */
    uint32_t *kept, *rows; /* [units] and [rows]: which of the layer's take part */
    float *z, *a, *g, *e;  /* [CHUNK][wide]; e = g unless Maxout */
    size_t wide;
} matrix_layer;

typedef struct helper { /* one thread's own */
    float *room, *line; /* for the product; one line of weights */
    double *prob;
} helper;

struct batch {
    size_t chunk, layers, wide_x;
    matrix_layer *layer;
    float *x, *clean; /* [chunk][wide_x]; clean: before dropout, an autoencoder's targets */
    float *slope;     /* [chunk][wide_x]: the loss by the inputs; adversarial examples */
    float *sum;       /* for max_w2 */
    helper *helper;
    int helpers;
    bool drops;
    meeting meeting;
};

/* One call of batch_run, seen by every thread. */
typedef struct job {
    trainer *t;
    batch *b;
    const uint32_t *order;
    size_t from, rows;          /* the chunk */
    size_t batch_from, batch_n; /* the batch it belongs to */
    uint64_t samples;           /* rows before this run */
    uint64_t step;              /* number of this batch's step, from 1 */
    bool first, last;           /* chunk of the batch */
    size_t me, all;
    helper *h;
} job;

/* Life ------------------------------------------------------------------------------- */

static weir_status matrix_layer_new(matrix_layer *m, const work_layer *l, size_t chunk, bool drops,
                                    weir_error *err)
{
    size_t wide = padded(l->rows);

    m->wide = wide;
    m->z = mem_slab(chunk * wide, sizeof *m->z);
    m->a = mem_slab(chunk * wide, sizeof *m->a);
    m->g = mem_slab(chunk * wide, sizeof *m->g);
    m->e = l->channels > 1 ? mem_slab(chunk * wide, sizeof *m->e) : m->g;
    m->kept = mem_array(l->units, sizeof *m->kept);
    m->rows = mem_array(l->rows, sizeof *m->rows);
    m->dw = mem_slab(l->lines * l->ld, sizeof *m->dw);
    m->db = mem_slab(wide, sizeof *m->db);
    m->copy = drops ? mem_slab(l->lines * l->ld, sizeof *m->copy) : NULL;
    return m->z && m->a && m->g && m->e && m->kept && m->rows && m->dw && m->db && (m->copy || !drops)
               ? WEIR_OK
               : weir_no_memory(err, "preparing the mini-batches");
}

static void matrix_layer_free(matrix_layer *m)
{
    if (m->e != m->g)
        mem_slab_free(m->e);
    mem_slab_free(m->z);
    mem_slab_free(m->a);
    mem_slab_free(m->g);
    mem_free(m->kept);
    mem_free(m->rows);
    mem_slab_free(m->dw);
    mem_slab_free(m->db);
    mem_slab_free(m->copy);
}

void batch_free(batch *b)
{
    if (!b)
        return;
    for (size_t i = 0; b->layer && i < b->layers; i++)
        matrix_layer_free(&b->layer[i]);
    for (int i = 0; b->helper && i < b->helpers; i++) {
        mem_slab_free(b->helper[i].room);
        mem_slab_free(b->helper[i].line);
        mem_slab_free(b->helper[i].prob);
    }
    mem_free(b->layer);
    mem_free(b->helper);
    mem_slab_free(b->x);
    mem_slab_free(b->clean);
    mem_slab_free(b->slope);
    mem_slab_free(b->sum);
    mem_free(b);
}

static weir_status fill(batch *b, const trainer *t, weir_error *err)
{
    size_t widest = 0;
    weir_status st = WEIR_OK;

    b->layer = mem_zero(t->layers, sizeof *b->layer);
    b->helper = mem_zero((size_t)b->helpers, sizeof *b->helper);
    b->x = mem_slab(b->chunk * b->wide_x, sizeof *b->x);
    b->clean = t->spec.autoencoder ? mem_slab(b->chunk * b->wide_x, sizeof *b->clean) : NULL;
    b->slope = t->spec.adversarial_epsilon > 0 ? mem_slab(b->chunk * b->wide_x, sizeof *b->slope) : NULL;
    if (!b->layer || !b->helper || !b->x || (t->spec.adversarial_epsilon > 0 && !b->slope) ||
        (t->spec.autoencoder && !b->clean))
        return weir_no_memory(err, "preparing the mini-batches");
    for (size_t i = 0; i < t->layers && !st; i++) {
        size_t wide = padded(t->main.layer[i].rows);
        widest = wide > widest ? wide : widest;
        st = matrix_layer_new(&b->layer[i], &t->main.layer[i], b->chunk, b->drops, err);
    }
    b->sum = mem_slab(widest, sizeof *b->sum);
    for (int i = 0; i < b->helpers && !st; i++) {
        helper *h = &b->helper[i];
        h->room = mem_slab(KERNEL_GEMM_ROOM, sizeof *h->room);
        h->line = mem_slab(widest, sizeof *h->line);
        h->prob = mem_slab(t->outputs, sizeof *h->prob);
        if (!h->room || !h->line || !h->prob)
            st = weir_no_memory(err, "preparing the mini-batches");
    }
    return st || b->sum ? st : weir_no_memory(err, "preparing the mini-batches");
}

weir_status batch_new(batch **out, trainer *t, weir_error *err)
{
    batch *b = MEM_NEW(batch);

    if (!b)
        return weir_no_memory(err, "preparing the mini-batches");
    b->layers = t->layers;
    b->chunk = t->spec.mini_batch < CHUNK ? t->spec.mini_batch : CHUNK;
    b->wide_x = padded(t->inputs);
    b->helpers = t->spec.threads > 1 ? t->spec.threads : 1;
    for (size_t i = 0; i < t->layers; i++)
        b->drops |= t->keep[i] < 1;
    weir_status st = fill(b, t, err);
    if (st)
        batch_free(b);
    else
        *out = b;
    return st;
}

/* Shares of work --------------------------------------------------------------------- */

typedef struct range { size_t from, to; } range;

/* This thread's part of n things, in whole groups of `unit`. */
static range part(const job *j, size_t n, size_t unit)
{
    size_t groups = (n + unit - 1) / unit;
    size_t from = groups * j->me / j->all * unit, to = groups * (j->me + 1) / j->all * unit;
    return (range){from < n ? from : n, to < n ? to : n};
}

static void meet(const job *j)
{
    meeting_wait(&j->b->meeting, j->all);
}

static size_t row_of(const job *j, size_t r)
{
    return j->order ? j->order[j->from + r] : j->from + r;
}

/* What takes part ---------------------------------------------------------------------- */

static void choose_units(const job *j)
{
    for (size_t i = 0; i < j->b->layers; i++) {
        const work_layer *l = &j->t->main.layer[i];
        matrix_layer *m = &j->b->layer[i];
        size_t channels = (size_t)l->channels;
        m->units = trainer_kept_units(j->t, i, j->samples + j->batch_from, j->h->line, m->kept);
        for (size_t k = 0; k < m->units * channels; k++)
            m->rows[k] = (uint32_t)(m->kept[k / channels] * channels + k % channels);
        m->out = m->units * channels;
        m->in = i ? j->b->layer[i - 1].units : l->inputs;
        m->gathered = m->out < l->rows || m->in < l->inputs;
        m->w = m->gathered ? m->copy : l->w;
        m->ld = m->gathered ? padded(m->out) : l->ld;
    }
}

static size_t line_of(const batch *b, size_t layer, size_t k)
{
    return layer ? b->layer[layer - 1].kept[k] : k;
}

static void gather(const job *j, size_t i)
{
    const work_layer *l = &j->t->main.layer[i];
    matrix_layer *m = &j->b->layer[i];
    range mine = part(j, m->in, 1);

    for (size_t k = mine.from; m->gathered && k < mine.to; k++) {
        const float *from = l->w + line_of(j->b, i, k) * l->ld;
        float *to = m->copy + k * m->ld;
        for (size_t q = 0; q < m->out; q++)
            to[q] = from[m->rows[q]];
    }
}

static void load_rows(const job *j)
{
    const dataset *d = j->t->data;
    size_t wide = j->b->wide_x;
    range mine = part(j, j->rows, 1);

    for (size_t r = mine.from; r < mine.to; r++) {
        float *x = j->b->x + r * wide;
        size_t row = row_of(j, r);
        if (d->sparse) {
            memset(x, 0, wide * sizeof *x);
            for (uint64_t k = d->start[row]; k < d->start[row + 1]; k++)
                x[d->index[k]] = d->value[k];
        } else {
            dataset_row(d, row, x);
        }
        if (j->b->clean)
            memcpy(j->b->clean + r * wide, x, wide * sizeof *x);
        if (j->t->spec.input_dropout > 0)
            trainer_drop_inputs(j->t, x, j->samples + j->from + r);
    }
}

/* Forward ------------------------------------------------------------------------------- */

/* z += bias, a = activation, for rows by columns of z. */
static void activate(const job *j, size_t i, range rows, range cols)
{
    const work_layer *l = &j->t->main.layer[i];
    matrix_layer *m = &j->b->layer[i];
    size_t from = cols.from / (size_t)l->channels, to = cols.to / (size_t)l->channels;

    for (size_t r = rows.from; r < rows.to; r++) {
        float *z = m->z + r * m->wide, *a = m->a + r * m->wide;
        for (size_t c = cols.from; c < cols.to; c++)
            z[c] += l->b[m->rows[c]];
        if (l->act == ACT_MAXOUT) {
            for (size_t u = from; u < to; u++)
                a[u] = z[2 * u] >= z[2 * u + 1] ? z[2 * u] : z[2 * u + 1];
        } else if (l->act == ACT_RECTIFIER) {
#pragma omp simd
            for (size_t u = from; u < to; u++)
                a[u] = z[u] > 0 ? z[u] : 0;
        } else if (l->act == ACT_EXP_RECTIFIER) {
            for (size_t u = from; u < to; u++)
                a[u] = z[u] >= 0 ? z[u] : expm1f(z[u]);
        } else if (to > from) {
            memcpy(a + from, z + from, (to - from) * sizeof *a);
            if (l->act == ACT_TANH)
                j->t->kernel->tanh_of(a + from, to - from);
        }
    }
}

/* The running mean of each unit's activation, row after row; what was dropped counts as 0. */
static void remember_activity(const job *j, size_t i)
{
    work_layer *l = &j->t->main.layer[i];
    const matrix_layer *m = &j->b->layer[i];
    size_t next = 0;

    for (size_t u = 0; u < l->units; u++) {
        bool on = next < m->units && m->kept[next] == u;
        for (size_t r = 0; r < j->rows; r++)
            l->mean[u] += 0.001f * ((on ? m->a[r * m->wide + next] : 0) - l->mean[u]);
        next += on;
    }
}

/* Rows are split when there are enough of them for the columns that each has to read. */
static bool by_rows(const job *j, size_t columns)
{
    return j->rows / j->all >= 48 && columns <= 512;
}

static void forward(const job *j)
{
    batch *b = j->b;

    for (size_t i = 0; i < b->layers; i++) {
        matrix_layer *m = &b->layer[i], *below = i ? m - 1 : NULL;
        bool last = i + 1 == b->layers;
        range rows = {0, j->rows}, cols = {0, m->out};
        if (last || by_rows(j, m->out))
            rows = part(j, j->rows, 1);
        else
            cols = part(j, m->out, 32);
        const float *in = below ? below->a : b->x;
        size_t wide = below ? below->wide : b->wide_x;
        j->t->product(rows.to - rows.from, cols.to - cols.from, m->in,
                           (kernel_matrix){in + rows.from * wide, wide, 1},
                           (kernel_matrix){m->w + cols.from, m->ld, 1},
                           m->z + rows.from * m->wide + cols.from, m->wide, false, j->h->room);
        activate(j, i, rows, cols);
        for (size_t r = rows.from; last && r < rows.to; r++)
            trainer_output_error(j->t, row_of(j, r), m->a + r * m->wide,
                                 b->clean ? b->clean + r * b->wide_x : NULL, j->h->prob,
                                 m->g + r * m->wide);
        meet(j);
        if (!last && j->t->spec.sparsity_beta > 0) {
            if (j->me == 0)
                remember_activity(j, i);
            meet(j);
        }
    }
}

/* Backward ------------------------------------------------------------------------------- */

/* e of the units below -> g, for units [from, to). */
static void hand_down(const job *j, size_t below, range mine)
{
    const work_layer *l = &j->t->main.layer[below];
    matrix_layer *m = &j->b->layer[below];
    float beta = (float)j->t->spec.sparsity_beta, goal = (float)j->t->spec.average_activation;

    for (size_t r = 0; r < j->rows; r++) {
        float *g = m->g + r * m->wide, *e = m->e + r * m->wide;
        const float *a = m->a + r * m->wide, *z = m->z + r * m->wide;
        if (l->act == ACT_RECTIFIER && !(beta > 0)) {
#pragma omp simd
            for (size_t u = mine.from; u < mine.to; u++)
                g[u] = a[u] != 0 ? e[u] : 0;
            continue;
        }
        for (size_t u = mine.from; u < mine.to; u++) {
            float x = e[u] * activation_slope(l->act, a[u]);
            if (beta > 0)
                x += beta * (l->mean[m->kept[u]] - goal);
            if (a[u] == 0)
                x = 0; /* as row by row: a unit that is off takes no part */
            if (l->act == ACT_MAXOUT) {
                bool second = z[2 * u] < z[2 * u + 1];
                g[2 * u] = second ? 0 : x;
                g[2 * u + 1] = second ? x : 0;
            } else {
                g[u] = x;
            }
        }
    }
}

/* Lines [from, to) of those that take part, by the mean gradient of the batch. */
static void step_lines(const job *j, size_t i, range mine, const kernel_step *k)
{
    const work_layer *l = &j->t->main.layer[i];
    matrix_layer *m = &j->b->layer[i];
    kernel_step_fn *rule = trainer_rule(j->t);
    float share = 1 / (float)j->batch_n, *line = j->h->line;

    if (!m->gathered) {
        size_t at = mine.from * l->ld;
        rule(l->w + at, l->s + at, l->t + at, 0, NULL, &share, 1, m->dw + at,
             (mine.to - mine.from) * l->ld, k, NULL);
        return;
    }
    memset(line, 0, l->ld * sizeof *line);
    for (size_t c = mine.from; c < mine.to; c++) {
        size_t at = line_of(j->b, i, c) * l->ld;
        for (size_t q = 0; q < m->out; q++)
            line[m->rows[q]] = m->dw[c * m->ld + q];
        rule(l->w + at, l->s + at, l->t + at, 0, NULL, &share, 1, line, l->ld, k, NULL);
    }
}

/* Without fast_mode the lines of dropped inputs decay and are regularised too. */
static void step_idle_lines(const job *j, size_t i, const kernel_step *k)
{
    const work_layer *l = &j->t->main.layer[i];
    const matrix_layer *m = &j->b->layer[i];
    size_t next = 0;
    float one = 1, *line = j->h->line;

    if (!k->all || m->in == l->inputs)
        return;
    memset(line, 0, l->ld * sizeof *line);
    for (size_t c = 0; c < l->inputs; c++) {
        size_t at = c * l->ld;
        if (next < m->in && line_of(j->b, i, next) == c)
            next++;
        else
            trainer_rule(j->t)(l->w + at, l->s + at, l->t + at, 0, NULL, &one, 1, line, l->ld, k, NULL);
    }
}

/* The biases: sums of g over the rows, kept from chunk to chunk. */
static void step_biases(const job *j, size_t i, kernel_step k)
{
    const work_layer *l = &j->t->main.layer[i];
    matrix_layer *m = &j->b->layer[i];
    float share = 1 / (float)j->batch_n, *sum = m->db;

    if (j->first)
        memset(sum, 0, padded(l->rows) * sizeof *sum);
    for (size_t r = 0; r < j->rows; r++)
        for (size_t q = 0; q < m->out; q++)
            sum[m->rows[q]] += m->g[r * m->wide + q];
    if (!j->last)
        return;
    k.decay = 0; /* L1 and L2 hold for biases too */
    trainer_rule(j->t)(l->b, l->bs, l->bt, 0, NULL, &share, 1, sum, padded(l->rows), &k, NULL);
}

/* Each thread owns some inputs of the layer: it hands the error back through their lines,
 * then sums their gradient and, at the end of the batch, moves them. */
static void backward_layer(const job *j, size_t i, bool learn)
{
    batch *b = j->b;
    matrix_layer *m = &b->layer[i], *below = i ? m - 1 : NULL;
    range mine = part(j, m->in, 12);
    size_t n = mine.to - mine.from;
    kernel_matrix g = {m->g, m->wide, 1};

    if (below && n) {
        j->t->product(j->rows, n, m->out, g, (kernel_matrix){m->w + mine.from * m->ld, 1, m->ld},
                     below->e + mine.from, below->wide, false, j->h->room);
        hand_down(j, i - 1, mine);
    }
    if (learn) {
        const float *in = below ? below->a : b->x;
        size_t wide = below ? below->wide : b->wide_x;
        j->t->product(n, m->out, j->rows, (kernel_matrix){in + mine.from, 1, wide}, g,
                     m->dw + mine.from * m->ld, m->ld, !j->first, j->h->room);
        kernel_step k = trainer_constants(j->t, i, j->samples + j->batch_from, j->step);
        if (j->last && n)
            step_lines(j, i, mine, &k);
        if (j->me + 1 == j->all) {
            step_biases(j, i, k);
            if (j->last)
                step_idle_lines(j, i, &k);
        }
    }
    meet(j);
}

/* Moves the rows along the sign of the loss's gradient; dropped inputs stay dropped. */
static void disturb(const job *j)
{
    batch *b = j->b;
    matrix_layer *m = &b->layer[0];
    range mine = part(j, m->in, 16);
    float eps = (float)j->t->spec.adversarial_epsilon;
    float *e = b->slope;

    j->t->product(j->rows, mine.to - mine.from, m->out, (kernel_matrix){m->g, m->wide, 1},
                       (kernel_matrix){m->w + mine.from * m->ld, 1, m->ld}, e + mine.from, b->wide_x, false,
                       j->h->room);
    for (size_t r = 0; r < j->rows; r++)
        for (size_t c = mine.from; c < mine.to; c++) {
            float s = e[r * b->wide_x + c];
            b->x[r * b->wide_x + c] += s > 0 ? eps : s < 0 ? -eps : 0;
        }
    meet(j);
    range rows = part(j, j->rows, 1);
    for (size_t r = rows.from; j->t->spec.input_dropout > 0 && r < rows.to; r++)
        trainer_drop_inputs(j->t, b->x + r * b->wide_x, j->samples + j->from + r);
    meet(j);
}

static void backward(const job *j, bool learn)
{
    for (size_t i = j->b->layers; i-- > (learn ? 0 : 1);)
        backward_layer(j, i, learn);
}

static void after_step(const job *j)
{
    trainer *t = j->t;

    for (size_t i = 0; i < t->layers; i++) {
        const work_layer *l = &t->main.layer[i];
        if (isfinite(t->spec.max_w2) && j->me == 0)
            trainer_bound_weights(t, l, j->b->sum);
        if (!t->average.slab)
            continue;
        meet(j);
        const work_layer *a = &t->average.layer[i];
        float share = (float)(1 - t->spec.weight_average);
        range mine = part(j, l->lines, 1);
        t->kernel->lerp(a->w + mine.from * l->ld, l->w + mine.from * l->ld, share,
                        (mine.to - mine.from) * l->ld);
        if (j->me == 0)
            t->kernel->lerp(a->b, l->b, share, l->rows);
    }
    if (isfinite(t->spec.max_w2))
        meet(j);
}

static void one_batch(job *j)
{
    size_t end = j->batch_from + j->batch_n;

    if (j->me == 0)
        choose_units(j);
    meet(j);
    for (size_t i = 0; i < j->b->layers; i++)
        gather(j, i);
    for (j->from = j->batch_from; j->from < end; j->from += j->rows) {
        j->rows = end - j->from < j->b->chunk ? end - j->from : j->b->chunk;
        j->first = j->from == j->batch_from;
        j->last = j->from + j->rows == end;
        load_rows(j);
        meet(j);
        forward(j);
        if (j->t->spec.adversarial_epsilon > 0) {
            backward(j, false);
            disturb(j);
            forward(j);
        }
        backward(j, true);
    }
    after_step(j);
}

/* Threads pay when a batch is worth more than their meetings. */
static int team_of(const trainer *t)
{
    double work = 6.0 * (double)t->main.floats / 3 * (double)t->spec.mini_batch;
    return work < 2e6 ? 1 : t->batch->helpers;
}

size_t batch_run(trainer *t, const uint32_t *order, size_t n, uint64_t samples, progress *p)
{
    size_t done = 0, size = t->spec.mini_batch;
    int team = team_of(t);
    bool stop = false;

#pragma omp parallel num_threads(team) if (team > 1)
    {
        job j = {.t = t, .b = t->batch, .order = order, .samples = samples, .all = 1};
#ifdef _OPENMP
        j.me = (size_t)omp_get_thread_num();
        j.all = (size_t)omp_get_num_threads();
#endif
        j.h = &t->batch->helper[j.me];
        unsigned old = trainer_flush_denormals();
        for (size_t at = 0; at < n && !stop; at += j.batch_n) {
            j.batch_from = at;
            j.batch_n = n - at < size ? n - at : size;
            j.step = t->steps + at / size + 1;
            one_batch(&j);
            if (j.me == 0) {
                done = at + j.batch_n;
                stop = progress_cancelled(p);
            }
            meet(&j);
        }
        trainer_restore_denormals(old);
    }
    t->steps += (done + size - 1) / size;
    return done;
}
