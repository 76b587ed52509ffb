/* headless.c - a script runs in the interpreter; this thread tells what happens and hears signals. */
#include "config.h"
#include "lua/headless.h"

#include "lua/cells.h"
#include "lua/interp.h"
#include "lua/keep.h"
#include "lua/report.h"

#include "base/clock.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static volatile sig_atomic_t interrupts, terminations, hangups, questions;

static void on_signal(int sig)
{
    switch (sig) {
    case SIGINT: interrupts++; break;
    case SIGTERM:
        if (++terminations > 1)
            _exit(EXIT_TERMINATED);
        break;
    case SIGHUP: hangups++; break;
    case SIGUSR1: questions++; break;
    default: break;
    }
}

typedef struct front {
    const headless_options *opt;
    weir_session *session;
    interp *interp;
    report *report;
    int interrupts, terminations, hangups, questions; /* that were acted on */
    weir_job *ending;  /* the training that TERM lets finish, or NULL */
    int status;
} front;

/* The newest training that runs, or NULL (owned). */
static weir_job *running(front *f)
{
    weir_job *jobs[16], *found = NULL;
    size_t n = weir_session_jobs(f->session, jobs, 16);

    for (size_t i = 0; i < n && i < 16; i++) {
        weir_job_info info;
        weir_job_get(jobs[i], &info);
        if (!found && info.state == WEIR_JOB_RUNNING && !strcmp(info.kind, "train") && !info.quiet)
            found = jobs[i];
        else
            weir_job_unref(jobs[i]);
    }
    return found;
}

static void log_message(void *user, weir_log_level level, const char *module, const char *message)
{
    front *f = user;

    if (level <= WEIR_LOG_WARN || !strcmp(module, "user"))
        report_note(f->report, level, module, message);
    else if (level == WEIR_LOG_INFO && !strcmp(module, "import"))
        report_aside(f->report, level, module, message);
    else
        report_record(f->report, module, message);
}

/* Signals ------------------------------------------------------------------------------------------ */

/* The first Ctrl-C ends a training with its best model, or else the script; the second the script. */
static void on_interrupt(front *f)
{
    weir_job *j = running(f);

    f->interrupts = interrupts;
    if (j && f->interrupts == 1) {
        report_note(f->report, WEIR_LOG_INFO, "interrupt", "stopping; the best model so far is kept (Ctrl-C again ends the script)");
        weir_job_cancel(j, true);
    } else {
        if (j)
            weir_job_cancel(j, false);
        f->status = EXIT_INTERRUPTED;
        interp_interrupt(f->interp, 0);
    }
    weir_job_unref(j);
}

static void on_termination(front *f)
{
    f->terminations = terminations;
    f->status = EXIT_TERMINATED;
    f->ending = running(f);
    if (f->ending) {
        report_note(f->report, WEIR_LOG_INFO, "terminate", "ending; the iteration finishes and its model is kept (TERM again leaves at once)");
        weir_job_cancel(f->ending, true);
    }
    interp_interrupt(f->interp, 0); /* the script goes no further; the job is held here */
}

/* At the end of the run: waits for the iteration. A second TERM leaves meanwhile. */
static void keep_ending(front *f)
{
    char folder[4200], path[4400], why[600];
    weir_value v = {0};
    weir_error err = {0};

    if (!f->ending)
        return;
    while (weir_job_wait(f->ending, 1, NULL) != WEIR_OK)
        ;
    if (weir_job_result(f->ending, &v, &err) == WEIR_OK && v.kind == WEIR_MODEL) {
        text t = {0};
        if (keep_folder(f->opt->script, folder, sizeof folder) && keep_model(f->session, v.as.model, folder, path, sizeof path, why, sizeof why))
            text_fmt(&t, "the model is in %s", path);
        else
            text_fmt(&t, "the model could not be kept: %s", why);
        report_note(f->report, WEIR_LOG_INFO, "terminate", text_str(&t));
        text_free(&t);
    }
    weir_value_clear(&v);
    weir_job_unref(f->ending);
    f->ending = NULL;
}

