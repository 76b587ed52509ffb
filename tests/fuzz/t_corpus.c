/* t_corpus.c - every file of tests/fuzz/corpus/TARGET through its target, and each of its beginnings. */
#include "config.h"

#include "tests/fuzz/targets.h"
#include "tests/tap.h"

#include <dirent.h>

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
        for (size_t k = 0; k < n; k += n / 32 + 1)
            target(bytes, k);
        files++;
    }
    closedir(d);
    CHECK(files > 0);
}

static void csv(void) { replay("csv", fuzz_csv); }
static void svmlight(void) { replay("svmlight", fuzz_svmlight); }
static void idx(void) { replay("idx", fuzz_idx); }
static void packed(void) { replay("packed", fuzz_packed); }
static void number(void) { replay("number", fuzz_number); }

int main(void)
{
    TEST(csv);
    TEST(svmlight);
    TEST(idx);
    TEST(packed);
    TEST(number);
    return tap_done();
}
