/* weir.h - the one door to the engine: deep learning on tables.
 *
 * Opaque objects, small value structs, and three tables that describe what
 * the engine can do: parameters (of a training), verbs (everything else that
 * computes) and metrics. A client carries values across; every name, type,
 * range and default is checked behind this door, so that a script, a form and
 * a command line mean the same.
 *
 * Errors. A function that can fail returns weir_status and takes weir_error
 * *err last (may be NULL). Outputs are written only on success. The library
 * never prints, exits, aborts or reads the environment.
 *
 * Ownership. Functions that give an object hand over one reference; T_ref and
 * T_unref (NULL is fine) for shared objects, T_free for the others. A const
 * pointer that is returned is borrowed from its parent. Strings passed in are
 * copied.
 *
 * Threads. Shared objects (frame, model, metrics) are immutable and may be
 * used from any thread; a job and a session too, unless a function says
 * otherwise. A weir_params or weir_value belongs to one thread. */
#ifndef WEIR_H
#define WEIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_API __attribute__((visibility("default")))

/* Status and errors ------------------------------------------------------ */

typedef enum weir_status {
    WEIR_OK,
    WEIR_EINVAL,  /* a value that the caller gave */
    WEIR_ENOMEM,  /* memory, or the session's memory budget */
    WEIR_EIO,     /* a file or the network */
    WEIR_EFORMAT, /* a file's content */
    WEIR_ECANCEL, /* the caller cancelled */
    WEIR_ESTATE   /* the object is not in a state for this */
} weir_status;

typedef struct weir_error {
    weir_status status;
    char message[1024];  /* one sentence: object, value, limit */
    char parameter[64];  /* parameter or argument at fault, or "" */
    char hint[256];      /* what to do, or a near name; or "" */
    int64_t line;        /* line of a file, from 1; 0 = none */
} weir_error;

WEIR_API const char *weir_status_name(weir_status st);
WEIR_API const char *weir_version(void);

/* Objects ---------------------------------------------------------------- */

typedef struct weir_session weir_session; /* budget, registry, jobs, log */
typedef struct weir_frame weir_frame;     /* table: named columns, immutable */
typedef struct weir_model weir_model;     /* a trained network, immutable */
typedef struct weir_metrics weir_metrics; /* quality of predictions, immutable */
typedef struct weir_job weir_job;         /* something that runs */
typedef struct weir_params weir_params;   /* parameters of a training */

WEIR_API weir_frame *weir_frame_ref(const weir_frame *f);
WEIR_API void weir_frame_unref(weir_frame *f);
WEIR_API weir_model *weir_model_ref(const weir_model *m);
WEIR_API void weir_model_unref(weir_model *m);
WEIR_API weir_metrics *weir_metrics_ref(const weir_metrics *m);
WEIR_API void weir_metrics_unref(weir_metrics *m);
WEIR_API weir_job *weir_job_ref(const weir_job *j);
WEIR_API void weir_job_unref(weir_job *j);

/* Values: what goes into parameters and verbs and comes out of them -------- */

typedef enum weir_kind {
    WEIR_NIL,
    WEIR_BOOL,
    WEIR_INT,
    WEIR_REAL,
    WEIR_TEXT,
    WEIR_LIST, /* of values */
    WEIR_DICT, /* text -> value, in insertion order */
    WEIR_FRAME,
    WEIR_MODEL,
    WEIR_METRICS,
    WEIR_FUNC /* a function of the client; only its number crosses the door */
} weir_kind;

typedef struct weir_value weir_value;
struct weir_value {
    weir_kind kind;
    union {
        bool b;
        int64_t i; /* WEIR_INT, WEIR_FUNC */
        double r;
        struct {
            char *s; /* owned, n bytes and a NUL */
            size_t n;
        } text;
        struct {
            weir_value *v;
            char **key; /* WEIR_DICT only */
            size_t n, cap;
        } list;
        weir_frame *frame;     /* owned reference */
        weir_model *model;     /* owned reference */
        weir_metrics *metrics; /* owned reference */
    } as;
};

/* Scalars need no release. Text, lists and objects do: weir_value_clear.
 * The _add and _set functions take the value over, also when they fail. */
