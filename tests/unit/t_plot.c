/* Scales, down-sampling, and scenes drawn into cells. */
#include "config.h"
#include "tests/tap.h"

#include "draw/plot_impl.h"
#include "draw/plot_file.h"
#include "draw/plot_own.h"
#include "draw/reduce.h"
#include "draw/words.h"

#include <math.h>
#include <stdlib.h>
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

/* Scenes in cells, by hand ------------------------------------------------------------------------ */

/* 4 points on a square: the area is 20 - 7 - 1 = 12 columns by 5 - 0 rows of ASCII, limits 0 ... 11 and 0 ... 4, so
 * that x and y are columns and rows. */
static void U095_a_scene_in_ascii_as_drawn_by_hand(void)
{
    double x[] = {0, 4, 11}, y[] = {0, 4, 4};
    plot_series s = {.kind = PLOT_LINE, .x = x, .y = y, .n = 3};
    plot_panel p = {.series = &s, .n_series = 1, .x = {.lo = 0, .hi = 11, .set = true}, .y = {.lo = 0, .hi = 4, .set = true}, .legend_off = true};
    text t = {0};

    plot_to_text(&(plot){.panel = &p, .n = 1}, 20, 7, PLOT_ASCII, &t);
    TEXT_EQ(text_str(&t), "     4+    ********\n"
                          "      |   *\n"
                          "     2+  *\n"
                          "      | *\n"
                          "     0+*\n"
                          "      ++----+----+-\n"
                          "       0    5   10\n");
    text_free(&t);
}

/* The same in braille: 24 x 20 dots; the flat part runs along the upper row of dots of the first row: bits 1 and 8. */
static void U095_a_flat_line_in_braille_and_blocks(void)
{
    double x[] = {0, 11}, y[] = {4, 4};
    plot_series s = {.kind = PLOT_LINE, .x = x, .y = y, .n = 2};
    plot_panel p = {.series = &s, .n_series = 1, .x = {.lo = 0, .hi = 11, .set = true}, .y = {.lo = 0, .hi = 4, .set = true}, .legend_off = true};
    text t = {0}, b = {0};

    plot_to_text(&(plot){.panel = &p, .n = 1}, 20, 7, PLOT_BRAILLE, &t);
    /* its two points are thick: dots 1, 2, 4, 5 (0x1b); the last one carries the marker */
    CHECK(!strncmp(text_str(&t), "     4\u2524\u281b\u2809\u2809\u2809\u2809\u2809\u2809\u2809\u2809\u2809\u2809*\n", 30));
    plot_to_text(&(plot){.panel = &p, .n = 1}, 20, 7, PLOT_BLOCKS, &b);
    CHECK(!strncmp(text_str(&b), "     4\u2524\u2580\u2580\u2580\u2580\u2580\u2580\u2580\u2580\u2580\u2580\u2580*\n", 30));
    text_free(&t);
    text_free(&b);
}

/* Heights 1, 2 and 4 of 4 in 4 rows. */
static void U093_bars_by_hand(void)
{
    double x[] = {1, 2, 3}, y[] = {1, 2, 4};
    plot_series s = {.kind = PLOT_BARS, .x = x, .y = y, .n = 3};
    plot_panel p = {.series = &s, .n_series = 1, .x = {.lo = 0.5, .hi = 3.5, .set = true}, .y = {.lo = 0, .hi = 4, .set = true}, .legend_off = true};
    text t = {0};

    plot_to_text(&(plot){.panel = &p, .n = 1}, 20, 6, PLOT_ASCII, &t);
    const char *row = text_str(&t);
    static const char *const want[] = {"        ####", "        ####", "    ########", "############"};
    for (int i = 0; i < 4; i++) {
        CHECK(strlen(row) > 19 && !strncmp(row + 7, want[i], 12));
        row = strchr(row, '\n') ? strchr(row, '\n') + 1 : "";
    }
    text_free(&t);
}

