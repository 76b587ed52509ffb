/* trainer_bundle.c - several rows at once through a network that the caches do not hold, on all threads together.
 *
 * A row by itself fetches every line of weights and states that it touches from memory and sends it back
 * there. The rows of a bundle go forward together, by the same weights, and the way back goes line by line: a line comes
 * once and takes the steps of all rows that touch it, one after the other, each the step that ADADELTA takes for that row.
 * So a row goes by weights that lack the steps of up to seven rows before it, as with so many threads on
 * one copy. Where that does harm, it is in the first rows, whose steps all go one way: the first thousand go one by
 * one, then bundles double from two to eight as the training doubles.
 *
 * The threads share the bundle's work, not its rows: forward each sums columns of its own, back each steps lines of its
 * own. One copy of the network is all that passes through the caches, nothing is averaged, and how many threads there are changes
 * no bit. They meet some fifteen times a bundle, a microsecond or less each in what takes a millisecond. */
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
    GROWING = 512,        /* rows of the training after which a bundle has one more: the first 1,024 go one by one */
    BIG_TOUCH = 32 << 20, /* bytes of weights and states that a row could touch: what a third-level cache holds */
    BIG_LAYER = 512 << 10,
    BLOCK = 64,           /* columns summed at once: those of a thousand lines stay in the second-level cache */
    GROUP = 8,            /* lines of a dense first layer that stay in the first-level cache */
    TEAM = 64,            /* threads, at most */
    RUN = 128,            /* rows between two choices of their number */
    AVERAGE_EVERY = 32    /* rows */
};

typedef struct section { /* of a layer's lines: those of one thread */
    range lines;
    size_t n; /* of them, touched; listed from lines.from on */
    char apart[CACHE_LINE - sizeof(range) - sizeof(size_t)];
} section;

typedef struct part { /* of a layer that the rows take together */
    bool together;
    uint32_t *line, *who; /* input-major: lines that some row touches, section by section, ascending; which rows do, as bits */
} part;

struct bundle {
    worker row[BUNDLE_MOST]; /* scratch of one row each */
    part *part;              /* [layers] */
    section (*section)[TEAM]; /* [layers] */
    uint32_t *who;           /* [lines of the longest layer] */
    int threads;
    bool stop;               /* writer: thread 0 between two bundles */
    pace pace;
    meeting meeting;
};

typedef struct seat { /* one thread at one bundle */
    const trainer *t;
    bundle *b;
    size_t me, all;
    size_t n;        /* rows */
    uint64_t number; /* of the first */
    bool down;       /* lines are stepped from the last to the first */
} seat;

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
    b->section = mem_zero(t->layers, sizeof *b->section);
    if (!b->who || !b->part || !b->section)
        st = weir_no_memory(err, "preparing the training");
    for (size_t i = 0; i < t->layers && !st; i++)
        st = part_new(&b->part[i], t, i, err);
    for (size_t k = 0; k < t->bundle_rows && !st; k++)
        st = worker_new(&b->row[k], t, err);
    b->threads = t->spec.threads < 1 ? 1 : t->spec.threads > TEAM ? TEAM : t->spec.threads;
    pace_new(&b->pace, b->threads);
    if (st)
        bundle_free(b, t->layers);
    else
        *out = b;
    return st;
}

void bundle_fix_team(bundle *b, int threads)
{
    pace_fix(&b->pace, threads < b->threads ? threads : b->threads);
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
    mem_free(b->section);
    mem_free(b->who);
    mem_free(b);
}

/* Sharing ---------------------------------------------------------------------------- */

static void meet(const seat *s)
{
    meeting_wait(&s->b->meeting, s->all);
}

/* Rows r = me, me + all, ... are this thread's where a row is one thread's business. */
#define OWN_ROWS(s, r) for (size_t r = (s)->me; r < (s)->n; r += (s)->all)

static const work_layer *layer_of(const seat *s, size_t i)
{
    return &s->t->main.layer[i];
}

/* The line where thread `who` begins: below it lies that share of what the rows touch, on average. */
static size_t line_from(const seat *s, size_t i, size_t who)
{
    size_t sum = 0, lines = layer_of(s, i)->lines;

    if (who == 0 || who == s->all)
        return who ? lines : 0;
    for (size_t r = 0; r < s->n; r++) {
        row_feed f = row_feed_of(&s->b->row[r], i);
        sum += f.n ? f.index[f.n * who / s->all] : lines * who / s->all;
    }
    return sum / s->n;
}

