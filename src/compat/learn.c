/* learn.c - see learn.h.
 *
 * Order and precision of every operation decide the last bit and are H2O's:
 * weights and their optimiser state are float, everything else double; each
 * statement below rounds where H2O's does. Layer by layer from the output, unit
 * by unit: first the unit's share of the error goes to the layer before, with
 * the weight as it was, then the weight moves. */
#include "compat/learn.h"

#include "base/mem.h"
#include "base/pcg.h"
#include "base/status.h"
#include "model/h2o.h"

#include <math.h>
#include <string.h>

struct learner {
    learn_spec spec;
    state *s;
    double **a, **e;     /* [layers + 1] activations and errors; a[0] the inputs */
    uint8_t **mask;      /* [layers] hidden layers with dropout, or NULL */
    uint8_t **winner;    /* [layers] Maxout channels, or NULL */
    double *undropped;   /* [inputs] an autoencoder's target */
    const network *pull;
    double strength;
    float momentum;
    bool shortcut;
};

typedef struct unit { /* one unit's update */
    network_layer *l;
    state_layer *x;
    const network_layer *pull;
    size_t r, first, step; /* weight of input c is w[first + step * c] */
    size_t bias;
    float rate;
    bool last;
} unit;

/* Schedules -------------------------------------------------------------------------------- */

bool learn_has_momentum(const learn_spec *s)
{
    return !s->adaptive && (s->momentum_start != 0 || s->momentum_stable != 0);
}

float learn_rate(const learn_spec *s, size_t i, uint64_t samples)
{
    double rate = s->rate * pow(s->rate_decay, (double)i);
    return (float)(rate / (1 + s->rate_annealing * (double)samples));
}

float learn_momentum(const learn_spec *s)
{
    double m = s->momentum_start;

    if (s->adaptive)
        return 0;
    if (s->momentum_ramp > 0)
        m += (s->momentum_stable - s->momentum_start) * -1 / s->momentum_ramp;
    return (float)m;
}

double learn_momentum_shown(const learn_spec *s, uint64_t samples)
{
    if (s->adaptive)
        return 0;
    if (!(s->momentum_ramp > 0))
        return s->momentum_start;
    if ((double)samples >= s->momentum_ramp)
        return s->momentum_stable;
    return s->momentum_start + (s->momentum_stable - s->momentum_start) * (double)samples / s->momentum_ramp;
}

/* Dropout ------------------------------------------------------------------------------------ */

/* Seeds with a small half are filled up before use. */
static pcg mask_generator(uint64_t seed)
{
    if (seed >> 32 < 0xFFFF)
        seed |= UINT64_C(0x5B93000000000000);
    if ((seed & UINT32_MAX) < 0xFFFF)
        seed |= UINT64_C(0xDB910000);
    return pcg_seed(seed);
}

void dropout_mask(uint8_t *mask, size_t n, double ratio, uint64_t seed)
{
    size_t bytes = (n + 7) / 8;
    pcg g = mask_generator(seed);

    if (ratio == 0.5) {
        pcg_bytes(&g, mask, bytes);
        return;
    }
    memset(mask, 0, bytes);
    for (size_t t = 0; t < 8 * bytes; t++)
        if ((double)pcg_float(&g) > ratio)
            mask[t / 8] |= (uint8_t)(1u << t % 8);
}

static uint64_t hidden_seed(activation_kind act)
{
    switch (act) {
    case ACT_RECTIFIER: return 0x3C71F1ED;
    case ACT_MAXOUT: return 0x51C8D00D;
    default: return UINT64_C(0xFFFFFFFFDA7A6000); /* a negative 32-bit constant */
    }
}

static void drop_inputs(learner *w, uint64_t seed)
{
    size_t n = w->s->net->layer[0].inputs;

    if (w->spec.autoencoder)
        memcpy(w->undropped, w->a[0], n * sizeof *w->undropped);
    if (!(w->spec.input_dropout > 0))
        return;
    pcg g = mask_generator(seed + w->spec.seed + 0x1337B4BE);
    for (size_t t = 0; t < n; t++)
        if ((double)pcg_float(&g) < w->spec.input_dropout)
            w->a[0][t] = 0;
}

/* Forward -------------------------------------------------------------------------------------- */