static void U096_dashes_and_markers_of_the_first_four_differ(void)
{
    for (int a = 0; a < PLOT_LOOKS; a++)
        for (int b = 0; b < a; b++) {
            CHECK(plot_markers[a] != plot_markers[b]);
            CHECK(plot_dashes[a].on != plot_dashes[b].on || plot_dashes[a].off != plot_dashes[b].off);
        }
    /* and so do the pictures: in braille without colour two lines of other looks are not the same dots */
    double x[] = {0, 40}, y[] = {1, 1};
    text seen[4] = {{0}};
    for (int k = 0; k < 4; k++) {
        plot_series s = {.kind = PLOT_LINE, .x = x, .y = y, .n = 2, .look = k};
        plot_panel p = {.series = &s, .n_series = 1, .x = {.lo = 0, .hi = 40, .set = true}, .y = {.lo = 0, .hi = 2, .set = true}};
        plot_to_text(&(plot){.panel = &p, .n = 1}, 60, 8, PLOT_BRAILLE, &seen[k]);
        for (int q = 0; q < k; q++)
            CHECK(strcmp(text_str(&seen[k]), text_str(&seen[q])));
    }
    for (int k = 0; k < 4; k++)
        text_free(&seen[k]);
}

/* The letter before each name of the legend is the one that ends its line, and stands on it too; no two are alike. */
static void U096_half_blocks_tell_lines_apart_without_colour(void)
{
    double x[] = {0, 30, 60}, y[4][3];
    plot_series s[4];
    const char *const names[] = {"alpha", "beta", "gamma", "delta"};
    text t = {0};

    for (int k = 0; k < 4; k++) {
        for (int i = 0; i < 3; i++)
            y[k][i] = 10 - 2 * k - 0.5 * i;
        s[k] = (plot_series){.name = names[k], .kind = PLOT_LINE, .x = x, .y = y[k], .n = 3, .look = k};
    }
    plot_panel p = {.series = s, .n_series = 4, .x = {.lo = 0, .hi = 60, .set = true}, .y = {.lo = 0, .hi = 10, .set = true}};
    plot_to_text(&(plot){.panel = &p, .n = 1}, 100, 24, PLOT_BLOCKS, &t);
    char *legend = strdup(text_str(&t)), *below = legend ? strchr(legend, '\n') : NULL, seen[5] = "";
    if (!below) {
        CHECK(false);
        return;
    }
    *below++ = '\0';
    for (int k = 0; k < 4; k++) {
        const char *name = strstr(legend, names[k]);
        CHECK(name && name - legend >= 5);
        char letter = name && name - legend >= 5 ? name[-5] : '?'; /* the letter, a half block of three bytes, a blank */
        CHECK(strchr("*o+x#@%", letter) && !strchr(seen, letter));
        seen[k] = letter;
        size_t on_line = 0;
        for (const char *c = below; *c; c++)
            on_line += *c == letter && c != below && (c[-1] == ' ' || c[-1] < 0) && (c[1] < 0 || c[1] == ' ');
        CHECK(on_line >= 5); /* 12 columns apart on 80 or so */
    }
    free(legend);
    text_free(&t);
}

/* In braille two lines are told apart by their dashes, more by the marker too, which ends the line. */
static void U096_the_legend_of_many_lines_shows_their_markers(void)
{
    double x[] = {0, 60}, y[] = {1, 2};
    plot_series s[PLOT_LOOKS];
    text seen[PLOT_LOOKS] = {{0}};

    for (int k = 0; k < PLOT_LOOKS; k++)
        s[k] = (plot_series){.name = "n", .kind = PLOT_LINE, .x = x, .y = y, .n = 2, .look = k};
    plot_panel p = {.series = s, .n_series = PLOT_LOOKS};
    text t = {0};
    plot_to_text(&(plot){.panel = &p, .n = 1}, 100, 12, PLOT_BRAILLE, &t);
    const char *at = text_str(&t), *end = strchr(at, '\n');
    for (int k = 0; k < PLOT_LOOKS; k++) {
        const char *n = strstr(at, " n ");
        CHECK(n && n < end && n - at >= 7);
        if (!n || n > end)
            break;
        text_add_n(&seen[k], n - 7, 7);
        for (int q = 0; q < k; q++)
            CHECK(strcmp(text_str(&seen[k]), text_str(&seen[q])));
        at = n + 3;
    }
    for (int k = 0; k < PLOT_LOOKS; k++)
        text_free(&seen[k]);
    text_free(&t);
}

