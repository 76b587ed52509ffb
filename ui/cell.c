/* cell.c - changing cells and their text. */
#include "config.h"
#include "ui/cell.h"

#include "base/clock.h"
#include "ui/run.h"
#include "ui/screen.h"
#include "ui/vim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BURST = 1 }; /* seconds of pause that end a burst of typing */

char *cell_state_words(app *a, const nb_cell *c, char *buf, size_t cap)
{
    char took[32] = "";

    switch (c->state) {
    case CELL_RUNNING:
        if (a->set.calm) { /* no clock */
            snprintf(buf, cap, "running");
            return buf;
        }
        clock_duration(clock_wall() - c->started, took, sizeof took);
        snprintf(buf, cap, "running%s%s", clock_wall() - c->started >= 1 ? " " : "", clock_wall() - c->started >= 1 ? took : "");
        return buf;
    case CELL_QUEUED: snprintf(buf, cap, "queued %zu", queue_place(&a->queue, c->id)); return buf;
    case CELL_IDLE: snprintf(buf, cap, "%s", c->stale ? "stale" : ""); return buf;
    case CELL_DONE:
    case CELL_FAILED:
    case CELL_STOPPED: break;
    }
    clock_duration(c->seconds, took, sizeof took);
    snprintf(buf, cap, "%s%s%s", c->stale ? "stale" : nb_state_word(c->state), c->stale ? "" : " ", c->stale ? "" : took);
    return buf;
}

static nb_place here(app *a)
{
    return (nb_place){a->selected, a->mode == MODE_EDIT ? a->ed.cursor : SIZE_MAX};
}

void cell_select(app *a, size_t i)
{
    a->selected = i < a->nb.n ? i : a->nb.n - 1;
    a->anchor = a->selected;
    a->many = false;
    a->follow = true;
}

void cell_begin_edit(app *a, size_t at)
{
    a->mode = MODE_EDIT;
    a->normal = false;
    a->many = false;
    a->focus = &pane_notebook;
    edit_lend(&a->ed, &app_cell(a)->body);
    edit_place(&a->ed, at);
    a->last_edit = 0;
}

void cell_end_edit(app *a)
{
    if (a->mode == MODE_EDIT)
        nb_settle(&a->nb, a->selected);
    a->mode = MODE_COMMAND;
    a->normal = false;
    a->ed.selecting = false;
}

void cell_remember(app *a)
{
    nb_remember(&a->nb, here(a));
    a->last_edit = 0;
    run_changed(a);
}

void cell_undo(app *a, bool forward)
{
    bool edited = a->mode == MODE_EDIT, normal = a->normal;
    nb_place p = here(a);

    a->mode = MODE_COMMAND;
    if (!(forward ? nb_redo(&a->nb, &p) : nb_undo(&a->nb, &p))) {
        app_say(a, SAY_NOTE, forward ? "nothing to redo" : "nothing to undo");
        p = here(a);
        p.cursor = edited ? a->ed.cursor : SIZE_MAX;
    }
    a->last_edit = 0;
    cell_select(a, p.cell);
    if (edited)
        cell_begin_edit(a, p.cursor);
    a->normal = edited && normal;
    run_changed(a);
}

void cell_set_text(app *a, const char *s)
{
    bool edited = a->mode == MODE_EDIT;
    int64_t id = app_cell(a)->id;
    size_t cursor = a->ed.cursor;

    cell_remember(a);
    if (!nb_set_text(&a->nb, s))
        return;
    size_t i = nb_index(&a->nb, id);
    a->mode = MODE_COMMAND;
    cell_select(a, i == SIZE_MAX ? a->selected : i);
    if (edited && i != SIZE_MAX)
        cell_begin_edit(a, cursor);
}

void cell_touch(app *a, bool apart)
{
    double now = clock_now();
    nb_cell *c = app_cell(a);

    if (apart || now - a->last_edit > BURST)
        nb_remember(&a->nb, here(a));
    a->last_edit = apart ? 0 : now;
    a->nb.modified = true;
    a->nb.version++;
    a->typed = now;
    c->stale = nb_ended(c->state);
}

