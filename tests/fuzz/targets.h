/* targets.h - what reads bytes from strangers, each as a function of bytes. None may crash, hang or leak;
 * a broken promise stops the program. */
#ifndef FUZZ_TARGETS_H
#define FUZZ_TARGETS_H

#include <stddef.h>
#include <stdint.h>

void fuzz_csv(const uint8_t *data, size_t n);      /* guessed, with H2O's rules, with all options; each way to read gives the same */
void fuzz_arff(const uint8_t *data, size_t n);
void fuzz_svmlight(const uint8_t *data, size_t n);
void fuzz_idx(const uint8_t *data, size_t n);
void fuzz_packed(const uint8_t *data, size_t n);   /* gzip and zip */
void fuzz_number(const uint8_t *data, size_t n);   /* numbers equal strtod; dates */
void fuzz_frame(const uint8_t *data, size_t n);    /* weir's own files of frames, */
void fuzz_model(const uint8_t *data, size_t n);    /* and of models, which then predict */

#endif
