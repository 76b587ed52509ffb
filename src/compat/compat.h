/* compat.h - a training by H2O 3.46's own arithmetic, random streams and rules
 * (compat="h2o" with reproducible=true). The only door of this floor. */
#ifndef COMPAT_COMPAT_H
#define COMPAT_COMPAT_H

#include "train/input.h"

/* As train_run. */
weir_status compat_run(const train_input *in, weir_model **out, weir_error *err);

#endif
