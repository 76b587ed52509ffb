/* Tests of the frame verbs: sorting, grouping and joining by their definitions; every verb
 * gives the same on any number of threads and survives any failed allocation. */
#include "config.h"
#include "tests/tap.h"

#include "base/mem.h"
#include "base/rng.h"
#include "data/frame.h"
#include "data/order.h"
#include "run/verbs.h"

#include <unistd.h>

/* Frames ------------------------------------------------------------------------------ */

/* Numbers with ties and holes, decimals, a factor, texts, times. */
static weir_frame *made(uint64_t seed, size_t rows, int variety)
{
    static const char *const words[] = {"ox", "Ape", "bee 1", "\xc3\x84sche", "", "cat", "dog 22", "eel"};
    double *n = mem_array(rows + 1, sizeof *n), *d = mem_array(rows + 1, sizeof *d), *t = mem_array(rows + 1, sizeof *t);
    const char **f = mem_array(rows + 1, sizeof *f), **s = mem_array(rows + 1, sizeof *s);
    weir_frame *out = NULL;

    for (uint64_t i = 0; n && d && t && f && s && i < rows; i++) {
        uint64_t u = rng_u64(seed, RNG_ROWS, i);
        n[i] = u % 11 == 0 ? (double)NAN : (double)(int64_t)(u / 11 % (uint64_t)variety) - 3;
        d[i] = u % 13 == 0 ? (double)NAN : rng_unit(seed, RNG_RUNIF, i) < 0.5 ? (double)(u % 100) / 10 : -rng_unit(seed, RNG_SAMPLE, i);
        t[i] = (double)(u % 2000) * 86400000.0;
        f[i] = u % 7 == 0 ? NULL : words[u / 7 % 4];
        s[i] = u % 17 == 0 ? NULL : words[u / 17 % 8];
    }
    const weir_column_init cols[] = {{.name = "n", .numbers = n}, {.name = "d", .numbers = d},
                                     {.name = "f", .type = WEIR_TYPE_FACTOR, .labels = f},
                                     {.name = "s", .type = WEIR_TYPE_STRING, .labels = s},
                                     {.name = "t", .type = WEIR_TYPE_TIME, .numbers = t}};
    if (n && d && t && f && s)
        weir_frame_build(&out, cols, 5, rows, NULL);
    mem_free(n), mem_free(d), mem_free(t), mem_free(f), mem_free(s);
    return out;
}

static int same_cell(const weir_frame *f, size_t fc, size_t fr, const weir_frame *g, size_t gc, size_t gr)
{
    char a[128], b[128];

    if (weir_frame_missing(f, fc, fr) != weir_frame_missing(g, gc, gr))
        return 0;
    weir_frame_text(f, fc, fr, a, sizeof a);
    weir_frame_text(g, gc, gr, b, sizeof b);
    return !strcmp(a, b);
}

static int same_frame(const weir_frame *f, const weir_frame *g)
{
    if (f->rows != g->rows || f->cols != g->cols)
        return 0;
    for (size_t c = 0; c < f->cols; c++) {
        if (strcmp(f->name[c], g->name[c]) != 0 || f->col[c]->type != g->col[c]->type)
            return 0;
        for (size_t r = 0; r < f->rows; r++)
            if (!same_cell(f, c, r, g, c, r))
                return 0;
    }
    return 1;
}

static int same_value(const weir_value *a, const weir_value *b)
{
    if (a->kind != b->kind)
        return 0;
    if (a->kind == WEIR_FRAME)
        return same_frame(a->as.frame, b->as.frame);
    if (a->kind == WEIR_LIST) {
        if (a->as.list.n != b->as.list.n)
            return 0;
        for (size_t i = 0; i < a->as.list.n; i++)
            if (!same_value(&a->as.list.v[i], &b->as.list.v[i]))
                return 0;
        return 1;
    }
    return weir_value_equal(a, b) || (a->kind == WEIR_REAL && isnan(a->as.r) && isnan(b->as.r));
}

/* Calls ------------------------------------------------------------------------------- */

