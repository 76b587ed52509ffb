/* checkpoint.c - see checkpoint.h. */
#include "config.h"
#include "ui/checkpoint.h"

#include "base/clock.h"
#include "lua/keep.h"

#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MOST_JOBS = 64, MOST_KEPT = 64 };

typedef struct kept { int64_t job; size_t version; char file[80]; } kept;

struct checkpoints {
    weir_session *session;
    char folder[4300]; /* "" until something is written */
    char *notebook;
    char stamp[32];    /* of this process, in the names of its files */
    kept v[MOST_KEPT];
    size_t n;
    double next;       /* when to look again */
    bool trains;       /* at the last look something did, or had just ended */
    pthread_t thread;
    bool writing;      /* the thread is to be joined */
    atomic_bool written;
    weir_model *model; /* what it writes */
    char file[80];
};

checkpoints *checkpoints_new(weir_session *s, const char *notebook)
{
    checkpoints *c = calloc(1, sizeof *c);
    time_t now = time(NULL);
    struct tm tm;

    if (!c || !(c->notebook = strdup(notebook ? notebook : "notebook.lua"))) {
        free(c);
        return NULL;
    }
    c->session = s;
    strftime(c->stamp, sizeof c->stamp, "%Y%m%d-%H%M%S", localtime_r(&now, &tm));
    return c;
}

static bool make_folder(checkpoints *c)
{
    char beside[4200];

    if (c->folder[0])
        return true;
    if (!keep_folder(c->notebook, beside, sizeof beside))
        return false;
    snprintf(c->folder, sizeof c->folder, "%s/checkpoints", beside);
    mkdir(c->folder, 0777);
    return true;
}

static void *write_model(void *user)
{
    checkpoints *c = user;
    weir_value args = weir_dict(), out = weir_nil();

    weir_dict_set(&args, "self", weir_of_model(c->model), NULL);
    weir_dict_set(&args, "path", weir_text(c->folder), NULL);
    weir_dict_set(&args, "filename", weir_text(c->file), NULL);
    weir_dict_set(&args, "force", weir_bool(true), NULL);
    weir_call(c->session, "model", "save", &args, &out, NULL);
    weir_value_clear(&args);
    weir_value_clear(&out);
    atomic_store(&c->written, true);
    return NULL;
}

static kept *find(checkpoints *c, int64_t job)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->v[i].job == job)
            return &c->v[i];
    if (c->n == MOST_KEPT) /* the oldest file stays, it is only no longer followed */
        memmove(c->v, c->v + 1, (MOST_KEPT - 1) * sizeof *c->v), c->n--;
    kept *k = &c->v[c->n++];
    *k = (kept){.job = job};
    snprintf(k->file, sizeof k->file, "%s-J%lld.weir", c->stamp, (long long)job);
    return k;
}

static void join(checkpoints *c)
{
    if (!c->writing)
        return;
    pthread_join(c->thread, NULL);
    weir_model_unref(c->model);
    c->model = NULL;
    c->writing = false;
}

/* Begins to write the job's model if it is newer than its file. */
static void look_at(checkpoints *c, weir_job *j, const weir_job_info *i)
{
    kept *k = find(c, i->id);
    weir_model *m = k->version < i->version ? weir_job_model(j) : NULL;

    if (!m)
        return;
    if (!make_folder(c)) {
        weir_model_unref(m);
        return;
    }
    k->version = i->version;
    c->model = m;
    snprintf(c->file, sizeof c->file, "%s", k->file);
    atomic_store(&c->written, false);
    c->writing = pthread_create(&c->thread, NULL, write_model, c) == 0;
    if (!c->writing) {
        weir_model_unref(m);
        c->model = NULL;
    }
}

void checkpoints_now(checkpoints *c)
{
    c->next = 0;
    c->trains = true;
}

void checkpoints_tick(checkpoints *c, double every)
{
    weir_job *jobs[MOST_JOBS];

    if (c->writing && atomic_load(&c->written))
        join(c);
    if (clock_now() < c->next || c->writing)
        return;
    c->next = clock_now() + every;
    c->trains = false;
    size_t n = weir_session_jobs(c->session, jobs, MOST_JOBS);
    for (size_t i = 0; i < n && i < MOST_JOBS; i++) {
        weir_job_info info;
        weir_job_get(jobs[i], &info);
        if (!strcmp(info.kind, "train") && info.state != WEIR_JOB_FAILED) {
            bool runs = info.state == WEIR_JOB_RUNNING || info.state == WEIR_JOB_QUEUED;
            c->trains |= runs || find(c, info.id)->version < info.version;
            if (!c->writing)
                look_at(c, jobs[i], &info);
        }
        weir_job_unref(jobs[i]);
    }
}

double checkpoints_patience(const checkpoints *c)
{
    double left = c->next - clock_now();

    if (!c->trains && !c->writing)
        return -1; /* a training that begins makes a turn of the loop */
    return left > 0.05 ? left : 0.05;
}

void checkpoints_free(checkpoints *c, bool keep)
{
    char path[4400];

    if (!c)
        return;
    join(c);
    for (size_t i = 0; i < c->n && !keep && c->folder[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", c->folder, c->v[i].file);
        unlink(path);
    }
    if (c->folder[0])
        rmdir(c->folder); /* if nothing is left in it */
    free(c->notebook);
    free(c);
}

bool checkpoints_left(const char *notebook, char *path, size_t cap)
{
    char folder[4300], beside[4200], best[300] = "";

    if (!keep_folder(notebook, beside, sizeof beside))
        return false;
    snprintf(folder, sizeof folder, "%s/checkpoints", beside);
    DIR *d = opendir(folder);
    for (struct dirent *e; d && (e = readdir(d));) { /* the names begin with the time */
        size_t n = strlen(e->d_name);
        if (n > 5 && n < sizeof best && !strcmp(e->d_name + n - 5, ".weir") && strcmp(e->d_name, best) > 0)
            snprintf(best, sizeof best, "%s", e->d_name);
    }
    if (d)
        closedir(d);
    if (*best)
        snprintf(path, cap, "%s/%s", folder, best);
    return *best != '\0';
}
