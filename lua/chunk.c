/* chunk.c - see chunk.h.
 *
 * Lua gives no value for a cell like "x = 2" and "x + 1" on two lines: it is no program at all. The place where
 * the last statement begins is looked for from the end, token by token: what follows must be an expression, what
 * stands before it a program, and the first token must not be one that would go on with the line before, as Lua
 * reads it: "f" and "(x)" on two lines is a call, and stays one. */
#include "config.h"
#include "lua/chunk.h"

#include "base/text.h"
#include "lua/scan.h"

#include <lauxlib.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A value returned while a variable waits to be closed is no tail call: tracebacks still name the cell. */
static const char give[] = "local weir_value <close> = nil return ";

static int compile(lua_State *L, const char *before, const char *s, size_t n, const char *more, const char *name)
{
    text t = {0};

    text_add(&t, before);
    text_add_n(&t, s, n);
    text_add(&t, more);
    int st = t.failed ? LUA_ERRMEM : luaL_loadbufferx(L, text_str(&t), t.n, name, "t");
    if (t.failed)
        lua_pushliteral(L, "not enough memory");
    text_free(&t);
    return st;
}

static bool compiles(lua_State *L, const char *before, const char *s, const char *more)
{
    bool good = compile(L, before, s, strlen(s), more, "=probe") == LUA_OK;

    lua_pop(L, 1);
    return good;
}

static bool is_any(const token *t, const char *const *words)
{
    for (; *words; words++)
        if (token_is(t, *words))
            return true;
    return false;
}

/* How many blocks and brackets are open before each token. */
static void find_depths(const token *t, size_t n, int *depth)
{
    static const char *const opens[] = {"(", "[", "{", "function", "do", "if", "repeat", NULL};
    static const char *const closes[] = {")", "]", "}", "end", "until", NULL};
    int d = 0;

    for (size_t i = 0; i < n; i++) {
        bool named = t[i].kind == TOKEN_TEXT || t[i].kind == TOKEN_NAME;
        depth[i] = d;
        if (!named && is_any(&t[i], opens))
            d++;
        else if (!named && is_any(&t[i], closes))
            d--;
    }
}

/* An expression may begin here, and Lua would not take it for the rest of what stands before. */
static bool may_begin(const token *t, size_t k)
{
    static const char *const words[] = {"nil", "true", "false", "not", "function", NULL};
    static const char *const signs[] = {"(", "{", "-", "#", "~", "...", NULL};
    static const char *const ends[] = {")", "]", "}", NULL};
    static const char *const values[] = {"nil", "true", "false", NULL};
    const token *here = &t[k], *before = k ? &t[k - 1] : NULL;

    if ((here->kind == TOKEN_WORD && !is_any(here, words)) || (here->kind == TOKEN_SIGN && !is_any(here, signs)))
        return false;
    if (!before)
        return true;
    bool called = before->kind == TOKEN_NAME || before->kind == TOKEN_TEXT || (before->kind == TOKEN_SIGN && is_any(before, ends));
    bool valued = called || before->kind == TOKEN_NUMBER || (before->kind == TOKEN_WORD && is_any(before, values));
    if (here->kind == TOKEN_TEXT || (here->kind == TOKEN_SIGN && (token_is(here, "(") || token_is(here, "{"))))
        return !called;
    return !(valued && here->kind == TOKEN_SIGN && (token_is(here, "-") || token_is(here, "~")));
}

/* A statement's own sign or word: no expression goes past it. */
static bool ends_search(const token *t)
{
    static const char *const words[] = {"local", "if", "while", "for", "repeat", "do", "return", "break", "goto", "until", "in", NULL};
    static const char *const signs[] = {"=", ";", "::", NULL};

    return (t->kind == TOKEN_WORD && is_any(t, words)) || (t->kind == TOKEN_SIGN && is_any(t, signs));
}

static size_t offset_of(const char *code, const token *t)
{
    const char *s = t->s;

    if (t->kind != TOKEN_TEXT)
        return (size_t)(s - code);
    s--; /* a quote, or the second bracket of a long text */
    if (*s == '[')
        for (s--; *s == '='; s--)
            ;
    return (size_t)(s - code);
}

/* Where the last statement begins when it is an expression (call: a call); SIZE_MAX: it is none. */
static size_t find_last(lua_State *L, const char *code, bool call)
{
    size_t n, found = SIZE_MAX;
    token *t = scan(code, strlen(code), 1, &n);
    int *depth = malloc((n + 1) * sizeof *depth);

    if (t && depth)
        find_depths(t, n, depth);
    for (size_t k = t && depth ? n : 0; k-- > 0 && found == SIZE_MAX;) {
        if (depth[k] > 0)
            continue;
        if (ends_search(&t[k]))
            break;
        if (!may_begin(t, k))
            continue;
        size_t at = offset_of(code, &t[k]);
        if (!compiles(L, "return ", code + at, "") || (call && !compiles(L, "", code + at, "")))
            continue;
        text whole = {0};
        text_add_n(&whole, code, at);
        text_add(&whole, "return ");
        text_add(&whole, code + at);
        if (!whole.failed && compiles(L, "", text_str(&whole), ""))
            found = at;
        text_free(&whole);
    }
    free(depth);
    free(t);
    return found;
}

/* Without the semicolons at the end; whether there were some. */
static bool drop_semicolons(char *code)
{
    size_t n;
    token *t = scan(code, strlen(code), 1, &n);
    bool some = false;

    for (; t && n && t[n - 1].kind == TOKEN_SIGN && token_is(&t[n - 1], ";"); n--, some = true)
        code[t[n - 1].s - code] = ' ';
    free(t);
    return some;
}

static int load_with(lua_State *L, char *code, const char *lines, const char *chunk, chunk_value *value)
{
    bool silent = drop_semicolons(code);
    int st = compile(L, lines, code, strlen(code), "", chunk);
    size_t at = find_last(L, code, st == LUA_OK);

    *value = CHUNK_PLAIN;
    if (at == SIZE_MAX)
        return st;
    text t = {0};
    text_add(&t, lines);
    text_add_n(&t, code, at);
    text_add(&t, give);
    int with = compile(L, text_str(&t), code + at, strlen(code + at), "", chunk);
    text_free(&t);
    if (with != LUA_OK) { /* e.g. one local variable too many */
        lua_pop(L, 1);
        return st;
    }
    lua_remove(L, -2);
    *value = silent ? CHUNK_SILENT : st == LUA_OK ? CHUNK_CALL : CHUNK_EXPRESSION;
    return with;
}

int chunk_load(lua_State *L, const char *code, const char *name, int64_t line, chunk_value *value)
{
    text lines = {0};
    char chunk[300];

    if (*code == '#') /* #!/usr/bin/env weir */
        while (*code && *code != '\n')
            code++;
    for (int64_t k = 1; k < line; k++) /* the lines before, so that messages name the file's */
        text_char(&lines, '\n');
    snprintf(chunk, sizeof chunk, "@%s", name);
    char *own = strdup(code);
    int st = LUA_ERRMEM;
    if (own && !lines.failed)
        st = load_with(L, own, text_str(&lines), chunk, value);
    else
        lua_pushliteral(L, "not enough memory");
    free(own);
    text_free(&lines);
    return st;
}
