/* t_oracle.c - the redraw oracle: after each of many random keys, pastes and resizes, with a training
 * running, the screen that an independent emulator made of the bytes is the screen that was meant, glyphs,
 * colours and attributes, and so it is again after everything was drawn anew. Slices of 2,500 steps begin with
 * a fresh notebook; the seed of a slice decides on the kind of terminal. WEIR_ORACLE=N: so many steps (100,000 in the long
 * tier). WEIR_SEED starts the dice; a difference names the seed of its slice. */
#include "config.h"
#include "tests/tap.h"
#include "tests/ui/pty.h"

#include "base/clock.h"
#include "ui/app.h"
#include "ui/theme.h"

#include <fcntl.h>
#include <locale.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { SLICE = 2500 };

typedef struct kind { const char *type, *charset; bool attributes; } kind; /* attributes: all that a look may have */
static const kind kinds[] = {{"xterm-256color", "utf-8", true}, {"xterm", "utf-8", true}, {"tmux-256color", "utf-8", true}, {"screen", "ascii", true}, {"vt220", "ascii", false}, {"linux", "ascii", false}, {"linux", "utf-8", false}};

static char folder[64], samples[1200];
static uint64_t dice;
static size_t busy, seen; /* steps with a training under way; all */

static unsigned pick(unsigned n)
{
    dice = dice * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(dice >> 33) % n;
}

static void random_step(char *out, size_t cap)
{
    static const char *const special[] = {"\033[A", "\033[B", "\033[C", "\033[D", "\033[H", "\033[F", "\033[5~", "\033[6~", "\033[3~", "\033[Z", "\033OP", "\033[1;2A", "\033[1;2B",
                                          "\033[1;3A", "\033[1;3B", "\t", "\r", "\r", "\177", "\177", "\007", "\007", "\007", "\007", "\033x", "\033f", "\033b", "\003", "\025", "\024", "\014"};
    static const char *const words[] = {"print(1)\r", "weir.", "x = {", "-- \xe4\xb8\xad\xe6\x96\x87 \xc3\xa9", "\"str", "[[long", "]]", "for i=1,3 do\r", "end\r", "-- %% cell\r", "R", "g", "z", "Z", "dd", "b", "a", "v",
                                        "M", "S", "m", "h", "l", "o", "Tab", "e\xcc\x81\xcc\x81", "\xf0\x9f\x98\x80", "\xff\xfe", "p", "gl", "gj", "gt", "g?", ":"};
    switch (pick(8)) {
    case 0: case 1: snprintf(out, cap, "%s", special[pick(sizeof special / sizeof *special)]); break;
    case 2: snprintf(out, cap, "%s", words[pick(sizeof words / sizeof *words)]); break;
    case 3: snprintf(out, cap, "\033[200~pasted %u\nlines\twith \xe2\x94\x80 and \033[31m\n-- %%%% cell\n\033[201~", pick(100)); break;
    case 4: out[0] = (char)(1 + pick(31)), out[1] = '\0'; break;
    default: out[0] = (char)(' ' + pick(95)), out[1] = '\0'; break;
    }
    if (*out == '\032' || *out == '\033') /* a lone Esc waits for its end: rarer */
        if (pick(4))
            snprintf(out, cap, "\007");
}

/* Until all keys are taken and all bytes are read. */
static void settle(app *a, pty *p)
{
    for (int i = 0; i < 400; i++) {
        int waits = 0;
        app_turn(a, 0);
        while (p->bytes < term_written(a->term) && pty_read(p, 1000)) /* what was written arrives a moment later */
            ;
        ioctl(term_in(a->term), FIONREAD, &waits);
        if (!waits && !term_waiting(a->term) && !input_waits(term_input(a->term)))
            return;
    }
}

static int colour_of(VTermColor c)
{
    return VTERM_COLOR_IS_INDEXED(&c) && !VTERM_COLOR_IS_DEFAULT_FG(&c) && !VTERM_COLOR_IS_DEFAULT_BG(&c) ? c.indexed.idx : -1;
}

