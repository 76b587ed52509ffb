/* import.c - the verbs that bring files in. */
#include "config.h"
#include "data/import.h"

#include "base/mem.h"
#include "base/status.h"
#include "base/text.h"
#include "data/csv.h"
#include "data/files.h"
#include "data/h2o_chunks.h"
#include "data/idx.h"
#include "data/svmlight.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* An argument or its other name. */
static const weir_value *either(const verb_context *c, const char *name, const char *other)
{
    const weir_value *v = verb_value(c, name);
    return v ? v : verb_value(c, other);
}

static weir_status one_char(const verb_context *c, const char *name, const char *other, char *out, bool *none, weir_error *err)
{
    const weir_value *v = either(c, name, other);
    const char *s = v && v->kind == WEIR_TEXT ? v->as.text.s : NULL;

    if (!s)
        return WEIR_OK;
    if (strlen(s) > 1)
        return weir_fail_at(err, WEIR_EINVAL, name, "%s = \"%s\" has %zu characters; it takes one", name, s, strlen(s));
    if (*s && (strchr("\r\n", *s) || (unsigned)(*s - '0') < 10))
        return weir_fail_at(err, WEIR_EINVAL, name, "%s may not be a digit or a line end", name);
    *out = *s;
    if (none)
        *none = !*s;
    return WEIR_OK;
}

/* A mark as the file's text says it: a number is what it looks like. */
static weir_status add_mark(weir_value *list, const weir_value *v, weir_error *err)
{
    char number[32];

    if (v->kind == WEIR_TEXT)
        return weir_list_add(list, weir_text_n(v->as.text.s, v->as.text.n), err);
    if (v->kind != WEIR_INT && v->kind != WEIR_REAL)
        return weir_fail_at(err, WEIR_EINVAL, "na", "na holds a %s; it takes texts, and a list of them for a column", weir_kind_name(v->kind));
    text_put_number(v->kind == WEIR_INT ? (double)v->as.i : v->as.r, number);
    return weir_list_add(list, weir_text(number), err);
}

static weir_status add_marks(weir_value *list, const weir_value *v, weir_error *err)
{
    weir_status st = WEIR_OK;

    if (v->kind != WEIR_LIST)
        return add_mark(list, v, err);
    for (size_t i = 0; i < v->as.list.n && !st; i++)
        st = add_mark(list, &v->as.list.v[i], err);
    return st;
}

/* One list for all columns, or one for each of some: to[0] and to[1], of which one stays NIL. */
static weir_status read_marks(const weir_value *na, weir_value to[2], weir_error *err)
{
    bool some = na && na->kind == WEIR_DICT;
    weir_status st = WEIR_OK;

    for (size_t i = 0; na && na->kind == WEIR_LIST && i < na->as.list.n; i++)
        some |= na->as.list.v[i].kind == WEIR_LIST || na->as.list.v[i].kind == WEIR_BOOL;
    if (!na)
        return WEIR_OK;
    if (!some) {
        to[0] = weir_list();
        return add_marks(&to[0], na, err);
    }
    to[1] = na->kind == WEIR_DICT ? weir_dict() : weir_list();
    for (size_t i = 0; i < na->as.list.n && !st; i++) {
        const weir_value *v = &na->as.list.v[i];
        weir_value one = weir_list();
        if (v->kind == WEIR_BOOL && !v->as.b)
            one = weir_nil(); /* false: as usual */
        else
            st = add_marks(&one, v, err);
        if (st)
            weir_value_clear(&one);
        else
            st = na->kind == WEIR_DICT ? weir_dict_set(&to[1], na->as.list.key[i], one, err) : weir_list_add(&to[1], one, err);
    }
    return st;
}

