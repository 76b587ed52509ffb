/* picker.c - a list that typing narrows: palette, help, outline and the like. */
#include "config.h"
#include "ui/app.h"
#include "ui/view.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void picker_close(app *a, overlay *o)
{
    picker *p = (picker *)o;

    (void)a;
    picker_clear(p);
    free(p->item);
    free(p->shown);
    edit_free(&p->find);
    free(p);
}

void picker_clear(picker *p)
{
    for (size_t i = 0; i < p->n; i++) {
        free(p->item[i].text);
        free(p->item[i].note);
    }
    p->n = p->n_shown = 0;
}

/* How well a text fits what was typed: 0 not at all; whole words and starts before scattered letters. */
static int fits(const char *line, const char *typed)
{
    size_t n = strlen(typed);
    int score = 1;

    if (!n)
        return 1;
    for (const char *s = line; *s; s++)
        if (!strncasecmp(s, typed, n))
            return s == line ? 100 : isalnum((unsigned char)s[-1]) ? 40 : 70;
    for (const char *s = line; *s && *typed; s++)
        if (tolower((unsigned char)*s) == tolower((unsigned char)*typed))
            typed++, score++;
    return *typed ? 0 : score < 30 ? score : 30;
}

/* Every word that was typed fits the text, or better the note less. */
static int rank(const picker_item *it, const char *typed)
{
    char word[64];
    int sum = 1;

    while (*(typed += strspn(typed, " "))) {
        size_t n = strcspn(typed, " ");
        snprintf(word, sizeof word, "%.*s", (int)n, typed);
        int a = fits(it->text, word), b = it->note ? fits(it->note, word) : 0;
        b = b >= 40 ? b / 4 : 0;
        if (!a && !b)
            return 0;
        sum += a > b ? a : b;
        typed += n;
    }
    return sum;
}

void picker_filter(picker *p)
{
    const char *typed = edit_string(&p->find);
    char group = *typed && p->groups && strchr(p->groups, *typed) ? *typed++ : '\0';
    int *score = calloc(p->n + 1, sizeof *score);
    size_t *shown = realloc(p->shown, (p->n + 1) * sizeof *shown);

    if (shown)
        p->shown = shown;
    p->n_shown = 0;
    for (size_t i = 0; score && shown && i < p->n; i++) {
        if (group ? p->item[i].group != group : p->item[i].asked)
            continue;
        score[i] = rank(&p->item[i], typed);
        if (!score[i])
            continue;
        size_t k = p->n_shown++;
        for (; *typed && k && score[p->shown[k - 1]] < score[i]; k--)
            p->shown[k] = p->shown[k - 1];
        p->shown[k] = i;
    }
    free(score);
    if (p->at >= p->n_shown)
        p->at = p->n_shown ? p->n_shown - 1 : 0;
}

const picker_item *picker_here(const picker *p)
{
    return p->at < p->n_shown ? &p->item[p->shown[p->at]] : NULL;
}

static void draw_row(const picker *p, canvas *c, box b, int y, size_t k)
{
    const picker_item *it = &p->item[p->shown[k]];
    bool here = k == p->at;
    canvas_style s = it->dim ? STYLE_DIM : here ? STYLE_SELECTED : STYLE_PLAIN;
    int keys = *it->keys ? (int)text_columns(it->keys, strlen(it->keys)) + 1 : 0, room = b.w - 3 - keys;

    canvas_print(c, b.x, y, 2, STYLE_SELECTED, "%s", here ? c->ascii ? ">" : "\u25ba" : " ");
    int used = canvas_text(c, b.x + 2, y, room, s, it->text, strlen(it->text));
    if (it->note && used + 2 < room)
        canvas_text(c, b.x + 2 + used + 2, y, room - used - 2, STYLE_DIM, it->note, strlen(it->note));
    if (keys)
        canvas_print(c, b.x + b.w - keys, y, keys, STYLE_KEY, "%s", it->keys);
}

/* What the row of the chosen one cuts off is said whole below the list, unless there is a message. */
static void draw_whole(app *a, canvas *c, box area, box b, const picker_item *it)
{
    size_t need = it->note ? 2 + text_columns(it->text, strlen(it->text)) + 2 + text_columns(it->note, strlen(it->note)) + strlen(it->keys) + 1 : 0;

    if (area.h <= 12 || need <= (size_t)b.w || messages_last(&a->messages))
        return;
    for (int y = area.h - 2; y < area.h; y++)
        canvas_fill(c, 0, y, area.w, STYLE_PLAIN, ' ');
    view_sentence(c, (box){b.x + 2, area.h - 2, b.w - 2, 2}, STYLE_PLAIN, it->note);
}

