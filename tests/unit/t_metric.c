/* t_metric.c - metrics against definitions of the test's own. */
#include "tests/tap.h"

#include "base/mem.h"
#include "base/rng.h"
#include "model/metric.h"

enum { N = 300 };

static double p2[N][2], y2[N], w2[N];

/* Scores with ties, so that half-counts matter. */
static void two_class_data(bool weights)
{
    for (size_t i = 0; i < N; i++) {
        y2[i] = (double)rng_below(1, 50, i, 2);
        double s = floor(20 * (0.6 * rng_unit(1, 51, i) + 0.4 * y2[i] * rng_unit(1, 52, i))) / 20;
        p2[i][1] = 0.02 + 0.9 * s;
        p2[i][0] = 1 - p2[i][1];
        w2[i] = weights ? (double)rng_below(1, 53, i, 3) : 1;
    }
}

static weir_metrics *two_class(bool weights)
{
    static const char *const labels[] = {"no", "yes"};
    metric_options opt = {.labels = labels, .n_labels = 2, .hit_ratio_k = 10, .gainslift_bins = -1};
    weir_metrics *m = NULL;

    two_class_data(weights);
    CHECK(!metrics_of_classes(&m, N, &p2[0][0], y2, w2, NULL, &opt, NULL));
    return m;
}

/* The share of pairs (positive, negative) in which the positive has the higher score. */
static double auc_by_pairs(void)
{
    double won = 0, all = 0;

    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++)
            if (y2[i] == 1 && y2[j] == 0) {
                double w = w2[i] * w2[j];
                all += w;
                won += w * (p2[i][1] > p2[j][1] ? 1 : p2[i][1] == p2[j][1] ? 0.5 : 0);
            }
    return won / all;
}

static void F402_auc_is_the_share_of_pairs_in_order(void)
{
    for (int weights = 0; weights < 2; weights++) {
        weir_metrics *m = two_class(weights);
        NEAR(metrics_get(m, METRIC_AUC), auc_by_pairs(), 1e-12);
        NEAR(metrics_get(m, METRIC_GINI), 2 * auc_by_pairs() - 1, 1e-12);
        weir_metrics_unref(m);
    }
}

static void logloss_mse_and_r2_by_definition(void)
{
    for (int weights = 0; weights < 2; weights++) {
        weir_metrics *m = two_class(weights);
        double ll = 0, se = 0, sum = 0, mean = 0, var = 0;
        for (size_t i = 0; i < N; i++) {
            double p = p2[i][(size_t)y2[i]];
            ll -= w2[i] * log(p);
            se += w2[i] * (1 - p) * (1 - p);
            sum += w2[i];
            mean += w2[i] * y2[i];
        }
        mean /= sum;
        for (size_t i = 0; i < N; i++)
            var += w2[i] * (y2[i] - mean) * (y2[i] - mean);
        NEAR(metrics_get(m, METRIC_LOGLOSS), ll / sum, 1e-12);
        NEAR(metrics_get(m, METRIC_MSE), se / sum, 1e-12);
        NEAR(metrics_get(m, METRIC_R2), 1 - se / var, 1e-12);
        weir_metrics_unref(m);
    }
}

static void a_row_of_weight_2_counts_as_two_rows_T024(void)
{
    static double p[2 * N][2], y[2 * N];
    static const char *const labels[] = {"no", "yes"};
    metric_options opt = {.labels = labels, .n_labels = 2, .gainslift_bins = 0};
    weir_metrics *a = two_class(true), *b = NULL;
    size_t n = 0;

    for (size_t i = 0; i < N; i++)
        for (int k = 0; k < (int)w2[i]; k++, n++) {
            p[n][0] = p2[i][0], p[n][1] = p2[i][1];
            y[n] = y2[i];
        }
    CHECK(!metrics_of_classes(&b, n, &p[0][0], y, NULL, NULL, &opt, NULL));
    static const metric_id ids[] = {METRIC_AUC, METRIC_AUCPR, METRIC_LOGLOSS, METRIC_MSE, METRIC_ERROR, METRIC_MEAN_PER_CLASS_ERROR};
    for (size_t i = 0; i < 6; i++)
        NEAR(metrics_get(a, ids[i]), metrics_get(b, ids[i]), 1e-12);
    weir_metrics_unref(a);
    weir_metrics_unref(b);
}

