/* t_everyday.c - what one meets in the first hour: keys that do what other notebooks taught, lists that begin with what
 * is wanted, values that can be read, ends that are told. */
#include "tests/ui/by_keys.h"

#include "ui/cell.h"
#include "ui/screen.h"

#include <math.h>

static int row_of(app *a, const char *what)
{
    char *s = screen(a), *at = strstr(s, what);
    int row = at ? 0 : -1;

    for (char *q = s; at && q < at; q++)
        row += *q == '\n';
    free(s);
    return row;
}

static void U204_U205_lists_begin_with_what_is_wanted_here(void)
{
    app *a = open_app("-- %% a\nx = 1\n", 80, 40);

    keys(a, "?");
    CHECK(row_of(a, "Edit the cell.") == 3 && shows(a, "x dd") && shows(a, "Enter"));
    CHECK(row_of(a, "Run the cell and go on") < row_of(a, "A new cell above."));
    CHECK(row_of(a, "A new cell above.") > 0);
    CHECK(lacks(a, "^C ii ^C")); /* a key stands once */
    keys(a, "Esc :");
    CHECK(row_of(a, "run-next") < row_of(a, "above"));
    char *s = screen(a), *at = strstr(s, "1 of "), *end = at ? at + strcspn(at, "\n ") : NULL;
    CHECK(at && atoi(at + 5) > 100 && end); /* three digits, none cut off */
    free(s);
    keys(a, "Esc g t ?");
    CHECK(row_of(a, "Back to where one was.") < row_of(a, "Undo the last change"));
    app_free(a);
}

static void U203_the_footer_keeps_its_help(void)
{
    static const int wide[] = {24, 40, 60, 80, 120, 300};

    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++) {
        app *a = open_app("-- %% a\nx = 1\n", wide[i], 24);
        CHECK(shows(a, "? help"));
        keys(a, "g j");
        CHECK(shows(a, "? help"));
        keys(a, "q g t");
        CHECK(shows(a, "? help"));
        keys(a, "q Enter");
        CHECK(shows(a, "F1 help"));
        app_free(a);
    }
}

static void U003_enter_in_a_new_cell_begins_it(void)
{
    app *a = open_app("-- %% a\nx = 1\n", 80, 24);

    keys(a, "b Enter 'y = 2' Enter 'z = 3' Esc");
    file_is(a, "-- %% a\nx = 1\n-- %%\ny = 2\nz = 3");
    keys(a, "b 'u' Backspace Enter 'v' Esc"); /* something was typed: Enter is a new line */
    CHECK(a->nb.n == 3 && !strncmp(text_str(&a->nb.cell[2].body), "\nv", 2));
    app_free(a);
}

static void U040_behind_the_last_cell_one_types_on(void)
{
    app *a = open_app("-- %% a\nx = 1", 80, 24);

    keys(a, "Enter C-e C-r 'y = x + 1' C-r");
    CHECK(idle(a, 5) && a->nb.n == 3 && a->mode == MODE_EDIT && a->selected == 2);
    keys(a, "C-r C-r"); /* an empty one is enough */
    CHECK(a->nb.n == 3);
    keys(a, "Esc g g C-r");
    CHECK(a->nb.n == 3 && a->mode == MODE_COMMAND && a->selected == 1);
    app_free(a);
}

static void U024_U025_tab_lists_what_may_stand_here_and_never_moves_text(void)
{
    app *a = open_app("-- %% a\n", 100, 24);

    keys(a, "Enter 'm = weir.deeplearning{ ' Tab");
    CHECK(shows(a, "training_frame") && shows(a, "Frame to learn from."));
    keys(a, "Esc");
    CHECK(a->mode == MODE_EDIT || (keys(a, "Enter"), true));
    keys(a, "C-e 'y = \"Spec' Tab");
    CHECK(shows(a, "nothing to complete here") && strstr(text_str(&app_cell(a)->body), "{ y = \"Spec"));
    CHECK(!strncmp(text_str(&app_cell(a)->body), "m = ", 4));
    keys(a, "C-a Tab");
    CHECK(!strncmp(text_str(&app_cell(a)->body), "  m = ", 6));
    app_free(a);
}

