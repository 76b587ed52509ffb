/* bench_line.c - lines, clocks, other processes. */
#include "config.h"
#include "tests/bench/bench.h"

#include "kernel/dispatch.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void need(bool ok)
{
    if (ok)
        return;
    fprintf(stderr, "bench: out of memory, or a step failed that must not\n");
    digits_end();
    exit(1);
}

double seconds(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double now(void)
{
    return seconds(CLOCK_MONOTONIC);
}

/* A column of its own; "-" for what does not apply. */
static void cell(double v, int digits)
{
    if (v > 0)
        printf("\t%.*f", digits, v);
    else
        fputs("\t-", stdout);
}

void print_with(const char *name, double value, const char *unit, facts f)
{
    const char *table = f.table ? f.table : kernel_get()->name;

    printf("%s\t%.4g\t%s", name, value, unit);
    cell(f.density, 3);
    cell(f.threads, 0);
    printf("\t%s", table);
    cell(f.gflops > 0 ? f.gflops / (peak(table) * (f.threads ? f.threads : 1)) : 0, 3);
    putchar('\n');
    fflush(stdout);
}

void print(const char *name, double value, const char *unit)
{
    print_with(name, value, unit, (facts){0});
}

/* Other processes ------------------------------------------------------------------- */

/* What the kernel counts for a child includes the parent that it was before exec: the child says itself. */
#define SAY_PEAK " for line in io.lines('/proc/self/status') do local kb = line:match('^VmHWM:%s+(%d+)') if kb then print(kb) end end"

static void become(const char *weir, const char *script, const char *path, int out)
{
    int nowhere = open("/dev/null", O_WRONLY);

    dup2(out, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO); /* constant columns and the like */
    unsetenv("WEIR_DATA");
    execl(weir, weir, "-e", script, path, (char *)NULL);
    _exit(127);
}

/* All that a child prints, as far as there is room. */
static void listen_to(int from, char *said, size_t cap)
{
    size_t n = 0;

    for (ssize_t k; n + 1 < cap && (k = read(from, said + n, cap - 1 - n)) > 0;)
        n += (size_t)k;
    said[n] = '\0';
}

child run_weir(const char *script, const char *path)
{
    const char *weir = getenv("BENCH_WEIR");
    char said[256], all[4096];
    int out[2], status;
    child c;

    fflush(stdout);
    snprintf(all, sizeof all, "%s%s", script, *script ? SAY_PEAK : "");
    need(pipe(out) == 0);
    double from = now();
    pid_t p = fork();
    need(p >= 0);
    if (p == 0)
        become(weir && *weir ? weir : "./weir", all, path, out[1]);
    close(out[1]);
    listen_to(out[0], said, sizeof said);
    need(waitpid(p, &status, 0) == p);
    c.seconds = now() - from;
    close(out[0]);
    if (status) {
        fprintf(stderr, "bench: weir -e '%s' failed\n", script);
        need(false);
    }
    char *last = strchr(said, '\n') ? strchr(said, '\n') + 1 : said;
    c.said = strtod(said, NULL);
    c.memory = strtod(*last ? last : said, NULL) / 1024;
    return c;
}
