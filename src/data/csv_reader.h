/* csv_reader.h - inside the CSV reader: an import under way, and what its parts do for each other. */
#ifndef DATA_CSV_READER_H
#define DATA_CSV_READER_H

#include "data/csv.h"
#include "data/csv_impl.h"

#include <pthread.h>

typedef struct csv_reader {
    csv_options o;
    bool arff;                 /* names and types are those of its header: */
    weir_value arff_names, arff_types, question;
    weir_value marks;          /* of the columns for which some were told; NIL: none */
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
    bool side_by_side;        /* several files at once, each by a reader of its own (csv_lanes.c) */
    size_t parts;             /* begun so far */
    uint64_t line;            /* of the next block */
    grow *g;                  /* [n_columns] */
    bool *dead;               /* [n_columns] found to be something else in this pass */
    csv_role *next_role;      /* [n_columns] what it is, then */
    pthread_mutex_t text;     /* guards the source, carry, line, number, all_ended; of the report files, stored, text */
    pthread_mutex_t lock;     /* guards dead, turn, appending, status, parked and spare blocks; nobody holds both */
    pthread_cond_t turned;
    bool appending;           /* somebody does: g, next_role and the rest of the report are theirs */
    csv_block *block, **spare, **parked; /* [n_blocks]; nobody uses the first n_spare of spare; read, by number */
    size_t n_blocks, n_spare;
    size_t number, turn;
    weir_status status;
    weir_error error;
    import_report *report;
    progress *progress;
} csv_reader;


/* Setting up (csv_setup.c): opens the first file, looks at it, names the columns and gives them types. */
weir_status csv_look_at_names(csv_reader *r, weir_error *err);
/* The same, and all that was said about rows and columns. */
weir_status csv_set_up(csv_reader *r, weir_error *err);

/* Text (csv_parts.c). The next file, if there is one. */
weir_status csv_open_next(csv_reader *r, bool *more, weir_error *err);
/* Behind the rows of s that are none (*header_at), and the first that is one. */
size_t csv_behind_first_row(const csv_rules *r, const char *s, size_t n, size_t *header_at);
/* The next block that has rows; *more = false: there is none. Under the lock of the text. */
weir_status csv_next_block(csv_reader *r, csv_block *b, bool *more, weir_error *err);

/* Rows (csv_pass.c): all of them, on several threads, in as many passes as it takes, as a frame. */
enum { CSV_THREADS = 256 }; /* at most */
weir_status csv_read_rows(csv_reader *r, weir_frame **out, weir_error *err);
/* One pass: columns that hold nothing yet, for those that are not skipped; */
weir_status csv_begin_columns(csv_reader *r, size_t expected_rows, weir_error *err);
/* threads, and a few blocks more than threads: who is done before its turn goes on with another; */
weir_status csv_make_blocks(csv_reader *r, int threads, weir_error *err);
void csv_free_blocks(csv_reader *r);
/* one thread's share of the blocks, until there are no more; r->status tells. */
void csv_work(csv_reader *r);

/* Files side by side (csv_lanes.c). Is it quicker than one behind the other? */
bool csv_lanes_pay(const csv_reader *r);
/* A pass over all files on n threads; rows in the order of the files, as if they had been read one behind the other. */
weir_status csv_run_lanes(csv_reader *r, int n, weir_error *err);

#endif
