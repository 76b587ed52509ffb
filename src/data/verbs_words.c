/* verbs_words.c - what is in texts: rows that match, pieces, counts of characters.
 *
 * Characters are code points. Positions count from 1. */
#include "data/frame_tools.h"
#include "data/frame_verbs.h"

#include "base/mem.h"
#include "base/pattern.h"
#include "base/status.h"
#include "base/text.h"
#include "data/text_cells.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Rows ---------------------------------------------------------------------------------------- */

static weir_status run_grep(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    const column *col = tool_one(f, "grep", err);
    bool invert = verb_bool(c, "invert", false), mask = verb_bool(c, "mask", false);
    pattern *p = NULL;
    pattern_match m;
    size_t n = 0, len;
    weir_status st = col ? text_cells_only(f, "grep", err) : WEIR_EINVAL;

    if (!st)
        st = pattern_new(&p, verb_text(c, "pattern"), verb_bool(c, "ignore_case", false), err);
    double *x = st ? NULL : mem_array(f->rows + 1, sizeof *x);
    for (size_t i = 0; x && i < f->rows; i++) {
        const char *s = text_cell(col, i, &len);
        bool hit = (s && pattern_find(p, s, len, 0, &m)) != invert;
        if (mask)
            x[n++] = hit;
        else if (hit)
            x[n++] = (double)i + 1;
    }
    column *made = x ? column_of_numbers(WEIR_TYPE_NUMERIC, x, n) : NULL;
    mem_free(x);
    pattern_free(p);
    return st ? st : tool_give_column(made, mask ? f->name[0] : "row", "grep", out, err);
}

/* Pieces -------------------------------------------------------------------------------------- */

enum { MOST_PIECES = 10000 };

typedef struct span {
    int64_t from, to;
} span;

typedef struct pieces {
    span *v; /* bytes [from, to) */
    size_t n, cap;
    bool failed;
} pieces;

static void add_piece(pieces *p, size_t from, size_t to)
{
    span *grown = mem_grow(p->v, p->n, &p->cap, sizeof *grown);

    p->failed = p->failed || !grown;
    if (grown) {
        p->v = grown;
        p->v[p->n++] = (span){(int64_t)from, (int64_t)to};
    }
}

/* Between the matches; empty pieces at the end are left out, all of an empty text is one. */
static void cut_up(pattern *sep, const char *s, size_t n, pieces *out)
{
    pattern_match m;
    size_t at = 0, from = 0;

    out->n = 0;
    while (at <= n && pattern_find(sep, s, n, at, &m)) {
        if (m.to[0] == m.from[0]) { /* between any two characters */
            uint32_t cp;
            size_t k = (size_t)m.from[0] < n ? text_next(s + m.from[0], n - (size_t)m.from[0], &cp) : 1;
            if (m.from[0] > 0 && (size_t)m.from[0] < n) {
                add_piece(out, from, (size_t)m.from[0]);
                from = (size_t)m.from[0];
            }
            at = (size_t)m.from[0] + k;
            continue;
        }
        add_piece(out, from, (size_t)m.from[0]);
        from = at = (size_t)m.to[0];
    }
    add_piece(out, from, n);
    while (out->n > 1 && out->v[out->n - 1].from == out->v[out->n - 1].to)
        out->n--;
}

