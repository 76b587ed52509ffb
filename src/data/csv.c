/* csv.c - text files to frames.
 *
 * A thread takes the next block of whole rows from the source (one at a time, under the
 * lock; unpacking happens there), cuts it into cells and gathers the columns for itself, waits
 * until all blocks before are appended, and appends its own. So rows stay in order, nothing
 * but the blocks in flight and the columns is held, and which thread did what never
 * shows in the result. Types need no second look at the file unless a column that began
 * as numbers turns out to be text: only that column is then read again. */
#include "config.h"
#include "data/csv.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/status.h"
#include "base/text.h"
#include "data/arff.h"
#include "data/csv_impl.h"
#include "data/grow_frame.h"
#include "kernel/scan.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { BLOCK = 1 << 20, HEAD = 1 << 20, HEAD_H2O = 1 << 22, MOST_BLOCK = 1 << 30, SPOTS = 3, SPOT = 1 << 16 };

typedef struct reader {
    csv_options o;
    bool arff;                 /* names and types are those of its header: */
    weir_value arff_names, arff_types, question;
    csv_rules rules;
    csv_looks looks;
    csv_column *column;
    size_t n_columns;
    char *const *paths;
    size_t n_paths, next_path; /* the next to be opened */
    const char *memory_name;   /* instead of paths */
    const void *memory;
    size_t memory_n;
    source *first;            /* of paths[0], open already; or NULL */
    source *src;
    char *carry;              /* read and not yet handed out; the head at first */
    size_t carry_n, carry_cap;
    bool part_begins, part_ended, all_ended;
    size_t parts;             /* begun so far */
    uint64_t line;            /* of the next block */
    grow *g;                  /* [n_columns] */
    bool *dead;               /* [n_columns] found to be something else in this pass */
    csv_role *next_role;      /* [n_columns] what it is, then */
    pthread_mutex_t lock;     /* guards the source, carry, line, number; g, turn, status, report */
    pthread_cond_t turned;
    size_t number, turn;
    weir_status status;
    weir_error error;
    import_report *report;
    progress *progress;
} reader;

/* Parts -------------------------------------------------------------------------------------------- */

static weir_status open_next(reader *r, bool *more, weir_error *err)
{
    weir_status st;

    *more = false;
    if (r->src) {
        r->report->stored += source_stored(r->src);
        source_close(r->src);
        r->src = NULL;
    }
    if (r->memory_name ? r->next_path > 0 : r->next_path == r->n_paths)
        return WEIR_OK;
    if (r->first) {
        r->src = r->first;
        r->first = NULL;
        st = WEIR_OK;
    } else
        st = r->memory_name ? source_open_memory(&r->src, r->memory_name, r->memory, r->memory_n, err)
                            : source_open(&r->src, r->paths[r->next_path], r->o.remote, r->progress, err);
    r->next_path++;
    r->report->files += !st;
    *more = !st;
    return st;
}

/* The part is over: the next one of this source, or of the next source. */
static weir_status next_part(reader *r, weir_error *err)
{
    bool more = false;
    weir_status st = source_next_part(r->src, &more, err);

    if (!st && !more)
        st = open_next(r, &more, err);
    r->all_ended = !st && !more;
    r->part_begins = more;
    r->part_ended = false;
    r->line = 1;
    return st;
}

/* Behind the rows of s that are none, and the first that is one. */
static size_t behind_first_row(const csv_rules *r, const char *s, size_t n, size_t *header_at)
{
    const char *p = s, *end = s + n, *open;

    while (p < end) {
        const char *e = memchr(p, r->eol, (size_t)(end - p)), *q = p;
        e = e ? e : end;
        while (q < e && (*q == ' ' || *q == '\t' || *q == '\r'))
            q++;
        if (q < e && !(r->comments[0] && strchr(r->comments, *p)))
            break;
        p = e < end ? e + 1 : end;
    }
    *header_at = (size_t)(p - s);
    for (size_t k = 0; p + k < end;) { /* a header in quotes may go over several lines */
        const char *e = memchr(p + k, r->eol, (size_t)(end - p) - k);
        k = e ? (size_t)(e - p) + 1 : (size_t)(end - p);
        if (csv_rows_end(r, p, k, true, &open) == k)
            return (size_t)(p - s) + k;
    }
    return n;
}

