/* t_kernel.c - every kernel table against plain double arithmetic: odd lengths, every
 * start, NaN, denormals, and the same bits wherever the arrays lie. */
#include "tests/tap.h"

#include "base/mem.h"
#include "base/rng.h"
#include "kernel/dispatch.h"
#include "tests/unit/by_products.h"

#include <math.h>

enum { MOST = 77, LINES = 9 };
static const size_t lengths[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 47, 64, 65, 77};
enum { N_LENGTHS = sizeof lengths / sizeof *lengths };

static const kernel_ops *k;
static float room[4][LINES * MOST + 64]; /* inputs start anywhere in here */

static float *at(size_t which, size_t offset)
{
    return room[which] + 16 + offset;
}

static void sums(void)
{
    double worst = 0;

    for (size_t l = 0; l < N_LENGTHS; l++)
        for (size_t o = 0; o < 5; o++) {
            size_t n = lengths[l];
            float *a = at(0, o), *b = at(1, 4 - o);
            double want = 0, size = 1e-30, squares = 0;
            fill(a, n, 1);
            fill(b, n, 2);
            for (size_t i = 0; i < n; i++) {
                want += (double)a[i] * (double)b[i];
                size += fabs((double)a[i] * (double)b[i]);
                squares += (double)a[i] * (double)a[i];
            }
            worst = fmax(worst, fabs((double)k->dot(a, b, n) - want) / size);
            worst = fmax(worst, fabs(k->sum_squares(a, n) - squares) / (squares + 1e-30));
        }
    CLAIM(worst < 1e-6, "%s: dot and sum of squares (%.1e)", k->name, worst);
}

/* Two copies' moves from a common base, and what joins them. */
static void copies(void)
{
    double worst = 0;

    for (size_t l = 0; l < N_LENGTHS; l++)
        for (size_t o = 0; o < 5; o++) {
            size_t n = lengths[l];
            float *a = at(0, o), *b = at(1, 4 - o), *base = at(2, o + 1), old[MOST];
            double got[3], want[3] = {0, 0, 0}, size = 1e-30;
            fill(a, n, 11), fill(b, n, 12), fill(base, n, 13);
            memcpy(old, a, n * sizeof *a);
            for (size_t i = 0; i < n; i++) {
                double x = (double)a[i] - (double)base[i], y = (double)b[i] - (double)base[i];
                want[0] += x * x, want[1] += y * y, want[2] += x * y;
                size += x * x + y * y;
            }
            k->moves(base, a, b, n, got);
            for (size_t i = 0; i < 3; i++)
                worst = fmax(worst, fabs(got[i] - want[i]) / size);
            k->join(a, base, b, 0.75f, 0.5f, n);
            for (size_t i = 0; i < n; i++) {
                double o1 = (double)base[i], x = (double)old[i] - o1, y = (double)b[i] - o1;
                worst = fmax(worst, fabs((double)a[i] - (o1 + 0.75 * x + 0.5 * y)) / (fabs(o1) + fabs(x) + fabs(y)));
            }
        }
    CLAIM(worst < 5e-7, "%s: how copies have moved, and their joining (%.1e)", k->name, worst);
}

/* A rectifier forward and back, and a step by sign: exact, NaN included. */
static void gates(void)
{
    bool right = true;

    for (size_t l = 0; l < N_LENGTHS; l++)
        for (size_t o = 0; o < 5; o++) {
            size_t n = lengths[l];
            float *z = at(0, o), *b = at(1, 4 - o), *a = at(2, o + 1), *e = at(3, o), old[MOST + 1];
            fill(z, n, 31), fill(b, n, 32), fill(e, n + 1, 33);
            for (size_t i = 0; i < n; i += 5)
                b[i] = -z[i], e[i] = i % 2 ? NAN : 0;
            a[n] = 5;
            k->rectify(a, z, b, n);
            for (size_t i = 0; i < n; i++)
                right &= a[i] == (z[i] + b[i] > 0 ? z[i] + b[i] : 0);
            memcpy(old, e, (n + 1) * sizeof *e);
            k->push(b, e, 0.25f, n);
            k->gate(e, e, a, n);
            for (size_t i = 0; i < n; i++) {
                float was = i % 5 ? (float)rng_normal(17, 832, i) : -z[i];
                right &= a[i] == 0 ? e[i] == 0 : e[i] == old[i] || (isnan(e[i]) && isnan(old[i]));
                right &= b[i] == was + (old[i] > 0 ? 0.25f : old[i] < 0 ? -0.25f : 0);
            }
            right &= a[n] == 5 && e[n] == old[n];
        }
    CLAIM(right, "%s: a rectifier forward and back, steps by sign", k->name);
}