static void forward_layer(learner *w, size_t i)
{
    network_layer *l = &w->s->net->layer[i];
    const double *x = w->a[i];
    double *a = w->a[i + 1];
    const uint8_t *mask = w->mask[i];

    for (size_t r = 0; r < l->units; r++) {
        bool active = !mask || (mask[r / 8] >> r % 8 & 1);
        if (l->act == ACT_MAXOUT) {
            double s[2];
            a[r] = 0;
            if (!active)
                continue;
            h2o_dot_pair(l->w + 2 * r * l->inputs, x, l->inputs, s);
            s[0] += l->b[2 * r];
            s[1] += l->b[2 * r + 1];
            w->winner[i][r] = s[1] > s[0];
            a[r] = s[w->winner[i][r]];
        } else {
            double z = active ? h2o_dot(l->w + r * l->inputs, x, l->inputs) + l->b[r] : 0;
            a[r] = h2o_activation(l->act, z);
        }
    }
    if (l->act == ACT_SOFTMAX)
        h2o_softmax(a, l->units);
    double *mean = w->s->layer[i].mean_act;
    for (size_t r = 0; mean && r < l->units; r++)
        mean[r] = 0.999 * mean[r] + 0.001 * a[r];
}

static void forward(learner *w, uint64_t seed)
{
    drop_inputs(w, seed);
    for (size_t i = 0; i < w->s->net->layers; i++) {
        const network_layer *l = &w->s->net->layer[i];
        if (w->mask[i])
            dropout_mask(w->mask[i], l->units, w->spec.dropout[i], seed + w->spec.seed + hidden_seed(l->act));
        forward_layer(w, i);
    }
}

/* The output's error ---------------------------------------------------------------------------- */

static double capped_exp(double x)
{
    return fmin(1e19, exp(x));
}

double learn_gradient(const loss_spec *s, double y, double f)
{
    double p = s->tweedie_power, d = y - f;

    switch (s->family) {
    case FAMILY_POISSON: return -2 * (y - capped_exp(f));
    case FAMILY_GAMMA: return -2 * (y * capped_exp(-f) - 1);
    case FAMILY_TWEEDIE: return -2 * (y * capped_exp(f * (1 - p)) - capped_exp(f * (2 - p)));
    case FAMILY_LAPLACE: return f > y ? 1 : -1;
    case FAMILY_QUANTILE: return -2 * (y > f ? 0.5 * s->quantile_alpha : 0.5 * (s->quantile_alpha - 1));
    case FAMILY_HUBER: return -2 * (fabs(d) <= 1 ? d : f >= y ? -1 : 1);
    default: return -2 * d;
    }
}

static void output_error(learner *w, double y)
{
    size_t last = w->s->net->layers - 1, n = w->s->net->layer[last].units;
    const double *a = w->a[last + 1];
    double *e = w->e[last + 1];

    if (w->s->net->layer[last].act == ACT_SOFTMAX) {
        for (size_t r = 0; r < n; r++) {
            double t = (double)r == y;
            e[r] = w->spec.loss.loss == LOSS_QUADRATIC ? (a[r] - t) * (1 - a[r]) * a[r] : a[r] - t;
        }
    } else if (w->spec.autoencoder) {
        for (size_t r = 0; r < n; r++)
            e[r] = learn_gradient(&w->spec.loss, w->undropped[r], a[r]);
    } else {
        e[0] = learn_gradient(&w->spec.loss, y, a[0]);
    }
}

/* Updates ---------------------------------------------------------------------------------------- */

static double sign_of(double x)
{
    return x > 0 ? 1 : x < 0 ? -1 : x; /* NaN stays NaN */
}

static void step_adaptive(float *w, float *pair, double gradient, float rho, float eps)
{
    double squared = gradient * gradient;
    float rest = 1 - rho;

    pair[1] = (float)((double)(rho * pair[1]) + (double)rest * squared);
    float rate = rough_sqrt32((pair[0] + eps) / (pair[1] + eps));
    pair[0] = (float)((double)(rho * pair[0]) + (double)(rest * rate * rate) * squared);
    *w = (float)((double)*w - (double)rate * gradient);
}

static void step_manual(const learner *w, float *weight, float *momentum, double gradient, float rate)
{
    if (!w->spec.nesterov) {
        double delta = (double)-rate * gradient;
        *weight = (float)((double)*weight + delta);
        if (momentum) {
            *weight += w->momentum * *momentum;
            *momentum = (float)delta;
        }
    } else if (momentum) {
        *momentum *= w->momentum;
        *momentum = (float)((double)*momentum - gradient);
        *weight = (float)((double)*weight + (double)rate * (double)*momentum);
    } else {
        *weight = (float)((double)*weight + (double)rate * -gradient);
    }
}

