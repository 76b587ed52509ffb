/* csv_guess.c - what the head of a text file looks like: separator, header, columns, roles. */
#include "config.h"
#include "data/csv_impl.h"

#include "base/mem.h"
#include "base/status.h"
#include "data/number.h"
#include "kernel/scan.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void csv_looks_clear(csv_looks *k)
{
    for (size_t i = 0; k->token && i < k->n_tokens; i++)
        mem_free(k->token[i]);
    mem_free(k->token);
    mem_free(k->role);
    mem_free(k->uuid);
    mem_free(k->bytes);
    weir_value_clear(&k->na);
    *k = (csv_looks){0};
}

/* First rows ------------------------------------------------------------------------------------ */

static size_t most_separators(const csv_rules *r, const char *s, size_t n)
{
    const char *end = s + n;
    size_t most = 0;

    for (int lines = 0; s < end && lines < 4096; lines++) {
        const char *e = memchr(s, r->eol, (size_t)(end - s));
        size_t k = scan_count(s, (size_t)((e ? e : end) - s), r->sep);
        most = k > most ? k : most;
        s = e ? e + 1 : end;
    }
    return most;
}

weir_status csv_first_rows(csv_block *b, const csv_rules *r, const char *s, size_t n, size_t max_rows, weir_error *err)
{
    size_t columns = b->n_columns ? b->n_columns : most_separators(r, s, n) + 1;
    csv_column *c = mem_zero(columns + 1, sizeof *c);
    const char *p = s, *end = s + n;

    if (!c)
        return weir_no_memory(err, "reading a file");
    for (size_t i = 0; i < columns; i++)
        c[i].role = CSV_FACTOR;
    for (size_t lines = 0; p < end && lines < max_rows; lines++) {
        const char *e = memchr(p, r->eol, (size_t)(end - p));
        p = e ? e + 1 : end;
    }
    n = (size_t)(p - s);
    weir_status st = csv_block_init(b, r, c, columns, err);
    if (!st) {
        snprintf(b->path, sizeof b->path, "the sample");
        b->text = mem_zero(n + SCAN_SLACK, 1);
        b->lines = scan_count(s, n, r->eol);
        b->row_cells = mem_zero(b->lines + 2, sizeof *b->row_cells);
        if (!b->text || !b->row_cells)
            st = weir_no_memory(err, "reading a file");
    }
    if (!st) {
        memcpy(b->text, s, n);
        b->n = n;
        csv_block_plan(b, NULL);
        csv_block_parse(b); /* damage ends the sample; the real reading will say so */
        if (b->status == WEIR_ENOMEM)
            st = weir_no_memory(err, "reading a file");
    }
    b->column = NULL;
    mem_free(c);
    return st;
}

csv_text csv_text_at(const csv_block *b, size_t row, size_t at)
{
    csv_text t = {0};

    if (row < b->rows && at < b->n_columns)
        memcpy(&t, b->record + row * b->stride + b->offset[at], sizeof t);
    return t;
}

/* Separator -------------------------------------------------------------------------------------- */

static size_t count_outside_quotes(const char *s, size_t n, char c, char quote)
{
    size_t count = 0;
    bool in = false;

    for (size_t i = 0; i < n; i++) {
        if (quote && s[i] == quote)
            in = !in;
        else if (!in && s[i] == c)
            count += c != ' ' || i == 0 || s[i - 1] != ' '; /* several blanks are one */
    }
    return count;
}

/* The candidate that the first lines hold most steadily; where none is steady, the one (no blank) that most of them hold, and
 * the first of them: whoever reads the rows says which has too many cells. */
