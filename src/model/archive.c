/* archive.c - the parts of a model as fields of an archive. Metrics: metric_archive.c. */
#include "model/archive.h"

#include "base/mem.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { UNITS_MOST = 1 << 30, LAYERS_MOST = 4096 };

/* Encoder ------------------------------------------------------------------------------ */

/* A level for each label, or COLUMN_MISSING. */
static void archive_levels(archive *a, encode_factor *f)
{
    double *to = NULL;

    if (!a->reading && f->to) {
        to = mem_array(f->n_domain + 1, sizeof *to);
        if (!to) {
            archive_fail(a, "out of memory");
            return;
        }
        for (size_t i = 0; i < f->n_domain; i++)
            to[i] = f->to[i];
    }
    archive_reals(a, "to", &to, f->n_domain);
    if (a->reading && archive_ok(a) && to) {
        f->to = mem_array(f->n_domain + 1, sizeof *f->to);
        if (!f->to)
            archive_fail(a, "out of memory");
        for (size_t i = 0; f->to && i < f->n_domain; i++) {
            if (!((to[i] >= 0 && to[i] < (double)f->n_levels) || to[i] == (double)COLUMN_MISSING)) {
                archive_fail(a, "label %zu of '%s' has no level", i, f->name);
                break;
            }
            f->to[i] = (uint32_t)to[i];
        }
    }
    mem_free(to);
}

static void archive_factor(archive *a, encode_factor *f)
{
    uint64_t unseen = f->unseen;
    size_t most;

    archive_text(a, "name", &f->name);
    archive_text(a, "shown", &f->shown);
    archive_count(a, "n_levels", &f->n_levels, 8);
    archive_texts(a, "levels", &f->levels, f->n_levels);
    archive_count(a, "n_domain", &f->n_domain, 8);
    archive_texts(a, "domain", &f->domain, f->n_domain);
    archive_levels(a, f);
    archive_u64(a, "unseen", &unseen);
    archive_bool(a, "missing_seen", &f->missing_seen);
    if (!a->reading || !archive_ok(a))
        return;
    most = f->n_levels;
    f->unseen = (uint32_t)unseen;
    if (!f->name || (!f->levels && most) || (unseen >= most && unseen != COLUMN_MISSING) || !f->domain != !f->to)
        archive_fail(a, "the levels of factor '%s' do not fit together", f->name ? f->name : "");
}

static void archive_code(archive *a, encode_code *c)
{
    archive_text(a, "name", &c->name);
    archive_count(a, "n_levels", &c->n_levels, 8);
    archive_texts(a, "levels", &c->levels, c->n_levels);
    archive_count(a, "columns", &c->columns, 0);
    if (archive_ok(a) && (c->columns < 1 || c->columns > 64))
        archive_fail(a, "a factor becomes %zu numbers", c->columns);
    archive_reals(a, "table", &c->table, (c->n_levels + 1) * c->columns);
    if (a->reading && archive_ok(a) && (!c->name || !c->table || (!c->levels && c->n_levels)))
        archive_fail(a, "the table of factor '%s' is missing", c->name ? c->name : "");
}

static void archive_number(archive *a, encode_number *x, const encoder *e)
{
    archive_text(a, "name", &x->name);
    archive_count(a, "code", &x->code, 0);
    archive_count(a, "part", &x->part, 0);
    archive_real(a, "sub", &x->sub);
    archive_real(a, "mul", &x->mul);
    archive_real(a, "fill", &x->fill);
    archive_real(a, "mean", &x->mean);
    archive_real(a, "sd", &x->sd);
    archive_real(a, "min", &x->min);
    archive_real(a, "max", &x->max);
    if (!archive_ok(a))
        return;
    if (!x->name || x->code > e->n_codes || (x->code && x->part >= e->code[x->code - 1].columns))
        archive_fail(a, "number '%s' has no column", x->name ? x->name : "");
}

