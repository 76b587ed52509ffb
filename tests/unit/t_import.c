/* t_import.c - text to frames: one frame whatever path, threads and blocks; damage has a place; nothing is lost. */
#include "config.h"

#include "base/mem.h"
#include "base/progress.h"
#include "base/rng.h"
#include "base/text.h"
#include "data/csv.h"
#include "data/idx.h"
#include "data/svmlight.h"
#include "tests/tap.h"

#include <pthread.h>
#include <unistd.h>
#include <zlib.h>

static weir_frame *read_text(const void *s, size_t n, const csv_options *o, int threads, import_report *report, weir_error *err)
{
    static const csv_options none;
    import_report own;
    progress p = {.threads = threads};
    weir_frame *f = NULL;

    csv_import_memory(&f, "test.csv", s, n, o ? o : &none, report ? report : &own, &p, err);
    return f;
}

static weir_frame *read_string(const char *s, const csv_options *o, weir_error *err)
{
    return read_text(s, strlen(s), o, 1, NULL, err);
}

static bool same_cell(const column *a, const column *b, size_t i)
{
    if (a->store == STORE_TEXT) {
        const char *s = column_text_at(a, i, NULL), *t = column_text_at(b, i, NULL);
        return s && t ? !strcmp(s, t) : s == t;
    }
    double x = column_at(a, i), y = column_at(b, i);
    return !memcmp(&x, &y, sizeof x) || (isnan(x) && isnan(y));
}

/* Names, types, storage, levels, statistics to the last bit, cells. */
static bool same_column(const column *a, const column *b)
{
    if (a->type != b->type || a->store != b->store || a->rows != b->rows || a->n_levels != b->n_levels || a->bytes != b->bytes ||
        a->has_missing != b->has_missing || a->stats.missing != b->stats.missing || a->stats.zeros != b->stats.zeros)
        return printf("# type %d %d store %d %d rows %zu %zu levels %zu %zu bytes %llu %llu missing %zu %zu\n", a->type, b->type, a->store,
                      b->store, a->rows, b->rows, a->n_levels, b->n_levels, (unsigned long long)a->bytes, (unsigned long long)b->bytes,
                      a->stats.missing, b->stats.missing) < 0;
    const double x[] = {a->stats.min, a->stats.max, a->stats.mean, a->stats.sd, a->sum_squares_dev};
    const double y[] = {b->stats.min, b->stats.max, b->stats.mean, b->stats.sd, b->sum_squares_dev};
    for (size_t i = 0; i < 5; i++)
        if (!(x[i] == y[i] || (isnan(x[i]) && isnan(y[i]))))
            return printf("# statistic %zu: %.17g %.17g\n", i, x[i], y[i]) < 0;
    for (size_t i = 0; i < a->n_levels; i++)
        if (strcmp(a->levels[i], b->levels[i]))
            return printf("# level %s %s\n", a->levels[i], b->levels[i]) < 0;
    for (size_t i = 0; i < a->rows; i++)
        if (!same_cell(a, b, i))
            return printf("# cell %zu\n", i) < 0;
    return true;
}

static bool same_frame(const weir_frame *a, const weir_frame *b)
{
    if (!a || !b || a->rows != b->rows || a->cols != b->cols)
        return printf("# %zu x %zu, %zu x %zu\n", a ? a->rows : 0, a ? a->cols : 0, b ? b->rows : 0, b ? b->cols : 0) < 0;
    for (size_t i = 0; i < a->cols; i++)
        if (strcmp(a->name[i], b->name[i]) || !same_column(a->col[i], b->col[i]))
            return printf("# column %zu %s %s\n", i, a->name[i], b->name[i]) < 0;
    return true;
}

/* Generated files ------------------------------------------------------------------------------- */

enum { KINDS = 12 };

/* A cell of a column of that kind; the bytes of the plain form. */
static void cell_of(uint64_t seed, size_t kind, uint64_t at, char *s)
{
    uint64_t r = rng_u64(seed, (uint32_t)kind + 100, at);

    switch (kind) {
    case 0: snprintf(s, 64, "%d", (int)(r % 256)); break;
    case 1: snprintf(s, 64, "%s", r % 5 ? "0" : "1"); break;
    case 2: snprintf(s, 64, "%d", (int)(r % 70000) - 35000); break;
    case 3: snprintf(s, 64, "%.2f", (double)(r % 100000) / 100); break;
    case 4: snprintf(s, 64, "%.17g", (double)(int64_t)r * 1e-12); break;
    case 5: snprintf(s, 64, "%.0d", r % 11 ? (int)(r % 50) + 1 : 0); break; /* 0: nothing */
    case 6: snprintf(s, 64, "%s", ((const char *[]){"red", "green", "blue", "dark blue", "NA", ""})[r % 6]); break;
    case 7: snprintf(s, 64, "row-%llu", (unsigned long long)r); break;
    case 8: snprintf(s, 64, "20%02d-%02d-%02d", (int)(r % 40), (int)((r >> 8) % 12) + 1, (int)((r >> 16) % 28) + 1); break;
    case 9: s[0] = 0; break;
    case 10: snprintf(s, 64, "%s", at % 7001 == 7000 ? "300.5" : "7"); break;
    default: snprintf(s, 64, "%llu", (unsigned long long)(r % 100 ? 3 : r)); break;
    }
}

