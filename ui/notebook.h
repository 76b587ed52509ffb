/* notebook.h - the document: cells of a plain Lua file, what they gave, one history of changes.
 *
 * Marker lines and bodies are kept as bytes, so an unedited file is written
 * back as it was. The file's text is the truth: undo, outside changes and
 * recovery all put a new text in place, and cells that are still there keep
 * their id, state and outputs. No terminal, no Lua. */
#ifndef UI_NOTEBOOK_H
#define UI_NOTEBOOK_H

#include "base/text.h"
#include "lua/cells.h"
#include "ui/past.h"
#include "ui/output.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum cell_state { CELL_IDLE, CELL_QUEUED, CELL_RUNNING, CELL_DONE, CELL_FAILED, CELL_STOPPED } cell_state; /* in the sidecar by number */

static inline bool nb_ended(cell_state s) { return s >= CELL_DONE; }
const char *nb_state_word(cell_state s); /* "", queued, running, ok, error, stopped */

typedef struct nb_cell {
    int64_t id;
    cell_kind kind;
    char *marker;           /* "-- %% title\n", or "" before the first marker */
    text body;
    cell_state state, was;  /* was: before it was queued */
    bool stale;             /* its text, or what it read, has changed since it ran */
    double seconds;
    double started, ended;  /* seconds since 1970; 0 = never */
    double progress;        /* of weir.report in [0, 1]; NaN = none */
    char progress_text[80];
    int64_t waits;          /* the job it waits for, or waited for last; 0 = none */
    int64_t job, error_line; /* job: the same when it is a training; error_line: of the file, 0 = none */
    int64_t told;           /* the training whose end stands in the output; 0 = none */
    char *trace;            /* of the error, or NULL */
    output out;
    bool fold_in, fold_out; /* only the first line of the text, of the output is shown */
    bool out_open;          /* the whole output is shown */
    int out_top;            /* lines that a long output is scrolled back from its end */
} nb_cell;

typedef struct notebook {
    char *path; /* NULL: not yet named */
    nb_cell *cell;
    size_t n, cap;
    int64_t last_id;
    bool modified;
    char *saved;      /* the text as it was last read or written; NULL: no file yet */
    uint64_t version; /* grows with every change of text or cells */
    past past;
    nb_cell *dead;    /* the last cells that were deleted with what they gave: undo brings it back */
    size_t n_dead;
} notebook;

/* A file that does not exist gives an empty notebook of that name. false: see why. */
bool nb_open(notebook *nb, const char *path, char *why, size_t cap);
void nb_free(notebook *nb);
bool nb_save(notebook *nb, const char *path, char *why, size_t cap); /* whole or not at all */
char *nb_file(const notebook *nb); /* the file's text; free() */
/* Another text in the place of the whole; cells that are still there stay. false: out of memory, all is as it was. */
bool nb_set_text(notebook *nb, const char *s);
/* Reads a file whole; NULL with errno when it cannot. free() */
char *nb_read_file(const char *path, size_t *n);

/* Title and attributes from the marker line into buf: "big net" of -- %% big net {tags="slow"}. */
void nb_title(const nb_cell *c, char *buf, size_t cap);
/* The value of an attribute of the marker's {...}: "slow" of tags, "true" of frozen; false: it has none. */
bool nb_attribute(const nb_cell *c, const char *name, char *buf, size_t cap);
bool nb_set_marker(notebook *nb, size_t i, const char *title); /* what stands behind "-- %%" and the kind */
int64_t nb_line(const notebook *nb, size_t i); /* the file's line of the cell's first body line */

nb_cell *nb_insert(notebook *nb, size_t at); /* an empty cell; NULL = out of memory */
/* Cells of a text (markers and bodies) before cell `at`; gives how many. */
size_t nb_insert_text(notebook *nb, size_t at, const char *s);
void nb_bury(notebook *nb, nb_cell *c);
void nb_delete(notebook *nb, size_t at);
void nb_move(notebook *nb, size_t from, size_t to);
bool nb_split(notebook *nb, size_t i, size_t at); /* the body from byte `at` becomes the next cell */
bool nb_merge(notebook *nb, size_t i);            /* with the next one */
/* Code to markdown (its lines become comments) and back. */
bool nb_toggle_kind(notebook *nb, size_t i);
/* A cell whose text has come to hold marker lines becomes several. */
bool nb_settle(notebook *nb, size_t i);
nb_cell *nb_find(notebook *nb, int64_t id);
size_t nb_index(const notebook *nb, int64_t id); /* SIZE_MAX: gone */
char *nb_cell_text(const notebook *nb, size_t from, size_t to); /* markers and bodies; free() */

/* Before a change: closes the step before, so that undo comes back to here. */
void nb_remember(notebook *nb, nb_place here);
/* Another text, and where the change was. false: nothing to undo. */
bool nb_undo(notebook *nb, nb_place *here);
bool nb_redo(notebook *nb, nb_place *here);

void nb_clear_output(nb_cell *c);

#endif
