/* param.h - every parameter of a training, once (param.def): the struct the
 * engine reads and the table that clients ask. */
#ifndef MODEL_PARAM_H
#define MODEL_PARAM_H

#include "base/log.h"
#include "weir.h"

/* Owned lists. */
typedef struct param_texts { char **v; size_t n; } param_texts;
typedef struct param_sizes { int64_t *v; size_t n; } param_sizes;
typedef struct param_reals { double *v; size_t n; } param_reals;

#endif
