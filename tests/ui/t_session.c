/* t_session.c - sessions through real pseudo-terminals: what outlives what, and what comes back.
 * Without arguments the short form; `t_session long [NAME]` kills and attaches as often as the promises say. */
#include "config.h"
#include "tests/ui/by_pty.h"

#include "base/clock.h"

#include <dirent.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Processor seconds of the process's first thread: the one that draws. */
static double drawing_seconds(pid_t pid)
{
    char path[64], s[1024];
    double ticks = 0;

    snprintf(path, sizeof path, "/proc/%d/task/%d/schedstat", (int)pid, (int)pid);
    FILE *f = fopen(path, "r");
    if (f && fgets(s, sizeof s, f))
        ticks = strtod(s, NULL);
    if (f)
        fclose(f);
    return ticks / 1e9;
}

static size_t descriptors(pid_t pid)
{
    char path[64];
    size_t n = 0;

    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *d = opendir(path);
    while (d && readdir(d))
        n++;
    if (d)
        closedir(d);
    return n;
}

static double resident_mb(pid_t pid)
{
    char path[64];
    long pages[2] = {0, 0};

    snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
    FILE *f = fopen(path, "r");
    if (f && fscanf(f, "%ld %ld", &pages[0], &pages[1]) != 2)
        pages[1] = 0;
    if (f)
        fclose(f);
    return (double)pages[1] * (double)sysconf(_SC_PAGESIZE) / 1e6;
}

/* It takes less than this share of a core in some span of so many seconds: one that draws does in none. */
static bool draws_less(pid_t pid, double span, double share)
{
    for (int i = 0; i < 10; i++) {
        double from = clock_now(), before = drawing_seconds(pid);
        usleep((useconds_t)(1e6 * span));
        if (drawing_seconds(pid) - before < share * (clock_now() - from))
            return true;
    }
    return false;
}

/* Ended, though nobody may have asked after it: a container's first process may be one that never does. */
static bool ended(pid_t pid)
{
    char path[64], s[512];

    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *f = fopen(path, "r");
    size_t n = f ? fread(s, 1, sizeof s - 1, f) : 0;
    if (f)
        fclose(f);
    s[n] = '\0';
    const char *name = strrchr(s, ')');
    return kill(pid, 0) != 0 || (name && !strncmp(name, ") Z", 3));
}

static bool gone(pid_t pid, double seconds)
{
    patience wait = patience_of(tap_failed_now ? seconds : PATIENCE);

    while (patience_left(&wait)) {
        if (ended(pid))
            return true;
        usleep(20000);
    }
    return false;
}

static const char training[] =
    "-- %% data\n"
    "f = weir.dataset('iris')\n"
    "-- %% training\n"
    "m = weir.deeplearning{y = 'Species', training_frame = f, hidden = {40, 40}, epochs = 1e6, seed = 1,\n"
    "  stopping_rounds = 0, classification_stop = -1, score_interval = 0.05, score_duty_cycle = 1}\n";

/* Tests -------------------------------------------------------------------------------------------- */

static void U178_U179_a_session_outlives_its_client_and_its_terminal(void)
{
    pty p, q;

    write_file("live.lua", "-- %% one\nx = 41\n");
    CHECK(open_bench(&p, "live.lua"));
    pid_t session = session_pid("live");
    CHECK(session > 0 && session != p.pid);
    pty_send(&p, "\024"); /* run */
    CHECK(pty_expect(&p, "ok", 10));
    pty_free(&p); /* the client is killed, the terminal closed */
    CHECK(comes_to_say("\"attached\":false", "ls --json") && session_pid("live") == session);
    CHECK(says("42", "send live 'x + 1'"));
    /* U179: another size, another type, another locale; also by opening the notebook again */
    CHECK(open_on(&q, "attach live", 12, 50, "vt220", "C") && pty_expect(&q, "x = 41", 10));
    char *s = pty_text(&q);
    CHECK(s && !strpbrk(s, "\xe2"));
    free(s);
    CHECK(open_bench(&p, "live.lua")); /* the newest terminal wins, the other is told */
    CHECK(pty_end(&q, 10) == 0 && pty_expect(&q, "another terminal", 10));
    CHECK(session_pid("live") == session);
    pty_send(&p, "qd");
    CHECK(pty_end(&p, 10) == 0 && session_pid("live") == session);
    CHECK(pty_expect(&p, "weir attach live", 10));
    pty_free(&p), pty_free(&q);
    CHECK(says("ended live", "kill live") && gone(session, 5));
    CHECK(comes_to_say("no session runs", "ls"));
}

