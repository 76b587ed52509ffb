/* verbs_select.c - rows, columns and names. Unchanged columns are shared, never copied. */
#include "data/frame_tools.h"
#include "data/frame_verbs.h"

#include "base/mem.h"
#include "base/status.h"

#include <math.h>
#include <string.h>

/* Rows ------------------------------------------------------------------------------ */

static weir_status pick(const verb_context *c, const weir_frame *f, uint64_t *rows, size_t n, weir_value *out,
                        weir_error *err)
{
    weir_frame *g = NULL;
    weir_status st = rows ? frame_pick_on(&g, f, rows, n, tool_threads(c, n), err) : weir_no_memory(err, "selecting rows");

    mem_free(rows);
    return tool_give(st, &g, out);
}

/* Rows from..to (from 1, inclusive). */
static weir_status range(const verb_context *c, const weir_frame *f, int64_t from, int64_t to, weir_value *out,
                         weir_error *err)
{
    size_t n = to >= from ? (size_t)(to - from + 1) : 0;

    if (n == f->rows) { /* all of them: nothing is copied */
        *out = weir_of_frame(f);
        return WEIR_OK;
    }
    uint64_t *rows = mem_array(n + 1, sizeof *rows);
    for (size_t i = 0; rows && i < n; i++)
        rows[i] = (uint64_t)from - 1 + i;
    return pick(c, f, rows, n, out, err);
}

static weir_status run_head(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    int64_t n = verb_int(c, "n", 10);

    return range(c, f, 1, n < (int64_t)f->rows ? n : (int64_t)f->rows, out, err);
}

static weir_status run_tail(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    int64_t n = verb_int(c, "n", 10), rows = (int64_t)f->rows;

    return range(c, f, n < 0 ? rows + 1 : n < rows ? rows - n + 1 : 1, rows, out, err);
}

static weir_status run_rows(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    int64_t from = verb_int(c, "from", 1), to = verb_int(c, "to", from);

    if (from < 1 || to > (int64_t)f->rows)
        return weir_fail(err, WEIR_EINVAL, "rows %lld to %lld: the frame has rows 1 to %zu", (long long)from, (long long)to,
                         f->rows);
    return range(c, f, from, to, out, err);
}

static weir_status run_pick(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    const weir_value *list = verb_value(c, "rows");
    size_t n = list->as.list.n;
    uint64_t *rows = mem_array(n + 1, sizeof *rows);

    for (size_t i = 0; rows && i < n; i++) {
        double at = tool_real(&list->as.list.v[i]);
        if (!(at >= 1 && at <= (double)f->rows && at == floor(at))) {
            mem_free(rows);
            return weir_fail_at(err, WEIR_EINVAL, "rows", "pick: entry %zu of the list is no row of 1 to %zu", i + 1, f->rows);
        }
        rows[i] = (uint64_t)at - 1;
    }
    return pick(c, f, rows, n, out, err);
}

static weir_status run_where(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self"), *mask = verb_frame(c, "mask");
    size_t n = 0;

    if (mask->cols != 1 || mask->rows != f->rows)
        return weir_fail_at(err, WEIR_EINVAL, "mask", "where: the mask is %zu x %zu; one column of %zu rows is needed",
                            mask->rows, mask->cols, f->rows);
    if (!tool_is_number(mask->col[0]->type))
        return weir_fail_at(err, WEIR_EINVAL, "mask", "where: the mask '%s' is %s, not numeric", mask->name[0],
                            weir_type_name(mask->col[0]->type));
    uint64_t *rows = mem_array(f->rows + 1, sizeof *rows);
    double x[1024];
    for (size_t at = 0; rows && at < f->rows; at += 1024) {
        size_t m = f->rows - at < 1024 ? f->rows - at : 1024;
        column_read(mask->col[0], at, m, x);
        for (size_t i = 0; i < m; i++)
            if (!isnan(x[i]) && x[i] != 0)
                rows[n++] = at + i;
    }
    return pick(c, f, rows, n, out, err);
}

/* Columns ------------------------------------------------------------------------------- */

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
    return tool_give(st, &g, out);
}

static weir_status run_drop(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    size_t *cols, n, k = 0;
    weir_frame *g = NULL;
    weir_status st = verb_columns(f, verb_value(c, "columns"), "drop", &cols, &n, err);

    if (st)
        return st;
    size_t *keep = mem_array(f->cols + 1, sizeof *keep);
    bool *gone = mem_zero(f->cols + 1, sizeof *gone);
    for (size_t j = 0; gone && j < n; j++)
        gone[cols[j]] = true;
    for (size_t i = 0; keep && gone && i < f->cols; i++)
        if (!gone[i])
            keep[k++] = i;
    st = keep && gone ? frame_select(&g, f, keep, k, err) : weir_no_memory(err, "dropping columns");
    mem_free(cols), mem_free(keep), mem_free(gone);
    return tool_give(st, &g, out);
}

