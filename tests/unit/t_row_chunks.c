/* t_row_chunks.c - where H2O cuts a file, against the rule row by row, and what picking rows leaves. */
#include "config.h"
#include "tests/tap.h"

#include "data/h2o_chunks.h"

#include <unistd.h>

enum { ROWS = 9000 };

static char path[64];
static uint64_t begins[ROWS]; /* of each row's line */

/* A file of lines of uneven length, with blank lines and perhaps a header; gives its size. */
static uint64_t write_file(bool header, bool blanks)
{
    FILE *f = fopen(path, "wb");
    uint64_t at = 0;

    if (header)
        at += (uint64_t)fprintf(f, "a,b\n");
    for (int i = 0; i < ROWS; i++) {
        begins[i] = at;
        at += (uint64_t)fprintf(f, "%d,%.*s\n", i, i * 7 % 13, "xxxxxxxxxxxxxxx");
        if (blanks && i % 100 == 0)
            at += (uint64_t)fprintf(f, "\n");
    }
    fclose(f);
    return at;
}

static weir_frame *frame_of(size_t rows)
{
    static double x[ROWS], y[ROWS];
    weir_column_init cols[] = {{.name = "a", .numbers = x}, {.name = "b", .numbers = y}};
    weir_frame *f = NULL;

    for (size_t i = 0; i < rows; i++)
        x[i] = (double)i, y[i] = (double)(i % 7);
    CHECK(!weir_frame_build(&f, cols, 2, rows, NULL));
    return f;
}

/* Row r is in chunk k exactly when the byte before its line lies in the k-th stretch of that many bytes. */
static bool dealt(const row_chunks *c, uint64_t size)
{
    bool good = true;

    for (size_t r = 0; r < ROWS; r++) {
        size_t k = begins[r] ? (size_t)((begins[r] - 1) / size) : 0;
        good &= k < c->n && r < c->end[k] && (k == 0 || r >= c->end[k - 1]);
    }
    return good && c->end[c->n - 1] == ROWS;
}

static void rows_go_to_the_chunk_of_the_byte_before_them(void)
{
    for (int header = 0; header < 2; header++)
        for (int cores = 1; cores <= 8; cores *= 2) {
            uint64_t bytes = write_file(header, header), size = bytes / (4 * (uint64_t)cores) + 1;
            size = size < 4096 ? 4096 : size; /* the least */
            weir_frame *f = frame_of(ROWS);
            CHECK(bytes > 65536);
            CHECK(!h2o_chunks_tell(f, path, cores, NULL));
            const row_chunks *c = frame_chunks(f);
            CHECK(c && c->n == (begins[ROWS - 1] - 1) / size + 1 && dealt(c, size));
            weir_frame_unref(f);
        }
}

static void small_files_and_files_of_other_rows_are_one_chunk(void)
{
    weir_frame *f = frame_of(ROWS - 5), *g = frame_of(ROWS);
    FILE *small;

    write_file(false, false);
    CHECK(!h2o_chunks_tell(f, path, 2, NULL) && !frame_chunks(f)); /* five lines too many */
    small = fopen(path, "wb");
    for (int i = 0; i < ROWS; i++)
        fprintf(small, "1\n");
    fclose(small);
    CHECK(!h2o_chunks_tell(g, path, 2, NULL) && !frame_chunks(g)); /* below 64 KiB */
    CHECK(!h2o_chunks_tell(g, "/none/such", 2, NULL) && !frame_chunks(g));
    weir_frame_unref(f), weir_frame_unref(g);
}

static void picking_rows_keeps_what_is_left_of_each_chunk(void)
{
    row_chunks *c = row_chunks_new(4);
    const size_t ends[] = {3, 3, 7, 10};
    const uint64_t some[] = {1, 2, 4, 9}, late[] = {8, 9}, back[] = {4, 2}, twice[] = {1, 1};

    memcpy(c->end, ends, sizeof ends);
    row_chunks *p = row_chunks_pick(c, some, 4), *q = row_chunks_pick(c, late, 2), *none = row_chunks_pick(c, some, 0);
    CHECK(p && p->n == 4 && p->end[0] == 2 && p->end[1] == 2 && p->end[2] == 3 && p->end[3] == 4);
    CHECK(q && q->end[0] == 0 && q->end[1] == 0 && q->end[2] == 0 && q->end[3] == 2);
    CHECK(none && none->end[3] == 0);
    CHECK(!row_chunks_pick(c, back, 2) && !row_chunks_pick(c, twice, 2));
    row_chunks_unref(p), row_chunks_unref(q), row_chunks_unref(none), row_chunks_unref(c);
}

int main(void)
{
    snprintf(path, sizeof path, "/tmp/weir-chunks-XXXXXX");
    int fd = mkstemp(path);

    if (fd < 0)
        return 1;
    close(fd);
    TEST(rows_go_to_the_chunk_of_the_byte_before_them);
    TEST(small_files_and_files_of_other_rows_are_one_chunk);
    TEST(picking_rows_keeps_what_is_left_of_each_chunk);
    unlink(path);
    return tap_done();
}
