/* t_line.c - the workbench and its terminal: colours of all depths, slow lines, resizes, keys that terminals keep
 * for themselves, what comes back after a detour. */
#include "config.h"
#include "tests/patience.h"
#include "tests/tap.h"
#include "tests/ui/bench.h"

#include "base/clock.h"
#include "ui/theme.h"

#include <dirent.h>
#include <unistd.h>

static char source[1024], work[64], bin[1100];
static bench_line none;

static bool start(pty *p, const char *before, const char *args, int rows, int cols, const char *term)
{
    char cmd[2600];
    char *argv[] = {(char *)(uintptr_t)"/bin/sh", (char *)(uintptr_t)"-c", cmd, NULL};

    snprintf(cmd, sizeof cmd, "cd %s && exec env %s %s %s", work, before, bin, args);
    return pty_start(p, argv, rows, cols, term, "C.UTF-8") && pty_expect(p, "Enter edit", 20);
}

static void write_file(const char *name, const char *s)
{
    char cmd[400];

    snprintf(cmd, sizeof cmd, "rm -rf %s/.weir/%s", work, name);
    if (system(cmd) != 0)
        return;
    snprintf(cmd, sizeof cmd, "%s/%s", work, name);
    FILE *f = fopen(cmd, "w");
    if (f) {
        fputs(s, f);
        fclose(f);
    }
}

static const char small[] = "-- %% title\nlocal x = 'text' -- comment\nprint(12)\n-- %% broken\nerror('no')\n";

/* Colours ------------------------------------------------------------------------------------------ */

static void U160_U161_U162_themes_leave_the_ground_alone_and_tell_things_apart_without_colour(void)
{
    size_t n = 0;

    for (; theme_names[n]; n++) {
        const look *t = theme_find(theme_names[n]);
        static const int depths[] = {0, 8, 16, 256};
        for (int d = 0; d < 4; d++) {
            bool ground = true;
            for (int s = 0; s < STYLE_COUNT; s++)
                ground = ground && theme_look(t, (canvas_style)s, depths[d]).bg == -1;
            look error = theme_look(t, STYLE_ERROR, depths[d]), good = theme_look(t, STYLE_GOOD, depths[d]);
            look plain = theme_look(t, STYLE_PLAIN, depths[d]), title = theme_look(t, STYLE_TITLE, depths[d]);
            look chosen = theme_look(t, STYLE_SELECTED, depths[d]);
            CHECK(ground && plain.fg == -1 && !plain.attributes);
            CHECK(error.attributes != good.attributes); /* never by red and green alone */
            CHECK(title.attributes & LOOK_REVERSE);
            CHECK(chosen.attributes && chosen.attributes != plain.attributes);
        }
    }
    CHECK(n == 6 && !theme_find("no such"));
}

static void U167_styles_fit_the_pairs_of_a_plain_terminal(void)
{
    CHECK(STYLE_COUNT <= 60);
    for (size_t n = 0; theme_names[n]; n++)
        for (int s = 0; s < STYLE_COUNT; s++) {
            look l = theme_look(theme_find(theme_names[n]), (canvas_style)s, 8);
            CHECK(l.fg >= -1 && l.fg < 8 && l.bg < 8);
        }
}

static bool coloured(const pty *p, int *most)
{
    bool any = false;

    for (VTermPos at = {0, 0}; at.row < p->rows; at.row++)
        for (at.col = 0; at.col < p->cols; at.col++) {
            VTermScreenCell c;
            vterm_screen_get_cell(p->screen, at, &c);
            if (VTERM_COLOR_IS_DEFAULT_FG(&c.fg) && VTERM_COLOR_IS_DEFAULT_BG(&c.bg))
                continue;
            any = true;
            if (VTERM_COLOR_IS_INDEXED(&c.fg) && c.fg.indexed.idx > *most)
                *most = c.fg.indexed.idx;
        }
    return any;
}

static void U163_U164_U165_the_same_screen_at_every_depth_and_with_NO_COLOR(void)
{
    static const struct { const char *before, *term; int most; } kinds[] = {
        {"A=1", "xterm-256color", 255}, {"A=1", "xterm", 7}, {"A=1", "vt220", -1}, {"NO_COLOR=1", "xterm-256color", -1}};
    char *want = NULL;
    pty p;

    for (int i = 0; i < 4; i++) {
        int most = -1;
        write_file("colour.lua", small);
        CHECK(start(&p, kinds[i].before, "--no-session colour.lua", 24, 80, kinds[i].term));
        pty_settle(&p, 200);
        char *s = pty_text(&p);
        CHECK(coloured(&p, &most) == (kinds[i].most >= 0) && most <= kinds[i].most && (kinds[i].most < 255 || most > 15));
        VTermScreenCell title, key;
        vterm_screen_get_cell(p.screen, (VTermPos){0, 1}, &title);
        vterm_screen_get_cell(p.screen, (VTermPos){23, 0}, &key);
        CHECK(title.attrs.reverse && key.attrs.bold); /* attributes alone do */
        if (want)
            TEXT_EQ(s, want);
        else
            want = strdup(s);
        free(s);
        pty_send(&p, "q");
        CHECK(pty_end(&p, 10) == 0);
        pty_free(&p);
    }
    free(want);
}

