/* t_train.c - whole trainings through the public door. */
#include "tests/tap.h"

#include "tests/patience.h"
#include "base/mem.h"
#include "base/rng.h"
#include "model/importance.h"
#include "model/model.h"
#include "weir.h"

static weir_session *S;

/* Two informative columns, a factor that matters, noise, and holes. */
static weir_frame *make_frame(size_t n, bool classes)
{
    static double a[5000], b[5000], noise[5000], y[5000];
    static const char *f[5000], *label[5000];
    weir_frame *out = NULL;

    for (size_t i = 0; i < n; i++) {
        a[i] = rng_normal(9, 10, i);
        b[i] = rng_normal(9, 11, i);
        noise[i] = i % 17 == 3 ? (double)NAN : rng_normal(9, 12, i);
        f[i] = i % 13 == 5 ? NULL : rng_below(9, 13, i, 2) ? "left" : "right";
        double s = 2 * a[i] - b[i] + (f[i] && f[i][0] == 'l' ? 1.5 : 0);
        y[i] = s + 0.1 * rng_normal(9, 14, i);
        label[i] = s > 0.5 ? "yes" : "no";
    }
    weir_column_init cols[] = {{.name = "a", .numbers = a}, {.name = "b", .numbers = b}, {.name = "noise", .numbers = noise},
                               {.name = "f", .type = WEIR_TYPE_FACTOR, .labels = f},
                               {.name = "y", .type = classes ? WEIR_TYPE_FACTOR : WEIR_TYPE_NUMERIC, .numbers = classes ? NULL : y,
                                .labels = classes ? label : NULL}};
    CHECK(!weir_frame_build(&out, cols, 5, n, NULL));
    return out;
}

typedef struct setting { const char *name; weir_value v; } setting;

static weir_params *params(const weir_frame *train, const weir_frame *valid, const setting *s, size_t n)
{
    static const int64_t hidden[] = {12, 8};
    weir_params *p = weir_params_new();
    weir_value list = weir_list(), f = weir_of_frame(train), v = valid ? weir_of_frame(valid) : weir_nil();
    weir_value y = weir_text("y"), seed = weir_int(7);
    weir_error err;

    for (size_t i = 0; i < 2; i++)
        weir_list_add(&list, weir_int(hidden[i]), NULL);
    CHECK(!weir_params_set(p, "training_frame", &f, NULL) && !weir_params_set(p, "validation_frame", &v, NULL));
    CHECK(!weir_params_set(p, "y", &y, NULL) && !weir_params_set(p, "hidden", &list, NULL) && !weir_params_set(p, "seed", &seed, NULL));
    for (size_t i = 0; i < n; i++)
        if (!CHECK(!weir_params_set(p, s[i].name, &s[i].v, &err)))
            printf("# %s: %s\n", s[i].name, err.message);
    weir_value_clear(&list), weir_value_clear(&f), weir_value_clear(&v), weir_value_clear(&y);
    return p;
}

static weir_model *train(weir_params *p, weir_error *err)
{
    weir_job *j = NULL;
    weir_value v = weir_nil();
    weir_model *m = NULL;

    if (!weir_train_start(S, p, &j, err)) {
        weir_job_wait(j, -1, NULL);
        if (!weir_job_result(j, &v, err))
            m = weir_model_ref(v.as.model);
        weir_value_clear(&v);
        weir_job_unref(j);
    }
    weir_params_free(p);
    return m;
}

static double number(const weir_model *m, const char *which, const char *name)
{
    weir_metrics *x = weir_model_metrics(m, which);
    double v = x ? weir_metrics_number(x, name) : (double)NAN;
    weir_metrics_unref(x);
    return v;
}

static void F023_F020_classes_and_numbers_are_learnt(void)
{
    weir_frame *c = make_frame(2000, true), *r = make_frame(2000, false);
    setting s[] = {{"epochs", weir_real(30)}, {"stopping_rounds", weir_int(0)}};
    weir_model *m = train(params(c, NULL, s, 2), NULL);

    CHECK(m && number(m, "train", "auc") > 0.97);
    CHECK(m && number(m, "train", "error") < 0.1);
    weir_model_unref(m);
    m = train(params(r, NULL, s, 2), NULL);
    CHECK(m && number(m, "train", "r2") > 0.9);
    weir_model_unref(m);
    weir_frame_unref(c);
    weir_frame_unref(r);
}

