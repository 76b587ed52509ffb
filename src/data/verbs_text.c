/* verbs_text.c - texts and labels: case, blanks, patterns, pieces, distances.
 *
 * Characters are code points. On a factor the levels change, and levels that
 * become equal become one. Positions count from 1. */
#include "data/frame_tools.h"
#include "data/frame_verbs.h"

#include "base/mem.h"
#include "base/pattern.h"
#include "base/status.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Texts made of texts ------------------------------------------------------------------ */

/* Appends what becomes of s[0..n) to out. */
typedef void change_fn(const void *with, const char *s, size_t n, text *out);

static column *changed_levels(const column *c, change_fn *fn, const void *with)
{
    map *levels = map_new();
    uint32_t *to = mem_array(c->n_levels + 1, sizeof *to);
    bool good = levels && to;
    text t = {0};

    for (size_t k = 0; good && k < c->n_levels; k++) {
        text_clear(&t);
        fn(with, c->levels[k], strlen(c->levels[k]), &t);
        to[k] = (uint32_t)map_count(levels);
        good = !t.failed && map_add(levels, text_str(&t), t.n, &to[k], NULL);
    }
    const char **names = good ? mem_array(map_count(levels) + 1, sizeof *names) : NULL;
    for (size_t k = 0; names && k < map_count(levels); k++)
        names[k] = map_key(levels, k, NULL);
    column *made = names ? tool_recode(c, to, names, map_count(levels)) : NULL;
    mem_free(to), mem_free(names);
    map_free(levels);
    text_free(&t);
    return made;
}

static column *changed_texts(const column *c, change_fn *fn, const void *with)
{
    size_t *at = mem_array(c->rows + 1, sizeof *at);
    const char **s = mem_array(c->rows + 1, sizeof *s);
    text all = {0}, t = {0};
    column *made = NULL;

    for (size_t i = 0; at && s && i < c->rows; i++) {
        size_t n;
        const char *cell = column_text_at(c, i, &n);
        at[i] = SIZE_MAX;
        if (!cell)
            continue;
        text_clear(&t);
        fn(with, cell, n, &t);
        at[i] = all.n;
        text_add_n(&all, text_str(&t), t.n);
        text_add_n(&all, "", 1);
    }
    for (size_t i = 0; at && s && i < c->rows; i++)
        s[i] = at[i] == SIZE_MAX ? NULL : text_str(&all) + at[i];
    if (at && s && !all.failed && !t.failed)
        made = column_of_texts(s, c->rows);
    mem_free(at), mem_free(s);
    text_free(&all), text_free(&t);
    return made;
}

static weir_status need_words(const weir_frame *f, const char *who, weir_error *err)
{
    for (size_t i = 0; i < f->cols; i++)
        if (f->col[i]->type != WEIR_TYPE_STRING && f->col[i]->type != WEIR_TYPE_FACTOR && f->col[i]->type != WEIR_TYPE_MISSING)
            return weir_fail(err, WEIR_EINVAL, "%s: column '%s' is %s; texts or labels are needed", who, f->name[i],
                             weir_type_name(f->col[i]->type));
    return WEIR_OK;
}

static weir_status change(const verb_context *c, const char *who, change_fn *fn, const void *with, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    column **cols = mem_zero(f->cols + 1, sizeof *cols);
    weir_status st = cols ? need_words(f, who, err) : weir_no_memory(err, who);

    for (size_t i = 0; !st && i < f->cols; i++)
        cols[i] = f->col[i]->type == WEIR_TYPE_MISSING ? column_ref(f->col[i])
                  : f->col[i]->type == WEIR_TYPE_FACTOR ? changed_levels(f->col[i], fn, with)
                                                        : changed_texts(f->col[i], fn, with);
    if (!st)
        st = tool_give_columns(cols, (const char *const *)f->name, f->cols, f->rows, who, out, err);
    mem_free(cols);
    return st;
}

static void add_char(text *out, uint32_t cp)
{
    char b[4];
    text_add_n(out, b, text_put_utf8(cp, b));
}

static void in_case(const void *with, const char *s, size_t n, text *out)
{
    uint32_t (*const *fn)(uint32_t) = with, cp;

    for (size_t i = 0; i < n;) {
        size_t k = text_next(s + i, n - i, &cp);
        if (cp == 0xfffd) /* bytes that are no character stay */
            text_add_n(out, s + i, k);
        else
            add_char(out, (*fn)(cp));
        i += k;
    }
}

