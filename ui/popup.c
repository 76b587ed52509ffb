/* popup.c - what could stand at the cursor, as a list beside it; lines of help. */
#include "config.h"
#include "ui/cell.h"

#include <stdlib.h>
#include <string.h>

enum { MOST = 200, ROWS = 8 };

typedef struct popup {
    overlay o;
    interp_candidate v[MOST];
    size_t n, at, top, start; /* start: byte of the word */
    spot where;               /* the cursor when it opened */
} popup;

static void popup_draw(app *a, overlay *o, canvas *c, box area, spot *cursor)
{
    popup *p = (popup *)o;
    int rows = p->n < ROWS ? (int)p->n : ROWS, w = 0, room = area.h - 3 - p->where.y;
    int y = room >= rows || room >= p->where.y ? p->where.y + 1 : p->where.y - rows;

    if (p->at < p->top)
        p->top = p->at;
    if (p->at >= p->top + (size_t)rows)
        p->top = p->at - (size_t)rows + 1;
    for (size_t i = 0; i < p->n; i++) {
        int k = (int)(text_columns(p->v[i].text, strlen(p->v[i].text)) + text_columns(p->v[i].note, strlen(p->v[i].note)));
        w = k + 5 > w ? k + 5 : w;
    }
    w = w > area.w ? area.w : w;
    int x = p->where.x + w > area.w ? area.w - w : p->where.x;
    for (int k = 0; k < rows; k++) {
        const interp_candidate *it = &p->v[p->top + (size_t)k];
        bool here = p->top + (size_t)k == p->at;
        if (y + k < 0 || y + k >= area.h)
            continue;
        canvas_fill(c, x, y + k, w, STYLE_PLAIN, ' ');
        canvas_print(c, x, y + k, 2, STYLE_SELECTED, "%s", here ? c->ascii ? ">" : "\u25ba" : c->ascii ? "|" : "\u2502");
        int used = canvas_print(c, x + 2, y + k, w - 2, here ? STYLE_SELECTED : STYLE_PLAIN, "%s", it->text);
        canvas_print(c, x + used + 4, y + k, w - used - 4, STYLE_DIM, "%s", it->note);
    }
    *cursor = a->set.calm ? (spot){x + 2, y + (int)(p->at - p->top), true} : (spot){p->where.x, p->where.y, true};
}

static void accept(app *a, popup *p)
{
    interp_candidate it = p->v[p->at];
    size_t start = p->start;

    app_pop(a);
    if (a->mode != MODE_EDIT || start > a->ed.cursor)
        return;
    cell_touch(a, true);
    edit_replace(&a->ed, start, a->ed.cursor, it.text, strlen(it.text));
    a->ed.cursor = start + strlen(it.text);
    if (*it.note)
        app_say(a, SAY_NOTE, "%s  %s", it.text, it.note);
}

static bool popup_command(app *a, overlay *o, const char *name)
{
    popup *p = (popup *)o;

    if (!strcmp(name, "cancel")) {
        app_pop(a);
    } else if (!strcmp(name, "accept")) {
        accept(a, p);
    } else if (!strcmp(name, "up")) {
        p->at = p->at ? p->at - 1 : p->n - 1;
    } else if (!strcmp(name, "down")) {
        p->at = p->at + 1 < p->n ? p->at + 1 : 0;
    } else if (!strcmp(name, "backspace")) {
        app_pop(a);
        cell_edit_command(a, "backspace");
        popup_open(a);
    } else {
        app_pop(a); /* anything else is for the text */
        return false;
    }
    return true;
}

static bool popup_key(app *a, overlay *o, int key)
{
    popup *p = (popup *)o;

    if (key == K_TABULATOR || key == (K_TABULATOR | K_SHIFTED)) {
        p->at = key == K_TABULATOR ? (p->at + 1) % p->n : (p->at + p->n - 1) % p->n;
        return true;
    }
    app_pop(a);
    if (key == K_PASTE || key >= K_UP || key < ' ') {
        app_key(a, key);
        return true;
    }
    cell_type(a, key);
    if (key == '_' || (key >= '0' && key <= '9') || (key >= 'a' && key <= 'z') || (key >= 'A' && key <= 'Z'))
        popup_open(a);
    return true;
}

static void popup_close(app *a, overlay *o)
{
    (void)a;
    free(o);
}

static const overlay_ops popup_ops = {.keys = IN_PICKER, .draw = popup_draw, .key = popup_key, .command = popup_command, .close = popup_close};

bool popup_open(app *a)
{
    popup *p = a->mode == MODE_EDIT ? calloc(1, sizeof *p) : NULL;

    if (!p)
        return false;
    p->start = a->ed.cursor;
    p->n = interp_complete(a->interp, edit_string(&a->ed), a->ed.cursor, &p->start, p->v, MOST);
    if (!p->n || p->start > a->ed.cursor) {
        free(p);
        return false;
    }
    app_draw(a); /* where the cursor stands now */
    p->where = a->cursor;
    p->o.ops = &popup_ops;
    app_push(a, &p->o);
    return true;
}

/* Lines of help ---------------------------------------------------------------------------------- */

void popup_lines(app *a, const char *title, const char *lines)
{
    picker *p = picker_new(title, NULL);
    char line[300];

    for (int64_t i = 0; p && *lines; i++) {
        size_t n = strcspn(lines, "\n"), done = 0;
        do { /* long ones go on in the next row */
            size_t width = a->canvas.width > 104 ? 94 : a->canvas.width > 30 ? (size_t)a->canvas.width - 6 : 24, k = text_fit(lines + done, n - done, width);
            for (size_t q = k; k < n - done && q > k / 2; q--)
                if (lines[done + q] == ' ') {
                    k = q + 1;
                    break;
                }
            k = k >= sizeof line ? sizeof line - 1 : k;
            memcpy(line, lines + done, k);
            line[k] = '\0';
            picker_add(p, i, false, "", line, NULL);
            done += k ? k : n;
        } while (done < n);
        lines += n + (lines[n] == '\n');
    }
    picker_show(a, p);
}
