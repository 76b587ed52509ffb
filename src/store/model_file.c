/* model_file.c - models to files and back. */
#include "config.h"
#include "store/model_file.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/status.h"
#include "model/archive.h"
#include "store/chunk.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { FORMAT = 1 }; /* of the fields in the sections: grows when one of them changes */

/* Every section of a model, in the file's order. `fields` writes or fills a model. */
typedef struct section section;

typedef struct parcel { /* what the sections of one file need of each other */
    weir_model *m;
    size_t weight_bytes; /* of section WGHT; reading */
    double format;
    weir_value producer;
} parcel;

struct section {
    const char *tag;
    void (*fields)(archive *a, parcel *p);
    bool (*there)(const weir_model *m); /* NULL = always */
    bool deflate;
};

static void head_fields(archive *a, parcel *p)
{
    char program[32] = PACKAGE_NAME " " PACKAGE_VERSION;
    double created = clock_wall();

    p->format = FORMAT;
    archive_buffer(a, "program", program, sizeof program);
    archive_real(a, "format", &p->format);
    if (archive_ok(a) && p->format != FORMAT)
        archive_fail(a, p->format > FORMAT ? "written by %s in format %g; this one reads format %d: a newer weir is needed"
                                           : "written by %s in format %g, which this one (format %d) no longer reads",
                     program, p->format, FORMAT);
    archive_real(a, "created", &created);
}

static void param_fields(archive *a, parcel *p)
{
    params_archive(a, "asked", &p->m->params, false, &p->m->warnings);
    params_archive(a, "actual", &p->m->actual, true, &p->m->warnings);
}

static void encoder_fields(archive *a, parcel *p)
{
    encoder_archive(a, &p->m->enc);
}

static void topology_fields(archive *a, parcel *p)
{
    int category = (int)p->m->category;

    archive_choice(a, "category", &category, CATEGORY_AUTOENCODER + 1);
    if (a->reading)
        p->m->category = (model_category)category;
    loss_archive(a, &p->m->loss);
    archive_bool(a, "h2o", &p->m->h2o);
    topology_archive(a, &p->m->net, p->weight_bytes);
}

static void weight_fields(archive *a, parcel *p)
{
    weights_archive(a, p->m->net);
}

static void info_fields(archive *a, parcel *p)
{
    weir_model *m = p->m;
    int64_t threads = m->threads;
    double threshold = m->threshold;

    archive_buffer(a, "id", m->id, sizeof m->id);
    archive_value(a, "summary", &m->summary);
    archive_text(a, "stopped", &m->stopped);
    archive_bool(a, "unstable", &m->unstable);
    archive_real(a, "threshold", &threshold);
    archive_reals(a, "prior", &m->prior, m->enc->n_labels);
    archive_reals(a, "balanced", &m->balanced, m->enc->n_labels);
    archive_real(a, "start_time", &m->start_time);
    archive_real(a, "end_time", &m->end_time);
    archive_real(a, "run_time", &m->run_time);
    archive_real(a, "epochs", &m->epochs);
    archive_u64(a, "samples", &m->samples);
    archive_u64(a, "rows", &m->rows);
    archive_u64(a, "seed", &m->seed);
    archive_int(a, "threads", &threads);
    if (a->reading) {
        m->threads = (int)threads;
        m->threshold = threshold;
    }
    archive_buffer(a, "kernel", m->kernel, sizeof m->kernel);
    weir_value warnings = a->reading ? weir_nil() : m->warnings;
    archive_value(a, "warnings", &warnings);
    if (!a->reading)
        return;
    for (size_t i = 0; warnings.kind == WEIR_LIST && i < warnings.as.list.n; i++) {
        weir_value w = weir_nil();
        if (warnings.as.list.v[i].kind == WEIR_TEXT && weir_value_copy(&w, &warnings.as.list.v[i], &a->error) == WEIR_OK)
            weir_list_add(&m->warnings, w, &a->error);
    }
    weir_value_clear(&warnings);
    if (archive_ok(a) && m->summary.kind != WEIR_LIST)
        archive_fail(a, "the table of layers is no list");
}

static void history_fields(archive *a, parcel *p)
{
    history_archive(a, &p->m->hist);
}

static void metric_fields(archive *a, parcel *p)
{
    weir_metrics **all[] = {&p->m->train, &p->m->valid, &p->m->xval};
    static const char *const names[] = {"train", "valid", "xval"};

    for (size_t i = 0; i < 3; i++) {
        bool there = *all[i] != NULL;
        archive_bool(a, names[i], &there);
        if (archive_ok(a) && there)
            metrics_archive(a, all[i]);
    }
}

static void importance_fields(archive *a, parcel *p)
{
    archive_reals(a, "importance", &p->m->importance, p->m->enc->inputs);
}

