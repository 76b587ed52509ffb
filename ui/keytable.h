/* keytable.h - the default keys, as a table. */
#ifndef UI_KEYTABLE_H
#define UI_KEYTABLE_H

#include "ui/keymap.h"

typedef struct keyline {
    unsigned presets;     /* bits in the order of keymap_presets */
    context where;
    const char *keys;     /* "x or d d" */
    const char *command;
} keyline;

extern const keyline keytable[];
extern const size_t keytable_count;

#endif
