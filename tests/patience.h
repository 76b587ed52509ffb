/* patience.h - how long a test waits for what must come. The limit ends a test that hangs; it never tells quick from slow. Only
 * time in which the test itself ran counts: what a stopped or starved test slept through is nobody's lateness. */
#ifndef TESTS_PATIENCE_H
#define TESTS_PATIENCE_H

#include "base/clock.h"

#include <stdbool.h>

enum {
    PATIENCE = 120,         /* seconds for one thing to come */
    PATIENCE_OF_ALL = 1500, /* seconds for a whole test program: alarm(PATIENCE_OF_ALL) */
    WORK = 10               /* four times as much may take so many times the work: in proportion, not by the square, which were 16 */
};

typedef struct patience { double left, at; } patience;

static inline patience patience_of(double seconds)
{
    return (patience){seconds, clock_now()};
}

/* For the condition of a loop whose turns take milliseconds. */
static inline bool patience_left(patience *p)
{
    double now = clock_now(), turn = now - p->at;

    p->left -= turn < 0.2 ? turn : 0.2;
    p->at = now;
    return p->left > 0;
}

#endif
