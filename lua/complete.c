/* complete.c - candidates for the word at the cursor.
 *
 * The code before the cursor is read once, forward: strings and comments are
 * skipped, open brackets are kept with the name that stands before them. What
 * encloses the cursor then decides what fits. */
#include "config.h"
#include "lua/complete.h"

#include "lua/api.h"
#include "lua/bind.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SYMBOLS = 1000, MOST_MEMBERS = 500, NAME = 96, DEEPEST = 32 };

typedef enum symbol_kind { SYMBOL_OTHER, SYMBOL_FUNCTION, SYMBOL_TABLE, SYMBOL_FRAME, SYMBOL_MODEL, SYMBOL_METRICS, SYMBOL_JOB, SYMBOL_PLOT } symbol_kind;

typedef struct symbol {
    char *name;
    symbol_kind kind;
    char size[64]; /* "frame 150 x 5", "number 3.5", or "" */
    char *id;      /* of a frame or model; NULL: of something else */
    char **member; /* columns of a frame, keys of a table */
    size_t members;
} symbol;

struct symbols {
    symbol *v;
    size_t n;
};

/* Taking names ------------------------------------------------------------------------------- */

void symbols_free(symbols *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n; i++) {
        for (size_t k = 0; k < s->v[i].members; k++)
            free(s->v[i].member[k]);
        free(s->v[i].member);
        free(s->v[i].id);
        free(s->v[i].name);
    }
    free(s->v);
    free(s);
}

static char *copy(const char *s)
{
    size_t n = strlen(s) + 1;
    char *c = malloc(n);

    if (c)
        memcpy(c, s, n);
    return c;
}

static bool is_name(const char *s)
{
    if (!*s || (*s >= '0' && *s <= '9'))
        return false;
    for (; *s; s++)
        if (!(*s == '_' || (*s >= '0' && *s <= '9') || (*s >= 'A' && *s <= 'Z') || (*s >= 'a' && *s <= 'z')))
            return false;
    return true;
}

static void add_member(symbol *y, const char *name)
{
    char *c = y->members < MOST_MEMBERS ? copy(name) : NULL;
    if (c)
        y->member[y->members++] = c;
}

static void take_members(lua_State *L, int at, symbol *y)
{
    y->member = calloc(MOST_MEMBERS, sizeof *y->member);
    if (!y->member)
        return;
    if (y->kind == SYMBOL_FRAME) {
        const weir_frame *f = bind_frame(L, at);
        for (size_t i = 0; i < weir_frame_cols(f) && i < MOST_MEMBERS; i++)
            add_member(y, weir_frame_name(f, i));
        return;
    }
    for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1))
        if (lua_type(L, -2) == LUA_TSTRING && is_name(lua_tostring(L, -2)))
            add_member(y, lua_tostring(L, -2));
}

static symbol_kind kind_of(lua_State *L, int at)
{
    static const struct { const char *type; symbol_kind kind; } kinds[] = {
        {BIND_FRAME, SYMBOL_FRAME}, {BIND_MODEL, SYMBOL_MODEL}, {BIND_METRICS, SYMBOL_METRICS}, {BIND_JOB, SYMBOL_JOB}, {BIND_PLOT, SYMBOL_PLOT}};

    if (lua_istable(L, at))
        return SYMBOL_TABLE;
    if (lua_isfunction(L, at))
        return SYMBOL_FUNCTION;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const bind_box *b = luaL_testudata(L, at, kinds[i].type);
        if (b && b->object) /* not one that was released */
            return kinds[i].kind;
    }
    return SYMBOL_OTHER;
}

/* Type and size, in a few words. */
static void describe(lua_State *L, int at, symbol *y)
{
    y->size[0] = '\0';
    if (y->kind == SYMBOL_FRAME) {
        const weir_frame *f = bind_frame(L, at);
        snprintf(y->size, sizeof y->size, "frame %zu x %zu", weir_frame_rows(f), weir_frame_cols(f));
    } else if (lua_type(L, at) == LUA_TNUMBER) {
        snprintf(y->size, sizeof y->size, "number %.6g", lua_tonumber(L, at));
    } else if (lua_type(L, at) == LUA_TSTRING) {
        snprintf(y->size, sizeof y->size, "string of %zu bytes", (size_t)lua_rawlen(L, at));
    } else if (lua_type(L, at) == LUA_TTABLE) {
        snprintf(y->size, sizeof y->size, "table of %zu", (size_t)lua_rawlen(L, at));
    } else if (lua_type(L, at) == LUA_TBOOLEAN) {
        snprintf(y->size, sizeof y->size, "%s", lua_toboolean(L, at) ? "true" : "false");
    }
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const symbol *)a)->name, ((const symbol *)b)->name);
}

