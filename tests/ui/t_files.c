/* t_files.c - F146: the notebook's file: saving, other names, editors. */
#include "tests/ui/by_keys.h"

#include "ui/notebook.h"

#include <sys/stat.h>

static char *in_folder(const char *name)
{
    static char buf[2][300];
    static int turn;

    turn = !turn;
    snprintf(buf[turn], sizeof buf[turn], "%s/%s", folder, name);
    return buf[turn];
}

static void holds(const char *file, const char *want)
{
    size_t n;
    char *s = nb_read_file(file, &n);

    TEXT_EQ(s, want);
    free(s);
}

/* Types a name into the open prompt, over what stands there. */
static void answer(app *a, const char *name)
{
    keys(a, "C-u");
    for (const char *s = name; *s; s++)
        app_key(a, (unsigned char)*s);
    keys(a, "Enter");
}

static void palette(app *a, const char *name)
{
    keys(a, ":");
    for (const char *s = name; *s; s++)
        app_key(a, (unsigned char)*s);
    keys(a, "Enter");
}

static void F146_a_copy_under_another_name_asks_before_it_overwrites(void)
{
    app *a = open_app("-- %%\nx = 1\n", 80, 24);
    FILE *f = fopen(in_folder("other.lua"), "wb");

    fputs("precious\n", f);
    fclose(f);
    palette(a, "save-as");
    answer(a, in_folder("other.lua"));
    CHECK(shows(a, "other.lua exists"));
    keys(a, "Enter"); /* never an answer */
    CHECK(shows(a, "other.lua exists"));
    keys(a, "Esc");
    holds(in_folder("other.lua"), "precious\n");
    TEXT_EQ(a->nb.path, path);
    palette(a, "save-as");
    answer(a, in_folder("other.lua"));
    keys(a, "o");
    holds(in_folder("other.lua"), "-- %%\nx = 1\n");
    holds(path, "-- %%\nx = 1\n"); /* a copy */
    TEXT_EQ(a->nb.path, in_folder("other.lua"));
    keys(a, "b 'y = 2' Esc s");
    holds(in_folder("other.lua"), "-- %%\nx = 1\n-- %%\ny = 2");
    palette(a, "save-as"); /* its own name: nothing to ask */
    answer(a, in_folder("other.lua"));
    CHECK(lacks(a, "exists") && shows(a, "saved"));
    app_free(a);
    unlink(in_folder("other.lua"));
}

static void F146_a_name_that_cannot_be_written_changes_nothing(void)
{
    app *a = open_app("-- %%\nx = 1\n", 80, 24);

    keys(a, "b 'y' Esc");
    palette(a, "save-as");
    answer(a, in_folder("no/such/folder.lua"));
    CHECK(shows(a, "cannot write") && shows(a, "No such file"));
    TEXT_EQ(a->nb.path, path);
    CHECK(a->nb.modified);
    app_free(a);
}

static void F146_a_renamed_notebook_leaves_nothing_behind(void)
{
    app *a = open_app("-- %%\nx = 1\n", 80, 24);

    palette(a, "rename");
    answer(a, in_folder("new.lua"));
    CHECK(access(path, F_OK) != 0);
    holds(in_folder("new.lua"), "-- %%\nx = 1\n");
    TEXT_EQ(a->nb.path, in_folder("new.lua"));
    app_free(a);
    unlink(in_folder("new.lua"));
}

static void F146_a_link_to_a_notebook_stays_a_link(void)
{
    struct stat s;

    app *a = open_app("-- %%\nx = 1\n", 80, 24);
    CHECK(symlink(path, in_folder("link.lua")) == 0);
    free(a->nb.path);
    a->nb.path = strdup(in_folder("link.lua"));
    keys(a, "b 'y' Esc s");
    CHECK(lstat(in_folder("link.lua"), &s) == 0 && S_ISLNK(s.st_mode));
    holds(path, "-- %%\nx = 1\n-- %%\ny");
    app_free(a);
    unlink(in_folder("link.lua"));
}

static void U015_actions_show_their_lua_and_leave_it_in_a_cell(void)
{
    app *a = open_app("-- %%\niris = weir.dataset('iris')\n", 100, 30);

    keys(a, "g a");
    CHECK(shows(a, "weir.import_file(\"data.csv\")")); /* nothing yet: what makes something */
    keys(a, "Esc");
    keys(a, "C-t");
    CHECK(idle(a, 20));
    keys(a, "g a");
    CHECK(shows(a, "run:  iris:head(10)") && shows(a, "iris, first rows"));
    keys(a, "'run: head' Enter");
    file_is(a, "-- %%\niris = weir.dataset('iris')\n-- %%\niris:head(10)\n");
    CHECK(idle(a, 20) && a->nb.cell[1].state == CELL_DONE && shows(a, "setosa"));
    keys(a, "g a 'write: quantile' Enter"); /* written, not run */
    file_is(a, "-- %%\niris = weir.dataset('iris')\n-- %%\niris:head(10)\n-- %%\niris:quantile()\n");
    CHECK(a->nb.cell[2].state == CELL_IDLE);
    keys(a, "z");
    file_is(a, "-- %%\niris = weir.dataset('iris')\n-- %%\niris:head(10)\n");
    app_free(a);
}

