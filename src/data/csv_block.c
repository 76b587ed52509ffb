/* csv_block.c - a block of rows: cells into records, records into columns. */
#include "config.h"
#include "data/csv_impl.h"

#include "base/mem.h"
#include "base/status.h"
#include "base/text.h"
#include "data/number.h"
#include "data/when.h"
#include "kernel/scan.h"
#include "kernel/small.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a cell says ------------------------------------------------------------------------------- */

static bool in_list(const weir_value *list, const char *s, size_t n)
{
    for (size_t i = 0; i < list->as.list.n; i++) {
        const weir_value *v = &list->as.list.v[i];
        if (v->kind == WEIR_TEXT && v->as.text.n == n && !memcmp(v->as.text.s, s, n))
            return true;
    }
    return false;
}

static bool usual_mark(const char *s, size_t n)
{
    static const char *const marks[] = {"NA", "na", "Na", "N/A", "n/a", "NaN", "nan", "NAN", "null", "NULL", "Null", "?"};

    if (n > 4 || (*s != 'N' && *s != 'n' && *s != '?')) /* nearly every cell */
        return false;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (strlen(marks[i]) == n && !memcmp(marks[i], s, n))
            return true;
    return false;
}

bool csv_is_missing(const csv_rules *r, size_t at, const char *s, size_t n)
{
    if (n == 0)
        return true;
    if (r->marks && at < r->marks->as.list.n && r->marks->as.list.v[at].kind == WEIR_LIST)
        return in_list(&r->marks->as.list.v[at], s, n);
    if (r->column_na && at < r->column_na->as.list.n && r->column_na->as.list.v[at].kind == WEIR_LIST &&
        in_list(&r->column_na->as.list.v[at], s, n))
        return true;
    return r->na ? in_list(r->na, s, n) : usual_mark(s, n);
}

bool csv_number(const csv_rules *r, const char *s, size_t n, double *x)
{
    return r->h2o ? csv_h2o_number(s, n, x) : number_parse_padded(s, n, x);
}

bool csv_time(const csv_rules *r, const char *s, size_t n, double *ms)
{
    return when_parse(s, n, r->h2o ? WHEN_H2O : WHEN_ANY, ms);
}

void csv_strip(const csv_rules *r, const char **s, size_t *n, bool quoted)
{
    if (quoted)
        return;
    while (*n && (**s == ' ' || **s == '\t'))
        ++*s, --*n;
    while (!r->h2o && *n && ((*s)[*n - 1] == ' ' || (*s)[*n - 1] == '\t'))
        --*n;
}

/* Errors ------------------------------------------------------------------------------------------- */

static uint64_t line_of(const csv_block *b, const char *at)
{
    bool inside = at >= b->text && at <= b->text + b->n;
    return b->first_line + (inside ? scan_count(b->text, (size_t)(at - b->text), b->rules->eol) : 0);
}

void csv_block_fail(csv_block *b, const char *at, const char *format, ...)
{
    char what[512];
    uint64_t line = line_of(b, at);
    const char *start = at;
    va_list ap;

    if (b->status)
        return;
    va_start(ap, format);
    vsnprintf(what, sizeof what, format, ap);
    va_end(ap);
    while (start > b->text && start[-1] != b->rules->eol)
        start--;
    b->status = weir_fail(&b->error, WEIR_EFORMAT, "'%s', line %llu, column %zu: %s", b->path, (unsigned long long)line,
                          (size_t)(at - start) + 1, what);
    b->error.line = (int64_t)line;
}

static void keep_bad(csv_block *b, size_t at, const char *s, size_t n)
{
    b->bad_of[at]++;
    if (b->n_bad < CSV_BAD_KEPT) { /* the line is found when the row ends: an arena's cell has none */
        csv_bad *k = &b->bad[b->n_bad++];
        size_t m = n < sizeof k->text - 1 ? n : sizeof k->text - 1;
        k->line = UINT64_MAX;
        k->column = (uint32_t)at;
        memcpy(k->text, s, m);
        k->text[m] = 0;
    }
}

/* Records ------------------------------------------------------------------------------------------- */

static bool add_odd(csv_block *b, size_t at, double x)
{
    csv_odd *o = mem_grow(b->odd, b->n_odd, &b->odd_cap, sizeof *o);

    if (!o) {
        b->status = weir_no_memory(&b->error, "reading a file");
        return false;
    }
    b->odd = o;
    o[b->n_odd++] = (csv_odd){(uint32_t)at, (uint32_t)b->rows, x};
    return true;
}

