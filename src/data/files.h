/* files.h - folders and patterns to lists of files. */
#ifndef DATA_FILES_H
#define DATA_FILES_H

#include "weir.h"

typedef struct files {
    char **path;
    size_t n, cap;
} files;

/* Adds what path means: itself; all files below it when it is a folder, sorted by name, hidden and
 * empty ones left out; the files that it matches when it holds * ? or [. regex: an extended regular
 * expression that the path of a folder's file must match somewhere, or NULL. Nothing found is an error. */
weir_status files_add(files *f, const char *path, const char *regex, weir_error *err);
void files_free(files *f);

#endif
