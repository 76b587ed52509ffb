/* frame_file.c - frames to files and back, bit for bit.
 *
 * Numbers are written in the width that the column has in memory and become a
 * column again through the same door as any numbers: a file can hold wrong
 * values, never a column that breaks the rules of columns. */
#include "config.h"
#include "store/frame_file.h"

#include "base/mem.h"
#include "base/status.h"
#include "base/text.h"
#include "store/chunk.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

enum { FORMAT = 1, PIECE = 1 << 24, META = 40, MOST_COLUMNS = 1 << 24, ZLIB_BEST = 1032 };

/* How cells stand in the file. Numbers of the format: never change them. A constant column
 * is written as bytes of zero, which compress to nothing and still tell how many rows there are. */
typedef enum cells { AS_U8 = 1, AS_I16, AS_I32, AS_I64, AS_F32, AS_F64, AS_TEXT, AS_COUNT } cells;

static const size_t width[AS_COUNT] = {0, 1, 2, 4, 8, 4, 8, 0};

static cells cells_of(const column *c)
{
    switch (c->store) {
    case STORE_CONST:
    case STORE_U8: return AS_U8;
    case STORE_I16: return AS_I16;
    case STORE_I32: return AS_I32;
    case STORE_I64: return AS_I64;
    case STORE_F32: return AS_F32;
    case STORE_F64: return AS_F64;
    default: return AS_TEXT;
    }
}

/* Writing ------------------------------------------------------------------------------ */

static void put_real(unsigned char *at, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    chunk_put_u64(at, bits);
}

/* n cells from row `from` in the file's order of bytes. */
static void encode(const column *c, size_t from, size_t n, unsigned char *out)
{
    size_t w = width[cells_of(c)];
    const unsigned char *cell = (const unsigned char *)c->cells + from * w;

    if (c->store == STORE_CONST) {
        memset(out, 0, n);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        uint64_t bits = 0;
        if (w == 1)
            bits = cell[i];
        else if (w == 2)
            bits = ((const uint16_t *)(const void *)cell)[i];
        else if (w == 4)
            bits = ((const uint32_t *)(const void *)cell)[i];
        else
            bits = ((const uint64_t *)(const void *)cell)[i];
        for (size_t b = 0; b < w; b++)
            out[i * w + b] = (unsigned char)(bits >> 8 * b);
    }
}

/* Unless somebody cancelled: then the file is dropped. */
static weir_status go_on(chunk_writer *w, const progress *p, weir_error *err)
{
    if (!progress_cancelled(p))
        return WEIR_OK;
    chunk_abandon(w);
    return weir_fail(err, WEIR_ECANCEL, "saving was cancelled");
}

static weir_status put_cells(chunk_writer *w, const column *c, unsigned char *room, progress *p, weir_error *err)
{
    size_t size = width[cells_of(c)], most = size ? PIECE / size : 0;
    weir_status st = WEIR_OK;

    for (size_t at = 0; at < c->rows && size && !st; at += most) {
        size_t n = c->rows - at < most ? c->rows - at : most;
        encode(c, at, n, room);
        st = chunk_put(w, "CELL", room, n * size, true, err);
        if (!st)
            st = go_on(w, p, err);
    }
    if (c->store == STORE_TEXT)
        for (size_t at = 0, all = c->ends[c->rows]; at < all && !st; at += PIECE) {
            st = chunk_put(w, "CELL", c->pool + at, all - at < PIECE ? all - at : PIECE, true, err);
            if (!st)
                st = go_on(w, p, err);
        }
    return st;
}

static weir_status put_meta(chunk_writer *w, const column *c, const char *name, weir_error *err)
{
    size_t n = strlen(name);
    unsigned char *meta = mem_zero(META + n, 1);

    if (!meta) {
        chunk_abandon(w);
        return weir_no_memory(err, "saving a frame");
    }
    chunk_put_u32(meta, (uint32_t)c->type);
    chunk_put_u32(meta + 4, (uint32_t)cells_of(c));
    chunk_put_u32(meta + 8, (uint32_t)(c->has_missing && c->store != STORE_CONST) | (uint32_t)(c->holes != NULL) << 1);
    put_real(meta + 12, c->offset);
    put_real(meta + 20, c->divisor);
    chunk_put_u64(meta + 28, c->n_levels);
    chunk_put_u32(meta + 36, (uint32_t)n);
    memcpy(meta + META, name, n);
    weir_status st = chunk_put(w, "COLM", meta, META + n, false, err);
    mem_free(meta);
    return st;
}

