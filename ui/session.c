/* session.c - see session.h. The workbench of app.h between its host and its keeper. */
#include "config.h"
#include "ui/session.h"

#include "base/clock.h"
#include "lua/keep.h"
#include "ui/app.h"
#include "ui/configure.h"
#include "ui/checkpoint.h"
#include "ui/host.h"
#include "ui/keeper.h"
#include "ui/launch.h"
#include "ui/linear.h"
#include "ui/recent.h"
#include "ui/run.h"
#include "ui/sessions.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

enum { MOST_SENT = 32, MOST_JOBS = 64 };

typedef struct sent { /* what came by weir send and still runs */
    int64_t ticket, cell, job;
    bool of_notebook;  /* a cell of the notebook, which stays its own */
} sent;

typedef struct workbench {
    const session_options *opt;
    app *app;
    host *host;
    keeper keeper;
    char config[4200];
    checkpoints *checkpoints;
    locale_t locale, usual;
    bool serves;                 /* as a session */
    bool lent;
    linear *linear;              /* the terminal takes lines; else NULL */
    char previous[PLACE_NAME];   /* the session that the terminal came from, or "" */
    double started, used, left;  /* since 1970; left: when the last terminal went, 0 = none was there */
    sent sent[MOST_SENT];
    size_t n_sent;
    bool ending;                 /* told to end: waits for the trainings that finish */
    double end_by;
    bool passing;                /* the person went on from the start page: nobody comes back to this notebook */
    char next[4352];             /* without sessions: the notebook that this process goes on with, or "" */
    char *noted;                 /* the path that stands among the recent notebooks */
    const char *why;             /* it ended, for the client; "" = the person knows */
    int status;
    bool unsaved;
    FILE *log;
    pthread_mutex_t lock;        /* guards what follows, which comes from any thread */
    text said;                   /* by weir.log, a line each; not yet shown */
} workbench;

static void note(workbench *w, const char *words)
{
    char when[32];
    time_t now = time(NULL);
    struct tm tm;

    if (!w->log)
        return;
    strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S", localtime_r(&now, &tm));
    fprintf(w->log, "%s %s\n", when, words);
    fflush(w->log);
}

/* The engine's own words, from any thread: to the log file; what weir.log says is shown as well. */
static void on_log(void *user, weir_log_level level, const char *module, const char *what)
{
    static const char *const names[] = {"error: ", "warning: ", "", ""};
    workbench *w = user;
    char words[1200];

    pthread_mutex_lock(&w->lock);
    snprintf(words, sizeof words, "%s%s: %s", names[level], module, what);
    note(w, words);
    if (!strcmp(module, "user"))
        text_fmt(&w->said, "%s\n", what);
    pthread_mutex_unlock(&w->lock);
    if (!strcmp(module, "user"))
        app_wake(w->app);
}

static void show_said(workbench *w)
{
    pthread_mutex_lock(&w->lock);
    for (const char *s = text_str(&w->said); *s;) {
        int n = (int)strcspn(s, "\n");
        app_say(w->app, SAY_NOTE, "%.*s", n < 900 ? n : 900, s);
        s += n + (s[n] == '\n');
    }
    text_clear(&w->said);
    pthread_mutex_unlock(&w->lock);
}

/* What runs ---------------------------------------------------------------------------------------- */

/* The trainings and other jobs that run or wait, newest first; owned references. */
static size_t busy_jobs(workbench *w, weir_job *jobs[MOST_JOBS])
{
    size_t n = weir_session_jobs(w->app->session, jobs, MOST_JOBS), k = 0;

    for (size_t i = 0; i < n && i < MOST_JOBS; i++) {
        weir_job_info info;
        weir_job_get(jobs[i], &info);
        if (info.state == WEIR_JOB_RUNNING || info.state == WEIR_JOB_QUEUED)
            jobs[k++] = jobs[i];
        else
            weir_job_unref(jobs[i]);
    }
    return k;
}

