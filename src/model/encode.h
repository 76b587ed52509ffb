/* encode.h - frame rows <-> network inputs.
 *
 * An encoder is fitted on the training frame once and kept in the model: which
 * columns, in which order, which levels, how scaled. Expanded inputs are first
 * the categorical slots (one per level and one for missing or unseen), then
 * the numbers. deep-learning 1.1-1.4 and 12 (encodings).
 *
 * A factor becomes inputs in one of two ways. As slots: OneHotInternal,
 * SortByResponse (levels in another order), EnumLimited (rare levels become one).
 * As numbers: Binary, LabelEncoder, Eigen give each level a row of a table
 * (encode_code), whose columns are numbers like any other. Everything is data:
 * what a model file has to hold are the fields below but the maps. */
#ifndef MODEL_ENCODE_H
#define MODEL_ENCODE_H

#include "base/log.h"
#include "base/map.h"
#include "base/progress.h"
#include "data/frame.h"
#include "model/param.h"

typedef enum encode_transform { ENC_NONE, ENC_STANDARDIZE, ENC_DESCALE, ENC_NORMALIZE } encode_transform;

typedef struct encode_factor { /* a factor as slots */
    char *name;      /* of the frame's column */
    char *shown;     /* in the names of inputs: "col.top_10_levels"; NULL = name */
    char **levels;   /* in the order of the slots */
    size_t n_levels;
    char **domain;   /* EnumLimited: the labels of the training column; NULL = levels are the labels */
    size_t n_domain;
    uint32_t *to;    /* [n_domain]: level of each label, COLUMN_MISSING = none */
    uint32_t unseen; /* level of a label that training did not see; COLUMN_MISSING = as if missing */
    size_t offset;   /* first slot */
    size_t slots;    /* n_levels + 1, or n_levels when the first level is dropped */
    map *by_level;   /* label -> level; encoder_index makes it */
    bool missing_seen; /* some training row had no level: only then does the missing slot count */
} encode_factor;

typedef struct encode_code { /* a factor as numbers */
    char *name;    /* of the frame's column */
    char **levels;
    size_t n_levels;
    size_t columns; /* numbers it gives */
    double *table;  /* [n_levels + 1][columns]; the last row is for missing and unseen (NaN: filled in) */
    map *by_level;  /* encoder_index makes it */
} encode_code;

typedef struct encode_number {
    char *name;      /* of the input; of the frame's column unless code */
    size_t code;     /* 0 = a numeric column; else column `part` of encoder.code[code - 1] */
    size_t part;
    double sub, mul; /* input = (value - sub) * mul */
    double fill;     /* value that stands for a missing one (training mean) */
    double mean, sd, min, max;
} encode_number;

typedef struct encoder {
    size_t n_factors, n_codes, n_numbers;
    encode_factor *factor;
    encode_code *code;
    encode_number *number;
    int encoding;            /* ENCODING_..., never AUTO */
    bool all_levels;         /* use_all_factor_levels */
    bool h2o;                /* Eigen and EnumLimited are worked out anew from the counts of a scored frame */
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
} encoder;

void encoder_free(encoder *e);
/* Fits on the training frame: p is resolved and checked. warnings: LIST that
 * notes (columns left out and why) are added to. Columns are worked on by the threads of pr. */
weir_status encoder_fit(encoder **out, const weir_params *p, const weir_frame *f,
                        weir_value *warnings, progress *pr, weir_error *err);
weir_status encoder_copy(encoder **out, const encoder *e, weir_error *err);
/* Builds the maps from labels to levels, once all other fields are there. */
weir_status encoder_index(encoder *e, weir_error *err);
/* Name of expanded input i ("col.level", "col.missing(NA)", "col", "col:0") into buf. */
void encoder_input_name(const encoder *e, size_t i, char *buf, size_t cap);

/* Levels, counted and numbered (encode_levels.c) ------------------------------------- */

enum { ENCODE_TOP = 10, ENCODE_EIGEN_MOST = 1024 };

/* The levels that occur, most frequent first, at most `most` and none that occurs less than twice,
 * into pick[n]; the number of them. *rest: some level that occurs was left out. */
weir_status encode_top_levels(const size_t *count, size_t n, size_t most, uint32_t *pick, size_t *picked,
                              bool *rest, weir_error *err);
/* v[n]: component of each level in the leading eigenvector of the levels' correlations; rows in all,
 * missing ones included. O(n^3). */
weir_status encode_eigen(const size_t *count, size_t n, size_t rows, double *v, weir_error *err);
/* v[n]: the projection of each level, the rare ones of more than ENCODE_EIGEN_MOST sharing one; NaN
 * where a level never occurs and none is shared. missing: rows without a level, which h2o counts. */
weir_status encode_projection(const size_t *count, size_t n, size_t missing, bool h2o, double *v, weir_error *err);
/* order[n]: levels by ascending mean response; sum and weight of each level's response. */
weir_status encode_response_order(const double *sum, const double *weight, size_t n, uint32_t *order, weir_error *err);

/* A frame bound to an encoder for reading rows: columns found by name, levels
 * mapped, missing and extra columns noted as warnings (features F443). */
typedef struct encode_view {
    const encoder *e;
    const weir_frame *frame;
    const column **factor_col;    /* NULL = column absent: all missing */
    uint32_t **level_map;         /* frame's code -> encoder's level; NULL = same */
    const column **code_col;
    uint32_t **code_map;
    double **code_table;          /* [n_codes] in place of the encoder's (h2o), or NULL */
    size_t *code_levels;          /* their levels */
    const column **number_col;
    const column *response, *weights, *offset; /* NULL = absent */
    uint32_t *response_map;       /* frame's code -> label or COLUMN_MISSING; NULL = same */
    column **made;                /* [n_made] columns turned into factors; owned */
    size_t n_made;
    size_t absent;                /* predictors that the frame lacks */
    const char *lacks;            /* the first of them */
    weir_value warnings;          /* LIST of text */
} encode_view;

weir_status encode_view_new(encode_view **out, const encoder *e, const weir_frame *f, logger *log,
                            weir_error *err);
/* The same; an error says that it is the validation frame's. */
weir_status encode_view_validation(encode_view **out, const encoder *e, const weir_frame *f, logger *log,
                                   weir_error *err);
void encode_view_free(encode_view *v);
/* Of an h2o encoder, once columns are bound (encode_again.c). */
weir_status encode_view_again(encode_view *v, weir_error *err);

/* Values of number i before scaling, rows [row, row+n); NaN = missing. */
void encode_values(const encode_view *v, size_t i, size_t row, size_t n, double *x);
/* Dense scaled inputs of rows [row, row+n): x[n][inputs], float. Scoring rules:
 * missing numeric -> the training mean, unseen level -> missing slot. */
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