static void U193_sessions_are_listed_named_and_told_apart(void)
{
    pty p, q;
    int st;

    write_file("a.lua", "-- %% one\nx = 1\n");
    mkdir(path_of("other"), 0777);
    write_file("other/a.lua", "-- %% two\nx = 2\n");
    CHECK(open_bench(&p, "a.lua") && open_bench(&q, "other/a.lua"));
    CHECK(comes_to_say(" 1  a  ", "ls") && comes_to_say("a-2", "ls") && comes_to_say("other/a.lua", "ls"));
    pty_send(&q, "\024");
    CHECK(pty_expect(&q, "ok", 10));
    CHECK(says("2", "send a-2 x") && says("2", "send 2 x") && comes_to_say("2", "send other/a.lua x"));
    CHECK(says("did you mean 'a-2'", "send a-3 x"));
    CHECK(says("detached a-2", "detach a-2") && pty_end(&q, 10) == 0);
    free(weir(&st, "attach nosuch"));
    CHECK(st == 2); /* not on a terminal */
    free(weir(&st, "kill nosuch"));
    CHECK(st == 1);
    free(weir(&st, "kill"));
    CHECK(st == 2);
    end_all();
    CHECK(pty_end(&p, 10) == 0);
    pty_free(&p), pty_free(&q);
    CHECK(comes_to_say("no session runs", "ls"));
}

static void U053_F140_the_shell_drives_a_session_and_both_see_the_same_objects(void)
{
    pty p;
    int st;
    char *s;

    write_file("drive.lua", "-- %% first\nprint('from cell', 6 * 7)\n-- %% bad\nerror('broken')\n-- %% loop\nwhile true do end\n");
    CHECK(open_bench(&p, "drive.lua"));
    CHECK(says("from cell\t42", "send --cell 1") && says("from cell\t42", "send drive --cell first"));
    CHECK(pty_expect(&p, "from cell", 10)); /* it is the notebook's cell, and shows there */
    free(weir(&st, "send --cell 2"));
    CHECK(st == 1);
    s = weir(&st, "send 'print(1) io.stderr:write(\"e\") return {}'");
    CHECK(st == 0 && s && strstr(s, "1\n") && strstr(s, "e") && strstr(s, "{}"));
    free(s);
    free(weir(&st, "send 'os.exit(7)'"));
    CHECK(st == 7 && session_pid("drive") > 0); /* decision 22: ends the cell, not the session */
    s = weir(&st, "send --cell 9");
    CHECK(st == 1 && s && strstr(s, "the notebook has 3"));
    free(s);
    /* a program's output is the cell's, its input is empty */
    s = weir(&st, "send 'os.execute(\"echo from a child; cat\")'");
    CHECK(st == 0);
    free(s);
    CHECK(says("nil", "send 'print(io.read())'"));
    /* who goes away stops what it began */
    char cmd[1300];
    snprintf(cmd, sizeof cmd, "cd %s && timeout -s INT 1 %s send 'while true do end' >/dev/null 2>&1", work, bin);
    st = system(cmd);
    CHECK(says("5", "send '2 + 3'"));
    /* what a script makes is there in the notebook, and the other way */
    CHECK(says("3", "send 'sent = weir.frame{a = {1, 2, 3}} return sent.nrow'"));
    pty_send(&p, "gf");
    CHECK(pty_expect(&p, "frame sent", 20) && pty_expect(&p, "3 x 1", 10));
    pty_send(&p, "qG");
    pty_send(&p, "bmade = weir.frame{b = weir.range(1, 5)} print('made ' .. made.nrow)\024");
    CHECK(pty_expect(&p, "made 5", 20) && says("5", "send 'made.nrow'"));
    end_all();
    CHECK(pty_end(&p, 10) == 0);
    pty_free(&p);
}

