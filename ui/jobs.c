/* jobs.c - see jobs.h.
 *
 * Running jobs are asked each time; what has ended is looked at once and written into the file
 * `jobs` of the sidecar folder, its log beside it. A line of that file: tabs between the fields. */
#include "config.h"
#include "ui/jobs.h"

#include "base/clock.h"
#include "ui/configure.h"
#include "ui/notify.h"
#include "ui/sidecar.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OWNERS = 256, LOG_KEPT = 200 /* lines */ };

typedef struct owner { int64_t job, cell; } owner;

struct jobs {
    job_row past[JOBS_SHOWN]; /* that have ended, oldest first; with their job when it is of this process */
    size_t n_past;
    owner owner[OWNERS];      /* a ring */
    size_t n_owners;
    int64_t told[OWNERS];     /* jobs whose end the person wants, or does not want, told: negative */
    size_t n_told;
    bool runs;                /* something did at the last look */
    double looked;
};

const char *jobs_word(const job_row *r)
{
    static const char *const words[] = {"queued", "running", "done", "stopped", "failed"};
    return r->bad ? "unstable" : words[r->info.state];
}

const char *jobs_glyph(const job_row *r, bool ascii)
{
    static const char *const plain[] = {"o", ">", ".", "-", "!"};
    static const char *const fine[] = {"\u25cb", "\u25ba", "\u2713", "-", "\u2717"};
    int s = r->bad ? WEIR_JOB_FAILED : (int)r->info.state;
    return ascii ? plain[s] : fine[s];
}

static bool ended(const weir_job_info *i)
{
    return i->state >= WEIR_JOB_DONE;
}

/* One job, looked at ----------------------------------------------------------------------------- */

static int cell_number(app *a, int64_t job)
{
    jobs *b = a->jobs;

    for (size_t i = 0; i < (b->n_owners < OWNERS ? b->n_owners : OWNERS); i++)
        for (size_t k = 0; b->owner[i].job == job && k < a->nb.n; k++)
            if (a->nb.cell[k].id == b->owner[i].cell)
                return (int)k + 1;
    return 0;
}

/* By what the training goes: on the validation frame if there is one. event: of the scoring, from 0. */
static void metric_at(job_row *r, size_t event)
{
    weir_score_row row;
    int m = r->info.stop_metric;

    r->metric[0] = '\0';
    if (!r->info.scored || m < 0 || !weir_job_history(r->job, event, &row, 1))
        return;
    bool valid = !isnan(row.valid[m]);
    const char *name = weir_metric_at((size_t)m)->name;
    snprintf(r->metric, sizeof r->metric, "%s %.4g%s", !strcmp(name, "mean_residual_deviance") ? "deviance" : name, valid ? row.valid[m] : row.train[m], valid ? " valid" : "");
}

static void metric_of(job_row *r)
{
    metric_at(r, r->info.scored ? r->info.scored - 1 : 0);
}

/* The scoring that the kept model comes from: the best so far, else the last. */
static size_t best_event(const job_row *r)
{
    weir_score_row row;

    for (size_t i = r->info.scored; i-- > 0;)
        if (weir_job_history(r->job, i, &row, 1) && row.best)
            return i;
    return r->info.scored ? r->info.scored - 1 : 0;
}

static void result_of(job_row *r)
{
    weir_value v = weir_nil(), info = weir_nil();
    weir_error err = {0};

    if (weir_job_result(r->job, &v, &err)) {
        if (r->info.state == WEIR_JOB_FAILED)
            snprintf(r->why, sizeof r->why, "%.400s%s%.250s", err.message, *err.hint ? "; " : "", err.hint);
        return;
    }
    r->kept = r->info.state == WEIR_JOB_CANCELLED && v.kind != WEIR_NIL;
    if (v.kind == WEIR_FRAME)
        snprintf(r->metric, sizeof r->metric, "%zu rows", weir_frame_rows(v.as.frame));
    if (v.kind == WEIR_MODEL && !weir_model_info(v.as.model, &info, NULL)) {
        const weir_value *stopped = weir_dict_get(&info, "stopped"), *unstable = weir_dict_get(&info, "unstable"), *w = weir_dict_get(&info, "warnings");
        r->bad = unstable && unstable->kind == WEIR_BOOL && unstable->as.b;
        if (stopped && stopped->kind == WEIR_TEXT)
            snprintf(r->why, sizeof r->why, "%.300s", stopped->as.text.s);
        for (size_t i = 0; r->bad && w && w->kind == WEIR_LIST && i < w->as.list.n; i++)
            if (w->as.list.v[i].kind == WEIR_TEXT && strstr(w->as.list.v[i].as.text.s, "unstable"))
                snprintf(r->why, sizeof r->why, "%.600s", w->as.list.v[i].as.text.s);
        if (r->info.title[0] == '\0' || !strcmp(r->info.title, "deep learning") || !strcmp(r->info.title, "autoencoder"))
            snprintf(r->info.title, sizeof r->info.title, "%.90s", weir_model_id(v.as.model));
    }
    weir_value_clear(&v);
    weir_value_clear(&info);
}

