/* column.c - one typed column in the narrowest lossless storage.
 *
 * Numbers are tried as a constant, then as integers, then as decimals with up
 * to six places (a number k / 10^d that was read from text divides back to the
 * same double, because IEEE division rounds correctly), then as floats that
 * are exact, then as doubles. Level codes take one, two or four bytes. */
#include "config.h"
#include "data/column.h"

#include "base/mem.h"
#include "data/column_shape.h"
#include "kernel/cells.h"

#include <math.h>
#include <string.h>

static void column_destroy(object *o)
{
    column *c = (column *)o;

    mem_slab_free(c->cells);
    mem_free(c->pool);
    mem_free(c->ends);
    mem_free(c->holes);
    if (!c->domain_pool)
        for (size_t i = 0; c->levels && i < c->n_levels; i++)
            mem_free(c->levels[i]);
    mem_free(c->domain_pool);
    mem_free(c->levels);
    row_chunks_unref(c->chunks);
    mem_free(c);
}

static column *new_column(weir_type type, size_t rows)
{
    column *c = MEM_NEW(column);

    if (c) {
        object_init(&c->o, column_destroy);
        c->type = type;
        c->rows = rows;
        c->divisor = 1;
    }
    return c;
}

column *column_ref(const column *c)
{
    return object_ref(c ? &c->o : NULL);
}

void column_unref(column *c)
{
    object_unref(c ? &c->o : NULL);
}

uint64_t column_size(const column *c)
{
    return c->bytes + sizeof *c;
}

/* Storage ------------------------------------------------------------------- */

static const char *store_name(const column *c)
{
    static const char *const plain[] = {"const", "u8", "i16", "i32", "i64", "f32", "f64", "text"};
    static const char *const codes[] = {"const", "u8 codes", "i16 codes", "i32 codes", "i64 codes"};
    static const char *const decimals[] = {"const", "u8 decimal", "i16 decimal", "i32 decimal", "i64 decimal"};

    if (c->type == WEIR_TYPE_FACTOR && c->store <= STORE_I64)
        return codes[c->store];
    return c->divisor > 1 && c->store <= STORE_I64 ? decimals[c->store] : plain[c->store];
}

static void put_cell(column *c, size_t i, int64_t v)
{
    switch (c->store) {
    case STORE_U8:
        ((uint8_t *)c->cells)[i] = (uint8_t)v;
        break;
    case STORE_I16:
        ((int16_t *)c->cells)[i] = (int16_t)v;
        break;
    case STORE_I32:
        ((int32_t *)c->cells)[i] = (int32_t)v;
        break;
    default:
        ((int64_t *)c->cells)[i] = v;
    }
}

static bool make_cells(column *c)
{
    size_t size = column_cell_size(c->store);

    if (!size)
        return true;
    c->cells = mem_slab(c->rows ? c->rows : 1, size);
    return c->cells != NULL;
}

static void choose(column *c, const column_shape *s)
{
    column_layout l = shape_layout(s);

    c->store = l.store;
    c->offset = l.store == STORE_CONST ? l.value : l.offset;
    c->divisor = l.divisor;
    c->has_missing = s->missing > 0;
}

static void fill(column *c, const double *x)
{
    for (size_t i = 0; i < c->rows; i++) {
        if (c->store == STORE_F32)
            ((float *)c->cells)[i] = (float)x[i];
        else if (c->store == STORE_F64)
            ((double *)c->cells)[i] = x[i];
        else if (isnan(x[i]))
            put_cell(c, i, column_hole(c->store));
        else
            put_cell(c, i, (int64_t)(nearbyint(x[i] * c->divisor) - c->offset));
    }
}

/* Statistics ------------------------------------------------------------------ */

/* Rows [at, at + n) as numbers: from x when the caller has them, else decoded into buf. */
static const double *some_rows(const column *c, const double *x, size_t at, size_t n, double *buf)
{
    if (x)
        return x + at;
    column_read(c, at, n, buf);
    return buf;
}

enum { STATS_BLOCK = 1024 };

/* The running update over rows in order; with only 0 and 1 and with sparse data
 * H2O's short cuts, so that the last bit agrees (deep-learning 1.3). x: the
 * column's numbers, or NULL. */
