/* commands_edit.c - commands inside a cell. Those without a function are edit.h's own. */
#include "ui/cell.h"

#include <string.h>

static void nothing(app *a)
{
    app_say(a, SAY_NOTE, "nothing to complete here: names and columns are known once the cells that make them have run");
}

static void complete(app *a)
{
    size_t from, to;

    if (a->mode != MODE_EDIT)
        return;
    bool marked = edit_selection(&a->ed, &from, &to);
    if (!marked && cell_complete(a, false))
        return;
    const char *s = edit_string(&a->ed);
    size_t at = a->ed.cursor;
    while (at && (s[at - 1] == ' ' || s[at - 1] == '\t'))
        at--;
    if (marked || !at || s[at - 1] == '\n')
        cell_edit_command(a, "indent");
    else
        nothing(a);
}

static void complete_now(app *a)
{
    if (a->mode == MODE_EDIT && !cell_complete(a, true))
        nothing(a);
}

static void up_or_cell(app *a)
{
    if (!edit_move(&a->ed, TO_UP, false) && a->selected) {
        cell_select(a, a->selected - 1);
        cell_begin_edit(a, app_cell(a)->body.n);
        edit_move(&a->ed, TO_LINE_START, false);
    }
}

static void down_or_cell(app *a)
{
    if (!edit_move(&a->ed, TO_DOWN, false) && a->selected + 1 < a->nb.n) {
        cell_select(a, a->selected + 1);
        cell_begin_edit(a, 0);
    }
}

static void tab_spaces(app *a)
{
    cell_edit_command(a, "indent");
}

const command commands_edit[] = {
    {"complete", "complete", "Complete the word; at the start of a line, indent.", complete, NULL},
    {"complete-now", "complete", "Complete the word.", complete_now, NULL},
    {"indent-line", "indent", "Indent the line or the selected lines.", tab_spaces, NULL},
    {"edit-up", "up", "A line up; from the first line to the cell above.", up_or_cell, NULL},
    {"edit-down", "down", "A line down; from the last line to the cell below.", down_or_cell, NULL},
    {"left", "left", "A character left.", NULL, NULL},
    {"right", "right", "A character right.", NULL, NULL},
    {"word-left", "word left", "A word left.", NULL, NULL},
    {"word-right", "word right", "A word right.", NULL, NULL},
    {"line-start", "line start", "To the line's start.", NULL, NULL},
    {"line-end", "line end", "To the line's end.", NULL, NULL},
    {"line-up", "up", "A line up.", NULL, NULL},
    {"line-down", "down", "A line down.", NULL, NULL},
    {"text-start", "start", "To the cell's start.", NULL, NULL},
    {"text-end", "end", "To the cell's end.", NULL, NULL},
    {"select-left", "select", "Select a character left.", NULL, NULL},
    {"select-right", "select", "Select a character right.", NULL, NULL},
    {"select-line-up", "select", "Select a line up.", NULL, NULL},
    {"select-line-down", "select", "Select a line down.", NULL, NULL},
    {"select-line-start", "select", "Select to the line's start.", NULL, NULL},
    {"select-line-end", "select", "Select to the line's end.", NULL, NULL},
    {"new-line", "new line", "A new line, as far in as this one.", NULL, NULL},
    {"backspace", "delete", "Delete the character before the cursor.", NULL, NULL},
    {"delete", "delete", "Delete the character at the cursor.", NULL, NULL},
    {"kill-line-end", "cut line", "Cut to the line's end.", NULL, NULL},
    {"kill-line-start", "cut line", "Cut to the line's start.", NULL, NULL},
    {"kill-word-left", "cut word", "Cut the word before the cursor.", NULL, NULL},
    {"kill-word-right", "cut word", "Cut the word after the cursor.", NULL, NULL},
    {"yank", "paste", "Put in what was cut last.", NULL, NULL},
    {"transpose", "swap", "Swap the two characters at the cursor.", NULL, NULL},
    {"outdent", "outdent", "Take the line or the selected lines two columns out.", NULL, NULL},
    {0},
};
