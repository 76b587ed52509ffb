/* verbs_types.c - conversions and the levels of factors. */
#include "data/frame_tools.h"
#include "data/frame_verbs.h"

#include "base/mem.h"
#include "base/status.h"
#include "base/text.h"
#include "data/order.h"

#include <stdlib.h>
#include <string.h>

/* Conversions ---------------------------------------------------------------------- */

static column *to_factor(const void *with, const column *c, size_t col)
{
    (void)with, (void)col;
    return tool_as_factor(c);
}

static column *to_numeric(const void *with, const column *c, size_t col)
{
    (void)with, (void)col;
    return tool_as_numeric(c);
}

static column *to_text(const void *with, const column *c, size_t col)
{
    (void)with, (void)col;
    return tool_as_text(c);
}

static weir_status run_asfactor(const verb_context *c, weir_value *out, weir_error *err)
{
    return tool_map(c, verb_frame(c, "self"), to_factor, NULL, NULL, "making a factor", out, err);
}

static weir_status run_asnumeric(const verb_context *c, weir_value *out, weir_error *err)
{
    return tool_map(c, verb_frame(c, "self"), to_numeric, NULL, NULL, "converting to numbers", out, err);
}

static weir_status run_ascharacter(const verb_context *c, weir_value *out, weir_error *err)
{
    return tool_map(c, verb_frame(c, "self"), to_text, NULL, NULL, "converting to text", out, err);
}

/* Levels ------------------------------------------------------------------------------ */

static weir_status run_levels(const verb_context *c, weir_value *out, weir_error *err)
{
    const column *col = tool_one_factor(verb_frame(c, "self"), "levels", err);
    weir_value list = weir_list();
    weir_status st = col ? WEIR_OK : WEIR_EINVAL;

    for (size_t i = 0; !st && i < col->n_levels; i++) {
        weir_value label = weir_text(col->levels[i]);
        st = label.kind == WEIR_NIL ? weir_no_memory(err, "levels") : weir_list_add(&list, label, err);
    }
    if (st)
        weir_value_clear(&list);
    else
        *out = list;
    return st;
}

static weir_status run_nlevels(const verb_context *c, weir_value *out, weir_error *err)
{
    const column *col = tool_one_factor(verb_frame(c, "self"), "nlevels", err);

    if (!col)
        return WEIR_EINVAL;
    *out = weir_int((int64_t)col->n_levels);
    return WEIR_OK;
}

/* The factor with its levels in another order: order[k] is the old code that becomes k. */
static weir_status reordered(const weir_frame *f, const column *col, const uint32_t *order, weir_value *out, weir_error *err)
{
    uint32_t *to = mem_array(col->n_levels + 1, sizeof *to);
    const char **names = mem_array(col->n_levels + 1, sizeof *names);
    column *made = NULL;

    if (to && names) {
        for (size_t k = 0; k < col->n_levels; k++) {
            to[order[k]] = (uint32_t)k;
            names[k] = col->levels[order[k]];
        }
        made = tool_recode(col, to, names, col->n_levels);
    }
    mem_free(to), mem_free(names);
    return tool_give_column(made, f->name[0], "changing levels", out, err);
}

static weir_status find_level(const weir_frame *f, const char *who, const char *label, uint32_t *out, weir_error *err)
{
    const column *col = f->col[0];

    for (*out = 0; *out < col->n_levels; ++*out)
        if (!strcmp(col->levels[*out], label))
            return WEIR_OK;
    weir_fail_at(err, WEIR_EINVAL, "level", "%s: column '%s' has no level '%s'", who, f->name[0], label);
    const char *near = text_nearest(label, (const char *const *)col->levels, col->n_levels < 1000 ? col->n_levels : 1000);
    if (near)
        weir_hint(err, "did you mean '%s'?", near);
    return WEIR_EINVAL;
}

