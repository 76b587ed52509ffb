/* source.c - files: opening, recognising what they are packed in, reading on. */
#include "config.h"
#include "data/source.h"

#include "base/mem.h"
#include "base/status.h"
#include "data/source_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct source {
    window w;
    unpacker *u; /* NULL: plain */
    char *path, *name; /* as opened; of the part */
    char *back; /* put back: back[back_at .. back_n) is read first */
    size_t back_at, back_n;
};

/* Files in the file system ------------------------------------------------------------------------ */

typedef struct raw_file {
    raw r;
    int fd;
    char *path;
    bool regular;
    uint64_t taken;
    struct stat info; /* when it was opened */
} raw_file;

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static weir_status file_read(raw *r, void *to, size_t n, size_t *got, weir_error *err)
{
    raw_file *f = (raw_file *)r;
    struct stat now;

    for (;;) {
        ssize_t k = read(f->fd, to, n);
        if (k < 0 && errno == EINTR)
            continue;
        if (k < 0)
            return weir_fail(err, WEIR_EIO, "cannot read '%s': %s", f->path, strerror(errno));
        *got = (size_t)k;
        f->taken += (uint64_t)k;
        break;
    }
    if (*got || !f->regular)
        return WEIR_OK;
    if (fstat(f->fd, &now) == 0 && !same_file(&now, &f->info))
        return weir_fail(err, WEIR_EIO, "'%s' changed while it was read (%llu bytes at first, %llu now)", f->path,
                         (unsigned long long)f->info.st_size, (unsigned long long)now.st_size);
    if (f->taken != (uint64_t)f->info.st_size && f->info.st_size > 0)
        return weir_fail(err, WEIR_EIO, "'%s' ended after %llu of %llu bytes", f->path, (unsigned long long)f->taken,
                         (unsigned long long)f->info.st_size);
    return WEIR_OK;
}

static weir_status file_rewind(raw *r, weir_error *err)
{
    raw_file *f = (raw_file *)r;

    (void)err;
    if (!f->regular || lseek(f->fd, 0, SEEK_SET) != 0)
        return WEIR_ESTATE;
    f->taken = 0;
    return WEIR_OK;
}

static size_t file_sample(raw *r, uint64_t at, void *to, size_t n)
{
    raw_file *f = (raw_file *)r;
    ssize_t k = f->regular ? pread(f->fd, to, n, (off_t)at) : 0;

    return k > 0 ? (size_t)k : 0;
}

static void file_close(raw *r)
{
    raw_file *f = (raw_file *)r;

    if (f->fd >= 0)
        close(f->fd);
    mem_free(f->path);
    mem_free(f);
}

weir_status raw_open_file(raw **out, const char *path, weir_error *err)
{
    bool standard = !strcmp(path, "-");
    raw_file *f = MEM_NEW(raw_file);

    if (!f || !(f->path = mem_text(standard ? "standard input" : path))) {
        mem_free(f);
        return weir_no_memory(err, "opening a file");
    }
    f->r = (raw){.read = file_read, .rewind = file_rewind, .sample = file_sample, .close = file_close};
    f->fd = standard ? dup(0) : open(path, O_RDONLY | O_CLOEXEC);
    weir_status st = WEIR_OK;
    if (f->fd < 0)
        st = weir_fail(err, WEIR_EIO, errno == ENOENT ? "there is no file '%s'" : "cannot open '%s': %s", f->path, strerror(errno));
    else if (fstat(f->fd, &f->info) != 0)
        st = weir_fail(err, WEIR_EIO, "cannot look at '%s': %s", f->path, strerror(errno));
    else if (S_ISDIR(f->info.st_mode))
        st = weir_fail(err, WEIR_EIO, "'%s' is a directory, not a file", path);
    if (st) {
        file_close(&f->r);
        return st;
    }
    f->regular = S_ISREG(f->info.st_mode);
    f->r.size = f->regular ? (uint64_t)f->info.st_size : 0;
    *out = &f->r;
    return WEIR_OK;
}

/* Memory ------------------------------------------------------------------------------------------- */

typedef struct raw_memory {
    raw r;
    const char *bytes;
    size_t at;
} raw_memory;

static weir_status memory_read(raw *r, void *to, size_t n, size_t *got, weir_error *err)
{
    raw_memory *m = (raw_memory *)r;
    size_t left = (size_t)r->size - m->at;

    (void)err;
    *got = n < left ? n : left;
    if (*got)
        memcpy(to, m->bytes + m->at, *got);
    m->at += *got;
    return WEIR_OK;
}

static weir_status memory_rewind(raw *r, weir_error *err)
{
    (void)err;
    ((raw_memory *)r)->at = 0;
    return WEIR_OK;
}

