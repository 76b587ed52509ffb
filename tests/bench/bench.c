/* bench.c - how fast: one line `name value unit` each, tab-separated.
 *
 * bench [PATTERN]: only the lines whose name contains PATTERN. BENCH_DATA names a file of
 * real digits (CSV without a header, 0 ... 255, the class last) in place of made-up ones; with BENCH_QUICK the plain reference
 * does not run. The machine may be
 * shared: time is the process's processor time, divided by its threads (so that
 * waiting for each other counts, waiting for a processor does not; threads that
 * take turns on one processor do not get in each other's way, so on a busy
 * machine two look better than they are); `.wall`, and scoring on two, go by the
 * clock on the wall.
 * Each figure is the best of a few short rounds. */
#include "config.h"
#include "tests/bench/reference.h"

#include "base/mem.h"
#include "base/rng.h"
#include "kernel/dispatch.h"
#include "train/trainer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { INPUTS = 717, CLASSES = 10, ROWS = 4000 };
static size_t inputs = INPUTS;

static const char *pattern = "";
static bool halved; /* products of mini-batches in bf16 */
static bool quick; /* without the reference */

static double seconds(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void print(const char *name, double value, const char *unit)
{
    printf("%s\t%.4g\t%s\n", name, value, unit);
    fflush(stdout);
}

static bool wanted(const char *name)
{
    return strstr(name, pattern) != NULL;
}

static void need(bool ok)
{
    if (ok)
        return;
    fprintf(stderr, "bench: out of memory\n");
    exit(1);
}

/* Rows shaped like handwritten digits: ten prototypes of blurred strokes, a fifth of the inputs not
 * zero; dense = centred and scaled, so that no input is zero. */
static dataset *digits(bool dense)
{
    float *x = malloc((size_t)ROWS * INPUTS * sizeof *x);
    double *y = malloc(ROWS * sizeof *y);
    dataset *d = NULL;

    need(x && y);
    for (size_t i = 0; i < ROWS; i++) {
        size_t c = (size_t)rng_below(1, 900, i, CLASSES);
        int dx = (int)rng_below(1, 901, i, 5), dy = (int)rng_below(1, 902, i, 5);
        y[i] = (double)c;
        for (size_t k = 0; k < INPUTS; k++) {
            double px = (double)((int)(k % 27) + dx), py = (double)((int)(k / 27) + dy), v = 0;
            for (uint64_t s = 0; s < 5; s++) { /* strokes */
                double ax = 5 + 20 * rng_unit(2, 903, c * 16 + s), ay = 5 + 20 * rng_unit(2, 904, c * 16 + s);
                double q = ((px - ax) * (px - ax) + (py - ay) * (py - ay)) / 11;
                v += q < 1.05 ? 1.2 - q : 0;
            }
            v += v > 0 ? 0.3 * rng_unit(1, 905, i * INPUTS + k) - 0.1 : 0;
            v = v > 0 ? fmin(v, 1) : 0;
            x[i * INPUTS + k] = (float)(dense ? (v - 0.17) * 2.8 : v * 2.8);
        }
    }
    need(dataset_of_dense(&d, ROWS, INPUTS, x, y, NULL, !dense, NULL) == WEIR_OK);
    free(x);
    free(y);
    return d;
}

/* Real digits ------------------------------------------------------------------------ */

/* The next whole number of a line of text; *at moves behind the comma that follows. */
static unsigned number(char **at)
{
    unsigned v = (unsigned)strtoul(*at, at, 10);
    *at += **at == ',';
    return v;
}

/* Scales of the bytes [ROWS][all] as a training scales them; constant columns go. kept: [all]. */
static size_t scales_of(const uint8_t *byte, size_t all, bool dense, size_t *kept, float *base, float *step)
{
    size_t n = 0;

    for (size_t k = 0; k < all; k++) {
        double sum = 0, squares = 0;
        for (size_t i = 0; i < ROWS; i++) {
            double v = byte[i * all + k];
            sum += v;
            squares += v * v;
        }
        double mean = sum / ROWS, var = squares / ROWS - mean * mean;
        if (!(var > 0))
            continue;
        kept[n] = k;
        step[n] = (float)(1 / sqrt(var));
        base[n++] = dense ? (float)(-mean / sqrt(var)) : 0;
    }
    return n;
}

/* The first ROWS lines of a file of whole numbers 0 ... 255, the class last. Dense rows stay
 * bytes, sparse ones become lists, as in a training. */
static dataset *digits_of_file(const char *name, bool dense)
{
    FILE *f = fopen(name, "r");
    size_t all = 0, cap = 0, rows = 0;
    char *line = NULL;
    uint8_t *byte = NULL;
    double *y = malloc(ROWS * sizeof *y);
    dataset *d = NULL;

    if (!f) {
        fprintf(stderr, "bench: cannot read %s\n", name);
        exit(1);
    }
    for (; rows < ROWS && getline(&line, &cap, f) > 0; rows++) {
        char *at = line;
        for (const char *c = line; rows == 0 && *c; c++)
            all += *c == ',';
        byte = byte ? byte : malloc(ROWS * all);
        need(byte && y);
        for (size_t k = 0; k < all; k++)
            byte[rows * all + k] = (uint8_t)number(&at);
        y[rows] = number(&at);
    }
    fclose(f);
    free(line);
    if (rows < ROWS) {
        fprintf(stderr, "bench: %s has %zu rows; %d are needed\n", name, rows, ROWS);
        exit(1);
    }
    size_t *kept = malloc(all * sizeof *kept);
    float *base = mem_slab(all, sizeof *base), *step = mem_slab(all, sizeof *step);
    need(kept && base && step);
    size_t n = scales_of(byte, all, dense, kept, base, step);
    float *x = malloc(ROWS * n * sizeof *x);
    uint8_t *code = mem_slab(ROWS * n, 1);
    need(x && code);
    for (size_t i = 0; i < ROWS; i++)
        for (size_t k = 0; k < n; k++) {
            code[i * n + k] = byte[i * all + kept[k]];
            x[i * n + k] = base[k] + step[k] * (float)code[i * n + k];
        }
    need(dataset_of_dense(&d, ROWS, n, x, y, NULL, !dense, NULL) == WEIR_OK);
    if (dense) {
        mem_slab_free(d->dense);
        d->dense = NULL;
        d->code = code, d->base = base, d->step = step;
    } else {
        mem_slab_free(code), mem_slab_free(base), mem_slab_free(step);
    }
    inputs = n;
    free(x), free(y), free(kept), free(byte);
    return d;
}

static network *net_of(const char *shape)
{
    size_t sizes[8] = {inputs}, n = 1;
    network *net = NULL;

    for (const char *p = shape; *p; p += *p == '-')
        sizes[n++] = (size_t)strtoul(p, (char **)(uintptr_t)&p, 10);
    sizes[n++] = CLASSES;
    need(network_new(&net, sizes, n, ACT_RECTIFIER, ACT_SOFTMAX, NULL) == WEIR_OK);
    network_init(net, WEIGHTS_UNIFORM_ADAPTIVE, 1, true, 5);
    for (size_t i = 0; i + 1 < net->layers; i++)
        for (size_t u = 0; u < net->layer[i].units; u++)
            net->layer[i].b[u] = 0.5;
    return net;
}

static trainer_spec spec_of(bool drop, int threads, size_t batch)
{
    static const double half[] = {0.5, 0.5, 0.5, 0.5};
    return (trainer_spec){.loss = {.family = FAMILY_MULTINOMIAL, .loss = LOSS_CROSS_ENTROPY},
                          .optimizer = batch > 1 ? OPT_ADAM : OPT_ADADELTA, .rho = 0.99, .epsilon = 1e-8,
                          .rate = 0.001, .rate_decay = 1, .schedule = RATE_CONSTANT, .adam_beta1 = 0.9,
                          .adam_beta2 = 0.999, .max_w2 = INFINITY, .fast_mode = true, .mini_batch = batch, .bf16 = halved,
                          .input_dropout = drop ? 0.2 : 0, .hidden_dropout = drop ? half : NULL, .seed = 1,
                          .total_samples = 1e6, .threads = threads};
}

/* Rows per second, the best of a few runs of `rows` after one to warm up; *wall the same by
 * the clock on the wall. */
static double train_rate(const dataset *d, const char *shape, bool drop, int threads, size_t batch, size_t rows,
                         double *wall)
{
    network *net = net_of(shape);
    trainer_spec s = spec_of(drop, threads, batch);
    trainer *t = NULL;
    uint64_t samples = 0;
    double best = 0;
    size_t done;

    *wall = 0;
    uint32_t *order = malloc(rows * sizeof *order);
    need(order && trainer_new(&t, &s, net, d, NULL) == WEIR_OK);
    for (size_t i = 0; i < rows; i++)
        order[i] = (uint32_t)(i % ROWS);
    for (int round = 0; round < 5; round++) {
        double from = seconds(CLOCK_PROCESS_CPUTIME_ID), clock = seconds(CLOCK_MONOTONIC);
        need(trainer_run(t, order, rows, samples, NULL, &done, NULL) == WEIR_OK);
        double rate = (double)(threads * (int)done) / (seconds(CLOCK_PROCESS_CPUTIME_ID) - from);
        samples += done;
        *wall = round ? fmax(*wall, (double)done / (seconds(CLOCK_MONOTONIC) - clock)) : 0;
        if (round)
            best = fmax(best, rate);
    }
    free(order);
    trainer_free(t);
    network_free(net);
    return best;
}

static double reference_rate(const dataset *d, const char *shape, bool drop, size_t rows, double *density)
{
    network *net = net_of(shape);
    reference *r = reference_new(net, d, drop);
    double best = 0;

    need(r != NULL);
    for (int round = 0; round < 3; round++) {
        double from = seconds(CLOCK_THREAD_CPUTIME_ID);
        for (size_t i = 0; i < rows; i++)
            reference_row(r, ((size_t)round * rows + i) % ROWS);
        best = fmax(best, (double)rows / (seconds(CLOCK_THREAD_CPUTIME_ID) - from));
    }
    *density = reference_density(r, 0);
    reference_free(r);
    network_free(net);
    return best;
}

/* Per-row training of three nets, beside the plain reference. */
static void rows(const dataset *d, const char *kind)
{
    static const struct { const char *shape; size_t rows, plain; } nets[] = {
        {"32-32-32", 4000, 1500}, {"200-200", 2000, 300}, {"1024-1024-2048", 150, 12}};

    for (size_t k = 0; k < 3; k++)
        for (int drop = 0; drop < 2; drop++) {
            char name[96], line[128];
            double density = 0, one, two, plain, wall;
            snprintf(name, sizeof name, "row.%s.%s.%s", nets[k].shape, kind, drop ? "dropout" : "plain");
            if (!wanted(name))
                continue;
            one = train_rate(d, nets[k].shape, drop, 1, 1, nets[k].rows, &wall);
            two = train_rate(d, nets[k].shape, drop, 2, 1, 2 * nets[k].rows, &wall);
            plain = quick ? 0 : reference_rate(d, nets[k].shape, drop, nets[k].plain, &density);
            snprintf(line, sizeof line, "%s.1t", name), print(line, one, "rows/s");
            snprintf(line, sizeof line, "%s.2t", name), print(line, two, "rows/s");
            snprintf(line, sizeof line, "%s.2t.wall", name), print(line, wall, "rows/s");
            snprintf(line, sizeof line, "%s.scaling", name), print(line, two / one, "x");
            if (quick)
                continue;
            snprintf(line, sizeof line, "%s.density", name), print(line, density, "share");
            snprintf(line, sizeof line, "%s.reference", name), print(line, plain, "rows/s");
            snprintf(line, sizeof line, "%s.ratio", name), print(line, one / plain, "x");
        }
}

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

static double peak(const char *table)
{
    double best = 0, lanes = 4, (*f)(size_t) = peak_generic;

#if defined __x86_64__
    if (!strcmp(table, "avx512"))
        f = peak_avx512, lanes = 16;
    else if (!strcmp(table, "avx2"))
        f = peak_avx2, lanes = 8;
#else
    (void)table;
#endif
    for (int round = 0; round < 10; round++) {
        enum { N = 1000000 };
        double from = seconds(CLOCK_THREAD_CPUTIME_ID);
        if (f(N) < -1)
            print("never", 0, "");
        best = fmax(best, 24e-9 * lanes * N / (seconds(CLOCK_THREAD_CPUTIME_ID) - from));
    }
    return best;
}

/* Floating-point operations of one row forward and back: three products per layer, but none for
 * the error of the inputs. */
static double flops_of(const char *shape)
{
    network *net = net_of(shape);
    double sum = 0;

    for (size_t i = 0; i < net->layers; i++)
        sum += (i ? 6.0 : 4.0) * (double)(net->layer[i].units * net->layer[i].inputs);
    network_free(net);
    return sum;
}

static void batches(const dataset *d)
{
    static const struct { const char *shape; size_t batch, rows; } nets[] = {
        {"200-200", 128, 4000}, {"1024-1024-2048", 128, 640}, {"1024-1024-2048", 512, 1024}};

    for (size_t k = 0; k < 6; k++)
        for (int drop = 0; drop < 2; drop++)
            for (int threads = 1; threads <= 2; threads++) {
                const char *shape = nets[k % 3].shape;
                size_t size = nets[k % 3].batch;
                char name[96], line[128];
                double wall, rate, flops;
                halved = k >= 3;
                snprintf(name, sizeof name, "%sbatch%zu.%s.%s.%dt", halved ? "bf16." : "", size, shape,
                         drop ? "dropout" : "plain", threads);
                if (!wanted(name) || (halved && !kernel_halves(kernel_get())))
                    continue;
                rate = train_rate(d, shape, drop, threads, size, nets[k % 3].rows, &wall);
                print(name, rate, "rows/s");
                snprintf(line, sizeof line, "%s.wall", name), print(line, wall, "rows/s");
                flops = 1e-9 * wall * flops_of(shape) / threads;
                snprintf(line, sizeof line, "%s.share", name);
                if (!drop) /* of what one thread could do in f32; dropout leaves work out */
                    print(line, flops / peak(kernel_get()->name), "of peak");
            }
    halved = false;
}

/* The products that training has: forward, error, gradient; as a share of the peak. */
static void products(void)
{
    static const struct { const char *name; size_t m, n, k; int way; } shapes[] = {
        {"forward.128x1024x717", 128, 1024, 717, 0}, {"forward.128x200x717", 128, 200, 717, 0},
        {"error.128x1024x2048", 128, 1024, 2048, 1}, {"error.128x200x200", 128, 200, 200, 1},
        {"gradient.1024x2048x128", 1024, 2048, 128, 2}, {"gradient.717x200x128", 717, 200, 128, 2}};
    const kernel_ops *k = kernel_get();
    double most = peak(k->name);
    float *a = mem_slab(2100000, sizeof *a), *b = mem_slab(2100000, sizeof *b), *c = mem_slab(2100000, sizeof *c);
    float *room = mem_slab(KERNEL_GEMM_ROOM, sizeof *room);

    need(a && b && c && room);
    if (wanted("peak"))
        print("peak.1t", most, "Gflop/s");
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        size_t m = shapes[i].m, n = shapes[i].n, d = shapes[i].k;
        kernel_matrix x = shapes[i].way == 2 ? (kernel_matrix){a, 1, m} : (kernel_matrix){a, d, 1};
        kernel_matrix y = shapes[i].way == 1 ? (kernel_matrix){b, 1, d} : (kernel_matrix){b, n, 1};
        double best = 0, flops = 2e-9 * (double)(m * n * d);
        char name[96];
        snprintf(name, sizeof name, "product.%s", shapes[i].name);
        if (!wanted(name))
            continue;
        for (int round = 0; round < 12; round++) {
            double from = seconds(CLOCK_THREAD_CPUTIME_ID);
            for (int r = 0; r < 3; r++)
                k->gemm(m, n, d, x, y, c, n, false, room);
            best = fmax(best, 3 * flops / (seconds(CLOCK_THREAD_CPUTIME_ID) - from));
        }
        print(name, best, "Gflop/s");
        snprintf(name, sizeof name, "product.%s.share", shapes[i].name);
        print(name, best / most, "of peak");
        if (!kernel_halves(k))
            continue;
        best = 0;
        for (int round = 0; round < 12; round++) {
            double from = seconds(CLOCK_THREAD_CPUTIME_ID);
            for (int r = 0; r < 3; r++)
                k->gemm_half(m, n, d, x, y, c, n, false, room);
            best = fmax(best, 3 * flops / (seconds(CLOCK_THREAD_CPUTIME_ID) - from));
        }
        snprintf(name, sizeof name, "product.%s.bf16", shapes[i].name);
        print(name, best, "Gflop/s");
    }
    mem_slab_free(a);
    mem_slab_free(b);
    mem_slab_free(c);
    mem_slab_free(room);
}

