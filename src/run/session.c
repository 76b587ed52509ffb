/* session.c - what everything hangs from: budget, registry, jobs, log. */
#include "config.h"
#include "run/session.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/status.h"
#include "base/text.h"
#include "base/thread.h"
#include "data/verb.h"
#include "kernel/dispatch.h"
#include "run/verbs.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *weir_version(void)
{
    return PACKAGE_VERSION;
}

/* Limits --------------------------------------------------------------------- */

/* cgroup v2 limit of this process's memory; 0 = none. */
static uint64_t cgroup_memory(void)
{
    FILE *f = fopen("/sys/fs/cgroup/memory.max", "r");
    unsigned long long bytes = 0;

    if (f && fscanf(f, "%llu", &bytes) != 1)
        bytes = 0; /* "max" */
    if (f)
        fclose(f);
    return bytes;
}

static uint64_t machine_memory(void)
{
    uint64_t all = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
    uint64_t group = cgroup_memory();
    return group && group < all ? group : all;
}

static weir_status resolve(weir_limits *out, const weir_limits *lim, weir_error *err)
{
    int cpus = thread_usable_cpus();

    *out = lim ? *lim : (weir_limits){0};
    if (out->threads <= 0)
        out->threads = cpus;
    if (out->threads > 1024)
        return weir_fail_at(err, WEIR_EINVAL, "threads", "threads = %d is outside [1, 1024]",
                            out->threads);
    if (!out->memory)
        out->memory = machine_memory() / 5 * 4;
    if (!out->parameters)
        out->parameters = 100000000;
    return WEIR_OK;
}

weir_status weir_session_set_limits(weir_session *s, const weir_limits *lim, weir_error *err)
{
    weir_limits l;
    weir_status st = resolve(&l, lim, err);

    if (st)
        return st;
    pthread_mutex_lock(&s->lock);
    s->limits = l;
    pthread_mutex_unlock(&s->lock);
    budget_resize(&s->threads, l.threads);
    return WEIR_OK;
}

weir_limits session_limits(weir_session *s)
{
    pthread_mutex_lock(&s->lock);
    weir_limits l = s->limits;
    pthread_mutex_unlock(&s->lock);
    return l;
}

uint64_t weir_session_memory(weir_session *s, uint64_t *most)
{
    if (most)
        *most = session_limits(s).memory;
    return registry_bytes_at_most(s->objects);
}

/* Refuses what a verb gave, already entered, when that is more than the budget. */
static weir_status within_budget(weir_session *s, const char *who, weir_error *err)
{
    uint64_t limit = session_limits(s).memory;

    if (registry_bytes_at_most(s->objects) <= limit)
        return WEIR_OK;
    registry_sweep(s->objects);
    uint64_t used = registry_bytes(s->objects);
    if (used <= limit)
        return WEIR_OK;
    weir_fail(err, WEIR_ENOMEM, "%s: frames and models would take %.1f MB; the session may use %.1f MB", who, (double)used / 1e6,
              (double)limit / 1e6);
    return weir_hint(err, "remove frames, or raise the budget: weir.init{memory=\"...\"}");
}

/* Life ------------------------------------------------------------------------ */

weir_status weir_session_new(weir_session **out, const weir_limits *lim, weir_error *err)
{
    weir_session *s = MEM_NEW(weir_session);
    weir_status st = s ? resolve(&s->limits, lim, err) : weir_no_memory(err, "opening a session");

    if (st) {
        mem_free(s);
        return st;
    }
    s->began = clock_now();
    s->log = logger_new();
    s->objects = registry_new();
    if (!s->log || !s->objects) {
        logger_free(s->log);
        registry_free(s->objects);
        mem_free(s);
        return weir_no_memory(err, "opening a session");
    }
    budget_init(&s->threads, s->limits.threads);
    pthread_mutex_init(&s->lock, NULL);
    pthread_mutex_init(&s->wake_lock, NULL);
    *out = s;
    return WEIR_OK;
}

void weir_session_free(weir_session *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n_jobs; i++)
        weir_job_cancel(s->job[i], false);
    for (size_t i = 0; i < s->n_jobs; i++) {
        job_join(s->job[i]);
        weir_job_unref(s->job[i]);
    }
    mem_free(s->job);
    mem_free(s->checkpoint_dir);
    registry_free(s->objects);
    logger_free(s->log);
    budget_destroy(&s->threads);
    pthread_mutex_destroy(&s->lock);
    pthread_mutex_destroy(&s->wake_lock);
    mem_free(s);
}

