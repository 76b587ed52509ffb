/* export.c - frames to CSV files: one file or several in a folder, plain or gzip.
 *
 * What is written appears whole or not at all: under PATH.part first, which then takes
 * the name. Blocks of rows become text in as many threads as were granted and are
 * written in their order. */
#include "config.h"
#include "data/export.h"

#include "base/mem.h"
#include "base/outfile.h"
#include "base/status.h"
#include "base/text.h"
#include "data/frame.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { BLOCK = 4096, CELL = 512, MOST_THREADS = 64, MOST_PARTS = 99999 };

typedef struct format {
    char sep;
    bool header, quote_all;
    const char *missing;
} format;

/* Cells ------------------------------------------------------------------------------- */

/* Text that the reader would take for something else is put in quotes, its quotes doubled.
 * An empty text is "", for nothing at all means missing. */
static void add_text(text *t, const char *s, size_t n, const format *how)
{
    bool plain = !how->quote_all && n > 0 && s[0] != ' ' && s[n - 1] != ' ' && s[0] != '#';

    for (size_t i = 0; i < n && plain; i++)
        plain = s[i] != how->sep && s[i] != '"' && s[i] != '\n' && s[i] != '\r';
    if (plain && strcmp(s, how->missing) != 0) {
        text_add_n(t, s, n);
        return;
    }
    text_char(t, '"');
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '"')
            text_char(t, '"');
        text_char(t, s[i]);
    }
    text_char(t, '"');
}

static void add_cell(text *t, const weir_frame *f, size_t col, size_t row, const format *how)
{
    const column *c = f->col[col];
    char buf[CELL];
    size_t n;

    if (c->type == WEIR_TYPE_STRING) {
        const char *s = column_text_at(c, row, &n);
        if (s)
            add_text(t, s, n, how);
        else
            text_add(t, how->missing);
    } else if (c->type == WEIR_TYPE_FACTOR) {
        uint32_t code = column_code_at(c, row);
        if (code != COLUMN_MISSING)
            add_text(t, c->levels[code], strlen(c->levels[code]), how);
        else
            text_add(t, how->missing);
    } else if (column_missing(c, row)) {
        text_add(t, how->missing);
    } else {
        n = weir_frame_text(f, col, row, buf, sizeof buf);
        text_add_n(t, buf, n);
    }
}

static void add_rows(text *t, const weir_frame *f, size_t from, size_t to, const format *how)
{
    for (size_t r = from; r < to; r++) {
        for (size_t c = 0; c < f->cols; c++) {
            if (c)
                text_char(t, how->sep);
            add_cell(t, f, c, r, how);
        }
        /* One column and nothing in it: an empty line would be no row. */
        if (f->cols == 1 && !*how->missing && column_missing(f->col[0], r))
            text_add(t, "NA");
        text_char(t, '\n');
    }
}

static void add_header(text *t, const weir_frame *f, const format *how)
{
    for (size_t c = 0; c < f->cols; c++) {
        if (c)
            text_char(t, how->sep);
        add_text(t, f->name[c], strlen(f->name[c]), how);
    }
    text_char(t, '\n');
}

/* Writing, through zlib or not ------------------------------------------------------------ */

typedef struct sink {
    outfile file;
    bool gzip;
    z_stream z;
    unsigned char *out;
} sink;