/* "name=value;..." with values: 1.5, 'text', [a,b], true, @ (a second frame), # (a mask). */
static weir_value value_of(const char *s, size_t n, const weir_frame *other, const weir_frame *mask)
{
    char one[128];

    snprintf(one, sizeof one, "%.*s", (int)n, s);
    if (*one == '@')
        return weir_of_frame(other);
    if (*one == '#')
        return weir_of_frame(mask);
    if (*one == '\'')
        return weir_text_n(one + 1, n - 2);
    if (!strcmp(one, "true") || !strcmp(one, "false"))
        return weir_bool(*one == 't');
    if (*one == '[') {
        weir_value list = weir_list();
        for (char *at = one + 1; *at && *at != ']';) {
            size_t k = strcspn(at, ",]");
            weir_list_add(&list, value_of(at, k, other, mask), NULL);
            at += k + (at[k] == ',');
        }
        return list;
    }
    double x = strtod(one, NULL);
    return x == floor(x) ? weir_int((int64_t)x) : weir_real(x);
}

static int fail_pending;

/* fail: the allocation that fails once the arguments are there, from 1; 0 = none. */
static weir_status call(const weir_frame *self, const weir_frame *other, const weir_frame *mask, const char *on, const char *name,
                        const char *args, int threads, uint64_t fail, weir_value *out, weir_error *err)
{
    const verb *v = verbs_all_find(on, name);
    weir_value given = weir_dict(), checked = weir_nil();
    progress p = {.threads = threads};
    weir_status st = v ? WEIR_OK : WEIR_EINVAL;

    if (!st && *on)
        st = weir_dict_set(&given, "self", weir_of_frame(self), err);
    while (*args && !st) {
        char key[32];
        size_t k = strcspn(args, "="), n = strcspn(args + k + 1, ";");
        snprintf(key, sizeof key, "%.*s", (int)k, args);
        st = weir_dict_set(&given, key, value_of(args + k + 1, n, other, mask), err);
        args += k + 1 + n + (args[k + 1 + n] == ';');
    }
    mem_fail_nth(fail);
    if (!st)
        st = verb_check(v, &given, &checked, err);
    if (!st) {
        verb_context c = {.progress = &p, .args = &checked};
        st = v->run(&c, out, err);
    }
    fail_pending = mem_fail_pending();
    mem_fail_nth(0);
    weir_value_clear(&given);
    weir_value_clear(&checked);
    return st;
}

static weir_frame *frame_of(const weir_frame *self, const weir_frame *other, const char *name, const char *args, int threads)
{
    weir_value out = weir_nil();
    weir_error err = {0};

    if (call(self, other, NULL, "frame", name, args, threads, 0, &out, &err) || out.kind != WEIR_FRAME) {
        printf("# %s: %s\n", name, err.message);
        CHECK(!"a frame");
        return NULL;
    }
    return out.as.frame;
}

/* Sorting ------------------------------------------------------------------------------- */

/* Order of two rows by a column: missing first, whatever the direction. */
static int before(const weir_frame *f, size_t col, bool down, size_t a, size_t b)
{
    bool x = weir_frame_missing(f, col, a), y = weir_frame_missing(f, col, b);
    double u, v;

    if (x || y)
        return x == y ? 0 : x ? -1 : 1;
    weir_frame_read(f, col, a, 1, &u);
    weir_frame_read(f, col, b, 1, &v);
    int sign = (u > v) - (u < v);
    return down ? -sign : sign;
}

static void F439_sort_is_insertion_sort(void)
{
    enum { N = 400 };
    static const struct { const char *args; size_t by[2]; bool down[2]; size_t n; } cases[] = {
        {"by=['n']", {0}, {false}, 1},
        {"by=['d'];ascending=false", {1}, {true}, 1},
        {"by=['f','n'];ascending=[false,true]", {2, 0}, {true, false}, 2},
        {"by=['t','d'];ascending=[true,false]", {4, 1}, {false, true}, 2},
    };

    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        weir_frame *f = made(k, N, 20);
        size_t row[N];
        for (size_t i = 0; i < N; i++) { /* stable: moves left past what is greater */
            size_t at = i;
            for (; at > 0; at--) {
                int sign = 0;
                for (size_t j = 0; j < cases[k].n && !sign; j++)
                    sign = before(f, cases[k].by[j], cases[k].down[j], row[at - 1], i);
                if (sign <= 0)
                    break;
                row[at] = row[at - 1];
            }
            row[at] = i;
        }
        weir_frame *g = frame_of(f, NULL, "sort", cases[k].args, 1);
        size_t wrong = 0;
        for (size_t i = 0; g && i < N; i++)
            for (size_t c = 0; c < f->cols; c++)
                wrong += !same_cell(g, c, i, f, c, row[i]);
        CHECK(wrong == 0);
        weir_frame_unref(f);
        weir_frame_unref(g);
    }
}

