/* scan.h - where certain bytes stand in a text. */
#ifndef KERNEL_SCAN_H
#define KERNEL_SCAN_H

#include <stddef.h>
#include <stdint.h>

enum { SCAN_SLACK = 64 }; /* bytes behind a scanned text that may be read */

/* Positions of the bytes equal to a or b in s[0..n), ascending, into at[n]; returns their
 * number. s must have SCAN_SLACK readable bytes behind it; n < 2^32. */
size_t scan_marks(const char *s, size_t n, char a, char b, uint32_t *at);
/* How many bytes of s[0..n) equal c. */
size_t scan_count(const char *s, size_t n, char c);

#endif