void weir_session_set_log(weir_session *s, weir_log_fn *fn, void *user)
{
    logger_set(s->log, fn, user);
}

weir_status weir_session_log_file(weir_session *s, const char *path, weir_error *err)
{
    return logger_file(s->log, path, err);
}

void weir_session_log(weir_session *s, weir_log_level level, const char *message)
{
    log_at(s->log, level, "user", "%s", message);
}

void weir_session_count_from(weir_session *s, int64_t job, uint64_t made)
{
    pthread_mutex_lock(&s->lock);
    s->last_job = job > s->last_job ? job : s->last_job;
    pthread_mutex_unlock(&s->lock);
    registry_count_from(s->objects, made);
}

void weir_session_set_wake(weir_session *s, weir_wake_fn *fn, void *user)
{
    pthread_mutex_lock(&s->wake_lock);
    s->wake = fn;
    s->wake_user = user;
    pthread_mutex_unlock(&s->wake_lock);
}

static void wake(void *user)
{
    weir_session *s = user;

    pthread_mutex_lock(&s->wake_lock);
    if (s->wake)
        s->wake(s->wake_user);
    pthread_mutex_unlock(&s->wake_lock);
}

weir_status weir_session_info(weir_session *s, weir_value *out, weir_error *err)
{
    weir_limits l = session_limits(s);
    weir_value d = weir_dict();
    weir_status st = WEIR_OK;
    struct { const char *key; weir_value v; } field[] = {
        {"version", weir_text(weir_version())},
        {"threads", weir_int(l.threads)},
        {"cores", weir_int(thread_usable_cpus())},
        {"memory", weir_int((int64_t)l.memory)},
        {"memory_used", weir_int((int64_t)registry_bytes(s->objects))},
        {"parameters", weir_int((int64_t)l.parameters)},
        {"kernel", weir_text(kernel_get()->name)},
        {"nodes", weir_int(1)},
        {"rank", weir_int(0)},
        {"pid", weir_int(getpid())},
        {"uptime", weir_real(clock_now() - s->began)},
    };

    for (size_t i = 0; i < sizeof field / sizeof *field; i++)
        if (st)
            weir_value_clear(&field[i].v);
        else
            st = weir_dict_set(&d, field[i].key, field[i].v, err);
    if (st)
        weir_value_clear(&d);
    else
        *out = d;
    return st;
}

/* Registry --------------------------------------------------------------------- */

weir_status weir_session_put(weir_session *s, const char *id, const weir_value *v,
                             weir_error *err)
{
    return registry_put(s->objects, id, v->kind == WEIR_MODEL ? "model" : "frame", v, err);
}

weir_status weir_session_get(weir_session *s, const char *id, weir_value *out, weir_error *err)
{
    return registry_get(s->objects, id, out, err);
}

weir_status weir_session_remove(weir_session *s, const char *id, weir_error *err)
{
    return registry_remove(s->objects, id, err);
}

weir_status weir_session_list(weir_session *s, weir_value *out, weir_error *err)
{
    registry_sweep(s->objects);
    return registry_list(s->objects, out, err);
}

void weir_session_tidy(weir_session *s)
{
    weir_job *old[SESSION_JOBS];
    size_t n = 0;
    uint64_t kept = 0, most = session_limits(s).memory / 8;

    pthread_mutex_lock(&s->lock);
    for (size_t i = s->n_jobs; i-- > 0 && n < SESSION_JOBS;) {
        weir_job *j = s->job[i];
        if (!job_ended(j) || !atomic_load(&j->taken))
            continue;
        weir_model *m = weir_job_model(j);
        uint64_t bytes = m ? weir_model_bytes(m) : 0;
        weir_model_unref(m);
        if (kept && kept + bytes > most)
            old[n++] = weir_job_ref(j);
        else
            kept += bytes;
    }
    pthread_mutex_unlock(&s->lock);
    for (size_t i = 0; i < n; i++) {
        weir_job_release(old[i]);
        weir_job_unref(old[i]);
    }
    registry_sweep(s->objects);
    mem_trim();
}

/* Jobs --------------------------------------------------------------------------- */

/* Forgets the oldest ended jobs so that a long session does not grow. Lock held. */
static void forget_old(weir_session *s)
{
    for (size_t i = 0; i < s->n_jobs && s->n_jobs >= SESSION_JOBS;) {
        weir_job *j = s->job[i];
        if (!job_ended(j)) {
            i++;
            continue;
        }
        memmove(&s->job[i], &s->job[i + 1], (s->n_jobs - i - 1) * sizeof *s->job);
        s->n_jobs--;
        job_join(j); /* it has ended: at once */
        weir_job_unref(j);
    }
}