/* What is not zero, with its name or place: exact, NaN included, in place too, nothing touched behind n. */
static void lists(void)
{
    static uint32_t name[MOST + 1], index[MOST + 1], want[MOST];
    bool right = true;

    for (size_t l = 0; l < N_LENGTHS; l++)
        for (size_t o = 0; o < 4; o++) {
            size_t n = lengths[l], many = 0;
            float *z = at(0, o), *a = at(1, 4 - o), *value = at(2, o + 1), *out = o & 1 ? a : value, kept[MOST];
            fill(z, n, 34), fill(value, n, 35);
            for (size_t i = 0; i < n; i++) {
                name[i] = (uint32_t)rng_below(3, 835, i, 1000);
                z[i] = i % 6 == 2 ? NAN : i % 6 == 4 ? -0.0f : z[i];
            }
            a[n] = 7;
            k->positive(a, z, n);
            for (size_t i = 0; i < n; i++)
                right &= z[i] > 0 ? a[i] == z[i] : a[i] == 0;
            for (size_t i = 0; i < n; i += 7)
                a[i] = i % 2 ? NAN : -1;
            for (size_t i = 0; i < n; i++)
                if (a[i] != 0)
                    want[many] = o & 2 ? name[i] : (uint32_t)(40 + i), kept[many++] = a[i];
            uint32_t *to = o == 3 ? name : index;
            to[n] = 99, out[n] = 7;
            size_t got = k->list(a, o & 2 ? name : NULL, 40, n, to, out);
            right &= got == many && !memcmp(kept, out, many * sizeof *kept) && !memcmp(to, want, many * sizeof *want);
            right &= to[n] == 99 && out[n] == 7 && a[n] == 7;
        }
    CLAIM(right, "%s: lists of what is not zero", k->name);
}

/* z += rows: also that nothing beyond the end is touched. */
static void rows(void)
{
    static const uint32_t idx[] = {8, 0, 3, 5, 4, 1, 1, 7, 2, 6, 0, 3, 8, 4, 5, 2, 7, 6, 1, 0, 8};
    double worst = 0;
    bool beyond = false;

    for (size_t l = 0; l < N_LENGTHS; l++)
        for (size_t o = 0; o < 6; o++)
            for (size_t count = 0; count <= 21; count += count < 5 ? 1 : 8) {
                size_t n = lengths[l], ld = MOST;
                float *w = at(0, o), *z = at(1, o + 1), *v = at(2, 0), *out = at(3, o), before[MOST + 1];
                fill(w, LINES * ld, 3);
                fill(z, n + 1, 4);
                fill(v, MOST, 5);
                memcpy(before, z, (n + 1) * sizeof *z);
                (o % 2 ? k->sum_rows : k->add_rows)(z, w, ld, idx, v, count, n);
                beyond |= z[n] != before[n];
                for (size_t i = 0; i < n; i++) {
                    double want = (double)before[i];
                    for (size_t j = 0; j < count; j++)
                        want += (double)v[j] * (double)w[idx[j] * ld + i];
                    worst = fmax(worst, fabs((double)z[i] - want));
                }
                memcpy(z, before, (n + 1) * sizeof *z);
                k->axpy(z, w, 0.3f, n);
                beyond |= z[n] != before[n];
                for (size_t i = 0; i < n; i++)
                    worst = fmax(worst, fabs((double)z[i] - (double)before[i] - (double)0.3f * (double)w[i]));
                k->gemv(w, ld, count < 6 ? count : 5, v, n, out);
                for (size_t j = 0; j < count && j < 5; j++) {
                    double want = 0;
                    for (size_t i = 0; i < n; i++)
                        want += (double)v[i] * (double)w[j * ld + i];
                    worst = fmax(worst, fabs((double)out[j] - want) / 4);
                }
            }
    CLAIM(worst < 4e-6, "%s: add_rows, sum_rows, axpy, gemv at every length and start (%.1e)", k->name, worst);
    CLAIM(!beyond, "%s: nothing behind the end is written", k->name);
}

