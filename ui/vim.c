/* vim.c - [count] operator [count] motion, and the keys that are both. What is cut or copied goes to the
 * edit's own register; a register of whole lines ends with a line break. */
#include "config.h"
#include "ui/vim.h"

#include "ui/cell.h"

#include <string.h>

/* Where a motion leads; *line: whole lines; false: the key is none. */
static bool motion_of(edit *e, int key, int count, size_t *to, bool *line)
{
    static const struct { int key; motion m; } motions[] = {
        {'h', TO_LEFT}, {K_LEFT, TO_LEFT}, {K_BACK, TO_LEFT}, {'l', TO_RIGHT}, {K_RIGHT, TO_RIGHT}, {' ', TO_RIGHT}, {'w', TO_WORD_RIGHT}, {'b', TO_WORD_LEFT}, {'e', TO_WORD_END},
        {'0', TO_LINE_START}, {K_HOME, TO_LINE_START}, {'^', TO_LINE_TEXT}, {'$', TO_LINE_END}, {K_END, TO_LINE_END}, {'j', TO_DOWN}, {K_DOWN, TO_DOWN}, {'k', TO_UP}, {K_UP, TO_UP},
        {'G', TO_END}, {'{', TO_START}};
    size_t i = 0, from = e->cursor;

    while (i < sizeof motions / sizeof *motions && motions[i].key != key)
        i++;
    if (i == sizeof motions / sizeof *motions)
        return false;
    motion m = motions[i].m;
    for (int k = 0; k < count; k++)
        e->cursor = edit_target(e, m);
    *to = e->cursor;
    *line = m == TO_UP || m == TO_DOWN || m == TO_END || m == TO_START;
    e->cursor = from;
    return true;
}

static void insert_mode(app *a)
{
    a->normal = false;
    a->ed.selecting = false;
    a->last_edit = 0;
}

static void copy_range(edit *e, size_t from, size_t to)
{
    text_clear(&e->cut);
    text_add_n(&e->cut, edit_string(e) + from, to - from);
    e->cut_grows = false;
}

/* d, c, y on a range; whole lines take their line break along. */
static void operate(app *a, int op, size_t from, size_t to, bool line)
{
    edit *e = &a->ed;
    size_t n = edit_text(e)->n;

    if (from > to) {
        size_t t = from;
        from = to, to = t;
    }
    if (line) {
        from = edit_line_start(e, from);
        to = edit_line_end(e, to);
        if (op != 'c' && to < n)
            to++;
    }
    copy_range(e, from, to);
    if (line && (!e->cut.n || e->cut.s[e->cut.n - 1] != '\n'))
        text_char(&e->cut, '\n');
    if (op == 'y') {
        edit_place(e, from);
        app_say(a, SAY_NOTE, "copied %zu bytes", e->cut.n);
        return;
    }
    cell_touch(a, true);
    edit_replace(e, from, to, "", 0);
    edit_place(e, from);
    if (op == 'c')
        insert_mode(a);
}

static void put(app *a, bool after)
{
    edit *e = &a->ed;
    bool line = e->cut.n && e->cut.s[e->cut.n - 1] == '\n';
    size_t at = e->cursor;

    if (!e->cut.n)
        return;
    cell_touch(a, true);
    if (line && after) {
        at = edit_line_end(e, at);
        if (at < edit_text(e)->n)
            at++;
        else if (at)
            edit_replace(e, at, at, "\n", 1), at++;
    } else if (line) {
        at = edit_line_start(e, at);
    } else if (after) {
        at = edit_target(e, TO_RIGHT);
    }
    edit_replace(e, at, at, text_str(&e->cut), e->cut.n);
    edit_place(e, line ? at : at + e->cut.n);
}

static void open_line(app *a, bool below)
{
    edit *e = &a->ed;

    cell_touch(a, true);
    if (below) {
        edit_move(e, TO_LINE_END, false);
        edit_new_line(e);
    } else {
        size_t at = edit_line_start(e, e->cursor);
        edit_replace(e, at, at, "\n", 1);
        edit_place(e, at);
    }
    insert_mode(a);
}

