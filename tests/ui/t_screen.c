/* t_screen.c - the workbench's screens through a real pseudo-terminal, kept by an
 * independent emulator, against golden text; keys, resizing, pastes, hang-up.
 * WEIR_GOLDEN_WRITE=1 writes the golden files anew: look at the difference. */
#include "config.h"
#include "tests/tap.h"
#include "tests/ui/golden_text.h"
#include "tests/ui/pty.h"

#include "base/clock.h"
#include "tests/patience.h"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

static char source[1024], work[256];
static const char *const program = "./weir";

static void copy_file(const char *from, const char *to)
{
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    int c;

    while (in && out && (c = getc(in)) != EOF)
        putc(c, out);
    if (in)
        fclose(in);
    if (out)
        fclose(out);
}

static char *read_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    char *s = calloc(1, 1 << 16);

    if (f && s && fread(s, 1, (1 << 16) - 1, f) == 0)
        s[0] = '\0';
    if (f)
        fclose(f);
    return s;
}

/* On what an earlier process has left, such as a journal. */
static bool open_again(pty *p, const char *file, int rows, int cols, const char *locale)
{
    char to[600];
    char *argv[] = {(char *)(uintptr_t)program, (char *)(uintptr_t)"--no-session", to, NULL};

    snprintf(to, sizeof to, "%s/%s", work, file);
    /* The plain locale goes with another terminal type: the two shall look alike. */
    if (!pty_start(p, argv, rows, cols, strcmp(locale, "C") ? "xterm-256color" : "screen", locale))
        return false;
    return pty_expect(p, "Enter edit", 15);
}

/* As if for the first time: no outputs, and no edits that an earlier test's workbench was killed with. */
static bool open_bench(pty *p, const char *file, int rows, int cols, const char *locale)
{
    char from[1200], to[600];

    snprintf(from, sizeof from, "%s/tests/ui/%s", source, file);
    snprintf(to, sizeof to, "rm -rf %s/.weir", work);
    if (system(to) != 0)
        return false;
    snprintf(to, sizeof to, "%s/%s", work, file);
    copy_file(from, to);
    return open_again(p, file, rows, cols, locale);
}

/* The path of the working copy differs from run to run: the first line's is cut out. */
static void mask(char *s)
{
    char *at = strstr(s, work);

    while (at) {
        memmove(at, at + strlen(work) + 1, strlen(at + strlen(work) + 1) + 1);
        at = strstr(s, work);
    }
    for (at = s; *at; at++) /* "0.0 s": what a cell took */
        if (at[0] >= '0' && at[0] <= '9' && at[1] == '.' && at[2] >= '0' && at[2] <= '9' && at[3] == ' ' && at[4] == 's')
            at[0] = at[2] = '_';
}

static void against_golden(pty *p, const char *name)
{
    pty_settle(p, 250);
    char *got = pty_text(p);
    for (int i = 0; i < 400 && strstr(got, "running") && !strstr(got, "the running cell"); i++) { /* the machine is busy */
        free(got);
        pty_settle(p, 250);
        got = pty_text(p);
    }
    mask(got);
    golden_check(source, name, got);
    free(got);
}

static void screens(int rows, int cols, const char *locale, const char *label)
{
    char name[64];
    pty p;

    CHECK(open_bench(&p, "notebook.lua", rows, cols, locale));
    snprintf(name, sizeof name, "%s_idle", label);
    against_golden(&p, name);
    pty_send(&p, "?");
    CHECK(pty_expect(&p, "Keys here", 15));
    snprintf(name, sizeof name, "%s_help", label);
    against_golden(&p, name);
    pty_send(&p, "\007j\024j"); /* Ctrl-G closes it, Ctrl-T runs */
    CHECK(pty_expect(&p, "150", 15));
    pty_send(&p, "\024");
    CHECK(pty_expect(&p, "attempt to index", 15));
    snprintf(name, sizeof name, "%s_error", label);
    against_golden(&p, name);
    pty_send(&p, "q");
    CHECK(pty_end(&p, 15) == 0);
    pty_free(&p);
}

