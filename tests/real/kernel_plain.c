/* kernel_plain.c - the kernel table by definition, in whatever `float` means: one loop each, no vectors.
 *
 * Stands in for src/kernel where the trainer is compiled in double (real_double.h). That the product's tables do
 * what these loops say is the claim of tests/unit/t_kernel. */
#include "base/rng.h"
#include "kernel/dispatch.h"

#include <math.h>
#include <string.h>

static size_t line_of(const uint32_t *idx, size_t i)
{
    return idx ? idx[i] : i;
}

static float dot(const float *a, const float *b, size_t n)
{
    float sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

static void axpy(float *z, const float *w, float c, size_t n)
{
    for (size_t i = 0; i < n; i++)
        z[i] += c * w[i];
}

static void add_rows(float *z, const float *w, size_t ld, const uint32_t *idx, const float *val, size_t count, size_t n)
{
    for (size_t j = 0; j < count; j++)
        axpy(z, w + line_of(idx, j) * ld, val[j], n);
}

static void gemv(const float *w, size_t ld, size_t rows, const float *x, size_t n, float *out)
{
    for (size_t r = 0; r < rows; r++)
        out[r] = dot(w + r * ld, x, n);
}

static void gemm(size_t m, size_t n, size_t k, kernel_matrix a, kernel_matrix b, float *c, size_t ldc, bool add, float *room)
{
    (void)room;
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            float sum = 0;
            for (size_t q = 0; q < k; q++)
                sum += a.p[i * a.row + q * a.col] * b.p[q * b.row + j * b.col];
            c[i * ldc + j] = add ? c[i * ldc + j] + sum : sum;
        }
}

/* Weight of line i and column c, in panels. */
static float in_panels(const float *w, size_t apart, size_t i, size_t c)
{
    return w[c / KERNEL_PANEL * apart + i * KERNEL_PANEL + c % KERNEL_PANEL];
}

static void panel_multiply(size_t m, size_t n, size_t k, const float *x, size_t ldx, const float *w, size_t apart, float *z,
                           size_t ldz, float *room)
{
    (void)room;
    for (size_t r = 0; r < m; r++)
        for (size_t c = 0; c < n; c++) {
            z[r * ldz + c] = 0;
            for (size_t i = 0; i < k; i++)
                z[r * ldz + c] += x[r * ldx + i] * in_panels(w, apart, i, c);
        }
}

static void panel_error(size_t m, size_t n, size_t k, const float *g, size_t ldg, const float *w, size_t apart, float *e,
                        size_t lde, float *room)
{
    (void)room;
    for (size_t r = 0; r < m; r++)
        for (size_t i = 0; i < n; i++) {
            float sum = 0;
            for (size_t c = 0; c < k; c++)
                sum += g[r * ldg + c] * in_panels(w, apart, i, c);
            e[r * lde + i] = sum;
        }
}

static void panel_gradient(size_t m, size_t n, size_t k, const float *x, size_t ldx, const float *g, size_t ldg, float *d,
                           size_t ldd, bool add)
{
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < k; c++) {
            float sum = add ? d[i * ldd + c] : 0;
            for (size_t r = 0; r < m; r++)
                sum += x[r * ldx + i] * g[r * ldg + c];
            d[i * ldd + c] = sum;
        }
}

static void list_terms(const float *x, size_t ldx, size_t m, size_t n, kernel_terms *to)
{
    (void)x, (void)ldx, (void)m, (void)n, (void)to; /* none is left out */
}

static void gradient_terms(const kernel_terms *terms, size_t m, size_t n, size_t k, const float *x, size_t ldx, const float *g,
                           size_t ldg, float *d, size_t ldd, bool add)
{
    (void)terms;
    panel_gradient(m, n, k, x, ldx, g, ldg, d, ldd, add);
}

static void into_panel(const float *w, size_t ld, size_t rows, size_t k, float *out)
{
    for (size_t i = 0; i < k; i++)
        for (size_t r = 0; r < KERNEL_PANEL; r++)
            out[i * KERNEL_PANEL + r] = r < rows ? w[r * ld + i] : 0;
}