/* marks: room for what `na` says, the caller's to clear. */
static weir_status read_options(const verb_context *c, csv_options *o, weir_value marks[2], weir_error *err)
{
    const weir_value *header = verb_value(c, "header"), *comment = verb_value(c, "comment");
    const char *compat = verb_text(c, "compat");
    bool no_sep = false;

    *o = (csv_options){.names = either(c, "names", "col_names"), .types = either(c, "types", "col_types"),
                       .skip = either(c, "skip", "skipped_columns"), .ragged = verb_bool(c, "ragged", false),
                       .comments = comment ? comment->as.text.s : NULL, .remote = verb_value(c, "remote")};
    if (compat && strcmp(compat, "none") && strcmp(compat, "h2o"))
        return weir_fail_at(err, WEIR_EINVAL, "compat", "compat = \"%s\" is none of: none, h2o", compat);
    o->h2o = compat && !strcmp(compat, "h2o");
    if (header)
        o->header = header->kind == WEIR_BOOL ? (header->as.b ? 1 : -1) : header->as.i > 0 ? 1 : header->as.i < 0 ? -1 : 0;
    weir_status st = one_char(c, "sep", "sep", &o->sep, &no_sep, err);
    if (!st)
        st = one_char(c, "quote", "quotechar", &o->quote, &o->no_quote, err);
    if (!st)
        st = one_char(c, "escape", "escapechar", &o->escape, NULL, err);
    if (!st)
        st = read_marks(either(c, "na", "na_strings"), marks, err);
    o->na = marks[0].kind == WEIR_LIST ? &marks[0] : NULL;
    o->na_of = marks[1].kind != WEIR_NIL ? &marks[1] : NULL;
    return st;
}

static weir_status read_paths(const verb_context *c, files *f, weir_error *err)
{
    const weir_value *path = verb_value(c, "path");
    const char *pattern = verb_text(c, "pattern");
    weir_status st = WEIR_OK;

    if (path->kind == WEIR_TEXT)
        return files_add(f, path->as.text.s, pattern, err);
    for (size_t i = 0; i < path->as.list.n && !st; i++) {
        const weir_value *v = &path->as.list.v[i];
        st = v->kind == WEIR_TEXT ? files_add(f, v->as.text.s, pattern, err)
                                  : weir_fail_at(err, WEIR_EINVAL, "path", "path: entry %zu is a %s, not a text", i + 1, weir_kind_name(v->kind));
    }
    if (!st && !f->n)
        st = weir_fail_at(err, WEIR_EINVAL, "path", "path is an empty list");
    return st;
}

/* The report ---------------------------------------------------------------------------------------- */

static void put(weir_value *d, const char *key, weir_value v, weir_status *st, weir_error *err)
{
    if (*st)
        weir_value_clear(&v);
    else
        *st = weir_dict_set(d, key, v, err);
}

static weir_status report_value(const import_report *r, weir_value *out, weir_error *err)
{
    weir_value bad = weir_list();
    weir_status st = WEIR_OK;

    *out = weir_dict();
    put(out, "rows", weir_int((int64_t)r->rows), &st, err);
    put(out, "columns", weir_int((int64_t)r->columns), &st, err);
    put(out, "files", weir_int((int64_t)r->files), &st, err);
    put(out, "bytes", weir_int((int64_t)r->stored), &st, err);
    put(out, "text_bytes", weir_int((int64_t)r->text), &st, err);
    put(out, "seconds", weir_real(r->seconds), &st, err);
    put(out, "mb_per_second", weir_real(r->seconds > 0 ? (double)r->text * 1e-6 / r->seconds : 0), &st, err);
    put(out, "bad_cells", weir_int((int64_t)r->bad_cells), &st, err);
    put(out, "comment_lines", weir_int((int64_t)r->comments), &st, err);
    put(out, "blank_lines", weir_int((int64_t)r->blanks), &st, err);
    put(out, "short_rows", weir_int((int64_t)r->short_rows), &st, err);
    put(out, "long_rows", weir_int((int64_t)r->long_rows), &st, err);
    put(out, "passes", weir_int(r->passes), &st, err);
    put(out, "threads", weir_int(r->threads), &st, err);
    put(out, "files_at_once", weir_int(r->at_once ? r->at_once : 1), &st, err);
    for (size_t i = 0; i < r->n_bad && !st; i++) {
        weir_value one = weir_dict();
        put(&one, "line", weir_int((int64_t)r->bad[i].line), &st, err);
        put(&one, "column", weir_text(r->bad[i].column), &st, err);
        put(&one, "text", weir_text(r->bad[i].text), &st, err);
        if (st)
            weir_value_clear(&one);
        else
            st = weir_list_add(&bad, one, err);
    }
    put(out, "bad", bad, &st, err);
    if (st)
        weir_value_clear(out);
    return st;
}

