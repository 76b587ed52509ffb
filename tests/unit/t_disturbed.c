/* t_disturbed.c - reading and writing while disk, file or person interfere: a clear error, nothing half there, nothing left open. */
#include "config.h"

#include "base/progress.h"
#include "base/rng.h"
#include "data/export.h"
#include "data/import.h"
#include "store/frame_file.h"
#include "tests/tap.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/weir-disturbed-XXXXXX";
static char path[64], part[72]; /* what is written or read, and what it is called until it is whole */

static weir_frame *sample(size_t rows)
{
    double *x = malloc(rows * sizeof *x), *k = malloc(rows * sizeof *k);
    const char **s = malloc(rows * sizeof *s);
    static const char *const words[] = {"one", "two words", "with \"quotes\"", "a, b"};
    weir_frame *f = NULL;

    for (uint64_t i = 0; i < rows; i++) {
        x[i] = rng_unit(1, RNG_RUNIF, i);
        k[i] = (double)rng_below(2, RNG_RUNIF, i, 1000);
        s[i] = words[i % 4];
    }
    const weir_column_init cols[] = {{.name = "x", .numbers = x}, {.name = "k", .numbers = k},
                                     {.name = "s", .type = WEIR_TYPE_STRING, .labels = s}};
    weir_frame_build(&f, cols, 3, rows, NULL);
    free(x), free(k), free(s);
    return f;
}

static size_t entries(const char *of)
{
    DIR *d = opendir(of);
    size_t n = 0;

    for (struct dirent *e; d && (e = readdir(d));)
        n += e->d_name[0] != '.';
    if (d)
        closedir(d);
    return n;
}

static size_t open_files(void)
{
    return entries("/proc/self/fd");
}

/* The ways of writing a frame. */
typedef enum way { PLAIN, GZIP, PARTS, SAVED, WAYS } way;

static weir_status write_frame(const weir_frame *f, way how, progress *p, weir_error *err)
{
    weir_value args = weir_dict(), checked, out = weir_nil();
    verb_context c = {.progress = p, .args = &checked};
    weir_status st;

    if (how == SAVED) {
        weir_value_clear(&args);
        return frame_file_write(f, path, p, err);
    }
    weir_dict_set(&args, "self", weir_of_frame(f), NULL);
    weir_dict_set(&args, "path", weir_text(path), NULL);
    weir_dict_set(&args, "force", weir_bool(how != PARTS), NULL);
    weir_dict_set(&args, "gzip", weir_bool(how == GZIP), NULL);
    weir_dict_set(&args, "parts", weir_int(how == PARTS ? 3 : 1), NULL);
    st = verb_check(&verbs_export[0], &args, &checked, err);
    if (!st) {
        st = verbs_export[0].run(&c, &out, err);
        weir_value_clear(&checked);
    }
    weir_value_clear(&out);
    weir_value_clear(&args);
    return st;
}

static void remove_what_was_written(void)
{
    char name[128];

    for (int k = 1; k <= 3; k++) {
        snprintf(name, sizeof name, "%s/part-%05d.csv", path, k);
        unlink(name);
    }
    rmdir(path);
    unlink(path);
}

static off_t size_of(const char *of)
{
    struct stat s;
    return stat(of, &s) ? -1 : s.st_size;
}

/* The largest file of what was written. */
static off_t written(way how)
{
    char name[128];

    snprintf(name, sizeof name, how == PARTS ? "%s/part-00001.csv" : "%s", path);
    return size_of(name);
}

static void limit_files(off_t most)
{
    struct rlimit l = {.rlim_cur = most < 0 ? RLIM_INFINITY : (rlim_t)most, .rlim_max = RLIM_INFINITY};
    CHECK(setrlimit(RLIMIT_FSIZE, &l) == 0);
}

