/* look.c - what a look into the network shows, once per scoring event: importances of the inputs,
 * units that never move, how weights and activations spread.
 *
 * The same look serves the snapshot, the best model and the end, so that ending a training costs no
 * second one. */
#include "train/train_impl.h"

#include "base/mem.h"
#include "base/status.h"
#include "model/importance.h"

#include <math.h>
#include <string.h>

enum { LOOKED_AT = 256 /* training rows; fewer, down to LEAST, for a large network */, LEAST = 48, WEIGHTS = 1 << 16 /* of a layer, evenly apart, for its histogram */ };

void look_free(look *l)
{
    mem_free(l->importance);
    mem_free(l->layer);
    *l = (look){0};
}

weir_status look_copy(look *to, const look *from, size_t inputs, size_t layers, weir_error *err)
{
    look l = {.importance = from->importance ? mem_array(inputs + 1, sizeof *l.importance) : NULL,
              .layer = from->layer ? mem_array(layers, sizeof *l.layer) : NULL};

    if ((from->importance && !l.importance) || (from->layer && !l.layer)) {
        look_free(&l);
        return weir_no_memory(err, "scoring");
    }
    if (l.importance)
        memcpy(l.importance, from->importance, inputs * sizeof *l.importance);
    if (l.layer)
        memcpy(l.layer, from->layer, layers * sizeof *l.layer);
    look_free(to);
    *to = l;
    return WEIR_OK;
}

/* Shares of the values in equal bins over their range. at(user, i) of n values. */
static void spread(size_t n, double (*at)(const void *user, size_t i), const void *user, double *lo, double *hi, double *share)
{
    double a = INFINITY, b = -INFINITY;

    for (size_t i = 0; i < n; i++) {
        double x = at(user, i);
        a = x < a ? x : a;
        b = x > b ? x : b;
    }
    *lo = a;
    *hi = b;
    for (size_t k = 0; k < LAYER_BINS; k++)
        share[k] = 0;
    for (size_t i = 0; i < n && b > a; i++) {
        double k = (at(user, i) - a) / (b - a) * LAYER_BINS;
        share[k >= LAYER_BINS ? LAYER_BINS - 1 : k > 0 ? (size_t)k : 0] += 1 / (double)n;
    }
    if (n && !(b > a)) /* all alike: in the middle */
        share[LAYER_BINS / 2] = 1;
}

typedef struct strided { const float *w; size_t step; } strided;

static double weight_at(const void *user, size_t i)
{
    const strided *s = user;
    return (double)s->w[i * s->step];
}

static double activation_at(const void *user, size_t i)
{
    return ((const double *)user)[i];
}

static void weights_of(const network_layer *l, layer_look *out)
{
    size_t n = network_rows(l) * l->inputs, step = n > WEIGHTS ? n / WEIGHTS : 1;
    strided s = {l->w, step};

    spread(n / step, weight_at, &s, &out->weights_lo, &out->weights_hi, out->weights);
}

/* a[rows][units]: what the layer gives for these rows. Dead: the same whatever the row. */
static void activations_of(const network_layer *l, const double *a, size_t rows, layer_look *out)
{
    size_t dead = 0;

    for (size_t u = 0; u < l->units; u++) {
        size_t same = 1;
        while (same < rows && a[same * l->units + u] == a[u])
            same++;
        dead += same == rows;
    }
    out->dead = (double)dead / (double)l->units;
    spread(rows * l->units, activation_at, a, &out->activations_lo, &out->activations_hi, out->activations);
}

static size_t rows_to_look_at(const run *r, const network *net)
{
    size_t weights = 1, rows;

    for (size_t i = 0; i < net->layers; i++)
        weights += network_rows(&net->layer[i]) * net->layer[i].inputs;
    rows = 200000000 / weights;
    rows = rows < LEAST ? LEAST : rows > LOOKED_AT ? LOOKED_AT : rows;
    return rows < r->frame->rows ? rows : r->frame->rows;
}

