/* view.c - see view.h. */
#include "config.h"
#include "ui/view.h"

#include <string.h>
#include <time.h>

void view_open(app *a, const pane_ops *p)
{
    if (a->focus == p)
        return;
    if (!a->n_under) { /* from the notebook, or the pane beside it */
        a->side_before = a->side_shown ? a->side : NULL;
        a->maximised_before = a->maximised;
    }
    for (size_t i = 0; i < a->n_under; i++)
        if (a->under[i] == p) { /* it is open already: what lies over it closes */
            a->n_under = i ? i : 1; /* the first is where everything began: it stays */
            break;
        }
    if ((!a->n_under || a->under[a->n_under - 1] != a->focus) && a->n_under < VIEWS)
        a->under[a->n_under++] = a->focus;
    a->side = a->focus = p;
    a->side_shown = a->maximised = true;
    a->dirty = true;
}

/* As it was before the first view. */
static void restore(app *a)
{
    a->n_under = 0;
    a->side = a->side_before;
    a->side_shown = a->side != NULL;
    a->maximised = a->maximised_before;
}

void view_back(app *a)
{
    if (a->n_under > 1) {
        a->side = a->focus = a->under[--a->n_under];
    } else if (a->n_under == 1) {
        a->focus = a->under[0];
        restore(a);
    } else {
        a->focus = &pane_notebook;
        a->maximised = false;
    }
    a->dirty = true;
}

void view_leave(app *a)
{
    if (a->n_under)
        restore(a);
}

size_t view_moved(size_t at, size_t n, size_t page, item_move how)
{
    size_t last = n ? n - 1 : 0;

    switch (how) {
    case MOVE_UP: return at ? at - 1 : 0;
    case MOVE_DOWN: return at < last ? at + 1 : last;
    case MOVE_FIRST: return 0;
    case MOVE_LAST: return last;
    case MOVE_PAGE_UP: return at > page ? at - page : 0;
    case MOVE_PAGE_DOWN: return at + page < last ? at + page : last;
    default: return at;
    }
}

size_t view_top(size_t top, size_t at, size_t rows)
{
    if (at < top)
        return at;
    return rows && at >= top + rows ? at - rows + 1 : top;
}

size_t view_top_of(size_t top, size_t at, size_t n, int rows, int (*tall)(void *user, size_t i), void *user)
{
    int used = 0;

    if (!n)
        return 0;
    at = at < n ? at : n - 1;
    top = at < top ? at : top;
    for (size_t i = at + 1; i-- > top;) /* what stands from the first shown to the selected has room */
        if ((used += tall(user, i)) > rows) {
            top = i < at ? i + 1 : at;
            break;
        }
    used = 0;
    for (size_t i = top; i < n && used < rows; i++)
        used += tall(user, i);
    while (top > 0 && used + tall(user, top - 1) <= rows)
        used += tall(user, --top);
    return top;
}

int view_rows(const char *s, int columns)
{
    size_t n = strlen(s);
    int rows = 0;

    do {
        size_t k = text_row(s, n, columns > 1 ? (size_t)columns : 1);
        s += k, n -= k;
        rows++;
    } while (n);
    return rows;
}

void view_sentence(canvas *c, box b, canvas_style style, const char *s)
{
    size_t n = strlen(s);

    for (int y = 0; y < b.h && n; y++) {
        size_t k = text_row(s, n, b.w > 1 ? (size_t)b.w : 1);
        canvas_text(c, b.x, b.y + y, b.w, style, s, k);
        s += k, n -= k;
    }
}

char *view_clock(double seconds, char *buf, size_t cap)
{
    time_t t = (time_t)seconds, now = time(NULL);
    struct tm tm, today;

    buf[0] = '\0';
    if (localtime_r(&t, &tm) && localtime_r(&now, &today))
        strftime(buf, cap, tm.tm_yday == today.tm_yday && tm.tm_year == today.tm_year ? "%H:%M:%S" : "%d %b %H:%M", &tm);
    return buf;
}
