/* grow.c - columns that grow by blocks of rows. */
#include "config.h"
#include "data/grow.h"

#include "base/mem.h"
#include "kernel/cells.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool grow_begin(grow *g, weir_type type, bool told, size_t expected_rows)
{
    *g = (grow){.type = type, .told = told, .expected = expected_rows};
    g->s = (column_shape){.first = NAN, .constant = true, .f32 = true, .lo = INT64_MAX, .hi = INT64_MIN};
    g->l = (column_layout){.store = STORE_CONST, .divisor = 1, .value = NAN};
    if (type != WEIR_TYPE_FACTOR)
        return true;
    g->l.store = STORE_U8;
    return (g->levels = map_new()) != NULL;
}

/* Long cells give their pages back at once, whatever the allocator keeps. */
static void drop_cells(grow *g)
{
    enum { LONG = 1 << 18 };
    size_t bytes = g->cells ? g->cap * column_cell_size(g->l.store) : 0;

    if (bytes >= LONG)
        mem_forget(g->cells, 0, bytes);
    mem_slab_free(g->cells);
    g->cells = NULL;
}

void grow_free(grow *g)
{
    drop_cells(g);
    map_free(g->levels);
    mem_free(g->pool);
    mem_free(g->ends);
    mem_free(g->holes);
    *g = (grow){0};
}

/* Cells ---------------------------------------------------------------------------------- */

static int64_t get_int(const void *cells, column_store store, size_t i)
{
    switch (store) {
    case STORE_U8:
        return ((const uint8_t *)cells)[i];
    case STORE_I16:
        return ((const int16_t *)cells)[i];
    case STORE_I32:
        return ((const int32_t *)cells)[i];
    default:
        return ((const int64_t *)cells)[i];
    }
}

static void put_int(void *cells, column_store store, size_t i, int64_t v)
{
    switch (store) {
    case STORE_U8:
        ((uint8_t *)cells)[i] = (uint8_t)v;
        break;
    case STORE_I16:
        ((int16_t *)cells)[i] = (int16_t)v;
        break;
    case STORE_I32:
        ((int32_t *)cells)[i] = (int32_t)v;
        break;
    default:
        ((int64_t *)cells)[i] = v;
    }
}

/* Where n cells of the shape s lie, and how to read them. */
typedef struct run {
    const void *cells;
    column_store store;
    double value, divisor;
    int decimals;
    bool missing; /* some cell is */
    size_t n;
} run;

static double run_number(const run *r, size_t i)
{
    if (r->store == STORE_CONST)
        return r->value;
    if (r->store == STORE_F32)
        return (double)((const float *)r->cells)[i];
    if (r->store == STORE_F64)
        return ((const double *)r->cells)[i];
    int64_t v = get_int(r->cells, r->store, i);
    return r->missing && v == column_hole(r->store) ? (double)NAN : (double)v / r->divisor;
}

/* As a whole number of 10^-decimals; false = missing. Only for runs whose numbers all are such. */
static bool run_scaled(const run *r, size_t i, int decimals, int64_t *out)
{
    if (r->store >= STORE_U8 && r->store <= STORE_I64) {
        int64_t v = get_int(r->cells, r->store, i);
        *out = v * column_power10(decimals - r->decimals);
        return !(r->missing && v == column_hole(r->store));
    }
    double x = run_number(r, i);
    if (isnan(x))
        return false;
    *out = (int64_t)nearbyint(x * (double)column_power10(r->decimals)) * column_power10(decimals - r->decimals);
    return true;
}

static int decimals_of(const column_layout *l)
{
    int d = 0;
    while ((double)column_power10(d) < l->divisor)
        d++;
    return d;
}

