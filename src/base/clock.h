/* clock.h - seconds, and seconds as people say them. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <pthread.h>
#include <stddef.h>
#include <time.h>

double clock_now(void);    /* monotonic seconds; only differences mean anything */
double clock_wall(void);   /* seconds since 1970 */
void clock_cond_init(pthread_cond_t *c);        /* a condition whose waits end by the monotonic clock */
struct timespec clock_after(double seconds);    /* when such a wait ends that begins now */
double clock_thread(void); /* processor seconds of this thread */
/* "0.4 s", "12 s", "3 min 05 s", "2 h 10 min" into buf; returns buf. NaN gives "?". */
char *clock_duration(double seconds, char *buf, size_t cap);

#endif
