/* column_moments.h - the running update of mean and squares over many columns side by side. */
#ifndef DATA_COLUMN_MOMENTS_H
#define DATA_COLUMN_MOMENTS_H

#include "data/column.h"
#include "kernel/cells.h"

enum { MOMENTS = 16 }; /* columns at a time */

/* Over x[j][0..rows) in the order of rows: mean += (x - mean) / k, m2 += (x - old mean) (x - mean). */
void moments_of_bytes(const uint8_t *const x[MOMENTS], size_t rows, double mean[MOMENTS], double m2[MOMENTS]);
/* The same over n <= MOMENTS columns of equal length, and what their cells are. The moments are of no use where a cell is
 * missing or infinite. */
void moments_of_columns(column *const *c, size_t n, cells_counts counts[MOMENTS], double mean[MOMENTS], double m2[MOMENTS]);

#endif