static void picker_draw(app *a, overlay *o, canvas *c, box area, spot *cursor)
{
    picker *p = (picker *)o;
    int w = area.w > 104 ? 100 : area.w, h = area.h > 12 ? area.h - 3 : area.h; /* what the panes have */
    box b = {(area.w - w) / 2, area.h > 12 ? 1 : 0, w, h};

    if (!p->wide && (int)p->n + 3 < b.h)
        b.h = (int)p->n + 3;
    for (int y = 0; y < b.h; y++)
        canvas_fill(c, b.x, b.y + y, b.w, STYLE_PLAIN, ' ');
    canvas_fill(c, b.x, b.y, b.w, STYLE_TITLE, ' ');
    char count[48];
    int wide = snprintf(count, sizeof count, "%zu of %zu", p->n_shown ? p->at + 1 : 0, p->n_shown);
    canvas_print(c, b.x + 1, b.y, b.w - wide - 3, STYLE_TITLE, "%s", p->title);
    if (wide + 8 < b.w)
        canvas_print(c, b.x + b.w - wide - 1, b.y, wide, STYLE_TITLE, "%s", count);
    if (b.h < 3)
        return;
    const char *typed = edit_string(&p->find);
    int x = b.x + canvas_print(c, b.x, b.y + 1, b.w, STYLE_BOLD, "/ ");
    canvas_print(c, x, b.y + 1, b.w - 2, STYLE_PLAIN, "%s", typed);
    if (!*typed)
        canvas_print(c, x + 1, b.y + 1, b.w - 3, STYLE_DIM, "%s", p->legend ? p->legend : b.w < 46 ? "type; Enter chooses, Esc leaves" : "type to search; Enter chooses, Esc leaves");
    *cursor = (spot){x + (int)text_columns(typed, p->find.cursor), b.y + 1, true};
    size_t rows = (size_t)b.h - 2;
    if (p->at < p->top)
        p->top = p->at;
    if (p->at >= p->top + rows)
        p->top = p->at - rows + 1;
    for (size_t k = 0; k < rows && p->top + k < p->n_shown; k++)
        draw_row(p, c, b, b.y + 2 + (int)k, p->top + k);
    if (picker_here(p))
        draw_whole(a, c, area, b, picker_here(p));
    if (a->set.calm) /* braille displays follow the cursor */
        *cursor = (spot){b.x + 2, b.y + 2 + (int)(p->at - p->top), true};
}

static void choose(app *a, picker *p)
{
    const picker_item *it = picker_here(p);

    if (!it || it->dim)
        return;
    char *s = strdup(it->text);
    int64_t id = it->id;
    void (*chosen)(app *, int64_t, const char *) = p->choose;
    app_pop(a);
    if (chosen && s)
        chosen(a, id, s);
    free(s);
}

static void picker_step(picker *p, int by)
{
    if (!p->n_shown)
        return;
    int64_t to = (int64_t)p->at + by;
    p->at = to < 0 ? 0 : to >= (int64_t)p->n_shown ? p->n_shown - 1 : (size_t)to;
}

static bool picker_command(app *a, overlay *o, const char *name)
{
    picker *p = (picker *)o;
    int page = a->canvas.height > 10 ? a->canvas.height - 8 : 4;

    if (!strcmp(name, "cancel"))
        app_pop(a);
    else if (!strcmp(name, "accept"))
        choose(a, p);
    else if (!strcmp(name, "up"))
        picker_step(p, -1);
    else if (!strcmp(name, "down"))
        picker_step(p, 1);
    else if (!strcmp(name, "page-up"))
        picker_step(p, -page);
    else if (!strcmp(name, "page-down"))
        picker_step(p, page);
    else if (edit_command(&p->find, name))
        picker_filter(p);
    else
        return false;
    return true;
}

static bool picker_key(app *a, overlay *o, int key)
{
    picker *p = (picker *)o;

    if (p->key && p->key(a, p, key))
        return true;
    if (!edit_type(&p->find, key, key == K_PASTE && a->term ? &term_input(a->term)->paste : NULL))
        return false;
    p->at = 0;
    picker_filter(p);
    return true;
}

/* A menu by number; text narrows it. One without a choice is only read. */
static void picker_say(app *a, overlay *o, text *out)
{
    enum { MOST = 20 };
    picker *p = (picker *)o;

    text_fmt(out, "%s, %zu of %zu\n", p->title, p->n_shown, p->n);
    for (size_t k = 0; k < p->n_shown && (k < MOST || !p->choose); k++) {
        const picker_item *it = &p->item[p->shown[k]];
        if (p->choose)
            text_fmt(out, "%zu: ", k + 1);
        text_fmt(out, "%s%s%s%s\n", it->text, it->note && *it->note ? ", " : "", it->note ? it->note : "", it->dim ? " (not now)" : "");
    }
    if (!p->choose)
        app_pop(a);
    else
        text_fmt(out, "%sa number chooses, a text narrows, an empty line leaves: ", p->n_shown > MOST ? "(more are left out) " : "");
}

static void picker_line(app *a, overlay *o, const char *line)
{
    picker *p = (picker *)o;
    size_t n = strtoul(line, NULL, 10);

    if (!*line) {
        app_pop(a);
    } else if (n >= 1 && n <= p->n_shown && strspn(line, "0123456789") == strlen(line)) {
        p->at = n - 1;
        choose(a, p);
    } else {
        edit_set(&p->find, line);
        picker_filter(p);
    }
}

static const overlay_ops picker_ops = {.say = picker_say, .line = picker_line,.keys = IN_PICKER, .draw = picker_draw, .key = picker_key, .command = picker_command, .close = picker_close};

picker *picker_new(const char *title, void (*chosen)(app *a, int64_t id, const char *text))
{
    picker *p = calloc(1, sizeof *p);

    if (!p)
        return NULL;
    p->o.ops = &picker_ops;
    snprintf(p->title, sizeof p->title, "%s", title);
    p->choose = chosen;
    p->find.one_line = true;
    return p;
}

void picker_add(picker *p, int64_t id, bool dim, const char *keys, const char *line, const char *note)
{
    if (!p)
        return;
    if (p->n == p->cap) {
        size_t cap = p->cap ? p->cap * 2 : 64;
        picker_item *item = realloc(p->item, cap * sizeof *item);
        if (!item)
            return;
        p->item = item;
        p->cap = cap;
    }
    picker_item it = {.text = strdup(line), .note = note ? strdup(note) : NULL, .dim = dim, .id = id};
    snprintf(it.keys, sizeof it.keys, "%s", keys ? keys : "");
    if (it.text)
        p->item[p->n++] = it;
}

void picker_show(app *a, picker *p)
{
    if (!p)
        return;
    picker_filter(p);
    app_push(a, &p->o);
}
