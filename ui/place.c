/* place.c - see place.h. */
#include "config.h"
#include "ui/place.h"

#include "base/clock.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static const char ending[] = ".sock";

bool place_folder(char path[PLACE_PATH], char *why, size_t cap)
{
    const char *top = getenv("WEIR_TMPDIR");
    struct stat s;

    int n = snprintf(path, PLACE_PATH, "%s/weir-%u", top && *top ? top : P_tmpdir, (unsigned)geteuid());
    if (n < 0 || n + PLACE_NAME + (int)sizeof ending > PLACE_PATH) {
        snprintf(why, cap, "the temporary folder %.200s has too long a name for sockets; name a shorter one in WEIR_TMPDIR", top ? top : "");
        return false;
    }
    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        snprintf(why, cap, "cannot make the folder %s for sessions: %s", path, strerror(errno));
        return false;
    }
    if (lstat(path, &s) != 0 || !S_ISDIR(s.st_mode) || s.st_uid != geteuid()) {
        snprintf(why, cap, "%s is not a folder of yours: remove it, or name another place in WEIR_TMPDIR", path);
        return false;
    }
    if (s.st_mode & 077) {
        snprintf(why, cap, "others may enter %s: chmod 700 %s", path, path);
        return false;
    }
    return true;
}

void place_name(const char *file, char name[PLACE_NAME])
{
    const char *slash = file ? strrchr(file, '/') : NULL, *base = slash ? slash + 1 : file ? file : "notebook";
    size_t n = strlen(base), k = 0;

    if (n > 4 && !strcmp(base + n - 4, ".lua"))
        n -= 4;
    for (size_t i = 0; i < n && k < PLACE_NAME - 8; i++) {
        unsigned char c = (unsigned char)base[i];
        name[k++] = c < 0x80 && (isalnum(c) || strchr("_-+.", c)) ? (char)c : '_';
    }
    name[k] = '\0';
    if (!k || name[0] == '.' || name[0] == '-')
        snprintf(name, PLACE_NAME, "notebook");
}

static bool address(const char *name, struct sockaddr_un *a, char *why, size_t cap)
{
    char folder[PLACE_PATH];

    if (!place_folder(folder, why, cap))
        return false;
    memset(a, 0, sizeof *a);
    a->sun_family = AF_UNIX;
    size_t n = strlen(folder);
    memcpy(a->sun_path, folder, n);
    int k = snprintf(a->sun_path + n, sizeof a->sun_path - n, "/%s%s", name, ending);
    if (k < 0 || (size_t)k >= sizeof a->sun_path - n) {
        snprintf(why, cap, "'%.60s' is too long for a session's name", name);
        return false;
    }
    return true;
}

static bool same_user(int socket)
{
    struct ucred who;
    socklen_t n = sizeof who;

    return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &who, &n) == 0 && who.uid == geteuid();
}

pid_t place_peer(int socket)
{
    struct ucred who;
    socklen_t n = sizeof who;

    return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &who, &n) == 0 ? who.pid : 0;
}

int place_connect(const char *name, char *why, size_t cap)
{
    struct sockaddr_un a;

    if (!*name || strchr(name, '/')) {
        snprintf(why, cap, "'%.60s' is not a session's name", name);
        return -1;
    }
    if (!address(name, &a, why, cap))
        return -1;
    int s = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (s >= 0 && connect(s, (struct sockaddr *)&a, sizeof a) == 0 && same_user(s))
        return s;
    int e = errno;
    if (s >= 0)
        close(s);
    if (e == ECONNREFUSED)
        unlink(a.sun_path);
    snprintf(why, cap, "there is no session '%.60s'", name);
    return -1;
}

int place_listen(char name[PLACE_NAME], char *why, size_t cap)
{
    char wanted[PLACE_NAME], ignored[200];
    struct sockaddr_un a;
    int s = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    snprintf(wanted, sizeof wanted, "%s", name);
    for (int i = 2; s >= 0 && i < 1000; i++) {
        if (!address(name, &a, why, cap))
            break;
        if (bind(s, (struct sockaddr *)&a, sizeof a) == 0) {
            if (listen(s, 64) == 0)
                return s;
            unlink(a.sun_path);
            break;
        }
        if (errno != EADDRINUSE)
            break;
        int other = place_connect(name, ignored, sizeof ignored); /* removes what is dead */
        if (other >= 0)
            close(other);
        if (other >= 0 || access(a.sun_path, F_OK) == 0)
            snprintf(name, PLACE_NAME, "%.*s-%d", PLACE_NAME - 16, wanted, i);
    }
    snprintf(why, cap, "cannot open a socket for the session '%s': %s", wanted, strerror(errno));
    if (s >= 0)
        close(s);
    return -1;
}