static void describe_state(workbench *w, char *s, size_t cap)
{
    weir_job *jobs[MOST_JOBS];
    size_t n = busy_jobs(w, jobs);
    char how_long[32];

    if (n) {
        weir_job_info i;
        weir_job_get(jobs[0], &i);
        clock_duration(i.left, how_long, sizeof how_long);
        if (isnan(i.done))
            snprintf(s, cap, "%s", i.kind);
        else if (isnan(i.left))
            snprintf(s, cap, "%s %.0f %%", strcmp(i.kind, "train") ? i.kind : "training", 100 * i.done);
        else
            snprintf(s, cap, "%s %.0f %%, %s left", strcmp(i.kind, "train") ? i.kind : "training", 100 * i.done, how_long);
    } else if (interp_busy(w->app->interp)) {
        snprintf(s, cap, "running");
    } else {
        double last = w->used;
        for (size_t i = 0; i < w->app->nb.n; i++)
            last = fmax(last, w->app->nb.cell[i].ended);
        clock_duration(clock_wall() - last, how_long, sizeof how_long);
        snprintf(s, cap, "idle %s", how_long);
    }
    for (size_t i = 0; i < n; i++)
        weir_job_unref(jobs[i]);
}

/* The terminal ---------------------------------------------------------------------------------------- */

/* The locale concerns the thread that draws alone. One that is not installed here gives way to UTF-8
 * when its name promises UTF-8. */
static void take_locale(workbench *w, const char *name)
{
    locale_t l = newlocale(LC_CTYPE_MASK, name, (locale_t)0);

    if (!l) {
        bool utf8 = strcasestr(name, "utf-8") || strcasestr(name, "utf8");
        l = newlocale(LC_CTYPE_MASK, utf8 ? "C.UTF-8" : "C", (locale_t)0);
        if (!utf8)
            app_say(w->app, SAY_WARNING, "the locale %.60s is not installed here: shown in ASCII", name);
    }
    if (!l)
        return;
    locale_t before = uselocale(l);
    if (w->locale)
        freelocale(w->locale);
    else
        w->usual = before;
    w->locale = l;
}

static void greet(workbench *w)
{
    size_t good = 0, bad = 0;
    char away[32], state[128];

    if (!w->left)
        return;
    for (size_t i = 0; i < w->app->nb.n; i++) {
        const nb_cell *c = &w->app->nb.cell[i];
        good += c->ended > w->left && c->state == CELL_DONE;
        bad += c->ended > w->left && c->state == CELL_FAILED;
    }
    clock_duration(clock_wall() - w->left, away, sizeof away);
    describe_state(w, state, sizeof state);
    if (clock_wall() - w->left < 5 && !good && !bad)
        return;
    if (good + bad == 0)
        app_say(w->app, SAY_NOTE, "back after %s: %s", away, state);
    else
        app_say(w->app, bad ? SAY_WARNING : SAY_NOTE, "back after %s: %zu cell%s ended%s, %s", away, good + bad, good + bad == 1 ? "" : "s",
                bad ? ", not all well" : "", state);
}

static linear *open_linear(workbench *w, const host_terminal *t)
{
    w->app->canvas.ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    return linear_open(w->app, t->in, t->out);
}

/* The start page is for a screen and a notebook with nothing in it. */
static void perform(workbench *w, const char *name)
{
    if (!strcmp(name, "start") && (w->linear || !sessions_bare(w->app)))
        return;
    app_command(w->app, name);
}