/* quoted: every cell that says something is in quotes, and there are blanks around. */
static void generate(text *t, uint64_t seed, size_t rows, bool quoted, const char *eol)
{
    char s[64];

    for (size_t k = 0; k < KINDS; k++)
        text_fmt(t, "%sk%zu", k ? "," : "", k);
    text_add(t, eol);
    for (size_t i = 0; i < rows; i++) {
        for (size_t k = 0; k < KINDS; k++) {
            cell_of(seed, k, i, s);
            text_add(t, k ? "," : "");
            if (quoted && *s && rng_u64(seed, 99, i * KINDS + k) % 3)
                text_fmt(t, "\"%s\"", s);
            else
                text_fmt(t, quoted ? " %s " : "%s", s);
        }
        text_add(t, eol);
    }
}

static void F090_plain_and_quoted_text_give_the_same_frame_on_any_number_of_threads(void)
{
    static const size_t rows[] = {1, 2, 3, 17, 1000, 60000};

    for (uint64_t seed = 1; seed <= 6; seed++) {
        text plain = {0}, quoted = {0}, windows = {0};
        weir_error err = {0};
        generate(&plain, seed, rows[seed - 1], false, "\n");
        generate(&quoted, seed, rows[seed - 1], true, "\n");
        generate(&windows, seed, rows[seed - 1], seed % 2, "\r\n");
        csv_options o = {.header = 1};
        weir_frame *a = read_text(plain.s, plain.n, &o, 1, NULL, &err);
        if (!CHECK(a && a->rows == rows[seed - 1]))
            printf("# %s\n", err.message);
        for (int threads = 1; threads <= 4; threads += 3) {
            weir_frame *b = read_text(quoted.s, quoted.n, &o, threads, NULL, &err), *c = read_text(windows.s, windows.n, &o, threads, NULL, &err),
                       *d = read_text(plain.s, plain.n, &o, threads, NULL, &err);
            CHECK(same_frame(a, b));
            CHECK(same_frame(a, c));
            CHECK(same_frame(a, d));
            weir_frame_unref(b), weir_frame_unref(c), weir_frame_unref(d);
        }
        weir_frame_unref(a);
        text_free(&plain), text_free(&quoted), text_free(&windows);
    }
}

/* Every numeric column is bit for bit what building it from the numbers gives. */
static void F090_columns_are_those_of_the_numbers_themselves(void)
{
    enum { ROWS = 60000 };
    text plain = {0};
    double *x = malloc(ROWS * sizeof *x);
    char s[64];

    generate(&plain, 6, ROWS, false, "\n");
    weir_frame *f = read_text(plain.s, plain.n, NULL, 3, NULL, NULL);
    for (size_t k = 0; f && k < KINDS; k++) {
        if (k == 6 || k == 7 || k == 8)
            continue;
        for (size_t i = 0; i < ROWS; i++) {
            cell_of(6, k, i, s);
            x[i] = *s ? strtod(s, NULL) : (double)NAN;
        }
        column *want = column_of_numbers(WEIR_TYPE_NUMERIC, x, ROWS);
        if (!CHECK(same_column(f->col[k], want)))
            printf("# kind %zu\n", k);
        column_unref(want);
    }
    CHECK(f && f->col[6]->type == WEIR_TYPE_FACTOR && f->col[6]->n_levels == 4);
    CHECK(f && f->col[7]->type == WEIR_TYPE_STRING && f->col[8]->type == WEIR_TYPE_TIME && f->col[9]->type == WEIR_TYPE_MISSING);
    weir_frame_unref(f);
    text_free(&plain);
    free(x);
}

/* A column of numbers that turns into text after the sample keeps the text of its first cells. */
static void F090_a_type_does_not_depend_on_how_much_was_looked_at(void)
{
    text t = {0};
    import_report report;

    text_add(&t, "id,x,y\n");
    for (size_t i = 0; i < 400000; i++)
        text_fmt(&t, "%zu,00%zu,%d\n", i, i % 10, (int)(i % 3));
    text_add(&t, "400000,late,2024-01-01\n");
    weir_frame *f = read_text(t.s, t.n, NULL, 2, &report, NULL);
    if (CHECK(f && f->rows == 400001)) {
        CHECK(report.passes == 2);
        CHECK(f->col[1]->type == WEIR_TYPE_FACTOR && f->col[1]->n_levels == 11);
        TEXT_EQ(f->col[1]->levels[3], "003");
        CHECK(f->col[2]->type == WEIR_TYPE_FACTOR && f->col[0]->type == WEIR_TYPE_NUMERIC);
    }
    weir_frame_unref(f);
    text_free(&t);
}

