/* t_workbench.c - the workbench by its keys, without a terminal: keys in, the text of the screen out. */
#include "tests/ui/by_keys.h"

#include "ui/cell.h"
#include "ui/configure.h"
#include "ui/merge.h"
#include "ui/theme.h"

static void U003_the_mode_is_a_word(void)
{
    app *a = open_app("-- %%\nx = 1\n", 80, 24);

    CHECK(shows(a, "CMD"));
    keys(a, "Enter");
    CHECK(shows(a, "EDIT") && a->cursor.text);
    keys(a, "Esc");
    CHECK(shows(a, "CMD") && !a->cursor.text);
    app_free(a);
}

static void U004_cells_are_cut_copied_and_put_many_at_once(void)
{
    app *a = open_app("-- %% a\n1\n-- %% b\n2\n-- %% c\n3\n", 80, 24);

    keys(a, "J x");
    file_is(a, "-- %% c\n3\n");
    keys(a, "v");
    file_is(a, "-- %% c\n3\n-- %% a\n1\n-- %% b\n2\n");
    keys(a, "g g c V");
    file_is(a, "-- %% c\n3\n-- %% c\n3\n-- %% a\n1\n-- %% b\n2\n");
    keys(a, "z z z");
    file_is(a, "-- %% a\n1\n-- %% b\n2\n-- %% c\n3\n");
    app_free(a);
}

static void U005_cells_move_alone_and_together(void)
{
    app *a = open_app("-- %% a\n1\n-- %% b\n2\n-- %% c\n3\n", 80, 24);

    keys(a, "M-Down");
    file_is(a, "-- %% b\n2\n-- %% a\n1\n-- %% c\n3\n");
    keys(a, "K M-Down");
    file_is(a, "-- %% c\n3\n-- %% b\n2\n-- %% a\n1\n");
    keys(a, "C-k");
    file_is(a, "-- %% b\n2\n-- %% a\n1\n-- %% c\n3\n");
    app_free(a);
}

static void U006_a_cell_is_split_at_the_cursor(void)
{
    app *a = open_app("-- %% a\nx = 1\ny = 2\n", 80, 24);

    keys(a, "Enter Down C-\\");
    file_is(a, "-- %% a\nx = 1\n-- %%\ny = 2\n");
    keys(a, "Esc k M");
    file_is(a, "-- %% a\nx = 1\ny = 2\n");
    app_free(a);
}

static void U007_typing_and_cells_share_one_history(void)
{
    app *a = open_app("-- %%\nx\n", 80, 24);

    keys(a, "b 'y = 2' Esc x");
    file_is(a, "-- %%\nx\n");
    keys(a, "z");
    file_is(a, "-- %%\nx\n-- %%\ny = 2");
    keys(a, "z z");
    file_is(a, "-- %%\nx\n");
    keys(a, "Z Z");
    file_is(a, "-- %%\nx\n-- %%\ny = 2");
    app_free(a);
}

static void U008_output_and_text_fold(void)
{
    app *a = open_app("-- %% a\nfor i = 1, 9 do\nprint('row', i)\nend\n", 80, 24);

    keys(a, "C-t");
    CHECK(idle(a, 10) && shows(a, "9"));
    keys(a, "h");
    CHECK(shows(a, "8 lines folded"));
    keys(a, "h");
    CHECK(shows(a, "... 3 lines"));
    keys(a, "l l");
    CHECK(lacks(a, "folded") && lacks(a, "... 3"));
    app_free(a);
}

static void U009_the_outline_tells_state_and_error(void)
{
    app *a = open_app("-- %% [markdown]\n-- # Top\n-- %% good\nx = 1\n-- %% bad\nerror('oh dear')\n", 100, 24);

    keys(a, "R a");
    CHECK(idle(a, 10));
    keys(a, "g o");
    CHECK(shows(a, "Top") && shows(a, "3 bad  error") && shows(a, "oh dear") && shows(a, "2 good  ok"));
    keys(a, "'good' Enter");
    CHECK(a->selected == 1);
    app_free(a);
}