static size_t first_from(const row_feed *f, size_t line)
{
    size_t low = 0, high = f->n;

    while (low < high) {
        size_t mid = (low + high) / 2;
        if (f->index[mid] < line)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* Which lines of a layer are whose; what some row touches of its own, a thread lists. */
static void find_touched(const seat *s, size_t i)
{
    const part *p = &s->b->part[i];
    section *own = &s->b->section[i][s->me];
    uint32_t *who = s->b->who;

    own->lines = (range){line_from(s, i, s->me), line_from(s, i, s->me + 1)};
    if (!p->together)
        return;
    memset(who + own->lines.from, 0, (own->lines.to - own->lines.from) * sizeof *who);
    for (size_t r = 0; r < s->n; r++) {
        row_feed f = row_feed_of(&s->b->row[r], i);
        for (size_t j = first_from(&f, own->lines.from); j < f.n && f.index[j] < own->lines.to; j++)
            who[f.index[j]] |= 1u << r;
    }
    uint32_t *line = p->line + own->lines.from, *rows = p->who + own->lines.from;
    size_t n = 0;
    for (size_t j = own->lines.from; j < own->lines.to; j++) { /* without branches: they would be guesses */
        line[n] = (uint32_t)j;
        rows[n] = who[j];
        n += who[j] != 0;
    }
    own->n = n;
}

/* Forward ---------------------------------------------------------------------------- */

/* Of the lines that some row touches, the r-th of n shares: their columns from `at` on will be needed. */
static void fetch_block(const seat *s, size_t i, const float *at, size_t r, size_t n)
{
    const part *p = &s->b->part[i];

    for (size_t q = 0; q < s->all; q++) {
        const section *of = &s->b->section[i][q];
        const uint32_t *line = p->line + of->lines.from;
        for (size_t j = of->n * r / n; j < of->n * (r + 1) / n; j++)
            s->t->kernel->fetch(at + line[j] * layer_of(s, i)->ld, BLOCK);
    }
}

/* Block by block of columns: what a row has fetched of a line is near for the next. */
static void sum_inputs(const seat *s, size_t i)
{
    const work_layer *l = layer_of(s, i);
    range mine = range_of(line_width(l), BLOCK, s->me, s->all);

    for (size_t c = mine.from; c < mine.to; c += BLOCK) {
        size_t wide = mine.to - c < BLOCK ? mine.to - c : BLOCK;
        for (size_t r = 0; r < s->n; r++) {
            worker *w = &s->b->row[r];
            row_feed f = row_feed_of(w, i);
            if (c + BLOCK < mine.to)
                fetch_block(s, i, l->w + c + BLOCK, r, s->n);
            memcpy(w->unit[i].z + c, l->b + c, wide * sizeof *l->b);
            s->t->kernel->sum_rows(w->unit[i].z + c, l->w + c, l->ld, f.index, f.value, f.n, wide);
        }
    }
}

static void sum_units(const seat *s, size_t i)
{
    const work_layer *l = layer_of(s, i);
    range mine = range_of(l->rows, 16, s->me, s->all);

    for (size_t u = mine.from; u < mine.to; u += GROUP)
        for (size_t r = 0; r < s->n; r++)
            s->t->kernel->gemv(l->w + u * l->ld, l->ld, mine.to - u < GROUP ? mine.to - u : GROUP, s->b->row[r].x, l->ld,
                               s->b->row[r].unit[i].z + u);
    for (size_t r = 0; r < s->n; r++)
        s->t->kernel->axpy(s->b->row[r].unit[i].z + mine.from, l->b + mine.from, 1, mine.to - mine.from);
}

static void forward(const seat *s, const size_t *row)
{
    for (size_t i = 0; i < s->t->layers; i++) {
        const work_layer *l = layer_of(s, i);
        bool together = s->b->part[i].together;
        if (!l->output_major)
            find_touched(s, i);
        if (together) {
            meet(s);
            (l->output_major ? sum_units : sum_inputs)(s, i);
            meet(s);
        }
        OWN_ROWS(s, r) {
            worker *w = &s->b->row[r];
            unit_layer *u = &w->unit[i];
            if (!together)
                trainer_affine(s->t, l, w, i);
            if (i + 1 == s->t->layers) {
                trainer_row_error(s->t, w, row[r]);
                continue;
            }
            trainer_activate(s->t, l, u, 0, l->units);
            u->n_active = trainer_list_active(s->t, u, i, s->number + r, 0, l->units);
        }
        meet(s);
    }
}

/* Backward --------------------------------------------------------------------------- */

typedef struct rule { /* of one layer's steps */
    kernel_step k;
    kernel_turns turns;
} rule;

typedef struct turns { /* the steps that a line takes, and where the errors go that it hands down */
    const float *v[BUNDLE_MOST];
    float c[BUNDLE_MOST], *to[BUNDLE_MOST];
    size_t n;
} turns;

/* next: the line that will be asked for then. */
static void step_line(const trainer *t, const work_layer *l, size_t line, size_t next, const turns *s, const rule *k,
                      bool back)
{
    float error[BUNDLE_MOST];
    size_t at = line * l->ld;
    ptrdiff_t ahead = ((ptrdiff_t)next - (ptrdiff_t)line) * (ptrdiff_t)l->ld;

    t->kernel->adadelta_turns(l->w + at, l->s + at, l->t + at, ahead, line_width(l), s->v, s->c, s->n, &k->k,
                              &k->turns, back ? error : NULL);
    for (size_t q = 0; q < s->n && back; q++)
        *s->to[q] = error[q];
}

/* Up one time, down the next: of a set that is a little too large for a cache, the lines last seen are still there. */
static size_t turned(const seat *s, size_t j, size_t n)
{
    return s->down ? n - 1 - j : j;
}

static void step_inputs(const seat *s, size_t i, const rule *k)
{
    const section *own = &s->b->section[i][s->me];
    const uint32_t *line = s->b->part[i].line + own->lines.from, *who = s->b->part[i].who + own->lines.from;
    size_t at[BUNDLE_MOST] = {0};
    row_feed f[BUNDLE_MOST];

    for (size_t r = 0; r < s->n; r++) {
        f[r] = row_feed_of(&s->b->row[r], i);
        at[r] = first_from(&f[r], s->down ? own->lines.to : own->lines.from);
    }
    for (size_t j = 0; j < own->n; j++) {
        turns q = {.n = 0};
        size_t now = turned(s, j, own->n), next = turned(s, j + 1 < own->n ? j + 1 : j, own->n);
        for (uint32_t bits = who[now]; bits; bits &= bits - 1) {
            size_t r = (size_t)__builtin_ctz(bits);
            q.v[q.n] = s->b->row[r].unit[i].g;
            size_t its = s->down ? --at[r] : at[r]++;
            q.c[q.n] = f[r].value[its];
            q.to[q.n++] = &f[r].error[its];
        }
        step_line(s->t, layer_of(s, i), line[now], line[next], &q, k, i > 0);
    }
}

static void step_units(const seat *s, size_t i, const rule *k)
{
    const work_layer *l = layer_of(s, i);
    range mine = range_of(l->lines, 1, s->me, s->all);

    for (size_t j = 0; j < mine.to - mine.from; j++) {
        turns q = {.n = 0};
        size_t line = mine.from + turned(s, j, mine.to - mine.from);
        size_t next = mine.from + turned(s, j + 1 < mine.to - mine.from ? j + 1 : j, mine.to - mine.from);
        for (size_t r = 0; r < s->n; r++) {
            q.v[q.n] = s->b->row[r].x;
            q.c[q.n] = s->b->row[r].unit[i].g[line];
            q.n += s->b->row[r].unit[i].g[line] != 0;
        }
        if (q.n)
            step_line(s->t, l, line, next, &q, k, false);
    }
}

/* Lines too short, or too seldom shared, to be worth their turns: row by row. */
static void step_rows(const seat *s, size_t i, const rule *k)
{
    const work_layer *l = layer_of(s, i);
    range own = s->b->section[i][s->me].lines;

    for (size_t r = 0; r < s->n; r++) {
        row_feed f = row_feed_of(&s->b->row[r], i);
        size_t from = first_from(&f, own.from), to = first_from(&f, own.to);
        s->t->kernel->adadelta(l->w, l->s, l->t, l->ld, f.index + from, f.value + from, to - from, s->b->row[r].unit[i].g,
                               line_width(l), &k->k, i ? f.error + from : NULL);
    }
}

static void step_biases(const seat *s, size_t i, const rule *given)
{
    const work_layer *l = layer_of(s, i);
    range mine = range_of(padded(l->rows), 16, s->me, s->all);
    kernel_step k = given->k;
    turns q;

    k.decay = 0; /* L1 and L2 hold for biases too */
    for (size_t r = 0; r < s->n; r++) {
        q.v[r] = s->b->row[r].unit[i].g + mine.from;
        q.c[r] = 1;
    }
    s->t->kernel->adadelta_turns(l->b + mine.from, l->bs + mine.from, l->bt + mine.from, 0, mine.to - mine.from, q.v, q.c,
                                 s->n, &k, &given->turns, NULL);
}

static void backward(const seat *s)
{
    for (size_t i = s->t->layers; i-- > 0;) {
        const work_layer *l = layer_of(s, i);
        rule k = {.k = trainer_constants(s->t, i, s->number, s->t->steps + 1)}; /* ADADELTA's are the same for all rows */
        s->t->kernel->prepare_turns(&k.k, &k.turns);
        if (l->output_major)
            step_units(s, i, &k);
        else if (s->b->part[i].together)
            step_inputs(s, i, &k);
        else
            step_rows(s, i, &k);
        step_biases(s, i, &k);
        meet(s);
        if (isfinite(s->t->spec.max_w2)) {
            range mine = range_of(l->rows, 16, s->me, s->all);
            trainer_bound_columns(s->t, l, s->b->row[0].unit[i].z + mine.from, mine.from, mine.to - mine.from);
            if (!i) /* the next rows go by them at once */
                meet(s);
        }
        OWN_ROWS(s, r)
            if (i)
                trainer_hand_down(s->t, l - 1, &s->b->row[r].unit[i - 1], 0, l[-1].units, s->b->row[r].unit[i - 1].n_active);
        if (i)
            meet(s);
    }
}

/* Running ---------------------------------------------------------------------------- */

/* Powers of two, which begin at multiples of themselves: wherever blocks of rows end, bundles are the same. */
static size_t rows_at(const trainer *t, uint64_t number, size_t at)
{
    size_t size = 1;

    while (size < t->bundle_rows && number >= 2 * size * GROWING)
        size *= 2;
    return size - at % size;
}

static void take_rows(seat *s, const uint32_t *order, size_t from)
{
    size_t row[BUNDLE_MOST];

    for (size_t r = 0; r < s->n; r++)
        row[r] = order ? order[from + r] : from + r;
    OWN_ROWS(s, r)
        trainer_load_row(s->t, &s->b->row[r], row[r], s->number + r);
    meet(s);
    forward(s, row);
    backward(s);
    s->down = !s->down;
}

static size_t run_block(trainer *t, const uint32_t *order, size_t from, size_t to, uint64_t samples, int team, progress *p)
{
    bundle *b = t->bundle;
    size_t done = 0;

    b->stop = false;
#pragma omp parallel num_threads(team) if (team > 1)
    {
        seat s = {.t = t, .b = b, .all = 1};
#ifdef _OPENMP
        s.me = (size_t)omp_get_thread_num();
        s.all = (size_t)omp_get_num_threads();
#endif
        unsigned old = trainer_flush_denormals();
        size_t at = from;
        while (at < to && !b->stop) {
            s.number = samples + at;
            s.n = rows_at(t, s.number, at);
            s.n = to - at < s.n ? to - at : s.n;
            take_rows(&s, order, at);
            at += s.n;
            if (t->average.slab && at / AVERAGE_EVERY > (at - s.n) / AVERAGE_EVERY)
                trainer_average_part(t, AVERAGE_EVERY, s.me, s.all);
            if (s.me == 0)
                b->stop = progress_cancelled(p);
            meet(&s);
        }
        if (s.me == 0)
            done = at - from;
        trainer_restore_denormals(old);
    }
    return done;
}

size_t bundle_run(trainer *t, const uint32_t *order, size_t n, uint64_t samples, progress *p)
{
    return pace_run(t, &t->bundle->pace, run_block, order, n, samples, RUN, p);
}
