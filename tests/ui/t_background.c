/* t_background.c - U052: imports, predictions and scores are jobs: with progress, stopped at once, and the workbench
 * goes on meanwhile. */
#include "tests/ui/by_keys.h"

#include <math.h>
#include <zlib.h>

/* Many small gzip files one after the other are one: little on the disk, long to read. */
static void write_long_file(const char *name, int times)
{
    enum { ROWS = 20000 };
    text t = {0};
    char to[200];
    uLongf n;

    for (int i = 0; i < ROWS; i++)
        text_fmt(&t, "%d,%d,%d,%d,%d,%d\n", i % 7, i % 11, i % 13, i % 100, i % 3, i % 2);
    unsigned char *packed = malloc(n = compressBound(t.n) + 64);
    z_stream z = {.next_in = (unsigned char *)t.s, .avail_in = (uInt)t.n, .next_out = packed, .avail_out = (uInt)n};
    deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    CHECK(deflate(&z, Z_FINISH) == Z_STREAM_END);
    snprintf(to, sizeof to, "%s/%s", folder, name);
    FILE *f = fopen(to, "wb");
    for (int i = 0; f && i < times; i++)
        fwrite(packed, 1, z.total_out, f);
    if (f)
        fclose(f);
    deflateEnd(&z);
    free(packed);
    text_free(&t);
}

/* The job that runs now, as it says of itself; false: none does. */
static bool running(app *a, weir_job_info *i)
{
    weir_job *jobs[16];
    size_t n = weir_session_jobs(a->session, jobs, 16);
    bool found = false;

    for (size_t k = 0; k < n && k < 16; k++) {
        weir_job_info info;
        weir_job_get(jobs[k], &info);
        if (!found && info.state == WEIR_JOB_RUNNING) {
            *i = info;
            found = true;
        }
        weir_job_unref(jobs[k]);
    }
    return found;
}

/* Starts the selected cell and waits until its job is under way: neither at its beginning nor at its end. */
static bool under_way(app *a, weir_job_info *i)
{
    patience wait = patience_of(PATIENCE);

    keys(a, "C-t");
    while (patience_left(&wait)) {
        app_turn(a, 5);
        if (running(a, i) && i->done > 0.01 && i->done < 0.9 && i->speed > 0)
            return true;
        if (a->nb.cell[a->selected].state != CELL_RUNNING && a->nb.cell[a->selected].state != CELL_QUEUED)
            break;
    }
    char *s = screen(a);
    printf("# not seen under way:\n%s", s);
    free(s);
    return false;
}

/* Ctrl-C ends cell and job; gives after how many seconds, which is to be read: 0.1 on a machine that does nothing else. */
static double stopped_after(app *a)
{
    weir_job_info i;
    double from = clock_now();

    keys(a, "C-c");
    patience wait = patience_of(PATIENCE);
    while (patience_left(&wait) && (running(a, &i) || a->nb.cell[a->selected].state == CELL_RUNNING))
        app_turn(a, 1);
    return clock_now() - from;
}

/* What every one of them shows and obeys; the notebook can be used meanwhile. */
static void is_a_job(app *a, const char *kind)
{
    weir_job_info i, later;
    if (!CHECK(under_way(a, &i)))
        return;
    TEXT_EQ(i.kind, kind);
    CHECK(i.speed > 0 && isfinite(i.left) && i.left > 0);
    CHECK(comes(a, " rows/s", 2) && shows(a, "running") && lacks(a, "? left"));
    /* text and structure change, panes open, while it goes on */
    size_t cells = a->nb.n;
    keys(a, "g j");
    CHECK(shows(a, kind));
    keys(a, "q b 'typed' C-g");
    CHECK(a->nb.n == cells + 1 && shows(a, "typed"));
    keys(a, "d d k");
    CHECK(running(a, &later) && later.id == i.id && later.done >= i.done);
    double s = stopped_after(a);
    CHECK(!running(a, &later));
    printf("# %s stopped after %.0f ms\n", kind, 1000 * s);
    CHECK(a->nb.cell[a->selected].state == CELL_STOPPED && shows(a, "interrupted") && shows(a, "stopped"));
    keys(a, "g j");
    CHECK(shows(a, "stopped"));
    keys(a, "q");
}

static void U052_an_import_is_a_job_with_progress_and_cancel(void)
{
    char source[400];

    snprintf(source, sizeof source, "-- %%%% import\nf = weir.import_file(\"%s/endless.csv.gz\", {header = false})\n-- %%%% then\nprint('then', f)\n", folder);
    app *a = open_app(source, 110, 30);
    if (!a)
        return;
    is_a_job(a, "import_file");
    keys(a, "j C-t"); /* it left nothing behind */
    CHECK(idle(a, 20) && shows(a, "then nil"));
    app_free(a);
}

/* Half a minute of arithmetic each, which is stopped long before: a test that is held up for seconds still finds it. */
static const char scoring[] =
    "-- %% setup\n"
    "local n, x = 300000, {}\n"
    "for k = 1, 8 do local v = {} for i = 1, n do v[i] = (i * k) % 17 end x[\"c\" .. k] = v end\n"
    "big = weir.frame(x)\n"
    "m = weir.deeplearning{y = \"c1\", training_frame = big:head(500), hidden = {3000, 3000, 20}, epochs = 0.1, seed = 1}\n"
    "auto = weir.autoencoder{training_frame = big:head(500), hidden = {3000, 3000, 20}, epochs = 0.1, seed = 1}\n"
    "-- %% predict\np = m:predict(big)\n"
    "-- %% score\nq = m:performance(big)\n"
    "-- %% layers\nd = m:deepfeatures(big, 3)\n"
    "-- %% odd\no = auto:anomaly(big)\n"
    "-- %% again\nprint(p, q, d, o, m:predict(big:head(3)).nrow)\n";

static void U052_predictions_and_scores_are_jobs_too(void)
{
    app *a = open_app(scoring, 110, 30);

    if (!a)
        return;
    keys(a, "C-t");
    CHECK(idle(a, 60) && a->nb.cell[0].state == CELL_DONE);
    keys(a, "j");
    is_a_job(a, "predict");
    keys(a, "j");
    is_a_job(a, "performance");
    keys(a, "j");
    is_a_job(a, "deepfeatures");
    keys(a, "j");
    is_a_job(a, "anomaly");
    keys(a, "j C-t");
    CHECK(idle(a, 60) && shows(a, "nil nil nil nil 3"));
    app_free(a);
}

/* A cell may need what the one before it reads: it begins when that is there. */
static void U052_what_is_queued_behind_an_import_runs_when_it_has_ended(void)
{
    char source[400];
    weir_job_info i;

    snprintf(source, sizeof source, "-- %%%% import\nf = weir.import_file(\"%s/long.csv.gz\", {header = false})\n-- %%%% then\nprint('rows', f.nrow)\n", folder);
    app *a = open_app(source, 110, 30);
    if (!a)
        return;
    CHECK(under_way(a, &i));
    keys(a, "j C-t");
    CHECK(shows(a, "queued") && idle(a, 120) && shows(a, "rows 8000000"));
    app_free(a);
}

int main(void)
{
    alarm(PATIENCE_OF_ALL);
    if (!begin_tests())
        return 1;
    write_long_file("endless.csv.gz", 6000); /* a minute and more: its end is not waited for */
    write_long_file("long.csv.gz", 400);
    TEST(U052_an_import_is_a_job_with_progress_and_cancel);
    TEST(U052_predictions_and_scores_are_jobs_too);
    TEST(U052_what_is_queued_behind_an_import_runs_when_it_has_ended);
    return end_tests();
}
