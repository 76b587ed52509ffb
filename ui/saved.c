/* saved.c - see saved.h. */
#include "config.h"
#include "ui/saved.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct found { saved_model *v; size_t n, cap; } found;

void saved_free(saved_model *m, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(m[i].path);
}

/* Kept in order; the oldest falls out when there are too many. */
static void add(found *f, const char *path, const struct stat *s)
{
    size_t at = f->n;

    while (at && f->v[at - 1].when < s->st_mtime)
        at--;
    char *own = at < f->cap ? strdup(path) : NULL;
    if (!own)
        return;
    if (f->n == f->cap)
        free(f->v[--f->n].path);
    memmove(&f->v[at + 1], &f->v[at], (f->n - at) * sizeof *f->v);
    f->v[at] = (saved_model){own, s->st_mtime, (long long)s->st_size};
    f->n++;
}

static void look_in(found *f, const char *folder)
{
    DIR *d = opendir(folder);
    char path[4352];
    struct stat s;

    for (struct dirent *e; d && (e = readdir(d));) {
        size_t n = strlen(e->d_name);
        if (n > 5 && !strcmp(e->d_name + n - 5, ".weir") && snprintf(path, sizeof path, "%s/%s", folder, e->d_name) < (int)sizeof path && stat(path, &s) == 0 && S_ISREG(s.st_mode))
            add(f, path, &s);
    }
    if (d)
        closedir(d);
}

static void look_at_kept(found *f, const char *folder)
{
    char path[4352];

    snprintf(path, sizeof path, "%s/.weir", folder);
    DIR *d = opendir(path);
    for (struct dirent *e; d && (e = readdir(d));)
        if (e->d_name[0] != '.' && snprintf(path, sizeof path, "%s/.weir/%s/models", folder, e->d_name) < (int)sizeof path)
            look_in(f, path);
    if (d)
        closedir(d);
}

size_t saved_list(char *const *folder, size_t n, saved_model *out, size_t cap)
{
    found f = {.v = out, .cap = cap};

    for (size_t i = 0; i < n && cap; i++) {
        size_t k = 0;
        while (k < i && strcmp(folder[k], folder[i]))
            k++;
        if (k < i)
            continue;
        look_in(&f, folder[i]);
        look_at_kept(&f, folder[i]);
    }
    return f.n;
}