static void U011_an_input_that_changed_makes_stale(void)
{
    app *a = open_app("-- %% a\nx = 1\n-- %% b\nprint('got', x)\n-- %% c\nprint('other')\n", 80, 24);

    keys(a, "R a");
    CHECK(idle(a, 10) && lacks(a, "stale"));
    keys(a, "g g Enter End '0' Esc");
    CHECK(a->nb.cell[0].stale && !a->nb.cell[1].stale);
    keys(a, "C-t");
    CHECK(idle(a, 10));
    CHECK(!a->nb.cell[0].stale && a->nb.cell[1].stale && !a->nb.cell[2].stale && shows(a, "~"));
    keys(a, "R s");
    CHECK(idle(a, 10) && shows(a, "10") && !a->nb.cell[1].stale);
    app_free(a);
}

static void U019_a_change_outside_is_merged(void)
{
    app *a = open_app("-- %% a\n1\n-- %% b\n2\n-- %% c\n3\n", 80, 24);

    keys(a, "G Enter 'z' Esc");
    put_file("-- %% a\n1\n-- %% new\nn\n-- %% b\n22\n-- %% c\n3\n");
    for (patience wait = patience_of(PATIENCE); a->nb.n != 4 && patience_left(&wait);)
        app_turn(a, 10);
    file_is(a, "-- %% a\n1\n-- %% new\nn\n-- %% b\n22\n-- %% c\nz3\n");
    CHECK(a->nb.modified && shows(a, "changed outside"));
    app_free(a);
}

static void U019_three_texts_to_one(void)
{
    static const struct { const char *base, *ours, *theirs, *want; size_t conflicts; } t[] = {
        {"-- %% a\n1\n", "-- %% a\n2\n", "-- %% a\n1\n", "-- %% a\n2\n", 0},
        {"-- %% a\n1\n", "-- %% a\n1\n", "-- %% a\n2\n", "-- %% a\n2\n", 0},
        {"-- %% a\n1\n", "-- %% a\n2\n", "-- %% a\n3\n", "-- %% a\n2\n-- %% a\n3\n", 1},
        {"-- %% a\n1\n-- %% b\n2\n", "-- %% b\n2\n", "-- %% a\n1\n-- %% b\n2\n-- %% c\n3\n", "-- %% b\n2\n-- %% c\n3\n", 0},
        {"-- %% a\n1\n-- %% b\n2\n", "-- %% a\nx\n-- %% b\n2\n", "-- %% a\n1\n-- %% b\ny\n", "-- %% a\nx\n-- %% b\ny\n", 0}};

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        size_t conflicts;
        char *s = merge_texts(t[i].base, t[i].ours, t[i].theirs, &conflicts);
        TEXT_EQ(s, t[i].want);
        CHECK(conflicts == t[i].conflicts);
        free(s);
    }
}

static void U024_U025_U026_candidates_stand_at_the_cursor(void)
{
    app *a = open_app("-- %% a\niris = weir.dataset('iris')\n-- %% b\n", 100, 30);

    keys(a, "C-t");
    CHECK(idle(a, 20));
    keys(a, "j Enter 'm = weir.deeplearning{ y = \"'");
    app_key(a, K_TABULATOR); /* within 30 ms: make bench-ui */
    CHECK(shows(a, "Petal.Length") && shows(a, "Species"));
    keys(a, "'Sp' Enter");
    CHECK(shows(a, "y = \"Species"));
    keys(a, "'\", activation = \"Max' Tab");
    CHECK(shows(a, "MaxoutWithDropout"));
    keys(a, "Esc '\", inp' Tab");
    CHECK(shows(a, "input_dropout_ratio"));
    app_free(a);
}

static void U027_variables_with_kind_and_size(void)
{
    app *a = open_app("-- %% a\niris = weir.dataset('iris')\nx = 3.5\n", 80, 24);

    keys(a, "C-t");
    CHECK(idle(a, 20));
    keys(a, "g v");
    CHECK(shows(a, "iris  frame 150 x 5") && shows(a, "x  number 3.5"));
    app_free(a);
}