static bool put_number(csv_block *b, size_t i, double x)
{
    char *to = b->record + b->rows * b->stride + b->offset[i];

    if (b->slot[i] != SLOT_BYTE) {
        memcpy(to, &x, sizeof x);
        return true;
    }
    if (x >= 0 && x <= UINT8_MAX && x == (uint8_t)x && !signbit(x)) {
        *to = (char)(uint8_t)x;
        return true;
    }
    *to = 0;
    return add_odd(b, i, x);
}

/* The number or time that a cell says; NaN when it is missing, or says neither. */
static double number_of(csv_block *b, size_t i, const char *s, size_t n)
{
    const csv_rules *r = b->rules;
    bool number = b->column[i].role == CSV_NUMBER;
    double x;

    if (n == 0)
        return NAN;
    if (number ? csv_number(r, s, n, &x) : csv_time(r, s, n, &x) || (r->h2o && csv_number(r, s, n, &x))) {
        if (isnan(x) || (r->na_numbers && csv_is_missing(r, i, s, n)))
            return NAN;
        return x;
    }
    if (csv_is_missing(r, i, s, n))
        return NAN;
    if (r->h2o && usual_mark(s, n))
        return NAN; /* no number, but nobody's mistake */
    if (b->column[i].told)
        keep_bad(b, i, s, n);
    else if (!b->conflict[i])
        b->conflict[i] = number && csv_time(r, s, n, &x) ? 2 : 1;
    return NAN;
}

bool csv_cell(csv_block *b, const char *s, size_t n, bool quoted)
{
    size_t i = b->cells++;

    if (i >= b->n_columns || b->slot[i] == SLOT_NONE)
        return true; /* too many are judged at the end of the row */
    uint32_t tiny;
    if (b->slot[i] == SLOT_BYTE && n - 1 < 3 && number_tiny(s, n, &tiny) && tiny <= UINT8_MAX) {
        b->record[b->rows * b->stride + b->offset[i]] = (char)tiny;
        return true;
    }
    csv_strip(b->rules, &s, &n, quoted);
    if (b->slot[i] == SLOT_TEXT) {
        csv_text t = {s, (uint32_t)n, quoted};
        if ((n == 0 && !quoted) || (n && csv_is_missing(b->rules, i, s, n)))
            t.s = NULL;
        if (t.s && b->column[i].checked && !csv_is_uuid(s, n)) {
            keep_bad(b, i, s, n);
            t.s = NULL;
        }
        memcpy(b->record + b->rows * b->stride + b->offset[i], &t, sizeof t);
        return true;
    }
    return put_number(b, i, number_of(b, i, s, n));
}

bool csv_row(csv_block *b, const char *at)
{
    size_t cells = b->cells;

    if (cells != b->n_columns) {
        if (!b->rules->ragged) {
            csv_block_fail(b, at, "the row has %zu cells; %zu are expected (ragged=true fills and cuts)", cells, b->n_columns);
            return false;
        }
        *(cells < b->n_columns ? &b->short_rows : &b->long_rows) += 1;
        while (b->cells < b->n_columns)
            if (!csv_cell(b, "\0\0\0\0\0\0\0\0", 0, false))
                return false;
    }
    for (size_t k = b->n_bad; k-- > 0 && b->bad[k].line == UINT64_MAX;)
        b->bad[k].line = line_of(b, at);
    if (b->row_cells)
        b->row_cells[b->rows] = (uint32_t)cells;
    b->cells = 0;
    b->rows++;
    return true;
}

/* Room ---------------------------------------------------------------------------------------------- */

