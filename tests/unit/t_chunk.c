/* Tests of files of sections: what was put comes back, whatever is damaged is refused. */
#include "config.h"
#include "tests/tap.h"

#include "base/mem.h"
#include "base/rng.h"
#include "store/chunk.h"

#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

static char path[64];

static size_t read_all(const char *name, unsigned char **bytes)
{
    FILE *f = fopen(name, "rb");
    struct stat s;

    *bytes = NULL;
    if (!f || fstat(fileno(f), &s))
        return 0;
    *bytes = malloc((size_t)s.st_size + 1);
    size_t n = fread(*bytes, 1, (size_t)s.st_size, f);
    fclose(f);
    return n;
}

enum { LARGE = 100000 };

static weir_status write_sample(weir_error *err)
{
    static unsigned char noise[777], runs[LARGE];
    chunk_writer w;

    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (unsigned char)rng_u64(1, RNG_ROWS, i);
    for (size_t i = 0; i < LARGE; i++)
        runs[i] = (unsigned char)(i / 1000);
    weir_status st = chunk_create(&w, path, err);
    if (!st)
        st = chunk_put(&w, "HEAD", "weir", 4, false, err);
    if (!st)
        st = chunk_put(&w, "note", "", 0, true, err);
    if (!st)
        st = chunk_put(&w, "NOIS", noise, sizeof noise, true, err);
    if (!st)
        st = chunk_put(&w, "RUNS", runs, LARGE, true, err);
    return st ? st : chunk_close(&w, err);
}

/* Reads everything; counts the sections. */
static weir_status read_bytes(const unsigned char *bytes, size_t n, size_t *sections, uint64_t *hash, weir_error *err)
{
    chunk_reader *r = NULL;
    chunk c;
    bool more = true;
    weir_status st = chunk_open_bytes(&r, bytes, n, "sample", err);

    *sections = 0;
    *hash = 0;
    while (!st && more) {
        st = chunk_next(r, &c, &more, err);
        if (!st && more) {
            ++*sections;
            for (size_t i = 0; i < c.n; i++)
                *hash = *hash * 31 + c.bytes[i];
            mem_free(c.bytes);
        }
    }
    chunk_shut(r);
    return st;
}

static void sections_come_back_byte_for_byte(void)
{
    chunk_reader *r = NULL;
    chunk c;
    bool more;
    struct stat s;

    CHECK(write_sample(NULL) == WEIR_OK);
    CHECK(stat(path, &s) == 0 && s.st_size < 5000); /* runs are compressed */
    CHECK(chunk_open(&r, path, NULL) == WEIR_OK);
    static const char *const tags[] = {"HEAD", "note", "NOIS", "RUNS"};
    static const size_t sizes[] = {4, 0, 777, LARGE};
    for (int i = 0; i < 4; i++) {
        CHECK(chunk_next(r, &c, &more, NULL) == WEIR_OK && more);
        TEXT_EQ(c.tag, tags[i]);
        CHECK(c.n == sizes[i]);
        if (i == 3)
            for (size_t k = 0; k < c.n; k++)
                if (c.bytes[k] != (unsigned char)(k / 1000)) {
                    CHECK(!"equal");
                    break;
                }
        if (i == 0)
            CHECK(!memcmp(c.bytes, "weir", 4));
        mem_free(c.bytes);
    }
    CHECK(chunk_next(r, &c, &more, NULL) == WEIR_OK && !more);
    CHECK(chunk_next(r, &c, &more, NULL) == WEIR_OK && !more);
    chunk_shut(r);
}

static void no_bit_changes_unseen(void)
{
    unsigned char *bytes;
    size_t n = read_all(path, &bytes), sections, unseen = 0;
    uint64_t hash;

    CHECK(n > 0 && read_bytes(bytes, n, &sections, &hash, NULL) == WEIR_OK && sections == 4);
    for (size_t i = 0; i < n; i++)
        for (int b = 0; b < 8; b++) {
            bytes[i] ^= (unsigned char)(1 << b);
            unseen += read_bytes(bytes, n, &sections, &hash, NULL) != WEIR_EFORMAT;
            bytes[i] ^= (unsigned char)(1 << b);
        }
    CHECK(unseen == 0);
    free(bytes);
}

static void a_file_cut_anywhere_is_refused(void)
{
    unsigned char *bytes;
    size_t n = read_all(path, &bytes), sections;
    uint64_t hash;

    for (size_t k = 0; k < n; k++)
        CHECK(read_bytes(bytes, k, &sections, &hash, NULL) == WEIR_EFORMAT);
    unsigned char *longer = calloc(n + 1, 1);
    memcpy(longer, bytes, n);
    CHECK(read_bytes(longer, n + 1, &sections, &hash, NULL) == WEIR_EFORMAT);
    free(longer);
    free(bytes);
}

