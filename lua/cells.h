/* cells.h - one parser for notebook files: a notebook is a Lua program whose
 * cells start at lines "-- %% title" or "-- %% [markdown] title". Serves
 * `weir run` and the workbench. Bytes are kept: joining the cells gives the
 * file back unchanged. */
#ifndef LUA_CELLS_H
#define LUA_CELLS_H

#include <stdbool.h>
#include <stddef.h>

typedef enum cell_kind { CELL_CODE, CELL_MARKDOWN, CELL_RAW } cell_kind;

typedef struct cell_span {
    cell_kind kind;
    size_t start, end;           /* bytes of the whole cell, marker line included */
    size_t body;                 /* where the text after the marker line starts */
    size_t title, title_n;       /* title's bytes */
    size_t line;                 /* line of the marker, from 1; of the first line when there is none */
    size_t body_line;
    bool marked;                 /* false: text before the first marker */
} cell_span;

/* Splits text[0..n) into at most cap spans; returns how many there are. */
size_t cells_split(const char *text, size_t n, cell_span *out, size_t cap);

#endif
