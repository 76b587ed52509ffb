/* value.c - see value.h.
 *
 * A table is laid out on one line where that is short enough, else with a member a line; a long list of short
 * members fills its lines. Members are read raw, so that showing has no effects beyond a member's __tostring. */
#include "config.h"
#include "lua/value.h"

#include <lauxlib.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 72, DEEPEST = 4, MOST = 200, LONGEST = 200, TOTAL = 2000 };

typedef struct around { /* the tables that one is inside of */
    const struct around *up;
    const void *table;
    int depth;
    int *left; /* of TOTAL members */
} around;

static void show(lua_State *L, int at, text *out, const around *in);

static bool is_plain_table(lua_State *L, int at)
{
    if (!lua_istable(L, at))
        return false;
    if (luaL_getmetafield(L, at, "__tostring") == LUA_TNIL && luaL_getmetafield(L, at, "__name") == LUA_TNIL)
        return true;
    lua_pop(L, 1);
    return false;
}

static void put_quoted(text *out, const char *s, size_t n)
{
    size_t most = n > LONGEST ? LONGEST : n;

    text_char(out, '"');
    for (size_t i = 0; i < most; i++) {
        if (s[i] == '\n')
            text_add(out, "\\n");
        else if (s[i] == '"' || s[i] == '\\')
            text_char(out, '\\'), text_char(out, s[i]);
        else
            text_char(out, s[i]);
    }
    text_add(out, most < n ? "...\"" : "\"");
}

static bool is_name(const char *s)
{
    static const char *const words[] = {"and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in",
                                        "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(s, words[i]))
            return false;
    if (!isalpha((unsigned char)*s) && *s != '_')
        return false;
    while (isalnum((unsigned char)*s) || *s == '_')
        s++;
    return !*s;
}

static void put_key(lua_State *L, int at, text *out, const around *in)
{
    if (lua_type(L, at) == LUA_TSTRING && is_name(lua_tostring(L, at))) {
        text_add(out, lua_tostring(L, at));
    } else {
        text_char(out, '[');
        show(L, at, out, &(around){in, NULL, DEEPEST, in->left});
        text_char(out, ']');
    }
    text_add(out, " = ");
}

/* Numbers before words, each in order; the rest stays as it comes. */
static int order(lua_State *L, int a, int b)
{
    int ta = lua_type(L, a), tb = lua_type(L, b);

    if (ta != tb || (ta != LUA_TNUMBER && ta != LUA_TSTRING))
        return (ta == LUA_TNUMBER ? 0 : ta == LUA_TSTRING ? 1 : 2) - (tb == LUA_TNUMBER ? 0 : tb == LUA_TSTRING ? 1 : 2);
    return lua_compare(L, a, b, LUA_OPLT) ? -1 : lua_compare(L, b, a, LUA_OPLT);
}

/* Pushes a list of the keys that are no part of the list 1..n, in order; returns how many (at most MOST + 1). */
static lua_Integer push_keys(lua_State *L, int at, lua_Integer n)
{
    lua_Integer count = 0;

    lua_newtable(L);
    int keys = lua_gettop(L);
    for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1)) {
        if (lua_isinteger(L, -2) && lua_tointeger(L, -2) >= 1 && lua_tointeger(L, -2) <= n)
            continue;
        lua_Integer k = count > MOST ? MOST + 1 : ++count; /* the last place is the spare one */
        for (; k > 1; k--) {
            lua_rawgeti(L, keys, k - 1);
            bool before = order(L, -3, -1) < 0;
            if (before)
                lua_rawseti(L, keys, k);
            else
                lua_pop(L, 1);
            if (!before)
                break;
        }
        lua_pushvalue(L, -2);
        lua_rawseti(L, keys, k);
    }
    return count;
}

