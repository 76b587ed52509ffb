/* importance.c - Gedeon's method on the first two layers. */
#include "model/importance.h"

#include "base/mem.h"
#include "base/status.h"

#include <math.h>

/* |weight| from input i to unit j, channels summed. */
static double magnitude(const network_layer *l, size_t j, size_t i)
{
    double sum = 0;

    for (int c = 0; c < l->channels; c++)
        sum += fabs((double)l->w[(j * (size_t)l->channels + (size_t)c) * l->inputs + i]);
    return sum;
}

static double safe_share(double part, double whole)
{
    return whole > 0 ? part / whole : 0;
}

/* reach[j]: share of the second layer's (or output's) inputs that come through unit j. */
static void reach_of(const network *net, double *reach)
{
    const network_layer *l = &net->layer[1];

    for (size_t j = 0; j < l->inputs; j++)
        reach[j] = 0;
    for (size_t k = 0; k < l->units; k++) {
        double sum = 0;
        for (size_t j = 0; j < l->inputs; j++)
            sum += magnitude(l, k, j);
        for (size_t j = 0; j < l->inputs; j++)
            reach[j] += safe_share(magnitude(l, k, j), sum);
    }
}

weir_status importance_of(const network *net, double *v, weir_error *err)
{
    const network_layer *l = &net->layer[0];
    double *reach = mem_array(l->units, sizeof *reach), most = 0;

    if (!reach)
        return weir_no_memory(err, "working out variable importances");
    for (size_t j = 0; j < l->units; j++)
        reach[j] = 1;
    if (net->layers > 1)
        reach_of(net, reach);
    for (size_t i = 0; i < l->inputs; i++)
        v[i] = 0;
    for (size_t j = 0; j < l->units; j++) {
        double sum = net->layers > 1 ? 0 : 1; /* without a hidden layer the sizes themselves count */
        for (size_t i = 0; i < l->inputs && net->layers > 1; i++)
            sum += magnitude(l, j, i);
        for (size_t i = 0; i < l->inputs; i++)
            v[i] += reach[j] * safe_share(magnitude(l, j, i), sum);
    }
    for (size_t i = 0; i < l->inputs; i++)
        most = fmax(most, v[i]);
    for (size_t i = 0; i < l->inputs && most > 0; i++)
        v[i] /= most;
    mem_free(reach);
    return WEIR_OK;
}
