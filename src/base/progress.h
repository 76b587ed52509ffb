/* progress.h - what every long operation accepts: a flag to obey and counters
 * to bump. A job embeds one, so the lower floors never know what a job is.
 * NULL is allowed everywhere: nobody watches, nobody cancels. */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct progress {
    atomic_int cancel;            /* writer: anyone; 0 go on, 1 stop and keep, 2 stop and discard */
    _Atomic uint64_t done, total; /* writer: the operation's threads; total 0 = unknown */
    _Atomic uint64_t bytes;       /* read so far, as they are in the files */
    _Atomic uint64_t all_bytes;   /* there are to read; 0 = unknown */
    _Atomic(const char *) phase;  /* static text */
    int threads;                  /* granted to the operation; set before it starts; 0 = one */
} progress;

static inline bool progress_cancelled(const progress *p)
{
    return p && atomic_load_explicit(&((progress *)(uintptr_t)p)->cancel, memory_order_relaxed) != 0;
}

static inline void progress_add(progress *p, uint64_t n)
{
    if (p)
        atomic_fetch_add_explicit(&p->done, n, memory_order_relaxed);
}

/* Negative: as if they had not been read. */
static inline void progress_read(progress *p, int64_t bytes)
{
    if (p)
        atomic_fetch_add_explicit(&p->bytes, (uint64_t)bytes, memory_order_relaxed);
}

/* So much is done in all. */
static inline void progress_reach(progress *p, uint64_t done)
{
    if (p)
        atomic_store_explicit(&p->done, done, memory_order_relaxed);
}

static inline void progress_phase(progress *p, const char *phase)
{
    if (p)
        atomic_store_explicit(&p->phase, phase, memory_order_relaxed);
}

static inline int progress_threads(const progress *p)
{
    return p && p->threads > 0 ? p->threads : 1;
}

#endif
