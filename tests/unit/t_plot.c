/* Scales, down-sampling, and scenes drawn into cells. */
#include "tests/tap.h"

#include "draw/plot_impl.h"
#include "draw/reduce.h"

#include <math.h>
#include <string.h>

/* [0, n), by a generator of our own. */
static uint64_t below(uint64_t *seed, uint64_t n)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (*seed >> 33) % n;
}

/* Scales -------------------------------------------------------------------------------------- */

static void U094_ticks_of_Heckberts_example(void)
{
    /* Nice numbers for graph labels, Graphics Gems 1990: data from 105 to 543 are shown from 100 to 600 by hundreds. */
    scale s = {0};
    scale_tick t[SCALE_TICKS];

    scale_fit(&s, 105, 543, 6);
    NEAR(s.lo, 100, 0);
    NEAR(s.hi, 600, 0);
    CHECK(scale_ticks(&s, 6, t) == 6);
    for (int i = 0; i < 6; i++)
        NEAR(t[i].at, 100 * (i + 1), 1e-12);
    TEXT_EQ(t[0].label, "100");
    TEXT_EQ(t[5].label, "600");
}

/* 1, 2 or 5 times a power of ten. */
static bool is_round(double step)
{
    double m = step / pow(10, floor(log10(step * (1 + 1e-6))));
    return fabs(m - 1) < 1e-6 || fabs(m - 2) < 1e-6 || fabs(m - 5) < 1e-6;
}

static void U094_ticks_are_round_few_enough_and_limits_cover_the_data(void)
{
    uint64_t seed = 7;

    for (int trial = 0; trial < 20000; trial++) {
        double a = pow(10, (double)below(&seed, 16) - 8) * ((double)below(&seed, 2001) - 1000) / 100, width = pow(10, (double)below(&seed, 10) - 5) * (1 + (double)below(&seed, 1000));
        int most = 3 + (int)below(&seed, 10);
        scale s = {0};
        scale_tick t[SCALE_TICKS];
        if (width < 1e-7 * fabs(a)) /* the difference of two ticks has no seven digits then */
            continue;
        scale_fit(&s, a, a + width, most);
        size_t n = scale_ticks(&s, most, t);
        double step = n > 1 ? t[1].at - t[0].at : NAN, slack = 1e-6 * (s.hi - s.lo);
        bool good = n >= 2 && (int)n <= most && is_round(step) && s.lo <= a + slack && s.hi >= a + width - slack &&
                    fabs(t[0].at - s.lo) < slack && fabs(t[n - 1].at - s.hi) < slack;
        for (size_t i = 1; i < n; i++)
            good = good && fabs(t[i].at - t[i - 1].at - step) < slack && strcmp(t[i].label, t[i - 1].label);
        if (!CHECK(good)) {
            printf("# %g + %g, most %d: [%g, %g] %zu ticks by %g '%s' '%s'\n", a, width, most, s.lo, s.hi, n, step, t[0].label, t[1].label);
            return;
        }
    }
}

static void U094_labels_read_back_as_their_ticks(void)
{
    static const double ranges[][2] = {{0, 0.5}, {0.002, 0.0085}, {-3, 7}, {0, 60000}, {1e6, 3.4e6}, {0, 8e9}, {3e-7, 9e-7}, {1e15, 4e15}, {0.1, 0.30000001}};

    for (size_t k = 0; k < sizeof ranges / sizeof *ranges; k++) {
        scale s = {0};
        scale_tick t[SCALE_TICKS];
        scale_fit(&s, ranges[k][0], ranges[k][1], 6);
        size_t n = scale_ticks(&s, 6, t);
        for (size_t i = 0; i < n; i++) {
            char *end;
            double v = strtod(t[i].label, &end) * (*end == 'k' ? 1e3 : *end == 'M' ? 1e6 : *end == 'G' ? 1e9 : 1);
            if (!CHECK(fabs(v - t[i].at) <= 1e-6 * (s.hi - s.lo)) || !CHECK(strlen(t[i].label) <= 7))
                printf("# label '%s' of %.17g\n", t[i].label, t[i].at);
        }
    }
}

