/* kernel.h - numeric primitives, one table per instruction set.
 * (The kernel floor's owner fills this.) */
#ifndef KERNEL_KERNEL_H
#define KERNEL_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct kernel_ops {
    const char *name; /* "generic", "avx2", "avx512" */
} kernel_ops;

#endif