/* By name: Lua's own order is another in every process. Reads no field by a metamethod, so that no code of a script runs. */
symbols *symbols_take(lua_State *L)
{
    symbols *s = calloc(1, sizeof *s);

    if (!s || !(s->v = calloc(MOST_SYMBOLS, sizeof *s->v)) || !lua_checkstack(L, 8)) {
        symbols_free(s);
        return NULL;
    }
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    for (lua_pushnil(L); lua_next(L, -2) && s->n < MOST_SYMBOLS; lua_pop(L, 1)) {
        symbol *y = &s->v[s->n];
        if (lua_type(L, -2) != LUA_TSTRING || !is_name(lua_tostring(L, -2)))
            continue;
        y->name = copy(lua_tostring(L, -2));
        if (!y->name)
            continue;
        s->n++;
        y->kind = kind_of(L, lua_gettop(L));
        describe(L, lua_gettop(L), y);
        if (y->kind == SYMBOL_FRAME || y->kind == SYMBOL_MODEL)
            y->id = copy(y->kind == SYMBOL_FRAME ? weir_frame_id(bind_frame(L, lua_gettop(L))) : weir_model_id(bind_model(L, lua_gettop(L))));
        if (y->kind == SYMBOL_TABLE || y->kind == SYMBOL_FRAME)
            take_members(L, lua_gettop(L), y);
    }
    lua_settop(L, 0);
    qsort(s->v, s->n, sizeof *s->v, by_name);
    return s;
}

bool symbols_variable(const symbols *s, const char *id, char *buf, size_t cap)
{
    for (size_t i = 0; s && *id && i < s->n; i++)
        if (s->v[i].id && !strcmp(s->v[i].id, id)) {
            snprintf(buf, cap, "%s", s->v[i].name);
            return true;
        }
    return false;
}

static const symbol *find(const symbols *s, const char *name)
{
    for (size_t i = 0; s && i < s->n; i++)
        if (!strcmp(s->v[i].name, name))
            return &s->v[i];
    return NULL;
}

/* Where the cursor stands ------------------------------------------------------------------------ */

typedef struct place {
    size_t start;         /* of the word */
    bool in_string, in_comment;
    char before;          /* '.', ':' or 0: what stands before the word */
    char object[NAME];    /* before that: "train" of train:he */
    char bracket;         /* the innermost open one, or 0 */
    char call[2 * NAME];  /* what stands before it: "weir.deeplearning", "f:split", "train" */
    char key[NAME];       /* "activation" of activation = "Re */
} place;

static size_t skip_spaces_back(const char *s, size_t at)
{
    while (at && (s[at - 1] == ' ' || s[at - 1] == '\t' || s[at - 1] == '\n'))
        at--;
    return at;
}

/* The dotted name that ends at `at`: "weir.start.deeplearning", "f:split". */
static void name_before(const char *s, size_t at, char *out, size_t cap)
{
    size_t end = at = skip_spaces_back(s, at);

    while (at && (text_word_byte(s[at - 1]) || s[at - 1] == '.' || s[at - 1] == ':'))
        at--;
    size_t n = end - at < cap - 1 ? end - at : cap - 1;
    memcpy(out, s + at, n);
    out[n] = '\0';
}

/* Behind the string, comment or long bracket that begins at i, or n when it does not end before n. */
static size_t behind(const char *s, size_t i, size_t n, bool *string, bool *comment)
{
    bool dashes = s[i] == '-';
    size_t k = dashes ? i + 2 : i;

    *comment = dashes;
    *string = !dashes;
    if (k + 1 < n && s[k] == '[' && s[k + 1] == '[') {
        for (k += 2; k + 1 < n; k++)
            if (s[k] == ']' && s[k + 1] == ']')
                return k + 2;
        return n + 1;
    }
    if (dashes) {
        while (k < n && s[k] != '\n')
            k++;
        return k < n ? k : n + 1;
    }
    for (k = i + 1; k < n && s[k] != '\n'; k++) {
        if (s[k] == '\\')
            k++;
        else if (s[k] == s[i])
            return k + 1;
    }
    return k < n ? k : n + 1;
}

