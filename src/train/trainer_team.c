/* trainer_team.c - several workers, each on a copy of its own that meets the others' now and then.
 *
 * Workers on one shared copy write to each other's cache lines at every row; where a line takes
 * 100 ns from core to core they are slower together than one alone. On copies of their own they
 * run at full speed, and a meeting every hundred rows or so costs a few percent. Meetings are the closer
 * together the more alike what the copies learn is, or the less they cost: in the first rows, and for small networks
 * (with 256 rows of each worker between any two, a small network of 12 inputs learned 14 % less well than on one thread).
 *
 * What two copies have learned since the last meeting is joined layer by layer: moves in unlike
 * directions (different rows taught different things) add up, moves in the same direction (both
 * were taught the same) are averaged, which no number of workers can make unstable. Averaging
 * all would halve what the rows teach; adding all overshoots. Source: Maleki et al. (2021),
 * "Scaling distributed training with adaptive summation". The optimiser's states are averaged. */
#include "config.h"
#include "train/trainer_impl.h"

#include "base/mem.h"
#include "base/status.h"
#include "base/thread.h"

#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#endif

enum {
    MEET_ROWS = 128,   /* of each worker between two meetings, at most: fewer at first and for small networks, */
    FIRST_ROWS = 16,   /* which learn the more alike and meet at less cost */
    GROWING = 512,     /* rows of the training after which it is one more */
    SMALL = 256,       /* weights for one row of a small network's */
    STATES_ROWS = 256, /* of each worker between two means of the states */
    NEAR = 1 << 20,    /* bytes of a copy that a second-level cache holds */
    GRAIN = 4          /* rows taken at once */
};

struct replicas {
    copy base;           /* the weights at the last meeting; no states */
    double *dots;        /* [levels][workers][layers][3]: each worker's share of a layer's products */
    meeting meeting;
    bool alike;          /* the replicas equal the main copy; writer: between runs */
    bool stop;           /* writer: worker 0 between two meetings */
    char apart[CACHE_LINE];
    atomic_size_t taken; /* rows of the round that somebody has begun; writers: all */
    atomic_size_t done;
};

void team_free(replicas *m)
{
    if (!m)
        return;
    copy_free(&m->base);
    mem_free(m->dots);
    mem_free(m);
}

void team_changed(replicas *m)
{
    if (m)
        m->alike = false;
}

weir_status team_new(replicas **out, trainer *t, weir_error *err)
{
    replicas *m = MEM_NEW(replicas);
    size_t workers = (size_t)t->workers, levels = 1;
    weir_status st;

    if (!m)
        return weir_no_memory(err, "preparing the training");
    for (size_t gap = 1; gap < workers; gap *= 2)
        levels++;
    m->dots = mem_array(levels * workers * workers * t->layers * 3, sizeof *m->dots);
    st = m->dots ? copy_new(&m->base, t->main.layer, t->layers, false, err)
                 : weir_no_memory(err, "preparing the training");
    for (size_t i = 1; i < workers && !st; i++) {
        st = copy_new(&t->worker[i].replica, t->main.layer, t->layers, true, err);
        t->worker[i].weights = &t->worker[i].replica;
    }
    if (st)
        team_free(m);
    else
        *out = m;
    return st;
}

/* Meetings ---------------------------------------------------------------------------- */

typedef struct seat { /* one worker at a meeting */
    trainer *t;
    replicas *m;
    size_t me, all;
} seat;

static range part(const seat *s, size_t n)
{
    return range_of(n, 16, s->me, s->all);
}

static double *dots_of(const seat *s, size_t level, size_t pair, size_t who, size_t layer)
{
    return s->m->dots + (((level * s->all + pair) * s->all + who) * s->t->layers + layer) * 3;
}

/* My share of how two copies of a layer have moved since the last meeting. */
static void measure(const seat *s, size_t layer, const copy *a, const copy *b, double *dots)
{
    const work_layer *o = &s->m->base.layer[layer], *x = &a->layer[layer], *y = &b->layer[layer];
    range w = part(s, weights_of(o)), bias = part(s, o->rows);
    double more[3];

    s->t->kernel->moves(o->w + w.from, x->w + w.from, y->w + w.from, w.to - w.from, dots);
    s->t->kernel->moves(o->b + bias.from, x->b + bias.from, y->b + bias.from, bias.to - bias.from, more);
    for (size_t k = 0; k < 3; k++)
        dots[k] += more[k];
}

