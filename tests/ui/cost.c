/* cost.c - what the workbench sends, how often it wakes, and how soon it acts: `make bench-ui`.
 * Usage: cost NOTEBOOK: that of the screens, whose last cell trains for long; copies of it are used. */
#include "config.h"
#include "tests/ui/bench.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bench_line none; /* no line between */
static char work[] = "/tmp/weir-costXXXXXX";

/* A notebook of its own, without outputs of another time. */
static const char *copy_of(const char *notebook)
{
    static char file[64];
    static int n;
    char cmd[1200];

    snprintf(file, sizeof file, "%s/copy%d.lua", work, n++);
    snprintf(cmd, sizeof cmd, "cp '%s' '%s'", notebook, file);
    return system(cmd) == 0 ? file : notebook;
}

static bool open_bench(pty *p, const char *file, int rows, int cols)
{
    char *args[] = {(char *)(uintptr_t)"./weir", (char *)(uintptr_t)"--no-session", (char *)(uintptr_t)file, NULL};

    if (pty_start(p, args, rows, cols, "xterm-256color", "C.UTF-8") && pty_expect(p, "Enter edit", 10))
        return true;
    fprintf(stderr, "%s: there was no screen\n", file);
    return false;
}

static long number_in(pid_t pid, const char *file, const char *key)
{
    char path[64], s[256];
    long n = 0;

    snprintf(path, sizeof path, "/proc/%d/task/%d/%s", (int)pid, (int)pid, file);
    FILE *f = fopen(path, "r");
    while (f && fgets(s, sizeof s, f))
        if (!strncmp(s, key, strlen(key)))
            n = strtol(s + strlen(key), NULL, 10);
    if (f)
        fclose(f);
    return n;
}

/* Processor seconds of the thread that draws, so far. */
static double drawing_seconds(pid_t pid)
{
    char path[64], s[128] = "";

    snprintf(path, sizeof path, "/proc/%d/task/%d/schedstat", (int)pid, (int)pid);
    FILE *f = fopen(path, "r");
    if (f && !fgets(s, sizeof s, f))
        s[0] = '\0';
    if (f)
        fclose(f);
    return strtod(s, NULL) / 1e9;
}

/* Bytes a second, the most in any second, live frames a second, over some seconds. */
static void traffic(pty *p, double seconds, double *mean, double *most, double *frames)
{
    size_t begin = p->bytes, second = p->bytes, asked = p->asked;
    double from = clock_now(), tick = from;

    *most = 0;
    while (clock_now() - from < seconds) {
        pty_read(p, 5);
        if (clock_now() - tick >= 1) {
            *most = (double)(p->bytes - second) > *most ? (double)(p->bytes - second) : *most;
            second = p->bytes;
            tick = clock_now();
        }
    }
    *mean = (double)(p->bytes - begin) / (clock_now() - from);
    *frames = (double)(p->asked - asked) / (clock_now() - from);
}

static bool train(pty *p)
{
    pty_send(p, "j\024");
    pty_expect(p, "150 5", 10);
    pty_send(p, "G\024");
    return pty_expect(p, "rows/s", 10);
}

static void live(const char *file, int rows, int cols, double budget)
{
    char name[64];
    double mean, most, frames;
    pty p;

    if (!open_bench(&p, file, rows, cols))
        return;
    bench_run(&p, &none, 3); /* what follows a beginning is over */
    long wakes = number_in(p.pid, "status", "voluntary_ctxt_switches:");
    size_t before = p.bytes;
    bench_run(&p, &none, 3);
    if (cols == 120) {
        bench_report("ui.idle", (double)(p.bytes - before) / 3, "bytes/s", 0);
        bench_report("ui.idle_wakes", (double)(number_in(p.pid, "status", "voluntary_ctxt_switches:") - wakes), "in 3 s", 0);
    }
    if (!train(&p)) {
        fprintf(stderr, "the training did not start\n");
    } else {
        bench_run(&p, &none, 2);
        double cpu = drawing_seconds(p.pid), from = clock_now();
        traffic(&p, 8, &mean, &most, &frames);
        snprintf(name, sizeof name, "ui.cpu_%dx%d", cols, rows);
        bench_report(name, 100 * (drawing_seconds(p.pid) - cpu) / (clock_now() - from), "% core", 1);
        snprintf(name, sizeof name, "ui.live_%dx%d", cols, rows);
        bench_report(name, mean, "bytes/s", budget);
        snprintf(name, sizeof name, "ui.live_most_%dx%d", cols, rows);
        bench_report(name, most, "bytes/s", 20000);
        snprintf(name, sizeof name, "ui.frames_%dx%d", cols, rows);
        bench_report(name, frames, "per s", 10.2);
    }
    pty_free(&p);
}

/* From the last of many resizes to a screen of the right size: its footer stands in the last row. */
static double resize(pty *p)
{
    int rows = p->rows == 38 ? 39 : 38;

    for (int i = 0; i < 20; i++)
        pty_resize(p, 20 + i % 7, 60 + i * 3);
    pty_resize(p, rows, 118);
    double from = clock_now();
    while (clock_now() - from < 2) {
        char *s = pty_text(p), *last = s;
        for (int row = 0; s && row + 1 < p->rows; row++)
            last = strchr(last, '\n') + 1;
        bool there = last && strstr(last, "Enter edit");
        free(s);
        if (there)
            return (clock_now() - from) * 1000;
        pty_read(p, 1);
    }
    return -1;
}