static size_t memory_sample(raw *r, uint64_t at, void *to, size_t n)
{
    size_t left = at < r->size ? (size_t)(r->size - at) : 0, k = n < left ? n : left;

    if (k)
        memcpy(to, ((raw_memory *)r)->bytes + at, k);
    return k;
}

static void memory_close(raw *r)
{
    mem_free(r);
}

weir_status raw_open_memory(raw **out, const void *bytes, size_t n, weir_error *err)
{
    raw_memory *m = MEM_NEW(raw_memory);

    if (!m)
        return weir_no_memory(err, "reading from memory");
    *m = (raw_memory){.r = {memory_read, memory_rewind, memory_sample, memory_close, n}, .bytes = bytes};
    *out = &m->r;
    return WEIR_OK;
}

/* The window --------------------------------------------------------------------------------------- */

weir_status window_need(window *w, size_t n, weir_error *err)
{
    if (w->at && w->n - w->at < n) {
        memmove(w->bytes, w->bytes + w->at, w->n - w->at);
        w->n -= w->at;
        w->at = 0;
    }
    while (w->n - w->at < n && !w->end) {
        size_t got = 0;
        if (progress_cancelled(w->progress))
            return weir_fail(err, WEIR_ECANCEL, "reading '%s' was cancelled", w->path);
        weir_status st = w->from->read(w->from, w->bytes + w->n, WINDOW - w->n, &got, err);
        if (st)
            return st;
        w->n += got;
        w->taken += got;
        w->end = got == 0;
        progress_read(w->progress, (int64_t)got);
    }
    return WEIR_OK;
}

/* Sources ------------------------------------------------------------------------------------------ */

void source_close(source *s)
{
    if (!s)
        return;
    if (s->u)
        s->u->close(s->u);
    if (s->w.from)
        s->w.from->close(s->w.from);
    mem_free(s->w.bytes);
    mem_free(s->back);
    mem_free(s->path);
    mem_free(s->name);
    mem_free(s);
}

static weir_status name_part(source *s, weir_error *err)
{
    mem_free(s->name);
    s->name = NULL;
    if (!s->u || !s->u->part)
        return WEIR_OK;
    size_t n = strlen(s->path) + strlen(s->u->part) + 2;
    s->name = mem_array(n, 1);
    if (!s->name)
        return weir_no_memory(err, "opening a file");
    snprintf(s->name, n, "%s:%s", s->path, s->u->part);
    return WEIR_OK;
}

/* What the first bytes say. */
static weir_status recognise(source *s, weir_error *err)
{
    weir_status st = window_need(&s->w, 8, err);
    const unsigned char *b = s->w.bytes;
    size_t n = s->w.n, path = strlen(s->path);
    bool gz_name = path > 3 && !strcmp(s->path + path - 3, ".gz");

    if (st)
        return st;
    if (n == 0)
        return weir_fail(err, WEIR_EFORMAT, gz_name ? "'%s' is a gzip file of 0 bytes" : "'%s' is empty", source_path(s));
    if (n >= 2 && b[0] == 0x1f && b[1] == 0x8b)
        return unpack_gzip(&s->u, err);
    if (n >= 4 && !memcmp(b, "PK\3\4", 4)) {
        st = unpack_zip(&s->u, &s->w, err);
        return st ? st : name_part(s, err);
    }
    if (n >= 4 && !memcmp(b, "\x28\xb5\x2f\xfd", 4))
        return weir_fail(err, WEIR_EFORMAT, "'%s' is packed with zstd, which weir does not read: unpack it with `zstd -d`", s->path);
    if (n >= 4 && !memcmp(b, "BZh", 3) && b[3] >= '1' && b[3] <= '9')
        return weir_fail(err, WEIR_EFORMAT, "'%s' is packed with bzip2, which weir does not read: unpack it with `bunzip2`", s->path);
    if (n >= 6 && !memcmp(b, "\xfd" "7zXZ", 6))
        return weir_fail(err, WEIR_EFORMAT, "'%s' is packed with xz, which weir does not read: unpack it with `unxz`", s->path);
    if (n >= 2 && ((b[0] == 0xff && b[1] == 0xfe) || (b[0] == 0xfe && b[1] == 0xff)))
        return weir_fail(err, WEIR_EFORMAT, "'%s' is in UTF-16: turn it into UTF-8, e.g. with `iconv -f UTF-16 -t UTF-8`", s->path);
    return WEIR_OK;
}

static weir_status open_raw(source **out, const char *name, raw *r, progress *p, weir_error *err)
{
    source *s = MEM_NEW(source);

    if (!s) {
        r->close(r);
        return weir_no_memory(err, "opening a file");
    }
    s->w.from = r;
    s->w.progress = p;
    s->path = mem_text(!strcmp(name, "-") ? "standard input" : name);
    s->w.path = s->path;
    s->w.bytes = mem_array(WINDOW, 1);
    weir_status st = s->path && s->w.bytes ? recognise(s, err) : weir_no_memory(err, "opening a file");
    if (st)
        source_close(s);
    else
        *out = s;
    return st;
}

