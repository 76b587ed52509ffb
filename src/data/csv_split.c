/* csv_split.c - text into rows and cells.
 *
 * Plain text, without a quote, is cut by a list of the places of separators and
 * line ends (kernel/scan.h); rows that are nothing but small whole numbers are read before that
 * all at once (kernel/small.h). Text with quotes goes through libcsv row by row; a scan of our own has
 * found the rows before, since only it knows where a block may end, and has refused
 * what libcsv would take in a way nobody meant: text behind a closing quote, a
 * quote that never closes. Escapes, H2O's rules and separation by blanks, where
 * several count as one, have a reader of their own. All three leave the same cells. */
#include "config.h"
#include "data/csv_impl.h"

#include "base/mem.h"
#include "base/status.h"
#include "data/number.h"
#include "kernel/decimal.h"
#include "kernel/scan.h"
#include "kernel/small.h"

#include <csv.h>
#include <string.h>

static bool is_blank(const csv_rules *r, char c)
{
    return (c == ' ' || c == '\t') && c != r->sep;
}

static bool is_comment(const csv_rules *r, char c)
{
    return r->comments[0] && c && strchr(r->comments, c) != NULL;
}

/* One row: from s to its line end, which is returned (or end). */
static const char *line_end(const csv_rules *r, const char *s, const char *end)
{
    const char *e = memchr(s, r->eol, (size_t)(end - s));
    return e ? e : end;
}

static bool all_blank(const csv_rules *r, const char *s, const char *end)
{
    while (s < end && (*s == ' ' || (*s == '\t' && r->sep != '\t') || *s == '\r'))
        s++;
    return s == end;
}

const char *csv_quoted_end(const csv_rules *r, const char *s, const char *end)
{
    for (; s < end; s++) {
        if (r->escape && *s == r->escape && s + 1 < end)
            s++;
        else if (*s == r->quote && s + 1 < end && s[1] == r->quote)
            s++;
        else if (*s == r->quote)
            return s + 1;
    }
    return NULL;
}

/* The end of the row that begins at s: its line end outside quotes, or end; NULL: a quote stays
 * open, *open says where. *behind = the first byte of text behind a closing quote, or NULL. */
static const char *row_end(const csv_rules *r, const char *s, const char *end, const char **open, const char **behind)
{
    *behind = NULL;
    for (;;) { /* at the start of a cell */
        while (s < end && is_blank(r, *s))
            s++;
        if (s < end && r->quote && *s == r->quote) {
            const char *q = csv_quoted_end(r, s + 1, end);
            if (!q) {
                *open = s;
                return NULL;
            }
            for (s = q; s < end && is_blank(r, *s);)
                s++;
            if (s < end && *s == '\r' && r->eol == '\n' && (s + 1 == end || s[1] == '\n'))
                s++;
            if (s < end && *s != r->sep && *s != r->eol && !*behind)
                *behind = s;
        }
        while (s < end && *s != r->sep && *s != r->eol)
            s++;
        if (s == end || *s == r->eol)
            return s;
        s++;
    }
}

size_t csv_rows_end(const csv_rules *r, const char *s, size_t n, bool at_end, const char **open)
{
    const char *end = s + n, *p = s, *behind;

    *open = NULL;
    if (!r->quote || !memchr(s, r->quote, n)) {
        if (at_end)
            return n;
        const char *last = memrchr(s, r->eol, n);
        return last ? (size_t)(last - s) + 1 : 0;
    }
    while (p < end) {
        const char *e = is_comment(r, *p) ? line_end(r, p, end) : row_end(r, p, end, open, &behind);
        if (!e || (e == end && !at_end))
            break;
        p = e < end ? e + 1 : end;
    }
    return (size_t)(p - s);
}

/* Plain ------------------------------------------------------------------------------------- */

enum { TILE = 16384 };

/* Small whole numbers from mark k on, for as long as it goes; returns the mark that is something else. */
static inline size_t run_of_bytes(csv_block *b, const char *tile, size_t k, size_t n_marks, const char **from)
{
    const uint8_t *slot = b->slot;
    const uint32_t *offset = b->offset, *mark = b->mark;
    char *record = b->record + b->rows * b->stride;
    const char *s = *from, sep = b->rules->sep;
    size_t i = b->cells, columns = b->n_columns;
    uint32_t v;

    for (; k < n_marks && i < columns; k++, i++) {
        const char *e = tile + mark[k];
        size_t n = (size_t)(e - s);
        if (slot[i] != SLOT_BYTE || *e != sep || n - 1 >= 3 || !number_tiny(s, n, &v) || v > UINT8_MAX)
            break;
        record[offset[i]] = (char)v;
        s = e + 1;
    }
    b->cells = i;
    *from = s;
    return k;
}

