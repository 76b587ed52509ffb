/* Model files: what is read is what was written; damage is an error, never a wrong model. */
#include "config.h"

#include "base/archive.h"
#include "base/mem.h"
#include "model/archive.h"
#include "model/metric_impl.h"
#include "model/score.h"
#include "store/chunk.h"
#include "store/model_file.h"
#include "tests/tap.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

static weir_session *session;
static char folder[] = "/tmp/weir-files-XXXXXX";

static const char *at(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static weir_frame *people(void)
{
    enum { N = 60 };
    static double age[N], code[N], y[N];
    static const char *const towns[] = {"Bonn", "Ulm", "Wien"};
    static const char *const labels[] = {"no", "yes"};
    weir_frame *f = NULL;
    weir_column_init cols[] = {
        {.name = "age", .type = WEIR_TYPE_NUMERIC, .numbers = age},
        {.name = "town", .type = WEIR_TYPE_FACTOR, .numbers = code, .levels = towns, .n_levels = 3},
        {.name = "y", .type = WEIR_TYPE_FACTOR, .numbers = y, .levels = labels, .n_levels = 2},
    };

    for (int i = 0; i < N; i++) {
        age[i] = i % 7 == 3 ? NAN : 20 + i * 0.7;
        code[i] = i % 5 == 4 ? NAN : i % 3;
        y[i] = (i * 7 + i / 3) % 2;
    }
    weir_frame_build(&f, cols, 3, N, NULL);
    return f;
}

static void set(weir_params *p, const char *name, weir_value v)
{
    weir_error err;
    CHECK(weir_params_set(p, name, &v, &err) == WEIR_OK);
    weir_value_clear(&v);
}

static weir_model *trained(const weir_frame *f, const char *activation, const char *y, double epochs, const weir_model *from)
{
    weir_params *p = weir_params_new();
    weir_job *j = NULL;
    weir_value v = weir_nil(), sizes = weir_list();
    weir_error err;

    weir_list_add(&sizes, weir_int(3), NULL);
    weir_list_add(&sizes, weir_int(2), NULL);
    set(p, "training_frame", weir_of_frame(f));
    set(p, "hidden", sizes);
    set(p, "activation", weir_text(activation));
    set(p, "epochs", weir_real(epochs));
    set(p, "seed", weir_int(7));
    set(p, "stopping_rounds", weir_int(0));
    set(p, "reproducible", weir_bool(true));
    if (y)
        set(p, "response_column", weir_text(y));
    else
        set(p, "autoencoder", weir_bool(true));
    if (from)
        set(p, "checkpoint", weir_of_model(from));
    if (!CHECK(weir_train_start(session, p, &j, &err) == WEIR_OK))
        printf("# %s\n", err.message);
    weir_job_wait(j, -1, NULL);
    CHECK(weir_job_result(j, &v, &err) == WEIR_OK);
    weir_job_unref(j);
    weir_params_free(p);
    return v.kind == WEIR_MODEL ? v.as.model : NULL;
}

/* Predictions of every row, as one array. */
static double *predictions(const weir_model *m, const weir_frame *f, size_t *n)
{
    weir_value args = weir_dict(), out = weir_nil();
    double *x;

    weir_dict_set(&args, "self", weir_of_model(m), NULL);
    weir_dict_set(&args, "frame", weir_of_frame(f), NULL);
    weir_call(session, "model", "predict", &args, &out, NULL);
    weir_value_clear(&args);
    size_t cols = weir_frame_cols(out.as.frame), rows = weir_frame_rows(out.as.frame);
    x = mem_array(cols * rows, sizeof *x);
    for (size_t c = 0; c < cols; c++)
        weir_frame_read(out.as.frame, c, 0, rows, x + c * rows);
    weir_value_clear(&out);
    *n = cols * rows;
    return x;
}

static bool same_predictions(const weir_model *a, const weir_model *b, const weir_frame *f)
{
    size_t n, k;
    double *x = predictions(a, f, &n), *y = predictions(b, f, &k);
    bool same = n == k && !memcmp(x, y, n * sizeof *x);

    mem_free(x), mem_free(y);
    return same;
}

static bool same_weights(const network *a, const network *b)
{
    bool same = a->layers == b->layers;

    for (size_t i = 0; same && i < a->layers; i++) {
        size_t rows = network_rows(&a->layer[i]);
        same = rows == network_rows(&b->layer[i]) && a->layer[i].inputs == b->layer[i].inputs && a->layer[i].act == b->layer[i].act &&
               a->layer[i].keep == b->layer[i].keep &&
               !memcmp(a->layer[i].w, b->layer[i].w, rows * a->layer[i].inputs * sizeof(float)) &&
               !memcmp(a->layer[i].b, b->layer[i].b, rows * sizeof(double));
    }
    return same;
}

static void round_trips(void)
{
    static const struct { const char *activation, *y; } cases[] = {
        {"Rectifier", "y"}, {"MaxoutWithDropout", "y"}, {"Tanh", "age"}, {"ExpRectifier", "y"}, {"Tanh", NULL}};
    weir_frame *f = people();

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        weir_model *m = trained(f, cases[i].activation, cases[i].y, 3, NULL), *r = NULL, *again = NULL;
        weir_error err = {.message = ""};
        weir_value a = weir_nil(), b = weir_nil();
        bool good = model_file_write(m, at("m.weir"), &err) == WEIR_OK && model_file_read(&r, at("m.weir"), &err) == WEIR_OK;
        if (!good)
            printf("# %s\n", err.message);
        CLAIM(good && same_predictions(m, r, f), "F185 F186 T037a predictions after loading are the same bits: %s of %s",
              cases[i].activation, cases[i].y ? cases[i].y : "an autoencoder");
        if (!good)
            continue;
        good = same_weights(m->net, r->net) && r->state && same_weights(m->state->last, r->state->last) &&
               m->state->n_optimizer == r->state->n_optimizer &&
               !memcmp(m->state->optimizer, r->state->optimizer, m->state->n_optimizer * sizeof(float)) &&
               m->state->samples == r->state->samples && history_count(m->hist) == history_count(r->hist);
        CLAIM(good, "F186 weights, optimiser's state, counters and history come back: %s", cases[i].activation);
        weir_model_info(m, &a, NULL);
        weir_model_info(r, &b, NULL);
        bool facts = a.as.list.n == b.as.list.n;
        for (size_t k = 0; facts && k < a.as.list.n; k++) {
            const weir_value *x = &a.as.list.v[k], *y = &b.as.list.v[k];
            bool nan = x->kind == WEIR_REAL && isnan(x->as.r) && isnan(y->as.r);
            if (!nan && strcmp(a.as.list.key[k], "params") && !weir_value_equal(x, y))
                printf("# %s differs\n", a.as.list.key[k]), facts = false;
        }
        CLAIM(facts, "F186 what a model tells of itself comes back: %s", cases[i].activation);
        weir_value_clear(&a), weir_value_clear(&b);
        CLAIM(weir_metrics_number(m->train, "rmse") == weir_metrics_number(r->train, "rmse") &&
                  (m->category != CATEGORY_BINOMIAL || (m->train->best_threshold == r->train->best_threshold &&
                                                        m->train->n_thresholds == r->train->n_thresholds &&
                                                        m->train->n_gain == r->train->n_gain)),
              "F186 metrics come back: %s", cases[i].activation);
        /* What was read is written again to the same bytes, but for the date in HEAD. */
        good = model_file_write(r, at("again.weir"), &err) == WEIR_OK && model_file_read(&again, at("again.weir"), &err) == WEIR_OK;
        CLAIM(good && same_weights(again->net, r->net), "F185 a loaded model can be saved again: %s", cases[i].activation);
        weir_model_unref(m), weir_model_unref(r), weir_model_unref(again);
    }
    weir_frame_unref(f);
}

