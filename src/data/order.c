/* order.c - rows in order and rows in groups: keys, radix sort, runs of equal keys. */
#include "data/order.h"

#include "base/mem.h"
#include "base/status.h"

#include <math.h>
#include <string.h>

/* Keys -------------------------------------------------------------------------------- */

enum { MOST_THREADS = 64 };

/* The stretch of n rows that is thread t's. */
typedef struct stretch {
    size_t from, to;
} stretch;

static stretch stretch_of(size_t n, int t, int threads)
{
    size_t each = (n + (size_t)threads - 1) / (size_t)threads, from = each * (size_t)t;
    return (stretch){from < n ? from : n, n < from || n - from < each ? n : from + each};
}

static int threads_for(size_t n, int threads)
{
    return threads < 1 || n < 20000 ? 1 : threads > MOST_THREADS ? MOST_THREADS : threads;
}

/* Integer cells keep their order as they are; the least becomes 1. */
#define CELL_KEYS(cell_type, least, hole)                                                    \
    do {                                                                                     \
        const cell_type *cell = c->cells;                                                    \
        for (size_t i = s.from; i < s.to; i++)                                               \
            key[i] = c->has_missing && cell[i] == (hole) ? 0 : (uint64_t)cell[i] - (uint64_t)(least) + 1; \
    } while (0)