static void U016_snippets_and_cut_cells_are_searched_and_put_in(void)
{
    app *a;

    setenv("XDG_CONFIG_HOME", folder, 1);
    a = open_app("-- %% mine\nx = 1\n-- %% other\ny = 2\n", 100, 30);
    keys(a, "g s");
    CHECK(shows(a, "no snippets yet"));
    palette(a, "keep-snippet");
    CHECK(shows(a, "snippets.lua"));
    keys(a, "j x"); /* a cut cell is found there too */
    keys(a, "g s 'mine' Enter");
    file_is(a, "-- %% mine\nx = 1\n-- %% mine\nx = 1\n");
    keys(a, "g s 'other' Enter");
    file_is(a, "-- %% mine\nx = 1\n-- %% mine\nx = 1\n-- %% other\ny = 2\n");
    app_free(a);
}

/* The same cells and seed: the workbench and weir run print the same figures. */
static void U021_a_headless_run_gives_the_same_results(void)
{
    static const char code[] = "-- %% data\nf = weir.dataset('iris')\n-- %% net\nm = weir.deeplearning{y = 'Species', training_frame = f, hidden = {8}, epochs = 20,\n"
                               "  seed = 7, reproducible = true}\n-- %% figures\nprint(string.format('mse %.17g', m:mse{train = true}))\n";
    app *a = open_app(code, 100, 30);
    char cmd[400], line[200] = "", want[100];

    keys(a, "R a");
    CHECK(idle(a, 60) && a->nb.cell[2].state == CELL_DONE);
    snprintf(cmd, sizeof cmd, "./weir run --quiet %s 2>&1", path);
    FILE *f = popen(cmd, "r");
    while (f && fgets(line, sizeof line, f) && strncmp(line, "mse ", 4))
        ;
    if (f)
        pclose(f);
    CHECK(!strncmp(line, "mse ", 4));
    snprintf(want, sizeof want, "%.*s", (int)strcspn(line, "\n"), line);
    CHECK(shows(a, want));
    app_free(a);
}

static void U048_only_what_changed_runs_again(void)
{
    app *a = open_app("-- %% a\nx = 1\nn = (n or 0) + 1\n-- %% b\ny = x + 1\nk = (k or 0) + 1\n-- %% c\nq = (q or 0) + 1\n", 80, 30);

    keys(a, "R a");
    CHECK(idle(a, 10));
    keys(a, "g g j Enter End ' + 0' Esc R s"); /* b's text changed: b alone */
    CHECK(idle(a, 10));
    keys(a, "G b 'print(n, k, q)' Esc C-t");
    CHECK(idle(a, 10) && comes(a, "1 2 1", 5));
    app_free(a);
}

static void U220_U224_errors_name_the_value_and_checks_fail_the_cell(void)
{
    app *a = open_app("-- %% a\nf = weir.dataset('iris')\nweir.check(f.nrow == 151, 'rows: ' .. f.nrow)\n-- %% b\nf.Specis\n-- %% c\nweir.deeplearning{y = 'Species', training_frame = f, epochs = -3}\n", 100, 40);

    keys(a, "C-t");
    CHECK(idle(a, 10) && a->nb.cell[0].state == CELL_FAILED && shows(a, "rows: 150"));
    keys(a, "j C-t");
    CHECK(idle(a, 10) && shows(a, "Specis") && shows(a, "did you mean"));
    keys(a, "j C-t");
    CHECK(idle(a, 10) && shows(a, "epochs") && shows(a, "-3"));
    app_free(a);
}

int main(void)
{
    if (!begin_tests())
        return 1;
    TEST(F146_a_copy_under_another_name_asks_before_it_overwrites);
    TEST(F146_a_name_that_cannot_be_written_changes_nothing);
    TEST(F146_a_renamed_notebook_leaves_nothing_behind);
    TEST(F146_a_link_to_a_notebook_stays_a_link);
    TEST(U015_actions_show_their_lua_and_leave_it_in_a_cell);
    TEST(U016_snippets_and_cut_cells_are_searched_and_put_in);
    TEST(U021_a_headless_run_gives_the_same_results);
    TEST(U048_only_what_changed_runs_again);
    TEST(U220_U224_errors_name_the_value_and_checks_fail_the_cell);
    return end_tests();
}