static bool on_lend(void *user, host_terminal *t, char *why, size_t cap)
{
    workbench *w = user;
    term_options o = {.in = t->in, .out = t->out, .type = t->type, .colours = t->no_color ? 0 : -1, .shapes = true, .entered = t->entered};

    take_locale(w, t->locale);
    greet(w);
    if (t->linear || w->app->set.linear)
        w->linear = open_linear(w, t);
    else if (!app_attach(w->app, &o, why, cap))
        return false;
    if (!w->linear)
        t->rescue = term_rescue(w->app->term, &t->rescue_n);
    w->lent = true;
    w->used = clock_wall();
    if (*t->previous)
        snprintf(w->previous, sizeof w->previous, "%s", t->previous);
    if (*t->note)
        app_say(w->app, SAY_ERROR, "%s", t->note);
    if (*t->command)
        perform(w, t->command);
    w->passing = false;
    return true;
}

static void on_take_back(void *user, bool gone)
{
    workbench *w = user;

    linear_close(w->linear);
    w->linear = NULL;
    app_detach(w->app, gone);
    w->lent = false;
    w->left = w->used = clock_wall();
}

static void on_left(void *user)
{
    workbench *w = user;

    w->passing = w->app->focus == &pane_start && sessions_bare(w->app);
}

static void on_resized(void *user)
{
    app_resized(((workbench *)user)->app);
}

static void on_ran(void *user, int status)
{
    workbench *w = user;

    app_returned(w->app, status);
}

/* A command line that the shell reads back as these words. */
static void quote(text *t, char *const argv[])
{
    for (; *argv; argv++) {
        text_add(t, t->n ? " '" : "'");
        for (const char *s = *argv; *s; s++)
            if (*s == '\'')
                text_add(t, "'\\''");
            else
                text_char(t, *s);
        text_char(t, '\'');
    }
}

static bool run_on_terminal(void *user, app *a, char *const argv[])
{
    workbench *w = user;
    text t = {0};

    (void)a;
    quote(&t, argv);
    bool good = !t.failed && host_run(w->host, text_str(&t));
    text_free(&t);
    return good;
}

static void suspend(void *user, app *a)
{
    (void)a;
    host_pause(((workbench *)user)->host);
}

static bool detach(void *user, app *a)
{
    workbench *w = user;
    char words[200];

    (void)a;
    snprintf(words, sizeof words, "[detached; weir attach %s comes back]", host_name(w->host));
    host_detach(w->host, words);
    return true;
}

/* The client goes to another session; what is on the screen stays until that one draws. */
static bool enter(void *user, app *a, const char *session, const char *file)
{
    workbench *w = user;

    if (a->term)
        term_keep(a->term);
    bool bare = a->focus == &pane_start && sessions_bare(a), good = host_enter(w->host, session, file);
    w->passing = good && bare;
    return good;
}

static bool replace(void *user, app *a, const char *file)
{
    workbench *w = user;
    int k = snprintf(w->next, sizeof w->next, "%s", file);

    if (k <= 0 || (size_t)k >= sizeof w->next) {
        w->next[0] = '\0';
        return false;
    }
    a->quit = true;
    return true;
}

static const char *session_name(void *user, bool previous)
{
    workbench *w = user;

    return previous ? w->previous : host_name(w->host);
}

/* From the shell --------------------------------------------------------------------------------------- */

static void on_describe(void *user, wire_message *m)
{
    workbench *w = user;
    char s[256], *path = w->app->nb.path ? launch_path(w->app->nb.path) : NULL;

    wire_add(m, "path", path);
    free(path);
    describe_state(w, s, sizeof s);
    wire_add(m, "state", s);
    wire_add(m, "unsaved", w->app->nb.modified ? "yes" : "no");
    snprintf(s, sizeof s, "%.3f", w->started);
    wire_add(m, "started", s);
    snprintf(s, sizeof s, "%.3f", w->lent ? clock_wall() : w->used);
    wire_add(m, "used", s);
}

/* A cell by number or title; SIZE_MAX with a sentence. */
static size_t find_cell(app *a, const char *wanted, char *why, size_t cap)
{
    char title[200], *end;
    size_t n = strtoul(wanted, &end, 10);

    if (*wanted && !*end && n >= 1 && n <= a->nb.n)
        return n - 1;
    for (size_t i = 0; i < a->nb.n; i++) {
        nb_title(&a->nb.cell[i], title, sizeof title);
        if (*title && !strcmp(title, wanted))
            return i;
    }
    snprintf(why, cap, "there is no cell '%.60s'; the notebook has %zu", wanted, a->nb.n);
    return SIZE_MAX;
}