static void moments(column *c, const double *x)
{
    weir_column_stats *s = &c->stats;
    size_t n = 0, ones = 0, zeros = 0;
    double mean = 0, m2 = 0, buf[STATS_BLOCK];

    s->min = INFINITY;
    s->max = -INFINITY;
    for (size_t at = 0; at < c->rows; at += STATS_BLOCK) {
        size_t m = c->rows - at < STATS_BLOCK ? c->rows - at : STATS_BLOCK;
        const double *v = some_rows(c, x, at, m, buf);
        for (size_t i = 0; i < m; i++) {
            if (isnan(v[i])) {
                s->missing++;
            } else if (isinf(v[i])) {
                *(v[i] > 0 ? &c->pos_inf : &c->neg_inf) += 1;
            } else {
                n++;
                zeros += v[i] == 0;
                ones += v[i] == 1;
                s->min = v[i] < s->min ? v[i] : s->min;
                s->max = v[i] > s->max ? v[i] : s->max;
            }
        }
    }
    s->zeros = zeros;
    bool binary = n > 0 && zeros + ones == n;
    bool sparse = !binary && 8 * (c->rows - zeros) < c->rows;
    if (binary) {
        mean = (double)ones / (double)n;
        m2 = (double)zeros * (0 - mean) * (0 - mean) + (double)ones * (1 - mean) * (1 - mean);
    } else {
        size_t k = 0;
        for (size_t at = 0; at < c->rows; at += STATS_BLOCK) {
            size_t m = c->rows - at < STATS_BLOCK ? c->rows - at : STATS_BLOCK;
            const double *v = some_rows(c, x, at, m, buf);
            for (size_t i = 0; i < m; i++) {
                if (!isfinite(v[i]) || (sparse && v[i] == 0))
                    continue;
                double delta = v[i] - mean;
                mean += delta / (double)++k;
                m2 += delta * (v[i] - mean);
            }
        }
        if (sparse && n) {
            double delta = mean, z = (double)zeros, all = (double)n;
            mean = mean * (double)k / all;
            m2 += delta * delta * (double)k * z / all;
        }
    }
    c->sum_squares_dev = m2;
    s->mean = n ? mean : (double)NAN;
    s->sd = n > 1 ? sqrt(m2 / (double)(n - 1)) : n ? 0 : (double)NAN;
    if (!n)
        s->min = s->max = NAN;
}

static void account(column *c)
{
    c->bytes = c->rows * column_cell_size(c->store);
    if (c->store == STORE_TEXT)
        c->bytes = c->ends[c->rows] + (c->rows + 1) * sizeof *c->ends + (c->holes ? c->rows / 8 + 1 : 0);
    for (size_t i = 0; i < c->n_levels; i++)
        c->bytes += strlen(c->levels[i]) + 1 + sizeof(char *);
    c->stats.bytes = c->bytes;
    c->stats.levels = c->n_levels;
    c->stats.storage = store_name(c);
}

/* Building ---------------------------------------------------------------------- */

column *column_of_numbers(weir_type type, const double *x, size_t rows)
{
    column *c = new_column(type, rows);

    if (!c)
        return NULL;
    column_shape s = shape_of(x, rows);
    choose(c, &s);
    if (!make_cells(c)) {
        column_unref(c);
        return NULL;
    }
    if (c->store != STORE_CONST)
        fill(c, x);
    moments(c, x);
    if (rows && s.missing == rows && type == WEIR_TYPE_NUMERIC)
        c->type = WEIR_TYPE_MISSING;
    account(c);
    return c;
}

static bool copy_levels(column *c, const char *const *levels, size_t n)
{
    c->levels = mem_zero(n + 1, sizeof *c->levels);
    if (!c->levels)
        return false;
    c->n_levels = n;
    for (size_t i = 0; i < n; i++)
        if (!(c->levels[i] = mem_text(levels[i])))
            return false;
    return true;
}

/* Codes are numbers as far as statistics go: min, max and mean are of the codes. */
void column_code_moments(column *c)
{
    weir_column_stats *s = &c->stats;
    double sum = 0, m2 = 0;
    uint32_t lo = UINT32_MAX, hi = 0, code[STATS_BLOCK];
    size_t n = 0;

    for (size_t at = 0; at < c->rows; at += STATS_BLOCK) {
        size_t m = c->rows - at < STATS_BLOCK ? c->rows - at : STATS_BLOCK;
        column_codes(c, at, m, code);
        for (size_t i = 0; i < m; i++) {
            if (code[i] == COLUMN_MISSING)
                continue;
            n++;
            s->zeros += code[i] == 0;
            sum += code[i];
            lo = code[i] < lo ? code[i] : lo;
            hi = code[i] > hi ? code[i] : hi;
        }
    }
    s->missing = c->rows - n;
    s->min = n ? lo : (double)NAN;
    s->max = n ? hi : (double)NAN;
    s->mean = n ? sum / (double)n : (double)NAN;
    for (size_t at = 0; at < c->rows; at += STATS_BLOCK) {
        size_t m = c->rows - at < STATS_BLOCK ? c->rows - at : STATS_BLOCK;
        column_codes(c, at, m, code);
        for (size_t i = 0; i < m; i++)
            if (code[i] != COLUMN_MISSING)
                m2 += (code[i] - s->mean) * (code[i] - s->mean);
    }
    c->sum_squares_dev = m2;
    s->sd = n > 1 ? sqrt(m2 / (double)(n - 1)) : n ? 0 : (double)NAN;
}

