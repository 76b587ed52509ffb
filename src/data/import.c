/* import.c - CSV text to columns.
 *
 * The separator, the header and the types are guessed from the text. Cells go
 * straight into columns; a column starts as numbers and is read again as what
 * it turns out to be when a cell says otherwise, so a type never depends on how
 * much of the file was looked at. Plain lines take a path of our own; text with
 * quotes goes through libcsv. Both hand the same cells on. */
#include "config.h"
#include "data/import.h"

#include "base/map.h"
#include "base/mem.h"
#include "base/status.h"
#include "base/text.h"
#include "data/frame.h"
#include "data/number.h"
#include "data/source.h"

#include <csv.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum cell_type { CELL_NUMBER, CELL_TIME, CELL_FACTOR, CELL_STRING } cell_type;

typedef struct reader_column {
    char *name;
    cell_type type;
    bool told;        /* the client said what it is */
    bool skip;
    double *x;        /* numbers, times, or codes of levels (factor) */
    map *levels;
    char **s;         /* strings; NULL = missing */
    bool again;       /* a cell did not fit: the column must be read anew */
    bool any;         /* some cell was not missing */
} reader_column;

typedef struct reader {
    const char *path;
    source src;
    char sep, quote;
    bool quoted;       /* some cell is quoted: libcsv reads */
    bool header, ragged;
    const weir_value *na; /* LIST of text, or NULL: the usual marks */
    reader_column *col;
    size_t n_cols, rows, cap;
    size_t row, at;    /* where the next cell goes */
    size_t line;
    progress *progress;
    weir_status st;
    weir_error *err;
} reader;

/* Splitting ---------------------------------------------------------------------------- */

/* Called for every cell and at every end of row; false stops. */
typedef struct cell_sink {
    bool (*cell)(void *user, const char *s, size_t n, bool quoted);
    bool (*row)(void *user, size_t line);
    void *user;
} cell_sink;

static void split_plain(const char *s, size_t n, char sep, const cell_sink *to, size_t max_rows)
{
    const char *p = s, *end = s + n;
    size_t line = 0, rows = 0;

    while (p < end && rows < max_rows) {
        const char *eol = memchr(p, '\n', (size_t)(end - p)), *stop = eol ? eol : end;
        line++;
        if (stop > p && stop[-1] == '\r')
            stop--;
        if (stop == p) { /* a blank line */
            p = eol ? eol + 1 : end;
            continue;
        }
        for (const char *c = p;;) {
            const char *next = memchr(c, sep, (size_t)(stop - c));
            if (!to->cell(to->user, c, (size_t)((next ? next : stop) - c), false))
                return;
            if (!next)
                break;
            c = next + 1;
        }
        if (!to->row(to->user, line))
            return;
        rows++;
        p = eol ? eol + 1 : end;
    }
}

typedef struct csv_state {
    const cell_sink *to;
    size_t rows, max_rows, cells;
    size_t line;
    bool stop;
} csv_state;

static void on_cell(void *s, size_t n, void *user)
{
    csv_state *c = user;

    c->cells++;
    if (!c->stop && !c->to->cell(c->to->user, s ? s : "", n, s != NULL))
        c->stop = true;
}

static void on_row(int ch, void *user)
{
    csv_state *c = user;

    (void)ch;
    if (!c->stop && (!c->to->row(c->to->user, c->line) || ++c->rows >= c->max_rows))
        c->stop = true;
}

/* Lines are fed one by one so that a row knows where it ends in the file. */
static weir_status split_quoted(const reader *r, const char *s, size_t n, const cell_sink *to, size_t max_rows)
{
    struct csv_parser p;
    csv_state c = {.to = to, .max_rows = max_rows};

    if (csv_init(&p, CSV_APPEND_NULL | CSV_EMPTY_IS_NULL) != 0)
        return weir_no_memory(r->err, "reading a file");
    csv_set_delim(&p, (unsigned char)r->sep);
    csv_set_quote(&p, (unsigned char)r->quote);
    for (size_t at = 0; at < n && !c.stop;) {
        const char *eol = memchr(s + at, '\n', n - at);
        size_t k = eol ? (size_t)(eol - (s + at)) + 1 : n - at;
        c.line++;
        if (csv_parse(&p, s + at, k, on_cell, on_row, &c) != k)
            break;
        at += k;
    }
    if (!c.stop)
        csv_fini(&p, on_cell, on_row, &c);
    csv_free(&p);
    return WEIR_OK;
}

