/* saved.h - files of models in folders: those that lie there, and those that sessions kept at their end (.weir/NAME/models). */
#ifndef UI_SAVED_H
#define UI_SAVED_H

#include <stddef.h>
#include <time.h>

typedef struct saved_model { char *path; time_t when; long long size; } saved_model;

/* The models of these folders, the last written first, at most cap; gives how many. A folder that is named twice counts
 * once. Free them by saved_free. */
size_t saved_list(char *const *folder, size_t n, saved_model *out, size_t cap);
void saved_free(saved_model *m, size_t n);

#endif
