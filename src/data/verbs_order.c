/* verbs_order.c - rows in order: sorting, ranks, distinct rows, first and last ones, members of lists. */
#include "data/frame_tools.h"
#include "data/frame_verbs.h"

#include "base/mem.h"
#include "base/status.h"
#include "base/text.h"
#include "data/number.h"
#include "data/when.h"
#include "data/order.h"

#include <math.h>
#include <string.h>

/* Sorting ------------------------------------------------------------------------------ */

/* One direction for all columns, or one for each. */
static weir_status directions(const verb_context *c, const char *who, size_t n, bool **descending, weir_error *err)
{
    const weir_value *v = verb_value(c, "ascending");
    bool *down = mem_zero(n + 1, sizeof *down);
    weir_status st = down ? WEIR_OK : weir_no_memory(err, who);

    if (!st && v && v->kind == WEIR_LIST && v->as.list.n != n && v->as.list.n != 1)
        st = weir_fail_at(err, WEIR_EINVAL, "ascending", "%s: %zu directions for %zu columns", who, v->as.list.n, n);
    for (size_t i = 0; i < n && !st && v; i++) {
        const weir_value *one = v->kind == WEIR_LIST ? &v->as.list.v[v->as.list.n == 1 ? 0 : i] : v;
        if (one->kind != WEIR_BOOL && one->kind != WEIR_INT)
            st = weir_fail_at(err, WEIR_EINVAL, "ascending", "%s: a direction is true or false, not a %s", who, weir_kind_name(one->kind));
        else
            down[i] = !(one->kind == WEIR_BOOL ? one->as.b : one->as.i != 0);
    }
    if (st)
        mem_free(down);
    else
        *descending = down;
    return st;
}

static weir_status run_sort(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    size_t *by, n;
    bool *down = NULL;
    weir_frame *g = NULL;
    int threads = tool_threads(c, f->rows);
    weir_status st = verb_columns(f, verb_value(c, "by"), "sort", &by, &n, err);

    if (st)
        return st;
    st = directions(c, "sort", n, &down, err);
    uint64_t *rows = st ? NULL : mem_array(f->rows + 1, sizeof *rows);
    if (!st && !rows)
        st = weir_no_memory(err, "sorting");
    if (!st)
        st = order_frame(f, by, down, n, threads, rows, err);
    if (!st)
        st = frame_pick_on(&g, f, rows, f->rows, threads, err);
    mem_free(by), mem_free(down), mem_free(rows);
    return tool_give(st, &g, out);
}

/* Ranks ---------------------------------------------------------------------------------- */

typedef enum ties { AVERAGE, MINIMUM, MAXIMUM, FIRST, DENSE } ties;

static column *ranked(const void *with, const column *c, size_t col)
{
    const int *how = with;
    grouping g;
    double *x = mem_array(c->rows + 1, sizeof *x);
    size_t before = 0, groups = 0;

    (void)col;
    if (!x || order_group_column(c, 1, &g, NULL)) {
        mem_free(x);
        return NULL;
    }
    for (size_t k = 0; k < g.groups; k++) {
        size_t n = g.start[k + 1] - g.start[k];
        bool missing = column_missing(c, g.rows[g.start[k]]);
        groups += !missing;
        for (size_t i = 0; i < n; i++) {
            double r = *how == AVERAGE   ? (double)before + ((double)n + 1) / 2
                       : *how == MINIMUM ? (double)before + 1
                       : *how == MAXIMUM ? (double)(before + n)
                       : *how == FIRST   ? (double)(before + i + 1)
                                         : (double)groups;
            x[g.rows[g.start[k] + i]] = missing ? (double)NAN : r;
        }
        before += missing ? 0 : n;
    }
    column *made = column_of_numbers(WEIR_TYPE_NUMERIC, x, c->rows);
    grouping_free(&g);
    mem_free(x);
    return made;
}