/* Writes a run at `at` in the layout `to`. */
static void move(const run *r, void *cells, size_t at, const column_layout *to)
{
    size_t size = column_cell_size(to->store);

    if (to->store == STORE_CONST)
        return;
    bool same = r->store == to->store && (r->store >= STORE_F32 || (r->divisor == to->divisor && to->offset == 0));
    if (same) {
        memcpy((char *)cells + at * size, r->cells, r->n * size);
        return;
    }
    if (to->store == STORE_F32) {
        for (size_t i = 0; i < r->n; i++)
            ((float *)cells)[at + i] = (float)run_number(r, i);
        return;
    }
    if (to->store == STORE_F64) {
        for (size_t i = 0; i < r->n; i++)
            ((double *)cells)[at + i] = run_number(r, i);
        return;
    }
    int decimals = decimals_of(to);
    int64_t offset = (int64_t)to->offset, hole = column_hole(to->store), v;
    if (r->store == STORE_CONST && to->store == STORE_U8) {
        memset((char *)cells + at, (int)(run_scaled(r, 0, decimals, &v) ? v - offset : hole), r->n);
        return;
    }
    if (r->store == STORE_F64 && r->decimals == decimals) {
        static const cells_kind kind[] = {[STORE_U8] = CELLS_U8, [STORE_I16] = CELLS_I16, [STORE_I32] = CELLS_I32, [STORE_I64] = CELLS_I64};
        cells_pack(r->cells, r->n, (double)column_power10(decimals), offset, hole, kind[to->store], (char *)cells + at * size);
        return;
    }
    for (size_t i = 0; i < r->n; i++)
        put_int(cells, to->store, at + i, run_scaled(r, i, decimals, &v) ? v - offset : hole);
}

/* Blocks --------------------------------------------------------------------------------------- */

void block_of_numbers(block_column *b, const double *x, size_t n, void *to)
{
    b->s = shape_of(x, n);
    column_layout l = shape_layout_plain(&b->s);
    b->store = l.store;
    b->cells = to;
    run r = {.cells = x, .store = STORE_F64, .decimals = b->s.decimals, .n = n};
    move(&r, to, 0, &l);
}

void block_of_bytes(block_column *b, uint8_t *x, size_t n)
{
    b->s = shape_of_bytes(x, n);
    b->store = b->s.constant ? STORE_CONST : STORE_U8;
    b->cells = x;
}

static run run_of_block(const block_column *b)
{
    return (run){.cells = b->cells, .store = b->store, .value = b->s.first, .n = b->s.rows,
                 .decimals = b->s.decimals < 0 ? 0 : b->s.decimals, .missing = b->s.missing > 0,
                 .divisor = b->s.decimals < 0 ? 1 : (double)column_power10(b->s.decimals)};
}

/* Room for n more rows of `size` bytes each. */
static bool make_room(grow *g, size_t n, size_t size)
{
    if (g->rows + n <= g->cap && g->cells)
        return true;
    size_t cap = g->cap + g->cap / 4;
    cap = cap < g->expected ? g->expected : cap;
    cap = cap < g->rows + n ? g->rows + n : cap;
    void *cells = mem_lines(cap, size);
    if (!cells)
        return false;
    if (g->cells && g->rows)
        mem_move_up(cells, g->cells, g->rows * size);
    drop_cells(g);
    g->cells = cells;
    g->cap = cap;
    return true;
}

/* The rows so far in another layout. */
static bool change_layout(grow *g, const column_layout *to, const column_shape *old)
{
    size_t cap = g->cap > g->rows ? g->cap : g->rows;
    void *cells = NULL;

    cap = cap < g->expected ? g->expected : cap;
    if (to->store != STORE_CONST && !(cells = mem_lines(cap ? cap : 1, column_cell_size(to->store))))
        return false;
    run r = {.cells = g->cells, .store = g->l.store, .value = g->l.value, .divisor = g->l.divisor, .n = g->rows,
             .decimals = old->decimals < 0 ? 0 : old->decimals, .missing = old->missing > 0};
    if (g->l.store >= STORE_U8 && g->l.store <= STORE_I64)
        r.decimals = decimals_of(&g->l);
    move(&r, cells, 0, to);
    drop_cells(g);
    g->cells = cells;
    g->cap = cells ? cap : 0;
    g->l = *to;
    return true;
}

/* Bytes behind bytes, as pictures have: no look at what else they might be. */
static bool stay_bytes(const grow *g, const column_shape *s)
{
    return g->l.store == STORE_U8 && g->l.divisor == 1 && !g->s.constant && g->s.decimals == 0 && s->decimals == 0 && !g->s.missing &&
           !s->missing && s->lo >= 0 && s->hi <= UINT8_MAX;
}