/* Infinities, both zeros, tiny and huge numbers in their order. */
static void keys_have_the_order_of_numbers(void)
{
    static const double x[] = {(double)NAN, -INFINITY, -1e300, -2, -1e-300, 0, 5e-324, 1e-300, 1, 1.5, 2, 1e15, 1e300, INFINITY};

    for (size_t i = 0; i + 1 < sizeof x / sizeof *x; i++)
        CHECK(order_number(x[i]) < order_number(x[i + 1]));
    CHECK(order_number(-0.0) == order_number(0.0) && order_number(NAN) == 0);
}

/* Grouping --------------------------------------------------------------------------------- */

static void F439_group_by_is_its_definition(void)
{
    enum { N = 500 };
    weir_frame *f = made(5, N, 6), *g = NULL;
    weir_value aggregates = weir_list(), args = weir_dict(), checked, out;
    static const char *const what[] = {"count", "sum", "mean", "var", "min", "max", "median", "ss"};
    progress p = {.threads = 1};
    weir_error err = {0};

    for (size_t k = 0; k < 8; k++) {
        weir_value d = weir_dict();
        weir_dict_set(&d, "what", weir_text(what[k]), NULL);
        weir_dict_set(&d, "column", weir_text("d"), NULL);
        weir_dict_set(&d, "na", weir_text("rm"), NULL);
        weir_list_add(&aggregates, d, NULL);
    }
    weir_value by = weir_list();
    weir_list_add(&by, weir_text("f"), NULL);
    weir_list_add(&by, weir_text("n"), NULL);
    weir_dict_set(&args, "self", weir_of_frame(f), NULL);
    weir_dict_set(&args, "by", by, NULL);
    weir_dict_set(&args, "aggregates", aggregates, NULL);
    const verb *v = verbs_all_find("frame", "group");
    CHECK(verb_check(v, &args, &checked, &err) == WEIR_OK);
    verb_context c = {.progress = &p, .args = &checked};
    CHECK(v->run(&c, &out, &err) == WEIR_OK);
    g = out.as.frame;
    size_t rows = 0;
    for (size_t r = 0; r < g->rows; r++) {
        double x[N], sum = 0, ss = 0, sq = 0, min = INFINITY, max = -INFINITY, got[8];
        size_t all = 0, n = 0;
        for (size_t i = 0; i < N; i++) {
            if (!same_cell(g, 0, r, f, 2, i) || !same_cell(g, 1, r, f, 0, i))
                continue;
            all++;
            double y = column_at(f->col[1], i);
            if (isnan(y))
                continue;
            x[n++] = y;
            sum += y;
            sq += y * y;
            min = y < min ? y : min;
            max = y > max ? y : max;
        }
        for (size_t i = 0; i < n; i++)
            ss += (x[i] - sum / (double)n) * (x[i] - sum / (double)n);
        for (size_t i = 0; i < n; i++) /* the middle by counting who is smaller */
            for (size_t j = i + 1; j < n; j++)
                if (x[j] < x[i]) {
                    double y = x[i];
                    x[i] = x[j];
                    x[j] = y;
                }
        for (size_t k = 0; k < 8; k++)
            got[k] = column_at(g->col[2 + k], r);
        rows += all;
        CHECK(got[0] == (double)all);
        if (!n)
            continue;
        NEAR(got[1], sum, 1e-13);
        NEAR(got[2], sum / (double)n, 1e-13);
        NEAR(got[3], n > 1 ? ss / (double)(n - 1) : (double)NAN, 1e-12);
        CHECK(got[4] == min && got[5] == max);
        NEAR(got[6], (x[(n - 1) / 2] + x[n / 2]) / 2, 1e-15);
        NEAR(got[7], sq, 1e-13);
    }
    CHECK(rows == N);
    for (size_t r = 1; r < g->rows; r++) /* ascending, missing first */
        CHECK(before(g, 0, false, r - 1, r) < 0 || (before(g, 0, false, r - 1, r) == 0 && before(g, 1, false, r - 1, r) < 0));
    weir_value_clear(&out);
    weir_value_clear(&args);
    weir_value_clear(&checked);
    weir_frame_unref(f);
}

