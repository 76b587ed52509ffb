/* pane_notebook.c - the document on the screen.
 *
 * A gutter of six columns holds selection, number, state and a rule. The
 * document is walked twice: once to find where the selected cell and the
 * cursor stand, once to draw what is in view. */
#include "config.h"
#include "ui/app.h"

#include "base/clock.h"
#include "ui/cell.h"
#include "ui/highlight.h"
#include "ui/markdown.h"
#include "ui/pane_live.h"
#include "ui/row.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OUTPUT_SHOWN = 24, LINE_MOST = 4000 };

typedef struct pen {
    app *a;
    canvas *c;
    box area;
    int row;         /* of the whole document */
    bool draw;
    int gutter;      /* columns */
    int top, bottom; /* rows of the selected cell */
    spot cursor;     /* y: a row of the document */
} pen;

static int row_y(const pen *p)
{
    int y = p->row - p->a->scroll;

    return y < 0 || y >= p->area.h ? -1 : p->area.y + y;
}

static bool shows(const pen *p)
{
    return p->draw && row_y(p) >= 0;
}

static bool is_selected(const app *a, size_t i)
{
    size_t lo = a->anchor < a->selected ? a->anchor : a->selected, hi = a->anchor < a->selected ? a->selected : a->anchor;

    return i == a->selected || (a->many && i >= lo && i <= hi);
}

/* Glyph of a cell's state, after the table of words. */
static const char *state_glyph(const nb_cell *c, bool ascii)
{
    switch (c->state) {
    case CELL_QUEUED: return ascii ? "o" : "\u25cb";
    case CELL_RUNNING: return ascii ? ">" : "\u25ba";
    case CELL_DONE: return c->stale ? "~" : ascii ? "." : "\u2713";
    case CELL_FAILED: return c->stale ? "~" : ascii ? "!" : "\u2717";
    case CELL_STOPPED: return c->stale ? "~" : "-";
    case CELL_IDLE: return c->stale ? "~" : " ";
    }
    return " ";
}

/* Selection bar, number and state (first row of the cell), rule. */
static void draw_gutter(pen *p, size_t i, bool first, const char *rule)
{
    app *a = p->a;
    const nb_cell *c = &a->nb.cell[i];
    int y = row_y(p), x = p->area.x;
    bool selected = is_selected(a, i);
    canvas_style s = selected ? STYLE_SELECTED : STYLE_DIM;

    if (!shows(p))
        return;
    if (selected)
        canvas_fill(p->c, x, y, 1, s, p->c->ascii ? '#' : a->mode == MODE_EDIT && i == a->selected ? 0x2588 : 0x258c);
    if (first) {
        canvas_print(p->c, x + 1, y, p->gutter - 3, s, "%*zu", p->gutter - 4, i + 1);
        canvas_print(p->c, x + p->gutter - 2, y, 1, c->state == CELL_FAILED ? STYLE_ERROR : c->state == CELL_RUNNING ? STYLE_SECOND : s, "%s", state_glyph(c, p->c->ascii));
    }
    canvas_print(p->c, x + p->gutter - 1, y, 2, s, "%s", rule);
}

static void draw_header(pen *p, size_t i, size_t hidden)
{
    app *a = p->a;
    nb_cell *c = &a->nb.cell[i];
    char words[64];
    size_t n = strcspn(c->marker, "\r\n");
    int x = p->area.x + p->gutter + 1, w = p->area.w - p->gutter - 1;

    if (shows(p)) {
        int y = row_y(p);
        draw_gutter(p, i, true, "\u2502");
        canvas_style s = i == a->selected ? STYLE_SELECTED : STYLE_COMMENT;
        int used = canvas_text(p->c, x, y, w, s, c->marker, n);
        if (hidden)
            canvas_print(p->c, x + used, y, w - used, STYLE_DIM, " ... %zu line%s", hidden, hidden == 1 ? "" : "s");
        cell_state_words(a, c, words, sizeof words);
        if (c->kind != CELL_CODE)
            snprintf(words, sizeof words, "%s", c->kind == CELL_RAW ? "raw" : "markdown");
        int need = (int)strlen(words);
        if (need && need < w - 4) {
            canvas_fill(p->c, p->area.x + p->area.w - need - 2, y, 1, STYLE_PLAIN, ' ');
            canvas_print(p->c, p->area.x + p->area.w - need - 1, y, need + 1, c->state == CELL_FAILED && !c->stale ? STYLE_ERROR : c->state == CELL_RUNNING ? STYLE_SECOND : STYLE_DIM, "%s ", words);
        }
    }
    p->row++;
}