static weir_status run_relevel(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    const column *col = tool_one_factor(f, "relevel", err);
    uint32_t at;
    weir_status st = col ? find_level(f, "relevel", verb_text(c, "level"), &at, err) : WEIR_EINVAL;

    if (st)
        return st;
    uint32_t *order = mem_array(col->n_levels + 1, sizeof *order);
    if (!order)
        return weir_no_memory(err, "changing levels");
    for (uint32_t k = 0; k < col->n_levels; k++)
        order[k] = k == 0 ? at : k <= at ? k - 1 : k;
    st = reordered(f, col, order, out, err);
    mem_free(order);
    return st;
}

typedef struct level_count {
    size_t n;
    uint32_t code;
} level_count;

static int more_first(const void *a, const void *b)
{
    const level_count *p = a, *q = b;
    return p->n != q->n ? (p->n < q->n) - (p->n > q->n) : (p->code > q->code) - (p->code < q->code);
}

/* How often each level occurs. */
static level_count *counted(const column *c)
{
    level_count *n = mem_zero(c->n_levels + 1, sizeof *n);

    for (uint32_t k = 0; n && k < c->n_levels; k++)
        n[k].code = k;
    for (size_t i = 0; n && i < c->rows; i++) {
        uint32_t code = column_code_at(c, i);
        if (code != COLUMN_MISSING)
            n[code].n++;
    }
    return n;
}

/* The most frequent levels first; beyond top_n the others keep their order. */
static weir_status run_relevel_by_frequency(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    const column *col = tool_one_factor(f, "relevel_by_frequency", err);
    int64_t top = verb_int(c, "top_n", -1);

    if (!col)
        return WEIR_EINVAL;
    level_count *n = counted(col);
    uint32_t *order = mem_array(col->n_levels + 1, sizeof *order);
    bool *moved = mem_zero(col->n_levels + 1, sizeof *moved);
    weir_status st = n && order && moved ? WEIR_OK : weir_no_memory(err, "changing levels");
    if (!st) {
        size_t first = top < 0 || top > (int64_t)col->n_levels ? col->n_levels : (size_t)top, k = 0;
        qsort(n, col->n_levels, sizeof *n, more_first);
        for (; k < first; k++) {
            order[k] = n[k].code;
            moved[n[k].code] = true;
        }
        for (uint32_t code = 0; code < col->n_levels; code++)
            if (!moved[code])
                order[k++] = code;
        st = reordered(f, col, order, out, err);
    }
    mem_free(n), mem_free(order), mem_free(moved);
    return st;
}

/* Labels of a list, all of them text. */
static weir_status texts_of(const weir_value *v, const char *who, const char *arg, const char **s, weir_error *err)
{
    for (size_t k = 0; k < v->as.list.n; k++) {
        if (v->as.list.v[k].kind != WEIR_TEXT)
            return weir_fail_at(err, WEIR_EINVAL, arg, "%s: entry %zu of %s is a %s, not text", who, k + 1, arg,
                                weir_kind_name(v->as.list.v[k].kind));
        s[k] = v->as.list.v[k].as.text.s;
    }
    return WEIR_OK;
}

static weir_status no_twins(const char *who, const char *const *s, size_t n, weir_error *err)
{
    map *seen = map_new();
    weir_status st = seen ? WEIR_OK : weir_no_memory(err, "changing levels");

    for (size_t k = 0; k < n && !st; k++) {
        uint32_t at = (uint32_t)k;
        bool added;
        if (!map_add(seen, s[k], strlen(s[k]), &at, &added))
            st = weir_no_memory(err, "changing levels");
        else if (!added)
            st = weir_fail_at(err, WEIR_EINVAL, "levels", "%s: there would be two levels '%s'", who, s[k]);
    }
    map_free(seen);
    return st;
}

