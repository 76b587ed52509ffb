/* sidecar.h - the folder .weir/NAME beside a notebook: outputs, folds, the history of changes, cut
 * cells. Safe to delete; what does not fit the notebook any more is left out. */
#ifndef UI_SIDECAR_H
#define UI_SIDECAR_H

#include "ui/notebook.h"

/* The path of a file in the folder into buf; false: the notebook has no name. make: the folder is made,
 * with a .gitignore. */
bool sidecar_path(const notebook *nb, const char *file, bool make, char *buf, size_t cap);

bool sidecar_save_outputs(const notebook *nb, char *why, size_t cap);
void sidecar_load_outputs(notebook *nb);
bool sidecar_save_history(const notebook *nb, char *why, size_t cap);
void sidecar_load_history(notebook *nb);
/* A small file whole, e.g. of cut cells; write replaces it at once. */
bool sidecar_write(const notebook *nb, const char *file, const char *s, size_t n, char *why, size_t cap);
char *sidecar_read(const notebook *nb, const char *file, size_t *n); /* NULL: none; free() */

#endif
