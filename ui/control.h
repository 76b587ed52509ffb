/* control.h - sessions from the shell: which there are, ending them, running something in one. */
#ifndef UI_CONTROL_H
#define UI_CONTROL_H

#include <stdbool.h>
#include <stddef.h>

/* A session's name from a name, a number of the list, or a notebook's path; NULL: the one that was used
 * last. false with a sentence. name holds PLACE_NAME bytes. */
bool control_find(const char *wanted, char *name, char *why, size_t cap);
/* Exit statuses: 0 good, 1 there is no such session or what ran failed, 2 usage. */
int control_list(bool json);
int control_detach(const char *wanted);
int control_kill(const char *wanted, bool all);
/* argv: [NAME] [--cell N | CODE | -]. */
int control_send(int argc, char **argv);

#endif
