/* pane.h - what a pane is: a table of operations behind one door. The app gives it
 * a rectangle and the keys that no binding takes. */
#ifndef UI_PANE_H
#define UI_PANE_H

#include "draw/canvas.h"
#include "ui/keymap.h"
#include "weir.h"

typedef struct app app;

/* A rectangle of the screen. */
typedef struct box { int x, y, w, h; } box;
/* Where the cursor stands; x < 0: nowhere. */
typedef struct spot { int x, y; bool text; } spot; /* text: inside text that is edited */

typedef enum item_move { MOVE_UP, MOVE_DOWN, MOVE_FIRST, MOVE_LAST, MOVE_PAGE_UP, MOVE_PAGE_DOWN } item_move;

typedef struct pane_ops {
    const char *name;    /* "live" */
    const char *title;   /* on its frame */
    context keys;        /* where its keys are looked up first */
    const char *footer;  /* names of commands, the most wanted first */
    size_t state_size;   /* bytes of zeroed state that the app keeps for it */
    void (*draw)(app *a, void *state, canvas *c, box area, spot *cursor);
    bool (*key)(app *a, void *state, int key); /* NULL: none of its own */
    void (*close)(void *state);                /* NULL: nothing to free */
    void (*move)(app *a, void *state, item_move how); /* NULL: it is no list */
} pane_ops;

extern const pane_ops pane_notebook, pane_live, pane_lists, pane_log, pane_jobs, pane_job_log, pane_model, pane_rows, pane_start;

/* The newest training of the session (owned), or NULL. */
weir_job *pane_training(weir_session *s);
/* One line: "running epoch 4/10 [###...] 42 %". */
void pane_progress(canvas *c, int x, int y, int w, const weir_job_info *i, bool with_bar);

#endif
