/* Tests of regular expressions: against a matcher that follows the definition by trying
 * everything, on random patterns; published cases; letters in the other case. */
#include "config.h"
#include "tests/patience.h"
#include "tests/tap.h"

#include "base/mem.h"
#include "base/pattern.h"
#include "base/rng.h"
#include "base/text.h"

#include <time.h>

/* A random expression as a tree, its text, and the matcher by definition. */
typedef enum kind { LETTER, DOT, CHAIN, CHOICE, STAR, PLUS, MAYBE, LAZY, GROUP, EMPTY } kind;
typedef struct tree { kind kind; char c; int group; struct tree *a, *b; } tree;

static tree pool[64];
static int n_pool, n_groups;
static uint64_t seed, draws;

static uint64_t draw(uint64_t n) { return rng_below(seed, RNG_ROWS, draws++, n); }

static tree *grow(int depth)
{
    tree *t = &pool[n_pool++];

    *t = (tree){.kind = depth <= 0 || n_pool > 40 ? LETTER : (kind)draw(9), .c = (char)('a' + draw(2))};
    if (t->kind == CHAIN || t->kind == CHOICE) {
        t->a = grow(depth - 1);
        t->b = grow(depth - 1);
    } else if (t->kind == GROUP) {
        t->group = ++n_groups;
        t->a = grow(depth - 1);
    } else if (t->kind >= STAR && t->kind <= LAZY) {
        t->a = grow(depth - 1);
    }
    return t;
}

static void write_out(const tree *t, text *out)
{
    static const char *const after[] = {[STAR] = "*", [PLUS] = "+", [MAYBE] = "?", [LAZY] = "*?"};

    switch (t->kind) {
    case LETTER: text_char(out, t->c); break;
    case DOT: text_char(out, '.'); break;
    case CHAIN:
        write_out(t->a, out);
        write_out(t->b, out);
        break;
    case CHOICE:
        text_add(out, "(?:");
        write_out(t->a, out);
        text_char(out, '|');
        write_out(t->b, out);
        text_char(out, ')');
        break;
    case GROUP:
        text_char(out, '(');
        write_out(t->a, out);
        text_char(out, ')');
        break;
    default:
        text_add(out, "(?:");
        write_out(t->a, out);
        text_char(out, ')');
        text_add(out, after[t->kind]);
    }
}

/* Tries to match t at `at` and then what follows: the first way that works, in order of preference. */
typedef struct rest { const tree *t; size_t from; bool loop; const struct rest *next; } rest;

static const char *subject;
static size_t length;
static ptrdiff_t end_found;
static size_t steps;

static bool match(const tree *t, size_t at, const rest *next);

static bool go_on(size_t at, const rest *next)
{
    if (!next) {
        end_found = (ptrdiff_t)at;
        return true;
    }
    if (next->loop && at == next->from)
        return false; /* a repetition that took nothing is not repeated */
    return match(next->t, at, next->next);
}

static bool match(const tree *t, size_t at, const rest *next)
{
    if (++steps > 200000)
        return false;
    switch (t->kind) {
    case EMPTY: return go_on(at, next);
    case LETTER: return at < length && subject[at] == t->c && go_on(at + 1, next);
    case DOT: return at < length && go_on(at + 1, next);
    case CHAIN: return match(t->a, at, &(rest){t->b, at, false, next});
    case CHOICE: return match(t->a, at, next) || match(t->b, at, next);
    case GROUP: return match(t->a, at, next);
    case MAYBE: return match(t->a, at, next) || go_on(at, next);
    case PLUS: return match(t->a, at, &(rest){&(tree){.kind = STAR, .a = t->a}, at, false, next});
    case STAR: return match(t->a, at, &(rest){t, at, true, next}) || go_on(at, next);
    default: return go_on(at, next) || match(t->a, at, &(rest){t, at, true, next});
    }
}

static bool can_be_empty(const tree *t)
{
    switch (t->kind) {
    case LETTER: case DOT: return false;
    case CHAIN: return can_be_empty(t->a) && can_be_empty(t->b);
    case CHOICE: return can_be_empty(t->a) || can_be_empty(t->b);
    case GROUP: case PLUS: return can_be_empty(t->a);
    default: return true;
    }
}