/* Where each factor's slots lie follows from the levels: what is read must agree. */
static void lay_out(archive *a, encoder *e)
{
    size_t slots = 0;

    for (size_t i = 0; i < e->n_factors; i++) {
        e->factor[i].offset = slots;
        e->factor[i].slots = e->factor[i].n_levels + (e->all_levels || !e->factor[i].n_levels ? 1 : 0);
        slots += e->factor[i].slots;
    }
    if (slots != e->slots || e->hashed > e->slots || e->inputs != e->hashed + e->n_numbers)
        archive_fail(a, "%zu inputs do not follow from the columns", e->inputs);
    if (!e->labels != !e->n_labels || (e->labels && !e->response))
        archive_fail(a, "the response's labels are missing");
}

static void fields_of_encoder(archive *a, encoder *e)
{
    int transform = (int)e->transform;

    archive_count(a, "n_factors", &e->n_factors, 16);
    archive_count(a, "n_codes", &e->n_codes, 16);
    archive_count(a, "n_numbers", &e->n_numbers, 16);
    if (a->reading && archive_ok(a)) {
        e->factor = mem_zero(e->n_factors + 1, sizeof *e->factor);
        e->code = mem_zero(e->n_codes + 1, sizeof *e->code);
        e->number = mem_zero(e->n_numbers + 1, sizeof *e->number);
        if (!e->factor || !e->code || !e->number) {
            archive_fail(a, "out of memory");
            return;
        }
    }
    archive_choice(a, "encoding", &e->encoding, ENCODING_EXPLICIT + 1);
    archive_bool(a, "all_levels", &e->all_levels);
    archive_bool(a, "h2o", &e->h2o);
    archive_choice(a, "transform", &transform, ENC_NORMALIZE + 1);
    archive_bool(a, "skip_missing", &e->skip_missing);
    archive_count(a, "slots", &e->slots, 0);
    archive_count(a, "hashed", &e->hashed, 0);
    archive_u64(a, "hash_seed", &e->hash_seed);
    archive_count(a, "inputs", &e->inputs, 0);
    archive_text(a, "response", &e->response);
    archive_count(a, "n_labels", &e->n_labels, 8);
    archive_texts(a, "labels", &e->labels, e->n_labels);
    archive_real(a, "resp_sub", &e->resp_sub);
    archive_real(a, "resp_mul", &e->resp_mul);
    archive_text(a, "weights_column", &e->weights_column);
    archive_text(a, "offset_column", &e->offset_column);
    for (size_t i = 0; i < e->n_factors && archive_ok(a); i++)
        archive_factor(a, &e->factor[i]);
    for (size_t i = 0; i < e->n_codes && archive_ok(a); i++)
        archive_code(a, &e->code[i]);
    for (size_t i = 0; i < e->n_numbers && archive_ok(a); i++)
        archive_number(a, &e->number[i], e);
    if (a->reading)
        e->transform = (encode_transform)transform;
}

void encoder_archive(archive *a, encoder **x)
{
    encoder *e = a->reading ? MEM_NEW(encoder) : *x;

    if (!e) {
        archive_fail(a, "out of memory");
        return;
    }
    fields_of_encoder(a, e);
    if (!a->reading)
        return;
    if (archive_ok(a))
        lay_out(a, e);
    if (archive_ok(a) && encoder_index(e, &a->error) == WEIR_OK)
        *x = e;
    else
        encoder_free(e);
}

/* Network ------------------------------------------------------------------------------ */

