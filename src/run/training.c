/* training.c - a training as a job of the session. */
#include "base/mem.h"
#include "base/status.h"
#include "data/frame.h"
#include "model/score.h"
#include "run/session.h"
#include "store/model_file.h"
#include "train/train.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct training {
    weir_session *session;
    weir_params *params; /* resolved and checked */
    char *checkpoint_dir; /* or NULL */
    double checkpoint_interval;
} training;

static void training_free(void *work)
{
    training *t = work;

    weir_params_free(t->params);
    mem_free(t->checkpoint_dir);
    mem_free(t);
}

static weir_status resolved(weir_session *s, const weir_params *p, weir_params **out, weir_error *err)
{
    weir_params *q = weir_params_copy(p);
    weir_status st = q ? param_resolve(q, weir_session_get, s, err) : weir_no_memory(err, "checking parameters");

    if (!st)
        st = param_check(q, err);
    if (st)
        weir_params_free(q);
    else
        *out = q;
    return st;
}

weir_status weir_params_check(weir_session *s, const weir_params *p, weir_error *err)
{
    weir_params *q;
    weir_status st = resolved(s, p, &q, err);

    if (!st)
        weir_params_free(q);
    return st;
}

static void moved(void *user, double epochs, double total, int64_t samples, int64_t iterations, double speed)
{
    weir_job *j = user;

    atomic_store_explicit(&j->live.epochs, epochs, memory_order_relaxed);
    atomic_store_explicit(&j->live.epochs_total, total, memory_order_relaxed);
    atomic_store_explicit(&j->live.samples, samples, memory_order_relaxed);
    atomic_store_explicit(&j->live.iterations, iterations, memory_order_relaxed);
    atomic_store_explicit(&j->live.speed, speed, memory_order_relaxed);
    job_wake(j);
}

static void publish(void *user, weir_model *snapshot)
{
    job_publish(user, snapshot);
}

static int threads_now(void *user)
{
    return job_settle_threads(user);
}

static void paced(void *user, const train_pace *p)
{
    job_live *l = &((weir_job *)user)->live;

    atomic_store_explicit(&l->stop_rounds, p->rounds, memory_order_relaxed);
    atomic_store_explicit(&l->stop_waited, p->waited, memory_order_relaxed);
    atomic_store_explicit(&l->stop_metric, p->metric + 1, memory_order_relaxed);
    atomic_store_explicit(&l->stop_tolerance, p->tolerance, memory_order_relaxed);
    atomic_store_explicit(&l->next_score, p->next_score, memory_order_relaxed);
    atomic_store_explicit(&l->bytes, p->bytes, memory_order_relaxed);
}

static weir_status ask(void *user, int64_t func, weir_value args, weir_value *result, weir_error *err)
{
    return job_ask(user, func, args, result, err);
}

/* export_weights_and_biases: the frames <model>.weights.<i> and <model>.biases.<i>, i from 1. */
static weir_status export_layers(weir_session *s, const weir_model *m, weir_error *err)
{
    weir_status st = WEIR_OK;

    for (size_t i = 0; i < 2 * m->net->layers && !st; i++) {
        bool biases = i % 2;
        weir_value frame = {.kind = WEIR_FRAME};
        char id[sizeof m->id + 32];
        st = biases ? model_biases(m, i / 2, &frame.as.frame, err) : model_weights(m, i / 2, &frame.as.frame, err);
        if (st)
            return st;
        snprintf(id, sizeof id, "%s.%s.%zu", m->id, biases ? "biases" : "weights", i / 2 + 1);
        st = registry_put(s->objects, id, "frame", &frame, err);
        weir_value_clear(&frame);
    }
    return st;
}

/* F420: the finished model goes into the folder at once. A model that cannot be written is there all the same. */
static void write_finished(const training *t, const weir_model *m)
{
    char path[4200];
    weir_error err;

    if (!t->checkpoint_dir)
        return;
    snprintf(path, sizeof path, "%s/%s.weir", t->checkpoint_dir, weir_model_id(m));
    if (model_file_write(m, path, &err))
        log_at(t->session->log, WEIR_LOG_WARN, "train", "%s", err.message);
}