static weir_status sink_open(sink *s, const char *path, bool gzip, weir_error *err)
{
    *s = (sink){.gzip = gzip};
    weir_status st = outfile_open(&s->file, path, err);
    if (st || !gzip)
        return st;
    s->out = mem_array(1 << 16, 1);
    if (!s->out || deflateInit2(&s->z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        mem_free(s->out);
        s->out = NULL;
        outfile_drop(&s->file);
        return weir_no_memory(err, "exporting a frame");
    }
    return WEIR_OK;
}

static weir_status deflate_some(sink *s, const char *bytes, size_t n, int flush, weir_error *err)
{
    weir_status st = WEIR_OK;

    s->z.next_in = (unsigned char *)(uintptr_t)bytes; /* only read */
    s->z.avail_in = (uInt)n;
    do {
        s->z.next_out = s->out;
        s->z.avail_out = 1 << 16;
        deflate(&s->z, flush);
        st = outfile_write(&s->file, s->out, (1 << 16) - s->z.avail_out, err);
    } while (!st && s->z.avail_out == 0);
    return st;
}

static weir_status sink_write(sink *s, const text *t, weir_error *err)
{
    weir_status st = WEIR_OK;

    if (t->failed)
        return weir_no_memory(err, "exporting a frame");
    if (!s->gzip)
        return outfile_write(&s->file, text_str(t), t->n, err);
    for (size_t at = 0; at < t->n && !st; at += 1 << 30)
        st = deflate_some(s, text_str(t) + at, t->n - at < 1 << 30 ? t->n - at : 1 << 30, Z_NO_FLUSH, err);
    return st;
}

/* st: how it went so far. */
static weir_status sink_close(sink *s, weir_status st, weir_error *err)
{
    if (!st && s->gzip)
        st = deflate_some(s, "", 0, Z_FINISH, err);
    if (s->gzip) {
        deflateEnd(&s->z);
        mem_free(s->out);
    }
    if (!st)
        return outfile_commit(&s->file, err);
    outfile_drop(&s->file);
    return st;
}

/* Rows [from, to). */
static weir_status write_file(const weir_frame *f, const char *path, size_t from, size_t to, bool gzip, const format *how,
                              progress *p, weir_error *err)
{
    text part[MOST_THREADS] = {{0}};
    sink s;
    int threads = progress_threads(p) < MOST_THREADS ? progress_threads(p) : MOST_THREADS;
    weir_status st = sink_open(&s, path, gzip, err);

    if (st)
        return st;
    if (how->header) {
        add_header(&part[0], f, how);
        st = sink_write(&s, &part[0], err);
    }
    for (size_t at = from; at < to && !st; at += (size_t)threads * BLOCK) {
#pragma omp parallel for num_threads(threads) if (threads > 1 && to - at > BLOCK)
        for (int k = 0; k < threads; k++) {
            size_t a = at + (size_t)k * BLOCK, b = a + BLOCK;
            text_clear(&part[k]);
            if (a < to)
                add_rows(&part[k], f, a, b < to ? b : to, how);
        }
        for (int k = 0; k < threads && !st; k++)
            st = sink_write(&s, &part[k], err);
        progress_add(p, (size_t)threads * BLOCK < to - at ? (size_t)threads * BLOCK : to - at);
        if (!st && progress_cancelled(p))
            st = weir_fail(err, WEIR_ECANCEL, "the export of '%s' was cancelled", path);
    }
    for (int k = 0; k < threads; k++)
        text_free(&part[k]);
    return sink_close(&s, st, err);
}

/* Several files in a folder ------------------------------------------------------------------ */

/* Removes a folder of our parts. */
static void remove_parts(const char *folder, int64_t n, const char *end)
{
    char name[4096 + 64];

    for (int64_t k = 1; k <= n; k++) {
        snprintf(name, sizeof name, "%s/part-%05lld.csv%s", folder, (long long)k, end);
        unlink(name);
    }
    rmdir(folder);
}

static weir_status write_parts(const weir_frame *f, const char *path, int64_t n, bool gzip, const format *how, progress *p,
                               weir_error *err)
{
    char folder[4096 + 8], name[4096 + 64];
    const char *end = gzip ? ".gz" : "";
    size_t each = (f->rows + (size_t)n - 1) / (size_t)n;
    weir_status st = WEIR_OK;

    snprintf(folder, sizeof folder, "%s.part", path);
    remove_parts(folder, n, end); /* of an export that was broken off */
    if (mkdir(folder, 0777))
        return weir_fail(err, WEIR_EIO, "cannot make the folder '%s': %s", folder, strerror(errno));
    for (int64_t k = 1; k <= n && !st; k++) {
        size_t from = each * (size_t)(k - 1) < f->rows ? each * (size_t)(k - 1) : f->rows;
        snprintf(name, sizeof name, "%s/part-%05lld.csv%s", folder, (long long)k, end);
        st = write_file(f, name, from, from + each < f->rows ? from + each : f->rows, gzip, how, p, err);
    }
    if (!st && rename(folder, path)) /* a folder that is there must be empty */
        st = weir_fail(err, WEIR_EIO, "cannot name the folder '%s': %s", path, strerror(errno));
    if (st)
        remove_parts(folder, n, end);
    return st;
}

/* The verb -------------------------------------------------------------------------------------- */

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), k = strlen(end);
    return n >= k && !strcmp(s + n - k, end);
}

