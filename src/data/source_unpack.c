/* source_unpack.c - gzip and zip, read as they come.
 *
 * A gzip file is one or more members, one behind the other. A zip file is read by
 * the headers in front of its files, not by its directory at the end, so that it may
 * come from a pipe; what those headers may leave out (sizes, checksum) follows
 * the file's bytes and is checked there. */
#include "config.h"
#include "data/source_impl.h"

#include "base/mem.h"
#include "base/status.h"
#include "kernel/crc.h"

#include <string.h>
#include <zlib.h>

static uint32_t word16(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static uint32_t word32(const unsigned char *p)
{
    return word16(p) | word16(p + 2) << 16;
}

static uint64_t word64(const unsigned char *p)
{
    return (uint64_t)word32(p) | (uint64_t)word32(p + 4) << 32;
}

/* gzip --------------------------------------------------------------------------------------------- */

typedef struct gzip {
    unpacker u;
    z_stream z;
    bool inside, done; /* a member is under way; all are read */
    uint32_t crc, size; /* of the member so far */
    uint32_t header;   /* checksum of its header */
    uint64_t out;      /* in all */
} gzip;

static weir_status gzip_cut(const window *w, weir_error *err)
{
    return weir_fail(err, WEIR_EFORMAT, "'%s' is a gzip file that is cut off after %llu bytes", w->path, (unsigned long long)w->taken);
}

static weir_status gzip_damaged(const window *w, const char *what, weir_error *err)
{
    return weir_fail(err, WEIR_EFORMAT, "'%s' is a damaged gzip file: %s at byte %llu", w->path, what,
                     (unsigned long long)(w->taken - (w->n - w->at)));
}

/* The next byte of a header. */
static weir_status gzip_byte(gzip *g, window *w, unsigned *byte, weir_error *err)
{
    weir_status st = window_need(w, 1, err);

    if (st)
        return st;
    if (w->at == w->n)
        return gzip_cut(w, err);
    *byte = w->bytes[w->at++];
    g->header = crc_add(g->header, &w->bytes[w->at - 1], 1);
    return WEIR_OK;
}

static weir_status gzip_word16(gzip *g, window *w, unsigned *word, weir_error *err)
{
    unsigned low, high;
    weir_status st = gzip_byte(g, w, &low, err);

    if (!st)
        st = gzip_byte(g, w, &high, err);
    if (!st)
        *word = low | high << 8;
    return st;
}

static weir_status gzip_skip_text(gzip *g, window *w, weir_error *err)
{
    unsigned byte = 1;
    weir_status st = WEIR_OK;

    while (!st && byte)
        st = gzip_byte(g, w, &byte, err);
    return st;
}

/* What stands before a member's bytes: ten of them, and what the fourth says: extra, name, comment, checksum. */
static weir_status gzip_header(gzip *g, window *w, weir_error *err)
{
    enum { CHECK = 2, EXTRA = 4, NAME = 8, COMMENT = 16, RESERVED = 0xe0 };
    unsigned head[10], n, says;
    weir_status st = WEIR_OK;

    g->header = 0;
    for (size_t i = 0; i < 10 && !st; i++)
        st = gzip_byte(g, w, &head[i], err);
    if (st)
        return st;
    if (head[0] != 0x1f || head[1] != 0x8b || head[2] != Z_DEFLATED || head[3] & RESERVED)
        return gzip_damaged(w, "a header that is none", err);
    if (head[3] & EXTRA)
        for (st = gzip_word16(g, w, &n, err); !st && n; n--)
            st = gzip_byte(g, w, &says, err);
    if (!st && head[3] & NAME)
        st = gzip_skip_text(g, w, err);
    if (!st && head[3] & COMMENT)
        st = gzip_skip_text(g, w, err);
    unsigned is = g->header & 0xffff;
    if (!st && head[3] & CHECK && !(st = gzip_word16(g, w, &says, err)) && says != is)
        st = gzip_damaged(w, "the checksum of its header is wrong", err);
    if (!st && inflateReset(&g->z) != Z_OK)
        st = weir_no_memory(err, "unpacking a file");
    g->inside = !st;
    g->crc = g->size = 0;
    return st;
}

/* What stands behind them: checksum and size. */
static weir_status gzip_check(gzip *g, window *w, weir_error *err)
{
    weir_status st = window_need(w, 8, err);

    if (st)
        return st;
    if (w->n - w->at < 8)
        return gzip_cut(w, err);
    const unsigned char *p = w->bytes + w->at;
    w->at += 8;
    g->inside = false;
    if (word32(p) != g->crc)
        return gzip_damaged(w, "the checksum is wrong", err);
    if (word32(p + 4) != g->size)
        return gzip_damaged(w, "the size is wrong", err);
    return WEIR_OK;
}

/* Behind a member: another one, zeros of a tape, or the end. */
static weir_status gzip_between(gzip *g, window *w, weir_error *err)
{
    weir_status st = window_need(w, 2, err);

    while (!st && w->at < w->n && w->bytes[w->at] == 0) {
        w->at++;
        st = window_need(w, 2, err);
    }
    if (st || w->at == w->n) {
        g->done = !st;
        return st;
    }
    if (w->n - w->at < 2 || w->bytes[w->at] != 0x1f || w->bytes[w->at + 1] != 0x8b)
        return weir_fail(err, WEIR_EFORMAT, "'%s' has something else behind its gzip data, at byte %llu", w->path,
                         (unsigned long long)(w->taken - (w->n - w->at)));
    return gzip_header(g, w, err);
}

/* Some bytes of the member under way. */
static weir_status gzip_inflate(gzip *g, window *w, void *to, size_t n, size_t *got, weir_error *err)
{
    weir_status st = window_need(w, 1, err);

    if (st)
        return st;
    if (w->at == w->n)
        return gzip_cut(w, err);
    g->z.next_in = w->bytes + w->at;
    g->z.avail_in = (unsigned)(w->n - w->at);
    g->z.next_out = to;
    g->z.avail_out = (unsigned)n;
    int e = inflate(&g->z, Z_NO_FLUSH);
    w->at = w->n - g->z.avail_in;
    *got = n - g->z.avail_out;
    g->out += *got;
    g->size += (uint32_t)*got;
    g->crc = crc_add(g->crc, to, *got);
    if (e == Z_STREAM_END)
        return gzip_check(g, w, err);
    if (e == Z_MEM_ERROR)
        return weir_no_memory(err, "unpacking a file");
    return e == Z_OK || e == Z_BUF_ERROR ? WEIR_OK : gzip_damaged(w, g->z.msg ? g->z.msg : "error", err);
}

static weir_status gzip_read(unpacker *u, window *w, void *to, size_t n, size_t *got, weir_error *err)
{
    gzip *g = (gzip *)u;
    weir_status st = WEIR_OK;

    n = n < (1u << 30) ? n : 1u << 30;
    while (!st && !g->done && *got == 0)
        st = g->inside ? gzip_inflate(g, w, to, n, got, err) : gzip_between(g, w, err);
    if (!st && *got == 0 && g->out == 0)
        st = weir_fail(err, WEIR_EFORMAT, "'%s' is empty once unpacked", w->path);
    return st;
}

static void gzip_close(unpacker *u)
{
    inflateEnd(&((gzip *)u)->z);
    mem_free(u);
}

weir_status unpack_gzip(unpacker **out, weir_error *err)
{
    gzip *g = MEM_NEW(gzip);

    if (!g || inflateInit2(&g->z, -15) != Z_OK) {
        mem_free(g);
        return weir_no_memory(err, "unpacking a file");
    }
    g->u = (unpacker){.read = gzip_read, .close = gzip_close};
    *out = &g->u;
    return WEIR_OK;
}

/* zip ---------------------------------------------------------------------------------------------- */

enum { ZIP_HEADER = 30, ZIP_STORED = 0, ZIP_DEFLATED = 8, ZIP_NAME_MAX = 512 };
static const uint32_t ZIP_FILE = 0x04034b50, ZIP_DIRECTORY = 0x02014b50, ZIP_END = 0x06054b50, ZIP_BEHIND = 0x08074b50;

typedef struct zip {
    unpacker u;
    z_stream z;
    char name[ZIP_NAME_MAX];
    unsigned method;
    bool later, wide, done; /* sizes stand behind the bytes; in 64 bits; the file is read */
    uint32_t crc, crc_now;
    uint64_t packed, size, packed_now, size_now;
} zip;

static weir_status zip_cut(const window *w, weir_error *err)
{
    return weir_fail(err, WEIR_EFORMAT, "'%s' is a zip file that is cut off after %llu bytes", w->path, (unsigned long long)w->taken);
}

/* The 64-bit sizes of an extra field, where the header says they are there. */
static void zip_wide(zip *z, const unsigned char *p, size_t n)
{
    while (n >= 4) {
        size_t k = word16(p + 2);
        if (k > n - 4)
            return;
        if (word16(p) == 1) {
            const unsigned char *q = p + 4, *end = q + k;
            z->wide = true;
            if (z->size == UINT32_MAX && end - q >= 8)
                z->size = word64(q), q += 8;
            if (z->packed == UINT32_MAX && end - q >= 8)
                z->packed = word64(q);
        }
        p += 4 + k, n -= 4 + k;
    }
}

static bool zip_wanted(const char *name)
{
    size_t n = strlen(name);
    const char *base = strrchr(name, '/');

    base = base ? base + 1 : name;
    return n && name[n - 1] != '/' && *base != '.' && strncmp(name, "__MACOSX/", 9) != 0;
}

/* One header; *file = false: the files are over. */
static weir_status zip_header(zip *z, window *w, bool *file, weir_error *err)
{
    weir_status st = window_need(w, ZIP_HEADER, err);

    *file = false;
    if (st)
        return st;
    if (w->n - w->at < 4)
        return zip_cut(w, err);
    const unsigned char *p = w->bytes + w->at;
    uint32_t kind = word32(p);
    if (kind == ZIP_DIRECTORY || kind == ZIP_END)
        return WEIR_OK;
    if (kind != ZIP_FILE)
        return weir_fail(err, WEIR_EFORMAT, "'%s' is a damaged zip file: no header at byte %llu", w->path,
                         (unsigned long long)(w->taken - (w->n - w->at)));
    if (w->n - w->at < ZIP_HEADER)
        return zip_cut(w, err);
    unsigned flags = word16(p + 6);
    size_t name = word16(p + 26), extra = word16(p + 28);
    z->method = word16(p + 8);
    z->later = flags & 8;
    z->wide = false;
    z->crc = word32(p + 14);
    z->packed = word32(p + 18);
    z->size = word32(p + 22);
    z->crc_now = 0;
    z->packed_now = z->size_now = 0;
    z->done = false;
    st = window_need(w, ZIP_HEADER + name + extra, err);
    if (st)
        return st;
    if (w->n - w->at < ZIP_HEADER + name + extra)
        return zip_cut(w, err);
    p = w->bytes + w->at + ZIP_HEADER;
    size_t kept = name < ZIP_NAME_MAX - 1 ? name : ZIP_NAME_MAX - 1;
    memcpy(z->name, p, kept);
    z->name[kept] = 0;
    zip_wide(z, p + name, extra);
    w->at += ZIP_HEADER + name + extra;
    if (flags & 1)
        return weir_fail(err, WEIR_EFORMAT, "'%s' in '%s' is encrypted", z->name, w->path);
    if (z->method != ZIP_DEFLATED && !(z->method == ZIP_STORED && !z->later))
        return weir_fail(err, WEIR_EFORMAT, "'%s' in '%s' is packed by method %u; weir reads stored and deflated files", z->name,
                         w->path, z->method);
    inflateReset(&z->z);
    *file = true;
    return WEIR_OK;
}

/* What stands behind a file's bytes must agree with them. */
static weir_status zip_check(zip *z, window *w, weir_error *err)
{
    if (z->later) {
        size_t size = z->wide ? 8 : 4;
        weir_status st = window_need(w, 24, err);
        if (st)
            return st;
        const unsigned char *p = w->bytes + w->at;
        size_t left = w->n - w->at, sign = left >= 4 && word32(p) == ZIP_BEHIND ? 4 : 0;
        if (left < sign + 4 + 2 * size)
            return zip_cut(w, err);
        z->crc = word32(p + sign);
        z->packed = size == 8 ? word64(p + sign + 4) : word32(p + sign + 4);
        z->size = size == 8 ? word64(p + sign + 12) : word32(p + sign + 8);
        w->at += sign + 4 + 2 * size;
    }
    z->done = true;
    uint64_t mask = z->wide ? UINT64_MAX : UINT32_MAX;
    if (z->crc != z->crc_now || (z->size_now & mask) != z->size)
        return weir_fail(err, WEIR_EFORMAT, "'%s' in '%s' is damaged: its checksum is wrong", z->name, w->path);
    return WEIR_OK;
}

static weir_status zip_stored(zip *z, window *w, void *to, size_t n, size_t *got, weir_error *err)
{
    uint64_t left = z->packed - z->packed_now;
    size_t ahead = w->n - w->at;

    *got = n < ahead ? n : ahead;
    *got = *got < left ? *got : (size_t)left;
    if (!*got)
        return left ? zip_cut(w, err) : zip_check(z, w, err);
    memcpy(to, w->bytes + w->at, *got);
    w->at += *got;
    z->packed_now += *got;
    return WEIR_OK;
}

static weir_status zip_deflated(zip *z, window *w, void *to, size_t n, size_t *got, weir_error *err)
{
    if (w->at == w->n)
        return zip_cut(w, err);
    z->z.next_in = w->bytes + w->at;
    z->z.avail_in = (unsigned)(w->n - w->at);
    z->z.next_out = to;
    z->z.avail_out = (unsigned)n;
    int e = inflate(&z->z, Z_NO_FLUSH);
    size_t used = w->n - w->at - z->z.avail_in;
    w->at += used;
    z->packed_now += used;
    *got = n - z->z.avail_out;
    if (e == Z_MEM_ERROR)
        return weir_no_memory(err, "unpacking a file");
    if (e != Z_OK && e != Z_BUF_ERROR && e != Z_STREAM_END)
        return weir_fail(err, WEIR_EFORMAT, "'%s' in '%s' is damaged: %s", z->name, w->path, z->z.msg ? z->z.msg : "error");
    if (*got) {
        z->crc_now = crc_add(z->crc_now, to, *got);
        z->size_now += *got;
    }
    return e == Z_STREAM_END ? zip_check(z, w, err) : WEIR_OK;
}

static weir_status zip_read(unpacker *u, window *w, void *to, size_t n, size_t *got, weir_error *err)
{
    zip *z = (zip *)u;
    weir_status st = WEIR_OK;

    n = n < (1u << 30) ? n : 1u << 30;
    while (!st && !z->done && *got == 0) {
        st = window_need(w, 1, err);
        if (st)
            break;
        if (z->method == ZIP_DEFLATED) {
            st = zip_deflated(z, w, to, n, got, err);
            continue;
        }
        st = zip_stored(z, w, to, n, got, err);
        if (!st && *got) {
            z->crc_now = crc_add(z->crc_now, to, *got);
            z->size_now += *got;
        }
    }
    return st;
}

static weir_status zip_skip(zip *z, window *w, weir_error *err)
{
    char rest[4096];
    weir_status st = WEIR_OK;

    while (!st && !z->done) {
        size_t got = 0;
        st = zip_read(&z->u, w, rest, sizeof rest, &got, err);
    }
    return st;
}

/* The next file that is wanted. */
static weir_status zip_next(unpacker *u, window *w, bool *more, weir_error *err)
{
    zip *z = (zip *)u;
    weir_status st;

    do {
        st = zip_skip(z, w, err);
        if (!st)
            st = zip_header(z, w, more, err);
    } while (!st && *more && !zip_wanted(z->name));
    return st;
}

static void zip_close(unpacker *u)
{
    inflateEnd(&((zip *)u)->z);
    mem_free(u);
}

weir_status unpack_zip(unpacker **out, window *w, weir_error *err)
{
    zip *z = MEM_NEW(zip);
    bool more;

    if (!z || inflateInit2(&z->z, -15) != Z_OK) {
        mem_free(z);
        return weir_no_memory(err, "unpacking a file");
    }
    z->u = (unpacker){.read = zip_read, .next = zip_next, .close = zip_close, .part = z->name};
    z->done = true; /* nothing is under way */
    weir_status st = zip_next(&z->u, w, &more, err);
    if (!st && !more)
        st = weir_fail(err, WEIR_EFORMAT, "'%s' is a zip file without a file inside", w->path);
    if (st)
        zip_close(&z->u);
    else
        *out = &z->u;
    return st;
}
