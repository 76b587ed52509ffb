/* verbs_reshape.c - frames turned around: long, wide, transposed. */
#include "data/frame_tools.h"
#include "data/frame_verbs.h"

#include "base/mem.h"
#include "base/status.h"
#include "data/order.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Long ------------------------------------------------------------------------------------ */

static bool all_numbers(const weir_frame *f, const size_t *cols, size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (!tool_is_number(f->col[cols[k]]->type))
            return false;
    return true;
}

/* Cells of columns, row by row; `rows` and `vars` say which; text when not all are numbers. */
static column *melted_values(const weir_frame *f, const size_t *cols, size_t n_cols, const uint64_t *rows, const uint32_t *vars, size_t n)
{
    column *made = NULL;

    if (all_numbers(f, cols, n_cols)) {
        double *x = mem_array(n + 1, sizeof *x);
        for (size_t i = 0; x && i < n; i++)
            x[i] = column_at(f->col[cols[vars[i]]], rows[i]);
        made = x ? column_of_numbers(WEIR_TYPE_NUMERIC, x, n) : NULL;
        mem_free(x);
        return made;
    }
    column **as_text = mem_zero(n_cols + 1, sizeof *as_text);
    const char **s = mem_array(n + 1, sizeof *s);
    bool good = as_text && s;
    for (size_t k = 0; good && k < n_cols; k++)
        good = (as_text[k] = tool_as_text(f->col[cols[k]])) != NULL;
    for (size_t i = 0; good && i < n; i++)
        s[i] = column_text_at(as_text[vars[i]], rows[i], NULL);
    made = good ? column_of_texts(s, n) : NULL;
    tool_unref_all(as_text, as_text ? n_cols : 0);
    mem_free(as_text), mem_free(s);
    return made;
}

static weir_status melt(const verb_context *c, const size_t *ids, size_t n_ids, const size_t *vals, size_t n_vals, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    bool skip = verb_bool(c, "skipna", false);
    size_t most = f->rows * n_vals, n = 0;
    uint64_t *rows = mem_array(most + 1, sizeof *rows);
    uint32_t *vars = mem_array(most + 1, sizeof *vars);
    column **cols = mem_zero(n_ids + 3, sizeof *cols);
    const char **names = mem_array(n_ids + n_vals + 3, sizeof *names);
    weir_status st = rows && vars && cols && names ? WEIR_OK : weir_no_memory(err, "melt");

    for (size_t i = 0; !st && i < f->rows; i++)
        for (size_t k = 0; k < n_vals; k++) {
            if (skip && column_missing(f->col[vals[k]], i))
                continue;
            rows[n] = i;
            vars[n++] = (uint32_t)k;
        }
    for (size_t k = 0; !st && k < n_ids; k++) {
        cols[k] = column_pick(f->col[ids[k]], rows, n);
        names[k] = f->name[ids[k]];
    }
    if (!st) {
        const char **levels = names + n_ids + 2;
        for (size_t k = 0; k < n_vals; k++)
            levels[k] = f->name[vals[k]];
        cols[n_ids] = column_of_codes(vars, n, levels, n_vals);
        cols[n_ids + 1] = melted_values(f, vals, n_vals, rows, vars, n);
        names[n_ids] = verb_text(c, "var_name");
        names[n_ids + 1] = verb_text(c, "value_name");
        st = tool_give_columns(cols, names, n_ids + 2, n, "melt", out, err);
    }
    mem_free(rows), mem_free(vars), mem_free(cols), mem_free(names);
    return st;
}

