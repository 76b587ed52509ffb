/* export.h - frames to files. */
#ifndef DATA_EXPORT_H
#define DATA_EXPORT_H

#include "data/verb.h"

extern const verb verbs_export[];
extern const size_t verbs_export_count;

#endif
