/* text_cells.h - cells that are words: texts of string columns, labels of factors. */
#ifndef DATA_TEXT_CELLS_H
#define DATA_TEXT_CELLS_H

#include "data/frame.h"

/* Are all columns texts, labels or all missing? The error names the verb `who`, the first column that is not, its type. */
weir_status text_cells_only(const weir_frame *f, const char *who, weir_error *err);
/* Cell as text of *n bytes, without copying; NULL = missing. */
const char *text_cell(const column *c, size_t row, size_t *n);

#endif
