/* screen.c - title, panes, message row, footer.
 *
 * 110 columns or more: the notebook left, the side pane right. Less: one pane
 * at a time. Below 10 rows or 40 columns the focused pane has all but one row,
 * below 20 x 5 one line says where one is. Nothing is ever refused. */
#include "config.h"
#include "ui/screen.h"

#include "base/clock.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { WIDE = 110, NOTEBOOK_LEAST = 64 };

bool screen_has_side(const app *a)
{
    return a->side && a->side_shown && !a->maximised && a->canvas.width >= WIDE && a->canvas.height >= 10;
}

static int left_width(int width)
{
    int left = width * 11 / 20;

    return left < NOTEBOOK_LEAST ? NOTEBOOK_LEAST : left > 120 ? 120 : left;
}

int screen_side_x(const app *a)
{
    return screen_has_side(a) ? left_width(a->canvas.width) : 0;
}

static const char *mode_word(const app *a)
{
    return a->mode == MODE_COMMAND ? "CMD" : a->normal ? "NORMAL" : "EDIT";
}

static void draw_title(app *a)
{
    canvas *c = &a->canvas;
    weir_job *j = pane_training(a->session);
    weir_job_info info = {0};
    char right[120] = "", left[32], speed[32];
    const char *name = a->nb.path ? strrchr(a->nb.path, '/') : NULL;

    if (j)
        weir_job_get(j, &info);
    if (j && info.state == WEIR_JOB_RUNNING) {
        clock_duration(info.left, left, sizeof left);
        text_count(info.speed, speed, sizeof speed);
        snprintf(right, sizeof right, "J%lld %s %.0f%%%s%s%s", (long long)info.id, c->ascii ? ">" : "\u25ba", isnan(info.done) ? 0 : 100 * info.done,
                 isnan(info.left) ? "" : "  ", isnan(info.left) ? "" : left, isnan(info.left) ? "" : " left");
        if (c->width >= 70)
            snprintf(right + strlen(right), sizeof right - strlen(right), "  %s rows/s", speed);
    }
    weir_job_unref(j);
    canvas_fill(c, 0, 0, c->width, STYLE_TITLE, ' ');
    int used = (int)text_columns(right, strlen(right)), room = c->width - used - 2;
    name = name ? name + 1 : a->nb.path ? a->nb.path : "(unnamed)";
    if (c->width >= 50)
        canvas_print(c, 1, 0, room, STYLE_TITLE, "weir  %s%s%s  %s", name, a->nb.modified ? "*" : "", a->opt.read_only ? " (read only)" : "", mode_word(a));
    else
        canvas_print(c, 0, 0, room, STYLE_TITLE, "%s%s %s", name, a->nb.modified ? "*" : "", mode_word(a));
    canvas_text(c, c->width - used - 1, 0, -1, STYLE_TITLE, right, strlen(right));
}

/* One key that may follow an unfinished sequence, at (x, y) of the screen or, with y < 0, only measured; its width. */
static int hint_item(app *a, const binding *b, int x, int y)
{
    char name[KEY_NAME];
    const command *what = command_find(b->command);
    const char *key = key_label(b->key[a->n_pending], name), *words = what ? what->label : b->command;
    int n = (int)text_columns(key, strlen(key));

    if (y >= 0) {
        canvas_print(&a->canvas, x, y, -1, STYLE_KEY, "%s", key);
        canvas_print(&a->canvas, x + n + 1, y, -1, STYLE_PLAIN, "%s", words);
    }
    return n + 1 + (int)text_columns(words, strlen(words)) + 2;
}

/* All of them from row y on, in lines of the screen's width; with y < 0 only how many rows they take. */
static int hint_rows(app *a, int y)
{
    context where[4];
    size_t n = app_contexts(a, where);
    char name[KEY_NAME];
    int x = 0, row = 0;

    for (size_t i = 0; i < a->n_pending; i++) {
        const char *key = key_label(a->pending[i], name);
        if (y >= 0)
            canvas_print(&a->canvas, x, y, -1, STYLE_KEY, "%s", key);
        x += (int)text_columns(key, strlen(key)) + 2;
    }
    for (size_t w = 0; w < n; w++)
        for (size_t i = 0; i < a->keys.n; i++) {
            const binding *b = &a->keys.v[i];
            if (b->where != where[w] || memcmp(b->key, a->pending, a->n_pending * sizeof *b->key) || b->key[a->n_pending] == K_NONE)
                continue;
            int need = hint_item(a, b, 0, -1);
            if (x && x + need - 2 > a->canvas.width)
                x = 0, row++;
            hint_item(a, b, x, y < 0 ? -1 : y + row);
            x += need;
        }
    return row + 1;
}