static void log_report(const verb_context *c, const char *path, const import_report *r)
{
    log_at(c->log, WEIR_LOG_INFO, "import", "%s: %llu rows, %llu columns; %.1f MB of text in %.2f s, %.0f MB/s; %llu bad cells", path,
           (unsigned long long)r->rows, (unsigned long long)r->columns, (double)r->text * 1e-6, r->seconds,
           r->seconds > 0 ? (double)r->text * 1e-6 / r->seconds : 0, (unsigned long long)r->bad_cells);
    for (size_t i = 0; i < r->n_bad; i++)
        log_at(c->log, WEIR_LOG_WARN, "import", "%s, line %llu, column '%s': \"%s\" is taken as missing", path,
               (unsigned long long)r->bad[i].line, r->bad[i].column, r->bad[i].text);
}

/* What a file is ------------------------------------------------------------------------------------ */

typedef enum format { FORMAT_CSV, FORMAT_SVMLIGHT, FORMAT_IDX } format;

/* Is it called so? A damaged one is then told as that, and not read as something else. */
static bool named_svmlight(const char *path)
{
    size_t n = strlen(path);

    if (n > 3 && !strcmp(path + n - 3, ".gz"))
        n -= 3;
    return (n > 4 && !strncmp(path + n - 4, ".svm", 4)) || (n > 9 && !strncmp(path + n - 9, ".svmlight", 9));
}

static weir_status format_of_word(const char *word, bool h2o, const char *path, const char *head, size_t n, format *f, weir_error *err)
{
    if (!word)
        *f = idx_looks(head, n) ? FORMAT_IDX : svmlight_looks(head, n, h2o) || (!h2o && named_svmlight(path)) ? FORMAT_SVMLIGHT : FORMAT_CSV;
    else if (!strcmp(word, "csv") || !strcmp(word, "arff"))
        *f = FORMAT_CSV;
    else if (!strcmp(word, "svmlight"))
        *f = FORMAT_SVMLIGHT;
    else if (!strcmp(word, "idx"))
        *f = FORMAT_IDX;
    else
        return weir_fail_at(err, WEIR_EINVAL, "format", "format = \"%s\" is none of: csv, arff, svmlight, idx", word);
    return WEIR_OK;
}

/* Opens the first file and looks at its head. */
static weir_status open_first(const verb_context *c, const files *f, source **first, format *is, weir_error *err)
{
    enum { HEAD = 1 << 16 };
    char *head = mem_array(HEAD, 1);
    size_t n = 0;
    weir_status st = head ? source_open(first, f->path[0], verb_value(c, "remote"), c->progress, err) : weir_no_memory(err, "reading a file");

    if (!st)
        st = source_fill(*first, head, HEAD, &n, err);
    if (!st)
        st = source_unread(*first, head, n, err);
    if (!st)
        st = format_of_word(verb_text(c, "format"), verb_text(c, "compat") && !strcmp(verb_text(c, "compat"), "h2o"), f->path[0], head, n, is, err);
    mem_free(head);
    if (st) {
        source_close(*first);
        *first = NULL;
    }
    return st;
}

/* MNIST's images come with a file of labels beside them. */
static weir_status with_labels(files *f, weir_error *err)
{
    char *labels = f->n == 1 ? idx_labels_of(f->path[0]) : NULL;
    weir_status st = WEIR_OK;
    FILE *there = labels ? fopen(labels, "rb") : NULL;

    if (there) {
        fclose(there);
        st = files_add(f, labels, NULL, err);
    }
    mem_free(labels);
    return st;
}

/* Files to be read as one under H2O's rules: each is looked at, and must have as many columns and the separator of the first. */
static weir_status alike(const verb_context *c, const files *f, const csv_options *o, weir_error *err)
{
    weir_value first = weir_nil(), next = weir_nil();
    weir_status st = WEIR_OK;

    for (size_t i = 0; !st && i < f->n; i++) {
        source *src = NULL;
        weir_value *to = i ? &next : &first;
        st = source_open(&src, f->path[i], o->remote, c->progress, err);
        if (!st)
            st = csv_guess(to, src, f->path + i, 1, o, c->progress, err);
        if (st || !i)
            continue;
        const weir_value *a = weir_dict_get(&first, "names"), *b = weir_dict_get(&next, "names");
        const weir_value *s = weir_dict_get(&first, "sep"), *t = weir_dict_get(&next, "sep");
        if (a->as.list.n != b->as.list.n)
            st = weir_fail(err, WEIR_EFORMAT, "'%s' has %zu columns and '%s' has %zu: they are no parts of one frame", f->path[0],
                           a->as.list.n, f->path[i], b->as.list.n);
        else if (a->as.list.n > 1 && s && t && strcmp(s->as.text.s, t->as.text.s))
            st = weir_fail(err, WEIR_EFORMAT, "'%s' is separated by \"%s\" and '%s' by \"%s\"", f->path[0], s->as.text.s, f->path[i], t->as.text.s);
        weir_value_clear(&next);
    }
    weir_value_clear(&first);
    return st;
}

