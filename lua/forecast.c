/* forecast.c - see forecast.h. The first megabytes of a text file say how long its rows are, and so how many there
 * are; what grows with the rows is measured on them and drawn out to all. Columns that are constant in the sample count as
 * constant, so inputs may be a few more. */
#include "config.h"
#include "lua/forecast.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { SAMPLE_BYTES = 4 << 20, WHOLE_MOST = 256 << 20 };
static const double TRIAL = 0.4; /* seconds */

typedef struct sampled {
    weir_frame *frame;
    double rows; /* of the whole file */
    bool exact;
} sampled;

/* Reading the beginning --------------------------------------------------------------------------- */

/* The file's first bytes, unpacked, up to the end of a line, into a file of its own; the rest of it in times of that: 1 = all is
 * in it, 0 = no text. false: why. */
static bool cut(const char *path, char *copy, double *times, char *why, size_t cap)
{
    char *buf = malloc(SAMPLE_BYTES);
    gzFile in = buf ? gzopen(path, "rb") : NULL;
    int n = in ? gzread(in, buf, SAMPLE_BYTES) : -1;
    struct stat st;
    int fd = -1;
    bool good = n >= 0 && stat(path, &st) == 0;

    if (good && (gzeof(in) || n < SAMPLE_BYTES)) {
        *times = 1;
    } else if (good) {
        double packed = (double)gzoffset(in);
        while (n > 0 && buf[n - 1] != '\n')
            n--;
        *times = packed > 0 && n > 0 ? (double)st.st_size / packed * SAMPLE_BYTES / n : 0;
    }
    if (good && n > 0 && memchr(buf, '\0', (size_t)n))
        *times = 0;
    if (good && *times > 0) {
        fd = mkstemps(copy, 4);
        good = fd >= 0 && write(fd, buf, (size_t)n) == n;
    }
    if (!good)
        snprintf(why, cap, "cannot read a sample of '%s': %s", path, errno ? strerror(errno) : "out of memory");
    if (fd >= 0)
        close(fd);
    if (in)
        gzclose(in);
    free(buf);
    return good;
}

static bool import(weir_session *s, const char *path, const char *factor, weir_frame **out, weir_error *err)
{
    weir_value args = weir_dict(), types = weir_dict(), result = weir_nil();
    bool good = weir_dict_set(&args, "path", weir_text(path), err) == WEIR_OK;

    if (good && factor)
        good = weir_dict_set(&types, factor, weir_text("factor"), err) == WEIR_OK && weir_dict_set(&args, "types", types, err) == WEIR_OK;
    good = good && weir_call(s, "", "import_file", &args, &result, err) == WEIR_OK && result.kind == WEIR_FRAME;
    if (good) {
        weir_frame_ref(result.as.frame);
        *out = result.as.frame;
    }
    weir_value_clear(&args);
    weir_value_clear(&result);
    return good;
}

static bool take_sample(weir_session *s, const char *path, const char *factor, sampled *out, char *why, size_t cap)
{
    const char *tmp = getenv("TMPDIR");
    char copy[512];
    double times = 0;
    weir_error err = {0};

    snprintf(copy, sizeof copy, "%.400s/weir-sample-XXXXXX.csv", tmp && *tmp ? tmp : "/tmp");
    if (!cut(path, copy, &times, why, cap))
        return false;
    struct stat st;
    if (times <= 0 && (stat(path, &st) || st.st_size > WHOLE_MOST)) {
        snprintf(why, cap, "'%s' is no text that a sample could be taken of", path);
        return false;
    }
    bool good = import(s, times > 0 ? copy : path, factor, &out->frame, &err);
    if (times > 0)
        unlink(copy);
    if (!good) {
        snprintf(why, cap, "%s", err.message);
        return false;
    }
    size_t n = weir_frame_rows(out->frame);
    out->exact = times <= 0 || times == 1;
    out->rows = (double)n * (out->exact ? 1 : times);
    return true;
}

/* Measuring ---------------------------------------------------------------------------------------- */

static double field(const weir_value *d, const char *key)
{
    const weir_value *v = weir_dict_get(d, key);
    return !v ? (double)NAN : v->kind == WEIR_INT ? (double)v->as.i : v->kind == WEIR_REAL ? v->as.r : (double)NAN;
}

static bool estimate(weir_session *s, const weir_params *p, weir_frame *f, weir_value *out, weir_error *err)
{
    weir_params *q = weir_params_copy(p);
    weir_value v = weir_of_frame(f);
    bool good = q && !weir_params_set(q, "training_frame", &v, err) && !weir_train_estimate(s, q, out, err);

    weir_value_clear(&v);
    weir_params_free(q);
    return good;
}

/* Trains for a moment, so that the session knows the pace. */
static void try_it(weir_session *s, const weir_params *p, weir_frame *f)
{
    weir_params *q = weir_params_copy(p);
    weir_value frame = weir_of_frame(f), epochs = weir_real(1e6), seconds = weir_real(TRIAL), never = weir_real(1e6), none = weir_int(0);
    const struct { const char *name; const weir_value *v; } given[] = {
        {"training_frame", &frame}, {"epochs", &epochs}, {"max_runtime_secs", &seconds}, {"score_interval", &never}, {"stopping_rounds", &none}};
    weir_job *j = NULL;
    bool good = q != NULL;

    for (size_t i = 0; i < sizeof given / sizeof *given && good; i++)
        good = !weir_params_set(q, given[i].name, given[i].v, NULL);
    if (good && !weir_train_start(s, q, &j, NULL)) {
        if (weir_job_wait(j, 10, NULL))
            weir_job_cancel(j, false);
        weir_job_unref(j);
    }
    weir_value_clear(&frame);
    weir_params_free(q);
}

static bool measure(weir_session *s, const weir_params *p, const sampled *m, double rows, forecast *out, weir_error *err)
{
    weir_value whole = weir_nil();
    double n = (double)weir_frame_rows(m->frame);

    try_it(s, p, m->frame);
    if (!estimate(s, p, m->frame, &whole, err))
        return false;
    out->inputs = field(&whole, "inputs");
    out->weights = field(&whole, "weights");
    out->threads = (int)field(&whole, "threads");
    out->samples = field(&whole, "samples") * rows / n;
    out->memory = field(&whole, "memory") + field(&whole, "data") * (rows / n - 1);
    out->seconds = field(&whole, "seconds") * rows / n;
    out->epochs = out->samples / rows;
    out->frame = (double)weir_frame_bytes(m->frame) * m->rows / n;
    out->rows = rows;
    out->exact = m->exact;
    weir_value_clear(&whole);
    return true;
}

bool forecast_training(weir_session *s, const weir_params *p, const char *path, double share, const char *factor, forecast *out, char *why, size_t cap)
{
    sampled m = {0};
    weir_error err = {0};

    *out = (forecast){.seconds = (double)NAN};
    if (!take_sample(s, path, factor, &m, why, cap))
        return false;
    bool good = weir_frame_rows(m.frame) && measure(s, p, &m, floor(m.rows * share + 0.5), out, &err);
    if (!good)
        snprintf(why, cap, "%s", *err.message ? err.message : "the file has no rows");
    weir_frame_unref(m.frame);
    return good;
}
