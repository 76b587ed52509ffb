/* number_impl.h - inside number parsing: the table of powers, the slow exact way. */
#ifndef DATA_NUMBER_IMPL_H
#define DATA_NUMBER_IMPL_H

#include <stddef.h>
#include <stdint.h>

enum { NUMBER_LOWEST = -342, NUMBER_HIGHEST = 308, NUMBER_POWERS = NUMBER_HIGHEST - NUMBER_LOWEST + 1 };

/* 5^q to 128 bits, high word first; entry q - NUMBER_LOWEST. */
extern const uint64_t number_powers[NUMBER_POWERS][2];

/* The double next to digits * 10^exponent, of which `low` is the one at or just below: compares
 * with the middle between low and its successor in whole numbers. digits are '0'..'9'. */
double number_settle(const char *digits, size_t n, int64_t exponent, double low);

#endif
