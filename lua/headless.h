/* headless.h - weir without a screen: scripts and notebooks, one-liners, a REPL on a pipe.
 *
 * A file with cells runs cell by cell, as in the workbench: the value of a cell's last expression is
 * printed, and the first cell that fails ends the run. Signals: INT keeps a training's best and goes on, a second ends the script;
 * TERM lets the iteration finish, keeps the model and ends, a second leaves at once; HUP goes on without a
 * terminal; USR1 prints a line about what runs. */
#ifndef LUA_HEADLESS_H
#define LUA_HEADLESS_H

#include <stdbool.h>
#include <stddef.h>

enum { /* exit statuses */
    EXIT_GOOD = 0,
    EXIT_FAILED = 1,      /* a cell failed */
    EXIT_USAGE = 2,       /* wrong usage, or no such script */
    EXIT_CHECK = 3,       /* weir.check or weir check found something */
    EXIT_DATA = 4,        /* a file could not be read or written, or is not what it should be */
    EXIT_LIMIT = 5,       /* out of memory, or beyond a limit */
    EXIT_INTERRUPTED = 130,
    EXIT_TERMINATED = 143
};

typedef struct headless_options {
    const char *script;      /* file, "-" for standard input, or NULL */
    const char *code;        /* -e, or NULL; with neither, lines from standard input */
    int argc;
    char **argv;
    const char *sample_dir;
    bool quiet, json;
    bool reproducible;       /* every training, unless it says otherwise; seeds are printed */
    const char *log_file;    /* or NULL */
    const char *const *set;  /* "name=value": after the cell tagged "parameters", else before the first */
    size_t n_set;
    const char *const *skip; /* tags of cells to leave out */
    size_t n_skip;
} headless_options;

int headless_run(const headless_options *opt);

#endif
