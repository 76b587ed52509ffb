/* attach.c - how long it takes until there is a screen, and how many bytes, with a training on all cores:
 * `make bench-ui`. */
#include "config.h"
#include "tests/ui/bench.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TIMES = 20 };

/* Milliseconds from the command to the footer of its first screen; < 0: there was none. */
static double first_screen(pty *p, const char *command, const char *arg, int rows, int cols, size_t *bytes)
{
    char *argv[] = {(char *)(uintptr_t)"./weir", (char *)(uintptr_t)command, (char *)(uintptr_t)arg, NULL};
    double from = clock_now();

    if (!pty_start(p, argv, rows, cols, "xterm-256color", "C.UTF-8") || !pty_expect(p, "Enter edit", 20))
        return -1;
    *bytes = p->bytes;
    return (clock_now() - from) * 1000;
}

static bool start_training(pty *p)
{
    pty_send(p, "j\024");
    pty_expect(p, "150", 10);
    pty_send(p, "G\024");
    return pty_expect(p, "rows/s", 20);
}

static bool attachments(int rows, int cols, const char *name, double *median, double *bytes)
{
    double ms[TIMES], sent[TIMES];
    size_t n;

    for (int i = 0; i < TIMES; i++) {
        pty p;
        if ((ms[i] = first_screen(&p, "attach", NULL, rows, cols, &n)) < 0) {
            fprintf(stderr, "%s: there was no screen\n", name);
            return false;
        }
        sent[i] = (double)n;
        pty_free(&p);
    }
    *median = bench_median(ms, TIMES);
    *bytes = bench_median(sent, TIMES);
    return true;
}

int main(int argc, char **argv)
{
    char work[] = "/tmp/weir-benchXXXXXX", cmd[1600], file[600];
    double start[TIMES], ms, bytes;
    size_t n = 0;
    int status = 1;
    pty p;

    if (argc < 2 || !mkdtemp(work))
        return 1;
    setenv("WEIR_TMPDIR", work, 1);
    for (int i = 0; i < TIMES; i++) { /* a new session each time */
        snprintf(file, sizeof file, "%s/n%d.lua", work, i);
        snprintf(cmd, sizeof cmd, "cp '%s' '%s'", argv[1], file);
        if (system(cmd) != 0 || (start[i] = first_screen(&p, file, NULL, 40, 120, &n)) < 0)
            goto done;
        if (i + 1 < TIMES) {
            pty_send(&p, "q");
            pty_end(&p, 10);
            pty_free(&p);
        }
    }
    bench_report("ui.start", bench_median(start, TIMES), "ms", 150);
    bench_report("ui.start_bytes", (double)n, "bytes", 4000);
    if (!start_training(&p)) {
        fprintf(stderr, "the training did not start\n");
        goto done;
    }
    pty_settle(&p, 3000); /* until there is a curve and a model to show */
    pty_free(&p);
    if (!attachments(40, 120, "120x40", &ms, &bytes))
        goto done;
    bench_report("ui.attach", ms, "ms", 200);
    bench_report("ui.attach_bytes", bytes, "bytes", 4000);
    if (!attachments(24, 80, "80x24", &ms, &bytes))
        goto done;
    bench_report("ui.attach_80x24", ms, "ms", 200);
    bench_report("ui.attach_bytes_80x24", bytes, "bytes", 4000);
    status = 0;
done:
    snprintf(cmd, sizeof cmd, "./weir kill --all >/dev/null; rm -rf %s", work);
    return system(cmd) != 0 || status;
}