static void join(app *a)
{
    edit *e = &a->ed;
    size_t at = edit_line_end(e, e->cursor), end = at;
    const char *s = edit_string(e);

    if (at >= edit_text(e)->n)
        return;
    for (end++; end < edit_text(e)->n && s[end] == ' '; end++)
        ;
    cell_touch(a, true);
    edit_replace(e, at, end, " ", 1);
    edit_place(e, at);
}

/* Keys that are whole commands. */
static bool simple(app *a, int key, int count)
{
    edit *e = &a->ed;
    size_t from, to;

    switch (key) {
    case 'i': insert_mode(a); return true;
    case 'a': edit_move(e, TO_RIGHT, false); insert_mode(a); return true;
    case 'I': edit_move(e, TO_LINE_TEXT, false); insert_mode(a); return true;
    case 'A': edit_move(e, TO_LINE_END, false); insert_mode(a); return true;
    case 'o': open_line(a, true); return true;
    case 'O': open_line(a, false); return true;
    case 'x': case K_DELETE:
        from = to = e->cursor;
        for (int k = 0; k < count; k++) {
            size_t next = edit_after(edit_string(e), edit_line_end(e, from), to);
            to = next;
        }
        if (to > from)
            operate(a, 'd', from, to, false);
        return true;
    case 'X': operate(a, 'd', edit_before(edit_string(e), edit_text(e)->n, e->cursor), e->cursor, false); return true;
    case 'D': operate(a, 'd', e->cursor, edit_line_end(e, e->cursor), false); return true;
    case 'C': operate(a, 'c', e->cursor, edit_line_end(e, e->cursor), false); return true;
    case 'S': operate(a, 'c', e->cursor, e->cursor, true); return true;
    case 'Y': operate(a, 'y', e->cursor, e->cursor, true); return true;
    case 's': operate(a, 'c', e->cursor, edit_target(e, TO_RIGHT), false); return true;
    case 'J': join(a); return true;
    case 'p': case 'P':
        for (int k = 0; k < count; k++)
            put(a, key == 'p');
        return true;
    case 'u': cell_undo(a, false); a->normal = a->mode == MODE_EDIT; return true;
    case 'v': e->selecting = !e->selecting; e->anchor = e->cursor; return true;
    default: return false;
    }
}

bool vim_key(app *a, int key)
{
    edit *e = &a->ed;
    size_t from, to;
    bool line;

    if ((key >= '1' && key <= '9') || (key == '0' && a->vim_count)) {
        a->vim_count = a->vim_count < 10000 ? a->vim_count * 10 + key - '0' : a->vim_count;
        return true;
    }
    int count = a->vim_count ? a->vim_count : 1, op = a->vim_op;
    a->vim_count = 0;
    if (!op && strchr("dcy", key < 127 && key > 0 ? key : '?')) {
        if (edit_selection(e, &from, &to)) {
            operate(a, key, from, edit_after(edit_string(e), edit_text(e)->n, to), false); /* with the character under the cursor */
            return true;
        }
        a->vim_op = key;
        a->vim_count = count > 1 ? count : 0;
        return true;
    }
    a->vim_op = 0;
    if (op && key == op) { /* dd, cc, yy: lines */
        from = to = e->cursor;
        for (int k = 1; k < count; k++) {
            size_t end = edit_line_end(e, to);
            to = end < edit_text(e)->n ? end + 1 : end;
        }
        operate(a, op, from, to, true);
        return true;
    }
    if (motion_of(e, key, count, &to, &line)) {
        if (op) {
            if (op == 'c' && key == 'w') /* cw changes to the word's end */
                motion_of(e, 'e', count, &to, &line);
            operate(a, op, e->cursor, to, line);
        } else {
            bool selecting = e->selecting;
            size_t anchor = e->anchor;
            if (key == 'j' || key == 'k' || key == K_DOWN || key == K_UP)
                e->cursor = to; /* the wanted column stays */
            else
                edit_place(e, to);
            e->selecting = selecting;
            e->anchor = anchor;
        }
        return true;
    }
    return !op && simple(a, key, count);
}
