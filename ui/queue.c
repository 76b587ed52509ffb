/* queue.c - see queue.h. */
#include "ui/queue.h"

#include <stdlib.h>
#include <string.h>

void queue_free(queue *q)
{
    free(q->v);
    memset(q, 0, sizeof *q);
}

bool queue_add(queue *q, int64_t cell, int64_t batch)
{
    if (queue_place(q, cell))
        return false;
    if (q->n == q->cap) {
        size_t cap = q->cap ? q->cap * 2 : 32;
        queue_entry *v = realloc(q->v, cap * sizeof *v);
        if (!v)
            return false;
        q->v = v;
        q->cap = cap;
    }
    q->v[q->n++] = (queue_entry){cell, batch};
    return true;
}

size_t queue_place(const queue *q, int64_t cell)
{
    for (size_t i = 0; i < q->n; i++)
        if (q->v[i].cell == cell)
            return i + 1;
    return 0;
}

static void take(queue *q, size_t i)
{
    memmove(&q->v[i], &q->v[i + 1], (q->n - i - 1) * sizeof *q->v);
    q->n--;
}

bool queue_remove(queue *q, int64_t cell)
{
    size_t place = queue_place(q, cell);

    if (place)
        take(q, place - 1);
    return place != 0;
}

bool queue_move(queue *q, int64_t cell, int by)
{
    size_t place = queue_place(q, cell), to = place - 1 + (size_t)by;

    if (!place || to >= q->n)
        return false;
    queue_entry e = q->v[place - 1];
    q->v[place - 1] = q->v[to];
    q->v[to] = e;
    return true;
}

size_t queue_drop_batch(queue *q, int64_t batch)
{
    size_t k = 0;

    for (size_t i = 0; i < q->n;)
        if (q->v[i].batch == batch)
            take(q, i), k++;
        else
            i++;
    return k;
}

int64_t queue_next(queue *q, bool busy)
{
    for (size_t i = 0; i < q->n && !busy; i++) {
        queue_entry e = q->v[i];
        if (e.batch && q->busy_batch)
            continue;
        take(q, i);
        if (e.batch) {
            q->busy_batch = e.batch;
            q->busy_cell = e.cell;
        }
        return e.cell;
    }
    return 0;
}