/* What is repeated can be empty: the texts differ on what happens then. */
static bool open_case(const tree *t)
{
    if (!t || t->kind == LETTER || t->kind == DOT)
        return false;
    if (t->kind >= STAR && t->kind <= LAZY && t->kind != MAYBE && can_be_empty(t->a))
        return true;
    return open_case(t->a) || open_case(t->b);
}

static void random_patterns_match_as_the_definition_says(void)
{
    size_t tried = 0, hits = 0;

    for (seed = 1; seed <= 4000; seed++) {
        draws = 0;
        n_pool = n_groups = 0;
        const tree *t = grow(5);
        if (open_case(t))
            continue;
        text p = {0};
        char s[12];
        write_out(t, &p);
        length = 1 + draw(10);
        for (size_t i = 0; i < length; i++)
            s[i] = (char)('a' + draw(2));
        s[length] = 0;
        subject = s;
        ptrdiff_t from = -1;
        steps = 0;
        for (size_t at = 0; at <= length && from < 0 && steps < 200000; at++)
            if (match(t, at, NULL))
                from = (ptrdiff_t)at;
        pattern *c = NULL;
        weir_error err = {0};
        if (!CHECK(pattern_new(&c, text_str(&p), false, &err) == WEIR_OK))
            printf("# %s: %s\n", text_str(&p), err.message);
        pattern_match m;
        bool found = c && pattern_find(c, s, length, 0, &m);
        if (steps < 200000 && c) {
            tried++;
            hits += found;
            if (!CHECK(found == (from >= 0) && (!found || (m.from[0] == from && m.to[0] == end_found))))
                printf("# /%s/ in %s: got [%d, %d), wanted [%d, %d)\n", text_str(&p), s, found ? (int)m.from[0] : -1,
                       found ? (int)m.to[0] : -1, (int)from, (int)end_found);
        }
        pattern_free(c);
        text_free(&p);
    }
    CHECK(tried > 1500 && hits > 500);
}

static void known_cases(void)
{
    static const struct { const char *p, *s; int from, to, g1, g1_to; } cases[] = {
        {"abc", "xabcy", 1, 4, -1, -1}, {"a|ab", "ab", 0, 1, -1, -1}, {"(a*)b", "aab", 0, 3, 0, 2}, {"(a)|b", "b", 0, 1, -1, -1},
        {"^b", "ab", -1, -1, -1, -1}, {"b$", "ab", 1, 2, -1, -1}, {"[^a-c]+", "abxyc", 2, 4, -1, -1}, {"\\d{2,3}", "a12345", 1, 4, -1, -1},
        {"\\d{2,3}?", "a12345", 1, 3, -1, -1}, {"x{0}y", "xy", 1, 2, -1, -1}, {"(?:ab){2}", "ababab", 0, 4, -1, -1}, {"\\bcat\\b", "concat cat", 7, 10, -1, -1},
        {"\\.", "a.b", 1, 2, -1, -1}, {"[]a]", "x]", 1, 2, -1, -1}, {"[a\\-z]", "-", 0, 1, -1, -1}, {"\\s+", "a \t\nb", 1, 4, -1, -1},
        {"(\\w+)@", "me you@x", 3, 7, 3, 6}, {"a{,2}", "a{,2}", 0, 5, -1, -1}, {".", "\xc3\xbc", 0, 2, -1, -1}, {"[\xc3\xa4-\xc3\xbc]", "z\xc3\xb6", 1, 3, -1, -1},
        {"", "abc", 0, 0, -1, -1}, {"(a+?)(a*)", "aaa", 0, 3, 0, 1}, {"\\Bb", "ab b", 1, 2, -1, -1}, {"[\\d-]+", "a1-2", 1, 4, -1, -1},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pattern *p = NULL;
        pattern_match m;
        CHECK(pattern_new(&p, cases[i].p, false, NULL) == WEIR_OK);
        bool found = p && pattern_find(p, cases[i].s, strlen(cases[i].s), 0, &m);
        bool good = found ? m.from[0] == cases[i].from && m.to[0] == cases[i].to && (cases[i].g1 < 0 || (m.from[1] == cases[i].g1 && m.to[1] == cases[i].g1_to))
                          : cases[i].from < 0;
        if (!CHECK(good))
            printf("# /%s/ in %s\n", cases[i].p, cases[i].s);
        pattern_free(p);
    }
}

