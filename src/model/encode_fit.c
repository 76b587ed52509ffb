/* encode_fit.c - fitting an encoder on a training frame: which columns, which levels, how scaled.
 *
 * Columns are independent of one another, so each is worked on by one thread, in the order of
 * its rows: the figures do not depend on how many threads there are. */
#include "model/encode.h"

#include "base/mem.h"
#include "base/status.h"
#include "base/text.h"
#include "data/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct fitting {
    const weir_params *p;
    const weir_frame *f;
    const column *weights, *response; /* or NULL */
    encoder *e;
    size_t *pick, n; /* columns of the frame that are predictors */
    int threads;
} fitting;

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

enum { NAMED = 8 }; /* columns that a warning names before it counts the rest */

static weir_status note_left_out(weir_value *warnings, const text *names, size_t count, const char *why, weir_error *err)
{
    char s[512];

    if (!names->n)
        return WEIR_OK;
    int n = snprintf(s, sizeof s, "left out because it %s: %.400s", why, text_str(names));
    if (count > NAMED)
        snprintf(s + n, sizeof s - (size_t)n, " and %zu more", count - NAMED);
    return weir_list_add(warnings, weir_text(s), err);
}

static bool has_infinite(const column *c)
{
    return c->type == WEIR_TYPE_NUMERIC && (c->pos_inf || c->neg_inf);
}

/* What no network can take in is named: the cells of picked columns, the rows of the response. H2O takes them in. */
static weir_status note_infinite(const fitting *t, weir_value *warnings, weir_error *err)
{
    text names = {0};
    char s[512];
    weir_status st = WEIR_OK;

    for (size_t i = 0; i < t->n; i++)
        if (has_infinite(t->f->col[t->pick[i]]))
            text_fmt(&names, "%s%s", names.n ? ", " : "", t->f->name[t->pick[i]]);
    snprintf(s, sizeof s, "infinite values are taken as missing: %.400s", text_str(&names));
    if (names.n)
        st = weir_list_add(warnings, weir_text(s), err);
    text_free(&names);
    ptrdiff_t y = param_text(&t->p->response_column) ? weir_frame_find(t->f, param_text(&t->p->response_column)) : -1;
    if (st || y < 0 || !has_infinite(t->f->col[y]))
        return st;
    snprintf(s, sizeof s, "rows of an infinite response '%.200s' are left out: %zu", t->f->name[y], t->f->col[y]->pos_inf + t->f->col[y]->neg_inf);
    return weir_list_add(warnings, weir_text(s), err);
}

/* Positions of the predictors into pick[cols]; returns their number. */
static weir_status choose(const weir_params *p, const weir_frame *f, size_t *pick, size_t *n,
                          weir_value *warnings, weir_error *err)
{
    static const char *const reasons[] = {"holds text", "holds only missing values", "is constant"};
    text out[3] = {{0}};
    size_t count[3] = {0};
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
            if (!strcmp(why, reasons[k]) && count[k]++ < NAMED)
                text_fmt(&out[k], "%s%s", out[k].n ? ", " : "", name);
    }
    for (size_t k = 0; k < 3; k++) {
        if (!st)
            st = note_left_out(warnings, &out[k], count[k], reasons[k], err);
        text_free(&out[k]);
    }
    if (!st && !*n)
        st = weir_fail_at(err, WEIR_EINVAL, "x",
                          "training_frame has no usable predictor left: every column is constant, text, missing, or left out");
    return st;
}

/* Levels --------------------------------------------------------------------------- */

enum { STRIDE = 4096 };

static char **texts_copy(char *const *v, size_t n)
{
    char **copy = mem_zero(n + 1, sizeof *copy);

    for (size_t i = 0; copy && i < n; i++)
        if (!(copy[i] = mem_text(v[i]))) {
            while (i-- > 0)
                mem_free(copy[i]);
            mem_free(copy);
            return NULL;
        }
    return copy;
}

