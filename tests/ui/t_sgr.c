/* t_sgr.c - what sgr.c takes out of a terminal's bytes shows nothing: an emulator that has the whole stream and
 * one that has the thinned one hold the same screen. */
#include "config.h"
#include "tests/tap.h"

#include "ui/sgr.h"

#include <vterm.h>

enum { ROWS = 12, COLUMNS = 40, ROUNDS = 4000 };

static uint64_t dice = 7;

static unsigned pick(unsigned n)
{
    dice = dice * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(dice >> 33) % n;
}

static VTermScreen *emulator(VTerm **vt)
{
    *vt = vterm_new(ROWS, COLUMNS);
    vterm_set_utf8(*vt, 1);
    VTermScreen *s = vterm_obtain_screen(*vt);
    vterm_screen_enable_altscreen(s, 1);
    vterm_screen_reset(s, 1);
    return s;
}

/* As curses writes: attributes, places, glyphs, erasures, in any order. */
static void add_something(text *t)
{
    static const char *const fixed[] = {"\033[m", "\033(B\033[m", "\033(B\033[0;1m", "\033(B\033[0;7m", "\033[4m", "\033[1;4m", "\033[39;49m", "\033[39m", "\033[49m", "\033[0;1;38;5;74m", "\033[31m",
                                        "\033[44m", "\033[22m", "\033[27m", "\033[24m", "\033[97m", "\033[48;5;19m", "\033[K", "\033[1K", "\033[J", "\033[H\033[2J", "\r", "\n", "\b", "\033[3X", "\033[2P", "\033[2@", "\033[L",
                                        "\033[M", "\017", "\033[?25l", "\033[?25h", "\033[C", "\033[4l", "a", "bcd", "  ", "     ", " x ", "\xe2\x94\x82", "\xe2\xa3\x80\xe2\xa1\x84", "\xe4\xb8\xad"};
    switch (pick(5)) {
    case 0: text_fmt(t, "\033[%u;%uH", 1 + pick(ROWS), 1 + pick(COLUMNS)); break;
    case 1: text_fmt(t, "\033[38;5;%um", pick(256)); break;
    default: text_add(t, fixed[pick(sizeof fixed / sizeof *fixed)]); break;
    }
}

static bool same_colour(VTermColor a, VTermColor b)
{
    bool da = VTERM_COLOR_IS_DEFAULT_FG(&a) || VTERM_COLOR_IS_DEFAULT_BG(&a), db = VTERM_COLOR_IS_DEFAULT_FG(&b) || VTERM_COLOR_IS_DEFAULT_BG(&b);
    return da == db && (da || vterm_color_is_equal(&a, &b));
}

/* As a person sees it: a blank has a ground and a line under it, nothing else. */
static bool same_cell(const VTermScreenCell *a, const VTermScreenCell *b)
{
    uint32_t ca = a->chars[0] ? a->chars[0] : ' ', cb = b->chars[0] ? b->chars[0] : ' ';
    if (ca == (uint32_t)-1) /* the right half of a wide one */
        return cb == ca;
    bool blank = ca == ' ' && !a->attrs.reverse && !a->attrs.underline;

    return ca == cb && a->attrs.reverse == b->attrs.reverse && a->attrs.underline == b->attrs.underline && same_colour(a->bg, b->bg) &&
           (blank || (a->attrs.bold == b->attrs.bold && same_colour(a->fg, b->fg)));
}

static bool same_screen(VTermScreen *a, VTermScreen *b, const char *bytes)
{
    for (VTermPos at = {0, 0}; at.row < ROWS; at.row++)
        for (at.col = 0; at.col < COLUMNS; at.col++) {
            VTermScreenCell x, y;
            vterm_screen_get_cell(a, at, &x);
            vterm_screen_get_cell(b, at, &y);
            if (same_cell(&x, &y))
                continue;
            printf("# row %d column %d: U+%04X and U+%04X, reverse %d and %d, bold %d and %d after ", at.row, at.col, x.chars[0], y.chars[0], x.attrs.reverse, y.attrs.reverse, x.attrs.bold, y.attrs.bold);
            for (; *bytes; bytes++)
                printf(*bytes < ' ' ? "\\%03o" : "%c", *bytes);
            printf("\n");
            return false;
        }
    return true;
}

