/* grow_frame.h - grown columns to a frame. */
#ifndef DATA_GROW_FRAME_H
#define DATA_GROW_FRAME_H

#include "data/frame.h"
#include "data/grow.h"

/* Finishes g[0..n), each of `rows` rows, counts their statistics, and makes a frame of them. What is
 * left in g (on failure) stays the caller's to free. */
weir_status grow_frame(weir_frame **out, grow *const *g, const char *const *names, size_t n, size_t rows, int threads,
                       weir_error *err);

#endif
