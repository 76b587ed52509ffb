/* linear.c - see linear.h: lines in, lines out, and the news. The commands of its own are in linear_command.c. */
#include "config.h"
#include "ui/linear.h"

#include "base/clock.h"
#include "draw/plot_own.h"
#include "draw/words.h"
#include "ui/cell.h"
#include "ui/linear_command.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PROGRESS_EVERY = 10, CALM_EVERY = 60, LINE_MOST = 1 << 20 };

/* Out ------------------------------------------------------------------------------------------ */

/* Text from anywhere: what a terminal could take for a command is left out, letters beyond ASCII where only that
 * can be shown are '?'. */
static void add_clean(linear *l, const char *s, size_t n)
{
    for (size_t i = 0; i < n;) {
        uint32_t cp;
        size_t k = text_next(s + i, n - i, &cp);
        bool control = (cp < ' ' && cp != '\n' && cp != '\t') || (cp >= 0x7f && cp < 0xa0);
        if (!control && (cp < 0x80 || !l->a->canvas.ascii))
            text_add_n(&l->out, cp == 0xfffd && k == 1 ? "?" : s + i, k);
        else if (!control && text_width(cp) > 0)
            text_char(&l->out, '?');
        i += k;
    }
}

/* A line of ours, never within one that is not finished. */
void linear_say(linear *l, const char *format, ...)
{
    char *s = NULL;
    va_list ap;

    va_start(ap, format);
    int n = vasprintf(&s, format, ap);
    va_end(ap);
    if (n < 0)
        return;
    if (l->open || l->asks)
        text_char(&l->out, '\n');
    add_clean(l, s, (size_t)n);
    if (!n || s[n - 1] != '\n')
        text_char(&l->out, '\n');
    l->open = l->asks = false;
    free(s);
}

/* What a cell printed, as it was. */
static void stream(linear *l, const char *s, size_t n)
{
    if (!n)
        return;
    if (l->asks)
        text_char(&l->out, '\n');
    l->asks = false;
    add_clean(l, s, n);
    l->open = s[n - 1] != '\n';
}

static void flush(linear *l)
{
    enum { PART = 512 }; /* what a terminal or a pipe takes without waiting when it takes anything */
    size_t done = 0;

    while (done < l->out.n && !l->gone) {
        struct pollfd p = {.fd = l->fd_out, .events = POLLOUT};
        if (poll(&p, 1, 0) <= 0)
            break;
        ssize_t k = write(l->fd_out, l->out.s + done, l->out.n - done < PART ? l->out.n - done : PART);
        if (k < 0 && errno != EINTR && errno != EAGAIN)
            l->gone = true;
        done += k > 0 ? (size_t)k : 0;
        if (k < 0)
            break;
    }
    if (done) {
        memmove(l->out.s, l->out.s + done, l->out.n - done);
        l->out.n -= done;
        l->out.s[l->out.n] = '\0';
    }
}

/* News ------------------------------------------------------------------------------------------- */

static void name_of(linear *l, int64_t id, char *buf, size_t cap)
{
    size_t i = nb_index(&l->a->nb, id);
    char title[120] = "";

    if (i == SIZE_MAX) {
        snprintf(buf, cap, "%s", id == 0 ? "the line" : id == OWN_CELL ? "a command of yours" : "code from outside");
        return;
    }
    nb_title(&l->a->nb.cell[i], title, sizeof title);
    snprintf(buf, cap, "cell %zu%s%s", i + 1, *title ? ", " : "", title);
}

static void plot_in_words(linear *l, const interp_event *e)
{
    plot_own *o = plot_read(e->text, e->n);

    for (size_t i = 0; o && i < o->p.n; i++) {
        text t = {0};
        plot_words(&o->panel[i], o->panel[i].x_label ? o->panel[i].x_label : "", &t);
        linear_say(l, "plot: %s", text_str(&t));
        text_free(&t);
    }
    plot_own_free(o);
}

void linear_heard(linear *l, const interp_event *e)
{
    char name[200], took[32];
    double now = clock_now();

    name_of(l, e->cell, name, sizeof name);
    switch (e->kind) {
    case INTERP_STARTED: linear_say(l, "%s: running", name); break;
    case INTERP_STDOUT: case INTERP_STDERR: stream(l, e->text, e->n); break;
    case INTERP_VALUE: case INTERP_TABLE:
        stream(l, e->text, e->n);
        if (l->open)
            stream(l, "\n", 1);
        break;
    case INTERP_PLOT: plot_in_words(l, e); break;
    case INTERP_ERROR:
        linear_say(l, "error: %s", e->text);
        if (e->hint && *e->hint)
            linear_say(l, "hint: %s", e->hint);
        break;
    case INTERP_PROGRESS:
        if (now - l->told < (l->a->set.calm ? CALM_EVERY : PROGRESS_EVERY) && e->done < 1)
            break;
        l->told = now;
        linear_say(l, "%s: %.0f percent %s", name, 100 * e->done, e->text);
        break;
    case INTERP_FINISHED:
        clock_duration(e->seconds, took, sizeof took);
        linear_say(l, "%s: %s after %s", name, nb_state_word(e->ok ? CELL_DONE : e->stopped ? CELL_STOPPED : CELL_FAILED), took);
        break;
    case INTERP_JOB: break;
    }
}

