/* pane_log.c - everything that was said, the newest last. */
#include "config.h"
#include "ui/app.h"
#include "ui/view.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { STAMP = 9 }; /* columns of the time before a message */

typedef struct logview { size_t back; } logview; /* messages that the view is scrolled back */

static const char *const kinds[] = {"", "", "warning ", "error "};

static int draw_one(canvas *c, box b, const message *m)
{
    static const canvas_style styles[] = {STYLE_PLAIN, STYLE_GOOD, STYLE_SECOND, STYLE_ERROR};
    char stamp[16] = "", words[1100];
    time_t t = (time_t)m->when;
    struct tm tm;

    snprintf(words, sizeof words, "%s%s", kinds[m->kind], m->text);
    int tall = view_rows(words, b.w - STAMP);
    if (c) {
        if (localtime_r(&t, &tm))
            strftime(stamp, sizeof stamp, "%H:%M:%S", &tm);
        canvas_print(c, b.x, b.y, b.w, STYLE_DIM, "%s", stamp);
        view_sentence(c, (box){b.x + STAMP, b.y, b.w - STAMP, tall < b.h ? tall : b.h}, styles[m->kind], words);
    }
    return tall;
}

typedef struct measure { const messages *said; int width; } measure;

static int tall_of(void *user, size_t i)
{
    const measure *m = user;
    return draw_one(NULL, (box){0, 0, m->width, 0}, messages_at(m->said, i));
}

/* The newest, less those scrolled back, at the end. */
static void log_draw(app *a, void *state, canvas *c, box area, spot *cursor)
{
    logview *v = state;
    size_t n = a->messages.n;
    measure m = {&a->messages, area.w};
    int y = area.y, end = area.y + area.h;

    *cursor = (spot){area.x, area.y, false};
    if (!v)
        return;
    if (!n)
        canvas_print(c, area.x, area.y, area.w, STYLE_DIM, "nothing was said yet");
    if (v->back >= n)
        v->back = n ? n - 1 : 0;
    size_t top = view_top_of(0, n - 1 - v->back, n, area.h, tall_of, &m);
    if (!top && v->back) { /* no further than to the first */
        int used = 0;
        size_t i = 0;
        while (i < n && used + tall_of(&m, i) <= area.h)
            used += tall_of(&m, i++);
        v->back = n - (i ? i : 1);
    }
    for (size_t i = top; i < n && y < end; i++) {
        cursor->y = y;
        y += draw_one(c, (box){area.x, y, area.w, end - y}, messages_at(&a->messages, i));
    }
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
