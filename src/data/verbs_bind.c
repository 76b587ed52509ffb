/* verbs_bind.c - columns beside columns, rows above rows. */
#include "data/frame_tools.h"
#include "data/frame_verbs.h"

#include "base/mem.h"
#include "base/status.h"

#include <math.h>
#include <string.h>

/* The other frames: one, or a list of them. */
static weir_status others(const verb_context *c, const char *who, const weir_frame ***out, size_t *n, weir_error *err)
{
    const weir_value *v = verb_value(c, "other");
    size_t count = v->kind == WEIR_LIST ? v->as.list.n : 1;
    const weir_frame **f = mem_array(count + 1, sizeof *f);

    if (!f)
        return weir_no_memory(err, who);
    f[0] = verb_frame(c, "self");
    for (size_t i = 0; i < count; i++) {
        const weir_value *one = v->kind == WEIR_LIST ? &v->as.list.v[i] : v;
        if (one->kind != WEIR_FRAME) {
            mem_free(f);
            return weir_fail_at(err, WEIR_EINVAL, "other", "%s: entry %zu is a %s, not a frame", who, i + 1, weir_kind_name(one->kind));
        }
        f[i + 1] = one->as.frame;
    }
    *out = f;
    *n = count + 1;
    return WEIR_OK;
}

static weir_status run_cbind(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame **f = NULL;
    size_t n = 0, total = 0, k = 0;
    weir_status st = others(c, "cbind", &f, &n, err);

    for (size_t j = 0; !st && j < n; j++) {
        total += f[j]->cols;
        if (f[j]->rows != f[0]->rows)
            st = weir_fail(err, WEIR_EINVAL, "cbind: %zu rows beside %zu rows", f[0]->rows, f[j]->rows);
    }
    column **cols = mem_array(total + 1, sizeof *cols);
    const char **names = mem_array(total + 1, sizeof *names);
    char (*made)[TOOL_NAME] = mem_array(total + 1, sizeof *made);
    if (!st && (!cols || !names || !made))
        st = weir_no_memory(err, "binding columns");
    for (size_t j = 0; !st && j < n; j++)
        for (size_t i = 0; i < f[j]->cols; i++, k++) {
            bool taken = false;
            for (size_t before = 0; before < j && !taken; before++)
                taken = weir_frame_find(f[before], f[j]->name[i]) >= 0;
            cols[k] = column_ref(f[j]->col[i]);
            names[k] = f[j]->name[i];
            if (taken) { /* x, x0, x1, ... */
                tool_new_name(f[j]->name[i], names, k, made[k], sizeof made[k]);
                names[k] = made[k];
            }
        }
    if (!st)
        st = tool_give_columns(cols, names, total, f[0]->rows, "binding columns", out, err);
    mem_free(cols), mem_free(names), mem_free(made), mem_free(f);
    return st;
}

/* Rows -------------------------------------------------------------------------------------- */

/* One type for all parts; what has nothing but missing cells goes with everything. */
static weir_status common_type(const column *const *part, size_t n, const char *name, weir_type *out, weir_error *err)
{
    *out = WEIR_TYPE_MISSING;
    for (size_t j = 0; j < n; j++) {
        weir_type t = part[j]->type;
        if (t == WEIR_TYPE_MISSING)
            continue;
        if (*out != WEIR_TYPE_MISSING && *out != t)
            return weir_fail(err, WEIR_EINVAL, "rbind: column '%s' is %s above and %s below", name, weir_type_name(*out), weir_type_name(t));
        *out = t;
    }
    return WEIR_OK;
}

static weir_status run_rbind(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame **f = NULL;
    size_t n = 0, rows = 0;
    weir_status st = others(c, "rbind", &f, &n, err);

    for (size_t j = 0; !st && j < n; j++) {
        rows += f[j]->rows;
        if (f[j]->cols != f[0]->cols)
            st = weir_fail(err, WEIR_EINVAL, "rbind: %zu columns above %zu columns", f[0]->cols, f[j]->cols);
    }
    if (st) {
        mem_free(f);
        return st;
    }
    size_t k = f[0]->cols;
    const column **part = mem_array(k * n + 1, sizeof *part);
    weir_type *type = mem_array(k + 1, sizeof *type);
    column **cols = mem_zero(k + 1, sizeof *cols);
    if (!part || !type || !cols)
        st = weir_no_memory(err, "binding rows");
    for (size_t i = 0; !st && i < k; i++) {
        for (size_t j = 0; !st && j < n; j++)
            if (!(part[i * n + j] = frame_column(f[j], f[0]->name[i], err)))
                st = WEIR_EINVAL;
        if (!st)
            st = common_type(part + i * n, n, f[0]->name[i], &type[i], err);
    }
    int threads = tool_threads(c, rows);
#pragma omp parallel for num_threads(threads) schedule(dynamic) if (threads > 1)
    for (size_t i = 0; i < (st ? 0 : k); i++)
        cols[i] = tool_stack(part + i * n, n, rows, type[i]);
    if (!st)
        st = tool_give_columns(cols, (const char *const *)f[0]->name, k, rows, "binding rows", out, err);
    mem_free(part), mem_free(type), mem_free(cols), mem_free(f);
    return st;
}

static const weir_arg_info other_args[] = {{.name = "other", .type = "frame|list", .help = "The other frame, or a list of them."}};

const verb verbs_bind[] = {
    VERB("cbind", "shaping", "frame", "Columns of frames side by side.", other_args, run_cbind),
    VERB("rbind", "shaping", "frame", "Rows of frames one above the other; columns go by name.", other_args, run_rbind),
};
const size_t verbs_bind_count = sizeof verbs_bind / sizeof *verbs_bind;