/* The signs of the font that the Linux console comes with, code page 437, from U+2000 on. */
static bool console_has(uint32_t ch)
{
    static const uint32_t signs[] = {0x2022, 0x203c, 0x207f, 0x20a7, 0x2190, 0x2191, 0x2192, 0x2193, 0x2194, 0x2195, 0x21a8, 0x2219, 0x221a, 0x221e, 0x221f, 0x2229,
                                     0x2248, 0x2261, 0x2264, 0x2265, 0x2302, 0x2310, 0x2320, 0x2321, 0x2500, 0x2502, 0x250c, 0x2510, 0x2514, 0x2518, 0x251c, 0x2524,
                                     0x252c, 0x2534, 0x253c, 0x2580, 0x2584, 0x2588, 0x258c, 0x2590, 0x2591, 0x2592, 0x2593, 0x25a0, 0x25ac, 0x25b2, 0x25ba, 0x25bc,
                                     0x25c4, 0x25cb, 0x25d8, 0x25d9, 0x263a, 0x263b, 0x263c, 0x2640, 0x2642, 0x2660, 0x2663, 0x2665, 0x2666, 0x266a, 0x266b};

    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (signs[i] == ch)
            return true;
    return ch < 0x2000 || ch >= 0x3000 || (ch >= 0x2550 && ch <= 0x256c);
}

/* What stands in a cell of the emulator is what was meant; half-intensity it does not know. */
static bool same_cell(const app *a, const kind *k, const canvas_cell *want, const VTermScreenCell *got)
{
    uint32_t ch = got->chars[0] ? got->chars[0] : ' ';

    if (want->ch == 0) /* the right half of a wide one */
        return ch == (uint32_t)-1;
    if (want->ch != ch || (a->canvas.ascii && ch >= 0x80) || (a->canvas.console && !console_has(ch)))
        return false;
    look l = theme_look(theme_find(a->set.theme), (canvas_style)want->style, term_colours(a->term));
    if (!k->attributes)
        return true;
    if (!got->attrs.reverse != !(l.attributes & LOOK_REVERSE) || !got->attrs.underline != !(l.attributes & LOOK_UNDERLINE) || colour_of(got->bg) != l.bg)
        return false;
    bool blank = ch == ' ' && !(l.attributes & (LOOK_REVERSE | LOOK_UNDERLINE));
    return blank || (!got->attrs.bold == !(l.attributes & LOOK_BOLD) && colour_of(got->fg) == l.fg);
}

static bool same(app *a, const pty *p, const kind *k, const char *when, const char *keys, size_t number, uint64_t seed)
{
    const canvas *c = &a->canvas;
    VTermPos at;

    for (at.row = 0; at.row < c->height; at.row++)
        for (at.col = 0; at.col < c->width; at.col++) {
            const canvas_cell *want = &c->cell[at.row * c->width + at.col];
            VTermScreenCell got;
            vterm_screen_get_cell(p->screen, at, &got);
            if (same_cell(a, k, want, &got))
                continue;
            look l = theme_look(theme_find(a->set.theme), (canvas_style)want->style, term_colours(a->term));
            text meant = {0};
            char *s = pty_text(p);
            canvas_to_text(c, &meant);
            printf("# seed %llu step %zu %s, %s, key %d '%s', %d x %d: row %d column %d holds U+%04X colour %d bold %d reverse %d, meant was U+%04X colour %d attributes %d\n%s# meant was\n%s",
                   (unsigned long long)seed, number, when, k->type, (unsigned char)*keys, *keys < ' ' ? "" : keys, c->width, c->height, at.row, at.col, got.chars[0],
                   colour_of(got.fg), got.attrs.bold, got.attrs.reverse, want->ch, l.fg, l.attributes, s, text_str(&meant));
            text_free(&meant);
            free(s);
            return false;
        }
    return true;
}

/* One training at least is on its way; keys may have ended the last one. */
static void keep_training(app *a)
{
    static const char code[] =
        "weir.start.deeplearning{y = 'Species', training_frame = weir.dataset('iris'), epochs = 1e9, stopping_rounds = 0, classification_stop = -1, score_interval = 0.1, score_duty_cycle = 1}";
    weir_job *jobs[64];
    size_t n = weir_session_jobs(a->session, jobs, 64), running = 0;

    for (size_t i = 0; i < n && i < 64; i++) {
        weir_job_info info;
        weir_job_get(jobs[i], &info);
        running += info.state == WEIR_JOB_RUNNING || info.state == WEIR_JOB_QUEUED;
        weir_job_unref(jobs[i]);
    }
    busy += running > 0;
    seen++;
    if (!running && seen % 20 == 0)
        interp_submit(a->interp, -7, "oracle", 1, code);
}

