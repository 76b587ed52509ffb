/* encode.c - fitting an encoder on a training frame. Reading rows: encode_view.c. */
#include "model/encode.h"

#include "base/mem.h"
#include "base/status.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void texts_free(char **v, size_t n)
{
    for (size_t i = 0; v && i < n; i++)
        mem_free(v[i]);
    mem_free(v);
}

static char **texts_copy(char *const *v, size_t n)
{
    char **copy = mem_zero(n ? n : 1, sizeof *copy);

    for (size_t i = 0; copy && i < n; i++)
        if (!(copy[i] = mem_text(v[i]))) {
            texts_free(copy, n);
            return NULL;
        }
    return copy;
}

void encoder_free(encoder *e)
{
    if (!e)
        return;
    for (size_t i = 0; e->factor && i < e->n_factors; i++) {
        mem_free(e->factor[i].name);
        texts_free(e->factor[i].levels, e->factor[i].n_levels);
        map_free(e->factor[i].by_level);
    }
    for (size_t i = 0; e->number && i < e->n_numbers; i++)
        mem_free(e->number[i].name);
    mem_free(e->factor);
    mem_free(e->number);
    mem_free(e->response);
    texts_free(e->labels, e->n_labels);
    mem_free(e->weights_column);
    mem_free(e->offset_column);
    mem_free(e);
}

static bool index_levels(encode_factor *f)
{
    f->by_level = map_new();
    for (size_t k = 0; f->by_level && k < f->n_levels; k++) {
        uint32_t code = (uint32_t)k;
        if (!map_add(f->by_level, f->levels[k], strlen(f->levels[k]), &code, NULL))
            return false;
    }
    return f->by_level != NULL;
}

weir_status encoder_copy(encoder **out, const encoder *e, weir_error *err)
{
    encoder *c = MEM_NEW(encoder);

    if (!c)
        return weir_no_memory(err, "copying an encoder");
    *c = *e;
    c->factor = mem_zero(e->n_factors + 1, sizeof *c->factor);
    c->number = mem_zero(e->n_numbers + 1, sizeof *c->number);
    c->response = mem_text(e->response);
    c->weights_column = mem_text(e->weights_column);
    c->offset_column = mem_text(e->offset_column);
    c->labels = e->labels ? texts_copy(e->labels, e->n_labels) : NULL;
    bool ok = c->factor && c->number && !c->response == !e->response && !c->labels == !e->labels &&
              !c->weights_column == !e->weights_column && !c->offset_column == !e->offset_column;
    for (size_t i = 0; ok && i < e->n_factors; i++) {
        encode_factor *f = &c->factor[i];
        *f = e->factor[i];
        f->by_level = NULL;
        f->name = mem_text(e->factor[i].name);
        f->levels = texts_copy(e->factor[i].levels, f->n_levels);
        ok = f->name && f->levels && index_levels(f);
    }
    for (size_t i = 0; ok && i < e->n_numbers; i++) {
        c->number[i] = e->number[i];
        ok = (c->number[i].name = mem_text(e->number[i].name)) != NULL;
    }
    if (!ok) {
        encoder_free(c);
        return weir_no_memory(err, "copying an encoder");
    }
    *out = c;
    return WEIR_OK;
}

void encoder_input_name(const encoder *e, size_t i, char *buf, size_t cap)
{
    if (i >= e->hashed) {
        snprintf(buf, cap, "%s", e->number[i - e->hashed].name);
        return;
    }
    if (e->hashed < e->slots) {
        snprintf(buf, cap, "hashed.%zu", i + 1);
        return;
    }
    for (size_t k = 0; k < e->n_factors; k++) {
        const encode_factor *f = &e->factor[k];
        size_t slot = i - f->offset, first = e->all_levels ? 0 : 1;
        if (i < f->offset || slot >= f->slots)
            continue;
        if (slot + 1 == f->slots)
            snprintf(buf, cap, "%s.missing(NA)", f->name);
        else
            snprintf(buf, cap, "%s.%s", f->name, f->levels[slot + first]);
        return;
    }
}

/* Which columns ---------------------------------------------------------------- */

static bool listed(const weir_value *list, const char *name)
{
    for (size_t i = 0; list->kind == WEIR_LIST && i < list->as.list.n; i++)
        if (!strcmp(list->as.list.v[i].as.text.s, name))
            return true;
    return false;
}

static bool is(const weir_value *v, const char *name)
{
    return v->kind == WEIR_TEXT && !strcmp(v->as.text.s, name);
}

static bool constant(const column *c)
{
    return c->type == WEIR_TYPE_FACTOR ? c->stats.levels < 2 || c->stats.min == c->stats.max
                                       : !(c->stats.min < c->stats.max);
}

