/* Text cells as they are read: paragraphs, lists, code, tables, marks inside lines; and the widths of characters. */
#include "config.h"
#include "tests/tap.h"

#include "ui/markdown.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* The rows at that width, blanks at their ends cut. free() */
static char *rows_of(const char *s, int width, bool ascii)
{
    markdown m = {0};
    canvas c = {.ascii = ascii};
    text t = {0};

    markdown_lay(&m, s, strlen(s), width, ascii);
    if (!canvas_resize(&c, width, (int)m.n ? (int)m.n : 1))
        return NULL;
    for (size_t k = 0; k < m.n; k++)
        markdown_draw(&m, k, &c, 0, (int)k, width);
    if (m.n)
        canvas_to_text(&c, &t);
    char *all = strdup(text_str(&t));
    text_free(&t);
    canvas_free(&c);
    markdown_free(&m);
    return all;
}

static void rows_are(const char *s, int width, const char *want)
{
    char *got = rows_of(s, width, false);
    TEXT_EQ(got, want);
    free(got);
}

/* The look of the first byte of a word within the rows. */
static int look_of(const char *s, const char *word)
{
    markdown m = {0};
    int look = -1;

    markdown_lay(&m, s, strlen(s), 60, false);
    const char *at = strstr(text_str(&m.t.s), word);
    if (at)
        look = m.t.style.s[at - m.t.s.s] - 1;
    markdown_free(&m);
    return look;
}

static void U002_lines_that_follow_are_one_paragraph(void)
{
    rows_are("-- one two\n-- three\n-- four five six\n--\n-- seven\n", 15, "one two three\nfour five six\n\nseven\n");
    rows_are("one two\nthree\n", 40, "one two three\n");
    rows_are("-- a row ends  \n-- here and\\\n-- there\n", 40, "a row ends\nhere and\nthere\n");
    rows_are("-- # Head\n-- text\n-- more\n-- ## Next ##\n-- end\n", 40, "Head\ntext more\nNext\nend\n");
    rows_are("-- before\n-- ---\n-- after\n", 6, "before\n\u2500\u2500\u2500\u2500\u2500\u2500\nafter\n");
}

static void U002_lists_and_quotes(void)
{
    rows_are("-- - one that is\n--   long\n-- - two\n--   - deep\n-- 10. ten\n-- and more\n", 12,
             "\u2022 one that\n  is long\n\u2022 two\n  \u2022 deep\n10. ten and\n    more\n");
    rows_are("-- > said by\n-- > somebody\n-- > long ago\n", 16, "\u2502 said by\n\u2502 somebody long\n\u2502 ago\n");
    char *s = rows_of("-- - a\n-- > b\n-- ---\n", 5, true);
    TEXT_EQ(s, "* a\n> b\n-----\n");
    free(s);
    rows_are("-- text that ends with 1986.\n-- -not an item\n", 60, "text that ends with 1986. -not an item\n");
}

static void U002_code_stays_as_it_is(void)
{
    static const char s[] = "-- see\n-- ```lua\n-- for i = 1, 3 do\n--     print(i)  -- *x*\n-- end\n-- ```\n-- after\n";

    rows_are(s, 40, "see\n  for i = 1, 3 do\n      print(i)  -- *x*\n  end\nafter\n");
    rows_are("-- text\n--\n--     x = *y*\n--\n-- text\n", 40, "text\n\n  x = *y*\n\ntext\n");
    rows_are("-- ```\n-- 0123456789\n", 8, "  012345\n  6789\n"); /* to the end when nothing ends it; nothing is lost */
    CHECK(look_of(s, "print") == STYLE_STRING && look_of(s, "after") == STYLE_PLAIN);
}

