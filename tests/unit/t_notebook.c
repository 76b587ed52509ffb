/* t_notebook.c - the document without a screen: bytes, undo, cells, outputs, names that feed cells. */
#include "config.h"
#include "tests/tap.h"

#include "draw/plot_own.h"
#include "ui/deps.h"
#include "ui/edit.h"
#include "ui/input.h"
#include "ui/markdown.h"
#include "ui/queue.h"
#include "ui/row.h"
#include "ui/sidecar.h"

#include <stdlib.h>
#include <unistd.h>

static char folder[64], path[128];
static unsigned seed = 12345;

static unsigned pick(unsigned n)
{
    seed = seed * 1103515245 + 12345;
    return seed / 65536 % n;
}

static void put_file(const char *s)
{
    FILE *f = fopen(path, "wb");

    if (f) {
        fputs(s, f);
        fclose(f);
    }
}

static notebook open_text(const char *s)
{
    notebook nb;
    char why[300];

    put_file(s);
    CHECK(nb_open(&nb, path, why, sizeof why));
    return nb;
}

static void text_is(const notebook *nb, const char *want)
{
    char *s = nb_file(nb);

    TEXT_EQ(s, want);
    free(s);
}

static const char sample[] = "-- head\n-- %% one {tags=\"slow, big\", frozen=true}\nx = 1\n\n-- %% [markdown] two\n-- # Words\n-- %%three is no marker\n-- %%\nprint(x)";

static void U001_open_and_save_gives_the_same_bytes(void)
{
    static const char *const texts[] = {sample, "", "\n", "-- %%", "-- %%\r\nx\r\n", "no marker", "-- %% a\n-- %% b\n-- %% c", "x\n\n\n-- %%\n\n\n"};
    char why[300];

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        notebook nb = open_text(texts[i]);
        text_is(&nb, texts[i]);
        CHECK(nb_save(&nb, path, why, sizeof why));
        size_t n;
        char *s = nb_read_file(path, &n);
        TEXT_EQ(s, texts[i]);
        free(s);
        nb_free(&nb);
    }
}

static void U020_attributes_of_the_marker(void)
{
    notebook nb = open_text(sample);
    char buf[80];

    nb_title(&nb.cell[1], buf, sizeof buf);
    TEXT_EQ(buf, "one");
    CHECK(nb_attribute(&nb.cell[1], "tags", buf, sizeof buf));
    TEXT_EQ(buf, "slow, big");
    CHECK(nb_attribute(&nb.cell[1], "frozen", buf, sizeof buf));
    TEXT_EQ(buf, "true");
    CHECK(!nb_attribute(&nb.cell[1], "big", buf, sizeof buf) && !nb_attribute(&nb.cell[2], "tags", buf, sizeof buf));
    nb_free(&nb);
}

/* After any changes, undo leads back through every text there was, redo forward again. */
static void U007_undo_and_redo_go_through_every_text(void)
{
    enum { STEPS = 400 };
    static char *was[STEPS + 1];
    notebook nb = open_text(sample);
    nb_place p = {0, 0};
    size_t n = 0;

    for (int k = 0; k < STEPS; k++) {
        size_t i = pick((unsigned)nb.n);
        nb_remember(&nb, p);
        char *now = nb_file(&nb);
        if (!n || strcmp(now, was[n - 1]))
            was[n++] = now;
        else
            free(now);
        switch (pick(8)) {
        case 0: nb_insert(&nb, i); break;
        case 1: nb_delete(&nb, i); break;
        case 2: nb_move(&nb, i, pick((unsigned)nb.n)); break;
        case 3: nb_split(&nb, i, nb.cell[i].body.n ? pick((unsigned)nb.cell[i].body.n) : 0); break;
        case 4: nb_merge(&nb, i); break;
        case 5: nb_toggle_kind(&nb, i); break;
        case 6: text_add(&nb.cell[i].body, "y = 2\n"); break;
        default: nb_insert_text(&nb, i, "-- %% put\nin\n-- %% two\n"); break;
        }
    }
    char *last = nb_file(&nb);
    bool good = true;
    for (size_t k = n; k-- > 0 && good;) {
        if (k == n - 1 && !strcmp(last, was[k]))
            continue;
        good = nb_undo(&nb, &p);
        char *s = nb_file(&nb);
        good = good && !strcmp(s, was[k]);
        free(s);
    }
    CHECK(good);
    CHECK(!nb_undo(&nb, &p));
    for (size_t k = 1; k < n && good; k++) {
        good = nb_redo(&nb, &p);
        char *s = nb_file(&nb);
        good = good && !strcmp(s, was[k]);
        free(s);
    }
    CHECK(good);
    free(last);
    for (size_t k = 0; k < n; k++)
        free(was[k]);
    nb_free(&nb);
}