static app *begin(pty *p, int *slave, const kind *k)
{
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    char path[100], why[500];

    snprintf(path, sizeof path, "%s/oracle.lua", folder);
    FILE *f = fopen(path, "w");
    if (!f)
        return NULL;
    fputs("-- %% [markdown] head\n-- # Title\n-- text **bold**\n-- %% data\niris = weir.dataset('iris')\nprint(iris.nrow)\n-- %% train\n"
          "m = weir.deeplearning{ y = 'Species', training_frame = iris, epochs = 1e9, stopping_rounds = 0, classification_stop = -1, score_interval = 0.1, score_duty_cycle = 1 }\n", f);
    fclose(f);
    app_options opt = {.file = path, .charset = k->charset, .sample_dir = samples};
    *p = (pty){.rows = 24, .cols = 80};
    if (openpty(&p->fd, slave, NULL, NULL, &size) != 0)
        return NULL;
    p->vt = vterm_new(24, 80);
    vterm_set_utf8(p->vt, 1);
    p->screen = vterm_obtain_screen(p->vt);
    vterm_screen_enable_altscreen(p->screen, 1);
    vterm_screen_reset(p->screen, 1);
    app *a = app_new(&opt, why, sizeof why);
    term_options t = {.in = *slave, .out = *slave, .type = k->type, .colours = -1, .shapes = true};
    if (a && app_attach(a, &t, why, sizeof why) && CHECK(a->canvas.console == !strcmp(k->type, "linux")))
        return a;
    printf("# %s\n", why);
    app_free(a);
    return NULL;
}

static bool slice(size_t steps, uint64_t seed, const kind *k)
{
    pty p;
    int slave;
    app *a = begin(&p, &slave, k);
    bool good = a != NULL;

    dice = seed;
    if (good && seed % 2) { /* another size before the first picture */
        pty_resize(&p, 33, 66);
        app_resized(a);
    }
    if (good)
        app_command(a, "run-all");
    for (size_t i = 0; i < steps && good; i++) {
        char keys[128] = "";
        if (pick(25) == 0) {
            pty_resize(&p, 1 + (int)pick(pick(6) ? 60 : 2), 1 + (int)pick(pick(6) ? 160 : 2)); /* now and then next to nothing */
            app_resized(a); /* as the host tells it */
        } else {
            random_step(keys, sizeof keys);
        }
        keep_training(a);
        pty_send(&p, keys);
        a->drawn = 0;
        settle(a, &p);
        a->quit = false;
        a->drawn = 0; /* the next live frame is due */
        app_turn(a, 0);
        settle(a, &p);
        good = same(a, &p, k, "after", keys, i, seed);
        if (!good)
            break;
        term_redraw(a->term); /* what Ctrl-L does, also where an overlay has the keys */
        a->dirty = true;
        a->drawn = 0;
        a->live_waits = false;
        settle(a, &p);
        good = same(a, &p, k, "after drawing anew", keys, i, seed);
    }
    app_free(a);
    close(slave);
    pty_free(&p);
    return good;
}

static void U182_the_screen_is_always_what_a_redraw_would_give(void)
{
    size_t steps = getenv("WEIR_ORACLE") ? (size_t)atol(getenv("WEIR_ORACLE")) : 1500;
    uint64_t seed = getenv("WEIR_SEED") ? strtoull(getenv("WEIR_SEED"), NULL, 10) : 20240607;
    size_t length = steps / (sizeof kinds / sizeof *kinds);
    bool good = true;

    length = length > SLICE ? SLICE : length ? length : 1;
    for (size_t at = 0, i = 0; at < steps && good; at += length, i++) {
        good = slice(length, seed + i, &kinds[(seed + i) % (sizeof kinds / sizeof *kinds)]);
        if (steps >= 10000) {
            printf("# %zu steps\n", at + length);
            fflush(stdout);
        }
    }
    CHECK(good);
    CHECK(busy * 10 > seen * 8);
    printf("# a training was under way in %zu of %zu steps\n", busy, seen);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    snprintf(samples, sizeof samples, "%s/samples", getenv("top_srcdir") ? getenv("top_srcdir") : "..");
    if (*samples != '/') { /* the test leaves for its own folder */
        char here[1000], whole[1200];
        snprintf(whole, sizeof whole, "%.900s/%.200s", getcwd(here, sizeof here) ? here : ".", samples);
        snprintf(samples, sizeof samples, "%s", whole);
    }
    snprintf(folder, sizeof folder, "/tmp/weirorXXXXXX");
    if (!mkdtemp(folder) || chdir(folder) != 0) {
        printf("Bail out! no temporary folder\n");
        return 1;
    }
    setenv("XDG_STATE_HOME", folder, 1);
    setenv("XDG_CONFIG_HOME", folder, 1);
    TEST(U182_the_screen_is_always_what_a_redraw_would_give);
    char cmd[200];
    snprintf(cmd, sizeof cmd, "rm -rf %s", folder);
    if (chdir("/") != 0 || system(cmd) != 0)
        printf("# %s was left\n", folder);
    return tap_done();
}
