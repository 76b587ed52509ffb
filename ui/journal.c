/* journal.c - see journal.h. The file appears whole or not at all; no fsync, as a crash of weir leaves
 * the system's cache alone, and the thread that draws must not wait for a disk. */
#include "config.h"
#include "ui/journal.h"

#include "base/clock.h"
#include "base/text.h"
#include "ui/lock.h"
#include "ui/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char first_line[] = "weir journal 1\n";

/* FNV-1a, never 0. */
static uint64_t hash(uint64_t h, const char *s)
{
    for (; s && *s; s++)
        h = (h ^ (unsigned char)*s) * 1099511628211u;
    return h ? h : 1;
}

static uint64_t hash_of(const char *s)
{
    return s ? hash(14695981039346656037u, s) : 0;
}

void journal_open(journal *j, const char *notebook)
{
    char folder[4200];

    memset(j, 0, sizeof *j);
    if (lock_folder(notebook, folder, sizeof folder, false))
        snprintf(j->path, sizeof j->path, "%s/journal", folder);
    j->there = access(j->path, F_OK) == 0;
}

bool journal_unnamed(int n, char *path, size_t cap)
{
    char name[40];

    snprintf(name, sizeof name, "unnamed-%d.lua", n);
    return paths_state(name, path, cap, true);
}

static bool write_all(int fd, const char *s, size_t n)
{
    while (n) {
        ssize_t k = write(fd, s, n);
        if (k < 0 && errno == EINTR)
            continue;
        if (k < 0)
            return false;
        s += k;
        n -= (size_t)k;
    }
    return true;
}

static bool write_file(const char *path, const text *t)
{
    char part[4400];

    snprintf(part, sizeof part, "%s~", path);
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    bool good = write_all(fd, text_str(t), t->n);
    good = close(fd) == 0 && good && rename(part, path) == 0;
    if (!good)
        unlink(part);
    return good;
}

bool journal_write(journal *j, const char *file, const char *base, const char *state, char *why, size_t cap)
{
    uint64_t now = hash(hash(hash_of(file), state), base);
    text t = {0};

    if (!j->path[0] || now == j->last)
        return true;
    text_add(&t, first_line);
    text_fmt(&t, "base %016" PRIx64 "\nwhen %.3f\n", hash_of(base), clock_wall());
    text_add(&t, state);
    text_char(&t, '\n');
    text_add(&t, file);
    bool good = !t.failed && write_file(j->path, &t);
    if (!good)
        snprintf(why, cap, "what is typed is not kept for a crash: %s: %s", j->path, t.failed ? "out of memory" : strerror(errno));
    text_free(&t);
    j->last = good ? now : 0;
    j->there |= good;
    return good;
}

void journal_remove(journal *j)
{
    if (j->there)
        unlink(j->path);
    j->there = false;
    j->last = 0;
}

bool journal_value(const char *state, const char *key, char *buf, size_t cap)
{
    size_t n = strlen(key);

    for (const char *at = state; at && *at; at = strchr(at, '\n'), at += at != NULL)
        if (!strncmp(at, key, n) && at[n] == ' ') {
            snprintf(buf, cap, "%.*s", (int)strcspn(at + n + 1, "\n"), at + n + 1);
            return true;
        }
    return false;
}

bool journal_read(const journal *j, const char *base, journal_entry *out)
{
    FILE *f = j->path[0] ? fopen(j->path, "rb") : NULL;
    text t = {0};
    char buf[65536], value[64];

    memset(out, 0, sizeof *out);
    if (!f)
        return false;
    for (size_t n; (n = fread(buf, 1, sizeof buf, f)) > 0;)
        text_add_n(&t, buf, n);
    fclose(f);
    const char *s = text_str(&t), *end = strstr(s, "\n\n");
    if (!t.failed && end && !strncmp(s, first_line, sizeof first_line - 1)) {
        s += sizeof first_line - 1;
        out->state = strndup(s, (size_t)(end + 1 - s));
        out->file = strdup(end + 2);
    }
    text_free(&t);
    if (!out->state || !out->file) {
        journal_entry_clear(out);
        return false;
    }
    snprintf(buf, sizeof buf, "%016" PRIx64, hash_of(base));
    out->base_same = journal_value(out->state, "base", value, sizeof value) && !strcmp(value, buf);
    out->when = journal_value(out->state, "when", value, sizeof value) ? strtod(value, NULL) : 0;
    return true;
}

void journal_entry_clear(journal_entry *e)
{
    free(e->file);
    free(e->state);
    memset(e, 0, sizeof *e);
}
