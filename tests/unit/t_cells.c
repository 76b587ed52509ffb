/* t_cells.c - loops over the numbers of columns, judged cell by cell; short decimals, judged by strtod. */
#include "config.h"

#include "base/rng.h"
#include "kernel/cells.h"
#include "kernel/crc.h"
#include "kernel/decimal.h"
#include "tests/tap.h"

#include <float.h>
#include <zlib.h>

enum { MOST = 517 };

/* Numbers with `places` decimals, holes among them. */
static void draw(double *x, size_t n, uint64_t seed, int places, bool holes)
{
    static const double power[] = {1, 10, 100, 1000, 1e4, 1e5, 1e6};

    for (size_t i = 0; i < n; i++) {
        int64_t k = (int64_t)rng_below(seed, RNG_ROWS, i, 60001) - 30000;
        x[i] = holes && rng_below(seed, RNG_FOLD, i, 7) == 0 ? (double)NAN : (double)k / power[places];
    }
}

static bool same(double a, double b)
{
    return !memcmp(&a, &b, sizeof a) || (isnan(a) && isnan(b));
}

static void F090_numbers_are_packed_and_unpacked_to_themselves(void)
{
    static const cells_kind kind[] = {CELLS_I16, CELLS_I32, CELLS_I64};
    static const int64_t hole[] = {INT16_MAX, INT32_MAX, INT64_MAX};
    static const double power[] = {1, 10, 100, 1000, 1e4, 1e5, 1e6};
    static double x[MOST], y[MOST];
    static int64_t room[MOST];

    for (uint64_t seed = 1; seed <= 300; seed++) {
        size_t n = rng_below(seed, RNG_SPLIT, 0, MOST) + 1;
        int places = (int)(seed % 7);
        bool holes = seed % 2;
        double lo = INFINITY, hi = -INFINITY, least = INFINITY, most = -INFINITY;
        draw(x, n, seed, places, holes);
        CHECK(cells_decimal(x, n, power[places], &lo, &hi));
        for (size_t i = 0; i < n; i++)
            if (!isnan(x[i])) {
                least = fmin(least, round(x[i] * power[places]));
                most = fmax(most, round(x[i] * power[places]));
            }
        CHECK(lo == least && hi == most);
        for (size_t k = 0; k < 3; k++) {
            size_t wrong = 0;
            cells_pack(x, n, power[places], 0, hole[k], kind[k], room);
            cells_unpack(room, kind[k], n, 0, power[places], holes, hole[k], y);
            for (size_t i = 0; i < n; i++)
                wrong += !same(x[i], y[i]);
            CHECK(!wrong);
        }
        x[n / 2] = 1 / 3.0;
        CHECK(!cells_decimal(x, n, 1e6, &lo, &hi));
        x[n / 2] = -0.0;
        CHECK(!cells_decimal(x, n, 1, &lo, &hi));
    }
}

static void F090_counts_and_looks_are_those_of_each_cell(void)
{
    static double x[MOST];

    for (uint64_t seed = 1; seed <= 300; seed++) {
        size_t n = rng_below(seed, RNG_SPLIT, 0, MOST) + 1;
        cells_counts c = {.min = INFINITY, .max = -INFINITY}, want = c;
        cells_looks looks, looked = {0};
        draw(x, n, seed, (int)(seed % 3), seed % 2);
        if (seed % 4 == 0)
            x[n - 1] = seed % 8 ? INFINITY : -INFINITY;
        for (size_t i = 0; i < n; i++) {
            bool there = fabs(x[i]) <= DBL_MAX;
            want.finite += there, want.zeros += x[i] == 0, want.ones += x[i] == 1, want.missing += isnan(x[i]) != 0;
            want.up += x[i] == INFINITY, want.down += x[i] == -INFINITY;
            want.min = there && x[i] < want.min ? x[i] : want.min;
            want.max = there && x[i] > want.max ? x[i] : want.max;
            looked.missing += isnan(x[i]) != 0;
            looked.other |= !isnan(x[i]) && x[i] != x[0];
            looked.wide |= !isnan(x[i]) && (double)(float)x[i] != x[i];
        }
        cells_count(x, n, &c);
        cells_look(x, n, x[0], &looks);
        CHECK(c.finite == want.finite && c.zeros == want.zeros && c.ones == want.ones && c.missing == want.missing && c.up == want.up &&
              c.down == want.down && c.min == want.min && c.max == want.max);
        CHECK(looks.missing == looked.missing && looks.other == looked.other && looks.wide == looked.wide);
    }
}

/* Any short text of the characters of numbers: taken, then equal to strtod to the bit; or left, then nothing is written. */
static void F090_short_decimals_are_those_of_strtod(void)
{
    static const char set[] = "0123456789.-+0123456789.9";
    char text[DECIMAL_LEAD + 64], *s = text + DECIMAL_LEAD, *end;
    size_t taken = 0, wrong = 0;

    memset(text, '7', DECIMAL_LEAD);
    for (uint64_t seed = 0; seed < 400000; seed++) {
        size_t n = 1 + rng_below(seed, RNG_SPLIT, 0, 18);
        for (size_t i = 0; i < n; i++)
            s[i] = set[rng_below(seed, RNG_ROWS, i, seed % 2 ? 10 : sizeof set - 1)];
        if (seed % 2) { /* a number more often than not */
            if (seed % 3)
                s[n / 2] = '.';
            if (seed % 5 == 0)
                s[0] = '-';
        }
        s[n] = ',';
        uint32_t mark = (uint32_t)n;
        const char *from = s;
        double x = 0, y = strtod(s, &end);
        size_t k = decimal_run(s, &mark, 1, text, '\n', &from, (char *)&x);
        taken += k;
        wrong += k ? end != s + n || memcmp(&x, &y, sizeof x) || from != s + n + 1 : from != s || x != 0;
    }
    CHECK(!wrong);
    printf("# %zu of 400000 taken\n", taken);
    const char row[] = "................1.5,-2.25\n3,", *at = row + 16;
    const uint32_t marks[] = {3, 9, 11};
    double two[3] = {0};
    CHECK(decimal_run(at, marks, 3, row, '\n', &at, (char *)two) == 2 && two[0] == 1.5 && two[1] == -2.25 && !strcmp(at, "3,"));
    CHECK(decimal_run(s, &(uint32_t){1}, 1, s - 4, '\n', &(const char *){s}, text) == 0); /* too near the start of the text */
}