column *column_of_codes(const uint32_t *codes, size_t rows, const char *const *levels, size_t n_levels)
{
    column *c = new_column(WEIR_TYPE_FACTOR, rows);

    if (!c || !copy_levels(c, levels, n_levels))
        goto failed;
    for (size_t i = 0; i < rows && !c->has_missing; i++)
        c->has_missing = codes[i] == COLUMN_MISSING;
    c->store = column_code_store(n_levels);
    if (!make_cells(c))
        goto failed;
    for (size_t i = 0; i < rows; i++)
        put_cell(c, i, codes[i] == COLUMN_MISSING ? column_hole(c->store) : (int64_t)codes[i]);
    column_code_moments(c);
    account(c);
    return c;
failed:
    column_unref(c);
    return NULL;
}

column *column_of_texts(const char *const *s, size_t rows)
{
    column *c = new_column(WEIR_TYPE_STRING, rows);
    size_t bytes = 0, at = 0;

    if (!c)
        return NULL;
    c->store = STORE_TEXT;
    for (size_t i = 0; i < rows; i++) {
        bytes += s[i] ? strlen(s[i]) + 1 : 1;
        c->stats.missing += !s[i];
    }
    c->has_missing = c->stats.missing > 0;
    c->pool = mem_array(bytes, 1);
    c->ends = mem_array(rows + 1, sizeof *c->ends);
    if (c->has_missing)
        c->holes = mem_zero(rows / 8 + 1, 1);
    if (!c->pool || !c->ends || (c->has_missing && !c->holes)) {
        mem_free(c->ends);
        c->ends = NULL;
        column_unref(c);
        return NULL;
    }
    for (size_t i = 0; i < rows; i++) {
        size_t n = s[i] ? strlen(s[i]) : 0;
        c->ends[i] = at;
        if (n)
            memcpy(c->pool + at, s[i], n);
        c->pool[at + n] = 0;
        at += n + 1;
        if (!s[i])
            c->holes[i / 8] |= (uint8_t)(1u << i % 8);
    }
    c->ends[rows] = at;
    c->stats.min = c->stats.max = c->stats.mean = c->stats.sd = NAN;
    account(c);
    return c;
}

/* Reading ------------------------------------------------------------------------- */

void column_read(const column *c, size_t row, size_t n, double *out)
{
    static const cells_kind kind[] = {[STORE_U8] = CELLS_U8, [STORE_I16] = CELLS_I16, [STORE_I32] = CELLS_I32, [STORE_I64] = CELLS_I64};

    switch (c->store) {
    case STORE_CONST:
        for (size_t i = 0; i < n; i++)
            out[i] = c->offset;
        break;
    case STORE_U8:
    case STORE_I16:
    case STORE_I32:
    case STORE_I64:
        cells_unpack((const char *)c->cells + row * column_cell_size(c->store), kind[c->store], n, c->offset, c->divisor, c->has_missing,
                     column_hole(c->store), out);
        break;
    case STORE_F32:
        for (size_t i = 0; i < n; i++)
            out[i] = (double)((const float *)c->cells)[row + i];
        break;
    case STORE_F64:
        memcpy(out, (const double *)c->cells + row, n * sizeof *out);
        break;
    case STORE_TEXT:
        for (size_t i = 0; i < n; i++)
            out[i] = NAN;
        break;
    }
}

void column_read_f32(const column *c, size_t row, size_t n, float *out)
{
    double block[256];

    for (size_t i = 0; i < n; i += 256) {
        size_t m = n - i < 256 ? n - i : 256;
        column_read(c, row + i, m, block);
        for (size_t k = 0; k < m; k++)
            out[i + k] = (float)block[k];
    }
}

uint32_t column_code_at(const column *c, size_t row)
{
    int64_t v = 0;

    switch (c->store) {
    case STORE_U8:
        v = ((const uint8_t *)c->cells)[row];
        break;
    case STORE_I16:
        v = ((const int16_t *)c->cells)[row];
        break;
    case STORE_I32:
        v = ((const int32_t *)c->cells)[row];
        break;
    case STORE_CONST:
        return isnan(c->offset) ? COLUMN_MISSING : (uint32_t)c->offset;
    default:
        return COLUMN_MISSING;
    }
    return c->has_missing && v == column_hole(c->store) ? COLUMN_MISSING : (uint32_t)v;
}

