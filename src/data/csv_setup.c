/* csv_setup.c - what a text file looks like and what was said about it: rules, names, types. */
#include "config.h"
#include "data/csv_reader.h"

#include "base/mem.h"
#include "base/status.h"
#include "base/text.h"
#include "data/arff.h"
#include "kernel/scan.h"

#include <stdio.h>
#include <string.h>

enum { HEAD = 1 << 19, HEAD_H2O = 1 << 22, SPOTS = 3, SPOT = 1 << 16 };

/* C and the column's number, once more as long as another column is called so. */
static void make_name(const csv_looks *k, size_t i, char made[64])
{
    size_t n = (size_t)snprintf(made, 24, "C%zu", i + 1), unit = n;

    for (size_t j = 0; k->token && j < k->n_tokens && n + unit < 64; j++)
        if (!strcmp(k->token[j], made)) {
            memcpy(made + n, made, unit);
            made[n += unit] = 0;
            j = SIZE_MAX; /* look again from the first */
        }
}

static weir_status name_columns(csv_reader *r, weir_error *err)
{
    const weir_value *names = r->o.names;
    const csv_looks *k = &r->looks;
    const char *path = source_path(r->src);

    if (names && names->as.list.n != k->n_columns)
        return weir_fail_at(err, WEIR_EINVAL, "names", "names has %zu entries, '%s' has %zu columns", names->as.list.n, path, k->n_columns);
    r->n_columns = k->n_columns;
    r->column = mem_zero(k->n_columns + 1, sizeof *r->column);
    r->g = mem_zero(k->n_columns + 1, sizeof *r->g);
    r->dead = mem_zero(k->n_columns + 1, sizeof *r->dead);
    r->next_role = mem_zero(k->n_columns + 1, sizeof *r->next_role);
    map *seen = map_new();
    weir_status st = r->column && r->g && r->dead && r->next_role && seen ? WEIR_OK : weir_no_memory(err, "reading a file");
    for (size_t i = 0; !st && i < k->n_columns; i++) {
        char made[64];
        const weir_value *told = names && i < names->as.list.n ? &names->as.list.v[i] : NULL;
        const char *token = i < k->n_tokens ? k->token[i] : "";
        uint32_t at = (uint32_t)i;
        bool added;
        if (told && told->kind != WEIR_TEXT)
            st = weir_fail_at(err, WEIR_EINVAL, "names", "names must hold texts; entry %zu is a %s", i + 1, weir_kind_name(told->kind));
        make_name(k, i, made);
        if (!st && !(r->column[i].name = mem_text(told ? told->as.text.s : *token ? token : made)))
            st = weir_no_memory(err, "reading a file");
        if (!st && !map_add(seen, r->column[i].name, strlen(r->column[i].name), &at, &added))
            st = weir_no_memory(err, "reading a file");
        if (!st && !added)
            st = weir_fail(err, WEIR_EFORMAT, "'%s', line 1: columns %u and %zu are both called '%s'", path, at + 1, i + 1, r->column[i].name);
    }
    map_free(seen);
    return st;
}

static weir_status role_of_word(const char *word, csv_role *role, const char *name, weir_error *err)
{
    static const struct { const char *word; csv_role role; } words[] = {
        {"numeric", CSV_NUMBER}, {"real", CSV_NUMBER},  {"int", CSV_NUMBER},         {"integer", CSV_NUMBER}, {"float", CSV_NUMBER},
        {"double", CSV_NUMBER},  {"long", CSV_NUMBER},  {"enum", CSV_FACTOR},        {"factor", CSV_FACTOR},  {"categorical", CSV_FACTOR},
        {"string", CSV_STRING},  {"uuid", CSV_STRING},  {"time", CSV_TIME},          {"unknown", CSV_NUMBER}};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_same_word(words[i].word, word)) {
            *role = words[i].role;
            return WEIR_OK;
        }
    return weir_fail_at(err, WEIR_EINVAL, "types", "type \"%s\" of column '%s' is none of: numeric, factor, string, time, uuid", word, name);
}

