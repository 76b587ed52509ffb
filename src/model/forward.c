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

enum {
    BLOCK = 256,       /* rows that go through all layers together */
    SINGLE_WIDE = 2064 /* floats of a layer whose row alone goes by memory on the stack */
};

/* z += bias, a = activation with the layer's keep factor, for n rows of z and a, ld apart. bias: room for a row. */
static void activate(const network_layer *l, const kernel_ops *k, float *z, size_t n, size_t ld, float *a, float *bias)
{
    size_t rows = network_rows(l), units = l->units;

    for (size_t q = 0; q < rows; q++)
        bias[q] = (float)l->b[q];
    for (size_t r = 0; r < n; r++, z += ld, a += ld) {
        if (l->act == ACT_RECTIFIER) {
            k->rectify(a, z, bias, units);
        } else {
            k->axpy(z, bias, 1, rows);
            if (l->act == ACT_EXP_RECTIFIER) {
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

/* z of one row x, in the product's own order of summation: runs of KERNEL_RUN inputs, each
 * from 0. Inputs that are zero add nothing. idx, val: [KERNEL_RUN + 16]; sum: [line]. */
static void few_inputs(const kernel_ops *k, const network_layer *l, const float *w, const float *x, float *z,
                       float *sum, uint32_t *idx, float *val)
{
    size_t line = line_of(l), bytes = line * sizeof *z;

    memset(z, 0, bytes);
    for (size_t from = 0; from < l->inputs; from += KERNEL_RUN) {
        size_t left = l->inputs - from, run = left < KERNEL_RUN ? left : KERNEL_RUN;
        float *to = from ? sum : z;
        size_t n = k->list(x + from, NULL, 0, run, idx, val);
        if (from)
            memset(sum, 0, bytes);
        k->add_rows(to, w + from * line, line, idx, val, n, line);
        if (from)
            k->axpy(z, sum, 1, line);
    }
}

/* Many rows --------------------------------------------------------------------------- */

/* Floats from one panel of a layer's weights to the next. */
static size_t apart_of(const network_layer *l)
{
    enum { SKEW = 9 * 16 }; /* the same line of all panels would else lie at the same places of the cache */
    return l->inputs * KERNEL_PANEL + SKEW;
}

static size_t panels_of(const network_layer *l)
{
    return (network_rows(l) + KERNEL_PANEL - 1) / KERNEL_PANEL;
}

float *network_panels(const network *net, int threads)
{
    const kernel_ops *k = kernel_get();
    size_t all = 0;
    int team = threads < 1 ? 1 : threads;

    for (size_t i = 0; i < net->layers; i++)
        all += panels_of(&net->layer[i]) * apart_of(&net->layer[i]);
    float *copy = mem_slab(all, sizeof *copy), *to = copy;
    for (size_t i = 0; copy && i < net->layers; i++) {
        const network_layer *l = &net->layer[i];
        size_t rows = network_rows(l), apart = apart_of(l);
#pragma omp parallel for num_threads(team) if (team > 1 && rows * l->inputs > 100000)
        for (size_t p = 0; p < panels_of(l); p++) {
            size_t left = rows - p * KERNEL_PANEL;
            k->into_panel(l->w + p * KERNEL_PANEL * l->inputs, l->inputs, left < KERNEL_PANEL ? left : KERNEL_PANEL,
                          l->inputs, to + p * apart);
        }
        to += panels_of(l) * apart;
    }
    return copy;
}

/* Floats from one row of activations to the next: an odd number of lines, else many rows would compete for the same
 * places of the cache. */
static size_t row_room(const network_layer *l)
{
    return ((network_rows(l) + 15) / 16 | 1) * 16;
}

/* One block's memory and copies of the weights, at most one of which is not NULL. */
typedef struct way {
    float *buf;  /* z and two activations of `each` floats, then room for a line */
    float *room; /* of products; NULL = none */
    size_t each;
    const float *panels, *turned;
} way;

/* z = products of the block's rows, ldi apart, with layer l; moves on to the next layer's weights. */
static void weigh(const kernel_ops *k, const network_layer *l, way *w, const float *in, size_t ldi, size_t n, float *z,
                  float *line)
{
    size_t rows = network_rows(l);

    if (w->turned) {
        uint32_t idx[KERNEL_RUN + 16];
        float val[KERNEL_RUN + 16];
        few_inputs(k, l, w->turned, in, z, line, idx, val);
        w->turned += l->inputs * line_of(l);
    } else if (w->panels) {
        k->full.multiply(n, rows, l->inputs, in, ldi, w->panels, apart_of(l), z, row_room(l), w->room);
        w->panels += panels_of(l) * apart_of(l);
    } else {
        k->gemm(n, rows, l->inputs, (kernel_matrix){in, ldi, 1}, (kernel_matrix){l->w, 1, l->inputs}, z, row_room(l),
                false, NULL);
    }
}

static void block(const network *net, const float *x, size_t n, size_t upto, double *out, way w)
{
    const kernel_ops *k = kernel_get();
    float *z = w.buf, *next = z + w.each, *other = next + w.each, *line = other + w.each;
    const float *in = x;
    size_t ldi = net->layer[0].inputs;

    for (size_t i = 0; i < upto; i++) {
        const network_layer *l = &net->layer[i];
        weigh(k, l, &w, in, ldi, n, z, line);
        ldi = row_room(l);
        activate(l, k, z, n, ldi, next, line);
        if (i + 1 == upto && l->act == ACT_SOFTMAX) {
            for (size_t r = 0; r < n; r++)
                loss_softmax(next + r * ldi, l->units, out + r * l->units);
            return;
        }
        in = next;
        float *t = next;
        next = other;
        other = t;
    }
    size_t units = upto ? net->layer[upto - 1].units : net->layer[0].inputs;
    for (size_t r = 0; r < n; r++)
        for (size_t u = 0; u < units; u++)
            out[r * units + u] = (double)in[r * ldi + u];
}

/* One row of a net whose layers are not wide: nothing is allocated, no threads are asked. */
static void single(const network *net, const float *x, size_t upto, double *out, size_t wide, const float *turned)
{
    float buf[4 * SINGLE_WIDE] __attribute__((aligned(64)));

    block(net, x, 1, upto, out, (way){.buf = buf, .each = wide, .turned = turned});
}

weir_status network_forward_by(const network *net, const float *panels, const float *x, size_t n, size_t upto,
                               double *out, int threads, weir_error *err)
{
    size_t wide = 0, inputs = net->layer[0].inputs, units = net->layer[upto - 1].units;
    int team = threads < 1 || n <= BLOCK ? 1 : threads;

    for (size_t i = 0; i < net->layers; i++)
        wide = row_room(&net->layer[i]) > wide ? row_room(&net->layer[i]) : wide;
    size_t room = n < BLOCK ? 0 : KERNEL_GEMM_ROOM; /* a few rows are not worth it */
    size_t each = (n < BLOCK ? n : BLOCK) * wide, share = (3 * each + wide + room + 15) / 16 * 16;
    const float *turned = n == 1 ? atomic_load_explicit(&net->turned, memory_order_acquire) : NULL;
    if (n == 1 && wide <= SINGLE_WIDE && (turned || !panels)) {
        single(net, x, upto, out, wide, turned);
        return WEIR_OK;
    }
    float *mem = mem_array((size_t)team * share + 16, sizeof *mem);
    if (!mem)
        return weir_no_memory(err, "scoring");
    float *buf = mem + (64 - (uintptr_t)mem % 64) / sizeof *mem; /* whole lines */
#pragma omp parallel for num_threads(team) schedule(static) if (team > 1)
    for (size_t row = 0; row < n; row += BLOCK) {
#ifdef _OPENMP
        size_t me = (size_t)omp_get_thread_num();
#else
        size_t me = 0;
#endif
        size_t m = n - row < BLOCK ? n - row : BLOCK;
        block(net, x + row * inputs, m, upto, out + row * units,
              (way){.buf = buf + me * share + room, .room = room ? buf + me * share : NULL, .each = each, .turned = turned, .panels = turned ? NULL : panels});
    }
    mem_free(mem);
    return WEIR_OK;
}

weir_status network_forward(const network *net, const float *x, size_t n, size_t upto, double *out,
                            int threads, weir_error *err)
{
    float *panels = n > KERNEL_THIN ? network_panels(net, threads) : NULL; /* a few rows go by the weights as they are */

    if (n > KERNEL_THIN && !panels)
        return weir_no_memory(err, "scoring");
    weir_status st = network_forward_by(net, panels, x, n, upto, out, threads, err);
    mem_slab_free(panels);
    return st;
}