/* All four orders of the operands, sizes on both sides of the tiles and blocks. */
static void products(void)
{
    static const size_t shapes[][3] = {{1, 1, 1}, {3, 5, 7}, {12, 32, 16}, {13, 33, 257}, {25, 70, 300}, {130, 40, 20}, {7, 530, 9}};
    float *a = mem_slab(40000, sizeof *a), *b = mem_slab(40000, sizeof *b), *c = mem_slab(40000, sizeof *c);
    float *work = mem_slab(KERNEL_GEMM_ROOM, sizeof *work);
    double worst = 0;

    fill(a, 40000, 6);
    fill(b, 40000, 7);
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (int way = 0; way < 8; way++) {
            size_t m = shapes[s][0], n = shapes[s][1], d = shapes[s][2], ldc = n + (way & 1);
            kernel_matrix x = way & 1 ? (kernel_matrix){a, d, 1} : (kernel_matrix){a, 1, m};
            kernel_matrix y = way & 2 ? (kernel_matrix){b, n + 1, 1} : (kernel_matrix){b, 1, d};
            bool add = way & 4;
            if (d * (n + 1) > 40000 || m * ldc > 40000)
                continue;
            fill(c, m * ldc, 8);
            k->gemm(m, n, d, x, y, c, ldc, add, work);
            for (size_t i = 0; i < m; i++)
                for (size_t j = 0; j < n; j += 3) {
                    double want = add ? rng_normal(17, 808, i * ldc + j) : 0, size = 1;
                    for (size_t q = 0; q < d; q++) {
                        double t = (double)x.p[i * x.row + q * x.col] * (double)y.p[q * y.row + j * y.col];
                        want += t;
                        size += fabs(t);
                    }
                    worst = fmax(worst, fabs((double)c[i * ldc + j] - want) / size);
                }
        }
    bool same = true;
    for (size_t m = 1; m <= KERNEL_THIN; m++) { /* few rows go another way, to the same bits */
        kernel_matrix x = {a, 300, 1}, y = {b, 1, 301};
        k->gemm(20, 37, 300, x, y, c, 37, false, work);
        k->gemm(m, 37, 300, x, y, c + 1000, 40, false, work);
        for (size_t i = 0; i < m * 37; i++)
            same &= c[i] == c[1000 + i / 37 * 40 + i % 37];
    }
    CLAIM(same, "%s: a row's product does not depend on how many rows there are", k->name);
    CLAIM(worst < 1e-6, "%s: matrix products of all orders (%.1e)", k->name, worst);
    mem_slab_free(a);
    mem_slab_free(b);
    mem_slab_free(c);
    mem_slab_free(work);
}

/* The nearest number with 8 significant bits, ties to even. */
static void products_of_panels(bool half)
{
    const kernel_products *p = half ? &k->half : &k->full;

    if (half && !kernel_halves(k))
        CLAIM(true, "%s: products in bf16 # SKIP not in this table or processor", k->name);
    else
        claim_products(p, half, half ? ", in bf16" : "");
}

/* Rows become the columns of a panel. */
static void turning(void)
{
    bool right = true;

    for (size_t rows = 1; rows <= 32; rows++)
        for (size_t l = 1; l < N_LENGTHS; l++) {
            static float w[32 * (MOST + 1)], out[(MOST + 1) * 32];
            size_t n = lengths[l];
            fill(w, rows * (n + 1), 21);
            out[n * 32] = 5;
            k->into_panel(w, n + 1, rows, n, out);
            for (size_t i = 0; i < n; i++)
                for (size_t r = 0; r < 32; r++)
                    right &= out[i * 32 + r] == (r < rows ? w[r * (n + 1) + i] : 0);
            right &= out[n * 32] == 5;
        }
    CLAIM(right, "%s: rows of weights turned into a panel", k->name);
}