WEIR_API weir_value weir_nil(void);
WEIR_API weir_value weir_bool(bool b);
WEIR_API weir_value weir_int(int64_t i);
WEIR_API weir_value weir_real(double r);
WEIR_API weir_value weir_text(const char *s);            /* NIL when out of memory */
WEIR_API weir_value weir_text_n(const char *s, size_t n); /* bytes, NUL allowed */
WEIR_API weir_value weir_list(void);
WEIR_API weir_value weir_dict(void);
WEIR_API weir_value weir_of_frame(const weir_frame *f);     /* adds a reference */
WEIR_API weir_value weir_of_model(const weir_model *m);     /* adds a reference */
WEIR_API weir_value weir_of_metrics(const weir_metrics *m); /* adds a reference */
WEIR_API weir_value weir_func(int64_t number);
WEIR_API weir_status weir_list_add(weir_value *list, weir_value v, weir_error *err);
WEIR_API weir_status weir_dict_set(weir_value *dict, const char *key, weir_value v,
                                   weir_error *err);
WEIR_API const weir_value *weir_dict_get(const weir_value *dict, const char *key); /* or NULL */
WEIR_API weir_status weir_value_copy(weir_value *out, const weir_value *v, weir_error *err);
WEIR_API bool weir_value_equal(const weir_value *a, const weir_value *b); /* objects by identity */
WEIR_API void weir_value_clear(weir_value *v); /* leaves NIL */
WEIR_API const char *weir_kind_name(weir_kind k);

/* Session ----------------------------------------------------------------- */

typedef struct weir_limits {
    int threads;          /* <= 0: the process's affinity and quota */
    uint64_t memory;      /* bytes for frames and models; 0 = 80 % of what there is */
    uint64_t parameters;  /* largest network, in weights and biases; 0 = 1e8 */
} weir_limits;

typedef enum weir_log_level { WEIR_LOG_ERROR, WEIR_LOG_WARN, WEIR_LOG_INFO, WEIR_LOG_DEBUG } weir_log_level;
/* Called from any thread, one call at a time; must not call back into weir. */
typedef void weir_log_fn(void *user, weir_log_level level, const char *module, const char *text);
/* Called from any thread when there is something new to see (a job moved, a
 * request waits); must return at once: write one byte to a pipe. */
typedef void weir_wake_fn(void *user);

WEIR_API weir_status weir_session_new(weir_session **out, const weir_limits *lim, weir_error *err);
WEIR_API void weir_session_free(weir_session *s); /* cancels and joins its jobs */
WEIR_API void weir_session_set_log(weir_session *s, weir_log_fn *fn, void *user);
/* Appends all messages to a file as well, with the time; NULL = not any more. */
WEIR_API weir_status weir_session_log_file(weir_session *s, const char *path, weir_error *err);
WEIR_API void weir_session_set_wake(weir_session *s, weir_wake_fn *fn, void *user);
/* Numbers of jobs and made-up ids of objects go on behind these: an earlier session's stay known by theirs. */
WEIR_API void weir_session_count_from(weir_session *s, int64_t job, uint64_t made);
WEIR_API weir_status weir_session_set_limits(weir_session *s, const weir_limits *lim, weir_error *err);
/* Trainings without an export_checkpoints_dir of their own write theirs into this folder, at most every
 * so many seconds and when they end; NULL = not any more. The folder is made. */
WEIR_API weir_status weir_session_set_checkpoints(weir_session *s, const char *folder, double seconds,
                                                  weir_error *err);
WEIR_API void weir_session_log(weir_session *s, weir_log_level level, const char *text);
/* dict: version, threads, cores, memory (bytes), memory_used, kernel, nodes, rank, pid, uptime */
WEIR_API weir_status weir_session_info(weir_session *s, weir_value *out, weir_error *err);

/* The registry: id -> frame or model. An object that a verb or training gave
 * gets an id of its own if it has none; unnamed objects that nobody else
 * holds are dropped at the next call. */
WEIR_API weir_status weir_session_put(weir_session *s, const char *id, const weir_value *object,
                                      weir_error *err);
WEIR_API weir_status weir_session_get(weir_session *s, const char *id, weir_value *out,
                                      weir_error *err); /* the error names near ids */
