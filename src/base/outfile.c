/* outfile.c - a file that appears whole or not at all. */
#include "config.h"
#include "base/outfile.h"

#include "base/mem.h"
#include "base/status.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BUFFER = 1 << 16 };

static weir_status failed(outfile *o, weir_error *err)
{
    int why = errno;

    weir_fail(err, WEIR_EIO, "cannot write '%s': %s", o->path, strerror(why));
    outfile_drop(o);
    return WEIR_EIO;
}

weir_status outfile_open(outfile *o, const char *path, weir_error *err)
{
    size_t n = strlen(path);

    *o = (outfile){.fd = -1};
    o->path = mem_text(path);
    o->part = mem_array(n + 6, 1);
    o->buffer = mem_array(BUFFER, 1);
    if (!o->path || !o->part || !o->buffer) {
        outfile_drop(o);
        return weir_no_memory(err, "writing a file");
    }
    snprintf(o->part, n + 6, "%s.part", path);
    o->fd = open(o->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    return o->fd < 0 ? failed(o, err) : WEIR_OK;
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
    if (rename(o->part, o->path))
        return failed(o, err);
    mem_free(o->part);
    o->part = NULL;
    outfile_drop(o);
    return WEIR_OK;
}

void outfile_drop(outfile *o)
{
    bool made = o->path && o->part;

    if (made && o->fd >= 0)
        close(o->fd);
    if (made)
        unlink(o->part);
    mem_free(o->path);
    mem_free(o->part);
    mem_free(o->buffer);
    *o = (outfile){.fd = -1};
}
