/* bench_train.h - how fast a trainer is. */
#ifndef BENCH_BENCH_TRAIN_H
#define BENCH_BENCH_TRAIN_H

#include "tests/bench/bench.h"
#include "train/trainer.h"

typedef struct rate {
    double cpu, wall;     /* rows per second: by processor time / threads, by the clock */
    double needed, dense; /* multiply-adds of a row: that it needed, and of a dense network */
    int threads;
    const char *table; /* of the products; NULL = the kernel table in use */
} rate;

/* Hidden layers "200-200" of rectifiers, ten classes. */
network *net_of(const char *shape, size_t inputs);
/* ADADELTA row by row, Adam in batches; drop: input 0.2, hidden 0.5. */
trainer_spec spec_of(bool drop, int threads, size_t batch);
/* The best of a few runs of `rows` after one to warm up. */
rate spec_rate(const dataset *d, const char *shape, const trainer_spec *s, size_t rows);
rate train_rate(const dataset *d, const char *shape, bool drop, int threads, size_t batch, size_t rows);
/* Shares of numbers that are not zero: of the inputs and of each hidden layer's activations, over some rows.
 * share: [layers]. */
void active_shares(const network *net, const dataset *d, double *share);
/* By processor time, by the clock. */
facts facts_of(const rate *r);
facts facts_by_clock(const rate *r);

#endif
