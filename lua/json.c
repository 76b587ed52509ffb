/* json.c - weir.json: JSON texts to Lua values and back.
 *
 * null is weir.null, so that lists keep their length. A number without fraction and exponent
 * that fits is an integer. A table with members 1..n is an array, an empty one too ("[]"); any
 * other is an object, its names written in byte order so that equal tables give equal texts. */
#include "config.h"
#include "lua/bind.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 200 };

/* Reading ------------------------------------------------------------------------------- */

typedef struct reader {
    lua_State *L;
    const char *s, *at, *end; /* the text has a NUL at end */
    int depth;
} reader;

static void read_value(reader *r);

static void refuse(reader *r, const char *what)
{
    int line = 1;
    const char *start = r->s;

    for (const char *p = r->s; p < r->at && p < r->end; p++)
        if (*p == '\n') {
            line++;
            start = p + 1;
        }
    bind_fail(r->L, NULL, "JSON, line %d, column %d: %s", line, (int)(r->at - start) + 1, what);
}

static void skip_space(reader *r)
{
    while (r->at < r->end && strchr(" \t\r\n", *r->at) && *r->at)
        r->at++;
}

/* Four hexadecimal digits at r->at. */
static uint32_t read_hex(reader *r)
{
    uint32_t x = 0;

    for (int i = 0; i < 4; i++, r->at++) {
        char c = r->at < r->end ? *r->at : 0;
        uint32_t d = c >= '0' && c <= '9' ? (uint32_t)(c - '0') : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10)
                   : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A' + 10) : 16;
        if (d == 16)
            refuse(r, "\\u needs four hexadecimal digits");
        x = x * 16 + d;
    }
    return x;
}

static void read_escape(reader *r, luaL_Buffer *b)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    char c = r->at < r->end ? *r->at : 0, utf8[4];
    const char *known = c ? strchr(from, c) : NULL;

    r->at++;
    if (known) {
        luaL_addchar(b, to[known - from]);
        return;
    }
    if (c != 'u') {
        r->at--;
        refuse(r, "unknown escape in a string");
    }
    uint32_t x = read_hex(r);
    if (x >= 0xD800 && x < 0xDC00 && r->at + 1 < r->end && r->at[0] == '\\' && r->at[1] == 'u') {
        r->at += 2;
        uint32_t low = read_hex(r);
        if (low < 0xDC00 || low > 0xDFFF)
            refuse(r, "half a surrogate pair");
        x = 0x10000 + ((x - 0xD800) << 10) + (low - 0xDC00);
    }
    if (x >= 0xD800 && x < 0xE000)
        refuse(r, "half a surrogate pair");
    luaL_addlstring(b, utf8, text_put_utf8(x, utf8));
}

static void read_string(reader *r)
{
    luaL_Buffer b;

    luaL_buffinit(r->L, &b);
    for (r->at++;;) {
        const char *start = r->at;
        while (r->at < r->end && *r->at != '"' && *r->at != '\\' && (unsigned char)*r->at >= ' ')
            r->at++;
        luaL_addlstring(&b, start, (size_t)(r->at - start));
        if (r->at >= r->end)
            refuse(r, "a string has no end");
        if (*r->at == '"')
            break;
        if (*r->at != '\\')
            refuse(r, "a control byte in a string must be escaped");
        r->at++;
        read_escape(r, &b);
    }
    r->at++;
    luaL_pushresult(&b);
}

static const char *digits(reader *r, const char *p)
{
    if (*p < '0' || *p > '9') {
        r->at = p;
        refuse(r, "a digit was expected");
    }
    while (*p >= '0' && *p <= '9')
        p++;
    return p;
}

static void read_number(reader *r)
{
    const char *p = r->at + (*r->at == '-'), *first = p;
    bool whole = true;

    p = digits(r, p);
    if (*first == '0' && p > first + 1)
        refuse(r, "a number starts with 0");
    if (*p == '.') {
        whole = false;
        p = digits(r, p + 1);
    }
    if (*p == 'e' || *p == 'E') {
        whole = false;
        p += p[1] == '+' || p[1] == '-' ? 2 : 1;
        p = digits(r, p);
    }
    size_t n = (size_t)(p - r->at);
    lua_pushlstring(r->L, r->at, n);
    if (whole && n <= 18)
        lua_pushinteger(r->L, (lua_Integer)strtoll(lua_tostring(r->L, -1), NULL, 10));
    else if (!lua_stringtonumber(r->L, lua_tostring(r->L, -1)))
        refuse(r, "not a number");
    lua_remove(r->L, -2);
    r->at = p;
}

