/* report.c - see report.h. */
#include "config.h"
#include "lua/report.h"

#include "lua/bind.h"

#include "base/clock.h"
#include "draw/plot_own.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MOST_JOBS = 64, LINE_EVERY = 10 };

struct report {
    report_options opt;
    FILE *log;
    bool terminal;
    atomic_bool bar_shown; /* writer: any thread */
    size_t cell;
    double last_line, last_progress;
    struct { int64_t job; size_t shown; } scored[MOST_JOBS]; /* of trainings: rows that were told */
    size_t n_scored;
    pthread_mutex_t lock; /* notices come from any thread */
};

/* JSON ------------------------------------------------------------------------------------------- */

static void json_text(text *t, const char *s, size_t n)
{
    text_char(t, '"');
    for (size_t i = 0; i < n;) {
        uint32_t cp;
        size_t k = text_next(s + i, n - i, &cp);
        if (cp == '"' || cp == '\\')
            text_fmt(t, "\\%c", (char)cp);
        else if (cp == '\n')
            text_add(t, "\\n");
        else if (cp < 0x20 || cp == 0x7f)
            text_fmt(t, "\\u%04x", cp);
        else if (cp == 0xFFFD) /* an invalid byte, or the sign for one */
            text_add(t, "\\ufffd");
        else
            text_add_n(t, s + i, k);
        i += k;
    }
    text_char(t, '"');
}

static void field(text *t, const char *name, const char *s, size_t n)
{
    text_fmt(t, ",\"%s\":", name);
    json_text(t, s, n);
}

static void field_text(text *t, const char *name, const char *s)
{
    if (s)
        field(t, name, s, strlen(s));
}

static void put_number(text *t, double x)
{
    if (isfinite(x))
        text_number(t, x);
    else
        text_add(t, "null");
}

static void field_number(text *t, const char *name, double x)
{
    text_fmt(t, ",\"%s\":", name);
    put_number(t, x);
}

static void field_int(text *t, const char *name, int64_t i)
{
    text_fmt(t, ",\"%s\":%lld", name, (long long)i);
}

static void field_bool(text *t, const char *name, bool b)
{
    text_fmt(t, ",\"%s\":%s", name, b ? "true" : "false");
}

static text event(const report *r, const char *name)
{
    text t = {0};

    text_fmt(&t, "{\"event\":\"%s\",\"time\":%.3f", name, clock_wall());
    if (r->cell)
        field_int(&t, "cell", (int64_t)r->cell);
    return t;
}

static void emit(report *r, text *t)
{
    text_add(t, "}\n");
    pthread_mutex_lock(&r->lock);
    fwrite(text_str(t), 1, t->n, stdout);
    fflush(stdout);
    pthread_mutex_unlock(&r->lock);
    text_free(t);
}

/* For people ------------------------------------------------------------------------------------- */

static void clear_bar(report *r)
{
    if (atomic_exchange(&r->bar_shown, false))
        fputs("\r\033[K", stderr);
}

/* Control characters of data and scripts do not reach a terminal. */
static void put_clean(FILE *out, const char *s, size_t n)
{
    if (!isatty(fileno(out))) {
        fwrite(s, 1, n, out);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        putc(c == 0x1b || (c < 0x20 && c != '\n' && c != '\t' && c != '\r') ? '?' : c, out);
    }
}

__attribute__((format(printf, 2, 3))) static void log_line(report *r, const char *format, ...)
{
    char when[32];
    time_t now = time(NULL);
    struct tm tm;
    va_list ap;

    if (!r->log)
        return;
    strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S", localtime_r(&now, &tm));
    fprintf(r->log, "%s ", when);
    va_start(ap, format);
    vfprintf(r->log, format, ap);
    va_end(ap);
    putc('\n', r->log);
    fflush(r->log);
}

static void log_text(report *r, const char *kind, const char *s, size_t n)
{
    while (r->log && n) {
        const char *eol = memchr(s, '\n', n);
        size_t k = eol ? (size_t)(eol - s) : n;
        log_line(r, "%s: %.*s", kind, (int)k, s);
        k += eol != NULL;
        s += k;
        n -= k;
    }
}

