/* csv_h2o.c - guessing as H2O does, for who wants its frames: the same separator, header,
 * number of columns and types from the first four million bytes.
 *
 * What it guesses it keeps: a cell that does not fit its column is missing. */
#include "config.h"
#include "data/csv_impl.h"

#include "base/mem.h"
#include "base/status.h"
#include "data/number.h"
#include "kernel/scan.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LINES = 10, SEPARATORS = 6 };
static const char separators[SEPARATORS] = {1, ',', ';', '|', '\t', ' '};
static const weir_value only_nothing = {.kind = WEIR_LIST}; /* what is missing when nobody says */

/* Numbers --------------------------------------------------------------------------------------- */

static bool starts_number(char c)
{
    return (unsigned)(c - '0') < 10 || c == '-' || c == '+' || c == '.';
}

bool csv_h2o_number(const char *s, size_t n, double *x)
{
    char text[420];
    size_t k = 0, digits = 0;
    long exponent = 0;
    const char *end = s + n;

    while (s < end && (*s == ' ' || *s == '\t'))
        s++;
    while (end > s && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    if (end - s >= 2 && *s == '$' && starts_number(s[1]))
        s++;
    if (s == end || !starts_number(*s) || end - s > 400)
        return false;
    if (*s == '-' || *s == '+')
        text[k++] = *s++;
    for (; s < end && (unsigned)(*s - '0') < 10; digits++)
        text[k++] = *s++;
    if (s < end && *s == '.')
        for (text[k++] = *s++; s < end && (unsigned)(*s - '0') < 10; digits++)
            text[k++] = *s++;
    if (s < end && (*s == 'e' || *s == 'E')) {
        bool negative = s + 1 < end && s[1] == '-';
        s += s + 1 < end && (s[1] == '-' || s[1] == '+') ? 2 : 1;
        if (s == end || (unsigned)(*s - '0') > 9)
            return false;
        for (; s < end && (unsigned)(*s - '0') < 10; s++)
            exponent = exponent < 100000 ? exponent * 10 + (*s - '0') : exponent;
        exponent = negative ? -exponent : exponent;
    }
    for (const char *p = s; p < end; p++) { /* blanks may stand between a number and its % */
        if (*p == '%')
            exponent -= 2, s = p + 1;
        else if (*p != ' ' && *p != '\t')
            break;
    }
    if (s < end)
        return false;
    if (!digits) { /* a lone sign or point */
        *x = 0;
        return exponent == 0;
    }
    k += (size_t)snprintf(text + k, sizeof text - k, "e%ld", exponent);
    bool good = number_parse(text, k, x);
    *x = *x == 0 ? 0 : *x; /* no negative zero */
    return good;
}

/* What Java's Double.parseDouble takes, but hexadecimal. */
static bool java_number(const char *s, size_t n)
{
    double x;

    while (n && (unsigned char)*s <= ' ')
        s++, n--;
    while (n && (unsigned char)s[n - 1] <= ' ')
        n--;
    size_t sign = n && (*s == '-' || *s == '+');
    if ((n - sign == 3 && !memcmp(s + sign, "NaN", 3)) || (n - sign == 8 && !memcmp(s + sign, "Infinity", 8)))
        return true;
    if (!n || !starts_number(*s) || (sign && n > 1 && !starts_number(s[1])))
        return false;
    if (n > 1 && strchr("dDfF", s[n - 1]) && ((unsigned)(s[n - 2] - '0') < 10 || s[n - 2] == '.'))
        n--;
    return n > sign && number_parse(s, n, &x);
}

/* Lines ------------------------------------------------------------------------------------------- */

typedef struct line {
    const char *s;
    size_t n;
} line;

/* The first lines that are neither blank nor comments, trimmed. */
static size_t first_lines(const csv_rules *r, const char *s, size_t n, line *out)
{
    const char *end = s + n;
    size_t k = 0;

    while (s < end && k < LINES) {
        const char *p = s;
        bool in = false, comment = r->comments[0] && *s && strchr(r->comments, *s);
        for (; p < end; p++) {
            if (r->quote && *p == r->quote && *s != '#')
                in = !in;
            else if (!in && (*p == '\n' || *p == '\r'))
                break;
        }
        const char *stop = p;
        const char *from = s;
        while (from < stop && (unsigned char)*from <= ' ')
            from++;
        while (stop > from && (unsigned char)stop[-1] <= ' ')
            stop--;
        if (!comment && stop > from)
            out[k++] = (line){from, (size_t)(stop - from)};
        s = p < end ? p + 1 : end;
    }
    return k;
}

static size_t count(const csv_rules *r, const line *l, char sep)
{
    const char *s = l->s, *end = s + l->n;
    size_t k = 0;

    while (s < end) {
        if (sep != 1 && r->quote && *s == r->quote) {
            s = csv_quoted_end(r, s + 1, end);
            s = s ? s : end;
            continue;
        }
        k += *s++ == sep;
    }
    return k;
}

/* The cells of a line into out (LIST of text); false = out of memory. */
static bool tokens(const csv_rules *r, const line *l, char sep, weir_value *out)
{
    const char *s = l->s, *end = s + l->n;
    char *room = mem_array(l->n + 1, 1);
    bool good = room != NULL;

    while (good) {
        size_t n = 0;
        while (s < end && *s == ' ')
            s++;
        if (sep != 1 && s < end && r->quote && *s == r->quote) {
            for (s++; s < end; s++) {
                if (r->escape && *s == r->escape && s + 1 < end)
                    room[n++] = *++s;
                else if (*s == r->quote && s + 1 < end && s[1] == r->quote)
                    room[n++] = *s++;
                else if (*s == r->quote)
                    break;
                else
                    room[n++] = *s;
            }
            s += s < end;
        }
        while (s < end && *s != sep)
            room[n++] = *s++;
        good = weir_list_add(out, weir_text_n(room, n), NULL) == WEIR_OK;
        if (s == end)
            break;
        s++;
        if (s == end && sep == ' ')
            break;
    }
    mem_free(room);
    return good;
}

static size_t n_tokens(const csv_rules *r, const line *l, char sep)
{
    weir_value t = weir_list();
    size_t n = tokens(r, l, sep, &t) ? t.as.list.n : 0;

    weir_value_clear(&t);
    return n;
}

/* Separator --------------------------------------------------------------------------------------- */

static bool splits(const csv_rules *r, const line *a, const line *b, char sep, size_t na, size_t nb)
{
    return n_tokens(r, a, sep) == na + 1 && n_tokens(r, b, sep) == nb + 1;
}

/* 0 = no guess from these two. */
static char guess_two(const csv_rules *r, const line *a, const line *b)
{
    char max = separators[0];

    for (size_t i = 0; i < SEPARATORS; i++) {
        char s = separators[i];
        size_t na = count(r, a, s), nb = count(r, b, s);
        if (!na)
            continue;
        if (count(r, a, max) < na)
            max = s;
        if (na == nb && na >= count(r, a, max) >> 1 && splits(r, a, b, s, na, nb))
            return s;
    }
    size_t most = count(r, a, max);
    if (!most)
        max = ' ', most = count(r, a, max);
    if (most && splits(r, a, b, max, most, count(r, b, max)))
        return max;
    return 0;
}

static char guess_separator(const csv_rules *r, const line *l, size_t n)
{
    char s = 0;

    if (n < 2)
        return n_tokens(r, &l[0], ',') > 1 ? ',' : n_tokens(r, &l[0], ' ') > 1 ? ' ' : 0;
    s = guess_two(r, &l[0], &l[1]);
    if (!s && n > 2)
        s = guess_two(r, &l[1], &l[2]);
    if (!s && n > 2)
        s = guess_two(r, &l[0], &l[2]);
    return s ? s : ' ';
}

/* Header ------------------------------------------------------------------------------------------ */

static bool is_word(const csv_rules *r, const weir_value *v)
{
    double x;
    const char *s = v->as.text.s;
    size_t n = v->as.text.n;

    return n == 0 || !(java_number(s, n) || csv_time(r, s, n, &x) || csv_is_uuid(s, n));
}

static bool all_words(const csv_rules *r, const weir_value *t)
{
    for (size_t i = 0; i < t->as.list.n; i++)
        if (!is_word(r, &t->as.list.v[i]))
            return false;
    return true;
}

static size_t common_count(const csv_rules *r, const line *l, size_t n, char sep)
{
    size_t of[LINES], best = 0, times = 0, most = 0;

    for (size_t i = 0; i < n; i++) {
        of[i] = n_tokens(r, &l[i], sep);
        most = of[i] > most ? of[i] : most;
    }
    if (!n || of[0] == most)
        return most;
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        for (size_t j = 0; j < n; j++)
            k += of[j] == of[i];
        if (k > times || (k == times && of[i] < best))
            best = of[i], times = k;
    }
    return best;
}

