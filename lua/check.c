/* check.c - see check.h.
 *
 * The tokens of a file are read once, forward. A call of a model builder is looked at field by
 * field, with the engine's own table of parameters; what is no literal is left alone. Frames are followed from
 * weir.import_file("file") and weir.dataset("name") through plain assignments, splits and copies, just far
 * enough to know their columns. */
#include "config.h"
#include "lua/check.h"

#include "lua/api.h"
#include "lua/cells.h"
#include "lua/chunk.h"
#include "lua/forecast.h"
#include "lua/headless.h"
#include "lua/scan.h"
#include "lua/state.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_NAMES = 4000, MOST_FRAMES = 200, MOST_COLUMNS = 20000 };

struct checker {
    lua_State *L;
    binding bind;
    interp_options opt;
    weir_session *session;
};

typedef struct known_frame { /* what a name holds, as far as the text tells */
    char name[64];
    char **column; /* borrowed from `lists`; NULL: unknown */
    size_t n;
    const char *path; /* borrowed from `paths`: the file it came from, NULL: unknown */
    double share;     /* of that file's rows */
} known_frame;

typedef struct look {
    checker *c;
    const token *t;
    size_t n;
    const char **defined; /* names that something defines, NUL-terminated copies */
    size_t n_defined;
    known_frame frame[MOST_FRAMES];
    size_t n_frames;
    weir_value lists[MOST_FRAMES]; /* column names, owned */
    char **owned[MOST_FRAMES];     /* and the same as an array */
    size_t n_lists;
    char *paths[MOST_FRAMES];      /* owned */
    size_t n_paths;
    bool factor;                   /* somewhere a column is made a factor */
    check_problem *out;
    size_t cap, found, cell;
    check_estimate *estimate;      /* NULL: none is asked for */
    size_t n_estimates, cap_estimates;
} look;

/* Problems ------------------------------------------------------------------------------------------- */

__attribute__((format(printf, 4, 5))) static void problem(look *k, int64_t line, const char *kind, const char *format, ...)
{
    va_list ap;

    if (k->found < k->cap) {
        check_problem *p = &k->out[k->found];
        *p = (check_problem){.line = line, .cell = k->cell, .kind = kind};
        va_start(ap, format);
        vsnprintf(p->message, sizeof p->message, format, ap);
        va_end(ap);
    }
    k->found++;
}

