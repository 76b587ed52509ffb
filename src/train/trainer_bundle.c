/* trainer_bundle.c - several rows at once through a network that the caches do not hold.
 *
 * A row by itself fetches every line of weights and states that it touches from memory and sends it back
 * there. The rows of a bundle go forward together, by the same weights, and the way back goes line by line: a line comes
 * once and takes the steps of all rows that touch it, one after the other, each the step that ADADELTA takes for that row.
 * So a row goes by weights that lack the steps of up to three rows before it, as with so many threads on
 * one copy. Where that does harm, it is in the first rows, whose steps all go one way: these go one by one, then
 * bundles grow. */
#include "train/trainer_impl.h"

#include "base/mem.h"
#include "base/status.h"

#include <math.h>
#include <string.h>

enum {
    ALONE = 4096,         /* rows of a training that go one by one */
    GROWING = 512,        /* rows after which a bundle has one more */
    BIG_TOUCH = 32 << 20, /* bytes of weights and states that a row could touch: what a third-level cache holds */
    BIG_LAYER = 512 << 10,
    BLOCK = 64,           /* columns summed at once: those of a thousand lines stay in the second-level cache */
    GROUP = 8             /* lines of a dense first layer that stay in the first-level cache */
};

typedef struct part { /* of a layer that the rows take together */
    bool together;
    uint32_t *line, *who; /* input-major: lines that some row touches, ascending; which rows do, as bits */
    size_t n;
} part;

struct bundle {
    worker row[BUNDLE_MOST]; /* scratch of one row each */
    part *part;              /* [layers] */
    uint32_t *who;           /* [lines of the longest layer] */
};

static double bytes_of(const work_layer *l)
{
    return (double)l->lines * (double)l->ld * 3 * sizeof(float);
}

size_t bundle_size(const trainer_spec *s, const work_layer *shape, size_t layers, double density)
{
    double touch = 0;

    if (s->optimizer != OPT_ADADELTA || s->reproducible || s->mini_batch > 1 || !s->fast_mode || s->adversarial_epsilon > 0 ||
        s->sparsity_beta > 0)
        return 0;
    for (size_t i = 0; i < layers; i++)
        touch += bytes_of(&shape[i]) * (i ? 1 : density);
    return touch < BIG_TOUCH ? 0 : BUNDLE_MOST;
}

/* Of a layer that few inputs feed, each row has lines of its own. */
static weir_status part_new(part *p, const trainer *t, size_t i, weir_error *err)
{
    const work_layer *l = &t->main.layer[i];

    p->together = bytes_of(l) >= BIG_LAYER && (i || dataset_density(t->data) > 0.05);
    if (!p->together || l->output_major)
        return WEIR_OK;
    p->line = mem_array(l->lines, sizeof *p->line);
    p->who = mem_array(l->lines, sizeof *p->who);
    return p->line && p->who ? WEIR_OK : weir_no_memory(err, "preparing the training");
}

weir_status bundle_new(bundle **out, trainer *t, weir_error *err)
{
    bundle *b = MEM_NEW(bundle);
    size_t most = 0;
    weir_status st = WEIR_OK;

    if (!b)
        return weir_no_memory(err, "preparing the training");
    for (size_t i = 0; i < t->layers; i++)
        most = t->main.layer[i].lines > most ? t->main.layer[i].lines : most;
    b->who = mem_zero(most, sizeof *b->who);
    b->part = mem_zero(t->layers, sizeof *b->part);
    if (!b->who || !b->part)
        st = weir_no_memory(err, "preparing the training");
    for (size_t i = 0; i < t->layers && !st; i++)
        st = part_new(&b->part[i], t, i, err);
    for (size_t k = 0; k < t->bundle && !st; k++)
        st = worker_new(&b->row[k], t, err);
    if (st)
        bundle_free(b, t->layers);
    else
        *out = b;
    return st;
}