/* What takes part, side by side and back. */
static void squeezing(void)
{
    enum { PANELS = 3, APART = 50 };
    float *from = at(0, 1), *to = at(1, 3), *back = at(2, 0);
    bool right = true;

    for (uint64_t trial = 0; trial < 40; trial++) {
        uint32_t kept[PANELS];
        size_t n = 0;
        for (size_t p = 0; p < PANELS; p++)
            kept[p] = trial == 0 ? 0 : trial == 1 ? 0xffffffffu : (uint32_t)rng_below(5, trial, p, 0x100000000u);
        fill(from, PANELS * APART, 20);
        size_t got = k->squeeze(to, from, APART, kept, PANELS);
        for (size_t i = 0; i < PANELS * 32; i++)
            if (kept[i / 32] >> i % 32 & 1)
                right &= to[n++] == from[i / 32 * APART + i % 32];
        right &= got == n;
        k->spread(back, to, kept, PANELS);
        for (size_t i = 0; i < PANELS * 32; i++)
            right &= back[i] == (kept[i / 32] >> i % 32 & 1 ? from[i / 32 * APART + i % 32] : 0);
    }
    CLAIM(right, "%s: columns that take part are taken out and put back", k->name);
}

/* What is not zero, NaN and denormals too, in order. */
static void listing(void)
{
    static float val[MOST + 16];
    static uint32_t idx[MOST + 16];
    bool right = true;

    for (size_t l = 0; l < N_LENGTHS; l++)
        for (uint64_t trial = 0; trial < 20; trial++) {
            size_t n = lengths[l], found = 0;
            float *x = at(0, trial % 5);
            fill(x, n + 1, 23);
            for (size_t i = 0; i < n; i++)
                x[i] = rng_below(6, trial, i, 100) < 5 * trial ? 0 : rng_below(7, trial, i, 20) ? x[i] : i % 2 ? NAN : 1e-41f;
            size_t got = k->list(x, NULL, 0, n, idx, val);
            for (size_t i = 0; i < n; i++)
                if (!(x[i] == 0)) {
                    right &= found < got && idx[found] == i && memcmp(&val[found], &x[i], sizeof *x) == 0;
                    found++;
                }
            right &= got == found;
        }
    CLAIM(right, "%s: what is not zero is listed", k->name);
}

static void hyperbolic(void)
{
    enum { N = 20001 };
    static float z[N];
    double worst = 0;

    for (size_t i = 0; i < N; i++)
        z[i] = (float)(((double)i - N / 2) / 500 * fabs(((double)i - N / 2) / 5000));
    k->tanh_of(z, N);
    for (size_t i = 0; i < N; i++) {
        double want = tanh((double)(float)(((double)i - N / 2) / 500 * fabs(((double)i - N / 2) / 5000)));
        worst = fmax(worst, fabs((double)z[i] - want) / (fabs(want) + 1e-30));
    }
    float odd[] = {INFINITY, -INFINITY, NAN, 1e30f, -1e-40f, 0};
    k->tanh_of(odd, 6);
    CLAIM(worst < 4e-7, "%s: F027 tanh, relative (%.1e)", k->name, worst);
    CLAIM(odd[0] == 1 && odd[1] == -1 && isnan(odd[2]) && odd[3] == 1 && fabsf(odd[4]) <= 1e-39f && odd[5] == 0,
          "%s: tanh of infinities, NaN, denormals, zero", k->name);
}

typedef struct weight { double w, s, t; } weight;

/* The definitions, one weight at a time. */
static weight moved(int rule, weight x, double v, double c, const kernel_step *p)
{
    double g = c * v + (double)p->l1 * (x.w > 0 ? 1 : x.w < 0 ? -1 : 0) + (double)p->l2 * x.w, step;

    if (v == 0 && !p->all) { /* ADADELTA's averages decay all the same */
        x.s *= rule == 0 ? (double)p->rho : 1;
        x.t *= rule == 0 ? (double)p->rho : 1;
        return x;
    }
    if (rule == 0) {
        x.s = (double)p->rho * x.s + (1 - (double)p->rho) * g * g;
        step = sqrt((x.t + (double)p->epsilon) / (x.s + (double)p->epsilon)) * g;
        x.t = (double)p->rho * x.t + (1 - (double)p->rho) * step * step;
    } else if (rule == 1) {
        x.s = (double)p->momentum * x.s + g;
        step = (double)p->rate * (p->nesterov ? g + (double)p->momentum * x.s : x.s);
    } else {
        x.s = (double)p->beta1 * x.s + (1 - (double)p->beta1) * g;
        x.t = (double)p->beta2 * x.t + (1 - (double)p->beta2) * g * g;
        step = (double)p->rate * (double)p->correct1 * x.s / (sqrt(x.t * (double)p->correct2) + 1e-8);
    }
    x.w -= step + (double)p->decay * x.w;
    return x;
}