/* Blocks of a few bytes: rows, headers and quotes lie across their borders; the frame does not show it. */
static void F090_the_size_of_blocks_does_not_show(void)
{
    static const char *const heads[] = {"", "\n\n  \n", "# what follows\n#,,,\n\n"};

    for (size_t h = 0; h < 3; h++)
        for (int quoted = 0; quoted < 2; quoted++) {
            text t = {0};
            weir_error err = {0};
            csv_options o = {.header = 1, .comments = "#"};
            text_add(&t, heads[h]);
            generate(&t, 4 + h, 40, quoted, h == 1 ? "\r\n" : "\n");
            weir_frame *want = read_text(t.s, t.n, &o, 1, NULL, &err);
            CHECK(want && want->rows == 40);
            for (o.block = 1; o.block < 3000; o.block += 1 + o.block / 3) {
                import_report report;
                weir_frame *f = read_text(t.s, t.n, &o, 1 + (int)(o.block % 2), &report, &err);
                if (!CHECK(same_frame(want, f) && report.rows == 40))
                    printf("# blocks of %zu: %s\n", o.block, err.message);
                weir_frame_unref(f);
            }
            weir_frame_unref(want);
            text_free(&t);
        }
}

/* Damage ------------------------------------------------------------------------------------------- */

/* More labels than a thread remembers. */
static void F090_very_many_labels(void)
{
    enum { ROWS = 200000, LABELS = 90001 };
    text t = {0};
    size_t wrong = 0;

    text_add(&t, "label,n\n");
    for (size_t i = 0; i < ROWS; i++)
        text_fmt(&t, "L%06zu,%zu\n", i * 7919 % LABELS, i % 100);
    for (int threads = 1; threads <= 3; threads++) {
        weir_frame *f = read_text(t.s, t.n, NULL, threads, NULL, NULL);
        if (!CHECK(f && f->rows == ROWS && f->col[0]->n_levels == LABELS))
            break;
        for (size_t i = 0; i < ROWS; i++) /* levels are in order, and there is one for each number */
            wrong += column_code_at(f->col[0], i) != i * 7919 % LABELS;
        TEXT_EQ(f->col[0]->levels[77], "L000077");
        weir_frame_unref(f);
    }
    CHECK(!wrong);
    text_free(&t);
}

static void every_class_of_damage_has_its_line_and_column(void)
{
    static const struct { const char *s; int64_t line; const char *says; } bad[] = {
        {"a,b\n1,2\n3\n", 3, "1 cells; 2 are expected"},
        {"a,b\n1,2\n3,4,5\n", 3, "3 cells; 2 are expected"},
        {"a,b\n1,2\n\n\n\"x,4\n5,6\n", 5, "column 1: the quote that opens here is never closed"},
        {"a,b\n\"x\"y,2\n", 2, "column 4: text behind the closing quote"},
        {"a,b\n1,\"p\"\n\"q\nr\"s,2\n", 4, "text behind the closing quote"},
        {"a,a\n1,2\n", 0, "both called 'a'"},
        {"a\tb\n1\t2\n2\t3\t4\n", 3, "3 cells; 2 are expected"}, /* no line of text: the separator is seen all the same */
        {"a;b\n1;2;\n2;3;\n", 2, "3 cells; 2 are expected"},
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        weir_error err = {0};
        weir_frame *f = read_string(bad[i].s, NULL, &err);
        if (!CHECK(!f && err.status == WEIR_EFORMAT && err.line == bad[i].line && strstr(err.message, bad[i].says)))
            printf("# %zu: line %lld, %s\n", i, (long long)err.line, err.message);
        weir_frame_unref(f);
    }
    weir_error err = {0};
    CHECK(!read_text("a,b\n1,\0 2\n", 10, NULL, 1, NULL, &err) && strstr(err.message, "line 2"));
    CHECK(!read_text("\xff\xfe" "a\0,\0", 6, NULL, 1, NULL, &err) && strstr(err.message, "UTF-16"));
    CHECK(!read_text("", 0, NULL, 1, NULL, &err) && strstr(err.message, "empty"));
    CHECK(!read_text("\n\n\n", 3, NULL, 1, NULL, &err) && strstr(err.message, "no line with text"));
    CHECK(!read_text("BZh91AY", 7, NULL, 1, NULL, &err) && strstr(err.message, "bunzip2"));
}

/* One file with everything that is odd and yet means something. */
static void a_file_of_every_nastiness_is_read_as_it_is_meant(void)
{
    static const char s[] = "\xef\xbb\xbf# made by hand\r\n\r\n  \r\n\"na\"\"me\", n ,date,text,z\r\n"
                            "\"x, y\",+1,2014-01-02, he said ,\"\"\r\n"
                            "'z',-.5,2015-12-31,ab\"c,NA\r\n\r\n"
                            "\"line one\nline two\",1e3,,\"he said \"\"hi\"\"\",N/A\r\n"
                            "# a comment, here, too,,\r\n"
                            "\xc3\xa4,  7\t,2016-02-29, ,?";
    csv_options o = {.comments = "#", .header = 1};
    import_report report;
    weir_error err = {0};
    weir_frame *f = read_text(s, sizeof s - 1, &o, 2, &report, &err);
    char cell[64];

    if (!CHECK(f && f->rows == 4 && f->cols == 5)) {
        printf("# %s\n", err.message);
        return;
    }
    CHECK(report.comments == 1 && report.rows == 4 && report.bad_cells == 0); /* the first stands before the header */
    TEXT_EQ(f->name[0], "na\"me");
    TEXT_EQ(f->name[1], "n");
    weir_frame_text(f, 0, 0, cell, sizeof cell), TEXT_EQ(cell, "x, y");
    weir_frame_text(f, 0, 2, cell, sizeof cell), TEXT_EQ(cell, "line one\nline two");
    NEAR(column_at(f->col[1], 1), -0.5, 0);
    NEAR(column_at(f->col[1], 2), 1000, 0);
    NEAR(column_at(f->col[1], 3), 7, 0);
    CHECK(f->col[2]->type == WEIR_TYPE_TIME && column_missing(f->col[2], 2));
    NEAR(column_at(f->col[2], 0), 1388620800000.0, 0);
    weir_frame_text(f, 3, 0, cell, sizeof cell), TEXT_EQ(cell, "he said");
    weir_frame_text(f, 3, 1, cell, sizeof cell), TEXT_EQ(cell, "ab\"c");
    weir_frame_text(f, 3, 2, cell, sizeof cell), TEXT_EQ(cell, "he said \"hi\"");
    CHECK(column_missing(f->col[3], 3) && f->col[4]->stats.missing >= 3);
    weir_frame_unref(f);
}

