/* t_corpus.c - every file of tests/fuzz/corpus/TARGET through its target: whole, and, where no fuzzer has
 * found it, cut short and with bytes changed. */
#include "config.h"

#include "tests/fuzz/targets.h"
#include "tests/tap.h"

#include "base/rng.h"

#include <dirent.h>

enum { TRIALS = 20 };

/* Some bytes of the file are others, every time the same. */
static void change(const uint8_t *data, size_t n, void (*target)(const uint8_t *data, size_t n))
{
    static uint8_t changed[1 << 20];

    for (uint64_t trial = 0; trial < TRIALS && n; trial++) {
        memcpy(changed, data, n);
        for (uint64_t k = 0; k <= trial % 4; k++)
            changed[rng_below(trial, RNG_ROWS, k, n)] = (uint8_t)rng_u64(trial, RNG_CREATE, k);
        target(changed, n);
    }
}

static void replay(const char *folder, void (*target)(const uint8_t *data, size_t n))
{
    char path[1024];
    const char *src = getenv("srcdir");
    size_t files = 0;

    snprintf(path, sizeof path, "%s/tests/fuzz/corpus/%s", src && *src ? src : "..", folder);
    DIR *d = opendir(path);
    if (!CHECK(d != NULL))
        return;
    for (struct dirent *e; (e = readdir(d));) {
        char name[1400];
        static uint8_t bytes[1 << 20];
        if (e->d_name[0] == '.')
            continue;
        snprintf(name, sizeof name, "%s/%s", path, e->d_name);
        FILE *f = fopen(name, "rb");
        if (!CHECK(f != NULL))
            continue;
        size_t n = fread(bytes, 1, sizeof bytes, f);
        fclose(f);
        target(bytes, n);
        files++;
        if (!strncmp(e->d_name, "found-", 6)) /* a fuzzer's: changed enough */
            continue;
        for (size_t k = 0; k < n; k += n / 16 + 1)
            target(bytes, k);
        change(bytes, n, target);
    }
    closedir(d);
    CHECK(files > 0);
}

static void csv(void) { replay("csv", fuzz_csv); }
static void arff(void) { replay("arff", fuzz_arff); }
static void svmlight(void) { replay("svmlight", fuzz_svmlight); }
static void idx(void) { replay("idx", fuzz_idx); }
static void packed(void) { replay("packed", fuzz_packed); }
static void number(void) { replay("number", fuzz_number); }
static void frame(void) { replay("frame", fuzz_frame); }
static void model(void) { replay("model", fuzz_model); }

int main(void)
{
    TEST(csv);
    TEST(arff);
    TEST(svmlight);
    TEST(idx);
    TEST(packed);
    TEST(number);
    TEST(frame);
    TEST(model);
    return tap_done();
}
