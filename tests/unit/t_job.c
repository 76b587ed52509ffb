/* t_job.c - sessions, jobs and publication: what readers see while a training writes. */
#include "tests/tap.h"

#include "tests/patience.h"
#include "train/stopping.h"
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
    CHECK(!weir_job_wait(j, PATIENCE, NULL));
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
    CHECK(!weir_call_start(S, "frame", "head", &args, &k, NULL) && !weir_job_wait(k, PATIENCE, NULL));
    weir_job_unref(k);
    for (int i = 0; i < 4; i++) {
        CHECK(!weir_job_wait(j[i], PATIENCE, NULL));
        weir_job_unref(j[i]);
    }
    weir_value list = weir_nil();
    CHECK(!weir_session_list(S, &list, NULL) && list.kind == WEIR_LIST);
    weir_value_clear(&list);
    weir_value_clear(&args);
}

static void cancelling_acts_and_closing_a_session_ends_its_jobs(void)
{
    weir_job *j = start(1e7);
    weir_job_info info;

    weir_job_wait(j, 0.05, NULL);
    weir_job_cancel(j, false); /* by itself it would not end today */
    CHECK(!weir_job_wait(j, PATIENCE, NULL));
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

/* A session of two threads, and a training in it that would take for ever. */
static weir_job *endless(weir_session **s, int threads, double epochs)
{
    weir_limits lim = {.threads = 2};
    weir_params *p = params(epochs);
    weir_value t = weir_int(threads), force = weir_bool(true);
    weir_job *j = NULL;

    CHECK(*s || !weir_session_new(s, &lim, NULL));
    CHECK(!weir_params_set(p, "threads", &t, NULL) && !weir_params_set(p, "force_load_balance", &force, NULL));
    CHECK(!weir_train_start(*s, p, &j, NULL));
    weir_params_free(p);
    return j;
}

static weir_job_info info_of(weir_job *j)
{
    weir_job_info i;
    weir_job_get(j, &i);
    return i;
}

/* The log holds a line with these words. */
static bool says(weir_job *j, const char *words)
{
    static weir_log_line line[1200];
    size_t n = weir_job_log(j, 0, line, 1200);

    for (size_t i = 0; i < n; i++)
        if (strstr(line[i].text, words))
            return true;
    return false;
}

static bool becomes(weir_job *j, int threads)
{
    patience wait = patience_of(PATIENCE);

    while (patience_left(&wait) && info_of(j).threads != threads)
        weir_job_wait(j, 0.005, NULL);
    return info_of(j).threads == threads;
}

static void U058_threads_of_a_running_job_change_and_the_queue_has_an_order(void)
{
    weir_session *s = NULL;
    weir_job *a = endless(&s, 2, 1e7), *b, *c;

    CHECK(becomes(a, 2));
    b = endless(&s, 1, 1e7);
    while (info_of(b).place != 1) /* its thread takes its seat */
        weir_job_wait(b, 0.002, NULL);
    c = endless(&s, 1, 1e7);
    while (info_of(c).place != 2)
        weir_job_wait(c, 0.002, NULL);
    CHECK(info_of(b).state == WEIR_JOB_QUEUED && info_of(c).state == WEIR_JOB_QUEUED && info_of(a).place == 0);
    CHECK(weir_job_move(c, -1) && info_of(c).place == 1 && info_of(b).place == 2);
    CHECK(!weir_job_move(c, -1) && !weir_job_move(b, 1) && !weir_job_move(a, -1));
    size_t before = info_of(a).scored;
    weir_job_set_threads(a, 1); /* what it gives back lets the next one begin */
    CHECK(becomes(a, 1) && says(a, "1 thread from now on"));
    CHECK(becomes(c, 1) && info_of(b).state == WEIR_JOB_QUEUED && info_of(b).place == 1);
    patience wait = patience_of(PATIENCE);
    while (patience_left(&wait) && info_of(a).scored < before + 3) /* and it learns on */
        weir_job_wait(a, 0.01, NULL);
    CHECK(info_of(a).scored >= before + 3 && info_of(a).state == WEIR_JOB_RUNNING);
    weir_job_cancel(c, false);
    CHECK(becomes(b, 1));
    weir_session_free(s);
    weir_job_unref(a), weir_job_unref(b), weir_job_unref(c);
}

/* The same training, its threads changed meanwhile: reproducible bits do not depend on them. */
static double last_loss(bool change)
{
    weir_limits lim = {.threads = 2};
    weir_session *s = NULL;
    weir_params *p = params(60);
    weir_value yes = weir_bool(true), two = weir_int(2), decay = weir_real(0.99);
    weir_job *j = NULL;
    weir_score_row row;
    double loss = NAN;

    CHECK(!weir_session_new(&s, &lim, NULL));
    CHECK(!weir_params_set(p, "reproducible", &yes, NULL) && !weir_params_set(p, "threads", &two, NULL) &&
          !weir_params_set(p, "force_load_balance", &yes, NULL) && !weir_params_set(p, "weight_average", &decay, NULL));
    CHECK(!weir_train_start(s, p, &j, NULL));
    for (int i = 0; change && weir_job_wait(j, 0.004, NULL); i++)
        weir_job_set_threads(j, 1 + i % 2);
    CHECK(!weir_job_wait(j, PATIENCE, NULL));
    weir_job_info i = info_of(j);
    if (CHECK(i.scored > 0 && weir_job_history(j, i.scored - 1, &row, 1)))
        loss = row.train[weir_metric_find("logloss")];
    if (change)
        CHECK(says(j, "thread"));
    weir_job_unref(j);
    weir_params_free(p);
    weir_session_free(s);
    return loss;
}

static void U058_a_change_of_threads_loses_nothing_that_was_learnt(void)
{
    double plain = last_loss(false), changed = last_loss(true);

    CHECK(plain == changed && plain > 0);
}

static void U066_soft_limits_that_are_set_while_it_runs_end_it_and_keep(void)
{
    weir_session *s = NULL;
    weir_job *j = endless(&s, 1, 1e7);
    weir_value v = weir_nil();

    CHECK(becomes(j, 1));
    weir_job_wait(j, 0.1, NULL);
    int64_t rows = info_of(j).samples + 20000;
    weir_job_set_limits(j, 0, rows);
    CHECK(!weir_job_wait(j, PATIENCE, NULL) && info_of(j).state == WEIR_JOB_DONE);
    CHECK(info_of(j).samples == rows && !weir_job_result(j, &v, NULL) && v.kind == WEIR_MODEL);
    weir_value_clear(&v);
    weir_job_unref(j);
    j = endless(&s, 1, 1e7);
    weir_job_set_limits(j, 0.3, 0);
    CHECK(!weir_job_wait(j, PATIENCE, NULL) && info_of(j).elapsed >= 0.3);
    weir_value info = weir_nil();
    CHECK(!weir_job_result(j, &v, NULL) && !weir_model_info(v.as.model, &info, NULL));
    CHECK(strstr(weir_dict_get(&info, "stopped")->as.text.s, "limit of 0.3 s") != NULL);
    weir_value_clear(&v), weir_value_clear(&info);
    weir_job_unref(j);
    weir_session_free(s);
}

static void U057_keeping_gives_the_best_so_far_and_no_half_scored_row(void)
{
    weir_session *s = NULL;
    weir_job *j = endless(&s, 1, 1e7);
    weir_score_row row[2000];
    weir_value v = weir_nil();
    bool sane = true;

    while (info_of(j).scored < 3)
        weir_job_wait(j, 0.01, NULL);
    weir_job_cancel(j, true);
    CHECK(!weir_job_wait(j, PATIENCE, NULL) && info_of(j).state == WEIR_JOB_CANCELLED);
    if (CHECK(!weir_job_result(j, &v, NULL) && v.kind == WEIR_MODEL)) {
        size_t n = weir_model_history(v.as.model, 0, row, 2000);
        double best = INFINITY;
        for (size_t i = 0; i < n; i++) {
            double x = row[i].train[weir_metric_find("logloss")];
            sane &= x > 0 && x < 10;
            best = x < best ? x : best;
        }
        weir_metrics *m = weir_model_metrics(v.as.model, "train");
        CHECK(n >= 3 && sane && weir_metrics_number(m, "logloss") == best);
        weir_metrics_unref(m);
    }
    CHECK(says(j, "stopped, what it learned is kept"));
    weir_value_clear(&v);
    weir_job_unref(j);
    weir_session_free(s);
}

/* Early stopping after so many rounds, scorings at least so many seconds apart. */
static weir_job *stopping(weir_session *s, int rounds, double interval)
{
    weir_params *p = params(1e7);
    weir_value n = weir_int(rounds), tol = weir_real(0.5), often = weir_real(interval);
    weir_job *j = NULL;

    CHECK(!weir_params_set(p, "stopping_rounds", &n, NULL) && !weir_params_set(p, "stopping_tolerance", &tol, NULL) &&
          !weir_params_set(p, "score_interval", &often, NULL));
    CHECK(!weir_train_start(s, p, &j, NULL));
    weir_params_free(p);
    return j;
}

static void U059_a_job_tells_how_near_early_stopping_is(void)
{
    weir_session *s = NULL;
    weir_limits lim = {.threads = 2};

    CHECK(!weir_session_new(&s, &lim, NULL));
    weir_job *j = stopping(s, 5, 0.001);
    size_t waited = 0;
    bool within = true;
    for (bool more = true; more;) { /* half as much again in every five scorings is not to be had for long: the rule fires */
        more = weir_job_wait(j, 0.001, NULL);
        weir_job_info i = info_of(j);
        if (i.stop_rounds == 0) /* not told yet */
            continue;
        within &= i.stop_rounds == 5 && i.stop_waited >= 0 && i.stop_waited <= 5 && i.stop_tolerance == 0.5 &&
                  i.stop_metric == weir_metric_find("logloss");
        waited = (size_t)i.stop_waited;
    }
    CHECK(within && info_of(j).state == WEIR_JOB_DONE && waited == 5 && info_of(j).scored >= 10);
    CHECK(isnan(info_of(j).next_score));
    weir_job_unref(j);
    weir_session_free(s);
}

/* The moment of the next scoring lies the interval after the first scoring, and stays: each look at it, between two looks at
 * the clock, allows a span of moments, and all of them have one in common. */
static void U059_a_job_tells_when_it_scores_next(void)
{
    enum { HOURS = 10, LOOKS = 5 };
    weir_session *s = NULL;
    weir_limits lim = {.threads = 2};
    const double interval = HOURS * 3600.0;
    double earliest = clock_now() + interval, latest = INFINITY;

    CHECK(!weir_session_new(&s, &lim, NULL));
    weir_job *j = stopping(s, 5, interval);
    for (int looks = 0; looks < LOOKS && weir_job_wait(j, 0.01, NULL);) {
        double before = clock_now(), next = info_of(j).next_score, after = clock_now();
        if (isnan(next)) /* not told yet */
            continue;
        if (looks++ == 0)
            latest = after + interval;
        earliest = fmax(earliest, before + next);
        latest = fmin(latest, after + next);
    }
    CHECK(earliest <= latest + 1e-6 && info_of(j).scored == 1 && info_of(j).stop_waited == 0);
    weir_job_cancel(j, false);
    weir_job_unref(j);
    weir_session_free(s);
}

/* Never earlier than it was told; how much later is the machine's affair. */
static void U059_a_job_scores_no_earlier_than_the_interval_says(void)
{
    weir_session *s = NULL;
    weir_limits lim = {.threads = 2};
    weir_score_row row[4];

    CHECK(!weir_session_new(&s, &lim, NULL));
    weir_job *j = stopping(s, 0, 0.2);
    while (info_of(j).scored < 4 && weir_job_wait(j, 0.01, NULL))
        ;
    CHECK(weir_job_history(j, 0, row, 4) == 4);
    for (int i = 1; i < 4; i++)
        CHECK(row[i].duration - row[i - 1].duration >= 0.2 - 1e-6);
    weir_job_cancel(j, false);
    weir_job_unref(j);
    weir_session_free(s);
}

/* By the definition: the rule fires exactly when as many rounds went by without gain as it has. */
static void U059_rounds_without_gain_reach_the_limit_when_the_rule_fires(void)
{
    double v[60];
    uint32_t x = 1;
    int fired = 0;

    for (int trial = 0; trial < 2000; trial++) {
        size_t n = 1 + (size_t)(trial % 60), k = 1 + (size_t)(trial % 7);
        for (size_t i = 0; i < n; i++) {
            x = x * 1664525 + 1013904223;
            v[i] = 1 / (1 + 0.02 * (double)i) + (double)(x >> 8) / 2e8;
        }
        size_t waited = stopping_waited(v, n, k, 1e-3, true);
        CHECK(waited <= k && (waited == k) == stopping_due(v, n, k, 1e-3, true));
        fired += waited == k;
    }
    CHECK(fired > 100 && fired < 1900);
    for (size_t i = 0; i < 60; i++) /* ever better: nothing is waited for; ever worse: one more each time */
        v[i] = 100.0 - (double)i;
    CHECK(stopping_waited(v, 60, 5, 1e-3, true) == 0);
    for (size_t i = 50; i < 53; i++)
        v[i] = 200;
    CHECK(stopping_waited(v, 51, 5, 1e-3, true) == 1 && stopping_waited(v, 52, 5, 1e-3, true) == 2 && stopping_waited(v, 53, 5, 1e-3, true) == 3);
}

static void U061_a_job_has_a_log_of_its_own(void)
{
    weir_session *s = NULL;
    weir_job *j = endless(&s, 1, 3);
    static weir_log_line line[64];

    CHECK(!weir_job_wait(j, PATIENCE, NULL));
    size_t n = weir_job_log(j, 0, line, 64);
    CHECK(n > 3 && says(j, "logloss") && says(j, "done after"));
    bool rising = true;
    for (size_t i = 1; i < n; i++)
        rising &= line[i].number == line[i - 1].number + 1 && line[i].scored >= line[i - 1].scored && line[i].time >= line[i - 1].time;
    CHECK(rising && weir_job_log(j, line[2].number, line, 1) == 1);
    weir_job *same = weir_session_job(s, info_of(j).id), *newest = weir_session_newest(s, "train");
    CHECK(same == j && newest == j && !weir_session_job(s, info_of(j).id + 1) && !weir_session_newest(s, "import"));
    weir_job_unref(same), weir_job_unref(newest);
    CHECK(weir_session_forget(s, j) && weir_session_jobs(s, NULL, 0) == 0);
    weir_job_unref(j);
    weir_session_free(s);
}

static void U064_a_network_that_cannot_fit_is_refused_with_one_that_does(void)
{
    weir_session *s = NULL;
    weir_limits lim = {.threads = 2, .parameters = 1000};
    weir_params *p = params(1);
    weir_value h = weir_list();
    weir_job *j = NULL;
    weir_error err = {0};

    weir_list_add(&h, weir_int(64), NULL), weir_list_add(&h, weir_int(64), NULL);
    CHECK(!weir_session_new(&s, &lim, NULL) && !weir_params_set(p, "hidden", &h, NULL) && !weir_train_start(s, p, &j, NULL));
    CHECK(!weir_job_wait(j, PATIENCE, NULL) && info_of(j).state == WEIR_JOB_FAILED);
    weir_value v = weir_nil();
    CHECK(weir_job_result(j, &v, &err) && strstr(err.message, "limit is 1000") && strstr(err.hint, "try hidden = {16,16}"));
    CHECK(says(j, "failed: the network would have"));
    weir_value_clear(&h);
    weir_params_free(p);
    weir_job_unref(j);
    weir_session_free(s);
}

/* U087-U089: a table with a row for each layer and scoring event, whose shares sum to one. */
static void U087_U088_U089_layers_are_looked_at_while_it_trains(void)
{
    weir_session *s = NULL;
    weir_job *j = endless(&s, 1, 4);
    weir_frame *f = NULL;
    weir_model *m;

    CHECK(!weir_job_wait(j, PATIENCE, NULL));
    m = weir_job_model(j);
    if (CHECK(m && !weir_model_table(m, "layer_history", &f, NULL))) {
        size_t n = weir_frame_rows(f);
        CHECK(n == 2 * info_of(j).scored);
        for (size_t i = 0; i < n; i++) {
            double layer, rms, dead, rate, w = 0, a = 0, x;
            weir_frame_read(f, (size_t)weir_frame_find(f, "layer"), i, 1, &layer);
            weir_frame_read(f, (size_t)weir_frame_find(f, "weight_rms"), i, 1, &rms);
            weir_frame_read(f, (size_t)weir_frame_find(f, "dead_units"), i, 1, &dead);
            weir_frame_read(f, (size_t)weir_frame_find(f, "mean_rate"), i, 1, &rate);
            for (size_t k = 0; k < 20; k++) {
                char name[32];
                snprintf(name, sizeof name, "weights_%zu", k + 1);
                weir_frame_read(f, (size_t)weir_frame_find(f, name), i, 1, &x), w += x;
                snprintf(name, sizeof name, "activations_%zu", k + 1);
                weir_frame_read(f, (size_t)weir_frame_find(f, name), i, 1, &x), a += x;
            }
            CHECK(layer == (double)(i % 2 + 1) && rms > 0 && fabs(w - 1) < 1e-9 && (i < 2 || rate > 0));
            CHECK(i % 2 ? isnan(dead) && a == 0 : dead >= 0 && dead <= 1 && fabs(a - 1) < 1e-9);
        }
    }
    weir_frame_unref(f);
    weir_model_unref(m);
    weir_job_unref(j);
    weir_session_free(s);
}

/* A job that has ended holds nothing of what it was given, however its thread is held up. */
static void F441_what_a_job_was_given_is_free_when_it_has_ended(void)
{
    enum { TIMES = 400 };
    weir_session *s = NULL;
    double x[1000] = {0};
    size_t held = 0;

    CHECK(!weir_session_new(&s, NULL, NULL));
    for (int i = 0; i < TIMES; i++) {
        weir_frame *f = NULL;
        weir_job *j = NULL;
        x[0] = i + 0.5;
        weir_column_init col = {.name = "x", .numbers = x};
        CHECK(!weir_frame_build(&f, &col, 1, 1000, NULL));
        weir_value args = weir_dict(), v = weir_of_frame(f);
        CHECK(!weir_session_put(s, NULL, &v, NULL) && !weir_dict_set(&args, "self", v, NULL));
        CHECK(!weir_dict_set(&args, "id", weir_text("mine"), NULL));
        CHECK(!weir_call_start(s, "frame", "assign", &args, &j, NULL) && !weir_job_wait(j, PATIENCE, NULL));
        weir_job_release(j);
        weir_job_unref(j);
        weir_value_clear(&args);
        weir_frame_unref(f);
        CHECK(!weir_session_remove(s, "mine", NULL));
        weir_value list = weir_nil();
        CHECK(!weir_session_list(s, &list, NULL)); /* drops what nobody holds */
        held += weir_session_memory(s, NULL) > 0;
        weir_value_clear(&list);
    }
    if (!CHECK(held == 0))
        printf("# %zu of %d frames were still held\n", held, TIMES);
    weir_session_free(s);
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
    TEST(F441_what_a_job_was_given_is_free_when_it_has_ended);
    TEST(cancelling_acts_and_closing_a_session_ends_its_jobs);
    TEST(U057_keeping_gives_the_best_so_far_and_no_half_scored_row);
    TEST(U058_threads_of_a_running_job_change_and_the_queue_has_an_order);
    TEST(U058_a_change_of_threads_loses_nothing_that_was_learnt);
    TEST(U059_a_job_tells_how_near_early_stopping_is);
    TEST(U059_a_job_tells_when_it_scores_next);
    TEST(U059_a_job_scores_no_earlier_than_the_interval_says);
    TEST(U059_rounds_without_gain_reach_the_limit_when_the_rule_fires);
    TEST(U061_a_job_has_a_log_of_its_own);
    TEST(U064_a_network_that_cannot_fit_is_refused_with_one_that_does);
    TEST(U066_soft_limits_that_are_set_while_it_runs_end_it_and_keep);
    TEST(U087_U088_U089_layers_are_looked_at_while_it_trains);
    weir_frame_unref(F);
    return tap_done();
}