static weir_status run_strsplit(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    const column *col = tool_one(f, "strsplit", err);
    pattern *sep = NULL;
    pieces p = {0};
    size_t most = 0, len;
    weir_status st = col ? text_cells_only(f, "strsplit", err) : WEIR_EINVAL;

    if (!st)
        st = pattern_new(&sep, verb_text(c, "pattern"), false, err);
    for (size_t i = 0; !st && i < f->rows; i++) {
        const char *s = text_cell(col, i, &len);
        if (s)
            cut_up(sep, s, len, &p);
        most = s && p.n > most ? p.n : most;
        if (p.failed)
            st = weir_no_memory(err, "strsplit");
    }
    if (!st && most > MOST_PIECES)
        st = weir_fail(err, WEIR_EINVAL, "strsplit: a text of column '%s' has %zu pieces; %d are the most", f->name[0], most, MOST_PIECES);
    most = most ? most : 1;
    column **cols = mem_zero(most + 1, sizeof *cols);
    const char **cell = st ? NULL : mem_zero(most * f->rows + 1, sizeof *cell), **name = mem_array(most + 1, sizeof *name);
    char (*names)[24] = mem_array(most + 1, sizeof *names);
    size_t *at = st ? NULL : mem_array(most * f->rows + 1, sizeof *at);
    text all = {0};
    if (!st && (!cols || !cell || !names || !name || !at))
        st = weir_no_memory(err, "strsplit");
    for (size_t i = 0; !st && i < f->rows; i++) {
        const char *s = text_cell(col, i, &len);
        p.n = 0;
        if (s)
            cut_up(sep, s, len, &p);
        for (size_t k = 0; k < most; k++) {
            at[k * f->rows + i] = k < p.n ? all.n : SIZE_MAX;
            if (k < p.n) {
                text_add_n(&all, s + p.v[k].from, (size_t)(p.v[k].to - p.v[k].from));
                text_add_n(&all, "", 1);
            }
        }
    }
    for (size_t i = 0; !st && i < most * f->rows; i++)
        cell[i] = at[i] == SIZE_MAX ? NULL : text_str(&all) + at[i];
    for (size_t k = 0; !st && k < most; k++) {
        cols[k] = all.failed || p.failed ? NULL : column_of_texts(cell + k * f->rows, f->rows);
        snprintf(names[k], sizeof names[k], "C%zu", k + 1);
        name[k] = names[k];
    }
    if (!st)
        st = tool_give_columns(cols, name, most, f->rows, "strsplit", out, err);
    mem_free(cols), mem_free(cell), mem_free(name), mem_free(names), mem_free(at), mem_free(p.v);
    text_free(&all);
    pattern_free(sep);
    return st;
}

/* All words of all cells of a row one below the other, a missing cell behind each row's. */
static weir_status run_tokenize(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    pattern *sep = NULL;
    pieces p = {0}, found = {0};
    text all = {0};
    size_t len;
    weir_status st = text_cells_only(f, "tokenize", err);

    if (!st)
        st = pattern_new(&sep, verb_text(c, "pattern"), false, err);
    for (size_t i = 0; !st && i < f->rows; i++) {
        for (size_t j = 0; j < f->cols; j++) {
            const char *s = text_cell(f->col[j], i, &len);
            if (!s)
                continue;
            cut_up(sep, s, len, &p);
            for (size_t k = 0; k < p.n; k++) {
                add_piece(&found, all.n, 1);
                text_add_n(&all, s + p.v[k].from, (size_t)(p.v[k].to - p.v[k].from));
                text_add_n(&all, "", 1);
            }
        }
        add_piece(&found, 0, 0);
    }
    const char **cell = mem_array(found.n + 1, sizeof *cell);
    for (size_t i = 0; cell && i < found.n; i++)
        cell[i] = found.v[i].to ? text_str(&all) + found.v[i].from : NULL;
    column *made = !st && cell && !all.failed && !p.failed && !found.failed ? column_of_texts(cell, found.n) : NULL;
    mem_free(cell), mem_free(p.v), mem_free(found.v);
    text_free(&all);
    pattern_free(sep);
    return st ? st : tool_give_column(made, "C1", "tokenize", out, err);
}

/* Numbers of texts ------------------------------------------------------------------------------ */

typedef double measure_fn(const void *with, const char *s, size_t n);

static column *measured(const column *c, measure_fn *fn, const void *with)
{
    double *x = mem_array(c->rows + 1, sizeof *x), *level = mem_array(c->n_levels + 1, sizeof *level);
    column *made = NULL;

    for (size_t k = 0; level && k < c->n_levels; k++)
        level[k] = fn(with, c->levels[k], strlen(c->levels[k]));
    for (size_t i = 0; x && level && i < c->rows; i++) {
        size_t n;
        const char *s = text_cell(c, i, &n);
        x[i] = !s ? (double)NAN : c->type == WEIR_TYPE_FACTOR ? level[column_code_at(c, i)] : fn(with, s, n);
    }
    if (x && level)
        made = column_of_numbers(WEIR_TYPE_NUMERIC, x, c->rows);
    mem_free(x), mem_free(level);
    return made;
}