WEIR_API weir_status weir_session_remove(weir_session *s, const char *id, weir_error *err);
/* Bytes of frames and models, those of columns for each frame that shares them; most: the budget for all of them, or NULL. At once. */
WEIR_API uint64_t weir_session_memory(weir_session *s, uint64_t *most);
/* Lets go what nobody holds any more, and models that ended jobs keep for display beyond an eighth of the budget, oldest first. */
WEIR_API void weir_session_tidy(weir_session *s);
/* list of dicts {id, kind = "frame"|"model", rows, cols, bytes, named, created}, oldest first */
WEIR_API weir_status weir_session_list(weir_session *s, weir_value *out, weir_error *err);

/* Frames ------------------------------------------------------------------ */

typedef enum weir_type { /* of a column */
    WEIR_TYPE_NUMERIC,  /* "real" or "int" */
    WEIR_TYPE_FACTOR,   /* "enum": level codes from 0 */
    WEIR_TYPE_TIME,     /* milliseconds since 1970-01-01 UTC */
    WEIR_TYPE_STRING,   /* "string", UUIDs too */
    WEIR_TYPE_MISSING   /* nothing but missing values */
} weir_type;

WEIR_API const char *weir_type_name(weir_type t);
WEIR_API const char *weir_frame_id(const weir_frame *f); /* "" when it has none */
WEIR_API size_t weir_frame_rows(const weir_frame *f);
WEIR_API size_t weir_frame_cols(const weir_frame *f);
WEIR_API uint64_t weir_frame_bytes(const weir_frame *f); /* of its columns, shared ones too */
WEIR_API const char *weir_frame_name(const weir_frame *f, size_t col);
/* Column's position from 0, or -1. */
WEIR_API ptrdiff_t weir_frame_find(const weir_frame *f, const char *name);
WEIR_API weir_type weir_frame_type(const weir_frame *f, size_t col);
WEIR_API size_t weir_frame_levels(const weir_frame *f, size_t col); /* 0 unless a factor */
WEIR_API const char *weir_frame_level(const weir_frame *f, size_t col, size_t level);
/* Numbers, level codes or milliseconds of rows [row, row+n) into out[n]; NaN = missing.
 * Strings give NaN. Returns how many rows were there. */
WEIR_API size_t weir_frame_read(const weir_frame *f, size_t col, size_t row, size_t n, double *out);
/* One cell as text (label, number with round-trip digits, ISO time; "" = missing)
 * into buf[cap], NUL-terminated, cut if need be; returns the whole length. */
WEIR_API size_t weir_frame_text(const weir_frame *f, size_t col, size_t row, char *buf, size_t cap);
WEIR_API bool weir_frame_missing(const weir_frame *f, size_t col, size_t row);

typedef struct weir_column_stats { /* missing values left out; NaN where undefined */
    double min, max, mean, sd;
    size_t missing, zeros, levels;
    uint64_t bytes;
    const char *storage; /* "const", "u8", "i16", "dec", "f32", "f64", "u8 codes", ... */
} weir_column_stats;
WEIR_API void weir_frame_stats(const weir_frame *f, size_t col, weir_column_stats *out);

/* A column for weir_frame_build: exactly one of numbers and labels.
 * With labels and type FACTOR the levels are sorted (numerically when all are
 * numbers) unless levels are given. */
typedef struct weir_column_init {
    const char *name;
    weir_type type;
    const double *numbers;     /* [rows]; NaN = missing; level codes when levels are given */
    const char *const *labels; /* [rows]; NULL = missing */
    const char *const *levels; /* [n_levels] or NULL */
    size_t n_levels;
} weir_column_init;
WEIR_API weir_status weir_frame_build(weir_frame **out, const weir_column_init *cols, size_t n_cols,
                                      size_t rows, weir_error *err);

/* Verbs: all that computes, but training ----------------------------------- */

typedef struct weir_arg_info {
    const char *name;
    const char *type;  /* "frame", "model", "metrics", "int", "real", "bool", "text", "list", "dict",
                          "func", "any"; alternatives by "|" */
    const char *def;   /* default as text; NULL = none: the argument must be given unless optional */
    bool optional;
    const char *help;  /* one sentence */
} weir_arg_info;

typedef struct weir_verb_info {
    const char *name;  /* "split", "import_file" */
    const char *on;    /* first argument "self": "frame", "model", "metrics" or "" */
    const char *group; /* heading in the help */
    const char *gives; /* "frame", "frames" (a list), "number", "text", "value", ... */
    const char *help;
    const weir_arg_info *args; /* in positional order, "self" not among them */
    size_t n_args;
    bool job; /* takes long: start it as a job */
} weir_verb_info;