static void steps(void)
{
    static const uint32_t idx[] = {4, 1, 8};
    static const char *const names[] = {"ADADELTA", "SGD", "Adam"};

    for (int rule = 0; rule < 3; rule++) {
        kernel_step_fn *f = rule == 0 ? k->adadelta : rule == 1 ? k->sgd : k->adam;
        double off[2] = {0, 0}; /* by own arithmetic, by the processor's estimates of a root */
        bool idle_moved = false;
        for (int way = 0; way < 32; way++)
            for (size_t l = 0; l < N_LENGTHS; l++) {
                size_t n = lengths[l], ld = MOST, o = l % 3;
                float *w = at(0, o), *s = at(1, 2 * o), *t = at(2, o + 1), *v = at(3, o), val[] = {0.7f, -1.5f, 0.01f};
                double worst = 0;
                float e[3] = {9, 9, 9}, w0[LINES * MOST], s0[LINES * MOST], t0[LINES * MOST];
                kernel_step p = {.rho = 0.95f, .epsilon = 1e-6f, .rate = 0.01f, .beta1 = 0.9f, .beta2 = 0.99f,
                                 .correct1 = 2, .correct2 = 3, .momentum = way & 16 ? 0.6f : 0, .nesterov = way & 8,
                                 .all = way & 4, .l1 = way & 1 ? 0.01f : 0, .l2 = way & 1 ? 0.02f : 0,
                                 .decay = way & 2 ? 0.001f : 0, .quick = way & 8};
                fill(w, LINES * ld, 9);
                fill(s, LINES * ld, 10);
                fill(t, LINES * ld, 11);
                fill(v, n, 12);
                for (size_t i = 0; i < n; i += 3)
                    v[i] = 0;
                for (size_t i = 0; i < LINES * ld; i++)
                    s[i] = rule == 1 ? s[i] : s[i] * s[i], t[i] *= t[i] * 0.01f;
                memcpy(w0, w, sizeof w0), memcpy(s0, s, sizeof s0), memcpy(t0, t, sizeof t0);
                f(w, s, t, ld, idx, val, 3, v, n, &p, way & 1 ? NULL : e);
                for (size_t j = 0; j < LINES; j++) {
                    size_t q = j == 4 ? 0 : j == 1 ? 1 : j == 8 ? 2 : 3;
                    double sum = 0;
                    for (size_t i = 0; i < ld; i++) {
                        size_t c = j * ld + i;
                        weight x = {(double)w0[c], (double)s0[c], (double)t0[c]};
                        if (q == 3 || i >= n) {
                            idle_moved |= w[c] != w0[c] || s[c] != s0[c] || t[c] != t0[c];
                            continue;
                        }
                        sum += (double)v[i] * x.w;
                        x = moved(rule, x, (double)v[i], (double)val[q], &p);
                        worst = fmax(worst, fabs((double)w[c] - x.w));
                        worst = fmax(worst, fabs((double)s[c] - x.s) / (1 + fabs(x.s)));
                        if (rule != 1)
                            worst = fmax(worst, fabs((double)t[c] - x.t) / (1 + fabs(x.t)));
                    }
                    if (q < 3 && !(way & 1))
                        worst = fmax(worst, fabs((double)e[q] - sum) / (1 + (double)n) * 0.1);
                }
                off[p.quick] = fmax(off[p.quick], worst);
            }
        CLAIM(off[0] < 3e-5 && off[1] < (rule == 0 ? 3e-4 : 3e-5), "%s: F079 F075 F081 %s steps as defined, masks, penalties, decay (%.1e, %.1e)",
              k->name, names[rule], off[0], off[1]);
        CLAIM(!idle_moved, "%s: %s leaves other lines and what follows alone", k->name, names[rule]);
    }
}

