/* keeper.h - what stands between a notebook and its loss: the lock against a second writer, the journal
 * of unsaved edits, and bringing both back after a crash. */
#ifndef UI_KEEPER_H
#define UI_KEEPER_H

#include "ui/app.h"
#include "ui/journal.h"
#include "ui/lock.h"

typedef struct keeper {
    char *path;       /* that the lock and the journal belong to: the notebook's, or a stand-in's without a name */
    bool unnamed;
    bool read_only;   /* another process writes the notebook */
    lock lock;
    journal journal;
    char *base;       /* the notebook's text as it was saved last; NULL: not yet a file */
    bool was_modified;
    double due;       /* when to look whether the journal is behind; 0 = nothing happened */
    int failing;      /* the journal: 1 = it stands in a second place, 2 = it could not be written; told once */
    char note[600];   /* what the person should know at the start, or "" */
} keeper;

/* Before the app: takes the lock. */
void keeper_open(keeper *k, const char *file);
/* With the app: brings back what a crash has left, and says so. */
void keeper_recover(keeper *k, app *a);
/* After each turn of the loop. */
void keeper_tick(keeper *k, app *a);
double keeper_patience(const keeper *k); /* seconds until keeper_tick has something to do; -1: never */
/* keep: what is not saved stays in the journal; else nothing does. */
void keeper_close(keeper *k, app *a, bool keep);

#endif
