/* dataset.h - training rows packed for speed: one row's inputs lie together,
 * bytes stay bytes until the row is used, zeros may be left out.
 *
 * Built once per training from an encode_view. Rows that can never be trained
 * on (missing response, weight 0, Skip) are left out; `row` says which frame
 * row each packed row was. */
#ifndef TRAIN_DATASET_H
#define TRAIN_DATASET_H

#include "model/encode.h"

typedef struct dataset {
    size_t rows, inputs;
    bool sparse;        /* rows are lists of what is not zero */
    float *dense;       /* [rows][inputs] unless sparse or code */
    uint8_t *code;      /* [rows][inputs]: input i is base[i] + step[i] * code; columns of small integers */
    float *base, *step; /* [inputs] */
    uint64_t *start;    /* sparse: row r is entries [start[r], start[r + 1]) */
    uint32_t *index;
    float *value;
    float *target;      /* label code or scaled response; NULL for an autoencoder */
    float *weight;      /* NULL = all 1 */
    float *offset;      /* NULL = all 0 */
    uint32_t *frame_row;
} dataset;

typedef struct dataset_spec {
    bool autoencoder; /* targets are the inputs */
    uint64_t budget;  /* bytes it may take; 0 = no limit */
} dataset_spec;

weir_status dataset_new(dataset **out, const encode_view *v, const dataset_spec *spec, progress *p,
                        weir_error *err);
/* The same from a matrix x[rows][inputs] and y[rows] (NULL: autoencoder); w may be NULL. */
weir_status dataset_of_dense(dataset **out, size_t rows, size_t inputs, const float *x,
                             const double *y, const double *w, bool sparse, weir_error *err);
/* Inputs of row i of a dataset that is not sparse. */
void dataset_row(const dataset *d, size_t i, float *x);
void dataset_free(dataset *d);
size_t dataset_rows(const dataset *d);
size_t dataset_frame_row(const dataset *d, size_t i);
uint64_t dataset_bytes(const dataset *d);
double dataset_density(const dataset *d); /* share of non-zero inputs */
uint32_t dataset_label(const dataset *d, size_t i);
double dataset_weight(const dataset *d, size_t i);

#endif
