/* frame_tools.c - what the verbs on frames share: arguments, results, work on columns. */
#include "data/frame_tools.h"

#include "base/mem.h"
#include "base/rng.h"
#include "base/status.h"
#include "base/text.h"
#include "data/number.h"
#include "data/order.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Results ------------------------------------------------------------------------- */

weir_status tool_give(weir_status st, weir_frame *const *f, weir_value *out)
{
    if (!st)
        *out = (weir_value){.kind = WEIR_FRAME, .as.frame = *f};
    return st;
}

void tool_unref_all(column **cols, size_t n)
{
    for (size_t i = 0; cols && i < n; i++)
        column_unref(cols[i]);
}

weir_status tool_give_columns(column **cols, const char *const *names, size_t n, size_t rows,
                              const char *doing, weir_value *out, weir_error *err)
{
    weir_frame *f = NULL;

    for (size_t i = 0; i < n; i++)
        if (!cols[i]) {
            tool_unref_all(cols, n);
            return weir_no_memory(err, doing);
        }
    return tool_give(frame_new(&f, cols, names, n, rows, err), &f, out);
}

weir_status tool_give_column(column *c, const char *name, const char *doing, weir_value *out, weir_error *err)
{
    return tool_give_columns(&c, &name, 1, c ? c->rows : 0, doing, out, err);
}

weir_status tool_give_numbers(const double *x, size_t n, weir_value *out, weir_error *err)
{
    weir_value list = weir_list();
    weir_status st = WEIR_OK;

    if (n == 1) {
        *out = weir_real(x[0]);
        return WEIR_OK;
    }
    for (size_t i = 0; i < n && !st; i++)
        st = weir_list_add(&list, weir_real(x[i]), err);
    if (st)
        weir_value_clear(&list);
    else
        *out = list;
    return st;
}

/* Arguments --------------------------------------------------------------------------- */

bool tool_is_number(weir_type t)
{
    return t == WEIR_TYPE_NUMERIC || t == WEIR_TYPE_TIME || t == WEIR_TYPE_MISSING;
}

weir_status tool_not_number(const char *who, const weir_frame *f, size_t col, weir_error *err)
{
    return weir_fail(err, WEIR_EINVAL, "%s: column '%s' is %s; numbers are needed", who, f->name[col],
                     weir_type_name(f->col[col]->type));
}

weir_status tool_need_numbers(const char *who, const weir_frame *f, weir_error *err)
{
    for (size_t i = 0; i < f->cols; i++)
        if (!tool_is_number(f->col[i]->type))
            return tool_not_number(who, f, i, err);
    return WEIR_OK;
}

const column *tool_one(const weir_frame *f, const char *who, weir_error *err)
{
    if (f->cols == 1)
        return f->col[0];
    weir_fail(err, WEIR_EINVAL, "%s works on one column; the frame has %zu", who, f->cols);
    return NULL;
}

const column *tool_one_factor(const weir_frame *f, const char *who, weir_error *err)
{
    const column *c = tool_one(f, who, err);

    if (!c || c->type == WEIR_TYPE_FACTOR)
        return c;
    weir_fail(err, WEIR_EINVAL, "%s: column '%s' is %s, not a factor; asfactor makes one", who, f->name[0],
              weir_type_name(c->type));
    return NULL;
}

double tool_real(const weir_value *v)
{
    return v && v->kind == WEIR_REAL ? v->as.r : v && v->kind == WEIR_INT ? (double)v->as.i
                                             : v && v->kind == WEIR_BOOL  ? (double)v->as.b
                                                                          : (double)NAN;
}

weir_status tool_reals(const weir_value *v, const char *who, const char *arg, double **x, size_t *n, weir_error *err)
{
    size_t count = v->kind == WEIR_LIST ? v->as.list.n : 1;
    double *made = mem_array(count + 1, sizeof *made);

    if (!made)
        return weir_no_memory(err, who);
    for (size_t i = 0; i < count; i++) {
        const weir_value *one = v->kind == WEIR_LIST ? &v->as.list.v[i] : v;
        if (one->kind != WEIR_REAL && one->kind != WEIR_INT) {
            mem_free(made);
            return weir_fail_at(err, WEIR_EINVAL, arg, "%s: %s holds a %s where a number is needed", who, arg,
                                weir_kind_name(one->kind));
        }
        made[i] = tool_real(one);
    }
    *x = made;
    *n = count;
    return WEIR_OK;
}