static bool same_weights(const weir_model *a, const weir_model *b)
{
    for (size_t i = 0; i < a->net->layers; i++) {
        const network_layer *x = &a->net->layer[i], *y = &b->net->layer[i];
        if (memcmp(x->w, y->w, network_rows(x) * x->inputs * sizeof *x->w) || memcmp(x->b, y->b, network_rows(x) * sizeof *x->b))
            return false;
    }
    return true;
}

static void F374_T003_reproducible_gives_the_same_bits_at_any_number_of_threads(void)
{
    weir_frame *c = make_frame(600, true);
    static const struct { const char *name; int64_t i; double r; const char *t; } variants[] = {
        {"epochs", 0, 3, NULL}, {"mini_batch_size", 16, 0, NULL}, {"input_dropout_ratio", 0, 0.2, NULL},
        {"activation", 0, 0, "MaxoutWithDropout"}, {"activation", 0, 0, "Tanh"}, {"balance_classes", 1, 0, NULL},
        {"optimizer", 0, 0, "adam"}, {"shuffle_training_data", 1, 0, NULL}, {"weight_average", 0, 0.99, NULL},
        {"sparse", 1, 0, NULL}, {"l1", 0, 1e-3, NULL}, {"adversarial_epsilon", 0, 0.05, NULL}};

    for (size_t k = 0; k < sizeof variants / sizeof *variants; k++) {
        weir_model *first = NULL;
        for (int threads = 1; threads <= 8; threads += threads == 1 ? 1 : threads == 2 ? 1 : 5) {
            const char *n = variants[k].name;
            bool flag = !strcmp(n, "sparse") || !strcmp(n, "balance_classes") || !strcmp(n, "shuffle_training_data");
            setting s[] = {{"reproducible", weir_bool(true)}, {"epochs", weir_real(3)}, {"threads", weir_int(threads)},
                           {n, variants[k].t ? weir_text(variants[k].t) : flag ? weir_bool(true) : variants[k].i ? weir_int(variants[k].i) : weir_real(variants[k].r)}};
            weir_model *m = train(params(c, NULL, s, 4), NULL);
            weir_value_clear(&s[3].v);
            CHECK(m != NULL);
            if (first && m)
                CHECK(same_weights(first, m));
            if (first)
                weir_model_unref(m);
            else
                first = m;
        }
        weir_model_unref(first);
    }
    weir_frame_unref(c);
}

static void F180_F307_a_continued_training_equals_an_uninterrupted_one(void)
{
    weir_frame *c = make_frame(400, true);
    setting whole[] = {{"reproducible", weir_bool(true)}, {"epochs", weir_real(6)}, {"train_samples_per_iteration", weir_int(400)},
                       {"overwrite_with_best_model", weir_bool(false)}, {"stopping_rounds", weir_int(0)}};
    setting half[] = {whole[0], {"epochs", weir_real(3)}, whole[2], whole[3], whole[4]};
    weir_model *a = train(params(c, NULL, whole, 5), NULL), *b = train(params(c, NULL, half, 5), NULL);
    setting more[] = {whole[0], whole[1], whole[2], whole[3], whole[4], {"checkpoint", weir_of_model(b)}};
    weir_error err = {0};
    weir_model *d = train(params(c, NULL, more, 6), &err);

    if (!CHECK(a && b && d))
        printf("# %s\n", err.message);
    else
        CHECK(same_weights(a, d) && !same_weights(a, b) && d->samples == a->samples);
    weir_model *none = train(params(c, NULL, (setting[]){{"checkpoint", more[5].v}, {"epochs", weir_real(2)}, whole[0]}, 3), &err);
    CHECK(!none && strstr(err.message, "epochs"));
    setting other[] = {{"checkpoint", more[5].v}, {"epochs", weir_real(9)}, {"activation", weir_text("Tanh")}, whole[0]};
    none = train(params(c, NULL, other, 4), &err);
    CHECK(!none && !strcmp(err.parameter, "activation"));
    weir_value_clear(&other[2].v);
    weir_value_clear(&more[5].v);
    weir_model_unref(a), weir_model_unref(b), weir_model_unref(d);
    weir_frame_unref(c);
}

