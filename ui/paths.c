/* paths.c - see paths.h. */
#include "config.h"
#include "ui/paths.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

char *paths_home(const char *name)
{
    const char *home = getenv("HOME");
    text t = {0};

    if (!strncmp(name, "~/", 2) && home && *home) {
        text_add(&t, home);
        name++;
    }
    text_add(&t, name);
    char *path = t.failed ? NULL : strdup(text_str(&t));
    text_free(&t);
    return path;
}

static bool ends(const char *s, const char *ending)
{
    size_t n = strlen(s), k = ending ? strlen(ending) : 0;

    return n >= k && !strcmp(s + n - k, ending ? ending : "");
}

static bool is_folder(const char *folder, const char *name)
{
    char path[4352];
    struct stat s;

    snprintf(path, sizeof path, "%s%s", folder, name);
    return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names in the folder ("" = here, else with its slash) that begin so; folders have a slash. free() each. */
static size_t list(const char *folder, const char *begin, const char *ending, char ***out)
{
    DIR *d = opendir(*folder ? folder : ".");
    size_t n = 0, cap = 0, k = strlen(begin);
    char **v = NULL;

    for (struct dirent *e; d && (e = readdir(d));) {
        bool hidden = e->d_name[0] == '.' && *begin != '.';
        if (hidden || !strcmp(e->d_name, ".") || !strcmp(e->d_name, "..") || strncmp(e->d_name, begin, k))
            continue;
        bool sub = is_folder(folder, e->d_name);
        if (!sub && !ends(e->d_name, ending))
            continue;
        if (n == cap) {
            char **more = realloc(v, (cap = cap ? 2 * cap : 32) * sizeof *v);
            if (!more)
                break;
            v = more;
        }
        if (asprintf(&v[n], "%s%s", e->d_name, sub ? "/" : "") < 0)
            break;
        n++;
    }
    if (d)
        closedir(d);
    if (n)
        qsort(v, n, sizeof *v, by_name);
    *out = v;
    return n;
}

/* Bytes that all begin with; never half a character. */
static size_t shared(char **v, size_t n)
{
    size_t k = strlen(v[0]);

    for (size_t i = 1; i < n; i++)
        for (size_t j = 0; j < k; j++)
            if (v[i][j] != v[0][j])
                k = j;
    while (k && ((unsigned char)v[0][k] & 0xc0) == 0x80)
        k--;
    return k;
}

size_t paths_complete(const char *typed, const char *ending, text *longer, text *names)
{
    const char *slash = strrchr(typed, '/'), *begin = slash ? slash + 1 : typed;
    size_t head = (size_t)(begin - typed);
    char *whole = paths_home(typed), *cut = whole ? strrchr(whole, '/') : NULL, **v = NULL;

    if (!whole)
        return 0;
    if (cut)
        cut[1] = '\0';
    size_t n = list(cut ? whole : "", begin, ending, &v);
    if (!n && ending)
        n = list(cut ? whole : "", begin, NULL, &v);
    free(whole);
    text_add_n(longer, typed, head);
    if (n)
        text_add_n(longer, v[0], shared(v, n));
    else
        text_add(longer, begin);
    for (size_t i = 0; i < n; i++) {
        text_fmt(names, "%s%s", i ? "  " : "", v[i]);
        free(v[i]);
    }
    free(v);
    return n;
}

/* Where the text has at most so many columns left from there on, at a character's start. */
static size_t tail(const char *s, size_t columns)
{
    size_t n = strlen(s), at = 0;

    while (at < n && text_columns(s + at, n - at) > columns)
        do
            at++;
        while (((unsigned char)s[at] & 0xc0) == 0x80);
    return at;
}

void paths_cut(const char *path, size_t columns, char *buf, size_t cap)
{
    enum { DOTS = 3 };
    size_t n = strlen(path);

    if (text_columns(path, n) <= columns || columns <= DOTS) {
        snprintf(buf, cap, "%s", columns <= DOTS ? path + tail(path, columns) : path);
        return;
    }
    /* A quarter of the room for where it begins, when the file's own name leaves it. */
    const char *slash = strrchr(path, '/');
    size_t name = slash ? text_columns(slash, strlen(slash)) : columns, room = columns - DOTS, head = room / 4, k = 0;
    if (name > room - head)
        head = name < room ? room - name : 0;
    while (k < n && text_columns(path, k) < head)
        do
            k++;
        while (((unsigned char)path[k] & 0xc0) == 0x80);
    if (text_columns(path, k) > head)
        k = 0;
    size_t from = tail(path, room - text_columns(path, k));
    snprintf(buf, cap, "%.*s...%s", (int)k, path, path + from);
}

/* path is as it was afterwards. */
static bool make_folders(char *path)
{
    for (char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
        *at = '\0';
        bool good = mkdir(path, 0700) == 0 || errno == EEXIST;
        *at = '/';
        if (!good)
            return false;
    }
    return true;
}

bool paths_state(const char *name, char *path, size_t cap, bool make)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    int k = state && *state == '/' ? snprintf(path, cap, "%s/weir/%s", state, name)
          : home && *home == '/' ? snprintf(path, cap, "%s/.local/state/weir/%s", home, name) : -1;

    return k > 0 && (size_t)k < cap && (!make || make_folders(path));
}

bool paths_folders(const char *path)
{
    char *own = strdup(path);
    bool good = own && make_folders(own);
    int reason = errno;

    free(own);
    errno = reason;
    return good;
}
