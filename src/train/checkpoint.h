/* checkpoint.h - models written to a folder while a training goes on. */
#ifndef TRAIN_CHECKPOINT_H
#define TRAIN_CHECKPOINT_H

#include "train/input.h"

typedef struct checkpoints {
    double last; /* monotonic seconds; at first when the training began */
    bool missed; /* one could not be written, and that was said */
} checkpoints;

/* Is a folder given, and the interval over? */
bool checkpoint_due(const train_input *in, const checkpoints *c);
/* Writes m as FOLDER/ID.weir. A file that cannot be written is no error, for training matters more:
 * why[cap] gets a sentence the first time, else "". */
void checkpoint_write(const train_input *in, checkpoints *c, const weir_model *m, char *why, size_t cap);

#endif