static void show_members(lua_State *L, int at, text *member, size_t *n, lua_Integer most, const around *in)
{
    lua_Integer list = (lua_Integer)lua_rawlen(L, at), named;

    for (lua_Integer i = 1; i <= list && i <= most; i++, ++*n) {
        lua_rawgeti(L, at, i);
        show(L, lua_gettop(L), &member[*n], in);
        lua_pop(L, 1);
    }
    if (list > most) {
        text_fmt(&member[(*n)++], "... %lld more", (long long)(list - most));
        return;
    }
    named = push_keys(L, at, list);
    int keys = lua_gettop(L);
    for (lua_Integer i = 1; i <= named && i <= most; i++, ++*n) {
        lua_rawgeti(L, keys, i);
        put_key(L, lua_gettop(L), &member[*n], in);
        lua_pushvalue(L, -1);
        lua_rawget(L, at);
        show(L, lua_gettop(L), &member[*n], in);
        lua_pop(L, 2);
    }
    if (named > most)
        text_add(&member[(*n)++], "... more");
    lua_pop(L, 1);
}

static void indent(text *out, int by)
{
    text_char(out, '\n');
    for (int i = 0; i < by; i++)
        text_add(out, "  ");
}

/* As wide as fits: all in one line, as many as fit in each, or one a line. */
static void lay_out(const text *member, size_t n, bool list, text *out, int depth)
{
    size_t sum = 2, widest = 0, used = 0;
    bool lines = false;

    for (size_t i = 0; i < n; i++) {
        size_t w = text_columns(text_str(&member[i]), member[i].n);
        sum += w + 2;
        widest = w > widest ? w : widest;
        lines |= member[i].n && strchr(text_str(&member[i]), '\n');
    }
    bool whole = !lines && sum + 2 * (size_t)depth <= WIDTH, fill = list && !lines && widest <= WIDTH / 3;
    text_char(out, '{');
    for (size_t i = 0; i < n; i++) {
        size_t w = text_columns(text_str(&member[i]), member[i].n) + 2;
        if (!whole && (!fill || !i || used + w > WIDTH)) {
            indent(out, depth + 1);
            used = 2 * (size_t)depth + 2;
        } else if (i) {
            text_char(out, ' ');
        }
        used += w;
        text_add_n(out, text_str(&member[i]), member[i].n);
        text_add(out, i + 1 < n ? "," : "");
    }
    if (!whole)
        indent(out, depth);
    text_char(out, '}');
}

static void show_table(lua_State *L, int at, text *out, const around *in)
{
    text member[2 * MOST + 2];
    size_t n = 0;
    around here = {in, lua_topointer(L, at), in->depth + 1, in->left};

    luaL_checkstack(L, 12, "a table nested too deeply");
    lua_pushnil(L);
    bool empty = !lua_next(L, at), cut = in->depth >= DEEPEST || *in->left <= 0;
    if (!empty)
        lua_pop(L, 2);
    for (const around *a = in; a; a = a->up)
        cut |= a->table == here.table;
    if (empty || cut) {
        text_add(out, empty ? "{}" : "{...}");
        return;
    }
    memset(member, 0, sizeof member);
    show_members(L, at, member, &n, in->depth ? MOST / 4 : MOST, &here);
    *in->left -= (int)n;
    lay_out(member, n, lua_rawlen(L, at) > 0, out, in->depth);
    for (size_t i = 0; i < n; i++)
        text_free(&member[i]);
}

static int to_text(lua_State *L)
{
    luaL_tolstring(L, 1, NULL);
    return 1;
}

static void show(lua_State *L, int at, text *out, const around *in)
{
    size_t n;

    if (is_plain_table(L, at)) {
        show_table(L, at, out, in);
    } else if (in->depth && lua_type(L, at) == LUA_TSTRING) {
        const char *s = lua_tolstring(L, at, &n);
        put_quoted(out, s, n);
    } else {
        lua_pushcfunction(L, to_text);
        lua_pushvalue(L, at);
        const char *s = lua_pcall(L, 1, 1, 0) == LUA_OK ? lua_tolstring(L, -1, &n) : NULL, *eol = s && in->depth ? memchr(s, '\n', n) : NULL;
        if (eol) /* a frame or model inside a table: its first line */
            for (n = (size_t)(eol - s); n && s[n - 1] == ' ';)
                n--;
        if (s)
            text_add_n(out, s, n);
        else
            text_fmt(out, "(a %s without a text)", luaL_typename(L, at));
        lua_pop(L, 1);
    }
}

void value_show(lua_State *L, int at, text *out)
{
    int left = TOTAL;

    show(L, lua_absindex(L, at), out, &(around){NULL, NULL, 0, &left});
}
