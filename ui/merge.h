/* merge.h - three texts of a notebook to one, by cells. */
#ifndef UI_MERGE_H
#define UI_MERGE_H

#include <stddef.h>

/* ours and theirs both come from base. A cell that one side changed is taken from it; where both changed
 * the same cell, ours stays and theirs follows it as a cell of its own, counted in *conflicts. free(); NULL:
 * out of memory. */
char *merge_texts(const char *base, const char *ours, const char *theirs, size_t *conflicts);

#endif
