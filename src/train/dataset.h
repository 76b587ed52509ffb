/* dataset.h - training rows packed for speed: one row's inputs lie together,
 * bytes stay bytes until the row is used, zeros may be left out.
 *
 * Built once per training from an encode_view. Rows that can never be trained
 * on (missing response, weight 0, Skip) are left out; `row` says which frame
 * row each packed row was. */
#ifndef TRAIN_DATASET_H
#define TRAIN_DATASET_H

#include "model/encode.h"

typedef struct dataset dataset; /* layout is dataset.c's own; see dataset_impl.h for the trainer */

typedef struct dataset_spec {
    bool autoencoder; /* targets are the inputs */
    bool sparse;      /* the client declared the data sparse */
    uint64_t budget;  /* bytes it may take; 0 = no limit */
} dataset_spec;

weir_status dataset_new(dataset **out, const encode_view *v, const dataset_spec *spec, progress *p,
                        weir_error *err);
void dataset_free(dataset *d);
size_t dataset_rows(const dataset *d);
size_t dataset_frame_row(const dataset *d, size_t i);
uint64_t dataset_bytes(const dataset *d);
double dataset_density(const dataset *d); /* share of non-zero inputs */
uint32_t dataset_label(const dataset *d, size_t i);
double dataset_weight(const dataset *d, size_t i);

#endif
