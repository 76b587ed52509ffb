/* column.h - one typed column in the narrowest lossless storage.
 *
 * Columns are immutable and shared between frames. A cell is a number, a level
 * code, milliseconds, or bytes of text; what is missing reads as NaN, as
 * COLUMN_MISSING, or as NULL. Narrow storage keeps memory and bandwidth small;
 * readers decode blocks of rows, and the trainer may look at the bytes. */
#ifndef DATA_COLUMN_H
#define DATA_COLUMN_H

#include "base/object.h"
#include "data/column_shape.h"
#include "data/row_chunks.h"
#include "weir.h"

#define COLUMN_MISSING UINT32_MAX

typedef struct column {
    object o;
    weir_type type;
    column_store store;
    size_t rows;
    double offset;  /* of integer stores: value = (offset + cell) / divisor; of CONST: the value */
    double divisor; /* 1, 10, 100, ...: decimals stay exact, since division rounds correctly */
    bool has_missing;     /* integer stores: the largest code (U8: 255, I16: INT16_MAX, ...) is
                             missing; F32, F64: NaN; TEXT: bit in `holes` */
    void *cells;          /* 64-byte aligned, rows entries; NULL for CONST and TEXT */
    char *pool;           /* TEXT */
    uint64_t *ends;       /* TEXT: cell i is pool[ends[i] .. ends[i+1] - 1), NUL after it; rows + 1 */
    uint8_t *holes;       /* TEXT: bit i set = missing; NULL = none */
    char **levels;        /* FACTOR, [n_levels], in level order */
    size_t n_levels;
    weir_column_stats stats;
    double sum_squares_dev; /* sum of (x - mean)^2 */
    size_t pos_inf, neg_inf;
    uint64_t bytes;
    row_chunks *chunks; /* how H2O would have dealt the rows of the import; NULL = not known */
    char *domain_pool; /* owner of the levels' bytes, or NULL when each is its own block */
} column;

uint64_t column_size(const column *c); /* bytes, those of the structure too */

/* Building. Each gives one reference or NULL when out of memory; x, codes, s are
 * read only. The narrowest lossless store is chosen; statistics are computed. */
column *column_of_numbers(weir_type type, const double *x, size_t rows);
column *column_of_codes(const uint32_t *codes, size_t rows, const char *const *levels, size_t n_levels);
column *column_of_texts(const char *const *s, size_t rows); /* NULL = missing */
column *column_ref(const column *c);
void column_unref(column *c);

/* For who fills the cells himself (grow.c): a column without cells; its cells, cleared, once its store
 * is set (false = out of memory); its size and names once cells and levels stand. */
column *column_blank(weir_type type, size_t rows);
bool column_room(column *c);
void column_account(column *c);
/* Statistics of a column of codes, all cells in place: missing and zero counts, range, moments. */
void column_code_moments(column *c);

/* Reading rows [row, row+n); row + n <= rows. Factors read as codes. */
void column_read(const column *c, size_t row, size_t n, double *out);
void column_read_f32(const column *c, size_t row, size_t n, float *out);
void column_codes(const column *c, size_t row, size_t n, uint32_t *out); /* FACTOR */
double column_at(const column *c, size_t row);
uint32_t column_code_at(const column *c, size_t row);
/* Text of a TEXT column; NULL when missing. */
const char *column_text_at(const column *c, size_t row, size_t *n);
bool column_missing(const column *c, size_t row);

/* Rows picked by index (any order, repeats allowed) from a column. */
column *column_pick(const column *c, const uint64_t *rows, size_t n);

#endif