static weir_status run_set_levels(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    const weir_value *v = verb_value(c, "levels");
    const column *col = tool_one_factor(f, "set_levels", err);

    if (!col)
        return WEIR_EINVAL;
    if (v->as.list.n != col->n_levels)
        return weir_fail_at(err, WEIR_EINVAL, "levels", "set_levels: %zu names for %zu levels", v->as.list.n, col->n_levels);
    uint32_t *same = mem_array(col->n_levels + 1, sizeof *same);
    const char **names = mem_array(col->n_levels + 1, sizeof *names);
    weir_status st = same && names ? texts_of(v, "set_levels", "levels", names, err) : weir_no_memory(err, "changing levels");
    for (uint32_t k = 0; same && k < col->n_levels; k++)
        same[k] = k;
    if (!st)
        st = no_twins("set_levels", names, col->n_levels, err);
    if (!st)
        st = tool_give_column(tool_recode(col, same, names, col->n_levels), f->name[0], "changing levels", out, err);
    mem_free(same), mem_free(names);
    return st;
}

/* Further levels, which no row has yet. */
static weir_status run_append_levels(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    const weir_value *v = verb_value(c, "levels");
    const column *col = tool_one_factor(f, "append_levels", err);

    if (!col)
        return WEIR_EINVAL;
    size_t n = col->n_levels + v->as.list.n;
    uint32_t *same = mem_array(n + 1, sizeof *same);
    const char **names = mem_array(n + 1, sizeof *names);
    weir_status st = same && names ? texts_of(v, "append_levels", "levels", names + col->n_levels, err)
                                   : weir_no_memory(err, "changing levels");
    for (uint32_t k = 0; k < col->n_levels && !st; k++) {
        same[k] = k;
        names[k] = col->levels[k];
    }
    if (!st)
        st = no_twins("append_levels", names, n, err);
    if (!st)
        st = tool_give_column(tool_recode(col, same, names, n), f->name[0], "changing levels", out, err);
    mem_free(same), mem_free(names);
    return st;
}

static weir_status run_set_level(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    const column *col = tool_one_factor(f, "set_level", err);
    uint32_t at;
    weir_status st = col ? find_level(f, "set_level", verb_text(c, "level"), &at, err) : WEIR_EINVAL;

    if (st)
        return st;
    uint32_t *codes = mem_array(col->rows + 1, sizeof *codes);
    for (size_t i = 0; codes && i < col->rows; i++)
        codes[i] = at;
    column *made = codes ? column_of_codes(codes, col->rows, (const char *const *)col->levels, col->n_levels) : NULL;
    mem_free(codes);
    return tool_give_column(made, f->name[0], "changing levels", out, err);
}

/* Without the levels that no row has. */
static column *without_unused(const void *with, const column *c, size_t col)
{
    (void)with, (void)col;
    if (c->type != WEIR_TYPE_FACTOR)
        return column_ref(c);
    level_count *n = counted(c);
    uint32_t *to = mem_array(c->n_levels + 1, sizeof *to);
    const char **names = mem_array(c->n_levels + 1, sizeof *names);
    column *made = NULL;
    size_t kept = 0;
    if (n && to && names) {
        for (size_t k = 0; k < c->n_levels; k++)
            if (n[k].n) {
                to[k] = (uint32_t)kept;
                names[kept++] = c->levels[k];
            }
        made = kept == c->n_levels ? column_ref(c) : tool_recode(c, to, names, kept);
    }
    mem_free(n), mem_free(to), mem_free(names);
    return made;
}

static weir_status run_drop_levels(const verb_context *c, weir_value *out, weir_error *err)
{
    return tool_map(c, verb_frame(c, "self"), without_unused, NULL, NULL, "dropping levels", out, err);
}

/* Interactions ------------------------------------------------------------------------------ */

static void add_label(text *t, const column *c, size_t row)
{
    char buf[64];
    uint32_t code = c->type == WEIR_TYPE_FACTOR ? column_code_at(c, row) : 0;

    if (t->n)
        text_char(t, '_');
    if (c->type == WEIR_TYPE_FACTOR) {
        text_add(t, code == COLUMN_MISSING ? "NA" : c->levels[code]);
    } else {
        tool_cell_text(c, row, buf, sizeof buf);
        text_add(t, *buf ? buf : "NA");
    }
}

