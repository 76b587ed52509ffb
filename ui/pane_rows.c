/* pane_rows.c - rows of a frame that lie behind a figure: their numbers, what is said of them, their
 * values; one of them in full, or as a picture where its columns are pixels. */
#include "config.h"
#include "ui/pane_model.h"

#include "draw/sheet.h"
#include "ui/view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct rows_view {
    weir_frame *frame;  /* owned */
    size_t *row;        /* [n] */
    char **note;        /* [n] */
    size_t n, at, top, column;
    char title[160];
    bool image, whole;
    int page;
} rows_view;

static void empty(rows_view *v)
{
    for (size_t i = 0; i < v->n; i++)
        free(v->note[i]);
    free(v->note);
    free(v->row);
    weir_frame_unref(v->frame);
    *v = (rows_view){0};
}

void rows_open(app *a, const char *title, const weir_frame *f, size_t *row, char **note, size_t n)
{
    rows_view *v = app_state(a, &pane_rows);

    if (!v)
        return;
    empty(v);
    v->frame = weir_frame_ref(f);
    v->row = row;
    v->note = note;
    v->n = n;
    snprintf(v->title, sizeof v->title, "%s", title);
    view_open(a, &pane_rows);
}

/* Side of the square that the numeric columns are the pixels of; 0: none. */
static size_t side_of(const weir_frame *f)
{
    size_t n = 0, side = 0;

    for (size_t k = 0; k < weir_frame_cols(f); k++)
        n += weir_frame_type(f, k) == WEIR_TYPE_NUMERIC;
    while ((side + 1) * (side + 1) <= n)
        side++;
    return side >= 4 && side * side == n ? side : 0;
}

static void draw_image(canvas *c, box b, const weir_frame *f, size_t row)
{
    size_t side = side_of(f), at = 0;
    float *shade = side ? calloc(side * side, sizeof *shade) : NULL;
    double most = 0, x;

    if (!shade) {
        canvas_print(c, b.x, b.y, b.w, STYLE_DIM, "The columns of this frame are not the pixels of a square.");
        return;
    }
    for (size_t k = 0; k < weir_frame_cols(f) && at < side * side; k++)
        if (weir_frame_type(f, k) == WEIR_TYPE_NUMERIC) {
            weir_frame_read(f, k, row, 1, &x);
            most = x > most ? x : most;
            shade[at++] = isnan(x) ? 0 : (float)x;
        }
    for (size_t i = 0; i < at && most > 0; i++)
        shade[i] /= (float)most;
    sheet s = {.width = side, .height = side, .n = 1, .across = 1, .shade = shade};
    sheet_draw(c, b.x, b.y, &s);
    free(shade);
}

/* All values of one row, in columns down the screen. */
static void draw_whole(canvas *c, box b, const rows_view *v)
{
    size_t cols = weir_frame_cols(v->frame);
    char value[100];
    int y = b.y, x = b.x, w = 26;

    for (size_t k = v->column; k < cols && x + 8 < b.x + b.w; k++) {
        weir_frame_text(v->frame, k, v->row[v->at], value, sizeof value);
        const char *name = weir_frame_name(v->frame, k);
        int used = canvas_text(c, x, y, 14, STYLE_DIM, name, strlen(name)) + 1;
        canvas_print(c, x + used, y, w - 2 - used, STYLE_PLAIN, "%s", *value ? value : "(missing)");
        if (++y == b.y + b.h)
            y = b.y, x += w;
    }
}

static void draw_line(canvas *c, box b, const rows_view *v, size_t i)
{
    char value[100];
    int x = b.x + 2;

    x += canvas_print(c, x, b.y, 9, STYLE_BOLD, "%-8zu ", v->row[i] + 1);
    if (v->note[i])
        x += canvas_field(c, x, b.y, 33, STYLE_PLAIN, v->note[i], false) + 1;
    for (size_t k = v->column; k < weir_frame_cols(v->frame) && x + 4 < b.x + b.w; k++, x += 10) {
        weir_frame_text(v->frame, k, v->row[i], value, sizeof value);
        canvas_field(c, x, b.y, b.x + b.w - x < 9 ? b.x + b.w - x : 9, STYLE_PLAIN, value, true);
    }
}

