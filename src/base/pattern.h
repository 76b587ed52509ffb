/* pattern.h - regular expressions on UTF-8, in linear time, without a locale.
 *
 * . [a-z] [^...] \d \w \s (and \D \W \S) \b \B \t \n \r ^ $ ( ) (?: ) | * + ? {m,n}, each
 * repetition greedy, or reluctant with a ? behind it; a backslash takes the
 * meaning off any other character. The leftmost match wins, the earlier
 * alternative first. Thompson's construction, run as Pike's virtual machine
 * (R. Cox, "Regular Expression Matching: the Virtual Machine Approach", 2009):
 * no pattern can make it slow. */
#ifndef BASE_PATTERN_H
#define BASE_PATTERN_H

#include "weir.h"

typedef struct pattern pattern;

enum { PATTERN_GROUPS = 10, PATTERN_NONE = -1 };

typedef struct pattern_match { /* [from, to) in bytes; group 0 is the whole match */
    ptrdiff_t from[PATTERN_GROUPS], to[PATTERN_GROUPS]; /* PATTERN_NONE: took no part */
} pattern_match;

/* WEIR_EINVAL with a sentence that names the place. */
weir_status pattern_new(pattern **out, const char *s, bool ignore_case, weir_error *err);
void pattern_free(pattern *p);
/* The first match in s[0..n) that begins at `from` or later. Not for several threads at once. */
bool pattern_find(pattern *p, const char *s, size_t n, size_t from, pattern_match *out);

/* Letters in the other case: Latin, Greek, Cyrillic, Armenian; others stay. */
uint32_t pattern_upper(uint32_t cp);
uint32_t pattern_lower(uint32_t cp);

#endif
