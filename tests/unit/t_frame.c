/* Tests of columns and frames. */
#include "tests/tap.h"

#include "base/mem.h"
#include "base/rng.h"
#include "data/frame.h"

/* Every storage reads back the very numbers it was built from. */
static void numbers_come_back_bit_for_bit(void)
{
    enum { N = 1000 };
    static const double scale[] = {1, 0.1, 0.01, 1e-6, 1.0 / 3, 1e300, 300, 70000, 5e9, 0};
    double x[N], y[N];

    for (size_t k = 0; k < sizeof scale / sizeof *scale; k++)
        for (int holes = 0; holes < 2; holes++) {
            for (uint64_t i = 0; i < N; i++) {
                x[i] = nearbyint(1000 * rng_unit(k, RNG_RUNIF, i) - 300) * scale[k];
                if (holes && i % 7 == 0)
                    x[i] = NAN;
                if (k == 4 && i == 5)
                    x[i] = INFINITY;
            }
            column *c = column_of_numbers(WEIR_TYPE_NUMERIC, x, N);
            column_read(c, 0, N, y);
            for (size_t i = 0; i < N; i++)
                CHECK(isnan(x[i]) ? isnan(y[i]) : x[i] == y[i]);
            column_unref(c);
        }
}

static void storage_is_the_narrowest(void)
{
    double bytes[300], tenths[300], one[300];

    for (int i = 0; i < 300; i++) {
        bytes[i] = i % 256;
        tenths[i] = (i % 200) / 10.0;
        one[i] = 7;
    }
    column *b = column_of_numbers(WEIR_TYPE_NUMERIC, bytes, 300);
    column *t = column_of_numbers(WEIR_TYPE_NUMERIC, tenths, 300);
    column *o = column_of_numbers(WEIR_TYPE_NUMERIC, one, 300);
    CHECK(b->store == STORE_U8 && t->store == STORE_U8 && o->store == STORE_CONST);
    CHECK(b->bytes == 300 && o->bytes == 0);
    column_unref(b);
    column_unref(t);
    column_unref(o);
}

/* F098: the statistics by their definitions, in two passes. */
static void F098_moments_agree_with_their_definitions(void)
{
    enum { N = 500 };
    double x[N], sum = 0, squares = 0;
    size_t n = 0;

    for (uint64_t i = 0; i < N; i++)
        x[i] = i % 11 == 0 ? NAN : rng_normal(3, RNG_RUNIF, i);
    for (size_t i = 0; i < N; i++)
        if (!isnan(x[i])) {
            sum += x[i];
            n++;
        }
    for (size_t i = 0; i < N; i++)
        if (!isnan(x[i]))
            squares += (x[i] - sum / (double)n) * (x[i] - sum / (double)n);
    column *c = column_of_numbers(WEIR_TYPE_NUMERIC, x, N);
    NEAR(c->stats.mean, sum / (double)n, 1e-14);
    NEAR(c->stats.sd, sqrt(squares / (double)(n - 1)), 1e-13);
    CHECK(c->stats.missing == N - n);
    column_unref(c);
}

static weir_frame *small_frame(weir_error *err)
{
    static const double x[] = {1, 2, NAN, 4};
    static const char *const s[] = {"b", "a", NULL, "b"};
    static const char *const n[] = {"10", "9", "10", "100"};
    const weir_column_init cols[] = {{.name = "x", .type = WEIR_TYPE_NUMERIC, .numbers = x},
                                     {.name = "s", .type = WEIR_TYPE_FACTOR, .labels = s},
                                     {.name = "n", .type = WEIR_TYPE_FACTOR, .labels = n},
                                     {.name = "t", .type = WEIR_TYPE_STRING, .labels = s}};
    weir_frame *f = NULL;
    weir_frame_build(&f, cols, 4, 4, err);
    return f;
}

/* F097, F100: levels are sorted, numerically when all are numbers. */
static void F097_F100_a_frame_from_arrays_sorts_its_levels(void)
{
    weir_error err;
    weir_frame *f = small_frame(&err);
    char buf[32];

    CHECK(f != NULL);
    TEXT_EQ(weir_frame_level(f, 1, 0), "a");
    TEXT_EQ(weir_frame_level(f, 2, 0), "9");
    TEXT_EQ(weir_frame_level(f, 2, 2), "100");
    weir_frame_text(f, 1, 3, buf, sizeof buf);
    TEXT_EQ(buf, "b");
    CHECK(weir_frame_missing(f, 1, 2) && weir_frame_missing(f, 0, 2) && weir_frame_missing(f, 3, 2));
    CHECK(frame_column(f, "X", &err) == NULL);
    TEXT_EQ(err.hint, "did you mean 'x'?");
    weir_frame_unref(f);
}

static void picked_rows_are_those_rows(void)
{
    static const uint64_t rows[] = {3, 0, 0, 2};
    weir_frame *f = small_frame(NULL), *g = NULL;
    char a[32], b[32];

    CHECK(frame_pick(&g, f, rows, 4, NULL) == WEIR_OK);
    for (size_t c = 0; c < 4; c++)
        for (size_t i = 0; i < 4; i++) {
            weir_frame_text(f, c, rows[i], a, sizeof a);
            weir_frame_text(g, c, i, b, sizeof b);
            TEXT_EQ(b, a);
        }
    weir_frame_unref(f);
    weir_frame_unref(g);
}

/* Each allocation fails in turn: an error, no crash, no leak. */
static void building_survives_every_failed_allocation(void)
{
    for (uint64_t n = 1;; n++) {
        weir_error err = {0};
        mem_fail_nth(n);
        weir_frame *f = small_frame(&err);
        int pending = mem_fail_pending();
        mem_fail_nth(0);
        CHECK(f || err.status == WEIR_ENOMEM);
        weir_frame_unref(f);
        if (pending)
            break;
    }
}

int main(void)
{
    TEST(numbers_come_back_bit_for_bit);
    TEST(storage_is_the_narrowest);
    TEST(F098_moments_agree_with_their_definitions);
    TEST(F097_F100_a_frame_from_arrays_sorts_its_levels);
    TEST(picked_rows_are_those_rows);
    TEST(building_survives_every_failed_allocation);
    return tap_done();
}