/* The key of "key = <here>", or "". */
static void key_before(const char *s, size_t at, char out[NAME])
{
    out[0] = '\0';
    at = skip_spaces_back(s, at);
    if (at && s[at - 1] == '=' && !(at > 1 && strchr("=<>~", s[at - 2])))
        name_before(s, at - 1, out, NAME);
}

static place find_place(const char *s, size_t n)
{
    place p = {0};
    size_t open[DEEPEST], depth = 0, quote = 0;

    for (size_t i = 0; i < n;) {
        char c = s[i];
        bool string, comment;
        if (c == '"' || c == '\'' || (c == '-' && i + 1 < n && s[i + 1] == '-') || (c == '[' && i + 1 < n && s[i + 1] == '[')) {
            size_t end = behind(s, i, n, &string, &comment);
            if (end > n) {
                p.in_string = string;
                p.in_comment = comment;
                quote = i;
                break;
            }
            i = end;
            continue;
        }
        if (strchr("({[", c) && depth < DEEPEST)
            open[depth++] = i;
        else if (strchr(")}]", c) && depth)
            depth--;
        i++;
    }
    if (depth) {
        p.bracket = s[open[depth - 1]];
        name_before(s, open[depth - 1], p.call, sizeof p.call);
    }
    if (p.in_string) {
        p.start = quote + 1;
        key_before(s, quote, p.key);
        return p;
    }
    p.start = n;
    while (p.start && text_word_byte(s[p.start - 1]))
        p.start--;
    if (p.start && (s[p.start - 1] == '.' || s[p.start - 1] == ':')) {
        p.before = s[p.start - 1];
        char whole[NAME];
        name_before(s, p.start - 1, whole, sizeof whole);
        memcpy(p.object, whole, sizeof whole);
    }
    return p;
}

/* Candidates --------------------------------------------------------------------------------------- */

typedef struct list {
    interp_candidate *v;
    size_t n, cap;
    const char *word;
    size_t word_n;
} list;

static void copy_cut(char *to, size_t cap, const char *s)
{
    size_t n = strlen(s);

    n = n < cap - 1 ? n : cap - 1;
    while (n && n == cap - 1 && ((unsigned char)s[n] & 0xC0) == 0x80)
        n--; /* not inside a character */
    memcpy(to, s, n);
    to[n] = '\0';
}

static void offer(list *l, const char *name, const char *note)
{
    if (l->n == l->cap || strncmp(name, l->word, l->word_n) != 0 || strlen(name) >= sizeof l->v->text)
        return;
    for (size_t i = 0; i < l->n; i++)
        if (!strcmp(l->v[i].text, name))
            return;
    copy_cut(l->v[l->n].text, sizeof l->v->text, name);
    copy_cut(l->v[l->n].note, sizeof l->v->note, note);
    l->n++;
}

static void offer_verbs(list *l, const char *on)
{
    for (size_t i = 0; i < api_count(); i++)
        if (!strcmp(api_at(i)->on, on))
            offer(l, api_at(i)->name, api_at(i)->help);
}

static void offer_all(list *l, const char *const *names, const char *note)
{
    for (; *names; names++)
        offer(l, *names, note);
}

static void offer_members(list *l, const symbol *y, const char *note)
{
    for (size_t i = 0; y && i < y->members; i++)
        offer(l, y->member[i], note);
}

static void offer_metrics(list *l)
{
    for (size_t i = 0; i < weir_metric_count(); i++)
        offer(l, weir_metric_at(i)->name, weir_metric_at(i)->help);
}

static const char *const frame_fields[] = {"nrow", "ncol", "id", NULL};
static const char *const frame_methods[] = {"na_omit", "impute", "fillna", "scale", "kfold_column", "cor", "prefix", "isfactor", "isnumeric", "isstring", NULL};
static const char *const model_fields[] = {"id", "category", "params", "epochs", "samples", "run_time", "warnings", "labels", "predictors", "response", "stopped", NULL};

