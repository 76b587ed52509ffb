/* trainer_batch.c - mini-batches as matrix products: their memory, what takes part, the order of things.
 *
 * One batch at a time, split among the threads by what they write: a block of a
 * product, a range of lines to step. Every number is summed by one thread in a
 * fixed order, so the bits do not depend on how many there are.
 *
 * Hidden dropout draws one mask per layer and batch; dropped units are left out
 * of the matrices altogether. Input dropout is drawn per row. */
#include "config.h"
#include "train/trainer_batch_impl.h"

#include "base/mem.h"
#include "base/status.h"

#include <math.h>
#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#endif

enum { CHUNK = KERNEL_TERMS }; /* rows in flight; a larger batch sums over several chunks */

/* Life ------------------------------------------------------------------------------- */

/* Floats from one row of a matrix to the next: an odd number of lines, else many rows would
 * compete for the same places of the cache. */
static size_t row_room(size_t n)
{
    size_t lines = padded(n) / 16;
    return (lines | 1) * 16;
}

/* Floats from one panel of k lines to the next. */
static size_t copy_apart(size_t k)
{
    return k * KERNEL_PANEL + PANEL_SKEW;
}

static weir_status matrix_layer_new(matrix_layer *m, const work_layer *l, const batch *b, bool chunks, weir_error *err)
{
    size_t wide = row_room(l->rows), chunk = b->chunk;

    m->wide = wide;
    m->z = mem_slab(chunk * wide, sizeof *m->z);
    m->a = mem_slab(chunk * wide, sizeof *m->a);
    m->g = mem_slab(chunk * wide, sizeof *m->g);
    m->e = l->channels > 1 ? mem_slab(chunk * wide, sizeof *m->e) : m->g;
    m->kept = mem_array(l->units, sizeof *m->kept);
    m->rows = mem_array(l->rows, sizeof *m->rows);
    m->bits = mem_array(l->panels, sizeof *m->bits);
    m->dw = chunks ? mem_slab(l->inputs * wide, sizeof *m->dw) : NULL;
    m->db = mem_slab(wide, sizeof *m->db);
    m->bias = mem_slab(wide, sizeof *m->bias);
    m->copy = b->drops ? mem_slab(l->panels * copy_apart(l->inputs), sizeof *m->copy) : NULL;
    return m->z && m->a && m->g && m->e && m->kept && m->rows && m->bits && m->db && m->bias && (m->dw || !chunks) &&
                   (m->copy || !b->drops)
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
    mem_free(m->bits);
    mem_slab_free(m->dw);
    mem_slab_free(m->db);
    mem_slab_free(m->bias);
    mem_slab_free(m->copy);
}

static void helper_free(helper *h)
{
    mem_slab_free(h->room);
    mem_slab_free(h->line);
    mem_slab_free(h->strip);
    mem_slab_free(h->full);
    mem_slab_free(h->pair_x);
    mem_slab_free(h->pair_g);
    mem_slab_free(h->prob);
}

void batch_free(batch *b)
{
    if (!b)
        return;
    for (size_t i = 0; b->layer && i < b->layers; i++)
        matrix_layer_free(&b->layer[i]);
    for (int i = 0; b->helper && i < b->helpers; i++)
        helper_free(&b->helper[i]);
    mem_free(b->layer);
    mem_free(b->helper);
    mem_slab_free(b->x);
    mem_slab_free(b->clean);
    mem_slab_free(b->slope);
    mem_slab_free(b->share);
    mem_free(b);
}

static weir_status helper_new(helper *h, const batch *b, const trainer *t, weir_error *err)
{
    bool pairs = t->product->pair != NULL;
    size_t across = b->widest > b->wide_x ? b->widest : b->wide_x, half = turned_line(b) * across + 16;

    h->room = mem_slab(KERNEL_GEMM_ROOM, sizeof *h->room);
    h->line = mem_slab(b->widest + 16, sizeof *h->line);
    h->strip = mem_slab(KERNEL_STRIP_MOST * b->widest + 16, sizeof *h->strip);
    h->full = mem_slab(KERNEL_STRIP_MOST * b->widest, sizeof *h->full);
    h->pair_x = pairs ? mem_slab(half, sizeof *h->pair_x) : NULL;
    h->pair_g = pairs ? mem_slab(half, sizeof *h->pair_g) : NULL;
    h->prob = mem_slab(t->outputs, sizeof *h->prob);
    return h->room && h->line && h->strip && h->full && h->prob && ((h->pair_x && h->pair_g) || !pairs)
               ? WEIR_OK
               : weir_no_memory(err, "preparing the mini-batches");
}

static weir_status fill(batch *b, const trainer *t, weir_error *err)
{
    bool chunks = t->spec.mini_batch > b->chunk, against = t->spec.adversarial_epsilon > 0;
    weir_status st = WEIR_OK;

    b->layer = mem_zero(t->layers, sizeof *b->layer);
    b->helper = mem_zero((size_t)b->helpers, sizeof *b->helper);
    b->x = mem_slab(b->chunk * b->wide_x, sizeof *b->x);
    b->clean = t->spec.autoencoder ? mem_slab(b->chunk * b->wide_x, sizeof *b->clean) : NULL;
    b->slope = against ? mem_slab(b->chunk * b->wide_x, sizeof *b->slope) : NULL;
    b->share = mem_slab(KERNEL_STRIP_MOST, sizeof *b->share);
    if (!b->layer || !b->helper || !b->x || !b->share || (against && !b->slope) || (t->spec.autoencoder && !b->clean))
        return weir_no_memory(err, "preparing the mini-batches");
    for (size_t i = 0; i < t->layers && !st; i++) {
        const work_layer *l = &t->main.layer[i];
        st = matrix_layer_new(&b->layer[i], l, b, chunks, err);
        b->widest = b->layer[i].wide > b->widest ? b->layer[i].wide : b->widest;
        b->widest = l->ld > b->widest ? l->ld : b->widest;
    }
    for (int i = 0; i < b->helpers && !st; i++)
        st = helper_new(&b->helper[i], b, t, err);
    return st;
}

