/* param.h - every parameter of a training, once (param.def): the struct the
 * engine reads and the table that clients ask. */
#ifndef MODEL_PARAM_H
#define MODEL_PARAM_H

#include "base/log.h"
#include "weir.h"

/* Owned lists. */
typedef struct param_sizes { int64_t *v; size_t n; } param_sizes;
typedef struct param_reals { double *v; size_t n; } param_reals;

typedef enum param_id {
#define BOOL(name, ...) PARAM_##name,
#define INT BOOL
#define REAL BOOL
#define ENUM BOOL
#define SIZES BOOL
#define REALS BOOL
#define TEXT BOOL
#define COLUMN BOOL
#define COLUMNS BOOL
#define FRAME BOOL
#define FRAMES BOOL
#define MODEL BOOL
#define FUNC BOOL
#include "model/param.def"
    PARAM_COUNT
} param_id;

/* One field per parameter. Text, columns, frames, models and functions are
 * values: NIL, or as the client gave them (a position, an id) until
 * param_resolve has made them names and objects. */
struct weir_params {
#define BOOL(name, ...) bool name;
#define INT(name, ...) int64_t name;
#define REAL(name, ...) double name;
#define ENUM(name, ...) int name;
#define SIZES(name, ...) param_sizes name;
#define REALS(name, ...) param_reals name;
#define TEXT(name, ...) weir_value name;
#define COLUMN TEXT
#define COLUMNS TEXT
#define FRAME TEXT
#define FRAMES TEXT
#define MODEL TEXT
#define FUNC TEXT
#include "model/param.def"
    bool given[PARAM_COUNT]; /* set by the client */
};

/* Spellings in the order of the lists in param.def. */
enum {
    ACTIVATION_TANH, ACTIVATION_TANH_DROPOUT, ACTIVATION_RECTIFIER, ACTIVATION_RECTIFIER_DROPOUT,
    ACTIVATION_MAXOUT, ACTIVATION_MAXOUT_DROPOUT, ACTIVATION_EXP_RECTIFIER,
    ACTIVATION_EXP_RECTIFIER_DROPOUT
};
enum { MISSING_MEAN, MISSING_SKIP };
enum {
    ENCODING_AUTO, ENCODING_ONE_HOT, ENCODING_BINARY, ENCODING_EIGEN, ENCODING_LABEL,
    ENCODING_SORT_BY_RESPONSE, ENCODING_LIMITED, ENCODING_ENUM, ENCODING_EXPLICIT
};
enum { OPTIMIZER_AUTO, OPTIMIZER_ADADELTA, OPTIMIZER_SGD, OPTIMIZER_ADAM };
enum { SAMPLING_UNIFORM, SAMPLING_STRATIFIED };
enum { COMPAT_NONE, COMPAT_H2O };
enum { /* stopping_metric */
    STOP_AUTO, STOP_DEVIANCE, STOP_LOGLOSS, STOP_MSE, STOP_RMSE, STOP_MAE, STOP_RMSLE, STOP_AUC,
    STOP_AUCPR, STOP_LIFT_TOP_GROUP, STOP_MISCLASSIFICATION, STOP_MEAN_PER_CLASS_ERROR,
    STOP_CUSTOM, STOP_CUSTOM_INCREASING
};

/* NULL when the parameter was not given. Borrowed. */
static inline const char *param_text(const weir_value *v)
{
    return v->kind == WEIR_TEXT ? v->as.text.s : NULL;
}

static inline const weir_frame *param_frame(const weir_value *v)
{
    return v->kind == WEIR_FRAME ? v->as.frame : NULL;
}

static inline const weir_model *param_model(const weir_value *v)
{
    return v->kind == WEIR_MODEL ? v->as.model : NULL;
}

/* The spelling of an ENUM's value. */
const char *param_spelling(param_id id, int value);

/* "…WithDropout"? */
static inline bool param_dropout(const weir_params *p)
{
    return p->activation % 2 == 1;
}

/* Hidden dropout asked for without ratios is 0.5 in every layer. */
weir_status param_default_dropout(weir_params *p, weir_error *err);

typedef weir_status param_lookup(weir_session *s, const char *id, weir_value *out, weir_error *err);

/* Ids become frames and models, positions and single columns become names
 * (columns of the training frame). Called once, on a copy of what the client set. */
weir_status param_resolve(weir_params *p, param_lookup *lookup, weir_session *s, weir_error *err);

/* Every rule that needs more than one parameter, or the frames' content.
 * p is resolved. Refuses before any work is done. */
weir_status param_check(const weir_params *p, weir_error *err);

#endif