static void U189_ctrl_z_stops_the_client_alone(void)
{
    char cmd[1300];
    char *argv[] = {(char *)(uintptr_t)"/bin/sh", (char *)(uintptr_t)"-c", cmd, NULL};
    pty p;

    write_file("stop.lua", training);
    /* a shell with job control around it: a stopped process without one is left alone by the system */
    snprintf(cmd, sizeof cmd, "cd %s && PS1='$ ' exec bash --norc -i", work);
    CHECK(pty_start(&p, argv, 24, 80, "xterm-256color", "C.UTF-8") && pty_expect(&p, "$", 10));
    snprintf(cmd, sizeof cmd, "%s --run-all stop.lua\r", bin);
    pty_send(&p, cmd);
    CHECK(pty_expect(&p, "Enter edit", 20) && pty_expect(&p, "epoch", 20));
    pty_send(&p, "\032");
    CHECK(pty_expect(&p, "Stopped", 10) && comes_to_say("training", "ls"));
    pid_t session = session_pid("stop");
    CHECK(draws_less(session, 1, 0.1));
    pty_send(&p, "fg\r");
    CHECK(pty_expect(&p, "Enter edit", 10));
    pty_resize(&p, 30, 100);
    CHECK(pty_expect(&p, "rows/s", 10));
    end_all();
    pty_send(&p, "exit\r");
    CHECK(pty_end(&p, 30) == 0);
    pty_free(&p);
}

static void U181_a_killed_terminal_costs_no_training_and_no_processor(void)
{
    int rounds = thorough ? 100 : 3;
    pty p;

    write_file("hang.lua", training);
    CHECK(open_bench(&p, "--run-all hang.lua") && pty_expect(&p, "epoch", 20));
    pid_t session = session_pid("hang");
    CHECK(session > 0);
    int idle = 0;
    for (int i = 0; i < rounds; i++) {
        if (i % 3 == 0)
            CHECK(strike(p.pid, SIGKILL)); /* the client dies, then its terminal */
        else if (i % 3 == 1)
            CHECK(strike(p.pid, SIGHUP));
        pty_free(&p); /* the terminal goes */
        usleep(50000);
        idle += draws_less(session, 0.2, 0.01); /* 1 % of a core, journals and all */
        CHECK(open_on(&p, "attach hang", 20 + i % 20, 60 + i % 70, i % 2 ? "xterm-256color" : "screen", "C.UTF-8"));
        CHECK(pty_expect(&p, "left", 20));
    }
    CHECK(idle == rounds);
    CHECK(session_pid("hang") == session && comes_to_say("training", "ls"));
    pty_send(&p, "\003"); /* stop and look: the history has every event */
    CHECK(pty_expect(&p, "keep the best", 10));
    pty_send(&p, "k");
    CHECK(comes_to_say("idle", "ls"));
    /* the attached plot hands out every event that the job's history has, and no other */
    pty_free(&p);
    CHECK(open_bench(&p, "attach hang"));
    pty_send(&p, "p");
    CHECK(pty_expect(&p, "a add model", 10));
    char keys[200];
    snprintf(keys, sizeof keys, "X\025%s\r", path_of("events.csv"));
    pty_send(&p, keys);
    CHECK(pty_expect(&p, "the plot is in", 10));
    write_file("compare.lua", "local h, c = m:scoring_history(), weir.import_file('events.csv')\n"
               "local good = c.nrow == h.nrow and h.nrow > 2\n"
               "for _, name in ipairs{'epochs', 'samples', 'training_logloss', 'training_mse'} do\n"
               "  local a, b = h[name]:to_list(), c[name]:to_list()\n"
               "  for i = 1, #a do good = good and math.abs(a[i] - b[i]) <= 1e-12 * math.abs(a[i]) end\nend\n"
               "print(good and 'every event' or 'events are missing: ' .. c.nrow .. ' of ' .. h.nrow)\n");
    CHECK(says("every event", "send hang - <compare.lua"));
    pty_send(&p, "\r"); /* the table has them too, the newest first */
    CHECK(pty_expect(&p, "train", 10) && pty_expect(&p, "1 of ", 10));
    end_all();
    CHECK(pty_end(&p, 60) == 0);
    pty_free(&p);
}

