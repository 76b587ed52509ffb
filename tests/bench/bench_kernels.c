/* bench_kernels.c - the processor's peak, the products of training as a share of it, the optimisers' kernels. */
#include "config.h"
#include "tests/bench/bench.h"

#include "base/mem.h"
#include "kernel/dispatch.h"
#ifdef HAVE_AMX
#include "kernel/tiles.h"

#include <immintrin.h>
#endif

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The processor's multiply-add peak of one thread: sums in registers, nothing from memory. */
#define PEAK(NAME, LANES, ATTRIBUTE)                                                             \
    ATTRIBUTE static double NAME(size_t n)                                                       \
    {                                                                                            \
        typedef float v __attribute__((vector_size(LANES * 4)));                                 \
        v s[12], x = {1e-9f}, y = {0.999f};                                                      \
        double sum = 0;                                                                          \
        for (size_t k = 0; k < 12; k++)                                                          \
            s[k] = x * (float)k;                                                                 \
        for (size_t i = 0; i < n; i++) {                                                         \
            _Pragma("GCC unroll 12") for (size_t k = 0; k < 12; k++) s[k] = s[k] * y + x;        \
            __asm__ volatile("" : "+x"(y));                                                      \
        }                                                                                        \
        for (size_t k = 0; k < 12; k++)                                                          \
            sum += (double)s[k][0];                                                              \
        return sum;                                                                              \
    }
#if defined __x86_64__
PEAK(peak_avx512, 16, __attribute__((target("avx512f,fma"), optimize("fp-contract=fast"))))
PEAK(peak_avx2, 8, __attribute__((target("avx2,fma"), optimize("fp-contract=fast"))))
#endif
PEAK(peak_generic, 4, __attribute__((optimize("fp-contract=fast"))))

#ifdef HAVE_AMX
/* The same of products in bf16: pairs of 16 lanes, and of tiles. */
__attribute__((target("avx512f,avx512bf16"))) static double peak_bf16(size_t n)
{
    __m512 s[12];
    __m512bh x = (__m512bh)_mm512_set1_epi16(0x3c00), y = (__m512bh)_mm512_set1_epi16(0x3c00);
    double sum = 0;

    for (size_t k = 0; k < 12; k++)
        s[k] = _mm512_set1_ps((float)k);
    for (size_t i = 0; i < n; i++) {
#pragma GCC unroll 12
        for (size_t k = 0; k < 12; k++)
            s[k] = _mm512_dpbf16_ps(s[k], x, y);
        __asm__ volatile("" : "+v"(y));
    }
    for (size_t k = 0; k < 12; k++)
        sum += (double)_mm512_cvtss_f32(s[k]);
    return sum;
}

static double peak_amx(size_t n)
{
    tile_config c = {.palette = 1};
    tiles t;

    for (size_t i = 0; i < 8; i++)
        c.line_bytes[i] = 64, c.lines[i] = 16;
    tiles_begin(&t, &c);
    tile_zero(&t, 0), tile_zero(&t, 1), tile_zero(&t, 2), tile_zero(&t, 3);
    tile_zero(&t, 4), tile_zero(&t, 5), tile_zero(&t, 6), tile_zero(&t, 7);
    for (size_t i = 0; i < n / 100; i++) {
        tile_dot(&t, 0, 4, 6);
        tile_dot(&t, 1, 4, 7);
        tile_dot(&t, 2, 5, 6);
        tile_dot(&t, 3, 5, 7);
    }
    tiles_end(&t);
    return 0;
}
#endif

typedef struct way_to_peak {
    const char *table;
    double (*run)(size_t n);
    double flops; /* of a step */
    double best;  /* 1e9 a second; 0: not measured yet */
} way_to_peak;