static weir_status run_rank(const verb_context *c, weir_value *out, weir_error *err)
{
    static const char *const words[] = {"average", "min", "max", "first", "dense"};
    int how = tool_word(c, "ties", words, 5, err);

    return how < 0 ? WEIR_EINVAL : tool_map(c, verb_frame(c, "self"), ranked, &how, NULL, "ranking", out, err);
}

/* Rank of each row within its group, in the order of other columns. Rows with a missing
 * sort cell have no rank. The frame comes back sorted by group and order, or by order and group. */
static weir_status run_rank_within_group_by(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    const char *name = verb_text(c, "name");
    size_t *by = NULL, *sort = NULL, n_by = 0, n_sort = 0;
    bool *down = NULL, sorted = verb_bool(c, "sorted", false);
    weir_frame *g = NULL, *h = NULL;
    int threads = tool_threads(c, f->rows);
    weir_status st = verb_columns(f, verb_value(c, "group_by"), "group_by", &by, &n_by, err);

    if (!st)
        st = verb_columns(f, verb_value(c, "sort_by"), "sort_by", &sort, &n_sort, err);
    if (!st)
        st = directions(c, "rank_within_group_by", n_sort, &down, err);
    size_t *keys = mem_array(n_by + n_sort + 1, sizeof *keys);
    bool *dirs = mem_zero(n_by + n_sort + 1, sizeof *dirs);
    uint64_t *rows = mem_array(f->rows + 1, sizeof *rows), *by_sort = mem_array(f->rows + 1, sizeof *by_sort);
    double *x = mem_array(f->rows + 1, sizeof *x), *y = mem_array(f->rows + 1, sizeof *y);
    if (!st && (!keys || !dirs || !rows || !by_sort || !x || !y))
        st = weir_no_memory(err, "ranking");
    if (!st && weir_frame_find(f, name) >= 0)
        st = weir_fail_at(err, WEIR_EINVAL, "name", "rank_within_group_by: there is a column '%s' already", name);
    for (size_t i = 0; !st && i < n_by + n_sort; i++) {
        keys[i] = i < n_by ? by[i] : sort[i - n_by];
        dirs[i] = i >= n_by && down[i - n_by];
    }
    if (!st)
        st = order_frame(f, keys, dirs, n_by + n_sort, threads, rows, err);
    grouping group = {0};
    if (!st)
        st = order_group(f, by, n_by, threads, &group, err);
    if (!st) { /* both are in the order of groups */
        for (size_t k = 0; k < group.groups; k++) {
            double rank = 0;
            for (size_t i = group.start[k]; i < group.start[k + 1]; i++) {
                bool missing = false;
                for (size_t j = 0; j < n_sort; j++)
                    missing = missing || column_missing(f->col[sort[j]], rows[i]);
                x[rows[i]] = missing ? (double)NAN : ++rank;
            }
        }
        for (size_t i = 0; i < n_by + n_sort; i++) { /* equal ones stay in the order of groups */
            keys[i] = i < n_sort ? sort[i] : by[i - n_sort];
            dirs[i] = i < n_sort && down[i];
        }
        if (sorted)
            st = order_frame(f, keys, dirs, n_by + n_sort, threads, by_sort, err);
        const uint64_t *order = sorted ? by_sort : rows;
        for (size_t i = 0; !st && i < f->rows; i++)
            y[i] = x[order[i]];
        if (!st)
            st = frame_pick_on(&g, f, order, f->rows, threads, err);
    }
    if (!st) {
        column *rank = column_of_numbers(WEIR_TYPE_NUMERIC, y, f->rows);
        st = rank ? tool_rebuild(g, &rank, &name, 1, &h, err) : weir_no_memory(err, "ranking");
    }
    grouping_free(&group);
    weir_frame_unref(g);
    mem_free(by), mem_free(sort), mem_free(down), mem_free(keys), mem_free(dirs);
    mem_free(rows), mem_free(by_sort), mem_free(x), mem_free(y);
    return tool_give(st, &h, out);
}

/* The largest or smallest ------------------------------------------------------------------- */

