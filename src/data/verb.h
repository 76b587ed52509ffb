/* verb.h - how a verb is declared and what it is handed.
 *
 * Every verb of the engine (all that computes, but training) is one entry of a
 * table: name, arguments with types and defaults, help, function. The tables
 * of all floors are joined in src/run/. Names, types, defaults and missing
 * arguments are checked before `run` is called, so a verb reads its arguments
 * with the verb_* getters and needs no checks of its own but the meaning.
 * Lua methods, help and the manual come from the same entries. */
#ifndef DATA_VERB_H
#define DATA_VERB_H

#include "base/log.h"
#include "base/progress.h"
#include "weir.h"

/* What a verb may use besides its arguments. */
typedef struct verb_context {
    weir_session *session; /* only handed on to floor 6 functions; lower floors ignore it */
    progress *progress;    /* never NULL */
    logger *log;           /* may be NULL */
    const weir_value *args; /* DICT, complete: absent optional arguments are simply not there */
    /* Looks an object up by id (for arguments that may be an object or its id); set by floor 6. */
    weir_status (*lookup)(weir_session *s, const char *id, weir_value *out, weir_error *err);
    /* Of a verb that runs as a job: calls the client's function `func` (custom metrics). args is taken over. NULL = cannot. */
    weir_status (*ask)(void *user, int64_t func, weir_value args, weir_value *result, weir_error *err);
    void *ask_user;
} verb_context;

typedef weir_status verb_fn(const verb_context *c, weir_value *out, weir_error *err);

typedef struct verb {
    weir_verb_info info;
    verb_fn *run;
} verb;

/* Getters. Objects and strings are borrowed from the arguments. */
const weir_frame *verb_frame(const verb_context *c, const char *name);     /* or NULL */
const weir_model *verb_model(const verb_context *c, const char *name);     /* or NULL */
const weir_metrics *verb_metrics(const verb_context *c, const char *name); /* or NULL */
const weir_value *verb_value(const verb_context *c, const char *name);     /* or NULL */
bool verb_has(const verb_context *c, const char *name);
const char *verb_text(const verb_context *c, const char *name); /* or NULL */
int64_t verb_int(const verb_context *c, const char *name, int64_t absent);
double verb_real(const verb_context *c, const char *name, double absent);
bool verb_bool(const verb_context *c, const char *name, bool absent);
/* A column named by text or by position from 1; -1 and an error with a near name. */
ptrdiff_t verb_column(const weir_frame *f, const weir_value *v, const char *what, weir_error *err);
/* A list of columns (one name, one position, or a list of them) into *cols (mem_free), *n. */
weir_status verb_columns(const weir_frame *f, const weir_value *v, const char *what, size_t **cols,
                         size_t *n, weir_error *err);

/* Checks args against the declaration, adds defaults, gives a new DICT. */
weir_status verb_check(const verb *v, const weir_value *args, weir_value *checked, weir_error *err);

#endif