void topology_archive(archive *a, network **x, size_t most)
{
    size_t n = a->reading ? 0 : (*x)->layers, *sizes = NULL;
    int hidden = a->reading ? 0 : (int)(*x)->layer[0].act, output = a->reading ? 0 : (int)(*x)->layer[n - 1].act;
    double *keep = NULL, *size = NULL;

    archive_count(a, "layers", &n, 0);
    archive_choice(a, "hidden", &hidden, ACT_SOFTMAX + 1);
    archive_choice(a, "output", &output, ACT_SOFTMAX + 1);
    if (archive_ok(a) && (n < 1 || n > LAYERS_MOST))
        archive_fail(a, "a network of %zu layers", n);
    if (archive_ok(a)) {
        sizes = mem_zero(n + 1, sizeof *sizes);
        keep = mem_zero(n, sizeof *keep);
        size = mem_zero(n + 1, sizeof *size);
        if (!sizes || !keep || !size)
            archive_fail(a, "out of memory");
    }
    for (size_t i = 0; !a->reading && archive_ok(a) && i < n; i++) {
        size[0] = (double)(*x)->layer[0].inputs;
        size[i + 1] = (double)(*x)->layer[i].units;
        keep[i] = (*x)->layer[i].keep;
    }
    if (archive_ok(a)) {
        archive_fill_reals(a, "sizes", size, n + 1);
        archive_fill_reals(a, "keep", keep, n);
    }
    for (size_t i = 0; a->reading && archive_ok(a) && i <= n; i++) {
        if (!(size[i] >= (i ? 1 : 0) && size[i] <= UNITS_MOST && size[i] == floor(size[i])))
            archive_fail(a, "layer %zu has %g units", i, size[i]);
        else if (i < n && !(keep[i] > 0 && keep[i] <= 1))
            archive_fail(a, "layer %zu keeps %g of its units", i + 1, keep[i]);
        else
            sizes[i] = (size_t)size[i];
    }
    if (a->reading && archive_ok(a) && network_count(sizes, n + 1, (activation_kind)hidden) > most / sizeof(float))
        archive_fail(a, "the network has more weights than the file holds");
    if (a->reading && archive_ok(a) && network_new(x, sizes, n + 1, (activation_kind)hidden, (activation_kind)output, &a->error) == WEIR_OK)
        for (size_t i = 0; i < n; i++)
            (*x)->layer[i].keep = keep[i];
    mem_free(sizes), mem_free(keep), mem_free(size);
}

void weights_archive(archive *a, network *x)
{
    for (size_t i = 0; i < x->layers; i++) {
        network_layer *l = &x->layer[i];
        archive_fill_floats(a, "w", l->w, network_rows(l) * l->inputs);
        archive_fill_reals(a, "b", l->b, network_rows(l));
    }
}

void loss_archive(archive *a, loss_spec *x)
{
    int family = (int)x->family, loss = (int)x->loss;

    archive_choice(a, "family", &family, FAMILY_COUNT);
    archive_choice(a, "loss", &loss, LOSS_COUNT);
    archive_real(a, "quantile_alpha", &x->quantile_alpha);
    archive_real(a, "tweedie_power", &x->tweedie_power);
    archive_real(a, "huber_delta", &x->huber_delta);
    archive_real(a, "label_smoothing", &x->label_smoothing);
    if (!a->reading)
        return;
    x->family = (family_kind)family;
    x->loss = (loss_kind)loss;
}

/* History ------------------------------------------------------------------------------ */

static void archive_row(archive *a, weir_score_row *r, size_t n)
{
    archive_real(a, "time", &r->time);
    archive_real(a, "duration", &r->duration);
    archive_real(a, "speed", &r->speed);
    archive_real(a, "epochs", &r->epochs);
    archive_int(a, "iterations", &r->iterations);
    archive_int(a, "samples", &r->samples);
    archive_bool(a, "best", &r->best);
    archive_fill_reals(a, "train", r->train, n);
    archive_fill_reals(a, "valid", r->valid, n);
}

/* Metrics stand in a row in the file's order; the names say which is which. */
static void rename_metrics(double *v, char *const *names, size_t n)
{
    double w[WEIR_METRIC_MAX];

    for (size_t i = 0; i < WEIR_METRIC_MAX; i++)
        w[i] = NAN;
    for (size_t i = 0; i < n; i++) {
        ptrdiff_t at = weir_metric_find(names[i]);
        if (at >= 0)
            w[at] = v[i];
    }
    memcpy(v, w, sizeof w);
}

