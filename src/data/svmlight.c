/* svmlight.c - files of sparse rows.
 *
 * Entries of a run of rows are sorted by column; a column of the run is zeros with its
 * entries put in. Columns without entries are not touched: they get their zeros when they have
 * some again, or at the end, so that the work grows with the entries, not with rows by columns. */
#include "config.h"
#include "data/svmlight.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/status.h"
#include "data/grow_frame.h"
#include "data/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RUN = 1024, ROOM = 1 << 20, MOST_COLUMNS = 1000000, MOST_LINE = 1 << 28 };

typedef struct entry {
    uint32_t column, row; /* row within the run */
    double x;
} entry;

typedef struct reader {
    source *src;
    bool lenient;
    char *text; /* NUMBER_SLACK bytes behind n */
    size_t n, cap;
    bool end;
    entry *e;
    size_t n_e, e_cap;
    grow *g;
    size_t n_columns, g_cap;
    size_t rows, run; /* appended; of the run under way */
    uint64_t line;
    import_report *report;
    double *x;
} reader;

/* The next field from *p on, up to a blank; false: the line is over. */
static bool field(const char **p, const char *end, const char **s, size_t *n)
{
    while (*p < end && (**p == ' ' || **p == '\t' || **p == '\r'))
        ++*p;
    if (*p == end || **p == '#')
        return false;
    *s = *p;
    while (*p < end && **p != ' ' && **p != '\t' && **p != '\r' && **p != '#')
        ++*p;
    *n = (size_t)(*p - *s);
    return true;
}

static bool is_query(const char *s, size_t n)
{
    return n > 4 && !memcmp(s, "qid:", 4);
}

/* "index:value"; NULL or what is wrong with it. */
static const char *pair_of(const char *s, size_t n, uint64_t *index, double *x)
{
    const char *colon = memchr(s, ':', n);

    *index = 0;
    if (!colon || colon == s)
        return "is no pair index:value";
    for (const char *p = s; p < colon; p++) {
        if ((unsigned)(*p - '0') > 9)
            return "has an index that is no whole number";
        if (*index < 1000000000000)
            *index = *index * 10 + (unsigned)(*p - '0');
    }
    if (!number_parse(colon + 1, n - (size_t)(colon + 1 - s), x))
        return "has a value that is no number";
    return NULL;
}

bool svmlight_looks(const char *s, size_t n, bool strict)
{
    const char *end = s + n;
    int lines = 0;
    size_t all = 0;

    for (int k = 0; s < end && k < 10; k++) {
        const char *e = memchr(s, '\n', (size_t)(end - s)), *p = s, *f;
        size_t len, pairs = 0;
        double x;
        uint64_t index, before = 0;
        if (!e && lines)
            break; /* cut by the sample */
        e = e ? e : end;
        s = e < end ? e + 1 : end;
        if (!field(&p, e, &f, &len))
            continue;
        if (!number_parse(f, len, &x))
            return false;
        for (; field(&p, e, &f, &len); pairs++)
            if (!strict && !pairs && is_query(f, len))
                continue; /* the reading says what it thinks of it */
            else if (pair_of(f, len, &index, &x) || (strict && index <= before))
                return false;
            else
                before = index;
        lines++;
        all += pairs; /* a row may have nothing but zeros */
    }
    return all > 0;
}

static bool more_columns(reader *r, size_t n)
{
    while (r->n_columns < n) {
        grow *g = mem_grow(r->g, r->n_columns, &r->g_cap, sizeof *g);
        if (!g)
            return false;
        r->g = g;
        if (!grow_begin(&g[r->n_columns], WEIR_TYPE_NUMERIC, true, 0))
            return false;
        r->n_columns++;
    }
    return true;
}

/* Zeros for the rows that the column has not had yet. */
static bool catch_up(reader *r, size_t c)
{
    block_column zeros = {.s = {.rows = r->rows - r->g[c].rows, .first = 0, .constant = true, .f32 = true}};

    return !zeros.s.rows || grow_numbers(&r->g[c], &zeros);
}

static int by_column(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    return x->column != y->column ? (x->column < y->column ? -1 : 1) : x->row < y->row ? -1 : x->row > y->row;
}

/* The run's rows onto the columns that have entries in it; the others catch up when they have, or at the end. */
static bool append_run(reader *r)
{
    block_column b;

    if (r->n_e) {
        qsort(r->e, r->n_e, sizeof *r->e, by_column);
        if (!more_columns(r, r->e[r->n_e - 1].column + 1))
            return false;
    }
    for (size_t k = 0; k < r->n_e;) {
        uint32_t c = r->e[k].column;
        memset(r->x, 0, r->run * sizeof *r->x);
        for (; k < r->n_e && r->e[k].column == c; k++)
            r->x[r->e[k].row] = r->e[k].x;
        block_of_numbers(&b, r->x, r->run, r->x + RUN);
        if (!catch_up(r, c) || !grow_numbers(&r->g[c], &b))
            return false;
    }
    r->rows += r->run;
    r->run = r->n_e = 0;
    return true;
}

static weir_status add(reader *r, size_t at, double x, weir_error *err)
{
    entry *e = mem_grow(r->e, r->n_e, &r->e_cap, sizeof *e);

    if (!e)
        return weir_no_memory(err, "reading a file");
    r->e = e;
    e[r->n_e++] = (entry){(uint32_t)at, (uint32_t)r->run, x};
    return WEIR_OK;
}

