/* csv_lanes.c - several files side by side.
 *
 * A packed file is unpacked by one thread at a time, which is most of the work: with
 * several of them every thread takes one for itself, as a lane: a reader of that file alone,
 * with columns of its own. A thread that finds no further file helps with one that is not
 * over. Lanes that are done are joined in the order of the files, so that rows, levels, bad
 * cells and errors are those of reading one file behind the other; not many more lanes than
 * threads are there at a time, which bounds the memory by the columns and the files in flight. */
#include "config.h"
#include "data/csv_reader.h"

#include "base/mem.h"
#include "base/status.h"

#include <math.h>
#include <string.h>

typedef struct lane {
    csv_reader r; /* what all readers of the import share is borrowed from the whole */
    import_report report;
    size_t at;    /* which file, from 0 */
    int users;    /* threads in it */
    bool open;    /* others may help */
    bool over;    /* no more text to take */
    bool done;    /* and nobody is in it */
} lane;

typedef struct lanes {
    csv_reader *whole;
    int threads;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t turned;
    lane *lane;           /* [window], by file */
    size_t window;
    size_t next, turn;    /* the next file to be opened, to be joined */
    bool joining;         /* somebody does: the columns and the report of the whole are theirs */
    size_t failed;        /* the first file that cannot be read */
    weir_status status;
    weir_error error;
} lanes;

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), k = strlen(end);
    return n > k && !strcmp(s + n - k, end);
}

bool csv_lanes_pay(const csv_reader *r)
{
    bool packed = r->src && source_packed(r->src);

    for (size_t k = 0; k < r->n_paths && !packed; k++)
        packed = ends_with(r->paths[k], ".gz") || ends_with(r->paths[k], ".zip");
    for (size_t k = 0; k < r->n_paths; k++)
        if (!strcmp(r->paths[k], "-")) /* it is read once, and by whom does matter */
            return false;
    return packed && r->n_paths > 1 && progress_threads(r->progress) > 1;
}

/* Lanes ---------------------------------------------------------------------------------------------- */

static void close_lane(lane *l)
{
    csv_reader *r = &l->r;

    csv_free_blocks(r);
    source_close(r->src);
    for (size_t i = 0; r->g && i < r->n_columns; i++)
        grow_free(&r->g[i]);
    mem_free(r->g), mem_free(r->dead), mem_free(r->next_role), mem_free(r->carry);
    pthread_mutex_destroy(&r->text);
    pthread_mutex_destroy(&r->lock);
    pthread_cond_destroy(&r->turned);
    *l = (lane){0};
}

/* The head of the first file is read already. */
static void take_head(csv_reader *r, csv_reader *whole)
{
    r->src = whole->src;
    r->carry = whole->carry;
    r->carry_n = whole->carry_n;
    r->carry_cap = whole->carry_cap;
    r->part_ended = whole->part_ended;
    r->next_path = 1;
    whole->src = NULL;
    whole->carry = NULL;
    whole->carry_n = whole->carry_cap = 0;
}

static weir_status open_lane(lanes *s, lane *l, weir_error *err)
{
    csv_reader *r = &l->r, *whole = s->whole;
    bool more;

    r->g = mem_zero(r->n_columns + 1, sizeof *r->g);
    r->dead = mem_zero(r->n_columns + 1, sizeof *r->dead);
    r->next_role = mem_zero(r->n_columns + 1, sizeof *r->next_role);
    if (!r->g || !r->dead || !r->next_role)
        return weir_no_memory(err, "reading a file");
    weir_status st = csv_begin_columns(r, 0, err);
    if (!st)
        st = csv_make_blocks(r, s->threads, err);
    if (!st && l->at == 0 && whole->src)
        take_head(r, whole);
    else if (!st)
        st = csv_open_next(r, &more, err);
    return st;
}

/* A place for the next file; under the lock. */
static lane *new_lane(lanes *s)
{
    const csv_reader *whole = s->whole;
    lane *l = &s->lane[s->next % s->window];

    *l = (lane){.at = s->next++};
    l->report.passes = whole->report->passes;
    l->r = (csv_reader){.o = whole->o, .arff = whole->arff, .arff_names = whole->arff_names, .arff_types = whole->arff_types, .rules = whole->rules,
                        .looks = whole->looks, .column = whole->column, .n_columns = whole->n_columns, .paths = whole->paths, .n_paths = l->at + 1,
                        .next_path = l->at, .part_begins = true, .parts = l->at > 0, .line = 1, .report = &l->report, .progress = whole->progress};
    pthread_mutex_init(&l->r.text, NULL);
    pthread_mutex_init(&l->r.lock, NULL);
    pthread_cond_init(&l->r.turned, NULL);
    return l;
}

/* Nobody goes on with files behind one that cannot be read; those before it may fail too, and come first. Under the lock. */
static void fail(lanes *s, size_t at, weir_status st, const weir_error *err)
{
    if (at >= s->failed)
        return;
    s->failed = at;
    s->status = st;
    s->error = *err;
    for (size_t k = at + 1; k < s->next; k++) {
        csv_reader *r = &s->lane[k % s->window].r;
        pthread_mutex_lock(&r->lock);
        if (!r->status)
            r->status = WEIR_ECANCEL;
        pthread_cond_broadcast(&r->turned);
        pthread_mutex_unlock(&r->lock);
    }
}