static weir_status run_melt(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    size_t *ids = NULL, *vals = NULL, n_ids = 0, n_vals = 0;
    bool *taken = mem_zero(f->cols + 1, sizeof *taken);
    weir_status st = taken ? verb_columns(f, verb_value(c, "id_vars"), "id_vars", &ids, &n_ids, err) : weir_no_memory(err, "melt");

    for (size_t k = 0; !st && k < n_ids; k++)
        taken[ids[k]] = true;
    if (!st && verb_has(c, "value_vars"))
        st = verb_columns(f, verb_value(c, "value_vars"), "value_vars", &vals, &n_vals, err);
    else if (!st && !(vals = mem_array(f->cols + 1, sizeof *vals)))
        st = weir_no_memory(err, "melt");
    else if (!st)
        for (size_t i = 0; i < f->cols; i++)
            if (!taken[i])
                vals[n_vals++] = i;
    if (!st && !n_vals)
        st = weir_fail_at(err, WEIR_EINVAL, "value_vars", "melt: there is no column to melt");
    if (!st)
        st = melt(c, ids, n_ids, vals, n_vals, out, err);
    mem_free(ids), mem_free(vals), mem_free(taken);
    return st;
}

/* Wide -------------------------------------------------------------------------------------- */

/* Groups of a column without the missing one: group of each row (SIZE_MAX: none), first rows. */
static weir_status groups_of(const column *c, int threads, size_t **of, uint64_t **first, size_t *n, weir_error *err)
{
    grouping g;
    weir_status st = order_group_column(c, threads, &g, err);

    if (st)
        return st;
    *of = mem_array(c->rows + 1, sizeof **of);
    *first = mem_array(g.groups + 1, sizeof **first);
    *n = 0;
    for (size_t k = 0; *of && *first && k < g.groups; k++) {
        bool hole = column_missing(c, g.rows[g.start[k]]);
        for (size_t i = g.start[k]; i < g.start[k + 1]; i++)
            (*of)[g.rows[i]] = hole ? SIZE_MAX : *n;
        if (!hole)
            (*first)[(*n)++] = g.rows[g.start[k]];
    }
    if (!*of || !*first)
        st = weir_no_memory(err, "pivot");
    grouping_free(&g);
    return st;
}

/* The row whose cell stands at each place of the wide frame; two for one place are refused. */
static weir_status places(const weir_frame *f, const size_t at[3], const size_t *row_of, const size_t *col_of, size_t rows, size_t cols,
                          uint64_t **out, weir_error *err)
{
    char a[64], b[64];
    uint64_t *place = mem_array(rows * cols + 1, sizeof *place);

    if (!place)
        return weir_no_memory(err, "pivot");
    for (size_t i = 0; i < rows * cols; i++)
        place[i] = TOOL_NONE;
    *out = place;
    for (size_t i = 0; i < f->rows; i++) {
        if (row_of[i] == SIZE_MAX || col_of[i] == SIZE_MAX)
            continue;
        uint64_t *p = &place[col_of[i] * rows + row_of[i]];
        if (*p != TOOL_NONE) {
            tool_cell_text(f->col[at[0]], i, a, sizeof a);
            tool_cell_text(f->col[at[1]], i, b, sizeof b);
            weir_fail(err, WEIR_EINVAL, "pivot: %s = %s and %s = %s stand in rows %llu and %zu", f->name[at[0]], a, f->name[at[1]], b,
                      (unsigned long long)*p + 1, i + 1);
            weir_hint(err, "group_by makes one row of them first");
            return WEIR_EINVAL;
        }
        *p = i;
    }
    return WEIR_OK;
}