/* The continued training equals the uninterrupted one, also through a file. */
static void continuing(void)
{
    static const char *const acts[] = {"Rectifier", "TanhWithDropout", "Maxout"};
    weir_frame *f = people();

    for (size_t i = 0; i < 3; i++) {
        weir_model *whole = trained(f, acts[i], "y", 8, NULL), *half = trained(f, acts[i], "y", 4, NULL), *read = NULL;
        model_file_write(half, at("half.weir"), NULL);
        model_file_read(&read, at("half.weir"), NULL);
        weir_model *live = trained(f, acts[i], "y", 8, half), *loaded = trained(f, acts[i], "y", 8, read);
        CLAIM(same_weights(live->state->last, loaded->state->last), "F180 T037b a loaded model continues as the live one: %s", acts[i]);
        CLAIM(same_weights(whole->state->last, loaded->state->last) && !memcmp(whole->state->optimizer, loaded->state->optimizer,
                                                                             whole->state->n_optimizer * sizeof(float)),
              "F180 F307 continued through a file equals uninterrupted, bit for bit: %s", acts[i]);
        weir_model_unref(whole), weir_model_unref(half), weir_model_unref(read), weir_model_unref(live), weir_model_unref(loaded);
    }
    weir_frame_unref(f);
}

static unsigned char *slurp(const char *path, size_t *n)
{
    FILE *in = fopen(path, "rb");
    unsigned char *b = mem_array(1 << 20, 1);

    *n = in ? fread(b, 1, 1 << 20, in) : 0;
    if (in)
        fclose(in);
    return b;
}

