/* status.h - filling a caller's weir_error. */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

#include "weir.h"

/* Writes a formatted message (cut at 1023 bytes) into *err, clears its other
 * fields, and returns st, so that a failing function can `return weir_fail(…)`.
 * err may be NULL. */
weir_status weir_fail(weir_error *err, weir_status st, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with the parameter at fault. */
weir_status weir_fail_at(weir_error *err, weir_status st, const char *parameter,
                         const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Adds a hint to an error that is already filled; returns err's status. */
weir_status weir_hint(weir_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* "out of memory while <doing>" */
weir_status weir_no_memory(weir_error *err, const char *doing);

#endif
