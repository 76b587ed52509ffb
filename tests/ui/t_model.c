/* t_model.c - what is inside a model, by keys: confusion and the rows behind it, importances, layers,
 * hit ratios, residuals, reconstruction errors. */
#include "tests/ui/by_keys.h"

#include "ui/jobs.h"
#include "ui/pane_model.h"

#define LOAD "-- %% load\ndigits = weir.dataset('digits')\ndigits.digit = digits.digit:asfactor()\n"
#define NET "-- %% net\nm = weir.deeplearning{model_id='net', training_frame=digits, y='digit', hidden={10}, epochs=3, seed=3, reproducible=true, score_training_samples=0}\n"

static app *with_model(const char *more, int w, int h)
{
    char s[2000];

    snprintf(s, sizeof s, "%s%s", LOAD, more);
    app *a = open_app(s, w, h);
    keys(a, "R a");
    CHECK(idle(a, 60));
    keys(a, "g j");
    CHECK(comes(a, "done", 10));
    keys(a, "Enter");
    CHECK(a->focus == &pane_model && comes(a, "[1 summary]", 5));
    return a;
}

static weir_model *model_of(app *a, const char *id)
{
    weir_value v = weir_nil();

    CHECK(!weir_session_get(a->session, id, &v, NULL) && v.kind == WEIR_MODEL);
    return v.as.model;
}

/* The rows behind a cell are those that the model's own predictions say, and as many as its figure. */
static void U081_U136_the_confusion_is_a_heat_map_and_enter_opens_the_rows_behind_a_cell(void)
{
    app *a = with_model(NET, 120, 40);
    weir_model *m = model_of(a, "net");
    weir_metrics *x = weir_model_metrics(m, "train");
    weir_frame *f = NULL;
    char want[100];
    double n = 0, best = 0;
    size_t r = 0, q = 1;

    keys(a, "2");
    CHECK(shows(a, "[2 confusion]") && shows(a, "actual, predicted") && shows(a, "\u2588"));
    CHECK(!weir_metrics_table(x, "confusion_matrix", &f, NULL));
    for (size_t i = 0; i < 10; i++) /* the commonest mistake */
        for (size_t k = 0; k < 10; k++) {
            weir_frame_read(f, 1 + k, i, 1, &n);
            if (i != k && n > best)
                best = n, r = i, q = k;
        }
    CHECK(best >= 1);
    for (size_t i = 0; i < r; i++)
        keys(a, "j");
    for (size_t k = 0; k < q; k++)
        keys(a, "l");
    snprintf(want, sizeof want, "taken for");
    CHECK(shows(a, want));
    keys(a, "%");
    CHECK(shows(a, "percent of the row"));
    keys(a, "% Enter");
    snprintf(want, sizeof want, "%.0f row%s of class %zu, predicted %zu", best, best == 1 ? "" : "s", r, q);
    CHECK(comes(a, want, 20) && a->focus == &pane_rows);
    keys(a, "m"); /* 8 x 8 pixels */
    CHECK(lacks(a, "not the pixels"));
    keys(a, "Enter");
    CHECK(shows(a, "digit") && shows(a, "taken for"));
    keys(a, "q q");
    CHECK(a->focus == &pane_jobs);
    weir_frame_unref(f);
    weir_metrics_unref(x);
    weir_model_unref(m);
    app_free(a);
}

static void U082_all_importances_are_there_filtered_scrolled_and_as_an_image(void)
{
    app *a = with_model(NET, 80, 24);
    weir_model *m = model_of(a, "net");
    weir_frame *f = NULL;
    char want[80], name[80];

    CHECK(!weir_model_table(m, "varimp", &f, NULL));
    keys(a, "4");
    snprintf(want, sizeof want, "%zu of %zu variables", weir_frame_rows(f), weir_frame_rows(f));
    CHECK(shows(a, want));
    weir_frame_text(f, 0, 0, name, sizeof name);
    CHECK(shows(a, name));
    weir_frame_text(f, 0, weir_frame_rows(f) - 1, name, sizeof name);
    keys(a, "G");
    CHECK(shows(a, name)); /* the least one too */
    keys(a, "/ 'P1' Enter");
    CHECK(shows(a, "with \"P1\"") && lacks(a, want));
    keys(a, "/ C-u Enter m");
    CHECK(shows(a, "importance of each pixel"));
    weir_frame_unref(f);
    weir_model_unref(m);
    app_free(a);
}

static void U084_hit_ratios_rise_to_one(void)
{
    app *a = with_model(NET, 80, 24);

    keys(a, "7");
    CHECK(shows(a, "among the first k") && shows(a, "1.00000"));
    keys(a, "6");
    CHECK(shows(a, "* hidden") || shows(a, "hidden"));
    keys(a, "/ 'epochs' Enter");
    CHECK(shows(a, "epochs") && lacks(a, "rho"));
    app_free(a);
}

static void U085_residuals_with_quantiles_predicted_against_actual(void)
{
    app *a = with_model("-- %% r\np = weir.dataset('prostate')\nr = weir.deeplearning{training_frame=p, y='AGE', x={'PSA','VOL','GLEASON'}, hidden={5}, epochs=5}\n", 100, 30);

    keys(a, "8");
    CHECK(comes(a, "residuals", 20) && shows(a, "50 %:") && shows(a, "95 %:") && shows(a, " for ") && shows(a, "above the threshold"));
    keys(a, "j Enter");
    CHECK(comes(a, "rows by residual", 10) && shows(a, "residual "));
    app_free(a);
}