static weir_status run_pivot(const verb_context *c, weir_value *out, weir_error *err)
{
    static const char *const args[] = {"index", "column", "value"};
    const weir_frame *f = verb_frame(c, "self");
    size_t at[3], *row_of = NULL, *col_of = NULL, rows = 0, cols = 0;
    uint64_t *first = NULL, *first_col = NULL, *place = NULL;
    int threads = tool_threads(c, f->rows);
    weir_status st = WEIR_OK;

    for (int k = 0; k < 3 && !st; k++) {
        ptrdiff_t i = verb_column(f, verb_value(c, args[k]), args[k], err);
        at[k] = (size_t)i;
        st = i < 0 ? WEIR_EINVAL : WEIR_OK;
    }
    if (!st)
        st = groups_of(f->col[at[0]], threads, &row_of, &first, &rows, err);
    if (!st)
        st = groups_of(f->col[at[1]], threads, &col_of, &first_col, &cols, err);
    if (!st && cols > 100000)
        st = weir_fail_at(err, WEIR_EINVAL, "column", "pivot: column '%s' has %zu values; 100000 columns are the most", f->name[at[1]], cols);
    if (!st)
        st = places(f, at, row_of, col_of, rows, cols, &place, err);
    column **made = mem_zero(cols + 2, sizeof *made);
    char (*names)[TOOL_NAME] = mem_array(cols + 2, sizeof *names);
    const char **name = mem_array(cols + 2, sizeof *name);
    if (!st && (!made || !names || !name))
        st = weir_no_memory(err, "pivot");
    if (!st) {
        made[0] = column_pick(f->col[at[0]], first, rows);
        name[0] = f->name[at[0]];
    }
    for (size_t k = 0; !st && k < cols; k++) {
        char base[TOOL_NAME];
        tool_cell_text(f->col[at[1]], first_col[k], base, sizeof base);
        tool_new_name(base, name, 1, names[k], sizeof names[k]);
        name[k + 1] = names[k];
        made[k + 1] = tool_pick(f->col[at[2]], place + k * rows, rows);
    }
    if (!st)
        st = tool_give_columns(made, name, cols + 1, rows, "pivot", out, err);
    mem_free(row_of), mem_free(col_of), mem_free(first), mem_free(first_col), mem_free(place);
    mem_free(made), mem_free(names), mem_free(name);
    return st;
}

/* Turned -------------------------------------------------------------------------------------- */

static weir_status run_transpose(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    weir_status st = tool_need_numbers("transpose", f, err);

    if (!st && f->rows > 1000000)
        st = weir_fail(err, WEIR_EINVAL, "transpose: %zu rows would become columns; 1000000 are the most", f->rows);
    if (st)
        return st;
    double *x = mem_array(f->rows * f->cols + 1, sizeof *x);
    column **cols = mem_zero(f->rows + 1, sizeof *cols);
    char (*names)[24] = mem_array(f->rows + 1, sizeof *names);
    const char **name = mem_array(f->rows + 1, sizeof *name);
    if (!x || !cols || !names || !name)
        st = weir_no_memory(err, "transpose");
    for (size_t k = 0; !st && k < f->cols; k++)
        for (size_t i = 0; i < f->rows; i++)
            x[i * f->cols + k] = column_at(f->col[k], i);
    for (size_t i = 0; !st && i < f->rows; i++) {
        cols[i] = column_of_numbers(WEIR_TYPE_NUMERIC, x + i * f->cols, f->cols);
        snprintf(names[i], sizeof names[i], "C%zu", i + 1);
        name[i] = names[i];
    }
    if (!st)
        st = tool_give_columns(cols, name, f->rows, f->cols, "transpose", out, err);
    mem_free(x), mem_free(cols), mem_free(names), mem_free(name);
    return st;
}

static const weir_arg_info melt_args[] = {
    {.name = "id_vars", .type = "list|text|int", .help = "Columns that stay; their cells are repeated."},
    {.name = "value_vars", .type = "list|text|int", .optional = true, .help = "Columns that become rows; all others by default."},
    {.name = "var_name", .type = "text", .def = "variable", .optional = true, .help = "Name of the column of names."},
    {.name = "value_name", .type = "text", .def = "value", .optional = true, .help = "Name of the column of values."},
    {.name = "skipna", .type = "bool", .def = "false", .optional = true, .help = "Leave missing values out."}};
static const weir_arg_info pivot_args[] = {
    {.name = "index", .type = "text|int", .help = "A row per value of this column."},
    {.name = "column", .type = "text|int", .help = "A column per value of this column."},
    {.name = "value", .type = "text|int", .help = "The cells."}};

const verb verbs_reshape[] = {
    VERB("melt", "shaping", "frame", "Columns as rows: a column of names and one of values.", melt_args, run_melt),
    VERB("pivot", "shaping", "frame", "Rows as columns: a column per value.", pivot_args, run_pivot),
    VERB0("transpose", "shaping", "frame", "Rows as columns and columns as rows.", run_transpose),
};
const size_t verbs_reshape_count = sizeof verbs_reshape / sizeof *verbs_reshape;
