/* model_file.h - models to files and back.
 *
 * Sections (store/chunk.h), each an archive of named fields: HEAD producer and
 * format, PARM parameters, ENCD encoder, TOPO topology and loss, WGHT weights,
 * INFO the model's facts; skippable: hist scoring history, metr metrics, impo
 * importances, stat and optm what a continued training needs. */
#ifndef STORE_MODEL_FILE_H
#define STORE_MODEL_FILE_H

#include "data/verb.h"
#include "model/model.h"

/* Writes the model: the file is there whole or not at all. What stood there is replaced. */
weir_status model_file_write(const weir_model *m, const char *path, weir_error *err);
/* Reads without trust. Predictions of the model are those of the one that was written, to the bit. */
weir_status model_file_read(weir_model **out, const char *path, weir_error *err);
weir_status model_file_read_bytes(weir_model **out, const void *bytes, size_t n, const char *name, weir_error *err);
/* What stands in a file, for people: LIST of DICT {section, bytes, fields = LIST of {name, value}}.
 * Any file of sections: frames too. */
weir_status model_file_inspect(const char *path, weir_value *out, weir_error *err);

extern const verb verbs_model_file[]; /* save, load_model, inspect */
extern const size_t verbs_model_file_count;

#endif