static weir_status split(const reader *r, const char *s, size_t n, const cell_sink *to, size_t max_rows)
{
    if (r->quoted)
        return split_quoted(r, s, n, to, max_rows);
    split_plain(s, n, r->sep, to, max_rows);
    return WEIR_OK;
}

/* Guessing -------------------------------------------------------------------------------- */

static size_t count_outside_quotes(const char *s, size_t n, char c, char quote)
{
    size_t count = 0;
    bool in = false;

    for (size_t i = 0; i < n; i++) {
        if (s[i] == quote)
            in = !in;
        else if (!in && s[i] == c)
            count++;
    }
    return count;
}

/* The candidate that the first lines hold most steadily. */
static char guess_separator(const reader *r)
{
    static const char candidates[] = {',', ';', '\t', '|', ' '};
    char best = ',';
    size_t most = 0;

    for (size_t k = 0; k < sizeof candidates; k++) {
        const char *p = r->src.bytes, *end = p + r->src.n;
        size_t first = 0, steady = 0, lines = 0;
        while (p < end && lines < 20) {
            const char *eol = memchr(p, '\n', (size_t)(end - p));
            if (!eol && lines)
                break;
            size_t n = count_outside_quotes(p, (size_t)((eol ? eol : end) - p), candidates[k], r->quote);
            if (!lines++)
                first = n;
            steady += n == first;
            p = eol ? eol + 1 : end;
        }
        size_t score = first && steady * 10 >= lines * 9 ? steady * 1000 + (first < 999 ? first : 999) : 0;
        if (candidates[k] == ' ')
            score /= 2; /* blanks occur in text */
        if (score > most) {
            most = score;
            best = candidates[k];
        }
    }
    return best;
}

/* The first rows as text, for the header. */
enum { PEEK = 3 };
typedef struct peek { weir_value row[PEEK]; size_t n; bool failed; } peek;

static bool peek_cell(void *user, const char *s, size_t n, bool quoted)
{
    peek *p = user;

    (void)quoted;
    while (n && (*s == ' ' || *s == '\t'))
        s++, n--;
    while (n && (s[n - 1] == ' ' || s[n - 1] == '\t'))
        n--;
    if (weir_list_add(&p->row[p->n], weir_text_n(s, n), NULL))
        p->failed = true;
    return !p->failed;
}

static bool peek_row(void *user, size_t line)
{
    peek *p = user;

    (void)line;
    return ++p->n < PEEK;
}

static bool looks_numeric(const weir_value *v)
{
    double x;
    return number_parse(v->as.text.s, v->as.text.n, &x) || number_time(v->as.text.s, v->as.text.n, &x);
}

/* A header: words only, above a line that is not words only; all different. */
static bool guess_header(const peek *p)
{
    if (!p->n)
        return false;
    bool words = true, words_below = true;
    for (size_t i = 0; i < p->row[0].as.list.n; i++)
        words &= !looks_numeric(&p->row[0].as.list.v[i]) && p->row[0].as.list.v[i].as.text.n > 0;
    if (!words || p->n < 2)
        return words;
    for (size_t i = 0; i < p->row[1].as.list.n; i++)
        words_below &= !looks_numeric(&p->row[1].as.list.v[i]);
    if (!words_below)
        return true;
    /* Words only everywhere: a header when none of its words comes again below. */
    for (size_t k = 1; k < p->n; k++)
        for (size_t i = 0; i < p->row[0].as.list.n && i < p->row[k].as.list.n; i++)
            if (weir_value_equal(&p->row[0].as.list.v[i], &p->row[k].as.list.v[i]))
                return false;
    return true;
}