void history_archive(archive *a, history **x)
{
    const char *own[WEIR_METRIC_MAX];
    char **names = (char **)(uintptr_t)own;
    size_t metrics = weir_metric_count(), rows = a->reading ? 0 : history_count(*x);
    history *h = NULL;

    for (size_t i = 0; i < metrics; i++)
        own[i] = weir_metric_at(i)->name;
    archive_count(a, "metrics", &metrics, 8);
    if (archive_ok(a) && metrics > WEIR_METRIC_MAX)
        archive_fail(a, "%zu metrics are more than %d", metrics, WEIR_METRIC_MAX);
    archive_texts(a, "names", &names, metrics);
    archive_count(a, "rows", &rows, 16);
    if (a->reading && archive_ok(a) && !(h = history_new()))
        archive_fail(a, "out of memory");
    for (size_t i = 0; i < rows && archive_ok(a); i++) {
        weir_score_row r;
        memset(&r, 0, sizeof r);
        if (!a->reading)
            history_read(*x, i, &r, 1);
        archive_row(a, &r, metrics);
        if (a->reading && archive_ok(a)) {
            rename_metrics(r.train, names, metrics);
            rename_metrics(r.valid, names, metrics);
            history_add(h, &r, &a->error);
        }
    }
    if (names != (char **)(uintptr_t)own) {
        for (size_t i = 0; names && i < metrics; i++)
            mem_free(names[i]);
        mem_free(names);
    }
    if (a->reading && archive_ok(a))
        *x = h;
    else
        history_free(h);
}

/* Parameters ---------------------------------------------------------------------------- */

/* Frames and models by their ids; functions and lists of frames have no place in a file. */
static weir_value plain(archive *a, weir_value v)
{
    weir_value id = weir_nil();
    bool by_id = v.kind == WEIR_FRAME || v.kind == WEIR_MODEL;

    if (v.kind == WEIR_FRAME)
        id = weir_text(weir_frame_id(v.as.frame));
    else if (v.kind == WEIR_MODEL)
        id = weir_text(weir_model_id(v.as.model));
    else if (v.kind == WEIR_LIST && v.as.list.n && v.as.list.v[0].kind >= WEIR_FRAME)
        id = weir_nil();
    else if (v.kind < WEIR_FRAME)
        return v;
    weir_value_clear(&v);
    if (by_id && id.kind == WEIR_NIL)
        archive_fail(a, "out of memory");
    return id;
}

static void write_params(archive *a, const char *name, const weir_params *p, bool all)
{
    weir_value d = weir_dict();

    for (size_t i = 0; i < PARAM_COUNT && archive_ok(a); i++) {
        const char *key = weir_param_at(i)->name;
        weir_value v = weir_nil();
        if (!all && !p->given[i])
            continue;
        if (weir_params_get(p, key, &v, &a->error) == WEIR_OK)
            weir_dict_set(&d, key, plain(a, v), &a->error);
    }
    archive_value(a, name, &d);
    weir_value_clear(&d);
}

void params_archive(archive *a, const char *name, weir_params **x, bool all, weir_value *notes)
{
    weir_value d = weir_nil();
    weir_params *p;

    if (!a->reading) {
        write_params(a, name, *x, all);
        return;
    }
    archive_value(a, name, &d);
    if (archive_ok(a) && d.kind != WEIR_DICT)
        archive_fail(a, "field '%s' holds no parameters", name);
    p = archive_ok(a) ? weir_params_new() : NULL;
    if (archive_ok(a) && !p)
        archive_fail(a, "out of memory");
    for (size_t i = 0; archive_ok(a) && i < d.as.list.n; i++) {
        weir_error err = {.status = WEIR_OK};
        if (d.as.list.v[i].kind == WEIR_NIL || weir_params_set(p, d.as.list.key[i], &d.as.list.v[i], &err) == WEIR_OK)
            continue;
        if (err.status == WEIR_ENOMEM) {
            a->error = err;
        } else if (notes) {
            char s[400];
            snprintf(s, sizeof s, "the file's parameter %.60s is left out: %.300s", d.as.list.key[i], err.message);
            weir_list_add(notes, weir_text(s), &a->error);
        }
    }
    weir_value_clear(&d);
    if (archive_ok(a))
        *x = p;
    else
        weir_params_free(p);
}