static void job_words(const weir_job_info *i, text *t)
{
    char left[32], epochs[32];
    double done = isnan(i->done) ? 0 : i->done;

    clock_duration(i->left, left, sizeof left);
    text_epochs(i->epochs, epochs, sizeof epochs);
    text_fmt(t, "%s %.0f %%, epoch %s, %.0f rows/s, %s left", i->title, 100 * done, epochs, i->speed, left);
}

static void draw_bar(report *r, const weir_job_info *i)
{
    enum { WIDTH = 30 };
    char left[32], epochs[32], bar[WIDTH + 1];
    double done = isnan(i->done) ? 0 : i->done;

    clock_duration(i->left, left, sizeof left);
    for (int k = 0; k < WIDTH; k++)
        bar[k] = k < (int)(done * WIDTH) ? '#' : '.';
    bar[WIDTH] = '\0';
    fprintf(stderr, "\r\033[K%s [%s] %3.0f %%  epoch %s  %.0f rows/s  %s left", i->title, bar, 100 * done, text_epochs(i->epochs, epochs, sizeof epochs), i->speed, left);
    r->bar_shown = true;
}

/* Jobs ----------------------------------------------------------------------------------------------- */

static size_t *shown(report *r, int64_t job)
{
    for (size_t i = 0; i < r->n_scored; i++)
        if (r->scored[i].job == job)
            return &r->scored[i].shown;
    if (r->n_scored == MOST_JOBS) {
        memmove(r->scored, r->scored + 1, (MOST_JOBS - 1) * sizeof *r->scored);
        r->n_scored--;
    }
    r->scored[r->n_scored].job = job;
    r->scored[r->n_scored].shown = 0;
    return &r->scored[r->n_scored++].shown;
}

static void json_metrics(text *t, const char *name, const double *v)
{
    bool first = true;

    text_fmt(t, ",\"%s\":{", name);
    for (size_t m = 0; m < weir_metric_count(); m++)
        if (!isnan(v[m])) {
            text_fmt(t, "%s\"%s\":", first ? "" : ",", weir_metric_at(m)->name);
            put_number(t, v[m]);
            first = false;
        }
    text_char(t, '}');
}

static void json_score(report *r, const weir_job_info *i, const weir_score_row *row)
{
    text t = event(r, "score");

    field_int(&t, "job", i->id);
    field_number(&t, "epochs", row->epochs);
    field_int(&t, "samples", row->samples);
    field_int(&t, "iterations", row->iterations);
    field_number(&t, "seconds", row->duration);
    field_number(&t, "speed", row->speed);
    field_bool(&t, "best", row->best);
    json_metrics(&t, "train", row->train);
    json_metrics(&t, "valid", row->valid);
    emit(r, &t);
}

static void log_score(report *r, const weir_job_info *i, const weir_score_row *row)
{
    text t = {0};
    char n[32];

    for (size_t m = 0; m < weir_metric_count(); m++)
        for (int which = 0; which < 2; which++) {
            double x = which ? row->valid[m] : row->train[m];
            if (!isnan(x) && text_short_number(x, 5, n))
                text_fmt(&t, " %s %s %s", which ? "valid" : "train", weir_metric_at(m)->name, n);
        }
    log_line(r, "score: %s epoch %.4g%s%s", i->title, row->epochs, row->best ? " best" : "", text_str(&t));
    text_free(&t);
}

static void tell_scores(report *r, weir_job *j, const weir_job_info *i)
{
    size_t *at = shown(r, i->id);
    weir_score_row row;

    for (; *at < i->scored && weir_job_history(j, *at, &row, 1); ++*at) {
        if (r->opt.json)
            json_score(r, i, &row);
        if (r->log)
            log_score(r, i, &row);
    }
}

