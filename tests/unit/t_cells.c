/* Tests of lua/cells.c: spans of notebook files. */
#include "tests/tap.h"

#include "lua/cells.h"

static size_t split(const char *s, cell_span *out)
{
    return cells_split(s, strlen(s), out, 16);
}

/* Joining the cells must give the file back: spans touch and cover everything. */
static void cells_cover_every_byte(void)
{
    static const char *const files[] = {
        "", "\n", "x = 1", "x = 1\n-- %% a\n", "-- %% a\r\nx\r\n-- %% b\r\ny", "-- %%\n-- %%\n\n-- %%",
        "a\n--%% no\n -- %% no\n-- %%no\n-- %% yes\n", "\xef\xbb\xbf-- %% t\n\xff\xfe\n"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        cell_span c[16];
        size_t n = split(files[i], c), at = 0;
        for (size_t k = 0; k < n; k++) {
            CHECK(c[k].start == at && c[k].end >= c[k].body && c[k].body >= c[k].start);
            at = c[k].end;
        }
        CHECK(at == strlen(files[i]));
    }
}

static void a_marker_has_a_kind_a_title_and_lines(void)
{
    static const char s[] = "local x\n-- %% [markdown] The data \n-- words\n\n-- %% Train\ny\n-- %% [raw]\n";
    cell_span c[16];

    if (!CHECK(split(s, c) == 4))
        return;
    CHECK(!c[0].marked && c[0].kind == CELL_CODE && c[0].line == 1 && c[0].body == 0);
    CHECK(c[1].marked && c[1].kind == CELL_MARKDOWN && c[1].line == 2 && c[1].body_line == 3);
    CHECK(c[1].title_n == 8 && !memcmp(s + c[1].title, "The data", 8));
    CHECK(!memcmp(s + c[1].body, "-- words\n", 9));
    CHECK(c[2].kind == CELL_CODE && c[2].line == 5 && c[2].title_n == 5);
    CHECK(c[3].kind == CELL_RAW && c[3].title_n == 0);
}

static void only_whole_markers_split(void)
{
    cell_span c[16];

    CHECK(split("x\n--%% a\n-- %%a\n  -- %% b\nprint('-- %% c')\n", c) == 1);
    CHECK(split("x\n-- %%\ny", c) == 2);
}

static void what_does_not_fit_is_left_in_the_last(void)
{
    cell_span c[2];
    static const char s[] = "-- %% a\n-- %% b\n-- %% c\n";
    CHECK(cells_split(s, strlen(s), c, 2) == 2 && c[1].end == strlen(s));
}

int main(void)
{
    TEST(cells_cover_every_byte);
    TEST(a_marker_has_a_kind_a_title_and_lines);
    TEST(only_whole_markers_split);
    TEST(what_does_not_fit_is_left_in_the_last);
    return tap_done();
}
