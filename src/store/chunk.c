/* chunk.c - files of sections: models, frames, whatever must come back bit for bit. */
#include "config.h"
#include "store/chunk.h"

#include "base/mem.h"
#include "base/status.h"
#include "kernel/crc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

static const unsigned char magic[8] = {0x89, 'W', 'E', 'I', 'R', 0x0d, 0x0a, 0x1a};

enum { HEADER = 24, CRC = 4, PIECE = 1 << 30, ZLIB_BEST = 1032 };

void chunk_put_u32(unsigned char *at, uint32_t x)
{
    for (int i = 0; i < 4; i++)
        at[i] = (unsigned char)(x >> 8 * i);
}

void chunk_put_u64(unsigned char *at, uint64_t x)
{
    for (int i = 0; i < 8; i++)
        at[i] = (unsigned char)(x >> 8 * i);
}

uint32_t chunk_get_u32(const unsigned char *at)
{
    uint32_t x = 0;

    for (int i = 0; i < 4; i++)
        x |= (uint32_t)at[i] << 8 * i;
    return x;
}

uint64_t chunk_get_u64(const unsigned char *at)
{
    return chunk_get_u32(at) | (uint64_t)chunk_get_u32(at + 4) << 32;
}

bool chunk_is(const void *head, size_t n)
{
    return n >= sizeof magic && !memcmp(head, magic, sizeof magic);
}

/* Writing ------------------------------------------------------------------------- */

weir_status chunk_create(chunk_writer *w, const char *path, weir_error *err)
{
    weir_status st = outfile_open(&w->out, path, err);
    return st ? st : outfile_write(&w->out, magic, sizeof magic, err);
}

/* The compressed bytes, or NULL when they would not be fewer (or there is no memory for them). */
static unsigned char *deflated(const void *bytes, size_t n, size_t *stored)
{
    if (n < 64 || n > PIECE)
        return NULL;
    uLongf size = (uLongf)n;
    unsigned char *z = mem_array(n, 1);
    if (!z)
        return NULL;
    if (compress2(z, &size, bytes, (uLong)n, 1) != Z_OK || size >= n) {
        mem_free(z);
        return NULL;
    }
    *stored = size;
    return z;
}

weir_status chunk_put(chunk_writer *w, const char *tag, const void *bytes, size_t n, bool deflate,
                      weir_error *err)
{
    unsigned char header[HEADER], crc[CRC];
    size_t stored = n;
    unsigned char *z = deflate ? deflated(bytes, n, &stored) : NULL;
    const unsigned char *out = z ? z : bytes;

    memcpy(header, tag, 4);
    chunk_put_u32(header + 4, z ? CHUNK_DEFLATED : 0);
    chunk_put_u64(header + 8, n);
    chunk_put_u64(header + 16, stored);
    chunk_put_u32(crc, crc_add(crc_add(0, header, HEADER), out, stored));
    weir_status st = outfile_write(&w->out, header, HEADER, err);
    if (!st)
        st = outfile_write(&w->out, out, stored, err);
    if (!st)
        st = outfile_write(&w->out, crc, CRC, err);
    mem_free(z);
    return st;
}

weir_status chunk_close(chunk_writer *w, weir_error *err)
{
    weir_status st = chunk_put(w, "TEND", "", 0, false, err);
    return st ? st : outfile_commit(&w->out, err);
}

void chunk_abandon(chunk_writer *w)
{
    outfile_drop(&w->out);
}

/* Reading -------------------------------------------------------------------------- */

struct chunk_reader {
    int fd;                     /* or -1: bytes */
    const unsigned char *bytes; /* borrowed */
    uint64_t at, size;
    bool ended;
    char *name;
};

const char *chunk_name(const chunk_reader *r)
{
    return r->name;
}

uint64_t chunk_size(const chunk_reader *r)
{
    return r->size;
}

void chunk_shut(chunk_reader *r)
{
    if (!r)
        return;
    if (r->fd >= 0)
        close(r->fd);
    mem_free(r->name);
    mem_free(r);
}

/* n bytes; the caller has made sure that the file has them (unless it shrank meanwhile). */
static weir_status get(chunk_reader *r, unsigned char *out, size_t n, weir_error *err)
{
    for (size_t done = 0; done < n;) {
        if (r->fd < 0) {
            memcpy(out, r->bytes + r->at, n);
            r->at += n;
            return WEIR_OK;
        }
        size_t most = n - done < PIECE ? n - done : PIECE;
        ssize_t k = read(r->fd, out + done, most);
        if (k < 0 && errno == EINTR)
            continue;
        if (k < 0)
            return weir_fail(err, WEIR_EIO, "cannot read '%s': %s", r->name, strerror(errno));
        if (k == 0)
            return weir_fail(err, WEIR_EFORMAT, "'%s' became shorter while it was read", r->name);
        done += (size_t)k;
        r->at += (size_t)k;
    }
    return WEIR_OK;
}

static weir_status open_reader(chunk_reader *made, const char *name, chunk_reader **out, weir_error *err)
{
    unsigned char head[sizeof magic];
    chunk_reader *r = MEM_NEW(chunk_reader);
    weir_status st = WEIR_OK;

    if (r)
        *r = *made;
    if (!r || !(r->name = mem_text(name))) {
        if (made->fd >= 0)
            close(made->fd);
        mem_free(r);
        return weir_no_memory(err, "opening a file");
    }
    if (r->size < sizeof magic)
        st = weir_fail(err, WEIR_EFORMAT, "'%s' is not a file of weir", name);
    else
        st = get(r, head, sizeof head, err);
    if (!st && !chunk_is(head, sizeof head))
        st = weir_fail(err, WEIR_EFORMAT, "'%s' is not a file of weir", name);
    if (st)
        chunk_shut(r);
    else
        *out = r;
    return st;
}

