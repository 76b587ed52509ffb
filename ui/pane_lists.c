/* pane_lists.c - frames, models, jobs. */
#include "config.h"
#include "ui/app.h"

#include <string.h>

enum { JOBS = 32 };

static const char *state_word(weir_job_state s)
{
    static const char *const words[] = {"queued", "running", "done", "cancelled", "failed"};
    return words[s];
}

static void draw_lists(canvas *c, box b, weir_session *s)
{
    weir_value list;
    weir_job *jobs[JOBS];
    int y = b.y;
    size_t n;

    canvas_print(c, b.x, y++, b.w, STYLE_BOLD, "frames and models");
    if (!weir_session_list(s, &list, NULL)) {
        if (!list.as.list.n)
            canvas_print(c, b.x, y++, b.w, STYLE_DIM, "(none)");
        for (size_t i = list.as.list.n; i-- > 0 && y < b.y + b.h * 2 / 3;) {
            const weir_value *d = &list.as.list.v[i];
            const char *kind = weir_dict_get(d, "kind")->as.text.s, *id = weir_dict_get(d, "id")->as.text.s;
            int used = canvas_print(c, b.x, y, b.w, STYLE_PLAIN, "%-6s %-20s", kind, id);
            if (!strcmp(kind, "frame"))
                canvas_print(c, b.x + used + 1, y, b.w - used - 1, STYLE_DIM, "%lld x %lld  %.2g MB", (long long)weir_dict_get(d, "rows")->as.i,
                             (long long)weir_dict_get(d, "cols")->as.i, (double)weir_dict_get(d, "bytes")->as.i / 1e6);
            y++;
        }
        weir_value_clear(&list);
    }
    y++;
    canvas_print(c, b.x, y++, b.w, STYLE_BOLD, "jobs");
    n = weir_session_jobs(s, jobs, JOBS);
    for (size_t i = 0; i < n && i < JOBS; i++) {
        weir_job_info info;
        weir_job_get(jobs[i], &info);
        if (y < b.y + b.h)
            canvas_print(c, b.x, y++, b.w, info.state == WEIR_JOB_FAILED ? STYLE_ERROR : STYLE_PLAIN, "%3lld %-9s %-12s %-9s %.1f s",
                         (long long)info.id, info.kind, info.title, state_word(info.state), info.elapsed);
        weir_job_unref(jobs[i]);
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
    .title = "frames, models, jobs",
    .keys = IN_LISTS,
    .footer = "back live log palette help",
    .draw = lists_draw,
};
