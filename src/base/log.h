/* log.h - leveled messages to one sink and one file; silent until one is set. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "weir.h"

/* Belongs to a session; handed down to what logs. NULL is allowed: silence. */
typedef struct logger logger;

logger *logger_new(void);
void logger_free(logger *l);
void logger_set(logger *l, weir_log_fn *fn, void *user); /* NULL = silent */
/* Appends each message to the file too, with the time; NULL = not any more. */
weir_status logger_file(logger *l, const char *path, weir_error *err);
void log_at(logger *l, weir_log_level level, const char *module, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