/* Why a column cannot be a predictor, or NULL. */
static const char *unfit(const column *c, const weir_params *p)
{
    if (c->type == WEIR_TYPE_STRING)
        return "holds text";
    if (c->type == WEIR_TYPE_MISSING)
        return "holds only missing values";
    if (p->ignore_const_cols && constant(c))
        return "is constant";
    return NULL;
}

static weir_status note_left_out(weir_value *warnings, const text *names, const char *why, weir_error *err)
{
    char s[512];

    if (!names->n)
        return WEIR_OK;
    snprintf(s, sizeof s, "left out because it %s: %.400s", why, text_str(names));
    return weir_list_add(warnings, weir_text(s), err);
}

/* Positions of the predictors into pick[cols]; returns their number. */
static weir_status choose(const weir_params *p, const weir_frame *f, size_t *pick, size_t *n,
                          weir_value *warnings, weir_error *err)
{
    static const char *const reasons[] = {"holds text", "holds only missing values", "is constant"};
    text out[3] = {{0}};
    weir_status st = WEIR_OK;

    *n = 0;
    for (size_t i = 0; i < f->cols; i++) {
        const char *name = f->name[i];
        if (is(&p->response_column, name) || is(&p->weights_column, name) ||
            is(&p->offset_column, name) || is(&p->fold_column, name))
            continue;
        if (listed(&p->ignored_columns, name) || (p->x.kind == WEIR_LIST && !listed(&p->x, name)))
            continue;
        const char *why = unfit(f->col[i], p);
        if (!why)
            pick[(*n)++] = i;
        for (size_t k = 0; why && k < 3; k++)
            if (!strcmp(why, reasons[k]))
                text_fmt(&out[k], "%s%s", out[k].n ? ", " : "", name);
    }
    for (size_t k = 0; k < 3; k++) {
        if (!st)
            st = note_left_out(warnings, &out[k], reasons[k], err);
        text_free(&out[k]);
    }
    if (!st && !*n)
        st = weir_fail_at(err, WEIR_EINVAL, "x",
                          "no usable predictor is left: every column is constant, text, missing, or left out");
    return st;
}

/* Statistics -------------------------------------------------------------------- */

enum { STRIDE = 4096 };

/* Weighted mean and standard deviation (n/(n-1) corrected), finite values only. */
static void moments(const column *c, const column *weights, double *mean, double *sd)
{
    double x[STRIDE], w[STRIDE], sum_w = 0, m = 0, m2 = 0;
    size_t n = 0;

    for (size_t row = 0; row < c->rows; row += STRIDE) {
        size_t k = c->rows - row < STRIDE ? c->rows - row : STRIDE;
        column_read(c, row, k, x);
        if (weights)
            column_read(weights, row, k, w);
        for (size_t i = 0; i < k; i++) {
            double wi = weights ? w[i] : 1;
            if (!isfinite(x[i]) || !(wi > 0))
                continue;
            n++;
            sum_w += wi;
            double d = x[i] - m;
            m += d * wi / sum_w;
            m2 += wi * d * (x[i] - m);
        }
    }
    *mean = n ? m : 0;
    *sd = n > 1 ? sqrt(m2 / sum_w * (double)n / (double)(n - 1)) : 0;
}

static void scale_number(encode_number *num, const column *c, const column *weights,
                         encode_transform t)
{
    num->min = c->stats.min;
    num->max = c->stats.max;
    if (weights || c->pos_inf || c->neg_inf)
        moments(c, weights, &num->mean, &num->sd);
    else
        num->mean = c->stats.mean, num->sd = c->stats.sd;
    double range = num->max - num->min;
    num->sub = t == ENC_STANDARDIZE || t == ENC_NORMALIZE ? num->mean : 0;
    num->mul = 1;
    if ((t == ENC_STANDARDIZE || t == ENC_DESCALE) && num->sd > 0)
        num->mul = 1 / num->sd;
    if (t == ENC_NORMALIZE && range > 0 && isfinite(range))
        num->mul = 1 / range;
    num->fill = num->mean;
}

/* Fitting ------------------------------------------------------------------------ */

