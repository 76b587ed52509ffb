/* train_impl.h - one training under way: what the files of a training share.
 *
 *   resolve.c   parameters as asked -> parameters as used
 *   idle.c      parameters given that have no effect are named
 *   prepare.c   frames bound, network built or continued, rows packed, trainer made
 *   sampling.c  class balance, and the rows that scoring looks at
 *   scoring.c   a scoring event: metrics, history, the best network
 *   look.c      importances, dead units, how weights and activations spread
 *   finish.c    the model, at the end and on the way, and what a later training continues from
 *   train.c     iterations, and when they end
 *
 * Everything belongs to the training's own thread; only the trainer has others. */
#ifndef TRAIN_TRAIN_IMPL_H
#define TRAIN_TRAIN_IMPL_H

#include "model/score.h"
#include "train/checkpoint.h"
#include "train/dataset.h"
#include "train/train.h"
#include "train/trainer.h"

/* What a look into a network shows; an absent part was not asked for. */
typedef struct look {
    double *importance; /* [inputs] or NULL */
    layer_look *layer;  /* [layers] or NULL */
} look;

typedef struct run {
    const train_input *in;
    const train_watch *watch;
    const weir_params *asked;
    weir_params *p;         /* as resolved */
    const weir_frame *frame, *valid_frame;
    const weir_model *from; /* checkpoint, or NULL */
    encoder *enc;
    encode_view *view, *valid_view;
    dataset *data;
    network *net;           /* last exported weights */
    network *best;          /* best by the stopping metric, or NULL */
    trainer *trainer;
    int team;               /* threads that it was made for */
    history *own;           /* when nobody gave one */
    history *hist;
    model_category category;
    loss_spec loss;
    metric_id metric;
    bool less;              /* less is better */
    look look, best_look;   /* of net and best */
    double *layers;         /* [n_layers][LAYER_COLUMNS]: every look at every layer so far */
    size_t n_layers, cap_layers; /* in rows */
    uint32_t *train_rows, *valid_rows; /* sampled for scoring; NULL = all */
    size_t n_train_rows, n_valid_rows;
    double *prior, *balanced;
    uint32_t *order;        /* rows of one iteration */
    size_t epoch_rows;      /* rows of one epoch: after balancing */
    uint32_t *balanced_rows; /* [epoch_rows] dataset positions, or NULL */
    weir_value warnings;
    train_state at;         /* where the training stands; `seconds` = of trainings before this one.
                             * optimizer, last, more stay empty until run_keep_state */
    size_t cap_values;
    uint64_t target;        /* rows of the whole training */
    uint64_t scored;        /* rows when it was scored last */
    uint64_t chosen;        /* rows of the iteration before */
    double began;           /* monotonic seconds */
    double last_score, score_time, last_took; /* last_took: seconds of the last scoring */
    checkpoints written;    /* into a folder meanwhile */
    weir_metrics *train, *valid, *best_train, *best_valid;
    char stopped[160];
    bool unstable;
} run;

static inline bool run_of_classes(const run *r)
{
    return r->category == CATEGORY_BINOMIAL || r->category == CATEGORY_MULTINOMIAL;
}

/* A sentence that the model carries to whoever asked for it. */
weir_status run_warn(run *r, const char *sentence, weir_error *err);
double run_seconds(const run *r); /* of training so far, earlier ones included */
double run_epochs(const run *r);
activation_kind run_activation(const weir_params *p); /* of hidden units */

int run_threads(const run *r); /* that learn */

weir_status run_resolve(run *r, weir_error *err);
weir_status run_note_idle(run *r, weir_error *err); /* what was given and has no effect */
weir_status run_prepare(run *r, weir_error *err);
/* The first half of run_prepare, as sizes: parameters resolved, frames bound, the network counted. */
weir_status run_measure(run *r, train_size *out, weir_error *err);
/* Between iterations: the trainer goes on with as many threads as the job has now. */
weir_status run_follow_threads(run *r, weir_error *err);
weir_status run_balance(run *r, weir_error *err);
weir_status run_choose_scored(run *r, weir_error *err);
/* One scoring event: exports the weights, judges them, adds to the history, keeps the best, publishes.
 * again: the history has this event already, from the training that is continued. */
weir_status run_score(run *r, bool again, weir_error *err);
void look_free(look *l);
weir_status look_copy(look *to, const look *from, size_t inputs, size_t layers, weir_error *err);
/* whole: to the end, also when the training was cancelled. */
weir_status look_take(const run *r, const network *net, look *out, bool whole, weir_error *err);
weir_status look_remember(run *r, weir_error *err); /* the look at `net` enters the history of layers */
/* A model as things stand, with these weights and metrics; NULL = out of memory (err says so). */
weir_model *run_model(const run *r, const network *net, weir_metrics *train, weir_metrics *valid, weir_error *err);
/* Writes the model as it stands into the folder of the input, when it is time or somebody asks for it. A
 * file that cannot be written is a warning. */
weir_status run_checkpoint(run *r, weir_error *err);
/* Puts into m what a continued training needs. */
weir_status run_keep_state(run *r, weir_model *m, weir_error *err);
/* Takes up where the checkpoint's training ended; the trainer is there already. */
weir_status run_take_state(run *r, weir_error *err);

#endif
