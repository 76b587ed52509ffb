/* pane_jobs.c - the jobs, newest first, and below them the selected one: how it stands, its curve, its
 * log, and the machine. */
#include "config.h"
#include "ui/pane_jobs.h"

#include "base/clock.h"
#include "ui/curves.h"
#include "ui/machine.h"
#include "ui/view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct jobs_view {
    job_row *row;   /* [JOBS_SHOWN], as drawn last */
    size_t n, at, top;
    int64_t id;     /* of the selected one; 0: the newest */
    double started;
    machine machine;
    curves_view curves; /* of the selected training */
    int page;       /* rows of the list on the screen */
} jobs_view;

char *jobs_time(double s, char *buf, size_t cap)
{
    if (isnan(s) || s < 0 || s > 1e8)
        snprintf(buf, cap, "-");
    else if (s < 10)
        snprintf(buf, cap, "%.1f s", s);
    else if (s < 60)
        snprintf(buf, cap, "%.0f s", s);
    else if (s < 3600)
        snprintf(buf, cap, "%d:%02d", (int)s / 60, (int)s % 60);
    else
        snprintf(buf, cap, "%d h %02d", (int)s / 3600, (int)s / 60 % 60);
    return buf;
}

char *jobs_stop_line(const weir_job_info *i, char *buf, size_t cap)
{
    size_t n = 0;

    buf[0] = '\0';
    if (i->state != WEIR_JOB_RUNNING)
        return buf;
    if (i->stop_rounds > 0 && i->stop_metric >= 0)
        n = (size_t)snprintf(buf, cap, "early stop: %d of %d rounds without gain in %s (tolerance %g %%)", i->stop_waited, i->stop_rounds,
                             weir_metric_at((size_t)i->stop_metric)->name, 100 * i->stop_tolerance);
    if (!isnan(i->next_score) && n < cap)
        n += (size_t)snprintf(buf + n, cap - n, i->next_score >= 0.5 ? "%snext score in %.0f s" : "%snext score now", n ? "   " : "", i->next_score);
    return buf;
}

/* Reading -------------------------------------------------------------------------------------------- */

static bool refresh(app *a, jobs_view *v)
{
    if (!v->row && !(v->row = calloc(JOBS_SHOWN, sizeof *v->row)))
        return false;
    jobs_release(v->row, v->n);
    v->n = jobs_list(a, v->row, JOBS_SHOWN);
    if (!v->id) {
        v->at = 0;
        return v->n > 0;
    }
    for (size_t i = 0; i < v->n; i++)
        if (v->row[i].info.id == v->id && fabs(v->row[i].info.started - v->started) < 0.01) {
            v->at = i;
            return true;
        }
    v->at = v->at < v->n ? v->at : v->n ? v->n - 1 : 0; /* it is gone: its neighbour */
    return v->n > 0;
}

static void hold(jobs_view *v)
{
    v->id = v->n && v->at ? v->row[v->at].info.id : 0; /* the first place follows the newest */
    v->started = v->n ? v->row[v->at].info.started : 0;
}

bool pane_jobs_here(app *a, job_row *row)
{
    jobs_view *v = app_state(a, &pane_jobs);

    if (!v || !refresh(a, v))
        return false;
    *row = v->row[v->at];
    weir_job_ref(row->job);
    return true;
}

void pane_jobs_select(app *a, int64_t id, double started)
{
    jobs_view *v = app_state(a, &pane_jobs);

    if (v)
        v->id = id, v->started = started;
}

/* The list ---------------------------------------------------------------------------------------------- */

static canvas_style style_of(const job_row *r)
{
    return r->bad || r->info.state == WEIR_JOB_FAILED ? STYLE_ERROR : r->info.state == WEIR_JOB_DONE ? STYLE_GOOD : r->info.state == WEIR_JOB_RUNNING ? STYLE_BOLD : STYLE_DIM;
}

typedef struct columns { int state, what, cell, bar, elapsed, left, speed; } columns; /* widths; 0 = left out */