static void U007_the_history_outlives_a_restart(void)
{
    notebook nb = open_text("-- %%\na\n");
    nb_place p = {0, 0};
    char why[300];

    nb_remember(&nb, p);
    text_add(&nb.cell[0].body, "b\n");
    nb_remember(&nb, p);
    text_add(&nb.cell[0].body, "c\n");
    nb_remember(&nb, p);
    CHECK(nb_save(&nb, path, why, sizeof why) && sidecar_save_history(&nb, why, sizeof why));
    nb_free(&nb);
    CHECK(nb_open(&nb, path, why, sizeof why));
    sidecar_load_history(&nb);
    CHECK(nb_undo(&nb, &p) && nb_undo(&nb, &p) && !nb_undo(&nb, &p));
    text_is(&nb, "-- %%\na\n");
    nb_free(&nb);
    put_file("-- %%\nchanged outside\n"); /* the steps do not fit: they are left out */
    CHECK(nb_open(&nb, path, why, sizeof why));
    sidecar_load_history(&nb);
    CHECK(!nb_undo(&nb, &p));
    nb_free(&nb);
}

static void U006_split_and_merge_are_inverse(void)
{
    notebook nb = open_text("-- %% a\nx = 1\ny = 2\n-- %% b\nz = 3\n");

    CHECK(nb_split(&nb, 0, 6));
    text_is(&nb, "-- %% a\nx = 1\n-- %%\ny = 2\n-- %% b\nz = 3\n");
    CHECK(nb_merge(&nb, 0));
    text_is(&nb, "-- %% a\nx = 1\ny = 2\n-- %% b\nz = 3\n");
    CHECK(nb_merge(&nb, 0) && !nb_merge(&nb, 0));
    nb_free(&nb);
}

static void U002_kinds_go_to_and_fro(void)
{
    notebook nb = open_text("-- %% a {tags=\"t\"}\nx = 1\n\n  y\n");

    CHECK(nb_toggle_kind(&nb, 0));
    text_is(&nb, "-- %% [markdown] a {tags=\"t\"}\n-- x = 1\n\n--   y\n");
    CHECK(nb_toggle_kind(&nb, 0));
    text_is(&nb, "-- %% a {tags=\"t\"}\nx = 1\n\n  y\n");
    nb_free(&nb);
}