bool grow_numbers(grow *g, const block_column *b)
{
    column_shape joined = g->s;
    column_layout l = g->l;

    shape_join(&joined, &b->s);
    if (!stay_bytes(g, &b->s))
        l = shape_layout_plain(&joined);
    /* With something missing the largest code is a hole; a store that used it as a value is left here. */
    if ((l.store != g->l.store || l.divisor != g->l.divisor) && !change_layout(g, &l, &g->s))
        return false;
    if (l.store == STORE_CONST)
        g->l.value = l.value;
    else if (!make_room(g, b->s.rows, column_cell_size(l.store)))
        return false;
    run r = run_of_block(b);
    move(&r, g->cells, g->rows, &g->l);
    g->s = joined;
    g->rows += b->s.rows;
    return true;
}

bool grow_codes(grow *g, const uint32_t *codes, size_t n)
{
    column_store want = column_code_store(map_count(g->levels));

    if (want != g->l.store) {
        column_layout to = {.store = want, .divisor = 1};
        column_shape old = {.missing = 1};
        if (g->rows && !change_layout(g, &to, &old))
            return false;
        if (!g->rows)
            drop_cells(g);
        g->l = to;
    }
    if (!make_room(g, n, column_cell_size(want)))
        return false;
    for (size_t i = 0; i < n; i++) {
        g->missing += codes[i] == COLUMN_MISSING;
        put_int(g->cells, want, g->rows + i, codes[i] == COLUMN_MISSING ? column_hole(want) : (int64_t)codes[i]);
    }
    g->rows += n;
    return true;
}

static bool text_room(grow *g, size_t rows, size_t bytes)
{
    if (g->rows + rows + 1 > g->cap) {
        size_t cap = g->cap + g->cap / 4;
        cap = cap < g->expected + 1 ? g->expected + 1 : cap;
        cap = cap < g->rows + rows + 1 ? g->rows + rows + 1 : cap;
        uint64_t *ends = mem_enlarge(g->ends, g->ends ? (g->rows + 1) * sizeof *ends : 0, cap * sizeof *ends);
        if (!ends)
            return false;
        g->ends = ends;
        if (g->holes) {
            uint8_t *holes = mem_resize(g->holes, cap / 8 + 1, 1);
            if (!holes)
                return false;
            memset(holes + g->cap / 8 + 1, 0, cap / 8 - g->cap / 8);
            g->holes = holes;
        }
        g->cap = cap;
    }
    if (g->pool_n + bytes > g->pool_cap) {
        size_t cap = (g->pool_n + bytes) + (g->pool_n + bytes) / 4 + 64;
        char *pool = mem_enlarge(g->pool, g->pool_n, cap);
        if (!pool)
            return false;
        g->pool = pool;
        g->pool_cap = cap;
    }
    return true;
}

bool grow_texts(grow *g, const char *pool, const uint32_t *lengths, size_t n)
{
    size_t bytes = 0;

    for (size_t i = 0; i < n; i++)
        bytes += lengths[i] == UINT32_MAX ? 1 : (size_t)lengths[i] + 1;
    if (!text_room(g, n, bytes))
        return false;
    for (size_t i = 0; i < n; i++) {
        size_t k = lengths[i] == UINT32_MAX ? 0 : lengths[i];
        g->ends[g->rows + i] = g->pool_n;
        if (k)
            memcpy(g->pool + g->pool_n, pool, k);
        g->pool[g->pool_n + k] = 0;
        g->pool_n += k + 1;
        pool += lengths[i] == UINT32_MAX ? 0 : k + 1;
        if (lengths[i] != UINT32_MAX)
            continue;
        if (!g->holes && !(g->holes = mem_zero(g->cap / 8 + 1, 1)))
            return false;
        g->holes[(g->rows + i) / 8] |= (uint8_t)(1u << (g->rows + i) % 8);
        g->missing++;
    }
    g->rows += n;
    g->ends[g->rows] = g->pool_n;
    return true;
}

/* Joining ------------------------------------------------------------------------------------ */

static bool join_codes(grow *g, const grow *from)
{
    size_t n = map_count(from->levels), len;
    uint32_t *to = mem_array(n + 1, sizeof *to), codes[1024];
    int64_t hole = column_hole(from->l.store);
    bool good = to != NULL;

    for (size_t i = 0; good && i < n; i++) {
        const char *s = map_key(from->levels, i, &len);
        to[i] = (uint32_t)map_count(g->levels);
        good = map_add(g->levels, s, len, &to[i], NULL);
    }
    for (size_t at = 0; good && at < from->rows; at += 1024) {
        size_t k = from->rows - at < 1024 ? from->rows - at : 1024;
        for (size_t i = 0; i < k; i++) {
            int64_t code = get_int(from->cells, from->l.store, at + i);
            codes[i] = code == hole ? COLUMN_MISSING : to[code];
        }
        good = grow_codes(g, codes, k);
    }
    mem_free(to);
    return good;
}

