/* frame_verbs.c - structure of frames: selection, names, types, levels,
 * splitting, joining, summaries. Unchanged columns are shared, never copied. */
#include "data/frame_verbs.h"

#include "base/mem.h"
#include "base/rng.h"
#include "base/status.h"
#include "base/text.h"
#include "data/frame.h"
#include "data/h2o_streams.h"
#include "data/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* f by reference: it is set by the call that gives st, in the same expression. */
static weir_status give(weir_status st, weir_frame *const *f, weir_value *out)
{
    if (!st)
        *out = (weir_value){.kind = WEIR_FRAME, .as.frame = *f};
    return st;
}

/* Rows and columns ---------------------------------------------------------------------- */

/* Rows from..to (from 1, inclusive). */
static weir_status range(const weir_frame *f, int64_t from, int64_t to, weir_value *out, weir_error *err)
{
    size_t n = to >= from ? (size_t)(to - from + 1) : 0;
    uint64_t *rows = mem_array(n + 1, sizeof *rows);
    weir_frame *g = NULL;

    if (!rows)
        return weir_no_memory(err, "selecting rows");
    for (size_t i = 0; i < n; i++)
        rows[i] = (uint64_t)from - 1 + i;
    weir_status st = frame_pick(&g, f, rows, n, err);
    mem_free(rows);
    return give(st, &g, out);
}

static weir_status run_head(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    int64_t n = verb_int(c, "n", 10);

    return range(f, 1, n < (int64_t)f->rows ? n : (int64_t)f->rows, out, err);
}

static weir_status run_tail(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    int64_t n = verb_int(c, "n", 10), rows = (int64_t)f->rows;

    return range(f, n < rows ? rows - n + 1 : 1, rows, out, err);
}

static weir_status run_rows(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    int64_t from = verb_int(c, "from", 1), to = verb_int(c, "to", from);

    if (from < 1 || to > (int64_t)f->rows)
        return weir_fail(err, WEIR_EINVAL, "rows %lld to %lld: the frame has rows 1 to %zu", (long long)from, (long long)to, f->rows);
    return range(f, from, to, out, err);
}

static weir_status run_where(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self"), *mask = verb_frame(c, "mask");
    uint64_t *rows = mem_array(f->rows + 1, sizeof *rows);
    size_t n = 0;
    weir_frame *g = NULL;

    if (!rows)
        return weir_no_memory(err, "selecting rows");
    if (mask->cols != 1 || mask->rows != f->rows) {
        mem_free(rows);
        return weir_fail_at(err, WEIR_EINVAL, "mask", "where: the mask is %zu x %zu; one column of %zu rows is needed", mask->rows, mask->cols, f->rows);
    }
    for (size_t i = 0; i < f->rows; i++) {
        double x = column_at(mask->col[0], i);
        if (!isnan(x) && x != 0)
            rows[n++] = i;
    }
    weir_status st = frame_pick(&g, f, rows, n, err);
    mem_free(rows);
    return give(st, &g, out);
}

static weir_status run_select(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    size_t *cols, n;
    weir_frame *g = NULL;
    weir_status st = verb_columns(f, verb_value(c, "columns"), "select", &cols, &n, err);

    if (st)
        return st;
    st = frame_select(&g, f, cols, n, err);
    mem_free(cols);
    return give(st, &g, out);
}

static weir_status run_drop(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    size_t *cols, n, k = 0;
    weir_frame *g = NULL;
    weir_status st = verb_columns(f, verb_value(c, "columns"), "drop", &cols, &n, err);
    size_t *keep = st ? NULL : mem_array(f->cols + 1, sizeof *keep);

    if (st)
        return st;
    for (size_t i = 0; keep && i < f->cols; i++) {
        bool gone = false;
        for (size_t j = 0; j < n; j++)
            gone |= cols[j] == i;
        if (!gone)
            keep[k++] = i;
    }
    st = keep ? frame_select(&g, f, keep, k, err) : weir_no_memory(err, "dropping columns");
    mem_free(cols);
    mem_free(keep);
    return give(st, &g, out);
}

/* A frame with columns replaced or added; takes over the references in `with`. */
static weir_status rebuilt(const weir_frame *f, column **with, const char *const *names, size_t n, weir_frame **out, weir_error *err)
{
    column **cols = mem_array(f->cols + n + 1, sizeof *cols);
    const char **all = mem_array(f->cols + n + 1, sizeof *all);
    size_t k = f->cols;

    if (!cols || !all) {
        for (size_t i = 0; i < n; i++)
            column_unref(with[i]);
        mem_free(cols), mem_free(all);
        return weir_no_memory(err, "building a frame");
    }
    for (size_t i = 0; i < f->cols; i++) {
        cols[i] = column_ref(f->col[i]);
        all[i] = f->name[i];
    }
    for (size_t i = 0; i < n; i++) {
        ptrdiff_t at = weir_frame_find(f, names[i]);
        if (at >= 0) {
            column_unref(cols[at]);
            cols[at] = with[i];
        } else {
            cols[k] = with[i];
            all[k++] = names[i];
        }
    }
    weir_status st = frame_new(out, cols, all, k, f->cols ? f->rows : with[0]->rows, err);
    mem_free(cols), mem_free(all);
    return st;
}