void team_shares(const double dots[3], float *ca, float *cb)
{
    double alike = dots[2] > 0 ? dots[2] : 0; /* opposite moves add up as well: no more than that */

    *ca = (float)(dots[0] > 0 ? 1 - alike / (2 * dots[0]) : 1);
    *cb = (float)(dots[1] > 0 ? 1 - alike / (2 * dots[1]) : 1);
}

enum { CHUNK = 4096 }; /* floats that are written everywhere while they are near */

/* My part of copy a gets what a and b have learned; spread: and so do all other copies, and the base. */
static void merge(const seat *s, size_t level, size_t pair, size_t layer, const copy *a, const copy *b, bool spread)
{
    const work_layer *o = &s->m->base.layer[layer], *x = &a->layer[layer], *y = &b->layer[layer];
    range mine[2] = {part(s, weights_of(o)), part(s, o->rows)};
    double sum[3] = {0, 0, 0};
    float ca, cb;

    for (size_t who = 0; who < s->all; who++)
        for (size_t k = 0; k < 3; k++)
            sum[k] += dots_of(s, level, pair, who, layer)[k];
    team_shares(sum, &ca, &cb);
    for (size_t q = 0; q < 2; q++)
        for (size_t at = mine[q].from; at < mine[q].to; at += CHUNK) {
            size_t n = mine[q].to - at < CHUNK ? mine[q].to - at : CHUNK;
            float *to = (q ? x->b : x->w) + at, *base = (q ? o->b : o->w) + at;
            s->t->kernel->join(to, base, (q ? y->b : y->w) + at, ca, cb, n);
            for (size_t r = 1; r < s->all && spread; r++) {
                const work_layer *other = &s->t->worker[r].weights->layer[layer];
                memcpy((q ? other->b : other->w) + at, to, n * sizeof *to);
            }
            if (spread)
                memcpy(base, to, n * sizeof *to);
        }
}

/* All arrays of a layer but w and b, or those alone. */
static size_t arrays_of(const work_layer *l, bool learned, float *at[5], size_t n[5])
{
    if (learned) {
        at[0] = l->w, n[0] = weights_of(l);
        at[1] = l->b, n[1] = l->rows;
        return 2;
    }
    at[0] = l->s, at[1] = l->t, n[0] = n[1] = weights_of(l);
    at[2] = l->bs, at[3] = l->bt, n[2] = n[3] = l->rows;
    at[4] = l->mean, n[4] = l->units;
    return 5;
}

/* My part of every copy gets what worker 0's copy holds; `mean`: the mean of all first. */
static void share(const seat *s, size_t layer, bool learned, bool mean)
{
    float *to[5], *from[5];
    size_t n[5], arrays = arrays_of(&s->t->main.layer[layer], learned, to, n);

    for (size_t k = 0; k < arrays; k++) {
        range mine = part(s, n[k]);
        for (size_t at = mine.from; at < mine.to; at += CHUNK) {
            size_t some = mine.to - at < CHUNK ? mine.to - at : CHUNK;
            for (size_t r = 1; r < s->all && mean; r++) {
                arrays_of(&s->t->worker[r].weights->layer[layer], learned, from, n);
                s->t->kernel->lerp(to[k] + at, from[k] + at, 1 / (float)(r + 1), some);
            }
            for (size_t r = 1; r < s->all; r++) {
                arrays_of(&s->t->worker[r].weights->layer[layer], learned, from, n);
                memcpy(from[k] + at, to[k] + at, some * sizeof(float));
            }
            if (learned) {
                arrays_of(&s->m->base.layer[layer], learned, from, n);
                memcpy(from[k] + at, to[k] + at, some * sizeof(float));
            }
        }
    }
}

static void join_copies(const seat *s, bool states)
{
    size_t level = 0;

    for (size_t gap = 1; gap < s->all; gap *= 2, level++) {
        for (size_t r = 0; r + gap < s->all; r += 2 * gap)
            for (size_t i = 0; i < s->t->layers; i++)
                measure(s, i, s->t->worker[r].weights, s->t->worker[r + gap].weights, dots_of(s, level, r, s->me, i));
        meeting_wait(&s->m->meeting, s->all);
        for (size_t r = 0; r + gap < s->all; r += 2 * gap)
            for (size_t i = 0; i < s->t->layers; i++)
                merge(s, level, r, i, s->t->worker[r].weights, s->t->worker[r + gap].weights, 2 * gap >= s->all);
    }
    for (size_t i = 0; i < s->t->layers && states; i++)
        share(s, i, false, true);
}

