/* csv_import.c - text files to frames: the doors. What is behind them: csv_setup.c looks at the file,
 * csv_parts.c cuts it into blocks of rows, csv_split.c and csv_block.c make cells and columns of a block,
 * csv_pass.c does that on several threads, csv_lanes.c in several files at once. */
#include "config.h"
#include "data/csv_reader.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/status.h"

#include <string.h>

static void reader_free(csv_reader *r)
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
    weir_value_clear(&r->arff_names), weir_value_clear(&r->arff_types), weir_value_clear(&r->question), weir_value_clear(&r->marks);
    source_close(r->first);
    pthread_mutex_destroy(&r->text);
    pthread_mutex_destroy(&r->lock);
    pthread_cond_destroy(&r->turned);
}

static void reader_init(csv_reader *r, const csv_options *o, import_report *report, progress *p)
{
    *r = (csv_reader){.o = *o, .report = report, .progress = p, .arff_names = weir_nil(), .arff_types = weir_nil(), .question = weir_list(), .marks = weir_nil()};
    *report = (import_report){0};
    pthread_mutex_init(&r->text, NULL);
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->turned, NULL);
}

static weir_status import(csv_reader *r, weir_frame **out, weir_error *err)
{
    double from = clock_now();
    weir_status st = csv_set_up(r, err);

    progress_phase(r->progress, "reading");
    if (!st)
        st = csv_read_rows(r, out, err);
    if (r->src)
        r->report->stored += source_stored(r->src);
    if (st == WEIR_EFORMAT && r->looks.n_tokens && r->looks.token[0][0] == '#' && !r->rules.comments[0])
        weir_hint(err, "comment = \"#\" leaves out the lines that begin so");
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
    csv_reader r;

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
    csv_reader r;

    reader_init(&r, o, report, p);
    r.memory_name = name;
    r.memory = bytes;
    r.memory_n = n;
    weir_status st = import(&r, out, err);
    reader_free(&r);
    return st;
}

/* Guessing only -------------------------------------------------------------------------------------------- */

static const char *word_of(const csv_reader *r, size_t i)
{
    static const char *const words[] = {"numeric", "time", "factor", "string", "skip"};
    return r->column[i].uuid ? "uuid" : words[r->column[i].role];
}

static weir_status put(weir_value *d, const char *key, weir_value v, weir_status *st, weir_error *err)
{
    if (*st)
        weir_value_clear(&v);
    else
        *st = weir_dict_set(d, key, v, err);
    return *st;
}

static weir_status describe(csv_reader *r, weir_value *out, weir_error *err)
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
    csv_reader r;
    import_report report;

    reader_init(&r, o, &report, p);
    r.first = first;
    r.paths = paths;
    r.n_paths = n_paths;
    weir_status st = csv_look_at_names(&r, err);
    if (!st)
        st = describe(&r, out, err);
    reader_free(&r);
    return st;
}