weir_status session_start(weir_session *s, weir_job *j, weir_error *err)
{
    weir_status st;

    pthread_mutex_lock(&s->lock);
    forget_old(s);
    weir_job **job = mem_grow(s->job, s->n_jobs, &s->cap_jobs, sizeof *job);
    if (!job) {
        pthread_mutex_unlock(&s->lock);
        return weir_no_memory(err, "starting a job");
    }
    s->job = job;
    j->id = ++s->last_job;
    j->wake = wake;
    j->wake_user = s;
    j->above = s->log;
    st = job_start(j, err);
    if (!st)
        s->job[s->n_jobs++] = weir_job_ref(j);
    pthread_mutex_unlock(&s->lock);
    return st;
}

size_t weir_session_jobs(weir_session *s, weir_job **jobs, size_t cap)
{
    pthread_mutex_lock(&s->lock);
    size_t n = s->n_jobs;
    for (size_t i = 0; i < n && i < cap; i++)
        jobs[i] = weir_job_ref(s->job[n - 1 - i]);
    pthread_mutex_unlock(&s->lock);
    return n;
}

/* The newest job for which `is` says so. */
static weir_job *find_job(weir_session *s, bool (*is)(const weir_job *, const void *), const void *what)
{
    weir_job *found = NULL;

    pthread_mutex_lock(&s->lock);
    for (size_t i = s->n_jobs; i-- > 0 && !found;)
        if (is(s->job[i], what))
            found = weir_job_ref(s->job[i]);
    pthread_mutex_unlock(&s->lock);
    return found;
}

static bool has_id(const weir_job *j, const void *id)
{
    return j->id == *(const int64_t *)id;
}

static bool is_kind(const weir_job *j, const void *kind)
{
    return !strcmp(j->kind, kind);
}

weir_job *weir_session_job(weir_session *s, int64_t id)
{
    return find_job(s, has_id, &id);
}

weir_job *weir_session_newest(weir_session *s, const char *kind)
{
    return find_job(s, is_kind, kind);
}

bool weir_session_forget(weir_session *s, weir_job *j)
{
    bool found = false;

    if (!job_ended(j))
        return false;
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < s->n_jobs && !found; i++) {
        found = s->job[i] == j;
        if (!found)
            continue;
        memmove(&s->job[i], &s->job[i + 1], (s->n_jobs - i - 1) * sizeof *s->job);
        s->n_jobs--;
        job_join(j); /* it has ended: at once */
    }
    pthread_mutex_unlock(&s->lock);
    if (found)
        weir_job_unref(j);
    return true;
}

/* Verbs ---------------------------------------------------------------------------- */

/* A model that comes from a file has its name from there and stays until it is removed, as one trained with a model_id does. */
static weir_status enter_model(weir_session *s, const weir_value *v, weir_error *err)
{
    const char *id = v->as.model->id;
    weir_value known = weir_nil();
    bool same = *id && !registry_get(s->objects, id, &known, NULL) && known.kind == WEIR_MODEL && known.as.model == v->as.model;

    weir_value_clear(&known);
    return same ? WEIR_OK : weir_session_put(s, *id ? id : NULL, v, err);
}

/* Enters every frame and model of a result under an id. */
static weir_status enter(weir_session *s, const weir_value *v, weir_error *err)
{
    weir_status st = WEIR_OK;

    if (v->kind == WEIR_MODEL)
        return enter_model(s, v, err);
    if (v->kind == WEIR_FRAME)
        return weir_session_put(s, NULL, v, err);
    if (v->kind == WEIR_LIST || v->kind == WEIR_DICT)
        for (size_t i = 0; i < v->as.list.n && !st; i++)
            st = enter(s, &v->as.list.v[i], err);
    return st;
}

static weir_status unknown_verb(const char *on, const char *name, weir_error *err)
{
    const char *names[512];
    size_t n = 0;

    for (size_t i = 0; i < verbs_all_count() && n < 512; i++)
        if (!strcmp(verbs_all_at(i)->info.on, on))
            names[n++] = verbs_all_at(i)->info.name;
    weir_fail(err, WEIR_EINVAL, "there is no verb '%s'%s%s", name, *on ? " on a " : "", on);
    const char *near = text_nearest(name, names, n);
    if (near)
        weir_hint(err, "did you mean '%s'?", near);
    return WEIR_EINVAL;
}