static void U086_reconstruction_errors_are_sorted_with_a_threshold_and_lead_to_the_row(void)
{
    app *a = with_model("-- %% ae\nae = weir.deeplearning{training_frame=digits, x={'p11','p12','p13','p14','p21','p22','p23','p24'}, autoencoder=true, hidden={3}, epochs=5}\n", 100, 30);

    keys(a, "8");
    CHECK(comes(a, "of 1797 rows above the threshold", 20));
    keys(a, "e C-u '1e9' Enter");
    CHECK(shows(a, "0 of 1797 rows above the threshold 1e+09"));
    keys(a, "Enter");
    CHECK(comes(a, "rows by reconstruction error", 10) && shows(a, "error "));
    keys(a, "Enter");
    CHECK(shows(a, "p11"));
    app_free(a);
}

static void U087_U088_U089_U135_layers_are_shown_while_it_trains(void)
{
    app *a = open_app(LOAD "-- %% endless\nm = weir.deeplearning{training_frame=digits, y='digit', hidden={20,10}, epochs=1e7, threads=1, stopping_rounds=0, score_interval=0.2, score_duty_cycle=1, classification_stop=-1}\n", 120, 40);

    keys(a, "R a g j");
    CHECK(comes(a, "logloss", 30));
    patience wait = patience_of(PATIENCE);
    weir_job *j = pane_training(a->session);
    weir_model *m = NULL;
    while (patience_left(&wait) && !(m = weir_job_model(j))) /* its first scoring is there, a moment later its model */
        app_turn(a, 20);
    CHECK(m != NULL);
    weir_model_unref(m);
    weir_job_unref(j);
    keys(a, "Enter 5");
    CHECK(shows(a, "in training") && shows(a, "rate mean") && shows(a, "momentum") && shows(a, "weight rms") && shows(a, "dead"));
    CHECK(shows(a, "weights of layer 1") && shows(a, "activations of layer 1"));
    keys(a, "j j");
    CHECK(shows(a, "weights of layer 3") && lacks(a, "activations of"));
    char *before = screen(a), *after = NULL;
    wait = patience_of(PATIENCE);
    do {
        app_turn(a, 20);
        free(after);
        after = screen(a);
    } while (patience_left(&wait) && !strcmp(before, after));
    CHECK(strcmp(before, after) != 0); /* the next scoring is there */
    free(before), free(after);
    keys(a, "q C-c 'd'");
    CHECK(idle(a, 20));
    app_free(a);
}

/* 40 columns, 12 rows: figures of the chosen rows, all lines by scrolling, and the history of this model while another trains. */
static void U123_U068_U174_a_small_screen_shows_all_of_a_model(void)
{
    app *a = open_app(LOAD "-- %% net\nm = weir.deeplearning{model_id='net', training_frame=digits, validation_frame=digits, y='digit', hidden={10}, epochs=3, seed=3}\n"
                      "-- %% endless\nn = weir.deeplearning{training_frame=digits, y='digit', hidden={20}, epochs=1e7, threads=1, stopping_rounds=0, score_interval=0.2, classification_stop=-1}\n", 40, 12);

    keys(a, "g m"); /* none yet: no empty list, but a word */
    CHECK(shows(a, "no model yet") && !a->top);
    keys(a, "C-r C-t");
    CHECK(comes(a, "net:", 60) && idle(a, 60));
    keys(a, "G C-t");
    CHECK(comes(a, "running", 20));
    keys(a, "g m 'net' Enter");
    CHECK(comes(a, "[1 summary]", 10) && shows(a, "train") && shows(a, "valid") && lacks(a, "cross-val") && shows(a, "classification error") && lacks(a, "weights and biases"));
    keys(a, "End");
    CHECK(shows(a, "weights and biases") && shows(a, "epochs") && lacks(a, "RMSE"));
    keys(a, "Home");
    CHECK(shows(a, "RMSE"));
    keys(a, "3");
    CHECK(comes(a, "log loss", 10) && shows(a, "train") && lacks(a, "\u2802 net") && lacks(a, "o net")); /* not laid over the other's */
    keys(a, "8");
    CHECK(shows(a, "confusion") && shows(a, "matrix (2)"));
    keys(a, "q C-c 'd'");
    CHECK(idle(a, 20));
    app_free(a);
}

int main(void)
{
    if (!begin_tests())
        return 1;
    TEST(U081_U136_the_confusion_is_a_heat_map_and_enter_opens_the_rows_behind_a_cell);
    TEST(U082_all_importances_are_there_filtered_scrolled_and_as_an_image);
    TEST(U084_hit_ratios_rise_to_one);
    TEST(U085_residuals_with_quantiles_predicted_against_actual);
    TEST(U086_reconstruction_errors_are_sorted_with_a_threshold_and_lead_to_the_row);
    TEST(U087_U088_U089_U135_layers_are_shown_while_it_trains);
    TEST(U123_U068_U174_a_small_screen_shows_all_of_a_model);
    return end_tests();
}