static void the_label_threshold_maximises_f1_and_the_matrix_uses_it(void)
{
    weir_metrics *m = two_class(false);
    double best = -1, t = metrics_max_f1_threshold(m), at = 0;
    weir_frame *f = NULL;

    for (size_t k = 0; k < N; k++) { /* every score as a threshold */
        double tp = 0, fp = 0, fn = 0;
        for (size_t i = 0; i < N; i++) {
            bool yes = p2[i][1] >= p2[k][1];
            tp += yes && y2[i] == 1;
            fp += yes && y2[i] == 0;
            fn += !yes && y2[i] == 1;
        }
        double f1 = 2 * tp / (2 * tp + fp + fn);
        if (f1 > best)
            best = f1;
        if (p2[k][1] == t)
            at = f1;
    }
    NEAR(at, best, 1e-12);
    double wrong = 0, x = 0;
    for (size_t i = 0; i < N; i++)
        wrong += (p2[i][1] >= t) != (y2[i] == 1);
    NEAR(metrics_get(m, METRIC_ERROR), wrong / N, 1e-12);
    CHECK(!weir_metrics_table(m, "confusion_matrix", &f, NULL));
    weir_frame_read(f, 2, 0, 1, &x); /* actual no, predicted yes */
    double fp = 0;
    for (size_t i = 0; i < N; i++)
        fp += p2[i][1] >= t && y2[i] == 0;
    NEAR(x, fp, 0);
    weir_frame_unref(f);
    weir_metrics_unref(m);
}

static void F357_hit_ratios_rise_to_one_and_begin_with_the_accuracy(void)
{
    enum { K = 4 };
    static const char *const labels[] = {"a", "b", "c", "d"};
    static double p[N][K], y[N];
    metric_options opt = {.labels = labels, .n_labels = K, .hit_ratio_k = 10, .auc_type = 2};
    weir_metrics *m = NULL;
    weir_frame *f = NULL;
    double h[K], right = 0;

    for (size_t i = 0; i < N; i++) {
        double sum = 0;
        y[i] = (double)rng_below(2, 60, i, K);
        for (size_t c = 0; c < K; c++)
            sum += p[i][c] = rng_unit(2, 61, i * K + c) + (c == (size_t)y[i] ? 0.3 : 0);
        size_t best = 0;
        for (size_t c = 0; c < K; c++) {
            p[i][c] /= sum;
            best = p[i][c] > p[i][best] ? c : best;
        }
        right += best == (size_t)y[i];
    }
    CHECK(!metrics_of_classes(&m, N, &p[0][0], y, NULL, NULL, &opt, NULL));
    CHECK(!weir_metrics_table(m, "hit_ratio_table", &f, NULL));
    CHECK(weir_frame_rows(f) == K);
    weir_frame_read(f, 1, 0, K, h);
    NEAR(h[0], right / N, 1e-12);
    NEAR(metrics_get(m, METRIC_ERROR), 1 - right / N, 1e-12);
    for (size_t k = 1; k < K; k++)
        CHECK(h[k] >= h[k - 1]);
    NEAR(h[K - 1], 1, 1e-12);
    /* macro one-against-rest AUC, by pairs */
    double macro = 0;
    for (size_t c = 0; c < K; c++) {
        double won = 0, all = 0;
        for (size_t i = 0; i < N; i++)
            for (size_t j = 0; j < N; j++)
                if (y[i] == (double)c && y[j] != (double)c) {
                    all++;
                    won += p[i][c] > p[j][c] ? 1 : p[i][c] == p[j][c] ? 0.5 : 0;
                }
        macro += won / all / K;
    }
    NEAR(metrics_get(m, METRIC_AUC), macro, 1e-12);
    weir_frame_unref(f);
    weir_metrics_unref(m);
}

static void regression_metrics_by_definition_T060(void)
{
    double p[N], y[N], se = 0, ae = 0, le = 0, mean = 0, var = 0;
    metric_options opt = {.loss = {.family = FAMILY_GAUSSIAN, .loss = LOSS_QUADRATIC}};
    weir_metrics *m = NULL;

    for (size_t i = 0; i < N; i++) {
        y[i] = 3 * rng_unit(3, 70, i);
        p[i] = y[i] + 0.5 * rng_normal(3, 71, i) * 0.2;
        se += (y[i] - p[i]) * (y[i] - p[i]);
        ae += fabs(y[i] - p[i]);
        le += pow(log(1 + y[i]) - log(1 + p[i]), 2);
        mean += y[i] / N;
    }
    for (size_t i = 0; i < N; i++)
        var += (y[i] - mean) * (y[i] - mean);
    CHECK(!metrics_of_regression(&m, N, p, y, NULL, &opt, NULL));
    NEAR(metrics_get(m, METRIC_MSE), se / N, 1e-12);
    NEAR(metrics_get(m, METRIC_RMSE), sqrt(se / N), 1e-12);
    NEAR(metrics_get(m, METRIC_MAE), ae / N, 1e-12);
    NEAR(metrics_get(m, METRIC_RMSLE), sqrt(le / N), 1e-9);
    NEAR(metrics_get(m, METRIC_R2), 1 - se / var, 1e-12);
    NEAR(metrics_get(m, METRIC_DEVIANCE), se / N, 1e-12);
    weir_metrics_unref(m);
}

