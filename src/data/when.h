/* when.h - dates and times of day in text. */
#ifndef DATA_WHEN_H
#define DATA_WHEN_H

#include <stdbool.h>
#include <stddef.h>

typedef enum when_style {
    WHEN_ANY, /* all below */
    WHEN_H2O  /* H2O's forms only: no T between date and time, no zone */
} when_style;

/* s[0..n) as milliseconds since 1970-01-01 UTC; blanks around are fine. Forms:
 *   2014-01-02, 2014-1-2, 2014-01; 20140102-03:04:05
 *   2-Jan-14, 02January1999, Jan-2014, 14-Jan (year first)
 *   1/2/2014, 1-2-14 (month first); 03:04:05 alone (on 1970-01-01)
 * a time behind a date after blanks (or T): H:MM:SS, seconds optional but under WHEN_H2O, a fraction,
 * AM or PM; under WHEN_ANY a zone: Z, UTC, +02:00, +0200. Two-digit years: from 69 on 19xx.
 * false: it is none of them, or a field is out of its range (30 February). */
bool when_parse(const char *s, size_t n, when_style style, double *ms);

#endif
