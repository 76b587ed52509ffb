/* view.c - see view.h. */
#include "config.h"
#include "ui/view.h"

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

char *view_clock(double seconds, char *buf, size_t cap)
{
    time_t t = (time_t)seconds, now = time(NULL);
    struct tm tm, today;

    buf[0] = '\0';
    if (localtime_r(&t, &tm) && localtime_r(&now, &today))
        strftime(buf, cap, tm.tm_yday == today.tm_yday && tm.tm_year == today.tm_year ? "%H:%M:%S" : "%d %b %H:%M", &tm);
    return buf;
}
