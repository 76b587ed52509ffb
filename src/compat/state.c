/* state.c - see state.h. */
#include "compat/state.h"

#include "base/mem.h"
#include "base/pcg.h"
#include "base/status.h"

#include <math.h>
#include <string.h>

/* One slab holds doubles first, then floats: takes n of them. */
typedef struct carver { double *d; float *f; size_t n_d, n_f; } carver;

static double *take_d(carver *c, size_t n)
{
    double *p = c->d ? c->d + c->n_d : NULL;
    c->n_d += n;
    return p;
}

static float *take_f(carver *c, size_t n)
{
    float *p = c->f ? c->f + c->n_f : NULL;
    c->n_f += n;
    return p;
}

static void carve(state *s, const bool has[3], carver *c)
{
    for (size_t i = 0; i < s->net->layers; i++) {
        const network_layer *l = &s->net->layer[i];
        size_t rows = network_rows(l), n = rows * l->inputs;
        state_layer x = {0};
        if (has[0]) {
            x.w_ada = take_f(c, 2 * n);
            x.b_ada = take_d(c, 2 * rows);
        }
        if (has[1]) {
            x.w_momentum = take_f(c, n);
            x.b_momentum = take_d(c, rows);
        }
        if (has[2] && i + 1 < s->net->layers)
            x.mean_act = take_d(c, rows);
        s->layer[i] = x;
    }
}

static weir_status allocate(state *s, const bool has[3], weir_error *err)
{
    carver c = {0};

    s->layer = mem_zero(s->net->layers, sizeof *s->layer);
    if (!s->layer)
        return weir_no_memory(err, "building a network");
    carve(s, has, &c);
    s->slab_bytes = c.n_d * sizeof(double) + c.n_f * sizeof(float);
    s->slab = mem_zero(s->slab_bytes + 8, 1);
    if (!s->slab)
        return weir_no_memory(err, "building a network");
    c = (carver){.d = s->slab, .f = (float *)((double *)s->slab + c.n_d)};
    carve(s, has, &c);
    return WEIR_OK;
}

weir_status state_new(state **out, const state_shape *shape, weir_error *err)
{
    const bool has[3] = {shape->adaptive, shape->momentum, shape->sparsity};
    state *s = MEM_NEW(state);
    weir_status st = s ? network_new(&s->net, shape->sizes, shape->n_sizes, shape->hidden, shape->output, err)
                       : weir_no_memory(err, "building a network");

    if (!st)
        st = allocate(s, has, err);
    if (st) {
        state_free(s);
        return st;
    }
    for (size_t i = 0; shape->dropout && i + 1 < s->net->layers; i++)
        s->net->layer[i].keep = 1 - shape->dropout[i];
    *out = s;
    return WEIR_OK;
}

weir_status state_copy(state **out, const state *from, weir_error *err)
{
    const state_layer *l = &from->layer[0];
    const bool has[3] = {l->w_ada != NULL, l->w_momentum != NULL, l->mean_act != NULL};
    state *s = MEM_NEW(state);
    weir_status st = s ? network_copy(&s->net, from->net, err) : weir_no_memory(err, "copying a network");

    if (!st)
        st = allocate(s, has, err);
    if (st) {
        state_free(s);
        return st;
    }
    state_assign(s, from);
    *out = s;
    return WEIR_OK;
}

void state_assign(state *to, const state *from)
{
    network_assign(to->net, from->net);
    memcpy(to->slab, from->slab, from->slab_bytes);
    to->samples = from->samples;
    to->unstable = from->unstable;
}

void state_free(state *s)
{
    if (!s)
        return;
    network_free(s->net);
    mem_free(s->layer);
    mem_free(s->slab);
    mem_free(s);
}

static double first_bias(activation_kind act, size_t layer)
{
    if (act == ACT_RECTIFIER || act == ACT_MAXOUT)
        return layer ? 1 : 0.5;
    return 0;
}

void state_init(state *s, weight_distribution d, double scale, bool classifier, uint64_t seed)
{
    for (size_t i = 0; i < s->net->layers; i++) {
        network_layer *l = &s->net->layer[i];
        size_t rows = network_rows(l), n = rows * l->inputs;
        bool output = i + 1 == s->net->layers;
        double half = d == WEIGHTS_UNIFORM ? scale : sqrt(6.0 / (double)(l->inputs + l->units));
        pcg g = pcg_seed(seed + 0x0BAD5EEDu + i + 1);
        for (size_t k = 0; k < n; k++) {
            if (d == WEIGHTS_NORMAL) {
                l->w[k] = (float)(pcg_gaussian(&g) * scale);
                continue;
            }
            double u = -half + (double)pcg_float(&g) * (half - -half);
            l->w[k] = (float)(d == WEIGHTS_UNIFORM_ADAPTIVE && output && classifier ? 4 * u : u);
        }
        for (size_t r = 0; r < rows; r++)
            l->b[r] = output ? 0 : first_bias(l->act, i);
    }
}

