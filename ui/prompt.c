/* prompt.c - a question; one line of text. Both stand in the message row. */
#include "config.h"
#include "ui/app.h"
#include "ui/row.h"
#include "ui/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Questions --------------------------------------------------------------------------------- */

typedef struct ask {
    overlay o;
    char question[200], letters[8];
    void (*answer)(app *a, int letter);
} ask;

static void ask_draw(app *a, overlay *o, canvas *c, box area, spot *cursor)
{
    ask *q = (ask *)o;
    size_t n = strlen(q->question), k = 0, room = area.w > 1 ? (size_t)area.w : 1;
    int most = area.h > 1 ? area.h - 1 : 1, rows = view_rows(q->question, area.w), y = most - rows;

    (void)a;
    for (const char *s = q->question; n; s += k, n -= k, y++) { /* a long one begins further up */
        k = text_row(s, n, room);
        if (y < 0)
            continue;
        canvas_fill(c, 0, y, area.w, STYLE_PLAIN, ' ');
        int w = canvas_text(c, 0, y, area.w, STYLE_ERROR, s, k);
        *cursor = (spot){w < area.w ? w : area.w - 1, y, true};
    }
}

static bool ask_key(app *a, overlay *o, int key)
{
    ask *q = (ask *)o;
    bool cancel = key == K_ESCAPE || key == 7;

    if (!cancel && (key <= 0 || key > 126 || !strchr(q->letters, key)))
        return true;
    void (*answer)(app *, int) = q->answer;
    app_pop(a);
    answer(a, cancel ? 0 : key);
    return true;
}

static void ask_close(app *a, overlay *o)
{
    (void)a;
    free(o);
}

static void ask_say(app *a, overlay *o, text *out)
{
    (void)a;
    text_fmt(out, "%s (a letter, or an empty line for Esc): ", ((ask *)o)->question);
}

/* Only the letter itself answers: no word that happens to begin with it. */
static void ask_line(app *a, overlay *o, const char *line)
{
    if (!*line)
        ask_key(a, o, K_ESCAPE);
    else if (!line[1])
        ask_key(a, o, (unsigned char)*line);
}

static const overlay_ops ask_ops = {.keys = CONTEXTS, .draw = ask_draw, .key = ask_key, .close = ask_close, .say = ask_say, .line = ask_line};

void ask_open(app *a, const char *question, const char *letters, void (*answer)(app *a, int letter))
{
    ask *q = calloc(1, sizeof *q);

    if (!q)
        return;
    q->o.ops = &ask_ops;
    snprintf(q->question, sizeof q->question, "%s", question);
    snprintf(q->letters, sizeof q->letters, "%s", letters);
    q->answer = answer;
    app_push(a, &q->o);
}

/* One line of text --------------------------------------------------------------------------- */

typedef struct prompt {
    overlay o;
    char label[120];
    edit ed;
    void (*done)(app *a, const char *text);
    void (*change)(app *a, const char *text);
    void (*complete)(const char *typed, text *longer, text *names);
    text names; /* to choose from, shown above the line after a Tab that led no further */
} prompt;

/* What is asked, where it leaves too little room beside it: above, in as many rows as it takes; how many. */
static int draw_label(const prompt *p, canvas *c, int width, int y)
{
    enum { ROWS = 4 };
    size_t n = strlen(p->label), from[ROWS + 1] = {0};
    int rows = 0;

    if ((int)text_columns(p->label, n) + 1 <= width / 2)
        return 0;
    while (rows < ROWS && from[rows] < n) {
        size_t at = from[rows], k = text_fit(p->label + at, n - at, (size_t)width);
        for (size_t q = k; at + k < n && q > k / 2; q--)
            if (p->label[at + q] == ' ') {
                k = q + 1;
                break;
            }
        from[++rows] = at + (k ? k : 1);
    }
    if (rows > y)
        return 0;
    for (int i = 0; i < rows; i++) {
        canvas_fill(c, 0, y - rows + i, width, STYLE_PLAIN, ' ');
        canvas_text(c, 0, y - rows + i, width, STYLE_BOLD, p->label + from[i], from[i + 1] - from[i]);
    }
    return rows;
}