/* How fast this training was, for the estimate of the next one. */
static void note_pace(weir_job *j, const training *t, const weir_model *m)
{
    weir_job_info i;
    uint64_t weights = 0;

    weir_job_get(j, &i);
    for (size_t k = 0; k < m->net->layers; k++)
        weights += network_rows(&m->net->layer[k]) * (m->net->layer[k].inputs + 1);
    if (i.elapsed <= 0 || i.samples <= 0 || m->threads < 1)
        return;
    pthread_mutex_lock(&t->session->lock);
    t->session->pace[t->params->mini_batch_size > 1] = (double)i.samples * (double)weights / (i.elapsed * m->threads);
    pthread_mutex_unlock(&t->session->lock);
}

static weir_status train_job(weir_job *j, weir_value *result, weir_error *err)
{
    training *t = j->work;
    train_watch watch = {.progress = &j->progress, .hist = j->hist, .log = j->log, .user = j,
                         .moved = moved, .publish = publish, .ask = ask, .control = &j->control, .threads = threads_now,
                         .paced = paced};
    weir_limits limits = session_limits(t->session);
    uint64_t used = registry_bytes(t->session->objects);
    train_input in = {.params = t->params, .session = t->session, .watch = &watch, .comm = comm_self(),
                      .max_parameters = limits.parameters, .memory = limits.memory > used ? limits.memory - used : 1,
                      .checkpoint_dir = t->checkpoint_dir, .checkpoint_interval = t->checkpoint_interval};
    weir_model *m = NULL;
    weir_status st = train_run(&in, &m, err);

    if (st)
        return st;
    const char *id = param_text(&t->params->model_id);
    *result = (weir_value){.kind = WEIR_MODEL, .as.model = m};
    st = registry_put(t->session->objects, id, "model", result, err);
    if (!st && t->params->export_weights_and_biases)
        st = export_layers(t->session, m, err);
    if (st) {
        weir_value_clear(result);
        return st;
    }
    job_publish(j, weir_model_ref(m));
    note_pace(j, t, m);
    write_finished(t, m);
    return WEIR_OK;
}

weir_status weir_train_estimate(weir_session *s, const weir_params *p, weir_value *out, weir_error *err)
{
    weir_params *q = NULL;
    weir_limits limits = session_limits(s);
    uint64_t used = registry_bytes(s->objects);
    progress none = {.threads = limits.threads};
    train_watch watch = {.progress = &none};
    train_size size;
    weir_status st = resolved(s, p, &q, err);

    if (st)
        return st;
    if (q->threads > 0 && q->threads < none.threads)
        none.threads = (int)q->threads;
    train_input in = {.params = q, .session = s, .watch = &watch, .comm = comm_self(), .max_parameters = limits.parameters,
                      .memory = limits.memory > used ? limits.memory - used : 1};
    st = train_measure(&in, &size, err);
    pthread_mutex_lock(&s->lock);
    double pace = s->pace[q->mini_batch_size > 1];
    pthread_mutex_unlock(&s->lock);
    weir_params_free(q);
    if (st)
        return st;
    double seconds = pace > 0 ? (double)size.samples * (double)size.weights / (pace * size.threads) : (double)NAN;
    const struct { const char *key; weir_value v; } field[] = {
        {"inputs", weir_int((int64_t)size.inputs)}, {"rows", weir_int((int64_t)size.rows)}, {"weights", weir_int((int64_t)size.weights)},
        {"memory", weir_int((int64_t)size.memory)}, {"data", weir_int((int64_t)size.data)}, {"threads", weir_int(size.threads)}, {"samples", weir_int((int64_t)size.samples)},
        {"seconds", pace > 0 ? weir_real(seconds) : weir_nil()}};
    *out = weir_dict();
    for (size_t i = 0; i < sizeof field / sizeof *field && !st; i++)
        if (field[i].v.kind != WEIR_NIL)
            st = weir_dict_set(out, field[i].key, field[i].v, err);
    if (st)
        weir_value_clear(out);
    return st;
}

