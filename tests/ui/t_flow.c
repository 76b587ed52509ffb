/* t_flow.c - what the notebook of H2O Flow taught people to expect: lists of frames (F142), results and errors below cells (F143),
 * cells and their actions (F144), kinds of cells (F145), files (F146). */
#include "tests/ui/by_keys.h"

static const char *const actions[] = {"above", "below", "cut", "undo", "move-up", "move-down", "copy", "paste", "split", "merge",
                                      "clear", "run", "run-all", "run-below", NULL};

static void F144_each_action_on_cells_has_a_key_and_a_place_in_the_menu(void)
{
    app *a = open_app("-- %% one\nx = 1\n-- %% two\ny = 2\n", 100, 30);
    context where[4];
    char label[64], line[200];

    if (!a)
        return;
    for (size_t p = 0; keymap_presets[p]; p++) {
        keymap_reset(&a->keys, keymap_presets[p]);
        size_t n = app_contexts(a, where);
        for (size_t i = 0; actions[i]; i++) {
            keymap_label(&a->keys, where, n, actions[i], label, sizeof label);
            if (!CHECK(*label))
                printf("# %s has no key in %s\n", actions[i], keymap_presets[p]);
        }
    }
    keymap_reset(&a->keys, "plain");
    for (size_t i = 0; actions[i]; i++) {
        snprintf(line, sizeof line, ": '%s'", actions[i]);
        keys(a, line);
        snprintf(line, sizeof line, "%s ", actions[i]);
        CHECK(shows(a, line) && shows(a, command_find(actions[i])->help));
        keys(a, "Esc");
    }
    app_free(a);
}

/* Far beyond Flow's one deleted cell. */
static void F144_thirty_actions_are_undone_and_done_again(void)
{
    static const char start[] = "-- %% one\nx = 1\n-- %% two\ny = 2\n";
    app *a = open_app(start, 100, 30);

    if (!a)
        return;
    for (int i = 0; i < 10; i++)
        keys(a, "b 'z' Esc c v x"); /* a cell with text, a copy of it, which goes again */
    char *last = nb_file(&a->nb);
    CHECK(a->nb.n == 12);
    for (int i = 0; i < 60 && a->nb.n + a->nb.modified > 2; i++)
        keys(a, "z");
    file_is(a, start);
    for (int i = 0; i < 60; i++)
        keys(a, "Z");
    file_is(a, last ? last : "");
    free(last);
    app_free(a);
}

static void F145_code_text_headings_and_raw_text(void)
{
    app *a = open_app("-- %% [markdown]\n-- # A heading\n-- some **words**\n-- %% code\nx = 1\n-- %% [raw]\n-- as it is\n", 100, 30);

    if (!a)
        return;
    CHECK(shows(a, "A heading") && lacks(a, "# A heading") && shows(a, "some words") && lacks(a, "**words**") && shows(a, "as it is"));
    keys(a, "g o"); /* headings are in the outline */
    CHECK(shows(a, "A heading"));
    keys(a, "Esc j m");
    CHECK(a->nb.cell[1].kind == CELL_MARKDOWN);
    keys(a, "m");
    CHECK(a->nb.cell[1].kind == CELL_CODE);
    app_free(a);
}

static void F143_an_error_shows_its_line_and_the_notebook_lives_on(void)
{
    app *a = open_app("-- %% bad\nlocal x = 1\nx.y.z = 2\n-- %% good\n6 * 7\n", 100, 30);

    if (!a)
        return;
    keys(a, "C-t");
    CHECK(idle(a, 20) && shows(a, "line 2") && a->nb.cell[0].state == CELL_FAILED);
    keys(a, "j C-t");
    CHECK(idle(a, 20) && shows(a, "42"));
    app_free(a);
}

