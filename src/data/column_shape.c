/* column_shape.c - what numbers are like, and the narrowest storage that keeps them all.
 *
 * Numbers are tried as a constant, then as integers, then as decimals with up
 * to six places (a number k / 10^d that was read from text divides back to the
 * same double, because IEEE division rounds correctly), then as floats that
 * are exact, then as doubles. */
#include "data/column_shape.h"

#include "kernel/cells.h"
#include "kernel/small.h"

#include <math.h>

enum { MAX_DECIMALS = 6 };
static const double power[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};
static const double MOST = 9e15; /* integers up to here are exact, and so are their neighbours */

int64_t column_power10(int d)
{
    return (int64_t)power[d];
}

size_t column_cell_size(column_store s)
{
    static const size_t size[] = {[STORE_CONST] = 0, [STORE_U8] = 1,  [STORE_I16] = 2, [STORE_I32] = 4,
                                  [STORE_I64] = 8,   [STORE_F32] = 4, [STORE_F64] = 8, [STORE_TEXT] = 0};
    return size[s];
}

int64_t column_hole(column_store s)
{
    switch (s) {
    case STORE_U8:
        return UINT8_MAX;
    case STORE_I16:
        return INT16_MAX;
    case STORE_I32:
        return INT32_MAX;
    default:
        return INT64_MAX;
    }
}

/* What can hold lo..hi, leaving the hole free; *offset is taken off each value. */
static column_store store_for(int64_t lo, int64_t hi, bool holes, double *offset)
{
    int64_t span = hi - lo;

    *offset = 0;
    if (lo >= 0 && hi < UINT8_MAX + !holes)
        return STORE_U8;
    if (span < UINT8_MAX + !holes) {
        *offset = (double)lo;
        return STORE_U8;
    }
    if (lo >= INT16_MIN && hi < INT16_MAX + !holes)
        return STORE_I16;
    if (lo >= INT32_MIN && hi < (int64_t)INT32_MAX + !holes)
        return STORE_I32;
    return STORE_I64;
}


column_store column_code_store(size_t n_levels)
{
    double offset;
    return store_for(0, n_levels ? (int64_t)n_levels - 1 : 0, true, &offset);
}

/* The least number of places that all have, and the scaled range. */
static void decimals_of(column_shape *s, const double *x, size_t n)
{
    enum { RUN = 128 };
    double lo = INFINITY, hi = -INFINITY;
    bool risen = false; /* behind the first run: what was looked at before is so again */

    for (size_t i = 0; i < n && s->decimals >= 0; i += RUN)
        while (s->decimals >= 0 && !cells_decimal(x + i, n - i < RUN ? n - i : RUN, power[s->decimals], &lo, &hi)) {
            s->decimals = s->decimals < MAX_DECIMALS ? s->decimals + 1 : -1;
            risen = risen || i > 0;
            lo = INFINITY, hi = -INFINITY;
        }
    if (risen && s->decimals >= 0) {
        lo = INFINITY, hi = -INFINITY;
        if (!cells_decimal(x, n, power[s->decimals], &lo, &hi))
            s->decimals = -1;
    }
    if (s->decimals >= 0 && lo <= hi)
        s->lo = (int64_t)lo, s->hi = (int64_t)hi;
}

column_shape shape_of(const double *x, size_t n)
{
    column_shape s = {.rows = n, .first = NAN, .lo = INT64_MAX, .hi = INT64_MIN};
    cells_looks looks;

    for (size_t i = 0; i < n && isnan(s.first); i++)
        s.first = x[i];
    cells_look(x, n, s.first, &looks);
    s.missing = looks.missing;
    s.f32 = !looks.wide;
    s.constant = !looks.other;
    if (s.missing < n)
        decimals_of(&s, x, n);
    return s;
}

column_shape shape_of_bytes(const uint8_t *x, size_t n)
{
    column_shape s = {.rows = n, .f32 = true, .first = n ? x[0] : (double)NAN, .lo = INT64_MAX, .hi = INT64_MIN};
    uint8_t lo = UINT8_MAX, hi = 0;

    if (n) {
        small_range(x, n, &lo, &hi);
        s.lo = lo, s.hi = hi;
    }
    s.constant = lo >= hi;
    return s;
}

void shape_join(column_shape *a, const column_shape *b)
{
    bool none = isnan(a->first), same = a->first == b->first && signbit(a->first) == signbit(b->first);

    a->constant = a->constant && b->constant && (none || isnan(b->first) || same);
    if (none)
        a->first = b->first;
    a->rows += b->rows;
    a->missing += b->missing;
    a->f32 = a->f32 && b->f32;
    if (a->decimals < 0 || b->decimals < 0) {
        a->decimals = -1;
        return;
    }
    int d = a->decimals > b->decimals ? a->decimals : b->decimals;
    int64_t pa = column_power10(d - a->decimals), pb = column_power10(d - b->decimals);
    bool in_a = a->lo <= a->hi, in_b = b->lo <= b->hi;
    int64_t lo = INT64_MAX, hi = INT64_MIN;
    if ((in_a && (fabs((double)a->lo) * (double)pa >= MOST || fabs((double)a->hi) * (double)pa >= MOST)) ||
        (in_b && (fabs((double)b->lo) * (double)pb >= MOST || fabs((double)b->hi) * (double)pb >= MOST))) {
        a->decimals = -1;
        return;
    }
    if (in_a)
        lo = a->lo * pa, hi = a->hi * pa;
    if (in_b) {
        lo = b->lo * pb < lo ? b->lo * pb : lo;
        hi = b->hi * pb > hi ? b->hi * pb : hi;
    }
    a->decimals = d;
    a->lo = lo;
    a->hi = hi;
}

column_layout shape_layout(const column_shape *s)
{
    column_layout l = {.store = STORE_CONST, .divisor = 1, .value = s->rows ? s->first : (double)NAN};
    double offset;

    if (s->rows == 0 || (s->constant && (s->missing == 0 || s->missing == s->rows)))
        return l;
    l.store = s->f32 ? STORE_F32 : STORE_F64;
    if (s->decimals < 0)
        return l;
    column_store narrow = store_for(s->lo, s->hi, s->missing > 0, &offset);
    if (column_cell_size(narrow) < column_cell_size(l.store) || (s->decimals == 0 && narrow == STORE_I32)) {
        l.store = narrow;
        l.offset = offset;
        l.divisor = power[s->decimals];
    }
    return l;
}

column_layout shape_layout_plain(const column_shape *s)
{
    column_layout l = shape_layout(s);

    if (l.offset != 0) {
        l.offset = 0;
        l.store = s->lo >= INT16_MIN && s->hi < INT16_MAX ? STORE_I16
                  : s->lo >= INT32_MIN && s->hi < INT32_MAX ? STORE_I32 : STORE_I64;
    }
    return l;
}