/* What a kind's methods are found under. */
static const char *on_of(symbol_kind kind)
{
    switch (kind) {
    case SYMBOL_FRAME: return "frame";
    case SYMBOL_MODEL: return "model";
    case SYMBOL_METRICS: return "metrics";
    case SYMBOL_JOB: return "job";
    case SYMBOL_PLOT: return "plot";
    default: return "";
    }
}

/* Members of an object. What is not known may be a frame or a model. */
static void offer_of(list *l, const place *p, const symbol *y)
{
    bool dot = p->before == '.';
    symbol_kind kind = y ? y->kind : SYMBOL_OTHER;

    if (kind == SYMBOL_TABLE) {
        if (!strcmp(p->object, "weir"))
            offer_verbs(l, "");
        offer_members(l, y, "");
        return;
    }
    if (kind == SYMBOL_FUNCTION)
        return;
    if ((kind == SYMBOL_JOB || kind == SYMBOL_PLOT || kind == SYMBOL_METRICS) && !dot)
        offer_verbs(l, on_of(kind));
    if (kind == SYMBOL_FRAME && dot) {
        offer_members(l, y, "column");
        offer_all(l, frame_fields, "");
    }
    if (kind == SYMBOL_MODEL && dot)
        offer_all(l, model_fields, "");
    if ((kind == SYMBOL_FRAME || kind == SYMBOL_OTHER) && !dot) {
        offer_verbs(l, "frame");
        offer_all(l, frame_methods, "");
    }
    if ((kind == SYMBOL_MODEL || kind == SYMBOL_OTHER) && !dot) {
        offer_verbs(l, "model");
    }
    if ((kind == SYMBOL_MODEL || kind == SYMBOL_METRICS) && !dot)
        offer_metrics(l);
}

static bool trains(const char *call)
{
    static const char *const ends[] = {"deeplearning", "autoencoder", "DeepLearning", "AutoEncoder", ":train", ":start", ".estimate", ".estimate_memory"};

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t n = strlen(call), k = strlen(ends[i]);
        if (n >= k && !strcmp(call + n - k, ends[i]))
            return true;
    }
    return false;
}

static const char *last_part(const char *call)
{
    const char *dot = strrchr(call, '.'), *colon = strrchr(call, ':');
    const char *at = dot > colon ? dot : colon;

    return at ? at + 1 : call;
}

/* Whether v may be what is called: its name, and the kind of the object before it as far as that is known. */
static bool is_called(const weir_verb_info *v, const char *call, const symbols *s)
{
    char object[NAME];
    size_t n = strcspn(call, ".:");

    if (!*call || strcmp(v->name, last_part(call)))
        return false;
    copy_cut(object, n + 1 < sizeof object ? n + 1 : sizeof object, call);
    if (!strcmp(object, "weir"))
        return !*v->on;
    if (call[n] != ':')
        return true;
    const symbol *y = find(s, object);
    bool known = y && y->kind >= SYMBOL_FRAME;
    return known ? !strcmp(v->on, on_of(y->kind)) : *v->on != '\0';
}

/* Names of parameters or arguments inside the braces of a call. */
static void offer_arguments(list *l, const place *p, const symbols *s)
{
    if (trains(p->call)) {
        offer(l, "x", "Columns to predict from.");
        offer(l, "y", "The column to predict.");
        for (size_t i = 0; i < weir_param_count(); i++)
            if (!weir_param_at(i)->compat_only)
                offer(l, weir_param_at(i)->name, weir_param_at(i)->help);
        return;
    }
    for (size_t i = 0; i < api_count(); i++) {
        const weir_verb_info *v = api_at(i);
        for (size_t k = 0; k < v->n_args && is_called(v, p->call, s); k++)
            offer(l, v->args[k].name, v->args[k].help);
    }
}

/* Values of the argument that the text is for; false: any text may stand there. */
static bool offer_values(list *l, const place *p, const symbols *s)
{
    bool fixed = false;

    for (size_t i = 0; i < api_count(); i++) {
        const weir_verb_info *v = api_at(i);
        if (!is_called(v, p->call, s))
            continue;
        const char *arg = *p->key ? p->key : p->bracket == '(' && v->n_args ? v->args[0].name : "";
        const char *const *values = api_values(v, arg);
        if (values)
            offer_all(l, values, "");
        if (!strcmp(arg, "metric") && !strcmp(v->on, "model"))
            offer_metrics(l);
        fixed = fixed || values || !strcmp(arg, "metric");
    }
    return fixed;
}