static void damage(void)
{
    weir_frame *f = people();
    weir_model *m = trained(f, "Rectifier", "y", 2, NULL), *r = NULL;
    size_t n;
    weir_error err;

    model_file_write(m, at("d.weir"), NULL);
    unsigned char *b = slurp(at("d.weir"), &n), *c = mem_array(n + 1, 1);
    size_t wrong = 0;
    for (size_t i = 0; i < n; i++) {
        b[i] ^= (unsigned char)(1 << i % 8);
        wrong += model_file_read_bytes(&r, b, n, "d.weir", &err) == WEIR_OK || !strstr(err.message, "d.weir");
        b[i] ^= (unsigned char)(1 << i % 8);
    }
    CLAIM(wrong == 0, "F187 one bit changed at any of %zu offsets is an error that names the file (%zu were not)", n, wrong);
    wrong = 0;
    for (size_t i = 0; i < n; i++)
        wrong += model_file_read_bytes(&r, b, i, "d.weir", &err) == WEIR_OK;
    CLAIM(wrong == 0, "F187 a file cut at any length is an error (%zu were not)", wrong);
    memcpy(c, b, n);
    c[n] = 0;
    CLAIM(model_file_read_bytes(&r, c, n + 1, "d.weir", &err) != WEIR_OK, "F187 a byte too many is an error");
    mem_free(b), mem_free(c);
    weir_model_unref(m);
    weir_frame_unref(f);
}