static void U073_log_ticks_stand_at_1_2_5_of_each_decade(void)
{
    static const double want[] = {0.02, 0.05, 0.1, 0.2, 0.5, 1};
    scale s = {.kind = SCALE_LOG};
    scale_tick t[SCALE_TICKS];

    scale_fit(&s, 0.03, 0.9, 8);
    size_t n = scale_ticks(&s, 8, t);
    CHECK(n == 6);
    for (size_t i = 0; i < n; i++)
        NEAR(t[i].at, want[i], 1e-12);
    TEXT_EQ(t[0].label, "0.02");
    scale_fit(&s, 3e-5, 2e4, 6); /* ten decades in six ticks: every other one */
    n = scale_ticks(&s, 6, t);
    CHECK(n >= 2 && n <= 6);
    for (size_t i = 0; i < n; i++)
        NEAR(log10(t[i].at), floor(log10(t[i].at) + 0.5), 1e-9);
    NEAR(scale_place(&s, sqrt(s.lo * s.hi)), 0.5, 1e-12); /* the geometric mean stands in the middle */
    CHECK(isnan(scale_place(&s, 0)) && isnan(scale_place(&s, -1)));
    NEAR(scale_value(&s, scale_place(&s, 0.7)), 0.7, 1e-12);
}

static void U072_time_counts_in_minutes_and_hours(void)
{
    scale s = {.kind = SCALE_DURATION};
    scale_tick t[SCALE_TICKS];

    scale_fit(&s, 0, 290, 7); /* 4:50 */
    CHECK(scale_ticks(&s, 7, t) == 6);
    NEAR(t[1].at, 60, 0);
    TEXT_EQ(t[5].label, "5:00");
    scale_fit(&s, 0, 5 * 3600, 7);
    scale_ticks(&s, 7, t);
    NEAR(t[1].at, 3600, 0);
    TEXT_EQ(t[5].label, "5:00h");
    s.kind = SCALE_DATE;
    scale_fit(&s, 1388534400e3, 1395000000e3, 8); /* 2014-01-01 ... 2014-03-16 */
    CHECK(scale_ticks(&s, 8, t) == 4);
    NEAR(t[1].at, 1391212800e3, 0); /* 2014-02-01 */
    TEXT_EQ(t[1].label, "2014-02");
}

static void U097_limits_move_at_most_every_two_seconds(void)
{
    scale s = {.from_zero = true};
    double moved = -10, changes = 0;

    scale_hold(&s, 0.1, 0.9, 5, 0);
    for (int i = 1; i <= 200; i++) { /* a loss that falls for 20 seconds, with a jump */
        double now = i * 0.1, lo = 0.9 * exp(-now / 4), hi = i > 100 && i < 120 ? 3 : 0.9;
        scale before = s;
        if (scale_hold(&s, lo, hi, 5, now)) {
            CHECK(now - moved >= 2 - 1e-9);
            moved = now;
            changes++;
        } else {
            CHECK(!memcmp(&before, &s, sizeof s));
        }
    }
    CHECK(changes >= 1 && changes <= 10);
}

static void U097_limits_stay_while_the_data_fill_half_of_them(void)
{
    scale s = {0};

    scale_hold(&s, 0, 1, 6, 0);
    CHECK(!scale_hold(&s, 0.1, 0.9, 6, 100));
    CHECK(!scale_hold(&s, 0.3, 0.8, 6, 200));
    CHECK(scale_hold(&s, 0.3, 0.4, 6, 300)); /* a tenth */
    CHECK(scale_hold(&s, 0.3, 0.9, 6, 400)); /* left the limits */
}

/* Down-sampling --------------------------------------------------------------------------------- */

enum { MANY = 20000 };
static double xs[MANY], ys[MANY];
static size_t keep[MANY], before[MANY];

static void noisy(uint64_t seed)
{
    for (size_t i = 0; i < MANY; i++) {
        xs[i] = (double)i;
        ys[i] = 1 / (1 + (double)i / 2000) + (double)below(&seed, 1000) / 5000 + (below(&seed, 997) == 0 ? 2 : 0);
    }
}

static void U098_first_least_greatest_and_last_of_each_column_are_kept(void)
{
    enum { COLUMNS = 128 };
    scale sx = {.lo = 0, .hi = MANY, .set = true};

    noisy(3);
    size_t n = reduce_line(MANY, xs, ys, &sx, COLUMNS, keep);
    CHECK(n <= 4 * COLUMNS);
    for (size_t i = 1; i < n; i++)
        CHECK(keep[i] > keep[i - 1]);
    for (int c = 0; c < COLUMNS; c++) { /* by the definition, one column at a time */
        double low = INFINITY, high = -INFINITY, first = NAN, last = NAN, got_low = INFINITY, got_high = -INFINITY, got_first = NAN, got_last = NAN;
        for (size_t i = 0; i < MANY; i++)
            if ((int)floor(xs[i] / MANY * (COLUMNS - 1) + 0.5) == c) {
                low = fmin(low, ys[i]), high = fmax(high, ys[i]), last = ys[i];
                first = isnan(first) ? ys[i] : first;
            }
        for (size_t i = 0; i < n; i++)
            if ((int)floor(xs[keep[i]] / MANY * (COLUMNS - 1) + 0.5) == c) {
                got_low = fmin(got_low, ys[keep[i]]), got_high = fmax(got_high, ys[keep[i]]), got_last = ys[keep[i]];
                got_first = isnan(got_first) ? ys[keep[i]] : got_first;
            }
        CHECK(low == got_low && high == got_high && first == got_first && last == got_last);
    }
}

