/* frame_file.h - frames to files and back, bit for bit.
 *
 * Sections (store/chunk.h): FRAM kind, version, rows and columns; then of each
 * column COLM (type, storage, name), CELL in pieces, LEVS of factors, HOLE of
 * texts with missing cells. */
#ifndef STORE_FRAME_FILE_H
#define STORE_FRAME_FILE_H

#include "data/frame.h"
#include "data/verb.h"

/* The file is there whole or not at all; what stood there is replaced. p may be NULL. */
weir_status frame_file_write(const weir_frame *f, const char *path, progress *p, weir_error *err);
/* Reads without trust: WEIR_EFORMAT names what is wrong. */
weir_status frame_file_read(weir_frame **out, const char *path, progress *p, weir_error *err);
weir_status frame_file_read_bytes(weir_frame **out, const void *bytes, size_t n, const char *name, weir_error *err);

extern const verb verbs_frame_file[];
extern const size_t verbs_frame_file_count;

#endif