static void F445_what_was_said_is_kept_and_what_does_not_fit_is_counted(void)
{
    weir_value types = weir_list(), na = weir_list(), skip = weir_list();
    csv_options o = {.types = &types};
    import_report report;

    weir_list_add(&types, weir_text("numeric"), NULL);
    weir_list_add(&types, weir_text("factor"), NULL);
    weir_frame *f = read_text("a,b\n1,1\noops,2\n-9,01\n", 21, &o, 1, &report, NULL);
    CHECK(f && f->col[0]->type == WEIR_TYPE_NUMERIC && f->col[0]->stats.missing == 1 && f->col[1]->n_levels == 3);
    CHECK(report.bad_cells == 1 && report.n_bad == 1 && report.bad[0].line == 3);
    TEXT_EQ(report.bad[0].text, "oops");
    TEXT_EQ(report.bad[0].column, "a");
    weir_frame_unref(f);
    weir_list_add(&na, weir_text("-9"), NULL);
    weir_list_add(&skip, weir_text("b"), NULL);
    o = (csv_options){.na = &na, .skip = &skip};
    f = read_string("a,b\n1,x\nNA,y\n-9,z\n", &o, NULL);
    CHECK(f && f->cols == 1 && f->col[0]->type == WEIR_TYPE_FACTOR && f->col[0]->stats.missing == 1); /* NA is a text now */
    weir_frame_unref(f);
    o = (csv_options){.quote = '\'', .sep = ';', .header = -1, .escape = '\\'};
    f = read_string("'a;b';1\n'c\\'d';2\n", &o, NULL);
    CHECK(f && f->rows == 2 && f->cols == 2);
    char cell[16];
    weir_frame_text(f, 0, 1, cell, sizeof cell), TEXT_EQ(cell, "c'd");
    TEXT_EQ(f->name[1], "C2");
    weir_frame_unref(f);
    weir_value_clear(&types), weir_value_clear(&na), weir_value_clear(&skip);
}

/* Packed ------------------------------------------------------------------------------------------- */

static size_t pack(const char *s, size_t n, unsigned char *to, size_t cap)
{
    z_stream z = {0};

    deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    z.next_in = (unsigned char *)(uintptr_t)s;
    z.avail_in = (unsigned)n;
    z.next_out = to;
    z.avail_out = (unsigned)cap;
    deflate(&z, Z_FINISH);
    size_t used = cap - z.avail_out;
    deflateEnd(&z);
    return used;
}

static void F091_members_of_gzip_follow_each_other_and_a_cut_is_seen(void)
{
    static const char s[] = "a,b\n1,x\n2,y\n3,x\n4,y\n";
    unsigned char gz[1024];
    size_t n = pack(s, 13, gz, sizeof gz);
    weir_error err = {0};

    n += pack(s + 13, sizeof s - 14, gz + n, sizeof gz - n);
    weir_frame *want = read_string(s, NULL, NULL), *f = read_text(gz, n, NULL, 2, NULL, &err);
    CHECK(same_frame(want, f));
    weir_frame_unref(f);
    memset(gz + n, 0, 100); /* a tape's padding */
    f = read_text(gz, n + 100, NULL, 1, NULL, &err);
    CHECK(same_frame(want, f));
    weir_frame_unref(f);
    memcpy(gz + n, "junk", 4);
    CHECK(!read_text(gz, n + 4, NULL, 1, NULL, &err) && strstr(err.message, "something else behind"));
    for (size_t k = 2; k < n; k++) { /* cut anywhere: an error, or, exactly between members, the first */
        f = read_text(gz, k, NULL, 1, NULL, &err);
        CHECK(!f || f->rows == 2);
        weir_frame_unref(f);
    }
    for (size_t k = 0; k < n; k++) { /* a flipped bit: an error, or a field of the header that says nothing */
        gz[k] ^= 0x10;
        f = read_text(gz, n, NULL, 1, NULL, &err);
        CHECK(!f || same_frame(want, f) || k < 10);
        gz[k] ^= 0x10;
        weir_frame_unref(f);
    }
    weir_frame_unref(want);
}