static void a_thousand_attachments_leak_nothing(void)
{
    int rounds = thorough ? 1000 : 30;
    pty p;

    write_file("leak.lua", "-- %% one\nx = 1\n");
    CHECK(open_bench(&p, "leak.lua"));
    pid_t session = session_pid("leak");
    size_t fds = 0;
    double mb = 0;
    pty_send(&p, "\024"); /* once something has run, q asks */
    CHECK(pty_expect(&p, "ok", 10));
    for (int i = 0; i < rounds; i++) {
        if (i % 2) { /* detached, or torn off */
            pty_send(&p, "qd");
            CHECK(pty_end(&p, 10) == 0);
        }
        pty_free(&p);
        if (i == rounds / 5) {
            sessions_settle(200);
            fds = descriptors(session);
            mb = resident_mb(session);
        }
        CHECK(open_on(&p, "attach leak", 24 + i % 7, 80 + i % 11, i % 3 ? "xterm-256color" : "vt220", i % 5 ? "C.UTF-8" : "C"));
        CHECK(pty_expect(&p, "x = 1", 10));
    }
    pty_free(&p);
    sessions_settle(200);
    CHECK(descriptors(session) == fds);
    double grown = resident_mb(session) - mb;
    if (!CHECK(grown < 4.0)) /* the system may give it two at a time */
        printf("# grew by %.2f MB in %d attachments\n", grown, rounds - rounds / 5);
    end_all();
}

/* Types until the session is killed; whether what was typed more than two seconds before comes back. */
static bool two_seconds_back(int round)
{
    char typed[200], old[200] = "";
    double noted = 0;
    pty p;

    write_file("type.lua", "-- %% one\nx = 1\n");
    CHECK(open_bench(&p, "type.lua"));
    pid_t session = session_pid("type");
    pty_send(&p, "b");
    double from = clock_now(), length = 2.5 + 0.13 * (round % 10);
    for (int k = 0; clock_now() - from < length; k++) {
        snprintf(typed, sizeof typed, "k%03d ", k);
        pty_send(&p, typed);
        if (clock_now() - from < length - 2.0) /* older than two seconds at the end */
            snprintf(old, sizeof old, "%s", typed), noted = clock_now();
        while (pty_read(&p, 30))
            ;
    }
    CHECK(strike(session, SIGKILL));
    CHECK(pty_end(&p, 10) == 1); /* the client says so and leaves a usable terminal */
    CHECK(pty_expect(&p, "ended unexpectedly", 10));
    pty_free(&p);
    CHECK(open_bench(&p, "type.lua"));
    pty_settle(&p, 100);
    char *s = pty_text(&p);
    bool back = noted > 0 && s && strstr(s, "Recovered unsaved edits");
    free(s);
    pty_send(&p, back ? "qs" : "q");
    CHECK(pty_end(&p, 10) == 0);
    pty_free(&p);
    s = read_file("type.lua");
    back = back && strstr(s, old);
    if (!back)
        printf("# round %d: '%s' is missing from\n%s", round, old, s);
    free(s);
    CHECK(access(path_of(".weir/type.lua/journal"), F_OK) != 0 && access(path_of(".weir/type.lua/lock"), F_OK) != 0);
    return back;
}