/* Joining ------------------------------------------------------------------------------------ */

static int keys_equal(const weir_frame *a, size_t i, const weir_frame *b, size_t j)
{
    return same_cell(a, 0, i, b, 0, j) && same_cell(a, 2, i, b, 2, j);
}

/* Every join against two loops: the same pairs, each as often. */
static void F439_merge_is_two_loops(void)
{
    enum { A = 60, B = 50 };

    for (int kind = 0; kind < 4; kind++) {
        weir_frame *a = made(11, A, 5), *b = made(12, B, 5);
        char args[128];
        snprintf(args, sizeof args, "other=@;by=['n','f'];all_x=%s;all_y=%s", kind & 1 ? "true" : "false", kind & 2 ? "true" : "false");
        weir_frame *g = frame_of(a, b, "merge", args, 1);
        size_t want = 0, found = 0;
        bool partner_b[B] = {false};
        for (size_t i = 0; i < A; i++) {
            bool partner = false;
            for (size_t j = 0; j < B; j++)
                if (keys_equal(a, i, b, j)) {
                    want++;
                    partner = partner_b[j] = true;
                }
            want += !partner && (kind & 1);
        }
        for (size_t j = 0; j < B; j++)
            want += !partner_b[j] && (kind & 2);
        CHECK(g && g->rows == want);
        /* n, f, then a's d, s, t, then b's d0, s0, t0 */
        for (size_t r = 0; g && r < g->rows; r++) {
            bool hit = false;
            for (size_t i = 0; i < A && !hit; i++) {
                if (!same_cell(g, 2, r, a, 1, i) || !same_cell(g, 3, r, a, 3, i) || !same_cell(g, 4, r, a, 4, i) ||
                    !same_cell(g, 0, r, a, 0, i) || !same_cell(g, 1, r, a, 2, i))
                    continue;
                bool partner = false;
                for (size_t j = 0; j < B && !hit; j++) {
                    partner = partner || keys_equal(a, i, b, j);
                    hit = keys_equal(a, i, b, j) && same_cell(g, 5, r, b, 1, j) && same_cell(g, 7, r, b, 4, j);
                }
                hit = hit || (!partner && (kind & 1) && weir_frame_missing(g, 7, r));
            }
            for (size_t j = 0; j < B && !hit; j++)
                hit = !partner_b[j] && (kind & 2) && same_cell(g, 5, r, b, 1, j) && same_cell(g, 7, r, b, 4, j) && weir_frame_missing(g, 4, r) &&
                      same_cell(g, 0, r, b, 0, j) && same_cell(g, 1, r, b, 2, j);
            found += hit;
        }
        CHECK(g && found == g->rows);
        weir_frame_unref(a);
        weir_frame_unref(b);
        weir_frame_unref(g);
    }
}

/* Every verb ------------------------------------------------------------------------------------ */

