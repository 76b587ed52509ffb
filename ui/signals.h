/* signals.h - signals as something to read: a handler writes each into a pipe, which the loop polls. */
#ifndef UI_SIGNALS_H
#define UI_SIGNALS_H

#include <stddef.h>

/* Takes these signals from now on. The descriptor to poll, the same at every call; -1 with errno. */
int signals_take(const int *sig, size_t n);
int signals_next(void); /* the next that came; 0 = none waits */
/* Stops the whole job, as Ctrl-Z does it; comes back when it goes on. */
void signals_stop_job(void);

#endif