/* Inside a string: values of an enumerated parameter, columns of the frame or of every frame, help topics. */
static void offer_texts(list *l, const place *p, const symbols *s)
{
    const weir_param_info *param = *p->key ? weir_param_find(p->key) : NULL;

    if (param && param->type == WEIR_PARAM_ENUM) {
        for (size_t i = 0; param->values && param->values[i]; i++)
            offer(l, param->values[i], "");
        return;
    }
    if (!strcmp(p->call, "weir.help")) {
        for (size_t i = 0; i < weir_param_count(); i++)
            offer(l, weir_param_at(i)->name, weir_param_at(i)->help);
        for (size_t i = 0; i < api_count(); i++)
            offer(l, api_at(i)->name, api_at(i)->help);
        return;
    }
    if (offer_values(l, p, s))
        return;
    char object[NAME];
    size_t n = strcspn(p->call, ".:");
    copy_cut(object, n + 1 < sizeof object ? n + 1 : sizeof object, p->call);
    const symbol *y = find(s, object);
    if (y && y->kind == SYMBOL_FRAME) {
        offer_members(l, y, "column");
        return;
    }
    for (size_t i = 0; s && i < s->n; i++)
        if (s->v[i].kind == SYMBOL_FRAME)
            offer_members(l, &s->v[i], "column");
}

static void offer_names(list *l, const symbols *s, const char *code, size_t n)
{
    static const char *const words[] = {"and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in",
                                        "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while", NULL};

    for (size_t i = 0; s && i < s->n; i++)
        offer(l, s->v[i].name, s->v[i].kind == SYMBOL_MODEL ? "model" : s->v[i].size);
    offer_all(l, words, "");
    for (size_t i = 0; i < n;) { /* locals: words of the code itself */
        size_t k = i;
        while (k < n && text_word_byte(code[k]))
            k++;
        char word[NAME];
        if (k - i > 2 && k - i < sizeof word && k < n && !(code[i] >= '0' && code[i] <= '9')) {
            memcpy(word, code + i, k - i);
            word[k - i] = '\0';
            offer(l, word, "");
        }
        i = k + 1;
    }
}

size_t complete_at(const symbols *s, const char *code, size_t at, size_t *start, interp_candidate *out, size_t cap)
{
    place p = find_place(code, at);
    list l = {.v = out, .cap = cap, .word = code + p.start, .word_n = at - p.start};

    *start = p.start;
    if (p.in_comment)
        return 0;
    if (p.in_string) {
        offer_texts(&l, &p, s);
    } else if (p.before) {
        offer_of(&l, &p, find(s, p.object));
    } else {
        if (p.bracket == '{')
            offer_arguments(&l, &p, s);
        if (l.word_n)
            offer_names(&l, s, code, p.start);
    }
    return l.n;
}

size_t symbols_made(const symbols *s, interp_candidate *out, size_t cap)
{
    static const char *const own[] = {"weir", "_G", "_VERSION", "arg", "assert", "collectgarbage", "coroutine", "debug", "dofile", "error", "getmetatable", "io",
                                      "ipairs", "load", "loadfile", "math", "next", "os", "package", "pairs", "pcall", "print", "rawequal", "rawget", "rawlen",
                                      "rawset", "require", "select", "setmetatable", "string", "table", "tonumber", "tostring", "type", "utf8", "warn", "xpcall", NULL};
    static const char *const kinds[] = {"value", "function", "table", "frame", "model", "metrics", "job", "plot"};
    size_t n = 0;

    for (size_t i = 0; s && i < s->n && n < cap; i++) {
        size_t k = 0;
        while (own[k] && strcmp(own[k], s->v[i].name))
            k++;
        if (own[k])
            continue;
        copy_cut(out[n].text, sizeof out->text, s->v[i].name);
        copy_cut(out[n++].note, sizeof out->note, *s->v[i].size ? s->v[i].size : kinds[s->v[i].kind]);
    }
    return n;
}

/* Help ----------------------------------------------------------------------------------------------- */

