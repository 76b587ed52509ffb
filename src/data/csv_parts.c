/* csv_parts.c - files, and files within files, one behind the other, as blocks of whole rows.
 *
 * What stands before the first row of each (byte order mark, header) is taken off here; what is
 * read behind the last whole row of a block is carried over to the next. */
#include "config.h"
#include "data/csv_reader.h"

#include "base/mem.h"
#include "base/status.h"
#include "base/text.h"
#include "data/arff.h"
#include "kernel/scan.h"

#include <stdio.h>
#include <string.h>

/* A block and what is made of it should fit a core's own cache; with many columns the work per column and block weighs more. */
enum { LEAST_BLOCK = 1 << 18, MOST_USUAL = 1 << 20, BLOCK_PER_COLUMN = 1 << 11, MOST_BLOCK = 1 << 30 };

static size_t usual_block(size_t columns)
{
    size_t n = columns * BLOCK_PER_COLUMN;
    return n < LEAST_BLOCK ? LEAST_BLOCK : n > MOST_USUAL ? MOST_USUAL : n;
}

/* Parts -------------------------------------------------------------------------------------------- */

weir_status csv_open_next(csv_reader *r, bool *more, weir_error *err)
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
static weir_status next_part(csv_reader *r, weir_error *err)
{
    bool more = false;
    weir_status st = source_next_part(r->src, &more, err);

    if (!st && !more)
        st = csv_open_next(r, &more, err);
    r->all_ended = !st && !more;
    r->part_begins = more;
    r->part_ended = false;
    r->line = 1;
    return st;
}

size_t csv_behind_first_row(const csv_rules *r, const char *s, size_t n, size_t *header_at)
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
static weir_status same_header(csv_reader *r, const char *s, size_t n, bool *same, weir_error *err)
{
    const weir_value *names = r->rules.h2o ? r->o.names : NULL;
    csv_rules loose = r->rules;
    csv_block b = {0};
    static const weir_value none = {.kind = WEIR_LIST};
    bool words = true;
    double x;

    loose.ragged = true;
    loose.na = &none;
    loose.marks = NULL;
    weir_status st = csv_first_rows(&b, &loose, s, n, SIZE_MAX, err);
    *same = !st && b.rows > 0 && b.row_cells[0] == (names ? names->as.list.n : r->looks.n_tokens);
    for (size_t i = 0; !st && b.rows && i < b.row_cells[0]; i++) {
        csv_text t = csv_text_at(&b, 0, i);
        char *word = mem_text_n(t.s ? t.s : "", t.s ? t.n : 0);
        if (!word)
            st = weir_no_memory(err, "reading a file");
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
static weir_status same_arff(csv_reader *r, const csv_block *b, size_t *data_at, weir_error *err)
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
static weir_status skip_head(csv_reader *r, csv_block *b, weir_error *err)
{
    size_t skip = b->n >= 3 && !memcmp(b->text, "\xef\xbb\xbf", 3) ? 3 : 0, at;
    weir_status st = WEIR_OK;

    if (r->arff && (st = same_arff(r, b, &skip, err)))
        return st;
    r->part_begins = false;
    if (r->looks.header == 1) {
        size_t end = skip + csv_behind_first_row(&r->rules, b->text + skip, b->n - skip, &at);
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
static weir_status more_text(csv_reader *r, csv_block *b, size_t want, weir_error *err)
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
static bool carry_over(csv_reader *r, const char *s, size_t n)
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
static weir_status fill_block(csv_reader *r, csv_block *b, weir_error *err)
{
    bool whole = r->arff && r->part_begins; /* an ARFF header is read as one */
    size_t block = r->o.block && !whole ? r->o.block : whole ? MOST_USUAL : usual_block(r->n_columns), end;
    size_t want = whole && r->carry_n > block ? r->carry_n : r->part_ended && r->carry_n < block ? r->carry_n + 1 : block;
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

weir_status csv_next_block(csv_reader *r, csv_block *b, bool *more, weir_error *err)
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
        b->lines = scan_count(b->text, b->n, r->rules.eol);
        r->line += b->lines;
        r->report->text += b->n;
        *more = true;
    }
    return st;
}
