/* metric_custom.c - the client's own metric: called once per scoring and frame, with whole columns. */
#include "model/metric_impl.h"

#include "base/mem.h"
#include "base/status.h"

#include <math.h>

/* x[0], x[step], ... as a list of n numbers, added to args. */
static weir_status add_column(weir_value *args, const double *x, size_t n, size_t step, double plus, weir_error *err)
{
    weir_value list = weir_list();
    weir_status st = WEIR_OK;

    for (size_t i = 0; i < n && !st; i++)
        st = weir_list_add(&list, weir_real((x ? x[i * step] : 1) + plus), err);
    if (!st)
        return weir_list_add(args, list, err);
    weir_value_clear(&list);
    return st;
}

/* A list of one column per class, or the column of predictions. */
static weir_status add_predictions(weir_value *args, const double *p, size_t n, size_t width, weir_error *err)
{
    weir_value classes = weir_list();
    weir_status st = WEIR_OK;

    if (width == 1)
        return add_column(args, p, n, 1, 0, err);
    for (size_t k = 0; k < width && !st; k++)
        st = add_column(&classes, p + k, n, width, 0, err);
    if (!st)
        return weir_list_add(args, classes, err);
    weir_value_clear(&classes);
    return st;
}

/* A number, or {number, name}. */
static weir_status take(weir_metrics *m, const weir_value *result, weir_error *err)
{
    bool named = result->kind == WEIR_LIST && result->as.list.n == 2 && result->as.list.v[1].kind == WEIR_TEXT;
    const weir_value *x = named ? &result->as.list.v[0] : result;
    const char *name = named ? result->as.list.v[1].as.text.s : "custom";

    if (x->kind != WEIR_REAL && x->kind != WEIR_INT)
        return weir_fail_at(err, WEIR_EINVAL, "custom_metric_func", "custom_metric_func must give a number, not %s", weir_kind_name(x->kind));
    return metrics_set_custom(m, name, x->kind == WEIR_INT ? (double)x->as.i : x->as.r, err);
}

weir_status metrics_ask_custom(weir_metrics *m, size_t n, size_t width, const double *p, const double *y,
                               const double *w, const metric_options *opt, weir_error *err)
{
    weir_value args = weir_list(), result = weir_nil();
    weir_status st = add_predictions(&args, p, n, width, err);

    if (!st)
        st = add_column(&args, y, n, 1, width > 1 ? 1 : 0, err);
    if (!st)
        st = add_column(&args, w, n, 1, 0, err);
    if (st) {
        weir_value_clear(&args);
        return st;
    }
    st = opt->ask(opt->ask_user, opt->ask_func, args, &result, err);
    if (!st)
        st = take(m, &result, err);
    weir_value_clear(&result);
    return st;
}