static char steadiest(const csv_rules *r, const char *s, size_t n)
{
    static const char candidates[] = {',', ';', '\t', '|', '\1', ' '};
    char best = ',';
    size_t most = 0, most_held = 0;

    for (size_t k = 0; k < sizeof candidates; k++) {
        const char *p = s, *end = s + n;
        size_t first = 0, steady = 0, held = 0, lines = 0;
        while (p < end && lines < 30) {
            const char *eol = memchr(p, r->eol, (size_t)(end - p));
            if (!eol && lines)
                break;
            size_t len = (size_t)((eol ? eol : end) - p);
            bool none = len == 0 || (r->comments[0] && strchr(r->comments, *p)) || (len == 1 && *p == '\r');
            size_t found = none ? 0 : count_outside_quotes(p, len, candidates[k], r->quote);
            if (!none) {
                if (!lines++)
                    first = found;
                steady += found == first;
                held += found > 0;
            }
            p = eol ? eol + 1 : end;
        }
        size_t score = first && steady * 10 >= lines * 8 ? steady * 1000 + (first < 999 ? first : 999) : 0;
        if (candidates[k] == ' ')
            score /= 2; /* blanks occur in text */
        if (score > most) {
            most = score;
            best = candidates[k];
        }
        if (!most && candidates[k] != ' ' && first && held * 10 >= lines * 8 && held > most_held) {
            most_held = held;
            best = candidates[k];
        }
    }
    return best;
}

/* Header ------------------------------------------------------------------------------------------- */

static bool says_number(const csv_rules *r, csv_text t)
{
    double x;
    return t.s && t.n && (csv_number(r, t.s, t.n, &x) || csv_time(r, t.s, t.n, &x));
}

/* A header: words only, above a line that is not words only, or words that never come again. */
static bool is_header(const csv_rules *r, const csv_block *b)
{
    bool below = true;

    if (!b->rows)
        return false;
    for (size_t i = 0; i < b->row_cells[0]; i++) {
        csv_text t = csv_text_at(b, 0, i);
        if (says_number(r, t) || (i == 0 && !(t.s && t.n) && b->row_cells[0] == 1))
            return false;
    }
    if (b->rows < 2)
        return true;
    for (size_t i = 0; i < b->row_cells[1]; i++)
        below &= !says_number(r, csv_text_at(b, 1, i));
    if (!below)
        return true;
    for (size_t k = 1; k < b->rows; k++)
        for (size_t i = 0; i < b->row_cells[0] && i < b->row_cells[k]; i++) {
            csv_text t = csv_text_at(b, 0, i), u = csv_text_at(b, k, i);
            if (t.s && u.s && t.n == u.n && !memcmp(t.s, u.s, t.n))
                return false;
        }
    return true;
}

static char *token_text(csv_text t)
{
    while (t.n && t.s && isspace((unsigned char)t.s[t.n - 1]))
        t.n--;
    return mem_text_n(t.s ? t.s : "", t.s ? t.n : 0);
}

static weir_status take_tokens(csv_looks *k, const csv_block *b, weir_error *err)
{
    size_t n = b->rows ? b->row_cells[0] : 0;

    k->token = mem_zero(n + 1, sizeof *k->token);
    if (!k->token)
        return weir_no_memory(err, "reading a file");
    k->n_tokens = n;
    for (size_t i = 0; i < n; i++)
        if (!(k->token[i] = token_text(csv_text_at(b, 0, i))))
            return weir_no_memory(err, "reading a file");
    return WEIR_OK;
}

weir_status csv_look(csv_looks *k, csv_rules *r, const char *s, size_t n, char told_sep, int told_header,
                     size_t told_names, weir_error *err)
{
    csv_block b = {0};

    *k = (csv_looks){.quote = r->quote, .na = weir_nil()};
    k->eol = r->eol = memchr(s, '\n', n) || !memchr(s, '\r', n) ? '\n' : '\r';
    k->sep = r->sep = told_sep ? told_sep : steadiest(r, s, n);
    csv_rules loose = *r;
    static const weir_value none = {.kind = WEIR_LIST};
    loose.ragged = true;
    loose.na = &none; /* a column may be called NA */
    weir_status st = csv_first_rows(&b, &loose, s, n, 64, err);
    if (!st) {
        if (b.rows > 8 && !told_header) /* words further down say nothing about the first */
            b.rows = 8;
        k->header = told_header ? told_header : is_header(r, &b) ? 1 : -1;
        k->n_columns = b.rows ? b.row_cells[0] : 0;
        for (size_t i = 1; r->ragged && i < b.rows; i++)
            k->n_columns = b.row_cells[i] > k->n_columns ? b.row_cells[i] : k->n_columns;
        if (told_names > k->n_columns && r->ragged)
            k->n_columns = told_names;
        if (k->header == 1)
            st = take_tokens(k, &b, err);
    }
    csv_block_free(&b);
    return st;
}

