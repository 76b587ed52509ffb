/* frame.c - named columns of equal length, immutable, sharing columns. */
#include "config.h"
#include "data/frame.h"

#include "base/mem.h"
#include "base/status.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void frame_destroy(object *o)
{
    weir_frame *f = (weir_frame *)o;

    for (size_t i = 0; i < f->cols; i++) {
        if (f->col)
            column_unref(f->col[i]);
        if (f->name)
            mem_free(f->name[i]);
    }
    mem_free(f->col);
    mem_free(f->name);
    map_free(f->by_name);
    weir_value_clear(&f->origin);
    mem_free(f);
}

weir_frame *weir_frame_ref(const weir_frame *f)
{
    return object_ref(f ? &f->o : NULL);
}

void weir_frame_unref(weir_frame *f)
{
    object_unref(f ? &f->o : NULL);
}

static weir_status enter_name(weir_frame *f, size_t i, const char *name, weir_error *err)
{
    uint32_t at = (uint32_t)i;
    bool added;

    f->name[i] = mem_text(name);
    if (!f->name[i] || !map_add(f->by_name, name, strlen(name), &at, &added))
        return weir_no_memory(err, "building a frame");
    if (!added)
        return weir_fail(err, WEIR_EINVAL, "two columns are named '%s' (columns %u and %zu)", name,
                         at + 1, i + 1);
    return WEIR_OK;
}

weir_status frame_new(weir_frame **out, column **col, const char *const *names, size_t cols,
                      size_t rows, weir_error *err)
{
    weir_frame *f = MEM_NEW(weir_frame);
    weir_status st = WEIR_OK;

    if (!f) {
        for (size_t i = 0; i < cols; i++)
            column_unref(col[i]);
        return weir_no_memory(err, "building a frame");
    }
    object_init(&f->o, frame_destroy);
    f->rows = rows;
    f->cols = cols;
    f->col = mem_zero(cols, sizeof *f->col);
    f->name = mem_zero(cols, sizeof *f->name);
    f->by_name = map_new();
    if (!f->col || !f->name || !f->by_name) {
        for (size_t i = 0; i < cols; i++)
            column_unref(col[i]);
        mem_free(f->col);
        f->col = NULL;
        st = weir_no_memory(err, "building a frame");
    }
    for (size_t i = 0; !st && i < cols; i++)
        f->col[i] = col[i];
    for (size_t i = 0; !st && i < cols; i++)
        st = enter_name(f, i, names[i], err);
    if (st)
        weir_frame_unref(f);
    else
        *out = f;
    return st;
}

const column *frame_column(const weir_frame *f, const char *name, weir_error *err)
{
    ptrdiff_t at = weir_frame_find(f, name);

    if (at >= 0)
        return f->col[at];
    weir_fail(err, WEIR_EINVAL, "the frame%s%s has no column '%s'", f->id[0] ? " " : "", f->id, name);
    const char *near = text_nearest(name, (const char *const *)f->name, f->cols);
    if (near)
        weir_hint(err, "did you mean '%s'?", near);
    return NULL;
}

weir_status frame_select(weir_frame **out, const weir_frame *f, const size_t *cols, size_t n,
                         weir_error *err)
{
    column **col = mem_array(n, sizeof *col);
    const char **name = mem_array(n, sizeof *name);
    weir_status st;

    if (!col || !name) {
        mem_free(col);
        mem_free(name);
        return weir_no_memory(err, "selecting columns");
    }
    for (size_t i = 0; i < n; i++) {
        col[i] = column_ref(f->col[cols[i]]);
        name[i] = f->name[cols[i]];
    }
    st = frame_new(out, col, name, n, f->rows, err);
    mem_free(col);
    mem_free(name);
    return st;
}

const row_chunks *frame_chunks(const weir_frame *f)
{
    for (size_t i = 0; i < f->cols; i++)
        if (f->col[i]->chunks)
            return f->col[i]->chunks;
    return NULL;
}

/* Picked columns know what is left of the chunks. */
static void pick_chunks(column **col, const weir_frame *f, const uint64_t *rows, size_t n)
{
    const row_chunks *all = frame_chunks(f);
    row_chunks *left = all ? row_chunks_pick(all, rows, n) : NULL;

    for (size_t i = 0; left && i < f->cols; i++)
        if (col[i] != f->col[i] && !col[i]->chunks)
            col[i]->chunks = row_chunks_ref(left);
    row_chunks_unref(left);
}

