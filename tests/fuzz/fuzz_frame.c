/* fuzz_frame.c - libFuzzer target: files of frames, taken for anything.
 *
 * The first bytes of every section's checksum are made right, so that mutations get
 * past it; what is read must be a frame that can be written and read again. */
#include "config.h"

#include "base/mem.h"
#include "data/frame.h"
#include "store/chunk.h"
#include "store/frame_file.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* Sections whose lengths fit get the checksum that belongs to them. */
static void mend(unsigned char *b, size_t n)
{
    for (size_t at = 8; n - at >= 28;) {
        uint64_t size = chunk_get_u64(b + at + 16);
        if (size > n - at - 28)
            return;
        chunk_put_u32(b + at + 24 + size, (uint32_t)crc32(0, b + at, (uInt)(24 + size)));
        at += 28 + size;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    weir_frame *f = NULL;
    char cell[64];

    if (n < 8 || n > 1 << 20)
        return 0;
    unsigned char *b = malloc(n);
    if (!b)
        return 0;
    memcpy(b, bytes, n);
    mend(b, n);
    if (frame_file_read_bytes(&f, b, n, "fuzz", NULL) == WEIR_OK) {
        for (size_t c = 0; c < f->cols; c++)
            for (size_t r = 0; r < f->rows && r < 1000; r++)
                weir_frame_text(f, c, r, cell, sizeof cell);
        weir_frame_unref(f);
    }
    free(b);
    return 0;
}