static columns fit(int w)
{
    if (w >= 112)
        return (columns){11, w - 96, 6, 20, 9, 9, 10};
    if (w >= 76)
        return (columns){10, w - 65, 0, 14, 0, 8, 9};
    if (w >= 56)
        return (columns){10, w - 40, 0, 0, 0, 8, 0};
    return (columns){2, w - 22, 0, 0, 0, 8, 0};
}

static void draw_head(canvas *c, box b, const columns *k)
{
    int x = b.x + 2;

    x += canvas_print(c, x, b.y, 6, STYLE_DIM, "%-6s", "id");
    x += canvas_print(c, x, b.y, k->state, STYLE_DIM, "%-*s", k->state, k->state > 2 ? "state" : "");
    x += canvas_print(c, x, b.y, k->what, STYLE_DIM, "%-*s", k->what, "what");
    if (k->cell)
        x += canvas_print(c, x, b.y, k->cell, STYLE_DIM, "%-*s", k->cell, "cell");
    if (k->bar)
        x += canvas_print(c, x, b.y, k->bar, STYLE_DIM, "%-*s", k->bar, "progress");
    else
        x += canvas_print(c, x, b.y, 5, STYLE_DIM, "%4s ", "%");
    if (k->elapsed)
        x += canvas_print(c, x, b.y, k->elapsed, STYLE_DIM, "%*s", k->elapsed - 1, "elapsed") + 1;
    x += canvas_print(c, x, b.y, k->left, STYLE_DIM, "%*s", k->left - 1, k->elapsed ? "left" : "time") + 1;
    if (k->speed)
        x += canvas_print(c, x, b.y, k->speed, STYLE_DIM, "%*s", k->speed - 1, "rows/s") + 1;
    canvas_print(c, x + 1, b.y, b.x + b.w - x - 1, STYLE_DIM, "metric");
}

static void draw_bar(canvas *c, int x, int y, int w, const job_row *r)
{
    int bar = w - 6;
    double done = r->info.done;

    if (r->info.state == WEIR_JOB_QUEUED) {
        canvas_print(c, x, y, w, STYLE_DIM, "%s", r->info.place > 1 ? "waits" : "waits, next");
        return;
    }
    if (r->info.state == WEIR_JOB_FAILED && !(done > 0))
        return;
    canvas_fill(c, x, y, bar, STYLE_DIM, c->ascii ? '.' : 0x2591);
    canvas_bar(c, x, y, bar, isnan(done) ? 0 : done, STYLE_BAR);
    if (!isnan(done))
        canvas_print(c, x + bar, y, 5, STYLE_PLAIN, "%4.0f%%", 100 * done);
}

