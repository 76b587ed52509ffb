/* dispatch_tiles.c - stands in for src/kernel/dispatch.c: tables "tiles", whose products in bf16 are those of matrix units
 * worked out in C, and "generic", which has none. */
#include "kernel/dispatch.h"

#include <string.h>

extern const kernel_ops kernel_generic;
extern const kernel_products kernel_tiles_plain;

static kernel_ops with_tiles;
static bool without;

const kernel_ops *kernel_by_name(const char *name)
{
    if (!with_tiles.name) {
        with_tiles = kernel_generic;
        with_tiles.name = "tiles";
    }
    return !strcmp(name, "tiles") ? &with_tiles : !strcmp(name, "generic") ? &kernel_generic : NULL;
}

const kernel_ops *kernel_get(void)
{
    return kernel_by_name(without ? "generic" : "tiles");
}

bool kernel_choose(const char *name)
{
    if (!kernel_by_name(name))
        return false;
    without = strcmp(name, "generic") == 0;
    return true;
}

const kernel_products *kernel_halves(const kernel_ops *k)
{
    return k == &with_tiles ? &kernel_tiles_plain : NULL;
}
