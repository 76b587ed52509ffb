/* dispatch.h - which kernel table this processor gets. */
#ifndef KERNEL_DISPATCH_H
#define KERNEL_DISPATCH_H

#include "kernel/kernel.h"

/* The best table this processor runs; chosen once, the same for the whole process. */
const kernel_ops *kernel_get(void);
/* A table by name, or NULL when it was not built or cannot run here. */
const kernel_ops *kernel_by_name(const char *name);
/* Chooses the table that kernel_get gives from now on (tests, benches). false: not available. */
bool kernel_choose(const char *name);
/* The products in bf16 that go with a table, NULL = none that runs here: matrix units where there are some and the
 * system lets this process use them (it is asked for that now), else the table's own. */
const kernel_products *kernel_halves(const kernel_ops *k);

#endif