static void golden_screens_80x24_utf8(void) { screens(24, 80, "C.UTF-8", "80x24"); }
static void golden_screens_120x40_utf8(void) { screens(40, 120, "C.UTF-8", "120x40"); }
static void golden_screens_80x24_ascii(void) { screens(24, 80, "C", "80x24_ascii"); }

static void a_training_is_drawn_while_another_cell_is_edited_and_stopped_by_ctrl_c(void)
{
    pty p;

    CHECK(open_bench(&p, "notebook.lua", 40, 120, "C.UTF-8"));
    pty_send(&p, "j\024");
    CHECK(pty_expect(&p, "150 5", 15));
    pty_send(&p, "jj\024");
    CHECK(pty_expect(&p, "rows/s", 15) && pty_expect(&p, "log loss", 15));
    CHECK(pty_expect(&p, "variable importances", 15) && pty_expect(&p, "Petal", 15));
    CHECK(pty_expect(&p, "confusion", 15) && pty_expect(&p, "rows/s", 15));
    pty_send(&p, "b"); /* a new cell below, typed into and run meanwhile */
    pty_send(&p, "print(6 * 7 .. 'typed')\022");
    CHECK(pty_expect(&p, "42typed", 15));

    pty_send(&p, "\033");
    CHECK(pty_expect(&p, "CMD", 15));
    pty_send(&p, "\003");
    CHECK(pty_expect(&p, "keep the best", 15));
    pty_send(&p, "k"); /* by itself it would not end today */
    CHECK(pty_expect(&p, "cancelled", 15));
    pty_send(&p, "q");
    CHECK(pty_expect(&p, "Not saved", 15));
    pty_send(&p, "d");
    CHECK(pty_end(&p, 15) == 0);
    pty_free(&p);
}

static void resizing_and_garbage_leave_a_whole_screen(void)
{
    static const int sizes[][2] = {{12, 40}, {60, 200}, {5, 20}, {24, 80}, {1, 1}, {40, 120}};
    pty p;

    CHECK(open_bench(&p, "notebook.lua", 24, 80, "C.UTF-8"));
    for (size_t i = 0; i < 6; i++) {
        pty_resize(&p, sizes[i][0], sizes[i][1]);
        pty_settle(&p, 100);
    }
    pty_send(&p, "\033[200~\x01\xff\xfe garbage \xe2\x94\x80 \t\r\n\033[201~");
    pty_send(&p, "\033\033[A\033[B\033OPq\033[999~\x80\x81");
    pty_settle(&p, 200);
    pty_send(&p, "\014"); /* Ctrl-L: the same screen again */
    pty_settle(&p, 200);
    char *a = pty_text(&p);
    pty_send(&p, "\014");
    pty_settle(&p, 200);
    char *b = pty_text(&p);
    TEXT_EQ(b, a);
    free(a), free(b);
    CHECK(kill(p.pid, 0) == 0);
    pty_free(&p);
}

static void U207_the_keys_that_may_follow_come_by_themselves(void)
{
    pty p;

    CHECK(open_bench(&p, "notebook.lua", 24, 80, "C.UTF-8"));
    pty_settle(&p, 250);
    pty_send(&p, "R");
    CHECK(pty_expect(&p, "to here", 10));
    pty_send(&p, "\033");
    pty_settle(&p, 250);
    char *s = pty_text(&p);
    CHECK(s && !strstr(s, "to here"));
    free(s);
    pty_send(&p, "qq");
    CHECK(pty_end(&p, 15) == 0);
    pty_free(&p);
}

enum { QUICK = 6, PAUSE = 5 }; /* seconds, of the calm mode */

/* Runs the quick cells in turn until one shows its result before a pause is over: a stall hits some, a result that waits
 * for the pause every one. */