static void U182_the_thinned_stream_shows_the_same_screen(void)
{
    VTerm *whole, *thin;
    VTermScreen *a = emulator(&whole), *b = emulator(&thin);
    text made = {0}, sent = {0};
    sgr_state t;
    size_t before = 0, after = 0;
    bool good = true;

    sgr_begin(&t, "\033(B\033[m", "\033[39;49m");
    for (int i = 0; i < ROUNDS && good; i++) {
        text_clear(&made);
        text_clear(&sent);
        for (unsigned k = 1 + pick(30); k > 0; k--)
            add_something(&made);
        sgr_pass(&t, text_str(&made), made.n, &sent);
        vterm_input_write(whole, text_str(&made), made.n);
        vterm_input_write(thin, text_str(&sent), sent.n);
        before += made.n, after += sent.n;
        good = same_screen(a, b, text_str(&made));
    }
    CHECK(good);
    CHECK(after < before && !t.off);
    text_free(&made), text_free(&sent);
    vterm_free(whole), vterm_free(thin);
}

static const char *thinned(sgr_state *t, const char *s)
{
    static text out;

    text_clear(&out);
    sgr_pass(t, s, strlen(s), &out);
    return text_str(&out);
}

static void what_changes_nothing_is_not_sent(void)
{
    sgr_state t;

    sgr_begin(&t, "\033(B\033[m", "\033[39;49m");
    TEXT_EQ(thinned(&t, "\033(B\033[mx"), "\033(B\033[mx");
    TEXT_EQ(thinned(&t, "\033(B\033[m\033[39m\033(B\033[0;1m\033[38;5;74mA\033[39m\033(B\033[m "), "\033[1;38;5;74mA ");
    TEXT_EQ(thinned(&t, "\033(B\033[0;1m\033[38;5;74m\033[2;3HB"), "\033[2;3HB");
    TEXT_EQ(thinned(&t, "\033(B\033[m\033[38;5;245mC"), "\033[0;38;5;245mC");
    TEXT_EQ(thinned(&t, "\033[39mD"), "\033[mD");
    TEXT_EQ(thinned(&t, "\033[7m \033[m "), "\033[7m \033[m "); /* the ground of a blank shows */
    TEXT_EQ(thinned(&t, "\033[44m\033[K\033[49m\033[K"), "\033[44m\033[K\033[m\033[K");
    TEXT_EQ(thinned(&t, "\033[38:2::1:2:3mE\033[38:2::1:2:3mF"), "\033[38:2::1:2:3mEF");
    sgr_begin(&t, "\033[m", "\033[39;49m");
    TEXT_EQ(thinned(&t, "\033[1mx\033[?1049h\033[1my"), "\033[0;1mx\033[?1049h\033[0;1my"); /* what holds there is not known */
}

static void what_is_not_understood_passes(void)
{
    sgr_state t;
    text end = {0};

    sgr_begin(&t, "\033[m", "\033[39;49m");
    TEXT_EQ(thinned(&t, "\033[1m\033[11mx\033[1my"), "\033[0;1m\033[11mx\033[1my"); /* another font */
    sgr_begin(&t, "\033G0", "");
    TEXT_EQ(thinned(&t, "\033G4x\033G0"), "\033G4x\033G0"); /* no terminal of ANSI's kind */
    sgr_begin(&t, "\033[0;10m", "");
    TEXT_EQ(thinned(&t, "\033[0;10mx\033[1my\033[1mz\033"), "\033[mx\033[1myz\033");
    TEXT_EQ(thinned(&t, "\033[38;9mx"), "\033[38;9mx");
    sgr_begin(&t, "\033[m", "");
    TEXT_EQ(thinned(&t, "\033[mx\033[7m"), "\033[mx");
    sgr_settle(&t, &end); /* before somebody else writes */
    TEXT_EQ(text_str(&end), "\033[7m");
    text_free(&end);
}

int main(void)
{
    TEST(U182_the_thinned_stream_shows_the_same_screen);
    TEST(what_changes_nothing_is_not_sent);
    TEST(what_is_not_understood_passes);
    return tap_done();
}
