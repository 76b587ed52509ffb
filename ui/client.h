/* client.h - the small process on the person's side: it finds or starts a session, lends it the
 * terminal, and does what only it can: stopping for Ctrl-Z, running an editor, hearing of a new size.
 * It neither reads nor writes the terminal itself. Statuses as of the command line. */
#ifndef UI_CLIENT_H
#define UI_CLIENT_H

#include <stdbool.h>

typedef struct client_options {
    const char *file;      /* notebook, or NULL: an unnamed one */
    const char *command;   /* of the workbench, performed at once: "run-all"; or NULL */
    const char *shows;     /* of the workbench, performed whenever the terminal is lent first: "start"; or NULL */
    bool linear;           /* lines, not a screen */
    char *const *options;  /* for a session that has to be started, NULL-terminated; or NULL */
} client_options;

/* Opens the notebook in its session. */
int client_open(const client_options *o);
/* By name, number of `weir ls`, or notebook; NULL: the one used last. */
int client_attach(const char *name, bool linear);

#endif
