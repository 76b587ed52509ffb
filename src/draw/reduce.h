/* reduce.h - fewer points that draw the same line. */
#ifndef DRAW_REDUCE_H
#define DRAW_REDUCE_H

#include "draw/scale.h"

/* Of n points in order of x those that a line needs over so many dot columns from the scale's low end to its
 * high one: the first, least, greatest and last of each column, in order; and one NaN where there is a gap.
 * keep[n] takes their indices; gives how many, at most 4 a column and 2 a gap. Points beyond an end count as a
 * column of their own. A point that is appended (limits kept) changes nothing before the last column. */
size_t reduce_line(size_t n, const double *x, const double *y, const scale *sx, int columns, size_t *keep);

/* The column that holds x: 0 ... columns - 1, -1 or `columns` beyond an end. x has a place on the scale. */
int reduce_column(const scale *sx, double x, int columns);

/* Exponential smoothing: out[i] = a out[i-1] + (1 - a) y[i], corrected for its beginning (divided by 1 - a^k of the k
 * finite values so far); NaN stays NaN and is passed over. 0 <= a < 1; out may be y. */
void reduce_smooth(size_t n, const double *y, double a, double *out);

#endif
