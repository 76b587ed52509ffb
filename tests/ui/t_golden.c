/* t_golden.c - screens as text: idle, while a training runs, after an error, with help and outline, in every
 * size, in UTF-8 and ASCII, with 0, 8 and 256 colours. The training is a recorded one that stands still:
 * its history, speed and clock are given. WEIR_GOLDEN_WRITE=1 writes the files anew: look at the difference. */
#include "config.h"
#include "tests/tap.h"
#include "tests/ui/golden_text.h"

#include "base/clock.h"
#include "run/session.h"
#include "ui/app.h"
#include "ui/theme.h"

#include <locale.h>
#include <time.h>
#include <unistd.h>

static char folder[64], path[128], source[1024];

static const char notebook_text[] =
    "-- %% [markdown] MNIST\n-- # MNIST, the big net\n-- 784 grey pixels, **10 digits**. Dropout net, 10 epochs.\n\n"
    "-- %% load\ntrain = weir.import \"train.csv.gz\"\ntest  = weir.import \"test.csv.gz\"\n\n"
    "-- %% big net\nm = weir.deeplearning{ y = \"C785\", training_frame = train,\n  validation_frame = test, activation = \"RectifierWithDropout\",\n"
    "  hidden = {1024, 1024, 2048}, input_dropout_ratio = 0.2, epochs = 10 }\n\n"
    "-- %% how good is it?\nprint(m:confusion_matrix())\n\n-- %% which pixels matter?\nm:varimp_plot()\n\n"
    "-- %% compare\nlocal function err(m) return m:metrics().valid.err end\nprint(err(m))\n";

static weir_status stand_still(weir_job *j, weir_value *result, weir_error *err)
{
    (void)result;
    (void)err;
    while (!progress_cancelled(&j->progress))
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    return WEIR_ECANCEL;
}

/* A training at epoch 6.21 of 10: loss falls to 0.09, validation turns at 5.9. */
static weir_job *recorded(app *a)
{
    weir_job *j = job_new("train", "m_big", &a->session->threads, false, 1, stand_still, NULL, NULL);
    weir_error err;

    if (!j || !(j->hist = history_new()))
        return NULL;
    for (int k = 0; k < 30; k++) {
        weir_score_row r = {.epochs = 6.2 * (k + 1) / 30, .best = k == 28};
        for (size_t m = 0; m < WEIR_METRIC_MAX; m++)
            r.train[m] = r.valid[m] = (double)NAN;
        double x = exp(-k / 5.0), wave = 0.01 * sin(k * 1.7);
        r.train[weir_metric_find("logloss")] = 0.09 + 0.4 * x + wave * x;
        r.valid[weir_metric_find("logloss")] = 0.084 + 0.3 * x + (k > 26 ? 0.002 * (k - 26) : 0);
        history_add(j->hist, &r, &err);
    }
    if (session_start(a->session, j, &err))
        return NULL;
    while (atomic_load(&j->state) != WEIR_JOB_RUNNING)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    atomic_store(&j->live.speed, 5600);
    atomic_store(&j->live.epochs, 6.21);
    atomic_store(&j->live.epochs_total, 10);
    atomic_store(&j->live.samples, 373000);
    atomic_store(&j->progress.done, 62);
    atomic_store(&j->progress.total, 100);
    return j;
}

static app *open_app(void)
{
    char why[500], cmd[200];
    app_options opt = {.file = path, .charset = "utf-8"};
    FILE *f = fopen(path, "wb");

    snprintf(cmd, sizeof cmd, "rm -rf %s/.weir", folder); /* nothing of an earlier process */
    CHECK(system(cmd) == 0);
    if (f) {
        fputs(notebook_text, f);
        fclose(f);
    }
    return app_new(&opt, why, sizeof why);
}

static void done(nb_cell *c, double seconds, const char *out)
{
    c->state = CELL_DONE;
    c->seconds = seconds;
    c->started = c->ended = 1;
    if (*out)
        output_add(&c->out, OUT_TEXT, out, strlen(out), NULL);
}

/* Letters for looks in the places of the glyphs, and what the letters stand for. */
static void paint_looks(const app *a, const char *name, int colours, text *out)
{
    const look *theme = theme_find(name);
    look seen[64];
    size_t n = 0;

    for (int y = 0; y < a->canvas.height; y++) {
        for (int x = 0; x < a->canvas.width; x++) {
            const canvas_cell *c = &a->canvas.cell[y * a->canvas.width + x];
            look l = theme_look(theme, (canvas_style)c->style, colours);
            size_t k = 0;
            while (k < n && memcmp(&seen[k], &l, sizeof l))
                k++;
            if (k == n)
                seen[n++] = l;
            text_char(out, c->ch == ' ' && !(l.attributes & LOOK_REVERSE) ? ' ' : (char)('a' + k));
        }
        while (out->n && out->s[out->n - 1] == ' ')
            out->s[--out->n] = '\0';
        text_char(out, '\n');
    }
    for (size_t k = 0; k < n; k++)
        text_fmt(out, "%c: colour %d%s%s%s%s\n", (char)('a' + k), seen[k].fg, seen[k].attributes & LOOK_BOLD ? " bold" : "", seen[k].attributes & LOOK_DIM ? " dim" : "",
                 seen[k].attributes & LOOK_REVERSE ? " reverse" : "", seen[k].attributes & LOOK_UNDERLINE ? " underline" : "");
}

/* theme: NULL for the glyphs, else the looks of that theme with so many colours. */
static void compare(app *a, const char *theme, int colours, const char *name)
{
    text got = {0};

    if (!theme)
        canvas_to_text(&a->canvas, &got);
    else
        paint_looks(a, theme, colours, &got);
    char *shown = strdup(text_str(&got));
    golden_check(source, name, shown);
    free(shown);
    text_free(&got);
}