static const struct { const char *on, *name, *cols, *args; } calls[] = {
    {"frame", "head", "", "n=3"}, {"frame", "tail", "", "n=3"}, {"frame", "rows", "", "from=2;to=9"}, {"frame", "pick", "", "rows=[3,1,1]"},
    {"frame", "where", "", "mask=#"}, {"frame", "select", "", "columns=['t','n']"}, {"frame", "drop", "", "columns=['d']"},
    {"frame", "with", "", "name='z';value=#"}, {"frame", "with", "", "name='z';value='w'"}, {"frame", "set", "n", "value=1.5;rows=#"},
    {"frame", "set", "f", "rows=[1,2]"}, {"frame", "asfactor", "", ""}, {"frame", "asnumeric", "", ""},
    {"frame", "ascharacter", "", ""}, {"frame", "levels", "f", ""}, {"frame", "nlevels", "f", ""}, {"frame", "relevel", "f", "level='ox'"},
    {"frame", "relevel_by_frequency", "f", ""}, {"frame", "append_levels", "f", "levels=['new']"}, {"frame", "set_level", "f", "level='ox'"},
    {"frame", "drop_levels", "f", ""}, {"frame", "interaction", "", "factors=['f','f']"}, {"frame", "add", "n", "other=2.5"},
    {"frame", "mul", "nd", "other=#"}, {"frame", "mod", "n", "other=3"}, {"frame", "gt", "d", "other=0"}, {"frame", "eq", "f", "other='ox'"},
    {"frame", "eq", "s", "other='ox'"}, {"frame", "land", "n", "other=#"}, {"frame", "exp", "nd", ""}, {"frame", "digamma", "d", ""},
    {"frame", "round", "d", "digits=1"}, {"frame", "signif", "d", "digits=2"}, {"frame", "cumsum", "t", ""}, {"frame", "difflag1", "n", ""},
    {"frame", "ifelse", "n", "yes='a';no='b'"}, {"frame", "ifelse", "n", "yes=#;no=2"}, {"frame", "sum", "nd", ""}, {"frame", "mean", "nd", ""},
    {"frame", "skewness", "nd", ""}, {"frame", "mode", "", ""}, {"frame", "idxmax", "nd", ""}, {"frame", "idxmin", "nd", "axis=1"},
    {"frame", "row_means", "nd", ""}, {"frame", "describe", "", ""}, {"frame", "summary", "", "chunks=true;percentiles=[0.1,0.5]"}, {"frame", "table", "f", ""}, {"frame", "table", "nf", "dense=false"},
    {"frame", "hist", "d", "breaks='rice'"}, {"frame", "cut", "d", "breaks=5"}, {"frame", "median", "nd", ""}, {"frame", "quantile", "nd", ""},
    {"frame", "quantile", "nd", "type=6;probs=[0.2,0.9]"}, {"frame", "var", "nd", "use='complete.obs'"}, {"frame", "cor", "nd", "use='complete.obs';method='spearman'"},
    {"frame", "scale", "", ""}, {"frame", "runif", "", "seed=3"}, {"frame", "split", "", "ratios=[0.5,0.2];seed=3"}, {"frame", "runif", "", "seed=3;compat='h2o'"},
    {"frame", "kfold_column", "", "n=4;seed=2"}, {"frame", "kfold_column", "f", "n=4;how='stratified';seed=2"},
    {"frame", "stratified_split", "f", "seed=2"}, {"frame", "stratified_split", "f", "seed=2;compat='h2o'"}, {"frame", "insert_missing", "", "fraction=0.3;seed=1"},
    {"", "create_frame", "", "rows=50;cols=8;seed=4;time_fraction=0.1;string_fraction=0.1;missing_fraction=0.1;has_response=true"},
    {"frame", "isna", "", ""}, {"frame", "na_omit", "", ""}, {"frame", "filter_na_cols", "", "frac=0.5"}, {"frame", "impute", "", ""},
    {"frame", "impute", "", "column='n';method='median';by=['f']"}, {"frame", "fillna", "", "method='backward';maxlen=2"}, {"frame", "fillna", "nd", "axis=1"},
    {"frame", "cbind", "", "other=@"}, {"frame", "rbind", "", "other=@"}, {"frame", "merge", "", "other=@;by=['f','t'];all_x=true;all_y=true"},
    {"frame", "merge", "", "other=@;by=['s','n']"}, {"frame", "sort", "", "by=['s','n']"}, {"frame", "rank", "", ""},
    {"frame", "rank_within_group_by", "", "group_by='f';sort_by=['d']"}, {"frame", "topn", "", "column='d'"}, {"frame", "unique", "s", "include_nas=true"},
    {"frame", "drop_duplicates", "", "columns=['n','f'];keep='last'"}, {"frame", "match", "s", "values=['ox','cat']"}, {"frame", "isin", "n", "values=[1,2]"},
    {"frame", "which", "n", ""}, {"frame", "group", "", "by=['f','s'];aggregates=['count']"}, {"frame", "melt", "", "id_vars=['f'];value_vars=['n','d']"},
    {"frame", "melt", "", "id_vars=['n'];value_vars=['f','s']"}, {"frame", "transpose", "nd", ""}, {"frame", "toupper", "fs", ""},
    {"frame", "trim", "fs", ""}, {"frame", "substring", "fs", "from=2;to=3"}, {"frame", "sub", "fs", "pattern='[a-e]+(.)';replacement='<\\1>'"},
    {"frame", "gsub", "fs", "pattern='o|e';replacement='0'"}, {"frame", "grep", "s", "pattern='[0-9]'"}, {"frame", "strsplit", "s", "pattern=' '"},
    {"frame", "tokenize", "s", "pattern=' '"}, {"frame", "nchar", "fs", ""}, {"frame", "countmatches", "s", "texts='e'"}, {"frame", "entropy", "s", ""},
    {"frame", "year", "t", ""}, {"frame", "dayOfWeek", "t", ""}, {"frame", "as_date", "s", ""}, {"", "moment", "", "year=2014;month=2"},
};