static void U050_U106_values_are_shown_as_one_reads_them(void)
{
    app *a = open_app("-- %% a\nweir.frame{ a = {1/3, 2, 1234567}, b = {\"x\", \"y\", \"z\"} }\n-- %% b\n{ k = 1, 2 }\n", 80, 24);

    keys(a, "R a");
    CHECK(idle(a, 10) && shows(a, "0.333333") && lacks(a, "0.3333333") && shows(a, "1234567"));
    CHECK(shows(a, "{2, k = 1}"));
    app_free(a);
}

static void U056_what_a_training_came_to_stays_in_its_cell(void)
{
    app *a = open_app("-- %% a\ni = weir.dataset(\"iris\")\nm = weir.deeplearning{ y = \"Species\", training_frame = i, hidden = {5}, epochs = 3, model_id = \"small\", seed = 1 }\n"
                      "print(\"af\" .. \"ter\")\n", 100, 24);

    keys(a, "C-t");
    CHECK(idle(a, 20) && shows(a, "small: 3 epochs in ") && shows(a, "all 3 epochs done"));
    CHECK(row_of(a, "small: 3 epochs in ") < row_of(a, "after"));
    keys(a, "g m Enter 3"); /* its history without its training's pane */
    CHECK(shows(a, "epochs") && shows(a, "[3 history]") && lacks(a, "No model"));
    app_free(a);
}

/* It may end before the cell can begin to wait for it, or be waited for where a cell cannot let others run. */
static void U056_a_training_that_ended_at_once_is_told_too(void)
{
    static const char *const waits[] = {"while j:status() == \"queued\" or j:status() == \"running\" do end\nm = j:join()", "m = coroutine.wrap(function() return j:join() end)()"};

    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
        char source[500];
        snprintf(source, sizeof source, "-- %%%% a\nj = weir.start{ y = \"Species\", training_frame = weir.dataset(\"iris\"), hidden = {5}, epochs = 3, model_id = \"small\", seed = 1 }\n%s\nprint(\"af\" .. \"ter\")\n", waits[i]);
        app *a = open_app(source, 100, 24);
        keys(a, "C-t");
        CHECK(idle(a, 20) && shows(a, "small: 3 epochs in ") && shows(a, "all 3 epochs done"));
        CHECK(row_of(a, "small: 3 epochs in ") < row_of(a, "after"));
        app_free(a);
    }
}

static void U219_an_error_in_a_function_of_another_cell_leads_there(void)
{
    app *a = open_app("-- %% a\nfunction f(x)\n  return x.b.c\nend\n-- %% b\nprint(1)\nf({})\n-- %% c\nx = 1\n", 80, 24);

    keys(a, "R a");
    CHECK(idle(a, 10) && shows(a, "cell 1, line 2: attempt to index") && lacks(a, "nb.lua:"));
    keys(a, "g k");
    CHECK(shows(a, "cell 1, line 2: in function") && shows(a, "cell 2, line 2: in main chunk"));
    keys(a, "Esc g e");
    CHECK(a->selected == 0 && a->mode == MODE_EDIT && edit_line(&a->ed, a->ed.cursor) == 1);
    app_free(a);
    a = open_app("-- %% a\nweir.deeplearning{ epoch = 3 }\n", 80, 24);
    keys(a, "C-t");
    CHECK(idle(a, 10) && shows(a, "did you mean 'epochs'?"));
    char *s = screen(a), *at = strstr(s, "did you mean");
    CHECK(at && !strstr(at + 1, "did you mean")); /* said once */
    free(s);
    app_free(a);
}

static void U045_a_loop_that_stopped_is_said_to_have_stopped(void)
{
    app *a = open_app("-- %% a\nwhile true do end\n-- %% b\nlocal t = os.time() + 2 while os.time() < t do end\n", 80, 24);

    keys(a, "C-t");
    CHECK(comes(a, "running", 5));
    keys(a, "C-c");
    CHECK(comes(a, "cell 1 has stopped", 2));
    keys(a, "j C-t");
    CHECK(idle(a, 10) && lacks(a, "library function")); /* that was about another one */
    app_free(a);
}