static void U028_U206_help_on_the_word_at_the_cursor(void)
{
    app *a = open_app("-- %% a\nm = weir.deeplearning{ rho = 0.9 }\n", 90, 24);

    keys(a, "Enter End C-Left C-Left C-Left M-h");
    CHECK(shows(a, "rho") && shows(a, "default 0.99"));
    keys(a, "Esc Esc H 'epsilon'");
    CHECK(shows(a, "epsilon"));
    app_free(a);
}

static void U030_replace_over_all_cells_shows_each_change(void)
{
    app *a = open_app("-- %% a\nfoo = 1\n-- %% b\nprint(foo, foo)\n", 80, 24);

    keys(a, "% 'foo' Enter 'bar' Enter");
    CHECK(shows(a, "Replace by"));
    keys(a, "y n a");
    file_is(a, "-- %% a\nbar = 1\n-- %% b\nprint(foo, bar)\n");
    keys(a, "Esc % C-u '/%a+%(' Enter 'show(' Enter a");
    file_is(a, "-- %% a\nbar = 1\n-- %% b\nshow(foo, bar)\n");
    app_free(a);
}

static void U036_problems_are_marked_before_running(void)
{
    app *a = open_app("-- %% a\n", 100, 24);

    keys(a, "Enter 'm = weir.deeplearning{ stoping_rounds = 3 }'");
    CHECK(comes(a, "did you mean", 3) && shows(a, "stopping_rounds"));
    keys(a, "C-u 'x = = 1'");
    CHECK(comes(a, "line 1:", 3));
    app_free(a);
}

static void U041_U042_run_ranges_and_stop_at_the_first_error(void)
{
    app *a = open_app("-- %% a\nprint('one')\n-- %% b\nerror('stop')\n-- %% c\nprint('three')\n", 80, 24);

    keys(a, "R a");
    CHECK(idle(a, 10) && shows(a, "Run stopped at cell 2 of 3 (error). 1 cell not run.") && a->selected == 1);
    CHECK(a->nb.cell[2].state == CELL_IDLE);
    keys(a, "G R b");
    CHECK(idle(a, 10) && shows(a, "three"));
    keys(a, "g g R h");
    CHECK(idle(a, 10) && a->nb.cell[0].state == CELL_DONE);
    app_free(a);
}

static void U043_U045_the_queue_and_the_interrupt(void)
{
    app *a = open_app("-- %% a\nwhile true do pcall(function() end) end\n-- %% b\nprint('b')\n-- %% c\nprint('c')\n", 80, 24);

    keys(a, "C-r C-r C-t");
    CHECK(comes(a, "queued 1", 20) && shows(a, "queued 2"));
    keys(a, "<");
    CHECK(queue_place(&a->queue, a->nb.cell[2].id) == 1);
    keys(a, "C-c"); /* takes the queued cell out */
    CHECK(a->nb.cell[2].state == CELL_IDLE && a->queue.n == 1);
    keys(a, "g g");
    keys(a, "C-c"); /* by itself it would never end */
    CHECK(shows(a, "stopping"));
    CHECK(idle(a, 5) && a->nb.cell[0].state == CELL_STOPPED && shows(a, "stopped"));
    app_free(a);
}

static void U044_U046_cells_run_while_one_trains_and_cancel_asks(void)
{
    app *a = open_app("-- %% a\niris = weir.dataset('iris')\n-- %% t\nm = weir.deeplearning{ y = 'Species', training_frame = iris, epochs = 1e9, stopping_rounds = 0, classification_stop = -1 }\n-- %% c\nprint(6 * 7)\n", 100, 40);

    keys(a, "C-r C-r");
    CHECK(comes(a, "rows/s", 20));
    keys(a, "C-t");
    for (patience wait = patience_of(PATIENCE); a->nb.cell[2].state != CELL_DONE && patience_left(&wait);)
        app_turn(a, 10);
    CHECK(shows(a, "42") && a->nb.cell[2].state == CELL_DONE && a->nb.cell[1].state == CELL_RUNNING);
    keys(a, "C-c");
    CHECK(shows(a, "k keep the best so far"));
    keys(a, "Esc");
    app_turn(a, 10);
    CHECK(a->nb.cell[1].state == CELL_RUNNING);
    keys(a, "C-c k");
    CHECK(idle(a, 10));
    app_free(a);
}