/* Types ------------------------------------------------------------------------------------------- */

typedef struct tally {
    size_t z, m, s, d, u, e; /* zeros, other numbers, texts, times, UUIDs, empty */
    map *different;
} tally;

static bool is_na_word(const map *m)
{
    size_t n;
    const char *s = map_key(m, 0, &n);

    return (n == 2 && (!memcmp(s, "NA", 2) || !memcmp(s, "na", 2) || !memcmp(s, "Na", 2))) || (n == 3 && !memcmp(s, "N/A", 3));
}

static bool zeros_among_labels(const tally *t, size_t different, size_t lines)
{
    return t->z > 0 && t->z + t->s + t->e + 1 >= lines && (double)different <= 0.95 * (double)t->s;
}

static csv_role role_of(const tally *t, size_t lines, bool *uuid)
{
    size_t D = t->different ? map_count(t->different) : 0, n = t->m + t->z;

    *uuid = false;
    if (n >= t->d && n >= t->u && t->m >= t->s)
        return CSV_NUMBER;
    if (D == 1 && t->d == 0)
        return is_na_word(t->different) || t->s < n ? CSV_NUMBER : CSV_FACTOR;
    if (D <= 1 && n > t->d + t->u)
        return CSV_NUMBER;
    if (t->d > t->u && t->d > n && (t->d > t->s || D <= 1))
        return CSV_TIME;
    if (t->u > t->d && t->u > n && (t->u > t->s || D <= 1)) {
        *uuid = true;
        return CSV_STRING;
    }
    if (t->s > t->d && t->s > t->u && t->s > n && (double)D >= 0.95 * (double)t->s)
        return CSV_STRING;
    if (zeros_among_labels(t, D, lines) || (t->s >= n && (double)D <= 0.95 * (double)t->s))
        return CSV_FACTOR;
    return CSV_NUMBER;
}

