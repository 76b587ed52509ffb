/* reference.c - see reference.h. */
#include "tests/bench/reference.h"

#include "base/mem.h"
#include "base/rng.h"

#include <math.h>
#include <string.h>

struct reference {
    const dataset *data;
    network *net;
    float *state[8];         /* per layer, pairs (mean squared gradient, mean squared step) */
    double *bias_state[8];
    double *a[9], *e[9];     /* activations and errors; a[0] = inputs */
    bool drop;
    uint64_t random;
};

static double uniform(reference *r)
{
    r->random ^= r->random << 13;
    r->random ^= r->random >> 7;
    r->random ^= r->random << 17;
    return (double)(r->random >> 11) * 0x1p-53;
}

reference *reference_new(const network *net, const dataset *d, bool drop)
{
    reference *r = MEM_NEW(reference);

    if (!r || net->layers > 8 || network_copy(&r->net, net, NULL))
        return NULL;
    r->data = d;
    r->drop = drop;
    r->random = 88172645463325252u;
    r->a[0] = mem_zero(net->layer[0].inputs, sizeof(double));
    for (size_t i = 0; i < net->layers; i++) {
        const network_layer *l = &net->layer[i];
        r->state[i] = mem_zero(2 * l->units * l->inputs, sizeof(float));
        r->bias_state[i] = mem_zero(2 * l->units, sizeof(double));
        r->a[i + 1] = mem_zero(l->units, sizeof(double));
        r->e[i + 1] = mem_zero(l->units, sizeof(double));
    }
    return r;
}

void reference_free(reference *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < 8; i++) {
        mem_free(r->state[i]);
        mem_free(r->bias_state[i]);
    }
    for (size_t i = 0; i < 9; i++) {
        mem_free(r->a[i]);
        mem_free(r->e[i]);
    }
    network_free(r->net);
    mem_free(r);
}

static void load(reference *r, size_t row)
{
    const dataset *d = r->data;
    size_t n = d->inputs;

    memset(r->a[0], 0, n * sizeof(double));
    if (d->sparse)
        for (uint64_t k = d->start[row]; k < d->start[row + 1]; k++)
            r->a[0][d->index[k]] = (double)d->value[k];
    else
        for (size_t k = 0; k < n; k++)
            r->a[0][k] = (double)(d->code ? d->base[k] + d->step[k] * (float)d->code[row * n + k] : d->dense[row * n + k]);
    for (size_t k = 0; r->drop && k < n; k++)
        if (r->a[0][k] != 0 && uniform(r) < 0.2)
            r->a[0][k] = 0;
}

static void forward(reference *r)
{
    for (size_t i = 0; i < r->net->layers; i++) {
        const network_layer *l = &r->net->layer[i];
        for (size_t u = 0; u < l->units; u++) {
            double z = l->b[u];
            for (size_t k = 0; k < l->inputs; k++)
                z += (double)l->w[u * l->inputs + k] * r->a[i][k];
            if (l->act == ACT_RECTIFIER)
                z = z > 0 && (!r->drop || uniform(r) < 0.5) ? z : 0;
            r->a[i + 1][u] = z;
        }
    }
}

static double step(double g, float *s, double w)
{
    s[0] = (float)(0.99 * (double)s[0] + 0.01 * g * g);
    double d = sqrt(((double)s[1] + 1e-8) / ((double)s[0] + 1e-8)) * g;
    s[1] = (float)(0.99 * (double)s[1] + 0.01 * d * d);
    return w - d;
}

static void backward(reference *r, size_t label)
{
    size_t last = r->net->layers, n = r->net->layer[last - 1].units;
    double most = r->a[last][0], sum = 0;

    for (size_t k = 0; k < n; k++)
        most = fmax(most, r->a[last][k]);
    for (size_t k = 0; k < n; k++)
        sum += r->e[last][k] = exp(r->a[last][k] - most);
    for (size_t k = 0; k < n; k++)
        r->e[last][k] = r->e[last][k] / sum - (k == label ? 1 : 0);
    for (size_t i = last; i-- > 0;) {
        network_layer *l = &r->net->layer[i];
        for (size_t k = 0; i && k < l->inputs; k++)
            r->e[i][k] = 0;
        for (size_t u = 0; u < l->units; u++) {
            double g = r->e[i + 1][u];
            if (g == 0)
                continue;
            for (size_t k = 0; k < l->inputs; k++) {
                size_t at = u * l->inputs + k;
                if (r->a[i][k] == 0)
                    continue;
                if (i)
                    r->e[i][k] += g * (double)l->w[at];
                l->w[at] = (float)step(g * r->a[i][k], r->state[i] + 2 * at, (double)l->w[at]);
            }
            float s[2] = {(float)r->bias_state[i][2 * u], (float)r->bias_state[i][2 * u + 1]};
            l->b[u] = step(g, s, l->b[u]);
            r->bias_state[i][2 * u] = (double)s[0];
            r->bias_state[i][2 * u + 1] = (double)s[1];
        }
    }
}

void reference_row(reference *r, size_t row)
{
    load(r, row);
    forward(r);
    backward(r, dataset_label(r->data, row));
}

double reference_density(const reference *r, size_t layer)
{
    size_t n = r->net->layer[layer].units, on = 0;

    for (size_t u = 0; u < n; u++)
        on += r->a[layer + 1][u] != 0;
    return (double)on / (double)n;
}
