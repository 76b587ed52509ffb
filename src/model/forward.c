/* forward.c - scoring: blocks of rows through the canonical network. */
#include "model/network.h"

#include "base/mem.h"
#include "base/status.h"
#include "kernel/dispatch.h"
#include "model/loss.h"

#include <math.h>
#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#endif

enum { BLOCK = 256 }; /* rows that go through all layers together */

/* z += bias, a = activation with the layer's keep factor; z[n][rows], a[n][units]. */
static void activate(const network_layer *l, const kernel_ops *k, float *z, size_t n, float *a)
{
    size_t rows = network_rows(l), units = l->units;

    for (size_t r = 0; r < n; r++, z += rows, a += units) {
#pragma omp simd
        for (size_t q = 0; q < rows; q++)
            z[q] += (float)l->b[q];
        if (l->act == ACT_RECTIFIER) {
#pragma omp simd
            for (size_t u = 0; u < units; u++)
                a[u] = z[u] > 0 ? z[u] : 0;
        } else if (l->act == ACT_EXP_RECTIFIER) {
            for (size_t u = 0; u < units; u++)
                a[u] = z[u] >= 0 ? z[u] : expm1f(z[u]);
        } else if (l->act == ACT_MAXOUT) {
            for (size_t u = 0; u < units; u++)
                a[u] = z[2 * u] >= z[2 * u + 1] ? z[2 * u] : z[2 * u + 1];
        } else {
            memcpy(a, z, units * sizeof *a);
            if (l->act == ACT_TANH)
                k->tanh_of(a, units);
        }
        for (size_t u = 0; l->keep != 1 && u < units; u++)
            a[u] *= (float)l->keep;
    }
}

/* Few rows ---------------------------------------------------------------------------- */

/* Floats of one input's weights in the turned copy. */
static size_t line_of(const network_layer *l)
{
    return (network_rows(l) + 15) / 16 * 16;
}

void network_turn(const network *net)
{
    size_t all = 0;

    if (atomic_load_explicit(&net->turned, memory_order_acquire))
        return;
    for (size_t i = 0; i < net->layers; i++)
        all += net->layer[i].inputs * line_of(&net->layer[i]);
    float *copy = mem_slab(all, sizeof *copy), *to = copy, *none = NULL;
    for (size_t i = 0; copy && i < net->layers; i++) {
        const network_layer *l = &net->layer[i];
        size_t rows = network_rows(l), line = line_of(l);
        for (size_t r = 0; r < rows; r++)
            for (size_t k = 0; k < l->inputs; k++)
                to[k * line + r] = l->w[r * l->inputs + k];
        to += l->inputs * line;
    }
    if (copy && !atomic_compare_exchange_strong(&((network *)(uintptr_t)net)->turned, &none, copy))
        mem_slab_free(copy); /* another thread was first */
}

void network_single(const network *net)
{
    enum { OFTEN = 16 };

    if (atomic_fetch_add_explicit(&((network *)(uintptr_t)net)->singles, 1, memory_order_relaxed) == OFTEN)
        network_turn(net);
}

/* z[line] of one row x, in the product's own order of summation: runs of KERNEL_RUN inputs, each
 * from 0. Inputs that are zero add nothing. idx, val: [KERNEL_RUN]; sum: [line]. */
static void few_inputs(const kernel_ops *k, const network_layer *l, const float *w, const float *x, float *z,
                       float *sum, uint32_t *idx, float *val)
{
    size_t line = line_of(l), bytes = line * sizeof *z;

    memset(z, 0, bytes);
    for (size_t from = 0; from < l->inputs; from += KERNEL_RUN) {
        size_t upto = l->inputs - from < KERNEL_RUN ? l->inputs : from + KERNEL_RUN, n = 0;
        float *to = from ? sum : z;
        for (size_t i = from; i < upto; i++) { /* without branches: they would be guesses */
            idx[n] = (uint32_t)i;
            val[n] = x[i];
            n += x[i] != 0;
        }
        if (from)
            memset(sum, 0, bytes);
        k->add_rows(to, w, line, idx, val, n, line);
        if (from)
            k->axpy(z, sum, 1, line);
    }
}

/* buf: z and two activations, `each` floats, and the product's room. */
static void block(const network *net, const float *x, size_t n, size_t upto, double *out, float *buf,
                  size_t each)
{
    const kernel_ops *k = kernel_get();
    float *z = buf, *next = buf + each, *other = next + each, *room = other + each;
    const float *in = x, *turned = n == 1 ? atomic_load_explicit(&net->turned, memory_order_acquire) : NULL;

    for (size_t i = 0; i < upto; i++) {
        const network_layer *l = &net->layer[i];
        size_t rows = network_rows(l);
        if (turned) {
            uint32_t idx[KERNEL_RUN];
            float val[KERNEL_RUN];
            few_inputs(k, l, turned, in, z, room, idx, val);
            turned += l->inputs * line_of(l);
        } else {
            k->gemm(n, rows, l->inputs, (kernel_matrix){in, l->inputs, 1}, (kernel_matrix){l->w, 1, l->inputs},
                    z, rows, false, room);
        }
        activate(l, k, z, n, next);
        if (i + 1 == upto && l->act == ACT_SOFTMAX) {
            for (size_t r = 0; r < n; r++)
                loss_softmax(next + r * rows, rows, out + r * rows);
            return;
        }
        in = next;
        float *t = next;
        next = other;
        other = t;
    }
    size_t units = upto ? net->layer[upto - 1].units : net->layer[0].inputs;
    for (size_t i = 0; i < n * units; i++)
        out[i] = (double)in[i];
}

weir_status network_forward(const network *net, const float *x, size_t n, size_t upto, double *out,
                            int threads, weir_error *err)
{
    size_t wide = 0, inputs = net->layer[0].inputs, units = net->layer[upto - 1].units;
    int team = threads < 1 || n <= BLOCK ? 1 : threads;

    for (size_t i = 0; i < net->layers; i++)
        if (network_rows(&net->layer[i]) > wide)
            wide = network_rows(&net->layer[i]);
    size_t most = n < BLOCK ? n : BLOCK, each = most * ((wide + 15) / 16 * 16);
    size_t share = 3 * each + (n > KERNEL_THIN ? KERNEL_GEMM_ROOM : each);
    float *mem = mem_array((size_t)team * share + 16, sizeof *mem);
    if (!mem)
        return weir_no_memory(err, "scoring");
    float *buf = mem + (64 - (uintptr_t)mem % 64) / sizeof *mem; /* the product's room wants whole lines */
#pragma omp parallel for num_threads(team) schedule(static) if (team > 1)
    for (size_t row = 0; row < n; row += BLOCK) {
#ifdef _OPENMP
        size_t me = (size_t)omp_get_thread_num();
#else
        size_t me = 0;
#endif
        size_t m = n - row < BLOCK ? n - row : BLOCK;
        block(net, x + row * inputs, m, upto, out + row * units, buf + me * share, each);
    }
    mem_free(mem);
    return WEIR_OK;
}
