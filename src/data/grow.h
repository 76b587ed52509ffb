/* grow.h - columns that grow by blocks of rows and stay about as narrow as they can be.
 *
 * An import appends block after block; what the column holds so far decides its
 * storage, which widens when a block asks for it. Finished, the column is what
 * column_of_numbers, _codes or _texts would have made of all the rows at once. */
#ifndef DATA_GROW_H
#define DATA_GROW_H

#include "base/map.h"
#include "data/column.h"

/* Numbers of one column in one block of rows. */
typedef struct block_column {
    column_shape s;
    column_store store; /* CONST: no cells */
    void *cells;        /* in the block's own memory; integers are value * 10^decimals */
} block_column;

typedef struct grow {
    weir_type type;
    bool told;       /* the type is the client's wish */
    size_t rows, cap;
    size_t expected; /* rows that will come, as far as known: room is made for them at once */
    column_shape s;         /* of numbers */
    column_layout l;        /* of cells */
    void *cells;     /* 64-byte aligned; numbers, or codes of levels */
    map *levels;     /* FACTOR: label -> code in order of appearance */
    size_t missing;  /* FACTOR, STRING */
    char *pool;      /* STRING: texts one behind the other, each with a NUL */
    size_t pool_n, pool_cap;
    uint64_t *ends;  /* STRING: as in column */
    uint8_t *holes;  /* STRING: one bit a row; NULL = none so far */
} grow;

/* type: NUMERIC, TIME, FACTOR, STRING. false = out of memory, here and below. */
bool grow_begin(grow *g, weir_type type, bool told, size_t expected_rows);
void grow_free(grow *g);

/* Looks at x[0..n), picks the narrowest store and writes the cells to `to`, room for n doubles. */
void block_of_numbers(block_column *b, const double *x, size_t n, void *to);
/* The same for bytes that stay where they are; none is missing. */
void block_of_bytes(block_column *b, uint8_t *x, size_t n);

bool grow_numbers(grow *g, const block_column *b);
/* Codes of g->levels, COLUMN_MISSING = missing. */
bool grow_codes(grow *g, const uint32_t *codes, size_t n);
/* n texts one behind the other in pool, each with a NUL; those with length UINT32_MAX are missing and
 * have no bytes at all. */
bool grow_texts(grow *g, const char *pool, const uint32_t *lengths, size_t n);

/* All rows of `from`, begun alike, behind those of g; from is empty afterwards. */
bool grow_join(grow *g, grow *from);

/* The finished column, statistics not yet counted (column_stats.h); g is empty afterwards. Texts of
 * which nearly every one is different (95 of 100, more than 20 of them) become strings, others a factor,
 * unless told. Time, when all of it is missing, stays time. NULL = out of memory. */
column *grow_finish(grow *g);

#endif
