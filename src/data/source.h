/* source.h - the bytes of a file, decompressed, in memory. */
#ifndef DATA_SOURCE_H
#define DATA_SOURCE_H

#include "base/progress.h"
#include "weir.h"

typedef struct source {
    char *bytes; /* n of them and a NUL; mem_free */
    size_t n;
    uint64_t stored; /* bytes as they lie in the file */
    bool compressed;
} source;

/* Reads a file; .gz (by its first bytes) is inflated, several members too. Errors name the file:
 * missing, unreadable, a directory, empty, damaged or cut-off gzip. "-" is standard input. */
weir_status source_read(source *out, const char *path, progress *p, weir_error *err);
void source_free(source *s);

#endif
