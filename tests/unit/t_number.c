/* t_number.c - decimal text to double equals strtod bit for bit, and printing comes back. */
#include "base/rng.h"
#include "base/text.h"
#include "data/number.h"
#include "data/when.h"
#include "tests/tap.h"

#include <float.h>
#include <stdint.h>

static uint64_t bits_of(double x)
{
    uint64_t b;
    memcpy(&b, &x, sizeof b);
    return b;
}

/* false and a comment when the two differ. */
static bool agrees(const char *s)
{
    char *end;
    double want = strtod(s, &end), got = -1;

    if (number_parse(s, strlen(s), &got) && bits_of(got) == bits_of(want) && !*end)
        return true;
    printf("# %s: %.17g, strtod says %.17g\n", s, got, want);
    return false;
}

/* A text of the kind that `kind` says: what files hold, what strains the algorithm, nonsense of digits. */
static void random_text(uint64_t i, char *s)
{
    uint64_t r = rng_u64(7, 1, i), q = rng_u64(7, 2, i);
    char *p = s;
    int digits, point, e;

    switch (r % 6) {
    case 0: /* any double, 17 digits */
        {
            double x;
            memcpy(&x, &q, sizeof x);
            snprintf(s, 64, isfinite(x) ? "%.17g" : "%.3f", isfinite(x) ? x : 1.5);
        }
        return;
    case 1: /* the middle between two neighbours, rounded to 19 to 26 digits */
        {
            double x;
            q &= 0x7FEFFFFFFFFFFFFFu;
            memcpy(&x, &q, sizeof x);
            long double middle = (long double)x + ((long double)nextafter(x, INFINITY) - (long double)x) / 2;
            snprintf(s, 64, "%.*Lg", 19 + (int)((r >> 8) % 8), middle);
        }
        return;
    case 2: /* what files hold */
        snprintf(s, 64, "%.*f", (int)((r >> 8) % 9), ((double)(int64_t)q) * 1e-15);
        return;
    case 3: /* near the smallest and the largest */
        snprintf(s, 64, "%llu.%llue%d", (unsigned long long)(q % 10), (unsigned long long)(q >> 8), (r >> 8) % 2 ? -(int)(300 + (r >> 16) % 40) : (int)(280 + (r >> 16) % 32));
        return;
    default: /* digits, a point somewhere, an exponent */
        digits = 1 + (int)((r >> 8) % 40);
        point = (int)((r >> 16) % (uint64_t)(digits + 1));
        if (r >> 24 & 1)
            *p++ = '-';
        for (int k = 0; k < digits; k++) {
            if (k == point)
                *p++ = '.';
            *p++ = (char)('0' + rng_u64(7, 3, i * 64 + (uint64_t)k) % 10);
        }
        e = (int)(q % 700) - 350;
        *p = 0;
        if (q >> 32 & 1)
            snprintf(p, 16, "e%d", e);
    }
}

static bool random_texts(uint64_t from, uint64_t n)
{
    char s[128];
    size_t wrong = 0;

    for (uint64_t i = from; i < from + n && wrong < 20; i++) {
        random_text(i, s);
        wrong += !agrees(s);
    }
    return wrong == 0;
}

static void random_decimals_equal_strtod(void)
{
    const char *all = getenv("WEIR_LONG");
    CHECK(random_texts(0, all && *all ? 10000000 : 200000));
}

