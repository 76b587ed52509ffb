/* thread.c - how many processors this process may use. */
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