/* Does the first row of a further part say the names once more? */
static weir_status same_header(reader *r, const char *s, size_t n, bool *same, weir_error *err)
{
    const weir_value *names = r->rules.h2o ? r->o.names : NULL;
    csv_rules loose = r->rules;
    csv_block b = {0};
    static const weir_value none = {.kind = WEIR_LIST};
    bool words = true;
    double x;

    loose.ragged = true;
    loose.na = &none;
    weir_status st = csv_first_rows(&b, &loose, s, n, SIZE_MAX, err);
    *same = !st && b.rows > 0 && b.row_cells[0] == (names ? names->as.list.n : r->looks.n_tokens);
    for (size_t i = 0; !st && b.rows && i < b.row_cells[0]; i++) {
        csv_text t = csv_text_at(&b, 0, i);
        char *word = mem_text_n(t.s ? t.s : "", t.s ? t.n : 0);
        *same = *same && word && text_same_word(word, names ? names->as.list.v[i].as.text.s : r->looks.token[i]);
        words &= !(t.s && (csv_number(&r->rules, t.s, t.n, &x) || csv_time(&r->rules, t.s, t.n, &x)));
        mem_free(word);
    }
    if (!st && !*same && words && b.rows && b.row_cells[0] > 1 && !r->rules.h2o)
        st = weir_fail(err, WEIR_EFORMAT, "'%s' begins with other names than '%s': column names do not match between files",
                       source_path(r->src), r->memory_name ? r->memory_name : r->paths[0]);
    csv_block_free(&b);
    return st;
}

/* The header of a further ARFF file must say the same. */
static weir_status same_arff(reader *r, const csv_block *b, size_t *data_at, weir_error *err)
{
    weir_value names, types;
    weir_status st = arff_header(source_path(r->src), b->text, b->n, &names, &types, data_at, err);

    if (!st && !weir_value_equal(&names, &r->arff_names))
        st = weir_fail(err, WEIR_EFORMAT, "'%s' has other attributes than '%s'", source_path(r->src), r->paths[0]);
    weir_value_clear(&names);
    weir_value_clear(&types);
    return st;
}

/* What stands before the first row of a part: byte order mark, header. */
static weir_status skip_head(reader *r, csv_block *b, weir_error *err)
{
    size_t skip = b->n >= 3 && !memcmp(b->text, "\xef\xbb\xbf", 3) ? 3 : 0, at;
    weir_status st = WEIR_OK;

    if (r->arff && (st = same_arff(r, b, &skip, err)))
        return st;
    r->part_begins = false;
    if (r->looks.header == 1) {
        size_t end = skip + behind_first_row(&r->rules, b->text + skip, b->n - skip, &at);
        if (skip + at == b->n) { /* nothing but blank lines and comments so far */
            r->part_begins = true;
            r->line += scan_count(b->text, b->n, r->rules.eol);
            b->n = 0;
            return WEIR_OK;
        }
        bool drop = r->parts == 0 && !(r->rules.h2o && r->o.names); /* H2O keeps a header of other names as a row */
        if (!drop)
            st = same_header(r, b->text + skip + at, end - skip - at, &drop, err);
        if (drop)
            skip = end;
    }
    r->parts++;
    r->line += scan_count(b->text, skip, r->rules.eol);
    b->n -= skip;
    memmove(b->text, b->text + skip, b->n);
    return st;
}

/* Blocks ------------------------------------------------------------------------------------------- */

static bool text_room(csv_block *b, size_t cap)
{
    if (cap + SCAN_SLACK <= b->cap)
        return true;
    char *more = mem_resize(b->text, cap + SCAN_SLACK, 1);
    if (!more)
        return false;
    b->text = more;
    b->cap = cap + SCAN_SLACK;
    return true;
}

