/* plot.c - plots as values of Lua: made from a table, shown by the front end, saved, said in words. */
#include "lua/bind.h"

#include "draw/plot_file.h"
#include "draw/plot_own.h"
#include "draw/words.h"

#include <math.h>
#include <string.h>

enum { WIDEST = 100, MOST_SERIES = 64, MOST_PANELS = 24 };

typedef struct boxed { plot_own *own; bool told; } boxed; /* told: the front end has it already */

static boxed *check_plot(lua_State *L, int at)
{
    boxed *b = luaL_checkudata(L, at, BIND_PLOT);

    if (!b->own)
        bind_fail(L, NULL, "the plot is no more");
    return b;
}

static void no_memory(lua_State *L, const void *p)
{
    if (!p)
        bind_fail(L, NULL, "plot: out of memory");
}

/* Reading a description ---------------------------------------------------------------------- */

/* The text under `key` of the table at `at`, copied; NULL when there is none. */
static const char *text_at(lua_State *L, plot_own *o, int at, const char *key)
{
    char *copy = NULL;
    size_t n;

    if (lua_getfield(L, at, key) != LUA_TNIL) {
        const char *s = lua_tolstring(L, -1, &n);
        if (!s)
            bind_fail(L, NULL, "plot: %s is a text", key);
        copy = plot_own_text(o, s, n);
        no_memory(L, copy);
    }
    lua_pop(L, 1);
    return copy;
}

static int choice_at(lua_State *L, int at, const char *key, const char *const *names, size_t n)
{
    size_t k = 0;

    if (lua_getfield(L, at, key) != LUA_TNIL) {
        const char *s = lua_tostring(L, -1);
        for (k = 0; k < n && (!s || strcmp(s, names[k])); k++)
            ;
        if (k == n)
            bind_unknown(L, key, s ? s : luaL_typename(L, -1), names, n);
    }
    lua_pop(L, 1);
    return (int)k;
}

static bool is_numeric(const weir_frame *f)
{
    weir_type t = weir_frame_cols(f) == 1 ? weir_frame_type(f, 0) : WEIR_TYPE_STRING;
    return t == WEIR_TYPE_NUMERIC || t == WEIR_TYPE_TIME || t == WEIR_TYPE_MISSING || t == WEIR_TYPE_FACTOR;
}

/* Numbers under `key`: a frame of one column, or a list; absent: 1, 2, 3 ... when n is known, else NULL. */
static const double *numbers_at(lua_State *L, plot_own *o, int at, const char *key, size_t *n)
{
    double *v = NULL;

    switch (lua_getfield(L, at, key)) {
    case LUA_TNIL:
        break;
    case LUA_TTABLE: {
        size_t have = (size_t)luaL_len(L, -1);
        if (*n && have != *n)
            bind_fail(L, NULL, "plot: %s has %d numbers, not %d", key, (int)have, (int)*n);
        *n = have;
        v = plot_own_numbers(o, have);
        no_memory(L, v);
        for (size_t i = 0; i < have; i++) {
            lua_geti(L, -1, (lua_Integer)i + 1);
            if (!lua_isnumber(L, -1) && !bind_is_null(L, -1))
                bind_fail(L, NULL, "plot: %s[%d] is no number but a %s", key, (int)i + 1, luaL_typename(L, -1));
            v[i] = lua_isnumber(L, -1) ? lua_tonumber(L, -1) : (double)NAN;
            lua_pop(L, 1);
        }
        break;
    }
    default: {
        weir_frame *f = bind_frame(L, lua_gettop(L));
        size_t rows = weir_frame_rows(f);
        if (!is_numeric(f))
            bind_fail(L, NULL, "plot: %s is one numeric column", key);
        if (*n && rows != *n)
            bind_fail(L, NULL, "plot: %s has %d rows, not %d", key, (int)rows, (int)*n);
        *n = rows;
        v = plot_own_numbers(o, rows);
        no_memory(L, v);
        weir_frame_read(f, 0, 0, rows, v);
    }
    }
    lua_pop(L, 1);
    return v;
}

