/* scale.h - axes: limits that are round and hold still, ticks, what stands beside them.
 *
 * Steps are 1, 2 or 5 times a power of ten, the smallest that gives no more ticks
 * than asked for, and limits are multiples of the step (Heckbert, Nice numbers for
 * graph labels, 1990: loose labelling). Time counts in seconds, minutes, hours
 * and days, dates in months and years beyond. Nothing here allocates. */
#ifndef DRAW_SCALE_H
#define DRAW_SCALE_H

#include <stdbool.h>
#include <stddef.h>

typedef enum scale_kind {
    SCALE_LINEAR,
    SCALE_LOG,      /* of 10; ticks at 1, 2 and 5 of each decade as far as they fit */
    SCALE_DURATION, /* seconds */
    SCALE_DATE      /* milliseconds since 1970, UTC */
} scale_kind;

typedef struct scale {
    scale_kind kind;
    double lo, hi; /* limits, lo < hi; both above 0 when kind is SCALE_LOG */
    bool set;      /* lo and hi are to be kept; false: whoever draws fits them */
    bool from_zero; /* a fit of values >= 0 may begin at 0 although they do not: "losses" */
    double moved;  /* when scale_hold last moved it, in its own clock */
} scale;

enum { SCALE_TICKS = 32, SCALE_LABEL = 24 };
typedef struct scale_tick { double at; char label[SCALE_LABEL]; } scale_tick;

/* Round limits around [lo, hi] (NaN: nothing is known) with at most `most` ticks (never fewer than 3). What cannot
 * be shown (a log of 0) is left out. */
void scale_fit(scale *s, double lo, double hi, int most);
/* The same for an axis that is looked at: it moves only when the values left it or fill less than 0.45 of it,
 * and at most every 2 seconds. The first call fits. now: seconds of any clock. Gives whether it moved. */
bool scale_hold(scale *s, double lo, double hi, int most, double now);
/* Ends it at exactly hi, which is planned or known: no room is given away, the last tick stands before it. */
void scale_end(scale *s, double lo, double hi, int most);
/* The ticks within the limits from low to high; gives how many, at most `most` (and SCALE_TICKS). */
size_t scale_ticks(const scale *s, int most, scale_tick out[SCALE_TICKS]);
/* Where v stands: 0 at lo, 1 at hi, beyond them outside; NaN for what has no place. */
double scale_place(const scale *s, double v);
double scale_value(const scale *s, double place); /* the inverse */
/* v as the axis would write it, with a digit more than its ticks: for readouts. */
char *scale_write(const scale *s, double v, char out[SCALE_LABEL]);

#endif