static void json_progress(report *r, const weir_job_info *i)
{
    text t = event(r, "progress");

    field_int(&t, "job", i->id);
    field_text(&t, "kind", i->kind);
    field_text(&t, "title", i->title);
    field_number(&t, "done", i->done);
    field_number(&t, "epochs", i->epochs);
    field_number(&t, "epochs_total", i->epochs_total);
    field_int(&t, "samples", i->samples);
    field_number(&t, "speed", i->speed);
    field_number(&t, "seconds", i->elapsed);
    field_number(&t, "left", i->left);
    emit(r, &t);
}

static void tell_progress(report *r, const weir_job_info *i, double now)
{
    if (r->opt.json) {
        if (now - r->last_progress >= 1) {
            json_progress(r, i);
            r->last_progress = now;
        }
    } else if (r->terminal) {
        draw_bar(r, i);
    } else if (now - r->last_line >= LINE_EVERY) {
        text t = {0};
        job_words(i, &t);
        fprintf(stderr, "weir: %s\n", text_str(&t));
        text_free(&t);
        r->last_line = now;
    }
}

void report_jobs(report *r, weir_session *s, bool progress)
{
    weir_job *jobs[MOST_JOBS];
    size_t n = weir_session_jobs(s, jobs, MOST_JOBS);
    bool told = !progress || r->opt.quiet;
    double now = clock_now();

    for (size_t k = n < MOST_JOBS ? n : MOST_JOBS; k-- > 0;) { /* oldest first */
        weir_job_info i;
        weir_job_get(jobs[k], &i);
        if (!strcmp(i.kind, "train") && (r->opt.json || r->log))
            tell_scores(r, jobs[k], &i);
        weir_job_unref(jobs[k]);
        if (!told && i.state == WEIR_JOB_RUNNING && !strcmp(i.kind, "train")) {
            tell_progress(r, &i, now);
            told = true;
        }
    }
}

void report_status(report *r, weir_session *s)
{
    weir_job *jobs[MOST_JOBS];
    size_t n = weir_session_jobs(s, jobs, MOST_JOBS), running = 0;
    text t = {0};

    clear_bar(r);
    for (size_t k = n < MOST_JOBS ? n : MOST_JOBS; k-- > 0;) {
        weir_job_info i;
        weir_job_get(jobs[k], &i);
        weir_job_unref(jobs[k]);
        if (i.state != WEIR_JOB_RUNNING && i.state != WEIR_JOB_QUEUED)
            continue;
        running++;
        text_clear(&t);
        job_words(&i, &t);
        if (r->opt.json)
            json_progress(r, &i);
        else
            fprintf(stderr, "weir: %s\n", text_str(&t));
        log_line(r, "status: %s", text_str(&t));
    }
    if (!running)
        report_note(r, WEIR_LOG_INFO, "status", r->cell ? "no training runs; the script does" : "no training runs");
    text_free(&t);
}

/* Events ------------------------------------------------------------------------------------------------ */

void report_begin(report *r, const char *script, size_t cells)
{
    log_line(r, "begin: weir %s, %s", weir_version(), script);
    if (!r->opt.json)
        return;
    text t = event(r, "begin");
    field_text(&t, "weir", weir_version());
    field_text(&t, "script", script);
    if (cells)
        field_int(&t, "cells", (int64_t)cells);
    emit(r, &t);
}

void report_cell(report *r, size_t number, const char *title, int64_t line)
{
    r->cell = number;
    log_line(r, "cell %zu: %s", number, title);
    if (!r->opt.json)
        return;
    text t = event(r, "cell");
    field_text(&t, "title", title);
    field_int(&t, "line", line);
    emit(r, &t);
}

void report_cell_end(report *r, bool ok, double seconds)
{
    log_line(r, "cell %zu: %s after %.3f s", r->cell, ok ? "ok" : "failed", seconds);
    if (r->opt.json) {
        text t = event(r, "cell_end");
        field_bool(&t, "ok", ok);
        field_number(&t, "seconds", seconds);
        emit(r, &t);
    }
    r->cell = 0;
}