static void read_series(lua_State *L, plot_own *o, plot_series *s, int at, int nth)
{
    static const char *const kinds[] = {"line", "points", "bars", "band", "heat"};
    size_t n = 0;

    luaL_checktype(L, at, LUA_TTABLE);
    s->name = text_at(L, o, at, "name");
    s->kind = (plot_kind)choice_at(L, at, "kind", kinds, 5);
    s->look = nth;
    s->dim = bind_option(L, at, "dim");
    s->y = numbers_at(L, o, at, "y", &n);
    if (!s->y)
        bind_fail(L, NULL, "plot: a series has no y");
    s->x = numbers_at(L, o, at, "x", &n);
    s->y2 = numbers_at(L, o, at, "y2", &n);
    s->z = numbers_at(L, o, at, "z", &n);
    s->n = n;
    if (!s->x) {
        double *x = plot_own_numbers(o, n);
        no_memory(L, x);
        for (size_t i = 0; i < n; i++)
            x[i] = (double)i + 1;
        s->x = x;
    }
    if ((s->kind == PLOT_BAND && !s->y2) || (s->kind == PLOT_HEAT && !s->z))
        bind_fail(L, NULL, "plot: a %s needs %s", kinds[s->kind], s->kind == PLOT_BAND ? "y2" : "z");
}

static void read_marks(lua_State *L, plot_own *o, plot_panel *p, int at)
{
    if (lua_getfield(L, at, "marks") == LUA_TTABLE)
        for (lua_Integer i = 1; i <= luaL_len(L, -1) && p->n_marks < PLOT_MARKS; i++) {
            lua_geti(L, -1, i);
            luaL_checktype(L, -1, LUA_TTABLE);
            lua_getfield(L, -1, "x");
            double x = luaL_checknumber(L, -1);
            lua_pop(L, 1);
            p->mark[p->n_marks++] = (plot_mark){x, text_at(L, o, lua_gettop(L), "label")};
            lua_pop(L, 1);
        }
    lua_pop(L, 1);
}