static weir_status top(const verb_context *c, bool largest, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    const weir_value *v = verb_value(c, "column");
    double share = verb_real(c, "percent", 10);
    ptrdiff_t at = v ? verb_column(f, v, "column", err) : 0;

    if (at < 0)
        return WEIR_EINVAL;
    const column *col = f->col[at];
    if (!tool_is_number(col->type))
        return tool_not_number(largest ? "topn" : "bottomn", f, (size_t)at, err);
    if (!(share > 0 && share <= 100))
        return weir_fail_at(err, WEIR_EINVAL, "percent", "percent = %g is outside (0, 100]", share);
    size_t n = (size_t)floor(share / 100 * (double)f->rows + 0.5), there = f->rows - col->stats.missing, k = 0;
    n = n > there ? there : n;
    uint64_t *rows = mem_array(f->rows + 1, sizeof *rows);
    double *x = mem_array(n + 1, sizeof *x);
    weir_status st = rows && x ? order_frame(f, &(size_t){(size_t)at}, &largest, 1, tool_threads(c, f->rows), rows, err)
                               : weir_no_memory(err, "sorting");
    column *cols[2] = {NULL, NULL};
    for (size_t i = 0; !st && i < f->rows && k < n; i++)
        if (i >= col->stats.missing) { /* holes come first */
            x[k] = (double)rows[i] + 1;
            rows[k++] = rows[i];
        }
    if (!st) {
        const char *names[] = {"row", f->name[at]};
        char name[TOOL_NAME];
        tool_new_name("row", (const char *const[]){f->name[at]}, 1, name, sizeof name);
        names[0] = name;
        cols[0] = column_of_numbers(WEIR_TYPE_NUMERIC, x, n);
        cols[1] = column_pick(col, rows, n);
        st = tool_give_columns(cols, names, 2, n, "sorting", out, err);
    }
    mem_free(rows), mem_free(x);
    return st;
}

static weir_status run_topn(const verb_context *c, weir_value *out, weir_error *err)
{
    return top(c, true, out, err);
}

static weir_status run_bottomn(const verb_context *c, weir_value *out, weir_error *err)
{
    return top(c, false, out, err);
}

/* Distinct rows --------------------------------------------------------------------------------- */

static weir_status run_unique(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    const column *col = tool_one(f, "unique", err);
    bool with_missing = verb_bool(c, "include_nas", false);
    grouping g;
    size_t n = 0;

    if (!col)
        return WEIR_EINVAL;
    weir_status st = order_group_column(col, tool_threads(c, f->rows), &g, err);
    if (st)
        return st;
    bool hole = g.groups && column_missing(col, g.rows[g.start[0]]);
    uint64_t *rows = mem_array(g.groups + 1, sizeof *rows);
    for (size_t k = hole; rows && k < g.groups; k++)
        rows[n++] = g.rows[g.start[k]];
    if (rows && hole && with_missing)
        rows[n++] = g.rows[g.start[0]];
    column *made = rows ? column_pick(col, rows, n) : NULL;
    mem_free(rows);
    grouping_free(&g);
    return tool_give_column(made, f->name[0], "unique", out, err);
}

static weir_status run_drop_duplicates(const verb_context *c, weir_value *out, weir_error *err)
{
    static const char *const keeps[] = {"first", "last"};
    const weir_frame *f = verb_frame(c, "self");
    int last = tool_word(c, "keep", keeps, 2, err);
    size_t *by = NULL, n_by = 0, n = 0;
    grouping g;
    weir_frame *h = NULL;
    weir_status st = last < 0 ? WEIR_EINVAL : tool_columns_or(c, "columns", NULL, &by, &n_by, err);

    if (!st)
        st = order_group(f, by, n_by, tool_threads(c, f->rows), &g, err);
    mem_free(by);
    if (st)
        return st;
    bool *keep = mem_zero(f->rows + 1, sizeof *keep);
    uint64_t *rows = mem_array(f->rows + 1, sizeof *rows);
    for (size_t k = 0; keep && k < g.groups; k++)
        keep[g.rows[last ? g.start[k + 1] - 1 : g.start[k]]] = true;
    for (size_t i = 0; keep && rows && i < f->rows; i++)
        if (keep[i])
            rows[n++] = i;
    st = keep && rows ? frame_pick_on(&h, f, rows, n, tool_threads(c, n), err) : weir_no_memory(err, "drop_duplicates");
    mem_free(keep), mem_free(rows);
    grouping_free(&g);
    return tool_give(st, &h, out);
}