/* Rows with gradients of their own move as they would one by one. */
static void own_gradients(void)
{
    enum { N = 32 };
    static const uint32_t idx[] = {4, 1, 8};
    bool same = true;

    for (int rule = 0; rule < 3; rule++) {
        kernel_step_fn *f = rule == 0 ? k->adadelta : rule == 1 ? k->sgd : k->adam;
        kernel_step p = {.rho = 0.95f, .epsilon = 1e-6f, .rate = 0.01f, .beta1 = 0.9f, .beta2 = 0.99f,
                         .correct1 = 2, .correct2 = 3, .momentum = 0.6f};
        float val[] = {0.5f, 0.5f, 0.5f}, once[3][LINES * N], each[3][LINES * N], v[3 * 40];
        for (size_t a = 0; a < 3; a++) {
            fill(once[a], LINES * N, 41 + (uint32_t)a);
            for (size_t i = 0; i < LINES * N && a; i++)
                once[a][i] *= once[a][i];
            memcpy(each[a], once[a], sizeof once[a]);
        }
        fill(v, 120, 44);
        for (size_t r = 0; r < 3; r++)
            f(each[0], each[1], each[2], N, idx + r, val, 1, v + r * 40, N, &p, NULL);
        p.apart = 40;
        f(once[0], once[1], once[2], N, idx, val, 3, v, N, &p, NULL);
        same &= memcmp(once, each, sizeof once) == 0;
    }
    CLAIM(same, "%s: steps of rows with gradients of their own", k->name);
}

/* Several steps on one line are those steps one after the other, each with the error before it. */
static void turns(void)
{
    static const size_t counts[] = {1, 2, 7, 8, 9, 19}, widths[] = {16, 48, 64, 80, 208};
    double off = 0;
    bool beyond = false, same = true;

    for (int way = 0; way < 16; way++)
        for (size_t q = 0; q < 30; q++) {
            enum { MANY = 19 };
            size_t count = counts[q % 6], n = widths[q / 6], o = q % 5;
            float *w = at(0, o), *s = at(1, 2 * o), *t = at(2, o + 1), c[MANY], e[MANY], first[3][208];
            static float line[MANY][208 + 8];
            const float *v[MANY];
            static weight x[208];
            double scale = 0;
            kernel_step p = {.rho = way & 4 ? 0.4f : 0.95f, .epsilon = 1e-6f, .quick = way & 2, .l1 = way & 1 ? 0.01f : 0,
                             .l2 = way & 1 ? 0.02f : 0};
            for (size_t j = 0; j < MANY; j++) {
                fill(line[j], 208 + 8, 50 + (uint32_t)j);
                for (size_t i = j % 3; i < 208 + 8; i += 3)
                    line[j][i] = 0;
                v[j] = line[j] + j % 8;
                c[j] = 0.3f * (float)j - 2;
            }
            for (size_t a = 0; a < 2; a++) { /* once more, elsewhere */
                w = at(0, o + a), s = at(1, 2 * o + 3 * a), t = at(2, o + 1 + 5 * a);
                fill(w, n + 16, 9), fill(s, n + 16, 10), fill(t, n + 16, 11);
                for (size_t i = 0; i < n + 16; i++)
                    s[i] *= s[i], t[i] *= t[i] * 0.01f;
                float end[3] = {w[n], s[n], t[n]};
                for (size_t i = 0; i < n && a == 0; i++)
                    x[i] = (weight){(double)w[i], (double)s[i], (double)t[i]};
                kernel_turns turns;
                k->prepare_turns(&p, &turns);
                k->adadelta_turns(w, s, t, 0, n, v, c, count, &p, &turns, way & 8 ? NULL : e);
                beyond |= memcmp(end, (float[]){w[n], s[n], t[n]}, sizeof end) != 0;
                for (size_t b = 0; b < 3; b++) {
                    float *got = b == 0 ? w : b == 1 ? s : t;
                    same &= a == 0 || !memcmp(first[b], got, n * sizeof *got);
                    memcpy(first[b], got, n * sizeof *got);
                }
            }
            for (size_t j = 0; j < count; j++) {
                double sum = 0;
                for (size_t i = 0; i < n; i++) {
                    sum += (double)v[j][i] * x[i].w;
                    x[i] = moved(0, x[i], (double)v[j][i], (double)c[j], &p);
                    scale = fmax(scale, fabs(x[i].w));
                }
                if (!(way & 8))
                    off = fmax(off, fabs((double)e[j] - sum) / (double)n * 0.1 / scale);
            }
            for (size_t i = 0; i < n; i++) {
                off = fmax(off, fabs((double)w[i] - x[i].w) / scale);
                off = fmax(off, fabs((double)s[i] - x[i].s) / (1 + fabs(x[i].s)));
                off = fmax(off, fabs((double)t[i] - x[i].t) / (1 + fabs(x[i].t)));
            }
        }
    CLAIM(off < 3e-4 && !beyond, "%s: several steps of ADADELTA on one line are those steps one after the other (%.1e)", k->name, off);
    CLAIM(same, "%s: several steps on one line do not depend on addresses", k->name);
}