/* A line of the body on the screen: columns [shift, shift + w) at (x, y). */
typedef struct shown_line { const char *s; size_t from, end; int x, y, w, shift; } shown_line;

static void restyle(pen *p, const shown_line *l, size_t from, size_t to, canvas_style style)
{
    int a = row_column(l->s + l->from, l->end - l->from, from - l->from) - l->shift, b = row_column(l->s + l->from, l->end - l->from, to - l->from) - l->shift;

    b = b > a ? b : a + 1; /* of an empty line, or a line break, one column */
    a = a < 0 ? 0 : a;
    b = b > l->w ? l->w : b;
    if (b > a)
        canvas_restyle(p->c, l->x + a, l->y, b - a, style);
}

/* What the selection covers, drawn reversed; the bracket that belongs to the one at the cursor. */
static void draw_marks(pen *p, const shown_line *l, size_t bracket)
{
    size_t a, b;

    if (edit_selection(&p->a->ed, &a, &b) && a <= l->end && b > l->from) {
        a = a < l->from ? l->from : a;
        b = b > l->end ? l->end : b;
        if (b > a || (a == l->end && b == l->end))
            restyle(p, l, a, b, STYLE_CURSOR);
    }
    if (bracket != SIZE_MAX && bracket >= l->from && bracket < l->end)
        restyle(p, l, bracket, bracket + 1, STYLE_KEY);
}

static void draw_code_line(pen *p, size_t i, size_t line, size_t end, highlighter *h, int64_t number, size_t bracket)
{
    app *a = p->a;
    nb_cell *c = &a->nb.cell[i];
    const char *s = text_str(&c->body);
    int x = p->area.x + p->gutter + 1, w = p->area.w - p->gutter - 1, y = row_y(p);
    bool edited = a->mode == MODE_EDIT && i == a->selected, numbers = a->set.line_numbers && w > 20;
    uint8_t style[LINE_MOST];
    size_t n = end - line, styled = n < LINE_MOST ? n : LINE_MOST;

    highlight(h, s + line, styled, shows(p) ? style : NULL);
    if (numbers && shows(p))
        canvas_print(p->c, x, y, 4, STYLE_DIM, "%3lld", (long long)number);
    x += numbers ? 4 : 0;
    w -= numbers ? 4 : 0;
    shown_line l = {s, line, end, x, y, w, 0};
    if (edited && a->ed.cursor >= line && a->ed.cursor <= end) {
        int at = row_column(s + line, n, a->ed.cursor - line);
        l.shift = at >= w - 1 ? at - w + 2 : 0;
        p->cursor = (spot){x + at - l.shift, p->row, true};
    }
    if (!shows(p))
        return;
    row_draw(p->c, x, y, w, l.shift, s + line, n, style, c->kind == CELL_CODE ? styled : 0);
    if (edited)
        draw_marks(p, &l, bracket);
    if (!l.shift && n > (size_t)w / 4 && row_width(s + line, n) > w)
        canvas_print(p->c, x + w - 1, y, 1, STYLE_DIM, "%s", p->c->ascii ? ">" : "\u00bb");
}

/* A cell failed at this line of the file, its own or one of a function that it called. */
static bool failed_at(const app *a, int64_t line)
{
    for (size_t i = 0; i < a->nb.n; i++)
        if (a->nb.cell[i].error_line == line)
            return true;
    return false;
}

static bool has_problem(const app *a, int64_t line)
{
    for (size_t i = 0; i < a->n_problem && a->checked == a->nb.version; i++)
        if (a->problem[i].line == line)
            return true;
    return false;
}