static void U047_a_restart_names_what_was_lost(void)
{
    app *a = open_app("-- %% a\nalpha = 1\niris = weir.dataset('iris')\n-- %% b\nprint(alpha)\n", 80, 24);

    keys(a, "C-r");
    CHECK(idle(a, 20));
    keys(a, "0 0");
    CHECK(shows(a, "lost: alpha") && shows(a, "kept (weir.get_frame, get_model): iris"));
    keys(a, "C-t");
    CHECK(idle(a, 10) && shows(a, "nil"));
    keys(a, "b 'print(weir.get_frame(\"iris\").nrow * 2)' C-t Esc");
    CHECK(idle(a, 10) && shows(a, "300"));
    keys(a, "g f");
    CHECK(shows(a, "150 x 5"));
    app_free(a);
}

static void U051_a_loop_reports_its_progress(void)
{
    app *a = open_app("-- %% a\nfor i = 1, 4 do weir.report(i, 8, 'reading') end\nwhile true do end\n", 80, 24);

    keys(a, "C-t");
    CHECK(comes(a, "50%", 5) && shows(a, "reading"));
    keys(a, "C-c");
    CHECK(idle(a, 5));
    app_free(a);
}

static void U163_every_depth_of_colour_shows_the_same_text_and_tells_more_than_by_colour(void)
{
    static const int depths[] = {0, 8, 16, 256, 1 << 24};

    for (size_t t = 0; theme_names[t]; t++)
        for (size_t d = 0; d < 5; d++)
            for (int s = 0; s < STYLE_COUNT; s++) {
                look l = theme_look(theme_find(theme_names[t]), (canvas_style)s, depths[d]);
                CHECK(l.fg < (depths[d] > 256 ? 256 : depths[d]) && l.bg < (depths[d] > 256 ? 256 : depths[d]));
                if (s == STYLE_ERROR || s == STYLE_SELECTED || s == STYLE_TITLE || s == STYLE_CURSOR)
                    CHECK(l.attributes != 0); /* U165: not by colour alone */
            }
    CHECK(STYLE_COUNT < 64); /* U167: pairs */
}

static void U174_U175_U177_every_size_shows_where_one_is(void)
{
    static const int sizes[][2] = {{1, 1}, {8, 2}, {19, 5}, {39, 9}, {40, 12}, {80, 24}, {120, 40}, {200, 60}, {300, 100}};
    app *a = open_app("-- %% first\nx = 1\n-- %% second\ny = 2\n", 80, 24);

    keys(a, "j");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        app_resize(a, sizes[i][0], sizes[i][1]);
        char *s = screen(a);
        CHECK(a->cursor.x >= 0 && a->cursor.x < sizes[i][0] && a->cursor.y >= 0 && a->cursor.y < sizes[i][1]);
        if (sizes[i][0] >= 19 && sizes[i][1] >= 5)
            CHECK(strstr(s, "secon") != NULL);
        free(s);
    }
    app_resize(a, 120, 40); /* within 50 ms, U176: make bench-ui */
    app_draw(a);
    CHECK(a->selected == 1);
    app_free(a);
}

static void U203_U204_U205_footer_help_and_palette_follow_the_place(void)
{
    app *a = open_app("-- %% a\nx\n", 80, 24);

    CHECK(shows(a, "Enter edit") && shows(a, "? help"));
    keys(a, "?");
    CHECK(shows(a, "Keys here") && shows(a, "Edit the cell."));
    keys(a, "'new cell below' Enter"); /* does it */
    CHECK(a->nb.n == 2 && a->mode == MODE_EDIT && shows(a, "Esc done"));
    keys(a, "Esc : 'outline'");
    CHECK(shows(a, "outline") && shows(a, "go"));
    keys(a, "Esc");
    app_free(a);
}

