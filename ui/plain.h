/* plain.h - the workbench in one process on one terminal, without a session. */
#ifndef UI_PLAIN_H
#define UI_PLAIN_H

#include <stdbool.h>

typedef struct plain_options {
    const char *file; /* NULL: an unnamed notebook */
    bool run_all;
    const char *sample_dir;
    int colours;      /* as in term_options */
} plain_options;

/* Gives the exit status. */
int plain_run(const plain_options *opt);

#endif
