/* attach.c - how long it takes until there is a screen, with a training on all cores: `make bench-ui`. */
#include "config.h"
#include "tests/ui/pty.h"

#include "base/clock.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TIMES = 20 };

static int up(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Milliseconds from the command to the footer of its first screen; < 0: there was none. */
static double first_screen(pty *p, const char *command, const char *arg, size_t *bytes)
{
    char *argv[] = {(char *)(uintptr_t)"./weir", (char *)(uintptr_t)command, (char *)(uintptr_t)arg, NULL};
    double from = clock_now();

    if (!pty_start(p, argv, 40, 120, "xterm-256color", "C.UTF-8") || !pty_expect(p, "Enter edit", 20))
        return -1;
    *bytes = p->bytes;
    return (clock_now() - from) * 1000;
}

int main(int argc, char **argv)
{
    char work[] = "/tmp/weir-benchXXXXXX", cmd[1600], file[600];
    double start[TIMES], again[TIMES];
    size_t bytes = 0;
    pty p;

    if (argc < 2 || !mkdtemp(work))
        return 1;
    setenv("WEIR_TMPDIR", work, 1);
    for (int i = 0; i < TIMES; i++) { /* a new session each time */
        snprintf(file, sizeof file, "%s/n%d.lua", work, i);
        snprintf(cmd, sizeof cmd, "cp '%s' '%s'", argv[1], file);
        if (system(cmd) != 0 || (start[i] = first_screen(&p, file, NULL, &bytes)) < 0)
            return 1;
        if (i + 1 < TIMES) {
            pty_send(&p, "q");
            pty_end(&p, 10);
            pty_free(&p);
        }
    }
    pty_send(&p, "j\024");
    pty_expect(&p, "150", 10);
    pty_send(&p, "G\024");
    if (!pty_expect(&p, "rows/s", 20)) {
        fprintf(stderr, "the training did not start\n");
        return 1;
    }
    for (int i = 0; i < TIMES; i++) {
        pty_free(&p);
        if ((again[i] = first_screen(&p, "attach", NULL, &bytes)) < 0)
            return 1;
    }
    pty_free(&p);
    qsort(start, TIMES, sizeof *start, up);
    qsort(again, TIMES, sizeof *again, up);
    printf("ui.start_median\t%.0f\tms\tbudget 150\nui.start_worst\t%.0f\tms\n", start[TIMES / 2], start[TIMES - 1]);
    printf("ui.attach_median\t%.0f\tms\tbudget 200\nui.attach_worst\t%.0f\tms\n", again[TIMES / 2], again[TIMES - 1]);
    printf("ui.first_screen\t%zu\tbytes\tbudget 4000\n", bytes);
    snprintf(cmd, sizeof cmd, "./weir kill --all >/dev/null; rm -rf %s", work);
    return system(cmd) != 0;
}
