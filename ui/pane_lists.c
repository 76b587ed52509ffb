/* pane_lists.c - frames and models: under which name Lua has them, how large they are. */
#include "config.h"
#include "ui/pane_lists.h"

#include "ui/pane_model.h"
#include "ui/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct lists {
    size_t at, top;
    int page;
    char id[160]; /* selected: it stays so while others come and go; "" = the first */
} lists;

static const char *text_of(const weir_value *d, const char *key)
{
    return weir_dict_get(d, key)->as.text.s;
}

static const weir_value *line(const weir_value *list, size_t i)
{
    return i < list->as.list.n ? &list->as.list.v[i] : NULL;
}

/* The newest first; before all, those that a variable holds. */
static void put_in_order(app *a, weir_value *list)
{
    size_t n = list->as.list.n, k = 0;
    weir_value *v = malloc((n ? n : 1) * sizeof *v);
    char name[8];

    for (int held = 1; held >= 0 && v; held--)
        for (size_t i = n; i-- > 0 && k < n;) /* names come and go meanwhile */
            if (interp_variable(a->interp, text_of(&list->as.list.v[i], "id"), name, sizeof name) == held)
                v[k++] = list->as.list.v[i];
    if (v && k == n)
        memcpy(list->as.list.v, v, n * sizeof *v);
    free(v);
}

/* What there is, with the selection where it was. Clear it. false: it cannot be had. */
static bool fetch(app *a, lists *v, weir_value *list)
{
    *list = weir_nil();
    if (weir_session_list(a->session, list, NULL))
        return false;
    put_in_order(a, list);
    size_t n = list->as.list.n;
    for (size_t i = 0; i < n && *v->id; i++)
        if (!strcmp(text_of(line(list, i), "id"), v->id))
            v->at = i;
    v->at = v->at < n ? v->at : n ? n - 1 : 0;
    snprintf(v->id, sizeof v->id, "%s", n ? text_of(line(list, v->at), "id") : "");
    return true;
}

static void size_words(const weir_value *d, char *buf, size_t cap)
{
    double bytes = (double)weir_dict_get(d, "bytes")->as.i;
    char many[24];

    if (strcmp(text_of(d, "kind"), "frame")) {
        *buf = '\0';
        return;
    }
    text_count(bytes, many, sizeof many); /* "6.6k" */
    int digits = (int)strspn(many, "0123456789.");
    snprintf(buf, cap, "%lld x %lld  %.*s %sB", (long long)weir_dict_get(d, "rows")->as.i, (long long)weir_dict_get(d, "cols")->as.i, digits, many, many + digits);
}

static void draw_item(app *a, canvas *c, box b, const weir_value *d, bool here)
{
    char size[80], name[160] = "";
    const char *id = text_of(d, "id");

    size_words(d, size, sizeof size);
    interp_variable(a->interp, id, name, sizeof name);
    if (here)
        canvas_print(c, b.x, b.y, 1, STYLE_SELECTED, "%s", c->ascii ? "#" : "\u258c");
    int x = b.x + 2, end = b.x + b.w, k = (int)strlen(size), room = end - x - 6 - (k ? k + 2 : 0);
    x += canvas_field(c, x, b.y, 5, STYLE_DIM, text_of(d, "kind"), false) + 1;
    int used = canvas_print(c, x, b.y, room, here ? STYLE_BOLD : STYLE_PLAIN, "%s", *name ? name : id);
    if (*name && strcmp(name, id))
        canvas_print(c, x + used + 2, b.y, room - used - 2, STYLE_DIM, "%s", id);
    canvas_print(c, end - k, b.y, k, STYLE_DIM, "%s", size);
}

static void lists_draw(app *a, void *state, canvas *c, box area, spot *cursor)
{
    lists *v = state;
    weir_value list;

    *cursor = (spot){area.x, area.y, false};
    if (!v || !fetch(a, v, &list))
        return;
    v->page = area.h;
    v->top = view_top(v->top, v->at, area.h > 0 ? (size_t)area.h : 1);
    if (!list.as.list.n)
        view_sentence(c, area, STYLE_DIM, "No frame and no model yet: run a cell that makes one.");
    for (size_t i = v->top; line(&list, i) && (int)(i - v->top) < area.h; i++) {
        int y = area.y + (int)(i - v->top);
        draw_item(a, c, (box){area.x, y, area.w, 1}, line(&list, i), i == v->at);
        if (i == v->at)
            cursor->y = y;
    }
    weir_value_clear(&list);
}

static void lists_move(app *a, void *state, item_move how)
{
    lists *v = state;
    weir_value list;

    if (!v || !fetch(a, v, &list))
        return;
    v->at = view_moved(v->at, list.as.list.n, (size_t)(v->page > 1 ? v->page : 1), how);
    snprintf(v->id, sizeof v->id, "%s", line(&list, v->at) ? text_of(line(&list, v->at), "id") : "");
    weir_value_clear(&list);
}

bool lists_here(app *a, list_item *out)
{
    lists *v = app_state(a, &pane_lists);
    weir_value list;

    memset(out, 0, sizeof *out);
    if (!v || !fetch(a, v, &list))
        return false;
    const weir_value *d = line(&list, v->at);
    if (d) {
        out->frame = !strcmp(text_of(d, "kind"), "frame");
        snprintf(out->id, sizeof out->id, "%s", text_of(d, "id"));
        if (!interp_variable(a->interp, out->id, out->code, sizeof out->code))
            snprintf(out->code, sizeof out->code, "weir.get_%s(\"%s\")", text_of(d, "kind"), out->id);
    }
    weir_value_clear(&list);
    return d != NULL;
}

static void open_rows(app *a, const weir_frame *f)
{
    enum { MOST = 1000000 };
    size_t n = weir_frame_rows(f) < MOST ? weir_frame_rows(f) : MOST;
    size_t *row = malloc((n ? n : 1) * sizeof *row);
    char **note = calloc(n ? n : 1, sizeof *note), title[300];

    if (!row || !note) {
        free(row);
        free(note);
        return;
    }
    for (size_t i = 0; i < n; i++)
        row[i] = i;
    snprintf(title, sizeof title, "%s  %zu x %zu%s", weir_frame_id(f), weir_frame_rows(f), weir_frame_cols(f), n < weir_frame_rows(f) ? "  the first million rows" : "");
    rows_open(a, title, f, row, note, n);
}

void lists_open_item(app *a)
{
    list_item here;
    weir_value v = weir_nil();
    weir_error err = {0};

    if (!lists_here(a, &here))
        return;
    if (weir_session_get(a->session, here.id, &v, &err))
        app_say(a, SAY_ERROR, "%s", err.message);
    else if (v.kind == WEIR_MODEL)
        model_open(a, v.as.model);
    else if (v.kind == WEIR_FRAME)
        open_rows(a, v.as.frame);
    weir_value_clear(&v);
}

const pane_ops pane_lists = {
    .name = "lists",
    .title = "frames and models",
    .keys = IN_LISTS,
    .footer = "item-open item-actions item-remove back item-last palette help",
    .state_size = sizeof(lists),
    .draw = lists_draw,
    .move = lists_move,
};
