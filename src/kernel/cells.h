/* cells.h - what every number of a column goes through: looked at, packed, unpacked, counted. */
#ifndef KERNEL_CELLS_H
#define KERNEL_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum cells_kind { CELLS_U8, CELLS_I16, CELLS_I32, CELLS_I64 } cells_kind;

/* How many of x[0..n) are missing (NaN); does one that is there differ from `first`, or from its own float? */
typedef struct cells_looks {
    size_t missing;
    bool other, wide;
} cells_looks;
void cells_look(const double *x, size_t n, double first, cells_looks *out);

/* Each of x[0..n) is missing or k / p with a whole k below 9e15, and none is -0. *lo, *hi are widened to the k's. */
bool cells_decimal(const double *x, size_t n, double p, double *lo, double *hi);
/* Such numbers as k - offset; missing ones as `hole`. */
void cells_pack(const double *x, size_t n, double p, int64_t offset, int64_t hole, cells_kind kind, void *to);
/* (offset + cell) / divisor, correctly rounded; NaN where the cell is the hole and there are holes. */
void cells_unpack(const void *cells, cells_kind kind, size_t n, double offset, double divisor, bool holes, int64_t hole, double *out);

typedef struct cells_counts {
    size_t finite, zeros, ones, missing, up, down; /* up, down: infinities */
    double min, max;                               /* of finite ones */
} cells_counts;
/* Adds x[0..n) to the counts. */
void cells_count(const double *x, size_t n, cells_counts *c);

#endif
