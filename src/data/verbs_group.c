/* verbs_group.c - aggregates by group.
 *
 * Groups come in ascending order of their columns; a missing key is a group of
 * its own and comes first. A group's cells are taken in row order by one thread,
 * so sums do not depend on how many there are. */
#include "data/frame_tools.h"
#include "data/frame_verbs.h"

#include "base/mem.h"
#include "base/status.h"
#include "base/text.h"
#include "data/order.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum na_mode { NA_ALL, NA_RM, NA_IGNORE } na_mode;

/* What an aggregate sees of a group: the cells that are there, and how many there would be. */
typedef struct cells {
    double *x; /* [n], may be put in order */
    size_t n, all;
    na_mode na;
} cells;

static double sum_of(const cells *g)
{
    double sum = 0;

    for (size_t i = 0; i < g->n; i++)
        sum += g->x[i];
    return sum;
}

static double mean_of(const cells *g)
{
    return sum_of(g) / (double)(g->na == NA_IGNORE ? g->all : g->n);
}

static double squares_of(const cells *g)
{
    double sum = 0;

    for (size_t i = 0; i < g->n; i++)
        sum += g->x[i] * g->x[i];
    return sum;
}

/* About mean_of: cells that are counted in it without adding to its sum are zeros here as well. */
static double var_of(const cells *g)
{
    size_t n = g->na == NA_IGNORE ? g->all : g->n;
    double mean = mean_of(g), sum = (double)(n - g->n) * mean * mean;

    for (size_t i = 0; i < g->n; i++)
        sum += (g->x[i] - mean) * (g->x[i] - mean);
    return n > 1 ? sum / (double)(n - 1) : (double)NAN;
}

static double sd_of(const cells *g)
{
    return sqrt(var_of(g));
}

static double min_of(const cells *g)
{
    double m = NAN;

    for (size_t i = 0; i < g->n; i++)
        m = g->x[i] >= m ? m : g->x[i];
    return m;
}

static double max_of(const cells *g)
{
    double m = NAN;

    for (size_t i = 0; i < g->n; i++)
        m = g->x[i] <= m ? m : g->x[i];
    return m;
}