static void unknown(look *k, const token *t, const char *kind, const char *what, const char *const *names, size_t n)
{
    char name[128];

    if (k->found >= k->cap) { /* only counted: likeness costs */
        k->found++;
        return;
    }
    snprintf(name, sizeof name, "%.*s", (int)(t->n < 127 ? t->n : 127), t->s);
    const char *near = text_nearest(name, names, n);
    problem(k, t->line, kind, "%s '%s'%s%s%s", what, name, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* Names ------------------------------------------------------------------------------------------------ */

static bool same(const token *t, const char *s)
{
    return strlen(s) == t->n && !memcmp(t->s, s, t->n);
}

static void define(look *k, const token *t)
{
    if (k->n_defined == MOST_NAMES)
        return;
    for (size_t i = 0; i < k->n_defined; i++)
        if (same(t, k->defined[i]))
            return;
    char *s = strndup(t->s, t->n);
    if (s)
        k->defined[k->n_defined++] = s;
}

static bool is_defined(const look *k, const token *t)
{
    lua_State *L = k->c->L;

    for (size_t i = 0; i < k->n_defined; i++)
        if (same(t, k->defined[i]))
            return true;
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    lua_pushlstring(L, t->s, t->n);
    bool global = lua_rawget(L, -2) != LUA_TNIL;
    lua_pop(L, 2);
    return global;
}

/* A member: after "." or ":", or a key of a constructor. */
static bool is_member(const look *k, size_t i)
{
    const token *t = k->t;

    if (i && (token_is(&t[i - 1], ".") || token_is(&t[i - 1], ":") || token_is(&t[i - 1], "goto") || token_is(&t[i - 1], "::")))
        return true;
    return token_is(&t[i + 1], "=") && i && (token_is(&t[i - 1], "{") || token_is(&t[i - 1], ",") || token_is(&t[i - 1], ";"));
}

/* Everything that is assigned anywhere: what a cell defines, a later one uses, and which runs first is
 * the person's affair. Keys of constructors count too, as they look like assignments here. */
static void take_definitions(look *k)
{
    const token *t = k->t;

    for (size_t i = 0; i < k->n; i++) {
        if (token_is(&t[i], "function")) { /* its name and parameters */
            for (i++; i < k->n && !token_is(&t[i], ")"); i++)
                if (t[i].kind == TOKEN_NAME)
                    define(k, &t[i]);
        } else if (token_is(&t[i], "local") || token_is(&t[i], "for")) {
            for (i++; i < k->n && (t[i].kind == TOKEN_NAME || token_is(&t[i], ",") || token_is(&t[i], "<") || token_is(&t[i], ">")); i++)
                if (t[i].kind == TOKEN_NAME)
                    define(k, &t[i]);
            i--;
        } else if (t[i].kind == TOKEN_NAME && !(i && (token_is(&t[i - 1], ".") || token_is(&t[i - 1], ":")))) {
            size_t j = i; /* a, b, c = */
            while (token_is(&t[j + 1], ",") && t[j + 2].kind == TOKEN_NAME)
                j += 2;
            if (token_is(&t[j + 1], "="))
                for (size_t m = i; m <= j; m += 2)
                    define(k, &t[m]);
        }
    }
}

static void check_name(look *k, size_t i)
{
    const token *t = &k->t[i];

    if (k->n_defined == MOST_NAMES) /* not all are known */
        return;
    if (t->kind != TOKEN_NAME || is_member(k, i) || is_defined(k, t))
        return;
    unknown(k, t, "name", "nothing defines", k->defined, k->n_defined);
    define(k, t); /* once is enough */
}

/* Values -------------------------------------------------------------------------------------------------- */

/* A literal from *i on: into *v, and *i stands after it. false: it is something else. */
static bool literal(const look *k, size_t *i, weir_value *v, int depth)
{
    const token *t = k->t;
    size_t at = *i;
    bool minus = token_is(&t[at], "-");

    at += minus;
    if (t[at].kind == TOKEN_NUMBER) {
        char s[64], *end;
        snprintf(s, sizeof s, "%.*s", (int)(t[at].n < 63 ? t[at].n : 63), t[at].s);
        int64_t whole = strtoll(s, &end, 10);
        double x = strtod(s, NULL);
        *v = *end ? weir_real(minus ? -x : x) : weir_int(minus ? -whole : whole);
    } else if (minus) {
        return false;
    } else if (t[at].kind == TOKEN_TEXT && !t[at].escaped) {
        *v = weir_text_n(t[at].s, t[at].n);
    } else if (token_is(&t[at], "true") || token_is(&t[at], "false")) {
        *v = weir_bool(token_is(&t[at], "true"));
    } else if (token_is(&t[at], "math") && token_is(&t[at + 1], ".") && token_is(&t[at + 2], "huge")) {
        *v = weir_real(INFINITY);
        at += 2;
    } else if (token_is(&t[at], "{") && depth < 3) {
        *v = weir_list();
        for (at++; !token_is(&t[at], "}");) {
            weir_value member;
            if (!literal(k, &at, &member, depth + 1)) {
                weir_value_clear(v);
                return false;
            }
            weir_list_add(v, member, NULL);
            if (token_is(&t[at], ",") || token_is(&t[at], ";"))
                at++;
            else if (!token_is(&t[at], "}")) {
                weir_value_clear(v);
                return false;
            }
        }
    } else {
        return false;
    }
    *i = at + 1;
    return true;
}

static bool ends_field(const token *t)
{
    return token_is(t, ",") || token_is(t, ";") || token_is(t, "}");
}

/* Frames ---------------------------------------------------------------------------------------------------- */

static known_frame *find_frame(look *k, const token *t)
{
    for (size_t i = 0; i < k->n_frames; i++)
        if (same(t, k->frame[i].name))
            return &k->frame[i];
    return NULL;
}

static void set_frame(look *k, const token *t, char **column, size_t n, const char *path, double share)
{
    known_frame *f = find_frame(k, t);

    if (!f && k->n_frames < MOST_FRAMES && t->n < sizeof f->name)
        f = &k->frame[k->n_frames++];
    if (!f)
        return;
    snprintf(f->name, sizeof f->name, "%.*s", (int)t->n, t->s);
    f->column = column;
    f->n = n;
    f->path = path;
    f->share = share;
}

/* The names of a file's columns, as the import would find them. */
static bool columns_of(look *k, const char *path, char ***column, size_t *n)
{
    weir_value args = weir_dict(), out = weir_nil();
    weir_error err = {0};
    bool good = false;

    if (k->n_lists == MOST_FRAMES || !weir_verb_find("", "guess_file"))
        return false;
    weir_dict_set(&args, "path", weir_text(path), NULL);
    if (weir_call(k->c->session, "", "guess_file", &args, &out, &err) == WEIR_OK && out.kind == WEIR_DICT) {
        static const char *const keys[] = {"column_names", "columns", "names"};
        const weir_value *names = NULL;
        for (size_t i = 0; i < 3 && !names; i++)
            names = weir_dict_get(&out, keys[i]);
        weir_value *list = &k->lists[k->n_lists];
        if (names && names->kind == WEIR_LIST && weir_value_copy(list, names, NULL) == WEIR_OK) {
            *column = calloc(list->as.list.n + 1, sizeof **column);
            good = *column != NULL;
            for (size_t i = 0; good && i < list->as.list.n; i++)
                (*column)[i] = list->as.list.v[i].kind == WEIR_TEXT ? list->as.list.v[i].as.text.s : (char *)(uintptr_t)"";
            *n = list->as.list.n;
            k->owned[k->n_lists++] = *column;
        }
    }
    weir_value_clear(&args);
    weir_value_clear(&out);
    return good;
}

/* "weir.import_file(" or "weir.dataset(" with a literal at `i`: the file it reads. */
static bool file_of(look *k, size_t i, char *path, size_t cap, const token **where)
{
    const token *t = k->t;

    if (!token_is(&t[i], "weir") || !token_is(&t[i + 1], "."))
        return false;
    bool set = token_is(&t[i + 2], "dataset");
    if (!set && !token_is(&t[i + 2], "import_file") && !token_is(&t[i + 2], "upload_file"))
        return false;
    size_t at = i + 3;
    if (token_is(&t[at], "(") || token_is(&t[at], "{"))
        at++;
    if (token_is(&t[at], "path") && token_is(&t[at + 1], "="))
        at += 2;
    if (t[at].kind != TOKEN_TEXT || t[at].escaped || token_is(&t[at + 1], ".."))
        return false;
    *where = &t[at];
    if (set)
        snprintf(path, cap, "%s/%.*s.csv", k->c->bind.sample_dir, (int)t[at].n, t[at].s);
    else
        snprintf(path, cap, "%.*s", (int)t[at].n, t[at].s);
    return true;
}

static void check_import(look *k, size_t i)
{
    const token *where;
    char path[4096];

    if (!file_of(k, i, path, sizeof path, &where) || strstr(path, "://") || strpbrk(path, "*?[{~"))
        return;
    if (access(path, R_OK) != 0) {
        if (token_is(&k->t[i + 2], "dataset"))
            problem(k, where->line, "file", "there is no bundled data set '%.*s'", (int)where->n, where->s);
        else
            problem(k, where->line, "file", "cannot read '%s': %s", path, strerror(errno));
        return;
    }
    /* name = weir.import_file(...); of a, b = weir..., ... it is the first */
    const token *t = k->t;
    char **column = NULL;
    size_t n = 0, name = i - 2;
    if (i < 2 || !token_is(&t[i - 1], "=") || t[name].kind != TOKEN_NAME || !columns_of(k, path, &column, &n))
        return;
    for (; name >= 2 && token_is(&t[name - 1], ",") && t[name - 2].kind == TOKEN_NAME; name -= 2)
        if (find_frame(k, &t[name]))
            set_frame(k, &t[name], NULL, 0, NULL, 1);
    char *own = k->n_paths < MOST_FRAMES ? strdup(path) : NULL;
    if (own)
        k->paths[k->n_paths++] = own;
    set_frame(k, &t[name], column, n, own, 1);
}

/* frame:split{0.7, 0.2}: the k-th part's share of the rows, the rest for the last; 1 where the text does not say. */
static double share_of(const token *t, size_t k)
{
    double sum = 0;
    size_t i = 0, n = 0;

    while (n < 8 && i < 12 && !token_is(&t[i], ")") && t[i].kind != TOKEN_END && t[i].kind != TOKEN_NUMBER)
        i++;
    for (; t[i].kind == TOKEN_NUMBER; i += 1 + token_is(&t[i + 1], ","), n++) {
        double r = strtod(t[i].s, NULL);
        if (!(r > 0 && r < 1))
            return 1;
        if (n == k)
            return r;
        sum += r;
    }
    return n && n == k && sum < 1 ? 1 - sum : 1;
}

/* a, b = frame:split{...}; a = frame; frame["new"] = ...: what names hold afterwards. */
static void follow_assignment(look *k, size_t i)
{
    const token *t = k->t;

    if (!token_is(&t[i], "=") || t[i + 1].kind != TOKEN_NAME)
        return;
    known_frame *from = token_is(&t[i + 1], "weir") ? NULL : find_frame(k, &t[i + 1]);
    bool split = from && token_is(&t[i + 2], ":") && (token_is(&t[i + 3], "split") || token_is(&t[i + 3], "split_frame") || token_is(&t[i + 3], "stratified_split"));
    bool copy = from && (t[i + 2].line > t[i + 1].line || t[i + 2].kind == TOKEN_END || token_is(&t[i + 2], ";"));
    char **column = split || copy ? from->column : NULL;
    size_t n = split || copy ? from->n : 0;
    size_t targets = 1;
    for (size_t j = i; j >= 3 && t[j - 1].kind == TOKEN_NAME && token_is(&t[j - 2], ","); j -= 2)
        targets++;
    const char *path = split || copy ? from->path : NULL;
    double share = split || copy ? from->share : 1;
    for (size_t j = i; j && t[j - 1].kind == TOKEN_NAME; j -= 2) {
        targets -= targets > 0;
        if (!(j >= 2 && (token_is(&t[j - 2], ".") || token_is(&t[j - 2], ":"))) && (column || find_frame(k, &t[j - 1])) && !token_is(&t[i + 1], "weir"))
            set_frame(k, &t[j - 1], column, n, path, split ? share * share_of(&t[i + 4], targets) : share);
        if (j < 2 || !token_is(&t[j - 2], ","))
            break;
    }
}

/* frame["name"]: a column that is there, unless it is assigned. */
static void check_column(look *k, const known_frame *f, const token *t)
{
    for (size_t i = 0; i < f->n; i++)
        if (same(t, f->column[i]))
            return;
    char what[160];
    snprintf(what, sizeof what, "frame '%.60s' has no column", f->name);
    unknown(k, t, "column", what, (const char *const *)f->column, f->n);
}

static void check_index(look *k, size_t i)
{
    const token *t = k->t;

    if (t[i].kind != TOKEN_NAME || is_member(k, i) || !token_is(&t[i + 1], "[") || t[i + 2].kind != TOKEN_TEXT || t[i + 2].escaped || !token_is(&t[i + 3], "]"))
        return;
    known_frame *f = find_frame(k, &t[i]);
    if (!f || !f->column)
        return;
    if (token_is(&t[i + 4], "=")) { /* a new column, or a changed one: only names that stay are known */
        bool there = false;
        for (size_t c = 0; c < f->n; c++)
            there |= same(&t[i + 2], f->column[c]);
        if (!there)
            f->column = NULL;
        return;
    }
    check_column(k, f, &t[i + 2]);
}

/* Calls ------------------------------------------------------------------------------------------------------- */

static int down(const void *a, const void *b)
{
    return strcmp(*(const char *const *)b, *(const char *const *)a);
}

static void check_member(look *k, size_t i)
{
    const token *t = k->t;
    lua_State *L = k->c->L;

    if (!token_is(&t[i], "weir") || is_member(k, i) || !token_is(&t[i + 1], ".") || t[i + 2].kind != TOKEN_NAME || token_is(&t[i + 3], "="))
        return;
    lua_getglobal(L, "weir");
    lua_pushlstring(L, t[i + 2].s, t[i + 2].n);
    bool there = lua_rawget(L, -2) != LUA_TNIL;
    if (!there) {
        const char *names[2000];
        size_t n = 0;
        lua_pop(L, 1);
        for (lua_pushnil(L); lua_next(L, -2) && n < 2000; lua_pop(L, 1))
            if (lua_type(L, -2) == LUA_TSTRING)
                names[n++] = lua_tostring(L, -2); /* the table keeps them */
        qsort(names, n, sizeof *names, down); /* a fixed order, small letters first, settles ties */
        unknown(k, &t[i + 2], "name", "weir has no", names, n);
    }
    lua_settop(L, 0);
}

static void add_estimate(look *k, int64_t line, const char *builder, weir_params *p, const known_frame *training, const token *response)
{
    char name[128];
    check_estimate *e = &k->estimate[k->n_estimates];

    if (strstr(builder, "utoencoder") || strstr(builder, "utoEncoder")) {
        weir_value yes = weir_bool(true);
        weir_params_set(p, "autoencoder", &yes, NULL);
    }
    snprintf(name, sizeof name, "%.*s", response && response->n < 127 ? (int)response->n : 0, response ? response->s : "");
    *e = (check_estimate){.line = line, .cell = k->cell};
    snprintf(e->call, sizeof e->call, "%s", builder);
    e->known = forecast_training(k->c->session, p, training->path, training->share, k->factor && *name ? name : NULL, &e->of, e->why, sizeof e->why);
    k->n_estimates++;
}

/* The next name = of the constructor that opens at `open`, behind token `from`: `open` itself or a field; 0: there is none. */
static size_t next_field(const look *k, size_t open, size_t from)
{
    const token *t = k->t;

    for (size_t i = from + 1, depth = 1; i < k->n && depth; i++) {
        if (token_is(&t[i], "function")) /* its body is no field */
            return 0;
        if (token_is(&t[i], "{") || token_is(&t[i], "(") || token_is(&t[i], "["))
            depth++;
        else if (token_is(&t[i], "}") || token_is(&t[i], ")") || token_is(&t[i], "]"))
            depth--;
        if (depth == 1 && t[i].kind == TOKEN_NAME && token_is(&t[i + 1], "=") &&
            (i == open + 1 || token_is(&t[i - 1], ",") || token_is(&t[i - 1], ";")))
            return i;
    }
    return 0;
}

/* The constructor that opens at `open` is a model builder's: every field of it. */
static void check_fields(look *k, size_t open, const char *builder)
{
    const token *t = k->t;
    weir_params *p = weir_params_new();
    const char *names[400];
    size_t n_names = 0;
    const token *response = NULL;
    known_frame *training = NULL;

    for (size_t i = 0; i < weir_param_count() && n_names < 400; i++)
        names[n_names++] = weir_param_at(i)->name;
    for (size_t i = open; p && (i = next_field(k, open, i)) != 0;) {
        char name[128], what[200];
        snprintf(name, sizeof name, "%.*s", (int)(t[i].n < 127 ? t[i].n : 127), t[i].s);
        const weir_param_info *info = weir_param_find(name);
        if (!info) {
            if (!strcmp(name, "verbose"))
                continue;
            snprintf(what, sizeof what, "%s has no parameter", builder);
            unknown(k, &t[i], "parameter", what, names, n_names);
            continue;
        }
        if (!strcmp(info->name, "training_frame"))
            training = find_frame(k, &t[i + 2]);
        if (!strcmp(info->name, "response_column") && t[i + 2].kind == TOKEN_TEXT && !t[i + 2].escaped)
            response = &t[i + 2];
        weir_value v;
        size_t after = i + 2;
        if (info->type == WEIR_PARAM_FRAME || info->type == WEIR_PARAM_MODEL || !literal(k, &after, &v, 0))
            continue;
        weir_error err = {0};
        if (ends_field(&t[after]) && weir_params_set(p, name, &v, &err))
            problem(k, t[i].line, "value", "%s%s%s", err.message, *err.hint ? "; " : "", err.hint);
        weir_value_clear(&v);
    }
    if (training && training->column && response)
        check_column(k, training, response);
    if (p && training && training->path && k->n_estimates < k->cap_estimates)
        add_estimate(k, t[open].line, builder, p, training, response);
    weir_params_free(p);
}

static void check_builder(look *k, size_t i)
{
    static const char *const builders[] = {"deeplearning", "autoencoder", "DeepLearning", "AutoEncoder"};
    const token *t = k->t;

    if (!token_is(&t[i], "weir") || is_member(k, i) || !token_is(&t[i + 1], "."))
        return;
    size_t at = i + 2;
    if (token_is(&t[at], "start") && token_is(&t[at + 1], "."))
        at += 2;
    for (size_t b = 0; b < sizeof builders / sizeof *builders; b++)
        if (token_is(&t[at], builders[b])) {
            char name[64];
            snprintf(name, sizeof name, "weir.%s", builders[b]);
            size_t open = at + 1 + token_is(&t[at + 1], "(");
            if (token_is(&t[open], "{"))
                check_fields(k, open, name);
        }
}

/* Calls of everything else: names in a table of options. */
static void check_options(look *k, size_t open, const weir_verb_info *v, const char *call)
{
    const char *names[64];
    size_t n = 0;
    char what[160];

    for (size_t a = 0; a < v->n_args && n < 64; a++)
        names[n++] = v->args[a].name;
    snprintf(what, sizeof what, "%.100s has no argument", call);
    for (size_t i = open; (i = next_field(k, open, i)) != 0;) {
        bool there = false;
        for (size_t a = 0; a < n; a++)
            there |= same(&k->t[i], names[a]);
        if (!there)
            unknown(k, &k->t[i], "parameter", what, names, n);
    }
}

/* From the token behind the function's name: f{...} or f(x, {...}), where a table with names holds options unless it is
 * the first argument and that one is a dict. */
static void check_arguments(look *k, size_t at, const weir_verb_info *v, const char *call)
{
    const token *t = k->t;
    bool first_dict = strstr(v->args[0].type, "dict") != NULL && !strstr(v->args[0].type, "list");
    size_t argument = 0;

    if (token_is(&t[at], "{") && !first_dict)
        check_options(k, at, v, call);
    if (!token_is(&t[at], "("))
        return;
    for (size_t i = at + 1, depth = 1; i < k->n && depth; i++) {
        if (token_is(&t[i], "function")) /* commas of its body are not ours */
            return;
        if (depth == 1 && token_is(&t[i], "{") && (i == at + 1 || token_is(&t[i - 1], ",")) && !(first_dict && !argument))
            check_options(k, i, v, call);
        if (token_is(&t[i], "{") || token_is(&t[i], "(") || token_is(&t[i], "["))
            depth++;
        else if (token_is(&t[i], "}") || token_is(&t[i], ")") || token_is(&t[i], "]"))
            depth--;
        argument += depth == 1 && token_is(&t[i], ",");
    }
}

/* weir.f(...), and frame:f(...) of names that hold frames as far as the text tells. */
static void check_call(look *k, size_t i)
{
    const token *t = k->t;
    bool module = token_is(&t[i], "weir") && token_is(&t[i + 1], "."), frame = !module && token_is(&t[i + 1], ":") && find_frame(k, &t[i]);

    if ((!module && !frame) || is_member(k, i) || t[i + 2].kind != TOKEN_NAME)
        return;
    for (size_t a = 0; a < api_count(); a++) {
        const weir_verb_info *v = api_at(a);
        if (strcmp(v->on, module ? "" : "frame") || !same(&t[i + 2], v->name) || !v->n_args)
            continue;
        char call[160];
        snprintf(call, sizeof call, "%.*s%s%s", (int)(t[i].n < 60 ? t[i].n : 60), t[i].s, module ? "." : ":", v->name);
        check_arguments(k, i + 3, v, call);
        return;
    }
}

/* Whole files ---------------------------------------------------------------------------------------------------- */

/* As a cell is run: its last statement may be an expression. */
static void check_syntax(look *k, const char *code, size_t n, int64_t first_line)
{
    lua_State *L = k->c->L;
    char *own = strndup(code, n);
    chunk_value value;

    if (own && chunk_load(L, own, "x", first_line, &value) != LUA_OK) {
        const char *s = lua_tostring(L, -1), *colon = s ? strchr(s, ':') : NULL;
        char *rest = NULL;
        int64_t line = colon ? strtoll(colon + 1, &rest, 10) : first_line;
        problem(k, line, "syntax", "%s", rest && *rest == ':' ? rest + 2 : s ? s : "not Lua");
    }
    lua_settop(L, 0);
    free(own);
}

static void check_cell(look *k, const char *code, size_t n, int64_t first_line)
{
    size_t count;
    token *t = scan(code, n, first_line, &count);

    check_syntax(k, code, n, first_line);
    k->t = t;
    k->n = t ? count : 0;
    for (size_t i = 0; i < k->n; i++) {
        check_import(k, i);
        follow_assignment(k, i);
        check_index(k, i);
        check_member(k, i);
        check_builder(k, i);
        check_call(k, i);
        check_name(k, i);
    }
    free(t);
}

static int by_line(const void *a, const void *b)
{
    int64_t d = ((const check_problem *)a)->line - ((const check_problem *)b)->line;
    return d < 0 ? -1 : d > 0;
}

static size_t look_at(checker *c, const char *code, size_t n, check_problem *out, size_t cap, check_estimate *estimate, size_t *n_estimates)
{
    enum { MOST_CELLS = 4096 };
    look *k = calloc(1, sizeof *k);
    cell_span *span = calloc(MOST_CELLS, sizeof *span);
    size_t cells = span ? cells_split(code, n, span, MOST_CELLS) : 0, count, found = 0;

    if (k && (k->defined = calloc(MOST_NAMES, sizeof *k->defined))) {
        bool marked = cells > 1 || (cells == 1 && span[0].marked);
        k->c = c;
        k->out = out;
        k->cap = cap;
        k->estimate = estimate;
        k->cap_estimates = estimate ? *n_estimates : 0;
        token *all = scan(code, n, 1, &count);
        k->t = all;
        k->n = all ? count : 0;
        take_definitions(k);
        for (size_t i = 0; i < k->n; i++)
            k->factor |= token_is(&all[i], "asfactor");
        free(all);
        for (size_t i = 0; i < cells; i++)
            if (span[i].kind == CELL_CODE) {
                k->cell = marked ? i + 1 : 0;
                check_cell(k, code + span[i].body, span[i].end - span[i].body, (int64_t)span[i].body_line);
            }
        found = k->found;
        if (estimate)
            *n_estimates = k->n_estimates;
        qsort(out, found < cap ? found : cap, sizeof *out, by_line);
        for (size_t i = 0; i < k->n_defined; i++)
            free((void *)(uintptr_t)k->defined[i]);
        for (size_t i = 0; i < k->n_lists; i++) {
            weir_value_clear(&k->lists[i]);
            free(k->owned[i]);
        }
        for (size_t i = 0; i < k->n_paths; i++)
            free(k->paths[i]);
        free((void *)(uintptr_t)k->defined);
    }
    free(k);
    free(span);
    return found;
}

size_t check_text(checker *c, const char *code, size_t n, check_problem *out, size_t cap)
{
    return look_at(c, code, n, out, cap, NULL, NULL);
}

size_t check_estimates(checker *c, const char *code, size_t n, check_estimate *out, size_t cap)
{
    check_problem none;

    look_at(c, code, n, &none, 0, out, &cap);
    return cap;
}

checker *check_new(const char *sample_dir)
{
    checker *c = calloc(1, sizeof *c);

    if (!c)
        return NULL;
    if (weir_session_new(&c->session, NULL, NULL) != WEIR_OK || !(c->L = luaL_newstate())) {
        check_free(c);
        return NULL;
    }
    c->opt.session = c->session;
    c->bind = (binding){.session = c->session, .sample_dir = sample_dir ? sample_dir : WEIR_DATADIR "/samples", .columns = 80};
    lua_pushcfunction(c->L, state_open);
    lua_pushlightuserdata(c->L, &c->opt);
    lua_pushlightuserdata(c->L, &c->bind);
    if (lua_pcall(c->L, 2, 0, 0) != LUA_OK) {
        check_free(c);
        return NULL;
    }
    return c;
}

void check_free(checker *c)
{
    if (!c)
        return;
    if (c->L)
        lua_close(c->L);
    weir_session_free(c->session);
    free(c);
}
