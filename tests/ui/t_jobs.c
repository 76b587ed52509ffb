/* t_jobs.c - F141: the jobs of the workbench by their keys: list, queue, threads, limits, logs, what stays. */
#include "tests/ui/by_keys.h"

#include "ui/configure.h"
#include "ui/jobs.h"
#include "ui/machine.h"
#include "ui/notify.h"

#define LOAD "-- %% load\ndigits = weir.dataset('digits')\ndigits.digit = digits.digit:asfactor()\n"
#define ENDLESS "-- %% endless\nm = weir.deeplearning{training_frame=digits, y='digit', hidden={20}, epochs=1e7, threads=1, stopping_rounds=5, stopping_tolerance=0.001, score_interval=2, classification_stop=-1}\n"

static app *with_training(int w, int h)
{
    app *a = open_app(LOAD ENDLESS, w, h);

    keys(a, "R a");
    keys(a, "g j");
    job_row row;
    bool runs = false;
    for (patience wait = patience_of(PATIENCE); !runs && patience_left(&wait);) { /* it learns, its seat is the newest, and its cell is known */
        app_turn(a, 20);
        if (jobs_list(a, &row, 1)) {
            runs = !strcmp(row.info.kind, "train") && row.info.state == WEIR_JOB_RUNNING && row.info.speed > 0 && row.cell == 2;
            jobs_release(&row, 1);
        }
    }
    CHECK(runs && shows(a, "running"));
    return a;
}

static void stop(app *a)
{
    keys(a, "C-c 'd'");
    CHECK(comes(a, "stopped", 20));
    CHECK(idle(a, 20));
}

static void U055_U056_F141_the_list_tells_state_progress_time_speed_metric_and_cell(void)
{
    app *a = with_training(120, 40);

    CHECK(shows(a, "state") && shows(a, "what") && shows(a, "cell") && shows(a, "progress") && shows(a, "elapsed") && shows(a, "left") && shows(a, "rows/s"));
    CHECK(comes(a, "logloss", 20));   /* the metric that it goes by */
    CHECK(shows(a, "import_file") || shows(a, "dataset") || shows(a, "done"));
    job_row row[8];
    size_t n = jobs_list(a, row, 8);
    CHECK(n >= 1 && row[0].cell == 2);
    CHECK(row[0].info.state == WEIR_JOB_RUNNING && row[0].info.speed > 0);
    jobs_release(row, n);
    /* progress moves from one picture to the next, again and again */
    int moved = 0;
    double seen = (double)row[0].info.samples;
    for (patience wait = patience_of(PATIENCE); moved < 4 && patience_left(&wait);) {
        app_turn(a, 20);
        n = jobs_list(a, row, 8);
        moved += (double)row[0].info.samples > seen;
        CHECK((double)row[0].info.samples >= seen);
        seen = (double)row[0].info.samples;
        jobs_release(row, n);
    }
    CHECK(moved == 4);
    keys(a, "c"); /* to the owner */
    CHECK(a->focus == &pane_notebook && a->selected == 1);
    keys(a, "g j");
    stop(a);
    app_free(a);
}

static void U057_F141_a_training_is_stopped_with_a_choice_and_its_best_is_kept(void)
{
    app *a = with_training(80, 24);

    CHECK(comes(a, "logloss", 20));
    keys(a, "C-c");
    CHECK(shows(a, "k keep the best so far") && shows(a, "d discard"));
    keys(a, "Esc");
    CHECK(shows(a, "running"));
    keys(a, "C-c 'k'"); /* by itself it would not end today */
    CHECK(comes(a, "stopped", 10));
    CHECK(shows(a, "kept"));
    CHECK(idle(a, 10));
    weir_job *j = pane_training(a->session);
    weir_model *m = weir_job_model(j);
    CHECK(m != NULL);
    weir_model_unref(m);
    weir_job_unref(j);
    app_free(a);
}

