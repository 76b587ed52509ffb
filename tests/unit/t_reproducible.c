/* t_reproducible.c - reproducible trainings through the public door: models, histories and predictions
 * have the same bits on any number of threads, in every run, and when a training was cut and continued. */
#include "tests/tap.h"

#include "base/rng.h"
#include "kernel/dispatch.h"
#include "model/model.h"
#include "weir.h"

static weir_session *S;

enum { ROWS = 330 };

typedef struct setting {
    const char *name, *text; /* text NULL: a number; "list:8,4" a list; "true" a flag */
    double number;
} setting;

typedef struct variant {
    const char *name;
    bool regression, autoencoder, halves; /* halves: needs products in bf16 */
    bool planned; /* rates follow the length of the run: a shorter one is another */
    setting s[6];
} variant;

static const variant variants[] = {
    {"default", .s = {{0}}},
    {"a network for lanes", .s = {{"hidden", .text = "list:180,180"}}},
    {"lanes with dropout", .s = {{"hidden", .text = "list:200,160"}, {"activation", .text = "RectifierWithDropout"}, {"input_dropout_ratio", .number = 0.1}}},
    {"lanes, an autoencoder", .autoencoder = true, .s = {{"hidden", .text = "list:900"}, {"activation", .text = "Tanh"}}},
    {"lanes, average, max_w2", .s = {{"hidden", .text = "list:180,180"}, {"weight_average", .number = 0.99}, {"max_w2", .number = 2}}},
    {"Tanh", .s = {{"activation", .text = "Tanh"}}},
    {"Maxout with dropout", .s = {{"activation", .text = "MaxoutWithDropout"}, {"hidden_dropout_ratios", .text = "list:0.3,0.4"}}},
    {"ExpRectifier", .s = {{"activation", .text = "ExpRectifier"}}},
    {"mini-batch", .s = {{"mini_batch_size", .number = 16}}},
    {"mini-batch, adam, dropout", .s = {{"mini_batch_size", .number = 32}, {"optimizer", .text = "adam"}, {"activation", .text = "TanhWithDropout"}}},
    {"mini-batch of wide layers", .s = {{"mini_batch_size", .number = 64}, {"hidden", .text = "list:200,200"}}},
    {"momentum", .s = {{"optimizer", .text = "sgd"}, {"momentum_start", .number = 0.3}, {"momentum_stable", .number = 0.8}, {"momentum_ramp", .number = 500}}},
    {"adam", .s = {{"optimizer", .text = "adam"}}},
    {"balance", .s = {{"balance_classes", .text = "true"}}},
    {"balance by factors", .s = {{"balance_classes", .text = "true"}, {"class_sampling_factors", .text = "list:0.7,1.5"}}},
    {"sparse", .s = {{"sparse", .text = "true"}}},
    {"hashed", .s = {{"max_categorical_features", .number = 3}}},
    {"Binary", .s = {{"categorical_encoding", .text = "Binary"}}},
    {"Eigen", .s = {{"categorical_encoding", .text = "Eigen"}}},
    {"SortByResponse", .s = {{"categorical_encoding", .text = "SortByResponse"}}},
    {"shuffled", .s = {{"shuffle_training_data", .text = "true"}, {"train_samples_per_iteration", .number = 110}}},
    {"Skip", .s = {{"missing_values_handling", .text = "Skip"}}},
    {"l1, l2, max_w2", .s = {{"l1", .number = 1e-4}, {"l2", .number = 1e-4}, {"max_w2", .number = 3}}},
    {"adversarial", .s = {{"adversarial_epsilon", .number = 0.05}}},
    {"lanes, adversarial", .s = {{"hidden", .text = "list:180,180"}, {"adversarial_epsilon", .number = 0.05}}},
    {"mini-batch, adversarial", .s = {{"mini_batch_size", .number = 32}, {"adversarial_epsilon", .number = 0.05}, {"input_dropout_ratio", .number = 0.1}}},
    {"mini-batch, average, cosine", .planned = true, .s = {{"mini_batch_size", .number = 32}, {"optimizer", .text = "adam"}, {"weight_average", .number = 0.99},
                                          {"rate_schedule", .text = "cosine"}, {"rate_warmup", .number = 0.2}, {"weight_decay", .number = 1e-3}}},
    {"mini-batch, bf16", .halves = true, .s = {{"mini_batch_size", .number = 64}, {"hidden", .text = "list:200,200"}, {"precision", .text = "bf16"}}},
    {"mini-batch, bf16, adversarial", .halves = true, .s = {{"mini_batch_size", .number = 64}, {"precision", .text = "bf16"}, {"adversarial_epsilon", .number = 0.05},
                                                            {"weight_average", .number = 0.9}}},
    {"average", .s = {{"weight_average", .number = 0.99}}},
    {"smoothing", .s = {{"label_smoothing", .number = 0.1}}},
    {"weights", .s = {{"weights_column", .text = "w"}}},
    {"regression", .regression = true, .s = {{0}}},
    {"huber", .regression = true, .s = {{"distribution", .text = "huber"}}},
    {"poisson with offset", .regression = true, .s = {{"distribution", .text = "poisson"}, {"offset_column", .text = "w"}}},
    {"autoencoder", .autoencoder = true, .s = {{"activation", .text = "Tanh"}}},
    {"sparse autoencoder with dropout", .autoencoder = true, .s = {{"activation", .text = "TanhWithDropout"}, {"sparsity_beta", .number = 0.05}, {"average_activation", .number = 0.1}, {"input_dropout_ratio", .number = 0.2}}}};
