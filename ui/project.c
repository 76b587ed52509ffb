/* project.c - see project.h. */
#include "config.h"
#include "ui/project.h"

#include "base/sha256.h"
#include "ui/launch.h"
#include "ui/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char name[] = ".weir.lua";
enum { MOST_BYTES = 1 << 20 };

/* Finding it ---------------------------------------------------------------------------------------- */

/* Whether the folder is the other one or inside it. */
static bool is_in(const char *folder, const char *top)
{
    size_t n = strlen(top);

    return n && !strncmp(folder, top, n) && (!folder[n] || folder[n] == '/' || top[n - 1] == '/');
}

static bool find(const char *notebook, char path[4352])
{
    char folder[PATH_MAX], top[PATH_MAX];
    const char *home = getenv("HOME");
    char *own = notebook ? launch_path(notebook) : NULL, *slash = own ? strrchr(own, '/') : NULL;

    if (slash)
        snprintf(folder, sizeof folder, "%.*s", slash == own ? 1 : (int)(slash - own), own);
    bool good = slash || getcwd(folder, sizeof folder);
    free(own);
    if (!home || !*home || !realpath(home, top))
        top[0] = '\0';
    for (bool above = is_in(folder, top); good;) {
        snprintf(path, 4352, "%s/%s", strcmp(folder, "/") ? folder : "", name);
        if (access(path, F_OK) == 0)
            return true;
        char *last = strrchr(folder, '/');
        if (!above || !last || last == folder || !strcmp(folder, top))
            break;
        *last = '\0';
    }
    path[0] = '\0';
    return false;
}

static bool read_whole(const char *path, text *t, char *why, size_t cap)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe of that name would not end */
    struct stat s;
    char buf[16384];
    ssize_t n = -1;

    if (fd >= 0 && fstat(fd, &s) == 0 && S_ISREG(s.st_mode))
        while ((n = read(fd, buf, sizeof buf)) > 0 && t->n <= MOST_BYTES)
            text_add_n(t, buf, (size_t)n);
    if (fd >= 0 && !S_ISREG(s.st_mode))
        snprintf(why, cap, "%s is no file; it is not read", path);
    else if (n < 0)
        snprintf(why, cap, "cannot read %s: %s", path, strerror(errno));
    else if (n > 0 || t->failed)
        snprintf(why, cap, "%s is longer than a megabyte; it is not read", path);
    if (fd >= 0)
        close(fd);
    return n == 0 && !t->failed;
}

/* What was decided: lines "trusted HASH PATH" ------------------------------------------------------------- */

static project_trust look_up(const project *p)
{
    char path[4352], *line = NULL;
    size_t cap = 0;
    ssize_t n;
    project_trust found = PROJECT_UNKNOWN;
    FILE *f = paths_state("projects", path, sizeof path, false) ? fopen(path, "re") : NULL;

    while (f && (n = getline(&line, &cap, f)) > 0) {
        line[n - 1] = line[n - 1] == '\n' ? '\0' : line[n - 1];
        char *hash = strchr(line, ' '), *where = hash ? strchr(hash + 1, ' ') : NULL;
        if (!where || strncmp(hash + 1, p->hash, strlen(p->hash)) || where - hash - 1 != (ptrdiff_t)strlen(p->hash) || strcmp(where + 1, p->path))
            continue;
        found = !strncmp(line, "trusted ", 8) ? PROJECT_TRUSTED : PROJECT_REFUSED;
    }
    if (f)
        fclose(f);
    free(line);
    return found;
}

/* The other projects' lines; an older one of this path is dropped. */
static void keep_others(const char *from, const char *path, text *out)
{
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;
    FILE *f = fopen(from, "re");

    while (f && (n = getline(&line, &cap, f)) > 0) {
        char *hash = strchr(line, ' '), *where = hash ? strchr(hash + 1, ' ') : NULL;
        size_t k = strlen(path);
        if (where && !(!strncmp(where + 1, path, k) && (where[1 + k] == '\n' || !where[1 + k])))
            text_add_n(out, line, (size_t)n);
    }
    if (f)
        fclose(f);
    free(line);
}

static bool write_state(const char *path, const text *t)
{
    char part[4400];

    snprintf(part, sizeof part, "%s~%ld", path, (long)getpid());
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FILE *f = fd >= 0 ? fdopen(fd, "wb") : NULL;
    bool good = f && fwrite(text_str(t), 1, t->n, f) == t->n;
    if (f && fclose(f) != 0)
        good = false;
    good = good && rename(part, path) == 0;
    if (!good && fd >= 0)
        unlink(part);
    return good;
}

bool project_decide(project *p, bool trusted, char *why, size_t cap)
{
    char path[4352];
    text t = {0};

    p->trust = trusted ? PROJECT_TRUSTED : PROJECT_REFUSED;
    if (strchr(p->path, '\n') || !paths_state("projects", path, sizeof path, true)) {
        snprintf(why, cap, "there is no place to remember it; it is asked again next time");
        return false;
    }
    keep_others(path, p->path, &t);
    text_fmt(&t, "%s %s %s\n", trusted ? "trusted" : "refused", p->hash, p->path);
    bool good = !t.failed && write_state(path, &t);
    if (!good)
        snprintf(why, cap, "cannot write %s: %s; it is asked again next time", path, strerror(errno));
    text_free(&t);
    return good;
}

void project_open(project *p, const char *notebook, char *why, size_t cap)
{
    uint8_t hash[SHA256_BYTES];

    *why = '\0';
    project_free(p);
    if (!find(notebook, p->path) || !read_whole(p->path, &p->code, why, cap))
        return;
    sha256(text_str(&p->code), p->code.n, hash);
    sha256_hex(hash, p->hash);
    p->trust = look_up(p);
}

void project_free(project *p)
{
    text_free(&p->code);
    memset(p, 0, sizeof *p);
}