/* A row that is none: blank, or a comment. */
static bool no_row(csv_block *b, const char *s, const char *eol)
{
    if (s < eol && is_comment(b->rules, *s)) {
        b->comments++;
        return true;
    }
    if (s < eol && !(*s == ' ' || *s == '\t' || *s == '\r'))
        return false;
    if (!all_blank(b->rules, s, eol))
        return false;
    b->blanks++;
    return true;
}

/* Cells between marks; *from is where the next cell begins, *skip: inside a comment. */
static bool cut_tile(csv_block *b, const char *tile, size_t n_marks, const char **from, bool *skip, const char *end)
{
    const csv_rules *r = b->rules;
    const char *s = *from;

    for (size_t k = 0; k < n_marks; k++) {
        const char *e = tile + b->mark[k];
        if (*skip) {
            *skip = *e != r->eol;
            s = e + 1;
            continue;
        }
        if (b->cells == 0 && (*e == r->eol || is_comment(r, *s)) && no_row(b, s, *e == r->eol ? e : line_end(r, e, end))) {
            *skip = *e != r->eol;
            s = e + 1;
            continue;
        }
        k = run_of_bytes(b, tile, k, n_marks, &s);
        if (k < n_marks && b->cells < b->n_columns && b->reals[b->cells]) {
            size_t most = n_marks - k < b->reals[b->cells] ? n_marks - k : b->reals[b->cells];
            size_t n = decimal_run(tile, b->mark + k, most, b->text, r->eol, &s, b->record + b->rows * b->stride + b->offset[b->cells]);
            b->cells += n;
            k += n;
            if (n && s[-1] == r->eol) {
                if (!csv_row(b, s - 1))
                    return false;
                k--; /* the row's own mark */
                continue;
            }
        }
        if (k == n_marks)
            break;
        e = tile + b->mark[k];
        size_t n = (size_t)(e - s);
        if (*e == r->eol && n && s[n - 1] == '\r')
            n--;
        if (!csv_cell(b, s, n, false) || (*e == r->eol && !csv_row(b, e)))
            return false;
        s = e + 1;
    }
    *from = s;
    return true;
}

/* Whole rows s[0..n) by their marks. */
static void split_marks(csv_block *b, const char *s, size_t n)
{
    const csv_rules *r = b->rules;
    const char *text = s, *end = s + n;
    bool skip = false;

    for (size_t at = 0; at < n; at += TILE) {
        size_t marks = scan_marks(text + at, n - at < TILE ? n - at : TILE, r->sep, r->eol, b->mark);
        if (!cut_tile(b, text + at, marks, &s, &skip, end))
            return;
    }
    if (skip || (s >= end && b->cells == 0)) /* the last row has its line end */
        return;
    if (b->cells == 0 && no_row(b, s, end))
        return;
    n = (size_t)(end - s);
    if (n && s[n - 1] == '\r')
        n--;
    if (csv_cell(b, s, n, false))
        csv_row(b, end);
}

static bool digit_comments(const csv_rules *r)
{
    return strpbrk(r->comments, "0123456789") != NULL;
}

static void split_plain(csv_block *b)
{
    const csv_rules *r = b->rules;
    const char *s = b->text, *end = s + b->n;
    size_t good = 0, others = 0, used;

    if (!b->all_bytes || b->row_cells || digit_comments(r) || r->na_numbers)
        return split_marks(b, s, b->n);
    while (s < end && !b->status && others <= 8 + good / 8) { /* where most rows are something else, one way is enough */
        size_t rows = small_rows(s, (size_t)(end - s), r->sep, r->eol, b->n_columns, (uint8_t *)b->record + b->rows * b->stride, &used);
        b->rows += rows;
        good += rows;
        s += used;
        if (s == end)
            return;
        const char *e = line_end(r, s, end);
        e = e < end ? e + 1 : end;
        split_marks(b, s, (size_t)(e - s));
        s = e;
        others++;
    }
    if (s < end && !b->status)
        split_marks(b, s, (size_t)(end - s));
}

/* libcsv -------------------------------------------------------------------------------------- */

static bool keep(csv_block *b, const char *s, size_t n, const char **kept)
{
    memcpy(b->arena + b->arena_n, s, n); /* the arena is as large as the text */
    *kept = b->arena + b->arena_n;
    b->arena_n += n;
    b->arena[b->arena_n++] = 0;
    return true;
}

static void on_cell(void *s, size_t n, void *user)
{
    csv_block *b = user;
    const char *kept;

    if (!b->status && keep(b, s ? s : "", n, &kept))
        csv_cell(b, kept, n, s != NULL);
}

static void on_row(int c, void *user)
{
    (void)c, (void)user; /* rows are known */
}

