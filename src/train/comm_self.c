/* comm_self.c - one process: every collective operation is done already. */
#include "train/comm.h"

static weir_status nothing_f32(comm *c, float *x, size_t n, weir_error *err)
{
    (void)c, (void)x, (void)n, (void)err;
    return WEIR_OK;
}

static weir_status nothing_f64(comm *c, double *x, size_t n, weir_error *err)
{
    (void)c, (void)x, (void)n, (void)err;
    return WEIR_OK;
}

static weir_status nothing_u64(comm *c, uint64_t *x, size_t n, weir_error *err)
{
    (void)c, (void)x, (void)n, (void)err;
    return WEIR_OK;
}

static weir_status nothing_sent(comm *c, void *bytes, size_t n, int from, weir_error *err)
{
    (void)c, (void)bytes, (void)n, (void)from, (void)err;
    return WEIR_OK;
}

static void nothing_closed(comm *c)
{
    (void)c;
}

comm *comm_self(void)
{
    static const comm_ops ops = {"self", nothing_f32, nothing_f64, nothing_u64, nothing_sent, nothing_closed};
    static comm self = {.ops = &ops, .rank = 0, .size = 1};
    return &self;
}