/* Roles --------------------------------------------------------------------------------------------- */

typedef struct tally { /* of one column */
    size_t numbers, wide, times, texts, uuids, missing;
    map *different;
} tally;

struct csv_census {
    const csv_rules *rules;
    size_t n_columns;
    tally *of;
};

weir_status csv_census_new(csv_census **out, const csv_rules *r, size_t n_columns, weir_error *err)
{
    csv_census *c = MEM_NEW(csv_census);

    if (c)
        *c = (csv_census){r, n_columns, mem_zero(n_columns + 1, sizeof *c->of)};
    if (!c || !c->of) {
        mem_free(c);
        return weir_no_memory(err, "reading a file");
    }
    *out = c;
    return WEIR_OK;
}

void csv_census_free(csv_census *c)
{
    for (size_t i = 0; c && i < c->n_columns; i++)
        map_free(c->of[i].different);
    if (c)
        mem_free(c->of);
    mem_free(c);
}

bool csv_is_uuid(const char *s, size_t n)
{
    if (n != 36)
        return false;
    for (size_t i = 0; i < n; i++)
        if (i == 8 || i == 13 || i == 18 || i == 23 ? s[i] != '-' : !isxdigit((unsigned char)s[i]))
            return false;
    return true;
}

static bool count_text(tally *t, csv_text x)
{
    uint32_t at = 0;

    t->texts++;
    t->uuids += csv_is_uuid(x.s, x.n);
    if (!t->different && !(t->different = map_new()))
        return false;
    return map_add(t->different, x.s, x.n, &at, NULL);
}

weir_status csv_census_add(csv_census *c, const char *s, size_t n, weir_error *err)
{
    csv_rules loose = *c->rules;
    csv_block b = {.n_columns = c->n_columns};
    double x;
    bool good = true;

    loose.ragged = true;
    size_t rows = 250000 / (c->n_columns + 1); /* wide rows need no crowd */
    rows = rows > 1000 ? 1000 : rows < 8 ? 8 : rows;
    weir_status st = csv_first_rows(&b, &loose, s, n, rows, err);
    for (size_t k = 0; !st && k < b.rows; k++)
        for (size_t i = 0; i < c->n_columns && i < b.row_cells[k] && good; i++) {
            tally *t = &c->of[i];
            csv_text u = csv_text_at(&b, k, i);
            if (!u.s)
                t->missing++;
            else if (csv_number(c->rules, u.s, u.n, &x))
                t->numbers++, t->wide += !(x >= 0 && x <= 255 && x == floor(x));
            else if (csv_time(c->rules, u.s, u.n, &x))
                t->times++;
            else
                good = count_text(t, u);
        }
    csv_block_free(&b);
    return st ? st : good ? WEIR_OK : weir_no_memory(err, "reading a file");
}

weir_status csv_census_roles(csv_census *c, csv_looks *k, weir_error *err)
{
    mem_free(k->role), mem_free(k->uuid), mem_free(k->bytes);
    k->role = mem_zero(c->n_columns + 1, sizeof *k->role);
    k->uuid = mem_zero(c->n_columns + 1, sizeof *k->uuid);
    k->bytes = mem_zero(c->n_columns + 1, sizeof *k->bytes);
    if (!k->role || !k->uuid || !k->bytes)
        return weir_no_memory(err, "reading a file");
    for (size_t i = 0; i < c->n_columns; i++) {
        const tally *t = &c->of[i];
        size_t different = t->different ? map_count(t->different) : 0, all = t->texts + t->times + t->numbers;
        if (t->times && !t->numbers && !t->texts)
            k->role[i] = CSV_TIME;
        else if (t->texts || t->times)
            k->role[i] = t->texts > 50 && different * 100 >= all * 95 ? CSV_STRING : CSV_FACTOR;
        k->uuid[i] = t->texts && t->uuids == t->texts;
        k->bytes[i] = t->numbers && t->wide * 64 <= t->numbers;
    }
    return WEIR_OK;
}
