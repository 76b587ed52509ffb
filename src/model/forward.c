/* forward.c - scoring: blocks of rows through the canonical network. */
#include "model/network.h"

#include "base/mem.h"
#include "base/status.h"
#include "kernel/dispatch.h"

#include <math.h>
#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#endif

enum { BLOCK = 64 }; /* rows that go through all layers together: they stay in the cache */

/* z[n][rows] -> a[n][units] in place order; with the layer's keep factor. */
static void activate(const network_layer *l, const kernel_ops *k, float *z, size_t n, float *a)
{
    size_t rows = network_rows(l);

    for (size_t r = 0; r < n; r++) {
        float *zr = z + r * rows, *ar = a + r * l->units;
        if (l->act == ACT_TANH)
            k->tanh_of(zr, rows);
        for (size_t u = 0; u < l->units; u++) {
            float v = zr[u];
            if (l->act == ACT_RECTIFIER)
                v = v > 0 ? v : 0;
            else if (l->act == ACT_EXP_RECTIFIER)
                v = v >= 0 ? v : expm1f(v);
            else if (l->act == ACT_MAXOUT)
                v = zr[2 * u] >= zr[2 * u + 1] ? zr[2 * u] : zr[2 * u + 1];
            ar[u] = l->keep == 1 ? v : v * (float)l->keep;
        }
    }
}

static void softmax(const float *z, size_t n, double *p)
{
    double most = (double)z[0], sum = 0;

    for (size_t k = 1; k < n; k++)
        most = fmax(most, (double)z[k]);
    for (size_t k = 0; k < n; k++)
        sum += p[k] = exp((double)z[k] - most);
    for (size_t k = 0; k < n; k++)
        p[k] /= sum;
}

/* buf: z and two activations of BLOCK rows each, `wide` floats per row. */
static void block(const network *net, const float *x, size_t n, size_t upto, double *out, float *buf,
                  size_t wide)
{
    const kernel_ops *k = kernel_get();
    float *z = buf, *next = buf + BLOCK * wide, *other = next + BLOCK * wide, *room = other + BLOCK * wide;
    const float *in = x;

    for (size_t i = 0; i < upto; i++) {
        const network_layer *l = &net->layer[i];
        size_t rows = network_rows(l);
        k->gemm(n, rows, l->inputs, (kernel_matrix){in, l->inputs, 1}, (kernel_matrix){l->w, 1, l->inputs},
                z, rows, false, room);
        for (size_t r = 0; r < n; r++)
            for (size_t q = 0; q < rows; q++)
                z[r * rows + q] += (float)l->b[q];
        if (i + 1 == upto && l->act == ACT_SOFTMAX) {
            for (size_t r = 0; r < n; r++)
                softmax(z + r * rows, rows, out + r * rows);
            return;
        }
        activate(l, k, z, n, next);
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
    wide = (wide + 15) / 16 * 16;
    size_t share = 3 * BLOCK * wide + KERNEL_GEMM_ROOM;
    float *buf = mem_slab((size_t)team * share, sizeof *buf);
    if (!buf)
        return weir_no_memory(err, "scoring");
#pragma omp parallel for num_threads(team) schedule(static) if (team > 1)
    for (size_t row = 0; row < n; row += BLOCK) {
#ifdef _OPENMP
        size_t me = (size_t)omp_get_thread_num();
#else
        size_t me = 0;
#endif
        size_t m = n - row < BLOCK ? n - row : BLOCK;
        block(net, x + row * inputs, m, upto, out + row * units, buf + me * share, wide);
    }
    mem_slab_free(buf);
    return WEIR_OK;
}