static void draw_row(canvas *c, box b, const columns *k, const job_row *r, bool here)
{
    const weir_job_info *i = &r->info;
    bool runs = i->state == WEIR_JOB_RUNNING, train = !strcmp(i->kind, "train");
    char id[16], took[24], left[24], speed[32], cell[12] = "-";
    canvas_style style = style_of(r), plain = r->job ? STYLE_PLAIN : STYLE_DIM; /* of an earlier session: its number may come again */
    int x = b.x + 2;

    snprintf(id, sizeof id, "J%lld", (long long)i->id);
    jobs_time(i->elapsed, took, sizeof took);
    jobs_time(runs ? i->left : NAN, left, sizeof left);
    text_count(i->speed, speed, sizeof speed);
    if (r->cell)
        snprintf(cell, sizeof cell, "%d", r->cell);
    if (here)
        canvas_print(c, b.x, b.y, 2, STYLE_SELECTED, "%s", c->ascii ? "#" : "\u258c");
    x += canvas_print(c, x, b.y, 6, here ? STYLE_BOLD : plain, "%-6s", id);
    canvas_print(c, x, b.y, k->state, style, "%s %s", jobs_glyph(r, c->ascii), k->state > 2 ? jobs_word(r) : "");
    x += k->state;
    canvas_print(c, x, b.y, k->what - 1, here ? STYLE_BOLD : plain, "%s%s", i->title, r->tell == train || i->state >= WEIR_JOB_DONE ? "" : r->tell ? " (tells)" : " (quiet)");
    x += k->what;
    if (k->cell) {
        canvas_print(c, x, b.y, k->cell, STYLE_PLAIN, "%s", cell);
        x += k->cell;
    }
    if (k->bar) {
        draw_bar(c, x, b.y, k->bar, r);
        x += k->bar;
    } else {
        canvas_print(c, x, b.y, 5, STYLE_PLAIN, isnan(i->done) ? "   -" : "%3.0f%%", 100 * i->done);
        x += 5;
    }
    if (k->elapsed) {
        canvas_print(c, x, b.y, k->elapsed, STYLE_PLAIN, "%*s", k->elapsed - 1, took);
        x += k->elapsed;
    }
    canvas_print(c, x, b.y, k->left, runs ? STYLE_PLAIN : STYLE_DIM, "%*s", k->left - 1, runs || k->elapsed ? left : took);
    x += k->left;
    if (k->speed) {
        canvas_print(c, x, b.y, k->speed, STYLE_PLAIN, "%*s", k->speed - 1, i->speed > 0 ? speed : "-");
        x += k->speed;
    }
    bool why = i->state == WEIR_JOB_FAILED || r->bad;
    canvas_print(c, x + 1, b.y, b.x + b.w - x - 1, why ? STYLE_ERROR : STYLE_PLAIN, "%s%s", r->kept ? "kept; " : "", why ? r->why : r->metric);
}

static int draw_list(canvas *c, box b, jobs_view *v)
{
    columns k = fit(b.w);
    size_t rows = b.h > 1 ? (size_t)b.h - 1 : 1;

    v->page = (int)rows;
    if (v->at < v->top)
        v->top = v->at;
    if (v->at >= v->top + rows)
        v->top = v->at - rows + 1;
    draw_head(c, b, &k);
    int y = b.y + 1;
    for (size_t i = v->top; i < v->n && y < b.y + b.h; i++, y++)
        draw_row(c, (box){b.x, y, b.w, 1}, &k, &v->row[i], i == v->at);
    return y;
}

/* The selected one ------------------------------------------------------------------------------------------ */

/* Words over several lines; gives the lines used. */
static int wrap(canvas *c, int x, int y, int w, int most, canvas_style style, const char *s)
{
    int lines = 0;

    while (*s && lines < most && w > 4) {
        size_t n = strlen(s);
        if (n > (size_t)w) {
            n = (size_t)w;
            while (n > (size_t)w / 2 && s[n] != ' ')
                n--;
            n = s[n] == ' ' ? n : (size_t)w;
        }
        canvas_text(c, x, y + lines++, w, style, s, n);
        s += n + (s[n] == ' ');
    }
    return lines;
}

static void draw_log(app *a, canvas *c, box b, const job_row *r)
{
    enum { TAIL = 40 };
    static weir_log_line line[TAIL]; /* the drawing thread's alone */
    size_t n = 0, from = 0;

    if (b.h < 1 || b.w < 10)
        return;
    for (size_t got; (got = jobs_log(a, r, from, line, TAIL)) > 0; n = got) {
        if (got < TAIL) {
            n = got;
            break;
        }
        from = line[TAIL / 2].number; /* the last ones */
    }
    size_t first = n > (size_t)b.h ? n - (size_t)b.h : 0;
    for (size_t i = first; i < n; i++) {
        char stamp[16];
        view_clock(line[i].time, stamp, sizeof stamp);
        int y = b.y + (int)(i - first), used = canvas_print(c, b.x, y, b.w, STYLE_DIM, "%s ", stamp);
        canvas_print(c, b.x + used, y, b.w - used, line[i].level == WEIR_LOG_ERROR ? STYLE_ERROR : line[i].level == WEIR_LOG_WARN ? STYLE_SECOND : STYLE_PLAIN, "%s", line[i].text);
    }
}