weir_status chunk_open(chunk_reader **out, const char *path, weir_error *err)
{
    struct stat s;
    chunk_reader r = {.fd = open(path, O_RDONLY | O_CLOEXEC)};

    if (r.fd < 0)
        return weir_fail(err, WEIR_EIO, "cannot read '%s': %s", path, strerror(errno));
    if (fstat(r.fd, &s) || !S_ISREG(s.st_mode)) {
        close(r.fd);
        return weir_fail(err, WEIR_EIO, "cannot read '%s': it is not a file", path);
    }
    r.size = (uint64_t)s.st_size;
    return open_reader(&r, path, out, err);
}

weir_status chunk_open_bytes(chunk_reader **out, const void *bytes, size_t n, const char *name, weir_error *err)
{
    chunk_reader r = {.fd = -1, .bytes = bytes, .size = n};
    return open_reader(&r, name, out, err);
}

static weir_status damaged(const chunk_reader *r, const char *what, weir_error *err)
{
    return weir_fail(err, WEIR_EFORMAT, "'%s' is damaged: %s near byte %llu", r->name, what,
                     (unsigned long long)r->at);
}

/* Inflates in->bytes[stored] to exactly `raw` bytes in its place. */
static weir_status inflated(const chunk_reader *r, chunk *in, uint64_t stored, size_t raw, weir_error *err)
{
    unsigned char *out = mem_array(raw + 1, 1);
    uLongf size = (uLongf)raw;

    if (!out)
        return weir_no_memory(err, "reading a file");
    if (uncompress(out, &size, in->bytes, (uLong)stored) != Z_OK || size != raw) {
        mem_free(out);
        return damaged(r, "a section cannot be decompressed", err);
    }
    out[raw] = 0;
    mem_free(in->bytes);
    in->bytes = out;
    in->n = raw;
    return WEIR_OK;
}

static weir_status body(chunk_reader *r, chunk *c, const unsigned char *header, weir_error *err)
{
    unsigned char crc[CRC];
    uint32_t flags = chunk_get_u32(header + 4);
    uint64_t raw = chunk_get_u64(header + 8), stored = chunk_get_u64(header + 16);

    if (stored > r->size - r->at || r->size - r->at - stored < CRC)
        return damaged(r, "a section is longer than the file", err);
    c->bytes = mem_array((size_t)stored + 1, 1);
    if (!c->bytes)
        return weir_no_memory(err, "reading a file");
    c->n = (size_t)stored;
    c->bytes[stored] = 0;
    weir_status st = get(r, c->bytes, (size_t)stored, err);
    if (!st)
        st = get(r, crc, CRC, err);
    if (st)
        return st;
    if (chunk_get_u32(crc) != crc_add(crc_add(0, header, HEADER), c->bytes, (size_t)stored))
        return damaged(r, "a checksum is wrong", err);
    if (flags == 0 && raw == stored)
        return WEIR_OK;
    if (flags != CHUNK_DEFLATED || raw / ZLIB_BEST > stored + 64)
        return damaged(r, "a section is of an unknown kind", err);
    return inflated(r, c, stored, (size_t)raw, err);
}

static bool good_tag(const char *tag)
{
    for (int i = 0; i < 4; i++)
        if (!((tag[i] >= 'A' && tag[i] <= 'Z') || (tag[i] >= 'a' && tag[i] <= 'z') || (tag[i] >= '0' && tag[i] <= '9' && i)))
            return false;
    return true;
}

weir_status chunk_next(chunk_reader *r, chunk *out, bool *more, weir_error *err)
{
    unsigned char header[HEADER];

    *out = (chunk){.bytes = NULL};
    *more = false;
    if (r->ended)
        return WEIR_OK;
    if (r->size - r->at < HEADER + CRC)
        return weir_fail(err, WEIR_EFORMAT, "'%s' is cut off: its end is missing", r->name);
    weir_status st = get(r, header, HEADER, err);
    if (st)
        return st;
    memcpy(out->tag, header, 4);
    if (!good_tag(out->tag))
        st = damaged(r, "there is no section", err);
    if (!st)
        st = body(r, out, header, err);
    if (!st && !strcmp(out->tag, "TEND")) {
        if (out->n || r->at != r->size)
            st = damaged(r, "there is something after the end", err);
        r->ended = true;
        mem_free(out->bytes);
        *out = (chunk){.bytes = NULL};
        return st;
    }
    if (st) {
        mem_free(out->bytes);
        *out = (chunk){.bytes = NULL};
        return st;
    }
    *more = true;
    return WEIR_OK;
}

weir_status chunk_unknown(const chunk_reader *r, chunk *c, weir_error *err)
{
    bool critical = c->tag[0] >= 'A' && c->tag[0] <= 'Z';
    weir_status st = WEIR_OK;

    if (critical)
        st = weir_fail(err, WEIR_EFORMAT, "'%s' has a section '%s' that this version of weir does not know", r->name, c->tag);
    mem_free(c->bytes);
    *c = (chunk){.bytes = NULL};
    return st;
}
