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
/* Runs a cell, by number or title, or code, "-" being standard input, in a session. */
int control_send(const char *wanted, const char *cell, const char *code);

#endif
