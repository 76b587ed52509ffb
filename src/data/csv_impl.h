/* csv_impl.h - inside the CSV reader: rules, blocks of text, cells on their way into columns.
 *
 * A block holds whole rows. Cutting it into cells (csv_split.c) fills records, one
 * a row, each with a slot per column: a byte, a double, or where the text lies. A
 * byte that does not fit (300, 0.5, missing) goes to a list beside. Then every
 * column is gathered from the records (csv_block.c) and appended (grow.c). */
#ifndef DATA_CSV_IMPL_H
#define DATA_CSV_IMPL_H

#include "data/grow.h"
#include "weir.h"

typedef enum csv_role { CSV_NUMBER, CSV_TIME, CSV_FACTOR, CSV_STRING, CSV_SKIP } csv_role;

/* What text means; fixed before the first block. */
typedef struct csv_rules {
    char sep, quote, eol;    /* quote 0 = none; eol is LF, or CR in files without LF */
    char escape;             /* 0 = none */
    char comments[8];        /* rows that begin with one of these are none; NUL-terminated */
    bool h2o;                /* H2O's cells: trailing blanks stay, $ and % are numbers, only its times */
    bool ragged;             /* short rows are filled, long ones cut */
    bool na_numbers;         /* some mark of `na` or `marks` is a number */
    const weir_value *na;    /* LIST of texts that stand for missing beside nothing at all; NULL: the usual ones */
    const weir_value *marks;     /* LIST by column of LISTs, which stand instead of all others, or NIL; or NULL */
    const weir_value *column_na; /* LIST by column of LISTs or NIL, of an H2O guess; or NULL */
} csv_rules;

typedef struct csv_column {
    char *name;
    csv_role role;
    bool told;       /* the client said so: what does not fit is missing and counted */
    bool bytes;      /* start with bytes */
    bool uuid;       /* STRING of UUIDs; */
    bool checked;    /* what is none is missing and counted */
} csv_column;

/* How a row lies in a record, and where the reader is in it; one per thread. */
typedef enum csv_slot { SLOT_NONE, SLOT_BYTE, SLOT_REAL, SLOT_TIME, SLOT_TEXT } csv_slot;

typedef struct csv_text {
    const char *s; /* in the block or its arena; NULL = missing */
    uint32_t n;
    uint32_t quoted;
} csv_text;

typedef struct csv_odd { /* what did not fit a byte */
    uint32_t column, row;
    double x;
} csv_odd;

typedef struct csv_bad { /* a cell that is not what it should be */
    uint64_t line;
    uint32_t column;
    char text[40];
} csv_bad;

enum { CSV_BAD_KEPT = 8 };

typedef struct csv_block {
    const csv_rules *rules;
    const csv_column *column;
    size_t n_columns;
    char *text;            /* SCAN_SLACK bytes behind its n */
    size_t n, cap;
    size_t number;         /* of the block, from 0 */
    uint64_t first_line;   /* of the file, from 1 */
    size_t lines;          /* line ends in the text */
    char path[512];        /* of the file it is from, which may be closed by now */
    bool quoted;           /* has a quote */
    bool all_bytes;        /* every slot is a byte: a record is one byte a column */
    uint8_t *slot;         /* [n_columns] csv_slot */
    uint32_t *offset;      /* [n_columns] in a record */
    uint32_t *reals;       /* [n_columns] how many SLOT_REAL follow each other from here on */
    size_t stride;
    char *record;          /* [rows][stride] */
    size_t record_cap, rows;
    uint32_t *mark;        /* of one tile */
    csv_odd *odd;
    size_t n_odd, odd_cap;
    char *arena;           /* cells that are not in the text as they stand */
    size_t arena_n, arena_cap;
    char *out;             /* gathered cells of all columns, behind one another */
    size_t out_cap;
    double *numbers;       /* one column */
    size_t numbers_cap;
    block_column *gathered; /* [n_columns] */
    map **levels;          /* [n_columns] of FACTOR: this thread's labels */
    uint32_t **code_of;    /* [n_columns] this thread's code -> the column's, for those it has met */
    size_t *codes_known;   /* [n_columns] */
    size_t *codes_cap;
    uint8_t *conflict;     /* [n_columns] the first cell that did not fit: 1 text, 2 a time */
    uint32_t *row_cells;   /* how many cells each row has, when somebody asks; room for every line */
    size_t *bad_of;        /* [n_columns] */
    size_t n_bad;
    csv_bad bad[CSV_BAD_KEPT];
    size_t comments, blanks; /* rows that were none */
    size_t short_rows, long_rows;
    size_t cells;          /* of the row under way */
    uint64_t rows_before;  /* set when the block is appended */
    weir_status status;
    weir_error error;
} csv_block;