/* Keeping ------------------------------------------------------------------------------------------ */

static void log_name(const job_row *r, char *buf, size_t cap)
{
    snprintf(buf, cap, "job-%lld-%lld.log", (long long)r->info.started, (long long)r->info.id);
}

static void keep_log(app *a, const job_row *r)
{
    weir_log_line *line = calloc(LOG_KEPT, sizeof *line);
    char name[80], why[300];
    text t = {0};
    size_t n = 0, from = 0;

    if (!line)
        return;
    for (size_t got; (got = weir_job_log(r->job, from, line, LOG_KEPT)) == LOG_KEPT; n = got)
        from = line[1].number; /* the last ones */
    n = weir_job_log(r->job, from, line, LOG_KEPT);
    for (size_t i = 0; i < n; i++)
        text_fmt(&t, "%.3f\t%.6g\t%zu\t%d\t%s\n", line[i].time, line[i].epochs, line[i].scored, (int)line[i].level, line[i].text);
    log_name(r, name, sizeof name);
    if (!t.failed)
        sidecar_write(&a->nb, name, text_str(&t), t.n, why, sizeof why);
    text_free(&t);
    free(line);
}

static void add_field(text *t, const char *s)
{
    for (; *s; s++)
        text_char(t, *s == '\t' || *s == '\n' ? ' ' : *s);
}

static void keep_all(app *a)
{
    jobs *b = a->jobs;
    char why[300];
    text t = {0};

    if (!a->nb.path || a->opt.read_only)
        return;
    for (size_t i = 0; i < b->n_past; i++) {
        const job_row *r = &b->past[i];
        const weir_job_info *f = &r->info;
        text_fmt(&t, "%lld\t%d\t%d\t%d\t%d\t%.3f\t%.3f\t%.6g\t%.6g\t%.6g\t%lld\t%zu\t%s\t", (long long)f->id, (int)f->state, r->cell, (int)r->bad, (int)r->kept,
                 f->started, f->elapsed, isnan(f->done) ? 0 : f->done, f->speed, f->epochs, (long long)f->samples, f->scored, f->kind);
        add_field(&t, f->title), text_char(&t, '\t');
        add_field(&t, r->metric), text_char(&t, '\t');
        add_field(&t, r->why), text_char(&t, '\n');
    }
    if (!t.failed)
        sidecar_write(&a->nb, "jobs", text_str(&t), t.n, why, sizeof why);
    text_free(&t);
}

/* The next field of a line: NUL-terminated in place. */
static char *field(char **at)
{
    char *s = *at, *tab = strchr(s, '\t');

    if (tab) {
        *tab = '\0';
        *at = tab + 1;
    } else {
        *at = s + strlen(s);
    }
    return s;
}

static job_row read_row(char *line)
{
    job_row r = {.job = NULL};
    weir_job_info *f = &r.info;

    f->id = atoll(field(&line));
    int state = atoi(field(&line));
    f->state = state >= WEIR_JOB_DONE && state <= WEIR_JOB_FAILED ? (weir_job_state)state : WEIR_JOB_DONE;
    r.cell = atoi(field(&line));
    r.bad = atoi(field(&line)) != 0;
    r.kept = atoi(field(&line)) != 0;
    f->started = strtod(field(&line), NULL);
    f->elapsed = strtod(field(&line), NULL);
    f->done = strtod(field(&line), NULL);
    f->speed = strtod(field(&line), NULL);
    f->epochs = strtod(field(&line), NULL);
    f->samples = atoll(field(&line));
    f->scored = (size_t)atoll(field(&line));
    snprintf(f->kind, sizeof f->kind, "%s", field(&line));
    snprintf(f->title, sizeof f->title, "%s", field(&line));
    snprintf(r.metric, sizeof r.metric, "%s", field(&line));
    snprintf(r.why, sizeof r.why, "%s", field(&line));
    f->left = f->next_score = NAN;
    f->stop_metric = -1;
    return r;
}