weir_status batch_new(batch **out, trainer *t, weir_error *err)
{
    batch *b = MEM_NEW(batch);

    if (!b)
        return weir_no_memory(err, "preparing the mini-batches");
    b->layers = t->layers;
    b->chunk = t->spec.mini_batch < CHUNK ? t->spec.mini_batch : CHUNK;
    b->wide_x = row_room(t->inputs);
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

/* What takes part ---------------------------------------------------------------------- */

static void choose_units(const job *j)
{
    for (size_t i = 0; i < KERNEL_STRIP_MOST; i++)
        j->b->share[i] = 1 / (float)j->batch_n;
    for (size_t i = 0; i < j->b->layers; i++) {
        const work_layer *l = &j->t->main.layer[i];
        matrix_layer *m = &j->b->layer[i];
        size_t channels = (size_t)l->channels;
        m->units = trainer_kept_units(j->t, i, j->samples + j->batch_from, j->h->line, m->kept);
        m->out = m->units * channels;
        m->in = i ? j->b->layer[i - 1].units : l->inputs;
        memset(m->bits, 0, l->panels * sizeof *m->bits);
        for (size_t k = 0; k < m->out; k++) {
            size_t row = m->kept[k / channels] * channels + k % channels;
            m->rows[k] = (uint32_t)row;
            m->bits[row / KERNEL_PANEL] |= (uint32_t)1 << row % KERNEL_PANEL;
            m->bias[k] = l->b[row];
        }
        m->gathered = m->out < l->rows || m->in < l->inputs;
        m->w = m->gathered ? m->copy : l->w;
        m->apart = m->gathered ? copy_apart(m->in) : l->apart;
    }
}

/* My lines of what takes part, side by side in panels again. */
static void gather(const job *j, size_t i)
{
    const work_layer *l = &j->t->main.layer[i];
    matrix_layer *m = &j->b->layer[i];
    range mine = part(j, m->in, 1);
    float *line = j->h->line;

    for (size_t k = mine.from; m->gathered && k < mine.to; k++) {
        float *to = m->copy + k * KERNEL_PANEL;
        j->t->kernel->squeeze(line, l->w + line_of(j->b, i, k) * KERNEL_PANEL, l->apart, m->bits, l->panels);
        memset(line + m->out, 0, (padded_panels(m->out) - m->out) * sizeof *line);
        for (size_t q = 0; q < m->out; q += KERNEL_PANEL, to += m->apart)
            memcpy(to, line + q, KERNEL_PANEL * sizeof *to);
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

/* Incoming weights of each of a panel's units are scaled down to max_w2. */
static void bound_panel(const job *j, const work_layer *l, float *w)
{
    const kernel_ops *k = j->t->kernel;
    float sum[KERNEL_PANEL] = {0}, most = (float)j->t->spec.max_w2;
    bool any = false;

    for (size_t c = 0; c < l->inputs; c++)
        k->add_squares(sum, w + c * KERNEL_PANEL, KERNEL_PANEL);
    for (size_t r = 0; r < KERNEL_PANEL; r++) {
        any |= sum[r] > most;
        sum[r] = sum[r] > most && isfinite(sum[r]) ? sqrtf(most / sum[r]) : 1;
    }
    for (size_t c = 0; any && c < l->inputs; c++)
        k->scale(w + c * KERNEL_PANEL, sum, KERNEL_PANEL);
}

/* After the last chunk's way back, where all have met. */
static void after_step(const job *j)
{
    trainer *t = j->t;

    for (size_t i = 0; i < t->layers; i++) {
        const work_layer *l = &t->main.layer[i];
        range mine = part(j, l->panels, 1);
        if (j->me == 0)
            matrix_step_biases(j, i);
        if (isfinite(t->spec.max_w2))
            for (size_t p = mine.from; p < mine.to; p++)
                bound_panel(j, l, l->w + p * l->apart);
        if (!t->average.slab)
            continue;
        const work_layer *a = &t->average.layer[i];
        float share = (float)(1 - t->spec.weight_average);
        t->kernel->lerp(a->w + mine.from * l->apart, l->w + mine.from * l->apart, share,
                        (mine.to - mine.from) * l->apart);
        if (j->me == 0)
            t->kernel->lerp(a->b, l->b, share, l->rows);
    }
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
        matrix_forward(j);
        if (j->t->spec.adversarial_epsilon > 0) {
            matrix_backward(j, false);
            matrix_disturb(j);
            matrix_forward(j);
        }
        matrix_backward(j, true);
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
                progress_reach(p, samples + done);
            }
            meet(&j);
        }
        trainer_restore_denormals(old);
    }
    t->steps += (done + size - 1) / size;
    return done;
}
