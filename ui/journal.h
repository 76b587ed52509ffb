/* journal.h - what a crash would lose: the notebook's text as it stands, what had run, where the
 * cursor was. Written beside the notebook two seconds after an edit at the latest, gone when nothing
 * would be lost; found when the notebook is opened again. */
#ifndef UI_JOURNAL_H
#define UI_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct journal {
    char path[4300]; /* "" = none is kept */
    uint64_t last;   /* of what was written last; 0 = nothing */
    bool there;      /* the file exists */
} journal;

/* Where the journal of a notebook is: .weir/NAME/journal beside it. */
void journal_open(journal *j, const char *notebook);
/* A path that stands for a notebook without a name, in the user's state folder ($XDG_STATE_HOME/weir);
 * the n-th of them. false: there is no such folder. */
bool journal_unnamed(int n, char *path, size_t cap);
/* Writes unless it says so already. base: the notebook's text as saved, or NULL when it is not yet a file;
 * state: lines "key value". false with a sentence. */
bool journal_write(journal *j, const char *file, const char *base, const char *state, char *why, size_t cap);
void journal_remove(journal *j);

typedef struct journal_entry {
    char *file, *state; /* owned */
    bool base_same;     /* the saved notebook is still the one that was edited */
    double when;        /* seconds since 1970 */
} journal_entry;
/* What a crash has left; base as above, of now. false: nothing. */
bool journal_read(const journal *j, const char *base, journal_entry *out);
void journal_entry_clear(journal_entry *e);
/* The value of a line of the state, into buf; false: there is none. */
bool journal_value(const char *state, const char *key, char *buf, size_t cap);

#endif
