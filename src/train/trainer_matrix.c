/* trainer_matrix.c - a mini-batch's way through the layers and back, as matrix products.
 *
 * The gradient of a few lines of weights at a time is worked out and spent while it is in the
 * cache: it never travels to memory unless a batch has several chunks. Meanwhile the weights and
 * the optimiser's states of those lines are on their way. */
#include "config.h"
#include "train/trainer_batch_impl.h"

#include <math.h>
#include <string.h>

/* Forward ------------------------------------------------------------------------------- */

/* z += bias, a = activation, for rows by columns of z. */
static void activate(const job *j, size_t i, range rows, range cols)
{
    const work_layer *l = &j->t->main.layer[i];
    matrix_layer *m = &j->b->layer[i];
    size_t from = cols.from / (size_t)l->channels, to = cols.to / (size_t)l->channels;
    const float *bias = m->bias;

    for (size_t r = rows.from; r < rows.to; r++) {
        float *z = m->z + r * m->wide, *a = m->a + r * m->wide;
        if (l->act == ACT_RECTIFIER) {
            j->t->kernel->rectify(a + from, z + from, bias + from, to - from);
            continue;
        }
#pragma omp simd
        for (size_t c = cols.from; c < cols.to; c++)
            z[c] += bias[c];
        if (l->act == ACT_MAXOUT) {
            for (size_t u = from; u < to; u++)
                a[u] = z[2 * u] >= z[2 * u + 1] ? z[2 * u] : z[2 * u + 1];
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

void matrix_forward(const job *j)
{
    batch *b = j->b;

    for (size_t i = 0; i < b->layers; i++) {
        matrix_layer *m = &b->layer[i], *below = i ? m - 1 : NULL;
        bool last = i + 1 == b->layers;
        range rows = {0, j->rows}, cols = {0, m->out};
        if (last || by_rows(j, m->out))
            rows = part(j, j->rows, 1);
        else
            cols = part(j, m->out, KERNEL_PANEL);
        const float *in = below ? below->a : b->x;
        size_t wide = below ? below->wide : b->wide_x;
        j->t->product->multiply(rows.to - rows.from, cols.to - cols.from, m->in, in + rows.from * wide, wide,
                                m->w + cols.from / KERNEL_PANEL * m->apart, m->apart,
                                m->z + rows.from * m->wide + cols.from, m->wide, b->drops && !j->t->product->pair ? NULL : j->h->room);
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
        if (mine.to == m->units)
            memset(g + m->out, 0, (padded(m->out) - m->out) * sizeof *g);
        if (l->act == ACT_RECTIFIER && !(beta > 0)) {
            j->t->kernel->gate(g + mine.from, e + mine.from, a + mine.from, mine.to - mine.from);
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

/* The optimiser moves the layer's inputs from, from + 1 ... (n <= KERNEL_STRIP_MOST of those that take part) by the
 * gradients d[n][of what takes part], ldd apart. */
static void step_strip(const job *j, size_t i, size_t from, size_t n, const float *d, size_t ldd, kernel_step k)
{
    const work_layer *l = &j->t->main.layer[i];
    const matrix_layer *m = &j->b->layer[i];
    kernel_step_fn *rule = trainer_rule(j->t);
    const uint32_t *lines = i && m->in < l->inputs ? j->b->layer[i - 1].kept + from : NULL;

    if (m->out < l->rows) {
        for (size_t r = 0; r < n; r++)
            j->t->kernel->spread(j->h->full + r * l->ld, d + r * ldd, m->bits, l->panels);
        d = j->h->full;
        ldd = l->ld;
    }
    k.apart = ldd;
    for (size_t p = 0; p < l->panels; p++) {
        size_t at = p * l->apart + (lines ? 0 : from * KERNEL_PANEL), left = padded(l->rows) - p * KERNEL_PANEL;
        rule(l->w + at, l->s + at, l->t + at, KERNEL_PANEL, lines, j->b->share, n, d + p * KERNEL_PANEL,
             left < KERNEL_PANEL ? left : KERNEL_PANEL, &k, NULL);
    }
}

/* Weights and states of n lines from `from` on, for panels [p, to): they will be changed soon. */
static void fetch_lines(const job *j, size_t i, size_t from, size_t n, size_t p, size_t to)
{
    const work_layer *l = &j->t->main.layer[i];
    size_t first = line_of(j->b, i, from), last = line_of(j->b, i, from + n - 1);

    for (; p < to; p++) {
        size_t at = p * l->apart + first * KERNEL_PANEL, floats = (last - first + 1) * KERNEL_PANEL;
        j->t->kernel->fetch(l->w + at, floats);
        j->t->kernel->fetch(l->s + at, floats);
        if (j->t->spec.optimizer != OPT_SGD)
            j->t->kernel->fetch(l->t + at, floats);
    }
}

/* Gradients of my inputs of layer i, strip by strip, and their steps. */
static void learn_lines(const job *j, size_t i, range mine, const kernel_step *k)
{
    const batch *b = j->b;
    const work_layer *l = &j->t->main.layer[i];
    const matrix_layer *m = &b->layer[i], *below = i ? m - 1 : NULL;
    const kernel_products *p = j->t->product;
    const float *x = (below ? below->a : b->x) + mine.from, *g = m->g;
    size_t wide = below ? below->wide : b->wide_x, apart = 1; /* from one input to the next */
    bool dense = p->pair || b->drops; /* units that are kept seldom rest in all of a few rows: the look would not pay */

    if (p->pair) {
        p->pair(j->rows, padded(m->out), g, m->wide, j->h->pair_g);
        if (p->pair_turned)
            p->pair_turned(j->rows, mine.to - mine.from, x, wide, j->h->pair_x, apart = turned_line(b));
        else
            p->pair(j->rows, mine.to - mine.from, x, wide, j->h->pair_x);
        g = j->h->pair_g;
        x = j->h->pair_x;
        wide = p->pair_turned ? apart : wide;
    }
    for (size_t c = mine.from; c < mine.to; c += p->strip) {
        size_t n = mine.to - c < p->strip ? mine.to - c : p->strip, ldd = m->dw ? m->wide : b->widest;
        float *d = m->dw ? m->dw + c * ldd : j->h->strip;
        const float *xc = x + (c - mine.from) * apart;
        if (!dense)
            j->t->kernel->list_terms(xc, wide, j->rows, n, &j->h->terms);
        for (size_t q = 0; q < m->out; q += KERNEL_PANEL) {
            if (j->last)
                fetch_lines(j, i, c, n, l->panels * q / padded_panels(m->out),
                            l->panels * (q + KERNEL_PANEL) / padded_panels(m->out));
            size_t cols = m->out - q < KERNEL_PANEL ? m->out - q : KERNEL_PANEL;
            if (dense)
                p->gradient(j->rows, n, cols, xc, wide, g + q, m->wide, d + q, ldd, !j->first);
            else
                j->t->kernel->gradient_terms(&j->h->terms, j->rows, n, cols, xc, wide, g + q, m->wide, d + q, ldd, !j->first);
        }
        if (j->last)
            step_strip(j, i, c, n, d, ldd, *k);
    }
}

/* Without fast_mode the lines of dropped inputs decay and are regularised too. */
static void step_idle_lines(const job *j, size_t i, const kernel_step *given)
{
    const work_layer *l = &j->t->main.layer[i];
    const matrix_layer *m = &j->b->layer[i];
    kernel_step k = *given;
    size_t next = 0;

    if (!k.all || m->in == l->inputs)
        return;
    memset(j->h->full, 0, l->ld * sizeof(float));
    for (size_t c = 0; c < l->inputs; c++) {
        if (next < m->in && line_of(j->b, i, next) == c) {
            next++;
            continue;
        }
        for (size_t p = 0; p < l->panels; p++) {
            size_t at = p * l->apart + c * KERNEL_PANEL;
            trainer_rule(j->t)(l->w + at, l->s + at, l->t + at, 0, NULL, j->b->share, 1, j->h->full, KERNEL_PANEL, &k,
                               NULL);
        }
    }
}

/* Sums of g over the rows, kept from chunk to chunk. */
static void sum_biases(const job *j, matrix_layer *m)
{
    range mine = part(j, m->out, 16);

    if (j->first)
        memset(m->db + mine.from, 0, (mine.to - mine.from) * sizeof *m->db);
    for (size_t r = 0; r < j->rows; r++)
        j->t->kernel->axpy(m->db + mine.from, m->g + r * m->wide + mine.from, 1, mine.to - mine.from);
}

void matrix_step_biases(const job *j, size_t layer)
{
    const work_layer *l = &j->t->main.layer[layer];
    const matrix_layer *m = &j->b->layer[layer];
    kernel_step k = trainer_constants(j->t, layer, j->samples + j->batch_from, j->step);
    float *full = j->h->full;

    memset(full, 0, padded(l->rows) * sizeof *full);
    for (size_t q = 0; q < m->out; q++)
        full[m->rows[q]] = m->db[q];
    k.decay = 0; /* L1 and L2 hold for biases too */
    trainer_rule(j->t)(l->b, l->bs, l->bt, 0, NULL, j->b->share, 1, full, padded(l->rows), &k, NULL);
}

/* Each thread owns some inputs of the layer: it hands the error back through their lines,
 * then works out their gradient and, at the end of the batch, moves them. */
static void backward_layer(const job *j, size_t i, bool learn)
{
    matrix_layer *m = &j->b->layer[i], *below = i ? m - 1 : NULL;
    range mine = part(j, m->in, j->t->product->strip);
    size_t n = mine.to - mine.from;

    if (below && n) {
        j->t->product->error(j->rows, n, m->out, m->g, m->wide, m->w + mine.from * KERNEL_PANEL, m->apart,
                             below->e + mine.from, below->wide, j->h->room);
        hand_down(j, i - 1, mine);
    }
    if (learn) {
        kernel_step k = trainer_constants(j->t, i, j->samples + j->batch_from, j->step);
        if (n)
            learn_lines(j, i, mine, &k);
        sum_biases(j, m);
        if (j->last && j->me + 1 == j->all)
            step_idle_lines(j, i, &k);
    }
    meet(j);
}

void matrix_backward(const job *j, bool learn)
{
    for (size_t i = j->b->layers; i-- > (learn ? 0 : 1);)
        backward_layer(j, i, learn);
}

void matrix_disturb(const job *j)
{
    batch *b = j->b;
    matrix_layer *m = &b->layer[0];
    range mine = part(j, m->in, j->t->product->strip);
    float eps = (float)j->t->spec.adversarial_epsilon;

    j->t->product->error(j->rows, mine.to - mine.from, m->out, m->g, m->wide, m->w + mine.from * KERNEL_PANEL, m->apart,
                         b->slope + mine.from, b->wide_x, j->h->room);
    for (size_t r = 0; r < j->rows; r++) {
        size_t at = r * b->wide_x + mine.from;
        j->t->kernel->push(b->x + at, b->slope + at, eps, mine.to - mine.from);
    }
    meet(j);
    range rows = part(j, j->rows, 1); /* dropped inputs stay dropped */
    for (size_t r = rows.from; j->t->spec.input_dropout > 0 && r < rows.to; r++)
        trainer_drop_inputs(j->t, b->x + r * b->wide_x, j->samples + j->from + r);
    if (j->t->spec.input_dropout > 0)
        meet(j);
}