static weir_status run_with(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    const weir_value *v = verb_value(c, "value");
    const char *name = verb_text(c, "name");
    column *made;
    weir_frame *g = NULL;

    if (v->kind == WEIR_FRAME) {
        const weir_frame *from = v->as.frame;
        if (from->cols != 1 || (from->rows != f->rows && f->cols))
            return weir_fail_at(err, WEIR_EINVAL, "value", "column '%s': the value is %zu x %zu; one column of %zu rows is needed", name, from->rows, from->cols, f->rows);
        made = column_ref(from->col[0]);
    } else {
        double *x = mem_array(f->rows + 1, sizeof *x);
        const char **s = mem_array(f->rows + 1, sizeof *s);
        if (!x || !s) {
            mem_free(x), mem_free(s);
            return weir_no_memory(err, "setting a column");
        }
        for (size_t i = 0; i < f->rows; i++) {
            x[i] = v->kind == WEIR_INT ? (double)v->as.i : v->kind == WEIR_REAL ? v->as.r : v->kind == WEIR_BOOL ? v->as.b : (double)NAN;
            s[i] = v->kind == WEIR_TEXT ? v->as.text.s : NULL;
        }
        made = v->kind == WEIR_TEXT ? column_of_texts(s, f->rows) : column_of_numbers(WEIR_TYPE_NUMERIC, x, f->rows);
        mem_free(x), mem_free(s);
        if (!made)
            return weir_no_memory(err, "setting a column");
    }
    return give(rebuilt(f, &made, &name, 1, &g, err), &g, out);
}

/* Names -------------------------------------------------------------------------------------- */

static weir_status renamed(const weir_frame *f, const char *const *names, weir_value *out, weir_error *err)
{
    column **cols = mem_array(f->cols + 1, sizeof *cols);
    weir_frame *g = NULL;

    if (!cols)
        return weir_no_memory(err, "renaming columns");
    for (size_t i = 0; i < f->cols; i++)
        cols[i] = column_ref(f->col[i]);
    weir_status st = frame_new(&g, cols, names, f->cols, f->rows, err);
    mem_free(cols);
    return give(st, &g, out);
}

static weir_status run_set_names(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    const weir_value *v = verb_value(c, "names");
    const char **names = mem_array(f->cols + 1, sizeof *names);
    weir_status st;

    if (!names)
        return weir_no_memory(err, "renaming columns");
    if (v->as.list.n != f->cols)
        st = weir_fail_at(err, WEIR_EINVAL, "names", "set_names: %zu names for %zu columns", v->as.list.n, f->cols);
    else {
        for (size_t i = 0; i < f->cols; i++)
            names[i] = v->as.list.v[i].kind == WEIR_TEXT ? v->as.list.v[i].as.text.s : f->name[i];
        st = renamed(f, names, out, err);
    }
    mem_free(names);
    return st;
}

static weir_status run_rename(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    const weir_value *v = verb_value(c, "names");
    const char **names = mem_array(f->cols + 1, sizeof *names);
    weir_status st = names ? WEIR_OK : weir_no_memory(err, "renaming columns");

    for (size_t i = 0; i < f->cols && !st; i++)
        names[i] = f->name[i];
    for (size_t i = 0; i < v->as.list.n && !st; i++) {
        weir_value old = {.kind = WEIR_TEXT, .as.text = {v->as.list.key[i], strlen(v->as.list.key[i])}};
        ptrdiff_t at = verb_column(f, &old, "rename", err);
        if (at < 0)
            st = WEIR_EINVAL;
        else if (v->as.list.v[i].kind != WEIR_TEXT)
            st = weir_fail_at(err, WEIR_EINVAL, "names", "rename: the new name of '%s' must be text", old.as.text.s);
        else
            names[at] = v->as.list.v[i].as.text.s;
    }
    if (!st)
        st = renamed(f, names, out, err);
    mem_free(names);
    return st;
}

/* Types ------------------------------------------------------------------------------------------ */

static size_t cell_text(const column *c, size_t row, char *buf, size_t cap)
{
    column *me = (column *)(uintptr_t)c; /* only read */
    weir_frame one = {.rows = c->rows, .cols = 1, .col = &me};
    return weir_frame_text(&one, 0, row, buf, cap);
}

