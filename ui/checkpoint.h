/* checkpoint.h - trainings of a session are written to .weir/NAME/checkpoints as they go, so that a crash
 * costs what they learned since the last time. A thread of its own writes; nobody waits for it. */
#ifndef UI_CHECKPOINT_H
#define UI_CHECKPOINT_H

#include "base/text.h"
#include "weir.h"

typedef struct checkpoints checkpoints;

/* notebook: beside which they are kept. NULL: out of memory. */
checkpoints *checkpoints_new(weir_session *s, const char *notebook);
/* Writes what is due: each training so many seconds after its last time at the earliest, and at its end. */
void checkpoints_tick(checkpoints *c, double every);
void checkpoints_now(checkpoints *c); /* at the next tick, whatever the time: the line has hung up, a person asks */
/* Seconds until checkpoints_tick has something to do; -1: never. */
double checkpoints_patience(const checkpoints *c);
/* Waits for the writer. keep: the files stay. */
void checkpoints_free(checkpoints *c, bool keep);
/* The newest file that a process before this one has left there; false: none. */
bool checkpoints_left(const char *notebook, char *path, size_t cap);

#endif
