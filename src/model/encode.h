/* encode.h - frame rows <-> network inputs.
 *
 * An encoder is fitted on the training frame once and kept in the model: which
 * columns, in which order, which levels, how scaled. Expanded inputs are first
 * the categorical slots (one per level and one for missing or unseen), then
 * the numeric columns. deep-learning 1.1-1.4 and 12 (encodings). */
#ifndef MODEL_ENCODE_H
#define MODEL_ENCODE_H

#include "base/log.h"
#include "base/map.h"
#include "base/progress.h"
#include "data/frame.h"
#include "model/param.h"

typedef enum encode_transform { ENC_NONE, ENC_STANDARDIZE, ENC_DESCALE, ENC_NORMALIZE } encode_transform;

typedef struct encode_factor {
    char *name;
    char **levels;
    size_t n_levels;
    size_t offset; /* first slot */
    size_t slots;  /* n_levels + 1, or n_levels when the first level is dropped */
    map *by_level;
    bool missing_seen; /* some training row had no level: only then does the missing slot count */
} encode_factor;

typedef struct encode_number {
    char *name;
    double sub, mul; /* input = (value - sub) * mul */
    double fill;     /* value that stands for a missing one (training mean) */
    double mean, sd, min, max;
} encode_number;

typedef struct encoder {
    size_t n_factors, n_numbers;
    encode_factor *factor;
    encode_number *number;
    bool all_levels;         /* use_all_factor_levels */
    encode_transform transform;
    bool skip_missing;       /* missing_values_handling = Skip (training only) */
    size_t slots;            /* categorical slots before hashing */
    size_t hashed;           /* slots after hashing; == slots when there is none */
    uint64_t hash_seed;
    size_t inputs;           /* hashed + n_numbers */
    char *response;          /* or NULL */
    char **labels;           /* response levels; NULL for regression and autoencoder */
    size_t n_labels;
    double resp_sub, resp_mul; /* response scaling; 0, 1 when not standardised */
    char *weights_column, *offset_column;
    void *pre;               /* frame -> frame step before (binary, eigen, label, ...); owned */
} encoder;

void encoder_free(encoder *e);
/* Fits on the training frame: p is resolved and checked. warnings: LIST that
 * notes (columns left out and why) are added to. */
weir_status encoder_fit(encoder **out, const weir_params *p, const weir_frame *f,
                        weir_value *warnings, weir_error *err);
weir_status encoder_copy(encoder **out, const encoder *e, weir_error *err);
/* Name of expanded input i ("col.level", "col.missing(NA)", "col") into buf. */
void encoder_input_name(const encoder *e, size_t i, char *buf, size_t cap);

/* A frame bound to an encoder for reading rows: columns found by name, levels
 * mapped, missing and extra columns noted as warnings (features F443). */
typedef struct encode_view {
    const encoder *e;
    const weir_frame *frame;      /* after e->pre */
    weir_frame *owned;            /* what pre made, or NULL */
    const column **factor_col;    /* NULL = column absent: all missing */
    uint32_t **level_map;         /* frame's code -> encoder's level, n_levels = unseen; NULL = same */
    const column **number_col;
    const column *response, *weights, *offset; /* NULL = absent */
    uint32_t *response_map;       /* frame's code -> label or COLUMN_MISSING; NULL = same */
    weir_value warnings;          /* LIST of text */
} encode_view;

weir_status encode_view_new(encode_view **out, const encoder *e, const weir_frame *f, logger *log,
                            weir_error *err);
void encode_view_free(encode_view *v);

/* Dense scaled inputs of rows [row, row+n): x[n][inputs], float. Scoring rules:
 * missing numeric -> 0 after scaling, unseen level -> missing slot. */
void encode_dense(const encode_view *v, size_t row, size_t n, float *x);
/* Inputs are one-hot slots and numbers; a row without its zeros: count entries
 * (index ascending, value). idx, val have room for n_factors + n_numbers. */
size_t encode_sparse(const encode_view *v, size_t row, uint32_t *idx, float *val);
/* Target of a row: label code (as double), or scaled response; NaN = missing. */
void encode_response(const encode_view *v, size_t row, size_t n, double *y);
/* Does the row miss a predictor? (missing_values_handling = Skip) */
bool encode_has_missing(const encode_view *v, size_t row);
void encode_weights(const encode_view *v, size_t row, size_t n, double *w); /* 1 without a column */
void encode_offsets(const encode_view *v, size_t row, size_t n, double *o); /* scaled; 0 without */

#endif