/* Every glyph of the golden screens is one column wide and none has a form as a picture. */
static void U168_glyphs_are_one_column_wide(void)
{
    char path[1300];
    size_t files = 0;
    bool good = true;

    snprintf(path, sizeof path, "%s/tests/ui/golden", source);
    DIR *d = opendir(path);
    for (struct dirent *e; d && (e = readdir(d));) {
        static char s[1 << 18];
        snprintf(path, sizeof path, "%s/tests/ui/golden/%.200s", source, e->d_name);
        FILE *f = strstr(e->d_name, ".txt") ? fopen(path, "rb") : NULL;
        size_t n = f ? fread(s, 1, sizeof s, f) : 0;
        if (f)
            fclose(f);
        files += n > 0;
        for (size_t i = 0; i < n;) {
            uint32_t c;
            i += text_next(s + i, n - i, &c);
            bool drawn = (c >= 0x2500 && c < 0x25a0) || (c >= 0x2800 && c < 0x2900) || c == 0x25ba || c == 0x25cb || c == 0x2713 || c == 0x2717 || c == 0xbb || c == 0x2026 || c == 0xb7;
            if (c >= 0x80 && (text_width(c) != 1 || !drawn)) {
                printf("# %s: U+%04X\n", e->d_name, c);
                good = false;
            }
        }
    }
    if (d)
        closedir(d);
    CHECK(good && files > 50);
}

static char *golden(const char *name)
{
    char path[1300];
    char *s = calloc(1, 1 << 16);

    snprintf(path, sizeof path, "%s/tests/ui/golden/%s.txt", source, name);
    FILE *f = fopen(path, "rb");
    if (f && s && fread(s, 1, (1 << 16) - 1, f) == 0)
        s[0] = '\0';
    if (f)
        fclose(f);
    return s;
}

static void U216_U217_in_ASCII_nothing_is_said_by_dots_colour_or_place_alone(void)
{
    static const char *const sizes[] = {"40x12", "80x24", "120x40", "200x60"};
    char name[64];

    for (int i = 0; i < 4; i++) {
        snprintf(name, sizeof name, "app_%s_ascii_training", sizes[i]);
        char *s = golden(name);
        bool plain = *s != '\0';
        for (const char *c = s; *c; c++)
            plain = plain && (unsigned char)*c < 0x80;
        CHECK(plain && strstr(s, "running") && strstr(s, "epoch")); /* a word for what happens */
        CHECK(i < 2 || (strstr(s, "queued") && strstr(s, "stale") && strstr(s, "ok 4.8 s")));
        CHECK(i < 2 || (strstr(s, "train 0.0") && strstr(s, "valid 0.0") && strstr(s, "best"))); /* names of the lines */
        free(s);
    }
}

/* The line ------------------------------------------------------------------------------------------ */

static void U176_a_storm_of_resizes_is_drawn_once_or_twice(void)
{
    pty p;

    write_file("storm.lua", small);
    CHECK(start(&p, "A=1", "--no-session storm.lua", 24, 80, "xterm-256color"));
    pty_settle(&p, 200);
    size_t before = p.bytes;
    pty_resize(&p, 25, 81);
    pty_settle(&p, 200);
    size_t one = p.bytes - before;
    bool few = false;
    for (int storm = 0; storm < 4 && !few; storm++) { /* another where this one was held up, and was no storm */
        before = p.bytes;
        for (int i = 0; i < 60; i++)
            pty_resize(&p, 20 + i % 9, 70 + i % 13);
        pty_resize(&p, 30, 90);
        CHECK(pty_expect(&p, "Enter edit", 5));
        pty_settle(&p, 200);
        few = p.bytes - before < 6 * one; /* not sixty times */
    }
    CHECK(few);
    char *s = pty_text(&p), *last = s;
    for (int row = 0; row + 1 < p.rows; row++)
        last = strchr(last, '\n') + 1;
    CHECK(strstr(last, "Enter edit"));
    free(s);
    pty_free(&p);
}