/* The keys that may follow an unfinished sequence: all, over the panes when one row is not enough. */
static void draw_hint(app *a, int y)
{
    canvas *c = &a->canvas;
    char name[KEY_NAME];
    int x = 0;

    if (clock_now() - a->pending_since < 0.4) {
        for (size_t i = 0; i < a->n_pending; i++)
            x += canvas_print(c, x, y, -1, STYLE_KEY, "%s ", key_label(a->pending[i], name));
        return;
    }
    int rows = hint_rows(a, -1), top = y - rows + 1;
    top = top < 0 ? 0 : top;
    for (int row = top; row <= y; row++)
        canvas_fill(c, 0, row, c->width, STYLE_PLAIN, ' ');
    hint_rows(a, top);
}

/* A message that is too long for the row goes on above it, up to three rows. */
static void draw_words(app *a, int y, canvas_style style, const char *s)
{
    enum { ROWS = 3 };
    size_t n = strlen(s), from[ROWS + 1] = {0}, rows = 0, w = (size_t)a->canvas.width;

    while (rows < ROWS && from[rows] < n && w) {
        size_t at = from[rows], k = text_fit(s + at, n - at, w);
        for (size_t q = k; at + k < n && rows + 1 < ROWS && q > k / 2; q--)
            if (s[at + q] == ' ') {
                k = q + 1;
                break;
            }
        from[++rows] = at + (k ? k : 1);
    }
    for (size_t i = 0; i < rows; i++) {
        int row = y - (int)(rows - 1 - i);
        if (row < 0)
            continue;
        canvas_fill(&a->canvas, 0, row, a->canvas.width, STYLE_PLAIN, ' ');
        canvas_text(&a->canvas, 0, row, -1, style, s + from[i], from[i + 1] - from[i]);
    }
}

static void draw_message(app *a, int y)
{
    static const canvas_style styles[] = {STYLE_PLAIN, STYLE_GOOD, STYLE_SECOND, STYLE_ERROR};
    const message *m = messages_last(&a->messages);

    if (a->n_pending)
        draw_hint(a, y);
    else if (m)
        draw_words(a, y, styles[m->kind], m->text);
    else if (a->mode == MODE_EDIT && *a->remark && a->cursor.y + 3 > y) /* never over what is typed */
        canvas_text(&a->canvas, 0, y, -1, STYLE_ERROR, a->remark, strlen(a->remark));
    else if (a->mode == MODE_EDIT && *a->remark)
        draw_words(a, y, STYLE_ERROR, a->remark);
}

const char *screen_footer(const app *a)
{
    if (a->mode == MODE_EDIT && a->focus == &pane_notebook)
        return a->normal ? "command-mode run find palette save help" : "command-mode run run-next complete signature undo save help";
    return a->focus->footer;
}

/* What the footer says of a command; its width, 0: nothing, as no key of this place does it. */
static int footer_words(app *a, const char *name, char keys[64], const char **words)
{
    context where[4];
    size_t n = app_contexts(a, where);
    const command *what = command_find(name);

    keymap_label(&a->keys, where, n, name, keys, 64);
    if (!what || !*keys || (what->can && !what->can(a)))
        return 0;
    *words = what->label;
    return (int)(text_columns(keys, strlen(keys)) + strlen(what->label) + 3);
}