/* Texts of all cells, for conversions; NULL = missing. */
static char **texts_of(const column *c)
{
    char **s = mem_zero(c->rows + 1, sizeof *s), buf[512];

    for (size_t i = 0; s && i < c->rows; i++) {
        if (column_missing(c, i))
            continue;
        size_t n = cell_text(c, i, buf, sizeof buf);
        if (!(s[i] = mem_text_n(buf, n < sizeof buf ? n : sizeof buf - 1))) {
            for (size_t k = 0; k < i; k++)
                mem_free(s[k]);
            mem_free(s);
            return NULL;
        }
    }
    return s;
}

static void texts_free(char **s, size_t n)
{
    for (size_t i = 0; s && i < n; i++)
        mem_free(s[i]);
    mem_free(s);
}

static weir_status one_built(const weir_column_init *init, size_t rows, column **out, weir_error *err)
{
    weir_frame *f = NULL;
    weir_status st = weir_frame_build(&f, init, 1, rows, err);

    if (!st)
        *out = column_ref(f->col[0]);
    weir_frame_unref(f);
    return st;
}

static weir_status as_factor(const column *c, column **out, weir_error *err)
{
    char **s;

    if (c->type == WEIR_TYPE_FACTOR) {
        *out = column_ref(c);
        return WEIR_OK;
    }
    if (!(s = texts_of(c)))
        return weir_no_memory(err, "making a factor");
    weir_column_init init = {.name = "x", .type = WEIR_TYPE_FACTOR, .labels = (const char *const *)s};
    weir_status st = one_built(&init, c->rows, out, err);
    texts_free(s, c->rows);
    return st;
}

static weir_status as_numeric(const column *c, column **out, weir_error *err)
{
    double *x;

    if (c->type == WEIR_TYPE_NUMERIC) {
        *out = column_ref(c);
        return WEIR_OK;
    }
    if (!(x = mem_array(c->rows + 1, sizeof *x)))
        return weir_no_memory(err, "converting to numbers");
    /* Labels that are all numbers mean those numbers; otherwise a factor gives its codes. */
    bool by_label = c->type == WEIR_TYPE_FACTOR;
    double v;
    for (size_t k = 0; by_label && k < c->n_levels; k++)
        by_label = number_parse(c->levels[k], strlen(c->levels[k]), &v);
    for (size_t i = 0; i < c->rows; i++) {
        size_t n;
        const char *t = c->type == WEIR_TYPE_STRING ? column_text_at(c, i, &n) : NULL;
        if (c->type == WEIR_TYPE_STRING)
            x[i] = t && number_parse(t, n, &v) ? v : (double)NAN;
        else if (by_label && !column_missing(c, i))
            x[i] = number_parse(c->levels[column_code_at(c, i)], strlen(c->levels[column_code_at(c, i)]), &v) ? v : (double)NAN;
        else
            x[i] = c->type == WEIR_TYPE_FACTOR && column_missing(c, i) ? (double)NAN : column_at(c, i);
    }
    *out = column_of_numbers(WEIR_TYPE_NUMERIC, x, c->rows);
    mem_free(x);
    return *out ? WEIR_OK : weir_no_memory(err, "converting to numbers");
}

static weir_status as_character(const column *c, column **out, weir_error *err)
{
    char **s;

    if (c->type == WEIR_TYPE_STRING) {
        *out = column_ref(c);
        return WEIR_OK;
    }
    if (!(s = texts_of(c)))
        return weir_no_memory(err, "converting to text");
    *out = column_of_texts((const char *const *)s, c->rows);
    texts_free(s, c->rows);
    return *out ? WEIR_OK : weir_no_memory(err, "converting to text");
}

static weir_status convert(const verb_context *c, weir_value *out, weir_error *err,
                           weir_status (*to)(const column *, column **, weir_error *))
{
    const weir_frame *f = verb_frame(c, "self");
    column **cols = mem_zero(f->cols + 1, sizeof *cols);
    weir_status st = cols ? WEIR_OK : weir_no_memory(err, "converting columns");
    weir_frame *g = NULL;

    for (size_t i = 0; i < f->cols && !st; i++)
        st = to(f->col[i], &cols[i], err);
    if (!st)
        st = frame_new(&g, cols, (const char *const *)f->name, f->cols, f->rows, err);
    else
        for (size_t i = 0; cols && i < f->cols; i++)
            column_unref(cols[i]);
    mem_free(cols);
    return give(st, &g, out);
}

static weir_status run_asfactor(const verb_context *c, weir_value *out, weir_error *err)
{
    return convert(c, out, err, as_factor);
}

static weir_status run_asnumeric(const verb_context *c, weir_value *out, weir_error *err)
{
    return convert(c, out, err, as_numeric);
}

static weir_status run_ascharacter(const verb_context *c, weir_value *out, weir_error *err)
{
    return convert(c, out, err, as_character);
}

