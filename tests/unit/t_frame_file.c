/* Tests of frames in files: what is saved comes back, whatever is damaged is refused. */
#include "config.h"
#include "tests/tap.h"

#include "base/mem.h"
#include "base/rng.h"
#include "store/frame_file.h"

#include <sys/stat.h>
#include <unistd.h>

static char path[64];

enum { ROWS = 300 };

/* A column of every storage, with holes and without. */
static weir_frame *sample(weir_error *err)
{
    static const double scale[] = {1, 0.1, 300, 70000, 5e9, 1.0 / 3, 0.5};
    static double x[16][ROWS];
    static const char *s[3][ROWS];
    static const char *const words[] = {"", "b", "long words, with \"quotes\"", "\xc3\xbcml\xc3\xa4ut", "a"};
    static char names[16][8];
    weir_column_init init[20];
    size_t n = 0;
    weir_frame *f = NULL;

    for (size_t k = 0; k < 14; k++, n++) {
        for (uint64_t i = 0; i < ROWS; i++) {
            double u = rng_unit(k, RNG_RUNIF, i);
            x[k][i] = (k % 7 == 5 ? u : floor(200 * u)) * scale[k % 7];
            if (k >= 7 && i % 5 == 2)
                x[k][i] = NAN;
        }
        snprintf(names[k], sizeof names[k], "n%zu", k);
        init[n] = (weir_column_init){.name = names[k], .type = k == 3 ? WEIR_TYPE_TIME : WEIR_TYPE_NUMERIC, .numbers = x[k]};
    }
    for (size_t i = 0; i < ROWS; i++) {
        x[14][i] = -1.5;
        x[15][i] = NAN;
        s[0][i] = i % 7 == 3 ? NULL : words[i % 5];
        s[1][i] = words[i % 4 + 1];
        s[2][i] = words[i * i % 5];
    }
    init[n++] = (weir_column_init){.name = "same", .numbers = x[14]};
    init[n++] = (weir_column_init){.name = "none", .numbers = x[15]};
    init[n++] = (weir_column_init){.name = "factor", .type = WEIR_TYPE_FACTOR, .labels = s[0]};
    init[n++] = (weir_column_init){.name = "full factor", .type = WEIR_TYPE_FACTOR, .labels = s[1]};
    init[n++] = (weir_column_init){.name = "texts", .type = WEIR_TYPE_STRING, .labels = s[0]};
    init[n++] = (weir_column_init){.name = "full texts", .type = WEIR_TYPE_STRING, .labels = s[2]};
    x[0][7] = INFINITY;
    x[6][9] = -INFINITY;
    weir_frame_build(&f, init, n, ROWS, err);
    return f;
}

static int equal(const weir_frame *f, const weir_frame *g)
{
    char a[128], b[128];
    double x, y;

    if (f->rows != g->rows || f->cols != g->cols)
        return 0;
    for (size_t k = 0; k < f->cols; k++) {
        const column *c = f->col[k], *d = g->col[k];
        if (strcmp(f->name[k], g->name[k]) != 0 || c->type != d->type || c->store != d->store || c->n_levels != d->n_levels || c->bytes != d->bytes)
            return 0;
        for (size_t j = 0; j < c->n_levels; j++)
            if (strcmp(c->levels[j], d->levels[j]) != 0)
                return 0;
        for (size_t i = 0; i < f->rows; i++) {
            weir_frame_text(f, k, i, a, sizeof a);
            weir_frame_text(g, k, i, b, sizeof b);
            weir_frame_read(f, k, i, 1, &x);
            weir_frame_read(g, k, i, 1, &y);
            if (weir_frame_missing(f, k, i) != weir_frame_missing(g, k, i) || strcmp(a, b) != 0 || (x != y && !(isnan(x) && isnan(y))))
                return 0;
        }
        if (c->stats.mean != d->stats.mean && !(isnan(c->stats.mean) && isnan(d->stats.mean)))
            return 0;
    }
    return 1;
}

static size_t read_all(unsigned char **bytes)
{
    FILE *f = fopen(path, "rb");
    struct stat s;

    *bytes = NULL;
    if (!f || fstat(fileno(f), &s))
        return 0;
    *bytes = malloc((size_t)s.st_size + 1);
    size_t n = fread(*bytes, 1, (size_t)s.st_size, f);
    fclose(f);
    return n;
}

static void F440_a_frame_comes_back_bit_for_bit(void)
{
    weir_error err = {0};
    weir_frame *f = sample(&err), *g = NULL;

    CHECK(f != NULL);
    CHECK(frame_file_write(f, path, NULL, &err) == WEIR_OK);
    CHECK(frame_file_read(&g, path, NULL, &err) == WEIR_OK);
    CHECK(g && equal(f, g));
    weir_frame_unref(f);
    weir_frame_unref(g);
}