/* What others wrote into my copy comes near at once, in its order: row by row each line would be waited for. */
static void fetch_changed(const seat *s, bool states)
{
    for (size_t i = 0; i < s->t->layers && s->t->main.floats * sizeof(float) <= NEAR; i++) {
        const work_layer *l = &s->t->worker[s->me].weights->layer[i];
        range mine = part(s, weights_of(l));
        const float *at[3] = {l->w, l->s, l->t};
        for (size_t k = 0; k < (states ? 3 : 1); k++) {
            s->t->kernel->fetch(at[k], mine.from);
            s->t->kernel->fetch(at[k] + mine.to, weights_of(l) - mine.to);
        }
    }
}

/* Running ------------------------------------------------------------------------------ */

/* Rows [from, to) of the run: whoever is free takes the next few. */
static void round_of(const seat *s, const uint32_t *order, size_t from, size_t to, uint64_t samples, progress *p)
{
    size_t whole = s->t->spec.mini_batch > 1 ? s->t->spec.mini_batch : GRAIN, did = 0;

    for (;;) {
        size_t at = from + atomic_fetch_add_explicit(&s->m->taken, whole, memory_order_relaxed);
        if (at >= to)
            break;
        size_t upto = to - at < whole ? to : at + whole;
        size_t n = trainer_work(s->t, (int)s->me, order, at, upto, samples, p);
        did += n;
        if (n < upto - at || progress_cancelled(p)) /* a round of a large network is long */
            break;
    }
    atomic_fetch_add_explicit(&s->m->done, did, memory_order_relaxed);
}

/* Rows of one round that begins after `seen` rows: whole mini-batches. */
static size_t round_rows(const trainer *t, size_t all, uint64_t seen)
{
    size_t whole = t->spec.mini_batch > 1 ? t->spec.mini_batch : 1;
    uint64_t rows = FIRST_ROWS + seen / GROWING, most = t->main.floats / 3 / SMALL;

    most = most < 2 * FIRST_ROWS ? 2 * FIRST_ROWS : most > MEET_ROWS ? MEET_ROWS : most;
    rows = rows < most ? rows : most;
    return ((size_t)rows * all + whole * all - 1) / (whole * all) * whole * all;
}

size_t team_run(trainer *t, const uint32_t *order, size_t n, uint64_t samples, progress *p)
{
    replicas *m = t->team;
    size_t whole = t->spec.mini_batch > 1 ? t->spec.mini_batch : 1;

    m->stop = false;
    m->done = 0;
    m->taken = 0;
#pragma omp parallel num_threads(t->workers)
    {
        seat s = {.t = t, .m = m, .all = 1};
#ifdef _OPENMP
        s.me = (size_t)omp_get_thread_num();
        s.all = (size_t)omp_get_num_threads();
#endif
        unsigned old = trainer_flush_denormals();
        size_t size, apart = 0; /* rows since the states' last mean */
        if (!m->alike)
            for (size_t i = 0; i < t->layers; i++) {
                share(&s, i, true, false);
                share(&s, i, false, false);
            }
        meeting_wait(&m->meeting, s.all);
        for (size_t from = 0; from < n && !m->stop; from += size) {
            size = round_rows(t, s.all, samples + from);
            apart += size;
            bool states = apart >= STATES_ROWS * s.all || from + size >= n;
            round_of(&s, order, from, n - from < size ? n : from + size, samples, p);
            meeting_wait(&m->meeting, s.all);
            join_copies(&s, states);
            if (s.me == 0) {
                m->stop = progress_cancelled(p);
                progress_reach(p, samples + atomic_load_explicit(&m->done, memory_order_relaxed));
                m->taken = 0;
            }
            meeting_wait(&m->meeting, s.all);
            fetch_changed(&s, states);
            apart = states ? 0 : apart;
            if (s.me == 0 && t->average.slab)
                trainer_update_average(t, ((n - from < size ? n - from : size) + whole - 1) / whole);
        }
        if (s.me == 0)
            m->alike = s.all == (size_t)t->workers;
        trainer_restore_denormals(old);
    }
    return m->done;
}