static void U012_outputs_come_back_and_fit_the_width(void)
{
    notebook nb = open_text("-- %% a\nx\n-- %% b\ny\n");
    double y[] = {1, 2.5, (double)NAN, 4};
    char why[300];

    output_add(&nb.cell[0].out, OUT_TEXT, "one\ntwo \x1b[31mred\n", 17, NULL);
    output_add(&nb.cell[0].out, OUT_ERROR, "bad\n", 4, NULL);
    double x[] = {1, 2, 3, 4};
    plot_series curve = {.name = "curve", .kind = PLOT_LINE, .x = x, .y = y, .n = 4};
    plot_panel panel = {.series = &curve, .n_series = 1};
    text scene = {0};
    plot_write(&(plot){.panel = &panel, .n = 1}, &scene);
    CHECK(output_add_plot(&nb.cell[1].out, text_str(&scene), scene.n));
    text_free(&scene);
    output_add_table(&nb.cell[1].out, "name\tvalue\nfirst\t1\nsecond\t22\n");
    nb.cell[0].state = CELL_FAILED;
    nb.cell[1].state = CELL_DONE;
    nb.cell[1].fold_out = true;
    CHECK(sidecar_save_outputs(&nb, why, sizeof why));
    text a = {0}, b = {0};
    output_text(&nb.cell[1].out, 60, false, &a);
    CHECK(strstr(text_str(&a), "first       1") && strstr(text_str(&a), "second     22"));
    nb_free(&nb);
    put_file("-- %% new\nn\n-- %% a\nx\n-- %% b\ny\n"); /* a cell was put before them meanwhile */
    CHECK(nb_open(&nb, path, why, sizeof why));
    sidecar_load_outputs(&nb);
    CHECK(nb.cell[0].out.n == 0 && nb.cell[1].out.n == 3 && nb.cell[2].out.n == 2);
    TEXT_EQ(nb.cell[1].out.v[1].line, "two [31mred"); /* no escape codes */
    CHECK(nb.cell[1].state == CELL_FAILED && nb.cell[1].out.v[2].kind == OUT_ERROR && nb.cell[2].fold_out && !nb.cell[2].stale);
    output_text(&nb.cell[2].out, 60, false, &b);
    TEXT_EQ(text_str(&b), text_str(&a));
    text_free(&a);
    text_free(&b);
    nb_free(&nb);
}

static void U013_old_lines_are_spilled_in_order(void)
{
    output o = {0};
    text spill = {0};

    for (int i = 0; i < 130000; i++) {
        char line[32];
        snprintf(line, sizeof line, "line %d\n", i);
        output_add(&o, OUT_TEXT, line, strlen(line), &spill);
    }
    CHECK(o.n <= OUTPUT_LINES && o.n + o.spilled == 130000);
    char first[32];
    snprintf(first, sizeof first, "line %zu", o.spilled);
    TEXT_EQ(o.v[0].line, first);
    CHECK(!strncmp(text_str(&spill), "line 0\nline 1\n", 14));
    text_free(&spill);
    output_free(&o);
}

static bool feeds(const char *from, const char *to)
{
    static deps a, b;

    deps_read(&a, from, strlen(from));
    deps_read(&b, to, strlen(to));
    return deps_feed(&a, &b);
}

static void U011_what_a_cell_reads_and_changes(void)
{
    CHECK(feeds("train = weir.import 'x.csv'", "m = weir.deeplearning{ training_frame = train }"));
    CHECK(feeds("train.C785:asfactor()", "print(train)"));
    CHECK(feeds("a, b = 1, 2", "print(b)") && feeds("function f() end", "f()") && feeds("t.x = 1", "return t"));
    CHECK(!feeds("local train = 1", "print(train)") && !feeds("train = 1", "local train = 2 print(train)"));
    CHECK(!feeds("f{ y = 1 }", "print(y)") && !feeds("x = 1", "print('x') -- x\nprint(t.x)"));
    CHECK(!feeds("print(x)", "print(x)") && !feeds("for i = 1, 3 do end", "print(i)"));
    CHECK(!feeds("x = 1", "x = 2\nprint(x)")); /* it makes its own */
    CHECK(feeds("if a then\n  b = 1\nend", "c = b"));
}

static void U043_the_queue_keeps_its_order_and_batches(void)
{
    queue q = {0};

    for (int64_t i = 1; i <= 4; i++)
        CHECK(queue_add(&q, i, i > 1 ? 7 : 0));
    CHECK(!queue_add(&q, 2, 0) && queue_place(&q, 4) == 4);
    CHECK(queue_move(&q, 4, -1) && queue_place(&q, 4) == 3 && !queue_move(&q, 1, -1));
    CHECK(queue_next(&q, true) == 0 && queue_next(&q, false) == 1 && queue_next(&q, false) == 2);
    CHECK(queue_next(&q, false) == 0); /* the batch waits for its cell 2 */
    q.busy_batch = 0;
    CHECK(queue_next(&q, false) == 4 && queue_drop_batch(&q, 7) == 1 && q.n == 0);
    queue_free(&q);
}

