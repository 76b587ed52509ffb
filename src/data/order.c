/* order.c - rows in order and rows in groups: keys, radix sort, runs of equal keys. */
#include "data/order.h"

#include "base/mem.h"
#include "base/status.h"

#include <math.h>
#include <string.h>

/* Keys -------------------------------------------------------------------------------- */

/* Integer cells keep their order as they are; the least becomes 1. */
#define CELL_KEYS(cell_type, least)                                                          \
    do {                                                                                     \
        const cell_type *cell = c->cells;                                                    \
        for (size_t i = 0; i < c->rows; i++)                                                 \
            key[i] = c->has_missing && cell[i] == hole ? 0 : (uint64_t)cell[i] - (uint64_t)(least) + 1; \
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

static void numbers(const column *c, uint64_t *key)
{
    double x[1024];

    for (size_t at = 0; at < c->rows; at += 1024) {
        size_t n = c->rows - at < 1024 ? c->rows - at : 1024;
        column_read(c, at, n, x);
        for (size_t i = 0; i < n; i++)
            key[at + i] = order_number(x[i]);
    }
}

/* Text as a factor, whose levels are in order. */
static weir_status text_key(const column *c, bool descending, uint64_t *key, weir_error *err)
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
        st = order_key(f->col[0], descending, key, err);
    weir_frame_unref(f);
    return st;
}

weir_status order_key(const column *c, bool descending, uint64_t *key, weir_error *err)
{
    int64_t hole;

    switch (c->store) {
    case STORE_U8:
        hole = UINT8_MAX;
        CELL_KEYS(uint8_t, 0);
        break;
    case STORE_I16:
        hole = INT16_MAX;
        CELL_KEYS(int16_t, INT16_MIN);
        break;
    case STORE_I32:
        hole = INT32_MAX;
        CELL_KEYS(int32_t, INT32_MIN);
        break;
    case STORE_I64:
        hole = INT64_MAX;
        CELL_KEYS(int64_t, INT64_MIN);
        break;
    case STORE_TEXT:
        return text_key(c, descending, key, err);
    default:
        numbers(c, key);
    }
    if (descending)
        for (size_t i = 0; i < c->rows; i++)
            key[i] = key[i] ? ~key[i] : 0;
    return WEIR_OK;
}

/* Sorting --------------------------------------------------------------------------------- */

typedef struct entry {
    uint64_t key, row;
} entry;

enum { DIGIT = 11, BUCKETS = 1 << DIGIT, MOST_THREADS = 64 };

/* One stable pass over a digit. Each thread has a stretch of the input and its own
 * places in the output, those of the stretches before it first. */
static void pass(const entry *in, entry *out, size_t n, int shift, int threads, size_t (*place)[BUCKETS])
{
    size_t stretch = (n + (size_t)threads - 1) / (size_t)threads;

#pragma omp parallel for num_threads(threads) if (threads > 1)
    for (int t = 0; t < threads; t++) {
        size_t from = stretch * (size_t)t < n ? stretch * (size_t)t : n, to = n - from < stretch ? n : from + stretch;
        memset(place[t], 0, sizeof place[t]);
        for (size_t i = from; i < to; i++)
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
        size_t from = stretch * (size_t)t < n ? stretch * (size_t)t : n, to = n - from < stretch ? n : from + stretch;
        for (size_t i = from; i < to; i++)
            out[place[t][in[i].key >> shift & (BUCKETS - 1)]++] = in[i];
    }
}

/* Sorts *a by its keys with *b as the other half; swaps them as needed. */
static void sort_entries(entry **a, entry **b, size_t n, int threads, size_t (*place)[BUCKETS])
{
    uint64_t differ = 0;

    for (size_t i = 1; i < n; i++)
        differ |= (*a)[i].key ^ (*a)[0].key;
    while (differ) {
        int shift = __builtin_ctzll(differ);
        pass(*a, *b, n, shift, threads, place);
        entry *swap = *a;
        *a = *b;
        *b = swap;
        differ = shift + DIGIT < 64 ? differ >> (shift + DIGIT) << (shift + DIGIT) : 0;
    }
}

weir_status order_rows(const uint64_t *const *key, size_t n_keys, size_t n, int threads, uint64_t *rows, weir_error *err)
{
    threads = threads < 1 || n < 20000 ? 1 : threads > MOST_THREADS ? MOST_THREADS : threads;
    entry *a = mem_array(n + 1, sizeof *a), *b = mem_array(n + 1, sizeof *b);
    size_t (*place)[BUCKETS] = mem_array((size_t)threads, sizeof *place);
    weir_status st = a && b && place ? WEIR_OK : weir_no_memory(err, "ordering rows");

    for (size_t i = 0; i < n && !st; i++)
        a[i].row = i;
    for (size_t k = n_keys; k-- > 0 && !st;) {
        for (size_t i = 0; i < n; i++)
            a[i].key = key[k][a[i].row];
        sort_entries(&a, &b, n, threads, place);
    }
    for (size_t i = 0; i < n && !st; i++)
        rows[i] = a[i].row;
    mem_free(a), mem_free(b), mem_free(place);
    return st;
}

static void keys_free(uint64_t **key, size_t n)
{
    for (size_t k = 0; key && k < n; k++)
        mem_free(key[k]);
    mem_free(key);
}

static weir_status make_keys(const weir_frame *f, const size_t *by, const bool *descending, size_t n, uint64_t ***out,
                             weir_error *err)
{
    uint64_t **key = mem_zero(n + 1, sizeof *key);
    weir_status st = key ? WEIR_OK : weir_no_memory(err, "ordering rows");

    for (size_t k = 0; k < n && !st; k++) {
        key[k] = mem_array(f->rows + 1, sizeof **key);
        st = key[k] ? order_key(f->col[by[k]], descending && descending[k], key[k], err)
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
    weir_status st = make_keys(f, by, descending, n_by, &key, err);

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

weir_status order_group_keys(const uint64_t *const *key, size_t n_keys, size_t n, int threads, grouping *out,
                             weir_error *err)
{
    grouping g = {.rows = mem_array(n + 1, sizeof *g.rows), .n = n};
    weir_status st = g.rows ? order_rows(key, n_keys, n, threads, g.rows, err) : weir_no_memory(err, "grouping rows");

    for (size_t i = 0; i < n && !st; i++)
        g.groups += i == 0 || !same(key, n_keys, g.rows[i - 1], g.rows[i]);
    if (!st && !(g.start = mem_array(g.groups + 1, sizeof *g.start)))
        st = weir_no_memory(err, "grouping rows");
    if (st) {
        grouping_free(&g);
        return st;
    }
    size_t k = 0;
    for (size_t i = 0; i < n; i++)
        if (i == 0 || !same(key, n_keys, g.rows[i - 1], g.rows[i]))
            g.start[k++] = i;
    g.start[k] = n;
    *out = g;
    return WEIR_OK;
}

weir_status order_group(const weir_frame *f, const size_t *by, size_t n_by, int threads, grouping *out, weir_error *err)
{
    uint64_t **key;
    weir_status st = make_keys(f, by, NULL, n_by, &key, err);

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
