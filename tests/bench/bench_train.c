/* bench_train.c - how fast a trainer is, and how much arithmetic its rows need. */
#include "config.h"
#include "tests/bench/bench_train.h"

#include "kernel/dispatch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

network *net_of(const char *shape, size_t inputs)
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

trainer_spec spec_of(bool drop, int threads, size_t batch)
{
    static const double half[] = {0.5, 0.5, 0.5, 0.5};
    return (trainer_spec){.loss = {.family = FAMILY_MULTINOMIAL, .loss = LOSS_CROSS_ENTROPY},
                          .optimizer = batch > 1 ? OPT_ADAM : OPT_ADADELTA, .rho = 0.99, .epsilon = 1e-8,
                          .rate = 0.001, .rate_decay = 1, .schedule = RATE_CONSTANT, .adam_beta1 = 0.9,
                          .adam_beta2 = 0.999, .max_w2 = INFINITY, .fast_mode = true, .mini_batch = batch,
                          .input_dropout = drop ? 0.2 : 0, .hidden_dropout = drop ? half : NULL, .seed = 1,
                          .total_samples = 1e6, .threads = threads};
}

/* Inputs of row i, whatever the storage. */
static void inputs_of(const dataset *d, size_t i, float *x)
{
    if (!d->sparse) {
        dataset_row(d, i, x);
        return;
    }
    memset(x, 0, d->inputs * sizeof *x);
    for (uint64_t k = d->start[i]; k < d->start[i + 1]; k++)
        x[d->index[k]] = d->value[k];
}

void active_shares(const network *net, const dataset *d, double *share)
{
    enum { SOME = 50 };
    size_t widest = d->inputs;

    for (size_t i = 0; i < net->layers; i++)
        widest = net->layer[i].units > widest ? net->layer[i].units : widest;
    float *x = malloc(SOME * d->inputs * sizeof *x);
    double *out = malloc(SOME * widest * sizeof *out);
    need(x && out);
    size_t some = d->rows < SOME ? d->rows : SOME, hits = 0;
    for (size_t i = 0; i < some; i++)
        inputs_of(d, i * (d->rows / some), x + i * d->inputs);
    for (size_t k = 0; k < some * d->inputs; k++)
        hits += x[k] < 0 || x[k] > 0;
    share[0] = (double)hits / (double)(some * d->inputs);
    for (size_t i = 0; i + 1 < net->layers; i++) {
        size_t n = some * net->layer[i].units;
        need(network_forward(net, x, some, i + 1, out, 1, NULL) == WEIR_OK);
        for (size_t k = hits = 0; k < n; k++)
            hits += out[k] < 0 || out[k] > 0;
        share[i + 1] = (double)hits / (double)n;
    }
    free(x);
    free(out);
}

/* Forward, every kept unit needs the active inputs; back, error and gradient need active inputs of active units
 * only; the first layer needs no error. In batches only dropped units save anything. */
static void count_work(const network *net, const dataset *d, const trainer_spec *s, rate *r)
{
    double share[8];

    active_shares(net, d, share);
    for (size_t i = 0; i < net->layers; i++) {
        bool last = i + 1 == net->layers, batch = s->mini_batch > 1;
        double in = (double)net->layer[i].inputs, out = (double)net->layer[i].units;
        double keep_in = i == 0 ? 1 - s->input_dropout : s->hidden_dropout ? 1 - s->hidden_dropout[i - 1] : 1;
        double keep_out = last || !s->hidden_dropout ? 1 : 1 - s->hidden_dropout[i];
        double a = keep_in * (batch ? 1 : share[i]), g = keep_out * (last || batch ? 1 : share[i + 1]);
        double worst = s->adversarial_epsilon > 0; /* the pass that finds the worst inputs: forward and error */
        r->needed += in * a * out * (keep_out * (1 + worst) + (i ? 2 + worst : 1 + worst) * g);
        r->dense += in * out * ((i ? 3 : 2) + 2 * worst);
    }
}

rate spec_rate(const dataset *d, const char *shape, const trainer_spec *s, size_t rows)
{
    network *net = net_of(shape, d->inputs);
    trainer *t = NULL;
    uint64_t samples = 0;
    size_t done;
    rate r = {.threads = s->threads, .table = s->bf16 ? kernel_halves(kernel_get())->name : NULL};

    uint32_t *order = malloc(rows * sizeof *order);
    need(order && trainer_new(&t, s, net, d, NULL) == WEIR_OK);
    for (size_t i = 0; i < rows; i++)
        order[i] = (uint32_t)(i % d->rows);
    for (int round = 0; round < 5; round++) {
        double from = seconds(CLOCK_PROCESS_CPUTIME_ID), clock = now();
        need(trainer_run(t, order, rows, samples, NULL, &done, NULL) == WEIR_OK);
        double cpu = (double)s->threads * (double)done / (seconds(CLOCK_PROCESS_CPUTIME_ID) - from);
        samples = round ? samples + done : 60000; /* then as in the course of a training, whose first rows are slower: copies meet often, large nets take them one by one */
        r.wall = round ? fmax(r.wall, (double)done / (now() - clock)) : 0;
        r.cpu = round ? fmax(r.cpu, cpu) : 0;
    }
    trainer_export(t, net);
    count_work(net, d, s, &r);
    free(order);
    trainer_free(t);
    network_free(net);
    return r;
}

rate train_rate(const dataset *d, const char *shape, bool drop, int threads, size_t batch, size_t rows)
{
    trainer_spec s = spec_of(drop, threads, batch);
    return spec_rate(d, shape, &s, rows);
}

facts facts_of(const rate *r)
{
    return (facts){.density = r->needed / r->dense, .threads = r->threads, .gflops = 2e-9 * r->needed * r->cpu,
                   .table = r->table};
}

facts facts_by_clock(const rate *r)
{
    facts f = facts_of(r);

    f.gflops = 2e-9 * r->needed * r->wall;
    return f;
}
