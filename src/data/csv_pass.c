/* csv_pass.c - blocks of text to columns, on several threads.
 *
 * A thread takes the next block of whole rows from the source (one at a time, under the
 * lock of the text; unpacking happens there, while others cut and append), cuts it into cells and gathers the columns for itself, waits
 * until all blocks before are appended, and appends its own. So rows stay in order, nothing
 * but the blocks in flight and the columns is held, and which thread did what never
 * shows in the result. Types need no second look at the file unless a column that began
 * as numbers turns out to be text: only that column is then read again. */
#include "config.h"
#include "data/csv_reader.h"

#include "base/mem.h"
#include "base/status.h"
#include "data/grow_frame.h"
#include "kernel/scan.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Blocks ------------------------------------------------------------------------------------------- */

/* Under the lock, when it is this block's turn. */
static void append_block(csv_reader *r, csv_block *b)
{
    import_report *p = r->report;

    if (b->status) {
        r->status = b->status;
        r->error = b->error;
        return;
    }
    for (size_t i = 0; i < r->n_columns; i++) {
        if (r->column[i].role == CSV_SKIP || r->dead[i])
            continue;
        if (b->conflict[i]) {
            bool first = isnan(r->g[i].s.first) && r->column[i].role == CSV_NUMBER;
            r->dead[i] = true;
            r->next_role[i] = first && b->conflict[i] == 2 ? CSV_TIME : CSV_FACTOR;
            grow_free(&r->g[i]);
        } else if (!csv_block_append(b, i, &r->g[i])) {
            r->status = weir_no_memory(&r->error, "reading a file");
            return;
        }
        p->bad_cells += b->bad_of[i];
    }
    for (size_t k = 0; k < b->n_bad && p->n_bad < REPORT_BAD; k++) {
        p->bad[p->n_bad].line = b->bad[k].line;
        snprintf(p->bad[p->n_bad].column, sizeof p->bad->column, "%s", r->column[b->bad[k].column].name);
        memcpy(p->bad[p->n_bad++].text, b->bad[k].text, sizeof b->bad[k].text);
    }
    if (p->passes == 1) {
        p->rows += b->rows, p->comments += b->comments, p->blanks += b->blanks;
        p->short_rows += b->short_rows, p->long_rows += b->long_rows;
    }
    progress_add(r->progress, b->rows);
}

/* Whoever fails first says so, once all blocks before have been appended: they come first, with their own errors. */
static void fail_at(csv_reader *r, size_t number, weir_status st, const weir_error *err)
{
    pthread_mutex_lock(&r->lock);
    while (r->turn < number && !r->status)
        pthread_cond_wait(&r->turned, &r->lock);
    if (!r->status)
        r->status = st, r->error = *err;
    pthread_cond_broadcast(&r->turned);
    pthread_mutex_unlock(&r->lock);
}

/* The next block of text, unless somebody has failed; dead: the columns that are not wanted any more. */
static bool take_block(csv_reader *r, csv_block *b, bool *dead)
{
    weir_error err = {0};
    bool more = false;

    pthread_mutex_lock(&r->lock);
    bool stopped = r->status != WEIR_OK;
    memcpy(dead, r->dead, r->n_columns * sizeof *dead);
    pthread_mutex_unlock(&r->lock);
    if (stopped)
        return false;
    pthread_mutex_lock(&r->text);
    size_t number = r->number;
    weir_status st = csv_next_block(r, b, &more, &err);
    if (st)
        r->all_ended = true; /* nobody reads on behind it */
    pthread_mutex_unlock(&r->text);
    if (st)
        fail_at(r, number, st, &err);
    return !st && more;
}

/* Text to the block's columns, which nobody else sees. */
static void read_block(csv_reader *r, csv_block *b, const bool *dead)
{
    csv_block_plan(b, dead);
    csv_block_parse(b);
    if (!b->status && progress_cancelled(r->progress))
        b->status = weir_fail(&b->error, WEIR_ECANCEL, "reading '%s' was cancelled", b->path);
    if (!b->status && !csv_block_gather(b))
        b->status = weir_no_memory(&b->error, "reading a file");
}

/* One thread's share of the blocks. */
static void *work(void *arg)
{
    csv_reader *r = arg;
    csv_block b = {0};
    weir_error err = {0};
    bool *dead = mem_zero(r->n_columns + 1, sizeof *dead);
    weir_status st = dead ? csv_block_init(&b, &r->rules, r->column, r->n_columns, &err) : weir_no_memory(&err, "reading a file");

    if (st)
        fail_at(r, 0, st, &err);
    while (!st && take_block(r, &b, dead)) {
        read_block(r, &b, dead);
        pthread_mutex_lock(&r->lock);
        while (r->turn < b.number && !r->status)
            pthread_cond_wait(&r->turned, &r->lock);
        if (!r->status)
            append_block(r, &b);
        r->turn++;
        pthread_cond_broadcast(&r->turned);
        pthread_mutex_unlock(&r->lock);
    }
    csv_block_free(&b);
    mem_free(dead);
    return NULL;
}

/* Passes --------------------------------------------------------------------------------------------- */

