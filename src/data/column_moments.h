/* column_moments.h - the running update of mean and squares over many columns side by side. */
#ifndef DATA_COLUMN_MOMENTS_H
#define DATA_COLUMN_MOMENTS_H

#include "data/column.h"

enum { MOMENTS = 16 }; /* columns at a time */

/* Over x[j][0..rows) in the order of rows: mean += (x - mean) / k, m2 += (x - old mean) (x - mean). */
void moments_of_bytes(const uint8_t *const x[MOMENTS], size_t rows, double mean[MOMENTS], double m2[MOMENTS]);
/* The same over n <= MOMENTS columns of equal length, none of whose cells is missing or infinite. */
void moments_of_columns(column *const *c, size_t n, double mean[MOMENTS], double m2[MOMENTS]);

#endif