/* How much there is to read, when all are files whose length stands still. */
static void plan_reading(const files *f, progress *p)
{
    uint64_t all = 0;
    struct stat s;

    for (size_t i = 0; i < f->n; i++) {
        const char *path = f->path[i];
        if (stat(!strncmp(path, "file:///", 8) ? path + 7 : path, &s) != 0 || !S_ISREG(s.st_mode))
            return;
        all += (uint64_t)s.st_size;
    }
    if (p)
        atomic_store_explicit(&p->all_bytes, all, memory_order_relaxed);
}

static weir_status import(const verb_context *c, files *f, const csv_options *o, weir_frame **frame, import_report *report, weir_error *err)
{
    source *first = NULL;
    format is = FORMAT_CSV;
    weir_status st = open_first(c, f, &first, &is, err);

    if (st)
        return st;
    if (is == FORMAT_CSV && o->h2o && f->n > 1 && (st = alike(c, f, o, err))) {
        source_close(first);
        return st;
    }
    if (is == FORMAT_CSV)
        return csv_import(frame, first, f->path, f->n, o, report, c->progress, err);
    if (is == FORMAT_SVMLIGHT && f->n > 1)
        st = weir_fail_at(err, WEIR_EINVAL, "path", "%zu SVMLight files: weir reads one at a time; bind their rows with rbind", f->n);
    else if (is == FORMAT_SVMLIGHT)
        st = svmlight_read(frame, first, o->h2o, report, c->progress, err);
    else if ((st = with_labels(f, err)))
        source_close(first);
    else
        st = idx_read(frame, first, f->path, f->n, o->remote, report, c->progress, err);
    if (is == FORMAT_SVMLIGHT)
        source_close(first);
    return st;
}

/* The verbs ----------------------------------------------------------------------------------------- */

static weir_status run_import(const verb_context *c, weir_value *out, weir_error *err)
{
    csv_options o;
    import_report report = {0};
    weir_value na[2] = {weir_nil(), weir_nil()};
    files f = {0};
    weir_frame *frame = NULL;

    progress_phase(c->progress, "reading");
    weir_status st = read_options(c, &o, na, err);
    if (!st)
        st = read_paths(c, &f, err);
    if (!st) {
        plan_reading(&f, c->progress);
        st = import(c, &f, &o, &frame, &report, err);
    }
    if (!st && o.h2o && f.n == 1)
        st = h2o_chunks_tell(frame, f.path[0], progress_threads(c->progress), err);
    if (!st)
        st = report_value(&report, &frame->origin, err);
    if (!st) {
        const char *id = either(c, "name", "destination_frame") ? either(c, "name", "destination_frame")->as.text.s : NULL;
        log_report(c, f.path[0], &report);
        if (id)
            snprintf(frame->id, sizeof frame->id, "%s", id);
        *out = (weir_value){.kind = WEIR_FRAME, .as.frame = frame};
    } else {
        weir_frame_unref(frame);
    }
    files_free(&f);
    weir_value_clear(&na[0]), weir_value_clear(&na[1]);
    return st;
}

static weir_status run_guess(const verb_context *c, weir_value *out, weir_error *err)
{
    csv_options o;
    weir_value na[2] = {weir_nil(), weir_nil()};
    files f = {0};
    source *first = NULL;
    format is = FORMAT_CSV;
    weir_status st = read_options(c, &o, na, err);

    if (!st)
        st = read_paths(c, &f, err);
    if (!st)
        st = open_first(c, &f, &first, &is, err);
    if (!st && is == FORMAT_CSV && o.h2o && f.n > 1)
        st = alike(c, &f, &o, err);
    if (!st && is == FORMAT_CSV) {
        st = csv_guess(out, first, f.path, f.n, &o, c->progress, err);
    } else if (st) {
        source_close(first);
    } else {
        source_close(first);
        *out = weir_dict();
        put(out, "format", weir_text(is == FORMAT_IDX ? "idx" : "svmlight"), &st, err);
        put(out, "path", weir_text(f.path[0]), &st, err);
    }
    files_free(&f);
    weir_value_clear(&na[0]), weir_value_clear(&na[1]);
    return st;
}