/* Processor seconds of this thread for going to and fro beside what the first cell gives, the least of three. */
static double moving_seconds(app *a)
{
    double least = INFINITY;

    keys(a, "C-t");
    CHECK(idle(a, 20));
    for (int turn = 0; turn < 3; turn++) {
        double from = clock_thread();
        for (int i = 0; i < 10; i++)
            keys(a, "j k");
        app_draw(a);
        least = fmin(least, clock_thread() - from);
    }
    return least;
}

static void U013_one_endless_line_costs_no_more_than_many(void)
{
    app *many = open_app("-- %% a\nreturn ((\"y\"):rep(99) .. \"\\n\"):rep(20 * 1024 * 1024 // 100)\n-- %% b\n1\n", 80, 24);
    double by_many = moving_seconds(many);
    app_free(many);
    app *a = open_app("-- %% a\nreturn (\"y\"):rep(20 * 1024 * 1024)\n-- %% b\nio.write((\"\\u{20ac}\"):rep(20000))\n", 80, 24);
    double by_one = moving_seconds(a);
    if (!CHECK(by_one < 10 * fmax(by_many, 0.002)))
        printf("# %.4f s, in many lines %.4f s\n", by_one, by_many);
    keys(a, "j C-t");
    CHECK(idle(a, 20));
    const output *o = &a->nb.cell[1].out; /* whole letters, none lost */
    size_t n = 0;
    for (size_t i = 0; i < o->n; i++) {
        CHECK(strlen(o->v[i].line) % 3 == 0 && strlen(o->v[i].line) < 20000);
        n += strlen(o->v[i].line);
    }
    CHECK(n == 60000);
    app_free(a);
}

static void U045_U044_a_hoard_of_memory_fails_alone_and_is_stopped_at_once(void)
{
    app *a = open_app("-- %% a\nweir = require \"weir\"\nweir.init{memory = \"400M\"}\nlocal t = {}\nwhile true do t[#t + 1] = (\"z\"):rep(1024 * 1024) .. #t end\n"
                      "-- %% b\nprint(6 * 7)\n-- %% c\nweir.init{memory = \"4G\"}\nlocal n = 0\nwhile true do n = n + #((\"z\"):rep(4 * 1024 * 1024) .. n) end\n", 80, 24);

    keys(a, "C-t");
    CHECK(idle(a, 60) && shows(a, "not enough memory") && shows(a, "memory budget, 0.2 GB"));
    keys(a, "j C-t");
    CHECK(idle(a, 10) && shows(a, "42"));
    keys(a, "j C-t");
    CHECK(comes(a, "running", 5));
    keys(a, "C-c"); /* by itself it would not end */
    CHECK(comes(a, "has stopped", 5));
    app_free(a);
}

static void U036_U035_a_great_paste_is_looked_through_at_once(void)
{
    app *a = open_app("-- %% a\nx = 1\n", 80, 24);
    text t = {0};

    for (int i = 0; i < 12000; i++)
        text_fmt(&t, "v%d = %d -- one of many lines that somebody pasted, with some words behind\nw = v%d\n", i, i, i);
    keys(a, "Enter");
    cell_paste(a, text_str(&t), t.n);
    double worst = 0; /* of this thread's time */
    for (patience wait = patience_of(PATIENCE); a->checked != a->nb.version && patience_left(&wait);) {
        double from = clock_thread();
        app_turn(a, 20);
        worst = fmax(worst, clock_thread() - from);
    }
    CHECK(a->checked == a->nb.version && a->n_problem == 0);
    printf("# looked through in %.0f ms at most of one turn\n", 1000 * worst);
    keys(a, "C-_");
    CHECK(app_cell(a)->body.n == 6);
    text_free(&t);
    app_free(a);
}

