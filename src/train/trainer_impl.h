/* trainer_impl.h - what the trainer's files share: the working copies of the
 * network, and what one worker needs for one row.
 *
 * Layout: the dimension that is dense is contiguous, the sparse one is skipped.
 * Layers that are fed by few active values lie input-major (row = one input);
 * a layer that is fed by a dense row lies output-major (row = one unit). Rows
 * are padded to 16 floats, weights and the optimiser's two states apart. For mini-batches
 * they lie in panels, as the products want them (kernel.h). */
#ifndef TRAIN_TRAINER_IMPL_H
#define TRAIN_TRAINER_IMPL_H

#include "kernel/dispatch.h"
#include "train/trainer.h"

typedef struct work_layer { /* one layer of a working copy */
    size_t inputs, rows, units; /* rows = units * channels */
    int channels;
    activation_kind act;
    bool output_major;
    size_t ld, lines; /* lines of ld floats: inputs, or rows when output-major */
    size_t panels, apart; /* panels > 0: input-major in panels of KERNEL_PANEL rows, `apart` floats from one to the next */
    float *w, *s, *t;
    float *b, *bs, *bt; /* [rows], padded */
    float *mean;        /* running mean activation [units]; sparse autoencoders */
} work_layer;

typedef struct copy { /* weights, biases and optimiser state of all layers in one slab */
    work_layer *layer;
    float *slab;
    size_t floats;
} copy;

typedef struct unit_layer { /* one worker's scratch for one layer's units */
    float *z, *a, *g;  /* [rows], [units], [rows]; padded with zeros */
    uint32_t *active;  /* units with a != 0, ascending */
    float *value, *error; /* [units]: of the active ones, in order */
    size_t n_active;
} unit_layer;

typedef struct worker {
    copy *weights;      /* the main copy, or a replica of its own */
    copy replica;       /* slab NULL = none: worker 0, or all share the main copy */
    copy sums;          /* gradients of a mini-batch; slab NULL = per row */
    unit_layer *unit;   /* [layers] */
    float *x;           /* [inputs] dense row after dropout, padded */
    float *target;      /* [inputs] autoencoder: the row before dropout */
    const uint32_t *input; /* [n_inputs] sparse rows: non-zero inputs after dropout, and their values; */
    const float *given;    /* the dataset's own, or in index and value */
    size_t n_inputs;
    uint32_t *index;    /* [inputs] */
    float *value, *error;
    uint64_t steps;     /* taken so far in this run */
    double *prob;       /* [outputs] */
} worker;

typedef struct batch batch;
typedef struct replicas replicas;
typedef struct lanes lanes;
typedef struct bundle bundle;

struct trainer {
    trainer_spec spec;
    const dataset *data;
    size_t layers, inputs, outputs;
    size_t bundle_rows; /* of a full bundle; 0 = row by row */
    const kernel_ops *kernel;
    const kernel_products *product; /* of mini-batches: the table's, full or half */
    copy main;
    copy average;   /* moving average of the weights; slab NULL = off */
    double *keep;   /* [layers] share of units kept in training: 1 - dropout */
    worker *worker;
    int workers;
    replicas *team; /* workers on copies of their own; NULL = one worker, or all on the main copy */
    lanes *lanes;   /* one row on several threads; NULL = otherwise */
    bundle *bundle; /* several rows at once; NULL = one by one */
    batch *batch;   /* mini-batches as matrix products; NULL = row by row */
    uint64_t steps; /* optimiser steps so far, of all runs */
    char unstable[160];
};

/* How one pass back treats the weights. */
typedef enum pass_kind { PASS_STEP, PASS_SUM, PASS_PROBE } pass_kind;

/* One row: forward, backward, step. number: rows processed before it in the whole training. */
void trainer_row(const trainer *t, worker *w, size_t row, uint64_t number);
/* A mini-batch: the gradients of its rows are summed, then one step takes their mean. */
void trainer_sum_row(const trainer *t, worker *w, size_t row, uint64_t number, uint64_t first);
void trainer_batch_step(const trainer *t, worker *w, size_t rows, uint64_t number);

