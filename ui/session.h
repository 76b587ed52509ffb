/* session.h - the process that owns a notebook, Lua, frames, models and jobs: it outlives the terminals
 * that are lent to it, or, as one plain process, is its only terminal's. */
#ifndef UI_SESSION_H
#define UI_SESSION_H

#include <stdbool.h>

typedef struct session_options {
    const char *file;       /* NULL: an unnamed notebook */
    const char *sample_dir;
    const char *command;    /* of the workbench, performed at the start; or NULL */
    bool linear;            /* lines, not a screen, where there is no session */
    const char *log_file;   /* or NULL */
    const char *const *set; /* "name=value" of the settings, NULL-terminated; or NULL */
} session_options;

/* The session process, as launch.h starts it. */
int session_serve(const session_options *o);
/* One plain process on its own terminal. */
int session_plain(const session_options *o);

#endif