static size_t count_lines(const nb_cell *c)
{
    size_t n = 0;

    for (size_t i = 0; i < c->body.n; i++)
        n += c->body.s[i] == '\n';
    return n + (c->body.n && c->body.s[c->body.n - 1] != '\n');
}

static void draw_text_cell(pen *p, size_t i, bool only_first)
{
    const nb_cell *c = &p->a->nb.cell[i];
    int width = p->area.w - p->gutter - 1;
    markdown m = {0};

    markdown_lay(&m, text_str(&c->body), c->body.n, width, p->c->ascii);
    for (size_t k = 0; k < m.n && !(only_first && k); k++) {
        draw_gutter(p, i, k == 0 && !*c->marker, "\u2502");
        if (shows(p))
            markdown_draw(&m, k, p->c, p->area.x + p->gutter + 1, row_y(p), width);
        p->row++;
    }
    markdown_free(&m);
}

static void draw_body(pen *p, size_t i, bool only_first)
{
    app *a = p->a;
    nb_cell *c = &a->nb.cell[i];
    const char *s = text_str(&c->body);
    size_t n = c->body.n, line = 0;
    bool edited = a->mode == MODE_EDIT && i == a->selected;
    int64_t first = nb_line(&a->nb, i), at = 0;
    highlighter h = HIGHLIGHT_START;
    size_t bracket = edited ? edit_bracket(s, n, a->ed.cursor) : SIZE_MAX;

    if (c->kind == CELL_MARKDOWN && !edited) {
        draw_text_cell(p, i, only_first);
        return;
    }
    while (line < n || (line == 0 && n == 0) || (edited && line == n && a->ed.cursor == n && n && s[n - 1] == '\n')) {
        const char *eol = line < n ? memchr(s + line, '\n', n - line) : NULL;
        size_t end = eol ? (size_t)(eol - s) : n;
        bool wrong = shows(p) && (failed_at(a, first + at) || has_problem(a, first + at));
        draw_gutter(p, i, at == 0 && !*c->marker, "\u2502");
        if (wrong)
            canvas_print(p->c, p->area.x + p->gutter - 2, row_y(p), 1, STYLE_ERROR, "%s", p->c->ascii ? "!" : "\u2717");
        draw_code_line(p, i, line, end, &h, at + 1, bracket);
        p->row++;
        at++;
        if (!eol || only_first)
            break;
        line = end + 1;
    }
}

static void draw_note(pen *p, size_t i, const char *note)
{
    draw_gutter(p, i, false, "\u251c\u2574");
    if (shows(p))
        canvas_text(p->c, p->area.x + p->gutter + 2, row_y(p), p->area.w - p->gutter - 2, STYLE_DIM, note, strlen(note));
    p->row++;
}

/* A bar that weir.report draws. */
static void draw_report(pen *p, size_t i, const nb_cell *c)
{
    int x = p->area.x + p->gutter + 2, w = p->area.w - p->gutter - 3;

    draw_gutter(p, i, false, "\u251c\u2574");
    if (shows(p)) {
        int y = row_y(p), bar = p->a->set.calm ? -1 : w > 40 ? 24 : w / 3;
        if (bar > 0) {
            canvas_fill(p->c, x, y, bar, STYLE_DIM, p->c->ascii ? '.' : 0x2591);
            canvas_bar(p->c, x, y, bar, c->progress, STYLE_BAR);
        }
        canvas_print(p->c, x + bar + 1, y, w - bar - 1, STYLE_PLAIN, "%3.0f%% %s", 100 * c->progress, c->progress_text);
    }
    p->row++;
}

/* The import, the prediction that the cell waits for, once it takes its time. */
static void draw_waiting(pen *p, size_t i, const nb_cell *c)
{
    weir_job *j = weir_session_job(p->a->session, c->waits);
    weir_job_info info = {0};
    int x = p->area.x + p->gutter + 2, w = p->area.w - p->gutter - 3;

    if (j)
        weir_job_get(j, &info);
    if (j && info.state <= WEIR_JOB_RUNNING && info.elapsed > 0.3) {
        draw_gutter(p, i, false, "\u251c\u2574");
        if (shows(p)) {
            int used = canvas_print(p->c, x, row_y(p), w, STYLE_BOLD, "%s ", info.title);
            pane_progress(p->c, x + used, row_y(p), w - used, &info, !p->a->set.calm);
        }
        p->row++;
    }
    weir_job_unref(j);
}