/* Sections whose checksums are good and whose content is not: an error or a model, never a crash. */
static void hostile(void)
{
    weir_frame *f = people();
    weir_model *m = trained(f, "Maxout", "y", 2, NULL);
    size_t n, reads = 0, errors = 0;
    uint32_t x = 12345;

    model_file_write(m, at("h.weir"), NULL);
    unsigned char *b = slurp(at("h.weir"), &n);
    for (int round = 0; round < 4000; round++) {
        chunk_reader *in = NULL;
        chunk_writer w;
        bool more = true;
        weir_model *r = NULL;
        x = x * 1664525 + 1013904223;
        uint32_t victim = x >> 8;
        chunk_open_bytes(&in, b, n, "h.weir", NULL);
        chunk_create(&w, at("x.weir"), NULL);
        for (uint32_t k = 0;; k++) {
            chunk c = {.n = 0};
            if (chunk_next(in, &c, &more, NULL) || !more)
                break;
            if (k == victim % 11 && c.n) { /* one to four bytes of one section */
                for (int q = 0; q < 1 + (int)(victim % 4); q++) {
                    x = x * 1664525 + 1013904223;
                    c.bytes[(x >> 4) % c.n] = (unsigned char)(x >> 24 & 1 ? x >> 16 : x >> 16 & 1 ? 0xff : 0);
                }
            }
            chunk_put(&w, c.tag, c.bytes, c.n, false, NULL);
            mem_free(c.bytes);
        }
        chunk_shut(in);
        chunk_close(&w, NULL);
        weir_error err = {.message = ""};
        if (model_file_read(&r, at("x.weir"), &err) == WEIR_OK) {
            size_t k;
            reads++;
            mem_free(predictions(r, f, &k));
            weir_model_unref(r);
        } else {
            errors += strstr(err.message, "x.weir") || strstr(err.message, "memory");
        }
    }
    CLAIM(reads + errors == 4000 && errors > 400, "F187 changed contents under good checksums: %zu models, %zu errors that name the file", reads, errors);
    mem_free(b);
    weir_model_unref(m);
    weir_frame_unref(f);
}

static void newer(void)
{
    weir_frame *f = people();
    weir_model *m = trained(f, "Tanh", "y", 1, NULL), *r = NULL;
    chunk_reader *in = NULL;
    chunk_writer w;
    bool more = true;
    weir_error err = {.message = ""};

    model_file_write(m, at("n.weir"), NULL);
    chunk_open(&in, at("n.weir"), NULL);
    chunk_create(&w, at("n2.weir"), NULL);
    for (;;) {
        chunk c = {.n = 0};
        if (chunk_next(in, &c, &more, NULL) || !more)
            break;
        if (!strcmp(c.tag, "HEAD")) {
            archive a;
            char program[] = "weir 9.0";
            double format = 9, created = 0;
            archive_write(&a, "HEAD");
            archive_buffer(&a, "program", program, sizeof program);
            archive_real(&a, "format", &format);
            archive_real(&a, "created", &created);
            chunk_put(&w, "HEAD", a.out.s, a.out.n, false, NULL);
            archive_free(&a);
        } else {
            chunk_put(&w, c.tag, c.bytes, c.n, false, NULL);
        }
        mem_free(c.bytes);
    }
    chunk_shut(in);
    chunk_put(&w, "xtra", "later", 5, false, NULL); /* a section that may be skipped */
    chunk_close(&w, NULL);
    CLAIM(model_file_read(&r, at("n2.weir"), &err) == WEIR_EFORMAT && strstr(err.message, "weir 9.0") && strstr(err.message, "format 9") &&
              strstr(err.message, "newer"),
          "F187 a file of a newer format is refused by name: %s", err.message);
    weir_model_unref(m);
    weir_frame_unref(f);
}

static void places(void)
{
    weir_frame *f = people();
    weir_model *m = trained(f, "Tanh", "y", 1, NULL), *r = NULL;
    weir_error err = {.message = ""};
    struct rlimit old, small = {.rlim_cur = 700, .rlim_max = RLIM_INFINITY};
    char keep[300];

    CLAIM(model_file_read(&r, at("none.weir"), &err) == WEIR_EIO && strstr(err.message, "none.weir"), "a missing file: %s", err.message);
    CLAIM(model_file_read(&r, folder, &err) != WEIR_OK && strstr(err.message, folder), "a folder: %s", err.message);
    FILE *out = fopen(at("text.weir"), "w");
    fputs("a,b\n1,2\n", out);
    fclose(out);
    CLAIM(model_file_read(&r, at("text.weir"), &err) == WEIR_EFORMAT, "a text: %s", err.message);
    CLAIM(model_file_write(m, at("no/such/m.weir"), &err) == WEIR_EIO && strstr(err.message, "no/such"), "no such folder: %s", err.message);
    if (getuid() == 0)
        CLAIM(model_file_write(m, "/proc/m.weir", &err) == WEIR_EIO, "a folder that takes no files: %s", err.message);
    else
        CLAIM(model_file_write(m, "/m.weir", &err) == WEIR_EIO, "a folder that is not ours: %s", err.message);
    /* No room: what stood there stays. */
    model_file_write(m, at("full.weir"), NULL);
    snprintf(keep, sizeof keep, "%s.part", at("full.weir"));
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old);
    small.rlim_max = old.rlim_max;
    setrlimit(RLIMIT_FSIZE, &small);
    weir_status st = model_file_write(m, at("full.weir"), &err);
    setrlimit(RLIMIT_FSIZE, &old);
    CLAIM(st == WEIR_EIO && access(keep, F_OK) && model_file_read(&r, at("full.weir"), NULL) == WEIR_OK,
          "F185 no room on the disk: %s; the old file is whole", err.message);
    weir_model_unref(r);
    weir_model_unref(m);
    weir_frame_unref(f);
}

