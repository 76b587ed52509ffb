/* recent.c - see recent.h. One lock on the file for reading and writing: sessions add at the same time. */
#include "config.h"
#include "ui/recent.h"

#include "base/text.h"
#include "ui/paths.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_BYTES = 1 << 17 };

static int open_list(bool write)
{
    char path[4300];
    int fd = paths_state("recent", path, sizeof path, write) ? open(path, (write ? O_RDWR | O_CREAT : O_RDONLY) | O_CLOEXEC, 0600) : -1;

    if (fd >= 0 && flock(fd, write ? LOCK_EX : LOCK_SH) != 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static void read_list(int fd, text *t)
{
    char buf[4096];

    for (ssize_t n; t->n < MOST_BYTES && (n = read(fd, buf, sizeof buf)) > 0;)
        text_add_n(t, buf, (size_t)n);
}

void recent_add(const char *path)
{
    text old = {0}, now = {0};
    int fd = *path == '/' && !strchr(path, '\n') ? open_list(true) : -1;
    size_t k, n = 1;

    if (fd < 0)
        return;
    read_list(fd, &old);
    text_fmt(&now, "%s\n", path);
    for (const char *s = text_str(&old); *s && n < RECENT_MOST; s += k + (s[k] == '\n')) {
        k = strcspn(s, "\n");
        if (!k || (k == strlen(path) && !memcmp(s, path, k)))
            continue;
        text_add_n(&now, s, k);
        text_char(&now, '\n');
        n++;
    }
    if (!old.failed && !now.failed && strcmp(text_str(&old), text_str(&now)) && pwrite(fd, text_str(&now), now.n, 0) == (ssize_t)now.n && ftruncate(fd, (off_t)now.n) != 0)
        text_clear(&now); /* older lines stay at the end: read as they are */
    text_free(&old);
    text_free(&now);
    close(fd);
}

size_t recent_list(char **path, size_t cap)
{
    text t = {0};
    int fd = open_list(false);
    size_t n = 0, k;

    if (fd < 0)
        return 0;
    read_list(fd, &t);
    close(fd);
    for (const char *s = text_str(&t); *s && n < cap; s += k + (s[k] == '\n')) {
        struct stat st;
        k = strcspn(s, "\n");
        char *one = *s == '/' ? strndup(s, k) : NULL;
        if (one && stat(one, &st) == 0 && S_ISREG(st.st_mode))
            path[n++] = one;
        else
            free(one);
    }
    text_free(&t);
    return n;
}