/* Rows of each level into count[n_levels]; *missing = rows without one. */
static void count_levels(const column *c, size_t *count, size_t *missing)
{
    uint32_t code[STRIDE];

    *missing = 0;
    for (size_t row = 0; row < c->rows; row += STRIDE) {
        size_t n = c->rows - row < STRIDE ? c->rows - row : STRIDE;
        column_codes(c, row, n, code);
        for (size_t i = 0; i < n; i++)
            if (code[i] == COLUMN_MISSING)
                ++*missing;
            else
                count[code[i]]++;
    }
}

/* Sums of the response and of the weights of each level's rows. */
static void sum_responses(const fitting *t, const column *c, double *sum, double *weight)
{
    uint32_t code[STRIDE];
    double y[STRIDE], w[STRIDE];

    for (size_t row = 0; row < c->rows; row += STRIDE) {
        size_t n = c->rows - row < STRIDE ? c->rows - row : STRIDE;
        column_codes(c, row, n, code);
        column_read(t->response, row, n, y);
        if (t->weights)
            column_read(t->weights, row, n, w);
        for (size_t i = 0; i < n; i++) {
            double wi = t->weights ? w[i] : 1;
            if (code[i] == COLUMN_MISSING || !isfinite(y[i]) || !(wi > 0))
                continue;
            sum[code[i]] += wi * y[i];
            weight[code[i]] += wi;
        }
    }
}

/* SortByResponse: the levels of x in the order of their mean response. */
static weir_status sort_levels(const fitting *t, encode_factor *x, const column *c, weir_error *err)
{
    size_t n = x->n_levels;
    double *sum = mem_zero(2 * n + 1, sizeof *sum);
    uint32_t *order = mem_array(n + 1, sizeof *order);
    char **levels = mem_array(n + 1, sizeof *levels);
    weir_status st = sum && order && levels ? WEIR_OK : weir_no_memory(err, "encoding columns");

    if (!st) {
        sum_responses(t, c, sum, sum + n);
        st = encode_response_order(sum, sum + n, n, order, err);
    }
    for (size_t k = 0; k < n && !st; k++)
        levels[k] = x->levels[order[k]];
    if (!st)
        memcpy(x->levels, levels, n * sizeof *levels);
    mem_free(sum), mem_free(order), mem_free(levels);
    return st;
}

/* EnumLimited: the levels of x become a domain, of which the frequent ones stay levels. */
static weir_status limit_levels(encode_factor *x, const column *c, weir_error *err)
{
    size_t n = c->n_levels, missing, kept = 0;
    size_t *count = mem_zero(n + 1, sizeof *count);
    uint32_t pick[ENCODE_TOP];
    bool rest = false;
    char shown[320];

    if (!count)
        return weir_no_memory(err, "encoding columns");
    count_levels(c, count, &missing);
    weir_status st = encode_top_levels(count, n, ENCODE_TOP, pick, &kept, &rest, err);
    snprintf(shown, sizeof shown, "%.280s.top_%d_levels", x->name, ENCODE_TOP);
    x->domain = x->levels;
    x->n_domain = n;
    x->n_levels = 0;
    x->levels = st ? NULL : mem_zero(kept + 2, sizeof *x->levels);
    x->to = st ? NULL : mem_array(n + 1, sizeof *x->to);
    x->shown = mem_text(shown);
    if (!st && (!x->levels || !x->to || !x->shown))
        st = weir_no_memory(err, "encoding columns");
    for (size_t k = 0; k < n && !st; k++)
        x->to[k] = rest ? (uint32_t)kept : COLUMN_MISSING;
    for (size_t k = 0; k < kept + rest && !st; k++) {
        x->levels[k] = mem_text(k < kept ? x->domain[pick[k]] : "other");
        if (!x->levels[k])
            st = weir_no_memory(err, "encoding columns");
        else if (k < kept)
            x->to[pick[k]] = (uint32_t)k;
        x->n_levels = k + !st;
    }
    x->unseen = rest && !st ? (uint32_t)kept : COLUMN_MISSING;
    mem_free(count);
    return st;
}