static void read_word(reader *r)
{
    size_t left = (size_t)(r->end - r->at);

    if (left >= 4 && !memcmp(r->at, "null", 4))
        bind_push_null(r->L), r->at += 4;
    else if (left >= 4 && !memcmp(r->at, "true", 4))
        lua_pushboolean(r->L, 1), r->at += 4;
    else if (left >= 5 && !memcmp(r->at, "false", 5))
        lua_pushboolean(r->L, 0), r->at += 5;
    else
        refuse(r, left ? "a value was expected" : "the text ends before its value does");
}

static bool more(reader *r, char close)
{
    skip_space(r);
    char c = r->at < r->end ? *r->at : 0;
    if (c != ',' && c != close)
        refuse(r, close == ']' ? "',' or ']' was expected" : "',' or '}' was expected");
    r->at++;
    return c == ',';
}

static void read_array(reader *r)
{
    lua_Integer n = 0;

    lua_newtable(r->L);
    r->at++;
    skip_space(r);
    if (r->at < r->end && *r->at == ']') {
        r->at++;
        return;
    }
    do {
        read_value(r);
        lua_rawseti(r->L, -2, ++n);
    } while (more(r, ']'));
}

static void read_object(reader *r)
{
    lua_newtable(r->L);
    r->at++;
    skip_space(r);
    if (r->at < r->end && *r->at == '}') {
        r->at++;
        return;
    }
    do {
        skip_space(r);
        if (r->at >= r->end || *r->at != '"')
            refuse(r, "a name in double quotes was expected");
        read_string(r);
        skip_space(r);
        if (r->at >= r->end || *r->at != ':')
            refuse(r, "':' was expected");
        r->at++;
        read_value(r);
        lua_rawset(r->L, -3);
    } while (more(r, '}'));
}

static void read_value(reader *r)
{
    if (++r->depth > DEEPEST)
        refuse(r, "nested too deeply");
    luaL_checkstack(r->L, 8, "JSON");
    skip_space(r);
    char c = r->at < r->end ? *r->at : 0;
    if (c == '{')
        read_object(r);
    else if (c == '[')
        read_array(r);
    else if (c == '"')
        read_string(r);
    else if (c == '-' || (c >= '0' && c <= '9'))
        read_number(r);
    else
        read_word(r);
    r->depth--;
}

/* json.decode(text) -> value */
static int decode(lua_State *L)
{
    size_t n;
    const char *s = luaL_checklstring(L, 1, &n);
    reader r = {.L = L, .s = s, .at = s, .end = s + n};

    lua_settop(L, 1);
    read_value(&r);
    skip_space(&r);
    if (r.at < r.end)
        refuse(&r, "something follows the value");
    return 1;
}

/* Writing ------------------------------------------------------------------------------- */

typedef struct writer {
    lua_State *L;
    text *out; /* owned by a userdata with a finalizer: any call here may raise */
    int indent, depth;
} writer;

static void write_value(writer *w, int at);

static void new_line(writer *w)
{
    if (!w->indent)
        return;
    text_char(w->out, '\n');
    for (int i = 0; i < w->indent * w->depth; i++)
        text_char(w->out, ' ');
}

static void write_string(text *t, const char *s, size_t n)
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";

    text_char(t, '"');
    for (size_t i = 0; i < n; i++) {
        const char *known = s[i] ? strchr(from, s[i]) : NULL;
        if (known) {
            text_char(t, '\\');
            text_char(t, to[known - from]);
        } else if ((unsigned char)s[i] < ' ') {
            text_fmt(t, "\\u%04x", (unsigned)(unsigned char)s[i]);
        } else {
            text_char(t, s[i]);
        }
    }
    text_char(t, '"');
}