static weir_status name_columns(reader *r, const peek *p, const weir_value *names)
{
    size_t n = p->n ? p->row[0].as.list.n : 0;

    if (names && names->as.list.n != n)
        return weir_fail_at(r->err, WEIR_EINVAL, "names", "names has %zu entries, '%s' has %zu columns", names->as.list.n, r->path, n);
    r->col = mem_zero(n + 1, sizeof *r->col);
    if (!r->col)
        return weir_no_memory(r->err, "reading a file");
    r->n_cols = n;
    for (size_t i = 0; i < n; i++) {
        char made[32];
        const char *name = names ? names->as.list.v[i].as.text.s : r->header ? p->row[0].as.list.v[i].as.text.s : "";
        snprintf(made, sizeof made, "C%zu", i + 1);
        r->col[i].name = mem_text(*name ? name : made);
        if (!r->col[i].name)
            return weir_no_memory(r->err, "reading a file");
        for (size_t k = 0; k < i; k++)
            if (!strcmp(r->col[k].name, r->col[i].name))
                return weir_fail(r->err, WEIR_EFORMAT, "'%s', line 1: columns %zu and %zu are both called '%s'", r->path, k + 1, i + 1,
                                 r->col[i].name);
    }
    return WEIR_OK;
}

static weir_status type_of_word(const char *word, cell_type *t, const char *column_name, weir_error *err)
{
    static const struct { const char *word; cell_type t; } words[] = {
        {"numeric", CELL_NUMBER}, {"real", CELL_NUMBER}, {"int", CELL_NUMBER}, {"float", CELL_NUMBER}, {"double", CELL_NUMBER},
        {"long", CELL_NUMBER}, {"enum", CELL_FACTOR}, {"factor", CELL_FACTOR}, {"categorical", CELL_FACTOR},
        {"string", CELL_STRING}, {"uuid", CELL_STRING}, {"time", CELL_TIME}};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_same_word(words[i].word, word)) {
            *t = words[i].t;
            return WEIR_OK;
        }
    return weir_fail_at(err, WEIR_EINVAL, "types", "type \"%s\" of column '%s' is none of: numeric, factor, string, time", word, column_name);
}

/* types: a list in column order, or a table from name to type. */
static weir_status tell_types(reader *r, const weir_value *types)
{
    weir_status st = WEIR_OK;

    if (!types)
        return WEIR_OK;
    if (types->kind == WEIR_LIST && types->as.list.n > r->n_cols)
        return weir_fail_at(r->err, WEIR_EINVAL, "types", "types has %zu entries, '%s' has %zu columns", types->as.list.n, r->path, r->n_cols);
    for (size_t i = 0; i < types->as.list.n && !st; i++) {
        const weir_value *v = &types->as.list.v[i];
        size_t at = i;
        if (types->kind == WEIR_DICT)
            for (at = 0; at < r->n_cols && strcmp(r->col[at].name, types->as.list.key[i]) != 0; at++)
                ;
        if (at == r->n_cols)
            return weir_fail_at(r->err, WEIR_EINVAL, "types", "types names a column '%s' that '%s' does not have", types->as.list.key[i], r->path);
        if (v->kind == WEIR_NIL)
            continue;
        if (v->kind != WEIR_TEXT)
            return weir_fail_at(r->err, WEIR_EINVAL, "types", "types must hold words such as \"numeric\" or \"factor\"");
        st = type_of_word(v->as.text.s, &r->col[at].type, r->col[at].name, r->err);
        r->col[at].told = true;
    }
    return st;
}

/* Reading cells ----------------------------------------------------------------------------- */

static bool is_missing(const reader *r, const char *s, size_t n)
{
    static const char *const marks[] = {"NA", "na", "N/A", "n/a", "NaN", "nan", "null", "NULL", "?", "Na"};

    if (n == 0)
        return true;
    if (r->na) {
        for (size_t i = 0; i < r->na->as.list.n; i++) {
            const weir_value *v = &r->na->as.list.v[i];
            if (v->kind == WEIR_TEXT && v->as.text.n == n && !memcmp(v->as.text.s, s, n))
                return true;
        }
        return false;
    }
    if (n > 4)
        return false;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (strlen(marks[i]) == n && !memcmp(marks[i], s, n))
            return true;
    return false;
}