enum { VARIANTS = sizeof variants / sizeof *variants };

static weir_frame *make_frame(void)
{
    static double a[ROWS], b[ROWS], y[ROWS], w[ROWS];
    static const char *f[ROWS], *label[ROWS];
    static const char *const levels[] = {"left", "right", "up", "down", "in"};
    weir_frame *out = NULL;

    for (size_t i = 0; i < ROWS; i++) {
        a[i] = i % 17 == 3 ? (double)NAN : rng_normal(9, 10, i);
        b[i] = rng_normal(9, 11, i);
        f[i] = i % 13 == 5 ? NULL : levels[rng_below(9, 13, i, 5)];
        w[i] = (double)(1 + i % 3);
        y[i] = (double)rng_below(9, 15, i, 6) + fabs(b[i]);
        label[i] = b[i] + 0.3 * rng_normal(9, 14, i) > 0.4 ? "yes" : "no";
    }
    weir_column_init cols[] = {{.name = "a", .numbers = a}, {.name = "b", .numbers = b}, {.name = "f", .type = WEIR_TYPE_FACTOR, .labels = f},
                               {.name = "w", .numbers = w}, {.name = "y", .numbers = y}, {.name = "label", .type = WEIR_TYPE_FACTOR, .labels = label}};
    CHECK(!weir_frame_build(&out, cols, 6, ROWS, NULL));
    return out;
}

static weir_value value_of(const setting *s)
{
    weir_value list = weir_list();

    if (!s->text)
        return weir_real(s->number);
    if (!strcmp(s->text, "true"))
        return weir_bool(true);
    if (strncmp(s->text, "list:", 5) != 0)
        return weir_text(s->text);
    for (const char *at = s->text + 5; *at;) {
        char *end;
        weir_list_add(&list, weir_real(strtod(at, &end)), NULL);
        at = *end ? end + 1 : end;
    }
    return list;
}

static void set(weir_params *p, const char *name, weir_value v)
{
    weir_error err;
    if (!CHECK(!weir_params_set(p, name, &v, &err)))
        printf("# %s\n", err.message);
    weir_value_clear(&v);
}

static weir_model *train(const variant *v, weir_frame *f, int threads, double epochs, const weir_model *from)
{
    weir_params *p = weir_params_new();
    weir_job *j = NULL;
    weir_value r = weir_nil(), ignored = weir_list();
    weir_model *m = NULL;
    weir_error err = {0};
    static const char *const all[] = {"w", "y", "label"};
    const char *y = v->autoencoder ? "" : v->regression ? "y" : "label", *w = "";

    set(p, "training_frame", weir_of_frame(f));
    set(p, "hidden", value_of(&(setting){.text = "list:9,7"}));
    for (size_t i = 0; i < 6 && v->s[i].name; i++) {
        set(p, v->s[i].name, value_of(&v->s[i]));
        w = strstr(v->s[i].name, "_column") ? v->s[i].text : w;
    }
    for (size_t i = 0; i < 3; i++)
        if (strcmp(all[i], y) != 0 && strcmp(all[i], w) != 0)
            weir_list_add(&ignored, weir_text(all[i]), NULL);
    set(p, "ignored_columns", ignored);
    if (v->autoencoder)
        set(p, "autoencoder", weir_bool(true));
    else
        set(p, "y", weir_text(y));
    set(p, "reproducible", weir_bool(true));
    set(p, "seed", weir_int(11));
    set(p, "epochs", weir_real(epochs));
    set(p, "threads", weir_int(threads));
    set(p, "stopping_rounds", weir_int(0));
    set(p, "regression_stop", weir_real(-1));
    set(p, "classification_stop", weir_real(-1));
    if (from)
        set(p, "checkpoint", weir_of_model(from));
    if (!weir_train_start(S, p, &j, &err)) {
        weir_job_wait(j, -1, NULL);
        if (!weir_job_result(j, &r, &err))
            m = weir_model_ref(r.as.model);
        weir_value_clear(&r);
        weir_job_unref(j);
    }
    if (!m)
        printf("# %s: %s\n", v->name, err.message);
    weir_params_free(p);
    return m;
}