static bool on_submit(void *user, int64_t ticket, bool cell, const char *code, char *why, size_t cap)
{
    workbench *w = user;
    app *a = w->app;
    sent s = {.ticket = ticket, .cell = -ticket, .of_notebook = cell};

    if (w->n_sent == MOST_SENT || w->ending) {
        snprintf(why, cap, w->ending ? "the session is ending" : "too much is running from outside already");
        return false;
    }
    if (!cell) {
        w->sent[w->n_sent++] = s;
        app_say(a, SAY_NOTE, "weir send: runs code from outside");
        return interp_submit(a->interp, s.cell, "weir send", 1, code) != 0;
    }
    size_t i = find_cell(a, code, why, cap);
    if (i == SIZE_MAX)
        return false;
    nb_cell *c = &a->nb.cell[i];
    if (c->kind != CELL_CODE || c->state == CELL_RUNNING || c->state == CELL_QUEUED) {
        snprintf(why, cap, c->kind != CELL_CODE ? "cell %zu is text" : "cell %zu runs already", i + 1);
        return false;
    }
    s.cell = c->id;
    w->sent[w->n_sent++] = s;
    app_say(a, SAY_NOTE, "weir send: runs cell %zu", i + 1);
    run_cell(a, i, 0);
    return true;
}

static void stop_job(workbench *w, int64_t id)
{
    weir_job *jobs[MOST_JOBS];
    size_t n = busy_jobs(w, jobs);

    for (size_t i = 0; i < n; i++) {
        weir_job_info info;
        weir_job_get(jobs[i], &info);
        if (info.id == id)
            weir_job_cancel(jobs[i], true);
        weir_job_unref(jobs[i]);
    }
}

/* Nobody waits for it any more, or the one who does wants it to stop. A cell of the notebook goes on without the one. */
static void on_interrupt(void *user, int64_t ticket, bool gone)
{
    workbench *w = user;

    if (!ticket) {
        run_interrupt(w->app);
        return;
    }
    for (size_t i = 0; i < w->n_sent; i++)
        if (w->sent[i].ticket == ticket && !(gone && w->sent[i].of_notebook)) {
            stop_job(w, w->sent[i].job);
            interp_interrupt(w->app->interp, w->sent[i].cell);
        }
}

/* What runs for the shell is told to it. */
static void heard(void *user, app *a, const interp_event *e)
{
    workbench *w = user;
    size_t i = 0;

    (void)a;
    if (w->linear)
        linear_heard(w->linear, e);
    while (i < w->n_sent && w->sent[i].cell != e->cell)
        i++;
    if (i == w->n_sent)
        return;
    int64_t ticket = w->sent[i].ticket;
    switch (e->kind) {
    case INTERP_STDOUT: host_reply(w->host, ticket, "stdout", e->text, e->n); break;
    case INTERP_STDERR: host_reply(w->host, ticket, "stderr", e->text, e->n); break;
    case INTERP_VALUE:
        host_reply(w->host, ticket, "stdout", e->text, e->n);
        if (e->n && e->text[e->n - 1] != '\n')
            host_reply(w->host, ticket, "stdout", "\n", 1);
        break;
    case INTERP_ERROR:
        host_reply(w->host, ticket, "stderr", "weir: ", 6);
        host_reply(w->host, ticket, "stderr", e->text, e->n);
        host_reply(w->host, ticket, "stderr", "\n", 1);
        break;
    case INTERP_JOB: w->sent[i].job = e->job; break;
    case INTERP_FINISHED:
        host_finish(w->host, ticket, e->line >= 0 ? (int)e->line : !e->ok);
        w->sent[i] = w->sent[--w->n_sent];
        break;
    default: break;
    }
}