static void against(app *a, const char *theme, int colours, const char *name)
{
    app_draw(a);
    compare(a, theme, colours, name);
}

/* The screen 67.4 s after the cell and its job began: drawn again where drawing was held up, and other seconds are shown. */
static void against_after_67_s(app *a, nb_cell *c, weir_job *j, const char *name)
{
    double from;

    for (int i = 0; i < 1000; i++) {
        from = clock_now();
        c->started = clock_wall() - 67.4;
        atomic_store(&j->began, from - 67.4);
        app_draw(a);
        if (clock_now() - from < 0.09)
            break;
    }
    compare(a, NULL, 0, name);
}

/* The looks of a screen in 0, 8 and 256 colours; at 80x24 in every theme as well. */
static void looks(app *a, int w, int h)
{
    static const int depths[] = {0, 8, 256};
    char name[80];

    for (int i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "app_%dx%d_looks_%d", w, h, depths[i]);
        against(a, "default", depths[i], name);
    }
    for (int i = 1; theme_names[i] && w == 80; i++) {
        snprintf(name, sizeof name, "app_%dx%d_looks_%s", w, h, theme_names[i]);
        against(a, theme_names[i], 256, name);
    }
}

static void views(int w, int h, const char *set)
{
    app *a = open_app();
    weir_job *j = a ? recorded(a) : NULL;
    char name[80];
    bool ascii = !strcmp(set, "ascii");

    if (!CHECK(j != NULL))
        return;
    app_resize(a, w, h);
    a->canvas.ascii = ascii;
    a->canvas.blocks = !strcmp(set, "blocks");
    done(&a->nb.cell[1], 4.8, "train 60000 x 785   test 10000 x 785   0 missing\n");
    nb_cell *c = &a->nb.cell[2];
    c->state = CELL_RUNNING;
    c->job = j->id;
    a->nb.cell[3].state = CELL_QUEUED;
    queue_add(&a->queue, a->nb.cell[3].id, 0);
    done(&a->nb.cell[4], 0.06, "784 bars\n");
    a->nb.cell[4].stale = true;
    a->selected = a->anchor = 2;
    a->side = &pane_live;
    a->side_shown = true;
    a->messages.shown = false;
    snprintf(name, sizeof name, "app_%dx%d_%s_training", w, h, set);
    against_after_67_s(a, c, j, name);
    if (!strcmp(set, "utf8"))
        looks(a, w, h);
    app_command(a, "help");
    snprintf(name, sizeof name, "app_%dx%d_%s_training_help", w, h, set);
    against_after_67_s(a, c, j, name);
    app_pop(a);
    app_command(a, "live"); /* the pane on the whole screen, or gone */
    snprintf(name, sizeof name, "app_%dx%d_%s_live", w, h, set);
    against_after_67_s(a, c, j, name);
    c->state = CELL_IDLE; /* else it waits for an end that no interpreter tells */
    a->nb.cell[3].state = CELL_IDLE;
    weir_job_unref(j);
    app_free(a);
}

static void error_view(int w, int h, bool ascii)
{
    app *a = open_app();
    char name[80];

    if (!CHECK(a != NULL))
        return;
    app_resize(a, w, h);
    a->canvas.ascii = ascii;
    nb_cell *c = &a->nb.cell[5];
    done(c, 0.01, "");
    c->state = CELL_FAILED;
    c->error_line = nb_line(&a->nb, 5);
    output_add(&c->out, OUT_ERROR, "mnist.lua:21: attempt to index a nil value (field 'valid')\n", 58, NULL);
    a->selected = a->anchor = 5;
    snprintf(name, sizeof name, "app_%dx%d_%s_error", w, h, ascii ? "ascii" : "utf8");
    against(a, NULL, 0, name);
    app_command(a, "outline");
    snprintf(name, sizeof name, "app_%dx%d_%s_outline", w, h, ascii ? "ascii" : "utf8");
    against(a, NULL, 0, name);
    app_pop(a);
    app_command(a, "edit");
    snprintf(name, sizeof name, "app_%dx%d_%s_edit", w, h, ascii ? "ascii" : "utf8");
    against(a, NULL, 0, name);
    app_free(a);
}

static void all(int w, int h)
{
    views(w, h, "utf8");
    views(w, h, "blocks");
    views(w, h, "ascii");
    error_view(w, h, false);
    error_view(w, h, true);
}

static void U174_U095_screens_at_40x12_in_braille_blocks_and_ASCII(void) { all(40, 12); }
static void U173_U161_U163_U166_screens_at_80x24_in_0_8_and_256_colours_and_every_theme(void) { all(80, 24); }
static void U173_screens_at_120x40(void) { all(120, 40); }
static void U177_screens_at_200x60(void) { all(200, 60); }

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    snprintf(source, sizeof source, "%s", getenv("top_srcdir") ? getenv("top_srcdir") : "..");
    snprintf(folder, sizeof folder, "/tmp/weirgoXXXXXX");
    if (!mkdtemp(folder)) {
        printf("Bail out! no temporary folder\n");
        return 1;
    }
    snprintf(path, sizeof path, "%s/mnist.lua", folder);
    TEST(U174_U095_screens_at_40x12_in_braille_blocks_and_ASCII);
    TEST(U173_U161_U163_U166_screens_at_80x24_in_0_8_and_256_colours_and_every_theme);
    TEST(U173_screens_at_120x40);
    TEST(U177_screens_at_200x60);
    char cmd[200];
    snprintf(cmd, sizeof cmd, "rm -rf %s", folder);
    if (system(cmd) != 0)
        printf("# %s was left\n", folder);
    return tap_done();
}