double peak(const char *table)
{
    static way_to_peak ways[] = {
        {"generic", peak_generic, 24 * 4, 0},
#if defined __x86_64__
        {"avx512", peak_avx512, 24 * 16, 0},
        {"avx2", peak_avx2, 24 * 8, 0},
#endif
#ifdef HAVE_AMX
        {"avx512_bf16", peak_bf16, 48 * 16, 0},
        {"amx", peak_amx, 4 * 16384 / 100.0, 0},
#endif
    };
    way_to_peak *way = ways;

    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (!strcmp(table, ways[i].table))
            way = &ways[i];
    for (int round = 0; round < 10 && (round || way->best == 0); round++) {
        enum { N = 1000000 };
        double from = seconds(CLOCK_THREAD_CPUTIME_ID);
        if (way->run(N) < -1)
            puts("# never");
        way->best = fmax(way->best, 1e-9 * way->flops * N / (seconds(CLOCK_THREAD_CPUTIME_ID) - from));
    }
    return way->best;
}

typedef struct shape { const char *name; size_t m, n, k; int way; } shape;

/* Three times one product, with weights in panels as trainings have them. mem: [4] */
static void multiply(const kernel_products *p, const shape *s, float *mem[4], float *room)
{
    enum { SKEW = 9 * 16 };
    size_t ldx = (s->k / 16 | 1) * 16 + 32, ldz = (s->n / 16 | 1) * 16 + 32;

    for (int i = 0; i < 3; i++) {
        if (s->way == 0)
            p->multiply(s->m, s->n, s->k, mem[0], ldx, mem[1], s->k * KERNEL_PANEL + SKEW, mem[2], ldz, room);
        else if (s->way == 1) /* the errors of n inputs through k columns */
            p->error(s->m, s->n, s->k, mem[0], ldx, mem[1], s->n * KERNEL_PANEL + SKEW, mem[2], ldz, room);
        if (s->way < 2)
            continue;
        size_t lm = (s->m / 16 | 1) * 16 + 32;
        const float *x = mem[0], *g = mem[1];
        size_t apart = p->pair_turned ? ((s->k + 31) / 32 | 1) * 16 : 1;
        if (p->pair) {
            if (p->pair_turned)
                p->pair_turned(s->k, s->m, x, lm, mem[3], apart);
            else
                p->pair(s->k, s->m, x, lm, mem[3]);
            p->pair(s->k, (s->n + 15) / 16 * 16, g, ldz, mem[2]);
            x = mem[3], g = mem[2];
        }
        for (size_t c = 0; c < s->m; c += p->strip) {
            size_t lines = s->m - c < p->strip ? s->m - c : p->strip;
            kernel_terms terms;
            if (!p->pair)
                kernel_get()->list_terms(x + c, lm, s->k, lines, &terms);
            for (size_t q = 0; q < s->n; q += KERNEL_PANEL) {
                size_t cols = s->n - q < KERNEL_PANEL ? s->n - q : KERNEL_PANEL;
                if (p->pair)
                    p->gradient(s->k, lines, cols, x + c * apart, p->pair_turned ? apart : lm, g + q, ldz, room + q, ldz, false);
                else
                    kernel_get()->gradient_terms(&terms, s->k, lines, cols, x + c, lm, g + q, ldz, room + q, ldz, false);
            }
        }
    }
}

static double product_rate(const kernel_products *p, const shape *s, float *mem[4], float *room)
{
    double best = 0;

    for (int round = 0; round < 12; round++) {
        double from = seconds(CLOCK_THREAD_CPUTIME_ID);
        multiply(p, s, mem, room);
        best = fmax(best, 6e-9 * (double)(s->m * s->n * s->k) / (seconds(CLOCK_THREAD_CPUTIME_ID) - from));
    }
    return best;
}