static weir_status fit_factor(const fitting *t, encode_factor *x, const char *name, const column *c, weir_error *err)
{
    x->unseen = COLUMN_MISSING;
    x->missing_seen = c->stats.missing > 0;
    x->name = mem_text(name);
    x->levels = texts_copy(c->levels, c->n_levels);
    x->n_levels = x->levels ? c->n_levels : 0;
    if (!x->name || !x->levels)
        return weir_no_memory(err, "encoding columns");
    if (t->e->encoding == ENCODING_SORT_BY_RESPONSE)
        return sort_levels(t, x, c, err);
    if (t->e->encoding == ENCODING_LIMITED && c->n_levels > ENCODE_TOP)
        return limit_levels(x, c, err);
    return WEIR_OK;
}

/* Widest first; H2O's own exchange sort, so that exported weights line up with its. */
static void order_factors(encoder *e)
{
    encode_factor *x = e->factor;

    for (size_t i = 0; i < e->n_factors; i++)
        for (size_t j = i + 1; j < e->n_factors; j++)
            if (x[i].n_levels < x[j].n_levels) {
                encode_factor held = x[i];
                x[i] = x[j];
                x[j] = held;
            }
    for (size_t i = 0; i < e->n_factors; i++) {
        x[i].slots = x[i].n_levels + 1 - (e->all_levels || !x[i].n_levels ? 0 : 1);
        x[i].offset = e->slots;
        e->slots += x[i].slots;
    }
}

static weir_status fit_factors(fitting *t, weir_error *err)
{
    encoder *e = t->e;
    weir_status st = WEIR_OK;
    size_t k = 0;

    for (size_t i = 0; i < t->n; i++)
        e->n_factors += t->f->col[t->pick[i]]->type == WEIR_TYPE_FACTOR;
    e->factor = mem_zero(e->n_factors + 1, sizeof *e->factor);
    if (!e->factor) {
        e->n_factors = 0;
        return weir_no_memory(err, "encoding columns");
    }
    for (size_t i = 0; i < t->n && !st; i++)
        if (t->f->col[t->pick[i]]->type == WEIR_TYPE_FACTOR)
            st = fit_factor(t, &e->factor[k++], t->f->name[t->pick[i]], t->f->col[t->pick[i]], err);
    if (!st)
        order_factors(e);
    return st;
}

/* Levels as numbers ------------------------------------------------------------------ */

static size_t bits_of(size_t n)
{
    size_t bits = 0;

    for (; n; n >>= 1)
        bits++;
    return bits;
}

/* table[level][bit]: the bits of level + 1, lowest first; missing has none set. */
static void fill_bits(encode_code *x)
{
    for (size_t k = 0; k <= x->n_levels; k++)
        for (size_t b = 0; b < x->columns; b++)
            x->table[k * x->columns + b] = k < x->n_levels ? (double)((k + 1) >> b & 1) : 0;
}

/* The labels' own numbers when all are whole ones, else their positions. */
static void fill_labels(encode_code *x)
{
    bool whole = true;

    for (size_t k = 0; k < x->n_levels && whole; k++)
        whole = number_parse(x->levels[k], strlen(x->levels[k]), &x->table[k]) && x->table[k] == floor(x->table[k]);
    for (size_t k = 0; k < x->n_levels && !whole; k++)
        x->table[k] = (double)k;
}

weir_status encode_projection(const size_t *count, size_t n, size_t missing, bool h2o, double *v, weir_error *err)
{
    size_t *c = mem_zero(n + 2, sizeof *c), rows = 0, first = n, most = 0, kept = n;
    uint32_t *pick = mem_array(n + 1, sizeof *pick);
    double *w = mem_array(n + 2, sizeof *w);
    bool rest = false;
    weir_status st = c && pick && w ? WEIR_OK : weir_no_memory(err, "projecting levels");

    for (size_t k = 0; k < n && !st; k++)
        pick[k] = (uint32_t)k;
    if (!st && n > ENCODE_EIGEN_MOST) /* the rare ones share a value */
        st = encode_top_levels(count, n, ENCODE_EIGEN_MOST, pick, &kept, &rest, err);
    if (!st) {
        size_t sum = 0;
        for (size_t k = 0; k < n; k++)
            sum += count[k];
        for (size_t k = 0; k < kept; k++)
            sum -= c[k] = count[pick[k]];
        c[kept] = sum;
        for (size_t k = 0; k < kept + rest; k++) {
            rows += c[k];
            first = c[k] && first == n ? k : first;
            most = c[k] > c[most] ? k : most;
        }
        if (h2o && missing && first < n) { /* theirs counts missing cells for a level */
            c[most - first] += missing;
            rows += missing;
        }
        st = encode_eigen(c, kept + rest, rows, w, err);
    }
    for (size_t k = 0; k < n && !st; k++)
        v[k] = rest ? w[kept] : (double)NAN;
    for (size_t k = 0; k < kept && !st; k++)
        v[pick[k]] = w[k];
    mem_free(c), mem_free(pick), mem_free(w);
    return st;
}