static weir_status one_column(const weir_frame *f, const char *what, const column **out, weir_error *err)
{
    if (f->cols != 1)
        return weir_fail(err, WEIR_EINVAL, "%s works on one column; the frame has %zu", what, f->cols);
    *out = f->col[0];
    return WEIR_OK;
}

static weir_status factor_column(const weir_frame *f, const char *what, const column **out, weir_error *err)
{
    weir_status st = one_column(f, what, out, err);

    if (!st && (*out)->type != WEIR_TYPE_FACTOR)
        st = weir_fail(err, WEIR_EINVAL, "%s: column '%s' is %s, not a factor; asfactor makes one", what, f->name[0], weir_type_name((*out)->type));
    return st;
}

static weir_status run_levels(const verb_context *c, weir_value *out, weir_error *err)
{
    const column *col;
    weir_status st = factor_column(verb_frame(c, "self"), "levels", &col, err);
    weir_value list = weir_list();

    for (size_t i = 0; !st && i < col->n_levels; i++)
        st = weir_list_add(&list, weir_text(col->levels[i]), err);
    if (st)
        weir_value_clear(&list);
    else
        *out = list;
    return st;
}

static weir_status run_nlevels(const verb_context *c, weir_value *out, weir_error *err)
{
    const column *col;
    weir_status st = factor_column(verb_frame(c, "self"), "nlevels", &col, err);

    if (!st)
        *out = weir_int((int64_t)col->n_levels);
    return st;
}

/* A factor with other levels: order[k] is the old code that becomes k, names its label. */
static weir_status releveled(const weir_frame *f, const column *col, const uint32_t *order, const char *const *names,
                             weir_value *out, weir_error *err)
{
    uint32_t *to = mem_array(col->n_levels + 1, sizeof *to), *codes = mem_array(col->rows + 1, sizeof *codes);
    column *made = NULL;
    weir_frame *g = NULL;

    if (to && codes) {
        for (size_t k = 0; k < col->n_levels; k++)
            to[order[k]] = (uint32_t)k;
        column_codes(col, 0, col->rows, codes);
        for (size_t i = 0; i < col->rows; i++)
            codes[i] = codes[i] == COLUMN_MISSING ? COLUMN_MISSING : to[codes[i]];
        made = column_of_codes(codes, col->rows, names, col->n_levels);
    }
    mem_free(to), mem_free(codes);
    if (!made)
        return weir_no_memory(err, "changing levels");
    return give(frame_new(&g, &made, (const char *const *)f->name, 1, f->rows, err), &g, out);
}

static weir_status run_set_levels(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    const weir_value *v = verb_value(c, "levels");
    const column *col;
    weir_status st = factor_column(f, "set_levels", &col, err);

    if (st)
        return st;
    if (v->as.list.n != col->n_levels)
        return weir_fail_at(err, WEIR_EINVAL, "levels", "set_levels: %zu names for %zu levels", v->as.list.n, col->n_levels);
    uint32_t *order = mem_array(col->n_levels + 1, sizeof *order);
    const char **names = mem_array(col->n_levels + 1, sizeof *names);
    if (!order || !names)
        st = weir_no_memory(err, "changing levels");
    for (size_t k = 0; k < col->n_levels && !st; k++) {
        order[k] = (uint32_t)k;
        names[k] = v->as.list.v[k].kind == WEIR_TEXT ? v->as.list.v[k].as.text.s : col->levels[k];
    }
    if (!st)
        st = releveled(f, col, order, names, out, err);
    mem_free(order), mem_free(names);
    return st;
}

static weir_status run_relevel(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    const char *first = verb_text(c, "level");
    const column *col;
    weir_status st = factor_column(f, "relevel", &col, err);
    size_t at = 0;

    if (st)
        return st;
    while (at < col->n_levels && strcmp(col->levels[at], first) != 0)
        at++;
    if (at == col->n_levels)
        return weir_fail_at(err, WEIR_EINVAL, "level", "relevel: column '%s' has no level '%s'", f->name[0], first);
    uint32_t *order = mem_array(col->n_levels + 1, sizeof *order);
    const char **names = mem_array(col->n_levels + 1, sizeof *names);
    if (!order || !names)
        st = weir_no_memory(err, "changing levels");
    for (size_t k = 0; k < col->n_levels && !st; k++) {
        order[k] = (uint32_t)(k == 0 ? at : k <= at ? k - 1 : k);
        names[k] = col->levels[order[k]];
    }
    if (!st)
        st = releveled(f, col, order, names, out, err);
    mem_free(order), mem_free(names);
    return st;
}

/* Whose random numbers: weir's own or, with compat = "h2o", H2O's. */
static weir_status whose(const verb_context *c, bool *h2o, weir_error *err)
{
    const char *word = verb_text(c, "compat");

    *h2o = word && !strcmp(word, "h2o");
    if (!word || *h2o || !strcmp(word, "none"))
        return WEIR_OK;
    return weir_fail_at(err, WEIR_EINVAL, "compat", "compat = \"%s\" is not known: none, h2o", word);
}