static void read_panel(lua_State *L, plot_own *o, size_t i, int at)
{
    static const char *const scales[] = {"linear", "log", "duration", "date"};
    plot_panel *p = &o->panel[i];

    p->title = text_at(L, o, at, "title");
    p->x_label = text_at(L, o, at, "x_label");
    p->y_label = text_at(L, o, at, "y_label");
    p->x.kind = (scale_kind)choice_at(L, at, "x_scale", scales, 4);
    p->y.kind = (scale_kind)choice_at(L, at, "y_scale", scales, 4);
    p->y.from_zero = bind_option(L, at, "from_zero");
    p->lying = bind_option(L, at, "lying");
    read_marks(L, o, p, at);
    if (lua_getfield(L, at, "names") == LUA_TTABLE) {
        size_t n = (size_t)luaL_len(L, -1);
        const char **names = plot_own_names(o, i, n);
        no_memory(L, names);
        for (size_t k = 0; k < n; k++) {
            size_t bytes;
            lua_geti(L, -1, (lua_Integer)k + 1);
            const char *s = luaL_tolstring(L, -1, &bytes);
            names[k] = plot_own_text(o, s, bytes);
            no_memory(L, names[k]);
            lua_pop(L, 2);
        }
    }
    lua_pop(L, 1);
    if (lua_getfield(L, at, "series") != LUA_TTABLE || luaL_len(L, -1) > MOST_SERIES)
        bind_fail(L, NULL, "plot: series is a list of at most %d", (int)MOST_SERIES);
    size_t n = (size_t)luaL_len(L, -1);
    plot_series *s = plot_own_series(o, i, n);
    no_memory(L, s);
    p->n_series = 0; /* one by one: an error may come between */
    for (size_t k = 0; k < n; k++, p->n_series++) {
        lua_geti(L, -1, (lua_Integer)k + 1);
        read_series(L, o, &s[k], lua_gettop(L), (int)k);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* weir.scene(description): {title, panels = {panel ...}} or one panel: {title, x_label, y_label, x_scale, y_scale,
 * from_zero, names, marks = {{x, label}}, series = {{name, kind, x, y, y2, z, dim} ...}}. */
int plot_new(lua_State *L)
{
    size_t n = 1;

    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    bool many = lua_getfield(L, 1, "panels") == LUA_TTABLE;
    if (many)
        n = (size_t)luaL_len(L, 2);
    if (n < 1 || n > MOST_PANELS)
        return bind_fail(L, NULL, "plot: %d panels; 1 to %d can be seen", (int)n, (int)MOST_PANELS);
    boxed *b = lua_newuserdatauv(L, sizeof *b, 0);
    *b = (boxed){0};
    luaL_setmetatable(L, BIND_PLOT);
    b->own = plot_own_new(n);
    no_memory(L, b->own);
    if (many)
        b->own->p.title = text_at(L, b->own, 1, "title");
    for (size_t i = 0; i < n; i++) {
        if (many)
            lua_geti(L, 2, (lua_Integer)i + 1);
        else
            lua_pushvalue(L, 1);
        luaL_checktype(L, -1, LUA_TTABLE);
        read_panel(L, b->own, i, lua_gettop(L));
        lua_pop(L, 1);
    }
    lua_settop(L, 3);
    return 1;
}

/* Methods ------------------------------------------------------------------------------------ */

static void picture(const plot *p, const binding *b, text *out)
{
    int columns = b->columns;

    int width = columns < WIDEST ? columns : WIDEST;
    plot_to_text(p, width, plot_rows(p, width), b->ascii ? PLOT_ASCII : PLOT_BRAILLE, out);
}

static int plot_tostring(lua_State *L)
{
    boxed *b = check_plot(L, 1);
    text t = {0};

    picture(&b->own->p, bind_of(L), &t);
    if (t.n && t.s[t.n - 1] == '\n')
        t.s[--t.n] = '\0';
    return bind_push_text(L, &t);
}

static int plot_gc(lua_State *L)
{
    boxed *b = luaL_checkudata(L, 1, BIND_PLOT);

    plot_own_free(b->own);
    b->own = NULL;
    return 0;
}

/* Gives it to the front end, once; gives itself. */
static int plot_show(lua_State *L)
{
    boxed *b = check_plot(L, 1);
    binding *bound = bind_of(L);
    text t = {0};

    lua_settop(L, 1);
    b->told = true;
    if (bound->plot) {
        plot_write(&b->own->p, &t);
        if (t.failed) {
            text_free(&t);
            return bind_fail(L, NULL, "plot: out of memory");
        }
        bound->plot(bound->user, text_str(&t), t.n);
        text_free(&t);
    } else {
        picture(&b->own->p, bound, &t);
        bind_say(L, &t);
    }
    return 1;
}

/* (path, {width, height} in cells): gives the path. */
static int plot_save_method(lua_State *L)
{
    boxed *b = check_plot(L, 1);
    const char *path = luaL_checkstring(L, 2);
    weir_error err = {0};
    int size[2] = {0, 0};

    for (int i = 0; i < 2 && lua_istable(L, 3); i++) {
        lua_getfield(L, 3, i ? "height" : "width");
        size[i] = (int)luaL_optinteger(L, -1, 0);
        lua_pop(L, 1);
    }
    if (plot_save(&b->own->p, path, size[0], size[1], bind_of(L)->ascii ? PLOT_ASCII : PLOT_BRAILLE, &err))
        return bind_raise(L, &err);
    lua_pushvalue(L, 2);
    return 1;
}

/* The plot in words, a sentence for each panel. */
static int plot_words_method(lua_State *L)
{
    boxed *b = check_plot(L, 1);
    text t = {0};

    for (size_t i = 0; i < b->own->p.n; i++) {
        const plot_panel *p = &b->own->p.panel[i];
        if (i)
            text_add(&t, "\n");
        plot_words(p, p->x_label ? p->x_label : "", &t);
    }
    return bind_push_text(L, &t);
}

/* The last expression of a cell that has just been shown is not shown again; what is shown is told as scene. */
bool plot_value(lua_State *L, int at, text *out)
{
    boxed *b = luaL_testudata(L, at, BIND_PLOT);

    if (!b || !b->own)
        return false;
    if (!b->told)
        plot_write(&b->own->p, out);
    b->told = false;
    return true;
}

void plot_setup(lua_State *L)
{
    static const luaL_Reg methods[] = {{"show", plot_show}, {"save", plot_save_method}, {"words", plot_words_method}, {NULL, NULL}};

    luaL_newmetatable(L, BIND_PLOT);
    lua_newtable(L);
    for (const luaL_Reg *m = methods; m->name; m++) {
        lua_pushcfunction(L, m->func);
        lua_setfield(L, -2, m->name);
    }
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, plot_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_pushcfunction(L, plot_gc);
    lua_setfield(L, -2, "__gc");
    lua_pushstring(L, BIND_PLOT);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}