/* Every group has its own; the keys beside an item are those that lead there. */
static void U205_the_palette_finds_everything(void)
{
    app *a = open_app("-- %% [markdown]\n-- # Reading the flowers\n-- %% load the data\nf = weir.frame{ petals = {1, 2, 3}, sepals = {2, 3, 4} }\n"
                      "-- %% train a net\nm = weir.deeplearning{ training_frame = f, y = 'sepals', hidden = {2}, epochs = 1, model_id = 'flower_net' }\n", 90, 30);

    keys(a, "R a");
    CHECK(idle(a, 20));
    keys(a, ": 'flowers'");
    CHECK(shows(a, "Reading the flowers  cell 1") && shows(a, "go"));
    keys(a, "Enter");
    CHECK(a->selected == 0 && a->focus == &pane_notebook && !a->top);
    keys(a, ": 'flower_net'");
    CHECK(shows(a, "flower_net  model") && shows(a, "gm") && shows(a, "flower_net  job, done") && shows(a, "gj"));
    keys(a, "Esc : '@flow' Enter");
    CHECK(a->focus == &pane_model && shows(a, "flower_net"));
    keys(a, "q : '$flow' Enter");
    CHECK(a->focus == &pane_jobs);
    keys(a, "q : '/petals = {1' Enter"); /* a line of a cell, only when text is asked for */
    CHECK(a->mode == MODE_EDIT && a->selected == 1);
    keys(a, "Esc : 'petals = {1'");
    CHECK(lacks(a, "cell 2, line 1"));
    keys(a, "Esc : '=calm' Enter");
    CHECK(shows(a, "calm (Nothing moves"));
    keys(a, "C-u 'yes' Enter");
    CHECK(a->set.calm);
    keys(a, ": '?varimp_p' Enter");
    CHECK(shows(a, "model:varimp_plot(n, file, width, height)"));
    keys(a, "Esc : '?hit_ratio_k'");
    CHECK(shows(a, "max_hit_ratio_k  help, parameter:"));
    keys(a, "Esc : '>undo'");
    CHECK(shows(a, "undo") && shows(a, " z") && lacks(a, "help,"));
    keys(a, "Esc");
    size_t cells = a->nb.n;
    keys(a, ": '@flow' M-Enter"); /* the Lua instead of the deed */
    CHECK(a->nb.n == cells + 1 && shows(a, "m = weir.get_model(\"flower_net\")"));
    keys(a, ": '>undo' M-Enter");
    CHECK(shows(a, "no Lua stands for this"));
    keys(a, "Esc z");
    CHECK(a->nb.n == cells);
    app_free(a);
}

static void U205_the_best_fit_stands_first(void)
{
    static const struct { const char *typed, *first; } cases[] = {{"save", "save"}, {"run-n", "run-next"}, {"?rho", "rho"}, {"=theme", "theme = default"}, {"epsilon", "epsilon"}, {"new above", "above"}};
    app *a = open_app("-- %% a\nx\n", 90, 30);
    char key[60];

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(key, sizeof key, ": '%s'", cases[i].typed);
        keys(a, key);
        const picker_item *it = a->top ? picker_here((picker *)a->top) : NULL;
        if (!it || strcmp(it->text, cases[i].first))
            printf("# %s finds %s first\n", cases[i].typed, it ? it->text : "nothing");
        CHECK(it && !strcmp(it->text, cases[i].first));
        keys(a, "Esc");
    }
    app_free(a);
}

static void U206_help_on_plots_and_their_options(void)
{
    app *a = open_app("-- %% a\nweir.plot{ x = {1}, y = {2}, kind = \"bars\" }\n", 100, 30);

    keys(a, "Enter End C-Left C-Left M-h"); /* on kind */
    CHECK(shows(a, "kind: line, points, bars") && shows(a, "one of line, points, bars, band, heat, hist") && shows(a, "weir.plot(frame, x, y"));
    CHECK(lacks(a, "model:plot"));
    keys(a, "Esc Esc H 'varimp_plot' Enter");
    CHECK(shows(a, "How many variables"));
    app_free(a);
}

