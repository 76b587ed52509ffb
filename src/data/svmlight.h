/* svmlight.h - files of sparse rows: "target index:value index:value ... # comment". */
#ifndef DATA_SVMLIGHT_H
#define DATA_SVMLIGHT_H

#include "data/csv.h"

/* Are the first lines of that kind? strict: indices ascend from 1. */
bool svmlight_looks(const char *s, size_t n, bool strict);
/* Columns C1 (the target) to C<largest index + 1>; an index that is not there is 0. A line that is not of
 * the kind is an error with its place; lenient (H2O): its rest is left out and counted as a bad cell. */
weir_status svmlight_read(weir_frame **out, source *s, bool lenient, import_report *report, progress *p, weir_error *err);

#endif
