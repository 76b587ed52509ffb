/* t_start.c - the page that weir begins with when no file is named. */
#include "config.h"
#include "tests/ui/by_pty.h"

#include "ui/recent.h"

#include <sys/stat.h>

/* A picture may come in parts: the rest of it is waited for. */
static bool has(pty *p, const char *what)
{
    return pty_expect(p, what, 10);
}

static bool open_start(pty *p, const char *args, int rows, int cols, const char *locale)
{
    return open_on(p, args, rows, cols, "xterm-256color", locale) && pty_expect(p, "new notebook", 20);
}

static void U193_recent_notebooks_are_twenty_the_newest_first_each_once(void)
{
    char name[64], line[400], *path[40];

    for (int i = 0; i < 25; i++) {
        snprintf(name, sizeof name, "r%d.lua", i);
        write_file(name, "x = 1\n");
        recent_add(path_of(name));
    }
    recent_add(path_of("r20.lua")); /* again */
    recent_add("relative.lua");
    recent_add("/two\nlines.lua");
    size_t n = recent_list(path, 40);
    CHECK(n == 20);
    snprintf(line, sizeof line, "%s/r20.lua", work);
    CHECK(n > 0 && !strcmp(path[0], line));
    snprintf(line, sizeof line, "%s/r24.lua", work);
    CHECK(n > 1 && !strcmp(path[1], line));
    snprintf(line, sizeof line, "%s/r5.lua", work);
    CHECK(n == 20 && !strcmp(path[19], line)); /* 20, 24, 23, 22, 21, 19 ... 5 */
    for (size_t i = 0; i < n; i++)
        free(path[i]);
    unlink(path_of("r24.lua"));
    n = recent_list(path, 40);
    CHECK(n == 19); /* one that is gone is not listed */
    for (size_t i = 0; i < n; i++)
        free(path[i]);
    for (int i = 0; i < 25; i++) {
        snprintf(name, sizeof name, "r%d.lua", i);
        unlink(path_of(name));
    }
}

static void U193_the_start_page_begins_a_new_notebook(void)
{
    pty p;

    CHECK(open_start(&p, "", 24, 80, "C.UTF-8"));
    CHECK(has(&p, "Running sessions") && has(&p, "Recent notebooks") && has(&p, "none yet") && has(&p, "This terminal") && has(&p, "New here?"));
    CHECK(has(&p, "xterm-256color, UTF-8, 256 colours, plots in braille") && has(&p, "Lua 5.4") && has(&p, "weir " PACKAGE_VERSION) && has(&p, "thread"));
    pty_send(&p, "xW9\r"); /* what means nothing does nothing; Enter does the first line */
    CHECK(pty_expect(&p, "EDIT", 10) && pty_lacks(&p, "no such key", 10));
    pty_send(&p, "6*7\024");
    CHECK(pty_expect(&p, "42", 10));
    pty_send(&p, "\033");
    CHECK(pty_expect(&p, "CMD", 10));
    pty_send(&p, ":start\r"); /* back to the page; q and Esc lead to the notebook now */
    CHECK(pty_expect(&p, "to the notebook", 10));
    pty_send(&p, "q");
    CHECK(pty_expect(&p, "42", 10) && pty_lacks(&p, "Recent notebooks", 10));
    pty_send(&p, ":start\r");
    CHECK(pty_expect(&p, "to the notebook", 10));
    pty_send(&p, "\033");
    CHECK(pty_expect(&p, "42", 10));
    pty_send(&p, "q");
    CHECK(pty_expect(&p, "without saving", 10));
    pty_send(&p, "x");
    CHECK(pty_end(&p, 10) == 0);
    pty_free(&p);
    end_all();
}

static bool none_unnamed(void)
{
    patience wait = patience_of(PATIENCE);

    while (patience_left(&wait)) {
        if (session_pid("notebook") == 0 && session_pid("notebook-2") == 0)
            return true;
        usleep(100000);
    }
    return false;
}

