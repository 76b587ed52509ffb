/* lock.c - see lock.h. link() settles who is first: it works on network file systems too. */
#include "config.h"
#include "ui/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct owner {
    char host[256];
    int64_t pid, began;
    bool missing; /* there was no file */
} owner;

bool lock_folder(const char *notebook, char *path, size_t cap, bool make)
{
    const char *slash = strrchr(notebook, '/');
    int n = (int)(slash ? slash - notebook + 1 : 0), k;

    k = snprintf(path, cap, "%.*s.weir", n, notebook);
    if (k < 0 || (size_t)k >= cap || (make && mkdir(path, 0777) != 0 && errno != EEXIST))
        return false;
    k = snprintf(path, cap, "%.*s.weir/%s", n, notebook, slash ? slash + 1 : notebook);
    return k > 0 && (size_t)k < cap && (!make || mkdir(path, 0777) == 0 || errno == EEXIST);
}

/* When the process began, in ticks since the machine did; 0 = there is none. */
static int64_t began(int64_t pid)
{
    char path[64], s[1024];

    snprintf(path, sizeof path, "/proc/%lld/stat", (long long)pid);
    FILE *f = fopen(path, "r");
    size_t n = f ? fread(s, 1, sizeof s - 1, f) : 0;
    if (f)
        fclose(f);
    s[n] = '\0';
    char *at = strrchr(s, ')'); /* the name before it may hold anything */
    if (!at)
        return kill((pid_t)pid, 0) == 0 || errno == EPERM ? 1 : 0;
    if (at[1] == ' ' && (at[2] == 'Z' || at[2] == 'X'))
        return 0;
    for (int field = 2; at && field < 22; field++)
        at = strchr(at + 1, ' ');
    return at ? strtoll(at + 1, NULL, 10) : 0;
}

static void this_process(owner *o)
{
    if (gethostname(o->host, sizeof o->host) != 0)
        snprintf(o->host, sizeof o->host, "localhost");
    o->host[sizeof o->host - 1] = '\0';
    o->pid = getpid();
    o->began = began(o->pid);
}

static bool read_owner(const char *path, owner *o)
{
    FILE *f = fopen(path, "r");
    long long pid = 0, start = 0;
    bool good = f && fscanf(f, "%255s %lld %lld", o->host, &pid, &start) == 3;

    o->missing = !f;
    if (f)
        fclose(f);
    o->pid = pid;
    o->began = start;
    return good;
}

static bool alive(const owner *o, const owner *me)
{
    return strcmp(o->host, me->host) || began(o->pid) == o->began;
}

/* A lock that nobody holds any more goes. Those who find it at the same time do so one after the other, under a
 * lock of the system on the folder: else the second would take away what the first has put there since. */
static void remove_dead(const char *folder, const char *path, const owner *me)
{
    owner now = {0};
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd >= 0)
        while (flock(fd, LOCK_EX) != 0 && errno == EINTR)
            ;
    /* Only what was seen there may go: where nothing was, another may have come since. */
    if (read_owner(path, &now) ? !alive(&now, me) : !now.missing)
        unlink(path);
    if (fd >= 0)
        close(fd);
}

lock_result lock_take(lock *l, const char *notebook, char *why, size_t cap)
{
    char folder[4200], mine[4400];
    owner me, other;
    lock_result result = LOCK_TAKEN;

    l->path[0] = '\0';
    this_process(&me);
    if (!lock_folder(notebook, folder, sizeof folder, true)) {
        snprintf(why, cap, "cannot write beside '%.300s': %s", notebook, strerror(errno));
        return LOCK_IMPOSSIBLE;
    }
    snprintf(l->path, sizeof l->path, "%s/lock", folder);
    snprintf(mine, sizeof mine, "%s/lock-%lld", folder, (long long)me.pid);
    FILE *f = fopen(mine, "w");
    bool written = f && fprintf(f, "%s %lld %lld\n", me.host, (long long)me.pid, (long long)me.began) > 0;
    if ((f && fclose(f) != 0) || !written) {
        snprintf(why, cap, "cannot write in %.300s: %s", folder, strerror(errno));
        l->path[0] = '\0';
        return LOCK_IMPOSSIBLE;
    }
    for (int tries = 0; link(mine, l->path) != 0; tries++) {
        if (errno != EEXIST || tries == 10) {
            snprintf(why, cap, "cannot lock '%.300s': %s", notebook, strerror(errno));
            result = LOCK_IMPOSSIBLE;
            break;
        }
        memset(&other, 0, sizeof other);
        bool told = read_owner(l->path, &other);
        if (told && alive(&other, &me)) {
            snprintf(why, cap, "process %lld on %s writes this notebook", (long long)other.pid, other.host);
            result = LOCK_HELD;
            break;
        }
        remove_dead(folder, l->path, &me);
        result = LOCK_AFTER_CRASH;
    }
    unlink(mine);
    if (result == LOCK_HELD || result == LOCK_IMPOSSIBLE)
        l->path[0] = '\0';
    return result;
}

void lock_release(lock *l)
{
    owner me, now = {0};

    if (!l->path[0])
        return;
    this_process(&me);
    if (read_owner(l->path, &now) && now.pid == me.pid && !strcmp(now.host, me.host))
        unlink(l->path);
    l->path[0] = '\0';
}