void bundle_free(bundle *b, size_t layers)
{
    if (!b)
        return;
    for (size_t k = 0; k < BUNDLE_MOST; k++)
        worker_free(&b->row[k], layers);
    for (size_t i = 0; b->part && i < layers; i++) {
        mem_free(b->part[i].line);
        mem_free(b->part[i].who);
    }
    mem_free(b->part);
    mem_free(b->who);
    mem_free(b);
}

/* Forward ---------------------------------------------------------------------------- */

static void find_touched(bundle *b, size_t n, size_t i, size_t lines)
{
    part *p = &b->part[i];

    memset(b->who, 0, lines * sizeof *b->who);
    for (size_t r = 0; r < n; r++) {
        row_feed f = row_feed_of(&b->row[r], i);
        for (size_t j = 0; j < f.n; j++)
            b->who[f.index[j]] |= 1u << r;
    }
    p->n = 0;
    for (size_t j = 0; j < lines; j++) { /* without branches: they would be guesses */
        p->line[p->n] = (uint32_t)j;
        p->who[p->n] = b->who[j];
        p->n += b->who[j] != 0;
    }
}

/* Block by block of columns: what a row has fetched of a line is near for the next. */
static void sum_inputs(const trainer *t, bundle *b, const work_layer *l, size_t n, size_t i)
{
    const part *p = &b->part[i];
    size_t width = line_width(l);

    find_touched(b, n, i, l->lines);
    for (size_t r = 0; r < n; r++)
        memcpy(b->row[r].unit[i].z, l->b, width * sizeof *l->b);
    for (size_t c = 0; c < width; c += BLOCK) {
        size_t wide = width - c < BLOCK ? width - c : BLOCK;
        const float *next = l->w + (c + BLOCK < width ? c + BLOCK : 0);
        for (size_t r = 0; r < n; r++) {
            row_feed f = row_feed_of(&b->row[r], i);
            for (size_t j = p->n * r / n; j < p->n * (r + 1) / n; j++)
                t->kernel->fetch(next + p->line[j] * l->ld, BLOCK);
            t->kernel->sum_rows(b->row[r].unit[i].z + c, l->w + c, l->ld, f.index, f.value, f.n, wide);
        }
    }
}

static void sum_units(const trainer *t, bundle *b, const work_layer *l, size_t n, size_t i)
{
    for (size_t u = 0; u < l->rows; u += GROUP)
        for (size_t r = 0; r < n; r++)
            t->kernel->gemv(l->w + u * l->ld, l->ld, l->rows - u < GROUP ? l->rows - u : GROUP, b->row[r].x, l->ld,
                            b->row[r].unit[i].z + u);
    for (size_t r = 0; r < n; r++)
        t->kernel->axpy(b->row[r].unit[i].z, l->b, 1, l->rows);
}

static void forward(const trainer *t, bundle *b, size_t n, uint64_t number)
{
    for (size_t i = 0; i < t->layers; i++) {
        const work_layer *l = &b->row[0].weights->layer[i];
        if (b->part[i].together && l->output_major)
            sum_units(t, b, l, n, i);
        else if (b->part[i].together)
            sum_inputs(t, b, l, n, i);
        for (size_t r = 0; r < n; r++) {
            unit_layer *u = &b->row[r].unit[i];
            if (!b->part[i].together)
                trainer_affine(t, l, &b->row[r], i);
            if (i + 1 == t->layers)
                continue;
            trainer_activate(t, l, u, 0, l->units);
            u->n_active = trainer_list_active(t, u, i, number + r, 0, l->units);
        }
    }
}

/* Backward --------------------------------------------------------------------------- */

typedef struct turns { /* the steps that a line takes, and where the errors go that it hands down */
    const float *v[BUNDLE_MOST];
    float c[BUNDLE_MOST], *to[BUNDLE_MOST];
    size_t n;
} turns;