/* Splitting and joining ------------------------------------------------------------------------------ */

static weir_status run_split(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    const weir_value *ratios = verb_value(c, "ratios");
    int64_t seed = verb_int(c, "seed", -1);
    size_t parts = ratios->kind == WEIR_LIST ? ratios->as.list.n + 1 : 2;
    double cut[64], sum = 0;
    weir_value list = weir_list();
    weir_status st = WEIR_OK;

    if (parts > 64)
        return weir_fail_at(err, WEIR_EINVAL, "ratios", "split: %zu ratios are too many; 63 at most", parts - 1);
    for (size_t k = 0; k + 1 < parts; k++) {
        const weir_value *v = ratios->kind == WEIR_LIST ? &ratios->as.list.v[k] : ratios;
        double r = v->kind == WEIR_REAL ? v->as.r : v->kind == WEIR_INT ? (double)v->as.i : (double)NAN;
        if (!(r > 0))
            return weir_fail_at(err, WEIR_EINVAL, "ratios", "split: ratio %zu must be a number above 0", k + 1);
        cut[k] = sum += r;
    }
    if (sum >= 1)
        return weir_fail_at(err, WEIR_EINVAL, "ratios", "split: the ratios sum to %g; what is left for the last part must be above 0", sum);
    cut[parts - 1] = 1;
    bool h2o;
    st = whose(c, &h2o, err);
    if (st)
        return st;
    uint64_t s = seed == -1 ? (uint64_t)rng_fresh_seed() : (uint64_t)seed, *rows = mem_array(f->rows + 1, sizeof *rows);
    uint32_t *part = h2o ? mem_array(f->rows + 1, sizeof *part) : NULL;
    if (!rows || (h2o && !part)) {
        mem_free(rows), mem_free(part);
        return weir_no_memory(err, "splitting a frame");
    }
    if (h2o)
        h2o_split(part, f->rows, cut, parts - 1, s);
    for (size_t k = 0; k < parts && !st; k++) {
        size_t n = 0;
        weir_frame *g = NULL;
        for (size_t i = 0; i < f->rows; i++) {
            double u = h2o ? 0 : rng_unit(s, RNG_SPLIT, i);
            if (h2o ? part[i] == k : u < cut[k] && (k == 0 || u >= cut[k - 1]))
                rows[n++] = i;
        }
        st = frame_pick(&g, f, rows, n, err);
        if (!st)
            st = weir_list_add(&list, (weir_value){.kind = WEIR_FRAME, .as.frame = g}, err);
    }
    mem_free(rows), mem_free(part);
    if (st)
        weir_value_clear(&list);
    else
        *out = list;
    return st;
}

static weir_status run_cbind(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self"), *o = verb_frame(c, "other");
    column **cols;
    const char **names;
    char (*made)[160];
    weir_frame *g = NULL;

    if (f->rows != o->rows)
        return weir_fail(err, WEIR_EINVAL, "cbind: %zu rows beside %zu rows", f->rows, o->rows);
    size_t n = f->cols + o->cols;
    cols = mem_array(n + 1, sizeof *cols);
    names = mem_array(n + 1, sizeof *names);
    made = mem_array(o->cols + 1, sizeof *made);
    if (!cols || !names || !made) {
        mem_free(cols), mem_free(names), mem_free(made);
        return weir_no_memory(err, "binding columns");
    }
    for (size_t i = 0; i < n; i++) {
        const weir_frame *from = i < f->cols ? f : o;
        size_t k = i < f->cols ? i : i - f->cols;
        cols[i] = column_ref(from->col[k]);
        names[i] = from->name[k];
        if (i >= f->cols && weir_frame_find(f, names[i]) >= 0) {
            size_t tail = 0;
            do
                snprintf(made[k], sizeof made[k], "%.120s%zu", from->name[k], tail++);
            while (weir_frame_find(f, made[k]) >= 0 || weir_frame_find(o, made[k]) >= 0);
            names[i] = made[k];
        }
    }
    weir_status st = frame_new(&g, cols, names, n, f->rows, err);
    mem_free(cols), mem_free(names), mem_free(made);
    return give(st, &g, out);
}