/* What a name that was made up ends with: 13 of "model_13". */
static uint64_t number_of(const char *title)
{
    const char *last = strrchr(title, '_');
    char *end = NULL;
    uint64_t n = last && last[1] >= '0' && last[1] <= '9' ? strtoull(last + 1, &end, 10) : 0;

    return end && !*end && n < UINT32_MAX ? n : 0;
}

/* Jobs and models of this process are told apart from those of the ones before. */
static void count_on(app *a)
{
    int64_t job = 0;
    uint64_t made = 0;

    for (size_t i = 0; i < a->jobs->n_past; i++) {
        const weir_job_info *f = &a->jobs->past[i].info;
        uint64_t n = number_of(f->title);
        job = f->id > job ? f->id : job;
        made = n > made ? n : made;
    }
    weir_session_count_from(a->session, job, made);
}

void jobs_open(app *a)
{
    size_t n;
    char *s = NULL, *next;

    a->jobs = calloc(1, sizeof *a->jobs);
    if (a->jobs)
        s = sidecar_read(&a->nb, "jobs", &n);
    for (char *line = s; line && *line && a->jobs->n_past < JOBS_SHOWN / 2; line = next) {
        next = strchr(line, '\n');
        if (!next)
            break;
        *next++ = '\0';
        a->jobs->past[a->jobs->n_past++] = read_row(line);
    }
    free(s);
    if (a->jobs)
        count_on(a);
}

/* Following ------------------------------------------------------------------------------------------ */

void jobs_own(app *a, int64_t job, int64_t cell)
{
    a->jobs->owner[a->jobs->n_owners++ % OWNERS] = (owner){job, cell};
}

void jobs_tell(app *a, int64_t job, bool tell)
{
    jobs *b = a->jobs;

    for (size_t i = 0; i < b->n_told; i++)
        if (b->told[i] == job || b->told[i] == -job) {
            b->told[i] = tell ? job : -job;
            return;
        }
    b->told[b->n_told++ % OWNERS] = tell ? job : -job;
    b->n_told = b->n_told > OWNERS ? OWNERS : b->n_told;
}

/* Trainings are told of, other jobs only when the person asked for it. */
static bool wants(const jobs *b, const weir_job_info *i)
{
    for (size_t k = 0; k < b->n_told; k++)
        if (b->told[k] == i->id || b->told[k] == -i->id)
            return b->told[k] > 0;
    return !strcmp(i->kind, "train");
}

static bool known(const jobs *b, const weir_job *j)
{
    for (size_t i = b->n_past; i-- > 0;)
        if (b->past[i].job == j)
            return true;
    return false;
}

/* Jobs that last no time and that nobody asked about are no news: only trainings, imports and what failed stay. */
static bool worth_keeping(const job_row *r)
{
    return !strcmp(r->info.kind, "train") || r->info.elapsed > 0.5 || r->info.state == WEIR_JOB_FAILED || strstr(r->info.kind, "import");
}

static void note_end(app *a, weir_job *j, const weir_job_info *i)
{
    jobs *b = a->jobs;
    job_row r = {.job = weir_job_ref(j), .info = *i, .cell = cell_number(a, i->id)};

    metric_of(&r);
    result_of(&r);
    r.tell = wants(b, i);
    if (b->n_past == JOBS_SHOWN / 2) {
        weir_job_unref(b->past[0].job);
        memmove(b->past, b->past + 1, (b->n_past - 1) * sizeof *b->past);
        b->n_past--;
    }
    b->past[b->n_past++] = r;
    if (worth_keeping(&r) && a->nb.path && !a->opt.read_only)
        keep_log(a, &r);
    keep_all(a);
    if (r.tell)
        notify_end(a, &r);
    if (!strcmp(i->kind, "train"))
        configure_hook(a, i->state == WEIR_JOB_DONE || r.kept ? "done" : "fail");
}

void jobs_tick(app *a)
{
    jobs *b = a->jobs;
    weir_job *list[JOBS_SHOWN];
    double now = clock_now();

    if (!b || now - b->looked < 0.05)
        return;
    b->looked = now;
    b->runs = false;
    size_t n = weir_session_jobs(a->session, list, JOBS_SHOWN);
    n = n < JOBS_SHOWN ? n : JOBS_SHOWN;
    for (size_t i = n; i-- > 0; weir_job_unref(list[i])) {
        weir_job_info info;
        if (known(b, list[i]))
            continue;
        weir_job_get(list[i], &info);
        if (ended(&info))
            note_end(a, list[i], &info);
        else
            b->runs = true;
    }
    notify_title(a);
}

bool jobs_running(const app *a)
{
    return a->jobs && a->jobs->runs;
}