/* The header of RFC 1952 with all that it may have; what the flags leave out is not there. */
static size_t pack_with_header(const char *s, size_t n, unsigned flags, unsigned char *to)
{
    unsigned char plain[512];
    size_t packed = pack(s, n, plain, sizeof plain), at = 10;

    memcpy(to, plain, 10);
    to[3] = (unsigned char)flags;
    if (flags & 4)
        memcpy(to + at, "\5\0extra", 7), at += 7;
    if (flags & 8)
        memcpy(to + at, "rows.csv", 9), at += 9;
    if (flags & 16)
        memcpy(to + at, "two\nlines", 10), at += 10;
    if (flags & 2) {
        uLong crc = crc32(0, to, (uInt)at);
        to[at++] = (unsigned char)(crc & 255), to[at++] = (unsigned char)(crc >> 8 & 255);
    }
    memcpy(to + at, plain + 10, packed - 10);
    return at + packed - 10;
}

static void F091_headers_and_ends_of_gzip_are_read_and_checked(void)
{
    static const char s[] = "a,b\n1,x\n2,y\n";
    unsigned char gz[1024];
    weir_error err = {0};
    weir_frame *want = read_string(s, NULL, NULL), *f;

    for (unsigned flags = 0; flags < 64; flags++) {
        size_t n = pack_with_header(s, sizeof s - 1, flags, gz);
        f = read_text(gz, n, NULL, 1, NULL, &err);
        CHECK(flags & 32 ? !f && strstr(err.message, "damaged gzip") : same_frame(want, f));
        weir_frame_unref(f);
        if (flags & 32 || !(flags & 2))
            continue;
        gz[4] ^= 1; /* the time, which the header's checksum covers */
        CHECK(!read_text(gz, n, NULL, 1, NULL, &err) && strstr(err.message, "checksum of its header"));
    }
    size_t n = pack_with_header(s, sizeof s - 1, 0, gz);
    gz[n - 8] ^= 1;
    CHECK(!read_text(gz, n, NULL, 1, NULL, &err) && strstr(err.message, "the checksum is wrong"));
    gz[n - 8] ^= 1, gz[n - 1] ^= 1;
    CHECK(!read_text(gz, n, NULL, 1, NULL, &err) && strstr(err.message, "the size is wrong"));
    gz[n - 1] ^= 1, gz[2] = 7;
    CHECK(!read_text(gz, n, NULL, 1, NULL, &err) && strstr(err.message, "damaged gzip"));
    weir_frame_unref(want);
}

typedef struct cancelling {
    progress p;
    useconds_t after;
} cancelling;

static void *cancel_later(void *arg)
{
    cancelling *c = arg;

    usleep(c->after);
    atomic_store(&c->p.cancel, 1);
    return NULL;
}

/* Several packed files ------------------------------------------------------------------------------- */

enum { PARTS = 7 };

typedef struct parts {
    char folder[40];
    char *path[PARTS];
    size_t n;
} parts;

static void parts_begin(parts *p)
{
    *p = (parts){.folder = "/tmp/weir-parts-XXXXXX"};
    CHECK(mkdtemp(p->folder) != NULL);
}

static void parts_add(parts *p, const char *s, size_t n, bool packed)
{
    size_t cap = n + n / 100 + 1000;
    unsigned char *to = malloc(cap);
    char path[80];

    snprintf(path, sizeof path, "%s/part-%zu.csv%s", p->folder, p->n, packed ? ".gz" : "");
    if (packed)
        n = pack(s, n, to, cap);
    else
        memcpy(to, s, n);
    FILE *f = fopen(path, "wb");
    CHECK(f && fwrite(to, 1, n, f) == n && fclose(f) == 0);
    p->path[p->n++] = strdup(path);
    free(to);
}

static void parts_end(parts *p)
{
    for (size_t i = 0; i < p->n; i++)
        unlink(p->path[i]), free(p->path[i]);
    rmdir(p->folder);
}

static weir_frame *read_parts(const parts *p, const csv_options *o, int threads, import_report *report, weir_error *err)
{
    progress pr = {.threads = threads};
    weir_frame *f = NULL;

    *err = (weir_error){0};
    csv_import(&f, NULL, p->path, p->n, o, report, &pr, err);
    return f;
}

static bool same_report(const import_report *a, const import_report *b)
{
    bool same = a->rows == b->rows && a->columns == b->columns && a->files == b->files && a->stored == b->stored && a->text == b->text &&
                a->bad_cells == b->bad_cells && a->comments == b->comments && a->blanks == b->blanks && a->short_rows == b->short_rows &&
                a->long_rows == b->long_rows && a->passes == b->passes && a->n_bad == b->n_bad;

    for (size_t i = 0; same && i < a->n_bad; i++)
        same = a->bad[i].line == b->bad[i].line && !strcmp(a->bad[i].column, b->bad[i].column) && !strcmp(a->bad[i].text, b->bad[i].text);
    return same;
}

/* Part k of the generated rows; further columns: one that turns into text or times late, one of labels that differ by part. */
static void generate_part(text *t, uint64_t seed, size_t k, size_t rows, const char *late)
{
    text plain = {0};
    const char *line, *next;
    size_t i = 0;

    generate(&plain, seed * 10 + k, rows, false, "\n");
    for (line = plain.s; *line; line = next + 1, i++) {
        next = strchr(line, '\n');
        text_add_n(t, line, (size_t)(next - line));
        if (i == 0)
            text_add(t, ",late,label\n");
        else
            text_fmt(t, ",%s,p%zu-%zu\n", i == rows && *late ? late : rng_u64(seed, 7, i) % 3 ? "" : "5", k * 7 % 5, i * i % (40 + k * 100));
    }
    text_free(&plain);
}