static bool join_texts(grow *g, const grow *from)
{
    if (!text_room(g, from->rows, from->pool_n))
        return false;
    if (from->holes && !g->holes && !(g->holes = mem_zero(g->cap / 8 + 1, 1)))
        return false;
    memcpy(g->pool + g->pool_n, from->pool, from->pool_n);
    for (size_t i = 0; i < from->rows; i++) {
        g->ends[g->rows + i] = g->pool_n + from->ends[i];
        if (from->holes && from->holes[i / 8] >> i % 8 & 1)
            g->holes[(g->rows + i) / 8] |= (uint8_t)(1u << (g->rows + i) % 8);
    }
    g->pool_n += from->pool_n;
    g->missing += from->missing;
    g->rows += from->rows;
    g->ends[g->rows] = g->pool_n;
    return true;
}

bool grow_join(grow *g, grow *from)
{
    bool good = true;

    if (from->rows && !g->rows) {
        size_t expected = g->expected;
        grow_free(g);
        *g = *from;
        g->expected = expected;
        *from = (grow){0};
        return true;
    }
    if (from->rows && g->type == WEIR_TYPE_FACTOR) {
        good = join_codes(g, from);
    } else if (from->rows && g->type == WEIR_TYPE_STRING) {
        good = join_texts(g, from);
    } else if (from->rows) {
        block_column b = {.s = from->s, .store = from->l.store, .cells = from->cells};
        good = grow_numbers(g, &b);
    }
    grow_free(from);
    return good;
}

/* Finishing ---------------------------------------------------------------------------------- */

/* The cells as they stand, for the column; what was made room for and not used goes back. NULL: no memory. */
static void *take_cells(grow *g, size_t size)
{
    enum { LARGE = 1 << 20 };
    size_t used = g->rows * size, room = g->cap * size;
    void *cells = g->cells;

    if (room - used > used / 16 && room - used < LARGE) { /* a rest of pages is not worth much: the small ones are copied */
        if (!(cells = mem_lines(g->rows, size)))
            return NULL;
        memcpy(cells, g->cells, used);
        return cells;
    }
    mem_forget(cells, used, room);
    g->cells = NULL;
    return cells;
}