static bool put_factor(reader *r, reader_column *c, const char *s, size_t n)
{
    uint32_t code = (uint32_t)map_count(c->levels);

    if (!map_add(c->levels, s, n, &code, NULL)) {
        r->st = weir_no_memory(r->err, "reading a file");
        return false;
    }
    c->x[r->row] = code;
    return true;
}

static bool put_cell(void *user, const char *s, size_t n, bool quoted)
{
    reader *r = user;

    if (r->at >= r->n_cols) {
        r->at++;
        return true; /* judged at the end of the row */
    }
    reader_column *c = &r->col[r->at++];
    if (c->skip)
        return true;
    if (!quoted)
        while (n && (*s == ' ' || *s == '\t'))
            s++, n--;
    while (n && (s[n - 1] == ' ' || s[n - 1] == '\t'))
        n--;
    bool fits = true;
    /* A number first: most cells are one, and no missing mark is. */
    if (c->type == CELL_NUMBER) {
        if (number_parse(s, n, &c->x[r->row]))
            fits = r->na ? !is_missing(r, s, n) || (c->x[r->row] = NAN, true) : true;
        else if (is_missing(r, s, n) || c->told)
            c->x[r->row] = NAN;
        else
            fits = false;
    } else if (is_missing(r, s, n)) {
        if (c->type == CELL_STRING)
            c->s[r->row] = NULL;
        else
            c->x[r->row] = NAN;
    } else if (c->type == CELL_TIME) {
        fits = number_time(s, n, &c->x[r->row]);
        if (!fits && c->told)
            c->x[r->row] = NAN, fits = true;
    } else if (c->type == CELL_FACTOR) {
        return put_factor(r, c, s, n);
    } else if (!(c->s[r->row] = mem_text_n(s, n))) {
        r->st = weir_no_memory(r->err, "reading a file");
        return false;
    }
    if (!fits) { /* read again as something wider */
        double t;
        c->type = c->type == CELL_NUMBER && r->row == 0 && number_time(s, n, &t) ? CELL_TIME
                  : c->type == CELL_NUMBER && !c->any && number_time(s, n, &t)   ? CELL_TIME
                                                                                 : CELL_FACTOR;
        c->again = true;
        c->skip = true; /* no use in the rest of this pass */
    }
    c->any |= n > 0;
    return true;
}

static bool grow(reader *r)
{
    size_t cap = r->cap * 2;

    for (size_t i = 0; i < r->n_cols; i++) {
        reader_column *c = &r->col[i];
        if (c->x) {
            double *x = mem_resize(c->x, cap, sizeof *x);
            if (!x)
                return false;
            c->x = x;
        }
        if (c->s) {
            char **s = mem_resize(c->s, cap, sizeof *s);
            if (!s)
                return false;
            memset(s + r->cap, 0, r->cap * sizeof *s);
            c->s = s;
        }
    }
    r->cap = cap;
    return true;
}

static bool end_row(void *user, size_t line)
{
    reader *r = user;

    if (r->at != r->n_cols && !r->ragged) {
        r->st = weir_fail(r->err, WEIR_EFORMAT, "'%s', line %zu has %zu cells; the first line has %zu (ragged=true fills and cuts)",
                          r->path, line + (r->header ? 1 : 0), r->at, r->n_cols);
        if (r->err)
            r->err->line = (int64_t)line + (r->header ? 1 : 0);
        return false;
    }
    while (r->at < r->n_cols)
        put_cell(r, "", 0, false);
    r->at = 0;
    r->row++;
    if (r->row == r->cap && !grow(r)) {
        r->st = weir_no_memory(r->err, "reading a file");
        return false;
    }
    if (r->row % 4096 == 0) {
        progress_add(r->progress, 4096);
        if (progress_cancelled(r->progress)) {
            r->st = weir_fail(r->err, WEIR_ECANCEL, "reading '%s' was cancelled", r->path);
            return false;
        }
    }
    return true;
}