/* One value in every row. */
static column *constant(const weir_value *v, size_t rows)
{
    column *made = NULL;

    if (v->kind == WEIR_TEXT) {
        const char **s = mem_array(rows + 1, sizeof *s);
        for (size_t i = 0; s && i < rows; i++)
            s[i] = v->as.text.s;
        made = s ? column_of_texts(s, rows) : NULL;
        mem_free(s);
    } else {
        double *x = mem_array(rows + 1, sizeof *x);
        for (size_t i = 0; x && i < rows; i++)
            x[i] = tool_real(v);
        made = x ? column_of_numbers(WEIR_TYPE_NUMERIC, x, rows) : NULL;
        mem_free(x);
    }
    return made;
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
            return weir_fail_at(err, WEIR_EINVAL, "value",
                                "column '%s': the value is %zu x %zu; one column of %zu rows is needed", name, from->rows,
                                from->cols, f->rows);
        made = column_ref(from->col[0]);
    } else if (!(made = constant(v, f->rows))) {
        return weir_no_memory(err, "setting a column");
    }
    return tool_give(tool_rebuild(f, &made, &name, 1, &g, err), &g, out);
}

/* Cells ------------------------------------------------------------------------------------ */

/* Which rows: a mask, a list of positions, or all. */
static weir_status marked(const verb_context *c, const weir_frame *f, bool *mark, weir_error *err)
{
    const weir_value *v = verb_value(c, "rows");
    const weir_frame *mask = v && v->kind == WEIR_FRAME ? v->as.frame : NULL;
    size_t n = v && v->kind == WEIR_LIST ? v->as.list.n : 1;

    if (mask && (mask->cols != 1 || mask->rows != f->rows || !tool_is_number(mask->col[0]->type)))
        return weir_fail_at(err, WEIR_EINVAL, "rows", "set: the mask is %zu x %zu; one numeric column of %zu rows is needed",
                            mask->rows, mask->cols, f->rows);
    for (size_t i = 0; i < f->rows; i++) {
        double x = mask ? column_at(mask->col[0], i) : !v;
        mark[i] = !isnan(x) && x != 0;
    }
    for (size_t i = 0; v && !mask && i < n; i++) {
        double at = tool_real(v->kind == WEIR_LIST ? &v->as.list.v[i] : v);
        if (!(at >= 1 && at <= (double)f->rows && at == floor(at)))
            return weir_fail_at(err, WEIR_EINVAL, "rows", "set: entry %zu of rows is no row of 1 to %zu", i + 1, f->rows);
        mark[(size_t)at - 1] = true;
    }
    return WEIR_OK;
}

static weir_status set_factor(const weir_frame *f, size_t col, const bool *mark, const weir_value *v, column **out,
                              weir_error *err)
{
    const column *c = f->col[col];
    uint32_t code = 0, *codes;

    while (v && v->kind == WEIR_TEXT && code < c->n_levels && strcmp(c->levels[code], v->as.text.s) != 0)
        code++;
    if (v && (v->kind != WEIR_TEXT || code == c->n_levels)) {
        weir_fail_at(err, WEIR_EINVAL, "value", "set: %s '%s' is no level of column '%s'", weir_kind_name(v->kind),
                     v->kind == WEIR_TEXT ? v->as.text.s : "", f->name[col]);
        weir_hint(err, "append_levels adds levels");
        return WEIR_EINVAL;
    }
    if (!(codes = mem_array(c->rows + 1, sizeof *codes)))
        return weir_no_memory(err, "setting cells");
    column_codes(c, 0, c->rows, codes);
    for (size_t i = 0; i < c->rows; i++)
        codes[i] = mark[i] ? v ? code : COLUMN_MISSING : codes[i];
    *out = column_of_codes(codes, c->rows, (const char *const *)c->levels, c->n_levels);
    mem_free(codes);
    return *out ? WEIR_OK : weir_no_memory(err, "setting cells");
}

static weir_status set_cells(const weir_frame *f, size_t col, const bool *mark, const weir_value *v, column **out,
                             weir_error *err)
{
    const column *c = f->col[col];
    bool text = v && v->kind == WEIR_TEXT;

    if (c->type == WEIR_TYPE_FACTOR)
        return set_factor(f, col, mark, v, out, err);
    if (v && text != (c->type == WEIR_TYPE_STRING))
        return weir_fail_at(err, WEIR_EINVAL, "value", "set: column '%s' is %s and cannot take a %s", f->name[col],
                            weir_type_name(c->type), weir_kind_name(v->kind));
    if (c->type == WEIR_TYPE_STRING) {
        const char **s = mem_array(c->rows + 1, sizeof *s);
        for (size_t i = 0; s && i < c->rows; i++)
            s[i] = mark[i] ? v ? v->as.text.s : NULL : column_text_at(c, i, NULL);
        *out = s ? column_of_texts(s, c->rows) : NULL;
        mem_free(s);
    } else {
        double *x = tool_read(c);
        for (size_t i = 0; x && i < c->rows; i++)
            x[i] = mark[i] ? v ? tool_real(v) : (double)NAN : x[i];
        *out = x ? column_of_numbers(c->type == WEIR_TYPE_TIME ? c->type : WEIR_TYPE_NUMERIC, x, c->rows) : NULL;
        mem_free(x);
    }
    return *out ? WEIR_OK : weir_no_memory(err, "setting cells");
}

