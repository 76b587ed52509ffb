/* journal.c - see journal.h. The file appears whole or not at all; no fsync, as a crash of weir leaves
 * the system's cache alone, and the thread that draws must not wait for a disk. */
#include "config.h"
#include "ui/journal.h"

#include "base/clock.h"
#include "base/text.h"
#include "ui/lock.h"
#include "ui/paths.h"
#include "ui/place.h"

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

/* The notebook's name on any path to it: its folder's real name and its own. */
static uint64_t hash_of_place(const char *notebook)
{
    char folder[4200];
    const char *name = strrchr(notebook, '/');

    name = name ? name + 1 : notebook;
    snprintf(folder, sizeof folder, "%.*s", (int)(name - notebook), notebook);
    char *real = realpath(*folder ? folder : ".", NULL);
    uint64_t h = hash(hash(hash_of(real ? real : folder), "/"), name);
    free(real);
    return h;
}

void journal_open(journal *j, const char *notebook, bool beside)
{
    char folder[4200], name[64], why[300];

    memset(j, 0, sizeof *j);
    if (beside && lock_folder(notebook, folder, sizeof folder, false))
        snprintf(j->at[0].path, sizeof j->at[0].path, "%s/journal", folder);
    snprintf(name, sizeof name, "journals/%016" PRIx64, hash_of_place(notebook));
    if (!paths_state(name, j->at[1].path, sizeof j->at[1].path, false))
        j->at[1].path[0] = '\0';
    if (place_folder(folder, why, sizeof why))
        snprintf(j->at[2].path, sizeof j->at[2].path, "%s/journal-%s", folder, strchr(name, '/') + 1);
    for (int i = 0; i < JOURNAL_PLACES; i++)
        j->at[i].there = access(j->at[i].path, F_OK) == 0;
}

bool journal_kept(const journal *j)
{
    return j->at[0].path[0] || j->at[1].path[0] || j->at[2].path[0];
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
    int reason = errno;
    if (close(fd) != 0 && good) {
        good = false;
        reason = errno;
    }
    if (good && rename(part, path) != 0) {
        good = false;
        reason = errno;
    }
    if (!good)
        unlink(part);
    errno = reason;
    return good;
}

static void remove_at(journal *j, int i)
{
    if (j->at[i].there)
        unlink(j->at[i].path);
    j->at[i].there = false;
}

/* In the first place that takes it, and in no other; gives that place, or JOURNAL_PLACES with the first's reason in errno. */
static int write_somewhere(journal *j, const text *t)
{
    int reason = ENOENT, i = 0;

    for (bool tried = false; i < JOURNAL_PLACES; i++) {
        if (!j->at[i].path[0])
            continue;
        if ((i != 1 || paths_folders(j->at[i].path)) && write_file(j->at[i].path, t))
            break;
        reason = tried ? reason : errno;
        tried = true;
    }
    for (int k = 0; k < JOURNAL_PLACES && i < JOURNAL_PLACES; k++)
        if (k != i)
            remove_at(j, k);
    if (i < JOURNAL_PLACES)
        j->at[i].there = true;
    errno = reason;
    return i;
}

bool journal_write(journal *j, const char *file, const char *base, const char *state, char *why, size_t cap)
{
    uint64_t now = hash(hash(hash_of(file), state), base);
    text t = {0};

    if (cap)
        *why = '\0';
    if (!journal_kept(j) || now == j->last)
        return true;
    text_add(&t, first_line);
    text_fmt(&t, "base %016" PRIx64 "\nwhen %.6f\n", hash_of(base), clock_wall());
    text_add(&t, state);
    text_char(&t, '\n');
    text_add(&t, file);
    const char *first = j->at[0].path[0] ? j->at[0].path : "the notebook's folder";
    int i = t.failed ? JOURNAL_PLACES : write_somewhere(j, &t);
    const char *reason = t.failed ? "out of memory" : strerror(errno);
    if (i == JOURNAL_PLACES)
        snprintf(why, cap, "what is typed is not kept for a crash: %s: %s", first, reason);
    else if (i > 0)
        snprintf(why, cap, "%s: what is typed is kept for a crash in %s", j->at[0].path[0] ? reason : "not beside the notebook", j->at[i].path);
    text_free(&t);
    j->last = i < JOURNAL_PLACES ? now : 0;
    return i < JOURNAL_PLACES;
}

void journal_remove(journal *j)
{
    for (int i = 0; i < JOURNAL_PLACES; i++)
        remove_at(j, i);
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

static bool read_at(const char *path, const char *base, journal_entry *out)
{
    FILE *f = *path ? fopen(path, "rb") : NULL;
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

bool journal_read(const journal *j, const char *base, journal_entry *out)
{
    bool found = false;

    memset(out, 0, sizeof *out);
    for (int i = 0; i < JOURNAL_PLACES; i++) {
        journal_entry e;
        if (!read_at(j->at[i].path, base, &e))
            continue;
        if (!found || e.when > out->when) {
            journal_entry_clear(out);
            *out = e;
        } else {
            journal_entry_clear(&e);
        }
        found = true;
    }
    return found;
}

void journal_entry_clear(journal_entry *e)
{
    free(e->file);
    free(e->state);
    memset(e, 0, sizeof *e);
}
