/* api.h - what can be called from Lua, once for help, completion and signatures: the verbs of the engine and what
 * the binding adds to them (plots, jobs, the session). The binding checks the names of options by the same table. */
#ifndef LUA_API_H
#define LUA_API_H

#include "weir.h"

#include <stddef.h>

/* The verbs, then the rest. on: "frame", "model", "metrics", "plot", "job" or "" (weir). */
size_t api_count(void);
const weir_verb_info *api_at(size_t i);
/* The values that argument `arg` of a call may have as texts, ending with NULL; NULL: any. */
const char *const *api_values(const weir_verb_info *v, const char *arg);

#endif
