/* h2o_chunks.h - where H2O cuts a file. */
#ifndef DATA_H2O_CHUNKS_H
#define DATA_H2O_CHUNKS_H

#include "data/frame.h"

/* Tells the columns of f, just imported from the plain file at path, how H2O on `cores` cores deals their rows to
 * chunks. Nothing happens for one chunk, for what is packed or far away, and where the lines of the file are not
 * its rows. Source: FileVec.calcOptimalChunkSize; a line belongs to the chunk that holds the byte before it. */
weir_status h2o_chunks_tell(weir_frame *f, const char *path, int cores, weir_error *err);

#endif