weir_status frame_pick_on(weir_frame **out, const weir_frame *f, const uint64_t *rows, size_t n,
                          int threads, weir_error *err)
{
    column **col = mem_zero(f->cols, sizeof *col);
    bool good = col != NULL;

#pragma omp parallel for num_threads(threads) schedule(dynamic) if (threads > 1 && n > 10000)
    for (size_t i = 0; i < (col ? f->cols : 0); i++)
        col[i] = column_pick(f->col[i], rows, n);
    for (size_t i = 0; good && i < f->cols; i++)
        good = col[i] != NULL;
    if (!good) {
        for (size_t i = 0; col && i < f->cols; i++)
            column_unref(col[i]);
        mem_free(col);
        return weir_no_memory(err, "picking rows");
    }
    pick_chunks(col, f, rows, n);
    weir_status st = frame_new(out, col, (const char *const *)f->name, f->cols, n, err);
    mem_free(col);
    return st;
}

weir_status frame_pick(weir_frame **out, const weir_frame *f, const uint64_t *rows, size_t n,
                       weir_error *err)
{
    return frame_pick_on(out, f, rows, n, 1, err);
}

/* The public face ------------------------------------------------------------------ */

const char *weir_type_name(weir_type t)
{
    static const char *const names[] = {"numeric", "enum", "time", "string", "missing"};
    return (size_t)t < sizeof names / sizeof *names ? names[t] : "unknown";
}

const char *weir_frame_id(const weir_frame *f)
{
    return f->id;
}

size_t weir_frame_rows(const weir_frame *f)
{
    return f->rows;
}

size_t weir_frame_cols(const weir_frame *f)
{
    return f->cols;
}

uint64_t weir_frame_bytes(const weir_frame *f)
{
    uint64_t bytes = 0;

    for (size_t i = 0; i < f->cols; i++)
        bytes += column_size(f->col[i]);
    return bytes;
}

const char *weir_frame_name(const weir_frame *f, size_t col)
{
    return f->name[col];
}

ptrdiff_t weir_frame_find(const weir_frame *f, const char *name)
{
    uint32_t at;
    return map_get(f->by_name, name, strlen(name), &at) ? (ptrdiff_t)at : -1;
}

weir_type weir_frame_type(const weir_frame *f, size_t col)
{
    return f->col[col]->type;
}

size_t weir_frame_levels(const weir_frame *f, size_t col)
{
    return f->col[col]->n_levels;
}

const char *weir_frame_level(const weir_frame *f, size_t col, size_t level)
{
    return f->col[col]->levels[level];
}

size_t weir_frame_read(const weir_frame *f, size_t col, size_t row, size_t n, double *out)
{
    if (row >= f->rows)
        return 0;
    if (n > f->rows - row)
        n = f->rows - row;
    column_read(f->col[col], row, n, out);
    return n;
}

bool weir_frame_missing(const weir_frame *f, size_t col, size_t row)
{
    return column_missing(f->col[col], row);
}

static size_t put_time(double ms, char *buf, size_t cap)
{
    double seconds = floor(ms / 1000);
    bool known = fabs(seconds) < 1e15; /* 30 million years; what is beyond has no date */
    time_t t = known ? (time_t)seconds : 0;
    struct tm tm;
    char day[32];

    if (!known || !gmtime_r(&t, &tm))
        return (size_t)snprintf(buf, cap, "%.0f", ms);
    strftime(day, sizeof day, "%Y-%m-%d %H:%M:%S", &tm);
    int rest = (int)(ms - 1000 * seconds);
    return rest ? (size_t)snprintf(buf, cap, "%s.%03d", day, rest) : (size_t)snprintf(buf, cap, "%s", day);
}

size_t weir_frame_text(const weir_frame *f, size_t col, size_t row, char *buf, size_t cap)
{
    const column *c = f->col[col];
    char number[32];
    const char *s = "";

    if (c->type == WEIR_TYPE_STRING) {
        const char *t = column_text_at(c, row, NULL);
        s = t ? t : "";
    } else if (c->type == WEIR_TYPE_FACTOR) {
        uint32_t code = column_code_at(c, row);
        s = code == COLUMN_MISSING ? "" : c->levels[code];
    } else {
        double x = column_at(c, row);
        if (isnan(x))
            s = "";
        else if (c->type == WEIR_TYPE_TIME)
            return put_time(x, buf, cap);
        else {
            text_put_number(x, number);
            s = number;
        }
    }
    return (size_t)snprintf(buf, cap, "%s", s);
}

void weir_frame_stats(const weir_frame *f, size_t col, weir_column_stats *out)
{
    *out = f->col[col]->stats;
}

/* Building from arrays ---------------------------------------------------------------- */

typedef struct label { /* a distinct label, while levels are sorted */
    const char *s;
    double number;
    uint32_t code;
} label;

static int by_text(const void *a, const void *b)
{
    return strcmp(((const label *)a)->s, ((const label *)b)->s);
}

static int by_number(const void *a, const void *b)
{
    double x = ((const label *)a)->number, y = ((const label *)b)->number;
    return x < y ? -1 : x > y ? 1 : by_text(a, b);
}