static void F313_fractions_of_epochs_and_none(void)
{
    weir_frame *c = make_frame(1000, true);
    setting zero[] = {{"epochs", weir_real(0)}}, fifth[] = {{"epochs", weir_real(0.2)}};
    weir_model *m = train(params(c, NULL, zero, 1), NULL);

    CHECK(m && m->samples == 0 && m->epochs == 0);
    if (m) { /* F024: the initial weights are in their range, biases as the booklet says */
        const network_layer *l = &m->net->layer[0];
        double half = sqrt(6.0 / (double)(l->inputs + l->units)), most = 0;
        for (size_t i = 0; i < l->inputs * l->units; i++)
            most = fmax(most, fabs((double)l->w[i]));
        CHECK(most <= half && most > 0.8 * half);
        CHECK(l->b[0] == 0.5 && m->net->layer[1].b[0] == 1 && m->net->layer[2].b[0] == 0);
    }
    weir_model_unref(m);
    m = train(params(c, NULL, fifth, 1), NULL);
    CHECK(m && llabs((long long)m->samples - 200) <= 1);
    weir_model_unref(m);
    weir_frame_unref(c);
}

static void F115_max_runtime_and_cancel_keep_a_model(void)
{
    weir_frame *c = make_frame(5000, true);
    setting s[] = {{"epochs", weir_real(1e6)}, {"max_runtime_secs", weir_real(0.3)}, {"stopping_rounds", weir_int(0)}, {"classification_stop", weir_real(-1)}};
    weir_model *m = train(params(c, NULL, s, 4), NULL); /* by its epochs it would take days */

    CHECK(m != NULL);
    weir_model_unref(m);
    for (int keep = 0; keep < 2; keep++) {
        weir_job *j = NULL;
        weir_value v = weir_nil();
        weir_error err = {0};
        weir_job_info info;
        s[1].v = weir_real(0);
        weir_params *p = params(c, NULL, s, 4);
        CHECK(!weir_train_start(S, p, &j, &err));
        do /* until there is something to keep */
            weir_job_get(j, &info);
        while (info.scored == 0 && weir_job_wait(j, 0.02, NULL));
        weir_job_cancel(j, keep);
        CHECK(!weir_job_wait(j, PATIENCE, NULL));
        weir_job_get(j, &info);
        CHECK(info.state == WEIR_JOB_CANCELLED);
        weir_status st = weir_job_result(j, &v, &err);
        CHECK(keep ? !st && v.kind == WEIR_MODEL : st == WEIR_ECANCEL);
        weir_value_clear(&v);
        weir_job_unref(j);
        weir_params_free(p);
    }
    weir_frame_unref(c);
}

static void F110_F117_early_stopping_and_the_best_model(void)
{
    weir_frame *c = make_frame(300, true), *v = make_frame(200, true);
    setting s[] = {{"epochs", weir_real(2000)}, {"stopping_rounds", weir_int(2)}, {"score_each_iteration", weir_bool(true)},
                   {"train_samples_per_iteration", weir_int(300)}, {"classification_stop", weir_real(-1)}, {"reproducible", weir_bool(true)}};
    weir_model *m = train(params(c, v, s, 6), NULL);
    weir_score_row row[3000];

    CHECK(m != NULL);
    if (m) {
        size_t n = weir_model_history(m, 0, row, 3000), logloss = (size_t)weir_metric_find("logloss");
        double best = INFINITY;
        CHECK(n > 4 && n < 1500);
        for (size_t i = 0; i < n; i++)
            best = fmin(best, row[i].valid[logloss]);
        NEAR(number(m, "valid", "logloss"), best, 1e-12);
        CHECK(strstr(m->stopped, "no longer improves") != NULL);
    }
    weir_model_unref(m);
    weir_frame_unref(c), weir_frame_unref(v);
}