static void about_param(const weir_param_info *p, text *out)
{
    static const char *const levels[] = {"basic", "advanced", "expert"};

    text_fmt(out, "%s  %s%s%s  default %s  %s%s\n%s\n", p->name, *p->range ? "in " : "", p->range, *p->range ? " " : "", *p->def ? p->def : "none",
             levels[p->level], p->grid ? ", can be a grid" : "", p->help);
    for (size_t i = 0; p->type == WEIR_PARAM_ENUM && p->values && p->values[i]; i++)
        text_fmt(out, "%s%s", i ? ", " : "one of ", p->values[i]);
    if (p->type == WEIR_PARAM_ENUM)
        text_char(out, '\n');
}

static void about_arg(const weir_verb_info *v, const weir_arg_info *g, const char *before, text *out)
{
    const char *const *values = api_values(v, g->name);

    text_fmt(out, "%s%s: %s%s%s%s\n", before, g->name, g->help, g->def ? " (default " : "", g->def ? g->def : "", g->def ? ")" : "");
    for (size_t k = 0; values && values[k]; k++)
        text_fmt(out, "%s%s%s", k ? ", " : "    one of ", values[k], values[k + 1] ? "" : "\n");
}

static void about_verb(const weir_verb_info *v, text *out)
{
    text_fmt(out, "%s%s%s(", *v->on ? v->on : "weir", *v->on ? ":" : ".", v->name);
    for (size_t i = 0; i < v->n_args; i++)
        text_fmt(out, "%s%s", i ? ", " : "", v->args[i].name);
    text_fmt(out, ")  gives %s\n%s\n", v->gives, v->help);
    for (size_t i = 0; i < v->n_args; i++)
        about_arg(v, &v->args[i], "  ", out);
}

bool complete_topic(const char *name, text *out)
{
    const weir_param_info *p = weir_param_find(name);
    size_t had = out->n;

    if (p)
        about_param(p, out);
    for (size_t i = 0; i < api_count(); i++)
        if (!strcmp(api_at(i)->name, name))
            about_verb(api_at(i), out);
    for (size_t i = 0; i < weir_metric_count() && !p; i++)
        if (!strcmp(weir_metric_at(i)->name, name))
            text_fmt(out, "%s  (metric) %s\n%s\n", name, weir_metric_at(i)->label, weir_metric_at(i)->help);
    return out->n > had;
}

/* The call that the cursor is in, the argument before it first. */
static bool about_call(const symbols *s, const place *p, text *out)
{
    size_t had = out->n;

    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < api_count(); i++) {
            const weir_verb_info *v = api_at(i);
            if (!is_called(v, p->call, s))
                continue;
            for (size_t k = 0; k < v->n_args && !pass; k++)
                if (!strcmp(v->args[k].name, p->key))
                    about_arg(v, &v->args[k], "", out);
            if (pass)
                about_verb(v, out);
        }
    return out->n > had;
}

/* The name of an argument of the call that is written at the cursor. */
static bool is_argument(const symbols *s, const place *p, const char *word)
{
    for (size_t i = 0; i < api_count(); i++)
        for (size_t k = 0; k < api_at(i)->n_args && is_called(api_at(i), p->call, s); k++)
            if (!strcmp(api_at(i)->args[k].name, word))
                return true;
    return false;
}

bool complete_help(const symbols *s, const char *code, size_t n, size_t at, text *out)
{
    char word[NAME] = "";
    size_t from = at, end = at;
    place p = find_place(code, at);

    while (from && text_word_byte(code[from - 1]))
        from--;
    while (end < n && text_word_byte(code[end]))
        end++;
    if (end > from && end - from < sizeof word) {
        memcpy(word, code + from, end - from);
        word[end - from] = '\0';
    }
    if (*word && !p.before && is_argument(s, &p, word)) {
        copy_cut(p.key, sizeof p.key, word);
        return about_call(s, &p, out);
    }
    if (*word && complete_topic(word, out))
        return true;
    if (*p.key && !is_argument(s, &p, p.key) && complete_topic(p.key, out))
        return true;
    if (trains(p.call)) {
        text_fmt(out, "%s{ y = \"column\", training_frame = frame, ... }\nTrains a network; Tab inside the braces lists the %zu parameters.\n", p.call, weir_param_count());
        return true;
    }
    return *p.call && (about_call(s, &p, out) || complete_topic(last_part(p.call), out));
}