weir_status csv_block_init(csv_block *b, const csv_rules *r, const csv_column *c, size_t n_columns, weir_error *err)
{
    size_t n = n_columns + 1;

    *b = (csv_block){.rules = r, .column = c, .n_columns = n_columns};
    b->slot = mem_zero(n, sizeof *b->slot);
    b->offset = mem_zero(n, sizeof *b->offset);
    b->reals = mem_zero(n, sizeof *b->reals);
    b->gathered = mem_zero(n, sizeof *b->gathered);
    b->levels = mem_zero(n, sizeof *b->levels);
    b->code_of = mem_zero(n, sizeof *b->code_of);
    b->codes_known = mem_zero(n, sizeof *b->codes_known);
    b->codes_cap = mem_zero(n, sizeof *b->codes_cap);
    b->conflict = mem_zero(n, sizeof *b->conflict);
    b->bad_of = mem_zero(n, sizeof *b->bad_of);
    b->mark = mem_array(16384 + 16, sizeof *b->mark);
    if (!b->slot || !b->offset || !b->reals || !b->gathered || !b->levels || !b->code_of || !b->codes_known || !b->codes_cap || !b->conflict ||
        !b->bad_of || !b->mark)
        return weir_no_memory(err, "reading a file");
    for (size_t i = 0; i < n_columns; i++)
        b->slot[i] = c[i].role == CSV_NUMBER && c[i].bytes ? SLOT_BYTE : SLOT_REAL;
    return WEIR_OK;
}

void csv_block_free(csv_block *b)
{
    for (size_t i = 0; i < b->n_columns; i++) {
        if (b->levels)
            map_free(b->levels[i]);
        if (b->code_of)
            mem_free(b->code_of[i]);
    }
    mem_free(b->text), mem_free(b->slot), mem_free(b->offset), mem_free(b->reals), mem_free(b->record), mem_free(b->mark);
    mem_free(b->odd), mem_free(b->arena), mem_free(b->out), mem_free(b->numbers), mem_free(b->gathered);
    mem_free(b->levels), mem_free(b->code_of), mem_free(b->codes_known), mem_free(b->codes_cap);
    mem_free(b->conflict), mem_free(b->bad_of), mem_free(b->row_cells);
    *b = (csv_block){0};
}

/* A column of very many labels is held by nobody but the column: what this block has met before is forgotten. */
static void forget_labels(csv_block *b, size_t i)
{
    enum { MOST = 1 << 15 };

    if (!b->levels[i] || map_count(b->levels[i]) <= MOST)
        return;
    map_free(b->levels[i]);
    mem_free(b->code_of[i]);
    b->levels[i] = NULL;
    b->code_of[i] = NULL;
    b->codes_known[i] = b->codes_cap[i] = 0;
}

void csv_block_plan(csv_block *b, const bool *dead)
{
    size_t at = 0, bytes = 0;
    static const size_t size[] = {[SLOT_NONE] = 0, [SLOT_BYTE] = 1, [SLOT_REAL] = sizeof(double), [SLOT_TIME] = sizeof(double), [SLOT_TEXT] = sizeof(csv_text)};

    for (size_t i = 0; i < b->n_columns; i++) {
        csv_role role = dead && dead[i] ? CSV_SKIP : b->column[i].role;
        forget_labels(b, i);
        if (role == CSV_SKIP)
            b->slot[i] = SLOT_NONE;
        else if (role == CSV_FACTOR || role == CSV_STRING)
            b->slot[i] = SLOT_TEXT;
        else if (role == CSV_TIME || b->rules->na_numbers)
            b->slot[i] = SLOT_TIME;
        else if (b->slot[i] != SLOT_BYTE)
            b->slot[i] = SLOT_REAL;
        b->offset[i] = (uint32_t)at;
        at += size[b->slot[i]];
        bytes += b->slot[i] == SLOT_BYTE;
    }
    for (size_t i = b->n_columns, run = 0; i-- > 0;)
        b->reals[i] = (uint32_t)(run = b->slot[i] == SLOT_REAL ? run + 1 : 0);
    b->stride = at;
    b->all_bytes = bytes == b->n_columns;
}

/* A buffer that need not keep what it has. */
static bool at_least(char **p, size_t *cap, size_t want)
{
    if (want <= *cap)
        return true;
    mem_free(*p);
    *p = mem_array(want + want / 8, 1);
    *cap = *p ? want + want / 8 : 0;
    return *p != NULL;
}

void csv_block_parse(csv_block *b)
{
    size_t rows = b->lines + 1;

    b->rows = b->cells = b->n_odd = b->arena_n = b->n_bad = 0;
    b->comments = b->blanks = b->short_rows = b->long_rows = 0;
    b->status = WEIR_OK;
    memset(b->conflict, 0, b->n_columns * sizeof *b->conflict);
    memset(b->bad_of, 0, b->n_columns * sizeof *b->bad_of);
    b->quoted = b->rules->quote && memchr(b->text, b->rules->quote, b->n);
    bool copies = b->rules->escape || b->quoted;
    if (!at_least(&b->record, &b->record_cap, rows * b->stride + SMALL_SLACK) ||
        (copies && !at_least(&b->arena, &b->arena_cap, 2 * b->n + 64))) {
        b->status = weir_no_memory(&b->error, "reading a file");
        return;
    }
    if (copies)
        memset(b->arena + 2 * b->n, 0, 64);
    const char *nul = memchr(b->text, 0, b->n);
    if (nul) {
        csv_block_fail(b, nul, "a NUL byte: this is not a text file, or one in UTF-16");
        return;
    }
    csv_split(b);
}

