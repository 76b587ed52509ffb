/* t_linear.c - weir --linear: lines in, lines out; no cursor is ever addressed. */
#include "config.h"
#include "tests/tap.h"

#include "base/clock.h"
#include "tests/patience.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

static char work[64], bin[1100];

static void write_file(const char *name, const char *s)
{
    char p[300];

    snprintf(p, sizeof p, "%s/%s", work, name);
    FILE *f = fopen(p, "wb");
    fputs(s, f);
    fclose(f);
}

/* What `weir ARGS` prints when these lines come by a pipe. free() */
static char *pipe_lines(const char *args, const char *lines, int *status)
{
    char cmd[3000];
    char *s = calloc(1, 1 << 18);
    size_t n = 0, k;

    write_file("lines", lines);
    snprintf(cmd, sizeof cmd, "cd %s && timeout 600 %s %s <lines 2>&1", work, bin, args);
    FILE *f = popen(cmd, "r");
    while (f && s && n < (1 << 18) - 1 && (k = fread(s + n, 1, (1 << 18) - 1 - n, f)) > 0)
        n += k;
    int st = f ? pclose(f) : -1;
    *status = WIFEXITED(st) ? WEXITSTATUS(st) : -1;
    return s;
}

static bool only_lines(const char *s)
{
    for (; *s; s++)
        if (((unsigned char)*s < ' ' && *s != '\n' && *s != '\t' && !(*s == '\r' && s[1] == '\n')) || *s == 127)
            return false;
    return true;
}

static bool in_order(const char *s, const char *const *parts)
{
    for (; *parts; parts++) {
        const char *at = strstr(s, *parts);
        if (!at) {
            printf("# missing: %s\n", *parts);
            return false;
        }
        s = at + strlen(*parts);
    }
    return true;
}

static const char notebook[] = "-- %% load\nx = 20\nprint('\033[31mred\033[0m')\n-- %% add\nx + 22\n-- %% bad\nerror('oops')\n-- %% after\ny = 1\n-- %% [markdown] words\n-- # Title\n";

static void U215_a_pipe_edits_runs_and_saves_a_notebook_in_words(void)
{
    static const char *const want[] = {"weir, a.lua, 5 cells", "cell 2 of 5, add, code, 1 line", "1: x + 22", "cell 1, load: running", "red", "cell 1, load: ok",
                                       "42", "cell 3, bad: running", "error: a.lua:7: oops", "cell 3, bad: error", "1 cell not run",
                                       "type the text", "cell 4 of 6, code, 2 lines", "line 1: print('changed')", "deleted, 1 left", "changed", "saved a.lua",
                                       "cell 3, line 1: error('oops')", "1: run-stale", "a number chooses", "3 cells", "3\n", NULL};
    int status;

    write_file("a.lua", notebook);
    char *s = pipe_lines("--linear a.lua", "2\nrun-all\n3\nbelow\nprint('typed')\nprint('twice')\n.\nchange 1 print('changed')\ndelete 2\nrun\nsave\nfind oops\n"
                                            "palette\nrun-st\n\nlua print('3 ' .. 'cells')\nlua 1 + 2\n", &status);
    if (!CHECK(in_order(s, want) && only_lines(s) && status == 0))
        printf("# status %d:\n%s\n", status, s);
    free(s);
    char p[300], got[2000] = "";
    snprintf(p, sizeof p, "%s/a.lua", work);
    FILE *f = fopen(p, "rb");
    CHECK(f && fread(got, 1, sizeof got - 1, f) > 0);
    fclose(f);
    CHECK(strstr(got, "error('oops')\n-- %%\nprint('changed')\n-- %% after\n"));
}

/* What the last line gives is told, however soon it is there. */
static void U215_the_last_line_of_a_pipe_is_answered(void)
{
    int status;

    write_file("l.lua", "x = 1\n");
    for (int i = 0; i < 20; i++) {
        char *s = pipe_lines("--linear l.lua", "lua 20 + 22\n", &status);
        if (!CHECK(status == 0 && strstr(s, "\n42\n")))
            printf("# round %d:\n%s\n", i, s);
        free(s);
    }
}

static void U215_questions_are_answered_by_a_letter_and_lists_by_a_number(void)
{
    int status;
    char *s;

    write_file("b.lua", "-- %% one\nx = 1\n-- %% two\ny = 2\n");
    s = pipe_lines("--linear b.lua", "outline\n2\nchange 1 y = 3\nquit\nsave\ns\n", &status); /* "save" is no letter: it is asked again */
    static const char *const want[] = {"Outline, 2 of 2", "1:", "one", "2:", "two", "cell 2 of 2", "Not saved:", "Not saved:", "saved b.lua", NULL};
    if (!CHECK(in_order(s, want) && status == 0))
        printf("# status %d:\n%s\n", status, s);
    free(s);
    s = pipe_lines("--linear b.lua", "change 1 z = 4\n", &status); /* the lines end: nothing is lost */
    CHECK(strstr(s, "kept"));
    free(s);
    s = pipe_lines("--linear b.lua", "read\nundo\nsav\n", &status);
    CHECK(strstr(s, "Recovered unsaved edits") && strstr(s, "'sav' may be save, save-as"));
    free(s);
    s = pipe_lines("--linear b.lua", "runall\n9\nchange 7 x\n", &status);
    if (!CHECK(strstr(s, "did you mean run-all?") && strstr(s, "there is no cell 9; the notebook has 2") && strstr(s, "there is no line 7")))
        printf("# %s\n", s);
    free(s);
}

/* A terminal that only prints --------------------------------------------------------------------------- */

typedef struct tty { int fd; pid_t pid; char got[1 << 16]; size_t n, seen; } tty;

