/* import.h - files to frames: what a file is and what its text means is guessed, and can be said. */
#ifndef DATA_IMPORT_H
#define DATA_IMPORT_H

#include "data/verb.h"

extern const verb verbs_import[];
extern const size_t verbs_import_count;

#endif