/* Which groups keep a label of their own: the `most` largest of at least `least` rows, but group `none`. */
static bool *largest_groups(const grouping *g, size_t none, int64_t most, int64_t least)
{
    level_count *n = mem_array(g->groups + 1, sizeof *n);
    bool *keep = mem_zero(g->groups + 1, sizeof *keep);

    for (size_t k = 0; n && keep && k < g->groups; k++)
        n[k] = (level_count){k == none ? 0 : g->start[k + 1] - g->start[k], (uint32_t)k};
    if (n && keep) {
        qsort(n, g->groups, sizeof *n, more_first);
        for (size_t k = 0; k < g->groups && (int64_t)k < most; k++)
            keep[n[k].code] = (int64_t)n[k].n >= least;
    } else {
        mem_free(keep);
        keep = NULL;
    }
    mem_free(n);
    return keep;
}

/* One factor of the combinations of columns by[n]; its name into `name`. */
static column *combined(const verb_context *c, const weir_frame *f, const size_t *by, size_t n, text *name)
{
    grouping g = {0};
    if (order_group(f, by, n, tool_threads(c, f->rows), &g, NULL))
        return NULL;
    size_t none = SIZE_MAX; /* of one factor alone a missing cell stays missing */
    for (size_t k = 0; n == 1 && k < g.groups; k++)
        none = column_missing(f->col[by[0]], g.rows[g.start[k]]) ? k : none;
    bool *keep = largest_groups(&g, none, verb_int(c, "max_factors", 100), verb_int(c, "min_occurrence", 1));
    uint32_t *codes = mem_array(f->rows + 1, sizeof *codes);
    const char **levels = mem_array(g.groups + 2, sizeof *levels);
    size_t *at = mem_array(g.groups + 2, sizeof *at);
    text labels = {0};
    uint32_t n_levels = 0;
    bool other = false, good = keep && codes && levels && at;
    for (size_t k = 0; good && k < g.groups; k++) {
        if (!keep[k]) {
            other = other || k != none;
            continue;
        }
        text one = {0};
        for (size_t j = 0; j < n; j++)
            add_label(&one, f->col[by[j]], g.rows[g.start[k]]);
        at[n_levels] = labels.n;
        text_add_n(&labels, text_str(&one), one.n + 1);
        good = !one.failed;
        text_free(&one);
        for (size_t i = g.start[k]; i < g.start[k + 1]; i++)
            codes[g.rows[i]] = n_levels;
        n_levels++;
    }
    for (size_t k = 0; good && k < g.groups; k++)
        for (size_t i = g.start[k]; !keep[k] && i < g.start[k + 1]; i++)
            codes[g.rows[i]] = k == none ? COLUMN_MISSING : n_levels;
    for (size_t k = 0; good && k < n_levels; k++)
        levels[k] = text_str(&labels) + at[k];
    if (good && other)
        levels[n_levels++] = "other";
    for (size_t j = 0; j < n; j++) {
        if (j)
            text_char(name, '_');
        text_add(name, f->name[by[j]]);
    }
    column *made = good && !labels.failed && !name->failed ? column_of_codes(codes, f->rows, levels, n_levels) : NULL;
    mem_free(keep), mem_free(codes), mem_free(levels), mem_free(at);
    text_free(&labels);
    grouping_free(&g);
    return made;
}