static size_t column_named(const csv_reader *r, const char *name)
{
    for (size_t i = 0; i < r->n_columns; i++)
        if (!strcmp(r->column[i].name, name))
            return i;
    return r->n_columns;
}

static weir_status tell_types(csv_reader *r, weir_error *err)
{
    const weir_value *types = r->o.types;
    weir_status st = WEIR_OK;

    for (size_t i = 0; i < r->n_columns; i++) {
        r->column[i].role = r->looks.role[i];
        r->column[i].bytes = r->looks.bytes[i];
        r->column[i].told = r->rules.h2o; /* H2O keeps what it guessed */
        if (r->looks.uuid[i] && (r->column[i].role == CSV_FACTOR || r->column[i].role == CSV_STRING)) {
            r->column[i].role = CSV_STRING; /* however often they come again */
            r->column[i].told = true;
            r->column[i].uuid = true;
            r->column[i].checked = r->rules.h2o;
        }
    }
    bool whole = r->rules.h2o && !r->o.skip; /* H2O takes no shorter list either */
    if (types && types->kind == WEIR_LIST && (whole ? types->as.list.n != r->n_columns : types->as.list.n > r->n_columns))
        return weir_fail_at(err, WEIR_EINVAL, "types", "types has %zu entries, '%s' has %zu columns", types->as.list.n, source_path(r->src),
                            r->n_columns);
    for (size_t i = 0; types && i < types->as.list.n && !st; i++) {
        const weir_value *v = &types->as.list.v[i];
        size_t at = types->kind == WEIR_DICT ? column_named(r, types->as.list.key[i]) : i;
        if (at == r->n_columns)
            return weir_fail_at(err, WEIR_EINVAL, "types", "types names a column '%s' that '%s' does not have", types->as.list.key[i],
                                source_path(r->src));
        if (v->kind == WEIR_NIL)
            continue;
        if (v->kind != WEIR_TEXT)
            return weir_fail_at(err, WEIR_EINVAL, "types", "types must hold words such as \"numeric\" or \"factor\"");
        st = role_of_word(v->as.text.s, &r->column[at].role, r->column[at].name, err);
        r->column[at].told = true;
        r->column[at].uuid = r->column[at].checked = text_same_word(v->as.text.s, "uuid");
    }
    return st;
}

static weir_status skip_columns(csv_reader *r, weir_error *err)
{
    const weir_value *skip = r->o.skip;
    size_t left = 0;

    for (size_t i = 0; skip && i < skip->as.list.n; i++) {
        const weir_value *v = &skip->as.list.v[i];
        size_t at = v->kind == WEIR_INT ? (size_t)(v->as.i - 1) : v->kind == WEIR_TEXT ? column_named(r, v->as.text.s) : r->n_columns;
        if (at >= r->n_columns && v->kind == WEIR_INT)
            return weir_fail_at(err, WEIR_EINVAL, "skip", "skip: '%s' has no column %lld; it has 1 to %zu", source_path(r->src), (long long)v->as.i,
                                r->n_columns);
        if (at >= r->n_columns)
            return weir_fail_at(err, WEIR_EINVAL, "skip", "skip names a column%s%s%s that '%s' does not have", v->kind == WEIR_TEXT ? " '" : "",
                                v->kind == WEIR_TEXT ? v->as.text.s : "", v->kind == WEIR_TEXT ? "'" : "", source_path(r->src));
        r->column[at].role = CSV_SKIP;
    }
    for (size_t i = 0; i < r->n_columns; i++)
        left += r->column[i].role != CSV_SKIP;
    return left ? WEIR_OK : weir_fail_at(err, WEIR_EINVAL, "skip", "skip leaves no column of '%s'", source_path(r->src));
}