/* Two clouds apart from each other: in every set the cells of each are its letter, as the legend says. */
static void U096_sorts_of_points_differ_without_colour(void)
{
    double x[2][20], y[2][20];
    plot_series s[2];

    for (int k = 0; k < 2; k++) {
        for (int i = 0; i < 20; i++)
            x[k][i] = i, y[k][i] = k ? 9 : 1;
        s[k] = (plot_series){.name = k ? "high" : "low", .kind = PLOT_POINTS, .x = x[k], .y = y[k], .n = 20, .look = k};
    }
    plot_panel p = {.series = s, .n_series = 2, .x = {.lo = 0, .hi = 20, .set = true}, .y = {.lo = 0, .hi = 10, .set = true}};
    for (int set = 0; set < PLOT_CHARSETS; set++) {
        text t = {0};
        size_t count[2][2] = {{0}};
        plot_to_text(&(plot){.panel = &p, .n = 1}, 60, 20, (plot_charset)set, &t);
        size_t row = 0;
        CHECK(strstr(text_str(&t), "** low") && strstr(text_str(&t), "oo high"));
        for (const char *c = text_str(&t); *c; c++) {
            row += *c == '\n';
            if (row && (*c == '*' || (*c == 'o' && row < 12)))
                count[row > 9][*c == 'o']++;
        }
        CHECK(count[0][1] == 20 && count[1][0] == 20 && !count[0][0] && !count[1][1]);
        text_free(&t);
    }
}

/* Where a line goes through a band its dots stand alone: the same cells as without the band. */
static void U070_a_line_is_seen_within_a_band(void)
{
    double x[] = {0, 60}, y[] = {5, 5}, low[] = {1, 1}, high[] = {9, 9};
    plot_series s[] = {{.kind = PLOT_BAND, .x = x, .y = low, .y2 = high, .n = 2, .look = 6}, {.kind = PLOT_LINE, .x = x, .y = y, .n = 2}};
    plot_panel with = {.series = s, .n_series = 2, .x = {.lo = 0, .hi = 60, .set = true}, .y = {.lo = 0, .hi = 10, .set = true}, .legend_off = true};
    plot_panel without = with;
    text a = {0}, b = {0};
    size_t band = 0;

    without.series = s + 1;
    without.n_series = 1;
    plot_to_text(&(plot){.panel = &with, .n = 1}, 60, 13, PLOT_BRAILLE, &a);
    plot_to_text(&(plot){.panel = &without, .n = 1}, 60, 13, PLOT_BRAILLE, &b);
    const char *p = text_str(&a), *q = text_str(&b);
    for (int row = 0; row < 13 && p && q; row++) {
        size_t n = strcspn(p, "\n"), m = strcspn(q, "\n");
        bool line = m > 30 && row < 11;
        CHECK(!line || (n == m && !strncmp(p, q, n)));
        band += !line && n > m;
        p = strchr(p, '\n') ? strchr(p, '\n') + 1 : NULL, q = strchr(q, '\n') ? strchr(q, '\n') + 1 : NULL;
    }
    CHECK(band >= 6);
    text_free(&a);
    text_free(&b);
}

/* The upright edges of the area are the first and the last point, unless a round number is near. */
static void U094_lines_fill_their_axis(void)
{
    double y[] = {1, 2};
    const struct { double lo, hi, left, right; } cases[] = {{0, 120, 0, 120}, {0, 98, 0, 100}, {0.2, 10, 0, 10}, {103, 160, 100, 160}, {40, 61, 40, 61}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double x[] = {cases[i].lo, cases[i].hi};
        plot_series s = {.kind = PLOT_LINE, .x = x, .y = y, .n = 2};
        plot_panel p = {.series = &s, .n_series = 1};
        layout l;
        layout_panel(&(plot){.panel = &p, .n = 1}, 0, 45, 12, &l);
        NEAR(l.sx.lo, cases[i].left, 1e-9);
        NEAR(l.sx.hi, cases[i].right, 1e-9);
    }
}

/* One scene for all forms ------------------------------------------------------------------------- */