static weir_status measure(const verb_context *c, const char *who, measure_fn *fn, const void *with, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    column **cols = mem_zero(f->cols + 1, sizeof *cols);
    weir_status st = cols ? text_cells_only(f, who, err) : weir_no_memory(err, who);

    for (size_t i = 0; !st && i < f->cols; i++)
        cols[i] = measured(f->col[i], fn, with);
    if (!st)
        st = tool_give_columns(cols, (const char *const *)f->name, f->cols, f->rows, who, out, err);
    mem_free(cols);
    return st;
}

static double count_chars(const void *with, const char *s, size_t n)
{
    size_t k = 0;
    uint32_t cp;

    (void)with;
    for (size_t i = 0; i < n; k++)
        i += text_next(s + i, n - i, &cp);
    return (double)k;
}

static weir_status run_nchar(const verb_context *c, weir_value *out, weir_error *err)
{
    return measure(c, "nchar", count_chars, NULL, out, err);
}

static double count_matches(const void *with, const char *s, size_t n)
{
    const weir_value *v = with;
    size_t count = v->kind == WEIR_LIST ? v->as.list.n : 1, hits = 0;

    for (size_t k = 0; k < count; k++) {
        const weir_value *one = v->kind == WEIR_LIST ? &v->as.list.v[k] : v;
        size_t m = one->as.text.n;
        for (size_t i = 0; m && i + m <= n;)
            if (!memcmp(s + i, one->as.text.s, m))
                hits++, i += m;
            else
                i++;
    }
    return (double)hits;
}

static weir_status run_countmatches(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_value *v = verb_value(c, "texts");

    for (size_t k = 0; v->kind == WEIR_LIST && k < v->as.list.n; k++)
        if (v->as.list.v[k].kind != WEIR_TEXT)
            return weir_fail_at(err, WEIR_EINVAL, "texts", "countmatches: entry %zu is a %s, not text", k + 1, weir_kind_name(v->as.list.v[k].kind));
    return measure(c, "countmatches", count_matches, v, out, err);
}

/* Shannon's entropy of the characters, in bits. */
static double entropy_of(const void *with, const char *s, size_t n)
{
    double all = count_chars(NULL, s, n), sum = 0;
    uint32_t a, b;

    (void)with;
    for (size_t i = 0, k; i < n; i += k) {
        size_t times = 0;
        bool before = false;
        k = text_next(s + i, n - i, &a);
        for (size_t j = 0; j < n && !before;) {
            size_t m = text_next(s + j, n - j, &b);
            before = a == b && j < i;
            times += a == b;
            j += m;
        }
        if (!before)
            sum -= (double)times / all * log2((double)times / all);
    }
    return sum;
}

static weir_status run_entropy(const verb_context *c, weir_value *out, weir_error *err)
{
    return measure(c, "entropy", entropy_of, NULL, out, err);
}

#define IGNORE {.name = "ignore_case", .type = "bool", .def = "false", .optional = true, .help = "Capitals and small letters are the same."}
static const weir_arg_info grep_args[] = {
    {.name = "pattern", .type = "text", .help = "Regular expression."}, IGNORE,
    {.name = "invert", .type = "bool", .def = "false", .optional = true, .help = "Rows that do not match."},
    {.name = "mask", .type = "bool", .def = "false", .optional = true, .help = "1 or 0 for every row instead of the rows."}};
static const weir_arg_info pattern_args[] = {{.name = "pattern", .type = "text", .help = "Regular expression between the pieces."}};
static const weir_arg_info texts_args[] = {{.name = "texts", .type = "list|text", .help = "Plain texts to count."}};

const verb verbs_words[] = {
    VERB("grep", "text", "frame", "Rows, from 1, that match a pattern.", grep_args, run_grep),
    VERB("strsplit", "text", "frame", "Pieces of texts, a column for each.", pattern_args, run_strsplit),
    VERB("tokenize", "text", "frame", "Pieces of texts one below the other, a missing one behind each row's.", pattern_args, run_tokenize),
    VERB0("nchar", "text", "frame", "Number of characters.", run_nchar),
    VERB("countmatches", "text", "frame", "How often texts occur in each cell.", texts_args, run_countmatches),
    VERB0("entropy", "text", "frame", "Entropy of the characters, in bits.", run_entropy),
};
const size_t verbs_words_count = sizeof verbs_words / sizeof *verbs_words;