static void wrong_patterns_are_named(void)
{
    static const char *const wrong[] = {"(", ")", "a)", "[a", "*a", "a**b(", "[z-a]", "a\\", "(?<x>a)", "a{2000}"};

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        weir_error err = {0};
        pattern *p = NULL;
        CHECK(pattern_new(&p, wrong[i], false, &err) == WEIR_EINVAL && strstr(err.message, "character"));
    }
}

/* Processor seconds for looking through so many letters, the least of three. */
static double seconds_for(pattern *p, size_t n)
{
    static char s[16001];
    double least = INFINITY;
    pattern_match m;

    memset(s, 'a', n);
    for (int turn = 0; turn < 3; turn++) {
        clock_t from = clock();
        CHECK(p && !pattern_find(p, s, n, 0, &m));
        least = fmin(least, (double)(clock() - from) / CLOCKS_PER_SEC);
    }
    return least;
}

/* The work grows as the text does: a pattern that tries all ways would not end for 40 letters. */
static void no_pattern_is_slow(void)
{
    pattern *p = NULL;

    CHECK(pattern_new(&p, "(a*)*(a|a)*(a?){30}b", false, NULL) == WEIR_OK);
    double few = seconds_for(p, 4000), many = seconds_for(p, 16000);
    if (!CHECK(many < WORK * fmax(few, 0.002)))
        printf("# %.4f s, and %.4f s for a text four times as long\n", few, many);
    pattern_free(p);
}

static void case_is_a_pair(void)
{
    static const uint32_t pairs[][2] = {{'a', 'A'}, {0xfc, 0xdc}, {0xff, 0x178}, {0x101, 0x100}, {0x13a, 0x139}, {0x17e, 0x17d}, {0x3b1, 0x391}, {0x3ac, 0x386}, {0x44f, 0x42f}, {0x451, 0x401}, {0x561, 0x531}, {0x1e01, 0x1e00}};

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        CHECK(pattern_upper(pairs[i][0]) == pairs[i][1] && pattern_lower(pairs[i][1]) == pairs[i][0]);
    for (uint32_t cp = 0; cp < 0x3000; cp++) {
        CHECK(pattern_lower(pattern_lower(cp)) == pattern_lower(cp));
        CHECK(pattern_upper(pattern_upper(cp)) == pattern_upper(cp));
    }
    CHECK(pattern_upper(0xdf) == 0xdf && pattern_upper('1') == '1' && pattern_upper(0xf7) == 0xf7);
    pattern *p = NULL;
    pattern_match m;
    CHECK(pattern_new(&p, "[a-c]\xc3\x9c", true, NULL) == WEIR_OK);
    CHECK(p && pattern_find(p, "B\xc3\xbc", 3, 0, &m));
    pattern_free(p);
}

static void compiling_survives_every_failed_allocation(void)
{
    for (uint64_t n = 1;; n++) {
        pattern *p = NULL;
        mem_fail_nth(n);
        weir_status st = pattern_new(&p, "(a[b-d]{2,5}|x\\w+?)*$", false, NULL);
        int pending = mem_fail_pending();
        mem_fail_nth(0);
        CHECK(pending ? st == WEIR_OK : st == WEIR_ENOMEM);
        pattern_free(p);
        if (pending)
            break;
    }
}

int main(void)
{
    TEST(random_patterns_match_as_the_definition_says);
    TEST(known_cases);
    TEST(wrong_patterns_are_named);
    TEST(no_pattern_is_slow);
    TEST(case_is_a_pair);
    TEST(compiling_survives_every_failed_allocation);
    return tap_done();
}