WEIR_API size_t weir_verb_count(void);
WEIR_API const weir_verb_info *weir_verb_at(size_t i);
WEIR_API const weir_verb_info *weir_verb_find(const char *on, const char *name); /* or NULL */
/* Runs a verb in the caller's thread. args is a DICT by argument name; the
 * object stands under "self". Every name, type and missing argument is checked
 * first. Frames in the result are put into the registry. */
WEIR_API weir_status weir_call(weir_session *s, const char *on, const char *verb,
                               const weir_value *args, weir_value *out, weir_error *err);
/* The same as a job; the result is taken by weir_job_result. */
WEIR_API weir_status weir_call_start(weir_session *s, const char *on, const char *verb,
                                     const weir_value *args, weir_job **job, weir_error *err);

/* Parameters of a training --------------------------------------------------- */

typedef enum weir_param_type {
    WEIR_PARAM_BOOL,
    WEIR_PARAM_INT,
    WEIR_PARAM_REAL,
    WEIR_PARAM_ENUM,
    WEIR_PARAM_TEXT,
    WEIR_PARAM_COLUMN,  /* a name or position */
    WEIR_PARAM_COLUMNS, /* a list of them */
    WEIR_PARAM_SIZES,   /* list of counts */
    WEIR_PARAM_REALS,   /* list of numbers */
    WEIR_PARAM_FRAME,   /* a frame or its id */
    WEIR_PARAM_FRAMES,  /* list of frames, NIL allowed inside */
    WEIR_PARAM_MODEL,   /* a model or its id */
    WEIR_PARAM_FUNC
} weir_param_type;

typedef struct weir_param_info {
    const char *name;
    weir_param_type type;
    const char *def;             /* default as text; "" = none */
    const char *range;           /* for people: "[0, 1)", "" = any */
    double min, max;             /* of numbers, and of the members of a list */
    bool min_open, max_open;
    const char *const *values;   /* ENUM: NULL-terminated list of spellings */
    const char *group;           /* "data", "topology", "optimizer", "regularization", ... */
    int level;                   /* 0 basic, 1 advanced, 2 expert */
    bool ours;                   /* not a parameter of H2O */
    bool grid;                   /* a grid may vary it */
    bool fixed;                  /* may not change when a checkpoint continues */
    bool compat_only;
    bool acts;                   /* false: refused unless it has its default */
    const char *help;            /* one sentence, ends with a full stop */
} weir_param_info;

WEIR_API size_t weir_param_count(void);
WEIR_API const weir_param_info *weir_param_at(size_t i);
WEIR_API const weir_param_info *weir_param_find(const char *name); /* aliases x, y too; or NULL */
WEIR_API weir_params *weir_params_new(void); /* every parameter at its default; NULL = no memory */
WEIR_API weir_params *weir_params_copy(const weir_params *p);
WEIR_API void weir_params_free(weir_params *p);
/* Checks name (with a near name in err->hint), type and range. NIL resets. */
WEIR_API weir_status weir_params_set(weir_params *p, const char *name, const weir_value *v,
                                     weir_error *err);
WEIR_API weir_status weir_params_get(const weir_params *p, const char *name, weir_value *out,
                                     weir_error *err);
WEIR_API bool weir_params_given(const weir_params *p, const char *name); /* set by the client */
/* All rules that need more than one parameter, and the frames. Ids of frames
 * and models are looked up in the session. */
WEIR_API weir_status weir_params_check(weir_session *s, const weir_params *p, weir_error *err);

/* Metrics -------------------------------------------------------------------- */

typedef struct weir_metric_info {
    const char *name;  /* "logloss" */
    const char *label; /* "log loss" */
    bool less_is_better;
    const char *models; /* of "bmra": two-class, many-class, regression, autoencoder */
    const char *help;
} weir_metric_info;

enum { WEIR_METRIC_MAX = 32 };
WEIR_API size_t weir_metric_count(void); /* <= WEIR_METRIC_MAX */
WEIR_API const weir_metric_info *weir_metric_at(size_t i);
WEIR_API ptrdiff_t weir_metric_find(const char *name); /* position or -1; spellings of stopping_metric too */

