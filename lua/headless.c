/* headless.c - a script runs in the interpreter; this thread prints what it says.
 * Progress goes to standard error: a bar on a terminal, else a line every 10 s. */
#include "config.h"
#include "lua/headless.h"

#include "lua/bind.h"
#include "lua/interp.h"

#include "base/clock.h"
#include "base/text.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static volatile sig_atomic_t signals;

static void on_signal(int sig)
{
    (void)sig;
    signals++;
}

typedef struct front {
    weir_session *session;
    interp *interp;
    bool terminal, quiet, bar_shown;
    double last_line;
    int handled; /* signals that were acted on */
    int status;
} front;

static void clear_bar(front *f)
{
    if (f->bar_shown)
        fputs("\r\033[K", stderr);
    f->bar_shown = false;
}

static void log_line(void *user, weir_log_level level, const char *module, const char *message)
{
    (void)user;
    if (level <= WEIR_LOG_WARN)
        fprintf(stderr, "weir: %s: %s\n", module, message);
}

/* The newest training that runs, or NULL (owned). */
static weir_job *running(front *f)
{
    weir_job *jobs[16], *found = NULL;
    size_t n = weir_session_jobs(f->session, jobs, 16);

    for (size_t i = 0; i < n && i < 16; i++) {
        weir_job_info info;
        weir_job_get(jobs[i], &info);
        if (!found && info.state == WEIR_JOB_RUNNING && !strcmp(info.kind, "train"))
            found = jobs[i];
        else
            weir_job_unref(jobs[i]);
    }
    return found;
}

static void show_job(front *f)
{
    enum { WIDTH = 30 };
    weir_job *j = f->quiet || !interp_progress(f->interp) ? NULL : running(f);
    weir_job_info i;
    char left[32], bar[WIDTH + 1];

    if (!j)
        return;
    weir_job_get(j, &i);
    weir_job_unref(j);
    double now = clock_now(), done = isnan(i.done) ? 0 : i.done;
    if (!f->terminal && now - f->last_line < 10)
        return;
    clock_duration(i.left, left, sizeof left);
    for (int k = 0; k < WIDTH; k++)
        bar[k] = k < (int)(done * WIDTH) ? '#' : '.';
    bar[WIDTH] = '\0';
    if (f->terminal) {
        fprintf(stderr, "\r\033[K%s [%s] %3.0f %%  epoch %.3g  %.0f rows/s  %s left", i.title, bar, 100 * done, i.epochs, i.speed, left);
        f->bar_shown = true;
    } else {
        fprintf(stderr, "weir: %s %.0f %%, epoch %.3g, %.0f rows/s, %s left\n", i.title, 100 * done, i.epochs, i.speed, left);
        f->last_line = now;
    }
}

/* The first Ctrl-C ends a training with its best model, or else the script; the second the script. */
static void act_on_signal(front *f)
{
    if (signals == f->handled)
        return;
    f->handled = signals;
    weir_job *j = running(f);
    if (j && f->handled == 1) {
        clear_bar(f);
        fputs("weir: stopping; the best model so far is kept (Ctrl-C again ends the script)\n", stderr);
        weir_job_cancel(j, true);
    } else {
        if (j)
            weir_job_cancel(j, false);
        interp_interrupt(f->interp, 0);
    }
    weir_job_unref(j);
}

static void draw(const weir_frame *curve)
{
    text t = {0};

    show_plot(&t, curve, 0, 80);
    fwrite(text_str(&t), 1, t.n, stdout);
    text_free(&t);
}

/* true: the run has ended. */
static bool handle(front *f, const interp_event *e)
{
    switch (e->kind) {
    case INTERP_STDOUT:
        clear_bar(f);
        fwrite(e->text, 1, e->n, stdout);
        break;
    case INTERP_STDERR:
        clear_bar(f);
        fwrite(e->text, 1, e->n, stderr);
        break;
    case INTERP_ERROR:
        clear_bar(f);
        fflush(stdout);
        fprintf(stderr, "weir: %s\n", e->text);
        break;
    case INTERP_PROGRESS:
        if (f->terminal && !f->quiet) {
            fprintf(stderr, "\r\033[K%3.0f %% %s", 100 * e->done, e->text);
            f->bar_shown = true;
        }
        break;
    case INTERP_PLOT:
        clear_bar(f);
        draw(e->frame);
        break;
    case INTERP_FINISHED:
        clear_bar(f);
        if (e->line >= 0)
            f->status = (int)e->line;
        else if (!e->ok)
            f->status = 1;
        return true;
    default: break;
    }
    return false;
}

