/* trainer_impl.h - what the trainer's files share: the working copies of the
 * network, and what one worker needs for one row.
 *
 * Layout: the dimension that is dense is contiguous, the sparse one is skipped.
 * Layers that are fed by few active values lie input-major (row = one input);
 * a layer that is fed by a dense row lies output-major (row = one unit). Rows
 * are padded to 16 floats, weights and the optimiser's two states apart. */
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
    copy *weights;      /* the shared copy, or a replica of its own */
    copy replica;       /* slab NULL = none */
    copy sums;          /* gradients of a mini-batch; slab NULL = per row */
    unit_layer *unit;   /* [layers] */
    float *x;           /* [inputs] dense row after dropout, padded */
    float *target;      /* [inputs] autoencoder: the row before dropout */
    uint32_t *index;    /* [inputs] non-zero inputs after dropout */
    float *value, *error;
    size_t n_inputs;
    uint64_t steps;     /* taken so far in this run */
    double *prob;       /* [outputs] */
} worker;

struct trainer {
    trainer_spec spec;
    const dataset *data;
    size_t layers, inputs, outputs;
    const kernel_ops *kernel;
    copy main;
    copy average;   /* moving average of the weights; slab NULL = off */
    double *keep;   /* [layers] share of units kept in training: 1 - dropout */
    worker *worker;
    int workers;
    bool replicas;
    uint64_t steps; /* optimiser steps so far, of all runs */
    char unstable[160];
};

/* How one pass back treats the weights. */
typedef enum pass_kind { PASS_STEP, PASS_SUM, PASS_PROBE } pass_kind;

/* One row: forward, backward, step. number: rows processed before it in the whole training. */
void trainer_row(const trainer *t, worker *w, size_t row, uint64_t number);
/* A mini-batch: the gradients of its rows are summed, then one step takes their mean. */
void trainer_sum_row(const trainer *t, worker *w, size_t row, uint64_t number);
void trainer_batch_step(const trainer *t, worker *w, size_t rows, uint64_t number);

static inline size_t padded(size_t n)
{
    return (n + 15) / 16 * 16;
}

#endif