static void U030_replacing_what_stands_nowhere_changes_nothing(void)
{
    app *a = open_app("-- %% a\nx = 1\n-- %% b\nx = 2\n", 80, 24);

    keys(a, "j % 'none' Enter 'y' Enter");
    CHECK(shows(a, "'none' stands in no cell") && a->selected == 1 && a->mode == MODE_COMMAND);
    keys(a, "% 'x' Enter");
    CHECK(shows(a, "Replace x by:"));
    keys(a, "'y' Enter 'a'");
    file_is(a, "-- %% a\ny = 1\n-- %% b\ny = 2\n");
    CHECK(shows(a, "2 replaced"));
    keys(a, "Esc %");
    CHECK(shows(a, "Enter for x"));
    keys(a, "Enter");
    CHECK(shows(a, "Replace x by:")); /* what was looked for last, without typing it over what stands there */
    app_free(a);
}

static void U066_F141_what_is_asked_can_be_read_whole(void)
{
    app *a = open_app("-- %% a\nm = weir.deeplearning{ y = \"Species\", training_frame = weir.dataset(\"iris\"), hidden = {5}, epochs = 1e7, stopping_rounds = 0, "
                      "classification_stop = -1, score_interval = 0.1 }\n", 100, 24);

    keys(a, "C-t");
    CHECK(comes(a, "rows/s", 20));
    keys(a, "g j l");
    CHECK(shows(a, "empty: no limit):") && lacks(a, "e+0"));
    keys(a, "'1' Enter");
    CHECK(shows(a, "1 s from now"));
    CHECK(idle(a, 20));
    keys(a, "q");
    CHECK(lacks(a, "e+0")); /* neither epochs nor limits as powers of ten */
    app_free(a);
}

static void U038_a_search_from_normal_mode_leads_to_normal_mode(void)
{
    app *a = open_app("-- %% a\nx = 1\ny = 2\n", 80, 24);

    CHECK(keymap_reset(&a->keys, "vim"));
    keys(a, "Enter / 'y' Enter");
    CHECK(a->mode == MODE_EDIT && a->normal && edit_line(&a->ed, a->ed.cursor) == 1);
    app_free(a);
}

static void U085_U086_each_model_has_a_threshold_of_its_own(void)
{
    app *a = open_app("-- %% a\npr = weir.dataset(\"prostate\")\nreg = weir.deeplearning{ y = \"PSA\", training_frame = pr, hidden = {5}, epochs = 5, model_id = \"reg\", seed = 1 }\n"
                      "ae = weir.autoencoder{ x = {\"AGE\", \"VOL\", \"GLEASON\"}, training_frame = pr, hidden = {2}, epochs = 5, model_id = \"ae\", seed = 1 }\n", 90, 24);

    keys(a, "C-t");
    CHECK(idle(a, 30));
    keys(a, "g m 'reg' Enter 8");
    CHECK(comes(a, "of 380 rows above the threshold", 20));
    CHECK(lacks(a, "0 of 380 rows") || shows(a, "3 of 380 rows"));
    keys(a, "q g m 'ae' Enter 8");
    CHECK(comes(a, "3 of 380 rows above the threshold", 20)); /* a hundredth, whatever the other one's errors are */
    app_free(a);
}

int main(void)
{
    if (!begin_tests())
        return 1;
    TEST(U204_U205_lists_begin_with_what_is_wanted_here);
    TEST(U203_the_footer_keeps_its_help);
    TEST(U003_enter_in_a_new_cell_begins_it);
    TEST(U040_behind_the_last_cell_one_types_on);
    TEST(U024_U025_tab_lists_what_may_stand_here_and_never_moves_text);
    TEST(U050_U106_values_are_shown_as_one_reads_them);
    TEST(U056_what_a_training_came_to_stays_in_its_cell);
    TEST(U056_a_training_that_ended_at_once_is_told_too);
    TEST(U219_an_error_in_a_function_of_another_cell_leads_there);
    TEST(U045_a_loop_that_stopped_is_said_to_have_stopped);
    TEST(U013_one_endless_line_costs_no_more_than_many);
    TEST(U045_U044_a_hoard_of_memory_fails_alone_and_is_stopped_at_once);
    TEST(U036_U035_a_great_paste_is_looked_through_at_once);
    TEST(U030_replacing_what_stands_nowhere_changes_nothing);
    TEST(U066_F141_what_is_asked_can_be_read_whole);
    TEST(U038_a_search_from_normal_mode_leads_to_normal_mode);
    TEST(U085_U086_each_model_has_a_threshold_of_its_own);
    return end_tests();
}
