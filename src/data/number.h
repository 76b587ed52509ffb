/* number.h - decimal text to double, correctly rounded, no locale. */
#ifndef DATA_NUMBER_H
#define DATA_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/* The whole of s[0..n) as a number: optional sign, digits, fraction, exponent; blanks around are
 * fine; "inf", "infinity", "nan" in any case. false: it is not a number. Equal to strtod bit for bit. */
bool number_parse(const char *s, size_t n, double *out);
/* ISO dates: YYYY-MM-DD, optionally [T ]HH:MM[:SS[.fff]][Z], as milliseconds since 1970 UTC. */
bool number_time(const char *s, size_t n, double *out);

#endif
