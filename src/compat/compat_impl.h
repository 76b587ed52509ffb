/* compat_impl.h - one training under way; for the files of this floor only. */
#ifndef COMPAT_COMPAT_IMPL_H
#define COMPAT_COMPAT_IMPL_H

#include "compat/learn.h"
#include "compat/rows.h"
#include "compat/sample.h"
#include "compat/state.h"
#include "compat/stop.h"
#include "train/checkpoint.h"

typedef struct run {
    const train_input *in;
    const train_watch *watch;
    const weir_params *asked;
    weir_params *p;          /* as they act */
    const weir_frame *frame, *valid_frame;
    const weir_model *from;  /* checkpoint, or NULL */
    encoder *enc;
    encode_view *view, *valid_view;
    model_category category;
    loss_spec loss;
    learn_spec spec;
    stop_rule rule;
    double *weight;          /* [frame rows] or NULL; 0 where Skip leaves a row out */
    bool *bad;               /* [frame rows] never learnt from */
    row_list rows;           /* training rows as positions in the frame: all, or balanced */
    rows_spec visit;         /* arrays by position in `rows` */
    double *visit_weight;
    bool *visit_bad;
    row_list scored, valid_scored; /* rows of the frames that scoring looks at */
    double *prior, *balanced;
    double epoch_rows;       /* training rows: what an epoch counts */
    state *net;              /* what learns; with elastic averaging the local network */
    state *consensus;        /* elastic averaging: what is scored and kept; or NULL */
    state *best;
    learner *learner;
    uint64_t iterations, samples;
    history *own, *hist;
    weir_metrics *train, *valid, *best_train, *best_valid;
    float best_loss;
    weir_value warnings;
    double began, earlier;
    checkpoints written;     /* into a folder meanwhile */
    char stopped[160];
    bool unstable, cancelled, out_of_time;
} run;

static inline bool compat_of_classes(const run *r)
{
    return r->category == CATEGORY_BINOMIAL || r->category == CATEGORY_MULTINOMIAL;
}

/* What is scored, kept and returned. */
static inline state *compat_result(const run *r)
{
    return r->consensus ? r->consensus : r->net;
}

weir_status compat_warn(run *r, const char *sentence, weir_error *err);
double compat_seconds(const run *r);
double compat_epochs(const run *r);

/* prepare.c: parameters, frames, rows and the first network. */
weir_status compat_prepare(run *r, weir_error *err);
/* network.c: the first network: drawn, given, pretrained or continued. */
weir_status compat_build(run *r, weir_error *err);
/* score.c: one scoring event; final = nothing follows it. */
weir_status compat_score(run *r, bool final, weir_error *err);
/* finish.c: the network *s with its metrics as a model. */
weir_model *compat_model(const run *r, const state *s, weir_metrics *train, weir_metrics *valid, weir_error *err);
weir_status compat_keep_state(const run *r, const state *s, weir_model *m, weir_error *err);
/* After a scoring event: writes the model as it stands into the folder of the input, when it is time. */
weir_status compat_checkpoint(run *r, weir_error *err);

#endif