static void U193_digits_open_sessions_and_recent_notebooks(void)
{
    pty p;

    write_file("alpha.lua", "-- %% one\nx = 41\n");
    write_file("beta.lua", "-- %% two\ny = 7\n");
    CHECK(open_bench(&p, "beta.lua"));
    pty_send(&p, "q"); /* nothing ran: it ends */
    CHECK(pty_end(&p, 10) == 0);
    pty_free(&p);
    CHECK(open_bench(&p, "alpha.lua"));
    pty_send(&p, "\024");
    CHECK(pty_expect(&p, "ok", 10));
    pty_send(&p, "qd");
    CHECK(pty_end(&p, 10) == 0);
    pty_free(&p);
    for (int attempt = 0; attempt < 6; attempt++) {
        CHECK(open_start(&p, "", 24, 80, "C.UTF-8"));
        CHECK(pty_expect(&p, "1  alpha", 10) && has(&p, "2  ") && has(&p, "beta.lua") && has(&p, "today ") && pty_lacks(&p, "alpha.lua", 10) && has(&p, "idle"));
        pty_send(&p, "1");
        CHECK(pty_expect(&p, "x = 41", 10) && says("42", "send alpha 'x + 1'"));
        pty_send(&p, "qd");
        CHECK(pty_end(&p, 10) == 0);
        pty_free(&p);
        CHECK(open_start(&p, "", 24, 80, "C.UTF-8"));
        pty_settle(&p, 100);
        char *s = pty_text(&p);
        bool stays = s && strstr(s, "2  notebook"); /* the empty one that was passed through stays for ten seconds, ... */
        free(s);
        if (stays || attempt == 5) {
            CHECK(stays);
            break;
        }
        pty_free(&p); /* it took longer than that to come back */
        CHECK(none_unnamed());
    }
    CHECK(session_pid("notebook-2") > 0);
    pty_free(&p); /* the line drops while only the page is there: nothing to come back to */
    CHECK(none_unnamed() && session_pid("alpha") > 0); /* ... and ends by itself */
    end_all();
}

static void U193_without_sessions_the_process_goes_on_with_the_notebook(void)
{
    pty p;

    CHECK(open_start(&p, "--no-session", 24, 80, "C.UTF-8"));
    CHECK(pty_lacks(&p, "Running sessions", 10) && has(&p, "Recent notebooks"));
    pty_send(&p, "obeta.lua\r");
    CHECK(pty_expect(&p, "y = 7", 20));
    pty_send(&p, "\024");
    CHECK(pty_expect(&p, "ok", 10));
    pty_resize(&p, 30, 100); /* signals and the end are as in a process that began with the file */
    CHECK(pty_expect(&p, "y = 7", 10));
    pty_send(&p, ":start\r"); /* the one that is open here is not offered */
    CHECK(pty_expect(&p, "Recent notebooks", 10) && has(&p, "alpha.lua") && pty_lacks(&p, "/beta.lua", 10));
    pty_send(&p, "qq");
    CHECK(pty_end(&p, 10) == 0);
    pty_free(&p);
    CHECK(open_start(&p, "--no-session", 24, 80, "C.UTF-8"));
    pty_send(&p, "q");
    CHECK(pty_end(&p, 10) == 0);
    pty_free(&p);
}

static void U193_the_page_fits_every_size_and_locale(void)
{
    pty p;

    CHECK(open_start(&p, "--no-session", 12, 40, "C.UTF-8"));
    CHECK(has(&p, "examples") && has(&p, "options") && has(&p, "quit") && pty_lacks(&p, "This terminal", 10));
    pty_send(&p, "G"); /* the recent notebooks are below */
    CHECK(pty_expect(&p, ".lua", 10));
    pty_resize(&p, 40, 120);
    CHECK(pty_expect(&p, "This terminal", 10) && has(&p, "\u250c\u2500 This terminal") && has(&p, "Recent notebooks \u2501"));
    pty_resize(&p, 5, 20);
    pty_settle(&p, 200);
    pty_resize(&p, 24, 80);
    CHECK(pty_expect(&p, "This terminal", 10));
    pty_send(&p, "e"); /* the sample notebooks that come with weir */
    CHECK(pty_expect(&p, "Handwritten digits", 10));
    pty_send(&p, "\033");
    pty_settle(&p, 200);
    pty_send(&p, "\033"); /* to the empty notebook behind */
    CHECK(pty_expect(&p, "run it and type on", 10) && pty_lacks(&p, "This terminal", 10));
    pty_free(&p);
    CHECK(open_start(&p, "--no-session", 40, 120, "C"));
    char *s = pty_text(&p);
    bool plain = s && strstr(s, "ASCII");
    for (const char *c = s; c && *c; c++)
        plain = plain && (signed char)*c > 0;
    CHECK(plain);
    free(s);
    pty_free(&p);
    end_all();
}