/* Runs one chunk to its end; values of the last expression are printed when asked for. */
static bool run_chunk(front *f, const char *name, const char *code, bool print_values)
{
    interp_event e;
    bool exited = false;

    interp_submit(f->interp, 1, name, 1, code);
    for (bool ended = false; !ended;) {
        act_on_signal(f);
        if (!interp_next(f->interp, &e)) {
            show_job(f);
            fflush(stdout);
            interp_wait(f->interp, f->terminal ? 0.1 : 0.25);
            continue;
        }
        if (e.kind == INTERP_VALUE && print_values)
            printf("%s%s", e.text, e.n && e.text[e.n - 1] == '\n' ? "" : "\n");
        ended = handle(f, &e);
        exited |= ended && e.line >= 0;
        interp_event_clear(&e);
    }
    fflush(stdout);
    return !exited;
}

static char *read_stream(FILE *in, bool *failed)
{
    text t = {0};
    char buf[65536];
    size_t n;

    while ((n = fread(buf, 1, sizeof buf, in)) > 0)
        text_add_n(&t, buf, n);
    *failed = t.failed || ferror(in);
    char *s = malloc(t.n + 1);
    if (s) {
        memcpy(s, text_str(&t), t.n);
        s[t.n] = '\0';
    }
    text_free(&t);
    return s;
}

static int run_script(front *f, const char *path)
{
    FILE *in = fopen(path, "rb");
    bool failed;

    if (!in) {
        fprintf(stderr, "weir: cannot open '%s': %s\n", path, strerror(errno));
        return 2;
    }
    char *code = read_stream(in, &failed);
    fclose(in);
    if (!code || failed) {
        fprintf(stderr, "weir: cannot read '%s': it is %s\n", path, errno == EISDIR ? "a directory" : strerror(errno));
        free(code);
        return 2;
    }
    run_chunk(f, path, code, false);
    free(code);
    return f->status;
}

/* Lines that are not a whole chunk yet are joined with the next. */
static void repl(front *f)
{
    char *line = NULL;
    size_t cap = 0;
    text chunk = {0};
    bool go_on = true;

    while (go_on && getline(&line, &cap, stdin) >= 0) {
        text_add(&chunk, line);
        if (!interp_complete_chunk(text_str(&chunk)))
            continue;
        go_on = run_chunk(f, "stdin", text_str(&chunk), true);
        text_clear(&chunk);
    }
    if (go_on && chunk.n)
        run_chunk(f, "stdin", text_str(&chunk), true);
    text_free(&chunk);
    free(line);
}

int headless_run(const headless_options *opt)
{
    front f = {.terminal = isatty(2), .quiet = opt->quiet, .last_line = clock_now()};
    weir_error err = {0};
    struct winsize w = {0};
    struct sigaction sa = {.sa_handler = on_signal};

    if (weir_session_new(&f.session, NULL, &err)) {
        fprintf(stderr, "weir: %s\n", err.message);
        return 1;
    }
    weir_session_set_log(f.session, log_line, NULL);
    interp_options io = {.session = f.session, .argc = opt->argc, .argv = opt->argv, .script = opt->script,
                         .sample_dir = opt->sample_dir, .headless = true, .quiet = opt->quiet};
    if (ioctl(1, TIOCGWINSZ, &w) == 0 && w.ws_col)
        io.columns = w.ws_col;
    if (interp_new(&f.interp, &io, &err)) {
        fprintf(stderr, "weir: %s\n", err.message);
        weir_session_free(f.session);
        return 1;
    }
    sigaction(SIGINT, &sa, NULL);
    if (opt->code)
        run_chunk(&f, "(command line)", opt->code, true);
    else if (opt->script)
        f.status = run_script(&f, opt->script);
    else
        repl(&f);
    interp_free(f.interp);
    weir_session_free(f.session);
    return f.status;
}