/* Every file may have so many bytes and no more, from none to one too few. */
static void writing_that_runs_out_of_room_leaves_nothing(void)
{
    weir_frame *f = sample(30000);

    for (way how = 0; how < WAYS; how++) {
        progress p = {.threads = 2};
        weir_error err = {0};
        CHECK(write_frame(f, how, &p, &err) == WEIR_OK);
        off_t whole = written(how);
        CHECK(whole > 50000);
        remove_what_was_written();
        size_t open = open_files();
        for (int eighth = 0; eighth < 9; eighth++) {
            limit_files(eighth == 8 ? whole - 1 : whole / 8 * eighth);
            weir_status st = write_frame(f, how, &p, &err);
            limit_files(-1);
            if (!CHECK(st == WEIR_EIO && strstr(err.message, path) && strstr(err.message, "File too large")))
                printf("# way %d, %d eighths: %s\n", how, eighth, err.message);
            CHECK(entries(folder) == 0);
        }
        CHECK(open_files() == open);
    }
    weir_frame_unref(f);
}

/* What stood there before stays as it was. */
static void a_file_that_was_there_survives_a_full_disk(void)
{
    static const way ways[] = {PLAIN, GZIP, SAVED};
    weir_frame *f = sample(30000), *small = sample(10);

    for (size_t k = 0; k < 3; k++) {
        progress p = {.threads = 1};
        weir_error err = {0};
        CHECK(write_frame(small, ways[k], &p, &err) == WEIR_OK);
        off_t before = size_of(path);
        limit_files(20000);
        CHECK(write_frame(f, ways[k], &p, &err) == WEIR_EIO);
        limit_files(-1);
        CHECK(size_of(path) == before && entries(folder) == 1);
        remove_what_was_written();
    }
    weir_frame_unref(f), weir_frame_unref(small);
}

/* A device that is always full stands in for the disk. */
static void a_full_disk_is_called_that(void)
{
    static const way ways[] = {PLAIN, GZIP, SAVED};
    weir_frame *f = sample(30000);

    if (access("/dev/full", W_OK))
        SKIP("there is no /dev/full");
    for (size_t k = 0; k < 3; k++) {
        progress p = {.threads = 1};
        weir_error err = {0};
        CHECK(symlink("/dev/full", part) == 0);
        CHECK(write_frame(f, ways[k], &p, &err) == WEIR_EIO);
        CHECK(strstr(err.message, path) && strstr(err.message, "No space left on device"));
        CHECK(entries(folder) == 0);
    }
    weir_frame_unref(f);
}

typedef struct disturbance {
    progress p;
    useconds_t after;         /* microseconds until it happens */
    uint64_t after_bytes;     /* or bytes read, 0 = none */
    void (*happens)(progress *p);
} disturbance;

static void *disturb(void *arg)
{
    disturbance *d = arg;

    usleep(d->after);
    for (int i = 0; i < 20000 && atomic_load(&d->p.bytes) < d->after_bytes; i++)
        usleep(100);
    d->happens(&d->p);
    return NULL;
}

static void cancel(progress *p)
{
    atomic_store(&p->cancel, 1);
}

static void writing_cancelled_at_any_moment_leaves_all_or_nothing(void)
{
    weir_frame *f = sample(100000);
    size_t open = open_files();
    int cancelled = 0;

    for (way how = 0; how < WAYS; how++)
        for (useconds_t after = 0; after <= 12000; after += 3000) {
            disturbance d = {.p = {.threads = 2}, .after = after, .happens = cancel};
            pthread_t thread;
            weir_error err = {0};
            if (after)
                CHECK(pthread_create(&thread, NULL, disturb, &d) == 0);
            else
                cancel(&d.p);
            weir_status st = write_frame(f, how, &d.p, &err);
            if (after)
                pthread_join(thread, NULL);
            CHECK(st == WEIR_OK || (st == WEIR_ECANCEL && strstr(err.message, "cancelled")));
            CHECK(after || st == WEIR_ECANCEL);
            CHECK(entries(folder) == (st ? 0 : 1));
            cancelled += st == WEIR_ECANCEL;
            remove_what_was_written();
        }
    CHECK(cancelled >= WAYS);
    CHECK(open_files() == open);
    weir_frame_unref(f);
}

/* Reading ------------------------------------------------------------------------------ */

enum { LINES = 400000, LINE = 15 };