/* More text for b, up to `want` bytes in all: first what was carried over, then the source's. */
static weir_status more_text(reader *r, csv_block *b, size_t want, weir_error *err)
{
    size_t k = r->carry_n < want - b->n ? r->carry_n : want - b->n, got = 0;
    weir_status st = WEIR_OK;

    if (k)
        memcpy(b->text + b->n, r->carry, k);
    r->carry_n -= k;
    if (r->carry_n)
        memmove(r->carry, r->carry + k, r->carry_n);
    b->n += k;
    if (!r->part_ended && b->n < want) {
        st = source_fill(r->src, b->text + b->n, want - b->n, &got, err);
        r->part_ended = got < want - b->n;
        b->n += got;
    }
    return st;
}

/* What is behind the last whole row is carried over, before what is there already. */
static bool carry_over(reader *r, const char *s, size_t n)
{
    if (r->carry_n + n > r->carry_cap) {
        char *more = mem_resize(r->carry, r->carry_n + n, 1);
        if (!more)
            return false;
        r->carry = more;
        r->carry_cap = r->carry_n + n;
    }
    if (n) {
        memmove(r->carry + n, r->carry, r->carry_n);
        memcpy(r->carry, s, n);
    }
    r->carry_n += n;
    return true;
}

/* Whole rows of the part into b; b->n = 0: the part has no more. */
static weir_status fill_block(reader *r, csv_block *b, weir_error *err)
{
    bool told = r->o.block && !(r->arff && r->part_begins); /* an ARFF header is read as one */
    size_t block = told ? r->o.block : BLOCK, want = r->carry_n > block && !told ? r->carry_n : block, end;
    const char *open = NULL;
    bool last;

    b->n = 0;
    for (;; want *= 2) {
        if (want > MOST_BLOCK)
            return weir_fail(err, WEIR_EFORMAT, "'%s', line %llu: the row does not end within 1 GB%s", source_path(r->src),
                             (unsigned long long)r->line, open ? "; a quote that opens there is never closed" : "");
        if (!text_room(b, want))
            return weir_no_memory(err, "reading a file");
        weir_status st = more_text(r, b, want, err);
        if (st)
            return st;
        last = r->part_ended && !r->carry_n;
        end = csv_rows_end(&r->rules, b->text, b->n, last, &open);
        if (end || last)
            break;
    }
    if (last && end < b->n)
        end = b->n; /* an open quote: whoever reads the row says where */
    if (!carry_over(r, b->text + end, b->n - end))
        return weir_no_memory(err, "reading a file");
    b->n = end;
    return WEIR_OK;
}

/* The next block that has rows; *more = false: there is none. */
static weir_status next_block(reader *r, csv_block *b, bool *more, weir_error *err)
{
    weir_status st = WEIR_OK;

    *more = false;
    while (!st && !r->all_ended && !*more) {
        if (r->part_ended && !r->carry_n) {
            st = next_part(r, err);
            continue;
        }
        st = fill_block(r, b, err);
        if (!st && r->part_begins && b->n)
            st = skip_head(r, b, err);
        if (st || !b->n)
            continue;
        memset(b->text + b->n, 0, SCAN_SLACK);
        snprintf(b->path, sizeof b->path, "%s", source_path(r->src));
        b->first_line = r->line;
        b->number = r->number++;
        r->line += scan_count(b->text, b->n, r->rules.eol);
        r->report->text += b->n;
        *more = true;
    }
    return st;
}

/* Under the lock, when it is this block's turn. */
static void append_block(reader *r, csv_block *b)
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