/* The columns whose names are letters of cols; all of f for "". */
static weir_frame *some(const weir_frame *f, const char *cols)
{
    size_t at[5], n = 0;
    weir_frame *g = NULL;
    char name[2] = "x";

    if (!*cols)
        return weir_frame_ref(f);
    for (; *cols; cols++) {
        name[0] = *cols;
        at[n++] = (size_t)weir_frame_find(f, name);
    }
    return frame_select(&g, f, at, n, NULL) ? NULL : g;
}

static weir_frame *a_mask(const weir_frame *f)
{
    weir_frame *g = NULL;
    return frame_select(&g, f, (size_t[]){0}, 1, NULL) ? NULL : g;
}

static void F439_every_verb_gives_the_same_on_any_number_of_threads(void)
{
    weir_frame *f = made(21, 45000, 50), *o = made(22, 45000, 50), *mask = a_mask(f);

    for (size_t k = 0; k < sizeof calls / sizeof *calls; k++) {
        weir_value one = weir_nil(), many = weir_nil();
        weir_error err = {0};
        weir_frame *self = some(f, calls[k].cols);
        bool large = !strcmp(calls[k].name, "transpose") || (!strcmp(calls[k].name, "merge"));
        weir_status st = large ? WEIR_ECANCEL : call(self, o, mask, calls[k].on, calls[k].name, calls[k].args, 1, 0, &one, &err);
        if (st && !large) {
            printf("# %s %s: %s\n", calls[k].name, calls[k].args, err.message);
            CHECK(!"the verb takes its arguments");
        }
        for (int threads = 2; !st && threads < 6; threads += 3) {
            CHECK(call(self, o, mask, calls[k].on, calls[k].name, calls[k].args, threads, 0, &many, NULL) == WEIR_OK);
            if (!CHECK(same_value(&one, &many)))
                printf("# %s %s on %d threads\n", calls[k].name, calls[k].args, threads);
            weir_value_clear(&many);
        }
        weir_value_clear(&one);
        weir_frame_unref(self);
    }
    weir_frame_unref(f);
    weir_frame_unref(o);
    weir_frame_unref(mask);
}

static void every_verb_survives_every_failed_allocation(void)
{
    weir_frame *f = made(31, 40, 5), *o = made(32, 40, 5), *mask = a_mask(f);

    for (size_t k = 0; k < sizeof calls / sizeof *calls; k++) {
        weir_frame *self = some(f, calls[k].cols);
        weir_value want = weir_nil();
        weir_status expected = call(self, o, mask, calls[k].on, calls[k].name, calls[k].args, 1, 0, &want, NULL);
        for (uint64_t n = 1; n < 5000; n++) {
            weir_value out = weir_nil();
            weir_error err = {0};
            weir_status st = call(self, o, mask, calls[k].on, calls[k].name, calls[k].args, 1, n, &out, &err);
            bool good = st == expected ? st || same_value(&want, &out) : st == WEIR_ENOMEM;
            if (!good && !CHECK(!"a clean error"))
                printf("# %s %s, allocation %llu: status %d %s\n", calls[k].name, calls[k].args, (unsigned long long)n, (int)st, err.message);
            weir_value_clear(&out);
            if (fail_pending)
                break;
        }
        weir_value_clear(&want);
        weir_frame_unref(self);
    }
    weir_frame_unref(f);
    weir_frame_unref(o);
    weir_frame_unref(mask);
}

int main(void)
{
    TEST(keys_have_the_order_of_numbers);
    TEST(F439_sort_is_insertion_sort);
    TEST(F439_group_by_is_its_definition);
    TEST(F439_merge_is_two_loops);
    TEST(F439_every_verb_gives_the_same_on_any_number_of_threads);
    TEST(every_verb_survives_every_failed_allocation);
    return tap_done();
}