/* Two columns of one type, one above the other. */
static weir_status stack(const column *a, const column *b, const char *name, column **out, weir_error *err)
{
    size_t n = a->rows + b->rows;
    bool words = a->type == WEIR_TYPE_STRING || a->type == WEIR_TYPE_FACTOR;

    if (a->type != b->type && a->type != WEIR_TYPE_MISSING && b->type != WEIR_TYPE_MISSING)
        return weir_fail(err, WEIR_EINVAL, "rbind: column '%s' is %s above and %s below", name, weir_type_name(a->type), weir_type_name(b->type));
    if (!words && b->type != WEIR_TYPE_STRING && b->type != WEIR_TYPE_FACTOR) {
        double *x = mem_array(n + 1, sizeof *x);
        if (!x)
            return weir_no_memory(err, "binding rows");
        column_read(a, 0, a->rows, x);
        column_read(b, 0, b->rows, x + a->rows);
        *out = column_of_numbers(a->type == WEIR_TYPE_MISSING ? b->type : a->type, x, n);
        mem_free(x);
        return *out ? WEIR_OK : weir_no_memory(err, "binding rows");
    }
    char **sa = texts_of(a), **sb = texts_of(b);
    const char **all = mem_array(n + 1, sizeof *all);
    weir_status st = WEIR_OK;
    if (!sa || !sb || !all) {
        st = weir_no_memory(err, "binding rows");
    } else {
        for (size_t i = 0; i < n; i++)
            all[i] = i < a->rows ? sa[i] : sb[i - a->rows];
        weir_type t = a->type == WEIR_TYPE_MISSING ? b->type : a->type;
        weir_column_init init = {.name = "x", .type = t, .labels = all};
        st = one_built(&init, n, out, err);
    }
    texts_free(sa, a->rows), texts_free(sb, b->rows), mem_free(all);
    return st;
}

static weir_status run_rbind(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self"), *o = verb_frame(c, "other");
    column **cols = mem_zero(f->cols + 1, sizeof *cols);
    weir_status st = cols ? WEIR_OK : weir_no_memory(err, "binding rows");
    weir_frame *g = NULL;

    if (!st && f->cols != o->cols)
        st = weir_fail(err, WEIR_EINVAL, "rbind: %zu columns above %zu columns", f->cols, o->cols);
    for (size_t i = 0; i < f->cols && !st; i++) {
        const column *below = frame_column(o, f->name[i], err);
        st = below ? stack(f->col[i], below, f->name[i], &cols[i], err) : WEIR_EINVAL;
    }
    if (!st)
        st = frame_new(&g, cols, (const char *const *)f->name, f->cols, f->rows + o->rows, err);
    else
        for (size_t i = 0; cols && i < f->cols; i++)
            column_unref(cols[i]);
    mem_free(cols);
    return give(st, &g, out);
}

/* Order ------------------------------------------------------------------------------------------------ */

typedef struct sort_key { double x; uint64_t row; } sort_key;

static int smaller(const void *a, const void *b)
{
    const sort_key *p = a, *q = b;
    bool np = isnan(p->x), nq = isnan(q->x);

    if (np != nq)
        return np ? -1 : 1;
    if (!np && p->x != q->x)
        return p->x < q->x ? -1 : 1;
    return (p->row > q->row) - (p->row < q->row);
}

/* Stable, by the last column first; missing values come first. */
static weir_status run_sort(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    bool up = verb_bool(c, "ascending", true);
    size_t *by, n;
    weir_frame *g = NULL;
    weir_status st = verb_columns(f, verb_value(c, "by"), "sort", &by, &n, err);

    if (st)
        return st;
    uint64_t *rows = mem_array(f->rows + 1, sizeof *rows), *next = mem_array(f->rows + 1, sizeof *next);
    sort_key *key = mem_array(f->rows + 1, sizeof *key);
    if (!rows || !key || !next)
        st = weir_no_memory(err, "sorting");
    for (size_t i = 0; i < f->rows && !st; i++)
        rows[i] = i;
    for (size_t k = n; k-- > 0 && !st;) {
        const column *col = f->col[by[k]];
        if (col->type == WEIR_TYPE_STRING) {
            st = weir_fail(err, WEIR_EINVAL, "sort: column '%s' holds text; asfactor sorts by level", f->name[by[k]]);
            break;
        }
        for (size_t i = 0; i < f->rows; i++) {
            double x = column_at(col, rows[i]);
            if (col->type == WEIR_TYPE_FACTOR && column_missing(col, rows[i]))
                x = NAN;
            key[i] = (sort_key){up ? x : -x, i};
        }
        qsort(key, f->rows, sizeof *key, smaller);
        for (size_t i = 0; i < f->rows; i++)
            next[i] = rows[key[i].row];
        memcpy(rows, next, f->rows * sizeof *rows);
    }
    if (!st)
        st = frame_pick(&g, f, rows, f->rows, err);
    mem_free(by), mem_free(rows), mem_free(key), mem_free(next);
    return give(st, &g, out);
}

/* Summaries --------------------------------------------------------------------------------------------- */

