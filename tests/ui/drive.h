/* drive.h - the workbench driven by its keys, without a terminal: keys in, the text of the screen out. */
#ifndef TESTS_UI_DRIVE_H
#define TESTS_UI_DRIVE_H

#include "config.h"
#include "tests/tap.h"

#include "base/clock.h"
#include "ui/app.h"

#include <locale.h>
#include <unistd.h>

static char folder[64], path[128], samples[1200];

/* The workbench on a notebook of that text; NULL: as the file is. */
static inline app *open_app(const char *s, int w, int h)
{
    char why[500];
    app_options opt = {.file = path, .charset = "utf-8", .sample_dir = samples};
    FILE *f = s ? fopen(path, "wb") : NULL;

    if (f) {
        fputs(s, f);
        fclose(f);
    }
    app *a = app_new(&opt, why, sizeof why);
    if (!CHECK(a != NULL))
        printf("Bail out! %s\n", why);
    else
        app_resize(a, w, h);
    return a;
}

static inline void forget_all(void)
{
    char cmd[200];
    snprintf(cmd, sizeof cmd, "rm -rf %s/.weir", folder);
    CHECK(system(cmd) == 0);
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
        printf("# not shown: %s\n# %s\n", what, s);
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

/* Turns the loop until the screen shows it. */
static inline bool comes(app *a, const char *what, double seconds)
{
    double until = clock_now() + seconds;

    while (clock_now() < until) {
        char *s = screen(a);
        bool there = strstr(s, what) != NULL;
        free(s);
        if (there)
            return true;
        app_turn(a, 10);
    }
    return shows(a, what);
}

static inline bool idle(app *a, double seconds)
{
    double until = clock_now() + seconds;

    while (clock_now() < until) {
        bool busy = a->queue.n > 0;
        for (size_t i = 0; i < a->nb.n; i++)
            busy |= a->nb.cell[i].state == CELL_RUNNING || a->nb.cell[i].state == CELL_QUEUED;
        if (!busy)
            return true;
        app_turn(a, 5);
    }
    return false;
}

/* Makes the folder and its notebook's name; samples as the test's environment says. */
static inline bool drive_begin(const char *template)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    snprintf(folder, sizeof folder, "/tmp/%s.XXXXXX", template);
    if (!mkdtemp(folder))
        return false;
    snprintf(path, sizeof path, "%s/nb.lua", folder);
    const char *top = getenv("top_srcdir");
    snprintf(samples, sizeof samples, "%s/samples", top ? top : "..");
    return true;
}

static inline void drive_end(void)
{
    char cmd[200];
    snprintf(cmd, sizeof cmd, "rm -rf %s", folder);
    CHECK(system(cmd) == 0);
}

#endif
