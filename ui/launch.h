/* launch.h - a session process for a notebook. */
#ifndef UI_LAUNCH_H
#define UI_LAUNCH_H

#include "ui/place.h"

/* The notebook's path in one spelling, also when the file is not there yet. NULL: its folder is not; free(). */
char *launch_path(const char *file);
/* A connection to the session of the notebook (NULL: a new unnamed one), started when there is none: *child
 * is then its process, else 0. options: for the new process; folder: where it runs, NULL: here. -1 with a sentence. */
int launch_session(const char *file, char *const *options, const char *folder, pid_t *child, char *why, size_t cap);

/* The other side: a process that was started so tells how it went. */
enum { LAUNCH_READY = 3 }; /* its descriptor */
void launch_ready(const char *name);
void launch_failed(const char *why);

#endif