static weir_status fill_projection(const encoder *e, encode_code *x, const column *c, weir_error *err)
{
    size_t *count = mem_zero(c->n_levels + 1, sizeof *count), missing;

    if (!count)
        return weir_no_memory(err, "encoding columns");
    count_levels(c, count, &missing);
    weir_status st = encode_projection(count, c->n_levels, missing, e->h2o, x->table, err);
    mem_free(count);
    return st;
}

static weir_status code_new(const encoder *e, encode_code *x, const char *name, const column *c, weir_error *err)
{
    x->columns = e->encoding == ENCODING_BINARY && c->n_levels ? bits_of(c->n_levels) : 1;
    x->name = mem_text(name);
    x->levels = texts_copy(c->levels, c->n_levels);
    x->n_levels = x->levels ? c->n_levels : 0;
    x->table = mem_array((c->n_levels + 1) * x->columns, sizeof *x->table);
    if (!x->name || !x->levels || !x->table)
        return weir_no_memory(err, "encoding columns");
    x->table[x->n_levels * x->columns] = NAN;
    if (e->encoding == ENCODING_BINARY)
        fill_bits(x);
    else if (e->encoding == ENCODING_LABEL)
        fill_labels(x);
    return WEIR_OK;
}

static weir_status fit_codes(fitting *t, weir_error *err)
{
    encoder *e = t->e;
    const column **from = mem_array(t->n + 1, sizeof *from);
    weir_status st = WEIR_OK;
    int failed = 0;

    e->code = mem_zero(t->n + 1, sizeof *e->code);
    if (!from || !e->code)
        st = weir_no_memory(err, "encoding columns");
    for (size_t i = 0; i < t->n && !st; i++) {
        const column *c = t->f->col[t->pick[i]];
        if (c->type != WEIR_TYPE_FACTOR)
            continue;
        from[e->n_codes++] = c;
        st = code_new(e, &e->code[e->n_codes - 1], t->f->name[t->pick[i]], c, err);
    }
    if (!st && e->encoding == ENCODING_EIGEN) {
#pragma omp parallel for schedule(dynamic) num_threads(t->threads) reduction(| : failed) if (t->threads > 1)
        for (size_t i = 0; i < e->n_codes; i++)
            failed |= fill_projection(e, &e->code[i], from[i], NULL) != WEIR_OK;
    }
    mem_free(from);
    return !st && failed ? weir_no_memory(err, "encoding columns") : st;
}

/* Numbers ---------------------------------------------------------------------------- */

typedef struct moments { /* of finite values in rows of weight above 0 */
    size_t n;
    double weight, mean, m2, min, max;
} moments;

static void add_moments(moments *m, const double *x, const double *w, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double wi = w ? w[i] : 1;
        if (!isfinite(x[i]) || !(wi > 0))
            continue;
        m->n++;
        m->weight += wi;
        double d = x[i] - m->mean;
        m->mean += d * wi / m->weight;
        m->m2 += wi * d * (x[i] - m->mean);
        m->min = fmin(m->min, x[i]);
        m->max = fmax(m->max, x[i]);
    }
}

/* Weighted mean and standard deviation (n/(n-1) corrected) of number i of the view, or of column c. */
static moments moments_of(const encode_view *v, size_t i, const column *c, const column *weights)
{
    moments m = {.min = (double)INFINITY, .max = -(double)INFINITY};
    double x[STRIDE], w[STRIDE];
    size_t rows = c ? c->rows : v->frame->rows;

    for (size_t row = 0; row < rows; row += STRIDE) {
        size_t n = rows - row < STRIDE ? rows - row : STRIDE;
        if (c)
            column_read(c, row, n, x);
        else
            encode_values(v, i, row, n, x);
        if (weights)
            column_read(weights, row, n, w);
        add_moments(&m, x, weights ? w : NULL, n);
    }
    return m;
}

