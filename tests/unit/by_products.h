/* by_products.h - products of mini-batches against plain double arithmetic, whatever table they are from. */
#ifndef TESTS_BY_PRODUCTS_H
#define TESTS_BY_PRODUCTS_H

#include "tests/tap.h"

#include "base/mem.h"
#include "base/rng.h"
#include "kernel/kernel.h"

#include <math.h>
#include <string.h>

static float *room_of_products; /* KERNEL_GEMM_ROOM */

static void fill(float *x, size_t n, uint32_t stream)
{
    for (size_t i = 0; i < n; i++)
        x[i] = (float)rng_normal(17, 800 + stream, i);
}

static double to_bf16(double v)
{
    int e;
    double m = frexp(v, &e);
    return v == 0 ? 0 : ldexp(nearbyint(ldexp(m, 8)), e - 8);
}

/* Weights [lines][columns] in panels, zeros behind the last column. */
static void into_panels(const float *w, size_t lines, size_t columns, float *out, size_t apart)
{
    for (size_t c = 0; c < (columns + 31) / 32 * 32; c++)
        for (size_t i = 0; i < lines; i++)
            out[c / 32 * apart + i * 32 + c % 32] = c < columns ? w[i * columns + c] : 0;
}

static double as_taken(double v, bool half)
{
    return half ? to_bf16(v) : v;
}

static double off(double got, double want, double size)
{
    return isfinite(got) ? fabs(got - want) / size : INFINITY;
}

/* One shape: rows of a batch x inputs x outputs; the worst of forward, error and gradient. */
static double panel_products(const kernel_products *p, bool half, size_t m, size_t in, size_t out, float *mem[8])
{
    size_t ldx = (in + 15) / 16 * 16 + 16, ldz = (out + 15) / 16 * 16 + 16, apart = in * 32 + 48;
    float *w = mem[0], *panels = mem[1], *x = mem[2], *z = mem[3], *e = mem[4], *d = mem[5], *px = mem[6], *pg = mem[7];
    double worst = 0;

    fill(w, in * out, 6);
    fill(x, m * ldx, 7);
    into_panels(w, in, out, panels, apart);
    p->multiply(m, out, in, x, ldx, panels, apart, z, ldz, room_of_products);
    for (size_t r = 0; r < m; r++)
        for (size_t q = 0; q < out; q++) {
            double want = 0, size = 1;
            for (size_t c = 0; c < in; c++) {
                double t = as_taken((double)x[r * ldx + c], half) * as_taken((double)w[c * out + q], half);
                want += t, size += fabs(t);
            }
            worst = fmax(worst, off((double)z[r * ldz + q], want, size));
        }
    fill(z, m * ldz, 8); /* now what comes back */
    for (size_t r = 0; r < m; r++)
        for (size_t q = out; q < ldz; q++)
            z[r * ldz + q] = q < (out + 15) / 16 * 16 ? 0 : NAN;
    for (size_t i = 0; i < m * ldx; i++)
        e[i] = 77;
    p->error(m, in, out, z, ldz, panels, apart, e, ldx, room_of_products);
    for (size_t r = 0; r < m; r++)
        for (size_t c = 0; c < ldx; c++) {
            double want = c < in ? 0 : 77, size = 1;
            for (size_t q = 0; c < in && q < out; q++) {
                double t = as_taken((double)z[r * ldz + q], half) * as_taken((double)w[c * out + q], half);
                want += t, size += fabs(t);
            }
            worst = fmax(worst, off((double)e[r * ldx + c], want, size));
        }
    size_t line = p->pair_turned ? ((m + 31) / 32 | 1) * 16 : ldx;
    if (p->pair_turned)
        p->pair_turned(m, in, x, ldx, px, line);
    else if (p->pair)
        p->pair(m, in, x, ldx, px);
    if (p->pair)
        p->pair(m, (out + 15) / 16 * 16, z, ldz, pg);
    for (size_t c = 0; c < in; c++)
        for (size_t q = 0; q < out; q++)
            d[c * ldz + q] = (float)c;
    p->gradient(m, in, out, p->pair ? px : x, line, p->pair ? pg : z, ldz, d, ldz, true);
    for (size_t c = 0; c < in; c++)
        for (size_t q = 0; q < out; q++) {
            double want = (double)c, size = 1 + (double)c;
            for (size_t r = 0; r < m; r++) {
                double t = as_taken((double)x[r * ldx + c], half) * as_taken((double)z[r * ldz + q], half);
                want += t, size += fabs(t);
            }
            worst = fmax(worst, off((double)d[c * ldz + q], want, size));
        }
    return worst;
}

/* A part of the columns, of the lines, of the rows has the bits of the whole. */
static bool parts_agree(const kernel_products *p, float *mem[8])
{
    enum { M = 70, IN = 300, OUT = 90, LDX = 304, LDZ = 112, APART = IN * 32 };
    float *panels = mem[1], *x = mem[2], *z = mem[3], *e = mem[4], *part = mem[5];
    bool same = true;

    fill(mem[0], IN * OUT, 6);
    fill(x, M * LDX, 7);
    into_panels(mem[0], IN, OUT, panels, APART);
    p->multiply(M, OUT, IN, x, LDX, panels, APART, z, LDZ, room_of_products);
    p->multiply(M - 41, OUT - 64, IN, x + 41 * LDX, LDX, panels + 2 * APART, APART, part, LDZ, room_of_products);
    for (size_t r = 0; r < M - 41; r++)
        same &= memcmp(part + r * LDZ, z + (41 + r) * LDZ + 64, (OUT - 64) * sizeof(float)) == 0;
    for (size_t i = 0; i < M; i++)
        memset(z + i * LDZ + OUT, 0, (LDZ - OUT) * sizeof *z);
    p->error(M, IN, OUT, z, LDZ, panels, APART, e, LDX, room_of_products);
    p->error(M - 7, IN - 101, OUT, z + 7 * LDZ, LDZ, panels + 101 * 32, APART, part, LDX, room_of_products);
    for (size_t r = 0; r < M - 7; r++)
        same &= memcmp(part + r * LDX, e + (7 + r) * LDX + 101, (IN - 101) * sizeof(float)) == 0;
    return same;
}


static void claim_products(const kernel_products *p, bool half, const char *how)
{
    static const size_t shapes[][3] = {{1, 1, 1}, {3, 5, 7}, {12, 32, 16}, {13, 33, 50}, {25, 270, 70}, {130, 40, 20},
                                       {64, 31, 300}, {33, 64, 257}, {300, 14, 40}, {2, 500, 33}, {48, 23, 80}, {17, 20, 530}};
    double worst = 0;
    float *mem[8];

    for (size_t i = 0; i < 8; i++)
        mem[i] = mem_slab(70000, sizeof(float));
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        worst = fmax(worst, panel_products(p, half, shapes[s][0], shapes[s][1], shapes[s][2], mem));
    CLAIM(worst < 1e-6, "%s: products with weights in panels%s (%.1e)", p->name, how, worst);
    CLAIM(parts_agree(p, mem), "%s: a part of such a product has the bits of the whole%s", p->name, how);
    mem[2][0] = NAN;
    p->multiply(1, 1, 2, mem[2], 16, mem[1], 64, mem[3], 16, room_of_products);
    CLAIM(isnan(mem[3][0]), "%s: NaN stays NaN%s", p->name, how);
    for (size_t i = 0; i < 8; i++)
        mem_slab_free(mem[i]);
}

#endif
