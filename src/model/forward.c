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

/* buf: z and two activations, `each` floats, and the product's room. */
static void block(const network *net, const float *x, size_t n, size_t upto, double *out, float *buf,
                  size_t each)
{
    const kernel_ops *k = kernel_get();
    float *z = buf, *next = buf + each, *other = next + each, *room = other + each;
    const float *in = x;

    for (size_t i = 0; i < upto; i++) {
        const network_layer *l = &net->layer[i];
        size_t rows = network_rows(l);
        k->gemm(n, rows, l->inputs, (kernel_matrix){in, l->inputs, 1}, (kernel_matrix){l->w, 1, l->inputs},
                z, rows, false, room);
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
    size_t most = n < BLOCK ? n : BLOCK, each = (most * wide + 15) / 16 * 16;
    size_t share = 3 * each + (n > KERNEL_THIN ? KERNEL_GEMM_ROOM : 0);
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
