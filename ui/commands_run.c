/* commands_run.c - running cells. */
#include "ui/cell.h"
#include "ui/run.h"

#include <stdlib.h>
#include <string.h>

static void run(app *a)
{
    size_t lo = a->anchor < a->selected ? a->anchor : a->selected, hi = a->anchor < a->selected ? a->selected : a->anchor;

    if (a->many)
        run_range(a, lo, hi, false);
    else
        run_cell(a, a->selected, 0);
}

static void run_next(app *a)
{
    bool edited = a->mode == MODE_EDIT;

    run(a);
    if (edited)
        cell_end_edit(a);
    bool more = a->selected + 1 == a->nb.n && edited && app_cell(a)->body.n;
    if (more)
        cell_remember(a);
    more = more && nb_insert(&a->nb, a->nb.n);
    cell_select(a, a->selected + 1);
    if (more) { /* one types on */
        cell_begin_edit(a, 0);
        a->fresh = app_cell(a)->id;
    }
}

static void run_insert(app *a)
{
    run(a);
    if (a->mode == MODE_EDIT)
        cell_end_edit(a);
    cell_remember(a);
    if (nb_insert(&a->nb, a->selected + 1)) {
        cell_select(a, a->selected + 1);
        cell_begin_edit(a, 0);
        a->fresh = app_cell(a)->id;
    }
}

static void run_all(app *a)
{
    run_range(a, 0, a->nb.n - 1, false);
}

static void run_above(app *a)
{
    run_range(a, 0, a->selected, false);
}

static void run_below(app *a)
{
    run_range(a, a->selected, a->nb.n - 1, false);
}

static void run_stale(app *a)
{
    if (!run_range(a, 0, a->nb.n - 1, true))
        app_say(a, SAY_NOTE, "no cell is stale");
}

/* Frames and models live on under the variables' names; what is lost is named. */
static void restart(app *a)
{
    enum { MOST = 200 };
    interp_candidate *v = calloc(MOST, sizeof *v);
    size_t n = v ? interp_globals(a->interp, v, MOST) : 0;
    text lost = {0}, kept = {0};

    for (size_t i = 0; i < n; i++) {
        bool stays = !strncmp(v[i].note, "frame", 5) || !strncmp(v[i].note, "model", 5);
        text *to = stays ? &kept : &lost;
        text_fmt(to, "%s%s", to->n ? ", " : stays ? "; kept (weir.get_frame, get_model): " : "; lost: ", v[i].text);
    }
    interp_restart(a->interp);
    app_say(a, SAY_NOTE, "Lua starts afresh%s%s", text_str(&lost), text_str(&kept));
    text_free(&lost);
    text_free(&kept);
    free(v);
}

static void queue_by(app *a, int by)
{
    if (!queue_move(&a->queue, app_cell(a)->id, by))
        app_say(a, SAY_NOTE, app_cell(a)->state == CELL_QUEUED ? "it cannot move further" : "this cell is not queued");
}

static void queue_earlier(app *a)
{
    queue_by(a, -1);
}

static void queue_later(app *a)
{
    queue_by(a, 1);
}

const command commands_run[] = {
    {"run", "run", "Run the cell, or the selected cells, and stay.", run, NULL},
    {"run-next", "run+next", "Run the cell and go on to the next, or to a new one.", run_next, NULL},
    {"run-insert", "run+new", "Run the cell and insert one below.", run_insert, NULL},
    {"run-all", "all", "Run all cells, one after the other.", run_all, NULL},
    {"run-above", "to here", "Run the cells down to this one.", run_above, NULL},
    {"run-below", "from here", "Run the cells from this one on.", run_below, NULL},
    {"run-stale", "stale", "Run the cells whose input has changed.", run_stale, NULL},
    {"interrupt", "stop", "Stop the running cell; asks about a training.", run_interrupt, NULL},
    {"restart", "restart Lua", "Restart Lua; frames and models stay.", restart, NULL},
    {"queue-earlier", "earlier", "A place earlier in the queue.", queue_earlier, NULL},
    {"queue-later", "later", "A place later in the queue.", queue_later, NULL},
    {0},
};