/* Is some mark of the list a number, which a cell must then be compared with? */
static bool marks_number(const csv_rules *r, const weir_value *list)
{
    char room[64];
    double x;
    bool some = false;

    for (size_t i = 0; i < list->as.list.n; i++) {
        const weir_value *v = &list->as.list.v[i];
        memset(room, 0, sizeof room);
        if (v->kind == WEIR_TEXT && v->as.text.n < sizeof room - 9) {
            memcpy(room, v->as.text.s, v->as.text.n);
            some |= csv_number(r, room, v->as.text.n, &x);
        }
    }
    return some;
}

/* What stands for missing in single columns. */
static weir_status tell_marks(csv_reader *r, weir_error *err)
{
    const weir_value *na = r->o.na_of;
    size_t n = na ? na->as.list.n : 0;
    weir_status st = WEIR_OK;

    if (!na)
        return WEIR_OK;
    if (na->kind == WEIR_LIST && n > r->n_columns)
        return weir_fail_at(err, WEIR_EINVAL, "na", "na has lists for %zu columns, '%s' has %zu", n, source_path(r->src), r->n_columns);
    for (size_t k = 0; na->kind == WEIR_DICT && k < n; k++)
        if (column_named(r, na->as.list.key[k]) == r->n_columns)
            return weir_fail_at(err, WEIR_EINVAL, "na", "na names a column '%s' that '%s' does not have", na->as.list.key[k], source_path(r->src));
    r->marks = weir_list();
    for (size_t i = 0; i < r->n_columns && !st; i++) {
        const weir_value *of = na->kind == WEIR_DICT ? weir_dict_get(na, r->column[i].name) : i < n ? &na->as.list.v[i] : NULL;
        weir_value one = weir_nil();
        if (of && of->kind == WEIR_LIST) {
            st = weir_value_copy(&one, of, err);
            r->rules.na_numbers |= !r->rules.h2o && marks_number(&r->rules, of);
        }
        if (!st)
            st = weir_list_add(&r->marks, one, err);
    }
    r->rules.marks = &r->marks;
    return st;
}

static weir_status set_rules(csv_reader *r, weir_error *err)
{
    const csv_options *o = &r->o;
    const char *marks = o->comments ? o->comments : o->h2o ? "#" : "";

    if (strlen(marks) >= sizeof r->rules.comments)
        return weir_fail_at(err, WEIR_EINVAL, "comment", "comment has %zu characters; at most %zu", strlen(marks), sizeof r->rules.comments - 1);
    r->rules = (csv_rules){.quote = o->no_quote ? 0 : o->quote ? o->quote : '"', .escape = o->escape, .eol = '\n', .h2o = o->h2o,
                           .ragged = o->ragged || o->h2o, .na = o->na};
    snprintf(r->rules.comments, sizeof r->rules.comments, "%s", marks);
    r->rules.na_numbers = o->na && !o->h2o && marks_number(&r->rules, o->na);
    return WEIR_OK;
}

/* Names and types come from the header, and what ARFF means by quotes, comments and "?". */
static weir_status look_arff(csv_reader *r, const char *s, size_t n, size_t *behind, weir_error *err)
{
    weir_status st = arff_header(source_path(r->src), s, n, &r->arff_names, &r->arff_types, behind, err);
    csv_options *o = &r->o;

    if (st)
        return st;
    const char *p = s + *behind, *end = s + n;
    while (p < end && (*p == ' ' || *p == '\n' || *p == '\r'))
        p++;
    if (p < end && *p == '{')
        return weir_fail(err, WEIR_EFORMAT, "'%s' is a sparse ARFF file, which weir does not read", source_path(r->src));
    r->arff = true;
    o->names = o->names ? o->names : &r->arff_names;
    o->types = o->types ? o->types : &r->arff_types;
    o->header = -1;
    o->comments = o->comments ? o->comments : "%";
    if (!o->quote && !o->h2o && memchr(p, '\'', (size_t)(end - p))) {
        o->quote = '\'';
        o->escape = o->escape ? o->escape : '\\';
    }
    if (!o->na && o->h2o && !weir_list_add(&r->question, weir_text("?"), err))
        o->na = &r->question;
    return WEIR_OK;
}