/* Printed past the interpreter: to the cell that runs, or else to the messages. */
static void on_printed(void *user, const char *s, size_t n)
{
    workbench *w = user;

    note(w, "printed past the interpreter");
    for (size_t i = 0; i < w->app->nb.n; i++)
        if (w->app->nb.cell[i].state == CELL_RUNNING) {
            output_add(&w->app->nb.cell[i].out, OUT_TEXT, s, n, NULL);
            w->app->dirty = true;
            return;
        }
    for (size_t i = 0; i < w->n_sent; i++)
        if (!w->sent[i].of_notebook) {
            host_reply(w->host, w->sent[i].ticket, "stdout", s, n);
            return;
        }
    /* The cell that caused it may have ended a moment ago. */
    size_t last = w->app->nb.n;
    for (size_t i = 0; i < w->app->nb.n; i++)
        if (clock_wall() - w->app->nb.cell[i].ended < 1 && (last == w->app->nb.n || w->app->nb.cell[i].ended > w->app->nb.cell[last].ended))
            last = i;
    if (last < w->app->nb.n) {
        output_add(&w->app->nb.cell[last].out, OUT_TEXT, s, n, NULL);
        w->app->dirty = true;
    } else {
        app_say(w->app, SAY_NOTE, "%.*s", (int)(n < 200 ? n : 200), s);
    }
}

static void on_report(void *user)
{
    workbench *w = user;
    char state[128], words[200];

    describe_state(w, state, sizeof state);
    snprintf(words, sizeof words, "status: %s", state);
    note(w, words);
    app_say(w->app, SAY_NOTE, "%s", state);
}

/* The end -------------------------------------------------------------------------------------------------- */

/* Trainings end with the iteration they are in and keep their best; then the process does. */
static void on_end(void *user, bool now)
{
    workbench *w = user;
    weir_job *jobs[MOST_JOBS];
    size_t n = busy_jobs(w, jobs);

    w->status = 143;
    w->why = "[the session was ended]";
    note(w, now ? "told to end at once" : "told to end");
    w->app->queue.n = 0; /* nothing more begins */
    for (size_t i = 0; i < n; i++) {
        weir_job_cancel(jobs[i], true);
        weir_job_unref(jobs[i]);
    }
    w->ending = true;
    w->end_by = clock_now() + (now ? 0 : 60);
    app_say(w->app, SAY_WARNING, "ending: %s", n ? "the trainings finish their iteration and are kept" : "this session was told to");
}

static void keep_models(workbench *w)
{
    weir_job *jobs[MOST_JOBS];
    size_t n = weir_session_jobs(w->app->session, jobs, MOST_JOBS);
    char folder[4200], path[4400], why[600], words[4500];
    bool place = keep_folder(w->keeper.path, folder, sizeof folder);

    for (size_t i = 0; i < n && i < MOST_JOBS; i++) {
        weir_job_info info;
        weir_value v = {0};
        weir_error err;
        weir_job_get(jobs[i], &info);
        if (place && info.state == WEIR_JOB_CANCELLED && weir_job_result(jobs[i], &v, &err) == WEIR_OK && v.kind == WEIR_MODEL) {
            bool good = keep_model(w->app->session, v.as.model, folder, path, sizeof path, why, sizeof why);
            snprintf(words, sizeof words, good ? "kept %.4400s" : "not kept: %.4400s", good ? path : why);
            note(w, words);
        }
        weir_value_clear(&v);
        weir_job_unref(jobs[i]);
    }
}

enum { PASSED = 10 }; /* seconds for a client to come back: the other session could not be entered */

/* The session of an empty notebook that the person went on from ends by itself. */
static void look_for_passing(workbench *w)
{
    if (w->passing && !w->lent && clock_wall() - w->left >= PASSED && sessions_bare(w->app))
        w->app->quit = true;
}