static void U058_threads_and_the_queue_from_the_list(void)
{
    app *a = open_app(LOAD "-- %% three\nweir.init{threads=2}\nfor i = 1, 3 do\n  weir.start.deeplearning{training_frame=digits, y='digit', hidden={20}, epochs=1e7, threads=i == 1 and 2 or 1, force_load_balance=true, stopping_rounds=0, classification_stop=-1}\nend\n", 120, 40);

    keys(a, "R a");
    CHECK(idle(a, 30));
    keys(a, "g j");
    CHECK(comes(a, "waits, next", 20) && comes(a, "queued", 5));
    job_row row[8];
    size_t n;
    patience wait = patience_of(PATIENCE);
    do { /* their threads take their seats */
        app_turn(a, 10);
        n = jobs_list(a, row, 8);
        jobs_release(row, n);
    } while (patience_left(&wait) && (n < 3 || !row[0].info.place || !row[1].info.place));
    CHECK(row[0].info.place + row[1].info.place == 3);
    if (row[0].info.place == 1)
        keys(a, ">");
    CHECK(comes(a, "place 2", 20));
    keys(a, "<"); /* the newest is selected */
    CHECK(comes(a, "place 1", 20));
    keys(a, "j j t");
    CHECK(comes(a, "Threads of", 20));
    keys(a, "C-u '1' Enter");
    CHECK(comes(a, "1 thread", 20));
    wait = patience_of(PATIENCE);
    do {
        app_turn(a, 20);
        n = jobs_list(a, row, 8);
        jobs_release(row, n);
    } while (patience_left(&wait) && (row[0].info.state != WEIR_JOB_RUNNING || row[2].info.threads != 1));
    CHECK(row[0].info.state == WEIR_JOB_RUNNING && row[1].info.state == WEIR_JOB_QUEUED && row[2].info.threads == 1);
    keys(a, "t 'x' Enter");
    CHECK(comes(a, "outside [0, 1024]", 20));
    app_free(a);
}

static void U059_U060_how_near_early_stopping_is_and_what_it_costs(void)
{
    app *a = with_training(120, 40);

    CHECK(comes(a, "of 5 rounds without gain in logloss", 20) && comes(a, "next score", 20));
    CHECK(comes(a, "1 thread", 5) && shows(a, "held") && shows(a, "machine") && shows(a, "memory"));
    CHECK(comes(a, "cores", 5));
    stop(a);
    app_free(a);
}

static void U060_every_core_has_its_line(void)
{
    machine m = {0};

    CHECK(machine_look(&m));
    if (access("/proc/stat", R_OK) == 0)
        CHECK(m.cores == (int)sysconf(_SC_NPROCESSORS_ONLN));
}

static void U061_the_log_of_a_job_follows_and_is_filtered(void)
{
    app *a = with_training(80, 24);

    CHECK(comes(a, "logloss", 20));
    keys(a, "L");
    CHECK(a->focus == &pane_job_log && comes(a, "following", 5) && comes(a, "epoch 0: train logloss", 20));
    keys(a, "/ 'no such words'");
    CHECK(shows(a, "no line holds that"));
    keys(a, "C-u 'LOGLOSS' Enter");
    CHECK(shows(a, "with \"LOGLOSS\"") && shows(a, "train logloss") && lacks(a, "iteration 1"));
    keys(a, "g g");
    CHECK(lacks(a, "following"));
    keys(a, "f");
    CHECK(shows(a, "following"));
    keys(a, "q");
    CHECK(a->focus == &pane_jobs);
    stop(a);
    keys(a, "q");
    CHECK(a->focus == &pane_notebook);
    app_free(a);
}

