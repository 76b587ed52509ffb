/* log.h - leveled messages to one sink; silent until one is set. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "weir.h"

/* Belongs to a session; handed down to what logs. NULL is allowed: silence. */
typedef struct logger logger;

logger *logger_new(void);
void logger_free(logger *l);
void logger_set(logger *l, weir_log_fn *fn, void *user); /* NULL = silent */
void log_at(logger *l, weir_log_level level, const char *module, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
