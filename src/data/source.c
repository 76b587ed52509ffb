/* source.c - files and gzip streams into memory. */
#include "config.h"
#include "data/source.h"

#include "base/mem.h"
#include "base/status.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { CHUNK = 1 << 20 };

void source_free(source *s)
{
    mem_free(s->bytes);
    *s = (source){0};
}

static weir_status read_all(int fd, const char *path, size_t hint, source *s, progress *p, weir_error *err)
{
    size_t cap = hint + CHUNK;

    s->bytes = mem_array(cap + 1, 1);
    if (!s->bytes)
        return weir_no_memory(err, "reading a file");
    for (;;) {
        if (progress_cancelled(p))
            return weir_fail(err, WEIR_ECANCEL, "reading '%s' was cancelled", path);
        if (s->n == cap) {
            char *more = mem_resize(s->bytes, cap * 2 + 1, 1);
            if (!more)
                return weir_no_memory(err, "reading a file");
            s->bytes = more;
            cap *= 2;
        }
        size_t want = cap - s->n < 8 * CHUNK ? cap - s->n : 8 * CHUNK;
        ssize_t got = read(fd, s->bytes + s->n, want);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return weir_fail(err, WEIR_EIO, "cannot read '%s': %s", path, strerror(errno));
        if (got == 0)
            break;
        s->n += (size_t)got;
        if (p)
            atomic_store_explicit(&p->bytes, s->n, memory_order_relaxed);
    }
    s->stored = s->n;
    s->bytes[s->n] = '\0';
    return WEIR_OK;
}

static weir_status inflate_members(const source *in, const char *path, source *out, progress *p, weir_error *err)
{
    z_stream z = {0};
    size_t cap = in->n * 4 + CHUNK;
    weir_status st = WEIR_OK;
    int e = Z_OK;

    out->bytes = mem_array(cap + 1, 1);
    if (!out->bytes || inflateInit2(&z, 15 + 16) != Z_OK)
        return weir_no_memory(err, "inflating a file");
    size_t at = 0;
    while (!st) {
        if (out->n == cap) {
            char *more = mem_resize(out->bytes, cap * 2 + 1, 1);
            if (!more) {
                st = weir_no_memory(err, "inflating a file");
                break;
            }
            out->bytes = more;
            cap *= 2;
        }
        size_t give = in->n - at < (1u << 30) ? in->n - at : 1u << 30, room = cap - out->n < 8 * CHUNK ? cap - out->n : 8 * CHUNK;
        z.next_in = (unsigned char *)in->bytes + at;
        z.avail_in = (unsigned)give;
        z.next_out = (unsigned char *)out->bytes + out->n;
        z.avail_out = (unsigned)room;
        e = inflate(&z, Z_NO_FLUSH);
        at += give - z.avail_in;
        out->n += room - z.avail_out;
        if (progress_cancelled(p))
            st = weir_fail(err, WEIR_ECANCEL, "reading '%s' was cancelled", path);
        else if (e == Z_STREAM_END && at < in->n && (unsigned char)in->bytes[at] == 0x1f)
            inflateReset(&z); /* the next member */
        else if (e == Z_STREAM_END)
            break;
        else if (e == Z_BUF_ERROR || (e == Z_OK && at == in->n && z.avail_out))
            st = weir_fail(err, WEIR_EFORMAT, "'%s' is a gzip file that is cut off after %zu bytes", path, in->n);
        else if (e != Z_OK)
            st = weir_fail(err, WEIR_EFORMAT, "'%s' is a damaged gzip file: %s at byte %zu", path, z.msg ? z.msg : "error", at);
    }
    inflateEnd(&z);
    out->stored = in->n;
    out->compressed = true;
    if (!st)
        out->bytes[out->n] = '\0';
    return st;
}

static weir_status open_file(const char *path, int *fd, size_t *size, weir_error *err)
{
    struct stat info;

    *size = 0;
    if (!strcmp(path, "-")) {
        *fd = dup(0);
        return *fd >= 0 ? WEIR_OK : weir_fail(err, WEIR_EIO, "cannot read standard input: %s", strerror(errno));
    }
    *fd = open(path, O_RDONLY | O_CLOEXEC);
    if (*fd < 0)
        return weir_fail(err, WEIR_EIO, errno == ENOENT ? "there is no file '%s'" : "cannot open '%s': %s", path, strerror(errno));
    if (fstat(*fd, &info) == 0 && S_ISDIR(info.st_mode)) {
        close(*fd);
        return weir_fail(err, WEIR_EIO, "'%s' is a directory, not a file", path);
    }
    *size = info.st_size > 0 ? (size_t)info.st_size : 0;
    return WEIR_OK;
}

weir_status source_read(source *out, const char *path, progress *p, weir_error *err)
{
    source raw = {0}, plain = {0};
    int fd;
    size_t size;
    weir_status st = open_file(path, &fd, &size, err);

    if (st)
        return st;
    st = read_all(fd, path, size, &raw, p, err);
    close(fd);
    size_t name = strlen(path);
    bool gz_name = name > 3 && !strcmp(path + name - 3, ".gz");
    bool gz = raw.n >= 2 && (unsigned char)raw.bytes[0] == 0x1f && (unsigned char)raw.bytes[1] == 0x8b;
    if (!st && !raw.n)
        st = weir_fail(err, WEIR_EFORMAT, gz_name ? "'%s' is a gzip file of 0 bytes" : "'%s' is empty", path);
    if (!st && gz) {
        st = inflate_members(&raw, path, &plain, p, err);
        source_free(&raw);
        raw = plain;
        if (!st && !raw.n)
            st = weir_fail(err, WEIR_EFORMAT, "'%s' is empty once unpacked", path);
    }
    if (st)
        source_free(&raw);
    else
        *out = raw;
    return st;
}