/* Moves the weights into a unit; gives the sum of squared gradients. */
static double move_weights(learner *w, const unit *u, size_t i, double g)
{
    const double *x = w->a[i];
    double *before = i ? w->e[i] : NULL, squares = 0;
    double l1 = (double)(float)w->spec.l1, l2 = (double)(float)w->spec.l2;
    float rho = (float)w->spec.rho, eps = (float)w->spec.epsilon;

    for (size_t c = 0; c < u->l->inputs; c++) {
        size_t at = u->first + u->step * c;
        float *weight = &u->l->w[at];
        double old = (double)*weight;
        if (before)
            before[c] += g * old;
        if (w->spec.fast_mode && x[c] == 0)
            continue;
        double gradient = g * x[c] + sign_of(old) * l1 + old * l2;
        if (u->pull)
            gradient += w->strength * (double)(*weight - u->pull->w[at]);
        if (w->spec.adaptive) {
            squares += gradient * gradient;
            step_adaptive(weight, &u->x->w_ada[2 * at], gradient, rho, eps);
        } else {
            step_manual(w, weight, u->x->w_momentum ? &u->x->w_momentum[at] : NULL, gradient, u->rate);
        }
    }
    return squares;
}

static float sum_squares(const float *v, size_t n)
{
    float p[8] = {0}, sum = 0;
    size_t c = 0;

    for (; c + 8 <= n; c += 8)
        for (size_t j = 0; j < 8; j++)
            p[j] += v[c + j] * v[c + j];
    sum += p[0] + p[1] + p[2] + p[3];
    sum += p[4] + p[5] + p[6] + p[7];
    for (; c < n; c++)
        sum += v[c] * v[c];
    return sum;
}

/* The cap on squared weights. A Maxout unit's range runs over both channels from the winner's
 * first weight to just before its last. */
static void rescale(const learner *w, const unit *u)
{
    float *v = u->l->w + u->first;
    size_t n = u->step == 1 ? u->l->inputs : 2 * (u->l->inputs - 1);
    float q = sum_squares(v, n);

    if (!(q > w->spec.max_w2))
        return;
    float scale = rough_sqrt32(w->spec.max_w2 / q);
    for (size_t k = 0; k < n; k++)
        v[k] *= scale;
}

static double adaptive_rate_of_bias(const learner *w, const unit *u, double mean_square)
{
    double *pair = &u->x->b_ada[2 * u->bias];
    double rho = (double)(float)w->spec.rho, eps = (double)(float)w->spec.epsilon;
    double rest = (double)(1 - (float)w->spec.rho);

    pair[1] = rho * pair[1] + rest * mean_square;
    double rate = rough_sqrt64((pair[0] + eps) / (pair[1] + eps));
    pair[0] = rho * pair[0] + rest * rate * rate * mean_square;
    return rate;
}

static void move_bias(learner *w, const unit *u, size_t i, double g, double squares)
{
    double *b = &u->l->b[u->bias], l1 = (double)(float)w->spec.l1, l2 = (double)(float)w->spec.l2;
    double m = (double)w->momentum, rate = (double)u->rate;
    double *velocity = u->x->b_momentum ? &u->x->b_momentum[u->bias] : NULL;

    g += sign_of(*b) * l1 + *b * l2;
    if (u->pull)
        g += (*b - u->pull->b[u->bias]) * w->strength;
    if (w->spec.adaptive)
        rate = adaptive_rate_of_bias(w, u, squares / (double)u->l->inputs);
    if (!w->spec.nesterov) {
        double delta = -rate * g;
        *b += delta;
        if (velocity) {
            *b += m * *velocity;
            *velocity = delta;
        }
    } else {
        double d = -g;
        if (velocity) {
            *velocity *= m;
            *velocity += d;
            d = *velocity;
        }
        *b += rate * d;
    }
    const double *mean = w->s->layer[i].mean_act;
    if (mean)
        *b += -(rate * w->spec.sparsity_beta * (mean[u->bias] - w->spec.average_activation));
    if (isinf(*b))
        w->s->unstable = true;
}

/* dE/da of a unit times the slope that H2O takes from its activation. */
static double partial(const learner *w, size_t i, size_t r)
{
    double a = w->a[i + 1][r], e = w->e[i + 1][r];

    if (i + 1 == w->s->net->layers)
        return e;
    switch (w->s->net->layer[i].act) {
    case ACT_TANH: return e * (1 - a * a);
    case ACT_RECTIFIER: return a > 0 ? e : 0;
    case ACT_EXP_RECTIFIER: return a >= 0 ? e : e * exp(a);
    default: return e;
    }
}