static weir_status run_toupper(const verb_context *c, weir_value *out, weir_error *err)
{
    uint32_t (*fn)(uint32_t) = pattern_upper;
    return change(c, "toupper", in_case, &fn, out, err);
}

static weir_status run_tolower(const verb_context *c, weir_value *out, weir_error *err)
{
    uint32_t (*fn)(uint32_t) = pattern_lower;
    return change(c, "tolower", in_case, &fn, out, err);
}

/* Stripping: which ends, of which characters (NULL: all up to the blank). */
typedef struct strip {
    bool left, right;
    const char *set;
} strip;

static bool in_set(const strip *how, const char *s, size_t k)
{
    uint32_t cp;

    if (!how->set)
        return k == 1 && (unsigned char)*s <= ' ';
    for (size_t i = 0, n = strlen(how->set); i < n;) {
        size_t m = text_next(how->set + i, n - i, &cp);
        if (m == k && !memcmp(how->set + i, s, k))
            return true;
        i += m;
    }
    return false;
}

static size_t last_char(const char *s, size_t n)
{
    size_t k = 1;

    while (k < n && k < 4 && ((unsigned char)s[n - k] & 0xc0) == 0x80)
        k++;
    return k;
}

static void stripped(const void *with, const char *s, size_t n, text *out)
{
    const strip *how = with;
    uint32_t cp;

    while (how->left && n) {
        size_t k = text_next(s, n, &cp);
        if (!in_set(how, s, k))
            break;
        s += k;
        n -= k;
    }
    while (how->right && n) {
        size_t k = last_char(s, n);
        if (!in_set(how, s + n - k, k))
            break;
        n -= k;
    }
    text_add_n(out, s, n);
}

static weir_status run_trim(const verb_context *c, weir_value *out, weir_error *err)
{
    return change(c, "trim", stripped, &(strip){true, true, NULL}, out, err);
}

static weir_status run_lstrip(const verb_context *c, weir_value *out, weir_error *err)
{
    return change(c, "lstrip", stripped, &(strip){true, false, verb_text(c, "set")}, out, err);
}

static weir_status run_rstrip(const verb_context *c, weir_value *out, weir_error *err)
{
    return change(c, "rstrip", stripped, &(strip){false, true, verb_text(c, "set")}, out, err);
}

/* Bytes of the first `chars` characters. */
static size_t bytes_of(const char *s, size_t n, size_t chars)
{
    size_t at = 0;
    uint32_t cp;

    while (chars-- && at < n)
        at += text_next(s + at, n - at, &cp);
    return at;
}

typedef struct span {
    int64_t from, to;
} span;

static void piece(const void *with, const char *s, size_t n, text *out)
{
    const span *p = with;

    if (p->to < p->from)
        return;
    size_t a = bytes_of(s, n, (size_t)p->from - 1), b = bytes_of(s, n, (size_t)p->to);
    text_add_n(out, s + a, b - a);
}

static weir_status run_substring(const verb_context *c, weir_value *out, weir_error *err)
{
    span p = {verb_int(c, "from", 1), verb_int(c, "to", INT64_MAX)};

    if (p.from < 1)
        return weir_fail_at(err, WEIR_EINVAL, "from", "substring: from = %lld; positions count from 1", (long long)p.from);
    return change(c, "substring", piece, &p, out, err);
}

/* Patterns --------------------------------------------------------------------------------- */

typedef struct substitution {
    pattern *p;
    const char *by;
    bool all;
} substitution;

/* The replacement with \1 ... \9 filled in. */
static void put_replacement(const substitution *how, const char *s, const pattern_match *m, text *out)
{
    for (const char *b = how->by; *b; b++) {
        if (*b != '\\' || !b[1]) {
            text_char(out, *b);
            continue;
        }
        b++;
        int g = *b - '0';
        if (g < 0 || g > 9)
            text_char(out, *b);
        else if (m->from[g] >= 0 && m->to[g] >= 0)
            text_add_n(out, s + m->from[g], (size_t)(m->to[g] - m->from[g]));
    }
}