/* The curve in its rows, or what of them is in view. */
static void draw_curve(pen *p, box b, int64_t job)
{
    int top = p->area.y, end = p->area.y + p->area.h;
    canvas part = {.ascii = p->c->ascii, .blocks = p->c->blocks, .console = p->c->console};

    if (b.y >= top && b.y + b.h <= end) {
        live_in_cell(p->a, p->c, b, job);
    } else if (b.y < end && b.y + b.h > top && canvas_resize(&part, b.w, b.h)) {
        live_in_cell(p->a, &part, (box){0, 0, b.w, b.h}, job);
        for (int k = 0; k < b.h; k++)
            if (b.y + k >= top && b.y + k < end)
                memcpy(&p->c->cell[(b.y + k) * p->c->width + b.x], &part.cell[k * b.w], (size_t)b.w * sizeof *part.cell);
        canvas_free(&part);
    }
}

/* The training that the cell waits for: a line, and its curve where no pane beside shows it. */
static void draw_training(pen *p, size_t i, const nb_cell *c)
{
    weir_job *j = weir_session_job(p->a->session, c->job);
    weir_job_info info;
    int x = p->area.x + p->gutter + 2, w = p->area.w - p->gutter - 3;
    bool inside = p->a->canvas.width < 110 && p->area.h >= 10 && w >= 24;

    if (!j)
        return;
    weir_job_get(j, &info);
    if (info.id == c->job) {
        draw_gutter(p, i, false, "\u251c\u2574");
        if (shows(p))
            pane_progress(p->c, x, row_y(p), w, &info, !p->a->set.calm);
        p->row++;
        int rows = p->area.h >= 20 ? 10 : 6;
        for (int k = 0; inside && info.scored && k < rows; k++) {
            draw_gutter(p, i, false, "\u2502");
            p->row++;
        }
        if (inside && info.scored && p->draw)
            draw_curve(p, (box){x, p->area.y + p->row - rows - p->a->scroll, w, rows}, c->job);
    }
    weir_job_unref(j);
}