static void tell_messages(linear *l)
{
    static const char *const kinds[] = {"", "", "warning: ", "error: "};
    messages *m = &l->a->messages;
    uint64_t fresh = m->count - l->heard;

    for (size_t i = fresh < m->n ? m->n - (size_t)fresh : 0; i < m->n; i++)
        linear_say(l, "%s%s", kinds[messages_at(m, i)->kind], messages_at(m, i)->text);
    l->heard = m->count;
}

void linear_tell_job(linear *l, const weir_job_info *i)
{
    static const char *const words[] = {"queued", "running", "done", "cancelled", "failed"};
    text t = {0};
    char left[32], epochs[32];

    text_fmt(&t, "job %lld, %s%s%s: %s", (long long)i->id, i->kind, strcmp(i->kind, i->title) ? " " : "", strcmp(i->kind, i->title) ? i->title : "", words[i->state]);
    if (i->state == WEIR_JOB_RUNNING && !isnan(i->done))
        text_fmt(&t, ", %.0f percent", 100 * i->done);
    if (i->epochs_total > 0)
        text_fmt(&t, ", epoch %s of %.10g", text_epochs(i->epochs, epochs, sizeof epochs), i->epochs_total);
    if (i->state == WEIR_JOB_RUNNING && !isnan(i->left))
        text_fmt(&t, ", %s left", clock_duration(i->left, left, sizeof left));
    else if (i->state > WEIR_JOB_RUNNING)
        text_fmt(&t, ", %s", clock_duration(i->elapsed, left, sizeof left));
    linear_say(l, "%s", text_str(&t));
    text_free(&t);
}

/* The newest score, every metric that is worked out by its name. */
void linear_tell_scores(linear *l, weir_job *j)
{
    weir_job_info info;
    weir_score_row row;
    text t = {0};
    char epochs[32];

    weir_job_get(j, &info);
    if (!info.scored || !weir_job_history(j, info.scored - 1, &row, 1))
        return;
    text_fmt(&t, "scored at epoch %s:", text_epochs(row.epochs, epochs, sizeof epochs));
    size_t plain = t.n;
    for (size_t m = 0; m < weir_metric_count(); m++) {
        if (isnan(row.train[m]) && isnan(row.valid[m]))
            continue;
        text_fmt(&t, "%s %s", t.n > plain ? ";" : "", weir_metric_at(m)->label);
        if (!isnan(row.train[m]))
            text_fmt(&t, " train %.4g", row.train[m]);
        if (!isnan(row.valid[m]))
            text_fmt(&t, " valid %.4g", row.valid[m]);
    }
    linear_say(l, "%s%s", text_str(&t), row.best ? "; the best so far" : "");
    text_free(&t);
}

/* Jobs that began, ended, or run: the last at intervals. */
static void tell_jobs(linear *l)
{
    enum { MOST = 16 };
    weir_job *jobs[MOST];
    size_t n = weir_session_jobs(l->a->session, jobs, MOST);
    double now = clock_now(), every = l->a->set.calm ? CALM_EVERY : PROGRESS_EVERY;

    for (size_t k = n < MOST ? n : MOST; k-- > 0;) {
        weir_job_info i;
        weir_job_get(jobs[k], &i);
        bool runs = i.state == WEIR_JOB_RUNNING || i.state == WEIR_JOB_QUEUED, fresh = i.id > l->last_job;
        if (fresh)
            l->last_job = i.id;
        bool ended = !runs && (i.id == l->running_job || (fresh && i.elapsed > 1));
        bool due = runs && !i.quiet && (fresh ? !strcmp(i.kind, "train") : now - l->told >= every && i.elapsed > 2);
        if (runs && !i.quiet)
            l->running_job = i.id;
        else if (ended)
            l->running_job = 0;
        if (due || ended) {
            l->told = now;
            linear_tell_job(l, &i);
            if (!fresh && !strcmp(i.kind, "train"))
                linear_tell_scores(l, jobs[k]);
        }
        weir_job_unref(jobs[k]);
    }
}

/* What is asked, or where one is; in a pipe only what is asked, as a line. */
static void prompt(linear *l)
{
    app *a = l->a;
    char state[64];
    text t = {0};

    if (a->top && a->top->ops->say)
        a->top->ops->say(a, a->top, &t);
    else if (l->person && l->typing)
        text_fmt(&t, "line %zu of the text: ", edit_line(&a->ed, a->ed.cursor) + 1);
    else if (l->person)
        text_fmt(&t, "cell %zu of %zu%s%s: ", a->selected + 1, a->nb.n, *cell_state_words(a, app_cell(a), state, sizeof state) ? ", " : "", state);
    if (t.n && l->open)
        text_char(&l->out, '\n');
    l->open = false;
    add_clean(l, text_str(&t), t.n);
    if (t.n && !l->person)
        text_char(&l->out, '\n');
    l->asks = t.n && l->person;
    text_free(&t);
}

