/* trainer_batch_impl.h - what the two files of mini-batches share: trainer_batch.c has the memory and the
 * order of things, trainer_matrix.c the way of a batch through the layers and back. */
#ifndef TRAIN_TRAINER_BATCH_IMPL_H
#define TRAIN_TRAINER_BATCH_IMPL_H

#include "train/trainer_impl.h"

#include "base/thread.h"

typedef struct matrix_layer {
    size_t in, out, units; /* of this batch: inputs, rows and units that take part */
    bool gathered;         /* w is a copy of what takes part; else the layer's own weights */
    const float *w;        /* in panels, `apart` floats from one to the next */
    size_t apart;
    float *copy;           /* room for such a copy; NULL = no dropout */
    float *dw;             /* [in][wide] sums of the gradient from chunk to chunk; NULL = one chunk is a batch */
    float *db, *bias;      /* [out] sums of g; the biases that take part */
    uint32_t *kept, *rows; /* [units] and [rows]: which of the layer's take part */
    uint32_t *bits;        /* [panels] the same as bits, a panel's 32 rows each */
    float *z, *a, *g, *e;  /* [chunk][wide]; e = g unless Maxout; g is 0 behind the last row that takes part */
    size_t wide;
} matrix_layer;

typedef struct helper { /* one thread's own */
    float *room;              /* for the product */
    float *line;              /* one line of weights */
    float *strip, *full;      /* [KERNEL_STRIP_MOST][widest]: gradients of a few lines: of what takes part, of all */
    float *pair_x, *pair_g;   /* [turned_line][widest]: as the gradient's product wants them; NULL = as they are */
    kernel_terms terms;       /* of the lines at hand: rows in which not all of these inputs are 0 */
    double *prob;
} helper;

struct batch {
    size_t chunk, layers, wide_x, widest;
    matrix_layer *layer;
    float *x, *clean; /* [chunk][wide_x]; clean: before dropout, an autoencoder's targets */
    float *slope;     /* [chunk][wide_x]: the loss by the inputs; adversarial examples */
    float *share;     /* [KERNEL_STRIP_MOST] 1 / rows of the batch */
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

/* This thread's part of n things, in whole groups of `unit`. */
static inline range part(const job *j, size_t n, size_t unit)
{
    return range_of(n, unit, j->me, j->all);
}

/* Pairs of a column from one to the next where the gradient wants the rows turned over: an odd number of cache lines. */
static inline size_t turned_line(const batch *b)
{
    return (padded((b->chunk + 1) / 2) / 16 | 1) * 16;
}

static inline void meet(const job *j)
{
    meeting_wait(&j->b->meeting, j->all);
}

/* Place in the dataset of row r of the chunk. */
static inline size_t row_of(const job *j, size_t r)
{
    return j->order ? j->order[j->from + r] : j->from + r;
}

/* Which of the layer's inputs is the k-th that takes part. */
static inline size_t line_of(const batch *b, size_t layer, size_t k)
{
    return layer ? b->layer[layer - 1].kept[k] : k;
}

/* trainer_matrix.c: for all threads together; each ends where all have met. */
void matrix_forward(const job *j);
void matrix_backward(const job *j, bool learn); /* learn: steps too, after the batch's last chunk */
void matrix_disturb(const job *j);              /* after matrix_backward without learning */
void matrix_step_biases(const job *j, size_t layer); /* by one thread, after the last chunk's way back */

#endif