/* A number by metric name; NaN when this kind of model does not have it. */
WEIR_API double weir_metrics_number(const weir_metrics *m, const char *name);
/* Tables by name: "confusion_matrix", "thresholds_and_metric_scores",
 * "max_criteria_and_metric_scores", "gains_lift_table", "hit_ratio_table",
 * "multinomial_auc_table", "multinomial_aucpr_table". WEIR_EINVAL lists what there is. */
WEIR_API weir_status weir_metrics_table(const weir_metrics *m, const char *name, weir_frame **out,
                                        weir_error *err);
/* Everything: {kind, nobs, description, <numbers>, custom = {name, value}}. */
WEIR_API weir_status weir_metrics_info(const weir_metrics *m, weir_value *out, weir_error *err);

/* Jobs ------------------------------------------------------------------------ */

typedef enum weir_job_state {
    WEIR_JOB_QUEUED,
    WEIR_JOB_RUNNING,
    WEIR_JOB_DONE,
    WEIR_JOB_CANCELLED, /* a training may have kept its best so far */
    WEIR_JOB_FAILED
} weir_job_state;

typedef struct weir_job_info { /* a copy; the fields of one training are not of one instant */
    int64_t id;
    char kind[16];         /* "train", "import", "predict", the verb's name */
    char title[96];
    char phase[48];        /* what it does now: "training", "scoring", "reading" */
    weir_job_state state;
    double done;           /* [0, 1]; NaN = unknown */
    double elapsed, left;  /* seconds; left NaN = unknown */
    double speed;          /* samples or rows per second, lately */
    double epochs, epochs_total;
    int64_t samples, iterations;
    uint64_t bytes;        /* read so far, of an import */
    size_t scored;         /* rows of the scoring history */
    size_t version;        /* grows when a new model snapshot is there */
    double started;        /* seconds since 1970 */
    bool quiet;            /* nothing but errors is to be said of it (quiet_mode) */
    int threads;           /* at work now */
    int threads_wanted;    /* <= 0: all that are free */
    int place;             /* in the queue for threads, from 1; 0 = does not wait */
    uint64_t held;         /* bytes that a training holds beside its frames; 0 = not known */
    int stop_rounds;       /* of early stopping; 0 = off */
    int stop_waited;       /* so many of them went by without gain */
    int stop_metric;       /* position in the table of metrics, or -1 */
    double stop_tolerance; /* relative */
    double next_score;     /* seconds until the next scoring at the earliest; NaN = not known */
    double limit_seconds;  /* soft limits set while it runs; NaN and 0 = none */
    int64_t limit_samples;
} weir_job_info;

typedef struct weir_log_line { /* of a job */
    size_t number;         /* from 0 */
    double time;           /* seconds since 1970 */
    double epochs;         /* of a training, when it was said */
    size_t scored;         /* rows of the scoring history there were then */
    weir_log_level level;
    char text[480];
} weir_log_line;

/* One scoring event. Metrics stand by position of the metric table; NaN = none. */
typedef struct weir_score_row {
    double time;  /* seconds since 1970 */
    double duration; /* seconds since the training began */
    double speed; /* samples per second so far */
    double epochs;
    int64_t iterations, samples;
    bool best; /* the best so far by the stopping metric */
    double train[WEIR_METRIC_MAX];
    double valid[WEIR_METRIC_MAX];
} weir_score_row;

WEIR_API weir_status weir_train_start(weir_session *s, const weir_params *p, weir_job **job,
                                      weir_error *err);
/* What a training would take, without beginning it: dict of inputs, rows, weights, memory (bytes beside the frame),
 * data (the part of it that grows with the rows), threads, samples, and seconds when an earlier training of this session tells the pace. */
WEIR_API weir_status weir_train_estimate(weir_session *s, const weir_params *p, weir_value *out, weir_error *err);
/* The session's jobs, newest first, as owned references into jobs[cap]; returns their number. */
WEIR_API size_t weir_session_jobs(weir_session *s, weir_job **jobs, size_t cap);
/* The job with that id, or the newest of a kind ("train", "import", ...), as an owned reference; NULL: there is none. */
WEIR_API weir_job *weir_session_job(weir_session *s, int64_t id);
WEIR_API weir_job *weir_session_newest(weir_session *s, const char *kind);
WEIR_API void weir_job_get(const weir_job *j, weir_job_info *out);
/* Rows [from, from+cap) of the scoring history so far; returns how many were copied. */
WEIR_API size_t weir_job_history(const weir_job *j, size_t from, weir_score_row *out, size_t cap);
/* Latest snapshot of a training (owned), or NULL. */
WEIR_API weir_model *weir_job_model(const weir_job *j);
/* Waits at most `seconds` (< 0: for ever). WEIR_OK when it ended (however), WEIR_ESTATE when not.
 * Returns early with WEIR_ESTATE when a request waits. */
