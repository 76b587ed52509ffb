/* lock.h - one writer of a notebook at a time, on this machine or another that shares the file.
 *
 * The lock is a small file in the notebook's folder .weir/NAME/ that names host, process and when that
 * process began, so that what a crash has left is known for what it is. */
#ifndef UI_LOCK_H
#define UI_LOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

typedef struct lock {
    char path[4300]; /* "" = not held */
} lock;

typedef enum lock_result {
    LOCK_TAKEN,
    LOCK_AFTER_CRASH, /* taken; who had it is gone without leaving */
    LOCK_HELD,        /* by another: why says who */
    LOCK_IMPOSSIBLE   /* the folder cannot be written: why */
} lock_result;

/* The folder beside the notebook for what belongs to it: DIR/.weir/NAME; made if `make`. */
bool lock_folder(const char *notebook, char *path, size_t cap, bool make);
lock_result lock_take(lock *l, const char *notebook, char *why, size_t cap);
void lock_release(lock *l);

#endif
