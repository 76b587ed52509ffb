/* targets.h - what reads bytes from strangers, each as a function of bytes. None may crash, hang or leak. */
#ifndef FUZZ_TARGETS_H
#define FUZZ_TARGETS_H

#include <stddef.h>
#include <stdint.h>

void fuzz_csv(const uint8_t *data, size_t n);      /* guessed, with H2O's rules, with all options; ARFF too */
void fuzz_svmlight(const uint8_t *data, size_t n);
void fuzz_idx(const uint8_t *data, size_t n);
void fuzz_packed(const uint8_t *data, size_t n);   /* gzip and zip */
void fuzz_number(const uint8_t *data, size_t n);   /* numbers equal strtod; dates */

#endif