/* A session that is held up itself has not had its two seconds: then it is tried again. One that keeps later never has it. */
static void U018_a_killed_session_loses_two_seconds_of_typing_at_most(void)
{
    int rounds = thorough ? 50 : 2;

    for (int i = 0; i < rounds; i++) {
        bool back = false;
        for (int attempt = 0; attempt < 8 && !back && !tap_failed_now; attempt++)
            back = two_seconds_back(i);
        CHECK(back);
    }
}

static void U192_after_a_killed_training_the_notebook_says_what_is_needed_again(void)
{
    int rounds = thorough ? 50 : 1;
    pty p;

    for (int i = 0; i < rounds; i++) {
        bool told = false;
        for (int attempt = 0; attempt < 8 && !told && !tap_failed_now; attempt++) { /* again where the session was held up */
            if (attempt)
                end_all(), pty_end(&p, 60), pty_free(&p);
            write_file("crash.lua", training);
            CHECK(open_bench(&p, "--run-all crash.lua") && pty_expect(&p, "epoch", 20));
            double from = clock_now();
            while (clock_now() - from < 2.2 + 0.05 * (i % 10))
                pty_read(&p, 50);
            CHECK(strike(session_pid("crash"), SIGKILL));
            CHECK(pty_end(&p, 10) == 1);
            pty_free(&p);
            CHECK(open_bench(&p, "crash.lua"));
            pty_settle(&p, 100);
            char *s = pty_text(&p);
            told = s && strstr(s, "2 cells had run");
            free(s);
        }
        CHECK(told);
        pty_send(&p, "Rs");
        CHECK(pty_expect(&p, "epoch", 20));
        end_all();
        CHECK(pty_end(&p, 60) == 0);
        pty_free(&p);
    }
}

static void U194_a_second_process_opens_the_notebook_read_only(void)
{
    pty p, q;

    write_file("one.lua", "x = 1\n");
    CHECK(open_bench(&p, "--no-session one.lua"));
    CHECK(open_bench(&q, "one.lua") && pty_expect(&q, "read only", 10));
    pty_send(&q, "by = 2\007");
    CHECK(pty_expect(&q, "CMD", 10));
    pty_send(&q, "s");
    CHECK(pty_expect(&q, "another process writes", 10));
    char *s = read_file("one.lua");
    TEXT_EQ(s, "x = 1\n");
    free(s);
    end_all();
    CHECK(pty_end(&q, 10) == 0);
    pty_send(&p, "q");
    CHECK(pty_end(&p, 10) == 0);
    pty_free(&p), pty_free(&q);
}

static void U234_TERM_keeps_the_training_and_what_was_typed(void)
{
    pty p;

    write_file("term.lua", training);
    CHECK(open_bench(&p, "--run-all term.lua") && pty_expect(&p, "epoch", 20));
    pty_send(&p, "b-- typed\033");
    CHECK(pty_expect(&p, "-- typed", 10) && pty_expect(&p, "CMD", 10));
    pid_t session = session_pid("term");
    CHECK(strike(session, SIGUSR1));
    CHECK(pty_expect(&p, "training", 10));
    CHECK(strike(session, SIGTERM));
    CHECK(pty_end(&p, 60) == 0);
    CHECK(pty_expect(&p, "the session was ended", 10));
    pty_free(&p);
    CHECK(open_bench(&p, "term.lua") && pty_expect(&p, "Recovered", 10) && pty_expect(&p, "-- typed", 10));
    end_all();
    CHECK(pty_end(&p, 20) == 0);
    pty_free(&p);
    /* twice: at once */
    CHECK(open_bench(&p, "--run-all term.lua") && pty_expect(&p, "epoch", 20));
    session = session_pid("term");
    CHECK(strike(session, SIGTERM));
    strike(session, SIGTERM); /* if it is still there */
    CHECK(pty_end(&p, 20) == 0);
    pty_free(&p);
}

