/* chunk.h - files of sections: models, frames, whatever must come back bit for bit.
 *
 *   magic    89 'W' 'E' 'I' 'R' 0D 0A 1A   text mode and truncation show at once
 *   sections tag[4] flags u32 raw_len u64 stored_len u64 bytes[stored_len] crc32 u32
 *   the last section is TEND, empty: a file without it is truncated
 *
 * Little-endian. The checksum covers the section from its tag to its bytes, so
 * no bit of a file can change unseen. A tag with an upper-case first letter is
 * critical: a reader that does not know it refuses the file; one with a
 * lower-case letter may be skipped. */
#ifndef STORE_CHUNK_H
#define STORE_CHUNK_H

#include "base/outfile.h"
#include "weir.h"

enum { CHUNK_DEFLATED = 1 }; /* flags: the bytes are zlib's */

/* Writing: open, put, close. A file of that name is replaced whole, or stays as it
 * was. Every function that fails has dropped the file already. */
typedef struct chunk_writer {
    outfile out;
} chunk_writer;

weir_status chunk_create(chunk_writer *w, const char *path, weir_error *err);
/* tag: four characters. deflate: compressed when that saves space. */
weir_status chunk_put(chunk_writer *w, const char *tag, const void *bytes, size_t n, bool deflate,
                      weir_error *err);
weir_status chunk_close(chunk_writer *w, weir_error *err); /* writes TEND and names the file */
void chunk_abandon(chunk_writer *w);

/* Reading trusts nothing: each length is bounded by what the file still has (and
 * by what zlib can make of it), the checksum is looked at before the bytes are. */
typedef struct chunk_reader chunk_reader;

typedef struct chunk {
    char tag[5];
    unsigned char *bytes; /* [n] and a NUL; the caller's (mem_free) */
    size_t n;
} chunk;

/* WEIR_EFORMAT when the file is no file of sections. name: for messages. */
weir_status chunk_open(chunk_reader **out, const char *path, weir_error *err);
weir_status chunk_open_bytes(chunk_reader **out, const void *bytes, size_t n, const char *name,
                             weir_error *err); /* borrowed until chunk_shut */
/* The next section; *more is false (and *out empty) after the last one. */
weir_status chunk_next(chunk_reader *r, chunk *out, bool *more, weir_error *err);
/* A section with an unknown tag: WEIR_OK when it may be skipped. Frees it. */
weir_status chunk_unknown(const chunk_reader *r, chunk *c, weir_error *err);
const char *chunk_name(const chunk_reader *r);
uint64_t chunk_size(const chunk_reader *r); /* bytes of the whole file */
void chunk_shut(chunk_reader *r); /* NULL is fine */

/* Numbers in sections. */
void chunk_put_u32(unsigned char *at, uint32_t x);
void chunk_put_u64(unsigned char *at, uint64_t x);
uint32_t chunk_get_u32(const unsigned char *at);
uint64_t chunk_get_u64(const unsigned char *at);

/* Whether the file begins like a file of sections. */
bool chunk_is(const void *head, size_t n);

#endif