static weir_status fit_factors(encoder *e, const weir_frame *f, const size_t *pick, size_t n,
                               weir_error *err)
{
    size_t *order = mem_array(n + 1, sizeof *order), k = 0;

    if (!order)
        return weir_no_memory(err, "encoding columns");
    for (size_t i = 0; i < n; i++)
        if (f->col[pick[i]]->type == WEIR_TYPE_FACTOR)
            order[k++] = pick[i];
    /* Widest first; H2O's own exchange sort, so that exported weights line up with its. */
    for (size_t i = 0; i < k; i++)
        for (size_t j = i + 1; j < k; j++)
            if (f->col[order[i]]->n_levels < f->col[order[j]]->n_levels) {
                size_t t = order[i];
                order[i] = order[j];
                order[j] = t;
            }
    e->n_factors = k;
    e->factor = mem_zero(k + 1, sizeof *e->factor);
    bool ok = e->factor != NULL;
    for (size_t i = 0; ok && i < k; i++) {
        const column *c = f->col[order[i]];
        encode_factor *x = &e->factor[i];
        x->n_levels = c->n_levels;
        x->slots = c->n_levels + 1 - (e->all_levels ? 0 : 1);
        x->offset = e->slots;
        x->missing_seen = c->stats.missing > 0;
        e->slots += x->slots;
        ok = (x->name = mem_text(f->name[order[i]])) && (x->levels = texts_copy(c->levels, c->n_levels)) &&
             index_levels(x);
    }
    mem_free(order);
    return ok ? WEIR_OK : weir_no_memory(err, "encoding columns");
}

static weir_status fit_numbers(encoder *e, const weir_frame *f, const size_t *pick, size_t n,
                               const column *weights, weir_error *err)
{
    e->number = mem_zero(n + 1, sizeof *e->number);
    if (!e->number)
        return weir_no_memory(err, "encoding columns");
    for (size_t i = 0; i < n; i++) {
        const column *c = f->col[pick[i]];
        if (c->type == WEIR_TYPE_FACTOR)
            continue;
        encode_number *x = &e->number[e->n_numbers++];
        if (!(x->name = mem_text(f->name[pick[i]])))
            return weir_no_memory(err, "encoding columns");
        scale_number(x, c, weights, e->transform);
    }
    return WEIR_OK;
}

/* Gaussian-like families learn a standardised response. */
static bool scales_response(const weir_params *p)
{
    bool log_link = p->distribution >= 4 && p->distribution <= 6; /* poisson, gamma, tweedie */
    return p->standardize && !log_link;
}

static weir_status fit_response(encoder *e, const weir_params *p, const weir_frame *f,
                                const column *weights, weir_error *err)
{
    const char *name = param_text(&p->response_column);
    const column *c = name && !p->autoencoder ? frame_column(f, name, err) : NULL;

    e->resp_mul = 1;
    if (!c)
        return WEIR_OK;
    e->response = mem_text(name);
    if (c->type == WEIR_TYPE_FACTOR) {
        e->n_labels = c->n_levels;
        e->labels = texts_copy(c->levels, c->n_levels);
    } else if (scales_response(p)) {
        encode_number x = {0};
        scale_number(&x, c, weights, ENC_STANDARDIZE);
        e->resp_sub = x.sub;
        e->resp_mul = x.mul;
    }
    return e->response && (e->labels || c->type != WEIR_TYPE_FACTOR) ? WEIR_OK
                                                                     : weir_no_memory(err, "encoding the response");
}

static weir_status fit(encoder *e, const weir_params *p, const weir_frame *f, size_t *pick,
                       weir_value *warnings, weir_error *err)
{
    const char *w = param_text(&p->weights_column), *o = param_text(&p->offset_column);
    const column *weights = w ? frame_column(f, w, err) : NULL;
    size_t n;

    e->all_levels = p->use_all_factor_levels || p->autoencoder;
    e->skip_missing = p->missing_values_handling == MISSING_SKIP;
    e->transform = !p->standardize   ? ENC_NONE
                   : p->autoencoder  ? ENC_NORMALIZE
                   : p->sparse       ? ENC_DESCALE
                                     : ENC_STANDARDIZE;
    e->hash_seed = (uint64_t)p->seed;
    e->weights_column = mem_text(w);
    e->offset_column = mem_text(o);
    if ((w && !e->weights_column) || (o && !e->offset_column))
        return weir_no_memory(err, "encoding columns");
    weir_status st = choose(p, f, pick, &n, warnings, err);
    if (!st)
        st = fit_factors(e, f, pick, n, err);
    if (!st)
        st = fit_numbers(e, f, pick, n, weights, err);
    if (!st)
        st = fit_response(e, p, f, weights, err);
    e->hashed = e->slots;
    if ((uint64_t)p->max_categorical_features < e->slots)
        e->hashed = (size_t)p->max_categorical_features;
    e->inputs = e->hashed + e->n_numbers;
    return st;
}

weir_status encoder_fit(encoder **out, const weir_params *p, const weir_frame *f,
                        weir_value *warnings, weir_error *err)
{
    encoder *e = MEM_NEW(encoder);
    size_t *pick = mem_array(f->cols + 1, sizeof *pick);
    weir_status st = e && pick ? fit(e, p, f, pick, warnings, err) : weir_no_memory(err, "encoding columns");

    mem_free(pick);
    if (st)
        encoder_free(e);
    else
        *out = e;
    return st;
}