static bool a_result_comes_at_once(pty *p)
{
    char want[32];

    for (int i = 1; i <= QUICK; i++) {
        double from = clock_now();
        snprintf(want, sizeof want, "came %d", i);
        pty_send(p, "\024");
        if (!CHECK(pty_expect(p, want, 60)))
            return false;
        bool soon = clock_now() - from < PAUSE - 0.5;
        CHECK(pty_lacks(p, "running", 60));
        if (soon)
            return true;
        pty_send(p, "j");
    }
    return false;
}

/* How often the screen changed in so many seconds or longer. */
static size_t changes(pty *p, double seconds, double *took)
{
    char *last = pty_text(p);
    double from = clock_now();
    size_t n = 0;

    for (*took = 0; *took < seconds; *took = clock_now() - from) {
        if (!pty_read(p, 100))
            continue;
        char *now = pty_text(p);
        n += strcmp(now, last) != 0;
        free(last);
        last = now;
    }
    free(last);
    return n;
}

/* What comes by itself comes once in a pause: one more may fall into a time of any length, and one picture may arrive in two
 * parts. Without the pause there are twenty in a second. */
static void U218_calm_mode_moves_nothing_by_itself(void)
{
    char file[600];
    char *argv[] = {(char *)(uintptr_t)program, (char *)(uintptr_t)"--no-session", (char *)(uintptr_t)"--set", (char *)(uintptr_t)"calm=yes", file, NULL};
    double took;
    pty p;

    snprintf(file, sizeof file, "%s/calm.lua", work);
    FILE *f = fopen(file, "wb");
    for (int i = 1; i <= QUICK; i++)
        fprintf(f, "-- %%%% quick\nprint('came ' .. %d)\n", i);
    fputs("-- %% loop\nfor i = 1, 1e9 do weir.report(i, 1e9, 'steps ' .. i) end\n", f);
    fclose(f);
    CHECK(pty_start(&p, argv, 24, 80, "xterm-256color", "C.UTF-8") && pty_expect(&p, "Enter edit", 60));
    CHECK(a_result_comes_at_once(&p));
    pty_send(&p, "G\024");
    CHECK(pty_expect(&p, "running", 60));
    for (int i = 0; i < 10 && pty_read(&p, 100); i++) /* the rest of it */
        ;
    size_t n = changes(&p, 4.5, &took);
    CHECK(n <= 2 * (1 + (size_t)(took / PAUSE)));
    CHECK(pty_expect(&p, "steps", 60)); /* it does come, as words */
    char *s = pty_text(&p);
    CHECK(s && strstr(s, "running") && !strstr(s, "\u2588") && !strstr(s, "\u2591") && !strstr(s, "running 1") && !strstr(s, "running 5"));
    free(s);
    pty_send(&p, "\003");
    CHECK(pty_expect(&p, "interrupted", 60));
    pty_send(&p, "qq");
    CHECK(pty_end(&p, 60) == 0);
    pty_free(&p);
}

static void an_unedited_notebook_is_saved_byte_for_byte_and_undo_restores(void)
{
    char path[600], original[1200];
    pty p;

    snprintf(path, sizeof path, "%s/notebook.lua", work);
    snprintf(original, sizeof original, "%s/tests/ui/notebook.lua", source);
    CHECK(open_bench(&p, "notebook.lua", 24, 80, "C.UTF-8"));
    pty_send(&p, "s");
    CHECK(pty_expect(&p, "saved", 15));
    char *a = read_file(original), *b = read_file(path);
    TEXT_EQ(b, a);
    free(b);
    pty_send(&p, "jxx"); /* two cells deleted, both brought back */
    pty_send(&p, "zz");
    pty_settle(&p, 100);
    pty_send(&p, "s");
    CHECK(pty_expect(&p, "saved", 15));
    b = read_file(path);
    TEXT_EQ(b, a);
    free(a), free(b);
    pty_free(&p);
}

