/* archive.h - structs to bytes and back, each field named once.
 *
 * One function per struct walks its fields; the archive knows whether it
 * writes or reads, so writer and reader cannot drift apart. Every field
 * carries its name and kind in the bytes: a file that holds something else is
 * noticed at the first field, and a stranger can list it (archive_list).
 *
 * Reading trusts nothing: every count is bounded by the bytes that are left
 * before anything is allocated. The first error sticks, further calls do
 * nothing (pointers stay as they were); archive_end gives it. Writing writes
 * into the bytes alone: what is written may be read elsewhere meanwhile.
 * Numbers are little-endian and keep their bits. */
#ifndef BASE_ARCHIVE_H
#define BASE_ARCHIVE_H

#include "base/text.h"
#include "weir.h"

typedef struct archive {
    bool reading;
    text out;                /* what was written */
    const unsigned char *in; /* borrowed; n bytes */
    size_t n, at;
    const char *what;        /* for messages: "file 'm.weir', section ENCD"; borrowed */
    weir_error error;        /* status WEIR_OK = none so far */
} archive;

void archive_write(archive *a, const char *what);
void archive_read(archive *a, const void *bytes, size_t n, const char *what);
/* Everything that was written (bytes in a->out), or everything read to the last byte; else the error. */
weir_status archive_end(archive *a, weir_error *err);
void archive_free(archive *a);
bool archive_ok(const archive *a);
/* Makes the archive fail: the values read do not belong together. */
void archive_fail(archive *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

void archive_bool(archive *a, const char *name, bool *x);
void archive_int(archive *a, const char *name, int64_t *x);
void archive_u64(archive *a, const char *name, uint64_t *x);
void archive_real(archive *a, const char *name, double *x);
/* A number in [0, n): enums, positions. */
void archive_choice(archive *a, const char *name, int *x, int n);
/* A count of things that take at least `each` bytes of the archive each. */
void archive_count(archive *a, const char *name, size_t *n, size_t each);

/* NULL is kept. Reading allocates (mem_free); what stood there is not freed. */
void archive_text(archive *a, const char *name, char **s);
void archive_buffer(archive *a, const char *name, char *buf, size_t cap); /* text in a fixed place */
void archive_texts(archive *a, const char *name, char ***v, size_t n); /* [n], each not NULL */
void archive_reals(archive *a, const char *name, double **v, size_t n); /* [n] or NULL */
void archive_floats(archive *a, const char *name, float **v, size_t n); /* [n] or NULL */
/* Into memory that is already there. */
void archive_fill_reals(archive *a, const char *name, double *v, size_t n);
void archive_fill_floats(archive *a, const char *name, float *v, size_t n);
/* Scalars, text, lists and dicts; objects and functions are written as nothing. Reading
 * replaces *v, which must be clear. */
void archive_value(archive *a, const char *name, weir_value *v);

/* The fields of bytes[n] as a LIST of DICT {name, value}, for people: of long arrays only the length. */
weir_status archive_list(const void *bytes, size_t n, const char *what, weir_value *out, weir_error *err);

#endif