static void U183_U184_typing_on_a_slow_line_does_not_wait_behind_pictures(void)
{
    bench_line line = {.rate = 2000, .delay = 0.3};
    double ahead[8];
    pty p;

    write_file("slow.lua", "-- %% train\nm = weir.deeplearning{y = 'Species', training_frame = weir.dataset('iris'), hidden = {32, 32}, epochs = 1e9,\n"
               "  stopping_rounds = 0, classification_stop = -1, score_interval = 0.2, score_duty_cycle = 0.5, seed = 1}\n");
    CHECK(start(&p, "A=1", "--no-session slow.lua", 40, 120, "xterm-256color"));
    pty_send(&p, "\024");
    CHECK(pty_expect(&p, "rows/s", 20));
    bench_run(&p, &line, 3);
    pty_send(&p, "b");
    bench_run(&p, &line, 4);
    for (int i = 0; i < 8; i++) {
        char word[16];
        snprintf(word, sizeof word, "key%c", 'a' + i);
        pty_send(&p, "\025");
        bench_run(&p, &line, 1);
        size_t before = p.bytes;
        pty_send(&p, word);
        CHECK(bench_until(&p, &line, word, clock_now(), PATIENCE) >= 0);
        ahead[i] = (double)(p.bytes - before);
    }
    double median = bench_median(ahead, 8); /* bytes that go before the word: how long they take is the line's affair */
    if (!CHECK(median < 1 * line.rate)) /* three to eight seconds' worth without the terminal's acknowledgements */
        printf("# %.0f bytes go before what is typed\n", median);
    pty_free(&p);
}

/* Keys ------------------------------------------------------------------------------------------------ */

static void U187_U190_escape_is_quick_and_flow_control_is_off(void)
{
    pty p;

    write_file("keys.lua", small);
    CHECK(start(&p, "A=1", "--no-session keys.lua", 24, 80, "xterm-256color"));
    for (int i = 0; i < 2; i++) {
        bool quick = false;
        for (int attempt = 0; attempt < 10 && !quick; attempt++) { /* some are held up; one that waits for more keys does each time */
            pty_send(&p, "b");
            CHECK(pty_expect(&p, "EDIT", 10));
            double from = clock_now();
            pty_send(&p, i ? "\007" : "\033");
            double ms = bench_until(&p, &none, "CMD", from, PATIENCE);
            CHECK(ms >= 0);
            quick = ms < 400; /* 25 ms for Esc on a quiet machine */
        }
        CHECK(quick);
    }
    pty_send(&p, "\021b\021-- kept\023"); /* Ctrl-Q does nothing, Ctrl-S saves and stops no output */
    CHECK(pty_expect(&p, "saved", 10));
    pty_send(&p, "\007");
    CHECK(pty_expect(&p, "CMD", 10));
    char cmd[200];
    snprintf(cmd, sizeof cmd, "grep -q -- '-- kept' %s/keys.lua", work);
    CHECK(system(cmd) == 0);
    pty_send(&p, "q");
    CHECK(pty_end(&p, 10) == 0);
    pty_free(&p);
}

static void U188_a_copy_says_which_hop_may_drop_it(void)
{
    pty p;

    for (int i = 0; i < 2; i++) {
        write_file("copy.lua", small);
        CHECK(start(&p, "A=1", "--no-session --set clipboard=osc52 copy.lua", 24, 120, i ? "tmux-256color" : "xterm-256color"));
        pty_send(&p, "\024");
        CHECK(pty_expect(&p, "ok 0.", 10));
        pty_send(&p, "y");
        CHECK(pty_expect(&p, "register and clipboard", 10));
        char *s = pty_text(&p);
        CHECK(!strstr(s, "tmux needs set-clipboard on") == !i);
        free(s);
        pty_free(&p);
    }
}

static void U191_the_place_the_mode_and_undo_come_back_with_the_terminal(void)
{
    pty p;
    char *before, *after;

    write_file("back.lua", small);
    CHECK(start(&p, "A=1", "back.lua", 24, 80, "xterm-256color"));
    pty_send(&p, "jh"); /* the second cell, folded */
    pty_send(&p, "b-- one\007j");
    pty_settle(&p, 300);
    before = pty_text(&p);
    pty_free(&p); /* the terminal is torn away */
    CHECK(start(&p, "A=1", "attach back", 24, 80, "xterm-256color"));
    pty_settle(&p, 300);
    after = pty_text(&p);
    char *a = strrchr(before, '\n'), *b = strrchr(after, '\n');
    for (int i = 0; i < 2; i++) { /* but for the two last rows: words of greeting */
        *a = *b = '\0';
        a = strrchr(before, '\n'), b = strrchr(after, '\n');
    }
    *a = *b = '\0';
    TEXT_EQ(after, before);
    free(before), free(after);
    pty_send(&p, "z"); /* undo goes on where it was */
    pty_settle(&p, 300);
    after = pty_text(&p);
    CHECK(!strstr(after, "-- one"));
    free(after);
    char cmd[1300];
    snprintf(cmd, sizeof cmd, "%s kill --all >/dev/null", bin);
    CHECK(system(cmd) == 0);
    pty_free(&p);
}