static void F137_importances_of_a_net_worked_by_hand(void)
{
    /* 2 inputs, 2 hidden, 1 output. |W1| = [[1 3] [2 2]], |W2| = [1 4].
     * Unit shares: (1/4 3/4), (1/2 1/2); output shares: 1/5, 4/5.
     * v1 = 1/4*1/5 + 1/2*4/5 = 0.45, v2 = 3/4*1/5 + 1/2*4/5 = 0.55. */
    size_t sizes[] = {2, 2, 1};
    network *net = NULL;
    double v[2];
    static const float w1[] = {1, -3, -2, 2}, w2[] = {-1, 4};

    CHECK(!network_new(&net, sizes, 3, ACT_TANH, ACT_LINEAR, NULL));
    memcpy(net->layer[0].w, w1, sizeof w1);
    memcpy(net->layer[1].w, w2, sizeof w2);
    CHECK(!importance_of(net, v, NULL));
    NEAR(v[1], 1, 1e-12);
    NEAR(v[0], 0.45 / 0.55, 1e-7);
    network_free(net);
}

static void F377_T024_a_row_of_weight_2_trains_like_two_in_the_batch(void)
{
    /* One full batch by plain SGD: the weighted mean gradient scales alike in both. */
    double x1[] = {0.5, -1, 2}, y1[] = {1, 0, 2}, w[] = {2, 1, 1}, x2[] = {0.5, 0.5, -1, 2}, y2[] = {1, 1, 0, 2};
    weir_column_init a[] = {{.name = "x", .numbers = x1}, {.name = "y", .numbers = y1}, {.name = "w", .numbers = w}};
    weir_column_init b[] = {{.name = "x", .numbers = x2}, {.name = "y", .numbers = y2}};
    weir_frame *fa = NULL, *fb = NULL;
    double step[2];

    CHECK(!weir_frame_build(&fa, a, 3, 3, NULL) && !weir_frame_build(&fb, b, 2, 4, NULL));
    for (int k = 0; k < 2; k++) {
        setting s[] = {{"epochs", weir_real(1)}, {"mini_batch_size", weir_int(k ? 4 : 3)}, {"optimizer", weir_text("sgd")}, {"rate", weir_real(k ? 0.04 : 0.03)},
                       {"rate_schedule", weir_text("constant")}, {"reproducible", weir_bool(true)}, {"standardize", weir_bool(false)},
                       {"overwrite_with_best_model", weir_bool(false)}, {"weights_column", k ? weir_nil() : weir_text("w")}};
        weir_params *p = params(k ? fb : fa, NULL, s, 9);
        weir_model *m = train(p, NULL);
        CHECK(m != NULL);
        step[k] = m ? (double)m->net->layer[2].w[0] : 0;
        weir_model_unref(m);
        weir_value_clear(&s[2].v), weir_value_clear(&s[4].v), weir_value_clear(&s[8].v);
    }
    NEAR(step[0], step[1], 1e-6);
    weir_frame_unref(fa), weir_frame_unref(fb);
}

