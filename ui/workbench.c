/* workbench.c - the notebook on a screen: one loop that sleeps in poll.
 *
 * Keys are answered at once; what jobs and cells send is drawn at most ten
 * times a second. The interpreter runs on its own thread and speaks through
 * events, so typing never waits for a training. */
#include "config.h"
#include "ui/workbench.h"

#include "base/clock.h"
#include "lua/interp.h"
#include "ui/keys.h"
#include "ui/notebook.h"
#include "ui/pane.h"
#include "ui/term.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OUTPUT_SHOWN = 24 };
typedef enum pane_kind { PANE_LIVE, PANE_LISTS, PANE_NONE, PANE_KINDS } pane_kind;
typedef enum ask_kind { ASK_NOTHING, ASK_STOP, ASK_QUIT, ASK_NAME } ask_kind;

typedef struct bench {
    notebook nb;
    weir_session *session;
    interp *interp;
    canvas canvas;
    size_t selected, cursor; /* cursor: byte in the selected cell's body */
    bool editing, pasting, help, quit, chosen; /* chosen: the person picked the pane */
    double last_edit;
    pane_kind pane;
    ptrdiff_t metric;
    ask_kind ask;
    char name[512];
    int scroll;            /* first row of the document that is shown */
    bool follow;           /* keep the selected cell in view */
    int cursor_x, cursor_y;
    char message[256];
    canvas_style message_style;
    int wake[2];
    double last_draw;
    bool dirty;
    int64_t *batch;        /* cells that run one after the other: ids */
    size_t n_batch, batch_at;
} bench;

static volatile sig_atomic_t hung_up;

static void on_hangup(int sig)
{
    hung_up = sig;
}

static void wake_up(void *user)
{
    bench *b = user;
    ssize_t n = write(b->wake[1], "x", 1);
    (void)n; /* a full pipe wakes as well */
}

__attribute__((format(printf, 3, 4))) static void say(bench *b, canvas_style style, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsnprintf(b->message, sizeof b->message, format, ap);
    va_end(ap);
    b->message_style = style;
}

static nb_cell *here(bench *b)
{
    return &b->nb.cell[b->selected];
}

/* Drawing the document ----------------------------------------------------------------- */

typedef struct pen { bench *b; box area; int row; bool draw; } pen; /* row: of the whole document */