/* Worker `me` handles positions [from, to) of a run; gives how many it did before a cancel. */
size_t trainer_work(trainer *t, int me, const uint32_t *order, size_t from, size_t to, uint64_t samples,
                    progress *p);
/* The moving average, after that many steps; all of it, or the part of one of `all` threads. */
void trainer_update_average(const trainer *t, uint64_t steps);
void trainer_average_part(const trainer *t, uint64_t steps, size_t me, size_t all);

/* trainer_team.c: every worker on a copy of its own. team_new after the workers; team_changed
 * when the main copy was written from outside. */
weir_status team_new(replicas **out, trainer *t, weir_error *err);
void team_free(replicas *m);
void team_changed(replicas *m);
/* How much of each of two moves a, b of a layer counts; dots: a'a, b'b, a'b. */
void team_shares(const double dots[3], float *ca, float *cb);
size_t team_run(trainer *t, const uint32_t *order, size_t n, uint64_t samples, progress *p);

/* Lays out the arrays of a copy shaped like `shape`; states = with the optimiser's. */
weir_status copy_new(copy *c, const work_layer *shape, size_t layers, bool states, weir_error *err);
void copy_free(copy *c);

/* trainer_batch.c: mini-batches of dense rows as matrix products, one batch at a time split
 * among the threads by what they write, so that their number does not change a bit. */
weir_status batch_new(batch **out, trainer *t, weir_error *err);
void batch_free(batch *b);
size_t batch_run(trainer *t, const uint32_t *order, size_t n, uint64_t samples, progress *p);

/* The optimiser's constants for one layer, for step number `step` (from 1). */
kernel_step trainer_constants(const trainer *t, size_t layer, uint64_t number, uint64_t step);
kernel_step_fn *trainer_rule(const trainer *t);
void trainer_output_error(const trainer *t, size_t row, const float *z, const float *target, double *p,
                          float *g);
/* Hidden dropout: the units that stay, ascending; all of them when the layer drops none.
 * room: [units]. */
size_t trainer_kept_units(const trainer *t, size_t layer, uint64_t number, float *room, uint32_t *kept);
void trainer_drop_inputs(const trainer *t, float *x, uint64_t number);
void trainer_bound_weights(const trainer *t, const work_layer *l, float *sum);

/* The parts of a row's way (trainer_row.c), for units [from, to) of a layer, from a multiple of 8. */
void trainer_load_row(const trainer *t, worker *w, size_t row, uint64_t number); /* and drops inputs */
void trainer_activate(const trainer *t, const work_layer *l, unit_layer *u, size_t from, size_t to);
/* After dropout; the active ones are listed from place `from` on; their number. */
size_t trainer_list_active(const trainer *t, unit_layer *u, size_t layer, uint64_t number, size_t from, size_t to);
void trainer_hand_down(const trainer *t, const work_layer *l, unit_layer *u, size_t from, size_t to, size_t n_active);
/* slope[inputs] = the loss by the inputs, as far as rows [from, from + n) of the first layer hand it down from their g. */
void trainer_slope(const trainer *t, const work_layer *l, const float *g, size_t from, size_t n, float *slope);
/* The row in w, as trainer_load_row left it, moves along the sign of the slope by adversarial_epsilon; what was dropped
 * stays dropped. */
void trainer_push_row(const trainer *t, worker *w, size_t row, uint64_t number, const float *slope);
void trainer_rebuilt_error(const trainer *t, size_t row, const float *z, const float *target, float *g, size_t from,
                           size_t to);
void trainer_bound_columns(const trainer *t, const work_layer *l, float *sum, size_t from, size_t n);

/* trainer_lanes.c: one row at a time split among threads, for reproducible trainings. */
bool lanes_pay(const trainer *t); /* a rule of sizes alone */
weir_status lanes_new(lanes **out, const trainer *t, weir_error *err);
void lanes_free(lanes *m, size_t layers);
/* From now on always so many threads (tests; otherwise the clock chooses). */
void lanes_fix_team(lanes *m, int threads);
/* look: rows between two looks at the cancel flag. */
size_t lanes_run(trainer *t, const uint32_t *order, size_t n, uint64_t samples, size_t look, progress *p);

/* Values and errors of what feeds layer i. */
typedef struct row_feed {
    const uint32_t *index;
    const float *value;
    float *error;
    size_t n;
} row_feed;