/* Gathering ------------------------------------------------------------------------------------------ */

static int by_column(const void *a, const void *b)
{
    const csv_odd *x = a, *y = b;
    return x->column != y->column ? (x->column < y->column ? -1 : 1) : x->row < y->row ? -1 : x->row > y->row;
}

/* The odd ones of column i among those sorted by column. */
static size_t odd_of(const csv_block *b, size_t i, const csv_odd **first)
{
    size_t lo = 0, hi = b->n_odd, n = 0;

    if (!b->n_odd)
        return 0;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (b->odd[mid].column < i)
            lo = mid + 1;
        else
            hi = mid;
    }
    *first = b->odd + lo;
    while (lo + n < b->n_odd && b->odd[lo + n].column == i)
        n++;
    return n;
}

static bool gather_numbers(csv_block *b, size_t i, char *to)
{
    const char *from = b->record + b->offset[i];
    const csv_odd *odd = NULL;
    size_t n_odd = b->slot[i] == SLOT_BYTE ? odd_of(b, i, &odd) : 0;

    if (b->slot[i] == SLOT_BYTE && !n_odd) { /* turned already */
        block_of_bytes(&b->gathered[i], (uint8_t *)to, b->rows);
        return true;
    }
    if (b->slot[i] == SLOT_BYTE)
        for (size_t k = 0; k < b->rows; k++)
            b->numbers[k] = (double)(uint8_t)from[k * b->stride];
    else
        for (size_t k = 0; k < b->rows; k++)
            memcpy(&b->numbers[k], from + k * b->stride, sizeof(double));
    for (size_t k = 0; k < n_odd; k++)
        b->numbers[odd[k].row] = odd[k].x;
    block_of_numbers(&b->gathered[i], b->numbers, b->rows, to);
    const column_shape *s = &b->gathered[i].s;
    bool small = s->missing == 0 && s->decimals == 0 && s->lo >= 0 && s->hi <= UINT8_MAX;
    if (b->column[i].role == CSV_NUMBER) /* for the next block */
        b->slot[i] = small || (n_odd && n_odd < b->rows / 64) ? SLOT_BYTE : SLOT_REAL;
    return true;
}

/* Labels to the codes of this thread. */
static bool gather_labels(csv_block *b, size_t i, uint32_t *to)
{
    const char *from = b->record + b->offset[i];
    csv_text t, last = {0};
    uint32_t last_code = 0;

    if (!b->levels[i] && !(b->levels[i] = map_new()))
        return false;
    for (size_t k = 0; k < b->rows; k++) {
        memcpy(&t, from + k * b->stride, sizeof t);
        if (!t.s) {
            to[k] = COLUMN_MISSING;
            continue;
        }
        if (!(last.s && t.n == last.n && !memcmp(t.s, last.s, t.n))) {
            last_code = (uint32_t)map_count(b->levels[i]);
            if (!map_add(b->levels[i], t.s, t.n, &last_code, NULL))
                return false;
            last = t;
        }
        to[k] = last_code;
    }
    return true;
}

static size_t text_bytes(const csv_block *b, size_t i)
{
    const char *from = b->record + b->offset[i];
    size_t bytes = 0;
    csv_text t;

    for (size_t k = 0; k < b->rows; k++) {
        memcpy(&t, from + k * b->stride, sizeof t);
        bytes += t.s ? (size_t)t.n + 1 : 0;
    }
    return bytes;
}

static void gather_texts(csv_block *b, size_t i, uint32_t *length, char *pool)
{
    const char *from = b->record + b->offset[i];
    csv_text t;

    for (size_t k = 0; k < b->rows; k++) {
        memcpy(&t, from + k * b->stride, sizeof t);
        length[k] = t.s ? t.n : UINT32_MAX;
        if (!t.s)
            continue;
        memcpy(pool, t.s, t.n);
        pool[t.n] = 0;
        pool += (size_t)t.n + 1;
    }
}