static weir_status run_set(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    const weir_value *v = verb_value(c, "value");
    size_t *cols = NULL, n = 0, made = 0;
    weir_frame *g = NULL;
    weir_status st = tool_columns_or(c, "columns", NULL, &cols, &n, err);
    bool *mark = mem_zero(f->rows + 1, sizeof *mark);
    column **with = mem_zero(n + 1, sizeof *with);
    const char **names = mem_array(n + 1, sizeof *names);

    if (!st && (!mark || !with || !names))
        st = weir_no_memory(err, "setting cells");
    if (!st)
        st = marked(c, f, mark, err);
    for (; made < n && !st; made++) {
        names[made] = f->name[cols[made]];
        st = set_cells(f, cols[made], mark, v, &with[made], err);
    }
    if (!st)
        st = n ? tool_rebuild(f, with, names, n, &g, err) : WEIR_OK;
    else
        tool_unref_all(with, n);
    if (!st && !g)
        g = weir_frame_ref(f);
    mem_free(cols), mem_free(mark), mem_free(with), mem_free(names);
    return tool_give(st, &g, out);
}

/* Names ---------------------------------------------------------------------------------------- */

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
    return tool_give(st, &g, out);
}

static weir_status run_set_names(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    const weir_value *v = verb_value(c, "names");
    const char **names = mem_array(f->cols + 1, sizeof *names);
    weir_status st = WEIR_OK;

    if (!names)
        return weir_no_memory(err, "renaming columns");
    if (v->as.list.n != f->cols)
        st = weir_fail_at(err, WEIR_EINVAL, "names", "set_names: %zu names for %zu columns", v->as.list.n, f->cols);
    for (size_t i = 0; i < f->cols && !st; i++) {
        const weir_value *one = &v->as.list.v[i];
        if (one->kind != WEIR_TEXT && one->kind != WEIR_NIL)
            st = weir_fail_at(err, WEIR_EINVAL, "names", "set_names: name %zu is a %s, not text", i + 1,
                              weir_kind_name(one->kind));
        names[i] = one->kind == WEIR_TEXT ? one->as.text.s : f->name[i];
    }
    if (!st)
        st = renamed(f, names, out, err);
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

static const weir_arg_info n_args[] = {
    {.name = "n", .type = "int", .def = "10", .optional = true, .help = "How many rows."}};
static const weir_arg_info rows_args[] = {
    {.name = "from", .type = "int", .help = "First row, from 1."},
    {.name = "to", .type = "int", .optional = true, .help = "Last row."}};
static const weir_arg_info pick_args[] = {{.name = "rows", .type = "list", .help = "Rows, from 1, in any order; repeats are fine."}};
static const weir_arg_info mask_args[] = {
    {.name = "mask", .type = "frame", .help = "One column; rows where it is neither 0 nor missing stay."}};
static const weir_arg_info columns_args[] = {
    {.name = "columns", .type = "list|text|int", .help = "Names or positions."}};
static const weir_arg_info with_args[] = {
    {.name = "name", .type = "text", .help = "Column to replace or add."},
    {.name = "value", .type = "frame|real|int|bool|text", .help = "A column of as many rows, or one value for all."}};
static const weir_arg_info set_args[] = {
    {.name = "value", .type = "real|int|bool|text", .optional = true, .help = "New value; without one the cells become missing."},
    {.name = "rows", .type = "frame|list|int", .optional = true, .help = "A mask or positions; all rows by default."},
    {.name = "columns", .type = "list|text|int", .optional = true, .help = "Names or positions; all by default."}};
static const weir_arg_info set_names_args[] = {{.name = "names", .type = "list", .help = "One name per column."}};
static const weir_arg_info rename_args[] = {{.name = "names", .type = "dict", .help = "Old name = new name."}};

const verb verbs_select[] = {
    VERB("head", "looking", "frame", "The first rows.", n_args, run_head),
    VERB("tail", "looking", "frame", "The last rows.", n_args, run_tail),
    VERB("rows", "looking", "frame", "Rows from .. to.", rows_args, run_rows),
    VERB("pick", "looking", "frame", "Listed rows.", pick_args, run_pick),
    VERB("where", "shaping", "frame", "Rows that a mask keeps.", mask_args, run_where),
    VERB("select", "shaping", "frame", "These columns.", columns_args, run_select),
    VERB("drop", "shaping", "frame", "All columns but these.", columns_args, run_drop),
    VERB("with", "shaping", "frame", "The frame with a column replaced or added.", with_args, run_with),
    VERB("set", "shaping", "frame", "The frame with some cells set to a value.", set_args, run_set),
    VERB("set_names", "shaping", "frame", "The frame with new column names.", set_names_args, run_set_names),
    VERB("rename", "shaping", "frame", "The frame with some columns renamed.", rename_args, run_rename),
};
const size_t verbs_select_count = sizeof verbs_select / sizeof *verbs_select;