static inline row_feed row_feed_of(worker *w, size_t i)
{
    if (i == 0)
        return (row_feed){w->input, w->given, w->error, w->n_inputs};
    unit_layer *u = &w->unit[i - 1];
    return (row_feed){u->active, u->value, u->error, u->n_active};
}

/* z of layer i, from what feeds it. */
void trainer_affine(const trainer *t, const work_layer *l, worker *w, size_t i);
void trainer_row_error(const trainer *t, worker *w, size_t row); /* g of the output layer, from its z */
/* One step of the weights and biases of layer i, by its g; errors go to what feeds it. */
void trainer_step_layer(const trainer *t, worker *w, size_t i, uint64_t number);
void trainer_step_biases(const trainer *t, worker *w, size_t i, uint64_t number);

/* A worker's scratch; its weights are the main copy. */
weir_status worker_new(worker *w, trainer *t, weir_error *err);
void worker_free(worker *w, size_t layers);

/* trainer_bundle.c: several rows at once, for networks that the caches do not hold. */
enum { BUNDLE_MOST = 8, BUNDLE_SKEW = 16 };
/* Rows of a full bundle; 0 = row by row. shape: [layers], of one copy; density: of the rows. */
size_t bundle_size(const trainer_spec *spec, const work_layer *shape, size_t layers, double density);
weir_status bundle_new(bundle **out, trainer *t, weir_error *err);
void bundle_free(bundle *b, size_t layers);
void bundle_fix_team(bundle *b, int threads); /* as lanes_fix_team */
size_t bundle_run(trainer *t, const uint32_t *order, size_t n, uint64_t samples, progress *p);

/* trainer_pace.c: how many threads work on a block of rows, where that does not change the result. */
typedef struct pace {
    int choice[3], choices; /* numbers of threads, the largest first */
    int best, winner;       /* the one at work; the fastest of the trials under way */
    int next, wait;         /* blocks since the last trials, then which is tried; how many lie between */
    bool warm;              /* the first block is done */
    double seconds, better; /* that the one at work took; per row, the winner */
    size_t rows;            /* that it did meanwhile */
} pace;
void pace_new(pace *p, int threads);
void pace_fix(pace *p, int threads); /* always so many */
/* A team trains on rows [from, to) of the run; how many it did before a cancel. */
typedef size_t pace_block(trainer *t, const uint32_t *order, size_t from, size_t to, uint64_t samples, int team, progress *p);
size_t pace_run(trainer *t, pace *p, pace_block *block, const uint32_t *order, size_t n, uint64_t samples, size_t size,
                progress *to);

typedef struct range { size_t from, to; } range;

/* One thread's part of n things, in whole groups of `unit`. */
static inline range range_of(size_t n, size_t unit, size_t me, size_t all)
{
    size_t groups = (n + unit - 1) / unit, from = groups * me / all * unit, to = groups * (me + 1) / all * unit;
    return (range){from < n ? from : n, to < n ? to : n};
}

/* Denormals would slow the decay of states a hundredfold; IEEE comes back afterwards. */
unsigned trainer_flush_denormals(void);
void trainer_restore_denormals(unsigned old);

/* Derivative of the activation, given its value. */
static inline float activation_slope(activation_kind act, float a)
{
    return act == ACT_TANH ? 1 - a * a : act == ACT_EXP_RECTIFIER && a < 0 ? a + 1 : 1;
}

static inline size_t padded(size_t n)
{
    return (n + 15) / 16 * 16;
}

/* Floats of a line that count. */
static inline size_t line_width(const work_layer *l)
{
    return l->output_major ? l->ld : padded(l->rows);
}

static inline size_t padded_panels(size_t n)
{
    return (n + KERNEL_PANEL - 1) / KERNEL_PANEL * KERNEL_PANEL;
}

/* Floats of a layer's weights, with what lies between them. */
static inline size_t weights_of(const work_layer *l)
{
    return l->panels ? l->panels * l->apart : l->lines * l->ld;
}

/* Floats between two panels: the same line of all of them would else lie at the same places of the cache. */
enum { PANEL_SKEW = 9 * 16 };

#endif