static void U185_terminals_of_all_kinds_show_a_readable_notebook(void)
{
    static const struct { const char *term, *locale; } kinds[] = {
        {"xterm-256color", "C.UTF-8"}, {"tmux-256color", "C.UTF-8"}, {"screen", "C.UTF-8"}, {"screen", "C"}, {"linux", "C.UTF-8"},
        {"linux", "C"}, {"vt220", "C"}, {"vt100", "C"}, {"dumb", "C"}, {"", "C"}, {"no-such", "C.UTF-8"}, {"xterm", "xx_YY.UTF-8"}, {"xterm", "xx_YY"}};
    pty p;

    write_file("kinds.lua", "-- %% title of it\nprint('shown as it is')\n");
    CHECK(open_bench(&p, "kinds.lua"));
    pty_send(&p, "\024");
    CHECK(pty_expect(&p, "shown as it is", 10));
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        pty_free(&p);
        CHECK(open_on(&p, "attach kinds", 24, 80, kinds[i].term, kinds[i].locale));
        bool good = pty_expect(&p, "print('shown as it is')", 10) && pty_expect(&p, "title of it", 5) && pty_expect(&p, "Enter edit", 5);
        pty_send(&p, "b");
        good = good && pty_expect(&p, "EDIT", 5);
        pty_send(&p, "\007"); /* Ctrl-G is Esc everywhere */
        good = good && pty_expect(&p, "CMD", 5);
        pty_send(&p, "z");
        pty_settle(&p, 100);
        char *s = pty_text(&p);
        bool plain = strncmp(kinds[i].locale, "C.UTF", 5) != 0 && !strstr(kinds[i].locale, "UTF-8");
        for (const char *c = s; plain && c && *c; c++)
            good = good && (unsigned char)*c < 0x80;
        if (!CHECK(good))
            printf("# TERM=%s LC_ALL=%s:\n%s", kinds[i].term, kinds[i].locale, s ? s : "");
        free(s);
    }
    end_all();
    pty_end(&p, 10);
    pty_free(&p);
}

static void U222_the_client_leaves_its_terminal_as_it_was_whatever_ends(void)
{
    pty p;

    /* a shell around it, to see the modes it is left with */
    write_file("modes.lua", "x = 1\n");
    char cmd[2000];
    char *argv[] = {(char *)(uintptr_t)"/bin/sh", (char *)(uintptr_t)"-c", cmd, NULL};
    snprintf(cmd, sizeof cmd, "cd %s; stty -a >before; %s modes.lua; stty -a >after; echo status $?; cmp before after && echo same modes; seq 1 70", work, bin);
    for (int how = 0; how < 3; how++) {
        CHECK(pty_start(&p, argv, 50, 80, "xterm-256color", "C.UTF-8") && pty_expect(&p, "Enter edit", 20));
        pid_t session = session_pid("modes");
        if (how == 0)
            pty_send(&p, "q");
        else if (how == 1)
            CHECK(strike(session, SIGKILL));
        else
            CHECK(strike(session, SIGSEGV));
        CHECK(pty_expect(&p, "70\n", 20)); /* all rows scroll, not those of a smaller screen */
        char *s = pty_text(&p), *last = s ? strstr(s, "\n70\n") : NULL;
        CHECK(last && last > s + 40 && !strstr(s, "modes differ") && strstr(s, "\n25\n"));
        free(s);
        pty_free(&p);
        s = read_file("before");
        char *after = read_file("after");
        CHECK(*s && !strcmp(s, after));
        free(s), free(after);
        if (how == 2)
            unlink(path_of("core"));
    }
}

/* weir in a shell with changed surroundings; what it printed. */
static char *around(int *status, const char *before, const char *args)
{
    char cmd[2600];
    char *s = calloc(1, 1 << 16);

    snprintf(cmd, sizeof cmd, "cd %s && %s timeout 300 %s %s </dev/null 2>&1", work, before, bin, args);
    FILE *f = popen(cmd, "r");
    size_t n = f && s ? fread(s, 1, (1 << 16) - 1, f) : 0;
    (void)n;
    int st = f ? pclose(f) : -1;
    *status = WIFEXITED(st) ? WEXITSTATUS(st) : -1;
    return s;
}