static weir_status run_interaction(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    bool pairwise = verb_bool(c, "pairwise", false);
    size_t *by, n;
    weir_status st = verb_columns(f, verb_value(c, "factors"), "interaction", &by, &n, err);

    if (st)
        return st;
    for (size_t i = 0; i < n && !st; i++)
        if (f->col[by[i]]->type != WEIR_TYPE_FACTOR)
            st = weir_fail_at(err, WEIR_EINVAL, "factors", "interaction: column '%s' is %s, not a factor", f->name[by[i]],
                              weir_type_name(f->col[by[i]]->type));
    if (!st && pairwise && n < 2)
        st = weir_fail_at(err, WEIR_EINVAL, "factors", "interaction: pairs need two factors; there is %zu", n);
    if (!st && (verb_int(c, "max_factors", 100) < 1 || verb_int(c, "min_occurrence", 1) < 1))
        st = weir_fail(err, WEIR_EINVAL, "interaction: max_factors and min_occurrence are 1 at least");
    size_t made = 0, want = pairwise && n > 1 ? n * (n - 1) / 2 : 1;
    column **cols = mem_zero(want + 1, sizeof *cols);
    text *names = mem_zero(want + 1, sizeof *names);
    const char **name = mem_array(want + 1, sizeof *name);
    if (!st && (!cols || !names || !name))
        st = weir_no_memory(err, "interaction");
    for (size_t i = 0; !st && i < (pairwise ? n : 1); i++)
        for (size_t j = i + 1; j < (pairwise ? n : i + 2); j++, made++) {
            const size_t pair[] = {by[i], by[pairwise ? j : i]};
            cols[made] = combined(c, f, pairwise ? pair : by, pairwise ? 2 : n, &names[made]);
            name[made] = text_str(&names[made]);
        }
    if (!st)
        st = tool_give_columns(cols, name, made, f->rows, "interaction", out, err);
    for (size_t i = 0; names && i < want; i++)
        text_free(&names[i]);
    mem_free(by), mem_free(cols), mem_free(names), mem_free(name);
    return st;
}

static const weir_arg_info set_levels_args[] = {
    {.name = "levels", .type = "list", .help = "New labels, in level order."}};
static const weir_arg_info append_args[] = {{.name = "levels", .type = "list", .help = "Labels that no level has yet."}};
static const weir_arg_info relevel_args[] = {{.name = "level", .type = "text", .help = "Level that becomes the first."}};
static const weir_arg_info set_level_args[] = {{.name = "level", .type = "text", .help = "Level that all rows get."}};
static const weir_arg_info frequency_args[] = {
    {.name = "top_n", .type = "int", .def = "-1", .optional = true, .help = "How many levels move to the front; -1: all."}};
static const weir_arg_info interaction_args[] = {
    {.name = "factors", .type = "list|text|int", .help = "Columns to combine."},
    {.name = "pairwise", .type = "bool", .def = "false", .optional = true, .help = "A column per pair instead of one of all."},
    {.name = "max_factors", .type = "int", .def = "100", .optional = true, .help = "Most levels; rarer ones become \"other\"."},
    {.name = "min_occurrence", .type = "int", .def = "1", .optional = true, .help = "Fewest rows of a level of its own."}};

const verb verbs_types[] = {
    VERB0("asfactor", "types", "frame", "Columns as factors; levels in order.", run_asfactor),
    VERB0("asnumeric", "types", "frame", "Columns as numbers; labels that are numbers, else level codes from 0.", run_asnumeric),
    VERB0("ascharacter", "types", "frame", "Columns as text.", run_ascharacter),
    VERB0("levels", "types", "value", "Levels of a factor.", run_levels),
    VERB0("nlevels", "types", "number", "Number of levels of a factor.", run_nlevels),
    VERB("set_levels", "types", "frame", "The factor with new labels.", set_levels_args, run_set_levels),
    VERB("append_levels", "types", "frame", "The factor with further levels.", append_args, run_append_levels),
    VERB("set_level", "types", "frame", "The factor with one level in all rows.", set_level_args, run_set_level),
    VERB("relevel", "types", "frame", "The factor with this level first.", relevel_args, run_relevel),
    VERB("relevel_by_frequency", "types", "frame", "The factor with frequent levels first.", frequency_args,
         run_relevel_by_frequency),
    VERB0("drop_levels", "types", "frame", "Factors without the levels that no row has.", run_drop_levels),
    VERB("interaction", "types", "frame", "A factor of the combinations of factors.", interaction_args, run_interaction),
};
const size_t verbs_types_count = sizeof verbs_types / sizeof *verbs_types;
