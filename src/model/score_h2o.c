/* score_h2o.c - rows through a network that was trained under compat="h2o": H2O's inputs,
 * arithmetic and habits. Rows of weight 0 are not scored; their predictions are 0. */
#include "base/mem.h"
#include "base/status.h"
#include "model/h2o.h"
#include "model/score.h"

#include <math.h>
#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#endif

static bool of_classes(const scorer *s)
{
    return s->category == CATEGORY_BINOMIAL || s->category == CATEGORY_MULTINOMIAL;
}

bool score_leaves_out(const scorer *s, const encode_view *v, size_t row)
{
    double y;

    if (!v->weights || s->category == CATEGORY_AUTOENCODER) /* whose errors do not look at weights */
        return false;
    if (column_at(v->weights, row) == 0)
        return true;
    if (s->skipped != v->frame)
        return false;
    if (encode_has_missing(v, row))
        return true;
    encode_response(v, row, 1, &y);
    return isnan(y);
}

static void unbalance(const scorer *s, double *p, size_t k)
{
    double sum = 0;

    for (size_t c = 0; c < k; c++) {
        if (s->prior[c] != 0 && s->balanced[c] != 0)
            p[c] *= s->prior[c] / s->balanced[c];
        sum += p[c];
    }
    for (size_t c = 0; c < k && sum > 0; c++)
        p[c] /= sum;
}

static double error_of_row(const double *out, const double *x, size_t n)
{
    double sum = 0;

    for (size_t k = 0; k < n; k++)
        sum += (out[k] - x[k]) * (out[k] - x[k]);
    return sum / (double)n;
}

static double link_inverse(const scorer *s, double f)
{
    f = f / s->enc->resp_mul + s->enc->resp_sub;
    return family_is_log_link(s->loss.family) ? fmin(1e19, exp(f)) : f;
}

/* x has room for the inputs, room for h2o_room. */
static void score_row(const scorer *s, const encode_view *v, size_t row, double *x, double *room, double *p)
{
    size_t width = scorer_width(s);

    if (score_leaves_out(s, v, row)) {
        memset(p, 0, width * sizeof *p);
        return;
    }
    h2o_inputs(v, row, x);
    const double *out = h2o_forward(s->net, x, s->net->layers, room, s->before, s->user);
    if (of_classes(s)) {
        memcpy(p, out, width * sizeof *p);
        if (s->balanced)
            unbalance(s, p, width);
    } else if (s->category == CATEGORY_AUTOENCODER) {
        *p = error_of_row(out, x, s->enc->inputs);
    } else {
        double o = h2o_offset(v, row);
        *p = link_inverse(s, o != 0 ? out[0] + o : out[0]);
    }
}

weir_status score_rows_h2o(const scorer *s, const encode_view *v, const uint32_t *rows, size_t n, double *p,
                           progress *pr, weir_error *err)
{
    size_t inputs = s->enc->inputs, room = h2o_room(s->net), width = scorer_width(s);
    int team = n < 256 || s->before ? 1 : progress_threads(pr), failed = 0, skipped = 0;

#pragma omp parallel num_threads(team) if (team > 1)
    {
        double *x = mem_array(inputs + room + 1, sizeof *x);
        if (!x) {
#pragma omp atomic write
            failed = 1;
        }
#pragma omp for schedule(static)
        for (size_t i = 0; i < n; i++)
            if (progress_cancelled(pr)) {
#pragma omp atomic write
                skipped = 1;
            } else if (x) {
                score_row(s, v, rows ? rows[i] : i, x, x + inputs, p + i * width);
                progress_add(pr, 1);
            }
        mem_free(x);
    }
    if (failed)
        return weir_no_memory(err, "scoring");
    return skipped ? weir_fail(err, WEIR_ECANCEL, "scoring was cancelled") : WEIR_OK;
}

weir_status score_layers_h2o(const scorer *s, const encode_view *v, size_t n, size_t upto, double *a, double *x,
                            weir_error *err)
{
    size_t inputs = s->enc->inputs, units = upto ? s->net->layer[upto - 1].units : inputs;
    double *room = mem_array(inputs + h2o_room(s->net) + 1, sizeof *room);

    if (!room)
        return weir_no_memory(err, "scoring");
    for (size_t i = 0; i < n; i++) {
        double *in = x ? x + i * inputs : room;
        h2o_inputs(v, i, in);
        const double *out = h2o_forward(s->net, in, upto, room + inputs, s->before, s->user);
        memcpy(a + i * units, out, units * sizeof *a);
    }
    mem_free(room);
    return WEIR_OK;
}