/* next: the line that will be asked for then. */
static void step_line(const trainer *t, const work_layer *l, size_t line, size_t next, const turns *s, const kernel_step *k,
                      bool back)
{
    float error[BUNDLE_MOST];
    size_t at = line * l->ld;
    ptrdiff_t ahead = ((ptrdiff_t)next - (ptrdiff_t)line) * (ptrdiff_t)l->ld;

    t->kernel->adadelta_turns(l->w + at, l->s + at, l->t + at, ahead, line_width(l), s->v, s->c, s->n, k,
                              back ? error : NULL);
    for (size_t q = 0; q < s->n && back; q++)
        *s->to[q] = error[q];
}

static void step_inputs(const trainer *t, bundle *b, const work_layer *l, size_t n, size_t i, const kernel_step *k)
{
    const part *p = &b->part[i];
    size_t at[BUNDLE_MOST] = {0};
    row_feed f[BUNDLE_MOST];

    for (size_t r = 0; r < n; r++)
        f[r] = row_feed_of(&b->row[r], i);
    for (size_t j = 0; j < p->n; j++) {
        turns s = {.n = 0};
        for (uint32_t bits = p->who[j]; bits; bits &= bits - 1) {
            size_t r = (size_t)__builtin_ctz(bits);
            s.v[s.n] = b->row[r].unit[i].g;
            s.c[s.n] = f[r].value[at[r]];
            s.to[s.n++] = &f[r].error[at[r]++];
        }
        step_line(t, l, p->line[j], p->line[j + 1 < p->n ? j + 1 : j], &s, k, i > 0);
    }
}

static void step_units(const trainer *t, bundle *b, const work_layer *l, size_t n, size_t i, const kernel_step *k)
{
    for (size_t line = 0; line < l->lines; line++) {
        turns s = {.n = 0};
        for (size_t r = 0; r < n; r++) {
            s.v[s.n] = b->row[r].x;
            s.c[s.n] = b->row[r].unit[i].g[line];
            s.n += b->row[r].unit[i].g[line] != 0;
        }
        if (s.n)
            step_line(t, l, line, line + 1 < l->lines ? line + 1 : line, &s, k, false);
    }
}

static void backward(const trainer *t, bundle *b, size_t n, uint64_t number)
{
    for (size_t i = t->layers; i-- > 0;) {
        const work_layer *l = &b->row[0].weights->layer[i];
        kernel_step k = trainer_constants(t, i, number, t->steps + 1); /* ADADELTA's are the same for all rows */
        if (b->part[i].together)
            (l->output_major ? step_units : step_inputs)(t, b, l, n, i, &k);
        for (size_t r = 0; r < n; r++) {
            (b->part[i].together ? trainer_step_biases : trainer_step_layer)(t, &b->row[r], i, number + r);
            if (i)
                trainer_hand_down(t, l - 1, &b->row[r].unit[i - 1], 0, l[-1].units, b->row[r].unit[i - 1].n_active);
        }
        if (isfinite(t->spec.max_w2))
            trainer_bound_weights(t, l, b->row[0].unit[i].z); /* z is no longer needed */
    }
}

size_t bundle_rows(const trainer *t, worker *w, const uint32_t *order, size_t from, size_t to, uint64_t number)
{
    bundle *b = w->bundle;
    uint64_t grown = number < ALONE ? 1 : 2 + (number - ALONE) / GROWING;
    size_t most = grown < t->bundle ? (size_t)grown : t->bundle, n = to - from < most ? to - from : most;

    if (most == 1) {
        trainer_row(t, w, order ? order[from] : from, number);
        return 1;
    }
    for (size_t r = 0; r < n; r++) {
        b->row[r].weights = w->weights;
        b->row[r].steps = w->steps + r;
        trainer_load_row(t, &b->row[r], order ? order[from + r] : from + r, number + r);
    }
    forward(t, b, n, number);
    for (size_t r = 0; r < n; r++)
        trainer_row_error(t, &b->row[r], order ? order[from + r] : from + r);
    backward(t, b, n, number);
    return n;
}
