/* targets_store.c - weir's own files, taken for anything.
 *
 * The checksums of sections whose lengths fit are made right first, so that changes get past them. */
#include "config.h"

#include "tests/fuzz/targets.h"

#include "data/frame.h"
#include "model/score.h"
#include "store/chunk.h"
#include "store/frame_file.h"
#include "store/model_file.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { HEAD = 8, SECTION = 28 };

/* A copy with the checksums that belong to it; NULL: too short or too long. */
static unsigned char *mended(const uint8_t *data, size_t n)
{
    unsigned char *b = n < HEAD || n > 1 << 20 ? NULL : malloc(n);

    if (!b)
        return NULL;
    memcpy(b, data, n);
    for (size_t at = HEAD; n - at >= SECTION;) {
        uint64_t size = chunk_get_u64(b + at + 16);
        if (size > n - at - SECTION)
            break;
        chunk_put_u32(b + at + SECTION - 4 + size, (uint32_t)crc32(0, b + at, (uInt)(SECTION - 4 + size)));
        at += SECTION + size;
    }
    return b;
}

static void must(int good)
{
    if (!good)
        abort();
}

static void touch(weir_frame *f)
{
    char cell[64];

    for (size_t c = 0; c < f->cols; c += f->cols / 256 + 1)
        for (size_t r = 0; r < f->rows; r += f->rows / 64 + 1)
            weir_frame_text(f, c, r, cell, sizeof cell);
}

void fuzz_frame(const uint8_t *data, size_t n)
{
    unsigned char *b = mended(data, n);
    weir_frame *f = NULL;
    weir_error err = {0};

    if (!b)
        return;
    weir_status st = frame_file_read_bytes(&f, b, n, "fuzz", &err);
    must(st ? !f && err.message[0] : f != NULL);
    if (f)
        touch(f);
    weir_frame_unref(f);
    free(b);
}

static weir_frame *people(void)
{
    static const double age[] = {20, 31.5, 47, 64}, code[] = {0, 1, 2, 0};
    static const char *const towns[] = {"Bonn", "Ulm", "Wien"}, *const labels[] = {"no", "yes"};
    static const double y[] = {0, 1, 1, 0};
    weir_column_init cols[] = {
        {.name = "age", .type = WEIR_TYPE_NUMERIC, .numbers = age},
        {.name = "town", .type = WEIR_TYPE_FACTOR, .numbers = code, .levels = towns, .n_levels = 3},
        {.name = "y", .type = WEIR_TYPE_FACTOR, .numbers = y, .levels = labels, .n_levels = 2},
    };
    weir_frame *f = NULL;

    weir_frame_build(&f, cols, 3, 4, NULL);
    return f;
}

/* What was read must be a model: it can be asked for its weights, and predicts. */
static void use(const weir_model *m)
{
    encode_view *v = NULL;
    weir_frame *f = people(), *w = NULL;
    scorer s = scorer_of(m);

    if (f && encode_view_new(&v, m->enc, f, NULL, NULL) == WEIR_OK) {
        double *p = malloc(4 * scorer_width(&s) * sizeof *p);
        if (p)
            score_rows(&s, v, NULL, 4, p, NULL, NULL);
        free(p);
        encode_view_free(v);
    }
    for (size_t layer = 0; layer < m->net->layers && model_weights(m, layer, &w, NULL) == WEIR_OK; layer++) {
        touch(w);
        weir_frame_unref(w);
        w = NULL;
    }
    weir_frame_unref(f);
}

void fuzz_model(const uint8_t *data, size_t n)
{
    unsigned char *b = mended(data, n);
    weir_model *m = NULL;
    weir_error err = {0};

    if (!b)
        return;
    weir_status st = model_file_read_bytes(&m, b, n, "fuzz", &err);
    must(st ? err.message[0] != 0 : m != NULL);
    if (!st) {
        use(m);
        weir_model_unref(m);
    }
    free(b);
}