static int row_y(const pen *p)
{
    int y = p->row - p->b->scroll;
    return y < 0 || y >= p->area.h ? -1 : p->area.y + y;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool is_keyword(const char *s, size_t n)
{
    static const char *const words[] = {"and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if",
                                        "in", "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i]) == n && !memcmp(words[i], s, n))
            return true;
    return false;
}

/* One line of Lua in colours; strings and comments that span lines are not followed. */
static void draw_code(canvas *c, int x, int y, int max, const char *s, size_t n)
{
    int edge = x + max;

    for (size_t i = 0; i < n && x < edge;) {
        size_t k = i + 1;
        canvas_style style = STYLE_PLAIN;
        if (s[i] == '-' && i + 1 < n && s[i + 1] == '-') {
            k = n;
            style = STYLE_COMMENT;
        } else if (s[i] == '"' || s[i] == '\'') {
            while (k < n && s[k] != s[i])
                k += s[k] == '\\' ? 2 : 1;
            k = k < n ? k + 1 : n;
            style = STYLE_STRING;
        } else if (isdigit((unsigned char)s[i])) {
            while (k < n && (is_word(s[k]) || s[k] == '.'))
                k++;
            style = STYLE_NUMBER;
        } else if (is_word(s[i])) {
            while (k < n && is_word(s[k]))
                k++;
            style = is_keyword(s + i, k - i) ? STYLE_BOLD : STYLE_PLAIN;
        } else {
            while (k < n && ((unsigned char)s[k] & 0xc0) == 0x80)
                k++;
        }
        x += canvas_text(c, x, y, edge - x, style, s + i, k - i);
        i = k;
    }
}

static void draw_gutter(pen *p, size_t i)
{
    int y = row_y(p);
    bool selected = i == p->b->selected;

    if (p->draw && y >= 0)
        canvas_fill(&p->b->canvas, p->area.x, y, 1, selected ? STYLE_SELECTED : STYLE_DIM, selected ? (p->b->canvas.ascii ? '#' : 0x2588) : 0x2502);
}

static void draw_header(pen *p, size_t i)
{
    const nb_cell *c = &p->b->nb.cell[i];
    canvas *cv = &p->b->canvas;
    char title[200], seconds[32] = "";
    int y = row_y(p), w = p->area.w;
    static const char *const marks[] = {" ", "~", "*", "+", "!"};

    if (p->draw && y >= 0) {
        nb_title(c, title, sizeof title);
        canvas_style s = c->state == CELL_FAILED ? STYLE_ERROR : c->state == CELL_RUNNING ? STYLE_SECOND : i == p->b->selected ? STYLE_SELECTED : STYLE_DIM;
        canvas_fill(cv, p->area.x + 1, y, w - 1, STYLE_DIM, 0x2500);
        canvas_print(cv, p->area.x + 2, y, w - 3, s, " %s%zu%s%s ", marks[c->state], i + 1, *title ? " " : "", title);
        if (c->state == CELL_DONE || c->state == CELL_FAILED)
            clock_duration(c->seconds, seconds, sizeof seconds);
        if (c->state == CELL_RUNNING || c->state == CELL_QUEUED || c->stale || *seconds) {
            const char *word = c->state == CELL_RUNNING ? "running" : c->state == CELL_QUEUED ? "queued" : c->stale ? "edited" : seconds;
            canvas_print(cv, p->area.x + w - (int)strlen(word) - 3, y, -1, s, " %s ", word);
        }
    }
    p->row++;
}

/* Columns from the line's start to byte `at`. */
static int columns_to(const char *s, size_t at)
{
    return (int)text_columns(s, at);
}

static void draw_body(pen *p, size_t i)
{
    bench *b = p->b;
    nb_cell *c = &b->nb.cell[i];
    const char *s = text_str(&c->body);
    size_t n = c->body.n, line = 0;
    bool cursor_here = b->editing && i == b->selected;
    int64_t first = nb_line(&b->nb, i), at = 0;
    int width = p->area.w - 3;

    while (line < n || (line == 0 && n == 0) || (cursor_here && line == n && b->cursor == n && n && s[n - 1] == '\n')) {
        const char *eol = line < n ? memchr(s + line, '\n', n - line) : NULL;
        size_t end = eol ? (size_t)(eol - s) : n;
        int y = row_y(p), shift = 0;
        bool on_line = cursor_here && b->cursor >= line && b->cursor <= end;
        if (on_line) {
            int x = columns_to(s + line, b->cursor - line);
            if (x >= width - 1)
                shift = x - width + 2;
            b->cursor_x = p->area.x + 2 + x - shift;
            b->cursor_y = p->row;
        }
        if (p->draw && y >= 0) {
            size_t from = line + text_fit(s + line, end - line, (size_t)shift);
            draw_gutter(p, i);
            if (c->kind == CELL_MARKDOWN)
                canvas_text(&b->canvas, p->area.x + 2, y, width, STYLE_PLAIN, s + from, end - from);
            else
                draw_code(&b->canvas, p->area.x + 2, y, width, s + from, end - from);
            if (c->error_line && first + at == c->error_line)
                canvas_print(&b->canvas, p->area.x, y, 1, STYLE_ERROR, "!");
        }
        p->row++;
        at++;
        if (!eol)
            break;
        line = end + 1;
    }
}

/* Long lines go on in the next row; a table's rows are cut instead, so that columns line up. */
static void draw_output_line(pen *p, size_t i, const nb_output *o)
{
    size_t n = strlen(o->line), width = p->area.w > 10 ? (size_t)p->area.w - 5 : 5;
    const char *s = o->line;

    do {
        size_t k = o->error || !strstr(s, "  ") ? text_fit(s, n, width) : n;
        if (k < n && o->error)
            for (size_t q = k; q > k / 2; q--) /* between words where there are some */
                if (s[q] == ' ') {
                    k = q + 1;
                    break;
                }
        if (p->draw && row_y(p) >= 0) {
            draw_gutter(p, i);
            canvas_text(&p->b->canvas, p->area.x + 4, row_y(p), (int)width, o->error ? STYLE_ERROR : STYLE_PLAIN, s, k);
        }
        p->row++;
        s += k ? k : n;
        n -= k ? k : n;
    } while (n);
}

static void draw_output(pen *p, size_t i)
{
    nb_cell *c = &p->b->nb.cell[i];
    size_t from = c->n_out > OUTPUT_SHOWN ? c->n_out - OUTPUT_SHOWN : 0;

    if (from) {
        if (p->draw && row_y(p) >= 0) {
            draw_gutter(p, i);
            canvas_print(&p->b->canvas, p->area.x + 4, row_y(p), -1, STYLE_DIM, "(%zu lines above)", from);
        }
        p->row++;
    }
    for (size_t k = from; k < c->n_out; k++)
        draw_output_line(p, i, &c->out[k]);
    if (c->job && c->state == CELL_RUNNING) {
        weir_job *j = pane_training(p->b->session);
        weir_job_info info;
        if (j) {
            weir_job_get(j, &info);
            if (p->draw && row_y(p) >= 0 && info.id == c->job) {
                draw_gutter(p, i);
                pane_progress(&p->b->canvas, p->area.x + 4, row_y(p), p->area.w - 5, &info);
            }
            p->row++;
        }
        weir_job_unref(j);
    }
}

/* Walks the document; *top and *bottom are the rows of the selected cell. Gives all rows. */
static int walk(bench *b, box area, bool draw, int *top, int *bottom)
{
    pen p = {.b = b, .area = area, .draw = draw};

    for (size_t i = 0; i < b->nb.n; i++) {
        if (i == b->selected)
            *top = p.row;
        draw_header(&p, i);
        draw_body(&p, i);
        draw_output(&p, i);
        if (i == b->selected)
            *bottom = p.row;
    }
    return p.row;
}

static void draw_notebook(bench *b, box area)
{
    int top = 0, bottom = 0;

    b->cursor_x = -1;
    int rows = walk(b, area, false, &top, &bottom);
    if (b->follow && b->editing) { /* the cursor's line stays in view */
        if (b->cursor_y < b->scroll + 1)
            b->scroll = b->cursor_y - 1;
        if (b->cursor_y >= b->scroll + area.h)
            b->scroll = b->cursor_y - area.h + 1;
    } else if (b->follow) {
        if (bottom > b->scroll + area.h)
            b->scroll = bottom - area.h;
        if (top < b->scroll)
            b->scroll = top;
    }
    if (b->scroll > rows - 1)
        b->scroll = rows - 1;
    if (b->scroll < 0)
        b->scroll = 0;
    walk(b, area, true, &top, &bottom);
    if (b->cursor_x >= 0) {
        b->cursor_y = area.y + b->cursor_y - b->scroll;
        if (b->cursor_y < area.y || b->cursor_y >= area.y + area.h)
            b->cursor_x = -1;
    }
}

/* The screen --------------------------------------------------------------------------------- */

static void draw_bars(bench *b)
{
    canvas *c = &b->canvas;
    weir_job *j = pane_training(b->session);
    weir_job_info info = {0};
    char right[80] = "";

    if (j)
        weir_job_get(j, &info);
    if (j && info.state == WEIR_JOB_RUNNING)
        snprintf(right, sizeof right, "training %.0f%%", isnan(info.done) ? 0 : 100 * info.done);
    weir_job_unref(j);
    canvas_fill(c, 0, 0, c->width, STYLE_TITLE, ' ');
    canvas_print(c, 1, 0, c->width - 20, STYLE_TITLE, "weir  %s%s", b->nb.path ? b->nb.path : "(unnamed)", b->nb.modified ? " *" : "");
    canvas_print(c, c->width - (int)strlen(right) - 1, 0, -1, STYLE_TITLE, "%s", right);
    int y = c->height - 1;
    switch (b->ask) {
    case ASK_STOP:
        canvas_print(c, 0, y, -1, STYLE_ERROR, "A training runs:  k keep the best so far   d discard   g go on");
        return;
    case ASK_QUIT:
        canvas_print(c, 0, y, -1, STYLE_ERROR, "Not saved.  s save and leave   d leave without saving   g go on");
        return;
    case ASK_NAME:
        canvas_print(c, 0, y, -1, STYLE_BOLD, "Save as: %s_", b->name);
        return;
    case ASK_NOTHING: break;
    }
    if (*b->message)
        canvas_print(c, 0, y, -1, b->message_style, "%s", b->message);
    else if (b->editing)
        canvas_print(c, 0, y, -1, STYLE_DIM, "EDIT  Esc done  ^R run  ^Z undo  ^S save  F1 keys");
    else
        canvas_print(c, 0, y, -1, STYLE_DIM, "Enter edit  r run  R run all  a/b new  x delete  u undo  Tab pane  s save  ? keys  q quit");
}

static void draw(bench *b)
{
    int w, h;

    term_size(&w, &h);
    if (w < 20 || h < 6) {
        w = w < 1 ? 1 : w;
        h = h < 1 ? 1 : h;
    }
    if ((w != b->canvas.width || h != b->canvas.height) && !canvas_resize(&b->canvas, w, h))
        return;
    canvas_clear(&b->canvas);
    box area = {0, 1, w, h - 2}, pane = {0, 0, 0, 0};
    if (b->pane != PANE_NONE && w >= 40 && h >= 16) {
        if (w >= 100) {
            area.w = w * 11 / 20;
            pane = (box){area.w + 1, 1, w - area.w - 1, h - 2};
            for (int y = 1; y < h - 1; y++)
                canvas_fill(&b->canvas, area.w, y, 1, STYLE_DIM, 0x2502);
        } else {
            area.h = (h - 2) / 2;
            pane = (box){0, 2 + area.h, w, h - 3 - area.h};
            canvas_fill(&b->canvas, 0, 1 + area.h, w, STYLE_DIM, 0x2500);
        }
    }
    draw_notebook(b, area);
    if (pane.h > 0 && b->pane == PANE_LIVE) {
        weir_job *j = pane_training(b->session);
        pane_live(&b->canvas, pane, j, b->metric);
        weir_job_unref(j);
    } else if (pane.h > 0) {
        pane_lists(&b->canvas, pane, b->session);
    }
    draw_bars(b);
    if (b->help)
        pane_help(&b->canvas, (box){w > 84 ? (w - 80) / 2 : 0, 1, w > 84 ? 80 : w, h - 2});
    bool cursor = b->editing && !b->help && b->ask == ASK_NOTHING && b->cursor_x >= 0;
    term_show(&b->canvas, cursor ? b->cursor_x : -1, cursor ? b->cursor_y : 0);
    b->last_draw = clock_now();
    b->dirty = false;
}

/* Running --------------------------------------------------------------------------------------- */

static void run_cell(bench *b, size_t i)
{
    nb_cell *c = &b->nb.cell[i];
    char *code;

    if (c->kind != CELL_CODE || c->state == CELL_RUNNING)
        return;
    nb_clear_output(c);
    c->job = 0;
    c->stale = false;
    c->state = CELL_QUEUED;
    code = malloc(c->body.n + 1);
    if (!code)
        return;
    memcpy(code, text_str(&c->body), c->body.n);
    code[c->body.n] = '\0';
    interp_submit(b->interp, c->id, b->nb.path ? b->nb.path : "notebook", nb_line(&b->nb, i), code);
    free(code);
}

static void drop_batch(bench *b)
{
    for (size_t k = b->batch_at; k < b->n_batch; k++) {
        nb_cell *c = nb_find(&b->nb, b->batch[k]);
        if (c && c->state == CELL_QUEUED)
            c->state = CELL_IDLE;
    }
    b->n_batch = b->batch_at = 0;
}

/* The next cell of the batch; each waits for the one before, a failure ends it. */
static void run_next(bench *b)
{
    while (b->batch_at < b->n_batch) {
        int64_t id = b->batch[b->batch_at];
        for (size_t i = 0; i < b->nb.n; i++)
            if (b->nb.cell[i].id == id && b->nb.cell[i].kind == CELL_CODE) {
                run_cell(b, i);
                return;
            }
        b->batch_at++; /* deleted meanwhile */
    }
    drop_batch(b);
}

static void run_all(bench *b)
{
    drop_batch(b);
    int64_t *batch = realloc(b->batch, b->nb.n * sizeof *batch);
    if (!batch)
        return;
    b->batch = batch;
    for (size_t i = 0; i < b->nb.n; i++) {
        nb_cell *c = &b->nb.cell[i];
        if (c->kind != CELL_CODE || c->state == CELL_RUNNING)
            continue;
        c->state = CELL_QUEUED;
        batch[b->n_batch++] = c->id;
    }
    run_next(b);
}

static void handle_event(bench *b, const interp_event *e)
{
    nb_cell *c = nb_find(&b->nb, e->cell);

    if (!c)
        return;
    switch (e->kind) {
    case INTERP_STARTED: c->state = CELL_RUNNING; break;
    case INTERP_STDOUT: nb_add_output(c, false, e->text, e->n); break;
    case INTERP_STDERR: nb_add_output(c, true, e->text, e->n); break;
    case INTERP_VALUE:
        nb_add_output(c, false, e->text, e->n);
        if (e->n && e->text[e->n - 1] != '\n')
            nb_add_output(c, false, "\n", 1);
        break;
    case INTERP_ERROR:
        nb_add_output(c, true, e->text, e->n);
        nb_add_output(c, true, "\n", 1);
        c->error_line = e->line;
        break;
    case INTERP_JOB:
        c->job = e->job;
        if (!b->chosen)
            b->pane = PANE_LIVE;
        break;
    case INTERP_PROGRESS: say(b, STYLE_PLAIN, "%3.0f%% %s", 100 * e->done, e->text); break;
    case INTERP_PLOT: {
        canvas pic = {.ascii = b->canvas.ascii};
        size_t n = weir_frame_rows(e->frame);
        double *x = malloc((n + 1) * sizeof *x), *y = malloc((n + 1) * sizeof *y);
        text t = {0};
        if (x && y && canvas_resize(&pic, 60, 12)) {
            for (size_t i = 0; i < n; i++)
                x[i] = (double)i + 1;
            weir_frame_read(e->frame, 0, 0, n, y);
            canvas_curve v = {weir_frame_name(e->frame, 0), x, y, n, STYLE_FIRST};
            canvas_plot(&pic, 0, 0, 60, 12, &v, 1, "row", (double)NAN, NULL);
            canvas_to_text(&pic, &t);
            nb_add_output(c, false, text_str(&t), t.n);
        }
        text_free(&t);
        canvas_free(&pic);
        free(x);
        free(y);
        break;
    }
    case INTERP_FINISHED:
        c->state = e->ok ? CELL_DONE : CELL_FAILED;
        c->seconds = e->seconds;
        if (b->batch_at < b->n_batch && b->batch[b->batch_at] == c->id) {
            b->batch_at++;
            if (e->ok)
                run_next(b);
            else
                drop_batch(b);
        }
        break;
    case INTERP_TABLE: break;
    }
}

static bool any_running(bench *b)
{
    for (size_t i = 0; i < b->nb.n; i++)
        if (b->nb.cell[i].state == CELL_RUNNING || b->nb.cell[i].state == CELL_QUEUED)
            return true;
    return false;
}

static weir_job *running_training(bench *b)
{
    weir_job *j = pane_training(b->session);
    weir_job_info info;

    if (!j)
        return NULL;
    weir_job_get(j, &info);
    if (info.state != WEIR_JOB_RUNNING && info.state != WEIR_JOB_QUEUED) {
        weir_job_unref(j);
        return NULL;
    }
    return j;
}

static void stop(bench *b)
{
    weir_job *j = running_training(b);

    if (j && b->ask == ASK_STOP) { /* the second time: keep */
        weir_job_cancel(j, true);
        b->ask = ASK_NOTHING;
        say(b, STYLE_PLAIN, "stopping; the best model so far is kept");
    } else if (j) {
        b->ask = ASK_STOP;
    } else if (any_running(b)) {
        drop_batch(b);
        interp_interrupt(b->interp, 0);
        say(b, STYLE_PLAIN, "interrupted");
    } else {
        say(b, STYLE_PLAIN, "nothing runs; q leaves");
    }
    weir_job_unref(j);
}

static void answer_stop(bench *b, int key)
{
    weir_job *j = running_training(b);

    if (j && (key == 'k' || key == 'd'))
        weir_job_cancel(j, key == 'k');
    if (key == 'k' || key == 'd' || key == 'g' || key == TK_ESC || !j)
        b->ask = ASK_NOTHING;
    weir_job_unref(j);
}

/* Editing ----------------------------------------------------------------------------------------- */

/* Undo goes back in bursts: a pause in typing, or a new line, begins the next. */
static void remember_edit(bench *b, bool apart)
{
    double now = clock_now();

    if (apart || now - b->last_edit > 1.5)
        nb_remember(&b->nb, b->selected);
    b->last_edit = now;
    b->nb.modified = true;
    here(b)->stale = here(b)->state == CELL_DONE || here(b)->state == CELL_FAILED;
}

static bool insert_text(text *t, size_t at, const char *s, size_t n)
{
    size_t old = t->n;

    text_add_n(t, s, n);
    if (t->failed)
        return false;
    memmove(t->s + at + n, t->s + at, old - at);
    memcpy(t->s + at, s, n);
    return true;
}

static void remove_text(text *t, size_t at, size_t n)
{
    memmove(t->s + at, t->s + at + n, t->n - at - n + 1);
    t->n -= n;
}

static size_t before(const char *s, size_t at)
{
    if (at)
        at--;
    while (at && ((unsigned char)s[at] & 0xc0) == 0x80)
        at--;
    return at;
}

static size_t after(const char *s, size_t n, size_t at)
{
    uint32_t cp;
    return at < n ? at + text_next(s + at, n - at, &cp) : n;
}

static size_t line_start(const char *s, size_t at)
{
    while (at && s[at - 1] != '\n')
        at--;
    return at;
}

static size_t line_end(const char *s, size_t n, size_t at)
{
    while (at < n && s[at] != '\n')
        at++;
    return at;
}

static void move_line(bench *b, int by)
{
    text *t = &here(b)->body;
    const char *s = text_str(t);
    size_t start = line_start(s, b->cursor), column = text_columns(s + start, b->cursor - start), target;

    if (by < 0) {
        if (!start)
            return;
        target = line_start(s, start - 1);
    } else {
        size_t end = line_end(s, t->n, b->cursor);
        if (end >= t->n)
            return;
        target = end + 1;
    }
    b->cursor = target + text_fit(s + target, line_end(s, t->n, target) - target, column);
}

static void type(bench *b, int key)
{
    char buf[4];
    size_t n = text_put_utf8((uint32_t)key, buf);

    remember_edit(b, key == '\n' && !b->pasting);
    if (insert_text(&here(b)->body, b->cursor, buf, n))
        b->cursor += n;
}

/* A new line begins as far in as the one above. */
static void new_line(bench *b)
{
    text *t = &here(b)->body;
    const char *s = text_str(t);
    size_t start = line_start(s, b->cursor), k = 0;

    while (start + k < b->cursor && s[start + k] == ' ')
        k++;
    type(b, '\n');
    for (size_t i = 0; i < k && !b->pasting; i++)
        type(b, ' ');
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

/* Tab after a word: what all candidates share is put in, the rest is listed below.
 * false: there is nothing to complete here. */
static bool complete(bench *b)
{
    enum { MOST = 64 };
    static interp_candidate found[MOST];
    text *t = &here(b)->body, list = {0};
    size_t start = b->cursor, n;

    if (!b->cursor || (!is_word(text_str(t)[b->cursor - 1]) && !strchr(".:\"", text_str(t)[b->cursor - 1])))
        return false;
    n = interp_complete(b->interp, text_str(t), b->cursor, &start, found, MOST);
    if (!n || start > b->cursor)
        return false;
    size_t typed = b->cursor - start, k = common_start(found, n);
    if (k > typed || n == 1) {
        remember_edit(b, true);
        remove_text(t, start, typed);
        b->cursor = start;
        if (insert_text(t, start, found[0].text, k))
            b->cursor += k;
    }
    if (n == 1 && *found[0].note) {
        say(b, STYLE_DIM, "%s  %s", found[0].text, found[0].note);
    } else if (n > 1) {
        for (size_t i = 0; i < n; i++)
            text_fmt(&list, "%s%s", i ? "  " : "", found[i].text);
        say(b, STYLE_PLAIN, "%.250s", text_str(&list));
        text_free(&list);
    }
    return true;
}

static void edit_key(bench *b, int key)
{
    text *t = &here(b)->body;
    const char *s = text_str(t);

    if (b->cursor > t->n)
        b->cursor = t->n;
    switch (key) {
    case TK_LEFT: b->cursor = before(s, b->cursor); break;
    case TK_RIGHT: b->cursor = after(s, t->n, b->cursor); break;
    case TK_UP: move_line(b, -1); break;
    case TK_DOWN: move_line(b, 1); break;
    case TK_HOME: case 1: b->cursor = line_start(s, b->cursor); break;
    case TK_END: case 5: b->cursor = line_end(s, t->n, b->cursor); break;
    case TK_ENTER: new_line(b); break;
    case TK_TAB:
        if (b->pasting || !complete(b))
            type(b, ' '), type(b, ' ');
        break;
    case TK_BACKSPACE:
        if (b->cursor) {
            size_t at = before(s, b->cursor);
            remember_edit(b, false);
            remove_text(t, at, b->cursor - at);
            b->cursor = at;
        }
        break;
    case TK_DELETE:
        if (b->cursor < t->n) {
            remember_edit(b, false);
            remove_text(t, b->cursor, after(s, t->n, b->cursor) - b->cursor);
        }
        break;
    case 11: /* Ctrl-K: to the end of the line */
        if (b->cursor < t->n) {
            size_t end = line_end(s, t->n, b->cursor);
            remember_edit(b, true);
            remove_text(t, b->cursor, end > b->cursor ? end - b->cursor : 1);
        }
        break;
    default:
        if (key >= ' ' && key < 0x110000)
            type(b, key);
    }
}

/* Commands ------------------------------------------------------------------------------------------ */

static void save(bench *b)
{
    char why[512];

    if (!b->nb.path) {
        b->ask = ASK_NAME;
        b->name[0] = '\0';
        return;
    }
    if (nb_save(&b->nb, b->nb.path, why, sizeof why))
        say(b, STYLE_GOOD, "saved %s", b->nb.path);
    else
        say(b, STYLE_ERROR, "%s", why);
}

static void name_key(bench *b, int key)
{
    size_t n = strlen(b->name);

    if (key == TK_ESC) {
        b->ask = ASK_NOTHING;
    } else if (key == TK_BACKSPACE) {
        if (n)
            b->name[before(b->name, n)] = '\0';
    } else if (key == TK_ENTER && n) {
        char *path = strdup(b->name);
        if (path) {
            free(b->nb.path);
            b->nb.path = path;
            b->ask = ASK_NOTHING;
            save(b);
        }
    } else if (key >= ' ' && key < 0x110000 && n + 5 < sizeof b->name) {
        b->name[n + text_put_utf8((uint32_t)key, b->name + n)] = '\0';
    }
}

static void answer_quit(bench *b, int key)
{
    if (key == 's') {
        b->ask = ASK_NOTHING;
        save(b);
        b->quit = !b->nb.modified;
    } else if (key == 'd') {
        b->quit = true;
    } else if (key == 'g' || key == TK_ESC) {
        b->ask = ASK_NOTHING;
    }
}

static void select_cell(bench *b, size_t i)
{
    b->selected = i;
    b->follow = true;
    if (b->cursor > here(b)->body.n)
        b->cursor = here(b)->body.n;
}

static void next_metric(bench *b)
{
    size_t n = weir_metric_count();
    weir_job *j = pane_training(b->session);
    weir_score_row row;
    weir_job_info info;

    if (!j)
        return;
    weir_job_get(j, &info);
    if (info.scored && weir_job_history(j, info.scored - 1, &row, 1))
        for (size_t k = 1; k <= n; k++) {
            size_t m = ((size_t)(b->metric + 1) + k - 1) % n;
            if (!isnan(row.train[m])) {
                b->metric = (ptrdiff_t)m;
                break;
            }
        }
    weir_job_unref(j);
}

static void perform(bench *b, action a)
{
    size_t last = b->nb.n - 1;
    int page = b->canvas.height / 2;

    switch (a) {
    case ACT_UP: select_cell(b, b->selected ? b->selected - 1 : 0); break;
    case ACT_DOWN: select_cell(b, b->selected < last ? b->selected + 1 : last); break;
    case ACT_FIRST: select_cell(b, 0); break;
    case ACT_LAST: select_cell(b, last); break;
    case ACT_PAGE_UP: b->scroll -= page; b->follow = false; break;
    case ACT_PAGE_DOWN: b->scroll += page; b->follow = false; break;
    case ACT_EDIT:
        b->editing = true;
        b->follow = true;
        b->cursor = 0;
        break;
    case ACT_COMMAND: b->editing = false; break;
    case ACT_ABOVE:
    case ACT_BELOW:
        nb_remember(&b->nb, b->selected);
        if (nb_insert(&b->nb, b->selected + (a == ACT_BELOW))) {
            if (a == ACT_BELOW)
                b->selected++;
            perform(b, ACT_EDIT);
        }
        break;
    case ACT_DELETE:
        nb_remember(&b->nb, b->selected);
        nb_delete(&b->nb, b->selected);
        select_cell(b, b->selected < b->nb.n ? b->selected : b->nb.n - 1);
        say(b, STYLE_PLAIN, "deleted; u brings it back");
        break;
    case ACT_UNDO:
    case ACT_REDO: {
        bool done = a == ACT_UNDO ? nb_undo(&b->nb, &b->selected) : nb_redo(&b->nb, &b->selected);
        if (!done)
            say(b, STYLE_PLAIN, a == ACT_UNDO ? "nothing to undo" : "nothing to redo");
        select_cell(b, b->selected < b->nb.n ? b->selected : b->nb.n - 1);
        break;
    }
    case ACT_MOVE_UP:
    case ACT_MOVE_DOWN: {
        size_t to = a == ACT_MOVE_UP ? b->selected - 1 : b->selected + 1;
        if (to >= b->nb.n)
            break;
        nb_remember(&b->nb, b->selected);
        nb_move(&b->nb, b->selected, to);
        select_cell(b, to);
        break;
    }
    case ACT_RUN: run_cell(b, b->selected); break;
    case ACT_RUN_NEXT:
        run_cell(b, b->selected);
        perform(b, ACT_DOWN);
        break;
    case ACT_RUN_ALL:
        run_all(b);
        break;
    case ACT_STOP: stop(b); break;
    case ACT_PANE:
        b->pane = (b->pane + 1) % PANE_KINDS;
        b->chosen = true;
        break;
    case ACT_METRIC: next_metric(b); break;
    case ACT_HELP: b->help = true; break;
    case ACT_SAVE: save(b); break;
    case ACT_QUIT:
        if (b->nb.modified)
            b->ask = ASK_QUIT;
        else
            b->quit = true;
        break;
    case ACT_REDRAW: term_redraw(); break;
    case ACT_SUSPEND: term_suspend(); break;
    case ACT_CLEAR: nb_clear_output(here(b)); break;
    case ACT_RESTART:
        drop_batch(b);
        interp_restart(b->interp);
        say(b, STYLE_PLAIN, "Lua starts afresh; frames and models stay");
        break;
    case ACT_NONE: break;
    }
}

static void handle_key(bench *b, int key)
{
    if (key == TK_RESIZE)
        return;
    if (key == TK_PASTE_BEGIN || key == TK_PASTE_END) {
        b->pasting = key == TK_PASTE_BEGIN;
        if (b->pasting && !b->editing) { /* a paste is text, never commands */
            nb_remember(&b->nb, b->selected);
            b->editing = true;
            b->cursor = here(b)->body.n;
        }
        return;
    }
    if (b->pasting) {
        edit_key(b, key);
        return;
    }
    b->message[0] = '\0';
    b->follow = true;
    if (b->help) {
        b->help = false;
        return;
    }
    action a = key_action(key, b->editing ? KEYS_EDIT : KEYS_COMMAND);
    if (b->ask == ASK_STOP && a != ACT_STOP)
        answer_stop(b, key);
    else if (b->ask == ASK_QUIT)
        answer_quit(b, key);
    else if (b->ask == ASK_NAME)
        name_key(b, key);
    else if (a != ACT_NONE)
        perform(b, a);
    else if (b->editing)
        edit_key(b, key);
    else
        say(b, STYLE_DIM, "no such key here; ? shows the keys");
}

/* The loop -------------------------------------------------------------------------------------------- */

static void loop(bench *b)
{
    enum { FRAME_MS = 100 };

    b->dirty = true;
    while (!b->quit && !hung_up) {
        int wait = -1;
        double since = (clock_now() - b->last_draw) * 1000;
        if (b->dirty)
            wait = since >= FRAME_MS ? 0 : (int)(FRAME_MS - since);
        struct pollfd p[2] = {{.fd = 0, .events = POLLIN}, {.fd = b->wake[0], .events = POLLIN}};
        poll(p, 2, wait);
        if (p[0].revents & (POLLHUP | POLLERR | POLLNVAL)) {
            hung_up = SIGHUP;
            break;
        }
        bool keyed = false;
        for (int key; (key = term_key()) != TK_NONE; keyed = true)
            handle_key(b, key);
        if (p[1].revents & POLLIN) {
            char drain[256];
            while (read(b->wake[0], drain, sizeof drain) > 0)
                ;
            b->dirty = true;
        }
        interp_event e;
        while (interp_next(b->interp, &e)) {
            handle_event(b, &e);
            interp_event_clear(&e);
            b->dirty = true;
        }
        if (keyed || (b->dirty && (clock_now() - b->last_draw) * 1000 >= FRAME_MS))
            draw(b);
    }
}

/* The terminal is gone: what was typed is kept beside the file. */
static void rescue(bench *b)
{
    char path[4200], why[512];

    if (!b->nb.modified)
        return;
    snprintf(path, sizeof path, "%.4000s.rescued", b->nb.path ? b->nb.path : "notebook.lua");
    nb_save(&b->nb, path, why, sizeof why);
}

static bool start(bench *b, const workbench_options *opt)
{
    weir_error err = {0};
    interp_options io = {.wake = wake_up, .user = b, .script = opt->file, .sample_dir = opt->sample_dir, .columns = 76};

    if (pipe(b->wake) != 0 || fcntl(b->wake[0], F_SETFL, O_NONBLOCK) != 0 || fcntl(b->wake[1], F_SETFL, O_NONBLOCK) != 0) {
        fprintf(stderr, "weir: cannot make a pipe: %s\n", strerror(errno));
        return false;
    }
    if (weir_session_new(&b->session, NULL, &err)) {
        fprintf(stderr, "weir: %s\n", err.message);
        return false;
    }
    weir_session_set_wake(b->session, wake_up, b);
    io.session = b->session;
    if (interp_new(&b->interp, &io, &err)) {
        fprintf(stderr, "weir: %s\n", err.message);
        weir_session_free(b->session);
        return false;
    }
    return true;
}

int workbench_run(const workbench_options *opt)
{
    static bench b; /* large; one per process */
    struct sigaction sa = {.sa_handler = on_hangup};
    char why[600];

    if (!nb_open(&b.nb, opt->file, why, sizeof why)) {
        fprintf(stderr, "weir: %s\n", why);
        return 1;
    }
    b.metric = -1;
    b.follow = true;
    if (!start(&b, opt))
        return 1;
    sigaction(SIGHUP, &sa, NULL);
    sigaction(SIGTERM, &sa, NULL);
    if (!term_open(why, sizeof why)) {
        fprintf(stderr, "weir: %s\n", why);
        interp_free(b.interp);
        weir_session_free(b.session);
        return 1;
    }
    b.canvas.ascii = !term_unicode();
    if (opt->run_all)
        perform(&b, ACT_RUN_ALL);
    loop(&b);
    term_close();
    if (hung_up)
        rescue(&b);
    weir_session_set_wake(b.session, NULL, NULL);
    interp_interrupt(b.interp, 0);
    weir_job *j = running_training(&b);
    if (j)
        weir_job_cancel(j, false);
    weir_job_unref(j);
    interp_free(b.interp);
    weir_session_free(b.session);
    canvas_free(&b.canvas);
    free(b.batch);
    nb_free(&b.nb);
    return hung_up ? 128 + (int)hung_up : 0;
}