/* One thread's share of the blocks. */
static void *work(void *arg)
{
    reader *r = arg;
    csv_block b = {0};
    weir_error err = {0};
    bool more = true, *dead = mem_zero(r->n_columns + 1, sizeof *dead);
    weir_status st = dead ? csv_block_init(&b, &r->rules, r->column, r->n_columns, &err) : weir_no_memory(&err, "reading a file");

    pthread_mutex_lock(&r->lock);
    if (st && !r->status)
        r->status = st, r->error = err;
    while (!r->status && more) {
        size_t from = r->number;
        st = next_block(r, &b, &more, &err);
        if (st) { /* blocks before come first, with their own errors */
            while (r->turn < from && !r->status)
                pthread_cond_wait(&r->turned, &r->lock);
            if (!r->status)
                r->status = st, r->error = err;
        }
        if (st || !more)
            break;
        memcpy(dead, r->dead, r->n_columns * sizeof *dead);
        pthread_mutex_unlock(&r->lock);
        csv_block_plan(&b, dead);
        csv_block_parse(&b);
        if (!b.status && progress_cancelled(r->progress))
            b.status = weir_fail(&b.error, WEIR_ECANCEL, "reading '%s' was cancelled", b.path);
        if (!b.status && !csv_block_gather(&b))
            b.status = weir_no_memory(&b.error, "reading a file");
        pthread_mutex_lock(&r->lock);
        while (r->turn < b.number && !r->status)
            pthread_cond_wait(&r->turned, &r->lock);
        if (!r->status)
            append_block(r, &b);
        r->turn++;
        pthread_cond_broadcast(&r->turned);
    }
    pthread_cond_broadcast(&r->turned);
    pthread_mutex_unlock(&r->lock);
    csv_block_free(&b);
    mem_free(dead);
    return NULL;
}

/* Passes --------------------------------------------------------------------------------------------- */

static weir_status run_pass(reader *r, weir_error *err)
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
static size_t expected_rows(const reader *r)
{
    uint64_t bytes = source_expected(r->src), lines = scan_count(r->carry, r->carry_n, r->rules.eol);

    if (r->n_paths > 1 || !lines)
        return 0;
    if (bytes <= r->carry_n)
        return (size_t)lines + 1;
    double rows = (double)bytes / ((double)r->carry_n / (double)lines) * 1.02 + 16;
    return rows < 4e9 ? (size_t)rows : 0;
}

static weir_status begin_pass(reader *r, const bool *again, size_t expected, weir_error *err)
{
    for (size_t i = 0; i < r->n_columns; i++)
        if (r->column[i].role != CSV_SKIP && (!again || again[i]) &&
            !grow_begin(&r->g[i], type_of(r->column[i].role), r->column[i].told || r->rules.h2o, expected))
            return weir_no_memory(err, "reading a file");
    return WEIR_OK;
}

/* Back to the first byte of the first file. */
static weir_status start_again(reader *r, weir_error *err)
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
    st = open_next(r, &more, err);
    return st;
}

/* Columns that are something else than they were taken for, once more. */
static weir_status read_again(reader *r, weir_error *err)
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

static bool any_dead(const reader *r)
{
    for (size_t i = 0; i < r->n_columns; i++)
        if (r->dead[i])
            return true;
    return false;
}

/* Columns and frame ----------------------------------------------------------------------------------- */

static weir_status frame_of(reader *r, weir_frame **out, weir_error *err)
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

/* Setting up ---------------------------------------------------------------------------------------------- */

static weir_status name_columns(reader *r, weir_error *err)
{
    const weir_value *names = r->o.names;
    const csv_looks *k = &r->looks;
    const char *path = source_path(r->src);

    if (names && names->as.list.n != k->n_columns)
        return weir_fail_at(err, WEIR_EINVAL, "names", "names has %zu entries, '%s' has %zu columns", names->as.list.n, path, k->n_columns);
    r->n_columns = k->n_columns;
    r->column = mem_zero(k->n_columns + 1, sizeof *r->column);
    r->g = mem_zero(k->n_columns + 1, sizeof *r->g);
    r->dead = mem_zero(k->n_columns + 1, sizeof *r->dead);
    r->next_role = mem_zero(k->n_columns + 1, sizeof *r->next_role);
    map *seen = map_new();
    weir_status st = r->column && r->g && r->dead && r->next_role && seen ? WEIR_OK : weir_no_memory(err, "reading a file");
    for (size_t i = 0; !st && i < k->n_columns; i++) {
        char made[32];
        const weir_value *told = names && i < names->as.list.n ? &names->as.list.v[i] : NULL;
        const char *token = i < k->n_tokens ? k->token[i] : "";
        uint32_t at = (uint32_t)i;
        bool added;
        if (told && told->kind != WEIR_TEXT)
            st = weir_fail_at(err, WEIR_EINVAL, "names", "names must hold texts; entry %zu is a %s", i + 1, weir_kind_name(told->kind));
        snprintf(made, sizeof made, "C%zu", i + 1);
        if (!st && !(r->column[i].name = mem_text(told ? told->as.text.s : *token ? token : made)))
            st = weir_no_memory(err, "reading a file");
        if (!st && !map_add(seen, r->column[i].name, strlen(r->column[i].name), &at, &added))
            st = weir_no_memory(err, "reading a file");
        if (!st && !added)
            st = weir_fail(err, WEIR_EFORMAT, "'%s', line 1: columns %u and %zu are both called '%s'", path, at + 1, i + 1, r->column[i].name);
    }
    map_free(seen);
    return st;
}

