/* csv.h - text files to frames: guessed where nothing is said, in blocks on several threads. */
#ifndef DATA_CSV_H
#define DATA_CSV_H

#include "base/progress.h"
#include "data/frame.h"
#include "data/source.h"

/* What the client said. Zero means: guess. Values are borrowed. */
typedef struct csv_options {
    char sep, quote, escape;
    bool no_quote;           /* quotes are ordinary bytes */
    int header;              /* 1 yes, -1 no */
    const char *comments;    /* bytes that begin a row that is none; NULL: none (H2O: "#") */
    const weir_value *names; /* LIST of text */
    const weir_value *types; /* LIST by column, or DICT by name, of words */
    const weir_value *na;    /* LIST of text */
    const weir_value *na_of; /* LIST by column, or DICT by name, of LISTs of text that stand there instead; NIL: as elsewhere */
    const weir_value *skip;  /* LIST of names or positions from 1 */
    bool ragged, h2o;
    const weir_value *remote; /* DICT, for sources that are far away */
    size_t block;            /* bytes of text a thread takes at a time, 0 = as it pleases (tests) */
} csv_options;

enum { REPORT_BAD = 8 };

/* What became of the files. */
typedef struct import_report {
    uint64_t rows, columns, files, stored, text; /* bytes as stored, as text */
    uint64_t bad_cells, comments, blanks, short_rows, long_rows;
    int passes, threads;
    int at_once;             /* files that were read at the same time */
    double seconds;
    char sep, quote;
    bool header;
    size_t n_bad; /* of the first ones */
    struct { uint64_t line; char column[48], text[40]; } bad[REPORT_BAD];
} import_report;

/* All files one behind the other as one frame. first: the source of paths[0], open already (taken over),
 * or NULL. ARFF files are text with a header of their own. */
weir_status csv_import(weir_frame **out, source *first, char *const *paths, size_t n_paths, const csv_options *o,
                       import_report *report, progress *p, weir_error *err);
/* The same over memory (tests). */
weir_status csv_import_memory(weir_frame **out, const char *name, const void *bytes, size_t n, const csv_options *o,
                              import_report *report, progress *p, weir_error *err);
/* What it would guess: {format, sep, quote, header, names, types, na}. */
weir_status csv_guess(weir_value *out, source *first, char *const *paths, size_t n_paths, const csv_options *o, progress *p, weir_error *err);

#endif
