/* t_several.c - several notebooks, a session each, and one terminal that goes from one to the other. */
#include "config.h"
#include "tests/ui/by_pty.h"

#include "base/clock.h"

#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>

/* What the shell gets back: lines that it edits, echo. */
static bool is_cooked(const pty *p)
{
    struct termios t;

    return tcgetattr(p->fd, &t) == 0 && (t.c_lflag & ICANON) && (t.c_lflag & ECHO) && (t.c_iflag & ICRNL);
}

static void U017_g_b_lists_sessions_and_notebooks_and_goes_there(void)
{
    pty p;

    write_file("alpha.lua", "-- %% one\nx = 41\n");
    write_file("beta.lua", "-- %% two\ny = 7\n");
    mkdir(path_of("sub"), 0777);
    write_file("sub/gamma.lua", "-- %% three\nz = 3\n");
    CHECK(open_bench(&p, "alpha.lua"));
    pty_send(&p, "\024");
    CHECK(pty_expect(&p, "ok", 10));
    pty_send(&p, "gb");
    CHECK(pty_expect(&p, "Sessions and notebooks", 10) && pty_expect(&p, "beta.lua", 5) && pty_lacks(&p, "gamma", 10));
    pty_send(&p, "beta\r");
    CHECK(pty_expect(&p, "y = 7", 20) && pty_expect(&p, "beta.lua", 5));
    pid_t alpha = session_pid("alpha"), beta = session_pid("beta");
    CHECK(alpha > 0 && beta > 0 && alpha != beta && says("42", "send alpha 'x + 1'"));
    CHECK(comes_to_say("\"attached\":false", "ls --json") && comes_to_say("\"attached\":true", "ls --json"));
    pty_send(&p, "g-"); /* back to the one before, and to and fro */
    CHECK(pty_expect(&p, "x = 41", 10));
    pty_send(&p, "\036");
    CHECK(pty_expect(&p, "y = 7", 10));
    pty_send(&p, "gb"); /* the other one is listed with what it does; this one cannot be chosen */
    CHECK(pty_expect(&p, "idle", 10) && pty_expect(&p, "here", 5));
    pty_send(&p, "\r");
    CHECK(pty_expect(&p, "x = 41", 10));
    /* all the while the shell's screen was not seen, and it is as it was at the end */
    CHECK(p.left == 0);
    pty_send(&p, "qd");
    CHECK(pty_end(&p, 10) == 0 && p.left == 1 && is_cooked(&p));
    CHECK(session_pid("alpha") == alpha && session_pid("beta") == beta);
    pty_free(&p);
    end_all();
}

static void U017_open_takes_a_name_that_tab_completes(void)
{
    pty p;

    CHECK(open_bench(&p, "alpha.lua"));
    pty_send(&p, ":open su\t");
    CHECK(pty_expect(&p, "Open notebook: sub/", 10));
    pty_send(&p, "\t\r");
    CHECK(pty_expect(&p, "z = 3", 20) && session_pid("gamma") > 0);
    pty_send(&p, ":open \t"); /* several: the names stand above the line; the shell's folder is still this one */
    CHECK(pty_expect(&p, "alpha.lua  beta.lua", 10));
    pty_send(&p, "nosuch/x.lua\r");
    CHECK(pty_expect(&p, "cannot open 'nosuch/x.lua'", 10));
    pty_send(&p, ":open sub\r");
    CHECK(pty_expect(&p, "'sub' is a folder", 10));
    pty_send(&p, ":open sub/gamma.lua\r");
    CHECK(pty_expect(&p, "is the notebook that is open here", 10));
    pty_send(&p, ":open sub/fresh.lua\r"); /* one that is not there yet begins empty */
    CHECK(pty_expect(&p, "fresh.lua", 20) && pty_expect(&p, "Enter edit", 10));
    pty_send(&p, "q"); /* nothing has run: it ends, and the client with it */
    CHECK(pty_end(&p, 10) == 0 && is_cooked(&p) && p.left == 1);
    CHECK(session_pid("fresh") == 0 && session_pid("gamma") > 0 && session_pid("alpha") > 0);
    pty_free(&p);
    end_all();
}

static void U017_a_session_that_is_gone_leads_back_with_the_reason(void)
{
    pty p;

    CHECK(open_bench(&p, "alpha.lua"));
    pty_send(&p, "g-");
    CHECK(pty_expect(&p, "no other session yet", 10));
    pty_send(&p, ":open beta.lua\r");
    CHECK(pty_expect(&p, "y = 7", 20));
    CHECK(says("ended alpha", "kill alpha"));
    pty_send(&p, "g-");
    CHECK(pty_expect(&p, "there is no session 'alpha'", 10) && pty_expect(&p, "y = 7", 5) && p.left == 0);
    /* after a crash the terminal is as it was before the first session */
    pid_t beta = session_pid("beta");
    CHECK(beta > 0 && kill(beta, SIGKILL) == 0);
    CHECK(pty_end(&p, 10) == 1 && is_cooked(&p) && p.left == 1);
    CHECK(pty_expect(&p, "has ended unexpectedly", 5));
    pty_free(&p);
    end_all();
}