static void draw_machine(canvas *c, box b, const machine *m, int lag_ms)
{
    int y = b.y, bar = b.w - 22;
    char held[32];

    bar = bar < 6 ? 6 : bar > 24 ? 24 : bar;
    canvas_print(c, b.x, y++, b.w, STYLE_BOLD, "machine");
    int room = b.h - 4 < 1 ? 1 : b.h - 4, shown = m->cores < room ? m->cores : room;
    for (int i = 0; i < shown && y < b.y + b.h; i++, y++) {
        canvas_print(c, b.x, y, 8, STYLE_PLAIN, "core %d", i);
        if (!m->twice)
            continue; /* shares of time need two looks */
        canvas_bar(c, b.x + 8, y, bar, m->busy[i], STYLE_BAR);
        canvas_print(c, b.x + 9 + bar, y, 6, STYLE_PLAIN, "%3.0f%%", 100 * m->busy[i]);
    }
    text_count((double)m->held, held, sizeof held);
    if (y < b.y + b.h)
        canvas_print(c, b.x, y++, b.w, STYLE_PLAIN, m->twice ? "weir    %sB memory, %.2f cores" : "weir    %sB memory", held, m->own);
    if (y < b.y + b.h)
        canvas_print(c, b.x, y++, b.w, STYLE_PLAIN, "memory  %.1f of %.1f GB free   load %.2f", (double)m->available / 1e9, (double)m->total / 1e9, m->load);
    if (y < b.y + b.h && lag_ms >= 0)
        canvas_print(c, b.x, y++, b.w, STYLE_DIM, "screen  %d ms away", lag_ms);
}

/* Lines about the job; gives the first row after them. */
static int draw_words(canvas *c, box b, const job_row *r, const machine *m, bool calm)
{
    const weir_job_info *i = &r->info;
    char when[32], words[200], held[32];
    int y = b.y;

    view_clock(i->started, when, sizeof when);
    int used = canvas_print(c, b.x, y, b.w, STYLE_BOLD, "J%lld %s", (long long)i->id, i->title);
    if (r->cell)
        used += canvas_print(c, b.x + used, y, b.w - used, STYLE_PLAIN, "  cell %d", r->cell);
    canvas_print(c, b.x + used, y++, b.w - used, STYLE_DIM, "  since %s  %s", when, i->state == WEIR_JOB_RUNNING ? i->phase : jobs_word(r));
    if (y < b.y + b.h && i->state != WEIR_JOB_QUEUED)
        pane_progress(c, b.x, y++, b.w, i, !calm);
    if (i->state == WEIR_JOB_QUEUED)
        canvas_print(c, b.x, y++, b.w, STYLE_PLAIN, "waits for threads: place %d in the queue, < and > move it", i->place);
    if (*jobs_stop_line(i, words, sizeof words))
        y += wrap(c, b.x, y, b.w, 2, STYLE_PLAIN, words);
    if (i->state == WEIR_JOB_RUNNING) {
        text_count((double)i->held, held, sizeof held);
        snprintf(words, sizeof words, "%d thread%s%s  %s%s", i->threads, i->threads == 1 ? "" : "s", i->threads_wanted > 0 && i->threads_wanted != i->threads ? " (more asked for)" : "",
                 i->held ? held : "", i->held ? "B held" : "");
        used = canvas_print(c, b.x, y, b.w, STYLE_PLAIN, "%s", words);
        if (m->twice)
            used += canvas_print(c, b.x + used, y, b.w - used, STYLE_PLAIN, "  weir %.2f cores", m->own);
        if (!isnan(i->limit_seconds))
            used += canvas_print(c, b.x + used, y, b.w - used, STYLE_SECOND, "  stops at %s", jobs_time(i->limit_seconds, held, sizeof held));
        if (i->limit_samples > 0)
            canvas_print(c, b.x + used, y, b.w - used, STYLE_SECOND, "  stops at %lld rows", (long long)i->limit_samples);
        y++;
    } else if (*r->why && i->state != WEIR_JOB_QUEUED) {
        y += wrap(c, b.x, y, b.w, 4, i->state == WEIR_JOB_FAILED || r->bad ? STYLE_ERROR : STYLE_PLAIN, r->why);
    }
    return y;
}