static bool tally_rows(const csv_rules *r, const csv_block *b, tally *of)
{
    double x;

    for (size_t k = 0; k < b->rows; k++)
        for (size_t i = 0; i < b->n_columns && i < b->row_cells[k]; i++) {
            csv_text t = csv_text_at(b, k, i);
            tally *c = &of[i];
            uint32_t at = 0;
            if (!t.s) {
                c->e++;
            } else if (csv_h2o_number(t.s, t.n, &x)) {
                *(x == 0 ? &c->z : &c->m) += 1;
            } else if (csv_time(r, t.s, t.n, &x)) {
                c->d++;
            } else if (csv_is_uuid(t.s, t.n)) {
                c->u++;
            } else {
                c->s++;
                if ((!c->different && !(c->different = map_new())) || !map_add(c->different, t.s, t.n, &at, NULL))
                    return false;
            }
        }
    return true;
}

static weir_status add_na(weir_value *list, bool zero, weir_error *err)
{
    weir_value one = weir_nil();
    weir_status st = WEIR_OK;

    if (zero) {
        one = weir_list();
        st = weir_list_add(&one, weir_text("0"), err);
    }
    return st ? st : weir_list_add(list, one, err);
}

static weir_status guess_types(csv_looks *k, const csv_rules *r, const char *s, size_t n, weir_error *err)
{
    csv_block b = {.n_columns = k->n_columns};
    tally *of = mem_zero(k->n_columns + 1, sizeof *of);
    weir_status st;

    k->role = mem_zero(k->n_columns + 1, sizeof *k->role);
    k->uuid = mem_zero(k->n_columns + 1, sizeof *k->uuid);
    k->bytes = mem_zero(k->n_columns + 1, sizeof *k->bytes);
    k->na = weir_list();
    if (!of || !k->role || !k->uuid || !k->bytes) {
        mem_free(of);
        return weir_no_memory(err, "reading a file");
    }
    st = csv_first_rows(&b, r, s, n, SIZE_MAX, err);
    if (!st && !tally_rows(r, &b, of))
        st = weir_no_memory(err, "reading a file");
    for (size_t i = 0; i < k->n_columns && !st; i++) {
        size_t D = of[i].different ? map_count(of[i].different) : 0;
        k->role[i] = role_of(&of[i], b.rows, &k->uuid[i]);
        st = add_na(&k->na, k->role[i] == CSV_FACTOR && r->na == &only_nothing && zeros_among_labels(&of[i], D, b.rows), err);
    }
    for (size_t i = 0; i < k->n_columns; i++)
        map_free(of[i].different);
    mem_free(of);
    csv_block_free(&b);
    return st;
}

