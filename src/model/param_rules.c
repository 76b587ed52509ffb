/* param_rules.c - rules between parameters that need no column's content beyond its kind: folds, weights with
 * balancing, given weights, sparse data. The others stand in param_check.c. */
#include "model/param_rules.h"

#include "base/status.h"
#include "data/frame.h"

#include <string.h>

static bool same(const weir_value *a, const weir_value *b)
{
    return param_text(a) && param_text(b) && !strcmp(param_text(a), param_text(b));
}

weir_status param_check_folds(const weir_params *p, weir_error *err)
{
    if (same(&p->fold_column, &p->response_column))
        return weir_fail_at(err, WEIR_EINVAL, "response_column", "the response_column '%s' cannot be the fold_column too",
                            param_text(&p->response_column));
    if (p->fold_column.kind == WEIR_NIL)
        return WEIR_OK;
    if (p->nfolds)
        return weir_fail_at(err, WEIR_EINVAL, "nfolds", "nfolds = %lld cannot be used with fold_column = '%s', which says how many folds there are",
                            (long long)p->nfolds, param_text(&p->fold_column));
    if (p->fold_assignment)
        return weir_fail_at(err, WEIR_EINVAL, "fold_assignment", "fold_assignment = \"%s\" cannot be used with fold_column = '%s', which assigns the rows",
                            param_spelling(PARAM_fold_assignment, p->fold_assignment), param_text(&p->fold_column));
    return WEIR_OK;
}

/* Rows are drawn by class; weights of 0 and 1 only leave rows out. */
static weir_status check_weighted_balance(const weir_params *p, const weir_frame *f, weir_error *err)
{
    enum { BLOCK = 1024 };
    double w[BLOCK];
    const char *name = param_text(&p->weights_column);
    ptrdiff_t at = name && p->balance_classes ? weir_frame_find(f, name) : -1;

    for (size_t row = 0; at >= 0 && row < f->rows; row += BLOCK) {
        size_t n = weir_frame_read(f, (size_t)at, row, BLOCK, w);
        for (size_t i = 0; i < n; i++)
            if (w[i] != 0 && w[i] != 1)
                return weir_fail_at(err, WEIR_EINVAL, "balance_classes",
                                    "balance_classes = true cannot be used with weights_column '%s': row %zu weighs %g, only 0 and 1 are allowed",
                                    name, row + i + 1, w[i]);
    }
    return WEIR_OK;
}

static weir_status check_count(const weir_value *list, const char *name, size_t layers, weir_error *err)
{
    for (size_t i = 0; list->kind == WEIR_LIST && i < list->as.list.n; i++) {
        const weir_value *v = &list->as.list.v[i];
        if (v->kind != WEIR_FRAME && v->kind != WEIR_NIL && !(v->kind == WEIR_BOOL && !v->as.b))
            return weir_fail_at(err, WEIR_EINVAL, name, "%s[%zu] is no frame (%s): a frame is needed, or weir.null for none", name, i + 1,
                                weir_kind_name(v->kind));
    }
    if (list->kind != WEIR_LIST || list->as.list.n == layers)
        return WEIR_OK;
    return weir_fail_at(err, WEIR_EINVAL, name, "%s has %zu entries, the network %zu layers with weights: one each is needed, weir.null for none",
                        name, list->as.list.n, layers);
}

weir_status param_check_rules(const weir_params *p, const weir_frame *f, weir_error *err)
{
    weir_status st = check_weighted_balance(p, f, err);

    bool given = p->initial_weights.kind != WEIR_NIL || p->initial_biases.kind != WEIR_NIL;
    if (!st && given && p->checkpoint.kind != WEIR_NIL)
        st = weir_fail_at(err, WEIR_EINVAL, "checkpoint", "checkpoint cannot be used with initial_weights or initial_biases: the training goes on with the model's own");
    if (!st)
        st = check_count(&p->initial_weights, "initial_weights", p->hidden.n + 1, err);
    if (!st)
        st = check_count(&p->initial_biases, "initial_biases", p->hidden.n + 1, err);
    if (!st && p->elastic_averaging && p->sparse)
        st = weir_fail_at(err, WEIR_EINVAL, "elastic_averaging", "elastic_averaging = true cannot be used with sparse = true");
    if (!st && p->given[PARAM_hidden_dropout_ratios] && !p->hidden_dropout_ratios.n && p->hidden.n && param_dropout(p))
        st = weir_fail_at(err, WEIR_EINVAL, "hidden_dropout_ratios", "hidden_dropout_ratios has 0 entries, hidden has %zu layers: one each is needed, or leave it out for 0.5 each",
                          p->hidden.n);
    return st;
}