/* A notebook that was opened, or saved under a name, is a recent one. */
static void note_recent(workbench *w)
{
    const notebook *nb = &w->app->nb;

    if (!nb->path || !nb->saved || (w->noted && !strcmp(w->noted, nb->path)))
        return;
    char *whole = launch_path(nb->path);
    if (whole)
        recent_add(whole);
    free(whole);
    free(w->noted);
    w->noted = strdup(nb->path);
}

static void look_for_end(workbench *w)
{
    weir_job *jobs[MOST_JOBS];
    size_t n;

    if (!w->ending || w->app->quit)
        return;
    n = busy_jobs(w, jobs);
    for (size_t i = 0; i < n; i++)
        weir_job_unref(jobs[i]);
    if (n && clock_now() < w->end_by)
        return;
    if (!n)
        keep_models(w);
    w->app->quit = true;
}

/* The process ------------------------------------------------------------------------------------------------- */

static const host_ops ops = {
    .lend = on_lend, .take_back = on_take_back, .left = on_left, .resized = on_resized, .ran = on_ran, .describe = on_describe, .submit = on_submit,
    .interrupt = on_interrupt, .end = on_end, .report = on_report, .printed = on_printed,
};

static void host_speaks(app *a, void *user, short events)
{
    (void)a;
    (void)events;
    host_act(((workbench *)user)->host);
}