static weir_status run_describe(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    size_t n = f->cols;
    double *x = mem_array(7 * n + 1, sizeof *x);
    const char **types = mem_array(n + 1, sizeof *types), **stores = mem_array(n + 1, sizeof *stores);
    weir_frame *g = NULL;
    weir_status st = x && types && stores ? WEIR_OK : weir_no_memory(err, "describing a frame");

    for (size_t i = 0; i < n && !st; i++) {
        weir_column_stats s;
        weir_frame_stats(f, i, &s);
        bool number = f->col[i]->type == WEIR_TYPE_NUMERIC || f->col[i]->type == WEIR_TYPE_TIME;
        types[i] = weir_type_name(f->col[i]->type);
        stores[i] = s.storage;
        const double row[7] = {(double)s.missing, number ? s.min : (double)NAN, number ? s.mean : (double)NAN,
                               number ? s.max : (double)NAN, number ? s.sd : (double)NAN, (double)s.zeros,
                               f->col[i]->type == WEIR_TYPE_FACTOR ? (double)s.levels : (double)NAN};
        for (size_t k = 0; k < 7; k++)
            x[k * n + i] = row[k];
    }
    weir_column_init cols[] = {
        {.name = "column", .type = WEIR_TYPE_STRING, .labels = (const char *const *)f->name},
        {.name = "type", .type = WEIR_TYPE_STRING, .labels = types}, {.name = "missing", .numbers = x},
        {.name = "min", .numbers = x + n}, {.name = "mean", .numbers = x + 2 * n}, {.name = "max", .numbers = x + 3 * n},
        {.name = "sd", .numbers = x + 4 * n}, {.name = "zeros", .numbers = x + 5 * n}, {.name = "levels", .numbers = x + 6 * n},
        {.name = "storage", .type = WEIR_TYPE_STRING, .labels = stores}};
    if (!st)
        st = weir_frame_build(&g, cols, sizeof cols / sizeof *cols, n, err);
    mem_free(x), mem_free(types), mem_free(stores);
    return give(st, &g, out);
}

static weir_status run_table(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    column *col = NULL;
    const column *given = NULL;
    weir_frame *g = NULL;
    weir_status st = one_column(f, "table", &given, err);

    if (!st)
        st = as_factor(given, &col, err);
    double *count = st ? NULL : mem_zero(col->n_levels + 1, sizeof *count);
    if (!st && !count)
        st = weir_no_memory(err, "counting");
    for (size_t i = 0; !st && i < col->rows; i++)
        if (!column_missing(col, i))
            count[column_code_at(col, i)]++;
    if (!st) {
        weir_column_init cols[] = {{.name = f->name[0], .type = WEIR_TYPE_STRING, .labels = (const char *const *)col->levels},
                                   {.name = "count", .numbers = count}};
        st = weir_frame_build(&g, cols, 2, col->n_levels, err);
    }
    mem_free(count);
    column_unref(col);
    return give(st, &g, out);
}

static weir_status run_runif(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    int64_t seed = verb_int(c, "seed", -1);
    uint64_t s = seed == -1 ? (uint64_t)rng_fresh_seed() : (uint64_t)seed;
    weir_frame *g = NULL;
    bool h2o;
    weir_status st = whose(c, &h2o, err);

    if (st)
        return st;
    double *x = mem_array(f->rows + 1, sizeof *x);
    if (!x)
        return weir_no_memory(err, "drawing random numbers");
    if (h2o)
        h2o_runif(x, f->rows, s);
    for (size_t i = 0; !h2o && i < f->rows; i++)
        x[i] = rng_unit(s, RNG_RUNIF, i);
    weir_column_init col = {.name = "rnd", .numbers = x};
    st = weir_frame_build(&g, &col, 1, f->rows, err);
    mem_free(x);
    return give(st, &g, out);
}

#define COMPAT_ARG {.name = "compat", .type = "text", .def = "none", .optional = true, .help = "none, or h2o: H2O's own random numbers."}
#define ARGS(list) .args = list, .n_args = sizeof list / sizeof *list
static const weir_arg_info n_args[] = {{.name = "n", .type = "int", .def = "10", .optional = true, .help = "How many rows."}};
static const weir_arg_info rows_args[] = {{.name = "from", .type = "int", .help = "First row, from 1."},
                                          {.name = "to", .type = "int", .optional = true, .help = "Last row."}};
static const weir_arg_info mask_args[] = {{.name = "mask", .type = "frame", .help = "One column; rows where it is neither 0 nor missing stay."}};
static const weir_arg_info columns_args[] = {{.name = "columns", .type = "list|text|int", .help = "Names or positions."}};
static const weir_arg_info with_args[] = {{.name = "name", .type = "text", .help = "Column to replace or add."},
                                          {.name = "value", .type = "frame|real|int|bool|text", .help = "A column of as many rows, or one value for all."}};