static weir_status role_of_word(const char *word, csv_role *role, const char *name, weir_error *err)
{
    static const struct { const char *word; csv_role role; } words[] = {
        {"numeric", CSV_NUMBER}, {"real", CSV_NUMBER},  {"int", CSV_NUMBER},         {"integer", CSV_NUMBER}, {"float", CSV_NUMBER},
        {"double", CSV_NUMBER},  {"long", CSV_NUMBER},  {"enum", CSV_FACTOR},        {"factor", CSV_FACTOR},  {"categorical", CSV_FACTOR},
        {"string", CSV_STRING},  {"uuid", CSV_STRING},  {"time", CSV_TIME},          {"unknown", CSV_NUMBER}};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_same_word(words[i].word, word)) {
            *role = words[i].role;
            return WEIR_OK;
        }
    return weir_fail_at(err, WEIR_EINVAL, "types", "type \"%s\" of column '%s' is none of: numeric, factor, string, time, uuid", word, name);
}

static size_t column_named(const reader *r, const char *name)
{
    for (size_t i = 0; i < r->n_columns; i++)
        if (!strcmp(r->column[i].name, name))
            return i;
    return r->n_columns;
}

static weir_status tell_types(reader *r, weir_error *err)
{
    const weir_value *types = r->o.types;
    weir_status st = WEIR_OK;

    for (size_t i = 0; i < r->n_columns; i++) {
        r->column[i].role = r->looks.role[i];
        r->column[i].bytes = r->looks.bytes[i];
        r->column[i].told = r->rules.h2o; /* H2O keeps what it guessed */
    }
    if (types && types->kind == WEIR_LIST && types->as.list.n > r->n_columns)
        return weir_fail_at(err, WEIR_EINVAL, "types", "types has %zu entries, '%s' has %zu columns", types->as.list.n, source_path(r->src),
                            r->n_columns);
    for (size_t i = 0; types && i < types->as.list.n && !st; i++) {
        const weir_value *v = &types->as.list.v[i];
        size_t at = types->kind == WEIR_DICT ? column_named(r, types->as.list.key[i]) : i;
        if (at == r->n_columns)
            return weir_fail_at(err, WEIR_EINVAL, "types", "types names a column '%s' that '%s' does not have", types->as.list.key[i],
                                source_path(r->src));
        if (v->kind == WEIR_NIL)
            continue;
        if (v->kind != WEIR_TEXT)
            return weir_fail_at(err, WEIR_EINVAL, "types", "types must hold words such as \"numeric\" or \"factor\"");
        st = role_of_word(v->as.text.s, &r->column[at].role, r->column[at].name, err);
        r->column[at].told = true;
    }
    return st;
}

