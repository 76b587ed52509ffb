/* kernel_impl.c - the primitives, compiled once per instruction set. */
#include "kernel/kernel.h"

extern const kernel_ops KERNEL_TABLE;
#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)
const kernel_ops KERNEL_TABLE = {.name = TEXT(KERNEL_TABLE) + 7};