static weir_status wrong(reader *r, const char *line, const char *s, size_t n, const char *what, weir_error *err)
{
    if (r->lenient) {
        r->report->bad_cells++;
        return WEIR_OK;
    }
    weir_fail(err, WEIR_EFORMAT, "'%s', line %llu, column %zu: \"%.*s\" %s", source_path(r->src), (unsigned long long)r->line,
              (size_t)(s - line) + 1, (int)(n < 40 ? n : 40), s, what);
    if (err)
        err->line = (int64_t)r->line;
    return WEIR_EFORMAT;
}

static weir_status read_line(reader *r, const char *s, const char *end, weir_error *err)
{
    const char *p = s, *f, *why;
    size_t n;
    uint64_t index, before = 0;
    double x;

    if (!field(&p, end, &f, &n))
        return WEIR_OK; /* blank, or a comment */
    weir_status st = WEIR_OK;
    if (number_parse(f, n, &x))
        st = add(r, 0, x, err);
    else
        st = wrong(r, s, f, n, "is no number, as the target is", err);
    while (!st && field(&p, end, &f, &n)) {
        why = is_query(f, n) ? "groups rows by query, which weir does not do" : pair_of(f, n, &index, &x);
        if (!why)
            why = index == 0 ? "has index 0; they begin at 1" : index <= before ? "has an index that does not ascend"
                  : index >= MOST_COLUMNS ? "has an index above 999999" : NULL;
        if (why) {
            st = wrong(r, s, f, n, why, err);
            break; /* lenient: the rest of the line */
        }
        before = index;
        st = add(r, (size_t)index, x, err);
    }
    r->run++;
    if (!st && r->run == RUN && !append_run(r))
        st = weir_no_memory(err, "reading a file");
    return st;
}

/* More text behind what is left of the last. */
static weir_status more_text(reader *r, size_t used, weir_error *err)
{
    size_t got;

    memmove(r->text, r->text + used, r->n - used);
    r->n -= used;
    if (r->n == r->cap) {
        char *more = r->cap < MOST_LINE ? mem_resize(r->text, 2 * r->cap + NUMBER_SLACK, 1) : NULL;
        if (!more)
            return weir_no_memory(err, "reading a file");
        r->text = more;
        r->cap *= 2;
    }
    weir_status st = source_fill(r->src, r->text + r->n, r->cap - r->n, &got, err);
    r->end = !st && got < r->cap - r->n;
    r->n += got;
    r->report->text += got;
    return st;
}

static weir_status read_all(reader *r, progress *p, weir_error *err)
{
    weir_status st = more_text(r, 0, err);

    while (!st) {
        const char *s = r->text, *end = r->text + r->n, *e;
        const char *nul = memchr(s, 0, r->n);
        if (nul)
            return weir_fail(err, WEIR_EFORMAT, "'%s', near line %llu: a NUL byte; this is not a text file", source_path(r->src),
                             (unsigned long long)r->line + 1);
        while (!st && (e = memchr(s, '\n', (size_t)(end - s)))) {
            r->line++;
            st = read_line(r, s, e, err);
            s = e + 1;
        }
        if (!st && r->end) {
            r->line++;
            st = s < end ? read_line(r, s, end, err) : WEIR_OK;
            break;
        }
        if (!st && progress_cancelled(p))
            st = weir_fail(err, WEIR_ECANCEL, "reading '%s' was cancelled", source_path(r->src));
        if (!st)
            st = more_text(r, (size_t)(s - r->text), err);
    }
    bool whole = st || append_run(r);
    for (size_t c = 0; c < r->n_columns && !st && whole; c++)
        whole = catch_up(r, c);
    return whole ? st : weir_no_memory(err, "reading a file");
}

static weir_status frame_of(reader *r, weir_frame **out, int threads, weir_error *err)
{
    const char **name = mem_zero(r->n_columns + 1, sizeof *name);
    grow **g = mem_zero(r->n_columns + 1, sizeof *g);
    char *made = mem_zero(r->n_columns + 1, 24);
    weir_status st = name && g && made ? WEIR_OK : weir_no_memory(err, "reading a file");

    for (size_t i = 0; !st && i < r->n_columns; i++) {
        snprintf(made + 24 * i, 24, "C%zu", i + 1);
        name[i] = made + 24 * i;
        g[i] = &r->g[i];
    }
    if (!st && !r->n_columns)
        st = weir_fail(err, WEIR_EFORMAT, "'%s' has no line with numbers", source_path(r->src));
    if (!st)
        st = grow_frame(out, g, name, r->n_columns, r->rows, threads, err);
    mem_free(name), mem_free(g), mem_free(made);
    return st;
}

weir_status svmlight_read(weir_frame **out, source *s, bool lenient, import_report *report, progress *p, weir_error *err)
{
    reader r = {.src = s, .lenient = lenient, .report = report, .cap = ROOM};
    double from = clock_now();

    r.text = mem_array(ROOM + NUMBER_SLACK, 1);
    r.x = mem_array(2 * RUN, sizeof *r.x);
    weir_status st = r.text && r.x ? read_all(&r, p, err) : weir_no_memory(err, "reading a file");
    if (!st)
        st = frame_of(&r, out, progress_threads(p), err);
    for (size_t i = 0; i < r.n_columns; i++)
        grow_free(&r.g[i]);
    report->rows = r.rows, report->columns = r.n_columns, report->passes = 1;
    report->files = 1, report->stored = source_stored(s), report->seconds = clock_now() - from;
    report->threads = 1;
    mem_free(r.text), mem_free(r.x), mem_free(r.e), mem_free(r.g);
    return st;
}
