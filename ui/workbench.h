/* workbench.h - the notebook on a screen. */
#ifndef UI_WORKBENCH_H
#define UI_WORKBENCH_H

#include <stdbool.h>

typedef struct workbench_options {
    const char *file; /* NULL: an unnamed notebook */
    bool run_all;
    const char *sample_dir;
} workbench_options;

/* Gives the exit status. */
int workbench_run(const workbench_options *opt);

#endif