static void known_hard_decimals_equal_strtod(void)
{
    static const char *const hard[] = {
        "0", "-0", "0.0", "1", "9007199254740993", "9007199254740992.999999999999999999999", "9007199254740993.0000000000000000000001",
        "2.2250738585072011e-308", "2.2250738585072012e-308", "2.2250738585072014e-308", "2.225073858507201136057409796709131975934819546351645648023426109724822222021076945516529523908135087914149158913039621106870086438694594645527657207407820621743379988141063267329253552286881372149012981122451451889849057222307285255133155755015914397476397983411801999323962548289017107081850690630666655994938275772572015763062690663332647565300009245888316433037779791869612049497390377829704905051080609940730262937128958950003583799967207254304360284078895771796150945516748243471030702609144621572289880258182545180325707018860872113128079512233426288368622321503775666622503982534335974568884423900265498198385487948292206894721689831099698365846814022854243330660339850886445804001034933970427567186443383770486037861622771738545623065874679014086723327636718749e-308",
        "4.9e-324", "2.4703282292062327e-324", "2.4703282292062328e-324", "2.47032822920623272088284396434110686182e-324",
        "2.470328229206232720882843964341106861825299013071623822127928412503377536351043e-324", "1e-400", "1e400", "-1e400",
        "1.7976931348623157e308", "1.7976931348623158e308", "1.797693134862315808e308", "17976931348623158079372897140530341507993413271003782693617377898044496829276475094664901797758720709633028641669288791094655554785194040263065748867150582068190890200070838367627385484581771153176447573027006985557136695962284291481986083493647529271907416844436551070434271155969950809304288017790417449779",
        "1.7976931348623159e308", "8.41e21", "9e-265", "123456789012345678901234567890", "6.631236846766476e-316", "3.2378839133029012895883524125015321748630094e-319",
        "5e-324", "1e23", "8.5e23", "1.00000000000000011102230246251565404236316680908203125",
        "1.00000000000000011102230246251565404236316680908203124", "1.00000000000000011102230246251565404236316680908203126",
        "0.000000000000000000000000000000000000000000000000000000000000001234567890123456789", "1448997445238699", "10000000000000000000",
        "18446744073709551615", "18446744073709551616", "7.2057594037927933e16", "4503599627370496.5", "4503599627475353.5", "9007199254740991.4999999999999999",
        "9214843084008499", "0.500000000000000166533453693773481063544750213623046875", "30078505129381147446200", "1777820000000000000001",
        "358416272e-33", "0.1e-1", ".5", "5.", "+7", "1e+5", "1E-5", "00000000000000000000000000000000001", "0.00000000000000000000000000000000000"};

    for (size_t i = 0; i < sizeof hard / sizeof *hard; i++)
        CHECK(agrees(hard[i]));
}

/* 800 and more digits on both sides of a tie. */
static void long_texts_are_settled(void)
{
    char s[1300];

    strcpy(s, "1.00000000000000011102230246251565404236316680908203125");
    size_t n = strlen(s);
    memset(s + n, '0', 1000);
    s[n + 1000] = 0;
    CHECK(agrees(s)); /* the tie itself: to even */
    s[n + 999] = '1';
    CHECK(agrees(s)); /* just above */
    memset(s, '9', 1200);
    s[1200] = 0;
    CHECK(agrees(s)); /* infinite */
    s[0] = '.';
    CHECK(agrees(s));
}

static void what_is_no_number_is_refused(void)
{
    static const char *const not[] = {"", " ", "-", "+", ".", "-.", "e5", "1e", "1e+", "1.2.3", "0x1F", "1_000", "1,5", "--1", "1 2", "abc", "nan(1)", "infinit", "12a", "1e5x", "٣"};
    double x;

    for (size_t i = 0; i < sizeof not / sizeof *not; i++)
        if (!CHECK(!number_parse(not[i], strlen(not[i]), &x)))
            printf("# \"%s\"\n", not[i]);
    CHECK(number_parse(" \t12 ", 5, &x) && x == 12);
    CHECK(number_parse("-Inf", 4, &x) && x == -INFINITY);
    CHECK(number_parse("NaN", 3, &x) && isnan(x));
}

static void short_whole_numbers_are_read_at_once(void)
{
    char s[16] = {0};
    uint32_t v;

    for (uint32_t i = 0; i < 100000000; i += i < 2000 ? 1 : i / 1000) {
        int n = snprintf(s, sizeof s, "%u", i);
        if (n <= 8 && !CHECK(number_short(s, (size_t)n, &v) && v == i))
            return;
    }
    for (int c = 1; c < 256; c++) { /* any other byte anywhere */
        memcpy(s, "123", 4);
        s[c % 3] = (char)c;
        bool digits = (unsigned)(c - '0') < 10;
        CHECK(number_short(s, 3, &v) == digits);
    }
}