static void U193_a_file_lines_and_pipes_begin_without_the_page(void)
{
    pty p;

    CHECK(open_bench(&p, "--no-session beta.lua") && pty_lacks(&p, "This terminal", 10) && has(&p, "y = 7"));
    pty_free(&p);
    CHECK(open_on(&p, "-e 'print(1) weir.notebook(\"beta.lua\") print(\"back \" .. 6 * 7)'", 24, 80, "xterm-256color", "C.UTF-8")); /* A012 from a script */
    CHECK(pty_expect(&p, "Enter edit", 60) && pty_expect(&p, "y = 7", 30));
    pty_send(&p, "q");
    CHECK(pty_expect(&p, "end the session", 30));
    pty_send(&p, "q");
    CHECK(pty_expect(&p, "back 42", 60) && pty_end(&p, 30) == 0);
    pty_free(&p);
    CHECK(says("needs a terminal", "-e 'weir.notebook()'"));
    CHECK(open_on(&p, "--linear --no-session", 24, 80, "xterm-256color", "C.UTF-8"));
    pty_settle(&p, 500);
    CHECK(pty_lacks(&p, "This terminal", 10) && pty_lacks(&p, "new notebook", 10));
    pty_free(&p);
    CHECK(says("3", "-e 'print(1 + 2)'"));
    end_all();
}

static void U193_saved_models_are_listed_and_loaded_by_a_cell(void)
{
    static const char *const make = "-e 'm = weir.deeplearning{training_frame = weir.dataset(\"iris\"), y = \"Species\", hidden = {3}, epochs = 1, quiet_mode = true} "
                                    "m:save{path = \"flowers.weir\"} print(m.category)'";
    pty p;

    CHECK(says("multinomial", "%s", make));
    CHECK(open_start(&p, "", 40, 120, "C.UTF-8") && pty_expect(&p, "Saved models", 30) && pty_expect(&p, "flowers.weir", 30) && pty_expect(&p, " kB  ", 30));
    pty_send(&p, "z"); /* what is not on the screen is not changed */
    CHECK(pty_expect(&p, "not here", 30) && pty_expect(&p, "Saved models", 30));
    pty_resize(&p, 24, 80);
    pty_send(&p, "\033[F");
    CHECK(pty_expect(&p, "flowers.weir", 30) && pty_expect(&p, "Saved models", 30));
    pty_resize(&p, 40, 120);
    pty_send(&p, "\r");
    CHECK(pty_expect(&p, "weir.load_model(", 30) && pty_expect(&p, "flowers.weir\")", 30) && pty_expect(&p, "Scoring history", 60));
    pty_send(&p, "q");
    CHECK(pty_expect(&p, "without saving", 30));
    pty_send(&p, "x");
    CHECK(pty_end(&p, 30) == 0);
    pty_free(&p);
    unlink(path_of("flowers.weir"));
}

int main(int argc, char **argv)
{
    thorough = argc > 1 && !strcmp(argv[1], "long"); /* there is nothing more to it */
    only = argc > 1 + thorough ? argv[1 + thorough] : NULL;
    alarm(PATIENCE_OF_ALL);
    if (!begin_work())
        return 1;
    RUN(U193_recent_notebooks_are_twenty_the_newest_first_each_once);
    RUN(U193_the_start_page_begins_a_new_notebook);
    RUN(U193_digits_open_sessions_and_recent_notebooks);
    RUN(U193_without_sessions_the_process_goes_on_with_the_notebook);
    RUN(U193_saved_models_are_listed_and_loaded_by_a_cell);
    RUN(U193_the_page_fits_every_size_and_locale);
    RUN(U193_a_file_lines_and_pipes_begin_without_the_page);
    return end_work();
}
