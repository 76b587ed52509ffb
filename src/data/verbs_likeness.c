/* verbs_likeness.c - how alike two columns of texts are, from 0 (nothing in common) to 1 (equal).
 *
 * Characters are code points; of texts longer than MOST_CHARS the rest does not count. */
#include "data/frame_tools.h"
#include "data/frame_verbs.h"

#include "base/mem.h"
#include "base/status.h"
#include "base/text.h"
#include "data/text_cells.h"

#include <math.h>
#include <string.h>

enum { MOST_CHARS = 4096 };

static size_t decode(const char *s, size_t n, uint32_t *out)
{
    size_t k = 0;

    for (size_t i = 0; i < n && k < MOST_CHARS; k++)
        i += text_next(s + i, n - i, &out[k]);
    return k;
}

/* 1 - edit distance / length of the longer (Levenshtein 1966). row: room for nb + 1. */
static double levenshtein(const uint32_t *a, size_t na, const uint32_t *b, size_t nb, uint32_t *row)
{
    for (size_t j = 0; j <= nb; j++)
        row[j] = (uint32_t)j;
    for (size_t i = 1; i <= na; i++) {
        uint32_t corner = row[0];
        row[0] = (uint32_t)i;
        for (size_t j = 1; j <= nb; j++) {
            uint32_t best = corner + (a[i - 1] != b[j - 1]);
            corner = row[j];
            best = row[j] + 1 < best ? row[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            row[j] = best;
        }
    }
    size_t longer = na > nb ? na : nb;
    return longer ? 1 - (double)row[nb] / (double)longer : 1;
}

/* Takes the longest common substring out of both, and again while it has two characters at least: how many
 * characters that were. a and b are changed. row: room for 2 (nb + 1). */
static size_t taken_out(uint32_t *a, size_t na, uint32_t *b, size_t nb, uint32_t *row)
{
    size_t all = 0, longest;

    do {
        uint32_t *now = row, *before = row + nb + 1;
        size_t end_a = 0, end_b = 0;
        longest = 0;
        memset(row, 0, 2 * (nb + 1) * sizeof *row);
        for (size_t i = 1; i <= na; i++) {
            uint32_t *t = before;
            before = now, now = t;
            for (size_t j = 1; j <= nb; j++) {
                now[j] = a[i - 1] == b[j - 1] ? before[j - 1] + 1 : 0;
                if (now[j] > longest)
                    longest = now[j], end_a = i, end_b = j;
            }
        }
        if (longest >= 2) {
            memmove(a + end_a - longest, a + end_a, (na - end_a) * sizeof *a);
            memmove(b + end_b - longest, b + end_b, (nb - end_b) * sizeof *b);
            na -= longest, nb -= longest;
            all += longest;
        }
    } while (longest >= 2);
    return all;
}

/* Common substrings of two characters at least, longest first / length of the shorter; the mean of both orders. */
static double substrings(const uint32_t *a, size_t na, const uint32_t *b, size_t nb, uint32_t *room)
{
    size_t all = 0, most = na > nb ? na : nb;
    uint32_t *x = room + 2 * (most + 1), *y = x + na;

    if (!na || !nb || (na == nb && !memcmp(a, b, na * sizeof *a)))
        return na == nb;
    memcpy(x, a, na * sizeof *x);
    memcpy(y, b, nb * sizeof *y);
    all = taken_out(x, na, y, nb, room);
    memcpy(x, a, na * sizeof *x);
    memcpy(y, b, nb * sizeof *y);
    all += taken_out(y, nb, x, na, room);
    return (double)all / 2 / (double)(na < nb ? na : nb);
}

/* Jaro's likeness, raised by a common beginning of up to four characters (Winkler 1990). */
static double jaro_winkler(const uint32_t *a, size_t na, const uint32_t *b, size_t nb, uint32_t *used)
{
    size_t window = (na > nb ? na : nb) / 2, hits = 0, swaps = 0, prefix = 0, k = 0;
    uint32_t *mine = used + nb + 1;

    if (!na || !nb)
        return na == nb;
    window = window ? window - 1 : 0;
    memset(used, 0, (nb + 1) * sizeof *used);
    memset(mine, 0, na * sizeof *mine);
    for (size_t i = 0; i < na; i++)
        for (size_t j = i > window ? i - window : 0; j < nb && j <= i + window; j++)
            if (!used[j] && a[i] == b[j]) {
                used[j] = mine[i] = 1;
                hits++;
                break;
            }
    if (!hits)
        return 0;
    for (size_t i = 0; i < na; i++) {
        if (!mine[i])
            continue;
        while (!used[k])
            k++;
        swaps += a[i] != b[k++];
    }
    double m = (double)hits, jaro = (m / (double)na + m / (double)nb + (m - (double)swaps / 2) / m) / 3;
    while (prefix < 4 && prefix < na && prefix < nb && a[prefix] == b[prefix])
        prefix++;
    return jaro + 0.1 * (double)prefix * (1 - jaro);
}

/* The next word between blanks; false: there is none. */
static bool next_word(const uint32_t *a, size_t n, size_t *at, size_t *from, size_t *to)
{
    while (*at < n && a[*at] <= ' ')
        ++*at;
    *from = *at;
    while (*at < n && a[*at] > ' ')
        ++*at;
    *to = *at;
    return *to > *from;
}

static bool has_word(const uint32_t *a, size_t n, const uint32_t *word, size_t len)
{
    for (size_t at = 0, from, to; next_word(a, n, &at, &from, &to);)
        if (to - from == len && !memcmp(a + from, word, len * sizeof *word))
            return true;
    return false;
}

/* Distinct words in common / distinct words (Jaccard 1901). */
static double jaccard(const uint32_t *a, size_t na, const uint32_t *b, size_t nb, uint32_t *room)
{
    size_t common = 0, all = 0;

    (void)room;
    for (size_t at = 0, from, to; next_word(a, na, &at, &from, &to);) {
        if (has_word(a, from, a + from, to - from))
            continue;
        all++;
        common += has_word(b, nb, a + from, to - from);
    }
    for (size_t at = 0, from, to; next_word(b, nb, &at, &from, &to);)
        all += !has_word(b, from, b + from, to - from) && !has_word(a, na, b + from, to - from);
    return all ? (double)common / (double)all : 1;
}

/* Is the pair of characters at a[i] among those that begin at a[0 .. n)? */
static bool has_pair(const uint32_t *a, size_t n, const uint32_t *pair)
{
    for (size_t i = 0; i < n; i++)
        if (a[i] == pair[0] && a[i + 1] == pair[1])
            return true;
    return false;
}

/* Distinct pairs of neighbouring characters in common / those of the text that has fewer (overlap coefficient of
 * q-grams, q = 2). A text of one character has none: it is like its equal only. */
static double pairs_in_common(const uint32_t *a, size_t na, const uint32_t *b, size_t nb, uint32_t *room)
{
    size_t common = 0, mine = 0, theirs = 0;

    (void)room;
    if (na < 2 || nb < 2)
        return na == nb && (!na || *a == *b);
    for (size_t i = 0; i + 1 < na; i++) {
        if (has_pair(a, i, a + i))
            continue;
        mine++;
        common += has_pair(b, nb - 1, a + i);
    }
    for (size_t i = 0; i + 1 < nb; i++)
        theirs += !has_pair(b, i, b + i);
    return (double)common / (double)(mine < theirs ? mine : theirs);
}

/* American Soundex (Russell 1918; rules of the census archives): the first letter and three digits of the
 * consonants that follow. Neighbours of one digit count once, also across h and w, not across vowels. */
static void soundex(const uint32_t *a, size_t n, char code[5])
{
    static const char digit[] = "01230120022455012623010202"; /* of a .. z; 0: none */
    size_t k = 0;
    char last = 0;

    memcpy(code, "0000", 5);
    for (size_t i = 0; i < n && k < 4; i++) {
        uint32_t c = a[i] >= 'A' && a[i] <= 'Z' ? a[i] - 'A' + 'a' : a[i];
        if (c < 'a' || c > 'z')
            continue;
        char d = digit[c - 'a'];
        if (!k)
            code[k++] = (char)c;
        else if (d != '0' && d != last)
            code[k++] = d;
        if (c != 'h' && c != 'w')
            last = d;
    }
}

/* 1: equal, 0.9: they sound alike, 0: neither. Texts without letters have no sound. */
static double sound(const uint32_t *a, size_t na, const uint32_t *b, size_t nb, uint32_t *room)
{
    char x[5], y[5];

    (void)room;
    if (na == nb && !memcmp(a, b, na * sizeof *a))
        return 1;
    soundex(a, na, x), soundex(b, nb, y);
    return x[0] != '0' && !memcmp(x, y, 4) ? 0.9 : 0;
}

static weir_status run_strdistance(const verb_context *c, weir_value *out, weir_error *err)
{
    static const char *const words[] = {"lv", "lcs", "jaccard", "jw", "qgram", "soundex"};
    static double (*const fn[])(const uint32_t *, size_t, const uint32_t *, size_t, uint32_t *) = {
        levenshtein, substrings, jaccard, jaro_winkler, pairs_in_common, sound};
    const weir_frame *f = verb_frame(c, "self"), *o = verb_frame(c, "other");
    int how = tool_word(c, "measure", words, sizeof words / sizeof *words, err);
    bool empty = verb_bool(c, "compare_empty", true);
    weir_status st = how < 0 || !tool_one(f, "strdistance", err) || !tool_one(o, "strdistance", err) ? WEIR_EINVAL : text_cells_only(f, "strdistance", err);

    if (!st)
        st = text_cells_only(o, "strdistance", err);
    if (!st && f->rows != o->rows)
        st = weir_fail(err, WEIR_EINVAL, "strdistance: %zu rows against %zu rows", f->rows, o->rows);
    if (st)
        return st;
    double *x = mem_array(f->rows + 1, sizeof *x);
    uint32_t *room = mem_array(6 * (MOST_CHARS + 2), sizeof *room), *a = room, *b = room ? room + MOST_CHARS : NULL;
    for (size_t i = 0; x && room && i < f->rows; i++) {
        size_t n, m;
        const char *s = text_cell(f->col[0], i, &n), *t = text_cell(o->col[0], i, &m);
        x[i] = NAN;
        if (!s || !t || (!empty && (!n || !m)))
            continue;
        size_t na = decode(s, n, a), nb = decode(t, m, b);
        x[i] = fn[how](a, na, b, nb, room + 2 * MOST_CHARS);
    }
    column *made = x && room ? column_of_numbers(WEIR_TYPE_NUMERIC, x, f->rows) : NULL;
    mem_free(x), mem_free(room);
    return tool_give_column(made, f->name[0], "strdistance", out, err);
}

static const weir_arg_info strdistance_args[] = {
    {.name = "other", .type = "frame", .help = "A column of as many texts."},
    {.name = "measure", .type = "text", .def = "lv", .optional = true,
     .help = "\"lv\" (Levenshtein), \"lcs\" (common substrings of two characters at least, longest first, over the shorter), \"jw\" (Jaro-Winkler), \"jaccard\" (of words), \"qgram\" "
             "(pairs of characters), \"soundex\" (0.9: sounds alike)."},
    {.name = "compare_empty", .type = "bool", .def = "true", .optional = true, .help = "Compare empty texts too; false: missing."}};

const verb verbs_likeness[] = {
    VERB("strdistance", "text", "frame", "Likeness of two columns of texts, from 0 to 1 (equal).", strdistance_args, run_strdistance),
};
const size_t verbs_likeness_count = sizeof verbs_likeness / sizeof *verbs_likeness;