static void printing_comes_back_and_is_shortest(void)
{
    char s[32], t[64];
    double x, y;

    for (uint64_t i = 0; i < 20000; i++) {
        uint64_t q = rng_u64(9, 1, i);
        memcpy(&x, &q, sizeof x);
        if (i % 3 == 0)
            x = (double)(int64_t)(q >> 40) / 1000;
        if (!isfinite(x))
            continue;
        size_t n = text_put_number(x, s);
        CHECK(number_parse(s, n, &y) && bits_of(x) == bits_of(y));
        int digits = 0;
        for (const char *p = s; *p && *p != 'e'; p++)
            digits += *p >= '0' && *p <= '9' && (digits || *p != '0');
        while (digits > 1 && fabs(x) < 1e15 && s[n - 1] == '0' && !strchr(s, '.') && !strchr(s, 'e'))
            digits--, n--;
        if (digits > 1 && digits <= 17) { /* one digit less does not come back */
            snprintf(t, sizeof t, "%.*e", digits - 2, x);
            if (x != floor(x))
                CHECK(strtod(t, NULL) != x);
        }
    }
    text_put_number(5e-324, s);
    TEXT_EQ(s, "5e-324");
    text_put_number(0.1, s);
    TEXT_EQ(s, "0.1");
}

static double at(const char *s, when_style style)
{
    double ms;
    return when_parse(s, strlen(s), style, &ms) ? ms : (double)NAN;
}

/* Milliseconds by `date -u -d ... +%s`. */
static void dates_in_all_their_forms(void)
{
    NEAR(at("2014-01-02", WHEN_ANY), 1388620800000.0, 0);
    NEAR(at("2014-1-2", WHEN_H2O), 1388620800000.0, 0);
    NEAR(at("2014-01", WHEN_H2O), 1388534400000.0, 0);
    NEAR(at("1969-12-31", WHEN_ANY), -86400000.0, 0);
    NEAR(at("2014-01-02 03:04:05", WHEN_H2O), 1388631845000.0, 0);
    NEAR(at("2014-01-02T03:04:05", WHEN_ANY), 1388631845000.0, 0);
    CHECK(isnan(at("2014-01-02T03:04:05", WHEN_H2O)));
    NEAR(at("2014-01-02T03:04:05Z", WHEN_ANY), 1388631845000.0, 0);
    NEAR(at("2014-01-02T03:04:05+02:00", WHEN_ANY), 1388624645000.0, 0);
    NEAR(at("2014-01-02 03:04:05+0200", WHEN_ANY), 1388624645000.0, 0);
    NEAR(at("2014-01-02 03:04:05 UTC", WHEN_ANY), 1388631845000.0, 0);
    NEAR(at("2015-12-31 23:59:59.123", WHEN_H2O), 1451606399123.0, 0);
    NEAR(at("2014-01-02 03:04:05.5", WHEN_ANY), 1388631845500.0, 0); /* half a second, not 5 ms */
    NEAR(at("2014-01-02 03:04:05 PM", WHEN_H2O), 1388675045000.0, 0);
    NEAR(at("2014-01-02 12:00:00 PM", WHEN_ANY), 1388664000000.0, 0); /* noon */
    NEAR(at("2014-01-02 12:00:00 AM", WHEN_ANY), 1388620800000.0, 0); /* midnight */
    NEAR(at("02-Jan-14", WHEN_H2O), 1388620800000.0, 0);
    NEAR(at("31-Dec-69", WHEN_H2O), -86400000.0, 0);
    NEAR(at("01-February-1999", WHEN_H2O), 917827200000.0, 0);
    NEAR(at("1/2/2014", WHEN_H2O), 1388620800000.0, 0);
    NEAR(at("12/31/99", WHEN_H2O), 946598400000.0, 0);
    NEAR(at("7/4/1968", WHEN_H2O), -47174400000.0, 0);
    NEAR(at("20140102-03:04:05", WHEN_H2O), 1388631845000.0, 0);
    NEAR(at("03:04:05", WHEN_H2O), 11045000.0, 0);
    static const char *const not[] = {"2014-02-30", "2014-13-02", "1.2.3.4", "10.0.0.1", "555-1234", "1/2", "2014", "25:00:00", "2014-01-02x", "31.12.2015",
                                      "2015-02-29", "12-12", "a-b-c", "Mayor-99"};
    for (size_t i = 0; i < sizeof not / sizeof *not; i++)
        if (!CHECK(isnan(at(not[i], WHEN_ANY))))
            printf("# %s\n", not[i]);
}

int main(void)
{
    TEST(random_decimals_equal_strtod);
    TEST(known_hard_decimals_equal_strtod);
    TEST(long_texts_are_settled);
    TEST(what_is_no_number_is_refused);
    TEST(short_whole_numbers_are_read_at_once);
    TEST(printing_comes_back_and_is_shortest);
    TEST(dates_in_all_their_forms);
    return tap_done();
}
