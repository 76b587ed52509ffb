/* h2o_chunks.c - see h2o_chunks.h. */
#include "data/h2o_chunks.h"

#include "base/mem.h"
#include "base/status.h"

#include <stdio.h>
#include <string.h>

/* Lines that may be rows: where they begin, as they come. */
typedef struct lines {
    uint64_t *at;
    size_t n, cap;
    uint64_t bytes, longest;
} lines;

static bool add_line(lines *l, uint64_t begin, uint64_t length, int first)
{
    if (!length || (length == 1 && first == '\r') || first == '#')
        return true;
    uint64_t *at = mem_grow(l->at, l->n, &l->cap, sizeof *at);
    if (!at)
        return false;
    l->at = at;
    l->at[l->n++] = begin;
    l->longest = length + 1 > l->longest ? length + 1 : l->longest;
    return true;
}

/* false = out of memory. */
static bool read_lines(lines *l, FILE *f)
{
    enum { BLOCK = 1 << 16 };
    char *block = mem_array(BLOCK, 1);
    uint64_t begin = 0;
    size_t got;
    int first = 0;
    bool good = block != NULL;

    while (good && (got = fread(block, 1, BLOCK, f)) > 0)
        for (size_t i = 0; good && i < got; i++, l->bytes++) {
            if (l->bytes == begin)
                first = (unsigned char)block[i];
            if (block[i] != '\n')
                continue;
            good = add_line(l, begin, l->bytes - begin, first);
            begin = l->bytes + 1;
        }
    if (good && l->bytes > begin)
        good = add_line(l, begin, l->bytes - begin, first);
    mem_free(block);
    return good;
}

/* Bytes of a chunk of a text of T bytes. */
static uint64_t chunk_size(uint64_t bytes, uint64_t longest, uint64_t columns, uint64_t cores)
{
    const uint64_t usual = 1u << 22, most = (1u << 28) - 1, cells = 1u << 21;
    uint64_t s = bytes / (4 * cores) + 1, q = 4 * cores * columns;

    if (bytes <= 1u << 16)
        return usual > 10 * longest ? usual : 10 * longest;
    s = s < 4096 ? 4096 : s;
    if (s > 1u << 20)
        s = (s & 0xfffffe00u) + 512;
    if (s < usual && bytes / s * columns < cells)
        return s > 10 * longest ? s : 10 * longest;
    if (q > cells) {
        unsigned log = 0;
        while (q / cells >> (log + 1))
            log++;
        s <<= log > 2 ? log : 2;
    }
    s = s < most ? s : most;
    if (s > 10 * longest)
        return s;
    s = 10 * longest < most ? 10 * longest : most;
    return s > usual ? s : usual;
}

/* Chunk of the line that begins at `at`. */
static size_t chunk_of(uint64_t at, uint64_t size)
{
    return at ? (size_t)((at - 1) / size) : 0;
}

static weir_status deal(weir_frame *f, const lines *l, int cores, weir_error *err)
{
    size_t header = l->n - f->rows;
    uint64_t size = chunk_size(l->bytes, l->longest, f->cols, (uint64_t)cores);
    size_t n = chunk_of(l->at[l->n - 1], size) + 1;

    if (n < 2)
        return WEIR_OK;
    row_chunks *c = row_chunks_new(n);
    if (!c)
        return weir_no_memory(err, "reading a file");
    for (size_t i = 0; i < f->rows; i++)
        c->end[chunk_of(l->at[header + i], size)] = i + 1;
    for (size_t k = 1; k < n; k++) /* a chunk in which no line begins is empty */
        c->end[k] = c->end[k] ? c->end[k] : c->end[k - 1];
    for (size_t i = 0; i < f->cols; i++)
        f->col[i]->chunks = row_chunks_ref(c);
    row_chunks_unref(c);
    return WEIR_OK;
}

weir_status h2o_chunks_tell(weir_frame *f, const char *path, int cores, weir_error *err)
{
    lines l = {0};
    unsigned char magic[2] = {0};
    weir_status st = WEIR_OK;
    FILE *file = f->rows && !strstr(path, "://") && strcmp(path, "-") != 0 ? fopen(path, "rb") : NULL;

    if (!file)
        return WEIR_OK;
    size_t got = fread(magic, 1, 2, file);
    bool packed = got == 2 && ((magic[0] == 0x1f && magic[1] == 0x8b) || (magic[0] == 'P' && magic[1] == 'K'));
    rewind(file);
    if (!packed && !read_lines(&l, file))
        st = weir_no_memory(err, "reading a file");
    fclose(file);
    if (!st && (l.n == f->rows || l.n == f->rows + 1) && cores > 0)
        st = deal(f, &l, cores, err);
    mem_free(l.at);
    return st;
}
