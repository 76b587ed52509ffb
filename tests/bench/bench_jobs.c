/* bench_jobs.c - whole processes: how long a start takes, how much memory a training, and how large a share of
 * a training with default settings scoring has, by the training's own timers. */
#include "config.h"
#include "tests/bench/bench.h"

#include <math.h>
#include <stdio.h>

#define READ_DIGITS "weir.progress(false) local f = weir.import_file(arg[1]) local y = f:names()[#f:names()] f[y] = f[y]:asfactor() "

static void starts(void)
{
    double best = INFINITY;

    if (!wanted("start"))
        return;
    for (int round = 0; round < 20; round++)
        best = fmin(best, run_weir("", "").seconds);
    print("start.time", 1000 * best, "ms");
    print("start.memory", run_weir(";", "").memory, "MB");
}

static void memory(void)
{
    if (!wanted("job.200-200"))
        return;
    child c = run_weir(READ_DIGITS "local m = weir.deeplearning{ y = y, training_frame = f, hidden = { 200, 200 }, epochs = 1, seed = 1 } "
                       "print(m.run_time / 1000)", digits_csv());
    print("job.200-200.time", c.seconds, "s");
    print("job.200-200.training", c.said, "s");
    print("job.200-200.memory", c.memory, "MB");
}

/* samples / (speed * duration) of the last row of the history is the share that training had. */
static void shares(void)
{
    static const struct { const char *name, *more; } runs[] = {
        {"32-32-32", "hidden = { 32, 32, 32 }"}, {"32-32-32.valid", "hidden = { 32, 32, 32 }, validation_frame = v"},
        {"200-200", "hidden = { 200, 200 }"}, {"200-200.valid", "hidden = { 200, 200 }, validation_frame = v"},
        {"1024-1024-2048", "hidden = { 1024, 1024, 2048 }, epochs = 0.5"},
        {"batch128.200-200.valid", "hidden = { 200, 200 }, optimizer = \"adam\", mini_batch_size = 128, validation_frame = v"}};

    for (size_t k = 0; k < sizeof runs / sizeof *runs; k++) {
        char name[96], script[1024];
        snprintf(name, sizeof name, "scoring.%s", runs[k].name);
        if (!wanted(name))
            continue;
        snprintf(script, sizeof script, READ_DIGITS "local t, v = f:split{ 0.85, seed = 1 } "
                 "local m = weir.deeplearning{ y = y, training_frame = t, seed = 1, %s } local h = m:scoring_history() "
                 "local row = h:tail(1):to_table() local function last(n) return row[n][1] end "
                 "print(1 - last('samples') / last('training_speed') / last('duration'))", runs[k].more);
        child c = run_weir(script, digits_csv());
        print(name, c.said, "of training");
    }
}

void bench_jobs(void)
{
    starts();
    memory();
    shares();
}