/* The products that training has: forward, error, gradient; as a share of the peak. */
static void products(void)
{
    enum { MEM = 2300000 };
    static const shape shapes[] = {
        {"forward.128x1024x717", 128, 1024, 717, 0}, {"forward.128x200x717", 128, 200, 717, 0},
        {"forward.64x819x819", 64, 819, 819, 0}, {"forward.128x200x200", 128, 200, 200, 0},
        {"error.128x1024x2048", 128, 1024, 2048, 1}, {"error.128x1024x1024", 128, 1024, 1024, 1},
        {"error.64x819x819", 64, 819, 819, 1}, {"error.128x200x200", 128, 200, 200, 1},
        {"gradient.1024x2048x128", 1024, 2048, 128, 2}, {"gradient.717x1024x128", 717, 1024, 128, 2},
        {"gradient.819x819x64", 819, 819, 64, 2}, {"gradient.717x200x128", 717, 200, 128, 2}};
    const kernel_ops *k = kernel_get();
    const kernel_products *halves = kernel_halves(k);
    float *mem[4], *room = mem_slab(KERNEL_GEMM_ROOM, sizeof *room);

    need(room != NULL);
    for (size_t i = 0; i < 4; i++)
        need((mem[i] = mem_slab(MEM, sizeof *mem[i])) != NULL);
    for (size_t i = 0; i < 4 * MEM; i++) /* zeros would be left out */
        mem[i / MEM][i % MEM] = 1 / (float)(1 + i % 7);
    if (wanted("peak"))
        print_with("peak.1t", peak(k->name), "Gflop/s", (facts){.density = 1, .threads = 1, .gflops = peak(k->name)});
    if (wanted("peak") && halves)
        print_with("peak.1t.bf16", peak(halves->name), "Gflop/s",
                   (facts){.density = 1, .threads = 1, .gflops = peak(halves->name), .table = halves->name});
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        char name[96];
        snprintf(name, sizeof name, "product.%s", shapes[i].name);
        if (!wanted(name))
            continue;
        double rate = product_rate(&k->full, &shapes[i], mem, room);
        print_with(name, rate, "Gflop/s", (facts){.density = 1, .threads = 1, .gflops = rate});
        if (!halves)
            continue;
        snprintf(name, sizeof name, "product.%s.bf16", shapes[i].name);
        rate = product_rate(halves, &shapes[i], mem, room);
        print_with(name, rate, "Gflop/s", (facts){.density = 1, .threads = 1, .gflops = rate, .table = halves->name});
    }
    for (size_t i = 0; i < 4; i++)
        mem_slab_free(mem[i]);
    mem_slab_free(room);
}

/* One optimiser's kernel over lines that fit the second-level cache. */
static void optimisers(void)
{
    static const char *const tables[] = {"generic", "avx2", "avx512"};
    enum { LINES = 128, N = 208 };
    size_t cells = (size_t)LINES * N, apart = cells + 1360; /* not a multiple of a page */
    float *w = mem_slab(apart * 3, sizeof *w), *v = mem_slab(N, sizeof *v), *c = mem_slab(LINES, sizeof *c),
          *e = mem_slab(LINES, sizeof *e);

    need(w && v && c && e);
    for (size_t k = 0; k < 3; k++) {
        const kernel_ops *table = kernel_by_name(tables[k]);
        if (!table)
            continue;
        for (int o = 0; o < 4; o++) {
            kernel_step_fn *rule = o == 1 ? table->sgd : o == 2 ? table->adam : table->adadelta;
            kernel_step s = {.rho = 0.99f, .epsilon = 1e-8f, .rate = 0.001f, .momentum = 0.5f, .beta1 = 0.9f,
                             .beta2 = 0.999f, .correct1 = 1.5f, .correct2 = 1.5f, .quick = true,
                             .l1 = o == 3 ? 1e-5f : 0};
            char name[64];
            double best = 0;
            snprintf(name, sizeof name, "kernel.%s.%s", tables[k], o == 0 ? "adadelta" : o == 1 ? "sgd" : o == 2 ? "adam" : "adadelta_l1");
            if (!wanted(name))
                continue;
            for (size_t i = 0; i < N; i++)
                v[i] = i % 3 ? 0 : 0.01f * (float)i;
            for (size_t i = 0; i < LINES; i++)
                c[i] = 0.5f;
            for (int round = 0; round < 20; round++) {
                double from = seconds(CLOCK_THREAD_CPUTIME_ID);
                for (int i = 0; i < 20; i++)
                    rule(w, w + apart, w + 2 * apart, N, NULL, c, LINES, v, N, &s, e);
                best = fmax(best, 20e-9 * (double)cells / (seconds(CLOCK_THREAD_CPUTIME_ID) - from));
            }
            print_with(name, best, "Gweights/s", (facts){.threads = 1});
        }
    }
    mem_slab_free(w);
    mem_slab_free(v);
    mem_slab_free(c);
    mem_slab_free(e);
}

void bench_kernels(void)
{
    optimisers();
    products();
}
