/* keep.h - what is kept when a run is told to end: models, in the folder beside the script. */
#ifndef LUA_KEEP_H
#define LUA_KEEP_H

#include "weir.h"

/* DIR/.weir/NAME for DIR/NAME, made if need be; NULL or "-": the same for a file named "weir" here.
 * false: it cannot be made. */
bool keep_folder(const char *script, char *path, size_t cap);
/* Saves the model in folder/models and gives the file. false with a sentence. */
bool keep_model(weir_session *s, const weir_model *m, const char *folder, char *path, size_t cap, char *why, size_t why_cap);

#endif
