/* checkpoint.c - see checkpoint.h. */
#include "train/checkpoint.h"

#include "base/clock.h"
#include "store/model_file.h"

#include <stdio.h>

bool checkpoint_due(const train_input *in, const checkpoints *c)
{
    bool asked = in->watch->control && atomic_exchange(&in->watch->control->checkpoint, 0);

    return in->checkpoint_dir && (asked || clock_now() - c->last >= in->checkpoint_interval);
}

void checkpoint_write(const train_input *in, checkpoints *c, const weir_model *m, char *why, size_t cap)
{
    char path[4200];
    weir_error slip;

    snprintf(path, sizeof path, "%s/%s.weir", in->checkpoint_dir, m->id);
    weir_status st = model_file_write(m, path, &slip);
    c->last = clock_now(); /* the interval is between them, however long writing takes */
    why[0] = '\0';
    if (!st)
        log_at(in->watch->log, WEIR_LOG_INFO, "train", "checkpoint written: %.380s", path);
    if (!st || c->missed)
        return;
    c->missed = true;
    snprintf(why, cap, "no checkpoint could be written: %.300s", slip.message);
}
