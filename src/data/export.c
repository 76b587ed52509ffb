/* export.c - frames to CSV files, plain or gzip.
 *
 * A file appears whole or not at all: the text goes to PATH.part, which then takes the name. */
#include "data/export.h"

#include "base/mem.h"
#include "base/status.h"
#include "base/text.h"
#include "data/frame.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { CHUNK = 1 << 16, CELL = 512 };

/* Text that the reader would take for something else is put in quotes, its quotes doubled.
 * An empty text is "", for nothing at all means missing. */
static void add_text(text *t, const char *s, size_t n, char sep)
{
    bool plain = n > 0 && s[0] != ' ' && s[n - 1] != ' ';

    for (size_t i = 0; i < n && plain; i++)
        plain = s[i] != sep && s[i] != '"' && s[i] != '\n' && s[i] != '\r';
    if (plain) {
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

static weir_status add_cell(text *t, const weir_frame *f, size_t col, size_t row, char sep, weir_error *err)
{
    char small[CELL], *s = small;
    weir_type type = weir_frame_type(f, col);

    if (weir_frame_missing(f, col, row))
        return WEIR_OK;
    size_t n = weir_frame_text(f, col, row, small, sizeof small);
    if (n >= sizeof small) {
        s = mem_array(n + 1, 1);
        if (!s)
            return weir_no_memory(err, "exporting a frame");
        weir_frame_text(f, col, row, s, n + 1);
    }
    if (type == WEIR_TYPE_FACTOR || type == WEIR_TYPE_STRING)
        add_text(t, s, n, sep);
    else
        text_add_n(t, s, n);
    if (s != small)
        mem_free(s);
    return WEIR_OK;
}

static weir_status flush(gzFile out, text *t, const char *path, weir_error *err)
{
    if (t->failed)
        return weir_no_memory(err, "exporting a frame");
    if (t->n && gzwrite(out, text_str(t), (unsigned)t->n) != (int)t->n)
        return weir_fail(err, WEIR_EIO, "cannot write '%s': %s", path, strerror(errno));
    text_clear(t);
    return WEIR_OK;
}

static weir_status write_rows(gzFile out, const weir_frame *f, const char *path, char sep, bool header, progress *p,
                              weir_error *err)
{
    text t = {0};
    weir_status st = WEIR_OK;

    for (size_t c = 0; c < f->cols && header; c++) {
        if (c)
            text_char(&t, sep);
        add_text(&t, f->name[c], strlen(f->name[c]), sep);
    }
    if (header)
        text_char(&t, '\n');
    for (size_t r = 0; r < f->rows && !st; r++) {
        for (size_t c = 0; c < f->cols && !st; c++) {
            if (c)
                text_char(&t, sep);
            st = add_cell(&t, f, c, r, sep, err);
        }
        /* One column and nothing in it: an empty line would be no row. */
        if (f->cols == 1 && weir_frame_missing(f, 0, r))
            text_add(&t, "NA");
        text_char(&t, '\n');
        if (!st && t.n >= CHUNK)
            st = flush(out, &t, path, err);
        progress_add(p, 1);
        if (!st && progress_cancelled(p))
            st = weir_fail(err, WEIR_ECANCEL, "the export of '%s' was cancelled", path);
    }
    if (!st)
        st = flush(out, &t, path, err);
    text_free(&t);
    return st;
}

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), k = strlen(end);
    return n >= k && !strcmp(s + n - k, end);
}

static weir_status run_export(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    const char *path = verb_text(c, "path"), *sep = verb_text(c, "sep");
    char part[4096 + 8];

    if (!*path || strlen(path) > 4000)
        return weir_fail_at(err, WEIR_EINVAL, "path", "path = \"%.40s\" is no file name", path);
    if (strlen(sep) != 1 || strchr("\"\n\r", *sep))
        return weir_fail_at(err, WEIR_EINVAL, "sep", "sep = \"%s\" is not one character", sep);
    if (!verb_bool(c, "force", false) && access(path, F_OK) == 0) {
        weir_fail_at(err, WEIR_EINVAL, "path", "there is a file '%s' already", path);
        weir_hint(err, "force = true replaces it");
        return WEIR_EINVAL;
    }
    bool gzip = verb_bool(c, "gzip", ends_with(path, ".gz"));
    snprintf(part, sizeof part, "%s.part", path);
    gzFile g = gzopen(part, gzip ? "wb6" : "wbT");
    if (!g)
        return weir_fail(err, WEIR_EIO, "cannot write '%s': %s", path, strerror(errno));
    progress_phase(c->progress, "writing");
    weir_status st = write_rows(g, f, path, *sep, verb_bool(c, "header", true), c->progress, err);
    int closed = gzclose(g);
    if (!st && closed != Z_OK)
        st = weir_fail(err, WEIR_EIO, "cannot write '%s': %s", path, strerror(errno));
    if (!st && rename(part, path) != 0)
        st = weir_fail(err, WEIR_EIO, "cannot write '%s': %s", path, strerror(errno));
    if (st) {
        remove(part);
        return st;
    }
    *out = weir_text(path);
    return out->kind == WEIR_TEXT ? WEIR_OK : weir_no_memory(err, "exporting a frame");
}

static const weir_arg_info export_args[] = {
    {.name = "path", .type = "text", .help = "File to write."},
    {.name = "force", .type = "bool", .def = "false", .optional = true, .help = "Replace a file that is there."},
    {.name = "sep", .type = "text", .def = ",", .optional = true, .help = "Separator."},
    {.name = "header", .type = "bool", .def = "true", .optional = true, .help = "Begin with a line of names."},
    {.name = "gzip", .type = "bool", .optional = true, .help = "Compress; by default when the path ends in .gz."},
};

const verb verbs_export[] = {
    {{.name = "export", .on = "frame", .group = "data", .gives = "text", .job = true,
      .help = "Writes the frame to a CSV file; gives the path.", .args = export_args,
      .n_args = sizeof export_args / sizeof *export_args}, run_export},
};
const size_t verbs_export_count = sizeof verbs_export / sizeof *verbs_export;