static void layer_fields(archive *a, parcel *p)
{
    size_t n = p->m->n_layers * LAYER_COLUMNS;

    archive_count(a, "n", &n, 8);
    if (a->reading && archive_ok(a) && n % LAYER_COLUMNS)
        archive_fail(a, "the looks at layers are no table");
    archive_reals(a, "layers", &p->m->layers, n);
    if (a->reading && archive_ok(a))
        p->m->n_layers = p->m->layers ? n / LAYER_COLUMNS : 0;
}

static void state_fields(archive *a, parcel *p)
{
    weir_model *m = p->m;
    train_state *s = m->state;

    if (a->reading) {
        s = m->state = MEM_NEW(train_state);
        if (!s) {
            archive_fail(a, "out of memory");
            return;
        }
        s->more = weir_nil();
    }
    archive_u64(a, "samples", &s->samples);
    archive_u64(a, "iterations", &s->iterations);
    archive_real(a, "epochs", &s->epochs);
    archive_real(a, "seconds", &s->seconds);
    archive_real(a, "best", &s->best);
    archive_count(a, "n_values", &s->n_values, 8);
    archive_reals(a, "values", &s->values, s->n_values);
    archive_real(a, "huber_delta", &s->huber_delta);
    archive_value(a, "more", &s->more);
    if (a->reading && archive_ok(a) && (s->more.kind != WEIR_DICT || (!s->values && s->n_values)))
        archive_fail(a, "the state of the training does not fit together");
}

static void optimizer_fields(archive *a, parcel *p)
{
    train_state *s = p->m->state;
    bool last = s && s->last;

    if (!s) {
        archive_fail(a, "a file with an optimiser's state but none of the training");
        return;
    }
    archive_count(a, "n", &s->n_optimizer, 4);
    archive_floats(a, "optimizer", &s->optimizer, s->n_optimizer);
    archive_bool(a, "last", &last);
    if (!archive_ok(a) || !last)
        return;
    if (!a->reading || network_copy(&s->last, p->m->net, &a->error) == WEIR_OK)
        weights_archive(a, s->last);
}

static bool has_history(const weir_model *m)
{
    return m->hist != NULL;
}

static bool has_importance(const weir_model *m)
{
    return m->importance != NULL;
}

static bool has_layers(const weir_model *m)
{
    return m->n_layers > 0;
}

static bool has_state(const weir_model *m)
{
    return m->state && m->state->optimizer;
}

static const section sections[] = {
    {"HEAD", head_fields, NULL, false},        {"PARM", param_fields, NULL, true},
    {"ENCD", encoder_fields, NULL, true},      {"TOPO", topology_fields, NULL, true},
    {"WGHT", weight_fields, NULL, false},      {"INFO", info_fields, NULL, true},
    {"hist", history_fields, has_history, true}, {"metr", metric_fields, NULL, true},
    {"impo", importance_fields, has_importance, true}, {"stat", state_fields, has_state, true},
    {"optm", optimizer_fields, has_state, false}, {"look", layer_fields, has_layers, true},
};

enum { SECTIONS = sizeof sections / sizeof *sections, WEIGHTS = 4, SKIPPABLE = 6 };

/* Writing ------------------------------------------------------------------------------- */

static weir_status write_section(chunk_writer *w, const section *s, parcel *p, weir_error *err)
{
    archive a;
    char what[64];

    snprintf(what, sizeof what, "section %s of a model", s->tag);
    archive_write(&a, what);
    s->fields(&a, p);
    weir_status st = archive_end(&a, err);
    if (st)
        chunk_abandon(w);
    else
        st = chunk_put(w, s->tag, text_str(&a.out), a.out.n, s->deflate, err);
    archive_free(&a);
    return st;
}

weir_status model_file_write(const weir_model *m, const char *path, weir_error *err)
{
    chunk_writer w;
    weir_status st = chunk_create(&w, path, err);
    parcel p = {.m = (weir_model *)(uintptr_t)m}; /* archives read and write through one pointer */

    for (size_t i = 0; i < SECTIONS && !st; i++)
        if (!sections[i].there || sections[i].there(m))
            st = write_section(&w, &sections[i], &p, err);
    return st ? st : chunk_close(&w, err);
}

/* Reading ------------------------------------------------------------------------------- */

static void free_sections(chunk *c)
{
    for (size_t i = 0; i < SECTIONS; i++)
        mem_free(c[i].bytes);
}

/* Sorts the file's sections into c[SECTIONS]. */
static weir_status collect(chunk_reader *r, chunk *c, weir_error *err)
{
    bool more = true;
    weir_status st = WEIR_OK;

    while (!st) {
        chunk one = {.n = 0};
        size_t i = 0;
        st = chunk_next(r, &one, &more, err);
        if (st || !more)
            break;
        while (i < SECTIONS && strcmp(sections[i].tag, one.tag))
            i++;
        if (i == SECTIONS) {
            st = chunk_unknown(r, &one, err);
        } else if (c[i].bytes) {
            mem_free(one.bytes);
            st = weir_fail(err, WEIR_EFORMAT, "'%s' has section %s twice", chunk_name(r), sections[i].tag);
        } else {
            c[i] = one;
        }
    }
    return st;
}