static bool open_log(workbench *w, char *why, size_t cap)
{
    if (!w->opt->log_file)
        return true;
    int fd = open(w->opt->log_file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    w->log = fd < 0 ? NULL : fdopen(fd, "a");
    if (!w->log)
        snprintf(why, cap, "cannot write the log file '%.300s': %s", w->opt->log_file, strerror(errno));
    return w->log != NULL;
}

/* Every training that runs writes a checkpoint: here, and where it was asked to. */
static void checkpoint_all(void *user)
{
    workbench *w = user;
    weir_job *jobs[MOST_JOBS];
    size_t n = busy_jobs(w, jobs);

    for (size_t i = 0; i < n; i++) {
        weir_job_checkpoint(jobs[i]);
        weir_job_unref(jobs[i]);
    }
    if (w->checkpoints)
        checkpoints_now(w->checkpoints);
}

static bool begin(workbench *w, char *why, size_t cap)
{
    app_options o = {.file = w->opt->file, .sample_dir = w->opt->sample_dir,
                     .host = {.user = w, .run = run_on_terminal, .suspend = suspend, .detach = w->serves ? detach : NULL,
                              .enter = w->serves ? enter : NULL, .replace = w->serves ? NULL : replace, .session = session_name, .heard = heard, .checkpoint = checkpoint_all}};

    if (!open_log(w, why, cap))
        return false;
    if (configure_path(w->config, sizeof w->config))
        o.config = w->config;
    keeper_open(&w->keeper, w->opt->file);
    o.read_only = w->keeper.read_only;
    o.project = true;
    o.set = w->opt->set;
    w->app = app_new(&o, why, cap);
    if (!w->app)
        return false;
    weir_session_set_log(w->app->session, on_log, w);
    w->started = w->used = clock_wall();
    keeper_recover(&w->keeper, w->app);
    w->checkpoints = checkpoints_new(w->app->session, w->keeper.path);
    return true;
}

static void end(workbench *w)
{
    bool told = w->ending;

    /* Whoever opens the notebook as soon as the client has gone finds neither socket nor lock. */
    if (w->host)
        host_leave(w->host);
    if (w->app)
        keeper_close(&w->keeper, w->app, told);
    else
        lock_release(&w->keeper.lock);
    checkpoints_free(w->checkpoints, told);
    if (w->host && w->app)
        host_goodbye(w->host, w->why ? w->why : "");
    app_free(w->app);
    host_free(w->host);
    if (w->locale) {
        uselocale(w->usual);
        freelocale(w->locale);
    }
    if (w->log)
        fclose(w->log);
    text_free(&w->said);
    free(w->noted);
    pthread_mutex_destroy(&w->lock);
}

static int patience(workbench *w)
{
    double s = keeper_patience(&w->keeper);

    double t = w->checkpoints ? checkpoints_patience(w->checkpoints) : -1;

    s = s < 0 || (t >= 0 && t < s) ? t : s;
    t = w->linear ? linear_patience(w->linear) : -1;
    s = s < 0 || (t >= 0 && t < s) ? t : s;
    if (w->passing && !w->lent)
        s = s < 0 || s > 1 ? 1 : s;
    if (w->ending)
        s = s < 0 || s > 0.1 ? 0.1 : s;
    return s < 0 ? -1 : (int)(s * 1000) + 1;
}

/* No more lines: a person's terminal leaves, a pipe's work is finished first. */
static void linear_turns(workbench *w)
{
    linear_turn(w->linear);
    if (!w->linear)
        return;
    if (linear_gone(w->linear)) {
        linear_close(w->linear);
        w->linear = NULL;
    } else if (linear_ended(w->linear) && w->serves) {
        detach(w, w->app);
    } else if (linear_ended(w->linear) && !linear_busy(w->linear)) {
        w->ending = true; /* what is not saved is kept */
        w->unsaved = w->app->nb.modified;
        w->app->quit = true;
    }
}

static void loop(workbench *w)
{
    app_watch(w->app, host_fd(w->host), POLLIN, host_speaks, w);
    if (w->opt->command)
        perform(w, w->opt->command);
    while (!w->app->quit) {
        app_turn(w->app, patience(w));
        show_said(w);
        if (w->linear)
            linear_turns(w);
        if (w->lent && !w->linear && !w->app->term) {
            host_lost(w->host);
            checkpoint_all(w); /* the line may have gone because more will */
        }
        keeper_tick(&w->keeper, w->app);
        if (w->checkpoints && !w->ending)
            checkpoints_tick(w->checkpoints, w->app->set.checkpoint_every);
        look_for_end(w);
        look_for_passing(w);
        note_recent(w);
    }
}

int session_serve(const session_options *o)
{
    workbench w = {.opt = o, .serves = true, .lock = PTHREAD_MUTEX_INITIALIZER};
    char why[1200] = "", name[PLACE_NAME];

    place_name(o->file, name);
    if (!begin(&w, why, sizeof why)) {
        launch_failed(why);
        end(&w);
        return 1;
    }
    int listener = place_listen(name, why, sizeof why);
    w.host = listener < 0 ? NULL : host_session(&ops, &w, listener, name, why, sizeof why);
    if (!w.host) {
        launch_failed(why);
        end(&w);
        return 1;
    }
    place_survival(why, sizeof why);
    if (*why)
        app_say(w.app, SAY_WARNING, "%s", why);
    launch_ready(name);
    loop(&w);
    end(&w);
    return w.status;
}

int session_plain(const session_options *o)
{
    workbench w = {.opt = o, .lock = PTHREAD_MUTEX_INITIALIZER};
    char why[1200] = "";

    bool good = begin(&w, why, sizeof why) && (w.host = host_local(&ops, &w, why, sizeof why)) && host_begin(w.host, o->linear, why, sizeof why);
    if (good)
        loop(&w);
    end(&w);
    if (good && *w.next && !w.ending) { /* from the start page to a notebook */
        session_options next = {.file = w.next, .sample_dir = o->sample_dir, .linear = o->linear, .log_file = o->log_file, .set = o->set};
        return session_plain(&next);
    }
    if (!good)
        fprintf(stderr, "weir: %s\n", why);
    else if (w.ending && (w.status || w.unsaved))
        fprintf(stderr, "weir: ended; what was typed is kept and comes back when the notebook is opened\n");
    return good ? w.status : 1;
}