#define CODES(cell_type)                                                                          \
    do {                                                                                          \
        const cell_type *cell = (const cell_type *)c->cells + row;                                \
        for (size_t i = 0; i < n; i++)                                                            \
            out[i] = c->has_missing && (int64_t)cell[i] == hole ? COLUMN_MISSING : (uint32_t)cell[i]; \
    } while (0)

void column_codes(const column *c, size_t row, size_t n, uint32_t *out)
{
    int64_t hole = column_hole(c->store);

    switch (c->store) {
    case STORE_U8:
        CODES(uint8_t);
        break;
    case STORE_I16:
        CODES(int16_t);
        break;
    case STORE_I32:
        CODES(int32_t);
        break;
    default:
        for (size_t i = 0; i < n; i++)
            out[i] = column_code_at(c, row + i);
    }
}

double column_at(const column *c, size_t row)
{
    double x;
    column_read(c, row, 1, &x);
    return x;
}

const char *column_text_at(const column *c, size_t row, size_t *n)
{
    if (c->holes && c->holes[row / 8] >> row % 8 & 1)
        return NULL;
    if (n)
        *n = c->ends[row + 1] - c->ends[row] - 1;
    return c->pool + c->ends[row];
}

bool column_missing(const column *c, size_t row)
{
    return c->store == STORE_TEXT ? column_text_at(c, row, NULL) == NULL : isnan(column_at(c, row));
}

/* Picking ---------------------------------------------------------------------------- */

static column *pick_texts(const column *c, const uint64_t *rows, size_t n)
{
    const char **s = mem_array(n, sizeof *s);

    if (!s)
        return NULL;
    for (size_t i = 0; i < n; i++)
        s[i] = column_text_at(c, rows[i], NULL);
    column *out = column_of_texts(s, n);
    mem_free(s);
    return out;
}

#define GATHER(cell_type)                                                    \
    do {                                                                     \
        const cell_type *from = c->cells;                                    \
        cell_type *to = out->cells;                                          \
        for (size_t i = 0; i < n; i++)                                       \
            to[i] = from[rows[i]];                                           \
    } while (0)

static void gather(const column *c, const uint64_t *rows, size_t n, column *out)
{
    switch (column_cell_size(c->store)) {
    case 1:
        GATHER(uint8_t);
        break;
    case 2:
        GATHER(uint16_t);
        break;
    case 4:
        GATHER(uint32_t);
        break;
    case 8:
        GATHER(uint64_t);
        break;
    }
}

/* One number in all rows, or none at all. (A float store may hold both zeros.) */
static bool is_constant(const column *c)
{
    const weir_column_stats *s = &c->stats;

    if (s->missing == c->rows)
        return true;
    return s->missing == 0 && s->min == s->max && !c->pos_inf && !c->neg_inf && (s->min != 0 || c->store <= STORE_I64);
}

/* Cells move as they are; only what has become constant or empty is stored anew. */
static column *pick_cells(const column *c, const uint64_t *rows, size_t n)
{
    column *out = new_column(c->type == WEIR_TYPE_MISSING ? WEIR_TYPE_NUMERIC : c->type, n);

    if (!out || (c->type == WEIR_TYPE_FACTOR && !copy_levels(out, (const char *const *)c->levels, c->n_levels)))
        goto failed;
    out->store = c->store;
    out->offset = c->offset;
    out->divisor = c->divisor;
    out->has_missing = c->has_missing;
    if (!make_cells(out))
        goto failed;
    gather(c, rows, n, out);
    if (c->type == WEIR_TYPE_FACTOR) {
        column_code_moments(out);
    } else {
        moments(out, NULL);
        if (is_constant(out)) {
            mem_slab_free(out->cells);
            out->cells = NULL;
            out->store = STORE_CONST;
            out->divisor = 1;
            out->has_missing = out->stats.missing > 0;
            out->offset = out->has_missing || n == 0 ? (double)NAN : out->stats.min;
        }
        if (n && out->stats.missing == n && c->type != WEIR_TYPE_TIME)
            out->type = WEIR_TYPE_MISSING;
    }
    account(out);
    return out;
failed:
    column_unref(out);
    return NULL;
}

column *column_pick(const column *c, const uint64_t *rows, size_t n)
{
    return c->store == STORE_TEXT ? pick_texts(c, rows, n) : pick_cells(c, rows, n);
}

/* For who fills the cells himself ------------------------------------------------------- */

column *column_blank(weir_type type, size_t rows)
{
    return new_column(type, rows);
}

bool column_room(column *c)
{
    return make_cells(c);
}

void column_account(column *c)
{
    account(c);
}