/* Dropout's numbers are the generator's, whatever computes them. */
static void dropping(void)
{
    bool same = true;

    for (size_t n = 0; n < 1200; n += 1 + n / 5) {
        static float x[1201];
        for (size_t i = 0; i <= n; i++)
            x[i] = 1 + (float)i;
        k->drop(x, n, 20000, 0x123456789abcdefu, 7, 0xfffffffdu + n); /* the counter's low word overflows */
        for (size_t i = 0; i < n; i++) {
            uint32_t word[4];
            rng_block(0x123456789abcdefu, 7, 0xfffffffdu + n + i / 8, word);
            same &= x[i] == ((word[i % 8 / 2] >> (i % 2 * 16) & 0xffff) < 20000 ? 1 + (float)i : 0);
        }
        same &= x[n] == 1 + (float)n;
    }
    CLAIM(same, "%s: F072 F073 dropout draws the generator's numbers", k->name);
}

/* The same bits at every address. */
static void addresses(void)
{
    float first[3][MOST], got;
    bool same = true;

    for (size_t o = 0; o < 16; o++) {
        float *w = at(0, o), *s = at(1, 15 - o), *t = at(2, (o * 7) % 16), *v = at(3, (o * 3) % 16), c = 0.5f;
        kernel_step p = {.rho = 0.95f, .epsilon = 1e-6f};
        fill(w, MOST, 9);
        fill(v, MOST, 12);
        memset(s, 0, MOST * sizeof *s);
        memset(t, 0, MOST * sizeof *t);
        k->adadelta(w, s, t, MOST, NULL, &c, 1, v, MOST, &p, &got);
        float d = k->dot(w, v, MOST);
        if (o == 0)
            memcpy(first[0], w, sizeof first[0]), first[1][0] = got, first[2][0] = d;
        same &= !memcmp(first[0], w, sizeof first[0]) && first[1][0] == got && first[2][0] == d;
    }
    CLAIM(same, "%s: results do not depend on addresses", k->name);
}

/* NaN is not swallowed; a denormal gradient neither traps nor blows up. */
static void oddities(void)
{
    for (size_t n = 1; n <= 33; n += 16) {
        float w[33] = {0}, s[33] = {0}, t[33] = {0}, v[33] = {0}, c = 1, e;
        kernel_step p = {.rho = 0.99f, .epsilon = 1e-8f, .rate = 0.1f, .beta1 = 0.9f, .beta2 = 0.999f,
                         .correct1 = 10, .correct2 = 1000};
        v[n - 1] = NAN;
        k->adadelta(w, s, t, 33, NULL, &c, 1, v, n, &p, &e);
        bool kept = isnan(w[n - 1]) && isnan(e);
        memset(w, 0, sizeof w), memset(s, 0, sizeof s), memset(t, 0, sizeof t);
        v[n - 1] = 1e-40f;
        k->adadelta(w, s, t, 33, NULL, &c, 1, v, n, &p, &e);
        bool sane = isfinite(w[n - 1]) && fabsf(w[n - 1]) < 1e-30f;
        memset(s, 0, sizeof s), memset(t, 0, sizeof t);
        k->adam(w, s, t, 33, NULL, &c, 1, v, n, &p, &e);
        CLAIM(kept && sane && isfinite(w[n - 1]), "%s: NaN stays NaN, denormals stay small (length %zu)", k->name, n);
    }
}

/* Rows x inputs of which four of five are 0, some of them in all rows, some rows in all of their inputs. */
static void fill_sparse(float *x, size_t m, size_t n, size_t ld, uint32_t stream)
{
    fill(x, m * ld, stream);
    for (size_t r = 0; r < m; r++)
        for (size_t c = 0; c < n; c++)
            if (c % 3 == 1 || r % 5 == 2 || rng_below(17, 700 + stream, r * ld + c, 5))
                x[r * ld + c] = c % 2 ? 0.0f : -0.0f;
}