weir_status tool_columns_or(const verb_context *c, const char *arg, bool (*all)(weir_type), size_t **cols, size_t *n,
                            weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    const weir_value *v = verb_value(c, arg);

    if (v)
        return verb_columns(f, v, arg, cols, n, err);
    *cols = mem_array(f->cols + 1, sizeof **cols);
    if (!*cols)
        return weir_no_memory(err, "selecting columns");
    *n = 0;
    for (size_t i = 0; i < f->cols; i++)
        if (!all || all(f->col[i]->type))
            (*cols)[(*n)++] = i;
    return WEIR_OK;
}

int tool_word(const verb_context *c, const char *arg, const char *const *words, int n, weir_error *err)
{
    const char *s = verb_text(c, arg);
    char list[256] = "";
    size_t at = 0;

    for (int i = 0; s && i < n; i++)
        if (text_same_word(s, words[i]))
            return i;
    for (int i = 0; i < n && at < sizeof list; i++)
        at += (size_t)snprintf(list + at, sizeof list - at, "%s\"%s\"", i ? ", " : "", words[i]);
    weir_fail_at(err, WEIR_EINVAL, arg, "%s = \"%s\" is none of %s", arg, s ? s : "", list);
    return -1;
}

uint64_t tool_seed(const verb_context *c)
{
    int64_t seed = verb_int(c, "seed", -1);
    return seed == -1 ? (uint64_t)rng_fresh_seed() : (uint64_t)seed;
}

weir_status tool_compat(const verb_context *c, bool *h2o, weir_error *err)
{
    static const char *const words[] = {"none", "h2o"};
    int at = verb_text(c, "compat") ? tool_word(c, "compat", words, 2, err) : 0;

    *h2o = at == 1;
    return at < 0 ? WEIR_EINVAL : WEIR_OK;
}

int tool_threads(const verb_context *c, size_t n)
{
    return n < 20000 ? 1 : progress_threads(c->progress);
}

void tool_new_name(const char *base, const char *const *names, size_t n, char *buf, size_t cap)
{
    bool taken = true;

    snprintf(buf, cap, "%s", base);
    for (size_t tail = 0; taken; tail++) {
        taken = false;
        for (size_t i = 0; i < n && !taken; i++)
            taken = !strcmp(names[i], buf);
        if (taken)
            snprintf(buf, cap, "%.200s%zu", base, tail);
    }
}

/* Columns --------------------------------------------------------------------------------- */

static void read_cells(const column *c, size_t from, size_t n, double *x)
{
    if (c->type != WEIR_TYPE_FACTOR) {
        column_read(c, from, n, x);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t code = column_code_at(c, from + i);
        x[i] = code == COLUMN_MISSING ? (double)NAN : code;
    }
}

double *tool_read_on(const column *c, int threads)
{
    enum { BLOCK = 1 << 14 };
    double *x = mem_array(c->rows + 1, sizeof *x);

#pragma omp parallel for num_threads(threads) if (threads > 1)
    for (size_t at = 0; at < (x ? c->rows : 0); at += BLOCK)
        read_cells(c, at, c->rows - at < BLOCK ? c->rows - at : BLOCK, x + at);
    return x;
}

double *tool_read(const column *c)
{
    return tool_read_on(c, 1);
}

