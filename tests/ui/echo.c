/* echo.c - how long a key takes to show while a training uses all cores: `make bench-ui`. */
#include "config.h"
#include "tests/ui/pty.h"

#include "base/clock.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int up(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    enum { KEYS = 200 };
    char *args[] = {(char *)(uintptr_t)"./weir", (char *)(uintptr_t)"--no-session", argc > 1 ? argv[1] : NULL, NULL};
    double ms[KEYS];
    pty p;

    if (!args[2] || !pty_start(&p, args, 40, 120, "xterm-256color", "C.UTF-8") || !pty_expect(&p, "Enter edit", 5)) {
        fprintf(stderr, "usage: echo NOTEBOOK (its last cell trains for long)\n");
        return 1;
    }
    pty_send(&p, "jr");
    pty_expect(&p, "150", 10);
    pty_send(&p, "Gr");
    if (!pty_expect(&p, "rows/s", 10)) {
        fprintf(stderr, "the training did not start\n");
        return 1;
    }
    size_t before = p.bytes;
    double from = clock_now();
    while (clock_now() - from < 3)
        pty_read(&p, 50);
    printf("ui.live_bytes\t%.0f\tbytes/s\n", (double)(p.bytes - before) / (clock_now() - from));
    pty_send(&p, "b");
    pty_settle(&p, 50);
    char word[16];
    for (int i = 0; i < KEYS; i++) {
        snprintf(word, sizeof word, "%c", 'a' + i % 26);
        char mark[32];
        snprintf(mark, sizeof mark, "%c", 'a' + i % 26);
        size_t had = p.bytes;
        from = clock_now();
        pty_send(&p, word);
        while (p.bytes == had || !pty_read(&p, 0)) /* the first bytes after the key are its echo, or a frame drawn at the same time */
            if (pty_read(&p, 200))
                break;
        ms[i] = (clock_now() - from) * 1000;
        pty_settle(&p, 3);
    }
    qsort(ms, KEYS, sizeof *ms, up);
    printf("ui.echo_median\t%.2f\tms\nui.echo_p95\t%.2f\tms\nui.echo_max\t%.2f\tms\n", ms[KEYS / 2], ms[KEYS * 95 / 100], ms[KEYS - 1]);
    pty_free(&p);
    return 0;
}