static bool begins(const char *s, const char *prefix)
{
    return !strncmp(s, prefix, strlen(prefix));
}

weir_status source_open(source **out, const char *path, const weir_value *options, progress *p, weir_error *err)
{
    raw *r = NULL;
    weir_status st;

    if (begins(path, "http://") || begins(path, "https://") || begins(path, "s3://") || begins(path, "hdfs://"))
        st = raw_open_remote(&r, path, options, p, err);
    else
        st = raw_open_file(&r, begins(path, "file:///") ? path + 7 : path, err);
    return st ? st : open_raw(out, path, r, p, err);
}

weir_status source_open_memory(source **out, const char *name, const void *bytes, size_t n, weir_error *err)
{
    raw *r = NULL;
    weir_status st = raw_open_memory(&r, bytes, n, err);

    return st ? st : open_raw(out, name, r, NULL, err);
}

weir_status source_read(source *s, void *to, size_t n, size_t *got, weir_error *err)
{
    window *w = &s->w;

    *got = 0;
    if (s->back_at < s->back_n) {
        *got = n < s->back_n - s->back_at ? n : s->back_n - s->back_at;
        memcpy(to, s->back + s->back_at, *got);
        s->back_at += *got;
        return WEIR_OK;
    }
    if (s->u)
        return s->u->read(s->u, w, to, n, got, err);
    if (w->at < w->n) {
        *got = n < w->n - w->at ? n : w->n - w->at;
        memcpy(to, w->bytes + w->at, *got);
        w->at += *got;
        return WEIR_OK;
    }
    if (w->end)
        return WEIR_OK;
    if (progress_cancelled(w->progress))
        return weir_fail(err, WEIR_ECANCEL, "reading '%s' was cancelled", s->path);
    weir_status st = w->from->read(w->from, to, n, got, err); /* past the window: one copy less */
    w->taken += *got;
    w->end = !st && *got == 0;
    progress_read(w->progress, (int64_t)*got);
    return st;
}

weir_status source_fill(source *s, void *to, size_t n, size_t *got, weir_error *err)
{
    weir_status st = WEIR_OK;
    size_t k = 1;

    for (*got = 0; !st && *got < n && k; *got += k)
        st = source_read(s, (char *)to + *got, n - *got, &k, err);
    return st;
}

weir_status source_unread(source *s, const void *bytes, size_t n, weir_error *err)
{
    size_t left = s->back_n - s->back_at;
    char *back = mem_array(n + left + 1, 1);

    if (!back)
        return weir_no_memory(err, "reading a file");
    if (n)
        memcpy(back, bytes, n);
    if (left)
        memcpy(back + n, s->back + s->back_at, left);
    mem_free(s->back);
    s->back = back;
    s->back_n = n + left;
    s->back_at = 0;
    return WEIR_OK;
}

weir_status source_next_part(source *s, bool *more, weir_error *err)
{
    *more = false;
    if (!s->u || !s->u->next)
        return WEIR_OK;
    weir_status st = s->u->next(s->u, &s->w, more, err);
    return st || !*more ? st : name_part(s, err);
}

weir_status source_rewind(source *s, weir_error *err)
{
    weir_status st = s->w.from->rewind(s->w.from, err);

    if (st)
        return st;
    if (s->u)
        s->u->close(s->u);
    s->u = NULL;
    s->back_at = s->back_n = 0;
    s->w.at = s->w.n = 0;
    progress_read(s->w.progress, -(int64_t)s->w.taken);
    s->w.taken = 0;
    s->w.end = false;
    return recognise(s, err);
}

size_t source_sample(source *s, uint64_t at, void *to, size_t n)
{
    return s->u || !s->w.from->sample ? 0 : s->w.from->sample(s->w.from, at, to, n);
}

const char *source_path(const source *s)
{
    return s->name ? s->name : s->path;
}

uint64_t source_expected(const source *s)
{
    unsigned char tail[4] = {0};
    raw *r = s->w.from;

    if (!s->u)
        return r->size;
    /* gzip says at its end how much it holds, modulo 2^32, of its last member */
    if (s->u->next || !r->sample || r->size < 18 || r->sample(r, r->size - 4, tail, 4) != 4)
        return 0;
    uint64_t says = (uint64_t)tail[0] | (uint64_t)tail[1] << 8 | (uint64_t)tail[2] << 16 | (uint64_t)tail[3] << 24;
    return says > r->size && says / r->size < 1100 ? says : 0;
}

uint64_t source_stored(const source *s)
{
    return s->w.taken;
}

bool source_packed(const source *s)
{
    return s->u != NULL;
}
