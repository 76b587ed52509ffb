/* thread.c - see thread.h. */
#include "config.h"
#include "base/thread.h"

#include <sched.h>
#include <stdio.h>

/* cgroup v2: "max 100000" or "<quota> <period>"; 0 when there is no limit. */
static int quota_v2(void)
{
    FILE *f = fopen("/sys/fs/cgroup/cpu.max", "r");
    double quota = 0, period = 0;
    int cpus = 0;

    if (!f)
        return 0;
    if (fscanf(f, "%lf %lf", &quota, &period) == 2 && quota > 0 && period > 0)
        cpus = (int)(quota / period + 0.999);
    fclose(f);
    return cpus;
}

int thread_usable_cpus(void)
{
    cpu_set_t set;
    int n = 1, quota = quota_v2();

    if (sched_getaffinity(0, sizeof set, &set) == 0)
        n = CPU_COUNT(&set);
    if (quota > 0 && quota < n)
        n = quota;
    return n < 1 ? 1 : n;
}

void meeting_wait(meeting *m, size_t all)
{
    enum { LOOKS = 4000 };

    if (all == 1)
        return;
    unsigned round = atomic_load_explicit(&m->round, memory_order_acquire);
    if (atomic_fetch_add_explicit(&m->here, 1, memory_order_acq_rel) + 1 == all) {
        atomic_store_explicit(&m->here, 0, memory_order_relaxed);
        atomic_store_explicit(&m->round, round + 1, memory_order_release);
        return;
    }
    for (size_t i = 0; atomic_load_explicit(&m->round, memory_order_acquire) == round; i++) {
#ifdef __SSE2__
        __builtin_ia32_pause();
#endif
        if (i >= LOOKS)
            sched_yield();
    }
}
