/* idx.c - IDX files. */
#include "config.h"
#include "data/idx.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/status.h"
#include "data/grow_frame.h"

#include <stdio.h>
#include <string.h>

enum { MOST_DIMENSIONS = 8, MOST_COLUMNS = 1 << 20, CHUNK = 1 << 20 };
enum { IDX_U8 = 8, IDX_I8 = 9, IDX_I16 = 11, IDX_I32 = 12, IDX_F32 = 13, IDX_F64 = 14 };

static size_t size_of(unsigned type)
{
    return type == IDX_U8 || type == IDX_I8 ? 1 : type == IDX_I16 ? 2 : type == IDX_I32 || type == IDX_F32 ? 4 : type == IDX_F64 ? 8 : 0;
}

bool idx_looks(const void *bytes, size_t n)
{
    const unsigned char *b = bytes;
    return n >= 8 && b[0] == 0 && b[1] == 0 && size_of(b[2]) && b[3] >= 1 && b[3] <= MOST_DIMENSIONS;
}

char *idx_labels_of(const char *path)
{
    const char *at = strstr(path, "images-idx3-ubyte");
    char *out = at ? mem_text(path) : NULL;

    if (out) /* both words have as many letters */
        memcpy(out + (at - path), "labels-idx1", 11);
    return out;
}

