/* decimal.h - short decimal numbers one behind the other. */
#ifndef KERNEL_DECIMAL_H
#define KERNEL_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DECIMAL_LEAD = 16 }; /* bytes before a number's end that are read, even before its start */

/* Numbers between the marks base[mark[0..n)], the first from *from on: each a sign, if any, digits, a point, if any; at most
 * 16 characters, below 2^53 without the point; at least DECIMAL_LEAD bytes of text from `lowest` on before its end.
 * They go to `to` as doubles, correctly rounded, one behind the other (of any alignment). Stops before the first that is
 * something else, and behind one that ends with `eol`; returns how many there were, *from = behind the last. */
size_t decimal_run(const char *base, const uint32_t *mark, size_t n, const char *lowest, char eol, const char **from, char *to);

/* The same by name: "avx512", "sse4", "generic", which takes none; NULL = the best one here (tests). false: not here. */
bool decimal_choose(const char *name);

#endif