/* Bytes from column i on, up to a strip of them, turned into their places; how many columns. Their cells are looked at
 * next, while they are near. */
static size_t turn_bytes(const csv_block *b, size_t i, char *const *to)
{
    enum { STRIP = 16 };
    size_t n = 0;

    while (n < STRIP && i + n < b->n_columns && b->slot[i + n] == SLOT_BYTE)
        n++;
    if (n)
        small_turn((const uint8_t *)b->record + b->offset[i], b->rows, b->stride, n, (uint8_t *const *)(to + i));
    return n;
}

/* Bytes that column i takes when gathered; *odd stands at its odd cells and goes behind them. */
static size_t gathered_bytes(const csv_block *b, size_t i, size_t *odd)
{
    size_t before = *odd;

    while (*odd < b->n_odd && b->odd[*odd].column == i)
        ++*odd;
    if (b->slot[i] == SLOT_NONE)
        return 0;
    if (b->slot[i] == SLOT_BYTE && *odd == before)
        return b->rows;
    if (b->slot[i] != SLOT_TEXT)
        return 8 * b->rows;
    return 4 * b->rows + (b->column[i].role == CSV_STRING ? text_bytes(b, i) : 0);
}

bool csv_block_gather(csv_block *b)
{
    size_t bytes = 0, odd = 0, cap = b->numbers_cap * sizeof *b->numbers;
    char **to = mem_array(b->n_columns + 1, sizeof *to);
    bool good = to && at_least((char **)(void *)&b->numbers, &cap, (b->rows + 8) * sizeof *b->numbers);

    b->numbers_cap = cap / sizeof *b->numbers;
    if (good && b->n_odd > 1)
        qsort(b->odd, b->n_odd, sizeof *b->odd, by_column);
    for (size_t i = 0; i < b->n_columns && good; i++) {
        to[i] = (char *)(uintptr_t)bytes; /* made a place below */
        bytes += (gathered_bytes(b, i, &odd) + 15) / 16 * 16;
    }
    good = good && at_least(&b->out, &b->out_cap, bytes + 64);
    for (size_t i = 0; i < b->n_columns && good; i++)
        to[i] = b->out + (uintptr_t)to[i];
    for (size_t i = 0, turned = 0; i < b->n_columns && good; i++) {
        if (b->slot[i] == SLOT_NONE)
            continue;
        if (b->slot[i] == SLOT_BYTE && i >= turned)
            turned = i + turn_bytes(b, i, to);
        b->gathered[i].cells = to[i];
        if (b->slot[i] != SLOT_TEXT)
            good = gather_numbers(b, i, to[i]);
        else if (b->column[i].role == CSV_STRING)
            gather_texts(b, i, (uint32_t *)(void *)to[i], to[i] + 4 * b->rows);
        else
            good = gather_labels(b, i, (uint32_t *)(void *)to[i]);
    }
    mem_free(to);
    return good;
}

/* This thread's codes into the column's. */
static bool append_labels(csv_block *b, size_t i, grow *g)
{
    uint32_t *code = b->gathered[i].cells;
    size_t n = map_count(b->levels[i]);

    if (n > b->codes_cap[i]) {
        uint32_t *more = mem_resize(b->code_of[i], 2 * n, sizeof *more);
        if (!more)
            return false;
        b->code_of[i] = more;
        b->codes_cap[i] = 2 * n;
    }
    for (; b->codes_known[i] < n; b->codes_known[i]++) {
        size_t len;
        const char *s = map_key(b->levels[i], b->codes_known[i], &len);
        uint32_t to = (uint32_t)map_count(g->levels);
        if (!map_add(g->levels, s, len, &to, NULL))
            return false;
        b->code_of[i][b->codes_known[i]] = to;
    }
    for (size_t k = 0; k < b->rows; k++)
        if (code[k] != COLUMN_MISSING)
            code[k] = b->code_of[i][code[k]];
    return grow_codes(g, code, b->rows);
}

bool csv_block_append(csv_block *b, size_t i, grow *g)
{
    block_column *c = &b->gathered[i];

    if (b->column[i].role == CSV_STRING)
        return grow_texts(g, (char *)c->cells + 4 * b->rows, c->cells, b->rows);
    if (b->column[i].role == CSV_FACTOR)
        return append_labels(b, i, g);
    return grow_numbers(g, c);
}
