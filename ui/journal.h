/* journal.h - what a crash would lose: the notebook's text as it stands, what had run, where the
 * cursor was. Written beside the notebook two seconds after an edit at the latest, gone when nothing
 * would be lost; found when the notebook is opened again. */
#ifndef UI_JOURNAL_H
#define UI_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where it is written, the first that can be: beside the notebook; else, as its disk may be full or the folder closed,
 * in the user's state folder; else with the sessions' sockets in the system's temporary folder. */
enum { JOURNAL_PLACES = 3 };

typedef struct journal {
    struct { char path[4300]; /* "" = none */ bool there; } at[JOURNAL_PLACES];
    uint64_t last;   /* of what was written last; 0 = nothing */
} journal;

/* The journal of a notebook is .weir/NAME/journal beside it; beside: that folder is this process's. */
void journal_open(journal *j, const char *notebook, bool beside);
bool journal_kept(const journal *j); /* it has a place */
/* A path that stands for a notebook without a name, in the user's state folder ($XDG_STATE_HOME/weir);
 * the n-th of them. false: there is no such folder. */
bool journal_unnamed(int n, char *path, size_t cap);
/* Writes unless it says so already. base: the notebook's text as saved, or NULL when it is not yet a file;
 * state: lines "key value". false with a sentence; why is "" when it stands beside the notebook, and says where it
 * stands instead when it does not. */
bool journal_write(journal *j, const char *file, const char *base, const char *state, char *why, size_t cap);
void journal_remove(journal *j);

typedef struct journal_entry {
    char *file, *state; /* owned */
    bool base_same;     /* the saved notebook is still the one that was edited */
    double when;        /* seconds since 1970 */
} journal_entry;
/* What a crash has left, the latest of all places; base as above, of now. false: nothing. */
bool journal_read(const journal *j, const char *base, journal_entry *out);
void journal_entry_clear(journal_entry *e);
/* The value of a line of the state, into buf; false: there is none. */
bool journal_value(const char *state, const char *key, char *buf, size_t cap);

#endif