static void U207_a_prefix_shows_what_may_follow(void)
{
    app *a = open_app("-- %% a\nx\n", 80, 24);

    keys(a, "R");
    CHECK(shows(a, "R\n") && lacks(a, "to here"));
    a->pending_since -= 0.5;
    CHECK(shows(a, "to here") && shows(a, "a all"));
    keys(a, "Esc");
    CHECK(lacks(a, "to here"));
    app_resize(a, 40, 12); /* all of them, however narrow */
    keys(a, "g");
    a->pending_since -= 0.5;
    CHECK(shows(a, "o outline") && shows(a, "t log") && shows(a, "n notebook") && shows(a, "e to the error") && shows(a, "k traceback"));
    keys(a, "Esc");
    app_say(a, SAY_NOTE, "a message that is much longer than forty columns is shown to its end");
    CHECK(shows(a, "a message that is much longer") && shows(a, "to its end"));
    app_free(a);
}

static void U214_the_cursor_stands_on_what_is_chosen(void)
{
    app *a = open_app("-- %% a\nx\n-- %% b\ny\n", 80, 24);

    app_draw(a);
    int y = a->cursor.y;
    keys(a, "j");
    app_draw(a);
    CHECK(a->cursor.y == y + 2 && a->cursor.x == 0);
    app_free(a);
}

static void U219_U221_errors_lead_to_the_line_and_messages_stay(void)
{
    app *a = open_app("-- %% a\nlocal function f(x)\n  return x.field\nend\nprint(f(nil))\n", 80, 24);

    keys(a, "C-t");
    CHECK(idle(a, 10) && shows(a, "cell 1, line 2:"));
    keys(a, "g e");
    CHECK(a->mode == MODE_EDIT && edit_line(&a->ed, a->ed.cursor) == 1);
    keys(a, "Esc g k");
    CHECK(shows(a, "Traceback") && shows(a, "stack traceback"));
    keys(a, "Esc s g t");
    CHECK(shows(a, "saved"));
    app_free(a);
}

static void U237_no_preset_has_a_clash(void)
{
    keymap k = {0};

    for (size_t i = 0; keymap_presets[i]; i++) {
        CHECK(keymap_reset(&k, keymap_presets[i]) && keymap_check(&k) == 0);
    }
    char why[200];
    CHECK(keymap_bind(&k, "notebook", "C-x C-r", "run-all", why, sizeof why));
    CHECK(!keymap_bind(&k, "notebok", "x", "cut", why, sizeof why) && strstr(why, "did you mean notebook"));
    CHECK(!keymap_bind(&k, "notebook", "C-Foo", "cut", why, sizeof why));
    keymap_free(&k);
}

static bool configure(app *a, const char *s, char *why, size_t cap)
{
    char file[200];
    snprintf(file, sizeof file, "%s/config.lua", folder);
    FILE *f = fopen(file, "wb");
    if (f) {
        fputs(s, f);
        fclose(f);
    }
    return configure_load(a, file, why, cap);
}

static void U236_U237_U238_U240_U241_the_configuration_is_lua(void)
{
    app *a = open_app("-- %% a\nx = 1\n", 80, 24);
    char why[600];

    CHECK(configure(a, "theme = 'light'\nline_numbers = true\nbind('notebook', 'C-x C-r', 'run-all')\ncommand('shout', 'Says it.', [[print('loud ' .. 6 * 7)]])\n"
                       "hook('attach', [[y = 1]])\nlocal mine = {1}\n", why, sizeof why));
    CHECK(!strcmp(a->set.theme, "light") && a->set.line_numbers && a->n_hook == 1);
    keys(a, "C-x C-r");
    CHECK(idle(a, 10) && a->nb.cell[0].state == CELL_DONE);
    keys(a, ": 'shout' Enter");
    CHECK(comes(a, "loud 42", 5));
    CHECK(!configure(a, "theme = 'mono'\nthem = 'x'\n", why, sizeof why) && strstr(why, "config.lua:2:") && strstr(why, "did you mean theme"));
    CHECK(!strcmp(a->set.theme, "light")); /* the old one stays */
    CHECK(!configure(a, "theme = 'pink'", why, sizeof why) && strstr(why, "none of default, light"));
    CHECK(!configure(a, "bind('notebook', 'x', 'no-such')", why, sizeof why) && !configure(a, "command('run', '', '')", why, sizeof why));
    CHECK(!configure(a, "while true do end", why, sizeof why) && strstr(why, "does not end"));
    app_free(a);
}