/* Members ------------------------------------------------------------------------------------------ */

/* Position, from 1, in the list of each of c's cells; NaN = not there. */
static weir_status positions(const weir_frame *f, const char *who, const weir_value *list, double *x, weir_error *err)
{
    const column *c = f->col[0];
    size_t n = list->kind == WEIR_LIST ? list->as.list.n : 1;
    bool words = c->type == WEIR_TYPE_FACTOR || c->type == WEIR_TYPE_STRING;
    column *codes = words ? tool_as_factor(c) : NULL;
    double *place = words && codes ? mem_array(codes->n_levels + 1, sizeof *place) : NULL, cell;
    map *m = map_new();
    weir_status st = m && (!words || place) ? WEIR_OK : weir_no_memory(err, who);

    for (size_t k = 0; k < n && !st; k++) { /* numbers among labels are compared as their text */
        const weir_value *v = list->kind == WEIR_LIST ? &list->as.list.v[k] : list;
        char buf[64];
        uint32_t at = (uint32_t)k;
        double ms, num = tool_real(v);
        bool date = c->type == WEIR_TYPE_TIME && v->kind == WEIR_TEXT && when_parse(v->as.text.s, v->as.text.n, WHEN_ANY, &ms);
        if (v->kind != WEIR_TEXT && v->kind != WEIR_REAL && v->kind != WEIR_INT)
            st = weir_fail_at(err, WEIR_EINVAL, "values", "%s: entry %zu is a %s, not a number or text", who, k + 1, weir_kind_name(v->kind));
        else if (!words && v->kind == WEIR_TEXT && !date)
            st = weir_fail_at(err, WEIR_EINVAL, "values", "%s: column '%s' is %s and has no \"%s\"", who, f->name[0], weir_type_name(c->type), v->as.text.s);
        else {
            num = date ? ms : num;
            size_t len = words && v->kind == WEIR_TEXT ? v->as.text.n : words ? text_put_number(num, buf) : sizeof num;
            num += 0.0;
            if (!map_add(m, words && v->kind == WEIR_TEXT ? v->as.text.s : words ? buf : (const char *)&num, len, &at, NULL))
                st = weir_no_memory(err, who);
        }
    }
    uint32_t at;
    for (size_t k = 0; words && !st && k < codes->n_levels; k++)
        place[k] = map_get(m, codes->levels[k], strlen(codes->levels[k]), &at) ? (double)at + 1 : (double)NAN;
    for (size_t i = 0; i < c->rows && !st; i++) {
        if (words) {
            uint32_t code = column_code_at(codes, i);
            x[i] = code == COLUMN_MISSING ? (double)NAN : place[code];
        } else {
            cell = column_at(c, i) + 0.0;
            x[i] = !isnan(cell) && map_get(m, (const char *)&cell, sizeof cell, &at) ? (double)at + 1 : (double)NAN;
        }
    }
    mem_free(place);
    column_unref(codes);
    map_free(m);
    return st;
}

static weir_status members(const verb_context *c, const char *who, bool mask, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");

    if (!tool_one(f, who, err))
        return WEIR_EINVAL;
    double *x = mem_array(f->rows + 1, sizeof *x);
    weir_status st = x ? positions(f, who, verb_value(c, "values"), x, err) : weir_no_memory(err, who);
    for (size_t i = 0; mask && !st && i < f->rows; i++)
        x[i] = !isnan(x[i]);
    column *made = st ? NULL : column_of_numbers(WEIR_TYPE_NUMERIC, x, f->rows);
    mem_free(x);
    return st ? st : tool_give_column(made, f->name[0], who, out, err);
}