/* What a terminal gets when a job ends: the sequences that their makers define. */
static void U062_the_end_is_told_by_bell_and_notes_and_each_can_be_off(void)
{
    char bytes[1000];
    size_t n = notify_bytes("xterm-256color", "both", "J3 done; ok\a", bytes, sizeof bytes);

    bytes[n] = '\0';
    TEXT_EQ(bytes, "\033]9;J3 done  ok \a\033]777;notify;weir;J3 done  ok \a");
    n = notify_bytes("tmux-256color", "osc9", "x", bytes, sizeof bytes);
    bytes[n] = '\0';
    TEXT_EQ(bytes, "\033Ptmux;\033\033]9;x\a\033\\");
    CHECK(notify_bytes("linux", "both", "x", bytes, sizeof bytes) == 0 && notify_bytes("vt220", "both", "x", bytes, sizeof bytes) == 0);
    CHECK(notify_bytes("xterm", "off", "x", bytes, sizeof bytes) == 0);
    n = notify_bytes("xterm", "osc777", "x", bytes, sizeof bytes);
    bytes[n] = '\0';
    CHECK(!strstr(bytes, "]9;") && strstr(bytes, "]777;"));

    app *a = open_app(LOAD "-- %% short\nm = weir.deeplearning{training_frame=digits, y='digit', hidden={5}, epochs=0.1}\n", 80, 24);
    char why[200];
    CHECK(settings_set(&a->set, "notify_after", "0", why, sizeof why));
    keys(a, "R a");
    CHECK(comes(a, "done after", 20)); /* the message row */
    app_free(a);
    a = open_app(NULL, 80, 24);
    keys(a, "R a"); /* not worth a word by the default */
    CHECK(idle(a, 20) && lacks(a, "done after"));
    app_free(a);
}

static void U063_what_has_ended_stays_over_a_restart_until_it_is_cleared(void)
{
    app *a = with_training(80, 24);

    CHECK(comes(a, "logloss", 20));
    keys(a, "C-c 'k'");
    CHECK(comes(a, "stopped", 10) && idle(a, 10));
    app_free(a);
    a = open_app(NULL, 80, 24); /* another process would find the same */
    keys(a, "g j");
    CHECK(shows(a, "stopped") && shows(a, "kept") && shows(a, "J1"));
    keys(a, "L");
    CHECK(shows(a, "train logloss") && shows(a, "what it learned is kept"));
    keys(a, "q x");
    CHECK(lacks(a, "stopped"));
    keys(a, "X");
    CHECK(shows(a, "No jobs yet"));
    app_free(a);
    a = open_app(NULL, 80, 24);
    keys(a, "g j");
    CHECK(shows(a, "No jobs yet"));
    app_free(a);
}

/* What an earlier process called J2 and model_2 is not what this one calls so. */
static void U063_numbers_go_on_after_a_restart(void)
{
    static const char code[] = LOAD "-- %% net\nm = weir.deeplearning{training_frame=digits, y='digit', hidden={4}, epochs=0.2, quiet_mode=true}\nprint('it is', m.id)\n";
    app *a = open_app(code, 80, 24);
    char first[40] = "", second[40] = "";

    keys(a, "R a");
    CHECK(idle(a, 20));
    char *s = screen(a), *at = strstr(s, "it is model");
    CHECK(at && sscanf(at, "it is %39s", first) == 1);
    free(s);
    app_free(a);
    a = open_app(NULL, 80, 24);
    keys(a, "g j");
    CHECK(shows(a, "J1") && shows(a, "J2") && lacks(a, "J3"));
    keys(a, "q R a");
    CHECK(idle(a, 20));
    s = screen(a), at = strstr(s, "it is model");
    if (!CHECK(at && sscanf(at, "it is %39s", second) == 1 && *second && strcmp(first, second) != 0))
        printf("# '%s', '%s' in %s\n", first, second, s);
    free(s);
    keys(a, "g j");
    CHECK(shows(a, "J1") && shows(a, "J2") && shows(a, "J3") && shows(a, "J4"));
    app_free(a);
}

static void U064_a_failure_says_why_and_what_to_change(void)
{
    app *a = open_app(LOAD "-- %% wide\nweir.init{parameters=5000}\nm = weir.deeplearning{training_frame=digits, y='digit', hidden={400,400}}\n", 120, 40);

    keys(a, "R a");
    CHECK(idle(a, 20));
    keys(a, "g j");
    CHECK(comes(a, "the limit is 5000", 5) && shows(a, "failed") && shows(a, "hidden = {25,25}"));
    app_free(a);
    a = open_app(LOAD "-- %% wild\nm = weir.deeplearning{training_frame=digits, y='digit', hidden={50}, adaptive_rate=false, rate=1e9, epochs=5}\n", 120, 40);
    keys(a, "R a");
    CHECK(idle(a, 20));
    keys(a, "g j");
    CHECK(comes(a, "a smaller rate", 5) && shows(a, "unstable"));
    app_free(a);
}

