/* commands_cell.c - commands of the notebook: moving, cells, undo. */
#include "ui/cell.h"

#include <string.h>

static void up(app *a)
{
    cell_select(a, a->selected ? a->selected - 1 : 0);
}

static void down(app *a)
{
    cell_select(a, a->selected + 1);
}

static void first(app *a)
{
    cell_select(a, 0);
}

static void last(app *a)
{
    cell_select(a, a->nb.n - 1);
}

static void scroll(app *a, int by)
{
    a->scroll += by;
    a->follow = false;
}

static void page_up(app *a)
{
    scroll(a, -(a->canvas.height - 4));
}

static void page_down(app *a)
{
    scroll(a, a->canvas.height - 4);
}

static void half_up(app *a)
{
    scroll(a, -(a->canvas.height / 2));
}

static void half_down(app *a)
{
    scroll(a, a->canvas.height / 2);
}

static void edit_cell(app *a)
{
    cell_begin_edit(a, 0);
}

static void command_mode(app *a)
{
    if (a->mode == MODE_EDIT)
        cell_end_edit(a);
    a->many = false;
    a->anchor = a->selected;
}

static void insert(app *a, size_t at)
{
    cell_remember(a);
    if (nb_insert(&a->nb, at)) {
        cell_select(a, at);
        cell_begin_edit(a, 0);
    }
}

static void above(app *a)
{
    insert(a, a->selected);
}

static void below(app *a)
{
    insert(a, a->selected + 1);
}

static void cut(app *a)
{
    cell_remember(a);
    nb_delete(&a->nb, a->selected);
    cell_select(a, a->selected);
    app_say(a, SAY_NOTE, "cut a cell; z brings it back");
}

static void move_by(app *a, int by)
{
    size_t to = a->selected + (size_t)by;

    if (to >= a->nb.n)
        return;
    cell_remember(a);
    nb_move(&a->nb, a->selected, to);
    cell_select(a, to);
}

static void move_up(app *a)
{
    move_by(a, -1);
}

static void move_down(app *a)
{
    move_by(a, 1);
}

static void undo(app *a)
{
    bool edited = a->mode == MODE_EDIT;

    cell_end_edit(a);
    if (!nb_undo(&a->nb, &a->selected))
        app_say(a, SAY_NOTE, "nothing to undo");
    cell_select(a, a->selected);
    if (edited)
        cell_begin_edit(a, a->ed.cursor);
}

static void redo(app *a)
{
    bool edited = a->mode == MODE_EDIT;

    cell_end_edit(a);
    if (!nb_redo(&a->nb, &a->selected))
        app_say(a, SAY_NOTE, "nothing to redo");
    cell_select(a, a->selected);
    if (edited)
        cell_begin_edit(a, a->ed.cursor);
}

static void clear_output(app *a)
{
    nb_clear_output(app_cell(a));
}

const command commands_cell[] = {
    {"up", "up", "The cell above.", up, NULL},
    {"down", "down", "The cell below.", down, NULL},
    {"first", "first", "The first cell.", first, NULL},
    {"last", "last", "The last cell.", last, NULL},
    {"page-up", "page up", "A page up.", page_up, NULL},
    {"page-down", "page down", "A page down.", page_down, NULL},
    {"half-up", "half page up", "Half a page up.", half_up, NULL},
    {"half-down", "half page down", "Half a page down.", half_down, NULL},
    {"edit", "edit", "Edit the cell.", edit_cell, NULL},
    {"command-mode", "done", "Leave the text for the command mode; drop the selection.", command_mode, NULL},
    {"above", "new above", "A new cell above.", above, NULL},
    {"below", "new", "A new cell below.", below, NULL},
    {"cut", "cut", "Cut the cell.", cut, NULL},
    {"move-up", "move up", "Move the cell up.", move_up, NULL},
    {"move-down", "move down", "Move the cell down.", move_down, NULL},
    {"undo", "undo", "Undo the last change of text or cells.", undo, NULL},
    {"redo", "redo", "Redo what was undone.", redo, NULL},
    {"clear", "clear", "Clear the cell's output.", clear_output, NULL},
    {0},
};