/* Joining --------------------------------------------------------------------------------------------- */

static void join_reports(import_report *to, const import_report *from)
{
    to->rows += from->rows, to->files += from->files, to->stored += from->stored, to->text += from->text;
    to->bad_cells += from->bad_cells, to->comments += from->comments, to->blanks += from->blanks;
    to->short_rows += from->short_rows, to->long_rows += from->long_rows;
    for (size_t k = 0; k < from->n_bad && to->n_bad < REPORT_BAD; k++)
        to->bad[to->n_bad++] = from->bad[k];
}

/* The lane's rows behind those of the files before. Only one thread at a time is here, and not under the lock. */
static weir_status join_lane(csv_reader *whole, lane *l, weir_error *err)
{
    csv_reader *r = &l->r;

    for (size_t i = 0; i < r->n_columns; i++) {
        if (r->column[i].role == CSV_SKIP || whole->dead[i])
            continue;
        if (r->dead[i]) { /* times only where no number came before, in whatever file */
            bool first = isnan(whole->g[i].s.first) && r->next_role[i] == CSV_TIME;
            whole->next_role[i] = first ? CSV_TIME : CSV_FACTOR;
            whole->dead[i] = true;
            grow_free(&whole->g[i]);
        } else if (!grow_join(&whole->g[i], &r->g[i])) {
            return weir_no_memory(err, "reading a file");
        }
    }
    join_reports(whole->report, &l->report);
    return WEIR_OK;
}

/* Whoever leaves a lane last joins what can be joined. Under the lock, but for the work itself. */
static void join_lanes(lanes *s)
{
    while (!s->joining && s->turn < s->next && s->lane[s->turn % s->window].done) {
        lane *l = &s->lane[s->turn % s->window];
        bool wanted = s->failed == SIZE_MAX;
        weir_error err = {0};
        s->joining = true;
        pthread_mutex_unlock(&s->lock);
        weir_status st = wanted ? join_lane(s->whole, l, &err) : WEIR_OK;
        size_t at = l->at;
        pthread_mutex_lock(&s->lock);
        close_lane(l);
        s->joining = false;
        s->turn++;
        if (st)
            fail(s, at, st, &err);
        pthread_cond_broadcast(&s->turned);
    }
}

/* Threads ---------------------------------------------------------------------------------------------- */

/* A lane to work in: a new one, or the first that goes on; NULL: nothing is left to do. Under the lock. */
static lane *lane_to_use(lanes *s, bool *fresh)
{
    for (;; pthread_cond_wait(&s->turned, &s->lock)) {
        bool coming = false;
        *fresh = s->failed == SIZE_MAX && s->next < s->whole->n_paths && s->next - s->turn < s->window;
        if (*fresh)
            return new_lane(s);
        for (size_t k = s->turn; k < s->next; k++) {
            lane *l = &s->lane[k % s->window];
            if (l->open && !l->over)
                return l;
            coming |= !l->over;
        }
        if (!coming && (s->failed != SIZE_MAX || s->next == s->whole->n_paths))
            return NULL;
    }
}

static void *work(void *arg)
{
    lanes *s = arg;
    lane *l;
    bool fresh;

    pthread_mutex_lock(&s->lock);
    while ((l = lane_to_use(s, &fresh))) {
        weir_error err = {0};
        weir_status st = WEIR_OK;
        l->users++;
        pthread_mutex_unlock(&s->lock);
        if (fresh)
            st = open_lane(s, l, &err);
        pthread_mutex_lock(&s->lock);
        if (st)
            fail(s, l->at, st, &err);
        else
            l->open = true;
        pthread_cond_broadcast(&s->turned);
        pthread_mutex_unlock(&s->lock);
        if (!st)
            csv_work(&l->r);
        pthread_mutex_lock(&s->lock);
        l->over = true;
        l->done = --l->users == 0;
        if (l->done && l->r.status)
            fail(s, l->at, l->r.status, &l->r.error);
        pthread_cond_broadcast(&s->turned);
        join_lanes(s);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

weir_status csv_run_lanes(csv_reader *r, int n, weir_error *err)
{
    pthread_t thread[CSV_THREADS];
    int started = 0;
    lanes s = {.whole = r, .threads = n, .window = 2 * (size_t)n, .failed = SIZE_MAX, .lane = mem_zero(2 * (size_t)n, sizeof *s.lane)};

    if (!s.lane)
        return weir_no_memory(err, "reading a file");
    r->report->at_once = (size_t)n < r->n_paths ? n : (int)r->n_paths;
    pthread_mutex_init(&s.lock, NULL);
    pthread_cond_init(&s.turned, NULL);
    while (started < n - 1 && pthread_create(&thread[started], NULL, work, &s) == 0)
        started++; /* fewer threads do it too */
    work(&s);
    for (int i = 0; i < started; i++)
        pthread_join(thread[i], NULL);
    pthread_mutex_destroy(&s.lock);
    pthread_cond_destroy(&s.turned);
    mem_free(s.lane);
    if (s.status)
        *err = s.error;
    return s.status;
}