static int up(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median_of(const cells *g)
{
    if (!g->n)
        return NAN;
    qsort(g->x, g->n, sizeof *g->x, up);
    double lo = g->x[(g->n - 1) / 2], hi = g->x[g->n / 2];
    return lo + (hi - lo) / 2;
}

static double mode_of(const cells *g)
{
    double best = NAN;
    size_t most = 0;

    qsort(g->x, g->n, sizeof *g->x, up);
    for (size_t i = 0, k; i < g->n; i = k) {
        for (k = i; k < g->n && g->x[k] == g->x[i];)
            k++;
        if (k - i > most)
            most = k - i, best = g->x[i];
    }
    return best;
}

static double first_of(const cells *g) { return g->n ? g->x[0] : (double)NAN; }
static double last_of(const cells *g) { return g->n ? g->x[g->n - 1] : (double)NAN; }

/* Every aggregate once: its word, the beginning of its column's name. */
typedef struct aggregate {
    const char *word, *prefix;
    double (*fn)(const cells *g);
    bool any_type; /* makes a column of the same type */
    bool empty_is_zero;
} aggregate;

static const aggregate aggregates[] = {
    {"count", "nrow", NULL, true, true},        {"mean", "mean_", mean_of, false, false},
    {"sum", "sum_", sum_of, false, true},       {"min", "min_", min_of, false, false},
    {"max", "max_", max_of, false, false},      {"sd", "sdev_", sd_of, false, false},
    {"var", "var_", var_of, false, false},      {"ss", "sumSquares_", squares_of, false, true},
    {"median", "median_", median_of, false, false}, {"mode", "mode_", mode_of, true, false},
    {"first", "first_", first_of, true, false}, {"last", "last_", last_of, true, false},
};
enum { AGGREGATES = sizeof aggregates / sizeof *aggregates };

typedef struct request {
    const aggregate *what;
    size_t col;
    na_mode na;
} request;

/* {what = "mean", column = "x", na = "rm"}, or its parts in that order. */
static weir_status read_request(const weir_frame *f, const weir_value *v, size_t i, request *r, weir_error *err)
{
    const weir_value *part[3] = {NULL, NULL, NULL};
    static const char *const names[] = {"what", "column", "na"}, *const modes[] = {"all", "rm", "ignore"};
    char words[160] = "";
    size_t n = 0;

    for (size_t k = 0; k < 3; k++)
        part[k] = v->kind == WEIR_DICT ? weir_dict_get(v, names[k]) : v->kind == WEIR_LIST && k < v->as.list.n ? &v->as.list.v[k] : NULL;
    if (v->kind == WEIR_TEXT)
        part[0] = v;
    for (size_t k = 0; k < AGGREGATES && part[0] && part[0]->kind == WEIR_TEXT; k++)
        if (!strcmp(part[0]->as.text.s, aggregates[k].word))
            r->what = &aggregates[k];
    for (size_t k = 0; k < AGGREGATES; k++)
        n += (size_t)snprintf(words + n, n < sizeof words ? sizeof words - n : 0, "%s%s", k ? ", " : "", aggregates[k].word);
    if (!r->what)
        return weir_fail_at(err, WEIR_EINVAL, "aggregates", "group: aggregate %zu is '%s', none of %s", i + 1,
                            part[0] && part[0]->kind == WEIR_TEXT ? part[0]->as.text.s : "", words);
    if (part[2] && part[2]->kind == WEIR_TEXT) {
        size_t k = 0;
        while (k < 3 && strcmp(modes[k], part[2]->as.text.s) != 0)
            k++;
        if (k == 3)
            return weir_fail_at(err, WEIR_EINVAL, "na", "group: na = \"%s\" is none of \"all\", \"rm\", \"ignore\"", part[2]->as.text.s);
        r->na = (na_mode)k;
    }
    if (!r->what->fn)
        return WEIR_OK;
    if (!part[1] || part[1]->kind == WEIR_NIL)
        return weir_fail_at(err, WEIR_EINVAL, "aggregates", "group: %s needs a column", r->what->word);
    ptrdiff_t at = verb_column(f, part[1], r->what->word, err);
    if (at < 0)
        return WEIR_EINVAL;
    r->col = (size_t)at;
    if (!r->what->any_type && !tool_is_number(f->col[at]->type))
        return tool_not_number(r->what->word, f, r->col, err);
    if (f->col[at]->type == WEIR_TYPE_STRING)
        return weir_fail(err, WEIR_EINVAL, "%s: column '%s' is string; asfactor makes labels of it", r->what->word, f->name[at]);
    return WEIR_OK;
}

static double of_group(const request *r, const grouping *g, size_t k, const double *x, double *room)
{
    cells c = {.x = room + g->start[k], .all = g->start[k + 1] - g->start[k], .na = r->na};

    for (size_t i = g->start[k]; i < g->start[k + 1]; i++) {
        double v = x[g->rows[i]];
        if (!isnan(v))
            c.x[c.n++] = v;
    }
    if (r->na == NA_ALL && c.n < c.all)
        return NAN;
    return c.n || r->what->empty_is_zero ? r->what->fn(&c) : (double)NAN;
}

static column *aggregated(const weir_frame *f, const request *r, const grouping *g, int threads)
{
    double *y = mem_array(g->groups + 1, sizeof *y);
    column *made = NULL;

    if (!r->what->fn) { /* count */
        for (size_t k = 0; y && k < g->groups; k++)
            y[k] = (double)(g->start[k + 1] - g->start[k]);
        made = y ? column_of_numbers(WEIR_TYPE_NUMERIC, y, g->groups) : NULL;
        mem_free(y);
        return made;
    }
    const column *c = f->col[r->col];
    double *x = tool_read(c), *room = mem_array(f->rows + 1, sizeof *room);
    bool good = x && y && room;
#pragma omp parallel for num_threads(threads) schedule(dynamic, 64) if (threads > 1)
    for (size_t k = 0; k < (good ? g->groups : 0); k++)
        y[k] = of_group(r, g, k, x, room);
    if (good && r->what->any_type && c->type == WEIR_TYPE_FACTOR) {
        uint32_t *codes = mem_array(g->groups + 1, sizeof *codes);
        for (size_t k = 0; codes && k < g->groups; k++)
            codes[k] = isnan(y[k]) ? COLUMN_MISSING : (uint32_t)y[k];
        made = codes ? column_of_codes(codes, g->groups, (const char *const *)c->levels, c->n_levels) : NULL;
        mem_free(codes);
    } else if (good) {
        bool time = c->type == WEIR_TYPE_TIME && r->what->fn != sum_of && r->what->fn != var_of && r->what->fn != sd_of && r->what->fn != squares_of;
        made = column_of_numbers(time ? WEIR_TYPE_TIME : WEIR_TYPE_NUMERIC, y, g->groups);
    }
    mem_free(x), mem_free(y), mem_free(room);
    return made;
}

static weir_status make_columns(const verb_context *c, const weir_frame *f, const size_t *by, size_t n_by, const request *r,
                                size_t n, weir_value *out, weir_error *err)
{
    int threads = tool_threads(c, f->rows);
    grouping g;
    weir_status st = order_group(f, by, n_by, threads, &g, err);
    if (st)
        return st;
    column **cols = mem_zero(n_by + n + 1, sizeof *cols);
    const char **names = mem_array(n_by + n + 1, sizeof *names);
    char (*fresh)[TOOL_NAME] = mem_array(n + 1, sizeof *fresh), base[TOOL_NAME];
    uint64_t *first = mem_array(g.groups + 1, sizeof *first);
    if (!cols || !names || !fresh || !first)
        st = weir_no_memory(err, "grouping");
    for (size_t k = 0; !st && k < g.groups; k++)
        first[k] = g.rows[g.start[k]];
    for (size_t i = 0; !st && i < n_by; i++) {
        cols[i] = column_pick(f->col[by[i]], first, g.groups);
        names[i] = f->name[by[i]];
    }
    for (size_t i = 0; !st && i < n; i++) {
        if (progress_cancelled(c->progress))
            st = weir_fail(err, WEIR_ECANCEL, "group was cancelled");
        snprintf(base, sizeof base, "%s%.200s", r[i].what->prefix, r[i].what->fn ? f->name[r[i].col] : "");
        tool_new_name(base, names, n_by + i, fresh[i], sizeof fresh[i]);
        names[n_by + i] = fresh[i];
        if (!st)
            cols[n_by + i] = aggregated(f, &r[i], &g, threads);
    }
    if (!st)
        st = tool_give_columns(cols, names, n_by + n, g.groups, "grouping", out, err);
    else
        tool_unref_all(cols, n_by + n);
    mem_free(cols), mem_free(names), mem_free(fresh), mem_free(first);
    grouping_free(&g);
    return st;
}

static weir_status run_group(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    const weir_value *v = verb_value(c, "aggregates");
    size_t *by = NULL, n_by = 0, n = v ? v->as.list.n : 0;
    request *r = mem_zero(n + 1, sizeof *r);
    weir_status st = r ? verb_columns(f, verb_value(c, "by"), "by", &by, &n_by, err) : weir_no_memory(err, "grouping");

    for (size_t i = 0; !st && i < n; i++)
        st = read_request(f, &v->as.list.v[i], i, &r[i], err);
    if (!st)
        st = make_columns(c, f, by, n_by, r, n, out, err);
    mem_free(by), mem_free(r);
    return st;
}

static const weir_arg_info group_args[] = {
    {.name = "by", .type = "list|text|int", .help = "Columns that make the groups."},
    {.name = "aggregates", .type = "list", .optional = true,
     .help = "Each {what, column, na}: what is count, mean, sum, min, max, sd, var, ss, median, mode, first or last; na is \"all\" (a missing cell makes the result missing), \"rm\" (left out) or \"ignore\" (left out of the sum, counted in the mean and the variance)."}};

const verb verbs_group[] = {
    VERB_JOB("group", "shaping", "frame", "One row per group with aggregates; group_by is the handy form.", group_args, run_group),
};
const size_t verbs_group_count = sizeof verbs_group / sizeof *verbs_group;
