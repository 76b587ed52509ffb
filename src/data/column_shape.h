/* column_shape.h - what numbers are like, and the narrowest storage that keeps them all. */
#ifndef DATA_COLUMN_SHAPE_H
#define DATA_COLUMN_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum column_store {
    STORE_CONST, /* every cell is `offset` (NaN: all missing); no cells */
    STORE_U8,    /* value = (offset + cell) / divisor, correctly rounded */
    STORE_I16,
    STORE_I32,
    STORE_I64,
    STORE_F32, /* value = cell; lossless only */
    STORE_F64,
    STORE_TEXT /* `ends` into `pool` */
} column_store;

/* Enough to choose the storage of numbers. Shapes of two runs of rows join to that of both. */
typedef struct column_shape {
    size_t rows, missing;
    double first;       /* first number that is there; NaN = none */
    bool constant, f32; /* all equal to `first`; all exact as floats */
    int decimals;       /* each is k / 10^decimals, 0 to 6; -1 = neither */
    int64_t lo, hi;     /* of k, while decimals >= 0; lo > hi = none */
} column_shape;

typedef struct column_layout {
    column_store store;
    double offset, divisor; /* as in column */
    double value;           /* of CONST */
} column_layout;

column_shape shape_of(const double *x, size_t n);
column_shape shape_of_bytes(const uint8_t *x, size_t n); /* none is missing */
void shape_join(column_shape *a, const column_shape *b);
column_layout shape_layout(const column_shape *s);
/* The same without an offset: a storage that later rows will hardly change. */
column_layout shape_layout_plain(const column_shape *s);

size_t column_cell_size(column_store s); /* bytes; 0 for CONST and TEXT */
int64_t column_hole(column_store s);     /* the cell that stands for missing in an integer store */
column_store column_code_store(size_t n_levels);
int64_t column_power10(int d); /* 0 <= d <= 6 */

#endif