static weir_status run_pass(csv_reader *r, weir_error *err)
{
    enum { MOST = 256 };
    pthread_t thread[MOST];
    int n = progress_threads(r->progress), started = 0;

    n = n > MOST ? MOST : n;
    r->number = r->turn = 0;
    r->report->threads = n;
    r->report->passes++;
    while (started < n - 1 && pthread_create(&thread[started], NULL, work, r) == 0)
        started++; /* fewer threads do it too */
    work(r);
    for (int i = 0; i < started; i++)
        pthread_join(thread[i], NULL);
    if (r->status && err)
        *err = r->error;
    return r->status;
}

static weir_type type_of(csv_role role)
{
    return role == CSV_NUMBER ? WEIR_TYPE_NUMERIC : role == CSV_TIME ? WEIR_TYPE_TIME : role == CSV_FACTOR ? WEIR_TYPE_FACTOR : WEIR_TYPE_STRING;
}

/* How many rows there will be, from the length of those of the head. */
static size_t expected_rows(const csv_reader *r)
{
    uint64_t bytes = source_expected(r->src), lines = scan_count(r->carry, r->carry_n, r->rules.eol);

    if (r->n_paths > 1 || !lines)
        return 0;
    if (bytes <= r->carry_n)
        return (size_t)lines + 1;
    double rows = (double)bytes / ((double)r->carry_n / (double)lines) * 1.02 + 16;
    return rows < 4e9 ? (size_t)rows : 0;
}

static weir_status begin_pass(csv_reader *r, const bool *again, size_t expected, weir_error *err)
{
    for (size_t i = 0; i < r->n_columns; i++)
        if (r->column[i].role != CSV_SKIP && (!again || again[i]) &&
            !grow_begin(&r->g[i], type_of(r->column[i].role), r->column[i].told || r->rules.h2o, expected))
            return weir_no_memory(err, "reading a file");
    return WEIR_OK;
}

/* Back to the first byte of the first file. */
static weir_status start_again(csv_reader *r, weir_error *err)
{
    bool more;
    weir_status st;

    r->carry_n = r->parts = 0;
    r->line = 1;
    r->part_begins = true;
    r->part_ended = r->all_ended = false;
    if (r->n_paths <= 1 && r->src)
        return source_rewind(r->src, err);
    r->next_path = 0;
    r->report->files = r->report->stored = 0;
    st = csv_open_next(r, &more, err);
    return st;
}

/* Columns that are something else than they were taken for, once more. */
static weir_status read_again(csv_reader *r, weir_error *err)
{
    csv_role *role = mem_array(r->n_columns + 1, sizeof *role);
    bool *again = mem_zero(r->n_columns + 1, sizeof *again);
    size_t first = 0;
    weir_status st = role && again ? WEIR_OK : weir_no_memory(err, "reading a file");

    while (!st && first < r->n_columns && !r->dead[first])
        first++;
    if (!st)
        st = start_again(r, err);
    if (st == WEIR_ESTATE)
        st = weir_fail_at(err, WEIR_EFORMAT, "types",
                          "'%s': column '%s' begins with numbers and goes on with text, and %s cannot be read twice; say types={%s=\"factor\"}",
                          r->paths ? r->paths[0] : r->memory_name, r->column[first].name, r->paths ? r->paths[0] : r->memory_name,
                          r->column[first].name);
    for (size_t i = 0; !st && i < r->n_columns; i++) {
        role[i] = r->column[i].role;
        again[i] = r->dead[i];
        r->column[i].role = r->dead[i] ? r->next_role[i] : CSV_SKIP;
        r->dead[i] = false;
    }
    if (!st)
        st = begin_pass(r, again, (size_t)r->report->rows, err);
    if (!st) {
        r->report->text = 0;
        st = run_pass(r, err);
        for (size_t i = 0; i < r->n_columns; i++)
            if (!again[i])
                r->column[i].role = role[i];
    }
    mem_free(role);
    mem_free(again);
    return st;
}

static bool any_dead(const csv_reader *r)
{
    for (size_t i = 0; i < r->n_columns; i++)
        if (r->dead[i])
            return true;
    return false;
}

/* Columns and frame ----------------------------------------------------------------------------------- */

static weir_status frame_of(csv_reader *r, weir_frame **out, weir_error *err)
{
    const char **name = mem_array(r->n_columns + 1, sizeof *name);
    grow **g = mem_array(r->n_columns + 1, sizeof *g);
    size_t n = 0;
    weir_status st = name && g ? WEIR_OK : weir_no_memory(err, "reading a file");

    for (size_t i = 0; !st && i < r->n_columns; i++)
        if (r->column[i].role != CSV_SKIP) {
            g[n] = &r->g[i];
            name[n++] = r->column[i].name;
            if (r->g[i].rows != r->report->rows)
                st = weir_fail(err, WEIR_EIO, "'%s' changed while it was read", r->paths ? r->paths[0] : r->memory_name);
        }
    progress_phase(r->progress, "building the columns");
    if (!st)
        st = grow_frame(out, g, name, n, (size_t)r->report->rows, progress_threads(r->progress), err);
    mem_free(name), mem_free(g);
    return st;
}

weir_status csv_read_rows(csv_reader *r, weir_frame **out, weir_error *err)
{
    weir_status st = begin_pass(r, NULL, expected_rows(r), err);

    if (!st)
        st = run_pass(r, err);
    while (!st && any_dead(r))
        st = read_again(r, err);
    return st ? st : frame_of(r, out, err);
}