static void rows_draw(app *a, void *state, canvas *c, box area, spot *cursor)
{
    rows_view *v = state;
    int list = area.h - 2;

    (void)a;
    *cursor = (spot){area.x, area.y, false};
    if (!v || !v->frame)
        return;
    canvas_print(c, area.x, area.y, area.w, STYLE_BOLD, "%s", v->title);
    if (!v->n) {
        canvas_print(c, area.x, area.y + 1, area.w, STYLE_DIM, "No row is behind it.");
        return;
    }
    if (v->whole) {
        canvas_print(c, area.x, area.y + 1, area.w, STYLE_BOLD, "row %zu  %s", v->row[v->at] + 1, v->note[v->at] ? v->note[v->at] : "");
        draw_whole(c, (box){area.x, area.y + 2, area.w, list}, v);
        return;
    }
    if (v->image && side_of(v->frame)) { /* the picture beside a list of three quarters, or below */
        int side = (int)side_of(v->frame), tall = (side + 1) / 2;
        if (area.w >= side + 50) {
            draw_image(c, (box){area.x + area.w - side, area.y + 1, side, tall}, v->frame, v->row[v->at]);
            area.w -= side + 2;
        } else if (list > tall + 3) {
            draw_image(c, (box){area.x, area.y + area.h - tall, side, tall}, v->frame, v->row[v->at]);
            list -= tall;
        }
    }
    int x = area.x + 2 + canvas_print(c, area.x + 2, area.y + 1, 9, STYLE_DIM, "%-8s ", "row");
    x += v->note[0] ? 34 : 0;
    for (size_t k = v->column; k < weir_frame_cols(v->frame) && x + 4 < area.x + area.w; k++, x += 10)
        canvas_print(c, x, area.y + 1, area.x + area.w - x < 9 ? area.x + area.w - x : 9, STYLE_DIM, "%9.9s", weir_frame_name(v->frame, k));
    v->page = list;
    v->top = view_top(v->top, v->at, list > 0 ? (size_t)list : 1);
    for (size_t i = v->top; i < v->n && (int)(i - v->top) < list; i++) {
        int y = area.y + 2 + (int)(i - v->top);
        if (i == v->at) {
            canvas_print(c, area.x, y, 1, STYLE_SELECTED, "%s", c->ascii ? "#" : "\u258c");
            *cursor = (spot){area.x, y, false};
        }
        draw_line(c, (box){area.x, y, area.w, 1}, v, i);
    }
}

static void rows_move(app *a, void *state, item_move how)
{
    rows_view *v = state;

    (void)a;
    if (v && v->n)
        v->at = view_moved(v->at, v->n, (size_t)(v->page > 1 ? v->page : 1), how);
}

void rows_image(app *a)
{
    rows_view *v = app_state(a, &pane_rows);

    if (!v || !v->frame)
        return;
    v->image = !v->image;
    if (v->image && !side_of(v->frame))
        app_say(a, SAY_NOTE, "the columns of this frame are not the pixels of a square");
}

void rows_open_item(app *a)
{
    rows_view *v = app_state(a, &pane_rows);

    if (v)
        v->whole = !v->whole;
}

void rows_sideways(app *a, int by)
{
    rows_view *v = app_state(a, &pane_rows);
    size_t cols = v && v->frame ? weir_frame_cols(v->frame) : 0;

    if (cols && (by > 0 ? v->column + 1 < cols : v->column > 0))
        v->column = by > 0 ? v->column + 1 : v->column - 1;
}

static void rows_close(void *state)
{
    empty(state);
}

const pane_ops pane_rows = {
    .name = "rows",
    .title = "rows",
    .keys = IN_ROWS,
    .footer = "item-open back pixel-map cell-left cell-right item-first item-last help",
    .state_size = sizeof(rows_view),
    .draw = rows_draw,
    .move = rows_move,
    .close = rows_close,
};