static void on_hang_up(front *f)
{
    char folder[4200], path[4400] = "/dev/null";

    f->hangups = hangups;
    if (keep_folder(f->opt->script, folder, sizeof folder))
        snprintf(path, sizeof path, "%s/run.out", folder);
    report_hung_up(f->report, path);
}

static void act_on_signals(front *f)
{
    if (hangups != f->hangups)
        on_hang_up(f);
    if (questions != f->questions) {
        f->questions = questions;
        report_status(f->report, f->session);
    }
    if (interrupts != f->interrupts)
        on_interrupt(f);
    if (terminations != f->terminations)
        on_termination(f);
}

static void catch_signals(bool script)
{
    struct sigaction sa = {.sa_handler = on_signal};

    sigaction(SIGINT, &sa, NULL);
    sigaction(SIGTERM, &sa, NULL);
    sigaction(SIGUSR1, &sa, NULL);
    sigaction(SIGXFSZ, &sa, NULL); /* heard and no more: who writes is told */
    if (script)
        sigaction(SIGHUP, &sa, NULL);
}

/* Running -------------------------------------------------------------------------------------------- */

/* The exit status of an error, by what kind the engine says it is. */
static int status_of(const char *kind)
{
    static const struct { const char *kind; int status; } table[] = {
        {"out of memory", EXIT_LIMIT}, {"I/O error", EXIT_DATA}, {"bad format", EXIT_DATA}, {"check failed", EXIT_CHECK}};

    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (!strcmp(table[i].kind, kind))
            return table[i].status;
    return EXIT_FAILED;
}

typedef enum run_end { RUN_GOOD, RUN_FAILED, RUN_EXITED } run_end; /* exited: by os.exit */