static void drop_cells(reader_column *c, size_t rows)
{
    for (size_t i = 0; c->s && i < rows; i++)
        mem_free(c->s[i]);
    mem_free(c->s);
    mem_free(c->x);
    map_free(c->levels);
    c->s = NULL;
    c->x = NULL;
    c->levels = NULL;
}

static weir_status make_room(reader *r, reader_column *c)
{
    if (c->type == CELL_STRING)
        c->s = mem_zero(r->cap, sizeof *c->s);
    else
        c->x = mem_array(r->cap, sizeof *c->x);
    if (c->type == CELL_FACTOR)
        c->levels = map_new();
    return (c->s || c->x) && (c->type != CELL_FACTOR || c->levels) ? WEIR_OK : weir_no_memory(r->err, "reading a file");
}

/* One pass over the body for the columns that are not done. */
static weir_status pass(reader *r, const char *body, size_t n)
{
    cell_sink sink = {put_cell, end_row, r};

    r->row = r->at = 0;
    r->st = WEIR_OK;
    weir_status st = split(r, body, n, &sink, SIZE_MAX);
    return st ? st : r->st;
}

static weir_status read_cells(reader *r, const char *body, size_t n)
{
    bool *keep = mem_zero(r->n_cols + 1, sizeof *keep); /* skipped by the client's wish */
    bool more = true;
    weir_status st = keep ? WEIR_OK : weir_no_memory(r->err, "reading a file");

    for (size_t i = 0; i < r->n_cols && !st; i++) {
        keep[i] = !r->col[i].skip;
        if (keep[i])
            st = make_room(r, &r->col[i]);
    }
    while (more && !st) {
        st = pass(r, body, n);
        r->rows = r->row;
        more = false;
        for (size_t i = 0; i < r->n_cols && !st; i++) {
            reader_column *c = &r->col[i];
            c->skip = !c->again;
            if (c->again) {
                more = true;
                c->again = false;
                drop_cells(c, 0);
                st = make_room(r, c);
            }
        }
    }
    for (size_t i = 0; keep && i < r->n_cols; i++)
        r->col[i].skip = !keep[i];
    mem_free(keep);
    return st;
}

/* Columns -------------------------------------------------------------------------------------- */

typedef struct level { const char *s; double number; uint32_t code; } level;

static int by_text(const void *a, const void *b)
{
    return strcmp(((const level *)a)->s, ((const level *)b)->s);
}

/* Codes in order of appearance -> codes in order of the sorted levels. */
static column *factor_of(reader *r, reader_column *c)
{
    size_t n = map_count(c->levels), len;
    level *v = mem_array(n + 1, sizeof *v);
    const char **names = mem_array(n + 1, sizeof *names);
    uint32_t *to = mem_array(n + 1, sizeof *to), *codes = mem_array(r->rows + 1, sizeof *codes);
    column *made = NULL;

    if (v && names && to && codes) {
        for (size_t i = 0; i < n; i++)
            v[i] = (level){.s = map_key(c->levels, i, &len), .code = (uint32_t)i};
        qsort(v, n, sizeof *v, by_text);
        for (size_t i = 0; i < n; i++) {
            names[i] = v[i].s;
            to[v[i].code] = (uint32_t)i;
        }
        for (size_t i = 0; i < r->rows; i++)
            codes[i] = isnan(c->x[i]) ? COLUMN_MISSING : to[(size_t)c->x[i]];
        made = column_of_codes(codes, r->rows, names, n);
    }
    mem_free(v), mem_free(names), mem_free(to), mem_free(codes);
    return made;
}

static column *string_of(reader *r, reader_column *c)
{
    const char **s = mem_array(r->rows + 1, sizeof *s);
    column *made = NULL;
    size_t len;

    if (s) {
        for (size_t i = 0; i < r->rows; i++)
            s[i] = c->s ? c->s[i] : isnan(c->x[i]) ? NULL : map_key(c->levels, (size_t)c->x[i], &len);
        made = column_of_texts(s, r->rows);
    }
    mem_free(s);
    return made;
}

