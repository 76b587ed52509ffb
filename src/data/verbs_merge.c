/* verbs_merge.c - joins.
 *
 * The frame whose rows lead - the left one, or the right one of a right join -
 * and the other are put one above the other as far as their keys go, grouped by
 * key, and each group gives its pairs: leading rows outside, the other's inside.
 * Groups come in ascending order of the keys. Factors are compared by label and
 * ordered by the leading frame's levels; a label that the other frame does not
 * know finds nothing and stands with the missing ones, first, in row order.
 * Missing keys equal each other, as in R. */
#include "data/frame_tools.h"
#include "data/frame_verbs.h"

#include "base/mem.h"
#include "base/status.h"
#include "data/order.h"

#include <math.h>
#include <string.h>

typedef struct side {
    const weir_frame *f;
    size_t *key;  /* [n_keys] columns */
    bool *lonely; /* [rows]: a label of this row's key is unknown to the other side */
    bool outer;   /* rows without a partner stay */
} side;

typedef struct joining {
    side lead, rest;
    size_t n_keys;
    uint64_t **word; /* [n_keys][lead rows + rest rows] */
    grouping groups;
    uint64_t *lead_row, *rest_row; /* [n] of the result; TOOL_NONE = no partner */
    size_t n;
} joining;

/* Keys ------------------------------------------------------------------------------------ */

static bool is_words(weir_type t)
{
    return t == WEIR_TYPE_FACTOR || t == WEIR_TYPE_STRING;
}

/* Words of one key of both sides: positions among the leading levels, from 1. */
static bool label_words(joining *j, const column *a, const column *b, uint64_t *word)
{
    column *lead = tool_as_factor(a), *rest = tool_as_factor(b);
    map *levels = map_new(), *known = map_new();
    bool good = lead && rest && levels && known;
    uint32_t at;

    for (uint32_t k = 0; good && k < lead->n_levels; k++) {
        at = k;
        good = map_add(levels, lead->levels[k], strlen(lead->levels[k]), &at, NULL);
    }
    for (uint32_t k = 0; good && k < rest->n_levels; k++) {
        at = k;
        good = map_add(known, rest->levels[k], strlen(rest->levels[k]), &at, NULL);
    }
    uint64_t *to = good ? mem_array(lead->n_levels + rest->n_levels + 1, sizeof *to) : NULL, *to_rest = to;
    if (to) {
        for (size_t k = 0; k < lead->n_levels; k++)
            to[k] = map_get(known, lead->levels[k], strlen(lead->levels[k]), &at) ? k + 1 : 0;
        to_rest = to + lead->n_levels;
        for (size_t k = 0; k < rest->n_levels; k++)
            to_rest[k] = map_get(levels, rest->levels[k], strlen(rest->levels[k]), &at) ? (uint64_t)at + 1 : 0;
        for (size_t i = 0; i < lead->rows; i++) {
            uint32_t code = column_code_at(lead, i);
            word[i] = code == COLUMN_MISSING ? 0 : to[code];
            j->lead.lonely[i] = j->lead.lonely[i] || (code != COLUMN_MISSING && !word[i]);
        }
        for (size_t i = 0; i < rest->rows; i++) {
            uint32_t code = column_code_at(rest, i);
            word[lead->rows + i] = code == COLUMN_MISSING ? 0 : to_rest[code];
            j->rest.lonely[i] = j->rest.lonely[i] || (code != COLUMN_MISSING && !word[lead->rows + i]);
        }
    }
    mem_free(to);
    map_free(levels), map_free(known);
    column_unref(lead), column_unref(rest);
    return to != NULL;
}

static bool number_words(const column *a, const column *b, uint64_t *word)
{
    double *x = tool_read(a), *y = tool_read(b);

    for (size_t i = 0; x && y && i < a->rows; i++)
        word[i] = order_number(x[i]);
    for (size_t i = 0; x && y && i < b->rows; i++)
        word[a->rows + i] = order_number(y[i]);
    bool good = x && y;
    mem_free(x), mem_free(y);
    return good;
}

static weir_status make_words(joining *j, weir_error *err)
{
    size_t rows = j->lead.f->rows + j->rest.f->rows;
    weir_status st = WEIR_OK;

    j->word = mem_zero(j->n_keys + 1, sizeof *j->word);
    j->lead.lonely = mem_zero(j->lead.f->rows + 1, sizeof(bool));
    j->rest.lonely = mem_zero(j->rest.f->rows + 1, sizeof(bool));
    if (!j->word || !j->lead.lonely || !j->rest.lonely)
        return weir_no_memory(err, "merging");
    for (size_t k = 0; k < j->n_keys && !st; k++) {
        const column *a = j->lead.f->col[j->lead.key[k]], *b = j->rest.f->col[j->rest.key[k]];
        if (is_words(a->type) != is_words(b->type))
            return weir_fail(err, WEIR_EINVAL, "merge: key '%s' is %s in one frame and '%s' is %s in the other",
                             j->lead.f->name[j->lead.key[k]], weir_type_name(a->type), j->rest.f->name[j->rest.key[k]],
                             weir_type_name(b->type));
        j->word[k] = mem_array(rows + 1, sizeof **j->word);
        if (!j->word[k] || !(is_words(a->type) ? label_words(j, a, b, j->word[k]) : number_words(a, b, j->word[k])))
            st = weir_no_memory(err, "merging");
    }
    return st;
}