static void deviances_by_their_formulas_T050_T051(void)
{
    double p[] = {0.5, 1.5, 2, 0.1}, y[] = {1, 0, 2.5, 3}, sum = 0;
    metric_options opt = {.loss = {.family = FAMILY_POISSON}};
    weir_metrics *m = NULL;

    for (size_t i = 0; i < 4; i++)
        sum += 2 * ((y[i] > 0 ? y[i] * log(y[i] / p[i]) : 0) - y[i] + p[i]);
    CHECK(!metrics_of_regression(&m, 4, p, y, NULL, &opt, NULL));
    NEAR(metrics_get(m, METRIC_DEVIANCE), sum / 4, 1e-12);
    weir_metrics_unref(m);
    opt.loss.family = FAMILY_TWEEDIE;
    opt.loss.tweedie_power = 1.5;
    sum = 0;
    for (size_t i = 0; i < 4; i++)
        sum += 2 * (pow(y[i], 0.5) / (-0.5 * 0.5) - y[i] * pow(p[i], -0.5) / -0.5 + pow(p[i], 0.5) / 0.5);
    CHECK(!metrics_of_regression(&m, 4, p, y, NULL, &opt, NULL));
    NEAR(metrics_get(m, METRIC_DEVIANCE), sum / 4, 1e-12);
    weir_metrics_unref(m);
    double yg[] = {1, 0.5, 2.5, 3};
    opt.loss.family = FAMILY_GAMMA;
    sum = 0;
    for (size_t i = 0; i < 4; i++)
        sum += 2 * (log(p[i] / yg[i]) + yg[i] / p[i] - 1);
    CHECK(!metrics_of_regression(&m, 4, p, yg, NULL, &opt, NULL));
    NEAR(metrics_get(m, METRIC_DEVIANCE), sum / 4, 1e-12);
    weir_metrics_unref(m);
}

static void missing_truths_and_weight_0_are_left_out(void)
{
    static const char *const labels[] = {"no", "yes"};
    double p[] = {0.9, 0.1, 0.2, 0.8, 0.5, 0.5, 0.3, 0.7}, y[] = {0, 1, (double)NAN, 0}, w[] = {1, 1, 1, 0};
    metric_options opt = {.labels = labels, .n_labels = 2, .gainslift_bins = 0};
    weir_metrics *m = NULL;

    CHECK(!metrics_of_classes(&m, 4, p, y, w, NULL, &opt, NULL));
    NEAR(metrics_get(m, METRIC_LOGLOSS), -(log(0.9) + log(0.8)) / 2, 1e-12);
    NEAR(metrics_get(m, METRIC_AUC), 1, 0);
    weir_metrics_unref(m);
}

static void every_failed_allocation_is_a_clean_error(void)
{
    static const char *const labels[] = {"no", "yes"};
    metric_options opt = {.labels = labels, .n_labels = 2, .hit_ratio_k = 10, .gainslift_bins = -1};

    two_class_data(true);
    for (uint64_t n = 1; n < 200; n++) {
        weir_metrics *m = NULL;
        weir_error err = {0};
        mem_fail_nth(n);
        weir_status st = metrics_of_classes(&m, N, &p2[0][0], y2, w2, NULL, &opt, &err);
        bool past = mem_fail_pending();
        mem_fail_nth(0);
        weir_metrics_unref(m);
        if (past) {
            CHECK(!st && n > 5);
            return;
        }
        CHECK(st == WEIR_ENOMEM && err.message[0]);
    }
    CHECK(false);
}

/* Half a weight behind the first row shares its bin of 1024 from 0 to 1000: the row itself is not looked for there. */
static void F405_h2o_quantiles_of_half_weights_end_at_their_bin(void)
{
    const double x[] = {0, 1e-4, 1000, 1000}, halves[] = {1, 0.5, 2, 3}, wholes[] = {1, 1, 2, 3};
    weir_error err = {0};
    double q = NAN;

    CHECK(!h2o_quantile(4, x, halves, 0, &q, &err));
    NEAR(q, 1e-4, 0);
    CHECK(!h2o_quantile(4, x, wholes, 0, &q, &err));
    NEAR(q, 0, 0);
}

int main(void)
{
    TEST(F405_h2o_quantiles_of_half_weights_end_at_their_bin);
    TEST(F402_auc_is_the_share_of_pairs_in_order);
    TEST(logloss_mse_and_r2_by_definition);
    TEST(a_row_of_weight_2_counts_as_two_rows_T024);
    TEST(the_label_threshold_maximises_f1_and_the_matrix_uses_it);
    TEST(F357_hit_ratios_rise_to_one_and_begin_with_the_accuracy);
    TEST(regression_metrics_by_definition_T060);
    TEST(deviances_by_their_formulas_T050_T051);
    TEST(missing_truths_and_weight_0_are_left_out);
    TEST(every_failed_allocation_is_a_clean_error);
    return tap_done();
}