static void U002_marks_inside_lines(void)
{
    static const struct { const char *source, *shown, *word; canvas_style look; } cases[] = {
        {"a **bold word** b", "a bold word b", "bold", STYLE_BOLD},
        {"a __bold__ b", "a bold b", "bold", STYLE_BOLD},
        {"an *emphasis* here", "an emphasis here", "emphasis", STYLE_EMPHASIS},
        {"an _emphasis_ here", "an emphasis here", "emphasis", STYLE_EMPHASIS},
        {"**bold *and* more**", "bold and more", "and", STYLE_BOLD},
        {"snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4", "case", STYLE_PLAIN},
        {"a ** b and _ c", "a ** b and _ c", "**", STYLE_PLAIN},
        {"no *end here", "no *end here", "*end", STYLE_PLAIN},
        {"`m:plot{by=\"x\"}` draws", "m:plot{by=\"x\"} draws", "m:plot", STYLE_STRING},
        {"``a`b`` and `` ` ``", "a`b and `", "a`b", STYLE_STRING},
        {"`**not bold**`", "**not bold**", "not", STYLE_STRING},
        {"~~gone~~ stays", "gone stays", "gone", STYLE_DIM},
        {"\\*no\\* mark", "*no* mark", "*no", STYLE_PLAIN},
        {"see [the page](https://weir.org/a_b_c) now", "see the page (https://weir.org/a_b_c) now", "the page", STYLE_EMPHASIS},
        {"[https://weir.org](https://weir.org)", "https://weir.org", "https", STYLE_EMPHASIS},
        {"![digits](img/d.png \"ten\")", "digits (img/d.png)", "digits", STYLE_EMPHASIS},
        {"<https://weir.org> x < y", "https://weir.org x < y", "https", STYLE_EMPHASIS},
        {"a [b] and x[1](2", "a [b] and x[1](2", "[b]", STYLE_PLAIN},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char want[100];
        snprintf(want, sizeof want, "%s\n", cases[i].shown);
        rows_are(cases[i].source, 60, want);
        CHECK(look_of(cases[i].source, cases[i].word) == (int)cases[i].look);
    }
    rows_are("**bold over\ntwo lines** end", 60, "bold over two lines end\n");
    CHECK(look_of("**bold over\ntwo lines** end", "lines") == STYLE_BOLD);
}

static void U002_tables_line_up_and_fit(void)
{
    static const char s[] = "-- | name | `n` |\n-- |:--|--:|\n-- | **long** | 2 |\n-- | a\\|b | 10 |\n";

    rows_are(s, 40, "name   n\n\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500\nlong   2\na|b   10\n");
    CHECK(look_of(s, "name") == STYLE_BOLD && look_of(s, "long") == STYLE_BOLD && look_of(s, "10") == STYLE_PLAIN);
    rows_are("| \u6f22\u5b57 | x |\n| ab | y |\n", 40, "\u6f22\u5b57  x\nab    y\n");
    rows_are("| a long field of words | x |\n", 16, "a long field\u2026  x\n"); /* cut, and that is said */
}

static void U002_wide_letters_flow_too(void)
{
    rows_are("\u6f22\u5b57\u304b\u306a\n\u4ea4\u3058\u308a\n", 6, "\u6f22\u5b57\u304b\n\u306a\u4ea4\u3058\n\u308a\n"); /* no blank between the lines */
    rows_are("\u6f22\u5b57\u3002\u304b", 4, "\u6f22\n\u5b57\u3002\n\u304b\n"); /* no row begins with a full stop */
    rows_are("e\u0301a\u0308 o\u0302u", 2, "e\u0301a\u0308\no\u0302u\n");
}

static size_t pick_seed = 1;
static size_t pick(size_t n)
{
    pick_seed = pick_seed * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(pick_seed >> 33) % n;
}

/* Whatever the text: no row is wider than it may be, no word of letters is lost, and their order stays. */
static void U002_nothing_is_lost_and_no_row_is_too_wide(void)
{
    static const char *const parts[] = {"alpha ", "beta", "gamma, ", "\n", "\n", "\n\n", "- ", "1. ", "# ", "> ", "**", "*", "_", "`", "~~", "[", "](", ")", "\\", "  ",
                                        "\u6f22\u5b57", "\u0e17\u0e35\u0e48", "<", "-- ", "a_b", " x\n", "    ", "!"};
    size_t bad = 0;

    for (int turn = 0; turn < 20000; turn++) {
        text src = {0};
        markdown m = {0};
        int width = 8 + (int)pick(60);
        for (size_t k = 1 + pick(24); k > 0; k--)
            text_add(&src, parts[pick(sizeof parts / sizeof *parts)]);
        markdown_lay(&m, text_str(&src), src.n, width, pick(2));
        text shown = {0}, want = {0};
        for (size_t k = 0; k < m.n; k++)
            bad += (int)text_columns(m.t.s.s ? m.t.s.s + m.row[k].at : "", m.row[k].n) > width;
        for (size_t i = 0; i < m.t.s.n; i++)
            if (m.t.s.s[i] >= 'a' && m.t.s.s[i] <= 'z')
                text_char(&shown, m.t.s.s[i]);
        bool code = strstr(text_str(&src), "``") || strstr(text_str(&src), "~~~"); /* of a fence the name of the language is not shown */
        for (size_t i = 0; i < src.n; i++)
            if (src.s[i] >= 'a' && src.s[i] <= 'z')
                text_char(&want, src.s[i]);
        bool title = strstr(text_str(&src), "](") != NULL; /* behind an address stands a title, which is not shown */
        if (!code && !title && strcmp(text_str(&shown), text_str(&want)) && bad++ < 3)
            printf("# width %d: \"%s\" shows \"%.*s\"\n", width, text_str(&src), (int)m.t.s.n, text_str(&m.t.s));
        text_free(&src);
        text_free(&shown);
        text_free(&want);
        markdown_free(&m);
    }
    CHECK(!bad);
}