static void scale(encode_number *num, encode_transform t)
{
    double range = num->max - num->min;

    num->sub = t == ENC_STANDARDIZE || t == ENC_NORMALIZE ? num->mean : 0;
    num->mul = 1;
    if ((t == ENC_STANDARDIZE || t == ENC_DESCALE) && num->sd > 0)
        num->mul = 1 / num->sd;
    if (t == ENC_NORMALIZE && range > 0 && isfinite(range))
        num->mul = 1 / range;
    num->fill = num->mean;
}

static void take_moments(encode_number *num, const moments *m)
{
    num->mean = m->n ? m->mean : 0;
    num->sd = m->n > 1 ? sqrt(m->m2 / m->weight * (double)m->n / (double)(m->n - 1)) : 0;
    num->min = m->n ? m->min : 0;
    num->max = m->n ? m->max : 0;
}

/* c: the frame's column, or NULL for a number that stands for levels. */
static void fit_number(const encode_view *v, size_t i, encode_number *num, const column *c, const column *weights,
                       encode_transform t)
{
    if (!c || weights || c->pos_inf || c->neg_inf) {
        moments m = moments_of(v, i, c, weights);
        take_moments(num, &m);
    } else {
        num->min = c->stats.min, num->max = c->stats.max;
        num->mean = c->stats.mean, num->sd = c->stats.sd;
    }
    scale(num, t);
}

static bool name_number(encoder *e, const char *name, size_t code, size_t part)
{
    encode_number *x = &e->number[e->n_numbers];
    char s[320];

    snprintf(s, sizeof s, "%.280s", name);
    if (code && e->encoding == ENCODING_BINARY)
        snprintf(s, sizeof s, "%.280s:%zu", name, part);
    else if (code && e->encoding == ENCODING_EIGEN)
        snprintf(s, sizeof s, "%.280s.Eigen", name);
    *x = (encode_number){.name = mem_text(code ? s : name), .code = code, .part = part, .mul = 1};
    e->n_numbers += x->name != NULL;
    return x->name != NULL;
}

/* Numeric columns and coded factors in the order of the frame; bits follow behind all columns. */
static weir_status list_numbers(fitting *t, weir_error *err)
{
    encoder *e = t->e;
    size_t room = t->n, code = 0;
    bool ok = true;

    for (size_t i = 0; i < e->n_codes; i++)
        room += e->code[i].columns;
    e->number = mem_zero(room + 1, sizeof *e->number);
    if (!e->number)
        return weir_no_memory(err, "encoding columns");
    for (size_t i = 0; i < t->n && ok; i++) {
        bool factor = t->f->col[t->pick[i]]->type == WEIR_TYPE_FACTOR;
        if (!factor)
            ok = name_number(e, t->f->name[t->pick[i]], 0, 0);
        else if (e->n_codes && e->encoding != ENCODING_BINARY)
            code++, ok = name_number(e, t->f->name[t->pick[i]], code, 0);
    }
    for (size_t i = 0; i < e->n_codes && e->encoding == ENCODING_BINARY; i++)
        for (size_t b = 0; b < e->code[i].columns && ok; b++)
            ok = name_number(e, e->code[i].name, i + 1, b);
    return ok ? WEIR_OK : weir_no_memory(err, "encoding columns");
}

static weir_status fit_numbers(fitting *t, weir_error *err)
{
    encoder *e = t->e;
    encode_view *v = NULL;
    weir_status st = list_numbers(t, err);

    if (!st)
        st = encoder_index(e, err);
    if (!st)
        st = encode_view_new(&v, e, t->f, NULL, err);
    if (st)
        return st;
#pragma omp parallel for schedule(dynamic) num_threads(t->threads) if (t->threads > 1)
    for (size_t i = 0; i < e->n_numbers; i++)
        fit_number(v, i, &e->number[i], e->number[i].code ? NULL : v->number_col[i], t->weights, e->transform);
    encode_view_free(v);
    return WEIR_OK;
}