/* The end of a training ------------------------------------------------------------------------------ */

static const char trains[] = "-- %% train\nm = weir.deeplearning{y = 'Species', training_frame = weir.dataset('iris'), hidden = {8}, epochs = 1e9,\n"
                             "  max_runtime_secs = 1.2, stopping_rounds = 0, score_interval = 0.1, classification_stop = -1, model_id = 'net'}\nprint('over')\n";

/* What a terminal of that type hears while a training runs and ends. */
static bool hear_one(pty *p, const char *options, const char *term)
{
    char args[600];

    write_file("hear.lua", trains);
    snprintf(args, sizeof args, "--no-session --set notify_after=0 %s hear.lua", options);
    bool good = start(p, "", args, 24, 80, term);
    pty_send(p, "\024");
    good = good && pty_expect(p, "over", 30) && pty_expect(p, "done after", 10);
    pty_settle(p, 300);
    pty_send(p, "qd");
    pty_settle(p, 300);
    return good;
}

static void U062_a_terminal_hears_of_the_end_by_bell_note_and_title(void)
{
    pty p = {0};

    for (int attempt = 0; attempt < 6; attempt++) { /* until the training is seen to run, which takes a second at most */
        CHECK(hear_one(&p, "", "xterm-256color"));
        if (strstr(p.told, " % hear.lua - weir"))
            break;
        pty_free(&p);
    }
    CHECK(p.bells == 1);
    CHECK(strstr(p.told, "]9;J") && strstr(p.told, "]777;notify;weir;J") && strstr(p.told, " net done after "));
    CHECK(strstr(p.told, " % hear.lua - weir") && strstr(p.told, "]2;hear.lua - weir")); /* how far it is, then that it is not running */
    pty_free(&p);
    CHECK(hear_one(&p, "--set bell=false --set notify=osc777 --set title=false", "xterm-256color"));
    CHECK(p.bells == 0 && !strstr(p.told, "]9;") && strstr(p.told, "]777;notify;weir;J") && !strstr(p.told, "]2;"));
    pty_free(&p);
    CHECK(hear_one(&p, "--set notify=off", "xterm-256color"));
    CHECK(p.bells == 1 && !strstr(p.told, "]9;") && !strstr(p.told, "]777;"));
    pty_free(&p);
    CHECK(hear_one(&p, "", "linux")); /* which would print them */
    CHECK(p.bells == 1 && !strstr(p.told, "]9;") && !strstr(p.told, "]2;"));
    pty_free(&p);
}

int main(void)
{
    const char *top = getenv("top_srcdir");
    char here[1000], cmd[128];

    alarm(PATIENCE_OF_ALL);
    snprintf(source, sizeof source, "%s", top ? top : "..");
    snprintf(bin, sizeof bin, "%s/weir", getcwd(here, sizeof here) ? here : ".");
    snprintf(work, sizeof work, "/tmp/weir-lineXXXXXX");
    if (!mkdtemp(work)) {
        printf("Bail out! no temporary folder\n");
        return 1;
    }
    setenv("WEIR_TMPDIR", work, 1);
    setenv("XDG_STATE_HOME", work, 1);
    TEST(U160_U161_U162_themes_leave_the_ground_alone_and_tell_things_apart_without_colour);
    TEST(U167_styles_fit_the_pairs_of_a_plain_terminal);
    TEST(U062_a_terminal_hears_of_the_end_by_bell_note_and_title);
    TEST(U163_U164_U165_the_same_screen_at_every_depth_and_with_NO_COLOR);
    TEST(U168_glyphs_are_one_column_wide);
    TEST(U216_U217_in_ASCII_nothing_is_said_by_dots_colour_or_place_alone);
    TEST(U176_a_storm_of_resizes_is_drawn_once_or_twice);
    TEST(U183_U184_typing_on_a_slow_line_does_not_wait_behind_pictures);
    TEST(U187_U190_escape_is_quick_and_flow_control_is_off);
    TEST(U188_a_copy_says_which_hop_may_drop_it);
    TEST(U191_the_place_the_mode_and_undo_come_back_with_the_terminal);
    snprintf(cmd, sizeof cmd, "rm -rf %s", work);
    if (system(cmd) != 0)
        printf("# %s was left\n", work);
    return tap_done();
}