/* Runs one chunk to its end; values of the last expression are told when asked for. */
static run_end run_chunk(front *f, const char *name, int64_t line, const char *code, bool values)
{
    interp_event e;
    run_end result = RUN_GOOD;
    int failed = EXIT_FAILED;

    if (f->terminations)
        return RUN_FAILED;
    interp_submit(f->interp, 1, name, line, code);
    for (bool ended = false; !ended;) {
        act_on_signals(f);
        if (!interp_next(f->interp, &e)) {
            report_jobs(f->report, f->session, interp_progress(f->interp));
            fflush(stdout);
            interp_wait(f->interp, report_on_terminal(f->report) ? 0.1 : 0.25);
            continue;
        }
        report_event(f->report, &e, values);
        if (e.kind == INTERP_ERROR)
            failed = status_of(e.status);
        if (e.kind == INTERP_FINISHED) {
            ended = true;
            if (e.line >= 0)
                result = RUN_EXITED, f->status = (int)e.line;
            else if (!e.ok)
                result = RUN_FAILED, f->status = f->status ? f->status : failed;
        }
        interp_event_clear(&e);
    }
    report_jobs(f->report, f->session, false);
    fflush(stdout);
    return result;
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

/* --set: the value as Lua reads it where it is a value of Lua, else as text. */
static bool apply_sets(front *f)
{
    text t = {0};

    for (size_t i = 0; i < f->opt->n_set; i++) {
        const char *s = f->opt->set[i], *eq = strchr(s, '=');
        text_fmt(&t, "do local s = [==[%s]==]; local f = load(\"return \" .. s, \"=--set\", \"t\", {})\n", eq + 1);
        text_fmt(&t, "local good, v = pcall(f or error); if not good or (v == nil and s ~= \"nil\") then v = s end\n%.*s = v end\n", (int)(eq - s), s);
    }
    bool good = !f->opt->n_set || run_chunk(f, "--set", 1, text_str(&t), false) == RUN_GOOD;
    text_free(&t);
    return good;
}

/* Whether the marker's line says tags="... TAG ...". */
static bool has_tag(const char *marker, size_t n, const char *tag)
{
    char line[1024];
    size_t k = strlen(tag);

    snprintf(line, sizeof line, "%.*s", (int)n, marker);
    char *at = strrchr(line, '{'), *tags = at ? strstr(at, "tags") : NULL, *quote = tags ? strpbrk(tags, "\"'") : NULL;
    for (char *s = quote ? strstr(quote, tag) : NULL; s; s = strstr(s + 1, tag)) {
        bool begins = !isalnum((unsigned char)s[-1]) && s[-1] != '_' && s[-1] != '-';
        if (begins && !isalnum((unsigned char)s[k]) && s[k] != '_' && s[k] != '-')
            return true;
    }
    return false;
}

static const char *skipped(const front *f, const char *code, const cell_span *c)
{
    for (size_t i = 0; i < f->opt->n_skip; i++)
        if (has_tag(code + c->start, c->body - c->start, f->opt->skip[i]))
            return f->opt->skip[i];
    return NULL;
}

static run_end run_cell(front *f, const char *path, const char *code, const cell_span *c, size_t number)
{
    char title[200], *body = strndup(code + c->body, c->end - c->body);
    double began = clock_now();

    snprintf(title, sizeof title, "%.*s", (int)(c->title_n < 199 ? c->title_n : 199), code + c->title);
    const char *tag = skipped(f, code, c);
    if (tag || !body) {
        report_skipped(f->report, number, title, tag ? tag : "out of memory");
        free(body);
        return tag ? RUN_GOOD : RUN_FAILED;
    }
    report_cell(f->report, number, title, (int64_t)c->line);
    run_end r = run_chunk(f, path, (int64_t)c->body_line, body, true);
    if (r == RUN_GOOD && has_tag(code + c->start, c->body - c->start, "parameters") && !apply_sets(f))
        r = RUN_FAILED;
    report_cell_end(f->report, r == RUN_GOOD || (r == RUN_EXITED && !f->status), clock_now() - began);
    free(body);
    return r;
}

static void tell_unrun(front *f, const cell_span *c, const char *code, size_t at, size_t n)
{
    text t = {0};
    size_t left = 0;

    for (size_t i = at + 1; i < n; i++)
        left += c[i].kind == CELL_CODE && !skipped(f, code, &c[i]);
    text_fmt(&t, "cell %zu%s%.*s failed", at + 1, c[at].title_n ? ", " : "", (int)c[at].title_n, code + c[at].title);
    if (left)
        text_fmt(&t, "; %zu after it %s not run", left, left == 1 ? "was" : "were");
    report_note(f->report, WEIR_LOG_INFO, "run", text_str(&t));
    text_free(&t);
}

static void run_cells(front *f, const char *path, const char *code, const cell_span *c, size_t n)
{
    bool tagged = false;

    for (size_t i = 0; i < n; i++)
        tagged |= has_tag(code + c[i].start, c[i].body - c[i].start, "parameters");
    if (!tagged && !apply_sets(f))
        return;
    for (size_t i = 0; i < n; i++) {
        if (c[i].kind != CELL_CODE)
            continue;
        run_end r = run_cell(f, path, code, &c[i], i + 1);
        if (r == RUN_FAILED)
            tell_unrun(f, c, code, i, n);
        if (r != RUN_GOOD)
            return;
    }
}

static void run_text(front *f, const char *path, const char *code)
{
    enum { MOST = 4096 };
    cell_span *span = calloc(MOST, sizeof *span);
    size_t n = span ? cells_split(code, strlen(code), span, MOST) : 0;
    bool marked = false;

    for (size_t i = 0; i < n; i++)
        marked |= span[i].marked;
    report_begin(f->report, path, marked ? n : 0);
    if (marked)
        run_cells(f, path, code, span, n);
    else if (apply_sets(f))
        run_chunk(f, path, 1, code, false);
    free(span);
}

static int run_script(front *f, const char *path)
{
    bool input = !strcmp(path, "-"), failed;
    FILE *in = input ? stdin : fopen(path, "rb");

    if (!in) {
        fprintf(stderr, "weir: cannot open '%s': %s\n", path, strerror(errno));
        return EXIT_USAGE;
    }
    char *code = read_stream(in, &failed);
    int e = errno;
    if (!input)
        fclose(in);
    if (!code || failed) {
        fprintf(stderr, "weir: cannot read '%s': it is %s\n", path, e == EISDIR ? "a directory" : strerror(e));
        free(code);
        return EXIT_USAGE;
    }
    run_text(f, input ? "stdin" : path, code);
    free(code);
    return f->status;
}

/* Lines that are not a whole chunk yet are joined with the next; errors name the line of all that came. */
static void repl(front *f)
{
    char *line = NULL;
    size_t cap = 0;
    int64_t first = 1, n = 0; /* line of the chunk, and how many it has */
    text chunk = {0};
    bool go_on = true;

    report_begin(f->report, "stdin", 0);
    while (go_on && getline(&line, &cap, stdin) >= 0) {
        text_add(&chunk, line);
        n++;
        if (!interp_complete_chunk(text_str(&chunk)))
            continue;
        go_on = run_chunk(f, "stdin", first, text_str(&chunk), true) != RUN_EXITED;
        text_clear(&chunk);
        first += n;
        n = 0;
    }
    if (go_on && chunk.n)
        run_chunk(f, "stdin", first, text_str(&chunk), true);
    text_free(&chunk);
    free(line);
}

/* Whether the locale of the environment has nothing beyond ASCII. */
static bool plain_locale(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *s = getenv(names[i]);
        if (s && *s)
            return !strstr(s, "UTF-8") && !strstr(s, "utf8") && !strstr(s, "UTF8") && !strstr(s, "utf-8");
    }
    return true;
}

