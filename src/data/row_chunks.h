/* row_chunks.h - rows dealt to chunks, as H2O deals those of a file.
 *
 * Only what repeats H2O's numbers looks at it: the curve behind an AUC of more than 400 different scores is built
 * chunk by chunk there. Shared by the columns of an import and immutable, like them. */
#ifndef DATA_ROW_CHUNKS_H
#define DATA_ROW_CHUNKS_H

#include "base/object.h"

#include <stddef.h>
#include <stdint.h>

typedef struct row_chunks {
    object o;
    size_t n;
    size_t end[]; /* [n] one past each chunk's last row; a chunk may be empty */
} row_chunks;

/* One reference, ends to be filled in; NULL = out of memory. */
row_chunks *row_chunks_new(size_t n);
row_chunks *row_chunks_ref(const row_chunks *c); /* NULL gives NULL */
void row_chunks_unref(row_chunks *c);
/* What is left of them when rows[n] are picked in ascending order; NULL in any other order, and without memory. */
row_chunks *row_chunks_pick(const row_chunks *c, const uint64_t *rows, size_t n);

#endif