/* A length that the file does not have, with a checksum that fits. */
static void lengths_are_not_trusted(void)
{
    static const uint64_t lengths[] = {5, 1000, UINT64_MAX, UINT64_MAX - 24, 1ull << 40};
    unsigned char bytes[8 + 24 + 4 + 28] = {0x89, 'W', 'E', 'I', 'R', 0x0d, 0x0a, 0x1a, 'H', 'E', 'A', 'D'};
    size_t sections;
    uint64_t hash;

    for (size_t i = 0; i < 5; i++)
        for (int deflated = 0; deflated < 2; deflated++) {
            chunk_put_u32(bytes + 12, (uint32_t)deflated);
            chunk_put_u64(bytes + 16, lengths[i]);
            chunk_put_u64(bytes + 24, deflated ? 4 : lengths[i]);
            chunk_put_u32(bytes + 36, (uint32_t)crc32(0, bytes + 8, 28)); /* of the four bytes there are */
            CHECK(read_bytes(bytes, sizeof bytes, &sections, &hash, NULL) == WEIR_EFORMAT);
        }
}

static void unknown_sections_are_told_apart(void)
{
    chunk_reader *r = NULL;
    unsigned char *bytes;
    weir_error err = {0};
    size_t n = read_all(path, &bytes);
    chunk a = {.tag = "Xtra", .bytes = mem_array(1, 1)}, b = {.tag = "xtra", .bytes = mem_array(1, 1)};

    CHECK(chunk_open_bytes(&r, bytes, n, "sample", NULL) == WEIR_OK);
    CHECK(chunk_unknown(r, &a, &err) == WEIR_EFORMAT && strstr(err.message, "Xtra"));
    CHECK(chunk_unknown(r, &b, NULL) == WEIR_OK);
    chunk_shut(r);
    free(bytes);
}

/* A file that cannot be written whole leaves the old one and nothing beside it. */
static void a_failed_write_leaves_the_old_file(void)
{
    weir_error err = {0};
    char part[80];

    snprintf(part, sizeof part, "%s.part", path);
    CHECK(write_sample(&err) == WEIR_OK);
    for (uint64_t n = 1;; n++) {
        unsigned char *bytes;
        size_t sections;
        uint64_t hash;
        mem_fail_nth(n);
        weir_status st = write_sample(&err);
        int pending = mem_fail_pending();
        mem_fail_nth(0);
        CHECK(st == WEIR_OK || st == WEIR_ENOMEM);
        CHECK(access(part, F_OK) != 0);
        size_t size = read_all(path, &bytes);
        CHECK(read_bytes(bytes, size, &sections, &hash, NULL) == WEIR_OK && sections == 4);
        free(bytes);
        if (pending)
            break;
    }
    if (access("/dev/full", W_OK) == 0) {
        outfile o;
        static char block[1 << 17];
        /* PATH.part of a link to the full device: the device is what is written to. */
        CHECK(symlink("/dev/full", part) == 0);
        CHECK(outfile_open(&o, path, &err) == WEIR_OK);
        CHECK(outfile_write(&o, block, sizeof block, &err) == WEIR_EIO && strstr(err.message, "No space"));
        CHECK(access(part, F_OK) != 0 && access(path, F_OK) == 0);
    }
    CHECK(outfile_open(&(outfile){0}, "/no/such/folder/x", &err) == WEIR_EIO);
}

static void replacing_a_file_keeps_its_links_and_permissions(void)
{
    char real[80], link[80], fifo[80], got[8] = "";
    weir_error err;
    struct stat s;
    int p[2];

    snprintf(real, sizeof real, "%s.real", path);
    snprintf(link, sizeof link, "%s.link", path);
    CHECK(outfile_put(real, "one", 3, &err) == WEIR_OK && chmod(real, 0640) == 0 && symlink(real, link) == 0);
    CHECK(outfile_put(link, "three", 5, &err) == WEIR_OK);
    CHECK(lstat(link, &s) == 0 && S_ISLNK(s.st_mode));
    CHECK(lstat(real, &s) == 0 && S_ISREG(s.st_mode) && s.st_size == 5 && (s.st_mode & 0777) == 0640);
    unlink(link);
    unlink(real);

    CHECK(pipe(p) == 0);
    snprintf(fifo, sizeof fifo, "/proc/self/fd/%d", p[1]);
    CHECK(outfile_put(fifo, "pipe", 4, &err) == WEIR_OK && read(p[0], got, 4) == 4 && !strcmp(got, "pipe"));
    close(p[0]);
    close(p[1]);
    CHECK(outfile_put("/tmp", "x", 1, &err) == WEIR_EIO && strstr(err.message, "/tmp") && strstr(err.message, "directory"));
}

static void reading_survives_every_failed_allocation(void)
{
    unsigned char *bytes;
    size_t n = read_all(path, &bytes), sections;
    uint64_t hash;

    for (uint64_t k = 1;; k++) {
        mem_fail_nth(k);
        weir_status st = read_bytes(bytes, n, &sections, &hash, NULL);
        int pending = mem_fail_pending();
        mem_fail_nth(0);
        CHECK(pending ? st == WEIR_OK : st == WEIR_ENOMEM);
        if (pending)
            break;
    }
    free(bytes);
}

int main(void)
{
    snprintf(path, sizeof path, "/tmp/t_chunk.%d", (int)getpid());
    TEST(sections_come_back_byte_for_byte);
    TEST(no_bit_changes_unseen);
    TEST(a_file_cut_anywhere_is_refused);
    TEST(lengths_are_not_trusted);
    TEST(unknown_sections_are_told_apart);
    TEST(a_failed_write_leaves_the_old_file);
    TEST(replacing_a_file_keeps_its_links_and_permissions);
    TEST(reading_survives_every_failed_allocation);
    unlink(path);
    return tap_done();
}