/* All together --------------------------------------------------------------------------------------- */

static weir_status take_names(csv_looks *k, const weir_value *t, weir_error *err)
{
    k->token = mem_zero(t->as.list.n + 1, sizeof *k->token);
    if (!k->token)
        return weir_no_memory(err, "reading a file");
    k->n_tokens = t->as.list.n;
    for (size_t i = 0; i < k->n_tokens; i++)
        if (!(k->token[i] = mem_text(t->as.list.v[i].as.text.s)))
            return weir_no_memory(err, "reading a file");
    return WEIR_OK;
}

static void guess_header(csv_looks *k, const csv_rules *r, const weir_value *first, const weir_value *second, size_t lines, int told)
{
    bool words = all_words(r, first);

    k->header = words && lines > 1 && !all_words(r, second) ? 1 : -1;
    if (lines == 1)
        k->header = words && first->as.list.n && first->as.list.v[0].as.text.n ? 1 : -1;
    if (lines == 1 && !k->sep)
        k->header = 0; /* one text alone: it does not say */
    if (told)
        k->header = told;
}

weir_status csv_look_h2o(csv_looks *k, csv_rules *r, const char *s, size_t n, char told_sep, int told_header, size_t told_names,
                         weir_error *err)
{
    line l[LINES];
    weir_value first = weir_list(), second = weir_list();
    size_t lines = first_lines(r, s, n, l), skip = 0;
    weir_status st = WEIR_OK;

    *k = (csv_looks){.quote = r->quote, .na = weir_nil()};
    k->eol = r->eol = memchr(s, '\n', n) || !memchr(s, '\r', n) ? '\n' : '\r';
    if (!r->na)
        r->na = &only_nothing;
    if (!lines)
        return WEIR_OK;
    k->sep = told_sep ? told_sep : guess_separator(r, l, lines);
    r->sep = k->sep ? k->sep : ' ';
    if (!k->sep && lines == 1)
        r->sep = 1; /* one cell, blanks and all */
    if (r->sep == 1)
        r->quote = 0;
    if (!tokens(r, &l[0], r->sep, &first) || (lines > 1 && !tokens(r, &l[1], r->sep, &second)))
        st = weir_no_memory(err, "reading a file");
    if (!st) {
        guess_header(k, r, &first, &second, lines, told_header);
        k->n_columns = told_names ? told_names : common_count(r, l, lines, r->sep);
        if (k->header == 1)
            st = take_names(k, &first, err);
    }
    if (!st && k->header == 1) { /* types are of the rows below */
        const char *e = memchr(l[0].s + l[0].n, r->eol, (size_t)(s + n - (l[0].s + l[0].n)));
        skip = e ? (size_t)(e - s) + 1 : n;
    }
    const char *open;
    if (!st)
        st = guess_types(k, r, s + skip, csv_rows_end(r, s + skip, n - skip, n - skip < (1u << 21), &open), err);
    weir_value_clear(&first);
    weir_value_clear(&second);
    return st;
}