void place_leave(const char *name)
{
    struct sockaddr_un a;
    char why[200];

    if (address(name, &a, why, sizeof why))
        unlink(a.sun_path);
}

int place_accept(int listener)
{
    int s = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    if (s >= 0 && !same_user(s)) {
        close(s);
        return -1;
    }
    return s;
}

int place_hold(void)
{
    char path[PLACE_PATH], why[200];

    if (!place_folder(path, why, sizeof why))
        return -1;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0)
        while (flock(fd, LOCK_EX) != 0 && errno == EINTR)
            ;
    return fd;
}

void place_let_go(int hold)
{
    if (hold >= 0)
        close(hold);
}

static double began(const place_entry *e)
{
    return strtod(wire_get(&e->info, "started"), NULL);
}

static int by_age(const void *a, const void *b)
{
    double d = began(a) - began(b);
    return d < 0 ? -1 : d > 0 ? 1 : strcmp(((const place_entry *)a)->name, ((const place_entry *)b)->name);
}

/* Asks the session how it is; its socket, or -1. */
static int ask(const char *name, place_entry *e)
{
    char why[200];
    int s = place_connect(name, why, sizeof why);

    if (s < 0)
        return -1;
    memset(e, 0, sizeof *e);
    snprintf(e->name, sizeof e->name, "%s", name);
    e->pid = place_peer(s);
    wire_say(s, WIRE_STATUS, NULL, NULL);
    return s;
}

/* Their answers, as they come. */
static void hear_all(place_entry *out, const int *socket, size_t n, double seconds)
{
    double until = clock_now() + seconds;

    for (size_t i = 0; i < n; i++) {
        double left = until - clock_now();
        if (wire_wait(socket[i], &out[i].info, left > 0 ? left : 0) == WIRE_OK && out[i].info.kind != WIRE_INFO)
            wire_clear(&out[i].info);
    }
}

size_t place_list(place_entry *out, size_t cap, const char *without, double seconds)
{
    char path[PLACE_PATH], why[200];
    size_t n = 0;
    int *socket = calloc(cap ? cap : 1, sizeof *socket);
    DIR *d = socket && place_folder(path, why, sizeof why) ? opendir(path) : NULL;

    for (struct dirent *e; d && n < cap && (e = readdir(d));) {
        size_t k = strlen(e->d_name), end = sizeof ending - 1;
        char name[PLACE_NAME];
        if (k <= end || k - end >= sizeof name || strcmp(e->d_name + k - end, ending))
            continue;
        snprintf(name, sizeof name, "%.*s", (int)(k - end), e->d_name);
        if (!without || strcmp(without, name))
            n += (socket[n] = ask(name, &out[n])) >= 0;
    }
    if (d)
        closedir(d);
    if (n)
        hear_all(out, socket, n, seconds);
    for (size_t i = 0; i < n; i++)
        close(socket[i]);
    free(socket);
    if (n)
        qsort(out, n, sizeof *out, by_age);
    return n;
}

void place_list_clear(place_entry *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        wire_clear(&list[i].info);
}

const char *place_locale(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *s = getenv(names[i]);
        if (s && *s)
            return s;
    }
    return "C";
}

static bool says_yes(const char *path)
{
    FILE *f = fopen(path, "r");
    char line[256];
    bool yes = false;

    while (f && fgets(line, sizeof line, f))
        if (!strncmp(line, "KillUserProcesses=", 18))
            yes = !strncmp(line + 18, "yes", 3) || !strncmp(line + 18, "true", 4) || line[18] == '1';
    if (f)
        fclose(f);
    return yes;
}

void place_survival(char *note, size_t cap)
{
    const struct passwd *me = getpwuid(geteuid());
    char linger[300];

    note[0] = '\0';
    if (!me || !says_yes("/etc/systemd/logind.conf"))
        return;
    snprintf(linger, sizeof linger, "/var/lib/systemd/linger/%.200s", me->pw_name);
    if (access(linger, F_OK) != 0)
        snprintf(note, cap, "this system ends your processes when you log out: loginctl enable-linger keeps sessions alive");
}