/* Nearly every cell different: names, not classes. */
static bool is_free_text(const reader *r, const reader_column *c)
{
    size_t there = 0;

    for (size_t i = 0; i < r->rows; i++)
        there += !isnan(c->x[i]);
    return !c->told && there > 20 && map_count(c->levels) * 100 >= there * 95;
}

static column *column_from(reader *r, reader_column *c)
{
    if (c->type == CELL_STRING || (c->type == CELL_FACTOR && is_free_text(r, c)))
        return string_of(r, c);
    if (c->type == CELL_FACTOR)
        return factor_of(r, c);
    return column_of_numbers(c->type == CELL_TIME ? WEIR_TYPE_TIME : WEIR_TYPE_NUMERIC, c->x, r->rows);
}

static weir_status frame_from(reader *r, weir_frame **out)
{
    column **cols = mem_zero(r->n_cols + 1, sizeof *cols);
    const char **names = mem_array(r->n_cols + 1, sizeof *names);
    size_t n = 0;
    weir_status st = cols && names ? WEIR_OK : weir_no_memory(r->err, "reading a file");

    for (size_t i = 0; i < r->n_cols && !st; i++) {
        if (r->col[i].skip)
            continue;
        names[n] = r->col[i].name;
        cols[n] = column_from(r, &r->col[i]);
        if (!cols[n++])
            st = weir_no_memory(r->err, "reading a file");
        drop_cells(&r->col[i], r->rows); /* its wide form goes before the next is made */
    }
    if (!st && !n)
        st = weir_fail_at(r->err, WEIR_EINVAL, "skip", "skip leaves no column of '%s'", r->path);
    if (!st) {
        st = frame_new(out, cols, names, n, r->rows, r->err);
    } else {
        for (size_t i = 0; cols && i < n; i++)
            column_unref(cols[i]);
    }
    mem_free(cols);
    mem_free(names);
    return st;
}

/* The verb ------------------------------------------------------------------------------------- */

static weir_status no_nul(const reader *r)
{
    const char *nul = memchr(r->src.bytes, '\0', r->src.n);
    size_t line = 1;

    if (!nul)
        return WEIR_OK;
    for (const char *p = r->src.bytes; p < nul; p++)
        line += *p == '\n';
    weir_fail(r->err, WEIR_EFORMAT, "'%s', line %zu holds a NUL byte: it is not a text file, or in UTF-16", r->path, line);
    if (r->err)
        r->err->line = (int64_t)line;
    return WEIR_EFORMAT;
}

static weir_status skip_columns(reader *r, const weir_value *skip)
{
    for (size_t i = 0; skip && i < skip->as.list.n; i++) {
        const weir_value *v = &skip->as.list.v[i];
        size_t at = v->kind == WEIR_INT ? (size_t)(v->as.i - 1) : r->n_cols;
        for (size_t k = 0; v->kind == WEIR_TEXT && k < r->n_cols; k++)
            if (!strcmp(r->col[k].name, v->as.text.s))
                at = k;
        if (at >= r->n_cols)
            return weir_fail_at(r->err, WEIR_EINVAL, "skip", "skip names a column that '%s' does not have", r->path);
        r->col[at].skip = true;
    }
    return WEIR_OK;
}

/* Past the byte order mark and comment lines. */
static size_t start_of(const reader *r)
{
    const char *s = r->src.bytes;
    size_t at = r->src.n >= 3 && !memcmp(s, "\xef\xbb\xbf", 3) ? 3 : 0;

    while (at < r->src.n && (s[at] == '\n' || s[at] == '\r'))
        at++;
    return at;
}