/* The parts are read one behind the other (one thread) and side by side: rows, types, storage, levels, statistics, the report. */
static void F091_F096_packed_parts_side_by_side_are_those_read_one_behind_the_other(void)
{
    static const size_t rows[PARTS] = {1000, 1, 3000, 7000, 2, 700, 4000};
    static const char *const late[] = {"", "text", "2024-05-06"};

    for (uint64_t seed = 1; seed <= 12; seed++) {
        parts p;
        import_report want_report, report;
        weir_error err;
        csv_options o = {.header = 1, .h2o = seed == 11, .block = seed == 12 ? 5000 : 0};
        weir_value types = weir_dict();
        parts_begin(&p);
        for (size_t k = 0; k < PARTS; k++) {
            size_t which = (k + seed) % PARTS; /* the large and the small ones in every order */
            text t = {0};
            generate_part(&t, seed, k, rows[which], k == 3 + seed % 4 ? late[seed % 3] : k == 6 ? late[(seed + 1) % 3] : "");
            parts_add(&p, t.s, t.n, seed % 4 || k != 1);
            text_free(&t);
        }
        if (seed % 5 == 0) { /* what does not fit is counted, and told with its line */
            CHECK(weir_dict_set(&types, "k6", weir_text("numeric"), NULL) == WEIR_OK);
            CHECK(weir_dict_set(&types, "k7", weir_text("factor"), NULL) == WEIR_OK);
            o.types = &types;
        }
        weir_frame *want = read_parts(&p, &o, 1, &want_report, &err);
        if (!CHECK(want && want_report.at_once == 0 && want_report.rows == 15703))
            printf("# seed %llu: %s\n", (unsigned long long)seed, err.message);
        for (int threads = 2; threads <= 5; threads++) {
            weir_frame *f = read_parts(&p, &o, threads, &report, &err);
            if (!CHECK(same_frame(want, f) && same_report(&want_report, &report) && report.at_once == threads))
                printf("# seed %llu, %d threads: %s\n", (unsigned long long)seed, threads, err.message);
            weir_frame_unref(f);
        }
        weir_frame_unref(want);
        weir_value_clear(&types);
        parts_end(&p);
    }
}

/* Whichever thread meets it first: the error is that of the first file that has one. */
static void F091_the_first_damaged_part_is_the_one_that_is_named(void)
{
    for (unsigned mask = 1; mask < 32; mask++) {
        parts p;
        import_report report;
        weir_error want, err;
        csv_options o = {.header = 1};
        parts_begin(&p);
        for (size_t k = 0; k < 5; k++) {
            text t = {0};
            text_add(&t, "a,b\n");
            for (size_t i = 0; i < (5 - k) * 3000; i++) /* the last ones are read first */
                text_fmt(&t, "%zu,%zu%s\n", i, k, mask >> k & 1 && i == (5 - k) * 3000 - 7 ? ",more" : "");
            parts_add(&p, t.s, t.n, true);
            text_free(&t);
        }
        if (mask % 3 == 0) { /* and one that is not there */
            size_t gone = mask % 5;
            unlink(p.path[gone]);
        }
        CHECK(!read_parts(&p, &o, 1, &report, &want));
        for (int threads = 2; threads <= 4; threads++) {
            CHECK(!read_parts(&p, &o, threads, &report, &err) && err.status == want.status && err.line == want.line);
            TEXT_EQ(err.message, want.message);
        }
        parts_end(&p);
    }
}

static void F091_packed_parts_without_memory_and_cancelled(void)
{
    parts p;
    import_report report;
    weir_error err;
    csv_options o = {.header = 1};
    size_t failed = 0;

    parts_begin(&p);
    for (size_t k = 0; k < 4; k++) {
        text t = {0};
        generate_part(&t, 77, k, 60, k == 2 ? "text" : "");
        parts_add(&p, t.s, t.n, true);
        text_free(&t);
    }
    for (uint64_t n = 1;; n++) {
        mem_fail_nth(n);
        weir_frame *f = read_parts(&p, &o, 2, &report, &err);
        int pending = mem_fail_pending();
        mem_fail_nth(0);
        if (!CHECK(f ? f->rows == 240 : err.status == WEIR_ENOMEM))
            printf("# %llu: %s\n", (unsigned long long)n, err.message);
        failed += !f;
        weir_frame_unref(f);
        if (pending)
            break;
    }
    CHECK(failed > 100);
    for (useconds_t after = 0; after < 20000; after += 1000) {
        cancelling c = {.p = {.threads = 3}, .after = after};
        pthread_t thread;
        weir_frame *f = NULL;
        pthread_create(&thread, NULL, cancel_later, &c);
        weir_status st = csv_import(&f, NULL, p.path, p.n, &o, &report, &c.p, &err);
        pthread_join(thread, NULL);
        CHECK(st == WEIR_OK ? f && f->rows == 240 : st == WEIR_ECANCEL && !f);
        weir_frame_unref(f);
    }
    parts_end(&p);
}