static weir_status ask(void *user, int64_t func, weir_value args, weir_value *result, weir_error *err)
{
    return job_ask(user, func, args, result, err);
}

/* Whoever reads the message may have written several verbs in one line. */
static void name_verb(const verb *v, weir_error *err)
{
    char message[sizeof err->message];

    if (strcmp(v->info.on, "frame") || strstr(err->message, v->info.name))
        return;
    memcpy(message, err->message, sizeof message);
    snprintf(err->message, sizeof err->message, "%s: %.*s", v->info.name, (int)(sizeof message - 80), message);
}

/* j: the job that the verb runs in, or NULL. */
static weir_status run_verb(weir_session *s, const verb *v, const weir_value *args, weir_job *j, progress *p,
                            weir_value *out, weir_error *err)
{
    verb_context c = {.session = s, .progress = p, .log = j ? j->log : s->log, .args = args,
                      .lookup = weir_session_get, .ask = j ? ask : NULL, .ask_user = j};
    weir_value result = weir_nil();
    weir_status st = v->run(&c, &result, err);

    if (st == WEIR_EINVAL && err)
        name_verb(v, err);
    if (!st)
        st = enter(s, &result, err);
    if (!st && (result.kind == WEIR_FRAME || result.kind == WEIR_MODEL || result.kind == WEIR_LIST))
        st = within_budget(s, v->info.name, err);
    if (st)
        weir_value_clear(&result);
    else
        *out = result;
    registry_sweep(s->objects);
    return st;
}

weir_status weir_call(weir_session *s, const char *on, const char *name, const weir_value *args,
                      weir_value *out, weir_error *err)
{
    const verb *v = verbs_all_find(on, name);
    weir_value checked = weir_nil();
    progress p = {0};

    if (!v)
        return unknown_verb(on, name, err);
    weir_status st = verb_check(v, args, &checked, err);
    if (st)
        return st;
    int threads = budget_take(&s->threads, 0, false, NULL, 0);
    p.threads = threads;
    st = run_verb(s, v, &checked, NULL, &p, out, err);
    budget_give(&s->threads, threads);
    weir_value_clear(&checked);
    return st;
}

typedef struct verb_work {
    weir_session *session;
    const verb *verb;
    weir_value args;
} verb_work;

static void verb_work_free(void *work)
{
    verb_work *w = work;
    weir_value_clear(&w->args);
    mem_free(w);
}

static weir_status verb_job(weir_job *j, weir_value *result, weir_error *err)
{
    verb_work *w = j->work;
    return run_verb(w->session, w->verb, &w->args, j, &j->progress, result, err);
}

/* "import_file train.csv.gz", "predict model_1 frame_2": the verb, and the first things that it is given. */
static void title_of(const char *name, const weir_value *args, char *buf, size_t cap)
{
    size_t n = (size_t)snprintf(buf, cap, "%s", name);

    for (size_t i = 0, shown = 0; i < args->as.list.n && shown < 2 && n < cap; i++) {
        const weir_value *v = &args->as.list.v[i];
        const char *words = v->kind == WEIR_MODEL ? weir_model_id(v->as.model) : v->kind == WEIR_FRAME ? weir_frame_id(v->as.frame) : v->kind == WEIR_TEXT ? v->as.text.s : "";
        const char *base = v->kind == WEIR_TEXT ? strrchr(words, '/') : NULL;
        words = base && base[1] ? base + 1 : words;
        if (!*words)
            continue;
        n += (size_t)snprintf(buf + n, cap - n, " %.40s", words);
        shown++;
    }
}

weir_status weir_call_start(weir_session *s, const char *on, const char *name,
                            const weir_value *args, weir_job **job, weir_error *err)
{
    const verb *v = verbs_all_find(on, name);
    weir_value checked = weir_nil();

    if (!v)
        return unknown_verb(on, name, err);
    weir_status st = verb_check(v, args, &checked, err);
    if (st)
        return st;
    verb_work *w = MEM_NEW(verb_work);
    if (!w) {
        weir_value_clear(&checked);
        return weir_no_memory(err, "starting a job");
    }
    *w = (verb_work){.session = s, .verb = v, .args = checked};
    char title[96];
    title_of(v->info.name, &w->args, title, sizeof title);
    weir_job *j = job_new(name, title, &s->threads, false, 0, verb_job, w, verb_work_free);
    if (!j) {
        verb_work_free(w);
        return weir_no_memory(err, "starting a job");
    }
    st = session_start(s, j, err);
    if (st)
        weir_job_unref(j);
    else
        *job = j;
    return st;
}