static weir_status import(reader *r, const verb_context *c, weir_frame **out)
{
    const char *sep = verb_text(c, "sep"), *quote = verb_text(c, "quote");
    peek p = {.row = {weir_list(), weir_list(), weir_list()}};
    cell_sink look = {peek_cell, peek_row, &p};
    weir_status st = no_nul(r);

    r->quote = quote && *quote ? *quote : '"';
    r->sep = sep && *sep ? *sep : guess_separator(r);
    r->quoted = memchr(r->src.bytes, r->quote, r->src.n) != NULL;
    size_t start = start_of(r);
    const char *body = r->src.bytes + start;
    size_t n = r->src.n - start;
    if (!st)
        st = split(r, body, n, &look, PEEK);
    if (!st && p.failed)
        st = weir_no_memory(r->err, "reading a file");
    if (!st && !p.n)
        st = weir_fail(r->err, WEIR_EFORMAT, "'%s' has no line with text", r->path);
    r->header = verb_has(c, "header") ? verb_bool(c, "header", false) : guess_header(&p);
    if (!st)
        st = name_columns(r, &p, verb_value(c, "names"));
    if (!st)
        st = tell_types(r, verb_value(c, "types"));
    if (!st)
        st = skip_columns(r, verb_value(c, "skip"));
    for (size_t i = 0; i < PEEK; i++)
        weir_value_clear(&p.row[i]);
    if (!st && r->header) { /* its line, which may span several when quoted */
        const char *eol = memchr(body, '\n', n);
        size_t skip = eol ? (size_t)(eol - body) + 1 : n;
        body += skip;
        n -= skip;
    }
    r->cap = 1024;
    if (!st)
        st = read_cells(r, body, n);
    return st ? st : frame_from(r, out);
}

static weir_status run_import(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_value *na = verb_value(c, "na");
    reader r = {.path = verb_text(c, "path"), .progress = c->progress, .err = err,
                .ragged = verb_bool(c, "ragged", false), .na = na};
    weir_value one = weir_nil();
    weir_frame *f = NULL;

    if (na && na->kind == WEIR_TEXT) {
        one = weir_list();
        weir_status e = weir_list_add(&one, weir_text(na->as.text.s), err);
        if (e)
            return e;
        r.na = &one;
    }
    progress_phase(c->progress, "reading");
    weir_status st = source_read(&r.src, r.path, c->progress, err);
    if (!st)
        st = import(&r, c, &f);
    for (size_t i = 0; r.col && i < r.n_cols; i++) {
        drop_cells(&r.col[i], r.rows);
        mem_free(r.col[i].name);
    }
    mem_free(r.col);
    source_free(&r.src);
    weir_value_clear(&one);
    if (st)
        return st;
    log_at(c->log, WEIR_LOG_INFO, "import", "%s: %zu rows, %zu columns", r.path, f->rows, f->cols);
    const char *id = verb_text(c, "name");
    if (id)
        snprintf(f->id, sizeof f->id, "%s", id);
    *out = (weir_value){.kind = WEIR_FRAME, .as.frame = f};
    return WEIR_OK;
}

static const weir_arg_info import_args[] = {
    {.name = "path", .type = "text", .help = "File to read: CSV, plain or .gz; \"-\" is standard input."},
    {.name = "name", .type = "text", .optional = true, .help = "Id of the frame."},
    {.name = "header", .type = "bool", .optional = true, .help = "The first line holds names; guessed."},
    {.name = "sep", .type = "text", .optional = true, .help = "Separator; guessed."},
    {.name = "names", .type = "list", .optional = true, .help = "Names of the columns."},
    {.name = "types", .type = "list|dict", .optional = true, .help = "Types by position or name: numeric, factor, string, time."},
    {.name = "na", .type = "list|text", .optional = true, .help = "What stands for missing, besides nothing at all."},
    {.name = "skip", .type = "list", .optional = true, .help = "Columns to leave out."},
    {.name = "quote", .type = "text", .optional = true, .help = "Quote character."},
    {.name = "ragged", .type = "bool", .def = "false", .optional = true, .help = "Fill short lines and cut long ones."},
};

const verb verbs_import[] = {
    {{.name = "import_file", .on = "", .group = "data", .gives = "frame", .job = true,
      .help = "Reads a file into a frame; separator, header and types are guessed.", .args = import_args,
      .n_args = sizeof import_args / sizeof *import_args}, run_import},
};
const size_t verbs_import_count = sizeof verbs_import / sizeof *verbs_import;
