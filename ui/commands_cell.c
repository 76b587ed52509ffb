/* commands_cell.c - commands of the notebook: moving, cells, undo. */
#include "config.h"
#include "ui/cell.h"
#include "ui/cuts.h"
#include "ui/markdown.h"
#include "ui/run.h"

#include <stdio.h>
#include <stdlib.h>
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
    a->normal = !strcmp(a->keys.preset, "vim");
}

static void normal_mode(app *a)
{
    if (a->mode != MODE_EDIT)
        return;
    a->normal = true;
    a->vim_op = a->vim_count = 0;
    a->ed.selecting = false;
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
        a->fresh = app_cell(a)->id;
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

/* The selected cells, first and last. */
static void range(app *a, size_t *lo, size_t *hi)
{
    *lo = *hi = a->selected;
    if (a->many && a->anchor < a->nb.n) {
        *lo = a->anchor < a->selected ? a->anchor : a->selected;
        *hi = a->anchor < a->selected ? a->selected : a->anchor;
    }
}

static void copy_cells(app *a)
{
    size_t lo, hi;

    range(a, &lo, &hi);
    char *s = nb_cell_text(&a->nb, lo, hi);
    if (s)
        cuts_push(a, s);
    free(s);
    app_say(a, SAY_NOTE, "copied %zu cell%s; v puts below, V above", hi - lo + 1, hi > lo ? "s" : "");
}

static void cut(app *a)
{
    size_t lo, hi;

    range(a, &lo, &hi);
    char *s = nb_cell_text(&a->nb, lo, hi);
    if (!s)
        return;
    cuts_push(a, s);
    free(s);
    cell_remember(a);
    for (size_t i = lo; i <= hi; i++)
        nb_delete(&a->nb, lo);
    cell_select(a, lo);
    if (lo == hi)
        app_say(a, SAY_NOTE, "cut cell %zu; z brings it back", lo + 1);
    else
        app_say(a, SAY_NOTE, "cut cells %zu to %zu; z brings them back", lo + 1, hi + 1);
}

static void paste_at(app *a, size_t at)
{
    if (!a->n_cut) {
        app_say(a, SAY_NOTE, "nothing was cut or copied yet");
        return;
    }
    cell_remember(a);
    size_t n = nb_insert_text(&a->nb, at, a->cut[0]);
    cell_select(a, at + (n ? n - 1 : 0));
}

static void paste_below(app *a)
{
    paste_at(a, a->selected + 1);
}

static void paste_above(app *a)
{
    paste_at(a, a->selected);
}

static void extend(app *a, int by)
{
    size_t to = a->selected + (size_t)by;

    if (!a->many)
        a->anchor = a->selected;
    a->many = true;
    if (to < a->nb.n)
        a->selected = to;
    a->follow = true;
}

static void select_up(app *a)
{
    extend(a, -1);
}

static void select_down(app *a)
{
    extend(a, 1);
}

static void move_by(app *a, int by)
{
    size_t lo, hi;

    range(a, &lo, &hi);
    if (by < 0 ? !lo : hi + 1 >= a->nb.n)
        return;
    cell_remember(a);
    if (by < 0)
        nb_move(&a->nb, lo - 1, hi);
    else
        nb_move(&a->nb, hi + 1, lo);
    a->selected += (size_t)by;
    a->anchor += (size_t)by;
    a->follow = true;
}

static void move_up(app *a)
{
    move_by(a, -1);
}

static void move_down(app *a)
{
    move_by(a, 1);
}

static void merge(app *a)
{
    size_t lo, hi;

    range(a, &lo, &hi);
    if (lo == hi && hi + 1 == a->nb.n) {
        app_say(a, SAY_NOTE, "there is no cell below to merge with");
        return;
    }
    cell_remember(a);
    for (size_t i = lo; i < (hi > lo ? hi : lo + 1); i++)
        nb_merge(&a->nb, lo);
    cell_select(a, lo);
}

static void merge_above(app *a)
{
    if (!a->selected)
        return;
    cell_remember(a);
    nb_merge(&a->nb, a->selected - 1);
    cell_select(a, a->selected - 1);
}

/* In edit mode at the cursor; else at the first blank line between two that are not. */
static void split(app *a)
{
    nb_cell *c = app_cell(a);
    const char *s = text_str(&c->body), *gap = strstr(s, "\n\n");
    bool edited = a->mode == MODE_EDIT;
    size_t at = edited ? a->ed.cursor : gap && gap[2] ? (size_t)(gap - s) + 2 : c->body.n;

    if (!edited && at >= c->body.n) {
        app_say(a, SAY_NOTE, "split: edit the cell and split it at the cursor (^\\)");
        return;
    }
    cell_remember(a);
    if (!nb_split(&a->nb, a->selected, at))
        return;
    cell_select(a, a->selected + 1);
    if (edited)
        cell_begin_edit(a, 0);
}

static void kind(app *a)
{
    cell_remember(a);
    nb_toggle_kind(&a->nb, a->selected);
}

static void titled(app *a, const char *title)
{
    if (!title)
        return;
    cell_remember(a);
    nb_set_marker(&a->nb, a->selected, title);
}

static void title(app *a)
{
    nb_cell *c = app_cell(a);
    cell_span span;
    char now[512] = "";

    if (*c->marker && cells_split(c->marker, strlen(c->marker), &span, 1))
        snprintf(now, sizeof now, "%.*s", (int)span.title_n, c->marker + span.title);
    prompt_open(a, "Title {tags=\"...\", frozen=true}:", now, titled, NULL);
}

/* Folding ---------------------------------------------------------------------------------------- */

static void fold(app *a)
{
    nb_cell *c = app_cell(a);

    if (c->out.n && !c->fold_out)
        c->fold_out = true;
    else
        c->fold_in = true;
    run_changed(a);
}

static void unfold(app *a)
{
    nb_cell *c = app_cell(a);

    if (c->fold_in)
        c->fold_in = false;
    else
        c->fold_out = false;
    run_changed(a);
}

/* Level of the heading a cell begins; 7 for all others. */
static int level_of(const nb_cell *c)
{
    char buf[8];
    int level = 7;

    if (c->kind == CELL_MARKDOWN)
        markdown_heading(text_str(&c->body), c->body.n, &level, buf, sizeof buf);
    return level;
}

/* The cells under the heading at or above the selected one: all folded, or all open. */
static void fold_section(app *a)
{
    size_t head = a->selected;

    while (head && level_of(&a->nb.cell[head]) == 7)
        head--;
    int level = level_of(&a->nb.cell[head]);
    size_t from = level == 7 ? 0 : head + 1, end = from;
    bool open = false;
    for (; end < a->nb.n && (level == 7 || level_of(&a->nb.cell[end]) > level); end++)
        open |= !a->nb.cell[end].fold_in;
    for (size_t i = from; i < end; i++)
        a->nb.cell[i].fold_in = a->nb.cell[i].fold_out = open;
    run_changed(a);
}

/* Output: as it comes, whole, hidden. */
static void output_view(app *a)
{
    nb_cell *c = app_cell(a);

    if (!c->out_open && !c->fold_out) {
        c->out_open = true;
        app_say(a, SAY_NOTE, "output: whole");
    } else if (c->out_open) {
        c->out_open = false;
        c->fold_out = true;
        app_say(a, SAY_NOTE, "output: folded");
    } else {
        c->fold_out = false;
        app_say(a, SAY_NOTE, "output: its end");
    }
    run_changed(a);
}

static void output_up(app *a)
{
    nb_cell *c = app_cell(a);

    if ((size_t)c->out_top < c->out.n)
        c->out_top += 10;
}

static void output_down(app *a)
{
    nb_cell *c = app_cell(a);

    c->out_top = c->out_top > 10 ? c->out_top - 10 : 0;
}

static void copy_output(app *a)
{
    nb_cell *c = app_cell(a);
    text t = {0};
    size_t from, to;

    if (a->mode == MODE_EDIT && edit_selection(&a->ed, &from, &to)) {
        text_add_n(&t, edit_string(&a->ed) + from, to - from);
        cuts_copy(a, text_str(&t), "the selection");
    } else if (c->out.n) {
        output_text(&c->out, 76, a->canvas.ascii, &t);
        cuts_copy(a, text_str(&t), "the output");
    } else {
        cuts_copy(a, text_str(&c->body), "the cell's text");
    }
    text_free(&t);
}

static void numbers(app *a)
{
    a->set.line_numbers = !a->set.line_numbers;
}

static void undo(app *a)
{
    cell_undo(a, false);
}

static void redo(app *a)
{
    cell_undo(a, true);
}

static void clear_output(app *a)
{
    size_t lo, hi;

    range(a, &lo, &hi);
    for (size_t i = lo; i <= hi; i++)
        nb_clear_output(&a->nb.cell[i]);
    run_changed(a);
}

static void choose_cut(app *a, int64_t id, const char *label)
{
    (void)label;
    if ((size_t)id >= a->n_cut)
        return;
    cell_remember(a);
    size_t n = nb_insert_text(&a->nb, a->selected + 1, a->cut[id]);
    cell_select(a, a->selected + n);
}

static void trash(app *a)
{
    picker *p = picker_new("Cut and copied cells; Enter puts one below", choose_cut);
    char line[200];

    for (size_t i = 0; p && i < a->n_cut; i++) {
        size_t n = 0;
        for (const char *s = a->cut[i]; *s && n < sizeof line - 1; s++)
            line[n++] = *s == '\n' ? ' ' : *s;
        line[n] = '\0';
        picker_add(p, (int64_t)i, false, "", line, NULL);
    }
    picker_show(a, p);
}

const command commands_cell[] = {
    {"edit", "edit", "Edit the cell.", edit_cell, NULL},
    {"command-mode", "done", "Leave the text for the command mode; drop the selection.", command_mode, NULL},
    {"normal-mode", "normal mode", "Vim's normal mode inside the cell.", normal_mode, NULL},
    {"above", "new above", "A new cell above.", above, NULL},
    {"below", "new", "A new cell below.", below, NULL},
    {"cut", "cut", "Cut the cell, or the selected cells.", cut, NULL},
    {"copy", "copy", "Copy the cell, or the selected cells.", copy_cells, NULL},
    {"paste", "paste", "Put what was cut or copied below.", paste_below, NULL},
    {"paste-above", "paste above", "Put what was cut or copied above.", paste_above, NULL},
    {"trash", "cut cells", "The last 50 cells that were cut or copied.", trash, NULL},
    {"select-up", "select up", "Extend the selection to the cell above.", select_up, NULL},
    {"select-down", "select down", "Extend the selection to the cell below.", select_down, NULL},
    {"move-up", "move up", "Move the cell, or the selected cells, up.", move_up, NULL},
    {"move-down", "move down", "Move the cell, or the selected cells, down.", move_down, NULL},
    {"merge", "merge", "Merge with the cell below, or the selected cells.", merge, NULL},
    {"merge-above", "merge above", "Merge with the cell above.", merge_above, NULL},
    {"split", "split", "Split the cell at the cursor.", split, NULL},
    {"kind", "text/code", "Turn code into text and back.", kind, NULL},
    {"title", "title", "Title, tags and attributes of the cell.", title, NULL},
    {"fold", "fold", "Fold the output, then the text.", fold, NULL},
    {"unfold", "unfold", "Unfold the text, then the output.", unfold, NULL},
    {"fold-section", "fold section", "Fold or unfold all cells under the heading.", fold_section, NULL},
    {"output", "output", "The output's end, the whole output, or only its first line.", output_view, NULL},
    {"output-up", "output up", "Scroll up inside a long output.", output_up, NULL},
    {"output-down", "output down", "Scroll down inside a long output.", output_down, NULL},
    {"copy-output", "copy output", "Copy the output, or the selected text, to register and clipboard.", copy_output, NULL},
    {"line-numbers", "numbers", "Numbers before the lines, and none.", numbers, NULL},
    {"undo", "undo", "Undo the last change of text or cells.", undo, cell_in_sight},
    {"redo", "redo", "Redo what was undone.", redo, cell_in_sight},
    {"clear", "clear", "Clear the cell's output.", clear_output, NULL},
    {"up", "up", "The cell above.", up, NULL},
    {"down", "down", "The cell below.", down, NULL},
    {"first", "first", "The first cell.", first, NULL},
    {"last", "last", "The last cell.", last, NULL},
    {"page-up", "page up", "A page up.", page_up, NULL},
    {"page-down", "page down", "A page down.", page_down, NULL},
    {"half-up", "half page up", "Half a page up.", half_up, NULL},
    {"half-down", "half page down", "Half a page down.", half_down, NULL},
    {0},
};
