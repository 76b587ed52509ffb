/* log.c - leveled messages to one sink and one file. */
#include "base/log.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/status.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

struct logger {
    pthread_mutex_t lock; /* one call of the sink at a time */
    weir_log_fn *fn;      /* under lock */
    void *user;           /* under lock */
    FILE *file;           /* under lock; NULL: none */
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
    if (l->file)
        fclose(l->file);
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

weir_status logger_file(logger *l, const char *path, weir_error *err)
{
    FILE *f = path ? fopen(path, "ae") : NULL;

    if (path && !f)
        return weir_fail(err, WEIR_EIO, "cannot write the log file '%.300s': %s", path, strerror(errno));
    pthread_mutex_lock(&l->lock);
    if (l->file)
        fclose(l->file);
    l->file = f;
    pthread_mutex_unlock(&l->lock);
    return WEIR_OK;
}

/* Lock held. */
static void to_file(logger *l, weir_log_level level, const char *module, const char *line)
{
    static const char *const names[] = {"error: ", "warning: ", "", ""};
    time_t now = (time_t)clock_wall();
    struct tm tm;
    char when[32] = "";

    if (localtime_r(&now, &tm))
        strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S", &tm);
    fprintf(l->file, "%s %s%s: %s\n", when, names[level], module, line);
    fflush(l->file);
}

void log_at(logger *l, weir_log_level level, const char *module, const char *format, ...)
{
    char line[1024];
    va_list ap;

    if (!l)
        return;
    pthread_mutex_lock(&l->lock);
    if (l->fn || l->file) {
        va_start(ap, format);
        vsnprintf(line, sizeof line, format, ap);
        va_end(ap);
    }
    if (l->file)
        to_file(l, level, module, line);
    if (l->fn)
        l->fn(l->user, level, module, line);
    pthread_mutex_unlock(&l->lock);
}
