/* frame.h - named columns of equal length, immutable, sharing columns. */
#ifndef DATA_FRAME_H
#define DATA_FRAME_H

#include "base/map.h"
#include "data/column.h"

struct weir_frame {
    object o;
    char id[128];   /* set once by the registry before anyone else sees the frame */
    size_t rows, cols;
    column **col;   /* [cols], owned references */
    char **name;    /* [cols] */
    map *by_name;   /* first column of a name wins */
    weir_value origin; /* of an import: its report (DICT); set before anyone else sees the frame */
};

/* Takes over the references in col[] (also on failure); copies the names.
 * All columns have `rows` rows. Duplicate names are an error naming them. */
weir_status frame_new(weir_frame **out, column **col, const char *const *names, size_t cols,
                      size_t rows, weir_error *err);
/* The column of that name; NULL and an error with a near name. */
const column *frame_column(const weir_frame *f, const char *name, weir_error *err);
/* How H2O would have dealt its rows to chunks, as far as a column knows; NULL = as one. */
const row_chunks *frame_chunks(const weir_frame *f);
/* Rows picked by index, columns shared where nothing changes. */
weir_status frame_pick(weir_frame **out, const weir_frame *f, const uint64_t *rows, size_t n,
                       weir_error *err);
/* The same, its columns dealt to that many threads. */
weir_status frame_pick_on(weir_frame **out, const weir_frame *f, const uint64_t *rows, size_t n,
                          int threads, weir_error *err);
/* Columns picked by position. */
weir_status frame_select(weir_frame **out, const weir_frame *f, const size_t *cols, size_t n,
                         weir_error *err);

#endif