static weir_status run_report(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");

    if (f->origin.kind != WEIR_DICT)
        return weir_fail(err, WEIR_ESTATE, "this frame was not imported: import_report is of frames as import_file gave them");
    return weir_value_copy(out, &f->origin, err);
}

#define IMPORT_ARGS                                                                                                              \
    {.name = "path", .type = "text|list", .help = "File, folder, pattern (*.csv), URL, or a list of them; \"-\" is standard input. gzip and zip are unpacked."}, \
    {.name = "name", .type = "text", .optional = true, .help = "Id of the frame."},                                              \
    {.name = "destination_frame", .type = "text", .optional = true, .help = "The same as name."},                                \
    {.name = "header", .type = "bool|int", .optional = true, .help = "The first line holds names (true, 1) or not (false, -1); guessed."}, \
    {.name = "sep", .type = "text", .optional = true, .help = "Separator; guessed."},                                            \
    {.name = "names", .type = "list", .optional = true, .help = "Names of the columns."},                                        \
    {.name = "col_names", .type = "list", .optional = true, .help = "The same as names."},                                       \
    {.name = "types", .type = "list|dict", .optional = true, .help = "Types by position in the file or name: numeric, factor, string, time, uuid. What does not fit is missing, and counted."}, \
    {.name = "col_types", .type = "list|dict", .optional = true, .help = "The same as types."},                                  \
    {.name = "na", .type = "list|dict|text|real", .optional = true, .help = "What stands for missing, besides nothing at all; NA, N/A, NaN, null and ? by default. For single columns: {name={...}}, or a list of lists, false = as usual."}, \
    {.name = "na_strings", .type = "list|dict|text|real", .optional = true, .help = "The same as na."},                                    \
    {.name = "pattern", .type = "text", .optional = true, .help = "Regular expression that the files of a folder must match."},  \
    {.name = "skip", .type = "list", .optional = true, .help = "Columns to leave out, by name or position."},                    \
    {.name = "skipped_columns", .type = "list", .optional = true, .help = "The same as skip."},                                  \
    {.name = "quote", .type = "text", .optional = true, .help = "Quote character; \"\" = none."},                                \
    {.name = "quotechar", .type = "text", .optional = true, .help = "The same as quote."},                                       \
    {.name = "escape", .type = "text", .optional = true, .help = "Character that takes the next one literally; none by default."}, \
    {.name = "escapechar", .type = "text", .optional = true, .help = "The same as escape."},                                     \
    {.name = "comment", .type = "text", .optional = true, .help = "Characters that begin a line that is no row; none by default."}, \
    {.name = "ragged", .type = "bool", .def = "false", .optional = true, .help = "Fill short lines and cut long ones."},         \
    {.name = "compat", .type = "text", .optional = true, .help = "\"h2o\": guess separator, header and types as H2O does, and keep what was guessed."}, \
    {.name = "format", .type = "text", .optional = true, .help = "csv, arff, svmlight, idx; guessed."},                                           \
    {.name = "remote", .type = "dict", .optional = true, .help = "Proxies and credentials for files that are far away."}

static const weir_arg_info import_args[] = {IMPORT_ARGS};
enum { N_IMPORT_ARGS = sizeof import_args / sizeof *import_args };

const verb verbs_import[] = {
    {{.name = "import_file", .on = "", .group = "data", .gives = "frame", .job = true,
      .help = "Reads files into a frame; separator, header and types are guessed.", .args = import_args, .n_args = N_IMPORT_ARGS}, run_import},
    {{.name = "guess_file", .on = "", .group = "data", .gives = "value",
      .help = "What import_file would take a file for: a table to look at, change, and give to import_file.", .args = import_args,
      .n_args = N_IMPORT_ARGS}, run_guess},
    {{.name = "import_report", .on = "frame", .group = "data", .gives = "value",
      .help = "What was read: rows, bytes, seconds, MB per second, bad cells with their lines.", .args = NULL, .n_args = 0}, run_report},
};
const size_t verbs_import_count = sizeof verbs_import / sizeof *verbs_import;