static void answers(int want, const char *words, const char *before, const char *args)
{
    int st;
    char *s = around(&st, before, args);

    if (!CHECK(st == want && s && strstr(s, words) && !strchr(s, '\033')))
        printf("# %s weir %s: status %d, wanted %d and '%s':\n# %s\n", before, args, st, want, words, s ? s : "");
    free(s);
}

static void U193_U227_what_stands_in_the_way_of_a_session_is_named(void)
{
    char place[100], cmd[1000], far[160];

    snprintf(place, sizeof place, "%s/p", work);
    snprintf(cmd, sizeof cmd, "mkdir -p %s/weir-%u && chmod 755 %s/weir-%u", place, (unsigned)getuid(), place, (unsigned)getuid());
    CHECK(system(cmd) == 0);
    answers(1, "others may enter", "WEIR_TMPDIR=p", "ls");
    snprintf(cmd, sizeof cmd, "chmod 700 %s/weir-%u", place, (unsigned)getuid());
    CHECK(system(cmd) == 0);
    answers(0, "no session runs", "WEIR_TMPDIR=p", "ls");
    if (getuid() == 0) { /* a folder that somebody else made */
        snprintf(cmd, sizeof cmd, "chown 12345 %s/weir-0", place);
        CHECK(system(cmd) == 0);
        answers(1, "is not a folder of yours", "WEIR_TMPDIR=p", "ls");
        answers(1, "is not a folder of yours", "WEIR_TMPDIR=p", "send nosuch 1");
    }
    snprintf(cmd, sizeof cmd, "rm -rf %s/weir-%u && ln -s /tmp %s/weir-%u", place, (unsigned)getuid(), place, (unsigned)getuid());
    CHECK(system(cmd) == 0);
    answers(1, "is not a folder of yours", "WEIR_TMPDIR=p", "ls"); /* nor a link */
    memset(far, 'x', 140);
    snprintf(far + 140, sizeof far - 140, " ");
    snprintf(cmd, sizeof cmd, "WEIR_TMPDIR=/tmp/%s", far);
    answers(1, "too long a name for sockets", cmd, "ls");
    answers(1, "cannot make the folder", "WEIR_TMPDIR=/nonexistent/x", "ls");
    answers(1, "no session runs", "", "send nosuch 1");
    answers(1, "no session runs", "", "detach nosuch");
    answers(1, "no session runs", "", "kill ../../etc");
    answers(0, "no session runs", "", "kill --all");
    answers(2, "attach needs a terminal", "", "attach nosuch");
    answers(2, "kill which session", "", "kill");
    answers(2, "send takes code", "", "send");
    answers(2, "did you mean", "", "atach");
}

static void U194_dead_sockets_and_locks_of_the_dead_are_no_obstacle(void)
{
    char path[400], cmd[700];
    struct stat st;
    pty p;

    /* a socket that nobody listens on */
    snprintf(cmd, sizeof cmd, "python3 -c \"import socket; s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET); s.bind('%s/weir-%u/gone.sock')\" 2>/dev/null", work, (unsigned)getuid());
    snprintf(path, sizeof path, "%s/weir-%u/gone.sock", work, (unsigned)getuid());
    if (system(cmd) == 0 && stat(path, &st) == 0) {
        answers(0, "no session runs", "", "ls");
        CHECK(stat(path, &st) != 0);
    }
    write_file("old.lua", "x = 1\n");
    snprintf(cmd, sizeof cmd, "mkdir -p %s/.weir/old.lua && echo \"$(uname -n) 999999999 1\" >%s/.weir/old.lua/lock", work, work);
    CHECK(system(cmd) == 0);
    CHECK(open_bench(&p, "old.lua"));
    pty_settle(&p, 100);
    char *s = pty_text(&p);
    CHECK(s && !strstr(s, "read only"));
    free(s);
    CHECK(stat(path_of("weir-0"), &st) != 0 || (st.st_mode & 0777) == 0700); /* the folder of sockets is one person's */
    end_all();
    CHECK(pty_end(&p, 10) == 0);
    pty_free(&p);
    snprintf(cmd, sizeof cmd, "echo 'some.other.machine 12 1' >%s/.weir/old.lua/lock", work); /* alive, for all one knows */
    CHECK(system(cmd) == 0);
    CHECK(open_bench(&p, "old.lua") && pty_expect(&p, "read only", 10));
    end_all();
    CHECK(pty_end(&p, 10) == 0);
    pty_free(&p);
    snprintf(cmd, sizeof cmd, "rm %s/.weir/old.lua/lock", work);
    CHECK(system(cmd) == 0);
}

