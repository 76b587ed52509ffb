/* kernel.h - numeric primitives, one table per instruction set.
 *
 * One plain-C source (kernel_impl.c) is compiled once per instruction set; the
 * inner loops are written so that the compiler turns them into vectors. Every
 * length may be odd and every start unaligned; results depend on the table but
 * never on addresses. Sums are taken in a fixed order per table. */
#ifndef KERNEL_KERNEL_H
#define KERNEL_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One optimiser step's constants. The gradient of a weight is c * v[i], to
 * which l1 * sign(w) + l2 * w is added. */
typedef struct kernel_step {
    float l1, l2;
    bool all;              /* also where v[i] == 0: regularisation and decay of state act there */
    bool quick;            /* the processor's own estimates may serve: bits differ between makers */
    float rho, epsilon;    /* ADADELTA */
    float rate, momentum;  /* SGD: rate is already times (1 - momentum) */
    bool nesterov;
    float beta1, beta2;    /* Adam */
    float correct1, correct2; /* 1 / (1 - beta^t) */
    float decay;           /* decoupled: share of w taken away per step */
    size_t apart;          /* v of row i lies i * apart on; 0: one v for all rows */
} kernel_step;

enum { KERNEL_TURNS = 8 };

/* What several steps of ADADELTA on one line have in common with those on other lines; the kernels' own. */
typedef struct kernel_turns {
    float c[KERNEL_TURNS], back[KERNEL_TURNS], epsilon[KERNEL_TURNS], l1[KERNEL_TURNS], l2[KERNEL_TURNS], shrink[KERNEL_TURNS];
    float older;
} kernel_turns;

/* `count` rows of a matrix w and of the optimiser's state s, t (rows ld apart): row idx[i]
 * (NULL: i) moves by one step with c = val[i]. e[i], unless e is NULL, gets the sum of
 * v * w over the row as it was before: the error handed back through it. */
typedef void kernel_step_fn(float *w, float *s, float *t, size_t ld, const uint32_t *idx,
                            const float *val, size_t count, const float *v, size_t n,
                            const kernel_step *k, float *e);

/* Element (i, j) lies at p[i * row + j * col]. */
typedef struct kernel_matrix {
    const float *p;
    size_t row, col;
} kernel_matrix;

enum {
    KERNEL_RUN = 256, /* terms of a product's element that are summed by themselves */
    KERNEL_GEMM_ROOM = (120 + 512) * KERNEL_RUN,
    KERNEL_THIN = 4,
    KERNEL_PANEL = 32, /* columns of weights that lie together */
    KERNEL_STRIP = 12, /* lines to work out a gradient for at once: as vectors like it, */
    KERNEL_STRIP_MOST = 32, /* and the most that any table likes */
    KERNEL_TERMS = 512 /* rows of a gradient, at most, whose terms are listed */
};

/* Which terms of a gradient's sums are not products with 0, run by run of KERNEL_RUN: n[run] of them, at[] from
 * run * KERNEL_RUN on, counted from the run's first. */
typedef struct kernel_terms {
    uint16_t n[KERNEL_TERMS / KERNEL_RUN];
    uint8_t at[KERNEL_TERMS + 16];
} kernel_terms;

/* Products of mini-batches. Weights w lie in panels: column c of line i at w[c / 32 * apart + i * 32 + c % 32]; what is
 * behind the last column of the last panel is 0. Rows of the other matrices lie ld.. apart, results are written up to a
 * multiple of 16 columns but for e. room: KERNEL_GEMM_ROOM floats, 64-byte aligned; full.multiply does without (NULL),
 * but then looks for no zeros. Products with 0 may be left out, as they change no sum of numbers. Each number is summed in an
 * order that the other sizes do not change. */
typedef struct kernel_products {
    const char *name; /* "avx512", "avx512_bf16", "amx" */
    size_t strip;     /* a good number of lines to work out a gradient for at once */
    /* z[m][n] = x[m][k] times k lines of w */
    void (*multiply)(size_t m, size_t n, size_t k, const float *x, size_t ldx, const float *w, size_t apart, float *z,
                     size_t ldz, float *room);
    /* e[m][n] = g[m][k] times the first k columns of n lines of w, turned over; m <= 512 */
    void (*error)(size_t m, size_t n, size_t k, const float *g, size_t ldg, const float *w, size_t apart, float *e,
                  size_t lde, float *room);
    /* d[n][k] = or += x[m][n] turned over, times g[m][k]; g reads as 0 from k to a multiple of 16. x and g as `pair` made
     * them, unless that is NULL; x as pair_turned made it, unless that is: then a column lies ldx from the next. */
    void (*gradient)(size_t m, size_t n, size_t k, const float *x, size_t ldx, const float *g, size_t ldg, float *d,
                     size_t ldd, bool add);
    /* x[m][n], n a multiple of 16, as gradient wants it: (m + 1) / 2 lines of out, ldx apart, and more of them up to a
     * multiple of 16 where x is turned. */
    void (*pair)(size_t m, size_t n, const float *x, size_t ldx, float *out);
    /* n lines of out, ldo >= (m + 1) / 2 apart, each written up to a multiple of 16; more of them up to a multiple of 16. */
    void (*pair_turned)(size_t m, size_t n, const float *x, size_t ldx, float *out, size_t ldo);
} kernel_products;

