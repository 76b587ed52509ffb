/* replay.c - runs a fuzz target over the files of its corpus, each also cut short and with bytes
 * changed, where no libFuzzer is. Linked with one target; TAP on standard output. */
#include "config.h"
#include "tests/tap.h"

#include "base/rng.h"
#include "tests/fuzz/fuzz.h"

#include <dirent.h>

static uint8_t *read_file(const char *path, size_t *n)
{
    FILE *f = fopen(path, "rb");
    uint8_t *b = malloc(1 << 20);

    *n = f && b ? fread(b, 1, 1 << 20, f) : 0;
    if (f)
        fclose(f);
    return b;
}

static void replay(const char *path)
{
    size_t n;
    uint8_t *b = read_file(path, &n), *c = malloc(n + 1);

    if (b && c) {
        LLVMFuzzerTestOneInput(b, n);
        for (size_t k = 0; k < n; k += 1 + n / 200)
            LLVMFuzzerTestOneInput(b, k);
        for (uint64_t trial = 0; trial < 2000 && n; trial++) {
            memcpy(c, b, n);
            for (uint64_t k = 0; k <= trial % 4; k++)
                c[rng_below(trial, RNG_ROWS, k, n)] = (uint8_t)rng_u64(trial, RNG_CREATE, k);
            LLVMFuzzerTestOneInput(c, n);
        }
    }
    free(b);
    free(c);
}

int main(int argc, char **argv)
{
    const char *top = getenv("srcdir");
    char folder[1024], path[2048];
    size_t files = 0;

    snprintf(folder, sizeof folder, "%s/%s", top ? top : ".", argc > 1 ? argv[1] : FUZZ_CORPUS);
    DIR *d = opendir(folder);
    for (struct dirent *e; d && (e = readdir(d));)
        if (e->d_name[0] != '.') {
            snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
            replay(path);
            files++;
        }
    if (d)
        closedir(d);
    CLAIM(files > 0, "%zu files of %s, whole, cut and changed, are read or refused", files, FUZZ_CORPUS);
    return tap_done();
}
