/* source.h - the bytes of a file, wherever it is and however it is packed.
 *
 * A source is read once from front to back; its text comes unpacked. gzip and zip are
 * known by their first bytes. What has several files inside (zip) has a part for
 * each. Not for several threads at once. */
#ifndef DATA_SOURCE_H
#define DATA_SOURCE_H

#include "base/progress.h"
#include "weir.h"

typedef struct source source;

/* path: a file, "-" (standard input), file://, http://, https://, s3://bucket/key, hdfs://host:port/path.
 * options: a DICT for what is far away (source_remote.c), or NULL. Errors name the file: missing,
 * unreadable, a directory, empty, packed in a way that cannot be read. */
weir_status source_open(source **out, const char *path, const weir_value *options, progress *p, weir_error *err);
/* The same over bytes in memory, which stay the caller's. */
weir_status source_open_memory(source **out, const char *name, const void *bytes, size_t n, weir_error *err);
void source_close(source *s);

/* Up to n bytes of the part's text; *got = 0: its end. A file that is cut off, damaged, or changed
 * since it was opened is an error. */
weir_status source_read(source *s, void *to, size_t n, size_t *got, weir_error *err);
/* Reads until n bytes are there or the part ends. */
weir_status source_fill(source *s, void *to, size_t n, size_t *got, weir_error *err);
/* Puts bytes that were read back, to be read again. */
weir_status source_unread(source *s, const void *bytes, size_t n, weir_error *err);
/* Goes on to the next part; false in *more: there is none. */
weir_status source_next_part(source *s, bool *more, weir_error *err);
/* Back to the start; WEIR_ESTATE, without a message, when it cannot (standard input). */
weir_status source_rewind(source *s, weir_error *err);
/* Bytes of a plain file at a place, without moving; 0 for anything else. */
size_t source_sample(source *s, uint64_t at, void *to, size_t n);

const char *source_path(const source *s); /* of the part: "a.zip:b.csv" */
/* Bytes of text as far as known, 0 = unknown; bytes read from the store so far; is it packed? */
uint64_t source_expected(const source *s);
uint64_t source_stored(const source *s);
bool source_packed(const source *s);

#endif
