/* t_job.c - sessions, jobs and publication: what readers see while a training writes. */
#include "tests/tap.h"

#include "base/clock.h"
#include "weir.h"

#include <pthread.h>
#include <stdatomic.h>

static weir_session *S;
static weir_frame *F;

static weir_params *params(double epochs)
{
    weir_params *p = weir_params_new();
    weir_value f = weir_of_frame(F), y = weir_text("y"), e = weir_real(epochs), one = weir_int(1), h = weir_int(6), no = weir_int(0);
    weir_value stop = weir_real(-1), tiny = weir_real(0.001), duty = weir_real(1), rows = weir_int(500);
    const struct { const char *name; weir_value *v; } set[] = {
        {"training_frame", &f}, {"y", &y}, {"epochs", &e}, {"threads", &one}, {"hidden", &h}, {"stopping_rounds", &no}, {"seed", &one},
        {"classification_stop", &stop}, {"score_interval", &tiny}, {"score_duty_cycle", &duty}, {"train_samples_per_iteration", &rows}};

    for (size_t i = 0; i < sizeof set / sizeof *set; i++)
        CHECK(!weir_params_set(p, set[i].name, set[i].v, NULL));
    weir_value_clear(&f), weir_value_clear(&y);
    return p;
}

static weir_job *start(double epochs)
{
    weir_params *p = params(epochs);
    weir_job *j = NULL;
    weir_error err = {0};

    if (!CHECK(!weir_train_start(S, p, &j, &err)))
        printf("# %s\n", err.message);
    weir_params_free(p);
    return j;
}

typedef struct watcher { weir_job *job; atomic_bool stop; size_t rows, models; bool rising; } watcher;

/* Looks at everything a screen looks at, as fast as it can. */
static void *watch(void *arg)
{
    watcher *w = arg;
    weir_score_row rows[256];
    weir_job_info info;
    size_t seen = 0;

    w->rising = true;
    while (!atomic_load(&w->stop)) {
        weir_job_get(w->job, &info);
        size_t n = weir_job_history(w->job, 0, rows, 256);
        w->rising &= n >= seen;
        for (size_t i = 1; i < n; i++)
            w->rising &= rows[i].samples > rows[i - 1].samples && rows[i].epochs > rows[i - 1].epochs;
        seen = n;
        weir_model *m = weir_job_model(w->job);
        if (m) {
            weir_frame *f = NULL;
            weir_metrics *x = weir_model_metrics(m, "train");
            w->models += x && !isnan(weir_metrics_number(x, "logloss")) && !weir_model_table(m, "varimp", &f, NULL);
            weir_frame_unref(f);
            weir_metrics_unref(x);
            weir_model_unref(m);
        }
    }
    w->rows = seen;
    return NULL;
}

static void readers_see_whole_rows_and_whole_models_while_it_trains(void)
{
    weir_job *j = start(40);
    watcher w[3];
    pthread_t t[3];
    weir_value v = weir_nil();

    for (int i = 0; i < 3; i++) {
        w[i] = (watcher){.job = j};
        pthread_create(&t[i], NULL, watch, &w[i]);
    }
    CHECK(!weir_job_wait(j, 60, NULL));
    for (int i = 0; i < 3; i++) {
        atomic_store(&w[i].stop, true);
        pthread_join(t[i], NULL);
        CHECK(w[i].rising && w[i].models > 0);
    }
    CHECK(!weir_job_result(j, &v, NULL) && v.kind == WEIR_MODEL);
    weir_value_clear(&v);
    weir_job_unref(j);
}

static void several_trainings_and_verbs_share_a_session(void)
{
    weir_job *j[4], *k = NULL;
    weir_value args = weir_dict(), out = weir_nil();

    for (int i = 0; i < 4; i++)
        j[i] = start(5);
    weir_dict_set(&args, "self", weir_of_frame(F), NULL);
    for (int i = 0; i < 50; i++) {
        CHECK(!weir_call(S, "frame", "describe", &args, &out, NULL));
        weir_value_clear(&out);
    }
    CHECK(!weir_call_start(S, "frame", "head", &args, &k, NULL) && !weir_job_wait(k, 10, NULL));
    weir_job_unref(k);
    for (int i = 0; i < 4; i++) {
        CHECK(!weir_job_wait(j[i], 60, NULL));
        weir_job_unref(j[i]);
    }
    weir_value list = weir_nil();
    CHECK(!weir_session_list(S, &list, NULL) && list.kind == WEIR_LIST);
    weir_value_clear(&list);
    weir_value_clear(&args);
}

static void cancelling_acts_at_once_and_closing_a_session_ends_its_jobs(void)
{
    weir_job *j = start(1e7);
    weir_job_info info;

    weir_job_wait(j, 0.05, NULL);
    double from = clock_now();
    weir_job_cancel(j, false);
    CHECK(!weir_job_wait(j, 20, NULL) && clock_now() - from < 5);
    weir_job_get(j, &info);
    CHECK(info.state == WEIR_JOB_CANCELLED);
    weir_job_unref(j);
    j = start(1e7);
    weir_session_free(S); /* joins */
    weir_job_get(j, &info);
    CHECK(info.state == WEIR_JOB_CANCELLED);
    weir_job_unref(j);
    S = NULL;
}

int main(void)
{
    enum { N = 500 };
    double x[N], z[N];
    const char *y[N];
    weir_error err;

    if (weir_session_new(&S, NULL, &err)) {
        printf("Bail out! %s\n", err.message);
        return 1;
    }
    for (size_t i = 0; i < N; i++) {
        x[i] = sin((double)i);
        z[i] = cos((double)i * 0.7);
        y[i] = x[i] + z[i] > 0 ? "a" : "b";
    }
    weir_column_init cols[] = {{.name = "x", .numbers = x}, {.name = "z", .numbers = z}, {.name = "y", .type = WEIR_TYPE_FACTOR, .labels = y}};
    if (weir_frame_build(&F, cols, 3, N, &err)) {
        printf("Bail out! %s\n", err.message);
        return 1;
    }
    TEST(readers_see_whole_rows_and_whole_models_while_it_trains);
    TEST(several_trainings_and_verbs_share_a_session);
    TEST(cancelling_acts_at_once_and_closing_a_session_ends_its_jobs);
    weir_frame_unref(F);
    return tap_done();
}