static void U009_headings_for_the_outline(void)
{
    char buf[40];
    int level = 0;

    static const char s[] = "-- ```\n-- # no\n-- ```\n-- ## The *big* `net`\n";
    CHECK(markdown_heading(s, sizeof s - 1, &level, buf, sizeof buf) && level == 2);
    TEXT_EQ(buf, "The big net");
    CHECK(!markdown_heading("-- #none\n", 9, &level, buf, sizeof buf));
    CHECK(markdown_heading("# \u6f22\u5b57", 8, &level, buf, 5)); /* whole letters */
    TEXT_EQ(buf, "\u6f22");
}

/* Widths: what the C library says, where it knows the character. */
static void U033_columns_are_those_of_the_c_library(void)
{
    if (!setlocale(LC_CTYPE, "C.UTF-8") && !setlocale(LC_CTYPE, "en_US.UTF-8")) {
        printf("# no locale with UTF-8 here: not compared\n");
        return;
    }
    size_t known = 0, other = 0;
    for (uint32_t cp = 0xA0; cp < 0x110000; cp++) {
        int want = wcwidth((wchar_t)cp);
        if (want < 0 || (cp >= 0x1F3FB && cp <= 0x1F3FF)) /* not known to it; tones of skin are not drawn */
            continue;
        known++;
        if (text_width(cp) != want && other++ < 20)
            printf("# U+%04X: %d, not %d\n", (unsigned)cp, text_width(cp), want);
    }
    setlocale(LC_CTYPE, "C");
    CHECK(known > 100000 && other * 1000 < known); /* it may know another version of Unicode */
}

static void U033_scripts_and_pictures_take_their_columns(void)
{
    static const struct { const char *s; size_t columns; } cases[] = {
        {"\u0e17\u0e35\u0e48\u0e19\u0e35\u0e48", 2},                 /* Thai: two letters under their vowels and tones */
        {"\u0e01\u0e33", 2},                                         /* sara am stands beside */
        {"\u0915\u094d\u0937\u0947\u0924\u094d\u0930", 4},           /* Devanagari: ka ssha ta ra, marks between */
        {"\u0939\u093f\u0928\u094d\u0926\u0940", 5},                 /* Hindi: two of its vowels take a column each */
        {"\u1112\u1161\u11ab\u1100\u1173\u11af", 4},                 /* Hangul in letters: two syllables */
        {"\ud55c\uae00", 4},
        {"e\u0301", 1},
        {"\u05d1\u05bc\u05b0", 1},
        {"\U0001f469\u200d\U0001f4bb", 4},                           /* joined: its parts side by side, as nobody agrees on one */
        {"\U0001f44d\U0001f3fd", 2},
        {"\u2764\ufe0f", 1},
        {"\U0001f1e9\U0001f1ea", 2},
        {"\u200b\u2060\u200e", 0},
        {"\u4dc0", 2},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        canvas c = {0};
        size_t n = strlen(cases[i].s);
        if (text_columns(cases[i].s, n) != cases[i].columns)
            printf("# case %zu: %zu\n", i, text_columns(cases[i].s, n));
        CHECK(text_columns(cases[i].s, n) == cases[i].columns);
        if (!canvas_resize(&c, 12, 2))
            continue;
        CHECK((size_t)canvas_text(&c, 0, 0, -1, STYLE_PLAIN, cases[i].s, n) == cases[i].columns);
        CHECK(canvas_field(&c, 0, 1, 8, STYLE_PLAIN, cases[i].s, true) == 8); /* what follows a field stands in its column */
        canvas_text(&c, 8, 1, -1, STYLE_PLAIN, "|", 1);
        CHECK(c.cell[12 + 8].ch == '|');
        for (int k = 0; k < 24; k++) /* nothing is in a cell that a terminal would give another width */
            CHECK(!c.cell[k].ch || text_width(c.cell[k].ch) == (k % 12 < 11 && !c.cell[k + 1].ch ? 2 : 1));
        canvas_free(&c);
    }
}

int main(void)
{
    TEST(U002_lines_that_follow_are_one_paragraph);
    TEST(U002_lists_and_quotes);
    TEST(U002_code_stays_as_it_is);
    TEST(U002_marks_inside_lines);
    TEST(U002_tables_line_up_and_fit);
    TEST(U002_wide_letters_flow_too);
    TEST(U002_nothing_is_lost_and_no_row_is_too_wide);
    TEST(U009_headings_for_the_outline);
    TEST(U033_columns_are_those_of_the_c_library);
    TEST(U033_scripts_and_pictures_take_their_columns);
    return tap_done();
}