static weir_status skip_columns(reader *r, weir_error *err)
{
    const weir_value *skip = r->o.skip;
    size_t left = 0;

    for (size_t i = 0; skip && i < skip->as.list.n; i++) {
        const weir_value *v = &skip->as.list.v[i];
        size_t at = v->kind == WEIR_INT ? (size_t)(v->as.i - 1) : v->kind == WEIR_TEXT ? column_named(r, v->as.text.s) : r->n_columns;
        if (at >= r->n_columns)
            return weir_fail_at(err, WEIR_EINVAL, "skip", "skip names a column that '%s' does not have", source_path(r->src));
        r->column[at].role = CSV_SKIP;
    }
    for (size_t i = 0; i < r->n_columns; i++)
        left += r->column[i].role != CSV_SKIP;
    return left ? WEIR_OK : weir_fail_at(err, WEIR_EINVAL, "skip", "skip leaves no column of '%s'", source_path(r->src));
}

static weir_status set_rules(reader *r, weir_error *err)
{
    const csv_options *o = &r->o;
    const char *marks = o->comments ? o->comments : o->h2o ? "#" : "";
    char room[64];
    double x;

    if (strlen(marks) >= sizeof r->rules.comments)
        return weir_fail_at(err, WEIR_EINVAL, "comment", "comment has %zu characters; at most %zu", strlen(marks), sizeof r->rules.comments - 1);
    r->rules = (csv_rules){.quote = o->no_quote ? 0 : o->quote ? o->quote : '"', .escape = o->escape, .eol = '\n', .h2o = o->h2o,
                           .ragged = o->ragged || o->h2o, .na = o->na};
    snprintf(r->rules.comments, sizeof r->rules.comments, "%s", marks);
    for (size_t i = 0; o->na && !o->h2o && i < o->na->as.list.n; i++) {
        const weir_value *v = &o->na->as.list.v[i];
        memset(room, 0, sizeof room);
        if (v->kind == WEIR_TEXT && v->as.text.n < sizeof room - 9) {
            memcpy(room, v->as.text.s, v->as.text.n);
            r->rules.na_numbers |= csv_number(&r->rules, room, v->as.text.n, &x);
        }
    }
    return WEIR_OK;
}

/* Names and types come from the header, and what ARFF means by quotes, comments and "?". */
static weir_status look_arff(reader *r, const char *s, size_t n, size_t *behind, weir_error *err)
{
    weir_status st = arff_header(source_path(r->src), s, n, &r->arff_names, &r->arff_types, behind, err);
    csv_options *o = &r->o;

    if (st)
        return st;
    const char *p = s + *behind, *end = s + n;
    while (p < end && (*p == ' ' || *p == '\n' || *p == '\r'))
        p++;
    if (p < end && *p == '{')
        return weir_fail(err, WEIR_EFORMAT, "'%s' is a sparse ARFF file, which weir does not read", source_path(r->src));
    r->arff = true;
    o->names = o->names ? o->names : &r->arff_names;
    o->types = o->types ? o->types : &r->arff_types;
    o->header = -1;
    o->comments = o->comments ? o->comments : "%";
    if (!o->quote && !o->h2o && memchr(p, '\'', (size_t)(end - p))) {
        o->quote = '\'';
        o->escape = o->escape ? o->escape : '\\';
    }
    if (!o->na && o->h2o && !weir_list_add(&r->question, weir_text("?"), err))
        o->na = &r->question;
    return WEIR_OK;
}