static void F440_frames_without_rows_or_columns_come_back(void)
{
    weir_frame *f = NULL, *g = NULL;
    weir_column_init none = {.name = "x", .numbers = &(double){0}};

    CHECK(weir_frame_build(&f, &none, 1, 0, NULL) == WEIR_OK);
    CHECK(frame_file_write(f, path, NULL, NULL) == WEIR_OK && frame_file_read(&g, path, NULL, NULL) == WEIR_OK);
    CHECK(g && g->rows == 0 && g->cols == 1);
    weir_frame_unref(f);
    weir_frame_unref(g);
    CHECK(frame_new(&f, NULL, NULL, 0, 0, NULL) == WEIR_OK);
    CHECK(frame_file_write(f, path, NULL, NULL) == WEIR_OK && frame_file_read(&g, path, NULL, NULL) == WEIR_OK);
    CHECK(g && g->cols == 0);
    weir_frame_unref(f);
    weir_frame_unref(g);
}

/* One bit at every offset: refused, each time. */
static void no_bit_of_a_saved_frame_changes_unseen(void)
{
    weir_frame *f = sample(NULL), *g;
    unsigned char *bytes;
    size_t unseen = 0;

    CHECK(frame_file_write(f, path, NULL, NULL) == WEIR_OK);
    size_t n = read_all(&bytes);
    CHECK(n > 500);
    for (size_t i = 0; i < n; i++) {
        weir_error err = {0};
        bytes[i] ^= (unsigned char)(1u << i % 8);
        if (frame_file_read_bytes(&g, bytes, n, "damaged", &err) == WEIR_OK) {
            unseen++;
            weir_frame_unref(g);
        } else {
            unseen += err.status != WEIR_EFORMAT || !strstr(err.message, "damaged");
        }
        bytes[i] ^= (unsigned char)(1u << i % 8);
    }
    CHECK(unseen == 0);
    for (size_t k = 0; k < n; k += 7)
        CHECK(frame_file_read_bytes(&g, bytes, k, "cut", NULL) == WEIR_EFORMAT);
    free(bytes);
    weir_frame_unref(f);
}

static uint32_t crc_of(const unsigned char *b, size_t n) /* bit by bit: IEEE 802.3 */
{
    uint32_t c = ~0u;

    for (size_t i = 0; i < n; i++) {
        c ^= b[i];
        for (int k = 0; k < 8; k++)
            c = c >> 1 ^ (0xedb88320u & (0u - (c & 1)));
    }
    return ~c;
}

/* Bytes changed and the checksums made right again: the reader still refuses or gives a frame, and never more. */
static void forged_files_never_break_the_reader(void)
{
    weir_frame *f = sample(NULL), *g;
    unsigned char *bytes;
    size_t refused = 0, taken = 0;

    CHECK(frame_file_write(f, path, NULL, NULL) == WEIR_OK);
    size_t n = read_all(&bytes);
    unsigned char *forged = malloc(n);
    for (uint64_t trial = 0; trial < 3000; trial++) {
        memcpy(forged, bytes, n);
        size_t section = 8;
        for (;;) { /* walks the sections, forges one byte of some */
            size_t size = 0;
            for (int k = 7; k >= 0; k--)
                size = size << 8 | bytes[section + 16 + (size_t)k];
            if (rng_below(trial, RNG_ROWS, section, 12) == 0) {
                size_t at = rng_below(trial, RNG_SAMPLE, section, 20 + size);
                at = at < 20 && size ? at % 4 : at; /* tags, or bytes; lengths are another test's */
                size_t place = section + (at < 4 ? at : at < 20 ? 4 : at - 20 + 24);
                if (place < section + 24 + size)
                    forged[place] = (unsigned char)rng_u64(trial, RNG_CREATE, section);
            }
            uint32_t crc = crc_of(forged + section, 24 + size);
            for (int k = 0; k < 4; k++)
                forged[section + 24 + size + (size_t)k] = (unsigned char)(crc >> 8 * k);
            section += 24 + size + 4;
            if (section >= n)
                break;
        }
        if (frame_file_read_bytes(&g, forged, n, "forged", NULL) == WEIR_OK) {
            taken++;
            weir_frame_unref(g);
        } else {
            refused++;
        }
    }
    CHECK(refused > 500 && taken > 10);
    free(forged);
    free(bytes);
    weir_frame_unref(f);
}

static void saving_and_loading_survive_every_failed_allocation(void)
{
    weir_frame *f = sample(NULL), *g = NULL;

    CHECK(frame_file_write(f, path, NULL, NULL) == WEIR_OK);
    for (uint64_t n = 1;; n++) {
        weir_error err = {0};
        mem_fail_nth(n);
        weir_status st = frame_file_write(f, path, NULL, &err);
        if (!st)
            st = frame_file_read(&g, path, NULL, &err);
        int pending = mem_fail_pending();
        mem_fail_nth(0);
        CHECK(st == WEIR_OK || st == WEIR_ENOMEM);
        if (!st) {
            CHECK(equal(f, g));
            weir_frame_unref(g);
        }
        if (pending)
            break;
    }
    weir_frame_unref(f);
}

int main(void)
{
    snprintf(path, sizeof path, "/tmp/t_frame_file.%d", (int)getpid());
    TEST(F440_a_frame_comes_back_bit_for_bit);
    TEST(F440_frames_without_rows_or_columns_come_back);
    TEST(no_bit_of_a_saved_frame_changes_unseen);
    TEST(forged_files_never_break_the_reader);
    TEST(saving_and_loading_survive_every_failed_allocation);
    unlink(path);
    return tap_done();
}
