/* arff.c - the header of ARFF files: % comments, @relation, @attribute name type, @data. */
#include "config.h"
#include "data/arff.h"

#include "base/status.h"

#include <string.h>
#include <strings.h>

typedef struct span {
    const char *s, *end;
} span;

static void skip_blanks(span *l)
{
    while (l->s < l->end && (*l->s == ' ' || *l->s == '\t' || *l->s == '\r'))
        l->s++;
}

static bool keyword(span *l, const char *word)
{
    size_t n = strlen(word);
    bool is = (size_t)(l->end - l->s) >= n && !strncasecmp(l->s, word, n) &&
              ((size_t)(l->end - l->s) == n || strchr(" \t\r{", l->s[n]));

    if (is)
        l->s += n;
    return is;
}

/* The next line without its end; *line counts. false: no more. */
static bool next_line(const char **p, const char *end, span *l)
{
    if (*p >= end)
        return false;
    const char *e = memchr(*p, '\n', (size_t)(end - *p));
    *l = (span){*p, e ? e : end};
    *p = e ? e + 1 : end;
    skip_blanks(l);
    while (l->end > l->s && (l->end[-1] == ' ' || l->end[-1] == '\t' || l->end[-1] == '\r'))
        l->end--;
    return true;
}

bool arff_looks(const char *s, size_t n)
{
    const char *p = s, *end = s + n;
    span l;

    if (n >= 3 && !memcmp(s, "\xef\xbb\xbf", 3))
        p += 3;
    while (next_line(&p, end, &l)) {
        if (l.s == l.end || *l.s == '%' || keyword(&l, "@relation"))
            continue;
        return keyword(&l, "@attribute");
    }
    return false;
}

/* A name, perhaps in quotes of either kind. */
static bool take_name(span *l, span *name)
{
    skip_blanks(l);
    if (l->s < l->end && (*l->s == '\'' || *l->s == '"')) {
        const char *e = memchr(l->s + 1, *l->s, (size_t)(l->end - l->s) - 1);
        if (!e)
            return false;
        *name = (span){l->s + 1, e};
        l->s = e + 1;
        return true;
    }
    name->s = l->s;
    while (l->s < l->end && *l->s != ' ' && *l->s != '\t' && *l->s != '{')
        l->s++;
    name->end = l->s;
    return name->end > name->s;
}

static const char *type_word(span *l)
{
    static const struct { const char *word, *type; } words[] = {
        {"numeric", "numeric"}, {"real", "numeric"}, {"integer", "numeric"}, {"int", "numeric"}, {"string", "string"},
        {"date", "time"},       {"time", "time"},    {"enum", "factor"},     {"uuid", "uuid"}};

    skip_blanks(l);
    if (l->s < l->end && *l->s == '{')
        return l->end[-1] == '}' ? "factor" : NULL;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (keyword(l, words[i].word))
            return words[i].type;
    return NULL;
}

static weir_status fail(const char *path, size_t line, const char *what, span l, weir_error *err)
{
    int n = l.end - l.s < 60 ? (int)(l.end - l.s) : 60;

    weir_fail(err, WEIR_EFORMAT, "'%s', line %zu: %s: %.*s", path, line, what, n, l.s);
    if (err)
        err->line = (int64_t)line;
    return WEIR_EFORMAT;
}

weir_status arff_header(const char *path, const char *s, size_t n, weir_value *names, weir_value *types, size_t *data_at, weir_error *err)
{
    const char *p = s, *end = s + n, *type;
    span l, name;
    weir_status st = WEIR_OK;

    *names = weir_list();
    *types = weir_list();
    if (n >= 3 && !memcmp(s, "\xef\xbb\xbf", 3))
        p += 3;
    for (size_t line = 1; !st && next_line(&p, end, &l); line++) {
        span whole = l;
        if (l.s == l.end || *l.s == '%' || keyword(&l, "@relation"))
            continue;
        if (keyword(&l, "@data")) {
            if (!names->as.list.n)
                return fail(path, line, "@data before any @attribute", whole, err);
            *data_at = (size_t)(p - s);
            return WEIR_OK;
        }
        if (!keyword(&l, "@attribute"))
            return fail(path, line, "neither @attribute nor @data", whole, err);
        if (!take_name(&l, &name))
            return fail(path, line, "an attribute without a name", whole, err);
        if (!(type = type_word(&l)))
            return fail(path, line, "a type that is none of numeric, real, integer, string, date, {a, b}", whole, err);
        st = weir_list_add(names, weir_text_n(name.s, (size_t)(name.end - name.s)), err);
        if (!st)
            st = weir_list_add(types, weir_text(type), err);
    }
    return st ? st : weir_fail(err, WEIR_EFORMAT, "'%s' is an ARFF file without @data in its first %zu bytes", path, n);
}
