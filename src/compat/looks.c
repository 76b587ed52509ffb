/* looks.c - see looks.h. */
#include "compat/looks.h"

#include "base/mem.h"
#include "base/status.h"

#include <math.h>

static double rate_at(const state_layer *x, size_t k, float epsilon)
{
    const float *pair = &x->w_ada[2 * k];
    return (double)(rough_sqrt32(pair[0] + epsilon) * rough_invsqrt32(pair[1] + epsilon));
}

void looks_of_layer(const state *s, size_t i, double epsilon, layer_looks *out)
{
    const network_layer *l = &s->net->layer[i];
    const state_layer *x = &s->layer[i];
    size_t rows = network_rows(l), n = rows * l->inputs;
    float eps = (float)epsilon;
    layer_looks v = {0};

    for (size_t r = 0; r < rows; r++)
        v.mean_bias += l->b[r];
    v.mean_bias /= (double)rows;
    for (size_t r = 0; r < rows; r++)
        v.rms_bias += (l->b[r] - v.mean_bias) * (l->b[r] - v.mean_bias);
    for (size_t k = 0; k < n; k++) {
        v.mean_weight += (double)l->w[k];
        if (x->w_ada)
            v.mean_rate += rate_at(x, k, eps);
    }
    v.mean_weight /= (double)n;
    v.mean_rate /= (double)n;
    for (size_t k = 0; k < n; k++) {
        double d = (double)l->w[k] - v.mean_weight;
        v.rms_weight += d * d;
        if (x->w_ada) {
            d = rate_at(x, k, eps) - v.mean_rate;
            v.rms_rate += d * d;
        }
    }
    v.rms_bias = rough_sqrt64(v.rms_bias / (double)rows);
    v.rms_weight = rough_sqrt64(v.rms_weight / (double)n);
    v.rms_rate = x->w_ada ? rough_sqrt64(v.rms_rate / (double)n) : 0;
    *out = v;
}

bool looks_unstable(const layer_looks *l)
{
    return isnan(l->mean_bias) || isnan(l->rms_bias) || isnan(l->mean_weight) || isnan(l->rms_weight) ||
           fabs(l->mean_weight) > 1e10 || l->rms_weight > 1e10 || fabs(l->mean_bias) > 1e5 || l->rms_bias > 1e5;
}

/* Q[i][k]: what flows from input i through the first layer to unit k of the second. */
static weir_status flows(const network *net, float *v, weir_error *err)
{
    const network_layer *first = &net->layer[0], *second = &net->layer[1];
    size_t n0 = first->inputs, n1 = first->units, n2 = second->units;
    float *q = mem_zero(n0 * n2 + n1 + n2 + 1, sizeof *q);

    if (!q)
        return weir_no_memory(err, "working out variable importances");
    float *s1 = q + n0 * n2, *s2 = s1 + n1;
    for (size_t j = 0; j < n1; j++)
        for (size_t i = 0; i < n0; i++)
            s1[j] += fabsf(first->w[j * n0 + i]);
    for (size_t k = 0; k < n2; k++)
        for (size_t j = 0; j < n1; j++)
            s2[k] += fabsf(second->w[k * n1 + j]);
    for (size_t k = 0; k < n2; k++) {
        float sum = 0;
        for (size_t i = 0; i < n0; i++) {
            for (size_t j = 0; j < n1; j++)
                q[i * n2 + k] += fabsf(first->w[j * n0 + i]) / s1[j] * fabsf(second->w[k * n1 + j]) / s2[k];
            sum += q[i * n2 + k];
        }
        for (size_t i = 0; i < n0; i++)
            q[i * n2 + k] /= sum;
    }
    for (size_t i = 0; i < n0; i++)
        for (size_t k = 0; k < n2; k++)
            v[i] += q[i * n2 + k];
    mem_free(q);
    return WEIR_OK;
}

weir_status looks_importance(const network *net, double *out, weir_error *err)
{
    const network_layer *l = &net->layer[0];
    float *v = mem_zero(l->inputs + 1, sizeof *v), most = 0;
    weir_status st = v ? WEIR_OK : weir_no_memory(err, "working out variable importances");

    if (!st && net->layers > 1)
        st = flows(net, v, err);
    for (size_t i = 0; !st && net->layers == 1 && i < l->inputs; i++)
        for (size_t j = 0; j < l->units; j++)
            v[i] += fabsf(l->w[j * l->inputs + i]);
    for (size_t i = 0; !st && i < l->inputs; i++)
        if (v[i] > most)
            most = v[i];
    for (size_t i = 0; !st && i < l->inputs; i++)
        out[i] = (double)(v[i] / most);
    mem_free(v);
    return st;
}