static void U032_indent_and_brackets(void)
{
    edit e = {0};

    edit_set(&e, "for i = 1, 3 do");
    CHECK(edit_new_line(&e));
    TEXT_EQ(edit_string(&e), "for i = 1, 3 do\n  ");
    edit_set(&e, "f(\")\", {1, (2)}) -- )");
    CHECK(edit_bracket(edit_string(&e), strlen(edit_string(&e)), 1) == 15);
    CHECK(edit_bracket(edit_string(&e), strlen(edit_string(&e)), 15) == 1);
    CHECK(edit_bracket(edit_string(&e), strlen(edit_string(&e)), 20) == SIZE_MAX);
    edit_free(&e);
}

static void U033_marks_go_with_their_letters(void)
{
    edit e = {0};

    edit_set(&e, "a\u0308\u4e2d");
    edit_move(&e, TO_LEFT, false);
    CHECK(e.cursor == 3);
    edit_move(&e, TO_LEFT, false);
    CHECK(e.cursor == 0);
    edit_delete(&e, TO_RIGHT);
    TEXT_EQ(edit_string(&e), "\u4e2d");
    edit_free(&e);
}

/* Whether byte `at` is between two characters as people count them: by a definition of its own, from the line's start. */
static bool between(const char *s, size_t n, size_t at)
{
    size_t i = 0, flags = 0;
    uint32_t prev = '\n', cp;

    while (i < at) {
        i += text_next(s + i, n - i, &cp);
        flags = cp >= 0x1f1e6 && cp <= 0x1f1ff ? flags + 1 : 0;
        prev = cp;
    }
    if (i > at || at >= n)
        return i == at;
    text_next(s + i, n - i, &cp);
    if (prev == '\n' || !at)
        return true;
    bool upon = (cp >= 0x300 && cp < 0x370) || cp == 0x20e3 || cp == 0x200d || cp == 0xfe0f || (cp >= 0x1f3fb && cp <= 0x1f3ff);
    return !(upon || (prev == 0x200d && (cp == 0x1f4bb || cp == 0x1f680)) || (cp == 0x1f1e9 && flags % 2 == 1));
}

static void U033_the_cursor_is_never_inside_a_character(void)
{
    static const char *const letters[] = {"a", "b", " ", "\n", "(", "\u0301", "\u0308", "\u4e2d", "\U0001f469", "\u200d", "\U0001f4bb", "\U0001f680",
                                          "\U0001f3fd", "\U0001f1e9", "\ufe0f", "\u00e9", "\t", "\xff"};
    static const char *const commands[] = {"left", "right", "word-left", "word-right", "line-start", "line-end", "line-up", "line-down", "text-start", "text-end",
                                           "select-left", "select-right", "select-line-up", "select-line-down", "backspace", "delete", "kill-line-end",
                                           "kill-line-start", "kill-word-left", "kill-word-right", "yank", "transpose", "indent", "outdent", "new-line"};
    edit e = {0};
    size_t bad = 0;

    edit_set(&e, "");
    for (int i = 0; i < 40000; i++) {
        if (pick(2)) {
            const char *s = letters[pick(sizeof letters / sizeof *letters)];
            edit_insert(&e, s, strlen(s));
        } else {
            edit_command(&e, commands[pick(sizeof commands / sizeof *commands)]);
        }
        size_t n = edit_text(&e)->n;
        if ((!between(edit_string(&e), n, e.cursor) || (e.selecting && !between(edit_string(&e), n, e.anchor))) && bad++ < 3)
            printf("# step %d: cursor %zu, anchor %zu (%d) of %zu\n", i, e.cursor, e.anchor, e.selecting, n);
        if (n > 600)
            edit_set(&e, "");
    }
    CHECK(!bad);
    edit_free(&e);
}