static weir_status run_match(const verb_context *c, weir_value *out, weir_error *err)
{
    return members(c, "match", false, out, err);
}

static weir_status run_isin(const verb_context *c, weir_value *out, weir_error *err)
{
    return members(c, "isin", true, out, err);
}

static weir_status run_which(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    const column *col = tool_one(f, "which", err);
    size_t n = 0;

    if (!col)
        return WEIR_EINVAL;
    if (!tool_is_number(col->type))
        return tool_not_number("which", f, 0, err);
    double *x = tool_read(col);
    for (size_t i = 0; x && i < f->rows; i++)
        if (!isnan(x[i]) && x[i] != 0)
            x[n++] = (double)i + 1;
    column *made = x ? column_of_numbers(WEIR_TYPE_NUMERIC, x, n) : NULL;
    mem_free(x);
    return tool_give_column(made, "row", "which", out, err);
}

static const weir_arg_info sort_args[] = {
    {.name = "by", .type = "list|text|int", .help = "Columns, most important first."},
    {.name = "ascending", .type = "bool|list", .def = "true", .optional = true, .help = "Small values first; one for all or one per column."}};
static const weir_arg_info rank_args[] = {
    {.name = "ties", .type = "text", .def = "average", .optional = true, .help = "Rank of equal cells: \"average\", \"min\", \"max\", \"first\", \"dense\"."}};
static const weir_arg_info within_args[] = {
    {.name = "group_by", .type = "list|text|int", .help = "Columns that make the groups."},
    {.name = "sort_by", .type = "list|text|int", .help = "Columns that make the order."},
    {.name = "ascending", .type = "bool|list", .def = "true", .optional = true, .help = "Small values first; one for all or one per column."},
    {.name = "name", .type = "text", .def = "rank", .optional = true, .help = "Name of the new column."},
    {.name = "sorted", .type = "bool", .def = "false", .optional = true, .help = "Rows in the order of sort_by, not by group first."}};
static const weir_arg_info top_args[] = {
    {.name = "column", .type = "text|int", .optional = true, .help = "Column to look at; the first by default."},
    {.name = "percent", .type = "real", .def = "10", .optional = true, .help = "Share of the rows, in percent."}};
static const weir_arg_info unique_args[] = {
    {.name = "include_nas", .type = "bool", .def = "false", .optional = true, .help = "Missing counts as a value; it comes last."}};
static const weir_arg_info duplicate_args[] = {
    {.name = "columns", .type = "list|text|int", .optional = true, .help = "Columns that must be equal; all by default."},
    {.name = "keep", .type = "text", .def = "first", .optional = true, .help = "\"first\" or \"last\" of equal rows."}};
static const weir_arg_info values_args[] = {{.name = "values", .type = "list|real|int|text", .help = "Values to look for."}};

const verb verbs_order[] = {
    VERB_JOB("sort", "shaping", "frame", "Rows in order; stable; missing values first, whatever the direction.", sort_args, run_sort),
    VERB("rank", "cells", "frame", "Rank of each cell in its column, from 1.", rank_args, run_rank),
    VERB("rank_within_group_by", "shaping", "frame", "The frame in order, with the rank of each row in its group.", within_args, run_rank_within_group_by),
    VERB("topn", "looking", "frame", "The largest values of a column and their rows.", top_args, run_topn),
    VERB("bottomn", "looking", "frame", "The smallest values of a column and their rows.", top_args, run_bottomn),
    VERB("unique", "looking", "frame", "Distinct values of a column, in order.", unique_args, run_unique),
    VERB("drop_duplicates", "shaping", "frame", "Rows that are distinct in some columns.", duplicate_args, run_drop_duplicates),
    VERB("match", "cells", "frame", "Position of each cell in a list, from 1.", values_args, run_match),
    VERB("isin", "cells", "frame", "1 where the cell is in a list, else 0.", values_args, run_isin),
    VERB0("which", "looking", "frame", "Rows, from 1, where a mask is true.", run_which),
};
const size_t verbs_order_count = sizeof verbs_order / sizeof *verbs_order;
