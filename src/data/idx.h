/* idx.h - IDX files: arrays of numbers behind a header that says their type and sizes (MNIST's own). */
#ifndef DATA_IDX_H
#define DATA_IDX_H

#include "data/csv.h"

bool idx_looks(const void *bytes, size_t n);
/* first: the source of paths[0], open already (taken over), or NULL. The first size counts rows; all others together are columns C1, C2, ... Several files of as many rows stand
 * side by side: images and their labels. A file that is shorter or longer than its header says is an error. */
weir_status idx_read(weir_frame **out, source *first, char *const *paths, size_t n_paths, const weir_value *remote,
                     import_report *report, progress *p, weir_error *err);
/* The name of the labels that belong to "…images-idx3-ubyte…"; NULL when path is no such name. mem_free. */
char *idx_labels_of(const char *path);

#endif
