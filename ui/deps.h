/* deps.h - which global names a piece of Lua reads and which it changes, as far as its text says. */
#ifndef UI_DEPS_H
#define UI_DEPS_H

#include <stdbool.h>
#include <stddef.h>

enum { DEPS_NAMES = 128, DEPS_NAME = 64 };

typedef struct deps {
    struct { char name[DEPS_NAME]; bool read, written, local; } v[DEPS_NAMES];
    size_t n;
} deps;

void deps_read(deps *d, const char *code, size_t n);
/* Whether the one reads what the other changes. */
bool deps_feed(const deps *from, const deps *to);

#endif