/* Median milliseconds from the last of the keys to the text; other keys take it away again. */
static double answer(pty *p, const char *keys, const char *text, const char *back, int times)
{
    double ms[32];

    for (int i = 0; i < times; i++) {
        char first[64];
        snprintf(first, sizeof first, "%.*s", (int)strlen(keys) - 1, keys);
        pty_send(p, first);
        bench_run(p, &none, 0.2);
        char *s = pty_text(p);
        bool there = s && strstr(s, text);
        free(s);
        double from = clock_now();
        pty_send(p, keys + strlen(keys) - 1);
        ms[i] = bench_until(p, &none, text, from, 3);
        if (there || ms[i] < 0)
            return -1;
        pty_send(p, back);
        bench_run(p, &none, 0.2);
    }
    return bench_median(ms, (size_t)times);
}

static void answers(const char *file)
{
    double ms[10];
    pty p;

    if (!open_bench(&p, file, 40, 120) || !train(&p)) {
        fprintf(stderr, "the training did not start\n");
        return;
    }
    bench_run(&p, &none, 1);
    for (int i = 0; i < 10; i++) {
        ms[i] = resize(&p);
        bench_run(&p, &none, 0.1);
    }
    bench_report("ui.resize", bench_median(ms, 10), "ms", 50);
    bench_report("ui.view", answer(&p, "?", "Keys here", "\007", 10), "ms", 100);
    pty_send(&p, "b");
    bench_until(&p, &none, "EDIT", clock_now(), 3);
    bench_report("ui.completion", answer(&p, "weir.inspe\t", "weir.inspect", "\025", 10), "ms", 30);
    pty_send(&p, "\007");
    pty_free(&p);
}

static void pages(void)
{
    char file[64];
    double ms[10];
    pty p;

    snprintf(file, sizeof file, "%s/long.lua", work);
    FILE *f = fopen(file, "w");
    if (!f)
        return;
    for (int i = 0; i < 400; i++)
        fprintf(f, "-- %%%% part %d\nx%d = 1\ny%d = 'some text to fill a line with'\n", i, i, i);
    fclose(f);
    if (!open_bench(&p, file, 40, 120))
        return;
    for (int i = 0; i < 10; i++) {
        size_t before = p.bytes;
        double from = clock_now();
        pty_send(&p, "\033[6~");
        while (p.bytes == before && clock_now() - from < 2)
            pty_read(&p, 1);
        ms[i] = (clock_now() - from) * 1000;
        before = p.bytes - before;
        bench_run(&p, &none, 0.1);
    }
    bench_report("ui.page", bench_median(ms, 10), "ms", 50);
    pty_free(&p);
}

/* From the answer "keep" to the cell's end, on the net of the bench. */
static void cancel(void)
{
    static const char notebook[] =
        "-- %% net\nlocal c, y = {}, {}\nfor j = 1, 784 do c[j] = {} end\nfor i = 1, 2000 do for j = 1, 784 do c[j][i] = (i * j) % 17 end y[i] = 'c' .. i % 10 end\n"
        "local t = {y = y}\nfor j = 1, 784 do t['x' .. j] = c[j] end\nf = weir.frame(t)\n"
        "m = weir.deeplearning{y = 'y', training_frame = f, hidden = {1024, 1024, 2048}, epochs = 1e6, stopping_rounds = 0, classification_stop = -1, seed = 1}\n";
    char file[64];
    double ms[3] = {-1, -1, -1};
    pty p;

    snprintf(file, sizeof file, "%s/cancel.lua", work);
    FILE *f = fopen(file, "w");
    if (!f)
        return;
    fputs(notebook, f);
    fclose(f);
    if (!open_bench(&p, file, 40, 120))
        return;
    for (int i = 0; i < 3; i++) {
        pty_send(&p, "\024");
        if (bench_until(&p, &none, "rows/s", clock_now(), 60) < 0)
            break;
        bench_run(&p, &none, 2 + i);
        double from = clock_now();
        pty_send(&p, "\003");
        double asked = bench_until(&p, &none, "keep the best", from, 5);
        if (i == 0)
            bench_report("ui.interrupt", asked, "ms", 100);
        from = clock_now();
        pty_send(&p, i % 2 ? "d" : "k");
        ms[i] = bench_until(&p, &none, "cancelled", from, 20);
        bench_run(&p, &none, 0.3);
    }
    bench_report("ui.cancel", bench_share(ms, 3, 1), "ms", 500);
    pty_free(&p);
}

static void endless(void)
{
    char file[64];
    pty p;

    snprintf(file, sizeof file, "%s/endless.lua", work);
    FILE *f = fopen(file, "w");
    if (!f)
        return;
    fputs("-- %% loop\nwhile true do end\n", f);
    fclose(f);
    if (!open_bench(&p, file, 40, 120))
        return;
    pty_send(&p, "\024");
    bench_run(&p, &none, 0.5);
    double from = clock_now();
    pty_send(&p, "\003");
    bench_report("ui.stopping", bench_until(&p, &none, "stopping", from, 5), "ms", 100);
    bench_report("ui.stopped", bench_until(&p, &none, "interrupted", from, 5), "ms", 200);
    pty_free(&p);
}

int main(int argc, char **argv)
{
    char cmd[100];

    if (argc < 2 || !mkdtemp(work))
        return 1;
    live(copy_of(argv[1]), 40, 120, 2500);
    live(copy_of(argv[1]), 24, 80, 1500);
    answers(copy_of(argv[1]));
    pages();
    endless();
    cancel();
    snprintf(cmd, sizeof cmd, "rm -rf %s", work);
    return system(cmd) != 0;
}
