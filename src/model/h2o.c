/* h2o.c - see h2o.h. Compiled without fused multiply-add: every product and
 * every sum rounds by itself. */
#include "model/h2o.h"

#include <math.h>
#include <string.h>

/* Inputs ------------------------------------------------------------------------------ */

/* MurmurHash2 (Appleby) of the four bytes of q, most significant first, length 4. */
static int32_t murmur(uint32_t q, uint32_t seed)
{
    const uint32_t m = 0x5bd1e995u;
    uint32_t h = seed ^ 4, k = __builtin_bswap32(q);

    k *= m;
    k ^= k >> 24;
    k *= m;
    h = h * m ^ k;
    h ^= h >> 13;
    h *= m;
    return (int32_t)(h ^ h >> 15);
}

static size_t hashed(const encoder *e, size_t slot)
{
    if (e->hashed == e->slots)
        return slot;
    int64_t r = (int64_t)murmur((uint32_t)slot, (uint32_t)e->hash_seed) % (int64_t)e->hashed;
    return (size_t)(r < 0 ? -r : r);
}

size_t h2o_slot(const encoder *e, size_t factor, uint32_t code)
{
    const encode_factor *f = &e->factor[factor];

    if (code == COLUMN_MISSING || code >= f->n_levels)
        return hashed(e, f->offset + f->slots - 1);
    if (e->all_levels)
        return hashed(e, f->offset + code);
    return code ? hashed(e, f->offset + code - 1) : SIZE_MAX;
}

uint32_t h2o_level(const encode_view *v, size_t factor, size_t row)
{
    const column *c = v->factor_col[factor];
    uint32_t code = c ? column_code_at(c, row) : COLUMN_MISSING;

    if (code == COLUMN_MISSING || !v->level_map[factor])
        return code;
    return v->level_map[factor][code];
}

void h2o_inputs(const encode_view *v, size_t row, double *x)
{
    const encoder *e = v->e;

    memset(x, 0, e->hashed * sizeof *x);
    for (size_t i = 0; i < e->n_factors; i++) {
        size_t s = h2o_slot(e, i, h2o_level(v, i, row));
        if (s != SIZE_MAX)
            x[s] += 1;
    }
    for (size_t i = 0; i < e->n_numbers; i++) {
        const encode_number *n = &e->number[i];
        double value;
        encode_values(v, i, row, 1, &value);
        double scaled = (value - n->sub) * n->mul;
        x[e->hashed + i] = isnan(scaled) ? 0 : scaled;
    }
}

double h2o_offset(const encode_view *v, size_t row)
{
    double o = v->offset ? column_at(v->offset, row) : 0;
    return o > 0 ? (o - v->e->resp_sub) * v->e->resp_mul : 0;
}

/* Layers ------------------------------------------------------------------------------ */

double h2o_dot(const float *w, const double *x, size_t n)
{
    double p[8] = {0}, sum = 0;
    size_t c = 0;

    for (; c + 8 <= n; c += 8)
        for (size_t j = 0; j < 8; j++)
            p[j] += (double)w[c + j] * x[c + j];
    sum += p[0] + p[1] + p[2] + p[3];
    sum += p[4] + p[5] + p[6] + p[7];
    for (; c < n; c++)
        sum += (double)w[c] * x[c];
    return sum;
}

void h2o_dot_pair(const float *w, const double *x, size_t n, double s[2])
{
    s[0] = s[1] = 0;
    for (size_t c = 0; c < n; c++) {
        s[0] += (double)w[2 * c] * x[c];
        s[1] += (double)w[2 * c + 1] * x[c];
    }
}

double h2o_activation(activation_kind act, double z)
{
    switch (act) {
    case ACT_TANH: return 1 - 2 / (1 + exp(2 * z));
    case ACT_RECTIFIER: return 0.5 * (z + fabs(z));
    case ACT_EXP_RECTIFIER: return z >= 0 ? z : exp(z) - 1;
    default: return z;
    }
}

void h2o_softmax(double *z, size_t n)
{
    double most = z[0], sum = 0;

    for (size_t i = 1; i < n; i++)
        if (z[i] > most)
            most = z[i];
    for (size_t i = 0; i < n; i++) {
        z[i] = exp(z[i] - most);
        sum += z[i];
    }
    for (size_t i = 0; i < n; i++)
        z[i] /= sum;
}

size_t h2o_room(const network *net)
{
    size_t wide = 1;

    for (size_t i = 0; i < net->layers; i++)
        if (net->layer[i].units > wide)
            wide = net->layer[i].units;
    return 2 * wide;
}

static void run_layer(const network_layer *l, const double *x, double *a)
{
    for (size_t r = 0; r < l->units; r++) {
        if (l->act == ACT_MAXOUT) {
            double s[2];
            h2o_dot_pair(l->w + 2 * r * l->inputs, x, l->inputs, s);
            s[0] += l->b[2 * r];
            s[1] += l->b[2 * r + 1];
            a[r] = s[1] > s[0] ? s[1] : s[0];
        } else {
            a[r] = h2o_activation(l->act, h2o_dot(l->w + r * l->inputs, x, l->inputs) + l->b[r]);
        }
    }
    if (l->act == ACT_SOFTMAX)
        h2o_softmax(a, l->units);
}

const double *h2o_forward(const network *net, const double *x, size_t upto, double *room,
                          void (*before)(void *user, size_t layer, const double *a), void *user)
{
    size_t wide = h2o_room(net) / 2;

    for (size_t i = 0; i < upto; i++) {
        const network_layer *l = &net->layer[i];
        double *a = room + i % 2 * wide;
        run_layer(l, x, a);
        if (before && i + 1 < net->layers)
            before(user, i, a);
        for (size_t r = 0; l->keep != 1 && r < l->units; r++)
            a[r] *= l->keep;
        x = a;
    }
    return x;
}