/* Products with 0 may be left out: no bit of a sum of numbers shows it. */
static void zeros_left_out(void)
{
    static const size_t shapes[][3] = {{128, 300, 300}, {12, 33, 512}, {37, 717, 130}, {500, 25, 200}, {256, 12, 140}, {3, 40, 400}};
    bool listed = true, forward = true, gradient = true;
    double worst = 0;
    float *mem[6];

    for (size_t i = 0; i < 6; i++)
        mem[i] = mem_slab(300000, sizeof(float));
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        size_t m = shapes[s][0], in = shapes[s][1], out = shapes[s][2];
        size_t ldx = (in + 15) / 16 * 16 + 16, ldz = (out + 15) / 16 * 16 + 16, apart = in * 32 + 48;
        float *w = mem[0], *panels = mem[1], *x = mem[2], *z = mem[3], *e = mem[4], *d = mem[5];
        fill(w, in * out, 6);
        fill_sparse(x, m, in, ldx, 7);
        into_panels(w, in, out, panels, apart);
        memset(z, 0, m * ldz * sizeof *z), memset(e, 0, m * ldz * sizeof *e);
        k->full.multiply(m, out, in, x, ldx, panels, apart, z, ldz, room_of_products);
        k->full.multiply(m, out, in, x, ldx, panels, apart, e, ldz, NULL);
        for (size_t r = 0; r < m; r++)
            forward &= memcmp(z + r * ldz, e + r * ldz, out * sizeof *z) == 0;
        fill(z, m * ldz, 8);
        for (size_t c = 0; c < in; c += KERNEL_STRIP) {
            size_t n = in - c < KERNEL_STRIP ? in - c : KERNEL_STRIP;
            kernel_terms terms;
            k->list_terms(x + c, ldx, m, n, &terms);
            for (size_t run = 0; run < m; run += KERNEL_RUN) {
                size_t at = 0;
                for (size_t r = run; r < m && r < run + KERNEL_RUN; r++) {
                    bool any = false;
                    for (size_t i = 0; i < n; i++)
                        any |= x[r * ldx + c + i] != 0;
                    if (any)
                        listed &= terms.at[run + at++] == r - run;
                }
                listed &= terms.n[run / KERNEL_RUN] == at;
            }
            for (int add = 0; add < 2; add++) {
                k->full.gradient(m, n, out, x + c, ldx, z, ldz, e, ldz, add);
                k->gradient_terms(&terms, m, n, out, x + c, ldx, z, ldz, d, ldz, add);
            }
            for (size_t i = 0; i < n; i++)
                gradient &= memcmp(d + i * ldz, e + i * ldz, out * sizeof *d) == 0;
        }
        fill_sparse(z, m, out, ldz, 9);
        k->full.error(m, in, out, z, ldz, panels, apart, e, ldx, room_of_products);
        for (size_t r = 0; r < m; r++)
            for (size_t c = 0; c < in; c++) {
                double want = 0, size = 1;
                for (size_t q = 0; q < out; q++) {
                    double t = (double)z[r * ldz + q] * (double)w[c * out + q];
                    want += t, size += fabs(t);
                }
                worst = fmax(worst, off((double)e[r * ldx + c], want, size));
            }
    }
    CLAIM(listed, "%s: the terms of a gradient that count are listed", k->name);
    CLAIM(forward && gradient, "%s: products with 0 may be left out without a trace", k->name);
    CLAIM(worst < 1e-6, "%s: errors of units that rest in many rows (%.1e)", k->name, worst);
    for (size_t i = 0; i < 6; i++)
        mem_slab_free(mem[i]);
}

int main(void)
{
    static const char *const tables[] = {"generic", "avx2", "avx512"};

    room_of_products = mem_slab(KERNEL_GEMM_ROOM, sizeof *room_of_products);
    for (size_t i = 0; i < 3; i++) {
        k = kernel_by_name(tables[i]);
        if (!k) {
            CLAIM(true, "%s # SKIP not on this processor", tables[i]);
            continue;
        }
        sums();
        copies();
        gates();
        lists();
        rows();
        products();
        products_of_panels(false);
        products_of_panels(true);
        zeros_left_out();
        turning();
        squeezing();
        listing();
        hyperbolic();
        steps();
        own_gradients();
        turns();
        dropping();
        addresses();
        oddities();
    }
    CLAIM(kernel_by_name("no such table") == NULL && !kernel_choose("no such table"), "an unknown table is refused");
    mem_slab_free(room_of_products);
    return tap_done();
}