weir_status tool_rebuild(const weir_frame *f, column **with, const char *const *names, size_t n, weir_frame **out,
                         weir_error *err)
{
    column **cols = mem_array(f->cols + n + 1, sizeof *cols);
    const char **all = mem_array(f->cols + n + 1, sizeof *all);
    size_t k = f->cols;

    if (!cols || !all) {
        tool_unref_all(with, n);
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

weir_status tool_map(const verb_context *c, const weir_frame *f, tool_column_fn *fn, const void *with,
                     const char *const *names, const char *doing, weir_value *out, weir_error *err)
{
    column **cols = mem_zero(f->cols + 1, sizeof *cols);
    int threads = tool_threads(c, f->rows);

    if (!cols)
        return weir_no_memory(err, doing);
#pragma omp parallel for num_threads(threads) schedule(dynamic) if (threads > 1 && f->cols > 1)
    for (size_t i = 0; i < f->cols; i++)
        cols[i] = fn(with, f->col[i], i);
    weir_status st = tool_give_columns(cols, names ? names : (const char *const *)f->name, f->cols, f->rows, doing, out, err);
    mem_free(cols);
    return st;
}

size_t tool_cell_text(const column *c, size_t row, char *buf, size_t cap)
{
    column *me = (column *)(uintptr_t)c; /* only read */
    weir_frame one = {.rows = c->rows, .cols = 1, .col = &me};
    return weir_frame_text(&one, 0, row, buf, cap);
}

column *tool_factor_of(const char *const *labels, size_t rows)
{
    weir_column_init init = {.name = "x", .type = WEIR_TYPE_FACTOR, .labels = labels};
    weir_frame *f = NULL;

    if (weir_frame_build(&f, &init, 1, rows, NULL))
        return NULL;
    column *c = column_ref(f->col[0]);
    weir_frame_unref(f);
    return c;
}

column *tool_recode(const column *c, const uint32_t *to, const char *const *levels, size_t n_levels)
{
    uint32_t *codes = mem_array(c->rows + 1, sizeof *codes);
    column *made = NULL;

    if (codes) {
        column_codes(c, 0, c->rows, codes);
        for (size_t i = 0; i < c->rows; i++)
            codes[i] = codes[i] == COLUMN_MISSING ? COLUMN_MISSING : to[codes[i]];
        made = column_of_codes(codes, c->rows, levels, n_levels);
    }
    mem_free(codes);
    return made;
}

/* Texts, NULL = missing, borrowed from the column (and its levels). */
static const char **labels_of(const column *c)
{
    const char **s = mem_array(c->rows + 1, sizeof *s);

    for (size_t i = 0; s && i < c->rows; i++) {
        uint32_t code = c->type == WEIR_TYPE_FACTOR ? column_code_at(c, i) : 0;
        s[i] = c->type == WEIR_TYPE_STRING ? column_text_at(c, i, NULL) : code == COLUMN_MISSING ? NULL : c->levels[code];
    }
    return s;
}

/* Numbers: the distinct ones in order are the levels. */
static column *factor_of_numbers(const column *c)
{
    grouping g = {0};
    column *made = NULL;
    uint32_t *codes = mem_array(c->rows + 1, sizeof *codes);

    if (!codes || order_group_column(c, 1, &g, NULL)) {
        mem_free(codes);
        return NULL;
    }
    const char **levels = mem_array(g.groups + 1, sizeof *levels);
    char (*label)[32] = mem_array(g.groups + 1, sizeof *label);
    uint32_t n = 0;
    for (size_t k = 0; levels && label && k < g.groups; k++) {
        size_t row = g.rows[g.start[k]];
        bool missing = column_missing(c, row);
        for (size_t i = g.start[k]; i < g.start[k + 1]; i++)
            codes[g.rows[i]] = missing ? COLUMN_MISSING : n;
        if (missing)
            continue;
        tool_cell_text(c, row, label[n], sizeof label[n]);
        levels[n] = label[n];
        n++;
    }
    if (levels && label)
        made = column_of_codes(codes, c->rows, levels, n);
    mem_free(codes), mem_free(levels), mem_free(label);
    grouping_free(&g);
    return made;
}

column *tool_as_factor(const column *c)
{
    if (c->type == WEIR_TYPE_FACTOR)
        return column_ref(c);
    if (c->type != WEIR_TYPE_STRING)
        return factor_of_numbers(c);
    const char **s = labels_of(c);
    column *made = s ? tool_factor_of(s, c->rows) : NULL;
    mem_free(s);
    return made;
}

/* Labels that are all numbers mean those numbers; otherwise a factor gives its codes. */
static column *number_of_levels(const column *c)
{
    double *level = mem_array(c->n_levels + 1, sizeof *level), *x = tool_read(c);
    column *made = NULL;
    bool by_label = true;

    for (size_t k = 0; level && k < c->n_levels && by_label; k++)
        by_label = number_parse(c->levels[k], strlen(c->levels[k]), &level[k]);
    for (size_t i = 0; x && level && by_label && i < c->rows; i++)
        x[i] = isnan(x[i]) ? x[i] : level[(size_t)x[i]];
    if (x && level)
        made = column_of_numbers(WEIR_TYPE_NUMERIC, x, c->rows);
    mem_free(level), mem_free(x);
    return made;
}

column *tool_as_numeric(const column *c)
{
    if (c->type == WEIR_TYPE_NUMERIC || c->type == WEIR_TYPE_MISSING)
        return column_ref(c);
    if (c->type == WEIR_TYPE_FACTOR)
        return number_of_levels(c);
    double *x = tool_read(c);
    for (size_t i = 0; x && c->type == WEIR_TYPE_STRING && i < c->rows; i++) {
        size_t n = 0;
        const char *s = column_text_at(c, i, &n);
        if (!s || !number_parse(s, n, &x[i]))
            x[i] = NAN;
    }
    column *made = x ? column_of_numbers(WEIR_TYPE_NUMERIC, x, c->rows) : NULL;
    mem_free(x);
    return made;
}

column *tool_as_text(const column *c)
{
    if (c->type == WEIR_TYPE_STRING)
        return column_ref(c);
    column *levels = c->type == WEIR_TYPE_FACTOR ? column_ref(c) : factor_of_numbers(c);
    const char **s = levels ? labels_of(levels) : NULL;
    column *made = s ? column_of_texts(s, c->rows) : NULL;
    mem_free(s);
    column_unref(levels);
    return made;
}

/* Joining --------------------------------------------------------------------------------- */

static column *stacked_numbers(const column *const *part, size_t n, size_t rows, weir_type t)
{
    double *x = mem_array(rows + 1, sizeof *x);
    size_t at = 0;

    for (size_t j = 0; x && j < n; at += part[j++]->rows)
        column_read(part[j], 0, part[j]->rows, x + at);
    column *made = x ? column_of_numbers(t == WEIR_TYPE_TIME ? t : WEIR_TYPE_NUMERIC, x, rows) : NULL;
    mem_free(x);
    return made;
}

static column *stacked_texts(const column *const *part, size_t n, size_t rows)
{
    const char **s = mem_array(rows + 1, sizeof *s);
    size_t at = 0;

    for (size_t j = 0; s && j < n; j++)
        for (size_t i = 0; i < part[j]->rows; i++)
            s[at++] = part[j]->type == WEIR_TYPE_STRING ? column_text_at(part[j], i, NULL) : NULL;
    column *made = s ? column_of_texts(s, rows) : NULL;
    mem_free(s);
    return made;
}

/* Levels of the first part in their order, then the new ones of the next. */
static column *stacked_factors(const column *const *part, size_t n, size_t rows)
{
    map *levels = map_new();
    uint32_t *codes = mem_array(rows + 1, sizeof *codes), *to = NULL;
    bool good = levels && codes;
    size_t at = 0;

    for (size_t j = 0; good && j < n; j++) {
        to = mem_array(part[j]->n_levels + 1, sizeof *to);
        good = to != NULL;
        for (size_t k = 0; good && k < part[j]->n_levels; k++) {
            to[k] = (uint32_t)map_count(levels);
            good = map_add(levels, part[j]->levels[k], strlen(part[j]->levels[k]), &to[k], NULL);
        }
        for (size_t i = 0; good && i < part[j]->rows; i++) {
            uint32_t code = part[j]->type == WEIR_TYPE_FACTOR ? column_code_at(part[j], i) : COLUMN_MISSING;
            codes[at++] = code == COLUMN_MISSING ? COLUMN_MISSING : to[code];
        }
        mem_free(to);
    }
    const char **names = good ? mem_array(map_count(levels) + 1, sizeof *names) : NULL;
    for (size_t k = 0; names && k < map_count(levels); k++)
        names[k] = map_key(levels, k, NULL);
    column *made = names ? column_of_codes(codes, rows, names, map_count(levels)) : NULL;
    mem_free(names), mem_free(codes);
    map_free(levels);
    return made;
}

column *tool_stack(const column *const *part, size_t n, size_t rows, weir_type t)
{
    return t == WEIR_TYPE_FACTOR   ? stacked_factors(part, n, rows)
           : t == WEIR_TYPE_STRING ? stacked_texts(part, n, rows)
                                   : stacked_numbers(part, n, rows, t);
}

/* Numbers and codes of picked rows, TOOL_NONE = missing. */
static column *picked_numbers(const column *c, const uint64_t *rows, size_t n)
{
    double *x = tool_read(c), *y = mem_array(n + 1, sizeof *y);
    column *made = NULL;

    for (size_t i = 0; x && y && i < n; i++)
        y[i] = rows[i] == TOOL_NONE ? (double)NAN : x[rows[i]];
    if (x && y)
        made = column_of_numbers(c->type == WEIR_TYPE_TIME ? c->type : WEIR_TYPE_NUMERIC, y, n);
    mem_free(x), mem_free(y);
    return made;
}

column *tool_pick(const column *c, const uint64_t *rows, size_t n)
{
    bool holes = false;
    column *made = NULL;

    for (size_t i = 0; i < n && !holes; i++)
        holes = rows[i] == TOOL_NONE;
    if (!holes)
        return column_pick(c, rows, n);
    if (c->type == WEIR_TYPE_STRING) {
        const char **s = mem_array(n + 1, sizeof *s);
        for (size_t i = 0; s && i < n; i++)
            s[i] = rows[i] == TOOL_NONE ? NULL : column_text_at(c, rows[i], NULL);
        made = s ? column_of_texts(s, n) : NULL;
        mem_free(s);
        return made;
    }
    if (c->type != WEIR_TYPE_FACTOR)
        return picked_numbers(c, rows, n);
    uint32_t *codes = mem_array(n + 1, sizeof *codes);
    for (size_t i = 0; codes && i < n; i++)
        codes[i] = rows[i] == TOOL_NONE ? COLUMN_MISSING : column_code_at(c, rows[i]);
    made = codes ? column_of_codes(codes, n, (const char *const *)c->levels, c->n_levels) : NULL;
    mem_free(codes);
    return made;
}