/* The head of the first file, and rows from further down where the file can be looked into. */
static weir_status look(reader *r, weir_error *err)
{
    size_t want = r->o.h2o ? HEAD_H2O : HEAD, got = 0, names = r->o.names ? r->o.names->as.list.n : 0, cut;
    csv_census *census = NULL;
    char *spot = NULL;
    const char *open;
    weir_status st = (r->carry = mem_array(want + SCAN_SLACK, 1)) ? WEIR_OK : weir_no_memory(err, "reading a file");

    r->carry_cap = want;
    if (!st)
        st = source_fill(r->src, r->carry, want, &got, err);
    if (st)
        return st;
    r->carry_n = got;
    bool whole = got < want;
    const char *s = r->carry + (got >= 3 && !memcmp(r->carry, "\xef\xbb\xbf", 3) ? 3 : 0);
    size_t n = got - (size_t)(s - r->carry);
    const char *nul = memchr(s, 0, n < 4096 ? n : 4096);
    if (nul)
        return weir_fail(err, WEIR_EFORMAT, "'%s', line %zu holds a NUL byte: it is not a text file, or in UTF-16", source_path(r->src),
                         scan_count(s, (size_t)(nul - s), '\n') + 1);
    size_t behind = 0;
    if (arff_looks(s, n)) {
        st = look_arff(r, s, n, &behind, err);
        if (st)
            return st;
        s += behind, n -= behind;
        names = r->o.names->as.list.n;
    }
    if (!(st = set_rules(r, err)))
        st = r->o.h2o ? csv_look_h2o(&r->looks, &r->rules, s, n, r->o.sep, r->o.header, names, err)
                       : csv_look(&r->looks, &r->rules, s, n, r->o.sep, r->o.header, names, err);
    if (!st && r->arff)
        r->looks.n_columns = names;
    if (!st && !r->looks.n_columns)
        st = weir_fail(err, WEIR_EFORMAT, "'%s' has no line with text", source_path(r->src));
    if (st || (r->o.h2o && r->looks.role))
        return st;
    size_t at, header = r->looks.header == 1 ? behind_first_row(&r->rules, s, n, &at) : 0;
    cut = csv_rows_end(&r->rules, s + header, n - header, whole, &open);
    st = csv_census_new(&census, &r->rules, r->looks.n_columns, err);
    if (!st)
        st = csv_census_add(census, s + header, cut, err);
    uint64_t size = whole || source_packed(r->src) ? 0 : source_expected(r->src);
    if (!st && size && !(spot = mem_array(SPOT, 1)))
        st = weir_no_memory(err, "reading a file");
    for (uint64_t k = 1; !st && size && k <= SPOTS; k++) {
        size_t m = source_sample(r->src, k == SPOTS ? size - SPOT : size / SPOTS * k, spot, SPOT);
        const char *first = memchr(spot, r->rules.eol, m);
        if (first)
            st = csv_census_add(census, first + 1, m - (size_t)(first + 1 - spot), err);
    }
    if (!st)
        st = csv_census_roles(census, &r->looks, err);
    mem_free(spot);
    csv_census_free(census);
    return st;
}

static weir_status open_first(reader *r, weir_error *err)
{
    bool more;
    weir_status st = open_next(r, &more, err);

    r->part_begins = true;
    r->line = 1;
    return st ? st : look(r, err);
}

static void reader_free(reader *r)
{
    source_close(r->src);
    for (size_t i = 0; i < r->n_columns; i++) {
        if (r->g)
            grow_free(&r->g[i]);
        if (r->column)
            mem_free(r->column[i].name);
    }
    mem_free(r->column), mem_free(r->g), mem_free(r->dead), mem_free(r->next_role), mem_free(r->carry);
    csv_looks_clear(&r->looks);
    weir_value_clear(&r->arff_names), weir_value_clear(&r->arff_types), weir_value_clear(&r->question);
    source_close(r->first);
    pthread_mutex_destroy(&r->lock);
    pthread_cond_destroy(&r->turned);
}

static void reader_init(reader *r, const csv_options *o, import_report *report, progress *p)
{
    *r = (reader){.o = *o, .report = report, .progress = p, .arff_names = weir_nil(), .arff_types = weir_nil(), .question = weir_list()};
    *report = (import_report){0};
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->turned, NULL);
}

static weir_status set_up(reader *r, weir_error *err)
{
    weir_status st = open_first(r, err);

    if (!st)
        st = name_columns(r, err);
    r->rules.column_na = r->looks.na.kind == WEIR_LIST ? &r->looks.na : NULL;
    if (!st)
        st = tell_types(r, err);
    return st ? st : skip_columns(r, err);
}