static void substituted(const void *with, const char *s, size_t n, text *out)
{
    const substitution *how = with;
    pattern_match m;
    size_t at = 0, done = 0;
    uint32_t cp;

    while (at <= n && pattern_find(how->p, s, n, at, &m)) {
        text_add_n(out, s + done, (size_t)m.from[0] - done);
        put_replacement(how, s, &m, out);
        done = at = (size_t)m.to[0];
        if (!how->all)
            break;
        if (m.to[0] == m.from[0]) { /* an empty match: one character on */
            size_t k = at < n ? text_next(s + at, n - at, &cp) : 1;
            if (at < n)
                text_add_n(out, s + at, k);
            done = at = at + k;
        }
    }
    if (done < n)
        text_add_n(out, s + done, n - done);
}

static weir_status substitute(const verb_context *c, const char *who, bool all, weir_value *out, weir_error *err)
{
    substitution how = {.by = verb_text(c, "replacement"), .all = all};
    weir_status st = pattern_new(&how.p, verb_text(c, "pattern"), verb_bool(c, "ignore_case", false), err);

    if (st)
        return st;
    st = change(c, who, substituted, &how, out, err);
    pattern_free(how.p);
    return st;
}

static weir_status run_sub(const verb_context *c, weir_value *out, weir_error *err)
{
    return substitute(c, "sub", false, out, err);
}

static weir_status run_gsub(const verb_context *c, weir_value *out, weir_error *err)
{
    return substitute(c, "gsub", true, out, err);
}

/* Cell as text, without copying; NULL = missing. */
static const char *word_at(const column *c, size_t row, size_t *n)
{
    if (c->type == WEIR_TYPE_STRING)
        return column_text_at(c, row, n);
    uint32_t code = c->type == WEIR_TYPE_FACTOR ? column_code_at(c, row) : COLUMN_MISSING;
    if (code == COLUMN_MISSING)
        return NULL;
    *n = strlen(c->levels[code]);
    return c->levels[code];
}