static void backward_layer(learner *w, size_t i)
{
    network_layer *l = &w->s->net->layer[i];
    bool maxout = l->act == ACT_MAXOUT;
    unit u = {.l = l, .x = &w->s->layer[i], .pull = w->pull ? &w->pull->layer[i] : NULL};

    if (!w->spec.adaptive)
        u.rate = learn_rate(&w->spec, i, w->s->samples) * (1 - w->momentum);
    for (size_t r = 0; r < l->units; r++) {
        double g = partial(w, i, r);
        if (w->shortcut && g == 0)
            continue;
        size_t winner = maxout ? w->winner[i][r] : 0;
        u.r = r;
        u.step = maxout ? 2 : 1;
        u.first = u.step * r * l->inputs + winner;
        u.bias = maxout ? 2 * r + winner : r;
        double squares = move_weights(w, &u, i, g);
        if (!isinf(w->spec.max_w2))
            rescale(w, &u);
        move_bias(w, &u, i, g, squares);
    }
}

double *learner_inputs(learner *w)
{
    return w->a[0];
}

void learner_begin(learner *w, const network *pull, double strength)
{
    w->pull = pull;
    w->strength = strength;
    for (size_t i = 0; i < w->s->net->layers; i++)
        if (w->winner[i])
            memset(w->winner[i], 0, w->s->net->layer[i].units);
}

void learner_row(learner *w, double y, double offset, uint64_t seed)
{
    size_t n = w->s->net->layers;

    forward(w, seed);
    if (offset != 0)
        w->a[n][0] += offset;
    output_error(w, y);
    for (size_t i = n; i > 0; i--)
        backward_layer(w, i - 1);
    for (size_t i = 1; i <= n; i++)
        memset(w->e[i], 0, w->s->net->layer[i - 1].units * sizeof **w->e);
}

/* Life -------------------------------------------------------------------------------------------- */

static bool room_for(learner *w)
{
    const network *net = w->s->net;
    size_t n = net->layers;

    w->a = mem_zero(n + 1, sizeof *w->a);
    w->e = mem_zero(n + 1, sizeof *w->e);
    w->mask = mem_zero(n, sizeof *w->mask);
    w->winner = mem_zero(n, sizeof *w->winner);
    w->undropped = mem_zero(net->layer[0].inputs, sizeof *w->undropped);
    bool ok = w->a && w->e && w->mask && w->winner && w->undropped;
    if (ok)
        ok = (w->a[0] = mem_zero(net->layer[0].inputs, sizeof **w->a)) != NULL;
    for (size_t i = 0; ok && i < n; i++) {
        size_t units = net->layer[i].units;
        w->a[i + 1] = mem_zero(units, sizeof **w->a);
        w->e[i + 1] = mem_zero(units, sizeof **w->e);
        ok = w->a[i + 1] && w->e[i + 1];
        if (ok && w->spec.dropout && i + 1 < n)
            ok = (w->mask[i] = mem_zero(units / 8 + 1, 1)) != NULL;
        if (ok && net->layer[i].act == ACT_MAXOUT)
            ok = (w->winner[i] = mem_zero(units, 1)) != NULL;
    }
    return ok;
}

weir_status learner_new(learner **out, const learn_spec *spec, state *s, weir_error *err)
{
    learner *w = MEM_NEW(learner);

    if (!w)
        return weir_no_memory(err, "building the learner");
    w->spec = *spec;
    w->s = s;
    w->momentum = learn_momentum(spec);
    w->shortcut = spec->fast_mode || (!spec->adaptive && !learn_has_momentum(spec) && spec->l1 == 0 && spec->l2 == 0);
    if (!room_for(w)) {
        learner_free(w);
        return weir_no_memory(err, "building the learner");
    }
    *out = w;
    return WEIR_OK;
}

void learner_free(learner *w)
{
    if (!w)
        return;
    for (size_t i = 0; i < w->s->net->layers; i++) {
        if (w->a)
            mem_free(w->a[i + 1]);
        if (w->e)
            mem_free(w->e[i + 1]);
        if (w->mask)
            mem_free(w->mask[i]);
        if (w->winner)
            mem_free(w->winner[i]);
    }
    if (w->a)
        mem_free(w->a[0]);
    mem_free(w->a), mem_free(w->e), mem_free(w->mask), mem_free(w->winner), mem_free(w->undropped);
    mem_free(w);
}