static void split_libcsv(csv_block *b)
{
    const csv_rules *r = b->rules;
    const char *s = b->text, *end = b->text + b->n, *open, *behind;
    struct csv_parser p;

    if (csv_init(&p, CSV_APPEND_NULL | CSV_EMPTY_IS_NULL)) {
        b->status = weir_no_memory(&b->error, "reading a file");
        return;
    }
    csv_set_delim(&p, (unsigned char)r->sep);
    csv_set_quote(&p, (unsigned char)r->quote);
    while (s < end && !b->status) {
        const char *eol = line_end(r, s, end);
        if (no_row(b, s, eol)) {
            s = eol < end ? eol + 1 : end;
            continue;
        }
        const char *e = row_end(r, s, end, &open, &behind);
        if (!e) {
            csv_block_fail(b, open, "the quote that opens here is never closed");
        } else if (behind) {
            csv_block_fail(b, behind, "text behind the closing quote; a quote inside quotes is written twice");
        } else {
            size_t n = (size_t)((e < end ? e + 1 : end) - s);
            if (csv_parse(&p, s, n, on_cell, on_row, b) != n || csv_fini(&p, on_cell, on_row, b))
                b->status = weir_no_memory(&b->error, "reading a file");
            if (!b->status)
                csv_row(b, e);
            s += n;
        }
    }
    csv_free(&p);
}

/* With care ------------------------------------------------------------------------------------- */

/* One quoted cell from behind its opening quote; doubled quotes and escapes undone. */
static const char *careful_quoted(csv_block *b, const char *s, const char *end)
{
    const csv_rules *r = b->rules;
    char *to = b->arena + b->arena_n, *from = to;

    for (; s < end; s++) {
        if (r->escape && *s == r->escape && s + 1 < end)
            *to++ = *++s;
        else if (*s == r->quote && s + 1 < end && s[1] == r->quote)
            *to++ = *s++;
        else if (*s == r->quote)
            break;
        else
            *to++ = *s;
    }
    size_t n = (size_t)(to - from);
    *to = 0;
    b->arena_n += n + 1;
    return csv_cell(b, from, n, true) ? s + 1 : NULL;
}

/* An unquoted cell up to separator or line end, escapes dropped. */
static const char *careful_plain(csv_block *b, const char *s, const char *end)
{
    const csv_rules *r = b->rules;
    const char *e = s, *stop;
    bool escaped = false;

    for (; e < end && *e != r->sep; e++)
        escaped |= r->escape && *e == r->escape;
    stop = e;
    if (e == end && stop > s && stop[-1] == '\r')
        stop--;
    if (!escaped)
        return csv_cell(b, s, (size_t)(stop - s), false) ? e : NULL;
    char *to = b->arena + b->arena_n, *from = to;
    for (; s < stop; s++) {
        if (*s == r->escape && s + 1 < stop)
            s++;
        else if (*s == r->escape)
            continue;
        *to++ = *s;
    }
    size_t n = (size_t)(to - from);
    *to = 0;
    b->arena_n += n + 1;
    return csv_cell(b, from, n, false) ? e : NULL;
}

static bool careful_row(csv_block *b, const char *s, const char *end)
{
    const csv_rules *r = b->rules;
    bool many = r->sep == ' '; /* blanks: several are one, those at the ends are none */

    for (;;) {
        while (s < end && (is_blank(r, *s) || (many && *s == ' ')))
            s++;
        if (many && b->cells && (s == end || (*s == '\r' && s + 1 == end)))
            return true;
        if (s < end && r->quote && *s == r->quote) {
            if (!(s = careful_quoted(b, s + 1, end)))
                return false;
            while (s < end && (is_blank(r, *s) || *s == '\r'))
                s++;
            if (s < end && *s != r->sep) {
                csv_block_fail(b, s, "text behind the closing quote; a quote inside quotes is written twice");
                return false;
            }
        } else if (!(s = careful_plain(b, s, end))) {
            return false;
        }
        if (s == end)
            return true;
        s++;
    }
}

static void split_careful(csv_block *b)
{
    const csv_rules *r = b->rules;
    const char *s = b->text, *end = b->text + b->n, *open, *behind;

    while (s < end && !b->status) {
        const char *eol = line_end(r, s, end);
        if (no_row(b, s, eol)) {
            s = eol < end ? eol + 1 : end;
            continue;
        }
        const char *e = row_end(r, s, end, &open, &behind);
        if (!e) {
            csv_block_fail(b, open, "the quote that opens here is never closed");
            return;
        }
        if (!careful_row(b, s, e) || !csv_row(b, e))
            return;
        s = e < end ? e + 1 : end;
    }
}

/* A CR that is no part of a line end: an ordinary byte to us, the end of a row to libcsv. */
static bool stray_return(const char *s, size_t n)
{
    for (const char *p = s, *end = s + n; (p = memchr(p, '\r', (size_t)(end - p))); p++)
        if (p + 1 < end && p[1] != '\n')
            return true;
    return false;
}

void csv_split(csv_block *b)
{
    const csv_rules *r = b->rules;

    if (r->escape || r->h2o || r->sep == ' ' || (b->quoted && stray_return(b->text, b->n)))
        split_careful(b);
    else if (b->quoted)
        split_libcsv(b);
    else
        split_plain(b);
}