typedef struct kernel_ops {
    const char *name; /* "generic", "avx2", "avx512" */
    float (*dot)(const float *a, const float *b, size_t n);
    /* z[i] += c * w[i] */
    void (*axpy)(float *z, const float *w, float c, size_t n);
    /* z[n] += sum over i < count of val[i] * row idx[i] (NULL: i) of w: one row after the other, or in an order of the
     * table's own */
    void (*add_rows)(float *z, const float *w, size_t ld, const uint32_t *idx, const float *val,
                     size_t count, size_t n);
    void (*sum_rows)(float *z, const float *w, size_t ld, const uint32_t *idx, const float *val,
                     size_t count, size_t n);
    /* out[r] = sum over k of w[r * ld + k] * x[k], r < rows */
    void (*gemv)(const float *w, size_t ld, size_t rows, const float *x, size_t n, float *out);
    /* c[m][n] (rows ldc apart) = or += a[m][k] times b[k][n]. room: KERNEL_GEMM_ROOM floats,
     * 64-byte aligned; not touched for up to KERNEL_THIN rows when b.row and a.col are 1. Each element of c is summed in an order that m and n do not change. */
    void (*gemm)(size_t m, size_t n, size_t k, kernel_matrix a, kernel_matrix b, float *c, size_t ldc,
                 bool add, float *room);
    kernel_products full, half; /* half: factors rounded to bf16, sums in floats; kernel_halves says which to take */
    /* full.gradient without the terms of rows r < m <= KERNEL_TERMS in which x[r][0 .. n), n <= KERNEL_STRIP, are all 0. */
    void (*list_terms)(const float *x, size_t ldx, size_t m, size_t n, kernel_terms *to);
    void (*gradient_terms)(const kernel_terms *terms, size_t m, size_t n, size_t k, const float *x, size_t ldx, const float *g,
                           size_t ldg, float *d, size_t ldd, bool add);
    /* rows <= 32 rows of k floats, ld apart, become the columns of a panel: out[k * 32] */
    void (*into_panel)(const float *w, size_t ld, size_t rows, size_t k, float *out);
    /* Columns whose bits are set in kept[panel], of one line of weights in panels, side by side; gives their number. Writes
     * up to 16 floats more. */
    size_t (*squeeze)(float *to, const float *from, size_t apart, const uint32_t *kept, size_t panels);
    /* The way back: to[panels * 32], 0 where a bit is not set. Reads up to 1 float more. */
    void (*spread)(float *to, const float *from, const uint32_t *kept, size_t panels);
    /* n floats will be changed soon. */
    void (*fetch)(const float *p, size_t n);
    double (*sum_squares)(const float *w, size_t n);
    /* acc[i] += w[i] * w[i] */
    void (*add_squares)(float *acc, const float *w, size_t n);
    /* w[i] *= f[i] */
    void (*scale)(float *w, const float *f, size_t n);
    /* a[i] = z[i] + b[i] where that is above 0, else 0 */
    void (*rectify)(float *a, const float *z, const float *b, size_t n);
    /* a[i] = z[i] where that is above 0, else 0 */
    void (*positive)(float *a, const float *z, size_t n);
    /* Lists what is not 0 (NaN counts) of a[n]: value[k] = a[i] and index[k] = name[i] (NULL: first + i), in order; gives how many.
     * Writes within n of each; may be in place. */
    size_t (*list)(const float *a, const uint32_t *name, size_t first, size_t n, uint32_t *index, float *value);
    /* g[i] = e[i] where a[i] is not 0, else 0; g may be e */
    void (*gate)(float *g, const float *e, const float *a, size_t n);
    /* x[i] += by times the sign of e[i] */
    void (*push)(float *x, const float *e, float by, size_t n);
    /* a[i] += share * (b[i] - a[i]) */
    void (*lerp)(float *a, const float *b, float share, size_t n);
    /* dots = a'.a', b'.b', a'.b' where a' = a - base, b' = b - base: how two copies have moved */
    void (*moves)(const float *base, const float *a, const float *b, size_t n, double dots[3]);
    /* a[i] = base[i] + ca * (a[i] - base[i]) + cb * (b[i] - base[i]) */
    void (*join)(float *a, const float *base, const float *b, float ca, float cb, size_t n);
    /* x[i] = base[i] + step[i] * code[i] */
    void (*expand)(float *x, const uint8_t *code, const float *base, const float *step, size_t n);
    void (*tanh_of)(float *z, size_t n); /* in place; relative error below 4e-7 */
    /* x[i] stays if the i-th 16-bit number of these blocks is below keep, else it gets 0. The
     * numbers are rng_block's (low half of a word first), the same from every table. */
    void (*drop)(float *x, size_t n, uint32_t keep, uint64_t seed, uint32_t stream, uint64_t index);
    kernel_step_fn *adadelta, *sgd, *adam;
    /* One line of n weights (a multiple of 16) takes `count` steps of ADADELTA, one after the other: the i-th with c[i]
     * and v[i]. e as above. The line that lies `ahead` floats on is what comes next. turns: prepare_turns made it of k. */
    void (*adadelta_turns)(float *w, float *s, float *t, ptrdiff_t ahead, size_t n, const float *const *v, const float *c,
                           size_t count, const kernel_step *k, const kernel_turns *turns, float *e);
    void (*prepare_turns)(const kernel_step *k, kernel_turns *turns);
} kernel_ops;

#endif