static void U242_the_dump_is_a_configuration_that_changes_nothing(void)
{
    app *a = open_app("x\n", 80, 24);
    text t = {0};
    char why[600], value[64];

    configure_dump(&a->set, &t);
    for (size_t i = 0; i < setting_count; i++)
        CHECK(strstr(text_str(&t), setting_table[i].help) != NULL);
    CHECK(configure(a, text_str(&t), why, sizeof why));
    for (size_t i = 0; i < setting_count; i++)
        TEXT_EQ(settings_get(&a->set, setting_table[i].name, value, sizeof value), setting_table[i].def);
    text_free(&t);
    app_free(a);
}

static void U038_emacs_keys_run_by_ctrl_c_ctrl_c(void)
{
    app *a = open_app("-- %% a\nx = 1\n", 80, 24);

    keymap_reset(&a->keys, "emacs");
    keys(a, "Enter C-e 'z' C-c C-c");
    CHECK(idle(a, 10) && a->nb.cell[0].state != CELL_IDLE);
    CHECK(shows(a, "x = 1z"));
    app_free(a);
}

static void U038_vim_has_a_normal_mode_inside_the_cell(void)
{
    app *a = open_app("-- %% a\none two three\nfour\nfive\n", 80, 24);

    keymap_reset(&a->keys, "vim");
    keys(a, "Enter");
    CHECK(shows(a, "NORMAL"));
    keys(a, "'dw'");
    file_is(a, "-- %% a\ntwo three\nfour\nfive\n");
    keys(a, "'wcwsix' Esc");
    file_is(a, "-- %% a\ntwo six\nfour\nfive\n");
    keys(a, "'jyyjp'");
    file_is(a, "-- %% a\ntwo six\nfour\nfive\nfour\n");
    keys(a, "'kk2dd'");
    file_is(a, "-- %% a\ntwo six\nfour\n");
    keys(a, "'u'");
    file_is(a, "-- %% a\ntwo six\nfour\nfive\nfour\n");
    keys(a, "C-r 'gg' 'A!' Esc 'onew' Esc '0x'");
    file_is(a, "-- %% a\ntwo six!\new\nfour\n");
    keys(a, "'k0vlld'");
    file_is(a, "-- %% a\n six!\new\nfour\n");
    CHECK(shows(a, "NORMAL"));
    keys(a, "Esc");
    CHECK(shows(a, "CMD"));
    app_free(a);
}

static void U010_U049_each_state_has_a_glyph_and_a_word(void)
{
    static const char *const words[] = {"queued", "running", "ok 1.0 s", "error 1.0 s", "stale"}, *const glyphs[] = {"\u25cb", "\u25ba", "\u2713", "\u2717", "~"};
    app *a = open_app("-- %% a\nx\n", 80, 24);
    nb_cell *c = &a->nb.cell[0];

    c->seconds = 1;
    c->started = clock_wall();
    for (int i = 0; i < 5; i++) {
        c->state = i == 4 ? CELL_DONE : (cell_state)(CELL_QUEUED + i);
        c->stale = i == 4;
        CHECK(shows(a, words[i]) && shows(a, glyphs[i]));
    }
    c->state = CELL_IDLE;
    app_free(a);
}

static void U014_output_is_copied_to_register_and_file(void)
{
    app *a = open_app("-- %% a\nprint('take me')\n", 80, 24);
    char file[200];
    size_t n;

    keys(a, "C-t");
    CHECK(idle(a, 10));
    keys(a, "y");
    CHECK(a->copied && !strcmp(a->copied, "take me\n"));
    snprintf(file, sizeof file, "%s/.weir/nb.lua/clipboard", folder);
    char *s = nb_read_file(file, &n);
    TEXT_EQ(s, "take me\n");
    free(s);
    app_free(a);
}

