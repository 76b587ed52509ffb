/* echo.c - how long a key takes to show, with a training on all cores: `make bench-ui`.
 *
 * The echo of a key is the typed character in the cell of the screen where it belongs, as an emulator keeps
 * it; frames drawn at the same time are not mistaken for it. With a number of bytes per second as second
 * argument the bytes go through a slow line of that speed and 300 ms there and back. */
#include "config.h"
#include "tests/ui/bench.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEYS = 200, SLOW_KEYS = 30 };

static bench_line line;
static pty p;

static bool slow(void)
{
    return line.rate > 0;
}

static char at(int row, int col)
{
    VTermScreenCell cell;

    vterm_screen_get_cell(p.screen, (VTermPos){row, col}, &cell);
    return cell.chars[0] > 0 && cell.chars[0] < 127 ? (char)cell.chars[0] : ' ';
}

static void echoes(const char *prefix)
{
    double ms[KEYS];
    int keys = slow() ? SLOW_KEYS : KEYS, lost = 0;
    char name[64];

    for (int i = 0; i < keys; i++) {
        char word[2] = {(char)('a' + i % 26), '\0'};
        VTermPos pos;
        if (i % 40 == 39) { /* a new line before it gets too long */
            pty_send(&p, "\r");
            bench_run(&p, &line, slow() ? 1 : 0.05);
        }
        vterm_state_get_cursorpos(vterm_obtain_state(p.vt), &pos);
        double from = clock_now();
        pty_send(&p, word);
        while (at(pos.row, pos.col) != *word && clock_now() - from < 5)
            bench_pump(&p, &line);
        lost += at(pos.row, pos.col) != *word;
        ms[i] = (clock_now() - from) * 1000;
        bench_run(&p, &line, slow() ? 0.3 : 0.01);
    }
    snprintf(name, sizeof name, "%s_median", prefix);
    bench_report(name, bench_share(ms, (size_t)keys, 0.5), "ms", slow() ? 400 : 5);
    snprintf(name, sizeof name, "%s_p95", prefix);
    bench_report(name, bench_share(ms, (size_t)keys, 0.95), "ms", slow() ? 400 : 20);
    snprintf(name, sizeof name, "%s_p99", prefix);
    bench_report(name, bench_share(ms, (size_t)keys, 0.99), "ms", slow() ? 400 : 50);
    snprintf(name, sizeof name, "%s_lost", prefix);
    bench_report(name, lost, "keys", 0);
}

int main(int argc, char **argv)
{
    char *args[] = {(char *)(uintptr_t)"./weir", (char *)(uintptr_t)"--no-session", argc > 1 ? argv[1] : NULL, NULL};

    line.rate = argc > 2 ? atof(argv[2]) : 0;
    line.delay = 0.3;
    if (!args[2] || !pty_start(&p, args, 40, 120, "xterm-256color", "C.UTF-8") || !pty_expect(&p, "Enter edit", 5)) {
        fprintf(stderr, "usage: echo NOTEBOOK [BYTES_PER_SECOND] (its last cell trains for long)\n");
        return 1;
    }
    pty_send(&p, "j\024");
    pty_expect(&p, "150 5", 10);
    pty_send(&p, "G\024");
    if (!pty_expect(&p, "rows/s", 10)) {
        fprintf(stderr, "the training did not start\n");
        return 1;
    }
    bench_run(&p, &line, 2);
    size_t before = p.bytes;
    double from = clock_now();
    bench_run(&p, &line, 4);
    if (slow())
        bench_report("slow.live", (double)(p.bytes - before) / (clock_now() - from), "bytes/s", line.rate);
    pty_send(&p, "b");
    bench_run(&p, &line, slow() ? 3 : 0.3);
    echoes(slow() ? "slow.echo" : "ui.echo");
    if (slow()) {
        pty_send(&p, "\033");
        bench_run(&p, &line, 2);
        from = clock_now();
        pty_send(&p, "\003");
        bench_report("slow.interrupt", bench_until(&p, &line, "keep the best", from, 5), "ms", 400 + 100); /* a sentence of 70 bytes more */
    }
    pty_free(&p);
    return 0;
}