/* LINES rows, each of LINE bytes. */
static void write_csv(const char *name, int first)
{
    FILE *to = fopen(name, "w");

    for (int i = 0; to && i < LINES; i++)
        fprintf(to, "%d,%07d,%04d\n", first, 1000000 + i, 1000 + i % 8999);
    if (to)
        fclose(to);
    CHECK(size_of(name) == (off_t)LINES * LINE);
}

static weir_status read_csv(disturbance *d, weir_value *out, weir_error *err)
{
    weir_value args = weir_dict(), checked;
    verb_context c = {.progress = &d->p, .args = &checked};
    pthread_t thread = pthread_self();

    weir_dict_set(&args, "path", weir_text(path), NULL);
    weir_status st = verb_check(&verbs_import[0], &args, &checked, err);
    CHECK(!st && pthread_create(&thread, NULL, disturb, d) == 0);
    st = verbs_import[0].run(&c, out, err);
    pthread_join(thread, NULL);
    weir_value_clear(&checked);
    weir_value_clear(&args);
    return st;
}

static void cut_it_short(progress *p)
{
    (void)p;
    CHECK(truncate(path, (off_t)LINES * LINE / 10) == 0);
}

static void write_over_it(progress *p)
{
    int fd = open(path, O_WRONLY);

    (void)p;
    CHECK(fd >= 0 && pwrite(fd, "9,9999999,9999\n", LINE, (off_t)LINES * LINE - LINE) == LINE);
    close(fd);
}

static void put_another_in_its_place(progress *p)
{
    (void)p;
    write_csv(part, 2);
    CHECK(rename(part, path) == 0);
}

/* Damage done before the end of the file was reached is an error; done too late it is none, and the frame whole. */
static void a_file_that_is_cut_or_changed_while_it_is_imported_is_an_error(void)
{
    static void (*const what[])(progress *) = {cut_it_short, write_over_it};
    int seen = 0;

    for (size_t k = 0; k < 2; k++)
        for (int threads = 1; threads <= 2; threads++) {
            disturbance d = {.p = {.threads = threads}, .after_bytes = 1, .happens = what[k]};
            weir_error err = {0};
            weir_value out = weir_nil();
            write_csv(path, 1);
            size_t open = open_files();
            weir_status st = read_csv(&d, &out, &err);
            if (!CHECK(st == WEIR_OK ? weir_frame_rows(out.as.frame) == LINES
                                     : st == WEIR_EIO && strstr(err.message, path) && strstr(err.message, "while it was read")))
                printf("# %zu %d: %s\n", k, threads, err.message);
            seen += st == WEIR_EIO;
            weir_value_clear(&out);
            CHECK(open_files() == open);
            unlink(path);
        }
    CHECK(seen > 0);
}

/* Whoever has the old file open reads the old one to its end. */
static void a_file_that_is_replaced_while_it_is_imported_is_the_old_one_whole(void)
{
    for (int threads = 1; threads <= 2; threads++) {
        disturbance d = {.p = {.threads = threads}, .after_bytes = 1, .happens = put_another_in_its_place};
        weir_error err = {0};
        weir_value out = weir_nil();
        weir_column_stats s;
        write_csv(path, 1);
        if (CHECK(read_csv(&d, &out, &err) == WEIR_OK)) {
            weir_frame_stats(out.as.frame, 0, &s);
            CHECK(weir_frame_rows(out.as.frame) == LINES && s.min == s.max);
        }
        weir_value_clear(&out);
        unlink(path);
    }
}

int main(void)
{
    signal(SIGXFSZ, SIG_IGN);
    if (!mkdtemp(folder))
        return 1;
    snprintf(path, sizeof path, "%s/file", folder);
    snprintf(part, sizeof part, "%s.part", path);
    TEST(writing_that_runs_out_of_room_leaves_nothing);
    TEST(a_file_that_was_there_survives_a_full_disk);
    TEST(a_full_disk_is_called_that);
    TEST(writing_cancelled_at_any_moment_leaves_all_or_nothing);
    TEST(a_file_that_is_cut_or_changed_while_it_is_imported_is_an_error);
    TEST(a_file_that_is_replaced_while_it_is_imported_is_the_old_one_whole);
    CHECK(rmdir(folder) == 0);
    return tap_done();
}