/* x, a: rows of the inputs and of the widest layer. */
static weir_status look_at_layers(const run *r, const network *net, float *x, double *a, layer_look *out, bool whole, weir_error *err)
{
    size_t rows = rows_to_look_at(r, net);
    weir_status st = WEIR_OK;

    for (size_t i = 0; i < rows; i++)
        encode_dense(r->view, i * (r->frame->rows / rows), 1, x + i * r->enc->inputs);
    for (size_t i = 0; i < net->layers && !st; i++) {
        layer_look *o = &out[i];
        layer_stats s;
        trainer_layer_stats(r->trainer, i, r->at.samples, &s);
        *o = (layer_look){.rate_mean = s.rate_mean, .rate_rms = s.rate_rms, .momentum = s.momentum, .weight_mean = s.weight_mean,
                          .weight_rms = s.weight_rms, .bias_mean = s.bias_mean, .bias_rms = s.bias_rms, .dead = NAN,
                          .activations_lo = NAN, .activations_hi = NAN};
        weights_of(&net->layer[i], o);
        if (i + 1 == net->layers || !rows)
            break;
        if (!whole && progress_cancelled(r->watch->progress))
            return weir_fail(err, WEIR_ECANCEL, "scoring was cancelled");
        st = network_forward(net, x, rows, i + 1, a, progress_threads(r->watch->progress), err);
        if (!st)
            activations_of(&net->layer[i], a, rows, o);
    }
    return st;
}

static weir_status look_inside(const run *r, const network *net, look *out, bool whole, weir_error *err)
{
    size_t widest = 1;

    for (size_t i = 0; i < net->layers; i++)
        widest = net->layer[i].units > widest ? net->layer[i].units : widest;
    float *x = mem_slab(LOOKED_AT * r->enc->inputs + 16, sizeof *x);
    double *a = mem_array(LOOKED_AT * widest, sizeof *a);
    out->layer = mem_array(net->layers, sizeof *out->layer);
    weir_status st = x && a && out->layer ? look_at_layers(r, net, x, a, out->layer, whole, err) : weir_no_memory(err, "looking at layers");
    mem_slab_free(x);
    mem_free(a);
    return st;
}

static weir_status find_importances(const run *r, const network *net, look *out, weir_error *err)
{
    out->importance = mem_array(r->enc->inputs + 1, sizeof *out->importance);
    weir_status st = out->importance ? importance_of(net, out->importance, err) : weir_no_memory(err, "working out importances");

    for (size_t i = 0; !st && i < r->enc->n_factors && r->enc->hashed == r->enc->slots; i++) {
        const encode_factor *f = &r->enc->factor[i];
        if (!f->missing_seen) /* its missing slot was never fed */
            out->importance[f->offset + f->slots - 1] = 0;
    }
    return st;
}

weir_status look_take(const run *r, const network *net, look *out, bool whole, weir_error *err)
{
    weir_status st = WEIR_OK;

    look_free(out);
    if (r->p->variable_importances)
        st = find_importances(r, net, out, err);
    if (!st && r->p->diagnostics)
        st = look_inside(r, net, out, whole, err);
    if (st)
        look_free(out);
    return st;
}

weir_status look_remember(run *r, weir_error *err)
{
    for (size_t i = 0; r->look.layer && i < r->net->layers; i++) {
        double *v = mem_grow(r->layers, r->n_layers, &r->cap_layers, LAYER_COLUMNS * sizeof *v);
        if (!v)
            return weir_no_memory(err, "scoring");
        r->layers = v;
        v += r->n_layers++ * LAYER_COLUMNS;
        v[0] = run_epochs(r);
        v[1] = (double)i + 1;
        memcpy(v + 2, &r->look.layer[i], sizeof r->look.layer[i]);
    }
    return WEIR_OK;
}
