/* Tests of src/base/. */
#include "tests/tap.h"

#include "base/map.h"
#include "base/mem.h"
#include "base/rng.h"
#include "base/status.h"
#include "base/text.h"

/* Published by the authors of Philox (Random123, kat_vectors). */
static void rng_gives_the_published_vectors(void)
{
    uint32_t w[4];

    rng_block(0, 0, 0, w);
    CHECK(w[0] == 0x6627e8d5 && w[1] == 0xe169c58d && w[2] == 0xbc57ac4c && w[3] == 0x9b00dbd8);
}

static void rng_permute_is_a_permutation(void)
{
    for (uint64_t n = 1; n < 200; n += 7) {
        char seen[200] = {0};
        for (uint64_t i = 0; i < n; i++) {
            uint64_t j = rng_permute(42, RNG_SHUFFLE, i, n);
            CHECK(j < n && !seen[j]);
            seen[j < n ? j : 0] = 1;
        }
    }
}

static void rng_numbers_have_the_right_moments(void)
{
    enum { N = 100000 };
    double u = 0, z = 0, zz = 0;

    for (uint64_t i = 0; i < N; i++) {
        double g = rng_normal(7, RNG_WEIGHTS, i);
        u += rng_unit(7, RNG_RUNIF, i);
        z += g;
        zz += g * g;
    }
    NEAR(u / N, 0.5, 0.005); /* five standard errors */
    NEAR(z / N, 0, 0.016);
    NEAR(zz / N, 1, 0.023);
}

static void map_keeps_keys_in_order(void)
{
    map *m = map_new();
    char key[16];

    for (uint32_t i = 0; i < 1000; i++) {
        uint32_t v = i;
        bool added = false;
        int n = snprintf(key, sizeof key, "k%u", i % 500);
        CHECK(map_add(m, key, (size_t)n, &v, &added));
        CHECK(added == (i < 500));
        CHECK(v == i % 500);
    }
    CHECK(map_count(m) == 500);
    TEXT_EQ(map_key(m, 123, NULL), "k123");
    map_free(m);
}

static void numbers_print_shortest_and_read_back(void)
{
    static const double x[] = {0.1, 1.0 / 3, 1e-8, 123456789, 5e-324, 1.7976931348623157e308, -2.5};
    char buf[32];

    for (size_t i = 0; i < sizeof x / sizeof *x; i++) {
        text_put_number(x[i], buf);
        CHECK(strtod(buf, NULL) == x[i]);
    }
    text_put_number(0.1, buf);
    TEXT_EQ(buf, "0.1");
}

static void near_names_are_found(void)
{
    static const char *const names[] = {"hidden", "epochs", "rate", "rate_decay"};

    TEXT_EQ(text_nearest("hiden", names, 4), "hidden");
    TEXT_EQ(text_nearest("epohcs", names, 4), "epochs");
    CHECK(text_nearest("zzz", names, 4) == NULL);
    CHECK(text_same_word("RectifierWithDropout", "rectifier_with_dropout"));
}

static void an_error_keeps_its_parts(void)
{
    weir_error err;

    CHECK(weir_fail_at(&err, WEIR_EINVAL, "rho", "rho = %g is outside [0, 1]", 2.0) == WEIR_EINVAL);
    weir_hint(&err, "did you mean %s?", "0.2");
    TEXT_EQ(err.message, "rho = 2 is outside [0, 1]");
    TEXT_EQ(err.parameter, "rho");
    TEXT_EQ(err.hint, "did you mean 0.2?");
}

static void counts_are_two_or_three_digits_with_a_unit(void)
{
    static const struct { double x; const char *want; } at[] = {
        {0, "0"}, {7, "7"}, {2.25, "2.2"}, {940, "940"}, {999.6, "1.0k"}, {5600, "5.6k"}, {89100, "89k"}, {-21000, "-21k"}, {3.1e6, "3.1M"}, {7e13, "70T"},
    };
    char buf[32];

    for (size_t i = 0; i < sizeof at / sizeof *at; i++)
        TEXT_EQ(text_count(at[i].x, buf, sizeof buf), at[i].want);
}

int main(void)
{
    TEST(counts_are_two_or_three_digits_with_a_unit);
    TEST(rng_gives_the_published_vectors);
    TEST(rng_permute_is_a_permutation);
    TEST(rng_numbers_have_the_right_moments);
    TEST(map_keeps_keys_in_order);
    TEST(numbers_print_shortest_and_read_back);
    TEST(near_names_are_found);
    TEST(an_error_keeps_its_parts);
    return tap_done();
}
