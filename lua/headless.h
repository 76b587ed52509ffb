/* headless.h - weir without a screen: scripts, one-liners, a REPL on a pipe.
 * Exit statuses: 0 good, 1 the script failed, 2 wrong usage. */
#ifndef LUA_HEADLESS_H
#define LUA_HEADLESS_H

#include <stdbool.h>

typedef struct headless_options {
    const char *script;  /* file, or NULL */
    const char *code;    /* -e, or NULL; with neither, lines from standard input */
    int argc;
    char **argv;
    const char *sample_dir;
    bool quiet;
} headless_options;

int headless_run(const headless_options *opt);

#endif