/* Pairs ----------------------------------------------------------------------------------------- */

static void give_pair(joining *j, bool count, uint64_t lead, uint64_t rest)
{
    if (!count) {
        j->lead_row[j->n] = lead;
        j->rest_row[j->n] = rest;
    }
    j->n++;
}

/* The pairs of one group, or their number. */
static void pairs_of(joining *j, size_t g, bool count)
{
    size_t from = j->groups.start[g], to = j->groups.start[g + 1], split = from, partners = 0, callers = 0;
    const uint64_t *row = j->groups.rows;
    uint64_t n = j->lead.f->rows;

    while (split < to && row[split] < n)
        callers += !j->lead.lonely[row[split++]];
    for (size_t i = split; i < to; i++)
        partners += !j->rest.lonely[row[i] - n];
    for (size_t i = from; i < split; i++) {
        bool alone = j->lead.lonely[row[i]] || !partners;
        if (alone && j->lead.outer)
            give_pair(j, count, row[i], TOOL_NONE);
        if (!alone && count)
            j->n += partners;
        for (size_t k = split; !alone && !count && k < to; k++)
            if (!j->rest.lonely[row[k] - n])
                give_pair(j, count, row[i], row[k] - n);
    }
    for (size_t k = split; j->rest.outer && k < to; k++)
        if (j->rest.lonely[row[k] - n] || !callers)
            give_pair(j, count, TOOL_NONE, row[k] - n);
}

static weir_status find_pairs(joining *j, int threads, weir_error *err)
{
    const uint64_t most = UINT64_C(1) << 36;
    weir_status st = order_group_keys((const uint64_t *const *)j->word, j->n_keys, j->lead.f->rows + j->rest.f->rows, threads,
                                      &j->groups, err);

    for (size_t g = 0; g < j->groups.groups && !st; g++) {
        pairs_of(j, g, true);
        if (j->n > most)
            st = weir_fail(err, WEIR_EINVAL, "merge: the keys repeat so often that there would be more than %llu rows", (unsigned long long)most);
    }
    if (st)
        return st;
    j->lead_row = mem_array(j->n + 1, sizeof *j->lead_row);
    j->rest_row = mem_array(j->n + 1, sizeof *j->rest_row);
    if (!j->lead_row || !j->rest_row)
        return weir_no_memory(err, "merging");
    j->n = 0;
    for (size_t g = 0; g < j->groups.groups; g++)
        pairs_of(j, g, false);
    return WEIR_OK;
}

/* Result ------------------------------------------------------------------------------------------ */

/* A key of the result: from whichever side has the row. */
static column *key_column(const joining *j, size_t k)
{
    column *a = j->lead.f->col[j->lead.key[k]], *b = j->rest.f->col[j->rest.key[k]];
    uint64_t *rows;
    column *made = NULL, *fa = NULL, *fb = NULL;

    if (!j->rest.outer)
        return column_pick(a, j->lead_row, j->n);
    if (a->type != b->type && is_words(a->type)) {
        fa = tool_as_factor(a);
        fb = tool_as_factor(b);
        if (!fa || !fb) {
            column_unref(fa), column_unref(fb);
            return NULL;
        }
        a = fa, b = fb;
    }
    const column *parts[] = {a, b};
    column *both = tool_stack(parts, 2, a->rows + b->rows, a->type == WEIR_TYPE_MISSING ? b->type : a->type);
    rows = mem_array(j->n + 1, sizeof *rows);
    for (size_t i = 0; rows && i < j->n; i++)
        rows[i] = j->lead_row[i] == TOOL_NONE ? a->rows + j->rest_row[i] : j->lead_row[i];
    if (rows && both)
        made = column_pick(both, rows, j->n);
    mem_free(rows);
    column_unref(both), column_unref(fa), column_unref(fb);
    return made;
}

static bool is_key(const side *s, size_t n_keys, size_t col)
{
    for (size_t k = 0; k < n_keys; k++)
        if (s->key[k] == col)
            return true;
    return false;
}

