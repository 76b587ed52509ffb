/* by_pty.h - weir as the shell and a person at a terminal see it: commands through the shell, the workbench in
 * pseudo-terminals, all in a folder of the test's own. */
#ifndef BY_PTY_H
#define BY_PTY_H

#include "config.h"
#include "tests/patience.h"
#include "tests/tap.h"
#include "tests/ui/pty.h"

#include <signal.h>
#include <unistd.h>

static char source[1024], work[64], bin[1100];
static bool thorough;
static const char *only; /* part of the names of the tests to run, or NULL */

#define RUN(fn) do { if (!only || strstr(#fn, only)) TEST(fn); } while (0)

/* Helpers ---------------------------------------------------------------------------------------- */

static inline char *path_of(const char *name)
{
    static char path[4][400];
    static int at;

    at = (at + 1) % 4;
    snprintf(path[at], sizeof path[at], "%s/%s", work, name);
    return path[at];
}

static inline void write_file(const char *name, const char *s)
{
    FILE *f = fopen(path_of(name), "wb");
    if (f) {
        fputs(s, f);
        fclose(f);
    }
}

static inline char *read_file(const char *name)
{
    FILE *f = fopen(path_of(name), "rb");
    char *s = calloc(1, 1 << 16);

    if (f && s && fread(s, 1, (1 << 16) - 1, f) == 0)
        s[0] = '\0';
    if (f)
        fclose(f);
    return s;
}

/* Runs `weir ARGS` through the shell; what it printed (free) and its status. */
__attribute__((format(printf, 2, 3))) static inline char *weir(int *status, const char *format, ...)
{
    char args[600], cmd[2000];
    va_list ap;
    char *s = calloc(1, 1 << 16);
    size_t n = 0, k;

    va_start(ap, format);
    vsnprintf(args, sizeof args, format, ap);
    va_end(ap);
    snprintf(cmd, sizeof cmd, "cd %s && timeout 300 %s </dev/null %s 2>&1", work, bin, args);
    FILE *f = popen(cmd, "r");
    while (f && s && n < (1 << 16) - 1 && (k = fread(s + n, 1, (1 << 16) - 1 - n, f)) > 0)
        n += k;
    int st = f ? pclose(f) : -1;
    if (status)
        *status = WIFEXITED(st) ? WEXITSTATUS(st) : -1;
    return s;
}

__attribute__((format(printf, 2, 3))) static inline bool says(const char *what, const char *format, ...)
{
    char args[600];
    va_list ap;

    va_start(ap, format);
    vsnprintf(args, sizeof args, format, ap);
    va_end(ap);
    char *s = weir(NULL, "%s", args);
    bool yes = s && strstr(s, what);
    if (!yes)
        printf("# weir %s says: %s\n", args, s ? s : "");
    free(s);
    return yes;
}

/* Asks until it is said: what another process will have done before long. Not for what must not happen twice. */
static inline bool comes_to_say(const char *what, const char *args)
{
    patience wait = patience_of(tap_failed_now ? 10 : PATIENCE);
    bool yes = false;

    while (!yes && patience_left(&wait)) {
        char *s = weir(NULL, "%s", args);
        yes = s && strstr(s, what);
        if (!yes)
            usleep(100000);
        free(s);
    }
    return yes || says(what, "%s", args);
}

/* The process of the session of that name, 0 = none. Asked again where a machine with much to do gave no answer. */
static inline pid_t session_pid(const char *name)
{
    char want[100];
    pid_t pid = 0;
    int status = -1;
    char *s = NULL;

    for (int i = 0; i < 3 && status != 0; i++) {
        free(s);
        s = weir(&status, "ls --json");
    }
    snprintf(want, sizeof want, "{\"name\":\"%s\",\"pid\":", name);
    char *at = s ? strstr(s, want) : NULL;
    if (at)
        pid = (pid_t)strtol(at + strlen(want), NULL, 10);
    free(s);
    return pid;
}

/* A signal for one process; 0 would be this test and all that it was started from. */
static inline bool strike(pid_t pid, int signal)
{
    return pid > 0 && kill(pid, signal) == 0;
}

static inline bool open_on(pty *p, const char *args, int rows, int cols, const char *term, const char *locale)
{
    char cmd[3000];
    char *argv[] = {(char *)(uintptr_t)"/bin/sh", (char *)(uintptr_t)"-c", cmd, NULL};

    snprintf(cmd, sizeof cmd, "cd %s && exec %s %s", work, bin, args);
    return pty_start(p, argv, rows, cols, term, locale);
}

static inline bool open_bench(pty *p, const char *args)
{
    return open_on(p, args, 24, 80, "xterm-256color", "C.UTF-8") && pty_expect(p, "Enter edit", 20);
}

/* The session is no child of this test once its client has gone: it may stay a zombie of the client. */
static inline void end_all(void)
{
    free(weir(NULL, "kill --all"));
}

/* The folder of the test, in which sessions and what they keep is too. */
static inline bool begin_work(void)
{
    const char *top = getenv("top_srcdir");
    char here[1000];

    snprintf(source, sizeof source, "%s", top ? top : "..");
    snprintf(bin, sizeof bin, "%s/weir", getcwd(here, sizeof here) ? here : ".");
    snprintf(work, sizeof work, "/tmp/weir-sessXXXXXX");
    if (!mkdtemp(work)) {
        printf("Bail out! no temporary folder\n");
        return false;
    }
    setenv("WEIR_TMPDIR", work, 1);
    setenv("XDG_STATE_HOME", work, 1);
    return true;
}

static inline int end_work(void)
{
    char cmd[128];

    end_all();
    snprintf(cmd, sizeof cmd, "rm -rf %s", work);
    if (system(cmd) != 0)
        printf("# %s was left\n", work);
    return tap_done();
}

#endif
