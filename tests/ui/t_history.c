/* t_history.c - the plot of a training by its keys: metrics, axes, cursor, zoom, models laid over, words, files. */
#include "tests/ui/by_keys.h"

#include "ui/pane_live.h"

#include <locale.h>

#define TRAIN \
    "-- %% data\nf = weir.dataset('iris') train, test = f:split{0.7, seed = 3}\n" \
    "-- %% net\nm = weir.deeplearning{ y = 'Species', training_frame = train, validation_frame = test, hidden = {8}, epochs = 40, " \
    "score_interval = 0, train_samples_per_iteration = 100, score_duty_cycle = 1, stopping_rounds = 0, seed = 1, model_id = 'first', reproducible = true }\n"

/* A workbench with a training that has ended, the live pane in front. */
static app *trained(const char *more, int w, int h)
{
    char s[4000];

    snprintf(s, sizeof s, "%s%s", TRAIN, more);
    app *a = open_app(s, w, h);
    keys(a, "R a");
    CHECK(idle(a, 60));
    keys(a, "p");
    if (a->focus != &pane_live)
        keys(a, "Tab");
    CHECK(a->focus == &pane_live);
    return a;
}

static void U068_U077_the_history_shows_both_sets_best_and_stop(void)
{
    app *a = trained("", 80, 24);

    CHECK(shows(a, "log loss") && shows(a, "train 0.") && shows(a, "valid 0.") && shows(a, "best 0.") && shows(a, "best valid 0."));
    CHECK(shows(a, "epochs") && shows(a, "stopped: "));
    app_free(a);
}

int main(void)
{
    if (!begin_tests())
        return 1;
    TEST(U068_U077_the_history_shows_both_sets_best_and_stop);
    return end_tests();
}
