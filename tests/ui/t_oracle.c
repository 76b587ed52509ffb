/* t_oracle.c - the redraw oracle: after each of many random keys, pastes and resizes, with a training
 * running, the screen that an independent emulator made of the bytes is the screen that was meant, before
 * and after Ctrl-L. WEIR_ORACLE=N: so many steps (100,000 in the long tier). WEIR_SEED starts the dice. */
#include "config.h"
#include "tests/tap.h"
#include "tests/ui/pty.h"

#include "base/clock.h"
#include "ui/app.h"

#include <fcntl.h>
#include <locale.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

static char folder[64];
static uint64_t seed = 20240607;

static unsigned pick(unsigned n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % n;
}

static void random_step(char *out, size_t cap)
{
    static const char *const special[] = {"\033[A", "\033[B", "\033[C", "\033[D", "\033[H", "\033[F", "\033[5~", "\033[6~", "\033[3~", "\033[Z", "\033OP", "\033[1;2A", "\033[1;2B",
                                          "\033[1;3A", "\033[1;3B", "\t", "\r", "\r", "\177", "\177", "\007", "\007", "\007", "\007", "\033x", "\033f", "\033b", "\003", "\025", "\024"};
    static const char *const words[] = {"print(1)\r", "weir.", "x = {", "-- \xe4\xb8\xad\xe6\x96\x87 \xc3\xa9", "\"str", "[[long", "]]", "for i=1,3 do\r", "end\r", "-- %% cell\r", "R", "g", "z", "Z", "dd", "b", "a", "v",
                                        "M", "S", "m", "h", "l", "o", "Tab"};
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

static void feed(pty *p)
{
    while (pty_read(p, 0))
        ;
}

/* Until all keys are taken and all bytes are read. */
static void settle(app *a, pty *p)
{
    for (int i = 0; i < 400; i++) {
        int waits = 0;
        app_turn(a, 0);
        feed(p);
        ioctl(term_in(a->term), FIONREAD, &waits);
        if (!waits && !term_waiting(a->term) && !input_waits(term_input(a->term)))
            return;
    }
}

static bool same(app *a, pty *p, const char *when, const char *keys, size_t step_number)
{
    text want = {0};
    char *got = pty_text(p);

    canvas_to_text(&a->canvas, &want);
    bool good = !strcmp(got, text_str(&want));
    if (!good)
        printf("# step %zu %s, keys %s, %d x %d: the screen is\n%s# meant was\n%s", step_number, when, *keys < ' ' ? "(control)" : keys, a->canvas.width, a->canvas.height, got, text_str(&want));
    text_free(&want);
    free(got);
    return good;
}

static void U182_the_screen_is_always_what_a_redraw_would_give(void)
{
    size_t steps = getenv("WEIR_ORACLE") ? (size_t)atol(getenv("WEIR_ORACLE")) : 1500;
    char path[100], why[500];
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    pty p = {.rows = 24, .cols = 80};
    int slave;
    char samples[1200];

    snprintf(samples, sizeof samples, "%s/samples", getenv("top_srcdir") ? getenv("top_srcdir") : "..");
    snprintf(path, sizeof path, "%s/oracle.lua", folder);
    FILE *f = fopen(path, "w");
    if (!CHECK(f != NULL))
        return;
    fputs("-- %% [markdown] head\n-- # Title\n-- text **bold**\n-- %% data\niris = weir.dataset('iris')\nprint(iris.nrow)\n-- %% train\n"
          "m = weir.deeplearning{ y = 'Species', training_frame = iris, epochs = 1e9, stopping_rounds = 0, classification_stop = -1, score_interval = 0.1, score_duty_cycle = 1 }\n", f);
    fclose(f);
    app_options opt = {.file = path, .charset = "utf-8", .sample_dir = samples};
    if (!CHECK(openpty(&p.fd, &slave, NULL, NULL, &size) == 0))
        return;
    p.vt = vterm_new(24, 80);
    vterm_set_utf8(p.vt, 1);
    p.screen = vterm_obtain_screen(p.vt);
    vterm_screen_enable_altscreen(p.screen, 1);
    vterm_screen_reset(p.screen, 1);
    app *a = app_new(&opt, why, sizeof why);
    term_options t = {.in = slave, .out = slave, .type = "xterm-256color", .colours = -1, .shapes = true};
    if (!CHECK(a && app_attach(a, &t, why, sizeof why)))
        return;
    app_command(a, "run-all");
    bool good = true;
    for (size_t i = 0; i < steps && good; i++) {
        char keys[128] = "";
        if (pick(25) == 0) {
            pty_resize(&p, 1 + (int)pick(60), 1 + (int)pick(160));
            a->dirty = true; /* as the host tells it */
        } else {
            random_step(keys, sizeof keys);
        }
        pty_send(&p, keys);
        a->drawn = 0;
        settle(a, &p);
        a->quit = false;
        a->drawn = 0; /* the next live frame is due */
        app_turn(a, 0);
        settle(a, &p);
        good = same(a, &p, "after", keys, i);
        if (i % 5 == 0 && good) {
            pty_send(&p, "\014");
            settle(a, &p);
            good = same(a, &p, "after Ctrl-L", keys, i);
        }
    }
    CHECK(good);
    app_free(a);
    close(slave);
    pty_free(&p);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    if (getenv("WEIR_SEED"))
        seed = strtoull(getenv("WEIR_SEED"), NULL, 10);
    snprintf(folder, sizeof folder, "/tmp/weirorXXXXXX");
    if (!mkdtemp(folder)) {
        printf("Bail out! no temporary folder\n");
        return 1;
    }
    TEST(U182_the_screen_is_always_what_a_redraw_would_give);
    char cmd[200];
    snprintf(cmd, sizeof cmd, "rm -rf %s", folder);
    if (system(cmd) != 0)
        printf("# %s was left\n", folder);
    return tap_done();
}