static void U017_a_session_that_another_terminal_has_is_taken_over(void)
{
    pty p, q;

    CHECK(open_bench(&p, "alpha.lua") && open_bench(&q, "beta.lua"));
    pty_send(&p, "gb");
    CHECK(pty_expect(&p, "attached at", 10));
    pty_send(&p, "beta\r");
    CHECK(pty_expect(&p, "y = 7", 10) && pty_end(&q, 10) == 0 && is_cooked(&q));
    pty_settle(&q, 50);
    CHECK(pty_expect(&q, "another terminal", 5));
    pty_free(&p), pty_free(&q);
    end_all();
}

static void U017_U215_the_linear_mode_goes_there_too(void)
{
    pty p;

    CHECK(open_on(&p, "--linear alpha.lua", 24, 80, "xterm-256color", "C.UTF-8") && pty_expect(&p, "alpha.lua", 20));
    pty_send(&p, "open beta.lua\r");
    CHECK(pty_expect(&p, "beta.lua", 20));
    pty_settle(&p, 200);
    pty_send(&p, "read\r");
    CHECK(pty_expect(&p, "y = 7", 10));
    pty_send(&p, "previous-session\r");
    pty_settle(&p, 300);
    pty_send(&p, "read\r");
    CHECK(pty_expect(&p, "x = 41", 10) && p.left == 0);
    pty_free(&p);
    end_all();
}

/* From another client, or from the shell: a training is listed, stopped, and what it has learnt is kept. */
static void F444_a_training_is_stopped_from_another_client_and_its_model_kept(void)
{
    pty p;

    write_file("long.lua", "-- %% one\nm = weir.deeplearning{y = 'Species', training_frame = weir.dataset('iris'), hidden = {40, 40}, epochs = 1e6, seed = 1,\n"
               "  stopping_rounds = 0, classification_stop = -1, score_interval = 0.05, score_duty_cycle = 1}\n");
    CHECK(open_bench(&p, "--run-all long.lua") && pty_expect(&p, "epoch", 30));
    CHECK(comes_to_say("training", "ls"));
    CHECK(says("train", "send long 'print(weir.jobs()[1].kind, weir.jobs()[1]:status())'"));
    free(weir(NULL, "send long 'weir.jobs()[1]:cancel()'"));
    CHECK(comes_to_say("idle", "ls"));
    CHECK(says("true", "send long 'print(m ~= nil and m.epochs > 0)'"));
    pty_free(&p);
    end_all();
}

/* Said in one session, kept where all its logs go. */
static void F447_F156_what_weir_log_says_is_shown_searched_and_saved(void)
{
    pty p;

    write_file("said.lua", "-- %% one\nweir.log('said by a cell')\nprint(weir.save_logs{dir = 'logs'})\n");
    CHECK(open_bench(&p, "--log-file session.log said.lua"));
    pty_send(&p, "\024");
    CHECK(pty_expect(&p, "logs/weir-", 10)); /* the path of the file */
    pty_send(&p, "gt");
    CHECK(pty_expect(&p, "said by a cell", 10));
    char *s = read_file("session.log");
    CHECK(s && strstr(s, "user: said by a cell"));
    free(s);
    CHECK(system("grep -q 'said by a cell' \"$WEIR_TMPDIR\"/logs/weir-*.log") == 0);
    pty_free(&p);
    end_all();
}

/* The notebook on a disk of 96 kB, in a view of the file system of its own. */
static void U018_U221_a_full_disk_is_told_once_and_nothing_is_lost(void)
{
    char cmd[3000], *argv[] = {(char *)(uintptr_t)"/bin/sh", (char *)(uintptr_t)"-c", cmd, NULL};
    pty p;

    if (system("unshare -rm sh -c 'mount -t tmpfs none /mnt' 2>/dev/null") != 0) {
        printf("# no file systems of one's own here\n");
        return;
    }
    mkdir(path_of("full"), 0777);
    write_file("small.lua", "-- %% fill\nos.execute('dd if=/dev/zero of=fill bs=1k count=200 2>/dev/null')\n-- %% room\nos.remove('fill');\n"
               "-- %% look\nlocal n = 0 for l in io.lines('small.lua') do n = n + 1 end print('lines', n)\n");
    snprintf(cmd, sizeof cmd, "cd %s && exec unshare -rm sh -c 'mount -t tmpfs -o size=96k none full && cp small.lua full && cd full && exec %s small.lua'", work, bin);
    CHECK(pty_start(&p, argv, 30, 100, "xterm-256color", "C.UTF-8") && pty_expect(&p, "Enter edit", 20));
    pty_send(&p, "\024");
    CHECK(pty_expect(&p, "ok", 20) && pty_expect(&p, "outputs are not kept", 10));
    pty_send(&p, "gt");
    CHECK(pty_expect(&p, "kept for a crash in", 20)); /* in the state folder, as the notebook's disk is full */
    char *s = pty_text(&p), *first = s ? strstr(s, "kept for a crash in") : NULL;
    CHECK(first && !strstr(first + 1, "kept for a crash in"));
    free(s);
    pty_send(&p, "qb-- typed now\023");
    CHECK(pty_expect(&p, "nothing is lost", 10));
    snprintf(cmd, sizeof cmd, "for i in $(seq 300); do grep -qs 'typed now' \"$XDG_STATE_HOME\"/weir/journals/* && exit 0; sleep 0.1; done; exit 1");
    CHECK(system(cmd) == 0);
    pty_send(&p, "\007jj\024"); /* what was saved before is whole, and cells run */
    CHECK(pty_expect(&p, "lines 6", 10));
    pty_send(&p, "k\024");
    CHECK(pty_expect(&p, "kept for a crash beside the notebook again", 10));
    pty_send(&p, "\023");
    CHECK(pty_expect(&p, "saved ", 10));
    pty_send(&p, "j\024");
    CHECK(pty_expect(&p, "lines 8", 10));
    pty_send(&p, "q");
    pty_settle(&p, 100);
    pty_send(&p, "q");
    CHECK(pty_end(&p, 10) == 0 && is_cooked(&p));
    pty_free(&p);
    end_all();
}

