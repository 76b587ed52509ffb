/* t_project.c - the file .weir.lua that a project brings along: never run unasked, asked about once. */
#include "config.h"
#include "tests/ui/by_pty.h"

#include "base/sha256.h"
#include "ui/project.h"

#include <sys/stat.h>

static char why[600];

/* A mark in the folder says whether the file has run. */
#define MARK "os.execute('touch ran')\n"

static bool has_run(void)
{
    bool there = access(path_of("home/work/ran"), F_OK) == 0;

    unlink(path_of("home/work/ran"));
    return there;
}

static bool open_in_project(pty *p, const char *args)
{
    char cmd[3000], *argv[] = {(char *)(uintptr_t)"/bin/sh", (char *)(uintptr_t)"-c", cmd, NULL};

    snprintf(cmd, sizeof cmd, "cd %s/home/work && HOME=%s/home exec %s %s", work, work, bin, args);
    return pty_start(p, argv, 24, 80, "xterm-256color", "C.UTF-8");
}

static void U239_the_nearest_file_up_to_the_home_folder_counts(void)
{
    project p = {0};
    char deep[400], own[400];

    snprintf(deep, sizeof deep, "%s/home/work/deep/er/nb.lua", work);
    snprintf(own, sizeof own, "%s/home", work);
    setenv("HOME", own, 1);
    project_open(&p, deep, why, sizeof why);
    CHECK(p.trust == PROJECT_NONE && !*p.path && !*why);
    write_file(".weir.lua", "theme = 'mono'\n"); /* above the home folder: not looked at */
    project_open(&p, deep, why, sizeof why);
    CHECK(p.trust == PROJECT_NONE);
    write_file("home/.weir.lua", "theme = 'light'\n");
    project_open(&p, deep, why, sizeof why);
    CHECK(p.trust == PROJECT_UNKNOWN);
    TEXT_EQ(p.path, path_of("home/.weir.lua"));
    write_file("home/work/.weir.lua", "theme = 'cividis'\n");
    project_open(&p, deep, why, sizeof why);
    TEXT_EQ(p.path, path_of("home/work/.weir.lua"));
    /* outside the home folder only beside the notebook */
    snprintf(own, sizeof own, "%s/elsewhere", work);
    setenv("HOME", own, 1);
    project_open(&p, deep, why, sizeof why);
    CHECK(p.trust == PROJECT_NONE);
    project_open(&p, path_of("home/work/nb.lua"), why, sizeof why);
    CHECK(p.trust == PROJECT_UNKNOWN);
    /* no file, and one without an end */
    CHECK(unlink(path_of("home/work/.weir.lua")) == 0 && mkfifo(path_of("home/work/.weir.lua"), 0600) == 0);
    project_open(&p, path_of("home/work/nb.lua"), why, sizeof why);
    CHECK(p.trust == PROJECT_NONE && strstr(why, "is no file"));
    CHECK(unlink(path_of("home/work/.weir.lua")) == 0 && unlink(path_of("home/.weir.lua")) == 0);
    project_free(&p);
}

static void U239_the_decision_is_of_these_bytes_in_this_place(void)
{
    project p = {0};
    struct stat s;

    snprintf(why, sizeof why, "%s/home", work);
    setenv("HOME", why, 1);
    write_file("home/work/.weir.lua", "bell = false\n");
    mkdir(path_of("home/other"), 0777);
    write_file("home/other/.weir.lua", "bell = false\n");
    project_open(&p, path_of("home/work/nb.lua"), why, sizeof why);
    TEXT_EQ(p.hash, "3914877d5cb14dc949b309cffe01589b93adb62a194765e6a76b62eba55d1fcf");
    CHECK(p.trust == PROJECT_UNKNOWN && project_decide(&p, true, why, sizeof why));
    project_open(&p, path_of("home/work/nb.lua"), why, sizeof why);
    CHECK(p.trust == PROJECT_TRUSTED);
    project_open(&p, path_of("home/other/nb.lua"), why, sizeof why); /* the same bytes elsewhere */
    CHECK(p.trust == PROJECT_UNKNOWN && project_decide(&p, false, why, sizeof why));
    project_open(&p, path_of("home/other/nb.lua"), why, sizeof why);
    CHECK(p.trust == PROJECT_REFUSED);
    project_open(&p, path_of("home/work/nb.lua"), why, sizeof why); /* one does not forget the other */
    CHECK(p.trust == PROJECT_TRUSTED);
    write_file("home/work/.weir.lua", "bell = false \n");
    project_open(&p, path_of("home/work/nb.lua"), why, sizeof why);
    CHECK(p.trust == PROJECT_UNKNOWN && project_decide(&p, true, why, sizeof why));
    write_file("home/work/.weir.lua", "bell = false\n"); /* the earlier text was trusted once: the later decision has replaced that */
    project_open(&p, path_of("home/work/nb.lua"), why, sizeof why);
    CHECK(p.trust == PROJECT_UNKNOWN);
    CHECK(stat(path_of("weir/projects"), &s) == 0 && (s.st_mode & 077) == 0);
    project_free(&p);
    CHECK(unlink(path_of("weir/projects")) == 0);
}

