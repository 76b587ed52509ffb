/* outfile.c - a file that appears whole or not at all. */
#include "config.h"
#include "base/outfile.h"

#include "base/mem.h"
#include "base/status.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER = 1 << 16 };

static weir_status failed(outfile *o, weir_error *err)
{
    int why = errno;

    weir_fail(err, WEIR_EIO, "cannot write '%s': %s", o->path, strerror(why));
    outfile_drop(o);
    return WEIR_EIO;
}

/* The file that `path` names, through links; a copy of `path` when there is none yet. */
static char *target(const char *path)
{
    char *real = realpath(path, NULL), *copy = mem_text(real ? real : path);

    free(real);
    return copy;
}

static char *beside(const char *path)
{
    size_t n = strlen(path);
    char *part = mem_array(n + 6, 1);

    if (part)
        snprintf(part, n + 6, "%s.part", path);
    return part;
}

weir_status outfile_open(outfile *o, const char *path, weir_error *err)
{
    struct stat old;
    bool there = stat(path, &old) == 0, whole = !there || S_ISREG(old.st_mode);

    *o = (outfile){.fd = -1};
    o->path = mem_text(path);
    o->real = target(path);
    o->part = o->real && whole ? beside(o->real) : NULL;
    o->buffer = mem_array(BUFFER, 1);
    if (!o->path || !o->real || (whole && !o->part) || !o->buffer) {
        outfile_drop(o);
        return weir_no_memory(err, "writing a file");
    }
    o->fd = whole ? open(o->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : open(o->real, O_WRONLY | O_CLOEXEC);
    if (o->fd < 0)
        return failed(o, err);
    if (there && whole)
        (void)!fchmod(o->fd, old.st_mode & 0777); /* where that is not allowed it is a new file's */
    return WEIR_OK;
}

/* All of it; an interrupted or short write goes on. */
static weir_status put(outfile *o, const unsigned char *bytes, size_t n, weir_error *err)
{
    while (n) {
        ssize_t k = write(o->fd, bytes, n);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0) {
            if (k == 0)
                errno = ENOSPC;
            return failed(o, err);
        }
        bytes += k;
        n -= (size_t)k;
    }
    return WEIR_OK;
}

static weir_status flush(outfile *o, weir_error *err)
{
    size_t n = o->n;

    o->n = 0;
    return put(o, o->buffer, n, err);
}

weir_status outfile_write(outfile *o, const void *bytes, size_t n, weir_error *err)
{
    weir_status st = WEIR_OK;

    o->written += n;
    if (n > BUFFER - o->n)
        st = flush(o, err);
    if (!st && n >= BUFFER)
        return put(o, bytes, n, err);
    if (!st && n) {
        memcpy(o->buffer + o->n, bytes, n);
        o->n += n;
    }
    return st;
}

weir_status outfile_commit(outfile *o, weir_error *err)
{
    weir_status st = flush(o, err);

    if (st)
        return st;
    /* A pipe or a device cannot be synchronised; that is no failure. */
    if (fsync(o->fd) && errno != EINVAL && errno != EROFS)
        return failed(o, err);
    int fd = o->fd;
    o->fd = -1;
    if (close(fd))
        return failed(o, err);
    if (o->part && rename(o->part, o->real))
        return failed(o, err);
    mem_free(o->part);
    o->part = NULL;
    outfile_drop(o);
    return WEIR_OK;
}

void outfile_drop(outfile *o)
{
    if (o->buffer && o->fd >= 0)
        close(o->fd);
    if (o->part)
        unlink(o->part);
    mem_free(o->path);
    mem_free(o->real);
    mem_free(o->part);
    mem_free(o->buffer);
    *o = (outfile){.fd = -1};
}

weir_status outfile_put(const char *path, const void *bytes, size_t n, weir_error *err)
{
    outfile o;
    weir_status st = outfile_open(&o, path, err);

    if (!st)
        st = outfile_write(&o, bytes, n, err);
    return st ? st : outfile_commit(&o, err);
}