/* A file that may not grow beyond some size is the same kind of thing, not the end of the process. */
static void U227_a_limit_on_files_is_an_error_not_a_signal(void)
{
    char cmd[2400];

    write_file("grow.lua", "local f = weir.frame{x = weir.range(1, 20000)}\nlocal good, why = pcall(f.export, f, {path = 'grown.csv'})\nprint(good, why)\n");
    snprintf(cmd, sizeof cmd, "cd %s && (ulimit -f 8; exec %s run grow.lua) >grown.txt 2>&1", work, bin);
    int st = system(cmd);
    char *s = read_file("grown.txt");
    if (!CHECK(st == 0 && s && strstr(s, "false") && strstr(s, "File too large")))
        printf("# status %d: %s\n", st, s ? s : "");
    free(s);
}

static void U017_one_plain_process_says_what_to_do(void)
{
    pty p;

    CHECK(open_bench(&p, "--no-session alpha.lua"));
    pty_send(&p, ":open beta.lua\r");
    CHECK(pty_expect(&p, "one plain process (--no-session)", 10) && pty_expect(&p, "weir", 5));
    pty_send(&p, "q");
    CHECK(pty_end(&p, 10) == 0);
    pty_free(&p);
}

static void U193_a_long_path_in_the_list_keeps_the_name_of_the_file(void)
{
    char deep[600] = "d", cmd[1200], *argv[] = {(char *)(uintptr_t)"/bin/sh", (char *)(uintptr_t)"-c", cmd, NULL};
    pty p, q;

    for (int i = 0; i < 6; i++)
        strcat(deep, "/a_folder_with_a_long_name");
    snprintf(cmd, sizeof cmd, "mkdir -p %s/%s && echo 'x = 1' >%s/%s/last_name.lua", work, deep, work, deep);
    CHECK(system(cmd) == 0);
    snprintf(cmd, sizeof cmd, "%s/last_name.lua", deep);
    CHECK(open_bench(&p, cmd));
    snprintf(cmd, sizeof cmd, "a_folder_with_a_long_name/last_name.lua"); /* whole where nobody looks */
    CHECK(comes_to_say(cmd, "ls"));
    snprintf(cmd, sizeof cmd, "cd %s && exec %s ls", work, bin);
    CHECK(pty_start(&q, argv, 24, 80, "xterm-256color", "C.UTF-8") && pty_expect(&q, "last_name.lua", 10));
    char *s = pty_text(&q), *cut = s ? strstr(s, "...") : NULL;
    CHECK(cut && strstr(cut, "last_name.lua\n")); /* on one line of the terminal */
    free(s);
    pty_end(&q, 10);
    pty_free(&p), pty_free(&q);
    end_all();
}

int main(int argc, char **argv)
{
    thorough = argc > 1 && !strcmp(argv[1], "long");
    only = argc > 1 + thorough ? argv[1 + thorough] : NULL;
    if (!thorough)
        alarm(PATIENCE_OF_ALL); /* never hold up the others */
    if (!begin_work())
        return 1;
    RUN(U017_g_b_lists_sessions_and_notebooks_and_goes_there);
    RUN(U017_open_takes_a_name_that_tab_completes);
    RUN(U017_a_session_that_is_gone_leads_back_with_the_reason);
    RUN(U017_a_session_that_another_terminal_has_is_taken_over);
    RUN(U017_U215_the_linear_mode_goes_there_too);
    RUN(F444_a_training_is_stopped_from_another_client_and_its_model_kept);
    RUN(F447_F156_what_weir_log_says_is_shown_searched_and_saved);
    RUN(U018_U221_a_full_disk_is_told_once_and_nothing_is_lost);
    RUN(U227_a_limit_on_files_is_an_error_not_a_signal);
    RUN(U017_one_plain_process_says_what_to_do);
    RUN(U193_a_long_path_in_the_list_keeps_the_name_of_the_file);
    return end_work();
}