static void bad_parameters_are_refused_by_name(void)
{
    weir_frame *c = make_frame(100, true);
    static const struct { const char *name; double r; const char *t; int flag; } bad[] = {
        {"rho", 1.5, NULL, 0}, {"input_dropout_ratio", 1, NULL, 0}, {"l1", -1, NULL, 0}, {"epochs", -1, NULL, 0}, {"max_w2", 0, NULL, 0},
        {"activation", 0, "Sigmoid", 0}, {"loss", 0, "Absolut", 0}, {"stopping_tolerance", 1, NULL, 0}, {"score_duty_cycle", 2, NULL, 0},
        {"tweedie_power", 2, NULL, 0}, {"quantile_alpha", 1, NULL, 0}, {"train_samples_per_iteration", -3, NULL, 0}};

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        weir_params *p = weir_params_new();
        weir_error err = {0};
        weir_value v = bad[i].t ? weir_text(bad[i].t) : weir_real(bad[i].r);
        CHECK(weir_params_set(p, bad[i].name, &v, &err) == WEIR_EINVAL);
        TEXT_EQ(err.parameter, bad[i].name);
        CHECK(strstr(err.message, bad[i].name) != NULL);
        weir_value_clear(&v);
        weir_params_free(p);
    }
    static const struct { const char *name, *value, *at; } combos[] = {
        {"distribution", "gaussian", "distribution"}, {"loss", "Huber", "loss"}, {"stopping_metric", "deviance", "stopping_metric"}, {"fold_column", "f", "fold_column"},
        {"offset_column", "a", "offset_column"}, {"weights_column", "noise", "weights_column"}, {"x", "aa", "x"}, {"y", "yy", "response_column"}};
    for (size_t i = 0; i < sizeof combos / sizeof *combos; i++) {
        weir_error err = {0};
        setting s[] = {{combos[i].name, weir_text(combos[i].value)}};
        weir_model *m = train(params(c, NULL, s, 1), &err);
        CHECK(!m);
        TEXT_EQ(err.parameter, combos[i].at);
        weir_model_unref(m);
        weir_value_clear(&s[0].v);
    }
    weir_params *p = weir_params_new();
    weir_error err = {0};
    weir_value v = weir_int(1);
    CHECK(weir_params_set(p, "epoch", &v, &err) && strstr(err.hint, "epochs"));
    weir_params_free(p);
    weir_frame_unref(c);
}

static void exploding_weights_mark_the_model_unstable(void)
{
    weir_frame *r = make_frame(500, false);
    setting s[] = {{"epochs", weir_real(20)}, {"optimizer", weir_text("sgd")}, {"rate", weir_real(1e6)}, {"rate_schedule", weir_text("constant")}};
    weir_error err = {0};
    weir_model *m = train(params(r, NULL, s, 4), &err);

    if (CHECK(m != NULL)) {
        CHECK(m->unstable && m->warnings.as.list.n > 0);
        CHECK(strstr(m->warnings.as.list.v[m->warnings.as.list.n - 1].as.text.s, "Remedies") != NULL);
    } else {
        printf("# %s\n", err.message);
    }
    weir_model_unref(m);
    weir_value_clear(&s[1].v), weir_value_clear(&s[3].v);
    weir_frame_unref(r);
}

static void every_parameter_has_a_sound_entry_F301(void)
{
    for (size_t i = 0; i < weir_param_count(); i++) {
        const weir_param_info *p = weir_param_at(i);
        size_t n = strlen(p->help);
        CHECK(n > 10 && p->help[n - 1] == '.');
        CHECK(weir_param_find(p->name) == p);
        if (p->type == WEIR_PARAM_REAL || p->type == WEIR_PARAM_INT) {
            double d = !strcmp(p->def, "inf") ? (double)INFINITY : strtod(p->def, NULL);
            CHECK(d >= p->min && d <= p->max);
        }
        for (size_t k = 0; k < i; k++)
            CHECK(strcmp(weir_param_at(k)->name, p->name) != 0);
    }
}

int main(void)
{
    weir_error err;

    if (weir_session_new(&S, NULL, &err)) {
        printf("Bail out! %s\n", err.message);
        return 1;
    }
    TEST(every_parameter_has_a_sound_entry_F301);
    TEST(F023_F020_classes_and_numbers_are_learnt);
    TEST(F374_T003_reproducible_gives_the_same_bits_at_any_number_of_threads);
    TEST(F180_F307_a_continued_training_equals_an_uninterrupted_one);
    TEST(F313_fractions_of_epochs_and_none);
    TEST(F115_max_runtime_and_cancel_keep_a_model);
    TEST(F110_F117_early_stopping_and_the_best_model);
    TEST(F137_importances_of_a_net_worked_by_hand);
    TEST(F377_T024_a_row_of_weight_2_trains_like_two_in_the_batch);
    TEST(bad_parameters_are_refused_by_name);
    TEST(exploding_weights_mark_the_model_unstable);
    weir_session_free(S);
    return tap_done();
}