void report_skipped(report *r, size_t number, const char *title, const char *why)
{
    log_line(r, "cell %zu: %s, skipped: %s", number, title, why);
    if (!r->opt.json)
        return;
    text t = event(r, "cell_skipped");
    field_int(&t, "cell", (int64_t)number);
    field_text(&t, "title", title);
    field_text(&t, "why", why);
    emit(r, &t);
}

static void tell_output(report *r, const interp_event *e, const char *stream, FILE *out)
{
    log_text(r, stream, e->text, e->n);
    if (r->opt.json) {
        text t = event(r, "output");
        field_text(&t, "stream", stream);
        field(&t, "text", e->text, e->n);
        emit(r, &t);
        return;
    }
    clear_bar(r);
    put_clean(out, e->text, e->n);
}

static void tell_value(report *r, const interp_event *e)
{
    log_text(r, "value", e->text, e->n);
    if (r->opt.json) {
        text t = event(r, "value");
        field(&t, "text", e->text, e->n);
        if (*e->object)
            field_text(&t, "object", e->object);
        emit(r, &t);
        return;
    }
    clear_bar(r);
    put_clean(stdout, e->text, e->n);
    if (!e->n || e->text[e->n - 1] != '\n')
        putchar('\n');
}

static void tell_error(report *r, const interp_event *e)
{
    log_text(r, "error", e->text, e->n);
    if (r->opt.json) {
        text t = event(r, "error");
        field(&t, "message", e->text, e->n);
        if (e->line)
            field_int(&t, "line", e->line);
        if (e->hint && *e->hint)
            field_text(&t, "hint", e->hint);
        if (*e->status)
            field_text(&t, "status", e->status);
        field_text(&t, "trace", e->trace);
        emit(r, &t);
        return;
    }
    clear_bar(r);
    fflush(stdout);
    fputs("weir: ", stderr);
    put_clean(stderr, e->text, e->n);
    putc('\n', stderr);
}

static void put_numbers(text *t, const char *key, const double *v, size_t n)
{
    text_fmt(t, ",\"%s\":[", key);
    for (size_t i = 0; i < n; i++) {
        if (i)
            text_char(t, ',');
        put_number(t, v[i]);
    }
    text_char(t, ']');
}

static void put_series(text *t, const plot_series *s)
{
    static const char *const kinds[] = {"line", "points", "bars", "band", "heat"};

    text_fmt(t, "{\"kind\":\"%s\"", kinds[s->kind]);
    field_text(t, "name", s->name ? s->name : "");
    put_numbers(t, "x", s->x, s->n);
    put_numbers(t, "y", s->y, s->n);
    if (s->y2)
        put_numbers(t, "y2", s->y2, s->n);
    if (s->z)
        put_numbers(t, "z", s->z, s->n);
    text_char(t, '}');
}

static void tell_plot(report *r, const interp_event *e)
{
    plot_own *o = plot_read(e->text, e->n);

    if (!o)
        return;
    if (!r->opt.json) {
        text t = {0};
        clear_bar(r);
        plot_to_text(&o->p, 78, plot_rows(&o->p, 78), r->opt.ascii ? PLOT_ASCII : PLOT_BRAILLE, &t);
        fwrite(text_str(&t), 1, t.n, stdout);
        text_free(&t);
    } else {
        text t = event(r, "plot");
        text_add(&t, ",\"panels\":[");
        for (size_t i = 0; i < o->p.n; i++) {
            const plot_panel *p = &o->panel[i];
            text_fmt(&t, "%s{\"series\":[", i ? "," : "");
            for (size_t k = 0; k < p->n_series; k++) {
                if (k)
                    text_char(&t, ',');
                put_series(&t, &p->series[k]);
            }
            text_char(&t, ']');
            field_text(&t, "title", p->title ? p->title : "");
            field_text(&t, "x_label", p->x_label ? p->x_label : "");
            text_char(&t, '}');
        }
        text_char(&t, ']');
        emit(r, &t);
    }
    plot_own_free(o);
}

