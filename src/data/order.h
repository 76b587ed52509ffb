/* order.h - rows in order and rows in groups.
 *
 * A key column becomes one word per row whose order is the cells' order: 0 is
 * missing and comes first, also when descending. Rows are then put in order by
 * a stable radix sort, the last key first; passes over digits that all rows
 * share are left out, so that small integers and factors cost one pass. The
 * result does not depend on the number of threads. */
#ifndef DATA_ORDER_H
#define DATA_ORDER_H

#include "data/frame.h"

/* Keys of c into key[c->rows]. Text is ordered by its bytes (numbers among it by value, when
 * all of it is numbers). WEIR_ENOMEM only. */
weir_status order_key(const column *c, bool descending, int threads, uint64_t *key, weir_error *err);

/* Key of one number, the same for every column. */
uint64_t order_number(double x);

/* rows[n] becomes the rows 0..n-1 in ascending order of key[0], then key[1], ...; stable. */
weir_status order_rows(const uint64_t *const *key, size_t n_keys, size_t n, int threads, uint64_t *rows,
                       weir_error *err);

/* Rows of a frame in order of some columns, most important first. */
weir_status order_frame(const weir_frame *f, const size_t *by, const bool *descending, size_t n_by,
                        int threads, uint64_t *rows, weir_error *err);

typedef struct grouping {
    uint64_t *rows; /* [n] group after group, ascending by key; within a group in row order */
    size_t *start;  /* [groups + 1]: group k is rows[start[k] .. start[k + 1]) */
    size_t n, groups;
} grouping;

/* Rows with equal cells in the columns `by`; missing cells are equal to each other. */
weir_status order_group(const weir_frame *f, const size_t *by, size_t n_by, int threads, grouping *out,
                        weir_error *err);
weir_status order_group_column(const column *c, int threads, grouping *out, weir_error *err);
/* The same of keys already made. */
weir_status order_group_keys(const uint64_t *const *key, size_t n_keys, size_t n, int threads, grouping *out,
                             weir_error *err);
void grouping_free(grouping *g);

#endif