static void memory_fails_at_every_place_and_nothing_leaks(void)
{
    text t = {0};
    size_t rows = 40;

    generate(&t, 3, rows, true, "\n");
    for (uint64_t n = 1;; n++) {
        weir_error err = {0};
        mem_fail_nth(n);
        weir_frame *f = read_text(t.s, t.n, NULL, 1, NULL, &err);
        int pending = mem_fail_pending();
        mem_fail_nth(0);
        if (!CHECK(f ? f->rows == rows : err.status == WEIR_ENOMEM))
            printf("# %llu: %s\n", (unsigned long long)n, err.message);
        weir_frame_unref(f);
        if (pending)
            break;
    }
    text_free(&t);
}

static void an_import_that_is_cancelled_at_any_moment_gives_nothing(void)
{
    text t = {0};
    generate(&t, 5, 60000, false, "\n");
    for (useconds_t after = 0; after < 40000; after += 2500) {
        cancelling c = {.p = {.threads = 2}, .after = after};
        pthread_t thread;
        weir_error err = {0};
        import_report report;
        csv_options o = {0};
        weir_frame *f = NULL;
        pthread_create(&thread, NULL, cancel_later, &c);
        weir_status st = csv_import_memory(&f, "test.csv", t.s, t.n, &o, &report, &c.p, &err);
        pthread_join(thread, NULL);
        CHECK(st == WEIR_OK ? f && f->rows == 60000 : st == WEIR_ECANCEL && !f);
        weir_frame_unref(f);
    }
    text_free(&t);
}

static void a_file_that_changes_while_it_is_read_is_an_error(void)
{
    char path[] = "/tmp/weir-import-XXXXXX";
    int fd = mkstemp(path);
    source *s = NULL;
    weir_error err = {0};
    char buf[65536];
    size_t got = 1;
    weir_status st;

    memset(buf, '1', sizeof buf);
    for (int i = 0; i < 40; i++)
        CHECK(write(fd, buf, sizeof buf) == (ssize_t)sizeof buf);
    CHECK(source_open(&s, path, NULL, NULL, &err) == WEIR_OK);
    st = source_read(s, buf, sizeof buf, &got, &err);
    CHECK(st == WEIR_OK && got && ftruncate(fd, 500000) == 0);
    while (!st && got)
        st = source_read(s, buf, sizeof buf, &got, &err);
    CHECK(st == WEIR_EIO && strstr(err.message, "changed while it was read"));
    source_close(s);
    close(fd);
    unlink(path);
}

/* Other formats ----------------------------------------------------------------------------------------- */

static weir_frame *svm(const char *text_of, bool lenient, import_report *report, weir_error *err)
{
    source *s = NULL;
    weir_frame *f = NULL;

    if (source_open_memory(&s, "test.svm", text_of, strlen(text_of), err) == WEIR_OK)
        svmlight_read(&f, s, lenient, report, NULL, err);
    source_close(s);
    return f;
}

static void F445_sparse_rows(void)
{
    import_report report = {0};
    weir_error err = {0};
    weir_frame *f = svm("1 1:0.5 3:2 # note\n-1 2:1.5\n\n1 1:1 5:-3\n", false, &report, &err);

    CHECK(svmlight_looks("1 1:0.5\n-1 2:1\n", 15, true) && !svmlight_looks("a,b\n1,2\n", 8, true) && !svmlight_looks("1 2\n", 4, true));
    if (CHECK(f && f->rows == 3 && f->cols == 6)) {
        NEAR(column_at(f->col[0], 1), -1, 0);
        NEAR(column_at(f->col[1], 0), 0.5, 0);
        NEAR(column_at(f->col[1], 1), 0, 0);
        NEAR(column_at(f->col[5], 2), -3, 0);
        CHECK(f->col[4]->store == STORE_CONST && report.rows == 3);
    }
    weir_frame_unref(f);
    CHECK(!svm("1 1:1\n1 3:1 2:1\n", false, &report, &err) && err.line == 2 && strstr(err.message, "column 7"));
    CHECK(!svm("1 1:x\n", false, &report, &err) && strstr(err.message, "no number"));
    CHECK(!svm("1 0:1\n", false, &report, &err) && strstr(err.message, "begin at 1"));
    CHECK(!svm("1 qid:3 1:1\n", false, &report, &err) && strstr(err.message, "query"));
    CHECK(!svm("1 99999999:1\n", false, &report, &err) && strstr(err.message, "999999"));
    f = svm("1 1:1\n1 3:1 2:1\n", true, &report, &err);
    CHECK(f && f->rows == 2 && report.bad_cells == 1);
    weir_frame_unref(f);
}

/* Columns that have entries now and then, one that begins late, one that ends early. */
static void F445_sparse_rows_in_many_runs(void)
{
    enum { ROWS = 5000, COLUMNS = 40 };
    text t = {0};
    import_report report = {0};
    weir_error err = {0};
    double *x = calloc(ROWS * COLUMNS, sizeof *x);

    for (size_t i = 0; i < ROWS; i++) {
        text_fmt(&t, "%zu", i % 2);
        x[i] = (double)(i % 2);
        for (size_t c = 1; c < COLUMNS; c++) {
            uint64_t r = rng_u64(7, (uint32_t)c, i);
            if (r % (c * c) || (c == 5 && i < 3000) || (c == 6 && i > 1500))
                continue;
            x[c * ROWS + i] = (double)(r >> 8 & 1023) / 4;
            text_fmt(&t, " %zu:%.2f", c, x[c * ROWS + i]);
        }
        text_add(&t, "\n");
    }
    weir_frame *f = svm(t.s, false, &report, &err);
    CHECK(f && f->rows == ROWS && f->cols == COLUMNS && report.rows == ROWS);
    for (size_t c = 0; f && c < f->cols; c++) {
        column *want = column_of_numbers(WEIR_TYPE_NUMERIC, x + c * ROWS, ROWS);
        CHECK(same_column(f->col[c], want));
        column_unref(want);
    }
    weir_frame_unref(f);
    text_free(&t);
    free(x);
}