static void draw_item(pen *p, size_t i, const output_item *it, bool first)
{
    int x = p->area.x + p->gutter + 2, w = p->area.w - p->gutter - 3, rows = output_rows(it, w);

    for (int k = 0; k < rows; k++) {
        draw_gutter(p, i, false, first && !k ? "\u251c\u2574" : "\u2502");
        if (shows(p))
            output_draw(it, p->c, x, row_y(p), w, k);
        p->row++;
    }
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

static void draw_output(pen *p, size_t i)
{
    nb_cell *c = &p->a->nb.cell[i];
    size_t n = c->out.n, shown = c->fold_out ? 1 : c->out_open ? n : OUTPUT_SHOWN, from = 0, end = n;
    char note[80];

    if (n > shown) {
        size_t top = (size_t)c->out_top < n - shown ? (size_t)c->out_top : n - shown;
        end = c->fold_out ? 1 : n - top;
        from = end - shown;
    }
    if (from || c->out.spilled) {
        snprintf(note, sizeof note, "(%zu line%s above)", from + c->out.spilled, plural(from + c->out.spilled));
        draw_note(p, i, note);
    }
    for (size_t k = from; k < end; k++)
        draw_item(p, i, &c->out.v[k], k == from && !from);
    if (end < n) {
        snprintf(note, sizeof note, "(%zu line%s %s)", n - end, plural(n - end), c->fold_out ? "folded" : "below");
        draw_note(p, i, note);
    }
    if (c->state == CELL_RUNNING && !isnan(c->progress))
        draw_report(p, i, c);
    if (c->state == CELL_RUNNING && c->job)
        draw_training(p, i, c);
    else if (c->state == CELL_RUNNING && c->waits)
        draw_waiting(p, i, c);
}

static int walk(pen *p)
{
    app *a = p->a;
    bool narrow = p->area.w < 60;

    p->row = 0;
    for (size_t i = 0; i < a->nb.n; i++) {
        nb_cell *c = &a->nb.cell[i];
        bool edited = a->mode == MODE_EDIT && i == a->selected;
        bool folded = !edited && (c->fold_in || (narrow && i != a->selected));
        size_t lines = count_lines(c);
        if (i == a->selected)
            p->top = p->row;
        if (*c->marker)
            draw_header(p, i, folded ? lines : 0);
        if (!folded || !*c->marker)
            draw_body(p, i, folded);
        draw_output(p, i);
        if (i == a->selected)
            p->bottom = p->row;
    }
    return p->row;
}

static void keep_in_view(pen *p, int rows)
{
    app *a = p->a;

    if (a->follow && p->cursor.x >= 0) { /* the cursor's line */
        if (p->cursor.y < a->scroll + 1)
            a->scroll = p->cursor.y - 1;
        if (p->cursor.y >= a->scroll + p->area.h)
            a->scroll = p->cursor.y - p->area.h + 1;
    } else if (a->follow) {
        if (p->bottom > a->scroll + p->area.h)
            a->scroll = p->bottom - p->area.h;
        if (p->top < a->scroll)
            a->scroll = p->top;
    }
    if (a->scroll > rows - 1)
        a->scroll = rows - 1;
    if (a->scroll < 0)
        a->scroll = 0;
}

/* Where nothing is yet: how one begins. */
static void draw_welcome(const pen *p, int y)
{
    static const struct { const char *command, *says; } line[] = {
        {"edit", "type Lua:  iris = weir.dataset(\"iris\")  weir.import_file(\"my.csv\")"},
        {"run-next", "run it and type on; a last expression is shown"},
        {"palette", "every command, found by typing"},
        {"topics", "help on functions, parameters and metrics"},
        {"sessions", "notebooks: sessions that run, files of this folder"},
        {"save", "save under a name"},
        {"help", "all keys"},
    };
    const app *a = p->a;
    context where[4];
    size_t n = app_contexts(p->a, where);
    int x = p->area.x + p->gutter + 1, w = p->area.w - p->gutter - 2, end = p->area.y + p->area.h;
    char keys[24];

    if (y + 1 < end)
        canvas_print(p->c, x, y++, w, STYLE_BOLD, "Deep learning on tables");
    for (size_t i = 0; i < sizeof line / sizeof *line && y < end; i++) {
        keymap_label(&a->keys, where, n, line[i].command, keys, sizeof keys);
        if (!*keys)
            continue;
        canvas_print(p->c, x, y, w, STYLE_KEY, "%s", keys);
        canvas_print(p->c, x + 7, y++, w - 7, STYLE_DIM, "%s", line[i].says);
    }
}

static void notebook_draw(app *a, void *state, canvas *c, box area, spot *cursor)
{
    pen p = {.a = a, .c = c, .area = area, .gutter = area.w < 60 ? 5 : 6, .cursor = {-1, -1, false}};

    (void)state;
    int rows = walk(&p);
    keep_in_view(&p, rows);
    p.draw = true;
    walk(&p);
    if (a->nb.n == 1 && !a->nb.path && !a->nb.cell[0].body.n && !a->nb.cell[0].out.n && a->mode == MODE_COMMAND && area.w >= 36)
        draw_welcome(&p, area.y + rows + 1);
    int y = p.cursor.x >= 0 ? p.cursor.y : p.top;
    *cursor = (spot){p.cursor.x >= 0 ? p.cursor.x : area.x, area.y + y - a->scroll, p.cursor.x >= 0};
}

static bool notebook_key(app *a, void *state, int key)
{
    (void)state;
    return cell_type(a, key);
}

const pane_ops pane_notebook = {
    .name = "notebook",
    .title = "notebook",
    .keys = IN_NOTEBOOK,
    .footer = "edit run run-next interrupt below live palette help",
    .draw = notebook_draw,
    .key = notebook_key,
};