static uint32_t big32(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static double number_at(const unsigned char *p, unsigned type)
{
    uint64_t wide = 0;
    uint32_t w;
    float f;
    double x;

    switch (type) {
    case IDX_U8:
        return *p;
    case IDX_I8:
        return (int8_t)*p;
    case IDX_I16:
        return (int16_t)(uint16_t)(p[0] << 8 | p[1]);
    case IDX_I32:
        return (int32_t)big32(p);
    case IDX_F32:
        w = big32(p);
        memcpy(&f, &w, sizeof f);
        return (double)f;
    default:
        wide = (uint64_t)big32(p) << 32 | big32(p + 4);
        memcpy(&x, &wide, sizeof x);
        return x;
    }
}

typedef struct array {
    const char *path;
    unsigned type;
    size_t rows, columns, size;
} array;

static weir_status read_header(source *s, array *a, weir_error *err)
{
    unsigned char h[4 + 4 * MOST_DIMENSIONS];
    size_t got, columns = 1;
    weir_status st = source_fill(s, h, 4, &got, err);

    a->path = source_path(s);
    if (st)
        return st;
    if (got < 4 || h[0] || h[1] || !size_of(h[2]) || h[3] < 1 || h[3] > MOST_DIMENSIONS)
        return weir_fail(err, WEIR_EFORMAT, "'%s' is no IDX file", a->path);
    a->type = h[2];
    a->size = size_of(h[2]);
    st = source_fill(s, h + 4, 4u * h[3], &got, err);
    if (st)
        return st;
    if (got < 4u * h[3])
        return weir_fail(err, WEIR_EFORMAT, "'%s' is an IDX file that is cut off in its header", a->path);
    a->rows = big32(h + 4);
    for (unsigned i = 1; i < h[3]; i++) {
        size_t d = big32(h + 4 + 4 * i);
        if (d == 0 || d > MOST_COLUMNS / columns)
            return weir_fail(err, WEIR_EFORMAT, "'%s' is an IDX file with %zu x %zu and more numbers a row; weir takes 1 to %d", a->path,
                             columns, d, MOST_COLUMNS);
        columns *= d;
    }
    a->columns = columns;
    return WEIR_OK;
}

/* Rows of the file turned into blocks of columns. */
static weir_status read_rows(source *s, const array *a, grow *g, import_report *report, progress *p, weir_error *err)
{
    size_t row = a->columns * a->size, most = CHUNK / row ? CHUNK / row : 1, got;
    unsigned char *in = mem_array(most, row), *turned = mem_array(most, 1);
    double *x = mem_array(2 * most, sizeof *x);
    weir_status st = in && turned && x ? WEIR_OK : weir_no_memory(err, "reading a file");

    for (size_t at = 0; at < a->rows && !st; at += most) {
        size_t n = a->rows - at < most ? a->rows - at : most;
        block_column b;
        st = source_fill(s, in, n * row, &got, err);
        if (!st && got < n * row)
            st = weir_fail(err, WEIR_EFORMAT, "'%s' is an IDX file of %zu rows that is cut off in row %zu", a->path, a->rows, at + got / row + 1);
        if (!st && progress_cancelled(p))
            st = weir_fail(err, WEIR_ECANCEL, "reading '%s' was cancelled", a->path);
        for (size_t c = 0; c < a->columns && !st; c++) {
            const unsigned char *from = in + c * a->size;
            if (a->type == IDX_U8) {
                for (size_t i = 0; i < n; i++)
                    turned[i] = from[i * row];
                block_of_bytes(&b, turned, n);
            } else {
                for (size_t i = 0; i < n; i++)
                    x[i] = number_at(from + i * row, a->type);
                block_of_numbers(&b, x, n, x + most);
            }
            if (!grow_numbers(&g[c], &b))
                st = weir_no_memory(err, "reading a file");
        }
        report->text += got;
        progress_add(p, n);
    }
    if (!st)
        st = source_fill(s, turned, 1, &got, err);
    if (!st && got)
        st = weir_fail(err, WEIR_EFORMAT, "'%s' is an IDX file of %zu rows of %zu numbers with something behind them", a->path, a->rows, a->columns);
    mem_free(in), mem_free(turned), mem_free(x);
    return st;
}

/* A header alone is no reason to make a million columns: the first row must be there. */
static weir_status see_row(source *s, const array *a, weir_error *err)
{
    size_t row = a->columns * a->size, got = 0;
    char *bytes = a->rows ? mem_array(row, 1) : NULL;

    if (!a->rows)
        return WEIR_OK;
    weir_status st = bytes ? source_fill(s, bytes, row, &got, err) : weir_no_memory(err, "reading a file");
    if (!st && got < row)
        st = weir_fail(err, WEIR_EFORMAT, "'%s' is an IDX file of %zu rows that is cut off in row 1", a->path, a->rows);
    if (!st)
        st = source_unread(s, bytes, got, err);
    mem_free(bytes);
    return st;
}

/* One file's columns behind those that are there. */
static weir_status add_file(source *s, const char *path, const weir_value *remote, grow **g, size_t *n, size_t *rows, import_report *report, progress *p,
                            weir_error *err)
{
    array a = {0};
    weir_status st = s ? WEIR_OK : source_open(&s, path, remote, p, err);

    if (!st)
        st = read_header(s, &a, err);
    if (!st)
        st = see_row(s, &a, err);
    if (!st && *n && a.rows != *rows)
        st = weir_fail(err, WEIR_EFORMAT, "'%s' has %zu rows, the file before has %zu", path, a.rows, *rows);
    if (!st && *n + a.columns > MOST_COLUMNS)
        st = weir_fail(err, WEIR_EFORMAT, "'%s' and the files before have more than %d columns", path, MOST_COLUMNS);
    if (!st) {
        grow *more = mem_resize(*g, *n + a.columns, sizeof *more);
        if (!more)
            st = weir_no_memory(err, "reading a file");
        else
            *g = more;
    }
    size_t from = *n;
    for (size_t i = 0; !st && i < a.columns; i++) {
        if (!grow_begin(&(*g)[*n], WEIR_TYPE_NUMERIC, true, a.rows < CHUNK ? a.rows : 0)) /* a header is no reason for much memory */
            st = weir_no_memory(err, "reading a file");
        *n += !st;
    }
    if (!st) {
        *rows = a.rows;
        st = read_rows(s, &a, *g + from, report, p, err);
    }
    report->stored += s ? source_stored(s) : 0;
    report->files += !st;
    source_close(s);
    return st;
}

weir_status idx_read(weir_frame **out, source *first, char *const *paths, size_t n_paths, const weir_value *remote,
                     import_report *report, progress *p, weir_error *err)
{
    grow *g = NULL, **list = NULL;
    size_t n = 0, rows = 0;
    double from = clock_now();
    weir_status st = WEIR_OK;

    for (size_t i = 0; i < n_paths && !st; i++)
        st = add_file(i == 0 ? first : NULL, paths[i], remote, &g, &n, &rows, report, p, err);
    const char **name = mem_zero(n + 1, sizeof *name);
    char *made = mem_zero(n + 1, 24);
    list = mem_zero(n + 1, sizeof *list);
    if (!st && !(name && made && list))
        st = weir_no_memory(err, "reading a file");
    for (size_t i = 0; i < n && !st; i++) {
        snprintf(made + 24 * i, 24, "C%zu", i + 1);
        name[i] = made + 24 * i;
        list[i] = &g[i];
    }
    if (!st)
        st = grow_frame(out, list, name, n, rows, progress_threads(p), err);
    for (size_t i = 0; i < n; i++)
        grow_free(&g[i]);
    mem_free(g), mem_free(list), mem_free(name), mem_free(made);
    report->rows = rows, report->columns = n, report->passes = 1, report->threads = 1;
    report->seconds = clock_now() - from;
    return st;
}