static void write_array(writer *w, int at, lua_Integer n)
{
    text_char(w->out, '[');
    w->depth++;
    for (lua_Integer i = 1; i <= n; i++) {
        if (i > 1)
            text_char(w->out, ',');
        new_line(w);
        lua_geti(w->L, at, i);
        write_value(w, lua_gettop(w->L));
        lua_pop(w->L, 1);
    }
    w->depth--;
    if (n)
        new_line(w);
    text_char(w->out, ']');
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void write_object(writer *w, int at, size_t n)
{
    lua_State *L = w->L;
    const char **names = lua_newuserdatauv(L, (n + 1) * sizeof *names, 0);
    size_t k = 0;

    for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            bind_fail(L, NULL, "JSON: a table has names or members 1 to n, not both and nothing else");
        names[k++] = lua_tostring(L, -2); /* the table keeps them */
    }
    qsort(names, k, sizeof *names, by_bytes);
    text_char(w->out, '{');
    w->depth++;
    for (size_t i = 0; i < k; i++) {
        if (i)
            text_char(w->out, ',');
        new_line(w);
        write_string(w->out, names[i], strlen(names[i]));
        text_add(w->out, w->indent ? ": " : ":");
        lua_getfield(L, at, names[i]);
        write_value(w, lua_gettop(L));
        lua_pop(L, 1);
    }
    w->depth--;
    new_line(w);
    text_char(w->out, '}');
    lua_pop(L, 1);
}

static void write_table(writer *w, int at)
{
    lua_Integer n = luaL_len(w->L, at);
    size_t members = 0;

    for (lua_pushnil(w->L); lua_next(w->L, at); lua_pop(w->L, 1))
        members++;
    if (w->depth >= DEEPEST)
        bind_fail(w->L, NULL, "JSON: a table is nested too deeply, or holds itself");
    if (members == (size_t)n)
        write_array(w, at, n);
    else
        write_object(w, at, members);
}

static void write_value(writer *w, int at)
{
    lua_State *L = w->L;
    size_t n;

    luaL_checkstack(L, 8, "JSON");
    switch (lua_type(L, at)) {
    case LUA_TNIL: text_add(w->out, "null"); return;
    case LUA_TBOOLEAN: text_add(w->out, lua_toboolean(L, at) ? "true" : "false"); return;
    case LUA_TNUMBER:
        if (lua_isinteger(L, at))
            text_fmt(w->out, "%lld", (long long)lua_tointeger(L, at));
        else if (isfinite(lua_tonumber(L, at)))
            text_number(w->out, lua_tonumber(L, at));
        else
            bind_fail(L, "weir.null stands for what is missing", "JSON has neither NaN nor infinity");
        return;
    case LUA_TSTRING: {
        const char *s = lua_tolstring(L, at, &n);
        write_string(w->out, s, n);
        return;
    }
    case LUA_TTABLE: write_table(w, at); return;
    default: break;
    }
    if (!bind_is_null(L, at))
        bind_fail(L, NULL, "JSON: a %s cannot be written", luaL_typename(L, at));
    text_add(w->out, "null");
}

static int text_gc(lua_State *L)
{
    text_free(lua_touserdata(L, 1));
    return 0;
}

/* json.encode(value, {indent = 0}) -> text */
static int encode(lua_State *L)
{
    writer w = {.L = L};

    luaL_checkany(L, 1);
    if (lua_istable(L, 2)) {
        lua_getfield(L, 2, "indent");
        w.indent = (int)luaL_optinteger(L, -1, 0);
        if (w.indent < 0 || w.indent > 16)
            bind_fail(L, NULL, "indent = %d is outside [0, 16]", w.indent);
    }
    lua_settop(L, 1);
    w.out = lua_newuserdatauv(L, sizeof *w.out, 0);
    *w.out = (text){0};
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, text_gc);
    lua_setfield(L, -2, "__gc");
    lua_setmetatable(L, -2);
    write_value(&w, 1);
    if (w.out->failed)
        return bind_fail(L, NULL, "out of memory");
    lua_pushlstring(L, text_str(w.out), w.out->n);
    return 1;
}

void json_open(lua_State *L)
{
    static const luaL_Reg functions[] = {{"decode", decode}, {"encode", encode}, {NULL, NULL}};
    luaL_newlib(L, functions);
}
