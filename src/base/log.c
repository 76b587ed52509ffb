/* log.c - leveled messages to one sink. */
#include "base/log.h"

#include "base/mem.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>

struct logger {
    pthread_mutex_t lock; /* one call of the sink at a time */
    weir_log_fn *fn;      /* under lock */
    void *user;           /* under lock */
};

logger *logger_new(void)
{
    logger *l = MEM_NEW(logger);
    if (l)
        pthread_mutex_init(&l->lock, NULL);
    return l;
}

void logger_free(logger *l)
{
    if (!l)
        return;
    pthread_mutex_destroy(&l->lock);
    mem_free(l);
}

void logger_set(logger *l, weir_log_fn *fn, void *user)
{
    pthread_mutex_lock(&l->lock);
    l->fn = fn;
    l->user = user;
    pthread_mutex_unlock(&l->lock);
}

void log_at(logger *l, weir_log_level level, const char *module, const char *format, ...)
{
    char line[1024];
    va_list ap;

    if (!l)
        return;
    pthread_mutex_lock(&l->lock);
    if (l->fn) {
        va_start(ap, format);
        vsnprintf(line, sizeof line, format, ap);
        va_end(ap);
        l->fn(l->user, level, module, line);
    }
    pthread_mutex_unlock(&l->lock);
}
