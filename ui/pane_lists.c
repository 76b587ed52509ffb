/* pane_lists.c - frames, models. */
#include "config.h"
#include "ui/app.h"

#include <string.h>

/* Columns for s: at least `least`, no more than there are. */
static int field_room(const char *s, int least, int room)
{
    int w = (int)text_columns(s, strlen(s));

    w = w < least ? least : w;
    return w < room ? w : room;
}

static void draw_lists(canvas *c, box b, weir_session *s)
{
    weir_value list;
    int y = b.y;

    canvas_print(c, b.x, y++, b.w, STYLE_BOLD, "frames and models");
    if (!weir_session_list(s, &list, NULL)) {
        if (!list.as.list.n)
            canvas_print(c, b.x, y++, b.w, STYLE_DIM, "(none)");
        for (size_t i = list.as.list.n; i-- > 0 && y < b.y + b.h;) {
            const weir_value *d = &list.as.list.v[i];
            const char *kind = weir_dict_get(d, "kind")->as.text.s, *id = weir_dict_get(d, "id")->as.text.s;
            int used = canvas_field(c, b.x, y, b.w < 7 ? b.w : 7, STYLE_PLAIN, kind, false);
            used += canvas_field(c, b.x + used, y, field_room(id, 20, b.w - used), STYLE_PLAIN, id, false);
            if (!strcmp(kind, "frame"))
                canvas_print(c, b.x + used + 1, y, b.w - used - 1, STYLE_DIM, "%lld x %lld  %.2g MB", (long long)weir_dict_get(d, "rows")->as.i,
                             (long long)weir_dict_get(d, "cols")->as.i, (double)weir_dict_get(d, "bytes")->as.i / 1e6);
            y++;
        }
        weir_value_clear(&list);
    }
}

static void lists_draw(app *a, void *state, canvas *c, box area, spot *cursor)
{
    (void)state;
    draw_lists(c, area, a->session);
    *cursor = (spot){area.x, area.y, false};
}

const pane_ops pane_lists = {
    .name = "lists",
    .title = "frames and models",
    .keys = IN_LISTS,
    .footer = "back live jobs log palette help",
    .draw = lists_draw,
};
