/* launch.c - see launch.h. The session is exec'ed, in a process session of its own: no terminal, no
 * descriptors, no threads come with it. */
#include "config.h"
#include "ui/launch.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { MOST_SESSIONS = 256, PATIENCE = 60, HELD_UP = 10 }; /* seconds for a session to begin; for one to tell which notebook it has */

char *launch_path(const char *file)
{
    char *whole = realpath(file, NULL);

    if (whole || errno != ENOENT)
        return whole;
    const char *slash = strrchr(file, '/');
    char *folder = slash ? strndup(file, (size_t)(slash - file) + 1) : strdup("."), *at = folder ? realpath(folder, NULL) : NULL;
    free(folder);
    if (at && asprintf(&whole, "%s/%s", strcmp(at, "/") ? at : "", slash ? slash + 1 : file) < 0)
        whole = NULL;
    free(at);
    return whole;
}

static int find(const char *path)
{
    place_entry *list = calloc(MOST_SESSIONS, sizeof *list);
    size_t n = list ? place_list(list, MOST_SESSIONS, NULL, HELD_UP) : 0;
    char why[200];
    int s = -1;

    for (size_t i = 0; i < n && s < 0; i++)
        if (!strcmp(wire_get(&list[i].info, "path"), path))
            s = place_connect(list[i].name, why, sizeof why);
    if (list)
        place_list_clear(list, n);
    free(list);
    return s;
}

/* "weir session-process [OPTIONS] [FILE]" with nothing but the descriptor it reports on. */
static pid_t spawn(const char *path, char *const *options, const char *folder, int ready)
{
    char *argv[32] = {(char *)(uintptr_t)"weir", (char *)(uintptr_t)"session-process"};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    int n = 2;
    pid_t pid = 0;

    for (; options && *options && n < 30; options++)
        argv[n++] = *options;
    if (path)
        argv[n++] = (char *)(uintptr_t)path;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&files, ready, LAUNCH_READY);
    posix_spawn_file_actions_addclosefrom_np(&files, LAUNCH_READY + 1);
    if (folder && *folder)
        posix_spawn_file_actions_addchdir_np(&files, folder);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    int e = posix_spawn(&pid, "/proc/self/exe", &files, &attributes, argv, environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    errno = e;
    return e ? -1 : pid;
}

/* What the new process says: '+' and its name, or '-' and why not. */
static bool hear(int ready, char *said, size_t cap)
{
    double until = clock_now() + PATIENCE;
    size_t n = 0;

    for (;;) {
        struct pollfd p = {.fd = ready, .events = POLLIN};
        double left = until - clock_now();
        if (left <= 0 || n + 1 >= cap || (poll(&p, 1, (int)(left * 1000) + 1) < 0 && errno != EINTR))
            break;
        ssize_t k = p.revents ? read(ready, said + n, cap - 1 - n) : 0;
        if (p.revents && k <= 0)
            break;
        n += (size_t)k;
    }
    said[n] = '\0';
    return n > 0;
}

static int start(const char *path, char *const *options, const char *folder, pid_t *child, char *why, size_t cap)
{
    char said[1200];
    int ready[2];

    if (pipe2(ready, O_CLOEXEC) != 0) {
        snprintf(why, cap, "cannot open a pipe: %s", strerror(errno));
        return -1;
    }
    *child = spawn(path, options, folder, ready[1]);
    int e = errno;
    close(ready[1]);
    bool told = *child > 0 && hear(ready[0], said, sizeof said);
    close(ready[0]);
    if (told && said[0] == '+')
        return place_connect(said + 1, why, cap);
    if (*child < 0)
        snprintf(why, cap, "cannot start a session: %s", strerror(e));
    else
        snprintf(why, cap, "%s", told ? said + 1 : "the session ended before it began; weir --no-session tells more");
    if (*child > 0) {
        kill(*child, SIGKILL);
        waitpid(*child, NULL, 0);
    }
    return -1;
}

int launch_session(const char *file, char *const *options, const char *folder, pid_t *child, char *why, size_t cap)
{
    char sockets[PLACE_PATH], *path = NULL;

    *child = 0;
    if (!place_folder(sockets, why, cap))
        return -1;
    if (file && !(path = launch_path(file))) {
        snprintf(why, cap, "cannot open '%s': %s", file, strerror(errno));
        return -1;
    }
    int hold = place_hold(); /* two clients at once shall not start two sessions */
    int s = path ? find(path) : -1;
    if (s < 0)
        s = start(path, options, folder, child, why, cap);
    place_let_go(hold);
    free(path);
    return s;
}

static void tell(char sign, const char *words)
{
    ssize_t n = write(LAUNCH_READY, &sign, 1);
    n = write(LAUNCH_READY, words, strlen(words));
    (void)n;
    close(LAUNCH_READY);
}

void launch_ready(const char *name)
{
    tell('+', name);
}

void launch_failed(const char *why)
{
    tell('-', why);
}