static void U198_a_scene_comes_back_from_its_text(void)
{
    double x[] = {1, 2, 3}, y[] = {0.5, (double)NAN, 1e-300}, y2[] = {1, 2, 3};
    const char *names[] = {"a b", "c:d", "3 4:x"};
    plot_series s[] = {{.name = "train", .kind = PLOT_LINE, .x = x, .y = y, .n = 3, .look = 2}, {.kind = PLOT_BAND, .x = x, .y = x, .y2 = y2, .n = 3, .dim = true}};
    plot_panel p[] = {{.title = "one - two", .x_label = "", .series = s, .n_series = 2, .y = {.kind = SCALE_LOG}, .mark = {{2, "best"}}, .n_marks = 1},
                      {.series = s, .n_series = 0, .names = names, .n_names = 3, .lying = true}};
    plot all = {.title = "t", .panel = p, .n = 2};
    text a = {0}, b = {0};

    plot_write(&all, &a);
    plot_own *o = plot_read(text_str(&a), a.n);
    CHECK(o != NULL);
    if (o) {
        plot_write(&o->p, &b);
        TEXT_EQ(text_str(&b), text_str(&a));
        CHECK(isnan(o->panel[0].series[0].y[1]) && o->panel[0].series[0].y[2] == 1e-300 && !strcmp(o->panel[1].names[2], "3 4:x"));
    }
    plot_own_free(o);
    for (size_t n = 0; n < a.n; n++) { /* a part of it is no scene, and nothing breaks */
        o = plot_read(a.s, n);
        CHECK(!o || n + 3 > a.n);
        plot_own_free(o);
    }
    text_free(&a);
    text_free(&b);
}

/* The sentence that the list of features gives as its example. */
static void U101_words_of_a_loss_that_fell_and_stays(void)
{
    static double x[100], train[100], valid[100];
    for (int i = 0; i < 100; i++) {
        x[i] = (i + 1) / 10.0;
        train[i] = 0.5 - 0.0045 * i;
        valid[i] = x[i] < 5.9 ? 0.46 - (0.46 - 0.087) * (x[i] - 0.1) / 5.8 : 0.087;
    }
    plot_series s[] = {{.name = "train", .kind = PLOT_LINE, .x = x, .y = train, .n = 100}, {.name = "valid", .kind = PLOT_LINE, .x = x, .y = valid, .n = 100}};
    plot_panel p = {.title = "logloss", .series = s, .n_series = 2};
    text t = {0};

    plot_words(&p, "epoch", &t);
    const char *said = text_str(&t), *since = strstr(said, "flat since epoch ");
    CHECK(!strncmp(said, "valid logloss fell from 0.460 to 0.0870, flat since epoch ", 57));
    CHECK(since && fabs(atof(since + 17) - 5.9) < 0.5); /* within a twentieth of the fall */
    CHECK(strstr(said, "; train fell from 0.500 to 0.0545, still falling") != NULL);
    text_free(&t);
    valid[50] = (double)NAN;
    plot_words(&p, "epoch", &t);
    CHECK(strstr(text_str(&t), "NaN at 5.1") != NULL);
    text_free(&t);
}

static void U073_zero_and_less_leave_a_gap_on_a_log_axis(void)
{
    double x[] = {1, 2, 3}, y[] = {1, 0, 10};
    plot_series s = {.kind = PLOT_LINE, .x = x, .y = y, .n = 3};
    plot_panel p = {.series = &s, .n_series = 1, .y = {.kind = SCALE_LOG}};
    text t = {0};

    plot_to_svg(&(plot){.panel = &p, .n = 1}, 40, 12, &t);
    CHECK(strstr(text_str(&t), "<g class=\"series\">\n<circle") != NULL); /* two points, no line between them */
    text_free(&t);
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
    TEST(U095_a_scene_in_ascii_as_drawn_by_hand);
    TEST(U095_a_flat_line_in_braille_and_blocks);
    TEST(U093_bars_by_hand);
    TEST(U096_dashes_and_markers_of_the_first_four_differ);
    TEST(U096_half_blocks_tell_lines_apart_without_colour);
    TEST(U096_the_legend_of_many_lines_shows_their_markers);
    TEST(U096_sorts_of_points_differ_without_colour);
    TEST(U070_a_line_is_seen_within_a_band);
    TEST(U094_lines_fill_their_axis);
    TEST(U198_a_scene_comes_back_from_its_text);
    TEST(U101_words_of_a_loss_that_fell_and_stays);
    TEST(U073_zero_and_less_leave_a_gap_on_a_log_axis);
    return tap_done();
}
