/* frame_tools.h - what the verbs on frames share: arguments, results, work on columns. */
#ifndef DATA_FRAME_TOOLS_H
#define DATA_FRAME_TOOLS_H

#include "data/frame.h"
#include "data/verb.h"

/* Results ------------------------------------------------------------------------ */

/* f by reference: it is set by the call that gives st, in the same expression. */
weir_status tool_give(weir_status st, weir_frame *const *f, weir_value *out);
/* One column as a frame. Takes c over; NULL is "out of memory while <doing>". */
weir_status tool_give_column(column *c, const char *name, const char *doing, weir_value *out,
                             weir_error *err);
/* Columns cols[n] (taken over; any NULL is "out of memory while <doing>") as a frame. */
weir_status tool_give_columns(column **cols, const char *const *names, size_t n, size_t rows,
                              const char *doing, weir_value *out, weir_error *err);
/* One number for one, a list for several. */
weir_status tool_give_numbers(const double *x, size_t n, weir_value *out, weir_error *err);
void tool_unref_all(column **cols, size_t n); /* NULLs are fine */

/* Arguments ------------------------------------------------------------------------ */

bool tool_is_number(weir_type t); /* numeric, time, nothing but missing */
/* "<verb>: column 'x' is enum; numbers are needed" */
weir_status tool_not_number(const char *who, const weir_frame *f, size_t col, weir_error *err);
weir_status tool_need_numbers(const char *who, const weir_frame *f, weir_error *err);
/* The frame's only column, the only column if it is a factor; NULL and an error otherwise. */
const column *tool_one(const weir_frame *f, const char *who, weir_error *err);
const column *tool_one_factor(const weir_frame *f, const char *who, weir_error *err);
double tool_real(const weir_value *v); /* NaN when it is no number */
/* One number or a list of them into *x (mem_free), *n. */
weir_status tool_reals(const weir_value *v, const char *who, const char *arg, double **x, size_t *n,
                       weir_error *err);
/* The columns of an optional argument; all that `all` accepts (NULL: every one) when it is absent. */
weir_status tool_columns_or(const verb_context *c, const char *arg, bool (*all)(weir_type), size_t **cols,
                            size_t *n, weir_error *err);
/* One of an argument's words; -1 and an error that lists them. */
int tool_word(const verb_context *c, const char *arg, const char *const *words, int n, weir_error *err);
/* seed = -1 draws one. */
uint64_t tool_seed(const verb_context *c);
/* Whether the argument compat is "h2o"; an error for any other word than "none". */
weir_status tool_compat(const verb_context *c, bool *h2o, weir_error *err);

/* Columns --------------------------------------------------------------------------- */

/* All cells as numbers (level codes, milliseconds); NaN = missing. mem_free; NULL = no memory. _on: on so many threads. */
double *tool_read(const column *c);
double *tool_read_on(const column *c, int threads);
/* The frame with columns replaced (same name) or added; takes over the references in `with`. */
weir_status tool_rebuild(const weir_frame *f, column **with, const char *const *names, size_t n,
                         weir_frame **out, weir_error *err);
/* One column of each column, dealt to the granted threads; fn gives NULL when out of memory.
 * names: NULL keeps them. */
typedef column *tool_column_fn(const void *with, const column *c, size_t col);
weir_status tool_map(const verb_context *c, const weir_frame *f, tool_column_fn *fn, const void *with,
                     const char *const *names, const char *doing, weir_value *out, weir_error *err);
/* Cell as text, as weir_frame_text. */
size_t tool_cell_text(const column *c, size_t row, char *buf, size_t cap);
/* Another type; a column of that type is shared. NULL = out of memory. */
column *tool_as_factor(const column *c);
column *tool_as_numeric(const column *c);
column *tool_as_text(const column *c);
/* A factor of labels [rows], NULL = missing; levels sorted. */
column *tool_factor_of(const char *const *labels, size_t rows);
/* A factor with other levels: code k of c becomes to[k] (COLUMN_MISSING too). */
column *tool_recode(const column *c, const uint32_t *to, const char *const *levels, size_t n_levels);
/* Columns of one type (nothing-but-missing ones aside), one above the other. Levels: the first
 * part's in their order, then the new ones of the next. NULL = out of memory. */
column *tool_stack(const column *const *part, size_t n, size_t rows, weir_type t);
/* Rows picked by index as column_pick does; TOOL_NONE gives a missing cell. */
#define TOOL_NONE UINT64_MAX
column *tool_pick(const column *c, const uint64_t *rows, size_t n);
/* A name that none of the n names is: base, base0, base1, ... into buf. */
void tool_new_name(const char *base, const char *const *names, size_t n, char *buf, size_t cap);

enum { TOOL_NAME = 256 };

/* Threads for work on n rows: one when it does not pay. */
int tool_threads(const verb_context *c, size_t n);

#endif