static weir_status import(reader *r, weir_frame **out, weir_error *err)
{
    double from = clock_now();
    weir_status st = set_up(r, err);

    progress_phase(r->progress, "reading");
    if (!st)
        st = begin_pass(r, NULL, expected_rows(r), err);
    if (!st)
        st = run_pass(r, err);
    while (!st && any_dead(r))
        st = read_again(r, err);
    if (!st)
        st = frame_of(r, out, err);
    if (r->src)
        r->report->stored += source_stored(r->src);
    r->report->columns = st ? 0 : (*out)->cols;
    r->report->seconds = clock_now() - from;
    r->report->sep = r->rules.sep;
    r->report->quote = r->rules.quote;
    r->report->header = r->looks.header == 1;
    return st;
}

weir_status csv_import(weir_frame **out, source *first, char *const *paths, size_t n_paths, const csv_options *o,
                       import_report *report, progress *p, weir_error *err)
{
    reader r;

    reader_init(&r, o, report, p);
    r.first = first;
    r.paths = paths;
    r.n_paths = n_paths;
    weir_status st = import(&r, out, err);
    reader_free(&r);
    return st;
}

weir_status csv_import_memory(weir_frame **out, const char *name, const void *bytes, size_t n, const csv_options *o,
                              import_report *report, progress *p, weir_error *err)
{
    reader r;

    reader_init(&r, o, report, p);
    r.memory_name = name;
    r.memory = bytes;
    r.memory_n = n;
    weir_status st = import(&r, out, err);
    reader_free(&r);
    return st;
}

/* Guessing only -------------------------------------------------------------------------------------------- */

static const char *word_of(const reader *r, size_t i)
{
    static const char *const words[] = {"numeric", "time", "factor", "string", "skip"};
    bool uuid = r->looks.uuid[i] && (r->column[i].role == CSV_FACTOR || r->column[i].role == CSV_STRING);
    return uuid ? "uuid" : words[r->column[i].role];
}

static weir_status put(weir_value *d, const char *key, weir_value v, weir_status *st, weir_error *err)
{
    if (*st)
        weir_value_clear(&v);
    else
        *st = weir_dict_set(d, key, v, err);
    return *st;
}

static weir_status describe(reader *r, weir_value *out, weir_error *err)
{
    const csv_looks *k = &r->looks;
    weir_value names = weir_list(), types = weir_list(), tokens = weir_list(), na;
    weir_status st = WEIR_OK;

    *out = weir_dict();
    for (size_t i = 0; i < r->n_columns && !st; i++)
        st = weir_list_add(&names, weir_text(r->column[i].name), err);
    for (size_t i = 0; i < r->n_columns && !st; i++)
        st = weir_list_add(&types, weir_text(word_of(r, i)), err);
    for (size_t i = 0; i < k->n_tokens && !st; i++)
        st = weir_list_add(&tokens, weir_text(k->token[i]), err);
    put(out, "format", weir_text(r->arff ? "arff" : "csv"), &st, err);
    put(out, "path", weir_text(r->paths[0]), &st, err);
    if (k->sep)
        put(out, "sep", weir_text_n(&k->sep, 1), &st, err);
    put(out, "quote", weir_text_n(&r->rules.quote, r->rules.quote != 0), &st, err);
    if (k->header)
        put(out, "header", weir_bool(k->header == 1), &st, err);
    put(out, "names", names, &st, err);
    put(out, "types", types, &st, err);
    if (r->rules.h2o)
        put(out, "tokens", tokens, &st, err);
    else
        weir_value_clear(&tokens);
    if (!st && k->na.kind == WEIR_LIST && !(st = weir_value_copy(&na, &k->na, err)))
        put(out, "column_na", na, &st, err);
    if (st)
        weir_value_clear(out);
    return st;
}

weir_status csv_guess(weir_value *out, source *first, char *const *paths, size_t n_paths, const csv_options *o, progress *p,
                      weir_error *err)
{
    reader r;
    import_report report;

    reader_init(&r, o, &report, p);
    r.first = first;
    r.paths = paths;
    r.n_paths = n_paths;
    weir_status st = open_first(&r, err);
    if (!st)
        st = name_columns(&r, err);
    if (!st)
        st = tell_types(&r, err);
    if (!st)
        st = describe(&r, out, err);
    reader_free(&r);
    return st;
}