static bool begin(front *f, char *why, size_t cap)
{
    const headless_options *opt = f->opt;
    report_options ro = {.ascii = plain_locale(), .json = opt->json, .quiet = opt->quiet, .log_file = opt->log_file};
    interp_options io = {.ascii = ro.ascii, .argc = opt->argc, .argv = opt->argv, .script = opt->script, .sample_dir = opt->sample_dir,
                         .headless = true, .quiet = opt->quiet, .reproducible = opt->reproducible};
    struct winsize w = {0};
    weir_error err = {0};

    f->report = report_new(&ro, why, cap);
    if (!f->report)
        return false;
    if (ioctl(1, TIOCGWINSZ, &w) == 0 && w.ws_col)
        io.columns = w.ws_col;
    if (weir_session_new(&f->session, NULL, &err) == WEIR_OK) {
        weir_session_set_log(f->session, log_message, f);
        io.session = f->session;
        if (interp_new(&f->interp, &io, &err) == WEIR_OK)
            return true;
    }
    snprintf(why, cap, "%.590s", err.message);
    return false;
}

int headless_run(const headless_options *opt)
{
    front f = {.opt = opt};
    char why[600];
    double began = clock_now();

    if (begin(&f, why, sizeof why)) {
        catch_signals(opt->script != NULL);
        if (opt->code) {
            report_begin(f.report, "(command line)", 0);
            run_chunk(&f, "(command line)", 1, opt->code, true);
        } else if (opt->script) {
            f.status = run_script(&f, opt->script);
        } else {
            repl(&f);
        }
    } else {
        fprintf(stderr, "weir: %s\n", why);
        f.status = f.report ? EXIT_FAILED : EXIT_USAGE;
    }
    keep_ending(&f);
    interp_free(f.interp);
    weir_session_free(f.session);
    if (f.report)
        report_end(f.report, f.status, clock_now() - began);
    report_free(f.report);
    return f.status;
}
