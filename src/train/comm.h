/* comm.h - the other processes of a training, if any.
 *
 * Four collective operations carry all that training on several machines
 * needs; comm_self does nothing, tests run threads as ranks, MPI comes behind
 * the same door. */
#ifndef TRAIN_COMM_H
#define TRAIN_COMM_H

#include "weir.h"

typedef struct comm comm;
typedef struct comm_ops {
    const char *name;
    weir_status (*sum_f32)(comm *c, float *x, size_t n, weir_error *err); /* in place, all ranks */
    weir_status (*sum_f64)(comm *c, double *x, size_t n, weir_error *err);
    weir_status (*sum_u64)(comm *c, uint64_t *x, size_t n, weir_error *err);
    weir_status (*broadcast)(comm *c, void *bytes, size_t n, int from, weir_error *err);
    void (*close)(comm *c);
} comm_ops;
struct comm {
    const comm_ops *ops;
    int rank, size;
    void *state;
};

comm *comm_self(void); /* one process; static, never freed */

#endif
