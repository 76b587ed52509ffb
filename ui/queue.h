/* queue.h - cells that are to run: in which order, and which wait for which. */
#ifndef UI_QUEUE_H
#define UI_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct queue_entry {
    int64_t cell;
    int64_t batch; /* cells of one batch run one after the other, the first failure ends it; 0 = alone */
} queue_entry;

typedef struct queue {
    queue_entry *v;  /* in order; not yet started */
    size_t n, cap;
    int64_t last_batch;
    int64_t busy_batch; /* the batch whose cell runs now, 0 = none */
    int64_t busy_cell;  /* that cell */
} queue;

void queue_free(queue *q);
bool queue_add(queue *q, int64_t cell, int64_t batch);
/* Place from 1, 0 = not queued. */
size_t queue_place(const queue *q, int64_t cell);
bool queue_remove(queue *q, int64_t cell);
bool queue_move(queue *q, int64_t cell, int by); /* -1: earlier */
size_t queue_drop_batch(queue *q, int64_t batch); /* gives how many were taken out */
/* The next cell that may start, 0 = none: of a batch only when no cell of a batch runs; busy: Lua executes. */
int64_t queue_next(queue *q, bool busy);

#endif