/* Keys under the left frame's names, then the left frame's other columns, then the right one's. */
static weir_status give(const joining *j, bool swapped, int threads, weir_value *out, weir_error *err)
{
    const side *left = swapped ? &j->rest : &j->lead, *right = swapped ? &j->lead : &j->rest;
    size_t n = left->f->cols + right->f->cols, made = 0;
    column **cols = mem_zero(n + 1, sizeof *cols);
    const char **names = mem_array(n + 1, sizeof *names);
    char (*fresh)[TOOL_NAME] = mem_array(n + 1, sizeof *fresh);
    const side **from = mem_zero(n + 1, sizeof *from);
    size_t *at = mem_array(n + 1, sizeof *at);
    weir_status st = cols && names && fresh && from && at ? WEIR_OK : weir_no_memory(err, "merging");

    for (size_t k = 0; !st && k < j->n_keys; k++, made++) {
        at[made] = k;
        names[made] = left->f->name[left->key[k]];
    }
    for (int which = 0; which < 2 && !st; which++) {
        const side *s = which ? right : left;
        for (size_t i = 0; i < s->f->cols; i++) {
            if (is_key(s, j->n_keys, i))
                continue;
            from[made] = s;
            at[made] = i;
            tool_new_name(s->f->name[i], names, made, fresh[made], sizeof fresh[made]);
            names[made] = fresh[made];
            made++;
        }
    }
#pragma omp parallel for num_threads(threads) schedule(dynamic) if (threads > 1)
    for (size_t i = 0; i < (st ? 0 : made); i++)
        cols[i] = !from[i] ? key_column(j, at[i]) : tool_pick(from[i]->f->col[at[i]], from[i] == &j->lead ? j->lead_row : j->rest_row, j->n);
    if (!st)
        st = tool_give_columns(cols, names, made, j->n, "merging", out, err);
    mem_free(cols), mem_free(names), mem_free(fresh), mem_free(from), mem_free(at);
    return st;
}

/* Which columns are the keys: given, or all names that both frames have. */
static weir_status find_keys(const verb_context *c, size_t **x, size_t **y, size_t *n, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self"), *o = verb_frame(c, "other");
    const weir_value *by = verb_value(c, "by"), *by_x = verb_value(c, "by_x"), *by_y = verb_value(c, "by_y");
    size_t m = 0;

    if (by && (by_x || by_y))
        return weir_fail_at(err, WEIR_EINVAL, "by", "merge takes by, or by_x and by_y, not both");
    if (!by_x != !by_y)
        return weir_fail_at(err, WEIR_EINVAL, by_x ? "by_y" : "by_x", "merge: by_x and by_y belong together");
    if (by || by_x) {
        weir_status st = verb_columns(f, by ? by : by_x, by ? "by" : "by_x", x, n, err);
        if (!st)
            st = verb_columns(o, by ? by : by_y, by ? "by" : "by_y", y, &m, err);
        if (!st && (*n != m || m == 0))
            st = weir_fail_at(err, WEIR_EINVAL, by ? "by" : "by_y", "merge: %zu keys against %zu keys", *n, m);
        return st;
    }
    *x = mem_array(f->cols + 1, sizeof **x);
    *y = mem_array(f->cols + 1, sizeof **y);
    if (!*x || !*y)
        return weir_no_memory(err, "merging");
    for (size_t i = 0; i < f->cols; i++) {
        ptrdiff_t at = weir_frame_find(o, f->name[i]);
        if (at >= 0) {
            (*x)[*n] = i;
            (*y)[(*n)++] = (size_t)at;
        }
    }
    if (!*n) {
        weir_fail_at(err, WEIR_EINVAL, "by", "merge: the frames have no column name in common");
        weir_hint(err, "by_x and by_y name the keys of either frame");
        return WEIR_EINVAL;
    }
    return WEIR_OK;
}

static weir_status run_merge(const verb_context *c, weir_value *out, weir_error *err)
{
    bool all_x = verb_bool(c, "all_x", false), all_y = verb_bool(c, "all_y", false), swapped = all_y && !all_x;
    size_t *x = NULL, *y = NULL, n = 0;
    weir_status st = find_keys(c, &x, &y, &n, err);
    side left = {.f = verb_frame(c, "self"), .key = x, .outer = all_x}, right = {.f = verb_frame(c, "other"), .key = y, .outer = all_y};
    joining j = {.lead = swapped ? right : left, .rest = swapped ? left : right, .n_keys = n};
    int threads = tool_threads(c, left.f->rows + right.f->rows);

    if (!st)
        st = make_words(&j, err);
    if (!st)
        st = find_pairs(&j, threads, err);
    if (!st)
        st = give(&j, swapped, threads, out, err);
    for (size_t k = 0; j.word && k < n; k++)
        mem_free(j.word[k]);
    mem_free(j.word), mem_free(j.lead.lonely), mem_free(j.rest.lonely), mem_free(j.lead_row), mem_free(j.rest_row);
    grouping_free(&j.groups);
    mem_free(x), mem_free(y);
    return st;
}

static const weir_arg_info merge_args[] = {
    {.name = "other", .type = "frame", .help = "The right frame."},
    {.name = "all_x", .type = "bool", .def = "false", .optional = true, .help = "Keep left rows without a partner."},
    {.name = "all_y", .type = "bool", .def = "false", .optional = true, .help = "Keep right rows without a partner."},
    {.name = "by", .type = "list|text|int", .optional = true, .help = "Keys; by default the names that both frames have."},
    {.name = "by_x", .type = "list|text|int", .optional = true, .help = "Keys of the left frame."},
    {.name = "by_y", .type = "list|text|int", .optional = true, .help = "Keys of the right frame, in the order of by_x."}};

const verb verbs_merge[] = {
    VERB_JOB("merge", "shaping", "frame", "Rows of two frames side by side where their keys are equal.", merge_args, run_merge),
};
const size_t verbs_merge_count = sizeof verbs_merge / sizeof *verbs_merge;
