/* deps.c - a reader of names.
 *
 * x = 1 and function x() change x; so do x.y = 1, x[1] = 2 and x:method(), when
 * they are statements, as methods of frames change them. Names that a cell
 * makes local count for nothing in it. What load() or _G does is not seen. */
#include "ui/deps.h"

#include "base/text.h"

#include <ctype.h>
#include <string.h>

typedef struct reader {
    deps *d;
    const char *s;
    size_t n, i;
    char bracket[64]; /* open ones */
    size_t depth;
    bool statement;   /* a statement may begin here */
    char before;      /* the byte before the word, blanks left out; 0 at the start */
} reader;

static bool is(const char *s, size_t n, const char *word)
{
    return strlen(word) == n && !memcmp(s, word, n);
}

static bool among(const char *s, size_t n, const char *const *words)
{
    for (; *words; words++)
        if (is(s, n, *words))
            return true;
    return false;
}

static void note(deps *d, const char *s, size_t n, bool read, bool written, bool local)
{
    static const char *const common[] = {"weir", "math", "string", "table", "io", "os", "print", "pairs", "ipairs", "type", "tostring", "tonumber",
                                         "assert", "error", "pcall", "select", "require", "next", "utf8", "coroutine", "unpack", "setmetatable", NULL};
    size_t i = 0;

    if (n >= DEPS_NAME || among(s, n, common))
        return;
    while (i < d->n && !is(s, n, d->v[i].name))
        i++;
    if (i == DEPS_NAMES)
        return;
    if (i == d->n) {
        memset(&d->v[i], 0, sizeof d->v[i]);
        memcpy(d->v[i].name, s, n);
        d->n++;
    }
    d->v[i].read |= read && !d->v[i].written; /* what it makes itself is no input */
    d->v[i].written |= written;
    d->v[i].local |= local;
}

static size_t blanks(const char *s, size_t n, size_t i)
{
    while (i < n && isspace((unsigned char)s[i]))
        i++;
    return i;
}

/* Behind a string, comment or long bracket that begins at i; i when none does. */
static size_t skip(const char *s, size_t n, size_t i)
{
    size_t k = i, level = 0;

    if (s[i] == '"' || s[i] == '\'') {
        for (k = i + 1; k < n && s[k] != s[i] && s[k] != '\n'; k++)
            k += s[k] == '\\';
        return k + 1 < n ? k + 1 : n;
    }
    bool dashes = s[i] == '-' && i + 1 < n && s[i + 1] == '-';
    if (dashes)
        k += 2;
    if (k < n && s[k] == '[') {
        size_t q = k + 1;
        while (q < n && s[q] == '=')
            q++, level++;
        if (q < n && s[q] == '[') {
            for (q++; q < n; q++) {
                size_t e = q + 1;
                while (s[q] == ']' && e < n && s[e] == '=')
                    e++;
                if (s[q] == ']' && e < n && s[e] == ']' && e - q - 1 == level)
                    return e + 1;
            }
            return n;
        }
    }
    if (!dashes)
        return i;
    while (k < n && s[k] != '\n')
        k++;
    return k;
}

/* Names up to `end` ("local a <const>, b =", "for i, v in", parameters) are local. */
static size_t locals(reader *r, size_t i, char close)
{
    while (i < r->n) {
        i = blanks(r->s, r->n, i);
        if (i < r->n && r->s[i] == '<') {
            while (i < r->n && r->s[i] != '>')
                i++;
            i = blanks(r->s, r->n, i + 1 < r->n ? i + 1 : r->n);
        }
        size_t k = i;
        while (k < r->n && text_word_byte(r->s[k]))
            k++;
        if (k == i)
            break;
        if (is(r->s + i, k - i, "in") || is(r->s + i, k - i, "function"))
            return i;
        note(r->d, r->s + i, k - i, false, false, true);
        i = blanks(r->s, r->n, k);
        if (i < r->n && r->s[i] == '<')
            continue;
        if (i >= r->n || r->s[i] != ',')
            break;
        i++;
    }
    return close && i < r->n && r->s[i] == close ? i + 1 : i;
}

/* "function", then a name and parameters; gives where its body begins. */
static size_t function(reader *r, size_t i)
{
    i = blanks(r->s, r->n, i);
    size_t k = i;
    while (k < r->n && text_word_byte(r->s[k]))
        k++;
    if (k > i)
        note(r->d, r->s + i, k - i, false, true, false);
    while (k < r->n && r->s[k] != '(' && r->s[k] != '\n')
        k++;
    return k < r->n && r->s[k] == '(' ? locals(r, k + 1, ')') : k;
}

