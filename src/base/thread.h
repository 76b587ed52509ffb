/* thread.h - how many processors this process may use. */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

/* The process's affinity and its cgroup's quota, whichever is smaller; >= 1. */
int thread_usable_cpus(void);

enum { CACHE_LINE = 128 }; /* two lines: adjacent-line prefetchers move pairs */

#endif
