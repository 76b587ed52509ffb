/* number_settle.c - which of two neighbouring doubles a long decimal text is nearer to.
 *
 * Both sides of "text against the middle between low and its successor" are
 * turned into whole numbers by multiplying with powers of two and five, and
 * compared word by word. Slow, exact, and needed for a few texts in a
 * thousand million. */
#include "data/number_impl.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { WORDS = 400 }; /* 12,800 bits; the largest case, 800 digits against 5^1200, has 5,500 */

typedef struct big { /* little end first */
    uint32_t w[WORDS];
    size_t n;
} big;

/* b = b * m + add */
static void grow(big *b, uint32_t m, uint32_t add)
{
    uint64_t carry = add;

    for (size_t i = 0; i < b->n; i++) {
        carry += (uint64_t)b->w[i] * m;
        b->w[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry && b->n < WORDS)
        b->w[b->n++] = (uint32_t)carry;
}

static void times_five(big *b, int64_t power)
{
    for (; power >= 13; power -= 13)
        grow(b, 1220703125, 0);
    for (; power > 0; power--)
        grow(b, 5, 0);
}

static void times_two(big *b, int64_t power)
{
    for (; power >= 31; power -= 31)
        grow(b, 1u << 31, 0);
    grow(b, 1u << power, 0);
}

static int compare(const big *a, const big *b)
{
    if (a->n != b->n)
        return a->n < b->n ? -1 : 1;
    for (size_t i = a->n; i-- > 0;)
        if (a->w[i] != b->w[i])
            return a->w[i] < b->w[i] ? -1 : 1;
    return 0;
}

/* Text against (2m + 1) * 2^(e - 1), the middle above m * 2^e. */
static int against_middle(const char *digits, size_t n, int64_t q, uint64_t m, int64_t e)
{
    big text = {.n = 0}, middle = {.n = 0};

    for (size_t i = 0; i < n; i++) {
        grow(&text, 10, (uint32_t)(digits[i] - '0'));
    }
    grow(&middle, 1, (uint32_t)(m >> 31));
    grow(&middle, 1u << 31, (uint32_t)(m & 0x7FFFFFFF));
    grow(&middle, 2, 1);
    e--;
    if (q >= 0)
        times_five(&text, q);
    else
        times_five(&middle, -q);
    if (q - e >= 0)
        times_two(&text, q - e);
    else
        times_two(&middle, e - q);
    return compare(&text, &middle);
}

double number_settle(const char *digits, size_t n, int64_t exponent, double low)
{
    for (;;) { /* low is at most two places too low */
        uint64_t bits;
        memcpy(&bits, &low, sizeof bits);
        if (isinf(low))
            return low;
        uint64_t m = bits & (((uint64_t)1 << 52) - 1);
        int64_t e = (int64_t)(bits >> 52);
        if (e)
            m |= (uint64_t)1 << 52;
        else
            e = 1;
        int side = against_middle(digits, n, exponent, m, e - 1075);
        if (side < 0 || (side == 0 && !(m & 1)))
            return low;
        bits++;
        memcpy(&low, &bits, sizeof low);
    }
}
