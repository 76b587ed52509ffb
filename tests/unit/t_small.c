/* t_small.c - rows of small numbers by every way there is, judged by strtol; turned bytes; moments side by side. */
#include "config.h"

#include "base/rng.h"
#include "data/column_moments.h"
#include "kernel/small.h"
#include "tests/tap.h"

enum { MOST_TEXT = 1 << 16 };

static uint64_t draw(uint64_t seed, uint64_t at, uint64_t n)
{
    return rng_below(seed, RNG_ROWS, at, n);
}

/* Rows of cells 0 ... 255, now and then with a leading zero; one of them may be damaged. */
static size_t write_rows(char *s, uint64_t seed, size_t columns, size_t rows, bool crlf)
{
    static const char *const damage[] = {"256", "999", "0001", "", "-1", "1.", " 2", "x", "\r", "\"3\"", "1,2"};
    size_t n = 0;

    for (size_t i = 0; i < rows; i++)
        for (size_t k = 0; k < columns; k++) {
            uint64_t at = i * columns + k;
            bool bad = draw(seed, 1 << 20, 3) == 0 && at == draw(seed, 1 << 21, rows * columns);
            if (bad)
                n += (size_t)sprintf(s + n, "%s", damage[draw(seed, 1 << 22, sizeof damage / sizeof *damage)]);
            else
                n += (size_t)sprintf(s + n, draw(seed, 3 * at, 9) ? "%d" : "%03d", (int)draw(seed, 3 * at + 1, draw(seed, 3 * at + 2, 3) ? 256 : 4));
            n += (size_t)sprintf(s + n, k + 1 < columns ? "," : crlf ? "\r\n" : "\n");
        }
    return n;
}

/* By the definition: whole rows, each cell one to three digits, at most 255. */
static size_t by_definition(const char *s, size_t n, size_t columns, uint8_t *to, size_t *used)
{
    const char *p = s;
    size_t rows = 0;

    for (*used = 0;; rows++, *used = (size_t)(p - s)) {
        const char *e = memchr(p, '\n', n - (size_t)(p - s));
        if (!e)
            return rows;
        const char *last = e > p && e[-1] == '\r' ? e - 1 : e;
        for (size_t k = 0; k < columns; k++) {
            char *end;
            if ((unsigned)(*p - '0') > 9)
                return rows;
            long v = strtol(p, &end, 10);
            if (v > 255 || end - p > 3 || end > last || (k + 1 < columns ? *end != ',' : end != last))
                return rows;
            to[rows * columns + k] = (uint8_t)v;
            p = k + 1 < columns ? end + 1 : e + 1;
        }
    }
}

static void F090_small_numbers_are_read_alike_by_every_way(void)
{
    static const char *const ways[] = {"generic", "avx2", "avx512"};
    static char s[MOST_TEXT + SMALL_SLACK];
    static uint8_t want[MOST_TEXT], got[MOST_TEXT + SMALL_SLACK];
    size_t tried = 0;

    for (size_t w = 0; w < 3; w++) {
        if (!small_choose(ways[w]))
            continue;
        tried++;
        for (uint64_t seed = 1; seed <= 3000; seed++) {
            size_t columns = 1 + (size_t)draw(seed, 1 << 23, seed % 3 ? 12 : 300), rows = 1 + (size_t)draw(seed, 1 << 24, seed % 3 ? 40 : 9), used, used_want;
            size_t n = write_rows(s, seed, columns, rows, seed % 2);
            if (seed % 5 == 0)
                n -= draw(seed, 1 << 25, n); /* the text ends anywhere; what is behind it does not count */
            size_t rows_want = by_definition(s, n, columns, want, &used_want);
            size_t rows_got = small_rows(s, n, ',', '\n', columns, got, &used);
            if (!CHECK(rows_got == rows_want && used == used_want) || !CHECK(!memcmp(want, got, rows_got * columns)))
                return (void)printf("# %s, seed %llu: %zu rows, %zu wanted\n", ways[w], (unsigned long long)seed, rows_got, rows_want);
        }
    }
    CHECK(tried && small_choose(NULL));
}

static void F090_returns_alone_end_rows_where_they_do(void)
{
    static const char *const ways[] = {"generic", "avx2", "avx512"};
    char s[SMALL_SLACK + 64] = "1;2\r3;255\r";
    uint8_t got[256];
    size_t used;

    for (size_t w = 0; w < 3; w++)
        if (small_choose(ways[w]))
            CHECK(small_rows(s, 10, ';', '\r', 2, got, &used) == 2 && used == 10 && got[3] == 255);
    small_choose(NULL);
}

static void turned_bytes_are_where_they_belong(void)
{
    enum { ROWS = 70, COLUMNS = 45, STRIDE = 61 };
    static uint8_t x[ROWS * STRIDE], out[COLUMNS][ROWS];
    uint8_t *to[COLUMNS], lo, hi;

    for (size_t i = 0; i < sizeof x; i++)
        x[i] = (uint8_t)rng_u64(1, RNG_ROWS, i);
    for (size_t rows = 0; rows <= ROWS; rows += 7)
        for (size_t columns = 1; columns <= COLUMNS; columns += 4) {
            size_t wrong = 0;
            memset(out, 0, sizeof out);
            for (size_t c = 0; c < columns; c++)
                to[c] = out[c];
            small_turn(x, rows, STRIDE, columns, to);
            for (size_t c = 0; c < columns; c++)
                for (size_t i = 0; i < rows; i++)
                    wrong += out[c][i] != x[i * STRIDE + c];
            CHECK(!wrong);
        }
    for (size_t n = 1; n < 100; n++) {
        uint8_t least = 255, most = 0;
        for (size_t i = 0; i < n; i++) {
            least = x[n + i] < least ? x[n + i] : least;
            most = x[n + i] > most ? x[n + i] : most;
        }
        small_range(x + n, n, &lo, &hi);
        CHECK(lo == least && hi == most);
    }
}

static void moments_side_by_side_are_those_of_each_alone(void)
{
    enum { ROWS = 1003 };
    static uint8_t x[MOMENTS][ROWS];
    const uint8_t *at[MOMENTS];
    double mean[MOMENTS], m2[MOMENTS];

    for (size_t j = 0; j < MOMENTS; j++) {
        at[j] = x[j];
        for (size_t i = 0; i < ROWS; i++)
            x[j][i] = (uint8_t)rng_below(j + 1, RNG_ROWS, i, 1 + 17 * j);
    }
    for (size_t rows = 1; rows <= ROWS; rows += 167) {
        moments_of_bytes(at, rows, mean, m2);
        for (size_t j = 0; j < MOMENTS; j++) {
            double m = 0, q = 0;
            for (size_t i = 0; i < rows; i++) {
                double delta = x[j][i] - m;
                m += delta / (double)(i + 1);
                q += delta * (x[j][i] - m);
            }
            CHECK(m == mean[j] && q == m2[j]);
        }
    }
}

int main(void)
{
    TEST(F090_small_numbers_are_read_alike_by_every_way);
    TEST(F090_returns_alone_end_rows_where_they_do);
    TEST(turned_bytes_are_where_they_belong);
    TEST(moments_side_by_side_are_those_of_each_alone);
    return tap_done();
}