static void U098_a_point_more_changes_nothing_before_the_last_column(void)
{
    scale sx = {.lo = 0, .hi = MANY, .set = true};

    noisy(4);
    for (size_t n = 100; n + 1 < MANY; n += 1999) {
        size_t a = reduce_line(n, xs, ys, &sx, 100, before), b = reduce_line(n + 1, xs, ys, &sx, 100, keep);
        int open = reduce_column(&sx, xs[n - 1], 100);
        for (size_t i = 0; i < a && i < b && reduce_column(&sx, xs[before[i]], 100) < open; i++)
            CHECK(before[i] == keep[i]);
    }
}

static void U098_the_reduced_line_draws_the_same_cells(void)
{
    static double rx[MANY], ry[MANY];
    scale sx = {.lo = 0, .hi = MANY, .set = true};

    noisy(5);
    size_t n = reduce_line(MANY, xs, ys, &sx, 2 * 60, keep);
    for (size_t i = 0; i < n; i++)
        rx[i] = xs[keep[i]], ry[i] = ys[keep[i]];
    plot_series whole = {.kind = PLOT_LINE, .x = xs, .y = ys, .n = MANY}, few = {.kind = PLOT_LINE, .x = rx, .y = ry, .n = n};
    plot_panel a = {.series = &whole, .n_series = 1, .x = sx, .y = {.lo = 0, .hi = 4, .set = true}, .legend_off = true}, b = a;
    b.series = &few;
    text s = {0}, t = {0};
    plot_to_text(&(plot){.panel = &a, .n = 1}, 68, 15, PLOT_BRAILLE, &s); /* 60 columns of cells */
    plot_to_text(&(plot){.panel = &b, .n = 1}, 68, 15, PLOT_BRAILLE, &t);
    CHECK(!strcmp(text_str(&s), text_str(&t)));
    text_free(&s);
    text_free(&t);
}

static void U099_a_gap_stays_a_gap(void)
{
    double x[] = {0, 1, 2, 3, 4, 5}, y[] = {1, 2, NAN, INFINITY, 5, 6};
    scale sx = {.lo = 0, .hi = 5, .set = true};
    size_t n = reduce_line(6, x, y, &sx, 3, keep);
    bool gap = false;

    for (size_t i = 0; i < n; i++)
        gap = gap || (!isfinite(y[keep[i]]) && i > 0 && i + 1 < n);
    CHECK(gap);
    plot_series s = {.name = "train", .kind = PLOT_LINE, .x = x, .y = y, .n = 6};
    plot_panel p = {.series = &s, .n_series = 1};
    text t = {0};
    plot_to_text(&(plot){.panel = &p, .n = 1}, 50, 12, PLOT_ASCII, &t);
    CHECK(strstr(text_str(&t), "NaN at 2") != NULL);
    text_free(&t);
}

static void U076_smoothing_by_hand(void)
{
    /* a = 0.5: weights 1; (1/2 + 1/4 ...): 4, (2 + 1 -> 3 of 0.75), the gap, then. */
    double y[] = {4, 2, NAN, 6}, out[4];

    reduce_smooth(4, y, 0.5, out);
    NEAR(out[0], 4, 1e-12);
    NEAR(out[1], (0.25 * 4 + 0.5 * 2) / 0.75, 1e-12);
    CHECK(isnan(out[2]));
    NEAR(out[3], (0.125 * 4 + 0.25 * 2 + 0.5 * 6) / 0.875, 1e-12);
}

int main(void)
{
    TEST(U094_ticks_of_Heckberts_example);
    TEST(U094_ticks_are_round_few_enough_and_limits_cover_the_data);
    TEST(U094_labels_read_back_as_their_ticks);
    TEST(U073_log_ticks_stand_at_1_2_5_of_each_decade);
    TEST(U072_time_counts_in_minutes_and_hours);
    TEST(U097_limits_move_at_most_every_two_seconds);
    TEST(U097_limits_stay_while_the_data_fill_half_of_them);
    TEST(U098_first_least_greatest_and_last_of_each_column_are_kept);
    TEST(U098_a_point_more_changes_nothing_before_the_last_column);
    TEST(U098_the_reduced_line_draws_the_same_cells);
    TEST(U099_a_gap_stays_a_gap);
    TEST(U076_smoothing_by_hand);
    return tap_done();
}