uint64_t order_number(double x)
{
    uint64_t bits;

    if (isnan(x))
        return 0;
    x += 0.0; /* -0 is 0 */
    memcpy(&bits, &x, sizeof bits);
    return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

static void numbers(const column *c, stretch s, uint64_t *key)
{
    double x[1024];

    for (size_t at = s.from; at < s.to; at += 1024) {
        size_t n = s.to - at < 1024 ? s.to - at : 1024;
        column_read(c, at, n, x);
        for (size_t i = 0; i < n; i++)
            key[at + i] = order_number(x[i]);
    }
}

/* Text as a factor, whose levels are in order. */
static weir_status text_key(const column *c, bool descending, int threads, uint64_t *key, weir_error *err)
{
    const char **s = mem_array(c->rows + 1, sizeof *s);
    weir_frame *f = NULL;

    if (!s)
        return weir_no_memory(err, "ordering rows");
    for (size_t i = 0; i < c->rows; i++)
        s[i] = column_text_at(c, i, NULL);
    weir_column_init init = {.name = "x", .type = WEIR_TYPE_FACTOR, .labels = s};
    weir_status st = weir_frame_build(&f, &init, 1, c->rows, err);
    mem_free(s);
    if (!st)
        st = order_key(f->col[0], descending, threads, key, err);
    weir_frame_unref(f);
    return st;
}

static void keys_of(const column *c, bool descending, stretch s, uint64_t *key)
{
    switch (c->store) {
    case STORE_U8: CELL_KEYS(uint8_t, 0, UINT8_MAX); break;
    case STORE_I16: CELL_KEYS(int16_t, INT16_MIN, INT16_MAX); break;
    case STORE_I32: CELL_KEYS(int32_t, INT32_MIN, INT32_MAX); break;
    case STORE_I64: CELL_KEYS(int64_t, INT64_MIN, INT64_MAX); break;
    default: numbers(c, s, key);
    }
    for (size_t i = s.from; descending && i < s.to; i++)
        key[i] = key[i] ? ~key[i] : 0;
}

weir_status order_key(const column *c, bool descending, int threads, uint64_t *key, weir_error *err)
{
    if (c->store == STORE_TEXT)
        return text_key(c, descending, threads, key, err);
    threads = threads_for(c->rows, threads);
#pragma omp parallel for num_threads(threads) if (threads > 1)
    for (int t = 0; t < threads; t++)
        keys_of(c, descending, stretch_of(c->rows, t, threads), key);
    return WEIR_OK;
}

/* Sorting --------------------------------------------------------------------------------- */

typedef struct entry {
    uint64_t key, row;
} entry;

enum { DIGIT = 11, BUCKETS = 1 << DIGIT };

/* One stable pass over a digit. Each thread has a stretch of the input and its own
 * places in the output, those of the stretches before it first. */
static void pass(const entry *in, entry *out, size_t n, int shift, int threads, size_t (*place)[BUCKETS])
{
#pragma omp parallel for num_threads(threads) if (threads > 1)
    for (int t = 0; t < threads; t++) {
        stretch s = stretch_of(n, t, threads);
        memset(place[t], 0, sizeof place[t]);
        for (size_t i = s.from; i < s.to; i++)
            place[t][in[i].key >> shift & (BUCKETS - 1)]++;
    }
    size_t sum = 0;
    for (size_t b = 0; b < BUCKETS; b++)
        for (int t = 0; t < threads; t++) {
            size_t k = place[t][b];
            place[t][b] = sum;
            sum += k;
        }
#pragma omp parallel for num_threads(threads) if (threads > 1)
    for (int t = 0; t < threads; t++) {
        stretch s = stretch_of(n, t, threads);
        for (size_t i = s.from; i < s.to; i++)
            out[place[t][in[i].key >> shift & (BUCKETS - 1)]++] = in[i];
    }
}

/* The next key of every entry's row; gives the bits in which the keys differ. */
static uint64_t take_keys(entry *a, const uint64_t *key, size_t n, int threads)
{
    uint64_t differ = 0, first = n ? key[a[0].row] : 0;

#pragma omp parallel for num_threads(threads) if (threads > 1) reduction(| : differ)
    for (int t = 0; t < threads; t++) {
        stretch s = stretch_of(n, t, threads);
        for (size_t i = s.from; i < s.to; i++) {
            a[i].key = key[a[i].row];
            differ |= a[i].key ^ first;
        }
    }
    return differ;
}

/* Sorts *a by its keys, which differ in these bits, with *b as the other half; swaps them as needed. */
static void sort_entries(entry **a, entry **b, size_t n, uint64_t differ, int threads, size_t (*place)[BUCKETS])
{
    while (differ) {
        int shift = __builtin_ctzll(differ);
        pass(*a, *b, n, shift, threads, place);
        entry *swap = *a;
        *a = *b;
        *b = swap;
        differ = shift + DIGIT < 64 ? differ >> (shift + DIGIT) << (shift + DIGIT) : 0;
    }
}

static void sort_by_keys(const uint64_t *const *key, size_t n_keys, size_t n, int threads, entry *a, entry *b, size_t (*place)[BUCKETS],
                         uint64_t *rows)
{
#pragma omp parallel for num_threads(threads) if (threads > 1)
    for (size_t i = 0; i < n; i++)
        a[i].row = i;
    for (size_t k = n_keys; k-- > 0;)
        sort_entries(&a, &b, n, take_keys(a, key[k], n, threads), threads, place);
#pragma omp parallel for num_threads(threads) if (threads > 1)
    for (size_t i = 0; i < n; i++)
        rows[i] = a[i].row;
}

weir_status order_rows(const uint64_t *const *key, size_t n_keys, size_t n, int threads, uint64_t *rows, weir_error *err)
{
    threads = threads_for(n, threads);
    entry *a = mem_array(n + 1, sizeof *a), *b = mem_array(n + 1, sizeof *b);
    size_t (*place)[BUCKETS] = mem_array((size_t)threads, sizeof *place);
    weir_status st = a && b && place ? WEIR_OK : weir_no_memory(err, "ordering rows");

    if (!st)
        sort_by_keys(key, n_keys, n, threads, a, b, place, rows);
    mem_free(a), mem_free(b), mem_free(place);
    return st;
}

static void keys_free(uint64_t **key, size_t n)
{
    for (size_t k = 0; key && k < n; k++)
        mem_free(key[k]);
    mem_free(key);
}

static weir_status make_keys(const weir_frame *f, const size_t *by, const bool *descending, size_t n, int threads,
                             uint64_t ***out, weir_error *err)
{
    uint64_t **key = mem_zero(n + 1, sizeof *key);
    weir_status st = key ? WEIR_OK : weir_no_memory(err, "ordering rows");

    for (size_t k = 0; k < n && !st; k++) {
        key[k] = mem_array(f->rows + 1, sizeof **key);
        st = key[k] ? order_key(f->col[by[k]], descending && descending[k], threads, key[k], err)
                    : weir_no_memory(err, "ordering rows");
    }
    if (st)
        keys_free(key, n);
    else
        *out = key;
    return st;
}

weir_status order_frame(const weir_frame *f, const size_t *by, const bool *descending, size_t n_by, int threads,
                        uint64_t *rows, weir_error *err)
{
    uint64_t **key;
    weir_status st = make_keys(f, by, descending, n_by, threads, &key, err);

    if (st)
        return st;
    st = order_rows((const uint64_t *const *)key, n_by, f->rows, threads, rows, err);
    keys_free(key, n_by);
    return st;
}

/* Grouping ----------------------------------------------------------------------------------- */

void grouping_free(grouping *g)
{
    mem_free(g->rows);
    mem_free(g->start);
    *g = (grouping){0};
}

static bool same(const uint64_t *const *key, size_t n_keys, uint64_t a, uint64_t b)
{
    for (size_t k = 0; k < n_keys; k++)
        if (key[k][a] != key[k][b])
            return false;
    return true;
}

/* Where groups begin in a stretch of the rows in order: their number, and into start when there is one. */
static size_t starts_in(const uint64_t *const *key, size_t n_keys, const uint64_t *rows, stretch s, size_t *start)
{
    size_t k = 0;

    for (size_t i = s.from; i < s.to; i++)
        if (i == 0 || !same(key, n_keys, rows[i - 1], rows[i])) {
            if (start)
                start[k] = i;
            k++;
        }
    return k;
}

static weir_status find_groups(const uint64_t *const *key, size_t n_keys, int threads, grouping *g, weir_error *err)
{
    size_t first[MOST_THREADS + 1] = {0};

    threads = threads_for(g->n, threads);
#pragma omp parallel for num_threads(threads) if (threads > 1)
    for (int t = 0; t < threads; t++)
        first[t + 1] = starts_in(key, n_keys, g->rows, stretch_of(g->n, t, threads), NULL);
    for (int t = 0; t < threads; t++)
        first[t + 1] += first[t];
    g->groups = first[threads];
    g->start = mem_array(g->groups + 1, sizeof *g->start);
    if (!g->start)
        return weir_no_memory(err, "grouping rows");
#pragma omp parallel for num_threads(threads) if (threads > 1)
    for (int t = 0; t < threads; t++)
        starts_in(key, n_keys, g->rows, stretch_of(g->n, t, threads), g->start + first[t]);
    g->start[g->groups] = g->n;
    return WEIR_OK;
}

weir_status order_group_keys(const uint64_t *const *key, size_t n_keys, size_t n, int threads, grouping *out,
                             weir_error *err)
{
    grouping g = {.rows = mem_array(n + 1, sizeof *g.rows), .n = n};
    weir_status st = g.rows ? order_rows(key, n_keys, n, threads, g.rows, err) : weir_no_memory(err, "grouping rows");

    if (!st)
        st = find_groups(key, n_keys, threads, &g, err);
    if (st)
        grouping_free(&g);
    else
        *out = g;
    return st;
}

weir_status order_group(const weir_frame *f, const size_t *by, size_t n_by, int threads, grouping *out, weir_error *err)
{
    uint64_t **key;
    weir_status st = make_keys(f, by, NULL, n_by, threads, &key, err);

    if (st)
        return st;
    st = order_group_keys((const uint64_t *const *)key, n_by, f->rows, threads, out, err);
    keys_free(key, n_by);
    return st;
}

weir_status order_group_column(const column *c, int threads, grouping *out, weir_error *err)
{
    column *me = (column *)(uintptr_t)c; /* only read */
    weir_frame one = {.rows = c->rows, .cols = 1, .col = &me};
    return order_group(&one, &(size_t){0}, 1, threads, out, err);
}
