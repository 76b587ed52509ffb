/* t_files.c - the notebook's file: saving, other names, editors. */
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

int main(void)
{
    if (!begin_tests())
        return 1;
    TEST(F146_a_copy_under_another_name_asks_before_it_overwrites);
    TEST(F146_a_name_that_cannot_be_written_changes_nothing);
    TEST(F146_a_renamed_notebook_leaves_nothing_behind);
    TEST(F146_a_link_to_a_notebook_stays_a_link);
    return end_tests();
}