static bool same_network(const network *a, const network *b)
{
    for (size_t i = 0; i < a->layers; i++) {
        const network_layer *x = &a->layer[i], *y = &b->layer[i];
        if (memcmp(x->w, y->w, network_rows(x) * x->inputs * sizeof *x->w) || memcmp(x->b, y->b, network_rows(x) * sizeof *x->b))
            return false;
    }
    return true;
}

/* Everything of a history but the clock. */
static bool same_history(const weir_model *a, const weir_model *b)
{
    static weir_score_row x[200], y[200];
    size_t n = weir_model_history(a, 0, x, 200);

    if (n < 2 || n != weir_model_history(b, 0, y, 200))
        return false;
    for (size_t i = 0; i < n; i++)
        if (x[i].epochs != y[i].epochs || x[i].samples != y[i].samples || x[i].iterations != y[i].iterations || x[i].best != y[i].best ||
            memcmp(x[i].train, y[i].train, sizeof x[i].train))
            return false;
    return true;
}

static bool same_predictions(const weir_model *a, const weir_model *b, weir_frame *f)
{
    weir_value out[2] = {weir_nil(), weir_nil()};
    const weir_model *m[] = {a, b};
    bool same = true;

    for (size_t k = 0; k < 2; k++) {
        weir_value args = weir_dict();
        weir_dict_set(&args, "self", weir_of_model(m[k]), NULL);
        weir_dict_set(&args, "frame", weir_of_frame(f), NULL);
        same &= !weir_call(S, "model", "predict", &args, &out[k], NULL);
        weir_value_clear(&args);
    }
    for (size_t c = 0; same && c < weir_frame_cols(out[0].as.frame); c++) {
        double x[ROWS], y[ROWS];
        weir_frame_read(out[0].as.frame, c, 0, ROWS, x);
        weir_frame_read(out[1].as.frame, c, 0, ROWS, y);
        same = !memcmp(x, y, sizeof x);
    }
    weir_value_clear(&out[0]), weir_value_clear(&out[1]);
    return same;
}

int main(void)
{
    static const int threads[] = {2, 3, 8, 1};
    weir_error err;

    if (weir_session_new(&S, NULL, &err)) {
        printf("Bail out! %s\n", err.message);
        return 1;
    }
    weir_frame *f = make_frame();
    for (size_t k = 0; k < VARIANTS; k++) {
        const variant *v = &variants[k];
        if (v->halves && !kernel_halves(kernel_get())) {
            printf("# %s: this processor has no products in bf16\n", v->name);
            continue;
        }
        weir_model *first = train(v, f, 1, 4, NULL), *half = train(v, f, 2, 2, NULL);
        bool net = first != NULL, rows = net, predictions = net;
        for (size_t i = 0; i < 4 && first; i++) { /* the last is a repetition */
            weir_model *m = train(v, f, threads[i], 4, NULL);
            net &= m && same_network(first->net, m->net);
            rows &= m && same_history(first, m);
            predictions &= m && (i == 2 ? same_predictions(first, m, f) : true);
            weir_model_unref(m);
        }
        CLAIM(net && rows && predictions, "F374 T003 the same weights%s%s%s on 1, 2, 3 and 8 threads and again: %s",
              net ? "" : " (no)", rows ? ", history" : ", history (no)", predictions ? ", predictions" : ", predictions (no)", v->name);
        if (v->planned) {
            weir_model_unref(first), weir_model_unref(half);
            continue;
        }
        weir_model *whole = half ? train(v, f, 3, 4, half) : NULL;
        bool weights = whole && same_network(first->net, whole->net), past = whole && same_history(first, whole);
        CLAIM(weights && past, "F180 F307 cut and continued is as never cut, %s%s: %s", weights ? "weights" : "weights (no)",
              past ? ", history" : ", history (no)", v->name);
        weir_model_unref(first), weir_model_unref(half), weir_model_unref(whole);
    }
    weir_frame_unref(f);
    weir_session_free(S);
    return tap_done();
}
