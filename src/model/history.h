/* history.h - scoring rows that are read while they are written.
 *
 * One writer (the job's thread), any number of readers: the row is written
 * first, then the count with release; readers acquire the count. Blocks never
 * move. */
#ifndef MODEL_HISTORY_H
#define MODEL_HISTORY_H

#include "weir.h"

typedef struct history history;

history *history_new(void); /* NULL = out of memory */
void history_free(history *h);
weir_status history_add(history *h, const weir_score_row *row, weir_error *err); /* the writer only */
size_t history_count(const history *h);
size_t history_read(const history *h, size_t from, weir_score_row *out, size_t cap);
weir_status history_copy(history *to, const history *from, weir_error *err); /* rows are added; the writer of `to` only */

#endif