static void F142_frames_are_listed_with_rows_columns_and_size(void)
{
    app *a = open_app("-- %% one\niris = weir.dataset('iris')\n", 100, 30);

    if (!a)
        return;
    keys(a, "C-t");
    CHECK(idle(a, 20));
    keys(a, "g f");
    CHECK(shows(a, "frame iris") && shows(a, "150 x 5") && shows(a, "kB"));
    keys(a, "Enter"); /* its rows */
    CHECK(shows(a, "Sepal.Len") && shows(a, "5.1") && shows(a, "150 x 5"));
    keys(a, "End");
    CHECK(shows(a, "150 ") && shows(a, "5.9"));
    keys(a, "q a 'histo'"); /* what can be done with it, as code that is left in a cell */
    CHECK(shows(a, "weir.plot(iris, {kind = \"hist\"})") && lacks(a, "split"));
    keys(a, "C-u 'export' Down Enter");
    CHECK(a->nb.n == 2 && shows(a, "iris:export(\"iris.csv\")") && a->nb.cell[1].state == CELL_IDLE);
    keys(a, "g f a 'describe' Enter");
    CHECK(idle(a, 20) && a->nb.n == 3 && shows(a, "iris:describe()") && shows(a, "Sepal.Width"));
    keys(a, "g a 'split'");
    CHECK(shows(a, "train, test = iris:split"));
    keys(a, "Esc g f x Esc"); /* one that keeps it, one that removes it */
    CHECK(shows(a, "frame iris"));
    keys(a, "x 'r'");
    CHECK(shows(a, "is removed") && lacks(a, "frame iris"));
    app_free(a);
}

/* From nothing to predictions by the menu alone: each choice is a cell. */
static void F147_a_menu_inserts_ready_cells_from_data_to_predictions(void)
{
    app *a = open_app("-- %% begin\n", 100, 40);

    if (!a)
        return;
    keys(a, "g a 'import' Enter"); /* the first fits: to be run; the name is not there */
    CHECK(idle(a, 20) && shows(a, "data = weir.import_file(\"data.csv\")") && a->nb.cell[1].state == CELL_FAILED);
    keys(a, "g a 'dataset' Enter");
    CHECK(idle(a, 20) && shows(a, "iris = weir.dataset(\"iris\")") && a->nb.cell[2].state == CELL_DONE);
    keys(a, "g a 'split' Enter");
    CHECK(idle(a, 20) && shows(a, "train, test = iris:split{0.75, seed = 1}"));
    keys(a, "g a 'deeplearning' Enter");
    CHECK(idle(a, 60) && shows(a, "m = weir.deeplearning{ training_frame = ") && shows(a, "epochs in"));
    keys(a, "g a 'm:predict' Enter");
    CHECK(idle(a, 20) && shows(a, "p = m:predict(test)") && a->nb.cell[5].state == CELL_DONE);
    keys(a, "g a 'hist' Enter");
    CHECK(idle(a, 20) && shows(a, "kind = \"hist\"") && a->nb.n == 7 && a->nb.cell[6].state == CELL_DONE);
    app_free(a);
}

static void F146_outputs_are_there_again_and_the_file_is_plain_text(void)
{
    app *a = open_app("-- %% one\nprint('from before')\n", 100, 30);

    if (!a)
        return;
    keys(a, "C-t");
    CHECK(idle(a, 20));
    keys(a, "s");
    file_is(a, "-- %% one\nprint('from before')\n");
    app_free(a);
    a = open_app(NULL, 100, 30);
    if (!a)
        return;
    CHECK(shows(a, "\u2574 from before"));
    app_free(a);
}

int main(void)
{
    alarm(PATIENCE_OF_ALL);
    if (!begin_tests())
        return 1;
    TEST(F142_frames_are_listed_with_rows_columns_and_size);
    TEST(F147_a_menu_inserts_ready_cells_from_data_to_predictions);
    TEST(F143_an_error_shows_its_line_and_the_notebook_lives_on);
    TEST(F144_each_action_on_cells_has_a_key_and_a_place_in_the_menu);
    TEST(F144_thirty_actions_are_undone_and_done_again);
    TEST(F145_code_text_headings_and_raw_text);
    TEST(F146_outputs_are_there_again_and_the_file_is_plain_text);
    return end_tests();
}