static weir_status check(const verb_context *c, const char *path, const char *sep, int64_t parts, weir_error *err)
{
    struct stat s;

    if (!*path || strlen(path) > 4000)
        return weir_fail_at(err, WEIR_EINVAL, "path", "path = \"%.40s\" is no file name", path);
    if (strlen(sep) != 1 || strchr("\"\n\r", *sep))
        return weir_fail_at(err, WEIR_EINVAL, "sep", "sep = \"%s\" is not one character", sep);
    if (parts < 1 || parts > MOST_PARTS)
        return weir_fail_at(err, WEIR_EINVAL, "parts", "parts = %lld is outside 1 to %d", (long long)parts, MOST_PARTS);
    if (stat(path, &s))
        return WEIR_OK;
    if (S_ISDIR(s.st_mode) || !verb_bool(c, "force", false)) {
        weir_fail_at(err, WEIR_EINVAL, "path", "there is a %s '%s' already", S_ISDIR(s.st_mode) ? "folder" : "file", path);
        if (!S_ISDIR(s.st_mode))
            weir_hint(err, "force = true replaces it");
        return WEIR_EINVAL;
    }
    if (parts > 1 && unlink(path))
        return weir_fail(err, WEIR_EIO, "cannot replace '%s': %s", path, strerror(errno));
    return WEIR_OK;
}

static weir_status run_export(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    const char *path = verb_text(c, "path"), *sep = verb_text(c, "sep"), *quote = verb_text(c, "quote");
    int64_t parts = verb_int(c, "parts", 1);
    bool gzip = verb_bool(c, "gzip", ends_with(path, ".gz"));
    weir_status st = check(c, path, sep, parts, err);

    if (!st && strcmp(quote, "needed") != 0 && strcmp(quote, "all") != 0)
        st = weir_fail_at(err, WEIR_EINVAL, "quote", "quote = \"%s\" is none of \"needed\", \"all\"", quote);
    if (st)
        return st;
    format how = {.sep = *sep, .header = verb_bool(c, "header", true), .quote_all = !strcmp(quote, "all"), .missing = verb_text(c, "na")};
    progress_phase(c->progress, "writing");
    st = parts > 1 ? write_parts(f, path, parts, gzip, &how, c->progress, err)
                   : write_file(f, path, 0, f->rows, gzip, &how, c->progress, err);
    if (st)
        return st;
    *out = weir_text(path);
    return out->kind == WEIR_TEXT ? WEIR_OK : weir_no_memory(err, "exporting a frame");
}

static const weir_arg_info export_args[] = {
    {.name = "path", .type = "text", .help = "File to write, or folder of parts."},
    {.name = "force", .type = "bool", .def = "false", .optional = true, .help = "Replace a file that is there."},
    {.name = "sep", .type = "text", .def = ",", .optional = true, .help = "Separator."},
    {.name = "header", .type = "bool", .def = "true", .optional = true, .help = "Begin with a line of names."},
    {.name = "gzip", .type = "bool", .optional = true, .help = "Compress; by default when the path ends in .gz."},
    {.name = "parts", .type = "int", .def = "1", .optional = true, .help = "So many files of about as many rows, in a folder."},
    {.name = "quote", .type = "text", .def = "needed", .optional = true, .help = "Texts and labels in quotes where \"needed\", or \"all\"."},
    {.name = "na", .type = "text", .def = "", .optional = true, .help = "What stands for a missing cell; nothing by default."},
};

const verb verbs_export[] = {
    {{.name = "export", .on = "frame", .group = "data", .gives = "text", .job = true,
      .help = "Writes the frame to a CSV file; gives the path.", .args = export_args,
      .n_args = sizeof export_args / sizeof *export_args}, run_export},
};
const size_t verbs_export_count = sizeof verbs_export / sizeof *verbs_export;