static void U018_a_lost_terminal_keeps_what_was_typed(void)
{
    pty p;

    CHECK(open_bench(&p, "notebook.lua", 24, 80, "C.UTF-8"));
    pty_send(&p, "b-- precious");
    pty_settle(&p, 150);
    kill(p.pid, SIGHUP);
    CHECK(pty_end(&p, 15) > 0);
    pty_free(&p);
    CHECK(open_again(&p, "notebook.lua", 24, 80, "C.UTF-8"));
    CHECK(pty_expect(&p, "Recovered unsaved edits", 15) && pty_expect(&p, "-- precious", 15));
    pty_send(&p, "z"); /* undo: the file as it was saved */
    CHECK(pty_expect(&p, "CMD", 15));
    pty_settle(&p, 200);
    char *s = pty_text(&p);
    CHECK(s && !strstr(s, "-- precious"));
    free(s);
    pty_send(&p, "qd");
    CHECK(pty_end(&p, 15) == 0);
    pty_free(&p);
}

static void tab_completes_names_parameters_and_values(void)
{
    pty p;

    CHECK(open_bench(&p, "notebook.lua", 24, 100, "C.UTF-8"));
    pty_send(&p, "b");
    pty_send(&p, "weir.deepl\t");
    CHECK(pty_expect(&p, "weir.deeplearning", 15));
    pty_send(&p, "{ epo\t");
    CHECK(pty_expect(&p, "{ epochs", 15));
    pty_send(&p, "=1, activation=\"Max\t");
    CHECK(pty_expect(&p, "MaxoutWithDropout", 15)); /* the list of both */
    pty_free(&p);
}

static void U186_an_unknown_or_missing_terminal_type_is_named_and_stood_in_for(void)
{
    static const char *const types[] = {"no-such-terminal", "", "unknown"};
    char file[300];

    snprintf(file, sizeof file, "%s/x.lua", work);
    for (size_t i = 0; i < 3; i++) {
        char *argv[] = {(char *)(uintptr_t)program, (char *)(uintptr_t)"--no-session", file, NULL};
        pty p;
        CHECK(pty_start(&p, argv, 24, 80, types[i], "C"));
        CHECK(i == 2 || pty_expect(&p, i ? "TERM is not set" : "no-such-terminal is not known", 15));
        CHECK(pty_expect(&p, "Enter edit", 15));
        pty_send(&p, "q");
        CHECK(pty_end(&p, 15) == 0);
        pty_free(&p);
    }
}

int main(void)
{
    const char *top = getenv("top_srcdir");

    alarm(PATIENCE_OF_ALL); /* a screen that never comes ends the test, not the whole suite */
    snprintf(source, sizeof source, "%s", top ? top : "..");
    snprintf(work, sizeof work, "/tmp/weirXXXXXX"); /* of one length: it is part of a screen */
    if (!mkdtemp(work)) {
        printf("Bail out! no temporary folder\n");
        return 1;
    }
    TEST(golden_screens_80x24_utf8);
    TEST(golden_screens_120x40_utf8);
    TEST(golden_screens_80x24_ascii);
    TEST(a_training_is_drawn_while_another_cell_is_edited_and_stopped_by_ctrl_c);
    TEST(resizing_and_garbage_leave_a_whole_screen);
    TEST(U207_the_keys_that_may_follow_come_by_themselves);
    TEST(U218_calm_mode_moves_nothing_by_itself);
    TEST(an_unedited_notebook_is_saved_byte_for_byte_and_undo_restores);
    TEST(U018_a_lost_terminal_keeps_what_was_typed);
    TEST(tab_completes_names_parameters_and_values);
    TEST(U186_an_unknown_or_missing_terminal_type_is_named_and_stood_in_for);
    char cmd[300];
    snprintf(cmd, sizeof cmd, "rm -rf %s", work);
    if (system(cmd) != 0)
        printf("# %s was left\n", work);
    return tap_done();
}