static void U239_asked_about_once_and_never_run_unasked(void)
{
    pty p;

    write_file("home/work/.weir.lua", MARK "command('greet', 'Says hello.', [[print('hello from here')]])\nline_numbers = true\n");
    write_file("home/work/nb.lua", "-- %% one\nx = 1\n");
    CHECK(open_in_project(&p, "nb.lua") && pty_expect(&p, "t trust it", 20) && pty_expect(&p, ".weir.lua (3 lines)", 5));
    CHECK(!has_run());
    pty_send(&p, "v"); /* what stands in it, and back to the question */
    CHECK(pty_expect(&p, "hello from here", 10));
    pty_send(&p, "\033");
    CHECK(pty_expect(&p, "t trust it", 10) && !has_run());
    pty_send(&p, "\033");
    CHECK(pty_expect(&p, "is not read", 10) && !has_run());
    pty_send(&p, "q");
    CHECK(pty_end(&p, 10) == 0);
    pty_free(&p);
    CHECK(open_in_project(&p, "nb.lua") && pty_expect(&p, "t trust it", 20)); /* "not now" asks again */
    pty_send(&p, "t");
    CHECK(pty_expect(&p, "read ", 10) && pty_expect(&p, "1 x = 1", 10) && has_run()); /* numbers before the lines */
    pty_send(&p, ":greet\r:log\r");
    CHECK(pty_expect(&p, "hello from here", 10));
    pty_send(&p, "q:quit\r");
    pty_free(&p);
    end_all();
    CHECK(open_in_project(&p, "nb.lua") && pty_expect(&p, "1 x = 1", 20)); /* no question any more */
    CHECK(has_run());
    write_file("home/work/.weir.lua", MARK "line_numbers = false\n"); /* changed under the session */
    pty_send(&p, ":reload\r");
    CHECK(pty_expect(&p, "t trust it", 10) && !has_run());
    pty_send(&p, "n");
    CHECK(pty_expect(&p, "is not read", 10) && !has_run());
    pty_free(&p);
    end_all();
    CHECK(open_in_project(&p, "nb.lua") && pty_expect(&p, "Enter edit", 20));
    CHECK(!has_run());
    pty_send(&p, ":project\r"); /* another mind */
    CHECK(pty_expect(&p, "t trust it", 10));
    pty_send(&p, "t");
    CHECK(pty_expect(&p, "read ", 10) && has_run());
    pty_free(&p);
    end_all();
}

static void U239_a_wrong_file_changes_nothing_and_is_named(void)
{
    pty p;

    write_file("home/work/.weir.lua", "theme = 'light'\nbel = true\n");
    CHECK(open_in_project(&p, "--set line_numbers=yes nb.lua") && pty_expect(&p, "t trust it", 20));
    pty_send(&p, "t");
    CHECK(pty_expect(&p, ".weir.lua:2:", 10) && pty_expect(&p, "1 x = 1", 10)); /* the command line's settings stay */
    pty_free(&p);
    end_all();
}

static void U239_a_run_without_a_screen_never_reads_it(void)
{
    char cmd[2000];

    write_file("home/work/.weir.lua", MARK);
    snprintf(cmd, sizeof cmd, "cd %s/home/work && HOME=%s/home && weir=%s && $weir run nb.lua && $weir check nb.lua && $weir keys --check >/dev/null", work, work, bin);
    CHECK(system(cmd) == 0 && !has_run());
}

int main(int argc, char **argv)
{
    only = argc > 1 ? argv[1] : NULL;
    thorough = false;
    alarm(PATIENCE_OF_ALL);
    if (!begin_work())
        return 1;
    mkdir(path_of("home"), 0777), mkdir(path_of("home/work"), 0777), mkdir(path_of("home/work/deep"), 0777), mkdir(path_of("home/work/deep/er"), 0777);
    RUN(U239_the_nearest_file_up_to_the_home_folder_counts);
    RUN(U239_the_decision_is_of_these_bytes_in_this_place);
    RUN(U239_asked_about_once_and_never_run_unasked);
    RUN(U239_a_wrong_file_changes_nothing_and_is_named);
    RUN(U239_a_run_without_a_screen_never_reads_it);
    return end_work();
}