/* Sorts the levels (numerically when all are numbers) and renames the codes. */
static column *factor_of(uint32_t *codes, size_t rows, const map *seen)
{
    size_t n = map_count(seen);
    label *l = mem_array(n, sizeof *l);
    const char **levels = mem_array(n, sizeof *levels);
    uint32_t *rank = mem_array(n, sizeof *rank);
    column *c = NULL;
    bool numbers = true;

    if (l && levels && rank) {
        for (size_t i = 0; i < n; i++) {
            char *end;
            l[i] = (label){.s = map_key(seen, i, NULL), .code = (uint32_t)i};
            l[i].number = strtod(l[i].s, &end);
            numbers = numbers && *l[i].s && !*end;
        }
        qsort(l, n, sizeof *l, numbers ? by_number : by_text);
        for (size_t i = 0; i < n; i++) {
            levels[i] = l[i].s;
            rank[l[i].code] = (uint32_t)i;
        }
        for (size_t i = 0; i < rows; i++)
            if (codes[i] != COLUMN_MISSING)
                codes[i] = rank[codes[i]];
        c = column_of_codes(codes, rows, levels, n);
    }
    mem_free(l);
    mem_free(levels);
    mem_free(rank);
    return c;
}

static column *factor_of_labels(const char *const *labels, size_t rows)
{
    uint32_t *codes = mem_array(rows, sizeof *codes);
    map *seen = map_new();
    column *c = NULL;
    bool good = codes && seen;

    for (size_t i = 0; good && i < rows; i++) {
        codes[i] = COLUMN_MISSING;
        if (labels[i]) {
            codes[i] = (uint32_t)map_count(seen);
            good = map_add(seen, labels[i], strlen(labels[i]), &codes[i], NULL);
        }
    }
    if (good)
        c = factor_of(codes, rows, seen);
    mem_free(codes);
    map_free(seen);
    return c;
}

static column *factor_of_codes(const weir_column_init *in, size_t rows)
{
    uint32_t *codes = mem_array(rows, sizeof *codes);
    column *c = NULL;

    if (codes) {
        for (size_t i = 0; i < rows; i++)
            codes[i] = isnan(in->numbers[i]) ? COLUMN_MISSING : (uint32_t)in->numbers[i];
        c = column_of_codes(codes, rows, in->levels, in->n_levels);
    }
    mem_free(codes);
    return c;
}

static weir_status check_init(const weir_column_init *in, size_t rows, weir_error *err)
{
    if (!in->numbers == !in->labels)
        return weir_fail(err, WEIR_EINVAL, "column '%s' needs numbers or labels, one of them", in->name);
    if (in->numbers && in->type == WEIR_TYPE_STRING)
        return weir_fail(err, WEIR_EINVAL, "column '%s' of type string needs labels", in->name);
    if (in->numbers && in->type == WEIR_TYPE_FACTOR)
        for (size_t i = 0; i < rows; i++)
            if (!isnan(in->numbers[i]) && !(in->numbers[i] >= 0 && in->numbers[i] < (double)in->n_levels &&
                                            in->numbers[i] == floor(in->numbers[i])))
                return weir_fail(err, WEIR_EINVAL,
                                 "column '%s', row %zu: level code %g is outside [0, %zu)", in->name,
                                 i + 1, in->numbers[i], in->n_levels);
    return WEIR_OK;
}

static column *column_of_init(const weir_column_init *in, size_t rows)
{
    if (in->labels)
        return in->type == WEIR_TYPE_STRING ? column_of_texts(in->labels, rows)
                                            : factor_of_labels(in->labels, rows);
    if (in->type == WEIR_TYPE_FACTOR)
        return factor_of_codes(in, rows);
    return column_of_numbers(in->type == WEIR_TYPE_TIME ? WEIR_TYPE_TIME : WEIR_TYPE_NUMERIC, in->numbers,
                             rows);
}

weir_status weir_frame_build(weir_frame **out, const weir_column_init *cols, size_t n_cols,
                             size_t rows, weir_error *err)
{
    column **col = mem_zero(n_cols, sizeof *col);
    const char **name = mem_array(n_cols, sizeof *name);
    weir_status st = col && name ? WEIR_OK : weir_no_memory(err, "building a frame");
    size_t made = 0;

    for (; !st && made < n_cols; made++) {
        st = check_init(&cols[made], rows, err);
        if (st)
            break;
        name[made] = cols[made].name;
        col[made] = column_of_init(&cols[made], rows);
        if (!col[made])
            st = weir_no_memory(err, "building a frame");
    }
    if (!st)
        st = frame_new(out, col, name, n_cols, rows, err);
    else
        for (size_t i = 0; col && i < made; i++)
            column_unref(col[i]);
    mem_free(col);
    mem_free(name);
    return st;
}
