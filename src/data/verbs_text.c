/* verbs_text.c - texts and labels: case, blanks, parts, patterns replaced.
 *
 * Characters are code points. On a factor the levels change, and levels that
 * become equal become one. Positions count from 1. */
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

static weir_status change(const verb_context *c, const char *who, change_fn *fn, const void *with, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    column **cols = mem_zero(f->cols + 1, sizeof *cols);
    weir_status st = cols ? text_cells_only(f, who, err) : weir_no_memory(err, who);

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

#define IGNORE {.name = "ignore_case", .type = "bool", .def = "false", .optional = true, .help = "Capitals and small letters are the same."}
static const weir_arg_info set_args[] = {
    {.name = "set", .type = "text", .def = " ", .optional = true, .help = "Characters to take off."}};
static const weir_arg_info substring_args[] = {
    {.name = "from", .type = "int", .help = "First character, from 1."},
    {.name = "to", .type = "int", .optional = true, .help = "Last character; the end by default."}};
static const weir_arg_info sub_args[] = {
    {.name = "pattern", .type = "text", .help = "Regular expression."},
    {.name = "replacement", .type = "text", .help = "What takes its place; \\1 to \\9 are its groups."}, IGNORE};

const verb verbs_text[] = {
    VERB0("toupper", "text", "frame", "In capital letters.", run_toupper),
    VERB0("tolower", "text", "frame", "In small letters.", run_tolower),
    VERB0("trim", "text", "frame", "Without blanks at both ends.", run_trim),
    VERB("lstrip", "text", "frame", "Without certain characters at the beginning.", set_args, run_lstrip),
    VERB("rstrip", "text", "frame", "Without certain characters at the end.", set_args, run_rstrip),
    VERB("substring", "text", "frame", "Characters from .. to.", substring_args, run_substring),
    VERB("sub", "text", "frame", "The first match of a pattern replaced.", sub_args, run_sub),
    VERB("gsub", "text", "frame", "Every match of a pattern replaced.", sub_args, run_gsub),
};
const size_t verbs_text_count = sizeof verbs_text / sizeof *verbs_text;