static size_t squeeze(float *to, const float *from, size_t apart, const uint32_t *kept, size_t panels)
{
    size_t n = 0;

    for (size_t c = 0; c < panels * KERNEL_PANEL; c++)
        if (kept[c / KERNEL_PANEL] >> c % KERNEL_PANEL & 1)
            to[n++] = in_panels(from, apart, 0, c);
    return n;
}

static void spread(float *to, const float *from, const uint32_t *kept, size_t panels)
{
    for (size_t c = 0; c < panels * KERNEL_PANEL; c++)
        to[c] = kept[c / KERNEL_PANEL] >> c % KERNEL_PANEL & 1 ? *from++ : 0;
}

static void fetch(const float *p, size_t n)
{
    (void)p, (void)n;
}

static void positive(float *a, const float *z, size_t n)
{
    for (size_t i = 0; i < n; i++)
        a[i] = z[i] > 0 ? z[i] : 0;
}

static void rectify(float *a, const float *z, const float *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        a[i] = z[i] + b[i] > 0 ? z[i] + b[i] : 0;
}

static void gate(float *g, const float *e, const float *a, size_t n)
{
    for (size_t i = 0; i < n; i++)
        g[i] = a[i] != 0 ? e[i] : 0;
}

static void push(float *x, const float *e, float by, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] += e[i] > 0 ? by : e[i] < 0 ? -by : 0;
}

static double sum_squares(const float *w, size_t n)
{
    return (double)dot(w, w, n);
}

static void add_squares(float *acc, const float *w, size_t n)
{
    for (size_t i = 0; i < n; i++)
        acc[i] += w[i] * w[i];
}

static void scale(float *w, const float *f, size_t n)
{
    for (size_t i = 0; i < n; i++)
        w[i] *= f[i];
}

static void lerp(float *a, const float *b, float share, size_t n)
{
    for (size_t i = 0; i < n; i++)
        a[i] += share * (b[i] - a[i]);
}

static void moves(const float *base, const float *a, const float *b, size_t n, double dots[3])
{
    dots[0] = dots[1] = dots[2] = 0;
    for (size_t i = 0; i < n; i++) {
        double da = (double)(a[i] - base[i]), db = (double)(b[i] - base[i]);
        dots[0] += da * da;
        dots[1] += db * db;
        dots[2] += da * db;
    }
}

static void join(float *a, const float *base, const float *b, float ca, float cb, size_t n)
{
    for (size_t i = 0; i < n; i++)
        a[i] = base[i] + ca * (a[i] - base[i]) + cb * (b[i] - base[i]);
}

static void expand(float *x, const uint8_t *code, const float *base, const float *step, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = base[i] + step[i] * (float)code[i];
}

static void tanh_of(float *z, size_t n)
{
    for (size_t i = 0; i < n; i++)
        z[i] = (float)tanh((double)z[i]);
}

static void drop(float *x, size_t n, uint32_t keep, uint64_t seed, uint32_t stream, uint64_t index)
{
    uint32_t word[4] = {0};

    for (size_t i = 0; i < n; i++) {
        if (i % 8 == 0)
            rng_block(seed, stream, index++, word);
        if ((word[i % 8 / 2] >> (i % 2 * 16) & 0xffff) >= keep)
            x[i] = 0;
    }
}

/* One weight's step by gradient g; go = false: nothing arrives, and only what decays by itself may change. */
typedef void rule(float *w, float *s, float *t, float g, bool go, const kernel_step *k);

static void walk(rule *of, float *w, float *s, float *t, size_t ld, const uint32_t *idx, const float *val, size_t count,
                 const float *v, size_t n, const kernel_step *k, float *e)
{
    for (size_t j = 0; j < count; j++) {
        size_t at = line_of(idx, j) * ld;
        const float *of_v = v + j * k->apart;
        if (e)
            e[j] = dot(of_v, w + at, n);
        for (size_t i = 0; i < n; i++) {
            float at_w = w[at + i], g = val[j] * of_v[i] + (at_w > 0 ? k->l1 : at_w < 0 ? -k->l1 : 0) + k->l2 * at_w;
            bool go = of_v[i] != 0 || k->all;
            of(w + at + i, s + at + i, t + at + i, go ? g : 0, go, k);
        }
    }
}