static void U023_long_strings_and_comments_are_followed_over_lines(void)
{
    app *a = open_app("-- %% a\nx = [==[ one\ntwo ]] three\n]==] y = 1 --[[ c\nd ]] z = 'q'\n", 80, 24);

    app_draw(a);
    const canvas *c = &a->canvas;
#define STYLE_AT(row, col) c->cell[(row) * c->width + 7 + (col)].style
    CHECK(STYLE_AT(2, 4) == STYLE_STRING && STYLE_AT(3, 8) == STYLE_STRING && STYLE_AT(4, 0) == STYLE_STRING);
    CHECK(STYLE_AT(4, 5) == STYLE_PLAIN && STYLE_AT(4, 9) == STYLE_NUMBER && STYLE_AT(4, 16) == STYLE_COMMENT);
    CHECK(STYLE_AT(5, 0) == STYLE_COMMENT && STYLE_AT(5, 5) == STYLE_PLAIN && STYLE_AT(5, 10) == STYLE_STRING);
    app_free(a);
}

static void U040_run_run_and_go_on_run_and_insert(void)
{
    app *a = open_app("-- %% a\nx = 1\n-- %% b\ny = 2\n", 80, 24);

    keys(a, "C-t");
    CHECK(a->selected == 0);
    keys(a, "C-r");
    CHECK(a->selected == 1);
    keys(a, "M-Enter");
    CHECK(idle(a, 10) && a->nb.n == 3 && a->selected == 2 && a->mode == MODE_EDIT && a->nb.cell[1].state == CELL_DONE);
    app_free(a);
}

static void U050_what_a_loop_prints_comes_at_once(void)
{
    app *a = open_app("-- %% a\nprint('first')\nwhile true do end\n", 80, 24);

    keys(a, "C-t");
    CHECK(comes(a, "\u2574 first", 1.5) && a->nb.cell[0].state == CELL_RUNNING);
    keys(a, "C-c");
    CHECK(idle(a, 5));
    app_free(a);
}

int main(void)
{
    if (!begin_tests())
        return 1;
    TEST(U003_the_mode_is_a_word);
    TEST(U004_cells_are_cut_copied_and_put_many_at_once);
    TEST(U005_cells_move_alone_and_together);
    TEST(U006_a_cell_is_split_at_the_cursor);
    TEST(U007_typing_and_cells_share_one_history);
    TEST(U008_output_and_text_fold);
    TEST(U009_the_outline_tells_state_and_error);
    TEST(U011_an_input_that_changed_makes_stale);
    TEST(U019_a_change_outside_is_merged);
    TEST(U019_three_texts_to_one);
    TEST(U024_U025_U026_candidates_stand_at_the_cursor);
    TEST(U027_variables_with_kind_and_size);
    TEST(U028_U206_help_on_the_word_at_the_cursor);
    TEST(U030_replace_over_all_cells_shows_each_change);
    TEST(U036_problems_are_marked_before_running);
    TEST(U041_U042_run_ranges_and_stop_at_the_first_error);
    TEST(U043_U045_the_queue_and_the_interrupt);
    TEST(U044_U046_cells_run_while_one_trains_and_cancel_asks);
    TEST(U047_a_restart_names_what_was_lost);
    TEST(U051_a_loop_reports_its_progress);
    TEST(U163_every_depth_of_colour_shows_the_same_text_and_tells_more_than_by_colour);
    TEST(U174_U175_U177_every_size_shows_where_one_is);
    TEST(U203_U204_U205_footer_help_and_palette_follow_the_place);
    TEST(U205_the_palette_finds_everything);
    TEST(U205_the_best_fit_stands_first);
    TEST(U206_help_on_plots_and_their_options);
    TEST(U207_a_prefix_shows_what_may_follow);
    TEST(U214_the_cursor_stands_on_what_is_chosen);
    TEST(U219_U221_errors_lead_to_the_line_and_messages_stay);
    TEST(U237_no_preset_has_a_clash);
    TEST(U010_U049_each_state_has_a_glyph_and_a_word);
    TEST(U014_output_is_copied_to_register_and_file);
    TEST(U023_long_strings_and_comments_are_followed_over_lines);
    TEST(U038_vim_has_a_normal_mode_inside_the_cell);
    TEST(U038_emacs_keys_run_by_ctrl_c_ctrl_c);
    TEST(U040_run_run_and_go_on_run_and_insert);
    TEST(U050_what_a_loop_prints_comes_at_once);
    TEST(U236_U237_U238_U240_U241_the_configuration_is_lua);
    TEST(U242_the_dump_is_a_configuration_that_changes_nothing);
    return end_tests();
}
