/* source_impl.h - inside sources: where raw bytes come from, and what unpacks them. */
#ifndef DATA_SOURCE_IMPL_H
#define DATA_SOURCE_IMPL_H

#include "data/source.h"

/* Raw bytes, as they are stored. */
typedef struct raw raw;
struct raw {
    weir_status (*read)(raw *r, void *to, size_t n, size_t *got, weir_error *err); /* got 0 = end */
    weir_status (*rewind)(raw *r, weir_error *err);
    size_t (*sample)(raw *r, uint64_t at, void *to, size_t n); /* NULL: none */
    void (*close)(raw *r);
    uint64_t size; /* 0 = unknown */
};

weir_status raw_open_file(raw **out, const char *path, weir_error *err);
weir_status raw_open_memory(raw **out, const void *bytes, size_t n, weir_error *err);
/* http, https, s3, hdfs; options as in source_open. */
weir_status raw_open_remote(raw **out, const char *url, const weir_value *options, progress *p, weir_error *err);

/* A window on raw bytes: those read and not yet used. */
enum { WINDOW = 1 << 18 };
typedef struct window {
    raw *from;
    const char *path; /* for messages */
    unsigned char *bytes;
    size_t at, n;
    uint64_t taken; /* from the store, in all */
    bool end;
    progress *progress;
} window;

/* At least n bytes ahead (n <= WINDOW) unless the store ends before. */
weir_status window_need(window *w, size_t n, weir_error *err);

/* What turns stored bytes into text. */
typedef struct unpacker unpacker;
struct unpacker {
    weir_status (*read)(unpacker *u, window *w, void *to, size_t n, size_t *got, weir_error *err);
    weir_status (*next)(unpacker *u, window *w, bool *more, weir_error *err); /* NULL: one part only */
    void (*close)(unpacker *u);
    const char *part; /* name of the part, or NULL */
};
weir_status unpack_gzip(unpacker **out, weir_error *err);
/* Stands at the first file inside. */
weir_status unpack_zip(unpacker **out, window *w, weir_error *err);

#endif