/* What decimal_run promises to take: a sign, digits, a point, at most 16 characters, below 2^53 without the point. */
static bool short_decimal(const char *s, size_t n)
{
    size_t at = n && (*s == '-' || *s == '+'), digits = 0, points = 0;
    uint64_t w = 0;

    for (size_t i = at; i < n; i++) {
        if (s[i] >= '0' && s[i] <= '9')
            digits++, w = 10 * w + (uint64_t)(s[i] - '0');
        else if (s[i] == '.')
            points++;
        else
            return false;
    }
    return n <= 16 && digits && points <= 1 && w < (uint64_t)1 << 53;
}

/* Rows of some numbers and a rest that is another row's; seldom something that is no number. */
static size_t made_row(uint64_t seed, char *s, uint32_t *mark, size_t *n_marks)
{
    static const char any[] = "0123456789.-+e ", some[] = "0123456789.";
    size_t n = 0, cells = 1 + rng_below(seed, RNG_SPLIT, 0, 11), line = rng_below(seed, RNG_SPLIT, 1, 12);

    for (size_t c = 0; c < cells; c++) {
        size_t length = rng_below(seed, RNG_SPLIT, 10 + c, seed % 4 ? 11 : 19), odd = !rng_below(seed, RNG_SPLIT, 40 + c, 16), point = rng_below(seed, RNG_SPLIT, 60 + c, 12);
        for (size_t i = 0; i < length; i++)
            s[n++] = odd ? any[rng_below(seed, RNG_ROWS, 20 * c + i, sizeof any - 1)] : i == point ? '.' : i == 0 && length % 3 == 0 ? '-' : some[rng_below(seed, RNG_ROWS, 20 * c + i, 10)];
        mark[c] = (uint32_t)n;
        s[n++] = c == line ? '\n' : ',';
    }
    *n_marks = cells;
    return n;
}

static void F090_runs_of_decimals_stop_where_they_should(void)
{
    static const char *const ways[] = {"avx512", "sse4", "generic"};
    char text[400], *s = text + DECIMAL_LEAD;

    memset(text, '7', sizeof text);
    for (size_t way = 0; way < 3; way++) {
        size_t wrong = 0, taken = 0;
        if (!decimal_choose(ways[way])) {
            printf("# %s: not on this processor\n", ways[way]);
            continue;
        }
        for (uint64_t seed = 0; seed < 200000; seed++) {
            uint32_t mark[16];
            size_t marks, n = made_row(seed, s, mark, &marks), should = 0, start = 0;
            double x[16], y[16];
            bool near = seed % 7 == 0; /* the text begins with the row: its first numbers are too near */
            const char *from = s, *lowest = near ? s : text;
            for (size_t i = 0; i < sizeof x / sizeof *x; i++)
                x[i] = -7.75;
            while (should < marks && short_decimal(s + start, mark[should] - start) && mark[should] >= (near ? DECIMAL_LEAD : 0)) {
                y[should] = strtod(s + start, NULL);
                start = mark[should] + 1;
                if (s[mark[should++]] == '\n')
                    break;
            }
            should = way == 2 ? 0 : should;
            start = way == 2 ? 0 : start;
            size_t k = decimal_run(s, mark, marks, lowest, '\n', &from, (char *)x);
            wrong += k != should || from != s + start || memcmp(x, y, k * sizeof *x) || x[k] != -7.75;
            taken += k;
            memset(s, '7', n);
        }
        CHECK(!wrong);
        printf("# %s: %zu taken\n", ways[way], taken);
    }
    CHECK(!decimal_choose("none such") && decimal_choose(NULL));
}

static void F091_checksums_are_those_of_zlib(void)
{
    enum { N = 5000 };
    static unsigned char s[N + 16];
    uint32_t wrong = 0;

    for (size_t i = 0; i < sizeof s; i++)
        s[i] = (unsigned char)rng_below(1, RNG_ROWS, i, 256);
    for (unsigned n = 0; n < N; n++) {
        uint32_t before = n % 3 ? (uint32_t)rng_below(2, RNG_ROWS, n, UINT32_MAX) : 0;
        wrong += crc_add(before, s + n % 16, n) != crc32(before, s + n % 16, n);
    }
    CHECK(!wrong);
    CHECK(crc_add(0, "123456789", 9) == 0xCBF43926u); /* the published check value */
    CHECK(crc_add(crc_add(0, s, 1000), s + 1000, 2000) == crc_add(0, s, 3000));
}

int main(void)
{
    TEST(F090_numbers_are_packed_and_unpacked_to_themselves);
    TEST(F090_counts_and_looks_are_those_of_each_cell);
    TEST(F090_short_decimals_are_those_of_strtod);
    TEST(F090_runs_of_decimals_stop_where_they_should);
    TEST(F091_checksums_are_those_of_zlib);
    return tap_done();
}