size_t jobs_list(app *a, job_row *row, size_t cap)
{
    jobs *b = a->jobs;
    weir_job *list[JOBS_SHOWN];
    size_t n = weir_session_jobs(a->session, list, JOBS_SHOWN), out = 0;

    n = n < JOBS_SHOWN ? n : JOBS_SHOWN;
    for (size_t i = 0; i < n; i++) {
        if (out == cap || known(b, list[i])) {
            weir_job_unref(list[i]);
            continue;
        }
        job_row *r = &row[out++];
        *r = (job_row){.job = list[i]};
        weir_job_get(list[i], &r->info);
        r->cell = cell_number(a, r->info.id);
        r->tell = wants(b, &r->info);
        metric_of(r);
    }
    for (size_t i = b->n_past; i-- > 0 && out < cap;) {
        if (!worth_keeping(&b->past[i]))
            continue;
        row[out] = b->past[i];
        weir_job_ref(row[out++].job);
    }
    return out;
}

void jobs_summary(app *a, int64_t job, char *buf, size_t cap)
{
    job_row r = {.job = weir_session_job(a->session, job)};
    char took[32], epochs[32];

    *buf = '\0';
    if (!r.job)
        return;
    weir_job_get(r.job, &r.info);
    if (r.info.state == WEIR_JOB_DONE || r.info.state == WEIR_JOB_CANCELLED) {
        metric_at(&r, best_event(&r));
        result_of(&r);
        clock_duration(r.info.elapsed, took, sizeof took);
        if (r.info.state == WEIR_JOB_DONE || r.kept)
            snprintf(buf, cap, "%.100s: %s epochs in %s%s%s; %.250s\n", r.info.title, text_epochs(r.info.epochs, epochs, sizeof epochs), took, *r.metric ? ", " : "", r.metric, r.why);
    }
    weir_job_unref(r.job);
}

void jobs_release(job_row *row, size_t n)
{
    for (size_t i = 0; i < n; i++)
        weir_job_unref(row[i].job);
}

void jobs_close(app *a)
{
    if (!a->jobs)
        return;
    if (a->session) { /* what the end of the session has ended */
        a->jobs->looked = 0;
        jobs_tick(a);
    }
    for (size_t i = 0; i < a->jobs->n_past; i++)
        weir_job_unref(a->jobs->past[i].job);
    free(a->jobs);
    a->jobs = NULL;
}

/* Clearing ------------------------------------------------------------------------------------------- */

static void drop(app *a, size_t i)
{
    jobs *b = a->jobs;
    char name[80], path[4300];

    log_name(&b->past[i], name, sizeof name);
    if (sidecar_path(&a->nb, name, false, path, sizeof path))
        unlink(path);
    if (b->past[i].job)
        weir_session_forget(a->session, b->past[i].job);
    weir_job_unref(b->past[i].job);
    memmove(&b->past[i], &b->past[i + 1], (b->n_past - i - 1) * sizeof *b->past);
    b->n_past--;
}

void jobs_clear(app *a, const job_row *row)
{
    jobs *b = a->jobs;

    for (size_t i = 0; i < b->n_past; i++)
        if (b->past[i].info.id == row->info.id && b->past[i].info.started == row->info.started) {
            drop(a, i);
            break;
        }
    keep_all(a);
}

size_t jobs_clear_all(app *a)
{
    size_t n = 0;

    while (a->jobs->n_past) {
        n += worth_keeping(&a->jobs->past[a->jobs->n_past - 1]);
        drop(a, a->jobs->n_past - 1);
    }
    keep_all(a);
    return n;
}

/* Logs ------------------------------------------------------------------------------------------------- */

size_t jobs_log(app *a, const job_row *row, size_t from, weir_log_line *out, size_t cap)
{
    char name[80], *s, *next;
    size_t n = 0, number = 0, bytes;

    if (row->job)
        return weir_job_log(row->job, from, out, cap);
    log_name(row, name, sizeof name);
    s = sidecar_read(&a->nb, name, &bytes);
    for (char *line = s; line && *line && n < cap; line = next, number++) {
        next = strchr(line, '\n');
        if (!next)
            break;
        *next++ = '\0';
        if (number < from)
            continue;
        weir_log_line *l = &out[n++];
        *l = (weir_log_line){.number = number};
        l->time = strtod(field(&line), NULL);
        l->epochs = strtod(field(&line), NULL);
        l->scored = (size_t)atoll(field(&line));
        l->level = (weir_log_level)(atoi(field(&line)) & 3);
        snprintf(l->text, sizeof l->text, "%s", line);
    }
    free(s);
    return n;
}