weir_status session_checkpoint_folder(const char *folder, weir_error *err)
{
    struct stat s;

    if (!folder)
        return WEIR_OK;
    if (!*folder || strlen(folder) > 3900)
        return weir_fail_at(err, WEIR_EINVAL, "export_checkpoints_dir", "\"%.40s\" is no name of a folder for checkpoints", folder);
    if (mkdir(folder, 0777) && errno != EEXIST)
        return weir_fail_at(err, WEIR_EIO, "export_checkpoints_dir", "cannot make the folder '%s' for checkpoints: %s", folder, strerror(errno));
    if (stat(folder, &s) || !S_ISDIR(s.st_mode) || access(folder, W_OK))
        return weir_fail_at(err, WEIR_EIO, "export_checkpoints_dir", "'%s' is no folder that checkpoints can be written to", folder);
    return WEIR_OK;
}

weir_status weir_session_set_checkpoints(weir_session *s, const char *folder, double seconds, weir_error *err)
{
    char *copy = mem_text(folder), *old;
    weir_status st = session_checkpoint_folder(folder, err);

    if (!st && folder && !copy)
        st = weir_no_memory(err, "setting the folder of checkpoints");
    if (st) {
        mem_free(copy);
        return st;
    }
    pthread_mutex_lock(&s->lock);
    old = s->checkpoint_dir;
    s->checkpoint_dir = copy;
    s->checkpoint_interval = seconds;
    pthread_mutex_unlock(&s->lock);
    mem_free(old);
    return WEIR_OK;
}

/* Where the training's checkpoints go; a model that is written needs a name from the start. */
static weir_status place_checkpoints(training *t, weir_error *err)
{
    const char *own = param_text(&t->params->export_checkpoints_dir);
    weir_session *s = t->session;
    char id[128];
    weir_status st = session_checkpoint_folder(own, err);

    pthread_mutex_lock(&s->lock);
    bool wanted = own || s->checkpoint_dir;
    t->checkpoint_dir = mem_text(own ? own : s->checkpoint_dir);
    t->checkpoint_interval = own ? t->params->checkpoint_interval : s->checkpoint_interval;
    pthread_mutex_unlock(&s->lock);
    if (!st && wanted && !t->checkpoint_dir)
        st = weir_no_memory(err, "starting a training");
    if (!st && wanted && !param_text(&t->params->model_id)) {
        registry_fresh_id(s->objects, "model", id, sizeof id);
        weir_value v = weir_text(id);
        st = weir_params_set(t->params, "model_id", &v, err);
        weir_value_clear(&v);
    }
    return st;
}

weir_status weir_train_start(weir_session *s, const weir_params *p, weir_job **job, weir_error *err)
{
    weir_params *q = NULL;
    weir_status st = resolved(s, p, &q, err);
    char title[96];

    if (st)
        return st;
    training *t = MEM_NEW(training);
    if (!t) {
        weir_params_free(q);
        return weir_no_memory(err, "starting a training");
    }
    *t = (training){.session = s, .params = q};
    st = place_checkpoints(t, err);
    if (st) {
        training_free(t);
        return st;
    }
    const char *id = param_text(&q->model_id);
    snprintf(title, sizeof title, "%.60s", id ? id : q->autoencoder ? "autoencoder" : "deep learning");
    int want = q->threads > 0 ? (int)q->threads : 0;
    weir_job *j = job_new("train", title, &s->threads, true, want, train_job, t, training_free);
    if (!j) {
        training_free(t);
        return weir_no_memory(err, "starting a training");
    }
    j->quiet = q->quiet_mode;
    j->hist = history_new();
    st = j->hist ? session_start(s, j, err) : weir_no_memory(err, "starting a training");
    if (st)
        weir_job_unref(j);
    else
        *job = j;
    return st;
}