/* The head of the first file, and rows from further down where the file can be looked into. */
static weir_status look(csv_reader *r, weir_error *err)
{
    size_t want = r->o.h2o ? HEAD_H2O : HEAD, got = 0, names = r->o.names ? r->o.names->as.list.n : 0, cut;
    csv_census *census = NULL;
    char *spot = NULL;
    const char *open;
    uint64_t size = source_packed(r->src) ? 0 : source_expected(r->src);
    want = size && size < want ? (size_t)size + 1 : want; /* a short file needs no long head */
    weir_status st = (r->carry = mem_array(want + SCAN_SLACK, 1)) ? WEIR_OK : weir_no_memory(err, "reading a file");

    r->carry_cap = want;
    if (!st)
        st = source_fill(r->src, r->carry, want, &got, err);
    if (st)
        return st;
    r->carry_n = got;
    bool whole = got < want;
    r->part_ended = whole;
    const char *s = r->carry + (got >= 3 && !memcmp(r->carry, "\xef\xbb\xbf", 3) ? 3 : 0);
    size_t n = got - (size_t)(s - r->carry);
    const char *nul = memchr(s, 0, n < 4096 ? n : 4096);
    if (nul)
        return weir_fail(err, WEIR_EFORMAT, "'%s', line %zu holds a NUL byte: it is not a text file, or in UTF-16", source_path(r->src),
                         scan_count(s, (size_t)(nul - s), '\n') + 1);
    size_t behind = 0;
    if (arff_looks(s, n)) {
        st = look_arff(r, s, n, &behind, err);
        if (st)
            return st;
        s += behind, n -= behind;
        names = r->o.names->as.list.n;
    }
    if (!(st = set_rules(r, err)))
        st = r->o.h2o ? csv_look_h2o(&r->looks, &r->rules, s, n, r->o.sep, r->o.header, r->arff ? names : 0, err)
                       : csv_look(&r->looks, &r->rules, s, n, r->o.sep, r->o.header, names, err);
    if (!st && r->arff)
        r->looks.n_columns = names;
    if (!st && !r->looks.n_columns)
        st = weir_fail(err, WEIR_EFORMAT, "'%s' has no line with text", source_path(r->src));
    if (!st)
        st = name_columns(r, err);
    if (!st)
        st = tell_marks(r, err);
    if (st || (r->o.h2o && r->looks.role))
        return st;
    size_t at, header = r->looks.header == 1 ? csv_behind_first_row(&r->rules, s, n, &at) : 0;
    cut = csv_rows_end(&r->rules, s + header, n - header, whole, &open);
    st = csv_census_new(&census, &r->rules, r->looks.n_columns, err);
    if (!st)
        st = csv_census_add(census, s + header, cut, err);
    size = whole ? 0 : size;
    if (!st && size && !(spot = mem_array(SPOT, 1)))
        st = weir_no_memory(err, "reading a file");
    for (uint64_t k = 1; !st && size && k <= SPOTS; k++) {
        size_t m = source_sample(r->src, k == SPOTS ? size - SPOT : size / SPOTS * k, spot, SPOT);
        const char *first = memchr(spot, r->rules.eol, m);
        if (first)
            st = csv_census_add(census, first + 1, m - (size_t)(first + 1 - spot), err);
    }
    if (!st)
        st = csv_census_roles(census, &r->looks, err);
    mem_free(spot);
    csv_census_free(census);
    return st;
}

static weir_status open_first(csv_reader *r, weir_error *err)
{
    bool more;
    weir_status st = csv_open_next(r, &more, err);

    r->part_begins = true;
    r->line = 1;
    return st ? st : look(r, err);
}

weir_status csv_look_at_names(csv_reader *r, weir_error *err)
{
    weir_status st = open_first(r, err);

    return st ? st : tell_types(r, err);
}

weir_status csv_set_up(csv_reader *r, weir_error *err)
{
    weir_status st = csv_look_at_names(r, err);

    r->rules.column_na = !r->rules.marks && r->looks.na.kind == WEIR_LIST ? &r->looks.na : NULL;
    return st ? st : skip_columns(r, err);
}