/* "run ^T": the commands of the place, as many as fit, at most eight; the help keeps its place at the end. */
static void draw_footer(app *a, int y)
{
    canvas *c = &a->canvas;
    const char *names = a->top ? "" : screen_footer(a), *words;
    char keys[64];
    int x = 0, shown = 0, last = *names ? footer_words(a, "help", keys, &words) : 0;

    while (*names && shown < 8) {
        char name[COMMAND_NAME];
        size_t k = strcspn(names, " ");
        snprintf(name, sizeof name, "%.*s", (int)k, names);
        names += k + (names[k] != '\0');
        if (!strcmp(name, "help") || (last && shown == 7))
            continue;
        int need = footer_words(a, name, keys, &words);
        if (!need)
            continue;
        if (x + need + last > c->width + 2)
            break;
        x += canvas_print(c, x, y, -1, STYLE_KEY, "%s", keys);
        x += canvas_print(c, x, y, -1, STYLE_PLAIN, " %s  ", words);
        shown++;
    }
    if (last && footer_words(a, "help", keys, &words)) {
        x += canvas_print(c, x, y, -1, STYLE_KEY, "%s", keys);
        canvas_print(c, x, y, -1, STYLE_PLAIN, " %s", words);
    }
}

static void draw_frame(app *a, box b, const pane_ops *p, bool focused)
{
    canvas *c = &a->canvas;
    uint32_t line = focused ? 0x2503 : 0x2502;
    canvas_style style = focused ? STYLE_SELECTED : STYLE_DIM;

    for (int y = 0; y < b.h; y++)
        canvas_fill(c, b.x, b.y + y, 1, style, line);
    int used = canvas_print(c, b.x + 2, b.y, b.w - 3, focused ? STYLE_SELECTED : STYLE_BOLD, "%s ", p->title);
    canvas_fill(c, b.x + 2 + used, b.y, b.w - used - 2, style, focused ? 0x2501 : 0x2500);
}

static void draw_pane(app *a, const pane_ops *p, box b)
{
    spot s = {-1, -1, false};

    if (b.w < 1 || b.h < 1)
        return;
    p->draw(a, app_state(a, p), &a->canvas, b, &s);
    if (p == a->focus && s.x >= b.x && s.x < b.x + b.w && s.y >= b.y && s.y < b.y + b.h)
        a->cursor = s;
}

static void draw_panes(app *a, box area)
{
    if (!screen_has_side(a)) {
        const pane_ops *p = a->focus;
        if (p != &pane_notebook && area.h > 6) {
            canvas_print(&a->canvas, area.x + 1, area.y, area.w - 1, STYLE_BOLD, "%s", p->title);
            area.y++, area.h--;
        }
        draw_pane(a, p, area);
        return;
    }
    int left = left_width(area.w);
    box right = {area.x + left, area.y, area.w - left, area.h};
    draw_pane(a, &pane_notebook, (box){area.x, area.y, left - 1, area.h});
    draw_frame(a, right, a->side, a->focus == a->side);
    draw_pane(a, a->side, (box){right.x + 2, right.y + 1, right.w - 2, right.h - 1});
}

static void draw_overlays(app *a, overlay *o, box area)
{
    if (!o)
        return;
    draw_overlays(a, o->below, area);
    a->cursor = (spot){-1, -1, false};
    o->ops->draw(a, o, &a->canvas, area, &a->cursor);
}

void screen_draw(app *a)
{
    canvas *c = &a->canvas;
    int w = c->width, h = c->height;

    canvas_clear(c);
    a->cursor = (spot){-1, -1, false};
    if (h < 2 || w < 8) {
        canvas_print(c, 0, 0, -1, STYLE_TITLE, "%s cell %zu/%zu", mode_word(a), a->selected + 1, a->nb.n);
        a->cursor = (spot){0, 0, false};
        return;
    }
    bool title = h >= 6, footer = h >= 5, row = h >= 8;
    box area = {0, title, w, h - title - footer - row};
    draw_panes(a, area);
    if (title)
        draw_title(a);
    if (footer)
        draw_footer(a, h - 1);
    int message_row = row ? h - 2 : h - 1;
    if (row || a->n_pending || messages_last(&a->messages)) {
        if (!row)
            canvas_fill(c, 0, message_row, w, STYLE_PLAIN, ' ');
        draw_message(a, message_row);
    }
    draw_overlays(a, a->top, (box){0, 0, w, h});
    if (a->cursor.x < 0)
        a->cursor = (spot){0, h - 1, false};
}
