/* notebook.h - the document: cells of a plain Lua file, their outputs, undo.
 * Marker lines and bodies are kept as bytes, so an unedited file is written
 * back as it was. No terminal, no Lua. */
#ifndef UI_NOTEBOOK_H
#define UI_NOTEBOOK_H

#include "base/text.h"
#include "lua/cells.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum cell_state { CELL_IDLE, CELL_QUEUED, CELL_RUNNING, CELL_DONE, CELL_FAILED } cell_state;

typedef struct nb_output { bool error; char *line; } nb_output;

typedef struct nb_cell {
    int64_t id;
    cell_kind kind;
    char *marker; /* "-- %% title\n", or "" before the first marker */
    text body;
    cell_state state;
    bool stale;   /* edited since it ran */
    double seconds;
    double started, ended;  /* seconds since 1970; 0 = never */
    double progress;        /* of weir.report in [0, 1]; NaN = none */
    char progress_text[80];
    bool fold_in, fold_out; /* only the first line of the text, of the output is shown */
    int out_top;            /* scrolled inside a long output: lines from its end */
    int64_t job, error_line; /* line of the file, 0 = none */
    nb_output *out;
    size_t n_out, cap_out;
    bool open_line; /* the last output line has no end yet */
} nb_cell;

typedef struct nb_state { char *file; struct nb_state *below; size_t selected; } nb_state;

typedef struct notebook {
    char *path; /* NULL: not yet named */
    nb_cell *cell;
    size_t n, cap;
    int64_t last_id;
    bool modified;
    nb_state *undo, *redo;
} notebook;

/* A file that does not exist gives an empty notebook of that name. false: see why. */
bool nb_open(notebook *nb, const char *path, char *why, size_t cap);
void nb_free(notebook *nb);
bool nb_save(notebook *nb, const char *path, char *why, size_t cap); /* whole or not at all */
char *nb_file(const notebook *nb); /* the file's text; free() */
/* Title from the marker line into buf. */
void nb_title(const nb_cell *c, char *buf, size_t cap);
int64_t nb_line(const notebook *nb, size_t i); /* the file's line of the cell's first body line */

nb_cell *nb_insert(notebook *nb, size_t at); /* an empty cell; NULL = out of memory */
void nb_delete(notebook *nb, size_t at);
void nb_move(notebook *nb, size_t from, size_t to);
nb_cell *nb_find(notebook *nb, int64_t id);

void nb_remember(notebook *nb, size_t selected); /* before a change: what undo goes back to */
bool nb_undo(notebook *nb, size_t *selected);
bool nb_redo(notebook *nb, size_t *selected);

/* Another text in place of the notebook's, as after undo: cells whose text is the same keep outputs and state. */
bool nb_replace(notebook *nb, const char *file);

void nb_clear_output(nb_cell *c);
void nb_add_output(nb_cell *c, bool error, const char *s, size_t n); /* a stream: lines may come in parts */

#endif