static void U178_odd_surroundings_hold_no_session_up(void)
{
    char deep[1000] = "deep", cmd[2400], arg[1200];
    pty p;

    for (int i = 0; i < 20; i++)
        strcat(deep, "/a_folder_with_quite_a_long_name_that_goes_on");
    snprintf(cmd, sizeof cmd, "mkdir -p %s/%s && echo 'x = 1' >'%s/%s/a notebook with a very long name, blanks and umlauts \xc3\xa4.lua'", work, deep, work, deep);
    CHECK(system(cmd) == 0);
    snprintf(arg, sizeof arg, "'%s/a notebook with a very long name, blanks and umlauts \xc3\xa4.lua'", deep);
    CHECK(open_bench(&p, arg));
    CHECK(says("a_notebook_with_a_very_long_name", "ls") && says("3", "send 1 '1 + 2'"));
    end_all();
    CHECK(pty_end(&p, 10) == 0);
    pty_free(&p);
    /* no home, nothing that stands in for it */
    char *argv[] = {(char *)(uintptr_t)"/bin/sh", (char *)(uintptr_t)"-c", cmd, NULL};
    snprintf(cmd, sizeof cmd, "cd %s && exec env -u HOME -u XDG_STATE_HOME -u XDG_CONFIG_HOME -u XDG_CACHE_HOME %s home.lua", work, bin);
    write_file("home.lua", "x = 1\n");
    CHECK(pty_start(&p, argv, 24, 80, "xterm-256color", "C.UTF-8") && pty_expect(&p, "Enter edit", 20));
    pty_send(&p, "bx = 2\007s");
    CHECK(pty_expect(&p, "saved", 10));
    end_all();
    CHECK(pty_end(&p, 10) == 0);
    pty_free(&p);
    /* a folder that takes no file: said */
    CHECK(open_bench(&p, "/proc/none.lua") && pty_expect(&p, "no lock is held", 10));
    end_all();
    pty_end(&p, 10);
    pty_free(&p);
}

int main(int argc, char **argv)
{
    thorough = argc > 1 && !strcmp(argv[1], "long");
    only = argc > 1 + thorough ? argv[1 + thorough] : NULL;
    if (!thorough)
        alarm(PATIENCE_OF_ALL); /* never hold up the others */
    if (!begin_work())
        return 1;
    RUN(U178_U179_a_session_outlives_its_client_and_its_terminal);
    RUN(U193_sessions_are_listed_named_and_told_apart);
    RUN(U053_F140_the_shell_drives_a_session_and_both_see_the_same_objects);
    RUN(U189_ctrl_z_stops_the_client_alone);
    RUN(U181_a_killed_terminal_costs_no_training_and_no_processor);
    RUN(a_thousand_attachments_leak_nothing);
    RUN(U018_a_killed_session_loses_two_seconds_of_typing_at_most);
    RUN(U192_after_a_killed_training_the_notebook_says_what_is_needed_again);
    RUN(U194_a_second_process_opens_the_notebook_read_only);
    RUN(U234_TERM_keeps_the_training_and_what_was_typed);
    RUN(U185_terminals_of_all_kinds_show_a_readable_notebook);
    RUN(U222_the_client_leaves_its_terminal_as_it_was_whatever_ends);
    RUN(U193_U227_what_stands_in_the_way_of_a_session_is_named);
    RUN(U194_dead_sockets_and_locks_of_the_dead_are_no_obstacle);
    RUN(U178_odd_surroundings_hold_no_session_up);
    return end_work();
}
