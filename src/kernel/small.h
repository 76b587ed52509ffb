/* small.h - rows of small whole numbers, as pictures are written down, to bytes. */
#ifndef KERNEL_SMALL_H
#define KERNEL_SMALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SMALL_SLACK = 64 }; /* bytes behind the text that may be read, and behind the bytes that may be written */

/* Rows of s[0..n) from its start on, for as long as each has exactly `columns` cells (>= 1) of one to three digits
 * up to 255, `sep` between them, and ends with `eol` (LF: or CR LF). Their bytes row by row into `to`, room for `columns`
 * bytes for each line end of the text and one row more, and SMALL_SLACK. Returns the number of rows, *used = their text. What stops it may be anything. */
size_t small_rows(const char *s, size_t n, char sep, char eol, size_t columns, uint8_t *to, size_t *used);

/* The least and the largest of x[0..n), n > 0. */
void small_range(const uint8_t *x, size_t n, uint8_t *lo, uint8_t *hi);

/* Sixteen bytes from each of sixteen columns, from row `at` on, as sixteen rows. */
void small_tile(const uint8_t *const *column, size_t at, uint8_t to[16][16]);

/* bytes[rows][stride] turned: column c goes to to[c][0..rows). */
void small_turn(const uint8_t *bytes, size_t rows, size_t stride, size_t columns, uint8_t *const *to);

/* The same by name: "avx512", "avx2", "generic"; NULL = the best one here (tests). false: not here. */
bool small_choose(const char *name);

#endif
