/* check.h - what is wrong with a script before it runs: syntax of every cell, functions of weir, their
 * arguments and parameters that do not exist, values out of range, names that nothing defines, files that are not
 * there, columns that a file does not have. Nothing is run or trained. */
#ifndef LUA_CHECK_H
#define LUA_CHECK_H

#include "lua/forecast.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct check_problem {
    int64_t line;       /* of the file */
    size_t cell;        /* from 1; 0 = the file has none */
    const char *kind;   /* "syntax", "name", "parameter", "value", "file", "column" */
    char message[500];  /* one sentence */
} check_problem;

typedef struct checker checker; /* the names that scripts find */
checker *check_new(const char *sample_dir); /* NULL: out of memory */
void check_free(checker *c);
/* At most cap problems, in the order of lines; gives how many there are. A file's cells see what cells
 * before them define. */
size_t check_text(checker *c, const char *text, size_t n, check_problem *out, size_t cap);

typedef struct check_estimate {
    int64_t line;    /* of the call */
    size_t cell;     /* from 1; 0 = the file has none */
    char call[32];   /* "weir.deeplearning" */
    bool known;
    forecast of;     /* when known */
    char why[300];   /* when not */
} check_estimate;

/* What the trainings of a script would take, of those whose training frame comes from a file that is named: at most cap. Reads
 * samples of the files, and trains on each for less than a second. Values that are no literals count as the defaults. */
size_t check_estimates(checker *c, const char *text, size_t n, check_estimate *out, size_t cap);

/* weir check: reads the files, prints "FILE:LINE: sentence"; 0, 3 when something was found, 2. */
int check_command(const char *sample_dir, int argc, char **argv, bool json, bool estimate);

#endif
