/* budget.h - threads shared by the jobs of a session, and the queue of those that wait for some. */
#ifndef RUN_BUDGET_H
#define RUN_BUDGET_H

#include "base/progress.h"

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

enum { BUDGET_SEATS = 256 };

typedef struct budget {
    pthread_mutex_t lock;
    pthread_cond_t freed;
    int total, used;             /* under lock */
    int64_t seat[BUDGET_SEATS];  /* jobs that wait, the next one first; under lock */
    size_t n_seats;
} budget;

void budget_init(budget *b, int total);
void budget_destroy(budget *b);
void budget_resize(budget *b, int total);
/* The owner's place is the last one from now on: whoever comes later is served later. */
void budget_queue(budget *b, int64_t owner);
void budget_leave(budget *b, int64_t owner);
/* Up to `want` threads (<= 0: all that are free). wait: blocks until one is free and nobody is before
 * `owner` in the queue, or *cancel; without it at least one is given, even if all are busy. */
int budget_take(budget *b, int want, bool wait, const progress *p, int64_t owner);
void budget_give(budget *b, int threads);
/* From `have` towards `want` threads (<= 0: all that are free), at once: gives how many it is now, at least one. */
int budget_change(budget *b, int have, int want);
/* The owner's place in the queue, from 1; 0 = does not wait. */
int budget_place(budget *b, int64_t owner);
/* Moves it by so many places (negative: earlier); false: it does not wait or is at the end. */
bool budget_move(budget *b, int64_t owner, int by);

#endif