static weir_status put_levels(chunk_writer *w, const column *c, weir_error *err)
{
    text t = {0};

    for (size_t k = 0; k < c->n_levels; k++)
        text_add_n(&t, c->levels[k], strlen(c->levels[k]) + 1);
    weir_status st = WEIR_OK;
    if (t.failed) {
        chunk_abandon(w);
        st = weir_no_memory(err, "saving a frame");
    } else {
        st = chunk_put(w, "LEVS", text_str(&t), t.n, true, err);
    }
    text_free(&t);
    return st;
}

static weir_status put_column(chunk_writer *w, const column *c, const char *name, unsigned char *room, progress *p, weir_error *err)
{
    weir_status st = put_meta(w, c, name, err);

    if (!st && c->type == WEIR_TYPE_FACTOR)
        st = put_levels(w, c, err);
    if (!st && c->holes)
        st = chunk_put(w, "HOLE", c->holes, c->rows / 8 + 1, true, err);
    return st ? st : put_cells(w, c, room, p, err);
}

weir_status frame_file_write(const weir_frame *f, const char *path, progress *p, weir_error *err)
{
    chunk_writer w;
    unsigned char head[24] = "frm", *room = mem_array(PIECE, 1);
    weir_status st = room ? chunk_create(&w, path, err) : weir_no_memory(err, "saving a frame");

    if (st) {
        mem_free(room);
        return st;
    }
    chunk_put_u32(head + 4, FORMAT);
    chunk_put_u64(head + 8, f->rows);
    chunk_put_u64(head + 16, f->cols);
    st = chunk_put(&w, "FRAM", head, sizeof head, false, err);
    for (size_t i = 0; i < f->cols && !st; i++) {
        st = put_column(&w, f->col[i], f->name[i], room, p, err);
        progress_add(p, 1);
    }
    mem_free(room);
    return st ? st : chunk_close(&w, err);
}

/* Reading -------------------------------------------------------------------------------- */

typedef struct loading {
    chunk_reader *r;
    uint64_t rows, cols;
    chunk next; /* read ahead, while there */
    bool more;
} loading;

