/* shell.c - see shell.h. */
#include "config.h"
#include "ui/shell.h"

#include "lua/headless.h"

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char script[] =
#include "ui/shell.inc"
    ;

/* shell.lua's function of that name, with these arguments. */
static int run(const shell_options *o, const char *name, int argc, char *const *argv)
{
    char **all = calloc((size_t)argc + 3, sizeof *all);

    if (!all)
        return EXIT_LIMIT;
    all[0] = (char *)(uintptr_t)name;
    all[1] = (char *)(uintptr_t)(o->json ? "json" : "text");
    for (int i = 0; i < argc; i++)
        all[i + 2] = argv[i];
    headless_options h = {.code = script, .argc = argc + 2, .argv = all, .sample_dir = o->sample_dir, .quiet = o->quiet, .log_file = o->log_file};
    int status = headless_run(&h);
    free(all);
    return status;
}

int shell_import(const shell_options *o, int argc, char *const *argv)
{
    return run(o, "import", argc, argv);
}

int shell_predict(const shell_options *o, const char *model, const char *data)
{
    char *argv[] = {(char *)(uintptr_t)model, (char *)(uintptr_t)data};

    return run(o, "predict", 2, argv);
}

int shell_plot(const shell_options *o, const char *model, const char *metric, const char *save)
{
    char *argv[] = {(char *)(uintptr_t)model, (char *)(uintptr_t)(metric ? metric : ""), (char *)(uintptr_t)(save ? save : "")};

    return run(o, "plot", 3, argv);
}

/* weir models ------------------------------------------------------------------------------------ */

typedef struct files { char **v; size_t n, cap; } files;

static void add(files *f, char *s)
{
    if (s && f->n == f->cap) {
        char **more = realloc(f->v, (f->cap = f->cap ? 2 * f->cap : 64) * sizeof *more);
        if (!more) {
            free(s);
            return;
        }
        f->v = more;
    }
    if (s)
        f->v[f->n++] = s;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The models right in a folder, by name. false: it cannot be read. */
static bool add_folder(files *f, const char *folder)
{
    DIR *d = opendir(folder);
    size_t from = f->n;

    for (struct dirent *e; d && (e = readdir(d));) {
        size_t n = strlen(e->d_name);
        char *path = NULL;
        struct stat s;
        if (n <= 5 || strcmp(e->d_name + n - 5, ".weir") ||
            asprintf(&path, "%s%s%s", strcmp(folder, ".") ? folder : "", !strcmp(folder, ".") || folder[strlen(folder) - 1] == '/' ? "" : "/", e->d_name) < 0)
            continue;
        if (stat(path, &s) == 0 && S_ISREG(s.st_mode))
            add(f, path);
        else
            free(path);
    }
    if (d)
        closedir(d);
    if (f->n > from)
        qsort(f->v + from, f->n - from, sizeof *f->v, by_name);
    return d != NULL;
}

/* .weir/NOTEBOOK/models: what sessions have kept at their end. */
static void add_kept(files *f, const char *folder)
{
    char path[4096];
    files names = {0};

    snprintf(path, sizeof path, "%s/.weir", folder);
    DIR *d = opendir(path);
    for (struct dirent *e; d && (e = readdir(d));)
        if (e->d_name[0] != '.')
            add(&names, strdup(e->d_name));
    if (d)
        closedir(d);
    if (names.n)
        qsort(names.v, names.n, sizeof *names.v, by_name);
    for (size_t i = 0; i < names.n; i++) {
        if (snprintf(path, sizeof path, "%s/.weir/%s/models", folder, names.v[i]) < (int)sizeof path)
            add_folder(f, path);
        free(names.v[i]);
    }
    free(names.v);
}

static void add_facts(files *to, const char *path)
{
    struct stat s = {0};
    char *text = NULL;

    stat(path, &s);
    add(to, strdup(path));
    add(to, asprintf(&text, "%lld", (long long)s.st_size) < 0 ? NULL : text);
    add(to, asprintf(&text, "%lld", (long long)s.st_mtime) < 0 ? NULL : text);
}

int shell_models(const shell_options *o, int argc, char *const *argv)
{
    static char here[] = ".", *const only[] = {here};
    files f = {0}, with = {0};
    bool good = true;

    argv = argc ? argv : only;
    argc = argc ? argc : 1;
    for (int i = 0; i < argc; i++) {
        struct stat s;
        if (stat(argv[i], &s) == 0 && !S_ISDIR(s.st_mode)) {
            add(&f, strdup(argv[i]));
        } else if (add_folder(&f, argv[i])) {
            add_kept(&f, argv[i]);
        } else {
            fprintf(stderr, "weir: cannot read '%s': %s\n", argv[i], strerror(errno));
            good = false;
        }
    }
    add(&with, strdup(argc == 1 && !strcmp(argv[0], ".") ? "this folder" : argc == 1 ? argv[0] : "these folders"));
    for (size_t i = 0; i < f.n; i++)
        add_facts(&with, f.v[i]);
    int status = good || f.n ? run(o, "models", (int)with.n, with.v) : EXIT_DATA;
    for (size_t i = 0; i < f.n; i++)
        free(f.v[i]);
    for (size_t i = 0; i < with.n; i++)
        free(with.v[i]);
    free(f.v);
    free(with.v);
    return status ? status : good ? EXIT_GOOD : EXIT_DATA;
}