static void U066_a_limit_is_set_while_it_runs(void)
{
    app *a = with_training(80, 24);

    keys(a, "l 'soon' Enter");
    CHECK(shows(a, "no limit such as 90 s"));
    keys(a, "l '5 models' Enter");
    CHECK(shows(a, "limits a grid"));
    keys(a, "l '50000000 rows' Enter");
    CHECK(shows(a, "50000000 rows from now"));
    keys(a, "l '0.3 s' Enter");
    CHECK(shows(a, "0.3 s from now"));
    CHECK(comes(a, "that was set while it ran", 10) && idle(a, 10));
    app_free(a);
}

static void U055_U173_every_width_shows_the_jobs(void)
{
    static const int sizes[][2] = {{40, 12}, {60, 15}, {80, 24}, {100, 30}, {120, 40}, {200, 60}};
    app *a = with_training(80, 24);

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        app_resize(a, sizes[i][0], sizes[i][1]);
        CHECK(shows(a, "J1") || shows(a, "J2"));
        CHECK(sizes[i][0] < 56 || shows(a, "running"));
    }
    a->canvas.ascii = true;
    snprintf(a->set.charset, sizeof a->set.charset, "ascii");
    char *s = screen(a);
    bool plain = true;
    for (char *c = s; *c; c++)
        plain &= (unsigned char)*c < 128;
    CHECK(plain);
    free(s);
    stop(a);
    app_free(a);
}

/* A hook of the configuration runs once for each training that has ended, whoever started it; what is thrown away or fails has its own. */
static void U062_hooks_run_when_a_training_has_ended_or_failed(void)
{
    app *a = open_app(LOAD "-- %% waits\nm = weir.deeplearning{training_frame=digits, y='digit', hidden={5}, epochs=0.1}\n"
                      "-- %% goes on\nj = weir.start.deeplearning{training_frame=digits, y='digit', hidden={5}, epochs=0.1} j:join()\n"
                      "-- %% thrown away\nk = weir.start.deeplearning{training_frame=digits, y='digit', hidden={5}, epochs=1e6, stopping_rounds=0} k:cancel{discard=true} pcall(k.join, k)\n"
                      "-- %% told\nprint('done ' .. told .. ' failed ' .. failed)\n", 80, 40);
    char name[200], why[300];

    snprintf(name, sizeof name, "%s/hooks.lua", folder);
    FILE *f = fopen(name, "wb");
    if (f) {
        fputs("hook('done', 'told = (told or 0) + 1')\nhook('fail', 'failed = (failed or 0) + 1')\n", f);
        fclose(f);
    }
    CHECK(configure_load(a, name, why, sizeof why));
    keys(a, "R a");
    CHECK(idle(a, 30));
    app_turn(a, 100);
    CHECK(idle(a, 5));
    keys(a, "End C-t");
    CHECK(comes(a, "done 2 failed 1", 5));
    app_free(a);
}

int main(void)
{
    if (!begin_tests())
        return 1;
    TEST(U055_U056_F141_the_list_tells_state_progress_time_speed_metric_and_cell);
    TEST(U057_F141_a_training_is_stopped_with_a_choice_and_its_best_is_kept);
    TEST(U058_threads_and_the_queue_from_the_list);
    TEST(U059_U060_how_near_early_stopping_is_and_what_it_costs);
    TEST(U060_every_core_has_its_line);
    TEST(U061_the_log_of_a_job_follows_and_is_filtered);
    TEST(U062_the_end_is_told_by_bell_and_notes_and_each_can_be_off);
    TEST(U062_hooks_run_when_a_training_has_ended_or_failed);
    TEST(U063_numbers_go_on_after_a_restart);
    TEST(U063_what_has_ended_stays_over_a_restart_until_it_is_cleared);
    TEST(U064_a_failure_says_why_and_what_to_change);
    TEST(U066_a_limit_is_set_while_it_runs);
    TEST(U055_U173_every_width_shows_the_jobs);
    return end_tests();
}
