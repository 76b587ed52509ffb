/* budget.c - see budget.h. */
#include "run/budget.h"

#include "base/clock.h"

#include <string.h>

void budget_init(budget *b, int total)
{
    memset(b, 0, sizeof *b);
    pthread_mutex_init(&b->lock, NULL);
    clock_cond_init(&b->freed);
    b->total = total;
}

void budget_destroy(budget *b)
{
    pthread_cond_destroy(&b->freed);
    pthread_mutex_destroy(&b->lock);
}

void budget_resize(budget *b, int total)
{
    pthread_mutex_lock(&b->lock);
    b->total = total;
    pthread_cond_broadcast(&b->freed);
    pthread_mutex_unlock(&b->lock);
}

/* Lock held. */
static size_t find(const budget *b, int64_t owner)
{
    size_t i = 0;

    while (i < b->n_seats && b->seat[i] != owner)
        i++;
    return i;
}

static void sit(budget *b, int64_t owner)
{
    if (find(b, owner) == b->n_seats && b->n_seats < BUDGET_SEATS) /* beyond that many they are served in any order */
        b->seat[b->n_seats++] = owner;
}

static void stand_up(budget *b, int64_t owner)
{
    size_t i = find(b, owner);

    if (i == b->n_seats)
        return;
    memmove(&b->seat[i], &b->seat[i + 1], (b->n_seats - i - 1) * sizeof *b->seat);
    b->n_seats--;
    pthread_cond_broadcast(&b->freed);
}

void budget_queue(budget *b, int64_t owner)
{
    pthread_mutex_lock(&b->lock);
    sit(b, owner);
    pthread_mutex_unlock(&b->lock);
}

void budget_leave(budget *b, int64_t owner)
{
    pthread_mutex_lock(&b->lock);
    stand_up(b, owner);
    pthread_mutex_unlock(&b->lock);
}

static int share(const budget *b, int want)
{
    int free = b->total - b->used, got = want > 0 && free > want ? want : free;
    return got < 1 ? 1 : got;
}

int budget_take(budget *b, int want, bool wait, const progress *p, int64_t owner)
{
    pthread_mutex_lock(&b->lock);
    if (wait) {
        sit(b, owner);
        for (size_t i; (b->used >= b->total || ((i = find(b, owner)) > 0 && i < b->n_seats)) && !progress_cancelled(p);) {
            struct timespec ts = clock_after(0.05); /* cancel is a flag, so look now and then */
            pthread_cond_timedwait(&b->freed, &b->lock, &ts);
        }
        stand_up(b, owner);
    }
    int got = share(b, want);
    b->used += got;
    pthread_mutex_unlock(&b->lock);
    return got;
}

void budget_give(budget *b, int threads)
{
    pthread_mutex_lock(&b->lock);
    b->used -= threads;
    pthread_cond_broadcast(&b->freed);
    pthread_mutex_unlock(&b->lock);
}

int budget_change(budget *b, int have, int want)
{
    pthread_mutex_lock(&b->lock);
    b->used -= have;
    int got = share(b, want);
    b->used += got;
    pthread_cond_broadcast(&b->freed);
    pthread_mutex_unlock(&b->lock);
    return got;
}

int budget_place(budget *b, int64_t owner)
{
    pthread_mutex_lock(&b->lock);
    size_t i = find(b, owner);
    int place = i < b->n_seats ? (int)i + 1 : 0;
    pthread_mutex_unlock(&b->lock);
    return place;
}

bool budget_move(budget *b, int64_t owner, int by)
{
    pthread_mutex_lock(&b->lock);
    size_t i = find(b, owner);
    bool moves = i < b->n_seats && (by < 0 ? i >= (size_t)-by : i + (size_t)by < b->n_seats);
    for (int step = by < 0 ? -1 : 1; moves && by; by -= step) {
        size_t to = step < 0 ? i - 1 : i + 1;
        int64_t other = b->seat[to];
        b->seat[to] = b->seat[i];
        b->seat[i] = other;
        i = to;
    }
    pthread_cond_broadcast(&b->freed);
    pthread_mutex_unlock(&b->lock);
    return moves;
}