void report_event(report *r, const interp_event *e, bool values)
{
    switch (e->kind) {
    case INTERP_STDOUT: tell_output(r, e, "stdout", stdout); break;
    case INTERP_STDERR: tell_output(r, e, "stderr", stderr); break;
    case INTERP_VALUE:
        if (values)
            tell_value(r, e);
        break;
    case INTERP_ERROR: tell_error(r, e); break;
    case INTERP_PLOT: tell_plot(r, e); break;
    case INTERP_PROGRESS:
        if (r->opt.json) {
            text t = event(r, "report");
            field_number(&t, "done", e->done);
            field_text(&t, "text", e->text);
            emit(r, &t);
        } else if (r->terminal && !r->opt.quiet) {
            fprintf(stderr, "\r\033[K%3.0f %% %s", 100 * e->done, e->text);
            r->bar_shown = true;
        }
        break;
    case INTERP_JOB:
        if (r->opt.json) {
            text t = event(r, "job");
            field_int(&t, "job", e->job);
            emit(r, &t);
        }
        break;
    case INTERP_FINISHED: clear_bar(r); break;
    default: break;
    }
}

/* Into the file and the events; true: neither is meant to be all, people may read it too. */
static bool log_note(report *r, weir_log_level level, const char *module, const char *words)
{
    static const char *const names[] = {"error", "warning", "info", "debug"};

    log_line(r, "%s: %s: %s", names[level], module, words);
    if (!r->opt.json)
        return true;
    text t = {0}; /* from any thread: without the cell */
    text_fmt(&t, "{\"event\":\"message\",\"time\":%.3f,\"level\":\"%s\"", clock_wall(), names[level]);
    field_text(&t, "module", module);
    field_text(&t, "text", words);
    emit(r, &t);
    return false;
}

static void say(report *r, weir_log_level level, const char *module, const char *words)
{
    clear_bar(r);
    fflush(stdout);
    fprintf(stderr, "weir: %s%s%s\n", level <= WEIR_LOG_WARN ? module : "", level <= WEIR_LOG_WARN ? ": " : "", words);
}

void report_note(report *r, weir_log_level level, const char *module, const char *words)
{
    if (log_note(r, level, module, words))
        say(r, level, module, words);
}

void report_aside(report *r, weir_log_level level, const char *module, const char *words)
{
    if (log_note(r, level, module, words) && r->terminal && !r->opt.quiet)
        say(r, level, module, words);
}

void report_record(report *r, const char *module, const char *words)
{
    log_line(r, "%s: %s", module, words);
}

void report_end(report *r, int status, double seconds)
{
    clear_bar(r);
    fflush(stdout);
    log_line(r, "end: status %d after %.3f s", status, seconds);
    if (!r->opt.json)
        return;
    text t = event(r, "end");
    field_int(&t, "status", status);
    field_number(&t, "seconds", seconds);
    emit(r, &t);
}

void report_hung_up(report *r, const char *file)
{
    int fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);

    if (fd < 0)
        fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    for (int i = 1; i <= 2; i++)
        if (fd >= 0 && isatty(i))
            dup2(fd, i);
    if (fd >= 0)
        close(fd);
    clearerr(stdout);
    clearerr(stderr);
    r->terminal = false;
    r->bar_shown = false;
    log_line(r, "the terminal has gone; what is printed goes to %s", file);
}

bool report_on_terminal(const report *r)
{
    return r->terminal;
}

report *report_new(const report_options *o, char *why, size_t cap)
{
    report *r = calloc(1, sizeof *r);

    if (!r) {
        snprintf(why, cap, "out of memory");
        return NULL;
    }
    r->opt = *o;
    r->terminal = !o->json && isatty(2);
    r->last_line = clock_now();
    pthread_mutex_init(&r->lock, NULL);
    if (o->log_file && !(r->log = fopen(o->log_file, "a"))) {
        snprintf(why, cap, "cannot write the log file '%.300s': %s", o->log_file, strerror(errno));
        report_free(r);
        return NULL;
    }
    return r;
}

void report_free(report *r)
{
    if (!r)
        return;
    if (r->log)
        fclose(r->log);
    pthread_mutex_destroy(&r->lock);
    free(r);
}
