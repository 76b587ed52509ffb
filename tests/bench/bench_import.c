/* bench_import.c - how fast files become frames, and in how much memory.
 *
 * Integer pixels, floats, and the pixels as gzip, the last beside zlib's own inflate over the same file. Memory is
 * that of a process of its own above an idle one's, against the file and the frame that remains. */
#include "config.h"
#include "tests/bench/bench.h"

#include "base/progress.h"
#include "base/rng.h"
#include "run/verbs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

enum { FLOAT_ROWS = 500000, FLOAT_COLUMNS = 20, CHUNK = 1 << 16 };

/* Numbers of 6 to 8 digits, about 100 MB. */
static const char *floats_csv(void)
{
    static const char *name;

    if (name)
        return name;
    name = scratch("floats.csv");
    if (scratch_is_there(name))
        return name;
    FILE *to = fopen(name, "w");
    need(to != NULL);
    for (size_t k = 0; k < FLOAT_COLUMNS; k++)
        fprintf(to, "x%zu%c", k + 1, k + 1 < FLOAT_COLUMNS ? ',' : '\n');
    for (size_t i = 0; i < FLOAT_ROWS; i++)
        for (size_t k = 0; k < FLOAT_COLUMNS; k++)
            fprintf(to, "%.*f%c", 5 + (int)(k % 3), (rng_unit(3, 920, i * FLOAT_COLUMNS + k) - 0.5) * 100,
                    k + 1 < FLOAT_COLUMNS ? ',' : '\n');
    need(fclose(to) == 0);
    return name;
}

static double megabytes(const char *path)
{
    struct stat s;
    need(stat(path, &s) == 0);
    return 1e-6 * (double)s.st_size;
}

/* Seconds of the best of three imports; *frame_mb: what stays. */
static double import_seconds(const char *path, int threads, double *frame_mb)
{
    const verb *v = verbs_all_find("", "import_file");
    double best = INFINITY;

    for (int round = 0; round < 3; round++) {
        weir_value args = weir_dict(), checked, out;
        progress p = {.threads = threads};
        verb_context c = {.progress = &p, .args = &checked};
        weir_error err = {0};
        weir_dict_set(&args, "path", weir_text(path), NULL);
        need(v && verb_check(v, &args, &checked, NULL) == WEIR_OK);
        double from = now();
        need(v->run(&c, &out, &err) == WEIR_OK);
        best = fmin(best, now() - from);
        *frame_mb = 1e-6 * (double)weir_frame_bytes(out.as.frame);
        weir_value_clear(&out);
        weir_value_clear(&checked);
        weir_value_clear(&args);
    }
    return best;
}

/* The lines of one file; text: megabytes of what it unpacks to. */
static double import_lines(const char *kind, const char *path, double text)
{
    char name[96];
    double frame = 0, speed[3] = {0};

    for (int threads = 1; threads <= 2; threads++) {
        speed[threads] = text / import_seconds(path, threads, &frame);
        snprintf(name, sizeof name, "import.%s.%dt", kind, threads);
        print_with(name, speed[threads], "MB/s", (facts){.threads = threads});
    }
    snprintf(name, sizeof name, "import.%s.scaling", kind);
    print_with(name, speed[2] / speed[1], "x", (facts){.threads = 2});
    snprintf(name, sizeof name, "import.%s.frame", kind);
    print(name, frame, "MB");
    child idle = run_weir(";", ""), busy = run_weir("weir.progress(false) weir.import_file(arg[1])", path);
    double peak_mb = 1.048576 * (busy.memory - idle.memory);
    snprintf(name, sizeof name, "import.%s.memory", kind);
    print(name, peak_mb, "MB");
    snprintf(name, sizeof name, "import.%s.memory.share", kind);
    print(name, peak_mb / (megabytes(path) + frame), "of file + frame");
    return speed[2];
}

/* Bytes per second out of zlib and nothing else, MB/s; the best of three. */
static double inflate_speed(const char *path, double *text)
{
    static unsigned char in[CHUNK], out[CHUNK];
    double best = 0;

    for (int round = 0; round < 3; round++) {
        FILE *f = fopen(path, "r");
        z_stream z = {0};
        double from = now();
        int st = Z_OK;
        need(f && inflateInit2(&z, 15 + 16) == Z_OK);
        while (st == Z_OK && (z.avail_in = (uInt)fread(in, 1, CHUNK, f)) > 0)
            for (z.next_in = in; st == Z_OK && z.avail_in;) {
                z.next_out = out, z.avail_out = CHUNK;
                st = inflate(&z, Z_NO_FLUSH);
            }
        *text = 1e-6 * (double)z.total_out;
        best = fmax(best, *text / (now() - from));
        inflateEnd(&z);
        fclose(f);
    }
    return best;
}

void bench_import(void)
{
    if (wanted("import.ints"))
        import_lines("ints", digits_csv(), megabytes(digits_csv()));
    if (wanted("import.floats"))
        import_lines("floats", floats_csv(), megabytes(floats_csv()));
    if (wanted("import.gz")) {
        double text, zlib = inflate_speed(digits_gzip(), &text), ours;
        print_with("import.gz.inflate", zlib, "MB/s", (facts){.threads = 1});
        ours = import_lines("gz", digits_gzip(), text);
        print_with("import.gz.share", ours / zlib, "of inflate", (facts){.threads = 2});
    }
}
