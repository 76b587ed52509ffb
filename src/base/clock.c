/* clock.c - seconds, and seconds as people say them. */
#include "config.h"
#include "base/clock.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

static double read_clock(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double clock_now(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

double clock_wall(void)
{
    return read_clock(CLOCK_REALTIME);
}

void clock_cond_init(pthread_cond_t *c)
{
    pthread_condattr_t a;

    pthread_condattr_init(&a);
    pthread_condattr_setclock(&a, CLOCK_MONOTONIC);
    pthread_cond_init(c, &a);
    pthread_condattr_destroy(&a);
}

struct timespec clock_after(double seconds)
{
    double t = clock_now() + seconds;
    struct timespec ts = {.tv_sec = (time_t)t};

    ts.tv_nsec = (int64_t)((t - (double)ts.tv_sec) * 1e9) % 1000000000;
    return ts;
}

double clock_thread(void)
{
    return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

char *clock_duration(double seconds, char *buf, size_t cap)
{
    if (isnan(seconds) || seconds < 0 || seconds > 1e9) {
        snprintf(buf, cap, "?");
    } else if (seconds < 10) {
        snprintf(buf, cap, "%.1f s", seconds);
    } else if (seconds < 60) {
        snprintf(buf, cap, "%.0f s", seconds);
    } else if (seconds < 3600) {
        int s = (int)seconds;
        snprintf(buf, cap, "%d min %02d s", s / 60, s % 60);
    } else {
        int m = (int)(seconds / 60);
        snprintf(buf, cap, "%d h %02d min", m / 60, m % 60);
    }
    return buf;
}