static weir_status run_grep(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    const column *col = tool_one(f, "grep", err);
    bool invert = verb_bool(c, "invert", false), mask = verb_bool(c, "mask", false);
    pattern *p = NULL;
    pattern_match m;
    size_t n = 0, len;
    weir_status st = col ? need_words(f, "grep", err) : WEIR_EINVAL;

    if (!st)
        st = pattern_new(&p, verb_text(c, "pattern"), verb_bool(c, "ignore_case", false), err);
    double *x = st ? NULL : mem_array(f->rows + 1, sizeof *x);
    for (size_t i = 0; x && i < f->rows; i++) {
        const char *s = word_at(col, i, &len);
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
    weir_status st = col ? need_words(f, "strsplit", err) : WEIR_EINVAL;

    if (!st)
        st = pattern_new(&sep, verb_text(c, "pattern"), false, err);
    for (size_t i = 0; !st && i < f->rows; i++) {
        const char *s = word_at(col, i, &len);
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
        const char *s = word_at(col, i, &len);
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
    weir_status st = need_words(f, "tokenize", err);

    if (!st)
        st = pattern_new(&sep, verb_text(c, "pattern"), false, err);
    for (size_t i = 0; !st && i < f->rows; i++) {
        for (size_t j = 0; j < f->cols; j++) {
            const char *s = word_at(f->col[j], i, &len);
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
        const char *s = word_at(c, i, &n);
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
    weir_status st = cols ? need_words(f, who, err) : weir_no_memory(err, who);

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

/* Likeness of two texts -------------------------------------------------------------------------- */

enum { MOST_CHARS = 4096 };

static size_t decode(const char *s, size_t n, uint32_t *out)
{
    size_t k = 0;

    for (size_t i = 0; i < n && k < MOST_CHARS; k++)
        i += text_next(s + i, n - i, &out[k]);
    return k;
}

/* 1 - edit distance / length of the longer (Levenshtein 1966). row: room for nb + 1. */
static double levenshtein(const uint32_t *a, size_t na, const uint32_t *b, size_t nb, uint32_t *row)
{
    for (size_t j = 0; j <= nb; j++)
        row[j] = (uint32_t)j;
    for (size_t i = 1; i <= na; i++) {
        uint32_t corner = row[0];
        row[0] = (uint32_t)i;
        for (size_t j = 1; j <= nb; j++) {
            uint32_t best = corner + (a[i - 1] != b[j - 1]);
            corner = row[j];
            best = row[j] + 1 < best ? row[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            row[j] = best;
        }
    }
    size_t longer = na > nb ? na : nb;
    return longer ? 1 - (double)row[nb] / (double)longer : 1;
}

/* Longest common subsequence / length of the longer. */
static double subsequence(const uint32_t *a, size_t na, const uint32_t *b, size_t nb, uint32_t *row)
{
    memset(row, 0, (nb + 1) * sizeof *row);
    for (size_t i = 1; i <= na; i++) {
        uint32_t corner = 0;
        for (size_t j = 1; j <= nb; j++) {
            uint32_t up = row[j], best = a[i - 1] == b[j - 1] ? corner + 1 : up > row[j - 1] ? up : row[j - 1];
            corner = up;
            row[j] = best;
        }
    }
    size_t longer = na > nb ? na : nb;
    return longer ? (double)row[nb] / (double)longer : 1;
}

/* Jaro's likeness, raised by a common beginning of up to four characters (Winkler 1990). */
static double jaro_winkler(const uint32_t *a, size_t na, const uint32_t *b, size_t nb, uint32_t *used)
{
    size_t window = (na > nb ? na : nb) / 2, hits = 0, swaps = 0, prefix = 0, k = 0;
    uint32_t *mine = used + nb + 1;

    if (!na || !nb)
        return na == nb;
    window = window ? window - 1 : 0;
    memset(used, 0, (nb + 1) * sizeof *used);
    memset(mine, 0, na * sizeof *mine);
    for (size_t i = 0; i < na; i++)
        for (size_t j = i > window ? i - window : 0; j < nb && j <= i + window; j++)
            if (!used[j] && a[i] == b[j]) {
                used[j] = mine[i] = 1;
                hits++;
                break;
            }
    if (!hits)
        return 0;
    for (size_t i = 0; i < na; i++) {
        if (!mine[i])
            continue;
        while (!used[k])
            k++;
        swaps += a[i] != b[k++];
    }
    double m = (double)hits, jaro = (m / (double)na + m / (double)nb + (m - (double)swaps / 2) / m) / 3;
    while (prefix < 4 && prefix < na && prefix < nb && a[prefix] == b[prefix])
        prefix++;
    return jaro + 0.1 * (double)prefix * (1 - jaro);
}

/* The next word between blanks; false: there is none. */
static bool next_word(const uint32_t *a, size_t n, size_t *at, size_t *from, size_t *to)
{
    while (*at < n && a[*at] <= ' ')
        ++*at;
    *from = *at;
    while (*at < n && a[*at] > ' ')
        ++*at;
    *to = *at;
    return *to > *from;
}

static bool has_word(const uint32_t *a, size_t n, const uint32_t *word, size_t len)
{
    for (size_t at = 0, from, to; next_word(a, n, &at, &from, &to);)
        if (to - from == len && !memcmp(a + from, word, len * sizeof *word))
            return true;
    return false;
}

/* Distinct words in common / distinct words (Jaccard 1901). */
static double jaccard(const uint32_t *a, size_t na, const uint32_t *b, size_t nb, uint32_t *room)
{
    size_t common = 0, all = 0;

    (void)room;
    for (size_t at = 0, from, to; next_word(a, na, &at, &from, &to);) {
        if (has_word(a, from, a + from, to - from))
            continue;
        all++;
        common += has_word(b, nb, a + from, to - from);
    }
    for (size_t at = 0, from, to; next_word(b, nb, &at, &from, &to);)
        all += !has_word(b, from, b + from, to - from) && !has_word(a, na, b + from, to - from);
    return all ? (double)common / (double)all : 1;
}

static weir_status run_strdistance(const verb_context *c, weir_value *out, weir_error *err)
{
    static const char *const words[] = {"lv", "lcs", "jaccard", "jw"};
    static double (*const fn[])(const uint32_t *, size_t, const uint32_t *, size_t, uint32_t *) = {levenshtein, subsequence, jaccard, jaro_winkler};
    const weir_frame *f = verb_frame(c, "self"), *o = verb_frame(c, "other");
    int how = tool_word(c, "measure", words, 4, err);
    bool empty = verb_bool(c, "compare_empty", true);
    weir_status st = how < 0 || !tool_one(f, "strdistance", err) || !tool_one(o, "strdistance", err) ? WEIR_EINVAL : need_words(f, "strdistance", err);

    if (!st)
        st = need_words(o, "strdistance", err);
    if (!st && f->rows != o->rows)
        st = weir_fail(err, WEIR_EINVAL, "strdistance: %zu rows against %zu rows", f->rows, o->rows);
    if (st)
        return st;
    double *x = mem_array(f->rows + 1, sizeof *x);
    uint32_t *room = mem_array(4 * (MOST_CHARS + 2), sizeof *room), *a = room, *b = room ? room + MOST_CHARS : NULL;
    for (size_t i = 0; x && room && i < f->rows; i++) {
        size_t n, m;
        const char *s = word_at(f->col[0], i, &n), *t = word_at(o->col[0], i, &m);
        x[i] = NAN;
        if (!s || !t || (!empty && (!n || !m)))
            continue;
        size_t na = decode(s, n, a), nb = decode(t, m, b);
        x[i] = fn[how](a, na, b, nb, room + 2 * MOST_CHARS);
    }
    column *made = x && room ? column_of_numbers(WEIR_TYPE_NUMERIC, x, f->rows) : NULL;
    mem_free(x), mem_free(room);
    return tool_give_column(made, f->name[0], "strdistance", out, err);
}

#define IGNORE {.name = "ignore_case", .type = "bool", .def = "false", .optional = true, .help = "Capitals and small letters are the same."}
static const weir_arg_info set_args[] = {
    {.name = "set", .type = "text", .def = " ", .optional = true, .help = "Characters to take off."}};
static const weir_arg_info substring_args[] = {
    {.name = "from", .type = "int", .help = "First character, from 1."},
    {.name = "to", .type = "int", .optional = true, .help = "Last character; the end by default."}};
static const weir_arg_info sub_args[] = {
    {.name = "pattern", .type = "text", .help = "Regular expression."},
    {.name = "replacement", .type = "text", .help = "What takes its place; \\1 to \\9 are its groups."}, IGNORE};
static const weir_arg_info grep_args[] = {
    {.name = "pattern", .type = "text", .help = "Regular expression."}, IGNORE,
    {.name = "invert", .type = "bool", .def = "false", .optional = true, .help = "Rows that do not match."},
    {.name = "mask", .type = "bool", .def = "false", .optional = true, .help = "1 or 0 for every row instead of the rows."}};
static const weir_arg_info pattern_args[] = {{.name = "pattern", .type = "text", .help = "Regular expression between the pieces."}};
static const weir_arg_info texts_args[] = {{.name = "texts", .type = "list|text", .help = "Plain texts to count."}};
static const weir_arg_info strdistance_args[] = {
    {.name = "other", .type = "frame", .help = "A column of as many texts."},
    {.name = "measure", .type = "text", .def = "lv", .optional = true,
     .help = "\"lv\" (Levenshtein), \"lcs\" (common subsequence), \"jw\" (Jaro-Winkler), \"jaccard\" (of words)."},
    {.name = "compare_empty", .type = "bool", .def = "true", .optional = true, .help = "Compare empty texts too; false: missing."}};

const verb verbs_text[] = {
    VERB0("toupper", "text", "frame", "In capital letters.", run_toupper),
    VERB0("tolower", "text", "frame", "In small letters.", run_tolower),
    VERB0("trim", "text", "frame", "Without blanks at both ends.", run_trim),
    VERB("lstrip", "text", "frame", "Without certain characters at the beginning.", set_args, run_lstrip),
    VERB("rstrip", "text", "frame", "Without certain characters at the end.", set_args, run_rstrip),
    VERB("substring", "text", "frame", "Characters from .. to.", substring_args, run_substring),
    VERB("sub", "text", "frame", "The first match of a pattern replaced.", sub_args, run_sub),
    VERB("gsub", "text", "frame", "Every match of a pattern replaced.", sub_args, run_gsub),
    VERB("grep", "text", "frame", "Rows, from 1, that match a pattern.", grep_args, run_grep),
    VERB("strsplit", "text", "frame", "Pieces of texts, a column for each.", pattern_args, run_strsplit),
    VERB("tokenize", "text", "frame", "Pieces of texts one below the other, a missing one behind each row's.", pattern_args, run_tokenize),
    VERB0("nchar", "text", "frame", "Number of characters.", run_nchar),
    VERB("countmatches", "text", "frame", "How often texts occur in each cell.", texts_args, run_countmatches),
    VERB0("entropy", "text", "frame", "Entropy of the characters, in bits.", run_entropy),
    VERB("strdistance", "text", "frame", "Likeness of two columns of texts, from 0 to 1 (equal).", strdistance_args, run_strdistance),
};
const size_t verbs_text_count = sizeof verbs_text / sizeof *verbs_text;