/* What belongs together of different sections. */
static weir_status check_whole(const weir_model *m, const char *name, weir_error *err)
{
    const network *net = m->net;
    size_t outputs = net->layer[net->layers - 1].units;
    bool classes = m->category == CATEGORY_BINOMIAL || m->category == CATEGORY_MULTINOMIAL;
    size_t want = classes ? m->enc->n_labels : m->category == CATEGORY_AUTOENCODER ? m->enc->inputs : 1;

    if (net->layer[0].inputs != m->enc->inputs || outputs != want || (m->category == CATEGORY_BINOMIAL && want != 2) ||
        (classes && want < 2) || !m->params || !m->actual || (classes && !m->enc->labels))
        return weir_fail(err, WEIR_EFORMAT, "'%s' is no model: its network (%zu inputs, %zu outputs) does not fit its columns", name,
                         net->layer[0].inputs, outputs);
    for (size_t i = 0; i < net->layers; i++) {
        activation_kind act = net->layer[i].act;
        bool last = i + 1 == net->layers;
        if (last ? (act == ACT_SOFTMAX) != classes : act > ACT_EXP_RECTIFIER)
            return weir_fail(err, WEIR_EFORMAT, "'%s' is no model: layer %zu has an activation that no such layer has", name, i + 1);
    }
    return WEIR_OK;
}

static weir_status parse(const chunk *c, const char *name, weir_model *m, weir_error *err)
{
    parcel p = {.m = m, .weight_bytes = c[WEIGHTS].n};

    for (size_t i = 0; i < SECTIONS; i++) {
        archive a;
        char what[400];
        if (!c[i].bytes) {
            if (i < SKIPPABLE)
                return weir_fail(err, WEIR_EFORMAT, "'%s' is no model: section %s is missing", name, sections[i].tag);
            continue;
        }
        snprintf(what, sizeof what, "'%.300s', section %s", name, sections[i].tag);
        archive_read(&a, c[i].bytes, c[i].n, what);
        sections[i].fields(&a, &p);
        weir_status st = archive_end(&a, err);
        if (st)
            return st;
    }
    return check_whole(m, name, err);
}

static weir_status read_model(weir_model **out, chunk_reader *r, weir_error *err)
{
    chunk c[SECTIONS];
    weir_model *m = model_new();

    memset(c, 0, sizeof c);
    if (!m)
        return weir_no_memory(err, "reading a model");
    weir_value_clear(&m->summary);
    weir_status st = collect(r, c, err);
    if (!st)
        st = parse(c, chunk_name(r), m, err);
    if (!st && !m->hist && !(m->hist = history_new()))
        st = weir_no_memory(err, "reading a model");
    if (!st && !m->stopped && !(m->stopped = mem_text("")))
        st = weir_no_memory(err, "reading a model");
    free_sections(c);
    if (st)
        weir_model_unref(m);
    else
        *out = m;
    return st;
}

weir_status model_file_read(weir_model **out, const char *path, weir_error *err)
{
    chunk_reader *r = NULL;
    weir_status st = chunk_open(&r, path, err);

    if (!st)
        st = read_model(out, r, err);
    chunk_shut(r);
    return st;
}

weir_status model_file_read_bytes(weir_model **out, const void *bytes, size_t n, const char *name, weir_error *err)
{
    chunk_reader *r = NULL;
    weir_status st = chunk_open_bytes(&r, bytes, n, name, err);

    if (!st)
        st = read_model(out, r, err);
    chunk_shut(r);
    return st;
}

/* Inspecting ---------------------------------------------------------------------------- */

weir_status model_file_inspect(const char *path, weir_value *out, weir_error *err)
{
    chunk_reader *r = NULL;
    bool more = true;
    weir_value all = weir_list();
    weir_status st = chunk_open(&r, path, err);

    while (!st) {
        chunk c = {.n = 0};
        weir_value d = weir_dict(), fields = weir_nil();
        weir_error why;
        st = chunk_next(r, &c, &more, err);
        if (st || !more)
            break;
        st = weir_dict_set(&d, "section", weir_text(c.tag), err);
        if (!st)
            st = weir_dict_set(&d, "bytes", weir_int((int64_t)c.n), err);
        /* A section that is no archive (a frame's columns) is told by its size. */
        if (!st && archive_list(c.bytes, c.n, c.tag, &fields, &why) == WEIR_OK)
            st = weir_dict_set(&d, "fields", fields, err);
        if (!st)
            st = weir_list_add(&all, d, err);
        else
            weir_value_clear(&d);
        mem_free(c.bytes);
    }
    chunk_shut(r);
    if (st)
        weir_value_clear(&all);
    else
        *out = all;
    return st;
}