WEIR_API weir_status weir_job_wait(weir_job *j, double seconds, weir_error *err);
/* The result of a job that ended, or its error. A training gives its model,
 * also when it was cancelled and something was kept. */
WEIR_API weir_status weir_job_result(weir_job *j, weir_value *out, weir_error *err);
/* Nobody asks for the result any more: it and what the job was given are let go, now or when it ends. */
WEIR_API void weir_job_release(weir_job *j);
/* Its result has been taken: the job keeps it for those who look at it, until weir_session_tidy wants the room. */
WEIR_API void weir_job_taken(weir_job *j);
/* keep: a training ends with the best model so far; otherwise it gives nothing. */
WEIR_API void weir_job_cancel(weir_job *j, bool keep);
/* Threads of a running or waiting job, from its next iteration on; <= 0: all that are free. Bits do not change
 * under reproducible. */
WEIR_API void weir_job_set_threads(weir_job *j, int threads);
/* A training ends, and keeps what it learned, when so many seconds of running or so many rows are reached;
 * <= 0: no limit. Beside max_runtime_secs and epochs, which stay. */
WEIR_API void weir_job_set_limits(weir_job *j, double seconds, int64_t samples);
/* A training writes its checkpoint after this iteration, if it has a folder for them; at once. */
WEIR_API void weir_job_checkpoint(weir_job *j);
/* Moves a job that waits for threads by so many places (negative: earlier); false: it cannot. */
WEIR_API bool weir_job_move(weir_job *j, int by);
/* Lines of its log from number `from` on (the oldest that is left, if it is gone) into out[cap]; how many. */
WEIR_API size_t weir_job_log(const weir_job *j, size_t from, weir_log_line *out, size_t cap);
/* Forgets a job that has ended; false: it runs. */
WEIR_API bool weir_session_forget(weir_session *s, weir_job *j);
/* A function of the client that the engine wants called (custom metrics): the
 * interpreter's thread takes the request, calls function `func` with `args`
 * (a LIST) and answers. false: none waits. */
typedef struct weir_request {
    int64_t number, func;
    weir_value args;
} weir_request;
WEIR_API bool weir_job_request(weir_job *j, weir_request *out);
WEIR_API void weir_job_reply(weir_job *j, int64_t number, const weir_value *result,
                             const weir_error *failed); /* failed NULL = result is good */

/* Models ----------------------------------------------------------------------- */

/* All verbs on models (predict, performance, anomaly, deepfeatures, weights,
 * save, ...) are in the table of verbs. These are for looking. */
WEIR_API const char *weir_model_id(const weir_model *m);
/* Of its weights and of what a training that goes on from it needs, about. */
WEIR_API uint64_t weir_model_bytes(const weir_model *m);
/* {id, algorithm, category = "binomial"|"multinomial"|"regression"|"autoencoder",
 *  response, predictors = list, labels = list, epochs, samples, weights, start_time, end_time (ms since 1970),
 *  run_time (ms), threads, kernel, warnings = list, stopped = why, unstable = bool,
 *  params = dict name -> {default, input, actual}} */
WEIR_API weir_status weir_model_info(const weir_model *m, weir_value *out, weir_error *err);
/* Metrics of which = "train", "valid" or "xval"; NULL when there are none (owned). */
WEIR_API weir_metrics *weir_model_metrics(const weir_model *m, const char *which);
/* "scoring_history", "varimp", "summary" (layers), "layer_history" (each layer at each scoring event: rates,
 * momentum, weights, dead units, histograms). WEIR_EINVAL lists what there is. */
WEIR_API weir_status weir_model_table(const weir_model *m, const char *name, weir_frame **out,
                                      weir_error *err);
WEIR_API size_t weir_model_history(const weir_model *m, size_t from, weir_score_row *out, size_t cap);

#ifdef __cplusplus
}
#endif
#endif