void cell_edit_command(app *a, const char *name)
{
    if (a->mode != MODE_EDIT)
        return;
    bool begins = a->fresh == app_cell(a)->id && !app_cell(a)->body.n && !strcmp(name, "new-line");
    a->fresh = 0;
    if (begins)
        return;
    if (edit_is_change(name))
        cell_touch(a, !strcmp(name, "new-line") || !strncmp(name, "kill", 4) || !strcmp(name, "yank"));
    edit_command(&a->ed, name);
}

/* Line breaks of any system become ours; control characters, which only a terminal or a slip puts into a text,
 * are left out and counted. */
static size_t clean(const char *s, size_t n, text *to)
{
    size_t dropped = 0;

    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c == '\r') {
            text_char(to, '\n');
            i += i + 1 < n && s[i + 1] == '\n';
        } else if ((c < ' ' && c != '\n' && c != '\t') || c == 127) {
            dropped++;
        } else {
            text_char(to, s[i]);
        }
    }
    return dropped;
}

void cell_paste(app *a, const char *s, size_t n)
{
    text t = {0};
    size_t dropped = clean(s, n, &t);

    if (t.n && !t.failed) {
        if (a->mode != MODE_EDIT)
            cell_begin_edit(a, app_cell(a)->body.n);
        cell_touch(a, true);
        edit_insert(&a->ed, text_str(&t), t.n);
    }
    if (t.failed)
        app_say(a, SAY_ERROR, "out of memory: nothing was pasted");
    else if (dropped)
        app_say(a, SAY_NOTE, "pasted without %zu control character%s", dropped, dropped == 1 ? "" : "s");
    text_free(&t);
}

bool cell_type(app *a, int key)
{
    if (key == K_PASTE) {
        if (a->term)
            cell_paste(a, text_str(&term_input(a->term)->paste), term_input(a->term)->paste.n);
        return true;
    }
    if (a->mode == MODE_EDIT && a->normal)
        return vim_key(a, key);
    if (a->mode != MODE_EDIT || key < ' ' || key >= 0x110000 || key == 127)
        return false;
    cell_touch(a, false);
    edit_type(&a->ed, key, NULL);
    return true;
}

/* How many bytes the first n candidates have in common. */
static size_t common_start(const interp_candidate *c, size_t n)
{
    size_t k = strlen(c[0].text);

    for (size_t i = 1; i < n; i++) {
        size_t same = 0;
        while (same < k && c[i].text[same] == c[0].text[same])
            same++;
        k = same;
    }
    while (k && ((unsigned char)c[0].text[k] & 0xc0) == 0x80)
        k--;
    return k;
}

static bool word_byte(char c)
{
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Whether something is to be named here: behind the start of a word, or where a parameter, an argument or a value may begin. */
static bool begins_word(const char *s, size_t at)
{
    if (at && (word_byte(s[at - 1]) || strchr(".:\"'", s[at - 1])))
        return true;
    while (at && s[at - 1] == ' ')
        at--;
    return at && strchr("{(,=", s[at - 1]);
}

bool cell_complete(app *a, bool anywhere)
{
    enum { MOST = 200 };
    edit *e = &a->ed;
    const char *s = edit_string(e);
    size_t at = e->cursor, start = at;

    if (!anywhere && !begins_word(s, at))
        return false;
    interp_candidate *found = calloc(MOST, sizeof *found);
    size_t n = found ? interp_complete(a->interp, s, at, &start, found, MOST) : 0;
    if (!n || start > at) {
        free(found);
        return false;
    }
    size_t k = common_start(found, n);
    if (k > at - start || n == 1) {
        cell_touch(a, true);
        edit_replace(e, start, at, found[0].text, k);
        e->cursor = start + k;
    }
    if (n == 1 && *found[0].note)
        app_say(a, SAY_NOTE, "%s  %s", found[0].text, found[0].note);
    else if (n > 1 && a->set.completion)
        popup_open(a);
    free(found);
    return true;
}

bool cell_in_sight(app *a)
{
    return a->focus == &pane_notebook || screen_has_side(a);
}
