/* frame_verbs.h - looking at frames and shaping them. */
#ifndef DATA_FRAME_VERBS_H
#define DATA_FRAME_VERBS_H

#include "data/verb.h"

/* Structure: selection, names, types, levels, splitting, joining, summaries. */
extern const verb verbs_frame[];
extern const size_t verbs_frame_count;
/* Cell by cell: arithmetic, comparison, functions, and numbers of a column. */
extern const verb verbs_cells[];
extern const size_t verbs_cells_count;

#endif