/* In --------------------------------------------------------------------------------------------------- */

void linear_line(linear *l, const char *line)
{
    app *a = l->a;
    overlay *top = a->top;

    if (l->person) /* the terminal has shown the line and its end */
        l->asks = l->open = false;
    l->due = true;
    l->typed = clock_now();
    size_t before = a->selected;
    if (top && top->ops->line) {
        top->ops->line(a, top, line);
        if (!a->top && a->selected != before && a->mode != MODE_EDIT)
            linear_tell_cell(l, a->selected);
    } else if (l->typing) {
        linear_text(l, line);
    } else {
        linear_command(l, line);
    }
    if (l->closed)
        return;
    tell_messages(l);
    linear_settle(l);
}

bool linear_busy(const linear *l)
{
    bool busy = interp_busy(l->a->interp) || interp_has_news(l->a->interp) || l->a->queue.n;

    for (size_t i = 0; i < l->a->nb.n; i++)
        busy |= l->a->nb.cell[i].state == CELL_RUNNING || l->a->nb.cell[i].state == CELL_QUEUED;
    return busy;
}

/* In a pipe a line waits until what those before it run has ended. */
static void take_lines(linear *l)
{
    const char *eol;

    while (l->in.n && !l->closed && (l->person || !linear_busy(l)) && (eol = memchr(l->in.s, '\n', l->in.n))) {
        size_t n = (size_t)(eol - l->in.s);
        char *line = strndup(l->in.s, n - (n && l->in.s[n - 1] == '\r'));
        memmove(l->in.s, l->in.s + n + 1, l->in.n - n - 1);
        l->in.n -= n + 1;
        if (line)
            linear_line(l, line);
        free(line);
        if (!l->person && l->a->top && !l->closed)
            prompt(l);
    }
}

static void on_input(app *a, void *user, short events)
{
    linear *l = user;
    char buf[4096];
    ssize_t n = read(l->fd_in, buf, sizeof buf);

    (void)events;
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (n <= 0) {
        if (l->in.n) /* a last line without its end */
            text_char(&l->in, '\n');
        l->ended = true;
        app_unwatch(a, l->fd_in);
        return;
    }
    text_add_n(&l->in, buf, (size_t)n);
    if (l->in.n > LINE_MOST && !memchr(l->in.s, '\n', l->in.n))
        text_clear(&l->in);
}

static void forget(linear *l)
{
    text_free(&l->out);
    text_free(&l->in);
    free(l);
}

void linear_turn(linear *l)
{
    l->inside = true;
    take_lines(l);
    l->inside = false;
    if (l->closed) { /* e.g. by "detach" */
        forget(l);
        return;
    }
    bool busy = linear_busy(l);

    tell_messages(l);
    tell_jobs(l);
    l->due |= (l->busy && !busy) || (l->a->top && l->a->top != l->top);
    l->top = l->a->top;
    l->busy = busy;
    bool soon = clock_now() - l->typed > 0.3; /* what a command starts is told before the next prompt */
    if (l->due && (!busy || l->a->top || l->typing || soon) && !l->ended) {
        prompt(l);
        l->due = false;
    }
    flush(l);
}

double linear_patience(const linear *l)
{
    if (l->out.n)
        return 0.02;
    if (l->in.n && memchr(l->in.s, '\n', l->in.n))
        return 0.02;
    if (l->due)
        return 0.1;
    return l->running_job || linear_busy(l) ? 1 : -1;
}

bool linear_ended(const linear *l)
{
    return l->ended && !l->in.n;
}

bool linear_gone(const linear *l)
{
    return l->gone;
}

linear *linear_open(app *a, int in, int out)
{
    linear *l = calloc(1, sizeof *l);

    if (!l || !app_watch(a, in, POLLIN, on_input, l)) {
        free(l);
        return NULL;
    }
    l->a = a;
    l->fd_in = in;
    l->fd_out = out;
    l->person = isatty(in);
    l->due = true;
    const char *name = a->nb.path ? strrchr(a->nb.path, '/') : NULL;
    linear_say(l, "weir, %s, %zu cell%s. A line is a command; help lists them.", name ? name + 1 : a->nb.path ? a->nb.path : "an unnamed notebook", a->nb.n,
               a->nb.n == 1 ? "" : "s");
    return l;
}

void linear_close(linear *l)
{
    if (!l)
        return;
    if (!l->ended)
        app_unwatch(l->a, l->fd_in);
    tell_messages(l);
    if (l->open || l->asks)
        text_char(&l->out, '\n');
    for (int i = 0; i < 100 && l->out.n && !l->gone; i++) {
        flush(l);
        if (l->out.n)
            poll(NULL, 0, 10);
    }
    l->closed = true;
    if (!l->inside)
        forget(l);
}
