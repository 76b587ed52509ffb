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

void looks_of_layer(const state *s, size_t i, double epsilon, layer_stats *out)
{
    const network_layer *l = &s->net->layer[i];
    const state_layer *x = &s->layer[i];
    size_t rows = network_rows(l), n = rows * l->inputs;
    float eps = (float)epsilon;
    layer_stats v = {0};

    for (size_t r = 0; r < rows; r++)
        v.bias_mean += l->b[r];
    v.bias_mean /= (double)rows;
    for (size_t r = 0; r < rows; r++)
        v.bias_rms += (l->b[r] - v.bias_mean) * (l->b[r] - v.bias_mean);
    for (size_t k = 0; k < n; k++) {
        v.weight_mean += (double)l->w[k];
        if (x->w_ada)
            v.rate_mean += rate_at(x, k, eps);
    }
    v.weight_mean /= (double)n;
    v.rate_mean /= (double)n;
    for (size_t k = 0; k < n; k++) {
        double d = (double)l->w[k] - v.weight_mean;
        v.weight_rms += d * d;
        if (x->w_ada) {
            d = rate_at(x, k, eps) - v.rate_mean;
            v.rate_rms += d * d;
        }
    }
    v.bias_rms = rough_sqrt64(v.bias_rms / (double)rows);
    v.weight_rms = rough_sqrt64(v.weight_rms / (double)n);
    v.rate_rms = x->w_ada ? rough_sqrt64(v.rate_rms / (double)n) : 0;
    *out = v;
}

bool looks_unstable(const layer_stats *l)
{
    return isnan(l->bias_mean) || isnan(l->bias_rms) || isnan(l->weight_mean) || isnan(l->weight_rms) ||
           fabs(l->weight_mean) > 1e10 || l->weight_rms > 1e10 || fabs(l->bias_mean) > 1e5 || l->bias_rms > 1e5;
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