/* Blocks. */
weir_status csv_block_init(csv_block *b, const csv_rules *r, const csv_column *c, size_t n_columns, weir_error *err);
void csv_block_free(csv_block *b);
/* Slots for the next block: as the roles are, bytes where the last block had only such. */
void csv_block_plan(csv_block *b, const bool *dead);
/* Records of the text; b->status and b->error when it cannot be. */
void csv_block_parse(csv_block *b);
/* Gathers all columns, then appends one of them; false = out of memory. */
bool csv_block_gather(csv_block *b);
bool csv_block_append(csv_block *b, size_t i, grow *g);
/* An error at that byte of the text: "'path', line N, column C: ..." */
void csv_block_fail(csv_block *b, const char *at, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Cells of the row under way, left to right; false: stop (b->status says why). */
bool csv_cell(csv_block *b, const char *s, size_t n, bool quoted);
bool csv_row(csv_block *b, const char *at);
/* One cell; `padded`: NUMBER_SLACK bytes behind it may be read. */
bool csv_is_missing(const csv_rules *r, size_t at, const char *s, size_t n);
bool csv_number(const csv_rules *r, const char *s, size_t n, double *x);
bool csv_time(const csv_rules *r, const char *s, size_t n, double *ms);
void csv_strip(const csv_rules *r, const char **s, size_t *n, bool quoted);

/* Splitting: cells of b->text into csv_cell and csv_row. */
void csv_split(csv_block *b);
/* Where a quoted cell ends: behind its closing quote; NULL = it does not. s stands behind the opening one. */
const char *csv_quoted_end(const csv_rules *r, const char *s, const char *end);
/* Where the last row of s[0..n) ends that surely is whole: behind its line end; 0 = nowhere. at_end: the
 * data end here, so that the last row is whole anyway. *open = where a quote opens that is not closed. */
size_t csv_rows_end(const csv_rules *r, const char *s, size_t n, bool at_end, const char **open);

/* Guessing -------------------------------------------------------------------------------------- */

/* What the head of a file looks like. Strings are owned. */
typedef struct csv_looks {
    char sep, quote, eol; /* sep 0: one line of text that nothing separates (H2O) */
    int header;           /* 1 yes, -1 no, 0 cannot tell (H2O) */
    size_t n_columns;
    char **token;         /* [n_tokens] of the header as they stand; NULL without header */
    size_t n_tokens;
    csv_role *role;       /* [n_columns] */
    bool *uuid, *bytes;   /* [n_columns] strings that are UUIDs; numbers that are small and whole */
    weir_value na;        /* NIL, or LIST by column of NIL or LIST */
} csv_looks;

/* Separator, line end, header, columns; told: what the client said, 0 where it did not. Roles are guessed
 * from more samples afterwards. r gets the separator. */
weir_status csv_look(csv_looks *k, csv_rules *r, const char *s, size_t n, char told_sep, int told_header,
                     size_t told_names, weir_error *err);
weir_status csv_look_h2o(csv_looks *k, csv_rules *r, const char *s, size_t n, char told_sep, int told_header, size_t told_names,
                         weir_error *err);
/* Roles from the samples s[0..n) of whole rows, one call for each, then csv_roles_done. */
typedef struct csv_census csv_census;
weir_status csv_census_new(csv_census **out, const csv_rules *r, size_t n_columns, weir_error *err);
weir_status csv_census_add(csv_census *c, const char *s, size_t n, weir_error *err);
weir_status csv_census_roles(csv_census *c, csv_looks *k, weir_error *err);
void csv_census_free(csv_census *c);
void csv_looks_clear(csv_looks *k);
/* First rows of s as a block of texts with row_cells; header told. */
weir_status csv_first_rows(csv_block *b, const csv_rules *r, const char *s, size_t n, size_t max_rows, weir_error *err);
csv_text csv_text_at(const csv_block *b, size_t row, size_t at);
bool csv_is_uuid(const char *s, size_t n);

/* H2O's ways (csv_h2o.c). */
bool csv_h2o_number(const char *s, size_t n, double *x);

#endif