static double get_real(const unsigned char *at)
{
    uint64_t bits = chunk_get_u64(at);
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static weir_status wrong(const loading *l, const char *what, weir_error *err)
{
    return weir_fail(err, WEIR_EFORMAT, "'%s' is no frame that can be read: %s", chunk_name(l->r), what);
}

/* Reads ahead to the next section that is known. */
static weir_status step(loading *l, weir_error *err)
{
    static const char *const known[] = {"FRAM", "COLM", "CELL", "LEVS", "HOLE"};

    mem_free(l->next.bytes);
    for (;;) {
        weir_status st = chunk_next(l->r, &l->next, &l->more, err);
        if (st || !l->more)
            return st;
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            if (!strcmp(l->next.tag, known[i]))
                return WEIR_OK;
        st = chunk_unknown(l->r, &l->next, err);
        if (st)
            return st;
    }
}

static bool at_tag(const loading *l, const char *tag)
{
    return l->more && !strcmp(l->next.tag, tag);
}

typedef struct meta {
    uint32_t type, as, flags;
    double offset, divisor;
    uint64_t n_levels;
    char *name;
} meta;

static weir_status read_meta(loading *l, meta *m, weir_error *err)
{
    const unsigned char *b = l->next.bytes;

    if (!at_tag(l, "COLM") || l->next.n < META || chunk_get_u32(b + 36) != l->next.n - META)
        return wrong(l, "a column is missing", err);
    *m = (meta){.type = chunk_get_u32(b), .as = chunk_get_u32(b + 4), .flags = chunk_get_u32(b + 8),
                .offset = get_real(b + 12), .divisor = get_real(b + 20), .n_levels = chunk_get_u64(b + 28)};
    bool words = m->type == WEIR_TYPE_STRING, factor = m->type == WEIR_TYPE_FACTOR;
    bool good = m->type <= WEIR_TYPE_MISSING && m->as >= AS_U8 && m->as < AS_COUNT && m->flags < 4 && words == (m->as == AS_TEXT) &&
                (!factor || m->as <= AS_I32) && m->divisor >= 1 && m->divisor <= 1e6 &&
                (factor || !m->n_levels) && m->n_levels < COLUMN_MISSING && !memchr(b + META, 0, l->next.n - META);
    if (!good)
        return wrong(l, "a column's description makes no sense", err);
    m->name = mem_text_n((const char *)b + META, l->next.n - META);
    if (!m->name)
        return weir_no_memory(err, "loading a frame");
    return step(l, err);
}

/* n texts, each with a NUL behind it, that fill bytes[size] exactly. */
static bool texts_of(const unsigned char *bytes, size_t size, size_t n, const char **out)
{
    size_t at = 0;

    for (size_t i = 0; i < n; i++) {
        const unsigned char *end = at < size ? memchr(bytes + at, 0, size - at) : NULL;
        if (!end)
            return false;
        out[i] = (const char *)bytes + at;
        at = (size_t)(end - bytes) + 1;
    }
    return at == size;
}

/* The pieces of a column's cells, joined into bytes[*n]. `most`: what there can be at most. */
static weir_status join_cells(loading *l, uint64_t most, unsigned char **bytes, size_t *n, weir_error *err)
{
    unsigned char *all = NULL;
    size_t got = 0;
    weir_status st = WEIR_OK;

    while (!st && at_tag(l, "CELL")) {
        if (l->next.n > most - got) {
            st = wrong(l, "a column has more cells than rows", err);
            break;
        }
        unsigned char *grown = mem_resize(all, got + l->next.n + 1, 1);
        if (!grown) {
            st = weir_no_memory(err, "loading a frame");
            break;
        }
        all = grown;
        memcpy(all + got, l->next.bytes, l->next.n);
        got += l->next.n;
        st = step(l, err);
    }
    if (st) {
        mem_free(all);
        return st;
    }
    *bytes = all;
    *n = got;
    return WEIR_OK;
}

/* One cell as an integer; *hole when it is the largest and stands for missing. */
static int64_t integer_at(const meta *m, const unsigned char *b, size_t i, bool *hole)
{
    static const int64_t largest[] = {0, UINT8_MAX, INT16_MAX, INT32_MAX, INT64_MAX};
    uint64_t bits = 0;
    size_t w = width[m->as];

    for (size_t k = 0; k < w; k++)
        bits |= (uint64_t)b[i * w + k] << 8 * k;
    int64_t v = m->as == AS_U8 ? (int64_t)bits : m->as == AS_I16 ? (int16_t)bits : m->as == AS_I32 ? (int32_t)bits : (int64_t)bits;
    *hole = (m->flags & 1) && v == largest[m->as];
    return v;
}

static double number_at(const meta *m, const unsigned char *b, size_t i)
{
    bool hole;
    float single;
    uint32_t bits;

    if (m->as == AS_F64)
        return get_real(b + 8 * i);
    if (m->as == AS_F32) {
        bits = chunk_get_u32(b + 4 * i);
        memcpy(&single, &bits, sizeof single);
        return single;
    }
    int64_t v = integer_at(m, b, i, &hole);
    return hole ? (double)NAN : ((double)v + m->offset) / m->divisor;
}

static weir_status number_column(loading *l, const meta *m, const unsigned char *b, column **out, weir_error *err)
{
    double *x = mem_array((size_t)l->rows + 1, sizeof *x);

    if (!x)
        return weir_no_memory(err, "loading a frame");
    for (size_t i = 0; i < l->rows; i++)
        x[i] = number_at(m, b, i);
    *out = column_of_numbers(m->type == WEIR_TYPE_TIME ? WEIR_TYPE_TIME : WEIR_TYPE_NUMERIC, x, (size_t)l->rows);
    mem_free(x);
    return *out ? WEIR_OK : weir_no_memory(err, "loading a frame");
}

static weir_status factor_column(loading *l, const meta *m, const unsigned char *b, const char *const *levels, column **out, weir_error *err)
{
    uint32_t *codes = mem_array((size_t)l->rows + 1, sizeof *codes);
    weir_status st = codes ? WEIR_OK : weir_no_memory(err, "loading a frame");

    for (size_t i = 0; i < l->rows && !st; i++) {
        bool hole;
        int64_t v = integer_at(m, b, i, &hole);
        codes[i] = hole ? COLUMN_MISSING : (uint32_t)v;
        if (!hole && !(v >= 0 && (uint64_t)v < m->n_levels))
            st = wrong(l, "a cell has a level that does not exist", err);
    }
    if (!st && !(*out = column_of_codes(codes, (size_t)l->rows, levels, (size_t)m->n_levels)))
        st = weir_no_memory(err, "loading a frame");
    mem_free(codes);
    return st;
}

static weir_status text_column(loading *l, const unsigned char *b, size_t n, const chunk *holes, column **out, weir_error *err)
{
    if (l->rows > n) /* each text has a byte at least */
        return wrong(l, "a column has fewer texts than rows", err);
    const char **s = mem_array((size_t)l->rows + 1, sizeof *s);
    weir_status st = s ? WEIR_OK : weir_no_memory(err, "loading a frame");

    if (!st && !texts_of(b, n, (size_t)l->rows, s))
        st = wrong(l, "a column's texts do not fit its rows", err);
    for (size_t i = 0; !st && holes->bytes && i < l->rows; i++)
        if (holes->bytes[i / 8] >> i % 8 & 1)
            s[i] = NULL;
    if (!st && !(*out = column_of_texts(s, (size_t)l->rows)))
        st = weir_no_memory(err, "loading a frame");
    mem_free(s);
    return st;
}

/* Takes the section over if it is `tag`. */
static weir_status take(loading *l, const char *tag, chunk *out, weir_error *err)
{
    *out = (chunk){.bytes = NULL};
    if (!at_tag(l, tag))
        return WEIR_OK;
    *out = l->next;
    l->next = (chunk){.bytes = NULL};
    return step(l, err);
}

static weir_status read_column(loading *l, column **out, char **name, weir_error *err)
{
    meta m = {0};
    chunk levels = {.bytes = NULL}, holes = {.bytes = NULL};
    unsigned char *b = NULL;
    const char **labels = NULL;
    size_t n = 0;
    weir_status st = read_meta(l, &m, err);

    *name = m.name;
    if (!st)
        st = take(l, "LEVS", &levels, err);
    if (!st)
        st = take(l, "HOLE", &holes, err);
    if (!st && holes.bytes && (m.as != AS_TEXT || holes.n != l->rows / 8 + 1))
        st = wrong(l, "a column's holes do not fit its rows", err);
    uint64_t most = 0; /* rows are bounded by the file's size: no product overflows */
    if (!st) {
        most = m.as == AS_TEXT ? UINT64_MAX / 2 : l->rows * width[m.as];
        st = join_cells(l, most, &b, &n, err);
    }
    if (!st && m.as != AS_TEXT && n != most)
        st = wrong(l, "a column has fewer cells than rows", err);
    if (!st && m.type == WEIR_TYPE_FACTOR) {
        if (m.n_levels > levels.n)
            st = wrong(l, "a factor has fewer labels than levels", err);
        else if (!(labels = mem_array((size_t)m.n_levels + 1, sizeof *labels)))
            st = weir_no_memory(err, "loading a frame");
        else if (!texts_of(levels.bytes, levels.n, (size_t)m.n_levels, labels))
            st = wrong(l, "a factor's labels do not fit its levels", err);
    }
    if (!st)
        st = m.as == AS_TEXT                ? text_column(l, b, n, &holes, out, err)
             : m.type == WEIR_TYPE_FACTOR ? factor_column(l, &m, b, labels, out, err)
                                          : number_column(l, &m, b, out, err);
    mem_free(levels.bytes), mem_free(holes.bytes), mem_free(b), mem_free(labels);
    return st;
}

/* Every cell is a byte at least, and zlib makes no more than ZLIB_BEST of one. */
static weir_status read_head(loading *l, uint64_t size, weir_error *err)
{
    weir_status st = step(l, err);

    if (st)
        return st;
    if (!at_tag(l, "FRAM") || l->next.n != 24 || memcmp(l->next.bytes, "frm", 4) != 0)
        return wrong(l, "it holds something else", err);
    if (chunk_get_u32(l->next.bytes + 4) != FORMAT)
        return wrong(l, "it was written by a later version", err);
    l->rows = chunk_get_u64(l->next.bytes + 8);
    l->cols = chunk_get_u64(l->next.bytes + 16);
    if (l->cols > MOST_COLUMNS || l->cols > size / META || l->rows / ZLIB_BEST > size)
        return wrong(l, "it is too short for its rows and columns", err);
    return step(l, err);
}

static weir_status read_frame(chunk_reader *r, uint64_t size, progress *p, weir_frame **out, weir_error *err)
{
    loading l = {.r = r};
    column **cols = NULL;
    char **names = NULL;
    size_t made = 0;
    weir_status st = read_head(&l, size, err);

    if (!st) {
        cols = mem_zero((size_t)l.cols + 1, sizeof *cols);
        names = mem_zero((size_t)l.cols + 1, sizeof *names);
        if (!cols || !names)
            st = weir_no_memory(err, "loading a frame");
    }
    for (; !st && made < l.cols; made++) {
        st = read_column(&l, &cols[made], &names[made], err);
        progress_add(p, 1);
        if (!st && progress_cancelled(p))
            st = weir_fail(err, WEIR_ECANCEL, "loading was cancelled");
    }
    if (!st && l.more)
        st = wrong(&l, "it has more columns than it says", err);
    if (!st)
        st = frame_new(out, cols, (const char *const *)names, (size_t)l.cols, (size_t)l.rows, err);
    else
        for (size_t i = 0; cols && i < made; i++)
            column_unref(cols[i]);
    for (size_t i = 0; names && i < l.cols; i++)
        mem_free(names[i]);
    mem_free(cols), mem_free(names), mem_free(l.next.bytes);
    return st;
}

weir_status frame_file_read(weir_frame **out, const char *path, progress *p, weir_error *err)
{
    chunk_reader *r = NULL;
    weir_status st = chunk_open(&r, path, err);

    if (st)
        return st;
    st = read_frame(r, chunk_size(r), p, out, err);
    chunk_shut(r);
    return st;
}

weir_status frame_file_read_bytes(weir_frame **out, const void *bytes, size_t n, const char *name, weir_error *err)
{
    chunk_reader *r = NULL;
    weir_status st = chunk_open_bytes(&r, bytes, n, name, err);

    if (st)
        return st;
    st = read_frame(r, n, NULL, out, err);
    chunk_shut(r);
    return st;
}

/* Verbs ------------------------------------------------------------------------------------- */

static weir_status run_save(const verb_context *c, weir_value *out, weir_error *err)
{
    const char *path = verb_text(c, "path");

    if (!*path)
        return weir_fail_at(err, WEIR_EINVAL, "path", "path = \"\" is no file name");
    if (!verb_bool(c, "force", false) && access(path, F_OK) == 0) {
        weir_fail_at(err, WEIR_EINVAL, "path", "there is a file '%s' already", path);
        weir_hint(err, "force = true replaces it");
        return WEIR_EINVAL;
    }
    progress_phase(c->progress, "writing");
    weir_status st = frame_file_write(verb_frame(c, "self"), path, c->progress, err);
    if (st)
        return st;
    *out = weir_text(path);
    return out->kind == WEIR_TEXT ? WEIR_OK : weir_no_memory(err, "saving a frame");
}

static weir_status run_load_frame(const verb_context *c, weir_value *out, weir_error *err)
{
    weir_frame *f = NULL;

    progress_phase(c->progress, "reading");
    weir_status st = frame_file_read(&f, verb_text(c, "path"), c->progress, err);
    if (!st)
        *out = (weir_value){.kind = WEIR_FRAME, .as.frame = f};
    return st;
}

static const weir_arg_info save_args[] = {
    {.name = "path", .type = "text", .help = "File to write."},
    {.name = "force", .type = "bool", .def = "false", .optional = true, .help = "Replace a file that is there."}};
static const weir_arg_info load_args[] = {{.name = "path", .type = "text", .help = "File that save wrote."}};

const verb verbs_frame_file[] = {
    {{.name = "save", .on = "frame", .group = "data", .gives = "text", .job = true,
      .help = "Writes the frame to a file of its own format; gives the path.", .args = save_args, .n_args = 2}, run_save},
    {{.name = "load_frame", .on = "", .group = "data", .gives = "frame", .job = true,
      .help = "Reads a frame that save wrote.", .args = load_args, .n_args = 1}, run_load_frame},
};
const size_t verbs_frame_file_count = sizeof verbs_frame_file / sizeof *verbs_frame_file;
