/* by_keys.h - the workbench by its keys, without a terminal: keys in, the text of the screen out. */
#ifndef BY_KEYS_H
#define BY_KEYS_H

#include "config.h"
#include "tests/tap.h"

#include "base/clock.h"
#include "tests/patience.h"
#include "ui/app.h"

#include <locale.h>
#include <unistd.h>

static char folder[64], path[128], samples[1200];

static inline void put_file(const char *s)
{
    FILE *f = fopen(path, "wb");

    if (f) {
        fputs(s, f);
        fclose(f);
    }
}

/* The workbench on a new notebook of that text; NULL: on what an earlier one has left. */
static inline app *open_app(const char *s, int w, int h)
{
    char why[500], cmd[200];
    app_options opt = {.file = path, .charset = "utf-8", .sample_dir = samples};

    if (s) {
        snprintf(cmd, sizeof cmd, "rm -rf %s/.weir", folder);
        CHECK(system(cmd) == 0);
        put_file(s);
    }
    app *a = app_new(&opt, why, sizeof why);
    if (!CHECK(a != NULL))
        printf("Bail out! %s\n", why);
    else
        app_resize(a, w, h);
    return a;
}

/* Names of keys apart by blanks; 'text' types. */
static inline void keys(app *a, const char *s)
{
    while (*s) {
        size_t n = strcspn(s, " ");
        if (*s == '\'') {
            for (s++; *s && *s != '\''; s++)
                app_key(a, (unsigned char)*s);
            s += *s == '\'';
        } else {
            int key = key_parse(s, n);
            CHECK(key != K_NONE);
            app_key(a, key);
            s += n;
        }
        s += *s == ' ';
    }
}

static inline char *screen(app *a)
{
    text t = {0};

    app_draw(a);
    canvas_to_text(&a->canvas, &t);
    char *s = strdup(text_str(&t));
    text_free(&t);
    return s;
}

static inline bool shows(app *a, const char *what)
{
    char *s = screen(a);
    bool there = strstr(s, what) != NULL;

    if (!there)
        printf("# not shown: %s\n%s", what, s);
    free(s);
    return there;
}

static inline bool lacks(app *a, const char *what)
{
    char *s = screen(a);
    bool there = strstr(s, what) != NULL;

    free(s);
    return !there;
}

/* The seconds are what a machine that does nothing else may need; waited is until it must be a hang, but no longer than that
 * when something else has failed already. */
static inline patience patience_for(double seconds)
{
    return patience_of(tap_failed_now || seconds > PATIENCE ? seconds : PATIENCE);
}

/* Turns the loop until the screen shows it. */
static inline bool comes(app *a, const char *what, double seconds)
{
    patience wait = patience_for(seconds);

    do {
        char *s = screen(a);
        bool there = strstr(s, what) != NULL;
        free(s);
        if (there)
            return true;
        app_turn(a, 10);
    } while (patience_left(&wait));
    return shows(a, what);
}

static inline bool idle(app *a, double seconds)
{
    patience wait = patience_for(seconds);

    do {
        bool busy = a->queue.n > 0;
        for (size_t i = 0; i < a->nb.n; i++)
            busy |= a->nb.cell[i].state == CELL_RUNNING || a->nb.cell[i].state == CELL_QUEUED;
        if (!busy)
            return true;
        app_turn(a, 5);
    } while (patience_left(&wait));
    return false;
}

static inline void file_is(app *a, const char *want)
{
    char *s = nb_file(&a->nb);

    TEXT_EQ(s, want);
    free(s);
}

/* A folder of the test's own, and where the samples lie. */
static inline bool begin_tests(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    snprintf(samples, sizeof samples, "%s/samples", getenv("top_srcdir") ? getenv("top_srcdir") : "..");
    snprintf(folder, sizeof folder, "/tmp/weirwbXXXXXX");
    if (!mkdtemp(folder)) {
        printf("Bail out! no temporary folder\n");
        return false;
    }
    snprintf(path, sizeof path, "%s/nb.lua", folder);
    return true;
}

static inline int end_tests(void)
{
    char cmd[200];

    snprintf(cmd, sizeof cmd, "rm -rf %s", folder);
    if (system(cmd) != 0)
        printf("# %s was left\n", folder);
    return tap_done();
}

#endif
