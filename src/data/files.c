/* files.c - folders and patterns to lists of files. */
#include "config.h"
#include "data/files.h"

#include "base/mem.h"
#include "base/status.h"

#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DEEPEST = 32 }; /* folders in folders: a circle of links ends here */

void files_free(files *f)
{
    for (size_t i = 0; i < f->n; i++)
        mem_free(f->path[i]);
    mem_free(f->path);
    *f = (files){0};
}

static weir_status add(files *f, const char *path, weir_error *err)
{
    char **more = mem_grow(f->path, f->n, &f->cap, sizeof *more);

    if (!more)
        return weir_no_memory(err, "listing files");
    f->path = more;
    f->path[f->n] = mem_text(path);
    return f->path[f->n] ? (f->n++, WEIR_OK) : weir_no_memory(err, "listing files");
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static weir_status add_folder(files *f, const char *path, const regex_t *only, int depth, weir_error *err);

static weir_status add_entry(files *f, const char *path, const regex_t *only, int depth, weir_error *err)
{
    struct stat info;

    if (stat(path, &info) != 0)
        return WEIR_OK; /* a link to nowhere */
    if (S_ISDIR(info.st_mode))
        return depth < DEEPEST ? add_folder(f, path, only, depth + 1, err) : WEIR_OK;
    if (!S_ISREG(info.st_mode) || info.st_size == 0 || (only && regexec(only, path, 0, NULL, 0) != 0))
        return WEIR_OK;
    return add(f, path, err);
}

static weir_status add_folder(files *f, const char *path, const regex_t *only, int depth, weir_error *err)
{
    DIR *d = opendir(path);
    weir_status st = WEIR_OK;
    struct dirent *e;

    if (!d)
        return weir_fail(err, WEIR_EIO, "cannot open the folder '%s': %s", path, strerror(errno));
    while (!st && (e = readdir(d))) {
        if (e->d_name[0] == '.')
            continue;
        size_t n = strlen(path) + strlen(e->d_name) + 2;
        char *full = mem_array(n, 1);
        if (!full) {
            st = weir_no_memory(err, "listing files");
            break;
        }
        snprintf(full, n, "%s%s%s", path, path[strlen(path) - 1] == '/' ? "" : "/", e->d_name);
        st = add_entry(f, full, only, depth, err);
        mem_free(full);
    }
    closedir(d);
    return st;
}

static weir_status add_matches(files *f, const char *path, const regex_t *only, weir_error *err)
{
    glob_t g;
    weir_status st = WEIR_OK;

    if (glob(path, 0, NULL, &g) != 0)
        return WEIR_OK;
    for (size_t i = 0; i < g.gl_pathc && !st; i++)
        st = add_entry(f, g.gl_pathv[i], only, 0, err);
    globfree(&g);
    return st;
}

weir_status files_add(files *f, const char *path, const char *regex, weir_error *err)
{
    struct stat info;
    regex_t only;
    size_t before = f->n;
    bool there = stat(path, &info) == 0, folder = there && S_ISDIR(info.st_mode);

    if (!folder && (there || !strpbrk(path, "*?[") || strstr(path, "://")))
        return add(f, path, err);
    if (regex) {
        int e = regcomp(&only, regex, REG_EXTENDED | REG_NOSUB);
        if (e) {
            char why[128];
            regerror(e, &only, why, sizeof why);
            return weir_fail_at(err, WEIR_EINVAL, "pattern", "pattern = \"%s\" is no regular expression: %s", regex, why);
        }
    }
    weir_status st = folder ? add_folder(f, path, regex ? &only : NULL, 0, err) : add_matches(f, path, regex ? &only : NULL, err);
    if (regex)
        regfree(&only);
    if (!st && f->n == before)
        st = weir_fail(err, WEIR_EIO, folder ? "the folder '%s' holds no file to read%s%s" : "no file matches '%s'%s%s", path,
                       regex ? " that matches " : "", regex ? regex : "");
    if (!st)
        qsort(f->path + before, f->n - before, sizeof *f->path, by_name);
    return st;
}
