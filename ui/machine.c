/* machine.c - see machine.h. The kernel's own tables in /proc. */
#include "config.h"
#include "ui/machine.h"

#include "base/clock.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static void look_at_cores(machine *m)
{
    FILE *f = fopen("/proc/stat", "re");
    char line[400];

    m->cores = 0;
    while (f && fgets(line, sizeof line, f) && !strncmp(line, "cpu", 3)) {
        unsigned long long v[8] = {0}, all = 0;
        int core;
        if (!isdigit((unsigned char)line[3])) /* the first line is all of them together */
            continue;
        if (sscanf(line, "cpu%d %llu %llu %llu %llu %llu %llu %llu %llu", &core, &v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6], &v[7]) < 6 || m->cores == MACHINE_CORES)
            continue;
        for (int i = 0; i < 8; i++)
            all += v[i];
        uint64_t busy = all - v[3] - v[4]; /* idle, waiting for a disk */
        int k = m->cores++;
        uint64_t passed = all - m->was_all[k];
        m->busy[k] = m->was_all[k] && passed ? (double)(busy - m->was_busy[k]) / (double)passed : 0;
        m->was_busy[k] = busy;
        m->was_all[k] = all;
    }
    if (f)
        fclose(f);
}

static void look_at_memory(machine *m)
{
    FILE *f = fopen("/proc/self/statm", "re");
    unsigned long long pages, resident, kb;
    char line[200];

    if (f && fscanf(f, "%llu %llu", &pages, &resident) == 2)
        m->held = (uint64_t)resident * (uint64_t)sysconf(_SC_PAGESIZE);
    if (f)
        fclose(f);
    f = fopen("/proc/meminfo", "re");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "MemTotal: %llu", &kb) == 1)
            m->total = kb * 1024;
        else if (sscanf(line, "MemAvailable: %llu", &kb) == 1)
            m->available = kb * 1024;
    if (f)
        fclose(f);
    f = fopen("/proc/loadavg", "re");
    if (f && fscanf(f, "%lf", &m->load) != 1)
        m->load = 0;
    if (f)
        fclose(f);
}

bool machine_look(machine *m)
{
    double now = clock_now(), passed = now - m->looked;
    struct rusage u;

    if (m->looked > 0 && passed < 1)
        return false;
    look_at_cores(m);
    look_at_memory(m);
    getrusage(RUSAGE_SELF, &u);
    double own = (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + 1e-6 * (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
    m->twice = m->looked > 0;
    m->own = m->looked > 0 ? (own - m->was_own) / passed : 0;
    m->was_own = own;
    m->looked = now;
    return true;
}
