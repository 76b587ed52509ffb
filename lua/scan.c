/* scan.c - see scan.h. */
#include "config.h"
#include "lua/scan.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

typedef struct scanner {
    const char *s;
    size_t n, at;
    int64_t line;
} scanner;

bool token_is(const token *t, const char *word)
{
    return (t->kind == TOKEN_NAME || t->kind == TOKEN_WORD || t->kind == TOKEN_SIGN) && strlen(word) == t->n && !memcmp(t->s, word, t->n);
}

bool lua_keyword(const char *s, size_t n)
{
    static const char *const words[] = {"and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if",
                                        "in", "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i]) == n && !memcmp(words[i], s, n))
            return true;
    return false;
}

/* "[[" or "[==[" at `at`: its level, or -1. */
static int long_level(const scanner *c, size_t at)
{
    size_t k = at + 1;

    while (k < c->n && c->s[k] == '=')
        k++;
    return k < c->n && c->s[at] == '[' && c->s[k] == '[' ? (int)(k - at - 1) : -1;
}

/* From after the opening bracket to the closing one; *end is where the text ends. */
static void skip_long(scanner *c, int level, size_t *end)
{
    for (; c->at < c->n; c->at++) {
        if (c->s[c->at] == '\n')
            c->line++;
        if (c->s[c->at] != ']')
            continue;
        size_t k = c->at + 1;
        while (k < c->n && c->s[k] == '=')
            k++;
        if (k < c->n && c->s[k] == ']' && (int)(k - c->at - 1) == level) {
            *end = c->at;
            c->at = k + 1;
            return;
        }
    }
    *end = c->n;
}

static void skip_blank(scanner *c)
{
    while (c->at < c->n) {
        char ch = c->s[c->at];
        if (ch == '\n') {
            c->line++;
            c->at++;
        } else if (isspace((unsigned char)ch)) {
            c->at++;
        } else if (ch == '-' && c->at + 1 < c->n && c->s[c->at + 1] == '-') {
            size_t end;
            c->at += 2;
            int level = c->at < c->n ? long_level(c, c->at) : -1;
            if (level >= 0) {
                c->at += (size_t)level + 2;
                skip_long(c, level, &end);
            } else {
                while (c->at < c->n && c->s[c->at] != '\n')
                    c->at++;
            }
        } else {
            return;
        }
    }
}

static void scan_quoted(scanner *c, token *t)
{
    char quote = c->s[c->at++];

    t->kind = TOKEN_TEXT;
    t->s = c->s + c->at;
    while (c->at < c->n && c->s[c->at] != quote && c->s[c->at] != '\n') {
        if (c->s[c->at] == '\\') {
            t->escaped = true;
            c->at++;
        }
        c->at += c->at < c->n;
    }
    t->n = (size_t)(c->s + c->at - t->s);
    if (c->at < c->n && c->s[c->at] == quote)
        c->at++;
}

static void scan_number(scanner *c, token *t)
{
    bool hex = c->s[c->at] == '0' && c->at + 1 < c->n && (c->s[c->at + 1] == 'x' || c->s[c->at + 1] == 'X');

    t->kind = TOKEN_NUMBER;
    while (c->at < c->n) {
        char ch = c->s[c->at];
        char before = c->at ? c->s[c->at - 1] : ' ';
        bool sign = (ch == '+' || ch == '-') && (hex ? before == 'p' || before == 'P' : before == 'e' || before == 'E');
        if (!isalnum((unsigned char)ch) && ch != '.' && !sign)
            break;
        c->at++;
    }
}

static void scan_sign(scanner *c, token *t)
{
    static const char *const longer[] = {"...", "..", "==", "~=", "<=", ">=", "//", "::", "<<", ">>"};

    t->kind = TOKEN_SIGN;
    for (size_t i = 0; i < sizeof longer / sizeof *longer; i++) {
        size_t k = strlen(longer[i]);
        if (c->n - c->at >= k && !memcmp(c->s + c->at, longer[i], k)) {
            c->at += k;
            return;
        }
    }
    c->at++;
}

static token next(scanner *c)
{
    skip_blank(c);
    token t = {.kind = TOKEN_END, .s = c->s + c->at, .line = c->line};
    if (c->at >= c->n)
        return t;
    unsigned char ch = (unsigned char)c->s[c->at];
    int level = long_level(c, c->at);
    if (isalpha(ch) || ch == '_') {
        while (c->at < c->n && (isalnum((unsigned char)c->s[c->at]) || c->s[c->at] == '_'))
            c->at++;
        t.kind = lua_keyword(t.s, (size_t)(c->s + c->at - t.s)) ? TOKEN_WORD : TOKEN_NAME;
    } else if (isdigit(ch) || (ch == '.' && c->at + 1 < c->n && isdigit((unsigned char)c->s[c->at + 1]))) {
        scan_number(c, &t);
    } else if (ch == '"' || ch == '\'') {
        scan_quoted(c, &t);
        return t;
    } else if (level >= 0) {
        size_t end;
        c->at += (size_t)level + 2;
        t.kind = TOKEN_TEXT;
        t.s = c->s + c->at;
        skip_long(c, level, &end);
        t.n = end - (size_t)(t.s - c->s);
        return t;
    } else {
        scan_sign(c, &t);
    }
    t.n = (size_t)(c->s + c->at - t.s);
    return t;
}

token *scan(const char *text, size_t n, int64_t first_line, size_t *count)
{
    scanner c = {.s = text, .n = n, .line = first_line};
    size_t cap = 256, k = 0;
    token *v = malloc(cap * sizeof *v);

    if (v && n && *text == '#') /* #!/usr/bin/env weir */
        while (c.at < n && text[c.at] != '\n')
            c.at++;
    while (v) {
        if (k == cap) {
            token *more = realloc(v, 2 * cap * sizeof *v);
            if (!more) {
                free(v);
                return NULL;
            }
            v = more;
            cap *= 2;
        }
        v[k] = next(&c);
        if (v[k].kind == TOKEN_END)
            break;
        k++;
    }
    *count = k;
    return v;
}
