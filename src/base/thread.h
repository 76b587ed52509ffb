/* thread.h - how many processors this process may use; a meeting point of threads. */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <stdatomic.h>
#include <stddef.h>

/* The process's affinity and its cgroup's quota, whichever is smaller; >= 1. */
int thread_usable_cpus(void);

enum { CACHE_LINE = 128 }; /* two lines: adjacent-line prefetchers move pairs */

/* Threads of a team meet here. All zero at first; writers: the team. */
typedef struct meeting {
    atomic_size_t here;
    char apart[CACHE_LINE]; /* those who look at `round` do not slow those who arrive */
    atomic_uint round;
} meeting;

/* Waits until `all` threads have come; what each wrote before, all see afterwards. A short look
 * is enough when each has a processor; on a busy machine the others need this one. */
void meeting_wait(meeting *m, size_t all);

#endif
