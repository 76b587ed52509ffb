/* column_stats.h - statistics of columns whose cells stand already. */
#ifndef DATA_COLUMN_STATS_H
#define DATA_COLUMN_STATS_H

#include "data/column.h"

/* Counts and moments of each of c[0..n), on up to that many threads; bit for bit those of column_of_numbers,
 * _codes and _texts. Columns without missing cells are done several at a time. */
void column_count_stats(column *const *c, size_t n, int threads);

#endif
