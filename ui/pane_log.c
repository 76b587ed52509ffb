/* pane_log.c - everything that was said, the newest last. */
#include "config.h"
#include "ui/app.h"

#include <string.h>
#include <time.h>

typedef struct logview { size_t back; } logview; /* lines that the view is scrolled back */

static void log_draw(app *a, void *state, canvas *c, box area, spot *cursor)
{
    static const char *const words[] = {"", "", "warning ", "error "};
    static const canvas_style styles[] = {STYLE_PLAIN, STYLE_GOOD, STYLE_SECOND, STYLE_ERROR};
    logview *v = state;
    size_t n = a->messages.n, h = (size_t)area.h;

    if (!v)
        return;
    if (v->back + h > n)
        v->back = n > h ? n - h : 0;
    size_t end = n - v->back, from = end > h ? end - h : 0;
    if (!n)
        canvas_print(c, area.x, area.y, area.w, STYLE_DIM, "nothing was said yet");
    for (size_t i = from; i < end; i++) {
        const message *m = messages_at(&a->messages, i);
        time_t t = (time_t)m->when;
        struct tm tm;
        char stamp[16] = "";
        if (localtime_r(&t, &tm))
            strftime(stamp, sizeof stamp, "%H:%M:%S", &tm);
        int y = area.y + (int)(i - from), used = canvas_print(c, area.x, y, area.w, STYLE_DIM, "%s ", stamp);
        canvas_print(c, area.x + used, y, area.w - used, styles[m->kind], "%s%s", words[m->kind], m->text);
    }
    *cursor = (spot){area.x, area.y + (end > from ? (int)(end - from) - 1 : 0), false};
}

static bool log_key(app *a, void *state, int key)
{
    logview *v = state;
    size_t page = (size_t)(a->canvas.height > 6 ? a->canvas.height - 5 : 1);

    switch (key) {
    case K_UP: case 'k': v->back++; return true;
    case K_DOWN: case 'j': v->back -= v->back > 0; return true;
    case K_PAGE_UP: v->back += page; return true;
    case K_PAGE_DOWN: v->back = v->back > page ? v->back - page : 0; return true;
    default: return false;
    }
}

const pane_ops pane_log = {
    .name = "log",
    .title = "messages",
    .keys = IN_LOG,
    .footer = "back live palette help",
    .state_size = sizeof(logview),
    .draw = log_draw,
    .key = log_key,
};