static const weir_arg_info set_names_args[] = {{.name = "names", .type = "list", .help = "One name per column."}};
static const weir_arg_info rename_args[] = {{.name = "names", .type = "dict", .help = "Old name = new name."}};
static const weir_arg_info levels_args[] = {{.name = "levels", .type = "list", .help = "New labels, in level order."}};
static const weir_arg_info level_args[] = {{.name = "level", .type = "text", .help = "Level that becomes the first."}};
static const weir_arg_info split_args[] = {{.name = "ratios", .type = "list|real", .help = "Shares of the first parts; the last gets the rest."},
                                           {.name = "seed", .type = "int", .def = "-1", .optional = true, .help = "Seed; -1 draws one."},
                                           COMPAT_ARG};
static const weir_arg_info other_args[] = {{.name = "other", .type = "frame", .help = "The other frame."}};
static const weir_arg_info sort_args[] = {{.name = "by", .type = "list|text|int", .help = "Columns, most important first."},
                                          {.name = "ascending", .type = "bool", .def = "true", .optional = true, .help = "Small values first."}};
static const weir_arg_info seed_args[] = {{.name = "seed", .type = "int", .def = "-1", .optional = true, .help = "Seed; -1 draws one."},
                                          COMPAT_ARG};

const verb verbs_frame[] = {
    {{.name = "head", .on = "frame", .group = "looking", .gives = "frame", .help = "The first rows.", ARGS(n_args)}, run_head},
    {{.name = "tail", .on = "frame", .group = "looking", .gives = "frame", .help = "The last rows.", ARGS(n_args)}, run_tail},
    {{.name = "rows", .on = "frame", .group = "looking", .gives = "frame", .help = "Rows from .. to.", ARGS(rows_args)}, run_rows},
    {{.name = "where", .on = "frame", .group = "shaping", .gives = "frame", .help = "Rows that a mask keeps.", ARGS(mask_args)}, run_where},
    {{.name = "select", .on = "frame", .group = "shaping", .gives = "frame", .help = "These columns.", ARGS(columns_args)}, run_select},
    {{.name = "drop", .on = "frame", .group = "shaping", .gives = "frame", .help = "All columns but these.", ARGS(columns_args)}, run_drop},
    {{.name = "with", .on = "frame", .group = "shaping", .gives = "frame", .help = "The frame with a column replaced or added.", ARGS(with_args)}, run_with},
    {{.name = "set_names", .on = "frame", .group = "shaping", .gives = "frame", .help = "The frame with new column names.", ARGS(set_names_args)}, run_set_names},
    {{.name = "rename", .on = "frame", .group = "shaping", .gives = "frame", .help = "The frame with some columns renamed.", ARGS(rename_args)}, run_rename},
    {{.name = "asfactor", .on = "frame", .group = "types", .gives = "frame", .help = "Columns as factors."}, run_asfactor},
    {{.name = "asnumeric", .on = "frame", .group = "types", .gives = "frame", .help = "Columns as numbers."}, run_asnumeric},
    {{.name = "ascharacter", .on = "frame", .group = "types", .gives = "frame", .help = "Columns as text."}, run_ascharacter},
    {{.name = "levels", .on = "frame", .group = "types", .gives = "value", .help = "Levels of a factor."}, run_levels},
    {{.name = "nlevels", .on = "frame", .group = "types", .gives = "number", .help = "Number of levels of a factor."}, run_nlevels},
    {{.name = "set_levels", .on = "frame", .group = "types", .gives = "frame", .help = "The factor with new labels.", ARGS(levels_args)}, run_set_levels},
    {{.name = "relevel", .on = "frame", .group = "types", .gives = "frame", .help = "The factor with this level first.", ARGS(level_args)}, run_relevel},
    {{.name = "split", .on = "frame", .group = "shaping", .gives = "frames", .help = "Random parts of a frame.", ARGS(split_args)}, run_split},
    {{.name = "cbind", .on = "frame", .group = "shaping", .gives = "frame", .help = "Columns of two frames side by side.", ARGS(other_args)}, run_cbind},
    {{.name = "rbind", .on = "frame", .group = "shaping", .gives = "frame", .help = "Rows of two frames one above the other.", ARGS(other_args)}, run_rbind},
    {{.name = "sort", .on = "frame", .group = "shaping", .gives = "frame", .help = "Rows in order; missing values first.", ARGS(sort_args)}, run_sort},
    {{.name = "describe", .on = "frame", .group = "looking", .gives = "frame", .help = "One row of statistics per column."}, run_describe},
    {{.name = "summary", .on = "frame", .group = "looking", .gives = "frame", .help = "One row of statistics per column."}, run_describe},
    {{.name = "table", .on = "frame", .group = "looking", .gives = "frame", .help = "How often each value of a column occurs."}, run_table},
    {{.name = "runif", .on = "frame", .group = "shaping", .gives = "frame", .help = "A column of random numbers in [0, 1).", ARGS(seed_args)}, run_runif},
};
const size_t verbs_frame_count = sizeof verbs_frame / sizeof *verbs_frame;
