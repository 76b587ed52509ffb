/* rows.c - see rows.h. With importance weights every second row is drawn by its weight, the
 * others come from the shuffled order; otherwise a pass skips rows by lot. */
#include "compat/rows.h"

#include "base/mem.h"
#include "base/pcg.h"
#include "base/status.h"

#include <math.h>

bool rows_importance(const double *w, size_t n)
{
    double least = INFINITY, most = -INFINITY;
    bool whole = true;

    for (size_t i = 0; i < n; i++) {
        least = fmin(least, w[i]);
        most = fmax(most, w[i]);
        whole &= w[i] == floor(w[i]);
    }
    return least != most && !(whole && least >= 0 && most <= 1);
}

/* First index whose cumulated weight is at least key. */
static size_t by_weight(const double *cum, size_t n, double key)
{
    size_t low = 0, high = n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (cum[mid] < key)
            low = mid + 1;
        else
            high = mid;
    }
    return low < n ? low : n - 1;
}

typedef struct visit {
    const rows_spec *s;
    pcg g;
    uint32_t *order;
    double *cum;
    bool sampling;
    float fraction;
    uint64_t learnt;
} visit;

static weir_status prepare(visit *v, uint64_t iteration, uint64_t before, double *passes, weir_error *err)
{
    const rows_spec *s = v->s;
    size_t n = s->rows;
    double relative = 1, sum = 0;
    float use = (float)((float)s->samples / (float)n);

    if (s->importance) {
        v->cum = mem_array(n + 1, sizeof *v->cum);
        if (!v->cum)
            return weir_no_memory(err, "sampling rows");
        for (size_t i = 0; i < n; i++)
            v->cum[i] = sum += s->weight[i];
        for (size_t i = 0; i < n; i++)
            v->cum[i] /= sum;
        relative = floor(s->mean_weight * (double)n + 0.5) * (double)n / (double)n / sum;
    }
    *passes = s->importance && !(sum > 0) ? 0 : ceil((double)use * relative);
    v->fraction = (float)((double)use * relative) / (float)*passes;
    v->sampling = v->fraction < 0.999f || s->importance || s->shuffle;
    v->order = mem_array(n + 1, sizeof *v->order);
    if (!v->order)
        return weir_no_memory(err, "sampling rows");
    for (size_t i = 0; i < n; i++)
        v->order[i] = (uint32_t)i;
    v->g = pcg_seed((UINT64_C(0x8734093502429734) + s->seed + before) * (iteration + UINT64_C(0x9823423497823423)));
    if (v->sampling)
        pcg_shuffle(&v->g, v->order, n);
    return WEIR_OK;
}

static size_t pick(visit *v, size_t i)
{
    const rows_spec *s = v->s;

    if (s->importance && v->learnt % 2 == 0)
        return by_weight(v->cum, s->rows, pcg_double(&v->g));
    if (!v->sampling)
        return i;
    size_t row = v->order[i];
    while (s->importance && s->weight[row] == 0)
        row = pcg_below(&v->g, (uint32_t)s->rows);
    return row;
}

weir_status rows_visit(const rows_spec *s, uint64_t iteration, uint64_t before, rows_learn *learn, void *user,
                       uint64_t *learnt, weir_error *err)
{
    visit v = {.s = s};
    double passes = 0;
    weir_status st = prepare(&v, iteration, before, &passes, err);
    bool going = true;

    for (uint64_t pass = 0; !st && going && pass < (uint64_t)passes; pass++)
        for (size_t i = 0; i < s->rows && going; i++) {
            if (v.sampling && !s->importance && pcg_double(&v.g) > (double)v.fraction)
                continue;
            size_t row = pick(&v, i);
            if ((s->bad && s->bad[row]) || (s->weight && s->weight[row] == 0))
                continue;
            going = learn(user, row, pass * s->rows + row + before);
            v.learnt++;
        }
    mem_free(v.cum);
    mem_free(v.order);
    *learnt = v.learnt;
    return st;
}
