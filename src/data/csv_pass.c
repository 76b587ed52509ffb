/* csv_pass.c - blocks of text to columns, on several threads.
 *
 * A thread takes the next block of whole rows from the source (one at a time, under the lock of the text; unpacking happens
 * there, while others cut and append), cuts it into cells, gathers the columns for itself and parks it; blocks are appended
 * in their order by whoever is there when the next one is ready. So rows stay in order, nobody waits but for text, nothing
 * but the blocks in flight and the columns is held, and which thread did what never shows in the result. Types need no second look at the file unless a column that began
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

/* A column that a block found to be something else than it was taken for. */
static void give_up_column(csv_reader *r, size_t i, int conflict)
{
    bool first = isnan(r->g[i].s.first) && r->column[i].role == CSV_NUMBER;

    pthread_mutex_lock(&r->lock);
    r->dead[i] = true;
    r->next_role[i] = first && conflict == 2 ? CSV_TIME : CSV_FACTOR;
    pthread_mutex_unlock(&r->lock);
    grow_free(&r->g[i]);
}

/* Its columns behind those of the blocks before. Only one thread at a time is here, and not under the lock. */
static weir_status append_block(csv_reader *r, csv_block *b, weir_error *err)
{
    import_report *p = r->report;

    if (b->status) {
        *err = b->error;
        return b->status;
    }
    for (size_t i = 0; i < r->n_columns; i++) {
        if (r->column[i].role == CSV_SKIP || r->dead[i])
            continue;
        if (b->conflict[i])
            give_up_column(r, i, b->conflict[i]);
        else if (!csv_block_append(b, i, &r->g[i]))
            return weir_no_memory(err, "reading a file");
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
    return WEIR_OK;
}

/* A block that is read: it is appended when its turn comes, by whoever is there then. */
static void park_block(csv_reader *r, csv_block *b)
{
    csv_block *next;
    weir_error err;

    pthread_mutex_lock(&r->lock);
    r->parked[b->number % r->n_blocks] = b;
    while (!r->appending && !r->status && (next = r->parked[r->turn % r->n_blocks])) {
        r->parked[r->turn % r->n_blocks] = NULL;
        r->appending = true;
        pthread_mutex_unlock(&r->lock);
        weir_status st = append_block(r, next, &err);
        pthread_mutex_lock(&r->lock);
        r->appending = false;
        if (st && !r->status)
            r->status = st, r->error = err;
        r->turn++;
        r->spare[r->n_spare++] = next;
        pthread_cond_broadcast(&r->turned);
    }
    pthread_mutex_unlock(&r->lock);
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

/* A block that nobody uses; NULL: somebody has failed. dead: the columns that are not wanted any more. */
static csv_block *spare_block(csv_reader *r, bool *dead)
{
    csv_block *b = NULL;

    pthread_mutex_lock(&r->lock);
    while (!r->n_spare && !r->status)
        pthread_cond_wait(&r->turned, &r->lock);
    if (!r->status)
        b = r->spare[--r->n_spare];
    memcpy(dead, r->dead, r->n_columns * sizeof *dead);
    pthread_mutex_unlock(&r->lock);
    return b;
}

/* The next text into the block, if there is one. */
static bool take_text(csv_reader *r, csv_block *b)
{
    weir_error err = {0};
    bool more = false;

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

void csv_work(csv_reader *r)
{
    csv_block *b;
    weir_error err = {0};
    bool *dead = mem_zero(r->n_columns + 1, sizeof *dead);
    weir_status st = dead ? WEIR_OK : weir_no_memory(&err, "reading a file");

    while (!st && (b = spare_block(r, dead))) {
        if (!b->rules)
            st = csv_block_init(b, &r->rules, r->column, r->n_columns, &err);
        if (st || !take_text(r, b))
            break;
        read_block(r, b, dead);
        park_block(r, b);
    }
    if (st)
        fail_at(r, 0, st, &err);
    mem_free(dead);
}

static void *work(void *arg)
{
    csv_work(arg);
    return NULL;
}

/* Passes --------------------------------------------------------------------------------------------- */

weir_status csv_make_blocks(csv_reader *r, int threads, weir_error *err)
{
    r->n_blocks = (size_t)threads + (threads > 1) + (size_t)threads / 8;
    r->block = mem_zero(r->n_blocks, sizeof *r->block);
    r->spare = mem_zero(r->n_blocks, sizeof *r->spare);
    r->parked = mem_zero(r->n_blocks, sizeof *r->parked);
    if (!r->block || !r->spare || !r->parked)
        return weir_no_memory(err, "reading a file");
    for (size_t k = 0; k < r->n_blocks; k++)
        r->spare[k] = &r->block[k];
    r->n_spare = r->n_blocks;
    return WEIR_OK;
}

void csv_free_blocks(csv_reader *r)
{
    for (size_t k = 0; r->block && k < r->n_blocks; k++)
        csv_block_free(&r->block[k]);
    mem_free(r->block), mem_free(r->spare), mem_free(r->parked);
    r->block = NULL;
    r->spare = r->parked = NULL;
}

/* All files one behind the other. */
static weir_status run_in_turn(csv_reader *r, int n, weir_error *err)
{
    pthread_t thread[CSV_THREADS];
    int started = 0;
    weir_status st = csv_make_blocks(r, n, err);

    r->number = r->turn = 0;
    if (!st) {
        while (started < n - 1 && pthread_create(&thread[started], NULL, work, r) == 0)
            started++; /* fewer threads do it too */
        work(r);
        for (int i = 0; i < started; i++)
            pthread_join(thread[i], NULL);
        st = r->status;
        if (st && err)
            *err = r->error;
    }
    csv_free_blocks(r);
    return st;
}

static weir_status run_pass(csv_reader *r, weir_error *err)
{
    int n = progress_threads(r->progress);

    n = n > CSV_THREADS ? CSV_THREADS : n;
    r->report->threads = n;
    r->report->passes++;
    return r->side_by_side ? csv_run_lanes(r, n, err) : run_in_turn(r, n, err);
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

weir_status csv_begin_columns(csv_reader *r, size_t expected, weir_error *err)
{
    for (size_t i = 0; i < r->n_columns; i++)
        if (r->column[i].role != CSV_SKIP &&
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
    st = r->side_by_side ? WEIR_OK : csv_open_next(r, &more, err);
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
        st = csv_begin_columns(r, (size_t)r->report->rows, err);
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
    weir_status st = csv_begin_columns(r, expected_rows(r), err);

    r->side_by_side = csv_lanes_pay(r);
    if (!st)
        st = run_pass(r, err);
    while (!st && any_dead(r))
        st = read_again(r, err);
    return st ? st : frame_of(r, out, err);
}