static void draw_curve(app *a, canvas *c, box b, jobs_view *v, const job_row *r)
{
    spot nowhere = {-1, -1, false};

    v->curves.job = r->info.id;
    curves_follow(&v->curves, a->session);
    curves_draw(&v->curves, c, b, a->set.calm, &nowhere);
}

static void draw_detail(app *a, canvas *c, box b, jobs_view *v)
{
    const job_row *r = &v->row[v->at];
    bool train = r->job && !strcmp(r->info.kind, "train") && r->info.scored;
    int y = draw_words(c, b, r, &v->machine, a->set.calm), room = b.y + b.h - y;

    if (room < 2)
        return;
    if (b.w >= 100) { /* curve left; machine and log right */
        int left = b.w * 6 / 10, cores = v->machine.cores + 4, tall = room / 2 < cores ? room / 2 : cores;
        box right = {b.x + left + 1, y, b.w - left - 1, room};
        if (train && room >= 6)
            draw_curve(a, c, (box){b.x, y, left, room}, v, r);
        draw_machine(c, (box){right.x, right.y, right.w, tall}, &v->machine, a->term && a->ack > 0 ? (int)(a->ack * 1000) : -1);
        canvas_print(c, right.x, right.y + tall, right.w, STYLE_BOLD, "log");
        draw_log(a, c, (box){right.x, right.y + tall + 1, right.w, room - tall - 1}, r);
        return;
    }
    int tall = train && room >= 9 ? room - 3 : 0;
    if (tall)
        draw_curve(a, c, (box){b.x, y, b.w, tall}, v, r);
    draw_log(a, c, (box){b.x, y + tall, b.w, room - tall}, r);
}

static void jobs_draw(app *a, void *state, canvas *c, box area, spot *cursor)
{
    jobs_view *v = state;

    *cursor = (spot){area.x, area.y, false};
    if (!v || !refresh(a, v)) {
        canvas_print(c, area.x, area.y, area.w, STYLE_DIM, "No jobs yet: run a cell that trains, imports or predicts.");
        return;
    }
    machine_look(&v->machine);
    int list = area.h < 12 ? area.h : area.h * 2 / 5;
    if (list > (int)v->n + 1)
        list = (int)v->n + 1;
    int y = draw_list(c, (box){area.x, area.y, area.w, list}, v);
    *cursor = (spot){area.x, area.y + 1 + (int)(v->at - v->top), false};
    if (area.h - list < 4)
        return;
    canvas_fill(c, area.x, y, area.w, STYLE_DIM, c->ascii ? '-' : 0x2500);
    draw_detail(a, c, (box){area.x, y + 1, area.w, area.y + area.h - y - 1}, v);
}

static void jobs_move(app *a, void *state, item_move how)
{
    jobs_view *v = state;

    if (!v || !refresh(a, v))
        return;
    v->at = view_moved(v->at, v->n, (size_t)(v->page > 1 ? v->page : 1), how);
    hold(v);
}

static void jobs_close_view(void *state)
{
    jobs_view *v = state;

    if (v->row)
        jobs_release(v->row, v->n);
    free(v->row);
    curves_free(&v->curves);
}

const pane_ops pane_jobs = {
    .name = "jobs",
    .title = "jobs",
    .keys = IN_JOBS,
    .footer = "item-open job-cancel back job-log job-threads job-limit job-notify job-clear job-earlier job-later job-cell help",
    .state_size = sizeof(jobs_view),
    .draw = jobs_draw,
    .move = jobs_move,
    .close = jobs_close_view,
};
