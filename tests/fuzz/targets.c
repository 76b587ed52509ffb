/* targets.c - files of strangers and the numbers in them. */
#include "config.h"

#include "tests/fuzz/targets.h"

#include "data/arff.h"
#include "data/csv.h"
#include "data/idx.h"
#include "data/number.h"
#include "data/svmlight.h"
#include "data/when.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void must(int good)
{
    if (!good)
        abort();
}

/* A frame is there or an error with words; reading every cell touches all of it. */
static void judge(weir_frame *f, weir_status st, const weir_error *err, const import_report *report)
{
    char cell[64];
    double x;

    must(st ? !f && err->message[0] && err->status == st : f && f->rows == report->rows);
    for (size_t c = 0; f && c < f->cols; c += f->cols / 256 + 1)
        for (size_t i = 0; i < f->rows; i += f->rows / 64 + 1) {
            weir_frame_text(f, c, i, cell, sizeof cell);
            weir_frame_read(f, c, i, 1, &x);
        }
    weir_frame_unref(f);
}

static void read_csv(const uint8_t *data, size_t n, const csv_options *o, int threads)
{
    progress p = {.threads = threads};
    import_report report;
    weir_error err = {0};
    weir_frame *f = NULL;
    weir_status st = csv_import_memory(&f, "fuzz", data, n, o, &report, &p, &err);

    judge(f, st, &err, &report);
}

static bool same_cell(double x, double y)
{
    return memcmp(&x, &y, sizeof x) == 0 || (isnan(x) && isnan(y));
}

static bool same_frames(const weir_frame *a, const weir_frame *b)
{
    char s[64], t[64];
    double x, y;

    if (a->rows != b->rows || a->cols != b->cols)
        return false;
    for (size_t c = 0; c < a->cols; c++)
        for (size_t i = 0; i < a->rows; i++) {
            weir_frame_text(a, c, i, s, sizeof s);
            weir_frame_text(b, c, i, t, sizeof t);
            weir_frame_read(a, c, i, 1, &x);
            weir_frame_read(b, c, i, 1, &y);
            if (strcmp(s, t) || !same_cell(x, y))
                return false;
        }
    return true;
}

/* An escape that does not occur sends the text to the careful reader: it must find what the quick ones find. */
static void read_both_ways(const uint8_t *data, size_t n)
{
    progress p = {.threads = 1};
    import_report report;
    weir_error err[2] = {{0}};
    weir_frame *f[2] = {NULL, NULL};
    csv_options quick = {0}, careful = {.escape = '\1'};

    if (!n || memchr(data, '\1', n))
        return;
    quick.block = 1 + data[0] % 64;
    weir_status a = csv_import_memory(&f[0], "fuzz", data, n, &quick, &report, &p, &err[0]);
    weir_status b = csv_import_memory(&f[1], "fuzz", data, n, &careful, &report, &p, &err[1]);
    must(a == b && (a || same_frames(f[0], f[1])));
    weir_frame_unref(f[0]);
    weir_frame_unref(f[1]);
}

void fuzz_csv(const uint8_t *data, size_t n)
{
    csv_options h2o = {.h2o = true}, all = {.ragged = true, .comments = "#%", .escape = '\\', .quote = '\'', .header = 1}, plain = {0};

    read_csv(data, n, &plain, 1);
    read_csv(data, n, &h2o, 1);
    read_csv(data, n, &all, 2);
    read_both_ways(data, n);
}

void fuzz_arff(const uint8_t *data, size_t n)
{
    csv_options h2o = {.h2o = true}, plain = {0};

    if (!arff_looks((const char *)data, n))
        return;
    read_csv(data, n, &plain, 1);
    read_csv(data, n, &h2o, 1);
}

/* An index of five digits: many columns are allowed, but take a checked build seconds. */
static bool wide(const uint8_t *data, size_t n)
{
    size_t digits = 0;

    for (size_t i = 0; i < n; i++) {
        if (data[i] == ':' && digits > 4)
            return true;
        digits = isdigit(data[i]) ? digits + (digits || data[i] != '0') : 0;
    }
    return false;
}

void fuzz_svmlight(const uint8_t *data, size_t n)
{
    if (wide(data, n))
        return;
    for (int lenient = 0; lenient < 2; lenient++) {
        source *s = NULL;
        import_report report = {0};
        weir_error err = {0};
        weir_frame *f = NULL;
        weir_status st = source_open_memory(&s, "fuzz", data, n, &err);
        if (!st)
            st = svmlight_read(&f, s, lenient, &report, NULL, &err);
        source_close(s);
        judge(f, st, &err, &report);
    }
    svmlight_looks((const char *)data, n, true);
}

void fuzz_idx(const uint8_t *data, size_t n)
{
    source *s = NULL;
    import_report report = {0};
    weir_error err = {0};
    weir_frame *f = NULL;
    char name[] = "fuzz", *paths[] = {name};
    weir_status st = source_open_memory(&s, name, data, n, &err);

    if (!st)
        st = idx_read(&f, s, paths, 1, NULL, &report, NULL, &err);
    judge(f, st, &err, &report);
}

void fuzz_packed(const uint8_t *data, size_t n)
{
    source *s = NULL;
    weir_error err = {0};
    static char buf[1 << 16];
    size_t got = 0, total = 0;
    bool more = true;
    weir_status st = source_open_memory(&s, "fuzz", data, n, &err);

    while (!st && more && total < 100 << 20) {
        st = source_read(s, buf, sizeof buf, &got, &err);
        total += got;
        if (!st && !got)
            st = source_next_part(s, &more, &err);
    }
    must(!st || err.message[0]);
    source_close(s);
}

void fuzz_number(const uint8_t *data, size_t n)
{
    char s[4096], *end;
    double x, y, ms;

    if (n >= sizeof s)
        return;
    memcpy(s, data, n);
    s[n] = 0;
    bool accepted = number_parse(s, n, &x);
    when_parse(s, n, WHEN_ANY, &ms);
    when_parse(s, n, WHEN_H2O, &ms);
    if (!n || strlen(s) != n || isspace((unsigned char)s[0]) || isspace((unsigned char)s[n - 1]) || strpbrk(s, "xXpP("))
        return;
    y = strtod(s, &end);
    must(accepted == (end == s + n));
    must(!accepted || (isnan(x) && isnan(y)) || memcmp(&x, &y, sizeof x) == 0);
}
