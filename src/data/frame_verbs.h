/* frame_verbs.h - the verbs on frames, a table per topic; src/data/verbs_<topic>.c declares its own. */
#ifndef DATA_FRAME_VERBS_H
#define DATA_FRAME_VERBS_H

#include "data/verb.h"

/* Every topic once: the tables' declarations and their list (run/verbs.c) come from here. */
#define FRAME_TOPICS(X)                                                                       \
    X(select)   /* rows, columns, names */                                                    \
    X(types)    /* conversions and levels */                                                  \
    X(math)     /* cell by cell: arithmetic, comparison, functions */                         \
    X(reduce)   /* numbers of a column */                                                     \
    X(describe) /* tables that sum a frame up */                                              \
    X(stats)    /* quantiles, correlations, histograms, scaling, distances */                 \
    X(random)   /* splits, folds, random columns and frames */                                \
    X(missing)  /* holes: finding and filling them */                                         \
    X(bind)     /* columns beside columns, rows above rows */                                 \
    X(merge)    /* joins */                                                                   \
    X(order)    /* sorting, ranks, distinct rows, first and last ones */                      \
    X(group)    /* aggregates by group */                                                     \
    X(reshape)  /* wide, long, turned around */                                               \
    X(text)     /* texts and labels: case, blanks, parts, patterns replaced */                \
    X(words)    /* what is in texts: matches, pieces, counts */                               \
    X(likeness) /* how alike texts are */                                                     \
    X(time)     /* parts of dates, dates from parts */

#define X(topic)                         \
    extern const verb verbs_##topic[];   \
    extern const size_t verbs_##topic##_count;
FRAME_TOPICS(X)
#undef X

/* Entries of such a table: a verb on a frame with arguments, without, one that runs as a job. */
#define VERB(word, head, result, text, list, fn)                                                   \
    {{.name = word, .on = "frame", .group = head, .gives = result, .help = text, .args = list,     \
      .n_args = sizeof list / sizeof *list}, fn}
#define VERB0(word, head, result, text, fn)                                                        \
    {{.name = word, .on = "frame", .group = head, .gives = result, .help = text}, fn}
#define VERB_JOB(word, head, result, text, list, fn)                                               \
    {{.name = word, .on = "frame", .group = head, .gives = result, .help = text, .args = list,     \
      .n_args = sizeof list / sizeof *list, .job = true}, fn}

#endif