static void F445_attribute_files(void)
{
    weir_error err = {0};
    weir_frame *f = read_string("% note\n@RELATION r\n\n@attribute 'the id' numeric\n@ATTRIBUTE c {b, 'a a'}\n@attribute t string\n@data\n"
                                "1,b,'x, y'\n% no row\n?,'a a',?\n3,b,z\n", NULL, &err);
    char cell[16];

    if (!CHECK(f && f->rows == 3 && f->cols == 3))
        printf("# %s\n", err.message);
    if (f) {
        TEXT_EQ(f->name[0], "the id");
        CHECK(f->col[0]->type == WEIR_TYPE_NUMERIC && f->col[0]->stats.missing == 1);
        CHECK(f->col[1]->type == WEIR_TYPE_FACTOR && f->col[2]->type == WEIR_TYPE_STRING);
        TEXT_EQ(f->col[1]->levels[0], "a a");
        weir_frame_text(f, 2, 0, cell, sizeof cell), TEXT_EQ(cell, "x, y");
    }
    weir_frame_unref(f);
    CHECK(!read_string("@attribute a numeric\n@attribute b relational\n@data\n1,2\n", NULL, &err) && err.line == 2);
    CHECK(!read_string("@attribute a numeric\n@data\n{0 1}\n", NULL, &err) && strstr(err.message, "sparse"));
    CHECK(!read_string("@attribute a numeric\n1\n", NULL, &err) && strstr(err.message, "line 2"));
}

static weir_frame *idx(const void *bytes, size_t n, weir_error *err)
{
    source *s = NULL;
    weir_frame *f = NULL;
    import_report report = {0};
    char name[] = "test.idx", *paths[] = {name};

    if (source_open_memory(&s, name, bytes, n, err) == WEIR_OK)
        idx_read(&f, s, paths, 1, NULL, &report, NULL, err);
    return f;
}

static void digits_in_their_own_format(void)
{
    static const unsigned char images[] = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 255, 5, 6, 7, 255};
    static const unsigned char halves[] = {0, 0, 13, 1, 0, 0, 0, 2, 0x3f, 0, 0, 0, 0xbf, 0, 0, 0};
    weir_error err = {0};
    weir_frame *f = idx(images, sizeof images, &err);

    if (CHECK(f && f->rows == 2 && f->cols == 4)) {
        NEAR(column_at(f->col[0], 1), 5, 0);
        NEAR(column_at(f->col[2], 0), 3, 0);
        CHECK(f->col[3]->store == STORE_CONST);
    }
    weir_frame_unref(f);
    f = idx(halves, sizeof halves, &err);
    CHECK(f && f->rows == 2 && column_at(f->col[0], 0) == 0.5 && column_at(f->col[0], 1) == -0.5);
    weir_frame_unref(f);
    for (size_t k = 1; k < sizeof images; k++)
        CHECK(!idx(images, k, &err) && *err.message);
    unsigned char more[sizeof images + 1] = {0};
    memcpy(more, images, sizeof images);
    CHECK(!idx(more, sizeof more, &err) && strstr(err.message, "behind"));
    char *labels = idx_labels_of("/a/train-images-idx3-ubyte.gz");
    TEXT_EQ(labels, "/a/train-labels-idx1-ubyte.gz");
    mem_free(labels);
}

int main(void)
{
    TEST(F090_plain_and_quoted_text_give_the_same_frame_on_any_number_of_threads);
    TEST(F090_columns_are_those_of_the_numbers_themselves);
    TEST(F090_a_type_does_not_depend_on_how_much_was_looked_at);
    TEST(F090_the_size_of_blocks_does_not_show);
    TEST(F090_very_many_labels);
    TEST(every_class_of_damage_has_its_line_and_column);
    TEST(a_file_of_every_nastiness_is_read_as_it_is_meant);
    TEST(F445_what_was_said_is_kept_and_what_does_not_fit_is_counted);
    TEST(F091_members_of_gzip_follow_each_other_and_a_cut_is_seen);
    TEST(F091_headers_and_ends_of_gzip_are_read_and_checked);
    TEST(F091_F096_packed_parts_side_by_side_are_those_read_one_behind_the_other);
    TEST(F091_the_first_damaged_part_is_the_one_that_is_named);
    TEST(F091_packed_parts_without_memory_and_cancelled);
    TEST(memory_fails_at_every_place_and_nothing_leaks);
    TEST(an_import_that_is_cancelled_at_any_moment_gives_nothing);
    TEST(a_file_that_changes_while_it_is_read_is_an_error);
    TEST(F445_sparse_rows);
    TEST(F445_sparse_rows_in_many_runs);
    TEST(F445_attribute_files);
    TEST(digits_in_their_own_format);
    return tap_done();
}