static size_t list(const float *a, const uint32_t *name, size_t first, size_t n, uint32_t *index, float *value)
{
    size_t found = 0;

    for (size_t i = 0; i < n; i++)
        if (a[i] != 0) {
            index[found] = name ? name[i] : (uint32_t)(first + i);
            value[found++] = a[i];
        }
    return found;
}

static void sgd_rule(float *w, float *s, float *t, float g, bool go, const kernel_step *k)
{
    float speed = k->momentum * *s + g, move = k->nesterov ? g + k->momentum * speed : speed;

    (void)t;
    if (!go)
        return;
    *w -= k->rate * move + k->decay * *w;
    *s = speed;
}

static void adadelta_rule(float *w, float *s, float *t, float g, bool go, const kernel_step *k)
{
    *s = k->rho * *s + (1 - k->rho) * g * g;
    float d = (float)sqrt((double)((*t + k->epsilon) / (*s + k->epsilon))) * g;
    *t = k->rho * *t + (1 - k->rho) * d * d;
    *w -= d + (go ? k->decay * *w : 0);
}

static void adam_rule(float *w, float *s, float *t, float g, bool go, const kernel_step *k)
{
    if (!go)
        return;
    *s = k->beta1 * *s + (1 - k->beta1) * g;
    *t = k->beta2 * *t + (1 - k->beta2) * g * g;
    *w -= k->rate * k->correct1 * *s / ((float)sqrt((double)(*t * k->correct2)) + 1e-8) + k->decay * *w;
}

#define STEP(name)                                                                                                     \
    static void name(float *w, float *s, float *t, size_t ld, const uint32_t *idx, const float *val, size_t count,     \
                     const float *v, size_t n, const kernel_step *k, float *e)                                         \
    {                                                                                                                  \
        walk(name##_rule, w, s, t, ld, idx, val, count, v, n, k, e);                                                   \
    }
STEP(sgd)
STEP(adadelta)
static void adadelta_turns(float *w, float *s, float *t, ptrdiff_t ahead, size_t n, const float *const *v, const float *c,
                           size_t count, const kernel_step *k, const kernel_turns *turns, float *e)
{
    (void)ahead, (void)turns;
    for (size_t j = 0; j < count; j++)
        adadelta(w, s, t, 0, NULL, c + j, 1, v[j], n, k, e ? e + j : NULL);
}
static void prepare_turns(const kernel_step *k, kernel_turns *turns)
{
    (void)k, (void)turns;
}
STEP(adam)

static const kernel_ops plain = {
    .name = "plain", .dot = dot, .axpy = axpy, .add_rows = add_rows, .sum_rows = add_rows, .gemv = gemv, .gemm = gemm,
    .sum_squares = sum_squares, .add_squares = add_squares, .scale = scale, .lerp = lerp, .moves = moves,
    .full = {.name = "plain", .strip = KERNEL_STRIP, .multiply = panel_multiply, .error = panel_error, .gradient = panel_gradient},
    .list_terms = list_terms, .gradient_terms = gradient_terms, .into_panel = into_panel, .squeeze = squeeze, .spread = spread, .list = list, .fetch = fetch,
    .positive = positive, .rectify = rectify, .gate = gate, .push = push, .join = join, .expand = expand, .tanh_of = tanh_of, .drop = drop, .adadelta = adadelta, .adadelta_turns = adadelta_turns, .prepare_turns = prepare_turns, .sgd = sgd, .adam = adam,
};

const kernel_ops *kernel_get(void)
{
    return &plain;
}

const kernel_ops *kernel_by_name(const char *name)
{
    return strcmp(name, plain.name) ? NULL : &plain;
}

bool kernel_choose(const char *name)
{
    return kernel_by_name(name) != NULL;
}

const kernel_products *kernel_halves(const kernel_ops *k)
{
    (void)k;
    return NULL;
}