static bool start(tty *t, const char *args)
{
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    char cmd[2000];

    memset(t, 0, sizeof *t);
    t->pid = forkpty(&t->fd, NULL, NULL, &size);
    if (!t->pid) {
        setenv("TERM", "dumb", 1);
        setenv("LC_ALL", "C", 1);
        setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
        snprintf(cmd, sizeof cmd, "cd %s && exec %s %s", work, bin, args);
        execl("/bin/sh", "sh", "-c", cmd, (char *)NULL);
        _exit(127);
    }
    return t->pid > 0;
}

/* Takes what is there. */
static bool hears_now(tty *t)
{
    struct pollfd p = {.fd = t->fd, .events = POLLIN};
    ssize_t n = poll(&p, 1, 0) > 0 ? read(t->fd, t->got + t->n, sizeof t->got - 1 - t->n) : 0;

    t->n += n > 0 ? (size_t)n : 0;
    t->got[t->n] = '\0';
    return n > 0;
}

/* Reads until what has come since the last time holds the text. */
static bool hears(tty *t, const char *what, double seconds)
{
    patience wait = patience_of(tap_failed_now || seconds > PATIENCE ? seconds : PATIENCE);

    while (patience_left(&wait)) {
        char *at = strstr(t->got + t->seen, what);
        if (at) {
            t->seen = (size_t)(at - t->got) + strlen(what);
            return true;
        }
        struct pollfd p = {.fd = t->fd, .events = POLLIN};
        if (poll(&p, 1, 50) <= 0)
            continue;
        ssize_t n = read(t->fd, t->got + t->n, sizeof t->got - 1 - t->n);
        if (n <= 0)
            break;
        t->n += (size_t)n;
        t->got[t->n] = '\0';
    }
    printf("# not heard: %s; after:\n%s\n", what, t->got + t->seen);
    return false;
}

static void types(tty *t, const char *s)
{
    ssize_t n = write(t->fd, s, strlen(s));
    (void)n;
}

static int ends(tty *t)
{
    int st = 0;
    patience wait = patience_of(PATIENCE);

    while (patience_left(&wait) && waitpid(t->pid, &st, WNOHANG) == 0) {
        char buf[4096];
        struct pollfd p = {.fd = t->fd, .events = POLLIN};
        if (poll(&p, 1, 20) > 0 && read(t->fd, buf, sizeof buf) < 0 && errno != EIO)
            break;
    }
    close(t->fd);
    return WIFEXITED(st) ? WEXITSTATUS(st) : -1;
}

static void U215_a_session_on_a_terminal_that_only_prints(void)
{
    static tty t;

    write_file("c.lua", "-- %% loop\nwhile true do end\n-- %% train\nm = weir.deeplearning{y = 'Species', training_frame = weir.dataset('iris'), epochs = 1e6, seed = 1,\n"
                        "  stopping_rounds = 0, classification_stop = -1, score_interval = 0.05, score_duty_cycle = 1}\nprint('after')\n");
    CHECK(start(&t, "--linear c.lua"));
    CHECK(hears(&t, "weir, c.lua, 2 cells", 20) && hears(&t, "cell 1 of 2: ", 10));
    types(&t, "run\n");
    CHECK(hears(&t, "cell 1, loop: running", 10));
    types(&t, "\003"); /* by itself it would never end */
    CHECK(hears(&t, "stopping", 5) && hears(&t, "interrupted", 5));
    CHECK(hears(&t, "cell 1, loop: stopped", 5) && hears(&t, "cell 1 of 2, stopped", 5));
    types(&t, "2\nrun\n");
    CHECK(hears(&t, "2: ", 5) && hears(&t, "job", 20) && hears(&t, "train", 5));
    bool scored = false;
    for (int i = 0; i < 400 && !scored; i++) {
        types(&t, "status\n");
        usleep(250000);
        while (hears_now(&t))
            ;
        scored = strstr(t.got, "scored at epoch") != NULL;
    }
    CHECK(scored);
    types(&t, "detach\n");
    CHECK(hears(&t, "detached", 10) && ends(&t) == 0 && only_lines(t.got));
    CHECK(start(&t, "attach --linear c"));
    CHECK(hears(&t, "cell 2 of 2", 20));
    types(&t, "\003");
    CHECK(hears(&t, "k keep the best so far", 10));
    types(&t, "k\n");
    CHECK(hears(&t, "after", 20) && hears(&t, "cell 2, train: ok", 10));
    types(&t, "quit\n");
    CHECK(hears(&t, "q end the session", 10));
    types(&t, "q\n");
    CHECK(ends(&t) == 0 && only_lines(t.got));
}

int main(void)
{
    char cmd[1400], folder[80];

    snprintf(work, sizeof work, "/tmp/weirlnXXXXXX");
    if (!mkdtemp(work) || !realpath("./weir", bin)) {
        printf("Bail out! no temporary folder\n");
        return 1;
    }
    snprintf(folder, sizeof folder, "%s/tmp", work);
    snprintf(cmd, sizeof cmd, "mkdir %s", folder);
    if (system(cmd) != 0)
        return 1;
    setenv("WEIR_TMPDIR", folder, 1);
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    TEST(U215_a_pipe_edits_runs_and_saves_a_notebook_in_words);
    TEST(U215_the_last_line_of_a_pipe_is_answered);
    TEST(U215_questions_are_answered_by_a_letter_and_lists_by_a_number);
    TEST(U215_a_session_on_a_terminal_that_only_prints);
    snprintf(cmd, sizeof cmd, "cd %s && %s kill --all >/dev/null 2>&1", work, bin);
    if (system(cmd) != 0)
        printf("# no session was left\n");
    snprintf(cmd, sizeof cmd, "rm -rf %s", work);
    if (system(cmd) != 0)
        printf("# %s was left\n", work);
    return tap_done();
}