/* The response ----------------------------------------------------------------------- */

/* Gaussian-like families learn a standardised response. */
static bool scales_response(const weir_params *p)
{
    bool log_link = p->distribution >= 4 && p->distribution <= 6; /* poisson, gamma, tweedie */
    return p->standardize && !log_link;
}

static weir_status fit_response(fitting *t, weir_error *err)
{
    encoder *e = t->e;
    const column *c = t->response;

    e->resp_mul = 1;
    if (!c)
        return WEIR_OK;
    e->response = mem_text(param_text(&t->p->response_column));
    if (c->type == WEIR_TYPE_FACTOR) {
        e->labels = texts_copy(c->levels, c->n_levels);
        e->n_labels = e->labels ? c->n_levels : 0;
    } else if (scales_response(t->p)) {
        encode_number x = {0};
        fit_number(NULL, 0, &x, c, t->weights, ENC_STANDARDIZE);
        e->resp_sub = x.sub;
        e->resp_mul = x.mul;
    }
    return e->response && (e->labels || c->type != WEIR_TYPE_FACTOR) ? WEIR_OK
                                                                     : weir_no_memory(err, "encoding the response");
}

/* All together ------------------------------------------------------------------------- */

static weir_status fit_special(fitting *t, weir_error *err)
{
    const char *w = param_text(&t->p->weights_column), *o = param_text(&t->p->offset_column);
    const char *y = param_text(&t->p->response_column);

    t->weights = w ? frame_column(t->f, w, err) : NULL;
    t->response = y && !t->p->autoencoder ? frame_column(t->f, y, err) : NULL;
    t->e->weights_column = mem_text(w);
    t->e->offset_column = mem_text(o);
    return (w && !t->e->weights_column) || (o && !t->e->offset_column) ? weir_no_memory(err, "encoding columns") : WEIR_OK;
}

static weir_status fit(fitting *t, weir_value *warnings, weir_error *err)
{
    const weir_params *p = t->p;
    encoder *e = t->e;
    bool coded = p->categorical_encoding == ENCODING_BINARY || p->categorical_encoding == ENCODING_LABEL ||
                 p->categorical_encoding == ENCODING_EIGEN;

    e->encoding = p->categorical_encoding == ENCODING_AUTO ? ENCODING_ONE_HOT : p->categorical_encoding;
    e->all_levels = p->use_all_factor_levels || p->autoencoder;
    e->h2o = p->compat == COMPAT_H2O;
    e->skip_missing = p->missing_values_handling == MISSING_SKIP;
    e->transform = !p->standardize   ? ENC_NONE
                   : p->autoencoder  ? ENC_NORMALIZE
                   : p->sparse       ? ENC_DESCALE
                                     : ENC_STANDARDIZE;
    e->hash_seed = (uint64_t)p->seed;
    weir_status st = fit_special(t, err);
    if (!st)
        st = choose(p, t->f, t->pick, &t->n, warnings, err);
    if (!st && !e->h2o)
        st = note_infinite(t, warnings, err);
    if (!st)
        st = coded ? fit_codes(t, err) : fit_factors(t, err);
    if (!st)
        st = fit_numbers(t, err);
    if (!st)
        st = fit_response(t, err);
    e->hashed = e->slots;
    if ((uint64_t)p->max_categorical_features < e->slots)
        e->hashed = (size_t)p->max_categorical_features;
    e->inputs = e->hashed + e->n_numbers;
    return st;
}

weir_status encoder_fit(encoder **out, const weir_params *p, const weir_frame *f,
                        weir_value *warnings, progress *pr, weir_error *err)
{
    fitting t = {.p = p, .f = f, .e = MEM_NEW(encoder), .pick = mem_array(f->cols + 1, sizeof *t.pick),
                 .threads = progress_threads(pr)};
    weir_status st = t.e && t.pick ? fit(&t, warnings, err) : weir_no_memory(err, "encoding columns");

    mem_free(t.pick);
    if (st)
        encoder_free(t.e);
    else
        *out = t.e;
    return st;
}