static void scoring(const dataset *d)
{
    static const struct { const char *shape; size_t rows; } nets[] = {
        {"32-32-32", 4000}, {"200-200", 4000}, {"1024-1024-2048", 2000}};
    float *x = malloc((size_t)ROWS * inputs * sizeof *x);
    double *out = malloc((size_t)ROWS * CLASSES * sizeof *out);

    need(x && out);
    for (size_t i = 0; i < ROWS; i++)
        dataset_row(d, i, x + i * inputs);
    for (size_t k = 0; k < 3; k++)
        for (int threads = 0; threads <= 2; threads++) {
            char name[96];
            snprintf(name, sizeof name, threads ? "score.%s.%dt" : "score.%s.one_row", nets[k].shape, threads);
            if (!wanted(name))
                continue;
            network *net = net_of(nets[k].shape);
            double best = 0, flops = 0;
            size_t n = threads ? nets[k].rows : 200;
            if (!threads)
                network_turn(net); /* as a model does that is asked row by row */
            for (size_t i = 0; i < net->layers; i++)
                flops += 2.0 * (double)(net->layer[i].units * net->layer[i].inputs);
            for (int round = 0; round < 5; round++) {
                clockid_t id = threads > 1 ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID;
                double from = seconds(id);
                if (threads)
                    need(network_forward(net, x, n, net->layers, out, threads, NULL) == WEIR_OK);
                for (size_t i = 0; !threads && i < n; i++)
                    need(network_forward(net, x + i * inputs, 1, net->layers, out, 1, NULL) == WEIR_OK);
                best = fmax(best, (double)n / (seconds(id) - from));
            }
            print(name, best, "rows/s");
            printf("%s.flops\t%.4g\tGflop/s\n", name, best * flops * 1e-9);
            network_free(net);
        }
    free(x);
    free(out);
}

/* One optimiser's kernel over lines that fit the second-level cache. */
static void kernels(void)
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
            print(name, best, "Gweights/s");
        }
    }
    mem_slab_free(w);
    mem_slab_free(v);
    mem_slab_free(c);
    mem_slab_free(e);
}

int main(int argc, char **argv)
{
    const char *file = getenv("BENCH_DATA");
    dataset *sparse = file && *file ? digits_of_file(file, false) : digits(false);
    dataset *dense = file && *file ? digits_of_file(file, true) : digits(true);

    if (argc > 1)
        pattern = argv[1];
    quick = getenv("BENCH_QUICK") != NULL;
    printf("table\t%s\t\n", kernel_get()->name);
    print("data.density", dataset_density(sparse), "share");
    kernels();
    products();
    rows(sparse, "sparse");
    rows(dense, "dense");
    batches(dense);
    scoring(dense);
    dataset_free(sparse);
    dataset_free(dense);
    return 0;
}