static bool same_params(const weir_params *a, const weir_params *b)
{
    bool same = true;

    for (size_t i = 0; i < weir_param_count(); i++) {
        const weir_param_info *info = weir_param_at(i);
        weir_value x = weir_nil(), y = weir_nil();
        weir_params_get(a, info->name, &x, NULL);
        weir_params_get(b, info->name, &y, NULL);
        same &= info->type == WEIR_PARAM_FRAME || weir_value_equal(&x, &y);
        weir_value_clear(&x), weir_value_clear(&y);
    }
    return same;
}

static bool same_models(const weir_model *a, const weir_model *b)
{
    return same_weights(a->net, b->net) && same_params(a->actual, b->actual) && same_params(a->params, b->params) &&
           a->warnings.as.list.n == b->warnings.as.list.n;
}

/* Each allocation fails in turn: an error, or nothing of the model is lost. */
static void no_memory(void)
{
    weir_frame *f = people();
    weir_model *m = trained(f, "Maxout", "y", 1, NULL), *r = NULL;
    size_t n, errors = 0, whole = 0, k = 1;
    weir_error err;
    bool past = false;

    model_file_write(m, at("o.weir"), NULL);
    unsigned char *b = slurp(at("o.weir"), &n);
    for (; !past; k++) {
        mem_fail_nth(k);
        weir_status st = model_file_read_bytes(&r, b, n, "o.weir", &err);
        past = mem_fail_pending();
        mem_fail_nth(0);
        errors += st != WEIR_OK;
        if (!st) {
            whole += same_models(m, r);
            weir_model_unref(r);
        }
    }
    CLAIM(errors + whole == k - 1 && errors > 400, "%zu allocations of reading fail in turn: %zu errors, %zu times nothing is lost", k - 1,
          errors, whole);
    errors = whole = 0;
    for (k = 1, past = false; !past; k++) {
        mem_fail_nth(k);
        weir_status st = model_file_write(m, at("o2.weir"), &err);
        past = mem_fail_pending();
        mem_fail_nth(0);
        errors += st != WEIR_OK && access(at("o2.weir"), F_OK);
        if (!st && model_file_read(&r, at("o2.weir"), NULL) == WEIR_OK) {
            whole += same_models(m, r);
            weir_model_unref(r);
        }
        unlink(at("o2.weir"));
    }
    CLAIM(errors + whole == k - 1 && errors > 150,
          "%zu allocations of writing fail in turn: %zu errors that leave no file, %zu times nothing is lost", k - 1, errors, whole);
    mem_free(b);
    weir_model_unref(m);
    weir_frame_unref(f);
}

int main(void)
{
    mkdtemp(folder);
    weir_session_new(&session, NULL, NULL);
    round_trips();
    continuing();
    damage();
    hostile();
    newer();
    places();
    no_memory();
    weir_session_free(session);
    static const char *const names[] = {"m", "again", "half", "d", "h", "x", "n", "n2", "text", "full", "o", "o2"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char name[32];
        snprintf(name, sizeof name, "%s.weir", names[i]);
        unlink(at(name));
    }
    rmdir(folder);
    return tap_done();
}