/* "= ..." or ", b, c = ..." follows: the word is assigned to. */
static bool assigned(const reader *r, size_t i)
{
    for (;;) {
        i = blanks(r->s, r->n, i);
        if (i >= r->n)
            return false;
        if (r->s[i] == '=')
            return i + 1 >= r->n || r->s[i + 1] != '=';
        if (r->s[i] != ',')
            return false;
        i = blanks(r->s, r->n, i + 1);
        size_t k = i;
        while (k < r->n && (text_word_byte(r->s[k]) || r->s[k] == '.'))
            k++;
        if (k == i)
            return false;
        i = k;
    }
}

static void name(reader *r, size_t from, size_t end)
{
    const char *s = r->s;
    size_t next = blanks(s, r->n, end);
    bool in_table = r->depth && r->bracket[r->depth - 1] == '{';
    bool equals = next < r->n && s[next] == '=' && !(next + 1 < r->n && s[next + 1] == '=');

    if (r->before == '.' || r->before == ':')
        return;
    if (in_table && equals && (r->before == '{' || r->before == ',' || r->before == ';'))
        return; /* a key */
    bool begins = r->statement && !r->depth;
    if (!r->depth && (begins || r->before == ',') && assigned(r, end))
        note(r->d, s + from, end - from, false, true, false);
    else if (begins && next < r->n && strchr(".:[", s[next]))
        note(r->d, s + from, end - from, true, true, false);
    else
        note(r->d, s + from, end - from, true, false, false);
}

static size_t word(reader *r, size_t i)
{
    static const char *const openers[] = {"then", "do", "else", "repeat", "end", "return", NULL};
    static const char *const others[] = {"and", "break", "elseif", "false", "goto", "if", "in", "nil", "not", "or", "true", "until", "while", NULL};
    size_t k = i;

    while (k < r->n && text_word_byte(r->s[k]))
        k++;
    const char *w = r->s + i;
    size_t n = k - i;
    if (isdigit((unsigned char)*w)) {
        r->statement = false;
    } else if (is(w, n, "local")) {
        k = locals(r, k, 0);
        r->statement = false;
        if (k + 8 < r->n && is(r->s + k, 8, "function")) {
            size_t q = blanks(r->s, r->n, k + 8), e = q;
            while (e < r->n && text_word_byte(r->s[e]))
                e++;
            note(r->d, r->s + q, e - q, false, false, true);
            k = function(r, k + 8);
            r->statement = true;
        }
    } else if (is(w, n, "function")) {
        k = function(r, k);
        r->statement = true;
    } else if (is(w, n, "for")) {
        k = locals(r, k, 0);
        r->statement = false;
    } else if (among(w, n, openers)) {
        r->statement = !is(w, n, "return");
    } else if (among(w, n, others)) {
        r->statement = false;
    } else {
        name(r, i, k);
        r->statement = false;
    }
    return k;
}

void deps_read(deps *d, const char *code, size_t n)
{
    reader r = {.d = d, .s = code, .n = n, .statement = true};

    d->n = 0;
    while (r.i < n) {
        size_t k = skip(code, n, r.i);
        char c = code[r.i];
        if (k > r.i) {
            bool comment = c == '-';
            r.i = k;
            if (!comment)
                r.before = '"', r.statement = false;
            continue;
        }
        if (text_word_byte(c)) {
            r.i = word(&r, r.i);
            r.before = 'w';
            continue;
        }
        if (strchr("([{", c) && r.depth < sizeof r.bracket)
            r.bracket[r.depth++] = c;
        else if (strchr(")]}", c) && r.depth)
            r.depth--;
        if (c == '\n') /* a line that goes on begins no statement */
            r.statement = r.before == 'w' || r.before == '"' || r.before == ')' || r.before == '}' || r.before == ']' || r.before == ';' || !r.before;
        else if (c == ';')
            r.statement = true;
        else if (!isspace((unsigned char)c))
            r.statement = false;
        if (!isspace((unsigned char)c))
            r.before = c;
        r.i++;
    }
}

bool deps_feed(const deps *from, const deps *to)
{
    for (size_t i = 0; i < from->n; i++)
        for (size_t k = 0; k < to->n && from->v[i].written && !from->v[i].local; k++)
            if (to->v[k].read && !to->v[k].local && !strcmp(from->v[i].name, to->v[k].name))
                return true;
    return false;
}
