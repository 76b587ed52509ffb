/* pane_joblog.c - the log of one job: all lines or those that hold some words, following its end or
 * standing at a line. */
#include "config.h"
#include "ui/pane_jobs.h"

#include "ui/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES = 1200 };

typedef struct job_log {
    job_row row;        /* of the job; owned reference inside */
    bool open, follow;
    char filter[80];
    int level;          /* the finest that is shown: weir_log_level */
    weir_log_line *line; /* [LINES], those that are shown */
    size_t n, at, top;
    ptrdiff_t event;    /* to stand at the line of that scoring at the next look; -1: no */
    int page;
} job_log;

static job_log *log_of(app *a)
{
    return app_state(a, &pane_job_log);
}

void job_log_open(app *a, const job_row *row, ptrdiff_t event)
{
    job_log *v = log_of(a);

    if (!v)
        return;
    weir_job_ref(row->job);
    weir_job_unref(v->row.job);
    v->row = *row;
    v->event = event;
    v->follow = event < 0;
    v->open = true;
    v->at = v->top = 0;
    v->filter[0] = '\0';
    v->level = WEIR_LOG_INFO;
    view_open(a, &pane_job_log);
}

static bool holds(const char *s, const char *words)
{
    size_t n = strlen(words);

    for (; *s; s++)
        if (!strncasecmp(s, words, n))
            return true;
    return n == 0;
}

static void refresh(app *a, job_log *v)
{
    if (!v->line && !(v->line = calloc(LINES, sizeof *v->line)))
        return;
    if (v->row.job)
        weir_job_get(v->row.job, &v->row.info);
    size_t n = jobs_log(a, &v->row, 0, v->line, LINES);
    v->n = 0;
    for (size_t i = 0; i < n; i++)
        if ((int)v->line[i].level <= v->level && holds(v->line[i].text, v->filter))
            v->line[v->n++] = v->line[i];
    for (size_t i = 0; i < v->n && v->event >= 0; i++)
        if (v->line[i].scored >= (size_t)v->event + 1) { /* said when the event had entered the history */
            v->at = i;
            v->event = -1;
        }
    v->event = -1;
    if (v->follow || v->at >= v->n)
        v->at = v->n ? v->n - 1 : 0;
}

/* A line with its time and mark; c NULL: only how many rows it takes. */
static int draw_line(canvas *c, box b, const weir_log_line *l, bool here)
{
    char stamp[24], words[sizeof l->text + 16];
    canvas_style style = l->level == WEIR_LOG_ERROR ? STYLE_ERROR : l->level == WEIR_LOG_WARN ? STYLE_SECOND : STYLE_PLAIN;

    view_clock(l->time, stamp, sizeof stamp);
    snprintf(words, sizeof words, "%s%s", l->level == WEIR_LOG_WARN ? "warning: " : "", l->text);
    int x = 3 + (int)strlen(stamp), tall = view_rows(words, b.w - x);
    if (c) {
        if (here)
            canvas_print(c, b.x, b.y, 1, STYLE_SELECTED, "%s", c->ascii ? "#" : "\u258c");
        canvas_print(c, b.x + 2, b.y, b.w - 2, STYLE_DIM, "%s", stamp);
        view_sentence(c, (box){b.x + x, b.y, b.w - x, tall < b.h ? tall : b.h}, style, words);
    }
    return tall;
}

typedef struct measure { const job_log *v; int width; } measure;

static int tall_of(void *user, size_t i)
{
    const measure *m = user;
    return draw_line(NULL, (box){0, 0, m->width, 0}, &m->v->line[i], false);
}

static void log_draw(app *a, void *state, canvas *c, box area, spot *cursor)
{
    static const char *const words[] = {"errors", "warnings", "all", "details"};
    job_log *v = state;
    measure m = {v, area.w};

    *cursor = (spot){area.x, area.y, false};
    if (!v || !v->open) {
        canvas_print(c, area.x, area.y, area.w, STYLE_DIM, "L in the jobs opens the log of one.");
        return;
    }
    refresh(a, v);
    int used = canvas_print(c, area.x, area.y, area.w, STYLE_BOLD, "J%lld %s", (long long)v->row.info.id, v->row.info.title);
    canvas_print(c, area.x + used, area.y, area.w - used, STYLE_DIM, "  %zu lines  %s%s%s%s%s", v->n, v->follow ? "following  " : "", words[v->level & 3],
                 *v->filter ? "  with \"" : "", v->filter, *v->filter ? "\"" : "");
    int y = area.y + 1, end = area.y + area.h;
    v->page = area.h - 1;
    v->top = view_top_of(v->top, v->at, v->n, v->page, tall_of, &m);
    for (size_t i = v->top; i < v->n && y < end; i++) {
        if (i == v->at)
            *cursor = (spot){area.x, y, false};
        y += draw_line(c, (box){area.x, y, area.w, end - y}, &v->line[i], i == v->at);
    }
    if (!v->n)
        canvas_print(c, area.x, area.y + 1, area.w, STYLE_DIM, *v->filter ? "no line holds that" : "nothing was said yet");
}

static void log_move(app *a, void *state, item_move how)
{
    job_log *v = state;

    if (!v || !v->open)
        return;
    refresh(a, v);
    v->at = view_moved(v->at, v->n, (size_t)(v->page > 1 ? v->page : 1), how);
    v->follow = how == MOVE_LAST;
}

bool job_log_event(app *a, int64_t *job, size_t *event)
{
    job_log *v = log_of(a);

    if (!v || !v->open)
        return false;
    refresh(a, v);
    if (v->at >= v->n || !v->line[v->at].scored)
        return false;
    *job = v->row.info.id;
    *event = v->line[v->at].scored - 1;
    return true;
}

void job_log_follow(app *a)
{
    job_log *v = log_of(a);

    if (v)
        v->follow = !v->follow;
}

static void narrow(app *a, const char *words)
{
    job_log *v = log_of(a);

    if (v)
        snprintf(v->filter, sizeof v->filter, "%s", words);
}

static void narrowed(app *a, const char *words)
{
    narrow(a, words ? words : "");
}

void job_log_filter(app *a)
{
    job_log *v = log_of(a);

    if (v)
        prompt_open(a, "Lines that hold:", v->filter, narrowed, narrow);
}

void job_log_level(app *a)
{
    job_log *v = log_of(a);

    if (v)
        v->level = v->level == WEIR_LOG_INFO ? WEIR_LOG_ERROR : v->level + 1;
}

static void log_close(void *state)
{
    job_log *v = state;

    weir_job_unref(v->row.job);
    free(v->line);
}

const pane_ops pane_job_log = {
    .name = "job-log",
    .title = "log of a job",
    .keys = IN_JOB_LOG,
    .footer = "log-point log-filter back log-follow log-level item-last help",
    .state_size = sizeof(job_log),
    .draw = log_draw,
    .move = log_move,
    .close = log_close,
};
