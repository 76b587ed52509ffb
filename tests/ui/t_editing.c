/* t_editing.c - text in cells: pastes of anything, one history, registers, an editor of the person's own. */
#include "tests/ui/by_keys.h"

#include "ui/cell.h"

#include <sys/stat.h>
#include <sys/wait.h>

/* The host as a session has it, but at once: a program runs, and its status comes back. */
static void (*meanwhile)(app *a);

static bool run_now(void *user, app *a, char *const argv[])
{
    pid_t pid = fork();
    int status;

    (void)user;
    if (!pid) {
        FILE *quiet = freopen("/dev/null", "w", stderr);
        (void)quiet;
        execvp(argv[0], argv);
        _exit(127);
    }
    waitpid(pid, &status, 0);
    if (meanwhile)
        meanwhile(a);
    app_returned(a, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return true;
}

static app *open_with_editor(const char *source, const char *script)
{
    static char editor[300];
    FILE *f;

    snprintf(editor, sizeof editor, "%s/editor", folder);
    f = fopen(editor, "wb");
    fprintf(f, "#!/bin/sh\n%s\n", script);
    fclose(f);
    chmod(editor, 0755);
    setenv("EDITOR", editor, 1);
    unsetenv("VISUAL");
    meanwhile = NULL;
    app *a = open_app(source, 80, 24);
    a->opt.host.run = run_now;
    return a;
}

static void U031_what_the_editor_changes_comes_back(void)
{
    /* The line comes as +N, the file is last; sed writes in place. */
    app *a = open_with_editor("-- %% a\nx = 1\ny = 2\n-- %% b\nz = 3\n", "echo \"$1\" >\"$0.line\"; sed -i 's/1/11/' \"$2\"");
    char line[300], got[20] = "";

    keys(a, "e");
    file_is(a, "-- %% a\nx = 11\ny = 2\n-- %% b\nz = 3\n");
    CHECK(shows(a, "from the editor") && a->mode == MODE_COMMAND);
    keys(a, "z");
    file_is(a, "-- %% a\nx = 1\ny = 2\n-- %% b\nz = 3\n");
    keys(a, "Enter Down C-x C-e"); /* from the text: at its line */
    file_is(a, "-- %% a\nx = 11\ny = 2\n-- %% b\nz = 3\n");
    snprintf(line, sizeof line, "%s/editor.line", folder);
    FILE *f = fopen(line, "rb");
    CHECK(f && fgets(got, sizeof got, f));
    TEXT_EQ(got, "+2\n");
    fclose(f);
    app_free(a);
}

static void U031_the_whole_file_at_the_cells_line(void)
{
    app *a = open_with_editor("-- %% a\nx = 1\n-- %% b\nz = 3\n", "echo \"$1\" >\"$0.line\"; printf -- '-- %%%% c\\nw = 4\\n' >>\"$2\"");
    char line[300], got[20] = "";

    keys(a, "j E");
    file_is(a, "-- %% a\nx = 1\n-- %% b\nz = 3\n-- %% c\nw = 4\n");
    snprintf(line, sizeof line, "%s/editor.line", folder);
    FILE *f = fopen(line, "rb");
    CHECK(f && fgets(got, sizeof got, f));
    TEXT_EQ(got, "+4\n");
    fclose(f);
    keys(a, "z");
    file_is(a, "-- %% a\nx = 1\n-- %% b\nz = 3\n");
    app_free(a);
}

static void U031_an_editor_that_fails_or_is_missing_changes_nothing(void)
{
    app *a = open_with_editor("-- %% a\nx = 1\n", "exit 3");

    keys(a, "e");
    file_is(a, "-- %% a\nx = 1\n");
    CHECK(shows(a, "status 3") && shows(a, "nothing was changed"));
    setenv("EDITOR", "/no/such/editor", 1);
    keys(a, "e");
    file_is(a, "-- %% a\nx = 1\n");
    CHECK(shows(a, "cannot be started") && shows(a, "$EDITOR"));
    app_free(a);
    a = open_with_editor("-- %% a\nx = 1\n", "echo 'x = 9' >\"$2\"; kill -9 $$");
    keys(a, "e"); /* it saved, then died: its text is not lost */
    file_is(a, "-- %% a\nx = 1\n");
    char *s = screen(a);
    for (char *c = s; *c; c++) /* the sentence may go over several rows */
        *c = *c == '\n' ? ' ' : *c;
    CHECK(strstr(s, "is in /") && strstr(s, "nothing was changed"));
    free(s);
    app_free(a);
}

static void change_it(app *a)
{
    nb_remember(&a->nb, (nb_place){0, SIZE_MAX});
    nb_set_text(&a->nb, "-- %% a\nx = 77\n-- %% b\nz = 3\n");
}

static void drop_it(app *a)
{
    nb_remember(&a->nb, (nb_place){0, SIZE_MAX});
    nb_set_text(&a->nb, "-- %% b\nz = 3\n");
}

static void U031_a_cell_that_changed_meanwhile_keeps_both_texts(void)
{
    app *a = open_with_editor("-- %% a\nx = 1\n-- %% b\nz = 3\n", "echo 'x = 9' >\"$2\"");

    meanwhile = change_it;
    keys(a, "e");
    file_is(a, "-- %% a\nx = 77\n-- %%\nx = 9\n-- %% b\nz = 3\n");
    CHECK(shows(a, "changed meanwhile"));
    app_free(a);
    a = open_with_editor("-- %% a\nx = 1\n-- %% b\nz = 3\n", "echo 'x = 9' >\"$2\"");
    meanwhile = drop_it;
    keys(a, "e");
    file_is(a, "-- %% b\nz = 3\n");
    CHECK(shows(a, "the cell is gone"));
    app_free(a);
    a = open_with_editor("-- %% a\nx = 1\n-- %% b\nz = 3\n", "sed -i 's/z = 3/z = 33/' \"$2\"");
    meanwhile = change_it; /* the whole file: cells merge */
    keys(a, "E");
    file_is(a, "-- %% a\nx = 77\n-- %% b\nz = 33\n");
    app_free(a);
}

static void U029_text_and_cells_go_back_and_forth_as_one_history(void)
{
    app *a = open_app("-- %%\nfirst\n", 80, 24);
    char *were[8];
    size_t n = 0;

    were[n++] = nb_file(&a->nb);
    keys(a, "Enter End ' one'");
    were[n++] = nb_file(&a->nb);
    keys(a, "C-w"); /* a cut is a step of its own */
    were[n++] = nb_file(&a->nb);
    keys(a, "C-y");
    cell_paste(a, "two\nthree", 9);
    were[n++] = nb_file(&a->nb);
    keys(a, "Esc b 'x' Esc");
    were[n++] = nb_file(&a->nb);
    keys(a, "M-Up");
    were[n++] = nb_file(&a->nb);
    for (size_t i = n - 1; i-- > 0;) {
        char *now;
        for (int k = 0; k < 4; k++) { /* typing goes back in bursts: the next of these texts comes before long */
            keys(a, "z");
            now = nb_file(&a->nb);
            bool there = !strcmp(now, were[i]);
            free(now);
            if (there)
                break;
        }
        now = nb_file(&a->nb);
        TEXT_EQ(now, were[i]);
        free(now);
    }
    keys(a, "Z Z Z Z Z Z Z Z");
    file_is(a, were[n - 1]);
    for (size_t i = 0; i < n; i++)
        free(were[i]);
    app_free(a);
}

static void U034_what_was_copied_is_in_the_register(void)
{
    app *a = open_app("-- %%\nprint('out put')\n", 80, 24);

    keys(a, "C-t");
    CHECK(comes(a, "out put", 10) && idle(a, 10));
    keys(a, "y b C-y");
    file_is(a, "-- %%\nprint('out put')\n-- %%\nout put\n");
    keys(a, "Home S-End M-w End C-y"); /* nothing selected on the last, empty line: the output stays */
    keys(a, "Up Home S-End M-w Down C-y");
    file_is(a, "-- %%\nprint('out put')\n-- %%\nout put\nout put\nout put");
    app_free(a);
}

/* Processor seconds of this thread for pasting so many lines and a picture, the least of three; undone each time. */
static double paste_seconds(app *a, int n)
{
    double least = INFINITY;
    text lines = {0};

    for (int i = 0; i < n; i++)
        text_fmt(&lines, "print(%d) -- a line of a usual length\n", i);
    for (int turn = 0; turn < 3; turn++) {
        double from = clock_thread();
        cell_paste(a, text_str(&lines), lines.n);
        app_draw(a);
        least = fmin(least, clock_thread() - from);
        keys(a, "C-_");
    }
    text_free(&lines);
    return least;
}

/* Bytes of every kind, a megabyte of lines, text that is no UTF-8: one step of undo, no command, no byte lost but
 * control characters. */
static void U035_a_paste_of_anything_is_text(void)
{
    app *a = open_app("-- %%\nx = 1\n", 80, 24);
    char all[512], want[600];
    size_t n = 0, k = 0;

    for (int c = 1; c < 256; c++)
        all[n++] = (char)c;
    keys(a, "G");
    cell_paste(a, all, n);
    k = (size_t)snprintf(want, sizeof want, "-- %%%%\nx = 1\n");
    for (int c = 1; c < 256; c++)
        if (c >= ' ' ? c != 127 : c == '\t' || c == '\n' || c == '\r')
            want[k++] = c == '\r' ? '\n' : (char)c;
    want[k] = '\0';
    file_is(a, want);
    CHECK(shows(a, "without 29 control characters"));
    keys(a, "Esc z");
    file_is(a, "-- %%\nx = 1\n");
    keys(a, "Z");
    file_is(a, want);
    keys(a, "z");

    text big = {0};
    for (int i = 0; i < 50000; i++)
        text_fmt(&big, "line_%d = '\xe4\xb8\xad\xff'\r\n", i);
    CHECK(big.n > 1000000);
    keys(a, "Enter C-End");
    cell_paste(a, text_str(&big), big.n);
    app_draw(a);
    CHECK(shows(a, "line_49999"));
    char *s = nb_file(&a->nb);
    CHECK(strlen(s) == big.n - 50000 + strlen("-- %%\nx = 1\n") && !strchr(s, '\r'));
    free(s);
    keys(a, "C-_");
    file_is(a, "-- %%\nx = 1\n");
    text_free(&big);

    double few = paste_seconds(a, 5000), many = paste_seconds(a, 20000);
    CHECK(many < WORK * fmax(few, 0.002)); /* in proportion: four times as much, not sixteen times */
    printf("# 5000 lines pasted and drawn in %.0f ms of the processor's time, 20000 in %.0f\n", 1000 * few, 1000 * many);
    file_is(a, "-- %%\nx = 1\n");
    app_free(a);
}

static void U033_long_lines_and_wide_letters_are_edited_where_they_are_shown(void)
{
    app *a = open_app("-- %%\nx = 1\n", 40, 12);

    keys(a, "Enter");
    for (int i = 0; i < 3000; i++)
        cell_paste(a, "\xe4\xb8\xad", 3);
    keys(a, "'!'");
    CHECK(shows(a, "\xe4\xb8\xad!x"));
    app_draw(a);
    CHECK(a->cursor.x < 40 && a->canvas.cell[a->cursor.y * 40 + a->cursor.x].ch == 'x');
    keys(a, "Home");
    app_draw(a);
    CHECK(a->canvas.cell[a->cursor.y * 40 + a->cursor.x].ch == 0x4e2d);
    app_free(a);
}

int main(void)
{
    if (!begin_tests())
        return 1;
    TEST(U031_what_the_editor_changes_comes_back);
    TEST(U031_the_whole_file_at_the_cells_line);
    TEST(U031_an_editor_that_fails_or_is_missing_changes_nothing);
    TEST(U031_a_cell_that_changed_meanwhile_keeps_both_texts);
    TEST(U029_text_and_cells_go_back_and_forth_as_one_history);
    TEST(U034_what_was_copied_is_in_the_register);
    TEST(U035_a_paste_of_anything_is_text);
    TEST(U033_long_lines_and_wide_letters_are_edited_where_they_are_shown);
    return end_tests();
}