/* For checkpoints ---------------------------------------------------------------------- */

static size_t doubles_in(const state *s)
{
    size_t n = 0;

    for (size_t i = 0; i < s->net->layers; i++) {
        const state_layer *x = &s->layer[i];
        size_t rows = network_rows(&s->net->layer[i]);
        n += (x->b_ada ? 2 * rows : 0) + (x->b_momentum ? rows : 0) + (x->mean_act ? rows : 0);
    }
    return n;
}

size_t state_doubles(const state *s)
{
    return doubles_in(s);
}

size_t state_floats(const state *s)
{
    return (s->slab_bytes - doubles_in(s) * sizeof(double)) / sizeof(float);
}

void state_get(const state *s, float *f, double *d)
{
    size_t n = doubles_in(s);

    memcpy(d, s->slab, n * sizeof *d);
    memcpy(f, (const double *)s->slab + n, state_floats(s) * sizeof *f);
}

void state_set(state *s, const float *f, const double *d)
{
    size_t n = doubles_in(s);

    memcpy(s->slab, d, n * sizeof *d);
    memcpy((double *)s->slab + n, f, state_floats(s) * sizeof *f);
}

/* Elastic averaging ---------------------------------------------------------------------- */

static void divide_f(float *v, size_t n, float d)
{
    for (size_t i = 0; v && i < n; i++)
        v[i] /= d;
}

static void divide_d(double *v, size_t n, double d)
{
    for (size_t i = 0; v && i < n; i++)
        v[i] /= d;
}

void state_scale(state *s, double share)
{
    double d = 1 / share;

    for (size_t i = 0; i < s->net->layers; i++) {
        network_layer *l = &s->net->layer[i];
        state_layer *x = &s->layer[i];
        size_t rows = network_rows(l), n = rows * l->inputs;
        divide_f(l->w, n, (float)d);
        divide_d(l->b, rows, d);
        divide_f(x->w_momentum, n, (float)d);
        divide_d(x->b_momentum, rows, d);
        divide_f(x->w_ada, 2 * n, (float)d);
        divide_d(x->mean_act, rows, d);
    }
}

static void add_f(float *to, const float *v, size_t n)
{
    for (size_t i = 0; to && i < n; i++)
        to[i] += v[i];
}

static void add_d(double *to, const double *v, size_t n)
{
    for (size_t i = 0; to && i < n; i++)
        to[i] += v[i];
}

void state_add(state *to, const state *from)
{
    for (size_t i = 0; i < to->net->layers; i++) {
        network_layer *l = &to->net->layer[i];
        const network_layer *f = &from->net->layer[i];
        size_t rows = network_rows(l), n = rows * l->inputs;
        add_f(l->w, f->w, n);
        add_d(l->b, f->b, rows);
        add_f(to->layer[i].w_momentum, from->layer[i].w_momentum, n);
        add_d(to->layer[i].b_momentum, from->layer[i].b_momentum, rows);
        add_f(to->layer[i].w_ada, from->layer[i].w_ada, 2 * n);
        add_d(to->layer[i].mean_act, from->layer[i].mean_act, rows);
    }
}

/* Rough roots ------------------------------------------------------------------------------ */

float rough_sqrt32(float x)
{
    int32_t i;

    memcpy(&i, &x, sizeof i);
    i = 532483686 + (i >> 1);
    memcpy(&x, &i, sizeof x);
    return x;
}

double rough_sqrt64(double x)
{
    int64_t i;

    if (isnan(x))
        x = NAN;
    memcpy(&i, &x, sizeof i);
    i = (int64_t)((uint64_t)((i >> 32) + 1072632448) << 31);
    memcpy(&x, &i, sizeof x);
    return x;
}

float rough_invsqrt32(float x)
{
    float half = 0.5f * x, y;
    int32_t i;

    memcpy(&i, &x, sizeof i);
    i = 0x5f3759df - (i >> 1);
    memcpy(&y, &i, sizeof y);
    return y * (1.5f - half * y * y);
}