/* Columns by hand: a tab goes to the next multiple of 4, a control character takes one. */
static void U033_what_is_drawn_stands_where_the_cursor_is(void)
{
    static const char line[] = "\ta\u0301\u4e2d\001x";
    canvas c = {0};
    text t = {0};

    CHECK(row_column(line, sizeof line - 1, 0) == 0);
    CHECK(row_column(line, sizeof line - 1, 1) == 4);  /* a */
    CHECK(row_column(line, sizeof line - 1, 4) == 5);  /* wide */
    CHECK(row_column(line, sizeof line - 1, 7) == 7);  /* ^A */
    CHECK(row_column(line, sizeof line - 1, 8) == 8 && row_width(line, sizeof line - 1) == 9);
    CHECK(row_at(line, sizeof line - 1, 2) == 0 && row_at(line, sizeof line - 1, 6) == 4 && row_at(line, sizeof line - 1, 99) == 9);
    canvas_resize(&c, 12, 1);
    row_draw(&c, 1, 0, 11, 0, line, sizeof line - 1, NULL, 0);
    canvas_to_text(&c, &t);
    TEXT_EQ(text_str(&t), "     a\u0301\u4e2d\u2401x\n");
    text_clear(&t);
    canvas_clear(&c);
    row_draw(&c, 0, 0, 12, 6, line, sizeof line - 1, NULL, 0); /* half of the wide one is left: nothing of it shows */
    canvas_to_text(&c, &t);
    TEXT_EQ(text_str(&t), " \u2401x\n");
    text_free(&t);
    canvas_free(&c);
}

static void U035_a_paste_is_one_event_however_it_arrives(void)
{
    static const char bytes[] = "x\033[200~two\nlines \033 of\tit\033[201~\033[1;5A\033a";
    int whole[8];
    size_t n = 0;

    for (size_t part = 1; part < sizeof bytes; part++) {
        input in = {0};
        int got[8] = {0}, key;
        size_t k = 0;
        for (size_t at = 0; at < sizeof bytes - 1; at += part) {
            input_feed(&in, bytes + at, part < sizeof bytes - 1 - at ? part : sizeof bytes - 1 - at);
            while ((key = input_next(&in, false)) != K_NONE && k < 8) {
                got[k++] = key;
                if (key == K_PASTE)
                    TEXT_EQ(text_str(&in.paste), "two\nlines \033 of\tit");
            }
        }
        if (part == 1) {
            memcpy(whole, got, sizeof whole);
            n = k;
            CHECK(k == 4 && got[0] == 'x' && got[1] == K_PASTE && got[2] == (K_UP | K_CONTROL) && got[3] == ('a' | K_ALT));
        }
        CHECK(k == n && !memcmp(whole, got, sizeof whole));
        input_free(&in);
    }
}

int main(void)
{
    snprintf(folder, sizeof folder, "/tmp/weirnbXXXXXX");
    if (!mkdtemp(folder)) {
        printf("Bail out! no temporary folder\n");
        return 1;
    }
    snprintf(path, sizeof path, "%s/nb.lua", folder);
    TEST(U001_open_and_save_gives_the_same_bytes);
    TEST(U002_kinds_go_to_and_fro);
    TEST(U006_split_and_merge_are_inverse);
    TEST(U007_undo_and_redo_go_through_every_text);
    TEST(U007_the_history_outlives_a_restart);
    TEST(U011_what_a_cell_reads_and_changes);
    TEST(U012_outputs_come_back_and_fit_the_width);
    TEST(U013_old_lines_are_spilled_in_order);
    TEST(U020_attributes_of_the_marker);
    TEST(U032_indent_and_brackets);
    TEST(U033_marks_go_with_their_letters);
    TEST(U033_the_cursor_is_never_inside_a_character);
    TEST(U033_what_is_drawn_stands_where_the_cursor_is);
    TEST(U035_a_paste_is_one_event_however_it_arrives);
    TEST(U043_the_queue_keeps_its_order_and_batches);
    char cmd[200];
    snprintf(cmd, sizeof cmd, "rm -rf %s", folder);
    if (system(cmd) != 0)
        printf("# %s was left\n", folder);
    return tap_done();
}
