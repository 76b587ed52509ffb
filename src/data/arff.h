/* arff.h - the header of ARFF files; what stands behind @data is text in rows. */
#ifndef DATA_ARFF_H
#define DATA_ARFF_H

#include "weir.h"

/* Does an @attribute come before anything but comments, blank lines and @relation? */
bool arff_looks(const char *s, size_t n);
/* Names and types (words) of the attributes as LISTs, and where the line behind @data begins. Errors name the line. */
weir_status arff_header(const char *path, const char *s, size_t n, weir_value *names, weir_value *types, size_t *data_at, weir_error *err);

#endif