static void prompt_draw(app *a, overlay *o, canvas *c, box area, spot *cursor)
{
    prompt *p = (prompt *)o;
    int y = area.h > 1 ? area.h - 2 : 0;

    (void)a;
    int above = draw_label(p, c, area.w, y);
    if (p->names.n && y > above) {
        canvas_fill(c, 0, y - above - 1, area.w, STYLE_PLAIN, ' ');
        canvas_text(c, 0, y - above - 1, area.w, STYLE_DIM, text_str(&p->names), p->names.n);
    }
    canvas_fill(c, 0, y, area.w, STYLE_PLAIN, ' ');
    int x = canvas_print(c, 0, y, area.w / 2, STYLE_BOLD, "%s ", above ? ">" : p->label), room = area.w - x - 1;
    const char *s = edit_string(&p->ed);
    size_t n = edit_text(&p->ed)->n;
    int at = row_column(s, n, p->ed.cursor), shift = at > room - 1 ? at - room + 1 : 0;
    row_draw(c, x, y, room, shift, s, n, NULL, 0);
    *cursor = (spot){x + at - shift, y, true};
}

static bool prompt_key(app *a, overlay *o, int key)
{
    prompt *p = (prompt *)o;

    text_clear(&p->names);
    if (!edit_type(&p->ed, key, key == K_PASTE && a->term ? &term_input(a->term)->paste : NULL))
        return false;
    if (p->change)
        p->change(a, edit_string(&p->ed));
    return true;
}

static void complete(prompt *p)
{
    text longer = {0};

    text_clear(&p->names);
    p->complete(edit_string(&p->ed), &longer, &p->names);
    if (!longer.failed && strcmp(text_str(&longer), edit_string(&p->ed))) {
        edit_set(&p->ed, text_str(&longer));
        edit_command(&p->ed, "line-end");
    }
    if (!strstr(text_str(&p->names), "  ")) /* the only one is in the line already */
        text_clear(&p->names);
    text_free(&longer);
}

static bool prompt_command(app *a, overlay *o, const char *name)
{
    prompt *p = (prompt *)o;

    if (!strcmp(name, "complete")) {
        if (p->complete)
            complete(p);
        else
            prompt_key(a, o, K_TABULATOR);
        return true;
    }
    text_clear(&p->names);

    if (!strcmp(name, "accept") || !strcmp(name, "cancel")) {
        char *s = strcmp(name, "accept") ? NULL : strdup(edit_string(&p->ed));
        void (*done)(app *, const char *) = p->done;
        app_pop(a);
        done(a, s);
        free(s);
        return true;
    }
    if (!edit_command(&p->ed, name))
        return false;
    if (p->change)
        p->change(a, edit_string(&p->ed));
    return true;
}

static void prompt_close(app *a, overlay *o)
{
    (void)a;
    edit_free(&((prompt *)o)->ed);
    text_free(&((prompt *)o)->names);
    free(o);
}

static void prompt_say(app *a, overlay *o, text *out)
{
    prompt *p = (prompt *)o;
    const char *now = edit_string(&p->ed);

    (void)a;
    text_fmt(out, "%s %s%s%s(a full stop leaves it): ", p->label, *now ? "an empty line takes \"" : "", now, *now ? "\" " : "");
}

static void prompt_line(app *a, overlay *o, const char *line)
{
    prompt *p = (prompt *)o;

    if (*line)
        edit_set(&p->ed, line);
    prompt_command(a, o, strcmp(line, ".") ? "accept" : "cancel");
}

static const overlay_ops prompt_ops = {.say = prompt_say, .line = prompt_line, .keys = IN_PROMPT, .draw = prompt_draw, .key = prompt_key, .command = prompt_command, .close = prompt_close};

void prompt_open(app *a, const char *label, const char *start, void (*done)(app *a, const char *text), void (*change)(app *a, const char *text))
{
    prompt *p = calloc(1, sizeof *p);

    if (!p)
        return;
    p->o.ops = &prompt_ops;
    snprintf(p->label, sizeof p->label, "%s", label);
    p->ed.one_line = true;
    edit_set(&p->ed, start ? start : "");
    p->done = done;
    p->change = change;
    app_push(a, &p->o);
}

void prompt_complete(app *a, void (*complete_text)(const char *typed, text *longer, text *names))
{
    if (a->top && a->top->ops == &prompt_ops)
        ((prompt *)a->top)->complete = complete_text;
}
