/* network.c - topology and parameters in canonical form; initial weights. */
#include "model/network.h"

#include "base/mem.h"
#include "base/rng.h"
#include "base/status.h"

#include <math.h>
#include <string.h>

static int channels_of(activation_kind a)
{
    return a == ACT_MAXOUT ? 2 : 1;
}

uint64_t network_count(const size_t *sizes, size_t n_sizes, activation_kind hidden)
{
    uint64_t sum = 0;

    for (size_t i = 0; i + 1 < n_sizes; i++) {
        uint64_t ch = i + 2 < n_sizes ? (uint64_t)channels_of(hidden) : 1, rows, all;
        if (__builtin_mul_overflow((uint64_t)sizes[i + 1], ch, &rows) ||
            __builtin_mul_overflow(rows, (uint64_t)sizes[i] + 1, &all) ||
            __builtin_add_overflow(sum, all, &sum))
            return UINT64_MAX;
    }
    return sum;
}

/* Rows of the weight matrix: one per unit and channel. */
size_t network_rows(const network_layer *l)
{
    return l->units * (size_t)l->channels;
}

weir_status network_new(network **out, const size_t *sizes, size_t n_sizes, activation_kind hidden,
                        activation_kind output, weir_error *err)
{
    network *net = MEM_NEW(network);
    size_t weights = 0, biases = 0;

    if (net)
        net->layer = mem_zero(n_sizes - 1, sizeof *net->layer);
    if (!net || !net->layer) {
        mem_free(net);
        return weir_no_memory(err, "building a network");
    }
    net->layers = n_sizes - 1;
    for (size_t i = 0; i < net->layers; i++) {
        network_layer *l = &net->layer[i];
        l->act = i + 1 < net->layers ? hidden : output;
        l->channels = i + 1 < net->layers ? channels_of(hidden) : 1;
        l->inputs = sizes[i];
        l->units = sizes[i + 1];
        l->keep = 1;
        weights += network_rows(l) * l->inputs;
        biases += network_rows(l);
    }
    net->slab = mem_slab(1, biases * sizeof(double) + weights * sizeof(float));
    if (!net->slab) {
        network_free(net);
        return weir_no_memory(err, "building a network");
    }
    double *b = net->slab;
    float *w = (float *)(b + biases);
    for (size_t i = 0; i < net->layers; i++) {
        network_layer *l = &net->layer[i];
        l->b = b;
        l->w = w;
        b += network_rows(l);
        w += network_rows(l) * l->inputs;
    }
    *out = net;
    return WEIR_OK;
}

weir_status network_copy(network **out, const network *net, weir_error *err)
{
    size_t *sizes = mem_array(net->layers + 1, sizeof *sizes);

    if (!sizes)
        return weir_no_memory(err, "copying a network");
    sizes[0] = net->layer[0].inputs;
    for (size_t i = 0; i < net->layers; i++)
        sizes[i + 1] = net->layer[i].units;
    weir_status st = network_new(out, sizes, net->layers + 1, net->layer[0].act,
                                 net->layer[net->layers - 1].act, err);
    mem_free(sizes);
    if (!st)
        network_assign(*out, net);
    return st;
}

void network_assign(network *to, const network *from)
{
    for (size_t i = 0; i < from->layers; i++) {
        const network_layer *f = &from->layer[i];
        memcpy(to->layer[i].w, f->w, network_rows(f) * f->inputs * sizeof *f->w);
        memcpy(to->layer[i].b, f->b, network_rows(f) * sizeof *f->b);
        to->layer[i].keep = f->keep;
    }
}

void network_free(network *net)
{
    if (!net)
        return;
    mem_slab_free(net->turned);
    mem_slab_free(net->slab);
    mem_free(net->layer);
    mem_free(net);
}

uint64_t network_bytes(const network *net)
{
    uint64_t bytes = 0;

    for (size_t i = 0; net && i < net->layers; i++)
        bytes += network_rows(&net->layer[i]) * (net->layer[i].inputs * sizeof(float) + sizeof(double));
    return bytes;
}

/* First biases: 0, but positive under units that would else start dead. */
static double first_bias(activation_kind a, size_t layer)
{
    if (a == ACT_RECTIFIER || a == ACT_MAXOUT || a == ACT_EXP_RECTIFIER)
        return layer == 0 ? 0.5 : 1;
    return 0;
}

void network_init(network *net, weight_distribution d, double scale, bool classifier, uint64_t seed)
{
    for (size_t i = 0; i < net->layers; i++) {
        network_layer *l = &net->layer[i];
        bool output = i + 1 == net->layers;
        size_t rows = network_rows(l), n = rows * l->inputs;
        double half = d == WEIGHTS_UNIFORM_ADAPTIVE
                          ? sqrt(6.0 / ((double)l->inputs + (double)l->units)) * (output && classifier ? 4 : 1)
                          : scale;
        for (size_t k = 0; k < n; k++) {
            uint64_t at = (uint64_t)i << 40 | k;
            l->w[k] = (float)(d == WEIGHTS_NORMAL ? scale * rng_normal(seed, RNG_WEIGHTS, at)
                                                  : half * (2 * rng_unit(seed, RNG_WEIGHTS, at) - 1));
        }
        for (size_t r = 0; r < rows; r++)
            l->b[r] = output ? 0 : first_bias(l->act, i);
    }
}
