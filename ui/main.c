/* main.c - the command line: what to run, and whether there is a screen. */
#include "config.h"

#include "lua/headless.h"
#include "ui/keymap.h"
#include "ui/plain.h"

#include "weir.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "usage: weir [FILE]              the workbench, on a notebook\n"
    "       weir --run-all FILE      the workbench, and runs every cell\n"
    "       weir run FILE [ARGS]     runs a script without a screen\n"
    "       weir -e CODE [ARGS]      runs a line of Lua\n"
    "       weir keys [--check]      the keys of the workbench; whether two clash\n"
    "       weir --help | --version\n"
    "With a pipe on standard input, weir runs the lines that come.\n"
    "Options: --quiet (no progress)\n";

/* Where samples lie: the configured place, else ../samples or samples beside the program. */
static const char *find_samples(void)
{
    static char path[PATH_MAX + 32];
    static const char *const beside[] = {"/../samples", "/samples", "/../../samples"};
    char self[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

    if (n > 0) {
        self[n] = '\0';
        char *slash = strrchr(self, '/');
        if (slash)
            *slash = '\0';
        for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
            snprintf(path, sizeof path, "%s%s", self, beside[i]);
            char probe[PATH_MAX + 64];
            snprintf(probe, sizeof probe, "%s/digits.csv", path);
            if (access(probe, R_OK) == 0)
                return path;
        }
    }
    return WEIR_DATADIR "/samples";
}

/* The tables of keys of all presets, or what is wrong with them. */
static int show_keys(bool check)
{
    keymap k = {0};
    int wrong = 0;

    for (size_t i = 0; keymap_presets[i]; i++) {
        keymap_reset(&k, keymap_presets[i]);
        if (check)
            wrong += keymap_check(&k);
        else
            keymap_print(&k);
    }
    keymap_free(&k);
    return wrong ? 1 : 0;
}

int main(int argc, char **argv)
{
    headless_options h = {.sample_dir = find_samples()};
    int at = 1;

    if (at < argc && !strcmp(argv[at], "--quiet")) {
        h.quiet = true;
        at++;
    }
    if (at < argc && (!strcmp(argv[at], "--help") || !strcmp(argv[at], "-h"))) {
        fputs(usage, stdout);
        return 0;
    }
    if (at < argc && !strcmp(argv[at], "--version")) {
        printf("weir %s\n", weir_version());
        return 0;
    }
    if (at < argc && !strcmp(argv[at], "keys")) {
        return show_keys(at + 1 < argc && !strcmp(argv[at + 1], "--check"));
    }
    if (at < argc && (!strcmp(argv[at], "run") || !strcmp(argv[at], "-e"))) {
        if (at + 1 >= argc) {
            fprintf(stderr, "weir: %s needs %s\n%s", argv[at], argv[at][0] == 'r' ? "a file" : "code", usage);
            return 2;
        }
        if (argv[at][0] == 'r')
            h.script = argv[at + 1];
        else
            h.code = argv[at + 1];
        h.argc = argc - at - 2;
        h.argv = argv + at + 2;
        return headless_run(&h);
    }
    plain_options w = {.sample_dir = h.sample_dir, .colours = getenv("NO_COLOR") && *getenv("NO_COLOR") ? 0 : -1};
    if (at < argc && !strcmp(argv[at], "--run-all")) {
        w.run_all = true;
        at++;
    }
    if (at < argc && argv[at][0] == '-') {
        fprintf(stderr, "weir: unknown option '%s'\n%s", argv[at], usage);
        return 2;
    }
    if (argc - at > 1) {
        fprintf(stderr, "weir: one notebook at a time; did you mean weir run %s?\n", argv[at]);
        return 2;
    }
    if (at < argc)
        w.file = argv[at];
    if (isatty(0) && isatty(1))
        return plain_run(&w);
    if (!w.file)
        return headless_run(&h);
    h.script = w.file; /* no screen: the notebook is a script */
    return headless_run(&h);
}