static column *finish_numbers(grow *g)
{
    column *c = column_blank(g->type, g->rows);
    column_layout l = shape_layout(&g->s);

    if (!c)
        return NULL;
    c->store = l.store;
    c->offset = l.store == STORE_CONST ? l.value : l.offset;
    c->divisor = l.divisor;
    c->has_missing = g->s.missing > 0;
    if (g->rows && g->s.missing == g->rows && g->type == WEIR_TYPE_NUMERIC)
        c->type = WEIR_TYPE_MISSING;
    if (l.store == STORE_CONST)
        return c;
    bool same = l.store == g->l.store && l.offset == 0 && l.divisor == g->l.divisor;
    c->cells = same ? take_cells(g, column_cell_size(l.store)) : mem_lines(g->rows, column_cell_size(l.store));
    if (!c->cells) {
        column_unref(c);
        return NULL;
    }
    if (same)
        return c;
    run r = {.cells = g->cells, .store = g->l.store, .value = g->l.value, .divisor = g->l.divisor, .n = g->rows,
             .decimals = decimals_of(&g->l), .missing = g->s.missing > 0};
    move(&r, c->cells, 0, &l);
    return c;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int by_place(const void *a, const void *b)
{
    const char *s = *(const char *const *)a, *t = *(const char *const *)b;
    return s < t ? -1 : s > t;
}

/* Levels in order of their bytes into the column, which gets the bytes themselves; rank[code of appearance] = code in that
 * order. The map is empty afterwards. */
static bool sorted_levels(map *levels, column *c, uint32_t *rank)
{
    size_t n = map_count(levels);
    const char **shown; /* in order of appearance, which is that of their places */

    c->domain_pool = map_take_keys(levels);
    c->levels = mem_zero(n + 1, sizeof *c->levels);
    shown = mem_array(n + 1, sizeof *shown);
    if (!c->levels || !shown) {
        mem_free(shown);
        return false;
    }
    const char *s = c->domain_pool;
    for (size_t i = 0; i < n; i++) {
        shown[i] = c->levels[i] = (char *)(uintptr_t)s;
        s += strlen(s) + 1;
    }
    qsort(c->levels, n, sizeof *c->levels, by_text);
    for (size_t i = 0; i < n; i++) {
        const char *const *at = bsearch(&c->levels[i], shown, n, sizeof *shown, by_place);
        rank[at - shown] = (uint32_t)i;
    }
    c->n_levels = n;
    mem_free(shown);
    return true;
}

static column *finish_factor(grow *g)
{
    column *c = column_blank(WEIR_TYPE_FACTOR, g->rows);
    uint32_t *rank = mem_array(map_count(g->levels) + 1, sizeof *rank);

    if (!c || !rank || !sorted_levels(g->levels, c, rank))
        goto failed;
    c->store = g->l.store;
    c->has_missing = g->missing > 0;
    if (g->rows == 0) {
        if (!column_room(c))
            goto failed;
    } else if (!(c->cells = take_cells(g, column_cell_size(c->store)))) {
        goto failed;
    }
    int64_t hole = column_hole(c->store);
    for (size_t i = 0; i < g->rows; i++) {
        int64_t code = get_int(c->cells, c->store, i);
        if (code != hole)
            put_int(c->cells, c->store, i, rank[code]);
    }
    mem_free(rank);
    return c;
failed:
    mem_free(rank);
    column_unref(c);
    return NULL;
}

static column *finish_texts(grow *g)
{
    column *c = column_blank(WEIR_TYPE_STRING, g->rows);

    if (!c || (!g->rows && !text_room(g, 0, 1))) {
        column_unref(c);
        return NULL;
    }
    if (!g->rows)
        g->ends[0] = 0;
    c->store = STORE_TEXT;
    c->has_missing = g->missing > 0;
    c->stats.missing = g->missing;
    char *pool = mem_resize(g->pool, g->pool_n ? g->pool_n : 1, 1);
    c->pool = pool ? pool : g->pool; /* shrinking may fail; then it stays as large as it is */
    uint64_t *ends = mem_resize(g->ends, g->rows + 1, sizeof *ends);
    c->ends = ends ? ends : g->ends;
    c->holes = g->holes;
    g->pool = NULL, g->ends = NULL, g->holes = NULL;
    return c;
}

static bool nearly_all_different(size_t distinct, size_t there)
{
    return there > 20 && distinct * 100 >= there * 95;
}

/* A factor read as texts after all. */
static column *texts_of_factor(grow *g)
{
    column *c = column_blank(WEIR_TYPE_STRING, g->rows);
    int64_t hole = column_hole(g->l.store);
    size_t bytes = 0, at = 0, k;

    for (size_t i = 0; i < g->rows; i++) {
        int64_t code = get_int(g->cells, g->l.store, i);
        if (code != hole)
            map_key(g->levels, (size_t)code, &k);
        bytes += code == hole ? 1 : k + 1;
    }
    if (!c)
        return NULL;
    c->store = STORE_TEXT;
    c->has_missing = g->missing > 0;
    c->stats.missing = g->missing;
    c->pool = mem_array(bytes + 1, 1);
    c->ends = mem_array(g->rows + 1, sizeof *c->ends);
    c->holes = c->has_missing ? mem_zero(g->rows / 8 + 1, 1) : NULL;
    if (!c->pool || !c->ends || (c->has_missing && !c->holes)) {
        column_unref(c);
        return NULL;
    }
    for (size_t i = 0; i < g->rows; i++) {
        int64_t code = get_int(g->cells, g->l.store, i);
        const char *s = code == hole ? (k = 0, "") : map_key(g->levels, (size_t)code, &k);
        c->ends[i] = at;
        memcpy(c->pool + at, s, k);
        c->pool[at + k] = 0;
        at += k + 1;
        if (code == hole)
            c->holes[i / 8] |= (uint8_t)(1u << i % 8);
    }
    c->ends[g->rows] = at;
    return c;
}

static bool text_missing(const grow *g, size_t i)
{
    return g->holes && g->holes[i / 8] >> i % 8 & 1;
}

/* A set of hashes, none of which is 0. */
typedef struct hash_set {
    uint64_t *slot;
    size_t n, n_slots; /* a power of two */
} hash_set;

static bool set_add(hash_set *s, uint64_t h, bool *added)
{
    if (8 * (s->n + 1) > 7 * s->n_slots) {
        hash_set more = {.n_slots = 2 * s->n_slots};
        if (!(more.slot = mem_zero(more.n_slots, sizeof *more.slot)))
            return false;
        for (size_t i = 0; i < s->n_slots; i++)
            if (s->slot[i])
                set_add(&more, s->slot[i], added);
        mem_free(s->slot);
        *s = more;
    }
    size_t at = h & (s->n_slots - 1);
    while (s->slot[at] && s->slot[at] != h)
        at = (at + 1) & (s->n_slots - 1);
    *added = !s->slot[at];
    s->slot[at] = h;
    s->n += *added;
    return true;
}

/* Is nearly every text different? Their hashes are counted, a quarter of all possible ones at a time: to know it takes far
 * less room than to hold the texts once more. false = out of memory. */
static bool texts_differ(const grow *g, bool *differ)
{
    enum { QUARTERS = 4 };
    size_t there = g->rows - g->missing, same = 0;
    hash_set s = {.n_slots = 1024};

    *differ = nearly_all_different(there, there);
    while (s.n_slots < there / QUARTERS * 4 / 3)
        s.n_slots *= 2;
    if (*differ && !(s.slot = mem_array(s.n_slots, sizeof *s.slot)))
        return false;
    for (uint64_t quarter = 0; quarter < QUARTERS && *differ; quarter++) {
        memset(s.slot, 0, s.n_slots * sizeof *s.slot);
        s.n = 0;
        for (size_t i = 0; i < g->rows && *differ; i++) {
            uint64_t h = text_missing(g, i) ? 0 : map_hash(g->pool + g->ends[i], (size_t)(g->ends[i + 1] - g->ends[i]) - 1);
            bool added;
            if (text_missing(g, i) || h >> 62 != quarter)
                continue;
            if (!set_add(&s, h ? h : 1, &added)) {
                mem_free(s.slot);
                return false;
            }
            same += !added;
            *differ = nearly_all_different(there - same, there);
        }
    }
    mem_free(s.slot);
    return true;
}

/* What stands before these rows is not read any more: it gives its pages back. From *row on. */
static void forget_texts(grow *g, size_t *row, size_t to)
{
    enum { STEP = 1 << 16 };

    if (to - *row < STEP)
        return;
    mem_forget(g->pool, g->ends[*row], g->ends[to]);
    mem_forget(g->ends, *row * sizeof *g->ends, to * sizeof *g->ends);
    *row = to;
}

/* Texts read as a factor after all; they go as they are read. NULL = out of memory. */
static column *factor_of_texts(grow *g)
{
    grow f;
    size_t forgotten = 0;
    uint32_t codes[1024];
    column *c = NULL;
    bool good = grow_begin(&f, WEIR_TYPE_FACTOR, false, g->rows);

    for (size_t at = 0; at < g->rows && good; at += 1024) {
        size_t n = g->rows - at < 1024 ? g->rows - at : 1024;
        for (size_t i = 0; i < n && good; i++) {
            const uint64_t *e = &g->ends[at + i];
            codes[i] = COLUMN_MISSING;
            if (text_missing(g, at + i))
                continue;
            codes[i] = (uint32_t)map_count(f.levels);
            good = map_add(f.levels, g->pool + e[0], (size_t)(e[1] - e[0]) - 1, &codes[i], NULL);
        }
        good = good && grow_codes(&f, codes, n);
        forget_texts(g, &forgotten, at + n);
    }
    if (good)
        c = finish_factor(&f);
    grow_free(&f);
    return c;
}

column *grow_finish(grow *g)
{
    column *c = NULL;
    bool differ = true;

    if (g->type == WEIR_TYPE_NUMERIC || g->type == WEIR_TYPE_TIME)
        c = finish_numbers(g);
    else if (g->type == WEIR_TYPE_FACTOR && !g->told && nearly_all_different(map_count(g->levels), g->rows - g->missing))
        c = texts_of_factor(g);
    else if (g->type == WEIR_TYPE_FACTOR)
        c = finish_factor(g);
    else if (g->told || texts_differ(g, &differ))
        c = differ ? finish_texts(g) : factor_of_texts(g);
    if (c)
        grow_free(g);
    return c;
}
